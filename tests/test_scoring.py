"""Theme scores: each kind of measure, with a table for what should come out, and the edges of each."""

import pandas as pd
import pytest

from ledanalysis import scoring
from ledanalysis.errors import InputError
from ledanalysis.study import load_study

NO_MENTIONS = pd.DataFrame({"municipality": [], "theme": [], "horizon": []}, dtype="str")


def answers(rows):
    """Rows of (respondent, municipality, item, value)."""
    return pd.DataFrame(rows, columns=["respondent", "municipality", "item", "value"]).astype({"value": "float64"})


def scores(rows, study, measure, mentions=NO_MENTIONS, interviewed=()):
    """{(municipality, theme): (score, n_valid)} of a measure."""
    table = scoring.score_themes(answers(rows), mentions, list(interviewed), study)
    table = table[table["measure"] == measure]
    return dict(zip(zip(table["municipality"], table["theme"]), zip(table["score"], table["n_valid"])))


def test_every_kind_of_measure(small, case):
    given = case("scoring_answers").assign(value=lambda t: pd.to_numeric(t["value"]), respondent=lambda t: t["respondent"].astype(int))
    mentions = pd.DataFrame(
        [("GM0060", "DATA", "future"), ("GM0060", "DATA", "now"), ("GM0060", "DIGI", "unstated"),
         ("GM0034", "KLIM", "future")],  # not among the interviewed: no base to be a share of
        columns=["municipality", "theme", "horizon"],
    )  # fmt: skip
    found = scoring.score_themes(given, mentions, ["GM0060", "GM0363"], small)
    expected = case("scoring_scores").astype({"score": "float64", "n_valid": "int64"})
    pd.testing.assert_frame_equal(found, expected.sort_values(["measure", "theme", "municipality"], ignore_index=True), check_dtype=False)


def test_scores_are_typed_and_sorted_even_where_nothing_was_answered(small):
    found = scoring.score_themes(answers([]), NO_MENTIONS, [], small)
    assert found.columns.tolist() == ["municipality", "theme", "measure", "score", "n_valid"]
    assert (len(found), found["score"].dtype, found["n_valid"].dtype) == (0, "float64", "int64")


def test_a_score_runs_over_the_scales_own_range_and_not_over_the_values_seen(small):
    rows = [(1, "GM0060", "d1_DIGI", 2), (2, "GM0034", "d1_DIGI", 3), (3, "GM0363", "d1_DIGI", 4)]
    assert [score for score, _ in scores(rows, small, "now").values()] == [50, 25, 75]  # by municipality: GM0034 first


@pytest.mark.parametrize(
    ("low", "high", "reversed", "expected"),
    [(1, 5, "", [0, 25, 100]), (1, 5, "yes", [100, 75, 0]), (0, 10, "", [10, 20, 50]), (0, 10, "yes", [90, 80, 50])],
)
def test_a_reversed_item_is_turned_round_on_its_own_range(small, low, high, reversed, expected):
    variable = pd.Series({"options": "", "min": float(low), "max": float(high), "reversed": reversed})
    assert scoring.to_score(pd.Series([1.0, 2.0, 5.0]), variable, small).tolist() == expected


def test_missing_codes_are_no_part_of_the_range(small):
    """Codes of importance run to 9, 'weet niet' and 'n.v.t.' among them."""
    assert scoring.value_range(small.variables.loc["d1_DIGI"], small) == (1, 5)


def test_a_scale_needs_six_of_its_eight_items(study):
    items = study.variables.index[study.variables["scale"] == "leercultuur"]
    straight = [name for name in items if study.variables.loc[name, "reversed"] == ""]
    assert (len(items), len(straight)) == (8, 6)
    six = [(1, "GM0060", name, 4) for name in straight]
    five = [(2, "GM0034", name, 4) for name in straight[:5]]
    assert scores(six + five, study, "culture") == {("GM0060", "leercultuur"): (4.0, 6)}
    eight = six + [(1, "GM0060", "c5_sluitpost", 1), (1, "GM0060", "c5_waan", 1)]  # turned round: 5
    assert scores(eight, study, "culture") == {("GM0060", "leercultuur"): (pytest.approx((6 * 4 + 2 * 5) / 8), 8)}


def test_a_scale_is_averaged_over_respondents_and_not_over_their_items(small):
    rows = [(1, "GM0060", name, value) for name, value in (("c5_tijd", 5), ("c5_fouten", 5), ("c5_sluitpost", 1))]
    rows += [(2, "GM0060", "c5_tijd", 1), (2, "GM0060", "c5_fouten", 1)]
    assert scores(rows, small, "culture") == {("GM0060", "cultuur"): (3.0, 5)}


def test_several_respondents_of_a_municipality_are_averaged(small):
    rows = [(1, "GM0060", "d1_DIGI", 5), (2, "GM0060", "d1_DIGI", 2), (3, "GM0034", "d1_DIGI", 5)]
    assert scores(rows, small, "now") == {("GM0034", "DIGI"): (100, 1), ("GM0060", "DIGI"): (62.5, 2)}


