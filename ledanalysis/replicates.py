"""Errors by replicate weights, for statistics that have no formula: medians, ranks, any function of values and weights.

Sources: Rao, Wu and Yue (1992), Some recent work on resampling methods for complex surveys, Survey Methodology 18,
209-217; Rust and Rao (1996), Statistical Methods in Medical Research 5, 283-310 (jackknife).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.stats import rankdata

from ledanalysis.calibration import factors
from ledanalysis.design import Design
from ledanalysis.errors import InputError
from ledanalysis.estimation import CELLS, STATISTICS, Parts, degrees, domains, figures, in_order, parts

WITHOUT_FORMULA = ("median", "rank")
MOST_LEFT_OUT = 10_000  # psu
TIED = 9  # decimals: means that differ less do so by rounding only


@dataclass(frozen=True)
class Replicates:
    """A design whose psu weigh differently in each replicate.

    Parameters
    ----------
    design : Design
    multipliers : array, psu x replicates
        By what each psu's weights are multiplied, in the order of `Design.psus`.
    scales : array, replicates
        What each replicate's squared difference from the whole sample's estimate counts for in the variance.
    kind : {"jackknife", "bootstrap"}
    """

    design: Design
    multipliers: np.ndarray
    scales: np.ndarray
    kind: str

    def __post_init__(self):
        if self.design.psu_population:
            raise InputError("replicate weights are of one stage", column=self.design.psu_population, allowed="a design without psu_population")

    def weights(self, some: slice = slice(None)) -> np.ndarray:
        """Weights of some replicates, rows x replicates; where the design is calibrated, each is calibrated again."""
        if not self.design.calibration:
            return self.design.weights[:, None] * self.multipliers[self.design.psus, some]
        return self._calibrated[:, some]

    @cached_property
    def _calibrated(self) -> np.ndarray:
        """Kept for all domains and items, since it takes long to make; rows x replicates in memory."""
        design, calibration = self.design, self.design.calibration
        parts = calibration.auxiliaries(design.data)
        starts = calibration.starts(design.data)[:, None] * self.multipliers[design.psus]
        totals = design.weights @ parts
        return np.column_stack([each * factors(parts, each, totals, calibration.distance) for each in starts.T])

    def blocks(self) -> Iterator[np.ndarray]:
        """Weights of all replicates, so many at a time that memory grows with the data alone."""
        step = max(1, CELLS // max(len(self.design.data), 1))
        for first in range(0, self.multipliers.shape[1], step):
            yield self.weights(slice(first, first + step))


def jackknife(design: Design) -> Replicates:
    """Each psu left out in turn, the others of its stratum weighing n / (n - 1) (JKn).

    Variance sum (1 - f) (n - 1) / n (t_r - t)^2. A stratum with one psu is left out whole, all other strata weighing
    H / (H - 1) (as R's `survey.lonely.psu = "adjust"`), and counts (1 - f) (H - 1) / H.

    Examples
    --------
    >>> jackknife(Design(pd.DataFrame({"x": [1.0, 2.0, 3.0]}))).multipliers.tolist()
    [[0.0, 1.5, 1.5], [1.5, 0.0, 1.5], [1.5, 1.5, 0.0]]
    """
    strata, sizes = design.psu_strata, np.bincount(design.psu_strata)
    number, left = len(sizes), (1 - design.fractions).clip(min=0)[strata]
    if number == 1 and sizes[0] == 1:
        raise InputError("there is nothing left if the only psu is left out")
    if len(strata) > MOST_LEFT_OUT:
        raise InputError("the jackknife makes a replicate per psu: too many", value=len(strata), allowed=f"at most {MOST_LEFT_OUT}, or bootstrap")
    n = sizes[strata]
    alike = strata[:, None] == strata
    multipliers = np.where(alike, (n / np.maximum(n - 1, 1))[None, :], 1.0)
    multipliers = np.where((n == 1)[None, :] & ~alike, number / max(number - 1, 1), multipliers)
    np.fill_diagonal(multipliers, 0.0)
    scales = left * np.where(n == 1, (number - 1) / number, (n - 1) / n)
    return Replicates(design, multipliers, scales, "jackknife")


def bootstrap(design: Design, replicates: int = 500, seed: int = 0) -> Replicates:
    """In each stratum n - 1 psu drawn with replacement, rescaled for the finite population (Rao, Wu and Yue 1992).

    Multiplier 1 - s + s n / (n - 1) x (times drawn), s = sqrt(1 - f). A stratum with one psu has nothing to draw
    from: its multiplier is 1 + s or 1 - s, by chance, which is the variance around 0 that linearisation gives it.

    Examples
    --------
    >>> design = Design(pd.DataFrame({"x": [1.0, 2.0, 3.0]}))
    >>> bootstrap(design, 4, seed=1).multipliers.sum(axis=0).tolist()
    [3.0, 3.0, 3.0, 3.0]
    """
    if replicates < 2:
        raise InputError("too few replicates", value=replicates, allowed="2 or more")
    rng = np.random.default_rng(seed)
    multipliers = np.ones((len(design.psu_strata), replicates))
    for stratum, fraction in enumerate(design.fractions):
        members = np.flatnonzero(design.psu_strata == stratum)
        n, size = len(members), np.sqrt(max(1 - fraction, 0))
        if n == 1:
            multipliers[members] = 1 + size * rng.choice([-1.0, 1.0], replicates)
        else:
            drawn = rng.multinomial(n - 1, np.full(n, 1 / n), replicates).T
            multipliers[members] = 1 - size + size * n / (n - 1) * drawn
    return Replicates(design, multipliers, np.full(replicates, 1 / replicates), "bootstrap")


def replicate_estimate(
    replicates: Replicates, items: list, by: str | None = None, statistic: str | Callable = "mean", level: float = 0.95
) -> pd.DataFrame:
    """Estimates as `estimation.estimate` gives, with their errors from replicate weights.

    Parameters
    ----------
    replicates : Replicates
        From `jackknife` or `bootstrap`.
    items, by, level
        As in `estimate`.
    statistic : str or callable
        Those of `estimate`; "median" (where the weights below and above are equal, midway); "rank" of each item's mean
        among the items, 1 the highest; or f(values, weights) of the domain's rows x items (NaN: no answer) and weights,
        giving a number per item.

    Returns
    -------
    DataFrame
        The columns of `estimate`; `lonely` in attrs. se = sqrt(sum scale (t_r - t)^2), around the whole sample's
        estimate; a replicate without a value is left out and the others count for it. Intervals as those of `estimate`;
        for a bootstrapped median, rank or function the percentiles of the replicates.

    Raises
    ------
    InputError
        As `estimate`; a jackknifed median or rank, whose error the jackknife does not find (Shao and Tu 1995, sect. 1.4).

    Examples
    --------
    >>> data = pd.DataFrame({"x": [40.0, 60.0, 80.0], "y": [10.0, 10.0, 40.0]})
    >>> replicate_estimate(jackknife(Design(data)), ["x"])["se"].round(3).tolist()
    [11.547]
    >>> replicate_estimate(bootstrap(Design(data)), ["x", "y"], statistic="rank")["estimate"].tolist()
    [1.0, 2.0]
    """
    if not callable(statistic) and statistic not in (*STATISTICS, *WITHOUT_FORMULA):
        raise InputError("unknown statistic", value=statistic, allowed=(*STATISTICS, *WITHOUT_FORMULA))
    if statistic in WITHOUT_FORMULA and replicates.kind == "jackknife":
        raise InputError(f"the jackknife does not find the error of a {statistic}", value=statistic, allowed="bootstrap")
    linear, design = statistic in STATISTICS, replicates.design
    tables, places = [], list(domains(design, by))
    chunks = parts(design, items, statistic if linear else "mean")
    for part in chunks if linear else [_joined(list(chunks))]:
        for place, (domain, rows) in enumerate(places):
            here = part.of(rows)
            if linear or statistic == "rank":
                replicated = _linear(replicates, here, rows)
                replicated = replicated if linear else _ranked(replicated)
            else:
                replicated = _by_function(replicates, here, rows, _medians if statistic == "median" else _each(statistic))
            table = _figures(replicates, here, rows, replicated, level, None if linear else statistic)
            tables.append(table.assign(item=part.names, place=place, **({by: domain} if by else {})))
    return in_order(tables, by, design)


def _joined(chunks: list[Parts]) -> Parts:
    """All items together: a rank or a function is of all of them."""
    whole = [np.hstack([getattr(chunk, name) for chunk in chunks]) for name in ("upper", "valid")]
    return Parts([name for chunk in chunks for name in chunk.names], "mean", *whole)


def _linear(replicates: Replicates, part: Parts, rows: np.ndarray) -> np.ndarray:
    """The whole sample's estimates in the first row, those of the replicates below: from sums per psu."""
    design = replicates.design
    sides = [part.upper] if part.statistic == "total" else [part.upper, part.lower]
    if design.calibration:
        blocks = [np.vstack([block[rows].T @ side for block in replicates.blocks()]) for side in sides]
        sums = [np.vstack([design.weights[rows] @ side, block]) for side, block in zip(sides, blocks, strict=True)]
    else:
        weights = (design.weights[rows], (design.psus[rows], np.arange(len(rows))))
        gather = sparse.csr_matrix(weights, (len(design.psu_strata), len(rows)))
        psus = [gather @ side for side in sides]
        sums = [np.vstack([side.sum(axis=0), replicates.multipliers.T @ side]) for side in psus]
    with np.errstate(invalid="ignore", divide="ignore"):
        return sums[0] if len(sums) == 1 else sums[0] / sums[1]


def _ranked(means: np.ndarray) -> np.ndarray:
    return rankdata(-means.round(TIED), "min", axis=1, nan_policy="omit").astype(float)


def _by_function(replicates: Replicates, part: Parts, rows: np.ndarray, function: Callable) -> np.ndarray:
    values = np.where(part.valid, part.upper, np.nan)
    whole = function(values, replicates.design.weights[rows, None])
    return np.vstack([whole, *(function(values, block[rows]) for block in replicates.blocks())])


def _each(function: Callable) -> Callable:
    """The function for one set of weights, for many."""
    return lambda values, weights: np.array([np.asarray(function(values, each), float) for each in weights.T])


def _medians(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted medians, weights' columns x items: the value at which half of the weight is reached, or midway."""
    found = np.full((weights.shape[1], values.shape[1]), np.nan)
    for item, column in enumerate(values.T):
        order = np.argsort(column, kind="stable")[: np.count_nonzero(~np.isnan(column))]
        if not len(order):
            continue
        line, reached = column[order], np.cumsum(weights[order], axis=0)
        half, near = reached[-1] / 2, reached[-1] * 1e-12
        low = (reached < half - near).sum(axis=0).clip(max=len(order) - 1)
        high = (reached <= half + near).sum(axis=0).clip(max=len(order) - 1)
        found[:, item] = np.where(reached[-1] > 0, (line[low] + line[high]) / 2, np.nan)
    return found


def _figures(replicates: Replicates, part: Parts, rows, replicated, level: float, statistic) -> pd.DataFrame:
    design, scales = replicates.design, replicates.scales[:, None]
    df = degrees(design, part.valid, rows)
    estimates, spread = replicated[0], replicated[1:]
    there = ~np.isnan(spread)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = np.nansum(scales * (spread - estimates) ** 2, axis=0) * (scales.sum() / (scales * there).sum(axis=0) if scales.sum() else 1)
    population = design.weights[rows] @ part.valid
    table = figures(part.statistic, estimates, np.sqrt(variance), df, part.valid.sum(axis=0), population, design.census, level)
    if statistic is not None and replicates.kind == "bootstrap":
        known = table["se"].notna()
        ends = np.nanquantile(spread[:, known], [(1 - level) / 2, (1 + level) / 2], axis=0)
        table.loc[known, ["lower", "upper"]] = ends.T
    return table
