"""How warm kernels begin and end, and what happens when something is not as it should be: there is always a kernel."""

import ast
import json
import os
import re
import shutil
import signal
import site
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import warm
from nbclient.exceptions import DeadKernelError

from ledanalysis import warmkernel
from ledanalysis.warmkernel import provisioner, watched

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only; elsewhere they are stock kernels")
FOLDER = Path(warmkernel.__file__).parent
SMALL = "colorsys"  # a parent with this alone is there at once


@pytest.fixture
def small_parent(warm_here, monkeypatch):
    """Kernels of a parent that imports next to nothing."""
    monkeypatch.setenv("WARMKERNEL_PRELOAD", SMALL)
    monkeypatch.setattr(provisioner, "_said", set())


@pytest.fixture
def library(small_parent, tmp_path, monkeypatch):
    """library(text): a module `mine`, not installed, that kernels are to have imported."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    monkeypatch.setenv("WARMKERNEL_PRELOAD", "mine")

    def written(text: str) -> Path:
        path = tmp_path / "lib" / "mine" / "__init__.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return written


def sockets(folder: Path) -> list[Path]:
    return [path for path in (folder / "warmkernel").iterdir() if path.is_socket()]


def test_interrupt_and_restart(small_parent):
    with warm.Running() as kernel:
        first = kernel.process.pid
        kernel.client.execute("import time; time.sleep(60)")
        time.sleep(0.3)
        kernel.manager.interrupt_kernel()
        assert kernel.client.get_shell_msg(timeout=20)["content"]["ename"] == "KeyboardInterrupt"
        kernel.says("kept = 1")
        kernel.manager.restart_kernel()
        kernel.client.wait_for_ready(timeout=30)
        assert kernel.is_warm and kernel.process.pid != first and not warm.runs(first)
        assert kernel.says("kept") == "NameError"
        kernel.manager.restart_kernel(now=True)
        kernel.client.wait_for_ready(timeout=30)
        assert kernel.is_warm


DEATHS = {"os._exit(3)": 3, "os.kill(os.getpid(), 9)": -9, "import ctypes; ctypes.string_at(0)": -11}


@pytest.mark.parametrize("code", DEATHS)
def test_a_death_is_told_as_a_stock_kernels(small_parent, code):
    for kind in (warm.STOCK, warm.WARM):
        with warm.Running(kind) as kernel:
            process = kernel.process
            kernel.client.execute(f"import os; {code}")
            assert warm.until(lambda process=process: process.poll() is not None)
            assert process.returncode == process.wait() == DEATHS[code]
            assert not kernel.manager.is_alive()


def test_a_notebook_whose_kernel_dies_says_so(small_parent):
    with pytest.raises(DeadKernelError):
        warm.executed(warm.WARM, "import os; os._exit(1)")


def test_a_polite_shutdown_runs_what_is_to_run_at_exit(small_parent, tmp_path):
    with warm.Running() as kernel:
        process = kernel.process
        kernel.says(f"import atexit, pathlib; _ = atexit.register(lambda: pathlib.Path({str(tmp_path / 'bye')!r}).write_text('bye'))")
        kernel.manager.shutdown_kernel()
        assert process.returncode == 0 and (tmp_path / "bye").read_text() == "bye"


CLIENT = """
import os, sys, time
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(independent=%r)
if os.fork() == 0:  # a fork of the client has the connection too
    time.sleep(6); os._exit(0)
