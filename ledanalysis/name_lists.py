"""Which words are names: Dutch lists of first names, surnames and places, and which of them are words besides."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import metadata
from importlib.resources import files

LOOKUP = "deduce/data/lookup/src"  # the lists of the library deduce; only its data are read, it is never imported


@dataclass(frozen=True)
class NameLists:
    """Words by what they can be, folded (see `fold`).

    Attributes
    ----------
    first, last : frozenset of str
        First names; surnames without their particles.
    particled : frozenset of str
        Surnames that stand after a particle ('dijk' of 'van Dijk').
    places : frozenset of str
        Municipalities, residences, regions and provinces.
    kinds : dict of str to frozenset of str
        The rows of `name_words.csv`: what stands before and after names, and what is a word as well as a name.
    """

    first: frozenset[str]
    last: frozenset[str]
    particled: frozenset[str]
    places: frozenset[str]
    kinds: dict[str, frozenset[str]]

    @cached_property
    def small(self) -> frozenset[str]:
        """The first names that are neither word nor place."""
        return self.first - self.kinds["ambiguous"] - self.places

    @cached_property
    def looked_at(self) -> frozenset[str]:
        """The words with which a name may begin, or stand, without a capital."""
        return self.small | self.kinds["lower"] | self.kinds["title"] | self.kinds["role"]


def fold(word: str) -> str:
    """A word without capitals and accents.

    Examples
    --------
    >>> fold("RENÉ"), fold("Özdemir")
    ('rene', 'ozdemir')
    """
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("’", "'")


@cache
def name_lists() -> NameLists:
    """The lists, read once: first names, surnames and places of deduce, and `name_words.csv`.

    Returns
    -------
    NameLists

    Examples
    --------
    >>> lists = name_lists()
    >>> "marieke" in lists.first, "bakker" in lists.last, "bakker" in lists.kinds["ambiguous"]
    (True, True, True)
    """
    text = (files("ledanalysis") / "name_words.csv").read_text(encoding="utf-8-sig")
    kinds = {row["kind"]: _folded(row["words"].split()) for row in csv.DictReader(text.splitlines(), delimiter=";")}
    places = [_listed(f"locations/lst_placename/lst_{name}") for name in ("municipality", "residence", "region", "province")]
    particled = _listed("names/lst_interfix_surname")
    return NameLists(
        first=_folded(_listed("names/lst_first_name")),
        last=_folded(_listed("names/lst_surname")),
        particled=_folded(particled),
        places=_folded(name for names in places for name in names),
        kinds=kinds,
    )


def _listed(name: str) -> list[str]:
    path = metadata.distribution("deduce").locate_file(f"{LOOKUP}/{name}/items.txt")
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(map(fold, words))
