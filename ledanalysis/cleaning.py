"""From a delivery to answers: columns become items, rules of the codebook drop or void, every loss is counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.study import Study

ANSWERED = ("single", "multi", "likert", "ranking", "points", "number", "mark")  # what becomes an answer
LOG = ["step", "rows_before", "rows_after", "reason"]


def to_responses(data: pd.DataFrame, user_missing: pd.DataFrame, study: Study, file: str) -> pd.DataFrame:
    """A delivery in the study's own columns.

    Parameters
    ----------
    data : DataFrame
        As delivered (`reading.Survey.data`): codes, not labels.
    user_missing : DataFrame
        Columns row, variable, code: the user-missing codes that `data` has as NA. They are put back in single choice
        and Likert items, of which the codebook says what each code means; a number would take them for an amount.
    study : Study
    file : str
        The delivery's name, for errors.

    Returns
    -------
    DataFrame
        A row per response; respondent (by default the row's number), submitted, and a column per variable of
        `study.variables` that the delivery has. Multi-select is 1, 0 or NA (not asked, or nothing ticked where only
        ticks were delivered), a ranking the rank, 0 where not named, NA where nothing was named. Contact details are
        left out.

    Raises
    ------
    InputError
        A column that columns.csv names is not in the delivery; a cell of a coded question holds something else than a
        number or one of its options' labels; the moments of submission are no dates.
    """
    data = data.copy()
    columns = study.frame("columns")
    coded = set(columns.loc[columns["item"].isin([item.item for item in study.items("single", "likert")]), "column"])
    for variable, codes in user_missing.groupby("variable"):
        if variable in coded and pd.api.types.is_numeric_dtype(data[variable]):
            data.loc[data.index[codes["row"]], variable] = pd.to_numeric(codes["code"], errors="coerce").to_numpy(float)
    lacking = [name for name in columns["column"] if name not in data]
    if lacking:
        raise InputError("the delivery lacks a column that columns.csv names", file=file, column=lacking[0],
                         value=lacking, allowed=", ".join(map(str, data.columns)))  # fmt: skip
    parts: dict[str, pd.Series] = {
        "respondent": pd.Series(range(1, len(data) + 1), index=data.index),
        "submitted": pd.Series(pd.NaT, index=data.index),
    }
    for item in study.tables["items"]:
        named = columns[columns["item"] == item.item]
        if item.type == "contact" or named.empty:
            continue
        cells = data[list(named["column"])]
        if item.type in ANSWERED:
            texts = [_known_texts(item, option, study) for option in named["option"]]
            cells = pd.concat([_as_codes(cells[name], known, file) for name, known in zip(cells, texts)], axis=1)
        if item.type == "submitted":
            _check_dates(cells.iloc[:, 0], file)
        parts |= _variables(item, cells, list(named["option"]), study)
    return pd.DataFrame(parts)


def unmapped_columns(data: pd.DataFrame, study: Study) -> list[str]:
    """The columns of a delivery that columns.csv does not name, in order."""
    named = set(study.frame("columns")["column"])
    return [name for name in data.columns if name not in named]


def _known_texts(item, option: str, study: Study) -> dict[str, float]:
    """What may stand in a column instead of a code: labels and keys of the options; in multi-select, of its own option."""
    options = study.options.get(item.options, {})
    if item.type == "multi":
        options = {option: options[option]}
    return {
        text.strip(): 1.0 if item.type == "multi" else float(row.code)
        for key, row in options.items() for text in (row.label_nl, key, row.label_en) if text
    }  # fmt: skip


def _as_codes(cells: pd.Series, known: dict[str, float], file: str) -> pd.Series:
    """Numbers; a text that is the label or the key of one of the item's options becomes its code."""
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    odd = cells.notna() & numbers.isna() & (cells.astype("str").str.strip() != "")
    if not odd.any():
        return numbers
    folded = {text.casefold(): code for text, code in known.items()}
    looked_up = cells[odd].astype("str").str.strip().str.casefold().map(folded)
    if looked_up.isna().any():
        first = looked_up.index[looked_up.isna()][0]
        raise InputError("neither a number nor an option of this question", file=file, row=int(cells.index.get_loc(first)) + 2,
                         column=cells.name, value=cells[first], allowed=list(known) or "a number")  # fmt: skip
    numbers[odd] = looked_up
    return numbers


def _check_dates(cells: pd.Series, file: str) -> None:
    """Texts would be put in the order of their letters, and the last response be another one."""
    if not pd.api.types.is_string_dtype(cells) or cells.isna().all():
        return
    odd = cells.notna() & pd.to_datetime(cells, errors="coerce", format="mixed", dayfirst=True).isna()
    first = odd.idxmax() if odd.any() else cells.first_valid_index()
    raise InputError("not a column of dates", file=file, row=int(cells.index.get_loc(first)) + 2, column=cells.name,
                     value=cells[first], allowed="dd-mm-jjjj or jjjj-mm-dd, with or without a time")  # fmt: skip


def _variables(item, cells: pd.DataFrame, options: list[str], study: Study) -> dict[str, pd.Series]:
    if item.type == "multi":
        only_ticks = cells.notna().any(axis=1) & cells.fillna(1).ne(0).all(axis=1)
        cells = cells.mask(cells.isna() & only_ticks.to_numpy()[:, None], 0.0)  # a row of ticks and blanks
        return {f"{item.item}_{option}": cells.iloc[:, number] for number, option in enumerate(options)}
    if item.type != "ranking":
        return {item.type if item.type in ("respondent", "submitted") else item.item: cells.iloc[:, 0]}
    ranked = cells.notna().any(axis=1)
    variables = {}
    for option, row in study.options[item.options].items():
        named = [np.where(cells.iloc[:, n] == row.code, float(rank), np.nan) for n, rank in enumerate(options)]
        best = np.nanmin(np.column_stack([*named, np.full(len(cells), 99.0)]), axis=1)
        rank = pd.Series(np.where(best < 99, best, 0.0), index=cells.index)
        variables[f"{item.item}_{option}"] = rank.where(ranked)
    return variables | {item.item: cells.notna().sum(axis=1)}  # how many ranks were filled: see `_repeated_option`


def apply_rules(responses: pd.DataFrame, study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Drop responses and void answers as the codebook's rules say, in their order.

    Parameters
    ----------
    responses : DataFrame
        As `to_responses` gives it, with `municipality` where names have been matched.
    study : Study

    Returns
    -------
    responses : DataFrame
        Without the dropped rows, and with NA for voided answers.
    log : DataFrame
        step, rows_before, rows_after, reason: a row per rule; of a rule that voids, the answers before and after.
    """
    log = []
    for rule in study.tables["rules"]:
        if rule.action == "drop":
            kept = responses[~DROP[rule.test](responses, rule, study)]
            log.append((rule.rule, len(responses), len(kept), study.label_of(rule)))
            responses = kept
        else:
            before = int(responses.notna().to_numpy().sum())
            responses = VOID[rule.test](responses, rule, study)
            after = int(responses.notna().to_numpy().sum())
            log.append((rule.rule, before, after, study.label_of(rule)))
    return responses, pd.DataFrame(log, columns=LOG)


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


DROP = {
    "equals": _equals,
    "less_than": lambda responses, rule, _: responses[rule.where] < rule.number,
    "missing": _missing,
    "repeated": _repeated,
}


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
        source, option = _routed_by(responses, condition, study)
        changed[name] = responses[name].mask((source != option) & source.notna())
    return responses.assign(**changed)


VOID = {
    "not_asked": _not_asked,
    "outside": _outside,
    "not_an_option": _not_an_option,
    "sum_differs": _sum_differs,
    "more_than": _more_than,
    "repeated_option": _repeated_option,
}


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
            source, option = _routed_by(responses, variable["asked_if"], study)
            status.loc[(source != option) & (source.notna() | values[name].isna()), name] = "not_asked"
    values = values.where(status == "valid")
    keys = [responses["respondent"].to_numpy(), responses["municipality"].to_numpy()]
    long = values.set_axis(pd.MultiIndex.from_arrays(keys, names=["respondent", "municipality"]))
    long = long.melt(ignore_index=False, var_name="item").reset_index()
    return long.assign(status=status.melt()["value"].to_numpy())


def _routed_by(responses: pd.DataFrame, condition: str, study: Study) -> tuple[pd.Series, float]:
    """The answers that a condition ("item=option") looks at, and the one with which the question was put."""
    item, option = condition.split("=")
    if f"{item}_{option}" in responses:
        return responses[f"{item}_{option}"], 1
    source = next(row for row in study.tables["items"] if row.item == item)
    return responses[item], study.options[source.options][option].code
