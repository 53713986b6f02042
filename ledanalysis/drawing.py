"""The parts that charts share: the table checked, the axis, the rows, the marks and their key, the alt text."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from ledanalysis import style
from ledanalysis.errors import InputError
from ledanalysis.labels import text
from ledanalysis.placing import ROOMY, SMALL, cut_label, row_size, write_cell

ALT_LENGTH = 400
DOT = dict(s=80, linewidths=0, clip_on=False, zorder=4)
HALO = [withStroke(linewidth=3.4, foreground="white")]  # a whisker is seen on its bar too


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


def hatch() -> dict:
    """How what is suppressed is drawn."""
    return dict(facecolor=style.colour("suppressed"), edgecolor=style.colour("hatch"), hatch="////", linewidth=0)


def unit_named(name: str) -> Unit:
    """The unit of that name; an InputError if there is none."""
    if name not in UNITS:
        raise InputError("unknown unit", value=name, allowed=list(UNITS))
    return UNITS[name]


def mark_columns(intervals: bool, reference: str | None) -> list[str]:
    """The columns with the figures of a row's marks."""
    return ["estimate", *(["lower", "upper"] if intervals else []), *([reference] if reference else [])]


def check_rows(
    table: pd.DataFrame, columns: list[str], figures: list[str], sort: str | None = None, reference: str | None = None
) -> pd.DataFrame:
    """The table checked, with `suppressed` filled in, in drawing order and numbered from the top.

    Parameters
    ----------
    table : DataFrame
    columns, figures : list of str
        The columns that have to be there; those of `figures` become float, and are empty where a row is suppressed.
    sort : str, optional
        The column to order the rows by, from high to low, ties as they come.
    reference : str, optional
        The one of `figures` that a suppressed row may have: it tells nothing of the row itself.

    Raises
    ------
    InputError
        If a column is missing, or a suppressed row still has a figure.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["Data", "Zorg"], "estimate": [60, 80]})
    >>> check_rows(table, ["label"], ["estimate"], "estimate")
      label  estimate  suppressed
    0  Zorg      80.0       False
    1  Data      60.0       False
    """
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


def pivot_cells(cells: pd.DataFrame, value: str) -> pd.DataFrame:
    """Row labels by column labels, in the order of their categories or of first appearance.

    The columns are those of `column_label` or else `category_label`; an InputError if a cell comes twice.
    """
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


def colour_scale(figures: np.ndarray, measure: Unit, diverging: bool) -> tuple[Colormap, float, float]:
    """Colours and their ends, in whole steps around the figures; diverging ones are as far from 0 on both sides."""
    found = figures[np.isfinite(figures)]
    if diverging:
        bound = max(measure.step, math.ceil(np.abs(found).max(initial=0) / measure.step) * measure.step)
        return style.colour_map(diverging=True), -bound, bound
    low, high = whole_steps(found, measure)
    return style.colour_map(), low, high


def whole_steps(found: np.ndarray, measure: Unit) -> tuple[float, float]:
    """The ends of a zoomed axis: whole steps around the figures, two at least, and inside the unit's scale.

    Examples
    --------
    >>> whole_steps(np.array([62.0, 88.0]), UNITS["score"]), whole_steps(np.array([100.0]), UNITS["score"])
    ((60, 90), (90, 100))
    """
    found = np.append(found, 0.0) if measure.low is None else found
    if not found.size:
        return measure.low, measure.high
    low, high = math.floor(found.min() / measure.step), math.ceil(found.max() / measure.step)
    low, high = (low, high) if high - low >= 2 else (low - 1, high + 1)
    low, high = low * measure.step, high * measure.step
    return (low, high) if measure.low is None else (max(low, measure.low), min(high, measure.high))


