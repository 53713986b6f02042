"""Mirrors: who gets one, what it may show, that nobody else's answer comes out of it, and that its notebook runs."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from ledanalysis import batch, beside, mirror_pages, mirror_words, mirrors, prepare, receivers, running, style
from ledanalysis.behind import Answers, answers_behind
from ledanalysis.errors import InputError
from ledanalysis.mirrors import KEYS, mirror
from ledanalysis.slides import deck_table, export_study
from ledanalysis.study import load_study
from ledanalysis.tables import read_table

ROOT = Path(__file__).resolve().parents[1]
SHARE = pd.DataFrame([("has", "lms", 0.0, 100.0, 100.0, 1, False)], columns=["measure", "theme", "floor", "ceiling", "step", "decimals", "amount"])

# --- the rule, by hand --------------------------------------------------------------------------------------------


def made_of(scores, groups, weights=1.0, informants=None):
    """Answers, clusters and shown figures of municipalities GM0, GM1, ... and of (clustering, cluster, members)."""
    names = [f"GM{n}" for n in range(len(scores))]
    table = pd.DataFrame({"measure": "has", "theme": "lms", "municipality": names, "informant": informants or names,
                          "score": np.array(scores, float), "weight": weights})  # fmt: skip
    clusters = pd.DataFrame([(*group[:2], names[n]) for group in groups for n in group[2]], columns=["clustering", "cluster", "municipality"])
    shown = pd.DataFrame([(*group[:2], "has", "lms", float(len(group[2])), 50.0, False) for group in groups],
                         columns=[*KEYS, "n", "estimate", "suppressed"])  # fmt: skip
    return shown, clusters, Answers(table, SHARE, 0.2, 0.8, {})


def seen(made, name, min_n=5, extreme_n=10):
    """Its own answer, and whether each of its groups is shown."""
    table = mirror(*made, [name], min_n, extreme_n).set_index("clustering")
    assert (table["suppressed"] == table["estimate"].isna()).all() and (table["suppressed"] == table["n"].isna()).all()
    return table["own"].iloc[0], {key: not gone for key, gone in table["suppressed"].items()}


EVERYONE = ("sector", "all", range(11))


def test_a_mirror_leaves_enough_others():
    made = made_of([0, 100, 0, 100, 100, 100, 0, 0, 0, 0, 0], [EVERYONE, ("size", "a", range(5)), ("size", "b", range(5, 11)), ("province", "p", range(6))])
    # the 5 others in b all said no
    assert seen(made, "GM5") == (100.0, {"sector": True, "size": False, "province": True})
    assert seen(made, "GM5", extreme_n=5)[1] == {"sector": True, "size": True, "province": True}
    # of a are 4 others
    assert seen(made, "GM0") == (0.0, {"sector": True, "size": False, "province": True})
    assert seen(made, "GM0", min_n=4)[1] == {"sector": True, "size": True, "province": True}


@pytest.mark.parametrize("own", [25.0, 75.0])
def test_others_who_are_all_the_same_are_not_shown_wherever_on_the_scale(own):
    """Also amid the scale, where the figure alone leaves each of them other answers; and whether the own one is lower or higher."""
    assert seen(made_of([own, *[50.0] * 7], [("sector", "all", range(8))]), "GM0")[1] == {"sector": False}
    assert seen(made_of([own, *[50.0] * 6, own], [("sector", "all", range(8))]), "GM0")[1] == {"sector": True}


def test_who_answered_nothing_takes_nothing_out():
    shown, clusters, answers = made_of([0, 100, 0, 100, 100], [("sector", "all", range(5))])
    silent = pd.DataFrame({"clustering": ["sector"], "cluster": ["all"], "municipality": ["GM9"]})
    own, groups = seen((shown, pd.concat([clusters, silent]), answers), "GM9")
    assert np.isnan(own) and groups == {"sector": True}


def test_partners_of_a_service_are_one_with_it():
    """GM0 and GM1 are one informant: each of them takes both out."""
    informants = ["r0", "r0", *(f"r{n}" for n in range(2, 7))]
    made = made_of([0, 0, 100, 0, 100, 0, 100], [("sector", "all", range(7))], informants=informants)
    assert seen(made, "GM1")[1] == {"sector": True} and seen(made, "GM1", min_n=6)[1] == {"sector": False}
    assert seen(made, "GM2")[1] == {"sector": True}


def test_a_figure_that_leaves_another_one_answer_is_not_shown():
    """Of six that said no, the one yes weighs least: who weighs more cannot have said it, and who knows the own answer sees that."""
    weights = np.array([1.0, 1, 3, 1, 1, 1, 1])
    made = made_of([0, 100, 0, 0, 0, 0, 0], [("sector", "all", range(7))], weights)
    assert seen(made, "GM0")[1] == {"sector": False}
    even = made_of([0, 100, 0, 0, 0, 0, 0], [("sector", "all", range(7))])
    assert seen(even, "GM0")[1] == {"sector": True}  # any of the six may have said yes
    assert seen(made, "GM0", extreme_n=6)[1] == {"sector": True}  # six others are enough


def one_by_one(shown, clusters, answers, name, min_n, extreme_n):
    """The rule as METHODS.md puts it, a figure at a time: true for each that is not shown."""
    scores = answers.scores
    own = scores[scores["municipality"] == name]
    gone = {}
    for row in shown.merge(clusters[clusters["municipality"] == name], on=KEYS[:2]).itertuples():
        members = clusters[(clusters["clustering"] == row.clustering) & (clusters["cluster"] == row.cluster)]["municipality"]
        here = scores[(scores["measure"] == row.measure) & (scores["theme"] == row.theme) & scores["municipality"].isin(members)]
        mine = own[(own["measure"] == row.measure) & (own["theme"] == row.theme)]
        hidden = row.suppressed
        if len(mine):
            others = here[here["informant"] != mine["informant"].iloc[0]]
            count = others["informant"].nunique()
            few = count < min_n or (count < extreme_n and others["score"].nunique() < 2)
            hidden = hidden or few or (count < extreme_n and leaves_one_answer(here, mine["informant"].iloc[0]))
        gone[row.clustering, row.cluster, row.measure, row.theme] = hidden
    return gone


def leaves_one_answer(here, own):
    """Whether an informant other than `own` could have given no other answer (of 0 and 100), by turning it round."""
    parts = here.groupby("informant")["weight"].sum() / here["weight"].sum()
    answers = here.groupby("informant")["score"].mean()
    mean = parts @ answers
    half = 0.1 if round(abs(mean) * 10) % 10 == 4 else 0.05  # what is rounded twice
    for other in parts.index.drop(own):
        least, most = answers * 0.0, answers * 0.0 + 100
        least[own], most[own] = answers[own], answers[own]
        least[other] = most[other] = 100 - answers[other]
        if parts @ least > mean.round(1) + half or parts @ most < mean.round(1) - 0.05:
            return True
    return False


@pytest.mark.parametrize("seed", range(4))
def test_all_at_once_is_as_one_by_one(seed):
    rng = np.random.default_rng(seed)
    size = 30
    groups = [("sector", "all", range(size)), *(("size", str(k), np.flatnonzero(rng.integers(0, 4, size) == k)) for k in range(3)),
              *(("province", str(k), range(5 * k, 5 * k + 7)) for k in range(4))]  # fmt: skip
    informants = [f"r{n // 2 * 2 if n < 6 else n}" for n in range(size)]
    scores = np.where(rng.random(size) < 0.25, 100.0, 0.0)
    scores[1:6:2] = scores[0:6:2]  # one informant, one answer
    made = made_of(scores, groups, rng.choice([1.0, 2.0, 3.0], size), informants)
    made[0].loc[rng.random(len(groups)) < 0.2, "suppressed"] = True
    names = [f"GM{n}" for n in range(size)]
    found = mirror(*made, names, 4, 8).set_index(["municipality", *KEYS])["suppressed"]
    expected = {(name, *key): hidden for name in names for key, hidden in one_by_one(*made, name, 4, 8).items()}
    assert found.to_dict() == expected
    assert 0.05 < found.mean() < 0.95
    alone = pd.concat([mirror(*made, [name], 4, 8) for name in names], ignore_index=True)
    pd.testing.assert_frame_equal(alone.sort_values(["municipality", *KEYS], ignore_index=True), mirror(*made, names, 4, 8))


# --- the example: who, what, and an attack ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The study of this repository, prepared in a copy that tests may add to."""
    folder = tmp_path_factory.mktemp("mirrors")
    for name in ("codebook", "raw"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    prepare.prepare(load_study(folder))
    return folder


@pytest.fixture(scope="module")
def example(folder):
    return load_study(folder)


def test_who_answered_and_asked_gets_one(example):
    responses = read_table(example, "responses")
    asked = set(responses.loc[responses["e5_spiegel"] == 1, "municipality"])
    assert set(receivers.receiving(example)) == asked and len(asked) == 91
    assert receivers.check_municipality(example, "") == min(asked)


def test_who_gets_none_is_not_told_why(example):
    responses, units = read_table(example, "responses"), read_table(example, "units")
    refused = responses.loc[responses["e5_spiegel"] == 2, "municipality"].iloc[0]
    absent = units.loc[~units["answered"], "municipality"].iloc[0]
    said = []
    for code in (refused, absent):
        with pytest.raises(InputError, match="did not answer, or did not ask") as error:
            mirror_pages.open_mirror(example, code)
        said.append(str(error.value).replace(code, ""))
    assert said[0] == said[1]
    with pytest.raises(InputError, match="no such municipality: 'GM9999'; allowed: GM0014"):
        receivers.check_municipality(example, "GM9999")


def test_a_mirror_shows_the_published_figures_or_nothing(example):
    table = read_table(example, "mirrors")
    published = read_table(example, "estimates").set_index(KEYS)["estimate"].reindex(pd.MultiIndex.from_frame(table[KEYS])).to_numpy()
    shown = table["estimate"].notna()
    assert (table.loc[shown, "estimate"] == published[shown]).all() and (shown == ~table["suppressed"]).all()
    hidden = table["suppressed"] & ~np.isnan(published)
    assert 500 < hidden.sum() < 0.03 * len(table)
    assert set(table["clustering"]) == {"sector", "size", "province"}
    own = read_table(example, "theme_scores").set_index(["municipality", "measure", "theme"])["score"]
    expected = own.reindex(pd.MultiIndex.from_frame(table[["municipality", "measure", "theme"]])).to_numpy()
    assert np.array_equal(table["own"], expected, equal_nan=True)


def behind(study):
    scores, weights = read_table(study, "theme_scores"), read_table(study, "weights")
    clusters = read_table(study, "clusters")[["clustering", "cluster", "municipality"]]
    everyone = pd.DataFrame({"clustering": "sector", "cluster": "all", "municipality": weights["municipality"].unique()})
    return answers_behind(scores, weights, study), pd.concat([everyone, clusters])


class Knowing:
    """One municipality with what its mirror tells it of one measure and theme: linear equations in the answers of others."""

    def __init__(self, rows, answers, clusters):
        row = rows.iloc[0]
        scores = answers.scores[(answers.scores["measure"] == row["measure"]) & (answers.scores["theme"] == row["theme"])]
        scale = answers.scales.set_index(["measure", "theme"]).loc[(row["measure"], row["theme"])]
        told = rows[~rows["suppressed"]].merge(clusters, on=KEYS[:2], suffixes=("_mirror", "")).merge(scores, on="municipality")
        parts = told.pivot_table("weight", ["clustering", "cluster"], "informant", "sum", fill_value=0.0)
        self.parts = parts.div(parts.sum(axis=1), axis=0)
        self.means = rows.set_index(KEYS[:2])["estimate"].reindex(self.parts.index).to_numpy()
        self.answers = scores.groupby("informant")["score"].mean().reindex(self.parts.columns)
        self.me = scores.loc[scores["municipality"] == row["municipality"], "informant"].iloc[0]
        self.floor, self.ceiling, self.half = scale["floor"], scale["ceiling"], 10.0 ** -scale["decimals"]
        self.step = scale["step"] or answers.protection * (self.ceiling - self.floor)

    def smallest(self, extreme_n):
        """The others in the smallest group that is shown, if they are fewer than `extreme_n`."""
        sizes = (self.parts > 0).sum(axis=1)
        members = self.parts.columns[self.parts.loc[sizes.idxmin()] > 0].drop(self.me)
        return members if len(members) < extreme_n else []

    def open(self, other):
        """Whether another's answer can be a step higher or lower, with all that is known."""
        place = self.parts.columns.get_loc(other)
        known = [(self.answers[self.me],) * 2 if name == self.me else (self.floor, self.ceiling) for name in self.parts.columns]
        sides = np.vstack([self.parts, -self.parts])
        limits = np.concatenate([self.means + self.half, self.half - self.means])
        goal = np.zeros(len(known))
        goal[place] = 1.0
        low, high = (sign * linprog(sign * goal, sides, limits, bounds=known).fun for sign in (1, -1))
        answer = self.answers[other]
        return high >= answer + self.step - 1e-6 or low <= answer - self.step + 1e-6


def test_who_knows_the_own_answer_works_out_no_other(example):
    """Every answer in a small group that a mirror shows could have been another; tried on mirrors of all kinds of measures."""
    answers, clusters = behind(example)
    table = read_table(example, "mirrors").merge(answers.scales[["measure", "theme"]])
    small = table[(table["clustering"] == "province") & ~table["suppressed"] & (table["n"] <= 10) & table["own"].notna()]
    tried = 0
    for municipality, measure, theme in small.sample(60, random_state=7)[["municipality", "measure", "theme"]].itertuples(index=False):
        rows = table[(table["municipality"] == municipality) & (table["measure"] == measure) & (table["theme"] == theme)]
        told = Knowing(rows, answers, clusters)
        for other in told.smallest(example.settings.extreme_n):
            tried += 1
            assert told.open(other), (municipality, measure, theme, other)
    assert tried > 200


def test_the_attack_finds_what_a_mirror_hides(example):
    """Shown what its mirror withholds, a municipality would work out an answer, or the answers of all others, or be left with few."""
    answers, clusters = behind(example)
    table = read_table(example, "mirrors").merge(answers.scales[["measure", "theme"]])
    published = read_table(example, "estimates").set_index(KEYS)["estimate"]
    figure = published.reindex(pd.MultiIndex.from_frame(table[KEYS])).to_numpy()
    withheld = table[table["suppressed"] & ~np.isnan(figure)].assign(estimate=figure[table["suppressed"] & ~np.isnan(figure)], suppressed=False)
    found = 0
    for number in range(25):
        told = Knowing(withheld.sample(1, random_state=number), answers, clusters)
        others = told.parts.columns.drop(told.me)
        reason = len(others) < 5 or told.answers[others].nunique() == 1 or not all(told.open(other) for other in others)
        found += reason
        assert reason, withheld.sample(1, random_state=number)
    assert found == 25


# --- the page, its notebook and its run ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_mirror_can_be_drawn_and_says_what_is_so(example, language):
    study = replace(example, settings=example.settings.model_copy(update={"language": language}))
    for code in receivers.receiving(study)[:: 9 if language == "nl" else 45]:
        page = mirror_pages.open_mirror(study, code)
        now = page.table("now")
        title, alt = mirror_words.highest(page, now, "now"), drawn(page, now)
        top = now.loc[now["own"] == now["own"].max(), "label"]
        assert any(label in title for label in top) and page.name in title and str(len(now)) in alt
        future = mirror_words.with_now(page, page.table("future"), now)
        rises = int((future["own"] > future["own_now"]).sum())
        said = mirror_words.rising(page, future)
        assert str(rises) in said or rises <= 1
        used = page.table("organised", "instrument")
        assert f" {int((used['own'] > 0).sum())} " in mirror_words.use(page, used)
        assert drawn(page, used, yes_no=True, unit="percent")
        points = mirror_words.points(page, now, future, page.table("organised", "theme"), page.table("stimulated"), page.table("moments"))
        assert points.startswith("- ") and "{" not in points + title + mirror_words.reading(page)
        assert mirror_words.beside_whom(page).shape == (3, 3)


def drawn(page, table, **options):
    groups = {group: page.groups["label"][group] for group in page.shown(table)}
    return beside.beside(style.figure()[1], table, groups=groups, own_label=page.name, language=page.study.language, **options)


def test_what_a_page_does_not_show_it_says(example):
    """Of a group of which nothing is shown the footer says so; of single rows, the row."""
    row, whole = 0, 0
    for code in receivers.receiving(example):
        page = mirror_pages.open_mirror(example, code)
        table = page.table("now")
        rows = page.figures[page.figures["measure"] == "now"].set_index(["theme", "clustering"])["suppressed"].unstack()
        for group, hidden in rows.items():
            if hidden.all():
                whole += 1
                assert group not in page.shown(table) and page.groups["short"][group] in page.footer(table).split("niet getoond (kleine aantallen): ")[1]
            else:
                says = table.set_index("theme")["not_shown"].str.contains(page.groups["short"][group], regex=False)
                assert (says == hidden.reindex(says.index)).all()
                row += int(hidden.sum())
                assert not hidden.any() or "niet getoond: kleine aantallen" in page.footer(table)
    assert row > 20 and whole > 5


def test_a_page_says_whose_eyes_it_is_for(example):
    page = mirror_pages.open_mirror(example, receivers.receiving(example)[0])
    assert page.notice == f"fictieve gegevens – alleen voor {page.name} zelf"


def test_the_plan_has_all_mirrors_unless_something_else_is_asked(example):
    names = [run.name for run in batch.plan(example)]
    assert sum(name.startswith("mirror/") for name in names) == 91 and len(names) == 23 + 91
    of_groups = [name for name in names if not name.startswith("mirror/")]
    assert [run.name for run in batch.plan(example, no_mirrors=True)] == of_groups
    for others in ({"clusterings": ["size"]}, {"clusters": ["lt20"]}, {"parameters": {"view": "staff"}}):
        assert not any("mirror" in run.name for run in batch.plan(example, **others))
    two = batch.plan(example, mirrors=["GM0072", "GM0014", "GM0072"])
    assert [run.name for run in two] == ["mirror/GM0072", "mirror/GM0014"] and two[0].parameters["municipality"] == "GM0072"
    assert len(batch.plan(example, mirrors=["all"])) == 91
    for others in ({"clusterings": ["size"]}, {"clusters": ["lt20"]}, {"parameters": {"view": "staff"}}, {"no_mirrors": True}):
        with pytest.raises(InputError, match="by themselves"):
            batch.plan(example, mirrors=["GM0072"], **others)


def test_all_that_is_made_of_a_mirror_is_in_folders_of_mirrors(example):
    (run,) = batch.plan(example, mirrors=["GM0072"])
    places = [place.relative_to(example.outputs).as_posix() for place in [*run.places, run.record]]
    assert places == ["notebooks/mirror/GM0072.ipynb", "tables/mirror/GM0072", "figures/mirror/GM0072", ".made/mirror/GM0072.json"]


@pytest.fixture(scope="module")
def ran(example):
    """One mirror, run, with its deck."""
    (run,) = batch.plan(example, mirrors=["GM0072"])
    assert running.run_all([run], "") == []
    return run, export_study(example)


def test_a_mirror_runs_and_has_its_deck_apart(example, ran):
    run, made = ran
    assert made == ([example.outputs / f"{place}/mirror/GM0072{suffix}" for place, suffix in (("slides", ".html"), ("slides", ".pptx"), ("reports", ".html"))], {})
    slides = deck_table(run.out)
    assert slides["layout"].tolist() == ["title", "table", *["figure"] * 5, "text", "text"]
    assert slides.loc[2, "title"].startswith("Harlingen vindt nu") and slides["title"].str.contains("Harlingen").sum() >= 6
    assert "Spiegelrapport Harlingen" in made[0][0].read_text("utf-8").split("</title>")[0]
    assert slides.loc[slides["layout"] == "figure", "alt"].str.contains("Eigen antwoord naast groepen").all()


def test_the_files_of_a_mirror_hold_only_what_it_may_show(example, ran):
    run, _ = ran
    allowed = read_table(example, "mirrors", municipality="GM0072").set_index(["measure", "theme", "clustering"])["estimate"]
    seen = 0
    for path in Path(run.parameters["output"]).glob("*.csv"):
        table = pd.read_csv(path, sep=";", encoding="utf-8-sig")
        for group in {"size", "province", "sector"} & set(table):
            figures = table.set_index(["measure", "theme"])[group]
            for key, value in figures.items():
                seen += pd.notna(value)
                assert value == allowed[(*key, group)] or (pd.isna(value) and pd.isna(allowed[(*key, group)])), (path.name, key, group)
    assert seen > 100


def test_a_mirror_that_is_withdrawn_goes_with_all_that_was_made_of_it(folder, tmp_path, ran):
    study = tmp_path / "study"
    shutil.copytree(folder, study)
    loaded = load_study(study)
    assert batch.remove_withdrawn(loaded) == []
    path = loaded.processed / "mirrors.parquet"
    table = pd.read_parquet(path)
    table[table["municipality"] != "GM0072"].to_parquet(path)
    assert batch.remove_withdrawn(loaded) == ["GM0072"]
    assert [path for path in loaded.outputs.rglob("*GM0072*")] == []


def test_the_notebook_of_another_is_refused(example):
    run = batch.mirror_run(example, "GM0597")
    failure = running.run_one(run, "")
    assert "InputError: no mirror for this municipality: it did not answer, or did not ask for one: 'GM0597'" in failure.reason
    assert not run.out.exists()


# --- other studies ------------------------------------------------------------------------------------------------


def with_mirrors(folder, change, answer="a2_samen=nee"):
    change(folder, "study.toml", "min_n = 2\n", f'min_n = 2\nmirror = "{answer}"\n')
    path = folder / "data/codebook/clusterings.csv"
    text = path.read_text("utf-8").replace(";report", ";report;mirror").replace(";yes", ";yes;yes")
    path.write_text(text, "utf-8")
    return folder


def test_a_study_that_asks_nobody_has_no_mirrors(small):
    prepare.prepare(small)
    assert len(read_table(small, "mirrors")) == 0 and not any("mirror" in run.name for run in batch.plan(small))
    with pytest.raises(InputError, match="this study has no mirrors"):
        batch.plan(small, mirrors=["GM0014"])


def test_a_study_with_other_questions_has_mirrors_too(small_folder, change):
    study = load_study(with_mirrors(small_folder, change))
    prepare.prepare(study)
    codes = receivers.receiving(study)
    assert codes and set(read_table(study, "mirrors")["clustering"]) == {"sector", "size"}
    runs = batch.plan(study, mirrors=["all"])
    assert [run.name for run in runs] == [f"mirror/{code}" for code in codes]
    assert running.run_all(runs[:1], "") == []
    assert deck_table(runs[0].out)["title"].str.len().gt(0).all()


@pytest.mark.parametrize(("answer", "says"), [
    ("e5_spiegel=ja", "study.toml, column 'mirror': no such item: 'e5_spiegel=ja'"),
    ("a2_samen=yes", "study.toml, column 'mirror': no such option: 'a2_samen=yes'; allowed: a2_samen=ja, a2_samen=nee"),
    ("d4_open=ja", "study.toml, column 'mirror': no such item"),
])  # fmt: skip
def test_an_answer_that_does_not_exist_is_named(small_folder, change, answer, says):
    with pytest.raises(InputError) as error:
        load_study(with_mirrors(small_folder, change, answer))
    assert says in str(error.value)


def test_a_clustering_without_figures_cannot_be_in_a_mirror(small_folder, change):
    with_mirrors(small_folder, change)
    change(small_folder, "clusterings.csv", ";yes;yes", ";no;yes")
    with pytest.raises(InputError, match=r"clusterings.csv, row 2, column 'mirror': of a clustering with report 'no'"):
        load_study(small_folder)
