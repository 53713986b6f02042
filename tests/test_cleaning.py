"""From a delivery to answers: what a cell becomes, what a rule takes away, and that each loss is counted."""

import pandas as pd
import pytest

from ledanalysis import cleaning
from ledanalysis.codebook import Rule
from ledanalysis.reading import read_survey
from test_delivery import to_responses

CODES = {"Ameland": "GM0060", "Almere": "GM0034", "Amsterdam": "GM0363", "Groningen": "GM0014", "Terschelling": "GM0093"}
NAN = float("nan")


def one_rule(study, **row):
    """The study with one rule only."""
    rule = Rule(rule="rule", label_nl="regel", **row)
    return type(study)(study.folder, study.settings, study.tables | {"rules": (rule,)})


# --- the whole way, with a table for what should come out


def test_a_delivery_becomes_answers_with_a_reason_for_each_that_is_not_there(small, case):
    survey = read_survey(small.raw / "enquete.csv")
    table = to_responses(survey, small)
    table = table.assign(municipality=table["a1_gm"].map(CODES))
    kept, log, _ = cleaning.apply_rules(table, small)
    lost = log.assign(lost=(log["rows_before"] - log["rows_after"]).astype("str"))[["step", "lost", "reason"]]
    pd.testing.assert_frame_equal(lost, case("cleaning_log"))
    answers = cleaning.to_answers(kept, small)
    assert answers.columns.tolist() == ["respondent", "municipality", "item", "value", "status"]
    assert (answers["value"].notna() == (answers["status"] == "valid")).all()
    shown = answers["status"].mask(answers["status"] == "valid", answers["value"].map("{:g}".format))
    wide = answers.assign(shown=shown).pivot(index="item", columns="respondent", values="shown")
    expected = case("cleaning_answers").set_index("item")
    pd.testing.assert_frame_equal(wide.loc[expected.index].set_axis(expected.columns, axis=1), expected, check_names=False)
    assert sorted(wide.index) == sorted(expected.index)


# --- rules, each at its edge


@pytest.mark.parametrize(
    ("test", "where", "value", "cells", "kept"),
    [
        ("equals", "kanaal", "preview", ["preview", "PREVIEW ", "preview2", None], [2, 3]),
        ("equals", "b1_visie", "3", [3.0, 1.0, NAN], [1, 2]),
        ("less_than", "duur", "180", [179.9, 180.0, NAN], [1, 2]),
        ("less_than", "duur", "0,5", [0.4, 0.5], [1]),
        ("less_than_median", "duur", "0,5", [49.9, 50.0, 100.0, 110.0, 100.0], [1, 2, 3, 4]),
        ("before", "submitted", "2023-09-04", pd.to_datetime(["2023-09-03 23:59", "2023-09-04 00:00", None]), [1, 2]),
        ("after", "submitted", "2023-11-03", pd.to_datetime(["2023-11-03 23:59", "2023-11-04 00:00", None]), [0, 2]),
        ("missing", "b1_visie", "", [3.0, NAN], [0]),
    ],
)
def test_rules_that_drop(small, test, where, value, cells, kept):
    study = one_rule(small, action="drop", test=test, where=where, value=value)
    table = pd.DataFrame({where: cells, "municipality": "GM0060"})
    left, log, _ = cleaning.apply_rules(table, study)
    assert left.index.tolist() == kept
    assert log.to_numpy().tolist() == [["rule", len(cells), len(kept), "regel"]]


def test_a_response_without_a_recognised_municipality_is_dropped_whatever_was_typed(small):
    study = one_rule(small, action="drop", test="missing", where="a1_gm")
    table = pd.DataFrame({"a1_gm": ["Bergen", "Ameland"], "municipality": [None, "GM0060"]})
    assert cleaning.apply_rules(table, study)[0].index.tolist() == [1]


def test_of_double_responses_the_last_stays_and_an_own_answer_goes_before_a_services(small):
    study = one_rule(small, action="drop", test="repeated", where="a1_gm")
    table = pd.DataFrame({
        "municipality": ["GM0060", "GM0060", "GM0060", "GM0034", "GM0034", None, None],
        "submitted": pd.to_datetime(["2023-09-02", None, "2023-09-01", "2023-09-01", "2023-09-09", None, None]),
        "own": [True, True, True, True, False, True, True],
    })  # fmt: skip
    assert cleaning.apply_rules(table, study)[0].index.tolist() == [0, 3, 5, 6]


