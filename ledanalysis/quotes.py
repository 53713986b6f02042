"""What people said, word for word: only what somebody has read and approved, and only as it stands pseudonymised."""

from __future__ import annotations

import re

import pandas as pd

from ledanalysis import privacy
from ledanalysis.errors import InputError
from ledanalysis.estimates import ALL, SECTOR
from ledanalysis.study import Study
from ledanalysis.tables import read_table

QUOTES = ["source", "kind", "passage", "text", "start", "end", "group", "approved_by", "approved_on"]


def approved_quotes(study: Study, clustering: str = SECTOR, cluster: str = ALL, small: str = "refuse") -> pd.DataFrame:
    """The quotes that may be shown of a cluster: those of `data/codebook/quotes.csv`, each held to its passage.

    A quote is looked for in `data/processed/passages`, where persons are pseudonyms already. What has changed there
    since it was approved (a pseudonym's number shifts when a text is added) must be read and approved again.

    Parameters
    ----------
    study : Study
    clustering, cluster : str
        Whose page it is for; by default everyone's.
    small : {"refuse", "leave"}
        What to do with quotes of this cluster if it has fewer than `min_n` municipalities that said something of
        the kind (interview, open answer): an error, or leave them out, for a page that goes on without.

    Returns
    -------
    DataFrame
        source, kind, passage, text, start, end, group (how many municipalities it can be of), approved_by,
        approved_on; in the order of quotes.csv. Whose it is is not told.

    Raises
    ------
    InputError
        A quote with its row: of no passage; not word for word in it, or more than once without start and end; of
        an interviewer, or a remark in the margin; with a contact or name in it that is no pseudonym; with the name
        of its own municipality; of a source that is of no municipality; or of too small a group.

    Examples
    --------
    >>> from ledanalysis.study import load_study
    >>> study = load_study()
    >>> len(approved_quotes(study)) == len(study.tables["quotes"])
    True
    """
    if small not in ("refuse", "leave"):
        raise InputError("no such choice", value=small, allowed=["refuse", "leave"])
    if not study.tables["quotes"]:
        return pd.DataFrame(columns=QUOTES)
    passages, units = read_table(study, "passages"), read_table(study, "units")
    said = passages.set_index(["source", "passage"])
    members = _members(study, clustering, cluster, units)
    told = passages[passages["municipality"].isin(members)]
    groups = told.groupby("kind")["municipality"].nunique()
    rows = []
    for quote in study.tables["quotes"]:
        place = dict(file="quotes.csv", row=quote._line)
        if (quote.source, quote.passage) not in said.index:
            raise InputError("no such passage", **place, column="passage", value=f"{quote.source}, {quote.passage}",
                             allowed="a source and passage of data/processed/passages")  # fmt: skip
        passage = said.loc[(quote.source, quote.passage)]
        start = _found(quote, passage["text"], place)
        _check_safe(quote, passage, units, study, place)
        if passage["municipality"] not in members:
            continue
        group = int(groups[passage["kind"]])
        if group < study.settings.min_n and small == "leave":
            continue
        if group < study.settings.min_n:
            raise InputError(f"from a group of {group}: whose it is could be guessed", **place, column="source",
                             value=quote.source, allowed=f"at least {study.settings.min_n} with a source of kind {passage['kind']}")  # fmt: skip
        rows.append((quote.source, passage["kind"], quote.passage, quote.text, start, start + len(quote.text), group,
                     quote.approved_by, quote.approved_on))  # fmt: skip
    return pd.DataFrame(rows, columns=QUOTES)


def _members(study: Study, clustering: str, cluster: str, units: pd.DataFrame) -> set[str]:
    if clustering == SECTOR:
        return set(units["municipality"])
    clusters = read_table(study, "clusters")
    members = set(clusters.loc[(clusters["clustering"] == clustering) & (clusters["cluster"] == cluster), "municipality"])
    if not members:
        raise InputError("unknown cluster", value=f"{clustering}/{cluster}")
    return members


def _found(quote, text: str, place: dict) -> int:
    """Where the quote starts in its passage as it stands."""
    if quote.start is not None:
        if text[quote.start : quote.end] != quote.text:
            raise InputError("the passage has other words there: read and approve it again", **place, column="text",
                             value=quote.text, allowed=text[quote.start : quote.end] or "nothing: the passage is shorter")  # fmt: skip
        return quote.start
    if text.count(quote.text) != 1:
        problem = "stands more than once in the passage: say start and end" if quote.text in text else (
            "not word for word in the passage as it stands: read and approve it again")  # fmt: skip
        raise InputError(problem, **place, column="text", value=quote.text, allowed=text)
    return text.index(quote.text)


def _check_safe(quote, passage: pd.Series, units: pd.DataFrame, study: Study, place: dict) -> None:
    """What approving cannot have meant: questions, notes, persons, and the name of the municipality itself."""
    if passage["speaker"] == privacy.INTERVIEWER or passage["kind"] == "comment":
        raise InputError("an interviewer's words, or a note in the margin", **place, column="passage", value=quote.passage)
    if pd.isna(passage["municipality"]):
        raise InputError("of no municipality, so of no group", **place, column="source", value=quote.source)
    names = [row.name for row in study.tables["names"]]
    places = [label for label in units["label"].dropna()]
    if privacy.pseudonymise(quote.text, names, places) != quote.text:
        raise InputError("a person or contact detail in it", **place, column="text", value=quote.text)
    own = units[units["municipality"] == passage["municipality"]].iloc[0]
    aliases = own["aliases"].split("|") if "aliases" in own and isinstance(own["aliases"], str) else []
    for name in filter(None, map(str.strip, [own["label"], *aliases])):
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", quote.text, re.IGNORECASE):
            raise InputError("names its own municipality", **place, column="text", value=quote.text)
