"""Words and phrases of Dutch texts, for counting: forms of a word as one, what repeats left out, compounds as families."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from os.path import commonprefix

import pandas as pd

WORD = re.compile(r"[^\W\d_]+(?:[-‐‑'’][^\W\d_]+)*")
SENTENCE = re.compile(r"[^.!?\n]+")
PLACEHOLDER = re.compile(r"\[[^\]\n]*\]")  # [persoon 3], [e-mail]
LONGEST = 3  # words of a phrase
STEM = 5  # letters that compounds of a family share, where these are a word
BARE_STEM = 7  # and where they are none by themselves: 'veran' would join 'verandering' to 'verantwoording'
TAIL = 4  # letters behind those: 'achteraan' and 'achteraf' are no compounds of 'achtera'
PART = 5  # letters of a compound's second half behind a head shorter than a stem ('ai')
MOST = 0.5  # a sentence in so many of the documents of a kind is a header or a question
RUN = 4  # words in a row that make a header where a text runs on around it
TIMES = 4  # how often the same words come in one document before they are a header


@dataclass(frozen=True)
class Word:
    """A word in a passage: its key (forms of one word have one key), as it stands, its place, and what it may be used for."""

    key: str
    text: str
    start: int
    end: int
    joined: bool  # nothing but blanks between it and the word before
    stop: bool


def normal(word: str) -> str:
    """A word's key: its letters without case and without the ending of a plural (-en, -s, -'s).

    Plain rules: keys are for counting together, and need be no words. What is shown is a form that was said.

    Examples
    --------
    >>> [normal(word) for word in ("Deepfakes", "trainingen", "gesprekken", "vaardigheden", "AI's", "bonus", "leren")]
    ['deepfake', 'training', 'gesprek', 'vaardigheid', 'ai', 'bonus', 'leren']
    """
    word = word.casefold().replace("‐", "-").replace("‑", "-").replace("’", "'")
    word = word.removesuffix("'s")
    if len(word) >= 7 and word.endswith("heden"):
        return word[:-5] + "heid"
    if len(word) >= 6 and word.endswith("en"):
        stem = word[:-2]
        return stem[:-1] if stem[-1] == stem[-2] and stem[-1] not in "aeiou" else stem
    if len(word) >= 5 and word.endswith("s") and word[-2] not in "siuao'":
        return word[:-1]
    return word


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing of a subject (`stopwords.csv`): Snowball's Dutch list, and those of talk added here."""
    text = (files("ledanalysis") / "stopwords.csv").read_text("utf-8")
    return frozenset(line.split(";")[0] for line in text.splitlines()[1:])


def split_words(text: str, out: Iterable[tuple[int, int]] = ()) -> list[Word]:
    """The words of a text in order; not those in pseudonyms, nor those that touch a place in `out`.

    Examples
    --------
    >>> [(word.key, word.joined) for word in split_words("De AI-trainingen, [persoon 3] en 4 deepfakes")]
    [('de', False), ('ai-training', True), ('en', False), ('deepfake', False)]
    """
    gone = [*(found.span() for found in PLACEHOLDER.finditer(text)), *out]
    words, before = [], None
    for found in WORD.finditer(text):
        start, end = found.span()
        if any(start < e and s < end for s, e in gone):
            before = None
            continue
        word = found.group()
        joined = before is not None and text[before:start].isspace()
        words.append(Word(normal(word), word, start, end, joined, word.casefold() in stop_words() or len(word) < 2))
        before = end
    return words


