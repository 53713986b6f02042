"""What `led check` names: every fault at once, and nothing where there is none."""

import shutil

import pandas as pd
import pytest

from ledanalysis import check, cleaning, prepare
from ledanalysis.codebook import read_rows
from ledanalysis.prepare import clean, load_register, read_deliveries
from ledanalysis.study import load_study


def write(study, delivery):
    delivery.to_csv(study.raw / "enquete.csv", sep=";", index=False, encoding="utf-8-sig")


@pytest.fixture
def delivery(study):
    """The example's answers as they stand in its CSV, all as text."""
    return pd.read_csv(study.raw / "enquete.csv", sep=";", dtype="str", encoding="cp1252", keep_default_na=False)


@pytest.fixture
def copy(with_texts):
    """The same without the texts."""
    settings = with_texts.folder / "data/codebook/study.toml"
    settings.write_text(settings.read_text("utf-8").partition("[texts]")[0], "utf-8")
    return load_study(with_texts.folder)


@pytest.fixture
def with_texts(study, tmp_path):
    """The example, its survey as CSV, with rules for straight-liners and for what came in after the fieldwork."""
    for part in ("codebook", "raw"):
        shutil.copytree(study.folder / "data" / part, tmp_path / "data" / part)
    settings = tmp_path / "data/codebook/study.toml"
    settings.write_text(settings.read_text("utf-8").replace("enquete.sav", "enquete.csv"), "utf-8")
    with (tmp_path / "data/codebook/rules.csv").open("a", encoding="utf-8") as rules:
        rules.write("straight;void;same_answer;d1;20;overal hetzelfde antwoord;the same answer all along\n"
                    "late;drop;after;submitted;2023-12-31;na het veldwerk;after the fieldwork\n"
                    "lo_in_org;void;exceeds;b3_lo_fte;a4_fte_org;meer fte voor L&O dan er zijn;more fte for L&D than there are\n")
    return load_study(tmp_path)


def found(study):
    """(outcome, column, rows, value, fault) of everything that is named."""
    faults = check.inspect(study).faults
    return {tuple(row) for row in faults[["outcome", "column", "rows", "value", "fault"]].to_numpy().tolist()}


def test_fourteen_planted_faults_are_all_named(copy, delivery):
    before = found(copy)
    spoilt = delivery.copy()
    kept = clean(read_deliveries(copy, load_register(copy)).responses, copy)[0]["respondent"].astype("str")
    good = spoilt.index[spoilt["respondent"].isin(kept)]
    row = iter(good[60:])
    ids = {}

    def plant(name, **cells):
        at = next(row)
        ids[name] = spoilt.loc[at, "respondent"]
        for column, cell in cells.items():
            spoilt.loc[at, column] = cell
        return at

    text = plant("text in a coded question", b1="misschien")
    plant("no code", d1_1="7")
    plant("sum", c3_1="90", c3_2="90", c3_3="90")
    plant("range", a4="99999")
    plant("straight", **{f"d1_{number}": "4" for number in range(1, 21)})
    plant("late", submitted="02-01-2024 10:00")
    plant("too many", **{f"e2_{number}": "1" for number in range(1, 6)})
    plant("unknown municipality", a1="Utrecht of Amersfoort")
    garbled = plant("garbled", d4="coÃ¶rdinatie van lÃ©ren")
    plant("more than there are", a4="25", b3="60")
    plant("twice", respondent=(twin := spoilt.loc[good[0], "respondent"]))
    plant("test", kanaal="test")
    spoilt = spoilt.rename(columns={"e4": "rapportcijfer"})  # and thirteen and fourteen
    write(copy, spoilt)

    new = found(copy) - before
    assert ("stops", "e4", "", "", next(f for *_, f in new if f.startswith("no such column"))) in new
    assert any(each[:4] == ("not used", "rapportcijfer", "", "") for each in new)
    assert any(each[:4] == ("stops", "b1", str(text + 2), "misschien") for each in new)
    assert ("to decide", "Utrecht of Amersfoort") in {(outcome, value) for outcome, _, _, value, _ in new}
    assert ("look at", "d4", str(garbled + 2), "coÃ¶rdinatie van lÃ©ren", "letters that were read in another encoding, in 1 cells") in new
    assert ("look at", "respondent", twin, "", "a respondent that stands more than once") in new

    def named(outcome, column, respondent):
        return any(each[0] == outcome and each[1] == column and respondent in each[2] for each in new)

    assert named("dropped", "kanaal", ids["test"]) and named("dropped", "submitted", ids["late"])
    assert named("voided", "d1_DIGI", ids["no code"]) and named("voided", "c3", ids["sum"]) and named("voided", "a4_fte_org", ids["range"])
    assert named("voided", "d1", ids["straight"]) and named("voided", "b3_lo_fte", ids["more than there are"])
    assert named("voided", "e2", ids["too many"])


