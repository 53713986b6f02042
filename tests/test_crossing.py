"""Small questions: their figures against other ways to work them out, and what they must not give away beside what is published."""

import html
import random

import numpy as np
import pandas as pd
import pytest

import ledanalysis as led
from ledanalysis import crossing
from ledanalysis.audit import attack
from ledanalysis.crossing import cross, ground, outcomes
from ledanalysis.errors import InputError
from ledanalysis.grouping import grouping, groupings
from ledanalysis.study import load_study
from ledanalysis.tables import read_table

QUESTIONS = 60


@pytest.fixture(scope="module")
def base(example_run):
    return ground(load_study(example_run))


@pytest.fixture(scope="module")
def results(example_run):
    return led.open_study(example_run)


def questions(base, count: int, seed: int):
    """Questions that somebody may click together: measure, theme, by, where."""
    chance, study = random.Random(seed), base.study
    known, measures = list(groupings(study)), list(outcomes(study))
    while count:
        measure = chance.choice(measures)
        theme = chance.choice(list(study.themes.loc[study.themes["measure"] == measure, "theme"]))
        by = chance.choice(["size", "province", "urbanity", "vision", chance.choice(known)])
        where = {}
        for clustering in ("size", "province", "urbanity"):
            if chance.random() < 0.35:
                names = sorted(set(base.clusters.loc[base.clusters["clustering"] == clustering, "cluster"]))
                where[clustering] = chance.sample(names, chance.randint(1, min(3, len(names))))
        count -= 1
        yield measure, theme, by, where


def asked(base, question):
    """The answer, or None of what cannot be asked."""
    try:
        return cross(base, *question)
    except InputError:
        return None


def test_by_clusters_the_figures_are_the_published_ones(base):
    published = read_table(base.study, "estimates").set_index(["clustering", "cluster", "measure", "theme"])
    for clustering in ("size", "urbanity"):
        for measure, theme in (("now", "DATA"), ("stimulated", "coaching"), ("rise", "VAKM"), ("budget_euro", "b7_budget_pp")):
            rows = cross(base, measure, theme, clustering).table
            for row in rows[~rows["suppressed"]].itertuples():
                one = published.loc[(clustering, row.cluster, measure, theme)]
                assert row.n == one["n"] and row.df == one["df"] and not one["suppressed"]
                assert [row.estimate, row.se, row.lower, row.upper] == one[["estimate", "se", "lower", "upper"]].tolist()


def test_what_is_suppressed_in_public_is_suppressed_here(base):
    published = read_table(base.study, "estimates")
    hidden = published[published["suppressed"] & (published["clustering"] == "province") & published["measure"].isin(outcomes(base.study)) & (published["theme"] != "")]
    tried = 0
    for measure, theme in hidden[["measure", "theme"]].drop_duplicates().sample(12, random_state=1).itertuples(index=False):
        rows = cross(base, measure, theme, "province").table.set_index("cluster")
        gone = hidden.loc[(hidden["measure"] == measure) & (hidden["theme"] == theme), "cluster"]
        assert rows.loc[rows.index.intersection(gone), "suppressed"].all()
        assert rows.loc[rows["suppressed"], ["estimate", "se", "lower", "upper", "n", "population"]].isna().all(axis=None)
        tried += len(gone)
    assert tried >= 12


def test_by_answers_the_means_are_weighted_means_of_who_gave_them(base):
    scores, weights = read_table(base.study, "theme_scores"), base.weights["weight"]
    data = scores[(scores["measure"] == "now") & (scores["theme"] == "DATA")].set_index("municipality")["score"]
    chosen = scores[(scores["measure"] == "vision") & (scores["score"] == 100)].set_index("municipality")["theme"]
    both = pd.DataFrame({"score": data, "option": chosen, "weight": weights}).dropna()
    rows = cross(base, "now", "DATA", "vision").table.set_index("cluster")
    assert not rows["suppressed"].any()
    for option, part in both.groupby("option"):
        assert rows.loc[option, "estimate"] == pytest.approx(np.average(part["score"], weights=part["weight"]), abs=0.06)
        assert rows.loc[option, "n"] == len(part) and rows.loc[option, "population"] == pytest.approx(part["weight"].sum(), abs=0.51)


