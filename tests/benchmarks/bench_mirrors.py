"""The mirrors of all municipalities in one go, beside the floor. Run by hand, not by pytest:

    python tests/benchmarks/bench_mirrors.py --municipalities 342

A study is made in a temporary folder of which every municipality answered and asked for a mirror: the example's own
population, with nobody left out. Then, in turns of some mirrors, so that a machine that is busy for a while is so for both: the batch as `led report --mirror all` runs it, and the floor, the same
cells as plain functions in warm processes, one per processor, forked after the imports. On a machine that others use, give
both the same number at once (`--jobs 2`): who has more processes gets more of it.
"""

import argparse
import contextlib
import io
import json
import os
import shutil
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd

from ledanalysis import batch, running
from ledanalysis.example import SEED, survey
from ledanalysis.example.population import make_population
from ledanalysis.prepare import prepare
from ledanalysis.register import read_register
from ledanalysis.study import Study, load_study

ROOT = Path(__file__).resolve().parents[2]


def everyone_asked(folder: Path) -> Study:
    """The example's study, of which the survey is that of its whole population, each asking for a mirror; prepared."""
    for name in ("codebook", "raw"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    study = load_study(folder)
    register = read_register(study.codebook / "register.csv")
    item, _, option = study.settings.mirror.partition("=")
    options = study.options[next(row.options for row in study.tables["items"] if row.item == item)]
    population = make_population(study, register, SEED).assign(**{item: float(options[option].code)})
    delivery = survey.deliver(population, register, np.arange(len(register)), {}, [""], study, np.random.default_rng(SEED))
    survey.write_sav(delivery, study.raw / study.settings.survey.file, study)
    prepare(study)
    return study


def by_batch(runs: list, jobs: int | None) -> float:
    """Seconds of all runs by the batch."""
    shutil.rmtree(runs[0].out.parents[2], ignore_errors=True)
    start = time.perf_counter()
    failures = running.run_all(runs, "", jobs)
    assert not failures, failures[0].reason
    return time.perf_counter() - start


def cells(run) -> str:
    """The notebook's code, with the run's parameters in the place of its own."""
    notebook = json.loads(run.notebook.read_text("utf-8"))
    code = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", [])]
    return "\n".join([*(f"{name} = {value!r}" for name, value in run.parameters.items()), *code])


def plainly(code: str) -> None:
    """The cells as a plain function; what they show goes nowhere."""
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "cells", "exec"), {})


def floor(runs: list, jobs: int | None) -> float:
    """Seconds of the same cells in warm processes, by default one per processor."""
    jobs = jobs or os.cpu_count()
    shutil.rmtree(runs[0].out.parents[2], ignore_errors=True)
    with get_context("fork").Pool(jobs) as pool:
        pool.map(plainly, [cells(runs[0])] * jobs, chunksize=1)  # what is done once in a process
        start = time.perf_counter()
        pool.map(plainly, [cells(run) for run in runs], chunksize=1)
        return time.perf_counter() - start


def in_turns(runs: list, jobs: int | None, turn: int) -> dict[str, float]:
    """Seconds of the batch and of the floor, some runs at a time."""
    seconds = {"batch": 0.0, "floor": 0.0}
    for first in range(0, len(runs), turn):
        some = runs[first : first + turn]
        seconds["batch"] += by_batch(some, jobs)
        assert all(run.out.exists() for run in some)
        seconds["floor"] += floor(some, jobs)
    return seconds


def main(arguments: list[str] | None = None) -> float:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--municipalities", type=int, default=342)
    parser.add_argument("--turn", type=int, default=20, help="mirrors at a time")
    parser.add_argument("--jobs", type=int, help="at once, in both")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        study = everyone_asked(Path(folder))
        print(f"prepared: {time.perf_counter() - start:.0f} s, {len(pd.read_parquet(study.processed / 'mirrors.parquet')):,} rows of mirrors")
        runs = batch.plan(study, mirrors=["all"])[: asked.municipalities]
        import ledanalysis.mirror_words  # noqa: F401  # before the fork

        seconds = in_turns(runs, asked.jobs, asked.turn)
    ratio = seconds["batch"] / seconds["floor"]
    print(f"{len(runs)} mirrors: batch {seconds['batch']:.1f} s, floor {seconds['floor']:.1f} s, {ratio:.2f} times the floor")
    return ratio


if __name__ == "__main__":
    main()
