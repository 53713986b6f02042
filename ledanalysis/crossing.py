"""A small question of an analyst's own: a figure of some groups, within some clusters, protected as if it were published too.

Each answer is held to the published tables by the attack that these were held to; answers to several questions are not
held to each other, and so none of them is for a deck or a hall.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ledanalysis.another_view import protected_besides
from ledanalysis.behind import Answers, answers_behind, dominated, tables
from ledanalysis.design import Design
from ledanalysis.errors import InputError
from ledanalysis.estimates import ALL, reported
from ledanalysis.estimation import covariance, estimate, influence, interval, known_degrees
from ledanalysis.grouping import Grouping, grouping
from ledanalysis.protection import Limits
from ledanalysis.published import rounded
from ledanalysis.ranks import welch
from ledanalysis.staff import known_clusters
from ledanalysis.study import Study
from ledanalysis.tables import read_table
from ledanalysis.unweighted import all_views, by_count
from ledanalysis.weighting import raked

CROSSING = "crossing"  # the clustering of what is asked, beside those that are published
COLUMNS = ["cluster", "label", "measure", "theme", "estimate", "se", "lower", "upper", "df", "n", "population", "suppressed"]


@dataclass(frozen=True)
class Crossed:
    """The answer to a small question.

    Attributes
    ----------
    table : DataFrame
        A row per group, in order: `COLUMNS`; a suppressed one has no figures.
    pairs : DataFrame
        Of the groups that are shown: first, second (groups), gap (first less second), lower, upper and clear (bool): t intervals that hold for all pairs at once (Bonferroni),
        and whether 0 lies outside.
    grouping : Grouping
    refused : bool
        Whether nothing may be shown, since a group of those who answered is too small to say how many are in it.
    """

    table: pd.DataFrame
    pairs: pd.DataFrame
    grouping: Grouping
    refused: bool = False


@dataclass(frozen=True)
class Ground:
    """The tables that crossings come from, read once.

    Attributes
    ----------
    study : Study
    scores, weights, clusters, published, everyone : DataFrame
        theme_scores; weights by municipality; the clusters that are reported on; what is published, in all views; the clusters of all views, for the attack.
    answers : Answers
    """

    study: Study
    scores: pd.DataFrame
    weights: pd.DataFrame
    clusters: pd.DataFrame
    published: pd.DataFrame
    everyone: pd.DataFrame
    answers: Answers


def ground(study: Study) -> Ground:
    """What crossings of a prepared study come from."""
    scores, weights = read_table(study, "theme_scores"), read_table(study, "weights")
    clusters = reported(read_table(study, "clusters"), study)[["clustering", "cluster", "municipality"]]
    published = all_views(*(read_table(study, name) for name in ("estimates", "staff_estimates", "unweighted_estimates")))
    known = known_clusters(scores, clusters, read_table(study, "staff"), study)
    everyone = pd.concat([known, by_count(known, weights)], ignore_index=True)
    return Ground(study, scores, weights.set_index("municipality"), clusters, published, everyone, answers_behind(scores, weights, study))


def outcomes(study: Study) -> dict[str, str]:
    """The measures that can be crossed: means and shares of the survey, but for those whose options add up, with their labels.

    Of what adds up, a figure of one option in groups of one's own could tell of the others.
    """
    adding = {item.measure for item in study.items("single", "points", "ranking") if item.measure}
    adding |= {row.measure for row in study.tables["measures"] if row.kind == "items" and row.first in adding}
    rows = [row for row in study.tables["measures"] if row.kind != "mentions" and row.statistic in ("mean", "share") and row.measure not in adding]
    return {row.measure: study.label_of(row) for row in rows}


def cross(base: Ground, measure: str, theme: str, by: str, where: dict[str, list[str]] | None = None) -> Crossed:
    """A figure of each group of those who are in some clusters.

    Parameters
    ----------
    base : Ground
    measure, theme : str
        What of: a measure of `outcomes`, and one of its themes.
    by : str
        The groups: a name of `grouping.groupings`.
    where : dict of str to list of str, optional
        {clustering: clusters}: only who is in one of these, of every clustering that is named.

    Returns
    -------
    Crossed

    Raises
    ------
    InputError
        No such measure, theme, grouping, clustering or cluster; or by what itself is asked.
    """
    study = base.study
    row, inside = _checked(base, measure, theme, by, where or {})
    found = grouping(study, by)
    score = base.scores[(base.scores["measure"] == measure) & (base.scores["theme"] == theme)].set_index("municipality")["score"]
    data = base.weights.join(score.rename(theme)).rename_axis("municipality")
    data["group"] = pd.Categorical(found.groups.reindex(data.index).where(data.index.isin(inside)), list(found.labels))
    design = Design(data, "weight", "stratum", "respondent", "population", calibration=raked(data))
    table = _estimated(design, row, theme, found, study)
    if found.answers and _tells_who(base, data["group"].dropna(), found):
        return Crossed(_shown(table, np.ones(len(table), bool), study), _pairs(design, theme, [], study), found, True)
    hidden = _hidden(base, data, measure, theme, table)
    return Crossed(_shown(table, hidden, study), _pairs(design, theme, list(table.loc[~hidden, "cluster"]), study), found)


def _checked(base: Ground, measure: str, theme: str, by: str, where: dict) -> tuple:
    """The measure's row, and who is in the clusters asked for."""
    study, known = base.study, outcomes(base.study)
    if measure not in known:
        raise InputError("nothing to cross", column="measure", value=measure, allowed=list(known))
    themes = list(study.themes.loc[study.themes["measure"] == measure, "theme"])
    if theme not in themes:
        raise InputError(f"not in '{measure}'", column="theme", value=theme, allowed=themes)
    row = study.measure(measure)
    if by in {f"{part}:{theme}" for part in (measure, row.first, row.second)}:
        raise InputError("a figure cannot be crossed by itself, or by what it is made of", column="by", value=by, allowed="another grouping")
    inside = set(base.weights.index)
    for clustering, names in where.items():
        here = base.clusters[base.clusters["clustering"] == clustering]
        if here.empty:
            raise InputError("no such clustering", column="where", value=clustering, allowed=sorted(set(base.clusters["clustering"])))
        for name in names:
            if name not in set(here["cluster"]):
                raise InputError("no such cluster", column="where", value=name, allowed=sorted(set(here["cluster"])))
        inside &= set(here.loc[here["cluster"].isin(names), "municipality"])
    return row, inside


