"""The explorer as a whole: its parts in tabs for an analyst, the board alone for a hall."""

from __future__ import annotations

import html
from pathlib import Path

import ipywidgets as w

from ledanalysis.explore.board import Board
from ledanalysis.explore.crossing_desk import CrossingDesk
from ledanalysis.explore.kept_list import Keeper, KeptList
from ledanalysis.explore.shelf import Shelf
from ledanalysis.explore.text_desk import text_desk
from ledanalysis.explore.widgets import classed
from ledanalysis.study import Study


def panel(study: Study, hall: bool = False) -> w.VBox:
    """The explorer of a prepared study: its heading, and for an analyst a tab for each part.

    Parameters
    ----------
    study : Study
    hall : bool
        The board alone: nothing that writes, no texts.
    """
    shelf = Shelf(study)
    board = Board(shelf, hall)
    heading = w.HTML(f"<h1>{html.escape(study.says('title'))}</h1><p>{html.escape(' · '.join(filter(None, [study.says('source'), study.notice])))}</p>")
    if hall:  # whose page has a heading
        return _whole([board])
    kept_list = KeptList(shelf)
    parts = {"explore_tab_board": w.VBox([board, Keeper(board, kept_list)]), "explore_tab_crossing": CrossingDesk(shelf), "explore_tab_kept": kept_list, "explore_tab_texts": text_desk(study)}
    return _whole([heading, w.Tab(list(parts.values()), titles=[study.text(key) for key in parts])])


def _whole(children: list) -> w.VBox:
    style = w.HTML(f"<style>{Path(__file__).with_name('explore.css').read_text('utf-8')}</style>")
    return classed(w.VBox([style, *children]), "led-explore")
