"""The fonts of decks, as a page can hold them, and where they and reveal.js come from."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from importlib.util import find_spec
from pathlib import Path

FACES = [("regular", 400, "normal"), ("semibold", 600, "normal"), ("italic", 400, "italic")]


def reveal_folder() -> Path:
    """reveal.js and Source Sans Pro, in the installed wheel of sphinx-revealjs."""
    # found without importing the package: that would import the whole of Sphinx
    return Path(find_spec("sphinx_revealjs").origin).parent / "_static" / "revealjs"


@cache
def faces() -> str:
    """The CSS of Source Sans Pro, its files inside it."""
    fonts = reveal_folder() / "dist" / "theme" / "fonts" / "source-sans-pro"
    return "\n".join(
        f"@font-face{{font-family:'Source Sans Pro';font-weight:{weight};font-style:{style};src:url(data:font/woff;base64,"
        + b64encode((fonts / f"source-sans-pro-{face}.woff").read_bytes()).decode("ascii")
        + ") format('woff')}"
        for face, weight, style in FACES
    )
