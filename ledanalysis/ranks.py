"""Order with honest uncertainty: all pairs compared and adjusted for their number, bounds of ranks, and letters."""

from __future__ import annotations

import string

import numpy as np
from scipy import special

TIED = 9  # decimals: estimates that differ less do so by rounding only


def rank_bounds(means: np.ndarray, spread: np.ndarray, df, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest rank that each mean can have, for all of them together.

    All pairs are compared (t, with the covariance of the two and the fewer degrees of freedom), adjusted by Holm; a
    mean's rank is bounded by how many are clearly above and clearly below it. With the chance `level` all true ranks
    lie inside. Holm whatever the study adjusts its other tests by: the false discovery rate does not keep that chance.

    Parameters
    ----------
    means : array, items
        NaN for what is not known.
    spread : array, items x items
        Their covariance.
    df : number or array, items
        Degrees of freedom; NaN for a mean that cannot be compared.
    level : float

    Returns
    -------
    lower, upper : array, items
        NaN where the mean is.

    Notes
    -----
    Source: Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91, with Holm's step-down.

    Examples
    --------
    >>> lower, upper = rank_bounds(np.array([70.0, 69.0, 20.0]), np.eye(3), df=50, level=0.95)
    >>> lower.tolist(), upper.tolist()
    ([1.0, 1.0, 3.0], [2.0, 2.0, 3.0])
    """
    known = ~np.isnan(means)
    lower, upper = np.full(len(means), np.nan), np.full(len(means), np.nan)
    points, spread, free = means[known], spread[np.ix_(known, known)], np.broadcast_to(df, means.shape)[known]
    first, second = np.triu_indices(len(points), 1)
    gaps = np.round(points[first] - points[second], TIED)
    variance = np.diag(spread)[first] + np.diag(spread)[second] - 2 * spread[first, second]
    clear = holm(two_sided(gaps, variance, np.minimum(free[first], free[second]))) <= 1 - level
    above = np.bincount(np.where(gaps < 0, first, second)[clear], minlength=len(points))
    below = np.bincount(np.where(gaps < 0, second, first)[clear], minlength=len(points))
    lower[known], upper[known] = 1 + above, len(points) - below
    return lower, upper


def two_sided(gaps, variance, df) -> np.ndarray:
    """p of differences from 0 (t, two-sided); NaN where nothing differs and nothing varies, or df is NaN.

    Examples
    --------
    >>> two_sided(np.array([2.0, 0.0]), np.array([1.0, 0.0]), 10).round(3).tolist()
    [0.073, nan]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return 2 * special.stdtr(df, -np.abs(gaps) / np.sqrt(np.maximum(variance, 0)))


def compare_groups(means: np.ndarray, spread: np.ndarray, df: np.ndarray) -> np.ndarray:
    """p of every pair of groups, in the order of `np.triu_indices(len(means), 1)`, not adjusted.

    Groups may hang together (`spread` is their covariance); degrees of freedom are Satterthwaite's (1946), as in
    Welch's test.

    Examples
    --------
    >>> compare_groups(np.array([10.0, 14.0]), np.eye(2), np.array([9.0, 9.0])).round(4).tolist()
    [0.0111]
    """
    first, second = np.triu_indices(len(means), 1)
    own = np.diag(spread)
    free = welch(own[first], own[second], df[first], df[second])
    gaps = np.round(means[first] - means[second], TIED)
    return two_sided(gaps, own[first] + own[second] - 2 * spread[first, second], free)


def welch(variance, other, df, other_df) -> np.ndarray:
    """Degrees of freedom of a difference of two means, from their variances and those of each: Satterthwaite (1946).

    Examples
    --------
    >>> float(welch(1.0, 1.0, 9.0, 9.0))
    18.0
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.divide((variance + other) ** 2, variance**2 / df + other**2 / other_df)


def holm(p: np.ndarray) -> np.ndarray:
    """p values adjusted for their number by Holm's step-down (1979); missing ones are left out.

    The chance that any of the true nulls is called false is at most the level, however the tests hang together.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    adjusted, order = _sorted(p)
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """p values adjusted by the step-up of Benjamini and Hochberg (1995); missing ones are left out.

    Of what is called different at most the level is expected to be so falsely (tests independent or positively
    dependent). Weaker than Holm: more is found, and some of it is noise.

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    adjusted, order = _sorted(p)
    steps = (p[order] * len(order) / np.arange(1, len(order) + 1))[::-1]
    adjusted[order] = np.minimum(np.minimum.accumulate(steps)[::-1], 1)
    return adjusted


ADJUST = {"holm": holm, "benjamini_hochberg": benjamini_hochberg}  # what study.toml may name


def _sorted(p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    known = np.flatnonzero(~np.isnan(p))
    return np.full(len(p), np.nan), known[np.argsort(p[known], kind="stable")]


def letters(means: np.ndarray, clear: np.ndarray) -> list[str]:
    """Compact letter display: two groups that share a letter do not clearly differ, two that share none do.

    Parameters
    ----------
    means : array, groups
        For the order: `a` is the letter of the highest. NaN for a group that is not compared: it has no letter.
    clear : bool array, pairs
        Which pairs differ, in the order of `np.triu_indices(len(means), 1)`.

    Returns
    -------
    list of str
        Per group its letters, in alphabetical order.

    Notes
    -----
    Source: Piepho (2004), An algorithm for a letter-based representation of all-pairwise comparisons, Journal of
    Computational and Graphical Statistics 13 (insert and absorb).

    Examples
    --------
    >>> letters(np.array([50.0, 60.0, 70.0]), np.array([False, True, False]))  # only the ends differ
    ['b', 'ab', 'a']
    """
    known = np.flatnonzero(~np.isnan(means))
    groups = [frozenset(known.tolist())] if len(known) else []
    for one, other in zip(*(index[clear] for index in np.triu_indices(len(means), 1))):
        split = [group - {gone} for group in groups for gone in ((one, other) if {one, other} <= group else (None,))]
        groups = [group for group in dict.fromkeys(split) if not any(group < larger for larger in split)]
    place = {group: rank for rank, group in enumerate(known[np.argsort(-means[known], kind="stable")].tolist())}
    groups.sort(key=lambda group: sorted(place[member] for member in group))
    return ["".join(_letter(number) for number, group in enumerate(groups) if unit in group) for unit in range(len(means))]


def _letter(number: int) -> str:
    return string.ascii_letters[number % 52] + "'" * (number // 52)
