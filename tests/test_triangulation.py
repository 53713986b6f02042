"""Interviews and survey side by side: agreement and difference are told only where both sources are sure enough."""

import numpy as np
import pandas as pd
import pytest

from ledanalysis import pages, style, triangulation
from ledanalysis.tables import write_tables
from ledanalysis.triangulation import VERDICTS, compare, finding, places, share_bounds, sources

NAMES = list("ABCDEFGHIJ")


def raised(*shares, n=20):
    return pd.DataFrame({"theme": NAMES[: len(shares)], "label": NAMES[: len(shares)], "estimate": shares, "n": float(n)})


def asked(*ranks):
    """A survey with these first and last places."""
    first, last = zip(*ranks)
    return pd.DataFrame({"theme": NAMES[: len(ranks)], "estimate": 50.0, "rank_lower": first, "rank_upper": last})


def verdicts(interviews, *surveys):
    return compare(interviews, surveys, 0.95).set_index("theme")["verdict"].to_dict()


def test_bounds_of_shares_are_wilsons():
    """Values of R: binom::binom.wilson(c(13, 0, 20), 20)."""
    lower, upper = share_bounds([65.0, 0.0, 100.0], [20, 20, 20], 0.95)
    assert lower.round(2).tolist() == [43.29, 0, 83.89] and upper.round(2).tolist() == [81.88, 16.11, 100]


def test_places_are_open_between_overlapping_intervals():
    first, last = places(np.array([50.0, 40, 10, np.nan]), np.array([90.0, 60, 30, np.nan]))
    assert first.tolist() == [1, 1, 3, 1]  # what is not known is above and below nothing
    assert last.tolist() == [3, 3, 4, 4]


@pytest.mark.parametrize(("share", "rank", "verdict"), [
    (90.0, (1, 2), "both_high"),
    (90.0, (1, 3), "untold"),  # the survey does not say in which half
    (50.0, (1, 2), "untold"),  # the interviews do not say: 50 is near the mean of 40
    (90.0, (3, 4), "interviews"),
    (90.0, (2, 4), "untold"),  # the places 1-2 and 2-4 overlap
    (5.0, (1, 2), "survey"),
    (5.0, (3, 4), "both_low"),
    (np.nan, (1, 2), "untold"),
    (90.0, (np.nan, np.nan), "untold"),
])  # fmt: skip
def test_a_theme_agrees_parts_or_cannot_be_told(share, rank, verdict):
    others = {90.0: (70.0, 0.0, 0.0), 50.0: (60.0, 40.0, 10.0)}.get(share, (90.0, 90.0, 40.0))
    assert verdicts(raised(share, *others), asked(rank, (1, 4), (1, 4), (1, 4)))["A"] == verdict


def test_a_difference_of_few_interviews_is_not_told():
    survey = asked((3, 4), (1, 2), (1, 2), (3, 4))
    assert verdicts(raised(80.0, 20.0, 20.0, 20.0, n=5), survey)["A"] == "untold"
    assert verdicts(raised(80.0, 20.0, 20.0, 20.0, n=40), survey)["A"] == "interviews"


def test_interviews_part_from_the_survey_only_where_they_do_now_and_in_three_years():
    now, future = asked((3, 4), (1, 2), (1, 4), (1, 4)), asked((1, 2), (3, 4), (1, 4), (1, 4))
    interviews = raised(95.0, 50.0, 5.0, 5.0)
    assert verdicts(interviews, now)["A"] == "interviews"
    assert verdicts(interviews, now, future)["A"] == "untold"


def test_the_table_is_in_the_order_of_the_slide_with_the_places_of_both():
    table = compare(raised(5.0, 90.0, 90.0, 10.0), [asked((3, 4), (3, 4), (1, 2), (1, 2))], 0.95)
    assert table[["theme", "verdict", "place_lower", "place_upper", "survey_lower", "survey_upper"]].values.tolist() == [
        ["C", "both_high", 1, 2, 1, 2],
        ["B", "interviews", 1, 2, 3, 4],
        ["D", "survey", 3, 4, 1, 2],
        ["A", "both_low", 3, 4, 3, 4],
    ]


RANKS = asked(*zip([1, 1, 1, 3, 4, 5, 6, 7, 9, 9], [3, 3, 4, 5, 6, 7, 8, 8, 10, 10]))


def rates(shares, n=20, rounds=200):
    """How often any theme has each verdict, where interviews are drawn with these shares."""
    rng = np.random.default_rng(1)
    found = [set(verdicts(raised(*rng.binomial(n, shares) / n * 100, n=n), RANKS).values()) for _ in range(rounds)]
    return {verdict: np.mean([verdict in each for each in found]) for verdict in VERDICTS}


def test_where_both_have_the_same_order_no_difference_is_told():
    same = rates(np.linspace(0.8, 0.05, 10))
    assert same["interviews"] <= 0.02 and same["survey"] <= 0.02 and same["both_high"] > 0.9


def test_where_interviews_say_the_opposite_no_agreement_is_told():
    other = rates(np.linspace(0.05, 0.8, 10))
    assert other["both_high"] <= 0.02 and other["both_low"] <= 0.02 and other["interviews"] > 0.9


# --- the slide

