"""What was asked for: figures as they are published, with the sentence and the chart that go with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ledanalysis import charts, findings, palette
from ledanalysis.book import wording
from ledanalysis.book.figures import FIGURES
from ledanalysis.drawing import UNITS
from ledanalysis.errors import InputError
from ledanalysis.estimates import SECTOR
from ledanalysis.fitting import drawing, heat, sentence, sentence_across
from ledanalysis.markup import figures_html
from ledanalysis.page_tables import labelled
from ledanalysis.pages import Page
from ledanalysis.told import told

CHANGE = ["now", "future", "rise"]
PUBLISHED = ["clustering", "cluster", "cluster_label", "measure", "theme", "label", *CHANGE, *FIGURES["estimates"][4:-1], "clear", "sector", "suppressed"]
WORDS = ["clustering", "cluster", "cluster_label", "measure", "theme", "label", "letters"]


@dataclass(frozen=True, eq=False, repr=False)
class Figures:
    """Figures of a measure in one cluster, in all clusters of a clustering, or of everyone.

    In a notebook they are shown as tables, with n, interval and what is suppressed said in words.

    Attributes
    ----------
    title : str
        What they are of.
    page : Page
        What they were taken from.
    parts : dict of str to DataFrame
        The rows of each cluster, by its label.
    drawn : DataFrame
        What the chart draws, with `picture` (a function of `charts`) and `options`.
    sentence : str
        What may be said of them; empty where that is nothing.
    unit : str
        What a figure is in, in words.
    more : str
        What else stands below.
    """

    title: str
    page: Page
    parts: dict[str, pd.DataFrame]
    drawn: pd.DataFrame
    picture: Callable[..., str]
    options: dict[str, Any]
    sentence: str
    unit: str
    more: str

    @property
    def table(self) -> pd.DataFrame:
        """What is published, in the precision in which it is: a DataFrame of your own.

        Returns
        -------
        DataFrame
            clustering, cluster and its label, measure, theme and its label; estimate (of a change: now, future and rise), lower, upper,
            n, ranks where there are, the figure of everyone (sector), and suppressed (bool). A suppressed row has no
            figure: pandas leaves it out of means and sums. A cluster of which nobody answered has no rows.
        """
        rows = pd.concat([rows.assign(cluster_label=label) for label, rows in self.parts.items()], ignore_index=True)
        rows = rows.drop(columns=["sector"] if self.page.clustering == SECTOR else [], errors="ignore")
        rows = rows.drop(columns=["estimate"] if "rise" in rows else [])
        hidden = rows["suppressed"].astype("bool")
        figures = [name for name in PUBLISHED if name in rows and name not in [*WORDS, "clear", "sector", "suppressed"]]
        rows = rows.assign(suppressed=hidden, letters=rows["letters"].mask(hidden, ""), **{name: rows[name].astype("float64").mask(hidden) for name in figures})
        if "clear" in rows:
            rows["clear"] = rows["clear"].astype("bool") & ~hidden
        return rows[[name for name in PUBLISHED if name in rows]]

    def finding(self) -> str:
        """The sentence that may stand above the chart: no stronger than the figures allow, and what they are of where nothing can be said."""
        return self.sentence or (self.title if self._shown() else self.page.study.text("title_too_few"))

    def chart(self) -> None:
        """Draw them in house style, with n and source, and an alt text for who cannot see it; a deck made of the notebook has it as a slide."""
        if not self._shown():
            self.page.words(self.finding(), self.title, self._too_few())
        elif self._drawable():
            self.page.chart("asked", self.picture, self.drawn, self.finding(), self.title, self.footer(), **self.options)
        else:
            self.page.grid("asked", self._in_one(), self.finding(), self.title, self.footer())

    def draw(self, ax, **options) -> str:
        """Draw them on Axes of your own.

        Parameters
        ----------
        ax : matplotlib Axes
        **options
            Of the chart: see `charts`.

        Returns
        -------
        str
            The alt text.

        Raises
        ------
        InputError
            The house style has no chart of their unit (`chart` shows them as a table).
        """
        if not self._drawable():
            raise InputError("no chart of this unit; it can be had as a table", value=self.unit, allowed=list(UNITS))
        with palette.using(self.page.study.style["colours"]):
            return self.picture(ax, self.drawn, **{"language": self.page.study.language, **self.options, **options})

    def footer(self) -> str:
        """n and where the errors come from."""
        shown = pd.concat(self.parts.values(), ignore_index=True)
        return "; ".join(filter(None, [self.page.footer(shown), self.more]))

    def __dir__(self) -> list[str]:
        return ["chart", "draw", "finding", "footer", "table", "title"]

    def __repr__(self) -> str:
        parts = [f"{self._caption(label)}\n{self._told(rows).to_string(index=False) if len(rows) else self._too_few()}" for label, rows in self.parts.items()]
        return "\n\n".join([*parts, *self._below()])

    def _repr_html_(self) -> str:
        study = self.page.study
        tables = [(self._caption(label), self._told(rows), "" if len(rows) else self._too_few()) for label, rows in self.parts.items()]
        return figures_html(tables, self._below(), study.language, study.text("suppressed_cell"))

    def _told(self, rows: pd.DataFrame) -> pd.DataFrame:
        return told(rows, self.page)

    def _in_one(self) -> pd.DataFrame:
        """The words of all parts in one table."""
        parts = {label: self._told(rows) for label, rows in self.parts.items()}
        if len(parts) > 1:
            parts = {label: rows.assign(**{self.page.clustering_label: label})[[self.page.clustering_label, *rows]] for label, rows in parts.items()}
        return pd.concat(parts.values(), ignore_index=True)

    def _caption(self, label: str) -> str:
        title = self.title if len(self.parts) == 1 else f"{self.title}: {label}"
        return f"{title}; {self.unit}"

    def _below(self) -> list[str]:
        study = self.page.study
        hidden = any(rows["suppressed"].astype("bool").any() for rows in self.parts.values() if len(rows))
        said = findings.capital(study.text("suppressed")) if hidden else ""
        return [line for line in (self.footer() if self._shown() else "", said, study.says("source"), study.notice) if line]

    def _too_few(self) -> str:
        study = self.page.study
        return study.text("text_too_few", min_n=study.settings.min_n, units=study.says("units"))

    def _drawable(self) -> bool:
        return self.options.get("unit", "score") in UNITS

    def _shown(self) -> bool:
        return len(self.drawn) > 0 and bool(self.drawn["estimate"].notna().any())


def of_cluster(page: Page, measure, kind: str) -> Figures:
    """A measure in the cluster of a page."""
    _check_hidden(page, measure.measure)
    rows = _rows(page, measure.measure, kind)
    picture, options = drawing(page, measure, rows)
    return Figures(_title(page, measure, kind), page, {page.label: rows}, rows, picture, options, sentence(page, measure, rows), _unit(page, measure), "")


def of_clusters(pages: list[Page], measure, kind: str) -> Figures:
    """A measure in all clusters of a clustering, each with its page."""
    _check_hidden(pages[0], measure.measure)
    page, parts = pages[0], {each.label: _rows(each, measure.measure, kind) for each in pages}
    table, options, more = heat(page, measure, kind)
    title = _viewed(page, wording.title_of(page.study, measure, kind, page.clustering, page.view == "staff"))
    return Figures(title, page, parts, table, charts.heatmap, options, sentence_across(table, page, measure), _unit(page, measure), more)


def of_changes(pages: list[Page]) -> Figures:
    """What changes in importance, in one cluster or in all of a clustering."""
    page, rise = pages[0], pages[0].study.measure("rise")
    for measure in CHANGE:
        _check_hidden(page, measure)
    together = page.study.text("footer_together")
    parts = {each.label: _changed(each) for each in pages}
    if len(pages) == 1:
        rows, level = parts[page.label], page.study.settings.level
        said = findings.changes(page.table("rise"), page.study)
        return Figures(_title(page, rise, ""), page, parts, rows, charts.change, {"level": level}, said, _unit(page, rise), together)
    table, options, more = heat(page, rise, "")
    title = wording.title_of(page.study, rise, "", page.clustering)
    return Figures(title, page, parts, table, charts.heatmap, options, "", _unit(page, rise), "; ".join(filter(None, [together, more])))


def _check_hidden(page: Page, measure: str) -> None:
    """Hold on where the published table has a figure that it says is suppressed: it would be told in one way or another.

    Raises
    ------
    InputError
        Of the column that it is in.
    """
    rows = labelled(page.study, measure, "", page.view)
    hidden = rows[rows["suppressed"].eq(True)]
    left = [name for name in FIGURES["estimates"][4:-2] if hidden[name].notna().any()]
    if left:
        raise InputError("a suppressed row still has a figure: run `led prepare` again", file="estimates", column=left[0], value=measure)


def _rows(page: Page, measure: str, kind: str) -> pd.DataFrame:
    """The table of a page; where nothing of it may be shown, its rows all the same, each suppressed."""
    rows = page.table(measure, kind)
    if rows.empty:
        rows = labelled(page.study, measure, kind, page.view)
        rows = rows[(rows["clustering"] == page.clustering) & (rows["cluster"] == page.cluster)].sort_values("order", ignore_index=True)
    return rows


def _changed(page: Page) -> pd.DataFrame:
    rows = page.changes()
    return rows if len(rows) else _rows(page, "rise", "").assign(**dict.fromkeys(CHANGE, float("nan")), clear=False)


def _title(page: Page, measure, kind: str) -> str:
    what = _viewed(page, wording.title_of(page.study, measure, kind, "", page.view == "staff"))
    return page.study.text("title_cluster", clustering=what, cluster=page.label)


def _viewed(page: Page, title: str) -> str:
    return f"{title} – {page.study.text('view_unweighted')}" if page.view == "unweighted" else title


def _unit(page: Page, measure) -> str:
    if page.view == "unweighted" and measure.statistic == "share":
        return page.study.text("axis_answered", units=page.study.says("units"))
    return wording.units_of(page.study, page.view == "staff")[measure.measure]
