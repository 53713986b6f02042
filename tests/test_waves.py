"""An earlier wave: municipalities followed to today, questions held to today's, changes and what may be shown of them."""

import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ledanalysis import changes, waves
from ledanalysis.compared import compare_items
from ledanalysis.errors import InputError
from ledanalysis.study import load_study
from ledanalysis.tables import write_tables

TODAY = pd.DataFrame({"municipality": ["A", "B", "C"]})
MERGERS = pd.DataFrame({"old_code": ["D", "S", "S"], "municipality": ["A", "A", "B"]})


# --- municipalities


def test_a_municipality_of_neither_register_nor_mergers_is_named():
    with pytest.raises(InputError, match="mergers.csv.*old_code.*X"):
        waves.follow(pd.DataFrame({"municipality": ["A", "X"]}), TODAY, MERGERS)


def test_merged_municipalities_have_the_mean_weighed_by_inhabitants_of_those_that_answered():
    earlier = pd.DataFrame({"municipality": ["A", "D", "B", "C"], "inhabitants": [300, 100, 50, 60]})
    followed = waves.follow(earlier, TODAY, MERGERS)
    scores = pd.DataFrame({"municipality": ["A", "D", "B", "A", "D"], "measure": "now", "theme": ["x", "x", "x", "y", "z"],
                           "score": [80.0, 40, 10, 50, 50]})  # fmt: skip
    found = waves.to_today(scores, earlier, followed, "inhabitants").set_index(["municipality", "theme"])["score"]
    assert found.to_dict() == pytest.approx({("A", "x"): 70, ("B", "x"): 10, ("A", "y"): 50})  # of z only a quarter answered


def test_without_inhabitants_all_that_merged_must_have_answered():
    earlier = pd.DataFrame({"municipality": ["A", "D", "B"]})
    followed = waves.follow(earlier, TODAY, MERGERS)
    scores = pd.DataFrame({"municipality": ["A", "D", "A", "B"], "measure": "now", "theme": ["x", "x", "y", "y"], "score": [80.0, 40, 10, 20]})
    found = waves.to_today(scores, earlier, followed).set_index(["municipality", "theme"])["score"]
    assert found.to_dict() == pytest.approx({("A", "x"): 60, ("B", "y"): 20})


def test_pairs_of_the_population_are_counted_by_the_strata_of_both():
    followed = pd.DataFrame({"earlier": ["A", "D", "B", "S"], "municipality": ["A", "A", "B", np.nan]})
    then = pd.DataFrame({"clustering": "size", "cluster": ["l", "s", "s", "s"], "municipality": ["A", "D", "B", "S"]})
    now = pd.DataFrame({"clustering": "size", "cluster": ["l", "s"], "municipality": ["A", "B"]})
    wave = waves.Wave("2021", "size", None, None, None, then, None, None)
    found = waves.population_pairs(wave, followed, now, "size").set_index(["later_stratum", "earlier_stratum"])["count"]
    assert found.to_dict() == {("l", "l"): 1, ("l", "s"): 1, ("s", "s"): 1}


# --- questions


NOW = [("now", "DIGI"), ("now", "DATA"), ("stimulated", "coaching"), ("mentions", "DIGI"), ("rise", "DIGI")]


@pytest.fixture
def two_folders(small_folder, tmp_path):
    """The small study, and one before it with the tables that are asked for."""
    before = tmp_path / "before"
    shutil.copytree(small_folder, before)
    with (small_folder / "data" / "codebook" / "study.toml").open("a") as settings:
        settings.write('\n[previous]\nfolder = "../before"\nwave = "2021"\n')
    return small_folder, before


def prepared(before, pairs=NOW):
    """Let the earlier study have scores of some measures and themes."""
    scores = pd.DataFrame([("GM0014", theme, measure, 50.0, 1) for measure, theme in pairs],
                          columns=["municipality", "theme", "measure", "score", "n_valid"])  # fmt: skip
    places = pd.DataFrame({"clustering": "size", "cluster": "gt100", "municipality": ["GM0014"]})
    weights = pd.DataFrame({"municipality": ["GM0014"], "respondent": [1], "stratum": "gt100", "population": 3, "weight": 3.0})
    estimates = pd.DataFrame(columns=["clustering", "cluster", "measure", "theme", "suppressed"])
    units = pd.DataFrame({"municipality": ["GM0014"], "inhabitants_2024": [1000]})
    tables = {"theme_scores": scores, "weights": weights, "clusters": places, "units": units, "estimates": estimates}
    write_tables(load_study(before), tables)


