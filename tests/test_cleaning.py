"""From a delivery to answers: what a cell becomes, what a rule takes away, and that each loss is counted."""

import numpy as np
import pandas as pd
import pytest

from ledanalysis import cleaning
from ledanalysis.codebook import Rule
from ledanalysis.errors import InputError
from ledanalysis.reading import read_survey

NONE = pd.DataFrame({"row": pd.Series(dtype="int64"), "variable": pd.Series(dtype="str"), "code": pd.Series(dtype="object")})
CODES = {"Ameland": "GM0060", "Almere": "GM0034", "Amsterdam": "GM0363", "Groningen": "GM0014", "Terschelling": "GM0093"}
NAN = float("nan")


@pytest.fixture
def delivery(small):
    """delivery({column: value, ...}, ...): a row each, with every other column of the small study empty."""
    columns = [column.column for column in small.tables["columns"]]
    return lambda *rows: pd.DataFrame([dict.fromkeys(columns, NAN) | row for row in rows])


def responses(data, study, missing=NONE):
    return cleaning.to_responses(data, missing, study, "enquete.csv")


def user_missing(row, variable, code):
    return pd.DataFrame({"row": [row], "variable": [variable], "code": pd.Series([code], dtype="object")})


def one_rule(study, **row):
    """The study with one rule only."""
    rule = Rule(rule="rule", label_nl="regel", **row)
    return type(study)(study.folder, study.settings, study.tables | {"rules": (rule,)})


# --- the whole way, with a table for what should come out


def test_a_delivery_becomes_answers_with_a_reason_for_each_that_is_not_there(small, case):
    survey = read_survey(small.raw / "enquete.csv")
    table = responses(survey.data, small, survey.user_missing)
    table = table.assign(municipality=table["a1_gm"].map(CODES))
    kept, log = cleaning.apply_rules(table, small)
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


# --- to_responses


def test_user_missing_codes_come_back_where_the_codebook_knows_them_and_nowhere_else(small, delivery):
    data = delivery({"c1_1": 1.0, "c1_2": 0.0, "d3_1": 1.0})
    codes = {"b1": 9, "d1_1": 9, "b3": 99, "e4": 10, "c1_3": 9, "d3_2": 99}
    missing = pd.concat([user_missing(0, name, code) for name, code in codes.items()], ignore_index=True)
    row = responses(data, small, missing).iloc[0]
    assert row[["b1_visie", "d1_DIGI"]].tolist() == [9, 9]
    assert row[["b3_fte", "e4_cijfer", "c1_stim_cursus"]].isna().all()  # 99 fte or a mark of 10 would be answers
    assert row["d3_top"] == 1  # a rank left open is no theme that stands there twice


def test_multi_select_is_one_nought_or_not_asked(small, delivery):
    data = delivery(
        {"c1_1": 1, "c1_2": 0, "c1_3": 0},
        {"c1_1": 1},  # only ticks delivered: the others were not ticked
        {"c1_1": 0, "c1_2": 1},  # noughts delivered too: the third is not known
        {},
    )
    ticks = responses(data, small).filter(like="c1_stim")
    expected = [[1, 0, 0], [1, 0, 0], [0, 1, NAN], [NAN, NAN, NAN]]
    np.testing.assert_array_equal(ticks.to_numpy(float), expected)


def test_multi_select_may_be_delivered_as_labels(small, delivery):
    data = delivery({"c1_1": "Coaching", "c1_2": "Peer supervision"}, {"c1_3": " cursus "}).astype({"c1_1": "str", "c1_2": "str", "c1_3": "str"})
    assert responses(data, small).filter(like="c1_stim").to_numpy().tolist() == [[1, 1, 0], [0, 0, 1]]
    wrong = delivery({"c1_1": "Cursus"}).astype({"c1_1": "str"})  # the label of another column's option
    with pytest.raises(InputError, match="column 'c1_1'.*'Cursus'; allowed: Coaching"):
        responses(wrong, small)


def test_a_ranking_becomes_a_rank_per_theme(small, delivery):
    data = delivery(
        {"d3_1": 3, "d3_2": 1},
        {"d3_1": 2},
        {"d3_1": 2, "d3_2": 2},  # twice: the best rank
        {"d3_1": 77, "d3_2": 1},  # no theme: filled but not named
        {},
    )
    ranks = responses(data, small)[["d3_top_DIGI", "d3_top_DATA", "d3_top_KLIM", "d3_top"]]
    expected = [[2, 0, 1, 2], [0, 1, 0, 1], [0, 1, 0, 2], [2, 0, 0, 2], [NAN, NAN, NAN, 0]]
    np.testing.assert_array_equal(ranks.to_numpy(float), expected)


