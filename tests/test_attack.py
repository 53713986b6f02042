"""The attack on what is published: its parts by hand, that it finds what is open, and that a whole run gives nothing away."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import block_diag, csr_array, hstack

from ledanalysis.attack import Figures, alike, priced, program, small_groups, span
from ledanalysis.audit import KEYS, attack, published
from ledanalysis.behind import Answers, answers_behind, dominated, tables
from ledanalysis.disclosure import suppress
from ledanalysis.estimates import reported
from ledanalysis.protection import Attack, Limits, Table, protect
from ledanalysis.published import DECIMALS
from ledanalysis.slides import deck_table
from ledanalysis.staff import both_views
from ledanalysis.study import load_study
from ledanalysis.tables import read_table

# --- the parts, by hand -------------------------------------------------------------------------------------------


def figures(parts, means, floor=0.0, ceiling=100.0, half=0.05):
    parts = np.array(parts, float)
    means = np.array(means, float)
    return Figures(parts / parts.sum(axis=1, keepdims=True), means - half, means + half, floor, ceiling)


def test_bounds_of_a_difference():
    # a, b and c have 50 together, a and b 40: c is 70, to the rounding
    low, high = span(figures([[1, 1, 1], [1, 1, 0]], [50, 40]), np.array([0.0, 0.0, 1.0]))
    assert (low, high) == pytest.approx((70 - 0.25, 70 + 0.25))


def test_bounds_by_the_ends_of_the_scale():
    # two of 95 together: neither is below 90
    assert span(figures([[1, 1]], [95], half=0), np.array([1.0, 0.0])) == pytest.approx((90, 100))
    assert span(figures([[1, 1]], [95], half=0, ceiling=1000), np.array([1.0, 0.0])) == pytest.approx((0, 190))


def test_figures_that_contradict_each_other_are_no_bounds():
    with pytest.raises(RuntimeError, match="could not be solved: Infeasible"):
        program(figures([[1, 1], [1, 1]], [10, 20])).highest(np.array([1.0, 0.0]))


@pytest.mark.parametrize("seed", range(4))
def test_a_price_bounds_others_no_lower_than_their_own_program(seed):
    rng = np.random.default_rng(seed)
    parts = ((rng.random((4, 10)) < 0.5) + np.eye(4, 10)) * rng.choice([1.0, 2.0], 10)
    answers = rng.choice([0.0, 25, 50, 100], 10)
    told = figures(parts, parts @ answers / parts.sum(axis=1))
    own = [program(told).highest(each).bound for each in np.eye(10)]
    for direction in [*np.eye(10), rng.normal(size=10)]:
        reach = program(told).highest(direction)
        assert (np.minimum(priced(told, reach.prices), 100) >= np.array(own) - 1e-6).all()
        if direction.max() == 1 and reach.bound < 99:
            assert priced(told, reach.prices)[direction.argmax()] == pytest.approx(reach.bound)


@pytest.mark.parametrize("seed", range(4))
def test_what_an_attack_takes_for_possible_is_possible(seed):
    """Between the bounds of programs of their own; else what is closed would pass for open."""
    rng = np.random.default_rng(seed)
    codes, weights = rng.integers(0, 4, 16), rng.choice([1.0, 2.0], 16)
    parts = np.array([weights, *(weights * (codes == code) for code in range(3))]) + 0
    made = table(parts, rng.choice([0.0, 100.0], 16, p=[0.1, 0.9]))
    attack = Attack(made, np.array([True, True, True, False]), np.zeros(16, bool))
    attack.sweep()
    point = rng.uniform(0, 100, 16)
    for way, least, most, reached in zip(np.eye(len(attack.least)), attack.least, attack.most, attack.reached(point), strict=True):
        target = attack.aim(way)
        assert target @ point == pytest.approx(reached)
        low, high = span(attack.figures, target)
        assert low - 1e-6 <= least <= most + 1e-6 <= high + 2e-6


@pytest.mark.parametrize(("parts", "fewest", "expected"), [
    ([[1, 1, 1, 1, 1, 1]], 5, []),
    ([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 0]], 5, [{5}]),  # whole less part
    ([[1, 1, 1, 1, 0, 0], [0, 1, 1, 1, 1, 0]], 3, [{0, 4}]),  # a signed pair
    ([[1, 1, 1, 1, 0, 0], [0, 1, 1, 1, 1, 0]], 2, []),
    # inclusion and exclusion: rows and columns of a square, of which one corner is empty but for one
    ([[1, 1, 1, 0, 0, 0, 1], [0, 0, 0, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1, 0]], 2, [{6}]),
])  # fmt: skip
def test_small_groups(parts, fewest, expected):
    parts = np.array(parts, float)
    parts /= parts.sum(axis=1, keepdims=True)
    groups = [set(np.flatnonzero(np.abs(parts.T @ combination) > 1e-9)) for combination in small_groups(parts, fewest)]
    assert groups == expected


def test_who_are_alike():
    assert len(set(alike(np.array([[1, 2, 0, 0], [2, 4, 1, 0]], float) / 7))) == 3


# --- protection ---------------------------------------------------------------------------------------------------


def table(parts, answers, step=100.0, width=20.0, cost=None):
    parts = np.array(parts, float)
    parts = parts / parts.sum(axis=1, keepdims=True)
    answers = np.array(answers, float)
    means = parts @ answers
    told = Figures(parts, means - 0.05, means + 0.05, 0.0, 100.0)
    size = (parts > 0).sum(axis=1)
    return Table(told, answers, np.full(len(answers), step), np.minimum(width, step * parts.max(axis=1)), size + 1.0 if cost is None else np.array(cost, float))


def cluster(*members, people=30):
    return [float(person in members) for person in range(people)]


HALF = [0, 100] * 15


def test_the_smallest_goes_with_it():
    sizes = [range(0, 3), range(3, 15), range(15, 23), range(23, 30)]
    parts = [cluster(*range(30)), *(cluster(*size) for size in sizes)]
    hidden = protect(table(parts, HALF), np.array([False, True, False, False, False]), Limits(5, 10))
    assert hidden.tolist() == [False, True, False, False, True]


def test_two_clusterings_are_protected_together():
    """The only one of its class in a province: province less class is that one, though neither clustering nests in the other."""
    # provinces p (0-9), q (10-29); classes r (0-8), s (9-29): p - r = 9, alone
    parts = [cluster(*range(30)), cluster(*range(10)), cluster(*range(10, 30)), cluster(*range(9)), cluster(*range(9, 30))]
    nothing = np.zeros(5, bool)
    hidden = protect(table(parts, HALF), nothing, Limits(5, 10))
    assert hidden.sum() == 2 and not hidden[0]
    left = np.array(parts)[~hidden]
    assert small_groups(left / left.sum(axis=1, keepdims=True), 5) == []


def test_cost_decides_which():
    parts = [cluster(*range(30)), cluster(*range(10)), cluster(*range(10, 30)), cluster(*range(9)), cluster(*range(9, 30))]
    dear = protect(table(parts, HALF, cost=[99, 50, 50, 1, 1]), np.zeros(5, bool), Limits(5, 10))
    assert dear.tolist() == [False, False, False, True, True]
    dear = protect(table(parts, HALF, cost=[99, 1, 1, 50, 50]), np.zeros(5, bool), Limits(5, 10))
    assert dear.tolist() == [False, True, True, False, False]


def test_a_small_group_that_is_nearly_all_the_same():
    # the one yes weighs 1, so that who weighs 3 said no
    weights = np.array([3.0] + [1] * 29)
    parts = [weights * cluster(*range(30)), weights * cluster(*range(7)), weights * cluster(*range(7, 30))]
    answers = [0, 0, 0, 100, 0, 0, 0, *[0, 100] * 11, 0]
    nothing = np.zeros(3, bool)
    assert protect(table(parts, answers), nothing, Limits(5, 10))[1]
    assert not protect(table(parts, answers), nothing, Limits(5, 7)).any()  # seven are enough
    even = [cluster(*range(30)), cluster(*range(7)), cluster(*range(7, 30))]
    assert not protect(table(even, answers), nothing, Limits(5, 10)).any()


def test_what_is_left_of_a_large_cell_is_no_small_group():
    # seven are enough to be told; but of the other three it is known then that one said yes
    weights = np.array([3.0] * 4 + [1] * 26)
    parts = [weights * cluster(*range(30)), weights * cluster(*range(7)), weights * cluster(*range(7, 30))]
    answers = [0, 0, 0, 0, 0, 0, 100, *[0, 100] * 11, 0]
    assert protect(table(parts, answers), np.zeros(3, bool), Limits(4, 7))[1]
    assert not protect(table(parts, answers), np.zeros(3, bool), Limits(3, 7)).any()


def test_a_sum_near_the_end_of_the_scale_tells_its_parts():
    # 0-2 are few, 3-8 with them; the rest of everyone has 8 x 2 = 16 of 900 points: a linear program says so, no subtraction
    parts = [cluster(*range(30)), cluster(*range(3)), cluster(*range(3, 9)), cluster(*range(9, 30))]
    given = np.array([False, True, True, False])
    low = [2.0] * 9 + [50.0] * 21
    assert protect(table(parts, low, step=20, width=20), given, Limits(5, 10)).tolist() != given.tolist()
    middle = [40.0, 60, 50] * 3 + [50.0] * 21
    assert protect(table(parts, middle, step=20, width=20), given, Limits(5, 10)).tolist() == given.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_lost_that_need_not_be(seed):
    """Against every choice of cells, on small tables of two clusterings."""
    rng = np.random.default_rng(seed)
    people = 18
    parts = [cluster(*range(people), people=people)]
    for size in (2, 3):
        codes = rng.integers(0, size, people)
        parts += [cluster(*np.flatnonzero(codes == code), people=people) for code in range(size)]
    made = table(parts, rng.choice([0.0, 100.0], people))
    given = made.informants < 5
    limits = Limits(5, 7)
    hidden = protect(made, given, limits)
    assert safe(made, hidden, limits)
    cost = made.cost @ hidden
    for code in range(2 ** len(parts)):
        choice = given | np.array([bool(code >> bit & 1) for bit in range(len(parts))])
        if made.cost @ choice < cost - 1e-9:
            assert not safe(made, choice, limits)


def safe(made, hidden, limits) -> bool:
    """By programs of its own, without what `protect` keeps."""
    shown = ~hidden
    parts, means = made.figures.parts[shown], (made.figures.low + made.figures.high)[shown] / 2
    told = np.zeros(len(made.answers), bool)
    for row, mean, size in zip(parts, means, made.informants[shown], strict=True):
        shut = [ends(row[None], [mean], np.eye(len(row))[person]) for person in np.flatnonzero(row)]
        closed = [person for person, (low, high) in zip(np.flatnonzero(row), shut, strict=True) if not (low < 1e-3 and high > 99.999)]
        if closed and size < limits.alike:
            return False
        told[closed] = True
    if small_groups(np.where(told, 0, parts), limits.fewest):
        return False
    for person in np.flatnonzero(~told):
        low, high = ends(parts, means, np.eye(len(told))[person])
        if not (low < 1e-3 and high > 99.999):
            return False
    for row, width in zip(made.figures.parts[hidden], made.width[hidden], strict=True):
        rest = np.where(told, 0, row)
        if rest.sum():
            low, high = ends(parts, means, rest / rest.sum())
            if high - low < width - 1e-3:
                return False
    return True


def ends(parts, means, direction) -> tuple[float, float]:
    sides = np.vstack([parts, -parts]), np.concatenate([np.array(means) + 0.05, -np.array(means) + 0.05])
    return tuple(sign * linprog(sign * direction, *sides, bounds=(0, 100)).fun for sign in (1, -1))


# --- dominance and mirrors ----------------------------------------------------------------------------------------

EURO = pd.DataFrame([("budget", "euro", 0.0, 10000.0, 0.0, 0, True)],
                    columns=["measure", "theme", "floor", "ceiling", "step", "decimals", "amount"])  # fmt: skip


def amounts(values, weights=None, dominance=0.8, protection=0.1):
    scores = pd.DataFrame({"measure": "budget", "theme": "euro", "municipality": [f"GM{n}" for n in range(len(values))],
                           "informant": [f"r{n}" for n in range(len(values))], "score": values, "weight": weights or 1.0})  # fmt: skip
    return Answers(scores, EURO, protection, dominance, {})


def all_of(answers):
    names = answers.scores["municipality"]
    clusters = pd.DataFrame({"clustering": "sector", "cluster": "all", "municipality": names})
    rows = pd.DataFrame({"clustering": ["sector"], "cluster": ["all"], "measure": ["budget"], "theme": ["euro"],
                         "n": [len(names)], "estimate": [answers.scores["score"].mean()], "alike": [False]})  # fmt: skip
    return rows, clusters


@pytest.mark.parametrize(("values", "weights", "expected"), [
    ([900.0, 800, 700, 600, 500, 400], None, False),
    ([9000.0, 300, 300, 300, 300, 300], None, True),  # 86% is of one
    ([5000.0, 4900, 100, 100, 100, 100], None, True),  # the second knows the first within 8%
    ([5000.0, 4900, 300, 300, 300, 300], None, False),
    ([3000.0, 300, 300, 300, 300, 300], [5.0, 1, 1, 1, 1, 1], True),  # weighted 91%
])  # fmt: skip
def test_dominance(values, weights, expected):
    answers = amounts(values, weights)
    rows, clusters = all_of(answers)
    (_, made), = tables(rows, clusters, answers).values()
    assert dominated(made, answers).tolist() == [expected]
    assert suppress(rows, 5, 1, clusters=clusters, answers=answers)["suppressed"].tolist() == [expected]


def test_two_hidden_means_that_the_same_figures_bound_are_both_protected():
    """Everyone's mean is low: it bounds the mean of either hidden half, and hiding one does not help the other."""
    parts = [cluster(*range(30)), cluster(*range(15)), cluster(*range(15, 30))]
    made = table(parts, [4.0] * 30, step=200)
    assert protect(made, np.array([False, True, True]), Limits(5, 40)).all()


