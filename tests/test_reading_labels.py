"""A codebook beside the data, as Dutch bureaus deliver it - and sheets that only look like one."""

import openpyxl
import pandas as pd
import pytest
from delivered import ods, ods_cell, ods_sheet

from ledanalysis import reading
from ledanalysis.errors import InputError

DATA = [["resp", "q1", "q2", "open"], [1, 1, "A", "goed"], [2, 2, "B", None]]
TWO_SHEETS = {
    "Data": DATA,
    "Variabelen": [["Variabele", "Label"], ["q1", "Wij leren genoeg"], ["q2", "Vorm"]],
    "Waardelabels": [["Variabele", "Waarde", "Label"], ["q1", 1, "oneens"], [None, 2, "eens"], ["q2", "A", "cursus"], [None, "B", "boek"]],
}


@pytest.fixture
def read(tmp_path):
    def read(sheets, **options):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / "a.xlsx")
        return reading.read_survey(tmp_path / "a.xlsx", **options)

    return read


def labelled(survey):
    return survey.variables[["label", "kind", "values"]].loc[["q1", "q2"]].values.tolist()


EXPECTED = [["Wij leren genoeg", "category", {1: "oneens", 2: "eens"}], ["Vorm", "category", {"A": "cursus", "B": "boek"}]]


def test_variable_labels_and_value_labels(read):
    survey = read(TWO_SHEETS)
    assert labelled(survey) == EXPECTED and survey.data["q1"].tolist() == [1, 2]
    assert survey.variables.loc["open", ["label", "kind"]].isna().tolist() == [True, False]


def test_one_codebook_with_a_title_and_blank_lines(read):
    book = [["Codeboek enquête 2023"], [], ["Naam", "Vraagtekst", "Code", "Antwoord"], ["Q1", "Wij leren genoeg", "1", "oneens"],
            [None, None, "2", "eens"], [], ["q2", "Vorm", "A", "cursus"], [None, None, "B", "boek"]]  # fmt: skip
    assert labelled(read({"Codeboek": book, "Data": DATA})) == EXPECTED  # the first sheet is not the data


def test_labels_in_the_cells_become_codes(read):
    rows = [["resp", "q1", "q2", "open"], [1, "oneens", "boek", "eens"], [2, "eens ", "B", None], [3, None, None, None]]
    survey = read(TWO_SHEETS | {"Data": rows})
    expected = pd.DataFrame({
        "resp": [1, 2, 3], "q1": [1, 2, None], "q2": pd.Series(["B", "B", None], dtype="str"),
        "open": pd.Series(["eens", None, None], dtype="str")})  # fmt: skip
    pd.testing.assert_frame_equal(survey.data, expected)
    assert labelled(survey) == EXPECTED


def test_a_cell_that_is_neither_code_nor_label_leaves_the_column(read):
    rows = [["resp", "q1", "q2"], [1, "oneens", "boek"], [2, "weet niet", "cursus"]]
    survey = read(TWO_SHEETS | {"Data": rows})
    assert survey.data["q1"].tolist() == ["oneens", "weet niet"] and survey.data["q2"].tolist() == ["B", "A"]
    assert survey.variables.loc["q1", "values"] == {"1": "oneens", "2": "eens"}
    assert read(TWO_SHEETS | {"Data": rows}, na_values=["weet niet"]).data["q1"].isna().tolist() == [False, True]


def test_labels_that_read_as_other_codes_are_not_put_back(read):
    sheets = {"Data": [["q1", "r"], ["1", 1], ["2", 2]], "Labels": [["naam", "code", "label"], ["q1", 1, "2"], ["q1", 2, "1"]]}
    assert read(sheets).data["q1"].tolist() == [1, 2]


@pytest.mark.parametrize(
    "sheet",
    [
        {"Toelichting": TWO_SHEETS["Variabelen"]},  # not called so
        {"Variabelen": [["Variabele", "Label"], ["q1", "x"], ["v8", "x"], ["v9", "x"]]},  # of another survey
        {"Labels": [["Variabele", "Label", "Label"], ["q1", "x", "y"]]},  # which of the two?
        {"Labels": [["adres", "etiket"], ["Hoorn", "x"]]},
        {"Labels": [["Variabele", "Code"], ["q1", 1]]},
    ],
)
def test_what_may_be_mistaken_is_not_used(read, sheet):
    assert read({"Data": DATA} | sheet).variables["label"].isna().all()


def test_a_sheet_that_the_caller_names(read):
    sheets = {"Data": DATA, "Toelichting": TWO_SHEETS["Variabelen"]}
    assert read(sheets, labels_sheet="Toelichting").variables.loc["q2", "label"] == "Vorm"
    assert read(TWO_SHEETS, labels_sheet=[]).variables["label"].isna().all()
    with pytest.raises(InputError, match="no such sheet: 'Labels'; allowed: Toelichting"):
        read(sheets, labels_sheet="Labels")
    with pytest.raises(InputError, match="sheet 'Toelichting' has no headings of a codebook"):
        read({"Data": DATA, "Toelichting": [["q1", "x"]]}, labels_sheet="Toelichting")
    with pytest.raises(InputError, match="sheet 'Toelichting' lists no variable of the data"):
        read({"Data": DATA, "Toelichting": [["naam", "label"], ["v1", "x"]]}, labels_sheet="Toelichting")


def test_two_labels_for_one_thing_are_refused(read):
    labels = TWO_SHEETS["Waardelabels"] + [["q1", 2, "zeer eens"]]
    with pytest.raises(InputError, match="sheet 'Waardelabels', row 6, column 'q1': a second label, 'zeer eens', beside 'eens'"):
        read(TWO_SHEETS | {"Waardelabels": labels})


def test_in_an_opendocument_spreadsheet(tmp_path):
    sheets = [ods_sheet(name, ["".join(map(ods_cell, row)) for row in rows]) for name, rows in TWO_SHEETS.items()]
    (tmp_path / "a.ods").write_bytes(ods(*sheets))
    assert labelled(reading.read_survey(tmp_path / "a.ods")) == EXPECTED
