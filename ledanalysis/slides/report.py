"""A mirror on two pages of paper: what its deck shows, as tables, in the order in which it is to be read.

Page 1 has beside whom one stands, the findings, and what matters now and in the coming years; page 2 all the rest.
No figure is worked out here: they are the words of the table behind each chart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledanalysis.errors import InputError
from ledanalysis.labels import text
from ledanalysis.slides.deck import Deck, Slide

GROUPS = "groups"  # the slide that says beside whom one stands: what a deck must have to be a mirror
NOW, FUTURE = "now", "future"
OWN, LABEL = "own", "label"
BESIDE_MARKS = ("own_text", "not_shown")
MISSING = "–"
SCALE = {"score": (0, 100), "percent": (0, 100)}  # of units that a line can be drawn on
ARROW = " → "


@dataclass(frozen=True)
class Row:
    """A row: its label, its cells in words, and where on a line from 0 to 100 its own answers now and later are."""

    label: str
    cells: tuple[str, ...]
    line: tuple[float, float] | None = None


@dataclass(frozen=True)
class Table:
    """What the figures are; headings, the first that of the rows' labels; what both ends of a row's line are; `lines`: rows have one."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    ends: tuple[str, ...] = ()

    @property
    def lines(self) -> bool:
        return any(row.line for row in self.rows)


@dataclass(frozen=True)
class Section:
    """A piece of a page: a question, what was found, a table or safe HTML, and what it rests on."""

    name: str
    heading: str
    finding: str = ""
    table: Table | None = None
    html: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """Both pages, and the findings that stand on the first."""

    findings: tuple[str, ...]
    pages: tuple[tuple[Section, ...], tuple[Section, ...]]


def report_of(deck: Deck, file=None) -> Report:
    """The report in a mirror's deck.

    Parameters
    ----------
    deck : Deck
    file : path-like, optional
        Where it came from, for error messages.

    Raises
    ------
    InputError
        If the deck is no mirror: no slide in it is named `groups`.

    Examples
    --------
    >>> from ledanalysis.slides.deck import Part
    >>> groups = Slide("Beside whom", layout="table", parts=(Part(html="<table></table>"),), name=GROUPS)
    >>> report_of(Deck("Learning", "Mirror", "en", "Survey", "", "", (groups,))).pages[0][0].heading
    'Beside whom'
    """
    slides = {slide.name or str(number): slide for number, slide in enumerate(deck.slides) if slide.layout != "title"}
    if GROUPS not in slides:
        raise InputError(f"this is no mirror, so there is no report of it: no slide in it is named '{GROUPS}'", file=file)
    charted = [slide for slide in slides.values() if _chart(slide)]
    for chart in filter(_own, map(_chart, charted)):
        if len(chart["columns"]) != len(chart["table"]["columns"]):
            raise InputError("two columns of a chart have the same heading", file=file, value=chart["table"]["columns"])
    first = [_section(slides.pop(GROUPS), deck), *_importance(slides.pop(NOW, None), slides.pop(FUTURE, None), deck)]
    second = [_section(slide, deck) for slide in slides.values()]
    return Report(tuple(slide.title for slide in charted), (tuple(first), tuple(second)))


def _chart(slide: Slide) -> dict | None:
    """What a slide's picture shows, but for what stands beside its marks in words: a table has its cells, and a dash."""
    chart = next((part.chart for part in slide.parts if part.chart), None)
    if not _own(chart) or len(chart["columns"]) != len(chart["table"]["columns"]):
        return chart
    kept = [place for place, column in enumerate(chart["columns"]) if column["key"] not in BESIDE_MARKS]

    def only(row: list) -> list:
        return [row[place] for place in kept]

    table = {"columns": only(chart["table"]["columns"]), "rows": [only(row) for row in chart["table"]["rows"]]}
    return chart | {"columns": only(chart["columns"]), "rows": [only(row) for row in chart["rows"]], "table": table}


def _own(chart: dict | None) -> bool:
    """Whether a chart sets own answers beside those of groups."""
    return bool(chart) and chart["kind"] == "beside"


def _section(slide: Slide, deck: Deck) -> Section:
    chart = _chart(slide)
    html = "".join(part.html for part in slide.parts)
    heading = slide.kicker or slide.title
    finding = slide.title if slide.kicker and slide.layout != "text" else ""
    table = _table(chart, deck.language) if chart else None
    return Section(slide.name, heading, finding, table, html, _notes([slide.footer], table, deck))


def _notes(said: list[str], table: Table | None, deck: Deck) -> tuple[str, ...]:
    """What a table rests on, and what a dash in it means."""
    dashed = table is not None and any(MISSING in cell for row in table.rows for cell in row.cells)
    return tuple(filter(None, [*said, text("report_dash", deck.language) if dashed else ""]))


