"""Delimited text in the dialects that survey tools and Excel write."""

import pandas as pd
import pytest

from ledanalysis import reading
from ledanalysis.errors import InputError


@pytest.fixture
def read(tmp_path):
    def read(text, encoding="utf-8", name="a.csv", **options):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return reading.read_survey(tmp_path / name, **options)

    return read


DUTCH = (
    "gemeente;code;fte;inwoners;ingevuld;toelichting\r\n"
    "Súdwest-Fryslân;0344;1.234,5;89.710;01-06-2023 09:05;\"leren;\r\nen 'ontwikkelen'\"\r\n"
    "Hoorn;0405;12;1.234;2-6-2023;\r\n"
    "Één;1680;;872;;goed\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_dutch_delivery(read, encoding):
    survey = read(DUTCH, encoding)
    expected = pd.DataFrame({
        "gemeente": ["Súdwest-Fryslân", "Hoorn", "Één"],
        "code": ["0344", "0405", "1680"],
        "fte": [1234.5, 12, None],
        "inwoners": [89710, 1234, 872],
        "ingevuld": pd.Series(["2023-06-01 09:05", "2023-06-02", None], dtype="datetime64[us]"),
        "toelichting": pd.Series(["leren;\nen 'ontwikkelen'", None, "goed"], dtype="str"),
    })  # fmt: skip
    pd.testing.assert_frame_equal(survey.data, expected)
    assert survey.variables["kind"].tolist() == ["text", "text", "number", "number", "date", "text"]
    assert survey.source.encoding == encoding and survey.source.format == "CSV"


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_the_separator_is_found(read, mark):
    data = read(f'a{mark}b{mark}c\n1{mark}"x{mark}y"{mark}3\n2{mark}z{mark}4\n').data
    assert data.to_dict("list") == {"a": [1, 2], "b": [f"x{mark}y", "z"], "c": [3, 4]}


def test_semicolons_inside_cells_do_not_divide_a_comma_file(read):
    assert read("id,q2,q3\n1,1;2;5;,1;2;\n2,3;6;,2;\n").data.to_dict("list") == {
        "id": [1, 2], "q2": ["1;2;5;", "3;6;"], "q3": ["1;2;", "2;"]}  # fmt: skip


def test_decimal_commas_do_not_divide_a_semicolon_file(read):
    data = read("Cijfer, gemiddeld;Cijfer, hoogste\n1,5;2,5\n3,5;4,5\n").data
    assert data.to_dict("list") == {"Cijfer, gemiddeld": [1.5, 3.5], "Cijfer, hoogste": [2.5, 4.5]}


def test_the_separator_that_excel_names(read):
    assert read("sep=|\r\na|b;c\r\n1|2;3\r\n").data.to_dict("list") == {"a": [1], "b;c": ["2;3"]}


def test_a_title_is_not_a_file_of_one_column(read):
    text = "Uitdraai enquête\nid;a\n1;2\n3;4\n"
    with pytest.raises(InputError, match="row 2: 2 cells where the header has 1"):
        read(text)
    assert read(text, header=2).data.to_dict("list") == {"id": [1, 3], "a": [2, 4]}


def test_one_column(read):
    assert read("opmerking\nleren, altijd; en overal\n\nsamen\n").data.to_dict("list") == {
        "opmerking": ["leren, altijd; en overal", "samen"]}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1,5", "n/a"], ["1,5", "n/a"]),  # one text makes a column of text
        (["0363", "1680"], ["0363", "1680"]),
        (["0,5", "-,25"], [0.5, -0.25]),
        (["1.234.567", "-1.000"], [1234567, -1000]),
        (["1.5", "0.25"], [1.5, 0.25]),
        (["1.234", "2.500"], ["1.234", "2.500"]),  # thousands or decimals? nothing in the file tells
        (["1,234", "2,500"], [1.234, 2.5]),  # a semicolon file leaves the comma to the decimals
        (["1e+05", "2.5E-03"], [100000, 0.0025]),
        (["1,5E+03", "2"], [1500, 2]),
        (["2E1", "3E2"], ["2E1", "3E2"]),  # codes
        (["12.34", "1.2345,6"], ["12.34", "1.2345,6"]),
        (["12345678901234567890", "1"], ["12345678901234567890", "1"]),  # would lose digits
        (["31-02-2023", "01-02-2023"], ["31-02-2023", "01-02-2023"]),
        (["TRUE", "FALSE"], ["TRUE", "FALSE"]),
        ([" 7 ", "8"], [7, 8]),
    ],
)
def test_a_column_is_typed_as_a_whole(read, cells, expected):
    column = read("q;r\n" + "".join(f"{cell};x\n" for cell in cells)).data["q"]
    assert column.tolist() == expected
    assert pd.api.types.is_numeric_dtype(column) == (not isinstance(expected[0], str))


