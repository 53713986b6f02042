"""The figures in the speaker's notes: each stands in the tables, on its own line, and nothing suppressed has a line."""

from __future__ import annotations

import re

import pandas as pd

from claims import elsewhere
from claims.interviews import actor_counts, beside_survey
from claims.mirrors import answers, groups, own_name
from claims.points import lower, menu_rows, rising
from claims.sentences import Unread, differs, labels, percent, said as read, written
from claims.survey import heat_cells, pairs_apart
from claims.tables import Case, apart_from_nought, farthest

FIGURE = r"−?[\d.,]+"
EXPLAINED = ("notes_ranks", "notes_p", "notes_letters", "notes_no_letters", "triangulation_notes", "network_notes")


def notes(case: Case, question: str, words: str) -> list[str]:
    """What is wrong with the notes of a slide."""
    settings = case.study.settings
    right = (("level", (str(round(settings.level * 100)),)), ("min_n", (str(settings.min_n),)), ("units", (case.study.says("units"),)))
    told = [line for line in words.splitlines() if line and not any(read(line, key, case.language, right) for key in EXPLAINED)]
    if question == "kicker_heat":
        return _heat(case, told)
    if question == "kicker_mentions":
        return _beside(case, told)
    if question == "kicker_network":
        return _actors(case, told)
    if question == "kicker_hypotheses":
        return elsewhere.notes(case, told)
    if question == "kicker_practice":
        return _practices(case, told)
    if case.deck.municipality:
        return _mirror(case, told)
    rows = _figures(case, question)
    return _lines(case, told, rows) if rows is not None else [f"notes where there should be none: {told}"] if told else []


def _figures(case: Case, question: str) -> pd.DataFrame | None:
    """What a slide's notes are of; None for one without figures."""
    if question == "kicker_menu":
        rows = pd.concat([case.measured(measure, "instrument") for measure in ("organised", "stimulated")])
        return rows[rows["label"].isin(menu_rows(case)["label"])].assign(rank_lower=float("nan"))
    if question == "kicker_why":
        return case.measured("whw")
    if question == "kicker_change":
        rows = case.rows
        return rows.assign(**apart_from_nought(rows, case.study.settings.level)[["lower", "upper"]])
    if question == "kicker_wave_of":
        changes = case.table("changes").merge(case.study.themes[["measure", "theme", "short"]].rename(columns={"short": "label"}), on=["measure", "theme"])
        here = changes[(changes["clustering"] == case.deck.clustering) & (changes["cluster"] == case.deck.cluster) & (changes["measure"] == case.measure)]
        here = here[(here["basis"] == "all") & here["label"].isin(case.rows["label"])].reset_index(drop=True)
        return here.assign(**apart_from_nought(here, case.study.settings.level)[["lower", "upper"]])
    if question == "kicker_apart":
        return farthest(case)
    return case.rows if case.measure else None


def _lines(case: Case, told: list[str], rows: pd.DataFrame) -> list[str]:
    """Lines as 'A: 74,1 (71,0–77,2), n = 40, rang 1 (1–3), p = 0,012'."""
    shown = rows[rows["estimate"].notna()]
    if not shown["label"].is_unique:
        raise Unread("two rows have the same name")
    rank = re.escape(labels()["chart_rank"][case.language])
    line = re.compile(rf"(?P<label>.+?): (?P<estimate>{FIGURE})(?: \((?P<lower>{FIGURE})–(?P<upper>{FIGURE})\))?(?:, n = (?P<n>\d+))?"
                      rf"(?:, {rank} (?P<rank>\d+)(?: \((?P<first>\d+)–(?P<last>\d+)\))?)?(?:, p (?P<less>[<=]) (?P<p>{FIGURE}))?")  # fmt: skip
    seen, faults = [], []
    for each in told:
        found = line.fullmatch(each)
        if not found or found["label"] not in set(shown["label"]):
            faults.append(f"not a line of these figures: {each!r}")
            continue
        row = shown[shown["label"] == found["label"]].iloc[0]
        seen.append(found["label"])
        right = {name: written(row[name], 1, case.language) for name in ("estimate", "lower", "upper") if pd.notna(row[name])} | {"n": f"{row['n']:.0f}"}
        if found["rank"]:
            alone = row["rank_lower"] == row["rank_upper"]
            right |= {"rank": f"{row['rank']:.0f}", "first": None if alone else f"{row['rank_lower']:.0f}", "last": None if alone else f"{row['rank_upper']:.0f}"}
        if found["p"]:
            small = row["p_zero"] < 0.001
            right |= {"less": "<" if small else "=", "p": written(0.001 if small else row["p_zero"], 3, case.language)}
        if not row["se"] > 0:
            right |= {"lower": None, "upper": None}
        faults += [fault for name, value in right.items() for fault in differs(f"notes, {row['label']}, {name}", found[name], value)]
    return faults + ([] if not told or sorted(seen) == sorted(shown["label"]) else ["the notes leave rows out, or tell them twice"])


