"""Coded projects (.qdpx) and codebooks (.qdc) of ATLAS.ti, MAXQDA, NVivo, QualCoder and others: the REFI-QDA standard.

Codes are known by their GUID, for names come again under other parents. What is found and cannot be read (pictures,
sound, notes) is listed in `skipped`, as the standard asks of who imports (version 1.5, chapter 7).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from ledanalysis.errors import InputError
from ledanalysis.reading import bounds, offsets
from ledanalysis.reading.coded import COLUMNS, SEPARATOR, CodedProject, table
from ledanalysis.reading.rawfile import RawFile, decode, open_file

EXTENSIONS = (".qdpx", ".qdc")
VALUES = ("TextValue", "BooleanValue", "IntegerValue", "FloatValue", "DateValue", "DateTimeValue")

_MOST = 2**31 - 1  # bytes of a file in a project, by the standard; those that are text may be a tenth of it together


def read_refi(path: str | Path) -> CodedProject:
    """Read a coded project (.qdpx) or a codebook (.qdc) in the REFI-QDA standard.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    CodedProject

    Raises
    ------
    InputError
        If there is no such file, it is not what its name says, it is damaged, a code, source or text in it is there
        twice or lacking, or it is made to do harm.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "a.qdc"
    >>> _ = path.write_text('<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code isCodable="true" name="Leren" '
    ...                     'guid="0F8A1907-7E42-4739-8610-A676B4D1B69F"/></Codes></CodeBook>')
    >>> read_refi(path).codes[["guid", "name"]].values.tolist()
    [['0f8a1907-7e42-4739-8610-a676b4d1b69f', 'Leren']]
    """
    path = Path(path)
    if path.suffix.lower() not in EXTENSIONS:
        raise InputError("unknown extension", file=path.name, value=path.suffix, allowed=list(EXTENSIONS))
    if path.suffix.lower() == ".qdc":
        bounds.check_size(path, bounds.MOST_TEXT)
        root = bounds.parse_xml(open_file(path).content, path.name)
        return _read(root, path.name, None)
    if not path.is_file():
        raise InputError("no such file", file=path)
    with bounds.open_archive(path, path.name, _MOST, bounds.MOST_TEXT * 4) as archive:
        texts = _Archive(archive, path.name)
        return _read(bounds.parse_xml(texts.project(), path.name), path.name, texts)


@dataclass
class _Archive:
    """A project's archive, in which files are found whatever the case and the folder they are named with."""

    archive: object
    file: str

    def project(self) -> bytes:
        """The file that tells of the project: 'project.qde' by the standard, named after the project by ATLAS.ti."""
        inner = [
            each for each in self.archive.infolist()
            if each.filename.lower().endswith(".qde") and not each.filename.startswith("__MACOSX")
        ]  # fmt: skip
        named = [each for each in inner if each.filename.lower() == "project.qde"]
        if len(inner) != 1 and len(named) != 1:
            problem = "no project (.qde) in it" if not inner else "more than one project (.qde) in it"
            raise InputError(problem, file=self.file)
        return bounds.unpacked(self.archive, (named or inner)[0], self.file)

    def text(self, reference: str) -> str:
        """The text that a source refers to ('internal://....txt')."""
        inner = re.sub(r"^internal:/*", "", reference, flags=re.I).replace("\\", "/").lstrip("/")
        if ".." in inner.split("/") or re.match(r"[A-Za-z][\w+.-]*:", inner):
            raise InputError("a source's path leads out of the project", file=self.file, value=reference)
        wanted = {self._key(inner), self._key(unquote(inner))}
        wanted |= {"sources/" + each for each in wanted}
        found = [each for each in self.archive.infolist() if self._key(each.filename) in wanted]
        if not found:  # the folder itself may have been put in the archive
            ends = tuple("/" + each for each in wanted)
            found = [each for each in self.archive.infolist() if self._key(each.filename).endswith(ends)]
        exact = [each for each in found if each.filename.endswith(inner)] if len(found) > 1 else found
        if len(exact) != 1:
            problem = "a source's text is not in the project" if not found else "which of these is the source's text?"
            raise InputError(problem, file=self.file, value=reference)
        content = bounds.unpacked(self.archive, exact[0], self.file)
        text, _ = decode(RawFile(f"{self.file}, {exact[0].filename}", content))
        if "\0" in text:
            raise InputError("zero bytes in a text", file=self.file, value=reference)
        return text

    @staticmethod
    def _key(name: str) -> str:
        return unicodedata.normalize("NFC", name).casefold()


