// The frame of a chart with a row per item: labels at the left, the plot, columns of words at the right.
const GAP = 14;

function labelColumn(sheet, labels, bold, top, most = 0.36) {
  const count = labels.length, lines = count <= 11 ? 3 : 2;
  const room = Math.min(most * sheet.width, 330);
  const weight = (row) => (bold(row) ? 600 : 400);
  const broken = labels.map((label, row) => wrapped(label, room, sheet.size, weight(row), lines));
  const width = Math.min(room, broken.reduce((wide, each, row) => Math.max(wide, widest(each, sheet.size, weight(row))), 0));
  const pitch = count <= 7 ? 38 : count <= 14 ? 32 : 27;
  return { broken, width, weight, left: 8 + width + GAP, pitch, top };
}

// Where the rows stand: each as high as its lines need.
function placeRows(sheet, labels, least = 0) {
  let y = labels.top;
  const rows = labels.broken.map((lines) => {
    const height = Math.max(labels.pitch, least, linesHeight(lines.length, sheet.size) + 8);
    y += height;
    return { top: y - height, height, middle: y - height / 2 };
  });
  return { rows, bottom: y };
}

function writeLabels(sheet, keys, labels, rows, gone) {
  keys.forEach((key, row) => write(sheet, `label:${key}`, labels.broken[row], 8 + labels.width, rows[row].middle, {
    anchor: "end", weight: labels.weight(row), colour: gone(row) ? "muted" : "ink", role: "label",
  }));
}

// Columns of words at the right edge: {head, words, weight, colour, size}, each as wide as its words; returns the room they take.
function measureColumns(sheet, columns) {
  for (const column of columns) {
    column.size = column.size || sheet.size;
    const longest = widest(String(column.head).split(/\s+/), sheet.small);
    column.width = Math.max(widest(column.words, column.size, 600), Math.min(longest, 96));
    column.heads = wrapped(column.head, column.width, sheet.small, 400, 2);
  }
  return columns.reduce((room, column) => room + column.width + GAP, 0);
}

function writeColumns(sheet, columns, keys, rows, top) {
  let right = sheet.width - 4;
  for (const column of [...columns].reverse()) {
    write(sheet, `head:${column.key}`, column.heads, right, top, { anchor: "end", size: sheet.small, colour: "muted" });
    keys.forEach((key, row) => column.words[row] && write(sheet, `${column.key}:${key}`, [column.words[row]], right, rows[row].middle + (column.down || 0), {
      anchor: "end", size: column.size, role: column.key, ...column.look(row),
    }));
    right -= column.over ? 0 : column.width + GAP;
  }
}

function drawAxis(sheet, axis, shown, language, top, bottom) {
  const ticks = ticksOf(axis, sheet.small, language);
  for (const { value, words } of ticks) {
    const zero = value === 0 && axis.low < 0;
    box(sheet, `grid:${value}`, axis.x(value) - 0.5, top, 1, bottom - top, zero ? sheet.colours.muted : sheet.colours.grid, { "data-tick": value });
    write(sheet, `tick:${value}`, [words], axis.x(value), bottom + 12, { anchor: "middle", size: sheet.small, colour: "muted", role: "tick" });
  }
  const [left, right] = [axis.x(axis.low), axis.x(axis.high)];
  const room = Math.min(sheet.width - 8, Math.max(right - left, 0.7 * sheet.width));
  const lines = wrapped(axisWords(axis, shown, language), room, sheet.small, 400, 3);
  const half = widest(lines, sheet.small) / 2;
  const middle = Math.min(Math.max((left + right) / 2, half + 4), sheet.width - half - 4);
  const below = bottom + 24 + linesHeight(lines.length, sheet.small) / 2;
  write(sheet, "axis", lines, middle, below, { anchor: "middle", size: sheet.small, colour: "muted" });
  sheet.height = bottom + 30 + linesHeight(lines.length, sheet.small);
}

// A mark per row, over its whole width.
function rowMarks(sheet, shown, keys, rows) {
  const picked = picks(shown);
  keys.forEach((key, row) => {
    const own = (shown.rows || [])[row] ?? null;
    const area = [1.5, rows[row].top + 1, sheet.width - 3, rows[row].height - 2];
    mark(sheet, key, area, tellRow(shown, row), [row, 0], { row: own, column: null, tile: null }, own !== null && picked.row(own));
  });
}
