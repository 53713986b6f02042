"""The staff view: '% of staff working at a municipality that ...', from the answers that the other figures come from.

A municipality counts for as many as work there. The estimate is a ratio of two totals, sum of w x y / sum of w x with
x the staff, and has the linearised error of one (Särndal, Swensson and Wretman 1992, ch. 5).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from ledanalysis.disclosure import suppress
from ledanalysis.estimates import ALL, ESTIMATES, SECTOR, holm, rank_bounds
from ledanalysis.estimation import Design, covariance, degrees, influence, interval, share_interval
from ledanalysis.study import Study

VIEWS = ("units", "staff")
GAPS = ["gap", "gap_se", "gap_p"]
STAFF_ESTIMATES = ["view", *ESTIMATES, *GAPS, "estimated"]
MOST_OF_ONE, MOST_OF_TWO = 0.5, 0.8  # of a figure's weight


def estimate_staff(
    scores: pd.DataFrame, weights: pd.DataFrame, clusters: pd.DataFrame, staff: pd.DataFrame,
    estimates: pd.DataFrame, study: Study,
) -> pd.DataFrame:  # fmt: skip
    """The staff view of the measures that have one (`views` = "both" in measures.csv), with what may not be shown out.

    Parameters
    ----------
    scores, weights, clusters, study
        As for `estimates.estimate_clusters`.
    staff : DataFrame
        From `staffing.staff_numbers`.
    estimates : DataFrame
        The same figures as shares of municipalities: what is suppressed there is so here.

    Returns
    -------
    DataFrame
        Columns `STAFF_ESTIMATES`: view is "staff"; n counts municipalities, population the staff that they stand for;
        df is Satterthwaite's (1946) over the strata; gap is this figure less that of the municipalities, with its
        paired error and p (Holm over the themes of a measure); estimated is the part of the weight, in percent, whose
        staff is estimated. Shares and gaps are in whole percents: with decimals they would tell who said yes.
    """
    measures = {row.measure: row for row in study.tables["measures"] if row.views == "both"}
    everyone = pd.DataFrame({"clustering": SECTOR, "cluster": ALL, "municipality": weights["municipality"]})
    clusters = pd.concat([everyone, clusters[["clustering", "cluster", "municipality"]]])
    scores = scores.merge(study.themes[["measure", "theme", "kind"]], on=["measure", "theme"])
    scores = scores[scores["measure"].isin(measures)]
    tables = [
        _of_measure(part, weights, inside, staff, measures[measure], study).assign(clustering=clustering, measure=measure, kind=kind)
        for clustering, inside in clusters.groupby("clustering", sort=False)
        for (measure, kind), part in scores.groupby(["measure", "kind"], sort=False)
    ]
    if not tables:
        return pd.DataFrame(columns=STAFF_ESTIMATES)
    table = pd.concat(tables, ignore_index=True)
    adding_up = {item.measure for item in study.items("single", "points") if item.measure}
    shown = suppress(guarded(table, estimates, study), study.settings.min_n, study.settings.extreme_n, {}, clusters, adding_up)
    shown[[*GAPS, "estimated"]] = shown[[*GAPS, "estimated"]].mask(shown["suppressed"])
    shown = _rounded(shown, {name for name, row in measures.items() if row.statistic == "share"})
    return shown.assign(view="staff")[STAFF_ESTIMATES].sort_values(ESTIMATES[:4], kind="stable", ignore_index=True)


def guarded(table: pd.DataFrame, estimates: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Count as one informant each figure that would tell too much of one: `suppress` does the rest.

    That is so where one informant holds more than half of the weight or two more than 80%; where of a share fewer
    than `min_n` said yes, or no (but not nobody), for whose staff it is would tell who; and where the same figure of
    the municipalities is suppressed.

    Parameters
    ----------
    table : DataFrame
        clustering, cluster, measure, theme, informants, top1, top2, yes, no (NaN: not a share).
    estimates : DataFrame
        clustering, cluster, measure, theme, suppressed.
    """
    keys = ["clustering", "cluster", "measure", "theme"]
    hidden = pd.MultiIndex.from_frame(estimates.loc[estimates["suppressed"], keys])
    few = [(table[side] > 0) & (table[side] < study.settings.min_n) for side in ("yes", "no")]
    close = (table["top1"] > MOST_OF_ONE) | (table["top2"] > MOST_OF_TWO) | few[0] | few[1]
    close |= pd.MultiIndex.from_frame(table[keys]).isin(hidden)
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
    columns = ("stratum", "respondent", "population")
    both = Design(data, "held", *columns), Design(data, "weight", *columns)
    tables = [_of_cluster(*both, themes, cluster, measure, study) for cluster in data["cluster"].dropna().unique()]
    counted = data.assign(**{theme: data[theme].where(data["held"] > 0) for theme in themes})
    told = contributions(counted, themes, "held", "respondent").merge(_sides(counted, themes, measure), on=["cluster", "theme"])
    table = pd.concat(tables, ignore_index=True).merge(told, on=["cluster", "theme"], how="left")
    table["rank"] = table["estimate"].round(9).groupby(table["cluster"]).rank(ascending=False, method="min")
    return table.fillna({"informants": 0})


