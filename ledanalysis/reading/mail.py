"""Suggestions that came by e-mail (.eml): subject and what the sender wrote, without reply, signature or address."""

from __future__ import annotations

import email
import email.policy
import re
from html.parser import HTMLParser

from ledanalysis.errors import InputError
from ledanalysis.reading.rawfile import RawFile, decode, is_text

NAME = "e-mail"
EXTENSIONS = (".eml",)

_HEADER_LINE = re.compile(rb"(?:From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|X-[\w-]+)\s*:", re.I)
# Who wrote what when, above a quotation; a date or an address in it tells it from 'Op het werk schreef iemand:'.
_INTRO = re.compile(
    r"(?=.*[\d@])(?:(?:Op|On)\s.{5,200}?\s(?:schreef|wrote)\b.{0,200}?"
    r"|(?:Op)\s.{5,200}?\sheeft\s.{1,200}?geschreven|.{1,200}?\sschreef\s+op\s.{5,80}?):$",
    re.DOTALL,
)
_CUT = re.compile(
    r"\s*(?:[-_]{2,}\s*(?:Oorspronkelijk bericht|Original Message|Doorgestuurd bericht|Forwarded message)|_{20,}\s*$"
    r"|Begin doorgestuurd bericht|Begin forwarded message)",
    re.I,
)
_FROM = re.compile(r"\s*\**(?:Van|From)\s*:", re.I)
_SENT = re.compile(r"\s*\**(?:Verzonden|Sent|Datum|Date)\s*:|.*\s(?:Verzonden|Sent)\s*:", re.I)
_SIGNATURE = re.compile(
    r"\s*(?:--\s*$"
    r"|(?:met\s+)?(?:een\s+)?(?:(?:vriendelijke|hartelijke|collegiale|zonnige|warme)\s+)?groet(?:en|jes)?"
    r"(?:\s*[,.!]|\s*$|\s+(?-i:[A-Z]))"
    r"|(?:mvg|m\.v\.g\.|vr\.\s?gr\.|(?:kind|best|warm)\s+regards)\s*(?:[,.!]|$)"
    r"|(?:verzonden|verstuurd)\s+(?:vanaf|vanuit|met)\s|sent\s+from\s+my\s|outlook\s+voor\s+(?:ios|android))",
    re.I,
)
_CONTACT = re.compile(r"(?:\w{1,6}[.:]+\s*)?(?:<?[\w.+-]+@[\w.-]+\w>?|\+?[\d() -]{9,})", re.I)
_LINES = {"div", "br", "tr", "li"}
_BLOCKS = _LINES | {"p", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr", "section"}


# Between mails in a mailbox: 'From somebody Tue Jun  6 10:00:00 2023', and a header below it.
MAILBOX_LINE = re.compile(rb"^From \S[^\r\n]{0,200}\d:\d\d[^\r\n]{0,40}\r?\n(?=[A-Za-z][\w-]{0,60}[ \t]*:)", re.M)


def recognises(file: RawFile) -> bool:
    if file.content.startswith(b"From ") and len(MAILBOX_LINE.findall(file.content)) > 1:
        return False  # several mails: a mailbox
    head = file.content.removeprefix(b"\xef\xbb\xbf")[:20_000]
    head = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    return is_text(file) and any(_HEADER_LINE.match(line) for line in head.splitlines())


def read(file: RawFile) -> list[tuple[str | None, str]]:
    """The subject and the paragraphs of the body. The speaker is never given: it would be an address."""
    return passages_of(file.content.removeprefix(b"\xef\xbb\xbf"), file)


def passages_of(content: bytes, file: RawFile) -> list[tuple[None, str]]:
    """The subject and the paragraphs of one message.

    Raises
    ------
    InputError
        If it cannot be taken apart.
    """
    try:
        message = email.message_from_bytes(content, policy=email.policy.default)
        subject, body = str(message.get("subject", "")), _body(message, file)
    except InputError:
        raise
    except Exception as error:  # damaged headers and parts within parts fail in ways of their own
        raise InputError(f"not readable as e-mail ({error})", file=file.name) from None
    return [(None, subject), *((None, text) for text in own_words(body))]


def _body(message, file: RawFile) -> str:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = part.get_payload(decode=True) or b""
    charset = part.get_content_charset()
    if charset in ("iso-8859-1", "us-ascii"):  # as mail programs do: in practice it is the larger set
        charset = "cp1252"
    try:
        text, _ = decode(RawFile(file.name, content), charset)
    except InputError:  # the charset is one nobody knows, or not the one that was used
        text, _ = decode(RawFile(file.name, content))
    return _without_tags(text) if part.get_content_type() == "text/html" else text


def own_words(body: str) -> list[str]:
    """The paragraphs that the sender wrote: quotations, what was replied to and the signature cut off.

    Examples
    --------
    >>> own_words("Leer van elkaar.\\n\\nMet vriendelijke groet,\\nJan")
    ['Leer van elkaar.']
    >>> own_words("Op 1 juni schreef A <a@b.nl>:\\n> Ideeën?\\nJa: stages.")
    ['Ja: stages.']
    """
    lines, own = body.replace("\r\n", "\n").replace("\r", "\n").split("\n"), []
    skip = 0
    for place, line in enumerate(lines):
        if skip:
            skip -= 1
        elif _CUT.match(line) or _SIGNATURE.match(line) or _is_reply_header(lines[place : place + 5]):
            break
        elif length := _intro_length(lines[place : place + 4]):
            after = next((each for each in lines[place + length :] if each.strip()), "")
            if not after.lstrip().startswith(">"):
                break  # the quotation is not marked: all below may be someone else's
            skip = length - 1
        elif not line.lstrip().startswith(">"):
            own.append(line)
        else:
            own.append("")
    blocks = [block.strip() for block in re.split(r"\n\s*\n", "\n".join(own)) if block.strip()]
    return blocks[:-1] if blocks and _is_card(blocks[-1]) else blocks


def _is_card(block: str) -> bool:
    """Whether a last block is a signature without a greeting: short lines, one of them an address or phone number."""
    lines = [line.strip() for line in block.split("\n")]
    return len(lines) > 1 and max(map(len, lines)) <= 60 and any(_CONTACT.fullmatch(line) for line in lines)


def _is_reply_header(lines: list[str]) -> bool:
    """Whether an earlier message begins here, as Outlook puts it: 'Van: ...' and soon after 'Verzonden: ...'."""
    return bool(_FROM.match(lines[0])) and any(_SENT.match(line) for line in lines)


def _intro_length(lines: list[str]) -> int:
    """How many lines 'Op ... schreef ...:' takes here: 0 to 3, for mail programs break it off."""
    for length in range(1, min(3, len(lines)) + 1):
        if not lines[length - 1].strip():
            return 0
        if _INTRO.match("\n".join(lines[:length]).strip()):
            return length
    return 0


def _without_tags(text: str) -> str:
    reader = _Text()
    reader.feed(text)
    reader.close()
    return "".join(reader.pieces)


class _Text(HTMLParser):
    """The text of a page: a line per block, nothing of its head, scripts and styles; a '>' for a quotation."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.open: list[tuple[str, bool]] = []  # the elements we are in that may hide what is in them

    def handle_starttag(self, tag, attrs):
        if tag == "body":
            self.open.clear()  # a head need not be closed
        if tag in ("script", "style", "head", "title"):
            self.open.append((tag, True))
        if tag == "blockquote":
            is_quoted = any("cite" in (value or "") or "quote" in (value or "") for _, value in attrs)
            self.open.append((tag, is_quoted))
            self.pieces.append("\n>\n" if is_quoted else "\n\n")
        if tag in _BLOCKS:
            self.pieces.append("\n" if tag in _LINES else "\n\n")

    def handle_endtag(self, tag):
        for place in reversed(range(len(self.open))):
            if self.open[place][0] == tag:
                del self.open[place:]
                break
        if tag in _BLOCKS and tag != "br":
            self.pieces.append("\n" if tag in _LINES else "\n\n")

    def handle_data(self, data):
        if not any(hides for _, hides in self.open):
            self.pieces.append(re.sub(r"\s+", " ", data))
