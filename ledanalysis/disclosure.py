"""What may be shown: applied last, before a figure leaves `data/processed` for a notebook, chart or deck."""

from __future__ import annotations

import numpy as np
import pandas as pd

# what a suppressed row does not say
HIDDEN = ["estimate", "se", "lower", "upper", "df", "n", "population", "rank", "rank_lower", "rank_upper", "p_rest"]


def suppress(
    estimates: pd.DataFrame, min_n: int, extreme_n: int = 0, differences: dict[str, tuple[str, str]] | None = None
) -> pd.DataFrame:
    """Blank the estimates that could give an answer away, and mark them.

    A row is suppressed if it rests on fewer than `min_n` answers (unweighted); if all its answers are the same and
    there are fewer than `extreme_n` of them, since then everyone's answer is known; and, where the suppressed
    clusters of a clustering could be worked out as the total less the others, the smallest shown cluster with them
    until at least two clusters with `min_n` answers together are hidden. A difference of two measures is suppressed
    where one of them is: the hidden one could be worked out from the other two.

    Parameters
    ----------
    estimates : DataFrame
        Columns clustering, cluster, measure, theme, n, and the columns to blank; and `alike`, true where all answers
        in the row are the same.
    min_n, extreme_n : int
    differences : dict of str to (str, str), optional
        {measure: (first, second)}: measures that are first - second.

    Returns
    -------
    DataFrame
        The same rows with `suppressed` (bool); in suppressed rows all figures are missing, n among them. `alike` is
        dropped: it says too much.

    Examples
    --------
    >>> rows = pd.DataFrame({"clustering": "size", "cluster": ["a", "b", "c"], "measure": "now", "theme": "DATA",
    ...                      "n": [4, 9, 30], "estimate": [50.0, 60.0, 70.0], "alike": False})
    >>> suppress(rows, min_n=5)[["cluster", "n", "estimate", "suppressed"]].values.tolist()
    [['a', nan, nan, True], ['b', nan, nan, True], ['c', 30.0, 70.0, False]]
    """
    n = estimates["n"].to_numpy(float)
    hidden = (n < min_n) | (estimates["alike"].to_numpy(bool) & (n < extreme_n))
    tables = list(estimates.groupby(["clustering", "measure", "theme"], sort=False).indices.values())
    before = -1
    while before != hidden.sum():  # each rule can call for the other
        before = hidden.sum()
        hidden |= _sides_hidden(estimates, hidden, differences or {})
        for rows in tables:
            hidden[rows[_complement(n[rows], hidden[rows], min_n)]] = True
    figures = [column for column in HIDDEN if column in estimates]
    shown = estimates.drop(columns="alike").astype(dict.fromkeys(figures, "float64"))
    shown.loc[hidden, figures] = float("nan")
    return shown.assign(suppressed=hidden)


def _sides_hidden(estimates: pd.DataFrame, hidden: np.ndarray, differences: dict) -> np.ndarray:
    """True for the rows of a difference of which one side is hidden in the same cluster."""
    place = pd.MultiIndex.from_frame(estimates[["clustering", "cluster", "theme"]])
    measures = estimates["measure"]
    found = np.zeros(len(estimates), bool)
    for measure, sides in differences.items():
        gone = place[hidden & measures.isin(sides).to_numpy()]
        found |= (measures == measure).to_numpy() & place.isin(gone)
    return found


def _complement(n: np.ndarray, hidden: np.ndarray, min_n: int) -> list[int]:
    """Rows to hide besides, smallest first, so that the hidden ones cannot be had from a total by subtraction."""
    answered = hidden & (n > 0)
    total, count, extra = n[answered].sum(), int(answered.sum()), []
    for row in np.argsort(n, kind="stable"):
        if hidden[row]:
            continue
        if count == 0 or (count >= 2 and total >= min_n):
            break
        total, count, extra = total + n[row], count + 1, [*extra, int(row)]
    return extra
