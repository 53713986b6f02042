"""The distribution of answers: what it is, what it rounds to, and that it tells nobody's answer, all that is published taken together."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from ledanalysis import scoring, shares, shares_hidden, staff
from ledanalysis.attack import Figures
from ledanalysis.behind import answers_behind
from ledanalysis.estimates import reported
from ledanalysis.estimation import Design, estimate
from ledanalysis.protection import Table
from ledanalysis.shares_attack import Attack, Mean
from ledanalysis.shares_cell import pinned
from ledanalysis.staff import known_clusters
from ledanalysis.study import load_study
from ledanalysis.tables import read_table
from ledanalysis.weighting import raked

KEYS = ["clustering", "cluster", "item"]

# --- what was answered


def said(*rows):
    return pd.DataFrame(rows, columns=["municipality", "item", "value", "status"])


def test_shares_are_of_municipalities_and_missing_codes_of_all_who_answered(small):
    asked = shares.options(small)
    mine = asked[asked["item"] == "d1_DIGI"]
    first, second, gone = mine["code"].iloc[0], mine["code"].iloc[1], mine[mine["missing"] == "dont_know"]["answer"].iloc[0]
    answers = said(
        ("A", "d1_DIGI", first, "valid"), ("A", "d1_DIGI", second, "valid"), ("A", "d1_DIGI", None, "dont_know"), ("A", "d1_DIGI", None, "missing"),
        ("B", "d1_DIGI", second, "valid"), ("C", "d1_DIGI", None, "dont_know"), ("D", "d1_DIGI", None, "missing"), ("E", "d1_DIGI", None, "not_asked"),
    )  # fmt: skip
    given = shares.given_answers(answers, mine).pivot(index="municipality", columns="answer", values="score")
    one, two = mine["answer"].iloc[:2]
    assert given[one].dropna().to_dict() == {"A": 50, "B": 0} and given[two].dropna().to_dict() == {"A": 50, "B": 100}
    assert given[gone].round(3).to_dict() == {"A": 33.333, "B": 0, "C": 100}  # D skipped it, E was not asked


def test_items_of_scales_and_choices_have_a_distribution_and_those_without_a_measure_have_none(study):
    asked = shares.options(study)
    kinds = study.variables.loc[asked["item"].unique(), "type"]
    assert set(kinds) == {"likert", "single"} and {"c5_tijd", "b1_visie", "d1_DATA"} <= set(asked["item"])
    assert not {"a3_functie", "e5_spiegel", "b2_doelen"} & set(asked["item"])
    scale = asked[asked["item"] == "c5_tijd"].iloc[0]
    assert (scale["measure"], scale["theme"]) == ("culture", "leercultuur")
    assert set(asked["missing"]) >= {"", "dont_know"}


# --- the example


@pytest.fixture(scope="module")
def made(example_run):
    study = load_study(example_run)
    names = ("answer_shares", "answers", "weights", "clusters", "estimates", "staff_estimates", "theme_scores", "staff")
    return study, {name: read_table(study, name) for name in names}


def test_published_shares_are_the_weighted_shares_of_the_answers(made):
    """By hand from the single answers; and what `estimate` makes of the same 0s and 1s lies within the rounding, its interval near."""
    study, tables = made
    shown = tables["answer_shares"][~tables["answer_shares"]["suppressed"]]
    size = tables["clusters"].query("clustering == 'size'").set_index("municipality")["cluster"]
    rows = tables["answers"].merge(tables["weights"], on="municipality")
    seen = 0
    for (clustering, cluster, item), part in shown.groupby(KEYS):
        if item not in ("d1_DATA", "b4_belegd", "c2_coaching", "c5_waan"):
            continue
        here = rows[(rows["item"] == item) & ((clustering == "sector") | (rows["municipality"].map(size) == cluster))]
        valid, every = here[here["status"] == "valid"], here[here["status"].isin(["valid", "dont_know", "not_applicable"])]
        for row in part.itertuples():
            base = every if row.missing else valid
            chosen = base["status"] == row.missing if row.missing else base["value"] == row.code
            each = base.assign(chosen=chosen * 1.0).groupby("municipality")[["chosen", "weight"]].mean()
            step = 5 if base["respondent_y"].nunique() < 100 else 1
            exact = np.average(each["chosen"], weights=each["weight"]) * 100
            assert abs(row.estimate - exact) <= step / 2 + 1e-6 and row.estimate % step == 0
            assert row.lower <= exact <= row.upper and row.n == len(each) and abs(row.population - each["weight"].sum()) <= 0.5
            data = tables["weights"].set_index("municipality").assign(y=each["chosen"])
            design = Design(data.reset_index(), "weight", "stratum", "respondent", "population", calibration=raked(data))
            own = estimate(design, ["y"], statistic="share").iloc[0] if clustering == "sector" else None
            if own is not None:
                assert own["estimate"] * 100 == pytest.approx(exact)
                assert row.lower <= own["lower"] * 100 + 1.5 and row.upper >= own["upper"] * 100 - 1.5
                assert row.upper - row.lower < (own["upper"] - own["lower"]) * 100 + 8
            seen += 1
    assert seen > 60


def test_valid_answers_add_up_to_all_but_for_rounding(made):
    shown = made[1]["answer_shares"].query("~suppressed & missing == ''")
    step = np.where(shown["n"] >= 106, 1, 5)  # a service answers for seven: informants are fewer
    total = shown.assign(most=step / 2).groupby(KEYS).agg(total=("estimate", "sum"), most=("most", "sum"))
    assert len(total) > 250 and ((total["total"] - 100).abs() <= total["most"]).all() and (total["total"] == 100).mean() > 0.3


def test_a_distribution_is_shown_or_hidden_whole_and_never_one_stratum_alone(made):
    study, tables = made
    table = tables["answer_shares"]
    whole = table.groupby(KEYS)["suppressed"].agg(["min", "max"])
    assert (whole["min"] == whole["max"]).all()
    hidden = table[table["suppressed"]]
    assert hidden[["estimate", "lower", "upper", "n", "population"]].isna().all(axis=None)
    strata = hidden[hidden["clustering"] == "size"].drop_duplicates(KEYS).groupby("item").size()
    assert (strata >= 2).all() and len(strata) > 5
    assert (table["n"].dropna() >= study.settings.extreme_n).all()
    means = tables["estimates"].query("suppressed")[["clustering", "cluster", "measure", "theme"]]
    assert table.merge(means)["suppressed"].all() and len(table.merge(means)) > 50
    assert set(table["clustering"]) == {"sector", "size"} and 0.05 < table["suppressed"].mean() < 0.3


def test_an_interval_says_nothing_that_the_published_share_does_not(made):
    shown = made[1]["answer_shares"].query("~suppressed")
    groups = shown.groupby(["clustering", "cluster", "missing", "estimate", "n", "population"])[["lower", "upper"]]
    apart = groups.max() - groups.min()  # by df alone, which goes by who answered
    assert len(apart) < len(shown) and (apart <= 1).all(axis=None)


# --- the rule for one share


def share(weights, answers, half):
    parts = np.array([weights], float) / sum(weights)
    mean = parts @ np.array(answers, float)
    count = len(weights)
    return Table(Figures(parts, mean - half, mean + half, 0, 100), np.array(answers, float), np.full(count, 100.0), np.zeros(1), np.ones(1), people=np.arange(count))


@pytest.mark.parametrize(("weights", "yes", "half", "told"), [
    ([1] * 12, 1, 2.5, False),  # anybody
    ([1] * 11 + [3], -1, 2.5, False),  # 21%: also three who weigh 1
    ([2] * 11 + [3], -1, 2.0, True),  # 12%: one of 2 is 8, two are 16
    ([1] * 12, 12, 2.5, False),  # all of a large cell
    ([4] * 3 + [1] * 9, 1, 1.0, False),  # 19%: one of 4, or four of 1
    ([5] * 4 + [3] * 9, 1, 0.9, True),  # 10.6%: one of four, fewer than 5
])  # fmt: skip
def test_one_share_that_by_the_weights_tells_who(weights, yes, half, told):
    answers = np.zeros(len(weights))
    answers[[yes] if yes < 0 else range(yes)] = 100
    assert pinned(share(weights, answers, half), 0, 5) == told
    assert pinned(share(weights, 100 - answers, half), 0, 5) == told  # of who did not no more than of who did


def test_the_attack_finds_who_can_have_answered_otherwise():
    """Two of three in a cell said yes; with a mean of the first two, both yes, everyone's answer is known; without it nobody's."""
    parts = np.full((1, 3), 1 / 3)
    tables = [Table(Figures(parts, parts @ each - 2.5, parts @ each + 2.5, 0, 100), each, np.full(3, 100.0), np.zeros(1), np.ones(1), people=np.arange(3))
              for each in (np.array([100.0, 100, 0]), np.array([0.0, 0, 100]))]  # fmt: skip
    pair = np.array([[0.5, 0.5]])
    mean = Table(Figures(pair, np.array([99.9]), np.array([100.0]), 0, 100), np.array([100.0, 100]), np.full(2, 100.0), np.zeros(1), np.ones(1), people=np.arange(2))
    everyone, shown = np.arange(3), np.array([True])
    assert Attack(tables, []).closed(shown, everyone).tolist() == []
    assert Attack(tables, [Mean(mean, np.array([100.0, 0.0]))]).closed(shown, everyone).tolist() == [0, 1, 2]
    assert Attack(tables, [Mean(mean, np.array([100.0, 0.0]))]).closed(~shown, everyone).tolist() == [0, 1]


# --- all that is published, attacked from outside


class Outsider:
    """Who knows the register, who answered, the weights, and reads the published tables: programs of his own."""

    def __init__(self, item, codes, worth, answers, weights, clusters, published, estimates, whole=True):
        valid = answers[(answers["item"] == item) & (answers["status"] == "valid")].merge(weights[["municipality", "weight"]], on="municipality")
        one = valid.groupby("municipality")["value"].nunique() == 1
        self.who, self.codes = list(one.index), codes
        truth = np.array([[(valid.loc[valid["municipality"] == name, "value"] == code).mean() for code in codes] for name in self.who])
        self.truth, self.own = truth, truth.argmax(axis=1)
        held = valid.drop_duplicates("municipality").set_index("municipality")["weight"]
        self.rows, self.low, self.high, self.of = [], [], [], []
        for (clustering, cluster), members in clusters.groupby(["clustering", "cluster"]):
            part = held.reindex(self.who).where(pd.Index(self.who).isin(members["municipality"]), 0.0).to_numpy()
            if not part.sum():
                continue
            part, here = part / part.sum(), published[(published["clustering"] == clustering) & (published["cluster"] == cluster)]
            for option, code in enumerate(codes):
                for row in here[(here["code"] == code) & ~here["suppressed"]].itertuples():
                    step = 5 if (part > 0).sum() < 100 else 1
                    self._rule(np.kron(part, np.eye(len(codes))[option]) * 100, row.estimate, step / 2, (clustering, cluster))
            for measure, each in worth.items():
                found = estimates[(estimates["clustering"] == clustering) & (estimates["cluster"] == cluster) & (estimates["measure"] == measure)]
                for row in found[~found["suppressed"].astype(bool)].itertuples():
                    self._rule(np.kron(part, each), row.estimate, 0.1, None)
        self.sums = np.kron(np.eye(len(self.who)), np.ones(len(codes)))

    def _rule(self, row, value, half, of):
        self.rows.append(row)
        self.low.append(value - half - 1e-6)
        self.high.append(value + half + 1e-6)
        self.of.append(of)

    def closed(self, cells=None, means=True, linear=False) -> set:
        """Whose answer can be no other. `cells`: only these distributions."""
        use = [means if of is None else cells is None or of in cells for of in self.of]
        rows, low, high = (np.array(each)[use] for each in (self.rows, self.low, self.high))
        rows = rows.reshape(-1, self.sums.shape[1])
        found = set()
        for person, own in list(enumerate(self.own))[:: max(len(self.own) // LOOKED_AT, 1)]:
            target = person * len(self.codes) + own
            if linear:
                aim = np.eye(self.sums.shape[1])[target]
                done = linprog(aim, np.vstack([rows, -rows]), np.append(high, -low), self.sums, np.ones(len(self.sums)), (0, 1))
                if done.fun > 1e-4:
                    found.add(person)
                continue
            most = np.ones(self.sums.shape[1])
            most[target] = 0
            rules = [LinearConstraint(self.sums, 1, 1)] + ([LinearConstraint(rows, low, high)] if len(rows) else [])
            if milp(np.zeros(len(most)), integrality=np.ones(len(most)), bounds=Bounds(0, most), constraints=rules, options={"time_limit": 10}).status == 2:
                found.add(person)
        return found

    def told(self, linear=False) -> list:
        """Closed by the distributions, and not that of most in a shown cell that is large."""
        found = self.closed(linear=linear)
        if not found:
            return []
        found -= self.closed(cells=set(), linear=linear)
        for of in {each for each in self.of if each}:
            rows = [place for place, each in enumerate(self.of) if each == of]
            for person in list(found):
                column = person * len(self.codes) + self.own[person]
                if any(self.rows[place][column] > 0 and (self.low[place] + self.high[place]) / 2 > 50 for place in rows):
                    found.discard(person)
        return sorted(found)


@pytest.fixture(scope="module")
def item(study):
    """An item with five answers, of which `now` and `now_high` are made."""
    codes = [1.0, 2, 3, 4, 5]
    return "d1_DIGI", codes, {"now": np.array([0.0, 25, 50, 75, 100]), "now_high": np.array([0.0, 0, 0, 100, 100])}


def random_study(seed, item, size):
    """Answers of some municipalities in three strata, two provinces and two kinds of city, and all that is published of them."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(*size))
    names = [f"GM{number:04}" for number in range(count)]
    codes = {"size": rng.choice(3, count, p=[0.25, 0.3, 0.45]), "province": rng.integers(0, 2, count), "urbanity": rng.integers(0, 2, count)}
    clusters = pd.concat([pd.DataFrame({"clustering": name, "cluster": [f"{name}{code}" for code in each], "municipality": names}) for name, each in codes.items()])
    weight = np.array([1.2, 1.7, 2.9])[codes["size"]] * np.array([1.0, 1.31])[codes["province"]]
    weights = pd.DataFrame({"municipality": names, "respondent": range(count), "stratum": codes["size"].astype(str), "population": 100, "weight": weight})
    value = rng.choice(item[1], count, p=rng.dirichlet([0.6] * 5))
    answers = pd.DataFrame({"respondent": range(count), "municipality": names, "item": item[0], "value": value, "status": "valid"})
    answers.loc[rng.random(count) < 0.08, ["value", "status"]] = [np.nan, "dont_know"]
    return answers, weights, clusters


