"""Replicate weights by hand and by what they must agree with; R's figures are in test_reference_api.py."""

import numpy as np
import pandas as pd
import pytest

from ledanalysis.calibration import Calibration
from ledanalysis.errors import InputError
from ledanalysis.estimation import Design, estimate
from ledanalysis.replicates import bootstrap, jackknife, replicate_estimate

DATA = pd.DataFrame({
    "x": [30.0, 50.0, 70.0, 10.0, 20.0, 60.0], "y": [50.0, 40.0, 60.0, 30.0, 70.0, 60.0], "s": list("aaabbb"),
    "w": [1.0, 1.0, 1.0, 2.0, 2.0, 2.0], "N": [12, 12, 12, 6, 6, 6], "p": [1, 1, 2, 1, 2, 3], "d": list("ababab"),
})  # fmt: skip


def test_the_jackknife_leaves_out_each_psu():
    made = jackknife(Design(DATA, "w", "s", "p", "N"))
    assert made.multipliers.tolist() == [[0, 2, 1, 1, 1], [2, 0, 1, 1, 1], [1, 1, 0, 1.5, 1.5], [1, 1, 1.5, 0, 1.5], [1, 1, 1.5, 1.5, 0]]
    # (1 - 3/12) 1/2 in a, (1 - 3/6) 2/3 in b
    np.testing.assert_allclose(made.scales, [0.375, 0.375, 1 / 3, 1 / 3, 1 / 3])
    assert made.weights()[:, 0].tolist() == [0, 0, 2, 2, 2, 2]


def test_a_jackknifed_mean():
    # 3 left out: 60, 50, 40 around 50; scale 2/3: variance 400 / 3
    table = replicate_estimate(jackknife(Design(DATA.head(3))), ["x"])
    assert table["se"].iloc[0] == pytest.approx((400 / 3) ** 0.5) and table["df"].iloc[0] == 2


def test_a_jackknifed_total_is_linear_and_so_the_same_as_linearisation():
    design = Design(DATA, "w", "s", "p", "N")
    for by in (None, "d"):
        pd.testing.assert_frame_equal(replicate_estimate(jackknife(design), ["x", "y"], by, "total"), estimate(design, ["x", "y"], by, "total"))


def test_the_bootstrap_has_the_variance_of_the_design():
    # the variance of a total over all draws is that of linearisation, fpc and a stratum of one psu included
    data = pd.concat([DATA, pd.DataFrame({"x": [25.0], "y": [5.0], "s": ["c"], "w": [3.0], "N": [3], "p": [1], "d": ["a"]})], ignore_index=True)
    design = Design(data, "w", "s", "p", "N")
    made = bootstrap(design, 40_000, seed=3)
    np.testing.assert_allclose(made.multipliers.mean(axis=1), 1, atol=0.02)
    expected = estimate(design, ["x", "y"], statistic="total")
    found = replicate_estimate(made, ["x", "y"], statistic="total")
    np.testing.assert_allclose(found["se"], expected["se"], rtol=0.02)


def test_the_bootstrap_multiplies_by_what_was_drawn():
    made = bootstrap(Design(DATA, "w", "s", "p", "N"), 50, seed=1).multipliers
    size = 0.5**0.5  # stratum b: 1 - 3/6
    assert np.all(np.isclose(made[2:, :, None], 1 - size + size * 1.5 * np.arange(3)).any(axis=2))
    np.testing.assert_allclose(made[2:].sum(axis=0), 3)
    assert np.array_equal(made, bootstrap(Design(DATA, "w", "s", "p", "N"), 50, seed=1).multipliers)
    assert not np.array_equal(made, bootstrap(Design(DATA, "w", "s", "p", "N"), 50, seed=2).multipliers)


def test_a_census_has_no_error():
    data = DATA.head(3).assign(N=3)
    for made in (jackknife(Design(data, population="N")), bootstrap(Design(data, population="N"), 10)):
        assert replicate_estimate(made, ["x"])[["se", "lower", "upper"]].to_numpy().tolist() == [[0, 50, 50]]


