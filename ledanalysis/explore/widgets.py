"""What the explorer's widgets have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import ipywidgets as w


@contextmanager
def quietly(desk: w.Widget) -> Iterator[None]:
    """While the program sets the controls of a desk, its `setting` says so: they are not taken to be chosen."""
    before, desk.setting = desk.setting, True
    try:
        yield
    finally:
        desk.setting = before


def as_options(names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """The options of a list to choose from, of {name: label}."""
    return tuple((words, name) for name, words in names.items())


def classed(widget: w.Widget, name: str) -> w.Widget:
    """The widget, with a class for the style sheet (`explore.css`)."""
    widget.add_class(name)
    return widget
