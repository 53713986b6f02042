"""From responses to answers: rules of the codebook drop or void, and every loss is counted."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from ledanalysis.delivery import ANSWERED
from ledanalysis.rules import DROP, VOID, routed_by
from ledanalysis.study import Study

LOG = ["step", "rows_before", "rows_after", "reason"]
LOSSES = ["rule", "respondent", "variable", "value"]


def apply_rules(responses: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Drop responses and void answers as the codebook's rules say, in their order.

    Parameters
    ----------
    responses : DataFrame
        As `delivery.read_responses` gives it, with `municipality` where names have been matched.
    study : Study

    Returns
    -------
    responses : DataFrame
        Without the dropped rows, and with NA for voided answers.
    log : DataFrame
        step, rows_before, rows_after, reason: a row per rule; of a rule that voids, the answers before and after.
    """
    log = []
    for rule, before, after in _steps(responses, study):
        counts = (len(before), len(after)) if rule.action == "drop" else (_answers(before), _answers(after))
        log.append((rule.rule, *counts, study.label_of(rule)))
        responses = after
    return responses, pd.DataFrame(log, columns=LOG)


def losses(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """What each rule takes away, one by one: for the analyst who wants to know whose answer it was.

    Parameters
    ----------
    responses, study
        As of `apply_rules`.

    Returns
    -------
    DataFrame
        rule, respondent, variable, value: of a rule that drops the variable it looks at (none where it looks at
        several), of one that voids each answer that it voids.
    """
    parts = []
    for rule, before, after in _steps(responses, study):
        if rule.action == "drop":
            gone = before.loc[before.index.difference(after.index)]
            values = gone[rule.where] if rule.where in gone else pd.Series(None, index=gone.index, dtype="object")
            parts.append(gone[["respondent"]].assign(rule=rule.rule, variable=rule.where, value=values.astype("object")))
            continue
        for name in before.columns[(before.notna() & after.isna()).any()]:
            gone = before[before[name].notna() & after[name].isna()]
            parts.append(gone[["respondent"]].assign(rule=rule.rule, variable=name, value=gone[name].astype("object")))
    return pd.concat(parts, ignore_index=True)[LOSSES] if parts else pd.DataFrame(columns=LOSSES)


def _steps(responses: pd.DataFrame, study: Study) -> Iterator[tuple]:
    """Each rule with the responses before and after it."""
    for rule in study.tables["rules"]:
        after = responses[~DROP[rule.test](responses, rule, study)] if rule.action == "drop" else VOID[rule.test](responses, rule, study)
        yield rule, responses, after
        responses = after


def _answers(responses: pd.DataFrame) -> int:
    return int(responses.notna().to_numpy().sum())


def to_answers(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Responses as one row per answer, with why there is none where there is none.

    Parameters
    ----------
    responses : DataFrame
        After `apply_rules`: respondent, municipality and variables.
    study : Study

    Returns
    -------
    DataFrame
        respondent, municipality, item (a variable of `study.variables`), value, status: "valid", "dont_know",
        "not_applicable", "not_asked" (routing) or "missing". value is NA unless valid.
    """
    variables = study.variables
    variables = variables[variables.index.isin(responses.columns) & variables["type"].isin(ANSWERED)]
    values = responses[variables.index].astype("float64")
    status = pd.DataFrame("valid", index=values.index, columns=values.columns).mask(values.isna(), "missing")
    for name, variable in variables.iterrows():
        for row in study.options.get(variable["options"], {}).values():
            if getattr(row, "missing", "") and variable["type"] in ("single", "likert"):
                status.loc[values[name] == row.code, name] = row.missing
        if variable["asked_if"]:
            source, option = routed_by(responses, variable["asked_if"], study)
            status.loc[(source != option) & (source.notna() | values[name].isna()), name] = "not_asked"
    values = values.where(status == "valid")
    keys = [responses["respondent"].to_numpy(), responses["municipality"].to_numpy()]
    long = values.set_axis(pd.MultiIndex.from_arrays(keys, names=["respondent", "municipality"]))
    long = long.melt(ignore_index=False, var_name="item").reset_index()
    return long.assign(status=status.melt()["value"].to_numpy())
