// Measured words: how wide they are, and the lines they take.
const FAMILY = "'Source Sans Pro', 'Source Sans 3', Arial, sans-serif";
const LONGEST = 400; // characters of a label that are looked at: no place has room for more
const SPARE = 1.02; // a browser's drawing and measuring differ by a hair
const widths = new Map();
let pen = null;

function textWidth(words, size, weight = 400) {
  const key = `${weight}|${size}|${words}`;
  if (!widths.has(key)) {
    if (widths.size > 20000) widths.clear();
    pen = pen || document.createElement("canvas").getContext("2d");
    pen.font = `${weight} ${size}px ${FAMILY}`;
    widths.set(key, pen.measureText(words).width * SPARE);
  }
  return widths.get(key);
}

function widest(all, size, weight = 400) {
  return all.reduce((most, words) => Math.max(most, textWidth(words, size, weight)), 0);
}

// The lines of a label in so much room, at most so many; what is left over becomes an ellipsis.
function wrapped(label, room, size, weight = 400, most = 2) {
  const words = String(label ?? "").trim().slice(0, LONGEST);
  const pieces = (words.match(/[^\s\u2013/-]+[\u2013/-]?\s*|\S\s*/gu) || []).flatMap((piece) => chopped(piece, room, size, weight));
  const lines = [""];
  for (const piece of pieces) {
    const last = lines[lines.length - 1];
    if (last && textWidth((last + piece).trimEnd(), size, weight) > room) lines.push(piece);
    else lines[lines.length - 1] = last + piece;
  }
  const bare = lines.map((line) => line.replace(/\s+/g, " ").trim());
  if (bare.length <= most) return bare;
  return [...bare.slice(0, most - 1), shortened(bare.slice(most - 1).join(" "), room, size, weight)];
}

// The same in lines of like length.
function balanced(label, room, size, weight = 400, most = 2) {
  let lines = wrapped(label, room, size, weight, most), low = room / lines.length;
  if (lines.length === 1 || lines.some((line) => /[\u2026-]$/u.test(line))) return lines;
  for (let high = room, tries = 0; tries < 5; tries += 1) {
    const middle = (low + high) / 2, tried = wrapped(label, middle, size, weight, most + 1);
    const same = tried.length === lines.length && widest(tried, size, weight) <= middle && !tried.some((line) => line.endsWith("-"));
    if (same) [lines, high] = [tried, middle];
    else low = middle;
  }
  return lines;
}

// A word that is wider than the room, in parts with a hyphen.
function chopped(piece, room, size, weight) {
  const parts = [];
  let rest = Array.from(piece);
  while (rest.length > 1 && textWidth(rest.join("").trimEnd(), size, weight) > room) {
    const most = Math.max(1, fitting(rest, room, size, weight, "-"));
    const count = rest.length - most < 4 ? Math.max(1, most - 3) : most; // no letter is left alone
    parts.push(`${rest.slice(0, count).join("")}-`);
    rest = rest.slice(count);
  }
  return [...parts, rest.join("")];
}

function shortened(words, room, size, weight = 400) {
  if (textWidth(words, size, weight) <= room) return words;
  const letters = Array.from(words);
  return letters.slice(0, fitting(letters, room, size, weight, "\u2026")).join("").replace(/[\s/:,(\u2013-]+$/u, "") + "\u2026";
}

// How many of the letters fit in the room, with the ending behind them.
function fitting(letters, room, size, weight, ending) {
  let low = 0, high = letters.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (textWidth(letters.slice(0, middle).join("") + ending, size, weight) <= room) low = middle;
    else high = middle - 1;
  }
  return low;
}
