"""Theme scores: what each municipality's answers say of each theme, on the scale of each measure."""

from __future__ import annotations

import pandas as pd

from ledanalysis.study import Study

SCORES = ["municipality", "theme", "measure", "score", "n_valid"]


def score_themes(answers: pd.DataFrame, mentions: pd.DataFrame, interviewed: list[str], study: Study) -> pd.DataFrame:
    """Score every measure of the codebook.

    Parameters
    ----------
    answers : DataFrame
        respondent, municipality, item, value (`cleaning.to_answers`).
    mentions : DataFrame
        municipality, theme, horizon, from interviews only.
    interviewed : list of str
        Municipalities with an interview: the base of what is mentioned.
    study : Study

    Returns
    -------
    DataFrame
        municipality, theme, measure, score, n_valid, sorted. Units are those of measures.csv: "score" and "percent"
        0-100, "points" their difference or points given, others as asked. A score without a valid answer behind it
        is not a row; of mentions every interviewed municipality has one, and n_valid counts them.
    """
    variables = study.variables
    known = answers[answers["value"].notna()]
    direct = [
        score_items(known, variables[variables["measure"] == (measure.first or measure.measure)], measure, study)
        for measure in study.tables["measures"] if measure.kind == "items"
    ]  # fmt: skip
    scales = [score_scale(known, scale, study) for scale in study.tables["scales"]]
    mentioned = [
        _mentioned(mentions, interviewed, measure, study)
        for measure in study.tables["measures"] if measure.kind == "mentions" and interviewed
    ]  # fmt: skip
    scores = pd.concat([pd.DataFrame(columns=SCORES), *direct, *scales, *mentioned], ignore_index=True)
    changes = [_difference(scores, m) for m in study.tables["measures"] if m.kind == "difference"]
    table = pd.concat([scores, *changes], ignore_index=True).astype({"score": "float64", "n_valid": "int64"})
    return table.sort_values(["measure", "theme", "municipality"], ignore_index=True)[SCORES]


def score_items(answers: pd.DataFrame, variables: pd.DataFrame, measure, study: Study) -> pd.DataFrame:
    """The scores of one measure from its items, averaged over a municipality's respondents.

    Single choice and multi-select give a row per option, 100 where it was chosen and else 0; a ranking 100 where the
    theme was ranked; an item with unit "score" is moved to 0-100 by the ends of its own range, reversed if it is a
    reversed item. A measure with a transformation has that instead (`TRANSFORMATIONS`).
    """
    parts = []
    for name, variable in variables.iterrows():
        values = answers[answers["item"] == name]
        theme = variable["option"] if variable["type"] in ("multi", "ranking") else variable["theme"]
        if variable["type"] == "single":
            for option, row in study.options[variable["options"]].items():
                if not getattr(row, "missing", ""):
                    parts.append(values.assign(theme=option, score=(values["value"] == row.code) * 100.0))
        elif measure.transformation:
            parts.append(values.assign(theme=theme, score=TRANSFORMATIONS[measure.transformation](values["value"], variable, study)))
        elif variable["type"] in ("multi", "ranking"):
            parts.append(values.assign(theme=theme, score=(values["value"] > 0) * 100.0))
        else:
            score = to_score(values["value"], variable, study) if measure.unit == "score" else values["value"]
            parts.append(values.assign(theme=theme, score=score))
    if not parts:
        return pd.DataFrame(columns=SCORES)
    groups = pd.concat(parts).groupby(["municipality", "theme"], sort=False)["score"]
    return groups.agg(score="mean", n_valid="count").reset_index().assign(measure=measure.measure)[SCORES]


def top_two(values: pd.Series, variable: pd.Series, study: Study) -> pd.Series:
    """100 where the answer is one of the two highest of the item's range (of a reversed item the two lowest), else 0."""
    codes = sorted(_codes(variable, study)) or [float(end) for end in range(int(variable["min"]), int(variable["max"]) + 1)]
    return values.isin(codes[:2] if variable["reversed"] else codes[-2:]) * 100.0


