"""Text without the people in it: what goes, what must stay, and speakers with the same number each time."""

from pathlib import Path

import pandas as pd
import pytest

from ledanalysis.privacy import pseudonymise, pseudonymise_passages

CASES = Path(__file__).parent / "cases"


def rows(name):
    table = pd.read_csv(CASES / f"{name}.csv", sep=";", dtype="str", keep_default_na=False)
    return list(table.itertuples(index=False, name=None))


@pytest.mark.parametrize(("text", "expected"), rows("privacy_contacts"))
def test_contact_details_go_and_years_dates_and_amounts_stay(text, expected):
    assert pseudonymise(text) == expected


@pytest.mark.parametrize(("name", "text", "expected"), rows("privacy_names"))
def test_names_go_and_the_words_they_are_made_of_stay(name, text, expected):
    assert pseudonymise(text, [name]) == expected


def test_the_longest_form_of_a_name_goes_as_one():
    assert pseudonymise("Jan de Wit en Jan Wit", ["Jan de Wit", "Jan Wit"]) == "[persoon 1] en [persoon 1]"


def test_a_pseudonym_is_left_alone():
    once = pseudonymise("Jan, 06-12345678, jan@voorbeeld.nl", ["Jan Naam"])
    assert once == "[persoon 1], [telefoon], [e-mail]" == pseudonymise(once, ["Jan Post"])


SPOKEN = pd.DataFrame(
    [
        ("b.docx", "Petra Vraag", "Dag Jan, wat doet Anna?"),
        ("a.docx", "Anna Bos", "Ik ben Anna. Jan ken ik niet."),
        ("b.docx", "JAN DE WIT", "Petra, Anna werkt bij ons."),
        ("a.docx", "petra vraag", "Dag mevrouw Bos."),
        ("b.docx", "Anna Bos", "Klopt, Jan."),
        ("b.docx", "JAN DE WIT", "Bel 06-12345678."),
        ("a.docx", None, "Marieke belde."),
    ],
    columns=["source", "speaker", "text"],
    index=[10, 11, 12, 13, 14, 15, 16],
)


def test_speakers_are_numbered_per_source_in_order_of_appearance():
    found = pseudonymise_passages(SPOKEN, names=["Marieke Jol"], interviewers=["Petra Vraag"])
    expected = SPOKEN.assign(
        speaker=["interviewer", "spreker 1", "spreker 1", "interviewer", "spreker 2", "spreker 1", None],
        text=["Dag [persoon 4], wat doet [persoon 1]?", "Ik ben [persoon 1]. [persoon 2] ken ik niet.", "[interviewer], [persoon 1] werkt bij ons.",
              "Dag mevrouw [persoon 1].", "Klopt, [persoon 4].", "Bel [telefoon].", "[persoon 3] belde."],
    )  # fmt: skip
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    again = pseudonymise_passages(SPOKEN, names=["Marieke Jol"], interviewers=["Petra Vraag"])
    pd.testing.assert_frame_equal(found, again)


def test_what_was_given_is_not_changed_and_nothing_gives_nothing():
    before = SPOKEN.copy()
    pseudonymise_passages(SPOKEN)
    pd.testing.assert_frame_equal(SPOKEN, before)
    assert pseudonymise_passages(SPOKEN.iloc[:0]).empty


def test_an_interviewers_name_goes_in_sources_where_they_do_not_speak():
    passages = pd.DataFrame({"source": ["a"], "speaker": [None], "text": ["Petra Vraag belde."]})
    assert pseudonymise_passages(passages, interviewers=["Petra Vraag"])["text"].tolist() == ["[interviewer] belde."]