HERE = dict(clustering="sector", cluster="all", se=np.nan, df=np.nan, population=342.0, rank=1.0, p_rest=np.nan, p_zero=np.nan, letters="")
THEMES = ["DIGI", "DATA", "KLIM"]  # the survey asks nothing of the last


def estimates(mentions=(95.0, 90.0, 0.0), later=(10.0, 90.0, 0.0), now=((1, 1), (2, 2)), future=((2, 2), (1, 1))):
    rows = []
    for measure, figures, n in (("mentions", mentions, 20.0), ("mentions_future", later, 20.0), ("now", now, 50.0), ("future", future, 48.0)):
        for theme, figure in zip(THEMES, figures or ()):
            ranks = figure if isinstance(figure, tuple) else (np.nan, np.nan)
            value = 60.0 - ranks[0] if isinstance(figure, tuple) else figure
            rows.append(dict(HERE, measure=measure, theme=theme, estimate=value, n=n, rank_lower=ranks[0], rank_upper=ranks[1],
                             lower=np.nan, upper=np.nan, suppressed=False))  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture
def page(small):
    """page(...): the small study's page with these estimates."""

    def opened(**figures):
        response = pd.DataFrame([dict(clustering="sector", cluster="all", label="", order=0, population=342, answered=50, interviewed=20, percent=14.6)])
        write_tables(small, {"estimates": estimates(**figures), "response": response})
        return pages.open_page(small)

    return opened


def test_what_is_raised_for_later_is_held_to_the_survey_of_later(page):
    table = sources(page())
    assert table[["label", "verdict", "now", "future", "later", "n_now", "n_future"]].values.tolist() == [
        ["Data en AI", "coming", 58, 59, 90, 50, 48],
        ["Digitaal", "untold", 59, 58, 10, 50, 48],
    ]


def test_without_interviews_or_survey_there_is_no_slide(page, monkeypatch):
    kept = []
    monkeypatch.setattr(pages, "_emit", lambda slide, body, metadata=None: kept.append(slide))
    for figures in (dict(mentions=None, later=None), dict(now=None, future=None)):
        triangulation.show(page(**figures))
    assert kept == []


def test_the_slide_says_what_it_is_based_on(page, monkeypatch):
    kept = []
    monkeypatch.setattr(pages, "_emit", lambda slide, body, metadata=None: kept.append((slide, metadata["image/png"]["alt"])))
    triangulation.show(page())
    triangulation.show(page(later=None, future=None))
    (slide, alt), (other, _) = kept
    assert slide["title"].startswith("Interviews en enquête zetten voor de komende jaren beide Data en AI hoog; over 1 van de 2 thema's is")
    assert slide["footer"].startswith("n = 48–50 gemeenten in de enquête, 20 in interviews; ") and "geen steekproef" in slide["footer"]
    assert "Data en AI: interviews 90%, plaats 1–2; enquête plaats 1–2: beide hoog, straks" in slide["notes"]
    assert "beide hoog, straks: 1; niet te zeggen: 1" in alt and "n = 20" in alt
    assert other["footer"].startswith("n = 50 gemeenten in de enquête, 20 in interviews; ")


def labelled(**counts):
    rows = [(verdict, f"{verdict[0].upper()}{number}", 20.0) for verdict in VERDICTS for number in range(1, counts.get(verdict, 0) + 1)]
    return pd.DataFrame(rows, columns=["verdict", "label", "n"])


@pytest.mark.parametrize(("counts", "title"), [
    (dict(both_high=2, untold=3), "Interviews en enquête zetten beide B1 en B2 hoog; over 3 van de 5 thema's is niets te zeggen"),
    (dict(both_high=2, coming=1, untold=1), "Interviews en enquête zetten beide B1 en B2 hoog; voor de komende jaren ook C1"),
    (dict(both_high=1, interviews=1, survey=1), "Interviews en enquête zetten beide B1 hoog; vaker in interviews: I1; hoger in de enquête: S1"),
    (dict(both_high=4, survey=2), "Interviews en enquête zetten beide 4 thema's, waaronder B1, hoog; hoger in de enquête: S1 en S2"),
    (dict(interviews=2, both_low=1), "Interviews en enquête zetten beide B1 laag; vaker in interviews: I1 en I2"),
    (dict(survey=1, untold=4), "Hoger in de enquête: S1; over 4 van de 5 thema's is niets te zeggen"),
    (dict(untold=5), "Waar interviews en enquête het eens zijn is met 20 gesprekken niet te zeggen"),
    (dict(), ""),
])  # fmt: skip
def test_the_title_is_no_stronger_than_the_table(page, counts, title):
    assert finding(labelled(**counts), page()) == title


def test_themes_that_cannot_be_told_stand_back_and_each_verdict_is_named(page):
    figure, ax = style.figure()
    triangulation.two_sources(ax, sources(page()), survey_label="enquête", interviews_label="interviews")
    left, right = figure.axes
    assert [tick.get_text() for tick in left.get_yticklabels()] == ["Data en AI", "Digitaal"]
    assert [tick.get_fontweight() for tick in left.get_yticklabels()] == [600, 400]
    assert [bar.get_width() for bar in right.patches] == [90, 95]
    written = [each.get_text() for each in right.texts]
    assert ["beide hoog, straks", "niet te zeggen"] == [words for words in written if words[-1] != "%"]
    assert [words for words in written if words[-1] == "%"] == ["90%", "95%"]
