"""Text without the people in it: what goes, what must stay, and speakers with the same number each time."""

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from ledanalysis.contacts import is_iban
from ledanalysis.known_names import Known
from ledanalysis.privacy import pseudonymise, pseudonymise_passages, pseudonymise_texts

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


def pseudonyms(*said):
    """The numbers of the persons in texts of sources ((source, speaker, text), ...), in order, per text."""
    table = pd.DataFrame(said, columns=["source", "speaker", "text"])
    texts, _ = pseudonymise_texts(table, Known())
    return [re.findall(r"\[persoon (\d+)\]", text) for text in texts]


def test_the_forms_of_a_name_are_one_person_where_no_other_is_meant():
    one = pseudonyms(("a", None, "Jan de Wit, J. de Wit, Jan en de heer De Wit; jan de wit."))[0]
    assert len(one) == 5 and len(set(one)) == 1


def test_a_first_name_of_two_is_neither_of_them():
    (wit, bos, jan), = pseudonyms(("a", None, "Jan de Wit en Jan Bos. Volgens Jan wel."))  # fmt: skip
    assert len({wit, bos, jan}) == 3


def test_a_full_name_is_the_same_person_everywhere_and_a_first_name_only_in_its_source():
    first, second, third = pseudonyms(("a", "Jan de Wit", "Jan belde."), ("b", None, "Jan de Wit belde."), ("c", None, "Jan belde."))
    assert first == second != third


def test_numbers_do_not_follow_the_order_of_texts_nor_the_alphabet():
    names = ["Anna Bosman", "Bram Visscher", "Carla Jansen", "Dirk Hendriks", "Esther Willems", "Frits Pietersen"]
    said = [("a", None, f"Volgens {name}.") for name in names]
    forward, backward = pseudonyms(*said), pseudonyms(*said[::-1])
    assert forward == backward[::-1]
    assert forward != sorted(forward) and forward != sorted(forward, reverse=True)


def test_a_word_of_the_study_and_a_place_are_no_person_but_in_a_name():
    text = "Volgens Laren is Mirelle een thema, zegt mevrouw Laren."
    assert pseudonymise_texts(pd.DataFrame({"source": ["a"], "text": [text]}),
                              Known(places=frozenset(["Laren"]), words=frozenset(["mirelle"])))[0].tolist() == [
        "Volgens Laren is Mirelle een thema, zegt mevrouw [persoon 1]."]  # fmt: skip


def test_a_key_tells_who_is_behind_a_pseudonym_and_where():
    _, key = pseudonymise_texts(pd.DataFrame({"source": ["a", "b"], "text": ["Jan de Wit. Jan ook.", "Vraag Ingrid."]}), Known())
    numbers = dict(zip(key["name"], key["pseudonym"]))
    assert numbers["Jan"] == numbers["Jan de Wit"] != numbers["Ingrid"]
    assert key.set_index("name")["source"].to_dict() == {"Jan de Wit": "", "Jan": "", "Ingrid": "b"}


def test_only_the_data_of_deduce_are_read():
    code = "import sys; from ledanalysis.privacy import pseudonymise; pseudonymise('Jan de Wit'); print('deduce' in sys.modules, 'docdeid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split() == ["False", "False"]


def test_somebody_called_after_a_municipality_leaves_it_its_name():
    found = pseudonymise("Petra Laren werkt in Laren; mevrouw Laren zegt het.", ["Petra Laren"], ["Laren"])
    assert found == "[persoon 1] werkt in Laren; mevrouw [persoon 1] zegt het."


def test_an_account_of_no_country_is_none():
    assert not is_iban("ZZ38ABNA0417164300") and not is_iban("NL91ABNA041716430") and is_iban("nl91abna0417164300")


def test_a_surname_that_is_a_municipality_is_not_looked_for_alone():
    assert Known(("Petra Laren",), frozenset(["Laren"])).alone == {"petra"}
    assert Known(("Petra Laren",)).alone == {"petra", "laren"}
