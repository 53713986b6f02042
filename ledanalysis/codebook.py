"""The codebook's rows as typed objects, read and checked one by one; `references` holds the tables to one another."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from ledanalysis.errors import InputError

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]+$")]
Blank = Annotated[str, Field(default="")]
Number = Annotated[float | None, BeforeValidator(lambda value: None if value == "" else str(value).replace(",", "."))]

Whole = Annotated[int | None, BeforeValidator(lambda value: None if value == "" else value)]
Day = Annotated[date | None, BeforeValidator(lambda value: None if value == "" else value)]  # jjjj-mm-dd


class Row(BaseModel):
    """A row of a codebook table: unknown columns are an error, so that a misspelled one is not ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
    _line: int = PrivateAttr(0)  # the row in its file, for errors that show only between tables


class Labelled(Row):
    label_nl: Annotated[str, Field(min_length=1)]
    label_en: str = ""
    short_nl: str = ""
    short_en: str = ""


class Theme(Labelled):
    theme: Key
    code: int
    parent: str = ""
    definition_nl: str = ""
    patterns: str = ""
    exclusions: str = ""
    asked: Literal["", "yes", "no"] = ""  # no: found in texts, and no option that the survey offered


class Instrument(Labelled):
    instrument: Key
    options: Key
    code: int
    form: Literal["formal", "nonformal", "informal", "organisational", ""] = ""


class Option(Labelled):
    options: Key
    option: Key
    code: int
    missing: Literal["", "dont_know", "not_applicable"] = ""


ItemType = Literal[
    "respondent", "submitted", "municipality", "municipalities", "contact", "text",
    "single", "multi", "likert", "ranking", "points", "number", "mark", "open",
]  # fmt: skip


class Item(Labelled):
    item: Key
    question: str = ""
    block: str = ""
    type: ItemType
    options: str = ""
    scale: str = ""
    theme: str = ""
    measure: str = ""
    reversed: Literal["", "yes"] = ""
    min: Number = None
    max: Number = None
    asked_if: str = ""


class Column(Row):
    """A column of the delivery, or with `re:` all whose name the pattern is; item and option may then hold its groups."""

    column: Annotated[str, Field(min_length=1)]
    item: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-\\]*$")] = ""  # empty: known, and not used
    option: str = ""
    note: str = ""

    @property
    def pattern(self) -> str:
        """The regular expression, or "" of a plain name."""
        return self.column.removeprefix("re:") if self.column.startswith("re:") else ""


class Scale(Labelled):
    scale: Key
    measure: Key
    min_valid: Annotated[int, Field(ge=1)]


class Measure(Labelled):
    measure: Key
    kind: Literal["items", "difference", "scale", "mentions"]
    unit: Literal["score", "percent", "points", "scale", "mark", "euro"]
    statistic: Literal["mean", "share", "median", "worth"]
    first: str = ""  # of items: the measure whose items these are, where it is another
    second: str = ""
    transformation: Literal["", "top_two", "rank_points"] = ""
    views: Literal["", "units", "both"] = ""  # both: also weighed by staff, '% of staff working at one that ...'


class Rule(Labelled):
    rule: Key
    action: Literal["drop", "void"]
    test: Literal[
        "equals", "less_than", "less_than_median", "before", "after", "same_answer", "missing", "repeated",
        "exceeds", "not_with_others", "outside", "not_an_option", "sum_differs", "more_than", "repeated_option", "not_asked",
    ]  # fmt: skip
    where: str
    value: str = ""

    @property
    def number(self) -> float:
        """The value as a number; a ValueError if it is none."""
        return float(self.value.replace(",", "."))

    @property
    def date(self) -> datetime:
        """The value as a day, jjjj-mm-dd; a ValueError if it is none."""
        return datetime.strptime(self.value, "%Y-%m-%d")


class Marker(Row):
    horizon: Literal["now", "future", "none", "turn"]  # none: a denial; turn: a word that ends one
    pattern: Annotated[str, Field(min_length=1)]
    scope: Literal["", "clause", "after", "before", "next", "sentence"] = ""  # of what a denial speaks; empty: its clause


class Actor(Labelled):
    """Who has a part in learning and development; kind: of the own organisation, with others in the field, or outside it."""

    actor: Key
    kind: Literal["inside", "together", "outside"]
    patterns: Annotated[str, Field(min_length=1)]
    exclusions: str = ""


