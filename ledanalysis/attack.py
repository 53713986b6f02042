"""What an attacker can work out of published means: sums, differences and linear programming bounds.

The attacker knows the register, who answered, and how answers are weighted; so the weights. Not known are the answers
but for their scale. Everything published of a measure and a theme are means over clusters that overlap: a linear system.
Sources: Cox (1980), JASA 75, 377-385; Fischetti and Salazar (2001), Management Science 47, 1008-1027; Hundepool et
al. (2012), Statistical Disclosure Control, ch. 4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from ledanalysis.programs import Program

NEAR = 1e-7
ROUNDS = 12  # of reweighting in `small_groups`


@dataclass(frozen=True)
class Figures:
    """The published means of one measure and theme, as an attacker sees them.

    Attributes
    ----------
    parts : array, cells x informants
        How much of a cell's mean each informant is: rows add up to 1.
    low, high : array, cells
        Between these a cell's mean lies, by its rounding.
    floor, ceiling : float
        Ends of an answer's scale.
    """

    parts: np.ndarray
    low: np.ndarray
    high: np.ndarray
    floor: float
    ceiling: float

    def of(self, cells: np.ndarray) -> Figures:
        """Only some of the cells."""
        return replace(self, parts=self.parts[cells], low=self.low[cells], high=self.high[cells])


def program(figures: Figures) -> Program:
    """What the figures say of the answers: a rule for each cell.

    Examples
    --------
    Of two answers with a mean of 30 to 40 on 0-100 neither is above 80:

    >>> known = program(Figures(np.array([[0.5, 0.5]]), np.array([30.0]), np.array([40.0]), 0, 100))
    >>> known.highest(np.array([1.0, 0.0])).bound
    80.0
    """
    everyone = np.ones(figures.parts.shape[1])
    return Program(csr_array(figures.parts), figures.low, figures.high, figures.floor * everyone, figures.ceiling * everyone)


def priced(figures: Figures, prices: np.ndarray) -> np.ndarray:
    """How high each answer can be at most by one combination of the figures: a bound without a new linear program.

    Weak duality: with prices y, and v = y @ parts, v @ answers is at most y+ @ high - y- @ low; what the others add to
    or take from that is bounded by the ends of their scale.

    Examples
    --------
    >>> figures = Figures(np.array([[0.5, 0.5]]), np.array([30.0]), np.array([40.0]), 0, 100)
    >>> priced(figures, np.array([2.0])).tolist()
    [80.0, 80.0]
    """
    v = prices @ figures.parts
    most = np.maximum(prices, 0) @ figures.high - np.maximum(-prices, 0) @ figures.low
    least = np.where(v > 0, v * figures.floor, v * figures.ceiling)
    with np.errstate(divide="ignore", invalid="ignore"):
        bound = (most - (least.sum() - least)) / v
    return np.where(v > NEAR, bound, np.inf)


def span(figures: Figures, direction: np.ndarray) -> tuple[float, float]:
    """Lowest and highest that a combination of answers can be.

    Examples
    --------
    >>> figures = Figures(np.array([[0.5, 0.5]]), np.array([90.0]), np.array([90.0]), 0, 100)
    >>> span(figures, np.array([1.0, 0.0]))
    (80.0, 100.0)
    """
    known = program(figures)
    return -known.highest(-direction).bound, known.highest(direction).bound


def small_groups(parts: np.ndarray, fewest: int) -> list[np.ndarray]:
    """Groups of fewer than `fewest` informants of which a sum or difference is a combination of published means.

    The sparsest combinations of the rows are sought by reweighted least squares, from each informant that could be in
    a small one; what is found is exact, what is not found may exist.

    Parameters
    ----------
    parts : array, cells x informants
        Of the published cells.
    fewest : int

    Returns
    -------
    list of array
        For each group its combination: a number per cell; parts.T @ combination is zero outside the group.

    Examples
    --------
    Of a mean over three and one over two of these, the third is the rest:

    >>> groups = small_groups(np.array([[1/3, 1/3, 1/3], [0.5, 0.5, 0.0]]), 2)
    >>> [group.round(6).tolist() for group in groups]
    [[1.0, -0.666667]]
    """
    if not len(parts) or fewest < 2:
        return []
    patterns, sizes = _patterns(parts)
    if not len(sizes):
        return []
    _, strength, basis = np.linalg.svd(patterns * np.sqrt(sizes), full_matrices=False)
    basis = basis[strength > NEAR * strength[0]].T  # classes x rank
    pivots = np.flatnonzero((sizes < fewest) & ((basis**2).sum(axis=1) * (fewest - 1) >= 1 - NEAR))
    space = basis / np.sqrt(sizes)[:, None]
    found = {}
    for wanted in _sparsest(space, sizes, pivots):
        group = np.abs(wanted) > 1e-4
        if sizes[group].sum() < fewest:
            combination = _combination(patterns, group, wanted)
            if combination is not None:
                found.setdefault(tuple(group), combination)
    return list(found.values())


def alike(parts: np.ndarray) -> np.ndarray:
    """The class of each informant: those of one class are in the same cells in the same proportion.

    Examples
    --------
    >>> alike(np.array([[0.2, 0.3, 0.5], [0.4, 0.6, 0.0]])).tolist()
    [0, 0, 1]
    """
    return np.unique(_shapes(parts).T, axis=0, return_inverse=True)[1].ravel()


def _shapes(parts: np.ndarray) -> np.ndarray:
    total = parts.sum(axis=0)
    return np.where(total > 0, parts / np.where(total > 0, total, 1), 0).round(9)


def _patterns(parts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The classes that are in a cell at all: cells x classes, and how many informants each has."""
    patterns, sizes = np.unique(_shapes(parts).T, axis=0, return_counts=True)
    inside = patterns.any(axis=1)
    return patterns[inside].T, sizes[inside]


def _sparsest(space: np.ndarray, sizes: np.ndarray, pivots: np.ndarray) -> np.ndarray:
    """For each pivot a vector of the space (classes x rank) that is 1 there and on few informants not 0."""
    if not len(pivots):
        return np.empty((0, len(space)))
    vectors, here = np.ones((len(pivots), len(space))), space[pivots]
    for width in np.geomspace(1, 1e-5, ROUNDS):
        pull = sizes / (vectors**2 + width**2)
        inner = np.matmul(space.T[None] * pull[:, None, :], space) + 1e-13 * pull.mean(axis=1)[:, None, None] * np.eye(space.shape[1])
        solved = np.linalg.solve(inner, here[:, :, None])[:, :, 0]
        vectors = (solved / (solved * here).sum(axis=1)[:, None]) @ space.T
    return vectors


def _combination(patterns: np.ndarray, group: np.ndarray, wanted: np.ndarray) -> np.ndarray | None:
    """The fewest cells that combine to nothing outside the group and to 1 at its strongest; None if none do."""
    cells = len(patterns)
    outside, pivot = patterns[:, ~group].T, patterns[:, [np.abs(wanted).argmax()]].T
    equal = np.vstack([outside, pivot])
    goal = np.append(np.zeros(len(outside)), 1.0)
    far = np.full(2 * cells, np.inf)
    try:
        used = Program(csr_array(np.hstack([equal, -equal])), goal, goal, np.zeros(2 * cells), far).highest(-np.ones(2 * cells)).values
    except RuntimeError:
        return None
    combined = used[:cells] - used[cells:]
    return np.where(np.abs(combined) > NEAR, combined, 0.0)
