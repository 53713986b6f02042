"""SPSS files (.sav, .zsav): codes, labels, user-missing codes and multiple-response sets."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyreadstat

from ledanalysis.errors import InputError
from ledanalysis.reading import spss_cases, spss_check, words
from ledanalysis.reading.dates import from_thousandths
from ledanalysis.reading.rawfile import RawFile
from ledanalysis.reading.survey import Options, ResponseSet, Survey, as_numbers, assemble, kind_of

NAME = "SPSS"
EXTENSIONS = (".sav", ".zsav")
OPTIONS = ("encoding",)

DATES = {"DATE", "ADATE", "EDATE", "JDATE", "SDATE", "DATETIME", "YMDHMS", "QYR", "MOYR", "WKYR"}
EPOCH = 12_219_379_200  # seconds from 14 October 1582, where SPSS begins to count, to 1 January 1970


def recognises(file: RawFile) -> bool:
    return file.content.startswith((b"$FL2", b"$FL3"))


def read(file: RawFile, options: Options) -> Survey:
    """Read an SPSS file.

    Dates of every SPSS date format are datetimes; times and durations (TIME, DTIME) are numbers of seconds. A
    date outside the years 1-9999 is no date: it is NA, and its number of seconds stands in `user_missing`.
    """
    layout = spss_check.check(file)
    _, meta = _read(file, options.encoding, metadataonly=True)
    values = _values(file, layout, options.encoding, meta)
    columns, variables, found = {}, [], []
    for name in list(values):
        ranges = [_as_range(each) for each in meta.missing_ranges.get(name, [])]
        raw = values.pop(name)
        column, gone = values_of(raw, ranges, _is_date(meta, name))
        columns[name] = column
        found.append(_where(raw, gone, name))
        labels = meta.variable_value_labels.get(name, {})
        variables.append(describe(name, meta.column_names_to_labels.get(name), labels, ranges, column))
    data = pd.DataFrame(columns, copy=False)
    return assemble(file, NAME, meta.file_encoding or "", data, variables, found, _sets(meta))


def _values(file: RawFile, layout: spss_check.Layout, encoding: str | None, meta) -> dict[str, pd.Series]:
    """Each variable's values as they stand."""
    names = meta.column_names
    if not all(isinstance(name, str) for name in names) or len(set(names)) < len(names):
        raise InputError("not readable as SPSS: a variable without a name of its own", file=file.name)
    widths = [width for width in layout.segments if width >= 0]
    if [meta.readstat_variable_types[name] == "string" for name in names] == [width > 0 for width in widths]:
        found = spss_cases.columns(file, layout, encoding or meta.file_encoding)
        if found is not None:
            return {name: pd.Series(each) if isinstance(each, np.ndarray) else words.series(each) for name, each in zip(names, found)}
    raw, _ = _read(file, encoding)
    if layout.cases not in (-1, len(raw)):
        raise InputError(f"not readable as SPSS: {len(raw)} cases where it says {layout.cases}", file=file.name)
    return {name: raw[name] for name in names}


def _read(file: RawFile, encoding: str | None, **asked):
    # Dates stay numbers: pyreadstat's own conversion ends in an OverflowError on one odd date, such as a
    # user-missing 99999999999, and leaves quarters, months and weeks as they are.
    try:
        return pyreadstat.read_sav(
            file.stream(), user_missing=True, disable_datetime_conversion=True, encoding=encoding, **asked
        )
    except Exception as error:  # on a damaged file pyreadstat raises what its parser happens to meet
        problem = f"not readable as SPSS: damaged, cut short or in another encoding ({error})"
        raise InputError(problem, file=file.name) from None


def _where(raw: pd.Series, gone: pd.Series, name: str) -> tuple:
    """The rows where a code is user-missing, and which."""
    places, codes = pd.factorize(raw[gone])
    codes = [tidy(code) for code in codes]
    return np.flatnonzero(gone), name, [codes[place] for place in places]


def _is_date(meta, name: str) -> bool:
    if meta.readstat_variable_types[name] == "string":
        return False
    return re.match(r"[A-Z]*", meta.original_variable_types[name] or "").group() in DATES


def _as_range(each: dict):
    """A user-missing code, or a (low, high) range; 'lowest' and 'highest' are infinite."""
    low, high = tidy(each["lo"]), tidy(each["hi"])
    return low if low == high else (low, high)


def values_of(raw: pd.Series, ranges, is_date: bool) -> tuple[pd.Series, pd.Series]:
    """A variable's values with NA for what is user-missing, and where that was."""
    if not pd.api.types.is_numeric_dtype(raw):
        text = raw.astype("str").str.rstrip()
        gone = text.isin([code for code in ranges if isinstance(code, str)])
        return text.mask(gone | (text.str.strip() == "")), gone
    gone = pd.Series(False, index=raw.index)
    for each in ranges:
        low, high = each if isinstance(each, tuple) else (each, each)
        gone |= raw.between(low, high)
    if not is_date:
        return as_numbers(raw.mask(gone)), gone
    dates, impossible = from_thousandths((raw.mask(gone) - EPOCH) * 1000)  # to the millisecond
    return dates, gone | impossible


def describe(name: str, label, labels: dict, ranges, column: pd.Series) -> dict:
    """A row of `Survey.variables`; labels of user-missing codes alone do not make a category."""
    values = {tidy(code): text for code, text in labels.items()}
    labelled = any(not _within(code, ranges) for code in values)
    kind = kind_of(column)
    return {
        "name": name,
        "label": label or None,
        "kind": "category" if labelled and kind != "date" else kind,
        "values": values,
        "missing": ranges,
    }


def _within(code, ranges) -> bool:
    return any(each[0] <= code <= each[1] if isinstance(each, tuple) else code == each for each in ranges)


def tidy(code):
    """A code as written: 1 for 1.0, texts without the blanks that SPSS fills them up with."""
    if isinstance(code, str):
        return code.rstrip()
    return int(code) if float(code).is_integer() else float(code)


def _sets(meta) -> dict[str, ResponseSet]:
    return {
        name: ResponseSet(each["variable_list"], counted=each["counted_value"], label=each["label"] or "")
        for name, each in meta.mr_sets.items()
    }
