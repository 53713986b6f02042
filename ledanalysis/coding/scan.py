"""Where patterns are found: one pass over all texts for the literals, and a closer look around these alone."""

from __future__ import annotations

from dataclasses import dataclass

import ahocorasick
import numpy as np

from ledanalysis.coding.folding import Folded, tables
from ledanalysis.coding.patterns import Search

NOTHING = np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class Spans:
    """What was found: number of the search, start, end (in the row of folded texts), by search and start."""

    search: np.ndarray
    start: np.ndarray
    end: np.ndarray

    def __len__(self) -> int:
        return len(self.search)

    def take(self, which: np.ndarray) -> Spans:
        """Those of a mask or of an order."""
        return Spans(self.search[which], self.start[which], self.end[which])

    @classmethod
    def together(cls, parts: list[tuple]) -> Spans:
        """Spans from (search, start, end) of arrays."""
        columns = zip(*parts) if parts else [()] * 3
        return cls(*(np.concatenate([NOTHING, *column]).astype(np.int64) for column in columns))


@dataclass(frozen=True)
class Scanner:
    """Searches made ready: the automaton of their literals, and which search each literal serves."""

    searches: tuple[Search, ...]
    automaton: ahocorasick.Automaton
    literals: tuple[str, ...]
    plain: tuple[np.ndarray, np.ndarray]  # of searches that are a literal: its number, their own; by the former


def make_scanner(searches: list[Search]) -> Scanner:
    """Put the literals of searches into one automaton."""
    literals = tuple(dict.fromkeys(_key(search) for search in searches if search.literals))
    numbers = {literal: number for number, literal in enumerate(literals)}
    automaton = ahocorasick.Automaton()
    for literal, number in numbers.items():
        automaton.add_word(literal, number)
    automaton.make_automaton()
    plain = [(numbers[search.literals[0]], at) for at, search in enumerate(searches) if search.expression is None]
    of, own = np.array(sorted(plain), dtype=np.int64).reshape(-1, 2).T
    return Scanner(tuple(searches), automaton, literals, (of, own))


def _key(search: Search) -> str:
    """The one of its literals that a search is known by: the longest, which is the rarest for the most part."""
    return max(search.literals, key=len)


def scan(texts: list[str], folded: Folded, scanner: Scanner) -> Spans:
    """All places of all searches in the texts; a search's own spans do not overlap, the first and longest goes first."""
    ends, literals = _hits(folded.text, scanner)
    parts = [_plain(ends, literals, folded, scanner)]
    there = _Texts(ends, literals, folded)
    for number, search in enumerate(scanner.searches):
        if search.expression is not None:
            parts.append(_expression(number, search, texts, folded, there.where(search, scanner.literals)))
    return _apart(Spans.together(parts))


def _hits(text: str, scanner: Scanner) -> tuple[np.ndarray, np.ndarray]:
    if not scanner.literals:
        return NOTHING, NOTHING
    hits = np.fromiter(scanner.automaton.iter(text), dtype=[("last", "i8"), ("literal", "i8")])
    return hits["last"] + 1, hits["literal"].copy()


def _plain(ends, literals, folded: Folded, scanner: Scanner) -> tuple:
    """Searches that are a literal: its borders are looked at, and stars take the rest of the word."""
    of, own = scanner.plain
    first, last = np.searchsorted(of, literals, "left"), np.searchsorted(of, literals, "right")
    times = last - first
    search = own[np.repeat(first - np.cumsum(times) + times, times) + np.arange(times.sum())]
    end = np.repeat(ends, times)
    length, left, right = (
        np.array([each(search) for search in scanner.searches], dtype=kind)
        for each, kind in ((lambda s: len(s.literals[0]) if s.literals else 0, np.int64), (lambda s: s.left, bool), (lambda s: s.right, bool))
    )
    start = end - length[search]
    word = tables().word[folded.codes]
    good = left[search] | ~word[start - 1]  # the codes end with an END, which the first text has before it
    good &= right[search] | ~word[end]
    search, start, end = search[good], start[good], end[good]
    if len(search):
        first, last = _words_around(folded.codes, word)
        start = np.where(left[search], first(start), start)
        end = np.where(right[search], last(end), end)
    return search, start, end


