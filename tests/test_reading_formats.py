"""The tables of formats in METHODS.md: a row for every reader, and what they say is what the readers do."""

import re
import struct
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest
from delivered import dta_survey, lime_responses, lime_structure, lsa, ods, ods_cell, ods_sheet, por_survey, qualtrics_survey
from made import pdf, whole
from test_reading_hostile import GOOGLE, LIME

from ledanalysis import reading
from ledanalysis.reading import SURVEYS, TEXTS, refi, tabular

METHODS = (Path(__file__).parents[1] / "METHODS.md").read_text("utf-8")
NAMES = {"LimeSurvey": "LimeSurvey results"}  # of the tools; its own files have the name first


def rows_of(first: str) -> dict[str, dict[str, str]]:
    """A table of METHODS.md, by its first column: of each row the cells by their headings."""
    text = re.search(rf"^\| {first} \|.*\n\|[-|]+\n((?:\|.*\n)+)", METHODS, re.MULTILINE)
    head = [cell.strip() for cell in text[0].splitlines()[0].strip("|").split("|")]
    found = {}
    for line in text[1].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == len(head), line
        found[cells[0]] = dict(zip(head, cells))
    return found


SURVEY_ROWS, TEXT_ROWS = rows_of("survey"), rows_of("text")


def test_every_reader_has_a_row_and_every_row_a_reader():
    tools = [NAMES.get(tool.NAME, tool.NAME) for tool in tabular.TOOLS]
    assert sorted(SURVEY_ROWS) == sorted([form.NAME for form in SURVEYS] + tools)
    assert sorted(TEXT_ROWS) == sorted([form.NAME for form in TEXTS] + ["REFI-QDA"])


@pytest.mark.parametrize("form", [*SURVEYS, *TEXTS], ids=lambda form: form.NAME)
def test_the_extensions_are_the_readers(form):
    rows = SURVEY_ROWS if form in SURVEYS else TEXT_ROWS
    assert rows[form.NAME]["extension"].split(", ") == list(form.EXTENSIONS)
    assert TEXT_ROWS["REFI-QDA"]["extension"].split(", ") == list(refi.EXTENSIONS)


# What a file of each format can hold at most


def sav(folder):
    frame = pd.DataFrame({"q1": [1.0, 9.0], "q2": [1.0, 0.0], "dag": [pd.Timestamp("2023-06-01").date(), None]})
    pyreadstat.write_sav(frame, folder / "a.sav", column_labels={"q1": "Vraag"}, missing_ranges={"q1": [9]},
                         variable_value_labels={"q1": {1: "eens"}})  # fmt: skip
    content, chosen = (folder / "a.sav").read_bytes(), b"$keus=C 5 Keuze q2\n"
    end = content.index(struct.pack("<ii", 999, 0))  # the record that ends the dictionary; pyreadstat writes no sets
    (folder / "a.sav").write_bytes(content[:end] + struct.pack("<iiii", 7, 7, 1, len(chosen)) + chosen + content[end:])
    return {"a.sav": None}


def parquet(folder):
    schema = pa.schema([pa.field("q", pa.dictionary(pa.int32(), pa.string()), metadata={"label": "Vraag"}), pa.field("dag", pa.date32())])
    pq.write_table(pa.table([["a", "b"], [0, 1]], schema=pa.schema([("q", pa.string()), ("dag", pa.int32())])).cast(schema), folder / "a.parquet")
    return {"a.parquet": None}


def excel(folder):
    book = openpyxl.Workbook()
    for row in (["q1", "dag"], [1, pd.Timestamp("2023-06-01").to_pydatetime()], [9, None]):
        book.active.append(row)
    sheet = book.create_sheet("Labels")
    for row in (["variabele", "label", "code", "antwoord"], ["q1", "Vraag", 1, "eens"]):
        sheet.append(row)
    book.save(folder / "a.xlsx")
    return {"a.xlsx": {"na_values": ["9"]}}


