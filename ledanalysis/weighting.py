"""Weights: the sample made to add up to what the register says."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
    sums = {column: float(sum(totals.values())) for column, totals in margins.items()}
    if max(sums.values()) - min(sums.values()) > 1e-9 * max(sums.values()):
        raise InputError("the margins do not have the same sum", value=sums)
    codes = {column: _codes(sample, column, totals) for column, totals in margins.items()}
    goals = {column: np.array(list(totals.values()), float) for column, totals in margins.items()}
    if weight and not (sample[weight] > 0).all():
        raise InputError("a starting weight is missing or not above zero", column=weight)
    weights = sample[weight].to_numpy(float) if weight else np.full(len(sample), next(iter(sums.values())) / len(sample))
    for _ in range(most_rounds):
        for column, goal in goals.items():
            reached = np.bincount(codes[column], weights, minlength=len(goal))
            weights = weights * (goal / reached)[codes[column]]
        if all(_met(codes[column], weights, goal, tolerance) for column, goal in goals.items()):
            return pd.Series(weights, index=sample.index, name="weight")
    raise InputError(f"the weights do not agree with all margins after {most_rounds} rounds", value=list(margins),
                     allowed="fewer margins, or levels joined")  # fmt: skip


def _codes(sample: pd.DataFrame, column: str, totals: dict) -> np.ndarray:
    levels = list(totals)
    for level, total in totals.items():
        if not total > 0:
            raise InputError(f"the total of {level} is not above zero", column=column, value=total)
    codes = pd.Index(levels).get_indexer(sample[column])
    if (codes < 0).any():
        stray = sample[column][codes < 0].iloc[0]
        raise InputError("a unit of the sample is in a level without a total", column=column, value=stray, allowed=levels)
    empty = [level for number, level in enumerate(levels) if not (codes == number).any()]
    if empty:
        raise InputError("nobody in the sample is in this level: join it to another", column=column, value=empty[0],
                         allowed=[level for level in levels if level not in empty])  # fmt: skip
    return codes


def _met(codes: np.ndarray, weights: np.ndarray, goal: np.ndarray, tolerance: float) -> bool:
    reached = np.bincount(codes, weights, minlength=len(goal))
    return bool(np.all(np.abs(reached - goal) <= tolerance * goal))
