"""The page of one municipality: its own answers beside its groups, for its own eyes only."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from ledanalysis import style
from ledanalysis.beside import OWN, beside
from ledanalysis.estimates import ALL, SECTOR
from ledanalysis.page_tables import in_words
from ledanalysis.pages import Page, span_of
from ledanalysis.receivers import check_municipality
from ledanalysis.study import Study, load_study
from ledanalysis.tables import read_table


@dataclass(frozen=True)
class MirrorPage(Page):
    """One municipality of one study, as a notebook works with it; its methods besides are those of `Page`.

    Attributes
    ----------
    municipality : str
        Its code.
    name : str
    figures : DataFrame
        Its rows of the processed table `mirrors`.
    """

    municipality: str = ""
    name: str = ""
    figures: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def notice(self) -> str:
        own = self.study.text("mirror_notice", name=self.name)
        return " – ".join(filter(None, [self.study.notice, own]))

    def open(self, title: str = "") -> None:
        """Begin the deck: see `Page.open`."""
        super().open(title or self.study.text("mirror_title", name=self.name))

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Its groups, indexed by clustering, its own ones first: label, short, population, answered."""
        response = in_words(self.study, "response").merge(self.figures[["clustering", "cluster"]].drop_duplicates())
        response = response.set_index("clustering")
        named = {row.clustering: self.study.label_of(row).lower() for row in self.study.tables["clusterings"] if row.clustering in response.index}
        everyone = self.study.text("sector", units=self.study.says("units"))
        labels = [f"{short}: {response.loc[name, 'label']}" for name, short in named.items()]
        table = response.loc[[*named, SECTOR], ["population", "answered"]]
        return table.assign(label=[*labels, everyone], short=[*named.values(), everyone])

    def table(self, measure: str, kind: str = "", in_order: bool = False) -> pd.DataFrame:
        """Its own answers to a measure beside the figures of its groups.

        Parameters
        ----------
        measure : str
        kind : {"", "theme", "instrument", "other"}
            Only themes, only instruments, or all.
        in_order : bool
            In the codebook's order; else from the highest own answer to the lowest, equal ones by its first group.

        Returns
        -------
        DataFrame
            measure, theme, label, own, per group (by its clustering) its figure and n_..., and not_shown (the groups of
            which this row is not shown, where others are). Without rows where it gave no answer.
        """
        names = self.study.themes[self.study.themes["measure"] == measure]
        names = names[names["kind"] == kind] if kind else names
        rows = self.figures[self.figures["measure"] == measure].merge(names[["theme"]])
        table = names[["measure", "theme", "short", "order"]].rename(columns={"short": "label"}).merge(rows[["theme", OWN]].drop_duplicates(), "left")
        if table[OWN].isna().all():
            return table.iloc[:0]
        for group in self.groups.index:
            mine = rows[rows["clustering"] == group].set_index("theme")
            table = table.assign(**{group: table["theme"].map(mine["estimate"]), f"n_{group}": table["theme"].map(mine["n"])})
        words = [", ".join(self.groups["short"][group] for group in self.shown(table) if pd.isna(row[group])) for _, row in table.iterrows()]
        table = table.assign(not_shown=words)
        by = ["order"] if in_order else [OWN, *self.groups.index[:1], "order"]
        return table.sort_values(by, ascending=[name == "order" for name in by], ignore_index=True).drop(columns="order")

    def shown(self, table: pd.DataFrame) -> list[str]:
        """The groups of which there is any figure in a table."""
        return [group for group in self.groups.index if group in table and table[group].notna().any()]

    def beside(self, name: str, table: pd.DataFrame, title: str, kicker: str, **options) -> None:
        """A slide with its own answers beside its groups; parameters as of `Page.chart`."""
        groups = {group: self.groups["label"][group] for group in self.shown(table)}
        self.chart(name, beside, table, title, kicker, self.footer(table), self.spoken(table), groups=groups, own_label=self.name, **options)

    def footer(self, table: pd.DataFrame, more: str = "") -> str:
        """n of each group, which group is not shown, and more (a key of the labels)."""
        study, shown = self.study, self.shown(table)
        counts = [f"{self.groups['short'][group]} {span_of(table[f'n_{group}'].dropna(), study.language)}" for group in shown]
        gone = [self.groups["short"][group] for group in self.groups.index if group in table and group not in shown]
        parts = [f"n: {', '.join(counts)}" if counts else "", study.text("mirror_gone", names=", ".join(gone)) if gone else "",
                 study.text("mirror_few") if "not_shown" in table and table["not_shown"].ne("").any() else "", study.text(more) if more else "", "" if self.census else study.text("footer_weighted")]  # fmt: skip
        return "; ".join(filter(None, parts))

    def spoken(self, table: pd.DataFrame) -> str:
        """The speaker's notes: a line per row, with all its figures."""
        def line(row) -> str:
            figures = [(self.name, row[OWN]), *((self.groups["short"][group], row[group]) for group in self.shown(table))]
            return f"{row['label']}: " + "; ".join(f"{whose} {style.number(value, 1, self.study.language)}" for whose, value in figures)

        return "\n".join(line(row) for _, row in table.iterrows())


def open_mirror(study: str | Study = "", municipality: str = "", output: str = "", language: str = "") -> MirrorPage:
    """The page of a municipality that answered and asked for it.

    Parameters
    ----------
    study : str or Study
        The study, or its folder; empty for the one that the notebook is in.
    municipality : str
        Its code; empty for the first that gets a mirror.
    output : str
        Folder for tables and figures, inside the study's `outputs/tables`; empty to keep none.
    language : {"", "nl", "en"}
        Of the reader; empty for the study's own.

    Raises
    ------
    InputError
        The study cannot be used, or has no mirror for this municipality; no such language.
    """
    loaded = (study if isinstance(study, Study) else load_study(study or None)).in_language(language)
    code = check_municipality(loaded, municipality)
    name = read_table(loaded, "units", ["municipality", "label"], municipality=code)["label"].iloc[0]
    figures = read_table(loaded, "mirrors", municipality=code)
    return MirrorPage(loaded, SECTOR, ALL, Path(output) if output else None, municipality=code, name=name, figures=figures)
