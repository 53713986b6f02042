"""The table `answer_shares`: how the answers to each question are distributed, *weet niet* apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis.behind import Answers
from ledanalysis.estimates import ALL, SECTOR
from ledanalysis.estimation import Design, estimate, share_interval
from ledanalysis.shares_hidden import hidden_cells, rounded_to, steps
from ledanalysis.study import Study
from ledanalysis.weighting import raked

ANSWER_SHARES = [
    "clustering", "cluster", "item", "measure", "theme", "answer", "code", "missing", "estimate", "lower", "upper", "n", "population", "suppressed",
]  # fmt: skip
FIGURES = ["estimate", "lower", "upper", "n", "population"]
MISSING = ("dont_know", "not_applicable")
GIVEN = ["municipality", "item", "answer", "score"]


def answer_shares(
    answers: pd.DataFrame, weights: pd.DataFrame, clusters: pd.DataFrame, shown: pd.DataFrame, known: pd.DataFrame, behind: Answers, study: Study
) -> pd.DataFrame:
    """The distribution of the answers to each likert and single-choice item of a measure, as it is published.

    Parameters
    ----------
    answers : DataFrame
        respondent, municipality, item, value, status (`cleaning.to_answers`).
    weights : DataFrame
        As for `estimates.estimate_clusters`.
    clusters : DataFrame
        clustering, cluster, municipality.
    shown : DataFrame
        What is published of the same answers, and so known: `unweighted.all_views`.
    known : DataFrame
        The clusters of `shown`: clustering, cluster, municipality, times.
    behind : Answers
        What stands behind `shown`.
    study : Study

    Returns
    -------
    DataFrame
        Columns `ANSWER_SHARES`, of the sector and the strata: a row per answer that can be given, in the codebook's order.
        missing is "" of valid answers, whose percentages add up to 100 but for their rounding; "dont_know" and "not_applicable"
        are in percent of who answered the item at all. Where fewer than 100 answered estimates are in fives, else in whole
        percents. lower and upper are of the published estimate, and say nothing that it does not: `interval_of`. n counts
        municipalities in the base, population those that they stand for. All answers to an item in a cluster are suppressed or none.
    """
    asked = options(study)
    given = given_answers(answers, asked)
    given = given[given["municipality"].isin(weights["municipality"])]
    everyone = pd.DataFrame({"clustering": SECTOR, "cluster": ALL, "municipality": weights["municipality"]})
    strata = clusters.loc[clusters["clustering"] == study.settings.strata, ["clustering", "cluster", "municipality"]]
    places = pd.concat([everyone, strata], ignore_index=True)
    if given.empty:
        return pd.DataFrame(columns=ANSWER_SHARES)
    table = pd.concat([_estimated(given, asked, inside, weights, study) for _, inside in places.groupby("clustering", sort=False)])
    hidden = hidden_cells(table, given, weights, places, shown, known, behind, study)
    return _published(table.merge(hidden, on=["clustering", "cluster", "item"]), weights, study)


def options(study: Study) -> pd.DataFrame:
    """What can be answered to the items that have a distribution: item, measure, theme, answer, code, missing.

    Examples
    --------
    >>> from ledanalysis.study import default_folder, load_study
    >>> found = options(load_study(default_folder()))
    >>> found[found["item"] == "b1_visie"][["answer", "missing"]].values.tolist()[-2:]
    [['geen', ''], ['weet_niet', 'dont_know']]
    """
    scales = {row.scale: row.measure for row in study.tables["scales"]}
    rows = []
    for name, variable in study.variables.iterrows():
        measure = variable["measure"] or scales.get(variable["scale"], "")
        if measure and variable["type"] in ("likert", "single"):
            theme = variable["theme"] or variable["scale"]
            rows += [(name, measure, theme, *each) for each in _codes(variable, study)]
    table = pd.DataFrame(rows, columns=["item", "measure", "theme", "answer", "code", "missing"])
    # of two missing codes that mean the same cleaning keeps that it was one of them: the first stands for both
    return table[(table["missing"] == "") | ~table.duplicated(["item", "missing"])].reset_index(drop=True)


def _codes(variable: pd.Series, study: Study) -> list[tuple[str, float, str]]:
    """The options of an item; of one without options the whole numbers of its range."""
    chosen = study.options.get(variable["options"], {})
    if chosen:
        return [(name, float(row.code), getattr(row, "missing", "")) for name, row in chosen.items()]
    return [(str(code), float(code), "") for code in range(int(variable["min"]), int(variable["max"]) + 1)]


def given_answers(answers: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """What each municipality answered: 100 or 0, or the average of its respondents.

    Parameters
    ----------
    answers : DataFrame
        municipality, item, value, status.
    asked : DataFrame
        As made by `options`.

    Returns
    -------
    DataFrame
        Columns `GIVEN`: of each valid answer a row where the municipality gave any valid one; of each missing code (by its
        meaning) a row where it answered at all. Who was not asked, or skipped it, is in neither.

    Examples
    --------
    >>> asked = pd.DataFrame({"item": "q", "answer": ["no", "yes", "unknown"], "code": [0.0, 1.0, 9.0], "missing": ["", "", "dont_know"]})
    >>> said = pd.DataFrame({"municipality": ["A", "A", "B", "C"], "item": "q", "value": [1.0, None, 0.0, None],
    ...                      "status": ["valid", "dont_know", "valid", "missing"]})
    >>> given_answers(said, asked).values.tolist()
    [['A', 'q', 'no', 0.0], ['B', 'q', 'no', 100.0], ['A', 'q', 'yes', 100.0], ['B', 'q', 'yes', 0.0], ['A', 'q', 'unknown', 50.0], ['B', 'q', 'unknown', 0.0]]
    """
    said = answers[answers["status"].isin(["valid", *MISSING])]
    valid, parts = said[said["status"] == "valid"], [pd.DataFrame(columns=GIVEN)]
    for missing, rows in asked.groupby("missing", sort=False):
        base = said if missing else valid
        each = base[["municipality", "item", "value", "status"]].merge(rows[["item", "answer", "code"]], on="item")
        chosen = each["status"] == missing if missing else each["value"] == each["code"]
        groups = each.assign(score=chosen * 100.0).groupby(["item", "answer", "municipality"], sort=False)
        parts.append(groups["score"].mean().reset_index()[GIVEN])
    order = {key: number for number, key in enumerate(zip(asked["item"], asked["answer"]))}
    found = pd.concat(parts, ignore_index=True).astype({"score": "float64"})
    places = pd.Series(list(zip(found["item"], found["answer"])), found.index).map(order)
    return found.assign(place=places).sort_values(["place", "municipality"], ignore_index=True)[GIVEN]


def _estimated(given: pd.DataFrame, asked: pd.DataFrame, inside: pd.DataFrame, weights: pd.DataFrame, study: Study) -> pd.DataFrame:
    """All answers in the clusters of one clustering, with the errors that the whole design gives them."""
    wide = given.assign(score=given["score"] / 100).pivot(index="municipality", columns=["item", "answer"], values="score")
    keys = wide.columns.to_frame(index=False)
    data = weights.set_index("municipality").join(wide.set_axis([str(number) for number in range(len(keys))], axis=1))
    data = data.assign(cluster=inside.drop_duplicates("municipality").set_index("municipality")["cluster"].reindex(data.index))
    design = Design(data, "weight", "stratum", "respondent", "population", calibration=raked(data))
    found = estimate(design, [str(number) for number in range(len(keys))], "cluster", "share", study.settings.level)
    found = found.assign(estimate=found["estimate"] * 100)
    found = keys.iloc[found["item"].astype(int)].reset_index(drop=True).assign(clustering=inside["clustering"].iloc[0], **found[["cluster", "df", *FIGURES]])
    return asked.merge(found, on=["item", "answer"])


def _published(table: pd.DataFrame, weights: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Rounded by how many answered, with intervals of what is published; nothing where it is suppressed."""
    step = steps(table["informants"].where(table["missing"] == "", table["asked"]).to_numpy())
    table = table.assign(population=table["population"].round(0))  # what it is published as, for the interval too
    shown = rounded_to(table["estimate"].to_numpy(float), step)
    lower, upper = interval_of(shown, step, table, weights, study)
    table = table.assign(estimate=shown, lower=lower, upper=upper)
    table[FIGURES] = table[FIGURES].astype("float64").mask(table["suppressed"])
    return table.sort_values(["clustering", "cluster"], kind="stable", ignore_index=True)[ANSWER_SHARES]


