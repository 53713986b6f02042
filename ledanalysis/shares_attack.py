"""All that is told of the answers to an item, attacked together: its distributions, and the means that are made of them.

Answers are taken to be whole, one option each, as an attacker knows them to be: integer programs, for where linear ones (`together`)
leave room for half an answer, weights and shares may leave none. An answer is open if other answers of all are found under which
every figure is what it is, and this answer is another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from ledanalysis.protection import Table

NODES = 50  # of an integer program's tree; what has not been found possible then counts as impossible
GAP = 0.7  # nearer to the most answers that can be otherwise at once a program need not come
TRIES, FEWER = 3, 4  # programs in a row that may find nothing; each aims at the answers of so many times fewer
NOISE = 0.05  # by which one other answer is preferred to another
NEAR = 1e-7


@dataclass
class Mean:
    """A measure of a theme: the table of its shown cells alone, and what each option of the item counts for in a score."""

    table: Table
    worth: np.ndarray


class Attack:
    """What the answers to an item can be, under what is shown of them.

    Parameters
    ----------
    options : list of Table
        Of each valid answer, 0 to 100, of the same informants and cells.
    means : list of Mean

    Attributes
    ----------
    own : array, informants
        The option that each gave; if respondents differ the most of them.
    """

    def __init__(self, options: Sequence[Table], means: Sequence[Mean]):
        self.options, self.people = options, options[0].people
        truth = np.column_stack([table.answers for table in options]) / 100
        self.shape, self.own = truth.shape, truth.argmax(axis=1)
        self.whole = np.repeat(np.isclose(truth, truth.round()).all(axis=1), len(options)).astype(float)  # the average of several can be anything
        everyone = csr_array(np.kron(np.eye(len(truth)), np.ones(len(options))))
        self.sums = everyone, np.ones(len(truth)), np.ones(len(truth))
        self.points, self.rng = [truth.ravel()], np.random.default_rng(1)
        self.means = [self._mean(mean) for mean in means]

    def closed(self, shown: np.ndarray, people: np.ndarray) -> np.ndarray:
        """Of which of some informants no other answer was found that fits all that is shown.

        Parameters
        ----------
        shown : bool array, cells
            Which distributions are.
        people : int array
        """
        rules, low, high = _joined([self.sums, *self.means, self._shares(shown)])
        every, left = LinearConstraint(rules, low - NEAR, high + NEAR), people
        for point in list(self.points):
            value = rules @ point
            if ((value <= high + NEAR) & (value >= low - NEAR)).all():
                left = left[self._kept(point, left)]
        vain = 0
        while len(left) and vain < TRIES:
            some = left if not vain else self.rng.choice(left, max(len(left) // FEWER**vain, 1), replace=False)
            found = self._solve(some, every)
            rest = left if found is None else left[self._kept(found, left)]
            vain = vain + 1 if len(rest) == len(left) else 0
            left = rest
        return left

    def _kept(self, point: np.ndarray, people: np.ndarray) -> np.ndarray:
        return point.reshape(self.shape)[people, self.own[people]] > 0.5

    def _solve(self, people: np.ndarray, every: LinearConstraint) -> np.ndarray | None:
        """Answers of all, of whom as many as can be gave another answer than they did."""
        aim = np.zeros(self.shape)
        aim[people] = 1 + NOISE * self.rng.random((len(people), self.shape[1]))
        aim[people, self.own[people]] = 0
        done = milp(-aim.ravel(), integrality=self.whole, bounds=Bounds(0, 1), constraints=every, options={"node_limit": NODES, "mip_rel_gap": GAP})
        if done.x is None:
            return None
        self.points.append(np.where(self.whole > 0, done.x.round(), done.x))
        return self.points[-1]

    def _mean(self, mean: Mean) -> tuple:
        """Between what the shown means lie, as sums of everyone's answers."""
        figures, place = mean.table.figures, {name: number for number, name in enumerate(mean.table.people)}
        parts = np.zeros((len(figures.parts), len(self.people)))
        for number, name in enumerate(self.people):
            if name in place:
                parts[:, number] = figures.parts[:, place[name]]
        rules = csr_array(np.kron(parts, mean.worth))
        besides = figures.parts @ mean.table.answers - rules @ self.points[0]  # what is in the mean and not in this item
        return rules, figures.low - besides, figures.high - besides

    def _shares(self, shown: np.ndarray) -> tuple:
        """Between what the shown shares lie."""
        rows = np.flatnonzero(shown)
        parts = self.options[0].figures.parts[rows]
        rules = csr_array(np.vstack([np.kron(parts, each) for each in np.eye(len(self.options))]))
        low, high = (np.concatenate([getattr(table.figures, end)[rows] / 100 for table in self.options]) for end in ("low", "high"))
        return rules, low, high


def _joined(rules: list[tuple]) -> tuple[csr_array, np.ndarray, np.ndarray]:
    return csr_array(vstack([matrix for matrix, _, _ in rules], "csr")), *(np.concatenate(ends) for ends in list(zip(*rules))[1:])
