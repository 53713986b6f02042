"""A process that works for another ends with it, also where the other is killed and cannot tell."""

from __future__ import annotations

import os
import time
from functools import cache
from threading import Thread

LOOK = 0.5  # seconds between two looks


@cache
def end_with(parent: int) -> None:
    """From now on this process ends when the one that started it has; does nothing in that one itself.

    Parameters
    ----------
    parent : int
        The pid of the other, which started this one.

    Examples
    --------
    >>> end_with(os.getpid())
    """
    if os.getpid() != parent:
        Thread(target=_wait, args=[parent], daemon=True).start()


def _wait(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(1)
