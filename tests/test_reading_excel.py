"""Excel sheets as people make them: merged headers, groups, notes, cells of every type."""

import datetime as dt
import zipfile

import openpyxl
import pandas as pd
import pytest

from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading import excel


@pytest.fixture
def write(tmp_path):
    def write(rows, merged=(), sheet="Data", more=()):
        book = openpyxl.Workbook()
        book.active.title = sheet
        for row in rows:
            book.active.append(row)
        for area in merged:
            book.active.merge_cells(area)
        for title, others in more:
            for row in others:
                (book[title] if title in book.sheetnames else book.create_sheet(title)).append(row)
        book.save(tmp_path / "a.xlsx")
        return tmp_path / "a.xlsx"

    return write


SCORES = [
    ["Scores 2018"],
    [],
    ["Organisation", "Response", "Index1", None, "Scores", None, None],
    [None, None, None, None, "Work", "Learning and\ndevelopment", None],
    ["Benchmark", 0.5, 0.6, None, 0.7, 0.8],
    [],
    ["North"],
    ["A", 0.9, 0.5, None, 0.1, 0.2],
    ["B", 1, 0.6, None, 0.3, ".."],
    [],
    ["C", 0.8, 0.7, None, 0.4, 0.5],
    [],
    ["South"],
    [],
    ["D", 0.7, 0.8, None, 0.6, 0.7],
    [],
    ["1 The index is a mean."],
]
MERGED = ("A3:A4", "B3:B4", "C3:C4", "E3:F3")


def test_a_published_table_of_groups(write):
    path = write(SCORES, MERGED)
    survey = reading.read_survey(path, header=[3, 4], first_row=6, group_rows="department", na_values=[".."])
    expected = pd.DataFrame({
        "department": pd.Series(["North", "North", None, "South"], dtype="str"),
        "Organisation": ["A", "B", "C", "D"],
        "Response": [0.9, 1, 0.8, 0.7],
        "Index1": [0.5, 0.6, 0.7, 0.8],
        "Scores / Work": [0.1, 0.3, 0.4, 0.6],
        "Scores / Learning and development": [0.2, None, 0.5, 0.7],
    })  # fmt: skip
    pd.testing.assert_frame_equal(survey.data, expected)
    assert survey.user_missing.to_dict("list") == {
        "row": [1], "variable": ["Scores / Learning and development"], "code": [".."]}  # fmt: skip


def test_only_the_lower_header_row(write):
    data = reading.read_survey(write(SCORES, MERGED), header=4, last_row=5).data
    assert list(data.columns) == ["Organisation", "Response", "Index1", "Work", "Learning and development"]


def test_a_group_may_go_on_after_a_blank_row(write):
    path = write(SCORES, MERGED)
    data = reading.read_survey(path, header=4, first_row=6, group_rows="g", blank_ends_group=False).data
    assert data["g"].tolist() == ["North", "North", "North", "South"]


def test_without_groups_headings_are_rows(write):
    data = reading.read_survey(write(SCORES, MERGED), header=4, last_row=8).data
    assert data["Organisation"].tolist() == ["Benchmark", "North", "A"]


def test_a_text_among_numbers_makes_text(write):
    column = reading.read_survey(write(SCORES, MERGED), header=4, last_row=9).data["Learning and development"]
    assert column.tolist()[0] == "0.8" and column.tolist()[-1] == ".."


def test_types_of_cells(write):
    path = write([
        ["n", "x", "ja", "dag", "duur", "tijd", "code", "tekstgetal", "gemengd"],
        [1, 0.1 + 0.2, True, dt.datetime(2023, 6, 1, 9, 30), dt.timedelta(hours=30), dt.time(0, 3, 10), "0363", "7", 363],
        [2, None, False, dt.date(2023, 6, 2), None, dt.time(0, 4), "1680", "8,5", "0363"],
    ])  # fmt: skip
    data = reading.read_survey(path).data
    expected = pd.DataFrame({
        "n": [1, 2], "x": [0.1 + 0.2, None], "ja": [1, 0],
        "dag": pd.Series(["2023-06-01 09:30", "2023-06-02"], dtype="datetime64[us]"),
        "duur": [108000.0, None], "tijd": [190, 240], "code": ["0363", "1680"],
        "tekstgetal": [7, 8.5], "gemengd": ["363", "0363"],
    })  # fmt: skip
    pd.testing.assert_frame_equal(data, expected)


