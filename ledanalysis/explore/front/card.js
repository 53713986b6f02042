// The card: what stands around the chart, made once and kept.
const COLOURS = {
  ink: "#1b2a3a", accent: "#005a9c", paper: "#ffffff", grid: "#dfe4e8", muted: "#66727d", suppressed: "#e9ecef", hatch: "#c3cbd2",
  now: "#005a9c", future: "#d97000", organise: "#3d2478", stimulate: "#12907b",
};

function newSvg(tag, said, ...inside) {
  const element = document.createElementNS(SVG, tag);
  for (const name in said) element.setAttribute(name, said[name]);
  element.append(...inside);
  return element;
}

// A root of its own, so that no style of the page reaches in and none of ours gets out.
function newCard(host) {
  const root = host.shadowRoot || host.attachShadow({ mode: "open" });
  host.setAttribute("data-lm-suppress-shortcuts", "true"); // JupyterLab leaves our keys alone
  const card = { root, host, body: newElement("div", "card"), kicker: newElement("p", "kicker"), title: newElement("p", "title") };
  const hatch = newSvg("path", { d: "M-2 2 2-2M0 8 8 0M6 10 10 6", class: "hatch" });
  const pattern = newSvg("pattern", { id: "hatched", width: 8, height: 8, patternUnits: "userSpaceOnUse" }, newSvg("rect", { width: 8, height: 8, class: "ground" }), hatch);
  card.shapes = newSvg("g", { "aria-hidden": "true" });
  card.marks = newSvg("g", {});
  card.svg = newSvg("svg", { role: "group", "aria-labelledby": "title", "aria-describedby": "help" }, newSvg("defs", {}, pattern), card.shapes, card.marks);
  Object.assign(card, {
    board: newElement("div", "board"), tip: newElement("div", "tip"), scrolls: newElement("div", "scrolls"), table: newElement("table"),
    empty: newElement("p", "empty"), note: newElement("p", "note"), footer: newElement("p", "footer"), swap: newElement("button", "swap"),
    help: newElement("p", "spoken"), live: newElement("p", "spoken"),
  });
  assemble(card);
  return card;
}

function assemble(card) {
  const set = (element, said) => Object.entries(said).forEach(([name, value]) => element.setAttribute(name, value));
  set(card.title, { id: "title" });
  set(card.help, { id: "help" });
  set(card.live, { "aria-live": "polite" });
  set(card.tip, { "aria-hidden": "true" }); // its words are the mark's name
  set(card.scrolls, { role: "region", tabindex: "0", "aria-labelledby": "title" });
  set(card.swap, { type: "button" });
  card.scrolls.append(card.table);
  card.board.append(card.svg, card.tip);
  const foot = newElement("div", "foot");
  foot.append(card.footer, card.swap);
  card.body.append(card.kicker, card.title, card.board, card.scrolls, card.empty, card.note, foot, card.help, card.live);
  card.tip.hidden = card.body.hidden = true;
  card.root.replaceChildren(newElement("style", "", STYLE), card.body);
}

function wear(card, given) {
  const colours = { ...COLOURS, ...given };
  for (const name of ["ink", "accent", "paper", "grid", "muted", "suppressed", "hatch"]) card.body.style.setProperty(`--${name}`, colours[name]);
  return colours;
}
