"""Means by staff and their errors: a municipality counts for as many as work there.

The estimate is a ratio of two totals, sum of w x y / sum of w x with x the staff, and has the linearised error of one
(Särndal, Swensson and Wretman 1992, ch. 5).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis.estimation import Design, Parts, covariance, degrees, influence, interval, linearised, share_interval
from ledanalysis.ranks import ADJUST, TIED, rank_bounds, two_sided, welch
from ledanalysis.study import Study


def staff_means(design: Design, values: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means by staff of the columns of `values`, and what each psu adds to their error: as `estimation.influence`.

    The design's data has the column `staff`; who has none, or an unknown number, does not count.

    Examples
    --------
    >>> design = Design(pd.DataFrame({"x": [100.0, 0.0], "staff": [300.0, 100.0]}))
    >>> means, scores = staff_means(design, design.data[["x"]].to_numpy(), np.array([True, True]))
    >>> means.tolist(), scores.ravel().tolist()
    ([75.0], [18.75, -18.75])
    """
    rows = np.flatnonzero(inside)
    held = design.data["staff"].fillna(0).to_numpy(float)[rows, None]
    valid = ~np.isnan(values[rows]) & (held > 0)
    above = np.where(valid, values[rows] * held, 0.0)
    return linearised(design, Parts([""] * values.shape[1], "ratio", above, valid, np.where(valid, held, 0.0)), rows)


def of_cluster(design: Design, themes: list, cluster: str, measure, study: Study) -> pd.DataFrame:
    """Estimates, ranks and gaps of the themes of one measure in one cluster."""
    data, level, adjust = design.data, study.settings.level, ADJUST[study.settings.adjust]
    values, inside, has = data[themes].to_numpy(float), (data["cluster"] == cluster).to_numpy(), (data["held"] > 0).to_numpy()
    means, scores = staff_means(design, values, inside)
    units, unit_scores = influence(design, values, inside)
    scores, counted = np.nan_to_num(scores), (inside & has)[:, None] & ~np.isnan(values)
    guessed = _of_guesses(design, values, means, counted)
    spread, df = covariance(design, scores) + guessed, satterthwaite(design, scores, counted)
    free = np.where(df >= 1, df, np.nan)
    se = np.where((df >= 1) | design.census, np.sqrt(np.diag(spread).clip(min=0)), np.nan)
    gaps, gap_spread = means - units, np.diag(covariance(design, scores - np.nan_to_num(unit_scores)) + guessed).clip(min=0)
    weight = data["held"].to_numpy()[:, None] * counted
    total = weight.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = total**2 / (weight**2).sum(axis=0)
        estimated = weight[(data["source"] == "estimated").to_numpy()].sum(axis=0) / total * 100
    lower, upper = interval(means, se, df, level)
    if measure.statistic == "share":
        known = effective if design.census else np.inf  # what is left of the population, at 0 and 100%
        lower, upper = (end * 100 for end in share_interval(means / 100, se / 100, df, effective, known, level))
    low, high = rank_bounds(means, spread, free, level)
    return pd.DataFrame({
        "cluster": cluster, "theme": themes, "estimate": means, "se": se, "lower": lower, "upper": upper, "df": df,
        "n": counted.sum(axis=0), "population": total, "rank_lower": low, "rank_upper": high,
        "p_rest": adjust(_against_rest(design, values, ~inside & has, means, scores, free)), "p_zero": np.nan,
        "gap": gaps, "gap_se": np.sqrt(gap_spread), "gap_p": adjust(two_sided(gaps.round(TIED), gap_spread, free)), "estimated": estimated,
        "alike": [len(np.unique(column[rows])) == 1 for column, rows in zip(values.T, counted.T)],
    })  # fmt: skip


def _against_rest(design: Design, values, others, means, scores, df) -> np.ndarray:
    """p of each mean against that of the rest, as `estimates` has it for municipalities."""
    rest, rest_scores = staff_means(design, values, others)
    rest_scores = np.nan_to_num(rest_scores)
    free = satterthwaite(design, rest_scores, others[:, None] & ~np.isnan(values))
    here, there, apart = (np.diag(covariance(design, part)).clip(min=0) for part in (scores, rest_scores, scores - rest_scores))
    return two_sided(means - rest, apart, welch(here, there, df, np.where(free >= 1, free, np.nan)))


def _of_guesses(design: Design, values, means, counted) -> np.ndarray:
    """What estimated staff numbers add to the covariance: each misses by its own spread."""
    data = design.data
    spread, held = (data["weight"] * data["spread"].fillna(0)).to_numpy(float), data["held"].to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = spread[:, None] * np.where(counted, values - means, 0.0) / (held[:, None] * counted).sum(axis=0)
    part = np.nan_to_num(part)
    return part.T @ part


def satterthwaite(design: Design, scores: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Degrees of freedom of variances that are sums over strata, (sum v)^2 / sum v^2 / (m - 1): Satterthwaite (1946).

    Where most of the variance is of one stratum (the large cities) these are few, however many answered elsewhere.

    Parameters
    ----------
    design : Design
    scores : array, psu x items
        Linearised contributions, without NaN.
    counted : bool array, rows x items
        The answers in the domain.

    Returns
    -------
    array, items
        At most those of `estimation.degrees`, which they are where nothing varies.
    """
    most = degrees(design, counted).astype(float)
    psus = np.zeros((len(design.psu_strata), counted.shape[1]))
    np.add.at(psus, design.psus, counted)
    sizes = np.zeros((len(design.fractions), counted.shape[1]))
    np.add.at(sizes, design.psu_strata, psus > 0)
    parts = design.stratum_variances(scores)
    with np.errstate(invalid="ignore", divide="ignore"):
        df = parts.sum(axis=0) ** 2 / (parts**2 / np.maximum(sizes - 1, 1)).sum(axis=0)
    return np.where(parts.any(axis=0), np.minimum(df, most), most)
