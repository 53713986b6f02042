"""Themes read in text: the codebook's patterns compiled once, passages in, mentions out.

A pattern is a word (`loopbaan`), a word with stars (`loopbaan*`, `*loopbaan*`), a phrase (`lerende organis*`),
two of these within some words of each other (`leren NEAR/4 gewoon`), or a regular expression (`re:...`).
Case does not matter; hyphens and apostrophes of every kind are alike. A pattern without a star is a whole word, and so is
one of three letters. How texts are made alike: `folding`; what a pattern means: `patterns`; how it is found in one pass:
`scan`; which of what is found counts: `choosing`; what is said of it: `horizons`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ledanalysis.coding.choosing import above, longest, overlaps, with_parents
from ledanalysis.coding.compiled import SEPARATOR, Codebook, compile_codebook
from ledanalysis.coding.folding import Folded, fold
from ledanalysis.coding.horizons import HORIZONS, denied, horizons
from ledanalysis.coding.scan import Spans, scan
from ledanalysis.coding.sentences import sentence_ends

__all__ = ["CHUNK", "MENTIONS", "SEPARATOR", "Codebook", "above", "code_passages", "compile_codebook", "horizon_of", "with_ancestors"]
MENTIONS = ["source", "municipality", "passage", "theme", "horizon", "pattern", "start", "end"]
CHUNK = 1_000_000  # letters that are looked at together: what coding takes of memory, and no more


def code_passages(passages: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Find the themes in passages, and whether they are said of now or of the coming years.

    Parameters
    ----------
    passages : DataFrame
        Columns source, municipality, passage, text.
    codebook : Codebook

    Returns
    -------
    DataFrame
        A row per mention: source, municipality, passage, theme, horizon ("now", "future", "unstated"), pattern,
        start and end (places in the passage's text). A word counts once for a theme, by the longest pattern; a
        theme's parent is mentioned where the theme is. What an exclusion of the theme overlaps, and what its own
        sentence says is no theme, is not a mention.

    Examples
    --------
    >>> themes = pd.DataFrame({"theme": ["LOOP"], "patterns": ["*loopbaan*"]})
    >>> markers = pd.DataFrame({"horizon": ["future"], "pattern": ["straks"]})
    >>> passages = pd.DataFrame({"source": ["a.txt"], "municipality": ["GM0014"], "passage": [1],
    ...                          "text": ["Straks draait het om loopbaanadvies."]})
    >>> code_passages(passages, compile_codebook(themes, markers))[["theme", "horizon", "start", "end"]].values.tolist()
    [['LOOP', 'future', 21, 35]]
    """
    texts = passages["text"].astype("str").fillna("")
    parts = []
    for first, last in _chunks(texts.str.len().to_numpy()):
        part = _code(texts.iloc[first:last].tolist(), codebook)
        parts.append(part.assign(row=part["row"] + first))
    found = pd.concat(parts, ignore_index=True)
    whose = passages[["source", "municipality", "passage"]].take(found.pop("row").to_numpy()).reset_index(drop=True)
    return pd.concat([whose, found], axis=1)[MENTIONS]


