"""A study's logo: a file beside its codebook, as text that a page can hold."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

from ledanalysis.errors import InputError

KINDS = {".png": "image/png", ".svg": "image/svg+xml"}
MOST = 500_000  # bytes: each deck holds it once
SHOWN = re.compile(r"data:image/(png|svg\+xml);base64,[A-Za-z0-9+/=]+")  # what a deck takes as a logo


def data_uri(path: Path) -> str:
    """A picture as a data URI. An SVG is only ever shown as a picture: there nothing in it runs or loads.

    Raises
    ------
    InputError
        It is not there, too large, or not the kind of picture that its name says.
    """
    place = {"file": "study.toml", "column": "style.logo", "value": path.name}
    if path.suffix.lower() not in KINDS:
        raise InputError("not a picture that a deck can show", **place, allowed=list(KINDS))
    if not path.is_file():
        raise InputError("there is no such file beside study.toml", **place, allowed="a file in data/codebook")
    content = path.read_bytes()
    if len(content) > MOST:
        raise InputError(f"the file has {len(content)} bytes", **place, allowed=f"{MOST} bytes at most")
    begins = b"\x89PNG\r\n\x1a\n" if path.suffix.lower() == ".png" else rb"^\s*(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]"
    is_one = content.startswith(begins) if path.suffix.lower() == ".png" else re.match(begins, content, re.DOTALL)
    if not is_one:
        raise InputError("the file is not what its name says", **place, allowed=f"a picture of the kind {path.suffix.lower()[1:].upper()}")
    return f"data:{KINDS[path.suffix.lower()]};base64,{b64encode(content).decode('ascii')}"