@dataclass
class _Found:
    """Rows as they are come upon."""

    file: str
    codes: list = field(default_factory=list)
    sources: list = field(default_factory=list)
    segments: list = field(default_factory=list)
    variables: list = field(default_factory=list)
    offsets: list = field(default_factory=list)
    skipped: Counter = field(default_factory=Counter)
    users: dict = field(default_factory=dict)

    def guid(self, element: Element, attribute: str = "guid") -> str:
        guid = (element.get(attribute) or "").strip().strip("{}").lower()
        if not guid:
            raise InputError(f"a {element.tag} without {attribute}", file=self.file, value=element.get("name"))
        return guid

    def skip(self, what: str, why: str, source: str | None = None, n: int = 1) -> None:
        self.skipped[source, what, why] += n


def _read(root: Element, file: str, texts: _Archive | None) -> CodedProject:
    if root.tag not in ("Project", "CodeBook") or (texts is not None and root.tag != "Project"):
        raise InputError("no REFI-QDA file: its XML is about something else", file=file, value=root.tag)
    found = _Found(file)
    users = root.findall("Users/User")
    found.users = {found.guid(user): user.get("name") or user.get("id") or found.guid(user) for user in users}
    codes = root.find("CodeBook/Codes") if root.tag == "Project" else root.find("Codes")
    found.codes = list(_codes(codes if codes is not None else [], found))
    if texts is not None:
        for source in root.findall("Sources/*"):
            _source(source, texts, found)
        _cases(root, found)
    for tag in ("Notes", "Links", "Sets", "Graphs"):
        if n := len(root.findall(f"{tag}/*")):
            found.skip(tag, "not read", n=n)
    return _project(found, root.get("origin") or "")


def _codes(top, found: _Found):
    """Rows of the tree of codes, parents before their children."""
    seen: set[str] = set()
    waiting = [(code, None, "") for code in reversed(list(top))]
    while waiting:
        code, parent, above = waiting.pop()
        if code.tag != "Code":
            continue
        guid, name = found.guid(code), code.get("name")
        if name is None or guid in seen:
            problem = "a code without a name" if name is None else "two codes have the same guid"
            raise InputError(problem, file=found.file, value=guid)
        seen.add(guid)
        path = above + SEPARATOR + name if above else name
        yield guid, name, path, parent, code.findtext("Description") or None
        waiting += [(child, guid, path) for child in reversed(code.findall("Code"))]


def _source(source: Element, texts: _Archive, found: _Found) -> None:
    """A source with its text, variables and segments; of a PDF the text that represents it."""
    guid, name = found.guid(source), source.get("name") or ""
    holder = source.find("Representation") if source.tag == "PDFSource" else source
    if source.tag not in ("TextSource", "PDFSource") or holder is None:
        found.skip(source.tag, "not text", guid)
        return
    _values(source, [(guid, None)], found)
    path, inline = holder.get("plainTextPath"), holder.findtext("PlainTextContent")
    if not path and inline is None:
        found.skip(source.tag, "without plain text", guid)
        return
    if path and re.match(r"(?:relative|absolute):", path, re.I):
        found.skip(source.tag, "its text is outside the project", guid)
        return
    if guid in {known for known, *_ in found.sources}:
        raise InputError("two sources have the same guid", file=found.file, value=guid)
    text = texts.text(path) if path else inline
    found.sources.append((guid, name, text))
    _segments(source, holder, guid, text, found)


