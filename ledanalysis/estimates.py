"""The table `estimates`: each measure of each theme, in each cluster of each clustering."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from ledanalysis.behind import Answers
from ledanalysis.disclosure import suppress
from ledanalysis.estimation import Design, covariance, degrees, estimate, influence
from ledanalysis.study import Study

SECTOR = "sector"  # the clustering of one cluster, ALL, that everyone is in
ALL = "all"
ESTIMATES = [
    "clustering", "cluster", "measure", "theme", "estimate", "se", "lower", "upper", "df", "n", "population",
    "rank", "rank_lower", "rank_upper", "p_rest", "suppressed",
]  # fmt: skip

TIED = 9  # decimals: estimates that differ less do so by rounding only
NO_COMPARISON = pd.DataFrame(columns=["cluster", "theme", "rank_lower", "rank_upper", "p_rest"])


def estimate_clusters(
    scores: pd.DataFrame, weights: pd.DataFrame, clusters: pd.DataFrame, study: Study, answers: Answers | None = None
) -> pd.DataFrame:
    """Estimates of all measures in all clusters, with what may not be shown taken out.

    Parameters
    ----------
    scores : DataFrame
        theme_scores: municipality, theme, measure, score.
    weights : DataFrame
        municipality, respondent, stratum, population, weight.
    clusters : DataFrame
        clustering, cluster, municipality.
    study : Study
    answers : Answers, optional
        What may not be worked out of what is shown (`behind.answers_behind`); without, only sizes are looked at.

    Returns
    -------
    DataFrame
        Columns `ESTIMATES`, sorted. Shares are in percent. rank is 1 for the highest theme in the cluster;
        rank_lower and rank_upper bound it, all themes together, at the study's level; p_rest is of the cluster
        against the rest of the population, adjusted over the themes (Holm).
    """
    everyone = pd.DataFrame({"clustering": SECTOR, "cluster": ALL, "municipality": scores["municipality"].unique()})
    clusters = pd.concat([everyone, clusters[["clustering", "cluster", "municipality"]]])
    scores = scores.merge(study.themes[["measure", "theme", "kind"]], on=["measure", "theme"])
    tables = [
        _of_measure(part, weights, inside, clustering, study.measure(measure), study).assign(kind=kind)
        for clustering, inside in clusters.groupby("clustering", sort=False)
        for (measure, kind), part in scores.groupby(["measure", "kind"], sort=False)
    ]
    measures = study.tables["measures"]
    differences = {m.measure: (m.first, m.second) for m in measures if m.kind == "difference"}
    adding_up = {item.measure for item in study.items("single", "points") if item.measure}
    limits = study.settings.min_n, study.settings.extreme_n
    shown = suppress(pd.concat(tables, ignore_index=True), *limits, differences, clusters, adding_up, answers)
    return shown[ESTIMATES].sort_values(ESTIMATES[:4], kind="stable", ignore_index=True)


def _of_measure(scores, weights, inside, clustering, measure, study: Study) -> pd.DataFrame:
    """One measure in the clusters of one clustering."""
    wide = scores.pivot(index="municipality", columns="theme", values="score")
    themes = list(wide.columns)
    placed = inside.drop_duplicates("municipality").set_index("municipality")["cluster"]
    asked = measure.kind != "mentions"  # interviewed municipalities are no random sample: they have no design
    data = wide.merge(weights.set_index("municipality"), "right" if asked else "left", left_index=True, right_index=True)
    data = data.assign(cluster=placed.reindex(data.index)).rename_axis("municipality")
    design = Design(data, "weight", "stratum", "respondent", "population") if asked else Design(data)
    result = _points(design, themes, measure, study.settings.level, asked)
    result["alike"] = _alike(data, themes, result)
    result["informants"] = _informants(design, themes, result)
    large = result.loc[result["n"] >= study.settings.min_n, "cluster"].unique()
    comparisons = [NO_COMPARISON, *(_comparisons(design, themes, cluster, study.settings.level) for cluster in large)]
    result = result.merge(pd.concat(comparisons), on=["cluster", "theme"], how="left")
    if not asked:
        result[["se", "lower", "upper", "df", "rank_lower", "rank_upper", "p_rest"]] = np.nan
        result["population"] = result["n"]
    result["rank"] = result["estimate"].round(TIED).groupby(result["cluster"]).rank(ascending=False, method="min")
    if measure.statistic == "median":  # the bounds above are of means; in a census a median's rank is what it is
        result["rank_lower"] = result["rank_upper"] = result["rank"]
    return result.assign(clustering=clustering, measure=measure.measure)


def _points(design: Design, themes: list, measure, level: float, asked: bool) -> pd.DataFrame:
    if measure.statistic == "median":
        return _medians(design, themes)
    data = design.data
    if measure.statistic != "share":
        return estimate(design, themes, "cluster", "mean", level).rename(columns={"item": "theme"})
    shares = data.assign(**{theme: data[theme] / 100 for theme in themes})
    columns = (design.weight, design.stratum, design.psu, design.population)
    result = estimate(Design(shares, *columns), themes, "cluster", "share", level)
    figures = ["estimate", "se", "lower", "upper"]
    return result.assign(**{name: result[name] * 100 for name in figures}).rename(columns={"item": "theme"})


def _medians(design: Design, themes: list) -> pd.DataFrame:
    """Medians, without an error: for a census, which has none (`load_study` sees to that)."""
    groups = design.data.groupby("cluster", observed=True)[themes]
    long = groups.median().stack(future_stack=True).rename("estimate").rename_axis(["cluster", "theme"]).reset_index()
    counts = groups.count().stack(future_stack=True).to_numpy()
    ends = dict(se=0.0, lower=long["estimate"], upper=long["estimate"], df=counts - 1, n=counts, population=counts)
    return long.assign(**ends)


def _alike(data: pd.DataFrame, themes: list, result: pd.DataFrame) -> np.ndarray:
    """Whether all answers behind each estimate are the same."""
    groups = data.groupby("cluster", observed=True)[themes]
    spread = (groups.max() - groups.min()).stack(future_stack=True)
    return spread.reindex(pd.MultiIndex.from_frame(result[["cluster", "theme"]])).to_numpy() == 0


def _informants(design: Design, themes: list, result: pd.DataFrame) -> np.ndarray:
    """How many gave the answers behind each estimate: a service that answers for several municipalities is one."""
    each = design.data.drop_duplicates(["cluster", design.psu]) if design.psu else design.data
    counts = each.groupby("cluster", observed=True)[themes].count().stack(future_stack=True)
    return counts.reindex(pd.MultiIndex.from_frame(result[["cluster", "theme"]])).to_numpy()


def _comparisons(design: Design, themes: list, cluster: str, level: float) -> pd.DataFrame:
    """The bounds of the ranks within the cluster, and the cluster against the rest of the population."""
    values = design.data[themes].to_numpy(float)
    inside = (design.data["cluster"] == cluster).to_numpy()
    means, scores = influence(design, values, inside)
    spread = covariance(design, np.nan_to_num(scores))
    df = _degrees(design, values, inside)
    lower, upper = rank_bounds(means, spread, df, level)
    p = _against_rest(design, values, inside, means, scores)
    return pd.DataFrame(
        {"cluster": cluster, "theme": themes, "rank_lower": lower, "rank_upper": upper, "p_rest": holm(p)}
    )


def _against_rest(design: Design, values, inside, means, scores) -> np.ndarray:
    """p of each mean against that of the rest: t with Satterthwaite's degrees of freedom (1946), two-sided."""
    others, other_scores = influence(design, values, ~inside)
    here, there, apart = (
        np.diag(covariance(design, np.nan_to_num(part))).clip(min=0) for part in (scores, other_scores, scores - other_scores)
    )
    free, rest = _degrees(design, values, inside), _degrees(design, values, ~inside)
    with np.errstate(invalid="ignore", divide="ignore"):
        df = (here + there) ** 2 / (here**2 / free + there**2 / rest)
        return 2 * special.stdtr(df, -np.abs(means - others) / np.sqrt(apart))


