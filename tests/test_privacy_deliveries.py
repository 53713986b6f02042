"""One person's traces in every place of a delivery: none is left in what is written, and the key only where it may be."""

import csv
import io
import os
import stat
import subprocess

import docx
import openpyxl
import pandas as pd
import pypdf
import pytest
from made import mail, pdf
from typer.testing import CliRunner

from ledanalysis.cli import app
from ledanalysis.errors import InputError
from ledanalysis.prepare import load_register, prepare, read_deliveries
from ledanalysis.pseudonyms import check_key, clear_deliveries
from ledanalysis.study import load_study
from ledanalysis.tables import read_table

NAME = "Tjibbe Hogezand"
SAID = (
    "Ik ben Tjibbe Hogezand, mail t.hogezand@voorbeeld.nl of bel 06-18273645; BSN 111222333, NL20INGB0001234567, "
    "Geheimlaan 77, 4817 KX, linkedin.com/in/tjibbehogezand, personeelsnummer 774411, @tjibbeh. Data en klimaat dus."
)
TRACES = ["tjibbe", "hogezand", "18273645", "111222333", "0001234567", "geheimlaan", "4817", "linkedin", "774411", "voorbeeld.nl"]
SPOKEN = f"Interviewer: Hoe leren jullie?\n{NAME}: {SAID}\nInterviewer: Mooi.\n{NAME}: Tjibbe zei het al, in Ameland.\n"
TEXTS = """
[texts]
overview = "overzicht_tjibbe.csv"
[texts.columns]
file = "bestand"
kind = "soort"
municipality = "gemeente"
[texts.kinds]
interview = "interview"
"""


def word() -> bytes:
    document, packed = docx.Document(), io.BytesIO()
    document.core_properties.author = document.core_properties.title = NAME
    document.sections[0].header.paragraphs[0].text = f"{NAME}, 06-18273645"
    document.add_heading(f"Gesprek met {NAME}", 1)
    for line in SPOKEN.splitlines():
        paragraph = document.add_paragraph(line)
    document.add_comment(paragraph.runs, text=f"Klopt dit, Tjibbe? {SAID}", author=NAME, initials="TH")
    document.add_table(1, 2).rows[0].cells[1].text = SAID
    document.save(packed)
    return packed.getvalue()


def cues(arrow: str) -> str:
    return f"1\n00:00:01{arrow}000 --> 00:00:02{arrow}500\n{NAME}: {SAID}\n\n2\n00:00:02{arrow}500 --> 00:00:04{arrow}000\nEva Bos: Zo, Tjibbe.\n"


def letter(**headers) -> bytes:
    sender = {"Reply_To": f"{NAME} <t.hogezand@voorbeeld.nl>", "X_Naam": NAME, "To": "tjibbe@voorbeeld.nl"}
    return mail(f"Idee van {NAME}", f"Beste Eva,\n\n{SAID}\n\nMet groet,\n\n{NAME}\n06-18273645\n", **sender | headers)


def portable() -> bytes:
    said = [SAID[start : start + 60] for start in range(0, len(SAID), 60)]
    writer, packed = pypdf.PdfWriter(), io.BytesIO()
    writer.append(io.BytesIO(pdf([f"Verslag van {NAME}", "", f"{NAME}: Hoe leer-", "den jullie?", "Eva: Zo, bel", "06-18273645 maar."], said)))
    writer.add_metadata({"/Author": NAME, "/Title": SAID})
    writer.write(packed)
    return packed.getvalue()


def texts() -> dict[str, bytes]:
    return {
        f"interview_{NAME.replace(' ', '_')}_Ameland.docx": word(), "tjibbehogezand.txt": SPOKEN.encode(), "Tjibbe.srt": cues(",").encode(),
        "hogezand.vtt": ("WEBVTT\n\n" + cues(".").split("\n", 1)[1]).encode(), "t.hogezand@voorbeeld.nl.eml": letter(),
        "tjibbe.mbox": b"From t.hogezand@voorbeeld.nl Tue Jun  6 10:00:00 2023\n" + letter() + b"\n"
                       + b"From t.hogezand@voorbeeld.nl Tue Jun  6 11:00:00 2023\n" + letter() + b"\n",
        "18273645.pdf": portable(),
    }  # fmt: skip


