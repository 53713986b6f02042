"""Rows written into the codebook: all else stays byte for byte, and what does not hold is not written."""

import random
import subprocess
import sys

import pytest
from filelock import FileLock

from ledanalysis import codebook_writing
from ledanalysis.codebook_writing import append_row, remove_row, reorder, replace_row, version
from ledanalysis.errors import InputError
from ledanalysis.study import load_study

VIEW = {"finding": "a", "chart": "ranking", "measure": "now"}
EXCEL = b'\xef\xbb\xbffinding;chart;measure;note\r\nf1;ranking;now;"wat; zei \r\nzij ""nu"""\r\n;;;\r\n  f2  ;ranking;future;\xc3\xa9\xc3\xa9n\r\n\r\n'


def path_of(study, table="findings"):
    return study.codebook / f"{table}.csv"


def test_a_table_that_is_not_there_is_made_with_its_header(small):
    append_row(small, "findings", VIEW | {"note": "één; \"twee\""})
    content = path_of(small).read_bytes()
    assert content.startswith(b"\xef\xbb\xbffinding;clustering;") and content.endswith(b"\n")
    [row] = load_study(small.folder).tables["findings"]
    assert (row.finding, row.clustering, row.note) == ("a", "sector", 'één; "twee"')
    assert not list(small.codebook.glob(".*"))


@pytest.mark.parametrize("content", [EXCEL, EXCEL.rstrip(b"\r\n"), EXCEL.replace(b"\r\n", b"\n"), EXCEL.removeprefix(b"\xef\xbb\xbf")])
def test_every_other_byte_stays(small, content):
    path_of(small).write_bytes(content)
    append_row(small, "findings", VIEW | {"note": "x"})
    end = b"\n" if b"\r" not in content else b"\r\n"
    closed = content.endswith(b"\n")
    assert path_of(small).read_bytes() == content + (b"" if closed else end) + b"a;ranking;now;x" + (end if closed else b"")
    remove_row(small, "findings", {"finding": "a"})
    assert path_of(small).read_bytes() == content


def test_what_a_row_does_not_say_is_written_as_it_is_by_default(small):
    append_row(small, "findings", VIEW)
    assert path_of(small).read_text("utf-8-sig").splitlines()[1].startswith("a;sector;all;ranking;now;;units;;")


def test_a_row_between_others_goes_and_another_takes_its_place(small):
    path_of(small).write_bytes(EXCEL)
    replace_row(small, "findings", {"finding": "f1"}, VIEW)
    assert path_of(small).read_bytes() == EXCEL[:31] + b"a;ranking;now;" + EXCEL[EXCEL.index(b'"""') + 3 :]
    remove_row(small, "findings", {"finding": "a", "measure": "now"})
    assert path_of(small).read_bytes() == EXCEL[:31] + EXCEL[EXCEL.index(b";;;\r") :]


def test_rows_in_another_order_and_empty_ones_where_they_were(small):
    path_of(small).write_bytes(EXCEL)
    reorder(small, "findings", ["f2", "f1"])
    assert [row.finding for row in load_study(small.folder).tables["findings"]] == ["f2", "f1"]
    assert path_of(small).read_bytes().split(b"\r\n")[2] == b";;;"
    reorder(small, "findings", ["f1", "f2"])
    assert path_of(small).read_bytes() == EXCEL
    for keys in (["f1"], ["f1", "f1"], ["f1", "f2", "f3"]):
        with pytest.raises(InputError, match="not the rows of the table.*allowed: f1, f2"):
            reorder(small, "findings", keys)


def test_a_column_that_the_table_lacks_is_added_and_rows_keep_their_own(small):
    path_of(small).write_bytes(EXCEL)
    append_row(small, "findings", VIEW | {"kept_by": "Ans"})
    text = path_of(small).read_bytes()
    assert text.splitlines()[0].endswith(b";note;kept_by") and text.endswith(b"\r\n\r\na;ranking;now;;Ans\r\n")
    assert [(row.note, row.kept_by) for row in load_study(small.folder).tables["findings"]][1:] == [("één", ""), ("", "Ans")]


@pytest.mark.parametrize(("row", "said"), [
    (VIEW | {"finding": "f1"}, "findings.csv, row 6, column 'finding': stands in row 2 too"),
    (VIEW | {"measure": "nope"}, "no such measure: 'nope'; allowed: now"),
    (VIEW | {"colour": "red"}, "unknown column"),
    (VIEW | {"chart": "pie"}, "not allowed here: 'pie'"),
    (VIEW | {"note": "a\0b"}, "signs that no text has"),
    (VIEW | {"note": "\ud800"}, "signs that no text has"),
])  # fmt: skip
def test_what_does_not_hold_is_not_written(small, row, said):
    path_of(small).write_bytes(EXCEL)
    with pytest.raises(InputError, match=said.replace("(", r"\(")):
        append_row(small, "findings", row)
    assert path_of(small).read_bytes() == EXCEL


def test_a_row_that_others_need_cannot_go(small):
    before = path_of(small, "measures").read_bytes()
    append_row(small, "findings", VIEW | {"measure": "mark"})
    with pytest.raises(InputError, match="no such row in measures.csv|no such measure"):
        remove_row(small, "measures", {"measure": "mark"})
    assert path_of(small, "measures").read_bytes() == before


