"""Who says what: typed-out interviews in plain text, Markdown and Word."""

import docx
import pandas as pd
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading.speakers import assign, paragraph


@pytest.fixture
def read(tmp_path):
    def read(text, name="gesprek.txt", encoding="utf-8"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        return said(reading.read_passages(tmp_path / name))

    return read


def said(passages):
    """(speaker, text) per passage: the columns in which the formats differ."""
    return [(None if pd.isna(s) else s, t) for s, t in zip(passages["speaker"], passages["text"])]


def test_the_table_of_passages(tmp_path):
    (tmp_path / "a.txt").write_bytes("\ufeffGoed le\u0301ren\u00a0 is\tmo\u00adgelijk.\r\n\r\n \r\n\u200b\r\nJa.\r\n".encode())
    expected = pd.DataFrame({
        "source": ["a.txt", "a.txt"], "kind": [None, None], "municipality": [None, None], "speaker": [None, None],
        "passage": [1, 2], "text": ["Goed léren is mogelijk.", "Ja."],
    }).astype({"kind": "str", "municipality": "str", "speaker": "str"})  # fmt: skip
    pd.testing.assert_frame_equal(reading.read_passages(tmp_path / "a.txt"), expected)


@pytest.mark.parametrize("text", ["", " \n\n\t\n", "\u200b"])
def test_a_file_without_text_is_refused(tmp_path, text):
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="a.txt: (no text in it|the file is empty)"):
        reading.read_passages(tmp_path / "a.txt")


INTERVIEW = """Datum: 12 juni 2023
Gemeente: Voorbeeldstad
Gesprekspartners: Fatima el Amrani (manager HR), Piet de Vries en J. Bos
Interviewer: Marieke

Marieke: Hoe leren jullie?
Fatima: Op de werkplek,
en online.
Ook samen met: de regio.

Dat is nieuw.
Piet: Tip: begin klein.
Kanttekening: het kost tijd.
"""


def test_names_before_a_colon(read):
    assert read(INTERVIEW) == [
        (None, "Datum: 12 juni 2023"),
        (None, "Gemeente: Voorbeeldstad"),
        (None, "Gesprekspartners: Fatima el Amrani (manager HR), Piet de Vries en J. Bos"),
        (None, "Interviewer: Marieke"),
        ("Marieke", "Hoe leren jullie?"),
        ("Fatima", "Op de werkplek, en online. Ook samen met: de regio."),
        ("Fatima", "Dat is nieuw."),
        ("Piet", "Tip: begin klein. Kanttekening: het kost tijd."),
    ]


def test_initials_of_those_in_a_list_below_the_header(read):
    text = "Aanwezig:\n- Sanne Jansen (adviseur)\n- Mohamed el Idrissi\n\nSJ: Samen.\n\nMI: Mooi.\n\nConclusie: goed.\n\nKlaar."
    assert read(text) == [
        (None, "Aanwezig:"), (None, "- Sanne Jansen (adviseur)"), (None, "- Mohamed el Idrissi"), ("SJ", "Samen."),
        ("MI", "Mooi."), (None, "Conclusie: goed."), (None, "Klaar.")]  # fmt: skip


def test_windows_1252_with_crlf(read):
    assert read("Zoë: Één.\r\nJan: Twee.\r\n", encoding="cp1252") == [("Zoë", "Één."), ("Jan", "Twee.")]


def test_a_name_that_comes_again_is_a_speaker_without_a_header(read):
    assert read("Verslag\n\nR1: Hoe?\n\nAntwoord in het kort: zo.\n\nR1: Waarom?") == [
        (None, "Verslag"), ("R1", "Hoe?"), (None, "Antwoord in het kort: zo."), ("R1", "Waarom?")]  # fmt: skip


def test_a_paragraph_without_a_name_is_nobodys_if_one_side_is_labelled(read):
    assert read("Vraag: Hoe?\n\nWij leren samen.\n\nVraag: Waarom?\n\nHet helpt.") == [
        ("Vraag", "Hoe?"), (None, "Wij leren samen."), ("Vraag", "Waarom?"), (None, "Het helpt.")]  # fmt: skip


def test_topics_before_a_colon_are_no_speakers(read):
    text = "Budget: laag.\n\nCultuur: open.\n\nTijd: weinig.\n\nDigitalisering: veel.\n\nMobiliteit: wisselend."
    assert read(text) == [(None, line) for line in text.split("\n\n")]


def test_what_follows_a_label_that_is_nobodys_has_no_speaker():
    texts = ["Jan: Ja.", "Eva: Nee.", "Jan: Toch.", "Eva: Nooit.", "Budget: 100 euro.", "Te weinig.", "Jan: Dag."]
    assert assign([paragraph(text) for text in texts])[3:] == [
        ("Eva", "Nooit."), (None, "Budget: 100 euro."), (None, "Te weinig."), ("Jan", "Dag.")]  # fmt: skip