def compared(folders, *rows):
    now, before = folders
    if rows:
        header = "measure;theme;previous_measure;previous_theme;comparable;why"
        (now / "data" / "codebook" / "waves.csv").write_text("\n".join([header, *rows]) + "\n", "utf-8")
    prepared(before)
    study = load_study(now)
    items = compare_items(study, waves.read_previous(study))
    return {(row.measure, row.theme): (row.previous_measure, row.previous_theme, row.compared) for row in items.itertuples()}


def test_the_same_keys_and_words_compare_and_interviews_do_not(two_folders):
    assert compared(two_folders) == {(m, t): (m, t, True) for m, t in NOW if m != "mentions"}


@pytest.mark.parametrize("file, old, new, other", [
    ("items.csv", "Nu belangrijk: data", "Hoe belangrijk is data?", {("now", "DATA")}),
    ("items.csv", "Straks belangrijk: digitaal", "Over tien jaar: digitaal", {("rise", "DIGI")}),
    ("items.csv", "Hoe stimuleert u leren?", "Wat doet u?", {("stimulated", "coaching")}),
])  # fmt: skip
def test_other_words_are_not_compared_unless_waves_csv_says_so(two_folders, change, file, old, new, other):
    change(two_folders[1], file, old, new)
    found = compared(two_folders)
    assert {pair for pair, row in found.items() if not row[2]} == other
    measure, theme = next(iter(other))
    assert compared(two_folders, f"{measure};{theme};;;yes;same meaning")[measure, theme][2]


def test_another_scale_is_another_question(two_folders, change):
    rows = (two_folders[1] / "data" / "codebook" / "options.csv").read_text("utf-8-sig").splitlines()
    first = next(row for row in rows if row.startswith("importance"))
    change(two_folders[1], "options.csv", first, first.replace(first.split(";")[3], "iets anders"))
    found = compared(two_folders)
    assert not found["now", "DIGI"][2] and not found["now", "DATA"][2] and found["stimulated", "coaching"][2]


def test_a_row_of_waves_csv_goes_before_the_words_and_a_theme_before_the_star(two_folders):
    found = compared(two_folders, "now;DATA;now;DIGI;yes;was asked as digital", "now;*;;;no;another question", "stimulated;*;;;no;another list")
    assert found["now", "DATA"] == ("now", "DIGI", True)
    assert found["now", "DIGI"] == ("now", "DIGI", False)
    assert found["stimulated", "coaching"][2] is False


@pytest.mark.parametrize("row, says", [
    ("nou;*;;;yes;", "waves.csv, row 2.*nou"),
    ("now;DATA;now;KLIM;yes;", "waves.csv, row 2.*now, KLIM.*DIGI"),
    ("now;DATA;stimulated;coaching;yes;", "waves.csv, row 2.*unit.*stimulated.*score, mean"),
    ("now;DATA;;;maybe;", "waves.csv, row 2.*comparable.*maybe"),
])  # fmt: skip
def test_a_fault_in_waves_csv_says_where_it_is(two_folders, row, says):
    with pytest.raises(InputError, match=says):
        compared(two_folders, row)


def test_tables_without_a_codebook_compare_only_what_is_declared(two_folders):
    now, before = two_folders
    prepared(before)
    shutil.move(before / "data" / "processed", before / "tables")
    shutil.rmtree(before / "data")
    path = now / "data" / "codebook" / "study.toml"
    path.write_text(path.read_text("utf-8").replace("../before", "../before/tables"), "utf-8")
    (now / "data" / "codebook" / "waves.csv").write_text("measure;comparable\nnow;yes\n", "utf-8")
    study = load_study(now)
    found = compare_items(study, waves.read_previous(study))
    assert found.loc[found["compared"], "measure"].unique().tolist() == ["now"] and not found["compared"].all()
    (before / "tables" / "units.parquet").unlink()
    with pytest.raises(InputError, match="units.parquet.*lacks a table"):
        waves.read_previous(study)


