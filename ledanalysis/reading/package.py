"""Packages as Office writes them (.docx, .xlsx): an archive of parts in XML that name each other."""

from __future__ import annotations

import posixpath
import zipfile
from urllib.parse import unquote

from ledanalysis.errors import InputError
from ledanalysis.reading import bounds
from ledanalysis.reading.rawfile import RawFile

# The parts that are read. Of others a file may name some that it has not: Word itself writes 'NULL' for a lost picture.
READ = {"officeDocument", "worksheet", "sharedStrings", "styles", "comments", "footnotes", "endnotes"}
XML = (".xml", ".rels", ".vml")


def open_package(file: RawFile, most_text: int | None = None) -> zipfile.ZipFile:
    """A package of which every part in XML is sound, and every part that is read is there.

    The libraries that read them pass over what lacks: a workbook without its first sheet would read as the second.

    Raises
    ------
    InputError
        As `bounds.open_archive` and `bounds.check_xml` do, or if a part lacks.
    """
    archive = bounds.open_archive(file.content, file.name, most_text=most_text)
    names = {name.casefold() for name in archive.namelist()}
    for name in archive.namelist():
        if name.lower().endswith(XML):
            content = bounds.unpacked(archive, name, file.name)
            bounds.check_xml(content, file.name, name)
            if name.lower().endswith(".rels"):
                _check_relations(content, name, names, file.name)
    for main in ("word/document.xml", "xl/workbook.xml"):
        relations = "{}/_rels/{}.rels".format(*posixpath.split(main))
        others = [name for name in names if name.startswith(main.split("/")[0]) and name.endswith(".xml") and name != main]
        if main in names and others and relations not in names:
            raise InputError("damaged or cut short: a part lacks", file=file.name, value=relations)
    return archive


def _check_relations(content: bytes, part: str, names: set[str], file_name: str) -> None:
    folder = posixpath.dirname(posixpath.dirname(part))
    for each in bounds.parse_xml(content, file_name):
        kind = (each.get("Type") or "").rpartition("/")[2]
        if kind not in READ or each.get("TargetMode") == "External":
            continue
        target = posixpath.normpath(posixpath.join("/", folder, unquote(each.get("Target") or ""))).lstrip("/")
        if target.casefold() not in names:
            raise InputError("damaged or cut short: a part lacks", file=file_name, value=target)
