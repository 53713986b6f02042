"""The staff view: whose staff is known and how, the ratio and its error, and what it must not tell."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ledanalysis import staff, staff_means, staffing
from ledanalysis.audit import attack
from ledanalysis.behind import BY_STAFF, answers_behind
from ledanalysis.disclosure import suppress
from ledanalysis.errors import InputError
from ledanalysis.estimation import Design, estimate
from ledanalysis.study import load_study
from ledanalysis.weighting import raked

COUNTED = dict(clustering="sector", cluster="all", measure="stimulated", theme="coaching")


@pytest.fixture
def study(small_folder, change):
    change(small_folder, "study.toml", "min_n = 2", 'min_n = 2\nextreme_n = 3\nstaff = "b3_fte"\nstaff_from = "inhabitants_2024"')
    path = small_folder / "data" / "codebook" / "measures.csv"
    rows = path.read_text("utf-8-sig").splitlines()
    kept = [f"{row};{'both' if row.startswith(('stimulated', 'now;')) else ''}" for row in rows[1:]]
    path.write_text("\n".join([f"{rows[0]};views", *kept]) + "\n", "utf-8")
    return load_study(small_folder)


def answered(**staffs):
    """Answers on staff: {municipality: (respondent, value)}."""
    rows = [(who, place, "b3_fte", value) for place, (who, value) in staffs.items()]
    return pd.DataFrame(rows, columns=["respondent", "municipality", "item", "value"])


def register(**inhabitants):
    return pd.DataFrame({"municipality": list(inhabitants), "inhabitants_2024": list(inhabitants.values())})


def weighed(*names, stratum="s", weight=2.0, population=40):
    return pd.DataFrame({"municipality": names, "respondent": range(1, len(names) + 1), "stratum": stratum,
                         "population": population, "weight": weight})  # fmt: skip


# --- whose staff is known


def test_staff_is_the_registers_then_the_surveys_then_the_strata_s_ratio(study):
    answers = answered(A=(1, 90.0), B=(2, 100.0), C=(3, 330.0), D=(4, None))
    units = register(A=1000, B=1000, C=3000, D=2000).assign(staff=pd.array([100, None, None, None], dtype="Int64"))
    found = staffing.staff_numbers(answers, weighed("A", "B", "C", "D"), units, study)
    assert found["source"].tolist() == ["register", "survey", "survey", "estimated"]
    assert found["staff"].tolist() == pytest.approx([100, 100, 330, 2000 * 530 / 5000])  # A by the register, not as answered
    misses = np.array([100 / 106, 100 / 106, 330 / 318]) - 1
    assert found["spread"].tolist() == pytest.approx([0, 0, 0, 212 * np.sqrt((misses**2).sum() / 2)])


def test_a_stratum_with_fewer_than_three_known_takes_the_ratio_of_all(study):
    answers = answered(A=(1, 100.0), B=(2, 100.0), C=(3, 400.0))
    rows = weighed("A", "B", "C", "D", stratum=["s", "s", "t", "t"])
    found = staffing.staff_numbers(answers, rows, register(A=1000, B=1000, C=1000, D=1000), study)
    assert found["staff"].iloc[3] == pytest.approx(200)


def test_a_services_staff_is_divided_over_its_municipalities(study):
    answers = answered(A=(1, 400.0), B=(1, 400.0), C=(2, 50.0))
    found = staffing.staff_numbers(answers, weighed("A", "B", "C"), register(A=1000, B=3000, C=500), study)
    assert found["staff"].tolist() == [100, 300, 50]


def test_staff_that_nothing_tells_is_unknown(study):
    found = staffing.staff_numbers(answered(A=(1, 90.0)), weighed("A", "B"), register(A=1000, B=1000), study)
    assert found["source"].tolist() == ["survey", "unknown"] and found["staff"].isna().tolist() == [False, True]
    bare = register(A=1).drop(columns="inhabitants_2024")
    with pytest.raises(InputError, match="staff_from.*inhabitants_2024"):
        staffing.staff_numbers(answered(A=(1, 90.0)), weighed("A"), bare, study)


@pytest.mark.parametrize("file, old, new, says", [
    ("measures.csv", "future;now;;Ver", "future;now;both;Ver", "measures.csv, row 4, column 'views'.*'both'"),
    ("measures.csv", ";;;;Genoemd in", ";;;both;Genoemd in", "measures.csv, row 13, column 'views'"),
    ("study.toml", 'staff = "b3_fte"', 'staff = "e4_cijfer"', "study.toml.*staff.*e4_cijfer.*b3_fte"),
])  # fmt: skip
def test_what_cannot_have_a_staff_view_is_named(study, small_folder, change, file, old, new, says):
    path = small_folder / "data" / "codebook" / "measures.csv"
    rows = [row.split(";") for row in path.read_text("utf-8").splitlines()]
    path.write_text("\n".join(";".join([*row[:6], row[8], *row[6:8]]) for row in rows) + "\n", "utf-8")  # views before the labels
    change(small_folder, file, old, new)
    with pytest.raises(InputError, match=says):
        load_study(small_folder)


# --- the figures


def drawn(count=24, seed=3):
    rng = np.random.default_rng(seed)
    rows = weighed(*(f"M{number:02}" for number in range(count)), stratum=np.where(np.arange(count) < 16, "s", "t"))
    rows["weight"] = rng.uniform(1, 3, count)
    rows["respondent"] = np.where(np.arange(count) == 1, 1, rows["respondent"])  # a service answers for the first two
    x = pd.DataFrame({"municipality": rows["municipality"], "staff": rng.uniform(100, 300, count), "spread": 0.0, "source": "survey"})
    yes = pd.DataFrame({"municipality": rows["municipality"], "theme": "coaching", "measure": "stimulated",
                        "score": 100.0 * (rng.random(count) < 0.5)})  # fmt: skip
    return rows, x, yes


CLUSTERS = pd.DataFrame(columns=["clustering", "cluster", "municipality"], dtype="str")


def view(study, rows, x, yes, clusters=CLUSTERS):
    return staff.estimate_views(yes, rows, clusters, x, study)[1]


def test_the_staff_view_is_the_ratio_of_two_totals_with_its_linearised_error(study):
    rows, x, yes = drawn()
    row = view(study, rows, x, yes).iloc[0]
    data = rows.assign(x=x["staff"], y=yes["score"] * x["staff"])
    wanted = estimate(Design(data, "weight", "stratum", "respondent", "population"), [("y", "x")], statistic="ratio").iloc[0]
    assert (row["view"], row["n"], row["estimate"]) == ("staff", 24, round(wanted["estimate"]))
    assert row["se"] == round(wanted["se"], 1) and row["population"] == round((rows["weight"] * x["staff"]).sum())
    assert row["lower"] == round(row["lower"]) and 0 < row["lower"] < row["estimate"] < row["upper"] < 100
    units = (rows["weight"] * yes["score"]).sum() / rows["weight"].sum()
    assert row["gap"] == pytest.approx(round(wanted["estimate"]) - units, abs=0.56)  # of the published figures


def test_the_error_of_the_staff_view_knows_of_the_calibration(study):
    """As `estimate` has it for a ratio under weights that were raked, which is not what it has without."""
    rows, x, yes = drawn()
    margin = np.where(np.arange(24) % 3 == 0, "p", "q")
    told = rows.assign(start=rows["weight"], margin_region=margin)
    data = told.assign(x=x["staff"], y=yes["score"] * x["staff"])
    columns = ("weight", "stratum", "respondent", "population")
    wanted, plain = (estimate(Design(data, *columns, calibration=known), [("y", "x")], statistic="ratio").iloc[0]["se"]
                     for known in (raked(told), None))  # fmt: skip
    row = view(study, told, x, yes).iloc[0]
    assert row["se"] == round(wanted, 1) != round(plain, 1)


def test_the_gap_has_the_error_of_two_figures_of_the_same_answers(study):
    rows, x, yes = drawn()
    assert view(study, rows, x.assign(staff=100.0), yes)[["gap", "gap_se"]].values.tolist() == [[0, 0]]
    row = view(study, rows, x, yes).iloc[0]
    assert 0 < row["gap_se"] < row["se"]  # apart, the two would have more than either


def test_estimated_staff_numbers_make_the_error_larger_and_are_told(study):
    rows, x, yes = drawn()
    guessed = x.assign(spread=np.where(x.index < 8, 80.0, 0.0), source=np.where(x.index < 8, "estimated", "survey"))
    sure, unsure = view(study, rows, x, yes).iloc[0], view(study, rows, guessed, yes).iloc[0]
    held = rows["weight"] * x["staff"]
    ratio = (held * yes["score"]).sum() / held.sum()
    more = ((rows["weight"] * guessed["spread"] * (yes["score"] - ratio) / held.sum()) ** 2).sum()
    assert unsure["se"] == pytest.approx(np.sqrt(sure["se"] ** 2 + more), abs=0.1) and unsure["se"] > sure["se"] + 0.1
    assert (sure["estimated"], unsure["estimated"]) == (0, round(held[:8].sum() / held.sum() * 100, 1))


def test_measures_without_a_staff_view_have_none(study):
    rows, x, yes = drawn()
    found = view(study, rows, x, yes.assign(measure="vision", theme="geen"))
    assert found.empty and list(found) == staff.STAFF_ESTIMATES


def test_degrees_of_freedom_are_those_of_the_stratum_that_the_error_comes_from():
    data = pd.DataFrame({"stratum": ["s"] * 10 + ["t"] * 4})
    scores = np.r_[np.zeros(10), [3.0, -3, 3, -3]][:, None]
    assert staff_means.satterthwaite(Design(data, stratum="stratum"), scores, np.full((14, 1), True)).tolist() == [3]
    assert staff_means.satterthwaite(Design(data, stratum="stratum"), scores * 0, np.full((14, 1), True)).tolist() == [12]


# --- what must not be told


@pytest.mark.parametrize("changes, close", [
    (dict(), False),
    (dict(top1=0.51), True),
    (dict(top2=0.81), True),
    (dict(yes=1), True),
    (dict(no=1), True),
    (dict(yes=0), False),  # nobody: who said so is no secret then, and `alike` has its own rule
    (dict(yes=np.nan, no=np.nan), False),
])  # fmt: skip
def test_a_figure_that_tells_too_much_of_one_counts_as_one(study, changes, close):
    row = COUNTED | dict(informants=9, top1=0.3, top2=0.5, yes=4.0, no=5.0) | changes
    found = staff.guarded(pd.DataFrame([row]), study)
    assert found["informants"].tolist() == [1 if close else 9]


def test_what_is_suppressed_of_municipalities_is_so_of_staff(study):
    """Nine of whom nobody says yes: hidden of municipalities; so of staff, which cannot be worked out from there."""
    rows, x, yes = drawn()
    assert view(study, rows, x, yes)["suppressed"].tolist() == [False]
    table = pd.DataFrame({"clustering": ["size", "size", f"{BY_STAFF}size", f"{BY_STAFF}size"], "cluster": ["a", "b", "a", "b"],
                          "measure": "stimulated", "theme": "coaching", "n": [4, 30, 30, 30], "estimate": 50.0, "alike": False})  # fmt: skip
    assert suppress(table, 5)["suppressed"].tolist() == [True, True, True, True]
    hidden = view(study, rows, x, yes.assign(score=0.0).head(2))
    assert hidden["suppressed"].tolist() == [True] and hidden[["estimate", "n", "gap", "gap_p", "estimated"]].isna().all(axis=None)


def test_an_attacker_with_both_views_is_reckoned_with(study):
    """Five in a cluster: the two views together tell a difference of four; without the staff equations nobody sees it."""
    rows, x, yes = drawn()
    parts = np.where(np.arange(24) < 5, "a", "b")
    clusters = pd.DataFrame({"clustering": "size", "cluster": parts, "municipality": rows["municipality"]})
    rows = rows.assign(respondent=range(1, 25))
    settings = study.settings.model_copy(update={"min_n": 5, "extreme_n": 2})
    careful = replace(study, settings=settings)
    yes = yes.assign(score=[100.0, 0, 100, 0, 100] + [100.0, 0] * 9 + [100.0])
    units, of_staff = staff.estimate_views(yes, rows, clusters, x, careful)
    both, answers = staff.both_views(units, of_staff), answers_behind(yes, rows, careful)
    everyone = pd.DataFrame({"clustering": "sector", "cluster": "all", "municipality": rows["municipality"]})
    known = pd.concat([everyone.assign(times=1.0), clusters.assign(times=1.0), staff.counted_by_staff(clusters, x)])
    assert not attack(both, known, answers, 5, 2)["recovered"].any()
    shown = both.assign(suppressed=False)
    assert attack(shown, known, answers, 5, 2)["recovered"].any()
    assert attack(shown[~shown["clustering"].str.startswith(BY_STAFF)], known, answers, 5, 2).empty


def test_a_city_with_most_of_the_staff_is_not_shown_and_cannot_be_had_from_the_others(study):
    rows, x, yes = drawn()
    x = x.assign(staff=np.where(x.index == 20, 40000.0, x["staff"]))
    parts = ["a"] * 8 + ["b"] * 8 + ["c"] * 8
    clusters = pd.DataFrame({"clustering": "size", "cluster": parts, "municipality": rows["municipality"]})
    units, of_staff = staff.estimate_views(yes, rows, clusters, x, study)
    found = of_staff.set_index("cluster")["suppressed"]
    assert found["c"] and found["all"]
    assert found[["a", "b"]].any()  # else c would be the total less these
    assert not units["suppressed"].any()  # figures of municipalities are not lost for those by staff


def test_the_figure_of_one_respondent_for_two_municipalities_counts_one_informant():
    data = pd.DataFrame({"cluster": "a", "t": [100.0, 0, 0], "w": [4.0, 4, 2], "who": [1, 1, 2]})
    assert staff.contributions(data, ["t"], "w", "who").values.tolist() == [["a", "t", 2, 0.8, 1.0]]


def test_intervals_cover_what_the_population_has(study):
    """40 stratified samples of 342 made-up municipalities, the largest of which say yes more often; 50 questions each."""
    rng = np.random.default_rng(8)
    sizes, taken = np.repeat([150.0, 300, 550, 1500], [65, 182, 63, 32]), np.array([24, 76, 32, 22])
    people = sizes * rng.lognormal(0, 0.3, 342)
    people[-4:] = [9000, 6000, 5000, 4500]
    yes = 100.0 * (rng.random((342, 50)) < np.clip(0.3 + people / 4000, 0, 0.8)[:, None])
    true = people @ yes / people.sum()
    stratum, names = pd.factorize(sizes)[0], np.array([f"M{number:03}" for number in range(342)])
    questions = [f"Q{number:02}" for number in range(50)]
    asked = SimpleNamespace(
        settings=study.settings, items=study.items, tables=study.tables,
        themes=pd.DataFrame({"measure": "stimulated", "theme": questions, "kind": "other"}),
    )  # fmt: skip
    inside = []
    for _ in range(40):
        chosen = np.concatenate([rng.choice(np.flatnonzero(stratum == h), n, replace=False) for h, n in enumerate(taken)])
        count = np.bincount(stratum)[stratum[chosen]]
        rows = weighed(*names[chosen], stratum=stratum[chosen], population=count, weight=count / taken[stratum[chosen]])
        x = pd.DataFrame({"municipality": names[chosen], "staff": people[chosen], "spread": 0.0, "source": "survey"})
        answers = pd.DataFrame(yes[chosen], index=pd.Index(names[chosen], name="municipality"), columns=questions)
        answers = answers.reset_index().melt("municipality", var_name="theme", value_name="score").assign(measure="stimulated")
        found = staff.staff_figures(answers, rows, CLUSTERS, x, asked).sort_values("theme")
        shown = (found["informants"] > 1).to_numpy()
        ends = np.floor(found["lower"]), np.ceil(found["upper"])  # as published
        inside.append(((ends[0] <= true) & (true <= ends[1])).to_numpy()[shown])
    assert 0.93 <= np.concatenate(inside).mean() <= 0.98
