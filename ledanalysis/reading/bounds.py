"""What keeps a hostile file harmless: sizes, archives that unpack to too much or elsewhere, XML that names entities.

One set of limits for all formats. They are many times what a survey or a text needs.
"""

from __future__ import annotations

import codecs
import io
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, iterparse
from xml.parsers import expat

from ledanalysis.errors import InputError

# An interview of two hours is some 200 kB of text; a mailbox or a report with its pictures may be far larger. A survey
# of 200,000 rows by 150 columns is 160 MB as CSV, and as a workbook half a gigabyte of XML.
MOST_TEXT = 50 * 2**20
MOST_FILE = 500 * 2**20
MOST_SURVEY = 2 * 2**30
MOST_LINE = 16_000_000  # bytes of a survey's row; a cell may have 131,072 characters, four times Excel's most
MOST_CELLS = 40_000_000  # of a table, empty ones among them
MOST_UNPACKED = 10**9  # bytes of all the members of an archive
SMALL, MOST_RATIO = 10 * 2**20, 250  # text packs to a tenth, a sheet of equal rows to a hundredth, a bomb to a thousandth
_MOST_DEPTH, _MOST_ELEMENTS, _MOST_MEMBERS = 250, 2_000_000, 20_000
_PARSED = (".xml", ".rels", ".qde", ".txt", ".lss", ".lsr", ".vml")
_ELSEWHERE = re.compile(r"[/\\]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|$)")
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


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


def check_lines(content: bytes, name: str) -> None:
    """Refuse a line too long to be anybody's answers, before anything is made of it.

    Raises
    ------
    InputError
        With the number of the line.
    """
    start = 0
    while start + MOST_LINE < len(content):
        end = max(content.rfind(b"\n", start, start + MOST_LINE), content.rfind(b"\r", start, start + MOST_LINE))
        if end < 0:
            raise InputError(f"a line of more than {MOST_LINE} bytes", file=name, row=content.count(b"\n", 0, start) + 1)
        start = end + 1


def check_span(rows: int, columns: int, sheet: str, name: str) -> None:
    """Refuse a table that spans more cells than can be held: one cell in the far corner is enough for that.

    Raises
    ------
    InputError
    """
    if rows * columns > MOST_CELLS:
        raise InputError(f"sheet {sheet!r} spans {rows} rows by {columns} columns", file=name, allowed=f"{MOST_CELLS:,} cells")


def open_archive(source, name: str, most: int | None = None, most_text: int | None = None) -> zipfile.ZipFile:
    """Open a zip archive of which every member may be read.

    Parameters
    ----------
    source : path-like, bytes or file
    name : str
        For errors.
    most, most_text : int, optional
        Bytes that all members may unpack to (by default MOST_UNPACKED), and those of text or XML (by default as many).

    Raises
    ------
    InputError
        If it is no zip archive or a damaged one, a member's name leads out of the archive, is there twice or is that
        of a link, a member is encrypted, or the archive unpacks to too much.

    Examples
    --------
    >>> packed = io.BytesIO()
    >>> with zipfile.ZipFile(packed, "w") as archive: archive.writestr("../../a", "x")
    >>> open_archive(packed.getvalue(), "b.lsa")
    Traceback (most recent call last):
    ledanalysis.errors.InputError: b.lsa: a file in the archive leads out of it: '../../a'
    """
    most = most or MOST_UNPACKED
    try:
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
        members = archive.infolist()
    except OSError as error:
        raise InputError(f"cannot be opened ({error.strerror or error})", file=name) from None
    except Exception as error:  # zipfile raises more than BadZipFile
        raise InputError(f"not a zip archive, or damaged or cut short ({error})", file=name) from None
    if len(members) > _MOST_MEMBERS:
        raise InputError("too many files in the archive", file=name, value=len(members), allowed=f"{_MOST_MEMBERS:,}")
    seen: set[str] = set()
    for each in members:
        _check_member(each, seen, name)
        try:
            archive.open(each).close()
        except Exception as error:  # the name in the directory is not the one in front of the member
            raise InputError(f"damaged or cut short ({error})", file=name, value=each.filename) from None
    for chosen, limit, what in ((members, most, ""), (filter(_is_parsed, members), most_text or most, " text")):
        if (total := sum(each.file_size for each in chosen)) > limit:
            raise InputError(f"unpacks to too much{what}", file=name, value=f"{total // 2**20} MB", allowed=f"{limit // 2**20} MB")
    return archive


def _is_parsed(member: zipfile.ZipInfo) -> bool:
    return member.filename.lower().endswith(_PARSED)


