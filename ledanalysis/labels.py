"""What a reader sees of the program's own words: one table, `labels.csv`, a column per language."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files

LANGUAGES = ("nl", "en")


@cache
def _rows() -> dict[str, dict[str, str]]:
    text = (files("ledanalysis") / "labels.csv").read_text(encoding="utf-8-sig")
    return {row["key"]: row for row in csv.DictReader(text.splitlines(), delimiter=";")}


def text(key: str, language: str = "nl", **values) -> str:
    """The words for `key` in a language, with `{name}` places filled in.

    Parameters
    ----------
    key : str
        A key of `labels.csv`.
    language : {"nl", "en"}
        The reader's language.
    **values
        What to put in the places of the sentence.

    Raises
    ------
    KeyError
        If there is no such key or language: a fault in the program, not in its input.

    Examples
    --------
    >>> text("suppressed", "nl")
    'onderdrukt wegens kleine aantallen'
    """
    return _rows()[key][language].format(**values)
