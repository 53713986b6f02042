"""What readers see: every text of a page's slides, those within its charts too, without a kernel and without a deck."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from IPython.display import Markdown
from matplotlib.text import Text

from ledanalysis import pages, style
from ledanalysis.slides.deck import CHART, DECK, SLIDE

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def texts(notebook: str, **parameters) -> list[str]:
    """The lines that a reader of a notebook's slides sees, in order: words, tables, notes, alt texts, all in its charts.

    Parameters
    ----------
    notebook : str
        Its file's name.
    **parameters
        For its cell of parameters.
    """
    found: list[str] = []
    space: dict = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "display", lambda shown, **more: found.extend(_shown(shown, more.get("metadata") or {})))
        patch.setattr(style, "png", lambda figure: found.extend(_drawn(figure)) or b"")
        for source, is_parameters in _cells(notebook):
            exec(source, space)
            space.update(parameters if is_parameters else {})
    lines = (line.strip(" -#*") for text in found for line in text.splitlines())
    return [line for line in lines if line]


def _cells(notebook: str):
    for cell in json.loads((NOTEBOOKS / notebook).read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield "".join(cell["source"]), "parameters" in cell["metadata"].get("tags", [])


def _shown(shown, metadata: dict):
    if isinstance(shown, Markdown):  # the same words, for the notebook's reader
        yield shown.data
        return
    words = shown.get(SLIDE) or shown[DECK]
    yield from (text for name, text in words.items() if name not in ("layout", "language", "style", "name", "contact"))
    table = shown.get(CHART, {}).get("table", {"columns": [], "rows": []})
    yield from (text for row in (table["columns"], *table["rows"]) for text in row)
    yield from (re.sub(r"<[^>]+>", "\n", text) for mime, text in shown.items() if mime.startswith("text/"))
    yield from (each["alt"] for each in metadata.values())


def _drawn(figure):
    figure.draw_without_rendering()  # ticks get their texts
    return [text.get_text().replace("\n", " ") for text in figure.findobj(Text)]  # a label on two lines is one
