"""The table of estimates by hand, ranks and their bounds by brute force and simulation, Holm by hand."""

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ledanalysis.estimates import ESTIMATES, estimate_clusters
from ledanalysis.estimation import Design, covariance, influence
from ledanalysis.ranks import holm, rank_bounds

NAN = np.nan
MEASURES = [
    SimpleNamespace(measure="now", kind="items", statistic="mean", first="", second=""),
    SimpleNamespace(measure="future", kind="items", statistic="mean", first="", second=""),
    SimpleNamespace(measure="rise", kind="difference", statistic="mean", first="future", second="now"),
    SimpleNamespace(measure="has", kind="items", statistic="share", first="", second=""),
    SimpleNamespace(measure="worth", kind="items", statistic="worth", first="", second=""),
    SimpleNamespace(measure="parts", kind="items", statistic="share", first="", second=""),
    SimpleNamespace(measure="middle", kind="items", statistic="median", first="", second=""),
    SimpleNamespace(measure="mentions", kind="mentions", statistic="share", first="", second=""),
]
KINDS = {"DIGI": "theme", "DATA": "theme", "LEID": "theme", "lms": "instrument"}
SIX = list("ABCDEF")
TWO = {"x": "ABC", "y": "DEF"}
SIX_FIGURES = [60, 70, 80, 20, 30, 40]


def study(min_n=1, extreme_n=1, level=0.95, adjust="holm"):
    """As much of a study as `estimate_clusters` asks."""
    themes = [(m.measure, theme, kind) for m in MEASURES for theme, kind in KINDS.items()]
    return SimpleNamespace(
        tables={"measures": MEASURES},
        themes=pd.DataFrame(themes, columns=["measure", "theme", "kind"]),
        measure=lambda name: next(m for m in MEASURES if m.measure == name),
        items=lambda *types: [SimpleNamespace(measure="parts")] if "single" in types else [],
        settings=SimpleNamespace(min_n=min_n, extreme_n=extreme_n, level=level, adjust=adjust),
    )


def scores(**columns):
    """measure_theme=[scores of A, B, ...], None where there is none."""
    rows = [
        (municipality, name.split("_")[1], name.split("_")[0], float(value), 1)
        for name, values in columns.items()
        for municipality, value in zip(SIX, values) if value is not None
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["municipality", "theme", "measure", "score", "n_valid"])


def weights(population=12, respondents=range(6), municipalities=SIX):
    return pd.DataFrame({"municipality": municipalities, "respondent": list(respondents), "stratum": "all",
                         "population": population, "weight": population / 6})  # fmt: skip


def clusters(clustering="half", **members):
    rows = [(clustering, cluster, municipality) for cluster, names in (members or TWO).items() for municipality in names]
    return pd.DataFrame(rows, columns=["clustering", "cluster", "municipality"])


def estimates(table, *columns, **where):
    """These columns of the rows where ..., as lists."""
    for column, value in where.items():
        table = table[table[column] == value]
    return table[list(columns)].to_numpy().tolist()


# --- the table ----------------------------------------------------------------------------------------------------


def test_means_of_all_and_of_each_cluster():
    # Half of the population is in: (1 - 1/2) 6/5 = 0.6 times the sum of squared contributions.
    # x: (60, 70, 80) 70, squares 200 / 9; y the same around 30; all: 50, squares 2800 / 36.
    # x against y: 40, squares 400 / 9, t on (2 v)^2 / (v^2 / 2 + v^2 / 2) = 4 degrees of freedom.
    table = estimate_clusters(scores(now_DIGI=[60, 70, 80, 20, 30, 40]), weights(), clusters(), study())
    part, whole = (0.6 * 200 / 9) ** 0.5, (0.6 * 2800 / 36) ** 0.5
    two, five = stats.t.ppf(0.975, [2, 5])
    p = 2 * stats.t.sf(40 / (0.6 * 400 / 9) ** 0.5, 4)
    expected = pd.DataFrame(
        [
            ("half", "x", "now", "DIGI", 70.0, part, 70 - two * part, 70 + two * part, 2, 3, 6, 1, 1, 1, p, NAN, "a", False),
            ("half", "y", "now", "DIGI", 30.0, part, 30 - two * part, 30 + two * part, 2, 3, 6, 1, 1, 1, p, NAN, "b", False),
            ("sector", "all", "now", "DIGI", 50.0, whole, 50 - five * whole, 50 + five * whole, 5, 6, 12, 1, 1, 1, NAN, NAN, "", False),
        ],
        columns=ESTIMATES,
    )
    pd.testing.assert_frame_equal(table, expected, check_dtype=False, rtol=1e-9)


