"""Safe HTML as paragraphs, tables and pictures: what a presentation can hold of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
MARKS = {"strong": "bold", "b": "bold", "th": "bold", "dt": "bold", "em": "italic", "i": "italic", "s": "strike", "del": "strike", "code": "code", "pre": "code",
         "sup": "raised", "sub": "lowered", "caption": "italic"}  # fmt: skip
BREAKS = {"p", "dt", "dd", "caption", "hr", "pre", "blockquote", "ul", "ol", "dl", "div", "table", *HEADINGS}


@dataclass(frozen=True)
class Run:
    """Text that looks the same. `marks` are of bold, italic, strike, code, raised, lowered; `link` is where it leads."""

    text: str
    marks: frozenset[str] = frozenset()
    link: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: `kind` is text, heading, item or quote; an item's `level` counts from 1, `number` is that of the first of a numbered list."""

    runs: tuple[Run, ...] = ()
    kind: str = "text"
    level: int = 1
    number: int = 0

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    runs: tuple[Run, ...] = ()
    head: bool = False
    right: bool = False
    across: int = 1
    down: int = 1

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Table:
    """A table's rows of cells; the first `heads` of them are its header."""

    rows: tuple[tuple[Cell, ...], ...] = ()
    heads: int = 0


@dataclass(frozen=True)
class Picture:
    """A picture: a data URI, and what it shows in words."""

    source: str
    alt: str


@dataclass
class _Reader(HTMLParser):
    """Goes through safe HTML, in which every tag is closed."""

    blocks: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.runs, self.lists, self.link = [], [], [], ""
        self.rows, self.cell, self.fresh = None, None, True

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "br":
            self._add("\v")
        elif tag == "img":
            self._end()
            self.blocks.append(Picture(found["src"], found.get("alt", "")))
        elif tag == "table":
            self._end()
            self.rows = []
        elif tag == "tr" and self.rows is not None:
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.cell = replace(Cell(), head=tag == "th", right="num" in found.get("class", ""),
                                across=_count(found.get("colspan")), down=_count(found.get("rowspan")))  # fmt: skip
        elif self.cell is None and tag in BREAKS | {"li"}:
            self._end()
        if tag in ("ul", "ol"):
            self.lists.append(_count(found.get("start")) if tag == "ol" else 0)
        self.fresh |= tag == "li"
        self.link = found.get("href", "") if tag == "a" else self.link
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in ("td", "th") and self.cell is not None:
            self.rows[-1].append(replace(self.cell, runs=_trimmed(self.runs)))
            self.runs, self.cell = [], None
        elif tag == "table" and self.rows is not None:
            self._table()
        elif self.cell is None and tag in BREAKS | {"li"}:
            self._end()
        if tag in ("ul", "ol"):
            self.lists.pop()
        if tag == "a":
            self.link = ""
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]

    def handle_data(self, data):
        if "pre" in self.open:
            for number, line in enumerate(data.rstrip("\n").split("\n")):
                self._add(f"{chr(11) if number else ''}{line}")
        elif self.rows is None or self.cell is not None or "caption" in self.open:
            self._add(re.sub(r"[ \t\r\n]+", " ", data))

    def _add(self, text):
        marks = {MARKS[tag] for tag in self.open if tag in MARKS} - ({"bold"} if self.cell is not None and self.cell.head else set())
        self.runs.append(Run(text, frozenset(marks), self.link))

    def _end(self):
        """End the paragraph that has begun, if there is anything in it."""
        runs, self.runs = _trimmed(self.runs), []
        if not any(run.text.strip() for run in runs):
            return
        self.blocks.append(Paragraph(runs, *self._kind()))

    def _kind(self):
        if self.lists:
            first, self.fresh = self.fresh, False  # what follows in the same item has no bullet of its own
            return ("item" if first else "text"), len(self.lists), self.lists[-1]
        if any(tag in HEADINGS for tag in self.open):
            return ("heading",)
        return ("quote",) if "blockquote" in self.open else ("text",)

    def _table(self):
        rows = tuple(tuple(row) for row in self.rows if row)
        heads = next((number for number, row in enumerate(rows) if not all(cell.head for cell in row)), len(rows))
        self.rows = None
        if rows:
            self.blocks.append(Table(rows, heads))


def _count(said) -> int:
    return min(int(said), 1000) if said and said.isdecimal() and int(said) else 1


def _trimmed(runs) -> tuple[Run, ...]:
    """Runs without white space at both ends and at the ends of lines."""
    told = []
    for run in runs:
        text = run.text.lstrip(" ") if not told or told[-1].text.endswith((" ", "\v")) and "code" not in run.marks else run.text
        if text.startswith("\v") and told:
            told[-1] = replace(told[-1], text=told[-1].text.rstrip(" "))
        if text:
            told.append(replace(run, text=text))
    while told and not told[-1].text.strip(" \v"):
        told.pop()
    return (*told[:-1], replace(told[-1], text=told[-1].text.rstrip(" \v"))) if told else ()


def blocks(html: str) -> list[Paragraph | Table | Picture]:
    """The paragraphs, tables and pictures of safe HTML, in order. In a paragraph's text \\v ends a line.

    Examples
    --------
    >>> [(block.kind, block.text) for block in blocks("<h3>Why</h3><ul><li><strong>Data</strong>: 72</li></ul>")]
    [('heading', 'Why'), ('item', 'Data: 72')]
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader._end()
    return reader.blocks
