"""Kernels to compare: the same cells on a stock kernel and on a warm one, with what cannot be equal taken out."""

import os
import re
import time
from contextlib import suppress

import nbformat.v4 as v4
from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError

from ledanalysis.warmkernel import provisioner as provisioner_module

SECONDS, TRIES = 60, 3  # on a busy machine nbclient may wait in vain for a cell with an Output widget, whatever the kernel
STOCK, WARM = "local-provisioner", "warm-provisioner"
VARIES = [  # numbers of processes and objects, times
    (r"0x[0-9a-f]+", "0x"),
    (r"ipykernel_\d+[/\\]\d+", "ipykernel"),
    (r"[0-9a-f]{32}", "id"),
    (r"[\d.]+ [nμµm]?s ± .*", "time"),
    (r"(CPU|Wall) time.*", "time"),
    (r"\d\d:\d\d[<?].*?\]", "time]"),
    (r"\b[\d.]+it/s", "it/s"),
]


def use(provisioner: str) -> None:
    """Kernels started in this process from now on are stock ones, or warm ones."""
    KernelProvisionerFactory.instance().default_provisioner_name = provisioner


def notebook(*cells: str):
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells], metadata={"kernelspec": spec})


def executed(provisioner: str, *cells: str, folder: str = ".", **more):
    """The notebook with these cells, run; errors are outputs too. A warm kernel is one: nothing was said of a stock one."""
    use(provisioner)
    said = set(provisioner_module._said)
    for _ in range(TRIES):
        made = notebook(*cells)
        with suppress(CellTimeoutError):
            NotebookClient(made, allow_errors=True, timeout=SECONDS, resources={"metadata": {"path": folder}}, **more).execute()
            break
    assert provisioner_module._said == said, provisioner_module._said - said
    return made


def outputs(cell) -> list:
    """What a cell shows. Streams by name: which of two comes first is not decided by the kernel."""
    shown = [output for output in cell.outputs if output.output_type != "stream"]
    texts = {name: "".join(o.text for o in cell.outputs if o.output_type == "stream" and o.name == name) for name in ("stdout", "stderr")}
    return [canonical(dict(output)) for output in shown] + [canonical(text) for text in texts.values()]


def canonical(value):
    """The same with what differs from run to run taken out."""
    if isinstance(value, dict):
        return {name: canonical(part) for name, part in value.items()}
    if isinstance(value, list):
        return [canonical(part) for part in value]
    if isinstance(value, str):
        for pattern, put in VARIES:
            value = re.sub(pattern, put, value)
    return value


class Running:
    """A kernel and a client of it, for a `with` block."""

    def __init__(self, provisioner: str = WARM, wait: bool = True, **start):
        use(provisioner)
        self.manager = KernelManager()
        self.manager.start_kernel(**start)
        self.client = self.manager.client()
        if wait:
            self.client.start_channels()
            self.client.wait_for_ready(timeout=60)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)

    @property
    def process(self):
        return self.manager.provisioner.process

    @property
    def is_warm(self) -> bool:
        return type(self.process).__name__ == "ForkedProcess"

    def says(self, code: str, timeout: float = 30) -> str:
        """What code prints; an error's name if it ends in one."""
        texts = []

        def heard(message):
            texts.append(message["content"].get("text", "") or message["content"].get("ename", ""))

        self.client.execute_interactive(code, output_hook=heard, timeout=timeout)
        return "".join(texts).strip()

    def parent(self) -> int:
        """The pid of the process it was started by, as the system says it."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])


def runs(pid: int) -> bool:
    """Whether a process is there and not merely waiting to be fetched."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def until(true, seconds: float = 15) -> bool:
    """Whether something becomes true in time."""
    ends = time.monotonic() + seconds
    while not true() and time.monotonic() < ends:
        time.sleep(0.02)
    return bool(true())


def end(pid: int, number: int = 9) -> None:
    os.kill(pid, number)
