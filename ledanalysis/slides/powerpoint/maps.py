"""A tile map as native shapes: all squares of a colour are one shape, so that a click and a colour change them."""

from __future__ import annotations

from ledanalysis import style
from ledanalysis.slides.powerpoint.drawingml import POINT, SPACES, Box, Look, quoted
from ledanalysis.slides.powerpoint.fitting import width_of

UNIT = 100  # of a square, in the shape's own measure
EDGE = 5
MAP_WIDE, KEY_GAP, SWATCH, LETTERS = 0.6, 28, 16, 18  # of the place's width; the rest in points
RECTANGLE = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
NO_LINE = "<a:ln><a:noFill/></a:ln>"


def tile_map(chart: dict, box: Box, number: int, alt: str, name: str, look: Look, language: str) -> str:
    """The map and its key as one group of shapes; `number` is the first of their ids."""
    tiles = chart["tiles"]
    rows, columns = (max(tile[place] for tile in tiles) + 1 for place in (0, 1))
    side = min(box.height / rows, MAP_WIDE * box.width / columns)
    place = Box(box.left, box.top, round(side * columns), round(side * rows))
    colours = list(dict.fromkeys(tile[2] for tile in tiles))
    shapes = [_squares([tile for tile in tiles if tile[2] == code], code, place, (columns, rows), number + 1 + at, look) for at, code in enumerate(colours)]
    aside = place.width + KEY_GAP * POINT
    key = _key(chart, Box(box.left + aside, box.top, box.width - aside, box.height), number + 1 + len(colours), look, language)
    whole = box.xfrm()
    inner = whole.replace("</a:xfrm>", "") + whole.replace("<a:xfrm>", "").replace("a:off", "a:chOff").replace("a:ext", "a:chExt")
    return (f'<p:grpSp {SPACES}><p:nvGrpSpPr><p:cNvPr id="{number}" name="{quoted(name)}" descr="{quoted(alt)}"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>'
            f"<p:grpSpPr>{inner}</p:grpSpPr>{''.join(shapes)}{key}</p:grpSp>")  # fmt: skip


def _squares(tiles: list, code: str, place: Box, size: tuple[int, int], number: int, look: Look) -> str:
    near, far = EDGE, UNIT - EDGE
    corners = ((near, near), (far, near), (far, far), (near, far))
    drawn = "".join(
        "".join(f'<a:{"lnTo" if at else "moveTo"}><a:pt x="{column * UNIT + x}" y="{row * UNIT + y}"/></a:{"lnTo" if at else "moveTo"}>' for at, (x, y) in enumerate(corners)) + "<a:close/>"
        for row, column, _ in tiles
    )
    path = f'<a:custGeom><a:avLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path w="{size[0] * UNIT}" h="{size[1] * UNIT}">{drawn}</a:path></a:pathLst></a:custGeom>'
    return _shape(number, f"tiles {number}", f"{place.xfrm()}{path}{look.fill(code)}{look.line(_outline(code), 0.5)}")


def _outline(code: str) -> str:
    """A line around what would not be seen on white."""
    if code == style.colour("paper"):
        return style.colour("hatch")  # nothing is told of these: they stand back
    return code if style.contrast(code, style.colour("paper")) >= 3 else style.colour("muted")


def _shape(number: int, name: str, properties: str, words: str = "") -> str:
    body = f'<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:lstStyle/>{words}</p:txBody>' if words else ""
    box = ' txBox="1"' if words else ""
    return f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{quoted(name)}"/><p:cNvSpPr{box}/><p:nvPr/></p:nvSpPr><p:spPr>{properties}</p:spPr>{body}</p:sp>'


def _key(chart: dict, box: Box, number: int, look: Look, language: str) -> str:
    """A square and words for each line of the key, in the bundle's order."""
    said, pitch, beside = [], round(1.9 * LETTERS * POINT), round(1.5 * SWATCH * POINT)
    written = [f"{row[0]}: {style.number(row[1], 0, language)}" for row in chart["rows"]]
    letters = min([LETTERS, *((box.width - beside) / POINT / width_of(words) for words in written)])
    for at, (code, words) in enumerate(zip(chart["row_colours"], written, strict=True)):
        top = box.top + at * pitch
        square = Box(box.left, top + round(3 * POINT), SWATCH * POINT, SWATCH * POINT)
        drawn = f'{square.xfrm()}{RECTANGLE}{look.fill(code)}{look.line(_outline(code), 0.5)}'
        place = Box(box.left + beside, top, box.width - beside, round(22 * POINT))
        words = f'<a:p><a:r>{look.letters(letters, code=style.colour("ink"))}<a:t>{quoted(words)}</a:t></a:r></a:p>'
        said.append(_shape(number + 2 * at, f"key {at + 1}", drawn))
        said.append(_shape(number + 2 * at + 1, f"key {at + 1} words", f"{place.xfrm()}{RECTANGLE}<a:noFill/>{NO_LINE}", words))
    return "".join(said)
