"""Mailboxes: each mail as a mail alone."""

import pytest
from made import mail

from ledanalysis import reading
from ledanalysis.errors import InputError

LINE = b"From j@hoorn.nl Tue Jun  6 10:00:00 2023\n"


@pytest.fixture
def read(tmp_path):
    def read(content, name="post.mbox"):
        (tmp_path / name).write_bytes(content)
        passages = reading.read_passages(tmp_path / name)
        assert passages["speaker"].isna().all() and set(passages["source"]) == {name}
        assert passages["passage"].tolist() == list(range(1, len(passages) + 1))
        return passages["text"].tolist()

    return read


def test_mails_in_order(read):
    second = mail("Vraag", "Hoe?\n\nMet vriendelijke groet,\nJan\n")
    assert read(LINE + mail("Idee", "Één.\n\n> Oud.\n\nTwee.\n") + b"\n" + LINE + second) == ["Idee", "Één.", "Twee.", "Vraag", "Hoe?"]


def test_windows_line_ends_and_the_lines_of_thunderbird_and_takeout(read):
    content = b"From - Tue Jun 06 10:00:00 2023\n" + mail("Een", "A.\n") + b"\nFrom 17@xxx Tue Jun 06 10:00:00 +0000 2023\n" + mail("Twee", "B.\n")
    assert read(content.replace(b"\n", b"\r\n")) == ["Een", "A.", "Twee", "B."]


def test_a_line_that_begins_with_from_is_no_mail(read):
    body = "Zie:\n\nFrom the start: leren.\n\n>From een tweede bron, om 10:30 uur\nNaam: Jan\n"
    assert read(LINE + mail("Idee", body)) == ["Idee", "Zie:", "From the start: leren.", "From een tweede bron, om 10:30 uur Naam: Jan"]


def test_what_is_there_twice_is_read_once(read):
    one = LINE + mail("Idee", "A.\n", Message_ID="<1@hoorn.nl>") + b"\n"
    assert read(one + one + LINE + mail("Idee", "A.\n", Message_ID="<2@hoorn.nl>")) == ["Idee", "A.", "Idee", "A."]


def test_a_mail_alone_and_a_mailbox_are_told_apart(read):
    with pytest.raises(InputError, match="a.eml: the name says e-mail, the content looks like mailbox"):
        read(LINE + mail() + b"\n" + LINE + mail(), "a.eml")
    with pytest.raises(InputError, match="post.mbox: the name says mailbox, the content looks like"):
        read(mail())
    assert read(LINE + mail("Idee", "A.\n"), "a.eml") == ["Idee", "A."]
