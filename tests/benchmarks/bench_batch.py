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
  processor; without their start (floor.py).

The mirrors of all 342 municipalities are made by `led report --mirror all` and by the floor.

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

from ledanalysis import batch
from ledanalysis.running import Run
from ledanalysis.study import Study

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
    options = {"-c": "clustering", "--cluster": "cluster", "--mirror": "municipality"}
    asked = sorted({(option, run.parameters[name]) for run in runs for option, name in options.items() if name in run.parameters})
    command([sys.executable, "-m", "ledanalysis.cli", "report", "--study", str(study.folder), *(part for pair in asked for part in pair)])


def by_floor(study: Study, runs: list[Run]) -> float:
    jobs = study.folder / "jobs.json"
    jobs.write_text(json.dumps([(str(run.notebook), run.parameters) for run in runs]))
    return float(command([sys.executable, str(Path(__file__).with_name("floor.py")), str(jobs)]))


def command(words: list[str]) -> str:
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


WAYS = {
    "loop": by_loop,
    "process": lambda study, runs: by_script(study, runs, IN_PROCESS),
    "pool": lambda study, runs: by_script(study, runs, IN_POOL),
    "led": by_led,
    "floor": by_floor,
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


def compared(study: Study, name: str, runs: list[Run], ways: list[str], rounds: int) -> None:
    """Each way in turn; what they make is the same."""
    found, made = {way: [] for way in ways}, None
    for _ in range(rounds):
        for way in ways:
            spent, tables = seconds(way, study, runs)
            made = made or tables
            assert tables == made, f"{way} made other tables"
            found[way].append(spent)
    led = found["led"]
    for way, times in found.items():
        ratio = statistics.median(one / other for one, other in zip(times, led, strict=True))
        rounds_told = ", ".join(f"{one:.1f}" for one in times)
        print(f"{len(runs)} {name}, {way:8} {statistics.median(times):6.1f} s ({rounds_told})   {ratio:5.2f} times led report", flush=True)
    ratio = statistics.median(one / other for one, other in zip(led, found["floor"], strict=True))
    print(f"{len(runs)} {name}: led report takes {ratio:.2f} times the floor; {len(made)} tables, the same by all ways", flush=True)


def of_clusters(study: Study, clusterings: list[str], count: int) -> list[Run]:
    return [run for run in batch.plan(study, clusterings) if run.notebook.name == batch.CLUSTER_NOTEBOOK][:count]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--mirrors", type=int, default=342)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["JUPYTER_RUNTIME_DIR"] = f"{folder}/runtime"  # no process of another run is used
        study = everyone_asked(Path(folder) / "study")
        one = of_clusters(study, ["size"], 1)
        print(f"the first led report, of one cluster: {seconds('led', study, one)[0]:.1f} s; the next: {seconds('led', study, one)[0]:.1f} s", flush=True)
        compared(study, "clusters", of_clusters(study, ["province"], 12), list(WAYS), asked.rounds)
        compared(study, "clusters", of_clusters(study, ["corop", "province", "size", "urbanity"], 60), ["pool", "led", "floor"], asked.rounds)
        compared(study, "mirrors", batch.plan(study, mirrors=["all"])[: asked.mirrors], ["led", "floor"], 1)


if __name__ == "__main__":
    main()
