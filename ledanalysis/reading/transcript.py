"""Transcripts of online meetings in WebVTT (.vtt), as Teams and others write them."""

from __future__ import annotations

import html
import re

from ledanalysis.reading.passages import plain_text
from ledanalysis.reading.rawfile import RawFile, begins, decode, is_text
from ledanalysis.reading.speakers import assign, paragraph

NAME = "WebVTT"
EXTENSIONS = (".vtt",)

# Hours may be absent, and old Teams files write 0:0:13.540; so what counts is the arrow between two stamps.
_TIMING = re.compile(r"\s*[\d:.,]+\s+-->\s+[\d:.,]+")
_VOICE = re.compile(
    r"<v(?:\.[^\s>]{0,99})?\s++(?P<name>[^<>]{0,300})>(?P<text>.*?)(?=<v[.\s]|</v>|\Z)|</v>"
    r"|(?P<other>[^<]+|<[^<>]*>?)",
    re.DOTALL,
)
_TAG = re.compile(r"<[^<>]*>")
_DASH = re.compile(r"^[-–—]\s*(?=\w)")  # before each of two who speak in one cue
_ENDS = (".", "?", "!", "…")


def recognises(file: RawFile) -> bool:
    return is_text(file) and begins(file, b"WEBVTT")


def read(file: RawFile) -> list[tuple[str | None, str]]:
    """What each speaker says until another one speaks.

    Where no voices are marked, a name before a colon (as Zoom writes it) is the speaker's if it comes more often.
    Cues without a speaker are joined to the end of a sentence.
    """
    text, _ = decode(file)
    cues = _cues(text.lstrip("\ufeff"))
    said = [each for cue in cues for each in _voices(cue)]
    if not any(speaker for speaker, _ in said):
        return conversation([html.unescape(_TAG.sub("", cue)) for cue in cues])
    return joined(said)


def conversation(cues: list[str]) -> list[tuple[str | None, str]]:
    """Who says what in cues without marked voices: names before a colon, at the beginning of any line of a cue.

    Examples
    --------
    >>> conversation(["Jan: Hoe leren", "jullie?", "- Eva: Samen.\\n- Jan: Mooi.", "Eva: Ja."])
    [('Jan', 'Hoe leren jullie?'), ('Eva', 'Samen.'), ('Jan', 'Mooi.'), ('Eva', 'Ja.')]
    """
    lines = []
    for cue in cues:
        filled = [plain_text(line) for line in cue.split("\n") if plain_text(line)]
        lines += [paragraph(_DASH.sub("", line), continues=place > 0) for place, line in enumerate(filled)]
    return joined(assign(lines))


def _cues(text: str) -> list[str]:
    """The texts of the cues: what stands between a line of stamps and a blank line; notes and styles left out."""
    cues = []
    for block in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = block.strip("\n").split("\n")
        if lines[0].split(" ")[0] in ("NOTE", "STYLE", "REGION"):
            continue
        start = next((n for n, line in enumerate(lines) if _TIMING.match(line)), None)
        if start is not None:
            cues.append("\n".join(lines[start + 1 :]))
    return cues


def _voices(cue: str) -> list[tuple[str | None, str]]:
    """(speaker, text) for each voice in a cue; what stands outside the voices has no speaker.

    Examples
    --------
    >>> _voices("<v Jan &amp; Co>Ja, <i>goed</i>.</v> Hm. <v Fatima>Nee.")
    [('Jan & Co', 'Ja, goed.'), (None, 'Hm.'), ('Fatima', 'Nee.')]
    """
    pieces: list[tuple[str | None, list[str]]] = []
    for found in _VOICE.finditer(cue):
        name = found["name"] and (plain_text(html.unescape(found["name"])) or None)
        text = found["text"] if found["name"] is not None else found["other"] or ""
        if pieces and pieces[-1][0] is None and name is None:
            pieces[-1][1].append(text)
        else:
            pieces.append((name, [text]))
    # Tags go before entities are read: '&lt;' is a sign that somebody meant.
    clean = [(name, plain_text(html.unescape(_TAG.sub("", "".join(texts))))) for name, texts in pieces]
    return [(name, text) for name, text in clean if text]


def joined(said: list[tuple[str | None, str]]) -> list[tuple[str | None, str]]:
    """What one speaker says in a row as one text; without a speaker, to the end of a sentence."""
    result: list[tuple[str | None, list[str]]] = []
    for speaker, text in said:
        if result and result[-1][0] == speaker and (speaker or not result[-1][1][-1].endswith(_ENDS)):
            result[-1][1].append(text)
        else:
            result.append((speaker, [text]))
    return [(speaker, " ".join(texts)) for speaker, texts in result]