def test_the_level_of_the_study():
    table = estimate_clusters(scores(now_DIGI=[60, 70, 80, 20, 30, 40]), weights(), clusters(), study(level=0.8))
    assert table["upper"].iloc[2] == pytest.approx(50 + stats.t.ppf(0.9, 5) * (0.6 * 2800 / 36) ** 0.5)


def test_rows_are_sorted_and_only_of_what_there_is():
    table = estimate_clusters(
        scores(now_DIGI=[1, 2, 3, 4, 5, 6], now_DATA=[1, 2, 3, 4, 5, 6], future_DATA=[1, 2, 3, 4, 5, None]),
        weights(), clusters(), study(),
    )  # fmt: skip
    places = [("half", "x"), ("half", "y"), ("sector", "all")]
    wanted = [("future", "DATA"), ("now", "DATA"), ("now", "DIGI")]
    assert [tuple(row) for row in estimates(table, *ESTIMATES[:4])] == [(*place, *row) for place in places for row in wanted]


def test_who_answered_nothing_of_a_measure_stays_in_the_design():
    # F has no score here, but was drawn: still 6 psu of 12, so that x has the error it has above
    table = estimate_clusters(scores(now_DIGI=[60, 70, 80, 20, 30, None]), weights(), clusters(), study())
    assert estimates(table, "se", "n", cluster="x") == [[pytest.approx((0.6 * 200 / 9) ** 0.5), 3]]
    assert estimates(table, "estimate", "df", "n", "population", cluster="y") == [[25, 1, 2, 4]]


def test_who_is_in_no_cluster_counts_for_all_and_for_the_rest():
    table = estimate_clusters(
        scores(now_DIGI=[60, 70, 80, 20, 30, 40]), weights(), clusters(x="ABC", y="D"), study()
    )
    assert estimates(table, "cluster", "estimate", "n") == [["x", 70, 3], ["y", 20, 1], ["all", 50, 6]]
    assert estimates(table, "p_rest", cluster="x") == [[pytest.approx(2 * stats.t.sf(40 / (0.6 * 400 / 9) ** 0.5, 4))]]


def test_a_score_without_a_weight_does_not_count():
    table = estimate_clusters(scores(now_DIGI=[60, 70, 80, 20, 30, 1000]), weights().head(5), clusters(), study())
    assert estimates(table, "estimate", "n", clustering="sector") == [[52, 5]]


def test_shares_are_in_percent():
    # x: 1 of 3; contributions 2/9, -1/9, -1/9: 0.6 x 6 / 81, and df 2
    table = estimate_clusters(scores(has_lms=[100, 0, 0, 100, 100, 0]), weights(), clusters(), study())
    se = (0.6 * 6 / 81) ** 0.5
    width = stats.t.ppf(0.975, 2) * se / (2 / 9)
    ends = [100 / (1 + 2 * np.exp(sign * width)) for sign in (1, -1)]
    assert estimates(table, "estimate", "se", "lower", "upper", cluster="x") == [pytest.approx([100 / 3, 100 * se, *ends])]


