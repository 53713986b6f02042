"""What a notebook shows: a page of one cluster (or the sector), its tables, and slides made of finding and chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from IPython.display import Markdown, display

from ledanalysis import charts, findings, notes, palette, style
from ledanalysis.chart_data import describe
from ledanalysis.errors import InputError
from ledanalysis.estimates import ALL, SECTOR
from ledanalysis.findings import capital, together
from ledanalysis.markup import plain, to_html
from ledanalysis.page_tables import MOST_CLUSTERS, clusters_answered, first_cluster, heat_table, in_words, labelled, made
from ledanalysis.slides.deck import CHART, DECK, SLIDE
from ledanalysis.staff import VIEWS
from ledanalysis.study import Study, load_study
from ledanalysis.tables import read_table, write_bytes, write_csv

FIGURE = (11.8, 5.2)  # inches: what a slide has room for
MAP = {"answered": "responded", "interviewed": "interviewed", "interview_only": "ink", "none": "not_responded", "rest": "paper"}


@dataclass(frozen=True)
class Page:
    """One cluster of one study, as a notebook works with it.

    Attributes
    ----------
    study : Study
    clustering, cluster : str
        "sector" and "all" for everyone.
    output : Path or None
        Folder for tables and figures of the slides; None to keep none.
    view : {"units", "staff", "unweighted"}
        Whether figures are of municipalities, of their staff, or of the municipalities that answered: never two on a chart.
    """

    study: Study
    clustering: str
    cluster: str
    output: Path | None
    view: str = "units"
    _tables: dict = field(default_factory=dict, repr=False, compare=False)

    @property
    def label(self) -> str:
        """The cluster's label."""
        return self.study.text("sector", units=self.study.says("units")) if self.clustering == SECTOR else self._row()["label"]

    @property
    def clustering_label(self) -> str:
        return next(self.study.label_of(row) for row in self.study.tables["clusterings"] if row.clustering == self.clustering)

    @property
    def notice(self) -> str:
        """What stands on every slide."""
        return self.study.notice

    @property
    def census(self) -> bool:
        return self.study.settings.sampling == "census"

    def response(self) -> pd.Series:
        """Who took part: population, answered, interviewed, percent."""
        return self._row()

    def table(self, measure: str, kind: str = "") -> pd.DataFrame:
        """Estimates of a measure in this cluster, in the codebook's order.

        Parameters
        ----------
        measure : str
        kind : {"", "theme", "instrument", "other"}
            Only themes, only instruments, or all.

        Returns
        -------
        DataFrame
            The columns of `estimates` with label, sector (the estimate for everyone) and, where there are
            ranks, rank_text ("3 (2–7)").
            Without rows where the study has no such measure or nothing of it may be shown.
        """
        asked = (measure, kind, made(self.study))
        if asked not in self._tables:
            self._tables[asked] = self._table(measure, kind)
        return self._tables[asked].copy(deep=False)

    def _table(self, measure: str, kind: str) -> pd.DataFrame:
        estimates = labelled(self.study, measure, kind, self.view)
        everyone = estimates[estimates["clustering"] == SECTOR].set_index("theme")["estimate"]
        here = estimates[(estimates["clustering"] == self.clustering) & (estimates["cluster"] == self.cluster)]
        here = here.assign(sector=here["theme"].map(everyone).astype("float64"))
        if here["rank_lower"].notna().any():
            here["rank_text"] = [notes.rank_text(row) for row in here.itertuples()]
        return here.sort_values("order", ignore_index=True) if here["estimate"].notna().any() else here.iloc[:0]

    def changes(self) -> pd.DataFrame:
        """Now, the coming years and the difference per theme: label, now, future, rise, lower, upper, clear, n.

        The intervals of the difference hold for all themes at once.
        """
        now, future, rise = (self.table(measure).set_index("theme") for measure in ("now", "future", "rise"))
        if rise.empty:
            return rise.reset_index()
        table = rise.assign(now=now["estimate"], future=future["estimate"], rise=rise["estimate"],
                            **together(rise, self.study.settings.level))  # fmt: skip
        gone = table["rise"].isna() | table["now"].isna() | table["future"].isna()
        table.loc[gone, ["estimate", "now", "future", "rise", "lower", "upper", "n"]] = float("nan")
        return table.assign(suppressed=gone).reset_index()

    def apart(self, measure: str, most: int = 8) -> pd.DataFrame:
        """The themes that differ most from everyone, those beyond the noise marked (highlight)."""
        table = self.table(measure)
        table = table.loc[(table["estimate"] - table["sector"]).abs().nlargest(most).index]
        return table.assign(highlight=table["p_rest"] <= 1 - self.study.settings.level)

    def measure_label(self, measure: str) -> str:
        """A measure's label; empty where the study has no such measure."""
        row = self.study.measure(measure)
        return self.study.label_of(row) if row else ""

    def alone(self) -> dict:
        """Options of a chart of this cluster by itself."""
        return {"intervals": not self.census and self.view != "unweighted", "level": self.study.settings.level}

    def versus(self) -> dict:
        """Options of a chart of this cluster beside everyone."""
        if self.view == "unweighted":  # a comparison would need an error
            return self.alone()
        label = self.study.text("reference_sector", units=self.study.says("units"))
        return self.alone() | {"reference": "sector", "reference_label": label}

    def open(self, title: str = "") -> None:
        """Begin the deck: its title, language, source and notice."""
        study = self.study
        name = title or (study.text("title_sector", units=study.says("units")) if self.clustering == SECTOR
                         else study.text("title_cluster", clustering=self.clustering_label, cluster=self.label))  # fmt: skip
        name += f" – {study.text(f'view_{self.view}')}" if self.view != "units" else ""
        deck = {"title": study.says("title"), "subtitle": name, "language": study.language, "source": study.says("source"), "notice": self.notice,
                "contact": study.settings.contact, "style": study.style}  # fmt: skip
        display({DECK: deck, "text/markdown": f"# {study.says('title')}\n\n## {name}\n\n{self.notice}"}, raw=True)
        _emit({"title": study.says("title"), "kicker": "", "layout": "title"}, {"text/markdown": name})

    def chart(self, name: str, draw: Callable[..., str], table: pd.DataFrame, title: str, kicker: str, footer: str = "", spoken: str = "",
              **options) -> None:  # fmt: skip
        """A slide with a chart; nothing where the table has no rows.

        Parameters
        ----------
        name : str
            Of the files kept in `output`.
        draw : callable
            A function of `charts`: draws on Axes, gives the alt text.
        table : DataFrame
        title : str
            The finding.
        kicker : str
            The question: a key of the labels, or its words.
        footer : str
            What stands below besides n.
        spoken : str
            The speaker's notes; by default `notes.figures` of the table.
        **options
            For `draw`.
        """
        if table.empty or not title:
            return
        if draw is charts.bars:
            table = table.sort_values("estimate", ascending=False, kind="stable", ignore_index=True)
        with palette.using(self.study.style["colours"]):  # until the end of this chart: the next may be of another study
            figure, axes = style.figure(*FIGURE)
            alt = draw(axes, table, language=self.study.language, **options)
            alt = self._name_base(axes, table, alt)
            picture = style.png(figure)
            shown = describe(draw.__name__, table, self.study.language, axes.get_xlabel(), **options)
        view = _view_of(table)
        title += f" ({self.study.text(f'view_{view}')})" if view != "units" else ""
        alt = f"{title}. {alt}"
        self._keep(name, table, picture)
        slide = {"title": title, "kicker": self._question(kicker), "footer": footer or self.footer(table), "notes": spoken or notes.figures(table, self.study), "layout": "figure", "name": name}
        _emit(slide, {"image/png": picture, CHART: shown}, {"image/png": {"alt": alt}})

    def heat(self, clustering, measure: str, kind: str = "") -> None:
        """A slide with a measure over the clusters of a clustering (a row of clusterings.csv)."""
        table = heat_table(self.study, measure, clustering.clustering, kind, view=self.view)
        if table["estimate"].notna().any():
            name = self.study.label_of(clustering)
            kicker = self.study.text("kicker_heat", clustering=name.lower())
            footer = "; ".join(filter(None, [self.footer(table), self.largest(table, clustering.clustering)]))
            self.chart(f"heat_{clustering.clustering}", charts.heatmap, table, findings.spread(table, self.study), kicker, footer)

    def largest(self, table: pd.DataFrame, clustering: str) -> str:
        """That the table of a heat map has only the clusters with most answers; empty where it has all."""
        if table["column_label"].nunique() >= clusters_answered(self.study, clustering):
            return ""
        return self.study.text("footer_largest", count=MOST_CLUSTERS, units=self.study.says("units"))

    def tiles(self, name: str, tiles: pd.DataFrame, title: str, kicker: str) -> None:
        """A slide with the map of who took part; words where the register has no tiles."""
        if tiles.empty:
            self.words(title, kicker, self.study.says("source"))
        if not tiles.empty:
            keys = [key for key in MAP if key in set(tiles["part"])]
            labels = {key: self.study.text(f"map_{key}", units=self.study.says("units")) for key in keys}
            self.chart(name, charts.tile_map, tiles, title, kicker, footer=" ", column="part",
                       colours={key: MAP[key] for key in keys}, labels=labels)  # fmt: skip

    def too_few(self) -> None:
        """A slide that says so, where nothing of this cluster may be shown."""
        estimates = read_table(self.study, "estimates")
        here = (estimates["clustering"] == self.clustering) & (estimates["cluster"] == self.cluster)
        if estimates.loc[here, "estimate"].isna().all():
            body = self.study.text("text_too_few", min_n=self.study.settings.min_n, units=self.study.says("units"))
            self.words(self.study.text("title_too_few"), "kicker_response", body)

    def grid(self, name: str, table: pd.DataFrame, title: str, kicker: str, footer: str = "") -> None:
        """A slide with a table; columns of numbers are set to the right."""
        if not table.empty:
            self._keep(name, table)
            slide = {"title": title, "kicker": self._question(kicker), "footer": footer, "notes": "", "layout": "table", "name": name}
            _emit(slide, {"text/html": to_html(table, self.study.language)})

    def words(self, title: str, kicker: str, body: str, footer: str = "", name: str = "") -> None:
        """A slide with text (Markdown)."""
        if body:
            slide = {"title": title, "kicker": self._question(kicker), "footer": footer, "notes": "", "layout": "text", "name": name}
            _emit(slide, {"text/markdown": body.replace("~", "\n")})

    def set_out(self, layout: str, table: pd.DataFrame, title: str, kicker: str, body: str, footer: str = "", notes: str = "", name: str = "") -> None:
        """A slide with text in more than one column; nothing without a body.

        Parameters
        ----------
        layout : {"columns", "pairs"}
            Columns side by side, or pairs of something left and something right.
        table : DataFrame
            The figures that the text is made of; kept in `output` under `name`.
        title, kicker, footer, notes : str
            As of `chart`.
        body : str
            Markdown: per column or pair a heading (`###`), a paragraph, and a list (columns) or a paragraph (pairs).
            What is not the program's own goes through `plain`.
        name : str
        """
        if body:
            self._keep(name, table)
            slide = {"title": title, "kicker": self._question(kicker), "footer": footer, "notes": notes, "layout": layout, "name": name}
            _emit(slide, {"text/markdown": body})

    def footer(self, table: pd.DataFrame, more: str = "") -> str:
        """n, where the errors come from, and more (a key of the labels)."""
        study, units = self.study, self.study.says("units")
        n = table["n"].dropna().astype(int) if "n" in table else pd.Series(dtype=int)
        if n.empty:
            return ""
        span = span_of(n, study.language)
        if _view_of(table) == "unweighted":
            return f"{study.text('footer_n', n=span, units=units)}; {study.text('footer_unweighted', units=units)}"
        if self.census:
            medians = "measure" in table and study.measure(table["measure"].iloc[0]).statistic == "median"
            return study.text("footer_census", n=span, units=units) + (f"; {study.text('footer_median')}" if medians else "")
        if "se" not in table or table["se"].isna().all():
            return study.text("footer_interviews", n=span, units=units)
        base = study.text("footer_staff", units=units) if _view_of(table) == "staff" else ""
        parts = [study.text("footer_n", n=span, units=units), base, study.text("footer_weighted"), study.text(more) if more else ""]
        return "; ".join(filter(None, parts))

    def _name_base(self, axes, table: pd.DataFrame, alt: str) -> str:
        """Let the axis, and the alt text, of shares say what they are a percentage of."""
        measure = self.study.measure(table["measure"].iloc[0]) if "measure" in table else None
        plain = self.study.text("chart_axis_percent")
        if measure and measure.statistic == "share" and axes.get_xlabel().startswith(plain):
            base = self.study.text({"units": "axis_units", "staff": "axis_staff", "unweighted": "axis_answered"}[_view_of(table)], units=self.study.says("units"))
            axes.set_xlabel(base + axes.get_xlabel().removeprefix(plain))
            return f"{capital(base)}. {alt}"
        return alt

    def _question(self, kicker: str) -> str:
        return self.study.text(kicker, units=self.study.says("units")) if kicker.startswith("kicker_") else kicker

    def _row(self) -> pd.Series:
        response = in_words(self.study, "response")
        found = response[(response["clustering"] == self.clustering) & (response["cluster"] == self.cluster)]
        if found.empty:
            known = response["clustering"] + "/" + response["cluster"]
            raise InputError("unknown cluster", value=f"{self.clustering}/{self.cluster}", allowed=list(known))
        return found.iloc[0]

    def _keep(self, name: str, table: pd.DataFrame, picture: bytes | None = None) -> None:
        if self.output:
            write_csv(self.output / f"{name}.csv", table)
            if picture:
                figures = self.study.outputs / "figures" / self.output.relative_to(self.study.outputs / "tables")
                write_bytes(figures / f"{name}.png", picture)


