"""What may be shown: applied last, before a figure leaves `data/processed` for a notebook, chart or deck."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

# what a suppressed row does not say
RANKS = ["rank", "rank_lower", "rank_upper"]
HIDDEN = ["estimate", "se", "lower", "upper", "df", "n", "population", "p_rest", "p_zero", *RANKS]


def suppress(
    estimates: pd.DataFrame,
    min_n: int,
    extreme_n: int = 0,
    differences: dict[str, tuple[str, str]] | None = None,
    clusters: pd.DataFrame | None = None,
    adding_up: Collection[str] = (),
) -> pd.DataFrame:
    """Blank the estimates that could give an answer away, and mark them.

    A row is suppressed if it rests on fewer than `min_n` answers (unweighted); if all its answers are the same and
    there are fewer than `extreme_n` of them, since then everyone's answer is known; and, where the suppressed
    clusters of a clustering could be worked out as the total less the others, the smallest shown cluster with them,
    until at least two clusters are hidden that together break neither rule. A difference of two measures is
    suppressed where one of them is: the hidden one could be worked out from the other two; of what adds up to 100, all
    is suppressed where something is. Where a theme of a cluster
    is suppressed, the ranks of the others are blanked: a gap in them would say where the hidden one stands.

    Parameters
    ----------
    estimates : DataFrame
        Columns clustering, cluster, measure, theme, n, estimate, and others to blank; and `alike`, true where all
        answers in the row are the same; optional `informants`, how many gave them (by default n: but one service may
        answer for several); and, where there are ranks, `kind`: what is of one kind is ranked together.
    min_n, extreme_n : int
    differences : dict of str to (str, str), optional
        {measure: (first, second)}: measures that are first - second.
    clusters : DataFrame, optional
        clustering, cluster, municipality. With it, a cluster that is made up of clusters of another clustering (a
        province of its regions) counts as their total too.
    adding_up : collection of str
        Measures whose themes add up to 100 in a cluster: the options of a single choice, points to divide.

    Returns
    -------
    DataFrame
        The same rows, numbered anew, with `suppressed` (bool); in suppressed rows all figures are missing, n among them. `alike` and
        `informants` are dropped: they say too much.

    Examples
    --------
    >>> rows = pd.DataFrame({"clustering": "size", "cluster": ["a", "b", "c"], "measure": "now", "theme": "DATA",
    ...                      "n": [4, 9, 30], "estimate": [50.0, 60.0, 70.0], "alike": False})
    >>> suppress(rows, min_n=5)[["cluster", "n", "estimate", "suppressed"]].values.tolist()
    [['a', nan, nan, True], ['b', nan, nan, True], ['c', 30.0, 70.0, False]]
    """
    estimates = estimates.reset_index(drop=True)
    n = estimates["informants" if "informants" in estimates else "n"].to_numpy(float)
    alike = estimates["alike"].to_numpy(bool)
    values = estimates["estimate"].to_numpy(float)

    def gives_away(rows) -> bool:
        together, same = n[rows].sum(), alike[rows].all() and np.ptp(values[rows]) < 1e-9
        return together < min_n or (together < extreme_n and same)

    hidden = (n < min_n) | (alike & (n < extreme_n))
    sums = _sums(estimates, clusters)
    added = estimates[estimates["measure"].isin(list(adding_up))]
    whole_questions = [added.index[rows] for rows in added.groupby(["clustering", "cluster", "measure"]).indices.values()]
    before = -1
    while before != hidden.sum():  # each rule can call for the other
        before = hidden.sum()
        for whole, parts in sums:
            hidden[_besides(whole, parts, hidden, n, gives_away)] = True
        hidden |= _sides_hidden(estimates, hidden, differences or {})
        for rows in whole_questions:
            hidden[rows] |= hidden[rows].any()
    figures = [column for column in HIDDEN if column in estimates]
    shown = estimates.drop(columns=["alike", "informants"], errors="ignore").astype(dict.fromkeys(figures, "float64"))
    shown.loc[hidden, figures] = float("nan")
    shown["suppressed"] = hidden
    ranks = [column for column in RANKS if column in shown]
    if ranks:
        gap = shown.groupby(["clustering", "cluster", "measure", "kind"])["suppressed"].transform("any")
        shown.loc[gap, ranks] = float("nan")
    return shown


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


def _sums(estimates: pd.DataFrame, clusters: pd.DataFrame | None) -> list[tuple[int | None, np.ndarray]]:
    """Rows that add up: (row of the whole, rows of its parts); None for the total of everyone, known from elsewhere.

    The total comes last: what a smaller whole calls for may do for the total too.
    """
    sums: list[tuple[int | None, np.ndarray]] = []
    nested = nesting(clusters) if clusters is not None else []
    for rows in estimates.groupby(["measure", "theme"], sort=False).indices.values():
        place = dict(zip(zip(estimates["clustering"].to_numpy()[rows], estimates["cluster"].to_numpy()[rows]), rows))
        for whole, parts in nested:
            found = [place[part] for part in parts if part in place]
            if whole in place and found:
                sums.append((place[whole], np.array(found)))
    within = estimates.groupby(["clustering", "measure", "theme"], sort=False).indices.values()
    return sums + [(None, rows) for rows in within]


def _sides_hidden(estimates: pd.DataFrame, hidden: np.ndarray, differences: dict) -> np.ndarray:
    """True for the rows of a difference of which one side is hidden in the same cluster."""
    place = pd.MultiIndex.from_frame(estimates[["clustering", "cluster", "theme"]])
    measures = estimates["measure"]
    found = np.zeros(len(estimates), bool)
    for measure, sides in differences.items():
        gone = place[hidden & measures.isin(sides).to_numpy()]
        found |= (measures == measure).to_numpy() & place.isin(gone)
    return found


def _besides(whole: int | None, parts: np.ndarray, hidden: np.ndarray, n: np.ndarray, gives_away) -> list[int]:
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
