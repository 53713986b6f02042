"""The chart of a mirror: one's own answers, filled, beside the figures of groups, hollow."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes

from ledanalysis import style
from ledanalysis.drawing import (
    DOT, alt_text, check_rows, draw_axis, draw_hollow, draw_key, key_mark, tell_rows, unit_named, write_column, write_figures, write_header,
)  # fmt: skip
from ledanalysis.labels import text
from ledanalysis.placing import SMALL, label_rows, text_width

MARKERS = (("s", 8), ("^", 8.5), ("D", 7), ("v", 8.5), ("p", 8.5))  # shape and size: told apart without colours
OWN = "own"


@style.styled
def beside(
    ax: Axes,
    table: pd.DataFrame,
    *,
    groups: Mapping[str, str],
    own_label: str,
    own_header: str = "",
    unit: str = "score",
    yes_no: bool = False,
    colour: str = "now",
    language: str = "nl",
) -> str:
    """A row per theme, in the table's order: the own answer and the figure of each group.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        Columns label, own, and one per group: missing where it is not shown; optional n, own_text (what stands at the
        right for the own answer, by default its figure) and not_shown (words: which groups are not).
    groups : dict of str to str
        {column: words for the key}, at most five.
    own_label : str
        Whose answers `own` are, for the key.
    own_header : str
        What stands above the column at the right; by default `own_label`.
    unit : {"score", "percent", "points", "mark"}
    yes_no : bool
        The own answer is 100 or 0, yes or no: rows with yes are tinted and no mark is drawn for it.
    colour : str
        A name of the palette.
    language : {"nl", "en"}

    Returns
    -------
    str
        The alt text.

    Raises
    ------
    InputError
        If a column is missing or the unit is unknown.

    Examples
    --------
    >>> table = pd.DataFrame({"label": ["Data", "Zorg"], "own": [50.0, 100.0], "size": [60.0, None]})
    >>> beside(style.figure()[1], table, groups={"size": "grootteklasse"}, own_label="Eemnes")
    'Eigen antwoord naast groepen, rijen: 2. Hoogst: Zorg 100; Data 50 (grootteklasse 60).'
    """
    measure = unit_named(unit)
    rows = check_rows(table, ["label"], [OWN, *groups])
    label_rows(ax, rows, rows[[OWN, *groups]].max(axis=1), language)
    draw_axis(ax, measure, rows[[*groups] if yes_no else [OWN, *groups]], unit != "percent", language)
    if yes_no:
        key = _tint_rows(ax, rows, colour, own_label, language)
    else:
        ax.scatter(rows[OWN], rows.index, color=style.colour(colour), gid=OWN, **{**DOT, "s": 130, "zorder": 3})
        key = [key_mark(own_label, "o", style.colour(colour))]
    for (column, label), (marker, size) in zip(groups.items(), MARKERS):
        key += draw_hollow(ax, rows, column, label, marker, "none", size)
    ax.tick_params(axis="y", pad=9)  # a mark at the end of the scale sticks out
    answers, strong = _own_words(rows, measure, yes_no, language), rows[OWN].gt(0) if yes_no else rows[OWN].notna()
    write_column(ax, answers[strong], 14, "left", fontweight=600)
    write_column(ax, answers[~strong], 14, "left", color=style.colour("muted"))
    write_header(ax, own_header or own_label, 14, "left")
    if "not_shown" in rows and rows["not_shown"].ne("").any():
        offset = max(104, 30 + text_width(own_header or own_label, SMALL))
        write_column(ax, rows["not_shown"], offset, "left", color=style.colour("muted"), fontsize=SMALL)
        write_header(ax, text("mirror_not_shown", language), offset, "left")
    draw_key(ax, key, rows, language)
    hidden = int(rows["not_shown"].ne("").sum()) if "not_shown" in rows else 0
    more = text("mirror_alt_not_shown", language, count=hidden) if hidden else ""
    return alt_text("beside", _told(rows, groups, measure, answers, language), rows, language, more)


def _tint_rows(ax: Axes, rows: pd.DataFrame, colour: str, own_label: str, language: str) -> list:
    """Rows where the own answer is yes stand out; returns their part of the key."""
    shade = style.tint(colour, 0.25)
    for row in rows.index[rows[OWN] > 0]:
        ax.axhspan(row - 0.44, row + 0.44, facecolor=shade, linewidth=0, zorder=0, gid=OWN)
    return [key_mark(f"{own_label}: {text('mirror_yes', language)}", "s", shade)]


def _own_words(rows: pd.DataFrame, measure, yes_no: bool, language: str) -> pd.Series:
    if yes_no:
        written = rows[OWN].map(lambda value: text("mirror_yes" if value > 0 else "mirror_no", language), na_action="ignore").astype("object")
    else:
        written = write_figures(rows, measure, language, OWN).astype("object")
    if "own_text" in rows:
        written = rows["own_text"].astype("object")
    return written.where(rows[OWN].notna(), text("mirror_no_answer", language))


def _told(rows: pd.DataFrame, groups: Mapping[str, str], measure, answers: pd.Series, language: str) -> list[str]:
    """Per row its own answer, and the first group's figure where there is one."""
    first = next(iter(groups), None)
    if first is None:
        return tell_rows(rows, answers, OWN)
    beside = write_figures(rows, measure, language, first).map(lambda figure: f" ({groups[first]} {figure})")
    return tell_rows(rows, answers + beside.where(rows[first].notna(), ""), OWN)