def repeated(passages: pd.DataFrame) -> list[list[tuple[int, int]]]:
    """Where headers, footers and questions stand that come again and again, by what comes again.

    A sentence (figures in it apart) that stands in at least half of the documents of its kind, if there are four or
    more; three words or more that are a sentence of one document four times; and four words in a row that do either
    without being a sentence. An open answer is a document by itself, so that what many answer is not taken for one.

    Parameters
    ----------
    passages : DataFrame
        source, kind, passage, text.

    Returns
    -------
    list of list of (int, int)
        Per passage the places that do not count.

    Examples
    --------
    >>> passages = pd.DataFrame({"source": list("abcd"), "kind": "interview", "passage": 1,
    ...                          "text": ["Blad 1. Wij leren.", "Blad 2. Data.", "Blad 3. Klimaat.", "Blad 4. Nee."]})
    >>> repeated(passages)[0]
    [(0, 6)]
    """
    kinds = passages["kind"].astype("object").fillna("").tolist()
    documents = [
        (source, passage) if kind == "open_answer" else (source, None)
        for source, passage, kind in zip(passages["source"], passages["passage"], kinds)
    ]
    sizes = Counter(kind for kind, _ in set(zip(kinds, documents)))
    pieces = [list(_pieces(text)) for text in passages["text"]]
    counts: dict[tuple, Counter] = defaultdict(Counter)
    for kind, document, found in zip(kinds, documents, pieces):
        for words, _, _ in found:
            counts[kind, words][document] += 1

    def again(kind: str, words: tuple[str, ...]) -> bool:
        within = counts[kind, words]
        often = sizes[kind] >= 4 and len(within) >= MOST * sizes[kind]
        return often or (len(words) >= 3 and max(within.values()) >= TIMES)

    return [[(start, end) for words, start, end in found if again(kind, words)] for kind, found in zip(kinds, pieces)]


def _pieces(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """The sentences of a text and its runs of words, as words with their place; figures are alike."""
    for sentence in SENTENCE.finditer(text):
        words = [(found.group().casefold() if not found.group().isdigit() else "#", *found.span())
                 for found in re.finditer(r"\w+", sentence.group())]  # fmt: skip
        whole = len(words)
        for size in {whole, RUN} if whole > RUN else {whole} - {0}:
            for first in range(whole - size + 1):
                part = words[first : first + size]
                yield tuple(word for word, _, _ in part), sentence.start() + part[0][1], sentence.start() + part[-1][2]


def phrases(words: list[Word]) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Phrases of one to three words as (keys, first, last) by place; none begins or ends with a stop word.

    Examples
    --------
    >>> [" ".join(keys) for keys, _, _ in phrases(split_words("leren met deepfakes, want klimaat"))]
    ['leren', 'leren met deepfake', 'deepfake', 'klimaat']
    """
    for first, word in enumerate(words):
        if word.stop:
            continue
        for last in range(first, min(first + LONGEST, len(words))):
            if last > first and not words[last].joined:
                break
            if not words[last].stop:
                yield tuple(each.key for each in words[first : last + 1]), first, last


def families(vocabulary: Iterable[str]) -> dict[str, frozenset[str]]:
    """Words that begin alike, by what they share: compounds of one first part, and its own forms.

    They share a word of five letters or more, or seven letters that are no word by themselves; or a shorter word
    ('ai') with a hyphen behind it or with what is a word too ('aivaardigheid', where 'vaardigheid' is said as well).

    Parameters
    ----------
    vocabulary : iterable of str
        Keys of words that are no stop words: see `normal`.

    Returns
    -------
    dict of str to frozenset of str
        What is shared: the words, two or more. A word can be in several families. Of families with the same words
        the longest name is kept.

    Examples
    --------
    >>> found = families(["deepfaketraining", "deepfakeherkenning", "ai", "ai-coach", "aivaardigheid", "vaardigheid", "aigeel"])
    >>> {name: sorted(words) for name, words in found.items()}
    {'deepfake': ['deepfakeherkenning', 'deepfaketraining'], 'ai': ['ai', 'ai-coach', 'aivaardigheid']}
    """
    words = sorted(set(vocabulary))
    known = set(words)
    groups: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for length in range(STEM, len(word) + 1):
            if word[:length] in known or (length >= BARE_STEM and len(word) - length >= TAIL):
                groups[word[:length]].add(word)
    closed: dict[frozenset[str], str] = {}
    for stem, members in groups.items():
        together = frozenset(members)
        if stem not in known and commonprefix(list(members)) != stem:
            continue  # cut short: 'deepfak' would join all of 'deepfake' but that itself
        if len(members) >= 2 and len(stem) > len(closed.get(together, "")):
            closed[together] = stem
    found = {stem.rstrip("-"): members for members, stem in closed.items()}
    heads: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for length in range(2, STEM):
            head, rest = word[:length], word[length:]
            if head in known and (not rest or rest[0] == "-" or (len(rest) >= PART and rest in known)):
                heads[head].add(word)
    return found | {head: frozenset(members) for head, members in heads.items() if len(members) >= 2}
