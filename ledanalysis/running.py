"""Runs of notebooks, some at once: none stops the others, and what a run makes appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import sys
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import nbformat
import papermill
import psutil
from jupyter_core.paths import jupyter_runtime_dir
from papermill.exceptions import PapermillExecutionError
from traitlets.config import Config

from ledanalysis import kept
from ledanalysis.tables import write_bytes
from ledanalysis.warmkernel import provisioner
from ledanalysis.watching import ENGINE, MB, Limits, Stopped

LONGEST_SOCKET = 90  # letters in the path of a socket's file that every system takes, with room for its number
FREE = 0.8  # of the machine's memory is for kernels
LEAST_MEMORY = 1000  # MB
PRELOAD = [*provisioner.PRELOAD, "scipy.special", "ledanalysis.ready"]  # what our notebooks import, and what a first chart does


@dataclass(frozen=True)
class Run:
    """One notebook to run.

    Attributes
    ----------
    name : str
        In messages.
    notebook : Path
    parameters : dict
        With `output`, the folder of its tables.
    out : Path
        The executed notebook.
    figures : Path
        The folder of its figures.
    record : Path
        What it was made from.
    """

    name: str
    notebook: Path
    parameters: dict
    out: Path
    figures: Path
    record: Path

    @property
    def places(self) -> list[Path]:
        return [self.out, Path(self.parameters["output"]), self.figures]

    @property
    def failed(self) -> Path:
        """Where the notebook is kept if it fails."""
        return self.out.with_suffix(".failed.ipynb")


@dataclass(frozen=True)
class Failure:
    """A run that went wrong, in words: the cell and what it said."""

    run: Run
    reason: str


def usual_jobs() -> int:
    """One more than there are processors, since a kernel also waits."""
    return (os.cpu_count() or 1) + 1


def usual_limits(jobs: int) -> Limits:
    """A kernel's memory is its part of the machine's."""
    return Limits(memory=max(psutil.virtual_memory().total / MB * FREE / jobs, LEAST_MEMORY))


def undone(runs: Iterable[Run], ground: str) -> list[Run]:
    """The runs of which no result is there that was made from the same; of `ground` see `kept.ground`."""
    return [run for run in runs if not kept.holds(run.record, kept.key(run.notebook, run.parameters, ground), run.places)]


def run_all(
    runs: Iterable[Run], ground: str, jobs: int | None = None, limits: Limits | None = None,
    begun: Callable[[Run], None] | None = None, done: Callable[[Run, Failure | None], None] | None = None,
) -> list[Failure]:  # fmt: skip
    """Run notebooks, some at once; none stops the others.

    Parameters
    ----------
    runs : iterable of Run
    ground : str
        As made by `kept.ground`.
    jobs : int, optional
        How many at once; by default `usual_jobs`.
    limits : Limits, optional
        By default `usual_limits`.
    begun, done : callable, optional
        Called with each run as it begins and as it ends, then with its failure or None.

    Returns
    -------
    list of Failure
        In the order of `runs`.
    """
    runs, halt, jobs = list(runs), Event(), jobs or usual_jobs()
    limits = limits or usual_limits(jobs)
    provisioner.use()
    failures: dict[int, Failure] = {}

    def one(run: Run) -> Failure | None:
        if begun:
            begun(run)
        return run_one(run, ground, limits, halt)

    with ThreadPoolExecutor(max_workers=jobs) as pool:
        futures = {pool.submit(one, run): number for number, run in enumerate(runs)}
        try:
            for future in as_completed(futures):
                run, failure = runs[futures[future]], future.result()
                if failure:
                    failures[futures[future]] = failure
                if done:
                    done(run, failure)
        except BaseException:  # Ctrl-C: kernels are stopped, what was not begun is not
            halt.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return [failures[number] for number in sorted(failures)]


def run_one(run: Run, ground: str, limits: Limits = Limits(), halt: Event | None = None) -> Failure | None:
    """Run one notebook. One that failed is kept beside its place, as `.failed.ipynb`, and what an earlier run made goes."""
    half = staged(run)
    remove(*half.places, run.failed)
    key = kept.key(run.notebook, run.parameters, ground)
    try:
        run.out.parent.mkdir(parents=True, exist_ok=True)
        papermill.execute_notebook(
            str(run.notebook), str(half.out), half.parameters, engine_name=ENGINE, progress_bar=False, log_output=False,
            request_save_on_cell_execute=False, limits=limits, halt=halt, config=_kernel_config(),
        )  # fmt: skip
        put_in_place(half, run, key)
        return None
    except PapermillExecutionError as error:
        reason = f"{_cell(error.cell_index, error.source)}: {error.ename}: {error.evalue}"
    except Stopped as error:
        with suppress(OSError):
            write_bytes(half.out, nbformat.writes(error.notebook).encode())
        source = "" if error.cell is None else error.notebook.cells[error.cell].source
        reason = f"{_cell(error.cell, source)}: {error.why}"
    except Exception as error:  # a full disk, a notebook that cannot be read: the others go on
        reason = f"{type(error).__name__}: {error}"
        remove(half.out)  # on a full disk there is half of it
    with suppress(OSError):
        remove(*half.places) if halt and halt.is_set() else keep_failed(half, run)
    return Failure(run, reason)


def staged(run: Run) -> Run:
    """The run, with its places where they are while it is being made."""
    output = str(_staged(run.places[1]))
    return replace(run, parameters=run.parameters | {"output": output}, out=_staged(run.out), figures=_staged(run.figures))


def _staged(place: Path) -> Path:
    return place.with_name(f".{place.name}.tmp{place.suffix}")


def keep_failed(half: Run, run: Run) -> None:
    """Keep the notebook of a run that failed, and nothing else: not what an earlier run made either."""
    remove(run.record, *run.places)
    if half.out.exists():
        os.replace(half.out, run.failed)
    remove(*half.places)


def put_in_place(half: Run, run: Run, key: str) -> None:
    """Move what was made while staged to where it belongs, the notebook last; then write down what it was made from."""
    run.record.unlink(missing_ok=True)  # from here on until there is a new one the run counts as not done
    text = half.out.read_text("utf-8")
    for made, place in zip(half.places, run.places):  # it says where it put things
        text = text.replace(in_json(str(made)), in_json(str(place)))
    for made, place in zip(half.places[1:], run.places[1:]):
        remove(place)
        if made.exists():
            os.replace(made, place)
    write_bytes(run.out, text.encode())
    half.out.unlink()
    kept.keep(run.record, key, run.places)


def in_json(text: str) -> str:
    """As a path stands in a notebook's file: within a text of Python within JSON."""
    return text.replace("\\", "\\\\" * 2)


def remove(*places: Path) -> None:
    """Remove files and folders, those that are there: each goes at once, so that none is ever there by half."""
    for place in places:
        if place.is_dir():
            aside = place.with_name(f".{place.name}.gone.tmp")
            shutil.rmtree(aside, ignore_errors=True)
            os.replace(place, aside)
            shutil.rmtree(aside)
        else:
            place.unlink(missing_ok=True)


def _cell(number: int | None, source: str) -> str:
    """A cell by its number, from 1, and its first line."""
    if number is None:
        return "before the first cell"
    first = next((line for line in source.splitlines() if line.strip()), "")
    return f"cell {number + 1} ({first.strip()[:60]})"


def _kernel_config() -> Config:
    """Kernels have our imports done, and talk over files rather than ports where the system can: nobody else can listen in."""
    warm = {"WarmProvisioner": {"preload": PRELOAD}}
    connection = Path(jupyter_runtime_dir()) / f"led-{uuid.uuid4().hex}.json"
    if sys.platform == "win32" or len(str(connection)) > LONGEST_SOCKET:
        return Config(warm)
    connection.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Config(warm | {"KernelManager": {"transport": "ipc", "connection_file": str(connection)}})
