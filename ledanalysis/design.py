"""How the units of a table came to be in it: weights, strata, primary sampling units, populations, calibration.

Sources: Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, ch. 4-6; Lumley (2010), Complex Surveys.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from ledanalysis.calibration import Calibration, Projection
from ledanalysis.errors import InputError

COUNTED = ("units", "psu")


@dataclass(frozen=True)
class Design:
    """How the units of a table came to be in it.

    Parameters
    ----------
    data : DataFrame
        A row per unit.
    weight : str, optional
        Column of weights; by default every unit weighs 1.
    stratum : str, optional
        Column of strata; by default there is one.
    psu : str, optional
        Column of primary sampling units, nested in the stratum; by default every row is one. Several respondents of
        one municipality are a psu.
    population : str, optional
        Column with the size of the population of the stratum, for the finite-population correction; by default there
        is none.
    counted : {"units", "psu"}
        What `population` is a number of. With "units" a psu is taken whole, so that the sampled fraction of units is
        that of psu (one answer for several municipalities); with "psu" it counts psu (municipalities, of which
        several people answer).
    psu_population : str, optional
        Column with the number of units in the psu, where units are drawn from it: the second stage. By default the
        error is of the first stage alone.
    calibration : Calibration, optional
        The totals that the weights were made to meet, for an error that knows of it.

    Raises
    ------
    InputError
        A column that is not there, a missing stratum, psu, population or auxiliary, a weight that is missing or below
        zero, or a stratum (or psu) with two populations or with one smaller than its sample.

    Examples
    --------
    >>> data = pd.DataFrame({"stratum": ["a", "a", "b", "b"], "N": [4, 4, 8, 8]})
    >>> Design(data, stratum="stratum", population="N").fractions.tolist()
    [0.5, 0.25]
    """

    data: pd.DataFrame
    weight: str | None = None
    stratum: str | None = None
    psu: str | None = None
    population: str | None = None
    counted: str = "units"
    psu_population: str | None = None
    calibration: Calibration | None = None

    def __post_init__(self):
        if self.counted not in COUNTED:
            raise InputError("unknown count", value=self.counted, allowed=COUNTED)
        needed = [self.stratum, self.psu, self.population, self.psu_population]
        needed = [*filter(None, needed), *(self.calibration.columns() if self.calibration else [])]
        for column in filter(None, (self.weight, *needed)):
            if column not in self.data:
                raise InputError("the design names a column that is not there", value=column, allowed=list(self.data))
        if self.weight:
            self._refuse(~(self.weights >= 0), self.weight, "a weight is missing or below zero")
        for column in needed:
            self._refuse(self.data[column].isna(), column, "a unit without a value for the design")
        self._check(self.population, self.strata, self.fractions, "stratum")
        self._check(self.psu_population, self.psus, self.psu_fractions, "psu")

    def _check(self, column, groups, fractions, name: str) -> None:
        if column:
            values = self.data[column].to_numpy(float)
            firsts = np.zeros(len(fractions))
            firsts[groups[::-1]] = values[::-1]
            self._refuse(values != firsts[groups], column, f"a {name} has more than one population")
            self._refuse(fractions[groups] > 1 + 1e-12, column, f"a {name} has a population smaller than its sample")

    def _refuse(self, wrong, column: str, problem: str) -> None:
        for place in np.flatnonzero(wrong)[:1]:
            raise InputError(problem, row=int(place) + 2, column=column, value=self.data[column].tolist()[place])

    @cached_property
    def weights(self) -> np.ndarray:
        return self.data[self.weight].to_numpy(float) if self.weight else np.ones(len(self.data))

    @cached_property
    def strata(self) -> np.ndarray:
        """The stratum of each row, numbered from 0."""
        if not self.stratum:
            return np.zeros(len(self.data), np.intp)
        return pd.factorize(self.data[self.stratum], sort=True)[0]

    @cached_property
    def psus(self) -> np.ndarray:
        """The psu of each row, numbered from 0; the same name in two strata is two psu."""
        if not self.psu:
            return np.arange(len(self.data))
        return self.data.groupby([self.strata, self.data[self.psu].to_numpy()], sort=True).ngroup().to_numpy()

    @cached_property
    def psu_strata(self) -> np.ndarray:
        """The stratum of each psu."""
        strata = np.zeros(self.psus.max(initial=-1) + 1, np.intp)
        strata[self.psus] = self.strata
        return strata

    @cached_property
    def fractions(self) -> np.ndarray:
        """The sampled fraction of each stratum: in the sample / in the population, 0 where that is not known."""
        sampled = np.bincount(self.strata if self.counted == "units" else self.psu_strata)
        return self._fractions(self.population, self.strata, sampled)

    @cached_property
    def psu_fractions(self) -> np.ndarray:
        """The sampled fraction of the units of each psu, 0 where that is not known."""
        return self._fractions(self.psu_population, self.psus, np.bincount(self.psus))

    def _fractions(self, column, groups: np.ndarray, sampled: np.ndarray) -> np.ndarray:
        if not column:
            return np.zeros(len(sampled))
        population = np.zeros(len(sampled))
        population[groups] = self.data[column].to_numpy(float)
        with np.errstate(divide="ignore"):
            return sampled / population

    @cached_property
    def census(self) -> bool:
        """Whether the whole population is in, so that nothing is left to chance."""
        stages = [self.fractions, *([self.psu_fractions] if self.psu_population else [])]
        return all(bool(np.isclose(stage, 1).all()) for stage in stages)

    @cached_property
    def _spread(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """For each contribution its group (stratum, and of a second stage the psu), each group's size and factor.

        Factors: (1 - f) n / (n - 1); in a second stage f1 (1 - f2) m / (m - 1) (Särndal et al., result 4.3.1).
        """
        groups, sizes, left = self.psu_strata, np.bincount(self.psu_strata), (1 - self.fractions).clip(min=0)
        if self.psu_population:
            groups = np.concatenate([groups, len(sizes) + self.psus])
            inner = self.fractions[self.psu_strata] * (1 - self.psu_fractions).clip(min=0)
            sizes, left = np.concatenate([sizes, np.bincount(self.psus)]), np.concatenate([left, inner])
        return groups, sizes, left * sizes / np.maximum(sizes - 1, 1)

    @cached_property
    def _centre(self) -> sparse.csr_matrix:
        """Means per group from contributions. A group of one is taken around 0 (R: survey.lonely.psu = "adjust")."""
        groups, sizes, _ = self._spread
        shares = np.where(sizes > 1, 1 / sizes, 0.0)[groups]
        return sparse.csr_matrix((shares, (groups, np.arange(len(groups)))), (len(sizes), len(groups)))

    @cached_property
    def _calibrated(self) -> tuple[Projection, np.ndarray]:
        """The projection on the auxiliaries, and the weighted auxiliaries as contributions."""
        parts = self.calibration.auxiliaries(self.data)
        projection, parts = Projection.of(parts, self.calibration.starts(self.data))
        return projection, self._sums(parts, np.arange(len(self.data)))

    def _sums(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        weights = self.weights[rows]
        first = sparse.csr_matrix((weights, (self.psus[rows], np.arange(len(rows)))), (len(self.psu_strata), len(rows))) @ values
        if not self.psu_population:
            return first
        units = np.zeros((len(self.data), values.shape[1]))
        units[rows] = values * weights[:, None]
        return np.vstack([first, units])

    def contributions(self, values: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """What each psu adds to a total, for `variances` and `covariance`.

        Parameters
        ----------
        values : array, rows x items
            Linearised variables on the rows `rows`; they are 0 on the others.
        rows : int array

        Returns
        -------
        array, psu x items
            Sums of weight x value, of calibrated weights weight x (value - x'B), x the auxiliaries (GREG; Deville and
            Särndal 1992, eq. 3.4); with a second stage the units' own below them.
        """
        scores = self._sums(values, rows)
        if self.calibration:
            projection, parts = self._calibrated
            scores -= parts @ projection.slopes(values, rows)
        return scores

    def deviations(self, scores: np.ndarray) -> np.ndarray:
        """Contributions around the mean of their stratum; where that has one psu, around 0."""
        return scores - (self._centre @ scores)[self._spread[0]]

    def variances(self, scores: np.ndarray) -> np.ndarray:
        """The variance of each total from its contributions: the diagonal of `covariance`."""
        groups, _, factors = self._spread
        return factors[groups] @ self.deviations(scores) ** 2

    def stratum_variances(self, scores: np.ndarray) -> np.ndarray:
        """What each stratum adds to the variances of the first stage: strata x items."""
        groups, _, factors = self._spread
        squares = self.deviations(scores) ** 2 * factors[groups, None]
        first = len(self.psu_strata)
        own = sparse.csr_matrix((np.ones(first), (self.psu_strata, np.arange(first))), (len(self.fractions), first))
        return own @ squares[:first]

    def covariance(self, scores: np.ndarray) -> np.ndarray:
        """The covariance matrix of totals from their contributions.

        Within each stratum (1 - f) n / (n - 1) times the cross-products of the psu around the stratum's mean. A
        stratum with one psu is taken around 0, the sum of all contributions (R: survey.lonely.psu = "adjust").

        Parameters
        ----------
        scores : array, psu x items

        Returns
        -------
        array, items x items
        """
        groups, _, factors = self._spread
        apart = self.deviations(scores)
        return (apart * factors[groups, None]).T @ apart

    def lonely(self) -> list:
        """The strata with one psu, of which the error is by the stated rule: a note for the reader."""
        alone = np.bincount(self.psu_strata) == 1
        if not self.stratum or not alone.any():
            return []
        return list(pd.factorize(self.data[self.stratum], sort=True)[1][np.flatnonzero(alone)])