def test_labels_that_say_otherwise_are_named(copy, study):
    import pyreadstat

    data, meta = pyreadstat.read_sav(str(study.raw / "enquete.sav"), user_missing=True)
    values = {name: dict(labels) for name, labels in meta.variable_value_labels.items()}
    values["b1"] = {1.0: "nee", 2.0: "in ontwikkeling", 3.0: "ja, vastgesteld", 9.0: "weet niet"}
    values["b8"] = {**values["b8"], 1.0: "paars", 77.0: "anders"}
    labels = dict(zip(meta.column_names, meta.column_labels)) | {"b5_1": "Functioneringsgesprekken"} | {"b2_1": "duurzaam inzetbare medewerkers"}
    pyreadstat.write_sav(data, str(copy.raw / "enquete.sav"), column_labels=labels, variable_value_labels=values)
    settings = copy.folder / "data/codebook/study.toml"
    settings.write_text(settings.read_text("utf-8").replace("enquete.csv", "enquete.sav"), "utf-8")
    faults = found(load_study(copy.folder))
    assert any(each[:4] == ("stops", "b1", "", "1") and "the file says that code 1 is 'nee'" in each[4] for each in faults)
    assert any(each[:2] == ("stops", "b2_1") and "ticks 'vakbekwaam', its label that it ticks 'inzetbaar'" in each[4] for each in faults)
    assert ("look at", "b8", "", "77: anders", "a code that the codebook does not have") in faults
    assert any(each[:2] == ("look at", "b8") and each[3] == "1: paars" for each in faults)


def test_texts_that_are_not_there_or_not_listed_are_named(with_texts):
    copy = with_texts
    overview = copy.raw / "overzicht_teksten.csv"
    overview.write_text(overview.read_text("utf-8-sig").replace("interviews/interview_02_lochem.txt", "interviews/weg.txt"), "utf-8-sig")
    (copy.raw / "interviews/interview_03_leeg.txt").write_text("\n", "utf-8")
    with overview.open("a", encoding="utf-8") as rows:
        rows.write("interviews/interview_03_leeg.txt;interview;Hoorn;2023-05-01\nx.txt;gesprek;Hoorn;2023-05-01\n")
    faults = check.inspect(copy).faults
    told = {(row.outcome, row.where): row.fault for row in faults.itertuples() if row.where != "enquete.csv"}
    assert told["stops", "interviews/weg.txt"] == "no such file"
    assert ("look at", "interviews/interview_02_lochem.txt") in told
    assert any(outcome == "stops" and "leeg" in where for outcome, where in told)
    assert told["stops", "overzicht_teksten.csv"].startswith("unknown kind of text")


def test_the_overview_is_read_once_and_each_rule_put_once(with_texts, monkeypatch):
    read, put = [], []
    monkeypatch.setattr(prepare, "read_rows", lambda path: read.append(path.name) or read_rows(path))
    drop, void = ({name: lambda *given, own=own, name=name: put.append(name) or own(*given) for name, own in tests.items()}
                  for tests in (cleaning.DROP, cleaning.VOID))  # fmt: skip
    monkeypatch.setattr(cleaning, "DROP", drop)
    monkeypatch.setattr(cleaning, "VOID", void)
    check.inspect(with_texts)
    assert read == ["overzicht_teksten.csv"]
    assert put == [rule.test for rule in with_texts.tables["rules"]]


def test_copies_are_named_when_the_rules_leave_them(copy, delivery):
    good = delivery.index[(delivery["kanaal"] == "web") & (delivery["voortgang"] == "100")]
    twin = delivery.loc[good[40]].copy()
    twin["a1"], twin["respondent"] = "Vlieland", "9001"
    write(copy, pd.concat([delivery, twin.to_frame().T]))
    first = delivery.loc[good[40], "respondent"]
    assert ("look at", "", f"{first}, 9001", "", "the same answers to every question") in found(copy)


def test_nothing_is_odd_about_the_example(with_texts):
    odd = [each for each in found(with_texts) if each[0] in ("stops", "not used", "look at")]
    assert odd == [("look at", "e3_anders", "", "", "nobody answered: e3_open")]


def test_the_proposal_is_columns_csv_as_it_could_be(copy, delivery):
    write(copy, delivery.rename(columns={"d1_3": "nieuw"}))
    columns = copy.folder / "data/codebook/columns.csv"
    columns.write_text("\n".join(line for line in columns.read_text("utf-8-sig").splitlines() if not line.startswith(("d1_3;", "b1;"))), "utf-8")
    proposal = check.propose(load_study(copy.folder))
    assert proposal.iloc[-2:][["column", "item", "option"]].to_numpy().tolist() == [["b1", "b1_visie", ""], ["nieuw", "", ""]]
    proposal.to_csv(columns, sep=";", index=False)
    assert len(load_study(copy.folder).tables["columns"]) == 195
