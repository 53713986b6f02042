"""Questions whose answers add up (a single choice, points to divide, a ranking): what to withhold of all their options together.

The shown options of a cluster and the total, known beforehand, give the sum of its hidden ones. So the fewest and
smallest cells are chosen over all options at once, by an integer program: the cuts of `protection` for each option,
and for each cluster that the sum of what is hidden leaves each hidden one unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from ledanalysis.protection import Limits, Table, weaknesses
from ledanalysis.together import Together

DEARER = 0.01  # at most so much is a cell that many chose dearer than one that nobody chose: of equals the lower goes
GAP = 0.01  # nearer than this to the least loss an integer program need not come
FREE = 12  # so many times all is chosen anew after an attack; from then on what was chosen stays, and some is added


@dataclass
class Question:
    """The options of one question, of one measure or of more that are made of the same answers.

    Attributes
    ----------
    rows, cells : list of array
        For each table its rows in the estimates, and the cell (of a cluster and an option, whatever the measure) of each.
    keys : list of (str, str)
        For each table its measure and option.
    tables : list of Table
    needs : csr_array, left : array
        What has to hold of the hidden cells: needs @ hidden >= left.
    """

    rows: list[np.ndarray]
    cells: list[np.ndarray]
    keys: list[tuple[str, str]]
    tables: list[Table]
    needs: csr_array
    left: np.ndarray
    cuts: set = field(init=False, default_factory=set)  # as of a Table, but of cells of all options
    points: dict = field(init=False, default_factory=dict)  # by measure: answers found possible in some attack on all options

    done: np.ndarray | None = field(init=False, default=None)  # the cells that were hidden when nothing could be worked out

    @property
    def all_rows(self) -> np.ndarray:
        return np.concatenate(self.rows)

    @property
    def cost(self) -> np.ndarray:
        """Of each cell."""
        found = np.zeros(self.needs.shape[1])
        for cells, table in zip(self.cells, self.tables):
            size = table.figures.ceiling - table.figures.floor
            height = (table.figures.parts @ table.answers - table.figures.floor) / size
            found[cells] = np.maximum(found[cells], table.cost * (1 + DEARER * height))
        return found


def questions(estimates: pd.DataFrame, linked: dict, groups: Iterable[Iterable[str]]) -> list[Question]:
    """The questions of which the answers add up.

    Parameters
    ----------
    estimates : DataFrame
        clustering, cluster, measure, theme; indexed from 0.
    linked : dict
        As made by `behind.tables`.
    groups : iterable of iterables of str
        The measures of each question: a ranking's share, its points.
    """
    found = []
    for measures in groups:
        mine = [key for key in linked if key[0] in set(measures)]
        if mine:
            rows, tables = [linked[key][0] for key in mine], [linked[key][1] for key in mine]
            every = estimates.iloc[np.concatenate(rows)]
            codes = every.groupby(["clustering", "cluster", "theme"], sort=False).ngroup().to_numpy()
            clusters = every.groupby(["clustering", "cluster", "measure"], sort=False).ngroup().to_numpy()
            found.append(Question(rows, np.split(codes, np.cumsum([len(part) for part in rows])[:-1]), mine, tables,
                                  *_needs(codes, clusters, tables)))  # fmt: skip
    return found


def _needs(cells: np.ndarray, clusters: np.ndarray, tables: list[Table]) -> tuple[csr_array, np.ndarray]:
    """What the hidden of a cluster need.

    Of k hidden ones that are S together each lies between max(floor, S - ceiling (k - 1)) and min(ceiling, S), from
    floor 0. That is as wide as wanted where k is 2 or more, S at least so much, and ceiling k - S too.
    """
    mean, width, ceiling, full = (np.concatenate(parts) for parts in zip(*(
        (t.figures.parts @ t.answers - t.figures.floor, t.width, np.full(len(t.width), t.figures.ceiling - t.figures.floor), t.informants > 0)
        for t in tables
    ), strict=True))  # fmt: skip
    lines = []
    for group in np.unique(clusters[full]):
        here = np.flatnonzero((clusters == group) & full)
        for one in here:
            others = here[here != one]
            for values, own in ((np.ones(len(others)), -1.0), (mean[others], mean[one] - width[one]),
                                ((ceiling - mean)[others], ceiling[one] - mean[one] - width[one])):  # fmt: skip
                line = dict(zip(cells[others].tolist(), values.tolist())) | {int(cells[one]): own}
                if sum(line.values()) >= 0:  # with all hidden it holds; else nothing would help
                    lines.append(line)
    place = [np.full(len(line), number) for number, line in enumerate(lines)]
    values = np.concatenate([list(line.values()) for line in lines] or [[]])
    columns = np.concatenate([list(line) for line in lines] or [[]]).astype(int)
    shape = len(lines), int(cells.max()) + 1
    return csr_array((values, (np.concatenate(place or [[]]).astype(int), columns)), shape=shape), np.zeros(len(lines))


def protect_question(question: Question, hidden: np.ndarray, limits: Limits) -> np.ndarray:
    """The rows to hide: those given, in whatever measure of the question, and the fewest and smallest besides.

    Parameters
    ----------
    question : Question
        Its tables keep what attacks found, for the next time.
    hidden : bool array
        Of `all_rows`.
    limits : Limits

    Returns
    -------
    bool array
        Of `all_rows`.
    """
    cells = np.concatenate(question.cells)
    given = np.zeros(question.needs.shape[1], bool)
    given[cells[hidden]] = True
    if question.done is not None and (given == question.done).all():
        return given[cells]
    for times in count(1):
        chosen = _cheapest(question, given)
        found = [_more(table, chosen[own], limits) for table, own in zip(question.tables, question.cells)]
        if not any(found) and not _together(question, chosen, limits):
            question.done = chosen
            return chosen[cells]
        given = chosen if times >= FREE else given


def _more(table: Table, hidden: np.ndarray, limits: Limits) -> bool:
    """Attack a table; keep what of it gives something away."""
    if table.done is not None and (hidden == table.done).all():
        return False
    found = weaknesses(table, ~hidden & (table.informants > 0), limits)
    if not found:
        table.done = hidden
    elif found <= table.cuts:
        raise RuntimeError("what was hidden to stop an attack does not stop it")
    table.cuts |= found
    return bool(found)


def _together(question: Question, chosen: np.ndarray, limits: Limits) -> bool:
    """Attack all options of each measure together; keep what gives something away."""
    found = set()
    for measure in dict.fromkeys(measure for measure, _ in question.keys):
        mine = [number for number, key in enumerate(question.keys) if key[0] == measure]
        tables, cells = [question.tables[number] for number in mine], [question.cells[number] for number in mine]
        shown = [~chosen[cell] & (table.informants > 0) for table, cell in zip(tables, cells)]
        every = np.concatenate([cell[told] for cell, told in zip(cells, shown)])
        attack = Together(tables, shown, limits, question.points.setdefault(measure, []))
        for target, used in attack.recovered():
            option, cell = attack.of[target]
            found.add((tuple(sorted(every[used].tolist())), None if cell is None else int(cells[option][cell])))
    if found and found <= question.cuts:
        raise RuntimeError("what was hidden to stop an attack on all options does not stop it")
    question.cuts |= found
    return bool(found)


def _cheapest(question: Question, given: np.ndarray) -> np.ndarray:
    """The cells that cost least of those that meet all cuts and needs."""
    columns, values, starts, goals = [], [], [0], []
    own = [(np.arange(len(given)), question.cuts), *((cells, table.cuts) for cells, table in zip(question.cells, question.tables))]
    for cells, cuts in own:
        for used, cell in sorted(cuts, key=str):
            line = dict.fromkeys(cells[list(used)].tolist(), 1.0)
            if cell is not None:
                line[int(cells[cell])] = line.get(int(cells[cell]), 0.0) - 1.0
            columns += line
            values += line.values()
            starts.append(len(columns))
            goals.append(1.0 if cell is None else 0.0)
    rules = [LinearConstraint(question.needs, question.left - 1e-9, np.inf)]
    if goals:
        cuts = csr_array((values, columns, starts), shape=(len(goals), len(given)))
        rules.append(LinearConstraint(cuts, np.array(goals), np.inf))
    done = milp(question.cost, integrality=np.ones(len(given)), bounds=Bounds(given.astype(float), 1.0), constraints=rules,
                options={"mip_rel_gap": GAP})  # fmt: skip
    if done.x is None:
        raise RuntimeError(f"no choice of cells protects this question: {done.message}")
    return done.x > 0.5