def test_errors_know_what_the_weights_were_raked_to():
    # A-C are one margin, D-F the other: residuals -10, 0, 10 twice, and 0.6 x 400 / 36 in all; x as before, for all of it
    # is in one margin
    told = weights().assign(start=1.0, margin_size=list("kkkggg"))
    table = estimate_clusters(scores(now_DIGI=[60, 70, 80, 20, 30, 40]), told, clusters(), study())
    assert estimates(table, "se", clustering="sector") == [[pytest.approx((0.6 * 400 / 36) ** 0.5)]]
    assert estimates(table, "se", cluster="x") == [[pytest.approx((0.6 * 200 / 9) ** 0.5)]]


def test_p_of_the_rest_is_adjusted_over_the_themes():
    one = dict(now_DIGI=[60, 70, 80, 20, 30, 40], now_DATA=[50, 60, 70, 20, 60, 40])
    alone = [
        estimate_clusters(scores(**{name: values}), weights(), clusters(), study())["p_rest"].iloc[0]
        for name, values in one.items()
    ]
    table = estimate_clusters(scores(**one), weights(), clusters(), study())
    assert alone[0] < alone[1]
    assert estimates(table, "p_rest", cluster="x") == [[pytest.approx(alone[1])], [pytest.approx(2 * alone[0])]]


@pytest.mark.parametrize(("adjust", "expected"), [("holm", [2, 1, 2]), ("benjamini_hochberg", [1.5, 1, 1.5])])
def test_p_of_rises_is_paired_and_adjusted_over_the_themes(adjust, expected):
    # the design gives the mean of 6 of 12 the variance s2 / 6 x 1/2; of three p's the smallest counts 3 times, and so on
    columns = {"DATA": [4, 6, 5, 7, 3, 5], "DIGI": [9, -1, 5, 2, 8, -3], "LEID": [5, 6, 4, 7, 3, 6]}
    table = estimate_clusters(scores(**{f"rise_{theme}": values for theme, values in columns.items()}), weights(), clusters(),
                              study(adjust=adjust))  # fmt: skip
    plain = [2 * stats.t.sf(np.mean(values) / (np.var(values, ddof=1) / 12) ** 0.5, 5) for values in columns.values()]
    assert plain[0] == min(plain) and plain[1] == max(plain)
    wanted = [3 * plain[0], plain[1], expected[2] * plain[2]]
    if adjust == "holm":
        wanted[2] = max(wanted[0], wanted[2])
    else:
        wanted[0] = min(wanted[0], 1.5 * plain[2])
    assert estimates(table, "p_zero", clustering="sector") == [[pytest.approx(p)] for p in wanted]
    assert estimate_clusters(scores(now_DIGI=SIX_FIGURES), weights(), clusters(), study())["p_zero"].isna().all()


def test_p_of_the_rest_by_benjamini_and_hochberg():
    one = dict(now_DIGI=[60, 70, 80, 20, 30, 40], now_DATA=[50, 60, 70, 20, 60, 40])
    by = {name: estimate_clusters(scores(**one), weights(), clusters(), study(adjust=name)) for name in ("holm", "benjamini_hochberg")}
    holms, others = (dict(estimates(table, "theme", "p_rest", cluster="x")) for table in by.values())
    assert holms["DATA"] == others["DATA"] and others["DIGI"] == pytest.approx(min(holms["DIGI"], others["DATA"]))
    crowded = dict(one, now_LEID=[60, 71, 82, 20, 31, 43])
    tables = [estimate_clusters(scores(**crowded), weights(), clusters(), study(adjust=name)) for name in by]
    assert estimates(tables[1], "p_rest", cluster="x", theme="LEID")[0][0] < estimates(tables[0], "p_rest", cluster="x", theme="LEID")[0][0]


