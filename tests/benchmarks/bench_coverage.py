"""How often intervals and rank sets cover the truth: many samples from the example's population, whose values are known.

Run by hand, for it takes minutes; METHODS.md has the figures. From the folder of the study:
    python tests/benchmarks/bench_coverage.py 2000 [workers]
Samples are drawn as the example's (each municipality answers or not, by size class and region), raked as `prepare`
does, and estimated as `estimates` does. Rank sets count as right where they hold for all themes at once.
"""

import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent.parent))

from test_example_truth import MEANS, SHARES, World, rank_sets_fit

from ledanalysis.estimation import covariance, estimate, share_interval
from ledanalysis.rankings import fit_worth, worth

CLUSTERS = {"sector": ["all"], "size": ["lt20", "20-50", "50-100", "gt100"]}
RANKED = ["now", "future", "rise", "top", "organised", "effect"]


def intervals(world: World, design, truth: pd.DataFrame) -> pd.DataFrame:
    """Per estimate whether its interval covers, its miss and its error: clustering, cluster, measure, theme."""
    tables = []
    for clustering in CLUSTERS:
        for statistic, measures in (("mean", MEANS), ("share", SHARES)):
            items = [item for measure in measures for item in world.items[measure]]
            table = estimate(design, items, clustering, statistic).rename(columns={clustering: "cluster"})
            table[["estimate", "lower", "upper", "se"]] *= 100 if statistic == "share" else 1
            tables.append(table.assign(clustering=clustering))
    table = pd.concat(tables, ignore_index=True)
    table = table.assign(measure=table["item"].str.partition(" ")[0], theme=table["item"].str.partition(" ")[2])
    table = table.merge(truth, on=["clustering", "cluster", "measure", "theme"], suffixes=("", "_true"))
    covers = (table["lower"] <= table["value"] + 1e-9) & (table["upper"] >= table["value"] - 1e-9)
    return table.assign(covers=covers, miss=table["estimate"] - table["value"])


def worths(world: World, design) -> np.ndarray:
    """Per theme whether the interval of its worth covers that in the population."""
    points = design.data[world.items["top_points"]].to_numpy()
    values, scores = worth(design, points, np.full(len(points), True))
    se, df = np.sqrt(np.diag(covariance(design, scores))), np.full(len(values), len(points) - 5)
    n = (~np.isnan(points).any(axis=1)).sum()
    lower, upper = share_interval(values, se, df, n, len(world.units))
    true = world.units[world.items["top_points"]].dropna().to_numpy()
    true = fit_worth(true, np.ones(len(true)))
    return (lower <= true) & (true <= upper)


def one_worker(seeds: list[int]) -> tuple[pd.DataFrame, dict, np.ndarray]:
    """Sums over some samples: covered, samples, miss and error per estimate; rank sets that fit; worths covered."""
    world = World()
    sums, fits, ranked = None, defaultdict(list), 0
    for seed in seeds:
        design = world.sample(seed)
        table = intervals(world, design, world.truth).set_index(["clustering", "cluster", "measure", "theme"])
        part = table[["covers", "miss", "se"]].astype(float).assign(samples=1.0)
        sums = part if sums is None else sums.add(part, fill_value=0)
        for clustering, clusters in CLUSTERS.items():
            for cluster in clusters:
                for measure in RANKED:
                    fits[measure, clustering].append(rank_sets_fit(world, design, measure, clustering, cluster))
        ranked = ranked + worths(world, design)
    return sums, dict(fits), ranked


def main(rounds: int = 2000, workers: int = 1) -> None:
    """Print the percentages."""
    parts = [list(range(10_000 + start, 10_000 + rounds, workers)) for start in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        results = list(pool.map(one_worker, parts))
    sums = sum((result[0] for result in results[1:]), results[0][0])
    sums = sums.assign(kind=sums.index.get_level_values("measure").map(
        lambda name: "share" if name in SHARES else "rise" if name == "rise" else "mean"))  # fmt: skip
    for by in (["kind"], ["clustering", "kind"], ["clustering", "cluster"]):
        groups = sums.groupby(by)[["covers", "samples"]].sum()
        print((100 * groups["covers"] / groups["samples"]).round(2).to_string(), "\n")
    each = sums["covers"] / sums["samples"]
    print(f"of {len(each)} single estimates {((each >= 0.935) & (each <= 0.965)).sum()} cover between 93.5 and 96.5%; lowest "
          f"{each.min():.3f} {each.idxmin()}, highest {each.max():.3f} {each.idxmax()}\n")  # fmt: skip
    bias = (sums["miss"] / sums["se"])["sector"]
    print(f"bias / se in the sector: mean of sizes {bias.abs().mean():.3f}, largest {bias.abs().max():.3f} {bias.abs().idxmax()}\n")
    for key in results[0][1]:
        found = np.concatenate([result[1][key] for result in results])
        print(f"rank sets of {key[0]} in {key[1]}: {100 * found.mean():.2f}% of {len(found)}")
    covered = sum(result[2] for result in results) / rounds
    print(f"worth: {100 * covered.mean():.2f}% (lowest theme {100 * covered.min():.1f}, highest {100 * covered.max():.1f})")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
