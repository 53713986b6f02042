"""`led` in a process of its own, to be killed: what it said, what is left of it, and what it made."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from zipfile import ZipFile

import nbformat
import pandas as pd
import psutil

ROOT = Path(__file__).resolve().parents[1]


def copied(folder: Path, clusterings: str = "size") -> Path:
    """The study of the repository in a folder, with few clusterings to report: its tables take less time."""
    for name in ("codebook", "raw"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    table = folder / "data/codebook/clusterings.csv"
    head, *rows = table.read_text("utf-8-sig").splitlines()
    rows = [row if row.partition(";")[0] in clusterings.split() else f"{row.rpartition(';')[0]};no" for row in rows]
    table.write_text("\n".join([head, *rows, ""]), "utf-8-sig")
    return folder


class Led:
    """The command line, running; its kernels keep their files in a folder of this test."""

    def __init__(self, study: Path, runtime: Path, *words: str, before: str = ""):
        code = f"{before}\nfrom ledanalysis.cli import main\nmain()"
        env = os.environ | {"JUPYTER_RUNTIME_DIR": str(runtime), "WARMKERNEL_IDLE": "5", "COLUMNS": "200"}
        command = [sys.executable, "-c", code, *words, "--study", str(study)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)
        self.lines, self.errors, self.began = [], [], time.monotonic()
        self.readers = [threading.Thread(target=self._read, args=pair) for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.errors))]
        for reader in self.readers:
            reader.start()

    def _read(self, stream, lines: list) -> None:
        lines.extend((time.monotonic() - self.began, line) for line in iter(stream.readline, ""))

    def when(self, words: str) -> float | None:
        """Seconds until it said so; None if it did not."""
        return next((at for at, line in list(self.lines) if words in line), None)

    def runs(self) -> bool:
        return self.process.poll() is None

    def ended(self, seconds: float = 300) -> int:
        """Its exit code, when it ends by itself."""
        code = self.process.wait(seconds)
        for reader in self.readers:
            reader.join(10)
        return code

    def said(self) -> str:
        """All that it said on stderr."""
        return "".join(line for _, line in self.errors)

    def kill(self) -> list[psutil.Process]:
        """Kill it alone, as `kill -9` does; what it had started."""
        try:
            children = psutil.Process(self.process.pid).children(recursive=True)
        except psutil.Error:
            children = []
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        return children


def processes(runtime: Path) -> list[psutil.Process]:
    """All that has to do with kernels whose files are in this folder; a fork has the command line of its parent."""
    return [process for process in psutil.process_iter() if str(runtime) in " ".join(_command(process)[1:]) and alive(process)]


def kernels(runtime: Path) -> list[psutil.Process]:
    """The kernels, forked or not."""
    forking = parents(runtime)
    return [process for process in processes(runtime) if process not in forking]


def parents(runtime: Path) -> list[psutil.Process]:
    """The processes that kernels are forked from."""
    found = [process for process in processes(runtime) if str(runtime / "warmkernel") in " ".join(_command(process))]
    pids = {process.pid for process in found}
    return [process for process in found if _parent(process) not in pids]


def _parent(process: psutil.Process) -> int:
    try:
        return process.ppid()
    except psutil.Error:
        return 0


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def until(true, seconds: float = 20) -> bool:
    """Whether something becomes true in time."""
    ends = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < ends:
        time.sleep(0.05)
    return bool(found)


def temporary(study: Path) -> list[str]:
    """What stands in a study under a name that is not its own."""
    places = [path for folder in ("outputs", "data/processed") for path in (study / folder).rglob("*")]
    return [str(path) for path in places if path.name.startswith(".") and path.name not in (".made", ".led.lock")]


def check_whole(study: Path) -> None:
    """What is at its place is whole, whatever happened: it can be read, and a record tells only of what is there."""
    for path in final(study):
        if path.suffix == ".ipynb":
            nbformat.validate(nbformat.read(path, 4))
        elif path.suffix == ".parquet":
            pd.read_parquet(path)
        elif path.suffix == ".csv":
            assert path.read_bytes().endswith(b"\n"), path
        elif path.suffix == ".html":
            assert path.read_text("utf-8").rstrip().endswith("</html>"), path
        elif path.suffix == ".pptx":
            assert ZipFile(path).testzip() is None, path
        elif path.suffix == ".png":
            assert path.read_bytes().endswith(b"IEND\xaeB`\x82"), path
        elif path.suffix == ".json":
            json.loads(path.read_bytes())


def final(study: Path) -> list[Path]:
    """The files at their final places."""
    found = [path for folder in ("outputs", "data/processed") for path in sorted((study / folder).rglob("*")) if path.is_file()]
    hidden = [path for path in found if any(part.startswith(".") for part in path.relative_to(study).parts)]
    return [path for path in found if path not in hidden]


def contents(study: Path) -> dict[str, bytes]:
    """All that a run made, byte for byte but for times and the study's own folder."""
    return {path.relative_to(study).as_posix(): _content(path, study) for path in final(study)}


def _content(path: Path, study: Path) -> bytes:
    if path.suffix != ".ipynb":
        return path.read_bytes()
    notebook = json.loads(path.read_bytes())
    for part in (notebook, *notebook["cells"]):
        for name in ("papermill", "execution"):
            part["metadata"].pop(name, None)
        part.pop("id", None)  # papermill's own cell gets another each time
    return re.sub(r"ipykernel_\d+", "ipykernel", json.dumps(notebook, indent=1).replace(str(study), ".")).encode()
