"""How far coders agree on themes, readers with each other and the program with them: one decision per passage and theme."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import krippendorff
import numpy as np
import pandas as pd
from scipy.stats import norm

UNIT = ["source", "passage"]
ALL_THEMES = ""  # the row of all themes together
PAIRS = ["theme", "coder", "other", "n", "coder_n", "other_n", "both", "agreement", "positive", "kappa", "se", "lower", "upper"]
NAN = float("nan")


class Kappa(NamedTuple):
    """Cohen's kappa with its standard error and interval."""

    kappa: float
    se: float
    lower: float
    upper: float


def kappa(first: Sequence, second: Sequence, level: float = 0.95) -> Kappa:
    """Cohen's kappa (1960) of two coders' codes of the same units, in any categories.

    (p_o − p_e) / (1 − p_e), with the large-sample standard error of Fleiss, Cohen and Everitt (1969, formula for
    an interval, not for a test of 0) and a normal interval, cut off at −1 and 1.

    Parameters
    ----------
    first, second : sequence
        The code that each gave to each unit.
    level : float

    Returns
    -------
    Kappa
        All NaN where one of them, or both, used one category only: then there is nothing to tell by. The error is
        NaN where they agree on every unit: it would be 0, however few units there are.

    Examples
    --------
    >>> kappa([1, 1, 0, 0, 0, 1], [1, 1, 0, 0, 1, 0])._asdict()["kappa"].round(2)
    np.float64(0.33)
    """
    categories, codes = np.unique([*first, *second], return_inverse=True)
    n, k = len(first), len(categories)
    if n == 0 or len(set(first)) < 2 or len(set(second)) < 2:
        return Kappa(NAN, NAN, NAN, NAN)
    p = np.zeros((k, k))
    np.add.at(p, (codes[:n], codes[n:]), 1 / n)
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = np.trace(p), rows @ columns
    value = (observed - expected) / (1 - expected)
    if np.isclose(observed, 1):
        return Kappa(value, NAN, NAN, NAN)
    disagree = 1 - value
    same = np.diag(p) @ (1 - (rows + columns) * disagree) ** 2
    different = disagree**2 * (p * (columns[:, None] + rows[None, :]) ** 2 * (1 - np.eye(k))).sum()
    se = np.sqrt(max(same + different - (value - expected * disagree) ** 2, 0) / n) / (1 - expected)
    half = norm.ppf((1 + level) / 2) * se
    return Kappa(value, se, max(value - half, -1.0), min(value + half, 1.0))


def alpha(ratings: pd.DataFrame) -> float:
    """Krippendorff's alpha (nominal) of two or more coders, any of whom may have left units out.

    Parameters
    ----------
    ratings : DataFrame
        A row per unit, a column per coder; NaN where a coder did not read the unit.

    Returns
    -------
    float
        NaN where no unit was read twice, or all codes are the same.

    Examples
    --------
    >>> round(alpha(pd.DataFrame({"Meg": [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], "Owen": [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]})), 3)
    0.095
    """
    twice = ratings[ratings.notna().sum(axis=1) >= 2]
    if np.unique(twice.to_numpy(float)[twice.notna().to_numpy()]).size < 2:
        return NAN
    return float(krippendorff.alpha(twice.to_numpy(float).T, level_of_measurement="nominal"))


def rate(codes: pd.DataFrame, read: pd.DataFrame, themes: Sequence[str]) -> pd.DataFrame:
    """What each coder said of each theme in each passage that they read: 1, or 0 where they did not code it.

    Parameters
    ----------
    codes : DataFrame
        coder, source, passage, theme; several of one theme in a passage are one.
    read : DataFrame
        coder, source, passage: what each coder read. Codes elsewhere are left out.
    themes : sequence of str

    Returns
    -------
    DataFrame
        Indexed by source, passage, theme; a column per coder, in order of appearance in `read`; NaN: not read.

    Examples
    --------
    >>> codes = pd.DataFrame({"coder": ["A"], "source": ["a"], "passage": [1], "theme": ["DATA"]})
    >>> read = pd.DataFrame({"coder": ["A", "A", "B"], "source": "a", "passage": [1, 2, 2]})
    >>> rate(codes, read, ["DATA"]).reset_index()[["passage", "A", "B"]].values.tolist()
    [[1.0, 1.0, nan], [2.0, 0.0, 0.0]]
    """
    decisions = read.drop_duplicates().merge(pd.DataFrame({"theme": list(themes)}, dtype="str"), how="cross")
    coded = pd.MultiIndex.from_frame(codes[["coder", *UNIT, "theme"]])
    value = pd.MultiIndex.from_frame(decisions[["coder", *UNIT, "theme"]]).isin(coded).astype(float)
    wide = decisions.assign(value=value).pivot(index=[*UNIT, "theme"], columns="coder", values="value")
    return wide[list(read["coder"].drop_duplicates())]