def test_numbers_in_a_text_column_read_as_they_show(write):
    path = write([["q"], [1 / 3], [2.0], [dt.datetime(2023, 6, 1)], ["n/a"]])
    assert reading.read_survey(path).data["q"].tolist() == ["0.333333333333333", "2", "2023-06-01", "n/a"]


def test_a_table_that_does_not_begin_in_the_corner(write):
    data = reading.read_survey(write([[], [None, None, "a", "b"], [None, None, 1, 2]])).data
    assert data.to_dict("list") == {"a": [1], "b": [2]}


def test_a_column_without_a_name_is_kept_if_there_is_something_in_it(write):
    data = reading.read_survey(write([["a", None, None], [1, None, "x"]])).data
    assert data.to_dict("list") == {"a": [1], "column 3": ["x"]}


def test_sheets(write):
    path = write([], more=[("Data", []), ("Antwoorden", [["a"], [1]]), ("Labels", [["b"], [2]])])
    assert list(reading.read_survey(path).data) == ["a"]  # the first that is not empty
    assert list(reading.read_survey(path, sheet="Labels").data) == ["b"]
    with pytest.raises(InputError, match="a.xlsx: no such sheet: 'Lables'; allowed: Data, Antwoorden, Labels"):
        reading.read_survey(path, sheet="Lables")


def test_a_formula_that_was_never_computed_is_refused(write):
    with pytest.raises(InputError, match="a.xlsx, row 2, column 'B': a formula without a stored result.*: '=A2\\*2'"):
        reading.read_survey(write([["a", "b"], [1, "=A2*2"]]))


def test_a_formula_with_a_stored_empty_text_is_an_empty_cell(write, tmp_path):
    path = write([["a", "b"], [1, '=""']])
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<c r="B2"><f>', b'<c r="B2" t="str"><f>'))
    data = reading.read_survey(tmp_path / "b.xlsx").data
    assert data["a"].tolist() == [1] and data["b"].isna().all()


def test_line_ends_in_cells(write):
    assert reading.read_survey(write([["a"], ["leren_x000D_\nsamen"]])).data["a"].tolist() == ["leren\nsamen"]


def test_a_header_row_without_names_is_refused(write):
    with pytest.raises(InputError, match="a.xlsx, row 2: a header row without names"):
        reading.read_survey(write([["a"], [None], [1]]), header=2)


def changed(path, old, new):
    """The first sheet with other XML."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert parts["xl/worksheets/sheet1.xml"].count(old) == 1
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_cells_and_rows_that_are_not_in_order_stand_where_they_say(write, monkeypatch):
    path = write([["a", "b"], [1, 2], [3, 4]])
    first, second = b'<c r="A2" t="n"><v>1</v></c>', b'<c r="B2" t="n"><v>2</v></c>'
    changed(path, first + second, second + first)
    assert reading.read_survey(path).data.to_dict("list") == {"a": [1, 3], "b": [2, 4]}
    monkeypatch.setattr(excel, "MOST_IN_DISORDER", 5)
    with pytest.raises(InputError, match="sheet 'Data' spans"):
        reading.read_survey(path)


def test_rows_in_another_order(write):
    path = write([["a"], [1], [3]])
    changed(path, b'<row r="2"><c r="A2" t="n"><v>1</v></c></row><row r="3"><c r="A3" t="n"><v>3</v></c></row>',
            b'<row r="3"><c r="A3" t="n"><v>3</v></c></row><row r="2"><c r="A2" t="n"><v>1</v></c></row>')  # fmt: skip
    assert reading.read_survey(path).data["a"].tolist() == [1, 3]


@pytest.mark.parametrize("extent", [b"A1", b"A1:XFD1048576"])
def test_what_a_sheet_says_of_its_extent_does_not_count(write, extent):
    path = changed(write([["a", "b"], [1, 2], [3, 4]]), b'<dimension ref="A1:B3"/>', b'<dimension ref="%s"/>' % extent)
    assert reading.read_survey(path).data.to_dict("list") == {"a": [1, 3], "b": [2, 4]}


def test_rows_left_out_of_the_file_count(write):
    path = write([["titel"], [], [], ["a", "b"], [1, None], [None, 2]])
    assert reading.read_survey(path, header=4).data.isna().values.tolist() == [[False, True], [True, False]]