def draw_axis(ax: Axes, measure: Unit, figures: pd.DataFrame, zoom: bool, language: str, label="", axis="x") -> None:
    """A light axis on the whole scale or, zoomed, around the figures; a zoomed one says from where to where."""
    found = figures.to_numpy("float64")
    low, high = measure.low, measure.high
    if zoom or low is None:
        low, high = whole_steps(found[np.isfinite(found)], measure)
    label = label or text(f"chart_axis_{measure.name}", language)
    if measure.low is not None and (low, high) != (measure.low, measure.high):
        label = text("chart_axis_part", language, axis=label, low=style.number(low, 0, language), high=style.number(high, 0, language))
    step = measure.step if (high - low) / measure.step <= 11 else 2 * measure.step
    ticks = np.arange(math.ceil(low / step) * step, high + step / 2, step)
    written = [replace(measure, decimals=0).write(tick, language) for tick in ticks]
    ax.set(**{f"{axis}lim": (low, high), f"{axis}ticks": ticks, f"{axis}ticklabels": written, f"{axis}label": label})
    if measure.low is None and axis == "x":
        ax.axvline(0, color=style.colour("muted"), linewidth=1, zorder=1)


def draw_cells(
    ax: Axes,
    figures: pd.DataFrame,
    hidden: pd.DataFrame,
    scale: tuple[Colormap, float, float],
    measure: Unit,
    language: str,
) -> None:
    """The cells in their colours, each with its figure; hatched and with a dash where it is suppressed."""
    (colours, low, high), (rows, columns) = scale, figures.shape
    bare = measure if measure.name == "points" else replace(measure, name="score")  # no room for a % in each cell
    ax.pcolormesh(
        np.arange(columns + 1) - 0.5, np.arange(rows + 1) - 0.5, np.ma.masked_invalid(figures.to_numpy()),
        cmap=colours, vmin=low, vmax=high, edgecolors="white", linewidth=1.5, gid="estimate",
    )  # fmt: skip
    for row, column in zip(*np.nonzero(figures.notna().to_numpy()), strict=True):
        shade = colours((figures.iat[row, column] - low) / (high - low))
        write_cell(ax, row, column, bare.write(figures.iat[row, column], language), shade)
    for row, column in zip(*np.nonzero(hidden.to_numpy()), strict=True):
        ax.add_patch(Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, gid="suppressed", **hatch()))
        write_cell(ax, row, column, "–", style.colour("suppressed"))


def row_colours(shown: pd.DataFrame, name: str) -> list[str]:
    """A colour per row: that of the name, or the highlight's where the table asks for it."""
    strong = shown["highlight"].eq(True) if "highlight" in shown else pd.Series(False, index=shown.index)
    return [style.colour("highlight" if each else name) for each in strong]


def draw_whiskers(
    ax: Axes, shown: pd.DataFrame, intervals: bool, shade: str | list[str], level: float, language: str
) -> list[Line2D]:
    """Thin lines from lower to upper; returns their part of the key."""
    if not intervals or shown["lower"].isna().all():
        return []
    look = {"colors": shade, "linewidth": 1.6, "zorder": 3, "path_effects": HALO, "gid": "interval"}
    ax.hlines(shown.index, shown["lower"], shown["upper"], **look)
    one = shade if isinstance(shade, str) else shade[0]
    return [Line2D([], [], color=one, linewidth=1.6, label=interval_words(level, language))]


def draw_references(
    ax: Axes, rows: pd.DataFrame, reference: str | None, label: str | None, language: str
) -> list[Line2D]:
    """Hollow diamonds, that stick out from under a dot at the same place; returns their part of the key."""
    return draw_hollow(ax, rows, reference, label or text("chart_reference", language)) if reference else []


def draw_hollow(ax: Axes, rows: pd.DataFrame, column: str, label: str, marker: str = "D", fill: str = "white", size: float = 8) -> list[Line2D]:
    """Hollow marks for a column's figures; returns their part of the key."""
    look = dict(color=style.colour("ink"), mfc=fill, mew=1.4, markersize=size, linestyle="none", marker=marker)
    ax.plot(rows[column], rows.index, clip_on=False, zorder=3.5, gid="reference", **look)
    return [Line2D([], [], label=label, **look)]