# --- a whole run --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(example_run):
    """The study of a run, what stands behind its figures, and its clusters."""
    study = load_study(example_run)
    scores, weights = read_table(study, "theme_scores"), read_table(study, "weights")
    everyone = pd.DataFrame({"clustering": "sector", "cluster": "all", "municipality": scores["municipality"].unique()})
    clusters = pd.concat([everyone, reported(read_table(study, "clusters"), study)])
    return study, answers_behind(scores, weights, study), clusters


def test_nothing_suppressed_is_recovered_from_a_run(made, capsys):
    study, answers, clusters = made
    estimates, settings = read_table(study, "estimates"), study.settings
    found = attack(estimates, clusters, answers, settings.min_n, settings.extreme_n)
    with capsys.disabled():
        print(f"\ncells suppressed: {estimates['suppressed'].sum()}, attacked: {(found['cluster'] != '').sum()}, recovered: {found['recovered'].sum()}")
    assert (found["cluster"] != "").sum() > 5000
    assert found["recovered"].sum() == 0


def test_of_a_ranking_the_same_rows_are_shown_and_not_all_are_gone(made):
    study, _, _ = made
    estimates = read_table(study, "estimates")
    wide = estimates[estimates["measure"].isin(["top", "top_points", "top_worth"])].pivot(
        index=["clustering", "cluster", "theme"], columns="measure", values="suppressed")  # fmt: skip
    assert (wide["top"] == wide["top_points"]).all() and (wide["top"] == wide["top_worth"]).all()
    gone = wide.loc["province", "top"].groupby("cluster").sum()
    assert (gone != 1).all() and ((gone > 1) & (gone < 20)).sum() > 3


