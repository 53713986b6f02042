"""Where patterns are found: one pass over all texts for the literals, and a closer look around these alone."""

from __future__ import annotations

from dataclasses import dataclass

import ahocorasick
import numpy as np

from ledanalysis.coding.folding import JOINS, WORD, Folded
from ledanalysis.coding.patterns import Search

NOTHING = np.empty(0, dtype=np.int64)
TELLING = 4  # letters of a literal that are worth looking for beside a longer one of the same search


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
    literals = tuple(dict.fromkeys(literal for search in searches for literal in _telling(search)))
    numbers = {literal: number for number, literal in enumerate(literals)}
    automaton = ahocorasick.Automaton()
    for literal, number in numbers.items():
        automaton.add_word(literal, number)
    automaton.make_automaton()
    plain = [(numbers[search.literals[0]], at) for at, search in enumerate(searches) if search.expression is None]
    of, own = np.array(sorted(plain), dtype=np.int64).reshape(-1, 2).T
    return Scanner(tuple(searches), automaton, literals, (of, own))


def _telling(search: Search) -> list[str]:
    """The literals that a search is looked for by: the longest, and others that are not too common for it."""
    return sorted((literal for literal in search.literals if len(literal) >= TELLING or literal == max(search.literals, key=len)),
                  key=len, reverse=True)  # fmt: skip


def scan(texts: list[str], folded: Folded, ends: np.ndarray, scanner: Scanner) -> Spans:
    """All places of all searches in the texts; a search's own spans do not overlap, the first and longest goes first.

    Parameters
    ----------
    texts : list of str
        As they came.
    folded : Folded
        The same, folded.
    ends : array of int
        Where sentences end: `sentences.sentence_ends`.
    scanner : Scanner
    """
    last, literals = _hits(folded.text, scanner)
    parts = [_plain(last, literals, folded, scanner)]
    found = _Found(last, literals, folded, ends, scanner)
    for number, search in enumerate(scanner.searches):
        if search.expression is not None:
            spans = _as_written(search, texts, folded, found) if search.as_written else _expression(search, folded, found)
            start, end = np.array(spans, dtype=np.int64).reshape(-1, 2).T
            parts.append((np.full(len(start), number), start, end))
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
    good = left[search] | (folded.kinds[start - 1] & WORD == 0)  # the codes end with an END, which the first text has before it
    good &= right[search] | (folded.kinds[end] & WORD == 0)
    search, start, end = search[good], start[good], end[good]
    if len(search):
        first, last = _words_around(folded.kinds)
        start = np.where(left[search], first(start), start)
        end = np.where(right[search], last(end), end)
    return search, start, end


def _words_around(kinds: np.ndarray):
    """Two functions of places: where the word that a place is in begins; where the one that goes on there ends.

    A word has its hyphens and apostrophes within, and begins and ends with a letter or digit.
    """
    begins, ends = _runs(kinds & (WORD | JOINS) != 0)
    firsts, lasts = _runs(kinds & WORD != 0)  # of its parts between hyphens and apostrophes

    def run_of(places):
        run = np.searchsorted(begins, places, "right") - 1
        return run, (run >= 0) & (places < ends[run])

    def first(places):
        run, within = run_of(places)
        letter = firsts[np.minimum(np.searchsorted(firsts, begins[run]), len(firsts) - 1)]
        return np.where(within & (letter < places), letter, places)

    def last(places):
        run, within = run_of(places)
        letter = lasts[np.searchsorted(lasts, ends[run], "right") - 1]
        return np.where(within & (letter > places), letter, places)

    return first, last


def _runs(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where runs of what is marked begin and end; the last place, an END, is not marked."""
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    edges = np.concatenate([[0], edges]) if mask[:1].any() else edges
    return edges[::2], edges[1::2]


class _Found:
    """The sentences, and the texts, that the literals of a search stand in, each literal looked up once."""

    def __init__(self, last: np.ndarray, literals: np.ndarray, folded: Folded, ends: np.ndarray, scanner: Scanner):
        order = np.argsort(literals, kind="stable")
        self.literals, self.last = literals[order], last[order] - 1
        self.numbers = {literal: number for number, literal in enumerate(scanner.literals)}
        self.ends = {"sentence": ends, "text": folded.begins[1:] - 1}
        self.known: dict[tuple[str, str], np.ndarray] = {}

    def where(self, search: Search, unit: str) -> np.ndarray:
        """The numbers of the sentences, or texts, with all of its telling literals; of a search without any, all."""
        first, *others = _telling(search) or [""]
        if not first:
            return np.arange(len(self.ends[unit]))
        found = self._with(first, unit)
        for literal in others:
            found = found[np.isin(found, self._with(literal, unit), assume_unique=True, kind="sort")]
        return found

    def _with(self, literal: str, unit: str) -> np.ndarray:
        if (literal, unit) not in self.known:
            first, last = np.searchsorted(self.literals, [self.numbers[literal], self.numbers[literal] + 1])
            found = np.searchsorted(self.ends[unit], self.last[first:last])  # in the order of the text
            self.known[literal, unit] = found[np.diff(found, prepend=-1) > 0]
        return self.known[literal, unit]


def _expression(search: Search, folded: Folded, found: _Found) -> list[tuple[int, int]]:
    """The spans of a search that needs its expression, in the sentences where it may be found, or the texts."""
    unit = "sentence" if search.in_sentence else "text"
    where, ends = found.where(search, unit), found.ends[unit]
    begins = np.where(where > 0, ends[where - 1] + 1, 0)
    text, find = folded.text, search.expression.finditer
    return [each.span() for begin, end in zip(begins.tolist(), ends[where].tolist()) for each in find(text, begin, end)]


def _as_written(search: Search, texts: list[str], folded: Folded, found: _Found) -> list[tuple[int, int]]:
    """The spans of a search whose expression is about the texts as they came."""
    where = found.where(search, "text")
    if folded.places and search.literals:  # a literal was looked for in another spelling
        where = np.union1d(where, list(folded.places))
    spans = [folded.forth(text, *each.span()) for text in where.tolist() for each in search.expression.finditer(texts[text])]
    return [span for span in spans if span[0] < span[1]]


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