def draw_pairs(ax: Axes, part: pd.DataFrame, now: str, future: str, width: float) -> None:
    """A hollow dot, a filled one and the line between them, in two colours of the palette."""
    if part.empty:  # matplotlib leaves room for lines that are not there
        return
    line = {"clip_on": False, "linestyle": "none", "marker": "o"}
    ax.hlines(part.index, part["now"], part["future"], color=style.colour(future), linewidth=width, zorder=2)
    ax.plot(part["now"], part.index, color=style.colour(now), mfc="white", mew=2, zorder=3, gid="now", **line)
    ax.plot(part["future"], part.index, color=style.colour(future), zorder=4, gid="future", **line)


def province_borders(tiles: pd.DataFrame) -> list[list[tuple[float, float]]]:
    """The sides between neighbouring tiles of different provinces, as line segments.

    Examples
    --------
    >>> province_borders(pd.DataFrame({"tile_row": 0, "tile_col": [0, 1, 2], "province": ["A", "A", "B"]}))
    [[(1.5, -0.5), (1.5, 0.5)]]
    """
    place = tiles.set_index(["tile_row", "tile_col"])["province"].to_dict()
    sides = []
    for (row, column), province in place.items():
        if place.get((row, column + 1), province) != province:
            sides.append([(column + 0.5, row - 0.5), (column + 0.5, row + 0.5)])
        if place.get((row + 1, column), province) != province:
            sides.append([(column - 0.5, row + 0.5), (column + 0.5, row + 0.5)])
    return sides


def write_values(ax: Axes, shown: pd.DataFrame, marks: list[str], measure: Unit, language: str, apart: bool) -> None:
    """Each row's figure behind its marks; or apart, in a column, where it could be taken for that of the reference."""
    written = write_figures(shown, measure, language)
    if apart:
        write_column(ax, written, 48, "right")
        write_header(ax, text("chart_estimate", language), 48, "right")
        return
    for row, words, end in zip(shown.index, written, shown[marks].max(axis=1), strict=True):
        ax.annotate(words, (end, row), (9, 0), textcoords="offset points", va="center_baseline", annotation_clip=False, fontsize=row_size(shown))


def write_column(ax: Axes, words: pd.Series, offset: float, ha: str, **look) -> None:
    """Words to the right of the Axes, one per row, `offset` points from its edge."""
    for row, each in words.items():
        ax.annotate(
            each, (1, row), (offset, 0), ("axes fraction", "data"), "offset points", ha=ha, va="center_baseline",
            annotation_clip=False, **look,
        )  # fmt: skip


def write_header(ax: Axes, words: str, offset: float, ha: str, row: float = -1) -> None:
    """What a column of words is, above it."""
    write_column(ax, pd.Series([words], [row]), offset, ha, color=style.colour("muted"), fontsize=SMALL)


def key_mark(label: str, marker: str, shade: str) -> Line2D:
    """A line of the key, for marks of that shape and colour."""
    return Line2D([], [], linestyle="none", marker=marker, color=shade, label=label)


def draw_key(ax: Axes, handles: list, rows: pd.DataFrame, language: str, hidden: str = "") -> None:
    """What the marks mean, on one line along the figure's upper edge; suppression is explained where it occurs."""
    if rows["suppressed"].any():
        words = text("suppressed", language) + (f": {hidden}" if hidden else "")
        handles = [*handles, key_mark(words, "_", style.colour("muted"))]
    if handles:
        ax.figure.legend(handles=handles, loc="outside upper left", ncols=len(handles))


