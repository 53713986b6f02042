"""The staff view: '% of staff working at a municipality that ...', from the answers that the other figures come from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis.behind import BY_STAFF, Answers, answers_behind
from ledanalysis.estimates import ALL, ESTIMATES, SECTOR, estimate_clusters
from ledanalysis.estimation import Design
from ledanalysis.published import rounded
from ledanalysis.ranks import TIED
from ledanalysis.staff_means import of_cluster
from ledanalysis.study import Study
from ledanalysis.weighting import raked

VIEWS = ("units", "staff", "unweighted")
GAPS = ["gap", "gap_se", "gap_p"]
STAFF_ESTIMATES = ["view", *ESTIMATES, *GAPS, "estimated"]
MOST_OF_ONE = 0.5  # of a figure's weight: who has more, has the majority, and a share tells what it said


def estimate_views(
    scores: pd.DataFrame, weights: pd.DataFrame, clusters: pd.DataFrame, staff: pd.DataFrame, study: Study,
    answers: Answers | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:  # fmt: skip
    """The estimates of municipalities and the staff view, as they are published: protected together.

    Parameters
    ----------
    scores, weights, clusters, study
        As for `estimates.estimate_clusters`.
    staff : DataFrame
        From `staffing.staff_numbers`.
    answers : Answers, optional
        By default what `behind.answers_behind` makes of the scores.

    Returns
    -------
    estimates : DataFrame
        Columns `ESTIMATES`.
    staff_estimates : DataFrame
        Columns `STAFF_ESTIMATES`, of the measures that have the view (`views` = "both" in measures.csv), for the sector
        and the strata: in smaller groups one or two municipalities hold most of the staff. view is
        "staff"; n counts municipalities, population the staff that they stand for; df is Satterthwaite's (1946) over
        the strata; gap is this figure less that of the municipalities, with its paired error and p (adjusted over the
        themes of a measure); estimated is the part of the weight, in percent, whose staff is estimated. Shares and
        gaps are in whole percents: with decimals they would tell who said yes.
    """
    answers = answers or answers_behind(scores, weights, study)
    large = clusters[clusters["clustering"] == study.settings.strata]
    figures = staff_figures(scores, weights, large, staff, study)
    shown = estimate_clusters(scores, weights, clusters, study, answers, (figures, counted_by_staff(large, staff)))
    of_staff = shown["clustering"].str.startswith(BY_STAFF)
    units = rounded(shown.loc[~of_staff, ESTIMATES].reset_index(drop=True), study)
    if not of_staff.any():
        return units, pd.DataFrame(columns=STAFF_ESTIMATES)
    return units, _published(shown[of_staff], units, study)


def staff_figures(scores: pd.DataFrame, weights: pd.DataFrame, clusters: pd.DataFrame, staff: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The staff view before anything is suppressed: rows for `disclosure.suppress`, in clusterings that begin with `BY_STAFF`."""
    measures = {row.measure: row for row in study.tables["measures"] if row.views == "both"}
    everyone = pd.DataFrame({"clustering": SECTOR, "cluster": ALL, "municipality": weights["municipality"]})
    clusters = pd.concat([everyone, clusters[["clustering", "cluster", "municipality"]]])
    scores = scores.merge(study.themes[["measure", "theme", "kind"]], on=["measure", "theme"])
    scores = scores[scores["measure"].isin(measures)]
    tables = [
        _of_measure(part, weights, inside, staff, measures[measure], study).assign(clustering=BY_STAFF + clustering, measure=measure, kind=kind)
        for clustering, inside in clusters.groupby("clustering", sort=False)
        for (measure, kind), part in scores.groupby(["measure", "kind"], sort=False)
    ]
    return guarded(pd.concat(tables, ignore_index=True), study) if tables else pd.DataFrame()


def counted_by_staff(clusters: pd.DataFrame, staff: pd.DataFrame) -> pd.DataFrame:
    """The clusters of the staff view, for protection and attack: clustering, cluster, municipality and times, its staff.

    Examples
    --------
    >>> counted_by_staff(pd.DataFrame({"clustering": ["size"], "cluster": ["a"], "municipality": ["GM1"]}),
    ...                  pd.DataFrame({"municipality": ["GM1"], "staff": [90.0]})).values.tolist()
    [['staff/sector', 'all', 'GM1', 90.0], ['staff/size', 'a', 'GM1', 90.0]]
    """
    everyone = pd.DataFrame({"clustering": SECTOR, "cluster": ALL, "municipality": staff["municipality"]})
    every = pd.concat([everyone, clusters.loc[clusters["clustering"] != SECTOR, ["clustering", "cluster", "municipality"]]], ignore_index=True)
    times = every["municipality"].map(staff.drop_duplicates("municipality").set_index("municipality")["staff"]).fillna(0.0)
    return every.assign(clustering=BY_STAFF + every["clustering"], times=times)


