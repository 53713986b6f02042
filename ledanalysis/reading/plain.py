"""Typed-out text (.txt, .md): speakers before a colon or in capitals on a line of their own."""

from __future__ import annotations

import re
from collections import Counter

from ledanalysis.reading import subtitles
from ledanalysis.reading.passages import plain_text
from ledanalysis.reading.rawfile import RawFile, begins, decode, is_text
from ledanalysis.reading.speakers import NO_NAMES, Paragraph, assign, can_be_label, paragraph

NAME = "plain text"
EXTENSIONS = (".txt", ".md")

_BOLD = re.compile(r"(\*\*|__)(?P<label>[^*_:]+?)\s*(?::\s*\1|\1\s*:)\s*(?P<rest>.*)")
_HEADING = re.compile(r"#{1,6}\s+(?P<text>.*?)\s*#*$")
_RULE = re.compile(r"\s*([-*_=]\s*){3,}$")
_MARKS = re.compile(r"\*\*|__|(?<!\w)[*_](?=\w)|(?<=[\w.,:;!?)])[*_](?!\w)|^\s*(?:[-*+>]\s+)+")
_BULLET = re.compile(r"(?:[-*+•–]|\d{1,2}[.)])\s")


def recognises(file: RawFile) -> bool:
    return is_text(file) and not begins(file, b"WEBVTT") and not subtitles.recognises(file)


def read(file: RawFile) -> list[tuple[str | None, str]]:
    """Paragraphs between blank lines, and the turns of a conversation in which each line begins with a name."""
    text, _ = decode(file)
    return paragraphs_of(text, markdown=file.suffix == ".md")


def paragraphs_of(text: str, markdown: bool = False) -> list[tuple[str | None, str]]:
    """Who says what in a text.

    Examples
    --------
    >>> paragraphs_of("JANSEN\\nWij leren\\nsamen.\\n\\nVISSER\\nMooi.")
    [('JANSEN', 'Wij leren samen.'), ('VISSER', 'Mooi.')]
    """
    lines = [line.strip() for line in text.splitlines()]
    in_capitals = Counter(line for line in lines if _is_capitals(line))
    paragraphs, continues = [], False
    for place, line in enumerate(lines):
        continues = continues and not _BULLET.match(line)
        if not plain_text(line) or (markdown and _RULE.match(line)):
            continues = False
            continue
        followed = place + 1 < len(lines) and bool(lines[place + 1])
        if line in in_capitals and (followed or in_capitals[line] > 1):
            paragraphs.append(Paragraph(line, line.rstrip(":"), "", continues=continues, alone=True))
        elif markdown:
            paragraphs.append(_markdown(line, continues))
        else:
            paragraphs.append(paragraph(line, continues=continues))
        continues = True
    return assign(paragraphs)


def _is_capitals(line: str) -> bool:
    """Whether a line can be a name in capitals: 'JANSEN', 'SPREKER 1'."""
    letters = [letter for letter in line if letter.isalpha()]
    return len(letters) > 1 and line.isupper() and len(line.split()) <= 4 and can_be_label(line.rstrip(":")) and (
        line[-1].isalnum() or line[-1] in ":)") and line.rstrip(":").casefold() not in NO_NAMES  # fmt: skip


def _markdown(line: str, continues: bool) -> Paragraph:
    if heading := _HEADING.match(line):
        return Paragraph(_MARKS.sub("", heading["text"]), heading=True)
    if (bold := _BOLD.match(line)) and can_be_label(bold["label"].strip()):
        rest = _MARKS.sub("", bold["rest"])
        return Paragraph(_MARKS.sub("", line), bold["label"].strip(), rest, bold=True, continues=continues)
    return paragraph(_MARKS.sub("", line), continues=continues)
