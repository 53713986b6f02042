"""Text without the people in it: contact details and names become pseudonyms before anything is written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

INTERVIEWER = "interviewer"
BETWEEN = r"[\s\-‐‑–.)]{0,3}"  # what people write between the digits of a telephone number
DATE = r"\d{1,2}([\-/.])\d{1,2}\1(?:19|20)\d\d(?!\d)"
YEAR = r"(?:19|20)\d\d"

# what is replaced, in this order: the longer forms first
CONTACTS = {
    "e-mail": re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"),
    "iban": re.compile(r"\bNL\d{2}\s?[A-Z]{4}(?:\s?\d){10}\b", re.IGNORECASE),
    "telefoon": re.compile(
        rf"(?<![\w/])(?<!\d[\-.])(?!{DATE})(?:\((?=0\d+\)))?(?:\+31|0031|0){BETWEEN}(?:\(0\){BETWEEN})?[1-9](?:{BETWEEN}\d){{7,8}}(?!\w)"
    ),
    # two capitals after a year are an abbreviation ("in 2024 AI"), unless a house number follows
    "postcode": re.compile(
        rf"\b(?!{YEAR}\s)[1-9]\d{{3}}\s?[A-Z]{{2}}\b(?:\s*\d+)?|\b[1-9]\d{{3}}\s?[A-Z]{{2}}\s+(?!{YEAR}\b)\d+\b"
    ),
}

PARTICLES = frozenset("aan bij d' da de del den der des di du el en het 'in in la le les op 's 't te ten ter tot uit van ver von voor zu".split())


def pseudonymise(text: str, names: Iterable[str] = ()) -> str:
    """A text with contact details and the given names of persons replaced.

    Parameters
    ----------
    text : str
    names : iterable of str
        Full names. A surname on its own is replaced too; a first name on its own as well.

    Returns
    -------
    str
        `[e-mail]`, `[telefoon]`, `[iban]`, `[postcode]`, `[naam]` in place of what was there.

    Examples
    --------
    >>> pseudonymise("Bel Jan de Wit, 06-12345678 of j.dewit@voorbeeld.nl.", ["Jan de Wit"])
    'Bel [naam], [telefoon] of [e-mail].'
    """
    for kind, pattern in CONTACTS.items():
        text = pattern.sub(f"[{kind}]", text)
    return name_pattern(names).sub("[naam]", text)


def name_pattern(names: Iterable[str]) -> re.Pattern:
    """A pattern for the forms a name can have: whole in any case, its surname with particles, each of its words.

    Words on their own are matched with their capitals, so that somebody called Bos leaves every other 'bos' alone,
    and somebody called De Lange 'de lange termijn'. 'Wit, Jan de' and 'Jan de Wit (HR)' are Jan de Wit.
    """
    forms: set[str] = set()
    for name in names:
        last, _, first = re.sub(r"\(.*?\)", " ", name).partition(",")
        parts = f"{first} {last}".split()
        words = [word for part in parts for word in re.split(r"[\-–]", part) if _is_name(word)]
        words += [part for part in parts if "-" in part and _is_name(part)]
        forms |= {_as_written(word) for word in words}
        surname = next((n for n, part in enumerate(parts) if n and part.casefold() in PARTICLES), len(parts))
        forms |= {" ".join(map(_as_written, parts[surname:]))} if surname < len(parts) else set()
        forms |= {f"(?i:{re.escape(' '.join(parts))})"} if len(parts) > 1 else set()
    longest = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest)})s?(?!\w)" if longest else r"(?!)")


def _is_name(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and not word.endswith(".") and word.casefold() not in PARTICLES


def _as_written(word: str) -> str:
    """A word of a name as it can stand in a text: a particle in any case, another with a capital or all in capitals."""
    if word.casefold() in PARTICLES:
        return f"(?i:{re.escape(word)})"
    capital = word.title() if word.isupper() else word
    plain = "".join(letter for letter in unicodedata.normalize("NFD", capital) if not unicodedata.combining(letter))
    return "(?:" + "|".join(re.escape(form) for form in dict.fromkeys([capital, plain, capital.upper(), plain.upper()])) + ")"


def pseudonymise_passages(
    passages: pd.DataFrame, names: Iterable[str] = (), interviewers: Iterable[str] = ()
) -> pd.DataFrame:
    """Passages without the people: speakers numbered per source, texts pseudonymised.

    Parameters
    ----------
    passages : DataFrame
        Columns source, speaker, text among others. Speakers are taken as names of persons in their own source.
    names : iterable of str
        Names of persons to replace in all texts.
    interviewers : iterable of str
        Names of those who ask.

    Returns
    -------
    DataFrame
        The same rows; `speaker` is "interviewer", or "spreker 1", "spreker 2", ... in order of appearance in the
        source.

    Examples
    --------
    >>> passages = pd.DataFrame({"source": ["a", "a"], "speaker": ["Jan de Wit", None], "text": ["Dag.", "Jan zei het."]})
    >>> pseudonymise_passages(passages)[["speaker", "text"]].values.tolist()
    [['spreker 1', 'Dag.'], [nan, '[naam] zei het.']]
    """
    asking = {name.casefold() for name in interviewers}
    known = [*names, *interviewers]
    parts = []
    for _, source in passages.groupby("source", sort=False):
        speakers = list(dict.fromkeys(source["speaker"].dropna()))
        told = [name for name in speakers if name.casefold() not in asking]
        numbers = dict.fromkeys(speakers, INTERVIEWER) | {name: f"spreker {number}" for number, name in enumerate(told, 1)}
        texts = [pseudonymise(text, known + speakers) for text in source["text"]]
        parts.append(source.assign(speaker=source["speaker"].map(numbers), text=texts))
    return pd.concat(parts).loc[passages.index] if parts else passages.copy()
