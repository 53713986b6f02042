"""A chart that answers to a click: one view drawn in the browser, from the same bundle as the decks' charts."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import anywidget
import traitlets

from ledanalysis import palette
from ledanalysis.errors import InputError
from ledanalysis.slides.fonts import faces
from ledanalysis.study import Study

FRONT = files("ledanalysis") / "explore" / "front"
WORDS = {  # what the front end says of its own, and the key of the labels
    "table": "explore_table", "chart": "explore_chart", "help": "explore_help", "pick": "explore_pick", "unpick": "explore_unpick",
    "suppressed": "suppressed", "no_data": "chart_no_data", "empty": "chart_empty", "darker": "chart_darker", "more": "chart_more", "less": "chart_less",
    "unclear": "chart_unclear", "axis_score": "chart_axis_score", "axis_percent": "chart_axis_percent", "axis_points": "chart_axis_points",
    "axis_mark": "chart_axis_mark", "axis_part": "chart_axis_part", "span": "chart_span",
}  # fmt: skip
PLACES = {name: f"{{{name}}}" for name in ("label", "axis", "low", "high")}  # filled in by the front end


def interface_words(study: Study) -> dict[str, str]:
    """The words of the front end in the study's language, for `shown["words"]`; places such as {label} are left open.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from ledanalysis.labels import text
    >>> interface_words(SimpleNamespace(text=lambda key, **values: text(key, "en", **values)))["axis_part"]
    '{axis}, the axis shows {low} to {high}'
    """
    return {name: study.text(key, **PLACES) for name, key in WORDS.items()}


def check_hidden(chart: dict) -> None:
    """Hold on where a bundle has a figure of what it says is suppressed: it would be sent to the browser.

    Raises
    ------
    InputError
        Of the column that it is in.

    Examples
    --------
    >>> check_hidden({"columns": [{"key": "label"}, {"key": "estimate"}], "rows": [["Data", 3.0]], "suppressed": [True]})
    Traceback (most recent call last):
    ledanalysis.errors.InputError: column 'estimate': a suppressed row still has a figure: 'Data'
    """
    keys, cells = [column["key"] for column in chart["columns"]], chart.get("cells")
    for place, (row, hidden) in enumerate(zip(chart["rows"], chart["suppressed"], strict=True)):
        gone = [False, *(shade is None for shade in cells[place])] if cells else [hidden and key != "reference" for key in keys]
        told = [key for key, value, away in zip(keys, row, gone, strict=True) if away and value is not None and not isinstance(value, str)]
        if told:
            raise InputError("a suppressed row still has a figure", column=told[0], value=row[0])


@cache
def module() -> str:
    """The front end as one ES module: its files, each one idea, and the style sheet of the card."""
    parts = sorted((path for path in FRONT.iterdir() if path.name.endswith(".js")), key=lambda path: path.name)
    style = (FRONT / "card.css").read_text("utf-8")
    return "\n".join([f"const STYLE = {json.dumps(style)};", *(path.read_text("utf-8") for path in parts)])


class ChartView(anywidget.AnyWidget):
    """One view: a chart with its finding, the table behind it, and what is picked in it.

    A click, Enter or Space on a mark sends ``{"view", "row", "column", "tile"}`` (a key or None each): see ``on_msg`` of ipywidgets.

    Attributes
    ----------
    shown : dict
        What is drawn; {} is nothing.

        - view, title, kicker, footer, note: words around the chart;
        - chart: what `chart_data.describe` gives, or None, and `empty` what is said instead;
        - rows, columns: the key of each row of the chart, and of each column of a heat map;
        - tiles: key, label, group and words of each tile, in the order of the chart's;
        - sides: of each category of a stacked chart: low, middle, high (around the middle), or apart;
        - n, optional: the number behind each row, as words, or a list of them for the cells of a heat map's row;
        - picked: rows, columns and tiles that are marked as chosen (lists of keys);
        - words: see `interface_words`.
    language : {"nl", "en"}
        Of all words.
    colours : dict of str to str
        The palette: that of the study within `palette.using`.

    Raises
    ------
    InputError
        A chart has a figure of what it says is suppressed.
    """

    _esm = module()
    _css = faces()
    shown = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode("nl").tag(sync=True)
    colours = traitlets.Dict().tag(sync=True)

    @traitlets.validate("shown")
    def _check_shown(self, proposal: dict) -> dict:
        if proposal["value"].get("chart"):
            check_hidden(proposal["value"]["chart"])
        return proposal["value"]

    @traitlets.default("colours")
    def _default_colours(self) -> dict[str, str]:
        return dict(palette.used())
