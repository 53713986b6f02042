"""Linear programs with the same rules and one aim after another: each starts from where the last one ended."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_array

SOLVED = highspy.HighsModelStatus.kOptimal
DUAL, PRIMAL = 1, 4  # HiGHS' numbers of the simplex methods; for the primal one where the last aim ended is allowed as a start
MANY = 0.1  # an aim at more of the unknowns than this is sooner reached from nothing than from where another aim ended


@dataclass(frozen=True)
class Optimum:
    """Where a program ends.

    Attributes
    ----------
    bound : float
        The highest that the aim can be.
    values : array, unknowns
        A point where it is.
    prices : array, rules
        How much higher the bound would be if the rule's end that holds it were one higher: above zero the upper end does, below
        zero the lower end, at zero neither.
    """

    bound: float
    values: np.ndarray
    prices: np.ndarray


class _Silent(highspy.Highs):
    def enableCallbacks(self) -> None:
        """Not: none are used, and with them HiGHS prints its version, in a notebook among the results."""


class Program:
    """Maximise combinations of unknowns under rules that stay the same.

    Parameters
    ----------
    rules : csr_array, rules x unknowns
    low, high : array, rules
        Between these the value of a rule lies.
    floor, ceiling : array, unknowns
        Between these an unknown lies.

    Examples
    --------
    Of two answers with a mean of 30 to 40 on 0-100 neither is above 80:

    >>> program = Program(csr_array([[0.5, 0.5]]), np.array([30.0]), np.array([40.0]), np.zeros(2), np.full(2, 100.0))
    >>> optimum = program.highest(np.array([1.0, 0.0]))
    >>> optimum.bound, optimum.values.tolist(), optimum.prices.tolist()
    (80.0, [80.0, 0.0], [2.0])
    """

    def __init__(self, rules: csr_array, low: np.ndarray, high: np.ndarray, floor: np.ndarray, ceiling: np.ndarray):
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = rules.shape
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_ = np.zeros(rules.shape[1])
        model.row_lower_, model.row_upper_, model.col_lower_, model.col_upper_ = low, high, floor, ceiling
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = rules.indptr, rules.indices, rules.data
        self._solver = _Silent()
        for option, value in {"output_flag": False, "presolve": "off", "threads": 1}.items():
            self._solver.setOptionValue(option, value)
        self._solver.passModel(model)
        self._unknowns = np.arange(rules.shape[1], dtype=np.int32)

    def highest(self, aim: np.ndarray) -> Optimum:
        """The highest that a combination of the unknowns can be.

        Parameters
        ----------
        aim : array, unknowns
            What is maximised is aim @ unknowns.

        Returns
        -------
        Optimum

        Raises
        ------
        RuntimeError
            The rules contradict each other, or the solver fails.
        """
        self._solver.changeColsCost(len(aim), self._unknowns, np.asarray(aim, float))
        if np.count_nonzero(aim) > MANY * len(aim) or not self._solve(PRIMAL):
            self._solver.clearSolver()
            self._solve(DUAL)
        if (status := self._solver.getModelStatus()) != SOLVED:
            raise RuntimeError(f"a linear program could not be solved: {self._solver.modelStatusToString(status)}")
        found = self._solver.getSolution()
        return Optimum(float(self._solver.getObjectiveValue()), np.array(found.col_value), np.array(found.row_dual))

    def _solve(self, simplex: int) -> bool:
        self._solver.setOptionValue("simplex_strategy", simplex)
        self._solver.run()
        return self._solver.getModelStatus() == SOLVED
