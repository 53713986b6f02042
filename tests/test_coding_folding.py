"""Places in the text are those of the text as it came, whatever folding does to its length."""

import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledanalysis.coding import code_passages, compile_codebook
from ledanalysis.coding.folding import fold
from ledanalysis.coding.patterns import compile_pattern, literal_of
from ledanalysis.coding.scan import make_scanner, scan
from ledanalysis.coding.sentences import sentence_ends


def found(text, *patterns):
    themes = pd.DataFrame({"theme": ["T"], "patterns": [" | ".join(patterns)]})
    passages = pd.DataFrame({"source": "a", "municipality": "GM0014", "passage": [1, 2, 3], "text": ["ẞ  ﬁ", text, "é́"]})
    table = code_passages(passages, compile_codebook(themes))
    return [text[start:end] for start, end in zip(table["start"], table["end"])]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("loopbaan", "Straße  ẞ: LOOPBAAN", ["LOOPBAAN"]),
        ("strasse", "Grote Straße.", ["Straße"]),
        ("kijken", "samen kĳken, Kijken", ["kĳken", "Kijken"]),
        ("financiën", "ﬁnanciën en financie\u0308n; FINANCIËN", ["ﬁnanciën", "financie\u0308n", "FINANCIËN"]),
        ("finan*", "de ﬁnanciën", ["ﬁnanciën"]),
        ("sociaal domein", "het sociaal \u00a0 domein", ["sociaal \u00a0 domein"]),
        ("leren NEAR/1 data", "ß leren  met data", ["leren  met data"]),
        ("re:da(?:ta|de)", "ß  DATA en dade", ["DATA", "dade"]),
        ("mbo'er*", "mbo´ers mboʼer", ["mbo´ers", "mboʼer"]),
        ("loopbaan*", "'loopbaanadvies' en loopbaan- en talentbeleid", ["loopbaanadvies", "loopbaan"]),
        ("bbl*", "bbl, bbl-plek, bblers", ["bbl", "bbl"]),  # three letters: a whole word
        ("data", "nul\0data\0 data", ["data", "data"]),
    ],
)
def test_places_are_those_of_the_text_as_it_came(pattern, text, expected):
    assert found(text, pattern) == expected


@given(st.lists(st.text("aA é\u0301ßĳﬁİ’-\n\u00a0.\0"), max_size=4))
def test_every_letter_of_a_folded_text_knows_whence_it_came(texts):
    folded = fold(texts)
    assert folded.text.count("\0") == len(texts) or not texts
    for number, text in enumerate(texts):
        part, begin = folded.part(number), int(folded.begins[number])
        for at, letter in enumerate(part):
            start, end = _back(folded, number, begin + at)
            assert 0 <= start < end <= len(text)
            own = unicodedata.normalize("NFC", text[start:end]).casefold().replace("ĳ", "ij")
            assert letter in own or not letter.isalpha()


def _back(folded, number, place):
    start, end = folded.back(np.array([number]), np.array([place]), np.array([place + 1]))
    return int(start[0]), int(end[0])


def test_the_spans_of_a_pattern_do_not_overlap():
    searches = [compile_pattern(pattern) for pattern in ("a-a", "data*")]
    texts = ["a-a-a data-data"]
    folded = fold(texts)
    spans = scan(texts, folded, sentence_ends(folded), make_scanner(searches))
    assert list(zip(spans.search.tolist(), spans.start.tolist(), spans.end.tolist())) == [(0, 0, 3), (1, 6, 15)]


@pytest.mark.parametrize(
    ("expression", "literal"),
    [
        (r"\bdata\w*", "data"), (r"(?:data|ai) boek", "boek"), (r"data|ai", ""), (r"(data|ai)", ""), (r"trainees?", "trainee"),
        (r"\x41bc", ""), (r"(?i)data", ""), (r"[data]x{2}abc", "abc"), (r"data*bc", "dat"), (r"\(data\)", "data"), (r"één", "n"),
    ],
)  # fmt: skip
def test_the_literal_of_an_expression_is_what_it_cannot_do_without(expression, literal):
    assert literal_of(expression) == literal


def test_where_sentences_end():
    folded = fold(["a.", "Ja. Met o.a. bijv. 2.5 uur! In d.w.z. excl. de bv. Zo?\nStraßebv. Mbv. x.y.", ""])
    ends = sentence_ends(folded).tolist()
    parts = [folded.text[first:last] for first, last in zip([0, *(end + 1 for end in ends)], ends)]
    assert parts == [
        "a", "", "ja", " met o.a. bijv. 2.5 uur", " in d.w.z. excl. de bv. zo", "", "strassebv", " mbv", " x.y.", "",
    ]  # fmt: skip
