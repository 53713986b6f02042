// The axis: from where to where, in whole steps, and its ticks.
const UNITS = {
  score: { low: 0, high: 100, step: 10 }, percent: { low: 0, high: 100, step: 10 },
  points: { low: null, high: null, step: 10 }, mark: { low: 1, high: 10, step: 1 },
};

function wholeSteps(found, unit, step) {
  const all = unit.low === null ? [...found, 0] : found;
  if (!all.length) return [unit.low, unit.high];
  let low = Math.floor(Math.min(...all) / step), high = Math.ceil(Math.max(...all) / step);
  if (high - low < 2) [low, high] = [low - 1, high + 1];
  [low, high] = [low * step, high * step];
  return unit.low === null ? [low, high] : [Math.max(low, unit.low), Math.min(high, unit.high)];
}

// An axis over figures, drawn from `left` to `right`: zoomed to them, or on the unit's whole scale. The end of an interval may
// lie beyond the scale and is cut off; a mark (`marks`) never is: for it the axis is longer.
function axisOver(figures, marks, name, zoom, left, right) {
  const unit = UNITS[name] || UNITS.points, [found, told] = [figures, marks].map((all) => all.filter((value) => value !== null));
  let step = unit.step;
  while (unit.low === null && found.length && (Math.max(...found, 0) - Math.min(...found, 0)) / step > 40) step *= 10;
  let [low, high] = zoom || unit.low === null ? wholeSteps(found, unit, step) : [unit.low, unit.high];
  if (told.length) [low, high] = [Math.min(low, Math.floor(Math.min(...told) / step) * step), Math.max(high, Math.ceil(Math.max(...told) / step) * step)];
  const x = (value) => left + ((Math.min(Math.max(value, low), high) - low) / (high - low)) * (right - left);
  return { low, high, unit: name, base: unit.low ?? 0, part: unit.low !== null && (low !== unit.low || high !== unit.high), step, x, left };
}

// Ticks so far apart that their words do not touch.
function ticksOf(axis, size, language) {
  const words = (value) => tickWords(value, axis.unit, language);
  const room = widest([axis.low, axis.high].map(words), size) + 10;
  const times = [1, 2, 5, 10, 20, 50, 100].find((each) => Math.abs(axis.x(axis.low + each * axis.step) - axis.x(axis.low)) >= room);
  const step = axis.step * (times || 200);
  const ticks = [];
  for (let value = Math.ceil(axis.low / step) * step; value <= axis.high + 1e-9; value += step) ticks.push({ value, words: words(value) });
  return ticks;
}

function axisWords(axis, shown, language) {
  const { words = {}, chart } = shown;
  const label = chart.axis || words[`axis_${axis.unit}`] || "";
  const [low, high] = [axis.low, axis.high].map((value) => tickWords(value, "score", language));
  return axis.part ? filled(words.axis_part, { axis: label, low, high }) : label;
}
