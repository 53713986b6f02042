"""The imports of the parent, made as a kernel would make them."""

from __future__ import annotations

import builtins
import gc
import importlib
import io
import os
import sys
import time
import types
import warnings
from contextlib import suppress
from dataclasses import dataclass

from ledanalysis.warmkernel import child, watched

NOT_THREADED = {  # libraries that would start threads when loaded; a fork has none of its parent's
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
OF_EVERY_KERNEL = (  # what a stock kernel has imported when it is ready; the debugger alone is half of that
    "ipykernel.ipkernel", "ipykernel.debugger", "IPython.core.completer", "IPython.core.completerlib", "pydoc",
    "IPython.extensions.storemagic", "tornado.platform.asyncio", "tornado.queues", "sqlite3", "psutil", "pdb", "encodings.idna",
)  # fmt: skip
INLINE = "module://matplotlib_inline.backend_inline"
NEVER = {"matplotlib_inline.backend_inline", "tqdm.auto", "tqdm.autonotebook"}  # look for the running shell when imported


class CannotWarm(Exception):
    """Why this parent would not make kernels like stock ones."""


@dataclass(frozen=True)
class Loaded:
    """What is known of the imports when they are made.

    Parameters
    ----------
    known : dict
        Names and places of packages that a stock kernel does not have when it starts, and finds after its own folder.
    snapshot : Snapshot
        The files that were read.
    filters : list
        Those of warnings that the modules made.
    environment : dict
        Variables that a stock kernel's own modules set.
    threads : int
        Names that they took from the numbered names of threads.
    """

    known: dict[str, str]
    snapshot: watched.Snapshot
    filters: list
    environment: dict[str, str]
    threads: int


def load(preload: list[str]) -> Loaded:
    """Import what kernels need, as a kernel would.

    Raises
    ------
    CannotWarm
        A module cannot be imported (not there at all is no matter), says something when imported, or starts a thread.
    """
    since, kept = time.time_ns(), dict(os.environ)
    importlib.import_module("ipykernel.kernelapp")
    for name in OF_EVERY_KERNEL:
        with suppress(ModuleNotFoundError):  # in another version it is elsewhere, or an extra
            importlib.import_module(name)
    stock, filters, threads = watched.tops(sys.modules), list(warnings.filters), child.thread_names(0) - 1
    environment = {name: value for name, value in os.environ.items() if kept.get(name) != value}
    os.environ.update(NOT_THREADED | {"MPLBACKEND": os.environ.get("MPLBACKEND") or INLINE})
    builtins.get_ipython = lambda: types.SimpleNamespace(kernel=None)  # pandas asks, and shows 20 columns in a notebook
    said = _said_while(lambda: [_import(name) for name in preload])
    del builtins.get_ipython
    os.environ.clear()
    os.environ.update(kept)
    if said:
        raise CannotWarm(f"a module says something when imported: {said}")
    if len(os.listdir("/proc/self/task")) > 1:
        raise CannotWarm("a module starts a thread when imported")
    settings = [sys.modules["matplotlib"].matplotlib_fname()] if "matplotlib" in sys.modules else []
    known = watched.places(watched.tops(sys.modules) - stock)
    snapshot = watched.Snapshot(known, settings + watched.own_files(preload), since)
    gc.collect()
    gc.freeze()  # a kernel's collector need not go through what was there before it, each time
    return Loaded(watched.behind(known), snapshot, [found for found in warnings.filters if found not in filters], environment, threads)


def _import(name: str) -> None:
    if name in NEVER:
        raise CannotWarm(f"{name} belongs to one running kernel")
    try:
        importlib.import_module(name)
    except Exception as error:
        if not (isinstance(error, ModuleNotFoundError) and error.name and name.startswith(error.name)):
            raise CannotWarm(f"{name} cannot be imported: {type(error).__name__}: {error}") from error


class Output:
    """Stands in for a kernel's stdout or stderr while modules are imported; afterwards it is the kernel's, for who kept it."""

    encoding = "UTF-8"

    def __init__(self, name: str, paper: io.TextIOWrapper):
        self._name, self._paper = name, paper

    def isatty(self) -> bool:
        """As ipykernel's own output says."""
        return True

    def __getattr__(self, name: str):
        return getattr(getattr(sys, self._name) if self._paper.closed else self._paper, name)


def _said_while(work) -> str:
    """What was written to stdout and stderr, by Python or below it."""
    kept, files = (sys.stdout, sys.stderr), (os.dup(1), os.dup(2))
    with open(os.memfd_create("said"), "w", encoding="utf-8", errors="replace") as paper:
        for number in (1, 2):
            os.dup2(paper.fileno(), number)
        sys.stdout, sys.stderr = Output("stdout", paper), Output("stderr", paper)
        try:
            work()
        finally:
            sys.stdout, sys.stderr = kept
            for number, file in enumerate(files, start=1):
                os.dup2(file, number)
                os.close(file)
        paper.flush()
        return os.pread(paper.fileno(), 300, 0).decode(errors="replace").strip()
