"""What the explorer's widgets have in common."""

from __future__ import annotations

import ipywidgets as w


def classed(widget: w.Widget, name: str) -> w.Widget:
    """The widget, with a class for the style sheet (`explore.css`)."""
    widget.add_class(name)
    return widget
