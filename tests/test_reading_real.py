"""Deliveries that nobody wrote for this project. They are not part of it: without them these tests are skipped."""

from pathlib import Path

import pandas as pd
import pytest

from ledanalysis import reading

REAL = Path(__file__).resolve().parents[1].parent / "shared" / "real"
pytestmark = pytest.mark.skipif(not REAL.is_dir(), reason="the folder ../shared/real with real deliveries is not there")

CSPS = {"header": 6, "first_row": 10, "last_row": 169, "group_rows": "department"}


@pytest.fixture(scope="module")
def csps():
    return reading.read_survey(
        REAL / "csps_2018_organisation_scores.xlsx", sheet="Table 1.1 EEI and Theme Scores", **CSPS
    ).data


def test_csps_columns(csps):
    assert list(csps.columns) == [
        "department", "Organisation", "Response rate", "Employee engagement index1", "My work",
        "Organisational objectives and purpose", "My manager", "My team", "Learning and development",
        "Inclusion and fair treatment", "Resources and workload", "Pay and benefits", "Leadership and managing change",
    ]  # fmt: skip
    scores = csps.iloc[:, 2:]
    assert scores.dtypes.eq("float64").all() and scores.notna().all(axis=None) and scores.stack().between(0, 1).all()


def test_csps_organisations(csps):
    assert len(csps) == 105 and csps["Organisation"].is_unique
    assert csps.iloc[0, :4].tolist() == ["Attorney General's departments", "Attorney General's Office", 0.94, 0.86]
    assert csps.iloc[-1].tolist() == [
        "Work and Pensions", "Health and Safety Executive", 0.75, 0.54, 0.75, 0.79, 0.68, 0.79, 0.43, 0.71, 0.64, 0.23, 0.33,
    ]  # fmt: skip


def test_csps_groups(csps):
    sizes = csps["department"].value_counts(dropna=False, sort=False)
    assert sizes.tolist() == [4, 8, 4, 20, 6, 2, 5, 3, 3, 2, 3, 6, 2, 10, 16, 1, 5, 3, 2]
    alone = csps.loc[csps["department"].isna(), "Organisation"]
    assert alone.iloc[[0, 1, -1]].tolist() == ["Charity Commission", "Department for Education", "Welsh Revenue Authority"]


def test_csps_whole_sheet_keeps_the_benchmark_and_drops_the_note():
    options = {"header": [4, 6], "group_rows": "department"}
    data = reading.read_survey(
        REAL / "csps_2018_organisation_scores.xlsx", sheet="Table 1.1 EEI and Theme Scores", **options
    ).data
    assert len(data) == 106 and data.loc[0, "Organisation"] == "Civil Service benchmark (median)"
    assert pd.isna(data.loc[0, "department"]) and data.columns[8] == "Theme scores / Learning and development"


def test_umlauts():
    survey = reading.read_survey(REAL / "haven_umlauts.sav")
    assert survey.data["var1"].tolist() == [1, 2, 1, 3]
    assert survey.variables.loc["var1"].tolist() == [
        "This is an ä-umlaut", "category", {1: "the ä umlaut", 2: "the ü umlaut", 3: "the ö umlaut"}, []]  # fmt: skip


def test_multiple_response_sets():
    survey = reading.read_survey(REAL / "pyreadstat_multiple_response_alltypes.sav")
    assert survey.multiple_response == {
        "categorical_array": ["ca_subvar_1", "ca_subvar_2", "ca_subvar_3"], "mymrset": ["bool1", "bool2", "bool3"]}  # fmt: skip
    assert [each.counted for each in survey.multiple_response.values()] == [None, 1]
    assert survey.multiple_response["mymrset"].label == "My multiple response set"
    assert survey.user_missing.to_dict("list") == {
        "row": [0, 3, 4], "variable": ["z", "z", "x"], "code": [-9, 999, 8]}  # fmt: skip
    assert survey.data["x"].tolist()[:4] == [1, 2, 3, 4] and survey.data["x"].iloc[5] == 9  # 9 is not declared missing
    assert survey.variables.loc["z", ["kind", "missing"]].tolist() == ["number", [(-999, 0), 999]]
    assert survey.data["y"].iloc[3] == pd.Timestamp("1776-07-04") and survey.data["y"].isna().sum() == 2
    assert survey.data["quarter"].iloc[0] == pd.Timestamp("2014-10-01")
    assert survey.source.encoding == "windows-1252"


def test_quantipy():
    survey = reading.read_survey(REAL / "quantipy_example_a.csv")
    data = survey.data
    assert data.shape == (8255, 78) and survey.source.encoding == "utf-8"
    assert data["q2"].iloc[:3].tolist()[0] == "1;2;3;5;" and survey.variables.loc["q2", "kind"] == "text"
    assert data["age"].dtype == "int64" and data["age"].iloc[:3].tolist() == [22, 22, 28]
    assert data["start_time"].iloc[0] == pd.Timestamp("2015-02-13 17:10:50")
    assert data["weight_a"].iloc[0] == 2.02951325036 and data["weight"].isna().all()
    theirs = pd.read_csv(REAL / "quantipy_example_a.csv", low_memory=False)
    pd.testing.assert_frame_equal(data.isna(), theirs.isna().set_axis(data.columns, axis=1))


def test_the_programme():
    passages = reading.read_passages(REAL / "programma_leren_en_ontwikkelen.txt")
    text = (REAL / "programma_leren_en_ontwikkelen.txt").read_text(encoding="utf-8")
    assert passages["text"].tolist() == [" ".join(block.split()) for block in text.split("\n\n") if block.strip()]
    assert passages["speaker"].isna().all()


def test_limesurvey():
    survey = reading.read_survey(REAL / "limesurvey_colors.lsa")
    colours = [f"Q00[SQ{number:03}]" for number in range(1, 12)]
    assert survey.source.format == "LimeSurvey" and survey.data.shape == (2, 20)
    assert survey.multiple_response == {"Q00": colours} and survey.multiple_response["Q00"].counted == 1
    ticked = [[survey.variables.loc[name, "values"][1] for name in colours if row[name]] for _, row in survey.data.iterrows()]
    assert ticked == [["black", "brown"], ["red", "green"]]
    assert survey.data["G01Q03"].tolist()[1] == "They brighten my day" and pd.isna(survey.data["G01Q02"][1])
    assert survey.variables.loc["G02Q04", "values"] == {"AO01": "fire.png", "AO02": "leaves.png"}
