"""What a chart's bundle becomes: native bars, a shaded table, or None where PowerPoint has nothing that shows the same."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from ledanalysis import style
from ledanalysis.drawing import UNITS
from ledanalysis.labels import text
from ledanalysis.slides.powerpoint.plans import FIGURE, Bars, Series, between, plan
from ledanalysis.slides.powerpoint.tables import Field, Grid
from ledanalysis.slides.powerpoint.words import Run

MINUS = "−"
FORMATS = {"score": ("0", "0"), "percent": ('0"%"', '0"%"'), "points": (f'+0;"{MINUS}"0;0', f'+0;"{MINUS}"0;0'), "mark": ("0.0", "0"), "count": ("#,##0", "0")}
GROUPS = ("muted", "hatch", "paper", "grid", "neutral")  # of groups beside the own answer: as light as each other's neighbour is dark
ALTS = {"ranking": "chart_alt_bars", "change": "chart_alt_pairs"}  # what is drawn in another form here says so
WORDS = "text"


@dataclass(frozen=True)
class Shown:
    """A chart's bundle, read: its columns by key, and their values."""

    chart: dict
    language: str

    @property
    def columns(self) -> dict[str, dict]:
        return {column["key"]: column for column in self.chart["columns"]}

    def values(self, key: str) -> list:
        """A column's values; empty where the bundle does not have it."""
        places = [place for place, column in enumerate(self.chart["columns"]) if column["key"] == key]
        return [row[places[0]] for row in self.chart["rows"]] if places else []

    def series(self, key: str, **more) -> Series:
        """A column of figures as a series of bars."""
        column = self.columns[key]
        return Series(column["label"], self.values(key), **({"colour": column["colour"] or style.colour("neutral")} | more))

    def say(self, key: str, **values) -> str:
        return text(key, self.language, **values)


def bars_of(chart: dict, language: str, width: float, height: float) -> list[Bars] | None:
    """The bar charts, beside each other, that show what a bundle holds; None where bars do not.

    Parameters
    ----------
    chart : dict
        As `ledanalysis.chart_data.describe` gives it.
    language : {"nl", "en"}
    width, height : float
        The room there is, in points.

    Examples
    --------
    >>> import pandas as pd
    >>> from ledanalysis.chart_data import describe
    >>> table = pd.DataFrame({"label": ["Zorg", "Data"], "estimate": [81.0, None], "suppressed": [False, True]})
    >>> bars, = bars_of(describe("bars", table), "nl", 600, 300)
    >>> bars.categories, bars.series[0].values, (bars.low, bars.high)
    (['Zorg', 'Data (onderdrukt)'], [81.0, None], (0, 100))
    """
    made = MADE.get(chart["kind"])
    shown = Shown(chart, language)
    if made is None or not chart["rows"]:
        return None
    return [_lettered(each, language, width, height) for each in made(shown) if each.series] or None


def grid_of(chart: dict, language: str) -> Grid | None:
    """A heat map as a table: the colour of each cell is that of the picture; what is suppressed is hatched, with a dash."""
    if chart["kind"] != "heatmap" or not chart["rows"]:
        return None
    unit = UNITS[chart["unit"]]
    bare = unit if unit.name == "points" else replace(unit, name="score")  # no room for a % in each cell
    head = [Field()] + [Field((Run(column["label"]),), align="ctr") for column in chart["columns"][1:]]
    rows = [
        (Field((Run(row[0]),)), *(_shaded(value, shade, bare, language) for value, shade in zip(row[1:], shades, strict=True)))
        for row, shades in zip(chart["rows"], chart["cells"], strict=True)
    ]
    return Grid((tuple(head), *rows), even=True, lines=False)


def _shaded(value, shade: str | None, unit, language: str) -> Field:
    if value is None:
        return Field((Run("–"),) if shade is None else (), align="ctr", hatched=shade is None)
    return Field((Run(unit.write(value, language)),), align="ctr", fill=shade, code=style.text_on(shade))


def alt_of(chart: dict, alt: str, language: str) -> str:
    """The description of the picture, fit for the bars that show the same."""
    kind = chart["kind"]
    if kind not in ALTS:
        return alt
    rows = len(chart["rows"])
    return alt.replace(text(f"chart_alt_{kind}", language, rows=rows), text(ALTS[kind], language, rows=rows))


def _estimates(shown: Shown) -> list[Bars]:
    own = shown.series("estimate", colours=shown.chart["row_colours"], lower=shown.values("lower"), upper=shown.values("upper"))
    beside = [shown.series("reference", shown=False)] if "reference" in shown.columns else []
    return [_scaled(shown, [own, *beside], more=_texts(shown, "rank_text"))]


def _change(shown: Shown) -> list[Bars]:
    grey, pale = shown.chart["row_colours"], [style.colour("hatch") if shade else "" for shade in shown.chart["row_colours"]]
    pair = [shown.series("now", colours=pale), shown.series("future", colours=grey)]
    decimals = UNITS[shown.chart["unit"]].decimals
    rise = [style.signed(value, decimals, shown.language) if value is not None else "" for value in shown.values("rise")]
    more = [(shown.columns[key]["label"], shown.values(key)) for key in ("rise", "lower", "upper") if key in shown.columns]
    unclear = [shown.say("slide_unclear")] if any(grey) else []
    return [_scaled(shown, pair, said=rise, more=more, notes=unclear)]


