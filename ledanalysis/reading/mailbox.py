"""Suggestions that came by e-mail, many in one file (.mbox), as Thunderbird, Apple Mail and Google Takeout write it."""

from __future__ import annotations

import re

from ledanalysis.errors import InputError
from ledanalysis.reading.mail import MAILBOX_LINE, passages_of
from ledanalysis.reading.rawfile import RawFile, is_text

NAME = "mailbox"
EXTENSIONS = (".mbox",)

_GUARDED = re.compile(rb"^>(>*From )", re.M)  # a line of the text itself, kept from being read as the next mail


def recognises(file: RawFile) -> bool:
    return is_text(file) and bool(MAILBOX_LINE.match(_content(file)))


def read(file: RawFile) -> list[tuple[str | None, str]]:
    """Each mail's subject and own words, in order, as those of a mail alone. The speaker is never given.

    What was copied or sent twice (the same Message-ID, as in Gmail's labels) is read once.
    """
    said, seen = [], set()
    for content in messages(_content(file)):
        known = re.search(rb"^Message-ID:\s*(<[^<>\r\n]+>)", content.split(b"\n\n", 1)[0], re.M | re.I)
        if known and known[1] in seen:
            continue
        seen |= {known[1]} if known else set()
        said += passages_of(content, file)
    if not said:
        raise InputError("no mail in it", file=file.name)
    return said


def _content(file: RawFile) -> bytes:
    return file.content.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")


def messages(content: bytes) -> list[bytes]:
    """The mails of a mailbox, without the lines between them.

    Examples
    --------
    >>> messages(b"From a 10:00\\nSubject: b\\n\\n>From c\\n\\nFrom d 11:00\\nSubject: e\\n")
    [b'Subject: b\\n\\nFrom c\\n', b'Subject: e\\n']
    """
    lines = list(MAILBOX_LINE.finditer(content))
    ends = [line.start() for line in lines[1:]] + [len(content)]
    mails = (content[line.end() : end].replace(b"\r\n", b"\n") for line, end in zip(lines, ends))
    return [_GUARDED.sub(rb"\1", mail).rstrip(b"\n") + b"\n" for mail in mails]