def _degrees(design: Design, values: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Degrees of freedom of each mean over the rows `inside`; NaN where its error is not known."""
    df = degrees(design, inside[:, None] & ~np.isnan(values))
    return np.maximum(df, 1) if design.census else np.where(df > 0, df, np.nan)


def rank_bounds(means: np.ndarray, spread: np.ndarray, df, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest rank that each mean can have, for all of them together.

    All pairs are compared (t, with the covariance of the two and the fewer degrees of freedom), adjusted by Holm; a
    mean's rank is bounded by how many are clearly above and clearly below it. With the chance `level` all true ranks
    lie inside. `df` is one number or one per mean, NaN for a mean that cannot be compared.

    Source: Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91, with Holm's step-down.

    Examples
    --------
    >>> lower, upper = rank_bounds(np.array([70.0, 69.0, 20.0]), np.eye(3), df=50, level=0.95)
    >>> lower.tolist(), upper.tolist()
    ([1.0, 1.0, 3.0], [2.0, 2.0, 3.0])
    """
    known = ~np.isnan(means)
    lower, upper = np.full(len(means), np.nan), np.full(len(means), np.nan)
    first, second = np.triu_indices(known.sum(), 1)
    points, spread, free = means[known], spread[np.ix_(known, known)], np.broadcast_to(df, means.shape)[known]
    gaps = np.round(points[first] - points[second], TIED)
    variance = (np.diag(spread)[first] + np.diag(spread)[second] - 2 * spread[first, second]).clip(min=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = holm(2 * special.stdtr(np.minimum(free[first], free[second]), -np.abs(gaps) / np.sqrt(variance)))
    clear = p <= 1 - level
    above = np.bincount(np.where(gaps < 0, first, second)[clear], minlength=len(points))
    below = np.bincount(np.where(gaps < 0, second, first)[clear], minlength=len(points))
    lower[known], upper[known] = 1 + above, len(points) - below
    return lower, upper


def holm(p: np.ndarray) -> np.ndarray:
    """p values adjusted for their number by Holm's step-down (1979); missing ones are left out.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    adjusted = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known])]
    steps = p[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted
