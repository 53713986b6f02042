"""Texts made alike for searching, and the way back to their own places.

Case, kinds of hyphens, apostrophes and blanks go; most texts keep their length, so that a place in the folded text is a
place in the text. The few that do not ('Straße', a decomposed 'é', two blanks) keep a table of places beside them.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

END = "\0"  # stands after each text; no folded text or pattern has one within
HYPHENS = "-‐‑‒–−﹣－"
APOSTROPHES = "'’‘`´ʼ′＇"
# what casefold leaves apart, though it is one letter to a reader
LETTERS = {"ĳ": "ij", "Ĳ": "ij", "İ": "i", "ı": "i"}
# kinds of what a code point becomes (of BLANK and SHIFTS: of itself), each a bit: several can hold
WORD, LETTER, JOINS, STOPS, BLANK, SHIFTS = (1 << bit for bit in range(6))


@dataclass(frozen=True)
class Tables:
    """Per code point: what it becomes, and its kinds.

    Kinds: of a word; a letter; a hyphen or apostrophe; what can end a sentence; a blank; whether folding it can shift what
    follows.
    """

    becomes: np.ndarray
    kinds: np.ndarray


@dataclass(frozen=True)
class Folded:
    """Folded texts on a row: one string, its code points and their kinds, where each text begins, and places of those that shifted."""

    text: str
    codes: np.ndarray
    kinds: np.ndarray
    begins: np.ndarray
    places: dict[int, tuple[np.ndarray, np.ndarray]]

    def text_of(self, places: np.ndarray) -> np.ndarray:
        """The number of the text in which each place lies."""
        return np.searchsorted(self.begins, places, "right") - 1

    def part(self, number: int) -> str:
        """One folded text."""
        return self.text[self.begins[number] : self.begins[number + 1] - 1]

    def back(self, number: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Start and end of spans in the texts as they came."""
        start, end = start - self.begins[number], end - self.begins[number]
        for text in self.places.keys() & set(number.tolist()) if self.places else ():
            here = number == text
            starts, ends = self.places[text]
            start[here], end[here] = starts[start[here]], ends[end[here] - 1]
        return start, end

    def forth(self, number: int, start: int, end: int) -> tuple[int, int]:
        """A span of a text as it came, in the row of folded texts."""
        begin = int(self.begins[number])
        if number in self.places:
            starts, ends = self.places[number]
            start, end = int(np.searchsorted(ends, start, "right")), int(np.searchsorted(starts, end, "left"))
        return begin + start, begin + end


def fold(texts: Sequence[str]) -> Folded:
    """Fold texts and put them on a row.

    Examples
    --------
    >>> folded = fold(["Zij‑instroom", "STRASSE, Straße"])
    >>> folded.part(0), folded.part(1)
    ('zij-instroom', 'strasse, strasse')
    >>> [int(at[0]) for at in folded.back(np.array([1]), np.array([22]), np.array([29]))]
    [9, 15]
    """
    table = tables()
    codes = _codes(_on_a_row(texts))
    kinds = table.kinds[codes]
    places = {}
    blank = kinds & BLANK
    shifting = np.concatenate([np.flatnonzero(kinds & SHIFTS), np.flatnonzero(blank[1:] & blank[:-1])])
    if len(shifting):
        ends = np.flatnonzero(codes == 0)
        parts = list(texts)
        for number in np.unique(np.searchsorted(ends, shifting)).tolist():
            parts[number], *places[number] = _fold_apart(texts[number])
        codes = _codes(_on_a_row(parts))
        kinds = table.kinds[codes]
    codes = table.becomes[codes]
    begins = np.concatenate([[0], np.flatnonzero(codes == 0) + 1])
    return Folded(_string(codes), codes, kinds, begins, {number: tuple(at) for number, at in places.items()})


def _on_a_row(texts: Sequence[str]) -> str:
    row = END.join([*texts, ""])
    if row.count(END) > len(texts):
        row = END.join([*(text.replace(END, "\1") for text in texts), ""])
    return row


def fold_pattern(pattern: str) -> str:
    """A pattern, folded as the texts are."""
    return fold([pattern]).part(0)


@cache
def tables() -> Tables:
    """The tables of folding, made once."""
    size = sys.maxunicode + 1
    becomes = np.arange(size, dtype=np.uint32)
    shifts = np.zeros(size, dtype=bool)
    word, letter, blank, stops = (_marked(letters, size) for letters in (r"\w+", r"[^\W\d_]+", r"[^\S\n]+", r"[\0.!?\n]+"))
    for code in range(0x20000):  # no letter with a case and no mark above these, but for tags
        folded = chr(code).casefold()
        if len(folded) > 1 or unicodedata.combining(chr(code)) or chr(code) in "ĳĲ":
            shifts[code] = True
        else:
            becomes[code] = ord(LETTERS.get(chr(code), folded))
    becomes[shifts] = np.flatnonzero(shifts)
    becomes[[ord(letter) for letter in HYPHENS]] = ord("-")
    becomes[[ord(letter) for letter in APOSTROPHES]] = ord("'")
    becomes[blank] = ord(" ")
    joins = (becomes == ord("-")) | (becomes == ord("'"))
    kinds = WORD * word[becomes] + LETTER * letter[becomes] + JOINS * joins + STOPS * stops[becomes] + BLANK * blank + SHIFTS * shifts
    return Tables(becomes, kinds.astype(np.uint8))


def _marked(expression: str, size: int) -> np.ndarray:
    marks = np.zeros(size, dtype=bool)
    for found in re.finditer(expression, "".join(map(chr, range(size)))):
        marks[found.start() : found.end()] = True
    return marks


def _fold_apart(text: str) -> tuple[str, np.ndarray, np.ndarray]:
    """A text letter by letter, each with its marks: composed, folded; and whence each letter of the result came."""
    pieces, starts, ends = [], [], []
    start = 0
    while start < len(text):
        end = start + 1
        if blank := _is_blank(text[start]):
            while end < len(text) and _is_blank(text[end]):
                end += 1
        else:
            while end < len(text) and unicodedata.combining(text[end]):
                end += 1
        letter = unicodedata.normalize("NFC", text[start:end])
        piece = " " if blank else "".join(LETTERS.get(each) or each.casefold() for each in letter)
        pieces.append(piece)
        starts += [start] * len(piece)
        ends += [end] * len(piece)
        start = end
    return "".join(pieces), np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)


def _is_blank(letter: str) -> bool:
    return letter.isspace() and letter != "\n"


def _codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def _string(codes: np.ndarray) -> str:
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")