def draw_swatch(ax: Axes, place: int, name: str, words: str) -> None:
    """A line of the map's key: a square and its words, to the right of the map."""
    at, coords = (10, -14 - 30 * place), {"xycoords": "axes fraction", "textcoords": "offset points"}
    box = {"boxstyle": "square,pad=0", "facecolor": style.colour(name), "edgecolor": style.outline(name)}
    ax.annotate("      ", (1, 1), at, va="center_baseline", fontsize=11, bbox=box, annotation_clip=False, **coords)
    ax.annotate(words, (1, 1), (at[0] + 27, at[1]), va="center_baseline", annotation_clip=False, fontsize=ROOMY, **coords)


def interval_words(level: float, language: str) -> str:
    """What an interval of that level is called.

    Examples
    --------
    >>> interval_words(0.95, "nl")
    '95%-interval'
    """
    return text("chart_interval", language, level=style.number(level * 100, language=language))


def span_words(measure: Unit, low: float, high: float, language: str) -> str:
    """From the one figure to the other; the end of a difference that would round to zero shows on which side of it it lies.

    Examples
    --------
    >>> span_words(UNITS["points"], 8.0, 16.0, "nl"), span_words(UNITS["points"], 0.03, 9.9, "nl")
    ('+8 tot +16', '+0,03 tot +10')
    """
    def written(end: float) -> str:
        more = 0
        while measure.name == "points" and more < 2 and 0 < abs(end) < 0.5 / 10 ** (measure.decimals + more):
            more += 1
        return replace(measure, decimals=measure.decimals + more).write(end, language)

    return text("chart_span", language, low=written(low), high=written(high))


def write_figures(shown: pd.DataFrame, measure: Unit, language: str, column: str = "estimate") -> pd.Series:
    """A column's figures as the reader writes them."""
    return pd.Series([measure.write(value, language) for value in shown[column]], shown.index, dtype="str")


def tell_rows(shown: pd.DataFrame, words: pd.Series, by: str, width: int = 40) -> list[str]:
    """'label words' of the shown rows, from high to low; labels of at most so many characters.

    Examples
    --------
    >>> shown = pd.DataFrame({"label": ["Data", "Zorg"], "estimate": [60.0, 80.0]})
    >>> tell_rows(shown, write_figures(shown, UNITS["score"], "nl"), "estimate")
    ['Zorg 80', 'Data 60']
    """
    labels = shown["label"].map(lambda label: cut_label(label, width))
    order = shown[by].sort_values(ascending=False, kind="stable").index
    return [f"{labels[row]} {words[row]}" for row in order]


def join_labels(shown: pd.DataFrame, column: str) -> pd.DataFrame:
    """The cells with a label, in which the names of its row and of its column both stand."""
    names = ([cut_label(str(name), 28) for name in shown[place]] for place in ("row_label", column))
    return shown.assign(label=[", ".join(pair) + ":" for pair in zip(*names, strict=True)])


def alt_text(kind: str, told: list[str], table: pd.DataFrame, language: str, more: str = "", **values) -> str:
    """What is drawn, in words: the kind of chart and its size, the highest three, the lowest, n, what is suppressed.

    Parameters
    ----------
    kind : str
        The end of a key of the labels, `chart_alt_...`.
    told : list of str
        What there is to say of each row, from high to low.
    table : DataFrame
        Column suppressed; optional n.
    language : {"nl", "en"}
    more : str
        A sentence of the chart's own.
    **values
        For the sentence about the kind of chart.

    Examples
    --------
    >>> table = pd.DataFrame({"n": [96, 1096], "suppressed": False})
    >>> alt_text("bars", ["Zorg 80", "Data 60"], table, "nl")
    'Staafdiagram, rijen: 2. Hoogst: Zorg 80; Data 60. n = 96–1.096.'
    """
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
    return shorten_alt(" ".join(parts))


def shorten_alt(words: str) -> str:
    """The words, or as many of them as an alt text may have."""
    return textwrap.shorten(words, ALT_LENGTH, placeholder=" …")
