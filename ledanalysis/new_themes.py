"""New themes for the codebook: the terms that no theme has, in their contexts, and as proposed rows of themes.csv."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd

from ledanalysis import terms
from ledanalysis.context import in_context
from ledanalysis.emerging import emerging_terms, looks_ahead
from ledanalysis.errors import InputError
from ledanalysis.study import Study
from ledanalysis.tables import read_table, write_csv

APART = 0.5  # share of a new term's passages in which it must stand apart from the codebook's themes, at least, and more


def find_themes(study: Study, item: str = "", **least) -> pd.DataFrame:
    """The emerging terms of a study: of the coming years, or of the answers to an open question.

    A term that somebody rejected as a theme (proposals.csv) is left out, in whatever form of its words.

    Parameters
    ----------
    study : Study
        After `led prepare`.
    item : str
        An open question's item ("d4_thema_open"); by default the coming years in interviews.
    **least
        min_count, min_municipalities: see `emerging_terms`.

    Raises
    ------
    InputError
        The tables are not there, or nobody answered such a question.
    """
    passages, mentions = read_table(study, "passages"), read_table(study, "mentions")
    if item:
        asked = passages["source"] == item
        if not asked.any():
            known = passages.loc[passages["kind"] == "open_answer", "source"].unique()
            raise InputError("no answers to such a question", value=item, allowed=sorted(known))
    else:
        passages = passages[passages["kind"].isin(["interview", "comment"])]
        asked = looks_ahead(passages, study.frame("markers"))
    found = emerging_terms(passages, asked, mentions, study.frame("markers"), **least)
    rejected = {_words(row.term) for row in study.tables["proposals"] if row.decision == "reject"}
    again = [any(_words(form) in rejected for form in (row.term, *row.forms.split(" | "))) for row in found.itertuples()]
    return found[~np.array(again, dtype=bool)].reset_index(drop=True)


def _words(term: str) -> tuple[str, ...]:
    return tuple(terms.normal(word) for word in term.split())


def possible(found: pd.DataFrame) -> pd.DataFrame:
    """The terms that may be a new theme.

    Those that no theme has (`known_theme`); that stand, more often than not, apart from what the codebook codes: words
    that go with its themes are part of how these are told; and that more municipalities say of what is asked about than
    of all else: what is said as widely now is the background of the field.

    Parameters
    ----------
    found : DataFrame
        As `emerging_terms` gives them.

    Examples
    --------
    >>> found = pd.DataFrame({"term": ["drones", "leren", "opgeleid", "data"], "known_theme": ["", "", "", "DATA"],
    ...                       "apart": [0.9, 0.9, 0.2, 1.0], "municipalities": 8, "elsewhere": [2, 8, 0, 0]})
    >>> possible(found)["term"].tolist()
    ['drones']
    """
    return found[(found["known_theme"] == "") & (found["apart"] > APART) & (found["municipalities"] > found["elsewhere"])]


def shown_in_context(found: pd.DataFrame, passages: pd.DataFrame, width: int = 60) -> pd.DataFrame:
    """The examples of each term as keyword in context: term, source, passage, before, match, after.

    Examples
    --------
    >>> found = pd.DataFrame({"term": ["deepfake"], "forms": ["deepfakes | deepfake"], "examples": ["a:1"]})
    >>> passages = pd.DataFrame({"source": ["a"], "municipality": ["GM1"], "passage": [1], "text": ["Straks komen Deepfakes."]})
    >>> shown_in_context(found, passages)[["before", "match", "after"]].values.tolist()
    [['Straks komen ', 'Deepfakes', '.']]
    """
    texts = {f"{row.source}:{row.passage}": row for row in passages.itertuples()}
    places = []
    for row in found.itertuples():
        forms = sorted(row.forms.split(" | "), key=len, reverse=True)
        pattern = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in forms) + r")(?!\w)", re.IGNORECASE)
        for key in row.examples.split(" | "):
            passage = texts[key]
            if place := pattern.search(passage.text):
                places.append((passage.source, passage.municipality, passage.passage, row.term, "future", *place.span()))
    mentions = pd.DataFrame(places, columns=["source", "municipality", "passage", "theme", "horizon", "start", "end"])
    return in_context(mentions, passages, width).rename(columns={"theme": "term"}).drop(columns=["municipality", "horizon"])


def propose_themes(found: pd.DataFrame, study: Study, most: int = 10) -> pd.DataFrame:
    """`themes.csv` as it could be: its own rows, and a row for each new term, the clearest first.

    Parameters
    ----------
    found : DataFrame
        As `emerging_terms` gives them; only what is `possible` is proposed.
    study : Study
    most : int
        Rows to propose.

    Returns
    -------
    DataFrame
        The columns of themes.csv. A new theme is called by its term, its definition says where to read it, its
        patterns are a word's or family's stem with a star where that is long enough, else the forms that were said;
        the survey did not offer it (asked is "no").
    """
    old = study.frame("themes")
    new = possible(found).head(most)
    taken, rows = {*old["theme"], *(row.instrument for row in study.tables["instruments"])}, []
    for number, row in enumerate(new.itertuples(), int(old["code"].max()) + 1):
        code = _new_code(row.term, taken)
        taken.add(code)
        where = study.text("emerging_proposed", count=row.count, municipalities=row.municipalities, units=study.says("units"), examples=row.examples)
        rows.append({"theme": code, "code": number, "label_nl": row.term.capitalize(), "label_en": row.term.capitalize(), "definition_nl": where, "patterns": _patterns(row), "asked": "no"})
    table = pd.concat([old, pd.DataFrame(rows, columns=old.columns)], ignore_index=True).fillna("")
    first = ["theme", "code", "parent"]
    return table[[*first, *(name for name in table if name not in first)]]


def _new_code(term: str, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", term).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Z]", "", plain.upper())[:4] or "NEW"
    return next(code for code in (stem, *(f"{stem}{n}" for n in range(2, 1000))) if code not in taken)


def _patterns(row) -> str:
    stem = row.family.rstrip("*")
    if len(stem) >= terms.STEM:
        return f"{stem}*"
    return row.forms


def write_proposal(study: Study, proposed: pd.DataFrame) -> Path:
    """Write `data/codebook/themes_proposed.csv`, for the analyst to read, mend and save as `themes.csv`."""
    return write_csv(study.codebook / "themes_proposed.csv", proposed)
