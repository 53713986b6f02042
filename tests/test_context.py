"""Mentions in their context, with the passages around them, and beside other themes."""

import math

import pandas as pd
import pytest

from ledanalysis.context import cooccurrence, edges, in_context, matrix, surroundings
from ledanalysis.errors import InputError

PASSAGES = pd.DataFrame(
    [
        ("a", "GM1", 1, "Wij leren van data."),
        ("a", "GM1", 2, "Data en klimaat, en nog eens data."),
        ("b", "GM2", 1, "Klimaat."),
        ("b", "GM2", 2, "Niets."),
        ("w", None, 1, "Data en klimaat in een webinar."),
    ],
    columns=["source", "municipality", "passage", "text"],
)
MENTIONS = pd.DataFrame(
    [
        ("a", "GM1", 1, "DATA", "now", 14, 18),
        ("a", "GM1", 2, "DATA", "unstated", 0, 4),
        ("a", "GM1", 2, "KLIM", "unstated", 8, 15),
        ("a", "GM1", 2, "DATA", "unstated", 29, 33),
        ("b", "GM2", 1, "KLIM", "future", 0, 7),
        ("w", None, 1, "DATA", "unstated", 0, 4),
        ("w", None, 1, "KLIM", "unstated", 8, 15),
    ],
    columns=["source", "municipality", "passage", "theme", "horizon", "start", "end"],
)


def test_keyword_in_context():
    lines = in_context(MENTIONS.iloc[[0, 2]], PASSAGES, width=10)
    assert lines.values.tolist() == [
        ["a", "GM1", 1, "DATA", "now", "… leren van ", "data", "."],
        ["a", "GM1", 2, "KLIM", "unstated", "Data en ", "klimaat", ", en nog …"],
    ]


def test_context_without_room_or_with_all_of_it():
    assert in_context(MENTIONS.iloc[[2]], PASSAGES, width=0)[["before", "after"]].values.tolist() == [["… ", " …"]]
    whole = in_context(MENTIONS, PASSAGES, width=500)
    assert (whole["before"] + whole["match"] + whole["after"]).tolist() == [
        PASSAGES["text"][place] for place in (0, 1, 1, 1, 2, 4, 4)
    ]


def test_mentions_of_another_run_are_refused():
    with pytest.raises(InputError, match="b, passage 2, 0-7"):
        in_context(MENTIONS.iloc[[4]].assign(passage=2), PASSAGES.iloc[:4])
    with pytest.raises(InputError, match="b, passage 9"):
        in_context(MENTIONS.iloc[[4]].assign(passage=9), PASSAGES)


def test_passages_around_a_theme():
    long = pd.DataFrame({"source": ["a"] * 6 + ["b"] * 2, "passage": [1, 2, 3, 4, 5, 6, 1, 2], "text": "x"})
    mentions = pd.DataFrame({"source": ["a", "a", "a", "b"], "passage": [1, 1, 5, 1], "theme": ["DATA", "DATA", "DATA", "KLIM"]})
    assert surroundings(mentions, long, "DATA")[["source", "passage", "mentions", "stretch"]].values.tolist() == [
        ["a", 1, 2, 1], ["a", 2, 0, 1], ["a", 4, 0, 2], ["a", 5, 1, 2], ["a", 6, 0, 2],
    ]  # fmt: skip
    assert surroundings(mentions, long, "DATA", steps=0)["passage"].tolist() == [1, 5]
    assert surroundings(mentions, long, "KLIM", steps=2)[["source", "passage"]].values.tolist() == [["b", 1], ["b", 2]]
    assert surroundings(mentions, long, "NONE").empty


def test_themes_in_one_passage():
    row = cooccurrence(MENTIONS, PASSAGES).iloc[0].to_dict()
    # passages with data: a1, a2, w1; with climate: a2, b1, w1; with both: a2, w1 (of no municipality)
    assert row == {
        "theme": "DATA", "other": "KLIM", "theme_n": 3, "other_n": 3, "both": 2, "municipalities": 1, "units": 5,
        "expected": 1.8, "log_ratio": math.log2(2 / 1.8), "jaccard": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize(("within", "n", "both", "units"), [("source", (2, 3), 2, 3), ("municipality", (1, 2), 1, 2)])
def test_themes_in_one_source_or_municipality(within, n, both, units):
    row = cooccurrence(MENTIONS, PASSAGES, within).iloc[0]
    assert (row["theme_n"], row["other_n"], row["both"], row["units"]) == (*n, both, units)


def test_themes_that_never_meet_have_no_ratio():
    apart = cooccurrence(MENTIONS.iloc[[0, 4]], PASSAGES).iloc[0]
    assert apart["both"] == 0 and math.isnan(apart["log_ratio"]) and apart["expected"] == 0.2


def test_a_theme_and_what_it_stands_under_are_no_pair():
    three = pd.concat([MENTIONS, MENTIONS.assign(theme="ALLE")])
    assert len(cooccurrence(three, PASSAGES)) == 3
    pairs = cooccurrence(three, PASSAGES, parents={"DATA": "KLIM", "KLIM": "ALLE"})
    assert pairs.empty and list(pairs.columns) == list(cooccurrence(MENTIONS, PASSAGES).columns)


def test_cooccurrence_refuses_what_it_cannot_count():
    with pytest.raises(InputError, match="allowed: passage, source, municipality"):
        cooccurrence(MENTIONS, PASSAGES, within="sentence")
    with pytest.raises(InputError, match="where there is no passage"):
        cooccurrence(MENTIONS, PASSAGES.iloc[:3])


def test_square_and_network():
    pairs = pd.DataFrame({
        "theme": ["A", "A", "B"], "other": ["B", "C", "C"], "theme_n": [5, 5, 4], "other_n": [4, 3, 3], "both": [3, 1, 2],
        "municipalities": [3, 1, 2], "log_ratio": [0.5, 2.0, -1.0], "jaccard": [0.5, 0.1, 0.4],
    })  # fmt: skip
    assert matrix(pairs).to_numpy().tolist() == [[5, 3, 1], [3, 4, 2], [1, 2, 3]]
    ratios = matrix(pairs, "log_ratio")
    assert ratios.loc["C", "A"] == 2.0 and ratios.isna().to_numpy().diagonal().all()
    assert edges(pairs)[["theme", "other"]].values.tolist() == [["A", "B"]]
    assert edges(pairs, least=1, min_municipalities=1)["other"].tolist() == ["C", "B"]
    assert edges(pairs, least=1)["other"].tolist() == ["B"]  # A and C: one municipality that talks much
