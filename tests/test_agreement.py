"""Agreement of coders, held to published examples; where there is nothing to tell, nothing is told."""

import math

import numpy as np
import pandas as pd
import pytest

from ledanalysis.agreement import alpha, alphas, compare_coders, kappa, rate, score_program

NAN = float("nan")


def units(table):
    """Two coders' codes, from a table of counts: rows are the first coder's categories."""
    cells = [(i, j, count) for i, row in enumerate(table) for j, count in enumerate(row)]
    return [i for i, _, n in cells for _ in range(n)], [j for _, j, n in cells for _ in range(n)]


@pytest.mark.parametrize(
    ("table", "value", "se"),
    [
        # carcinoma of the cervix, two pathologists: Agresti (2002), Categorical Data Analysis, table 10.8 and p. 434
        ([[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]], 0.493, 0.057),
        # husbands and wives (Hout, Duncan and Sobel 1987), as R's vcd::Kappa(SexualFun) prints it: 0.1293, ASE 0.0686
        ([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]], 0.1293, 0.0686),
        # the 200 diagnoses of Fleiss, Cohen and Everitt (1969) themselves: kappa .429, variance .002885
        ([[106, 10, 4], [22, 28, 10], [2, 12, 6]], 0.429, math.sqrt(0.002885)),
    ],
)
def test_kappa_and_its_error_are_those_of_published_examples(table, value, se):
    found = kappa(*units(table))
    decimals = 3 if value in (0.493, 0.429) else 4
    assert round(found.kappa, decimals) == value
    assert found.se == pytest.approx(se, abs=0.5 * 10**-3 if value == 0.493 else 0.5 * 10**-4)
    assert (found.lower, found.upper) == pytest.approx((found.kappa - 1.959964 * found.se, found.kappa + 1.959964 * found.se))


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


def test_alpha_is_that_of_published_examples():
    """Krippendorff (2011), Computing Krippendorff's alpha-reliability: A (binary, .095) and C (with gaps, nominal, .743)."""
    meg, owen = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert alpha(pd.DataFrame({"Meg": meg, "Owen": owen})) == pytest.approx(0.095, abs=0.0005)
    four = pd.DataFrame([
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]).T  # fmt: skip
    assert alpha(four) == pytest.approx(0.743, abs=0.0005)


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
