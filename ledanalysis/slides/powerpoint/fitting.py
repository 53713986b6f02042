"""How large letters can be in a place: PowerPoint shrinks text only once somebody edits it.

Letters are measured in a wide font (DejaVu Sans): what fits in it fits in the fonts that a machine without ours takes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from ledanalysis.slides.powerpoint.words import Paragraph, Run

LINE = 1.26  # a line's height, of the letters': that of Source Sans Pro, more than of most
STEP = 0.5  # points
HEADING, INDENT, BEFORE = 1.15, 0.9, 0.3  # of the letters' size: a heading's, how far an item stands in, the room above a paragraph
LEAST = 8  # points: smaller cannot be read, and what is left over is cut
ELLIPSIS = "…"


@lru_cache
def _font(bold: bool):
    from PIL import ImageFont

    folder = Path(find_spec("matplotlib").origin).parent / "mpl-data" / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / f"DejaVuSans{'-Bold' if bold else ''}.ttf"), 100)


@lru_cache(maxsize=20_000)
def width_of(text: str, bold: bool = False) -> float:
    """How wide a text is, of its letters' size.

    Examples
    --------
    >>> width_of("MM") > 1.5 * width_of("ii"), width_of("a", bold=True) > width_of("a")
    (True, True)
    """
    return _font(bold).getlength(text) / 100


def lines_of(text: str, room: float, bold: bool = False) -> int:
    """How many lines a text takes, in a room of so many times its letters' size.

    Examples
    --------
    >>> lines_of("een twee drie", 100), lines_of("een twee drie", 3), lines_of("a" * 30, 6)
    (1, 3, 4)
    """
    return _lines([(text, bold)], room)


def _lines(runs: Iterable[tuple[str, bool]], room: float) -> int:
    lines, used, room = 1, 0.0, room * 0.995
    for wide, space in _words(runs):
        if space is None:  # the line ends here
            lines, used = lines + 1, 0.0
            continue
        if used and used + space + wide > room:
            lines, used = lines + 1, 0.0
        elif used:
            used += space
        if wide > room:  # a word of more than a line is broken wherever the line ends
            lines, used = lines + (int(wide // (room * 0.95)) or 1), 0.0
        else:
            used += wide
    return lines


def _words(runs: Iterable[tuple[str, bool]]):
    """The width of each word and of the space before it; None for that where a line ends. A word can go on in a next run."""
    wide, space = 0.0, 0.0
    for text, bold in runs:
        for number, piece in enumerate(re.split("([ \v])", text)):
            if number % 2:
                yield wide, space
                wide, space = 0.0, width_of(" ", bold)
                if piece == "\v":
                    yield 0.0, None
            elif piece:
                wide += width_of(piece, bold)
    yield wide, space


def height_of(paragraphs: Iterable[Paragraph], size: float, width: float, bold: bool = False) -> float:
    """How high paragraphs are, in points, with letters of a size in a place of a width in points."""
    height = 0.0
    for number, each in enumerate(paragraphs):
        letters = size * (HEADING if each.kind == "heading" else 1)
        indent = INDENT * size * each.level if each.level > 1 or each.kind in ("item", "quote") else 0
        heavy = bold or each.kind == "heading"
        room = max(width - indent, size) / letters
        height += letters * LINE * _lines([(run.text, heavy or "bold" in run.marks) for run in each.runs], room) + (BEFORE * size if number else 0)
    return height


def fitted(paragraphs: list[Paragraph], width: float, height: float, size: float, bold: bool = False) -> tuple[list[Paragraph], float]:
    """The paragraphs, and the largest letters up to `size` (points) with which they fit; what does not fit at the smallest is cut.

    Examples
    --------
    >>> short, long = ([Paragraph((Run(text),))] for text in ("kort", "een lang verhaal " * 900))
    >>> fitted(short, 400, 100, 20)[1], fitted(long, 400, 100, 20)[1], fitted(long, 400, 100, 20)[0][-1].text[-1]
    (20, 8.0, '…')
    """
    size = largest(lambda letters: height_of(paragraphs, letters, width, bold) <= height, size)
    if height_of(paragraphs, size, width, bold) <= height:
        return paragraphs, size
    return _cut(paragraphs, lambda some: height_of(some, size, width, bold) <= height), size


def largest(fits: Callable[[float], bool], size: float, least: float = LEAST) -> float:
    """The largest letters up to a size that fit; the least if none do."""
    if size <= least or fits(size):
        return size
    return least + STEP * most(math.ceil((size - least) / STEP) - 1, lambda steps: fits(least + STEP * steps))


def _cut(paragraphs: list[Paragraph], fits: Callable[[list[Paragraph]], bool]) -> list[Paragraph]:
    """As many paragraphs, and as much of the next, as fit."""
    whole = most(len(paragraphs), lambda count: fits([*paragraphs[:count], Paragraph((Run(ELLIPSIS),))]))
    kept, last = paragraphs[:whole], paragraphs[whole]
    letters = most(len(last.text), lambda count: fits([*kept, shortened(last, count)]))
    return [*kept, shortened(last, letters)]


def most(top: int, fits: Callable[[int], bool]) -> int:
    """The most that fits: what is less fits too."""
    low, high = 0, top
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low


def shortened(paragraph: Paragraph, letters: int) -> Paragraph:
    """The first letters of a paragraph, and an ellipsis."""
    runs, left = [], letters
    for run in paragraph.runs:
        runs.append(replace(run, text=run.text[:left]))
        left -= len(runs[-1].text)
    return replace(paragraph, runs=(*(run for run in runs if run.text), Run(ELLIPSIS)))


def cut_text(text: str, room: float, bold: bool = False) -> str:
    """A text cut to one line of a room of so many times its letters' size.

    Examples
    --------
    >>> cut_text("Data en AI", 20), cut_text("a" * 50, 6)
    ('Data en AI', 'aaaaaaaa…')
    """
    if width_of(text, bold) <= room:
        return text
    return text[: most(len(text), lambda count: width_of(text[:count] + ELLIPSIS, bold) <= room)].rstrip() + ELLIPSIS
