"""Deliveries that are damaged or made to harm: a survey that is right, or an InputError; never anything else."""

import zipfile

import openpyxl
import pandas as pd
import pytest
from delivered import (
    ODS_END,
    ODS_START,
    dta_survey,
    lime_responses,
    lime_structure,
    lsa,
    ods,
    ods_cell,
    ods_sheet,
    ods_survey,
    packed,
    por_survey,
    qualtrics_survey,
    sav_survey,
)

from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading import bounds

LAUGHS = '<!DOCTYPE a [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
OUTSIDE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


def xlsx_survey(folder) -> bytes:
    book = openpyxl.Workbook()
    for row in (["gemeente", "nu", None], [None, "q1", "q2"], ["Hoorn", 1, 2.5], ["Één", 3, None]):
        book.active.append(row)
    book.active.merge_cells("B1:C1")
    sheet = book.create_sheet("Labels")
    for row in (["variabele", "label"], ["q1", "Stelling"]):
        sheet.append(row)
    book.save(folder / "seed.xlsx")
    return (folder / "seed.xlsx").read_bytes()


def parquet_survey(folder) -> bytes:
    frame = pd.DataFrame({"naam": ["Hoorn", "Één", None], "q1": [1, 2, 3], "x": [0.5, None, 1], "k": pd.Categorical(["a", "b", "a"])})
    frame.to_parquet(folder / "seed.parquet")
    return (folder / "seed.parquet").read_bytes()


def zsav_survey(folder) -> bytes:
    import pyreadstat

    pyreadstat.write_sav(pd.DataFrame({"q1": [1.0, 2.0], "naam": ["a", "b"]}), folder / "seed.zsav", compress=True)
    return (folder / "seed.zsav").read_bytes()


CSV = "gemeente;q1;fte;dag\r\nHoorn;1;1.234,5;01-06-2023\r\nÉén;2;;\r\n\"x;\r\ny\";3;2;02-06-2023\r\n"
GOOGLE = 'Tijdstempel,"Vormen?"\n"2023/06/01 9:05:07 AM GMT+2","a, b"\n"2023/06/02 9:05:07 AM GMT+2",b\n'
LIME = '"id. Response ID","submitdate. Date submitted","lastpage. Last page","q[SQ001]. Vraag? [a]"\n"1","2023-06-01 09:30:15","2","Y"\n'
SEEDS = {
    "sav": sav_survey, "zsav": zsav_survey, "por": lambda folder: por_survey(), "dta": dta_survey, "parquet": parquet_survey,
    "xlsx": xlsx_survey, "ods": lambda folder: ods_survey(),
    "fods": lambda folder: (ODS_START.replace("document-content", "document") .replace("<office:automatic", "<!-- application/vnd.oasis"
        ".opendocument.spreadsheet --><office:automatic", 1) + ods_sheet("A", [ods_cell("a"), ods_cell(1)])
        + ODS_END.replace("document-content", "document")).encode(),
    "lsa": lambda folder: lsa(lime_structure(), lime_responses()), "lss": lambda folder: lime_structure().encode(),
    "csv": lambda folder: CSV.encode(), "txt": lambda folder: CSV.encode("utf-16"), "tsv": lambda folder: qualtrics_survey().encode(),
    "google.csv": lambda folder: GOOGLE.encode(), "lime.csv": lambda folder: LIME.encode("utf-8-sig"),
}  # fmt: skip


