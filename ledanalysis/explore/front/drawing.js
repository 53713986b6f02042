// Drawing: the page's elements become those of the sheet. What has a key stays and moves; only what changed is touched.
const SVG = "http://www.w3.org/2000/svg";

function drawShapes(layer, shapes) {
  const had = layer.drawn || new Map(), now = new Map();
  let before = layer.firstChild;
  for (const shape of shapes) {
    const old = had.get(shape.key);
    const kept = old && old.shape.tag === shape.tag ? old : null;
    const element = kept ? kept.element : document.createElementNS(SVG, shape.tag);
    if (element === before) before = before.nextSibling;
    else layer.insertBefore(element, before);
    dress(element, shape, kept ? kept.shape : { at: {} });
    now.set(shape.key, { element, shape });
    if (kept) had.delete(shape.key);
  }
  had.forEach(({ element }) => element.remove());
  layer.drawn = now;
}

function dress(element, shape, was) {
  for (const name in shape.at) if (shape.at[name] !== was.at[name]) element.setAttribute(name, shape.at[name]);
  for (const name in was.at) if (!(name in shape.at)) element.removeAttribute(name);
  if (shape.words !== was.words) element.textContent = shape.words ?? "";
  const moved = shape.move ? `translate(${shape.move[0]}px, ${shape.move[1]}px)${shape.turn ? ` rotate(${shape.turn}deg)` : ""}` : "";
  if (moved !== was.moved) element.style.transform = moved;
  shape.moved = moved;
}

function drawMarks(layer, marks, current) {
  const had = layer.drawn || new Map(), now = new Map();
  let before = layer.firstChild;
  for (const each of marks) {
    const group = had.get(each.key) || newMark();
    if (group === before) before = before.nextSibling;
    else layer.insertBefore(group, before);
    dressMark(group, each, each.key === current);
    now.set(each.key, group);
    had.delete(each.key);
  }
  had.forEach((group) => group.remove());
  layer.drawn = now;
}

function newMark() {
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", "mark");
  group.setAttribute("role", "button");
  group.append(newSvg("rect", { class: "halo" }), newSvg("rect", { class: "hit" }));
  return group;
}

function dressMark(group, each, current) {
  const [x, y, width, height] = each.area, was = group.mark;
  const said = { "aria-label": each.name, "aria-pressed": String(each.picked), tabindex: current ? "0" : "-1", "data-key": each.key };
  for (const name in said) if (group.getAttribute(name) !== said[name]) group.setAttribute(name, said[name]);
  group.mark = each;
  if (was && was.area.every((length, place) => length === each.area[place])) return;
  for (const rect of group.children) for (const [name, value] of Object.entries({ x, y, width, height, rx: 3 })) rect.setAttribute(name, value);
}
