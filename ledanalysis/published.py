"""In what precision figures are published, and what a figure of that precision says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis.scoring import value_range
from ledanalysis.study import Study

DECIMALS = {"score": 1, "percent": 1, "points": 1, "scale": 2, "mark": 2, "euro": 0}  # decks show one fewer, euros alike
ERROR_DECIMALS = 1  # a standard error has so many more
P_DECIMALS = 3


def rounded(estimates: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The estimates as they are published: what notebooks read, and so all that their files can hold.

    Parameters
    ----------
    estimates : DataFrame
        measure, estimate, se, lower, upper, df, population, p_rest, p_zero.
    study : Study

    Returns
    -------
    DataFrame
        Means, shares and their bounds in the decimals of their unit, rounded such that one decimal fewer, on a slide,
        is as if rounded at once; errors in one more; the population in whole units.
    """
    units = {measure.measure: measure.unit for measure in study.tables["measures"]}
    decimals = estimates["measure"].map(units).map(DECIMALS).to_numpy()
    figures = {name: round_twice(estimates[name].to_numpy(float), decimals) for name in ("estimate", "lower", "upper")}
    se = _round(estimates["se"].to_numpy(float), decimals + ERROR_DECIMALS)
    return estimates.assign(**figures, se=se, df=estimates["df"].round(1), population=estimates["population"].round(0),
                            **{name: estimates[name].round(P_DECIMALS) for name in ("p_rest", "p_zero") if name in estimates})  # fmt: skip


def round_twice(values: np.ndarray, decimals: np.ndarray | int) -> np.ndarray:
    """Round, halves away from 0; but what is not quite a half of the decimal before does not become one.

    62.46 is 62.4 here: 62.5 would be 63 on a slide, and 62.46 is 62. Nothing changes where no decimal is kept.

    Examples
    --------
    >>> round_twice(np.array([62.44, 62.46, 62.5, 62.54, -62.46]), 1).tolist()
    [62.4, 62.4, 62.5, 62.5, -62.4]
    """
    near = _round(values, decimals)
    unit = 10.0 ** -np.asarray(decimals, float)
    half = (np.round(np.abs(near) / unit) % 10 == 5) & (np.abs(near) > np.abs(values) + 1e-9) & (np.asarray(decimals) > 0)
    return _round(np.where(half, near - np.sign(near) * unit, near), decimals)


def bounds(values: np.ndarray, decimals: np.ndarray | int) -> tuple[np.ndarray, np.ndarray]:
    """Between what a figure lay before `round_twice`.

    Examples
    --------
    >>> [end.tolist() for end in bounds(np.array([62.3, 62.4, 62.5]), 1)]
    [[62.25, 62.35, 62.5], [62.35, 62.5, 62.55]]
    """
    unit = 10.0 ** -np.asarray(decimals, float)
    size, digit = np.abs(values), np.round(np.abs(values) / unit) % 10
    kept = np.asarray(decimals) > 0
    near = np.where(kept & (digit == 5), size, size - unit / 2)
    far = np.where(kept & (digit == 4), size + unit, size + unit / 2)
    low, high = np.where(values < 0, -far, near), np.where(values < 0, -near, far)
    return np.round(low, 9), np.round(high, 9)


def scales(study: Study) -> pd.DataFrame:
    """The scale that answers to each measure and theme are on.

    Returns
    -------
    DataFrame
        measure, theme, floor, ceiling, step (between the answers that can be given; 0 where any number can), decimals,
        amount (bool: of money). Measures with a median or a worth are left out: their figures do not add up.
    """
    rows = {}
    variables = study.variables.assign(variable=study.variables.index)
    for measure in study.tables["measures"]:
        of_measure = variables[variables["measure"] == (measure.first or measure.measure)]
        for theme in study.themes.loc[study.themes["measure"] == measure.measure, "theme"]:
            if measure.statistic in ("mean", "share"):
                rows[measure.measure, theme] = _scale(measure, theme, of_measure, rows, study)
    table = pd.DataFrame([(*key, *value) for key, value in rows.items()], columns=["measure", "theme", "floor", "ceiling", "step"])
    units = table["measure"].map({measure.measure: measure.unit for measure in study.tables["measures"]})
    return table.assign(decimals=units.map(DECIMALS), amount=units == "euro")


def _scale(measure, theme: str, variables: pd.DataFrame, known: dict, study: Study) -> tuple[float, float, float]:
    if measure.kind == "difference":
        (low, high, step), (low_, high_, step_) = known[measure.first, theme], known[measure.second, theme]
        return low - high_, high - low_, min(step, step_)
    if measure.transformation == "rank_points":
        return 0.0, float(variables["max"].max()), 1.0
    chosen = variables["type"].isin(["single", "multi", "ranking"]).any()
    if measure.kind == "mentions" or measure.statistic == "share" or chosen:
        return 0.0, 100.0, 100.0
    if measure.kind == "scale":
        items = study.variables[study.variables["scale"] == theme]
        return *value_range(items.iloc[0], study), 0.0
    item = variables[variables["theme"] == theme].iloc[0]
    low, high = value_range(item, study)
    steps = high - low if item["type"] == "likert" else np.inf
    return (0.0, 100.0, 100 / steps) if measure.unit == "score" else (low, high, (high - low) / steps)


def _round(values: np.ndarray, decimals: np.ndarray | int) -> np.ndarray:
    """Halves away from 0, and no trace of binary fractions."""
    factor = 10.0 ** np.asarray(decimals, float)
    return np.sign(values) * np.floor(np.abs(values) * factor + 0.5 + 1e-9) / factor