def known_clusters(scores: pd.DataFrame, clusters: pd.DataFrame, staff: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The clusters of the weighted figures and of those by staff: clustering, cluster, municipality, times."""
    strata = clusters[clusters["clustering"] == study.settings.strata]
    everyone = pd.DataFrame({"clustering": SECTOR, "cluster": ALL, "municipality": scores["municipality"].unique()})
    plain = pd.concat([everyone, clusters[["clustering", "cluster", "municipality"]]]).assign(times=1.0)
    return pd.concat([plain, counted_by_staff(strata, staff)], ignore_index=True)[["clustering", "cluster", "municipality", "times"]]


def both_views(estimates: pd.DataFrame, staff_estimates: pd.DataFrame) -> pd.DataFrame:
    """The published tables in one, the staff view in clusterings that begin with `BY_STAFF`: what `audit.attack` takes."""
    return pd.concat([estimates, staff_estimates.assign(clustering=BY_STAFF + staff_estimates["clustering"])], ignore_index=True)


def guarded(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Count as one informant each figure that would tell too much of one: `suppress` does the rest.

    That is so where one informant holds more than half of the weight, or two more than the study's `dominance`; and
    where of a share fewer than `min_n` said yes, or no (but not nobody), for whose staff it is would tell who.

    Parameters
    ----------
    table : DataFrame
        informants, top1, top2, yes, no (NaN: not a share).
    """
    few = [(table[side] > 0) & (table[side] < study.settings.min_n) for side in ("yes", "no")]
    close = (table["top1"] > MOST_OF_ONE) | (table["top2"] > study.settings.dominance) | few[0] | few[1]
    return table.assign(informants=table["informants"].mask(close, table["informants"].clip(upper=1)))


def contributions(data: pd.DataFrame, themes: list, weight: str, informant: str) -> pd.DataFrame:
    """How much of a figure's weight its largest informants hold.

    Parameters
    ----------
    data : DataFrame
        A row per municipality: cluster, the themes (NaN: no valid answer), the weight (above 0), the informant.
    themes : list of str
    weight, informant : str
        Columns.

    Returns
    -------
    DataFrame
        cluster, theme, informants, top1 and top2: the part (0-1) of the largest one and of the largest two.

    Examples
    --------
    >>> data = pd.DataFrame({"cluster": "a", "vision": [100.0, 0, 0], "weight": [6.0, 3, 1], "respondent": [1, 2, 3]})
    >>> contributions(data, ["vision"], "weight", "respondent").values.tolist()
    [['a', 'vision', 3, 0.6, 0.9]]
    """
    long = data.melt(["cluster", weight, informant], themes, var_name="theme").dropna(subset=["value", "cluster"])
    held = long.groupby(["cluster", "theme", informant], observed=True)[weight].sum()
    groups = held.sort_values(ascending=False).groupby(["cluster", "theme"], observed=True)
    total = groups.sum()
    shares = {f"top{most}": groups.head(most).groupby(["cluster", "theme"], observed=True).sum() / total for most in (1, 2)}
    return pd.DataFrame({"informants": groups.size(), **shares}).reset_index()


def _of_measure(scores, weights, inside, staff, measure, study: Study) -> pd.DataFrame:
    wide = scores.pivot(index="municipality", columns="theme", values="score")
    themes = list(wide.columns)
    placed = inside.drop_duplicates("municipality").set_index("municipality")["cluster"]
    data = weights.merge(staff, on="municipality", how="left").join(wide, on="municipality")
    data["cluster"] = data["municipality"].map(placed)
    data["held"] = (data["weight"] * data["staff"]).fillna(0)
    design = Design(data, "weight", "stratum", "respondent", "population", calibration=raked(data))
    tables = [of_cluster(design, themes, cluster, measure, study) for cluster in data["cluster"].dropna().unique()]
    counted = data.assign(**{theme: data[theme].where(data["held"] > 0) for theme in themes})
    told = contributions(counted, themes, "held", "respondent").merge(_sides(counted, themes, measure), on=["cluster", "theme"])
    table = pd.concat(tables, ignore_index=True).merge(told, on=["cluster", "theme"], how="left")
    table["rank"] = table["estimate"].round(TIED).groupby(table["cluster"]).rank(ascending=False, method="min")
    return table.fillna({"informants": 0})


def _sides(data: pd.DataFrame, themes: list, measure) -> pd.DataFrame:
    """How many informants said yes (in part) and no; NaN of what is not a share."""
    long = data.melt(["cluster", "respondent"], themes, var_name="theme").dropna(subset=["value", "cluster"])
    long = long.drop_duplicates(["cluster", "theme", "respondent"])
    long = long.assign(yes=long["value"] > 0, no=long["value"] < 100)
    counts = long.groupby(["cluster", "theme"], observed=True)[["yes", "no"]].sum().astype("float64").reset_index()
    return counts if measure.statistic == "share" else counts.assign(yes=np.nan, no=np.nan)


def _published(shown: pd.DataFrame, units: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The staff view in the precision that it is published in: shares in whole percents, ends of intervals outwards.

    The gap is that of the two published figures, so that it says no more than they do.
    """
    table = shown.assign(clustering=shown["clustering"].str.removeprefix(BY_STAFF)).reset_index(drop=True)
    table = rounded(table, study)
    shares = table["measure"].isin([row.measure for row in study.tables["measures"] if row.statistic == "share"])
    for figure, way in (("estimate", np.round), ("lower", np.floor), ("upper", np.ceil)):
        exact = shown[figure].reset_index(drop=True).round(6)
        table[figure] = table[figure].mask(shares, way(exact) + 0.0)  # no minus zero
    table["se"] = table["se"].mask(shares, table["se"].round(1))
    beside = table[ESTIMATES[:4]].merge(units[[*ESTIMATES[:4], "estimate"]], "left", on=ESTIMATES[:4])["estimate"]
    gap = table["estimate"] - beside
    table["gap"] = gap.mask(shares, gap.round() + 0.0)
    table[[*GAPS, "estimated"]] = table[[*GAPS, "estimated"]].astype("float64").round({"gap_se": 1, "gap_p": 3, "estimated": 1})
    table[[*GAPS, "estimated"]] = table[[*GAPS, "estimated"]].mask(table["suppressed"])
    return table.assign(view="staff")[STAFF_ESTIMATES].sort_values(ESTIMATES[:4], kind="stable", ignore_index=True)
