"""The table of passages: what every format of texts ends in."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from ledanalysis.errors import InputError

# Marks that show nothing but split a word for whoever searches it, or turn about what is read: soft hyphen, zero-width
# space, word joiner, BOM, marks of direction, control characters that are no blanks.
_MARKS = [0xAD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x7F]
_CONTROLS = [code for code in (*range(0x20), *range(0x80, 0xA0)) if not chr(code).isspace()]
_UNSEEN = dict.fromkeys(_MARKS + _CONTROLS)
_HALF = re.compile("[\ud800-\udfff]")  # half a character, from bytes that were none; no table can hold it


def plain_text(text: str) -> str:
    """A text on one line: NFC, every run of blanks and line ends one space, no invisible marks.

    Examples
    --------
    >>> plain_text("leren  en\\u00a0ont\\u00adwikke\\u0308len\\n")
    'leren en ontwikkëlen'
    """
    text = _HALF.sub("\ufffd", text.translate(_UNSEEN))
    return " ".join(unicodedata.normalize("NFC", text).split())


def passages_frame(source: str, said: list[tuple]) -> pd.DataFrame:
    """The frame of `reading.read_passages` from (speaker, text) or (speaker, text, kind) in order.

    Empty texts fall away; a kind is given where it is another than that of the text as a whole ("comment").

    Raises
    ------
    InputError
        If nothing is left, or there are zero bytes in it: then it is no text.
    """
    clean = [(plain_text(speaker or "") or None, plain_text(text), *kind) for speaker, text, *kind in said]
    clean = [(speaker, text, kind[0] if kind else None) for speaker, text, *kind in clean if text]
    if any("\0" in text or "\0" in (speaker or "") for speaker, text, *_ in said):
        raise InputError("zero bytes in the text", file=source)
    if not clean:
        raise InputError("no text in it", file=source)
    table = pd.DataFrame(clean, columns=["speaker", "text", "kind"], dtype="str")
    table = table.assign(source=source, municipality=None, passage=range(1, len(table) + 1))
    table = table[["source", "kind", "municipality", "speaker", "passage", "text"]]
    return table.astype({"source": "str", "kind": "str", "municipality": "str", "passage": "int64"})
