"""Labels that have to fit: shortened, wrapped, measured, and put where there is room for them.

What is put somewhere after measuring is left out of the layout, which is settled by then; widths are in points.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from ledanalysis import style
from ledanalysis.labels import text

SMALL, NORMAL = 11.5, 12.5  # points: axis, key and side notes; labels and values
LARGE = 13.5  # in semibold this is large text to WCAG, for which a contrast of 3:1 is enough
LABEL_WIDTH = 48  # characters; a longer label is wrapped, or shortened where the rows are close together
SPARSE = 11  # up to so many rows, a label of two lines fits its row
ROOMY = 15.5  # points: labels and values of so few rows, for the back row
FEW = 7  # fewer rows than this are drawn as close together as this many
LEADER = dict(arrowstyle="-", linewidth=0.8, shrinkA=0, shrinkB=4)


def fit_label(label: str, rows: int) -> str:
    """A long label on two lines where so many rows are far enough apart for that, else shortened.

    Examples
    --------
    >>> fit_label("Wet", 3), fit_label("Zoekhulpen en werkinstructies bij het dagelijkse werk", 3)
    ('Wet', 'Zoekhulpen en werkinstructies bij\\nhet dagelijkse werk')
    """
    if len(label) <= LABEL_WIDTH:
        return label
    if rows > SPARSE:
        return cut_label(label, LABEL_WIDTH)
    width = min(LABEL_WIDTH, len(label) // 2 + 8)
    return "\n".join(textwrap.wrap(cut_label(label, 2 * width - 12), width))


def cut_label(label: str, width: int) -> str:
    """The label, or so many whole words of it as fit in a number of characters, and an ellipsis.

    Examples
    --------
    >>> cut_label("Loopbaan en mobiliteit", 22), cut_label("Loopbaan en mobiliteit", 15)
    ('Loopbaan en mobiliteit', 'Loopbaan en…')
    """
    short = textwrap.shorten(label, width, placeholder="…")
    return short if short == label else short.rstrip("…").rstrip(" /:,(–-") + "…"


def text_width(words: str, size: float = NORMAL, weight: int = 400) -> float:
    """The width of one line in points, in the house's font, of which the settings have to be in force."""
    font = FontProperties(size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(words, font, False)[0]


def settle(ax: Axes) -> None:
    """Let everything around the Axes find its place, so that there can be measured."""
    layout = ax.figure.get_layout_engine()
    if layout:
        layout.execute(ax.figure)


def axes_width(ax: Axes) -> float:
    """The width of the Axes in points, once everything around it has found its place."""
    settle(ax)
    return ax.get_window_extent().width / ax.figure.dpi * 72


def write_cell(ax: Axes, row: int, column: float, words: str, fill, **look) -> None:
    """Words in the middle of a filled area, in the colour that reads best on it."""
    shade = style.text_on(fill)
    ax.text(column, row, words, ha="center", va="center_baseline", color=shade, in_layout=False, **look)


def label_rows(ax: Axes, rows: pd.DataFrame, figures: pd.Series, language: str, headroom: float = 0) -> None:
    """Labels from the top down; where there is no figure, a dash (suppressed) or words (no data) instead of a mark."""
    slack = max(0, FEW - len(rows)) / 2
    ax.set_ylim(len(rows) - 0.4 + slack, -0.6 - slack - headroom)
    ax.set_yticks(range(len(rows)), [fit_label(label, len(rows)) for label in rows["label"]], fontsize=row_size(rows))
    bold = rows["highlight"].eq(True) if "highlight" in rows else pd.Series(False, index=rows.index)
    for tick, gone, strong in zip(ax.get_yticklabels(), figures.isna(), bold, strict=True):
        tick.set(color=style.colour("muted" if gone else "ink"), fontweight=600 if strong else 400)
    for row in rows.index[figures.isna()]:
        words = "–" if rows["suppressed"][row] else text("chart_no_data", language)
        ax.annotate(
            words, (0, row), (8, 0), ("axes fraction", "data"), "offset points", va="center_baseline",
            color=style.colour("muted"), gid="no figure",
        )  # fmt: skip


def row_size(rows: pd.DataFrame) -> float:
    """The size of letters beside rows, in points: larger where there are few.

    Examples
    --------
    >>> row_size(pd.DataFrame(index=range(20))), row_size(pd.DataFrame(index=range(5)))
    (12.5, 15.5)
    """
    return ROOMY if len(rows) <= SPARSE else NORMAL


def label_columns(ax: Axes, labels: list[str]) -> None:
    """Column labels above the cells: wrapped at spaces and dashes, smaller, or else slanted, until they fit."""
    low, high = ax.get_xlim()
    room = axes_width(ax) / (high - low) - 2
    ax.xaxis.tick_top()
    for size in (NORMAL, SMALL):
        wrapped = [_wrap(label, room, size) for label in labels]
        if all(text_width(line, size) <= room for lines in wrapped for line in lines):
            words, look = ["\n".join(lines) for lines in wrapped], {"fontsize": size}
            break
    else:
        words, look = labels, {"fontsize": NORMAL, "rotation": 30, "ha": "left", "rotation_mode": "anchor"}
    ax.set_xticks(range(len(labels)), words, color=style.colour("ink"), **look)


def _wrap(label: str, room: float, size: float) -> list[str]:
    lines = [""]
    for piece in re.findall(r"[^\s–-]+[–-]?\s*|\S\s*", label):
        if lines[-1] and text_width((lines[-1] + piece).rstrip(), size) > room:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def label_parts(
    ax: Axes, shares: pd.DataFrame, starts: pd.DataFrame, colours: Mapping[str, str], language: str
) -> bool:
    """Shares in the parts that have room; category names above the first bar if all of them fit: then true.

    `shares` and `starts` (percent) have a row per bar and a column per category, `colours` a name of the palette for
    each category.
    """
    room = axes_width(ax) / 100
    for row, column in zip(*np.nonzero(shares.notna().to_numpy()), strict=True):
        share, shade = shares.iat[row, column], style.colour(colours[shares.columns[column]])
        written = (style.percent(share, language), style.number(share, language=language))
        words = next((each for each in written if text_width(each, LARGE, 600) + 4 <= share * room), None)
        if words:
            write_cell(ax, row, starts.iat[row, column] + share / 2, words, shade, fontsize=LARGE, fontweight=600)
    full = np.flatnonzero(shares.notna().all(axis=1))
    fits = full.size and all(
        text_width(name, weight=600) + 6 <= share * room for name, share in shares.iloc[full[0]].items()
    )
    if fits:
        for name in shares:
            at = starts[name].iloc[full[0]] + shares[name].iloc[full[0]] / 2
            ax.text(at, full[0] - 0.55, name, ha="center", va="bottom", fontweight=600, in_layout=False)
    return bool(fits)


def name_ends(ax: Axes, shown: pd.DataFrame, clear: pd.Series, language: str) -> None:
    """'now' and 'in three years' above the two dots of the first row, apart from each other and inside the Axes."""
    if shown.empty:
        return
    room, (low, high) = axes_width(ax), ax.get_xlim()
    ends = shown.iloc[0][["now", "future"]].astype("float64").sort_values(kind="stable")
    words = [text(f"chart_{end}", language) for end in ends.index]
    widths = [text_width(each, LARGE, 600) for each in words]
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


def name_points(ax: Axes, shown: pd.DataFrame) -> None:
    """Labels beside the dots (columns label, x, y), each at the first place that is free; none where none is.

    The outermost dot comes first: around it there is most room.
    """
    if shown.empty:
        return
    settle(ax)
    scale = 72 / ax.figure.dpi
    points = ax.transData.transform(shown[["x", "y"]]) * scale
    frame = ax.get_window_extent().extents * scale
    taken = np.column_stack([points - 6, points + 6])
    for row in _outermost_first(points):
        label, width = shown["label"].iloc[row], text_width(shown["label"].iloc[row])
        for place, far in _places(width):
            box = np.tile(points[row] + place, 2) + [0, -2, width, NORMAL - 2]
            end = np.clip(points[row], box[:2], box[2:])
            way = points[row] + np.outer(np.linspace(0.4, 0.95, 6 * far), end - points[row])
            needed = np.vstack([box, np.column_stack([way - 1, way + 1])])
            if (box[:2] >= frame[:2]).all() and (box[2:] <= frame[2:]).all() and not _touch(needed, taken):
                taken = np.vstack([taken, needed])
                line = {**LEADER, "color": style.colour("muted"), "relpos": (end - box[:2]) / (box[2:] - box[:2])} if far else None
                at = shown[["x", "y"]].iloc[row]
                ax.annotate(label, at, place, textcoords="offset points", in_layout=False, arrowprops=line)
                break


def _outermost_first(points: np.ndarray) -> np.ndarray:
    spread = np.ptp(points, axis=0)
    outward = (np.abs(points - np.median(points, axis=0)) / np.where(spread > 0, spread, 1)).sum(axis=1)
    return np.argsort(-outward, kind="stable")


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
