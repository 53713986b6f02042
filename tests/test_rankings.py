"""Plackett-Luce worth: the likelihood maximised by other means, and its errors by jackknife."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ledanalysis.calibration import Calibration
from ledanalysis.errors import InputError
from ledanalysis.estimation import Design, covariance
from ledanalysis.rankings import fit_worth, worth

REFERENCE = Path(__file__).parent / "reference"
ITEMS = list("abcdef")


@pytest.fixture(scope="module")
def ranked():
    return pd.read_csv(REFERENCE / "rankings.csv")


def test_worth_as_in_r(ranked):
    expected = pd.read_csv(REFERENCE / "scales_expected.csv").set_index("figure")["value"].filter(like="worth_")
    found = fit_worth(ranked[ITEMS].to_numpy(), ranked["weight"].to_numpy())
    assert found == pytest.approx(expected.tolist(), rel=1e-5)
    assert (ranked["f"] == 0).all() and found[5] > 0  # nobody ranked f


def test_worth_of_two_by_hand():
    # a is put before b 3 times of 4; with a ghost: a wins 3.5 and b 1.5 choices, and each half from the ghost
    points = np.array([[2, 1], [2, 1], [2, 1], [1, 2]])
    assert fit_worth(points, np.ones(4), ghost=0).tolist() == pytest.approx([0.75, 0.25])
    assert 0.7 < fit_worth(points, np.ones(4))[0] < 0.75  # the ghost draws towards the middle


def test_a_weight_of_two_is_two_rankings(ranked):
    points, weights = ranked[ITEMS].to_numpy(), np.where(np.arange(len(ranked)) < 10, 2.0, 1.0)
    again = np.concatenate([points, points[:10]])
    assert fit_worth(points, weights) == pytest.approx(fit_worth(again, np.ones(len(again))), rel=1e-8)


def test_equal_points_say_nothing_of_which_was_first():
    # averaged over two respondents of a municipality: a and b level, both before c
    found = fit_worth(np.array([[4.5, 4.5, 0]] * 3 + [[0, 0, 5.0]]), np.ones(4))
    assert found[0] == pytest.approx(found[1]) and found[0] > found[2]


def test_without_a_ghost_what_nobody_ranked_does_not_settle():
    with pytest.raises(InputError, match="does not settle"):
        fit_worth(np.array([[2, 1, 0], [1, 2, 0]]), np.ones(2), ghost=0)


def test_errors_are_those_of_the_jackknife(ranked):
    """Delete-one in two strata with a finite population; the two differ by what is of lower order."""
    data = ranked.assign(stratum=np.arange(len(ranked)) % 3 == 0, population=60)
    design = Design(data, "weight", "stratum", None, "population")
    points, everyone = data[ITEMS].to_numpy(float), np.full(len(data), True)
    values, scores = worth(design, points, everyone)
    spread = covariance(design, scores)
    jackknife = np.zeros((6, 6))
    for stratum in (False, True):
        rows = np.flatnonzero(data["stratum"] == stratum)
        less = np.array([worth(design, points, everyone & (np.arange(len(data)) != row))[0] for row in rows])
        off = less - less.mean(axis=0)
        jackknife += (1 - len(rows) / 60) * (len(rows) - 1) / len(rows) * off.T @ off
    assert np.sqrt(np.diag(spread)[:5]) == pytest.approx(np.sqrt(np.diag(jackknife)[:5]), rel=0.06)
    assert spread.sum() == pytest.approx(0, abs=1e-12)  # the worths add up to 1, always
    assert values.sum() == pytest.approx(1)


def test_who_lacks_an_item_or_ranked_nothing_does_not_tell(ranked):
    design = Design(ranked, "weight")
    points = ranked[ITEMS].to_numpy(float)
    points[0, 2] = np.nan
    whole = np.arange(len(ranked)) > 0
    np.testing.assert_allclose(worth(design, points, np.full(len(ranked), True))[0], worth(design, points, whole)[0])
    nothing, scores = worth(design, np.zeros_like(points), whole)
    assert np.isnan(nothing).all() and scores.shape == (len(ranked), 6)


def test_errors_know_of_the_calibration(ranked):
    """Calibrated to a margin that says all of the first choice, its worth has less left to chance."""
    data = ranked.assign(first=ranked[ITEMS[0]] == ranked[ITEMS].max(axis=1))
    known = Design(data, calibration=Calibration(margins=("first",)))
    points, whole = data[ITEMS].to_numpy(float), np.full(len(data), True)
    plain, calibrated = (np.diag(covariance(design, worth(design, points, whole)[1])) for design in (Design(data), known))
    assert calibrated[0] < 0.5 * plain[0]
