"""What can be a theme: words, phrases and families of compounds, where they stand, and what the codebook has there already."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ledanalysis import terms

KNOWN = 0.5  # share of a term's places that the codebook must have coded to call it known


@dataclass
class Candidate:
    """A candidate: where it stands in the passages asked about, and in which of the rest."""

    places: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # passage: places of its words
    rest: set[int] = field(default_factory=set)  # passages
    forms: Counter = field(default_factory=Counter)


def candidates(words: list[list[terms.Word]], target: np.ndarray) -> dict[tuple[bool, tuple[str, ...]], Candidate]:
    """Each phrase and each family in the passages that are asked about, or else.

    Parameters
    ----------
    words : list of list of Word
        Those of each passage that count: `terms.split_words`.
    target : array of bool
        Which passages are asked about.

    Returns
    -------
    dict
        By name: whether it is a family, and the keys of its words.

    Examples
    --------
    >>> said = ["deepfaketraining", "deepfakeherkenning straks", "straks"]
    >>> found = candidates([terms.split_words(text) for text in said], np.array([True, True, False]))
    >>> {name: (len(each.places), len(each.rest)) for name, each in found.items() if name[1][0].startswith("deepfake")}
    {(False, ('deepfaketraining',)): (1, 0), (False, ('deepfakeherkenning',)): (1, 0), (False, ('deepfakeherkenning', 'strak')): (1, 0), (True, ('deepfake',)): (2, 0)}
    """
    seen: dict[tuple[bool, tuple[str, ...]], Candidate] = defaultdict(Candidate)
    for at, part in enumerate(words):
        for keys, first, last in terms.phrases(part):
            found = seen[False, keys]
            if target[at]:
                found.places[at].update(range(first, last + 1))
                found.forms[" ".join(word.text.casefold() for word in part[first : last + 1])] += 1
            else:
                found.rest.add(at)
    single = {keys[0]: found for (_, keys), found in seen.items() if len(keys) == 1}
    for stem, members in terms.families(single).items():
        family = seen[True, (stem,)]
        for member in members:
            for at, at_words in single[member].places.items():
                family.places[at].update(at_words)
            family.rest |= single[member].rest
            family.forms.update(single[member].forms)
    return seen


def overlap(found: Candidate, better: Candidate) -> float:
    """The share of a candidate's passages in which a better one has a word of it."""
    return sum(bool(places & better.places.get(at, set())) for at, places in found.places.items()) / len(found.places)


def coded_places(own: pd.DataFrame, mentions: pd.DataFrame) -> dict[int, list[tuple[str, int, int]]]:
    """Of each passage, by its number in `own`, what is coded there: theme, start, end."""
    place = {key: at for at, key in enumerate(zip(own["source"], own["passage"]))}
    coded = defaultdict(list)
    for row in mentions.itertuples():
        if (row.source, row.passage) in place:
            coded[place[row.source, row.passage]].append((row.theme, row.start, row.end))
    return coded


def known_theme(found: Candidate, words: list[list[terms.Word]], coded: dict) -> str:
    """The theme that most of a candidate's passages have it coded with; "" if that is fewer than half of them."""
    themes = Counter()
    for at, places in found.places.items():
        spans = [(words[at][place].start, words[at][place].end) for place in places]
        themes.update({theme for theme, s, e in coded.get(at, ()) for start, end in spans if s < end and start < e})
    theme, n = max(themes.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return theme if n >= KNOWN * len(found.places) else ""


def around(text: str, spans: list[tuple[str, int, int]]) -> list[tuple[int, int]]:
    """The sentences of a text in which a theme is coded, each with the sentence before it and the one after.

    Examples
    --------
    >>> text = "Ja. Wij willen data. En ook. Verder drones."
    >>> [text[start:end] for start, end in around(text, [("DATA", 15, 19)])]
    ['Ja. Wij willen data. En ook']
    """
    sentences = [found.span() for found in terms.SENTENCE.finditer(text)]
    wide = []
    for _, start, end in spans:
        own = [number for number, (first, last) in enumerate(sentences) if first < end and start < last]
        if own:
            wide.append((sentences[max(own[0] - 1, 0)][0], sentences[min(own[-1] + 1, len(sentences) - 1)][1]))
    return wide


def apart(found: Candidate, words: list[list[terms.Word]], told: dict[int, list[tuple[int, int]]]) -> float:
    """The share of a candidate's passages in which it stands somewhere outside of what is told of themes: see `around`."""
    outside = sum(any(all(words[at][place].start >= end or words[at][place].end <= start for start, end in told.get(at, ())) for place in places)
                  for at, places in found.places.items())  # fmt: skip
    return outside / len(found.places)
