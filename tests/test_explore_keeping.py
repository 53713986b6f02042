"""Views kept for a deck by a button: rows of findings.csv, put in order, dropped, and found again as slides."""

import shutil
from datetime import date

import pytest

from ledanalysis.errors import InputError
from ledanalysis.explore import keeping
from ledanalysis.explore.board import Board
from ledanalysis.explore.kept_list import Keeper, KeptList
from ledanalysis.explore.shelf import Shelf
from ledanalysis.explore.views import kept_view
from ledanalysis.study import load_study


@pytest.fixture
def shelf(example_run, tmp_path):
    """The example, in a folder of its own whose codebook a test may write to."""
    for name in ("codebook", "processed"):
        shutil.copytree(example_run / "data" / name, tmp_path / "data" / name)
    (tmp_path / "data" / "raw").mkdir()
    return Shelf(load_study(tmp_path))


@pytest.fixture
def desk(shelf):
    board, there = Board(shelf), KeptList(shelf)
    return Keeper(board, there)


def test_a_button_keeps_what_is_shown(desk, shelf):
    board = desk.board
    board.controls["clustering"].value = "size"
    board.controls["cluster"].value = "gt100"
    board.charts["heatmap"]._handle_custom_msg({"row": "DATA", "column": None}, [])
    desk.by.value, desk.note.value = "Ans", "Wat valt hier op?"
    desk.button.click()
    assert 'role="status"' in desk.said.value and desk.note.value == ""
    [row] = load_study(shelf.study.folder).tables["findings"]
    assert (row.finding, row.clustering, row.cluster, row.chart, row.measure, row.only) == ("v1", "size", "gt100", "ranking", "now", ("DATA",))
    assert (row.note, row.kept_by, row.kept_on) == ("Wat valt hier op?", "Ans", date.today())
    desk.which.value = "heatmap"
    board.controls["compared"].value = ("lt20", "gt100")
    desk.button.click()
    heat = load_study(shelf.study.folder).tables["findings"][1]
    assert (heat.clustering, heat.across, heat.beside) == ("sector", "size", ("lt20", "gt100"))
    assert list(desk.kept_list.rows) == ["v1", "v2"]


def test_who_keeps_it_must_be_said_and_nothing_is_kept_twice(desk, shelf):
    desk.button.click()
    assert "kept_by" in desk.said.value and not (shelf.study.codebook / "findings.csv").exists()
    desk.by.value = "<img src=x onerror=alert(1)>"
    desk.button.click()
    desk.button.click()
    assert "kept already" in desk.said.value and "<img" not in desk.said.value and len(keeping.kept(shelf.study)) == 1
    assert "<img" not in desk.kept_list.rows["v1"].children[-1].value


def test_kept_views_are_put_in_order_within_their_deck_and_dropped(desk, shelf):
    study, board = shelf.study, desk.board
    desk.by.value = "Ans"
    for measure, clustering in (("now", "sector"), ("now", "size"), ("future", "sector"), ("organised", "sector")):
        board.controls["clustering"].value = clustering
        board.controls["measure"].value = measure
        desk.button.click()
    up, down, drop, _ = desk.kept_list.rows["v4"].children
    up.click()
    assert [row.finding for row in keeping.kept(study)] == ["v1", "v2", "v4", "v3"]
    desk.kept_list.rows["v4"].children[0].click()  # past the one of another deck
    assert [row.finding for row in keeping.kept(study)] == ["v4", "v2", "v1", "v3"]
    desk.kept_list.rows["v4"].children[0].click()
    assert [row.finding for row in keeping.kept(study)] == ["v4", "v2", "v1", "v3"]
    desk.kept_list.rows["v2"].children[2].click()
    assert [row.finding for row in keeping.kept(study)] == ["v4", "v1", "v3"] == list(desk.kept_list.rows)
    desk.kept_list.rows["v3"].children[1].click()
    assert [row.finding for row in keeping.kept(study)] == ["v4", "v1", "v3"]


def test_what_somebody_else_dropped_is_said(desk, shelf):
    desk.by.value = "Ans"
    desk.button.click()
    keeping.drop(shelf.study, "v1")
    desk.kept_list.rows["v1"].children[2].click()
    assert 'role="alert"' in desk.kept_list.said.value and desk.kept_list.rows == {}
    with pytest.raises(InputError, match="no such kept view"):
        keeping.move(shelf.study, "v1", 1)


def test_a_note_that_no_slide_has_room_for_is_refused(shelf):
    view = kept_view(Board(shelf).choice, "ranking", shelf)
    with pytest.raises(InputError, match="at most 90 letters"):
        keeping.keep(shelf.study, view, "Ans", "x" * 91)
    assert keeping.kept(shelf.study) == ()


def test_a_change_is_of_themes_that_both_have(desk, shelf):
    board = desk.board
    board.controls["themes"].value = ("DATA", "VAKM")
    assert kept_view(board.choice, "change", shelf).only == ("DATA", "VAKM")
    board.controls["measure"].value = "stimulated"
    assert kept_view(board.choice, "change", shelf).only == ()
    desk.by.value, desk.which.value = "Ans", "change"
    desk.button.click()
    assert load_study(shelf.study.folder).tables["findings"][0].measure == "rise"
