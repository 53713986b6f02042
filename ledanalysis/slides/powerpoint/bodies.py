"""What a slide's body holds, put in its places: running text, tables and pictures one below another; columns; pairs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby

from ledanalysis.slides.deck import Part, Slide
from ledanalysis.slides.powerpoint.bars import native_chart
from ledanalysis.slides.powerpoint.canvas import Canvas
from ledanalysis.slides.powerpoint.drawingml import POINT, Box
from ledanalysis.slides.powerpoint.figures import alt_of, bars_of
from ledanalysis.slides.powerpoint.figures import grid_of as heat_grid
from ledanalysis.slides.powerpoint.fitting import fitted, height_of
from ledanalysis.slides.powerpoint.layouts import Place
from ledanalysis.slides.powerpoint.maps import tile_map
from ledanalysis.slides.powerpoint.plans import axis_lines, key_lines
from ledanalysis.slides.powerpoint.tables import Grid, box_of, grid_of, measured, table_xml
from ledanalysis.slides.powerpoint.words import Paragraph, Picture, Table, blocks

GAP, SMALLEST = 12, 0.35  # points between what stands below each other; of the room, that pictures take at least
LEFT, BETWEEN = 0.39, 22  # of a pair: its left side's part of the width, and the points between both
BESIDE = 24  # points between columns
LEAST_CELL = 9  # points


@dataclass(frozen=True)
class Body:
    """A slide's body: where it goes, and whose words it speaks."""

    canvas: Canvas
    slide: Slide
    places: tuple[Place, ...]
    language: str

    @property
    def box(self) -> Box:
        """All its places together."""
        boxes = [place.box for place in self.places]
        left, top = min(box.left for box in boxes), min(box.top for box in boxes)
        return Box(left, top, max(box.left + box.width for box in boxes) - left, max(box.top + box.height for box in boxes) - top)


def fill(body: Body, lead: tuple[Paragraph, ...] = ()) -> None:
    """Put a slide's parts in its places; `lead` goes before them."""
    content = [*lead, *(block for part in body.slide.parts for block in _blocks(part))]
    if not content:
        return
    words = all(isinstance(block, Paragraph) for block in content)
    if words and body.slide.layout == "columns":
        _side_by_side(body, _split(content))
    elif words and body.slide.layout == "pairs":
        _pairs(body, _split(content))
    else:
        _below(body, content)


def _blocks(part: Part) -> list:
    return [part] if part.source else blocks(part.html)


def _split(content: list[Paragraph]) -> list[list[Paragraph]]:
    """Paragraphs by the heading that they stand under."""
    groups = []
    for block in content:
        if block.kind == "heading" or not groups:
            groups.append([])
        groups[-1].append(block)
    return groups


def _side_by_side(body: Body, groups: list[list[Paragraph]]) -> None:
    boxes = [None] * len(groups) if len(groups) == len(body.places) else body.box.columns(len(groups), BESIDE)
    _spread(body, groups, boxes)


def _pairs(body: Body, groups: list[list[Paragraph]]) -> None:
    """Left a heading and a paragraph, right what belongs to it."""
    split = [half for group in groups for half in (group[:2], group[2:])]
    boxes = [None] * len(split)
    if len(split) != len(body.places):
        whole, high = body.box, (body.box.height - (len(groups) - 1) * GAP * POINT) / len(groups)
        left = round(LEFT * whole.width)
        for number in range(len(groups)):
            row = whole.part(number * (high + GAP * POINT), high)
            boxes[2 * number : 2 * number + 2] = [
                Box(row.left, row.top, left - BETWEEN * POINT, row.height), Box(row.left + left, row.top, row.width - left, row.height)]  # fmt: skip
    _spread(body, split, boxes)


def _spread(body: Body, groups: list[list[Paragraph]], boxes: list[Box | None]) -> None:
    """Text in places beside each other, all in letters of the same size."""
    places = [body.places[number] if number < len(body.places) else body.places[0] for number in range(len(groups))]
    rooms = [body.canvas.room(place, box) for box, place in zip(boxes, places, strict=True)]
    size = min(fitted(group, *room, place.sizes[0])[1] for group, room, place in zip(groups, rooms, places, strict=True))
    for number, (group, place, box) in enumerate(zip(groups, places, boxes, strict=True)):
        if group:
            body.canvas.text(group, place, box, holds=number < len(body.places), most=size)