@pytest.mark.parametrize(
    ("test", "where", "value", "before", "after"),
    [
        ("outside", "*", "", {"b3_fte": [-0.1, 0.0, 200.0, 200.1], "duur": [9e9] * 4}, {"b3_fte": [NAN, 0, 200, NAN], "duur": [9e9] * 4}),
        ("outside", "e4", "", {"e4_cijfer": [0.9, 1, 10, 10.1], "b3_fte": [-1] * 4}, {"e4_cijfer": [NAN, 1, 10, NAN], "b3_fte": [-1] * 4}),
        ("not_an_option", "*", "", {"b1_visie": [1.0, 2, 3, 9], "c1_stim_cursus": [0.0, 1, 2, NAN]}, {"b1_visie": [1, NAN, 3, 9], "c1_stim_cursus": [0, 1, NAN, NAN]}),
        ("not_an_option", "d1_DIGI", "", {"d1_DIGI": [5.0, 6, 8], "d1_DATA": [6.0, 6, 6]}, {"d1_DIGI": [5, NAN, 8], "d1_DATA": [6, 6, 6]}),
        ("sum_differs", "c3", "100", {"c3_formeel": [60.0, 60, 100, NAN], "c3_informeel": [40.0, 39, NAN, NAN]}, {"c3_formeel": [60, NAN, 100, NAN], "c3_informeel": [40, NAN, NAN, NAN]}),
        ("more_than", "c1", "1", {"c1_stim_coaching": [1.0, 1], "c1_stim_cursus": [0.0, 1]}, {"c1_stim_coaching": [1, NAN], "c1_stim_cursus": [0, NAN]}),
        ("repeated_option", "d3", "", {"d3_top_DIGI": [1.0, 1], "d3_top_KLIM": [2.0, 0], "d3_top": [2, 2]}, {"d3_top_DIGI": [1, NAN], "d3_top_KLIM": [2, NAN], "d3_top": [2, 2]}),
        ("same_answer", "d1", "3", {"d1_DIGI": [4.0, 4, 4, 9], "d1_DATA": [4.0, 4, 5, 9], "d1_KLIM": [4.0, NAN, 4, 9], "d2_DIGI": [4.0] * 4},
         {"d1_DIGI": [NAN, 4, 4, NAN], "d1_DATA": [NAN, 4, 5, NAN], "d1_KLIM": [NAN, NAN, 4, NAN], "d2_DIGI": [4] * 4}),
        ("exceeds", "b3_fte", "duur", {"b3_fte": [3.0, 3, NAN, 3], "duur": [3.0, 2, 2, NAN]}, {"b3_fte": [3, NAN, NAN, 3], "duur": [3, 2, 2, NAN]}),
        ("not_with_others", "c1_stim", "cursus", {"c1_stim_coaching": [0.0, 1, 1], "c1_stim_cursus": [1.0, 1, 0]}, {"c1_stim_coaching": [0, NAN, 1], "c1_stim_cursus": [1, NAN, 0]}),
        ("repeated_option", "b3", "", {"b3_fte": [1.0]}, {"b3_fte": [1.0]}),
        ("not_asked", "*", "", {"c1_stim_coaching": [1.0, 0, NAN], "c2_coaching": [4.0, 4, 4]}, {"c1_stim_coaching": [1, 0, NAN], "c2_coaching": [4, NAN, 4]}),
    ],
)  # fmt: skip
def test_rules_that_void(small, test, where, value, before, after):
    study = one_rule(small, action="void", test=test, where=where, value=value)
    table, expected = pd.DataFrame(before), pd.DataFrame(after)
    left, log, _ = cleaning.apply_rules(table, study)
    pd.testing.assert_frame_equal(left, expected, check_dtype=False)
    assert log.iloc[0, 1:3].tolist() == [table.notna().sum().sum(), expected.notna().sum().sum()]


def test_who_gives_the_same_answer_all_along_can_be_dropped(small):
    study = one_rule(small, action="drop", test="same_answer", where="c5", value="3")
    table = pd.DataFrame({"respondent": [1, 2, 3], "c5_tijd": [5.0, 5, 5], "c5_sluitpost": [5.0, 1, 5], "c5_fouten": [5.0, 5, NAN]})
    assert cleaning.apply_rules(table, study)[0]["respondent"].tolist() == [2, 3]


def test_each_loss_is_told_with_whose_it_was(small):
    drop = one_rule(small, action="drop", test="less_than", where="duur", value="180").tables["rules"]
    void = one_rule(small, action="void", test="outside", where="*", value="").tables["rules"]
    study = type(small)(small.folder, small.settings, small.tables | {"rules": drop + void})
    table = pd.DataFrame({"respondent": [1, 2, 3], "duur": [60.0, 600, 600], "b3_fte": [-1.0, -1, 5], "e4_cijfer": [11.0, 8, 11]})
    expected = [["rule", 1, "duur", 60], ["rule", 2, "b3_fte", -1], ["rule", 3, "e4_cijfer", 11]]
    _, _, losses = cleaning.apply_rules(table, study)
    assert losses.to_numpy().tolist() == expected
    for nothing in (cleaning.apply_rules(table.iloc[:0], study),
                    cleaning.apply_rules(table, type(small)(small.folder, small.settings, small.tables | {"rules": ()}))):  # fmt: skip
        assert nothing[2].empty and nothing[2].columns.tolist() == cleaning.LOSSES


# --- to_answers


def test_a_question_that_was_not_put_is_not_a_missing_answer(small):
    table = pd.DataFrame({
        "respondent": [1, 2, 3, 4, 5], "municipality": "GM0060",
        "a2_samen": [1.0, 2.0, NAN, NAN, 1.0], "c2_samen": [8.0, NAN, NAN, 3.0, NAN],  # asked if a2_samen is 1
        "c1_stim_coaching": [1.0, 0.0, NAN, NAN, 1.0], "c2_coaching": [9.0, NAN, NAN, 5.0, NAN],  # asked if it is ticked
    })  # fmt: skip
    status = cleaning.to_answers(table, small).pivot(index="respondent", columns="item", values="status")
    # the fourth left the first question open and answered the second: that answer stands
    assert status["c2_samen"].tolist() == ["not_applicable", "not_asked", "not_asked", "valid", "missing"]
    assert status["c2_coaching"].tolist() == ["dont_know", "not_asked", "not_asked", "valid", "missing"]
    assert status["a2_samen"].tolist() == ["valid", "valid", "missing", "missing", "valid"]
