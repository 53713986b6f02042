"""What weights are made to add up to: the auxiliary variables, the factors that meet their totals, the residuals.

Source: Deville and Särndal (1992), Calibration estimators in survey sampling, JASA 87, 376-382.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ledanalysis.errors import InputError

DISTANCES = ("linear", "raking")
ALONE = 256 * np.finfo(float).eps  # below this part of the largest, a direction of the auxiliaries is one of the others


@dataclass(frozen=True)
class Calibration:
    """To which totals the weights of a sample add up, for errors that know of it.

    Parameters
    ----------
    margins : tuple of (str or tuple of str)
        Columns whose levels' totals the weights meet; a tuple of columns stands for their combinations (post-strata).
    numbers : tuple of str
        Columns of numbers whose totals they meet.
    start : str, optional
        Column of the weights before they were calibrated; by default all were alike.
    distance : {"raking", "linear"}
        How replicate weights are calibrated again (`replicates`); the linearised error is the same for both.

    Examples
    --------
    >>> data = pd.DataFrame({"size": ["s", "s", "l"], "staff": [2.0, 4.0, 9.0]})
    >>> Calibration(margins=("size",), numbers=("staff",)).auxiliaries(data).tolist()
    [[0.0, 1.0, 2.0], [0.0, 1.0, 4.0], [1.0, 0.0, 9.0]]
    """

    margins: tuple = ()
    numbers: tuple = ()
    start: str | None = None
    distance: str = "raking"

    def columns(self) -> list[str]:
        """The columns that the data must have."""
        names = [name for margin in self.margins for name in (margin if isinstance(margin, tuple) else (margin,))]
        return [*names, *self.numbers, *([self.start] if self.start else [])]

    def auxiliaries(self, data: pd.DataFrame) -> np.ndarray:
        """Rows x auxiliary variables: 0/1 for each level of the margins, and the numbers."""
        parts = []
        for margin in self.margins:
            names = list(margin) if isinstance(margin, tuple) else [margin]
            codes = data.groupby(names, sort=True, observed=True).ngroup().to_numpy()
            parts.append((codes[:, None] == np.arange(codes.max(initial=-1) + 1)).astype(float))
        parts.extend(data[name].to_numpy(float)[:, None] for name in self.numbers)
        return np.hstack(parts) if parts else np.zeros((len(data), 0))

    def starts(self, data: pd.DataFrame) -> np.ndarray:
        return data[self.start].to_numpy(float) if self.start else np.ones(len(data))


def factors(
    auxiliaries: np.ndarray, starts: np.ndarray, totals: np.ndarray, distance: str = "linear", bounds=(-np.inf, np.inf)
) -> np.ndarray:
    """By how much each weight is to change so that the totals are met, with as little change as can be.

    F(x'b) for the b, found by Newton's method, with which sum F(x'b) start x = totals. F is 1 + u for the linear
    distance (the GREG estimator) and exp(u) for raking; outside the bounds it is the bound.

    Parameters
    ----------
    auxiliaries : array, rows x auxiliary variables
    starts : array, rows
    totals : array, auxiliary variables
    distance : {"linear", "raking"}
    bounds : (low, high)
        Of the factors.

    Returns
    -------
    array, rows

    Raises
    ------
    InputError
        The totals cannot be met.

    Examples
    --------
    >>> factors(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), np.ones(3), np.array([3.0, 2.0])).tolist()
    [1.5, 1.5, 2.0]
    """
    low, high = bounds
    scale = np.sqrt(starts @ auxiliaries**2)
    scale[scale == 0] = 1
    parts, goals = auxiliaries / scale, totals / scale
    slopes = np.zeros(parts.shape[1])
    gap, changes = np.inf, np.ones(len(parts))
    for _ in range(100):
        steps = parts @ slopes
        with np.errstate(over="ignore"):
            free = 1 + steps if distance == "linear" else np.exp(steps)
        changes = free.clip(low, high)
        misfit = goals - (starts * changes) @ parts
        before, gap = gap, np.max(np.abs(misfit) / (1 + np.abs(goals)), initial=0)
        if gap < 1e-14 or (gap < 1e-11 and gap >= before / 2):
            return changes
        if not np.isfinite(gap):
            break
        slope = np.where((free > low) & (free < high), 1.0 if distance == "linear" else free, 0.0)
        change = np.linalg.pinv((parts * (starts * slope)[:, None]).T @ parts, ALONE, hermitian=True) @ misfit
        if distance == "raking":  # from far away exp overshoots
            change = change / max(1, np.abs(parts @ change).max(initial=0) / 2)
        slopes = slopes + change
    raise InputError("the weights cannot meet all totals" + (" within the bounds" if np.isfinite(bounds).any() else ""),
                     value=[float(round(each, 6)) for each in totals],
                     allowed="totals of one population; wider bounds; levels joined")  # fmt: skip


@dataclass(frozen=True)
class Projection:
    """What of linearised variables the auxiliaries explain: residual u - x'B, B = (X'DX)^-1 X'D u (D: starts)."""

    weighted: np.ndarray  # start x auxiliaries
    inverse: np.ndarray

    @classmethod
    def of(cls, auxiliaries: np.ndarray, starts: np.ndarray) -> tuple[Projection, np.ndarray]:
        """The projection, and the auxiliaries on the scale that it works in."""
        scale = np.sqrt(starts @ auxiliaries**2)
        scale[scale == 0] = 1
        parts = auxiliaries / scale
        weighted = parts * starts[:, None]
        return cls(weighted, np.linalg.pinv(weighted.T @ parts, ALONE, hermitian=True)), parts

    def slopes(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """B of variables that are `values` on these rows and 0 on the others."""
        return self.inverse @ (self.weighted[rows].T @ values)
