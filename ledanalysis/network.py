"""The map of actors: who has a part in learning at the interviewed municipalities, and who is named together with whom."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis import style
from ledanalysis.actors import shown_actors
from ledanalysis.drawing import UNITS, alt_text, check_rows, draw_key, key_mark, tell_rows, write_figures
from ledanalysis.findings import FEW, join_names
from ledanalysis.labels import text
from ledanalysis.pages import Page
from ledanalysis.placing import LARGE, SMALL, axes_width, cut_label, text_width
from ledanalysis.tables import read_table

FEWEST = 3  # actors; fewer are no map
SIDE = 9  # actors that a side has room for; of more than two sides full, those named most
LINKS = 15  # lines that an eye can follow
KINDS = {"inside": ("organise", "o"), "together": ("stimulate", "s"), "outside": ("future", "D")}  # colour and shape
WIDTH = 2.2  # of half the drawing, in times the reach of the map: the rest is for the labels
LABEL = 40  # letters at most
LARGEST, WIDEST = 44, 9  # points: the mark of an actor that all name, the line of the strongest link
ALONG = np.linspace(0, 1, 61)
MIDDLE_OUT = np.abs(ALONG[12:49] - 0.5).argsort(kind="stable") + 12  # where a line's number may stand, the middle first


def map_table(page: Page) -> pd.DataFrame:
    """Actors and links that may be shown, in one table; without rows where these are too few for a map.

    Returns
    -------
    DataFrame
        actor, label, kind, other, other_label (of a link the second of the two, else ""), municipalities, estimate
        (percent of the interviewed), n: first the actors in the codebook's order, then the links from the strongest
        down.
    """
    study = page.study
    if not study.tables["actors"] or page.view != "units":
        return pd.DataFrame(columns=["label", "municipalities"])
    interviewed = int(page.response()["interviewed"])
    actors, links = shown_actors(read_table(study, "actors"), interviewed, study)
    actors = actors.loc[actors["municipalities"].nlargest(2 * SIDE).sort_index().index]
    links = links[links[["actor", "other"]].isin(set(actors["actor"])).all(axis=1)]
    links = strongest(links)
    if len(actors) < FEWEST or links.empty:
        return actors.iloc[:0]
    names, kinds = (actors.set_index("actor")[column] for column in ("label", "kind"))
    links = links.assign(label=links["actor"].map(names), kind=links["actor"].map(kinds), other_label=links["other"].map(names),
                         estimate=links["municipalities"] / interviewed * 100, n=interviewed)  # fmt: skip
    table = pd.concat([actors.assign(other="", other_label=""), links], ignore_index=True)
    return table[["actor", "label", "kind", "other", "other_label", "municipalities", "estimate", "n"]]


def strongest(links: pd.DataFrame, most: int = LINKS) -> pd.DataFrame:
    """The links, strongest first, as far as all that are as strong have a place: the table's end cuts no tie.

    Examples
    --------
    >>> strongest(pd.DataFrame({"municipalities": [9, 7, 7, 6]}), most=2)["municipalities"].tolist()
    [9]
    """
    if len(links) <= most:
        return links
    return links[links["municipalities"] > links["municipalities"].iloc[most]]


def places(actors: pd.DataFrame) -> pd.DataFrame:
    """Where each actor stands: those of the own organisation at the left, the others at the right, evenly from the top.

    The order is that of the table, so that an actor keeps its place among the others from one year to the next. Where
    one side would be empty, or too full, all are divided over both.

    Parameters
    ----------
    actors : DataFrame
        kind ("inside", "together", "outside"), in order.

    Returns
    -------
    DataFrame
        The same by kind, with x and y (-1 to 1); numbered anew.

    Examples
    --------
    >>> places(pd.DataFrame({"actor": list("abc"), "kind": ["inside", "outside", "together"]}))[["actor", "x", "y"]].values.tolist()
    [['a', -1.0, 0.0], ['c', 0.85, 0.5], ['b', 0.85, -0.5]]
    """
    table = actors.iloc[actors["kind"].map(list(KINDS).index).argsort(kind="stable")].reset_index(drop=True)
    left = (table["kind"] == "inside").to_numpy()
    if not 0 < left.sum() < len(left) or max(left.sum(), (~left).sum()) > SIDE:
        left = np.arange(len(table)) < (len(table) + 1) // 2
    y = np.empty(len(table))
    for side in (left, ~left):
        y[side] = 1 - (2 * np.arange(side.sum()) + 1) / max(side.sum(), 1)
    return table.assign(x=np.where(left, -1, 1) * (1 - 0.6 * y**2), y=y)


def curve(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """A line from one actor to another, bent to the middle of the map, so that it passes no actor between them.

    Examples
    --------
    >>> curve(np.array([-1.0, 0.5]), np.array([-1.0, -0.5]))[[0, 30, 60]].round(2).tolist()
    [[-1.0, 0.5], [-0.77, 0.0], [-1.0, -0.5]]
    """
    middle = (start + end) / 2
    same_side = start[0] * end[0] > 0
    bend = middle * ([1 - 0.3 - 0.3 * abs(start[1] - end[1]) / 2, 0.9] if same_side else [1, 0.7])
    t = ALONG[:, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end


@style.styled
def actor_map(ax, table: pd.DataFrame, *, language: str = "nl") -> str:
    """Actors as marks, larger where more name them; links as lines, wider where more name both in one sentence.

    Parameters
    ----------
    ax : Axes
    table : DataFrame
        As `map_table` gives it: actor, label, kind ("inside", "together", "outside"), other and other_label (of a link the
        second of the two, else ""), municipalities (how many name the actor or both), estimate (percent), n.
    language : {"nl", "en"}

    Returns
    -------
    str
        The alt text.
    """
    rows = check_rows(table, ["actor", "label", "kind", "other", "municipalities"], ["estimate"])
    actors, links = places(rows[rows["other"] == ""]), rows[rows["other"] != ""].reset_index(drop=True)
    ax.set(xlim=(-WIDTH, WIDTH), ylim=(-1, 1))
    ax.axis("off")
    crowd = max((actors["x"] < 0).sum(), (actors["x"] > 0).sum())
    key = [key_mark(text(f"network_{kind}", language), shape, style.colour(name)) for kind, (name, shape) in KINDS.items()
           if kind in set(actors["kind"])]  # fmt: skip
    line = key_mark(text("network_line", language), "", style.colour("muted"))
    line.set(linestyle="-", linewidth=4)
    draw_key(ax, [*key, line], rows, language)
    unit = np.array([axes_width(ax) / 2 / WIDTH, ax.get_window_extent().height / ax.figure.dpi * 72 / 2])
    largest = min(LARGEST, 2 * unit[1] / crowd * 0.9)
    actors["across"] = largest * np.sqrt(actors["estimate"] / 100)
    _draw_links(ax, links, actors, unit)
    for kind, part in actors.groupby("kind", sort=False):
        name, shape = KINDS[kind]
        size = part["across"] ** 2 * (0.62 if shape == "D" else 0.8 if shape == "s" else 1)  # equal areas to the eye
        ax.scatter(part["x"], part["y"], s=size, color=style.colour(name), marker=shape, edgecolors="white", linewidths=1.5,
                   clip_on=False, zorder=4, gid="estimate")  # fmt: skip
    _name_actors(ax, actors, largest / 2 + 6, unit[0], language)
    told = tell_rows(actors, write_figures(actors, UNITS["percent"], language), "estimate")
    strongest = "; ".join(f"{row.label} – {row.other_label} {row.municipalities}" for row in links.head(3).itertuples())
    return alt_text("network", told, rows, language, text("network_alt_links", language, items=strongest), rows=len(actors), links=len(links))


def _draw_links(ax, links: pd.DataFrame, actors: pd.DataFrame, unit: np.ndarray) -> None:
    """The lines, the strongest on top and in the colour that stands out, each with its number where that is free."""
    at = actors.set_index("actor")[["x", "y"]]
    taken = [(*(np.array(row[:2]) * unit), row[2] / 2 + 12) for row in actors[["x", "y", "across"]].to_numpy()]
    most = links["municipalities"].max()
    lines = [curve(at.loc[link.actor].to_numpy(), at.loc[link.other].to_numpy()) for link in links.itertuples()]
    for line, count in zip(lines[::-1], links["municipalities"][::-1], strict=True):
        shade = style.colour("highlight" if count == most else "muted")
        ax.plot(*line.T, color=shade, linewidth=WIDEST * count / most, solid_capstyle="butt", zorder=3 if count == most else 2, gid="link")
    for line, count in zip(lines, links["municipalities"], strict=True):
        for x, y in line[MIDDLE_OUT]:
            here = np.array([x, y]) * unit
            if all(np.hypot(*(here - other[:2])) > other[2] for other in taken):
                taken.append((*here, 24))
                box = {"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": "none"}
                ax.text(x, y, str(count), ha="center", va="center_baseline", fontsize=SMALL, fontweight=600, bbox=box, zorder=5, in_layout=False)
                break


def _name_actors(ax, actors: pd.DataFrame, apart: float, unit: float, language: str) -> None:
    """Each actor's name, cut to the room there is, and share, on the outside of its mark."""
    for row in actors.itertuples():
        side = -1 if row.x < 0 else 1
        share, room = style.percent(row.estimate, language), (WIDTH - abs(row.x)) * unit - apart
        cut = (cut_label(row.label, letters) for letters in range(LABEL, 5, -1))
        name = next((each for each in cut if text_width(f"{each}  {share}", LARGE) <= room), "")
        words = f"{name}  {share}" if side > 0 else f"{share}  {name}"
        place = {"xytext": (side * apart, 0), "textcoords": "offset points", "ha": "right" if side < 0 else "left"}
        ax.annotate(words, (row.x, row.y), va="center_baseline", fontsize=LARGE, annotation_clip=False, in_layout=False, **place)


