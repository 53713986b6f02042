"""The unweighted view: what those that answered say, each once; what it must not tell; and what a page says of it."""

import numpy as np
import pandas as pd
import pytest

from ledanalysis import discussion, pages, unweighted
from ledanalysis.another_view import hidden_besides, pinned_by_two
from ledanalysis.attack import Figures
from ledanalysis.audit import attack
from ledanalysis.behind import BY_COUNT, Answers, answers_behind
from ledanalysis.errors import InputError
from ledanalysis.estimates import reported
from ledanalysis.protection import Limits, Table
from ledanalysis.published import DECIMALS
from ledanalysis.staff import both_views, known_clusters
from ledanalysis.study import load_study
from ledanalysis.tables import read_table

KEYS = ["clustering", "cluster", "measure", "theme"]
EMPTY = ["se", "lower", "upper", "df", "population", "rank", "rank_lower", "rank_upper", "p_rest", "p_zero"]


@pytest.fixture(scope="module")
def made(example_run):
    study = load_study(example_run)
    names = ("unweighted_estimates", "estimates", "staff_estimates", "weights", "clusters", "theme_scores", "staff")
    return study, {name: read_table(study, name) for name in names}


def told(study, tables):
    """What an attacker has: all three views, their clusters, and what stands behind them."""
    scores, weights = tables["theme_scores"], tables["weights"]
    known = known_clusters(scores, reported(tables["clusters"], study), tables["staff"], study)
    every = unweighted.all_views(tables["estimates"], tables["staff_estimates"], tables["unweighted_estimates"])
    return every, pd.concat([known, unweighted.by_count(known, weights)], ignore_index=True), answers_behind(scores, weights, study)


def test_figures_are_plain_means_of_municipalities_in_a_decimal_fewer(made):
    study, tables = made
    shown = tables["unweighted_estimates"].query("~suppressed")
    size = tables["clusters"].query("clustering == 'size'").set_index("municipality")["cluster"]
    scores = tables["theme_scores"].assign(cluster=lambda t: t["municipality"].map(size))
    scores = scores[scores["municipality"].isin(tables["weights"]["municipality"])]
    units = {row.measure: row.unit for row in study.tables["measures"]}
    picked = shown.sample(150, random_state=3)
    for row in picked.itertuples():
        here = scores[(scores["measure"] == row.measure) & (scores["theme"] == row.theme)]
        here = here if row.clustering == "sector" else here[here["cluster"] == row.cluster]
        half = 0.5 if units[row.measure] in ("score", "percent", "points", "euro") else 0.1  # 62.46 is 62.4: see round_twice
        assert abs(row.estimate - here["score"].mean()) <= half + 1e-6 and row.n == len(here)
    decimals = shown["measure"].map(units).map(DECIMALS).sub(1).clip(lower=0)
    scaled = shown["estimate"] * 10.0**decimals
    assert ((scaled - scaled.round()).abs() < 1e-6).all() and len(shown) > 500


def test_it_has_no_errors_ranks_or_tests_and_not_what_adds_up_or_interviews_say(made):
    table = made[1]["unweighted_estimates"]
    assert list(table) == unweighted.UNWEIGHTED and set(table["view"]) == {"unweighted"}
    assert table[EMPTY].isna().all(axis=None) and (table["letters"] == "").all()
    assert not {"mentions", "mentions_future", "vision", "place", "forms", "top", "top_points", "top_worth"} & set(table["measure"])
    assert {"now", "now_high", "rise", "stimulated", "budget_euro", "culture", "mark"} <= set(table["measure"])
    assert set(table["clustering"]) == {"sector", "size"}
    assert table.loc[table["suppressed"], ["estimate", "n"]].isna().all(axis=None)


def test_it_is_hidden_wherever_the_weighted_figure_is_and_not_everywhere(made):
    tables = made[1]
    both = tables["unweighted_estimates"].merge(tables["estimates"], on=KEYS, suffixes=("", "_weighted"))
    assert len(both) == len(tables["unweighted_estimates"])
    assert both.loc[both["suppressed_weighted"], "suppressed"].all() and both["suppressed_weighted"].any()
    assert both["suppressed"].mean() < 0.4 and (both.loc[~both["suppressed"], "n"] == both.loc[~both["suppressed"], "n_weighted"]).all()


def test_an_attacker_with_all_three_views_recovers_nothing(made, capsys):
    study, tables = made
    every, clusters, answers = told(study, tables)
    there = tables["unweighted_estimates"][["measure", "theme"]].drop_duplicates()
    every = every.merge(there).reset_index(drop=True)
    found = attack(every, clusters, answers, study.settings.min_n, study.settings.extreme_n)
    hidden = tables["unweighted_estimates"]["suppressed"]
    with capsys.disabled():
        print(f"\nunweighted: {hidden.sum()} of {len(hidden)} suppressed; attacked {len(found)}, recovered {found['recovered'].sum()}")
    assert found["recovered"].sum() == 0


