"""Estimates, weights and replicates against R's survey package on its api data and the example study (reference/api.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ledanalysis.calibration import Calibration
from ledanalysis.estimation import Design, estimate
from ledanalysis.replicates import Replicates, jackknife, replicate_estimate
from ledanalysis.weighting import calibrate, post_stratify, rake, raked, trim

REFERENCE = Path(__file__).parent / "reference"
API = {name: part.drop(columns="sample").reset_index(drop=True) for name, part in pd.read_csv(REFERENCE / "api.csv").groupby("sample")}
TYPES, WIDE = {"E": 4421, "H": 755, "M": 1018}, {0: 1072, 1: 5122}  # of the 6194 schools
CELLS = {("E", 0): 472, ("E", 1): 3949, ("H", 0): 334, ("H", 1): 421, ("M", 0): 266, ("M", 1): 752}
TOTAL_1999 = {"api99": 3914069}
BOTH = {"stype": TYPES, "sch.wide": WIDE}
STYPE_API = dict(margins={"stype": TYPES}, numbers=TOTAL_1999, weight="pw")
WEIGHTS = {
    "clus1_post": lambda: post_stratify(API["clus1"], ["stype"], TYPES, "pw"),
    "srs_cells": lambda: post_stratify(API["srs"], ["stype", "sch.wide"], CELLS, "pw"),
    "clus1_linear": lambda: calibrate(API["clus1"], **STYPE_API),
    "strat_linear": lambda: calibrate(API["strat"], **STYPE_API),
    "clus1_bounded": lambda: calibrate(API["clus1"], **STYPE_API, bounds=(0.75, 1.7)),
    "srs_exponential": lambda: calibrate(API["srs"], **STYPE_API, distance="raking"),
    "srs_raked": lambda: rake(API["srs"], BOTH, "pw", tolerance=1e-14),
    "clus1_raked": lambda: rake(API["clus1"], BOTH, "pw", tolerance=1e-14),
}
MET = {
    "post": Calibration(("stype",), start="pw"), "cells": Calibration((("stype", "sch.wide"),), start="pw"),
    "raked": Calibration(("stype", "sch.wide"), start="pw"),
} | dict.fromkeys(("linear", "bounded", "exponential"), Calibration(("stype",), ("api99",), "pw"))  # fmt: skip
FPC = {"srs": {"population": "fpc"}, "strat": {"population": "fpc", "stratum": "stype"},
       "clus1": {"psu": "dnum", "population": "fpc", "counted": "psu"},
       "clus2": {"psu": "dnum", "population": "fpc", "counted": "psu", "psu_population": "fpc2"}}  # fmt: skip
SAMPLE = pd.read_csv(REFERENCE / "sample.csv").assign(one=1.0)


def reference(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv", keep_default_na=False, na_values="NA")


def design(name: str) -> Design:
    if name == "example":
        data = reference("example")
        return Design(data, "weight", "stratum", "respondent", "population", calibration=raked(data))
    sample, *how = name.split("_")
    if not how:
        return Design(API[sample], "pw", **FPC[sample])
    return Design(API[sample].assign(weight=WEIGHTS[name]()), "weight", **FPC[sample], calibration=MET[how[0]])


def asked(item: str):
    return tuple(item.split("/")) if "/" in item else item


def close(ours: pd.DataFrame, rows: pd.DataFrame, columns) -> None:
    """To 9 digits; an error of 0 (of a total that is known) to 13 digits, an end of an interval to 9 of the estimate."""
    size = np.maximum(rows["estimate"].abs(), 1)
    for column in columns:
        zero = size * (1e-9 if column in ("lower", "upper") else 1e-13)
        wrong = (ours[column] - rows[column]).abs() > 1e-9 * rows[column].abs() + zero
        assert ours[column].notna().all() and not wrong.any(), (column, ours[wrong], rows[wrong])


def compared(rows: pd.DataFrame, calculate) -> pd.DataFrame:
    """Our own figures for the rows, in their order; `calculate(items, by, statistic)`."""
    tables = []
    for (by, statistic, item), part in rows.groupby(["by", "statistic", "item"], sort=False):
        table = calculate([asked(item)], by or None, statistic)
        if by:  # R has no row where nobody in the domain has an answer
            table = table.set_index(by).loc[part["domain"]]
            assert len(table) == len(part)
        tables.append(table.set_index(part.index))
    return pd.concat(tables).loc[rows.index]


@pytest.mark.parametrize("name", WEIGHTS)
def test_weights(name):
    expected = reference("api_weights").query("design == @name")["weight"]
    np.testing.assert_allclose(WEIGHTS[name](), expected, rtol=1e-9)


def test_raking_by_calibration_is_raking():
    again = calibrate(API["clus1"], BOTH, weight="pw", distance="raking")
    np.testing.assert_allclose(again, WEIGHTS["clus1_raked"](), rtol=1e-9)


def test_trimmed_weights():
    trimmed = trim(WEIGHTS["clus1_linear"](), 30, 45)
    np.testing.assert_allclose(trimmed, reference("api_trimmed")["weight"], rtol=1e-9)


@pytest.mark.parametrize("name", [*FPC, *WEIGHTS, "example"])
def test_estimates(name):
    rows = reference("api_estimates").query("design == @name")
    assert len(rows) >= 20
    ours = compared(rows, lambda items, by, statistic: estimate(design(name), items, by, statistic))
    close(ours, rows, ["estimate", "n", "population", "df"])
    known = rows["df"] > 0  # where df is 0, we give no error
    assert known.sum() >= 20 and ours.loc[~known, "se"].isna().all()
    close(ours[known], rows[known], ["se"])
    inner = rows["lower"].notna()  # a share of 0 or 1 has a rule of its own
    close(ours[inner], rows[inner], ["lower", "upper"])


def test_what_calibration_takes_from_the_error():
    with_, without = (estimate(design(name), ["api00"])["se"].iloc[0] for name in ("clus1_linear", "clus1"))
    assert with_ < without / 3


@pytest.mark.parametrize("name", ["jackknife_strat", "jackknife_clus1", "jackknife_psu", "jackknife_lonely", "bootstrap", "raked"])
def test_replicates(name):
    rows = reference("api_replicates").query("design == @name")
    drawn = pd.read_csv(REFERENCE / "multipliers.csv").drop(columns="unit").to_numpy()
    plain = Design(SAMPLE, "weight", "stratum", "psu", "population")
    if name == "raked":
        margins = {"size": {"large": 60, "medium": 98, "small": 160}, "region": {"east": 33, "north": 100, "south": 90, "west": 95}}
        met = Calibration(("size", "region"), start="one")
        plain = Design(SAMPLE.assign(weight=rake(SAMPLE, margins, "one", 1e-14)), "weight", "stratum", "psu", "population", calibration=met)
    if name.startswith("jackknife"):
        ours = {"psu": plain, "lonely": Design(SAMPLE, "weight", "lonely", "psu")}
        kind = name.split("_")[1]
        replicates = jackknife(ours.get(kind) or design(kind))
    else:
        multipliers = np.zeros((plain.psus.max() + 1, drawn.shape[1]))
        multipliers[plain.psus] = drawn
        replicates = Replicates(plain, multipliers, np.full(drawn.shape[1], 1 / drawn.shape[1]), "bootstrap")
    ranks = rows["statistic"] == "rank"
    ours = compared(rows[~ranks], lambda items, by, statistic: replicate_estimate(replicates, items, by, statistic))
    close(ours, rows[~ranks], ["estimate", "n", "population"])
    known = ours["df"] > 0
    assert known.sum() >= 2
    close(ours[known], rows[~ranks][known], ["se"])
    if ranks.any():
        table = replicate_estimate(replicates, ["now", "future", "staff"], statistic="rank")
        close(table, rows[ranks].reset_index(drop=True), ["estimate", "se", "n", "population"])


def test_options_to_tick():
    rows = reference("multiple")
    table = estimate(Design(SAMPLE, "weight", "stratum", "psu", "population"), ["has", "rare"], statistic="multiple")
    close(table, rows, ["estimate", "se", "df", "n", "population"])
    inner = rows["lower"].notna()
    assert inner.any()
    close(table[inner], rows[inner], ["lower", "upper"])
