"""All that is told of the answers to some items, attacked together: their distributions, and the means that are made of them.

As `together` for a question whose options have figures of their own. Here the unknowns are how much of each informant's answer
is each option, and a mean is one more sum of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, vstack

from ledanalysis.attack import NEAR
from ledanalysis.programs import Program
from ledanalysis.protection import SLACK, Table

SWEEPS = 40  # programs that move many targets at once, before they are taken one by one
STUCK = 3  # sweeps in a row that may open nothing
SCALE = 100.0  # an answer is 0 or this of an option


@dataclass
class Item:
    """The valid answers to one item: a table for each option, 0 to 100, of the same informants and cells.

    Unknowns are numbered informant by informant, option by option, from `start`.
    """

    options: list[Table]
    start: int

    @property
    def people(self) -> np.ndarray:
        return self.options[0].people

    @cached_property
    def truth(self) -> np.ndarray:
        """informants x options."""
        return np.column_stack([table.answers for table in self.options])

    @cached_property
    def own(self) -> np.ndarray:
        """The option that each gave, if respondents differ the most of them."""
        return self.truth.argmax(axis=1)

    def unknowns(self, option: int | np.ndarray) -> np.ndarray:
        return self.start + np.arange(len(self.people)) * len(self.options) + option


@dataclass
class Mean:
    """A measure of a theme: the table of its shown cells alone, and what each option of each item counts for in a score.

    `beside` is for each cell of the distributions the row of the table that is of the same cell, -1 where none is shown.
    """

    table: Table
    worth: list[np.ndarray]
    beside: np.ndarray


class Attack:
    """Linear programs on the answers to some items, under what is shown of them.

    Attributes
    ----------
    targets : csr_array, targets x unknowns
        How much of somebody's answer is what he gave; and his score, where a mean is made of it.
    goals : array, targets x 2
        A target is open if it can be as low as the first, or as high as the second.
    of : array, targets
        The number of the item that a target is an answer to; -1 for a score.
    """

    def __init__(self, items: list[Item], means: list[Mean]):
        self.items, self.means, self.size = items, means, sum(item.truth.size for item in items)
        self.truth = np.concatenate([item.truth.ravel() for item in items])
        self.fixed, self.cells, targets, goals = [self._sums()], [], [], []
        for number, item in enumerate(items):
            targets.append(self._rows(np.arange(len(item.people)), item.unknowns(item.own), 1.0, len(item.people)))
            goals.append(np.column_stack([np.zeros(len(item.people)), np.full(len(item.people), np.inf)]))
        for mean in means:
            scores = self._scores(mean)
            table, linear = mean.table, scores @ self.truth
            besides = table.figures.parts @ (table.answers - linear)  # what respondents who left out items make of it
            self.fixed.append((csr_array(table.figures.parts) @ scores, table.figures.low - besides, table.figures.high - besides))
            targets.append(scores)
            goals.append(np.column_stack([linear - table.step, linear + table.step]))
        self.targets, self.goals = csr_array(vstack(targets, "csr")), np.vstack(goals)
        self.of = np.concatenate([np.full(len(item.people), number) for number, item in enumerate(items)] + [np.full(len(mean.table.people), -1) for mean in means])
        self.points, self.rng = [self.truth], np.random.default_rng(1)

    def _rows(self, rows, columns, values, count: int) -> csr_array:
        return csr_array((np.broadcast_to(values, len(rows)).astype(float), (rows, columns)), shape=(count, self.size))

    def _sums(self) -> tuple:
        """That each answer is one of the options."""
        who = np.concatenate([np.repeat(np.arange(len(item.people)), len(item.options)) + item.start for item in self.items])
        who = np.unique(who, return_inverse=True)[1]
        total = np.full(int(who.max()) + 1, SCALE)
        return self._rows(who, np.arange(self.size), 1.0, len(total)), total, total

    def _scores(self, mean: Mean) -> csr_array:
        """Everyone's score as a sum of unknowns: the average of the items that he answered."""
        people = {name: number for number, name in enumerate(mean.table.people)}
        places = [np.array([people.get(name, -1) for name in item.people]) for item in self.items]
        counts = np.bincount(np.concatenate([place[place >= 0] for place in places]), minlength=len(people))
        parts = []
        for item, place, worth in zip(self.items, places, mean.worth):
            inside = np.flatnonzero(place >= 0)
            parts += [(place[inside], item.unknowns(option)[inside], each / SCALE / counts[place[inside]]) for option, each in enumerate(worth)]
        return self._rows(*(np.concatenate(each) for each in zip(*parts)), len(people))

    def _shares(self, shown: list[np.ndarray]) -> tuple[csr_array, np.ndarray, np.ndarray, list[tuple[int, int]]]:
        """The rules of the shown distributions: of each its item and cell."""
        parts, low, high, of = [csr_array((0, self.size))], [], [], []
        for number, (item, cells) in enumerate(zip(self.items, shown)):
            for cell in np.flatnonzero(cells):
                weights = item.options[0].figures.parts[cell]
                inside, count = np.flatnonzero(weights), len(item.options)
                rows = np.repeat(np.arange(count), len(inside))
                columns = np.concatenate([item.unknowns(option)[inside] for option in range(count)])
                parts.append(self._rows(rows, columns, np.tile(weights[inside], count), count))
                low += [table.figures.low[cell] for table in item.options]
                high += [table.figures.high[cell] for table in item.options]
                of += [(number, int(cell))] * count
        return csr_array(vstack(parts, "csr")), np.array(low), np.array(high), of

    def closed(self, shown: list[np.ndarray], allowed: np.ndarray) -> list[tuple[int, set[tuple[int, int]]]]:
        """The targets that are not open, each with the shown distributions (item, cell) that this needs.

        Parameters
        ----------
        shown : list of bool array, cells
            For each item.
        allowed : bool array, targets
            That need not be open.
        """
        return _Told(self, self._shares(shown), allowed).closed()


