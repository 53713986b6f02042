"""Figures in the reader's words, as a notebook's tables have them: each with its interval and n, and what is suppressed named so."""

from __future__ import annotations

import pandas as pd

from ledanalysis.drawing import Unit, interval_words, span_words
from ledanalysis.estimates import SECTOR
from ledanalysis.pages import Page
from ledanalysis.published import DECIMALS


def told(rows: pd.DataFrame, page: Page) -> pd.DataFrame:
    """The rows of a page's table, in the precision in which they are published.

    Parameters
    ----------
    rows : DataFrame
        As `Page.table` gives them, or `Page.changes` (then with now, future and rise).
    page : Page

    Returns
    -------
    DataFrame
        Texts: a column with the labels, then, under headings in the reader's language, the figure (of a change both its
        sides and the difference), its interval, n, its rank and the figure of everyone, of those that there are. Where
        a row is suppressed each of its own figures says so.
    """
    if rows.empty:
        return pd.DataFrame()
    study = page.study
    measure = study.measure(rows["measure"].iloc[0])
    own, hidden = unit_of(measure, page.view), rows["suppressed"].eq(True)
    columns = {study.text("chart_item"): rows["label"].astype("str")}
    if "rise" in rows:
        side = unit_of(study.measure(measure.first), page.view)
        for key, unit in (("now", side), ("future", side), ("rise", own)):
            columns[study.text("chart_difference" if key == "rise" else f"chart_{key}")] = _written(rows, key, unit, page)
    else:
        columns[study.text("chart_estimate")] = _written(rows, "estimate", own, page)
    if not page.census and page.view != "unweighted" and (rows["lower"].notna() | hidden).any():
        columns[interval_words(study.settings.level, study.language)] = _spans(rows, own, page)
    columns[study.text("table_n")] = _written(rows, "n", Unit("n", None, None, 1), page)
    if "rank_text" in rows and len(rows) > 1:
        columns[study.text("chart_rank")] = _or_suppressed(rows, [words or "–" for words in rows["rank_text"]], page)
    if "sector" in rows and page.clustering != SECTOR and rows["sector"].notna().any() and "rise" not in rows:
        everyone = rows.assign(suppressed=rows["sector"].isna())
        columns[study.text("reference_sector", units=study.says("units"))] = _written(everyone, "sector", own, page)
    return pd.DataFrame(columns)


def unit_of(measure, view: str) -> Unit:
    """How a figure is written: in the decimals that it is published in (shares by staff in whole percents, unweighted figures in a decimal fewer), a difference with its sign."""
    decimals = 0 if view == "staff" and measure.statistic == "share" else max(DECIMALS[measure.unit] - (view == "unweighted"), 0)
    name = "points" if measure.kind == "difference" else "percent" if measure.unit == "percent" else "score"
    return Unit(name, None, None, 1, decimals)


def _written(rows: pd.DataFrame, column: str, unit: Unit, page: Page) -> pd.Series:
    return _or_suppressed(rows, [unit.write(value, page.study.language) for value in rows[column]], page)


def _spans(rows: pd.DataFrame, unit: Unit, page: Page) -> pd.Series:
    ends = rows[["lower", "upper"]].itertuples(index=False, name=None)
    return _or_suppressed(rows, ["–" if pd.isna(low) else span_words(unit, low, high, page.study.language) for low, high in ends], page)


def _or_suppressed(rows: pd.DataFrame, words: list[str], page: Page) -> pd.Series:
    """What is suppressed says so, whatever the table holds there."""
    said = page.study.text("suppressed_cell")
    return pd.Series([said if hidden else word for word, hidden in zip(words, rows["suppressed"].eq(True))], rows.index, dtype="str")
