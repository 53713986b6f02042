"""What the figures of one cell tell of who is in it, when answers are taken to be whole: by the weights of those who answered.

A linear program leaves room for half an answer; whole answers of some weights may leave none.
"""

from __future__ import annotations

import numpy as np

from ledanalysis.protection import Table

FINE = 100_000  # parts of a cell's weight


def pinned(made: Table, cell: int, fewest: int) -> bool:
    """Whether one share tells, by the weights, who is of those that said so: somebody must be, or fewer than `fewest` can be.

    Answers are taken to be whole: which sums can the weights of some make? Looked at are the fewer, who said so or who did
    not; of all the same nothing is sought, which is allowed of a large cell.
    """
    parts, answers = made.figures.parts[cell], made.answers / 100
    if parts @ answers > 0.5:
        answers, ends = 1 - answers, (1 - made.figures.high[cell] / 100, 1 - made.figures.low[cell] / 100)
    else:
        ends = made.figures.low[cell] / 100, made.figures.high[cell] / 100
    sure = (answers > 0) & (answers < 1)  # respondents who differ: as if it were known
    rest = (parts > 0) & ~sure
    units, known = np.round(parts[rest] * FINE).astype(int), float(parts[sure] @ answers[sure])
    if not answers[rest].any():
        return False
    off = rest.sum() / 2 + 1  # what rounding to units can amount to
    low, high = (int(round((end - known) * FINE + way)) for end, way in zip(ends, (off, -off)))
    able = 0
    for unit, count in zip(*np.unique(units, return_counts=True)):
        others = np.delete(units, np.flatnonzero(units == unit)[0])
        reached = _reached(others, high)
        if not _any_within(reached, low, high):
            return True
        able += int(count) if _any_within(reached, low - int(unit), high - int(unit)) else 0
    return able < fewest


def _reached(units: np.ndarray, most: int) -> int:
    """The sums that some of the units make, as the bits of a number.

    Examples
    --------
    >>> bin(_reached(np.array([1, 3]), 9))  # 0, 1, 3 and 4
    '0b11011'
    """
    sums, mask = 1, (1 << (max(most, 0) + 1)) - 1
    for unit in units.tolist():
        sums |= (sums << unit) & mask
    return sums


def _any_within(sums: int, low: int, high: int) -> bool:
    return high >= 0 and bool((sums >> max(low, 0)) & ((1 << max(high - max(low, 0) + 1, 0)) - 1))
