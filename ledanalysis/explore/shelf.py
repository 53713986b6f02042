"""What the explorer has at hand: the published tables of a study, looked up once, and what can be chosen of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ledanalysis import pages
from ledanalysis.crossing import Ground, ground
from ledanalysis.estimates import ALL, SECTOR
from ledanalysis.page_tables import TABLES, in_words
from ledanalysis.prepared import check_whole
from ledanalysis.staff import VIEWS
from ledanalysis.study import Study
from ledanalysis.tables import read_table

KINDS = {"theme": "explore_kind_theme", "instrument": "explore_kind_instrument", "other": "explore_kind_other"}
CHANGE = ("now", "future", "rise")


@dataclass(frozen=True)
class Shelf:
    """A prepared study for the explorer. What can be chosen is told as {name: label}, in the codebook's order.

    Attributes
    ----------
    study : Study
    drawn : dict
        What was shown already: see `views.drawn`.
    """

    study: Study
    drawn: dict = field(default_factory=dict, repr=False, compare=False)
    _pages: dict = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self):
        check_whole(self.study)

    def page(self, clustering: str, cluster: str, view: str) -> pages.Page:
        """The page of a cluster: its tables, sentences and footers are those of its deck."""
        asked = (clustering, cluster, view)
        if asked not in self._pages:
            self._pages[asked] = pages.open_page(self.study, clustering, cluster, view=view)
        return self._pages[asked]

    @cached_property
    def views(self) -> dict[str, str]:
        """What a figure counts: municipalities, their staff, or who answered; those of which there are figures."""
        units = self.study.says("units")
        return {view: self.study.text(f"explore_view_{view}", units=units) for view in VIEWS if view in self._measured}

    @cached_property
    def response(self) -> pd.DataFrame:
        """Who took part, of every cluster, in order: clustering, cluster, label, population, answered, interviewed, percent."""
        return in_words(self.study, "response").sort_values(["order", "cluster"], kind="stable", ignore_index=True)

    @cached_property
    def shares(self) -> pd.DataFrame:
        """How answers are distributed: `shares.ANSWER_SHARES`."""
        return read_table(self.study, "answer_shares")

    @cached_property
    def answer_labels(self) -> dict[tuple[str, str], str]:
        """What each answer to an item is called."""
        return {(item.item, name): self.study.label_of(row) for item in self.study.tables["items"] if item.options
                for name, row in self.study.options[item.options].items()}  # fmt: skip

    @cached_property
    def tiles(self) -> pd.DataFrame:
        """The register's municipalities: municipality, label, and where their tiles are, if it says so."""
        return read_table(self.study, "units")

    def clusterings(self, view: str) -> dict[str, str]:
        """Everyone, and the clusterings that have figures of a view."""
        known = self._clusterings[view]
        named = {row.clustering: self.study.label_of(row) for row in self.study.tables["clusterings"] if row.report != "no"}
        everyone = {SECTOR: self.study.text("sector", units=self.study.says("units")).capitalize()}
        return everyone | {name: label for name, label in named.items() if name in known}

    def clusters(self, clustering: str) -> dict[str, str]:
        """The clusters of a clustering in which somebody answered."""
        if clustering == SECTOR:
            return {ALL: self.study.text("sector", units=self.study.says("units"))}
        here = self.response[(self.response["clustering"] == clustering) & (self.response["answered"] > 0)]
        return dict(zip(here["cluster"], here["label"]))

    def sides(self, choice) -> list[str]:
        """The clusterings whose clusters can be put side by side: of a chosen one that one alone."""
        return [choice.clustering] if choice.clustering != SECTOR else [name for name in self.clusterings(choice.view) if name != SECTOR]

    def cluster_of(self, clustering: str, municipality: str) -> str:
        """The cluster that a municipality is in; empty where it is in none."""
        return self._placed.get((clustering, municipality), "")

    def measures(self, view: str) -> dict[str, str]:
        """What was measured, of which there are figures of a view."""
        return {row.measure: self.study.label_of(row) for row in self.study.tables["measures"] if row.measure in self._measured[view]}

    def kinds(self, measure: str) -> dict[str, str]:
        """What a measure is of: themes, instruments, or other things; only what is of one kind is compared."""
        found = set(self.study.themes.loc[self.study.themes["measure"] == measure, "kind"])
        return {kind: self.study.text(key) for kind, key in KINDS.items() if kind in found}

    def themes(self, measure: str, kind: str) -> dict[str, str]:
        """What of a kind is measured."""
        themes = self.study.themes
        here = themes[(themes["measure"] == measure) & (themes["kind"] == kind)]
        return dict(zip(here["theme"], here["short"]))

    @cached_property
    def ground(self) -> Ground:
        """What crossings come from."""
        return ground(self.study)

    @cached_property
    def has_changes(self) -> bool:
        """Whether the study asked what matters now and in the coming years."""
        return all(self.study.measure(measure) and measure in self._measured["units"] for measure in CHANGE)

    @cached_property
    def _measured(self) -> dict[str, set[str]]:
        return {view: set(table["measure"]) for view, table in self._tables.items()}

    @cached_property
    def _clusterings(self) -> dict[str, set[str]]:
        return {view: set(table["clustering"]) for view, table in self._tables.items()}

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        """The clusterings and measures of each view; a view that has no figures is left out."""
        read = {view: read_table(self.study, TABLES[view])[["clustering", "measure"]].drop_duplicates() for view in VIEWS}
        return {view: table for view, table in read.items() if len(table)}

    @cached_property
    def _placed(self) -> dict[tuple[str, str], str]:
        clusters = read_table(self.study, "clusters")
        return dict(zip(zip(clusters["clustering"], clusters["municipality"]), clusters["cluster"]))
