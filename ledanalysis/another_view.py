"""One more view of figures that are published already: what may be shown of it, so that nothing published need go."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ledanalysis.behind import Answers, tables
from ledanalysis.disclosure import all_at_once, linked_hidden, sides_of
from ledanalysis.protection import Limits, Table, protect

MOST = 5_000  # ways in which classes can have answered that are gone through; of more the sums have no gaps
HALF = 0.5


def hidden_besides(
    shown: pd.DataFrame, more: pd.DataFrame, clusters: pd.DataFrame, answers: Answers, limits: Limits, differences: dict[str, tuple[str, str]]
) -> np.ndarray:
    """Which of some further figures of the same answers to suppress.

    Parameters
    ----------
    shown : DataFrame
        clustering, cluster, measure, theme, n, suppressed: what is published.
    more : DataFrame
        clustering (with its view before it), cluster, measure, theme, n; of no measure whose answers add up (`Answers.questions`).
    clusters : DataFrame
        clustering, cluster, municipality, times: of both.
    answers : Answers
    limits : Limits
    differences : dict
        As for `disclosure.suppress`.

    Returns
    -------
    bool array
        Of the rows of `more`. Suppressed is what is so in the table that is published, and what together with that table would
        tell of an answer; where nothing but the loss of something published would do, all of that measure and theme.
    """
    both = pd.concat([shown, more.assign(suppressed=False)], ignore_index=True)
    hidden, added = both["suppressed"].to_numpy(bool).copy(), np.arange(len(both)) >= len(shown)
    kept, sides = ~hidden & ~added, sides_of(both, both["n"].to_numpy(float), differences, answers.gates)
    hidden |= added & linked_hidden(both, hidden, sides)
    linked = tables(both, clusters, answers) if limits.fewest > 1 else {}
    linked = {key: (rows, table) for key, (rows, table) in linked.items() if added[rows].any()}
    for rows, table in linked.values():
        table.kept = kept[rows]
        hidden[rows] |= added[rows] & _counted(both.iloc[rows], table, hidden[rows], limits)
    before = -1
    while before != hidden.sum():
        before = hidden.sum()
        tasks = [(table, hidden[rows], kept[rows], limits) for rows, table in linked.values()]
        for (key, (rows, _)), (table, found) in zip(list(linked.items()), all_at_once(protected_besides, tasks)):
            linked[key], hidden[rows] = (rows, table), found
        hidden |= added & linked_hidden(both, hidden, sides)
    return hidden[added]


def protected_besides(table: Table, hidden: np.ndarray, kept: np.ndarray, limits: Limits) -> tuple[Table, np.ndarray]:
    """The table, with what attacks found, and what is hidden of it: in another process it is a copy."""
    try:
        return table, protect(table, hidden, limits)
    except RuntimeError:  # no choice among what may go protects: then none of it is shown, and all is as it was
        return table, ~kept


def _counted(rows: pd.DataFrame, table: Table, hidden: np.ndarray, limits: Limits) -> np.ndarray:
    """Shares that with the published one of the same cell tell by whole answers who is of those that said so, or did not."""
    found = np.zeros(len(rows), bool)
    if (table.step < table.figures.ceiling - table.figures.floor).any() or not np.isin(table.answers, (table.figures.floor, table.figures.ceiling)).all():
        return found
    names = rows["clustering"].str.partition("/")
    place = {(clustering, cluster): number for number, (clustering, cluster) in enumerate(zip(rows["clustering"], rows["cluster"]))}
    for number, (whole, clustering, cluster) in enumerate(zip(rows["clustering"], names[2], rows["cluster"])):
        own = place.get((clustering, cluster))
        if clustering and own is not None and not hidden[number] and not hidden[own]:
            found[number] = pinned_by_two(table, own, number, limits.fewest)
    return found


def pinned_by_two(table: Table, one: int, other: int, fewest: int) -> bool:
    """Whether two shares of the same people, differently weighted, tell somebody's answer that not most gave, or that it is of few.

    Examples
    --------
    Of six one said yes, who weighs what nobody else does:

    >>> from ledanalysis.attack import Figures
    >>> weights = np.array([[2.0, 2, 3, 3, 3, 5], [1, 1, 1, 1, 1, 1]])
    >>> parts, said = weights / weights.sum(axis=1, keepdims=True), np.array([0.0, 0, 0, 0, 0, 100])
    >>> figures = Figures(parts, parts @ said - 0.5, parts @ said + 0.5, 0.0, 100.0)
    >>> pinned_by_two(Table(figures, said, np.full(6, 100.0), np.zeros(2), np.ones(2)), 0, 1, 2)
    True
    """
    figures, rows = table.figures, [one, other]
    yes = (table.answers > figures.floor).astype(float)
    inside = figures.parts[one] > 0
    low, high = ((end[rows] - figures.floor) / (figures.ceiling - figures.floor) for end in (figures.low, figures.high))
    if figures.parts[one] @ yes > HALF:
        yes, (low, high) = 1 - yes, (1 - high, 1 - low)
    if not yes[inside].any():
        return False
    classes, size = np.unique(figures.parts[rows][:, inside].T.round(9), axis=0, return_counts=True)
    if math.prod(int(count) + 1 for count in size) > MOST:
        return bool(yes[inside].sum() < fewest)
    ways = np.indices(size + 1).reshape(len(size), -1)
    sums = classes.T @ ways
    ways = ways[:, ((sums >= low[:, None] - 1e-9) & (sums <= high[:, None] + 1e-9)).all(axis=0)]
    if not ways.size:  # of no whole answers: some speak for several
        return True
    return bool((ways.min(axis=1) == size).any()) or size[ways.max(axis=1) > 0].sum() < fewest
