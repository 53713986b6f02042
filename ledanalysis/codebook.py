"""The codebook's rows as typed objects, and the checks that hold one table to another."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from ledanalysis.errors import InputError

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]+$")]
Blank = Annotated[str, Field(default="")]
Number = Annotated[float | None, BeforeValidator(lambda value: None if value == "" else str(value).replace(",", "."))]


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
    column: Annotated[str, Field(min_length=1)]
    item: Key
    option: str = ""


class Scale(Labelled):
    scale: Key
    measure: Key
    min_valid: Annotated[int, Field(ge=1)]


class Measure(Labelled):
    measure: Key
    kind: Literal["items", "difference", "scale", "mentions"]
    unit: Literal["score", "percent", "points", "scale", "mark", "euro"]
    statistic: Literal["mean", "share", "median"]
    first: str = ""
    second: str = ""


class Rule(Labelled):
    rule: Key
    action: Literal["drop", "void"]
    test: Literal[
        "equals", "less_than", "missing", "repeated",
        "outside", "not_an_option", "sum_differs", "more_than", "repeated_option",
    ]  # fmt: skip
    where: str
    value: str = ""


class Marker(Row):
    horizon: Literal["now", "future", "none"]
    pattern: Annotated[str, Field(min_length=1)]


class Clustering(Labelled):
    clustering: Key
    source: Annotated[str, Field(pattern=r"^(register|file):.+")]
    report: Literal["yes", "no"] = "yes"


class Name(Row):
    name: Annotated[str, Field(min_length=2)]


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
    "clusterings": (Clustering, "clustering"),
    "names": (Name, "name"),
}
REQUIRED = ("themes", "items", "columns", "measures", "clusterings")

REFERENCES = [
    # (table, column) must name a row of (table, column); an empty cell names nothing
    ("themes", "parent", "themes", "theme"),
    ("items", "scale", "scales", "scale"),
    ("items", "measure", "measures", "measure"),
    ("scales", "measure", "measures", "measure"),
    ("measures", "first", "measures", "measure"),
    ("measures", "second", "measures", "measure"),
    ("columns", "item", "items", "item"),
]

TYPE_WORDS = {"int_parsing": "a whole number", "float_parsing": "a number", "missing": "a filled column"}


def read_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """The rows of a `;`-separated codebook file with their row numbers; wholly empty rows are passed over."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError("the codebook has no such file", file=path) from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8; in Excel, save as 'CSV UTF-8'", file=path.name) from None
    reader = csv.DictReader(text.splitlines(), delimiter=";")
    rows = []
    for row in reader:
        if None in row or None in row.values():
            raise InputError("more or fewer cells than the header has", file=path.name, row=reader.line_num,
                             allowed=f"{len(reader.fieldnames or [])} cells separated by ';'")  # fmt: skip
        if any(value.strip() for value in row.values()):
            rows.append((reader.line_num, row))
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


def check_references(tables: dict[str, tuple[Row, ...]], options: dict[str, dict]) -> None:
    """Hold each table to the others: a key that is named must exist.

    Raises
    ------
    InputError
        For the first name without a row, with the names that exist.
    """
    for table, column, target, key in REFERENCES:
        known = {getattr(row, key) for row in tables[target]}
        for row in tables[table]:
            value = getattr(row, column)
            if value and value not in known:
                raise InputError(f"no such row in {target}.csv", file=f"{table}.csv", row=row._line, column=column,
                                 value=value, allowed=sorted(known))  # fmt: skip
    _check_items(tables, options)
    _check_columns(tables, options)


def _check_items(tables, options) -> None:
    things = {row.theme for row in tables["themes"]} | {row.instrument for row in tables["instruments"]}
    names = {row.item for row in tables["items"]}
    for item in tables["items"]:
        place = dict(file="items.csv", row=item._line)
        needs_options = item.type in ("single", "multi", "likert", "ranking")
        if needs_options and item.options not in options:
            raise InputError("no such set of options", **place, column="options", value=item.options, allowed=options)
        if item.theme and item.theme not in things | names:
            raise InputError("no such theme, instrument or item", **place, column="theme", value=item.theme,
                             allowed=sorted(things))  # fmt: skip
        source, _, option = item.asked_if.partition("=")
        if item.asked_if and source not in names:
            raise InputError("no such item", **place, column="asked_if", value=item.asked_if, allowed="item=option")
        if item.asked_if and option not in options[next(i.options for i in tables["items"] if i.item == source)]:
            raise InputError("no such option", **place, column="asked_if", value=item.asked_if, allowed="item=option")


def _check_columns(tables, options) -> None:
    items = {item.item: item for item in tables["items"]}
    for column in tables["columns"]:
        item = items[column.item]
        allowed = {"multi": options.get(item.options), "ranking": [str(n) for n in range(1, 100)]}.get(item.type, [""])
        if column.option not in allowed:
            raise InputError(f"no such option of {item.item}", file="columns.csv", row=column._line, column="option",
                             value=column.option, allowed=list(allowed)[:40])  # fmt: skip
