"""Text without the people in it: contact details and names become stable pseudonyms before anything is written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ledanalysis.contacts import replace_contacts, replace_handles
from ledanalysis.known_names import Known, Mention, Name, parse_name
from ledanalysis.name_lists import fold
from ledanalysis.persons import find_persons

INTERVIEWER = "interviewer"
KEY = ["pseudonym", "name", "source"]
Identity = tuple[str, ...]


def pseudonymise(text: str, names: Iterable[str] = (), places: Iterable[str] = ()) -> str:
    """A text with contact details and names of persons replaced.

    Parameters
    ----------
    text : str
    names : iterable of str
        Full names of persons who are known. Their surname on its own is replaced too, and their first name.
    places : iterable of str
        Names of municipalities, which stay unless they are part of a person's name.

    Returns
    -------
    str
        `[persoon 1]`, `[e-mail]`, `[telefoon]` and so on in place of what was there: see `contacts`.

    Examples
    --------
    >>> pseudonymise("Bel Jan de Wit, 06-12345678 of j.dewit@voorbeeld.nl. Jan weet het.")
    'Bel [persoon 1], [telefoon] of [e-mail]. [persoon 1] weet het.'
    """
    texts = pd.DataFrame({"source": [""], "text": [text]})
    return pseudonymise_texts(texts, Known(tuple(names), frozenset(places)))[0].iloc[0]


def pseudonymise_passages(
    passages: pd.DataFrame, names: Iterable[str] = (), interviewers: Iterable[str] = (), places: Iterable[str] = ()
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
    places : iterable of str
        Names of municipalities.

    Returns
    -------
    DataFrame
        The same rows; `speaker` is "interviewer", or "spreker 1", "spreker 2", ... in order of appearance in the
        source.

    Examples
    --------
    >>> passages = pd.DataFrame({"source": ["a", "a"], "speaker": ["Jan de Wit", None], "text": ["Dag.", "Jan zei het."]})
    >>> pseudonymise_passages(passages)[["speaker", "text"]].values.tolist()
    [['spreker 1', 'Dag.'], [nan, '[persoon 1] zei het.']]
    """
    known = Known(tuple(names), frozenset(places))
    texts, _ = pseudonymise_texts(passages, known, interviewers)
    return passages.assign(text=texts, speaker=number_speakers(passages, interviewers))


def number_speakers(passages: pd.DataFrame, interviewers: Iterable[str] = ()) -> pd.Series:
    """The speakers of each source as "interviewer" or "spreker 1", "spreker 2", ... in order of appearance.

    Examples
    --------
    >>> number_speakers(pd.DataFrame({"source": ["a", "a"], "speaker": ["Piet Bos", "Jan de Wit"]}), ["piet bos"]).tolist()
    ['interviewer', 'spreker 1']
    """
    asking = {name.casefold() for name in interviewers}
    known = passages["speaker"].dropna()
    told = pd.DataFrame({"source": passages["source"][known.index], "speaker": known})[~known.str.casefold().isin(asking)]
    first = told.drop_duplicates()
    numbers = first.assign(number=first.groupby("source").cumcount() + 1).set_index(["source", "speaker"])["number"]
    named = [
        float("nan") if pd.isna(speaker) else f"spreker {numbers[source, speaker]}" if (source, speaker) in numbers.index else INTERVIEWER
        for source, speaker in zip(passages["source"], passages["speaker"], strict=True)
    ]
    return pd.Series(named, index=passages.index, dtype="str")


def pseudonymise_texts(texts: pd.DataFrame, known: Known, interviewers: Iterable[str] = ()) -> tuple[pd.Series, pd.DataFrame]:
    """Texts without persons, and the key to who they were.

    Parameters
    ----------
    texts : DataFrame
        source, text, and perhaps speaker. 'Jan' or 'mevrouw De Wit' is Jan de Wit where the source names no other whom
        it can be; in another source somebody called Jan is another person. A full name is the same person everywhere.
    known : Known
        Persons who may be named in any source, places, and words that are no names.
    interviewers : iterable of str
        Become `[interviewer]` where no one else can be meant.

    Returns
    -------
    texts : Series of str
        With the index of `texts`. Persons are numbered through all sources in the order of a hash of who they are, so
        that the numbers do not depend on the order of the texts and do not follow the alphabet.
    key : DataFrame
        pseudonym, name (as it was written, the longest first), source (of those known in one source only).

    Examples
    --------
    >>> said = pd.DataFrame({"source": ["a", "a", "b"], "text": ["Ik ken Jan de Wit.", "Jan ook.", "Jan de Wit belde."]})
    >>> pseudonymise_texts(said, Known())[0].tolist()
    ['Ik ken [persoon 1].', '[persoon 1] ook.', '[persoon 1] belde.']
    """
    asking = [name for text in interviewers if (name := parse_name(text))]
    known = replace(known, names=(*known.names, *interviewers))
    clean = texts["text"].map(replace_contacts)
    speakers = texts["speaker"] if "speaker" in texts else pd.Series(None, index=texts.index, dtype="object")
    found: dict[int, list[tuple[Mention, Identity]]] = {}
    for source, rows in pd.Series(range(len(texts))).groupby(texts["source"].to_numpy(), sort=False):
        spoken = tuple(dict.fromkeys(speakers.iloc[rows].dropna()))
        found |= _in_source(str(source), clean.iloc[rows].tolist(), rows.tolist(), replace(known, names=(*known.names, *spoken)), known)
    numbers = _numbered({who for mentions in found.values() for _, who in mentions}, asking)
    replaced = [_replaced(text, found.get(at, []), numbers) for at, text in enumerate(clean)]
    return pd.Series(replaced, index=texts.index, dtype="str"), _key(clean, found, numbers)


