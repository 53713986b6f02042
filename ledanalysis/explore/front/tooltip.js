// The tooltip: what there is to say of a mark, beside it and inside the card.
function showTip(tip, mark, board) {
  const list = newElement("dl");
  for (const [heading, words] of mark.told.lines) list.append(newElement("dt", "", heading), newElement("dd", "", words));
  tip.replaceChildren(newElement("p", "", mark.told.title), list);
  tip.hidden = false;
  const [x, y, width, height] = mark.area, room = board.clientWidth, middle = x + width / 2 - tip.offsetWidth / 2;
  const left = Math.max(0, Math.min(mark.told.left ?? middle, room - tip.offsetWidth));
  const below = y + height + 6, above = y - tip.offsetHeight - 6;
  tip.style.left = `${left}px`;
  tip.style.top = `${below + tip.offsetHeight > board.clientHeight && above >= 0 ? above : below}px`;
}
