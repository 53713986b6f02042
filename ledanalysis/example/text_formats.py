"""How the example's texts look as files: Word, plain text, Teams transcripts and mails, the same bytes each time."""

from __future__ import annotations

import html
import io
import textwrap
import zipfile
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr

import docx
from docx.enum.style import WD_STYLE_TYPE

STAMP = datetime(2023, 7, 14, 12, 0, 0)
KEPT_STYLES = ("Normal", "Title", "Default Paragraph Font", "Normal Table")
LETTERS_PER_SECOND = 14
CUE_LETTERS = 110


@dataclass(frozen=True)
class Turn:
    """What one speaker says until another speaks, in paragraphs; a turn without a speaker is plain text."""

    speaker: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """A text before it is a file: its title, the lines of its header, and who says what."""

    title: str
    header: tuple[str, ...]
    turns: tuple[Turn, ...]


def as_docx(text: Text) -> bytes:
    """A Word file: the speaker's name in bold before a colon.

    Examples
    --------
    >>> as_docx(Text("Titel", (), (Turn("Iris", ("Ja.",)),)))[:2]
    b'PK'
    """
    document = _plain_document(text)
    document.add_paragraph(text.title, style="Title")
    for line in text.header:
        document.add_paragraph(line)
    for turn in text.turns:
        for number, paragraph in enumerate(turn.paragraphs):
            written = document.add_paragraph()
            if turn.speaker and number == 0:
                written.add_run(turn.speaker).bold = True
                written.add_run(": ")
            written.add_run(paragraph)
    raw = io.BytesIO()
    document.save(raw)
    return _same_zip(raw.getvalue())


def as_txt(text: Text, capitals: bool = False) -> bytes:
    """Plain text: `Name: text`, or the name in capitals on a line of its own.

    Examples
    --------
    >>> print(as_txt(Text("Titel", (), (Turn("Iris", ("Ja.",)),))).decode())
    Titel
    <BLANKLINE>
    Iris: Ja.
    <BLANKLINE>
    """
    blocks = ["\n".join([text.title, *text.header])]
    for turn in text.turns:
        said = "\n".join(turn.paragraphs)
        lead = "" if not turn.speaker else f"{turn.speaker.upper()}\n" if capitals else f"{turn.speaker}: "
        blocks.append(lead + said)
    return ("\n\n".join(blocks) + "\n").encode("utf-8")


def as_vtt(text: Text, identifier: str, old: bool = False) -> bytes:
    """A transcript as Microsoft Teams writes it; the header is a note.

    Parameters
    ----------
    text : Text
    identifier : str
        The meeting's identifier; newer transcripts number each cue `identifier/turn-part`.
    old : bool
        The older form: no cue identifiers, stamps without leading zeros, one line per cue.

    Examples
    --------
    >>> print(as_vtt(Text("Titel", (), (Turn("Iris", ("L&O.",)),)), "", old=True).decode())
    WEBVTT
    <BLANKLINE>
    NOTE
    Titel
    <BLANKLINE>
    0:0:3.540 --> 0:0:3.825
    <v Iris>L&amp;O.</v>
    <BLANKLINE>
    """
    blocks = ["WEBVTT", "\n".join(["NOTE", text.title, *text.header])]
    clock = 3540
    for number, turn in enumerate(text.turns, start=1):
        for part, cue in enumerate(textwrap.wrap(" ".join(turn.paragraphs), CUE_LETTERS, break_on_hyphens=False)):
            end = clock + 1000 * len(cue) // LETTERS_PER_SECOND
            name = [] if old else [f"{identifier}/{number}-{part}"]
            said = cue if old else textwrap.fill(cue, CUE_LETTERS // 2, break_on_hyphens=False)
            times = f"{_clock(clock, old)} --> {_clock(end, old)}"
            blocks.append("\n".join([*name, times, f"<v {turn.speaker}>{html.escape(said, quote=False)}</v>"]))
            clock = end + 240
        clock += 900
    return ("\n\n".join(blocks) + "\n").encode("utf-8")


def as_eml(subject: str, body: str, sender: tuple[str, str], receiver: str, sent: datetime) -> bytes:
    """A mail: quoted-printable UTF-8, as mail programs save it.

    Examples
    --------
    >>> when = datetime.fromisoformat("2023-05-09T09:12:00+02:00")
    >>> as_eml("Idee", "Één", ("Iris", "i@voorbeeld.nl"), "o@voorbeeld.nl", when).splitlines()[-1]
    b'=C3=89=C3=A9n'
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr(sender, charset="utf-8")
    message["To"] = receiver
    message["Subject"] = subject
    message["Date"] = sent
    message.set_content(body, charset="utf-8", cte="quoted-printable")
    return message.as_bytes()


def _plain_document(text: Text):
    """An empty document without the template's many styles and its doubles of them: a tenth of the size."""
    document = docx.Document()
    for style in list(document.styles):
        if style.name not in KEPT_STYLES and style.type != WD_STYLE_TYPE.LIST:
            style.delete()
    for part in (document.part, document.part.package):
        for key, relation in list(part.rels.items()):
            if relation.reltype.endswith(("/stylesWithEffects", "/thumbnail", "/customXml", "/numbering")):
                del part.rels[key]
    properties = document.core_properties
    properties.title, properties.comments, properties.language = text.title, "; ".join(text.header[:1]), "nl-NL"
    properties.author = properties.last_modified_by = "ledanalysis"
    properties.created = properties.modified = STAMP
    return document


def _same_zip(raw: bytes) -> bytes:
    """The same parts with one fixed time, stored: compressed bytes differ between builds of zlib."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=STAMP.timetuple()[:6])
            entry.create_system = 0  # else Windows and Linux write another byte here
            copy.writestr(entry, source.read(name))
    return target.getvalue()


def _clock(milliseconds: int, old: bool) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    hours, minutes, seconds = seconds // 3600, seconds // 60 % 60, seconds % 60
    return f"{hours}:{minutes}:{seconds}.{rest}" if old else f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"