def open_page(study: str | Study = "", clustering: str = SECTOR, cluster: str = ALL, output: str = "", view: str = "units", language: str = "") -> Page:
    """The page of a cluster.

    Parameters
    ----------
    study : str or Study
        The study, or its folder; empty for the one that the notebook is in.
    clustering, cluster : str
        An empty cluster is the first of its clustering.
    output : str
        Folder for tables and figures, inside the study's `outputs/tables`; empty to keep none.
    view : {"units", "staff", "unweighted"}
        Staff: '% of staff working at a municipality that ...', of the measures that measures.csv gives both views. Unweighted: what
        the municipalities that answered say, each counted once, without errors, ranks or comparisons.
    language : {"", "nl", "en"}
        Of the reader; empty for the study's own.

    Raises
    ------
    InputError
        The study cannot be used, or has no such cluster; no such language; the staff or the unweighted view of a clustering other than the strata.
    """
    loaded = (study if isinstance(study, Study) else load_study(study or None)).in_language(language)
    if view not in VIEWS:
        raise InputError("unknown view", value=view, allowed=VIEWS)
    viewed = [SECTOR, *filter(None, [loaded.settings.strata])]
    if view != "units" and clustering not in viewed:
        raise InputError("no figures by staff in this clustering" if view == "staff" else "no unweighted figures in this clustering", value=clustering, allowed=viewed)
    page = Page(loaded, clustering, cluster or first_cluster(loaded, clustering), Path(output) if output else None, view)
    page.response()
    return page


def span_of(n: pd.Series, language: str) -> str:
    """The least and the most of some numbers, "40–96"; one if they are the same."""
    return "–".join(dict.fromkeys(style.number(end, 0, language) for end in (n.min(), n.max())))


def _view_of(table: pd.DataFrame) -> str:
    """Of which view a table is: it says so itself."""
    views = table["view"].unique() if "view" in table else []
    return views[0] if len(views) == 1 else "units"


def _emit(slide: dict, body: dict, metadata: dict | None = None) -> None:
    """Show the words for the notebook's reader, then the slide for the deck with its picture or text."""
    slide = {"footer": "", "notes": "", **slide}
    if "image/png" in body:
        display(Markdown(f"**{plain(slide['title'])}**  \n{plain(slide['footer'])}"))
    display({SLIDE: slide, **body}, raw=True, metadata=metadata or {})
