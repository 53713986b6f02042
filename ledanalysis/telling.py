"""What a batch tells while it runs."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Told:
    """A bar that says what runs now, how many failed, and how long it will take.

    Parameters
    ----------
    total : int
        How many runs there will be.
    console : Console
    """

    def __init__(self, total: int, console: Console):
        columns = [BarColumn(20), MofNCompleteColumn(), TimeElapsedColumn(), "left", TimeRemainingColumn(), TextColumn("{task.description}", markup=False)]
        self.bar, self.now, self.failed = Progress(*columns, console=console), [], 0
        self.task = self.bar.add_task("", total=total)

    def __enter__(self):
        self.bar.start()
        return self

    def __exit__(self, *_):
        self.bar.stop()

    def begun(self, run) -> None:
        self.now.append(run.name)
        self._say()

    def done(self, run, failure) -> None:
        self.now.remove(run.name)
        self.failed += bool(failure)
        self._say(1)

    def _say(self, more: int = 0) -> None:
        words = [f"{self.failed} failed"] * bool(self.failed) + self.now
        self.bar.update(self.task, advance=more, description=", ".join(words))
