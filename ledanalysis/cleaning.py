"""From responses to answers: rules of the codebook drop or void, and every loss is counted."""

from __future__ import annotations

import pandas as pd

from ledanalysis.delivery import ANSWERED
from ledanalysis.rules import DROP, VOID, routed_by
from ledanalysis.study import Study

LOG = ["step", "rows_before", "rows_after", "reason"]
LOSSES = ["rule", "respondent", "variable", "value"]


def apply_rules(responses: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
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
    losses : DataFrame
        rule, respondent, variable, value, for the analyst who wants to know whose answer it was: of a rule that drops
        the variable it looks at (no value where it looks at several), of one that voids each answer that it voids.
    """
    log, parts = [], [pd.DataFrame(columns=LOSSES)]
    for rule in study.tables["rules"]:
        if rule.action == "drop":
            after = responses[~DROP[rule.test](responses, rule, study)]
            counts = len(responses), len(after)
            parts.append(_dropped(rule, responses, after))
        else:
            after = VOID[rule.test](responses, rule, study)
            counts = _answers(responses), _answers(after)
            parts += _voided(rule, responses, after)
        log.append((rule.rule, *counts, study.label_of(rule)))
        responses = after
    losses = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return responses, pd.DataFrame(log, columns=LOG), losses[LOSSES]


def _dropped(rule, before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    gone = before.loc[before.index.difference(after.index)]
    values = gone[rule.where] if rule.where in gone else pd.Series(None, index=gone.index, dtype="object")
    return pd.DataFrame({"rule": rule.rule, "respondent": gone.get("respondent"), "variable": rule.where, "value": values.astype("object")}, index=gone.index)


def _voided(rule, before: pd.DataFrame, after: pd.DataFrame) -> list[pd.DataFrame]:
    """A frame per variable that it voids answers of."""
    names = before.columns[(before.notna() & after.isna()).any()]
    gone = {name: before[before[name].notna() & after[name].isna()] for name in names}
    return [pd.DataFrame({"rule": rule.rule, "respondent": rows.get("respondent"), "variable": name, "value": rows[name].astype("object")}, index=rows.index)
            for name, rows in gone.items()]  # fmt: skip


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
