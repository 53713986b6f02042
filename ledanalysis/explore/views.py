"""What the explorer shows of a choice: for each view the chart's data, its sentence and its n, as a deck would have them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ledanalysis import chart_data, charts, findings, fitting, kept_views, palette, response
from ledanalysis.book.wording import title_of
from ledanalysis.codebook import KeptView
from ledanalysis.drawing import UNITS
from ledanalysis.estimates import SECTOR
from ledanalysis.explore.answers import distributed
from ledanalysis.explore.choices import Choice
from ledanalysis.explore.shown import as_shown, table_alone
from ledanalysis.explore.shelf import CHANGE, Shelf
from ledanalysis.labels import text
from ledanalysis.page_tables import made
from ledanalysis.pages import MAP, Page
from ledanalysis.study import Study
from ledanalysis.style import number
from ledanalysis.told import told

MOST_DRAWN = 500  # charts kept at hand: each some 20 kB


def kept_view(choice: Choice, view: str, shelf: Shelf) -> KeptView:
    """What a view of the board shows, as a row of findings.csv: its slide is drawn from the same.

    Parameters
    ----------
    choice : Choice
    view : {"ranking", "change", "heatmap"}
    shelf : Shelf
    """
    whose = {"clustering": choice.clustering, "cluster": choice.cluster}
    measure, kind, themes = choice.measure, choice.kind, choice.shown_in(view)
    if view == "heatmap":
        whose = {"across": choice.across, "compared": " | ".join(choice.compared)}
    if view == "change":
        themes = tuple(theme for theme in themes if theme in shelf.themes("rise", "theme")) if kind == "theme" else ()
        measure, kind = "rise", "theme"
    row = KeptView(finding="view", **whose, chart=view, measure=measure, kind=kind, view=choice.view, themes=" | ".join(themes))
    if view != "ranking":
        return row
    page = shelf.page(choice.clustering, choice.cluster, choice.view)
    fit = fitting.drawing(page, shelf.study.measure(measure), page.table(measure, kind))[0]
    return row.model_copy(update={"chart": fit.__name__})


def ranking(choice: Choice, shelf: Shelf) -> dict:
    """A measure in the chosen cluster, from high to low, beside everyone."""
    return _of_kept(kept_view(choice, "ranking", shelf), shelf)


def change(choice: Choice, shelf: Shelf) -> dict:
    """Now and the coming years in the chosen cluster."""
    if choice.view != "units" or not shelf.has_changes:
        return as_shown("change", shelf.study.text("explore_no_change", units=shelf.study.says("units")), shelf.study.text("kicker_change"), "")
    return _of_kept(kept_view(choice, "change", shelf), shelf)


def heatmap(choice: Choice, shelf: Shelf) -> dict:
    """The measure over the clusters side by side."""
    if not choice.across:
        return as_shown("heatmap", shelf.study.text("explore_no_clusters"), shelf.study.text("explore_across"), "")
    return _of_kept(kept_view(choice, "heatmap", shelf), shelf)


def interviews(choice: Choice, shelf: Shelf) -> dict:
    """How many of the interviewed municipalities of the chosen cluster raise each theme."""
    page = shelf.page(choice.clustering, choice.cluster, "units")
    if not choice.interviews or not shelf.study.measure("mentions"):
        return {}
    row = KeptView(finding="view", clustering=choice.clustering, cluster=choice.cluster, chart="ranking", measure="mentions", kind="theme")
    table = page.table("mentions", "theme")
    themes = choice.shown_in("interviews")
    return _drawn("interviews", row, _of(table, themes) if choice.kind == "theme" else table, page)


def took_part(choice: Choice, shelf: Shelf) -> dict:
    """The response of each cluster side by side."""
    study, across = shelf.study, choice.across or SECTOR
    rows = shelf.response[shelf.response["clustering"] == across]
    if rows.empty:
        return {}
    table = pd.DataFrame({"label": rows["label"], "estimate": rows["percent"], "n": rows["answered"]}).reset_index(drop=True)
    chart = chart_data.describe("bars", table, study.language, study.text("explore_axis_response", units=study.says("units")), unit="percent", intervals=False, colour="responded")
    sides = [f"{row.answered:.0f} / {row.population:.0f}" for row in rows.itertuples()]
    chart["table"]["columns"].append(study.text("explore_answered"))
    chart["table"]["rows"] = [[*cells, told_] for cells, told_ in zip(chart["table"]["rows"], sides, strict=True)]
    title = response.table(study, across).title if across != SECTOR else findings.response(shelf.page(SECTOR, "all", "units").response(), study)
    return as_shown("response", title, study.text("kicker_response"), "", chart=chart, rows=list(rows["cluster"]))


def tile_map(choice: Choice, shelf: Shelf) -> dict:
    """Who took part, a tile for each municipality."""
    study = shelf.study
    page = shelf.page(choice.clustering, choice.cluster, "units")
    tiles = response.tiles(page)
    if tiles.empty:
        return {}
    names = {key: study.text(f"map_{key}", units=study.says("units")) for key in MAP if key in set(tiles["part"])}
    chart = chart_data.describe("tile_map", tiles, study.language, column="part", colours={key: MAP[key] for key in names}, labels=names)
    units = shelf.tiles
    groups = units["province"] if "province" in units else [""] * len(units)
    told_ = [{"key": code, "label": label, "group": group, "words": names[part]}
             for code, label, group, part in zip(units["municipality"], units["label"], groups, tiles["part"], strict=True)]  # fmt: skip
    title = findings.response(page.response(), study)
    return as_shown("map", title, study.text("kicker_response"), page.label, chart=chart, rows=list(names), tiles=told_)


VIEWS: dict[str, Callable[[Choice, Shelf], dict]] = {
    "ranking": ranking, "change": change, "heatmap": heatmap, "answers": distributed, "interviews": interviews, "response": took_part, "map": tile_map,
}  # fmt: skip


# what each view depends on: where that is the same it need not be made anew, whatever is marked in it
BASES: dict[str, Callable[[Choice, Shelf], object]] = {
    **{view: lambda c, shelf, view=view: kept_view(c, view, shelf) for view in ("ranking", "change", "heatmap")},
    "answers": lambda c, _: (c.view, c.clustering, c.cluster, c.measure, c.kind, c.shown_in("answers")),
    "interviews": lambda c, _: (c.interviews, c.clustering, c.cluster, c.kind, c.shown_in("interviews")),
    "response": lambda c, _: c.across,
    "map": lambda c, _: (c.clustering, c.cluster),
}  # fmt: skip


def drawn(view: str, choice: Choice, shelf: Shelf) -> dict:
    """What a view shows of a choice, for a `ChartView`; empty where there is no such view of it. What was shown before is kept at hand.

    Parameters
    ----------
    view : str
        One of `VIEWS`.
    choice : Choice
        A settled one.
    shelf : Shelf
    """
    key = (view, BASES[view](choice, shelf), made(shelf.study))
    if len(shelf.drawn) >= MOST_DRAWN:
        shelf.drawn.clear()
    if key not in shelf.drawn:
        with palette.using(shelf.study.style["colours"]):
            shelf.drawn[key] = VIEWS[view](choice, shelf)
    base, marked = shelf.drawn[key], marks(view, choice)
    if not base or not any(marked.values()):
        return base
    return shelf.drawn.setdefault((key, *map(tuple, marked.values())), base | {"picked": marked})


def marks(view: str, choice: Choice) -> dict[str, list[str]]:
    """What is marked in a view: what was clicked there, and the chosen cluster where it stands beside others."""
    here = [choice.cluster] if choice.clustering == choice.across else []
    rows = here if view == "response" else list(choice.picked) if choice.source == view else []
    return {"rows": rows, "columns": here if view == "heatmap" else [], "tiles": []}


def _of_kept(row: KeptView, shelf: Shelf) -> dict:
    page = shelf.page(row.clustering, row.cluster, row.view)
    table = kept_views.figures(row, page)
    return _drawn(row.chart if row.chart != "bars" else "ranking", row, table, page)


def _drawn(view: str, row: KeptView, table: pd.DataFrame, page: Page) -> dict:
    """A kept view as it would be drawn on its slide."""
    study, measure = page.study, page.study.measure(row.measure)
    kicker = study.text("title_cluster", clustering=study.label_of(measure), cluster=page.label) if view != "heatmap" else title_of(study, measure, row.kind, row.across)
    if table.empty or table["estimate"].isna().all():
        words = study.text("text_too_few", min_n=study.settings.min_n, units=study.says("units"))
        return as_shown(view, study.text("title_too_few"), kicker, "", empty=words)
    title = kept_views.title(row, table, page)
    title += f" ({study.text(f'view_{page.view}')})" if page.view != "units" else ""
    footer = page.footer(table, "footer_together" if view == "change" else "")
    draw, options = kept_views.drawing(row, table, page)
    if options.get("unit", "score") not in UNITS:  # the house style has no chart of it
        return as_shown(view, title, kicker, footer, chart=table_alone(told(table, page)), rows=list(table["theme"]))
    if draw is charts.bars:
        table = table.sort_values("estimate", ascending=False, kind="stable", ignore_index=True)
    chart = chart_data.describe(draw.__name__, table, study.language, text(f"chart_axis_{options.get('unit', 'score')}", study.language), **options)
    if draw is charts.heatmap:
        labels = {label: cluster for cluster, label in zip(table["cluster"], table["column_label"])}
        columns = [labels[column["label"]] for column in chart["columns"][1:]]
        keys = dict(zip(table["row_label"], table["theme"]))
        rows = [keys[each[0]] for each in chart["rows"]]
        behind = dict(zip(zip(table["theme"], table["cluster"]), _counted(table, study)))
        n = [[behind.get((theme, cluster), "–") for cluster in columns] for theme in rows]
        return as_shown(view, title, kicker, footer, chart=chart, rows=rows, columns=columns, n=n)
    table = chart_data.as_drawn(draw.__name__, table, options)
    return as_shown(view, title, kicker, footer, chart=chart, rows=list(table["theme"]), n=_counted(table, study))


def _counted(table: pd.DataFrame, study: Study) -> list[str]:
    """How many answers are behind each row, in words."""
    return [number(n, 0, study.language) for n in table["n"]]


def _of(table: pd.DataFrame, themes: tuple[str, ...]) -> pd.DataFrame:
    return table[table["theme"].isin(themes)].reset_index(drop=True) if themes else table
