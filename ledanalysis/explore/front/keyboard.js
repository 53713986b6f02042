// The keyboard: arrows to the nearest mark that way, Home, End and Page Up, Page Down through all of them.
const WAYS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function nextMark(marks, current, key) {
  const place = Math.max(0, marks.findIndex((each) => each.key === current));
  const last = marks.length - 1;
  if (key === "Home") return marks[0];
  if (key === "End") return marks[last];
  if (key === "PageDown") return marks[Math.min(last, place + 1)];
  if (key === "PageUp") return marks[Math.max(0, place - 1)];
  if (!WAYS[key]) return null;
  const single = marks.every((each) => each.place[1] === 0);
  const way = single && key === "ArrowLeft" ? WAYS.ArrowUp : single && key === "ArrowRight" ? WAYS.ArrowDown : WAYS[key];
  return nearest(marks, marks[place], way) || marks[place];
}

function nearest(marks, from, [down, right]) {
  let found = null, least = Infinity;
  for (const each of marks) {
    const rows = each.place[0] - from.place[0], columns = each.place[1] - from.place[1];
    const along = rows * down + columns * right, cost = along + 2.5 * Math.abs(rows * right + columns * down);
    if (along > 0 && cost < least) [found, least] = [each, cost];
  }
  return found;
}