def sentence_numbers(texts: list[str], row: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The number of the sentence, in its text, that each place is in; points that end no sentence are as for horizons.

    Parameters
    ----------
    texts : list of str
    row, start : array
        The number of the text, and the place in it.

    Examples
    --------
    >>> sentence_numbers(["Wel o.a. hier. En daar!"], np.array([0, 0]), np.array([9, 18])).tolist()
    [0, 1]
    """
    folded = fold(texts)
    ends = sentence_ends(folded)
    at = np.array([folded.forth(text, place, place + 1)[0] for text, place in zip(row.tolist(), start.tolist())], dtype=np.int64)
    return np.searchsorted(ends, at) - np.searchsorted(ends, folded.begins[row])


def horizon_of(text: str, start: int, end: int, codebook: Codebook) -> str:
    """The horizon of words in a text, by the codebook's markers; of several sentences the coming years go first, then now.

    Examples
    --------
    >>> markers = pd.DataFrame({"horizon": ["now", "future"], "pattern": ["nu", "straks"]})
    >>> book = compile_codebook(pd.DataFrame({"theme": [], "patterns": []}), markers)
    >>> [horizon_of("Nu leren wij taal. Straks rekenen.", *place, book) for place in ((3, 8), (0, 33), (19, 25))]
    ['now', 'future', 'future']
    """
    folded = fold([text])
    ends = sentence_ends(folded)
    begin, stop = folded.forth(0, start, end)
    first, last = np.searchsorted(ends, begin), np.searchsorted(ends, max(stop - 1, begin))
    begins = np.concatenate([[begin], ends[first:last] + 1])
    spans = scan([text], folded, ends, codebook.scanner)
    at = len(codebook.patterns) + len(codebook.exclusions)
    kinds = np.array([""] * at + [marker.theme for marker in codebook.markers], dtype=object)
    now, future = (spans.take(kinds[spans.search] == kind) for kind in ("now", "future"))
    said = horizons(begins, np.minimum(np.concatenate([ends[first:last], [stop]]), stop), ends, now, future)
    return str(HORIZONS[said.max()])


def with_ancestors(own: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The mentions of one passage with those of the themes above theirs, as `code_passages` gives them.

    Parameters
    ----------
    own : DataFrame
        theme, horizon, pattern, start, end: as `code_passages` gives them for a codebook without parents, or some of these.
    codebook : Codebook
        With parents.

    Examples
    --------
    >>> book = compile_codebook(pd.DataFrame({"theme": ["LEER", "LOOP"], "parent": ["", "LEER"], "patterns": ["", "loopbaan"]}))
    >>> own = pd.DataFrame({"theme": ["LOOP"], "horizon": ["now"], "pattern": ["loopbaan"], "start": [4], "end": [12]})
    >>> with_ancestors(own, book)["theme"].tolist()
    ['LEER', 'LOOP']
    """
    themes = np.array(sorted({pattern.theme for pattern in codebook.patterns} | set(codebook.parents.values())), dtype=object)
    numbers = {name: number for number, name in enumerate(themes)}
    searches = {(each.theme, each.pattern): at for at, each in reversed(list(enumerate(codebook.patterns)))}
    search = [searches[key] for key in zip(own["theme"], own["pattern"])]
    spans = Spans(*(np.array(column, dtype=np.int64) for column in (search, own["start"], own["end"])))
    horizon = np.array([HORIZONS.tolist().index(each) for each in own["horizon"]], dtype=np.int64)
    theme, found, horizon = with_parents(np.array([numbers[each] for each in own["theme"]], dtype=np.int64), spans, horizon, codebook.parents, themes)
    words = np.array([pattern.pattern for pattern in codebook.patterns], dtype=object)
    return pd.DataFrame({"theme": themes[theme], "horizon": HORIZONS[horizon], "pattern": words[found.search], "start": found.start, "end": found.end})


def _chunks(sizes: np.ndarray) -> Iterator[tuple[int, int]]:
    """First and last of as many texts as are looked at together; one pair at least."""
    ends = np.concatenate([[0], np.cumsum(sizes)])
    first = 0
    while first < len(sizes) or first == 0:
        last = max(first + 1, int(np.searchsorted(ends, ends[first] + CHUNK, "right")) - 1)
        yield first, last
        first = last


def _code(texts: list[str], codebook: Codebook) -> pd.DataFrame:
    """The mentions in some texts: row (number of the text), theme, horizon, pattern, start, end."""
    folded = fold(texts)
    ends = sentence_ends(folded)
    spans = scan(texts, folded, ends, codebook.scanner)
    first, last = len(codebook.patterns), len(codebook.patterns) + len(codebook.exclusions)
    themes = np.array(sorted({pattern.theme for pattern in codebook.patterns} | set(codebook.parents.values())), dtype=object)
    owner = _owners(codebook, themes)
    found = spans.take(spans.search < first)
    excluded = spans.take((spans.search >= first) & (spans.search < last))
    found = found.take(~overlaps(owner[found.search], found, owner[excluded.search], excluded))
    theme, found = longest(owner[found.search], found)
    said = spans.take(spans.search >= last)
    horizon, kept = _said(found, Spans(said.search - last, said.start, said.end), folded, ends, codebook)
    theme, found, horizon = theme[kept], found.take(kept), horizon[kept]
    theme, found, horizon = with_parents(theme, found, horizon, codebook.parents, themes)
    row = folded.text_of(found.start)
    start, end = folded.back(row, found.start, found.end)
    words = np.array([pattern.pattern for pattern in codebook.patterns], dtype=object)
    columns = {"theme": themes[theme], "horizon": HORIZONS[horizon], "pattern": words[found.search]}
    return pd.DataFrame({"row": row} | {name: pd.Series(column, dtype="str") for name, column in columns.items()} | {"start": start, "end": end})


def _owners(codebook: Codebook, themes: np.ndarray) -> np.ndarray:
    """Of each pattern and exclusion the number of its theme; of an exclusion of a theme without patterns, -1."""
    numbers = {theme: number for number, theme in enumerate(themes)}
    return np.array([numbers.get(each.theme, -1) for each in (*codebook.patterns, *codebook.exclusions)], dtype=np.int64)


def _said(found: Spans, said: Spans, folded: Folded, ends: np.ndarray, codebook: Codebook) -> tuple[np.ndarray, np.ndarray]:
    """The horizon of each span, and whether it is not denied."""
    kinds = np.array([marker.theme for marker in codebook.markers], dtype=object)
    now, future, none, turn = (said.take(kinds[said.search] == kind) for kind in ("now", "future", "none", "turn"))
    scopes = [marker.scope for marker in codebook.markers]
    horizon = horizons(found.start, found.end, ends, now, future)
    return horizon, ~denied(found.start, ends, folded, none, scopes, turn)
