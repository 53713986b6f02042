"""A codebook in a sheet beside the data: labels of variables, and of the codes that they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.reading.grid import is_empty
from ledanalysis.reading.survey import Options

SHEETS = {
    "labels", "label", "variabelen", "variabelelabels", "variabele labels", "variables", "variable labels", "codeboek",
    "codebook", "waardelabels", "waarde labels", "waarden", "value labels", "values", "antwoordlabels",
}  # fmt: skip
HEADINGS = {
    "variable": {"variabele", "variabelenaam", "naam variabele", "variable", "variable name", "var", "naam", "name", "kolom",
                 "kolomnaam", "column", "veld", "veldnaam", "field", "item", "vraagcode", "vraagnummer"},
    "label": {"label", "variabelelabel", "variabele label", "label variabele", "variable label", "omschrijving",
              "description", "vraag", "vraagtekst", "vraagstelling", "question", "question text"},
    "code": {"code", "codes", "waarde", "waarden", "value", "values", "antwoordcode", "code antwoord", "answer code"},
    "answer": {"waardelabel", "waarde label", "label waarde", "value label", "antwoord", "antwoordlabel", "antwoordtekst",
               "antwoordcategorie", "categorie", "answer", "answer text", "betekenis"},
}  # fmt: skip
EITHER = {"label", "omschrijving", "description"}  # of a variable, or beside a code and alone, of that code
DEEP = 10  # rows in which the headings may stand
WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,14})")


@dataclass(frozen=True)
class Codebook:
    """Labels of variables (name to label) and of codes (name to code to label)."""

    labels: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)


def is_named_so(sheet: str) -> bool:
    """Whether a sheet is called as sheets of labels are.

    Examples
    --------
    >>> is_named_so("Waardelabels"), is_named_so("Data")
    (True, False)
    """
    return _word(sheet) in SHEETS


def find(sheets: dict, names: list[str], options: Options, file_name: str) -> Codebook:
    """The labels in a workbook's other sheets.

    A sheet is used if the caller names it (`labels_sheet`), or else if there is no mistaking it: it is called
    'Labels', 'Variabelen', 'Codeboek', 'Waardelabels' or the like, its headings are among HEADINGS, and at least
    half of the variables that it lists are columns of the data.

    Parameters
    ----------
    sheets : dict of str to callable
        The name of a sheet to what gives its rows.
    names : list of str
        The columns of the data.
    options : Options
        labels_sheet: None to look for one, () to use none.

    Raises
    ------
    InputError
        If a sheet that the caller names is not there or is no such sheet, or a variable or code has two labels.
    """
    asked = options.labels_sheet
    book = Codebook()
    for name in sorted(asked, key=list(asked).index) if asked is not None else filter(is_named_so, sheets):
        if name not in sheets:
            raise InputError("no such sheet", file=file_name, value=name, allowed=list(sheets))
        rows = sheets[name]()
        start, places = _headings(rows)
        if places is None:
            if asked is not None:
                raise InputError(f"sheet {name!r} has no headings of a codebook", file=file_name,
                                 allowed="a variable, and its label or its codes and their labels")  # fmt: skip
            continue
        entries = list(_entries(rows, start, places))
        known = _known(entries, names)
        listed = {entry[1] for entry in entries}
        if not known or (asked is None and 2 * len(known) < len(listed)):
            if asked is not None:
                raise InputError(f"sheet {name!r} lists no variable of the data", file=file_name)
            continue
        _collect(entries, known, book, f"{file_name}, sheet '{name}'")
    return book


def _word(cell) -> str:
    return " ".join(str(cell).replace("_", " ").split()).rstrip(":").casefold()


def _headings(rows: list) -> tuple[int, dict | None]:
    """The row below the headings, and which column has which part; None where that is in doubt."""
    for number, row in enumerate(rows[:DEEP]):
        words = {place: _word(cell) for place, cell in enumerate(row) if not is_empty(cell)}
        found = {part: [place for place, word in words.items() if word in known] for part, known in HEADINGS.items()}
        if len(found["variable"]) != 1 or not (found["label"] or found["code"]):
            continue
        if any(len(places) > 1 for places in found.values()):
            return 0, None
        places = {part: each[0] for part, each in found.items() if each}
        if "code" in places and "answer" not in places and "label" in places and words[places["label"]] in EITHER:
            places["answer"] = places.pop("label")
        if ("code" in places) != ("answer" in places):
            return 0, None
        return number + 1, places
    return 0, None


def _entries(rows: list, start: int, places: dict):
    """(row number, variable, label, code, answer) for each line; a variable left blank is the one above."""
    variable = None
    for number, row in enumerate(rows[start:], start=start + 1):
        part = {name: row[place] if place < len(row) and not is_empty(row[place]) else None for name, place in places.items()}
        if all(value is None for value in part.values()):
            continue
        if part["variable"] is not None:
            variable = " ".join(str(part["variable"]).split())
        if variable is not None:
            yield number, variable, part.get("label"), part.get("code"), part.get("answer")


def _known(entries: list, names: list[str]) -> dict[str, str]:
    """From a name in the codebook to the data's column: the same, or the same but for capitals if only one is."""
    folded: dict[str, list[str]] = {}
    for name in names:
        folded.setdefault(name.casefold(), []).append(name)
    known = {}
    for _, variable, *_ in entries:
        same = [variable] if variable in names else folded.get(variable.casefold(), [])
        if len(same) == 1:
            known[variable] = same[0]
    return known


