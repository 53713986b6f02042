"""Qualtrics: three header rows, names that come twice, multi-selects in one column or in several."""

import openpyxl
import pandas as pd
import pytest
from delivered import qualtrics, qualtrics_survey

from ledanalysis import reading


def read(folder, text, name="a.txt", **options):
    (folder / name).write_bytes(text.encode("utf-8-sig"))
    return reading.read_survey(folder / name, **options)


EXPECTED = pd.DataFrame({
    "StartDate": pd.Series(["2023-06-01 09:30:15", "2023-06-01 09:31:00", "2023-06-02 10:00:00"], dtype="datetime64[us]"),
    "Status": ["IP Address", "Survey Preview", "IP Address"],
    "Finished": ["True", "False", "True"],
    "ResponseId": ["R_1", "R_2", "R_3"],
    "Q1_1": [1, 0, None],
    "Q1_2": [0, 1, None],
    "Q1_2_TEXT": pd.Series([None, "=HYPERLINK(1)", None], dtype="str"),
    "Q2": pd.Series(["1,3", "2", None], dtype="str"),
    "Q2 (2)": [1, 2, None],
    "Q4": [7, None, 6.5],
})  # fmt: skip


def test_an_export(tmp_path):
    survey = read(tmp_path, qualtrics_survey())
    pd.testing.assert_frame_equal(survey.data, EXPECTED)
    assert survey.variables["label"].tolist()[-2:] == ["Welk thema als eerste?", "Cijfer"]
    assert survey.multiple_response == {"Q1": ["Q1_1", "Q1_2"]} and survey.multiple_response["Q1"].label == "Welke vormen?"
    assert survey.variables.loc["Q1_2", ["kind", "values"]].tolist() == ["category", {1: "Werkplek"}]
    assert survey.source.format == "Qualtrics (CSV)" and survey.source.rows == 3


def test_the_same_in_a_workbook(tmp_path):
    import csv

    book = openpyxl.Workbook()
    for row in csv.reader(qualtrics_survey().splitlines()):
        book.active.append([cell or None if cell[:1] != "=" else "'" + cell for cell in row])
    book.save(tmp_path / "a.xlsx")
    data = reading.read_survey(tmp_path / "a.xlsx").data
    assert data["Q1_1"].tolist()[:2] == [1, 0] and list(data.columns) == list(EXPECTED.columns)


def column(name, number, question="QID1"):
    return (name, f"Kies - {name}", {"ImportId": question, "choiceId": str(number)})


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([["1", ""], ["", ""]], [[1, 0], [None, None]]),
        ([["1", "0"], ["0", "0"], ["", ""]], [[1, 0], [0, 0], [None, None]]),  # seen but unanswered, recoded to 0
        ([["-99", "-99"], ["", "2"]], [[0, 0], [0, 1]]),
        ([["a", ""], ["", "b"]], [[1, 0], [0, 1]]),
        ([["a", ""], ["", "iets anders"]], [["a", None], [None, "iets anders"]]),  # not ticks: as they stand
    ],
)
def test_ticks(tmp_path, cells, expected):
    survey = read(tmp_path, qualtrics([("R", "Response ID", "_recordId"), column("a", 1), column("b", 2)],
                                      [[f"R_{n}", *row] for n, row in enumerate(cells)]))  # fmt: skip
    found = survey.data[["a", "b"]].astype("object")
    assert found.where(found.notna(), None).values.tolist() == expected
    assert next(iter(survey.multiple_response.values())).counted == (None if "a" in expected[0] else 1)


def test_orders_of_display_and_matrices_are_no_multi_selects(tmp_path):
    columns = [("R", "Response ID", "_recordId"), ("Q1_DO_1", "Volgorde - a", {"ImportId": "QID1_DO", "choiceId": "1"}),
               ("Q2_1", "Stelling - a", "QID2_1")]  # fmt: skip
    survey = read(tmp_path, qualtrics(columns, [["R_1", "2", "1"], ["R_2", "1", "5"]]))
    assert survey.multiple_response == {} and survey.data["Q1_DO_1"].tolist() == [2, 1]


def test_a_header_that_the_caller_names_is_kept_to(tmp_path):
    data = read(tmp_path, qualtrics_survey(), "a.csv", header=2, first_row=4).data
    assert list(data.columns)[:2] == ["Start Date", "Response Type"] and len(data) == 3


def test_json_in_an_ordinary_table_is_no_row_of_import_ids(tmp_path):
    survey = read(tmp_path, 'a,b\n1,2\n"{""x"":1}",3\n', "a.csv")
    assert survey.source.format == "CSV" and len(survey.data) == 2
