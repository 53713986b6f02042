"""Outputs in another language: beside the study's own, never over them, of the same tables; and what has no English is named."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from ledanalysis import batch, check, page_tables, response, slides, untranslated
from ledanalysis.clusters import assign_clusters
from ledanalysis.errors import InputError
from ledanalysis.slides import deck_table
from ledanalysis.study import load_study
from ledanalysis.tables import read_table


def led(*words):
    return subprocess.run([sys.executable, "-m", "ledanalysis.cli", *map(str, words)], capture_output=True, text=True)


def digests(folder):
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def copied(example_run, tmp_path_factory):
    """The example as it was run, in a copy; and what was in its outputs."""
    folder = Path(shutil.copytree(example_run, tmp_path_factory.mktemp("language") / "study"))
    return load_study(folder), digests(folder / "outputs")


@pytest.fixture(scope="module")
def ran(copied):
    """The same with one cluster in English beside it, from `led run`."""
    study, before = copied
    done = led("run", "--language", "en", "-c", "size", "--cluster", "lt20", "--study", study.folder)
    assert done.returncode == 0, done.stderr
    return study, before, done.stdout


# --- runs and their places


def test_english_is_beside_the_dutch_and_leaves_all_of_it_as_it_was(ran):
    study, before, said = ran
    after = digests(study.outputs)
    assert {name: after.get(name) for name in before} == before
    new = {name for name in after if name not in before}
    assert {"notebooks/en/size/lt20.ipynb", "slides/en/size-lt20.html", "run-en.json", ".made/en/size/lt20.json", ".made/slides/en/size/lt20.json"} <= new
    assert all("en" in name.split("/") or name == "run-en.json" for name in new)
    assert any(name.startswith("tables/en/size/lt20/") for name in new) and any(name.startswith("figures/en/size/lt20/") for name in new)
    assert "tables in" in said and "there already" in said and "en/size-lt20.html" in said and "results.html" not in said


def test_the_english_deck_is_in_english(ran):
    study, *_ = ran
    html = (study.outputs / "slides/en/size-lt20.html").read_text("utf-8")
    assert '<html lang="en"' in html and "fictitious data" in html and "Size class: &lt; 20,000 inhabitants" in html
    assert "Which themes matter now?" in set(deck_table(study.outputs / "notebooks/en/size/lt20.ipynb")["kicker"])
    assert json.loads((study.outputs / "run-en.json").read_text("utf-8"))["runs"][0]["parameters"]["language"] == "en"


def test_the_same_again_is_kept(ran):
    study, *_ = ran
    done = led("report", "-p", "language=en", "-c", "size", "--cluster", "lt20", "--study", study.folder)
    assert done.returncode == 0 and "1 of 1 notebooks done, 1 of them were there already" in done.stdout


def names(study, **asked):
    return [run.name for run in batch.plan(study, **asked)]


def test_runs_are_planned_in_folders_of_their_language(copied):
    study, _ = copied
    assert names(study, clusters=["lt20"], parameters={"language": "en"}) == ["en/size/lt20"]
    assert names(study, clusters=["lt20"], parameters={"language": "en", "view": "staff"}) == ["en/staff/size/lt20"]
    (mirror,) = batch.plan(study, mirrors=["GM0072"], parameters={"language": "en"})
    places = [place.relative_to(study.outputs).as_posix() for place in [*mirror.places, mirror.record]]
    assert places == ["notebooks/mirror/en/GM0072.ipynb", "tables/mirror/en/GM0072", "figures/mirror/en/GM0072", ".made/mirror/en/GM0072.json"]


def test_of_an_english_study_the_dutch_is_apart(copied):
    english = copied[0].in_language("en")  # as one whose study.toml says so
    assert names(english, clusters=["lt20"], parameters={"language": "nl"}) == ["nl/size/lt20"]
    assert names(english, clusters=["lt20"], parameters={"language": "en"}) == ["size/lt20"]


@pytest.mark.parametrize("own", [{}, {"language": ""}, {"language": "nl"}])
def test_the_studys_own_language_is_no_other(copied, own):
    (run,) = batch.plan(copied[0], clusters=["lt20"], parameters=own)
    assert run == batch.plan(copied[0], clusters=["lt20"])[0]


def test_an_unknown_language_is_an_error_before_anything_runs(copied):
    study, _ = copied
    with pytest.raises(InputError, match="no such language: 'de'.*nl, en"):
        batch.plan(study, parameters={"language": "de"})
    for verb in ("report", "slides", "run"):
        done = led(verb, "--language", "de", "--study", study.folder)
        assert done.returncode == 2 and "no such language" in done.stderr and "Traceback" not in done.stderr


def test_a_mirror_that_is_withdrawn_goes_in_every_language(copied):
    study, _ = copied
    runs = [batch.mirror_run(study, "GM9999", {"language": language}) for language in ("", "en")]
    for run in runs:
        for path in (run.out, Path(run.parameters["output"]) / "now.csv", run.record, study.outputs / "slides" / f"{run.name}.html", slides.record(study, run.name)):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}")
    assert batch.remove_withdrawn(study) == ["GM9999"]
    assert list(study.outputs.rglob("*GM9999*")) == []


def made_up(outputs, *names):
    for name in names:
        path = outputs / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("no notebook")


def test_decks_of_a_language_are_apart_and_old_ones_go(small):
    made_up(small.outputs, "results", "en/results", "mirror/GM1", "mirror/en/GM1", "staff/size/a", "en/staff/size/a")
    _, faults = slides.export_study(small)
    assert set(faults) == {"results", "en/results", "mirror/GM1", "mirror/en/GM1", "staff/size/a", "en/staff/size/a"}
    assert set(slides.export_study(small, language="en")[1]) == {"en/results", "mirror/en/GM1", "en/staff/size/a"}
    assert set(slides.export_study(small, language="nl")[1]) == {"results", "mirror/GM1", "staff/size/a"}
    for name in ("old.html", "en/old.html", "mirror/old.html", "mirror/en/old.html", "mine/old.html"):
        (small.outputs / "slides" / name).parent.mkdir(parents=True, exist_ok=True)
        (small.outputs / "slides" / name).write_text("")
    slides.remove_old(small)
    assert [path.relative_to(small.outputs / "slides").as_posix() for path in (small.outputs / "slides").rglob("*.html")] == ["mine/old.html"]


@pytest.mark.parametrize("taken", ["en", "nl", "mirror", "staff"])
def test_no_clustering_is_named_as_a_folder_of_outputs(taken):
    register = pd.DataFrame({"municipality": ["D1"], "label": ["D"], "size": ["S"]})
    none = pd.DataFrame(columns=["clustering", "value", "cluster", "label_nl", "label_en", "order"], dtype="str")
    with pytest.raises(InputError, match="clusterings.csv, row 2, column 'clustering': the name of a folder of outputs"):
        assign_clusters(register, pd.DataFrame({"clustering": [taken], "source": ["register:size"]}), none)


# --- words that stand in the processed tables


def test_tables_made_in_dutch_have_their_labels_in_the_readers_language(copied):
    study, _ = copied
    english = study.in_language("en")
    for name in ("response", "clusters"):
        dutch, other = (page_tables.in_words(each, name).drop_duplicates(["clustering", "cluster"]).set_index(["clustering", "cluster"])["label"] for each in (study, english))
        assert (dutch["size", "gt100"], other["size", "gt100"]) == ("> 100.000 inwoners (met G4)", "> 100,000 inhabitants (incl. G4)")
        assert dutch.equals(read_table(study, name).drop_duplicates(["clustering", "cluster"]).set_index(["clustering", "cluster"])["label"])
    assert "answered too fast (under 3 minutes)" in set(response.losses(english).rows["What"])
    assert "te snel ingevuld (minder dan 3 minuten)" in set(response.losses(study).rows["Wat"])


def test_an_unknown_language_of_a_study_is_an_error(small):
    assert small.in_language("") is small and small.in_language("en").language == "en" and small.language == "nl"
    with pytest.raises(InputError, match="no such language"):
        small.in_language("fr")


# --- what has no English


def test_the_studies_own_codebook_has_english_throughout(study):
    assert untranslated.find(study) == []


def test_what_lacks_english_is_named_with_its_place_and_shown_in_dutch(small_folder, change):
    change(small_folder, "themes.csv", ";Digital working;", ";;")
    change(small_folder, "study.toml", 'title_en = "Small study"\n', "")
    study = load_study(small_folder)
    found = pd.DataFrame(check.inspect(study).faults).query("fault == @untranslated.FAULT")
    assert set(found["outcome"]) == {"look at"}
    places = set(found[["where", "rows", "column", "value"]].itertuples(index=False, name=None))
    assert {("themes.csv", "2", "label_en", "Digitaal werken"), ("study.toml", "", "title_en", "Kleine studie")} <= places
    english = study.in_language("en")
    theme = study.tables["themes"][0]
    assert (english.label_of(theme), english.says("title")) == ("Digitaal werken", "Kleine studie")


def test_a_short_label_in_dutch_goes_before_a_long_one_where_there_is_no_english(small):
    row = small.tables["themes"][0].model_copy(update={"label_en": "", "short_en": ""})
    assert small.in_language("en").label_of(row, short=True) == row.short_nl != row.label_nl
    assert small.in_language("en").label_of(row) == row.label_nl


@pytest.mark.parametrize(("file", "column"), [("clusters.csv", "label_en"), ("rules.csv", "label_en"), ("clusterings.csv", "label_en")])
def test_labels_of_every_table_are_looked_at(study, tmp_path, file, column):
    folder = tmp_path / "study"
    shutil.copytree(study.codebook, folder / "data/codebook")
    path = folder / "data/codebook" / file
    table = pd.read_csv(path, sep=";", dtype="str", encoding="utf-8-sig", keep_default_na=False)
    first = table.index[table.index > 0][0] if file != "clusters.csv" else 0
    table.loc[first, column] = ""
    table.to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    (found,) = untranslated.find(load_study(folder))
    assert (found["where"], found["rows"], found["column"], found["value"]) == (file, str(first + 2), column, table.loc[first, "label_nl"])


def test_units_that_have_a_name_in_dutch_only_are_named(small_folder, change):
    path = small_folder / "data/codebook/study.toml"
    text = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("units_"))
    path.write_text('units_nl = "scholen"\n' + text, "utf-8")
    assert ("units_en", "scholen") in {(each["column"], each["value"]) for each in untranslated.find(load_study(small_folder))}
