"""What a chart shows, as figures: for the table behind it, and for programs that draw it anew, such as PowerPoint.

Figures come as they are published; what is suppressed is None, and its row is marked.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from ledanalysis import style
from ledanalysis.drawing import UNITS, colour_scale, interval_words, row_colours
from ledanalysis.labels import text

ENDS = ("lower", "upper")
CROSSED = {"heatmap": "estimate", "stacked": "share"}  # a figure per row and column
COUNT, WORDS = "count", "text"  # units besides those of charts


@dataclass(frozen=True)
class Column:
    """A column of what is shown: its key, heading, unit ("" is the chart's) and colour (a name of the palette, or none)."""

    key: str
    label: str = ""
    unit: str = ""
    colour: str = ""


_ESTIMATE = [Column("estimate", "chart_estimate"), Column("lower"), Column("upper"), Column("rank_text", "chart_rank", WORDS),
             Column("reference", "chart_reference", "", "muted")]  # fmt: skip
COLUMNS = {  # headings are keys of the labels; a column that a table does not have is not shown
    "ranking": _ESTIMATE,
    "bars": _ESTIMATE,
    "change": [Column("now", "chart_now", "", "now"), Column("future", "chart_future", "", "future"), Column("rise", "chart_difference", "points"),
               Column("lower", "", "points"), Column("upper", "", "points")],
    "panels": [Column("units", "", "percent", "organise"), Column("staff", "", "percent", "stimulate")],
    "two_sources": [Column("now", "chart_now", "score", "now"), Column("future", "chart_future", "score", "future"),
                    Column("estimate", "chart_interviews", "percent", "ink"), Column("lower", "", "percent"), Column("upper", "", "percent"),
                    Column("later", "chart_interviews_later", "percent", "stimulate"), Column("verdict", "chart_verdict", WORDS)],
    "actor_map": [Column("other_label", "chart_other", WORDS), Column("municipalities", "chart_count", COUNT, "organise")],
}  # fmt: skip


def describe(kind: str, table: pd.DataFrame, language: str = "nl", axis: str = "", **options) -> dict:
    """What a chart shows, in what JSON can hold.

    Parameters
    ----------
    kind : str
        The name of the function that drew it.
    table : DataFrame
        What it was drawn from.
    language : {"nl", "en"}
    axis : str
        What the chart's axis says.
    **options
        What else it was drawn with: unit, colour, reference, reference_label, level, ...

    Returns
    -------
    dict
        kind, unit, axis; columns (key, label, unit, colour: a list of dict, the rows' labels first), rows (a list per
        row, in the order of the columns), suppressed (a bool per row: whether anything in it is), and table: the same as words, as `readable` gives
        them (columns; rows, a list of lists). `row_colours` has the colour of each row that the chart draws in one of its
        own ("": the column's). A heat map's `cells` hold per row the colour of each figure, "" where there is none, and
        None where it is suppressed. A tile map's rows are the counts of its key, and its `tiles` hold row, column and
        colour of each square.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["Zorg", "Data"], "estimate": [80.0, None], "suppressed": [False, True]})
    >>> shown = describe("bars", table, unit="percent")
    >>> shown["rows"], shown["suppressed"], [column["label"] for column in shown["columns"]]
    ([['Zorg', 80.0], ['Data', None]], [False, True], ['onderdeel', 'schatting'])
    """
    unit = options.get("unit") or ("percent" if kind in ("bars", "stacked") else "score")
    table = as_drawn(kind, table, options)
    drawn = {"row_colours": _own_colours(kind, table)}
    if kind == "tile_map":
        drawn = {"tiles": _tiles(table, options), "row_colours": [style.colour(options["colours"][value]) for value in options["labels"]]}
        table = _counted(table, options)
        columns = [Column("count", text("chart_count", language), COUNT)]
    elif kind in CROSSED:
        cells = table
        table, columns = _crossed(cells, kind, options)
        drawn = {"cells": _shades(cells, table, unit, options)} if kind == "heatmap" else {}
    else:
        table = _in_words(table.rename(columns={options.get("reference"): "reference"}), language, options)
        columns = [column for column in _named(kind, language, options) if _has(table, column.key, options)]
    rows = table[["label", *(column.key for column in columns)]].itertuples(index=False)
    hidden = table["suppressed"].eq(True) if "suppressed" in table else [False] * len(table)
    shown = {
        "kind": kind, "unit": unit, "axis": axis, **drawn,
        "columns": [_told(column, unit) for column in (Column("label", text("chart_item", language), WORDS), *columns)],
        "rows": [[_plain(value) for value in row] for row in rows], "suppressed": [bool(each) for each in hidden],
    }  # fmt: skip
    words = readable(shown, language)
    return shown | {"table": {"columns": list(words), "rows": words.to_numpy().tolist()}}


def readable(shown: dict, language: str = "nl") -> pd.DataFrame:
    """The table behind a chart, in the reader's words: an interval in one column, suppressed figures named so.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["Zorg", "Data"], "estimate": [81.25, None], "lower": [70.0, None], "upper": [90.0, None],
    ...                       "suppressed": [False, True]})
    >>> print(readable(describe("bars", table, unit="percent", level=0.95)).to_string(index=False))
    onderdeel                          schatting 95%-interval
         Zorg                                81%    70% – 90%
         Data onderdrukt wegens kleine aantallen            –
    """
    columns = {column["key"]: column for column in shown["columns"]}
    frame = pd.DataFrame(shown["rows"], columns=[*columns], dtype="object")
    written = {key: [_written(value, column["unit"], language) for value in frame[key]] for key, column in columns.items()}
    figures = [key for key, column in columns.items() if column["unit"] != WORDS]
    crossed = shown["kind"] in CROSSED  # any cell can be suppressed; else the row's first figure says so
    for key in figures if crossed else figures[:1]:
        gone = zip(written[key], frame[key], shown["suppressed"], strict=True)
        said = text("suppressed_cell" if crossed else "suppressed", language)
        written[key] = [said if hidden and value is None else words for words, value, hidden in gone]
    if "lower" in written:
        ends = zip(written["lower"], written.pop("upper"), strict=True)
        written["lower"] = [low if low == high == "–" else f"{low} – {high}" for low, high in ends]
    words = pd.DataFrame(written, dtype="str")
    return words.set_axis([columns[key]["label"] for key in written], axis="columns")  # two headings can be the same words


def _named(kind: str, language: str, options: dict) -> list[Column]:
    """The columns of a kind of chart, their headings in the reader's words."""
    if kind == "beside":
        groups = [Column(group, label, "", "muted") for group, label in options["groups"].items()]
        own = Column("own", options["own_label"], WORDS if options.get("yes_no") else "", options.get("colour", "now"))
        return [own, *groups, Column("own_text", options.get("own_header") or options["own_label"], WORDS), Column("not_shown", text("mirror_not_shown", language), WORDS)]
    if kind == "side_by_side":
        units = options.get("x_unit", "score"), options.get("y_unit", "percent")
        return [Column("x", options["x_label"], units[0], options.get("colour", "now")), Column("y", options["y_label"], units[1])]
    said = {"reference": options.get("reference_label"), **dict.fromkeys(ENDS, interval_words(options.get("level", 0.95), language))}
    said |= {name: options.get(name) for name in ("units", "staff")}
    drawn = {"estimate": options.get("colour", "now" if kind == "ranking" else "organise")}
    return [
        Column(one.key, said.get(one.key) or (text(one.label, language) if one.label else ""), one.unit, one.colour or (drawn.get(one.key, "")))
        for one in COLUMNS[kind]
    ]  # fmt: skip


def _in_words(table: pd.DataFrame, language: str, options: dict) -> pd.DataFrame:
    """What the table keeps as a key or as 0 and 100, as the chart says it."""
    if "verdict" in table:
        table = table.assign(verdict=[text(f"triangulation_{key}", language) for key in table["verdict"]])
    if options.get("yes_no"):
        said = table["own"].map(lambda own: text("mirror_yes" if own > 0 else "mirror_no", language), na_action="ignore")
        table = table.assign(own=said.astype("object"))
    return table


def _has(table: pd.DataFrame, key: str, options: dict) -> bool:
    return key in table and (table[key].notna() & table[key].ne("")).any() and (key not in ENDS or options.get("intervals", True))


def as_drawn(kind: str, table: pd.DataFrame, options: dict) -> pd.DataFrame:
    """The rows in the order of the picture, from the top: what a chart sorts itself is sorted here too."""
    order = {"ranking": "estimate", "change": options.get("sort", "rise")}.get(kind)
    return (table.sort_values(order, ascending=False, kind="stable") if order else table).iloc[: options.get("top")]


def _own_colours(kind: str, table: pd.DataFrame) -> list[str]:
    """The colours of the rows that stand out: highlighted, or a change that is not clear."""
    if kind == "change":
        return ["" if clear else style.colour("muted") for clear in table["clear"].eq(True)]
    usual, strong = (style.colour(name) for name in ("ink", "highlight"))
    return [strong if shade != usual else "" for shade in row_colours(table, "ink")]


def _shades(cells: pd.DataFrame, wide: pd.DataFrame, unit: str, options: dict) -> list[list[str | None]]:
    """The colour of each figure of a heat map, as it is drawn."""
    figures = wide.drop(columns=["label", "suppressed"]).astype("float64")
    colours, low, high = colour_scale(figures.to_numpy(), UNITS[unit], options.get("diverging", False))
    hidden = cells[cells["suppressed"].eq(True)] if "suppressed" in cells else cells.iloc[:0]
    gone = set(zip(hidden["row_label"], hidden["column_label"], strict=True))
    return [
        [style.hexadecimal(colours((value - low) / (high - low))) if pd.notna(value) else None if (label, name) in gone else "" for name, value in row.items()]
        for label, (_, row) in zip(wide["label"], figures.iterrows(), strict=True)
    ]


def _crossed(table: pd.DataFrame, kind: str, options: dict) -> tuple[pd.DataFrame, list[Column]]:
    """A heat map's or a stacked chart's table made wide; a row of which something is suppressed is marked."""
    across = "column_label" if "column_label" in table else "category_label"
    rows, columns = (list(dict.fromkeys(table[name])) for name in ("row_label", across))
    wide = table.pivot(index="row_label", columns=across, values=options.get("value", CROSSED[kind])).reindex(index=rows, columns=columns)
    hidden = table[table["suppressed"].eq(True)]["row_label"] if "suppressed" in table else []
    wide = wide.assign(suppressed=wide.index.isin(hidden)).rename_axis("label").reset_index()
    if kind == "heatmap":
        return wide, [Column(str(name), str(name)) for name in columns]
    wide[columns] = wide[columns].mask(wide["suppressed"])  # one part of a whole would be the rest of 100
    shades = options.get("colours") or dict(zip(columns, style.SERIES))
    return wide, [Column(str(name), str(name), colour=shades.get(name, "")) for name in columns]


def _counted(tiles: pd.DataFrame, options: dict) -> pd.DataFrame:
    counts = tiles[options["column"]].value_counts()
    return pd.DataFrame([(label, counts.get(value, 0)) for value, label in options["labels"].items()], columns=["label", "count"])


def _tiles(tiles: pd.DataFrame, options: dict) -> list[list]:
    squares = tiles[["tile_row", "tile_col", options["column"]]].itertuples(index=False)
    return [[int(row), int(column), style.colour(options["colours"][value])] for row, column, value in squares]


def _told(column: Column, unit: str) -> dict:
    return asdict(column) | {"unit": column.unit or unit, "colour": style.colour(column.colour) if column.colour else ""}


def _plain(value):
    if not isinstance(value, str) and pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _written(value, unit: str, language: str) -> str:
    if value is None or value == "":
        return "–"
    if unit == WORDS:
        return str(value)
    return style.number(value, 0, language) if unit == COUNT else UNITS[unit].write(value, language)
