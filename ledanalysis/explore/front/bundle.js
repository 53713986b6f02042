// What the chart's bundle says of a row: figures, words, key. What is suppressed has no figure, whatever the bundle holds.
function reader(shown) {
  const { chart } = shown;
  const at = new Map(chart.columns.map((column, index) => [column.key, index]));
  const heads = chart.columns.filter((column) => column.key !== "upper" || !at.has("lower")).map((column) => column.key);
  const hidden = (row) => Boolean(chart.suppressed[row]), differs = (chart.columns[at.get("lower")] || {}).unit === "points";
  const spanned = (words) => (differs ? String(words).split(" \u2013 ") : []);
  const between = (words) => (spanned(words).length === 2 ? filled((shown.words || {}).span, { low: spanned(words)[0], high: spanned(words)[1] }) : words);
  const finite = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);
  return {
    count: chart.rows.length, hidden,
    has: (key) => at.has(key),
    column: (key) => chart.columns[at.get(key)] || {},
    label: (row) => String(chart.rows[row][0] ?? ""),
    figure: (row, key) => (at.has(key) && !(hidden(row) && key !== "reference") ? finite(chart.rows[row][at.get(key)]) : null),
    cell: (row, column) => finite(chart.rows[row][column]),
    words: (row, key) => (key === "lower" ? between : String)(chart.table.rows[row][heads.indexOf(key)] ?? ""),
    heads,
    cellWords: (row, column) => chart.table.rows[row][column] ?? "",
    colour: (row, key) => (chart.row_colours || [])[row] || (chart.columns[at.get(key)] || {}).colour,
    own: (row) => Boolean((chart.row_colours || [])[row]),
  };
}

// A key for each row, so that what is drawn of it can be found again; one that comes twice is told apart by its place.
function keysOf(given, count) {
  const seen = new Set();
  return Array.from({ length: count }, (_, place) => {
    const key = String((given || [])[place] ?? place);
    const own = seen.has(key) ? `${key}#${place}` : key;
    seen.add(own);
    return own;
  });
}

function picks(shown) {
  const of = (name) => new Set(((shown.picked || {})[name] || []).map(String));
  const rows = of("rows"), columns = of("columns"), tiles = of("tiles");
  return {
    row: (key) => rows.has(String(key)), tile: (key) => tiles.has(String(key)),
    cell: (row, column) => rows.size + columns.size > 0 && (!rows.size || rows.has(String(row))) && (!columns.size || columns.has(String(column))),
  };
}

// What stands in the tooltip of a row: its table, heading by heading.
function tellRow(shown, row) {
  const read = reader(shown), headings = shown.chart.table.columns;
  const lines = read.heads.map((key, place) => [headings[place], read.words(row, key)]).slice(1).filter(([, words]) => words !== "\u2013");
  const n = (shown.n || [])[row];
  return { title: String(shown.chart.rows[row][0] ?? ""), lines: n && !Array.isArray(n) ? [...lines, ["n", n]] : lines };
}

function nameOf(told) {
  return [told.title, ...told.lines.map(([heading, words]) => (heading ? `${heading} ${words}` : words))].join(", ");
}
