"""Views of the figures that were kept for a deck (`findings.csv`): each a slide, drawn anew from the figures of the day."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ledanalysis import charts, findings
from ledanalysis.codebook import KeptView
from ledanalysis.page_tables import heat_table
from ledanalysis.pages import Page

COLOURS = {"organised": "organise", "stimulated": "stimulate"}  # of a measure; others are in the chart's own


def kept(page: Page) -> list[KeptView]:
    """The kept views of this page's cluster and view, in the order of the file."""
    here = (page.clustering, page.cluster, page.view)
    return [row for row in page.study.tables["findings"] if (row.clustering, row.cluster, row.view) == here]


def show(page: Page) -> None:
    """A slide for each view that was kept for this deck; where nothing of it may be shown, one that says so."""
    for row in kept(page):
        table, study = figures(row, page), page.study
        if table.empty or table["estimate"].isna().all():
            page.words(study.text("title_too_few"), _question(row, page), study.text("text_too_few", min_n=study.settings.min_n, units=study.says("units")))
            continue
        draw, options = _drawing(row, page)
        footer = page.footer(table, "footer_together" if row.chart == "change" else "")
        page.chart(f"kept_{row.finding}", draw, table, title(row, table, page), _question(row, page), footer, **options)


def figures(row: KeptView, page: Page) -> pd.DataFrame:
    """The table of a kept view: of `estimates`, as a page shows it, and of the themes that it names alone."""
    if row.chart == "heatmap":
        table = heat_table(page.study, row.measure, row.across, row.kind, view=row.view)
    else:
        table = page.changes() if row.chart == "change" else page.table(row.measure, row.kind)
    return table[table["theme"].isin(row.only)].reset_index(drop=True) if row.only else table


def title(row: KeptView, table: pd.DataFrame, page: Page) -> str:
    """The finding; of a choice of themes only what it is of, for that one is highest of those chosen says nothing."""
    if row.only:
        return page.study.text("kept_chosen", measure=page.measure_label(row.measure), count=len(row.only), where=page.label)
    if row.chart == "heatmap":
        return findings.spread(table, page.study)
    if row.chart == "change":
        return findings.changes(page.table("rise"), page.study)
    return findings.use(table, page.study) if row.kind == "instrument" else findings.highest(table, page.study, row.measure)


def _question(row: KeptView, page: Page) -> str:
    return row.note or page.measure_label(row.measure)


def _drawing(row: KeptView, page: Page) -> tuple[Callable[..., str], dict]:
    unit = page.study.measure(row.measure).unit
    unit = "score" if unit == "scale" else unit
    if row.chart == "heatmap":
        return charts.heatmap, {"unit": unit}
    if row.chart == "change":
        return charts.change, {"level": page.study.settings.level}
    beside = page.alone() if page.clustering == "sector" else page.versus()
    colour = {"colour": COLOURS[row.measure]} if row.measure in COLOURS else {}
    return getattr(charts, row.chart), {"unit": unit, **colour, **beside}