def test_the_attack_recovers_what_is_not_protected(made):
    """Only few answers suppressed, as if that were enough."""
    study, answers, clusters = made
    estimates = read_table(study, "estimates")
    picked = estimates[estimates["theme"].isin(["evc", "DATA"]) & estimates["measure"].isin(["stimulated", "now"])].reset_index(drop=True)
    few = {(table_rows[row]) for table_rows, made_table in tables(picked, clusters, answers).values() for row in np.flatnonzero(made_table.informants < 5)}
    bare = picked.assign(suppressed=picked.index.isin(few))
    found = attack(bare, clusters, answers, 5, 10)
    assert found["recovered"].sum() > 10
    cells = found[found["recovered"] & (found["cluster"] != "")]
    assert len(cells) > 5 and ((cells["high"] - cells["low"]) < cells["wanted"]).all()


def test_the_attack_knows_the_truth(made):
    """What it says lies around what is so."""
    study, answers, clusters = made
    estimates = read_table(study, "estimates")
    picked = estimates[(estimates["theme"] == "DATA") & (estimates["measure"] == "now")].reset_index(drop=True)
    found = attack(picked, clusters, answers, 5, 10).set_index(["clustering", "cluster"])
    inside = answers.scores.query("measure == 'now' and theme == 'DATA'").merge(clusters, on="municipality")
    mean = inside.groupby(["clustering", "cluster"])[["score", "weight"]].apply(lambda t: np.average(t["score"], weights=t["weight"]))
    assert ((found["low"] <= mean.reindex(found.index) + 1e-6) & (found["high"] >= mean.reindex(found.index) - 1e-6)).all()
    assert len(found) > 20