def published(answers, weights, clusters, study):
    scores = scoring.score_themes(answers, pd.DataFrame(columns=["municipality", "theme", "horizon"]), [], study)
    scores = scores[scores["measure"].isin(["now", "now_high"])]
    staffs = pd.DataFrame({"municipality": weights["municipality"], "staff": 100.0, "spread": 0.0, "source": "survey"})
    units, of_staff = staff.estimate_views(scores, weights, clusters, staffs, study)
    known = known_clusters(scores, clusters, staffs, study)
    table = shares.answer_shares(answers, weights, clusters, staff.both_views(units, of_staff), known, answers_behind(scores, weights, study), study)
    return table[table["item"] == "d1_DIGI"], units[units["theme"] == "DIGI"], known


SEEDS = (1, 2, 3)
LOOKED_AT = 8  # informants of each, for time


@pytest.mark.parametrize("seed", SEEDS)
def test_on_random_studies_nobodys_answer_comes_out_of_all_that_is_published(seed, study, item):
    answers, weights, clusters = random_study(seed, item, (45, 120))
    table, units, known = published(answers, weights, clusters, study)
    outsider = Outsider(*item, answers, weights, known, table, units)
    assert outsider.told() == [] and outsider.told(linear=True) == []


@pytest.mark.parametrize(("heavy", "told"), [(2.5, True), (1.0, False)])
def test_what_trying_all_answers_finds_is_hidden(heavy, told):
    """Nine in a cell, one of whom alone answered low: every way in which nine can answer three options is tried on what would be shown."""
    weights = np.array([1.0] * 8 + [heavy])
    answer = np.array([1, 1, 1, 1, 2, 2, 2, 2, 0])
    parts = (weights / weights.sum())[None]
    shown = shares_hidden.rounded_to(np.array([(parts @ (answer == option) * 100)[0] for option in range(3)]), 5.0)
    ways = np.array(list(np.ndindex(*[3] * 9)))
    fit = np.all([np.abs((ways == option) @ parts[0] * 100 - shown[option]) <= 2.5 + 1e-9 for option in range(3)], axis=0)
    assert (len(set(ways[fit][:, 8])) == 1) == told  # shown without protection it would tell
    options = [Table(Figures(parts, value - 2.5, value + 2.5, 0, 100), (answer == option) * 100.0, np.full(9, 100.0), np.zeros(1), np.ones(1), people=np.arange(9))
               for option, value in enumerate(shown.reshape(3, 1))]  # fmt: skip
    assert shares_hidden.Attack(options, []).closed(np.array([True]), np.arange(9)).tolist() == ([8] if told else [])
    item = shares_hidden.Answered("q", options, [], [], np.array([False]), np.array([False]))
    assert shares_hidden.protect_item(item, shares_hidden.Limits(2, 3)).tolist() == [told]