def _below(body: Body, content: list) -> None:
    """One below another: text as high as it is, tables too, pictures what is left."""
    parts = []
    for words, group in groupby(content, lambda block: isinstance(block, Paragraph)):
        parts += [list(group)] if words else list(group)
    place, box = body.places[0], body.box
    heights = _heights(parts, place, box.points)
    top = 0.0
    for number, (part, height) in enumerate(zip(parts, heights, strict=True)):
        here = box.part(top * POINT, height * POINT)
        _put(body, part, here, place if number == 0 else None, alone=len(parts) == 1)
        top += height + GAP


def _heights(parts: list, place: Place, room: tuple[float, float]) -> list[float]:
    width, height = room[0], room[1] - GAP * (len(parts) - 1)
    if len(parts) == 1:
        return [height]
    needed = [_needed(part, place, width, height) for part in parts]
    pictures = needed.count(None)
    said = sum(filter(None, needed))
    share = max(height - said, SMALLEST * height) / pictures if pictures else 0
    times = min(1, (height - share * pictures) / said) if said else 1
    return [share if each is None else each * times for each in needed]


def _needed(part, place: Place, width: float, height: float) -> float | None:
    """How high a part wants to be, in points; None for pictures."""
    if isinstance(part, list):
        return height_of(part, place.sizes[0], width - place.insets[0]) + place.insets[1] + 2
    return sum(measured(grid_of(part), width, height)[1].rows) if isinstance(part, Table) else None


def _put(body: Body, part, box: Box, place: Place | None, alone: bool) -> None:
    canvas, label = body.canvas, body.slide.label
    if isinstance(part, list):
        canvas.text(part, place or body.places[0], None if alone else box, name="" if place else "text", holds=place is not None)
    elif isinstance(part, Table):
        _table(canvas, grid_of(part), box, label, place)
    elif isinstance(part, Picture):
        canvas.picture(part.source, box, "picture", part.alt or label, place)
    elif part.chart is None or not _native(body, part, box, place):
        canvas.picture(part.source, box, "picture", part.alt, place)


def _table(canvas: Canvas, grid: Grid, box: Box, alt: str, place: Place | None, least: float = LEAST_CELL) -> None:
    cut, measures = measured(grid, *box.points, least=least)
    canvas.cut |= len(cut.rows) < len(grid.rows)
    canvas.frame(table_xml(cut, measures, canvas.writer), box_of(measures, box), "table", alt, place)


def _native(body: Body, part: Part, box: Box, place: Place | None) -> bool:
    """Draw a chart anew from what it shows; whether PowerPoint has a form for it."""
    chart, language, canvas = part.chart, body.language, body.canvas
    alt = alt_of(chart, part.alt, language)
    if chart.get("kind") == "tile_map" and chart["tiles"]:
        first = canvas.next_id(2 + len(chart["tiles"]) + 2 * len(chart["rows"]))
        canvas.add(tile_map(chart, box, first, alt, "map", canvas.look, language))
        return True
    grid = heat_grid(chart, language)
    if grid:
        _table(canvas, grid, box, alt, place)
        return True
    charts = bars_of(chart, language, *box.points) or []
    places = _halves(charts, box)
    # above and below them is as much, so that their rows are level
    keys, words = (max((lines(bars, here.points[0]) for bars, here in zip(charts, places)), default=0) for lines in (key_lines, axis_lines))
    for number, (bars, here) in enumerate(zip(charts, places)):
        native = native_chart(replace(bars, key_lines=keys, axis_lines=words), *here.points, canvas.look)
        canvas.chart(native, here, "chart", alt, place if number == 0 else None)
    return bool(charts)


def _halves(charts: list, box: Box) -> list[Box]:
    """The places of charts beside each other: the first, which names the rows, is the wider."""
    if len(charts) < 2:
        return [box]
    first = round(box.width * 0.58)
    return [Box(box.left, box.top, first, box.height), Box(box.left + first, box.top, box.width - first, box.height)]
