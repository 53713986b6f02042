"""Which figures to withhold besides, so that what is suppressed cannot be worked out: fewest and smallest cells lost.

The cutting planes of Fischetti and Salazar (2001): attack what would be shown; of the figures that an attack needs, at
least one must go; choose what goes by an integer program; attack again, until nothing is worked out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from ledanalysis.attack import NEAR, Figures, alike, priced, program, small_groups
from ledanalysis.programs import Optimum

SWEEPS = 40  # attacks on many targets at once, before they are taken one by one
MOST_KNOWN = 500
_KNOWN: dict[tuple, list[np.ndarray]] = {}
SLACK = 1e-6  # of the scale: bounds nearer than this are the same


@dataclass(frozen=True)
class Limits:
    """What must stay unknown: groups of fewer than `fewest`, and answers of fewer than `alike` who are all the same."""

    fewest: int
    alike: int


@dataclass
class Table:
    """One measure of one theme: its cells, what an attacker would be told, and the answers behind it.

    Attributes
    ----------
    figures : Figures
    answers : array, informants
    step : array, informants
        An answer is open if the bounds leave room for one that is this much higher or lower.
    width : array, cells
        A suppressed mean is open if its bounds are at least this far apart.
    cost : array, cells
        What is lost with a cell.
    amount : bool
        Whether the answers are of money, of which one can be nearly all.
    people : array, informants, optional
        Who they are, the same in all tables.
    kept : bool array, cells, optional
        Cells that are published already, and stay.
    """

    figures: Figures
    answers: np.ndarray
    step: np.ndarray
    width: np.ndarray
    cost: np.ndarray
    amount: bool = False
    people: np.ndarray | None = None
    kept: np.ndarray | None = None
    points: np.ndarray = field(init=False)  # answers that are possible under what was shown in some attack
    cuts: set = field(init=False, default_factory=set)  # (cells, one of which must go; only if this cell is hidden, or None)

    done: np.ndarray | None = field(init=False, default=None)  # what was hidden when nothing could be worked out

    def __post_init__(self):
        self.points = self.answers[None]
        room = np.maximum(self.figures.ceiling - self.answers, self.answers - self.figures.floor)
        self.step = np.minimum(self.step, room)  # of a mean of several respondents a whole step may not fit

    @property
    def informants(self) -> np.ndarray:
        """How many are in each cell."""
        return (self.figures.parts > 0).sum(axis=1)


def protect(table: Table, hidden: np.ndarray, limits: Limits) -> np.ndarray:
    """The cells to hide: those given, and the fewest and smallest besides.

    Parameters
    ----------
    table : Table
        Keeps what attacks found, for the next time.
    hidden : bool array, cells
    limits : Limits

    Returns
    -------
    bool array, cells
    """
    if table.done is not None and (hidden == table.done).all():
        return hidden
    given, empty = hidden.copy(), table.informants == 0
    while True:
        shown = ~hidden & ~empty
        found = weaknesses(table, shown, limits)
        if not found:
            table.done = hidden
            return hidden
        if found <= table.cuts:
            raise RuntimeError("what was hidden to stop an attack does not stop it")
        table.cuts |= found
        hidden = cheapest(table, given)


def weaknesses(table: Table, shown: np.ndarray, limits: Limits) -> set[tuple]:
    """What an attack works out: (the shown cells that it needs, of which hidden cell or None for answers)."""
    cells = np.flatnonzero(shown)
    parts = table.figures.parts[cells]
    told, closed = single_cells(table, cells, limits)
    found = {((int(cell),), None) for cell in closed}
    found |= {(tuple(cells[combination].tolist()), None) for combination in _groups(np.where(told, 0, parts), limits.fewest)}
    return found or narrow(table, shown, told)


def _groups(parts: np.ndarray, fewest: int) -> list[np.ndarray]:
    """`small_groups`, kept: many themes have the same answers and cells."""
    key = parts.tobytes(), parts.shape, fewest
    if key not in _KNOWN:
        if len(_KNOWN) >= MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[key] = [combination != 0 for combination in small_groups(parts, fewest)]
    return _KNOWN[key]


def single_cells(table: Table, cells: np.ndarray, limits: Limits) -> tuple[np.ndarray, np.ndarray]:
    """Answers that one large shown cell tells by itself, all being (nearly) the same: allowed; and small cells that do."""
    figures = table.figures.of(cells)
    share = np.where(figures.parts > 0, figures.parts, np.nan)
    highs = (figures.high[:, None] - figures.floor * (1 - share)) / share
    lows = (figures.low[:, None] - figures.ceiling * (1 - share)) / share
    with np.errstate(invalid="ignore"):
        highs, lows = np.minimum(highs, figures.ceiling), np.maximum(lows, figures.floor)
        shut = (highs < table.answers + table.step - NEAR) & (lows > table.answers - table.step + NEAR)
    large = table.informants[cells] >= limits.alike
    return shut[large].any(axis=0), cells[~large & shut.any(axis=1)]


def narrow(table: Table, shown: np.ndarray, told: np.ndarray) -> set[tuple]:
    """Answers and suppressed means that are not open."""
    attack, cells = Attack(table, shown, told), np.flatnonzero(shown)
    attack.sweep()
    found = set()
    for target in np.flatnonzero(~attack.open()):
        if not attack.open()[target] and not attack.settled[target]:
            used = attack.alone(target)
            if not attack.open()[target]:
                found.add((tuple(cells[used].tolist()), attack.cell(target)))
    return found


class Attack:
    """Linear programs on the answers and the suppressed means of a table; every solution says something of all."""

    def __init__(self, table: Table, shown: np.ndarray, told: np.ndarray):
        self.table, self.figures = table, table.figures.of(shown)
        self.program = program(self.figures)
        unknown = np.where(told, 0.0, table.figures.parts)
        self.hidden = np.flatnonzero(~shown & (unknown.sum(axis=1) > 0))  # the others hold nothing that is not known
        people = np.flatnonzero(~told)
        self.people = people
        self.means = unknown[self.hidden] / unknown[self.hidden].sum(axis=1, keepdims=True)
        self.classes, self.share = alike(self.figures.parts), self.figures.parts.sum(axis=0)
        fits = table.points @ self.figures.parts.T
        slack = SLACK * (self.figures.ceiling - self.figures.floor)
        valid = ((fits <= self.figures.high + slack) & (fits >= self.figures.low - slack)).all(axis=1)
        self.least, self.most = np.full(len(people) + len(self.hidden), np.inf), np.full(len(people) + len(self.hidden), -np.inf)
        for point in table.points[valid]:
            self.learn(point)
        self.slack = slack
        self.settled = np.zeros(len(self.least), bool)  # not open, by figures that have been found already
        answers, step = table.answers[people], table.step[people]
        self.goals = answers + step, answers - step  # an answer is open if it can be as high, or as low, as this
        self.may = self.goals[0] <= self.figures.ceiling + slack, self.goals[1] >= self.figures.floor - slack

    def cell(self, target: int) -> int | None:
        return None if target < len(self.people) else int(self.hidden[target - len(self.people)])

    def reached(self, point: np.ndarray) -> np.ndarray:
        """What the targets are, people before means, if these are the answers."""
        return np.append(point[self.people], self.means @ point)

    def aim(self, way: np.ndarray) -> np.ndarray:
        """The direction that moves the targets so; not by a matrix of all targets, which would grow as the square of the people."""
        direction = way[len(self.people) :] @ self.means
        direction[self.people] += way[: len(self.people)]
        return direction

    def open(self) -> np.ndarray:
        k = len(self.people)
        person = (self.most[:k] >= self.goals[0] - self.slack) | (self.least[:k] <= self.goals[1] + self.slack)
        return np.append(person, self.most[k:] - self.least[k:] >= self.table.width[self.hidden] - self.slack)

    def solve(self, direction: np.ndarray) -> Optimum:
        reach = self.program.highest(direction)
        self.table.points = np.vstack([self.table.points, reach.values])
        self.learn(reach.values)
        return reach

    def learn(self, point: np.ndarray) -> None:
        """What is possible if these answers are: also that those in the same cells share what they have otherwise."""
        least = self.reached(point)
        most = least.copy()
        share, floor, ceiling = self.share, self.figures.floor, self.figures.ceiling
        total, room = (np.bincount(self.classes, values)[self.classes] for values in (share * point, share))
        with np.errstate(divide="ignore", invalid="ignore"):
            low = np.where(share > 0, (total - ceiling * (room - share)) / share, floor)
            high = np.where(share > 0, (total - floor * (room - share)) / share, ceiling)
        k = len(self.people)
        least[:k], most[:k] = low[self.people].clip(min=floor), high[self.people].clip(max=ceiling)
        self.least, self.most = np.minimum(self.least, least), np.maximum(self.most, most)

    def sweep(self) -> None:
        """Move all that is not open yet at once, away from where it has been."""
        middle = (self.figures.floor + self.figures.ceiling) / 2
        for _ in range(SWEEPS):
            closed = ~self.open()
            if closed.sum() < 3:
                return
            way = np.where(self.most + self.least < 2 * middle, 1.0, -1.0) * closed
            before = closed.sum()
            self.solve(self.aim(way))
            if (~self.open()).sum() >= before:
                return

    def alone(self, target: int) -> np.ndarray:
        """The bounds of one target that matter; the cells that set them."""
        person, used = target < len(self.people), np.zeros(len(self.figures.low), bool)
        sides = [sign for sign, may in zip((1, -1), self.may) if not person or may[target]]
        for sign in sides:
            reach = self.solve(self.aim(np.where(np.arange(len(self.least)) == target, float(sign), 0.0)))
            used |= np.abs(reach.prices) > NEAR
            if self.open()[target]:
                return used
        if person and len(sides) == 1:
            self.settle(sides[0], sides[0] * reach.prices)
        return used

    def settle(self, sign: int, prices: np.ndarray) -> None:
        """Other answers that the same figures close: one attack says enough."""
        k, side = len(self.people), 0 if sign > 0 else 1
        figures = self.figures if sign > 0 else Figures(
            self.figures.parts, -self.figures.high, -self.figures.low, -self.figures.ceiling, -self.figures.floor)  # fmt: skip
        bound = priced(figures, prices)[self.people]
        only = self.may[side] & ~self.may[1 - side]
        self.settled[:k] |= only & (bound < sign * self.goals[side] - self.slack)


def cheapest(table: Table, given: np.ndarray) -> np.ndarray:
    """The cells that cost least of those that meet all cuts."""
    cuts = sorted(table.cuts, key=str)
    matrix = np.zeros((len(cuts), len(given)))
    for row, (cells, cell) in enumerate(cuts):
        matrix[row, list(cells)] = 1
        if cell is not None:
            matrix[row, cell] -= 1
    goal = np.array([1.0 if cell is None else 0.0 for _, cell in cuts])
    most = 1.0 if table.kept is None else 1.0 - table.kept
    done = milp(table.cost, integrality=np.ones(len(given)), bounds=Bounds(given.astype(float), most),
                constraints=LinearConstraint(matrix, goal, np.inf))  # fmt: skip
    if done.x is None:
        raise RuntimeError(f"no choice of cells protects this table: {done.message}")
    return done.x > 0.5