def _check_member(member: zipfile.ZipInfo, seen: set[str], name: str) -> None:
    if _ELSEWHERE.match(member.orig_filename) or _ELSEWHERE.match(member.filename):
        raise InputError("a file in the archive leads out of it", file=name, value=member.filename)
    if "\0" in member.orig_filename:
        raise InputError("damaged: a zero byte in the name of a file in the archive", file=name, value=member.orig_filename)
    if stat.S_ISLNK(member.external_attr >> 16):
        raise InputError("a link in the archive", file=name, value=member.filename)
    if member.filename in seen:
        raise InputError("a file is in the archive twice", file=name, value=member.filename)
    if member.flag_bits & 1:
        raise InputError("encrypted: save it without a password", file=name, value=member.filename)
    if member.file_size > max(SMALL, MOST_RATIO * member.compress_size):
        raise InputError("unpacks to far more than it is: a zip bomb", file=name, value=member.filename)
    seen.add(member.filename)


def unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo | str, name: str) -> bytes:
    """A member's bytes: never more than the archive says, which `open_archive` has checked.

    Raises
    ------
    InputError
        If there is no such member, or it is damaged.
    """
    part = member if isinstance(member, str) else member.filename
    try:
        info = archive.getinfo(member) if isinstance(member, str) else member
        with archive.open(info) as opened:
            content = opened.read(info.file_size)
            if len(content) < info.file_size or opened.read(1):
                raise ValueError("not as long as it says")
    except KeyError:
        raise InputError("damaged or cut short: a part lacks", file=name, value=part) from None
    except Exception as error:  # a checksum, zlib, lzma, bz2, a method that is not known
        raise InputError(f"damaged or cut short ({error})", file=name, value=part) from None
    return content


def check_xml(content: bytes, name: str, part: str = "") -> None:
    """Refuse XML with a document type, hence with entities: they can blow up, or name other files.

    A parser that is not ours may know encodings that this one does not, so what cannot be parsed is refused too.

    Raises
    ------
    InputError
        Naming the part.
    """

    def refuse(*_):
        where = f" of {part}" if part else ""
        raise InputError(f"the XML{where} has a document type (DOCTYPE), which such files never have", file=name)

    if part.lower().endswith(".vml"):  # drawings, which Excel itself does not always write as XML
        if _DECLARES.search(content.replace(b"\0", b"")):
            refuse()
        return
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    _parse(parser, content, name, part)


def _parse(parser, content: bytes, name: str, part: str = "") -> None:
    try:
        parser.Parse(content, True)
    except InputError:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:  # the last two: an encoding that is not known
        where = f" of {part}" if part else ""
        raise InputError(f"the XML{where} is damaged or cut short ({error})", file=name) from None


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
        _check_extent(len(open_tags), count, name)
        open_tags.append(tag.rpartition("}")[2])
        builder.start(open_tags[-1], {key.rpartition("}")[2]: value for key, value in attributes.items()})

    def refuse(*_):
        raise InputError("the XML has a document type (DOCTYPE), which such files never have", file=name)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: builder.end(open_tags.pop())
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    _parse(parser, content, name)
    return builder.close()


def _check_extent(depth: int, count: int, name: str) -> None:
    if depth >= _MOST_DEPTH or count > _MOST_ELEMENTS:
        raise InputError("XML nested too deep or too long", file=name)


def each_element(content: bytes, name: str, tags: set[str], opened: str = "", part: str = "") -> Iterator[Element]:
    """The elements with some tags ('{namespace}tag') one after the other, each gone when the next one comes.

    For tables, of which the tree would take many times the memory of the file.

    Parameters
    ----------
    content : bytes
    name, part : str
        For errors.
    tags : set of str
        Elements that come whole, when they end.
    opened : str
        A tag of elements that come when they begin, with their attributes alone: what the others stand in.

    Raises
    ------
    InputError
        As `parse_xml` does; but of `tags` there may be any number.

    Examples
    --------
    >>> [each.get("n") for each in each_element(b'<a n="0"><row n="1"><c/></row><row n="2"/></a>', "a.lsa", {"row"}, "a")]
    ['0', '1', '2']
    """
    check_xml(content, name, part)
    depth = count = inside = 0
    try:
        for event, element in iterparse(io.BytesIO(content), ("start", "end")):
            is_one = element.tag in tags
            if event == "start":
                count += not inside and not is_one
                _check_extent(depth, count, name)
                depth, inside = depth + 1, inside + is_one
                if element.tag == opened:
                    yield element
                continue
            depth, inside = depth - 1, inside - is_one
            if is_one and not inside:
                yield element
                element.clear()
    except ParseError as error:
        raise InputError(f"the XML is damaged or cut short ({error})", file=name) from None
