"""What keeps a hostile file harmless: sizes, archives that unpack to too much or elsewhere, XML that names entities."""

from __future__ import annotations

import codecs
import re
import stat
import zipfile
import zlib
from pathlib import Path
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ledanalysis.errors import InputError

# An interview of two hours is some 200 kB of text; a mailbox or a report with its pictures may be far larger.
MOST_TEXT = 50 * 2**20
MOST_FILE = 500 * 2**20
MOST_RATIO = 200  # text that packs better than this was made to
_MOST_DEPTH, _MOST_ELEMENTS, _MOST_MEMBERS = 250, 2_000_000, 20_000
_PARSED = (".xml", ".rels", ".qde", ".txt")
_ELSEWHERE = re.compile(r"[/\\]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|$)")


def check_size(path, most: int) -> None:
    """Refuse a file before it is read into memory.

    Raises
    ------
    InputError
        If it is larger than `most` bytes; a file that is not there is left to who opens it.
    """
    try:
        size = Path(path).stat().st_size
    except (OSError, ValueError):
        return
    if size > most:
        raise InputError(f"larger than {most // 2**20} MB", file=Path(path).name, value=f"{size // 2**20} MB")


def open_archive(source, name: str, most: int = MOST_FILE) -> zipfile.ZipFile:
    """Open a zip archive of which every member may be read.

    Parameters
    ----------
    source : path-like or file
    name : str
        For errors.
    most : int
        Bytes that all members may unpack to; those that are text or XML to a tenth of it.

    Raises
    ------
    InputError
        If it is no zip archive or a damaged one, a member's name leads out of the archive, is there twice or is that
        of a link, a member is encrypted, or the archive unpacks to too much.
    """
    try:
        archive = zipfile.ZipFile(source)
        members = archive.infolist()
    except OSError as error:
        raise InputError(f"cannot be opened ({error.strerror or error})", file=name) from None
    except Exception as error:  # zipfile raises more than BadZipFile
        raise InputError(f"not a zip archive, or damaged or cut short ({error})", file=name) from None
    if len(members) > _MOST_MEMBERS:
        raise InputError("too many files in the archive", file=name, value=len(members), allowed=f"{_MOST_MEMBERS:,}")
    seen = set()
    for each in members:
        _check_member(each, seen, name, most)
    if (total := sum(each.file_size for each in members if _is_parsed(each))) > most // 10:
        raise InputError("unpacks to too much text", file=name, value=f"{total // 2**20} MB")
    return archive


def _is_parsed(member: zipfile.ZipInfo) -> bool:
    return member.filename.lower().endswith(_PARSED)


def _check_member(member: zipfile.ZipInfo, seen: set, name: str, most: int) -> None:
    if _ELSEWHERE.match(member.orig_filename) or _ELSEWHERE.match(member.filename):
        raise InputError("a file in the archive leads out of it", file=name, value=member.filename)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise InputError("a link in the archive", file=name, value=member.filename)
    if member.filename in seen:
        raise InputError("a file is in the archive twice", file=name, value=member.filename)
    if member.flag_bits & 1:
        raise InputError("encrypted: save it without a password", file=name, value=member.filename)
    if member.file_size > most:
        raise InputError("unpacks to too much", file=name, value=member.filename)
    if _is_parsed(member) and member.file_size > max(2**20, MOST_RATIO * member.compress_size):
        raise InputError("unpacks to far more than it is: not read", file=name, value=member.filename)
    seen.add(member.filename)


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    """A member's bytes: never more than the archive says, which `open_archive` has checked.

    Raises
    ------
    InputError
        If the member is damaged.
    """
    try:
        with archive.open(member) as opened:
            return opened.read(member.file_size)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"damaged or cut short ({error})", file=name, value=member.filename) from None
    except Exception as error:  # lzma and bz2 have errors of their own
        raise InputError(f"damaged ({error})", file=name, value=member.filename) from None


def check_xml(content: bytes, name: str, part: str) -> None:
    """Refuse XML with a document type: of entities that another reader leaves out, a text would lack the words.

    Raises
    ------
    InputError
        Naming the part; XML that is not well-formed is left to who reads it.
    """

    def refuse(*_):
        raise InputError(f"the XML of {part} has a document type (DOCTYPE), which such files never have", file=name)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except InputError:
        raise
    except (expat.ExpatError, ValueError, LookupError):
        return


def check_zeros(content: bytes, name: str) -> None:
    """Refuse zero characters in a text of two bytes a character, where zero bytes are no sign of them.

    Raises
    ------
    InputError
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and "\0" in content.decode("utf-16", "replace"):
        raise InputError("zero bytes in the text", file=name)


def parse_xml(content: bytes, name: str) -> Element:
    """Parse XML that has no document type, hence no entities; tags without their namespaces.

    Raises
    ------
    InputError
        If it is not well-formed, has a document type, or is nested or filled beyond measure.

    Examples
    --------
    >>> parse_xml(b'<a xmlns="urn:b"><c d="e">f</c></a>', "a.qde").find("c").text
    'f'
    >>> parse_xml(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "a.qde")
    Traceback (most recent call last):
    ledanalysis.errors.InputError: a.qde: the XML has a document type (DOCTYPE), which such files never have
    """
    builder, open_tags, count = TreeBuilder(), [], 0
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def start(tag, attributes):
        nonlocal count
        count += 1
        if len(open_tags) >= _MOST_DEPTH or count > _MOST_ELEMENTS:
            raise InputError("XML nested too deep or too long", file=name)
        open_tags.append(tag.rpartition("}")[2])
        builder.start(open_tags[-1], {key.rpartition("}")[2]: value for key, value in attributes.items()})

    def refuse(*_):
        raise InputError("the XML has a document type (DOCTYPE), which such files never have", file=name)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: builder.end(open_tags.pop())
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise InputError(f"the XML is damaged ({error})", file=name) from None
    except (ValueError, LookupError) as error:  # an encoding that expat does not know
        if isinstance(error, InputError):
            raise
        raise InputError(f"the XML is damaged ({error})", file=name) from None
    return builder.close()
