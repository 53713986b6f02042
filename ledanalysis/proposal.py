"""A proposal for `columns.csv`, from the names and labels that a delivery itself has; the analyst accepts or mends it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from ledanalysis.mapping import Mapped
from ledanalysis.reading import Survey
from ledanalysis.references import ALL
from ledanalysis.study import Study

LIKE = 90.0  # least likeness of a label, 0-100
MARGIN = 5.0  # and how far it is ahead of the second place
TECHNICAL = {  # what survey programs call these themselves
    "respondent": ["response id", "responseid", "id", "antwoord id", "antwoord-id", "respondent", "respondent id", "respnr", "recordedid"],
    "submitted": ["submitdate", "submitted", "date submitted", "datum inzending", "ingestuurd op", "recorded date", "recordeddate",
                  "end date", "enddate", "timestamp", "tijdstempel", "completion time", "tijd van voltooien", "voltooiingstijd"],
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """An item, or an option of it, that a column can be, with the names and labels by which it is known."""

    item: str
    option: str
    names: tuple[str, ...]
    labels: tuple[str, ...]


def propose_columns(survey: Survey, study: Study, mapped: list[Mapped]) -> pd.DataFrame:
    """Rows for `columns.csv` for the columns that it does not name yet.

    A column is proposed for a place that no other column has when its label (with its question and its option, where
    the file tells them) is that place's label, up to spelling, and clearly more so than any other's; or when its name
    is the place's name ('b2_3' is the option with code 3 of question b2, 'd1_3' the third item of question d1). Where
    the two contradict each other, or two columns would be one place, nothing is proposed.

    Parameters
    ----------
    survey : Survey
    study : Study
    mapped : list of Mapped
        What columns.csv settles already: see `mapping.map_columns`.

    Returns
    -------
    DataFrame
        column, item, option, note (the label in the file, and why); a row per column not mapped, with an empty item
        where nothing can be proposed.

    Examples
    --------
    >>> from ledanalysis.study import load_study
    >>> from ledanalysis.reading.survey import Source, missing_frame, variables_frame
    >>> data = pd.DataFrame({"V1": [1.0], "b1": [2.0]})
    >>> rows = [{"name": "V1", "label": "2. Wat is uw functie?", "kind": "number", "values": {}, "missing": []},
    ...         {"name": "b1", "label": None, "kind": "number", "values": {}, "missing": []}]
    >>> survey = Survey(data, variables_frame(rows), {}, missing_frame([]), Source("a.sav", "", "SPSS", "", 1))
    >>> propose_columns(survey, load_study(), [])[["column", "item", "option"]].values.tolist()
    [['V1', 'a3_functie', ''], ['b1', 'b1_visie', '']]
    """
    taken = {(each.item, each.option) for each in mapped}
    used = {each.column for each in mapped}
    places = [place for place in _places(study) if (place.item, place.option) not in taken]
    columns = [name for name in survey.data.columns if name not in used]
    labels = {name: _labels(survey, name) for name in columns}
    by_label, by_name = _by_label(columns, labels, places), _by_name(columns, places)
    rows = []
    for name in columns:
        place, note = (by_label[name], "by label") if name in by_label else (by_name.get(name), "by name")
        if place and place.option == ALL and name in by_name:
            place = by_name[name]  # the label is the question's, the name tells which option
        if _contradict(by_label.get(name), by_name.get(name)):
            place, note = None, f"name says {_said(by_name[name])}, label says {_said(by_label[name])}"
        shown = next(iter(labels[name]), "")
        rows.append((name, place, f"{note}: {shown}" if place or note.startswith("name says") else shown))
    counts = pd.Series([(place.item, place.option) for _, place, _ in rows if place], dtype="object").value_counts()
    table = [
        (name, place.item, place.option, note) if place and counts[(place.item, place.option)] == 1
        else (name, "", "", f"more columns could be {_said(place)}: {note}" if place else note)
        for name, place, note in rows
    ]  # fmt: skip
    return pd.DataFrame(table, columns=["column", "item", "option", "note"], dtype="str")


def _contradict(one: Place | None, other: Place | None) -> bool:
    return bool(one and other and one != other and not (one.item == other.item and one.option == ALL))


def _said(place: Place) -> str:
    return f"{place.item}, {place.option}" if place.option else place.item


def _key(name: str) -> str:
    return re.sub(r"[\W_]+", "_", str(name).casefold()).strip("_")


def _words(label: str) -> str:
    """A label for comparison: without tags, capitals, marks, and the number of the question before it."""
    text = re.sub(r"<[^>]*>", " ", str(label)).casefold()
    text = re.sub(r"^\s*(?:vraag|question|q|[a-z])?\s*\d{0,2}[a-z]?\s*[.:)\]]\s*", " ", text)
    return " ".join(re.sub(r"[^\w]+", " ", text).split())


def _places(study: Study) -> Iterator[Place]:
    batteries: dict[tuple, list[str]] = {}
    for item in study.tables["items"]:
        batteries.setdefault((item.question or item.item, item.type), []).append(item.item)
    for item in study.tables["items"]:
        labels = tuple(text for text in (item.label_nl, item.label_en, item.short_nl, item.short_en) if text)
        question = item.question or item.item
        if item.type in ("multi", "ranking"):
            yield from _places_of_options(item, question, labels, study.options[item.options])
            yield Place(item.item, ALL, (item.item, question), labels)
            continue
        battery = batteries[question, item.type]
        numbered = question if battery == [item.item] else f"{question}_{battery.index(item.item) + 1}"
        yield Place(item.item, "", (item.item, numbered), (*labels, *TECHNICAL.get(item.type, [])))


def _places_of_options(item, question: str, labels: tuple[str, ...], options: dict) -> Iterator[Place]:
    if item.type == "ranking":
        for rank in map(str, range(1, min(len(options), 10) + 1)):
            full = tuple(f"{label} {word}{rank}" for label in labels for word in ("", "rang ", "rank ", "plaats "))
            yield Place(item.item, rank, (f"{item.item}_{rank}", f"{question}_{rank}"), full)
        return
    for key, option in options.items():
        own = tuple(text for text in (option.label_nl, option.label_en) if text)
        full = tuple(f"{label} {text}" for label in labels for text in own)
        names = (f"{item.item}_{key}", f"{question}_{key}", f"{question}_{option.code}", f"{item.item}_{option.code}")
        yield Place(item.item, key, names, (*full, *own))


def _labels(survey: Survey, name: str) -> list[str]:
    """The texts that say what a column is: question with option, label, the label of what ticks it, or a long name."""
    label = survey.variables.loc[name, "label"]
    values = [text for code, text in survey.variables.loc[name, "values"].items() if code == 1]
    option = values[0] if values and len(survey.variables.loc[name, "values"]) == 1 else ""
    question = next((chosen.label for chosen in survey.multiple_response.values() if name in chosen), "")
    own = "" if pd.isna(label) else str(label)
    texts = [f"{question} {own}" if question and question not in own else "", f"{own} {option}" if option else "", own, option, name]
    return list(dict.fromkeys(text for text in texts if text.strip()))


def _by_name(columns: list[str], places: list[Place]) -> dict[str, Place]:
    known: dict[str, list[Place]] = {}
    for place in places:
        for name in {_key(each) for each in place.names}:
            known.setdefault(name, []).append(place)
    return {name: known[_key(name)][0] for name in columns if len(known.get(_key(name), [])) == 1}


def _by_label(columns: list[str], labels: dict[str, list[str]], places: list[Place]) -> dict[str, Place]:
    """The place whose label is like one of a column's, the fullest of its texts that decides."""
    known = [(_words(label), number) for number, place in enumerate(places) for label in place.labels]
    if not known:
        return {}
    owners = np.array([number for _, number in known])
    found = {}
    for name in columns:
        texts = [words for text in labels[name] if (words := _words(text))]
        likeness = process.cdist(texts, [words for words, _ in known], scorer=fuzz.ratio) if texts else []
        for row in likeness:
            best = owners[row.argmax()]
            second = row[owners != best].max(initial=0.0)
            if row.max() >= LIKE and (row.max() - second >= MARGIN or row.max() == 100.0 > second):
                found[name] = places[best]
                break
    return found
