"""Text without the people in it: contact details and names become pseudonyms before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

INTERVIEWER = "interviewer"

# what is replaced, in this order: the longer forms first
CONTACTS = {
    "e-mail": re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"),
    "iban": re.compile(r"\bNL\d{2}\s?[A-Z]{4}(?:\s?\d){10}\b"),
    "telefoon": re.compile(r"(?<![\w/])(?:\+31|0031|0)[\s\-]?(?:\(0\))?[1-9](?:[\s\-]?\d){7,8}(?!\w)"),
    "postcode": re.compile(r"\b[1-9]\d{3}\s?[A-Z]{2}\b(?:\s*\d+)?"),
}


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
    """A pattern for the forms a name can have: whole in any case, its first name, its surname, its last word.

    Single words are matched as written, so that somebody called Bos leaves every other 'bos' alone.
    """
    whole, words = set(), set()
    for name in filter(None, (name.strip() for name in names)):
        parts = name.split()
        whole |= {name, " ".join(parts[1:])} if len(parts) > 2 else {name}
        words |= {parts[0], parts[-1]} if len(parts) > 1 else set()
    words |= {word.title() for word in words if word.isupper()}
    single = "|".join(re.escape(word) for word in sorted(words) if len(word) > 1)
    full = "|".join(re.escape(name) for name in sorted(whole, key=lambda name: (-len(name), name)))
    either = "|".join(filter(None, (f"(?i:{full})" if full else "", single)))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)" if either else r"(?!)")


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
