"""Columns of texts that are plainly numbers - digits, a minus, one decimal mark - read by their bytes, all cells at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

LONGEST = 15  # letters of a cell: more digits do not fit a number
_ZERO, _MINUS, _POINT = ord("0"), ord("-"), ord(".")


def plain(cells: pa.ChunkedArray, mark: str = "") -> pd.Series | None:
    """Numbers as int64 where all are whole and present, else float64; None if a cell is anything else or in doubt.

    Parameters
    ----------
    cells : string or large_string array
        Null where empty.
    mark : {"", ",", "."}
        The decimal mark; '' if there are to be whole numbers only.

    Examples
    --------
    >>> plain(pa.chunked_array([pa.array(["1,50", None, "-2"], pa.large_string())]), ",").tolist()
    [1.5, nan, -2.0]
    >>> plain(pa.chunked_array([pa.array(["1", "03"], pa.large_string())])) is None
    True
    """
    column = cells.combine_chunks()
    column = column.chunk(0) if isinstance(column, pa.ChunkedArray) else column
    if column.offset or column.null_count == len(column):
        return None
    _, offsets, data = column.buffers()
    ends = np.frombuffer(offsets, "int32" if column.type == pa.string() else "int64", len(column) + 1)
    letters, lengths = np.frombuffer(data, "uint8", ends[-1]), np.diff(ends)
    longest = int(lengths.max())
    if not 0 < longest <= LONGEST:
        return None
    digits = np.count_nonzero(letters - _ZERO < 10)
    if longest == 1 and digits == len(letters):
        return _single(letters, lengths)
    if digits < len(letters) and not _is_written_well(letters, digits, ends, ord(mark or "-")):
        return None
    if _leads_with_zero(letters, np.minimum(ends[:-1], len(letters) - 1), lengths):  # empty cells at the end start behind all
        return None
    return _read(column, np.where(letters == ord(mark), np.uint8(_POINT), letters) if mark == "," else None)


def _single(letters: np.ndarray, lengths: np.ndarray) -> pd.Series:
    """Cells of one digit or none."""
    if len(letters) == len(lengths):
        return pd.Series((letters - _ZERO).astype("int64"), copy=False)
    values = np.full(len(lengths), np.nan)
    values[lengths > 0] = letters - _ZERO
    return pd.Series(values, copy=False)


def _is_written_well(letters: np.ndarray, digits: int, ends: np.ndarray, mark: int) -> bool:
    """Whether there are no letters but digits, a minus in front, and the mark, with a digit behind it."""
    minuses, marks = np.count_nonzero(letters == _MINUS), np.count_nonzero(letters == mark)
    if digits + minuses + (marks if mark != _MINUS else 0) < len(letters):
        return False
    in_front = np.count_nonzero(letters[ends[:-1][np.diff(ends) > 0]] == _MINUS) if minuses else 0
    last = letters[ends[1:] - 1]  # of an empty cell that of the one before
    return in_front == minuses and bool((last - _ZERO < 10).all())


def _leads_with_zero(letters: np.ndarray, start: np.ndarray, lengths: np.ndarray) -> bool:
    """Whether a cell begins with a zero and another digit: a code (0363)."""
    first = letters[start]
    is_signed = first == _MINUS
    if is_signed.any():
        start, lengths = start + is_signed, lengths - is_signed
        first = letters[np.minimum(start, len(letters) - 1)]
    zeros = np.flatnonzero((first == _ZERO) & (lengths > 1))
    return bool((letters[start[zeros] + 1] - _ZERO < 10).any())


def _read(column: pa.Array, letters: np.ndarray | None) -> pd.Series | None:
    if letters is not None:
        valid, offsets, _ = column.buffers()
        column = pa.Array.from_buffers(column.type, len(column), [valid, offsets, pa.py_buffer(letters)], column.null_count)
    try:
        values = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:  # two marks, a minus alone
        return None
    is_whole = not column.null_count and bool((values == np.floor(values)).all())
    return pd.Series(values.astype("int64") if is_whole else values, copy=False)