def _panels(shown: Shown) -> list[Bars]:
    """A chart for each base, so that neither is read as the other."""
    each = [replace(_scaled(shown, [shown.series(key)], unit=shown.columns[key]["unit"], axis=shown.columns[key]["label"]), bare=key != "units") for key in ("units", "staff")]
    return [replace(bars, series=[replace(bars.series[0], name=bars.axis)]) for bars in each]


def _beside(shown: Shown) -> list[Bars]:
    keys = [key for key, column in shown.columns.items() if key not in ("label", "own") and column["unit"] != WORDS]
    groups = [shown.series(key, colour=style.colour(shade), edge=style.colour("muted"), shown=False) for key, shade in zip(keys, GROUPS)]
    in_words = "own_text" if "own_text" in shown.columns else "own"
    said = [value if isinstance(value, str) else "" for value in shown.values(in_words)]
    own = [shown.series("own")] if shown.columns["own"]["unit"] != WORDS else []
    if not own:
        groups = [replace(each, shown=True) for each in groups]
    return [_scaled(shown, [*own, *groups], said=said, more=_texts(shown, "own_text", "not_shown"))]


def _stacked(shown: Shown) -> list[Bars]:
    return [replace(_scaled(shown, [shown.series(key) for key in list(shown.columns)[1:]]), stacked=True, legend=True)]


def _two_sources(shown: Shown) -> list[Bars]:
    """The survey's scores, and at their right the shares of the interviews: two scales, so two charts."""
    untold = shown.say("triangulation_untold")
    said = ["" if verdict == untold else verdict for verdict in shown.values("verdict")]
    survey = _scaled(shown, [shown.series(key) for key in ("now", "future") if key in shown.columns], said=said, unit="score", axis=shown.say("chart_axis_score"))
    named = shown.series("estimate", lower=shown.values("lower"), upper=shown.values("upper"))
    later = [shown.series("later", shown=False)] if "later" in shown.columns else []
    interviews = _scaled(shown, [named, *later], unit="percent", axis=shown.say("chart_axis_percent"), more=_texts(shown, "verdict"))
    return [replace(survey, legend=True), replace(interviews, legend=True, bare=True)]


MADE = {"bars": _estimates, "ranking": _estimates, "change": _change, "panels": _panels, "beside": _beside, "stacked": _stacked, "two_sources": _two_sources}


def _texts(shown: Shown, *keys: str) -> list[tuple[str, list]]:
    return [(shown.columns[key]["label"], shown.values(key)) for key in keys if key in shown.columns]


def _scaled(shown: Shown, series: list[Series], said=(), more=(), notes=(), unit: str = "", axis: str = "") -> Bars:
    """A bar chart on its unit's whole scale."""
    unit = UNITS[unit or shown.chart["unit"]]
    low, high, step = _ends(unit, series)
    form, ticks = FORMATS[unit.name]
    lower = next((shown.columns["lower"]["label"] for each in series if any(value is not None for value in each.lower)), "")
    parts = [axis or _whole_axis(shown), *([shown.say("slide_interval", interval=lower)] if lower else []), *notes]
    return Bars(_categories(shown, said), series, low, high, step, "; ".join(filter(None, parts)), form, ticks, legend=len(series) > 1, more=more)


def _whole_axis(shown: Shown) -> str:
    """What the axis of the picture says, without the part of the scale that it shows: here the whole scale is."""
    part = text("chart_axis_part", shown.language, axis="", low="\0", high="").split("\0")[0]
    return shown.chart["axis"].partition(part)[0]


def _ends(unit, series: list[Series]) -> tuple[float, float, float]:
    if unit.low is not None:
        return unit.low, unit.high, unit.step * 2 if unit.high - unit.low > 50 else unit.step
    found = [value for each in series for values in (each.values, each.lower, each.upper) for value in values if value is not None]
    low, high = (unit.step * turn(end / unit.step) for turn, end in ((math.floor, min([0, *found])), (math.ceil, max([0, *found]))))
    return (low, high, unit.step) if high > low else (0, unit.step, unit.step)


def _categories(shown: Shown, said) -> list[str]:
    hidden = shown.say("slide_suppressed")
    words = [hidden if gone else word for gone, word in zip(shown.chart["suppressed"], said or [""] * len(shown.chart["rows"]), strict=True)]
    return [f"{label} ({word})" if word else str(label) for label, word in zip(shown.values("label"), words, strict=True)]


def _lettered(bars: Bars, language: str, width: float, height: float) -> Bars:
    """Which figures stand in the chart: all where each bar has room for its own, else the first series' in a column."""
    count = len(bars.series)
    room = plan(bars, width, height).plot_height / len(bars.categories) / (count + between(bars) / 100)
    shown = [each.shown for each in bars.series]
    if count == 1 or bars.stacked or (all(shown) and room >= FIGURE):
        return bars
    first = bars.series[0]
    lead = not all(shown)  # one is what the chart is about, the others are beside it
    name = text("slide_figure", language, name=first.name) if lead else first.name
    series = [replace(first, shown=lead, name=name), *(replace(each, shown=False) for each in bars.series[1:])]
    return replace(bars, series=series, apart=lead)
