"""Which kernels start alike: those may be forked from one parent, and no others."""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path

from ledanalysis.warmkernel.watched import tops

# what Python, the C library and numerical libraries read once, when they are loaded
READ_ONCE = (
    r"PYTHON|LD_|MALLOC_|GLIBC_|LANG|LC_|OMP_|KMP_|OPENBLAS|GOTO|MKL_|BLIS|NPY_|NUMEXPR|ARROW|MPL|HOME$|XDG_(CONFIG|CACHE|DATA)"
    r"|IPY|TRAITLETS|PYDEVD|DEBUGPY|JUPYTER_WIDGETS"
)
OF_ONE_KERNEL = re.compile(r"JPY_")
NAMESPACES = ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")


def split_command(command: list[str]) -> tuple[str, list[str], list[str]] | None:
    """Interpreter, its options and the kernel's arguments of a command that starts a stock kernel; None of another.

    Examples
    --------
    >>> split_command(["python", "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "kernel.json"])
    ('python', ['-Xfrozen_modules=off'], ['-f', 'kernel.json'])
    >>> split_command(["R", "--slave", "-e", "IRkernel::main()"])
    """
    if "-m" not in command:
        return None
    at = command.index("-m")
    options = command[1:at]
    simple = all(option.startswith("-") or before in ("-X", "-W") for before, option in zip(command, options, strict=False))
    if at < 1 or not simple or "-c" in options or command[at + 1 : at + 2] != ["ipykernel_launcher"]:
        return None
    return os.path.expanduser(command[0]), options, command[at + 2 :]


def folder_of(env: dict[str, str], cwd: str) -> str:
    """The folder a parent starts in: the kernel's own if `PYTHONPATH` has a part that depends on it.

    Examples
    --------
    >>> folder_of({}, "/home/me"), folder_of({"PYTHONPATH": "/lib:src"}, "/home/me")
    ('/', '/home/me')
    """
    parts = env["PYTHONPATH"].split(os.pathsep) if env.get("PYTHONPATH") else []
    return "/" if all(os.path.isabs(part) for part in parts) else cwd


def key(command: list[str], env: dict[str, str], cwd: str, preload: list[str]) -> str:
    """A name for all that kernels of one parent have in common.

    Parameters
    ----------
    command : list of str
        Interpreter and options.
    env : dict
        The kernel's environment; of it, what is read once.
    cwd : str
        The kernel's folder.
    preload : list of str
        Modules.

    Returns
    -------
    str
        The same name, on this machine, in this container and control group, for kernels that start alike.
    """
    pattern = re.compile("|".join([READ_ONCE, *(re.escape(name.upper()) for name in sorted(tops(preload)))]))
    kept = sorted((name, value) for name, value in env.items() if pattern.match(name) and not OF_ONE_KERNEL.match(name))
    here = [os.readlink(f"/proc/self/ns/{name}") for name in NAMESPACES]
    here += [Path(path).read_text() for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/cgroup")]
    code = [(path.name, path.stat().st_mtime_ns) for path in sorted(Path(__file__).parent.glob("*.py"))]
    groups = [os.getegid(), sorted(os.getgroups())]
    found = [command, env.get("PATH") if os.sep not in command[0] else "", kept, folder_of(env, cwd), preload, here, code, groups]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:20]