def test_letters_of_clusters_are_adjusted_over_pairs_and_themes():
    three = clusters("third", a="AB", b="CD", c="EF")
    # a and b: gap 3, variance 2 x 0.075, 2 df, p 0.016; c lies far off. Of three pairs Holm counts that p once, of six four times
    digi = [60, 61, 57, 58, 20, 21]
    alone = estimate_clusters(scores(now_DIGI=digi), weights(), three, study())
    assert estimates(alone, "cluster", "letters", clustering="third") == [["a", "a"], ["b", "b"], ["c", "c"]]
    both = dict(now_DIGI=digi, now_DATA=[5, 90, 6, 80, 4, 70])
    table = estimate_clusters(scores(**both), weights(), three, study())
    assert estimates(table, "cluster", "letters", theme="DIGI", clustering="third") == [["a", "a"], ["b", "a"], ["c", "b"]]
    assert estimates(table, "letters", theme="DATA", clustering="third") == [["a"]] * 3
    found = estimate_clusters(scores(**both), weights(), three, study(adjust="benjamini_hochberg"))
    assert estimates(found, "letters", theme="DIGI", clustering="third") == [["a"], ["b"], ["c"]]  # 6 / 3 x 0.016
    assert set(table.loc[table["clustering"] == "sector", "letters"]) == {""}
    census = estimate_clusters(scores(now_DIGI=SIX_FIGURES), weights(6), three, study())
    assert set(census["letters"]) == {""}


def test_what_is_hidden_has_no_letter_and_takes_no_part_in_those_of_others():
    three = clusters("third", a="A", b="BC", c="DEF")
    table = estimate_clusters(scores(now_DIGI=[60, 61, 62, 20, 21, 22]), weights(), three, study(min_n=2))
    assert estimates(table, "cluster", "suppressed", "letters", clustering="third") == [["a", True, ""], ["b", True, ""], ["c", False, ""]]


def test_the_worth_of_what_was_ranked_is_in_percent_and_ranked():
    # A, B, C and E put DIGI before DATA, D and F the other way; LEID is never ranked but is not worth nothing
    table = estimate_clusters(
        scores(worth_DIGI=[2, 2, 2, 1, 2, 1], worth_DATA=[1, 1, 1, 2, 1, 2], worth_LEID=[0] * 6), weights(), clusters(), study()
    )
    rows = table[table["clustering"] == "sector"].set_index("theme")
    assert rows["estimate"].sum() == pytest.approx(100)
    assert rows["rank"].to_dict() == {"DATA": 2, "DIGI": 1, "LEID": 3}
    assert 0 < rows["estimate"]["LEID"] < rows["lower"]["DATA"] and (rows["se"] > 0).all() and set(rows["n"]) == {6}
    assert (rows["lower"] > 0).all() and (rows["upper"] < 100).all()
    assert (rows["rank_lower"]["LEID"], rows["rank_lower"]["DATA"], rows["rank_upper"]["DIGI"]) == (2, 1, 2)


def test_a_mean_of_one_answer_is_neither_ranked_apart_nor_compared():
    # DATA is answered by A alone in x: it has no error, so that nothing can be said of its place
    table = estimate_clusters(
        scores(now_DIGI=[90, 91, 92, 20, 30, 40], now_LEID=[60, 61, 62, 20, 30, 40], now_DATA=[10, None, None, 20, 30, 40]),
        weights(population=6000), clusters(), study(),
    )  # fmt: skip
    rows = estimates(table, "theme", "rank", "rank_lower", "rank_upper", cluster="x")
    assert rows == [["DATA", 3, 1, 3], ["DIGI", 1, 1, 2], ["LEID", 2, 2, 3]]
    p = dict(estimates(table, "theme", "p_rest", cluster="x"))
    assert np.isnan(p["DATA"]) and p["DIGI"] < 0.05


def test_ranks_are_shared_where_estimates_differ_by_rounding_only():
    assert 0.2 + 0.4 + 0.6 > 0.6 + 0.4 + 0.2
    table = estimate_clusters(
        scores(now_DIGI=[0.1, 0.2, 0.3, 1, 1, 1], now_DATA=[0.3, 0.2, 0.1, 1, 1, 1], now_LEID=[0, 0, 0, 2, 2, 2]),
        weights(), clusters(), study(),
    )  # fmt: skip
    assert estimates(table, "theme", "rank", cluster="x") == [["DATA", 1], ["DIGI", 1], ["LEID", 3]]


