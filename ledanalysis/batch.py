"""Notebooks run per cluster by papermill: checked before the first kernel starts, and one failure stops no other."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import papermill
from jupyter_core.paths import jupyter_runtime_dir
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from ledanalysis.errors import InputError
from ledanalysis.estimates import ALL, SECTOR
from ledanalysis.study import Study
from ledanalysis.tables import read_table, write_bytes

CLUSTER_NOTEBOOK = "02_cluster.ipynb"
SECTOR_NOTEBOOKS = {"response": "01_response.ipynb", "results": "03_results.ipynb"}
PACKAGES = ("ledanalysis", "pandas", "numpy", "scipy", "matplotlib", "papermill", "nbconvert")
LONGEST_SOCKET = 90  # letters in the path of a socket's file that every system takes, with room for its number
CELL_SECONDS = 600  # a cell that takes longer hangs


@dataclass(frozen=True)
class Run:
    """One notebook to run: its name in messages, the notebook, its parameters, and where the result goes."""

    name: str
    notebook: Path
    parameters: dict
    out: Path


@dataclass(frozen=True)
class Failure:
    """A run that went wrong, in words: the cell and what it said."""

    run: Run
    reason: str


def plan(
    study: Study, clusterings: list[str] | None = None, clusters: list[str] | None = None, parameters: dict | None = None
) -> list[Run]:
    """What to run: the sector's notebooks and one per cluster of each asked clustering.

    Parameters
    ----------
    study : Study
    clusterings : list of str, optional
        By default those with `report` "yes" in clusterings.csv.
    clusters : list of str, optional
        Only these clusters, and not the sector.
    parameters : dict, optional
        More parameters for every notebook.

    Returns
    -------
    list of Run

    Raises
    ------
    InputError
        A clustering or cluster that does not exist, a parameter that a notebook does not have.
    """
    table = read_table(study, "clusters")
    known = [row.clustering for row in study.tables["clusterings"] if row.report != "no"]
    asked = clusterings or [row.clustering for row in study.tables["clusterings"] if row.report == "yes"]
    for name in asked:
        if name not in known:
            raise InputError("no such clustering, or one with report 'no' in clusterings.csv", value=name, allowed=known)
    pairs = table[table["clustering"].isin(asked)].sort_values(["order", "cluster"])[["clustering", "cluster"]].drop_duplicates()
    for name in clusters or []:
        if name not in set(pairs["cluster"]):
            raise InputError("unknown cluster", value=name, allowed=sorted(pairs["cluster"]))
    chosen = [pair for pair in pairs.itertuples(index=False) if not clusters or pair.cluster in clusters]
    chosen.sort(key=lambda pair: asked.index(pair.clustering))
    staff = (parameters or {}).get("view") == "staff"  # the response is counted in municipalities only
    notebooks = {name: file for name, file in SECTOR_NOTEBOOKS.items() if not clusters and not (staff and name == "response")}
    sector = [_run(study, name, file, SECTOR, ALL, parameters) for name, file in notebooks.items()]
    runs = sector + [_run(study, f"{c.clustering}/{c.cluster}", CLUSTER_NOTEBOOK, *c, parameters) for c in chosen]
    for notebook in {run.notebook: run for run in runs}.values():
        check_parameters(notebook)
    return runs


def _run(study: Study, name: str, file: str, clustering: str, cluster: str, more: dict | None) -> Run:
    name = f"staff/{name}" if (more or {}).get("view") == "staff" else name  # beside the other view, never over it
    parameters = {"study": str(study.folder), "output": str(study.outputs / "tables" / name)}
    if clustering != SECTOR:
        parameters |= {"clustering": clustering, "cluster": cluster}
    return Run(name, study.notebooks / file, parameters | (more or {}), study.outputs / "notebooks" / f"{name}.ipynb")


def check_parameters(run: Run) -> None:
    """Hold a run's parameters to the notebook's own: papermill only warns, and would show another cluster's figures.

    Raises
    ------
    InputError
        The notebook is not there, has no `parameters` cell, or does not know a parameter.
    """
    if not run.notebook.exists():
        raise InputError("no such notebook", file=run.notebook)
    known = papermill.inspect_notebook(str(run.notebook))
    if not known:
        raise InputError("the notebook has no cell tagged 'parameters'", file=run.notebook.name)
    for name in run.parameters:
        if name not in known:
            raise InputError("unknown parameter", file=run.notebook.name, value=name, allowed=list(known))


def run_all(runs: Iterable[Run], jobs: int | None = None, done: Callable[[Run, Failure | None], None] | None = None) -> list[Failure]:
    """Run notebooks, some at once; none stops the others.

    Parameters
    ----------
    runs : iterable of Run
    jobs : int, optional
        How many at once; by default one more than there are processors, since a kernel also waits.
    done : callable, optional
        Called with each run as it ends, and its failure or None.

    Returns
    -------
    list of Failure
        In the order of `runs`.
    """
    runs = list(runs)
    failures: dict[int, Failure] = {}
    with ThreadPoolExecutor(max_workers=jobs or (os.cpu_count() or 1) + 1) as pool:
        futures = {pool.submit(run_one, run): number for number, run in enumerate(runs)}
        for future in as_completed(futures):
            run, failure = runs[futures[future]], future.result()
            if failure:
                failures[futures[future]] = failure
            if done:
                done(run, failure)
    return [failures[number] for number in sorted(failures)]


def run_one(run: Run) -> Failure | None:
    """Run one notebook. It appears in its place when it is whole; one that failed is kept beside, as `.failed.ipynb`."""
    failed = run.out.with_suffix(".failed.ipynb")
    working = run.out.with_name(f".{run.out.name}.tmp.ipynb")
    for path in (run.out, failed):
        path.unlink(missing_ok=True)
    run.out.parent.mkdir(parents=True, exist_ok=True)
    try:
        papermill.execute_notebook(
            str(run.notebook), str(working), run.parameters, progress_bar=False, log_output=False,
            execution_timeout=CELL_SECONDS, start_timeout=120, shutdown_kernel="immediate", config=_kernel_config(),
        )  # fmt: skip
    except PapermillExecutionError as error:
        _keep(working, failed)
        return Failure(run, f"cell {error.cell_index + 1}: {error.ename}: {error.evalue}")
    except Exception as error:  # a kernel that dies, hangs or cannot start: the others go on
        _keep(working, failed)
        return Failure(run, f"{type(error).__name__}: {error}")
    os.replace(working, run.out)
    return None


def write_record(study: Study, runs: list[Run], failures: list[Failure]) -> Path:
    """Write `outputs/run.json`: what a figure was made from, so that it can be made again and explained."""
    record = {
        "study": study.says("title"),
        "raw": hashes(study.raw),
        "codebook": hashes(study.codebook),
        "notebooks": hashes(study.notebooks, "*.ipynb"),
        "versions": {name: version(name) for name in PACKAGES} | {"python": platform.python_version()},
        "runs": [{"name": run.name, "notebook": run.notebook.name, "parameters": _relative(run, study)} for run in runs],
        "failures": {failure.run.name: failure.reason for failure in failures},
    }
    text = json.dumps(record, indent=2, ensure_ascii=False, sort_keys=True)
    return write_bytes(study.outputs / "run.json", text.encode())


def hashes(folder: Path, pattern: str = "*") -> dict[str, str]:
    """sha256 of each file in a folder and below, by its path in it."""
    files = sorted(path for path in folder.rglob(pattern) if path.is_file() and ".ipynb_checkpoints" not in path.parts)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _relative(run: Run, study: Study) -> dict:
    """The parameters with the study's own folder as `.`: the record is the same wherever the study stands."""
    return {name: str(value).replace(str(study.folder), ".") for name, value in run.parameters.items()}


def _keep(working: Path, failed: Path) -> None:
    if working.exists():
        os.replace(working, failed)


def _kernel_config() -> Config:
    """Kernels talk over files rather than ports where the system can: nobody else on the machine can listen in."""
    connection = Path(jupyter_runtime_dir()) / f"led-{uuid.uuid4().hex}.json"
    if sys.platform == "win32" or len(str(connection)) > LONGEST_SOCKET:
        return Config()
    connection.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Config({"KernelManager": {"transport": "ipc", "connection_file": str(connection)}})
