"""What may be shown: each rule alone, the rules together, and attacks that work out what is hidden from what is shown."""

import numpy as np
import pandas as pd
import pytest

from ledanalysis.behind import Answers
from ledanalysis.disclosure import HIDDEN, suppress
from ledanalysis.estimates import ESTIMATES
from ledanalysis.sums import nesting

KEYS = ["clustering", "cluster", "measure", "theme"]


def rows(n: dict, measure="now", theme="DATA", clustering="size", alike=(), value=None):
    """A row per cluster: {cluster: n}, the same estimate for all, or one each."""
    return pd.DataFrame({
        "clustering": clustering, "cluster": list(n), "measure": measure, "theme": theme,
        "estimate": [50.0 + number if value is None else value for number in range(len(n))],
        "n": list(n.values()), "alike": [cluster in alike for cluster in n],
    })  # fmt: skip


def hidden(table, **where) -> list[str]:
    for column, value in where.items():
        table = table[table[column] == value]
    return table.loc[table["suppressed"], "cluster"].tolist()


# --- each rule ----------------------------------------------------------------------------------------------------


def test_nothing_is_hidden_without_need():
    table = suppress(rows({"a": 5, "b": 6, "c": 30}), min_n=5, extreme_n=10)
    assert table["suppressed"].tolist() == [False] * 3
    assert table["n"].tolist() == [5, 6, 30] and table["estimate"].tolist() == [50, 51, 52]


def test_few():
    # two of 4: together 8, so that neither is known from the total
    assert hidden(suppress(rows({"a": 4, "b": 4, "c": 5}), min_n=5)) == ["a", "b"]
    assert hidden(suppress(rows({"a": 4, "b": 4, "c": 5}), min_n=4)) == []


def test_all_alike_is_more_than_few():
    table = rows({"a": 9, "b": 9, "c": 10, "d": 10}, alike="ac")
    assert hidden(suppress(table, min_n=5, extreme_n=10)) == ["a", "b"]  # b: see the complement
    assert hidden(suppress(table, min_n=5, extreme_n=9)) == []
    assert hidden(suppress(table, min_n=5)) == []


@pytest.mark.parametrize(("n", "expected"), [
    ({"a": 4, "b": 9, "c": 30}, ["a", "b"]),  # the total less b and c would be a
    ({"a": 4, "b": 30, "c": 9}, ["a", "c"]),  # the smallest with it
    ({"a": 1, "b": 1, "c": 8, "d": 9}, ["a", "b", "c"]),  # a and b together are 2 answers: too few
    ({"a": 2, "b": 3, "c": 8}, ["a", "b"]),  # together 5
    ({"a": 4, "b": 7, "c": 7, "d": 7}, ["a", "b"]),  # of equals the first
    ({"a": 4}, ["a"]),
    ({"a": 4, "b": 30}, ["a", "b"]),
])  # fmt: skip
def test_complement(n, expected):
    assert hidden(suppress(rows(n), min_n=5)) == expected


def test_who_gave_no_answers_needs_no_protection():
    # nothing to find out of z, and nothing hidden by it
    assert hidden(suppress(rows({"a": 9, "b": 6, "z": 0}), min_n=5)) == ["z"]
    assert hidden(suppress(rows({"a": 9, "b": 4, "z": 0, "c": 8}), min_n=5)) == ["b", "z", "c"]


def test_hidden_clusters_that_are_all_alike_together_need_one_more():
    # a and b: 7 answers, all the same, and that is what the total less c and d says
    table = rows({"a": 4, "b": 3, "c": 8, "d": 9}, alike="ab", value=100.0)
    assert hidden(suppress(table, min_n=5, extreme_n=10)) == ["a", "b", "c"]
    assert hidden(suppress(table, min_n=5, extreme_n=7)) == ["a", "b"]
    apart = table.assign(estimate=[100.0, 0.0, 50.0, 50.0])  # not the same together
    assert hidden(suppress(apart, min_n=5, extreme_n=10)) == ["a", "b"]


