"""The unweighted view: what the municipalities that answered say, each counted once; a description of these, no estimate of all."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis.another_view import hidden_besides
from ledanalysis.behind import BY_COUNT, Answers
from ledanalysis.estimates import ALL, ESTIMATES, SECTOR
from ledanalysis.protection import Limits
from ledanalysis.published import DECIMALS, round_twice
from ledanalysis.staff import both_views
from ledanalysis.study import Study

UNWEIGHTED = ["view", *ESTIMATES]


def unweighted_estimates(scores: pd.DataFrame, weights: pd.DataFrame, clusters: pd.DataFrame, shown: pd.DataFrame, known: pd.DataFrame, answers: Answers, study: Study) -> pd.DataFrame:
    """The unweighted view as it is published, protected together with what is published already.

    Parameters
    ----------
    scores, weights, clusters
        As for `estimates.estimate_clusters`.
    shown : DataFrame
        `staff.both_views`.
    known : DataFrame
        The clusters of `shown`: clustering, cluster, municipality, times.
    answers : Answers
    study : Study

    Returns
    -------
    DataFrame
        Columns `UNWEIGHTED`, of the measures that are weighted and whose statistic is a mean or a share, for the sector and the
        strata; but not of choices, points to divide and rankings, whose options would have to be protected all
        at once in this view too. view is "unweighted"; estimate has a decimal fewer than the weighted one; n; suppressed. The
        other columns are empty: who answered is no random sample of anything, so that nothing here has an error, a rank or a test.
    """
    added_up = {measure for question in answers.questions for measure in question}
    figures = counted_once(scores[~scores["measure"].isin(added_up)], weights, clusters, study)
    if figures.empty:
        return pd.DataFrame(columns=UNWEIGHTED)
    measures = study.tables["measures"]
    differences = {row.measure: (row.first, row.second or row.first) for row in measures if row.first and row.kind in ("difference", "items")}
    limits = Limits(study.settings.min_n, study.settings.extreme_n)
    every = pd.concat([known, by_count(known, weights)], ignore_index=True)
    more = figures.assign(clustering=BY_COUNT + figures["clustering"])
    hidden = hidden_besides(shown, more, every, answers, limits, differences)
    decimals = figures["measure"].map({row.measure: row.unit for row in measures}).map(DECIMALS).sub(1).clip(lower=0).to_numpy(int)
    table = figures.assign(view="unweighted", suppressed=hidden, letters="", estimate=round_twice(figures["estimate"].to_numpy(float), decimals) + 0.0)
    table[["estimate", "n"]] = table[["estimate", "n"]].astype("float64").mask(table["suppressed"])
    empty = [name for name in UNWEIGHTED if name not in table]
    return table.assign(**dict.fromkeys(empty, np.nan))[UNWEIGHTED].sort_values(ESTIMATES[:4], kind="stable", ignore_index=True)


def all_views(estimates: pd.DataFrame, staff_estimates: pd.DataFrame, unweighted: pd.DataFrame) -> pd.DataFrame:
    """The published tables in one, other views in clusterings with their prefix: what `audit.attack` takes."""
    return pd.concat([both_views(estimates, staff_estimates), unweighted.assign(clustering=BY_COUNT + unweighted["clustering"])], ignore_index=True)


def counted_once(scores: pd.DataFrame, weights: pd.DataFrame, clusters: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Plain means before anything is suppressed: clustering, cluster, measure, theme, estimate, n."""
    told = [row.measure for row in study.tables["measures"] if row.kind != "mentions" and row.statistic in ("mean", "share")]
    everyone = pd.DataFrame({"clustering": SECTOR, "cluster": ALL, "municipality": weights["municipality"]})
    places = pd.concat([everyone, clusters.loc[clusters["clustering"] == study.settings.strata, ["clustering", "cluster", "municipality"]]]).drop_duplicates()
    mine = scores[scores["measure"].isin(told) & scores["municipality"].isin(weights["municipality"])]
    groups = mine.merge(places, on="municipality").groupby(["clustering", "cluster", "measure", "theme"])["score"]
    return groups.agg(estimate="mean", n="count").reset_index()


def by_count(clusters: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """The clusters of the unweighted view, for protection and attack: with `times` that undo the weights.

    Examples
    --------
    >>> by_count(pd.DataFrame({"clustering": ["size"], "cluster": ["a"], "municipality": ["GM1"], "times": [1.0]}),
    ...          pd.DataFrame({"municipality": ["GM1"], "weight": [2.5]})).values.tolist()
    [['unweighted/size', 'a', 'GM1', 0.4]]
    """
    plain = clusters[~clusters["clustering"].str.contains("/")].merge(weights[["municipality", "weight"]], on="municipality")
    return plain.assign(clustering=BY_COUNT + plain["clustering"], times=1 / plain["weight"])[["clustering", "cluster", "municipality", "times"]]
