"""What stands beside the text of a Word document: comments in the margin, footnotes and endnotes."""

import docx
import pandas as pd
import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import nsdecls

from ledanalysis import reading


@pytest.fixture
def document():
    return docx.Document()


@pytest.fixture
def read(tmp_path, document):
    def read():
        document.save(tmp_path / "gesprek.docx")
        passages = reading.read_passages(tmp_path / "gesprek.docx")
        rows = passages[["speaker", "kind", "text"]].itertuples(index=False)
        return [tuple(None if pd.isna(each) else each for each in row) for row in rows]

    return read


def add_notes(document, part, xml):
    name = part.rstrip("s")
    content = f"<w:{part} {nsdecls('w')}>{xml}</w:{part}>".encode()
    uri, kind = PackURI(f"/word/{part}.xml"), CONTENT_TYPE.WML_FOOTNOTES if name == "footnote" else CONTENT_TYPE.WML_ENDNOTES
    relation = RELATIONSHIP_TYPE.FOOTNOTES if name == "footnote" else RELATIONSHIP_TYPE.ENDNOTES
    document.part.relate_to(Part(uri, kind, content, document.part.package), relation)


def note(name, number, *texts, more=""):
    runs = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
    return f'<w:{name} w:id="{number}"{more}>{runs}</w:{name}>'


def test_comments_are_their_authors_and_none_of_the_talk(document, read):
    for text in ("Jan: Hoe?", "Eva: Zo.", "Jan: Ja.", "Eva: Nee."):
        paragraph = document.add_paragraph(text)
    comment = document.add_comment(paragraph.runs, text="Jan: nagaan.", author="M. de Wit", initials="MW")
    comment.add_paragraph("Bij HR.")
    document.add_comment(paragraph.runs, text="Gedaan.", author="")
    assert read() == [
        ("Jan", None, "Hoe?"), ("Eva", None, "Zo."), ("Jan", None, "Ja."), ("Eva", None, "Nee."),
        ("M. de Wit", "comment", "Jan: nagaan. Bij HR."), (None, "comment", "Gedaan.")]  # fmt: skip


def test_footnotes_and_endnotes_stand_below_the_text(document, read):
    document.add_paragraph("Wij leren.")
    lines = note("footnote", -1, "", more=' w:type="separator"') + note("footnote", 0, "rest", more=' w:type="continuationSeparator"')
    add_notes(document, "footnotes", lines + note("footnote", 1, "Bron: monitor.", "Blz. 3."))
    add_notes(document, "endnotes", note("endnote", 1, "Slotnoot."))
    assert read() == [(None, None, "Wij leren."), (None, None, "Bron: monitor. Blz. 3."), (None, None, "Slotnoot.")]
