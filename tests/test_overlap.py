"""The covariance of two samples that share units: by hand, beside R, and over many draws from a known population."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special

from ledanalysis.errors import InputError
from ledanalysis.estimation import Design
from ledanalysis.overlap import Overlap, change, overlap_covariance

REFERENCE = Path(__file__).parent / "reference"


def paired(later, earlier, population):
    """Two waves of frames with columns unit, stratum, N, w."""
    designs = [Design(data.reset_index(drop=True), "w", "stratum", None, "N") for data in (later, earlier)]
    now, then = (pd.Series(range(len(data)), data["unit"]) for data in (later, earlier))
    both = now.index.intersection(then.index)
    pairs = pd.DataFrame({"later": now[both].to_numpy(), "earlier": then[both].to_numpy()})
    counts = pd.DataFrame({"later_stratum": list(population), "earlier_stratum": list(population), "count": list(population.values())})
    return Overlap(*designs, pairs, counts)


def sampled(units, size, stratum="s"):
    return pd.DataFrame({"unit": units, "stratum": stratum, "N": size, "w": size / len(units)})


def everyone(overlap, later, earlier):
    return change(overlap, later, earlier, np.full(len(later), True), np.full(len(earlier), True))


def test_in_one_stratum_it_is_the_covariance_of_tam():
    now, then = sampled(range(0, 12), 40), sampled(range(2, 17), 40)
    y1, y2 = np.random.default_rng(1).normal(50, 9, (2, 40))
    y2 = y2 + y1
    found = everyone(paired(now, then, {"s": 40}), y2[:12, None], y1[2:17, None]).iloc[0]
    both = np.arange(2, 12)
    # the correlation of the ten in both, around the means of the whole samples, times the whole samples' deviations
    a, b = y2[both] - y2[:12].mean(), y1[both] - y1[2:17].mean()
    s12 = (a * b).sum() / np.sqrt((a**2).sum() * (b**2).sum()) * y2[:12].std(ddof=1) * y1[2:17].std(ddof=1)
    cov = (10 / (12 * 15) - 1 / 40) * s12
    variance = (1 - 12 / 40) * y2[:12].var(ddof=1) / 12 + (1 - 15 / 40) * y1[2:17].var(ddof=1) / 15 - 2 * cov
    assert found["se"] == pytest.approx(np.sqrt(variance))
    assert found["estimate"] == pytest.approx(y2[:12].mean() - y1[2:17].mean())
    assert found[["n", "n_previous", "n_both"]].tolist() == [12, 15, 10]


@pytest.mark.parametrize("fpc", [True, False])
@pytest.mark.parametrize("domain", ["all", "small", "large"])
def test_the_same_units_in_both_waves_have_the_error_that_r_gives(fpc, domain):
    data = pd.read_csv(REFERENCE / "waves.csv").rename(columns={"municipality": "unit", "weight": "w"})
    data["N"] = data["population"] if fpc else 10**12
    overlap = paired(data, data, data.groupby("stratum")["N"].first().to_dict())
    inside = (data["size"] == domain).to_numpy() | (domain == "all")
    found = change(overlap, data[["now"]].to_numpy(), data[["before"]].to_numpy(), inside, inside).iloc[0]
    wanted = pd.read_csv(REFERENCE / "changes.csv", skipinitialspace=True).query("fpc == @fpc and domain == @domain").iloc[0]
    assert found["estimate"] == pytest.approx(wanted["estimate"], abs=1e-10)
    assert found["se"] == pytest.approx(wanted["se"], rel=1e-9 if fpc else 1e-6)


def test_samples_without_a_shared_unit_are_not_taken_to_be_independent():
    now, then = sampled(range(10), 40), sampled(range(20, 30), 40)
    scores = [np.random.default_rng(seed).normal(0, 1, (10, 1)) / 10 for seed in (1, 2)]
    known = overlap_covariance(paired(now, then, {"s": 40}), *scores)
    assert known[0] == pytest.approx(-(0.25**2) * 40 * scores[0].std(ddof=1) * scores[1].std(ddof=1))
    far = overlap_covariance(paired(sampled(range(10), 10**9), sampled(range(20, 30), 10**9), {"s": 10**9}), *scores)
    assert far[0] == pytest.approx(0, abs=1e-6)


def test_a_service_in_both_waves_is_one_pair_and_a_merged_unit_two():
    now = sampled(["a", "b", "c", "d"], 8).assign(who=[1, 1, 2, 3])
    then = sampled(["a", "b", "c", "e"], 8).assign(who=[7, 7, 8, 9])
    designs = [Design(data, "w", "stratum", "who", "N") for data in (now, then)]
    pairs = pd.DataFrame({"later": [0, 1, 2, 3, 3], "earlier": [0, 1, 2, 3, 2]})
    overlap = Overlap(*designs, pairs, pd.DataFrame({"later_stratum": ["s"], "earlier_stratum": ["s"], "count": [9]}))
    assert sorted(zip(overlap.psu_pairs["later"].tolist(), overlap.psu_pairs["earlier"].tolist())) == [(0, 0), (1, 1), (2, 1), (2, 2)]


def test_a_census_twice_has_no_error():
    data = sampled(range(6), 6)
    found = everyone(paired(data, data, {"s": 6}), np.arange(6.0)[:, None], np.arange(6.0)[:, None] ** 2).iloc[0]
    assert (found["se"], found["df"]) == (0, 5)


def test_more_pairs_in_the_samples_than_there_are_is_an_error():
    data = sampled(range(6), 20)
    with pytest.raises(InputError, match="fewer units of both waves.*6.*at most 5"):
        paired(data, data, {"s": 5})


STRATA = np.repeat(["a", "b", "c", "d"], [65, 182, 63, 32])
TAKEN = {"a": (26, 24), "b": (70, 76), "c": (30, 32), "d": (18, 22)}


def two_samples(rng, kept):
    """Units of the first and of the second sample; of the first, a part is asked again (None: drawn anew)."""
    first, second = [], []
    for name, (one, two) in TAKEN.items():
        units = np.flatnonzero(STRATA == name)
        old = rng.choice(units, one, replace=False)
        again = rng.choice(old, int(one * kept), replace=False) if kept else old[:0]
        rest = np.setdiff1d(units, old if kept else [])
        first.append(old)
        second.append(np.concatenate([again, rng.choice(rest, two - len(again), replace=False)]))
    return np.concatenate(first), np.concatenate(second)


@pytest.mark.parametrize("kept, draws", [(None, 350), (0.5, 350), (0.8, 350)])
def test_intervals_cover_the_change_in_the_population(kept, draws):
    """1,050 pairs of samples of 342 units: means of two questions and shares of two, the whole and a domain."""
    rng = np.random.default_rng(4)
    order = pd.factorize(STRATA)[0][:, None]
    level = rng.normal(60 + 5 * order, 15, (342, 4))
    before, after = level + rng.normal(0, 8, level.shape), level + 3 + rng.normal(0, 8, level.shape)
    before[:, 2:], after[:, 2:] = 100.0 * (before[:, 2:] > 62), 100.0 * (after[:, 2:] > 62)
    domain, sizes = rng.random(342) < 0.4, pd.Series(STRATA).value_counts()
    inside, errors, found = [], [], []
    for _ in range(draws):
        s1, s2 = two_samples(rng, kept)
        frames = [pd.DataFrame({"unit": s, "stratum": STRATA[s], "N": sizes[STRATA[s]].to_numpy()}) for s in (s2, s1)]
        frames = [frame.assign(w=frame["N"] / frame.groupby("stratum")["N"].transform("size")) for frame in frames]
        overlap = paired(*frames, sizes.to_dict())
        for rows in (np.full(342, True), domain):
            table = change(overlap, after[s2], before[s1], rows[s2], rows[s1])
            true = after[rows].mean(axis=0) - before[rows].mean(axis=0)
            inside.append(np.abs(table["estimate"] - true) <= special.stdtrit(table["df"], 0.975) * table["se"])
            errors.append(table["se"] ** 2)
            found.append(table["estimate"] - true)
    assert 0.935 <= np.mean(inside) <= 0.965
    assert np.sqrt(np.mean(errors)) == pytest.approx(np.std(found), rel=0.04)
