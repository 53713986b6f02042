"""The chart and the sentence that fit a measure: what it is of decides, and nothing is said that is true of another measure only."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ledanalysis import charts, findings
from ledanalysis.estimates import SECTOR
from ledanalysis.page_tables import heat_table
from ledanalysis.pages import Page

IMPORTANCE = ("now", "future")  # of these a heat map's sentence says what it says: more or less important
USED = {("organised", "theme"): "offer", ("organised", "instrument"): "used", ("stimulated", "instrument"): "used", ("barriers", "other"): "named"}
COLOURS = {"future": "future", "top": "future", "organised": "organise", "stimulated": "stimulate", "moments": "stimulate",
           "forms": "neutral", "barriers": "neutral"}  # fmt: skip


def drawing(page: Page, measure, rows: pd.DataFrame) -> tuple[Callable[..., str], dict]:
    """Instruments and answers as bars on the whole scale, themes and scores as a ranking; beside everyone where they are of a cluster."""
    shares = chart_unit(measure) == "percent" and not rows["theme"].isin([row.theme for row in page.study.tables["themes"]]).any()
    colour = {"colour": COLOURS[measure.measure]} if measure.measure in COLOURS else {}
    options = page.alone() if page.clustering == SECTOR else page.versus()
    return charts.bars if shares else charts.ranking, {"unit": chart_unit(measure), **colour, **options}


def heat(page: Page, measure, kind: str) -> tuple[pd.DataFrame, dict, str]:
    """The table of a heat map over the clusters of a page's clustering, how it is drawn, and what is to be said of its columns."""
    table = heat_table(page.study, measure.measure, page.clustering, kind, view=page.view)
    return table, {"unit": chart_unit(measure), "diverging": measure.kind == "difference"}, page.largest(table, page.clustering)


def sentence(page: Page, measure, rows: pd.DataFrame) -> str:
    """What the figures say; nothing of one figure, which is not compared with another."""
    if len(rows) < 2:
        return ""
    kind = page.study.themes.set_index(["measure", "theme"]).loc[(measure.measure, rows["theme"].iloc[0]), "kind"]
    if (measure.measure, kind) in USED:
        return findings.use(rows, page.study, USED[measure.measure, kind])
    if measure.measure in ("rise", "forms"):
        return {"rise": findings.changes, "forms": findings.forms}[measure.measure](rows, page.study)
    return findings.highest(rows, page.study, measure.measure)


def sentence_across(table: pd.DataFrame, page: Page, measure) -> str:
    """What the figures of a heat map say: of importance only, for its words are 'more important'."""
    return findings.spread(table, page.study) if measure.measure in IMPORTANCE else ""


def chart_unit(measure) -> str:
    """The unit of a chart: points that are divided are parts of 100; those of a ranking have no chart, for "points" there are differences."""
    if measure.unit != "points" or measure.kind == "difference":
        return measure.unit
    return measure.transformation or "percent"
