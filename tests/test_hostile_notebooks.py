"""Bad notebooks among twenty good ones, by the command line: twenty good decks, a clear report of each bad one, exit code 1."""

import json
import shutil
import sys
from pathlib import Path

import killed
import nbformat
import pytest
from nbformat import v4

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs SIGKILL, and memory as Linux counts it")
GOOD = (
    "overig-groningen oost-groningen noord-friesland zuidoost-friesland noord-drenthe zuidoost-drenthe zuidwest-drenthe twente "
    "noord-overijssel zuidwest-overijssel achterhoek veluwe arnhem-nijmegen zuidwest-gelderland utrecht groot-amsterdam ijmond zaanstreek "
    "groot-rijnmond zuid-limburg"
).split()
BAD = {  # what the notebook of a cluster does, and how that is told; lt20 ended well in an earlier run
    "size/lt20": ('raise ValueError("planted")', "ValueError: planted"),
    "corop/flevoland": ("import time; time.sleep(600)", "not done after 30 seconds"),
    "corop/midden-limburg": ("import os; os._exit(3)", "the kernel died"),
    "corop/noord-limburg": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "the kernel died"),
    "corop/overig-zeeland": ('for _ in range(100): print("x" * 1_000_000)', "more than 50 MB of output"),
    "corop/oost-zuid-holland": ("hoard = bytearray(50 * 10**9); import time; time.sleep(20)", "MemoryError: |asked for more than 6,000 MB of memory"),
    "corop/delft-en-westland": ('hoard = [b"x" * 50_000_000 + bytes([n % 256]) for n in range(1000)]', "more than 1,500 MB of memory"),
    "corop/alkmaar-en-omgeving": ("import sys; sys.exit(0)", "SystemExit: 0"),
}
AT = 8  # the cell that is put in, counted from 0


@pytest.fixture(scope="module")
def mixed(example_run, tmp_path_factory):
    """A study whose own notebook does what it should not for some clusters, run: the study, exit code and stderr."""
    study = Path(shutil.copytree(example_run, tmp_path_factory.mktemp("mixed") / "study"))
    for old in [*(study / "outputs/notebooks").rglob("*.ipynb")]:
        old.unlink() if old.name != "lt20.ipynb" else None
    shutil.copytree(killed.ROOT / "notebooks", study / "notebooks")
    notebook = nbformat.read(study / "notebooks/02_cluster.ipynb", 4)
    code = {name.partition("/")[2]: code for name, (code, _) in BAD.items()}
    notebook.cells.insert(AT, v4.new_code_cell(f"# planted\nexec({code!r}.get(cluster, ''))"))
    nbformat.write(notebook, study / "notebooks/02_cluster.ipynb")
    assert (study / "outputs/slides/size-lt20.html").exists()
    names = [name.partition("/")[2] for name in BAD] + GOOD
    asked = [word for name in names for word in ("--cluster", name)]
    runtime = tmp_path_factory.mktemp("r")
    led = killed.Led(study, runtime, "run", "-c", "size", "-c", "corop", "--timeout", "30", "--memory", "1500", *asked)
    code = led.ended(500)
    yield study, code, led.said(), runtime
    for parent in killed.parents(runtime):
        parent.kill()


def test_twenty_good_decks_and_exit_code_1(mixed):
    study, code, _, runtime = mixed
    assert code == 1
    decks = sorted(path.name for path in (study / "outputs/slides").iterdir())
    assert decks == sorted(f"corop-{name}{suffix}" for name in GOOD for suffix in (".html", ".pptx")) and len(decks) == 2 * 20
    killed.check_whole(study)
    assert killed.temporary(study) == [] and killed.until(lambda: not killed.kernels(runtime))


@pytest.mark.parametrize("name", BAD)
def test_each_bad_one_is_told_with_its_cluster_its_cell_and_why(mixed, name):
    study, _, said, _ = mixed
    told = [line for line in said.splitlines() if line.startswith(f"failed {name}: ")]
    failures = json.loads((study / "outputs/run.json").read_text("utf-8"))["failures"]
    assert len(told) == 1 and told[0] == f"failed {name}: {failures[name]}" and set(failures) == set(BAD)
    assert failures[name].startswith(f"cell {AT + 2} (# planted): ")  # one is put in front by papermill
    assert any(failures[name].endswith(why) for why in BAD[name][1].split("|")), failures[name]
    kept = nbformat.read(study / f"outputs/notebooks/{name}.failed.ipynb", 4)
    assert "# planted" in kept.cells[AT + 1].source
    assert not any((study / f"outputs/{place}").exists() for place in (f"notebooks/{name}.ipynb", f"tables/{name}", f"figures/{name}"))


def test_what_failed_is_tried_again_and_nothing_else(mixed):
    study, _, _, runtime = mixed
    notebook = study / "outputs/notebooks/corop/utrecht.ipynb"
    before = notebook.stat().st_mtime_ns
    led = killed.Led(study, runtime, "report", "-c", "size", "-c", "corop", "--cluster", "lt20", "--cluster", "utrecht")
    assert led.ended() == 1 and "failed size/lt20: cell" in led.said() and notebook.stat().st_mtime_ns == before
    assert any("1 of 2 notebooks done, 1 of them were there already" in line for _, line in led.lines)
