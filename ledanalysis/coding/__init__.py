"""Themes read in text: the codebook's patterns compiled once, passages in, mentions out.

A pattern is a word (`loopbaan`), a word with stars (`loopbaan*`, `*loopbaan*`), a phrase (`lerende organis*`),
two of these within some words of each other (`leren NEAR/4 gewoon`), or a regular expression (`re:...`).
Case does not matter; hyphens and apostrophes of every kind are alike. A pattern without a star is a whole word, and so is
one of three letters. How texts are made alike: `folding`; what a pattern means: `patterns`; how it is found in one pass:
`scan`; what is said of it: `horizons`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ledanalysis.coding.folding import Folded, fold
from ledanalysis.coding.horizons import HORIZONS, SCOPES, denied, horizons, sentence_ends
from ledanalysis.coding.patterns import Search, compile_pattern
from ledanalysis.coding.scan import Scanner, Spans, first_apart, make_scanner, scan
from ledanalysis.errors import InputError

MENTIONS = ["source", "municipality", "passage", "theme", "horizon", "pattern", "start", "end"]
SEPARATOR = " | "
CHUNK = 1_000_000  # letters that are looked at together: what coding takes of memory, and no more


@dataclass(frozen=True)
class Pattern:
    """A pattern as written, and whose it is: a theme's, or a horizon's ("turn" ends a denial, of which scope tells more)."""

    theme: str
    pattern: str
    search: Search
    scope: str = ""


@dataclass(frozen=True)
class Codebook:
    """The codebook's words, compiled: patterns and exclusions of themes, markers of horizon, parents of themes."""

    patterns: tuple[Pattern, ...]
    exclusions: tuple[Pattern, ...]
    markers: tuple[Pattern, ...]
    parents: dict[str, str]
    scanner: Scanner


def compile_codebook(themes: pd.DataFrame, markers: pd.DataFrame | None = None, file: str = "themes.csv") -> Codebook:
    """Compile the patterns of the themes.

    Parameters
    ----------
    themes : DataFrame
        Columns theme, patterns, and, if there, parent and exclusions; several patterns in a cell are separated
        by ` | `.
    markers : DataFrame, optional
        Columns horizon ("now", "future", "none" for words that say that something is no theme, "turn" for words after
        which that is over), pattern, and, if there, scope: of what a "none" speaks ("clause", as where it is empty;
        "after" or "before" it in the clause; the "next" two words; the whole "sentence").
    file : str
        Where the themes stand: for errors.

    Returns
    -------
    Codebook

    Raises
    ------
    InputError
        A pattern that cannot be used, with its row in the file or in markers.csv.

    Examples
    --------
    >>> themes = pd.DataFrame({"theme": ["LOOP"], "patterns": ["*loopbaan* | talent*"]})
    >>> [p.pattern for p in compile_codebook(themes).patterns]
    ['*loopbaan*', 'talent*']
    """
    themes = themes.astype("object").fillna("")  # pandas reads empty cells as NaN
    parents = dict(zip(themes["theme"], themes["parent"])) if "parent" in themes else {}
    exclusions = themes["exclusions"] if "exclusions" in themes else [""] * len(themes)
    marked = markers if markers is not None else pd.DataFrame({"horizon": [], "pattern": []})
    scopes = _scopes(marked["scope"].astype("object").fillna("") if "scope" in marked else [""] * len(marked))
    patterns = _compile_column(themes["theme"], themes["patterns"], file, "patterns")
    excluded = _compile_column(themes["theme"], exclusions, file, "exclusions")
    compiled = _compile_column(marked["horizon"], marked["pattern"], "markers.csv", "pattern", scopes)
    return Codebook(
        patterns=patterns,
        exclusions=excluded,
        markers=compiled,
        parents={theme: parent for theme, parent in parents.items() if parent},
        scanner=make_scanner([each.search for each in (*patterns, *excluded, *compiled)]),
    )


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
    spans = scan(texts, folded, codebook.scanner)
    first, last = len(codebook.patterns), len(codebook.patterns) + len(codebook.exclusions)
    themes = np.array(sorted({pattern.theme for pattern in codebook.patterns} | set(codebook.parents.values())), dtype=object)
    owner = _owners(codebook, themes)
    found = spans.take(spans.search < first)
    excluded = spans.take((spans.search >= first) & (spans.search < last))
    found = found.take(~_overlaps(owner[found.search], found, owner[excluded.search], excluded))
    theme, found = _longest(owner[found.search], found)
    said = spans.take(spans.search >= last)
    horizon, kept = _said(found, Spans(said.search - last, said.start, said.end), folded, codebook)
    theme, found, horizon = theme[kept], found.take(kept), horizon[kept]
    theme, found, horizon = _with_parents(theme, found, horizon, codebook.parents, themes)
    row = folded.text_of(found.start)
    start, end = folded.back(row, found.start, found.end)
    words = np.array([pattern.pattern for pattern in codebook.patterns], dtype=object)
    columns = {"theme": themes[theme], "horizon": HORIZONS[horizon], "pattern": words[found.search]}
    return pd.DataFrame({"row": row} | {name: pd.Series(column, dtype="str") for name, column in columns.items()} | {"start": start, "end": end})


