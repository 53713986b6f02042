"""What readers decided of codes, `codings.csv`: rejected ones are no mentions, accepted ones are, each where its passage is as it was read.

A decision is on the words from start to end, or on the theme in the passage as a whole; of two that meet the same words
that on the words counts. What the program finds by itself is coded first: see `prepare.code`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ledanalysis import cleaning, coding
from ledanalysis.codebook import Coding
from ledanalysis.errors import InputError
from ledanalysis.handcodes import own_passages
from ledanalysis.study import Study

BY_HAND = "(by hand)"  # stands as the pattern of what the program had not found
CONFIRMED, ADDED = "confirmed", "added"  # of a mention: whether somebody decided that it is one; else ""
MENTIONS = [*coding.MENTIONS, "decided"]
KEY = ["source", "passage"]


@dataclass(frozen=True)
class Held:
    """Decisions held to the passages.

    Attributes
    ----------
    live : tuple of Coding
        Those that apply.
    changed : tuple of InputError
        Of those whose passage has other words by now: left as they are, and not applied.
    faults : tuple of InputError
        No such source or passage, an interviewer's words, words outside the passage.
    """

    live: tuple[Coding, ...] = ()
    changed: tuple[InputError, ...] = ()
    faults: tuple[InputError, ...] = ()


def fingerprint(source: str, text: str) -> str:
    """What changes when a passage's text does; it begins with a letter, so that a spreadsheet takes it for no number.

    Examples
    --------
    >>> fingerprint("interview_002", "Data en AI.")
    'ha6c68a5d'
    """
    return "h" + hashlib.sha256(f"{source}\n{text}".encode(errors="surrogatepass")).hexdigest()[:8]


def hold(study: Study, passages: pd.DataFrame) -> Held:
    """Hold each row of codings.csv to its passage.

    Parameters
    ----------
    study : Study
    passages : DataFrame
        source, kind, speaker, passage, text: as in `data/processed`.
    """
    if not study.tables["codings"]:
        return Held()
    texts = dict(zip(zip(passages["source"], passages["passage"]), passages["text"]))
    own = own_passages(passages)
    spoken = set(zip(own["source"], own["passage"]))
    live, changed, faults = [], [], []
    for row in study.tables["codings"]:
        text = texts.get((row.source, row.passage))
        if fault := _fault(row, text, texts, spoken):
            faults.append(fault)
        elif row.fingerprint != fingerprint(row.source, text):
            changed.append(_changed(row, text, texts))
        else:
            live.append(row)
    return Held(tuple(live), tuple(changed), tuple(faults))


def _fault(row: Coding, text: str | None, texts: dict, spoken: set) -> InputError | None:
    place = dict(file="codings.csv", row=row._line)
    sources = {source for source, _ in texts}
    if row.source not in sources:
        return InputError("no such source", **place, column="source", value=row.source, allowed=sorted(sources))
    if text is None:
        numbers = [number for source, number in texts if source == row.source]
        return InputError("no such passage", **place, column="passage", value=row.passage, allowed=f"{min(numbers)}-{max(numbers)}")
    if (row.source, row.passage) not in spoken:
        return InputError("an interviewer's words, or a note in the margin: they are not coded", **place, column="passage", value=row.passage)
    if row.fingerprint == fingerprint(row.source, text) and (row.end or 0) > len(text):
        return InputError("outside the passage", **place, column="end", value=row.end, allowed=f"1-{len(text)}")
    return None


def _changed(row: Coding, text: str, texts: dict) -> InputError:
    moved = [str(number) for (source, number), other in texts.items() if source == row.source and fingerprint(source, other) == row.fingerprint]
    now = f"passage {', '.join(moved)}, which has those words now; or " if moved else ""
    return InputError(f"passage {row.passage} of {row.source} has other words than {row.decided_by} read, so this is not applied: decide again",
                      file="codings.csv", row=row._line, column="fingerprint", value=row.fingerprint,
                      allowed=f"{now}{fingerprint(row.source, text)} once it has been read again")  # fmt: skip


def decide(found: pd.DataFrame, passages: pd.DataFrame, study: Study, book: coding.Codebook) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The mentions as readers decided.

    Parameters
    ----------
    found : DataFrame
        What the program finds by itself: as `coding.code_passages` gives it.
    passages : DataFrame
        source, kind, municipality, speaker, passage, text.
    study : Study
    book : Codebook
        With which it was found.

    Returns
    -------
    mentions : DataFrame
        `MENTIONS`: of what the program had not found the pattern is `BY_HAND`, and the place is that of the chosen words or the whole
        passage; decided is "confirmed", "added" or "". Themes above a theme are mentioned where it is.
    log : DataFrame
        For the cleaning log; no rows without decisions.

    Raises
    ------
    InputError
        The first of `Held.faults`.
    """
    held = hold(study, passages)
    if held.faults:
        raise held.faults[0]
    decisions: dict[tuple, list[Coding]] = defaultdict(list)
    for row in held.live:
        decisions[row.source, row.passage].append(row)
    own = own_passages(passages)
    keys = list(zip(own["source"], own["passage"]))
    read = own[np.array([key in decisions for key in keys], dtype=bool)]
    alone = coding.code_passages(read, replace(book, parents={}))
    here = dict(list(alone.groupby(KEY)))
    untouched = np.array([key not in decisions for key in zip(found["source"], found["passage"])], dtype=bool)
    parts = [found[untouched].assign(decided="")]
    for passage in read.itertuples():
        key = (passage.source, passage.passage)
        decided = _decided(here.get(key, alone.head(0)), passage.text, decisions[key], book)
        parts.append(decided.assign(source=key[0], municipality=passage.municipality, passage=key[1]))
    place = {key: at for at, key in enumerate(keys)}
    mentions = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    order = [place[key] for key in zip(mentions["source"], mentions["passage"])]
    mentions = mentions.assign(_at=order).sort_values(["_at", "start", "theme", "end"], kind="stable", ignore_index=True)
    mentions = mentions[MENTIONS].astype(found.dtypes.to_dict() | {"decided": "str"})
    return mentions, _log(found, mentions, held, study)