def survey(folder) -> tuple[list[str], list[dict]]:
    """The rows of the small study's delivery with somebody's traces wherever a respondent can write."""
    with (folder / "data/raw/enquete.csv").open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, delimiter=";")
        rows = list(reader)
    for number, row in enumerate(rows):
        row |= {"nr": f"tjibbe.hogezand+{number}@voorbeeld.nl", "mail": "t.hogezand@voorbeeld.nl", "d4": f"Nr {number}: {SAID}", NAME: SAID}
        row["kanaal"] = f"web van {NAME}, 06-18273645" if row["kanaal"] != "preview" else "preview"
    rows[1]["a1"] = f"dat weet {NAME}, 06-18273645"
    rows[0]["a2_voor"] = f"Schiermonnikoog;vraag {NAME}"
    return [*reader.fieldnames, NAME], rows


@pytest.fixture(params=["csv", "xlsx"])
def planted(request, small_folder):
    """A study with all of it; the survey as text and as a workbook."""
    raw, header_rows = small_folder / "data/raw", survey(small_folder)
    header, rows = header_rows
    if request.param == "csv":
        lines = [header, *([row[name] for name in header] for row in rows)]
        (raw / "enquete_tjibbe.csv").write_text("\n".join(";".join(f'"{cell}"' for cell in line) for line in lines), "utf-8-sig")
    else:
        book = openpyxl.Workbook()
        book.properties.creator, book.active.title = NAME, "Tjibbe"
        for line in [header, *([_number(row[name]) for name in header] for row in rows)]:
            book.active.append(line)
        book.active["A2"].comment = openpyxl.comments.Comment(SAID, NAME)
        book.save(raw / "enquete_tjibbe.xlsx")
    for name, content in texts().items():
        (raw / name).write_bytes(content)
    places = ["Ameland", f"Ameland, zegt {NAME}", *["Almere"] * (len(texts()) - 2)]
    listed = [f"{name};interview;{place};{NAME}" for name, place in zip(texts(), places)]
    (raw / "overzicht_tjibbe.csv").write_text("\n".join(["bestand;soort;gemeente;wie", *listed]), "utf-8")
    settings = small_folder / "data/codebook/study.toml"
    settings.write_text(settings.read_text("utf-8").replace("enquete.csv", f"enquete_tjibbe.{request.param}") + TEXTS, "utf-8")
    return load_study(small_folder)


def _number(cell: str):
    return float(cell.replace(",", ".")) if cell.replace(",", "").isdigit() else cell or None


def written(study) -> dict[str, str]:
    """Everything that stands in data/processed and outputs, by file: the bytes, and of a table the cells and the names."""
    found = {}
    for folder in (study.processed, study.outputs):
        for path in sorted(place for place in folder.rglob("*") if place.is_file()):
            found[path.name] = path.name + path.read_bytes().decode("latin-1")
            if path.suffix == ".parquet":
                found[path.name] += pd.read_parquet(path).to_csv()
    return found


def test_of_a_person_nothing_is_left_in_any_table(planted):
    prepare(planted)
    left = [(name, trace) for name, content in written(planted).items() for trace in TRACES if trace in content.lower()]
    assert left == []


def test_what_is_no_person_is_still_there(planted):
    prepare(planted)
    passages, mentions = read_table(planted, "passages"), read_table(planted, "mentions")
    assert sorted(passages["source"].unique()) == ["d4_open", *(f"interview_{number:03}" for number in range(2, 9))]
    open_answers = passages[passages["kind"] == "open_answer"]["text"].str.replace(r"persoon \d+", "persoon N", regex=True)
    assert open_answers.iloc[0] == (
        "Nr 0: Ik ben [persoon N], mail [e-mail] of bel [telefoon]; BSN [bsn], [iban], [adres], [postcode], [profiel], "
        "personeelsnummer [personeelsnummer], [profiel]. Data en klimaat dus."
    )
    assert set(mentions["source"]) == set(passages["source"])
    assert "in Ameland." in passages.loc[passages["source"] == "interview_003", "text"].iloc[-1]
    assert read_table(planted, "responses")["respondent"].tolist() == [1, 3, 6, 8]  # numbers
    undecided = pd.read_csv(planted.processed / "to_decide.csv", sep=";")
    assert undecided["where"].tolist() == ["survey"] * 3 + ["texts"]
    assert undecided["name"].str.replace(r"\d+", "N", regex=True).tolist() == [
        "Schiermonnikoog;vraag [persoon N]", "dat weet [persoon N], [telefoon]", "Bergen", "Ameland, zegt [persoon N]"
    ]  # fmt: skip