def _owners(codebook: Codebook, themes: np.ndarray) -> np.ndarray:
    """Of each pattern and exclusion the number of its theme; of an exclusion of a theme without patterns, -1."""
    numbers = {theme: number for number, theme in enumerate(themes)}
    return np.array([numbers.get(each.theme, -1) for each in (*codebook.patterns, *codebook.exclusions)], dtype=np.int64)


def _overlaps(group: np.ndarray, spans: Spans, other_group: np.ndarray, others: Spans) -> np.ndarray:
    """Which spans overlap one of the others of their group."""
    if not len(spans) or not len(others):
        return np.zeros(len(spans), dtype=bool)
    limit = int(max(spans.end.max(), others.end.max())) + 1
    begins, ends = other_group * limit + others.start, other_group * limit + others.end
    order = np.argsort(begins)
    reach = np.maximum.accumulate(ends[order])
    at = np.searchsorted(begins[order], group * limit + spans.end, "left") - 1
    return (at >= 0) & (reach[at] > group * limit + spans.start)


def _longest(theme: np.ndarray, spans: Spans) -> tuple[np.ndarray, Spans]:
    """Of spans of a theme that overlap the longest; of those as long the first, and that of the codebook's first pattern."""
    order = np.lexsort([spans.search, spans.start - spans.end, spans.start, theme])
    theme, spans = theme[order], spans.take(order)
    keep = np.ones(len(spans), dtype=bool)
    rest = ~first_apart(theme, spans.start, spans.end)
    if rest.any():
        limit = int(spans.end.max()) + 1
        reach = np.maximum.accumulate(theme * limit + spans.end)
        breaks = np.concatenate([[True], theme[1:] * limit + spans.start[1:] >= reach[:-1]])
        heap = np.cumsum(breaks) - 1
        crowded = np.flatnonzero(np.bincount(heap)[heap] > 1)
        size = spans.start[crowded] - spans.end[crowded]
        taken: dict[int, list[tuple[int, int]]] = {}
        for at in crowded[np.lexsort([spans.start[crowded], size, heap[crowded]])].tolist():
            start, end = int(spans.start[at]), int(spans.end[at])
            others = taken.setdefault(int(heap[at]), [])
            keep[at] = all(end <= first or last <= start for first, last in others)
            if keep[at]:
                others.append((start, end))
    return theme[keep], spans.take(keep)


def _said(found: Spans, said: Spans, folded: Folded, codebook: Codebook) -> tuple[np.ndarray, np.ndarray]:
    """The horizon of each span, and whether it is not denied."""
    kinds = np.array([marker.theme for marker in codebook.markers], dtype=object)
    now, future, none, turn = (said.take(kinds[said.search] == kind) for kind in ("now", "future", "none", "turn"))
    ends = sentence_ends(folded)
    scopes = [marker.scope for marker in codebook.markers]
    horizon = horizons(found.start, found.end, ends, now, future)
    return horizon, ~denied(found.start, ends, folded, none, scopes, turn)


def _with_parents(theme, found: Spans, horizon, parents: dict[str, str], themes: np.ndarray):
    """With the mentions of parents, which are those of their children and their own; by place and theme."""
    numbers = {name: number for number, name in enumerate(themes)}
    parts = [np.arange(len(theme))]
    codes = [theme]
    for child, name in enumerate(themes):
        own = np.flatnonzero(theme == child)
        for parent in _above(name, parents):
            parts.append(own)
            codes.append(np.full(len(own), numbers[parent]))
    if len(parts) > 1:
        which = np.concatenate(parts)
        found, horizon = found.take(which), horizon[which]
        by_span = dict(zip(zip(found.start.tolist(), found.end.tolist()), horizon.tolist()))
        theme, found = _longest(np.concatenate(codes), found)
        horizon = np.array([by_span[span] for span in zip(found.start.tolist(), found.end.tolist())], dtype=np.int64)
    order = np.lexsort([theme, found.start])
    return theme[order], found.take(order), horizon[order]


def _above(theme: str, parents: dict[str, str]) -> list[str]:
    """The themes above a theme, each once."""
    above: list[str] = []
    while (theme := parents.get(theme, "")) and theme not in above:
        above.append(theme)
    return above


def _scopes(cells) -> list[str]:
    for row, cell in enumerate(cells, 2):
        if cell and cell not in SCOPES:
            raise InputError("no such scope", file="markers.csv", row=row, column="scope", value=cell, allowed=SCOPES)
    return list(cells)


def _compile_column(keys, cells, file: str, column: str, scopes=()) -> tuple[Pattern, ...]:
    compiled = []
    for row, (key, cell) in enumerate(zip(keys, cells), 2):
        scope = (scopes[row - 2] or SCOPES[0]) if len(scopes) else ""
        for pattern in filter(None, (part.strip() for part in str(cell).split(SEPARATOR))):
            try:
                compiled.append(Pattern(key, pattern, compile_pattern(pattern), scope))
            except (re.error, ValueError, RecursionError, OverflowError) as error:
                raise InputError(f"unusable pattern ({error})", file=file, row=row, column=column, value=pattern,
                                 allowed="word, word*, *word*, a phrase, 'a NEAR/5 b', or re:expression") from None  # fmt: skip
    return tuple(compiled)