def _segments(source: Element, holder: Element, guid: str, text: str, found: _Found) -> None:
    selections = holder.findall("PlainTextSelection")
    places = [tuple(_number(each, f"{end}Position", found) for end in ("start", "end")) for each in selections]
    fit = offsets.fit(text, [(*place, each.get("name") or "") for place, each in zip(places, selections)])
    holders = [source] if holder is source else [source, holder]
    whole = [(coding, (0, len(text)), coding) for each in holders for coding in each.findall("Coding")]
    coded = [(coding, span, each) for each, span in zip(selections, fit.spans) for coding in each.findall("Coding")]
    known = {code for code, *_ in found.codes}
    for coding, span, selection in whole + coded:
        reference = coding.find("CodeRef")
        code = found.guid(reference, "targetGUID") if reference is not None else ""
        if span is None or code not in known or span[0] == span[1]:
            why = "outside the text" if span is None else "empty" if code in known else "of an unknown code"
            found.skip("coding", why, guid)
            continue
        by = coding.get("creatingUser") or selection.get("creatingUser") or selection.get("modifyingUser") or ""
        by = by.strip("{} ").lower() or None
        found.segments.append((guid, code, found.users.get(by, by), *span, text[slice(*span)]))
    if n := sum(each.find("Coding") is None for each in selections):
        found.skip("PlainTextSelection", "without a code", guid, n)
    twins = {each.get("guid") for each in selections}  # ATLAS.ti draws a segment of a PDF's text on the page too
    if n := sum(each.get("guid") not in twins for each in source.findall("PDFSelection")):
        found.skip("PDFSelection", "a part of a page, not of its text", guid, n)
    found.offsets.append((
        guid, fit.rule, len(selections), fit.fitted, " | ".join(fit.rivals), sum(span is None for span in fit.spans)
    ))  # fmt: skip


def _number(element: Element, attribute: str, found: _Found) -> int:
    value = (element.get(attribute) or "").strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
        raise InputError(f"{attribute} is no number", file=found.file, value=value)
    return int(value)


def _cases(root: Element, found: _Found) -> None:
    """Variables of cases, for each source that a case is about; Quirkos has them in cases without a name."""
    for case in root.findall("Cases/Case"):
        name = case.get("name") or None
        sources = [found.guid(each, "targetGUID") for each in case.findall("SourceRef")]
        _values(case, [(source, name) for source in sources or [None]], found)
    defined = root.findall("Variables/Variable")
    names = {found.guid(each): (each.get("name") or "", each.get("typeOfVariable") or "Text") for each in defined}
    rows = found.variables
    found.variables = [(*row[:2], *names[row[2]], row[3]) for row in rows if row[2] in names]
    if n := sum(row[2] not in names for row in rows):
        found.skip("VariableValue", "of a variable that is not in the project", n=n)


def _values(element: Element, holders: list[tuple], found: _Found) -> None:
    for value in element.findall("VariableValue"):
        reference = value.find("VariableRef")
        texts = [each.text or "" for each in value if each.tag in VALUES]
        if reference is not None and texts and texts[0].strip():
            found.variables += [(*holder, found.guid(reference, "targetGUID"), texts[0].strip()) for holder in holders]


def _project(found: _Found, origin: str) -> CodedProject:
    rows = {name: getattr(found, name) for name in COLUMNS} | {
        "skipped": [(*what, n) for what, n in found.skipped.items()]
    }
    tables = {name: table(name, rows[name]) for name in COLUMNS}
    order = {guid: place for place, (guid, *_) in enumerate(found.sources)}
    segments = tables["segments"].assign(_by=tables["segments"]["source"].map(order))
    segments = segments.sort_values(["_by", "start", "end"], kind="stable", ignore_index=True)
    tables["segments"] = segments.drop(columns="_by")
    return CodedProject(**tables, origin=origin)
