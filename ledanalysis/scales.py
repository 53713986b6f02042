"""Reliability of scales: how far the items of a scale measure one thing (Cronbach's alpha, McDonald's omega)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import optimize, special

from ledanalysis.scoring import scale_items
from ledanalysis.study import Study

RELIABILITY = ["scale", "items", "n", "alpha", "lower", "upper", "omega"]
LEAST_UNIQUE = 0.005  # of an item's variance: below it lies a Heywood case (the bound of R's factanal)


def reliability(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Alpha and omega of every scale, of those who answered all its items; not weighted, for it is of the questions.

    Parameters
    ----------
    responses : DataFrame
        `cleaning.to_answers`: respondent, item, value. A respondent who answers for several municipalities is one.
    study : Study

    Returns
    -------
    DataFrame
        scale, items, n, alpha, lower, upper (Feldt's interval at the study's level), omega. Figures are missing where
        fewer than `min_n` answered, or no more than there are items.
    """
    rows = []
    for scale in study.tables["scales"]:
        values = scale_items(responses, scale, study)
        wide = values.drop_duplicates(["respondent", "item"]).pivot(index="respondent", columns="item", values="value").dropna()
        n, items = wide.shape
        row = {"scale": scale.scale, "items": items, "n": n}
        if items > 1 and n >= max(study.settings.min_n, items + 1) and (wide.var() > 0).all():
            lower, upper = alpha_interval(alpha(wide), n, items, study.settings.level)
            row |= {"alpha": alpha(wide), "lower": lower, "upper": upper, "omega": omega(wide)}
        rows.append(row | ({} if "alpha" in row else {"n": np.nan if n < study.settings.min_n else n}))
    return pd.DataFrame(rows, columns=RELIABILITY).astype(dict.fromkeys(RELIABILITY[2:], "float64"))


def alpha(values: pd.DataFrame) -> float:
    """Cronbach's alpha: items / (items - 1) x (1 - sum of the items' variances / variance of their sum).

    Parameters
    ----------
    values : DataFrame
        A row per respondent, a column per item, all valid and in one direction.

    Notes
    -----
    Source: Cronbach (1951), Psychometrika 16.

    Examples
    --------
    >>> alpha(pd.DataFrame({"a": [1, 2, 3, 4], "b": [2, 2, 4, 4], "c": [1, 3, 3, 5]})).round(3).item()
    0.933
    """
    items = values.shape[1]
    return items / (items - 1) * (1 - values.var().sum() / values.sum(axis=1).var())


def alpha_interval(estimate: float, n: int, items: int, level: float = 0.95) -> tuple[float, float]:
    """Feldt's interval of alpha: (1 - alpha) / (1 - estimate) is F with n - 1 and (n - 1)(items - 1) degrees of freedom.

    Source: Feldt (1965), Psychometrika 30; Feldt, Woodruff and Salih (1987), Applied Psychological Measurement 11.

    Examples
    --------
    >>> [round(float(end), 3) for end in alpha_interval(0.8, n=50, items=8)]
    [0.704, 0.874]
    """
    free = n - 1, (n - 1) * (items - 1)
    low, high = special.fdtri(*free, (1 - level) / 2), special.fdtri(*free, (1 + level) / 2)
    return 1 - (1 - estimate) * high, 1 - (1 - estimate) * low


def omega(values: pd.DataFrame) -> float:
    """McDonald's omega of a scale with one factor: (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances).

    Of the items as they are summed (covariances, not correlations); loadings by maximum likelihood. NaN for two items,
    whose loadings cannot be told apart.

    Source: McDonald (1999), Test Theory, ch. 6.

    Examples
    --------
    >>> data = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 2, 4, 4, 3], "c": [1, 3, 3, 5, 4]})
    >>> omega(data).round(2).item()
    0.91
    """
    if values.shape[1] < 3:
        return float("nan")
    loadings, unique = one_factor(values.corr().to_numpy())
    spread = values.std().to_numpy()
    common = (loadings * spread).sum() ** 2
    return common / (common + (unique * spread**2).sum())


def one_factor(correlations: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loadings and unique variances of one factor, by maximum likelihood on a correlation matrix.

    Profiled over the loadings: for given unique variances they follow from the first eigenvector (Jöreskog 1967,
    Psychometrika 32). Loadings add up to more than 0.

    Examples
    --------
    >>> loadings, unique = one_factor(np.array([[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]]))
    >>> loadings.round(3).tolist(), unique.round(3).tolist()
    ([0.8, 0.7, 0.6], [0.36, 0.51, 0.64])
    """

    def split(unique):
        roots, vectors = np.linalg.eigh(correlations / np.sqrt(np.outer(unique, unique)))
        return roots, np.sqrt(unique) * vectors[:, -1] * np.sqrt(max(roots[-1] - 1, 0))

    def misfit(unique):
        rest = split(unique)[0][:-1]
        return (rest - np.log(rest.clip(1e-300)) - 1).sum()

    def slope(unique):
        loadings = split(unique)[1]
        return (loadings**2 + unique - 1) / unique**2

    start = (1 / np.diag(np.linalg.pinv(correlations))).clip(LEAST_UNIQUE, 1) * (1 - 0.5 / len(correlations))
    found = optimize.minimize(misfit, start, jac=slope, bounds=[(LEAST_UNIQUE, 1)] * len(start),
                              method="L-BFGS-B", options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000})  # fmt: skip
    loadings = split(found.x)[1]
    return loadings * (1 if loadings.sum() >= 0 else -1), found.x
