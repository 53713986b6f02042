// The frame of a chart with a row per item: labels at the left, the plot, columns of words at the right.
const GAP = 14;

const PLOT = 160; // pixels that a plot takes at least

// The labels beside the rows or, where that leaves the plot no room, each above its row. A long word widens their column.
function labelColumn(sheet, labels, bold, top, aside = 0, beside = false) {
  const most = labels.length <= 11 ? 3 : 2, weight = (row) => (bold(row) ? 600 : 400);
  const word = labels.reduce((wide, label) => Math.max(wide, widest(label.slice(0, LONGEST).split(/\s+/), sheet.size, 600)), 0);
  const broken = (room, lines) => labels.map((label, row) => balanced(label, room, sheet.size, weight(row), lines));
  const room = Math.min(Math.max(0.36 * sheet.width, Math.min(word, 0.46 * sheet.width)), 330), lines = broken(room, most);
  const width = Math.min(room, lines.reduce((wide, each, row) => Math.max(wide, widest(each, sheet.size, weight(row))), 0));
  if (beside || (!sheet.narrow && sheet.width - width - aside - 40 >= PLOT)) {
    const pitch = labels.length <= 7 ? 38 : labels.length <= 14 ? 32 : 27;
    return { broken: lines, weight, above: false, pitch, top, width, left: 8 + width + GAP };
  }
  return { broken: broken(sheet.width - 16, 2), weight, above: true, pitch: 23, top, width: 0, left: 12 };
}

// Where the rows stand: each as high as its lines need. `middle` is that of its marks, `named` that of its label.
function placeRows(sheet, labels, least = 0) {
  let y = labels.top;
  const rows = labels.broken.map((lines) => {
    const words = linesHeight(lines.length, sheet.size), pitch = Math.max(labels.pitch, least), top = y;
    const height = labels.above ? words + pitch + 6 : Math.max(pitch, words + 8);
    y += height;
    if (labels.above) return { top, height, band: pitch, middle: y - pitch / 2 - 1, named: top + 5 + words / 2 };
    return { top, height, band: height, middle: y - height / 2, named: y - height / 2 };
  });
  return { rows, bottom: y };
}

function writeLabels(sheet, keys, labels, rows, gone) {
  const [x, anchor] = labels.above ? [8, "start"] : [8 + labels.width, "end"];
  keys.forEach((key, row) => write(sheet, `label:${key}`, labels.broken[row], x, rows[row].named, {
    anchor, weight: labels.weight(row), colour: gone(row) ? "muted" : "ink", role: "label", halo: labels.above,
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
  let right = sheet.width - 10;
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

// A mark per row, over its whole width; its tooltip begins where the plot does, so that labels stay readable.
function rowMarks(sheet, shown, keys, rows, tipAt) {
  const picked = picks(shown);
  keys.forEach((key, row) => {
    const own = (shown.rows || [])[row] ?? null;
    const area = [1.5, rows[row].top + 1, sheet.width - 3, rows[row].height - 2];
    mark(sheet, key, area, { ...tellRow(shown, row), left: tipAt + 6 }, [row, 0], { row: own, column: null, tile: null }, own !== null && picked.row(own));
  });
}
