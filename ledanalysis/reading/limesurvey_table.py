"""LimeSurvey's results as a table (CSV, Excel): headed by codes, by questions, or by both."""

from __future__ import annotations

import re

from ledanalysis.errors import InputError
from ledanalysis.reading import columns, grid, labels, limesurvey
from ledanalysis.reading.grid import is_empty
from ledanalysis.reading.limesurvey_structure import Question
from ledanalysis.reading.survey import Options

NAME = "LimeSurvey"

CODES = {"submitdate", "lastpage", "startlanguage"}
TEXTS = {"Date submitted", "Last page", "Start language"}
BOTH = re.compile(r"(submitdate|lastpage|startlanguage)(\W+).+", re.S)
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\[[^\]]*\])*")


def recognises(rows: list) -> bool:
    return _style(_header(rows)) is not None


def read(rows: list, options: Options, file_name: str, delimiter: str):
    """The results under their question codes, with the questions as labels where the header has both.

    With the questionnaire itself (`structure`, a .lss or .lsa file) they get everything that `limesurvey.read` gives;
    without it a 'Y' stays a text, for the table does not say whether it is a tick or an answer.
    """
    cells = grid.table(rows, options, file_name)
    style = _style(_header(rows))
    names, texts = [], []
    for place, header in enumerate(cells.columns):
        is_ours = bool(options.group_rows) and place == 0
        name, text = (header, None) if is_ours else _parted(header, style)
        names.append(name)
        texts.append(text)
    cells.columns = grid.unique(names)
    if options.structure is not None:
        return _with_structure(cells, texts, options, file_name, is_text=style == "text")
    data, variables, found = columns.typed(cells, options, file_name, delimiter)
    return data, [each | {"label": text} for each, text in zip(variables, texts, strict=True)], found, {}


def _header(rows: list) -> list[str]:
    header = next((row for row in rows if not all(map(is_empty, row))), [])
    return [cell.strip() for cell in header if isinstance(cell, str)]


def _style(header: list[str]) -> str | None:
    """How the columns are headed: 'code', 'text', or what stands between a code and its text; None if otherwise."""
    if len(CODES & set(header)) > 1:
        return "code"
    if len(TEXTS & set(header)) > 1:
        return "text"
    found = [each for each in map(BOTH.fullmatch, header) if each]
    return found[0][2] if len(found) > 1 and len({each[2] for each in found}) == 1 else None


def _parted(header: str, style: str) -> tuple[str, str | None]:
    """A column's name and label."""
    if style == "code":
        return header, None
    if style == "text":
        return header, header
    mark = " ".join(style.split()) or " "
    code = CODE.match(header)
    if code and header[code.end() :].startswith(mark):
        return code[0], header[code.end() + len(mark) :].strip() or None
    return header, None


def _with_structure(cells, texts: list, options: Options, file_name: str, is_text: bool):
    fields = limesurvey.read_structure(options.structure)
    known: dict[str, Question] = {}
    for each in fields:
        names = [each.label] if is_text else [each.name, re.sub(r"\]\[|\[", "_", each.name).replace("]", "")]
        for name in names:
            known[" ".join(name.split())] = each
    used = [known.get(name) for name in cells.columns]
    if not any(used):
        raise InputError("the structure is that of another survey: it has none of the columns", file=file_name,
                         value=str(options.structure))  # fmt: skip
    if is_text:
        cells.columns = grid.unique([each.name if each else name for each, name in zip(used, cells.columns)])
    book = labels.Codebook(values={name: each.values for name, each in zip(cells.columns, used)
                                   if each and each.kind == "category"})  # fmt: skip
    data, variables, sets = limesurvey.decode(labels.as_codes(cells, book, options), used, is_told=False)
    return data, [each | {"label": each["label"] or text} for each, text in zip(variables, texts, strict=True)], [], sets
