"""Hand codes, from tables and coded projects, and the table of agreement that comes of them."""

import math
from datetime import datetime
from types import SimpleNamespace

import pandas as pd
import pytest

from ledanalysis import response
from ledanalysis.errors import InputError
from ledanalysis.handcodes import agreement_table, check_table, from_project, rate_hand_codes
from ledanalysis.reading import read_refi, write_refi
from ledanalysis.tables import write_tables

PASSAGES = pd.DataFrame(
    [
        ("interview_002", "interview", "GM1", "interviewer", 1, "Wat speelt er?"),
        ("interview_002", "interview", "GM1", "spreker 1", 2, "Data, data en AI."),
        ("interview_002", "comment", "GM1", "EB", 3, "Data? Navragen."),
        ("interview_002", "interview", "GM1", "spreker 1", 4, "Het klimaat en data."),
        ("interview_003", "interview", "GM2", "spreker 1", 1, "Niets."),
    ],
    columns=["source", "kind", "municipality", "speaker", "passage", "text"],
)
MENTIONS = pd.DataFrame(
    [("interview_002", "GM1", 2, "DATA", 0, 4), ("interview_002", "GM1", 2, "DIGI", 0, 4), ("interview_002", "GM1", 4, "KLIM", 4, 10),
     ("interview_003", "GM2", 1, "KLIM", 0, 5)],
    columns=["source", "municipality", "passage", "theme", "start", "end"],
)  # fmt: skip
ROW = {"coder": "Eva", "source": "interview_002", "passage": "2", "theme": "DATA", "start": "0", "end": "4"}


def test_rows_of_a_table(small):
    empty = ROW | {"passage": "4", "theme": "", "start": "", "end": ""}
    assert check_table([(2, ROW), (3, empty)], PASSAGES, small, "codes.csv").values.tolist() == [
        ["Eva", "interview_002", 2, "DATA"], ["Eva", "interview_002", 4, ""],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"coder": " "}, "column 'coder': who coded this"),
        ({"source": "interview_009"}, "column 'passage': no such passage: 'interview_009, 2'"),
        ({"passage": "twee"}, "column 'passage': no such passage: 'interview_002, twee'"),
        ({"passage": "1"}, "column 'passage': an interviewer's words"),
        ({"passage": "3"}, "column 'passage': .*a note in the margin"),
        ({"theme": "DATAA"}, "column 'theme': no such theme: 'DATAA'; allowed: DIGI, DATA, KLIM"),
        ({"end": "99"}, "column 'start': not a place in the passage: '0-99'; allowed: 0-17"),
        ({"start": "4"}, "column 'start': not a place"),
        ({"end": ""}, "column 'start': not a place"),
    ],
)
def test_rows_that_cannot_be_used(small, change, says):
    with pytest.raises(InputError, match=f"codes.csv, row 7, {says}"):
        check_table([(7, ROW | change)], PASSAGES, small, "codes.csv")


def test_a_table_without_a_column(small):
    with pytest.raises(InputError, match="row 2, column 'theme': the column is not there"):
        check_table([(2, {key: value for key, value in ROW.items() if key != "theme"})], PASSAGES, small, "codes.csv")


def project(tmp_path, codes, segments, passages=PASSAGES):
    """A coded project that went to a program for coding and came back."""
    coded = pd.DataFrame(segments, columns=["source", "passage", "theme", "start", "end", "coder"])
    return read_refi(write_refi((codes, passages, coded), tmp_path / "terug.qdpx", when=datetime(2026, 11, 24)))


def test_a_coded_project_gives_the_passages_that_its_segments_touch(small, tmp_path):
    codes = small.frame("themes")[["theme", "label_nl"]]
    segments = [("interview_002", 4, "KLIM", 4, 10, "Sem"), ("interview_002", 2, "DATA", 0, 4, "Eva"),
                ("interview_002", 2, "DIGI", 0, 4, "ledanalysis")]  # fmt: skip
    read = project(tmp_path, codes, segments)
    found = from_project(read, PASSAGES, small, "terug.qdpx")
    assert sorted(found.values.tolist()) == [["Eva", "interview_002", 2, "DATA"], ["Sem", "interview_002", 4, "KLIM"]]
    # a reader who marked everything: the question and the note in the margin fall away
    all_of_it = read.segments.assign(start=0, end=len(read.sources["text"][0]))
    wide = from_project(SimpleNamespace(codes=read.codes, sources=read.sources, segments=all_of_it), PASSAGES, small, "terug.qdpx")
    assert sorted(wide.values.tolist()) == [[who, "interview_002", n, t] for who, t in (("Eva", "DATA"), ("Sem", "KLIM")) for n in (2, 4)]


def test_passages_of_the_same_words_are_told_apart(small, tmp_path):
    same = PASSAGES.assign(text="Klimaat.", speaker="spreker 1", kind="interview")
    read = project(tmp_path, small.frame("themes")[["theme", "label_nl"]], [("interview_002", 4, "KLIM", 0, 7, "Sem")], same)
    assert from_project(read, same, small, "a.qdpx").values.tolist() == [["Sem", "interview_002", 4, "KLIM"]]