def interval_of(shown: np.ndarray, step: np.ndarray, table: pd.DataFrame, weights: pd.DataFrame, study: Study) -> tuple[np.ndarray, np.ndarray]:
    """Ends of intervals of rounded shares: they go by the shares as published, n, df and the weights, which tell no answer.

    The error is that of a simple random sample times Kish's (1965) effect of the weights, 1 + their squared coefficient of
    variation, less what is left of the population; the ends are those that the share before it was rounded could have, in whole
    percents outwards. An error from the answers themselves would say what the rounding does not.

    Parameters
    ----------
    shown, step : array, rows
        In percent.
    table : DataFrame
        df, n, population of each row.
    weights : DataFrame
        weight.
    study : Study
    """
    effect = 1 + (weights["weight"].std(ddof=0) / weights["weight"].mean()) ** 2
    n, population, df = (table[name].to_numpy(float) for name in ("n", "population", "df"))
    ends = []
    for way, place in ((-1, 0), (1, 1)):
        p = np.clip(shown + way * step / 2 * (shown > 0 if way < 0 else shown < 100), 0, 100) / 100
        with np.errstate(invalid="ignore", divide="ignore"):
            se = np.sqrt(p * (1 - p) * effect * np.clip(1 - n / population, 0, 1) / np.maximum(n - 1, 1))
        se = np.where((df >= 1) | (study.settings.sampling == "census"), se, np.nan)
        ends.append(share_interval(p, se, df, n, population, study.settings.level)[place] * 100)
    return np.clip(np.floor(ends[0].round(6)), 0, 100) + 0.0, np.clip(np.ceil(ends[1].round(6)), 0, 100) + 0.0