def _heat(case: Case, told: list[str]) -> list[str]:
    """Per theme in which clusters differ these from high to low with their letters."""
    cells = heat_cells(case)
    cells = cells[cells["estimate"].notna() & (cells["letters"] != "")]
    right = {}
    for label, part in cells.groupby("label"):
        if part["letters"].nunique() > 1:
            part = part.sort_values("estimate", ascending=False, kind="stable")
            right[label] = sorted(f"{row.cluster_label} {written(row.estimate, 0, case.language)} {row.letters}" for row in part.itertuples())
    found = {}
    for line in told:
        label, _, rest = line.partition(": ")
        found[label] = sorted(rest.split("; "))
    assert set(pairs_apart(cells)) <= set(right)
    return [] if found == right else [f"notes on letters: told {found}, by the tables {right}"]


def _practices(case: Case, told: list[str]) -> list[str]:
    """Per practice with how much of what stands out here it has to do."""
    little = set.union(*(lower(case, measure, "instrument") for measure in ("stimulated", "organised")))
    keys = {"themes": rising(case, "gap", "theme") | rising(case, "rise"), "instruments": little, "moments": lower(case, "moments")}
    themes = case.study.themes.drop_duplicates("short").set_index("short")["theme"]
    called = {column: set(themes.reindex(list(names))) for column, names in keys.items()}
    called["forms"] = {row.form for row in case.study.tables["instruments"] if row.instrument in called["instruments"]}
    rows, faults = {case.study.label_of(row): row for row in case.study.tables["practices"]}, []
    for line in told:
        found = read(line, "practice_note", case.language)
        if found is None or found["practice"] not in rows:
            raise Unread(f"no note on a practice: {line!r}")
        links = sum(len(called[column] & set(rows[found["practice"]].linked(column))) for column in called)
        faults += differs(f"notes, {found['practice']}", found["count"], str(links))
    return faults


def _beside(case: Case, told: list[str]) -> list[str]:
    rows, faults = beside_survey(case).set_index("label"), []

    def span(first, last) -> str:
        return "–" if pd.isna(first) or pd.isna(last) else f"{first:.0f}" if first == last else f"{first:.0f}–{last:.0f}"

    for line in told:
        label = next((label for label in rows.index if line.startswith(f"{label}: ")), None)
        found = read(line, "triangulation_note", case.language)
        if label is None or found is None:
            raise Unread(f"no note on interviews and survey: {line!r}")
        row = rows.loc[label]
        share = "–" if pd.isna(row["estimate"]) else percent(row["estimate"], case.language)
        right = {"share": share, "places": span(row["first"], row["last"]), "survey": span(row["survey_first"], row["survey_last"]),
                 "verdict": labels()[f"triangulation_{row['verdict']}"][case.language]}  # fmt: skip
        faults += [fault for name, value in right.items() for fault in differs(f"notes, {label}, {name}", found[name], value)]
    return faults


def _actors(case: Case, told: list[str]) -> list[str]:
    single, both = actor_counts(case)
    right = {label: count for label, count in single.items()}
    faults = []
    for line in told:
        names, _, count = line.rpartition(": ")
        pair = frozenset(names.split(" – "))
        known = both.get(pair) if len(pair) == 2 else right.get(names)
        faults += differs(f"notes, {names}", count, str(known))
    return faults


def _mirror(case: Case, told: list[str]) -> list[str]:
    table, name, faults = answers(case), own_name(case), []
    shown = [short for short in groups(case) if table[short].notna().any()]
    for line in told:
        label = next((label for label in table.index if line.startswith(f"{label}: ")), None)
        if label is None:
            raise Unread(f"no note of a mirror: {line!r}")
        row = table.loc[label]
        figures = [f"{whose} {'–' if pd.isna(value) else written(value, 1, case.language)}" for whose, value in ((name, row["own"]), *((short, row[short]) for short in shown))]
        faults += differs("notes", line, f"{label}: " + "; ".join(figures))
    return faults


