"""Our coding handed back: a project (.qdpx) or codebook (.qdc) that programs for coding texts open."""

from __future__ import annotations

import io
import os
import re
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.reading import offsets
from ledanalysis.reading.coded import CodedProject
from ledanalysis.reading.handback import name_guid, project_of

_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_SPACE = "urn:QDA-XML:{}:1.0"
_SCHEMA = "http://schema.qdasoftware.org/versions/Project/v1.0/Project.xsd"
_TYPES = ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")


def write_refi(project, path: str | Path, *, rule: str = offsets.STANDARD, when: datetime | None = None) -> Path:
    """Write a coded project (.qdpx), or its codebook alone (.qdc), in the REFI-QDA standard.

    Parameters
    ----------
    project : CodedProject or (codes, passages, mentions)
        Of the three tables: codes with columns theme (or guid), name (or label_nl; else the theme), parent (a theme or
        guid; empty at the top) and, if there, description (or definition_nl); passages as `read_passages` gives
        them; mentions with source, passage, theme (or code), start, end and, if there, coder. Each source becomes
        one text, its passages below each other behind their speakers' names; its municipality and kind variables.
    path : path-like
        Ends in .qdpx or .qdc.
    rule : str
        How places are counted: the standard's way, or another of `offsets.RULES` for a program that has its own
        and does not look which rule fits. Texts made of passages have no Windows line ends: only characters beyond
        the first 65,536, as emoji, are counted in different ways there.
    when : datetime, optional
        The time to write into the file; by default now. The same project and time give the same bytes.

    Returns
    -------
    Path

    Raises
    ------
    InputError
        If the tables do not fit together, a guid is none, a name holds what XML can't, or the extension is unknown.

    Examples
    --------
    >>> import tempfile
    >>> from ledanalysis.reading import read_refi
    >>> codes = pd.DataFrame({"theme": ["LEER"], "name": ["Leren"]})
    >>> passages = pd.DataFrame({"source": ["a.txt"], "speaker": ["Jan"], "passage": [1], "text": ["Wij leren 😀."]})
    >>> mentions = pd.DataFrame({"source": ["a.txt"], "passage": [1], "theme": ["LEER"], "start": [4], "end": [9]})
    >>> path = write_refi((codes, passages, mentions), Path(tempfile.mkdtemp()) / "ons.qdpx")
    >>> read_refi(path).segments[["start", "end", "text"]].values.tolist()
    [[9, 14, 'leren']]
    """
    path = Path(path)
    if not isinstance(project, CodedProject):
        project = project_of(*project)
    when = (when or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    if path.suffix.lower() == ".qdc":
        root = Element("CodeBook", {"xmlns": _SPACE.format("codebook"), "origin": "ledanalysis"})
        if project.codes.empty:
            raise InputError("a codebook without codes", file=path.name)
        _add_codes(root, project.codes)
        content = _xml(root)
    elif path.suffix.lower() == ".qdpx":
        content = _packed(project, path, rule, when)
    else:
        raise InputError("unknown extension", file=path.name, value=path.suffix, allowed=[".qdpx", ".qdc"])
    _replace(path, content)
    return path


def _replace(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, suffix=".part", delete=False) as part:
        part.write(content)
    try:
        os.replace(part.name, path)
    except OSError:
        os.unlink(part.name)
        raise


def _packed(project: CodedProject, path: Path, rule: str, when: datetime) -> bytes:
    files = {"project.qde": _xml(_project(project, path.stem, rule, when))}
    for source in project.sources.itertuples():
        try:
            files[f"sources/{source.source}.txt"] = source.text.encode("utf-8")
        except UnicodeEncodeError:
            problem = "half a character in a text: it cannot be written"
            raise InputError(problem, file=path.name, value=source.name) from None
        if source.text.startswith("\ufeff"):  # who reads it takes it for a sign of the encoding, and counts on from it
            raise InputError("a text that begins with a byte order mark", file=path.name, value=source.name)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, date_time=max(when.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(info, content)
    return packed.getvalue()


def _project(project: CodedProject, name: str, rule: str, when: datetime) -> Element:
    """The elements in the order that the schema has them in; none that it wants filled is there empty."""
    stamp = when.strftime("%Y-%m-%dT%H:%M:%SZ")
    users = {coder: name_guid("user", coder) for coder in dict.fromkeys(project.segments["coder"].dropna())} or {
        "ledanalysis": name_guid("user", "ledanalysis")
    }
    by = next(iter(users.values()))
    space = _SPACE.format("project")
    root = Element("Project", {
        "xmlns": space, "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsi:schemaLocation": f"{space} {_SCHEMA}", "name": _name(name, "project"), "origin": "ledanalysis",
        "creatingUserGUID": by, "creationDateTime": stamp, "modifyingUserGUID": by, "modifiedDateTime": stamp,
    })  # fmt: skip
    holder = SubElement(root, "Users")
    for coder, guid in users.items():
        SubElement(holder, "User", {"guid": guid, "name": _name(coder, "coder")})
    if len(project.codes):
        _add_codes(SubElement(root, "CodeBook"), project.codes)
    variables = _add_variables(root, project.variables)
    if len(project.sources):
        holder = SubElement(root, "Sources")
        rows = {source: part for source, part in project.segments.groupby("source", sort=False)}
        if unknown := set(rows) - set(project.sources["source"]):
            raise InputError("segments of a source that is not there", value=min(unknown))
        for source in project.sources.itertuples():
            element = SubElement(holder, "TextSource", {
                "guid": _guid(source.source), "name": _name(source.name, "source"),
                "plainTextPath": f"internal://{source.source}.txt", "creatingUser": by, "creationDateTime": stamp,
            })  # fmt: skip
            if source.source in rows:
                _add_segments(element, rows[source.source], source.text, set(project.codes["guid"]), rule, users, stamp)
            own = project.variables[project.variables["case"].isna() & (project.variables["source"] == source.source)]
            _add_values(element, own, variables)
    return root


def _add_codes(holder: Element, codes: pd.DataFrame) -> None:
    """The tree of codes, in the table's order within each parent."""
    top = SubElement(holder, "Codes")
    elements = {_guid(row.guid): _code(row) for row in codes.itertuples()}
    if len(elements) < len(codes):
        raise InputError("two codes have the same guid", column="guid")
    parents = {row.guid: row.parent if isinstance(row.parent, str) else None for row in codes.itertuples()}
    for guid, element in elements.items():
        above, seen = parents[guid], {guid}
        if above is not None and above not in elements:
            raise InputError("a code's parent is not in the codebook", column="parent", value=above)
        (top if above is None else elements[above]).append(element)
        while above is not None and above in parents:
            if above in seen:
                raise InputError("a code is its own ancestor", column="parent", value=guid)
            seen.add(above)
            above = parents[above]


def _code(row) -> Element:
    element = Element("Code", {"guid": row.guid, "name": _name(row.name, "code"), "isCodable": "true"})
    description = getattr(row, "description", None)
    if isinstance(description, str) and description:
        SubElement(element, "Description").text = offsets.NOT_IN_XML.sub(" ", description)
    return element


def _add_segments(holder: Element, rows, text: str, codes: set, rule: str, users: dict, stamp: str) -> None:
    """A selection per place in the text, with a coding for each code and coder that has it."""
    numbers = offsets.places(text, rule)
    source = holder.get("guid")
    for (start, end), part in rows.groupby(["start", "end"], sort=True):
        if not 0 <= start < end <= len(text):
            raise InputError("a segment outside its text", value=f"{start}-{end}", allowed=f"0-{len(text)}")
        selection = SubElement(holder, "PlainTextSelection", {
            "guid": name_guid("selection", source, start, end), "name": offsets.excerpt(text[start:end]),
            "startPosition": str(numbers[start]), "endPosition": str(numbers[end]), "creationDateTime": stamp,
        })  # fmt: skip
        for place, row in enumerate(part.itertuples()):
            if row.code not in codes:
                raise InputError("a segment of a code that is not in the codebook", value=row.code)
            coding = SubElement(selection, "Coding", {"guid": name_guid("coding", source, start, end, place)})
            if isinstance(row.coder, str):
                coding.set("creatingUser", users[row.coder])
            coding.set("creationDateTime", stamp)
            SubElement(coding, "CodeRef", {"targetGUID": row.code})


def _add_variables(root: Element, variables: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Add the variables and the cases; the guid of each (variable, type)."""
    guids = {(row.variable, row.type): name_guid("variable", row.variable, row.type) for row in variables.itertuples()}
    if not guids:
        return guids
    holder = SubElement(root, "Variables")
    for (name, kind), guid in guids.items():
        if kind not in _TYPES:
            raise InputError("unknown type of variable", value=kind, allowed=list(_TYPES))
        SubElement(holder, "Variable", {"guid": guid, "name": _name(name, "variable"), "typeOfVariable": kind})
    cases = variables[variables["case"].notna()]
    if len(cases):
        holder = SubElement(root, "Cases")
        for name, part in cases.groupby("case", sort=False):
            case = SubElement(holder, "Case", {"guid": name_guid("case", name), "name": _name(name, "case")})
            _add_values(case, part.drop_duplicates(["variable", "type"]), guids)
            for source in dict.fromkeys(part["source"].dropna()):
                SubElement(case, "SourceRef", {"targetGUID": _guid(source)})
    return guids


def _add_values(holder: Element, rows: pd.DataFrame, guids: dict) -> None:
    for row in rows.itertuples():
        value = SubElement(holder, "VariableValue")
        SubElement(value, "VariableRef", {"targetGUID": guids[row.variable, row.type]})
        SubElement(value, f"{row.type}Value").text = _name(row.value, "value of a variable")


def _guid(guid: str) -> str:
    if not _GUID.fullmatch(str(guid)):
        raise InputError("no GUID", value=guid, allowed="as 0f8a1907-7e42-4739-8610-a676b4d1b69f")
    return guid


def _name(name: str, of: str) -> str:
    if offsets.NOT_IN_XML.search(str(name)):
        raise InputError(f"a control character in the name of a {of}", value=name)
    return str(name)


def _xml(root: Element) -> bytes:
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
