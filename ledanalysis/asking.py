"""A study to ask questions of, in a notebook of one's own: by names that the Tab key finds, and with errors in words.

Everything comes from the published tables: what a deck may show, and nothing else.
"""

from __future__ import annotations

import html
from functools import cached_property
from pathlib import Path

from ledanalysis import findings, pages
from ledanalysis.answered import Answer
from ledanalysis.asked import Figures, of_changes, of_cluster, of_clusters
from ledanalysis.crossing import Ground, ground
from ledanalysis.errors import InputError
from ledanalysis.estimates import SECTOR
from ledanalysis.named import Keys, Name, Names, as_typed
from ledanalysis.page_tables import in_words, unweighted_measures
from ledanalysis.prepared import check_whole
from ledanalysis.study import Study, load_study

class Results:
    """The published results of a study: made by `open_study`.

    Attributes
    ----------
    title : str
        Of the study.
    measures : Names
        What was measured, such as `measures.now`.
    clusters : Names
        The clusterings, and the clusters of each: `clusters["size"]["lt20"]`.
    """

    def __init__(self, study: Study):
        check_whole(study)
        self._study, self.title = study, study.says("title")
        self._response = findings.response(pages.open_page(study).response(), study)
        self.measures = Keys("measure", "measures", study.text("asking_measures"), _measures(study))
        self.clusters = Names("clustering", "clusters", study.text("asking_clusterings"), _clusterings(study))

    def figures(self, measure: str, clustering: str = "", cluster: str = "", kind: str = "", view: str = "units") -> Figures:
        """Figures of a measure, as they are published.

        Parameters
        ----------
        measure : str
            One of `measures`.
        clustering : str
            One of `clusters`; empty for everyone.
        cluster : str
            One of `clusters[clustering]`; empty for all of them, a table each.
        kind : {"", "theme", "instrument", "other"}
            Of what, where a measure is of more than one kind: only what is of one kind is compared.
        view : {"units", "staff", "unweighted"}
            Staff: '% of staff working at a municipality that ...', of the measures that have it. Unweighted: what those that answered
            say, each counted once, of the measures that have it.

        Returns
        -------
        Figures

        Raises
        ------
        InputError
            There is no such name, or no such view of it: it says which there are.
        """
        measure = self._study.measure(self.measures[as_typed(measure)])
        kind = self._kind(measure, kind)
        if view == "staff" and measure.views != "both":
            both = [row.measure for row in self._study.tables["measures"] if row.views == "both"]
            raise InputError("a measure without figures by staff", value=measure.measure, allowed=both)
        if view == "unweighted" and measure.measure not in (there := unweighted_measures(self._study)):
            raise InputError("a measure without unweighted figures", value=measure.measure, allowed=there)
        found = self._pages(clustering, cluster, view)
        return of_cluster(found[0], measure, kind) if len(found) == 1 else of_clusters(found, measure, kind)

    def changes(self, clustering: str = "", cluster: str = "") -> Figures:
        """Which themes gain and lose importance: now, the coming years and the difference.

        Parameters and errors as for `figures`; the intervals of the differences hold for all themes at once.
        """
        for measure in ("now", "future", "rise"):
            self.measures[measure]
        return of_changes(self._pages(clustering, cluster, "units"))

    def crossing(self, measure: str, theme: str, by: str, where: dict[str, list[str]] | None = None) -> Answer:
        """A figure of groups of your own: crossed by what was answered to another question, or by clusters.

        What is asked is protected as if it were published beside all that is; answers to several questions are not held to
        each other: so this is for your own eyes, and no deck has it.

        Parameters
        ----------
        measure, theme : str
            What of: a measure that is a mean or a share, and one of its themes.
        by : str
            The groups: a clustering ("size"), a measure of one choice ("vision"), or a measure and a theme
            ("organised:coaching": yes and no; "now:DATA": high, middle, low).
        where : dict of str to list of str, optional
            {clustering: clusters}: only who is in one of these.

        Raises
        ------
        InputError
            There is no such name: it says which there are.
        """
        named = as_typed(measure), as_typed(theme), as_typed(by)
        only = {as_typed(name): [as_typed(each) for each in names] for name, names in (where or {}).items()}
        return Answer(*named, only, self._ground)

    @cached_property
    def _ground(self) -> Ground:
        return ground(self._study)

    def chart(self, figures: Figures) -> None:
        """Draw figures in house style, as `figures.chart()` does."""
        if not isinstance(figures, Figures):
            raise InputError("a chart is of figures that were asked for", value=type(figures).__name__, allowed="what `figures` and `changes` give")
        figures.chart()

    def open_deck(self, title: str = "") -> None:
        """Begin a deck: the charts of this notebook become its slides (`jupyter nbconvert --to led_slides`, once it was run).

        Parameters
        ----------
        title : str
            What stands below the study's title; empty for 'results for all'.
        """
        pages.open_page(self._study).open(title)

    def _kind(self, measure, kind: str) -> str:
        themes = self._study.themes
        kinds = list(themes.loc[themes["measure"] == measure.measure, "kind"].unique())
        if kind not in ["", *kinds] or (not kind and len(kinds) > 1):
            raise InputError(f"'{measure.measure}' is of other kinds: say which, for only what is of one kind is compared", column="kind", value=kind, allowed=kinds)
        return kind

    def _pages(self, clustering: str, cluster: str, view: str) -> list[pages.Page]:
        """The page of one cluster, of all clusters of a clustering, or of everyone."""
        clustering, cluster = as_typed(clustering), as_typed(cluster)
        if not clustering and cluster:
            raise InputError("a cluster of which clustering?", value=cluster, allowed=list(self.clusters))
        if not clustering:
            return [pages.open_page(self._study, view=view)]
        clusters = self.clusters[clustering]
        return [pages.open_page(self._study, clustering, name, view=view) for name in ([clusters[cluster]] if cluster else clusters)]

    def __dir__(self) -> list[str]:
        return ["changes", "chart", "clusters", "crossing", "figures", "measures", "open_deck", "title"]

    def __repr__(self) -> str:
        return "\n".join(f"{name}: {words}" if name else words for name, words in self._about())

    def _repr_html_(self) -> str:
        rows = "".join(f'<tr><th scope="row" style="text-align:left">{html.escape(name)}</th><td style="text-align:left">{html.escape(words)}</td></tr>'
                       for name, words in self._about())  # fmt: skip
        return f'<div lang="{self._study.language}"><table><tbody>{rows}</tbody></table></div>'

    def _about(self) -> list[tuple[str, str]]:
        """What the study is, line by line."""
        study = self._study
        return [
            (study.text("asking_study"), " – ".join(filter(None, [self.title, study.notice]))),
            (study.text("asking_response"), self._response),
            (self.measures.label, ", ".join(self.measures)),
            (self.clusters.label, ", ".join(f"{name} ({len(members)})" for name, members in self.clusters.items())),
        ]


def open_study(folder: str | Path = "", language: str = "") -> Results:
    """A prepared study, to ask questions of.

    Parameters
    ----------
    folder : path-like
        The study's folder; empty for the one that the notebook is in.
    language : {"", "nl", "en"}
        Of what is shown; empty for the study's own.

    Returns
    -------
    Results

    Raises
    ------
    InputError
        There is no study, its codebook cannot be used, or `led prepare` has not been run.
    """
    return Results(load_study(folder or None).in_language(language))


def _measures(study: Study) -> dict[str, Name]:
    return {row.measure: Name(row.measure, study.label_of(row)) for row in study.tables["measures"]}


def _clusterings(study: Study) -> dict[str, Names]:
    """The clusterings that may be reported on, each with its clusters in their order."""
    response = in_words(study, "response").sort_values(["order", "cluster"], kind="stable")
    found = {}
    for row in study.tables["clusterings"]:
        here = response[(response["clustering"] == row.clustering) & (row.report != "no")]
        if row.clustering != SECTOR and len(here):
            members = {each.cluster: Name(each.cluster, each.label) for each in here.itertuples()}
            found[row.clustering] = Keys("cluster", row.clustering, study.label_of(row), members)
    return found
