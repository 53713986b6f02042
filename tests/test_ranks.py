"""Comparisons of all pairs: letters by their definition, adjustments by hand and as R has them."""

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from ledanalysis.ranks import benjamini_hochberg, compare_groups, holm, letters

NAN = np.nan


@pytest.mark.parametrize(("p", "adjusted"), [
    ([0.01, 0.02, 0.03], [0.03, 0.03, 0.03]),  # 3 x 0.01, 3/2 x 0.02, 0.03
    ([0.2, 0.001, 0.04], [0.2, 0.003, 0.06]),
    ([0.01, 0.04, 0.03, 0.005], [0.02, 0.04, 0.04, 0.02]),  # R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "BH")
    ([0.9, 0.95], [0.95, 0.95]),
    ([0.02, NAN, 0.03], [0.03, NAN, 0.03]),
    ([], []),
])  # fmt: skip
def test_benjamini_and_hochberg(p, adjusted):
    np.testing.assert_allclose(benjamini_hochberg(np.array(p, float)), np.array(adjusted, float), rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_false_discovery_rate_finds_at_least_what_holm_finds(seed):
    p = np.random.default_rng(seed).uniform(size=30) ** 3
    assert (benjamini_hochberg(p) <= holm(p)).all() and (p <= benjamini_hochberg(p)).all()


def test_two_groups_are_compared_as_by_welch():
    rng = np.random.default_rng(4)
    one, other = rng.normal(0, 1, 9), rng.normal(1, 3, 14)
    spread = np.diag([one.var(ddof=1) / 9, other.var(ddof=1) / 14])
    p = compare_groups(np.array([one.mean(), other.mean()]), spread, np.array([8.0, 13.0]))
    assert p.tolist() == pytest.approx([stats.ttest_ind(one, other, equal_var=False).pvalue])


def test_groups_that_hang_together_are_compared_with_their_covariance():
    # variance 1 + 4 - 2 x 1.5; df (1 + 4)^2 / (1/9 + 16/9)
    p = compare_groups(np.array([3.0, 0.0]), np.array([[1, 1.5], [1.5, 4]]), np.array([9.0, 9.0]))
    assert p.tolist() == pytest.approx([2 * stats.t.sf(3 / 2**0.5, 25 / (17 / 9))])


def clear_of(pairs, count):
    return np.array([pair in pairs for pair in combinations(range(count), 2)], bool)


@pytest.mark.parametrize(("means", "pairs", "expected"), [
    ([3, 2, 1], [], ["a", "a", "a"]),
    ([3, 2, 1], [(0, 1), (0, 2), (1, 2)], ["a", "b", "c"]),
    ([3, 2, 1], [(0, 2)], ["a", "ab", "b"]),
    ([1, 2, 3], [(0, 2)], ["b", "ab", "a"]),  # a is the highest's
    ([4, 3, 2, 1], [(0, 2), (0, 3), (1, 3)], ["a", "ab", "bc", "c"]),
    ([3, NAN, 1], [(0, 2)], ["a", "", "b"]),
    ([NAN], [], [""]),
])  # fmt: skip
def test_letters_by_hand(means, pairs, expected):
    assert letters(np.array(means, float), clear_of(pairs, len(means))) == expected


@pytest.mark.parametrize("seed", range(30))
def test_letters_are_shared_by_those_that_do_not_differ_and_by_no_others(seed):
    rng = np.random.default_rng(seed)
    clear = rng.random(28) < rng.choice([0.2, 0.5, 0.8])
    cells = letters(rng.normal(size=8), clear)
    differ = [not set(cells[i]) & set(cells[j]) for i, j in combinations(range(8), 2)]
    assert differ == clear.tolist()
    members = [frozenset(i for i in range(8) if letter in cells[i]) for letter in sorted(set("".join(cells)))]
    assert not any(one < other for one in members for other in members)  # no letter that could be left out as part of another