def test_only_one_kind_is_ranked_together():
    table = estimate_clusters(scores(now_DIGI=[1, 2, 3, 4, 5, 6], now_lms=[7, 8, 9, 7, 8, 9]), weights(), clusters(), study())
    assert set(table["rank"]) == {1} and set(table["rank_upper"]) == {1}


def test_a_census_has_no_error_even_where_one_answers_for_two():
    table = estimate_clusters(
        scores(now_DIGI=[60, 60, 80, 20, 30, 40], now_DATA=[61, 61, 81, 20, 30, 39]),
        weights(6, [0, 0, 1, 2, 3, 4]), clusters(), study(),
    )  # fmt: skip
    assert estimates(table, "theme", "estimate", "se", "lower", "upper", "rank", "rank_lower", "rank_upper", cluster="x") == [
        ["DATA", pytest.approx(203 / 3), 0, pytest.approx(203 / 3), pytest.approx(203 / 3), 1, 1, 1],
        ["DIGI", pytest.approx(200 / 3), 0, pytest.approx(200 / 3), pytest.approx(200 / 3), 2, 2, 2],
    ]


def test_the_ranks_of_one_in_a_census_are_known():
    table = estimate_clusters(
        scores(now_DIGI=[60, 60, 80, 20, 30, 40], now_DATA=[61, 61, 81, 20, 30, 39]),
        weights(6), clusters(x="A", y="BCDEF"), study(),
    )  # fmt: skip
    rows = estimates(table, "theme", "se", "df", "rank", "rank_lower", "rank_upper", cluster="x")
    assert rows == [["DATA", 0, 0, 1, 1, 1], ["DIGI", 0, 0, 2, 2, 2]]


def test_medians_of_a_census():
    table = estimate_clusters(
        scores(middle_DIGI=[60, 70, 99, 20, 30, None], middle_DATA=[1, 71, 72, 20, 30, 40]), weights(6), clusters(), study()
    )
    columns = ["theme", "estimate", "se", "lower", "upper", "n", "rank", "rank_lower", "rank_upper"]
    assert estimates(table, *columns, cluster="x") == [["DATA", 71, 0, 71, 71, 3, 1, 1, 1], ["DIGI", 70, 0, 70, 70, 3, 2, 2, 2]]
    assert estimates(table, *columns, cluster="y") == [["DATA", 30, 0, 30, 30, 3, 1, 1, 1], ["DIGI", 25, 0, 25, 25, 2, 2, 2, 2]]


def test_mentions_have_a_share_and_a_rank_but_no_error():
    # F was interviewed though it did not answer the survey
    table = estimate_clusters(
        scores(mentions_DIGI=[100, 0, None, None, 100, 100], mentions_DATA=[0, 0, None, None, 0, 100]),
        weights().head(5), clusters(), study(),
    )  # fmt: skip
    rows = table[table["clustering"] == "sector"]
    assert estimates(rows, "theme", "estimate", "n", "population", "rank") == [["DATA", 25, 4, 4, 2], ["DIGI", 75, 4, 4, 1]]
    assert rows[["se", "lower", "upper", "df", "rank_lower", "rank_upper", "p_rest"]].isna().all().all()


def test_what_may_not_be_shown_is_taken_out():
    # future has 2 answers in x: hidden, with the rise, and with y so that the total does not give it away
    table = estimate_clusters(
        scores(now_DIGI=[60, 70, 80, 20, 30, 40], future_DIGI=[70, 80, None, 20, 40, 50], rise_DIGI=[10, 10, None, 0, 10, 10]),
        weights(), clusters(), study(min_n=3),
    )  # fmt: skip
    assert estimates(table, "cluster", "measure", "n", "suppressed") == [
        ["x", "future", pytest.approx(NAN, nan_ok=True), True], ["x", "now", 3, False],
        ["x", "rise", pytest.approx(NAN, nan_ok=True), True],
        ["y", "future", pytest.approx(NAN, nan_ok=True), True], ["y", "now", 3, False],
        ["y", "rise", pytest.approx(NAN, nan_ok=True), True],
        ["all", "future", 5, False], ["all", "now", 6, False], ["all", "rise", 5, False],
    ]  # fmt: skip


