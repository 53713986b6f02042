"""A small question by clicks: what, crossed by what, of whom; its answer in a chart, a table, a sentence and a cell to copy."""

from __future__ import annotations

import html

import ipywidgets as w

from ledanalysis import chart_data, crossing, palette
from ledanalysis.answered import Answer
from ledanalysis.errors import InputError
from ledanalysis.explore.chart_view import ChartView, interface_words
from ledanalysis.explore.shelf import Shelf
from ledanalysis.explore.shown import as_shown, table_alone
from ledanalysis.explore.widgets import as_options, classed, quietly
from ledanalysis.grouping import BETWEEN, groupings
from ledanalysis.labels import text as label
from ledanalysis.pages import span_of
from ledanalysis.style import number

ROWS = 5  # of a list to choose from


class CrossingDesk(w.VBox):
    """Controls of a question, and its answer: made anew at each choice.

    Attributes
    ----------
    controls : dict of str to widget
        measure, theme; by (a clustering or measure) and by_theme; and for each clustering that is reported, clusters to filter by.
    answer : Answer or None
    chart : ChartView
    said, code : widget
        The answer in words, and the cell that gives it.
    """

    def __init__(self, shelf: Shelf):
        self.shelf, self.answer, self.setting = shelf, None, False
        study = shelf.study
        self._words = interface_words(study)
        self._by = _nested(groupings(study))
        self._filters = [name for name in shelf.clusterings("units") if name in {row.clustering for row in study.tables["clusterings"] if row.report == "yes"}]
        with palette.using(study.style["colours"]):
            self.chart = ChartView(language=study.language)
        self.said = w.HTML()
        self.code = w.HTML()
        self.controls = {
            "measure": w.Dropdown(description=study.text("explore_measure"), options=as_options(crossing.outcomes(study))),
            "theme": w.Dropdown(description=study.text("crossing_theme")),
            "by": w.Dropdown(description=study.text("crossing_by"), options=as_options({name: heading for name, (heading, _) in self._by.items()})),
            "by_theme": w.Dropdown(description=study.text("crossing_by_theme")),
            **{name: w.SelectMultiple(description=shelf.clusterings("units")[name], options=as_options(shelf.clusters(name)), rows=ROWS) for name in self._filters},
        }  # fmt: skip
        for name, control in self.controls.items():
            classed(control, f"led-crossing-{name}").style.description_width = "9rem"
            control.observe(lambda _: self._chosen(), "value")
        boxes = [w.VBox([self.controls[name] for name in pair]) for pair in (("measure", "theme"), ("by", "by_theme"))]
        filters = [w.VBox([self.controls[name]]) for name in self._filters]
        hint = w.HTML(f"<p>{html.escape(study.text('crossing_filter'))}</p>")
        super().__init__([classed(w.Box(boxes), "led-controls"), hint, classed(w.Box(filters), "led-controls"), self.chart, self.said, classed(self.code, "led-code")])
        self._chosen()

    @property
    def where(self) -> dict[str, list[str]]:
        """The clusters that are filtered by, of each clustering."""
        return {name: list(self.controls[name].value) for name in self._filters if self.controls[name].value}

    def _chosen(self) -> None:
        if self.setting:
            return
        with quietly(self):
            self._offer("theme", self._themes())
            self._offer("by_theme", self._by[self.controls["by"].value][1])
        self._ask()

    def _themes(self) -> dict[str, str]:
        measure = self.controls["measure"].value
        return {theme: name for kind in self.shelf.kinds(measure) for theme, name in self.shelf.themes(measure, kind).items()}

    def _offer(self, name: str, offered: dict[str, str]) -> None:
        control, options = self.controls[name], as_options(offered)
        if control.options != options:
            control.options = options
        if control.value not in offered:
            control.value = next(iter(offered), None)
        control.layout.display = None if len(options) > 1 else "none"

    def _ask(self) -> None:
        """Answer the question; while it is worked out that is said."""
        study, chosen = self.shelf.study, {name: self.controls[name].value for name in ("measure", "theme", "by", "by_theme")}
        by = chosen["by"] + (f"{BETWEEN}{chosen['by_theme']}" if chosen["by_theme"] else "")
        self.said.value = f'<p role="status">{html.escape(study.text("crossing_busy"))}</p>'
        try:
            self.answer = Answer(chosen["measure"], chosen["theme"], by, self.where, self.shelf.ground)
        except InputError as error:
            self.answer, self.chart.shown, self.code.value = None, {}, ""
            self.said.value = f'<p role="alert">{html.escape(str(error))}</p>'
            return
        self.chart.shown = self._drawn(self.answer)
        self.said.value = f'<p role="status">{html.escape(self.answer.note())}</p>'
        self.code.value = f'<p>{html.escape(study.text("crossing_code"))}</p><pre tabindex="0">{html.escape(self.answer.code())}</pre>'

    def _drawn(self, answer: Answer) -> dict:
        """The answer as a `ChartView` draws it: a table where nothing is shown, or the house style has no chart of the unit."""
        study, rows, options = self.shelf.study, answer.table, answer.options()
        words = answer.words()
        chart = table_alone(words)
        if options and rows["estimate"].notna().any():
            with palette.using(study.style["colours"]):
                drawn = chart_data.describe("bars", rows, study.language, label(f"chart_axis_{options['unit']}", study.language), **options)
            chart = drawn | {"table": chart["table"]}
        told = rows["n"].dropna()
        footer = study.text("footer_n", n=span_of(told, study.language), units=study.says("units")) if len(told) else ""
        n = [number(count, 0, study.language) for count in rows["n"]]
        return as_shown("crossing", answer.finding(), answer.title, footer, chart=chart, rows=list(rows["cluster"]), n=n) | {"words": self._words}


def _nested(names: dict[str, str]) -> dict[str, tuple[str, dict[str, str]]]:
    """The names of groupings by their first part: its heading, and {second part: label} where there is one."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for name, words in names.items():
        first, _, second = name.partition(BETWEEN)
        heading, _, part = words.partition(f"{BETWEEN} ") if second else (words, "", "")
        found.setdefault(first, (heading, {}))[1].update({second: part} if second else {})
    return found