def _importance(now: Slide | None, future: Slide | None, deck: Deck) -> Iterator[Section]:
    """Now and the coming years in one table; one after the other where they do not have the same rows."""
    both = [slide for slide in (now, future) if slide]
    if len(both) == 2 and all(_own(_chart(slide)) for slide in both) and _alike(*map(_chart, both)):
        words = {key: text(f"chart_{key}", deck.language) for key in (NOW, FUTURE)}
        bases = [now.footer] if now.footer == future.footer else [f"{words[NOW]} – {now.footer}", f"{words[FUTURE]} – {future.footer}"]
        table = _joined(_chart(now), _chart(future), words, deck.language)
        yield Section("importance", text("report_importance", deck.language), "", table, notes=_notes(bases, table, deck))
    else:
        yield from (_section(slide, deck) for slide in both)


def _alike(now: dict, future: dict) -> bool:
    """Whether both have the same unit and rows, each once: else a figure could come to stand in another's row."""
    rows = [sorted(row[0] for row in chart["rows"]) for chart in (now, future)]
    return now["unit"] == future["unit"] and rows[0] == rows[1] and len(set(rows[0])) == len(rows[0])


def _table(chart: dict, language: str) -> Table:
    cells = _answered if _own(chart) else lambda cells, *_: cells
    rows = [Row(row[0], tuple(cells(row[1:], chart, language))) for row in chart["table"]["rows"]]
    return Table(_caption(chart, language), tuple(_headings(chart["columns"], chart["table"]["columns"], language)), tuple(rows))


def _headings(columns: list[dict], labels: list[str], language: str) -> list[str]:
    """Headings that fit above figures: 'we' for whose answers they are, of 'size class: small' the 'small'; page 1 has both in full."""
    if not any(column["key"] == OWN for column in columns):
        return labels
    short = [label.split(": ", 1)[-1] for label in labels[2:]]
    return [labels[0], text("report_own", language), *(short if len(set(short)) == len(short) else labels[2:])]


def _caption(chart: dict, language: str) -> str:
    yes_no = any(column["key"] == OWN and column["unit"] == "text" for column in chart["columns"])
    return text("report_yes_no" if yes_no else f"chart_axis_{chart['unit']}", language)


def _answered(cells: list[str], chart: dict, language: str) -> Iterator[str]:
    """A row's cells; of the own answer it is said that there is none, of a group's figure a dash that it is not shown."""
    for column, words in zip(chart["columns"][1:], cells, strict=True):
        yield text("mirror_no_answer", language) if column["key"] == OWN and words == MISSING else words


def _joined(now: dict, future: dict, words: dict, language: str) -> Table:
    """Both charts' figures, 'now → later' in one cell, in the order of the first."""
    columns = {column["key"]: column for chart in (now, future) for column in chart["columns"]}
    headings = _headings([*columns.values()], [column["label"] for column in columns.values()], language)
    told = [_by_row(chart) for chart in (now, future)]
    rows = []
    for label in told[0]:
        pairs = {key: [figures[label].get(key, MISSING) for figures in told] for key in columns if key != LABEL}
        cells = [_pair(pair, key == OWN, language) for key, pair in pairs.items()]
        rows.append(Row(label, tuple(cells), _line(now, future, label)))
    caption = f"{words[NOW]}{ARROW}{words[FUTURE]}; {text('chart_axis_' + now['unit'], language)}"
    return Table(caption, tuple(headings), tuple(rows), (words[NOW], words[FUTURE]))


def _pair(pair: list[str], own: bool, language: str) -> str:
    if set(pair) == {MISSING}:
        return text("mirror_no_answer", language) if own else MISSING
    return ARROW.join(pair)


def _by_row(chart: dict) -> dict[str, dict[str, str]]:
    """By a row's label and a column's key, its words."""
    keys = [column["key"] for column in chart["columns"]]
    return {row[0]: dict(zip(keys, row, strict=True)) for row in chart["table"]["rows"]}


def _line(now: dict, future: dict, label: str) -> tuple[float, float] | None:
    """Where the own answers are on the scale, in percent of its length."""
    ends = []
    for chart in (now, future):
        place = [column["key"] for column in chart["columns"]].index(OWN)
        ends.append(next(row[place] for row in chart["rows"] if row[0] == label))
    if chart["unit"] not in SCALE or any(not isinstance(end, int | float) for end in ends):
        return None
    low, high = SCALE[chart["unit"]]
    return tuple(100 * (end - low) / (high - low) for end in ends)
