"""What may be shown: applied last, before a figure leaves `data/processed` for a notebook, chart or deck."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence

import numpy as np
import pandas as pd
from joblib import Parallel, cpu_count, delayed

from ledanalysis.behind import VIEWS, Answers, dominated, tables
from ledanalysis.ending import end_with
from ledanalysis.protection import Limits, protect
from ledanalysis.questions import Question, protect_question, questions
from ledanalysis.sums import besides, sums_of

# what a suppressed row does not say
RANKS = ["rank", "rank_lower", "rank_upper"]
HIDDEN = ["estimate", "se", "lower", "upper", "df", "n", "population", "p_rest", "p_zero", *RANKS]

FEW = 20  # fewer tables than this are not worth a process
MOST_PROCESSES = 4  # more than this take longer to start than they save


def suppress(
    estimates: pd.DataFrame,
    min_n: int,
    extreme_n: int = 0,
    differences: dict[str, tuple[str, str]] | None = None,
    clusters: pd.DataFrame | None = None,
    adding_up: Collection[str] = (),
    answers: Answers | None = None,
) -> pd.DataFrame:
    """Blank the estimates that could give an answer away, and mark them.

    A row is suppressed if it rests on fewer than `min_n` answers (unweighted); if all its answers are the same and
    there are fewer than `extreme_n` of them, since then everyone's answer is known; and, where the suppressed
    clusters of a clustering could be worked out as the total less the others, the smallest shown cluster with them,
    until at least two clusters are hidden that together break neither rule. A difference of two measures is
    suppressed where one of them is: the hidden one could be worked out from the other two; of what adds up to 100, so
    much is suppressed besides that no hidden one can be had from the others. Where a theme of a cluster is suppressed, the ranks of the others are blanked: a gap in them would say where the hidden one stands.

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
        Measures whose themes add up to 100 in a cluster (or to another sum that is known): the options of a single
        choice, points to divide, a ranking, what is made of these. All goes where one is hidden; but of the
        `questions` of `answers` what goes is chosen by `questions.protect_question`.
    answers : Answers, optional
        What stands behind the estimates. With them, what goes besides is chosen by `protection.protect` over all
        clusterings together; without, by the sizes of clusters alone. Needs `clusters`.

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
    linked = tables(estimates, clusters, answers) if answers and min_n > 1 else {}
    for rows, table in linked.values():
        hidden[rows] |= table.informants < min_n
        if table.amount:
            hidden[rows] |= dominated(table, answers)
    asked = questions(estimates, linked, answers.questions if linked else ())
    known = {measure for measure, _ in linked}
    together = {measure for group in (answers.questions if linked else ()) if group[0] in known for measure in group}
    apart = [pair for (measure, _), pair in linked.items() if measure not in together]
    alone = ~pd.MultiIndex.from_frame(estimates[["measure", "theme"]]).isin(list(linked)) & ~estimates["measure"].isin(together)
    alone |= estimates["clustering"].str.startswith(VIEWS).to_numpy()  # of which only answers are protected below
    sums = sums_of(estimates, clusters, np.flatnonzero(alone))
    added = estimates[estimates["measure"].isin(set(adding_up) - together)]
    whole_questions = [added.index[rows] for rows in added.groupby(["clustering", "cluster", "measure"]).indices.values()]
    sides = sides_of(estimates, n, differences or {}, answers.gates if answers else {})
    before = -1
    while before != hidden.sum():  # each rule can call for the other
        before = hidden.sum()
        for whole, parts in sums:
            hidden[besides(whole, parts, hidden, n, gives_away)] = True
        hidden = _protected(asked, apart, hidden, Limits(min_n, extreme_n))
        hidden |= linked_hidden(estimates, hidden, sides)
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


