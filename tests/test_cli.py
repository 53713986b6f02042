"""The command line as an analyst meets it: exit codes, messages, and nothing half-written."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from ledanalysis.study import load_study
from ledanalysis.tables import read_table

ROOT = Path(__file__).resolve().parents[1]


def led(*words, cwd=ROOT):
    """Run the command line; exit code, standard output, standard error."""
    done = subprocess.run([sys.executable, "-m", "ledanalysis.cli", *map(str, words)], cwd=cwd, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def change(path: Path, old: str, new: str):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def study(tmp_path):
    """A copy of the default study with its deliveries, not yet prepared; notebooks those of the library."""
    shutil.copytree(ROOT / "data" / "codebook", tmp_path / "data" / "codebook")
    shutil.copytree(ROOT / "data" / "raw", tmp_path / "data" / "raw")
    return tmp_path


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    for name in ("codebook", "raw"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    code, _, errors = led("prepare", "--study", folder)
    assert code == 0, errors
    return folder


def test_help_shows_a_worked_example_for_every_verb():
    code, out, _ = led("--help")
    verbs = re.findall(r"│ (\w+)  ", out)
    assert code == 0 and {"example", "check", "prepare", "report", "slides", "run"} <= set(verbs)
    for verb in verbs:
        assert f"Example: led {verb}" in " ".join(led(verb, "--help")[1].split())


def test_a_wrong_theme_code_is_named_with_its_place(study):
    change(study / "data/codebook/items.csv", ";importance;;DATA;now;", ";importance;;DATTA;now;")
    code, _, errors = led("prepare", "--study", study)
    assert code == 2
    assert re.search(r"items\.csv, row \d+, column 'theme': no such theme, instrument or item: 'DATTA'; allowed: .*DATA", errors)
    assert not (study / "data/processed").exists()


def test_a_column_that_the_delivery_lacks_is_named(study):
    change(study / "data/codebook/columns.csv", "\nd1_2;", "\nd1_two;")
    code, _, errors = led("check", "--study", study)
    assert code == 2 and "enquete.sav, column 'd1_two'" in errors and "d1_2," in errors


def test_an_unknown_cluster_is_named_with_those_that_exist(prepared):
    code, _, errors = led("--study", prepared, "report", "--cluster", "20-05")
    assert code == 2 and "unknown cluster: '20-05'; allowed: 20-50" in errors
    code, _, errors = led("report", "-c", "sise", "--study", prepared)
    assert code == 2 and "no such clustering" in errors


def test_an_unknown_parameter_is_an_error(prepared):
    code, _, errors = led("report", "--study", prepared, "--cluster", "lt20", "-p", "clustr=20-50")
    assert code == 2 and "02_cluster.ipynb: unknown parameter: 'clustr'; allowed: study, clustering, cluster, output" in errors


def test_a_municipality_without_a_mirror_is_refused_before_a_kernel_starts(prepared):
    code, _, errors = led("report", "--study", prepared, "--mirror", "GM0014", "--mirror", "GM0597")
    assert code == 2 and "it did not answer, or did not ask for one: 'GM0597'" in errors and not (prepared / "outputs/notebooks/mirror").exists()
    code, _, errors = led("report", "--study", prepared, "--mirror", "GM9999")
    assert code == 2 and "no such municipality: 'GM9999'; allowed: GM0014, " in errors
    code, _, errors = led("run", "--study", prepared, "--mirror", "all", "-c", "size")
    assert code == 2 and "mirrors are asked for by themselves" in errors


def test_new_themes_are_proposed_in_a_file_of_their_own(prepared, study):
    path = prepared / "data/codebook/themes_proposed.csv"
    code, out, _ = led("check", "--study", prepared, "--themes")  # its texts are of known themes alone
    assert code == 0 and "none of these may be a new theme" in out and not path.exists()
    before = (prepared / "data/codebook/themes.csv").read_bytes()
    mentions = prepared / "data/processed/mentions.parquet"
    coded = mentions.read_bytes()
    table = pd.read_parquet(mentions)
    table[table["theme"] != "DATA"].to_parquet(mentions)
    code, out, _ = led("check", "--study", prepared, "--themes")
    mentions.write_bytes(coded)
    proposed = path.read_text("utf-8-sig").splitlines()
    path.unlink()
    assert code == 0 and "terms that may be a new theme" in out and "Where the new ones stand" in out
    assert proposed[0].startswith("theme;code;parent;label_nl;") and len(proposed) > 22
    assert (prepared / "data/codebook/themes.csv").read_bytes() == before
    code, _, errors = led("check", "--study", prepared, "--themes", "--item", "d9")
    assert code == 2 and "no answers to such a question: 'd9'; allowed: d4_thema_open" in errors
    code, _, errors = led("check", "--study", study, "--themes")
    assert code == 2 and "run `led prepare`" in errors


def test_a_notebook_that_raises_stops_no_other(prepared, tmp_path):
    study = tmp_path / "study"
    shutil.copytree(prepared, study)
    shutil.copytree(ROOT / "notebooks", study / "notebooks")
    notebook = nbformat.read(study / "notebooks/02_cluster.ipynb", 4)
    notebook.cells[2].source += '\nif cluster == "lt20":\n    raise ValueError("planted")'
    nbformat.write(notebook, study / "notebooks/02_cluster.ipynb")
    code, out, errors = led("report", "--study", study, "-c", "size", "--cluster", "lt20", "--cluster", "gt100")
    assert code == 1 and "1 of 2 notebooks done" in out and re.search(r"failed size/lt20: cell 4 \(.*\): ValueError: planted", errors)
    executed = sorted(path.name for path in (study / "outputs/notebooks/size").iterdir())
    assert executed == ["gt100.ipynb", "lt20.failed.ipynb"]
    assert led("slides", "--study", study)[0] == 0
    assert sorted(path.name for path in (study / "outputs/slides").iterdir()) == ["size-gt100.html", "size-gt100.pptx"]


def test_the_example_is_never_written_over_deliveries(study):
    code, _, errors = led("example", "--study", study)
    assert code == 2 and "not empty, so nothing was written" in errors


def test_the_example_writes_the_committed_deliveries_byte_for_byte(study):
    shutil.rmtree(study / "data/raw")
    assert led("example", "--study", study, "--truth", study / "truth.csv")[0] == 0
    committed = {path.relative_to(ROOT / "data/raw"): path for path in (ROOT / "data/raw").rglob("*") if path.is_file()}
    written = {path.relative_to(study / "data/raw"): path for path in (study / "data/raw").rglob("*") if path.is_file()}
    assert set(written) == set(committed) - {Path("README.md")}
    assert [name for name, path in written.items() if path.read_bytes() != committed[name].read_bytes()] == []
    assert (study / "truth.csv").read_text("utf-8-sig").startswith("clustering;cluster;measure;theme;value;n\n")


def test_check_writes_nothing(study):
    before = sorted(path for path in study.rglob("*"))
    code, out, _ = led("check", "--study", study)
    assert code == 0 and "163 of 342 units answered" in out and "Names to decide" in out
    assert sorted(study.rglob("*")) == before


def test_a_proposal_for_the_columns_can_be_taken_over(study):
    columns = study / "data/codebook/columns.csv"
    original = load_study(study).tables["columns"]
    columns.unlink()
    code, out, errors = led("check", "--propose", "--study", study)
    assert code == 2 and "195 of 195 columns proposed" in out and "the codebook does not say which column is what" in errors
    (study / "data/codebook/columns_proposed.csv").rename(columns)
    assert {(row.column, row.item, row.option) for row in load_study(study).tables["columns"]} == {(row.column, row.item, row.option) for row in original}
    assert led("check", "--study", study)[0] == 0


def test_preparing_again_gives_the_same_bytes(prepared, tmp_path):
    for name in ("codebook", "raw"):
        shutil.copytree(prepared / "data" / name, tmp_path / "data" / name)
    assert led("prepare", cwd=tmp_path)[0] == 0
    first = {path.name: path.read_bytes() for path in (prepared / "data/processed").iterdir()}
    second = {path.name: path.read_bytes() for path in (tmp_path / "data/processed").iterdir()}
    assert first == second and len(first) == 21


def test_no_contact_detail_reaches_the_processed_tables(prepared):
    found = re.compile(r"[\w.]+@\w+\.\w|06[- ]?\d{8}")
    study = load_study(prepared)
    raw = (prepared / "data/raw/enquete.csv").read_text("cp1252")
    assert found.search(raw)
    for path in (prepared / "data/processed").glob("*.parquet"):
        table = read_table(study, path.stem)
        texts = table.select_dtypes("str").stack()
        assert not texts.str.contains(found).any(), path.name


def test_the_same_delivery_as_csv_gives_the_same_answers(prepared, study):
    change(study / "data/codebook/study.toml", 'file = "enquete.sav"', 'file = "enquete.csv"')
    assert led("prepare", "--study", study)[0] == 0
    for table in ("answers", "theme_scores", "estimates", "weights"):
        expected, found = (read_table(load_study(folder), table) for folder in (prepared, study))
        assert found.equals(expected), table


def test_a_clustering_for_weights_only_is_not_estimated(prepared):
    assert set(read_table(load_study(prepared), "estimates")["clustering"]) == {"sector", "size", "province", "urbanity", "corop"}
    code, _, errors = led("report", "--study", prepared, "-c", "region")
    assert code == 2 and "report 'no' in clusterings.csv: 'region'; allowed: size, province, urbanity, corop" in errors
