"""Delimited text that is as it should be, read by Arrow: what is odd in any way is left to the csv module and its rules."""

from __future__ import annotations

import csv
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from ledanalysis.reading import words

BLOCK = 8 * 2**20  # bytes parsed at once; a row is no longer
_TAB, _LF, _CR, _BLANK, _QUOTE = 9, 10, 13, 32, 34


def cells(content: bytes, start: int, width: int, delimiter: str) -> list[pa.ChunkedArray] | None:
    """The rows of a text in UTF-8 from byte `start` on, as `width` columns, empty cells null; rows of nothing but blanks left out.

    None where the csv module might see something else or would refuse it: a row of another width, a quotation mark
    inside a text, a control character, a line end that is not the file's own, a cell of more than it takes.
    """
    if not (delimiter.isascii() and delimiter not in '"\r\n ' and delimiter >= "\t"):
        return None
    with ThreadPoolExecutor(1) as pool:  # most texts have no line ends inside cells: read as if, while that is found out
        look = pool.submit(_look, content, start, ord(delimiter))
        table = _table(content, start, width, delimiter, has_breaks=False)
    found = look.result()
    if found is None:
        return None
    if found.has_breaks:
        table = _table(content, start, width, delimiter, has_breaks=True)
    if table is None:
        return None
    return _filled([_with_breaks(column) for column in table.columns] if found.has_returns else table.columns)


def _table(content: bytes, start: int, width: int, delimiter: str, has_breaks: bool) -> pa.Table | None:
    names = [str(place) for place in range(width)]
    try:
        return arrow_csv.read_csv(
            pa.py_buffer(content).slice(start),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=BLOCK),
            parse_options=arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=has_breaks),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True,
                quoted_strings_can_be_null=True, check_utf8=False,
            ),
        )  # fmt: skip
    except pa.ArrowInvalid:
        return None


@dataclass(frozen=True)
class _Look:
    """Whether line ends stand inside cells, and among them carriage returns."""

    has_breaks: bool
    has_returns: bool


def _look(content: bytes, start: int, delimiter: int) -> _Look | None:
    """What there is inside quotation marks; None if something is irregular."""
    letters = np.frombuffer(content, "uint8")[start:]
    if not len(letters) or content.startswith(b"\xef\xbb\xbf", start):
        return None
    quotes, controls = _places(letters, lambda part: part == _QUOTE), _places(letters, lambda part: part < _BLANK)
    signs = letters[controls]
    if not np.isin(signs, [_TAB, _LF, _CR]).all() or not _are_paired(letters, quotes, delimiter):
        return None
    is_inside = np.searchsorted(quotes, controls) % 2 == 1
    is_return = signs == _CR
    longest = np.diff(controls[signs == _LF], prepend=-1, append=len(letters)).max()
    after = letters[np.minimum(controls + 1, len(letters) - 1)]
    if (is_return & ~is_inside & (after != _LF)).any() or longest > csv.field_size_limit():
        return None
    return _Look(bool((is_inside & (signs != _TAB)).any()), bool((is_inside & is_return).any()))


def _places(letters: np.ndarray, condition) -> np.ndarray:
    step = 2**20  # what the processor has at hand
    return np.concatenate([np.flatnonzero(condition(letters[at : at + step])) + at for at in range(0, len(letters), step)])


def _are_paired(letters: np.ndarray, quotes: np.ndarray, delimiter: int) -> bool:
    """Whether each quotation mark opens a cell, closes one, or is one of two inside it."""
    if len(quotes) % 2:
        return False
    edges = [delimiter, _LF, _CR]
    is_double = np.diff(quotes) == 1
    before, after = letters[quotes[::2] - 1], letters[np.minimum(quotes[1::2] + 1, len(letters) - 1)]
    opens, closes = np.isin(before, edges), np.isin(after, edges)
    if len(quotes):
        opens[0] |= quotes[0] == 0
        closes[-1] |= quotes[-1] == len(letters) - 1
    opens[1:] |= is_double[1::2]
    closes[:-1] |= is_double[1::2]
    return bool(opens.all() and closes.all())


def _with_breaks(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.replace_substring(pc.replace_substring(column, "\r\n", "\n"), "\r", "\n")


def _filled(columns: list[pa.ChunkedArray]) -> list[pa.ChunkedArray]:
    empty = np.ones(len(columns[0]), "bool")
    for column in columns:
        if not empty.any():
            return columns
        empty &= words.without_blanks(column).is_null().to_numpy(zero_copy_only=False)
    return [column.filter(pa.array(~empty)) for column in columns] if empty.any() else columns
