"""Qualtrics' tables: names, questions and a row of ImportIds in front of the answers."""

from __future__ import annotations

import json
import os.path
import re
from dataclasses import replace

from ledanalysis.reading import columns, grid, multiple
from ledanalysis.reading.grid import is_empty
from ledanalysis.reading.survey import Options, ResponseSet

NAME = "Qualtrics"

QUESTION = re.compile(r"(?:\d+_)?QID\d+(?:[#_]\d+)*")  # not '..._TEXT', not '..._DO': the order of display
UNTICKED = {"0", "-99"}  # 'recode seen but unanswered' writes these; else an option not ticked is empty


def recognises(rows: list) -> bool:
    return len(rows) > 2 and bool(rows[2]) and _import_ids(rows[2]) is not None


def read(rows: list, options: Options, file_name: str, delimiter: str):
    """The answers under the names of row 1, with the questions of row 2 as labels.

    Nothing is left out: previews, tests and unfinished answers are rows, and say so in Status and Finished. The
    options of a multi-select that was exported one to a column are known by their ImportId (a QID with a choiceId):
    they become 1 and 0, with NA for whoever was not asked - or, where the export does not tell these apart, ticked
    nothing. A multi-select in one column cannot be told from a text: see `multiple.expand`.
    """
    width = max(len(row) for row in rows[:3])
    names = [name if not is_empty(name) else f"column {place + 1}" for place, name in enumerate(_padded(rows[0], width))]
    options = replace(options, header=(1,), first_row=options.first_row or 4)
    cells = grid.table([names, *rows[1:]], options, file_name)
    shift = 1 if options.group_rows else 0
    questions = [None] * shift + [" ".join(str(text or "").split()) for text in _padded(rows[1], width)]
    ids = [{}] * shift + [each or {} for each in _import_ids(_padded(rows[2], width))]
    sets = _sets(cells, ids, questions)
    for each in sets.values():
        multiple.tick(cells, each, UNTICKED)
    # Several codes in a cell ('1,3') are no number, whichever mark decimals have.
    commas = [name for name in cells.columns if any(isinstance(cell, str) and "," in cell for cell in cells[name])]
    options = replace(options, text_columns=tuple(dict.fromkeys([*options.text_columns, *commas])))
    data, variables, found = columns.typed(cells, options, file_name, delimiter)
    for variable, question in zip(variables, questions, strict=True):
        variable["label"] = question or None
    return data, multiple.describe(variables, sets), found, {name: each.as_set() for name, each in sets.items()}


def _padded(row: list, width: int) -> list:
    return list(row) + [None] * (width - len(row))


def _import_ids(row: list) -> list | None:
    """The JSON objects of a row of ImportIds; None if it is no such row."""
    found = []
    for cell in row:
        if is_empty(cell):
            found.append(None)
            continue
        try:
            each = json.loads(cell) if isinstance(cell, str) and cell.lstrip().startswith("{") else None
        except (ValueError, RecursionError):
            return None
        if not isinstance(each, dict) or not isinstance(each.get("ImportId"), str):
            return None
        found.append(each)
    return found if any(found) else None


def _sets(cells, ids: list[dict], questions: list) -> dict[str, multiple.Ticks]:
    """The multi-selects that stand one option to a column, by the name that their columns share."""
    groups: dict[str, list[int]] = {}
    for place, each in enumerate(ids):
        if isinstance(each.get("choiceId"), str) and QUESTION.fullmatch(each["ImportId"]):
            groups.setdefault(each["ImportId"], []).append(place)
    sets = {}
    for question, places in groups.items():
        names = [cells.columns[place] for place in places]
        start = _shared([questions[place] or "" for place in places])
        labels = [(questions[place] or "")[len(start) :] for place in places]
        ticked = [{"1", ids[place]["choiceId"], label} for place, label in zip(places, labels)]
        name = re.sub(r"_[^_]*$", "", names[0])
        name = name if name not in sets else question
        text = re.sub(r"(?: - Selected Choice)? - $", "", start)
        sets[name] = multiple.Ticks(names, labels, ticked, ResponseSet(names, label=text))
    return sets


def _shared(texts: list[str]) -> str:
    """What the labels of a question's columns begin with: 'question - ' ('question - Selected Choice - ')."""
    start = os.path.commonprefix(texts) if len(texts) > 1 else texts[0]
    return start[: start.rfind(" - ") + 3] if " - " in start else ""