def finding(table: pd.DataFrame, page: Page) -> str:
    """Which actors most municipalities name, and which two most often in one sentence: what was counted, no estimate."""
    study = page.study
    if table.empty:
        return ""
    actors, links = table[table["other"] == ""], table[table["other"] != ""]
    first = actors[actors["municipalities"] == actors["municipalities"].max()]
    count = first["municipalities"].iloc[0]
    pairs = links[links["municipalities"] == links["municipalities"].max()]
    names = join_names(first["label"], study) if len(first) <= FEW else study.text("network_several", count=len(first))
    n = int(actors["n"].iloc[0])
    named = study.text("network_finding", names=names, count=count, n=n, units=study.says("units"))
    if n < study.settings.extreme_n:  # what all of few name is not shown, and would be named more
        named = study.text("of_shown", sentence=named[:1].lower() + named[1:])
    if len(pairs) > 1:
        return named
    return f"{named}; {study.text('network_finding_pair', one=pairs['label'].iloc[0], other=pairs['other_label'].iloc[0])}"


def show(page: Page) -> None:
    """The slide with the map; none where the study has no actors.csv, or too little of it may be shown."""
    table, study = map_table(page), page.study
    if table.empty:
        return
    words = {"units": study.says("units"), "min_n": study.settings.min_n}
    footer = study.text("network_footer", n=f"{table['n'].iloc[0]:.0f}", most=LINKS, **words)
    page.chart("actors", actor_map, table, finding(table, page), "kicker_network", footer, spoken=spoken(table, page))


def spoken(table: pd.DataFrame, page: Page) -> str:
    """The speaker's notes: in how many municipalities each actor is named, and each pair in one sentence."""
    lines = [f"{row.label}{f' – {row.other_label}' if row.other else ''}: {row.municipalities}" for row in table.itertuples()]
    return "\n".join([*lines, page.study.text("network_notes", min_n=page.study.settings.min_n, units=page.study.says("units"))])
