"""Agreement of coders, held to the definitions in fractions; where there is nothing to tell, nothing is told."""

import math
from collections import Counter
from fractions import Fraction
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from ledanalysis.agreement import alpha, alphas, compare_coders, kappa, rate, score_program

NAN = float("nan")


def units(table):
    """Two coders' codes, from a table of counts: rows are the first coder's categories."""
    cells = [(i, j, count) for i, row in enumerate(table) for j, count in enumerate(row)]
    return [i for i, _, n in cells for _ in range(n)], [j for _, j, n in cells for _ in range(n)]


def kappa_by_definition(table):
    """Kappa of a table of counts, and its variance by the delta method, in fractions.

    kappa = (o - e) / (1 - e), with o = sum p_ii and e = sum r_i c_i, has the derivative
    [i = j] / (1 - e) - (1 - o) / (1 - e)^2 * (c_i + r_j) to p_ij; a multinomial p then gives the variance
    (sum p_ij g_ij^2 - (sum p_ij g_ij)^2) / n. Not written as Fleiss, Cohen and Everitt (1969) write it, on purpose.
    """
    n, k = sum(map(sum, table)), range(len(table))
    p = [[Fraction(count, n) for count in row] for row in table]
    r, c = [sum(p[i]) for i in k], [sum(p[i][j] for i in k) for j in k]
    o, e = sum(p[i][i] for i in k), sum(r[i] * c[i] for i in k)
    g = [[(i == j) / (1 - e) - (1 - o) / (1 - e) ** 2 * (c[i] + r[j]) for j in k] for i in k]
    first, second = (sum(p[i][j] * g[i][j] ** power for i in k for j in k) for power in (1, 2))
    return (o - e) / (1 - e), (second - first**2) / n


@pytest.mark.parametrize(
    ("table", "value"),
    [
        ([[4, 2], [1, 3]], Fraction(2, 5)),  # o = 7/10, e = (6*5 + 4*5)/100 = 1/2
        # of shapes that readers are compared by: more categories, one hardly used, no agreement beyond chance
        ([[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]], None),
        ([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]], None),
        ([[106, 10, 4], [22, 28, 10], [2, 12, 6]], Fraction(3, 7)),  # o = 140/200; e = (120*130 + 60*50 + 20*20)/200^2 = 19/40
        ([[1, 3], [3, 1]], Fraction(-1, 2)),
    ],
)
def test_kappa_and_its_error_are_those_of_the_definition(table, value):
    exact, variance = kappa_by_definition(table)
    assert value in (None, exact)
    found = kappa(*units(table))
    assert found.kappa == pytest.approx(float(exact), abs=1e-12) and found.se == pytest.approx(math.sqrt(variance), rel=1e-9)
    ends = [max(float(exact) - 1.959964 * found.se, -1), min(float(exact) + 1.959964 * found.se, 1)]
    assert [found.lower, found.upper] == pytest.approx(ends)


def test_kappa_at_another_level_and_at_its_bounds():
    wide, narrow = kappa(*units([[5, 1], [1, 3]]), level=0.99), kappa(*units([[5, 1], [1, 3]]), level=0.5)
    assert wide.upper == 1.0 and wide.lower < narrow.lower < wide.kappa < narrow.upper


@pytest.mark.parametrize(
    ("first", "second"),
    [([], []), ([0, 0, 0], [0, 0, 0]), ([1, 1], [1, 1]), ([0, 0, 0], [0, 1, 0])],
)
def test_without_two_categories_from_both_kappa_tells_nothing(first, second):
    assert all(math.isnan(value) for value in kappa(first, second))


def test_full_agreement_has_no_error_to_tell():
    found = kappa([0, 1, 0], [0, 1, 0])
    assert found.kappa == 1 and math.isnan(found.se) and math.isnan(found.upper)


def alpha_by_definition(coders):
    """Nominal alpha from the coincidence matrix, in fractions: 1 - D_o / D_e.

    A unit that m coders coded gives each of its m (m - 1) ordered pairs a weight of 1 / (m - 1); a unit that one coder
    coded gives none. D_o is the share of pairs that differ, D_e that of all codes drawn two by two.
    """
    pairs = Counter()
    for unit in zip(*coders):
        codes = [code for code in unit if not math.isnan(code)]
        for a, b in permutations(codes, 2):
            pairs[a, b] += Fraction(1, len(codes) - 1)
    totals = Counter()
    for (a, _), weight in pairs.items():
        totals[a] += weight
    n = sum(totals.values())
    observed = sum(weight for (a, b), weight in pairs.items() if a != b) / n
    return 1 - observed / (sum(totals[a] * totals[b] for a, b in permutations(totals, 2)) / (n * (n - 1)))


