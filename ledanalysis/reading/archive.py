"""Zip archives and the XML inside them, taken in with bounds: what is delivered may be made to harm."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

import defusedxml.ElementTree

from ledanalysis.errors import InputError
from ledanalysis.reading.rawfile import RawFile

LARGEST = 1_000_000_000  # bytes unpacked: a workbook of 200,000 rows by 150 columns is about half of it
SMALL = 50_000_000  # bytes unpacked below which no ratio is odd: a sheet that repeats itself packs very well
RATIO = 250  # text of answers packs to a tenth, a sheet of equal rows to a hundredth, a bomb to a thousandth
MOST_PARTS = 10_000


def open_archive(file: RawFile, form: str) -> zipfile.ZipFile:
    """A zip archive, once its table of contents has been found harmless.

    Raises
    ------
    InputError
        If it is damaged, has a part whose name leads out of the archive, or unpacks to more than LARGEST bytes, or
        (beyond SMALL) to more than RATIO times its own size.

    Examples
    --------
    >>> packed = io.BytesIO()
    >>> with zipfile.ZipFile(packed, "w") as archive: archive.writestr("../../a", "x")
    >>> open_archive(RawFile("b.lsa", packed.getvalue()), "LimeSurvey")
    Traceback (most recent call last):
    ledanalysis.errors.InputError: b.lsa: a part whose name leads out of the archive: '../../a'
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.content))
        parts = archive.infolist()
    except Exception as error:  # zipfile raises more than BadZipFile
        raise InputError(f"not readable as {form}: damaged or cut short ({error})", file=file.name) from None
    for part in parts:
        path = PurePosixPath(part.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match("[A-Za-z]:", part.filename):
            raise InputError("a part whose name leads out of the archive", file=file.name, value=part.filename)
    size = sum(part.file_size for part in parts)
    if size > LARGEST or len(parts) > MOST_PARTS or (size > SMALL and size > RATIO * len(file.content)):
        problem = f"unpacks to {size} bytes in {len(parts)} parts: a zip bomb, or more than is read here"
        raise InputError(problem, file=file.name, allowed=f"{LARGEST} bytes, {RATIO} times the file's own size")
    return archive


def unpack(archive: zipfile.ZipFile, name: str, file: RawFile, form: str) -> bytes:
    """One part of an archive, never more of it than the table of contents says."""
    try:
        return archive.read(name)
    except Exception as error:  # a checksum, zlib, an encrypted part, a method that is not known
        raise InputError(f"not readable as {form}: damaged or cut short ({error})", file=file.name) from None


def parse_xml(content: bytes, file: RawFile, form: str):
    """The root of an XML document that declares no entities and no document type.

    Raises
    ------
    InputError
        If it declares any (they can blow up or name other files), or it is no XML.
    """
    try:
        return defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
    except defusedxml.common.DefusedXmlException as error:
        raise InputError("XML with a document type or entities, which are never followed", file=file.name,
                         value=type(error).__name__) from None  # fmt: skip
    except Exception as error:  # not well-formed, an unknown encoding, names in another
        raise InputError(f"not readable as {form}: damaged or cut short ({error})", file=file.name) from None


def check_xml(archive: zipfile.ZipFile, file: RawFile, form: str) -> None:
    """Refuse an archive with an XML part that declares a document type, for a parser that is not ours."""
    for part in archive.infolist():
        if part.filename.endswith((".xml", ".rels", ".vml")):
            content = unpack(archive, part.filename, file, form)
            if b"\0" in content[:100]:
                content = content.replace(b"\0", b"")  # UTF-16
            if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
                raise InputError("XML with a document type or entities, which are never followed", file=file.name,
                                 value=part.filename)  # fmt: skip
