"""Ask a parent for a kernel; start the parent first if there is none."""

from __future__ import annotations

import fcntl
import json
import os
import re
import resource
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jupyter_core.paths import jupyter_runtime_dir

from ledanalysis.warmkernel import identity, wire

START_SECONDS = 60.0  # what a parent may take to import, on a busy machine
ASK_SECONDS = 20.0  # for a fork, which takes milliseconds
RETRY_SECONDS = 60.0  # after which a parent that could not start is tried again
LIMITS = [name for name in dir(resource) if name.startswith("RLIMIT_") and name != "RLIMIT_OFILE"]
_failed: dict[str, tuple[float, str]] = {}  # key -> when, and why


class Unavailable(Exception):
    """No warm kernel, and why."""


class ForkedProcess:
    """A kernel as `LocalProvisioner` handles one: the part of `subprocess.Popen` that it uses."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket, pid: int):
        self.pid, self.returncode = pid, None
        self._connection = connection
        self._self = -1
        with suppress(ProcessLookupError):  # it has ended already, and its parent says how
            self._self = os.pidfd_open(pid)

    def fileno(self) -> int:
        """Readable when the kernel has ended."""
        return self._connection.fileno()

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        if self.returncode is None and _readable(self._connection.fileno(), 0):
            self._end()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; the exit code.

        Raises
        ------
        subprocess.TimeoutExpired
            It runs still.
        """
        if self.returncode is None:
            if not _readable(self._connection.fileno(), timeout):
                raise subprocess.TimeoutExpired("kernel", timeout)
            self._end()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._self, number)

    def terminate(self) -> None:
        """Send SIGTERM."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def _end(self) -> None:
        try:
            message, _ = wire.receive(self._connection)
        except (OSError, ValueError):
            message = None
        if message is None and self._self >= 0:  # the parent is gone, so nobody can say how the kernel ends: now
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._self, signal.SIGKILL)
            _readable(self._self, 5)
        self.returncode = message["status"] if message else -signal.SIGKILL
        self._connection.close()
        if self._self >= 0:
            os.close(self._self)


def _readable(file: int, seconds: float | None) -> bool:
    watch = select.poll()  # takes files of any number
    watch.register(file, select.POLLIN)
    return bool(watch.poll(None if seconds is None else seconds * 1000))


def start(command: list[str], env: dict, preload: list[str], idle: float, manners: dict, cwd=None, stdout=None, stderr=None, independent=False):
    """Fork a kernel.

    Parameters
    ----------
    command : list of str
        As a stock kernel is started.
    env : dict
        The kernel's environment.
    preload : list of str
        Modules to have imported.
    idle : float
        Seconds that a parent stays without a kernel, where it is started here.
    manners : dict
        What `inherited` gave, in the thread that wants the kernel.
    cwd, stdout, stderr, independent
        As `jupyter_client.launcher.launch_kernel` takes them.

    Returns
    -------
    ForkedProcess

    Raises
    ------
    Unavailable, OSError
        No kernel was started.
    """
    parts = identity.split_command(command)
    if parts is None:
        raise Unavailable("not the command of a stock kernel")
    python, options, arguments = parts
    cwd = os.path.abspath(cwd) if cwd else os.getcwd()
    env = {name: str(value) for name, value in env.items()} | ({} if independent else {"JPY_PARENT_PID": str(os.getpid())})
    message = {"command": command, "arguments": arguments, "env": env, "cwd": cwd, "independent": bool(independent), **manners}
    path = _folder() / identity.key([python, *options], env, cwd, preload)
    settings = {"socket": str(path), "preload": preload, "idle": idle}
    answer: dict = {}
    with _outputs(stdout, stderr) as files:
        for _ in range(3):  # a parent may be about to end, or to find that its files have changed
            connection = wire.connect(path) or _connect_new(path, [python, *options], env, identity.folder_of(env, cwd), settings)
            answer = _ask(connection, message, files)
            if "pid" in answer:
                return ForkedProcess(connection, answer["pid"])
            connection.close()
            if "refused" in answer:
                raise Unavailable(answer["refused"])
    raise Unavailable(f"{answer['changed']} changes all the time" if "changed" in answer else "the parent does not answer")


def _ask(connection: socket.socket, message: dict, files: list[int]) -> dict:
    connection.settimeout(ASK_SECONDS)
    try:
        wire.send(connection, message, files)
        answer, _ = wire.receive(connection)
    except ConnectionError:
        return {}
    connection.settimeout(None)
    return answer or {}


def inherited() -> dict:
    """What a process has from the thread that starts it, besides files, folder and environment."""
    status = Path("/proc/self/status").read_text()  # os.umask can only be read by setting it, for all threads
    return {
        "umask": int(re.search(r"^Umask:\s*(\d+)", status, re.MULTILINE)[1], 8),
        "limits": {name: resource.getrlimit(getattr(resource, name)) for name in LIMITS},
        "priority": os.getpriority(os.PRIO_PROCESS, 0),
        "processors": sorted(os.sched_getaffinity(0)),
    }


@contextmanager
def _outputs(stdout, stderr) -> Iterator[list[int]]:
    """The files to write to, of what `Popen` takes for them."""
    with open(os.devnull, "wb") as nowhere:
        out, err = (
            default if given is None else nowhere.fileno() if given == subprocess.DEVNULL else given if isinstance(given, int) else given.fileno()
            for given, default in ((stdout, 1), (stderr, 2))
        )
        err = out if err == subprocess.STDOUT else err
        if out < 0 or err < 0:
            raise Unavailable("its output is wanted through a pipe")
        yield [out, err]


def _folder() -> Path:
    """Where the sockets are: for this user alone.

    Raises
    ------
    Unavailable
        Others may write there.
    """
    folder = Path(jupyter_runtime_dir()) / "warmkernel"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077 or folder.is_symlink():
        raise Unavailable(f"others than you can get at {folder}")
    return folder


def _connect_new(path: Path, command: list[str], env: dict, cwd: str, settings: dict) -> socket.socket:
    """A connection to a parent that is started here, unless somebody else does it meanwhile."""
    when, why = _failed.get(path.name, (0.0, ""))
    if why and time.monotonic() - when < RETRY_SECONDS:
        raise Unavailable(why)
    with open(path.with_name("start.lock"), "w") as lock:
        _lock(lock)
        connection = wire.connect(path)
        if connection is None:
            said = _start_parent(command, env, cwd, settings)
            connection = wire.connect(path)
            if said or connection is None:
                _failed[path.name] = time.monotonic(), said or "the parent ended at once"
                raise Unavailable(_failed[path.name][1])
    return connection


def _lock(file) -> None:
    ends = time.monotonic() + START_SECONDS
    while True:
        try:
            return fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > ends:
                raise Unavailable("another program takes too long to start a parent") from None
            time.sleep(0.02)


def _start_parent(command: list[str], env: dict, cwd: str, settings: dict) -> str:
    """Start a parent and wait until it answers, or for what it says it cannot do."""
    root = str(Path(__file__).resolve().parents[__name__.count(".")])
    module = __name__.rpartition(".")[0] + ".parent"
    code = f"import sys; sys.path[:] = [*filter(None, sys.path), {root!r}]; from {module} import main; main()"
    reading, writing = os.pipe()
    with open(reading, "rb") as answers:
        try:
            process = subprocess.Popen(
                [*command, "-c", code, json.dumps(settings | {"ready": writing})],
                env={name: value for name, value in env.items() if not identity.OF_ONE_KERNEL.match(name)}, cwd=cwd, pass_fds=[writing],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        finally:
            os.close(writing)
        if process.wait(START_SECONDS):  # it goes on in the background
            return "the interpreter cannot start a parent"
        if not _readable(answers.fileno(), START_SECONDS):
            return "the parent takes too long to start"
        return answers.read(2000).decode(errors="replace")
