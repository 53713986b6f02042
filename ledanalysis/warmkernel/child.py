"""A fork of the parent becomes a kernel: as a process that was started for it, and then as ipykernel starts one."""

from __future__ import annotations

import ctypes
import importlib.util
import itertools
import os
import re
import resource
import socket
import sys
import tempfile
import threading
import time
import warnings
from typing import TYPE_CHECKING

from ledanalysis.warmkernel import watched, wire

if TYPE_CHECKING:
    from ledanalysis.warmkernel.loading import Loaded

WIDGETS = "ipywidgets"
SETTERS = [f"{prefix}openblas_set_num_threads{suffix}" for prefix in ("scipy_", "") for suffix in ("64_", "")]


def become(request: dict, files: list[int], connection: socket.socket, loaded: Loaded) -> bool:
    """Take over from the client what a process that it started would have, and tell it the pid, or why not.

    Parameters
    ----------
    request : dict
        As `client.start` makes it.
    files : list of int
        The client's stdout and stderr.
    connection : socket
        To the client. Closed here.
    loaded : Loaded
        What the parent has imported.

    Returns
    -------
    bool
        Whether to go on as a kernel.
    """
    try:
        os.setsid()
        _standard_files(files)
        os.chdir(request["cwd"])
        hidden = watched.shadows(request["cwd"], loaded.known)
        hidden += ["matplotlibrc"] if "matplotlib" in loaded.known and os.path.exists("matplotlibrc") else []
        if hidden:
            raise OSError(f"{hidden[0]} in the kernel's folder goes before what is loaded already")
        _limits(request)
    except (OSError, ValueError) as error:
        wire.send(connection, {"refused": str(error)})
        connection.close()
        return False
    _environment(loaded.environment | request["env"])
    _forget_the_parent()
    wire.send(connection, {"pid": os.getpid()})
    connection.close()
    return True


def run(request: dict, loaded: Loaded) -> None:
    """Run the kernel until it ends, with the lines of ipykernel's own launcher."""
    sys.argv[:] = [importlib.util.find_spec("ipykernel_launcher").origin, *request["arguments"]]
    sys.orig_argv[:] = request["command"]
    from ipykernel.kernelapp import IPKernelApp

    # the trait's default was read from the environment when the class was made
    app = IPKernelApp.instance(parent_handle=0 if request["independent"] else os.getppid())
    thread_names(1)
    app.initialize()
    for _ in range(loaded.threads):
        thread_names(0)
    _as_if_imported_now(loaded.filters)
    app.start()


def _standard_files(files: list[int]) -> None:
    for number, file in enumerate(files, start=1):
        os.dup2(file, number)
        os.close(file)
    reading, writing = os.pipe()  # a stock kernel's stdin is a pipe that nobody writes to
    os.dup2(reading, 0)
    os.close(reading)
    os.close(writing)
    sys.__stdout__.reconfigure(line_buffering=os.isatty(1))


def _limits(request: dict) -> None:
    os.umask(request["umask"])
    for name, limits in request["limits"].items():
        if resource.getrlimit(getattr(resource, name)) != tuple(limits):
            resource.setrlimit(getattr(resource, name), tuple(limits))
    if request["priority"] != os.getpriority(os.PRIO_PROCESS, 0):
        os.setpriority(os.PRIO_PROCESS, 0, request["priority"])
    os.sched_setaffinity(0, request["processors"])


def _environment(env: dict) -> None:
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    tempfile.tempdir = None


def _forget_the_parent() -> None:
    """What is not to be the parent's: random numbers, secrets, its thread's number; and the threads that it did without."""
    threading.main_thread()._set_native_id()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "multiprocessing.process" in sys.modules:
        sys.modules["multiprocessing.process"].current_process().authkey = os.urandom(32)
    asked = next((os.environ[name] for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS") if os.environ.get(name, "").isdigit()), "0")
    processors = len(os.sched_getaffinity(0))
    for setter in blas_setters():
        setter(min(int(asked) or processors, processors))


def thread_names(start: int) -> int:
    """The number that the next thread without a name would have had; from `start` on if it is not 0."""
    if start:
        threading._counter = itertools.count(start).__next__
        return start
    return int(threading._newname("%d") if callable(getattr(threading, "_counter", None)) else 1)


def blas_setters() -> list:
    """The functions that set the number of threads of each OpenBLAS that is loaded."""
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        paths = sorted(set(re.findall(r"/\S*openblas\S*", maps.read())))
    libraries = [ctypes.CDLL(path) for path in paths]
    found = [next((getattr(library, name) for name in SETTERS if hasattr(library, name)), None) for library in libraries]
    return [setter for setter in found if setter]


def _as_if_imported_now(filters: list) -> None:
    """What a library does with the kernel that imports it, done for those imported before there was one."""
    if WIDGETS in sys.modules:
        sys.modules[WIDGETS].register_comm_target()
    if filters:  # a library puts its own in front
        warnings.filters[:] = filters + [found for found in warnings.filters if found not in filters]
        warnings._filters_mutated()