def opendocument(folder):
    day = '<table:table-cell office:value-type="date" office:date-value="2023-06-01"><text:p>x</text:p></table:table-cell>'
    data = ods_sheet("Data", [ods_cell("q1") + ods_cell("dag"), ods_cell(1) + day, ods_cell(9) + ods_cell(None)])
    labels = ods_sheet("Labels", ["".join(map(ods_cell, ["variabele", "label", "code", "antwoord"])), "".join(map(ods_cell, ["q1", "Vraag", 1, "eens"]))])
    (folder / "a.ods").write_bytes(ods(data, labels))
    return {"a.ods": {"na_values": ["9"]}}


def lime_table(folder):
    (folder / "a.lss").write_text(lime_structure(), "utf-8")
    (folder / "a.csv").write_text('"id","submitdate","lastpage","wie","vorm[SQ001]","vorm[SQ002]"\n"1","2023-06-01 09:30:15","2","A1","Y",""\n', "utf-8")
    (folder / "b.csv").write_text(LIME.replace('"Y"', '"9"'), "utf-8")
    return {"a.csv": {"structure": folder / "a.lss"}, "b.csv": {"na_values": ["9"]}}


def plain(name, text, **asked):
    def make(folder):
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        return {name: asked}

    return make


MICROSOFT = "ID;Begintijd;Tijd van voltooien;Vormen?\n1;01-06-2023 09:30;01-06-2023 09:40;9\n"
MADE = {
    "SPSS": sav, "SPSS portable": plain("a.por", por_survey()), "Stata": lambda folder: plain("a.dta", dta_survey(folder))(folder), "parquet": parquet,
    "Excel": excel, "OpenDocument": opendocument, "LimeSurvey": plain("a.lsa", lsa(lime_structure(), lime_responses())),
    "CSV": plain("a.csv", "q1;dag\n1;01-06-2023\n9;\n", na_values=["9"]), "Qualtrics": plain("a.csv", qualtrics_survey(), na_values=["7"]),
    "LimeSurvey results": lime_table, "Google Forms": plain("a.csv", GOOGLE.replace(",b\n", ",9\n"), na_values=["9"]),
    "Microsoft Forms": plain("a.csv", MICROSOFT, na_values=["9"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MADE)
def test_what_is_said_to_be_kept_is_kept(tmp_path, name):
    found = dict.fromkeys(["variable labels", "value labels", "user-missing", "multiple response", "dates"], False)
    for file, asked in MADE[name](tmp_path).items():
        survey = reading.read_survey(tmp_path / file, **(asked or {}))
        assert survey.source.format.split(" (")[0] == name.replace(" results", "")
        found["variable labels"] |= bool(survey.variables["label"].notna().any())
        ticks = {column for each in survey.multiple_response.values() for column in each}
        values = survey.variables["values"].drop(list(ticks))
        found["value labels"] |= bool(values.map(bool).any())
        found["user-missing"] |= len(survey.user_missing) > 0
        found["multiple response"] |= bool(survey.multiple_response)
        found["dates"] |= bool((survey.variables["kind"] == "date").any())
    said = {heading: SURVEY_ROWS[name][heading].split(" ")[0].strip(":;,") for heading in found}
    assert {heading: word in ("yes", "told") for heading, word in said.items()} == found
    assert set(said.values()) <= {"yes", "no", "told"}


@pytest.mark.parametrize("form", TEXTS, ids=lambda form: form.NAME)
def test_what_is_said_of_speakers_and_comments_is_so(tmp_path, form):
    suffix = form.EXTENSIONS[0]
    (tmp_path / f"a{suffix}").write_bytes(whole()[suffix])
    found = reading.read_passages(tmp_path / f"a{suffix}")
    row = TEXT_ROWS[form.NAME]
    assert row["speakers"].startswith("yes") == found["speaker"].notna().any()
    assert row["comments"].startswith("yes") == (found["kind"] == "comment").any()
    assert not found["text"].str.contains(r"00:00:0|\d:\d\d\.", regex=True).any() and row["times"] == "no"
    assert row["tables"].startswith("yes") == (form.NAME == "Word") and (form.NAME != "Word" or "cel" in " ".join(found["text"]))


def test_headers_of_pages_are_left_out(tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf(["Verslag", "", "Wij leren samen.", "1"], ["Verslag", "", "En van elkaar.", "2"]))
    assert reading.read_passages(tmp_path / "a.pdf")["text"].tolist() == ["Wij leren samen.", "En van elkaar."]
