"""Change between two samples that share some of their units: the covariance of the overlap.

Sources: Tam (1984), The American Statistician 38, 288-289; Qualité and Tillé (2008), Survey Methodology 34, 173-181;
Berger (2004), Canadian Journal of Statistics 32, 451-467.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.estimation import Design, covariance, influence, known_degrees
from ledanalysis.ranks import welch

ENOUGH = 10  # pairs that a stratum's own correlation is made from; with fewer it is that of all strata


@dataclass(frozen=True)
class Overlap:
    """Which units of two samples are the same.

    Parameters
    ----------
    later, earlier : Design
    pairs : DataFrame
        later, earlier: row numbers in the data of the two designs, of a unit that is in both. A unit that two others
        merged into is in two pairs.
    population : DataFrame
        later_stratum, earlier_stratum, count: such pairs in the population, sampled or not.

    Raises
    ------
    InputError
        Fewer pairs in the population than in the samples.
    """

    later: Design
    earlier: Design
    pairs: pd.DataFrame
    population: pd.DataFrame

    def __post_init__(self):
        for row in self.cells[self.cells["count"] < self.cells["pairs"]].itertuples():
            raise InputError("fewer units of both waves in the population than in the samples", value=int(row.pairs),
                             allowed=f"at most {int(row.count)}")  # fmt: skip

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Sampled pairs and those of the population by the (numbers of the) strata of both: later, earlier, pairs, count."""
        sampled = pd.DataFrame({
            "later": self.later.strata[self.pairs["later"]], "earlier": self.earlier.strata[self.pairs["earlier"]],
        }).value_counts().rename("pairs")  # fmt: skip
        numbers = [
            self.population[f"{side}_stratum"].map(_numbers(design)).fillna(-1).astype(int).to_numpy()
            for side, design in (("later", self.later), ("earlier", self.earlier))
        ]
        count = self.population["count"].groupby(numbers).sum().rename_axis(["later", "earlier"])
        return pd.concat([sampled, count], axis=1).fillna(0).reset_index().query("later >= 0 and earlier >= 0")

    @cached_property
    def psu_pairs(self) -> dict[str, np.ndarray]:
        """The psu of both samples that share a unit, as numbers: a service that answers for several is one."""
        pairs = pd.DataFrame({
            "later": self.later.psus[self.pairs["later"]], "earlier": self.earlier.psus[self.pairs["earlier"]],
        }).drop_duplicates()  # fmt: skip
        return {side: pairs[side].to_numpy() for side in pairs}


def _numbers(design: Design) -> dict:
    """The number of each stratum of the sample by its name."""
    names = design.data[design.stratum].tolist() if design.stratum else ["all"] * len(design.data)
    return dict(zip(names, design.strata.tolist()))


def change(overlap: Overlap, later: np.ndarray, earlier: np.ndarray, here: np.ndarray, there: np.ndarray) -> pd.DataFrame:
    """The change of means from the earlier sample to the later one, with the error that the overlap leaves.

    Parameters
    ----------
    overlap : Overlap
    later, earlier : array, rows of the design's data x items
        NaN where there is no valid answer.
    here, there : bool array, rows
        The domain in the later and in the earlier sample.

    Returns
    -------
    DataFrame
        A row per item: estimate (later - earlier), now, previous, se, df (Satterthwaite 1946), n, n_previous, n_both.

    Notes
    -----
    Var(a) + Var(b) - 2 Cov(a, b). Given how many units are in both samples, Cov of two stratified means is, for the
    units that are in stratum g now and in h before,

        (m - f_g f_h M) S,   S the covariance of their linearised contributions,

    m of them in both samples and M in the population: in one stratum the (n12 / (n1 n2) - 1 / N) S12 of Tam (1984).
    S is the correlation in the overlap times the standard deviations in the whole samples, so that the variance
    cannot come out below 0 because the overlap is small.
    """
    means, spread, free, counts, scores = [], [], [], [], []
    for design, values, inside in ((overlap.later, later, here), (overlap.earlier, earlier, there)):
        mean, part = influence(design, values, inside)
        counted = inside[:, None] & ~np.isnan(values)
        scores.append(np.nan_to_num(part))
        means.append(mean)
        counts.append(counted)
        spread.append(np.diag(covariance(design, scores[-1])).clip(min=0))
        free.append(known_degrees(design, values, inside))
    apart = spread[0] + spread[1]
    variance = apart - 2 * overlap_covariance(overlap, *scores)
    variance = np.where(variance > 1e-9 * apart, variance, apart)  # an overlap that would leave no error at all
    df = np.where(apart > 0, welch(*spread, *free), np.fmin(*free) + 0 * free[0] * free[1])
    both = counts[0][overlap.pairs["later"]] & counts[1][overlap.pairs["earlier"]]
    return pd.DataFrame({
        "estimate": means[0] - means[1], "now": means[0], "previous": means[1],
        "se": np.where(np.isnan(df), np.nan, np.sqrt(variance)), "df": df,
        "n": counts[0].sum(axis=0), "n_previous": counts[1].sum(axis=0), "n_both": both.sum(axis=0),
    })  # fmt: skip


def overlap_covariance(overlap: Overlap, later: np.ndarray, earlier: np.ndarray) -> np.ndarray:
    """The covariance of each item's two estimates from their linearised contributions (psu x items); see `change`."""
    (first, first_spread), (second, second_spread) = (
        _centred(design, scores) for design, scores in ((overlap.later, later), (overlap.earlier, earlier))
    )
    pairs = overlap.psu_pairs
    a, b = first[pairs["later"]], second[pairs["earlier"]]
    strata = overlap.later.psu_strata[pairs["later"]], overlap.earlier.psu_strata[pairs["earlier"]]
    with np.errstate(invalid="ignore", divide="ignore"):
        scaled = [np.nan_to_num(part / spread[of]) for part, spread, of in zip((a, b), (first_spread, second_spread), strata)]
    pooled = _correlation(*scaled)
    total = np.zeros(later.shape[1])
    for cell in overlap.cells.itertuples():
        rows = (strata[0] == cell.later) & (strata[1] == cell.earlier)
        expected = overlap.later.fractions[cell.later] * overlap.earlier.fractions[cell.earlier] * cell.count
        more = rows.sum() * (1 - expected / cell.pairs) if cell.pairs else -expected
        known = _correlation(a[rows], b[rows]) if rows.sum() >= ENOUGH else pooled
        # an overlap too small to tell: the correlation that leaves the larger error
        known = np.where(np.isnan(known), 1.0 if more < 0 else 0.0, known)
        total += more * known * first_spread[cell.later] * second_spread[cell.earlier]
    return total


def _centred(design: Design, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Contributions around their stratum's mean (one psu: around 0), and their standard deviation per stratum."""
    centred, count = design.deviations(scores), np.bincount(design.psu_strata, minlength=len(design.fractions))[:, None]
    squares = np.zeros((len(count), scores.shape[1]))
    np.add.at(squares, design.psu_strata, centred**2)
    return centred, np.sqrt(squares / np.maximum(count - 1, 1))


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The correlation of each column, around 0; NaN of fewer than two rows, 0 where nothing varies."""
    if len(a) < 2:
        return np.full(a.shape[1], np.nan)
    scale = np.sqrt((a**2).sum(axis=0) * (b**2).sum(axis=0))
    return np.where(scale > 0, (a * b).sum(axis=0) / np.where(scale > 0, scale, 1), 0.0)
