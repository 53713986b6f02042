"""The response as tables for a reader: who took part, what was dropped, how far the weights move, what scales are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ledanalysis import style
from ledanalysis.estimates import SECTOR
from ledanalysis.pages import Page
from ledanalysis.study import Study
from ledanalysis.tables import read_table
from ledanalysis.weighting import effective_n

RELIABLE = 0.7  # alpha from which groups may be compared (Nunnally and Bernstein 1994, Psychometric Theory, ch. 7)


@dataclass(frozen=True)
class Told:
    """A table with the sentence that it supports."""

    title: str
    rows: pd.DataFrame


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
    rows = read_table(study, "response")
    rows = rows[rows["clustering"] == clustering].sort_values(["order", "cluster"])
    columns = {"label": "table_cluster", "population": "table_population", "answered": "table_answered",
               "interviewed": "table_interviewed"}  # fmt: skip
    words = {name: study.text(key, units=study.says("units")) for name, key in columns.items()}
    percent = [style.percent(value, study.language) for value in rows["percent"]]
    named = rows[list(columns)].rename(columns=words).assign(**{study.text("table_percent"): percent})
    low, high = rows.loc[rows["percent"].idxmin()], rows.loc[rows["percent"].idxmax()]
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
    rows = pd.DataFrame({
        study.text("table_step"): lost["reason"], study.text("table_lost"): lost["lost"], study.text("table_left"): lost["rows_after"],
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
    labels = read_table(study, "clusters").query("clustering == @study.settings.strata").drop_duplicates("cluster").set_index("cluster")
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
