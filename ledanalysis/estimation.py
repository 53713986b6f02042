"""Design-based estimates: means, totals, shares, ratios and changes, with the error that the design gives them.

Taylor linearisation with strata, psu, finite-population correction and calibration; domains keep the whole design.
Sources: Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, ch. 5; Lumley (2010), Complex Surveys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, special

from ledanalysis.design import Design
from ledanalysis.errors import InputError

STATISTICS = ("mean", "total", "share", "ratio", "change", "multiple")
FIGURES = ["estimate", "se", "lower", "upper", "df", "n", "population"]
CELLS = 10_000_000  # rows x items worked on at a time, so that memory grows with the data and no faster


def estimate(
    design: Design, items: list, by: str | None = None, statistic: str = "mean", level: float = 0.95
) -> pd.DataFrame:
    """Estimates of items, for the whole or for each domain.

    Parameters
    ----------
    design : Design
    items : list
        Columns of the design's data. For "ratio": pairs (numerator, denominator); for "change": pairs
        (after, before), a unit counting where it has both. A share is of a 0/1 item, or of
        shares (0-1) among several people. "multiple": the 0/1 options of one question to tick; who has an answer on
        any of them is in the base, with 0 where an option is blank.
    by : str, optional
        Column of domains. Domains keep the whole design: no row is left out of the variance.
    statistic : {"mean", "total", "share", "ratio", "change", "multiple"}
    level : float
        Of the intervals.

    Returns
    -------
    DataFrame
        A row per item (and domain): item, [by], estimate, se, lower, upper, df, n, population.
        n counts the valid answers, population the sum of their weights. Intervals are t intervals, those of shares
        on the logit scale; df = psu in the domain - strata in the domain, of the valid answers. Where df is 0, se
        is NaN unless the whole population is in. `attrs["lonely"]` lists the strata with one psu, which are taken
        around 0.

    Raises
    ------
    InputError
        An unknown statistic, item or column of domains; a share of what is not within 0-1; a level outside 0-1.

    Examples
    --------
    >>> data = pd.DataFrame({"score": [40.0, 60.0, 80.0], "N": 6})
    >>> row = estimate(Design(data, population="N"), ["score"]).iloc[0]
    >>> float(row.estimate), round(float(row.se), 3), int(row.df)
    (60.0, 8.165, 2)
    """
    if statistic not in STATISTICS:
        raise InputError("unknown statistic", value=statistic, allowed=STATISTICS)
    tables, places = [], list(domains(design, by))
    for part in parts(design, items, statistic):
        for place, (domain, rows) in enumerate(places):
            table = _domain(design, part.of(rows), rows, level)
            tables.append(table.assign(item=part.names, place=place, **({by: domain} if by else {})))
    return in_order(tables, by, design)


def in_order(tables: list[pd.DataFrame], by: str | None, design: Design) -> pd.DataFrame:
    """One table from those of each domain (numbered in `place`) and some items: domain by domain, items as asked."""
    whole = pd.concat(tables).sort_values("place", kind="stable", ignore_index=True)
    whole = whole[["item", *([by] if by else []), *FIGURES]]
    whole.attrs["lonely"] = design.lonely()
    return whole


@dataclass(frozen=True)
class Parts:
    """Numerators and denominators of some items: every statistic is a total or a ratio of two."""

    names: list[str]
    statistic: str
    upper: np.ndarray  # rows x items, 0 where not valid
    valid: np.ndarray
    lower: np.ndarray | None = None  # by default 1 where valid

    def of(self, rows: np.ndarray) -> Parts:
        valid = self.valid[rows]
        lower = valid.astype(float) if self.lower is None else self.lower[rows]
        return Parts(self.names, self.statistic, self.upper[rows], valid, lower)


def parts(design: Design, items: list, statistic: str) -> Iterator[Parts]:
    """Numerators and denominators, some items at a time."""
    data = design.data
    pairs = [item if isinstance(item, tuple) else (item, item) for item in items]
    for name in (name for pair in pairs for name in pair):
        if name not in data:
            raise InputError("unknown item", value=name, allowed=list(data.columns))
    if statistic in ("ratio", "change"):
        for item in items:
            if not (isinstance(item, tuple) and len(item) == 2):
                raise InputError(f"a {statistic} is of a pair of items", value=item, allowed="(item, item)")
    base = data[items].notna().any(axis=1).to_numpy()[:, None] if statistic == "multiple" else None
    step = max(1, CELLS // max(len(data), 1))
    for start in range(0, len(pairs), step):
        yield _parts(data, pairs[start : start + step], statistic, base)


def _parts(data: pd.DataFrame, pairs: list, statistic: str, base) -> Parts:
    names = ["/".join(pair) if statistic in ("ratio", "change") else pair[0] for pair in pairs]
    first = _numbers(data, [a for a, _ in pairs])
    valid = ~np.isnan(first)
    if statistic in ("ratio", "change"):
        second = _numbers(data, [b for _, b in pairs])
        valid &= ~np.isnan(second)
        if statistic == "ratio":
            return Parts(names, statistic, np.where(valid, first, 0.0), valid, np.where(valid, second, 0.0))
        first = first - second
    values = np.where(valid, first, 0.0)
    if statistic in ("share", "multiple"):
        for row, item in np.argwhere((values < 0) | (values > 1))[:1]:
            raise InputError("a share is of values from 0 to 1", row=int(row) + 2, column=names[item], value=float(values[row, item]))
    if base is not None:
        valid = np.broadcast_to(base, valid.shape)
    return Parts(names, statistic, values, valid)


def _numbers(data: pd.DataFrame, names: list[str]) -> np.ndarray:
    for name in names:
        if not pd.api.types.is_numeric_dtype(data[name]):
            raise InputError("an item is no number", column=name, value=str(data[name].dtype))
    return np.ascontiguousarray(data[names].to_numpy(float, na_value=np.nan))


def domains(design: Design, by: str | None) -> Iterator[tuple[object, np.ndarray]]:
    """Each domain, sorted, with the numbers of its rows; a row without one is in none."""
    if not by:
        yield None, np.arange(len(design.data))
        return
    if by not in design.data:
        raise InputError("unknown column of domains", value=by, allowed=list(design.data.columns))
    found = pd.Categorical(design.data[by])
    order = np.argsort(found.codes, kind="stable")
    ends = np.searchsorted(found.codes[order], np.arange(len(found.categories) + 1))
    for code, domain in enumerate(found.categories):
        yield domain, order[ends[code] : ends[code + 1]]


def _domain(design: Design, part: Parts, rows: np.ndarray, level: float) -> pd.DataFrame:
    estimates, scores = linearised(design, part, rows)
    df = degrees(design, part.valid, rows)
    se = np.sqrt(design.variances(scores)) if len(scores) else np.full(len(df), np.nan)
    population = design.weights[rows] @ part.valid
    return figures(part.statistic, estimates, se, df, part.valid.sum(axis=0), population, design.census, level)


def figures(statistic: str, estimates, se, df, n, population, census: bool, level: float) -> pd.DataFrame:
    """The columns of an estimate. Where df is 0 there is no error, unless the whole population is in."""
    if not 0 < level < 1:
        raise InputError("a level of confidence lies between 0 and 1", value=level)
    se = np.where((df < 1) & (not census), np.nan, se)
    lower, upper = interval(estimates, se, df, level)
    if statistic in ("share", "multiple"):
        lower, upper = share_interval(estimates, se, df, n, population, level)
    return pd.DataFrame(dict(zip(FIGURES, (estimates, se, lower, upper, df, n, population), strict=True)))


def linearised(design: Design, part: Parts, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Estimates of the statistic over some rows, and the contributions to their error (of `part`, on those rows).

    A ratio R = Y / X has the linearised variable (y - R x) / X (Woodruff 1971; Särndal et al., result 5.6.2); a total
    is its own. Contributions are linear in the variable, so that those of y and x are taken and then put together.
    """
    weights = design.weights[rows]
    above = weights @ part.upper
    if part.statistic == "total":
        return above, design.contributions(part.upper, rows)
    below = weights @ part.lower
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = above / below
        scores = design.contributions(part.upper, rows) - ratios * design.contributions(part.lower, rows)
        return ratios, scores / below


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

    Examples
    --------
    >>> design = Design(pd.DataFrame({"x": [1.0, 3.0, 5.0]}))
    >>> means, scores = influence(design, design.data[["x"]].to_numpy(), np.array([True, True, False]))
    >>> means.tolist(), scores.ravel().tolist()
    ([2.0], [-0.5, 0.5, 0.0])
    """
    rows = np.flatnonzero(inside)
    valid = ~np.isnan(values[rows])
    names = [""] * values.shape[1]
    return linearised(design, Parts(names, "mean", np.where(valid, values[rows], 0.0), valid, valid.astype(float)), rows)


def covariance(design: Design, scores: np.ndarray) -> np.ndarray:
    """The covariance matrix of estimates from their linearised contributions: `Design.covariance`."""
    return design.covariance(scores)


def degrees(design: Design, counted: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
    """Degrees of freedom per column of `counted` (bool, rows x items): psu with a counted row - strata with one.

    `rows` are the numbers of the rows that `counted` has, by default all. Source: Korn and Graubard (1999), Analysis of
    Health Surveys, sect. 5.2; as `degf` of R's survey on a subset.
    """
    rows = np.arange(len(counted)) if rows is None else rows

    def any_in(groups: np.ndarray, number: int, values: np.ndarray) -> np.ndarray:
        ones = np.ones(len(groups), np.float32)
        return sparse.csr_matrix((ones, (groups, np.arange(len(groups)))), (number, len(groups))) @ values > 0

    psus = any_in(design.psus[rows], len(design.psu_strata), counted.astype(np.float32))
    strata = any_in(design.psu_strata, len(design.fractions), psus.astype(np.float32))
    return psus.sum(axis=0) - strata.sum(axis=0)


def known_degrees(design: Design, values: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Degrees of freedom of the mean of each column over the rows `inside`; NaN where its error is not known."""
    df = degrees(design, inside[:, None] & ~np.isnan(values))
    return np.maximum(df, 1) if design.census else np.where(df > 0, df, np.nan)


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
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        logit = np.log(estimates / (1 - estimates))
        width = t * se / (estimates * (1 - estimates))
        ends = [1 / (1 + np.exp(-(logit + sign * width))) for sign in (-1, 1)]
        far = 1 - ((1 - level) / 2) ** (np.maximum(1 - n / population, 0) / n)
    lower = np.where(inner, ends[0], np.where(estimates == 1, 1 - far, estimates))
    upper = np.where(inner, ends[1], np.where(estimates == 0, far, estimates))
    return lower, upper


def _quantile(se, df, level: float) -> np.ndarray:
    return np.where(df >= 1, special.stdtrit(np.maximum(df, 1), 0.5 + level / 2), np.where(se == 0, 0.0, np.nan))
