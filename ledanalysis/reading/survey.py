"""What a survey delivery is once read: the same for every format."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from ledanalysis.errors import InputError
from ledanalysis.reading.rawfile import RawFile


CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\ufffe\uffff]")


@dataclass(frozen=True)
class Source:
    """Where a survey was read from.

    Attributes
    ----------
    name : str
        The file's name, without its folder.
    sha256 : str
        Of the bytes that were read.
    format : str
        "SPSS", "Excel", "CSV", ...
    encoding : str
        Of the texts; empty where the format fixes it.
    rows : int
        Respondents.
    """

    name: str
    sha256: str
    format: str
    encoding: str
    rows: int


class ResponseSet(list):
    """The variables of a multiple-response set, in the file's order: a list that knows what ticks an option.

    Attributes
    ----------
    counted : int, str or None
        The value that means 'ticked'; None for a set of categories, and where the reader could not tell.
    label : str
        What was asked.

    Examples
    --------
    >>> goals = ResponseSet(["b2_1", "b2_2"], counted=1, label="Doelen")
    >>> goals == ["b2_1", "b2_2"], goals.counted
    (True, 1)
    """

    def __init__(self, variables, *, counted=None, label=""):
        super().__init__(variables)
        self.counted = counted
        self.label = label


@dataclass(frozen=True, eq=False)
class Survey:
    """A survey as delivered: codes kept, nothing cleaned.

    Attributes
    ----------
    data : DataFrame
        One row per respondent in file order (index 0, 1, ...), the file's own column names. Numbers are int64 where
        all are whole and present, else float64; dates datetime64[us]; texts str. User-missing codes are NA.
    variables : DataFrame
        Indexed by column name: label (NA where the format has none), kind (number, text, date, category),
        values (dict of code to label), missing (list of user-missing codes; a range is a (low, high) tuple).
    multiple_response : dict of str to ResponseSet
        Set name to its variables.
    user_missing : DataFrame
        Columns row (index of `data`), variable, code: which user-missing code stood where `data` has NA. What is NA
        in `data` and not in here was empty.
    source : Source
    """

    data: pd.DataFrame
    variables: pd.DataFrame
    multiple_response: dict[str, ResponseSet]
    user_missing: pd.DataFrame
    source: Source


@dataclass(frozen=True)
class Options:
    """What can be asked of a reader of surveys: see `reading.read_survey`."""

    sheet: str | None = None
    labels_sheet: tuple[str, ...] | None = None
    header: tuple[int, ...] = ()
    first_row: int | None = None
    last_row: int | None = None
    group_rows: str | None = None
    blank_ends_group: bool = True
    na_values: tuple[str, ...] = ()
    text_columns: tuple[str, ...] = ()
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    structure: str | Path | None = None

    def check(self, form, file: RawFile) -> None:
        """Refuse an option that the format has no use for, rather than pass it over."""
        for field in fields(self):
            if getattr(self, field.name) != field.default and field.name not in form.OPTIONS:
                raise InputError(f"an option that {form.NAME} has no use for", file=file.name, value=field.name,
                                 allowed=form.OPTIONS)  # fmt: skip


def as_numbers(values) -> pd.Series:
    """Numbers as int64 where all are whole and present, else float64 with NaN.

    Examples
    --------
    >>> str(as_numbers([1.0, 2.0]).dtype), str(as_numbers([1.0, None]).dtype)
    ('int64', 'float64')
    """
    numbers = pd.Series(values, dtype="float64")
    whole = (numbers == np.floor(numbers)) & (numbers.abs() < 2**53)
    return numbers.astype("int64") if whole.all() and len(numbers) else numbers


def kind_of(column: pd.Series) -> str:
    """number, date or text, by the type of a column."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return "date"
    return "number" if pd.api.types.is_numeric_dtype(column) else "text"


def variables_frame(rows: list[dict]) -> pd.DataFrame:
    """The frame `Survey.variables` from one dict per variable (name, label, kind, values, missing)."""
    table = pd.DataFrame(rows, columns=["name", "label", "kind", "values", "missing"])
    return table.astype({"name": "str", "label": "str", "kind": "str"}).set_index("name")


def missing_frame(found: list[tuple]) -> pd.DataFrame:
    """The frame `Survey.user_missing` from (rows, variable, codes), ordered by row; codes keep their type.

    Examples
    --------
    >>> missing_frame([([0, 2], "q1", [9, 8]), ([0], "q2", [".a"])])
       row variable code
    0    0       q1    9
    1    0       q2   .a
    2    2       q1    8
    """
    rows = np.concatenate([np.empty(0, "int64"), *(np.asarray(rows, dtype="int64") for rows, _, _ in found)])
    places = np.repeat(np.arange(len(found)), [len(rows) for rows, _, _ in found])
    order = np.argsort(rows, kind="stable")
    codes = np.empty(len(rows), dtype="object")
    codes[:] = list(chain.from_iterable(codes for _, _, codes in found))
    variables = pd.array([name for _, name, _ in found], dtype="str").take(places[order])
    return pd.DataFrame({"row": rows[order], "variable": variables, "code": codes[order]})


def safe(text):
    """A text with \\ufffd for each control character, which no document can hold and a screen may obey.

    Examples
    --------
    >>> safe("a\x1bb\\tc")
    'a\ufffdb\\tc'
    """
    return CONTROL.sub("\ufffd", text) if isinstance(text, str) else text


def _may_hold_control(column: pd.Series) -> bool:
    """Whether the bytes of its texts (in UTF-8) are such that a pattern must look at them."""
    cells = pa.array(column.array, type=pa.large_string(), from_pandas=True)
    for chunk in cells.chunks if isinstance(cells, pa.ChunkedArray) else [cells]:
        _, offsets, data = chunk.buffers()
        if data is None or not len(chunk):
            continue
        ends = np.frombuffer(offsets, "int64")[[chunk.offset, chunk.offset + len(chunk)]]
        for start in range(ends[0], ends[1], 2**20):
            letters = np.frombuffer(data, "uint8")[start : min(start + 2**20, ends[1])]
            if (letters == 0x7F).any() or (letters == 0xEF).any() or not np.isin(letters[letters < 32], [9, 10, 13]).all():
                return True
    return False


def assemble(file: RawFile, form, encoding: str, data, variables, found, sets=None) -> Survey:
    """A `Survey` from what a format's reader found, its texts without control characters."""
    for name in data.columns[data.dtypes == "str"]:
        if _may_hold_control(data[name]) and data[name].str.contains(CONTROL.pattern, regex=True).any():
            data[name] = data[name].map(safe, na_action="ignore").astype("str")
    renamed = [safe(name) for name in data.columns]
    if renamed != list(data.columns):
        if len(set(renamed)) < len(renamed):
            raise InputError("names of columns that differ in control characters only", file=file.name)
        data.columns = renamed
        found = [(rows, safe(name), codes) for rows, name, codes in found]
        sets = {name: ResponseSet(map(safe, each), counted=each.counted, label=each.label) for name, each in (sets or {}).items()}
    variables = [each | {"name": safe(each["name"]), "label": safe(each["label"]),
                         "values": {safe(code): safe(label) for code, label in each["values"].items()}} for each in variables]  # fmt: skip
    source = Source(file.name, file.sha256, form, encoding, len(data))
    return Survey(data, variables_frame(variables), dict(sets or {}), missing_frame(found), source)