# pairs 0-0: 10, 0-1: 4, 1-0: 4, 1-1: 2; totals 14 and 6 of n = 20: D_o = 8/20, D_e = 2*14*6 / (20*19), alpha = 2/21
TWO = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
# totals of codes 1 to 5: 9, 13, 10, 5, 3 of n = 40 (the 3 of the last unit pairs with none). Differing pairs, each way:
# 1-2 4/3, 1-3 1/3, 1-4 1/3, 2-3 4/3, 2-4 1/3, 3-4 1/3: D_o = 8/40; D_e = (40^2 - 9^2 - 13^2 - 10^2 - 5^2 - 3^2) / (40*39)
# = 1216/1560; alpha = 1 - 312/1216 = 113/152 = .7434. R's irr, whose documentation of kripp.alpha has these codes,
# prints .743 for them.
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, NAN],
    [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 3],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
]


@pytest.mark.parametrize(("coders", "value"), [(TWO, Fraction(2, 21)), (FOUR, Fraction(113, 152)), ([[1, 2, 1], [2, 1, NAN]], Fraction(-1, 2))])
def test_alpha_is_that_of_the_definition(coders, value):
    assert alpha_by_definition(coders) == value
    assert alpha(pd.DataFrame(coders).T) == pytest.approx(float(value), abs=1e-12)


@pytest.mark.parametrize("ratings", [[[0, 0], [0, 0]], [[1, NAN], [NAN, 0]], [[1, 1], [0, NAN]]])
def test_alpha_of_codes_that_are_all_the_same_or_of_units_read_once_is_nothing(ratings):
    assert math.isnan(alpha(pd.DataFrame(ratings)))


CODES = pd.DataFrame(
    [("A", "a", 1, "DATA"), ("A", "a", 1, "DATA"), ("A", "a", 2, "KLIM"), ("B", "a", 1, "DATA"), ("B", "b", 1, "DATA"),
     ("B", "c", 9, "DATA")],
    columns=["coder", "source", "passage", "theme"],
)  # fmt: skip
READ = pd.DataFrame(
    [("A", "a", 1), ("A", "a", 2), ("B", "a", 1), ("B", "a", 2), ("B", "b", 1)], columns=["coder", "source", "passage"]
)


def test_decisions_of_each_coder():
    ratings = rate(CODES, READ, ["DATA", "KLIM"])
    assert ratings.reset_index().fillna(-1).values.tolist() == [
        ["a", 1, "DATA", 1, 1], ["a", 1, "KLIM", 0, 0], ["a", 2, "DATA", 0, 0], ["a", 2, "KLIM", 1, 0],
        ["b", 1, "DATA", -1, 1], ["b", 1, "KLIM", -1, 0],
    ]  # fmt: skip


def test_coders_held_to_each_other():
    ratings = rate(CODES, READ, ["DATA", "KLIM"])
    table = compare_coders(ratings).fillna(-1)
    assert table[["theme", "coder", "other", "n", "coder_n", "other_n", "both", "agreement", "positive", "kappa", "se"]].values.tolist() == [
        ["", "A", "B", 4, 2, 1, 1, 75.0, 200 / 3, 0.5, table["se"][0]],
        ["DATA", "A", "B", 2, 1, 1, 1, 100.0, 100.0, 1.0, -1],
        ["KLIM", "A", "B", 2, 1, 0, 0, 50.0, 0.0, -1, -1],
    ]  # fmt: skip
    assert alphas(ratings).round(3).fillna(-1).to_dict() == {"": 0.533, "DATA": 1.0, "KLIM": 0.0}


def test_a_theme_that_nobody_coded_tells_nothing():
    row = compare_coders(rate(CODES, READ, ["LOOP"])).iloc[1]
    assert row["agreement"] == 100 and row[["positive", "kappa", "se", "lower", "upper"]].isna().all()
    assert alphas(rate(CODES, READ, ["LOOP"])).isna().all()


def test_the_program_held_to_readers():
    index = pd.MultiIndex.from_product([["a"], range(6), ["DATA"]], names=["source", "passage", "theme"])
    ratings = pd.DataFrame({"program": [1, 1, 1, 0, 0, NAN], "A": [1, 1, 0, 1, 0, 1], "B": [1, 0, NAN, NAN, NAN, 1]}, index=index, dtype=float)
    row = score_program(ratings, "program").iloc[1]
    # hits 1A 2A 1B; false alarms 3A 2B; missed 4A; what the program did not read counts for nobody
    assert row.tolist() == ["DATA", 7, 3, 2, 1, 60.0, 75.0, 200 * 3 / 9]


def test_a_program_that_finds_nothing_where_nothing_is_tells_nothing():
    index = pd.MultiIndex.from_product([["a"], [1, 2], ["DATA"]], names=["source", "passage", "theme"])
    silent = pd.DataFrame({"program": [0.0, 0.0], "A": [0.0, 0.0]}, index=index)
    assert score_program(silent, "program")[["precision", "recall", "f1"]].isna().to_numpy().all()
    blind = score_program(silent.assign(A=[1.0, 0.0]), "program").iloc[1]
    assert math.isnan(blind["precision"]) and blind["recall"] == 0 and blind["f1"] == 0
    loud = score_program(silent.assign(program=[1.0, 0.0]), "program").iloc[1]
    assert loud["precision"] == 0 and np.isnan(loud["recall"]) and np.isnan(loud["f1"])