def test_without_protection_he_would(made):
    """The unweighted view hidden only where the weighted one is."""
    study, tables = made
    weighted = tables["estimates"].set_index(KEYS)["suppressed"]
    careless = tables["unweighted_estimates"].assign(suppressed=weighted.reindex(pd.MultiIndex.from_frame(tables["unweighted_estimates"][KEYS])).to_numpy())
    every, clusters, answers = told(study, tables | {"unweighted_estimates": careless})
    every = every[every["measure"].isin(["stimulated", "organised"])].reset_index(drop=True)
    assert attack(every, clusters, answers, study.settings.min_n, study.settings.extreme_n)["recovered"].sum() > 3


# --- on studies made for it


SCALES = pd.DataFrame([("used", "lms", 0.0, 100.0, 100.0, 1, False)], columns=["measure", "theme", "floor", "ceiling", "step", "decimals", "amount"])


def made_up(seed, count=40):
    """Who is in which cluster, with what weight; yes or no; and what of the weighted figures is shown."""
    rng = np.random.default_rng(seed)
    names = [f"GM{number:03}" for number in range(count)]
    size = rng.choice(3, count, p=[0.3, 0.3, 0.4])
    scores = pd.DataFrame({"measure": "used", "theme": "lms", "municipality": names, "informant": names, "score": rng.choice([0.0, 100.0], count),
                           "weight": np.array([1.0, 1.7, 2.9])[size] * rng.choice([1.0, 1.2, 1.5], count)})  # fmt: skip
    clusters = pd.DataFrame({"clustering": "size", "cluster": [f"s{code}" for code in size], "municipality": names})
    everyone = pd.DataFrame({"clustering": "sector", "cluster": "all", "municipality": names})
    return Answers(scores, SCALES, 0.2, 0.8, {}), pd.concat([everyone, clusters], ignore_index=True).assign(times=1.0)


def views(answers, clusters):
    weights = answers.scores[["municipality", "weight"]]
    every = pd.concat([clusters, unweighted.by_count(clusters, weights)], ignore_index=True)
    rows = clusters.groupby(["clustering", "cluster"]).size().rename("n").reset_index().assign(measure="used", theme="lms", suppressed=False)
    return rows, rows.assign(clustering=BY_COUNT + rows["clustering"]), every


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_shown_of_both_nothing_is_recovered_and_nothing_published_is_lost(seed):
    answers, clusters = made_up(seed)
    shown, more, every = views(answers, clusters)
    hidden = hidden_besides(shown, more, every, answers, Limits(5, 10), {})
    both = pd.concat([shown, more.assign(suppressed=hidden)], ignore_index=True)
    alone = attack(shown, clusters, answers, 5, 10)["recovered"].sum()
    assert attack(both, every, answers, 5, 10)["recovered"].sum() <= alone
    assert len(hidden) == len(more)


def test_where_the_weighted_one_is_hidden_so_is_it():
    answers, clusters = made_up(0)
    shown, more, every = views(answers, clusters)
    gone = shown["cluster"].isin(["s0", "s1"])
    hidden = hidden_besides(shown.assign(suppressed=gone), more, every, answers, Limits(5, 10), {})
    assert hidden[gone.to_numpy()].all()


def test_two_shares_of_one_cell_that_tell_who():
    """Nine weigh 2, two weigh 3; one of the two said yes: 12.5% weighted is one of 3, or more than one of 2; one of eleven it is."""
    weights = np.array([[2.0] * 9 + [3.0] * 2, [1.0] * 11])
    parts, said = weights / weights.sum(axis=1, keepdims=True), np.array([0.0] * 10 + [100.0])
    figures = Figures(parts, parts @ said - 0.4, parts @ said + 0.4, 0.0, 100.0)
    table = Table(figures, said, np.full(11, 100.0), np.zeros(2), np.ones(2))
    assert pinned_by_two(table, 0, 1, 5) and not pinned_by_two(table, 0, 1, 2)  # one of two


# --- on a page


def test_a_page_of_it_says_so_and_claims_nothing(made):
    study, _ = made
    page = pages.open_page(study, view="unweighted")
    table = page.table("now")
    assert len(table) == 20 and table["lower"].isna().all() and page.alone()["intervals"] is False
    footer = page.footer(table)
    assert "niet gewogen" in footer and "gewogen naar register" not in footer and "gesprekken" not in footer
    from ledanalysis import findings

    for said in (findings.highest(table, study, "now"), findings.changes(page.table("rise"), study), findings.use(page.table("organised", "theme"), study)):
        assert said == study.text("finding_unweighted", units=study.says("units"))
    assert page.table("mentions").empty and page.table("vision").empty
    with pytest.raises(InputError, match="no unweighted figures in this clustering"):
        pages.open_page(study, "province", view="unweighted")


def test_the_method_of_a_deck_of_it_speaks_of_no_weights_and_no_margins(made):
    said = {view: discussion.method(pages.open_page(made[0], view=view)) for view in ("units", "unweighted")}
    assert "gewogen naar" in said["units"] and "niet gewogen" in said["unweighted"] and "gewogen naar" not in said["unweighted"]
