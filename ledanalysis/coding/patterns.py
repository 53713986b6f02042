"""The grammar of patterns: what an analyst writes in the codebook, made ready for searching folded texts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from ledanalysis.coding.folding import fold_pattern

NEAR = re.compile(r"^(?P<left>.+?) NEAR/(?P<words>\d+) (?P<right>.+)$", re.IGNORECASE)
ENDS = re.compile(r"[.!?]")  # what may end a sentence; a new line no pattern has
# points that end no sentence: of o.a. and d.w.z., and of words cut short
CUT_SHORT = "bijv bv incl excl evt resp ca nr dhr mevr mw dr drs ir mr prof".split()
ABBREVIATION = rf"(?<!\w)(?:[^\W\d_](?:\.[^\W\d_])+|{'|'.join(CUT_SHORT)})\."
# between two words of one sentence, and such a word
GAP = r"[^\w.!?\n]+"
WORD = rf"(?:{ABBREVIATION}|\w+(?:\.\w+)*)"
# what a star stands for: the rest of a word, with its hyphens and apostrophes, but not those that close a quotation
BEFORE, WITHIN, AFTER = r"(?:\w[\w\-']*)?", r"[\w\-']*", r"(?:[\w\-']*\w)?"


@dataclass(frozen=True)
class Search:
    """How a pattern is found in folded text.

    Attributes
    ----------
    literals : tuple of str
        What must stand in a text that the pattern is found in; of a pattern without an expression, all of it.
    left, right : bool
        Whether it may begin, or end, within a word (and then takes the whole word).
    expression : re.Pattern or None
        For what literals cannot tell.
    as_written : bool
        Whether the expression searches the text as it came (`re:`).
    in_sentence : bool
        Whether what it finds lies in one sentence: it has no sign that ends one.
    """

    literals: tuple[str, ...]
    left: bool = False
    right: bool = False
    expression: re.Pattern | None = None
    as_written: bool = False
    in_sentence: bool = False


def compile_pattern(pattern: str) -> Search:
    """Make a pattern ready.

    Raises
    ------
    ValueError
        If it cannot be used, with the reason (`re.error`, for one, is one).

    Examples
    --------
    >>> compile_pattern("*Loopbaan*")
    Search(literals=('loopbaan',), left=True, right=True, expression=None, as_written=False, in_sentence=False)
    >>> compile_pattern("leren NEAR/4 gewoon").literals
    ('leren', 'gewoon')
    """
    pattern = unicodedata.normalize("NFC", pattern)
    if pattern.startswith("re:"):
        return _as_written(pattern.removeprefix("re:"))
    if "|" in pattern:
        raise ValueError("patterns are separated by ' | ', with blanks")
    near = NEAR.match(pattern)
    if not near:
        return _phrase(pattern)
    sides = [_words(near[side]) for side in ("left", "right")]
    left, right = (_expression(words) for words in sides)
    between = rf"{GAP}(?:{WORD}{GAP}){{0,{near['words']}}}?"
    expression = re.compile(f"(?:{left}{between}{right}|{right}{between}{left})")
    return Search(_longest([word for words in sides for word in words]), expression=expression, in_sentence=not ENDS.search(pattern))


def literal_of(expression: str) -> str:
    """The longest run of plain letters that must stand in whatever an expression matches, in small letters; or "".

    Only what is plain is read: a run outside groups, classes and alternatives, without the letters that a quantifier
    may undo.

    Examples
    --------
    >>> literal_of(r"\\bdata (?:voor|van) bijeenkomst\\w*"), literal_of("trainees?"), literal_of("a|b")
    ('bijeenkomst', 'trainee', '')
    """
    if re.search(r"\(\?[aiLmsux\-]|\\[xuUN0-9]", expression):  # flags, and letters written as numbers
        return ""
    outside, depth, place = [], 0, 0
    step = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{[^}]*\}|.", re.DOTALL)
    while match := step.match(expression, place):
        place, part = match.end(), match[0]
        depth += (part == "(") - (part == ")")
        if depth == 0 and part == "|":
            return ""
        outside.append(part if depth == 0 and part != ")" else "\\")
    runs, run = [], ""
    for part, after in zip(outside, [*outside[1:], ""]):
        undone = after[:1] in ("*", "?", "{")
        plain = len(part) == 1 and part.isascii() and part.isalnum() and not undone
        run = run + part if plain else ""
        runs.append(run)
    return max(runs, key=len, default="").lower()


def _as_written(expression: str) -> Search:
    compiled = re.compile(expression, re.IGNORECASE)
    if compiled.search(""):
        raise ValueError("it matches where nothing stands")
    literal = literal_of(expression)
    return Search((literal,) if len(literal) > 2 else (), expression=compiled, as_written=True)


def _phrase(pattern: str) -> Search:
    words = _words(pattern)
    inner = " ".join(words).strip("*")
    if len(words) == 1 and len(inner) == 3 and inner.isalnum():
        return Search((inner,))  # three letters stand in too many words
    if "*" in inner:
        return Search(_longest(words), expression=re.compile(_expression(words)), in_sentence=not ENDS.search(pattern))
    return Search((inner,), left=words[0].startswith("*"), right=words[-1].endswith("*"))


def _words(phrase: str) -> list[str]:
    if re.search(r"\bNEAR\b", phrase) or re.search(r"\bnear/", phrase, re.IGNORECASE):
        raise ValueError("NEAR needs a whole number: NEAR/5")
    words = fold_pattern(phrase).split()
    for word in words:
        if not word.strip("*"):
            raise ValueError("a star alone matches everything")
        if "*" in word and len(word.strip("*")) <= 2:
            raise ValueError("two letters or fewer take no star")
    return words


def _longest(words: list[str]) -> tuple[str, ...]:
    """Of each word the longest part without a star."""
    return tuple(dict.fromkeys(max(word.split("*"), key=len) for word in words))


def _expression(words: list[str]) -> str:
    return " ".join(_word(word) for word in words)


def _word(word: str) -> str:
    left, right = word.startswith("*"), word.endswith("*")
    inner = WITHIN.join(re.escape(part) for part in word.strip("*").split("*"))
    return rf"(?<!\w){BEFORE if left else ''}{inner}{AFTER if right else ''}(?!\w)"
