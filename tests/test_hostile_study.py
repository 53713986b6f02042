"""A study whose deliveries are damaged or made to harm, as its analyst meets it: a message and exit code 2, safe files."""

import inspect
import io
import subprocess
import sys
import zipfile

import nbformat.v4 as v4
import openpyxl
import pandas as pd
import pytest
from made import whole
from test_reading_hostile import LAUGHS, ODS_END, ODS_START, SEEDS, lime_responses, lime_structure, lsa, ods_cell, ods_sheet, packed
from test_slides import HEAD, bundle, code

from ledanalysis import cli, slides, tables
from ledanalysis.errors import InputError
from ledanalysis.markup import to_html
from ledanalysis.prepare import load_register, read_deliveries, read_overview, read_texts
from ledanalysis.reading import bounds, read_survey
from ledanalysis.study import SurveyFile, load_study


def bomb(content: bytes, name: str) -> bytes:
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"<a>" + b" " * 20_000_000 + b"</a>")
    return made.getvalue()


def outside(content: bytes) -> bytes:
    made = io.BytesIO(content)
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("../../a.xml", "<a/>")
    return made.getvalue()


def nested() -> bytes:
    """A bomb in a bomb: what is inside is not opened."""
    inner = bomb(packed({"a.txt": "x"}), "b.txt")
    return packed({"xl/workbook.xml": "<a/>", "xl/inner.zip": inner})


def entities() -> bytes:
    sheet = ODS_START.replace("?>", f"?>{LAUGHS}", 1) + ods_sheet("A", [ods_cell("&a9;")]) + ODS_END
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": sheet})


SURVEYS = {
    "entities.ods": (lambda folder: entities(), "document type"),
    "entities.lss": (lambda folder: lime_structure().replace("?>", f"?>{LAUGHS}", 1).encode(), "document type"),
    "bomb.xlsx": (lambda folder: bomb(SEEDS["xlsx"](folder), "xl/media/a.xml"), "a zip bomb"),
    "nested.xlsx": (lambda folder: nested(), "a part lacks"),
    "outside.lsa": (lambda folder: outside(SEEDS["lsa"](folder)), "leads out of it"),
    "cut.sav": (lambda folder: SEEDS["sav"](folder)[:-20], "not readable as SPSS"),
    "cut.zsav": (lambda folder: SEEDS["zsav"](folder)[:-20], "not readable as SPSS"),
    "cut.por": (lambda folder: SEEDS["por"](folder)[:-300], "damaged or cut short"),
    "cut.dta": (lambda folder: SEEDS["dta"](folder)[:-300], "not readable as Stata"),
    "cut.parquet": (lambda folder: SEEDS["parquet"](folder)[:-30], "not readable as parquet"),
    "cut.xlsx": (lambda folder: SEEDS["xlsx"](folder)[:-30], "damaged or cut short"),
    "cut.csv": (lambda folder: b'a;b\n1;"een lange te', "a quotation mark that does not close"),
    "table.xlsx": (lambda folder: b"a;b\n1;2\n", "the name says Excel, the content looks like CSV"),
    "line.csv": (lambda folder: b"a" * (bounds.MOST_LINE + 2), "a line of more than"),
    "zero.csv": (lambda folder: b"a;b\n1;\0\n", "the content is not"),
    "zeroes.sav": (lambda folder: bytes(5000), "the name says SPSS"),
    "empty.csv": (lambda folder: b"", "the file is empty"),
}


