"""Estimates timed beside R's survey package on the same data, and how time and memory grow. Run by hand, not by pytest:

    python -m tests.benchmarks.bench_estimation

20,000 rows, 342 psu in 6 strata, 40 items with 5% blank, 6 groups. R does RITEMS of the items, and its time is scaled to
40: it takes them one by one, since `na.rm` would drop a row for any blank among several. Without Rscript: growth alone.
"""

import shutil
import subprocess
import tempfile
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pandas as pd

from ledanalysis.estimation import Design, estimate
from ledanalysis.replicates import bootstrap, replicate_estimate

ITEMS, RITEMS, GROUPS, REPLICATES = 40, 2, 6, 500
SCRIPT = """
suppressMessages(library(survey))
data <- read.csv("data.csv")
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, nest = TRUE, data = data)
time <- function(done) as.numeric(system.time(done)["elapsed"])
means <- function(design, item) svyby(as.formula(paste0("~", item)), ~group, design, svymean, na.rm = TRUE)
items <- c("q0", "q1")
taylor <- time(for (item in items) found <- means(design, item))
made <- time(replicates <- as.svrepdesign(design, type = "subbootstrap", replicates = %d))
replicated <- time(for (item in items) means(replicates, item))
found <- do.call(rbind, lapply(items, function(item) { table <- means(design, item); data.frame(estimate = coef(table), se = as.numeric(SE(table))) }))
write.csv(found, "found.csv", row.names = FALSE)
cat(taylor, made, replicated, file = "times.txt")
"""


def answers(rows: int, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = rng.integers(1, 6, (rows, ITEMS)).astype(float)
    values[rng.random(values.shape) < 0.05] = np.nan
    psu = rng.integers(0, 342, rows)
    table = pd.DataFrame(values, columns=[f"q{number}" for number in range(ITEMS)])
    return table.assign(psu=psu, stratum=psu % 6, weight=rng.uniform(0.5, 2, rows), group=rng.choice(list("abcdef"), rows))


def timed(work, times: int = 3):
    """The least of some times, in seconds, and the result."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        result = work()
        spent.append(time.perf_counter() - start)
    return min(spent), result


def by_taylor(data: pd.DataFrame) -> pd.DataFrame:
    return estimate(Design(data, "weight", "stratum", "psu"), list(data.columns[:ITEMS]), "group")


def by_replicates(data: pd.DataFrame) -> pd.DataFrame:
    return replicate_estimate(bootstrap(Design(data, "weight", "stratum", "psu"), REPLICATES), list(data.columns[:ITEMS]), "group")


def beside_r(data: pd.DataFrame) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data.to_csv(Path(folder) / "data.csv", index=False)
        subprocess.run(["Rscript", "-e", SCRIPT % REPLICATES], cwd=folder, check=True)
        taylor, made, replicated = map(float, (Path(folder) / "times.txt").read_text().split())
        found = pd.read_csv(Path(folder) / "found.csv")
    ours, table = timed(lambda: by_taylor(data), 5)
    same = table[table["item"].isin(["q0", "q1"])].sort_values(["item", "group"])
    np.testing.assert_allclose(same[["estimate", "se"]], found, rtol=1e-9)
    scaled = taylor / RITEMS * ITEMS
    print(f"Taylor: R {scaled:.2f} s (measured {taylor:.2f} s on {RITEMS} items), here {ours:.4f} s: {scaled / ours:.0f} times")
    ours, _ = timed(lambda: by_replicates(data), 5)
    scaled = made + replicated / RITEMS * ITEMS
    print(f"{REPLICATES} replicates: R {scaled:.1f} s (measured {replicated:.1f} s on {RITEMS} items, {made:.1f} s to make them), "
          f"here {ours:.4f} s with making them: {scaled / ours:.0f} times")  # fmt: skip


def growth(sizes=(1_000, 10_000, 100_000, 1_000_000)) -> None:
    for name, work in (("Taylor", by_taylor), (f"{REPLICATES} replicates", by_replicates)):
        for rows in sizes:
            data = answers(rows)
            spent, _ = timed(lambda data=data, work=work: work(data), 3)
            tracemalloc.start()
            work(data)
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            print(f"{name}, {rows:>9,} rows: {spent:7.3f} s, {spent / rows * 1e6:6.2f} µs a row, peak {peak / 1e6:6.1f} MB")


if __name__ == "__main__":
    if shutil.which("Rscript"):
        beside_r(answers(20_000))
    else:
        print("no Rscript: not timed beside R")
    growth()