def test_the_interviewer_of_the_header_may_speak_later(read):
    assert read("Datum: 1 juni\nInterviewer: Lara Verheugen\n\nInterviewer: Hoe gaat het?\nRespondent: Goed.") == [
        (None, "Datum: 1 juni"), (None, "Interviewer: Lara Verheugen"),
        ("Interviewer", "Hoe gaat het?"), ("Respondent", "Goed.")]  # fmt: skip


@pytest.mark.parametrize("text", ["Kijk op https://aeno.nl: daar.", "Om 10:30 uur.", "Dat is dus de vraag: hoe?", "1: een"])
def test_a_colon_without_a_name(read, text):
    assert read(f"{text}\n\n{text}") == [(None, text)] * 2


def test_names_in_capitals_on_a_line_of_their_own(read):
    assert read("INTERVIEWVERSLAG\n\nSPREKER 1\nHoe leren\njullie?\n\nEn waarom?\n\nDE VRIES\nSamen.\n\nSPREKER 1\nMooi.") == [
        (None, "INTERVIEWVERSLAG"), ("SPREKER 1", "Hoe leren jullie?"), ("SPREKER 1", "En waarom?"),
        ("DE VRIES", "Samen."), ("SPREKER 1", "Mooi.")]  # fmt: skip


def test_names_in_capitals_that_come_once(read):
    assert read("JANSEN\nWij leren.\n\nVISSER\nSamen.") == [("JANSEN", "Wij leren."), ("VISSER", "Samen.")]


def test_a_colon_in_what_somebody_in_capitals_says(read):
    text = "JANSEN\nTot slot: dank.\n\nVISSER\nLiefst per mail: dat kan.\n\nJANSEN\nMooi."
    assert read(text) == [
        ("JANSEN", "Tot slot: dank."), ("VISSER", "Liefst per mail: dat kan."), ("JANSEN", "Mooi.")]  # fmt: skip


def test_a_notice_before_the_header(read):
    text = "Verslag\nLet op de bron: alles is verzonnen.\nDatum: 1 juni\nAanwezig: Jan Bos.\n\nJan: Hoe?\n\nEva: Zo."
    assert read(text) == [
        (None, "Verslag"), (None, "Let op de bron: alles is verzonnen."), (None, "Datum: 1 juni"),
        (None, "Aanwezig: Jan Bos."), ("Jan", "Hoe?"), (None, "Eva: Zo.")]  # fmt: skip


def test_a_word_of_the_header_after_the_talk_is_no_header(read):
    text = "Jan: Hoe?\n\nEva: Zo.\n\nJan: Mooi.\n\nEva: Ja.\n\nDatum: 3 juli"
    assert read(text) == [("Jan", "Hoe?"), ("Eva", "Zo."), ("Jan", "Mooi."), ("Eva", "Ja."), (None, "Datum: 3 juli")]


def test_what_stands_below_a_name_in_capitals_is_all_theirs(read):
    assert read("JANSEN\nEen.\n\nTwee.\n\nJANSEN\nDrie.") == [("JANSEN", "Een."), ("JANSEN", "Twee."), ("JANSEN", "Drie.")]


def test_one_line_in_capitals_is_a_heading(read):
    assert read("GOED LEREN\nWij leren.\n\nSamen.") == [(None, "GOED LEREN Wij leren."), (None, "Samen.")]


def test_headings_in_capitals_stay_in_the_text(read):
    blocks = ["BUDGET\nLaag.", "DIGITALISERING\nVeel.", "CULTUUR\nOpen.", "INSTROOM\nKrap.", "ICT\nOud."]
    assert read("\n\n".join(blocks)) == [(None, block.replace("\n", " ")) for block in blocks]


def test_markdown(read):
    text = (
        "# Gesprek met **Hoorn**\n\n*Datum:* 1 juni\n\n**Jan:** Hoe *leren* jullie?\n\n**Eva de Vries**: Zo:\n\n- samen\n- online\n\n"
        "---\n\n## Tot slot\n\nDank."
    )
    assert read(text, "gesprek.md") == [
        (None, "Gesprek met Hoorn"), (None, "Datum: 1 juni"), ("Jan", "Hoe leren jullie?"), ("Eva de Vries", "Zo:"),
        ("Eva de Vries", "samen"), ("Eva de Vries", "online"), (None, "Tot slot"), (None, "Dank.")]  # fmt: skip


# Word


@pytest.fixture
def document():
    return docx.Document()


@pytest.fixture
def read_word(tmp_path, document):
    def read():
        document.save(tmp_path / "gesprek.docx")
        return said(reading.read_passages(tmp_path / "gesprek.docx"))

    return read


def add(document, *runs, style=None):
    """A paragraph of runs; those between asterisks in bold."""
    added = document.add_paragraph(style=style)
    for run in runs:
        added.add_run(run.strip("*")).bold = True if run.startswith("*") else None
    return added