@pytest.mark.parametrize("start", [LAUGHS, OUTSIDE])
@pytest.mark.parametrize("form", ["lss", "lsa", "ods", "xlsx"])
def test_entities_are_never_followed(tmp_path, start, form):
    entity = "&a9;" if start == LAUGHS else "&x;"

    def tainted(xml: str, before: str) -> str:
        head, _, tail = xml.partition("?>")
        return head + "?>" + start + tail.replace(before, entity, 1)

    if form == "xlsx":
        (tmp_path / "seed").write_bytes(xlsx_survey(tmp_path))
        with zipfile.ZipFile(tmp_path / "seed") as old:
            parts = {name: old.read(name) for name in old.namelist()}
        name = next(name for name in parts if b"Hoorn" in parts[name])
        parts[name] = tainted("<?xml version='1.0'?>" + parts[name].decode(), "Hoorn")
        content = packed(parts)
    elif form == "ods":
        sheet = ODS_START + ods_sheet("A", [ods_cell("Hoorn")]) + ODS_END
        content = packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": tainted(sheet, "Hoorn")})
    else:
        structure = tainted(lime_structure(), "Gemeente")
        content = structure.encode() if form == "lss" else lsa(structure, lime_responses())
    (tmp_path / f"a.{form}").write_bytes(content)
    with pytest.raises(InputError, match=r"the XML.* has a document type \(DOCTYPE\)"):
        reading.read_survey(tmp_path / f"a.{form}")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\..\\a.xml", "C:\\a.xml"])
@pytest.mark.parametrize("form", ["lsa", "xlsx", "ods"])
def test_parts_that_lead_out_of_the_archive_are_refused(tmp_path, name, form):
    seed = SEEDS[form](tmp_path)
    (tmp_path / f"a.{form}").write_bytes(seed)
    with zipfile.ZipFile(tmp_path / f"a.{form}", "a") as archive_file:
        archive_file.writestr(name, "x")
    with pytest.raises(InputError, match="a file in the archive leads out of it"):
        reading.read_survey(tmp_path / f"a.{form}")


@pytest.mark.parametrize("form", ["lsa", "xlsx", "ods"])
def test_zip_bombs_are_refused(tmp_path, monkeypatch, form):
    (tmp_path / f"a.{form}").write_bytes(SEEDS[form](tmp_path))
    with zipfile.ZipFile(tmp_path / f"a.{form}", "a", zipfile.ZIP_DEFLATED) as archive_file:
        archive_file.writestr("xl/worksheets/sheet9.xml", b"<a>" + b" " * 3_000_000 + b"</a>")
    monkeypatch.setattr(bounds, "SMALL", 1_000_000)
    with pytest.raises(InputError, match=r"unpacks to far more than it is: a zip bomb: 'xl/worksheets/sheet9\.xml'"):
        reading.read_survey(tmp_path / f"a.{form}")
    monkeypatch.setattr(bounds, "MOST_RATIO", 10_000)
    monkeypatch.setattr(bounds, "MOST_UNPACKED", 2_000_000)
    with pytest.raises(InputError, match="unpacks to too much: '2 MB'; allowed: 1 MB"):
        reading.read_survey(tmp_path / f"a.{form}")


def test_an_archive_that_lies_about_its_size(tmp_path):
    content = lsa(lime_structure(), lime_responses() + " " * 100_000)
    size = len(lime_responses() + " " * 100_000).to_bytes(4, "little")
    assert content.count(size) == 2
    (tmp_path / "a.lsa").write_bytes(content.replace(size, (50).to_bytes(4, "little")))
    with pytest.raises(InputError, match="damaged or cut short"):
        reading.read_survey(tmp_path / "a.lsa")