def test_groups_by_score_and_by_ticks(base):
    scores = read_table(base.study, "theme_scores")
    digi = scores[(scores["measure"] == "now") & (scores["theme"] == "DIGI")].set_index("municipality")["score"]
    found = grouping(base.study, "now:DIGI")
    assert set(found.groups.index[found.groups == "high"]) == set(digi.index[digi >= 75]) and list(found.labels) == ["high", "middle", "low"]
    ticks = scores[(scores["measure"] == "stimulated") & (scores["theme"] == "coaching")].set_index("municipality")["score"]
    found = grouping(base.study, "stimulated:coaching")
    assert set(found.groups.index[found.groups == "no"]) == set(ticks.index[ticks == 0]) and found.answers == (("stimulated", "coaching"),)


def test_a_filter_leaves_who_is_in_it_and_keeps_the_design(base):
    rows = cross(base, "now", "DATA", "urbanity", {"size": ["20-50", "50-100"]}).table
    members = base.clusters[(base.clusters["clustering"] == "size") & base.clusters["cluster"].isin(["20-50", "50-100"])]["municipality"]
    scores = base.scores[(base.scores["measure"] == "now") & (base.scores["theme"] == "DATA") & base.scores["municipality"].isin(members)]
    placed = base.clusters[base.clusters["clustering"] == "urbanity"].set_index("municipality")["cluster"]
    counts = scores["municipality"].map(placed).value_counts()
    shown = rows[~rows["suppressed"]]
    assert len(shown) >= 2 and shown.set_index("cluster")["n"].to_dict() == counts[shown["cluster"]].to_dict()