def test_a_wave_that_is_not_there_or_not_prepared_is_named(two_folders):
    study = load_study(two_folders[0])
    with pytest.raises(InputError, match="led prepare"):
        waves.read_previous(study)
    shutil.rmtree(two_folders[1])
    with pytest.raises(InputError, match="previous.folder.*before"):
        waves.read_previous(study)


def test_a_study_without_an_earlier_wave_has_no_changes(small):
    assert changes.wave_tables(*[None] * 7, small) == {}


# --- changes


@pytest.fixture
def study(small_folder):
    path = small_folder / "data" / "codebook" / "study.toml"
    path.write_text(path.read_text("utf-8").replace("min_n = 2", "min_n = 3\nextreme_n = 4"), "utf-8")
    return load_study(small_folder)


def wave_of(answers, stratum="s", population=40):
    """scores, weights and clusters of {municipality: (score, cluster)}."""
    names = list(answers)
    scores = pd.DataFrame({"municipality": names, "theme": "DIGI", "measure": "now", "score": [answers[name][0] for name in names]})
    weights = pd.DataFrame({"municipality": names, "respondent": names, "stratum": stratum, "population": population,
                            "weight": population / len(names)})  # fmt: skip
    clusters = pd.DataFrame({"clustering": "part", "cluster": [answers[name][1] for name in names], "municipality": names})
    return scores, weights, clusters


def compare(study, now, then, hidden=(), before=()):
    """Changes of two waves of 40 municipalities each, that have kept their names."""
    scores, weights, clusters = wave_of(now)
    old, old_weights, old_clusters = wave_of(then)
    units = pd.DataFrame({"municipality": sorted({*now, *then})})
    everyone = pd.DataFrame({"clustering": "sector", "cluster": "all", "municipality": units["municipality"]})
    followed = pd.DataFrame({"earlier": units["municipality"], "municipality": units["municipality"]})
    shown = pd.DataFrame([("part", cluster, "now", "DIGI", cluster in hidden) for cluster in clusters["cluster"].unique()],
                         columns=["clustering", "cluster", "measure", "theme", "suppressed"])  # fmt: skip
    published = shown.assign(suppressed=shown["cluster"].isin(before))
    earlier = waves.Wave("2021", "", old, old_weights, units, old_clusters, published, None)
    two = changes.Two(study, earlier, scores, weights, pd.concat([everyone, clusters]), shown, followed, old)
    pairs = pd.DataFrame({"later_stratum": ["s"], "earlier_stratum": ["s"], "count": [40]})
    return changes.estimate_changes(two, pairs).set_index(["clustering", "cluster", "basis"])


def answers(names, cluster="a", more=0.0, seed=1):
    rng = np.random.default_rng(seed)
    return {name: (float(value) + more, cluster) for name, value in zip(names, rng.uniform(20, 80, len(names)))}


def test_all_is_one_mean_less_the_other_and_matched_the_mean_of_the_changes(study):
    now, then = answers("abcdefgh"), answers("efghijklm", seed=2)
    found = compare(study, now, then).loc["sector", "all"]
    every, panel = found.loc["all"], found.loc["matched"]
    values, old = ({name: value for name, (value, _) in wave.items()} for wave in (now, then))
    assert every["estimate"] == pytest.approx(np.mean(list(values.values())) - np.mean(list(old.values())))
    assert every[["n", "n_previous", "n_both"]].tolist() == [8, 9, 4] and every["now"] - every["previous"] == pytest.approx(every["estimate"])
    differences = [values[name] - old[name] for name in "efgh"]
    assert panel["estimate"] == pytest.approx(np.mean(differences)) and np.isnan(panel["now"])
    assert panel["se"] == pytest.approx(np.std(differences, ddof=1) / 2 * np.sqrt(1 - 4 / 40))
    assert panel[["n", "df"]].tolist() == [4, 3]