def _in_source(source: str, texts: Sequence[str], rows: Sequence[int], known: Known, everywhere: Known):
    """The mentions in the texts of one source by their row, with who they are; those found once are looked for again."""
    first = [find_persons(text, known) for text in texts]
    seen = {mention.name for mentions in first for mention in mentions}
    more = seen - {name for name in seen if set(name.given + name.family) <= known.alone}
    if more:
        known = replace(known, found=tuple(sorted(more)))
        words = {word for name in more for word in (*name.given, *name.family)}
        told = re.compile("|".join(map(re.escape, sorted(words))))  # a text with none of them has nothing more to give
        first = [find_persons(text, known) if told.search(fold(text)) else mentions for text, mentions in zip(texts, first, strict=True)]
    here = {mention.name for mentions in first for mention in mentions} | set(known.persons)
    who = _Linked.of(here - (set(everywhere.persons) - seen), set(everywhere.persons))
    return {row: [(mention, who.identity(mention.name, source)) for mention in mentions] for row, mentions in zip(rows, first, strict=True) if mentions}


@dataclass(frozen=True)
class _Linked:
    """Whom a part of a name can mean in one source: full names, names with initials, those known everywhere."""

    full: tuple[Name, ...]
    short: tuple[Name, ...]
    everywhere: tuple[Name, ...]

    @classmethod
    def of(cls, here: set[Name], everywhere: set[Name]) -> _Linked:
        full = {name for name in here if name.full}
        short = {name for name in here if name.given and name.family and not name.full and not name.single}
        return cls(tuple(sorted(full)), tuple(sorted(short)), tuple(sorted(name for name in everywhere if name.full)))

    def identity(self, name: Name, source: str) -> Identity:
        if name.full:
            return ("", *name.given[:1], "|", *name.family)
        for candidates in (self.full, self.everywhere, self.short if not (name.given and name.family) or name.single else ()):
            fitting = {candidate for candidate in candidates if _may_be(name, candidate)}
            people = {(candidate.given[:1], candidate.family) for candidate in fitting}
            if len(people) == 1:
                return self.identity(fitting.pop(), source)
            if people:
                break
        return (source, *name.given, "|", *name.family)


def _may_be(part: Name, whole: Name) -> bool:
    """Whether a name as it is used can be short for another."""
    if part.single:
        return part.given[0] in (*whole.given, *whole.family) or part.given[0] == "".join(whole.given)
    family = set(part.family) <= set(whole.family) or set(whole.family) <= set(part.family)
    return family and (not part.given or whole.given[0].startswith(part.given[0]) or part.given[0].startswith(whole.given[0]))


def _numbered(people: set[Identity], asking: Sequence[Name]) -> dict[Identity, str]:
    """A pseudonym for each: in the order of a hash, which tells nothing of the name and is the same each time."""
    ask = {_Linked((), (), ()).identity(name, "") for name in asking}
    order = sorted(people - ask, key=lambda who: hashlib.sha256("\t".join(who).encode()).hexdigest())
    return {who: f"[persoon {number}]" for number, who in enumerate(order, 1)} | dict.fromkeys(people & ask, f"[{INTERVIEWER}]")


def _replaced(text: str, mentions: Sequence[tuple[Mention, Identity]], numbers: dict[Identity, str]) -> str:
    parts, done = [], 0
    for mention, who in mentions:
        parts += [text[done : mention.start], numbers[who]]
        done = mention.end
    return replace_handles("".join([*parts, text[done:]]))


def _key(texts: pd.Series, found, numbers: dict[Identity, str]) -> pd.DataFrame:
    """Who is behind each pseudonym, by the ways the name was written; empty where nobody was named."""
    rows = {
        (numbers[who], " ".join(texts.iloc[at][mention.start : mention.end].split()), who[0])
        for at, mentions in found.items() for mention, who in mentions
    }  # fmt: skip
    key = pd.DataFrame(sorted(rows), columns=KEY, dtype="str")
    order = pd.DataFrame({"number": key["pseudonym"].str.extract(r"(\d+)")[0].astype("float64"), "length": -key["name"].str.len(), "name": key["name"]})
    return key.loc[order.sort_values(["number", "length", "name"]).index].reset_index(drop=True)