def test_a_row_that_keeps_the_codebook_from_being_read_can_go(small):
    path_of(small).write_bytes(EXCEL.replace(b"ranking;future", b"ranking;nope"))
    with pytest.raises(InputError):
        load_study(small.folder)
    remove_row(small, "findings", {"finding": "f2"})
    assert [row.finding for row in load_study(small.folder).tables["findings"]] == ["f1"]


def test_no_row_or_more_than_one_is_not_guessed_at(small):
    path_of(small).write_bytes(EXCEL)
    for where, said in (({"finding": "f9"}, "no such row"), ({"chart": "ranking"}, "more than one such row"), ({"clour": "x"}, "no such column")):
        with pytest.raises(InputError, match=said):
            remove_row(small, "findings", where)
    assert path_of(small).read_bytes() == EXCEL


def test_a_text_that_a_spreadsheet_would_run_is_text_and_found_again(small):
    append_row(small, "findings", VIEW | {"note": "=HYPERLINK(A1)"})
    assert b"'=HYPERLINK" in path_of(small).read_bytes()
    remove_row(small, "findings", {"note": "=HYPERLINK(A1)"})
    assert load_study(small.folder).tables["findings"] == ()


def test_a_table_that_somebody_saved_since_it_was_read_is_left_alone(small):
    seen = version(small, "themes")
    row = {"theme": "NEW", "code": 9, "label_nl": "Nieuw", "patterns": "nieuw*"}
    path = path_of(small, "themes")
    path.write_bytes(path.read_bytes().replace(b"klimaat*;", b"klimaat* | energie*;"))
    saved = path.read_bytes()
    with pytest.raises(InputError, match="themes.csv: saved by somebody else since it was read"):
        append_row(small, "themes", row, seen=seen)
    assert path.read_bytes() == saved
    again = append_row(small, "themes", row, seen=version(small, "themes"))
    assert again == version(small, "themes") and path.read_bytes().startswith(saved)


def test_a_table_that_is_saved_in_the_very_moment_is_left_alone(small, monkeypatch):
    path_of(small).write_bytes(EXCEL)

    def saved_meanwhile(*_):
        path_of(small).write_bytes(EXCEL.replace(b"f1", b"f3"))

    monkeypatch.setattr(codebook_writing, "_check", saved_meanwhile)
    with pytest.raises(InputError, match="at this moment"):
        append_row(small, "findings", VIEW)
    assert path_of(small).read_bytes() == EXCEL.replace(b"f1", b"f3")


def test_a_file_that_is_open_in_excel_is_told_in_words(small, monkeypatch):
    def refused(*_):
        raise PermissionError(13, "in use")

    monkeypatch.setattr("ledanalysis.tables.os.replace", refused)
    with pytest.raises(InputError, match="findings.csv: cannot be written: close it in Excel first"):
        append_row(small, "findings", VIEW)
    assert not list(small.codebook.glob(".*"))


def test_who_holds_the_codebook_is_waited_for_and_then_told_of(small, monkeypatch):
    monkeypatch.setattr(codebook_writing, "PATIENCE", 0.1)
    small.outputs.mkdir(exist_ok=True)
    with FileLock(small.outputs / ".codebook.lock"), pytest.raises(InputError, match="somebody else is writing"):
        append_row(small, "findings", VIEW)
    assert not path_of(small).exists()


def test_what_a_killed_writer_left_is_removed(small):
    (small.codebook / ".findings.csv.17.tmp").write_text("half")
    append_row(small, "findings", VIEW)
    assert not list(small.codebook.glob(".*"))


WRITER = """
import sys
from ledanalysis.codebook_writing import append_row
from ledanalysis.study import load_study
study = load_study(sys.argv[1])
for number in range(8):
    append_row(study, "findings", {"finding": f"{sys.argv[2]}{number}", "chart": "ranking", "measure": "now"})
"""


def test_of_two_who_write_at_once_no_row_is_lost(small):
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, small.folder, name]) for name in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    found = [row.finding for row in load_study(small.folder).tables["findings"]]
    assert sorted(found) == sorted(f"{name}{number}" for name in "ab" for number in range(8))
    assert [name for name in found if name[0] == "a"] == [f"a{number}" for number in range(8)]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_done_and_undone_leaves_the_same_bytes(small, seed):
    chance = random.Random(seed)
    content = chance.choice([EXCEL, EXCEL.rstrip(b"\r\n"), EXCEL.replace(b"\r\n", b"\n")])
    path_of(small).write_bytes(content)
    undo = []
    for number in range(12):
        note = "".join(chance.choice("a;\"'\n=@é <") for _ in range(chance.randrange(6)))
        row = VIEW | {"finding": f"n{number}", "note": note}
        append_row(small, "findings", row)
        undo.append(row)
        if chance.random() < 0.4:
            remove_row(small, "findings", undo.pop())
    kept = [row.finding for row in load_study(small.folder).tables["findings"]]
    assert kept == ["f1", "f2", *(row["finding"] for row in undo)]
    for row in reversed(undo):
        remove_row(small, "findings", row)
    assert path_of(small).read_bytes() == content
