// Tile map: a square per municipality, borders between groups, and the key with its counts.
function drawTileMap(sheet, shown) {
  const { chart } = shown, tiles = shown.tiles || [], keys = keysOf(tiles.map((tile) => tile.key), chart.tiles.length), picked = picks(shown);
  const across = 1 + Math.max(0, ...chart.tiles.map((tile) => tile[1])), down = 1 + Math.max(0, ...chart.tiles.map((tile) => tile[0]));
  const beside = sheet.width >= 620, aside = beside ? Math.min(300, 0.36 * sheet.width) : 0;
  const top = beside ? 4 : tileKey(sheet, shown, 0, sheet.width, 0) + 10;
  const pitch = Math.max(4, Math.min(34, (sheet.width - aside - 8) / across, beside ? 760 / down : 34)), left = 4;
  chart.tiles.forEach(([row, column, fill], place) => {
    const area = [left + column * pitch + pitch * 0.05, top + row * pitch + pitch * 0.05, pitch * 0.9, pitch * 0.9], tile = tiles[place] || {};
    const look = { stroke: outlineOf(fill, sheet.colours), "stroke-width": 0.7, "data-role": "tile", "data-row": keys[place] };
    box(sheet, `tile:${keys[place]}`, ...area, fill, look);
    const told = { title: String(tile.label ?? ""), lines: tile.words ? [["", tile.words]] : [] }, key = tile.key ?? null;
    mark(sheet, keys[place], area, told, [row, column], { row: null, column: null, tile: key }, key !== null && picked.tile(key));
  });
  put(sheet, "borders", "path", { d: borders(chart.tiles, tiles, pitch, left, top), fill: "none", stroke: sheet.colours.ink, "stroke-width": 1.8, "stroke-linecap": "square" });
  const words = beside ? tileKey(sheet, shown, left + across * pitch + 24, sheet.width, 4) : 0;
  sheet.height = Math.max(top + down * pitch + 4, words);
}

function borders(places, tiles, pitch, left, top) {
  const group = new Map(places.map(([row, column], place) => [`${row},${column}`, (tiles[place] || {}).group]));
  const differs = (here, row, column) => group.has(`${row},${column}`) && group.get(`${row},${column}`) !== here;
  const lines = places.map(([row, column]) => {
    const here = group.get(`${row},${column}`), [x, y] = [left + column * pitch, top + row * pitch];
    return (differs(here, row, column + 1) ? `M${x + pitch} ${y}v${pitch}` : "") + (differs(here, row + 1, column) ? `M${x} ${y + pitch}h${pitch}` : "");
  });
  return lines.join("") || "M0 0";
}

// The key: a line per value, with its count. Returns where it ends.
function tileKey(sheet, shown, x, right, top) {
  const { chart } = shown;
  let y = top;
  chart.rows.forEach((row, place) => {
    const lines = wrapped(`${row[0]}: ${chart.table.rows[place][1]}`, right - x - 30, sheet.size, 400, 3), fill = (chart.row_colours || [])[place] || sheet.colours.paper;
    const height = Math.max(26, linesHeight(lines.length, sheet.size) + 6);
    box(sheet, `key:${place}`, x + 2, y + 13 - 8, 16, 16, fill, { stroke: outlineOf(fill, sheet.colours), "stroke-width": 0.7 });
    write(sheet, `key:${place}:words`, lines, x + 28, y + 13 + linesHeight(lines.length - 1, sheet.size) / 2, { role: "key" });
    y += height;
  });
  return y;
}
