"""LimeSurvey's own files: the archive of a survey with its responses (.lsa), or its structure alone (.lss)."""

from __future__ import annotations

import zipfile

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.reading import bounds, columns, multiple
from ledanalysis.reading.limesurvey_structure import Question, questions
from ledanalysis.reading.rawfile import RawFile, open_file
from ledanalysis.reading.survey import Options, ResponseSet, Survey, assemble

NAME = "LimeSurvey"
EXTENSIONS = (".lsa", ".lss")
OPTIONS = ()

# What LimeSurvey itself notes of a response: the names of its columns, and what they hold.
OWN = {"id": "number", "submitdate": "date", "lastpage": "number", "startlanguage": "text", "seed": "number",
       "startdate": "date", "datestamp": "date", "token": "text", "ipaddr": "text", "refurl": "text"}  # fmt: skip
UNTICKED = {"", "N", "0"}
TICKED = {"Y", "1"}


def recognises(file: RawFile) -> bool:
    if file.content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(file.stream()) as archive:
                return any(name.lower().endswith(".lss") for name in archive.namelist())
        except Exception:  # zipfile raises more than BadZipFile; the first part's name stands in front
            return b".lss" in file.content[:200]
    return b"<LimeSurveyDocType>" in file.content[:2000]


def read(file: RawFile, options: Options) -> Survey:
    """Read a LimeSurvey archive, or a structure as a survey without respondents.

    Columns are named as in LimeSurvey's exports: 'Q1', 'Q1[SQ001]', 'Q1[other]'. Labels and answers are in the
    survey's own language, without HTML. A multi-select's options are 1 and 0, and NA where the question was not put
    (hidden by its condition, or not reached); its set has the question's code. What the structure does not name, such
    as attributes of participants, stays as text. The tables of participants and of timings are not read.
    """
    structure, responses = _parts(file)
    fields = questions(structure, file)
    if responses is None:
        cells, names = pd.DataFrame({each.column: [] for each in fields}, dtype="object"), {}
    else:
        cells = _cells(responses, file)
        names = {each.column: each for each in fields}
    used = [names.get(name) for name in cells.columns] if responses is not None else fields
    cells.columns = [each.name if each else name for each, name in zip(used, cells.columns)]
    if len(set(cells.columns)) < cells.shape[1]:
        raise InputError("two columns of one name", file=file.name)
    data, variables, sets = decode(cells, used, is_told=True)
    return assemble(file, NAME, "utf-8", data, variables, [], sets)


def read_structure(path) -> list[Question]:
    """The questions of a .lss file, or of the structure in a .lsa archive."""
    file = open_file(path)
    if not recognises(file):
        raise InputError("the structure is no LimeSurvey structure (.lss or .lsa)", file=file.name)
    return questions(_parts(file)[0], file)


def _parts(file: RawFile):
    """The root of the structure and, if there are any, the responses in XML."""
    if not file.content.startswith(b"PK"):
        root = bounds.parse_xml(file.content, file.name)
        if root.findtext("LimeSurveyDocType") == "Responses":
            raise InputError("responses without their structure: export the survey as an archive (.lsa)", file=file.name)
        return root, None
    archive = bounds.open_archive(file.content, file.name)
    found = {end: [name for name in archive.namelist() if name.lower().endswith(end)] for end in (".lss", "_responses.lsr")}
    for end, parts in found.items():
        if len(parts) != 1:  # without responses it would read as a survey that nobody filled in
            raise InputError(f"not one part {end} in the archive", file=file.name, value=len(parts))
    structure, responses = (bounds.unpacked(archive, parts[0], file.name) for parts in found.values())
    return bounds.parse_xml(structure, file.name), responses


def _cells(responses: bytes, file: RawFile) -> pd.DataFrame:
    """The responses as texts: None where the database had nothing, '' where it had an empty answer."""
    names: list[str] = []
    tags: dict[str, str] = {}
    rows: list[list] = []
    for each in bounds.each_element(responses, file.name, {"fieldname", "row"}):
        if each.tag == "fieldname":
            name = (each.text or "").strip()
            names.append(name)
            # An element may not begin with a digit nor hold a '#'.
            tags[(f"_{name}" if name[:1].isdigit() else name).replace("#", "-")] = name
        else:
            rows.append(_answers(each, names, tags, len(rows) + 2, file))
    if not names or len(set(names)) < len(names) or any(len(row) < len(names) for row in rows):
        raise InputError("not readable as LimeSurvey: responses without columns of their own", file=file.name)
    return pd.DataFrame(rows, columns=names, dtype="object")


def _answers(row, names: list[str], tags: dict[str, str], number: int, file: RawFile) -> list:
    bounds.check_span(number, len(names), "responses", file.name)
    found = {}
    for cell in row:
        if cell.tag not in tags:
            raise InputError("an answer to no column", file=file.name, row=number, value=cell.tag)
        found[tags[cell.tag]] = cell.text or ""
    return [found.get(name) for name in names]


def decode(cells: pd.DataFrame, used: list[Question | None], is_told: bool):
    """Answers as the structure says they are: numbers, dates, codes with labels, ticks.

    Parameters
    ----------
    cells : DataFrame
        Texts, or None.
    used : list of Question or None
        Per column; None for a column that the structure does not name.
    is_told : bool
        Whether an empty text is told from None, 'not asked'.

    Returns
    -------
    data, variables, sets
        See `survey.assemble`.
    """
    cells = cells.copy()
    sets: dict[str, multiple.Ticks] = {}
    for name, each in zip(cells.columns, used, strict=True):
        if each and each.kind == "tick":
            found = sets.setdefault(each.group, multiple.Ticks([], [], [], ResponseSet([], label=each.question)))
            found.names.append(name)
            found.labels.append(each.values[1])
            found.ticked.append(TICKED | {each.values[1]})
    for each in sets.values():
        multiple.tick(cells, each, UNTICKED, is_told)
    series, variables = {}, []
    for name, each in zip(cells.columns, used, strict=True):
        kind = OWN.get(name, "text") if each is None else each.kind
        values = dict(each.values) if each else {}
        column = columns.as_kind(cells[name].tolist(), "number" if kind == "tick" else kind, values)
        if column.dtype.kind in "if" and kind == "category":
            values = {int(code): label for code, label in values.items()}
        is_category = kind in ("tick", "category") and (kind == "category" or column.dtype.kind in "if")
        series[name] = column
        variables.append({"name": name, "label": (each.label or None) if each else None,
                          "kind": "category" if is_category else columns.kind_of(column),
                          "values": values if is_category else {}, "missing": []})  # fmt: skip
    data = pd.DataFrame(series, index=pd.RangeIndex(len(cells)))
    return data, variables, {name: each.as_set() for name, each in sets.items()}