def test_a_cluster_is_not_given_away_by_a_cluster_of_another_clustering():
    # quarters a and c have one answer; for the total to tell neither those two would do, but a is half x less b
    both = pd.concat([clusters(), clusters("quarter", a="A", b="BC", c="D", d="EF")])
    table = estimate_clusters(scores(now_DIGI=[60, 70, 80, 20, 30, 40]), weights(), both, study(min_n=1, extreme_n=2))
    assert estimates(table, "cluster", "suppressed", clustering="quarter") == [["a", True], ["b", True], ["c", True], ["d", True]]
    assert not table["suppressed"][table["clustering"] != "quarter"].any()


def test_all_alike_is_taken_out_below_extreme_n():
    columns = dict(has_lms=[100, 100, 100, 100, 0, 0])
    shown = estimate_clusters(scores(**columns), weights(), clusters(), study(extreme_n=3))
    hidden = estimate_clusters(scores(**columns), weights(), clusters(), study(extreme_n=4))
    assert shown["suppressed"].tolist() == [False, False, False]
    assert hidden["suppressed"].tolist() == [True, True, False]  # y with x, or x were the total less y


# --- ranks --------------------------------------------------------------------------------------------------------


def brute_force(means, spread, df, level):
    """The definition: all pairs, Holm from the smallest p on, and then counted."""
    pairs = []
    for i, j in combinations(range(len(means)), 2):
        t = abs(means[i] - means[j]) / (spread[i, i] + spread[j, j] - 2 * spread[i, j]) ** 0.5
        pairs.append((2 * stats.t.sf(t, min(df[i], df[j])), i, j))
    lower, upper = [1] * len(means), [len(means)] * len(means)
    for number, (p, i, j) in enumerate(sorted(pairs)):
        if p * (len(pairs) - number) > 1 - level:
            break
        high, low = (i, j) if means[i] > means[j] else (j, i)
        lower[low] += 1
        upper[high] -= 1
    return lower, upper


@pytest.mark.parametrize("seed", range(20))
def test_rank_bounds_as_by_brute_force(seed):
    rng = np.random.default_rng(seed)
    means, df = rng.normal(0, 4, 7), rng.integers(2, 40, 7)
    root = rng.normal(size=(7, 7))
    lower, upper = rank_bounds(means, root @ root.T / 7, df.astype(float), 0.9)
    expected = brute_force(means, root @ root.T / 7, df, 0.9)
    assert (lower.tolist(), upper.tolist()) == expected
    assert expected[0] != [1] * 7


def test_rank_bounds_by_hand():
    # gaps 10, 20 and 10 with variance 2: t 7.07, 14.1 and 7.07 on 9 df; p of 7.07 is 0.00006: all apart
    lower, upper = rank_bounds(np.array([20.0, 30.0, 10.0]), np.eye(3), 9, 0.95)
    assert (lower.tolist(), upper.tolist()) == ([2, 1, 3], [2, 1, 3])
    # one degree of freedom: p of 14.1 is 0.045, and adjusted 0.135: nothing apart
    lower, upper = rank_bounds(np.array([20.0, 30.0, 10.0]), np.eye(3), 1, 0.95)
    assert (lower.tolist(), upper.tolist()) == ([1, 1, 1], [3, 3, 3])


def test_rank_bounds_use_that_themes_go_up_and_down_together():
    # a gap of 1 with variance 1 + 1 - 2 x 0.99
    spread = np.array([[1.0, 0.99], [0.99, 1.0]])
    assert rank_bounds(np.array([50.0, 51.0]), spread, 50, 0.95)[1].tolist() == [2, 1]
    assert rank_bounds(np.array([50.0, 51.0]), np.eye(2), 50, 0.95)[1].tolist() == [2, 2]


