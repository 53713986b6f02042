"""What a coded project is once read: the same for every program it came from."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

SEPARATOR = " > "  # between the names in a code's path
COLUMNS = {
    "codes": ["guid", "name", "path", "parent", "description"],
    "sources": ["source", "name", "text"],
    "segments": ["source", "code", "coder", "start", "end", "text"],
    "variables": ["source", "case", "variable", "type", "value"],
    "offsets": ["source", "rule", "segments", "fitted", "rivals", "outside"],
    "skipped": ["source", "what", "why", "n"],
}


@dataclass(frozen=True, eq=False)
class CodedProject:
    """A project of a program for coding texts, or its codebook alone.

    Attributes
    ----------
    codes : DataFrame
        In the file's order: guid (lower case, without braces), name, path (the names from the top down, with ' > '
        between them), parent (a guid; NA at the top), description (NA if none).
    sources : DataFrame
        source (a guid), name, text (exactly as in the file: segments count in it).
    segments : DataFrame
        By source and place: source, code (a guid), coder (a name; NA if not given), start, end, text
        (= the source's text[start:end]). A code given to a source as a whole is a segment of all its text.
    variables : DataFrame
        source (NA for a case without one), case (NA for a variable of the source itself), variable, type ("Text",
        "Boolean", "Integer", "Float", "Date", "DateTime"), value (text as it stands).
    offsets : DataFrame
        Per source: rule (how places were counted, see `offsets.RULES`), segments, fitted (share of the segments
        with the text the program named, or else from word to word; NA without segments), rivals (rules that fit as
        well and give other places, ' | ' between them), outside (segments that lie outside the text).
    skipped : DataFrame
        What was found and not read: source (NA if none), what, why, n.
    origin : str
        The program that wrote it, in its own words.
    """

    codes: pd.DataFrame
    sources: pd.DataFrame
    segments: pd.DataFrame
    variables: pd.DataFrame
    offsets: pd.DataFrame
    skipped: pd.DataFrame
    origin: str = ""


def table(name: str, rows: list) -> pd.DataFrame:
    """One of the tables of a CodedProject from its rows."""
    frame = pd.DataFrame(rows, columns=COLUMNS[name], dtype="object")
    whole = {"start", "end", "segments", "outside", "n"}
    kinds = {each: "int64" if each in whole else "float64" if each == "fitted" else "str" for each in frame}
    return frame.astype(kinds)


def paths(codes: pd.DataFrame) -> list[str]:
    """The names from the top down to each code, from columns guid, name and parent; of a ring its own name alone."""
    names = dict(zip(codes["guid"], codes["name"]))
    parents = dict(zip(codes["guid"], codes["parent"]))
    result = []
    for guid in codes["guid"]:
        line, above, seen = [names[guid]], parents[guid], {guid}
        while isinstance(above, str) and above in names and above not in seen:
            line.append(names[above])
            seen.add(above)
            above = parents[above]
        result.append(SEPARATOR.join(reversed(line)))
    return result
