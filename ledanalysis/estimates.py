"""The table `estimates`: each measure of each theme, in each cluster of each clustering."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ledanalysis.behind import Answers
from ledanalysis.disclosure import suppress
from ledanalysis.estimation import Design, covariance, estimate, influence, known_degrees, share_interval
from ledanalysis.rankings import worth
from ledanalysis.ranks import ADJUST, TIED, compare_groups, letters, rank_bounds, two_sided, welch
from ledanalysis.study import Study
from ledanalysis.weighting import raked

SECTOR = "sector"  # the clustering of one cluster, ALL, that everyone is in
ALL = "all"
ESTIMATES = [
    "clustering", "cluster", "measure", "theme", "estimate", "se", "lower", "upper", "df", "n", "population",
    "rank", "rank_lower", "rank_upper", "p_rest", "p_zero", "letters", "suppressed",
]  # fmt: skip

NO_COMPARISON = pd.DataFrame(columns=["cluster", "theme", "rank_lower", "rank_upper", "p_rest"])


def reported(clusters: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The clusters that figures may be given of: what is not published need not be protected against."""
    names = [row.clustering for row in study.tables["clusterings"] if row.report != "no"]
    return clusters[clusters["clustering"].isin(names)]


def estimate_clusters(
    scores: pd.DataFrame, weights: pd.DataFrame, clusters: pd.DataFrame, study: Study, answers: Answers | None = None,
    more: tuple[pd.DataFrame, pd.DataFrame] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Estimates of all measures in all clusters, with what may not be shown taken out.

    Parameters
    ----------
    scores : DataFrame
        theme_scores: municipality, theme, measure, score.
    weights : DataFrame
        municipality, respondent, stratum, population, weight; start and margins where they were raked.
    clusters : DataFrame
        clustering, cluster, municipality.
    study : Study
    answers : Answers, optional
        What may not be worked out of what is shown (`behind.answers_behind`); without, only sizes are looked at.
    more : (DataFrame, DataFrame), optional
        Rows as `suppress` takes them and their clusters (clustering, cluster, municipality, times): other figures of
        the same answers (`staff.staff_figures`), which are protected together with these and come with them.

    Returns
    -------
    DataFrame
        Columns `ESTIMATES`, sorted. Shares are in percent. rank is 1 for the highest theme in the cluster;
        rank_lower and rank_upper bound it, all themes together, at the study's level; p_rest is of the cluster
        against the rest of the population, p_zero of a difference (rise) against 0, both adjusted over the themes as
        `adjust` in study.toml says. Clusters of one clustering that share none of their `letters` differ clearly
        in that theme: all pairs of shown clusters, adjusted over pairs and themes; empty where nothing is compared.
    """
    everyone = pd.DataFrame({"clustering": SECTOR, "cluster": ALL, "municipality": scores["municipality"].unique()})
    clusters = pd.concat([everyone, clusters[["clustering", "cluster", "municipality"]]])
    scores = scores.merge(study.themes[["measure", "theme", "kind"]], on=["measure", "theme"])
    parts = {
        (clustering, measure, kind): _asked(part, weights, inside, study.measure(measure))
        for clustering, inside in clusters.groupby("clustering", sort=False)
        for (measure, kind), part in scores.groupby(["measure", "kind"], sort=False)
    }
    tables = [
        _of_measure(*part, study).assign(clustering=clustering, kind=kind) for (clustering, _, kind), part in parts.items()
    ]
    measures = study.tables["measures"]
    differences = {m.measure: (m.first, m.second) for m in measures if m.kind == "difference"}
    whole = {item.measure for item in study.items("single", "points", "ranking") if item.measure}
    adding_up = whole | {row.measure for row in measures if row.kind == "items" and row.first in whole}
    limits = study.settings.min_n, study.settings.extreme_n
    # a measure made of another measure's answers (worth of ranks) tells of that one
    differences |= {m.measure: (m.first, m.first) for m in measures if m.kind == "items" and m.first}
    table, further = pd.concat(tables, ignore_index=True), []
    if more is not None and len(more[0]):
        further = [name for name in more[0] if name not in [*table, *ESTIMATES]]
        table, clusters = pd.concat([table, more[0]], ignore_index=True), pd.concat([clusters.assign(times=1.0), more[1]])
    shown = suppress(table, *limits, differences, clusters, adding_up, answers)
    shown["letters"] = ""
    for (clustering, measure, kind), (design, themes, _) in parts.items():
        here = shown[(shown["clustering"] == clustering) & (shown["measure"] == measure) & (shown["kind"] == kind)]
        if clustering != SECTOR and study.measure(measure).kind != "mentions" and not design.census:
            shown.loc[here.index, "letters"] = _letters(design, themes, here, study)
    return shown[[*ESTIMATES, *further]].sort_values(ESTIMATES[:4], kind="stable", ignore_index=True)


def _asked(scores, weights, inside, measure) -> tuple[Design, list, object]:
    """The design of one measure in the clusters of one clustering (column `cluster`), its themes, and the measure."""
    wide = scores.pivot(index="municipality", columns="theme", values="score")
    themes = list(wide.columns)
    placed = inside.drop_duplicates("municipality").set_index("municipality")["cluster"]
    asked = measure.kind != "mentions"  # interviewed municipalities are no random sample: they have no design
    data = wide.merge(weights.set_index("municipality"), "right" if asked else "left", left_index=True, right_index=True)
    data = data.assign(cluster=placed.reindex(data.index)).rename_axis("municipality")
    return Design(data, "weight", "stratum", "respondent", "population", calibration=raked(data)) if asked else Design(data), themes, measure


def _of_measure(design: Design, themes: list, measure, study: Study) -> pd.DataFrame:
    """One measure in the clusters of one clustering."""
    data, asked = design.data, measure.kind != "mentions"
    result = _points(design, themes, measure, study.settings.level)
    result["alike"] = _alike(data, themes, result)
    result["informants"] = _informants(design, themes, result)
    large = result.loc[result["n"] >= study.settings.min_n, "cluster"].unique()
    comparisons = [NO_COMPARISON, *(_comparisons(design, themes, cluster, measure, study) for cluster in large)]
    result = result.merge(pd.concat(comparisons), on=["cluster", "theme"], how="left")
    result["p_zero"] = _against_zero(result, study) if measure.kind == "difference" and not design.census else np.nan
    if not asked:
        result[["se", "lower", "upper", "df", "rank_lower", "rank_upper", "p_rest"]] = np.nan
        result["population"] = result["n"]
    result["rank"] = result["estimate"].round(TIED).groupby(result["cluster"]).rank(ascending=False, method="min")
    if measure.statistic == "median":  # the bounds above are of means; in a census a median's rank is what it is
        result["rank_lower"] = result["rank_upper"] = result["rank"]
    return result.assign(measure=measure.measure)


def _points(design: Design, themes: list, measure, level: float) -> pd.DataFrame:
    if measure.statistic == "worth":
        return _worths(design, themes, level)
    if measure.statistic == "median":
        return _medians(design, themes)
    data = design.data
    if measure.statistic != "share":
        return estimate(design, themes, "cluster", "mean", level).rename(columns={"item": "theme"})
    shares = data.assign(**{theme: data[theme] / 100 for theme in themes})
    result = estimate(replace(design, data=shares), themes, "cluster", "share", level)
    figures = ["estimate", "se", "lower", "upper"]
    return result.assign(**{name: result[name] * 100 for name in figures}).rename(columns={"item": "theme"})


def _medians(design: Design, themes: list) -> pd.DataFrame:
    """Medians, without an error: for a census, which has none (`load_study` sees to that)."""
    groups = design.data.groupby("cluster", observed=True)[themes]
    long = groups.median().stack(future_stack=True).rename("estimate").rename_axis(["cluster", "theme"]).reset_index()
    counts = groups.count().stack(future_stack=True).to_numpy()
    ends = dict(se=0.0, lower=long["estimate"], upper=long["estimate"], df=counts - 1, n=counts, population=counts)
    return long.assign(**ends)


def _worths(design: Design, themes: list, level: float) -> pd.DataFrame:
    """The worth of what was ranked in each cluster, in percent, with intervals as those of shares."""
    plain = estimate(design, themes, "cluster", "mean", level).rename(columns={"item": "theme"})
    parts = []
    for cluster, rows in plain.groupby("cluster", sort=False, observed=True):
        values, scores = worth(design, design.data[themes].to_numpy(float), (design.data["cluster"] == cluster).to_numpy())
        se = np.sqrt(np.diag(covariance(design, np.nan_to_num(scores))).clip(min=0))
        se = np.where(np.isnan(values) | rows["se"].isna(), np.nan, se)
        ends = share_interval(values, se, rows["df"].to_numpy(), rows["n"].to_numpy(), rows["population"].to_numpy(), level)
        figures = dict(zip(("estimate", "se", "lower", "upper"), (values, se, *ends)))
        parts.append(rows.assign(**{name: value * 100 for name, value in figures.items()}))
    return pd.concat(parts, ignore_index=True)


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


def _comparisons(design: Design, themes: list, cluster: str, measure, study: Study) -> pd.DataFrame:
    """The bounds of the ranks within the cluster, and the cluster against the rest of the population."""
    values = design.data[themes].to_numpy(float)
    inside = (design.data["cluster"] == cluster).to_numpy()
    linearise = worth if measure.statistic == "worth" else influence
    means, scores = linearise(design, values, inside)
    spread = covariance(design, np.nan_to_num(scores))
    df = known_degrees(design, values, inside)
    lower, upper = rank_bounds(means, spread, df, study.settings.level)
    others, other_scores = linearise(design, values, ~inside)
    p = _against_rest(design, values, inside, (means - others, scores, other_scores))
    p = ADJUST[study.settings.adjust](p)
    return pd.DataFrame({"cluster": cluster, "theme": themes, "rank_lower": lower, "rank_upper": upper, "p_rest": p})


def _against_rest(design: Design, values, inside, linearised) -> np.ndarray:
    """p of each mean against that of the rest: t with Satterthwaite's degrees of freedom (1946), two-sided."""
    gaps, scores, other_scores = linearised
    here, there, apart = (
        np.diag(covariance(design, np.nan_to_num(part))).clip(min=0) for part in (scores, other_scores, scores - other_scores)
    )
    free, rest = known_degrees(design, values, inside), known_degrees(design, values, ~inside)
    return two_sided(gaps, apart, welch(here, there, free, rest))


def _against_zero(result: pd.DataFrame, study: Study) -> np.ndarray:
    """p of each difference against 0 (paired, for a municipality has both sides), adjusted over the cluster's themes."""
    p = pd.Series(two_sided(result["estimate"], result["se"] ** 2, result["df"].where(result["df"] > 0)), result.index)
    adjust = ADJUST[study.settings.adjust]
    return p.groupby(result["cluster"], observed=True).transform(lambda part: adjust(part.to_numpy())).to_numpy()


def _letters(design: Design, themes: list, rows: pd.DataFrame, study: Study) -> pd.Series:
    """The letters of the shown rows: what is hidden takes no part, or the letters of others would tell of it."""
    shown = rows[~rows["suppressed"] & rows["se"].notna()]
    linearise = worth if study.measure(rows["measure"].iloc[0]).statistic == "worth" else influence
    values = design.data[themes].to_numpy(float)
    found = {}
    for cluster in shown["cluster"].unique():
        inside = (design.data["cluster"] == cluster).to_numpy()
        found[cluster] = (*linearise(design, values, inside), known_degrees(design, values, inside))
    groups, p = [], []
    for theme, part in shown.groupby("theme", sort=False):
        column = themes.index(theme)
        means, scores, df = (np.array([found[cluster][place][..., column] for cluster in part["cluster"]]) for place in range(3))
        groups.append((part.index, means))
        p.append(compare_groups(means, covariance(design, np.nan_to_num(scores.T)), df))
    clear = ADJUST[study.settings.adjust](np.concatenate([[], *p])) <= 1 - study.settings.level
    cells, start = pd.Series("", rows.index), 0
    for index, means in groups:
        pairs = len(index) * (len(index) - 1) // 2
        if pairs:
            cells[index] = letters(means, clear[start : start + pairs])
        start += pairs
    return cells
