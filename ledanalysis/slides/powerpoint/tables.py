"""Native tables: of the words on a slide, and of a heat map, its cells shaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledanalysis import style
from ledanalysis.slides.powerpoint.drawingml import POINT, Box
from ledanalysis.slides.powerpoint.fitting import ELLIPSIS, LINE, largest, lines_of, width_of
from ledanalysis.slides.powerpoint.paragraphs import Writer
from ledanalysis.slides.powerpoint.words import Run, Table

GRAPHIC = "http://schemas.openxmlformats.org/drawingml/2006/table"
PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's table style without lines and fills
BESIDE, ABOVE = 0.45, 0.18  # margins of a cell, of its letters' size
LEGIBLE, TALLEST = 11, 7.5  # points: letters that columns are measured with; of its letters' size, an upright heading of more than one line
SPARE = 1.04  # of a text's width: programs round differently
WIDEST, LEAST_WIDE, LARGEST = 0.5, 0.6, 18  # a first column and a table of the room, letters in points


@dataclass(frozen=True)
class Field:
    """A cell of a native table. `across` and `down` count what it covers; `covered`: another's; `upright`: text from below to above."""

    runs: tuple[Run, ...] = ()
    bold: bool = False
    align: str = "l"
    fill: str = ""
    code: str = ""
    hatched: bool = False
    across: int = 1
    down: int = 1
    covered: str = ""
    upright: bool = False

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Grid:
    """A native table: rows of fields, how many are its header, and whether its columns but the first are equally wide."""

    rows: tuple[tuple[Field, ...], ...]
    heads: int = 1
    even: bool = False
    lines: bool = True


@dataclass(frozen=True)
class Measures:
    """What a grid is given: letters, columns and rows, in points."""

    size: float
    columns: tuple[float, ...]
    rows: tuple[float, ...]


def grid_of(table: Table) -> Grid:
    """The grid of a table of words: cells over more columns or rows are followed by those they cover."""
    width = max(sum(cell.across for cell in row) for row in table.rows)
    rows, taken = [], {}
    for number, row in enumerate(table.rows):
        fields, cells, place = {}, list(row), 0
        while place < width:
            if (number, place) in taken:
                fields[place] = taken[number, place]
                place += 1
                continue
            cell = cells.pop(0) if cells else None
            if cell is None:
                fields[place], place = Field(), place + 1
                continue
            across, down = min(cell.across, width - place), min(cell.down, len(table.rows) - number)
            fields[place] = Field(cell.runs, number < table.heads, "r" if cell.right else "l", across=across, down=down)
            for below in range(down):
                for beside in range(across):
                    if below or beside:
                        taken[number + below, place + beside] = Field(covered="v" if below and not beside else "h" if not below else "hv")
            fields |= {place + beside: taken[number, place + beside] for beside in range(1, across)}
            place += across
        rows.append(tuple(fields[column] for column in range(width)))
    return Grid(tuple(rows), table.heads)


def measured(grid: Grid, width: float, height: float, size: float = LARGEST, least: float = 8) -> tuple[Grid, Measures]:
    """The grid, with rows left out that do not fit with the smallest letters, and its measures."""
    grid = _turned(grid, width)
    size = largest(lambda letters: sum(_rows(grid, letters, _columns(grid, letters, width))) <= height, size, least)
    columns = _columns(grid, size, width)
    rows = _rows(grid, size, columns)
    while sum(rows) > height and len(grid.rows) > grid.heads + 1:
        over = max(1, int((sum(rows) - height) / max(rows)))
        kept = grid.rows[: max(len(grid.rows) - 1 - over, grid.heads)]
        grid = replace(grid, rows=(*kept, (Field((Run(ELLIPSIS),)), *[Field()] * (len(columns) - 1))))
        rows = _rows(grid, size, columns)
    return grid, Measures(size, columns, rows)


def _turned(grid: Grid, room: float) -> Grid:
    """The grid, with the headings of columns that are narrower than their words turned upright."""
    if not grid.even or len(grid.rows[0]) < 2:
        return grid
    size, head = LEGIBLE, grid.rows[0]
    if max(_longest(field) for field in head[1:]) * SPARE + 2 * BESIDE <= _columns(grid, size, room)[1] / size:
        return grid
    return replace(grid, rows=(tuple(replace(field, upright=bool(field.runs), align="l") for field in head), *grid.rows[1:]))


def _columns(grid: Grid, size: float, room: float) -> tuple[float, ...]:
    places = range(len(grid.rows[0]))
    wide, needed = ([max((of(row[place]) for row in grid.rows), default=0) * size * SPARE + 2 * BESIDE * size for place in places]
                    for of in (_whole, _longest))  # fmt: skip
    if grid.even:
        first = min(wide[0], WIDEST * room)
        return first, *[min((room - first) / max(len(wide) - 1, 1), 1.5 * max([60, *wide[1:]]))] * (len(wide) - 1)
    total = sum(wide)
    if total <= room:
        times = max(1, LEAST_WIDE * room / total)
        return tuple(each * times for each in wide)
    spare = room - sum(needed)
    if spare <= 0:
        return tuple(each * room / sum(needed) for each in needed)
    over = sum(wide) - sum(needed)
    return tuple(least + spare * (most - least) / over for least, most in zip(needed, wide, strict=True))


def _whole(field: Field) -> float:
    return 0 if field.across > 1 else max((width_of(line, field.bold) for line in field.text.split("\v")), default=0)


def _longest(field: Field) -> float:
    return 0 if field.across > 1 else min(max((width_of(word, field.bold) for word in field.text.split()), default=0), 14)


def _rows(grid: Grid, size: float, columns: Sequence[float]) -> tuple[float, ...]:
    above = ABOVE if grid.lines else 0.06
    return tuple(
        size * (2 * above + max((_high(field, place, size, columns) for place, field in enumerate(row) if field.down == 1), default=LINE))
        for row in grid.rows
    )


def _high(field: Field, place: int, size: float, columns: Sequence[float]) -> float:
    """How high a field's text is, of its letters' size."""
    tall = _longest(field) if _whole(field) > TALLEST else 0
    return max(min(_whole(field), TALLEST), tall) * SPARE + 2 * BESIDE if field.upright else LINE * _lines(field, place, size, columns)


def _lines(field: Field, place: int, size: float, columns: Sequence[float]) -> int:
    room = sum(columns[place : place + field.across]) / size - 2 * BESIDE
    return lines_of(field.text, max(room, 1) * 1.001, field.bold) if field.runs else 1


def table_xml(grid: Grid, measures: Measures, writer: Writer) -> str:
    """The table as the contents of a frame."""
    columns = "".join(f'<a:gridCol w="{round(width * POINT)}"/>' for width in measures.columns)
    rows = "".join(
        f'<a:tr h="{round(height * POINT)}">{"".join(_cell(field, grid, number, measures.size, writer) for field in row)}</a:tr>'
        for number, (row, height) in enumerate(zip(grid.rows, measures.rows, strict=True))
    )
    flags = ' firstRow="1"' if grid.heads else ""
    return (f'<a:graphicData uri="{GRAPHIC}"><a:tbl><a:tblPr{flags}><a:tableStyleId>{PLAIN}</a:tableStyleId></a:tblPr>'
            f"<a:tblGrid>{columns}</a:tblGrid>{rows}</a:tbl></a:graphicData>")  # fmt: skip


def _cell(field: Field, grid: Grid, number: int, size: float, writer: Writer) -> str:
    look = writer.look
    spans = (f' gridSpan="{field.across}"' if field.across > 1 else "") + (f' rowSpan="{field.down}"' if field.down > 1 else "")
    spans += (' hMerge="1"' if "h" in field.covered else "") + (' vMerge="1"' if "v" in field.covered else "")
    runs = [replace(run, marks=run.marks | {"bold"}) if field.bold else run for run in field.runs]
    words = "".join(writer.run(run, size, code=field.code or style.colour("ink")) for run in runs)
    end = "" if words else look.letters(size, tag="a:endParaRPr")
    beside, above = round(BESIDE * size * POINT), round((ABOVE if grid.lines else 0.06) * size * POINT)
    if grid.lines:
        head = number == grid.heads - 1
        under = look.line(style.colour("ink" if head else "grid"), 1.5 if head else 0.75, "a:lnB")
    else:
        under = "".join(look.line(style.colour("paper"), 1.5, f"a:ln{side}") for side in "LRTB")
    fill = look.fill(field.fill) if field.fill else "<a:noFill/>"
    if field.hatched:
        fill = (f'<a:pattFill prst="ltUpDiag"><a:fgClr>{look.colour(style.colour("hatch"))}</a:fgClr>'
                f'<a:bgClr>{look.colour(style.colour("suppressed"))}</a:bgClr></a:pattFill>')  # fmt: skip
    turned = ' vert="vert270"' if field.upright else ""
    anchor = "ctr" if field.upright else "b" if number < grid.heads else "t" if grid.lines else "ctr"
    return (
        f'<a:tc{spans}><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="{field.align}"/>{words}{end}</a:p></a:txBody>'
        f'<a:tcPr marL="{beside}" marR="{beside}" marT="{above}" marB="{above}" anchor="{anchor}"{turned}>{under}{fill}</a:tcPr></a:tc>'
    )


def box_of(measures: Measures, box: Box) -> Box:
    """What a table takes of a place."""
    return Box(box.left, box.top, round(sum(measures.columns) * POINT), round(sum(measures.rows) * POINT))
