"""All options of a question whose answers add up, attacked together: one system of equations.

Besides what `attack` knows of each option, that the answers of each informant add up to a sum that is known. Informants in
the same cells in the same proportion are taken together, as one mean: the same means are possible, and the programs small.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import block_diag, csr_array, hstack, vstack

from ledanalysis.attack import NEAR
from ledanalysis.programs import Program
from ledanalysis.protection import SLACK, Limits, Table, single_cells

SWEEPS = 60  # programs that move many targets at once, before they are taken one by one
STUCK = 2  # sweeps in a row that may open nothing


class Together:
    """Linear programs on the answers to all options; every solution says something of all targets.

    Parameters
    ----------
    tables : list of Table
        Of all options of one measure; with `people`.
    shown : list of bool array, cells
        For each table.
    limits : Limits
    points : list of array
        Answers that were found to be possible under what was shown before; what is found is added.

    Attributes
    ----------
    targets : csr_array, targets x (options x classes)
        The suppressed means (what of them is not told by a large cell alone), and the answers of who is like nobody else.
    of : list of (int, int or None)
        For each target its option and cell; None for an answer.
    least, most : array, targets
        Between these each is possible, as far as is known.
    wanted : array, targets
        How far apart these must be.

    Examples
    --------
    Two hidden options of one cell, 30 and 40 together of 100: each can be from 0 to 70.

    >>> from ledanalysis.attack import Figures
    >>> def option(answers):
    ...     parts, answers = np.full((1, 10), 0.1), np.array(answers, float)
    ...     figures = Figures(parts, parts @ answers, parts @ answers, 0, 100)
    ...     return Table(figures, answers, np.full(10, 100.0), np.array([10.0]), np.array([11.0]), people=np.arange(10))
    >>> options = [option([100] * yes + [0] * (10 - yes)) for yes in (3, 4)] + [option([0] * 7 + [100] * 3)]
    >>> options[1].answers[:] = [0] * 3 + [100] * 4 + [0] * 3
    >>> attack = Together(options, [np.array([False]), np.array([False]), np.array([True])], Limits(5, 10), [])
    >>> for sign in (1, -1):
    ...     used = attack.alone(0, sign)
    >>> attack.least.round(6).tolist()[0], attack.most.round(6).tolist()[0], used.tolist()
    (0.0, 70.0, [False])
    """

    def __init__(self, tables: list[Table], shown: list[np.ndarray], limits: Limits, points: list[np.ndarray]):
        self.tables, self.shown, self.limits = tables, [np.asarray(mine, bool) for mine in shown], limits
        self.at = _classes(tables)
        self.count = max(int(at.max()) for at in self.at) + 1
        figures = [table.figures for table in tables]
        self.scale = figures[0].ceiling - figures[0].floor
        box = [np.repeat([float(getattr(f, end)) for f in figures], self.count) for end in ("floor", "ceiling")]
        self.sides = block_diag([csr_array(self._grouped(n, f.parts)[mine]) for n, (f, mine) in enumerate(zip(figures, self.shown))], "csr")
        low, high = (np.concatenate([getattr(f, end)[mine] for f, mine in zip(figures, self.shown)]) for end in ("low", "high"))
        truth = np.concatenate([self._means(number) for number in range(len(tables))])
        sums = self._sums()
        total = sums @ truth
        rules = csr_array(vstack([self.sides, sums], "csr"))
        self.program = Program(rules, np.append(low, total), np.append(high, total), *box)
        self._aim()
        self.points, self.least = points, self.targets @ truth
        self.most = self.least.copy()
        for point in points:
            value, near = self.sides @ point, SLACK * self.scale
            if ((value <= high + near) & (value >= low - near)).all():
                self._learn(point)

    def _grouped(self, number: int, values: np.ndarray) -> np.ndarray:
        """Values per cell and informant, summed per cell and class."""
        found = np.zeros((self.count, len(values)))
        np.add.at(found, self.at[number], values.T)
        return found.T

    def _means(self, number: int) -> np.ndarray:
        table = self.tables[number]
        share = table.figures.parts.sum(axis=0)
        total, room = self._grouped(number, np.vstack([share * table.answers, share]))
        return np.divide(total, room, out=np.full(self.count, float(table.figures.floor)), where=room > 0)

    def _sums(self) -> csr_array:
        """A row for each class that answered all options."""
        there = np.all([np.bincount(at, minlength=self.count) > 0 for at in self.at], axis=0)
        return hstack([csr_array(np.eye(self.count)[there])] * len(self.tables), "csr")

    def _aim(self) -> None:
        """The targets, how far each must be free, and between what an answer must not be shut."""
        targets, self.of, wanted, goals = [], [], [], []
        for number, (table, shown, at) in enumerate(zip(self.tables, self.shown, self.at)):
            told, _ = single_cells(table, np.flatnonzero(shown), self.limits)
            rest = np.where(told, 0.0, table.figures.parts)
            cells = np.flatnonzero(~shown & (rest.sum(axis=1) > 0))
            people = np.flatnonzero((np.bincount(at)[at] == 1) & ~told)
            means = self._grouped(number, rest[cells] / rest[cells].sum(axis=1, keepdims=True))
            targets.append(csr_array(np.vstack([means, np.eye(self.count)[at[people]]])))
            self.of += [(number, int(cell)) for cell in cells] + [(number, None)] * len(people)
            wanted += [table.width[cells], table.step[people]]
            answers, step, never = table.answers[people], table.step[people], np.full(len(cells), np.inf)
            goals.append(np.column_stack([np.append(never, answers + step), np.append(-never, answers - step)]))
        self.targets, self.wanted, self.goals = block_diag(targets, "csr"), np.concatenate(wanted), np.vstack(goals)
        self.mean = np.array([cell is not None for _, cell in self.of])

    def open(self) -> np.ndarray:
        near = SLACK * self.scale
        answers = (self.most >= self.goals[:, 0] - near) | (self.least <= self.goals[:, 1] + near)
        return np.where(self.mean, self.most - self.least >= self.wanted - near, answers)

    def solve(self, direction: np.ndarray) -> np.ndarray:
        """Maximise; the shown cells (of all options, one after another) without which it could be higher."""
        reach = self.program.highest(direction)
        self.points.append(reach.values)
        self._learn(reach.values)
        return np.abs(reach.prices[: self.sides.shape[0]]) > NEAR

    def _learn(self, point: np.ndarray) -> None:
        reached = self.targets @ point
        self.least, self.most = np.minimum(self.least, reached), np.maximum(self.most, reached)

    def sweep(self) -> None:
        """Move all that is not open yet at once, here and there."""
        rng, stuck = np.random.default_rng(1), 0
        for _ in range(SWEEPS):
            closed = ~self.open()
            if closed.sum() < 3 or stuck > STUCK:
                return
            self.solve(self.targets.T @ (closed * rng.choice([-1.0, 1.0], len(closed))))
            stuck = 0 if (~self.open()).sum() < closed.sum() else stuck + 1

    def alone(self, target: int, sign: int) -> np.ndarray:
        return self.solve(sign * self.targets[[target]].toarray()[0])

    def recovered(self) -> list[tuple[int, np.ndarray]]:
        """The targets that are not open, and of each the shown cells that this needs (as `solve`)."""
        self.sweep()
        found = []
        for target in np.flatnonzero(~self.open()):
            used = np.zeros(self.sides.shape[0], bool)
            for sign in (1, -1):
                if not self.open()[target]:
                    used |= self.alone(target, sign)
            if not self.open()[target]:
                found.append((int(target), used))
        return found


def _classes(tables: list[Table]) -> list[np.ndarray]:
    """For each table the class of each of its informants: those of one class are in the same cells of all tables, in the same proportion."""
    everyone = np.unique(np.concatenate([table.people for table in tables]))
    places = [np.searchsorted(everyone, table.people) for table in tables]
    shapes = []
    for table, place in zip(tables, places):
        total = table.figures.parts.sum(axis=0)
        shape = np.zeros((len(table.figures.parts) + 1, len(everyone)))
        shape[:-1, place] = np.where(total > 0, table.figures.parts / np.where(total > 0, total, 1), 0)
        shape[-1, place] = 1.0
        shapes.append(shape.round(9))
    codes = np.unique(np.vstack(shapes).T, axis=0, return_inverse=True)[1].ravel()
    return [codes[place] for place in places]
