"""The batch beside what one would otherwise do, in one run. Run by hand, not by pytest:

    python tests/benchmarks/bench_batch.py --rounds 2

A study is prepared in a temporary folder: the example's own population, of which everyone answered, so that small clusters
have figures too. The notebook of a cluster is run for 12 clusters (the provinces) and for 60 (COROP regions, provinces,
size classes, degrees of urbanisation), as

- loop: a `papermill` command for each cluster (only for 12);
- process: `papermill.execute_notebook` for each, in one process (only for 12);
- pool: the same in a pool of processes, one per processor;
- led: the command `led report`, with what it needs to start;
- floor: the same cells as a plain function, each chart rendered once, in processes that have the imports done, one per
  processor; without their start.

The ways take turns in each round. Of the rounds the median is told. The first `led report` after a while also starts the
process that kernels are forked from: told by itself. The tables that the ways make are held to each other.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from everyone import everyone_asked
from floor import floor

from ledanalysis import batch
from ledanalysis.running import Run
from ledanalysis.study import Study

CLUSTERINGS = {12: ["province"], 60: ["corop", "province", "size", "urbanity"]}
IN_PROCESS = """
import json, papermill, sys
for notebook, out, parameters in json.load(open(sys.argv[1])):
    papermill.execute_notebook(notebook, out, parameters, progress_bar=False)
"""
IN_POOL = """
import json, multiprocessing, papermill, sys
def one(job):
    notebook, out, parameters = job
    papermill.execute_notebook(notebook, out, parameters, progress_bar=False)
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool() as pool:
        pool.map(one, json.load(open(sys.argv[1])), chunksize=1)
"""


def by_loop(study: Study, runs: list[Run]) -> None:
    for run in runs:
        options = [part for name, value in run.parameters.items() for part in ("-r", name, value)]
        command([sys.executable, "-m", "papermill", "--no-progress-bar", *options, str(run.notebook), str(run.out)])


def by_script(study: Study, runs: list[Run], code: str) -> None:
    """A script with the runs in a file."""
    script, jobs = study.folder / "script.py", study.folder / "jobs.json"
    script.write_text(code)
    jobs.write_text(json.dumps([(str(run.notebook), str(run.out), run.parameters) for run in runs]))
    command([sys.executable, str(script), str(jobs)])


def by_led(study: Study, runs: list[Run]) -> None:
    asked = sorted({run.parameters["clustering"] for run in runs})
    clusters = [part for run in runs for part in ("--cluster", run.parameters["cluster"])]
    command([sys.executable, "-m", "ledanalysis.cli", "report", "--study", str(study.folder), *(part for name in asked for part in ("-c", name)), *clusters])


def command(words: list[str]) -> None:
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


WAYS = {
    "loop": by_loop,
    "process": lambda study, runs: by_script(study, runs, IN_PROCESS),
    "pool": lambda study, runs: by_script(study, runs, IN_POOL),
    "led": by_led,
    "floor": lambda study, runs: floor(runs),
}


def seconds(way: str, study: Study, runs: list[Run]) -> tuple[float, dict]:
    """How long a way takes for these runs, and the tables it made."""
    shutil.rmtree(study.outputs, ignore_errors=True)
    for run in runs:
        run.out.parent.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    told = WAYS[way](study, runs)
    spent = told or time.perf_counter() - start  # the floor tells of its work alone
    tables = study.outputs / "tables"
    return spent, {str(path.relative_to(tables)): path.read_bytes() for path in sorted(tables.rglob("*.csv"))}


def compared(study: Study, count: int, ways: list[str], rounds: int) -> dict[str, float]:
    """The median of each way; what they make is the same."""
    runs = batch.plan(study, CLUSTERINGS[count])
    runs = [run for run in runs if run.notebook.name == batch.CLUSTER_NOTEBOOK][:count]
    found, made = {way: [] for way in ways}, None
    for _ in range(rounds):
        for way in ways:
            spent, tables = seconds(way, study, runs)
            made = made or tables
            assert tables == made, f"{way} made other tables"
            found[way].append(spent)
            print(f"  {count} runs, {way}: {spent:.1f} s", flush=True)
    print(f"{count} runs, {len(made)} tables, the same by all ways")
    return {way: statistics.median(times) for way, times in found.items()}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["JUPYTER_RUNTIME_DIR"] = f"{folder}/runtime"  # no process of another run is used
        study = everyone_asked(Path(folder) / "study")
        first = batch.plan(study, ["size"])[-1:]
        print(f"the first led report, of one cluster: {seconds('led', study, first)[0]:.1f} s; the next: {seconds('led', study, first)[0]:.1f} s")
        few = compared(study, 12, list(WAYS), asked.rounds)
        many = compared(study, 60, ["pool", "led", "floor"], asked.rounds)
    for count, found in ((12, few), (60, many)):
        for way, spent in found.items():
            print(f"{count} runs, {way:8} {spent:6.1f} s   {spent / found['led']:5.2f} times led report")
        print(f"{count} runs: led report takes {found['led'] / found['floor']:.2f} times the floor")


if __name__ == "__main__":
    main()
