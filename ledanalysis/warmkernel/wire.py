"""What goes over the socket between a client, a parent and its kernels: JSON after its length, open files beside it."""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

LENGTH = struct.Struct("!I")
CREDENTIALS = struct.Struct("3i")  # pid, uid, gid, as the kernel of the system gives them


def send(connection: socket.socket, message: dict, files: Sequence[int] = ()) -> None:
    """Send a message, and open files with it."""
    data = json.dumps(message).encode()
    socket.send_fds(connection, [LENGTH.pack(len(data))], list(files))
    connection.sendall(data)


def receive(connection: socket.socket, most_files: int = 0) -> tuple[dict | None, list[int]]:
    """A message and the files that came with it; (None, []) where the other side has gone."""
    head, files, _, _ = socket.recv_fds(connection, LENGTH.size, most_files)
    try:
        head += _exactly(connection, LENGTH.size - len(head)) if head else b""
        return (json.loads(_exactly(connection, *LENGTH.unpack(head))), list(files)) if head else (None, [])
    except (OSError, ValueError):
        for file in files:
            os.close(file)
        raise


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise ConnectionResetError("half a message")
        data += part
    return data


def peer(connection: socket.socket) -> tuple[int, int]:
    """The pid and the uid of who is on the other side; no program can lie about them."""
    pid, uid, _ = CREDENTIALS.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size))
    return pid, uid


@contextmanager
def address(path: Path) -> Iterator[str]:
    """An address of a socket's file however long its path is: a socket takes some 100 bytes, an open folder needs 20."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def connect(path: Path) -> socket.socket | None:
    """A connection to the parent at a path, or None where there is none. Only to one of the same user.

    Raises
    ------
    PermissionError
        Somebody else's process listens there.
    """
    connection = socket.socket(socket.AF_UNIX)
    try:
        with address(path) as short:
            connection.connect(short)
    except (FileNotFoundError, ConnectionRefusedError):
        connection.close()
        return None
    except OSError:
        connection.close()
        raise
    if peer(connection)[1] != os.getuid():
        connection.close()
        raise PermissionError(f"another user's process listens at {path}")
    return connection
