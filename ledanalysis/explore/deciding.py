"""Decisions of who reads, written at once: on codes in codings.csv, on proposed themes in themes.csv and proposals.csv; and how to take one back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from ledanalysis import coding
from ledanalysis.codebook import Coding
from ledanalysis.codebook_writing import append_row, remove_row, replace_row
from ledanalysis.codings import fingerprint
from ledanalysis.errors import InputError
from ledanalysis.explore.passages import Mention, Passage, Texts, place_of
from ledanalysis.study import Study

Undo = Callable[[], object]


def decide(study: Study, passage: Passage, mention: Mention, decision: str, by: str, note: str = "", horizon: str = "") -> Undo:
    """Write what somebody decided of a theme in a passage; an earlier decision on the same words makes way.

    Parameters
    ----------
    study : Study
    passage : Passage
        As it was read: its text goes into the codebook as a fingerprint only.
    mention : Mention
        The theme and its words; with the decision that was there, if any.
    decision : {"accept", "reject"}
    by, note : str
        The note is the reader's own, and goes into the codebook as it is.
    horizon : str
        Of what is accepted; empty: as its words say.

    Returns
    -------
    callable
        Takes the decision back.

    Raises
    ------
    InputError
        Nobody says who decides, or codings.csv cannot be written: see `codebook_writing`.
    """
    row = {
        "source": passage.source, "passage": passage.passage, "start": mention.start, "end": mention.end, "theme": mention.theme, "decision": decision,
        "horizon": horizon if decision == "accept" else "", **_who(by, "codings.csv"), "fingerprint": fingerprint(passage.source, passage.text), "note": note.strip(),
    }  # fmt: skip
    before = mention.decision
    if before is not None and (before.start is not None or mention.start is None):  # else it is on the passage as a whole, and stays
        old = before.model_dump()
        replace_row(study, "codings", _where(old), row)
        return lambda: replace_row(study, "codings", _where(row), old)
    append_row(study, "codings", row)
    return lambda: remove_row(study, "codings", _where(row))


def assign(study: Study, passage: Passage, theme: str, words: str, mentions: list[Mention], by: str, note: str = "", horizon: str = "") -> Undo:
    """Give a passage, or some words of it, a theme that the program had not found there; see `decide`.

    Parameters
    ----------
    words : str
        As they stand in the passage; empty for the passage as a whole.
    mentions : list of Mention
        What is coded there, or decided of it: a decision on the same words makes way.

    Raises
    ------
    InputError
        The passage does not have these words, or has them more than once.
    """
    place: tuple[int | None, int | None] = (None, None)
    if words.strip():
        places = place_of(words, passage.text)
        if not places:
            raise InputError("not in the passage", column="words", value=words.strip())
        if len(places) > 1:
            raise InputError("more than once in the passage: take some words around them", column="words", value=words.strip())
        [place] = places
    here = [each for each in mentions if each.theme == theme and each.decision is not None and (each.decision.start is None) == (place[0] is None)]
    met = next((each.decision for each in here if place[0] is None or each.decision.meets(*place)), None)
    return decide(study, passage, Mention(theme, *place, horizon, None, met), "accept", by, note, horizon)


def withdraw(study: Study, decision: Coding) -> Undo:
    """Take a decision out of codings.csv: what the program finds counts again."""
    row = decision.model_dump()
    remove_row(study, "codings", _where(row))
    return lambda: append_row(study, "codings", row)


def accept_theme(study: Study, term: str, theme: dict, by: str, note: str = "", seen: str | None = None) -> Undo:
    """Put a proposed theme into themes.csv, and who accepted it into proposals.csv.

    Parameters
    ----------
    study : Study
    term : str
        As it was proposed.
    theme : dict
        The row of themes.csv. The survey did not offer the theme: asked is "no".
    by, note : str
    seen : str, optional
        The `codebook_writing.version` of themes.csv that the row was made with.

    Returns
    -------
    callable
        Takes both out again.

    Raises
    ------
    InputError
        The row does not fit, its patterns cannot be used, somebody saved themes.csv since, or nobody says who accepts.
    """
    said = {"term": term, "decision": "accept", "theme": theme["theme"], **_who(by, "proposals.csv"), "note": note.strip()}
    check_patterns(study, theme)
    append_row(study, "themes", {**theme, "asked": "no"}, seen)
    try:
        append_row(study, "proposals", said)
    except BaseException:
        remove_row(study, "themes", {"theme": theme["theme"]})
        raise

    def undo() -> None:
        remove_row(study, "proposals", {"term": term})
        try:
            remove_row(study, "themes", {"theme": theme["theme"]})
        except BaseException:
            append_row(study, "proposals", said)
            raise

    return undo


def reject_theme(study: Study, term: str, by: str, note: str = "") -> Undo:
    """Write down that a proposed term is no theme: it is not proposed again."""
    append_row(study, "proposals", {"term": term, "decision": "reject", **_who(by, "proposals.csv"), "note": note.strip()})
    return lambda: remove_row(study, "proposals", {"term": term})


def check_patterns(study: Study, theme: dict) -> coding.Codebook:
    """A theme's row, compiled with the study's markers.

    Raises
    ------
    InputError
        A pattern that cannot be used, or none.
    """
    if not theme.get("patterns", "").strip():
        raise InputError("by which words is it found?", file="themes.csv", column="patterns", value="", allowed="word | word* | *word*")
    row = {name: theme.get(name, "") for name in ("theme", "patterns", "exclusions")}
    return coding.compile_codebook(pd.DataFrame([row]), study.frame("markers"))


def coded_by(study: Study, theme: dict, texts: Texts) -> tuple[int, int]:
    """How many passages a theme's row would code, and of how many municipalities."""
    table = pd.DataFrame({name: [getattr(each, name) for each in texts.passages.values()] for name in ("source", "municipality", "passage", "text")})
    found = coding.code_passages(table, check_patterns(study, theme))
    homes = {home for home in found["municipality"] if home}
    return len(found[["source", "passage"]].drop_duplicates()), len(homes)


def _who(by: str, file: str) -> dict:
    if not by.strip():
        raise InputError("who decides?", file=file, column="decided_by", value=by, allowed="a name")
    return {"decided_by": by.strip(), "decided_on": date.today().isoformat()}


def _where(row: dict) -> dict:
    """What tells a decision from all others."""
    return {name: row[name] for name in ("source", "passage", "start", "end", "theme")}
