"""Transcripts as subtitles (.srt), as Zoom, Trint, Happy Scribe, Whisper and others write them."""

from __future__ import annotations

import html
import re

from ledanalysis.reading.rawfile import RawFile, begins, decode, is_text
from ledanalysis.reading.transcript import conversation

NAME = "SubRip"
EXTENSIONS = (".srt",)

# The comma is SubRip's own; some programs write a point, leave the hours out or put coordinates after the stamps.
_STAMP = r"(?:\d{1,3}:)?\d{1,2}:\d{1,2}[.,]\d{1,3}"
_TIMING = re.compile(rf"[ \t]*{_STAMP}[ \t]*-->[ \t]*{_STAMP}")
_TIMING_BYTES = re.compile(rb"(?:\A|[\r\n\0])(?:\0?[ \t\d:.,]){5,80}(?:\0?[ \t])*\0?-\0?-\0?>")
_NUMBER = re.compile(r"[ \t]*\d+[ \t]*$")
_TAG = re.compile(r"</?(?:[biusv]|c|font|ruby|rt|lang)(?:[ .][^<>]*)?>|\{\\[^{}]*\}", re.I)


def recognises(file: RawFile) -> bool:
    return is_text(file) and not begins(file, b"WEBVTT") and bool(_TIMING_BYTES.search(file.content[:4096]))


def read(file: RawFile) -> list[tuple[str | None, str]]:
    """What each speaker says until another one speaks; a name before a colon is the speaker's.

    Numbers, stamps and tags (<i>, <font>, {\\an8}) are left out. Cues without a speaker are joined to the end of a
    sentence.
    """
    text, _ = decode(file)
    return conversation([html.unescape(_TAG.sub("", cue)) for cue in cues(text.lstrip("\ufeff"))])


def cues(text: str) -> list[str]:
    """The texts of the cues: what stands between a line of stamps and the next number; blank lines do not count.

    Examples
    --------
    >>> cues("1\\n00:00:01,000 --> 00:00:02,000\\nJan: Ja,\\n2023.\\n\\n2\\n00:00:02,000 --> 00:00:03,000\\nEva: Nee.")
    ['Jan: Ja,\\n2023.', 'Eva: Nee.']
    """
    found: list[list[str]] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for line, following in zip(lines, [*lines[1:], ""]):
        if _TIMING.match(line):
            found.append([])
        elif found and line.strip() and not (_NUMBER.match(line) and _TIMING.match(following)):
            found[-1].append(line)
    return ["\n".join(cue) for cue in found]
