"""The response as tables for a reader: who took part, what was dropped, how far the weights move, what scales are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ledanalysis import style
from ledanalysis.agreement import ALL_THEMES
from ledanalysis.estimates import SECTOR
from ledanalysis.findings import join_names
from ledanalysis.page_tables import in_words
from ledanalysis.pages import Page
from ledanalysis.study import Study
from ledanalysis.tables import read_table
from ledanalysis.weighting import effective_n

RELIABLE = 0.7  # alpha from which groups may be compared (Nunnally and Bernstein 1994, Psychometric Theory, ch. 7)
MOST = 8  # themes that a table of agreement has room for, besides all themes
LEAST = 3  # fewest times that a theme must be coded to be named among the weakest
WEAKEST = 3  # so many are named


@dataclass(frozen=True)
class Told:
    """A table with the sentence that it supports, and what stands below it."""

    title: str
    rows: pd.DataFrame
    footer: str = ""


def tiles(page: Page) -> pd.DataFrame:
    """The tile map: tile_row, tile_col, province and part ("answered", "interviewed", "interview_only", "none", "rest").

    Without rows where the register has no tiles, or in a census, where the map would show nothing.
    """
    units = read_table(page.study, "units")
    if page.census or not {"tile_row", "tile_col"} <= set(units):
        return pd.DataFrame(columns=["tile_row", "tile_col", "part"])
    part = np.select(
        [units["answered"] & units["interviewed"], units["answered"], units["interviewed"]],
        ["interviewed", "answered", "interview_only"], "none",
    )  # fmt: skip
    if page.clustering != SECTOR:
        clusters = read_table(page.study, "clusters")
        here = clusters[(clusters["clustering"] == page.clustering) & (clusters["cluster"] == page.cluster)]
        part = np.where(units["municipality"].isin(here["municipality"]), part, "rest")
    columns = [name for name in ("tile_row", "tile_col", "province") if name in units]
    return units[columns].assign(part=part)


def table(study: Study, clustering: str) -> Told:
    """The response per cluster, in the reader's words."""
    rows = in_words(study, "response")
    rows = rows[rows["clustering"] == clustering].sort_values(["order", "cluster"])
    columns = {"label": "table_cluster", "population": "table_population", "answered": "table_answered",
               "interviewed": "table_interviewed"}  # fmt: skip
    words = {name: study.text(key, units=study.says("units")) for name, key in columns.items()}
    percent = [style.percent(value, study.language) for value in rows["percent"]]
    named = rows[list(columns)].rename(columns=words).assign(**{study.text("table_percent"): percent})
    low, high = rows.loc[rows["percent"].idxmin()], rows.loc[rows["percent"].idxmax()]
    if low["percent"] == high["percent"]:
        return Told(study.text("title_response_same", percent=style.percent(low["percent"], study.language)), named.reset_index(drop=True))
    title = study.text("title_response", low=style.percent(low["percent"], study.language), low_cluster=low["label"],
                       high=style.percent(high["percent"], study.language), high_cluster=high["label"])  # fmt: skip
    return Told(title, named.reset_index(drop=True))


def losses(study: Study) -> Told:
    """What each cleaning rule took away, of the rules that took anything."""
    log = read_table(study, "cleaning_log")
    log = log.assign(lost=log["rows_before"] - log["rows_after"])
    drops = {row.rule for row in study.tables["rules"] if row.action == "drop"}
    received, dropped = int(log.loc[log["step"] == "services", "rows_after"].iloc[0]), int(log.loc[log["step"].isin(drops), "lost"].sum())
    lost = log[log["lost"] > 0]
    reasons = {row.rule: study.label_of(row) for row in study.tables["rules"]} | {"codings_rejected": study.text("losses_rejected")}
    rows = pd.DataFrame({
        study.text("table_step"): lost["step"].map(reasons).fillna(lost["reason"]), study.text("table_lost"): lost["lost"], study.text("table_left"): lost["rows_after"],
    })  # fmt: skip
    return Told(study.text("title_losses", dropped=dropped, received=received), rows.reset_index(drop=True))


def weights(study: Study) -> Told:
    """How far weights move, and how many answers the sample counts for (Kish's effective n) per stratum."""
    weight = read_table(study, "weights")
    if weight["weight"].nunique() == 1:
        return Told("", pd.DataFrame())
    numbers = {name: style.number(value, 2, study.language) for name, value in
               (("low", weight["weight"].min()), ("high", weight["weight"].max()))}  # fmt: skip
    title = study.text("title_weights", **numbers, effective=style.number(effective_n(weight["weight"]), 0, study.language), units=study.says("units"))
    labels = in_words(study, "clusters").query("clustering == @study.settings.strata").drop_duplicates("cluster").set_index("cluster")
    groups = weight.groupby("stratum")["weight"]
    rows = pd.DataFrame({"n": groups.size(), "min": groups.min(), "mean": groups.mean(), "max": groups.max()})
    written = rows.drop(columns="n").map(lambda value: style.number(value, 2, study.language))
    order = sorted(rows.index, key=lambda name: labels["order"].get(name, 0))
    names = pd.Series(labels["label"].reindex(rows.index), name="cluster")
    columns = {name: study.text(f"table_{name}") for name in ("cluster", "n", "min", "mean", "max")}
    return Told(title, pd.concat([names, rows["n"], written], axis=1).loc[order].rename(columns=columns).reset_index(drop=True))


