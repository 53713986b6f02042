"""The tests that rows of `rules.csv` put: which responses are dropped, which answers are voided."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis.delivery import ANSWERED
from ledanalysis.study import Study


def _equals(responses: pd.DataFrame, rule, _) -> pd.Series:
    values = responses[rule.where]
    if pd.api.types.is_numeric_dtype(values):
        return values == pd.to_numeric(rule.value, errors="coerce")
    return values.astype("str").str.strip().str.casefold().eq(rule.value.casefold())


def _missing(responses: pd.DataFrame, rule, study: Study) -> pd.Series:
    return responses[_place(rule, study)].isna()


def _repeated(responses: pd.DataFrame, rule, study: Study) -> pd.Series:
    """All but the last submitted response of each; where a merged service answers too, the own answer goes first."""
    where = _place(rule, study)
    own = responses["own"] if "own" in responses else pd.Series(True, index=responses.index)
    ordered = responses.assign(_own=own).sort_values(["_own", "submitted"], kind="stable", na_position="first")
    repeated = ordered[where].duplicated(keep="last") & ordered[where].notna()
    return repeated.reindex(responses.index)


def _place(rule, study: Study) -> str:
    """The column that a rule is about: of the item that asks for it, the municipality that was recognised."""
    return "municipality" if rule.where in [item.item for item in study.items("municipality")] else rule.where


def _numeric(responses: pd.DataFrame, study: Study, where: str, *types: str) -> pd.DataFrame:
    """The variables among the responses that a rule is about: those of an item or a question, or all ("*")."""
    variables = study.variables.loc[study.variables.index.isin(responses.columns)]
    inside = variables["type"].isin(types)
    if where != "*":
        inside &= (variables["item"] == where) | (variables["question"] == where)
    return variables[inside]


def _outside(responses, rule, study):
    variables = _numeric(responses, study, rule.where, "number", "points", "mark")
    low, high = variables["min"].fillna(-np.inf), variables["max"].fillna(np.inf)
    values = responses[variables.index]
    return responses.assign(**values.where(values.ge(low, axis=1) & values.le(high, axis=1)))


def _not_an_option(responses, rule, study):
    variables = _numeric(responses, study, rule.where, "single", "likert")
    allowed = {name: [row.code for row in study.options[options].values()] for name, options in variables["options"].items()}
    ticks = dict.fromkeys(_numeric(responses, study, rule.where, "multi").index, [0, 1])
    changed = {name: responses[name].where(responses[name].isin(codes)) for name, codes in (allowed | ticks).items()}
    return responses.assign(**changed)


def _void_where(responses, variables: pd.DataFrame, wrong: pd.Series) -> pd.DataFrame:
    return responses.assign(**responses[variables.index].mask(wrong))


def _sum_differs(responses, rule, study):
    variables = _numeric(responses, study, rule.where, "points")
    values = responses[variables.index]
    return _void_where(responses, variables, values.sum(axis=1).sub(rule.number).abs() > 1e-6)


def _more_than(responses, rule, study):
    variables = _numeric(responses, study, rule.where, "multi")
    return _void_where(responses, variables, responses[variables.index].sum(axis=1) > rule.number)


def _repeated_option(responses, rule, study):
    """A ranking with more ranks filled than themes named: a theme stood there twice, or something that is no theme."""
    variables = _numeric(responses, study, rule.where, "ranking")
    if variables.empty:
        return responses
    filled = responses[variables["item"].iloc[0]]
    return _void_where(responses, variables, filled > responses[variables.index].gt(0).sum(axis=1))


def _not_asked(responses, rule, study):
    """An answer to a question that routing did not put: the routing question was answered otherwise."""
    conditions = _numeric(responses, study, rule.where, *ANSWERED)["asked_if"]
    changed = {}
    for name, condition in conditions[conditions != ""].items():
        source, option = routed_by(responses, condition, study)
        changed[name] = responses[name].mask((source != option) & source.notna())
    return responses.assign(**changed)


def _is_same(responses, rule, study) -> pd.Series:
    """Straight-liners: at least `value` answers to a battery, and all of them the same; 'weet niet' is an answer too."""
    values = responses[_numeric(responses, study, rule.where, "likert", "single").index]
    return (values.count(axis=1) >= rule.number) & (values.min(axis=1) == values.max(axis=1))


def _same_answer(responses, rule, study):
    variables = _numeric(responses, study, rule.where, "likert", "single")
    return _void_where(responses, variables, _is_same(responses, rule, study))


def _exceeds(responses, rule, _):
    """A part that is more than its whole."""
    wrong = responses[rule.where] > responses[rule.value]
    return responses.assign(**{rule.where: responses[rule.where].mask(wrong)})


def _not_with_others(responses, rule, study):
    """'None of these', and one of these."""
    variables = _numeric(responses, study, rule.where, "multi")
    ticks = responses[variables.index].fillna(0)
    alone = ticks.pop(f"{rule.where}_{rule.value}")
    return _void_where(responses, variables, (alone == 1) & ticks.gt(0).any(axis=1))


DROP = {
    "equals": _equals,
    "less_than": lambda responses, rule, _: responses[rule.where] < rule.number,
    "less_than_median": lambda responses, rule, _: responses[rule.where] < rule.number * responses[rule.where].median(),
    "before": lambda responses, rule, _: responses["submitted"] < rule.date,
    "after": lambda responses, rule, _: responses["submitted"] >= rule.date + pd.Timedelta(days=1),
    "same_answer": _is_same,
    "missing": _missing,
    "repeated": _repeated,
}
VOID = {
    "same_answer": _same_answer,
    "exceeds": _exceeds,
    "not_with_others": _not_with_others,
    "not_asked": _not_asked,
    "outside": _outside,
    "not_an_option": _not_an_option,
    "sum_differs": _sum_differs,
    "more_than": _more_than,
    "repeated_option": _repeated_option,
}


def routed_by(responses: pd.DataFrame, condition: str, study: Study) -> tuple[pd.Series, float]:
    """The answers that a condition ("item=option") looks at, and the one with which the question was put."""
    item, option = condition.split("=")
    if f"{item}_{option}" in responses:
        return responses[f"{item}_{option}"], 1
    source = next(row for row in study.tables["items"] if row.item == item)
    return responses[item], study.options[source.options][option].code
