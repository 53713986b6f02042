"""Pages that set two figures beside each other: municipalities and their staff, this wave and the one before."""

from __future__ import annotations

import pandas as pd

from ledanalysis import charts, style
from ledanalysis.findings import P_ROUNDED, capital, join_names, of_shown, together
from ledanalysis.labels import text
from ledanalysis.page_tables import labelled
from ledanalysis.pages import Page
from ledanalysis.tables import read_table

MOST = 6  # rows for which both views are shown


def views(page: Page, most: int = MOST) -> pd.DataFrame:
    """The shares of municipalities and of their staff that lie furthest apart, on one page.

    Parameters
    ----------
    page : Page
    most : int

    Returns
    -------
    DataFrame
        label, units, staff (percent), gap, clear (bool: beyond the noise with all of them compared at once: Holm), n;
        the clear ones first, from the largest gap down. Without rows where no measure has both views.
    """
    study = page.study
    shares = [row for row in study.tables["measures"] if row.views == "both" and row.statistic == "share"]
    alone = {item.measure for item in study.items("single")}  # its options say little without the question
    parts = []
    for row in shares:
        staff, units = (labelled(study, row.measure, view=view) for view in ("staff", "units"))
        keys = ["clustering", "cluster", "theme"]
        both = staff.merge(units[[*keys, "estimate"]].rename(columns={"estimate": "units"}), on=keys)
        here = both[(both["clustering"] == page.clustering) & (both["cluster"] == page.cluster)]
        names = study.label_of(row) + ": " + here["label"] if row.measure in alone else here["label"]
        parts.append(here.assign(label=names))
    if not parts:
        return pd.DataFrame(columns=["label", "units", "staff", "gap", "clear", "n"])
    table = pd.concat(parts, ignore_index=True).dropna(subset=["estimate", "units"])
    # p is adjusted within a measure's themes: once more over the measures (Bonferroni)
    clear = (table["gap_p"] + P_ROUNDED) * table["measure"].nunique() <= 1 - study.settings.level
    table = table.assign(staff=table["estimate"], clear=clear | page.census, far=table["gap"].abs())
    table = table.sort_values(["clear", "far"], ascending=False, kind="stable").head(most)
    return table[["label", "units", "staff", "gap", "clear", "n"]].reset_index(drop=True)


def views_finding(table: pd.DataFrame, page: Page) -> str:
    """Which share differs most between the two views, where that is beyond the noise."""
    study, units = page.study, page.study.says("units")
    if table.empty:
        return ""
    if not table["clear"].any():
        return capital(study.text("finding_views_none", units=units))
    first = table[table["clear"]].iloc[0]
    shares = {name: style.percent(first[name], study.language) for name in ("units", "staff")}
    return capital(study.text("finding_views", what=first["label"], share=shares["units"], units=units, staff=shares["staff"]))


@style.styled
def panels(ax, table: pd.DataFrame, *, units: str, staff: str, language: str = "nl") -> str:
    """Two charts of the same rows, each with its own axis and its own base, so that neither is read as the other.

    Parameters
    ----------
    ax : Axes
        Makes room for two.
    table : DataFrame
        Columns label, units, staff (percent of each).
    units, staff : str
        What each axis counts.
    language : {"nl", "en"}

    Returns
    -------
    str
        The alt text.
    """
    left, right = style.split(ax)
    told = []
    for place, column, axis, colour in ((left, "units", units, "organise"), (right, "staff", staff, "stimulate")):
        rows = table[["label", column]].rename(columns={column: "estimate"})
        told.append(charts.bars(place, rows, colour=colour, intervals=False, language=language))
        place.set_xlabel(axis)
        place.set_xticks(range(0, 101, 20), [style.percent(tick, language) for tick in range(0, 101, 20)])
    right.set_yticklabels([])
    return text("chart_alt_views", language, units=units, staff=staff, first=told[0], second=told[1])


