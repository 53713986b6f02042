"""Passages to read for a theme: which there are, what is coded in them and what was decided of it, and their words as HTML."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from dataclasses import dataclass, field

import pandas as pd

from ledanalysis import coding
from ledanalysis.codebook import TABLES, Coding, read_table
from ledanalysis.codings import fingerprint
from ledanalysis.handcodes import own_passages
from ledanalysis.prepared import check_whole
from ledanalysis.study import Study
from ledanalysis.tables import read_table as read_processed

PAGE = 20  # passages on a page
HORIZONS = ("now", "future", "unstated")
KINDS = ("interview", "open_answer", "story", "suggestion", "webinar", "comment")  # those that have a label

Key = tuple[str, int]  # source, passage


@dataclass(frozen=True)
class Choice:
    """What to read; an empty text chooses all. `everything`: also passages in which the theme is not coded."""

    theme: str
    kind: str = ""
    horizon: str = ""
    clustering: str = ""
    cluster: str = ""
    undecided: bool = False
    everything: bool = False
    words: str = ""


@dataclass(frozen=True)
class Passage:
    """A passage as it stands in `data/processed`, and what was said before it."""

    source: str
    passage: int
    kind: str
    municipality: str
    speaker: str
    text: str
    before: str

    @property
    def key(self) -> Key:
        return self.source, self.passage


@dataclass(frozen=True)
class Mention:
    """A theme in a passage: as it counts now (`made`: "", "confirmed", "added"; None where it does not), and what codings.csv says of it.

    Attributes
    ----------
    theme : str
    start, end : int or None
        None for the passage as a whole.
    horizon : str
    made : str or None
    decision : Coding or None
    changed : bool
        The passage has changed since it was decided on.
    """

    theme: str
    start: int | None
    end: int | None
    horizon: str
    made: str | None
    decision: Coding | None = None
    changed: bool = False

    @property
    def state(self) -> str:
        """"open", "changed", "accepted", "rejected" or "withdrawn"."""
        if self.decision is None:
            return "withdrawn" if self.made else "open"
        return "changed" if self.changed else f"{self.decision.decision}ed"

    @property
    def pending(self) -> bool:
        """Whether the next `led prepare` will make something else of it."""
        state = self.state
        return state == "withdrawn" or (state == "accepted" and not self.made) or (state == "rejected" and self.made is not None)


@dataclass(frozen=True)
class Texts:
    """The passages that are coded, by source and passage in their order, and the mentions in each, but those of themes above others."""

    passages: dict[Key, Passage]
    mentions: dict[Key, list]
    members: dict[tuple[str, str], set[str]]  # municipalities of each clustering and cluster
    parents: dict[str, str] = field(default_factory=dict)

    def below(self, theme: str) -> set[str]:
        """A theme and the themes below it."""
        return {theme} | {child for child in self.parents if theme in coding.above(child, self.parents)}


def read_texts(study: Study) -> Texts:
    """The texts of a prepared study.

    Raises
    ------
    InputError
        `led prepare` has not been run, or not to its end.
    """
    check_whole(study)
    table, clusters = read_processed(study, "passages"), read_processed(study, "clusters")
    parents = {row.theme: row.parent for row in study.tables["themes"]}
    members = clusters.groupby(["clustering", "cluster"])["municipality"].agg(set).to_dict()
    return Texts(as_passages(table), own_mentions(read_processed(study, "mentions"), parents), members, parents)


def as_passages(table: pd.DataFrame) -> dict[Key, Passage]:
    """The passages that are coded, each with what stands before it in its source: mostly the question."""
    table = table.reset_index(drop=True)
    told = table["text"].astype("object")
    before = told.shift().where(table["source"].eq(table["source"].shift()) & (table["kind"] != "open_answer"), "")
    own = own_passages(table.assign(text=told, before=before)).astype("object")
    own = own.where(own.notna(), "")
    rows = own[["source", "passage", "kind", "municipality", "speaker", "text", "before"]].itertuples(index=False)
    return {(row.source, row.passage): Passage(row.source, int(row.passage), *row[2:]) for row in rows}


def own_mentions(table: pd.DataFrame, parents: dict[str, str]) -> dict[Key, list]:
    """The mentions of each passage, but those that stand there because a theme below theirs does."""
    places = defaultdict(set)
    for row in table.itertuples():
        places[row.source, row.passage, row.start, row.end].update(coding.above(row.theme, parents))
    found = defaultdict(list)
    for row in table.itertuples():
        if row.theme not in places[row.source, row.passage, row.start, row.end]:
            found[row.source, row.passage].append(row)
    return found


def decisions(study: Study) -> dict[Key, list[Coding]]:
    """What codings.csv says now, whoever wrote it, by source and passage."""
    path = study.codebook / "codings.csv"
    found = defaultdict(list)
    for row in read_table(path, *TABLES["codings"]) if path.exists() else ():
        found[row.source, row.passage].append(row)
    return found


def mentions_of(key: Key, theme: str, texts: Texts, decided: dict[Key, list[Coding]]) -> list[Mention]:
    """What is coded in a passage with a theme or one below it, or decided of it, in the order of the words."""
    return _mentions(key, texts.below(theme), texts, decided)


def _mentions(key: Key, themes: set[str], texts: Texts, decided: dict[Key, list[Coding]]) -> list[Mention]:
    if key not in texts.mentions and key not in decided:
        return []
    text = texts.passages[key].text
    rows = [row for row in decided.get(key, ()) if row.theme in themes]
    found, used = [], set()
    for row in (row for row in texts.mentions.get(key, ()) if row.theme in themes):
        meeting = [said for said in rows if said.theme == row.theme and said.meets(row.start, row.end)]
        said = min(meeting, key=lambda each: each.start is None, default=None)
        used |= {id(said)}
        found.append(_mention(row.theme, int(row.start), int(row.end), row.horizon, row.decided, said, text))
    alone = [said for said in rows if id(said) not in used and not (said.start is None and any(each.theme == said.theme for each in found))]
    found += [_mention(said.theme, said.start, said.end, said.horizon, None, said, text) for said in alone]
    return sorted(found, key=lambda each: (each.start is None, each.start or 0, each.theme))


def _mention(theme, start, end, horizon, made, said: Coding | None, text: str) -> Mention:
    changed = said is not None and said.fingerprint != fingerprint(said.source, text)
    if made is None and changed:
        start = end = None  # its words are no longer there
    if made == "added" and (start, end) == (0, len(text)):
        start = end = None
    return Mention(theme, start, end, horizon, made, said, changed)


def find(choice: Choice, texts: Texts, decided: dict[Key, list[Coding]]) -> list[Key]:
    """The passages to read, in the order of their sources.

    Parameters
    ----------
    choice : Choice
    texts : Texts
    decided : dict
        As `decisions` gives it.
    """
    words, themes = choice.words.casefold().split(), texts.below(choice.theme)
    members = texts.members.get((choice.clustering, choice.cluster), set()) if choice.cluster else None
    return [
        key for key, passage in texts.passages.items()
        if choice.kind in ("", passage.kind) and (members is None or passage.municipality in members)
        and all(word in passage.text.casefold() for word in words) and _asked_for(_mentions(key, themes, texts, decided), choice)
    ]  # fmt: skip


def _asked_for(mentions: list[Mention], choice: Choice) -> bool:
    if not mentions:
        return choice.everything and not choice.horizon
    if choice.horizon and not any(each.horizon == choice.horizon for each in mentions):
        return False
    return not choice.undecided or any(each.state in ("open", "changed", "withdrawn") for each in mentions)


def page(keys: list[Key], number: int) -> tuple[list[Key], int, int]:
    """The passages of a page, its number (from 1, the nearest that there is), and how many pages there are.

    Examples
    --------
    >>> keys = [("a", number) for number in range(45)]
    >>> [(len(part), at, of) for part, at, of in (page(keys, 1), page(keys, 9), page([], 1))]
    [(20, 1, 3), (5, 3, 3), (0, 1, 1)]
    """
    pages = max(1, -(-len(keys) // PAGE))
    number = min(max(number, 1), pages)
    return keys[(number - 1) * PAGE : number * PAGE], number, pages


def marked(text: str, mentions: list[Mention], labels: dict[str, str]) -> str:
    """A text as HTML, its coded words marked and each followed by its number and theme; all else is text.

    Examples
    --------
    >>> marked("Wel <data>!", [Mention("DATA", 5, 9, "now", "")], {"DATA": "Data & AI"})
    'Wel &lt;<mark>data<small> [1 Data &amp; AI]</small></mark>&gt;!'
    """
    places = [(number, each) for number, each in enumerate(mentions, 1) if each.start is not None]
    cuts = sorted({0, len(text), *(at for _, each in places for at in (each.start, each.end))})
    parts = []
    for start, end in zip(cuts, cuts[1:]):
        words = html.escape(text[start:end])
        if any(each.start < end and start < each.end for _, each in places):
            ends = "".join(f"<small> [{number} {html.escape(labels[each.theme])}]</small>" for number, each in places if each.end == end)
            words = f"<mark>{words}{ends}</mark>"
        parts.append(words)
    return "".join(parts)


def words_of(mention: Mention, text: str) -> str:
    """The words of a mention; "" for the passage as a whole."""
    return text[mention.start : mention.end] if mention.start is not None else ""


def place_of(words: str, text: str) -> list[tuple[int, int]]:
    """Where some words stand in a text, case and the width of blanks aside.

    Examples
    --------
    >>> place_of("data en", "Data  en AI, data en taal"), place_of(" ", "Data")
    ([(0, 8), (13, 20)], [])
    """
    pattern = r"\s+".join(map(re.escape, words.split()))
    return [found.span() for found in re.finditer(pattern, text, re.IGNORECASE)] if pattern else []
