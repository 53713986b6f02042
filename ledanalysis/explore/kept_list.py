"""The button that keeps a view for a deck, and the list of what was kept."""

from __future__ import annotations

import html

import ipywidgets as w

from ledanalysis.codebook import KeptView
from ledanalysis.errors import InputError
from ledanalysis.estimates import SECTOR
from ledanalysis.explore import keeping
from ledanalysis.explore.board import Board
from ledanalysis.explore.shelf import Shelf
from ledanalysis.explore.views import kept_view
from ledanalysis.explore.widgets import classed

KEPT = ("ranking", "change", "heatmap")  # views of the board that have a slide
NAMED = {"ranking": "ranking", "bars": "ranking", "change": "change", "heatmap": "heatmap"}  # chart: view


class Keeper(w.VBox):
    """A form below the board: which view, the question above it, who keeps it, and the button.

    Attributes
    ----------
    which, note, by, button : widget
    said : HTML
        What came of it.
    """

    def __init__(self, board: Board, kept_list: KeptList):
        self.board, self.kept_list = board, kept_list
        text = board.shelf.study.text
        wide = {"style": {"description_width": "12rem"}}
        sent = {"continuous_update": False}  # when the field is left, at once and before a button can be pressed
        self.which = w.Dropdown(description=text("explore_keep_which"), options=[(text(f"explore_keep_{name}"), name) for name in KEPT], **wide)
        self.note = classed(w.Text(description=text("explore_keep_note"), **sent, **wide), "led-keep-note")
        self.by = classed(w.Text(description=text("explore_keep_by"), **sent, **wide), "led-keep-by")
        self.button = classed(w.Button(description=text("explore_keep"), button_style="primary"), "led-keep")
        self.said = w.HTML()
        self.button.on_click(lambda _: self._keep())
        super().__init__([classed(w.Box([self.which, self.note, self.by, self.button]), "led-controls"), self.said])

    def _keep(self) -> None:
        shelf = self.board.shelf
        try:
            row = keeping.keep(shelf.study, kept_view(self.board.choice, self.which.value, shelf), self.by.value, self.note.value)
        except InputError as error:
            self.said.value = f'<p role="alert">{html.escape(str(error))}</p>'
            return
        words = shelf.study.text("explore_kept", finding=row.finding, deck=deck_label(row, shelf))
        self.said.value = f'<p role="status">{html.escape(words)}</p>'
        self.note.value = ""
        self.kept_list.refresh()


class KeptList(w.VBox):
    """What was kept, in the order of the decks, each with buttons to move it up, down or out.

    Attributes
    ----------
    rows : dict of str to Box
        By the name of the kept view: its words, and the buttons up, down and drop.
    said : HTML
    """

    def __init__(self, shelf: Shelf):
        self.shelf, self.rows, self.said = shelf, {}, w.HTML()
        super().__init__()
        self.refresh()

    def refresh(self) -> None:
        """Read findings.csv again."""
        there = keeping.kept(self.shelf.study)
        self.rows = {row.finding: self._row(row) for row in there}
        none = [] if there else [w.HTML(f"<p>{html.escape(self.shelf.study.text('explore_kept_none'))}</p>")]
        self.children = [*none, *self.rows.values(), self.said]

    def _row(self, row: KeptView) -> w.Box:
        text = self.shelf.study.text
        words = text("explore_kept_row", finding=row.finding, title=self._title(row), chart=text(f"explore_keep_{NAMED[row.chart]}").lower(),
                     deck=deck_label(row, self.shelf), by=row.kept_by or "–", on=row.kept_on or "–")  # fmt: skip
        acts = (("explore_up", lambda: keeping.move(self.shelf.study, row.finding, -1)), ("explore_down", lambda: keeping.move(self.shelf.study, row.finding, 1)),
                ("explore_drop", lambda: keeping.drop(self.shelf.study, row.finding)))  # fmt: skip
        buttons = []
        for key, act in acts:
            button = w.Button(description=text(key), tooltip=text("explore_of", finding=row.finding, what=text(key)))
            button.on_click(lambda _, act=act: self._do(act))
            buttons.append(button)
        return classed(w.Box([*buttons, w.HTML(f"<span>{html.escape(words)}</span>")]), "led-row")

    def _title(self, row: KeptView) -> str:
        measure = self.shelf.study.measure(row.measure)
        return row.note or (self.shelf.study.label_of(measure) if measure else row.measure)

    def _do(self, act) -> None:
        try:
            act()
            self.said.value = ""
        except InputError as error:
            self.said.value = f'<p role="alert">{html.escape(str(error))}</p>'
        self.refresh()


def deck_label(row: KeptView, shelf: Shelf) -> str:
    """The deck that a kept view is a slide of."""
    name = shelf.clusters(row.clustering).get(row.cluster, row.cluster) if row.clustering != SECTOR else shelf.study.text("sector", units=shelf.study.says("units"))
    return f"{name} – {shelf.study.text('view_staff')}" if row.view == "staff" else name