def reliability(study: Study) -> Told:
    """Cronbach's alpha with its interval and McDonald's omega of each scale; without rows where there is none to tell."""
    table = read_table(study, "reliability").dropna(subset=["alpha"])
    if table.empty:
        return Told("", pd.DataFrame())
    names = {row.scale: study.label_of(row, short=True) for row in study.tables["scales"]}
    two = {name: [style.number(value, 2, study.language) for value in table[name]] for name in ("alpha", "lower", "upper", "omega")}
    omega = [text if pd.notna(value) else "–" for text, value in zip(two["omega"], table["omega"])]
    columns = {"scale": table["scale"].map(names), "items": table["items"].astype(int), "n": table["n"].astype(int), "alpha": two["alpha"],
               "margin": [f"{low}–{high}" for low, high in zip(two["lower"], two["upper"])], "omega": omega}  # fmt: skip
    rows = pd.DataFrame({study.text(f"table_{name}"): list(values) for name, values in columns.items()})
    sure = table["lower"] >= RELIABLE
    if len(table) > 1:
        return Told(study.text("title_reliability_some", count=int(sure.sum()), all=len(table)), rows)
    size = "high" if sure.iloc[0] else "low" if table["upper"].iloc[0] < RELIABLE else "unsure"
    return Told(study.text(f"title_reliability_{size}", scale=names[table["scale"].iloc[0]], alpha=two["alpha"][0]), rows)


def readers(study: Study) -> Told:
    """How far those who coded by hand agree: all themes, and the weakest first; no rows where fewer than two did."""
    table = _labelled(study)
    table = table[table["coder"] != ""]
    if table.empty:
        return Told("", pd.DataFrame())
    n = int(table["readers"].iloc[0])
    measure = "kappa" if n == 2 else "alpha"
    weakest = table[(table["theme"] != ALL_THEMES) & (table[["coder_n", "other_n"]].min(axis=1) >= LEAST)].nsmallest(WEAKEST, measure)
    shown = _weakest_first(table, measure)
    two = [style.number(value, 2, study.language) for value in table.iloc[0][["kappa", "lower", "upper", "alpha"]]]
    title = study.text(f"agreement_title_{'readers' if n == 2 else 'many'}", **dict(zip(("kappa", "lower", "upper", "alpha"), two)), readers=n,
                       weakest=_named(weakest, study))  # fmt: skip
    rows = pd.DataFrame({
        "theme": shown["label"], "pair": shown["coder"] + "–" + shown["other"], "first": shown["coder_n"], "second": shown["other_n"],
        "both": shown["both"], "percent": [style.percent(value, study.language) for value in shown["agreement"]],
        "kappa": [_interval(row, study.language) for row in shown.itertuples()],
        "alpha": [_or_dash(value, study.language) for value in shown["alpha"]],
    })  # fmt: skip
    return Told(title, _in_words(rows, study), _below(study, table["n"].iloc[0], table, shown))


def program(study: Study) -> Told:
    """How far the program finds what readers coded: all themes, and the weakest first; no rows without hand codes."""
    table = _labelled(study).drop_duplicates("theme")
    if table.empty:
        return Told("", pd.DataFrame())
    enough = (table["theme"] != ALL_THEMES) & (table["hits"] + table["missed"] >= LEAST)
    weakest, shown = table[enough].nsmallest(WEAKEST, "f1"), _weakest_first(table, "f1")
    overall = {name: style.percent(table[name].iloc[0], study.language) for name in ("recall", "precision")}
    title = study.text("agreement_title_program", **overall, weakest=_named(weakest, study))
    shares = {name: [_or_dash(value / 100, study.language) for value in shown[name]] for name in ("precision", "recall", "f1")}
    counts = shown[["hits", "false_alarms", "missed"]].rename(columns={"false_alarms": "false"})
    rows = pd.concat([shown[["label"]].rename(columns={"label": "theme"}), counts], axis=1).assign(**shares)
    return Told(title, _in_words(rows, study), _below(study, table["decisions"].iloc[0], table, shown))


def _labelled(study: Study) -> pd.DataFrame:
    """The table of agreement with each theme's label, all themes first."""
    labels = {row.theme: study.label_of(row, short=True) for row in study.tables["themes"]}
    table = read_table(study, "agreement")
    return table.assign(label=table["theme"].map(labels | {ALL_THEMES: study.text("agreement_all")}))


def _named(weakest: pd.DataFrame, study: Study) -> str:
    return join_names(weakest["label"], study) if len(weakest) else study.text("agreement_none")


def _weakest_first(table: pd.DataFrame, measure: str) -> pd.DataFrame:
    themes = table[(table["theme"] != ALL_THEMES) & table[measure].notna()].sort_values(measure, kind="stable")
    return pd.concat([table[table["theme"] == ALL_THEMES], themes.head(MOST)], ignore_index=True)


def _in_words(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    return rows.rename(columns={name: study.text(f"agreement_{name}") for name in rows}).reset_index(drop=True)


def _below(study: Study, decisions: int, table: pd.DataFrame, shown: pd.DataFrame) -> str:
    counts = {name: part.loc[part["theme"] != ALL_THEMES, "theme"].nunique() for name, part in (("themes", table), ("shown", shown))}
    return study.text("agreement_footer", decisions=style.number(decisions, 0, study.language), least=LEAST, **counts)


def _interval(row, language: str) -> str:
    if pd.isna(row.lower):
        return _or_dash(row.kappa, language)
    return f"{style.number(row.kappa, 2, language)} ({style.number(row.lower, 2, language)}–{style.number(row.upper, 2, language)})"


def _or_dash(value: float, language: str) -> str:
    return "–" if pd.isna(value) else style.number(value, 2, language)