def _words_around(codes: np.ndarray, word: np.ndarray):
    """Two functions of places: where the word that a place is in begins; where the one that goes on there ends.

    A word has its hyphens and apostrophes within, and begins and ends with a letter or digit.
    """
    held = word | (codes == ord("-")) | (codes == ord("'"))
    edges = np.flatnonzero(np.diff(held, prepend=False, append=False))
    begins, ends = edges[::2], edges[1::2]
    letters = np.flatnonzero(word)

    def first(places):
        run = np.searchsorted(begins, places, "right") - 1
        within = (run >= 0) & (places < ends[run])
        letter = letters[np.minimum(np.searchsorted(letters, begins[run]), len(letters) - 1)]
        return np.where(within & (letter < places), letter, places)

    def last(places):
        run = np.searchsorted(begins, places, "right") - 1
        within = (run >= 0) & (places < ends[run])
        letter = letters[np.searchsorted(letters, ends[run]) - 1]
        return np.where(within & (letter >= places), letter + 1, places)

    return first, last


class _Texts:
    """The texts that each literal stands in, looked up once."""

    def __init__(self, ends: np.ndarray, literals: np.ndarray, folded: Folded):
        self.order = np.argsort(literals, kind="stable")
        self.literals, self.ends, self.folded = literals[self.order], ends[self.order], folded
        self.known: dict[int, np.ndarray] = {}

    def where(self, search: Search, literals: tuple[str, ...]) -> np.ndarray:
        """The numbers of the texts in which a search may be found: all, or those with its longest literal."""
        if not search.literals:
            return np.arange(len(self.folded.begins) - 1)
        found = self.with_literal(literals.index(_key(search)))
        if search.as_written and self.folded.places:  # a literal was looked for in another spelling
            return np.union1d(found, list(self.folded.places))
        return found

    def with_literal(self, number: int) -> np.ndarray:
        if number not in self.known:
            first, last = np.searchsorted(self.literals, [number, number + 1])
            found = self.folded.text_of(self.ends[first:last] - 1)  # in the order of the text
            self.known[number] = found[np.diff(found, prepend=-1) > 0]
        return self.known[number]


def _expression(number: int, search: Search, texts: list[str], folded: Folded, where: np.ndarray) -> tuple:
    """A search that needs its expression, in the texts where it may be found."""
    spans: list[tuple[int, int]] = []
    find, others = search.expression.finditer, [literal for literal in search.literals if literal != _key(search)]
    begins = folded.begins.tolist()
    for text in where.tolist():
        if search.as_written:
            spans += [folded.forth(text, *found.span()) for found in find(texts[text])]
            continue
        begin = begins[text]
        part = folded.text[begin : begins[text + 1] - 1]
        if all(other in part for other in others):
            spans += [(begin + found.start(), begin + found.end()) for found in find(part)]
    start, end = np.array([span for span in spans if span[0] < span[1]], dtype=np.int64).reshape(-1, 2).T
    return np.full(len(start), number), start, end


def _apart(spans: Spans) -> Spans:
    """Without the spans that overlap an earlier one of the same search."""
    spans = spans.take(np.lexsort([-spans.end, spans.start, spans.search]))
    return spans.take(first_apart(spans.search, spans.start, spans.end))


def first_apart(group: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Which spans stay if each that overlaps an earlier one of its group goes; sorted by group and start."""
    keep = np.ones(len(group), dtype=bool)
    if not len(group):
        return keep
    limit = int(end.max()) + 1
    reach = np.maximum.accumulate(group * limit + end)
    touches = np.concatenate([[False], group[1:] * limit + start[1:] < reach[:-1]])
    if touches.any():
        chained = np.flatnonzero(touches | np.append(touches[1:], False))
        last, of = -1, -1
        for at in chained.tolist():
            if group[at] == of and start[at] < last:
                keep[at] = False
            else:
                last, of = int(end[at]), int(group[at])
    return keep