def test_word_names_in_bold(document, read_word):
    document.add_heading("Interview Hoorn", level=1)
    add(document, "*Datum:*", " 12 juni 2023")
    add(document, "*Gemeente*", ": Hoorn")
    add(document, "*Mar*", "*ieke:*", " Hoe leren jullie?")
    add(document, "*Eva de Vries*", ": Op de ", "*werkplek*", ".")
    add(document, "En samen.")
    add(document)
    add(document, "*Belangrijk*", " is tijd.")
    document.add_heading("Tot slot", level=2)
    add(document, "Dank.")
    assert read_word() == [
        (None, "Interview Hoorn"), (None, "Datum: 12 juni 2023"), (None, "Gemeente: Hoorn"),
        ("Marieke", "Hoe leren jullie?"), ("Eva de Vries", "Op de werkplek."), ("Eva de Vries", "En samen."),
        ("Eva de Vries", "Belangrijk is tijd."), (None, "Tot slot"), (None, "Dank.")]  # fmt: skip


def test_word_topics_in_bold_are_no_speakers(document, read_word):
    topics = ["Budget", "Cultuur", "Digitalisering", "Mobiliteit"]
    for topic in topics:
        add(document, f"*{topic}:*", " veel.")
    assert read_word() == [(None, f"{topic}: veel.") for topic in topics]


def test_word_bold_by_a_character_style(document, read_word):
    add(document, "Vooraf.")
    added = document.add_paragraph()
    added.add_run("Jan:", style="Strong")
    added.add_run(" ja")
    add(document, "Klopt.")
    assert read_word() == [(None, "Vooraf."), ("Jan", "ja"), (None, "Klopt.")]


def test_word_names_before_a_colon(document, read_word):
    for text in ("Gesprekspartners: Eva de Vries, Jan Bos", "Eva: Wij leren.", "Let op: dit is nieuw.", "Bos: Klopt."):
        add(document, text)
    assert read_word() == [
        (None, "Gesprekspartners: Eva de Vries, Jan Bos"), ("Eva", "Wij leren."), ("Eva", "Let op: dit is nieuw."),
        ("Bos", "Klopt.")]  # fmt: skip


def test_word_lines_of_one_paragraph(document, read_word):
    add(document, "*Jan:*", " Hoe?\n", "*Eva:*", " Zo,\nen zo.")
    assert read_word() == [("Jan", "Hoe?"), ("Eva", "Zo, en zo.")]


def test_word_tables(document, read_word):
    add(document, "Vooraf")
    table = document.add_table(rows=4, cols=2)
    cells = [("Datum", "1 juni"), ("Aanwezig", "Eva Bos, Jan"), ("Eva", "Wij leren."), ("Over beide kolommen", "")]
    for row, texts in zip(table.rows, cells):
        for cell, text in zip(row.cells, texts):
            cell.text = text
    table.rows[3].cells[0].merge(table.rows[3].cells[1])
    table.rows[2].cells[1].add_table(1, 2).rows[0].cells[0].text = "Ook samen."
    add(document, "Na afloop")
    assert read_word() == [
        (None, "Vooraf"), (None, "Datum | 1 juni"), (None, "Aanwezig | Eva Bos, Jan"), ("Eva", "Wij leren. Ook samen."),
        (None, "Over beide kolommen"), (None, "Na afloop")]  # fmt: skip


def test_word_first_cells_are_no_speakers_by_coming_again(document, read_word):
    table = document.add_table(rows=3, cols=2)
    for row, texts in zip(table.rows, [("Ja", "budget"), ("Nee", "tijd"), ("Ja", "visie")]):
        row.cells[0].text, row.cells[1].text = texts
    assert read_word() == [(None, "Ja | budget"), (None, "Nee | tijd"), (None, "Ja | visie")]


def test_word_tracked_changes_content_controls_and_text_boxes(document, read_word):
    w = nsdecls("w")
    added = add(document, "Wij ")
    added._p.append(parse_xml(f'<w:del {w}><w:r><w:delText>nooit </w:delText></w:r></w:del>'))
    added._p.append(parse_xml(f'<w:moveFrom {w}><w:r><w:t>elders </w:t></w:r></w:moveFrom>'))
    added._p.append(parse_xml(f'<w:ins {w}><w:r><w:t>leren</w:t><w:noBreakHyphen/><w:t>samen.</w:t></w:r></w:ins>'))
    body = document.element.body
    body.insert(0, parse_xml(f"<w:sdt {w}><w:sdtContent><w:p><w:r><w:t>Ingevuld veld</w:t></w:r></w:p></w:sdtContent></w:sdt>"))
    box = "<w:txbxContent><w:p><w:r><w:t>In een kader</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    add(document)._p.append(parse_xml(
        f"<w:r {w} {mc}><mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"))  # fmt: skip
    assert read_word() == [(None, "Ingevuld veld"), (None, "Wij leren-samen."), (None, "In een kader")]
    assert body.findall(qn("w:sdt"))  # the control is still one: the test does not pass by its being unwrapped
