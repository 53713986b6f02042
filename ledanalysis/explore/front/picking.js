// Picking: the pointer and the keys do the same.
function pick(view, mark) {
  const { row, column, tile } = mark.send, { words = {} } = view.shown;
  if (row === null && column === null && tile === null) return;
  view.card.live.textContent = filled(mark.picked ? words.unpick : words.pick, { label: mark.told.title });
  view.model.send({ view: view.shown.view, row, column, tile });
}

function markOf(event) {
  const group = event.target.closest && event.target.closest(".mark");
  return group ? group.mark : null;
}

function tell(view, mark) {
  view.tipped = mark ? mark.key : null;
  if (mark) showTip(view.card.tip, mark, view.card.board);
  else view.card.tip.hidden = true;
}

function goTo(view, mark) {
  const groups = view.card.marks.drawn, old = groups.get(view.current);
  if (old) old.setAttribute("tabindex", "-1");
  view.current = mark.key;
  const group = groups.get(mark.key);
  group.setAttribute("tabindex", "0");
  if (view.card.root.activeElement !== group) group.focus();
  tell(view, mark);
}

function onKey(view, event) {
  const mark = markOf(event);
  if (!mark || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = nextMark(view.marks, mark.key, event.key);
  if (next) goTo(view, next);
  else if (event.key === "Enter" || event.key === " ") pick(view, mark);
  else if (event.key === "Escape" && !view.card.tip.hidden) tell(view, null);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function listen(view) {
  const { board, swap } = view.card; // Chromium lets the keyboard stop at an SVG that listens for focus, not at a div
  board.addEventListener("keydown", (event) => onKey(view, event));
  board.addEventListener("click", (event) => {
    const mark = markOf(event);
    if (mark) [goTo(view, mark), pick(view, mark)];
  });
  board.addEventListener("focusin", (event) => { if (markOf(event)) goTo(view, markOf(event)); });
  board.addEventListener("focusout", () => tell(view, null));
  board.addEventListener("pointerover", (event) => tell(view, markOf(event)));
  board.addEventListener("pointerleave", () => tell(view, null));
  swap.addEventListener("click", () => {
    view.asTable = !view.asTable;
    drawCard(view);
  });
}
