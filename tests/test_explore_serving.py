"""`led explore`: what is said where it cannot begin, which notebook is opened, and what is never written to."""

import importlib.util
import shutil
import socket
from pathlib import Path

import nbformat
import pytest
import served

from ledanalysis import batch, cli, prepared
from ledanalysis.errors import InputError
from ledanalysis.explore import copies, serving
from ledanalysis.study import load_study, shipped_notebooks

EXPLORE = Path(__file__).parent / "cases" / "explore" / "explore.ipynb"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return served.stand_in(tmp_path_factory.mktemp("study"))


@pytest.fixture
def folder(whole, tmp_path):
    return Path(shutil.copytree(whole, tmp_path / "study"))


@pytest.fixture
def study(folder):
    return load_study(folder)


def told(monkeypatch, capsys, *arguments) -> tuple[int, str]:
    """The exit code of `led` with these arguments, and all that it said."""
    monkeypatch.setattr("sys.argv", ["led", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr()
    return ended.value.code, said.out + said.err


# ---- where it cannot begin


@pytest.mark.parametrize("options", [[], ["--hall"]])
def test_without_tables_it_says_what_to_do_first(small_folder, monkeypatch, capsys, options):
    code, said = told(monkeypatch, capsys, "explore", "--no-browser", "--study", small_folder, *options)
    assert code == 2 and "run `led prepare` first" in said


def test_with_half_of_the_tables_too(folder, monkeypatch, capsys):
    (folder / "outputs" / ".made" / "processed.json").write_bytes(prepared.UNFINISHED)
    code, said = told(monkeypatch, capsys, "explore", "--no-browser", "--study", folder)
    assert code == 2 and "run `led prepare` again" in said


@pytest.mark.parametrize(("package", "options"), [("jupyterlab", []), ("voila", ["--hall"])])
def test_what_is_not_installed_is_named(folder, monkeypatch, capsys, package, options):
    there = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == package else there(name, *more))
    code, said = told(monkeypatch, capsys, "explore", "--no-browser", "--study", folder, *options)
    assert code == 2 and f"{package} is not installed" in said


@pytest.mark.parametrize("options", [[], ["--hall"]])
def test_a_port_that_is_taken_is_named(folder, monkeypatch, capsys, options):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = told(monkeypatch, capsys, "explore", "--no-browser", "--study", folder, "--port", port, *options)
    assert code == 2 and str(port) in said and "in use" in said


@pytest.mark.parametrize("options", [["--host", "0.0.0.0"], ["--visitors", "3"]])
def test_jupyterlab_is_for_this_machine_alone(folder, monkeypatch, capsys, options):
    code, said = told(monkeypatch, capsys, "explore", "--no-browser", "--study", folder, *options)
    assert code == 2 and "allowed: with --hall" in said


def test_a_language_that_is_none(folder, monkeypatch, capsys):
    code, said = told(monkeypatch, capsys, "explore", "--no-browser", "--study", folder, "--language", "de")
    assert code == 2 and "'de'" in said


def test_who_lets_others_in_is_warned(folder, monkeypatch, capsys):
    monkeypatch.setattr(serving, "check_ready", lambda study: (_ for _ in ()).throw(InputError("far enough")))
    _, said = told(monkeypatch, capsys, "explore", "--hall", "--study", folder, "--host", "0.0.0.0")
    assert "warning everybody who can reach 0.0.0.0 can see the explorer" in said
    _, said = told(monkeypatch, capsys, "explore", "--hall", "--study", folder, "--host", "127.0.0.1")
    assert "warning" not in said


# ---- which notebook


def sources(notebook) -> list[str]:
    return [cell.source for cell in notebook.cells]


def test_the_notebook_knows_its_study_and_that_it_is_for_a_hall(study):
    made = serving.filled_in(EXPLORE, {"study": str(study.folder), "hall": True, "language": "en"})
    given, given_last = {}, made.cells[2]
    assert given_last.metadata.tags == ["injected-parameters"]
    exec(sources(made)[1] + "\n" + given_last.source, given)
    assert (given["study"], given["hall"], given["language"]) == (str(study.folder), True, "en")
    assert [source for source in sources(made) if source != given_last.source] == sources(nbformat.read(EXPLORE, 4))


def test_a_notebook_that_cannot_be_told_of_a_hall_is_not_shown_in_one(tmp_path):
    own = nbformat.read(EXPLORE, 4)
    own.cells[1].source = 'study = ""'
    nbformat.write(own, tmp_path / "explore.ipynb")
    with pytest.raises(InputError, match="'hall'; allowed: study"):
        serving.filled_in(tmp_path / "explore.ipynb", {"study": "x", "hall": True})


def test_outputs_that_stand_in_it_are_left_behind(tmp_path):
    own = nbformat.read(EXPLORE, 4)
    own.cells[2].outputs = [nbformat.v4.new_output("stream", text="van iemand anders")]
    own.cells[2].execution_count = 7
    nbformat.write(own, tmp_path / "explore.ipynb")
    made = serving.filled_in(tmp_path / "explore.ipynb", {})
    assert "van iemand anders" not in nbformat.writes(made) and made.cells[3].execution_count is None


def test_a_copy_is_opened_and_the_notebook_itself_is_never_written_to(study):
    before = {path: path.read_bytes() for path in study.notebooks.iterdir()}
    copy, aside = serving.copy_for_lab(study)
    assert copy == study.outputs / "explore" / "explore.ipynb" and aside is None
    assert f"study = {str(study.folder)!r}" in sources(nbformat.read(copy, 4))
    assert {path: path.read_bytes() for path in study.notebooks.iterdir()} == before


def test_own_notebooks_without_an_explorer_have_the_library_s(study):
    (study.notebooks / "explore.ipynb").unlink()
    assert copies.explorer_of(study) == shipped_notebooks() / "explore.ipynb" and copies.copy_for_lab(study)[0].exists()


def test_without_notebooks_of_its_own_the_library_s_is_copied(study, tmp_path, monkeypatch):
    shipped = Path(shutil.copytree(study.notebooks, tmp_path / "shipped"))
    shutil.rmtree(study.notebooks)
    monkeypatch.setattr("ledanalysis.study.shipped_notebooks", lambda: shipped)
    before = (shipped / "explore.ipynb").read_bytes()
    copy, _ = serving.copy_for_lab(study)
    assert copy.is_relative_to(study.folder) and (shipped / "explore.ipynb").read_bytes() == before and not (study.folder / "notebooks").exists()


def test_outputs_in_the_copy_are_kept_the_next_time(study):
    copy, _ = serving.copy_for_lab(study)
    worked = nbformat.read(copy, 4)
    worked.cells[-1].outputs = [nbformat.v4.new_output("stream", text="van mij")]
    nbformat.write(worked, copy)
    assert serving.copy_for_lab(study) == (copy, None)
    assert "van mij" in copy.read_text("utf-8")


def test_a_copy_with_cells_of_one_s_own_is_put_aside_not_lost(study):
    copy, _ = serving.copy_for_lab(study)
    worked = nbformat.read(copy, 4)
    worked.cells.append(nbformat.v4.new_code_cell("mijn = 1"))
    nbformat.write(worked, copy)
    again, aside = serving.copy_for_lab(study)
    assert again == copy and aside == copy.with_name("explore-1.ipynb")
    assert "mijn = 1" in sources(nbformat.read(aside, 4)) and "mijn = 1" not in sources(nbformat.read(copy, 4))
    copy.write_text("{ half", "utf-8")
    assert serving.copy_for_lab(study)[1] == copy.with_name("explore-2.ipynb")


def test_a_copy_of_an_older_explorer_gives_way_to_the_new_one(study):
    copy, _ = serving.copy_for_lab(study)
    own = study.notebooks / "explore.ipynb"
    newer = nbformat.read(own, 4)
    newer.cells.append(nbformat.v4.new_code_cell("nieuw = 1"))
    nbformat.write(newer, own)
    assert serving.copy_for_lab(study) == (copy, None)
    assert "nieuw = 1" in sources(nbformat.read(copy, 4))


def test_another_language_has_a_copy_of_its_own(study):
    dutch, _ = serving.copy_for_lab(study)
    english, _ = serving.copy_for_lab(study, "en")
    assert english.name == "explore-en.ipynb" and dutch != english
    assert any("language = 'en'" in source for source in sources(nbformat.read(english, 4)))


def test_jupyterlab_is_told_where_to_open(study):
    copy, _ = serving.copy_for_lab(study)
    usual = serving.lab_arguments(study, copy)
    assert f"--ServerApp.root_dir={study.folder}" in usual and "--LabApp.default_url=/lab/tree/outputs/explore/explore.ipynb" in usual
    assert not any("port" in argument or "open_browser" in argument or ".ip=" in argument for argument in usual)
    asked = serving.lab_arguments(study, copy, browser=False, port=9000)
    assert {"--ServerApp.port=9000", "--ServerApp.port_retries=0", "--ServerApp.open_browser=False"} <= set(asked)


def test_it_is_part_of_no_batch(study):
    for notebook in (load_study().notebooks).glob("0*.ipynb"):
        shutil.copy(notebook, study.notebooks)
    runs = batch.plan(study)
    assert runs and copies.NOTEBOOK not in {run.notebook.name for run in runs}
    serving.copy_for_lab(study)  # nor is the copy a notebook that decks are made of
    assert not list((study.outputs / "notebooks").rglob("*.ipynb"))
