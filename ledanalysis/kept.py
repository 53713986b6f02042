"""What need not be run again: a result is kept with what it was made from, and holds as long as that is the same."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path

import ledanalysis
from ledanalysis.study import Study
from ledanalysis.tables import write_bytes

PACKAGES = ("ledanalysis", "pandas", "numpy", "scipy", "matplotlib", "papermill", "nbconvert", "python-pptx")
LIBRARY = Path(ledanalysis.__file__).parent
NOT_READ = {".ipynb_checkpoints", "__pycache__"}


def hashes(folder: Path, pattern: str = "*") -> dict[str, str]:
    """sha256 of each file in a folder and below, by its path in it."""
    files = sorted(path for path in _below(folder) if fnmatch(path.name, pattern))
    return {path.relative_to(folder).as_posix(): hash_file(path) for path in files}


def hash_file(path: Path) -> str:
    """sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _below(folder: Path) -> Iterator[Path]:
    """The files in a folder, those behind links too: deliveries may stand elsewhere."""
    for here, folders, names in os.walk(folder, followlinks=True):
        above = Path(here).resolve()
        folders[:] = [name for name in folders if name not in NOT_READ and not above.is_relative_to((above / name).resolve())]
        yield from (path for name in names if (path := Path(here) / name).is_file())


def versions() -> dict[str, str]:
    """Of Python and the packages that figures depend on."""
    return {name: version(name) for name in PACKAGES} | {"python": platform.python_version()}


def library() -> str:
    """A hash of this library and the packages that figures depend on."""
    return hashed([hashes(LIBRARY), versions()])


def ground(study: Study) -> str:
    """A hash of what every notebook of a study may read: tables, codebook, notice, the library and its packages."""
    return hashed([hashes(study.processed), hashes(study.codebook), study.notice, library()])


def key(notebook: Path, parameters: dict, ground: str) -> str:
    """What a run is made from, as one hash.

    Examples
    --------
    >>> import tempfile
    >>> notebook = Path(tempfile.mkdtemp()) / "a.ipynb"
    >>> _ = notebook.write_text("{}")
    >>> key(notebook, {"cluster": "a"}, "") == key(notebook, {"cluster": "a"}, ""), key(notebook, {"cluster": "a"}, "") == key(notebook, {}, "")
    (True, False)
    """
    return hashed([hash_file(notebook), parameters, ground])


def keep(record: Path, key: str, places: list[Path]) -> None:
    """Write down what a result was made from: the last thing of a run, for without it the run counts as not done."""
    content = {"key": key, "files": [_files(place) for place in places]}
    write_bytes(record, json.dumps(content, indent=1).encode())


def holds(record: Path, key: str, places: list[Path]) -> bool:
    """Whether a result is there, whole and as it was, and was made from the same.

    Parameters
    ----------
    record : Path
        As written by `keep`.
    key : str
    places : list of Path
        Files and folders of the result.
    """
    try:
        known = json.loads(record.read_bytes())
    except (OSError, ValueError):
        return False
    return known == {"key": key, "files": [_files(place) for place in places]}


def _files(place: Path) -> dict[str, str]:
    return {"": hash_file(place)} if place.is_file() else hashes(place)


def hashed(parts: list) -> str:
    """One hash of many things."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
