"""SPSS files (.sav, .zsav): codes, labels, user-missing codes and multiple-response sets."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyreadstat

from ledanalysis.errors import InputError
from ledanalysis.reading import spss_check, words
from ledanalysis.reading.dates import from_thousandths
from ledanalysis.reading.rawfile import RawFile
from ledanalysis.reading.survey import Options, ResponseSet, Survey, as_numbers, assemble, kind_of

NAME = "SPSS"
EXTENSIONS = (".sav", ".zsav")
OPTIONS = ("encoding",)

DATES = {"DATE", "ADATE", "EDATE", "JDATE", "SDATE", "DATETIME", "YMDHMS", "QYR", "MOYR", "WKYR"}
PIECE = 5_000_000  # values read at once
EPOCH = 12_219_379_200  # seconds from 14 October 1582, where SPSS begins to count, to 1 January 1970


def recognises(file: RawFile) -> bool:
    return file.content.startswith((b"$FL2", b"$FL3"))


def read(file: RawFile, options: Options) -> Survey:
    """Read an SPSS file.

    Dates of every SPSS date format are datetimes; times and durations (TIME, DTIME) are numbers of seconds. A
    date outside the years 1-9999 is no date: it is NA, and its number of seconds stands in `user_missing`.
    """
    spss_check.check(file)
    parts, meta = _load(file, options.encoding)
    columns, variables, found = {}, [], []
    for name in list(parts):
        ranges = [_as_range(each) for each in meta.missing_ranges.get(name, [])]
        raw = _joined(parts.pop(name))
        column, gone = values_of(raw, ranges, _is_date(meta, name))
        columns[name] = column
        found.append(_where(raw, gone, name))
        labels = meta.variable_value_labels.get(name, {})
        variables.append(describe(name, meta.column_names_to_labels.get(name), labels, ranges, column))
    data = pd.DataFrame(columns, index=pd.RangeIndex(meta.number_rows), copy=False)
    return assemble(file, NAME, meta.file_encoding or "", data, variables, found, _sets(meta))


def _load(file: RawFile, encoding: str | None) -> tuple[dict[str, list], object]:
    """Each variable's values in pieces, and what the file says of them.

    Some rows at a time: pyreadstat makes a Python object of every value before it makes a table of them.
    """
    _, meta = _read(file, encoding, metadataonly=True)
    names, size = meta.column_names, max(1, PIECE // max(1, len(meta.column_names)))
    if not all(isinstance(name, str) for name in names):
        raise InputError("not readable as SPSS: a variable without a name", file=file.name)
    if len(set(names)) < len(names):
        raise InputError("not readable as SPSS: two variables of one name", file=file.name)
    parts: dict[str, list] = {name: [] for name in names}
    said, rows, piece = meta.number_rows, 0, size
    while piece == size:
        raw, meta = _read(file, encoding, row_offset=rows, row_limit=size)
        for name, held in parts.items():
            held.append(_compact(raw[name], meta.readstat_variable_types[name] == "string"))
        piece = len(raw)
        rows += piece
    if said is not None and said != rows:
        raise InputError(f"not readable as SPSS: {rows} cases where it says {said}", file=file.name)
    meta.number_rows = rows
    return parts, meta


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


def _compact(raw: pd.Series, is_text: bool):
    """Values without a Python object for each."""
    return pa.array(raw, type=pa.large_string(), from_pandas=True) if is_text else raw.to_numpy("float64")


def _joined(pieces: list) -> pd.Series:
    if isinstance(pieces[0], np.ndarray):
        return pd.Series(np.concatenate(pieces))
    chunks = [chunk for piece in pieces for chunk in (piece.chunks if isinstance(piece, pa.ChunkedArray) else [piece])]
    return words.series(pc.utf8_rtrim_whitespace(pa.chunked_array(chunks, pa.large_string())))


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