@pytest.mark.parametrize("case, now, then, hidden", [
    ("few in both", "abcdefgh", "ghijklmn", {"matched"}),
    ("few then", "abcdefgh", "ab", {"all", "matched"}),
    ("few outside", "abcdefgh", "abcdefghi", {"matched"}),
    ("nobody outside", "abcdefgh", "abcdefgh", set()),
])  # fmt: skip
def test_what_rests_on_few_is_suppressed(study, case, now, then, hidden):
    found = compare(study, answers(now), answers(then, seed=2)).loc["sector", "all"]
    assert set(found.index[found["suppressed"]]) == hidden, case
    assert found.loc[found["suppressed"], ["estimate", "se", "n", "n_both", "p", "previous", "now"]].isna().all(axis=None)


def test_a_change_of_which_one_side_is_hidden_is_so_and_cannot_be_had_from_the_others(study):
    now, then = ({} for _ in range(2))
    for cluster, names in (("a", "abcdef"), ("b", "ghijkl"), ("c", "mnopqrs")):
        now |= answers(names, cluster)
        then |= answers(names, cluster, seed=2)
    assert not compare(study, now, then)["suppressed"].any()
    found = compare(study, now, then, hidden={"a"}).loc["part"]["suppressed"]
    for basis in ("all", "matched"):
        assert found["a", basis] and found[:, basis].sum() == 2


def test_a_change_is_not_shown_where_the_earlier_answers_were_all_the_same_or_were_suppressed(study):
    now, then = answers("abcdefgh"), {name: (60.0, "a") for name in "abc"} | answers("defghijk", "b", seed=2)
    assert compare(study, now, then).loc[("part", "a", "all"), "suppressed"]  # three of one mind
    then["c"] = (50.0, "a")
    assert not compare(study, now, then).loc[("part", "a", "all"), "suppressed"]
    assert compare(study, now, then, before={"a"}).loc[("part", "a", "all"), "suppressed"]


def test_the_same_change_of_few_is_suppressed(study):
    then = answers("abc")
    assert compare(study, {name: (value + 5, "a") for name, (value, _) in then.items()}, then)["suppressed"]["sector", "all", "matched"]


def test_the_earlier_wave_counts_in_the_clusters_that_it_was_published_in(study):
    now = answers("abcdef", "a") | answers("ghijkl", "b")
    then = answers("abcde", "a", seed=2) | answers("fghijkl", "b", seed=3)  # f moved
    found = compare(study, now, then).loc["part"]
    assert found.loc[("a", "all"), ["n", "n_previous", "n_both"]].tolist() == [6, 5, 5]
    assert found.loc[("a", "matched"), "suppressed"]  # f is all that the panel of a has more than the published figure


def test_municipalities_with_one_respondent_in_either_wave_change_as_one(study):
    scores, weights, clusters = wave_of(answers("abcde"))
    old, old_weights, _ = wave_of(answers("abcde", seed=2))
    weights["respondent"], old_weights["respondent"] = [1, 1, 2, 3, 4], [1, 2, 2, 3, 4]
    followed = pd.DataFrame({"earlier": list("abcde"), "municipality": list("abcde")})
    two = changes.Two(study, waves.Wave("", "", old, old_weights, None, None, None, None), scores, weights, clusters, None, followed, old)
    one = changes._informants(two, weights["municipality"])
    assert len(set(one[:3])) == 1 and len(set(one)) == 3


def test_a_worth_is_no_mean_and_is_not_compared(two_folders):
    now, before = two_folders
    prepared(before, [("now", "DIGI"), ("top_worth", "DIGI")])
    study = load_study(now)
    measure = next(row for row in study.tables["measures"] if row.measure == "now")
    worth = measure.model_copy(update={"measure": "top_worth", "statistic": "worth"})
    themes = pd.concat([study.themes, study.themes[study.themes["measure"] == "now"].assign(measure="top_worth")])
    two = SimpleNamespace(tables=study.tables | {"measures": (*study.tables["measures"], worth)}, themes=themes, **{
        name: getattr(study, name) for name in ("variables", "options", "settings")})  # fmt: skip
    items = compare_items(two, waves.read_previous(study))
    assert items["measure"].tolist() == ["now"]