def test_the_decimal_mark_of_the_file_decides_where_a_column_does_not(read):
    assert read("a;b\n1.234;0,5\n2.500;1,5\n").data["a"].tolist() == [1234, 2500]
    assert read("a;b\n1.234;0.5\n2.500;1.5\n").data["a"].tolist() == [1.234, 2.5]
    assert read('a,b\n"1,234",x\n"2,500",y\n').data["a"].tolist() == ["1,234", "2,500"]  # nothing decides
    assert read('a,b\n"1,234",0.5\n"2,500",1.5\n').data["a"].tolist() == [1234, 2500]
    assert read("a;b;c\n1.234;0.5;1,5\n2.500;1.5;2,5\n").data["a"].tolist() == ["1.234", "2.500"]  # they differ
    assert read("a;b\n1.234;x\n", decimal=",").data["a"].tolist() == [1234]
    assert read("a;b\n1.234;x\n", decimal=".").data["a"].tolist() == [1.234]
    assert read("a;b\n1,5;x\n", decimal=".").data["a"].tolist() == ["1,5"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1-6-2023", "13-06-2023"], ["2023-06-01", "2023-06-13"]),
        (["01-06-2023 9:05:07", "02-06-2023"], ["2023-06-01 09:05:07", "2023-06-02"]),
        (["2015-02-13 17:10:50.250", "2015-02-13T17:15:01"], ["2015-02-13 17:10:50.25", "2015-02-13 17:15:01"]),
    ],
)
def test_dates(read, cells, expected):
    column = read("dag;x\n" + "".join(f"{cell};a\n" for cell in cells)).data["dag"]
    pd.testing.assert_series_equal(column, pd.Series(expected, dtype="datetime64[us]", name="dag"))


@pytest.mark.parametrize("cell", ["01-06-2023 24:00", "01-06-2023 10:61", "06/01/2023", "2023-06-01T12:00:00Z"])
def test_what_is_no_date_for_sure_stays_text(read, cell):
    assert read(f"dag;x\n{cell};a\n").data["dag"].tolist() == [cell]


def test_codes_for_missing(read):
    survey = read("q;tekst;leeg\n..;-;\n9;a;\n3;;\n", na_values=["..", "-", "9"])
    assert survey.data["q"].isna().tolist() == [True, True, False] and survey.variables.loc["q", "kind"] == "number"
    assert survey.user_missing.to_dict("list") == {
        "row": [0, 0, 1], "variable": ["q", "tekst", "q"], "code": ["..", "-", 9]}  # fmt: skip
    assert survey.variables["missing"].tolist() == [["..", 9], ["-"], []]
    assert survey.variables["kind"].tolist() == ["number", "text", "text"]


def test_columns_that_are_to_stay_text(read):
    assert read("q;r\n1,2;1,2\n3;3\n", text_columns=["q"]).data.to_dict("list") == {"q": ["1,2", "3"], "r": [1.2, 3.0]}
    with pytest.raises(InputError, match="text_columns names no column: 'z'; allowed: q, r"):
        read("q;r\n1;2\n", text_columns=["z"])


def test_names_of_columns(read):
    data = read('"Welke\n doelen?";reden;reden;;leeg;reden (2)\n1;a;b;c;;d\n').data
    assert list(data.columns) == ["Welke doelen?", "reden", "reden (3)", "column 4", "leeg", "reden (2)"]


def test_header_and_last_row(read):
    data = read("Uitdraai;;\n\nnu;;straks\nscore;n;score\n1;2;3\nbron: wij;;\n", header=[3, 4], last_row=5).data
    assert data.to_dict("list") == {"nu / score": [1], "n": [2], "straks / score": [3]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a;b\n1;2\n3\n", "a.csv, row 3: 1 cells where the header has 2"),
        ("a;b\n1;2;3\n4;5\n", "a.csv, row 2: 3 cells where the header has 2"),
        ('a;b\n1;2\n3;"vier\n', "a.csv, row 3: a quotation mark that does not close"),
        ('a;b\n1;"x"y\n', "a.csv, row 2: a quotation mark that does not close, or stands inside a text"),
        ("\n \n", "a.csv: nothing in it"),
    ],
)
def test_broken_rows_are_refused(read, text, message):
    with pytest.raises(InputError) as caught:
        read(text)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"header": 0}, "header rows are numbers from 1, in order: 0"),
        ({"header": [2, 1]}, "header rows are numbers from 1, in order"),
        ({"header": 9}, "no such header row: 9; allowed: 1 to 2"),
        ({"first_row": 1}, "first_row lies in the header or above it: 1"),
        ({"header": 2, "last_row": 1}, "last_row lies above the first row: 1"),
        ({"decimal": "'"}, "no such decimal mark"),
        ({"delimiter": ";;"}, "a delimiter is one character"),
        ({"group_rows": "a"}, "group_rows names a column that is there: 'a'"),
    ],
)
def test_options_that_do_not_fit_are_refused(read, options, message):
    with pytest.raises(InputError, match=message.replace("[", r"\[")):
        read("a;b\n1;2\n", **options)


def test_header_without_respondents(read):
    assert read("a;b\n").data.shape == (0, 2)