def rank_points(values: pd.Series, variable: pd.Series, study: Study) -> pd.Series:
    """Of a ranking of the best five (the item's max) 5 points for the first to 1 for the fifth, 0 for who is not among them."""
    return (variable["max"] + 1 - values).where(values > 0, 0.0).clip(lower=0)


TRANSFORMATIONS = {"top_two": top_two, "rank_points": rank_points}  # what measures.csv may name


def to_score(values: pd.Series, variable: pd.Series, study: Study) -> pd.Series:
    """Values moved to 0-100 by the ends of the item's own range (never of the values seen), reversed if it is so."""
    low, high = value_range(variable, study)
    values = low + high - values if variable["reversed"] else values
    return (values - low) / (high - low) * 100


def value_range(variable: pd.Series, study: Study) -> tuple[float, float]:
    """The ends of an item's range: its min and max, or those of its options that are not missing codes."""
    codes = _codes(variable, study)
    low = variable["min"] if pd.notna(variable["min"]) else min(codes)
    high = variable["max"] if pd.notna(variable["max"]) else max(codes)
    return float(low), float(high)


def _codes(variable: pd.Series, study: Study) -> list[float]:
    return [float(row.code) for row in study.options.get(variable["options"], {}).values() if not getattr(row, "missing", "")]


def score_scale(answers: pd.DataFrame, scale, study: Study) -> pd.DataFrame:
    """The mean of a scale's items, reversed ones turned round, where a respondent has at least `min_valid` of them."""
    values = scale_items(answers, scale, study)
    each = values.groupby(["municipality", "respondent"], sort=False)["value"].agg(["mean", "count"])
    enough = each[each["count"] >= scale.min_valid].groupby("municipality", sort=False)
    table = enough.agg(score=("mean", "mean"), n_valid=("count", "sum")).reset_index()
    return table.assign(theme=scale.scale, measure=scale.measure)[SCORES]


def scale_items(answers: pd.DataFrame, scale, study: Study) -> pd.DataFrame:
    """The answers to a scale's items, reversed ones turned round on their own range."""
    variables = study.variables
    items = variables[variables["scale"] == scale.scale]
    values = answers[answers["item"].isin(items.index)].copy()
    for name in items.index[items["reversed"] == "yes"]:
        low, high = value_range(items.loc[name], study)
        values.loc[values["item"] == name, "value"] = low + high - values.loc[values["item"] == name, "value"]
    return values


def _mentioned(mentions: pd.DataFrame, interviewed: list[str], measure, study: Study) -> pd.DataFrame:
    """100 where an interviewed municipality mentions a theme (for the horizon in `first`, if given), else 0."""
    counted = mentions[mentions["horizon"] == measure.first] if measure.first else mentions
    themes = [row.theme for row in study.tables["themes"]]
    every = pd.MultiIndex.from_product([interviewed, themes], names=["municipality", "theme"])
    n = counted.groupby(["municipality", "theme"]).size().reindex(every, fill_value=0)
    table = n.rename("n_valid").reset_index()
    return table.assign(score=(table["n_valid"] > 0) * 100.0, measure=measure.measure)[SCORES]


def _difference(scores: pd.DataFrame, measure) -> pd.DataFrame:
    """The difference of two measures within each municipality that has both."""
    keys = ["municipality", "theme"]
    first, second = (scores[scores["measure"] == side].set_index(keys) for side in (measure.first, measure.second))
    both = first.merge(second, left_index=True, right_index=True, suffixes=("_first", "_second")).reset_index()
    score = both["score_first"] - both["score_second"]
    return both.assign(score=score, n_valid=both[["n_valid_first", "n_valid_second"]].min(axis=1),
                       measure=measure.measure)[SCORES]  # fmt: skip
