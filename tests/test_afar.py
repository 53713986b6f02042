"""A batch on a Dask cluster gives what it gives here, also when a worker is lost half-way."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_running import BAD, run_of

from ledanalysis import afar
from ledanalysis.errors import InputError
from ledanalysis.running import run_all, undone
from ledanalysis.watching import Limits

pytest.importorskip("distributed", reason="needs Dask: pip install 'ledanalysis[dask]'")
SLOW = "import time; time.sleep(1)"
BROKEN_OFF = """
import sys
sys.path.insert(0, {tests!r})
from test_afar import *
study = afar.Path({folder!r})
runs = [run_of(study, f"n{{n}}", "import pathlib, time; (pathlib.Path(output) / 'begun').touch(); time.sleep(100)") for n in range(6)]
from ledanalysis.study import load_study
afar.run_all_afar({address!r}, load_study(study), runs, "g", Limits())
"""


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, as a user starts them: its address and the workers' processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], **quiet)
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "2", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path / "scratch")]
    workers = [subprocess.Popen(worker, **quiet) for _ in range(2)]
    try:
        _until_there(address, 2)
        yield address, workers
    finally:
        for process in [*workers, scheduler]:
            process.kill()


def _until_there(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def batch(study, names, last="1 + 1"):
    folder = study.folder
    return [run_of(folder, name, last) for name in names]


def made(runs):
    return {run.name: [(Path(run.parameters["output"]) / "a.csv").read_text(), str(run.parameters["output"]) in run.out.read_text()] for run in runs}


def test_the_same_as_here(small, cluster):
    runs = batch(small, ["a", "b", "c"])
    assert run_all(runs, "g", 2) == []
    here, told = made(runs), []
    failures = afar.run_all_afar(cluster[0], small, runs, "g", Limits(), done=lambda run, failure: told.append(run.name))
    assert failures == [] and sorted(told) == ["a", "b", "c"]
    assert made(runs) == here == {name: [name, True] for name in "abc"}
    assert undone(runs, "g") == []


def test_a_notebook_that_fails_there_is_reported_as_here(small, cluster):
    runs = [run_of(small.folder, "good"), run_of(small.folder, "bad", BAD["raises"][0]), run_of(small.folder, "gone", BAD["exits"][0])]
    failures = afar.run_all_afar(cluster[0], small, runs, "g", Limits())
    assert [failure.reason for failure in failures] == [BAD["raises"][1], BAD["exits"][1]]
    assert undone(runs, "g") == runs[1:] and runs[1].out.with_suffix(".failed.ipynb").exists()


@pytest.mark.skipif(os.name != "posix", reason="needs the signals of a POSIX system")
def test_a_worker_that_is_lost_half_way(small, cluster):
    address, workers = cluster
    runs, done = batch(small, [f"n{n}" for n in range(8)], SLOW), []

    def tell(run, failure):
        done.append(failure)
        if len(done) == 2:
            workers[0].send_signal(signal.SIGKILL)

    assert afar.run_all_afar(address, small, runs, "g", Limits(), done=tell) == []
    assert made(runs) == {run.name: [run.name, True] for run in runs} and undone(runs, "g") == []


def on_disk(scratch):
    """What of studies the workers have on their disks."""
    return [path for path in scratch.rglob("led-*")]


@pytest.mark.skipif(os.name != "posix", reason="needs the signals of a POSIX system")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_on_the_workers(small, cluster, tmp_path, number):
    address, workers = cluster
    scratch = tmp_path / "scratch"
    code = BROKEN_OFF.format(tests=str(Path(__file__).parent), folder=str(small.folder), address=address)
    batch = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    assert until(lambda: len(on_disk(scratch)) == 2 and list(scratch.rglob("begun")), 60)
    batch.send_signal(number)
    began = time.monotonic()
    batch.communicate(timeout=60)
    assert time.monotonic() - began < 20
    if number == signal.SIGKILL:  # it could not say so: the study goes with the workers
        for worker in workers:
            worker.terminate()
            worker.wait(60)
    assert until(lambda: not on_disk(scratch), 20), on_disk(scratch)


def until(true, seconds):
    ends = time.monotonic() + seconds
    while not true() and time.monotonic() < ends:
        time.sleep(0.1)
    return bool(true())


def test_a_scheduler_that_is_not_there(small, monkeypatch):
    monkeypatch.setattr(afar, "PATIENCE", 0.5)
    with pytest.raises(InputError, match="no scheduler answers"):
        afar.run_all_afar("tcp://127.0.0.1:9", small, [], "", Limits())


def test_what_travels_is_the_same_each_time_and_holds_no_delivery(small):
    (small.raw / "FICTIEF.md").write_text("made up")
    assert afar.pack(small) == afar.pack(small)
    import io
    import zipfile

    names = zipfile.ZipFile(io.BytesIO(afar.pack(small))).namelist()
    assert [name for name in names if name.startswith("data/raw")] == ["data/raw/FICTIEF.md"]
    assert "data/codebook/themes.csv" in names
