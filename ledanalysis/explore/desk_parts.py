"""What the parts of the text side share: how fields are laid out, and how widgets are let go of."""

from __future__ import annotations

import ipywidgets as w

from ledanalysis.explore.widgets import classed


def wide() -> dict:
    """How a field with a long description is laid out."""
    return {"layout": w.Layout(width="auto"), "style": {"description_width": "11rem"}}


def controls(children) -> w.Box:
    """Fields beside each other, as many as there is room for."""
    return classed(w.Box(list(children)), "led-controls")


def line(children) -> w.Box:
    """Buttons and words on a line."""
    return classed(w.Box(list(children)), "led-row")


def close(widget: w.Widget) -> None:
    """Let go of a widget and all in it, on the page and in the kernel."""
    for child in getattr(widget, "children", ()):
        close(child)
    widget.close()
