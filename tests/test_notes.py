"""The speaker's notes: figures, ranks with their bounds, p and letters, and by what they were adjusted."""

from dataclasses import replace

import pandas as pd
import pytest

from ledanalysis import notes

NAN = float("nan")


def by_benjamini_hochberg(study):
    return replace(study, settings=study.settings.model_copy(update={"adjust": "benjamini_hochberg"}))


def test_a_row_has_its_interval_its_rank_and_n(study):
    table = pd.DataFrame({"label": ["Data", "Zorg"], "estimate": [70.04, NAN], "se": [2.0, NAN], "lower": [65.5, NAN], "upper": [74, NAN],
                          "rank_text": ["3 (2–7)", ""], "n": [99, NAN]})  # fmt: skip
    first, last = notes.figures(table, study).splitlines()
    assert first == "Data: 70,0 (65,5–74,0), n = 99, rang 3 (2–7)"
    assert "95% zeker" in last and "Holm" in last


def test_known_ranks_need_no_word_on_bounds(study):
    table = pd.DataFrame({"label": ["Data"], "estimate": [70.0], "rank_text": ["1"], "n": [99]})
    assert notes.figures(table, study) == "Data: 70,0, n = 99, rang 1"


def test_p_is_named_with_its_adjustment(study, english):
    table = pd.DataFrame({"label": ["Data", "Zorg"], "estimate": [9.0, 1.0], "p_zero": [0.0004, 0.21]})
    lines = notes.figures(table, by_benjamini_hochberg(english)).splitlines()
    assert lines[:2] == ["Data: 9.0, p < 0.001", "Zorg: 1.0, p = 0.210"] and "Benjamini-Hochberg" in lines[2]
    assert "(Holm)" in notes.figures(table, study).splitlines()[2]


@pytest.mark.parametrize(("rank", "low", "high", "expected"), [(3, 2, 7, "3 (2–7)"), (1, 1, 1, "1"), (2, NAN, NAN, ""), (NAN, 1, 2, "")])
def test_ranks_in_words(rank, low, high, expected):
    row = pd.DataFrame({"rank": [rank], "rank_lower": [low], "rank_upper": [high]})
    assert notes.rank_text(next(row.itertuples())) == expected


def heat(letters):
    rows = [("Data", "klein", 40), ("Data", "groot", 60), ("Data", "midden", 50), ("Zorg", "klein", 70), ("Zorg", "groot", NAN)]
    table = pd.DataFrame(rows, columns=["row_label", "column_label", "estimate"])
    return table.assign(letters=letters, label=table["row_label"])


def test_of_a_heat_map_the_themes_in_which_clusters_differ(study):
    lines = notes.figures(heat(["b", "a", "ab", "a", ""]), study).splitlines()
    assert lines[0] == "Data: groot 60 a; midden 50 ab; klein 40 b" and len(lines) == 2
    assert "geen gemeenschappelijke letter" not in lines[1] and "Holm" in lines[1] and "95%" in lines[1]


def test_of_a_heat_map_in_which_nothing_is_clear_that_it_is_so(study):
    assert notes.figures(heat(["a", "a", "a", "a", ""]), study).startswith("Tussen twee clusters is geen enkel verschil duidelijk")


def test_where_nothing_was_compared_there_are_no_notes(study):
    assert notes.figures(heat([""] * 5), study) == ""
    assert notes.figures(pd.DataFrame({"x": [1]}), study) == ""