def test_the_example_s_own_tables_tell_nobodys_answer_by_linear_programs(made):
    study, tables = made
    scores = tables["theme_scores"]
    known = known_clusters(scores, reported(tables["clusters"], study), tables["staff"], study)
    told = known[known["times"].eq(1.0) & ~known["clustering"].str.contains("/")]
    for name, theme, measure in (("c2_leidinggevende", "leidinggevende", "effect"), ("d1_SOCD", "SOCD", "now"), ("c2_intervisie", "intervisie", "effect")):
        worth = {measure: np.array([0.0, 25, 50, 75, 100])} | ({"now_high": np.array([0.0, 0, 0, 100, 100])} if measure == "now" else {})
        units = tables["estimates"].query("theme == @theme")
        outsider = Outsider(name, [1.0, 2, 3, 4, 5], worth, tables["answers"], tables["weights"], told, tables["answer_shares"].query("item == @name"), units)
        assert len(outsider.rows) > 25 and outsider.told(linear=True) == [], name


def test_no_single_answer_is_in_the_published_table(made):
    """What is shown is of ten informants at least, and of whole clusters."""
    study, tables = made
    table = tables["answer_shares"]
    assert list(table) == shares.ANSWER_SHARES and not {"municipality", "respondent"} & set(table)
    assert table["n"].min() >= study.settings.extreme_n and table.loc[~table["suppressed"], "estimate"].between(0, 100).all()
    careless = dataclasses.replace(study, settings=study.settings.model_copy(update={"extreme_n": 200}))
    nothing = shares.answer_shares(tables["answers"], tables["weights"], tables["clusters"], staff.both_views(tables["estimates"], tables["staff_estimates"]),
                                   known_clusters(tables["theme_scores"], reported(tables["clusters"], study), tables["staff"], study),
                                   answers_behind(tables["theme_scores"], tables["weights"], study), careless)  # fmt: skip
    assert nothing["suppressed"].all()
