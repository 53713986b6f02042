"""Themes read in text: the codebook's patterns compiled once, passages in, mentions out.

A pattern is a word (`loopbaan`), a word with stars (`loopbaan*`, `*loopbaan*`), a phrase (`lerende organis*`),
two of these within some words of each other (`leren NEAR/4 gewoon`), or a regular expression (`re:...`).
Case does not matter; hyphens and apostrophes of every kind are alike. A pattern without a star is a whole word.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import pandas as pd

from ledanalysis.errors import InputError

MENTIONS = ["source", "municipality", "passage", "theme", "horizon", "pattern", "start", "end"]
SEPARATOR = " | "
NEAR = re.compile(r"^(?P<left>.+?) NEAR/(?P<words>\d+) (?P<right>.+)$", re.IGNORECASE)
# points that end no sentence: of o.a. and d.w.z., of words cut short, and within a word or a number (2.5)
ABBREVIATION = r"(?<!\w)(?:[^\W\d_](?:\.[^\W\d_])+|bijv|bv|incl|excl|evt|resp|ca|nr|dhr|mevr|mw|dr|drs|ir|mr|prof)\."
SENTENCE = re.compile(rf"(?:{ABBREVIATION}|\w+|[^\w.!?\n]|\.(?=\w))+[.!?\n]*", re.IGNORECASE)
# what a star stands for: the rest of a word, with its hyphens and apostrophes
REST = r"[\w\-‐‑’']*"
# between two words of one sentence, and such a word
GAP = r"[^\w.!?\n]+"
WORD = rf"(?:{ABBREVIATION}|\w+(?:\.\w+)*)"


@dataclass(frozen=True)
class Pattern:
    theme: str
    pattern: str
    regex: re.Pattern


@dataclass(frozen=True)
class Codebook:
    """The codebook's words, compiled: patterns and exclusions of themes, markers of horizon, parents of themes."""

    patterns: tuple[Pattern, ...]
    exclusions: tuple[Pattern, ...]
    markers: tuple[Pattern, ...]
    parents: dict[str, str]


def compile_codebook(themes: pd.DataFrame, markers: pd.DataFrame | None = None) -> Codebook:
    """Compile the patterns of the themes.

    Parameters
    ----------
    themes : DataFrame
        Columns theme, patterns, and, if there, parent and exclusions; several patterns in a cell are separated
        by ` | `.
    markers : DataFrame, optional
        Columns horizon ("now", "future", or "none" for words that say that something is no theme) and pattern.

    Returns
    -------
    Codebook

    Raises
    ------
    InputError
        A pattern that cannot be used, with its row in themes.csv or markers.csv.

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
    return Codebook(
        patterns=_compile_column(themes["theme"], themes["patterns"], "themes.csv", "patterns"),
        exclusions=_compile_column(themes["theme"], exclusions, "themes.csv", "exclusions"),
        markers=_compile_column(marked["horizon"], marked["pattern"], "markers.csv", "pattern"),
        parents={theme: parent for theme, parent in parents.items() if parent},
    )


def code_passages(passages: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Find the themes in passages, and whether they are said of now or of the coming years.

    Parameters
    ----------
    passages : DataFrame
        Columns source, municipality, passage, text (NFC, as `reading.read_passages` gives it).
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
    rows = [
        (row.source, row.municipality, row.passage, *mention)
        for row in passages.itertuples()
        for mention in _mentions(row.text, codebook)
    ]
    return pd.DataFrame(rows, columns=MENTIONS).astype({"start": "int64", "end": "int64"})


def _mentions(text: str, codebook: Codebook):
    found = [(p.theme, *m.span(), p.pattern) for p in codebook.patterns for m in p.regex.finditer(text)]
    if not found:
        return
    excluded = [(p.theme, *m.span()) for p in codebook.exclusions for m in p.regex.finditer(text)]
    sentences = [m.span() for m in SENTENCE.finditer(text)]
    markers = [(p.theme, *m.span()) for p in codebook.markers for m in p.regex.finditer(text)]
    kept: list[tuple] = []
    for theme, start, end, pattern in sorted(found, key=lambda f: (f[0], f[1] - f[2], f[1])):
        if any(t == theme and s < end and start < e for t, s, e in excluded):
            continue
        if any(t == theme and s < end and start < e for t, s, e, _ in kept):
            continue  # the longest pattern of the theme has this word already
        kept.append((theme, start, end, pattern))
    for theme, start, end, pattern in sorted(kept, key=lambda k: (k[1], k[0])):
        horizon = _horizon(start, end, sentences, markers)
        if horizon != "none":
            for code in _with_parents(theme, codebook.parents):
                yield code, horizon, pattern, start, end


def _horizon(start: int, end: int, sentences: list[tuple[int, int]], markers: list[tuple]) -> str:
    """The horizon of the marker nearest to a mention within its sentence; denial goes before all."""
    first, last = next(((s, e) for s, e in sentences if s <= start < e), (start, end))
    near = [(max(s - end, start - e), horizon) for horizon, s, e in markers if first <= s < last]
    if any(horizon == "none" for _, horizon in near):
        return "none"
    return min(near)[1] if near else "unstated"


def _with_parents(theme: str, parents: dict[str, str]):
    seen = set()
    while theme and theme not in seen:
        yield theme
        seen.add(theme)
        theme = parents.get(theme, "")


def _compile_column(keys, cells, file: str, column: str) -> tuple[Pattern, ...]:
    compiled = []
    for row, (key, cell) in enumerate(zip(keys, cells), 2):
        for pattern in filter(None, (part.strip() for part in str(cell).split(SEPARATOR))):
            try:
                compiled.append(Pattern(key, pattern, re.compile(_regex(pattern), re.IGNORECASE)))
            except (re.error, ValueError) as error:
                raise InputError(f"unusable pattern ({error})", file=file, row=row, column=column, value=pattern,
                                 allowed="word, word*, *word*, a phrase, 'a NEAR/5 b', or re:expression") from None  # fmt: skip
    return tuple(compiled)


def _regex(pattern: str) -> str:
    pattern = unicodedata.normalize("NFC", pattern)
    if pattern.startswith("re:"):
        if re.search(pattern[3:], ""):
            raise ValueError("it matches where nothing stands")
        return pattern[3:]
    if "|" in pattern:
        raise ValueError("patterns are separated by ' | ', with blanks")
    near = NEAR.match(pattern)
    if not near:
        return _phrase(pattern)
    left, right = _phrase(near["left"]), _phrase(near["right"])
    between = rf"{GAP}(?:{WORD}{GAP}){{0,{near['words']}}}?"
    return f"(?:{left}{between}{right}|{right}{between}{left})"


def _phrase(phrase: str) -> str:
    if re.search(r"\bNEAR\b", phrase) or re.search(r"\bnear/", phrase, re.IGNORECASE):
        raise ValueError("NEAR needs a whole number: NEAR/5")
    return r"[^\S\n]+".join(_word(word) for word in phrase.split())


def _word(word: str) -> str:
    if not word.strip("*"):
        raise ValueError("a star alone matches everything")
    if "*" in word and len(word.strip("*")) <= 2:
        raise ValueError("two letters or fewer take no star")
    parts = [_letters(part) for part in word.split("*")]
    return r"(?<!\w)" + REST.join(parts) + r"(?!\w)"


def _letters(part: str) -> str:
    classes = {"-": "[-‐‑–]", "'": "['’‘`]", "’": "['’‘`]"}
    return "".join(classes.get(letter, re.escape(letter)) for letter in part)
