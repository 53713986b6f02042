"""Views of the figures that were kept for a deck (`findings.csv`): each a slide, drawn anew from the figures of the day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from ledanalysis import charts, fitting
from ledanalysis.book.wording import title_of
from ledanalysis.codebook import KeptView
from ledanalysis.findings import some_names
from ledanalysis.page_tables import heat_table
from ledanalysis.pages import Page


def kept(page: Page) -> list[KeptView]:
    """The kept views of this page's deck, in the order of the file: of its cluster, and in a deck of staff those of staff alone."""
    rows = [row for row in page.study.tables["findings"] if (row.clustering, row.cluster) == (page.clustering, page.cluster)]
    return [row for row in rows if page.view in ("units", row.view)]


def show(page: Page) -> None:
    """A slide for each view that was kept for this deck; where nothing of it may be shown, one that says so."""
    for row in kept(page):
        _show(row, page if row.view == page.view else replace(page, view=row.view, _tables={}))


def _show(row: KeptView, page: Page) -> None:
    table, study = figures(row, page), page.study
    if table.empty or table["estimate"].isna().all():
        page.words(study.text("title_too_few"), _question(row, page), study.text("text_too_few", min_n=study.settings.min_n, units=study.says("units")))
        return
    draw, options = drawing(row, table, page)
    footer = page.footer(table, "footer_together" if row.chart == "change" else "")
    page.chart(f"kept_{row.finding}", draw, table, title(row, table, page), _question(row, page), footer, **options)


def figures(row: KeptView, page: Page) -> pd.DataFrame:
    """The table of a kept view: of `estimates`, as a page shows it, and of the themes that it names alone."""
    if row.chart == "heatmap":
        table = heat_table(page.study, row.measure, row.across, row.kind, view=row.view)
        table = table[table["cluster"].isin(row.beside)].reset_index(drop=True) if row.beside else table
    else:
        table = page.changes() if row.chart == "change" else page.table(row.measure, row.kind)
    return table[table["theme"].isin(row.only)].reset_index(drop=True) if row.only else table


def title(row: KeptView, table: pd.DataFrame, page: Page) -> str:
    """The finding; where there is none to tell, what it is of. Of a choice of themes or clusters, that one is highest of those chosen says nothing."""
    study, measure = page.study, page.study.measure(row.measure)
    if row.only:
        names = list(dict.fromkeys(table["row_label" if row.chart == "heatmap" else "label"]))
        return study.text("kept_chosen", measure=study.label_of(measure), chosen=some_names(names, study), where=page.label)
    if row.chart == "heatmap":
        told = "" if row.beside else fitting.sentence_across(table, page, measure)
        return told or title_of(study, measure, row.kind, row.across)
    return fitting.sentence(page, measure, table) or study.text("title_cluster", clustering=study.label_of(measure), cluster=page.label)


def _question(row: KeptView, page: Page) -> str:
    return row.note or page.measure_label(row.measure)


def drawing(row: KeptView, table: pd.DataFrame, page: Page) -> tuple[Callable[..., str], dict]:
    """The chart of a kept view, and how it is drawn."""
    measure = page.study.measure(row.measure)
    if row.chart == "heatmap":
        return charts.heatmap, {"unit": fitting.chart_unit(measure), "diverging": measure.kind == "difference"}
    if row.chart == "change":
        return charts.change, {"level": page.study.settings.level}
    return getattr(charts, row.chart), fitting.drawing(page, measure, table)[1]