class Clustering(Labelled):
    clustering: Key
    source: Annotated[str, Field(pattern=r"^(register|file):.+")]
    report: Literal["yes", "asked", "no"] = "yes"  # asked: estimated, run only when named; no: for strata and weights only
    mirror: Literal["yes", "no"] = "no"  # whether a municipality's mirror shows it beside its cluster of this clustering


class Wave(Row):
    """How a measure's theme compares with one of an earlier wave; `*` is all themes of the measure."""

    measure: Key
    theme: Annotated[str, Field(min_length=1)] = "*"
    previous_measure: str = ""  # empty: the same
    previous_theme: str = ""
    comparable: Literal["yes", "no"]
    why: str = ""


class Name(Row):
    name: Annotated[str, Field(min_length=2)]


class Quote(Row):
    """What may be shown of a passage of `data/processed`, its words as they stand there; start and end tell which, if need be."""

    source: Key
    passage: int
    start: Whole = None
    end: Whole = None
    text: Annotated[str, Field(min_length=1)]
    approved_by: Annotated[str, Field(min_length=1)]
    approved_on: date  # jjjj-mm-dd


class Practice(Labelled):
    """What others do, linked to what is measured: a webinar, a story. Themes, forms, moments and instruments by ` | `."""

    practice: Key
    label_nl: Annotated[str, Field(min_length=1, max_length=60)]
    label_en: Annotated[str, Field(max_length=60)] = ""
    summary_nl: Annotated[str, Field(min_length=1, max_length=150)]  # a sentence: three of them go on a slide
    summary_en: Annotated[str, Field(max_length=150)] = ""
    source: Annotated[str, Field(max_length=80)] = ""
    source_en: Annotated[str, Field(max_length=80)] = ""  # empty: the same in English, as names are
    url: Annotated[str, Field(pattern=r"^(https?://[^\s<>()]+)?$")] = ""
    kind: Literal["webinar", "story", "method", "tool"]
    organisation: Annotated[str, Field(max_length=50)] = ""
    organisation_en: Annotated[str, Field(max_length=50)] = ""
    public: Literal["yes", "no", "fictitious"]  # no: kept here, shown nowhere; fictitious: shown beside made-up figures only
    themes: str = ""
    forms: str = ""
    moments: str = ""
    instruments: str = ""

    def linked(self, column: str) -> tuple[str, ...]:
        """The names in a cell of links."""
        return _split(getattr(self, column))


class KeptView(Row):
    """A view of the figures that was kept for a deck: what to draw, never a picture. The deck is that of its cluster."""

    finding: Key
    clustering: Key = "sector"
    cluster: Annotated[str, Field(min_length=1)] = "all"
    chart: Literal["ranking", "bars", "change", "heatmap"]
    measure: Key
    kind: Literal["", "theme", "instrument", "other"] = ""
    view: Literal["units", "staff", "unweighted"] = "units"
    across: str = ""  # of a heat map: the clustering whose clusters are its columns
    compared: str = ""  # only these clusters of it, by ` | `; empty: all
    themes: str = ""  # only these, by ` | `; empty: all
    note: Annotated[str, Field(max_length=90)] = ""  # stands above the finding
    kept_by: str = ""
    kept_on: Day = None

    @property
    def only(self) -> tuple[str, ...]:
        """The themes to show; empty for all."""
        return _split(self.themes)

    @property
    def beside(self) -> tuple[str, ...]:
        """The clusters of a heat map; empty for all."""
        return _split(self.compared)


class Coding(Row):
    """What somebody who read a passage of `data/processed` decided of a theme in it; start and end: of the words there alone."""

    source: Key
    passage: int
    start: Whole = None
    end: Whole = None
    theme: Key
    decision: Literal["accept", "reject"]
    horizon: Literal["", "now", "future", "unstated"] = ""  # of what is accepted; empty: as its words say
    decided_by: Annotated[str, Field(min_length=1)]
    decided_on: date  # jjjj-mm-dd
    fingerprint: Annotated[str, Field(pattern=r"^h[0-9a-f]{8}$")]  # of the passage's text as it was read: see `codings`
    note: str = ""

    @property
    def key(self) -> tuple[str, int, str]:
        """Where it stands and what it is of: source, passage, theme."""
        return self.source, self.passage, self.theme

    def meets(self, start: int, end: int) -> bool:
        """Whether it is of these letters of its passage, or of the passage as a whole."""
        return self.start is None or (self.start < end and start < self.end)


class Proposal(Row):
    """What somebody decided of a term that was proposed as a new theme; an accepted one is a row of themes.csv."""

    term: Annotated[str, Field(min_length=1)]
    decision: Literal["accept", "reject"]
    theme: str = ""  # that an accepted term has become
    decided_by: Annotated[str, Field(min_length=1)]
    decided_on: date  # jjjj-mm-dd
    note: str = ""