def test_a_project_with_other_codes_or_texts_is_refused(small, tmp_path):
    segments = [("interview_002", 4, "X", 4, 10, "Sem")]
    with pytest.raises(InputError, match="a code that is no theme: 'Losse ideeën'; allowed: DATA, DIGI, KLIM"):
        from_project(project(tmp_path, pd.DataFrame({"theme": ["X"], "name": ["Losse ideeën"]}), segments), PASSAGES, small, "a.qdpx")
    right = [("interview_002", 4, "KLIM", 4, 10, "Sem")]
    read = project(tmp_path, small.frame("themes")[["theme", "label_nl"]], right)
    changed = PASSAGES.assign(text=PASSAGES["text"].str.replace("AI", "[persoon 1]"))
    with pytest.raises(InputError, match="the text is not that of data/processed.*interview_002, passage 2"):
        from_project(read, changed, small, "a.qdpx")
    with pytest.raises(InputError, match="no such source: 'interview_002'"):
        from_project(read, PASSAGES.iloc[4:], small, "a.qdpx")


CODES = pd.DataFrame(
    [("Sem", "interview_002", 2, "DATA"), ("Sem", "interview_002", 4, "KLIM"), ("Eva", "interview_002", 2, "DATA"),
     ("Eva", "interview_003", 1, "")],
    columns=["coder", "source", "passage", "theme"],
)  # fmt: skip


def test_readers_are_letters_have_read_their_sources_and_code_parents_too(small):
    ratings = rate_hand_codes(CODES, MENTIONS, PASSAGES, small)
    assert list(ratings.columns) == ["A", "B", "program"]  # Eva is A, Sem is B
    # DATA stands under DIGI; Sem did not read interview_003
    assert ratings.fillna(-1).reset_index().values.tolist() == [
        ["interview_002", 2, "DATA", 1, 1, 1], ["interview_002", 2, "DIGI", 1, 1, 1], ["interview_002", 2, "KLIM", 0, 0, 0],
        ["interview_002", 4, "DATA", 0, 0, 0], ["interview_002", 4, "DIGI", 0, 0, 0], ["interview_002", 4, "KLIM", 0, 1, 1],
        ["interview_003", 1, "DATA", 0, -1, 0], ["interview_003", 1, "DIGI", 0, -1, 0], ["interview_003", 1, "KLIM", 0, -1, 1],
    ]  # fmt: skip


@pytest.fixture
def coded(small):
    """coded("rows"): the small study with hand codes and its table of agreement."""

    def made(rows: str):
        (small.raw / "codes.csv").write_text("coder;source;passage;theme\n" + rows, "utf-8")
        texts = SimpleNamespace(hand_codes=["codes.csv"])
        study = type(small)(small.folder, small.settings.model_copy(update={"texts": texts}), small.tables)
        table = agreement_table(study, PASSAGES, MENTIONS)
        write_tables(study, {"agreement": table})
        return study, table

    return made


def test_the_table_of_agreement(coded):
    study, table = coded("Eva;interview_002;2;DATA\nEva;interview_002;4;KLIM\nSem;interview_002;2;DATA\nSem;interview_003;1;\n")
    row = table.set_index("theme").loc["KLIM"]
    assert row[["readers", "coder", "other", "n", "coder_n", "other_n", "both", "agreement"]].tolist() == [2, "A", "B", 2, 1, 0, 0, 50.0]
    # the program finds climate in interview_002, passage 4 (A right, B not) and in interview_003 (B: no)
    assert row[["hits", "false_alarms", "missed", "precision", "recall"]].tolist() == [1, 2, 0, 100 / 3, 100.0]
    assert math.isnan(row["kappa"]) and row["alpha"] == 0
    told = response.readers(study)
    assert told.rows.iloc[:, 0].tolist() == ["alle thema's samen", "Data en AI", "Digitaal"]  # of climate there is no kappa
    assert told.rows.iloc[0, 6].startswith("0,67 (") and told.rows.iloc[1, 6] == "1,00"
    assert "geen thema" in told.title  # each coded too few times to be called weak
    assert "6 beslissingen" in told.footer


def test_the_weakest_themes_are_named(coded, monkeypatch):
    monkeypatch.setattr(response, "LEAST", 1)
    study, _ = coded("Eva;interview_002;2;DATA\nEva;interview_002;4;KLIM\nSem;interview_002;2;DATA\nSem;interview_003;1;DATA\n")
    told = response.program(study)
    assert told.rows.iloc[:, 0].tolist() == ["alle thema's samen", "Klimaat en energie", "Data en AI", "Digitaal"]
    assert told.rows.iloc[1, 1:].tolist() == [1, 2, 0, "0,33", "1,00", "0,50"]
    assert told.title.endswith("het zwakst bij Klimaat en energie, Data en AI en Digitaal")


def test_one_reader_is_held_to_the_program_alone(coded):
    study, table = coded("Eva;interview_002;2;DATA\n")
    assert table["coder"].tolist() == [""] * 4 and table["f1"].iloc[1:3].tolist() == [100.0, 100.0]
    assert response.readers(study).rows.empty and len(response.program(study).rows) == 3


def test_without_hand_codes_there_is_no_section(small):
    table = agreement_table(small, PASSAGES, MENTIONS)
    assert table.empty
    write_tables(small, {"agreement": table})
    assert response.readers(small).rows.empty and response.program(small).rows.empty
