"""What is known of a study before its texts are read: who is in it, which places, which words are its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import NamedTuple

from ledanalysis.name_lists import NameLists, fold, name_lists

PARTICLES = frozenset(
    "aan bij d' da de del den der des di dos du el al ait het 'in in la le les op 's 't t te ten ter tot uit v van vd von voor zu zum zur".split()
)
ALONE = frozenset("da de del den der des di dos du el al ait la le t 't te ten ter v van vd von zu".split())  # without another before them
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|['’][tns]\b")


class Name(NamedTuple):
    """A name in its parts, folded; of a single word it is not known which part it is, so it stands in both."""

    given: tuple[str, ...]
    family: tuple[str, ...]

    @property
    def single(self) -> bool:
        return self.given == self.family

    @property
    def full(self) -> bool:
        return bool(self.given and self.family) and not self.single and len(self.given[0]) > 1


class Mention(NamedTuple):
    """A name in a text, and where."""

    start: int
    end: int
    name: Name


@dataclass(frozen=True)
class Known:
    """What is known beforehand: persons, places, and words that are this study's own.

    Attributes
    ----------
    names : tuple of str
        Full names of persons; their first name or surname alone is looked for too, with a capital.
    places : frozenset of str
        Names of municipalities as people write them: never a person on their own.
    words : frozenset of str
        Folded words that are no names in this study: those of the codebook's labels.
    """

    names: tuple[str, ...] = ()
    places: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    found: tuple[Name, ...] = field(default=())

    @cached_property
    def persons(self) -> tuple[Name, ...]:
        return tuple(dict.fromkeys([name for text in self.names if (name := parse_name(text))] + list(self.found)))

    @cached_property
    def sequences(self) -> dict[str, list[tuple[tuple[str, ...], bool]]]:
        """By their first word the names of several words, the longest first, and whether their last needs a capital."""
        forms: dict[tuple[str, ...], bool] = {}
        for text in self.names:
            words = tuple(fold(word[0]) for word in WORD.finditer(_in_order(text)))
            name = parse_name(text)
            if name and len(words) > 1:
                forms[words] = False
                start = next((n for n, word in enumerate(words) if n and word in PARTICLES), 0)
                if words[start:] != words and start:
                    forms.setdefault(words[start:], True)
                if words[0] in PARTICLES:
                    forms[words] = True
        indexed: dict[str, list] = {}
        for words, capital in sorted(forms.items(), key=lambda form: -len(form[0])):
            indexed.setdefault(words[0], []).append((words, capital))
        return indexed

    @cached_property
    def whole(self) -> dict[tuple[str, ...], Name]:
        """The names by all their words, particles too."""
        named = [(tuple(fold(word[0]) for word in WORD.finditer(_in_order(text))), parse_name(text)) for text in self.names]
        return {words: name for words, name in named if name}

    @property
    def place_words(self) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
        """By its first two words, the words of every place, the longest first; of places elsewhere those of several words."""
        return index_places(self.places)

    @cached_property
    def alone(self) -> frozenset[str]:
        """Words that with a capital are one of the persons."""
        places = fold_all(self.places)
        words = {word for name in self.persons for word in (*name.given, *name.family) if len(word) > 1}
        return frozenset(words - places)


@cache
def fold_all(words: frozenset[str]) -> frozenset[str]:
    """Words folded, once for all sources of a study."""
    return frozenset(map(fold, words))


@cache
def index_places(names: frozenset[str]) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
    """The words of places by their first two, the longest first, made once for all sources of a study."""
    places = {tuple(word[0] for word in WORD.finditer(name)) for name in fold_all(names)} - {()}
    indexed: dict[tuple[str, ...], list] = {}
    for words in sorted(places | long_places(), key=lambda place: (-len(place), place)):
        indexed.setdefault(words[:2], []).append(words)
    return indexed


@cache
def long_places() -> frozenset[tuple[str, ...]]:
    """The places of several words that are no municipality of this study, by their words."""
    return frozenset(tuple(word[0] for word in WORD.finditer(place)) for place in name_lists().places if " " in place or "-" in place)


def _in_order(text: str) -> str:
    last, _, first = re.sub(r"\(.*?\)|\[.*?\]|<.*?>", " ", text).partition(",")
    return f"{first} {last}".strip()


@cache
def parse_name(text: str) -> Name | None:
    """A full name in its parts; None if a text is no name, as 'Deelnemer 12'.

    Examples
    --------
    >>> parse_name("Wit, Jan de")
    Name(given=('jan',), family=('wit',))
    >>> parse_name("Anna-Marie Jansen-de Boer")
    Name(given=('anna', 'marie'), family=('jansen', 'boer'))
    >>> parse_name("Deelnemer 12"), parse_name("Wil")
    (None, Name(given=('wil',), family=('wil',)))
    """
    lists = name_lists()
    ordered = _in_order(text)
    given, family, after = [], [], False
    parts = ordered.split()
    capitals = ordered.isupper()
    sure = any(fold(part) in lists.first and part[0].isupper() for part in parts[:1])  # 'Petra Vraag' is no question
    for number, part in enumerate(parts):
        if fold(part) in PARTICLES:
            after = after or number > 0 or len(parts) > 1
            continue
        after = after or (number > 0 and any(fold(word) in PARTICLES for word in re.split(r"[-‐‑–]", part)))
        kept = [word for found in WORD.finditer(part) if _may_be_name(word := found[0], capitals, sure, lists)]
        (family if after or (number == len(parts) - 1 and number) else given).extend(fold(word) for word in kept)
    if not family or not given:
        words = tuple(family or given)
        if not words or (len(words) == 1 and len(words[0]) == 1):
            return None
        return Name((), words) if after else Name(words, words)
    return Name(tuple(given), tuple(family))


def _may_be_name(word: str, capitals: bool, sure: bool, lists: NameLists) -> bool:
    folded = fold(word)
    if folded in PARTICLES or any(folded in lists.kinds[kind] for kind in ("title", "role", "never")[: 1 if sure else 3]):
        return False
    if word.isupper() and 1 < len(word) < 4 and not capitals:
        return False
    return word[0].isupper() or folded in lists.first
