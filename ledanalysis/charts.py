"""Charts: a ready table drawn on Axes. Nothing is worked out or hidden here; each returns its alt text.

A table has a row per mark: `label` (ready text), `estimate`, `lower`, `upper`, `n`, `suppressed`, and what a chart
names. A suppressed row arrives without figures and is shown as suppressed, never as zero. The finding, the source and
n stand around the chart on the slide, not in it. One chart to a figure: the key to its marks takes the upper edge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection
from matplotlib.patches import Patch, Rectangle

from ledanalysis import style
from ledanalysis.drawing import (
    DOT, UNITS, alt_text, check_rows, colour_scale, draw_axis, draw_cells, draw_key, draw_pairs,
    draw_references, draw_swatch, draw_whiskers, hatch, interval_words, join_labels, key_mark, mark_columns, pivot_cells,
    province_borders, row_colours, shorten_alt, span_words, tell_rows, unit_named, write_column, write_figures,
    write_header, write_values,
)  # fmt: skip
from ledanalysis.errors import InputError
from ledanalysis.labels import text
from ledanalysis.placing import (
    FEW, SMALL, cut_label, fit_label, label_columns, label_parts, label_rows, name_ends, name_points,
)  # fmt: skip


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
    measure, marks = unit_named(unit), mark_columns(intervals, reference)
    rows = check_rows(table, ["label"], marks, "estimate", reference).iloc[:top]
    shown = rows[rows["estimate"].notna()]
    label_rows(ax, rows, rows["estimate"], language)
    draw_axis(ax, measure, rows[marks], True, language)
    key = [key_mark(text("chart_estimate", language), "o", style.colour(colour))]
    key += draw_whiskers(ax, shown, intervals, row_colours(shown, colour), level, language)
    ax.scatter(shown["estimate"], shown.index, color=row_colours(shown, colour), gid="estimate", **DOT)
    key += draw_references(ax, rows, reference, reference_label, language)
    write_values(ax, shown, marks, measure, language, bool(reference))
    if "rank_text" in rows:
        write_column(ax, shown["rank_text"], 64, "left", color=style.colour("muted"))
        write_header(ax, text("chart_rank", language), 64, "left")
    draw_key(ax, key, rows, language)
    return alt_text("ranking", tell_rows(shown, write_figures(shown, measure, language), "estimate"), rows, language)


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
    measure, marks = unit_named(unit), mark_columns(intervals, reference)
    rows = check_rows(table, ["label"], marks, None, reference)
    shown = rows[rows["estimate"].notna()]
    label_rows(ax, rows, rows["estimate"], language)
    draw_axis(ax, measure, rows[marks], False, language)
    base, thick = measure.low or 0, 0.68 if len(rows) > FEW else 0.55
    look = {"color": row_colours(shown, colour), "zorder": 2, "gid": "estimate"}
    ax.barh(shown.index, shown["estimate"] - base, thick, base, **look)
    key = draw_whiskers(ax, shown, intervals, style.colour("ink"), level, language)
    key += draw_references(ax, rows, reference, reference_label, language)
    write_values(ax, shown, marks, measure, language, bool(reference))
    draw_key(ax, key, rows, language)
    return alt_text("bars", tell_rows(shown, write_figures(shown, measure, language), "estimate"), rows, language)


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
        As for `ranking`, as are what it returns and the errors.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["Data", "Zorg"], "now": [60.0, 80.0], "future": [72.0, 79.0],
    ...                       "rise": [12.0, -1.0], "clear": [True, False]})
    >>> change(style.figure()[1], table)
    'Puntenparen nu en over drie jaar, rijen: 2. Hoogst: Data +12 (60 naar 72); Zorg −1 (80 naar 79). Duidelijk: 1.'
    """
    measure = unit_named(unit)
    difference = replace(UNITS["points"], decimals=measure.decimals)
    rows = check_rows(table, ["label", "clear"], ["now", "future", "rise"], sort)
    shown = rows[rows["rise"].notna()]
    clear = shown["clear"].eq(True)
    label_rows(ax, rows, rows["rise"], language, headroom=1)
    draw_axis(ax, measure, shown[["now", "future"]], True, language)
    draw_pairs(ax, shown[clear], "now", "future", 3)
    draw_pairs(ax, shown[~clear], "muted", "muted", 1.2)
    rise = write_figures(shown, difference, language, "rise")
    write_column(ax, rise[clear], 52, "right", fontweight=600)
    write_column(ax, rise[~clear], 52, "right", color=style.colour("muted"))
    write_header(ax, text("chart_difference", language), 52, "right")
    if {"lower", "upper"} <= set(rows) and shown["lower"].notna().any():
        spans = [span_words(difference, *ends, language) for ends in shown[["lower", "upper"]].itertuples(index=False)]
        write_column(ax, pd.Series(spans, shown.index), 66, "left", color=style.colour("muted"))
        write_header(ax, interval_words(level, language), 66, "left")
    unclear = [] if clear.all() else [key_mark(text("chart_unclear", language), "o", style.colour("muted"))]
    draw_key(ax, unclear, rows, language)
    name_ends(ax, shown, clear, language)
    now, future = (write_figures(shown, measure, language, column) for column in ("now", "future"))
    both = [text("chart_from_to", language, now=each[0], future=each[1]) for each in zip(now, future, strict=True)]
    told = tell_rows(shown, rise + pd.Series([f" ({each})" for each in both], shown.index, dtype="str"), "rise")
    return alt_text("change", told, rows, language, text("chart_alt_clear", language, count=int(clear.sum())))


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
    value : str
        The column to show.
    diverging : bool
        Two colours from 0, for differences.
    unit, language
        As for `ranking`, as are what it returns and the errors; one more is a cell that comes twice.

    Examples
    --------
    >>> table = pd.DataFrame({"row_label": ["Data", "Zorg"], "column_label": "Zeeland", "estimate": [60.0, np.nan],
    ...                       "suppressed": [False, True]})
    >>> heatmap(style.figure()[1], table)
    'Tabel met kleuren, rijen: 2, kolommen: 1. Hoogst: Data, Zeeland: 60. Onderdrukt wegens kleine aantallen: 1.'
    """
    measure = unit_named(unit)
    cells = check_rows(table, ["row_label", "column_label"], [value])
    figures, hidden = pivot_cells(cells, value), pivot_cells(cells, "suppressed").eq(True)
    scale = colour_scale(figures.to_numpy(), measure, diverging)
    draw_cells(ax, figures, hidden, scale, measure, language)
    rows, columns = figures.shape
    ax.set(xlim=(-0.5, max(columns, 4) - 0.5), ylim=(max(rows, FEW) - 0.5, -0.5))
    ax.set_yticks(range(rows), [fit_label(label, rows) for label in figures.index])
    ax.spines[:].set_visible(False)
    ax.grid(False)
    key = [Patch(color=scale[0](0.85), label=text("chart_more" if diverging else "chart_darker", language))]
    if diverging:
        key.append(Patch(color=scale[0](0.15), label=text("chart_less", language)))
    if (figures.isna() & ~hidden).any(axis=None):
        key.append(Patch(facecolor="white", edgecolor=style.colour("muted"), label=text("chart_empty", language)))
    draw_key(ax, key, cells, language)
    label_columns(ax, list(figures.columns))
    shown = cells[cells[value].notna()]
    words = write_figures(shown, measure, language, value)
    told = tell_rows(join_labels(shown, "column_label"), words, value, 60)
    return alt_text("heatmap", told, cells, language, rows=rows, columns=columns)


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
    language
        As for `ranking`, as are what it returns and the errors; others are a part that comes twice or has no colour.

    Examples
    --------
    >>> table = pd.DataFrame({"row_label": "Alle", "category_label": ["formeel", "informeel"], "share": [60.0, 40.0]})
    >>> stacked(style.figure()[1], table)
    'Gestapelde staven van 100%, rijen: 1. Hoogst: Alle, formeel: 60%; Alle, informeel: 40%.'
    """
    parts = check_rows(table, ["row_label", "category_label"], ["share"])
    parts["suppressed"] = parts.groupby("row_label", observed=True)["suppressed"].transform("any")
    parts["share"] = parts["share"].mask(parts["suppressed"])
    shares = pivot_cells(parts, "share")
    hidden = pivot_cells(parts, "suppressed").eq(True).any(axis=1).to_numpy()
    colours = colours or dict(zip(shares.columns, style.SERIES, strict=False))
    bare = [category for category in shares if category not in colours]
    if bare:
        raise InputError("no colour for this category", value=bare[0], allowed=list(colours))
    rows = pd.DataFrame({"label": shares.index, "suppressed": hidden})
    gone = shares.isna().all(axis=1).reset_index(drop=True)
    label_rows(ax, rows, pd.Series(np.where(gone, np.nan, 0)), language, headroom=0.5)
    draw_axis(ax, UNITS["percent"], shares, False, language)
    thick, starts = 0.8 if len(rows) > FEW else 0.55, shares.fillna(0).cumsum(axis=1) - shares.fillna(0)
    for category in shares:
        shade = style.colour(colours[category])
        place = {"left": starts[category], "color": shade, "edgecolor": "white", "linewidth": 1.5}
        ax.barh(range(len(rows)), shares[category].fillna(0), thick, gid="share", **place)
    for row in np.flatnonzero(hidden):
        ax.add_patch(Rectangle((0, row - thick / 2), 100, thick, gid="suppressed", **hatch()))
    named = label_parts(ax, shares, starts, colours, language)
    key = [] if named else [Patch(color=style.colour(colours[each]), label=each) for each in shares]
    draw_key(ax, key, parts, language)
    shown = parts[parts["share"].notna()]
    words = write_figures(shown, UNITS["percent"], language, "share")
    told = tell_rows(join_labels(shown, "category_label"), words, "share", 60)
    return alt_text("stacked", told, parts.drop_duplicates("row_label"), language)


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
    language
        As for `ranking`, as are what it returns and the errors; one more is a value that has no colour.

    Examples
    --------
    >>> tiles = pd.DataFrame({"tile_row": [0, 0, 1], "tile_col": [0, 1, 0], "answered": [True, False, True]})
    >>> tile_map(style.figure()[1], tiles, column="answered", colours={True: "responded", False: "not_responded"},
    ...          labels={True: "reactie", False: "geen reactie"})
    'Tegelkaart met een vierkant per gemeente, gemeenten: 3. Aantallen: reactie: 2; geen reactie: 1.'
    """
    tiles = check_rows(tiles, ["tile_row", "tile_col", column], [])
    strange = ~tiles[column].isin(list(colours))
    if strange.any():
        value = tiles.loc[strange, column].tolist()[0]
        raise InputError("no colour for this value", column=column, value=value, allowed=list(colours))
    squares = [Rectangle((x - 0.45, y - 0.45), 0.9, 0.9) for x, y in zip(tiles["tile_col"], tiles["tile_row"])]
    names = tiles[column].map(dict(colours))
    faces, edges = [style.colour(name) for name in names], [style.outline(name) for name in names]
    ax.add_collection(PatchCollection(squares, facecolors=faces, edgecolors=edges, linewidths=0.7, gid="tiles"))
    if "province" in tiles:
        look = {"colors": style.colour("ink"), "linewidths": 1.8, "gid": "borders"}
        ax.add_collection(LineCollection(province_borders(tiles), **look))
    ends = [tiles[part].max() + 0.6 for part in ("tile_col", "tile_row")]
    ax.set(xlim=(-0.6, ends[0]), ylim=(ends[1], -0.6), aspect="equal", anchor="W")
    ax.axis("off")
    counts = tiles[column].value_counts()
    written = [f"{labels[value]}: {style.number(counts.get(value, 0), 0, language)}" for value in colours]
    for place, (value, words) in enumerate(zip(colours, written, strict=True)):
        draw_swatch(ax, place, colours[value], words)
    opening = text("chart_alt_tile_map", language, rows=len(tiles))
    return shorten_alt(f"{opening} {text('chart_alt_counts', language, items='; '.join(written))}")


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
        As for `ranking`, as are what it returns and the errors.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["Data", "Zorg"], "x": [60.0, 80.0], "y": [25.0, 90.0]})
    >>> side_by_side(style.figure()[1], table, x_label="belang", y_label="genoemd")
    'Spreidingsdiagram van belang tegen genoemd, punten: 2. Hoogst: Zorg 80 en 90%; Data 60 en 25%.'
    """
    rows = check_rows(table, ["label"], ["x", "y"], "x")
    across, up = unit_named(x_unit), unit_named(y_unit)
    shown = rows[rows["x"].notna() & rows["y"].notna()]
    draw_axis(ax, across, shown[["x"]], True, language, x_label)
    draw_axis(ax, up, shown[["y"]], True, language, y_label, "y")
    ax.grid(True, axis="both")
    ax.scatter(shown["x"], shown["y"], color=style.colour(colour), gid="estimate", **DOT)
    ax.tick_params(labelsize=SMALL, labelcolor=style.colour("muted"), pad=7)
    hidden = [cut_label(label, 40) for label in rows.loc[rows["suppressed"], "label"]]
    draw_key(ax, [], rows, language, ", ".join(hidden) if len(hidden) <= 3 else str(len(hidden)))
    name_points(ax, shown)
    between = f" {text('chart_both', language)} "
    both = write_figures(shown, across, language, "x") + between + write_figures(shown, up, language, "y")
    told = tell_rows(shown, both, "x")
    return alt_text("side_by_side", told, rows, language, rows=len(shown), x=x_label, y=y_label)
