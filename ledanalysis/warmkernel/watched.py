"""The files that loaded modules came from, and whether they are still the ones on disk."""

from __future__ import annotations

import os
import site
import sys
from collections.abc import Iterable
from pathlib import Path

ENDINGS = (".py", ".pyc", ".so")


def tops(modules: Iterable[str]) -> set[str]:
    """The packages that modules belong to.

    Examples
    --------
    >>> sorted(tops(["json", "json.decoder", "os.path"]))
    ['json', 'os']
    """
    return {name.partition(".")[0] for name in modules}


def places(names: Iterable[str]) -> dict[str, str]:
    """Where loaded packages are: of a package its folder, of a module its file.

    Examples
    --------
    >>> [os.path.basename(place) for place in places(["json", "site", "sys"]).values()]
    ['json', 'site.py']
    """
    files = {name: getattr(sys.modules.get(name), "__file__", None) for name in names}
    return {name: os.path.dirname(file) if hasattr(sys.modules[name], "__path__") else file for name, file in files.items() if file}


def shadows(folder: str, known: dict[str, str]) -> list[str]:
    """What in a folder would be imported by the names of packages that are loaded from elsewhere.

    Parameters
    ----------
    folder : str
    known : dict
        Names and places.

    Examples
    --------
    >>> shadows("no/such/folder", {"pandas": "/lib/pandas"})
    []
    """
    try:
        entries = sorted(os.listdir(folder))
    except OSError:
        return []
    named = [entry for entry in entries if entry.partition(".")[0] in known]
    found = [entry for entry in named if entry.endswith(ENDINGS) or os.path.exists(os.path.join(folder, entry, "__init__.py"))]
    return [entry for entry in found if not os.path.samefile(os.path.join(folder, entry), known[entry.partition(".")[0]])]


def behind(known: dict[str, str]) -> dict[str, str]:
    """Those that a module in a kernel's folder goes before: IPython puts the folder before what is installed, after the rest."""
    first = next((number for number, folder in enumerate(sys.path) if "site-packages" in folder or "dist-packages" in folder), len(sys.path))
    before = {os.path.abspath(folder) for folder in sys.path[:first]}
    return {name: place for name, place in known.items() if os.path.dirname(place) not in before}


def stamp(path: str) -> tuple[int, int, int] | None:
    """What changes when a file does: when it was written, its size and its inode; None where there is no such file."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def own_files(asked: Iterable[str]) -> list[str]:
    """All files of asked packages that are not installed but worked on: a module there may have read a table beside it."""
    libraries = (*site.getsitepackages(), site.getusersitepackages(), os.path.dirname(os.__file__))
    folders = [folder for name in tops(asked) for folder in getattr(sys.modules.get(name), "__path__", [])]
    mine = [Path(folder) for folder in folders if not os.path.abspath(folder).startswith(libraries)]
    return [str(path) for folder in mine for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file()]


class Snapshot:
    """The files of all modules loaded now, the folders they are found in, and more files that somebody names.

    Parameters
    ----------
    known : dict
        Names and places of packages that a new file in a folder of `sys.path` must not replace.
    more : iterable of str
        Further files.
    since : int
        Nanoseconds since the epoch. A file written later than this may have been read before it was: it counts as changed.
    """

    def __init__(self, known: dict[str, str], more: Iterable[str], since: int):
        modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
        files = {os.path.abspath(path) for path in modules if path} | set(more) | {sys.executable}
        self._files = {path: stamp(path) for path in files}
        self._late = next((path for path, found in self._files.items() if found and found[0] > since), "")
        self._known = known
        self._folders = {folder: self._folder(folder) for folder in sys.path}

    def _folder(self, folder: str):
        """Of where packages are installed, any change: an optional package may have come. Elsewhere only what shadows."""
        if folder in (*site.getsitepackages(), site.getusersitepackages()) or os.path.isfile(folder):
            return stamp(folder)
        return shadows(folder, self._known)

    def changed(self) -> str:
        """One file or folder that is no longer as it was, or ''."""
        if self._late:
            return self._late
        files = (path for path, found in self._files.items() if stamp(path) != found)
        return next(files, "") or next((folder for folder, found in self._folders.items() if self._folder(folder) != found), "")
