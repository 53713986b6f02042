"""A column of texts by its different words: what is so of a word is so of every cell that holds it.

A survey's column has few words (five codes, the days of a year), so patterns and conversions are tried on those alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# A zero in front (0363) is a code; more than 15 digits do not fit a number; an exponent has a sign (2E1 is a code).
WHOLE = r"-?(?:0|[1-9]\d{0,14})"
PLAIN = r"-?(?:\d{1,15}(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,2})?"  # of programs, not of people: '.5', '1.50000'
_DIGITS = r"-?(?:(?:0|[1-9]\d{{0,14}}|[1-9]\d{{0,2}}(?:{group}\d{{3}})+)(?:{mark}\d+)?|{mark}\d+)(?:[eE][+-]\d{{1,2}})?"
WITH = {",": _DIGITS.format(group=r"\.", mark=","), ".": _DIGITS.format(group=",", mark=r"\.")}
_TIME = r"(?:(?:T| +)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?)?"
_DATES = (
    r"(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>\d{4})" + _TIME,
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})" + _TIME,
)
_COMPILED = {each: re.compile(each, re.ASCII) for each in (WHOLE, *WITH.values(), PLAIN, *_DATES)}
_CAN_BE_BLANK = np.isin(np.arange(256), [9, 10, 11, 12, 13, 32, 0xC2, 0xE1, 0xE2, 0xE3])  # the last four begin blanks in UTF-8
_FIRST = 200  # rows that show most columns of text to be just that


@dataclass(frozen=True)
class Words:
    """A column's words, blanks around them left out, and which of them (null if none) stands in each row.

    `patterns` are those that the first rows fit: of the others it is known that the column does not.
    """

    texts: pa.Array
    places: pa.Array
    patterns: tuple[str, ...]

    def fit(self, pattern: str) -> bool:
        return pattern in self.patterns and len(self.texts) > 0 and _all_fit(self.texts, pattern)

    def spread(self, values: np.ndarray) -> pd.Series:
        """A value per word as a column: NaN or NaT where there is no word."""
        nothing = np.datetime64("NaT") if values.dtype.kind == "M" else np.nan
        if self.places.null_count:
            values = np.append(values, nothing)
        return pd.Series(values.take(self.places.fill_null(len(values) - 1).to_numpy()), copy=False)


def patterns_of(cells: pa.ChunkedArray) -> tuple[str, ...]:
    """The patterns of numbers and dates that the first cells of a column of texts fit: none, for most."""
    first = cells.slice(0, _FIRST).drop_null().unique().to_pylist()  # few, so that Python is quicker than Arrow
    return tuple(pattern for pattern, whole in _COMPILED.items() if all(whole.fullmatch(each.strip()) for each in first))


def marks_in(patterns: tuple[str, ...]) -> set[str]:
    """The decimal marks that the first cells may have."""
    return {mark for mark, pattern in WITH.items() if pattern in patterns}


def words_of(cells: pa.ChunkedArray, patterns: tuple[str, ...]) -> Words:
    """The words of a column of texts that may fit some patterns; none if there are no patterns.

    Examples
    --------
    >>> cells = arrow(pd.Series(["1", None, " 1", "2"], dtype="str"))
    >>> words = words_of(cells, patterns_of(cells))
    >>> words.texts.to_pylist(), words.places.to_pylist()
    (['1', '1', '2'], [0, None, 1, 2])
    """
    if not patterns:
        return Words(pa.array([], pa.string()), pa.nulls(0, pa.int32()), ())
    encoded = cells.dictionary_encode().combine_chunks()
    encoded = encoded.chunk(0) if isinstance(encoded, pa.ChunkedArray) else encoded
    return Words(pc.utf8_trim_whitespace(encoded.dictionary), encoded.indices, patterns)


def arrow(column: pd.Series) -> pa.ChunkedArray:
    """A column of dtype str as Arrow has it."""
    cells = pa.array(column.array, type=pa.large_string(), from_pandas=True)
    return cells if isinstance(cells, pa.ChunkedArray) else pa.chunked_array([cells])


def series(cells: pa.Array | pa.ChunkedArray) -> pd.Series:
    """Texts of Arrow's as a column of dtype str."""
    return pd.Series(pd.StringDtype(na_value=np.nan).__from_arrow__(cells), copy=False)


def without_blanks(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts, null where there is nothing but blanks."""
    if not any(map(_may_be_blank, cells.chunks)):
        return cells
    blank = pc.equal(pc.utf8_trim_whitespace(cells), "")
    return pc.if_else(blank, pa.scalar(None, cells.type), cells) if pc.any(blank).as_py() else cells


def _may_be_blank(chunk: pa.Array) -> bool:
    """Whether a cell begins with what can be a blank in UTF-8."""
    _, offsets, data = chunk.buffers()
    if data is None or not len(chunk):
        return False
    ends = np.frombuffer(offsets, "int32" if chunk.type == pa.string() else "int64")[chunk.offset : chunk.offset + len(chunk) + 1]
    first = np.frombuffer(data, "uint8")[ends[:-1][np.diff(ends) > 0]]
    return bool(_CAN_BE_BLANK[first].any())


def _all_fit(texts: pa.Array, pattern: str) -> bool:
    return pc.all(pc.match_substring_regex(texts, f"^(?:{pattern})$")).as_py() is not False


def numbers(words: Words, mark: str = ".") -> pd.Series:
    """Words that are numbers as int64 where all are whole and present, else float64."""
    group = {",": ".", ".": ","}[mark]
    plain = pc.replace_substring(pc.replace_substring(words.texts, group, ""), mark, ".")
    values = plain.cast(pa.float64()).to_numpy(zero_copy_only=False)
    is_whole = (values == np.floor(values)) & (np.abs(values) < 2**53)
    if is_whole.all() and not words.places.null_count:
        values = values.astype("int64")
    return words.spread(values)


def dates(words: Words) -> pd.Series | None:
    """Dates written dd-mm-jjjj or jjjj-mm-dd, with or without a time; None if one of them is no date."""
    pattern = next((each for each in _DATES if words.fit(each)), None)
    if pattern is None:
        return None
    try:
        found = [_moment(each) for each in map(_COMPILED[pattern].fullmatch, words.texts.to_pylist())]
    except ValueError:  # 31-02-2023
        return None
    return words.spread(np.array(found, dtype="datetime64[us]"))


def _moment(found: re.Match) -> datetime:
    parts = [int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
    return datetime(*parts, int((found["fraction"] or "").ljust(6, "0")))
