"""A delivered file: its bytes, read once, and what can be said about them without knowing the format."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from ledanalysis.errors import InputError

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# An accented letter in UTF-8; in Windows-1252 it would read as a capital A with tilde and a sign after it.
UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]")


@dataclass(frozen=True)
class RawFile:
    """What was received: the file's name (without its folder) and its bytes."""

    name: str
    content: bytes

    @property
    def suffix(self) -> str:
        return Path(self.name).suffix.lower()

    def stream(self) -> io.BytesIO:
        return io.BytesIO(self.content)

    @cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def open_file(path) -> RawFile:
    """Read a file whole, so that what is hashed is what is read.

    Raises
    ------
    InputError
        If there is no such file, it is a folder, it may not be read or it is empty.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError("no such file", file=path) from None
    except (OSError, ValueError) as error:  # the latter: a zero byte in the name
        raise InputError(f"cannot be opened ({getattr(error, 'strerror', error)})", file=path) from None
    if not content:
        raise InputError("the file is empty", file=path.name)
    return RawFile(path.name, content)


def start_of(path, most: int) -> RawFile | None:
    """The first bytes of a file larger than that, for what can be said without all of it; None of a smaller one."""
    path = Path(path)
    try:
        if path.stat().st_size <= most:
            return None
        with path.open("rb") as opened:
            return RawFile(path.name, opened.read(most))
    except (OSError, ValueError):  # `open_file` says what is wrong
        return None


def choose(file: RawFile, formats):
    """The format (a module of this package) that both the file's name and its content say it has.

    A file without an extension is recognised by its content alone.

    Raises
    ------
    InputError
        If the extension is not one of the formats', or the content is something else than the name says.
    """
    allowed = sorted(extension for form in formats for extension in form.EXTENSIONS)
    fitting = [form for form in formats if form.recognises(file)]
    if not file.suffix:
        if not fitting:
            raise InputError("not recognised by its content", file=file.name, allowed=allowed)
        return fitting[0]
    named = next((form for form in formats if file.suffix in form.EXTENSIONS), None)
    if named is None:
        raise InputError("unknown extension", file=file.name, value=file.suffix, allowed=allowed)
    if named not in fitting:
        content = f"the content looks like {fitting[0].NAME}" if fitting else "the content is not"
        raise InputError(f"the name says {named.NAME}, {content}", file=file.name)
    return named


def by_content(file: RawFile, formats, any_text):
    """The format (a module of this package) that the file's content has, whatever its name.

    Parameters
    ----------
    file : RawFile
    formats : sequence of modules
    any_text : module
        The one of them that takes in any text: only where the name does not say that it is something else. Of a
        damaged archive the name decides what it was.

    Raises
    ------
    InputError
        If the content is of none of the formats, or is mere text where the name says something else.
    """
    allowed = sorted(extension for form in formats for extension in form.EXTENSIONS)
    named = next((form for form in formats if file.suffix in form.EXTENSIONS), None)
    fitting = [form for form in formats if form.recognises(file)]
    sure = [form for form in fitting if form is not any_text]
    if named in sure or sure:
        return named if named in sure else sure[0]
    if fitting and (named is any_text or not file.suffix):
        return any_text
    if not file.suffix:
        raise InputError("not recognised by its content", file=file.name, allowed=allowed)
    if named is None:
        raise InputError("unknown extension", file=file.name, value=file.suffix, allowed=allowed)
    content = f"the content looks like {any_text.NAME}" if fitting else "the content is not"
    raise InputError(f"the name says {named.NAME}, {content}", file=file.name)


def is_text(file: RawFile) -> bool:
    """Whether the bytes can be text: a byte order mark, or neither zero bytes nor a known binary beginning."""
    if any(file.content.startswith(mark) for mark, _ in BYTE_ORDER_MARKS):
        return True
    binary = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"$FL", b"{\\rtf")
    return not file.content.startswith(binary) and b"\0" not in file.content


def begins(file: RawFile, word: bytes) -> bool:
    """Whether a text begins with a word in ASCII, whatever its encoding."""
    return re.sub(rb"[\0\xef\xbb\xbf\xff\xfe]", b"", file.content[:64]).startswith(word)


def zip_holds(file: RawFile, folder: str) -> bool:
    """Whether the file is a zip archive with something in a folder, or one too damaged to tell."""
    if not file.content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            return any(name.startswith(folder) for name in archive.namelist())
    except Exception:  # zipfile raises more than BadZipFile; the format's own reader then says what is wrong
        return True


def decode(file: RawFile, encoding: str | None = None) -> tuple[str, str]:
    """The text of a file and the encoding it was in.

    Without `encoding`: what the byte order mark says, else UTF-8 if all of it fits, else Windows-1252.
    A file that has letters in UTF-8 but is not UTF-8 throughout is refused: it was cut short or pasted together, and
    would read as 'geÃ¯nteresseerd'.

    Returns
    -------
    text, encoding : str

    Raises
    ------
    InputError
        If the bytes do not fit the encoding, with the row (line) of the first that does not.

    Examples
    --------
    >>> decode(RawFile("a.csv", "gemeente;één".encode("cp1252")))
    ('gemeente;één', 'cp1252')
    """
    found = encoding or next((name for mark, name in BYTE_ORDER_MARKS if file.content.startswith(mark)), "utf-8")
    try:
        return file.content.decode(found), found
    except LookupError:
        raise InputError("unknown encoding", file=file.name, value=found) from None
    except UnicodeDecodeError as error:
        row = file.content.count(b"\n", 0, error.start) + 1
        if found != "utf-8" or encoding or UTF8_LETTER.search(file.content):
            problem = f"not {found} throughout: cut short, or more than one encoding; name one with encoding="
            raise InputError(problem, file=file.name, row=row) from None
    try:
        return file.content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as error:
        row = file.content.count(b"\n", 0, error.start) + 1
        problem = "neither UTF-8 nor Windows-1252; name the encoding with encoding="
        raise InputError(problem, file=file.name, row=row) from None


def as_utf8(file: RawFile, encoding: str | None = None) -> tuple[bytes, str]:
    """The bytes of a text as UTF-8 and the encoding it was in, as `decode` has them: a file in UTF-8 is not copied.

    Raises
    ------
    InputError
        As `decode` does.

    Examples
    --------
    >>> as_utf8(RawFile("a.csv", "één".encode("cp1252")))
    (b'\\xc3\\xa9\\xc3\\xa9n', 'cp1252')
    """
    found = encoding or next((name for mark, name in BYTE_ORDER_MARKS if file.content.startswith(mark)), "utf-8")
    if found in ("utf-8", "utf-8-sig") and is_utf8(file.content):
        return file.content, found
    text, found = decode(file, encoding)
    try:
        return text.encode("utf-8"), found
    except UnicodeEncodeError:
        raise InputError("halves of characters in the text", file=file.name, value=found) from None


def is_utf8(content: bytes) -> bool:
    """Whether bytes are UTF-8 throughout, without making a text of them."""
    offsets = np.array([0, len(content)], dtype="int64")
    whole = pa.LargeStringArray.from_buffers(1, pa.py_buffer(offsets), pa.py_buffer(content))
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
