"""Charts: a ready table drawn on Axes. Nothing is worked out or hidden here; each returns its alt text.

A table has a row per mark: `label` (ready text), `estimate`, `lower`, `upper`, `n`, `suppressed`, and what a chart
names. A suppressed row arrives without figures and is shown as suppressed, never as zero. The finding, the source and
n stand around the chart on the slide, not in it. One chart to a figure: the key to its marks takes the upper edge.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.textpath import text_to_path

from ledanalysis import style
from ledanalysis.errors import InputError
from ledanalysis.labels import text

SMALL, NORMAL = 11.5, 12.5  # points: axis, key and side notes; labels and values
LARGE = 13.5  # in semibold this is large text to WCAG, for which a contrast of 3:1 is enough
LABEL_WIDTH = 48  # characters; a longer label is wrapped, or shortened where the rows are close together
SPARSE = 11  # up to so many rows, a label of two lines fits its row
FEW = 7  # fewer rows than this are drawn as close together as this many
ALT_LENGTH = 400
DOT = dict(s=80, linewidths=0, clip_on=False, zorder=4)
LEADER = dict(arrowstyle="-", color=style.colour("muted"), linewidth=0.8, shrinkA=0, shrinkB=4)
HALO = [withStroke(linewidth=3.4, foreground="white")]  # a whisker is seen on its bar too
HATCH = dict(facecolor=style.colour("suppressed"), edgecolor=style.colour("hatch"), hatch="////", linewidth=0)


@dataclass(frozen=True)
class Unit:
    """How a measure is drawn: the ends of its scale (None: it has none), the step of its axis, its decimals."""

    name: str
    low: float | None
    high: float | None
    step: float
    decimals: int = 0

    def write(self, value: float, language: str) -> str:
        if self.name == "points":
            return style.signed(value, self.decimals, language)
        if self.name == "percent":
            return style.percent(value, language, self.decimals)
        return style.number(value, self.decimals, language)


UNITS = {
    unit.name: unit
    for unit in (
        Unit("score", 0, 100, 10),
        Unit("percent", 0, 100, 10),
        Unit("points", None, None, 10),
        Unit("mark", 1, 10, 1, 1),
    )
}


@style.styled
def ranking(
    ax: Axes,
    table: pd.DataFrame,
    *,
    unit: str = "score",
    intervals: bool = True,
    top: int | None = None,
    reference: str | None = None,
    reference_label: str | None = None,
    colour: str = "now",
    level: float = 0.95,
    language: str = "nl",
) -> str:
    """Dots from high to low, with their intervals; equal estimates keep the table's order.

    The axis is zoomed to the data, in whole steps, and says so.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        Columns label, estimate; lower and upper if intervals; optional n, suppressed, rank_text (shown at the right)
        and highlight (bool: drawn in the highlight colour, its label in semibold).
    unit : {"score", "percent", "points", "mark"}
        0-100, percent, a signed difference, or a report mark of 1-10.
    intervals : bool
        False for a census, which has none.
    top : int, optional
        Draw only so many rows.
    reference : str, optional
        The column with the figure to compare with, drawn as a hollow diamond.
    reference_label : str, optional
        What that figure is, for the key.
    colour : str
        A name of the palette.
    level : float
        Of the intervals, for the key.
    language : {"nl", "en"}

    Returns
    -------
    str
        The alt text.

    Raises
    ------
    InputError
        If a column is missing, the unit is unknown, or a suppressed row still has a figure.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["Data", "Zorg"], "estimate": [60.0, 80.0], "n": 40})
    >>> ranking(style.figure()[1], table, intervals=False)
    'Puntdiagram van hoog naar laag, rijen: 2. Hoogst: Zorg 80; Data 60. n = 40.'
    """
    measure, marks = _unit(unit), _marks(intervals, reference)
    rows = _rows(table, ["label"], marks, "estimate", reference).iloc[:top]
    shown = rows[rows["estimate"].notna()]
    _label_rows(ax, rows, rows["estimate"], language)
    _value_axis(ax, measure, rows[marks], True, language)
    key = [_mark(text("chart_estimate", language), "o", style.colour(colour))]
    key += _whiskers(ax, shown, intervals, _shades(shown, colour), level, language)
    ax.scatter(shown["estimate"], shown.index, color=_shades(shown, colour), gid="estimate", **DOT)
    key += _references(ax, rows, reference, reference_label, language)
    _values(ax, shown, marks, measure, language, bool(reference))
    if "rank_text" in rows:
        _column(ax, shown["rank_text"], 64, "left", color=style.colour("muted"))
        _header(ax, text("chart_rank", language), 64, "left")
    _key(ax, key, rows, language)
    return _alt("ranking", _told(shown, _written(shown, measure, language), "estimate"), rows, language)


@style.styled
def bars(
    ax: Axes,
    table: pd.DataFrame,
    *,
    unit: str = "percent",
    colour: str = "organise",
    intervals: bool = True,
    reference: str | None = None,
    reference_label: str | None = None,
    level: float = 0.95,
    language: str = "nl",
) -> str:
    """Horizontal bars on the whole scale, in the table's order; parameters and errors as for `ranking`.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["Coaching", "LMS"], "estimate": [60.0, 80.0], "n": [40, 41]})
    >>> bars(style.figure()[1], table, intervals=False)
    'Staafdiagram, rijen: 2. Hoogst: LMS 80%; Coaching 60%. n = 40–41.'
    """
    measure, marks = _unit(unit), _marks(intervals, reference)
    rows = _rows(table, ["label"], marks, None, reference)
    shown = rows[rows["estimate"].notna()]
    _label_rows(ax, rows, rows["estimate"], language)
    _value_axis(ax, measure, rows[marks], False, language)
    base, thick = measure.low or 0, 0.68 if len(rows) > FEW else 0.55
    look = {"color": _shades(shown, colour), "zorder": 2, "gid": "estimate"}
    ax.barh(shown.index, shown["estimate"] - base, thick, base, **look)
    key = _whiskers(ax, shown, intervals, style.colour("ink"), level, language)
    key += _references(ax, rows, reference, reference_label, language)
    _values(ax, shown, marks, measure, language, bool(reference))
    _key(ax, key, rows, language)
    return _alt("bars", _told(shown, _written(shown, measure, language), "estimate"), rows, language)


@style.styled
def change(
    ax: Axes, table: pd.DataFrame, *, unit: str = "score", sort: str = "rise", level: float = 0.95, language: str = "nl"
) -> str:
    """From now (hollow) to the coming years (filled), a line per row, and the difference at the right.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        Columns label, now, future, rise, clear (bool: the difference is beyond the noise); optional lower, upper
        (of rise), n, suppressed. Rows that are not clear are drawn thin and grey.
    unit : {"score", "percent", "mark"}
        Of now and future.
    sort : {"rise", "future", "now"}
        From high to low.
    level, language
        As for `ranking`.

    Returns
    -------
    str
        The alt text.

    Raises
    ------
    InputError
        As for `ranking`.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["Data", "Zorg"], "now": [60.0, 80.0], "future": [72.0, 79.0],
    ...                       "rise": [12.0, -1.0], "clear": [True, False]})
    >>> change(style.figure()[1], table)
    'Puntenparen nu en over drie jaar, rijen: 2. Hoogst: Data +12 (60 naar 72); Zorg −1 (80 naar 79). Duidelijk: 1.'
    """
    measure = _unit(unit)
    difference = replace(UNITS["points"], decimals=measure.decimals)
    rows = _rows(table, ["label", "clear"], ["now", "future", "rise"], sort)
    shown = rows[rows["rise"].notna()]
    clear = shown["clear"].eq(True)
    _label_rows(ax, rows, rows["rise"], language, headroom=1)
    _value_axis(ax, measure, shown[["now", "future"]], True, language)
    _dumbbells(ax, shown[clear], "now", "future", 3)
    _dumbbells(ax, shown[~clear], "muted", "muted", 1.2)
    rise = _written(shown, difference, language, "rise")
    _column(ax, rise[clear], 52, "right", fontweight=600)
    _column(ax, rise[~clear], 52, "right", color=style.colour("muted"))
    _header(ax, text("chart_difference", language), 52, "right")
    if {"lower", "upper"} <= set(rows) and shown["lower"].notna().any():
        spans = [_span(difference, *ends, language) for ends in shown[["lower", "upper"]].itertuples(index=False)]
        _column(ax, pd.Series(spans, shown.index), 66, "left", color=style.colour("muted"))
        _header(ax, _interval(level, language), 66, "left")
    unclear = [] if clear.all() else [_mark(text("chart_unclear", language), "o", style.colour("muted"))]
    _key(ax, unclear, rows, language)
    _name_ends(ax, shown, clear, language)
    now, future = (_written(shown, measure, language, column) for column in ("now", "future"))
    both = [text("chart_from_to", language, now=each[0], future=each[1]) for each in zip(now, future, strict=True)]
    told = _told(shown, rise + [f" ({each})" for each in both], "rise")
    return _alt("change", told, rows, language, text("chart_alt_clear", language, count=int(clear.sum())))


@style.styled
def heatmap(
    ax: Axes,
    table: pd.DataFrame,
    *,
    unit: str = "score",
    value: str = "estimate",
    diverging: bool = False,
    language: str = "nl",
) -> str:
    """A table with a figure in each cell, darker where it is higher; suppressed cells are hatched, with a dash.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        A row per cell: row_label, column_label, the value; optional suppressed, n. Rows and columns come in the order
        of their categories, or of first appearance.
    unit, language
        As for `ranking`.
    value : str
        The column to show.
    diverging : bool
        Two colours from 0, for differences.

    Returns
    -------
    str
        The alt text.

    Raises
    ------
    InputError
        As for `ranking`; or if a cell comes twice.

    Examples
    --------
    >>> table = pd.DataFrame({"row_label": ["Data", "Zorg"], "column_label": "Zeeland", "estimate": [60.0, np.nan],
    ...                       "suppressed": [False, True]})
    >>> heatmap(style.figure()[1], table)
    'Tabel met kleuren, rijen: 2, kolommen: 1. Hoogst: Data, Zeeland: 60. Onderdrukt wegens kleine aantallen: 1.'
    """
    measure = _unit(unit)
    cells = _rows(table, ["row_label", "column_label"], [value])
    figures, hidden = _grid(cells, value), _grid(cells, "suppressed").eq(True)
    colours, low, high = _scale(figures.to_numpy(), measure, diverging)
    rows, columns = figures.shape
    bare = measure if measure.name == "points" else replace(measure, name="score")  # no room for a % in each cell
    ax.pcolormesh(
        np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, np.ma.masked_invalid(figures.to_numpy()),
        cmap=colours, vmin=low, vmax=high, edgecolors="white", linewidth=1.5, gid="estimate",
    )  # fmt: skip
    for row, column in zip(*np.nonzero(figures.notna().to_numpy()), strict=True):
        shade = colours((figures.iat[row, column] - low) / (high - low))
        _cell(ax, row, column, bare.write(figures.iat[row, column], language), shade)
    for row, column in zip(*np.nonzero(hidden.to_numpy()), strict=True):
        ax.add_patch(Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, gid="suppressed", **HATCH))
        _cell(ax, row, column, "–", style.colour("suppressed"))
    ax.set(xlim=(-0.5, max(columns, 4) - 0.5), ylim=(max(rows, FEW) - 0.5, -0.5))
    ax.set_yticks(range(rows), [_fit(label, rows) for label in figures.index])
    ax.spines[:].set_visible(False)
    ax.grid(False)
    key = [Patch(color=colours(0.85), label=text("chart_more" if diverging else "chart_darker", language))]
    if diverging:
        key.append(Patch(color=colours(0.15), label=text("chart_less", language)))
    if (figures.isna() & ~hidden).any(axis=None):
        key.append(Patch(facecolor="white", edgecolor=style.colour("muted"), label=text("chart_empty", language)))
    _key(ax, key, cells, language)
    _label_columns(ax, list(figures.columns))
    shown = cells[cells[value].notna()]
    words = _written(shown, measure, language, value)
    told = _told(_joined(shown, "column_label"), words, value, 60)
    return _alt("heatmap", told, cells, language, rows=rows, columns=columns)


@style.styled
def stacked(ax: Axes, table: pd.DataFrame, *, colours: Mapping[str, str] | None = None, language: str = "nl") -> str:
    """Bars of 100%, one per row, divided over categories; shares are written in the parts that have room for them.

    A bar of which one part is suppressed is shown as suppressed: that part would be the rest of 100.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        A row per part: row_label, category_label, share (percent); optional suppressed, n.
    colours : dict of str to str, optional
        {category_label: name of the palette}.
    language : {"nl", "en"}

    Returns
    -------
    str
        The alt text.

    Raises
    ------
    InputError
        As for `ranking`; or if a part comes twice.

    Examples
    --------
    >>> table = pd.DataFrame({"row_label": "Alle", "category_label": ["formeel", "informeel"], "share": [60.0, 40.0]})
    >>> stacked(style.figure()[1], table)
    'Gestapelde staven van 100%, rijen: 1. Hoogst: Alle, formeel: 60%; Alle, informeel: 40%.'
    """
    parts = _rows(table, ["row_label", "category_label"], ["share"])
    parts["suppressed"] = parts.groupby("row_label", observed=True)["suppressed"].transform("any")
    parts["share"] = parts["share"].mask(parts["suppressed"])
    shares = _grid(parts, "share")
    hidden = _grid(parts, "suppressed").eq(True).any(axis=1).to_numpy()
    colours = colours or dict(zip(shares.columns, style.SERIES, strict=False))
    bare = [category for category in shares if category not in colours]
    if bare:
        raise InputError("no colour for this category", value=bare[0], allowed=list(colours))
    rows = pd.DataFrame({"label": shares.index, "suppressed": hidden})
    gone = shares.isna().all(axis=1).reset_index(drop=True)
    _label_rows(ax, rows, pd.Series(np.where(gone, np.nan, 0)), language, headroom=0.5)
    _value_axis(ax, UNITS["percent"], shares, False, language)
    thick, starts = 0.8 if len(rows) > FEW else 0.55, shares.fillna(0).cumsum(axis=1) - shares.fillna(0)
    for category in shares:
        shade = style.colour(colours[category])
        place = {"left": starts[category], "color": shade, "edgecolor": "white", "linewidth": 1.5}
        ax.barh(range(len(rows)), shares[category].fillna(0), thick, gid="share", **place)
    for row in np.flatnonzero(hidden):
        ax.add_patch(Rectangle((0, row - thick / 2), 100, thick, gid="suppressed", **HATCH))
    named = _label_parts(ax, shares, starts, colours, language)
    key = [] if named else [Patch(color=style.colour(colours[each]), label=each) for each in shares]
    _key(ax, key, parts, language)
    shown = parts[parts["share"].notna()]
    words = _written(shown, UNITS["percent"], language, "share")
    told = _told(_joined(shown, "category_label"), words, "share", 60)
    return _alt("stacked", told, parts.drop_duplicates("row_label"), language)


@style.styled
def tile_map(
    ax: Axes,
    tiles: pd.DataFrame,
    *,
    column: str,
    colours: Mapping[object, str],
    labels: Mapping[object, str],
    language: str = "nl",
) -> str:
    """A square per municipality, in the colour of its value; at the left of the Axes, with its key beside it.

    Parameters
    ----------
    ax : Axes
    tiles : DataFrame
        A row per municipality: tile_row (0 is north), tile_col, the value; optional province: a dark line is drawn
        between neighbours of different provinces.
    column : str
        The column with the value.
    colours, labels : dict
        {value: name of the palette} and {value: words for the key}, in the order of the key.
    language : {"nl", "en"}

    Returns
    -------
    str
        The alt text.

    Raises
    ------
    InputError
        If a column is missing, or a value has no colour.

    Examples
    --------
    >>> tiles = pd.DataFrame({"tile_row": [0, 0, 1], "tile_col": [0, 1, 0], "answered": [True, False, True]})
    >>> tile_map(style.figure()[1], tiles, column="answered", colours={True: "responded", False: "not_responded"},
    ...          labels={True: "reactie", False: "geen reactie"})
    'Tegelkaart met een vierkant per gemeente, gemeenten: 3. Aantallen: reactie: 2; geen reactie: 1.'
    """
    tiles = _rows(tiles, ["tile_row", "tile_col", column], [])
    strange = ~tiles[column].isin(list(colours))
    if strange.any():
        value = tiles.loc[strange, column].tolist()[0]
        raise InputError("no colour for this value", column=column, value=value, allowed=list(colours))
    squares = [Rectangle((x - 0.45, y - 0.45), 0.9, 0.9) for x, y in zip(tiles["tile_col"], tiles["tile_row"])]
    names = tiles[column].map(dict(colours))
    faces, edges = [style.colour(name) for name in names], [style.outline(name) for name in names]
    ax.add_collection(PatchCollection(squares, facecolors=faces, edgecolors=edges, linewidths=0.7, gid="tiles"))
    if "province" in tiles:
        ax.add_collection(LineCollection(_borders(tiles), colors=style.colour("ink"), linewidths=1.8, gid="borders"))
    ends = [tiles[part].max() + 0.6 for part in ("tile_col", "tile_row")]
    ax.set(xlim=(-0.6, ends[0]), ylim=(ends[1], -0.6), aspect="equal", anchor="W")
    ax.axis("off")
    counts = tiles[column].value_counts()
    written = [f"{labels[value]}: {style.number(counts.get(value, 0), 0, language)}" for value in colours]
    for place, (value, words) in enumerate(zip(colours, written, strict=True)):
        _swatch(ax, place, colours[value], words)
    opening = text("chart_alt_tile_map", language, rows=len(tiles))
    return _shorten(f"{opening} {text('chart_alt_counts', language, items='; '.join(written))}")


@style.styled
def side_by_side(
    ax: Axes,
    table: pd.DataFrame,
    *,
    x_label: str,
    y_label: str,
    x_unit: str = "score",
    y_unit: str = "percent",
    colour: str = "now",
    language: str = "nl",
) -> str:
    """Two lines of evidence about the same rows: a dot each, named where there is room, the outermost first.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        Columns label, x, y; optional suppressed (either of the two), n.
    x_label, y_label : str
        What the axes show.
    x_unit, y_unit, colour, language
        As for `ranking`.

    Returns
    -------
    str
        The alt text.

    Raises
    ------
    InputError
        As for `ranking`.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["Data", "Zorg"], "x": [60.0, 80.0], "y": [25.0, 90.0]})
    >>> side_by_side(style.figure()[1], table, x_label="belang", y_label="genoemd")
    'Spreidingsdiagram van belang tegen genoemd, punten: 2. Hoogst: Zorg 80 en 90%; Data 60 en 25%.'
    """
    rows = _rows(table, ["label"], ["x", "y"], "x")
    shown = rows[rows["x"].notna() & rows["y"].notna()]
    _value_axis(ax, _unit(x_unit), shown[["x"]], True, language, x_label)
    _value_axis(ax, _unit(y_unit), shown[["y"]], True, language, y_label, "y")
    ax.grid(True, axis="both")
    ax.scatter(shown["x"], shown["y"], color=style.colour(colour), gid="estimate", **DOT)
    ax.tick_params(labelsize=SMALL, labelcolor=style.colour("muted"), pad=7)
    hidden = [_cut(label, 40) for label in rows.loc[rows["suppressed"], "label"]]
    _key(ax, [], rows, language, ", ".join(hidden) if len(hidden) <= 3 else str(len(hidden)))
    _name_points(ax, shown)
    words = text("chart_both", language)
    both = [f" {words} ".join(pair) for pair in zip(
        _written(shown, _unit(x_unit), language, "x"), _written(shown, _unit(y_unit), language, "y")
    )]  # fmt: skip
    return _alt(
        "side_by_side", _told(shown, pd.Series(both, shown.index, dtype="str"), "x"), rows, language, rows=len(shown),
        x=x_label, y=y_label,
    )  # fmt: skip


def _unit(name: str) -> Unit:
    if name not in UNITS:
        raise InputError("unknown unit", value=name, allowed=list(UNITS))
    return UNITS[name]


def _marks(intervals: bool, reference: str | None) -> list[str]:
    return ["estimate", *(["lower", "upper"] if intervals else []), *([reference] if reference else [])]


def _rows(
    table: pd.DataFrame, columns: list[str], figures: list[str], sort: str | None = None, reference: str | None = None
) -> pd.DataFrame:
    """The table checked, with `suppressed` filled in, in drawing order and numbered from the top."""
    lacking = [column for column in (*columns, *figures) if column not in table]
    if lacking:
        raise InputError("the table of the chart lacks a column", column=lacking[0], allowed=list(table))
    hidden = table["suppressed"].eq(True) if "suppressed" in table else pd.Series(False, index=table.index)
    told = [column for column in figures if column != reference and table.loc[hidden, column].notna().any()]
    if told:
        raise InputError("a suppressed row still has a figure", column=told[0])
    rows = table.assign(suppressed=hidden).astype(dict.fromkeys(figures, "float64"))
    if sort:
        rows = rows.sort_values(sort, ascending=False, kind="stable")
    return rows.reset_index(drop=True)


def _grid(cells: pd.DataFrame, value: str) -> pd.DataFrame:
    """Row labels by column labels, in the order of their categories or of first appearance."""
    places = ["row_label", "column_label" if "column_label" in cells else "category_label"]
    twice = cells.loc[cells.duplicated(places), places]
    if len(twice):
        raise InputError("a cell of the chart comes twice", value=", ".join(twice.iloc[0]))
    order = [
        [level for level in cells[place].cat.categories if level in set(cells[place])]
        if isinstance(cells[place].dtype, pd.CategoricalDtype)
        else cells[place].unique()
        for place in places
    ]
    return cells.astype(dict.fromkeys(places, "str")).pivot(index=places[0], columns=places[1], values=value).reindex(
        index=order[0], columns=order[1]
    )  # fmt: skip


def _scale(figures: np.ndarray, measure: Unit, diverging: bool):
    """Colours and their ends, in whole steps around the figures; diverging ones are as far from 0 on both sides."""
    found = figures[np.isfinite(figures)]
    if diverging:
        bound = max(measure.step, math.ceil(np.abs(found).max(initial=0) / measure.step) * measure.step)
        return style.colour_map(diverging=True), -bound, bound
    low, high = _ends(found, measure)
    return style.colour_map(), low, high


def _ends(found: np.ndarray, measure: Unit) -> tuple[float, float]:
    """The ends of a zoomed axis: whole steps around the figures, two at least, and inside the unit's scale."""
    found = np.append(found, 0.0) if measure.low is None else found
    if not found.size:
        return measure.low, measure.high
    low, high = math.floor(found.min() / measure.step), math.ceil(found.max() / measure.step)
    low, high = (low, high) if high - low >= 2 else (low - 1, high + 1)
    low, high = low * measure.step, high * measure.step
    return (low, high) if measure.low is None else (max(low, measure.low), min(high, measure.high))


