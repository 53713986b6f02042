"""Notebooks at once: one that fails in whatever way stops no other, and what is there and holds is not made again."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from ledanalysis import kept, running
from ledanalysis.batch import checked
from ledanalysis.busy import alone
from ledanalysis.errors import InputError
from ledanalysis.running import Run, run_all, run_one, undone
from ledanalysis.watching import Limits

GOOD = '''from pathlib import Path
Path(output).mkdir(parents=True)
(Path(output) / "a.csv").write_text(name)'''
BAD = {
    "raises": ('raise ValueError("planted")', "cell 4 (raise ValueError(\"planted\")): ValueError: planted"),
    "hangs": ("import time; time.sleep(60)", "cell 4 (import time; time.sleep(60)): not done after 8 seconds"),
    "exits": ("import os; os._exit(3)", "cell 4 (import os; os._exit(3)): the kernel died"),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "the kernel died"),
    "talks": ('for _ in range(100):\n    print("x" * 1_000_000)', "cell 4 (for _ in range(100):): more than 5 MB of output"),
    "eats": ("hoard = [bytearray(50_000_000) for _ in range(1000)]", "more than 900 MB of memory"),
}
LIMITS = Limits(seconds=8, memory=900, output=5)


def run_of(folder: Path, name: str, last: str = "1 + 1") -> Run:
    cells = [v4.new_code_cell('name = ""\noutput = ""', metadata={"tags": ["parameters"]}), v4.new_code_cell(GOOD), v4.new_code_cell(last)]
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}})
    path = folder / "notebooks" / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, path)
    parameters = {"name": name, "output": str(folder / "outputs/tables" / name)}
    return Run(name, path, parameters, folder / "outputs/notebooks" / f"{name}.ipynb", folder / "outputs/figures" / name, folder / "outputs/.made" / f"{name}.json")


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Good and bad notebooks in one go."""
    folder = tmp_path_factory.mktemp("mixed")
    runs = [run_of(folder, f"good{n}") for n in range(6)]
    for place, (name, (code, _)) in enumerate(BAD.items()):
        runs.insert(2 * place, run_of(folder, name, code))
    told = []
    return runs, run_all(runs, "", 3, LIMITS, done=lambda run, failure: told.append((run.name, bool(failure)))), told


def test_none_stops_the_others(mixed):
    runs, failures, told = mixed
    assert {failure.run.name for failure in failures} == set(BAD)
    assert sorted(told) == sorted((run.name, run.name in BAD) for run in runs)
    for run in runs:
        if run.name not in BAD:
            assert nbformat.read(run.out, 4).cells[-1].execution_count
            assert (Path(run.parameters["output"]) / "a.csv").read_text() == run.name


@pytest.mark.parametrize("name", BAD)
def test_what_went_wrong_is_said_with_its_cell(mixed, name):
    runs, failures, _ = mixed
    reason = next(failure.reason for failure in failures if failure.run.name == name)
    assert BAD[name][1] in reason and reason.startswith("cell 4 (")
    run = next(run for run in runs if run.name == name)
    assert run.out.with_suffix(".failed.ipynb").exists()
    assert not any(place.exists() for place in [*run.places, run.record])


def test_nothing_half_made_is_left(mixed):
    runs, _, _ = mixed
    outputs = runs[0].out.parents[1]
    assert [path for path in outputs.rglob("*") if ".tmp" in path.name] == []
    assert ".tmp" not in runs[1].out.read_text()


def test_what_is_there_is_not_made_again(tmp_path):
    run = run_of(tmp_path, "a")
    assert undone([run], "") == [run]
    assert run_one(run, "") is None and undone([run], "") == []
    changed = replace(run, parameters=run.parameters | {"name": "b"})
    assert undone([run], "other tables") == [run] and undone([changed], "") == [changed]
    (tmp_path / "outputs/tables/a/a.csv").write_text("changed by hand")
    assert undone([run], "") == [run]
    assert run_one(run, "") is None and undone([run], "") == []
    (tmp_path / "outputs/tables/a/a.csv").unlink()
    assert undone([run], "") == [run]


