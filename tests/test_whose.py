"""Whose a response is: its own municipality's, or a service's for several; which of two counts; and what is left to decide."""

import subprocess
import sys

import pandas as pd
import pytest

from ledanalysis import cleaning
from ledanalysis.codebook import read_rows
from ledanalysis.prepare import clean, load_register, open_answers, prepare, read_deliveries
from ledanalysis.register import read_decisions
from ledanalysis.study import load_study
from ledanalysis.tables import read_table
from ledanalysis.whose import place_responses

LABELS = {"GM0014": "Groningen", "GM0034": "Almere", "GM0060": "Ameland", "GM0088": "Schiermonnikoog", "GM0093": "Terschelling",
          "GM0363": "Amsterdam"}  # fmt: skip


def responses(*rows):
    """respondent, submitted, own cell, cell of those a service answers for."""
    table = pd.DataFrame(rows, columns=["respondent", "submitted", "a1_gm", "a2_voor"])
    return table.assign(submitted=pd.to_datetime(table["submitted"], format="%d %H:%M")).astype({"a1_gm": "str", "a2_voor": "str"})


def placed(study, *rows):
    return place_responses(responses(*rows), study, load_register(study))


def whose(table):
    """What counts in the end: 'municipality respondent' of each row that the rule on double answers leaves."""
    return sorted(f"{LABELS[code]} {who}" for code, who in table[["municipality", "respondent"]].itertuples(index=False) if code == code)


def counted(study, *rows):
    table, _ = placed(study, *rows)
    rules = tuple(rule for rule in study.tables["rules"] if rule.test in ("missing", "repeated"))
    return whose(cleaning.apply_rules(table, type(study)(study.folder, study.settings, study.tables | {"rules": rules}))[0])


def test_a_response_stands_once_for_each_municipality(small):
    table, undecided = placed(
        small,
        (1, "04 09:00", "Ameland", None),
        (2, "04 09:00", "Ameland", "Terschelling en Schiermonnikoog"),
        (3, "04 09:00", "Almere; GM0363", None),
        (4, "04 09:00", "Almere", "Almere, Amsterdam"),  # itself named again
        (5, "04 09:00", "Bergum", "Groningen / Bergum"),
    )
    expected = [
        (1, "Ameland", True, True),
        (2, "Ameland", True, True), (2, "Schiermonnikoog", False, False), (2, "Terschelling", False, False),
        (3, "Almere", False, True), (3, "Amsterdam", False, False),
        (4, "Almere", True, True), (4, "Amsterdam", False, False),
        (5, None, True, True), (5, None, False, False),
    ]  # fmt: skip
    found = [(row.respondent, LABELS.get(row.municipality), row.own, row.first) for row in table.itertuples()]
    assert found == expected and table.index.tolist() == list(range(10))
    shown = undecided[["where", "row", "respondent", "column", "name"]].values.tolist()
    assert shown == [["enquete.csv", 6, 5, "a1", "Bergum"], ["enquete.csv", 6, 5, "a2_voor", "Groningen / Bergum"]]
    assert undecided["candidates"].iloc[1].startswith("GM0014 Groningen")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # the last submitted counts, in whatever order they stand
        ([(1, "05 09:00", "Almere", None), (2, "04 09:00", "Almere", None)], ["Almere 1"]),
        # a municipality's own goes before a later service's; the service still answers for the other
        ([(1, "04 09:00", "Almere", None), (2, "05 09:00", "Almere en Amsterdam", None)], ["Almere 1", "Amsterdam 2"]),
        ([(2, "05 09:00", "Groningen", "Almere; Amsterdam"), (1, "04 09:00", "Almere", None)], ["Almere 1", "Amsterdam 2", "Groningen 2"]),
        # of two services the last submitted counts for what they share
        (
            [(1, "05 09:00", "Ameland / Terschelling", None), (2, "04 09:00", "Terschelling / Schiermonnikoog", None)],
            ["Ameland 1", "Schiermonnikoog 2", "Terschelling 1"],
        ),
        ([(1, "05 09:00", "Ameland", "Almere"), (2, "04 09:00", "Almere, Amsterdam", None)], ["Almere 1", "Ameland 1", "Amsterdam 2"]),
        # submitted at the same moment: the last of the delivery
        ([(1, "04 09:00", "Almere", None), (2, "04 09:00", "Almere", None)], ["Almere 2"]),
        ([(1, "04 09:00", "Ameland", "Almere"), (2, "04 09:00", "Almere en Amsterdam", None)], ["Almere 2", "Ameland 1", "Amsterdam 2"]),
        ([(1, "04 09:00", "Almere en Amsterdam", None), (2, "04 09:00", "Ameland", "Almere")], ["Almere 2", "Ameland 2", "Amsterdam 1"]),
        # without a moment: before all that have one; none has one: the last of the delivery
        ([(1, "04 09:00", "Almere", None), (2, None, "Almere", None)], ["Almere 1"]),
        ([(1, None, "Almere", None), (2, None, "Almere", None)], ["Almere 2"]),
        ([(1, None, "Almere", None), (2, "04 09:00", "Almere en Amsterdam", None)], ["Almere 1", "Amsterdam 2"]),
        # the same municipality in both questions is the response's own
        ([(1, "04 09:00", "Almere", "Almere / Amsterdam"), (2, "05 09:00", "Almere / Ameland", None)], ["Almere 1", "Amsterdam 1", "Ameland 2"]),
        # what could not be decided takes nobody's place
        ([(1, "04 09:00", "Almere", None), (2, "05 09:00", "Almere en Bergum", None)], ["Almere 1"]),
    ],
)  # fmt: skip
def test_which_of_two_answers_counts(small, rows, expected):
    assert counted(small, *rows) == sorted(expected)


