"""From a survey as read to responses: what a cell becomes, and what is named because it cannot be used."""

import numpy as np
import pandas as pd
import pytest

from ledanalysis.codebook import Column
from ledanalysis.delivery import normalise, read_responses
from ledanalysis.errors import InputError
from ledanalysis.reading import ResponseSet, Source, Survey
from ledanalysis.reading.survey import kind_of, missing_frame, variables_frame

NAN = float("nan")


@pytest.fixture
def delivery(small):
    """delivery({column: value, ...}, ...): a row each, with every other column of the small study empty."""
    columns = [column.column for column in small.tables["columns"]]
    return lambda *rows: pd.DataFrame([dict.fromkeys(columns, NAN) | row for row in rows])


def survey(data, missing=(), values=None, labels=None, sets=None, format="CSV"):
    """A survey as a reader gives it: `values` and `labels` by column."""
    rows = [{"name": name, "label": (labels or {}).get(name), "kind": kind_of(data[name]), "values": (values or {}).get(name, {}), "missing": []}
            for name in data]  # fmt: skip
    return Survey(data, variables_frame(rows), sets or {}, missing_frame([([row], name, [code]) for row, name, code in missing]), Source("enquete.csv", "", format, "", len(data)))


def to_responses(survey, study):
    """The responses; the first fault, as an error, where there is one."""
    table, _, faults = read_responses(survey, study)
    if faults:
        raise faults[0]
    return table


def responses(data, study, **known):
    return to_responses(survey(data, **known), study)


def mapped_as(study, *columns):
    """The study with other rows for the columns of some items."""
    new = tuple(Column(column=column, item=item, option=option) for column, item, option in columns)
    items = {row.item for row in new}
    kept = tuple(row for row in study.tables["columns"] if row.item not in items)
    return type(study)(study.folder, study.settings, study.tables | {"columns": kept + new})


# --- cells

def test_user_missing_codes_come_back_where_the_codebook_knows_them_and_nowhere_else(small, delivery):
    data = delivery({"c1_1": 1.0, "c1_2": 0.0, "d3_1": 1.0})
    codes = {"b1": 9, "d1_1": 9, "b3": 99, "e4": 10, "c1_3": 9, "d3_2": 99}
    row = responses(data, small, missing=[(0, name, code) for name, code in codes.items()]).iloc[0]
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


def test_every_fault_is_named_and_what_is_at_fault_is_empty(small, delivery):
    data = delivery({"nr": 1}).drop(columns=["b3", "c1_2"]).assign(b1=pd.Series(["misschien"], dtype="str"), e4=pd.Series(["veel"], dtype="str"))
    table, _, faults = read_responses(survey(data), small)
    places = [(fault.column, fault.value) for fault in faults]
    assert places == [("b3", None), ("c1_2", None), ("b1", "misschien"), ("e4", "veel")]
    assert table[["b3_fte", "c1_stim_intervisie", "b1_visie", "e4_cijfer"]].isna().all(axis=None)
    with pytest.raises(InputError, match=r"enquete.csv, column 'b3': no such column, and columns.csv names it; allowed: nr, ingestuurd, a1"):
        responses(data, small)


def test_rows_are_counted_as_the_format_does(small, delivery):
    data = delivery({"nr": 1}, {"nr": 2}).assign(b1=pd.Series(["geen", "misschien"], dtype="str"))
    rows = {form: read_responses(survey(data, format=form), small)[2][0].row for form in ("CSV", "Excel", "SPSS", "Stata", "Qualtrics")}
    assert rows == {"CSV": 3, "Excel": 3, "SPSS": 2, "Stata": 2, "Qualtrics": 5}


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


# --- what the file's own labels say


def test_one_code_with_two_meanings_stops(small, delivery):
    turned = {"b1": {1.0: "Nee", 3.0: "Ja, vastgesteld"}}
    with pytest.raises(InputError, match="column 'b1': the file says that code 1 is 'Nee', the codebook that code 3 is: 1.0; allowed: the same codes"):
        responses(delivery({"b1": 1.0}), small, values=turned)
    same = {"b1": {1.0: "1 = ja, vastgesteld", 3.0: "Nee.", 9.0: "Geen mening"}}
    assert responses(delivery({"b1": 1.0}), small, values=same)["b1_visie"].tolist() == [1]


def test_codes_that_are_no_numbers_are_told_by_their_labels(small, delivery):
    data = delivery({}, {}, {}).assign(b1=pd.Series(["A1", "A3", None], dtype="str"))
    np.testing.assert_array_equal(responses(data, small, values={"b1": {"A1": "Nee", "A3": "ja, vastgesteld"}})["b1_visie"], [3, 1, NAN])
    with pytest.raises(InputError, match="'A1'"):
        responses(data, small, values={"b1": {"A3": "ja, vastgesteld"}})