def test_a_line_too_long_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_LINE", 1000)
    (tmp_path / "a.csv").write_bytes(b"a;b\n" + b"1;2\n" * 300 + b"x;" * 501 + b"\n")
    with pytest.raises(InputError, match=r"a\.csv, row 302: a line of more than 1000 bytes"):
        reading.read_survey(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_bytes(b"a;b\n" + b"1;2\r" * 600)
    assert len(reading.read_survey(tmp_path / "a.csv").data) == 600


def test_a_cell_too_long_is_refused(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"a;b\n1;" + b"x" * 140_000 + b"\n")
    with pytest.raises(InputError, match="row 2: a cell of more than 131072 characters"):
        reading.read_survey(tmp_path / "a.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_nul_characters_are_refused(tmp_path, encoding):
    (tmp_path / "a.csv").write_bytes("a;b\n1;x\0y\n".encode(encoding))
    with pytest.raises(InputError, match=r"a\.csv: the name says CSV, the content is not|row 2: a NUL character"):
        reading.read_survey(tmp_path / "a.csv")


def test_control_characters_and_formulas_are_safe_texts(tmp_path):
    (tmp_path / "a.csv").write_text('na\x07am;b\n"=HYPERLINK(""http://x"";""y"")";+1+1\n\x1b[2Jschoon;<b>@SUM(1)</b>\n', encoding="utf-8")
    survey = reading.read_survey(tmp_path / "a.csv")
    assert survey.data.to_dict("list") == {
        "na\ufffdam": ['=HYPERLINK("http://x";"y")', "\ufffd[2Jschoon"], "b": ["+1+1", "<b>@SUM(1)</b>"]}  # fmt: skip
    assert list(survey.variables.index) == ["na\ufffdam", "b"]


def test_halves_of_characters_and_escapes_in_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    for row in (["a"], ["x_xD800_y"], ["_x0007_"], ["_x0000_z"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert reading.read_survey(tmp_path / "a.xlsx").data["a"].tolist() == ["x\ufffdy", "\ufffd", "\ufffdz"]


@pytest.mark.parametrize("cell", ["XFD1048576", "A1048576:XFD1048576"])
def test_a_sheet_that_spans_too_much_is_refused(tmp_path, monkeypatch, cell):
    monkeypatch.setattr(bounds, "MOST_CELLS", 1_000_000)
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.active["XFD200" if ":" not in cell else "A2"] = 1
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    if ":" in cell:
        sheet = sheet.replace(b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')
    else:
        sheet = sheet.replace(b"XFD200", cell.encode()).replace(b'r="200"', b'r="1048576"')
    (tmp_path / "a.xlsx").write_bytes(packed(parts | {"xl/worksheets/sheet1.xml": sheet}))
    with pytest.raises(InputError, match="spans .* rows by .* columns"):
        reading.read_survey(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("make", "name", "form"),
    [
        (xlsx_survey, "a.csv", "Excel"), (sav_survey, "a.xlsx", "SPSS"), (dta_survey, "a.sav", "Stata"),
        (parquet_survey, "a.dta", "parquet"), (lambda folder: por_survey(), "a.sav", "SPSS portable"),
        (lambda folder: ods_survey(), "a.xlsx", "OpenDocument"), (SEEDS["lsa"], "a.zip", "LimeSurvey"),
        (SEEDS["lss"], "a.xml", "LimeSurvey"), (SEEDS["tsv"], "a.txt", "Qualtrics (CSV)"),
        (lambda folder: GOOGLE.encode(), "antwoorden", "Google Forms (CSV)"),
    ],
)  # fmt: skip
def test_the_content_says_what_it_is(tmp_path, make, name, form):
    (tmp_path / name).write_bytes(make(tmp_path))
    assert reading.read_survey(tmp_path / name).source.format == form


def test_a_sheet_named_so_that_it_must_be_repeated_is_bounded(tmp_path):
    sheet = ods_sheet("A", [ods_cell("a"), ods_cell(1, number_columns_repeated=16000)])
    sheet = sheet.replace("<table:table-row>", '<table:table-row table:number-rows-repeated="900000">')
    (tmp_path / "a.ods").write_bytes(ods(sheet))
    with pytest.raises(InputError, match="spans"):
        reading.read_survey(tmp_path / "a.ods")


@pytest.mark.parametrize(("content", "problem"), [(b"a", "row 1: a line of more than"), (b"\0", "the name says CSV, the content is not")])
def test_of_a_gigabyte_in_one_line_only_the_start_is_read(tmp_path, monkeypatch, content, problem):
    with open(tmp_path / "a.csv", "wb") as made:
        made.write(content * (bounds.MOST_LINE + 10))
        made.truncate(1_000_000_000)  # the rest of it takes no room on the disk
    monkeypatch.setattr(reading, "open_file", lambda path: pytest.fail("read whole"))
    with pytest.raises(InputError, match=problem):
        reading.read_survey(tmp_path / "a.csv")


def test_a_survey_larger_than_any_is_not_opened(tmp_path, monkeypatch):
    (tmp_path / "a.sav").write_bytes(sav_survey(tmp_path))
    monkeypatch.setattr(bounds, "MOST_SURVEY", 100)
    with pytest.raises(InputError, match="a.sav: larger than 0 MB"):
        reading.read_survey(tmp_path / "a.sav")
