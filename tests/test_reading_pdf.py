"""PDF: pages joined, words mended, what only the page needed left out."""

import io

import pandas as pd
import pypdf
import pytest
from made import pdf

from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading.pdf import mended


@pytest.fixture
def read(tmp_path):
    def read(content):
        (tmp_path / "a.pdf").write_bytes(content)
        passages = reading.read_passages(tmp_path / "a.pdf")
        return [(None if pd.isna(s) else s, t) for s, t in zip(passages["speaker"], passages["text"])]

    return read


def test_an_interview_over_two_pages(read):
    first = ["Verslag gesprek Hoorn", "", "Jan: Hoe leren jul-", "lie (nu)?", "Eva: Op de werk-", "plek, met leer-",
             "en werkplekken en e-", "learning, ook op de andere", "", "Pagina 1 van 2"]  # fmt: skip
    second = ["Verslag gesprek Hoorn", "", "plaatsen.", "Jan: Één ding.", "Eva: Ja, in Noord-", "Holland.", "", "Pagina 2 van 2"]
    assert read(pdf(first, second)) == [
        ("Jan", "Hoe leren jullie (nu)?"), ("Eva", "Op de werkplek, met leer- en werkplekken en e-learning, ook op de andere plaatsen."),
        ("Jan", "Één ding."), ("Eva", "Ja, in Noord-Holland.")]  # fmt: skip


def test_paragraphs_are_told_apart_by_the_distance_between_lines(read):
    assert read(pdf(["Wij leren", "samen.", "", "En online."])) == [(None, "Wij leren samen."), (None, "En online.")]


def test_headers_that_hold_the_page_number_and_footers_under_them(read):
    pages = [[f"A&O fonds | {n}", "Leren", "", f"Pagina {word} is eigen.", "", "vertrouwelijk", f"{n}"]
             for n, word in enumerate(["een", "twee", "drie"], 1)]  # fmt: skip
    assert read(pdf(*pages)) == [(None, f"Pagina {word} is eigen.") for word in ["een", "twee", "drie"]]


def test_a_number_that_is_no_page_number_stays(read):
    assert read(pdf(["2023", "", "Wij leren", "samen."], ["350", "", "Wij groeien", "nu."])) == [
        (None, "2023"), (None, "Wij leren samen."), (None, "350"), (None, "Wij groeien nu.")]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["ontwikkel-", "gesprekken"], ["ontwikkelgesprekken"]),
        (["opleidings-", "of leerbudget"], ["opleidings-", "of leerbudget"]),
        (["een HR-", "adviseur zei"], ["een HR-adviseur", "zei"]),
        (["de mbo-opleiding en mbo-", "opleiding"], ["de mbo-opleiding en mbo-opleiding"]),
        (["leer\u00ad", "klimaat"], ["leerklimaat"]),
        (["2022-", "2023"], ["2022-", "2023"]),
        (["einde -", "nieuw"], ["einde -", "nieuw"]),
    ],
)
def test_words_broken_off(lines, expected):
    assert mended(lines) == expected


def test_a_scan_is_refused(read):
    with pytest.raises(InputError, match=r"a.pdf: no text in it: a scan"):
        read(pdf([], []))


def test_only_page_numbers_are_no_text(read):
    with pytest.raises(InputError, match=r"a.pdf: no text in it: a scan"):
        read(pdf(["1"], ["2"]))


@pytest.mark.parametrize("user", ["geheim", ""])
def test_an_encrypted_pdf_is_refused(read, user):
    writer, packed = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(["Wij leren."]))), io.BytesIO()
    writer.encrypt(user, "eigenaar", algorithm="RC4-128")
    writer.write(packed)
    with pytest.raises(InputError, match=r"a.pdf: encrypted: save it without a password"):
        read(packed.getvalue())


def test_a_pdf_cut_short(read):
    with pytest.raises(InputError, match="a.pdf: "):
        read(pdf(["Wij leren."])[:150])


def test_what_is_no_pdf_is_refused(read):
    with pytest.raises(InputError, match="a.pdf: the name says PDF, the content looks like plain text"):
        read(b"Wij leren.")
