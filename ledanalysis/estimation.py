"""Design-based estimates: means, totals, shares, ratios and changes, with the error that the design gives them.

Taylor linearisation with strata, psu and the finite-population correction; domains keep the whole design.
Sources: Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, ch. 5; Lumley (2010), Complex Surveys.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import special

from ledanalysis.errors import InputError

STATISTICS = ("mean", "total", "share", "ratio", "change")


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
        Column of primary sampling units, nested in the stratum; by default every row is one.
    population : str, optional
        Column with the number of units (not of psu) in the stratum, for the finite-population correction; by
        default there is none. A psu is taken whole, so that the sampled fraction of units is that of psu.

    Raises
    ------
    InputError
        A column that is not there, a missing stratum, psu or population, a weight that is missing or below zero, or
        a stratum with two populations or with one smaller than its sample.
    """

    data: pd.DataFrame
    weight: str | None = None
    stratum: str | None = None
    psu: str | None = None
    population: str | None = None

    def __post_init__(self):
        for column in filter(None, (self.weight, self.stratum, self.psu, self.population)):
            if column not in self.data:
                raise InputError("the design names a column that is not there", value=column, allowed=list(self.data))
        if self.weight and not (self.weights >= 0).all():
            raise InputError("a weight is missing or below zero", column=self.weight)
        for column in filter(None, (self.stratum, self.psu, self.population)):
            if self.data[column].isna().any():
                raise InputError("a unit without a value for the design", column=column)
        if self.population and (self.data.groupby(self.strata)[self.population].nunique() > 1).any():
            raise InputError("a stratum has more than one population", column=self.population)
        if (self.fractions > 1).any():
            raise InputError("a stratum has a population smaller than its sample", column=self.population)

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
        """The sampled fraction of each stratum: units in the sample / units in the population, 0 where not known."""
        sampled = np.bincount(self.strata)
        if not self.population:
            return np.zeros(len(sampled))
        population = np.zeros(len(sampled))
        population[self.strata] = self.data[self.population].to_numpy(float)
        return sampled / population

    @cached_property
    def census(self) -> bool:
        """Whether the whole population is in, so that nothing is left to chance."""
        return bool(np.isclose(self.fractions, 1).all())


def estimate(
    design: Design, items: list, by: str | None = None, statistic: str = "mean", level: float = 0.95
) -> pd.DataFrame:
    """Estimates of items, for the whole or for each domain.

    Parameters
    ----------
    design : Design
    items : list
        Columns of the design's data. For "ratio": pairs (numerator, denominator); for "change": pairs
        (after, before), a unit counting where it has both. A share is of a 0/1 item.
    by : str, optional
        Column of domains. Domains keep the whole design: no row is left out of the variance.
    statistic : {"mean", "total", "share", "ratio", "change"}
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        A row per item (and domain): item, [by], estimate, se, lower, upper, df, n, population.
        n counts the valid answers, population the sum of their weights. Intervals are t intervals, those of shares
        on the logit scale; df = psu in the domain - strata in the domain, of the valid answers. Where df is 0, se
        is NaN unless the whole population is in.

    Raises
    ------
    InputError
        An unknown statistic or item.

    Examples
    --------
    >>> data = pd.DataFrame({"score": [40.0, 60.0, 80.0], "N": 6})
    >>> row = estimate(Design(data, population="N"), ["score"]).iloc[0]
    >>> float(row.estimate), round(float(row.se), 3), int(row.df)
    (60.0, 8.165, 2)
    """
    if statistic not in STATISTICS:
        raise InputError("unknown statistic", value=statistic, allowed=STATISTICS)
    upper_part, lower_part, valid = _parts(design.data, items, statistic)
    domains = pd.Categorical(design.data[by]) if by else pd.Categorical(["all"] * len(design.data))
    tables = []
    for code, domain in enumerate(domains.categories):
        counted = valid & (domains.codes == code)[:, None]
        table = _domain(design, upper_part * counted, lower_part * counted, counted, statistic, level)
        names = ["/".join(item) if isinstance(item, tuple) else item for item in items]
        tables.append(table.assign(item=names, **({by: domain} if by else {})))
    columns = ["item", *([by] if by else []), "estimate", "se", "lower", "upper", "df", "n", "population"]
    return pd.concat(tables, ignore_index=True)[columns]