def test_a_difference_is_of_municipalities_that_have_both(small):
    rows = [(1, "GM0060", "d1_DIGI", 2), (1, "GM0060", "d2_DIGI", 4), (2, "GM0034", "d1_DIGI", 5), (3, "GM0363", "d2_DIGI", 1)]
    assert scores(rows, small, "rise") == {("GM0060", "DIGI"): (50, 1)}


def test_dont_know_is_outside_the_base_of_a_single_choice(small):
    rows = [(1, "GM0060", "b1_visie", 1), (2, "GM0034", "b1_visie", 3), (3, "GM0363", "b1_visie", None)]
    found = scores(rows, small, "vision")
    assert {place for place, _ in found} == {"GM0060", "GM0034"} and "weet_niet" not in {theme for _, theme in found}


def test_a_single_choice_may_be_of_themes(small_folder, change):
    change(small_folder, "items.csv", "vision;;;vision", "themes;;;vision")
    found = scores([(1, "GM0060", "b1_visie", 2)], load_study(small_folder), "vision")
    assert found == {("GM0060", "DATA"): (100, 1), ("GM0060", "DIGI"): (0, 1), ("GM0060", "KLIM"): (0, 1)}


def test_a_rank_of_any_height_counts_as_named(small):
    rows = [(1, "GM0060", "d3_top_DIGI", 2), (1, "GM0060", "d3_top_DATA", 0)]
    assert scores(rows, small, "top") == {("GM0060", "DATA"): (0, 1), ("GM0060", "DIGI"): (100, 1)}


def test_without_interviews_nothing_is_said_of_mentions(small):
    assert scores([], small, "mentions") == {}


def test_a_measure_with_unit_other_than_score_stays_as_asked(small):
    assert scores([(1, "GM0060", "b3_fte", 12.5)], small, "fte") == {("GM0060", "b3_fte"): (12.5, 1)}


# --- transformations ----------------------------------------------------------------------------------------------


@pytest.fixture
def transformed(small_folder, change):
    """The small study with the share of high answers, and with points and worth of the two that were ranked."""
    path = small_folder / "data" / "codebook" / "measures.csv"
    header, *rows = path.read_text("utf-8-sig").splitlines()
    rows += ["high;items;percent;share;now;;Hoog;High;top_two", "points;items;points;mean;top;;Punten;Points;rank_points",
             "worth;items;percent;worth;top;;Waarde;Worth;rank_points"]  # fmt: skip
    path.write_text("\n".join([f"{header};transformation", *(row if row.count(";") == 8 else f"{row};" for row in rows)]), "utf-8")
    change(small_folder, "items.csv", "themes;;;top;;;;", "themes;;;top;;;2;")
    return small_folder


def test_the_two_highest_answers_count_as_high(transformed):
    rows = [(n, f"GM{n:04}", "d1_DIGI", value) for n, value in ((34, 3), (60, 4), (363, 5))]
    found = scores(rows, load_study(transformed), "high")
    assert found == {("GM0034", "DIGI"): (0, 1), ("GM0060", "DIGI"): (100, 1), ("GM0363", "DIGI"): (100, 1)}


@pytest.mark.parametrize(("low", "high", "reversed", "expected"), [(1, 10, "", [0, 0, 100, 100]), (1, 10, "yes", [100, 0, 0, 0])])
def test_the_two_highest_of_a_range_and_of_a_reversed_item(small, low, high, reversed, expected):
    variable = pd.Series({"options": "", "min": float(low), "max": float(high), "reversed": reversed})
    assert scoring.top_two(pd.Series([2.0, 8, 9, 10]), variable, small).tolist() == expected
    codes = pd.Series({"options": "importance", "min": None, "max": None, "reversed": ""})
    assert scoring.top_two(pd.Series([3.0, 4, 5]), codes, small).tolist() == [0, 100, 100]  # 9 is no answer


def test_points_of_a_ranking(transformed):
    rows = [(1, "GM0060", "d3_top_DIGI", 1), (1, "GM0060", "d3_top_DATA", 2), (1, "GM0060", "d3_top_KLIM", 0)]
    expected = {("GM0060", "DATA"): (1, 1), ("GM0060", "DIGI"): (2, 1), ("GM0060", "KLIM"): (0, 1)}
    assert scores(rows, load_study(transformed), "points") == scores(rows, load_study(transformed), "worth") == expected
    assert list(load_study(transformed).themes.query("measure == 'worth'")["theme"]) == ["DIGI", "DATA", "KLIM"]


@pytest.mark.parametrize(("file", "old", "new", "message"), [
    ("measures.csv", "mean;top;;Punten", "mean;tip;;Punten", "no such measure"),
    ("measures.csv", "mean;top;;Punten", "mean;high;;Punten", "no such measure"),  # itself of other items
    ("measures.csv", "Waarde;Worth;rank_points", "Waarde;Worth;", "worth is of the points"),
    ("measures.csv", "Hoog;High;top_two", "Hoog;High;rank_points", "is not an item for it"),
    ("measures.csv", "Punten;Points;rank_points", "Punten;Points;top_two", "is not an item for it"),
    ("items.csv", "themes;;;top;;;2;", "themes;;;top;;;;", "how many are ranked"),
])  # fmt: skip
def test_a_transformation_needs_items_that_it_is_for(transformed, change, file, old, new, message):
    change(transformed, file, old, new)
    with pytest.raises(InputError, match=message):
        load_study(transformed)
