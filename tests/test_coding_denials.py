"""Denials: of what 'geen thema' and its like speak, and of what not."""

import pandas as pd
import pytest

from ledanalysis.coding import code_passages, compile_codebook
from ledanalysis.errors import InputError

THEMES = pd.DataFrame({"theme": ["LOOP", "DATA", "TAAL"], "patterns": ["*loopbaan*", "data", "taal*"]})
MARKERS = pd.DataFrame(
    [
        ("none", "geen", "after"), ("none", "geen thema", "before"), ("none", "geen thema meer", "before"),
        ("none", "speelt niet", "clause"), ("none", "niks met", "next"), ("none", "onzin", "sentence"),
        ("turn", "maar", ""), ("turn", "wel", ""), ("future", "straks", ""),
    ],
    columns=["horizon", "pattern", "scope"],
)  # fmt: skip
BOOK = compile_codebook(THEMES, MARKERS)


def themes(text, book=BOOK):
    passages = pd.DataFrame({"source": ["a"], "municipality": ["GM0014"], "passage": [1], "text": [text]})
    return code_passages(passages, book)["theme"].tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Geen tijd, wel aandacht voor loopbaanbeleid.", ["LOOP"]),
        ("Geen tijd maar loopbaan komt.", ["LOOP"]),
        ("Er is geen loopbaanbeleid.", []),
        ("Loopbaan is geen thema meer.", []),
        ("Data telt, loopbaan is geen thema.", ["DATA"]),
        ("Data is groot maar loopbaan is geen thema.", ["DATA"]),
        ("Loopbaan, data en taal zijn geen thema.", []),  # a list is one clause
        ("Hier telt loopbaan, data en taal zijn geen thema.", ["LOOP"]),  # no list: it begins with three words
        ("Geen loopbaan, data of taal.", []),
        ("Geen loopbaan, data telt.", ["DATA"]),
        ("Loopbaan is geen thema; data ook niet.", ["DATA"]),
        ("Bij ons speelt niet loopbaan maar data.", ["DATA"]),
        ("We hebben niks met loopbaan en data.", ["DATA"]),  # two words: 'loopbaan en'
        ("Onzin, wel data en loopbaan. Taal.", ["TAAL"]),
        ("Loopbaan is geen thema. Loopbaan telt.", ["LOOP"]),
        ("Straks is loopbaan, om 10,5 redenen, geen thema.", ["LOOP"]),  # what stands between two commas is a clause
        ("Straks is loopbaan om 10,5 redenen geen thema.", []),  # a comma in a number is no border
    ],
)
def test_of_what_a_denial_speaks(text, expected):
    assert themes(text) == expected


def test_a_denial_without_a_scope_speaks_of_its_clause():
    bare = compile_codebook(THEMES, MARKERS.query("scope == 'before'").assign(scope=""))
    assert themes("Geen thema is loopbaan, data telt.", bare) == ["DATA"]
    without = compile_codebook(THEMES, MARKERS.query("scope == 'before'")[["horizon", "pattern"]])
    assert themes("Geen thema is loopbaan, data telt.", without) == ["DATA"]


def test_a_scope_that_is_none_is_named_with_its_row():
    wrong = MARKERS.assign(scope=["after", "ervoor", *MARKERS["scope"][2:]])
    with pytest.raises(InputError, match="markers.csv, row 3, column 'scope': .*'ervoor'; allowed: clause, after"):
        compile_codebook(THEMES, wrong)


def test_a_denial_in_another_passage_says_nothing_here():
    passages = pd.DataFrame({"source": "a", "municipality": "GM0014", "passage": [1, 2, 3], "text": ["Geen", "loopbaan", "geen thema"]})
    assert code_passages(passages, BOOK)["theme"].tolist() == ["LOOP"]