def test_tables_are_protected_one_by_one():
    table = pd.concat([
        rows({"a": 4, "b": 9, "c": 30}), rows({"a": 9, "b": 9, "c": 30}, theme="LEID"), rows({"a": 9, "b": 9, "c": 30}, "future"),
        rows({"p": 9, "q": 4, "r": 8}, clustering="province"),
    ], ignore_index=True)  # fmt: skip
    table = suppress(table, min_n=5)
    assert hidden(table, clustering="size", theme="DATA", measure="now") == ["a", "b"]
    assert hidden(table, clustering="province") == ["q", "r"]
    assert table["suppressed"].sum() == 4


# --- differences --------------------------------------------------------------------------------------------------

RISE = {"rise": ("future", "now")}


@pytest.mark.parametrize("side", ["now", "future"])
def test_a_difference_is_hidden_with_either_side(side):
    # rise has 5 answers in a, which is enough; but now = future - rise
    n = {measure: {"a": 4 if measure == side else 5, "b": 9, "c": 30} for measure in ("now", "future", "rise")}
    table = suppress(pd.concat([rows(n[measure], measure) for measure in n], ignore_index=True), 5, differences=RISE)
    other = {"now": "future", "future": "now"}[side]
    assert hidden(table, measure=side) == ["a", "b"]
    assert hidden(table, measure="rise") == ["a", "b"]
    assert hidden(table, measure=other) == []


def test_a_difference_is_hidden_where_a_side_is_hidden_for_another():
    # now: a few, and b with it; so rise in a and in b
    table = pd.concat([rows({"a": 4, "b": 9, "c": 30}), rows({"a": 20, "b": 20, "c": 30}, "future"),
                       rows({"a": 20, "b": 20, "c": 6}, "rise")], ignore_index=True)  # fmt: skip
    assert hidden(suppress(table, 5, differences=RISE), measure="rise") == ["a", "b"]


def test_rules_call_for_each_other_until_nothing_changes():
    # now hides a and b; rise, made of now, therefore hides a and b; pace, made of rise, too, though it stands first
    chain = {"pace": ("rise", "now0"), "rise": ("future", "now")}
    plenty = {"a": 20, "b": 20, "c": 30}
    table = pd.concat([rows({"a": 4, "b": 9, "c": 30}), *(rows(plenty, m) for m in ("future", "now0", "rise", "pace"))],
                      ignore_index=True)  # fmt: skip
    table = suppress(table, 5, differences=chain)
    assert {m: hidden(table, measure=m) for m in ("now", "rise", "pace", "future", "now0")} == {
        "now": ["a", "b"], "rise": ["a", "b"], "pace": ["a", "b"], "future": [], "now0": [],
    }  # fmt: skip


def test_a_difference_needs_its_own_complement():
    # future is few in a and now in b: rise hides both. The total of rise gives away neither
    table = pd.concat([rows({"a": 9, "b": 4, "c": 6, "d": 40}), rows({"a": 4, "b": 9, "c": 30, "d": 5}, "future"),
                       rows({"a": 9, "b": 9, "c": 30, "d": 40}, "rise")], ignore_index=True)  # fmt: skip
    table = suppress(table, 5, differences=RISE)
    assert hidden(table, measure="now") == ["b", "c"] and hidden(table, measure="future") == ["a", "d"]
    assert hidden(table, measure="rise") == ["a", "b", "c", "d"]


def test_a_difference_that_is_few_does_not_hide_its_sides():
    # who answered both is not who answered one: future less now is not the rise of those few
    table = pd.concat([rows({"a": 9, "b": 9}), rows({"a": 9, "b": 9}, "future"), rows({"a": 4, "b": 8}, "rise")],
                      ignore_index=True)  # fmt: skip
    table = suppress(table, 5, differences=RISE)
    assert hidden(table, measure="rise") == ["a", "b"] and table["suppressed"].sum() == 2


def test_a_hidden_difference_is_not_had_from_its_sides():
    # all in b gave both: rise there is future less now, and rise in a the total less that
    table = pd.concat([rows({"a": 9, "b": 9, "c": 20}), rows({"a": 9, "b": 9, "c": 20}, "future"), rows({"a": 4, "b": 9, "c": 19}, "rise")],
                      ignore_index=True)  # fmt: skip
    table = suppress(table, 5, differences=RISE)
    assert hidden(table, measure="rise") == ["a", "b"] and "b" in hidden(table, measure="future")
    assert hidden(table, measure="now") == []


