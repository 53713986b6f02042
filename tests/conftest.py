"""Studies to test with: the one in this folder, and a small one whose codebook a test may change."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from filelock import FileLock
from jupyter_client.provisioning import KernelProvisionerFactory

from ledanalysis.study import Study, load_study

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"


@pytest.fixture(scope="session")
def study() -> Study:
    """The study of this folder: 20 themes, 28 questions."""
    return load_study(ROOT)


@pytest.fixture(scope="session")
def english(study) -> Study:
    """The same, for an English reader."""
    return study.in_language("en")


@pytest.fixture(scope="session")
def example_run(tmp_path_factory) -> Path:
    """The study of this folder, run in a copy: the sector's decks and those of the size classes. Not to be changed."""
    return made_once(tmp_path_factory, "example", _run_example)


def made_once(tmp_path_factory, name: str, make) -> Path:
    """A folder that all workers of a test run share (pytest-xdist), made by the first that asks for it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    with FileLock(f"{folder}.lock"):
        whole = folder.with_name(f"{name}.whole")
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            whole.touch()
    return folder


def _run_example(folder: Path) -> None:
    for name in ("codebook", "raw"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    done = subprocess.run([sys.executable, "-m", "ledanalysis.cli", "run", "-c", "size", "--study", folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def warm_here(tmp_path_factory):
    """Warm kernels whose parents are this module's: they end when the folder of their sockets has gone."""
    folder = tmp_path_factory.mktemp("runtime")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("WARMKERNEL_PRELOAD", "JUPYTER_DEFAULT_PROVISIONER_NAME"):
            patch.delenv(name, raising=False)
        patch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        patch.setenv("WARMKERNEL_IDLE", "30")
        yield folder
    KernelProvisionerFactory.clear_instance()
    shutil.rmtree(folder)


@pytest.fixture
def small_folder(tmp_path) -> Path:
    """A study of 3 themes, items of every type and 6 municipalities, with a delivery: a copy that may be changed."""
    return Path(shutil.copytree(CASES / "small", tmp_path / "small"))


@pytest.fixture
def small(small_folder) -> Study:
    return load_study(small_folder)


@pytest.fixture(scope="session")
def change():
    """change(folder, file, old, new): put other text into a file of a study's codebook, in one place."""

    def changed(folder: Path, file: str, old: str, new: str) -> None:
        path = folder / "data" / "codebook" / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        path.write_text(text.replace(old, new), "utf-8")

    return changed


@pytest.fixture(scope="session")
def case():
    """case("name"): the table in tests/cases/name.csv, all cells as text."""

    def read(name: str) -> pd.DataFrame:
        return pd.read_csv(CASES / f"{name}.csv", sep=";", dtype="str", encoding="utf-8-sig", keep_default_na=False)

    return read