def test_what_a_run_writes_is_what_may_be_shown(made):
    """Every estimate in every table of the run is one that is not suppressed, in the precision that is allowed."""
    study, _, _ = made
    allowed = both_views(read_table(study, "estimates"), read_table(study, "staff_estimates")).set_index(KEYS)["estimate"].dropna()
    found = published(study)
    assert len(found) > 300 and found["file"].nunique() > 20
    known = found.set_index(KEYS)["estimate"]
    assert known.index.isin(allowed.index).all()
    assert (known == allowed.reindex(known.index)).all()


def test_figures_are_rounded_in_the_table_itself(made):
    study, _, _ = made
    estimates = read_table(study, "estimates")
    units = {measure.measure: measure.unit for measure in study.tables["measures"]}
    decimals = estimates["measure"].map(units).map(DECIMALS)
    for column in ("estimate", "lower", "upper"):
        scaled = estimates[column] * 10.0**decimals
        assert ((scaled - scaled.round()).abs().dropna() < 1e-6).all(), column


NUMBER = re.compile(r"(?<![\d.,#/-])\d+[.,](\d+)(?![\d.,]|px|em|rem|%;)")


def test_no_text_of_a_run_has_more_decimals(made):
    """Slides, notes and alt texts of the decks; words and tables in the files of the notebooks, metadata too."""
    study, _, _ = made
    seen = 0
    for path in sorted((study.outputs / "notebooks").rglob("*.ipynb")):
        slides = deck_table(path)
        weights = slides["title"].str.contains("gewicht|kappa", case=False)  # two decimals are given of these: no means
        texts = slides.loc[~weights, ["title", "footer", "notes", "alt"]].to_numpy().ravel().tolist()
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                texts += ["".join(text) for mime, text in output.get("data", {}).items() if mime in ("text/plain", "text/markdown")]
                assert "name" not in output or output["name"] != "stdout" or not output["text"]
        for text in texts:
            text = re.sub(r"\(alfa 0,\d\d\)", "", text)  # of the whole survey's answers to a scale: no mean, and of no cluster
            decimals = [len(digits) for digits in NUMBER.findall(text)]
            seen += len(decimals)
            assert max(decimals, default=0) <= 3 and all(d in (1, 3) for d in decimals), text  # 3: thousands
    assert seen > 100