def influence(design: Design, values: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means of the columns of `values` over the rows `inside`, and what each psu adds to their error.

    Parameters
    ----------
    design : Design
    values : array, rows x items
        NaN where there is no valid answer.
    inside : bool array, rows

    Returns
    -------
    means : array, items
    scores : array, psu x items
        Linearised contributions, summed within the psu: `covariance` makes the variance of the means from them.
    """
    valid = inside[:, None] & ~np.isnan(values)
    means, scores = _ratio(design, np.where(valid, values, 0.0), valid.astype(float))
    return means, scores


def covariance(design: Design, scores: np.ndarray) -> np.ndarray:
    """The covariance matrix of estimates from their linearised contributions.

    Within each stratum (1 - f) n / (n - 1) times the cross-products of the psu around the stratum's mean. A stratum
    with one psu is taken around 0, the sum of all contributions to a mean (as R's `survey.lonely.psu = "adjust"`).

    Parameters
    ----------
    design : Design
    scores : array, psu x items

    Returns
    -------
    array, items x items
    """
    strata, fractions = design.psu_strata, design.fractions
    total = np.zeros((scores.shape[1], scores.shape[1]))
    for stratum in range(len(fractions)):
        part = scores[strata == stratum]
        alone = len(part) == 1
        centred = part if alone else part - part.mean(axis=0)
        total += (1 - fractions[stratum]) * (1 if alone else len(part) / (len(part) - 1)) * (centred.T @ centred)
    return total


def degrees(design: Design, counted: np.ndarray) -> np.ndarray:
    """Degrees of freedom per column of `counted` (bool, rows x items): psu with a counted row - strata with one."""
    psus = _by_psu(design, counted.astype(float)) > 0
    strata = np.zeros((len(design.fractions), counted.shape[1]))
    np.add.at(strata, design.psu_strata, psus)
    return psus.sum(axis=0) - (strata > 0).sum(axis=0)


def _parts(data: pd.DataFrame, items: list, statistic: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Numerators, denominators and what is valid, rows x items: every statistic is a total or a ratio of two."""
    pairs = [item if isinstance(item, tuple) else (item, item) for item in items]
    for name in {name for pair in pairs for name in pair} - set(data.columns):
        raise InputError("unknown item", value=name, allowed=list(data.columns))
    first = data[[a for a, _ in pairs]].to_numpy(float)
    second = data[[b for _, b in pairs]].to_numpy(float)
    valid = ~(np.isnan(first) | np.isnan(second))
    if statistic == "ratio":
        return np.where(valid, first, 0.0), np.where(valid, second, 0.0), valid
    values = first - second if statistic == "change" else first
    return np.where(valid, values, 0.0), valid.astype(float), valid


def _ratio(design: Design, numerator: np.ndarray, denominator: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    weights = design.weights[:, None]
    below = (weights * denominator).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = (weights * numerator).sum(axis=0) / below
        scores = weights * (numerator - ratios * denominator) / below
    return ratios, _by_psu(design, scores)


def _by_psu(design: Design, scores: np.ndarray) -> np.ndarray:
    sums = np.zeros((len(design.psu_strata), scores.shape[1]))
    np.add.at(sums, design.psus, scores)
    return sums


def _domain(design, numerator, denominator, counted, statistic: str, level: float) -> pd.DataFrame:
    weights = design.weights[:, None]
    if statistic == "total":
        estimates, scores = (weights * numerator).sum(axis=0), _by_psu(design, weights * numerator)
    else:
        estimates, scores = _ratio(design, numerator, denominator)
    n = counted.sum(axis=0)
    df = degrees(design, counted)
    se = np.sqrt(np.diag(covariance(design, scores)).clip(min=0)) if len(scores) else np.full(len(n), np.nan)
    se = np.where((df < 1) & (not design.census), np.nan, se)
    population = (weights * counted).sum(axis=0)
    lower, upper = interval(estimates, se, df, level)
    if statistic == "share":
        lower, upper = share_interval(estimates, se, df, n, population, level)
    return pd.DataFrame(
        {"estimate": estimates, "se": se, "lower": lower, "upper": upper, "df": df, "n": n, "population": population}
    )


def interval(estimates, se, df, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper ends of t intervals; where the error is 0 (a census) both ends are the estimate."""
    t = _quantile(se, df, level)
    return estimates - t * se, estimates + t * se


def share_interval(estimates, se, df, n, population, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper ends of intervals of shares (0-1): t intervals on the logit scale, which stay inside 0 and 1.

    At a share of 0 or 1 the logit has no error to go by. There the far end is the exact binomial bound (Clopper and
    Pearson 1934) for n / (1 - n / population) answers, so that it closes when the whole population has answered.
    """
    t = _quantile(se, df, level)
    inner = (estimates > 0) & (estimates < 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        logit = np.log(estimates / (1 - estimates))
        width = t * se / (estimates * (1 - estimates))
        ends = [1 / (1 + np.exp(-(logit + sign * width))) for sign in (-1, 1)]
        far = 1 - ((1 - level) / 2) ** (np.maximum(1 - n / population, 0) / n)
    lower = np.where(inner, ends[0], np.where(estimates == 1, 1 - far, estimates))
    upper = np.where(inner, ends[1], np.where(estimates == 0, far, estimates))
    return lower, upper


def _quantile(se, df, level: float) -> np.ndarray:
    return np.where(df >= 1, special.stdtrit(np.maximum(df, 1), 0.5 + level / 2), np.where(se == 0, 0.0, np.nan))