def _estimated(design: Design, measure, theme: str, found: Grouping, study: Study) -> pd.DataFrame:
    """The estimate of each group, with what `disclosure` asks of it: alike, informants."""
    if measure.statistic == "share":
        design = replace(design, data=design.data.assign(**{theme: design.data[theme] / 100}))
    table = estimate(design, [theme], "group", measure.statistic, study.settings.level)
    if measure.statistic == "share":
        figures = ["estimate", "se", "lower", "upper"]
        table[figures] *= 100
    valid = design.data[design.data[theme].notna()].groupby("group", observed=False)
    spread = valid[theme].max() - valid[theme].min()
    table = table.rename(columns={"group": "cluster", "item": "theme"}).astype({"cluster": "str"})
    return table.assign(measure=measure.measure, label=table["cluster"].map(found.labels), alike=(spread.reindex(table["cluster"]) == 0).to_numpy(),
                        informants=valid["respondent"].nunique().reindex(table["cluster"]).to_numpy())  # fmt: skip


def _tells_who(base: Ground, groups: pd.Series, found: Grouping) -> bool:
    """Whether the numbers in groups of those who answered tell what somebody answered.

    They do where a group has fewer than `min_n`, or all are in one; and where a share of those who are in it, beside the
    published ones, does.
    """
    counts = groups.value_counts()
    counts = counts[counts > 0]
    if len(counts) < 2 or counts.min() < base.study.settings.min_n:
        return True
    counted = pd.DataFrame({"cluster": ALL, "municipality": groups.index, "times": 1 / base.weights.loc[groups.index, "weight"].to_numpy()})
    asked = [key for key in found.answers if base.study.measure(key[0]).unit == "percent"]
    return any(_attacked(base, *key, counted, np.array([False])).any() for key in asked)


