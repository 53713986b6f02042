"""The sentence above a chart: what it says, and where it holds back, in both languages."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from ledanalysis import findings

NAN = float("nan")


@pytest.fixture
def census(study):
    return dataclasses.replace(study, settings=study.settings.model_copy(update={"sampling": "census"}))


def ranked(*lower, upper=None, estimate=None):
    """Themes A, B, ... from high to low with the bounds of their ranks."""
    count = len(lower)
    return pd.DataFrame({
        "label": list("ABCDEFGH")[:count], "rank": [float(rank) for rank in range(1, count + 1)], "rank_lower": [float(rank) for rank in lower],
        "rank_upper": upper or [float(count)] * count, "estimate": estimate or [90.0 - 10 * n for n in range(count)],
    })  # fmt: skip


def test_names_are_joined_as_a_sentence_has_them(study, english):
    assert [findings.join_names("ABC"[:n], study) for n in (1, 2, 3)] == ["A", "A en B", "A, B en C"]
    assert findings.join_names("ABCD", english) == "A, B and C"  # no more than a sentence holds


@pytest.mark.parametrize(
    ("lower", "measure", "nl", "en"),
    [
        ((1, 2, 2), "now", "A is nu het belangrijkste thema", "A is the most important theme now"),
        ((1, 1, 3), "future", "A of B kan over drie jaar het belangrijkste thema zijn", "A or B may be the most important theme in three years"),
        ((1, 1, 1, 4), "top", "A, B of C komt het vaakst in de top vijf voor de komende jaren", "A, B or C is most often in the top five for the coming years"),
        ((1, 1, 1, 1), "now", "A staat nu bovenaan, maar 4 thema's kunnen de eerste zijn", "A comes first now, but any of 4 themes may be the first"),
        ((1, 2, 3), "mark", "A staat bovenaan", "A comes first"),
    ],
)  # fmt: skip
def test_a_theme_is_called_first_only_where_no_other_can_be(study, english, lower, measure, nl, en):
    assert (findings.highest(ranked(*lower), study, measure), findings.highest(ranked(*lower), english, measure)) == (nl, en)


def test_what_is_suppressed_is_not_named_and_nothing_shown_says_nothing(study):
    table = ranked(1, 1, 3)
    table.loc[0, ["estimate", "rank_lower"]] = NAN
    assert findings.highest(table, study, "now") == "B is nu het belangrijkste thema"
    hidden = table.assign(estimate=NAN, p_rest=NAN, sector=1.0, se=1.0, df=9)
    assert [findings.highest(hidden, study, "now"), findings.changes(hidden, study), findings.use(hidden, study),
            findings.apart(hidden, study), findings.forms(hidden, study)] == [""] * 5  # fmt: skip


def test_without_ranks_nobody_is_called_first(study, english):
    """Where one theme is suppressed none has a rank, and interviews have no design to rank by."""
    table = ranked(NAN, NAN, NAN)
    assert findings.highest(table, study, "now") == "Van wat te tonen is scoort A het hoogst, maar dat kan toeval zijn"
    assert findings.highest(table, english, "top") == "Of what can be shown, A scores highest, but that may be chance"
    assert findings.forms(table.assign(rank_upper=NAN), study) == "Van wat te tonen is scoort A het hoogst, maar dat kan toeval zijn"


@pytest.mark.parametrize(("se", "expected"), [
    (4.1, "Van wat te tonen is, wordt A veel gebruikt (90%) en C weinig (70%)"),  # 2 x 4.1 x 2.394, z at 1 - .05 / 6, is 19.6
    (4.3, "Wat veel en wat weinig gebruikt wordt, is niet duidelijk te scheiden"),
    (NAN, "Wat veel en wat weinig gebruikt wordt, is niet duidelijk te scheiden"),
])  # fmt: skip
def test_without_ranks_only_the_ends_that_are_surely_apart_are_named(study, se, expected):
    table = ranked(NAN, NAN, NAN).assign(rank_upper=NAN, se=se, df=1e6)
    assert findings.use(table, study) == expected


def test_in_a_census_the_ends_are_facts(census):
    assert findings.highest(ranked(1, 1, 1, estimate=[80.4, 70, 62.5]), census, "now") == "Hoogste score: A (80); laagste: C (63)"


# --- changes: t intervals that hold for all themes at once (Bonferroni)


def changed(*gaps, se=1.0, df=1e6):
    return pd.DataFrame({"label": list("ABCDEFGH")[: len(gaps)], "estimate": [float(gap) for gap in gaps], "se": se, "df": df})


@pytest.mark.parametrize(
    ("gaps", "more", "clear"),
    [
        ((1.97,), {}, [True]),  # z is 1.96
        ((1.95,), {}, [False]),
        ((-1.97,), {}, [True]),
        ((2.22,), {"df": 10}, [False]),  # t with 10 degrees of freedom is 2.228
        ((2.24,), {"df": 10}, [True]),
        ((2.25, 2.23), {}, [True, False]),  # of two themes: 2.241
        ((2.25, NAN), {}, [True, False]),  # one that is not shown counts all the same: p values know of it too
        ((2.23, NAN), {}, [False, False]),
        ((0.0, 1.0), {"se": 0.0}, [False, True]),
    ],
)
def test_a_change_is_clear_where_its_interval_leaves_nought_out(gaps, more, clear):
    assert findings.together(changed(*gaps, **more), 0.95)["clear"].tolist() == clear


def test_intervals_of_changes_are_as_wide_as_the_number_of_themes_asks():
    ends = findings.together(changed(10.0, 0.0, se=2.0, df=20.0), 0.90)
    assert ends[["lower", "upper"]].to_numpy().tolist() == pytest.approx(np.array([[10, 10], [0, 0]]) + [-4.17, 4.17])  # t(20; 0.975) = 2.0860


@pytest.mark.parametrize(
    ("gaps", "nl", "en"),
    [
        ((1.0, -1.0), "Geen enkel thema verandert duidelijk van belang", "No theme clearly changes in importance"),
        ((9, 0), "A wint aan belang", "A gains importance"),
        ((0, -9), "B verliest aan belang", "B loses importance"),
        ((9, 8, -7), "A en B winnen aan belang; C verliest aan belang", "A and B gain importance; C loses importance"),
        ((9, -7, -8), "A wint aan belang; C en B verliezen aan belang", "A gains importance; C and B lose importance"),
        ((9, 8, 7, 6), "4 thema's winnen aan belang, waaronder A en B", "4 themes gain importance, among them A and B"),
        ((-6, -7, -8, -9), "4 thema's verliezen aan belang", "4 themes lose importance"),
    ],
)
def test_changes(study, english, gaps, nl, en):
    assert (findings.changes(changed(*gaps), study), findings.changes(changed(*gaps), english)) == (nl, en)


# --- upper and lower half


@pytest.mark.parametrize(
    ("lower", "upper", "words", "nl", "en"),
    [
        ((1, 1, 3, 3), (2, 2, 4, 4), "used", "Veel gebruikt: A en B; weinig: D en C", "Widely used: A and B; little used: D and C"),
        ((1, 1, 2, 3), (2, 3, 4, 4), "offer", "Vaak is er aanbod voor A, minder vaak voor D", "Learning is often on offer for A, less often for D"),
        ((1, 1, 2, 2), (2, 4, 4, 4), "named", "Vaak genoemd: A", "Often named: A"),
        ((1, 1, 1, 3), (3, 3, 3, 4), "used", "Weinig gebruikt: D", "Little used: D"),
        ((1, 1, 1, 2), (3, 3, 4, 4), "used", "Wat veel en wat weinig gebruikt wordt, is niet duidelijk te scheiden", "What is widely used and what is little used cannot be clearly told apart"),
        ((1, 2, 3), (1, 2, 3), "used", "Veel gebruikt: A; weinig: C en B", "Widely used: A; little used: C and B"),
    ],
)  # fmt: skip
def test_use_names_what_is_surely_in_the_upper_or_lower_half(study, english, lower, upper, words, nl, en):
    table = ranked(*lower, upper=[float(rank) for rank in upper])
    assert (findings.use(table, study, words), findings.use(table, english, words)) == (nl, en)


# --- the cluster and the rest


def apart(*rows):
    return pd.DataFrame(rows, columns=["label", "estimate", "sector", "p_rest"])


@pytest.mark.parametrize(
    ("rows", "nl", "en"),
    [
        ([("A", 80, 70, 0.05)], "A hier belangrijker dan bij andere gemeenten", "More important here than at other municipalities: A"),
        ([("A", 80, 70, 0.051)], "Geen thema wijkt hier duidelijk af van de andere gemeenten", "No theme clearly differs here from other municipalities"),
        ([("A", 60, 70, 0.01)], "A hier minder belangrijk dan bij andere gemeenten", "Less important here than at other municipalities: A"),
        ([("A", 60, 70, 0.01), ("B", 58, 50, 0.01)], "B hier belangrijker dan bij andere gemeenten; A hier minder belangrijk dan bij andere gemeenten", "More important here than at other municipalities: B; less important here than at other municipalities: A"),
        ([("A", 80, 70, NAN)], "Geen thema wijkt hier duidelijk af van de andere gemeenten", "No theme clearly differs here from other municipalities"),
    ],
)  # fmt: skip
def test_apart(study, english, rows, nl, en):
    assert (findings.apart(apart(*rows), study), findings.apart(apart(*rows), english)) == (nl, en)


def test_apart_in_a_census_names_the_largest_gap_whichever_way(census):
    text = findings.apart(apart(("A", 75.0, 70.0, NAN), ("B", 60.0, 70.0, NAN)), census)
    assert text == "B verschilt het meest van alle gemeenten: −10 punten"
    text = findings.apart(apart(("A", 75.0, 70.0, NAN), ("B", 68.0, 70.0, NAN)), census)
    assert text == "A verschilt het meest van alle gemeenten: +5 punten"


def heat(*rows):
    return pd.DataFrame(rows, columns=["row_label", "column_label", "estimate", "sector", "p_rest"]).assign(letters="a")


@pytest.mark.parametrize(
    ("p", "estimate", "nl", "en"),
    [
        (0.024, 80, "A is bij X duidelijk belangrijker dan elders", "A is clearly more important in cluster 'X' than elsewhere"),
        (0.024, 60, "A is bij X duidelijk minder belangrijk dan elders", "A is clearly less important in cluster 'X' than elsewhere"),
        (0.025, 80, "Van wat te tonen is: de clusters verschillen niet duidelijk van elkaar", "Of what can be shown: the clusters do not clearly differ from each other"),
    ],
)
def test_spread_is_adjusted_over_the_clusters(study, english, p, estimate, nl, en):
    table = heat(("A", "X", float(estimate), 70.0, p), ("A", "Y", 70.0, 70.0, 0.9), ("B", "X", NAN, 70.0, 0.0))
    assert (findings.spread(table, study), findings.spread(table, english)) == (nl, en)


def test_spread_names_the_strongest_of_many(study, census):
    table = heat(("A", "X", 80.0, 70.0, 0.02), ("B", "Y", 40.0, 70.0, 0.001))
    assert findings.spread(table, study) == "2 verschillen zijn duidelijk; het sterkst: B is bij Y minder belangrijk dan elders"
    table = heat(("A", "X", 80.0, 70.0, NAN), ("A", "Y", 70.0, 70.0, NAN), ("B", "X", 60.0, 70.0, NAN), ("B", "Y", 72.4, 70.0, NAN))
    assert findings.spread(table, census) == "B loopt het meest uiteen: van 60 tot 72"


# --- response, forms, two sources


def test_response(study, english):
    row = pd.Series({"answered": 162, "population": 342, "percent": 162 / 342 * 100}, dtype="object")
    assert findings.response(row, study) == "162 van de 342 gemeenten deden mee (47%)"
    assert findings.response(row, english) == "162 of the 342 municipalities took part (47%)"
    assert findings.response(row.replace(162, 342), study) == "Alle 342 gemeenten doen mee"


def test_forms_are_named_where_the_first_is_clear(study, english):
    table = ranked(1, 2, upper=[1.0, 2.0], estimate=[55.5, 44.5])
    assert findings.forms(table, study) == "A krijgt de meeste punten: 56 van de 100"
    assert findings.forms(table, english) == "A gets the most points: 56 out of 100"
    assert findings.forms(table.assign(rank_upper=[2.0, 2.0]), study) == "Welke leervorm de meeste punten krijgt, is niet duidelijk"


# --- what a reader of the slides would take for more than the table says


def test_equal_figures_are_both_the_highest(study, census):
    table = ranked(NAN, NAN, NAN, estimate=[80.0, 80.0, 60.0])
    assert findings.highest(table, study, "now") == "Van wat te tonen is scoort A of B het hoogst, maar dat kan toeval zijn"
    assert findings.highest(table, census, "now") == "Hoogste score: A en B (80); laagste: C (60)"
    rounded = ranked(1, 1, 1, 1, estimate=[80.0, 80.0, 60.0, 50.0]).assign(rank=[2.0, 1.0, 3.0, 4.0])
    assert findings.highest(rounded, study, "now") == "B staat nu bovenaan, maar 4 thema's kunnen de eerste zijn"


def test_that_nothing_is_so_is_said_of_what_is_shown_only(study):
    table = changed(0.1, NAN)
    assert findings.changes(table, study) == "Van wat te tonen is: geen enkel thema verandert duidelijk van belang"
    rows = apart(("A", 80, 70, 0.9), ("B", NAN, 70, NAN))
    assert findings.apart(rows, study) == "Van wat te tonen is: geen thema wijkt hier duidelijk af van de andere gemeenten"


def test_clusters_that_share_no_letter_do_differ(study):
    table = heat(("A", "X", 80.0, 70.0, 0.9), ("A", "Y", 60.0, 70.0, 0.9)).assign(letters=["a", "b"])
    assert findings.spread(table, study) == "Geen cluster wijkt duidelijk af van de rest, wel verschillen clusters onderling bij A"


def test_of_equal_p_the_larger_difference_is_the_clearest(study):
    table = heat(("A", "X", 75.0, 70.0, 0.001), ("B", "Y", 40.0, 70.0, 0.001))
    assert findings.spread(table, study) == "2 verschillen zijn duidelijk; het sterkst: B is bij Y minder belangrijk dan elders"