def test_a_mean_that_is_not_known_has_no_rank():
    spread = np.diag([1.0, np.nan, 1.0])
    lower, upper = rank_bounds(np.array([10.0, np.nan, 50.0]), spread, 50, 0.95)
    np.testing.assert_array_equal([lower, upper], [[2, NAN, 1], [2, NAN, 1]])


def test_ties_in_a_census_share_their_ranks():
    lower, upper = rank_bounds(np.array([50.0, 50.0 + 1e-13, 20.0]), np.zeros((3, 3)), 1, 0.95)
    assert (lower.tolist(), upper.tolist()) == ([1, 1, 3], [2, 2, 3])


def simulated(truth, sizes, rounds=400, seed=5):
    """Of `rounds` samples: the share in which all true ranks lie within their bounds, and the mean width."""
    rng = np.random.default_rng(seed)
    truth, hits, widths = np.array(truth), 0, []
    best, worst = 1 + (truth > truth[:, None]).sum(axis=1), (truth >= truth[:, None]).sum(axis=1)
    for _ in range(rounds):
        together = rng.normal(0, 8, (max(sizes), 1))  # some give high marks to everything
        answers = truth + together + rng.normal(0, 8, (max(sizes), len(truth)))
        answers[np.arange(max(sizes))[:, None] >= np.array(sizes)] = np.nan
        design = Design(pd.DataFrame(answers))
        means, contributions = influence(design, answers, np.full(len(answers), True))
        lower, upper = rank_bounds(means, covariance(design, contributions), np.array(sizes) - 1.0, 0.95)
        hits += bool(np.all((lower <= best) & (upper >= worst)))
        widths.append((upper - lower).mean())
    return hits / rounds, np.mean(widths)


@pytest.mark.parametrize(("truth", "sizes"), [
    ([50] * 8, [30] * 8),
    ([40, 50, 50, 50, 50, 60, 60, 90], [30] * 8),
    ([50, 51, 52, 53, 54, 55, 56, 57], [12] * 8),
    ([50] * 8, [40, 40, 40, 40, 5, 5, 3, 2]),
])  # fmt: skip
def test_all_true_ranks_lie_within_the_bounds_in_95_percent_of_samples(truth, sizes):
    covered, _ = simulated(truth, sizes)
    assert covered >= 0.95 - 2.5 * (0.95 * 0.05 / 400) ** 0.5


def test_bounds_are_no_wider_than_they_need_be():
    covered, width = simulated([10, 30, 50, 70, 90], [30] * 5)
    assert covered == 1 and width == 0
    assert 1 < simulated([44, 47, 50, 53, 56], [30] * 5)[1] < 3


# --- Holm ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("p", "adjusted"), [
    ([0.01, 0.02, 0.03], [0.03, 0.04, 0.04]),  # 3 x 0.01; 2 x 0.02; 0.03, but not below the one before
    ([0.03, 0.01, 0.02], [0.04, 0.03, 0.04]),
    ([0.01, 0.01, 0.04, 0.5], [0.04, 0.04, 0.08, 0.5]),
    ([0.6, 0.7], [1, 1]),
    ([0.02, NAN, 0.03], [0.04, NAN, 0.04]),  # two of them
    ([NAN], [NAN]),
    ([], []),
])  # fmt: skip
def test_holm(p, adjusted):
    np.testing.assert_allclose(holm(np.array(p, float)), np.array(adjusted, float), rtol=1e-12)


# --- who answers for several --------------------------------------------------------------------------------------


def test_a_service_for_three_is_one_answer_where_few_answered():
    # in x one service answers for A, B and C: three municipalities, one informant; y goes with it
    one = weights(respondents=[1, 1, 1, 4, 5, 6])
    table = estimate_clusters(scores(now_DIGI=[60, 60, 60, 20, 30, 40]), one, clusters(), study(min_n=2))
    assert estimates(table, "cluster", "suppressed") == [["x", True], ["y", True], ["all", False]]
    each = estimate_clusters(scores(now_DIGI=[60, 60, 60, 20, 30, 40]), weights(), clusters(), study(min_n=2))
    assert not each["suppressed"].any()
