"""Estimates against hand-worked cases, and against R's survey package on a made-up sample (reference/reference.R)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ledanalysis.calibration import Calibration
from ledanalysis.errors import InputError
from ledanalysis.estimation import Design, covariance, estimate, influence, interval, share_interval

REFERENCE = Path(__file__).parent / "reference"
SAMPLE = pd.read_csv(REFERENCE / "sample.csv").assign(one=1.0)
DESIGNS = {
    "weights": Design(SAMPLE, "weight"),
    "strata": Design(SAMPLE, "weight", "stratum"),
    "psu": Design(SAMPLE, "weight", "stratum", "psu"),
    "fpc": Design(SAMPLE, "weight", "stratum", "psu", "population"),
    "lonely": Design(SAMPLE, "weight", "lonely", "psu"),
    "lonely_fpc": Design(SAMPLE, "weight", "lonely", "psu", "lonely_population"),
}
FIGURES = ["estimate", "se", "lower", "upper", "df", "n", "population"]


def reference(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv", keep_default_na=False, na_values="NA")


def expect(table: pd.DataFrame, **columns) -> None:
    """The table has these columns, to 9 digits; NaN is NaN."""
    for column, values in columns.items():
        if isinstance(values[0], str):
            assert table[column].tolist() == values, column
        else:
            np.testing.assert_allclose(table[column].to_numpy(float), values, rtol=1e-9, atol=1e-12, err_msg=column)


# --- R's survey package -------------------------------------------------------------------------------------------


def calculated(rows: pd.DataFrame) -> pd.DataFrame:
    """Our own figures for the rows of estimates.csv, in their order."""
    tables = []
    for (design, by, statistic, item), part in rows.groupby(["design", "by", "statistic", "item"], sort=False):
        asked = tuple(item.split("/")) if "/" in item else item
        table = estimate(DESIGNS[design], [asked], by or None, statistic)
        assert not by or table[by].tolist() == part["domain"].tolist()
        tables.append(table.set_index(part.index))
    return pd.concat(tables)


@pytest.mark.parametrize("statistic", ["mean", "total", "share", "change", "ratio"])
@pytest.mark.parametrize("design", DESIGNS)
def test_as_the_survey_package(design, statistic):
    rows = reference("estimates").query("design == @design and statistic == @statistic")
    assert len(rows) >= 8
    ours = calculated(rows)
    for column in ("estimate", "df", "n", "population"):
        np.testing.assert_allclose(ours[column], rows[column], rtol=1e-9, atol=1e-12, err_msg=column)
    known = rows["df"] > 0  # where df is 0, we give no error; the survey package gives one, but no interval
    np.testing.assert_allclose(ours.loc[known, "se"], rows.loc[known, "se"], rtol=1e-9, atol=1e-12)
    assert ours.loc[~known, "se"].isna().all()
    inner = rows["lower"].notna()  # shares of 0 and 1 are below: there the survey package has no interval
    for column in ("lower", "upper"):
        np.testing.assert_allclose(ours.loc[inner, column], rows.loc[inner, column], rtol=1e-9, err_msg=column)


def test_the_reference_has_what_is_hard():
    rows = reference("estimates")
    assert (rows["df"] == 0).any() and rows.query("statistic == 'share'")["lower"].isna().any()
    assert SAMPLE.groupby(["stratum", "psu"]).size().max() >= 2  # a psu that answers for several units
    assert SAMPLE.groupby("psu")["stratum"].nunique().max() == 4  # psu names come back in every stratum
    assert (DESIGNS["lonely"].psu_strata == 4).sum() == 1 and DESIGNS["fpc"].fractions.max() == 1


@pytest.mark.parametrize("design", DESIGNS)
def test_covariances_as_the_survey_package(design):
    rows = reference("covariances").query("design == @design").set_index(["first", "second"])["value"]
    items = ["now", "future", "has"]
    complete = SAMPLE[items].notna().all(axis=1).to_numpy()
    _, scores = influence(DESIGNS[design], SAMPLE[items].to_numpy(), complete)
    expected = [[rows[a, b] for b in items] for a in items]
    np.testing.assert_allclose(covariance(DESIGNS[design], scores), expected, rtol=1e-9)


@pytest.mark.parametrize("design", DESIGNS)
def test_a_domain_less_the_rest_as_the_survey_package(design):
    rows = reference("covariances").query("design == @design").set_index(["first", "second"])["value"]
    small = (SAMPLE["size"] == "small").to_numpy()
    values = SAMPLE[["staff"]].to_numpy()
    here, scores = influence(DESIGNS[design], values, small)
    there, other_scores = influence(DESIGNS[design], values, ~small)
    np.testing.assert_allclose(here - there, rows["small", "difference"], rtol=1e-9)
    np.testing.assert_allclose(covariance(DESIGNS[design], scores - other_scores), rows["small", "variance"], rtol=1e-9)


# --- by hand ------------------------------------------------------------------------------------------------------


def test_one_stratum():
    # mean 50, variance (400 + 0 + 400) / 2 = 400, se = sqrt(400 / 3); t with df 2 is (2 p - 1) / sqrt(2 p (1 - p))
    data = pd.DataFrame({"x": [30.0, 50.0, 70.0]})
    half = 0.95 / (2 * 0.975 * 0.025) ** 0.5 * (400 / 3) ** 0.5
    expect(estimate(Design(data), ["x"]), item=["x"], estimate=[50], se=[(400 / 3) ** 0.5], lower=[50 - half],
           upper=[50 + half], df=[2], n=[3], population=[3])  # fmt: skip


def test_level():
    data = pd.DataFrame({"x": [30.0, 50.0, 70.0]})
    expect(estimate(Design(data), ["x"], level=0.90), upper=[50 + 0.90 / (2 * 0.95 * 0.05) ** 0.5 * (400 / 3) ** 0.5])


def test_finite_population():
    # 3 of 12: a quarter is in, so that 3/4 of the variance is left
    data = pd.DataFrame({"x": [30.0, 50.0, 70.0], "N": 12})
    expect(estimate(Design(data, population="N"), ["x"]), se=[(0.75 * 400 / 3) ** 0.5])


def test_census():
    data = pd.DataFrame({"x": [30.0, 50.0, 70.0], "y": [1.0, 0.0, 0.0], "N": 3})
    expect(estimate(Design(data, population="N"), ["x"]), estimate=[50], se=[0], lower=[50], upper=[50])
    expect(estimate(Design(data, population="N"), ["y"], statistic="share"), se=[0], lower=[1 / 3], upper=[1 / 3])


def test_census_in_which_one_psu_answers_for_two_units():
    data = pd.DataFrame({"x": [30.0, 30.0, 70.0], "psu": [1, 1, 2], "N": 3})
    expect(estimate(Design(data, psu="psu", population="N"), ["x"]), estimate=[130 / 3], se=[0], df=[1], n=[3])


def test_domain_of_one_in_a_census():
    data = pd.DataFrame({"x": [30.0, 50.0, 70.0], "N": 3, "d": ["a", "b", "b"]})
    table = estimate(Design(data, population="N"), ["x"], "d")
    expect(table, d=["a", "b"], estimate=[30, 60], se=[0, 0], lower=[30, 60], upper=[30, 60], df=[0, 1], n=[1, 2])


def test_strata():
    # a: 10 and 20 of 4, weight 2; b: 50, 60 and 70 of 6, weight 2. Mean (2 x 30 + 2 x 180) / 10 = 42.
    # Variance of the mean: (4/10)^2 (1 - 2/4) 50/2 + (6/10)^2 (1 - 3/6) 100/3 = 2 + 6 = 8. df 5 - 2 = 3.
    data = pd.DataFrame({
        "x": [10.0, 20.0, 50.0, 60.0, 70.0], "s": list("aabbb"), "w": 2.0, "N": [4, 4, 6, 6, 6],
    })  # fmt: skip
    expect(estimate(Design(data, "w", "s", None, "N"), ["x"]), estimate=[42], se=[8**0.5], df=[3], n=[5], population=[10])
    # Totals: 10 times as much.
    total = estimate(Design(data, "w", "s", None, "N"), ["x"], statistic="total")
    expect(total, estimate=[420], se=[800**0.5], df=[3], n=[5], population=[10])


def test_a_psu_of_two_rows_is_one():
    # psu sums of w (x - 40) / 4: p (30 - 40 + 30 - 40) / 4 = -5; q (60 - 40) / 4 = 5; r 0.
    # Variance 3 / 2 (25 + 25 + 0) = 75; as if there were four rows it would be 4/3 (6.25 + 6.25 + 25 + 0) = 50.
    data = pd.DataFrame({"x": [30.0, 30.0, 60.0, 40.0], "p": list("ppqr")})
    expect(estimate(Design(data, psu="p"), ["x"]), estimate=[40], se=[75**0.5], df=[2], n=[4])
    expect(estimate(Design(data), ["x"]), estimate=[40], se=[50**0.5], df=[3], n=[4])


def test_the_same_psu_name_in_two_strata_is_two_psu():
    data = pd.DataFrame({"x": [30.0, 40.0, 60.0, 40.0], "p": [1, 2, 1, 2], "s": list("aabb")})
    expect(estimate(Design(data, stratum="s", psu="p"), ["x"]), df=[2])
    assert Design(data, stratum="s", psu="p").psus.tolist() == [0, 1, 2, 3]


def test_each_item_has_its_own_n():
    data = pd.DataFrame({"x": [30.0, np.nan, 70.0], "y": [1.0, 2.0, 3.0], "w": [1.0, 2.0, 3.0]})
    table = estimate(Design(data, "w"), ["x", "y"])
    expect(table, item=["x", "y"], estimate=[60, 14 / 6], df=[1, 2], n=[2, 3], population=[4, 6])


def test_an_item_nobody_answered():
    data = pd.DataFrame({"x": [np.nan, np.nan], "y": [1.0, 3.0]})
    nan = np.nan
    table = estimate(Design(data), ["x", "y"])
    expect(table, estimate=[nan, 2], se=[nan, 1], lower=[nan, 2 - stats.t.ppf(0.975, 1)], df=[0, 1], n=[0, 2])


def test_domains_keep_the_whole_design():
    # Domain a: mean 40 of 2 of the 4 rows. Contributions (30 - 40) / 2 = -5, 5, 0, 0: variance 4/3 x 50.
    # With the other rows left out it would be 2/1 x 50.
    data = pd.DataFrame({"x": [30.0, 50.0, 1.0, 2.0], "d": list("aabb")})
    table = estimate(Design(data), ["x"], "d")
    expect(table, d=["a", "b"], estimate=[40, 1.5], se=[(200 / 3) ** 0.5, (0.125 * 4 / 3) ** 0.5], df=[1, 1], n=[2, 2])


def test_a_domain_of_one_psu_has_no_error():
    data = pd.DataFrame({"x": [30.0, 50.0, 1.0, 2.0], "p": [1, 1, 2, 3], "d": list("aabb")})
    nan = np.nan
    table = estimate(Design(data, psu="p"), ["x"], "d")
    assert table["se"].isna().tolist() == [True, False]
    expect(table.head(1), estimate=[40], se=[nan], lower=[nan], upper=[nan], df=[0], n=[2])


def test_a_unit_in_no_domain_counts_in_the_variance_only():
    data = pd.DataFrame({"x": [30.0, 50.0, 1.0, 2.0], "d": ["a", "a", None, None]})
    expect(estimate(Design(data), ["x"], "d"), d=["a"], estimate=[40], se=[(200 / 3) ** 0.5], n=[2])


def test_change_counts_who_has_both():
    # changes 10, 30, 20: mean 20; contributions -10 / 3, 10 / 3, 0, and 0 of the row that has not both: 4/3 x 200 / 9
    data = pd.DataFrame({"later": [40.0, 80.0, 70.0, 90.0], "first": [30.0, 50.0, 50.0, np.nan]})
    table = estimate(Design(data), [("later", "first")], statistic="change")
    expect(table, item=["later/first"], estimate=[20], se=[(4 / 3 * 200 / 9) ** 0.5], df=[2], n=[3])


def test_ratio():
    # 60 / 20 = 3; contributions (12 - 12) / 20, (30 - 24) / 20, (18 - 24) / 20: variance 3/2 x 0.18
    data = pd.DataFrame({"euro": [12.0, 30.0, 18.0], "staff": [4.0, 8.0, 8.0]})
    table = estimate(Design(data), [("euro", "staff")], statistic="ratio")
    expect(table, item=["euro/staff"], estimate=[3], se=[0.27**0.5], df=[2], n=[3])


def test_ratio_counts_a_denominator_of_zero():
    data = pd.DataFrame({"euro": [12.0, 30.0, 18.0], "staff": [4.0, 16.0, 0.0]})
    expect(estimate(Design(data), [("euro", "staff")], statistic="ratio"), estimate=[3], df=[2], n=[3], population=[3])


def test_a_stratum_with_one_psu_is_taken_around_zero():
    # contributions (30 - 40) / 3, 0, 10 / 3; a has one psu: 100 / 9; b two, around their mean 5 / 3: 2 x 2 x 25 / 9
    data = pd.DataFrame({"x": [30.0, 40.0, 50.0], "s": list("abb")})
    expect(estimate(Design(data, stratum="s"), ["x"]), estimate=[40], se=[(200 / 9) ** 0.5], df=[1])


def test_share_on_the_logit_scale():
    # 1 of 4: se = sqrt(0.25 x 0.75 / 3) = 0.25; logit -ln 3, its error 0.25 / 0.1875 = 4/3; t with df 3
    data = pd.DataFrame({"has": [1.0, 0.0, 0.0, 0.0]})
    width = stats.t.ppf(0.975, 3) * 4 / 3
    ends = [1 / (1 + 3 * np.exp(sign * width)) for sign in (1, -1)]
    table = estimate(Design(data), ["has"], statistic="share")
    expect(table, estimate=[0.25], se=[0.25], lower=[ends[0]], upper=[ends[1]], df=[3], n=[4])


def test_shares_of_0_and_1_have_the_exact_binomial_bound():
    # 0 of 5 with an infinite population: (1 - p)^5 = 0.025
    data = pd.DataFrame({"no": [0.0] * 5, "yes": [1.0] * 5, "w": 1e12})
    far = 1 - 0.025 ** (1 / 5)
    table = estimate(Design(data, "w"), ["no", "yes"], statistic="share")
    expect(table, estimate=[0, 1], se=[0, 0], lower=[0, 1 - far], upper=[far, 1])
    far = stats.binomtest(0, 5).proportion_ci(method="exact").high
    np.testing.assert_allclose(table["upper"].iloc[0], far, rtol=1e-9)


def test_shares_of_0_and_1_close_as_the_population_is_in():
    # 4 of 8: as 4 / (1 - 1/2) = 8 answers; 4 of 4: closed
    data = pd.DataFrame({"no": [0.0] * 4, "yes": [1.0] * 4, "w": 2.0, "N": 8})
    far = 1 - 0.025 ** (1 / 8)
    expect(estimate(Design(data, "w", None, None, "N"), ["no", "yes"], statistic="share"), lower=[0, 1 - far], upper=[far, 1])
    census = Design(data.assign(w=1.0, N=4), "w", None, None, "N")
    expect(estimate(census, ["no", "yes"], statistic="share"), lower=[0, 1], upper=[0, 1])


def test_share_of_one_answer_says_almost_nothing():
    data = pd.DataFrame({"has": [0.0, 1.0, 0.0], "d": list("abb"), "w": 1e12})
    table = estimate(Design(data, "w"), ["has"], "d", "share").head(1)
    expect(table, estimate=[0], se=[np.nan], lower=[0], upper=[0.975], df=[0], n=[1])


def test_intervals_alone():
    lower, upper = interval(np.array([5.0, 5.0, 5.0]), np.array([1.0, 0.0, np.nan]), np.array([10, 0, 0]))
    t = 2.2281388519649385  # df 10
    np.testing.assert_allclose([lower, upper], [[5 - t, 5, np.nan], [5 + t, 5, np.nan]], rtol=1e-9)
    lower, upper = share_interval(*(np.array([value]) for value in (0.5, 0.1, 10, 11, 1e12)))
    np.testing.assert_allclose(lower + upper, [1.0])  # a half: as wide upwards as downwards


def test_estimates_stand_per_domain_in_the_order_of_the_items():
    data = pd.DataFrame({"x": [1.0, 3.0, 5.0], "y": [2.0, 4.0, 6.0], "d": list("bab")})
    expect(estimate(Design(data), ["y", "x"], "d"), d=list("aabb"), item=["y", "x", "y", "x"], estimate=[4, 3, 4, 3])


# --- calibration, stages, several options -------------------------------------------------------------------------


def test_a_calibrated_total_has_the_error_of_what_the_margins_do_not_explain():
    # post-strata a (10, 20) and b (50, 60, 70), weights 2: residuals -5, 5, -10, 0, 10, times 2; one stratum of 5 of 10:
    # (1 - 1/2) 5/4 x 4 (25 + 25 + 100 + 100) = 625; without the post-strata around 42
    data = pd.DataFrame({"x": [10.0, 20.0, 50.0, 60.0, 70.0], "g": list("aabbb"), "w": 2.0, "N": 10})
    expect(estimate(Design(data, "w", population="N", calibration=Calibration(("g",))), ["x"], statistic="total"), se=[25], df=[4])
    expect(estimate(Design(data, "w", population="N"), ["x"], statistic="total"), se=[(2.5 * (32**2 + 22**2 + 8**2 + 18**2 + 28**2)) ** 0.5])


def test_residuals_are_of_the_weights_before_and_are_weighed_by_those_after():
    # starts 1 and 3: mean of a (10 + 3 x 20) / 4 = 17.5, residuals -7.5, 2.5; weights 2, 4: -15, 10; b 0. Around
    # -5 / 3: 3/2 x (225 + 100 - 25 / 3)
    data = pd.DataFrame({"x": [10.0, 20.0, 50.0], "g": list("aab"), "start": [1.0, 3.0, 5.0], "w": [2.0, 4.0, 5.0]})
    expect(estimate(Design(data, "w", calibration=Calibration(("g",), start="start")), ["x"], statistic="total"), se=[475**0.5])


def test_a_known_total_has_no_error():
    data = pd.DataFrame({"x": [10.0, 20.0, 50.0, 70.0], "g": list("aabb"), "w": 2.0})
    table = estimate(Design(data, "w", calibration=Calibration(("g",), ("x",))), ["x"], statistic="total")
    np.testing.assert_allclose(table["se"], 0, atol=1e-10)


def test_a_domain_in_a_calibrated_sample():
    data = pd.DataFrame({"x": [20.0, 1.0, 40.0, 2.0], "g": list("aabb"), "d": [1, 0, 1, 0]})
    table = estimate(Design(data, calibration=Calibration(("g",))), ["x"], "d")
    # (x - 30) / 2: -5, 0, 5, 0; less the post-stratum's mean: -2.5, 2.5, 2.5, -2.5; 4/3 x 25
    expect(table.tail(1), estimate=[30], se=[(100 / 3) ** 0.5])


def test_margins_and_combinations():
    data = pd.DataFrame({"a": list("xxyy"), "b": list("ppqp"), "n": [1.0, 2.0, 3.0, 4.0]})
    assert Calibration(("a",), ("n",)).auxiliaries(data).tolist() == [[1, 0, 1], [1, 0, 2], [0, 1, 3], [0, 1, 4]]
    assert Calibration((("a", "b"),)).auxiliaries(data).tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_a_second_stage():
    # 2 of 4 psu, of each 2 of 4 units, weight 4: sums 120 and 200 around 160: 1/2 x 2 x 3200 = 3200;
    # within: 1/2 (1 - 2/4) 2 (2 x 20^2 + 2 x 20^2) = 800
    data = pd.DataFrame({"x": [10.0, 20.0, 20.0, 30.0], "p": [1, 1, 2, 2], "w": 4.0, "N": 4, "M": 4})
    design = Design(data, "w", psu="p", population="N", counted="psu", psu_population="M")
    expect(estimate(design, ["x"], statistic="total"), estimate=[320], se=[4000**0.5], df=[1])
    expect(estimate(Design(data, "w", psu="p", population="N", counted="psu"), ["x"], statistic="total"), se=[3200**0.5])


def test_all_psu_in_leaves_the_error_within_them():
    data = pd.DataFrame({"x": [10.0, 20.0, 20.0, 30.0], "p": [1, 1, 2, 2], "w": 2.0, "N": 2, "M": 4})
    design = Design(data, "w", psu="p", population="N", counted="psu", psu_population="M")
    # (1 - 1/2) 2 x 4 x 10^2, the deviations being 2 x 5
    expect(estimate(design, ["x"], statistic="total"), se=[400**0.5])
    assert not design.census and Design(data, "w", psu="p", population="N", counted="psu").census


def test_a_lonely_stratum_is_noted():
    data = pd.DataFrame({"x": [30.0, 40.0, 50.0], "s": ["alone", "b", "b"]})
    assert estimate(Design(data, stratum="s"), ["x"]).attrs == {"lonely": ["alone"]}
    assert estimate(Design(data), ["x"]).attrs == {"lonely": []}


def test_options_to_tick_have_one_base():
    # the third ticked neither but answered one; the last answered nothing
    data = pd.DataFrame({"a": [1.0, np.nan, 0.0, np.nan], "b": [np.nan, 1.0, np.nan, np.nan]})
    expect(estimate(Design(data), ["a", "b"], statistic="multiple"), item=["a", "b"], estimate=[1 / 3, 1 / 3], n=[3, 3], df=[2, 2])


def test_many_items_are_worked_on_in_turn(monkeypatch):
    data = pd.DataFrame({"x": [1.0, 3.0, 5.0], "y": [2.0, np.nan, 6.0], "d": list("bab")})
    whole = estimate(Design(data), ["y", "x"], "d")
    monkeypatch.setattr("ledanalysis.estimation.CELLS", 3)
    pd.testing.assert_frame_equal(estimate(Design(data), ["y", "x"], "d"), whole)


# --- what is refused ----------------------------------------------------------------------------------------------

GOOD = pd.DataFrame({"x": [1.0, 2.0, 3.0], "w": [1.0, 1.0, 2.0], "s": list("aab"), "p": [1, 2, 3], "N": [4, 4, 1]})


def test_what_is_refused_is_about_the_change_alone():
    assert Design(GOOD, "w", "s", "p", "N").fractions.tolist() == [0.5, 1.0]


@pytest.mark.parametrize(("changes", "problem"), [
    ({"w": [1.0, np.nan, 2.0]}, "row 3, column 'w': a weight is missing or below zero: nan"),
    ({"w": [1.0, -1.0, 2.0]}, "row 3, column 'w': a weight is missing or below zero: -1.0"),
    ({"N": [1, 1, 1]}, "row 2, column 'N': a stratum has a population smaller than its sample"),
    ({"N": [4, 5, 1]}, "row 3, column 'N': a stratum has more than one population"),
    ({"N": [4.0, 4.0, np.nan]}, "column 'N': a unit without a value"),
    ({"s": ["a", "a", None]}, "row 4, column 's': a unit without a value"),
    ({"p": [1.0, np.nan, 3.0]}, "column 'p': a unit without a value"),
])  # fmt: skip
def test_a_design_is_refused(changes, problem):
    with pytest.raises(InputError, match=problem):
        Design(GOOD.assign(**changes), "w", "s", "p", "N")


@pytest.mark.parametrize("column", ["weight", "stratum", "psu", "population"])
def test_a_column_that_is_not_there(column):
    with pytest.raises(InputError, match="not there: 'z'; allowed: x, w, s, p, N"):
        Design(GOOD, **{column: "z"})


def test_an_unknown_statistic_or_item():
    with pytest.raises(InputError, match="unknown statistic: 'median'; allowed: mean, total"):
        estimate(Design(GOOD), ["x"], statistic="median")
    with pytest.raises(InputError, match="unknown item: 'z'; allowed: x, w"):
        estimate(Design(GOOD), ["x", "z"])
    with pytest.raises(InputError, match="unknown item: 'z'"):
        estimate(Design(GOOD), [("x", "z")], statistic="change")


@pytest.mark.parametrize(("arguments", "problem"), [
    ({"items": ["s"]}, "column 's': an item is no number"),
    ({"items": ["x"], "by": "z"}, "unknown column of domains: 'z'; allowed: x, w"),
    ({"items": ["w"], "statistic": "share"}, "row 4, column 'w': a share is of values from 0 to 1: 2.0"),
    ({"items": ["x"], "statistic": "ratio"}, r"a ratio is of a pair of items: 'x'; allowed: \(item, item\)"),
    ({"items": ["x"], "level": 95}, "a level of confidence lies between 0 and 1: 95"),
])  # fmt: skip
def test_a_question_is_refused(arguments, problem):
    with pytest.raises(InputError, match=problem):
        estimate(Design(GOOD), **arguments)


@pytest.mark.parametrize(("more", "problem"), [
    ({"counted": "heads"}, "unknown count: 'heads'; allowed: units, psu"),
    ({"population": "M", "counted": "psu", "psu": "p"}, "row 2, column 'M': a stratum has a population smaller than its sample: 1"),
    ({"psu": "s", "psu_population": "M"}, "row 2, column 'M': a psu has a population smaller than its sample: 1"),
    ({"calibration": Calibration(("z",))}, "not there: 'z'"),
    ({"calibration": Calibration(("t",))}, "row 3, column 't': a unit without a value for the design"),
])  # fmt: skip
def test_more_that_a_design_refuses(more, problem):
    with pytest.raises(InputError, match=problem):
        Design(GOOD.assign(M=1, t=["a", None, "b"]), **more)
