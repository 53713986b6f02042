"""Weights by hand: totals met, starting weights kept to; and raking as R's survey package does it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ledanalysis.calibration import Calibration
from ledanalysis.errors import InputError
from ledanalysis.prepare import load_register, prepare, weigh
from ledanalysis.study import load_study
from ledanalysis.tables import read_table
from ledanalysis.weighting import calibrate, movement, post_stratify, rake, raked, trim

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


# --- other ways to weigh ------------------------------------------------------------------------------------------


def test_post_stratification_meets_each_cell():
    # cells of one unit each: its total; start weights 1 and 3 within a cell keep their proportion
    cells = {("small", "n"): 20, ("small", "s"): 10, ("large", "n"): 4, ("large", "s"): 6}
    assert post_stratify(SAMPLE, ["size", "part"], cells).tolist() == [20, 10, 4, 6]
    assert post_stratify(SAMPLE, ["size"], SIZE, "w").tolist() == [15, 15, 2.5, 7.5]


def test_an_empty_cell_names_what_it_can_be_joined_to():
    cells = {("small", "n"): 20, ("small", "s"): 10, ("large", "n"): 4, ("large", "e"): 1, ("large", "s"): 6, ("small", "e"): 2}
    with pytest.raises(InputError) as refused:
        post_stratify(SAMPLE, ["size", "part"], dict(list(cells.items())[:5]))
    assert str(refused.value) == (
        "column 'size/part': nobody in the sample is in this level: join it to another: ('large', 'e'); "
        "allowed: ('large', 'n'), ('large', 's')"
    )
    with pytest.raises(InputError, match=r"join it to another: \[\('large', 'e'\), \('small', 'e'\)\]"):
        post_stratify(SAMPLE, ["size", "part"], cells)


def test_linear_calibration_by_hand():
    # mean of x is 2 with weights 1, 1, 1 and is to be 7/3 with sum 3: w = 1 + b (x - 2), b = 1 / 2
    sample = pd.DataFrame({"x": [1.0, 2.0, 3.0], "w": 1.0, "one": ["a"] * 3})
    np.testing.assert_allclose(calibrate(sample, {"one": {"a": 3}}, {"x": 7}, "w"), [0.5, 1, 1.5])


def test_raking_distance_by_hand():
    # w = exp(a + b x), so that w1 w3 = w2^2; the sum is 3, of w x 7
    sample = pd.DataFrame({"x": [1.0, 2.0, 3.0], "w": 1.0, "one": ["a"] * 3})
    low, middle, high = calibrate(sample, {"one": {"a": 3}}, {"x": 7}, "w", "raking")
    np.testing.assert_allclose([low + middle + high, low + 2 * middle + 3 * high, low * high / middle**2], [3, 7, 1])


def test_bounds_are_kept_and_totals_met():
    sample = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "w": 1.0, "one": ["a"] * 4})
    free = calibrate(sample, {"one": {"a": 4}}, {"x": 12}, "w")
    assert free.min() < 0.5
    for distance in ("linear", "raking"):
        bounded = calibrate(sample, {"one": {"a": 4}}, {"x": 12}, "w", distance, (0.5, 1.9))
        assert bounded.between(0.5, 1.9).all() and bounded.min() == 0.5
        np.testing.assert_allclose([bounded.sum(), bounded @ sample["x"]], [4, 12])
    alike = calibrate(sample, {"one": {"a": 40}}, {"x": 120}, bounds=(0.5, 1.9))  # without a weight: of 40 / 4
    np.testing.assert_allclose(alike, calibrate(sample.assign(w=10.0), {"one": {"a": 40}}, {"x": 120}, "w", "linear", (0.5, 1.9)))
    with pytest.raises(InputError, match="cannot meet all totals within the bounds"):
        calibrate(sample, {"one": {"a": 4}}, {"x": 12}, "w", bounds=(0.9, 1.1))


def test_calibration_is_refused():
    sample = SAMPLE.assign(staff=[1.0, 2.0, np.nan, 4.0])
    with pytest.raises(InputError, match="row 4, column 'staff': a unit without a number to calibrate to"):
        calibrate(sample, {"size": SIZE}, {"staff": 100})
    with pytest.raises(InputError, match="unknown distance: 'logit'; allowed: linear, raking"):
        calibrate(sample, {"size": SIZE}, distance="logit")
    with pytest.raises(InputError, match="not there: 'height'"):
        calibrate(sample, {"size": SIZE}, {"height": 100})
    with pytest.raises(InputError, match="nothing to calibrate to"):
        calibrate(sample, {})
    with pytest.raises(InputError, match="cannot meet all totals: "):
        calibrate(sample.assign(x=1.0), {"size": SIZE}, {"x": 41.0})


def test_refusals_name_the_row():
    with pytest.raises(InputError, match="row 5, column 'size': a unit .* without a total: 'g4'"):
        rake(SAMPLE.assign(size=["small", "small", "large", "g4"]), {"size": SIZE})


def test_trimmed_weights_keep_their_sum():
    # 9 loses 3, 1.5 to each of the others
    assert trim(pd.Series([1.0, 2.0, 9.0]), 0, 6).tolist() == [2.5, 3.5, 6.0]
    # 0 gains 3, 1.5 off each of the others; 2.5 is then below 3, and so on until it is 3
    assert trim(pd.Series([0.0, 4.0, 8.0]), 3, 8).tolist() == pytest.approx([3, 3, 6])
    many = trim(pd.Series([1.0, 4.0, 9.0], index=[5, 6, 7]), 0, 5)
    assert many.sum() == pytest.approx(14) and many.max() <= 5 and many.index.tolist() == [5, 6, 7]
    with pytest.raises(InputError, match="cannot be kept within these bounds"):
        trim(pd.Series([1.0, 2.0, 9.0]), 0, 3)


def test_movement():
    table = movement(pd.Series([1.0, 1.0, 2.0, 6.0]), pd.Series([2.0, 1.0, 2.0, 2.0]), pd.Series(list("aabb")))
    expected = pd.DataFrame({
        "n": [2, 2, 4], "low": [1.0, 2, 1], "mean": [1.0, 4, 2.5], "high": [1.0, 6, 6], "least": [0.5, 1, 0.5], "most": [1.0, 3, 3],
        "deff": [1, 80 / 64, 4 * 42 / 100], "effective_n": [2, 64 / 40, 100 / 42],
    }, index=["a", "b", "all"])  # fmt: skip
    pd.testing.assert_frame_equal(table, expected, check_names=False)


def test_the_table_of_weights_tells_what_they_were_raked_to():
    table = pd.DataFrame({"weight": [1.0], "start": [2.0], "margin_size": ["small"], "margin_region": ["n"]})
    assert raked(table) == Calibration(("margin_size", "margin_region"), start="start")
    assert raked(table.drop(columns="start")).start is None
    assert raked(table[["weight"]]) is None  # a census


def test_the_study_rakes_from_the_weights_of_the_draw_and_says_so(small):
    # 2 of 3 of lt20, 1 of 3 of gt100; the only margin is the strata, so that the start is the weight
    responses = pd.DataFrame({"municipality": ["GM0060", "GM0088", "GM0034"], "respondent": [1, 2, 3]})
    table = weigh(responses, load_register(small), small)
    assert table["start"].tolist() == [1.5, 1.5, 3] and table["margin_size"].tolist() == ["lt20", "lt20", "gt100"]
    np.testing.assert_allclose(table["weight"], table["start"])
    assert raked(table) == Calibration(("margin_size",), start="start")


def test_a_municipality_for_which_several_answered_counts_once(small):
    """Their scores are averaged: else one municipality could be all of the five that a figure needs."""
    several = pd.DataFrame({"municipality": ["GM0060", "GM0060", "GM0034", "GM0088", "GM0060", "GM0034"], "respondent": ["1", "2", "3", "2", "5", "6"]})
    table = weigh(several, load_register(small), small)
    assert table["municipality"].tolist() == ["GM0060", "GM0034", "GM0088"]
    assert table["respondent"].tolist() == ["2", "3", "2"]  # who answers for two is one informant of both


def test_a_study_without_a_rule_for_doubles_counts_municipalities(small_folder):
    path = small_folder / "data" / "codebook" / "rules.csv"
    rules = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in rules if "repeated;a1_gm" not in line), "utf-8")
    prepare(load_study(small_folder))
    study = load_study(small_folder)
    assert read_table(study, "responses")["municipality"].duplicated().any()
    weights, estimates = read_table(study, "weights"), read_table(study, "estimates")
    assert weights["municipality"].is_unique
    assert estimates.loc[estimates["clustering"] == "sector", "n"].max() <= len(weights)
