"""The table `changes`: each measure of each theme now and in the earlier wave, among all that answered and in the panel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ledanalysis.compared import compare_items, with_scores
from ledanalysis.disclosure import suppress
from ledanalysis.estimates import ALL, SECTOR
from ledanalysis.estimation import Design, covariance, degrees, influence, interval
from ledanalysis.overlap import Overlap, change
from ledanalysis.published import DECIMALS, ERROR_DECIMALS, P_DECIMALS, round_twice
from ledanalysis.ranks import ADJUST, two_sided
from ledanalysis.study import Study
from ledanalysis.waves import Wave, follow, population_pairs, read_previous, size_column, to_today
from ledanalysis.weighting import raked

KEYS = ["clustering", "cluster", "measure", "theme"]
CHANGES = [*KEYS, "basis", "now", "previous", "estimate", "se", "lower", "upper", "df", "n", "n_previous", "n_both", "p", "suppressed"]
DESIGN = ("weight", "stratum", "respondent", "population")


@dataclass(frozen=True)
class Two:
    """Two waves side by side.

    Attributes
    ----------
    study : Study
    previous : Wave
        Its scores under today's keys.
    scores, weights, clusters, estimates : DataFrame
        Of today; clusters with everyone in the cluster "all" of the clustering "sector".
    followed : DataFrame
        earlier, municipality.
    today : DataFrame
        The earlier scores by today's borders.
    """

    study: Study
    previous: Wave
    scores: pd.DataFrame
    weights: pd.DataFrame
    clusters: pd.DataFrame
    estimates: pd.DataFrame
    followed: pd.DataFrame
    today: pd.DataFrame

    def placed(self, clustering: str) -> tuple[pd.Series, pd.Series]:
        """The cluster of each municipality that answered now, and of each that answered then.

        Then by the clusters of then, as they were published; where the earlier wave has no such clustering, by the
        cluster that it or its successor is in now.
        """
        own = self.clusters[self.clusters["clustering"] == clustering].drop_duplicates("municipality")
        now = own.set_index("municipality")["cluster"]
        old = self.previous.clusters[self.previous.clusters["clustering"] == clustering].drop_duplicates("municipality")
        codes = self.previous.weights["municipality"]
        if clustering == SECTOR:
            then = pd.Series(ALL, codes)
        elif len(old):
            then = old.set_index("municipality")["cluster"]
        else:
            then = codes.map(self.followed.set_index("earlier")["municipality"]).map(now).set_axis(codes)
        return self.weights["municipality"].map(now), codes.map(then)


def wave_tables(
    scores: pd.DataFrame, weights: pd.DataFrame, clusters: pd.DataFrame, clusters_of_all: pd.DataFrame,
    units: pd.DataFrame, mergers: pd.DataFrame, estimates: pd.DataFrame, study: Study,
) -> dict[str, pd.DataFrame]:  # fmt: skip
    """The tables `changes` and `wave_items` of a study with an earlier wave; none of one without.

    Parameters
    ----------
    scores, weights, estimates, units, mergers
        Today's tables.
    clusters, clusters_of_all : DataFrame
        clustering, cluster, municipality: those that are reported, and those with the strata.
    study : Study

    Raises
    ------
    InputError
        The earlier wave cannot be used: see `waves` and `compared`.
    """
    if not study.settings.previous:
        return {}
    previous = read_previous(study)
    items = compare_items(study, previous)
    previous = with_scores(previous, items)
    followed = follow(previous.units, units, mergers)
    everyone = pd.DataFrame({"clustering": SECTOR, "cluster": ALL, "municipality": units["municipality"]})
    clusters = pd.concat([everyone, clusters[["clustering", "cluster", "municipality"]]])
    today = to_today(previous.scores, previous.units, followed, size_column(previous))
    keys = items.loc[items["compared"], ["measure", "theme"]]
    two = Two(study, previous, scores.merge(keys), weights, clusters, estimates, followed, today)
    pairs = population_pairs(previous, followed, clusters_of_all, study.settings.strata)
    return {"changes": in_precision(estimate_changes(two, pairs), study), "wave_items": items.assign(wave=previous.name)}


def estimate_changes(two: Two, population: pd.DataFrame) -> pd.DataFrame:
    """All changes, with what may not be shown taken out.

    Parameters
    ----------
    two : Two
    population : DataFrame
        From `waves.population_pairs`.

    Returns
    -------
    DataFrame
        Columns `CHANGES`, sorted. basis "all": what all that answered say now less what all that answered then said,
        with the covariance of those that are in both, now and previous as they were published; "matched": the mean change of the municipalities in both, by
        today's borders; now and previous are of "all" only. Shares change in percentage points. p is adjusted over
        the themes of a measure in a cluster as `adjust` in study.toml says.
    """
    later, earlier = (
        Design(weights.reset_index(drop=True), *DESIGN, calibration=raked(weights)) for weights in (two.weights, two.previous.weights)
    )  # fmt: skip
    overlap = Overlap(later, earlier, sampled_pairs(two), population)
    tables = []
    for measure, part in two.scores.groupby("measure", sort=False):
        now = _wide(part, two.weights["municipality"])
        then = _wide(two.previous.scores[two.previous.scores["measure"] == measure], two.previous.weights["municipality"])
        panel = _wide(two.today[two.today["measure"] == measure], two.weights["municipality"])
        themes = [theme for theme in now if theme in then]
        panel = now[themes] - panel.reindex(columns=themes)
        for clustering in two.clusters["clustering"].unique():
            args = two, now[themes], then[themes], clustering
            tables += [_all(*args, overlap), _matched(*args, panel)]
            tables[-1]["measure"] = tables[-2]["measure"] = measure
    if not tables:
        return pd.DataFrame(columns=CHANGES)
    table = pd.concat(tables, ignore_index=True)
    return _shown(table, two)[CHANGES].sort_values([*KEYS, "basis"], kind="stable", ignore_index=True)


def _wide(scores: pd.DataFrame, municipalities: pd.Series) -> pd.DataFrame:
    return scores.pivot(index="municipality", columns="theme", values="score").reindex(municipalities)


def _all(two: Two, now: pd.DataFrame, then: pd.DataFrame, clustering: str, overlap: Overlap) -> pd.DataFrame:
    """Everyone now against everyone then, per cluster."""
    here, there = (place.to_numpy() for place in two.placed(clustering))
    values = now.to_numpy(float), then.to_numpy(float)
    tables = []
    for cluster in sorted(set(here[~pd.isna(here)]) & set(there[~pd.isna(there)])):
        inside = here == cluster, there == cluster
        found = change(overlap, *values, *inside)
        told = [_told(design, value, rows) for design, value, rows in zip((overlap.later, overlap.earlier), values, inside)]
        tables.append(found.assign(
            theme=list(now), cluster=cluster, alike=told[0][1] & told[1][1], informants_now=told[0][0],
            informants_then=told[1][0], informants=np.minimum(told[0][0], told[1][0]), alike_then=told[1][1],
        ))  # fmt: skip
    return _finished(tables, two, clustering, "all")


def _matched(two: Two, now: pd.DataFrame, then: pd.DataFrame, clustering: str, panel: pd.DataFrame) -> pd.DataFrame:
    """The mean change of the municipalities in both, per cluster of today: a random part of each stratum of today."""
    rows = panel.notna().any(axis=1).to_numpy()
    here = two.placed(clustering)[0].to_numpy()
    if not rows.any():
        return _finished([], two, clustering, "matched")
    data = two.weights[rows].reset_index(drop=True)
    total = data.groupby("stratum")["weight"].transform("sum")
    data = data.assign(weight=data["weight"] * data["population"] / total, respondent=_informants(two, data["municipality"]))
    design, values = Design(data, *DESIGN), panel.to_numpy(float)[rows]
    tables = []
    for cluster in sorted(set(here[rows][~pd.isna(here[rows])])):
        inside = here[rows] == cluster
        means, scores = influence(design, values, inside)
        counted = inside[:, None] & ~np.isnan(values)
        df, n = degrees(design, counted), counted.sum(axis=0)
        se = np.sqrt(np.diag(covariance(design, np.nan_to_num(scores))).clip(min=0))
        informants, alike = _told(design, values, inside)
        tables.append(pd.DataFrame({
            "estimate": means, "now": np.nan, "previous": np.nan, "se": np.where((df >= 1) | design.census, se, np.nan),
            "df": df, "n": n, "n_previous": n, "n_both": n, "theme": list(now), "cluster": cluster, "informants": informants,
            "alike": alike,
        }))  # fmt: skip
    return _finished(tables, two, clustering, "matched")


def sampled_pairs(two: Two) -> pd.DataFrame:
    """later, earlier: row numbers in the weights of both waves of a municipality that answered in both."""
    later = pd.Series(range(len(two.weights)), two.weights["municipality"], name="later")
    earlier = pd.Series(range(len(two.previous.weights)), two.previous.weights["municipality"], name="earlier")
    pairs = two.followed.dropna().merge(earlier, left_on="earlier", right_index=True, suffixes=("_code", ""))
    return pairs.merge(later, left_on="municipality", right_index=True)[["later", "earlier"]].reset_index(drop=True)


def _informants(two: Two, municipalities: pd.Series) -> np.ndarray:
    """One number for municipalities that share a respondent in either wave: their changes are not independent."""
    pairs = sampled_pairs(two)
    now, then = (pd.factorize(weights["respondent"])[0] for weights in (two.weights, two.previous.weights))
    first, second = now[pairs["later"]], then[pairs["earlier"]] + now.max() + 1
    count = now.max() + then.max() + 2
    _, group = connected_components(coo_array((np.ones(len(first)), (first, second)), shape=(count, count)), directed=False)
    own = pd.Series(now, two.weights["municipality"])
    return group[municipalities.map(own).to_numpy()]


def _told(design: Design, values: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many informants each figure has, and whether all its answers are the same."""
    counted = inside[:, None] & ~np.isnan(values)
    psus = np.zeros((len(design.psu_strata), values.shape[1]))
    np.add.at(psus, design.psus, counted)
    same = [len(np.unique(column[rows])) <= 1 for column, rows in zip(values.T, counted.T)]
    return (psus > 0).sum(axis=0), np.array(same, bool)