def _of_cluster(held: Design, equal: Design, themes: list, cluster: str, measure, study: Study) -> pd.DataFrame:
    """Estimates, ranks and gaps of the themes of one measure in one cluster."""
    values, level = held.data[themes].to_numpy(float), study.settings.level
    inside, has = (held.data["cluster"] == cluster).to_numpy(), held.weights > 0
    means, scores = influence(held, values, inside & has)
    units, unit_scores = influence(equal, values, inside)
    scores, counted = np.nan_to_num(scores), (inside & has)[:, None] & ~np.isnan(values)
    guessed = _of_guesses(held, values, means, counted)
    spread, df = covariance(held, scores) + guessed, satterthwaite(held, scores, counted)
    se = np.where((df >= 1) | held.census, np.sqrt(np.diag(spread).clip(min=0)), np.nan)
    gaps, gap_scores = means - units, scores - np.nan_to_num(unit_scores)
    gap_se = np.sqrt(np.diag(covariance(held, gap_scores) + guessed).clip(min=0))
    weight = held.weights[:, None] * counted
    total, n = weight.sum(axis=0), counted.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = total**2 / (weight**2).sum(axis=0)
        estimated = weight[(held.data["source"] == "estimated").to_numpy()].sum(axis=0) / total * 100
        gap_p = holm(2 * special.stdtr(np.where(df >= 1, df, np.nan), -np.abs(gaps) / gap_se))
    lower, upper = interval(means, se, df, level)
    if measure.statistic == "share":
        known = effective if held.census else np.inf  # what is left of the population, at 0 and 100%
        lower, upper = (end * 100 for end in share_interval(means / 100, se / 100, df, effective, known, level))
    low, high = rank_bounds(means, spread, np.where(df >= 1, df, np.nan), level)
    return pd.DataFrame({
        "cluster": cluster, "theme": themes, "estimate": means, "se": se, "lower": lower, "upper": upper, "df": df, "n": n,
        "population": total, "rank_lower": low, "rank_upper": high, "gap": gaps, "gap_se": gap_se, "gap_p": gap_p,
        "estimated": estimated, "p_rest": _against_rest(held, values, ~inside & has, means, scores, df),
        "alike": [len(np.unique(column[rows])) == 1 for column, rows in zip(values.T, counted.T)],
    })  # fmt: skip


def _against_rest(design: Design, values, others, means, scores, df) -> np.ndarray:
    """p of each mean against that of the rest (Holm over the themes), as `estimates` has it for municipalities."""
    rest, rest_scores = influence(design, values, others)
    rest_scores = np.nan_to_num(rest_scores)
    free = satterthwaite(design, rest_scores, others[:, None] & ~np.isnan(values))
    here, there, apart = (np.diag(covariance(design, part)).clip(min=0) for part in (scores, rest_scores, scores - rest_scores))
    with np.errstate(invalid="ignore", divide="ignore"):
        pooled = (here + there) ** 2 / (here**2 / df + there**2 / free)
        return holm(2 * special.stdtr(pooled, -np.abs(means - rest) / np.sqrt(apart)))


def _of_guesses(design: Design, values, means, counted) -> np.ndarray:
    """What estimated staff numbers add to the covariance: each misses by its own spread."""
    spread = design.data["weight"].to_numpy(float) * design.data["spread"].fillna(0).to_numpy(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = spread[:, None] * np.where(counted, values - means, 0.0) / (design.weights[:, None] * counted).sum(axis=0)
    part = np.nan_to_num(part)
    return part.T @ part


def satterthwaite(design: Design, scores: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Degrees of freedom of variances that are sums over strata, (sum v)^2 / sum v^2 / (m - 1): Satterthwaite (1946).

    Where most of the variance is of one stratum (the large cities) these are few, however many answered elsewhere.

    Parameters
    ----------
    design : Design
    scores : array, psu x items
        Linearised contributions, without NaN.
    counted : bool array, rows x items
        The answers in the domain.

    Returns
    -------
    array, items
        At most those of `estimation.degrees`, which they are where nothing varies.
    """
    most = degrees(design, counted).astype(float)
    psus = np.zeros((len(design.psu_strata), counted.shape[1]))
    np.add.at(psus, design.psus, counted)
    above, below = np.zeros(counted.shape[1]), np.zeros(counted.shape[1])
    for stratum, fraction in enumerate(design.fractions):
        rows = design.psu_strata == stratum
        part, m = scores[rows], (psus[rows] > 0).sum(axis=0)
        centred = part - (part.mean(axis=0) if len(part) > 1 else 0)
        variance = (1 - fraction) * len(part) / max(len(part) - 1, 1) * (centred**2).sum(axis=0)
        above += variance
        below += variance**2 / np.maximum(m - 1, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below > 0, np.minimum(above**2 / below, most), most)


def _sides(data: pd.DataFrame, themes: list, measure) -> pd.DataFrame:
    """How many informants said yes (in part) and no; NaN of what is not a share."""
    long = data.melt(["cluster", "respondent"], themes, var_name="theme").dropna(subset=["value", "cluster"])
    long = long.drop_duplicates(["cluster", "theme", "respondent"])
    long = long.assign(yes=long["value"] > 0, no=long["value"] < 100)
    counts = long.groupby(["cluster", "theme"], observed=True)[["yes", "no"]].sum().astype("float64").reset_index()
    return counts if measure.statistic == "share" else counts.assign(yes=np.nan, no=np.nan)


def _rounded(table: pd.DataFrame, shares: set) -> pd.DataFrame:
    """Shares in whole percents, the ends of intervals outwards."""
    rows = table["measure"].isin(shares)
    for figure, way in (("estimate", np.round), ("gap", np.round), ("lower", np.floor), ("upper", np.ceil)):
        table.loc[rows, figure] = way(table.loc[rows, figure].round(6)) + 0.0  # no minus zero
    table[["se", "gap_se", "estimated"]] = table[["se", "gap_se", "estimated"]].round(1)
    return table
