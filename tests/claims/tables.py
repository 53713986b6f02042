"""The processed tables as a reader of slides looks things up in them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
from scipy.stats import t as student

from claims.decks import Deck
from claims.sentences import Said, listed
from ledanalysis.clusters import read_clusters, relabel
from ledanalysis.tables import read_table

SECTOR = ("sector", "all")
NAMES = 3  # a title has room for so many


@dataclass
class Case:
    """A slide's place among the figures: its deck, and the tables, of which any may be put in another's place.

    Attributes
    ----------
    deck : Deck
    measure, kind : str
        What the slide is of; an empty kind is all.
    heat : str
        Of a heat map: the clustering of its columns.
    partly : bool
        Whether the title says that it speaks of what can be shown.
    told : list of Said
        All sentences of the title.
    other : dict of str to DataFrame
        Tables to use instead of those in `data/processed`.
    seen : dict
        What was looked up for this deck already.
    """

    deck: Deck
    measure: str = ""
    kind: str = ""
    heat: str = ""
    partly: bool = False
    told: list[Said] = field(default_factory=list)
    other: dict[str, pd.DataFrame] = field(default_factory=dict)
    seen: dict = field(default_factory=dict)

    @property
    def study(self):
        return self.deck.study

    @property
    def language(self) -> str:
        return self.deck.language

    @property
    def census(self) -> bool:
        return self.study.settings.sampling == "census"

    @property
    def alpha(self) -> float:
        return 1 - self.study.settings.level

    def table(self, name: str) -> pd.DataFrame:
        """A table of `data/processed`, clusters with their labels in the deck's language."""
        rows, path = self.other[name] if name in self.other else read_table(self.study, name), self.study.codebook / "clusters.csv"
        return relabel(rows, read_clusters(path), self.language) if name == "response" and path.exists() else rows

    def measured(self, measure: str = "", kind: str = "", view: str = "", everywhere: bool = False) -> pd.DataFrame:
        """The estimates of a measure, with the labels of what is measured; of this deck's cluster only, or everywhere."""
        measure, kind = measure or self.measure, kind or ("" if measure else self.kind)
        asked = measure, kind, view, everywhere
        if asked not in self.seen:
            self.seen[asked] = self._measured(*asked)
        return self.seen[asked]

    def _measured(self, measure: str, kind: str, view: str, everywhere: bool) -> pd.DataFrame:
        rows = self.table({"units": "estimates", "staff": "staff_estimates", "unweighted": "unweighted_estimates"}[view or self.deck.view])
        names = self.study.themes[self.study.themes["measure"] == measure]
        names = names[names["kind"] == kind] if kind else names
        if not everywhere:
            rows = rows[(rows["measure"] == measure) & (rows["clustering"] == self.deck.clustering) & (rows["cluster"] == self.deck.cluster)]
        rows = rows[rows["measure"] == measure].merge(names[["theme", "short", "order", "kind"]], on="theme").rename(columns={"short": "label"})
        assert not names["short"].duplicated().any(), f"two of {measure} have the same name, so that no title can be read"
        return rows.sort_values("order", ignore_index=True)

    @property
    def rows(self) -> pd.DataFrame:
        """The figures of this slide's measure in this deck's cluster, those that are suppressed too."""
        return self.measured()

    @property
    def shown(self) -> pd.DataFrame:
        """Those that have a figure."""
        return self.rows[self.rows["estimate"].notna()]

    def everyone(self, measure: str = "") -> pd.Series:
        """The sector's figures of a measure by the label."""
        rows = self.measured(measure, everywhere=True)
        return rows[(rows["clustering"] == SECTOR[0]) & (rows["cluster"] == SECTOR[1])].set_index("label")["estimate"]

    def names(self, words: str, joint: str = "and", known=None) -> list[str]:
        """The names in words, each known in this measure."""
        return listed(words, list(self.rows["label"]) if known is None else list(known), self.language, joint)

    def response(self) -> pd.Series:
        """Who took part in this deck's cluster."""
        rows = self.table("response")
        return rows[(rows["clustering"] == self.deck.clustering) & (rows["cluster"] == self.deck.cluster)].iloc[0]


def apart_from_nought(rows: pd.DataFrame, level: float) -> pd.DataFrame:
    """Differences with t intervals that hold for all of them together, those not shown too (Bonferroni): lower, upper, up, down."""
    known = rows[rows["estimate"].notna()]
    wide = student.ppf(1 - (1 - level) / (2 * max(len(rows), 1)), known["df"].clip(lower=1)) * known["se"]
    lower, upper = (known["estimate"] - wide).round(2), (known["estimate"] + wide).round(2)
    return known.assign(lower=lower, upper=upper, up=lower > 0, down=upper < 0)


def largest(rows: pd.DataFrame, names: list[str], column: str = "estimate") -> bool:
    """Whether no row has more than those named."""
    others = rows.loc[~rows["label"].isin(names), column]
    return others.empty or others.max() <= rows.loc[rows["label"].isin(names), column].min()


def farthest(case: Case, most: int = 8) -> pd.DataFrame:
    """The rows that are farthest from everyone's."""
    return case.rows.loc[(case.rows["estimate"] - case.rows["label"].map(case.everyone())).abs().nlargest(most).index]
