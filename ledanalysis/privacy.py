"""Text without the people in it: contact details and names become pseudonyms before anything is written."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

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
    forms = name_forms(names)
    if forms:
        text = re.sub(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)", "[naam]", text)
    return text


def name_forms(names: Iterable[str]) -> list[str]:
    """The forms a name can have in a text: whole, its first word, its last; longest first, so that whole goes first."""
    forms = set()
    for name in filter(None, (name.strip() for name in names)):
        words = name.split()
        forms |= {name, words[0], words[-1]} | ({" ".join(words[1:])} if len(words) > 1 else set())
    return sorted((form for form in forms if len(form) > 1), key=lambda form: (-len(form), form))


def pseudonymise_passages(passages: pd.DataFrame, names: Iterable[str] = ()) -> pd.DataFrame:
    """Passages without the people: speakers numbered per source, texts pseudonymised.

    Parameters
    ----------
    passages : DataFrame
        Columns source, speaker, text among others. Speakers are taken as names of persons in their own source.
    names : iterable of str
        Names of persons to replace in all texts.

    Returns
    -------
    DataFrame
        The same rows; `speaker` is "spreker 1", "spreker 2", ... in order of appearance in the source.

    Examples
    --------
    >>> passages = pd.DataFrame({"source": ["a", "a"], "speaker": ["Jan de Wit", None], "text": ["Dag.", "Jan zei het."]})
    >>> pseudonymise_passages(passages)[["speaker", "text"]].values.tolist()
    [['spreker 1', 'Dag.'], [nan, '[naam] zei het.']]
    """
    known = list(names)
    parts = []
    for _, source in passages.groupby("source", sort=False):
        speakers = list(dict.fromkeys(source["speaker"].dropna()))
        numbers = {name: f"spreker {number}" for number, name in enumerate(speakers, 1)}
        texts = [pseudonymise(text, known + speakers) for text in source["text"]]
        parts.append(source.assign(speaker=source["speaker"].map(numbers), text=texts))
    return pd.concat(parts).loc[passages.index] if parts else passages.copy()