def _decided(own: pd.DataFrame, text: str, decisions: list[Coding], book: coding.Codebook) -> pd.DataFrame:
    """The mentions of one passage."""
    nearest = [_nearest(row, decisions) for row in own.itertuples()]
    left = own[np.array([said is None or said.decision == "accept" for said in nearest], dtype=bool)]
    confirmed = {
        (row.theme, row.start, row.end): said.horizon or row.horizon
        for row, said in zip(own.itertuples(), nearest) if said is not None and said.decision == "accept"
    }  # fmt: skip
    mentions = coding.with_ancestors(left, book)
    grounds = [_ground(row, confirmed, book) for row in mentions.itertuples()]
    mentions = mentions.assign(decided=[CONFIRMED if ground else "" for ground in grounds],
                               horizon=[confirmed[ground] if ground else said for ground, said in zip(grounds, mentions["horizon"])])  # fmt: skip
    added = [row for row in _added(left, text, decisions, book) if not _stands(row, mentions)]
    return pd.concat([mentions, pd.DataFrame(added, columns=list(mentions.columns))], ignore_index=True) if added else mentions


def _nearest(mention, decisions: list[Coding]) -> Coding | None:
    """The decision on a mention: on its words, or else on its theme in the passage."""
    meeting = [row for row in decisions if row.theme == mention.theme and row.meets(mention.start, mention.end)]
    return min(meeting, key=lambda row: row.start is None, default=None)


def _ground(mention, confirmed: dict, book: coding.Codebook) -> tuple | None:
    """Which confirmed mention a mention is, or stands above."""
    place = (mention.start, mention.end)
    if (mention.theme, *place) in confirmed:
        return mention.theme, *place
    return next((key for key in confirmed if key[1:] == place and mention.theme in coding.above(key[0], book.parents)), None)


def _added(left: pd.DataFrame, text: str, decisions: list[Coding], book: coding.Codebook) -> list[tuple]:
    """What is accepted and was not found, and the themes above it: theme, horizon, pattern, start, end, decided."""
    there = [(row.theme, row.start, row.end) for row in left.itertuples()]
    added = []
    for row in sorted(decisions, key=lambda row: row.start is None):
        start, end = (row.start, row.end) if row.start is not None else (0, len(text))
        if row.decision == "reject" or any(theme == row.theme and row.meets(*place) for theme, *place in there):
            continue
        there.append((row.theme, start, end))
        horizon = row.horizon or coding.horizon_of(text, start, end, book)
        added += [(theme, horizon, BY_HAND, start, end, ADDED) for theme in (row.theme, *coding.above(row.theme, book.parents))]
    return list(dict.fromkeys(added))


def _stands(row: tuple, mentions: pd.DataFrame) -> bool:
    return ((mentions["theme"] == row[0]) & (mentions["start"] == row[3]) & (mentions["end"] == row[4])).any()


def _log(found: pd.DataFrame, mentions: pd.DataFrame, held: Held, study: Study) -> pd.DataFrame:
    """How many decisions there are, and what they take and give."""
    said = [row.decision for row in held.live]
    added = int((mentions["decided"] == ADDED).sum())
    left = len(mentions) - added
    rows = [
        ("codings_rejected", len(found), left, study.text("log_codings_rejected", count=said.count("reject"))),
        ("codings_accepted", left, len(mentions), study.text("log_codings_accepted", count=said.count("accept"), added=added)),
    ]
    if held.changed:
        rows.append(("codings_changed", len(mentions), len(mentions), study.text("log_codings_changed", count=len(held.changed))))
    return pd.DataFrame(rows if said or held.changed else [], columns=cleaning.LOG)
