// The table behind the chart, as a table.
function newElement(tag, className = "", words = null) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (words !== null) element.textContent = words;
  return element;
}

function fillTable(table, shown) {
  const { columns, rows } = shown.chart.table, body = newElement("tbody"), head = newElement("thead");
  const line = (cells, tags) => {
    const row = newElement("tr");
    cells.forEach((words, place) => {
      const cell = newElement(tags(place), "", String(words ?? ""));
      if (cell.tagName === "TH") cell.scope = tags(1) === "th" ? "col" : "row";
      row.append(cell);
    });
    return row;
  };
  head.append(line(columns, () => "th"));
  rows.forEach((cells) => body.append(line(cells, (place) => (place ? "td" : "th"))));
  table.replaceChildren(newElement("caption", "", shown.title || shown.kicker || ""), head, body);
}
