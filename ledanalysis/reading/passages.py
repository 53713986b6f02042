"""The table of passages: what every format of texts ends in."""

from __future__ import annotations

import unicodedata

import pandas as pd

from ledanalysis.errors import InputError

# Marks that show nothing but split a word for whoever searches it: soft hyphen, zero-width space, word joiner, BOM.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))


def plain_text(text: str) -> str:
    """A text on one line: NFC, every run of blanks and line ends one space, no invisible marks.

    Examples
    --------
    >>> plain_text("leren  en\\u00a0ont\\u00adwikke\\u0308len\\n")
    'leren en ontwikkëlen'
    """
    return " ".join(unicodedata.normalize("NFC", text.translate(_UNSEEN)).split())


def passages_frame(source: str, said: list[tuple[str | None, str]]) -> pd.DataFrame:
    """The frame of `reading.read_passages` from (speaker, text) in order; empty texts fall away.

    Raises
    ------
    InputError
        If nothing is left.
    """
    clean = [(plain_text(speaker or "") or None, plain_text(text)) for speaker, text in said]
    clean = [(speaker, text) for speaker, text in clean if text]
    if not clean:
        raise InputError("no text in it", file=source)
    table = pd.DataFrame(clean, columns=["speaker", "text"], dtype="str")
    table = table.assign(source=source, kind=None, municipality=None, passage=range(1, len(table) + 1))
    table = table[["source", "kind", "municipality", "speaker", "passage", "text"]]
    return table.astype({"source": "str", "kind": "str", "municipality": "str", "passage": "int64"})