def compare_coders(ratings: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Each two coders held to each other, per theme and over all themes.

    Parameters
    ----------
    ratings : DataFrame
        As `rate` gives them.

    Returns
    -------
    DataFrame
        theme ("" for all), coder, other, n (passages that both read; of all themes: decisions), coder_n, other_n
        (positives of each), both, agreement (percent), positive (2 both / (coder_n + other_n), percent: agreement on
        what is there, Cicchetti and Feinstein 1990; NaN without positives), kappa, se, lower, upper (see `kappa`).

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["a"], [1, 2, 3, 4], ["DATA"]], names=["source", "passage", "theme"])
    >>> ratings = pd.DataFrame({"A": [1.0, 1, 0, 0], "B": [1.0, 0, 0, 0]}, index=index)
    >>> compare_coders(ratings)[["theme", "n", "coder_n", "other_n", "agreement", "kappa"]].values.tolist()
    [['', 4, 2, 1, 75.0, 0.5], ['DATA', 4, 2, 1, 75.0, 0.5]]
    """
    rows = []
    for theme, part in _parts(ratings):
        for coder, other in combinations(ratings.columns, 2):
            seen = part[[coder, other]].dropna()
            a, b = seen[coder].to_numpy(), seen[other].to_numpy()
            both, n = int((a * b).sum()), len(seen)
            agreement = 100 * np.mean(a == b) if n else NAN
            positive = 200 * both / (a.sum() + b.sum()) if a.sum() + b.sum() else NAN
            rows.append((theme, coder, other, n, int(a.sum()), int(b.sum()), both, agreement, positive, *kappa(a, b, level)))
    return pd.DataFrame(rows, columns=PAIRS)


def alphas(ratings: pd.DataFrame) -> pd.Series:
    """Krippendorff's alpha per theme, and of all themes' decisions together (""): see `alpha`."""
    return pd.Series({theme: alpha(part) for theme, part in _parts(ratings)}, name="alpha", dtype="float64")


def score_program(ratings: pd.DataFrame, program: str) -> pd.DataFrame:
    """One coder, the program, held to all others: each reader's decision counts once.

    Parameters
    ----------
    ratings : DataFrame
        As `rate` gives them, the program among the coders.
    program : str
        Its column.

    Returns
    -------
    DataFrame
        theme ("" for all), decisions (of readers, on passages that the program read too), hits, false_alarms, missed,
        precision (hits / (hits + false_alarms)), recall (hits / (hits + missed)), f1 (2 hits / (2 hits + false_alarms
        + missed)), in percent; NaN where there is nothing to divide by, F1 where no reader coded the theme.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["a"], [1, 2, 3], ["DATA"]], names=["source", "passage", "theme"])
    >>> ratings = pd.DataFrame({"A": [1.0, 1, 0], "B": [1.0, 0, float("nan")], "program": [1.0, 1, 1]}, index=index)
    >>> score_program(ratings, "program").iloc[1].to_dict() | {"theme": "DATA"} == {"theme": "DATA", "decisions": 5,
    ...     "hits": 3, "false_alarms": 2, "missed": 0, "precision": 60.0, "recall": 100.0, "f1": 75.0}
    True
    """
    readers = [coder for coder in ratings.columns if coder != program]
    rows = []
    for theme, part in _parts(ratings):
        mine = part[program].to_numpy()[:, None]
        theirs = np.where(np.isnan(mine), NAN, part[readers].to_numpy())
        hits, false, missed = (int(np.nansum(t)) for t in ((theirs == 1) & (mine == 1), (theirs == 0) & (mine == 1), (theirs == 1) & (mine == 0)))
        shares = [100 * hits / base if base else NAN for base in (hits + false, hits + missed)]
        f1 = 200 * hits / (2 * hits + false + missed) if hits + missed else NAN
        rows.append((theme, int((~np.isnan(theirs)).sum()), hits, false, missed, *shares, f1))
    return pd.DataFrame(rows, columns=["theme", "decisions", "hits", "false_alarms", "missed", "precision", "recall", "f1"])


def _parts(ratings: pd.DataFrame):
    """All decisions together, and those of each theme, in order of appearance."""
    themes = ratings.index.get_level_values("theme")
    yield ALL_THEMES, ratings
    for theme in themes.unique():
        yield theme, ratings[themes == theme]
