// The key to the marks, along the upper edge: as many lines as its words need.
function legend(sheet, items, top = 0) {
  const room = sheet.width, gap = 18, sign = 22, pitch = sheet.small * 1.2;
  let x = 0, y = top, deep = 1;
  items.forEach((item, place) => {
    const lines = wrapped(item.words, room - sign, sheet.small, 400, 3);
    const width = sign + widest(lines, sheet.small);
    if (x && x + width > room) [x, y, deep] = [0, y + deep * pitch + 5, 1];
    const middle = y + 10;
    item.draw(sheet, `key:${place}`, x + 8, middle);
    write(sheet, `key:${place}:words`, lines, x + sign, middle + ((lines.length - 1) / 2) * pitch, { size: sheet.small });
    x += width + gap;
    deep = Math.max(deep, lines.length);
  });
  return items.length ? y + deep * pitch + 12 : top;
}

function dot(sheet, key, x, y, colour, more = {}) {
  put(sheet, key, "circle", { cx: x, cy: y, r: 5.5, fill: colour, ...more });
}

function hollow(sheet, key, x, y, colour, more = {}) {
  put(sheet, key, "circle", { cx: x, cy: y, r: 5, fill: sheet.colours.paper, stroke: colour, "stroke-width": 2, ...more });
}

function diamond(sheet, key, x, y, more = {}) {
  const look = { d: "M0-6.5 6.5 0 0 6.5-6.5 0Z", fill: sheet.colours.paper, stroke: sheet.colours.ink, "stroke-width": 1.4, ...more };
  sheet.shapes.push({ key, tag: "path", at: look, move: [x, y] });
}

function whisker(sheet, key, x, y, end, colour, more = {}) {
  box(sheet, key, x, y - 0.8, end - x, 1.6, colour, { stroke: sheet.colours.paper, "stroke-width": 3.4, class: "haloed", ...more });
}

const KEYS = {
  dot: (words, colour) => ({ words, draw: (sheet, key, x, y) => dot(sheet, key, x, y, colour) }),
  hollow: (words, colour) => ({ words, draw: (sheet, key, x, y) => hollow(sheet, key, x, y, colour) }),
  diamond: (words) => ({ words, draw: (sheet, key, x, y) => diamond(sheet, key, x, y) }),
  line: (words, colour) => ({ words, draw: (sheet, key, x, y) => box(sheet, key, x - 8, y - 0.8, 16, 1.6, colour) }),
  dash: (words) => ({ words, draw: (sheet, key, x, y) => box(sheet, key, x - 4, y - 0.7, 8, 1.4, sheet.colours.muted) }),
  square: (words, fill, edge) => ({
    words, draw: (sheet, key, x, y) => box(sheet, key, x - 7, y - 7, 14, 14, fill, edge ? { stroke: edge, "stroke-width": 1 } : {}),
  }),
};