def test_one_person_has_one_pseudonym_and_the_same_one_each_time(planted):
    register = load_register(planted)
    first, again = (read_deliveries(planted, register) for _ in range(2))
    pd.testing.assert_frame_equal(first.passages, again.passages)
    pd.testing.assert_frame_equal(first.key, again.key)
    told = first.key[first.key["name"] == NAME]
    assert told.loc[told["pseudonym"].str.startswith("["), "pseudonym"].nunique() == 1


def test_the_key_is_written_only_when_asked_for_and_for_its_owner(planted, tmp_path):
    before = set(tmp_path.rglob("*"))
    prepare(planted)
    assert not [path for path in set(tmp_path.rglob("*")) - before if "key" in path.name]
    path = tmp_path / "key.csv"
    path.write_text("old")
    path.chmod(0o644)
    result = CliRunner().invoke(app, ["prepare", "--study", str(planted.folder), "--key", str(path)])
    assert result.exit_code == 0, result.output
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = pd.read_csv(path, sep=";", encoding="utf-8-sig")
    assert list(key.columns) == ["pseudonym", "name", "source"]
    assert NAME in key["name"].tolist() and "spreker 1" in key["pseudonym"].tolist()
    assert [trace for content in written(planted).values() for trace in TRACES if trace in content.lower()] == []


@pytest.mark.parametrize("place", ["outputs/key.csv", "data/processed/key.csv", "data/processed/deep/key.csv", "data/codebook/key.csv", "outputs/../outputs/key.csv"])
def test_a_key_beside_the_results_is_refused_before_anything_is_written(small, place):
    path = small.folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    with pytest.raises(InputError, match="must not stand with"):
        prepare(small, path)
    assert not list(small.processed.rglob("*.parquet")) and not path.exists()


def test_a_key_that_git_would_keep_is_refused(small, tmp_path):
    subprocess.run(["git", "init", "-q", small.folder], check=True)
    with pytest.raises(InputError, match="git keeps"):
        check_key(small.folder / "key.csv", small)
    (small.folder / ".gitignore").write_text("secret/\n")
    (small.folder / "secret").mkdir()
    assert check_key(small.folder / "secret/key.csv", small) == (small.folder / "secret/key.csv").resolve()
    os.symlink(small.folder / "outputs", tmp_path / "elsewhere")
    small.outputs.mkdir(exist_ok=True)
    with pytest.raises(InputError, match="must not stand with"):
        check_key(tmp_path / "elsewhere/key.csv", small)


def test_marks_of_respondents_that_tell_who_they_are_become_numbers_wherever_they_stand(small):
    nobody = pd.DataFrame({"source": [], "speaker": [], "text": []}, dtype="str")
    asked = pd.DataFrame({"where": ["enquete.csv"], "respondent": ["e.bos"], "name": ["Hier, Eva Bos"]})
    for marks, expected in ((["e.bos", "7", "e.bos"], [1, 2, 1]), (["R12", "7", "R12"], ["R12", "7", "R12"]), ([5, 6, 5], [5, 6, 5])):
        cleared = clear_deliveries(pd.DataFrame({"respondent": marks}), nobody, asked, small, ["Ameland"])
        assert cleared.responses["respondent"].tolist() == expected
        row = cleared.to_decide.iloc[0].tolist()
        assert row == ["survey", "1" if expected[0] == 1 else "e.bos", "Hier, [persoon 1]"]


def test_a_key_needs_a_folder_that_is_there(small, tmp_path):
    for path in (tmp_path / "nowhere/key.csv", tmp_path):
        with pytest.raises(InputError, match="not a file"):
            check_key(path, small)
