"""The sentences of labels.csv, inverted: from the words on a slide back to which sentence it is and what fills its places."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from string import Formatter


FIGURE = r"(?:[+−±]?\d[\d.,]*%?|–)"
FIGURES = {
    "count", "total", "n", "all", "little", "high", "low", "value", "own", "gap", "share", "staff", "percent", "answered", "population",
    "dropped", "received", "effective", "alpha", "kappa", "lower", "upper", "recall", "precision", "readers",
}  # fmt: skip


class Unread(Exception):
    """Words that are none of the sentences, or a place filled with what it cannot be."""


@dataclass(frozen=True)
class Said:
    """A sentence: its key in labels.csv, and the words in its places."""

    key: str
    values: dict[str, str]

    def __getitem__(self, place: str) -> str:
        return self.values[place]


@cache
def labels() -> dict[str, dict[str, str]]:
    """labels.csv by key and language."""
    words = (files("ledanalysis") / "labels.csv").read_text(encoding="utf-8-sig")
    return {row["key"]: row for row in csv.DictReader(plain(words).splitlines(), delimiter=";")}


def plain(words: str) -> str:
    """Words with usual spaces only: which are not to be broken is a matter of the page."""
    return words.replace("\N{NO-BREAK SPACE}", " ")


@cache
def pattern(key: str, language: str, fixed: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> re.Pattern:
    """What a sentence looks like; its first letter may be a capital, as at the start of a title.

    `fixed`: what can stand in some of the places.
    """
    parts, seen, known = [], set(), dict(fixed)
    for literal, place, _, _ in Formatter().parse(labels()[key][language]):
        first = literal[:1] if not parts else ""
        opening = f"[{re.escape(first.lower())}{re.escape(first.upper())}]" if first.isalpha() else re.escape(first)
        parts.append(opening + re.escape(literal[len(first):]))
        if place:
            filling = "|".join(map(re.escape, known[place])) if place in known else FIGURE if place in FIGURES else ".+?"
            parts.append(f"(?P={place})" if place in seen else f"(?P<{place}>{filling})")
            seen.add(place)
    return re.compile("".join(parts), re.DOTALL)


def said(words: str, key: str, language: str, fixed: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> Said | None:
    """The words as that sentence."""
    found = pattern(key, language, fixed).fullmatch(words)
    return found and Said(key, found.groupdict())


def readings(words: str, keys: Iterable[str], language: str, fixed: tuple[tuple[str, tuple[str, ...]], ...] = ()) -> Iterator[list[Said]]:
    """All ways to read words as sentences joined with '; '."""
    parts = words.split("; ")
    for end in range(len(parts), 0, -1):
        for first in filter(None, (said("; ".join(parts[:end]), key, language, fixed) for key in keys)):
            if end == len(parts):
                yield [first]
            else:
                yield from ([first, *rest] for rest in readings("; ".join(parts[end:]), keys, language, fixed))


def listed(words: str, known: Sequence[str], language: str, joint: str = "and") -> list[str]:
    """The names in 'A, B en C' (or, with the joint "or", 'A, B of C'); each must be one of those known."""
    last = f" {labels()[joint][language]} "

    def rest(text: str, found: list[str]) -> Iterator[list[str]]:
        for name in known:
            if not begins(text, name, first=not found):
                continue
            more, tail = [*found, name], text[len(name):]
            if not tail:
                yield more
            elif tail.startswith(", "):
                yield from rest(tail[2:], more)
            elif tail.startswith(last) and tail[len(last):] in known:
                yield [*more, tail[len(last):]]

    for names in rest(words, []):
        if len(set(names)) == len(names):
            return names
    raise Unread(f"no list of known names: {words!r}")


def begins(text: str, name: str, first: bool) -> bool:
    """Whether a text begins with a name; the first one of a title may have got a capital."""
    start = text[: len(name)]
    return start == name or (first and start[:1].lower() == name[:1].lower() and start[1:] == name[1:])


def written(value: float, decimals: int, language: str, sign: bool = False) -> str:
    """A figure as a reader of the language writes it, halves away from zero; with `sign` a plus too."""
    figure = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    words = f"{abs(figure):,f}"
    words = words.translate(str.maketrans(",.", ".,")) if language == "nl" else words
    return ("−" if figure < 0 else "+" if sign and figure > 0 else "") + words


def percent(value: float, language: str) -> str:
    return written(value, 0, language) + "%"


def differs(what: str, told: str, right: str) -> list[str]:
    """A fault where a figure on the slide is not the one in the tables."""
    return [] if told == right else [f"{what}: told {told!r}, by the tables {right!r}"]
