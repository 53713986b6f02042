"""The codebook compiled: patterns and exclusions of themes, markers of horizon, made ready to be found in one pass."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from ledanalysis.coding.horizons import SCOPES
from ledanalysis.coding.patterns import Search, compile_pattern
from ledanalysis.coding.scan import Scanner, make_scanner
from ledanalysis.errors import InputError

SEPARATOR = " | "


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
