// Change: from now (hollow) to the coming years (filled), and the difference at the right.
function drawChange(sheet, shown, language) {
  const { chart, words = {} } = shown, read = reader(shown);
  const every = Array.from({ length: read.count }, (_, row) => row), keys = keysOf(shown.rows, read.count);
  const gone = (row) => read.figure(row, "now") === null || read.figure(row, "future") === null;
  const top = legend(sheet, changeKeys(sheet, shown, read, words));
  const columns = changeColumns(sheet, read, every, gone, words);
  const aside = measureColumns(sheet, columns.filter((column) => !column.over)) + (columns.some((column) => column.over) ? measureOver(sheet, columns) : 0);
  const labels = labelColumn(sheet, every.map(read.label), () => false, 0, aside), heads = Math.max(...columns.map((column) => column.heads.length));
  labels.top = top + linesHeight(heads, sheet.small) + 8;
  const { rows, bottom } = placeRows(sheet, labels, sheet.narrow ? 36 : 0);
  const marks = every.flatMap((row) => [read.figure(row, "now"), read.figure(row, "future")]);
  const axis = axisOver(marks, marks, chart.unit, true, labels.left, Math.max(labels.left + 60, sheet.width - aside - 16));
  drawAxis(sheet, axis, shown, language, labels.top - 2, bottom);
  every.filter((row) => !gone(row)).forEach((row) => drawPair(sheet, keys[row], read, row, rows[row].middle, axis));
  writeLabels(sheet, keys, labels, rows, gone);
  writeColumns(sheet, columns, keys, rows, top + linesHeight(heads, sheet.small) / 2);
  rowMarks(sheet, shown, keys, rows, axis.left);
}

function changeKeys(sheet, shown, read, words) {
  const { muted } = sheet.colours;
  const items = [KEYS.hollow(read.column("now").label, read.column("now").colour), KEYS.dot(read.column("future").label, read.column("future").colour)];
  if ((shown.chart.row_colours || []).some(Boolean)) items.push(KEYS.line(words.unclear, muted));
  if (shown.chart.suppressed.some(Boolean)) items.push(KEYS.dash(words.suppressed));
  return items;
}

// The difference and its interval beside each other; on a narrow sheet below each other, in one column.
function changeColumns(sheet, read, every, gone, words) {
  const absent = (row) => (read.hidden(row) ? "\u2013" : words.no_data || "\u2013");
  const faded = (row) => gone(row) || read.own(row), down = sheet.narrow && read.has("lower");
  const columns = [{
    key: "rise", head: read.column("rise").label, words: every.map((row) => (gone(row) ? absent(row) : read.words(row, "rise"))), down: down ? -9 : 0,
    look: (row) => (faded(row) ? { colour: "muted" } : { weight: 600 }),
  }];
  if (read.has("lower")) {
    const span = (row) => (gone(row) || read.words(row, "lower") === "\u2013" ? "" : read.words(row, "lower"));
    columns.push({ key: "span", head: down ? "" : read.column("lower").label, words: every.map(span), down: down ? 9 : 0, size: down ? sheet.small : sheet.size, over: down, look: () => ({ colour: "muted" }) });
  }
  return columns;
}

// A column over another takes room only where it is the wider of the two.
function measureOver(sheet, columns) {
  const [rise, span] = columns;
  measureColumns(sheet, [span]);
  span.heads = [];
  return Math.max(0, span.width - rise.width);
}

function drawPair(sheet, key, read, row, middle, axis) {
  const [now, future] = [read.figure(row, "now"), read.figure(row, "future")].map(axis.x), faint = read.own(row);
  const said = (role) => ({ "data-role": role, "data-row": key }), thick = faint ? 1.2 : 3;
  box(sheet, `line:${key}`, Math.min(now, future), middle - thick / 2, Math.abs(future - now), thick, read.colour(row, "future"), said("line"));
  hollow(sheet, `now:${key}`, now, middle, read.colour(row, "now"), said("now"));
  dot(sheet, `future:${key}`, future, middle, read.colour(row, "future"), said("future"));
}
