// The table behind the chart, as a table.
function newElement(tag, className = "", words = null) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (words !== null) element.textContent = words;
  return element;
}

function fillTable(table, shown) {
  const { columns, rows } = shown.chart.table, body = newElement("tbody"), head = newElement("thead"), read = reader(shown);
  const line = (cells, tags) => {
    const row = newElement("tr");
    cells.forEach((words, place) => {
      const cell = newElement(tags(place), place && read.column(read.heads[place]).unit !== "text" ? "num" : "", String(words ?? ""));
      if (cell.tagName === "TH") cell.scope = tags(1) === "th" ? "col" : "row";
      row.append(cell);
    });
    return row;
  };
  head.append(line(columns, () => "th"));
  rows.forEach((cells, row) => body.append(line(cells.map((words, place) => read.words(row, read.heads[place]) || words), (place) => (place ? "td" : "th"))));
  table.replaceChildren(newElement("caption", "spoken", shown.title || shown.kicker || ""), head, body);
}
