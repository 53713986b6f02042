// Ranking (dots) and bars: an estimate per row, its interval, and what it is compared with.
function drawEstimates(sheet, shown, language) {
  const { chart, words = {} } = shown, read = reader(shown), dots = chart.kind === "ranking";
  const every = Array.from({ length: read.count }, (_, row) => row), keys = keysOf(shown.rows, read.count);
  const apart = read.has("reference"), columns = [], gone = (row) => read.figure(row, "estimate") === null;
  const absent = (row) => (read.hidden(row) ? "\u2013" : words.no_data || "\u2013");
  const top = legend(sheet, estimateKeys(sheet, shown, read, dots));
  const quiet = (row) => ({ colour: gone(row) ? "muted" : "ink" });
  if (apart) columns.push({ key: "figure", head: read.column("estimate").label, words: every.map((row) => (gone(row) ? absent(row) : read.words(row, "estimate"))), look: quiet });
  if (read.has("rank_text")) {
    const rank = (row) => (gone(row) || read.words(row, "rank_text") === "\u2013" ? "" : read.words(row, "rank_text"));
    columns.push({ key: "rank", head: read.column("rank_text").label, words: every.map(rank), look: () => ({ colour: "muted" }) });
  }
  const aside = measureColumns(sheet, columns), labels = labelColumn(sheet, every.map(read.label), (row) => read.own(row), 0, aside);
  const heads = columns.length ? Math.max(...columns.map((column) => column.heads.length)) : 0;
  labels.top = top + linesHeight(heads, sheet.small) + (heads ? 8 : 0);
  const figures = apart ? 8 : widest(every.filter((row) => !gone(row)).map((row) => read.words(row, "estimate")), sheet.size) + 18;
  const { rows, bottom } = placeRows(sheet, labels);
  const [marks, ends] = [["estimate", "reference"], ["lower", "upper"]].map((names) => every.flatMap((row) => names.map((key) => read.figure(row, key))));
  const axis = axisOver([...marks, ...ends], marks, chart.unit, dots, labels.left, Math.max(labels.left + 60, sheet.width - aside - figures - 10));
  drawAxis(sheet, axis, shown, language, labels.top - 2, bottom);
  every.forEach((row) => drawEstimate(sheet, keys[row], read, row, rows[row], axis, dots));
  if (!apart) every.forEach((row) => writeFigure(sheet, keys[row], read, row, rows[row], axis, gone(row) && absent(row)));
  writeLabels(sheet, keys, labels, rows, gone);
  writeColumns(sheet, columns, keys, rows, top + linesHeight(heads, sheet.small) / 2);
  rowMarks(sheet, shown, keys, rows, axis.left);
}

function estimateKeys(sheet, shown, read, dots) {
  const items = [], { ink } = sheet.colours, colour = read.column("estimate").colour;
  if (dots) items.push(KEYS.dot(read.column("estimate").label, colour));
  if (read.has("lower")) items.push(KEYS.line(read.column("lower").label, dots ? colour : ink));
  if (read.has("reference")) items.push(KEYS.diamond(read.column("reference").label));
  if (shown.chart.suppressed.some(Boolean)) items.push(KEYS.dash((shown.words || {}).suppressed));
  return items;
}

function drawEstimate(sheet, key, read, row, { middle, band }, axis, dots) {
  const [estimate, lower, upper, reference] = ["estimate", "lower", "upper", "reference"].map((name) => read.figure(row, name));
  const colour = read.colour(row, "estimate"), said = (role) => ({ "data-role": role, "data-row": key });
  const base = axis.x(axis.base), thick = Math.min(24, band * 0.6);
  if (estimate !== null && !dots) {
    const from = Math.min(base, axis.x(estimate));
    box(sheet, `bar:${key}`, from, middle - thick / 2, Math.abs(axis.x(estimate) - base), thick, colour, said("bar"));
  }
  if (lower !== null && upper !== null) whisker(sheet, `interval:${key}`, axis.x(lower), middle, axis.x(upper), dots ? colour : sheet.colours.ink, said("interval"));
  if (reference !== null) diamond(sheet, `reference:${key}`, axis.x(reference), middle, said("reference"));
  if (estimate !== null && dots) dot(sheet, `dot:${key}`, axis.x(estimate), middle, colour, said("estimate"));
}

// Behind the row's marks, or where there is none at the foot of the axis, why.
function writeFigure(sheet, key, read, row, { middle }, axis, why) {
  const ends = ["estimate", "upper"].map((name) => read.figure(row, name)).filter((value) => value !== null);
  const x = why ? axis.x(axis.low) + 8 : Math.max(axis.x(axis.base), ...ends.map(axis.x)) + 10;
  write(sheet, `figure:${key}`, [why || read.words(row, "estimate")], x, middle, { colour: why ? "muted" : "ink", role: "figure" });
}