def since(page: Page, measure: str, kind: str = "") -> pd.DataFrame:
    """The change of a measure since the earlier wave in this cluster, for a chart.

    Returns
    -------
    DataFrame
        label, estimate, lower, upper (holding for all themes at once), matched (the change of the municipalities in
        both waves), highlight (beyond the noise, and not the other way in both waves), n, n_previous, n_both,
        suppressed. Without rows where the study has no earlier wave or nothing of it may be shown.
    """
    study = page.study
    if not study.settings.previous or page.view != "units":
        return pd.DataFrame(columns=["label", "estimate"])
    names = study.themes[study.themes["measure"] == measure]
    names = names[names["kind"] == kind] if kind else names
    changes = read_table(study, "changes")
    here = changes[(changes["clustering"] == page.clustering) & (changes["cluster"] == page.cluster) & (changes["measure"] == measure)]
    here = here.merge(names[["theme", "short", "order"]], on="theme").rename(columns={"short": "label"})
    every, panel = here[here["basis"] == "all"], here[here["basis"] == "matched"].set_index("theme")
    if every["estimate"].isna().all():
        return every.iloc[:0]
    table = every.sort_values("order", ignore_index=True)
    table = table.assign(matched=table["theme"].map(panel["estimate"]), **together(table, study.settings.level))
    other_way = table["matched"] * table["estimate"] < 0
    return table.assign(highlight=(table["clear"] | page.census) & ~other_way & table["estimate"].notna())


def since_finding(table: pd.DataFrame, page: Page) -> str:
    """What is surely higher and what lower than in the earlier wave."""
    if table.empty:
        return ""
    wave, clear = wave_name(page), table[table["highlight"].astype("bool")]
    clear = clear.loc[clear["estimate"].abs().sort_values(ascending=False).index]
    parts = [
        page.study.text(f"finding_wave_{way}", names=join_names(part["label"], page.study), wave=wave)
        for way, part in (("up", clear[clear["estimate"] > 0]), ("down", clear[clear["estimate"] < 0])) if len(part)
    ]  # fmt: skip
    return capital("; ".join(parts)) if parts else of_shown(page.study.text("finding_wave_none", wave=wave), table, page.study)


def show_since(page: Page, measure: str, kind: str = "") -> None:
    """A slide with what changed since the earlier wave; none where the study has no earlier wave."""
    table, study = since(page, measure, kind), page.study
    if table.empty:
        return
    spans = {name: _span(table[name], study.language) for name in ("n", "n_previous", "n_both")}
    footer = study.text("footer_wave", **spans, wave=wave_name(page), units=study.says("units"))
    kicker = study.text("kicker_wave_of", wave=wave_name(page), measure=page.measure_label(measure).lower())
    panel = {"reference": "matched", "reference_label": study.text("reference_panel", units=study.says("units"))}
    page.chart(f"wave_{measure}", charts.ranking, table, since_finding(table, page), kicker, footer, unit="points",
               **page.alone(), **(panel if table["matched"].notna().any() else {}))  # fmt: skip


def show_views(page: Page) -> None:
    """A slide with both views of the shares that differ most; none where no measure has both, or in a deck of staff."""
    table, study = views(page), page.study
    if page.view != "units":  # its titles would say that all is of staff
        return
    units = study.says("units")
    axes = {name: study.text(f"axis_{name}", units=units) for name in ("units", "staff")}
    footer = study.text("footer_views", n=_span(table["n"], study.language), units=units) if len(table) else ""
    page.chart("views", panels, table, views_finding(table, page), study.text("kicker_both_views"), footer, **axes)


def wave_name(page: Page) -> str:
    """What the earlier wave is called."""
    return read_table(page.study, "wave_items")["wave"].iloc[0]


def _span(counts: pd.Series, language: str) -> str:
    low, high = (style.number(value, 0, language) for value in (counts.min(), counts.max()))
    return low if low == high else f"{low}–{high}"
