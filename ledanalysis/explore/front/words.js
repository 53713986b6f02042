// Words: places filled in, figures of an axis as the reader writes them.
function filled(words, places) {
  return String(words ?? "").replace(/\{(\w+)\}/g, (place, name) => (name in places ? String(places[name]) : place));
}

function tickWords(value, unit, language) {
  const bare = new Intl.NumberFormat(language || "nl", { maximumFractionDigits: 0 }).format(Math.abs(value));
  const sign = value < 0 ? "\u2212" : unit === "points" && value > 0 ? "+" : "";
  return sign + bare + (unit === "percent" ? "%" : "");
}