class _Told:
    """One attack: what is possible under what is shown now. Of the answers found possible the attack keeps those, for the next time."""

    def __init__(self, attack: Attack, shares: tuple, allowed: np.ndarray):
        self.attack, self.of = attack, shares[3]
        every = [*attack.fixed, shares[:3]]
        self.rules, self.low, self.high = csr_array(vstack([rules for rules, _, _ in every], "csr")), *(np.concatenate(ends) for ends in list(zip(*every))[1:])
        box = np.zeros(attack.size), np.full(attack.size, SCALE)
        self.program, self.near = Program(self.rules, self.low, self.high, *box), SLACK * SCALE
        self.open = allowed.copy()
        for point in attack.points:
            value = self.rules @ point
            if ((value <= self.high + self.near) & (value >= self.low - self.near)).all():
                self.learn(point)

    def learn(self, point: np.ndarray) -> None:
        reached = self.attack.targets @ point
        self.open |= (reached <= self.attack.goals[:, 0] + self.near) | (reached >= self.attack.goals[:, 1] - self.near)

    def solve(self, aim: np.ndarray) -> np.ndarray:
        reach = self.program.highest(aim)
        self.attack.points.append(reach.values)
        self.learn(reach.values)
        return reach.prices

    def sweep(self) -> None:
        """Move all that is not open yet at once, each to an answer that chance picks."""
        stuck = 0
        for _ in range(SWEEPS):
            closed = ~self.open
            if closed.sum() < 3 or stuck > STUCK:
                return
            noise = self.attack.rng.random(self.attack.size) * np.where(self.attack.truth > 0, 0.0, 1.0)
            own = closed & (self.attack.of >= 0)
            pull = self.attack.targets.T @ np.where(own, -1.0, np.where(closed, self.attack.rng.choice([-0.05, 0.05], len(closed)), 0.0))
            self.solve(pull + noise * 0.5)
            stuck = 0 if (~self.open).sum() < closed.sum() else stuck + 1

    def closed(self) -> list[tuple[int, set[tuple[int, int]]]]:
        self.sweep()
        found, first = [], len(self.low) - len(self.of)
        for target in np.flatnonzero(~self.open):
            used: set[tuple[int, int]] = set()
            for sign, goal in zip((-1.0, 1.0), self.attack.goals[target]):
                if not self.open[target] and np.isfinite(goal):
                    prices = np.abs(self.solve(sign * self.attack.targets[[target]].toarray()[0])[first:]) > NEAR
                    used |= {self.of[place] for place in np.flatnonzero(prices)}
            if not self.open[target]:
                found.append((int(target), used))
        return found
