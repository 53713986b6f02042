"""Views kept for a deck: rows of findings.csv, in the order in which they are shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ledanalysis.codebook import TABLES, KeptView, read_table
from ledanalysis.codebook_writing import append_row, remove_row, reorder
from ledanalysis.errors import InputError
from ledanalysis.study import Study

TABLE = "findings"


def kept(study: Study) -> tuple[KeptView, ...]:
    """The kept views as they stand in findings.csv now, whoever wrote them."""
    path = _path(study)
    return read_table(path, *TABLES[TABLE]) if path.exists() else ()


def keep(study: Study, view: KeptView, by: str, note: str = "") -> KeptView:
    """Put a view at the end of findings.csv: the next `led run` makes a slide of it.

    Parameters
    ----------
    study : Study
    view : KeptView
        Its name is made anew.
    by : str
        Who keeps it.
    note : str
        What stands above the finding; empty for what the measure is called.

    Returns
    -------
    KeptView
        The row as it was written.

    Raises
    ------
    InputError
        Nobody says who keeps it, the note is too long, the same view is kept already, or findings.csv cannot be written.
    """
    most = next(each.max_length for each in KeptView.model_fields["note"].metadata if hasattr(each, "max_length"))
    if not by.strip():
        raise InputError("who keeps it?", file=f"{TABLE}.csv", column="kept_by", value=by, allowed="a name")
    if len(note.strip()) > most:
        raise InputError("too long for a slide", file=f"{TABLE}.csv", column="note", value=note, allowed=f"at most {most} letters")
    there = kept(study)
    for row in there:
        if _what(row) == _what(view):
            raise InputError("kept already", file=f"{TABLE}.csv", column="finding", value=row.finding)
    names = {row.finding for row in there}
    name = next(f"v{number}" for number in range(1, len(there) + 2) if f"v{number}" not in names)
    row = KeptView(**{**view.model_dump(), "finding": name, "note": note, "kept_by": by, "kept_on": date.today().isoformat()})
    append_row(study, TABLE, row.model_dump())
    return row


def drop(study: Study, finding: str) -> None:
    """Take a kept view out of findings.csv."""
    remove_row(study, TABLE, {"finding": finding})


def move(study: Study, finding: str, places: int) -> None:
    """Move a kept view up (-1) or down (1) among those of its deck; at the end it stays where it is.

    Raises
    ------
    InputError
        It is not there any more.
    """
    there = list(kept(study))
    names = [row.finding for row in there]
    if finding not in names:
        raise InputError("no such kept view", file=f"{TABLE}.csv", column="finding", value=finding, allowed=names)
    own = there[names.index(finding)]
    deck = [row.finding for row in there if _deck(row) == _deck(own)]
    target = deck.index(finding) + places
    if 0 <= target < len(deck):
        here, other = names.index(finding), names.index(deck[target])
        names[here], names[other] = names[other], names[here]
        reorder(study, TABLE, names)


def _deck(row: KeptView) -> tuple[str, str, str]:
    return row.clustering, row.cluster, row.view


def _what(row: KeptView) -> dict:
    return row.model_dump(exclude={"finding", "note", "kept_by", "kept_on"})


def _path(study: Study) -> Path:
    return study.codebook / f"{TABLE}.csv"