def test_what_is_asked_of_who_said_yes_goes_with_what_they_said_yes_to():
    # effect of coaching is asked of who coaches: its n in b would tell how many of b do
    clusters = members(size={"a": "ABCD", "b": "EFGHIJKL", "c": "MNOPQRSTUVWXYZ"})
    table = pd.concat([rows({"a": 4, "b": 8, "c": 14}, "stimulated", "coaching"), rows({"a": 9, "b": 9, "c": 9}, "effect", "coaching"),
                       rows({"a": 9, "b": 9, "c": 9}, "effect", "lms")], ignore_index=True)  # fmt: skip
    nothing = pd.DataFrame(columns=["measure", "theme", "municipality", "informant", "score", "weight"])
    scales = pd.DataFrame(columns=["measure", "theme", "floor", "ceiling", "step", "decimals", "amount"])
    gated = Answers(nothing, scales, 0.2, 0.8, {("effect", "coaching"): ("stimulated", "coaching")})
    plain, joined = (suppress(table, 5, clusters=clusters, answers=answers) for answers in (None, gated))
    assert hidden(plain, measure="stimulated") == ["a", "b"] and hidden(plain, measure="effect") == []
    assert hidden(joined, measure="effect", theme="coaching") == ["a", "b"] and hidden(joined, theme="lms") == []


# --- nothing is left ----------------------------------------------------------------------------------------------


def test_a_suppressed_row_says_nothing():
    figures = [column for column in ESTIMATES if column not in [*KEYS, "suppressed", "letters"]]  # letters come after
    table = rows({"a": 4, "b": 9, "c": 30}).assign(**{name: [1, 2, 3] for name in figures if name != "n"}, kind="theme")
    shown = suppress(table, min_n=5)
    assert set(figures) == set(HIDDEN) and set(shown) == {*ESTIMATES, "kind"} - {"letters"}
    assert shown.loc[[0, 1], figures].isna().all().all() and shown.loc[2, figures].notna().all()
    assert "alike" not in shown


def test_ranks_are_gone_where_the_gap_would_tell_the_place_of_what_is_hidden():
    # LEID is hidden in a (few) and in b; the ranks of DATA there would be 1 and 3, or 2 and 3
    table = pd.concat([
        rows({"a": 9, "b": 9, "c": 30}), rows({"a": 4, "b": 9, "c": 30}, theme="LEID"),
        rows({"a": 9, "b": 9, "c": 30}, theme="lms"),
    ], ignore_index=True).assign(rank=1, rank_lower=1, rank_upper=2, kind=["theme"] * 6 + ["instrument"] * 3)  # fmt: skip
    shown = suppress(table, min_n=5).set_index(["theme", "cluster"])
    gone = shown[["rank", "rank_lower", "rank_upper"]].isna()
    assert gone.all(axis=1).equals(gone.any(axis=1))
    assert shown.index[gone["rank"]].tolist() == [("DATA", "a"), ("DATA", "b"), ("LEID", "a"), ("LEID", "b")]
    assert shown["estimate"].isna().sum() == 2


def test_the_table_given_is_left_as_it_was():
    table = rows({"a": 4, "b": 9, "c": 30})
    before = table.copy()
    suppress(table, min_n=5)
    pd.testing.assert_frame_equal(table, before)


# --- clusters within clusters -------------------------------------------------------------------------------------


def members(**clusterings):
    """clustering={cluster: "ABC", ...}: municipalities have one letter."""
    return pd.DataFrame(
        [(clustering, cluster, m) for clustering, part in clusterings.items() for cluster, names in part.items() for m in names],
        columns=["clustering", "cluster", "municipality"],
    )


def test_nesting():
    clusters = members(
        region={"r": "ABCD", "s": "EF"}, province={"p": "AB", "q": "CD", "t": "EF"}, size={"small": "ACE", "large": "BDF"}
    )
    assert nesting(clusters) == [
        (("province", "t"), [("region", "s")]),
        (("region", "r"), [("province", "p"), ("province", "q")]),
        (("region", "s"), [("province", "t")]),
    ]


