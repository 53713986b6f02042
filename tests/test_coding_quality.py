"""How well the example codebook reads: sentences labelled by hand, seen and unseen, and general Dutch of other matters."""

import pandas as pd
import pytest

from ledanalysis.coding import code_passages, compile_codebook


@pytest.fixture(scope="module")
def book(study):
    return compile_codebook(study.frame("themes"), study.frame("markers"))


def coded(texts, book):
    """(number of the text, theme) of each mention, once."""
    passages = pd.DataFrame({"source": "a", "municipality": "GM0014", "passage": range(len(texts)), "text": list(texts)})
    found = code_passages(passages, book)
    return set(zip(found["passage"], found["theme"]))


@pytest.mark.parametrize(("which", "size", "least"), [(["seen", "seen2"], 150, 0.98), (["unseen"], 75, 0.90)])
def test_f1_on_labelled_sentences_is_as_methods_says(book, case, which, size, least):
    sentences = case("coding_sentences")
    sentences = sentences[sentences["set"].isin(which)].reset_index(drop=True)
    want = {(row, theme) for row, themes in enumerate(sentences["labels"]) for theme in themes.split()}
    got = coded(sentences["text"], book)
    assert len(sentences) == size
    assert 2 * len(got & want) / (len(got) + len(want)) >= least, sorted(got ^ want)


def test_every_theme_stands_among_the_seen_and_the_unseen(study, case):
    labels = case("coding_sentences").groupby("set")["labels"].agg(lambda cells: set(" ".join(cells).split()))
    themes = set(study.frame("themes")["theme"])
    assert labels["unseen"] == labels["seen"] == themes


def test_false_alarms_in_general_dutch_are_under_five_per_thousand(book, case):
    general = case("coding_general")
    assert len(general) == 300 and general["text"].is_unique
    wrong = sorted(coded(general["text"], book))
    assert len(wrong) / len(general) * 1000 < 5, [(general["text"][row], theme) for row, theme in wrong]
