"""The board: the views of a choice side by side, and the controls of what is chosen; a click in one view filters the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import ipywidgets as w

from ledanalysis import palette
from ledanalysis.explore.chart_view import ChartView, interface_words
from ledanalysis.explore.choices import Choice, clicked, settled
from ledanalysis.explore.shelf import Shelf
from ledanalysis.explore.views import VIEWS, drawn
from ledanalysis.explore.widgets import as_options, classed, quietly

MANY = 6  # rows of a list to choose from
COLUMNS = (("ranking", "heatmap", "answers"), ("change", "interviews", "response", "map"))  # charts below each other


class Board(w.VBox):
    """Controls and charts, always of one choice that can be had.

    Attributes
    ----------
    choice : Choice
    controls : dict of str to widget
        By the name of what they choose.
    charts : dict of str to ChartView
        By the name of the view.
    """

    def __init__(self, shelf: Shelf, hall: bool = False, choice: Choice = Choice()):
        self.shelf, self.hall, self.setting, self._drawn = shelf, hall, False, {}
        self.choice = settled(choice, shelf)
        self.listeners: list[Callable[[Choice], None]] = []
        words = interface_words(shelf.study)
        self._words = words
        with palette.using(shelf.study.style["colours"]):
            self.charts = {name: classed(ChartView(language=shelf.study.language), f"led-view-{name}") for name in VIEWS}
        for name, chart in self.charts.items():
            chart.on_msg(lambda _, content, __, name=name: self._clicked(name, content))
        self.controls = self._make_controls()
        self.reset = w.Button(description=shelf.study.text("explore_reset"), tooltip=shelf.study.text("explore_reset_why"))
        self.reset.on_click(lambda _: self.show(replace(self.choice, themes=(), compared=(), picked=(), source="")))
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._chosen(name, change["new"]), "value")
        columns = [classed(w.VBox([self.charts[name] for name in column]), "led-column") for column in COLUMNS]
        super().__init__([self._laid_out(), classed(w.Box(columns), "led-charts")])
        self.show(self.choice)

    def show(self, choice: Choice) -> None:
        """Show a choice, or what comes nearest to it; only the views that it changes are drawn anew."""
        self.choice = settled(choice, self.shelf)
        with quietly(self):
            self._set_controls()
        for name, chart in self.charts.items():
            shown = drawn(name, self.choice, self.shelf)
            if shown is not self._drawn.get(name):
                chart.shown = {**shown, "words": self._words} if shown else {}
                chart.layout.display = None if shown else "none"
                self._drawn[name] = shown
        for listener in self.listeners:
            listener(self.choice)

    def _clicked(self, view: str, content) -> None:
        """What a chart says was clicked; what is no click, or of nothing that is shown, is passed over: anybody can send anything."""
        shown = self.charts[view].shown
        told = content if isinstance(content, dict) else {}
        row, column, tile = (told.get(name) if isinstance(told.get(name), str) else "" for name in ("row", "column", "tile"))
        known = shown and (not row or row in shown["rows"]) and (not column or column in shown["columns"])
        if known and (not tile or tile in {each["key"] for each in shown["tiles"]}) and (row or column or tile):
            self.show(clicked(self.choice, self.shelf, view, row, column, tile))

    def _chosen(self, name: str, value) -> None:
        if not self.setting:
            changed = {name: value} if name not in ("themes", "compared") else {name: tuple(value)}
            if name in ("measure", "kind", "themes"):
                changed |= {"picked": (), "source": ""}
            self.show(replace(self.choice, **changed))

    def _make_controls(self) -> dict[str, w.Widget]:
        text = self.shelf.study.text
        made = {
            "view": w.Dropdown(description=text("explore_view")),
            "clustering": w.Dropdown(description=text("explore_hall_pick" if self.hall else "explore_clustering")),
            "cluster": w.Dropdown(description=text("explore_cluster")),
            "measure": w.Dropdown(description=text("explore_measure")),
            "kind": w.Dropdown(description=text("explore_kind")),
            "themes": w.SelectMultiple(description=text("explore_themes"), rows=MANY),
            "across": w.Dropdown(description=text("explore_across")),
            "compared": w.SelectMultiple(description=text("explore_compared"), rows=MANY),
            "interviews": w.Checkbox(description=text("explore_interviews"), indent=False),
        }
        for name, control in made.items():
            classed(control, f"led-{name}").style.description_width = "9rem"
        return made

    def _laid_out(self) -> w.Box:
        columns = (("view", "clustering", "cluster", "across"), ("measure", "kind", "interviews"), ("themes",), ("compared",))
        boxes = [w.VBox([self.controls[name] for name in column]) for column in columns]
        boxes[1].children = [*boxes[1].children, self.reset]
        return classed(w.Box(boxes), "led-controls")

    def _set_controls(self) -> None:
        choice, shelf = self.choice, self.shelf
        clusterings = shelf.clusterings(choice.view)
        offered = {
            "view": shelf.views, "clustering": clusterings, "cluster": shelf.clusters(choice.clustering),
            "measure": shelf.measures(choice.view), "kind": shelf.kinds(choice.measure), "themes": shelf.themes(choice.measure, choice.kind),
            "across": {name: label for name, label in clusterings.items() if name in shelf.sides(choice)}, "compared": shelf.clusters(choice.across) if choice.across else {},
        }  # fmt: skip
        for name, names in offered.items():
            control, options = self.controls[name], as_options(names)
            if control.options != options:
                control.options = options
            control.value = getattr(choice, name) if names else (() if name in ("themes", "compared") else None)
            control.layout.display = None if len(names) > 1 else "none"
        self.controls["interviews"].value = choice.interviews
        self.controls["interviews"].layout.display = None if "mentions" in shelf.measures("units") else "none"
