"""Made-up tables in which everything happens that seldom does: equal figures, nobody first, all suppressed but two."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t as student

GROUP = ["clustering", "cluster", "measure", "kind"]
CLUSTERINGS = ("sector", "size", "urbanity")  # the rest of the table is left out, for time
FIGURES = ["estimate", "se", "lower", "upper", "df", "n", "population", "rank", "rank_lower", "rank_upper", "p_rest", "p_zero"]


def estimates(table: pd.DataFrame, study, seed: int) -> pd.DataFrame:
    """The table of estimates with other figures in it, as they could have been.

    Ranks, bounds and p values belong to the figures: bounds hold the rank, p of differences are adjusted over all of
    their cluster, where something is suppressed there are no ranks.
    """
    draw = np.random.default_rng(seed)
    asked = {row.measure: row for row in study.tables["measures"]}
    kinds = study.themes.set_index(["measure", "theme"])["kind"]
    table = table[table["clustering"].isin(CLUSTERINGS)].reset_index(drop=True)
    table = table.assign(kind=[kinds.get(pair, "other") for pair in zip(table["measure"], table["theme"])])
    parts = [_group(part.copy(), asked[key[2]], draw) for key, part in table.groupby(GROUP, sort=False)]
    made = pd.concat(parts).sort_index()
    return _coherent(made, [(row.measure, row.first, row.second) for row in asked.values() if row.kind == "difference"]).drop(columns="kind")


def _coherent(table: pd.DataFrame, differences: list[tuple[str, str, str]]) -> pd.DataFrame:
    """With suppressed also what would not be shown beside it: of clusters what the sector hides, differences of what is hidden."""
    by = table.set_index(["clustering", "cluster", "measure", "theme"])["suppressed"]
    keys = [table["clustering"], table["cluster"], table["measure"], table["theme"]]
    hidden = table["suppressed"] | _looked_up(by, ["sector"] * len(table), ["all"] * len(table), *keys[2:])
    for measure, *sides in differences:
        for side in sides:
            hidden |= (table["measure"] == measure) & _looked_up(by, *keys[:2], [side] * len(table), keys[3])
    hidden |= table["clustering"].ne("sector") & table["measure"].isin([each for each, *_ in differences]) & _looked_up(
        hidden.set_axis(by.index), ["sector"] * len(table), ["all"] * len(table), *keys[2:])  # fmt: skip
    some = hidden.groupby([table[name] for name in GROUP]).transform("any")
    table.loc[hidden, FIGURES], table.loc[hidden, "letters"] = np.nan, ""
    table.loc[some, ["rank", "rank_lower", "rank_upper"]] = np.nan
    return table.assign(suppressed=hidden)


def _looked_up(by: pd.Series, *keys) -> np.ndarray:
    return by.reindex(pd.MultiIndex.from_arrays([list(key) for key in keys])).fillna(True).to_numpy(bool)


def _group(part: pd.DataFrame, measure, draw: np.random.Generator) -> pd.DataFrame:
    size, step = len(part), draw.choice([0.1, 5, 25])  # coarse steps make equal figures
    ends = (-40, 40) if measure.kind == "difference" else (0, 100)
    real = draw.integers(ends[0] / 0.1, ends[1] / 0.1, size, endpoint=True) * 0.1
    value = (np.round(real / step) * step).round(1)
    spread, df = draw.choice([0.2, 4.0, 20.0]), draw.choice([3.0, 30.0, 140.0])
    rank = pd.Series(-value + draw.uniform(0, 1e-6, size) * draw.integers(2)).rank(method="min").to_numpy()
    wide = draw.integers(0, draw.choice([1, 3, size]), size, endpoint=True)
    p = np.minimum(2 * student.sf(np.abs(value) / spread, df), 1.0)
    part = part.assign(
        estimate=value, se=spread, lower=(value - 2 * spread).round(1), upper=(value + 2 * spread).round(1), df=df, n=draw.integers(5, 160), rank=rank,
        rank_lower=np.maximum(rank - wide, 1), rank_upper=np.minimum(rank + wide + draw.integers(0, 2), size), suppressed=False,
        p_rest=np.where(draw.uniform(size=size) < draw.choice([0, 0.1, 0.6]), draw.integers(0, 60, size) / 1000, 1.0),
        p_zero=np.minimum(p * size, 1).round(3) if measure.kind == "difference" else np.nan,
        letters=draw.choice(["", "a", "ab", "b"], size) if draw.integers(2) else "a",
    )  # fmt: skip
    part["rank_lower"] = np.where(part["rank"] == 1, 1, part["rank_lower"])
    hidden = draw.uniform(size=size) < draw.choice([0, 0, 0, 0.2, 0.8, 1])
    part.loc[hidden, FIGURES], part.loc[hidden, "letters"], part["suppressed"] = np.nan, "", hidden
    if hidden.any():
        part[["rank", "rank_lower", "rank_upper"]] = np.nan
    if measure.kind == "mentions":
        part = part.assign(n=20.0, **dict.fromkeys(["se", "lower", "upper", "df", "rank_lower", "rank_upper", "p_rest"], np.nan))
    return part


def of_a_census(table: pd.DataFrame) -> pd.DataFrame:
    """The same of everybody: no errors, and each rank what it is."""
    value, rank = table["estimate"], table["rank"]
    return table.assign(se=value * 0, lower=value, upper=value, rank_lower=rank, rank_upper=rank, p_rest=np.nan, p_zero=np.nan, letters="")


def staff(table: pd.DataFrame, units: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The staff view of these figures: whole percents, and a gap to the municipalities' that is clear or not."""
    draw = np.random.default_rng(seed)
    keys = ["clustering", "cluster", "measure", "theme"]
    beside = table[keys].merge(units, "left", on=keys).set_index(table.index)
    known = beside["estimate"].notna()
    value = (beside["estimate"] + draw.choice([-20, -1, 0, 15], len(table))).clip(0, 100).round()
    p = draw.choice([0.0, 0.006, 0.3], len(table))
    ranks = {name: beside[name] for name in ("rank", "rank_lower", "rank_upper")}
    return table.assign(estimate=value.where(known), gap=(value - beside["estimate"]).round().where(known), gap_p=pd.Series(p, table.index).where(known),
                        n=beside["n"], suppressed=~known, se=3.0, lower=value.where(known), upper=value.where(known), **ranks)  # fmt: skip


def changes(units: pd.DataFrame, measures: list[str], seed: int) -> pd.DataFrame:
    """A table of changes since an earlier wave, of all and of those in both."""
    draw = np.random.default_rng(seed)
    rows = units[units["measure"].isin(measures) & (units["clustering"] == "sector")]
    spread, value = draw.choice([1.0, 6.0]), draw.integers(-150, 150, len(rows)) / 10
    every = rows.assign(basis="all", now=rows["estimate"], previous=rows["estimate"] - value, estimate=value, se=spread, lower=value - 2 * spread,
                        upper=value + 2 * spread, df=60.0, n_previous=90.0, n_both=40.0, p=0.5)  # fmt: skip
    every.loc[rows["estimate"].isna(), ["estimate", "se", "lower", "upper", "n"]] = np.nan
    panel = every.assign(basis="matched", estimate=every["estimate"] * draw.choice([1.0, -1.0], len(rows), p=[0.8, 0.2]))
    columns = ["clustering", "cluster", "measure", "theme", "basis", "now", "previous", "estimate", "se", "lower", "upper", "df", "n", "n_previous", "n_both", "p", "suppressed"]
    return pd.concat([every, panel], ignore_index=True)[columns]
