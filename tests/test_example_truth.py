"""The intervals against a truth that is known: many samples from the example's population, weighed as `prepare` does."""

import numpy as np
import pandas as pd
import pytest

from ledanalysis.calibration import Calibration
from ledanalysis.cleaning import to_answers
from ledanalysis.clusters import assign_clusters, read_clusters
from ledanalysis.ranks import rank_bounds
from ledanalysis.estimation import Design, covariance, degrees, estimate, influence
from ledanalysis.example import draw_respondents, make_population, true_values
from ledanalysis.register import read_register
from ledanalysis.scoring import score_themes
from ledanalysis.study import load_study
from ledanalysis.weighting import rake

ROUNDS = 200
MEANS, SHARES = ["now", "future", "rise"], ["organised", "stimulated"]
KEPT = [*MEANS, *SHARES, "effect", "top", "top_points"]
NOTHING = pd.DataFrame(columns=["municipality", "theme", "horizon"])


class World:
    """The example's population, what is true of it, and samples from it."""

    def __init__(self):
        study = load_study()
        self.register = read_register(study.codebook / "register.csv")
        clusters = assign_clusters(
            self.register, study.frame("clusterings"), read_clusters(study.codebook / "clusters.csv"), study.codebook
        )
        self.population = make_population(study, self.register, seed=1)
        self.truth = true_values(study, self.population, clusters)
        scores = score_themes(to_answers(self.population, study), NOTHING, [], study)
        scores = scores[scores["measure"].isin(KEPT)]
        scores["item"] = scores["measure"] + " " + scores["theme"]
        wide = scores.pivot(index="municipality", columns="item", values="score")
        placed = clusters.pivot(index="municipality", columns="clustering", values="cluster")[["size", "region"]]
        units = placed.loc[self.register["municipality"]].join(wide)
        self.margins = {name: units[name].value_counts().sort_index().to_dict() for name in ("size", "region")}
        self.units = units.assign(sector="all", population=units["size"].map(self.margins["size"]))
        shares = [item for item in wide if item.split()[0] in SHARES]
        self.units[shares] /= 100
        self.truth = self.truth[self.truth["measure"].isin(KEPT)]
        self.items = {measure: [item for item in wide if item.split()[0] == measure] for measure in KEPT}

    def sample(self, seed: int) -> Design:
        rows = draw_respondents(self.register, np.random.default_rng([seed, 7]))
        sample = self.units.iloc[rows]
        start = sample["population"] / sample.groupby("size")["size"].transform("size")
        weighed = sample.assign(start=start).assign(weight=lambda rows: rake(rows, self.margins, "start"))
        return Design(weighed, "weight", "size", None, "population", calibration=Calibration(("size", "region"), start="start"))


@pytest.fixture(scope="module")
def world():
    return World()


@pytest.fixture(scope="module")
def covered(world):
    """Per estimate of each round: clustering, cluster, measure, theme, whether its interval covers the truth, miss."""
    tables = []
    for seed in range(ROUNDS):
        design = world.sample(seed)
        for clustering in ("sector", "size"):
            for statistic, measures in (("mean", MEANS), ("share", SHARES)):
                items = [item for measure in measures for item in world.items[measure]]
                table = estimate(design, items, clustering, statistic).rename(columns={clustering: "cluster"})
                scale = ["estimate", "lower", "upper", "se"]
                table[scale] *= 100 if statistic == "share" else 1
                tables.append(table.assign(clustering=clustering))
    table = pd.concat(tables, ignore_index=True)
    table[["measure", "theme"]] = table["item"].str.split(" ", expand=True).to_numpy()
    table = table.merge(world.truth, on=["clustering", "cluster", "measure", "theme"], how="left", suffixes=("", "_true"))
    inside = (table["lower"] <= table["value"] + 1e-9) & (table["upper"] >= table["value"] - 1e-9)
    return table.assign(covers=inside, miss=table["estimate"] - table["value"])


def test_the_truth_is_the_mean_of_the_population(world):
    small = (world.register["size_class"] == "lt20").to_numpy()
    digi = world.population["d1_DIGI"].where(lambda codes: codes != 9)  # 1-5, 9 "weet niet"
    lms = world.population["b5_organiseren_lms"]
    expected = {
        ("sector", "all", "now", "DIGI"): ((digi - 1) / 4 * 100).mean(),
        ("size", "lt20", "now", "DIGI"): ((digi[small] - 1) / 4 * 100).mean(),
        ("size", "lt20", "organised", "lms"): lms[small].mean() * 100,
    }
    truth = world.truth.set_index(["clustering", "cluster", "measure", "theme"])["value"]
    assert {key: truth[key] for key in expected} == pytest.approx(expected)


def test_every_estimate_has_a_truth_and_an_interval(covered):
    assert len(covered) > ROUNDS * 5 * 80
    assert covered[["value", "lower", "upper"]].notna().all().all()


def test_intervals_cover_the_truth(covered):
    assert 0.92 <= covered["covers"].mean() <= 0.98


@pytest.mark.parametrize("group", [["clustering", "cluster"], ["measure"], ["clustering", "measure"]])
def test_intervals_cover_the_truth_wherever_one_looks(covered, group):
    rates = covered.groupby(group)["covers"].mean()
    assert rates.between(0.92, 0.985).all(), rates.to_string()


def test_means_are_not_off(covered):
    """The mean miss is small beside the error: weighing takes out who answers more often."""
    sector = covered[covered["clustering"] == "sector"].groupby(["measure", "theme"])
    bias = sector["miss"].mean() / sector["se"].mean()
    assert bias.abs().mean() < 0.1 and bias.abs().max() < 0.4, bias.describe().to_string()


def rank_sets_fit(world: World, design: Design, measure: str, clustering: str, cluster: str) -> bool:
    """Whether all true ranks of a measure in a cluster lie within their bounds, of the themes that have an estimate."""
    values = design.data[world.items[measure]].to_numpy()
    inside = (design.data[clustering] == cluster).to_numpy()
    means, scores = influence(design, values, inside)
    df = degrees(design, inside[:, None] & ~np.isnan(values)).astype(float)
    lower, upper = rank_bounds(means, covariance(design, np.nan_to_num(scores)), np.where(df > 0, df, np.nan), 0.95)
    true = world.units.loc[world.units[clustering] == cluster, world.items[measure]].mean().to_numpy()
    known = ~np.isnan(means)
    above, below = (true > true[:, None] + 1e-9) & known, (true < true[:, None] - 1e-9) & known
    fits = (lower <= 1 + above.sum(axis=1)) & (upper >= known.sum() - below.sum(axis=1))
    return bool(fits[known].all())


def test_ranks_are_within_their_bounds_for_all_themes_together(world):
    """In at least 95% of the samples; also where few answered: `effect` is asked only of those who have the instrument."""
    places = [("size", name) for name in ("lt20", "20-50", "50-100", "gt100")] + [("sector", "all")]
    hits = {(measure, clustering): [] for measure in ("now", "rise", "effect") for clustering in ("sector", "size")}
    for seed in range(ROUNDS // 2):
        design = world.sample(seed)
        for measure in ("now", "rise", "effect"):
            for clustering, cluster in places:
                hits[measure, clustering].append(rank_sets_fit(world, design, measure, clustering, cluster))
    rates = {place: np.mean(found) for place, found in hits.items()}
    assert min(rates.values()) >= 0.95, rates
