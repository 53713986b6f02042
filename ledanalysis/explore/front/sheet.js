// A sheet: what is to be drawn, as a list of shapes by key, and the marks that can be reached and picked.
function newSheet(width, colours) {
  const narrow = width < 480;
  return { width, colours, narrow, height: 0, shapes: [], marks: [], size: narrow ? 14 : 15, small: narrow ? 12.5 : 13 };
}

function put(sheet, key, tag, at) {
  sheet.shapes.push({ key, tag, at });
}

function box(sheet, key, x, y, width, height, fill, more = {}) {
  put(sheet, key, "rect", { x, y, width: Math.max(0, width), height: Math.max(0, height), fill, ...more });
}

// Lines of words around the height y; with `from`, below it.
function write(sheet, key, lines, x, y, look = {}) {
  const { size = sheet.size, weight = 400, colour = "ink", anchor = "start", turn = 0, role = "", halo = false } = look;
  const pitch = size * 1.2;
  lines.forEach((words, line) => {
    const down = (line - (lines.length - 1) / 2) * pitch;
    const [dx, dy] = turn ? [down + size * 0.34, 0] : [0, down + size * 0.34];
    sheet.shapes.push({
      key: `${key}:${line}`, tag: "text", words, move: [x + dx, y + dy], turn,
      at: { fill: sheet.colours[colour] || colour, "font-size": size, "font-weight": weight, "text-anchor": anchor, "data-role": role, ...(halo ? { stroke: sheet.colours.paper, "stroke-width": 4, class: "haloed" } : {}) },
    });
  });
}

function mark(sheet, key, area, told, place, send, picked) {
  sheet.marks.push({ key, area, told, place, send, picked });
}

const linesHeight = (lines, size) => lines * size * 1.2;
