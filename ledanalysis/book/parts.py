"""What a sheet is made of, before it is one: tables with a caption, and with notes below them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Figure(NamedTuple):
    """A number in the decimals that it is published in."""

    value: float
    decimals: int = 0


class Mark(NamedTuple):
    """A word that stands where a number is not shown."""

    word: str


class Link(NamedTuple):
    """The name of a sheet, to go there."""

    sheet: str


@dataclass(frozen=True)
class Grid:
    """A table: a header of texts that differ, and rows of texts, `Figure`, `Mark` and `Link`.

    Attributes
    ----------
    name : str
        Of the table in the workbook: letters, digits and low lines.
    caption : str
    header : list of str
    rows : list of list
    first : int
        So many columns name the row; two grids on a sheet have the same columns.
    filtered : bool
        Whether the columns that name the row can be filtered.
    notes : list of (str, str)
        What stands below it: a word, and what it explains.
    """

    name: str
    caption: str
    header: list[str]
    rows: list[list]
    first: int = 1
    filtered: bool = False
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its title, what was asked and tables; `split` and `unit` are told in the contents."""

    name: str
    title: str
    grids: list[Grid]
    asked: str = ""
    split: str = ""
    unit: str = ""
