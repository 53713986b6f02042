"""Stata files (.dta): codes, labels, extended missing values .a to .z."""

from __future__ import annotations

import io
import re

import pandas as pd
import pyreadstat

from ledanalysis.errors import InputError
from ledanalysis.reading.dates import from_thousandths
from ledanalysis.reading.rawfile import RawFile
from ledanalysis.reading.spss import describe
from ledanalysis.reading.survey import Options, Survey, as_numbers, assemble

NAME = "Stata"
EXTENSIONS = (".dta",)
OPTIONS = ("encoding",)

EPOCH = 3653  # days from 1 January 1960, where Stata begins to count, to 1 January 1970
DAY = 86_400_000  # milliseconds
OLD = {104, 105, 108, 110, 111, 112, 113, 114, 115}  # versions that begin with their number
DATE = re.compile(r"%-?(?:t([CcdwmqhyCb])|(d))")


def recognises(file: RawFile) -> bool:
    head = file.content[:4]
    old = len(head) == 4 and head[0] in OLD and head[1] in (1, 2) and head[2] in (0, 1) and head[3] == 0
    return file.content.startswith(b"<stata_dta>") or old


def read(file: RawFile, options: Options) -> Survey:
    """Read a Stata file.

    The extended missing values .a to .z are NA, and stand in `user_missing` as '.a' to '.z'; what is '.' was empty.
    Dates (%td, %tc, %tw, %tm, %tq, %th, %ty) are datetimes of the period's first day.
    """
    raw, meta = _load(file, options.encoding)
    if not all(isinstance(name, str) and name for name in raw.columns):
        raise InputError("not readable as Stata: a variable without a name", file=file.name)
    columns, variables, found = {}, [], []
    for name in raw.columns:
        column, gone = _values(raw[name], meta.readstat_variable_types[name] == "string", _period(meta, name))
        columns[name] = column
        found.append((list(gone), name, list(gone.values())))
        labels = {_code(code): text for code, text in meta.variable_value_labels.get(name, {}).items()}
        missing = sorted({code for code in [*labels, *gone] if isinstance(code, str) and re.fullmatch(r"\.[a-z]", code)})
        variables.append(describe(name, meta.column_names_to_labels.get(name), labels, missing, column))
    data = pd.DataFrame(columns, index=pd.RangeIndex(len(raw)))
    return assemble(file, NAME, meta.file_encoding or options.encoding or "utf-8", data, variables, found)


def _load(file: RawFile, encoding: str | None):
    try:
        return pyreadstat.read_dta(
            io.BytesIO(file.content), user_missing=True, disable_datetime_conversion=True, encoding=encoding
        )
    except Exception as error:  # on a damaged file pyreadstat raises what its parser happens to meet
        problem = f"not readable as Stata: damaged, cut short or in another encoding ({error})"
        raise InputError(problem, file=file.name) from None


def _code(code):
    return f".{code}" if isinstance(code, str) and re.fullmatch("[a-z]", code) else code


def _period(meta, name: str) -> str:
    """What a date variable counts: C and c milliseconds, d days, w weeks, m months, q quarters, h half-years, y years."""
    found = DATE.match(meta.original_variable_types[name] or "")
    return (found[1] or found[2]) if found else ""


def _values(raw: pd.Series, is_text: bool, period: str) -> tuple[pd.Series, dict]:
    """A variable's values, and by row the codes for which they have NA."""
    if is_text:
        text = raw.astype("str").str.rstrip()
        return text.mask(text.str.strip() == ""), {}
    gone = {row: f".{code}" for row, code in raw.items() if isinstance(code, str)} if raw.dtype == object else {}
    numbers = pd.to_numeric(raw.mask(raw.index.isin(list(gone))) if gone else raw).astype("float64")
    if not period:
        return as_numbers(numbers), gone
    dates, impossible = from_thousandths(_thousandths(numbers, period))
    return dates, gone | numbers[impossible].to_dict()


def _thousandths(numbers: pd.Series, period: str) -> pd.Series:
    """Milliseconds since 1970 of the first moment of each period (years counted from 0, the others from 1960)."""
    if period in "Cc":
        return numbers - EPOCH * DAY  # %tC counts leap seconds: 27 in all, which no survey notices
    if period in "db":
        return (numbers - EPOCH) * DAY
    per_year = {"y": 1, "h": 2, "q": 4, "m": 12, "w": 52}[period]
    years = numbers // per_year + (0 if period == "y" else 1960)
    inside = years.between(1, 9999)
    within = (numbers % per_year).where(inside, 0)
    year = years.where(inside, 1970).astype("int64")
    first = year.map(lambda each: f"{each:04d}-01-01").to_numpy().astype("datetime64[D]")
    if period == "w":
        days = first + (within * 7).astype("int64").to_numpy()
    else:
        months = first.astype("datetime64[M]") + (within * (12 // per_year)).astype("int64").to_numpy()
        days = months.astype("datetime64[D]")
    result = pd.Series(days.astype("int64") * float(DAY), index=numbers.index)
    return result.where(inside, numbers.where(numbers.isna(), float("inf")))
