"""JupyterLab or the hall, served for a test: `with served.lab(folder) as lab: page.goto(lab.url)`.

A server of its own, by the command line as people start it, on a free port, with folders of its own for all that Jupyter
writes for a user. When the block ends it is asked to stop, as by Ctrl-C, and nothing that it started may be left.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

CASES = Path(__file__).parent / "cases"
ROOT = Path(__file__).parent.parent
FORKS = "warmkernel.parent"  # in the command of the process that kernels are forked from, and so in theirs
SECONDS = 60  # what a server may take to answer, on a busy machine
LEFT = 10  # seconds in which all that a server started must have ended with it


@dataclass
class Server:
    """A server that answers.

    Attributes
    ----------
    url : str
        Of the explorer, with a token where it needs one.
    process : subprocess.Popen
    log : Path
        What it said.
    mark : str
        Stands in the environment of all that it starts.
    """

    url: str
    process: subprocess.Popen
    log: Path
    mark: str

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def kernels(self) -> list[psutil.Process]:
        """The kernels that run now for this server, whoever their parent is: stock ones, and forks of the process that forks them."""
        running = started(self.mark)
        marked = {process.pid for process in running}
        return [process for process in running if _is_kernel(process, marked)]


def _is_kernel(process: psutil.Process, marked: set[int]) -> bool:
    try:
        command = " ".join(process.cmdline())
        if FORKS not in command:
            return "ipykernel_launcher" in command
        parent = process.parent()  # the one that forks belongs to nobody of ours: it goes on for the next server
        return bool(parent) and parent.pid in marked and FORKS in " ".join(parent.cmdline()) and parent.ppid() not in marked
    except (psutil.Error, OSError):
        return False


def started(mark: str) -> list[psutil.Process]:
    """All processes with a mark in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("LED_SERVED") == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def until(true, seconds: float = LEFT) -> bool:
    """Whether something becomes true in time."""
    ends = time.monotonic() + seconds
    while not true() and time.monotonic() < ends:
        time.sleep(0.1)
    return bool(true())


def stand_in(folder: Path) -> Path:
    """A small prepared study whose explorer is a stand-in: a slider, a choice, an output, and buttons that compute long and that fail."""
    shutil.copytree(CASES / "small" / "data", folder / "data")
    (folder / "notebooks").mkdir()
    shutil.copy(CASES / "explore" / "explore.ipynb", folder / "notebooks")
    done = subprocess.run([sys.executable, "-m", "ledanalysis.cli", "prepare", "--study", folder], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def run_all(page) -> None:
    """Run all cells of the notebook that is open in JupyterLab, once its kernel is ready."""
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=SECONDS * 1000)
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    page.click(".jp-NotebookPanel .jp-Cell >> nth=0")
    page.keyboard.press("Escape")
    for _ in range(page.locator(".jp-NotebookPanel .jp-Notebook .jp-Cell").count()):
        page.keyboard.press("Shift+Enter")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


@contextmanager
def lab(study: Path, *options: str):
    """JupyterLab at the explorer of a study; a `Server`."""
    port = free_port()
    with _served(study, port, "--no-browser", *options) as server:
        assert until(lambda: re.search(r"token=\w+", server.said), SECONDS), server.said
        server.url = re.search(rf"http://\S*:{port}/\S*token=\w+", server.said).group()
        yield server


@contextmanager
def hall(study: Path, *options: str, env: dict | None = None):
    """The explorer of a study as a web page; a `Server`. One kernel is always there: nobody's, it keeps the others' start short."""
    port = free_port()
    with _served(study, port, "--hall", "--no-browser", *options, env=env) as server:
        assert until(lambda: _answers(server.url) and server.kernels(), SECONDS), server.said
        yield server


@contextmanager
def _served(study: Path, port: int, *options: str, env: dict | None = None):
    mark = f"{os.getpid()}-{port}"
    command = [sys.executable, "-m", "ledanalysis.cli", "explore", "--study", str(study), "--port", str(port), *options]
    with tempfile.TemporaryDirectory(prefix="served-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)  # what Jupyter keeps of a user
        (home / "config").mkdir()
        (home / "config" / "jupyter_server_config.json").write_text('{"ServerApp": {"allow_root": true}}')  # a test may run as root
        own = {"HOME": home, "JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data", "JUPYTER_RUNTIME_DIR": home / "run",
               "IPYTHONDIR": home / "ipython", "PYTHONPATH": ROOT, "WARMKERNEL_IDLE": 5, "LED_SERVED": mark, "PYTHONUNBUFFERED": 1, "COLUMNS": 200}  # fmt: skip
        whole = os.environ | {name: str(value) for name, value in own.items()} | (env or {})
        with (home / "log").open("w") as paper:
            process = subprocess.Popen(command, cwd=ROOT, env=whole, stdout=paper, stderr=subprocess.STDOUT)
        server = Server(f"http://127.0.0.1:{port}/", process, home / "log", mark)
        try:
            yield server
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(LEFT)
            assert until(lambda: not server.kernels()), [left.cmdline() for left in server.kernels()]
        finally:
            for left in started(mark):  # also the process that kernels are forked from, which would wait for more
                left.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}hall/hall.css", timeout=5):
            return True
    except OSError:
        return False
