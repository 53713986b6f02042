"""The speaker's notes of a slide: the exact figures, and what they were adjusted by."""

from __future__ import annotations

import pandas as pd

from ledanalysis import style
from ledanalysis.study import Study


def figures(table: pd.DataFrame, study: Study) -> str:
    """A line per row, with interval, rank and n, and what ranks and p mean; per theme its clusters in a heat map.

    Parameters
    ----------
    table : DataFrame
        Of a page (label, estimate; optional lower, upper, se, rank_text, p_zero, n), or of a heat map (row_label,
        column_label, estimate, letters). Another has no notes.
    study : Study

    Returns
    -------
    str
        Lines.
    """
    if {"row_label", "column_label", "letters"} <= set(table):
        return _clusters(table, study)
    if not {"label", "estimate"} <= set(table):
        return ""
    shown = table[table["estimate"].notna()]
    lines = [_line(row, study) for row in shown.itertuples()]
    percent = round(study.settings.level * 100)
    if shown.get("rank_text", pd.Series(dtype=str)).astype("str").str.contains("(", regex=False).any():
        lines.append(study.text("notes_ranks", level=percent))
    if shown.get("p_zero", pd.Series(dtype=float)).notna().any():
        lines.append(study.text("notes_p", method=method(study), units=study.says("units")))
    return "\n".join(lines)


def method(study: Study) -> str:
    """The name of what tests are adjusted by."""
    return study.text(f"adjust_{study.settings.adjust}")


def rank_text(row) -> str:
    """A rank with its bounds, "3 (2–7)"; empty where there is none."""
    if pd.isna(row.rank) or pd.isna(row.rank_lower):
        return ""
    if row.rank_lower == row.rank_upper:
        return f"{row.rank:.0f}"
    return f"{row.rank:.0f} ({row.rank_lower:.0f}–{row.rank_upper:.0f})"


def _line(row, study: Study) -> str:
    words = f"{row.label}: {style.number(row.estimate, 1, study.language)}"
    if pd.notna(getattr(row, "se", None)) and row.se > 0:
        words += f" ({style.number(row.lower, 1, study.language)}–{style.number(row.upper, 1, study.language)})"
    if pd.notna(getattr(row, "n", None)):
        words += f", n = {row.n:.0f}"
    rank = getattr(row, "rank_text", "")
    if pd.notna(rank) and rank:  # a table of several measures has none for those that are not ranked
        words += f", {study.text('chart_rank')} {rank}"
    return words + (f", {_p(row.p_zero, study)}" if pd.notna(getattr(row, "p_zero", None)) else "")


def _p(p: float, study: Study) -> str:
    return f"p < {style.number(0.001, 3, study.language)}" if p < 0.001 else f"p = {style.number(p, 3, study.language)}"


def _clusters(table: pd.DataFrame, study: Study) -> str:
    """Per theme the clusters from high to low with their letters, of the themes in which clusters differ; and what they mean."""
    shown = table[table["estimate"].notna() & (table["letters"] != "")].sort_values("estimate", ascending=False, kind="stable")
    if shown.empty:
        return ""
    lines = []
    for theme, part in shown.groupby("row_label", sort=False, observed=True):
        if part["letters"].nunique() > 1:
            cells = [f"{row.column_label} {style.number(row.estimate, 0, study.language)} {row.letters}" for row in part.itertuples()]
            lines.append(f"{theme}: {'; '.join(cells)}")
    key = "notes_letters" if lines else "notes_no_letters"
    return "\n".join([*lines, study.text(key, method=method(study), level=round(study.settings.level * 100))])