class Hypothesis(Labelled):
    """What is said of learning elsewhere, as a comparison that the survey can test.

    Groups are separated by ` | `, what is in one by commas: `measure:theme`, or `form=informal` for all instruments of
    a form of learning. The mean of each group in `higher` is held to be above that of each group in `lower`.
    """

    hypothesis: Key
    label_nl: Annotated[str, Field(min_length=1, max_length=110)]
    label_en: Annotated[str, Field(max_length=110)] = ""
    source: Annotated[str, Field(min_length=1, max_length=60)]  # who says so
    higher: Annotated[str, Field(min_length=1)]
    lower: Annotated[str, Field(min_length=1)]

    def groups(self, column: str) -> list[list[str]]:
        """The members of each group in a cell."""
        return [[name.strip() for name in group.split(",") if name.strip()] for group in getattr(self, column).split("|")]


TABLES: dict[str, tuple[type[Row], str | None]] = {
    # table: the row's type, and the column that must not repeat
    "themes": (Theme, "theme"),
    "instruments": (Instrument, "instrument"),
    "options": (Option, None),
    "items": (Item, "item"),
    "columns": (Column, "column"),
    "scales": (Scale, "scale"),
    "measures": (Measure, "measure"),
    "rules": (Rule, "rule"),
    "markers": (Marker, None),
    "actors": (Actor, "actor"),
    "clusterings": (Clustering, "clustering"),
    "names": (Name, "name"),
    "waves": (Wave, None),
    "quotes": (Quote, None),
    "practices": (Practice, "practice"),
    "hypotheses": (Hypothesis, "hypothesis"),
    "findings": (KeptView, "finding"),
    "codings": (Coding, None),
    "proposals": (Proposal, "term"),
}
REQUIRED = ("themes", "items", "measures", "clusterings")

TYPE_WORDS = {"int_parsing": "a whole number", "float_parsing": "a number", "missing": "a filled column",
              "date_from_datetime_parsing": "jjjj-mm-dd", "date_parsing": "jjjj-mm-dd",
              "string_too_short": "a filled cell"}  # fmt: skip


def _split(cell: str) -> tuple[str, ...]:
    """The names in a cell, between its ` | `."""
    return tuple(name.strip() for name in cell.split("|") if name.strip())


def read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a `;`-separated codebook file with their row numbers; wholly empty rows are passed over."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError("the codebook has no such file", file=path) from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8; in Excel, save as 'CSV UTF-8'", file=path.name) from None
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    header = next(reader, [])
    for name in header:
        if header.count(name) > 1:
            raise InputError("two columns of one name", file=path.name, row=1, column=name)
    rows = []
    for number, cells in enumerate(reader, 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            raise InputError("more or fewer cells than the header has", file=path.name, row=number,
                             value=len(cells), allowed=f"{len(header)} cells separated by ';'")  # fmt: skip
        rows.append((number, dict(zip(header, cells))))
    return rows


def read_table(path: Path, model: type[Row], unique: str | None) -> tuple[Row, ...]:
    """One codebook table, each row checked and typed.

    Raises
    ------
    InputError
        With file, row, column, value and what is allowed, for the first row that does not fit.
    """
    typed, seen = [], {}
    for number, row in read_rows(path):
        try:
            typed.append(model(**row))
        except ValidationError as error:
            raise as_input_error(error, path.name, number, model) from None
        typed[-1]._line = number
        key = getattr(typed[-1], unique) if unique else None
        if unique and key in seen:
            raise InputError(f"stands in row {seen[key]} too", file=path.name, row=number, column=unique, value=key)
        seen[key] = number
    return tuple(typed)


def as_input_error(error: ValidationError, file: str, row: int | None, model: type[BaseModel]) -> InputError:
    """The first fault that pydantic found in a row, as where it stands and what is allowed there."""
    first = error.errors()[0]
    column = ".".join(map(str, first["loc"]))
    place = dict(file=file, row=row, column=column)
    if first["type"] == "extra_forbidden":
        return InputError("unknown column", **place, allowed=model.model_fields)
    if first["type"] == "missing":
        return InputError("the column is not there", **place, allowed=model.model_fields)
    allowed = first.get("ctx", {}).get("expected") or first.get("ctx", {}).get("pattern")
    allowed = allowed or TYPE_WORDS.get(first["type"], first["msg"])
    return InputError("not allowed here", **place, value=first["input"], allowed=allowed)
