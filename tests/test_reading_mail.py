"""Suggestions by e-mail: what the sender wrote, and nothing that says who."""

from email.message import EmailMessage

import pytest

from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading.mail import own_words


def message(subject="Idee: leerpleinen", body="", html=None, **more):
    mail = EmailMessage()
    mail["From"] = "Jan de Vries <j.devries@hoorn.nl>"
    mail["To"] = "leren@aeno.nl"
    mail["Subject"] = subject
    if body:
        mail.set_content(body, **more)
    if html:
        (mail.add_alternative if body else mail.set_content)(html, subtype="html")
    return mail


@pytest.fixture
def read(tmp_path):
    def read(mail):
        content = mail if isinstance(mail, bytes) else mail.as_bytes()
        (tmp_path / "suggestie.eml").write_bytes(content)
        passages = reading.read_passages(tmp_path / "suggestie.eml")
        assert passages["speaker"].isna().all()
        return passages["text"].tolist()

    return read


def test_subject_and_paragraphs(read):
    mail = message("Idee: één leerplein", "Beste onderzoekers,\n\nMaak een leerplein,\ndus samen €.\n")
    mail.add_attachment("niet lezen", filename="bijlage.txt")
    assert read(mail) == ["Idee: één leerplein", "Beste onderzoekers,", "Maak een leerplein, dus samen €."]


@pytest.mark.parametrize(("charset", "cte"), [("utf-8", "base64"), ("utf-8", "8bit"), ("iso-8859-15", "quoted-printable")])
def test_encodings(read, charset, cte):
    assert read(message(body="Leren kost €: één\n", charset=charset, cte=cte))[1:] == ["Leren kost €: één"]


def test_what_mail_programs_do_against_the_rules(read):
    raw = "Subject: Één idee\r\nFrom: a@b.nl\r\n".encode() + b"Content-Type: text/plain; charset=%b\r\n\r\nkost \x80\r\n"
    assert read(raw % b"iso-8859-1") == ["Één idee", "kost €"]
    assert read(raw % b"no-such") == ["Één idee", "kost €"]


def test_no_subject(read):
    assert read(message(subject="", body="Tekst.\n")) == ["Tekst."]


def test_html_alone(read):
    html = (
        "<html><head><title>x</title><style>p{color:red}</style><body><p>Leer\n van&nbsp;<b>elkaar</b> &amp; samen.</p>"
        "<div>Regel 1<br>Regel 2</div><blockquote><p>Ingesprongen.</p></blockquote><script>x()</script>"
        '<p>Op 1 juni 2023 schreef A:</p><blockquote type="cite">Oud.<blockquote>Ouder.</blockquote>Oud.</blockquote>'
        "<p>Tot slot.</p><p>Met vriendelijke groet,</p><p>Jan</p></body></html>"
    )
    assert read(message(html=html))[1:] == ["Leer van elkaar & samen.", "Regel 1 Regel 2", "Ingesprongen.", "Tot slot."]


def test_plain_text_goes_before_html(read):
    assert read(message(body="Tekst.\n", html="<p>Opmaak.</p>"))[1:] == ["Tekst."]


@pytest.mark.parametrize(
    "below",
    [
        "Met vriendelijke groet,\nJan",
        "met vriendelijke groeten\nJan",
        "Hartelijke groet Jan",
        "Groet,\nJan",
        "Groetjes\nJan",
        "Mvg, Jan",
        "-- \nJan de Vries",
        "Verzonden vanaf mijn iPhone",
        "-----Oorspronkelijk bericht-----\nVan: A\nTekst",
        "________________________________\nVan: A\n",
        "Van: A <a@b.nl>\nVerzonden: dinsdag 6 juni 2023 10:00\nAan: B\nOnderwerp: C\n\nOud.",
        "*Van:* A\n*Datum:* 1 juni\n\nOud.",
        "Op di 6 jun. 2023 om 10:00 schreef A <a@b.nl>:\n\nOud.",
        "Op di 6 jun. 2023 om 10:00 schreef A B C D\n<abcd@aeno.nl>:\n\nOud.",
        "Op 6 jun. 2023 om 10:00 heeft A <a@b.nl> het volgende geschreven:\n\nOud.",
        "On Tue, 6 Jun 2023 A <a@b.nl> wrote:\n> Old.",
        "> Oud.\n> Ouder.",
        "Alvast dank,\nJan de Vries\nadviseur\n06-12345678",
        "Jan de Vries\nE: j.devries@hoorn.nl",
    ],
)
def test_replies_and_signatures_are_cut(below):
    assert own_words(f"Eigen tekst.\n\n{below}") == ["Eigen tekst."]


def test_answers_among_quotations_are_kept():
    body = "Dag,\n\nOp 6 juni 2023 schreef A\n<a@b.nl>:\n\n> Hoe leren jullie?\n\nSamen.\n\n> En online?\n\nOok."
    assert own_words(body) == ["Dag,", "Samen.", "Ook."]


@pytest.mark.parametrize(
    "text",
    [
        "Op de werkplek schreef een collega het volgende:",
        "Van: harte welkom heten leer je veel.",
        "We begroeten elkaar.",
        "Groeten is ook leren.",
        "-- en dan nog iets",
        "Bel ons op 0229-123456",
    ],
)
def test_what_only_looks_like_it_is_kept(text):
    assert own_words(f"{text}\nEn verder.") == [f"{text}\nEn verder."]


def test_an_address_that_is_all_of_a_paragraph_is_kept():
    assert own_words("Vraag het de academie:\n\nacademie@hoorn.nl") == ["Vraag het de academie:", "academie@hoorn.nl"]


def test_what_is_no_mail_is_refused(read):
    with pytest.raises(InputError, match="suggestie.eml: the name says e-mail, the content looks like plain text"):
        read(b"Beste onderzoekers,\n\nFrom: hier\n")