def test_a_discarded_response_displaces_none(small):
    """Speeders and previews go before doubles are looked at: the rules stand in that order in rules.csv."""
    drops = tuple(rule for rule in small.tables["rules"] if rule.action == "drop")
    study = type(small)(small.folder, small.settings, small.tables | {"rules": drops})
    table, _ = placed(study, (1, "04 09:00", "Almere", None), (2, "05 09:00", "Almere / Amsterdam", None), (3, "05 10:00", "Almere", None))
    kept, log, _ = clean(table.assign(kanaal="web", duur=[500, 500, 500, 20]), study)
    assert whose(kept) == ["Almere 1", "Amsterdam 2"]
    assert log.iloc[:2][["step", "rows_before", "rows_after"]].values.tolist() == [["delivery", 3, 3], ["services", 3, 4]]


@pytest.fixture
def with_services(small_folder):
    """The small study's delivery, with three of its cells about services: one decided, one several, one open."""
    path = small_folder / "data" / "raw" / "enquete.csv"
    text = path.read_text("utf-8-sig")
    for old, new in (
        ("1;04-09-2023 09:00;Ameland;1;Schiermonnikoog;", '1;04-09-2023 09:00;Ameland en Schiermonnikoog;1;;'),
        ("2;05-09-2023 10:00;Almere;", "2;05-09-2023 10:00;De Twee;"),
        (";Bergen;", ';"0363 Almere; Bergen";'),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    path = small_folder / "data" / "codebook" / "decisions.csv"
    path.write_text("name;municipality;reason\nDe Twee;GM0034 | GM0014;website\n", "utf-8-sig")
    return small_folder


def test_services_go_through_to_the_tables(with_services):
    study = load_study(with_services)
    tables = prepare(study)
    got = tables["responses"]
    assert {"GM0060", "GM0088"} <= set(got.loc[got["respondent"] == 1, "municipality"])
    assert got.loc[got["respondent"] == 2, "municipality"].tolist() == ["GM0014"]  # Almere's own goes first, though older
    assert got.loc[got["municipality"] == "GM0034", "respondent"].tolist() == [6]
    assert "first" not in got and not got.duplicated(["municipality"]).any()
    log = tables["cleaning_log"].set_index("step")
    assert log.loc["delivery", "rows_after"] == 8 and log.loc["services", "rows_after"] == 10
    passages = tables["passages"]
    assert (passages["kind"] == "open_answer").sum() == 1  # written once, though it counts for two municipalities


def test_the_analyst_gets_what_cannot_be_decided_and_can_copy_it(with_services):
    study = load_study(with_services)
    prepare(study)
    path = study.processed / "to_decide.csv"
    rows = [row for _, row in read_rows(path)]
    assert rows == [{
        "where": "survey", "row": "8", "respondent": "7", "column": "a1", "name": "0363 Almere; Bergen",
        "candidates": "GM0363 Amsterdam | GM0034 Almere",
    }]  # fmt: skip
    decisions = study.codebook / "decisions.csv"
    line = '"0363 Almere; Bergen";GM0363;telephone'
    assert line.split(";GM")[0] in path.read_text("utf-8-sig")
    decisions.write_text(decisions.read_text("utf-8-sig") + line + "\n", "utf-8-sig")
    assert len(read_decisions(decisions, load_register(study).units)) == 2
    tables = prepare(load_study(with_services))
    got = tables["responses"].set_index("respondent")["municipality"]
    assert got[7] == "GM0363" and read_rows(path) == []
    assert read_table(study, "responses").equals(tables["responses"])


def test_check_and_prepare_show_the_names(with_services):
    def led(verb):
        command = [sys.executable, "-m", "ledanalysis.cli", verb, "--study", str(with_services)]
        return subprocess.run(command, capture_output=True, text=True, env={"COLUMNS": "200"}).stdout

    assert "0363 Almere; Bergen" in led("check")
    assert "1 names could not be decided" in led("prepare")


def test_an_open_answer_is_one_text_even_if_its_first_municipality_lost_it(small):
    """Almere answered itself, so the service's response counts for Amsterdam only: what it wrote still counts."""
    table, _ = placed(small, (1, "04 09:00", "Almere", None), (2, "05 09:00", "Almere en Amsterdam en Ameland", None))
    table = table.assign(d4_open=table["respondent"].map({1: "Meer data", 2: "Samen leren"}))
    kept = table[~((table["municipality"] == "GM0034") & ~table["own"])]
    written = open_answers(kept, small)
    assert written[["passage", "text"]].values.tolist() == [[1, "Meer data"], [2, "Samen leren"]]


def test_a_text_of_several_is_shown_to_the_analyst(study):
    register = load_register(study)
    assert read_deliveries(study, register).to_decide.columns.tolist() == ["where", "row", "respondent", "column", "name", "candidates"]
    found = register.match(pd.Series(["Meierijstad en Boxtel", "Oss"]), study)
    assert found["how"].tolist() == ["several", "label"]