def _collect(entries: list, known: dict, book: Codebook, place: str) -> None:
    for number, listed, label, code, answer in entries:
        if listed not in known:
            continue
        name = known[listed]
        if label is not None:
            _put(book.labels, name, " ".join(str(label).split()), place, number, name)
        if code is not None and answer is not None:
            _put(book.values.setdefault(name, {}), _code(code), " ".join(str(answer).split()), place, number, name)


def _put(into: dict, key, text: str, place: str, number: int, name: str) -> None:
    if into.setdefault(key, text) != text:
        raise InputError(f"a second label, {text!r}, beside {into[key]!r}", file=place, row=number, column=name)


def _code(cell):
    """A code as the data have it: a whole number, also where it is written as text; else a text (0363, A1)."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, str) and WHOLE.fullmatch(cell.strip()):
        return int(cell)
    return cell if isinstance(cell, (int, float)) else str(cell).strip()


def as_codes(cells: pd.DataFrame, book: Codebook, options: Options) -> pd.DataFrame:
    """Put codes for labels in the columns where every filled cell is one of the codebook's codes or labels.

    A column stays as it stands if one cell is neither, if two codes have one label, or if a label reads as a code.

    Examples
    --------
    >>> book = Codebook(values={"q1": {1: "oneens", 2: "eens"}})
    >>> as_codes(pd.DataFrame({"q1": ["eens", None, "oneens"]}, dtype="object"), book, Options())["q1"].tolist()
    [2, None, 1]
    """
    if not book.values:
        return cells
    cells = cells.copy()
    spared = {text.strip() for text in options.na_values}
    for name, values in book.values.items():
        codes = {label: code for code, label in values.items()}
        written = {str(code) for code in values}
        if name in options.text_columns or len(codes) < len(values) or written & set(codes):
            continue
        texts = [" ".join(cell.split()) if isinstance(cell, str) else cell for cell in cells[name]]
        known = {*codes, *written, *spared}
        if any(isinstance(text, str) and text in codes for text in texts) and all(
            text is None or (str(text) if isinstance(text, (str, int)) else f"{text:g}" if isinstance(text, float) else "") in known
            for text in texts
        ):  # fmt: skip
            cells[name] = pd.Series([codes.get(text, text) if isinstance(text, str) else text for text in texts],
                                    dtype="object", index=cells.index)  # fmt: skip
    return cells


def described(variables: list[dict], book: Codebook) -> list[dict]:
    """Rows of `Survey.variables` with the codebook's labels; the codes of a column of text are texts."""
    result = []
    for each in variables:
        values = book.values.get(each["name"], {})
        kind = "category" if values and each["kind"] in ("number", "text") else each["kind"]
        if each["kind"] == "text":
            values = {str(code): label for code, label in values.items()}
        result.append(each | {"label": book.labels.get(each["name"], each["label"]), "values": values, "kind": kind})
    return result