def _finished(tables: list, two: Two, clustering: str, basis: str) -> pd.DataFrame:
    if not tables:
        return pd.DataFrame(columns=[*CHANGES, "informants", "alike"]).assign(basis=basis)
    table = pd.concat(tables, ignore_index=True)
    lower, upper = interval(table["estimate"], table["se"], table["df"], two.study.settings.level)
    p = two_sided(table["estimate"].to_numpy(), table["se"].to_numpy() ** 2, table["df"].where(table["df"] >= 1).to_numpy())
    adjust = ADJUST[two.study.settings.adjust]
    table = table.assign(lower=lower, upper=upper, p=p, clustering=clustering, basis=basis)
    return table.assign(p=table.groupby("cluster")["p"].transform(lambda part: adjust(part.to_numpy(float))))


def _shown(table: pd.DataFrame, two: Two) -> pd.DataFrame:
    """The changes that may be shown: see METHODS.md."""
    settings, study = two.study.settings, two.study
    differences = {m.measure: (m.first, m.second) for m in study.tables["measures"] if m.kind == "difference"}
    adding_up = {item.measure for item in study.items("single", "points", "ranking") if item.measure}
    adding_up |= {row.measure for row in study.tables["measures"] if row.kind == "items" and row.first in adding_up}
    rules = settings.min_n, settings.extreme_n, differences
    everything = table[table["basis"] == "all"].reset_index(drop=True)
    then = everything.assign(n=everything["n_previous"], informants=everything["informants_then"], alike=everything["alike_then"],
                             estimate=everything["previous"])  # fmt: skip
    then = suppress(then, *rules, None, adding_up)
    old = two.previous.estimates
    hidden = pd.concat([part.loc[part["suppressed"].astype("bool"), KEYS] for part in (then, old, two.estimates)])
    hidden = pd.MultiIndex.from_frame(hidden)
    # who is not in both: a figure of all less one of the panel would tell of them
    outside = everything.set_index(KEYS).eval("n + n_previous - 2 * n_both")
    outside = outside[(outside > 0) & (outside < settings.min_n)].index
    parts = []
    for basis, part in table.groupby("basis", sort=False):
        close = pd.MultiIndex.from_frame(part[KEYS]).isin(hidden)
        if basis == "matched":
            close |= pd.MultiIndex.from_frame(part[KEYS]).isin(outside)
        # what its sides, or what is left of them, would tell counts as one informant: `suppress` does the rest
        part = part.assign(informants=part["informants"].mask(close, part["informants"].clip(upper=1)).astype("float64"),
                           alike=part["alike"].astype("bool"))  # fmt: skip
        parts.append(suppress(part, *rules, two.clusters, adding_up))
    shown = pd.concat(parts, ignore_index=True)
    figures = [name for name in CHANGES if name not in [*KEYS, "basis", "suppressed"]]
    return shown.assign(**{name: shown[name].astype("float64").mask(shown["suppressed"]) for name in figures})


def in_precision(table: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Changes in the precision of their measure; that of all is the change of the figures that both waves published."""
    units = {measure.measure: measure.unit for measure in study.tables["measures"]}
    decimals = table["measure"].map(units).map(DECIMALS).to_numpy()
    figures = ("estimate", "now", "previous", "lower", "upper")
    found = {name: round_twice(table[name].to_numpy(float), decimals) for name in figures}
    told = found["now"] - found["previous"]
    found["estimate"] = np.where(np.isnan(told), found["estimate"], round_twice(told, decimals))
    precise = {"se": decimals + ERROR_DECIMALS, "df": 1, "p": P_DECIMALS}
    return table.assign(**found, **{name: round_twice(table[name].to_numpy(float), places) for name, places in precise.items()})