@pytest.mark.parametrize(("weights", "expected"), [([1, 1, 1, 1], 35.0), ([1, 1, 1, 4], 60.0), ([1, 3, 1, 1], 30.0), ([1, 1, 0, 2], 45.0)])
def test_the_weighted_median(weights, expected):
    data = pd.DataFrame({"x": [20.0, 30.0, 40.0, 60.0], "w": weights})
    table = replicate_estimate(bootstrap(Design(data, "w"), 10), ["x"], statistic="median")
    assert table["estimate"].tolist() == [expected]


def test_a_median_leaves_out_who_did_not_answer():
    data = pd.DataFrame({"x": [20.0, np.nan, 40.0, 60.0], "y": [np.nan] * 4})
    table = replicate_estimate(bootstrap(Design(data), 200), ["x", "y"], statistic="median")
    assert table["estimate"].iloc[0] == 40 and table["n"].tolist() == [3, 0] and table["estimate"].isna().tolist() == [False, True]
    assert (table["lower"].iloc[0], table["upper"].iloc[0]) == (20, 60) and np.isnan(table["se"].iloc[1])


def test_ranks():
    table = replicate_estimate(bootstrap(Design(DATA, "w"), 300), ["x", "y"], statistic="rank")
    assert table["estimate"].tolist() == [2, 1] and table["lower"].tolist() == [1, 1] and table["upper"].tolist() == [2, 2]
    apart = replicate_estimate(bootstrap(Design(DATA.assign(y=DATA["x"] + 5), "w"), 300), ["x", "y"], statistic="rank")
    assert apart[["estimate", "se", "lower", "upper"]].to_numpy().tolist() == [[2, 0, 2, 2], [1, 0, 1, 1]]


def test_any_function_of_values_and_weights():
    design = Design(DATA, "w", "s", "p", "N")

    def mean(values, weights):
        return weights @ values / weights.sum()

    given, named = (replicate_estimate(jackknife(design), ["x", "y"], "d", statistic) for statistic in (mean, "mean"))
    pd.testing.assert_frame_equal(given, named)
    boot = bootstrap(design, 100)
    given, named = (replicate_estimate(boot, ["x", "y"], "d", statistic) for statistic in (mean, "mean"))
    pd.testing.assert_series_equal(given["se"], named["se"])
    assert (given["lower"] != named["lower"]).all()  # percentiles, not t


def test_each_replicate_is_calibrated_again():
    data = DATA.assign(start=1.0)
    design = Design(data, "w", "s", None, calibration=Calibration(("s",), start="start"))
    weights = bootstrap(design, 10).weights()
    np.testing.assert_allclose(weights[:3].sum(axis=0), 3)
    np.testing.assert_allclose(weights[3:].sum(axis=0), 6)


def test_a_replicate_without_a_value_is_left_out():
    # of domain a (2 of 4 psu) a bootstrap leaves both out now and then: then there is no mean
    data = pd.DataFrame({"x": [30.0, 50.0, 1.0, 2.0], "d": list("aabb")})
    made = bootstrap(Design(data), 200, seed=1)
    lost = (made.multipliers[:2] == 0).all(axis=0)
    assert 0 < lost.sum() < 100
    kept = made.multipliers[:2, ~lost]
    means = [30, 50] @ kept / kept.sum(axis=0)
    assert replicate_estimate(made, ["x"], "d")["se"].iloc[0] == pytest.approx(np.sqrt(np.mean((means - 40) ** 2)))


@pytest.mark.parametrize(("statistic", "problem"), [("median", "does not find the error of a median: 'median'; allowed: bootstrap"),
                                                     ("mode", "unknown statistic: 'mode'; allowed: mean")])  # fmt: skip
def test_what_the_jackknife_refuses(statistic, problem):
    with pytest.raises(InputError, match=problem):
        replicate_estimate(jackknife(Design(DATA)), ["x"], statistic=statistic)


def test_designs_without_replicates():
    with pytest.raises(InputError, match="there is nothing left"):
        jackknife(Design(DATA.head(1)))
    with pytest.raises(InputError, match="too many: 10001; allowed: at most 10000, or bootstrap"):
        jackknife(Design(pd.DataFrame({"x": np.arange(10_001.0)})))
    with pytest.raises(InputError, match="too few replicates: 1"):
        bootstrap(Design(DATA), 1)
    with pytest.raises(InputError, match="replicate weights are of one stage"):
        bootstrap(Design(DATA, psu="x", psu_population="N"))
