const SUPPRESSED = "data-lm-suppress-shortcuts";

// JupyterLab leaves the keys of a control around us alone while it has the focus: arrows choose, and do not move to another cell.
function leaveKeys(explorer) {
  if (!explorer || explorer.hasAttribute(SUPPRESSED)) return;
  explorer.setAttribute(SUPPRESSED, "true");
  explorer.addEventListener("focusin", (event) => event.target.setAttribute(SUPPRESSED, "true"));
}

// The widget: what Jupyter calls for each place where the view is shown.
function render({ model, el }) {
  const host = newElement("div");
  el.style.minWidth = el.style.minWidth || "0";
  el.append(host);
  const view = { model, card: newCard(host), asTable: false, current: null, tipped: null, marks: [], shown: {} };
  let waiting = 0;
  const soon = () => { waiting = waiting || requestAnimationFrame(() => { waiting = 0; drawCard(view); }); };
  const names = ["change:shown", "change:language", "change:colours"];
  names.forEach((name) => model.on(name, soon));
  listen(view);
  const observer = new ResizeObserver(() => {
    leaveKeys(host.closest(".led-explore"));
    if (Math.floor(view.card.board.clientWidth) !== view.width) soon();
  });
  observer.observe(view.card.board);
  const fonts = [400, 600].map((weight) => document.fonts.load(`${weight} 15px 'Source Sans Pro'`));
  Promise.all(fonts).then(() => { widths.clear(); soon(); }, () => {});
  drawCard(view);
  return () => {
    names.forEach((name) => model.off(name, soon));
    observer.disconnect();
    cancelAnimationFrame(waiting);
    host.remove();
  };
}

export default { render };
