"""One `led` at a time on a study: two that write to the same folder would mix what they make."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from ledanalysis.errors import InputError
from ledanalysis.study import Study
from ledanalysis.tables import sweep


@contextmanager
def alone(study: Study) -> Iterator[None]:
    """Hold the study while something is written to it; a `led` that ends in any way, killed or not, lets go of it.

    What one that was killed left half-made is removed first.

    Raises
    ------
    InputError
        Another one holds it.
    """
    study.outputs.mkdir(parents=True, exist_ok=True)
    lock = FileLock(study.outputs / ".led.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise InputError("another `led` is at work on this study: wait until it is done", file=study.folder) from None
    try:
        for folder in (study.outputs, study.processed):
            sweep(folder)
        yield
    finally:
        lock.release()
