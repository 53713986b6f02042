"""`led` that is stopped by Ctrl-C, or for which the disk is full: said in words, nothing half-written, and it goes on later."""

import shutil
import signal
import sys
import time

import killed
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs signals and limits as Linux has them")
SMALL_DISK = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({bytes}, resource.RLIM_INFINITY))"  # no file can be larger


@pytest.fixture
def study(example_run, tmp_path):
    """A study with its tables, nothing reported."""
    shutil.copytree(example_run / "data", tmp_path / "study/data")
    shutil.copytree(example_run / "outputs/.made", tmp_path / "study/outputs/.made")
    return tmp_path / "study"


@pytest.fixture(scope="module")
def runtime(tmp_path_factory):
    folder = tmp_path_factory.mktemp("r")
    yield folder
    for parent in killed.parents(folder):
        parent.kill()


def test_ctrl_c_during_a_report(study, runtime):
    led = killed.Led(study, runtime, "report", "-c", "size")
    assert killed.until(lambda: killed.kernels(runtime), 60)
    time.sleep(1)
    began = time.monotonic()
    led.process.send_signal(signal.SIGINT)
    assert led.ended(60) == 130 and time.monotonic() - began < 15
    assert "stopped what was done is kept: the same command goes on from there" in led.said() and "Traceback" not in led.said()
    assert killed.kernels(runtime) == []
    assert killed.temporary(study) == [] and not list(study.rglob("*.failed.ipynb"))
    killed.check_whole(study)
    again = killed.Led(study, runtime, "report", "-c", "size", "--cluster", "lt20")
    assert again.ended() == 0, again.said()


def test_ctrl_c_while_tables_are_made(study, runtime):
    before = {path: path.read_bytes() for path in (study / "data/processed").iterdir()}
    led = killed.Led(study, runtime, "prepare", "--force")
    time.sleep(4)
    led.process.send_signal(signal.SIGINT)
    assert led.ended(60) == 130 and "Traceback" not in led.said()
    assert {path: path.read_bytes() for path in (study / "data/processed").iterdir()} == before


def test_a_full_disk_stops_no_other(study, runtime):
    """The sector's notebook does not fit, and no deck of a cluster."""
    led = killed.Led(study, runtime, "run", "-c", "size", before=SMALL_DISK.format(bytes=1_000_000))
    assert led.ended() == 1 and "Traceback" not in led.said()
    told = [line for line in led.said().splitlines() if line.startswith("failed ")]
    sizes = ["20-50", "50-100", "gt100", "lt20"]
    assert [line.partition(": ")[0] for line in told] == ["failed results"] + [f"failed the deck of size/{name}" for name in sizes]
    assert all("File too large" in line for line in told), told
    assert sorted(path.name for path in (study / "outputs/slides").iterdir()) == ["response.html", "response.pptx"]
    assert killed.temporary(study) == []
    killed.check_whole(study)
    again = killed.Led(study, runtime, "run", "-c", "size")
    assert again.ended() == 0, again.said()
    assert len(list((study / "outputs/slides").iterdir())) == 2 * 6


def test_a_full_disk_in_a_cell_is_told_with_the_cell(study, runtime):
    led = killed.Led(study, runtime, "report", "-c", "size", "--cluster", "lt20", before=SMALL_DISK.format(bytes=20_000))
    assert led.ended() == 1
    assert "failed size/lt20: cell " in led.said() and "File too large" in led.said()
    assert killed.temporary(study) == []


def test_a_full_disk_while_tables_are_written(study, runtime):
    led = killed.Led(study, runtime, "prepare", "--force", before=SMALL_DISK.format(bytes=30_000))
    assert led.ended() == 1
    assert "error [Errno 27] File too large: " in led.said() and ".parquet" in led.said() and "Traceback" not in led.said()
    assert killed.temporary(study) == []
    report = killed.Led(study, runtime, "report", "-c", "size")
    assert report.ended() == 2 and "not all tables were written: run `led prepare` again" in report.said()