def attacked(base, question, rows: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """What comes out of an answer beside all that is published of the same."""
    measure, theme = question[:2]
    there = base.published[(base.published["measure"] == measure) & (base.published["theme"] == theme)]
    own = rows.assign(clustering="crossing")[["clustering", "cluster", "measure", "theme", "suppressed"]]
    own = own[own["cluster"].isin(groups.unique())]
    frame = pd.concat([there[list(own)], own], ignore_index=True)
    clusters = pd.concat([base.everyone, pd.DataFrame({"clustering": "crossing", "cluster": groups.to_numpy(), "municipality": groups.index, "times": 1.0})], ignore_index=True)
    settings = base.study.settings
    found = attack(frame, clusters, base.answers, settings.min_n, settings.extreme_n)
    return found[found["recovered"] & (found["measure"] == measure) & (found["theme"] == theme)]


def members(base, question) -> pd.Series:
    """The group of each municipality that answered and is in the filter."""
    measure, theme, by, where = question
    groups = grouping(base.study, by).groups
    inside = set(base.scores.loc[(base.scores["measure"] == measure) & (base.scores["theme"] == theme), "municipality"]) & set(base.weights.index)
    for clustering, names in where.items():
        here = base.clusters
        inside &= set(here.loc[(here["clustering"] == clustering) & here["cluster"].isin(names), "municipality"])
    return groups[groups.index.isin(inside)].astype("str")


def test_no_answer_gives_away_what_somebody_said(base):
    tried, more = 0, 0
    for question in questions(base, QUESTIONS, 11):
        answer = asked(base, question)
        if answer is None or answer.refused:
            continue
        rows, groups = answer.table, members(base, question)
        shown = rows[~rows["suppressed"]]
        assert (shown["n"] >= base.study.settings.min_n).all()
        counts = groups.value_counts().reindex(rows["cluster"]).fillna(0).to_numpy()
        more += int((rows["suppressed"] & (counts >= base.study.settings.min_n)).any())
        assert attacked(base, question, rows, groups).empty, question
        tried += 1
    assert tried > QUESTIONS / 2 and more > 3  # and it is not for their size alone that figures are withheld


def test_the_attack_finds_what_the_protection_keeps(base, monkeypatch):
    monkeypatch.setattr(crossing, "_attacked", lambda base, measure, theme, cells, hidden, order=None: hidden)
    found = [question for question in questions(base, QUESTIONS, 11) if (answer := asked(base, question)) and not answer.refused
             and len(attacked(base, question, answer.table, members(base, question)))]  # fmt: skip
    assert len(found) > 3


def test_a_group_of_few_is_not_told(base):
    refused = [answer for question in questions(base, 200, 5) if question[2] == "vision" and (answer := asked(base, question)) and answer.refused]
    assert refused and all(answer.table["suppressed"].all() and answer.pairs.empty for answer in refused)


@pytest.mark.parametrize(("question", "says"), [
    (("mentions", "DATA", "size"), "column 'measure': nothing to cross"),
    (("vision", "geen", "size"), "nothing to cross"),
    (("now", "GONE", "size"), "column 'theme'.*'GONE'"),
    (("now", "DATA", "gone"), "nothing to cross by"),
    (("rise", "DATA", "now:DATA"), "what it is made of"),
    (("now", "DATA", "now:DATA"), "crossed by itself"),
    (("now", "DATA", "size", {"gone": ["x"]}), "no such clustering"),
    (("now", "DATA", "size", {"size": ["gone"]}), "no such cluster.*'gone'"),
])  # fmt: skip
def test_what_cannot_be_asked_says_what_can(base, question, says):
    with pytest.raises(InputError, match=says):
        cross(base, *question)


def test_an_answer_says_no_more_than_it_can(results):
    clear, none = results.crossing("now", "DATA", by="vision"), results.crossing("now", "DATA", by="size")
    pairs = clear.pairs
    assert pairs["clear"].sum() == 1 and "'in ontwikkeling' (54,3) en 'ja, vastgesteld' (43,8)" in clear.finding()
    assert not none.pairs["clear"].any() and "kan toeval zijn" in none.finding()
    assert "geen oorzaak" in clear.note() and clear.title == "Belang nu: Data en AI, naar Visie of beleid"
    within = results.crossing("now", "DATA", by="urbanity", where={"size": ["20-50"]})
    assert within.title.endswith("(alleen 20.000–50.000 inwoners)")


def test_intervals_of_differences_hold_together(results):
    """Bonferroni: those of one pair are narrower than those of three."""
    three = results.crossing("now", "DATA", by="vision").pairs
    table = results.crossing("now", "DATA", by="vision").table.set_index("cluster")
    for pair in three.itertuples():
        assert pair.gap == pytest.approx(table.loc[pair.first, "estimate"] - table.loc[pair.second, "estimate"], abs=0.11)
        assert pair.clear == (pair.lower > 0 or pair.upper < 0)
    two = results.crossing("stimulated", "coaching", by="organised:lms")
    assert len(two.pairs) == 1 and "hoger dan bij" in two.finding()


def test_the_code_to_copy_gives_the_same(results, example_run):
    answer = results.crossing("stimulated", "coaching", by="vision", where={"size": ["20-50", "50-100"]})
    code = answer.code().replace("open_study()", f"open_study({str(example_run)!r})")
    space = {}
    exec("\n".join([*code.splitlines()[:-1], f"again = {code.splitlines()[-1]}"]), space)
    pd.testing.assert_frame_equal(space["again"].table, answer.table)


def test_shown_in_a_notebook_and_drawn(results):
    from ledanalysis import style

    answer = results.crossing("now", "DATA", by="vision")
    assert "<table>" in answer._repr_html_() and html.escape(answer.finding()) in answer._repr_html_() and "54,3" in repr(answer)
    assert "in ontwikkeling 54" in answer.draw(style.figure()[1])
    with pytest.raises(InputError, match="no chart of this unit"):
        results.crossing("budget_euro", "b7_budget_pp", by="vision").draw(style.figure()[1])