def test_a_multi_select_column_that_bears_another_options_label_stops(small, delivery):
    with pytest.raises(InputError, match="'c1_1': columns.csv says that this column ticks 'coaching', its label that it ticks 'intervisie': 'Intervisie'"):
        responses(delivery({"c1_1": 1}), small, labels={"c1_1": "Intervisie"})
    assert responses(delivery({"c1_1": 1}), small, labels={"c1_1": "Coaching "})["c1_stim_coaching"].tolist() == [1]


def test_a_multi_select_of_ones_and_twos_is_what_the_file_says_it_is(small, delivery):
    data = delivery({"c1_1": 1, "c1_2": 2, "c1_3": 2}, {"c1_1": 2, "c1_2": 2, "c1_3": 2}, {})
    expected = [[1, 0, 0], [0, 0, 0], [NAN, NAN, NAN]]
    yes_no = dict.fromkeys(["c1_1", "c1_2", "c1_3"], {1.0: "Ja", 2.0: "Nee"})
    np.testing.assert_array_equal(responses(data, small, values=yes_no).filter(like="c1_stim").to_numpy(float), expected)
    twos = {"c1": ResponseSet(["c1_1", "c1_2", "c1_3"], counted=2)}
    turned = [[0, 1, 1], [1, 1, 1], [NAN, NAN, NAN]]
    np.testing.assert_array_equal(responses(data, small, sets=twos).filter(like="c1_stim").to_numpy(float), turned)
    as_it_stands = responses(data, small).filter(like="c1_stim").to_numpy(float)[0].tolist()
    assert as_it_stands == [1, 2, 2]  # nothing says what a 2 is: the rule `not_an_option` voids it


@pytest.mark.parametrize(("label", "bare"), [("1. Ja", "ja"), ("1 - Ja;", "ja"), ("(1) ja", "ja"), ("1,0 tot 1,4%", "1,0 tot 1,4%"), ("2023", "2023")])
def test_a_label_without_its_code(label, bare):
    assert normalise(label) == bare


# --- several options in a cell


def test_a_multi_select_in_one_column(small, delivery):
    study = mapped_as(small, ("c1", "c1_stim", "*"))
    data = delivery(*[{}] * 4).drop(columns=["c1_1", "c1_2", "c1_3"])
    data = data.assign(c1=pd.Series(["Coaching;Cursus;", "Peer supervision", "2;3", None], dtype="str"))
    expected = [[1, 0, 1], [0, 1, 0], [0, 1, 1], [NAN, NAN, NAN]]
    np.testing.assert_array_equal(responses(data, study).filter(like="c1_stim").to_numpy(float), expected)
    odd = data.assign(c1=pd.Series(["Coaching;Fluiten", "", "", ""], dtype="str"))
    with pytest.raises(InputError, match=r"row 2, column 'c1': an answer that is no option: 'Coaching;Fluiten'"):
        responses(odd, study)
    other = mapped_as(small, ("c1", "c1_stim", "*cursus"))  # what is no option is 'anders, namelijk'
    assert responses(odd, other).filter(like="c1_stim").iloc[0].tolist() == [1, 0, 1]


def test_a_multi_select_in_columns_of_codes(small, delivery):
    study = mapped_as(small, ("re:k[12]", "c1_stim", "*"))
    data = delivery({}, {}, {}).drop(columns=["c1_1", "c1_2", "c1_3"]).assign(k1=[1.0, 3, NAN], k2=[3.0, NAN, NAN])
    expected = [[1, 0, 1], [0, 0, 1], [NAN, NAN, NAN]]
    np.testing.assert_array_equal(responses(data, study).filter(like="c1_stim").to_numpy(float), expected)


def test_a_ranking_in_one_column_and_in_a_column_per_theme(small, delivery):
    data = delivery({}, {}).drop(columns=["d3_1", "d3_2"])
    one = data.assign(d3=pd.Series(["KLIM;DIGI;", None], dtype="str"))
    expected = [[2, 0, 1, 2], [NAN, NAN, NAN, 0]]
    names = ["d3_top_DIGI", "d3_top_DATA", "d3_top_KLIM", "d3_top"]
    np.testing.assert_array_equal(responses(one, mapped_as(small, ("d3", "d3_top", "*")))[names].to_numpy(float), expected)
    each = data.assign(r_DIGI=[2, NAN], r_DATA=[NAN, NAN], r_KLIM=[1, NAN])
    np.testing.assert_array_equal(responses(each, mapped_as(small, (r"re:r_(\w+)", "d3_top", r"\1")))[names].to_numpy(float), expected)
    with pytest.raises(InputError, match="row 2, column 'd3': not an option of this ranking: 'Leiderschap'"):
        responses(data.assign(d3=pd.Series(["KLIM;Leiderschap", None], dtype="str")), mapped_as(small, ("d3", "d3_top", "*")))
