"""What one municipality may see beside its own answers."""

from __future__ import annotations

import pandas as pd

from ledanalysis.behind import Answers
from ledanalysis.disclosure import HIDDEN


def mirror(shown: pd.DataFrame, clusters: pd.DataFrame, answers: Answers, municipality: str, min_n: int, extreme_n: int) -> pd.DataFrame:
    """What a municipality may see of its clusters beside its own answers: it can take those out of each figure.

    A figure is given where at least `min_n` others answered, and not where the others, fewer than `extreme_n`, all
    gave the same answer.

    Parameters
    ----------
    shown : DataFrame
        As made by `suppress`.
    clusters : DataFrame
        clustering, cluster, municipality, that of everyone with them.
    answers : Answers
    municipality : str
    min_n, extreme_n : int

    Returns
    -------
    DataFrame
        The rows of its clusters, with `own` (its own score) and `suppressed`.
    """
    mine = clusters.loc[clusters["municipality"] == municipality, ["clustering", "cluster"]].drop_duplicates()
    rows = shown.merge(mine, on=["clustering", "cluster"]).reset_index(drop=True)
    scores = answers.scores
    own = scores[scores["municipality"] == municipality]
    others = scores.merge(own[["measure", "theme", "informant"]], on=["measure", "theme"], suffixes=("", "_own"))
    others = others[others["informant"] != others["informant_own"]]
    inside = others.merge(clusters.merge(mine)[["clustering", "cluster", "municipality"]].drop_duplicates(), on="municipality")
    keys = ["clustering", "cluster", "measure", "theme"]
    left = inside.groupby(keys).agg(others=("informant", "nunique"), low=("score", "min"), high=("score", "max")).reset_index()
    rows = rows.merge(left, "left", on=keys).merge(own[["measure", "theme", "score"]].rename(columns={"score": "own"}), "left", on=["measure", "theme"])
    few = rows["others"].fillna(0) < min_n
    same = (rows["low"] == rows["high"]) & (rows["others"] < extreme_n)
    gone = rows["suppressed"] | (rows["own"].notna() & (few | same))
    figures = [column for column in HIDDEN if column in rows]
    rows = rows.astype(dict.fromkeys(figures, "float64"))
    rows.loc[gone, figures] = float("nan")
    return rows.assign(suppressed=gone).drop(columns=["others", "low", "high"])
