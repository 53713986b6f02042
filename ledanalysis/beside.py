"""Work done in another process beside this one: the same results in the same order, whatever the number of processes.

A process of our own and not a pool of `concurrent.futures`: that starts by running the caller's script or notebook again
(spawn), or by copying a process that has threads (fork). This one runs this module and nothing else.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any

FEW = 20  # fewer tasks than this are not worth a process


def call_all(function: Callable, tasks: Sequence[tuple], processes: int | None = None) -> list:
    """What a function returns for each task, worked out in this process and others.

    Parameters
    ----------
    function : callable
        Of a module; it depends on its arguments alone, and changes to these are lost: it returns what is to be kept.
    tasks : sequence of tuple
        Arguments; those that take longest first.
    processes : int, optional
        By default 2, or 1 where there is one core or there are few tasks.

    Returns
    -------
    list
        In the order of the tasks.

    Examples
    --------
    >>> call_all(divmod, [(7, 3), (9, 2)], processes=2)
    [(2, 1), (4, 1)]
    """
    if processes is None:
        processes = 2 if len(tasks) >= FEW and (os.cpu_count() or 1) > 1 else 1
    left, done = deque(range(len(tasks))), [None] * len(tasks)
    others = [Thread(target=_feed, args=(function, tasks, left, done)) for _ in range(processes - 1)]
    for other in others:
        other.start()
    try:
        while left:
            if (number := _next(left)) is not None:
                done[number] = (function(*tasks[number]),)
    finally:
        left.clear()
        for other in others:
            other.join()
    for number, found in enumerate(done):  # where another process broke down, or failed: here it says why
        done[number] = found or (function(*tasks[number]),)
    return [found for (found,) in done]


def _next(left: deque) -> int | None:
    try:
        return left.popleft()
    except IndexError:  # another took the last
        return None


def _feed(function: Callable, tasks: Sequence[tuple], left: deque, done: list) -> None:
    """Give tasks to another process, one by one, and put what comes back in its place."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        other = subprocess.Popen([sys.executable, "-m", "ledanalysis.beside"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.DEVNULL, env=environment)  # fmt: skip
    except OSError:  # then all is done here
        return
    try:
        while (number := _next(left)) is not None:
            pickle.dump((function, tasks[number]), other.stdin)
            other.stdin.flush()
            done[number] = pickle.load(other.stdout)
    except (OSError, EOFError, pickle.PickleError):  # it broke down: what it had is done here
        pass
    finally:
        other.communicate()


def serve(given, answer) -> None:
    """Do what is given until nothing more is: of each task (what was returned,), or None where that failed."""
    while True:
        try:
            function, task = pickle.load(given)
        except EOFError:
            return
        try:
            found: Any = (function(*task),)
        except Exception:  # the caller runs it again, and sees the error as its own
            found = None
        pickle.dump(found, answer)
        answer.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb"))
