"""Another sector needs other rows, not other code: the UK Civil Service People Survey 2018 as a study of its own."""

import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from claims.decks import of_run
from claims.reading import unsupported

from ledanalysis.estimates import SECTOR  # noqa: F401  (in the words of a query)
from ledanalysis.slides import deck_table
from ledanalysis.study import load_study
from ledanalysis.tables import read_table

ROOT = Path(__file__).resolve().parents[1]
FILE = "csps_2018_organisation_scores.xlsx"
REAL = ROOT.parent / "shared" / "real" / FILE
pytestmark = pytest.mark.skipif(not REAL.exists(), reason=f"../shared/real/{FILE} is not there")
L_AND_D = 11  # the column of the sheet with 'Learning and development'


@pytest.fixture(scope="module")
def published():
    """What the sheet says of learning and development, in percent, by the words in its first column."""
    sheet = openpyxl.load_workbook(REAL, read_only=True)["Table 1.1 EEI and Theme Scores"]
    rows = sheet.iter_rows(min_row=8, max_row=169, max_col=L_AND_D, values_only=True)
    return {row[0].strip(): round(row[-1] * 100) for row in rows if row[0] and row[-1] is not None}


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The study, run from its delivery to decks: the sector, one department, one organisation."""
    folder = tmp_path_factory.mktemp("csps")
    shutil.copytree(ROOT / "tests/studies/csps", folder, dirs_exist_ok=True)
    (folder / "data/raw").mkdir(exist_ok=True)
    shutil.copy(REAL, folder / "data/raw")
    for words in (["run", "-c", "department"], ["report", "-c", "organisation", "--cluster", "home-office-border-force"], ["slides"]):
        done = subprocess.run([sys.executable, "-m", "ledanalysis.cli", *words, "--study", folder], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    return load_study(folder)


def notes(study, name):
    """The speaker notes of all slides of a deck: the exact figures."""
    return "\n".join(deck_table(study.outputs / "notebooks" / f"{name}.ipynb")["notes"])


def test_every_organisation_has_its_published_figure(study, published):
    estimates = read_table(study, "estimates")
    rows = estimates[(estimates["clustering"] == "organisation") & (estimates["theme"] == "LEDE")].set_index("cluster")["estimate"]
    clusters = read_table(study, "clusters")
    labels = clusters[clusters["clustering"] == "organisation"].set_index("cluster")["label"]
    assert len(rows) == 102
    assert {labels[name]: round(value) for name, value in rows.items()} == {name: published[name] for name in labels.loc[rows.index]}


def test_the_benchmark_in_the_deck_is_the_published_one(study, published):
    assert published["Civil Service benchmark (median)"] == 54
    assert "Learning and development: 54.0, n = 102" in notes(study, "results")


def test_an_organisation_in_its_own_deck(study, published):
    assert published["Home Office: Border Force"] == 40
    assert "Learning and development: 40.0, n = 1" in notes(study, "organisation/home-office-border-force")


def test_a_census_has_no_sampling_error_and_the_decks_say_so(study):
    estimates = read_table(study, "estimates")
    assert (estimates["se"] == 0).all() and estimates["lower"].equals(estimates["estimate"])
    deck = deck_table(study.outputs / "notebooks/results.ipynb")
    ranking = deck[deck["kicker"] == "Which themes matter now?"].iloc[0]
    assert "no sampling error" in ranking["footer"] and "median" in ranking["footer"]
    assert "interval" not in ranking["alt"].lower()
    assert "no margins" in (study.outputs / "slides/results.html").read_text(encoding="utf-8")


def test_every_claim_of_the_decks_is_supported(study):
    decks = of_run(study)
    assert len(decks) == 21 and [fault for deck in decks for fault in unsupported(deck)] == []


def test_all_departments_have_a_deck_and_the_totals_are_not_counted_twice(study):
    assert len(list((study.outputs / "slides").glob("department-*.html"))) == 18
    response = read_table(study, "response").query("clustering == @SECTOR").iloc[0]
    assert response[["population", "answered"]].tolist() == [102, 102]
    log = read_table(study, "cleaning_log").set_index("step")
    assert (log.loc[["total_1", "total_2", "total_3"], "rows_before"] - log.loc[["total_1", "total_2", "total_3"], "rows_after"]).tolist() == [1, 1, 1]