def test_a_label_or_a_key_is_as_good_as_a_code(small, delivery):
    cells = ["ja, vastgesteld", "NEE", " weet niet", "weet_niet", "yes, adopted", "3", "", None]
    data = delivery(*({"nr": n} for n in range(len(cells)))).assign(b1=pd.Series(cells, dtype="str"))
    np.testing.assert_array_equal(responses(data, small)["b1_visie"], [1, 3, 9, 9, 1, 3, NAN, NAN])


def test_a_cell_that_is_neither_number_nor_option_is_shown_with_what_is_allowed(small, delivery):
    data = delivery({"nr": 1}, {"nr": 2}).assign(b1=pd.Series(["geen", "misschien"], dtype="str"))
    with pytest.raises(InputError, match=r"enquete.csv, row 3, column 'b1': .*'misschien'; allowed: ja, vastgesteld.*weet niet"):
        responses(data, small)
    data = delivery({"nr": 1}).assign(b3=pd.Series(["veel"], dtype="str"))
    with pytest.raises(InputError, match=r"row 2, column 'b3': .*'veel'; allowed: a number"):
        responses(data, small)


def test_a_column_that_the_delivery_lacks_is_named(small, delivery):
    with pytest.raises(InputError, match=r"enquete.csv, column 'b3': .*\['b3', 'e4'\]; allowed: nr, ingestuurd, a1"):
        responses(delivery({}).drop(columns=["b3", "e4"]), small)


def test_contact_details_do_not_come_in(small, delivery):
    table = responses(delivery({"mail": "jan@voorbeeld.nl", "d4": "over AI"}), small)
    assert "e5_contact" not in table and not table.isin(["jan@voorbeeld.nl"]).to_numpy().any()
    assert table["d4_open"].tolist() == ["over AI"]


def test_moments_of_submission_must_be_dates(small, delivery):
    data = delivery({}, {}).assign(ingestuurd=pd.Series(["02-10-2023 10:00", "gisteren"], dtype="str"))
    with pytest.raises(InputError, match="row 3, column 'ingestuurd': not a column of dates: 'gisteren'"):
        responses(data, small)


def test_without_respondents_or_moments_rows_are_numbered(small_folder, change, delivery):
    from ledanalysis.study import load_study

    change(small_folder, "columns.csv", "nr;respondent;\ningestuurd;submitted;\n", "")
    table = responses(delivery({}, {}), load_study(small_folder))
    assert table["respondent"].tolist() == [1, 2] and table["submitted"].isna().all()


def test_columns_that_nobody_mapped_are_told(small, delivery):
    assert cleaning.unmapped_columns(delivery({}).assign(extra=1, A1=2), small) == ["extra", "A1"]


# --- rules, each at its edge


@pytest.mark.parametrize(
    ("test", "where", "value", "cells", "kept"),
    [
        ("equals", "kanaal", "preview", ["preview", "PREVIEW ", "preview2", None], [2, 3]),
        ("equals", "b1_visie", "3", [3.0, 1.0, NAN], [1, 2]),
        ("less_than", "duur", "180", [179.9, 180.0, NAN], [1, 2]),
        ("less_than", "duur", "0,5", [0.4, 0.5], [1]),
        ("missing", "b1_visie", "", [3.0, NAN], [0]),
    ],
)
def test_rules_that_drop(small, test, where, value, cells, kept):
    study = one_rule(small, action="drop", test=test, where=where, value=value)
    table = pd.DataFrame({where: cells, "municipality": "GM0060"})
    left, log = cleaning.apply_rules(table, study)
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
        ("repeated_option", "b3", "", {"b3_fte": [1.0]}, {"b3_fte": [1.0]}),
        ("not_asked", "*", "", {"c1_stim_coaching": [1.0, 0, NAN], "c2_coaching": [4.0, 4, 4]}, {"c1_stim_coaching": [1, 0, NAN], "c2_coaching": [4, NAN, 4]}),
    ],
)  # fmt: skip
def test_rules_that_void(small, test, where, value, before, after):
    study = one_rule(small, action="void", test=test, where=where, value=value)
    table, expected = pd.DataFrame(before), pd.DataFrame(after)
    left, log = cleaning.apply_rules(table, study)
    pd.testing.assert_frame_equal(left, expected, check_dtype=False)
    assert log.iloc[0, 1:3].tolist() == [table.notna().sum().sum(), expected.notna().sum().sum()]


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