def test_the_notes_of_a_cluster_hold_only_what_is_shown(made):
    """'Data: 49,4 (46,9–51,7), n = 30': each is a figure of that cluster that is not suppressed."""
    study, _, _ = made
    estimates = read_table(study, "estimates").dropna(subset=["estimate"])
    seen = 0
    for path in sorted((study.outputs / "notebooks" / "size").glob("*.ipynb")):
        here = estimates[(estimates["clustering"] == "size") & (estimates["cluster"] == path.stem)]
        shown = set(here["estimate"].round(1))
        for notes in deck_table(path)["notes"]:
            for line in notes.splitlines():
                if found := re.match(r".*?: (−?[\d.]+,\d)(?: |,|$)", line):
                    seen += 1
                    assert float(found[1].replace(".", "").replace(",", ".").replace("−", "-")) in shown, line
    assert seen > 100


def test_an_attacker_with_programs_of_his_own_recovers_nothing(made):
    """From the rounded table alone, the register, who answered and the weights: a sample of the suppressed cells of all measures."""
    study, answers, clusters = made
    estimates, rng = read_table(study, "estimates"), np.random.default_rng(7)
    linear = estimates.merge(answers.scales[["measure", "theme"]])  # of a worth the figures do not add up
    themes = linear.drop_duplicates(["measure", "theme"])[["measure", "theme"]].sample(30, random_state=7)
    tried = 0
    for measure, theme in themes.itertuples(index=False):
        rows = estimates[(estimates["measure"] == measure) & (estimates["theme"] == theme)]
        told = Told(rows, answers, clusters, measure, theme, study.settings.extreme_n)
        for cell in rng.choice(np.flatnonzero(~told.known), min(4, (~told.known).sum()), replace=False):
            direction = told.parts.to_numpy()[cell] * ~told.alone
            if direction.sum() > 0.999:
                low, high = told.ends(direction)
                assert high - low > told.least, (measure, theme, told.parts.index[cell], low, high)
                tried += 1
    assert tried > 60


