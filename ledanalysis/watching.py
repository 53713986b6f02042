"""Notebooks run under watch: a kernel that takes too long, too much memory or says too much is stopped, and it is said why."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread

import psutil
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill import engines
from papermill.clientwrap import PapermillNotebookClient

ENGINE = "ledanalysis"  # its name for papermill
LOOK = 0.2  # seconds between two looks at the memory
MB = 1_000_000
ASKED = 4  # times the memory that a kernel may use, it may ask for: libraries ask for more than they use
START_SECONDS = 120


@dataclass(frozen=True)
class Limits:
    """What a run may take.

    Attributes
    ----------
    seconds : float
        Per cell.
    memory : float
        MB, of the kernel and what it started.
    output : float
        MB that all cells together may show.
    """

    seconds: float = 600
    memory: float = 4000
    output: float = 50


class Stopped(Exception):
    """A run that was stopped, or whose kernel stopped.

    Attributes
    ----------
    cell : int or None
        Where, counted from 0; None before the first.
    why : str
    notebook : NotebookNode
        As far as it came.
    """

    def __init__(self, cell: int | None, why: str, notebook):
        super().__init__(why)
        self.cell, self.why, self.notebook = cell, why, notebook


class Client(PapermillNotebookClient):
    """Papermill's client, which knows which cell it is at and counts what is said."""

    def __init__(self, nb_man, limits: Limits, **options):
        super().__init__(nb_man, **options)
        self.limits, self.at, self.said, self.why = limits, None, 0, ""

    def execute_cell(self, cell, cell_index, **options):
        self.at = cell_index
        return super().execute_cell(cell, cell_index, **options)

    def process_message(self, msg, cell, cell_index):
        content = msg["content"]
        self.said += len(content.get("text", "")) + sum(len(str(part)) for part in content.get("data", {}).values())
        if self.said > self.limits.output * MB:
            self.stop(f"more than {self.limits.output:g} MB of output")
            return None
        return super().process_message(msg, cell, cell_index)

    def stop(self, why: str) -> None:
        """Kill the kernel; nbclient then finds it dead."""
        self.why = self.why or why
        for process in family(self.kernel):
            with _gone():
                process.kill()

    @property
    def kernel(self) -> int | None:
        """The kernel's process."""
        return getattr(getattr(self.km, "provisioner", None), "pid", None)


class Engine(engines.NBClientEngine):
    """Papermill's engine with a watch on the kernel."""

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, limits=Limits(), halt=None, config=None, **_):
        """Run the notebook.

        Raises
        ------
        Stopped
            It could not be finished.
        """
        options = {"config": config} if config else {}
        client = Client(nb_man, limits, kernel_name=kernel_name, timeout=limits.seconds, startup_timeout=START_SECONDS,
                        shutdown_kernel="immediate", **options)  # fmt: skip
        try:
            with _watched(lambda: _look(client, halt)):
                client.execute()
        except CellTimeoutError as error:
            raise Stopped(client.at, f"not done after {limits.seconds:g} seconds", nb_man.nb) from error
        except DeadKernelError as error:
            raise Stopped(client.at, client.why or "the kernel died", nb_man.nb) from error
        except Exception as error:
            raise Stopped(client.at, client.why or f"{type(error).__name__}: {error}", nb_man.nb) from error
        for number, cell in enumerate(nb_man.nb.cells):
            if cell.metadata.get("papermill", {}).get("exception"):  # papermill would have it on disk before it says so, and lets sys.exit() pass
                raise Stopped(number, _raised(cell), nb_man.nb)


def _raised(cell) -> str:
    return next((f"{output.ename}: {output.evalue}" for output in cell.outputs if output.output_type == "error"), "it raised")


def family(pid: int | None) -> list[psutil.Process]:
    """A process and all that it started, as far as they still are."""
    if not pid:
        return []
    with _gone():
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    return []


def _look(client: Client, halt: Event | None) -> None:
    if halt and halt.is_set():
        client.stop("stopped by you")
    used = asked = 0
    for process in family(client.kernel):
        with _gone():
            taken = process.memory_info()
            used += taken.rss
            asked += getattr(taken, "data", 0)  # what it may write to, on Linux; elsewhere nobody can tell
    most = client.limits.memory
    if used > most * MB:
        client.stop(f"more than {most:,.0f} MB of memory")
    if asked > ASKED * most * MB:
        client.stop(f"asked for more than {ASKED * most:,.0f} MB of memory")


@contextmanager
def _gone():
    """A process may end while it is looked at."""
    try:
        yield
    except psutil.Error:
        pass


@contextmanager
def _watched(look: Callable[[], None]):
    done = Event()

    def watch() -> None:
        while not done.wait(LOOK):
            look()

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


engines.papermill_engines.register(ENGINE, Engine)