def _value_axis(ax, measure: Unit, figures: pd.DataFrame, zoom: bool, language: str, label="", axis="x") -> None:
    """A light axis on the whole scale or, zoomed, around the figures; a zoomed one says from where to where."""
    found = figures.to_numpy("float64")
    low, high = measure.low, measure.high
    if zoom or low is None:
        low, high = _ends(found[np.isfinite(found)], measure)
    label = label or text(f"chart_axis_{measure.name}", language)
    if measure.low is not None and (low, high) != (measure.low, measure.high):
        label = text("chart_axis_part", language, axis=label, low=style.number(low), high=style.number(high))
    step = measure.step if (high - low) / measure.step <= 11 else 2 * measure.step
    ticks = np.arange(math.ceil(low / step) * step, high + step / 2, step)
    written = [replace(measure, decimals=0).write(tick, language) for tick in ticks]
    ax.set(**{f"{axis}lim": (low, high), f"{axis}ticks": ticks, f"{axis}ticklabels": written, f"{axis}label": label})
    if measure.low is None and axis == "x":
        ax.axvline(0, color=style.colour("muted"), linewidth=1, zorder=1)


def _label_rows(ax, rows: pd.DataFrame, figures: pd.Series, language: str, headroom: float = 0) -> None:
    """Labels from the top down; where there is no figure, a dash (suppressed) or words (no data) instead of a mark."""
    slack = max(0, FEW - len(rows)) / 2
    ax.set_ylim(len(rows) - 0.4 + slack, -0.6 - slack - headroom)
    ax.set_yticks(range(len(rows)), [_fit(label, len(rows)) for label in rows["label"]])
    bold = rows["highlight"].eq(True) if "highlight" in rows else pd.Series(False, index=rows.index)
    for tick, gone, strong in zip(ax.get_yticklabels(), figures.isna(), bold, strict=True):
        tick.set(color=style.colour("muted" if gone else "ink"), fontweight=600 if strong else 400)
    for row in rows.index[figures.isna()]:
        words = "–" if rows["suppressed"][row] else text("chart_no_data", language)
        ax.annotate(
            words, (0, row), (8, 0), ("axes fraction", "data"), "offset points", va="center_baseline",
            color=style.colour("muted"), gid="no figure",
        )  # fmt: skip