def _hidden(base: Ground, data: pd.DataFrame, measure: str, theme: str, table: pd.DataFrame) -> np.ndarray:
    """The groups whose figure may not be shown."""
    settings = base.study.settings
    n = table["informants"].to_numpy()
    few = (n < settings.min_n) | (table["alike"].to_numpy(bool) & (n < settings.extreme_n))
    if not (n > 0).any():
        return few
    members = data["group"].dropna()
    cells = pd.DataFrame({"cluster": members.astype("str").to_numpy(), "municipality": members.index, "times": 1.0})
    filled = table["cluster"].isin(cells["cluster"]).to_numpy()
    hidden = few.copy()
    hidden[filled] |= _attacked(base, measure, theme, cells, few[filled], list(table.loc[filled, "cluster"]))
    return hidden


def _attacked(base: Ground, measure: str, theme: str, cells: pd.DataFrame, hidden: np.ndarray, order: list[str] | None = None) -> np.ndarray:
    """Which cells (cluster, municipality, times) have to be hidden so that, with all that is published, they give nothing away: of those asked only."""
    order = order or [ALL]
    there = base.published[(base.published["measure"] == measure) & (base.published["theme"] == theme)]
    asked = pd.DataFrame({"clustering": CROSSING, "cluster": order, "measure": measure, "theme": theme, "suppressed": hidden})
    frame = pd.concat([there[[*asked]], asked], ignore_index=True)
    scores = base.answers.scores
    behind = replace(base.answers, scores=scores[(scores["measure"] == measure) & (scores["theme"] == theme)])
    clusters = pd.concat([base.everyone, cells.assign(clustering=CROSSING)], ignore_index=True)
    found = tables(frame, clusters, behind)
    if not found:
        return np.ones(len(order), bool)
    [(rows, table)] = found.values()
    frame = frame.iloc[rows]
    own = (frame["clustering"] == CROSSING).to_numpy()
    given = frame["suppressed"].to_numpy(bool)
    table.kept = ~own & ~given
    if table.amount:
        given = given | (own & dominated(table, base.answers))
    return protected_besides(table, given, table.kept, Limits(base.study.settings.min_n, base.study.settings.extreme_n))[1][own]


def _shown(table: pd.DataFrame, hidden: np.ndarray, study: Study) -> pd.DataFrame:
    table = rounded(table.assign(suppressed=hidden), study)
    figures = ["estimate", "se", "lower", "upper", "df", "n", "population"]
    table[figures] = table[figures].astype("float64").mask(table["suppressed"])
    return table[COLUMNS].reset_index(drop=True)


def _pairs(design: Design, theme: str, groups: list[str], study: Study) -> pd.DataFrame:
    """The differences between the groups, with Satterthwaite's (1946) degrees of freedom."""
    values = design.data[[theme]].to_numpy(float)
    found = []
    for group in groups:
        inside = (design.data["group"] == group).to_numpy()
        means, scores = influence(design, values, inside)
        found.append((means[0], scores[:, 0], known_degrees(design, values, inside)[0]))
    first, second = np.triu_indices(len(groups), 1)
    if not len(first):
        return pd.DataFrame(columns=["first", "second", "gap", "lower", "upper", "clear"])
    means, scores, df = (np.array([each[place] for each in found]) for place in range(3))
    spread, gap = covariance(design, np.nan_to_num(scores.T)), means[first] - means[second]
    own = np.diag(spread)
    se = np.sqrt(np.maximum(own[first] + own[second] - 2 * spread[first, second], 0))
    lower, upper = interval(gap, se, welch(own[first], own[second], df[first], df[second]), 1 - (1 - study.settings.level) / len(first))
    names = np.array(groups)
    return pd.DataFrame({"first": names[first], "second": names[second], "gap": gap, "lower": lower, "upper": upper, "clear": (lower > 0) | (upper < 0)})