with open("told.tmp", "w") as file: print(type(manager.provisioner.process).__name__, manager.provisioner.pid, file=file)
os.rename("told.tmp", "told")
time.sleep(60)
"""


@pytest.mark.parametrize("independent", [False, True])
def test_a_kernel_ends_with_its_client(small_parent, tmp_path, monkeypatch, independent):
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", warm.WARM)
    client = subprocess.Popen([sys.executable, "-c", CLIENT % independent], cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert warm.until((tmp_path / "told").exists)
    kind, pid = (tmp_path / "told").read_text().split()
    client.kill()
    client.wait()
    assert kind == "ForkedProcess"
    if independent:
        time.sleep(1.5)
        assert warm.runs(int(pid))
        warm.end(int(pid))
    assert warm.until(lambda: not warm.runs(int(pid)), 3)


def test_when_the_parent_is_killed_its_kernels_end_and_the_next_has_a_new_one(small_parent):
    with warm.Running() as kernel:
        old, pid = kernel.parent(), kernel.process.pid
        warm.end(old)
        assert warm.until(lambda: not warm.runs(pid), 5)  # of itself: its client has not looked
        assert kernel.process.poll() == kernel.process.returncode == -9
        with warm.Running() as other:
            assert other.is_warm and other.parent() != old
            pid = other.process.pid
            other.client.execute("import re; re.match('(a+)+$', 'a' * 99 + 'b')")  # no thread of its own gets a turn
            time.sleep(0.3)
            warm.end(other.parent())
            assert warm.until(lambda: other.process.poll() is not None) and not warm.runs(pid)


def test_a_parent_ends_when_nobody_has_a_kernel(small_parent, tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WARMKERNEL_IDLE", "0.5")
    with warm.Running() as kernel:
        parent = kernel.parent()
        time.sleep(1.5)
        assert warm.runs(parent) and len(sockets(tmp_path)) == 1
    assert warm.until(lambda: not warm.runs(parent)) and sockets(tmp_path) == []
    with warm.Running() as kernel:
        assert kernel.is_warm
        parent = kernel.parent()
        shutil.rmtree(tmp_path / "warmkernel")  # nobody can find it any more
    assert warm.until(lambda: not warm.runs(parent))


def test_many_at_once_share_one_parent(small_parent, tmp_path, monkeypatch):
    """Twenty, with no parent there yet: one of them starts it. Each has a process and a namespace of its own."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))

    def one(number: int) -> tuple:
        with warm.Running() as kernel:
            kernel.says(f"number = {number}")
            waited.wait()  # all are there
            return kernel.is_warm, kernel.parent(), kernel.process.pid, kernel.says("print(number)")

    waited = threading.Barrier(20, timeout=60)
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(one, range(20)))
    kinds, parents, pids, numbers = (list(column) for column in zip(*found, strict=True))
    assert all(kinds) and len(set(parents)) == 1 and len(set(pids)) == 20 and numbers == [str(number) for number in range(20)]
    assert len(sockets(tmp_path)) == 1


def test_a_kernel_never_has_a_module_that_has_changed_on_disk(library):
    path = library("value = 1")
    with warm.Running() as before:
        old = before.parent()
        assert before.is_warm and before.says("import mine; print('mine' in list(sys.modules) if 'sys' in dir() else mine.value)") == "1"
        path.write_text("value = 22")
        with warm.Running() as after:
            assert after.is_warm and after.says("import mine; print(mine.value)") == "22"
            assert after.parent() != old and warm.runs(old)  # the first kernel goes on
            (path.parent / "table.csv").write_text("a table that the module may have read")
            (path.parent / "table.csv").write_text("b")
        assert before.says("print(mine.value)") == "1"
    assert warm.until(lambda: not warm.runs(old))


def test_a_table_beside_a_module_counts_as_the_module(library):
    table = library("import pathlib; value = (pathlib.Path(__file__).parent / 'table.csv').read_text()").with_name("table.csv")
    for text in ("one", "other"):
        table.write_text(text)
        with warm.Running() as kernel:
            assert kernel.is_warm and kernel.says("import mine; print(mine.value)") == text


def test_what_is_installed_since_is_noticed(library, tmp_path):
    """A module in a folder of sys.path that would go before one that is loaded."""
    library("value = 1")
    with warm.Running() as kernel:
        old = kernel.parent()
    (tmp_path / "lib" / "unrelated.py").write_text("")
    with warm.Running() as kernel:
        assert kernel.parent() == old
    (tmp_path / "lib" / "mine.py").write_text("value = 2")
    with warm.Running() as kernel:
        assert kernel.parent() != old


def test_any_change_where_packages_are_installed_is_noticed(tmp_path, monkeypatch):
    """Another package may be one that a loaded module looked for, and did without."""
    monkeypatch.setattr(site, "getsitepackages", lambda: [str(tmp_path)])
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "read.csv").write_text("a")
    snapshot = watched.Snapshot({}, [str(tmp_path / "read.csv")], time.time_ns())
    assert snapshot.changed() == ""
    (tmp_path / "optional").mkdir()
    assert snapshot.changed() == str(tmp_path)
    (tmp_path / "read.csv").write_text("bb")
    assert snapshot.changed() == str(tmp_path / "read.csv")
    assert watched.Snapshot({}, [str(tmp_path / "read.csv")], 0).changed() != ""  # written while it was read


