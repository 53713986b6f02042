"""What the parts of the text side share: how controls are laid out, and how widgets are let go of."""

from __future__ import annotations

import ipywidgets as w

ROW = w.Layout(flex_flow="row wrap", grid_gap="4px 18px", align_items="center")
AUTO = w.Layout(width="auto")


def wide() -> dict:
    """How a field with a long description is laid out."""
    return {"layout": w.Layout(width="auto", min_width="22rem"), "style": {"description_width": "11rem"}}


def close(widget: w.Widget) -> None:
    """Let go of a widget and all in it, on the page and in the kernel."""
    for child in getattr(widget, "children", ()):
        close(child)
    widget.close()
