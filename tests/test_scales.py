"""Reliability of scales: alpha by hand, omega against R's factanal, and who counts."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ledanalysis.scales import RELIABILITY, alpha, alpha_interval, omega, one_factor, reliability

REFERENCE = Path(__file__).parent / "reference"
ITEMS = ["c5_tijd", "c5_fouten", "c5_sluitpost"]  # of the small study's scale; the last is reversed, 1-5


@pytest.fixture(scope="module")
def expected():
    return pd.read_csv(REFERENCE / "scales_expected.csv").set_index("figure")["value"]


def test_alpha_omega_and_loadings_as_in_r(expected):
    data = pd.read_csv(REFERENCE / "scales.csv")
    found = [alpha(data), *alpha_interval(alpha(data), *data.shape)]
    assert found == pytest.approx(expected[["alpha", "alpha_lower", "alpha_upper"]].tolist(), rel=1e-9)
    assert omega(data) == pytest.approx(expected["omega"], rel=1e-6)
    assert one_factor(data.corr().to_numpy())[0] == pytest.approx(expected.filter(like="loading_").tolist(), rel=1e-5)


def test_omega_of_a_known_factor():
    # covariances of loadings 2, 1.4 and 0.6 and unique variances 1, 2, 3: omega 4^2 / (4^2 + 6)
    loadings = np.array([2, 1.4, 0.6])
    spread = np.outer(loadings, loadings) + np.diag([1.0, 2, 3])
    draws = np.random.default_rng(1).normal(size=(50, 3))
    draws = np.linalg.solve(np.linalg.cholesky(np.cov(draws.T)), (draws - draws.mean(axis=0)).T).T @ np.linalg.cholesky(spread).T
    assert omega(pd.DataFrame(draws)) == pytest.approx(16 / 22, rel=1e-6)


def test_omega_and_alpha_are_one_where_items_load_alike():
    rng = np.random.default_rng(2)
    data = pd.DataFrame(rng.normal(size=(5000, 1)) + rng.normal(size=(5000, 4)))
    assert omega(data) == pytest.approx(alpha(data), abs=0.002) and alpha(data) == pytest.approx(0.8, abs=0.02)


def test_two_items_have_an_alpha_and_no_omega():
    assert np.isnan(omega(pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 3]})))


def answers(rows):
    """A row per respondent: its answers to ITEMS, None where there is none."""
    return pd.DataFrame(
        [(who, f"GM{who:04}", item, value) for who, values in enumerate(rows) for item, value in zip(ITEMS, values)],
        columns=["respondent", "municipality", "item", "value"],
    ).astype({"value": "float64"})


def test_a_reversed_item_is_turned_round_and_who_skipped_one_does_not_count(small):
    rows = [(1, 2, 5), (2, 2, 4), (3, 4, 2), (4, 4, 3), (5, 5, 1), (2, 1, 4), (5, None, 1)]
    turned = pd.DataFrame([(a, b, 6 - c) for a, b, c in rows if b], columns=ITEMS)
    table = reliability(answers(rows), small)
    assert table.columns.tolist() == RELIABILITY and table[["scale", "items", "n"]].values.tolist() == [["cultuur", 3, 6]]
    assert table[["alpha", "omega"]].iloc[0].tolist() == pytest.approx([alpha(turned), omega(turned)])
    assert alpha(turned) > 0.9 and table["lower"][0] < alpha(turned) < table["upper"][0]


def test_who_answers_for_two_municipalities_is_one(small):
    rows = answers([(1, 2, 5), (2, 2, 4), (3, 4, 2), (4, 4, 3), (5, 5, 1)])
    twice = pd.concat([rows, rows[rows["respondent"] == 0].assign(municipality="GM0363")])
    pd.testing.assert_frame_equal(reliability(twice, small), reliability(rows, small))


@pytest.mark.parametrize("rows", [[], [(1, 2, 3)] * 2, [(1, 2, 5), (2, 1, 4), (3, 3, 2)], [(3, 1, 2), (3, 2, 5), (3, 4, 3), (3, 5, 1), (3, 2, 2), (3, 1, 1)]])
def test_too_few_answers_or_an_item_without_variance_give_no_figure(small, rows):
    table = reliability(answers(rows), small)
    assert table[["alpha", "lower", "upper", "omega"]].isna().all().all() and len(table) == 1
