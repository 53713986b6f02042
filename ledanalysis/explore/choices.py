"""What is chosen in the explorer: always something that there is, whatever is clicked and in whatever order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledanalysis.estimates import ALL, SECTOR
from ledanalysis.explore.shelf import Shelf


@dataclass(frozen=True)
class Choice:
    """A choice of what to look at.

    Attributes
    ----------
    view : str
        What a figure counts: one of `Shelf.views`.
    clustering, cluster : str
        Whose figures; `SECTOR` and `ALL` for everyone.
    compared : tuple of str
        The clusters side by side in the heat map; empty for all.
    across : str
        The clustering of the heat map and of the response.
    measure, kind : str
        What of: a measure, and what it is of.
    themes : tuple of str
        Only these; empty for all.
    interviews : bool
        Whether what interviews say stands beside it.
    picked : tuple of str
        Themes that were clicked in the view `source`: the other views show only these.
    source : str
    """

    view: str = "units"
    clustering: str = SECTOR
    cluster: str = ALL
    compared: tuple[str, ...] = ()
    across: str = ""
    measure: str = ""
    kind: str = ""
    themes: tuple[str, ...] = ()
    interviews: bool = False
    picked: tuple[str, ...] = ()
    source: str = ""

    def shown_in(self, view: str) -> tuple[str, ...]:
        """The themes that a view of the board shows: what was clicked elsewhere goes before what is chosen; empty for all."""
        return self.picked if self.picked and self.source != view else self.themes


def settled(choice: Choice, shelf: Shelf) -> Choice:
    """The choice with all that there is not replaced by the first that there is; what is empty by what comes first.

    Parameters
    ----------
    choice : Choice
        Any: what cannot be had together is put right from the view to the theme.
    shelf : Shelf
    """
    view = _known(choice.view, shelf.views)
    clusterings = shelf.clusterings(view)
    clustering = _known(choice.clustering, clusterings)
    across = _known(choice.across, shelf.sides(replace(choice, view=view, clustering=clustering)))
    clusters = shelf.clusters(clustering)
    measure = _known(choice.measure, shelf.measures(view))
    kind = _known(choice.kind, shelf.kinds(measure))
    themes = shelf.themes(measure, kind)
    return replace(
        choice, view=view, clustering=clustering, cluster=choice.cluster if choice.cluster in clusters else (ALL if clustering == SECTOR else _known("", clusters)),
        across=across, compared=_only(choice.compared, shelf.clusters(across) if across else {}), measure=measure, kind=kind,
        themes=_only(choice.themes, themes), picked=(picked := _only(choice.picked, themes)), source=choice.source if picked else "",
    )  # fmt: skip


def clicked(choice: Choice, shelf: Shelf, view: str, row: str = "", column: str = "", tile: str = "") -> Choice:
    """The choice after a click in a view of the board.

    Parameters
    ----------
    choice : Choice
    shelf : Shelf
    view : str
        Where: "ranking", "change", "heatmap", "answers", "interviews" (a row is a theme), "response" (a row is a cluster) or
        "map" (a tile is a municipality).
    row, column, tile : str
        What: a theme or cluster, the cluster of a heat map's column, a municipality. What is clicked again is let go.
    """
    cluster = {"response": row, "heatmap": column, "map": shelf.cluster_of(choice.across, tile)}.get(view, "") if choice.across else ""
    theme = "" if view in ("response", "map") else row
    here = (choice.clustering, choice.cluster) == (choice.across, cluster)
    again = (here or not cluster) and ((choice.picked, choice.source) == ((theme,), view) or not theme)
    if cluster:
        choice = replace(choice, clustering=SECTOR, cluster=ALL) if again else replace(choice, clustering=choice.across, cluster=cluster)
    if theme:
        choice = replace(choice, picked=() if again else (theme,), source=view)
    return settled(choice, shelf)


def _known(name: str, names) -> str:
    return name if name in names else next(iter(names), "")


def _only(names: tuple[str, ...], known) -> tuple[str, ...]:
    return tuple(name for name in names if name in known)
