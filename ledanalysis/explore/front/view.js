// The view: draws what the model shows, once a frame at most, and tells it what was picked.
const KINDS = { ranking: drawEstimates, bars: drawEstimates, change: drawChange, heatmap: drawHeatmap, stacked: drawStacked, tile_map: drawTileMap };

function planned(shown, width, colours, language) {
  const sheet = newSheet(width, colours);
  KINDS[shown.chart.kind](sheet, shown, language);
  sheet.marks.forEach((each) => { each.name = nameOf(each.told); });
  return sheet;
}

function drawCard(view) {
  const { card, model } = view, shown = model.get("shown") || {}, language = model.get("language") || "nl", { words = {} } = shown;
  const chart = shown.chart, drawable = Boolean(chart) && Object.hasOwn(KINDS, chart.kind);
  card.body.hidden = !Object.keys(shown).length;
  if (card.body.hidden) return;
  card.body.lang = language;
  const colours = wear(card, model.get("colours"));
  const said = { kicker: shown.kicker, title: shown.title, note: shown.note, footer: shown.footer, empty: chart ? "" : shown.empty, help: words.help, swap: view.asTable ? words.chart : words.table };
  for (const [name, text] of Object.entries(said)) {
    if (card[name].textContent !== String(text ?? "")) card[name].textContent = text ?? "";
    card[name].hidden = !text;
  }
  const table = Boolean(chart) && (view.asTable || !drawable);
  card.scrolls.hidden = !table;
  card.board.hidden = !drawable || table;
  card.swap.hidden = !drawable;
  if (table) fillTable(card.table, shown);
  if (!card.board.hidden) drawBoard(view, shown, colours, language);
  else card.tip.hidden = true;
}

function drawBoard(view, shown, colours, language) {
  const { card } = view, width = Math.floor(card.board.clientWidth);
  if (width < 40) return; // not on the page yet: the observer of its size draws it
  card.body.classList.toggle("still", view.width !== width || view.kind !== shown.chart.kind);
  const sheet = planned(shown, width, colours, language), focused = card.root.activeElement, on = focused && focused.mark;
  const place = on ? view.marks.findIndex((each) => each.key === on.key) : 0;
  if (!sheet.marks.some((each) => each.key === view.current)) view.current = (sheet.marks[on ? Math.min(place, sheet.marks.length - 1) : 0] || {}).key;
  Object.assign(view, { width, kind: shown.chart.kind, marks: sheet.marks, shown });
  card.svg.setAttribute("width", width);
  card.svg.setAttribute("height", Math.ceil(sheet.height));
  card.board.style.height = `${Math.ceil(sheet.height)}px`; // the drawing follows the page's width, and never holds it up
  drawShapes(card.shapes, sheet.shapes);
  drawMarks(card.marks, sheet.marks, view.current);
  const now = card.marks.drawn.get(view.current);
  if (on && now && card.root.activeElement !== now) now.focus({ preventScroll: true });
  const told = card.tip.hidden ? null : card.marks.drawn.get(view.tipped);
  if (told) showTip(card.tip, told.mark, card.board);
  else card.tip.hidden = true;
}