def run(monkeypatch, capsys, *words):
    """The command line in this process: exit code, and what it says."""
    monkeypatch.setattr(sys, "argv", ["led", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    return ended.value.code, said.out + said.err


@pytest.mark.parametrize("name", SURVEYS)
def test_a_hostile_survey(small_folder, change, monkeypatch, capsys, tmp_path, name):
    make, problem = SURVEYS[name]
    (small_folder / "data/raw" / name).write_bytes(make(tmp_path))
    change(small_folder, "study.toml", '"enquete.csv"', f'"{name}"')
    for verb in ("check", "prepare"):
        exit_code, said = run(monkeypatch, capsys, verb, "--study", small_folder)
        assert exit_code == 2 and name in said and problem in said and "Traceback" not in said, said
    assert not (small_folder / "data/processed").exists()


TEXTS = {
    "entities.docx": (lambda made: packed(_tainted(made[".docx"])), "document type"),
    "bomb.docx": (lambda made: bomb(made[".docx"], "word/a.xml"), "a zip bomb"),
    "cut.docx": (lambda made: made[".docx"][:-50], "damaged or cut short"),
    "cut.pdf": (lambda made: made[".pdf"][:80], "a.pdf|not readable as PDF|no text in it"),
    "zero.txt": (lambda made: b"Jan: ja\0\n", "the content is not"),
    "word.txt": (lambda made: made[".docx"], "the name says plain text, the content looks like Word"),
    "text.docx": (lambda made: made[".txt"], "the name says Word, the content looks like plain text"),
    "cut.vtt": (lambda made: b"WEBVTT\n\n0:0:0.0 --> 0:", "no text in it"),
    "empty.eml": (lambda made: b"", "the file is empty"),
}


def _tainted(content: bytes) -> dict:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return files | {"word/document.xml": files["word/document.xml"].replace(b"?>", b"?>" + LAUGHS.encode(), 1)}


def with_texts(folder, change, *names):
    """The small study with an overview of texts."""
    rows = "".join(f"{name};interview;Ameland\n" for name in names)
    (folder / "data/raw/teksten.csv").write_text(f"bestand;soort;gemeente\n{rows}", "utf-8")
    columns = 'columns = { file = "bestand", kind = "soort", municipality = "gemeente" }'
    texts = f'[texts]\noverview = "teksten.csv"\n{columns}\nkinds = {{ interview = "interview" }}\n'
    change(folder, "study.toml", "[survey]", f"{texts}\n[survey]")


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text(small_folder, change, monkeypatch, capsys, name):
    make, problem = TEXTS[name]
    (small_folder / "data/raw" / name).write_bytes(make(whole()))
    with_texts(small_folder, change, name)
    for verb in ("check", "prepare"):
        exit_code, said = run(monkeypatch, capsys, verb, "--study", small_folder)
        assert exit_code == 2 and name in said and any(each in said for each in problem.split("|")) and "Traceback" not in said, said


@pytest.mark.parametrize("name", ["../../secret.txt", "/etc/hostname", "a/../../b.txt"])
def test_an_overview_names_no_text_elsewhere(small_folder, change, name):
    (small_folder / "secret.txt").write_text("geheim")
    with_texts(small_folder, change, name)
    study = load_study(small_folder)
    listed, faults = read_overview(study)
    passages, _, _ = read_texts(listed, study, load_register(study))
    assert passages.empty and str(faults[0]).startswith("teksten.csv, row 2, column 'bestand': a text outside the folder of deliveries")


def test_the_exit_code_is_that_of_the_program_itself(small_folder, change):
    (small_folder / "data/raw/enquete.csv").write_bytes(b"\0")
    done = subprocess.run([sys.executable, "-m", "ledanalysis.cli", "check", "--study", small_folder], capture_output=True, text=True)
    assert done.returncode == 2 and "enquete.csv" in done.stderr and "Traceback" not in done.stderr


# What leaves the study


FORMULAS = ["=HYPERLINK(\"http://x\";\"klik\")", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "\t=1+1", "\r=1", " =1", "＝1"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_written_table_is_run(tmp_path, formula):
    table = pd.DataFrame({"name": [formula, "Hoorn"], "n": [-1, 2], formula: ["a", None]})
    path = tables.write_csv(tmp_path / "to_decide.csv", table)
    found = pd.read_csv(path, sep=";", dtype="str", lineterminator="\n")
    assert found["name"].tolist() == [f"'{formula}", "Hoorn"] and found["n"].tolist() == ["-1", "2"]
    assert found.columns[2] == f"'{formula}"


def test_what_is_no_formula_is_written_as_it_is(tmp_path):
    texts = ["-2,5", "+31", "a=b", "Ja - nee", "–", "'s-Hertogenbosch", "", "1-2"]
    path = tables.write_csv(tmp_path / "a.csv", pd.DataFrame({"name": texts}))
    assert pd.read_csv(path, sep=";", dtype="str", keep_default_na=False)["name"].tolist() == texts


def test_a_name_like_a_formula_is_inert_in_the_table_of_names_to_decide(small_folder, monkeypatch, capsys):
    path = small_folder / "data/raw/enquete.csv"
    text = path.read_text("utf-8")
    formula = '=HYPERLINK(""http://x"")'
    path.write_text(text.replace(";Almere;", f';"{formula}";', 1), "utf-8")
    monkeypatch.setattr(sys, "argv", ["led", "prepare", "--study", str(small_folder)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code in (0, None), capsys.readouterr().err
    written = (small_folder / "data/processed/to_decide.csv").read_text("utf-8-sig")
    assert "'=HYPERLINK" in written and ';=' not in written and ';"=' not in written


def test_formulas_in_a_workbook_are_their_results_and_texts_stay_texts(tmp_path):
    book = openpyxl.Workbook()
    for row in (["v1", "v2"], ["x", 1]):
        book.active.append(row)
    book.active["A2"].value, book.active["A2"].data_type = '=HYPERLINK("http://x")', "s"
    book.save(tmp_path / "a.xlsx")
    assert read_survey(tmp_path / "a.xlsx").data["v1"].tolist() == ['=HYPERLINK("http://x")']
    book.active["A3"] = '=HYPERLINK("http://x","klik")'
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(InputError, match="b.xlsx, row 3, column 'A': a formula without a stored result"):
        read_survey(tmp_path / "b.xlsx")


HTML = '<script>alert(1)</script><img src=x onerror="alert(2)"><a href="javascript:alert(3)">k</a>'


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_answer_in_html_is_text_on_a_slide(tmp_path, form):
    frame = pd.DataFrame({"naam": ["Hoorn", "Ameland"], "antwoord": [HTML, "<b>vet</b> & meer"]})
    if form == "csv":
        frame.to_csv(tmp_path / "a.csv", sep=";", index=False)
    else:
        frame.to_excel(tmp_path / "a.xlsx", index=False)
    answers = read_survey(tmp_path / f"a.{form}").data
    assert answers["antwoord"][0] == HTML  # kept as it was given
    table = bundle("Antwoorden", "table", to_html(answers, "nl"))
    words = bundle("Antwoorden", "text", f"- {answers['antwoord'][0]}", notes=HTML, footer=HTML)
    named = bundle(HTML, "text", "x", kicker=HTML)
    notebook = v4.new_notebook(cells=[code(table), code(words), code(named)], metadata={"ledanalysis": HEAD})
    shown = slides.export(notebook, tmp_path / "a.html").read_text("utf-8")
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3 and "&lt;b&gt;vet&lt;/b&gt; &amp; meer" in shown
    for mark in ("<script>alert(1)", "<img src=x", "<img src=\"x\"", '<a href="javascript'):
        assert mark not in shown, mark


# What study.toml can say of a delivery


def test_study_toml_has_every_option_of_the_reader():
    assert set(SurveyFile.model_fields) - {"file"} == set(inspect.signature(read_survey).parameters) - {"path"}
    for name, parameter in inspect.signature(read_survey).parameters.items():
        if name != "path":
            default = SurveyFile.model_fields[name].get_default()
            assert default == (list(parameter.default) if isinstance(parameter.default, tuple) else parameter.default), name


def test_a_structure_beside_the_delivery(small_folder, change):
    """LimeSurvey's table with its questionnaire: the labels of the latter."""
    raw = small_folder / "data/raw"
    (raw / "vragen.lss").write_text(lime_structure(), "utf-8")
    change(small_folder, "study.toml", 'file = "enquete.csv"', 'file = "enquete.csv"\nstructure = "vragen.lss"')
    study = load_study(small_folder)
    assert study.settings.survey.structure == "vragen.lss"
    with pytest.raises(InputError, match="structure= is for LimeSurvey's results, which this is not"):
        read_deliveries(study, load_register(study))
    change(small_folder, "study.toml", 'structure = "vragen.lss"', 'structure = "weg.lss"')
    (raw / "enquete.csv").write_text('"id","submitdate","lastpage","Q1"\n"1","2023-06-01 09:30:15","2","Y"\n', "utf-8")
    study = load_study(small_folder)
    with pytest.raises(InputError, match="weg.lss: no such file"):
        read_deliveries(study, load_register(study))


def test_a_sheet_of_labels_named_in_study_toml(small_folder, change):
    change(small_folder, "study.toml", 'file = "enquete.csv"', 'file = "enquete.xlsx"\nlabels_sheet = ["Uitleg"]')
    rows = pd.read_csv(small_folder / "data/raw/enquete.csv", sep=";", dtype="str")
    with pd.ExcelWriter(small_folder / "data/raw/enquete.xlsx") as book:
        rows.to_excel(book, sheet_name="Data", index=False)
        pd.DataFrame({"variabele": ["c2"], "label": ["Coaching?"]}).to_excel(book, sheet_name="Uitleg", index=False)
    study = load_study(small_folder)
    assert read_deliveries(study, load_register(study)).survey.variables.loc["c2", "label"] == "Coaching?"


def test_archives_with_an_end_that_lies(tmp_path):
    content = lsa(lime_structure(), lime_responses())
    at = content.rindex(b"PK\x05\x06")
    for place, size in ((8, 2), (10, 2), (12, 4), (16, 4)):
        made = content[: at + place] + b"\x01" + bytes(size - 1) + content[at + place + size :]
        (tmp_path / "a.lsa").write_bytes(made)
        try:
            assert len(read_survey(tmp_path / "a.lsa").data) == 3
        except InputError as error:
            assert "a.lsa" in str(error)
