"""Two waves: the earlier one read, its municipalities followed to today's borders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ledanalysis import prepared
from ledanalysis.errors import InputError
from ledanalysis.study import Study, load_study
from ledanalysis.tables import read_table

NEEDED = ("theme_scores", "weights", "units", "clusters", "estimates")
HALF = 0.5  # of a merged municipality's inhabitants must have answered


@dataclass(frozen=True)
class Wave:
    """An earlier wave: its tables, and its codebook where that is there too.

    Attributes
    ----------
    name : str
        What it is called, such as "2021".
    strata : str
        The clustering of its strata; empty if it had none.
    scores, weights, units, clusters, estimates : DataFrame
        Of its `data/processed`.
    study : Study or None
    """

    name: str
    strata: str
    scores: pd.DataFrame
    weights: pd.DataFrame
    units: pd.DataFrame
    clusters: pd.DataFrame
    estimates: pd.DataFrame
    study: Study | None


def read_previous(study: Study) -> Wave:
    """The earlier wave that `[previous]` in study.toml names.

    Raises
    ------
    InputError
        The folder is not there, it has not been prepared, or it lacks a table.
    """
    asked = study.settings.previous
    folder = (study.folder / asked.folder).resolve()
    if not folder.is_dir():
        raise InputError("no such folder", file="study.toml", column="previous.folder", value=asked.folder)
    other = load_study(folder) if (folder / "data" / "codebook" / "study.toml").exists() else None
    if other:
        prepared.check_whole(other)
    tables = {name: _table(other, folder, name) for name in NEEDED}
    strata = asked.strata or (other or study).settings.strata
    names = set(tables["clusters"].loc[tables["clusters"]["clustering"] == strata, "cluster"]) if strata else {"all"}
    stray = set(tables["weights"]["stratum"]) - names
    if stray:
        raise InputError("the strata of the earlier wave are no clusters of this clustering", file="study.toml",
                         column="previous.strata", value=strata, allowed=sorted(tables["clusters"]["clustering"].unique()))  # fmt: skip
    tables["scores"] = tables.pop("theme_scores")
    return Wave(asked.wave or (other.settings.wave if other else "") or folder.name, strata, study=other, **tables)


def _table(other: Study | None, folder: Path, name: str) -> pd.DataFrame:
    if other:
        return read_table(other, name)
    path = folder / f"{name}.parquet"
    if not path.exists():
        raise InputError("the earlier wave lacks a table", file=path.name, value=str(folder.name), allowed=NEEDED)
    return pd.read_parquet(path)


def follow(earlier: pd.DataFrame, units: pd.DataFrame, mergers: pd.DataFrame) -> pd.DataFrame:
    """Which municipality of today each earlier one is, or went to.

    Parameters
    ----------
    earlier, units : DataFrame
        The registers then and now: municipality.
    mergers : DataFrame
        old_code, municipality.

    Returns
    -------
    DataFrame
        earlier, municipality: a row per earlier one; NaN of one that was split, which is no municipality of today.

    Raises
    ------
    InputError
        An earlier municipality that neither the register nor mergers.csv has.

    Examples
    --------
    >>> mergers = pd.DataFrame({"old_code": ["B", "S", "S"], "municipality": ["A", "A", "C"]})
    >>> follow(pd.DataFrame({"municipality": ["A", "B", "S"]}), pd.DataFrame({"municipality": ["A", "C"]}), mergers).values.tolist()
    [['A', 'A'], ['B', 'A'], ['S', nan]]
    """
    went = mergers.dropna(subset="old_code").groupby("old_code")["municipality"].agg(["first", "nunique"])
    codes = earlier["municipality"]
    stays = codes.isin(units["municipality"])
    lost = codes[~stays & ~codes.isin(went.index)]
    if len(lost):
        raise InputError("a municipality of the earlier wave that the register does not have: say in mergers.csv where it went",
                         file="mergers.csv", column="old_code", value=lost.iloc[0])  # fmt: skip
    successor = codes.map(went["first"].where(went["nunique"] == 1)).mask(stays, codes)
    return pd.DataFrame({"earlier": codes.to_numpy(), "municipality": successor.to_numpy()})


def to_today(scores: pd.DataFrame, earlier: pd.DataFrame, followed: pd.DataFrame, size: str = "") -> pd.DataFrame:
    """The earlier scores by the borders of today.

    Parameters
    ----------
    scores : DataFrame
        municipality, measure, theme, score.
    earlier : DataFrame
        The register then: municipality and, if named, its size.
    followed : DataFrame
        From `follow`.
    size : str
        Column of inhabitants.

    Returns
    -------
    DataFrame
        municipality, measure, theme, score. Of municipalities that merged it is the mean, weighed by inhabitants, of
        those that answered; without a row where these had less than half of the inhabitants (where inhabitants are not
        known: where one did not answer).
    """
    weight = earlier.set_index("municipality")[size].astype("float64") if size else pd.Series(1.0, earlier["municipality"])
    parts = followed.dropna().assign(size=lambda t: t["earlier"].map(weight).to_numpy())
    parts["share"] = parts["size"] / parts.groupby("municipality")["size"].transform("sum")
    parts["share"] = parts["share"].mask(parts.groupby("municipality")["size"].transform("size") == 1, 1.0)
    rows = scores.rename(columns={"municipality": "earlier"}).merge(parts, on="earlier")
    groups = rows.assign(part=rows["score"] * rows["share"]).groupby(["municipality", "measure", "theme"])
    sums = groups[["part", "share"]].sum()
    enough = sums["share"] >= (HALF if size else 1 - 1e-9)
    return (sums["part"] / sums["share"])[enough].rename("score").reset_index()


def size_column(previous: Wave) -> str:
    """The column of the earlier register with the inhabitants; empty if it has none."""
    return next((name for name in previous.units if name.startswith("inhabitants") and previous.units[name].notna().all()), "")


def population_pairs(previous: Wave, followed: pd.DataFrame, clusters: pd.DataFrame, strata: str) -> pd.DataFrame:
    """How many municipalities went from which stratum then to which now: later_stratum, earlier_stratum, count."""
    def stratum_of(codes: pd.Series, table: pd.DataFrame, clustering: str) -> np.ndarray:
        if not clustering:
            return np.full(len(codes), "all")
        own = table[table["clustering"] == clustering].drop_duplicates("municipality").set_index("municipality")["cluster"]
        return codes.map(own).to_numpy()

    pairs = followed.dropna()
    table = pd.DataFrame({
        "later_stratum": stratum_of(pairs["municipality"], clusters, strata),
        "earlier_stratum": stratum_of(pairs["earlier"], previous.clusters, previous.strata),
    })  # fmt: skip
    return table.value_counts().rename("count").reset_index()