def test_a_folder_with_a_module_of_a_loaded_ones_name_has_a_stock_kernel(small_parent, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("WARMKERNEL_PRELOAD", "cycler")
    with warm.Running(cwd=str(tmp_path)) as kernel:
        assert kernel.is_warm
    (tmp_path / "cycler.py").write_text("value = 'from here'")
    for _ in range(2):
        with warm.Running(cwd=str(tmp_path)) as kernel:
            assert not kernel.is_warm and kernel.says("import cycler; print(cycler.value)") == "from here"
    assert [record.message for record in caplog.records] == [
        "kernels start as usual, not from a warm process: cycler.py in the kernel's folder goes before what is loaded already"
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("print('hello')", "says something when imported: hello"),
        ("import warnings; warnings.warn('old')", "UserWarning: old"),
        ("import os; os.write(1, b'low')", "says something when imported: low"),
        ("import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()", "starts a thread"),
        ("1 / 0", "mine cannot be imported: ZeroDivisionError"),
        ("import os; os._exit(5)", "ended at once"),
    ],
)
def test_a_module_that_is_not_for_a_parent_gives_stock_kernels_and_says_so_once(library, caplog, text, why):
    library(text)
    for _ in range(3):
        with warm.Running(wait=False) as kernel:
            assert not kernel.is_warm
    said = [record.message for record in caplog.records if record.name == "warmkernel"]
    assert len(said) == 1 and why in said[0]


def test_a_module_that_is_not_there_is_no_matter(small_parent, monkeypatch, caplog):
    monkeypatch.setenv("WARMKERNEL_PRELOAD", f"no_such_module, {SMALL}")
    with warm.Running() as kernel:
        assert kernel.is_warm and kernel.says("import sys; print('colorsys' in sys.modules)") == "True" and not caplog.records


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_where_there_is_no_fork_kernels_start_as_usual_and_it_is_said_once(warm_here, monkeypatch, caplog, platform):
    monkeypatch.setattr(provisioner, "_said", set())
    monkeypatch.setattr(provisioner, "sys", type("sys", (), {"platform": platform}))
    for _ in range(3):
        with warm.Running(wait=False) as kernel:
            assert not kernel.is_warm
    assert [record.message for record in caplog.records] == [f"kernels start as usual, not from a warm process: there is no safe fork on {platform}"]


def test_a_folder_that_others_can_write_to_is_not_used(small_parent, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "warmkernel").mkdir()
    (tmp_path / "warmkernel").chmod(0o777)
    with warm.Running() as kernel:
        assert not kernel.is_warm and "others than you" in caplog.text


def test_a_socket_is_for_its_user_and_its_path_may_be_long(small_parent, tmp_path, monkeypatch):
    folder = tmp_path / ("long" * 30) / ("longer" * 20)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(folder))
    with warm.Running() as kernel:
        [path] = sockets(folder)
        assert kernel.is_warm and path.stat().st_mode & 0o777 == 0o600 and path.parent.stat().st_mode & 0o777 == 0o700


def test_who_asks_for_nonsense_is_no_harm(small_parent, warm_here):
    with warm.Running() as kernel:
        parent, folder = kernel.parent(), warm_here / "warmkernel"
        for path in sockets(warm_here):
            for words in (b"", b"\xff\xff", b"\x00\x00\x00\x02{]", b"\x00\x00\x00\x02{}"):
                with socket.socket(socket.AF_UNIX) as stranger:
                    stranger.connect(str(path))
                    stranger.sendall(words)
        assert folder.exists() and warm.runs(parent) and kernel.says("print(1)") == "1"
    with warm.Running() as kernel:
        assert kernel.parent() == parent