def _protected(asked: list[Question], apart: list[tuple], hidden: np.ndarray, limits: Limits) -> np.ndarray:
    """Hide what `protect` and `protect_question` call for. Both lists are kept up to date with what attacks found."""
    tasks = [(protect_question, question, hidden[question.all_rows], limits) for question in asked]
    tasks += [(protect, table, hidden[rows], limits) for rows, table in apart]
    order = sorted(range(len(tasks)), key=lambda number: -len(tasks[number][2]))
    found = dict(zip(order, all_at_once(_kept, [tasks[number] for number in order])))
    hidden = hidden.copy()
    for number, question in enumerate(asked):
        asked[number], hidden[question.all_rows] = found[number]
    for number, (rows, _) in enumerate(apart, len(asked)):
        table, hidden[rows] = found[number]
        apart[number - len(asked)] = rows, table
    return hidden


def all_at_once(function: Callable, tasks: Sequence[tuple]) -> list:
    """What a function gives of each of some arguments, in order; many are divided over processes, which end with this one."""
    processes = min(MOST_PROCESSES, cpu_count()) if len(tasks) >= FEW else 1
    return Parallel(processes, max_nbytes=None)(delayed(_one)(os.getpid(), function, *task) for task in tasks)


def _one(parent: int, function: Callable, *task):
    end_with(parent)
    return function(*task)


def _kept(function, thing, hidden: np.ndarray, limits: Limits) -> tuple:
    """What is protected with what is hidden of it: in another process the first is a copy."""
    hidden = function(thing, hidden, limits)
    return thing, hidden


def sides_of(estimates: pd.DataFrame, n: np.ndarray, differences: dict, gates: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of rows of one cluster: the second must be hidden where the first is.

    A difference with either side, for the other side would give the hidden one; what is asked of who said yes with what
    they said yes to, for its n would tell how many did; a figure by staff with that of municipalities. And triples: the
    first side must be hidden with a difference of the same informants, unless the other side is, for the difference would
    be had from both.
    """
    keys = ["clustering", "cluster", "measure", "theme"]
    place = pd.MultiIndex.from_frame(estimates[keys])
    first, second, third = [], [], []

    def pair(of: pd.DataFrame, measures, themes) -> np.ndarray:
        return place.get_indexer(pd.MultiIndex.from_arrays([of["clustering"], of["cluster"], measures, themes]))

    for measure, (one, other) in differences.items():
        mine = estimates[estimates["measure"] == measure]
        rows = mine.index.to_numpy()
        ones, others = (pair(mine, np.full(len(mine), side), mine["theme"]) for side in (one, other))
        same = (ones >= 0) & (others >= 0) & (n[rows] == n[ones]) & (n[rows] == n[others])
        first += [ones[ones >= 0], others[others >= 0]]
        second += [rows[ones >= 0], rows[others >= 0]]
        third.append(np.column_stack([rows, ones, others])[same])
    for view in VIEWS:  # of another view only what is shown of the weighted one
        mine = estimates[estimates["clustering"].str.startswith(view)]
        plain = mine.assign(clustering=mine["clustering"].str.removeprefix(view))
        units = pair(plain, mine["measure"].to_numpy(), mine["theme"].to_numpy())
        first.append(units[units >= 0])
        second.append(mine.index.to_numpy()[units >= 0])
    mine = estimates[pd.MultiIndex.from_frame(estimates[["measure", "theme"]]).isin(list(gates))]
    if len(mine):
        asked = pd.DataFrame([gates[key] for key in zip(mine["measure"], mine["theme"])])
        behind = pair(mine, asked[0].to_numpy(), asked[1].to_numpy())
        first.append(behind[behind >= 0])
        second.append(mine.index.to_numpy()[behind >= 0])
    empty = [np.empty(0, int)]
    return np.concatenate(first or empty), np.concatenate(second or empty), np.concatenate(third or [np.empty((0, 3), int)])


def linked_hidden(estimates: pd.DataFrame, hidden: np.ndarray, sides: tuple) -> np.ndarray:
    """True for the rows that have to go with a hidden one."""
    first, second, triples = sides
    found = np.zeros(len(estimates), bool)
    found[second[hidden[first]]] = True
    difference, one, other = triples.T
    found[one[hidden[difference] & ~hidden[one] & ~hidden[other]]] = True
    return found
