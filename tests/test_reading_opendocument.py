"""OpenDocument spreadsheets as LibreOffice writes them: repeated cells, merged headers, comments, hidden sheets."""

import datetime as dt

import pandas as pd
import pytest
from delivered import ODS_END, ODS_START, ods, ods_cell, ods_sheet, ods_survey

from ledanalysis import reading
from ledanalysis.errors import InputError


@pytest.fixture
def read(tmp_path):
    def read(content, name="a.ods", **options):
        (tmp_path / name).write_bytes(content)
        return reading.read_survey(tmp_path / name, **options)

    return read


def test_a_simple_sheet(read):
    survey = read(ods_survey(), "a.csv")  # known by its content
    expected = pd.DataFrame({"gemeente": ["Hoorn", "Één"], "q1": [1, 3], "q2": [2.5, None]})
    pd.testing.assert_frame_equal(survey.data, expected)
    assert survey.source.format == "OpenDocument"


def test_flat_xml(read):
    flat = ODS_START.replace("document-content", "document office:mimetype='application/vnd.oasis.opendocument.spreadsheet'", 1)
    text = flat + ods_sheet("Data", [ods_cell("a"), ods_cell(1)]) + ODS_END.replace("document-content", "document")
    assert read(text.encode(), "a.fods").data.to_dict("list") == {"a": [1]}


def test_merged_headers_of_two_rows(read):
    covered = "<table:covered-table-cell/>"
    rows = [
        ods_cell("Organisatie", number_rows_spanned=2) + ods_cell("Nu", number_columns_spanned=2) + covered + ods_cell("Straks"),
        covered + ods_cell("score") + ods_cell("n") + ods_cell("score"),
        ods_cell("A") + ods_cell(1, number_columns_repeated=2) + ods_cell(3),
        ods_cell("B") + ods_cell(None) + ods_cell(5) + ods_cell(6),
    ]
    data = read(ods(ods_sheet("Data", rows)), header=[1, 2]).data
    pd.testing.assert_frame_equal(data, pd.DataFrame({
        "Organisatie": ["A", "B"], "Nu / score": [1, None], "Nu / n": [1, 5], "Straks / score": [3, 6]}))  # fmt: skip


def test_types_of_cells(read):
    def cell(kind, **values):
        return f'<table:table-cell office:value-type="{kind}" ' + " ".join(
            f'office:{name.replace("_", "-")}="{value}"' for name, value in values.items()) + "><text:p>x</text:p></table:table-cell>"  # fmt: skip

    header = "".join(map(ods_cell, ("dag", "begin", "duur", "ja", "deel", "tekst", "code")))
    row = (cell("date", date_value="2023-06-01") + cell("date", date_value="2023-06-01T09:30:00")
           + cell("time", time_value="PT30H00M01S") + cell("boolean", boolean_value="true") + cell("percentage", value="0.25")
           + ods_cell('een<text:s text:c="2"/>twee<text:line-break/><text:span>drie</text:span>'
                      '<office:annotation><text:p>nota</text:p></office:annotation> &amp; =vier') + ods_cell("0363"))  # fmt: skip
    data = read(ods(ods_sheet("Data", [header, row]))).data
    assert data.iloc[0].tolist() == [
        pd.Timestamp("2023-06-01"), pd.Timestamp("2023-06-01 09:30"), dt.timedelta(hours=30, seconds=1).total_seconds(),
        1, 0.25, "een  twee\ndrie & =vier", "0363"]  # fmt: skip


def test_rows_that_are_written_once(read):
    row = f'<table:table-row table:number-rows-repeated="3">{ods_cell(7)}</table:table-row>'
    sheet = ods_sheet("Data", [ods_cell("a")]).replace("</table:table-row>", "</table:table-row>" + row, 1)
    assert read(ods(sheet)).data["a"].tolist() == [7, 7, 7]


def test_sheets(read):
    content = ods(ods_sheet("Verborgen", [ods_cell("x"), ods_cell(1)], "ta2"), ods_sheet("Leeg", []),
                  ods_sheet("Data", [ods_cell("a"), ods_cell(2)]))  # fmt: skip
    assert list(read(content).data) == ["a"] and list(read(content, sheet="Verborgen").data) == ["x"]
    with pytest.raises(InputError, match="no such sheet: 'Dta'; allowed: Verborgen, Leeg, Data"):
        read(content, sheet="Dta")


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ('<table:table-cell office:value-type="date" office:date-value="2023-13-01"/>', "row 2: a cell that is no date"),
        ('<table:table-cell office:value-type="float"/>', "row 2: a cell that is no float"),
        (ods_cell(1, number_columns_repeated=99999999), "sheet 'Data' spans 1 rows by 99999999 columns"),
        (ods_cell(1, number_columns_repeated=99999999999), "a count beyond all bounds"),
        (ods_cell(1, number_rows_spanned=900000, number_columns_spanned=900), "sheet 'Data' spans 900000 rows by 900 columns"),
    ],
)
def test_cells_that_cannot_be_are_refused(read, cell, message):
    with pytest.raises(InputError, match=message):
        read(ods(ods_sheet("Data", [ods_cell("a"), cell])))
