"""Interviews in Word (.docx): paragraphs and table rows, speakers in bold or before a colon; notes and comments."""

from __future__ import annotations

import io

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph as WordParagraph

from ledanalysis.errors import InputError
from ledanalysis.reading import bounds
from ledanalysis.reading.package import open_package
from ledanalysis.reading.rawfile import RawFile, zip_holds
from ledanalysis.reading.speakers import HEADER, Paragraph, assign, can_be_label, paragraph

NAME = "Word"
EXTENSIONS = (".docx",)

_SIGNS = {qn("w:tab"): " ", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
_BLOCKS = {qn("w:p"), qn("w:tbl")}
# A text box a second time, for old programs; what tracked changes struck out or moved elsewhere.
_SKIPPED = {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback", qn("w:del"), qn("w:moveFrom"),
}  # fmt: skip


def recognises(file: RawFile) -> bool:
    return zip_holds(file, "word/")


def read(file: RawFile) -> list[tuple]:
    """Paragraphs and rows of tables in order, text boxes and content controls included; then notes and comments.

    Tracked changes are read as if accepted. Footnotes and endnotes stand below the text, without a speaker. A comment
    in the margin is no part of what was said: it stands last, its author the speaker, its kind "comment". Headers and
    footers of the page are not read.
    """
    open_package(file, most_text=bounds.MOST_TEXT)
    try:
        document = docx.Document(io.BytesIO(file.content))
        blocks = list(_inside(document.element.body))
        text = assign([each for block in blocks for each in _paragraphs(block, document)])
        notes = [(None, each) for part in ("footnotes", "endnotes") for _, each in _beside(document, part)]
        comments = [(author, each, "comment") for author, each in _beside(document, "comments")]
        return [*text, *notes, *comments]
    except Exception as error:  # a damaged document fails in zip, xml or python-docx, each with errors of its own
        raise InputError(f"not readable as Word: damaged or cut short ({error})", file=file.name) from None


def _beside(document, part: str):
    """(author, text) of each note or comment in a part beside the text, without Word's lines between text and notes."""
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.rpartition("/")[2] == part:
            root = parse_xml(relation.target_part.blob)
            for note in root:
                if note.get(qn("w:type")) in (None, "normal") and note.get(qn("w:id")) is not None:
                    paragraphs = [each for block in _inside(note) for each in _paragraphs(block, document)]
                    yield note.get(qn("w:author")), " ".join(each.text for each in paragraphs)


def _inside(element, tags=frozenset(_BLOCKS)):
    """The elements with one of these tags at whatever depth: python-docx passes over content controls, for one."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag not in _SKIPPED | _BLOCKS:
            yield from _inside(child, tags)


def _paragraphs(block, document) -> list[Paragraph]:
    if block.tag == qn("w:tbl"):
        return [each for row in _inside(block, {qn("w:tr")}) for each in _row(row, document)]
    own = _lines(WordParagraph(block, document), document)
    boxes = [each for box in _inside(block) for each in _paragraphs(box, document)]  # text boxes hang in a paragraph
    return own + boxes


def _row(row, document) -> list[Paragraph]:
    """A row as one paragraph, its cells joined with ' | '; a row of one filled cell as that cell's paragraphs."""
    cells = _inside(row, {qn("w:tc")})
    texts = [[each for block in _inside(cell) for each in _paragraphs(block, document)] for cell in cells]
    filled = [text for text in texts if text]
    if len(filled) < 2:
        return filled[0] if filled else []
    texts = [" ".join(each.text for each in cell) for cell in filled]
    label, rest = texts[0].strip(), " | ".join(texts[1:])
    name = label.rstrip(":").rstrip()
    if not can_be_label(name) or (len(texts) > 2 and not label.endswith(":")):
        return [Paragraph(" | ".join(texts))]
    is_sure = label.endswith(":") or name.casefold().replace(" ", "_") in HEADER
    return [Paragraph(" | ".join(texts), name, rest, certain=is_sure)]


def _lines(word: WordParagraph, document) -> list[Paragraph]:
    """The lines of a paragraph (a line break may stand between two speakers), empty ones left out."""
    style = (word.style.name if word.style is not None else "").lower()
    is_heading = style.startswith(("heading", "title", "subtitle", "kop", "titel"))
    lines: list[list[tuple[str, bool]]] = [[]]
    for run in _inside(word._p, {qn("w:r")}):
        bold = _is_bold(run, document)
        first, *others = _text(run).split("\n")
        lines[-1].append((first, bold))
        lines += [[(other, bold)] for other in others]
    filled = [line for line in lines if "".join(piece for piece, _ in line).strip()]
    if is_heading:
        return [Paragraph("".join(piece for piece, _ in line), heading=True) for line in filled]
    return [_labelled(line, continues=place > 0) for place, line in enumerate(filled)]


def _labelled(pieces: list[tuple[str, bool]], continues: bool) -> Paragraph:
    """A line with the name in front of it: in bold, the colon in or just after the bold, or as plain text."""
    text = "".join(piece for piece, _ in pieces)
    lead = ""
    for piece, bold in pieces:
        if not bold and piece.strip():
            break
        lead += piece
    before, rest = lead.strip(), text[len(lead) :].lstrip()
    if before and (before.endswith(":") or rest.startswith(":")):
        name, rest = before.rstrip(":").rstrip(), rest.removeprefix(":").lstrip()
        if can_be_label(name):
            return Paragraph(text, name, rest, bold=True, continues=continues)
    return paragraph(text, continues=continues)


def _text(run) -> str:
    return "".join(each.text or "" if each.tag == qn("w:t") else _SIGNS.get(each.tag, "") for each in run)


def _is_bold(run, document) -> bool:
    """Whether a run is bold by itself or by its character style."""
    properties = run.find(qn("w:rPr"))
    if properties is None:
        return False
    bold = properties.find(qn("w:b"))
    if bold is not None:
        return bold.get(qn("w:val")) not in ("0", "false", "off")
    style = properties.find(qn("w:rStyle"))
    if style is None:
        return False
    named = next((each for each in document.styles if each.style_id == style.get(qn("w:val"))), None)
    return named is not None and bool(named.font.bold)