NATION = members(region={"r": "AB", "s": "CDE"}, province={"p": "A", "q": "B", "t": "C", "u": "D", "v": "E"})


def nested(n_region: dict, n_province: dict):
    return pd.concat([rows(n_region, clustering="region"), rows(n_province, clustering="province")], ignore_index=True)


def test_a_cluster_is_not_its_region_less_the_others():
    table = nested({"r": 24, "s": 40}, {"p": 4, "q": 20, "t": 8, "u": 12, "v": 20})
    # for the total, p and t (the smallest) would do; but p = r - q
    assert hidden(suppress(table, 5), clustering="province") == ["p", "t"]
    table = suppress(table, 5, clusters=NATION)
    assert hidden(table, clustering="province") == ["p", "q"] and hidden(table, clustering="region") == []


def test_a_region_is_not_the_sum_of_its_parts():
    # of the regions s is alike, and r is hidden with it: then not all their provinces may be shown
    table = nested({"r": 24, "s": 40}, {"p": 12, "q": 12, "t": 8, "u": 12, "v": 20})
    table.loc[table["cluster"] == "s", "alike"] = True
    table = suppress(table, 5, extreme_n=50, clusters=NATION)
    assert hidden(table, clustering="region") == ["r", "s"]
    assert hidden(table, clustering="province") == ["p", "t"]


def test_the_same_cluster_in_two_clusterings_is_hidden_in_both():
    clusters = members(region={"r": "A", "s": "BC"}, province={"p": "A", "q": "B", "t": "C"})
    table = nested({"r": 9, "s": 20}, {"p": 9, "q": 4, "t": 16})
    # q is few; t with it, since s - t = q; p is what is left
    assert hidden(suppress(table, 5, clusters=clusters)) == ["q", "t"]
    table = nested({"r": 9, "s": 20}, {"p": 9, "q": 10, "t": 10})
    table.loc[table["cluster"] == "p", "alike"] = True
    # p is alike, q with it; r is p, so hidden as well, and s with r
    assert hidden(suppress(table, 5, extreme_n=10, clusters=clusters)) == ["r", "s", "p", "q"]


# --- attacks ------------------------------------------------------------------------------------------------------


def worked_out(shown: pd.DataFrame, clusters: pd.DataFrame, answered: list) -> list[tuple]:
    """Suppressed clusters with answers whose sum is a combination of the sums of the total and of shown clusters."""
    inside = clusters[clusters["municipality"].isin(answered)].assign(one=1.0)
    matrix = inside.pivot_table(index=["clustering", "cluster"], columns="municipality", values="one", fill_value=0.0)
    gone = shown.set_index(["clustering", "cluster"])["suppressed"].reindex(matrix.index)
    known = np.vstack([np.ones(matrix.shape[1]), matrix[~gone].to_numpy()])
    found = []
    for place in matrix.index[gone]:
        wanted = matrix.loc[place].to_numpy()
        solution = np.linalg.lstsq(known.T, wanted, rcond=None)[0]
        if np.abs(known.T @ solution - wanted).max() < 1e-9:
            found.append(place)
    return found


def table_of(clusters: pd.DataFrame, answered: list) -> pd.DataFrame:
    n = clusters.assign(n=clusters["municipality"].isin(answered)).groupby(["clustering", "cluster"])["n"].sum().reset_index()
    return n.assign(measure="now", theme="DATA", estimate=50.0, alike=False)


def test_the_attack_works_on_what_is_not_protected():
    clusters = members(province={"p": "ABCD", "q": "EFGHIJ", "r": "KLMNOPQ"})
    table = table_of(clusters, list("ABCDEFGHIJKLMNOPQ"))
    assert worked_out(table.assign(suppressed=table["n"] < 5), clusters, list("ABCDEFGHIJKLMNOPQ")) == [("province", "p")]
    assert worked_out(suppress(table, 5), clusters, list("ABCDEFGHIJKLMNOPQ")) == []


