"""What the figures of one cell tell of who is in it, when answers are taken to be whole: by the weights of those who answered.

A linear program leaves room for half an answer (`shares_attack`); whole answers of some weights may leave none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from ledanalysis.protection import Table
from ledanalysis.shares_attack import Mean

FINE = 100_000  # parts of a cell's weight
NODES = 1000  # of an integer program's tree; what has not been found possible then counts as impossible
HALF = 0.5
NEAR = 1e-7


def in_one_cell(options: Sequence[Table], missing: Sequence[Table], means: Sequence[Mean], cell: int, fewest: int) -> bool:
    """Whether the distribution in a cell tells what somebody answered, or that one of fewer than `fewest` did.

    Parameters
    ----------
    options, missing : list of Table
        Of each valid answer, and of each missing code.
    means : list of Mean
        What else is shown of the same cell.
    cell : int
    fewest : int
    """
    return any(pinned(table, cell, fewest) for table in [*options, *missing]) or joined(options, means, cell)


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


def joined(options: Sequence[Table], means: Sequence[Mean], cell: int) -> bool:
    """Whether all shares of a cell and the means beside them leave somebody no other answer, unless most gave it.

    Who weigh the same are one class. Where they differ, none of them can be told from another; looked at are those who agree.
    """
    parts = options[0].figures.parts[cell]
    truth = np.column_stack([table.answers for table in options]) / 100
    whole = (parts > 0) & np.isclose(truth, truth.round()).all(axis=1)
    beside = [(mean.table.figures, int(mean.beside[cell]), _parts_of(mean, options[0], cell), mean.worth[0]) for mean in means if mean.beside[cell] >= 0]
    shape = np.column_stack([parts, *(each for _, _, each, _ in beside)])
    rows = np.flatnonzero(whole)
    classes, of = np.unique(shape[rows].round(9), axis=0, return_inverse=True)
    counts = np.zeros((len(classes), len(options)))
    np.add.at(counts, of.ravel(), truth[rows])
    low = [table.figures.low[cell] / 100 for table in options]
    high = [table.figures.high[cell] / 100 for table in options]
    lines = [np.outer(classes[:, 0], np.eye(len(options))[option]).ravel() for option in range(len(options))]
    known = [float(parts[~whole] @ truth[~whole, option]) for option in range(len(options))]
    for place, (figures, row, own, worth) in enumerate(beside, 1):
        lines.append(np.outer(classes[:, place], worth).ravel())
        rest = float(figures.parts[row] @ means[place - 1].table.answers) - float(lines[-1] @ counts.ravel())
        known.append(rest)
        low.append(figures.low[row])
        high.append(figures.high[row])
    agreed = np.flatnonzero(((counts > 0) & (counts == counts.sum(axis=1, keepdims=True)) & (parts @ truth <= HALF)).ravel())
    return bool(len(agreed)) and _sure(counts, np.array(lines), np.array(low) - known, np.array(high) - known, agreed)


def _parts_of(mean: Mean, option: Table, cell: int) -> np.ndarray:
    """How much of the mean beside a cell each informant is."""
    held = dict(zip(mean.table.people, mean.table.figures.parts[mean.beside[cell]]))
    return np.array([held.get(name, 0.0) for name in option.people])


def _sure(counts: np.ndarray, lines: np.ndarray, low: np.ndarray, high: np.ndarray, agreed: np.ndarray) -> bool:
    """Whether a class must all have given its answer: counts per class and option that fit the figures are sought without that."""
    size = counts.sum(axis=1)
    sums = np.kron(np.eye(len(counts)), np.ones(counts.shape[1]))
    rules = [LinearConstraint(sums, size, size), LinearConstraint(lines, low - NEAR, high + NEAR)]
    most = np.repeat(size, counts.shape[1])
    for target in agreed:
        less = most.copy()
        less[target] -= 1
        done = milp(np.zeros(counts.size), integrality=np.ones(counts.size), bounds=Bounds(0, less), constraints=rules, options={"node_limit": NODES})
        if done.x is None:
            return True
    return False
