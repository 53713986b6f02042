"""What `led check` shows: everything that is wrong or odd in the deliveries at once, and what cleaning will do."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
from rich.markup import escape
from rich.table import Table

from ledanalysis import codings, suspicions, untranslated
from ledanalysis.actors import compile_actors
from ledanalysis.errors import InputError
from ledanalysis.mapping import map_columns
from ledanalysis.prepare import Deliveries, Register, all_passages, clean, compile_book, load_register, read_deliveries, read_delivery, weigh
from ledanalysis.proposal import propose_columns
from ledanalysis.study import Study

FAULTS = ["outcome", "where", "rows", "column", "value", "fault"]
OUTCOMES = {  # the worst first, and what the table of each is called
    "stops": "Stops everything until it is mended",
    "to decide": "Names to decide, in decisions.csv",
    "read as": "Misspelled names, and what they are read as; decisions.csv can say otherwise",
    "not used": "Columns that are not used",
    "look at": "To look at: odd, and left as it is",
    "dropped": "Responses that the rules drop",
    "voided": "Answers that the rules void",
}
MOST = 5  # respondents or values that are shown of one fault


@dataclass(frozen=True)
class Report:
    """What a check found.

    Attributes
    ----------
    faults : DataFrame
        outcome ("stops": nothing can be made before it is mended; "dropped", "voided": by a rule; "to decide", "read
        as", "not used", "look at": for the analyst), where, rows (of the file, or respondents), column, value, fault.
    log : DataFrame
        The cleaning log: step, rows_before, rows_after, reason.
    summary : list of str
        What came in and how many answered.
    stops : list of InputError
        The faults that stop everything, as `led prepare` would say them.
    """

    faults: pd.DataFrame
    log: pd.DataFrame
    summary: list[str]
    stops: list[InputError]


def inspect(study: Study) -> Report:
    """Read everything as `led prepare` would, and name all that is at fault instead of stopping at the first.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Report

    Raises
    ------
    InputError
        The codebook or the survey's file cannot be read at all.
    """
    register = load_register(study)
    compile_book(study)
    compile_actors(study)
    deliveries = read_deliveries(study, register)
    responses = deliveries.responses
    if responses["municipality"].isna().all():  # that is told; the other rules can be tried all the same
        responses = responses.assign(municipality=[f"?{number}" for number in range(len(responses))])
    cleaned, log, losses = clean(responses, study)
    stops, answered = list(deliveries.faults), 0
    if not stops:
        try:
            answered = weigh(cleaned, register, study)["municipality"].nunique()
        except InputError as fault:
            stops.append(fault)
    decisions = codings.hold(study, all_passages(deliveries, cleaned, study))
    stops += decisions.faults
    faults = [_stop(fault, study) for fault in stops]
    faults += _lost(losses, deliveries.survey.source.name, study)
    faults += _to_decide(deliveries.to_decide) + _read_as(deliveries, register, study) + _not_used(deliveries)
    odd = suspicions.find(deliveries.survey, deliveries.mapped, deliveries.responses, cleaned, study)
    odd += suspicions.find_in_texts(deliveries.passages, deliveries.listed, study)
    faults += [dict(each, outcome="look at") for each in [*odd, *untranslated.find(study)]]
    faults += [dict(_stop(fault, study), outcome="look at") for fault in decisions.changed]
    table = pd.DataFrame(faults, columns=FAULTS).fillna("").astype("str")
    return Report(table, log, [*_summary(deliveries, register, answered), *_decisions(decisions)], stops)


def _stop(fault: InputError, study: Study) -> dict:
    where = str(fault.file).removeprefix(f"{study.raw}{os.sep}")
    allowed = fault.allowed if isinstance(fault.allowed, str) or fault.allowed is None else ", ".join(map(str, fault.allowed))
    shown = f"; allowed: {shorten(allowed)}" if allowed else ""
    return dict(outcome="stops", where=where, rows=fault.row, column=fault.column, value=fault.value, fault=f"{fault.problem}{shown}")


def _lost(losses: pd.DataFrame, where: str, study: Study) -> list[dict]:
    """A row per rule and question that it takes answers from."""
    rules = {rule.rule: rule for rule in study.tables["rules"]}
    items = study.variables["item"]
    whole = items.where(study.variables["type"].isin(["multi", "ranking"]), items.index.to_series())
    about = losses["rule"].map({name: rule.where for name, rule in rules.items()})
    losses = losses.assign(column=about.where(about != "*", losses["variable"].map(whole)))
    found = []
    for (rule, column), gone in losses.groupby(["rule", "column"], sort=False):
        outcome = "dropped" if rules[rule].action == "drop" else "voided"
        values = gone["value"].dropna().map(_plain) if gone["variable"].nunique() == 1 else []
        found.append(dict(outcome=outcome, where=where, rows=_several(gone["respondent"]), column=column, value=_several(values),
                          fault=study.label_of(rules[rule])))  # fmt: skip
    return found


def _to_decide(names: pd.DataFrame) -> list[dict]:
    """A row per name that fits no municipality, or more than one."""
    return [
        dict(outcome="to decide", where=row["where"], rows=row["row"], column=row["column"], value=row["name"],
             fault=f"in decisions.csv; it may be {row['candidates']}" if row["candidates"] else "in decisions.csv; like none that is known")
        for row in names.to_dict("records")
    ]  # fmt: skip


def _read_as(deliveries: Deliveries, register: Register, study: Study) -> list[dict]:
    """A row per misspelling that was taken for a municipality: the one place where a name is not known but concluded."""
    items = [item.item for item in study.items("municipality", "municipalities") if item.item in deliveries.responses]
    names = pd.concat([deliveries.responses[item].dropna().astype("str") for item in items]).drop_duplicates()
    matched = register.match(names.reset_index(drop=True), study)
    labels = register.units.set_index("municipality")["label"]
    return [dict(outcome="read as", where=deliveries.survey.source.name, value=row.name, fault=labels[row.municipality])
            for row in matched[matched["how"] == "fuzzy"].itertuples(index=False)]  # fmt: skip


def _not_used(deliveries: Deliveries) -> list[dict]:
    return [
        dict(outcome="not used", where=deliveries.survey.source.name, column=row["column"],
             fault="columns.csv says nothing about this column" + (f": {row['label']}" if row["label"] else ""))
        for row in deliveries.unmapped.to_dict("records")
    ]  # fmt: skip


def _summary(deliveries: Deliveries, register: Register, answered: int) -> list[str]:
    source = deliveries.survey.source
    counts = deliveries.passages.groupby("kind")["source"].nunique()
    form = ", ".join(part for part in (source.format, source.encoding) if part)
    return [
        f"{source.name}: {form}, {source.rows} rows, {deliveries.survey.data.shape[1]} columns",
        *(f"{kind}: {count} texts" for kind, count in counts.items()),
        *([f"{answered} of {len(register.units)} units answered"] if answered else []),
    ]


def _decisions(held: codings.Held) -> list[str]:
    said = [row.decision for row in held.live]
    count = f"decisions on codes: {said.count('accept')} accepted, {said.count('reject')} rejected"
    return [count + (f", {len(held.changed)} not applied" if held.changed else "")] if said or held.changed else []


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _several(values: Iterable) -> str:
    """The first few of some values, and how many more."""
    known = list(dict.fromkeys(map(str, values)))
    return ", ".join(known[:MOST]) + (f" and {len(known) - MOST} more" if len(known) > MOST else "")


def shorten(text: str, most: int = 160) -> str:
    """A text that fits in a cell of a table.

    Examples
    --------
    >>> shorten("ja, nee, weet niet", 8)
    'ja, nee…'
    """
    return text if len(text) <= most else text[: most - 1].rstrip(" ,") + "…"


def propose(study: Study) -> pd.DataFrame:
    """`columns.csv` as it could be: its own rows, and a row for each column that it says nothing about.

    Returns
    -------
    DataFrame
        column, item, option, note: as `columns.csv` has it. A row without an item leaves the column unused.
    """
    survey = read_delivery(study)
    mapped, _ = map_columns(study, list(survey.data.columns), survey.source.name)
    new = propose_columns(survey, study, mapped)
    old = study.frame("columns")
    return pd.concat([old, new], ignore_index=True)[list(new.columns)] if len(old) else new


def tables(report: Report) -> list[Table | str]:
    """A report for the console: what came in, the faults with the worst first, and the cleaning log."""
    faults = report.faults.assign(order=report.faults["outcome"].map(list(OUTCOMES).index)).sort_values("order", kind="stable")
    shown = [table(OUTCOMES[outcome], rows.drop(columns=["outcome", "order"])) for outcome, rows in faults.groupby("outcome", sort=False)]
    return [*map(escape, report.summary), *shown, table("Cleaning", report.log)]


def table(title: str, frame: pd.DataFrame) -> Table:
    """A table for the console, without the columns in which there is nothing."""
    table = Table(title=f"{title} ({len(frame)})", title_justify="left")
    texts = frame.astype("str").map(shorten)
    filled = [name for name in texts.columns if (texts[name] != "").any()]
    for name in filled:
        table.add_column(name, justify="right" if pd.api.types.is_numeric_dtype(frame[name]) else "left", overflow="fold")
    for row in texts[filled].itertuples(index=False):
        table.add_row(*map(escape, row))
    return table
