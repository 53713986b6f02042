"""Raking: the margins met, starting weights kept to, and the weights of R's survey package."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ledanalysis.errors import InputError
from ledanalysis.weighting import rake

REFERENCE = Path(__file__).parent / "reference"
SAMPLE = pd.DataFrame({"size": ["small", "small", "large", "large"], "part": ["n", "s", "n", "s"], "w": [1.0, 1.0, 2.0, 6.0]})
SIZE = {"small": 30, "large": 10}
PART = {"n": 24, "s": 16}


def test_one_margin_divides_the_total_of_each_level():
    assert rake(SAMPLE, {"size": SIZE}).tolist() == [15.0, 15.0, 5.0, 5.0]


def test_two_margins():
    # all combinations there once: row total x column total / 40
    weights = rake(SAMPLE, {"size": SIZE, "part": PART})
    np.testing.assert_allclose(weights, [18, 12, 6, 4], rtol=1e-10)


def test_starting_weights_keep_their_proportions_within_a_level():
    # small 1 : 1 and large 2 : 6
    np.testing.assert_allclose(rake(SAMPLE, {"size": SIZE}, "w"), [15, 15, 2.5, 7.5], rtol=1e-12)


def test_starting_weights_keep_the_odds_of_two_margins():
    # raking leaves the odds ratio of the starting weights: (1 x 6) / (1 x 2) = 3
    n1, s1, n2, s2 = rake(SAMPLE, {"size": SIZE, "part": PART}, "w")
    np.testing.assert_allclose([n1 * s2 / (s1 * n2), n1 + s1, n2 + s2, n1 + n2, s1 + s2], [3, 30, 10, 24, 16], rtol=1e-9)


def test_only_the_proportions_of_starting_weights_matter():
    many = rake(SAMPLE.assign(w=SAMPLE["w"] * 1000), {"size": SIZE, "part": PART}, "w")
    np.testing.assert_allclose(rake(SAMPLE, {"size": SIZE, "part": PART}, "w"), many, rtol=1e-9)


def test_weights_stand_on_the_rows_of_the_sample():
    weights = rake(SAMPLE.set_axis([7, 3, 9, 1]).iloc[::-1], {"size": {"large": 10, "small": 30}}, "w")
    assert weights.index.tolist() == [1, 9, 3, 7] and weights.tolist() == [7.5, 2.5, 15.0, 15.0] and weights.name == "weight"


@pytest.mark.parametrize("start", ["equal", "own"])
def test_as_the_survey_package(start):
    sample = pd.read_csv(REFERENCE / "sample.csv")
    margins = {"size": {"large": 60, "medium": 98, "small": 160}, "region": {"east": 33, "north": 100, "south": 90, "west": 95}}
    weights = rake(sample, margins, "weight" if start == "own" else None, tolerance=1e-13)
    np.testing.assert_allclose(weights, pd.read_csv(REFERENCE / "weights.csv")[start], rtol=1e-9)


def test_all_margins_are_met_to_the_tolerance():
    sample = pd.read_csv(REFERENCE / "sample.csv")
    margins = {"stratum": {"a": 65, "b": 182, "c": 63, "d": 8}, "size": {"large": 60, "medium": 98, "small": 160},
               "region": {"east": 33, "north": 100, "south": 90, "west": 95}}  # fmt: skip
    weights = rake(sample, margins)
    assert (weights > 0).all()
    for column, totals in margins.items():
        np.testing.assert_allclose(weights.groupby(sample[column]).sum(), list(totals.values()), rtol=1e-10)
    loose = rake(sample, margins, tolerance=0.01)
    reached = loose.groupby(sample["size"]).sum() / pd.Series(margins["size"])
    assert 1e-6 < (reached - 1).abs().max() <= 0.01  # fewer rounds: near, not there


def test_an_empty_level_is_named():
    with pytest.raises(InputError, match="column 'size': nobody in the sample .*: join it to another: 'g4'; allowed: large, small"):
        rake(SAMPLE, {"size": {"small": 30, "large": 6, "g4": 4}, "part": PART})


@pytest.mark.parametrize("value", ["g4", None])
def test_a_unit_in_no_level_is_named(value):
    with pytest.raises(InputError, match="column 'size': a unit .* in a level without a total: (nan|'g4'); allowed: small, large"):
        rake(SAMPLE.assign(size=["small", "small", "large", value]), {"size": SIZE})


def test_different_sums_are_shown():
    with pytest.raises(InputError, match="the margins do not have the same sum: {'size': 40.0, 'part': 41.0}"):
        rake(SAMPLE, {"size": SIZE, "part": {"n": 24, "s": 17}})


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan])
def test_starting_weights_are_above_zero(weight):
    with pytest.raises(InputError, match="column 'w': a starting weight is missing or not above zero"):
        rake(SAMPLE.assign(w=[1.0, 1.0, 1.0, weight]), {"size": SIZE}, "w")


def test_totals_are_above_zero():
    with pytest.raises(InputError, match="column 'size': the total of large is not above zero: 0"):
        rake(SAMPLE, {"size": {"small": 40, "large": 0}, "part": PART})


def test_margins_that_cannot_agree():
    # small is all of n: 30 and 24 cannot both be
    with pytest.raises(InputError, match=r"do not agree with all margins after 20 rounds: \['size', 'part'\]"):
        rake(SAMPLE.assign(part=["n", "n", "s", "s"]), {"size": SIZE, "part": PART}, most_rounds=20)