def test_a_kernel_has_the_limits_and_the_manners_of_its_client(small_parent):
    code = """
import os, resource, sys
from jupyter_client.manager import start_new_kernel
start_new_kernel()
os.umask(0o37); os.nice(3); resource.setrlimit(resource.RLIMIT_NOFILE, (500, 600)); os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
manager, client = start_new_kernel(cwd="/")
ask = "import os, resource; print(oct(os.umask(0)), os.nice(0), resource.getrlimit(resource.RLIMIT_NOFILE), len(os.sched_getaffinity(0)), os.getcwd())"
client.execute_interactive(ask, output_hook=lambda message: print(message["content"].get("text", ""), end=""))
print(type(manager.provisioner.process).__name__)
"""
    env = os.environ | {"JUPYTER_DEFAULT_PROVISIONER_NAME": warm.WARM}
    shown = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60)
    assert shown.stdout.splitlines() == ["0o37 3 (500, 600) 1 /", "ForkedProcess"], shown.stderr


def test_its_output_goes_where_it_is_sent(small_parent, tmp_path):
    with open(tmp_path / "out", "w") as out, warm.Running(stdout=out, stderr=subprocess.STDOUT) as kernel:
        assert kernel.is_warm
        kernel.says("import sys; print('to the file', file=sys.__stdout__, flush=True); print('and this', file=sys.__stderr__)")
    assert (tmp_path / "out").read_text().splitlines()[-2:] == ["to the file", "and this"]
    with warm.Running(stdout=subprocess.PIPE) as kernel:  # somebody reads it as it comes: that is for a stock kernel
        assert not kernel.is_warm and kernel.process.stdout


def test_other_commands_are_started_as_usual(small_parent, monkeypatch, tmp_path, caplog):
    spec = {"argv": [sys.executable, "-c", "from ipykernel.kernelapp import main; main()", "-f", "{connection_file}"], "display_name": "own", "language": "python"}
    (tmp_path / "kernels" / "own").mkdir(parents=True)
    (tmp_path / "kernels" / "own" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    warm.use(warm.WARM)
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="own")
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert "not the command of a stock kernel" in caplog.text


def test_it_stands_alone(warm_here, tmp_path, monkeypatch):
    """Copied out of the project under another name, with nothing else of it, it gives a warm kernel."""
    for path in FOLDER.glob("*.py"):
        text = path.read_text("utf-8")
        for node in ast.walk(ast.parse(text)):
            names = [n.name for n in node.names] if isinstance(node, ast.Import) else [node.module] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                known = (*sys.stdlib_module_names, "jupyter_client", "jupyter_core", "traitlets", "ipykernel", "IPython")
                assert name.split(".")[0] in known or name.startswith("ledanalysis.warmkernel"), f"{path.name} imports {name}"
        (tmp_path / "alone").mkdir(exist_ok=True)
        (tmp_path / "alone" / path.name).write_text(re.sub(r"ledanalysis\.warmkernel", "alone", text))
    code = """
from importlib.metadata import EntryPoint
from jupyter_client.provisioning import KernelProvisionerFactory as Factory
from jupyter_client.manager import start_new_kernel
Factory.instance().provisioners["alone"] = EntryPoint("alone", "alone.provisioner:WarmProvisioner", Factory.GROUP_NAME)
Factory.instance().default_provisioner_name = "alone"
manager, client = start_new_kernel()
client.execute_interactive("import sys; print([name for name in sys.modules if name.startswith(('alone', 'ledanalysis'))])", output_hook=lambda m: print(m["content"].get("text", ""), end=""))
print(type(manager.provisioner.process).__module__, type(manager.provisioner.process).__name__)
"""
    env = os.environ | {"PYTHONPATH": str(tmp_path), "WARMKERNEL_PRELOAD": SMALL}
    shown = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=60)
    assert shown.stdout.split("\n")[:2] == ["[]", "alone.client ForkedProcess"], shown.stderr


def test_a_stopped_client_holds_up_nobody(small_parent, warm_here):
    """A connection on which nothing comes is given up."""
    with warm.Running() as kernel:
        paths = sockets(warm_here)
        silent = [socket.socket(socket.AF_UNIX) for _ in paths]
        for connection, path in zip(silent, paths, strict=True):
            connection.connect(str(path))
        with warm.Running() as other:
            assert other.is_warm and other.parent() == kernel.parent()
        for connection in silent:
            connection.close()


def test_signals_reach_what_a_kernel_started(small_parent):
    """As with a stock kernel: its process group."""
    with warm.Running() as kernel:
        child = int(kernel.says("import subprocess; child = subprocess.Popen(['sleep', '60']); print(child.pid)"))
        kernel.manager.signal_kernel(signal.SIGKILL)
        assert warm.until(lambda: not warm.runs(child))
