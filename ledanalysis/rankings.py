"""Plackett-Luce worth of what was ranked: the chance to be put first, from rankings of only the best few."""

from __future__ import annotations

import numpy as np

from ledanalysis.errors import InputError
from ledanalysis.estimation import Design

GHOST = 0.5  # pseudo-rankings in which each item wins from a ghost item, and as many in which it loses
TOLERANCE, MOST_STEPS = 1e-10, 10_000


def fit_worth(points: np.ndarray, weights: np.ndarray, ghost: float = GHOST) -> np.ndarray:
    """Worth of each item, with which an item is chosen first in proportion: the maximum likelihood of Plackett-Luce.

    Of the items that are left, the next is chosen with the chance worth / sum of worths; who was not ranked was left at
    each choice. By the MM algorithm. A ghost item that each item beats and loses to `ghost` times keeps the worth of
    what nobody ranked (or everybody ranked first) away from 0 (and 1).

    Parameters
    ----------
    points : array, rankings x items
        More for a better place, 0 for what was not ranked; equal points are places that are not known apart.
    weights : array, rankings
        As many as there are rankings in sum, or the ghost weighs more or less than it should.
    ghost : float

    Returns
    -------
    array, items
        Adding up to 1.

    Raises
    ------
    InputError
        The algorithm does not settle: without a ghost, an item that nobody ranked.

    Notes
    -----
    Source: Hunter (2004), MM algorithms for generalized Bradley-Terry models, Annals of Statistics 32; the ghost is that
    of Turner, Van Etten, Firth and Kosmidis (2020), Modelling rankings in R, Computational Statistics 35. Equal points
    by Breslow's approximation.

    Examples
    --------
    >>> points = np.array([[2, 1, 0], [2, 1, 0], [1, 2, 0], [0, 1, 2]])
    >>> fit_worth(points, np.ones(4)).round(2).tolist()
    [0.42, 0.45, 0.13]
    """
    choices, left, counts = _choices(points, weights)
    won = choices.sum(axis=0) + ghost
    worth = np.full(points.shape[1], 1 / points.shape[1])
    spirit = worth[0]
    for _ in range(MOST_STEPS):
        pairs = 2 * ghost / (worth + spirit)
        new = won / (left.T @ (counts / (left @ worth)) + pairs)
        spirit = len(worth) * ghost / pairs.sum() if ghost else spirit
        total = new.sum()
        new, spirit = new / total, spirit / total
        if (np.abs(new - worth) <= TOLERANCE * new).all() and (new > 0).all():
            return new
        worth = new
    raise InputError("the worth of the ranked does not settle", value=MOST_STEPS, allowed="rankings that hang together, or a ghost")


def worth(design: Design, points: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Worth of the columns of `points` over the rows `inside`, and what each psu adds to its error.

    Linearised (Binder 1983): contribution = inverse of the observed information times the row's weighted score,
    carried over to the worth. Parameters and what is returned as of `estimation.influence`, of which this is the
    counterpart for rankings; rows with a missing item do not count.
    """
    rows = np.flatnonzero(inside & ~np.isnan(points).any(axis=1))
    points, items = points[rows], points.shape[1]
    if not (points > 0).any():
        return np.full(items, np.nan), np.full_like(design.contributions(np.zeros((len(rows), items)), rows), np.nan)
    mean = design.weights[rows].mean()
    weights = design.weights[rows] / mean
    values = fit_worth(points, weights)
    scores = _scores(points, values) / mean @ np.linalg.pinv(_information(points, weights, values))
    linearised = values * (scores - (scores @ values)[:, None])  # of log worth, carried to a share of 1
    return values, design.contributions(linearised, rows)


def _choices(points: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who was chosen (weighted, rankings x items), who was left at each choice (choices x items), and its weight."""
    chosen = points > 0
    row, item = np.nonzero(chosen)
    return chosen * weights[:, None], (points[row] <= points[row, item][:, None]).astype(float), weights[row]


def _scores(points: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The derivative of each ranking's log likelihood to the log of the worths: rankings x items."""
    scores, left, _ = _choices(points, np.ones(len(points)))
    np.subtract.at(scores, np.nonzero(points > 0)[0], left * values / (left @ values)[:, None])
    return scores


def _information(points: np.ndarray, weights: np.ndarray, values: np.ndarray, ghost: float = GHOST) -> np.ndarray:
    """Minus the second derivative of the log likelihood to the log worths, the ghost's among it profiled out."""
    _, left, counts = _choices(points, weights)
    chance = left * values / (left @ values)[:, None]
    own = np.diag(counts @ chance) - (chance.T * counts) @ chance
    spirit = _ghost_worth(values)
    pairs = 2 * ghost * values * spirit / (values + spirit) ** 2
    return own + np.diag(pairs) - np.outer(pairs, pairs) / pairs.sum()


def _ghost_worth(values: np.ndarray) -> float:
    """The ghost's worth that goes with the items': it wins half of its pairs."""
    spirit = float(np.exp(np.log(values).mean()))
    for _ in range(MOST_STEPS):
        new = len(values) / 2 / (1 / (values + spirit)).sum()
        if abs(np.log(new / spirit)) < TOLERANCE:
            break
        spirit = new
    return spirit
