"""Tables on disk: whole or not at all, the same bytes each time, and a word about what is not there."""

import os

import pandas as pd
import pytest

from ledanalysis import tables
from ledanalysis.errors import InputError

TABLE = pd.DataFrame({"municipality": ["GM0060", "GM0098"], "label": ["Ameland", "Súdwest; Fryslân"], "score": [1.5, None]})


def test_what_is_written_is_read(small):
    tables.write_tables(small, {"scores": TABLE})
    pd.testing.assert_frame_equal(tables.read_table(small, "scores"), TABLE)


def test_the_same_table_gives_the_same_bytes(small):
    first = tables.write_tables(small, {"scores": TABLE})[0].read_bytes()
    assert tables.write_tables(small, {"scores": TABLE.copy()})[0].read_bytes() == first


def test_csv_is_what_excel_opens(tmp_path):
    path = tables.write_csv(tmp_path / "new" / "er" / "t.csv", TABLE)
    assert path.read_bytes() == '\ufeffmunicipality;label;score\nGM0060;Ameland;1.5\nGM0098;"Súdwest; Fryslân";\n'.encode()


@pytest.mark.parametrize("step", ["write", "move"])
def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step):
    path = tables.write_bytes(tmp_path / "t.bin", b"old")

    def full(*_):
        raise OSError("no space left")

    if step == "move":
        monkeypatch.setattr(os, "replace", full)
    else:
        monkeypatch.setattr(type(path), "write_bytes", lambda self, content: (self.touch(), full()))
    with pytest.raises(OSError, match="no space left"):
        tables.write_bytes(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert [file.name for file in tmp_path.iterdir()] == ["t.bin"]


def test_the_file_is_moved_into_place_from_its_own_folder(tmp_path, monkeypatch):
    """From another disk a move is a copy, and a copy can break off."""
    moved = []
    monkeypatch.setattr(os, "replace", lambda old, new: moved.append((old.parent, new)))
    tables.write_bytes(tmp_path / "t.bin", b"new")
    assert moved == [(tmp_path, tmp_path / "t.bin")]


def test_a_table_that_is_not_there_is_named_with_those_that_are(small):
    with pytest.raises(InputError, match="no such table in data/processed.*: 'scores'; allowed: .*led prepare"):
        tables.read_table(small, "scores")
    tables.write_tables(small, {"weights": TABLE, "answers": TABLE})
    with pytest.raises(InputError, match="'scores'; allowed: answers, weights"):
        tables.read_table(small, "scores")