class Told:
    """What the rounded table tells of one theme, made anew from the register, who answered and the weights."""

    def __init__(self, rows, answers, clusters, measure, theme, extreme_n):
        scores = answers.scores[(answers.scores["measure"] == measure) & (answers.scores["theme"] == theme)]
        scale = answers.scales.set_index(["measure", "theme"]).loc[(measure, theme)]
        wide = scores.merge(clusters, on="municipality").pivot_table("weight", ["clustering", "cluster"], "informant", "sum", fill_value=0.0)
        self.parts = wide.div(wide.sum(axis=1), axis=0)
        self.means = rows.set_index(["clustering", "cluster"])["estimate"].reindex(self.parts.index)
        self.known = self.means.notna().to_numpy()
        self.floor, self.ceiling, half = scale["floor"], scale["ceiling"], 10.0 ** -scale["decimals"]
        self.sides = np.vstack([self.parts[self.known], -self.parts[self.known]])
        self.limits = np.concatenate([self.means[self.known] + half, half - self.means[self.known]])
        large = self.known & ((self.parts > 0).sum(axis=1) >= extreme_n).to_numpy()
        ends = self.means[large][(self.means[large] < self.floor + half) | (self.means[large] > self.ceiling - half)].index
        self.alone = (self.parts.loc[ends] > 0).any().to_numpy()  # told by a large cell whose answers are all the same
        self.least = 0.02 * (self.ceiling - self.floor)  # whatever protection is set to, it is never as near as this

    def ends(self, direction) -> tuple[float, float]:
        return tuple(sign * linprog(sign * direction, self.sides, self.limits, bounds=(self.floor, self.ceiling)).fun for sign in (1, -1))


@pytest.mark.parametrize("measure", ["top", "top_points", "place", "budget_class", "forms"])
def test_an_attacker_who_adds_up_all_options_recovers_nothing(made, measure):
    """Also that everyone's answers to all options add up to what is known: 100, or 500 where five are ranked."""
    study, answers, clusters = made
    estimates, rng = read_table(study, "estimates"), np.random.default_rng(7)
    here = estimates[estimates["measure"] == measure]
    told = [Told(rows, answers, clusters, measure, theme, study.settings.extreme_n) for theme, rows in here.groupby("theme")]
    scores = answers.scores[answers.scores["measure"] == measure].drop_duplicates(["informant", "theme"])
    each = scores.pivot(index="informant", columns="theme", values="score").reindex(told[0].parts.columns)
    assert all(list(one.parts.columns) == list(each.index) for one in told)
    sums = hstack([csr_array(np.eye(len(each)))] * len(told))
    sides, limits = block_diag([csr_array(one.sides) for one in told], "csr"), np.concatenate([one.limits for one in told])
    tried = 0
    for number in rng.permutation(len(told))[:5]:
        one = told[number]
        for cell in rng.choice(np.flatnonzero(~one.known), min(4, (~one.known).sum()), replace=False):
            direction = np.zeros((len(told), len(each)))
            direction[number] = one.parts.to_numpy()[cell] * ~one.alone
            if direction.sum() > 0.999:
                low, high = (sign * linprog(sign * direction.ravel(), sides, limits, sums, each.sum(axis=1), (one.floor, one.ceiling)).fun
                             for sign in (1, -1))  # fmt: skip
                assert high - low > one.least, (one.parts.index[cell], number, low, high)
                tried += 1
    assert tried > 3
