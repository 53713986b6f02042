// Stacked: the parts of each row around the middle of the scale, what lies apart (no opinion) in a bar of its own at the right.
function drawStacked(sheet, shown) {
  const read = reader(shown), parts = shown.chart.columns.slice(1), keys = keysOf(shown.rows, read.count);
  const sides = parts.map((_, part) => (shown.sides || [])[part] || "high"), every = Array.from({ length: read.count }, (_, row) => row);
  const shades = parts.map((part, place) => part.colour || sheet.colours[["now", "future", "organise", "stimulate", "ink"][place % 5]]);
  const items = parts.map((part, place) => KEYS.square(part.label, shades[place], outlineOf(shades[place], sheet.colours)));
  if (shown.chart.suppressed.some(Boolean)) items.push(KEYS.square((shown.words || {}).suppressed, "url(#hatched)", sheet.colours.muted));
  const labels = labelColumn(sheet, every.map(read.label), () => false, legend(sheet, items) + 4);
  const { rows, bottom } = placeRows(sheet, labels);
  const shares = every.map((row) => parts.map((part, place) => (read.hidden(row) ? null : read.cell(row, place + 1))));
  const scale = stackScale(shares, sides, labels.left, sheet.width - 4);
  every.forEach((row) => [scale.zero, scale.apart].forEach((x, line) => { // beside the bars, not through the labels above them
    if (x !== null) box(sheet, `line:${line}:${keys[row]}`, x - 0.5, rows[row].middle - rows[row].band / 2, 1, rows[row].band, sheet.colours.muted);
  }));
  every.forEach((row) => {
    if (shares[row].some((share) => share !== null)) drawParts(sheet, keys[row], read, row, shares[row], sides, shades, rows[row], scale);
    else drawUntold(sheet, keys[row], shown, read.hidden(row), rows[row], scale);
  });
  writeLabels(sheet, keys, labels, rows, (row) => shares[row].every((share) => share === null));
  rowMarks(sheet, shown, keys, rows, scale.left);
  sheet.height = bottom + 8;
}

// One scale for all rows: so many pixels a percent, the middle line, and where what lies apart begins.
function stackScale(shares, sides, left, right) {
  const sum = (row, side) => row.reduce((total, share, part) => total + (sides[part] === side ? share || 0 : 0), 0);
  const most = (of) => shares.reduce((found, row) => Math.max(found, of(row)), 0);
  const low = most((row) => sum(row, "low") + sum(row, "middle") / 2), high = most((row) => sum(row, "high") + sum(row, "middle") / 2);
  const apart = sides.includes("apart") ? most((row) => sum(row, "apart")) : null, gap = apart === null ? 0 : 26;
  const pixels = (right - left - gap) / Math.max(1, low + high + (apart || 0)), zero = left + low * pixels;
  return { pixels, zero, left, end: zero + high * pixels, apart: apart === null ? null : zero + high * pixels + gap };
}

function drawParts(sheet, key, read, row, shares, sides, shades, { middle, band }, scale) {
  const before = shares.reduce((total, share, part) => total + ({ low: 1, middle: 0.5 }[sides[part]] || 0) * (share || 0), 0);
  let x = scale.zero - before * scale.pixels, apart = scale.apart;
  const thick = Math.min(30, band * 0.74);
  shares.forEach((share, part) => {
    const width = (share || 0) * scale.pixels, at = sides[part] === "apart" ? apart : x;
    if (sides[part] === "apart") apart += width;
    else x += width;
    if (!share) return;
    const shade = shades[part], edge = outlineOf(shade, sheet.colours) === shade ? sheet.colours.paper : sheet.colours.muted;
    box(sheet, `part:${key}:${part}`, at, middle - thick / 2, width, thick, shade, { stroke: edge, "stroke-width": 1, "data-role": "part", "data-row": key, "data-part": part });
    const words = read.cellWords(row, part + 1);
    const fits = [words, words.replace(/%$/, "")].find((each) => textWidth(each, sheet.size, 600) + 6 <= width);
    if (fits) write(sheet, `figure:${key}:${part}`, [fits], at + width / 2, middle, { anchor: "middle", weight: 600, colour: textOn(shade, sheet.colours), role: "figure" });
  });
}

// A row of which a part is suppressed: the whole bar is hatched, since that part would be the rest of 100.
function drawUntold(sheet, key, shown, hidden, { middle, band }, scale) {
  const words = shown.words || {}, thick = Math.min(30, band * 0.74);
  if (hidden) box(sheet, `part:${key}:none`, scale.left, middle - thick / 2, scale.end - scale.left, thick, "url(#hatched)", { "data-role": "suppressed", "data-row": key });
  write(sheet, `figure:${key}:none`, [hidden ? "\u2013" : words.no_data || "\u2013"], scale.left + 8, middle, { colour: hidden ? "ink" : "muted", role: "none" });
}