def _fit(label: str, rows: int) -> str:
    """A long label on two lines where rows are far enough apart, else shortened."""
    if len(label) <= LABEL_WIDTH:
        return label
    if rows > SPARSE:
        return _cut(label, LABEL_WIDTH)
    width = min(LABEL_WIDTH, len(label) // 2 + 8)
    return "\n".join(textwrap.wrap(_cut(label, 2 * width - 12), width))


def _cut(label: str, width: int) -> str:
    """The label, or so many whole words of it as fit, and an ellipsis."""
    short = textwrap.shorten(label, width, placeholder="…")
    return short if short == label else short.rstrip("…").rstrip(" /:,(–-") + "…"


def _shades(shown: pd.DataFrame, name: str) -> list[str]:
    strong = shown["highlight"].eq(True) if "highlight" in shown else pd.Series(False, index=shown.index)
    return [style.colour("highlight" if each else name) for each in strong]


def _whiskers(ax, shown: pd.DataFrame, intervals: bool, shade, level: float, language: str) -> list:
    """Thin lines from lower to upper; returns their part of the key."""
    if not intervals or shown["lower"].isna().all():
        return []
    look = {"colors": shade, "linewidth": 1.6, "zorder": 3, "path_effects": HALO, "gid": "interval"}
    ax.hlines(shown.index, shown["lower"], shown["upper"], **look)
    one = shade if isinstance(shade, str) else shade[0]
    return [Line2D([], [], color=one, linewidth=1.6, label=_interval(level, language))]


def _references(ax, rows: pd.DataFrame, reference: str | None, label: str | None, language: str) -> list:
    """Hollow diamonds, that stick out from under a dot at the same place; returns their part of the key."""
    if not reference:
        return []
    look = dict(color=style.colour("ink"), mfc="white", mew=1.4, markersize=8, linestyle="none", marker="D")
    ax.plot(rows[reference], rows.index, clip_on=False, zorder=3.5, gid="reference", **look)
    return [Line2D([], [], label=label or text("chart_reference", language), **look)]


def _values(ax, shown: pd.DataFrame, marks: list[str], measure: Unit, language: str, apart: bool) -> None:
    """Each row's figure behind its marks; or apart, in a column, where it could be taken for that of the reference."""
    written = _written(shown, measure, language)
    if apart:
        _column(ax, written, 48, "right")
        _header(ax, text("chart_estimate", language), 48, "right")
        return
    for row, words, end in zip(shown.index, written, shown[marks].max(axis=1), strict=True):
        ax.annotate(words, (end, row), (9, 0), textcoords="offset points", va="center_baseline", annotation_clip=False)


def _column(ax, words: pd.Series, offset: float, ha: str, **look) -> None:
    """Words to the right of the Axes, one per row, `offset` points from its edge."""
    for row, each in words.items():
        ax.annotate(
            each, (1, row), (offset, 0), ("axes fraction", "data"), "offset points", ha=ha, va="center_baseline",
            annotation_clip=False, **look,
        )  # fmt: skip


def _header(ax, words: str, offset: float, ha: str, row: float = -1) -> None:
    _column(ax, pd.Series([words], [row]), offset, ha, color=style.colour("muted"), fontsize=SMALL)


def _dumbbells(ax, part: pd.DataFrame, now: str, future: str, width: float) -> None:
    if part.empty:  # matplotlib leaves room for lines that are not there
        return
    line = {"clip_on": False, "linestyle": "none", "marker": "o"}
    ax.hlines(part.index, part["now"], part["future"], color=style.colour(future), linewidth=width, zorder=2)
    ax.plot(part["now"], part.index, color=style.colour(now), mfc="white", mew=2, zorder=3, gid="now", **line)
    ax.plot(part["future"], part.index, color=style.colour(future), zorder=4, gid="future", **line)


def _mark(label: str, marker: str, shade: str) -> Line2D:
    return Line2D([], [], linestyle="none", marker=marker, color=shade, label=label)


def _key(ax, handles: list, rows: pd.DataFrame, language: str, hidden: str = "") -> None:
    """What the marks mean, on one line along the figure's upper edge; suppression is explained where it occurs."""
    if rows["suppressed"].any():
        words = text("suppressed", language) + (f": {hidden}" if hidden else "")
        handles = [*handles, _mark(words, "_", style.colour("muted"))]
    if handles:
        ax.figure.legend(handles=handles, loc="outside upper left", ncols=len(handles))


def _interval(level: float, language: str) -> str:
    return text("chart_interval", language, level=style.number(level * 100, language=language))


def _span(measure: Unit, low: float, high: float, language: str) -> str:
    return text("chart_span", language, low=measure.write(low, language), high=measure.write(high, language))


def _width(words: str, size: float = NORMAL, weight: int = 400) -> float:
    """The width of one line in points, in the house's font."""
    font = FontProperties(size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(words, font, False)[0]


def _room(ax) -> float:
    """The width of the Axes in points, once everything around it has found its place."""
    ax.figure.draw_without_rendering()
    return ax.get_window_extent().width / ax.figure.dpi * 72


def _name_ends(ax, shown: pd.DataFrame, clear: pd.Series, language: str) -> None:
    """'now' and 'in three years' above the two dots of the first row, apart from each other and inside the Axes."""
    if shown.empty:
        return
    room, (low, high) = _room(ax), ax.get_xlim()
    ends = shown.iloc[0][["now", "future"]].astype("float64").sort_values(kind="stable")
    words = [text(f"chart_{end}", language) for end in ends.index]
    widths = [_width(each, LARGE, 600) for each in words]
    starts = [(value - low) / (high - low) * room - width / 2 for value, width in zip(ends, widths, strict=True)]
    clash = max(0.0, starts[0] + widths[0] + 10 - starts[1])
    starts = [starts[0] - clash / 2, starts[1] + clash / 2]
    starts[1] = min(starts[1], room - widths[1] - 10)
    starts[0] = max(0.0, min(starts[0], starts[1] - 10 - widths[0]))
    starts[1] = max(starts[1], starts[0] + widths[0] + 10)
    for end, each, start in zip(ends.index, words, starts, strict=True):
        shade = style.colour(end if clear.iloc[0] else "muted")
        look = {"fontsize": LARGE, "fontweight": 600, "color": shade, "va": "center_baseline", "in_layout": False}
        ax.annotate(each, (0, shown.index[0] - 1), (start, 0), ("axes fraction", "data"), "offset points", **look)


def _cell(ax, row: int, column: float, words: str, fill, **look) -> None:
    shade = style.text_on(fill)
    ax.text(column, row, words, ha="center", va="center_baseline", color=shade, in_layout=False, **look)


def _label_columns(ax, labels: list[str]) -> None:
    """Column labels above the cells: wrapped at spaces and dashes, smaller, or else slanted, until they fit."""
    low, high = ax.get_xlim()
    room = _room(ax) / (high - low) - 2
    ax.xaxis.tick_top()
    for size in (NORMAL, SMALL):
        wrapped = [_wrap(label, room, size) for label in labels]
        if all(_width(line, size) <= room for lines in wrapped for line in lines):
            words, look = ["\n".join(lines) for lines in wrapped], {"fontsize": size}
            break
    else:
        words, look = labels, {"fontsize": NORMAL, "rotation": 30, "ha": "left", "rotation_mode": "anchor"}
    ax.set_xticks(range(len(labels)), words, color=style.colour("ink"), **look)


def _wrap(label: str, room: float, size: float) -> list[str]:
    lines = [""]
    for piece in re.findall(r"[^\s–-]+[–-]?\s*|\S\s*", label):
        if lines[-1] and _width((lines[-1] + piece).rstrip(), size) > room:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def _label_parts(ax, shares: pd.DataFrame, starts: pd.DataFrame, colours: Mapping, language: str) -> bool:
    """Shares in the parts that have room; category names above the first bar if all of them fit: then true."""
    room = _room(ax) / 100
    for row, column in zip(*np.nonzero(shares.notna().to_numpy()), strict=True):
        share, shade = shares.iat[row, column], style.colour(colours[shares.columns[column]])
        written = (style.percent(share, language), style.number(share, language=language))
        words = next((each for each in written if _width(each, LARGE, 600) + 4 <= share * room), None)
        if words:
            _cell(ax, row, starts.iat[row, column] + share / 2, words, shade, fontsize=LARGE, fontweight=600)
    full = np.flatnonzero(shares.notna().all(axis=1))
    fits = full.size and all(
        _width(name, weight=600) + 6 <= share * room for name, share in shares.iloc[full[0]].items()
    )
    if fits:
        for name in shares:
            at = starts[name].iloc[full[0]] + shares[name].iloc[full[0]] / 2
            ax.text(at, full[0] - 0.55, name, ha="center", va="bottom", fontweight=600, in_layout=False)
    return bool(fits)


def _borders(tiles: pd.DataFrame) -> list:
    """The sides between neighbouring tiles of different provinces, as line segments."""
    place = tiles.set_index(["tile_row", "tile_col"])["province"].to_dict()
    sides = []
    for (row, column), province in place.items():
        if place.get((row, column + 1), province) != province:
            sides.append([(column + 0.5, row - 0.5), (column + 0.5, row + 0.5)])
        if place.get((row + 1, column), province) != province:
            sides.append([(column - 0.5, row + 0.5), (column + 0.5, row + 0.5)])
    return sides


def _swatch(ax, place: int, name: str, words: str) -> None:
    """A line of the map's key: a square and its words, to the right of the map."""
    at, coords = (10, -12 - 24 * place), {"xycoords": "axes fraction", "textcoords": "offset points"}
    box = {"boxstyle": "square,pad=0", "facecolor": style.colour(name), "edgecolor": style.outline(name)}
    ax.annotate("      ", (1, 1), at, va="center_baseline", fontsize=9, bbox=box, annotation_clip=False, **coords)
    ax.annotate(words, (1, 1), (at[0] + 22, at[1]), va="center_baseline", annotation_clip=False, **coords)


def _name_points(ax, shown: pd.DataFrame) -> None:
    """Labels beside the dots, the outermost dot first, each at the first place that is free; none where none is."""
    if shown.empty:
        return
    ax.figure.draw_without_rendering()
    scale = 72 / ax.figure.dpi
    points = ax.transData.transform(shown[["x", "y"]]) * scale
    frame = ax.get_window_extent().extents * scale
    taken = np.column_stack([points - 6, points + 6])
    spread = np.ptp(points, axis=0)
    outward = (np.abs(points - np.median(points, axis=0)) / np.where(spread > 0, spread, 1)).sum(axis=1)
    for row in np.argsort(-outward, kind="stable"):
        label, width = shown["label"].iloc[row], _width(shown["label"].iloc[row])
        for place, far in _places(width):
            box = np.tile(points[row] + place, 2) + [0, -2, width, NORMAL - 2]
            end = np.clip(points[row], box[:2], box[2:])
            way = points[row] + np.outer(np.linspace(0.4, 0.95, 6 * far), end - points[row])
            needed = np.vstack([box, np.column_stack([way - 1, way + 1])])
            if (box[:2] >= frame[:2]).all() and (box[2:] <= frame[2:]).all() and not _touch(needed, taken):
                taken = np.vstack([taken, needed])
                line = {**LEADER, "relpos": (end - box[:2]) / (box[2:] - box[:2])} if far else None
                at = shown[["x", "y"]].iloc[row]
                ax.annotate(label, at, place, textcoords="offset points", in_layout=False, arrowprops=line)
                break


def _touch(boxes: np.ndarray, others: np.ndarray) -> bool:
    """Whether any of the boxes (left, bottom, right, top) lies over any of the others."""
    apart = (boxes[:, None, :2] >= others[:, 2:]) | (others[:, :2] >= boxes[:, None, 2:])
    return bool((~apart.any(axis=2)).any())


def _places(width: float) -> list[tuple[tuple[float, float], bool]]:
    """Where a label of that width may begin, from its dot, and whether it is so far that it needs a line."""
    left, middle = -7 - width, -width / 2
    near = [(9, -5), (left - 2, -5), (middle, 9), (middle, -20), (7, 6), (7, -17), (left, 6), (left, -17)]
    far = [(across, up) for up in (24, -34, 38, -48) for across in (12, left - 5, middle)]
    return [(place, False) for place in near] + [(place, True) for place in far]


def _written(shown: pd.DataFrame, measure: Unit, language: str, column: str = "estimate") -> pd.Series:
    return pd.Series([measure.write(value, language) for value in shown[column]], shown.index, dtype="str")


def _told(shown: pd.DataFrame, words: pd.Series, by: str, width: int = 40) -> list[str]:
    """'label words' of the shown rows, from high to low."""
    labels = shown["label"].map(lambda label: _cut(label, width))
    order = shown[by].sort_values(ascending=False, kind="stable").index
    return [f"{labels[row]} {words[row]}" for row in order]


def _joined(shown: pd.DataFrame, column: str) -> pd.DataFrame:
    """With a label for each cell, in which the names of its row and of its column both stand."""
    names = ([_cut(str(name), 28) for name in shown[place]] for place in ("row_label", column))
    return shown.assign(label=[", ".join(pair) + ":" for pair in zip(*names, strict=True)])


def _alt(kind: str, told: list[str], table: pd.DataFrame, language: str, more: str = "", **values) -> str:
    """What is drawn, in words: the kind of chart and its size, the highest three, the lowest, n, what is suppressed."""
    parts = [text(f"chart_alt_{kind}", language, **{"rows": len(table), **values})]
    if told:
        parts.append(text("chart_alt_high", language, items="; ".join(told[:3])))
    if len(told) > 3:
        parts.append(text("chart_alt_low", language, items=told[-1]))
    n = table["n"].dropna() if "n" in table else pd.Series(dtype="float64")
    if len(n):
        ends = dict.fromkeys(style.number(end, 0, language) for end in (n.min(), n.max()))
        parts.append(f"n = {'–'.join(ends)}.")
    hidden = int(table["suppressed"].sum())
    parts += [more] if more else []
    parts += [text("chart_alt_suppressed", language, count=hidden)] if hidden else []
    return _shorten(" ".join(parts))


def _shorten(words: str) -> str:
    return textwrap.shorten(words, ALT_LENGTH, placeholder=" …")
