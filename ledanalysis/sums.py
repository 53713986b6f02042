"""Clusters that add up to others: what must go besides a hidden one, by the sizes of clusters alone."""

from __future__ import annotations

import numpy as np
import pandas as pd


def nesting(clusters: pd.DataFrame) -> list[tuple[tuple, list[tuple]]]:
    """Which clusters are made up of clusters of another clustering.

    Parameters
    ----------
    clusters : DataFrame
        clustering, cluster, municipality.

    Returns
    -------
    list of ((clustering, cluster), [(clustering, cluster), ...])
        The whole and its parts; a cluster that is the same in two clusterings is a whole with one part, both ways.

    Examples
    --------
    >>> nesting(pd.DataFrame({"clustering": ["a", "a", "b", "b"], "cluster": ["x", "x", "y", "z"],
    ...                       "municipality": ["GM1", "GM2", "GM1", "GM2"]}))
    [(('a', 'x'), [('b', 'y'), ('b', 'z')])]
    """
    clusters = clusters[["clustering", "cluster", "municipality"]].drop_duplicates()
    sizes = clusters.groupby(["clustering", "cluster"]).size()
    pairs = clusters.merge(clusters, on="municipality", suffixes=("", "_part"))
    pairs = pairs[pairs["clustering"] != pairs["clustering_part"]]
    shared = pairs.groupby(["clustering", "cluster", "clustering_part", "cluster_part"]).size()
    found = []
    for (clustering, cluster, parted), overlap in shared.groupby(level=[0, 1, 2]):
        parts = [(parted, part) for part in overlap.index.get_level_values(3)]
        if overlap.sum() == sizes[clustering, cluster] and overlap.tolist() == [sizes[part] for part in parts]:
            found.append(((clustering, cluster), parts))
    return found


def sums_of(estimates: pd.DataFrame, clusters: pd.DataFrame | None, alone: np.ndarray) -> list[tuple[int | None, np.ndarray]]:
    """Of the rows `alone` those that add up: (row of the whole, rows of its parts); None for the total of everyone, known from elsewhere.

    The total comes last: what a smaller whole calls for may do for the total too.
    """
    sums: list[tuple[int | None, np.ndarray]] = []
    nested = nesting(clusters) if clusters is not None else []
    chosen = estimates.iloc[alone]
    for found in chosen.groupby(["measure", "theme"], sort=False).indices.values():
        rows = alone[found]
        place = dict(zip(zip(estimates["clustering"].to_numpy()[rows], estimates["cluster"].to_numpy()[rows]), rows))
        for whole, parts in nested:
            inner = [place[part] for part in parts if part in place]
            if whole in place and inner:
                sums.append((place[whole], np.array(inner)))
    within = chosen.groupby(["clustering", "measure", "theme"], sort=False).indices.values()
    return sums + [(None, alone[rows]) for rows in within]


def besides(whole: int | None, parts: np.ndarray, hidden: np.ndarray, n: np.ndarray, gives_away) -> list[int]:
    """Rows to hide besides, smallest first, so that no hidden one can be had from the whole by subtraction."""
    answered = parts[n[parts] > 0]
    gone, shown = list(answered[hidden[answered]]), answered[~hidden[answered]]
    shown, extra = list(shown[np.argsort(n[shown], kind="stable")]), []
    if whole is not None and hidden[whole]:  # else it would be the sum of its parts
        return shown[:1] if not gone else []
    while gone and (len(gone) < 2 or gives_away(gone)) and shown:
        gone.append(shown[0])
        extra.append(shown.pop(0))
    return extra