@pytest.mark.parametrize("seed", range(40))
def test_no_hidden_cluster_can_be_worked_out(seed):
    """Regions of provinces of districts, in which some answered."""
    rng = np.random.default_rng(seed)
    everyone = [f"GM{number:03}" for number in range(120)]
    district = rng.integers(0, 14, 120)
    province = rng.integers(0, 6, 14)[district]
    region = rng.integers(0, 2, 6)[province]
    named = {"district": district, "province": province, "region": region}
    clusters = pd.concat([
        pd.DataFrame({"clustering": name, "cluster": [f"{name}{code}" for code in codes], "municipality": everyone})
        for name, codes in named.items()
    ])  # fmt: skip
    answered = [m for m in everyone if rng.random() < 0.5]
    table = table_of(clusters, answered)
    assert (table["n"].between(1, 4)).any()
    shown = suppress(table, 5, clusters=clusters)
    assert worked_out(shown, clusters, answered) == []


@pytest.mark.parametrize("seed", range(40))
def test_in_each_table_the_hidden_ones_are_enough_together_and_no_more_than_needed(seed):
    rng = np.random.default_rng(seed)
    n = {f"c{number}": int(rng.integers(0, 14)) for number in range(rng.integers(2, 8))}
    shown = suppress(rows(n), min_n=5).assign(answers=n.values())
    gone = shown[shown["suppressed"] & (shown["answers"] > 0)]
    few = gone[gone["answers"] < 5]
    assert set(shown.loc[shown["answers"] < 5, "cluster"]) <= set(hidden(shown))
    assert shown["suppressed"].all() or len(gone) == 0 or (len(gone) >= 2 and gone["answers"].sum() >= 5)
    besides = gone.drop(few.index).sort_values("answers", kind="stable")
    assert len(few) or besides.empty
    if len(besides):  # without the last of them it would not do; and they are the smallest
        before = gone.drop(besides.index[-1])
        assert len(before) < 2 or before["answers"].sum() < 5
        assert besides["answers"].max() <= shown.loc[~shown["suppressed"], "answers"].min() or shown["suppressed"].all()


@pytest.mark.parametrize("seed", range(40))
def test_the_rules_hold_together(seed):
    """Three measures of which one is the difference of the others, two clusterings; no rule is broken in the end."""
    rng = np.random.default_rng(seed)
    table = pd.concat([
        rows({f"{clustering}{number}": int(rng.integers(0, 16)) for number in range(5)}, measure, clustering=clustering,
             alike=[f"{clustering}{number}" for number in range(5) if rng.random() < 0.1])
        for clustering in ("size", "province") for measure in ("future", "rise", "now")
    ], ignore_index=True)  # fmt: skip
    shown = suppress(table, 5, extreme_n=10, differences=RISE)
    gone, n = shown["suppressed"], table["n"]
    assert gone[(n < 5) | (table["alike"] & (n < 10))].all()
    wide = shown.pivot(index=["clustering", "cluster"], columns="measure", values="suppressed")
    assert not ((wide["now"] | wide["future"]) & ~wide["rise"]).any()
    for _, part in table.assign(gone=gone).groupby(["clustering", "measure"]):
        answered = part[part["gone"] & (part["n"] > 0)]
        assert len(answered) == 0 or part["gone"].all() or (len(answered) >= 2 and answered["n"].sum() >= 5)


# --- what adds up to 100, and who speaks for several --------------------------------------------------------------


def test_of_what_adds_up_all_is_hidden_where_something_is():
    parts = pd.concat([rows({"a": 9, "b": 30, "c": 40}, "place", theme) for theme in ("teams", "hr", "extern")], ignore_index=True)
    parts["alike"] = (parts["cluster"] == "a") & (parts["theme"] == "extern")  # nobody in a: 100 less the others
    alone, together = suppress(parts, 5, 10), suppress(parts, 5, 10, adding_up={"place"})
    assert hidden(alone, theme="teams") == []
    assert [hidden(together, theme=theme) for theme in ("teams", "hr", "extern")] == [["a", "b"]] * 3


def test_one_service_for_several_is_one_answer():
    table = rows({"a": 5, "b": 9, "c": 30}).assign(informants=[3, 9, 30])
    assert hidden(suppress(table, 5)) == ["a", "b"]
    assert hidden(suppress(table.drop(columns="informants"), 5)) == []
    assert "informants" not in suppress(table, 5)