def test_a_notebook_that_changed_is_run_again(tmp_path):
    run = run_of(tmp_path, "a")
    run_one(run, "")
    run_of(tmp_path, "a", "2 + 2")
    assert undone([run], "") == [run]


def test_a_run_that_fails_leaves_nothing_of_an_earlier_one(tmp_path):
    run = run_of(tmp_path, "a")
    assert run_one(run, "") is None
    assert "planted" in run_one(run_of(tmp_path, "a", BAD["raises"][0]), "").reason
    assert not any(place.exists() for place in [*run.places, run.record])


def test_the_ground_knows_tables_codebook_and_library(small, monkeypatch, tmp_path):
    first = kept.ground(small)
    assert kept.ground(small) == first
    small.processed.mkdir(parents=True, exist_ok=True)
    (small.processed / "a.parquet").write_bytes(b"1")
    second = kept.ground(small)
    (small.codebook / "themes.csv").write_bytes((small.codebook / "themes.csv").read_bytes() + b"\n")
    third = kept.ground(small)
    monkeypatch.setattr(kept, "LIBRARY", tmp_path)
    assert len({first, second, third, kept.ground(small)}) == 4


def test_a_full_disk_is_reported(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", "a.ipynb")

    monkeypatch.setattr(running, "write_bytes", full)
    run = run_of(tmp_path, "a")
    assert "No space left on device: 'a.ipynb'" in run_one(run, "").reason
    assert not any(place.exists() for place in [*run.places, run.record]) and undone([run], "") == [run]


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_running import *
run_all([run_of(Path({folder!r}), f"n{{n}}", "import time; time.sleep(0.3)") for n in range(4)], "", 2)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs the signals of a POSIX system")
@pytest.mark.parametrize("seconds", [1.5, 3.0])
def test_a_batch_that_was_killed_goes_on_where_it_was(tmp_path, seconds):
    code = KILLED.format(tests=str(Path(__file__).parent), folder=str(tmp_path))
    batch = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    batch.send_signal(signal.SIGKILL)
    batch.wait()
    runs = [run_of(tmp_path, f"n{n}", "import time; time.sleep(0.3)") for n in range(4)]
    for run in runs:  # each is there whole, or counts as not done
        assert run in undone([run], "") or json.loads(run.out.read_text())["cells"][-1]["execution_count"]
    assert run_all(undone(runs, ""), "", 2) == [] and undone(runs, "") == []
    assert {(Path(run.parameters["output"]) / "a.csv").read_text() for run in runs} == {run.name for run in runs}
    assert [path for path in (tmp_path / "outputs").rglob("*") if ".tmp" in path.name] == []


def test_two_at_once_exclude_each_other(small):
    code = f"from ledanalysis.busy import alone\nfrom ledanalysis.study import load_study\nwith alone(load_study({str(small.folder)!r})): print('mine')"
    with alone(small):
        with pytest.raises(InputError, match="another `led` is at work on this study"), alone(small):
            pass
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.returncode and "another `led` is at work" in done.stderr
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "mine\n"


@pytest.mark.parametrize(("value", "default", "expected"), [
    ("3", 1, 3), ("0.5", 1.0, 0.5), ("2", 1.0, 2.0), ("true", False, True), ("3", "", "3"), ("[1, 2]", [], [1, 2]), (3, 1, 3),
])  # fmt: skip
def test_parameters_get_the_type_of_the_default(value, default, expected):
    found = checked({"p": value}, {"p": default}, "a.ipynb")["p"]
    assert found == expected and type(found) is type(expected)


@pytest.mark.parametrize(("value", "default"), [("x", 1), ("0.5", 1), ("maybe", True), ("__import__('os')", 1.0), ("3", [])])
def test_a_parameter_of_another_type_is_an_error(value, default):
    with pytest.raises(InputError, match=r"a\.ipynb, column 'p': a value of another type"):
        checked({"p": value}, {"p": default}, "a.ipynb")
