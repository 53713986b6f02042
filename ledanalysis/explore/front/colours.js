// Colours: which text reads on a fill, and whether a fill is seen on white.
function luminance(shade) {
  const parts = [1, 3, 5].map((at) => parseInt(shade.slice(at, at + 2), 16) / 255);
  const [r, g, b] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(first, second) {
  const [dark, light] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

// Ink or paper; where neither reads well, black does.
function textOn(fill, colours) {
  const best = [colours.ink, colours.paper].sort((a, b) => contrast(b, fill) - contrast(a, fill))[0];
  return contrast(best, fill) >= 4.5 ? best : "#000000";
}

function outlineOf(fill, colours) {
  return contrast(fill, colours.paper) < 3 ? colours.muted : fill;
}
