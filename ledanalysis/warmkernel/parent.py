"""The parent: imports once, then forks a kernel for each request, and tells the client how the kernel ended."""

from __future__ import annotations

import json
import os
import selectors
import signal
import socket
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ledanalysis.warmkernel import child, loading, wire

TICK = 5.0  # seconds between looks at the clock


@dataclass(frozen=True)
class Kernel:
    """A running kernel: its process, who is told of its end, and the process it ends with."""

    pid: int
    ended: int
    connection: socket.socket
    client: int

    def close(self) -> None:
        self.connection.close()
        os.close(self.ended)
        os.close(self.client)


def main() -> None:
    """Run a parent in the background. The one argument is JSON: `socket`, `preload`, `idle` (s), `ready` (a file's number)."""
    if os.fork():
        os._exit(0)
    settings = json.loads(sys.argv[1])
    root = str(Path(__file__).resolve().parents[__name__.count(".")])
    sys.path[:] = sys.path[: len(sys.path) - (sys.path[-1] == root)]
    own = __name__.partition(".")[0]
    for name in [name for name in sys.modules if name.partition(".")[0] == own]:
        del sys.modules[name]  # of the project a kernel has nothing, or what it is asked to have, as it is on disk
    try:
        loaded = loading.load(settings["preload"])
        server = Server(Path(settings["socket"]), loaded, settings["idle"])
    except (loading.CannotWarm, OSError) as error:
        os.write(settings["ready"], f"{type(error).__name__}: {error}".encode())
        os._exit(1)
    os.close(settings["ready"])
    request = server.serve()
    if request is not None:
        child.run(request, loaded)


class Server:
    """Listens at a path, forks, and waits for kernels and for clients to end.

    Parameters
    ----------
    path : Path
        Where clients find it.
    loaded : Loaded
        What it has imported.
    idle : float
        Seconds without a kernel after which it ends.
    """

    def __init__(self, path: Path, loaded: loading.Loaded, idle: float):
        self.path, self.loaded, self.idle = path, loaded, idle
        self.kernels: dict[int, Kernel] = {}
        self.selector = selectors.DefaultSelector()
        self.listener = socket.socket(socket.AF_UNIX)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with wire.address(fresh) as short:
            self.listener.bind(short)
            os.chmod(fresh, 0o600)
        self.listener.listen(128)
        self.inode = os.stat(fresh).st_ino
        os.replace(fresh, path)  # it appears when it answers
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.open, self.last = True, time.monotonic()

    def serve(self) -> dict | None:
        """Serve until nobody needs it. In a fork it returns the request that the fork is to answer, in the parent None."""
        while self.kernels or (self.open and time.monotonic() - self.last < self.idle):
            for key, _ in self.selector.select(min(TICK, self.idle)):
                if key.fileobj is self.listener:
                    self.selector.register(self.listener.accept()[0], selectors.EVENT_READ)
                elif isinstance(key.fileobj, socket.socket):
                    self.selector.unregister(key.fileobj)
                    request = self._answer(key.fileobj)
                    if request is not None:
                        return request
                elif key.data in self.kernels:
                    self._ended(self.kernels[key.data], key.fd)
            if self.open and not self._is_found():
                self._close()
        self._close()
        return None

    def _answer(self, connection: socket.socket) -> dict | None:
        connection.settimeout(5)  # who begins to ask asks at once
        client, files = -1, []
        try:
            pid, uid = wire.peer(connection)
            client = os.pidfd_open(pid)
            request, files = wire.receive(connection, 2)
            if uid == os.getuid() and request is not None and len(files) == 2:
                changed = self.loaded.snapshot.changed()
                if not changed:
                    return self._fork(request, files, connection, client)
                self._close()
                wire.send(connection, {"changed": changed})
        except (OSError, ValueError):  # the client has gone, or is none
            pass
        for file in [*files, *([client] if client >= 0 else [])]:
            os.close(file)
        connection.close()
        return None

    def _fork(self, request: dict, files: list[int], connection: socket.socket, client: int) -> dict | None:
        pid = os.fork()
        if pid == 0:
            waiting = [key.fileobj for key in self.selector.get_map().values() if isinstance(key.fileobj, socket.socket)]
            for opened in [self.selector, self.listener, *waiting]:
                opened.close()
            os.close(client)
            for kernel in self.kernels.values():
                kernel.close()
            try:
                return request if child.become(request, files, connection, self.loaded) else os._exit(0)
            except BaseException:  # never back into the parent's work
                os._exit(1)
        for file in files:
            os.close(file)
        kernel = self.kernels[pid] = Kernel(pid, os.pidfd_open(pid), connection, client)
        self.selector.register(kernel.ended, selectors.EVENT_READ, pid)
        if not request["independent"]:
            self.selector.register(kernel.client, selectors.EVENT_READ, pid)
        return None

    def _ended(self, kernel: Kernel, file: int) -> None:
        """A kernel ended: its client is told how. A client ended: so does its kernel."""
        if file == kernel.client:
            self.selector.unregister(kernel.client)
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(kernel.ended, signal.SIGKILL)
            return
        _, status = os.waitpid(kernel.pid, 0)
        for watched_file in (kernel.ended, kernel.client):
            if watched_file in self.selector.get_map():
                self.selector.unregister(watched_file)
        with suppress(OSError):  # nobody is there to be told
            wire.send(kernel.connection, {"status": os.waitstatus_to_exitcode(status)})
        kernel.close()
        del self.kernels[kernel.pid]
        self.last = time.monotonic()

    def _is_found(self) -> bool:
        """Whether the file at the path is this parent's: another may have taken its place, or the folder has gone."""
        try:
            return os.stat(self.path).st_ino == self.inode
        except OSError:
            return False

    def _close(self) -> None:
        """Take no more requests. Its kernels go on."""
        if self.open:
            self.open = False
            if self._is_found():
                self.path.unlink(missing_ok=True)
            self.selector.unregister(self.listener)
            self.listener.close()  # who waits in its queue is told so, and asks another
