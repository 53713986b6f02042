"""Weights: the sample made to add up to what the register says, and how far that moves them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis.calibration import DISTANCES, Calibration, factors
from ledanalysis.errors import InputError


def rake(
    sample: pd.DataFrame,
    margins: dict[str, dict],
    weight: str | None = None,
    tolerance: float = 1e-10,
    most_rounds: int = 500,
) -> pd.Series:
    """Weights that add up to the given totals on every margin (raking, iterative proportional fitting).

    Parameters
    ----------
    sample : DataFrame
        A row per unit, a column per margin.
    margins : dict of str to dict
        {column: {level: total}}: the population's total of each level. All margins have the same sum.
    weight : str, optional
        Column of starting weights; by default all start alike.
    tolerance : float
        Largest relative difference between a margin and its total that still counts as met.
    most_rounds : int
        Rounds before giving up.

    Returns
    -------
    Series
        A weight per row of the sample, above zero.

    Raises
    ------
    InputError
        A level with a total but no unit in the sample, or a unit in a level without a total; a total or a starting
        weight that is not above zero; margins with different sums; no agreement within `most_rounds`.

    Notes
    -----
    Deming and Stephan (1940), Annals of Mathematical Statistics 11, 427-444.

    Examples
    --------
    >>> sample = pd.DataFrame({"size": ["small", "small", "large"]})
    >>> rake(sample, {"size": {"small": 30, "large": 10}}).tolist()
    [15.0, 15.0, 10.0]
    """
    total = _sum(margins)
    codes = {column: _codes(sample, column, totals) for column, totals in margins.items()}
    goals = {column: np.array(list(totals.values()), float) for column, totals in margins.items()}
    weights = _starts(sample, weight)
    weights = weights if weight else weights * total / len(sample)
    for _ in range(most_rounds):
        for column, goal in goals.items():
            reached = np.bincount(codes[column], weights, minlength=len(goal))
            weights = weights * (goal / reached)[codes[column]]
        if all(_met(codes[column], weights, goal, tolerance) for column, goal in goals.items()):
            return pd.Series(weights, index=sample.index, name="weight")
    raise InputError(f"the weights do not agree with all margins after {most_rounds} rounds", value=list(margins),
                     allowed="fewer margins, or levels joined")  # fmt: skip


def post_stratify(sample: pd.DataFrame, columns: list[str], totals: dict, weight: str | None = None) -> pd.Series:
    """Weights that add up to the given total in every combination of levels (post-stratification).

    Parameters
    ----------
    sample : DataFrame
    columns : list of str
    totals : dict
        {(level, level, ...): total}, in the order of the columns; with one column {level: total}.
    weight : str, optional
        Column of starting weights; by default all start alike.

    Returns
    -------
    Series
        start x total / (sum of the starts in the cell) (Holt and Smith 1979, JRSS A 142, 33-46).

    Raises
    ------
    InputError
        An empty cell (with the cells beside it, to join it to), a unit in a cell without a total, a total or a starting
        weight that is not above zero.

    Examples
    --------
    >>> sample = pd.DataFrame({"size": ["s", "s", "l"], "part": ["n", "n", "n"]})
    >>> post_stratify(sample, ["size", "part"], {("s", "n"): 30, ("l", "n"): 10}).tolist()
    [15.0, 15.0, 10.0]
    """
    cells = {cell if isinstance(cell, tuple) else (cell,): total for cell, total in totals.items()}
    named = sample.assign(**{"/".join(columns): list(zip(*(sample[name] for name in columns), strict=True))})
    codes, starts = _codes(named, "/".join(columns), cells), _starts(sample, weight)
    goal = np.array(list(cells.values()), float)
    change = goal / np.bincount(codes, starts, minlength=len(goal))
    return pd.Series(starts * change[codes], index=sample.index, name="weight")


def calibrate(
    sample: pd.DataFrame,
    margins: dict[str, dict],
    numbers: dict[str, float] | None = None,
    weight: str | None = None,
    distance: str = "linear",
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> pd.Series:
    """Weights that add up to the totals of margins and of numbers (staff, inhabitants), with as little change as can be.

    Parameters
    ----------
    sample : DataFrame
    margins : dict of str to dict
        {column: {level: total}}, as in `rake`; may be empty.
    numbers : dict of str to float, optional
        {column: total of the population}.
    weight : str, optional
        Column of starting weights; by default all start alike.
    distance : {"linear", "raking"}
        Linear (the GREG estimator: weights may fall below zero) or raking (never).
    bounds : (low, high)
        Of weight / starting weight. Without a `weight` the starts are scaled to the margins' sum.

    Returns
    -------
    Series

    Raises
    ------
    InputError
        As `rake`; a missing number; totals that cannot be met within the bounds.

    Notes
    -----
    Deville and Särndal (1992), JASA 87, 376-382: cases 1 (linear), 2 (raking) and 7 (bounded linear).

    Examples
    --------
    >>> sample = pd.DataFrame({"size": ["s", "s", "l"], "staff": [10.0, 30.0, 200.0]})
    >>> calibrate(sample, {"size": {"s": 30, "l": 10}}, {"staff": 2700.0}).round(6).tolist()
    [10.0, 20.0, 10.0]
    """
    if distance not in DISTANCES:
        raise InputError("unknown distance", value=distance, allowed=DISTANCES)
    total, starts = _sum(margins), _starts(sample, weight)
    if margins and not weight:
        starts = starts * total / len(sample)
    parts, goals = [], []
    for column, totals in margins.items():
        codes = _codes(sample, column, totals)
        parts.append((codes[:, None] == np.arange(len(totals))).astype(float))
        goals.extend(totals.values())
    for column, goal in (numbers or {}).items():
        values = _column(sample, column).to_numpy(float, na_value=np.nan)
        _refuse(sample, column, np.isnan(values), "a unit without a number to calibrate to")
        parts.append(values[:, None])
        goals.append(goal)
    if not parts:
        raise InputError("nothing to calibrate to", allowed="margins or numbers")
    changes = factors(np.hstack(parts), starts, np.array(goals, float), distance, bounds)
    return pd.Series(starts * changes, index=sample.index, name="weight")


def trim(weights: pd.Series, low: float = 0.0, high: float = np.inf) -> pd.Series:
    """Weights within bounds and with the same sum: what is cut off is spread evenly over the others, until none is out.

    Trimmed weights meet their margins no longer. `calibrate` with bounds has both.

    Raises
    ------
    InputError
        Bounds between which the sum cannot be kept.

    Notes
    -----
    Potter (1990), Proceedings of the Survey Research Methods Section, ASA, 225-230; as `trimWeights(strict = TRUE)` of
    R's survey package.

    Examples
    --------
    >>> trim(pd.Series([1.0, 2.0, 9.0]), high=6).tolist()
    [2.5, 3.5, 6.0]
    """
    total = weights.sum()
    if not low * len(weights) <= total <= high * len(weights):
        raise InputError("the weights cannot be kept within these bounds", value=[low, high], allowed=f"around {total / len(weights):g}")
    trimmed = weights.to_numpy(float)
    while np.abs((cut := trimmed.clip(low, high)) - trimmed).max() > 1e-12 * total:
        inner = trimmed == cut
        trimmed = cut + np.where(inner, (trimmed - cut).sum() / max(inner.sum(), 1), 0.0)
    return pd.Series(cut, index=weights.index, name=weights.name)


def movement(weights: pd.Series, starts: pd.Series | None = None, groups: pd.Series | None = None) -> pd.DataFrame:
    """How far weights moved from where they started, and what that costs.

    Parameters
    ----------
    weights, starts : Series
        By default all start at the mean weight.
    groups : Series, optional
        A group per row, for a line per group besides the whole.

    Returns
    -------
    DataFrame
        Indexed by group ("all" last): n, low, mean, high (weights), least, most (weight / start), deff and effective_n:
        Kish's design effect n sum w^2 / (sum w)^2 and n / deff (Kish 1965, sect. 11.7; 1992).

    Examples
    --------
    >>> movement(pd.Series([1.0, 1.0, 2.0])).round(3).to_dict("records")
    [{'n': 3, 'low': 1.0, 'mean': 1.333, 'high': 2.0, 'least': 0.75, 'most': 1.5, 'deff': 1.125, 'effective_n': 2.667}]
    """
    change = weights / (starts if starts is not None else weights.mean())
    names = pd.Series("all", weights.index)
    lines = pd.DataFrame({"w": weights, "change": change, "group": names})
    if groups is not None:
        lines = pd.concat([lines.assign(group=groups), lines])
    parts = lines.groupby("group", sort=False)
    table = parts["w"].agg(n="size", low="min", mean="mean", high="max").join(parts["change"].agg(least="min", most="max"))
    worth = parts["w"].agg(effective_n)
    return table.assign(deff=table["n"] / worth, effective_n=worth).rename_axis(None)


def effective_n(weights: pd.Series) -> float:
    """How many equal answers the weighted ones are worth: (sum w)^2 / sum w^2 (Kish 1965).

    Examples
    --------
    >>> round(float(effective_n(pd.Series([1.0, 1.0, 2.0]))), 2)
    2.67
    """
    return weights.sum() ** 2 / (weights**2).sum()


MARGIN = "margin_"  # how the columns of the table `weights` start that its weights were raked to
START = "start"


def raked(weights: pd.DataFrame) -> Calibration | None:
    """What the weights of the table `weights` were raked to, told by its columns; None where they were not.

    Examples
    --------
    >>> raked(pd.DataFrame({"weight": [2.0], "start": [1.0], "margin_size": ["s"]})).margins
    ('margin_size',)
    """
    margins = tuple(name for name in weights if name.startswith(MARGIN))
    return Calibration(margins, start=START if START in weights else None) if margins else None


def _sum(margins: dict[str, dict]) -> float:
    sums = {column: float(sum(totals.values())) for column, totals in margins.items()}
    if sums and max(sums.values()) - min(sums.values()) > 1e-9 * max(sums.values()):
        raise InputError("the margins do not have the same sum", value=sums)
    return max(sums.values(), default=0.0)


def _starts(sample: pd.DataFrame, weight: str | None) -> np.ndarray:
    if not weight:
        return np.ones(len(sample))
    starts = _column(sample, weight).to_numpy(float, na_value=np.nan)
    _refuse(sample, weight, ~(starts > 0), "a starting weight is missing or not above zero")
    return starts


def _column(sample: pd.DataFrame, column: str) -> pd.Series:
    if column not in sample:
        raise InputError("a column that is not there", value=column, allowed=list(sample.columns))
    return sample[column]


def _refuse(sample: pd.DataFrame, column: str, wrong: np.ndarray, problem: str, allowed=None) -> None:
    for place in np.flatnonzero(wrong)[:1]:
        raise InputError(problem, row=int(place) + 2, column=column, value=sample[column].tolist()[place], allowed=allowed)


def _codes(sample: pd.DataFrame, column: str, totals: dict) -> np.ndarray:
    levels = list(totals)
    for level, total in totals.items():
        if not total > 0:
            raise InputError(f"the total of {level} is not above zero", column=column, value=total)
    places = {level: number for number, level in enumerate(levels)}
    codes = _column(sample, column).map(places).fillna(-1).to_numpy(int)
    _refuse(sample, column, codes < 0, "a unit of the sample is in a level without a total", levels)
    there = np.bincount(codes, minlength=len(levels)) > 0
    if not there.all():
        empty = [level for level, found in zip(levels, there, strict=True) if not found]
        raise InputError("nobody in the sample is in this level: join it to another", column=column,
                         value=empty[0] if len(empty) == 1 else empty,
                         allowed=", ".join(map(str, _joinable(empty[0], levels, there))))  # fmt: skip
    return codes


def _joinable(empty, levels: list, there: np.ndarray) -> list:
    """Levels that an empty one can be joined to: of a cell those that differ in one column, else all, the nearest first."""
    found = [level for level, present in zip(levels, there, strict=True) if present]
    if isinstance(empty, tuple) and len(empty) > 1:
        beside = [level for level in found if sum(a != b for a, b in zip(level, empty, strict=True)) == 1]
        found = beside or found
    return sorted(found, key=lambda level: abs(levels.index(level) - levels.index(empty)))


def _met(codes: np.ndarray, weights: np.ndarray, goal: np.ndarray, tolerance: float) -> bool:
    reached = np.bincount(codes, weights, minlength=len(goal))
    return bool(np.all(np.abs(reached - goal) <= tolerance * goal))
