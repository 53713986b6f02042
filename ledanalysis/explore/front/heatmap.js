// Heat map: a figure in each cell, in the bundle's colour; suppressed cells hatched, empty ones blank.
function drawHeatmap(sheet, shown) {
  const read = reader(shown), heads = shown.chart.columns.slice(1), rowKeys = keysOf(shown.rows, read.count), columnKeys = keysOf(shown.columns, heads.length);
  const every = Array.from({ length: read.count }, (_, row) => row);
  const top = legend(sheet, heatKeys(sheet, shown));
  const labels = labelColumn(sheet, every.map(read.label), () => false, top, 0, true);
  const width = Math.min(190, (sheet.width - labels.left - 4) / Math.max(heads.length, 1));
  labels.top = top + writeHeads(sheet, heads.map((head) => head.label), columnKeys, labels.left, top, width) + 6;
  const { rows, bottom } = placeRows(sheet, labels);
  const picked = picks(shown);
  every.forEach((row) => heads.forEach((head, column) => {
    const area = [labels.left + column * width, rows[row].top, width, rows[row].height], key = `${rowKeys[row]}|${columnKeys[column]}`;
    drawCell(sheet, key, shown, read, row, column + 1, area);
    const send = { row: (shown.rows || [])[row] ?? null, column: (shown.columns || [])[column] ?? null, tile: null };
    mark(sheet, key, [area[0] + 1.5, area[1] + 1.5, width - 3, area[3] - 3], tellCell(shown, read, row, column, head), [row, column], send, picked.cell(send.row, send.column));
  }));
  writeLabels(sheet, rowKeys, labels, rows, () => false);
  sheet.height = bottom + 4;
}

function drawCell(sheet, key, shown, read, row, column, [x, y, width, height]) {
  const shade = ((shown.chart.cells || [])[row] || [])[column - 1], { muted, paper } = sheet.colours;
  const look = { "data-role": shade === null ? "suppressed" : shade ? "cell" : "empty", "data-row": key };
  const fill = shade === null ? "url(#hatched)" : shade || paper;
  box(sheet, `cell:${key}`, x + 1, y + 1, width - 2, height - 2, fill, shade === "" ? { ...look, stroke: muted, "stroke-width": 0.5 } : look);
  if (shade === null) return write(sheet, `figure:${key}`, ["\u2013"], x + width / 2, y + height / 2, { anchor: "middle", role: "none" });
  if (!shade) return undefined;
  const words = read.cellWords(row, column);
  const fits = [words, words.replace(/%$/, "")].find((each) => textWidth(each, sheet.size) <= width - 4);
  return fits && write(sheet, `figure:${key}`, [fits], x + width / 2, y + height / 2, { anchor: "middle", colour: textOn(shade, sheet.colours), role: "figure" });
}

// Names above the columns: wrapped; where a word is wider than its column, upright. Returns the height they take.
function writeHeads(sheet, names, keys, left, top, width) {
  const room = width - 8, size = sheet.small;
  const longest = widest(names.flatMap((name) => name.match(/[^\s\u2013-]+[\u2013-]?/gu) || [name]), size);
  if (longest <= room) {
    const broken = names.map((name) => balanced(name, room, size, 400, 4)), deep = Math.max(1, ...broken.map((lines) => lines.length));
    broken.forEach((lines, column) => write(sheet, `head:${keys[column]}`, lines, left + (column + 0.5) * width, top + linesHeight(deep - lines.length / 2, size), { anchor: "middle", size, role: "head" }));
    return linesHeight(deep, size);
  }
  const most = width >= size * 2.6 ? 2 : 1, broken = names.map((name) => wrapped(name, 150, size, 400, most));
  const tall = Math.max(...broken.map((lines) => widest(lines, size)));
  broken.forEach((lines, column) => write(sheet, `head:${keys[column]}`, lines, left + (column + 0.5) * width, top + tall, { turn: -90, size, role: "head" }));
  return tall;
}

// The colours of the highest and, where the figures are differences, of the lowest; what hatched and blank mean, where they occur.
function heatKeys(sheet, shown) {
  const { chart, words = {} } = shown, shades = [];
  chart.rows.forEach((row, place) => row.slice(1).forEach((value, column) => {
    const shade = ((chart.cells || [])[place] || [])[column];
    shades.push({ value, shade });
  }));
  const drawn = shades.filter((each) => each.shade).sort((a, b) => b.value - a.value), items = [], { muted, paper } = sheet.colours;
  if (drawn.length) items.push(KEYS.square(chart.unit === "points" ? words.more : words.darker, drawn[0].shade, muted));
  if (drawn.length && chart.unit === "points") items.push(KEYS.square(words.less, drawn[drawn.length - 1].shade, muted));
  if (shades.some((each) => each.shade === null)) items.push(KEYS.square(words.suppressed, "url(#hatched)", muted));
  if (shades.some((each) => each.shade === "")) items.push(KEYS.square(words.empty, paper, muted));
  return items;
}

function tellCell(shown, read, row, column, head) {
  const n = ((shown.n || [])[row] || [])[column], line = [head.label, read.cellWords(row, column + 1)];
  return { title: read.label(row), lines: Array.isArray((shown.n || [])[row]) && n ? [line, ["n", n]] : [line] };
}
