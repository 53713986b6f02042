"""What need not be run again: a result is kept with what it was made from, and holds as long as that is the same."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

import ledanalysis
from ledanalysis.study import Study
from ledanalysis.tables import write_bytes

PACKAGES = ("ledanalysis", "pandas", "numpy", "scipy", "matplotlib", "papermill", "nbconvert")
LIBRARY = Path(ledanalysis.__file__).parent


def hashes(folder: Path, pattern: str = "*") -> dict[str, str]:
    """sha256 of each file in a folder and below, by its path in it."""
    files = sorted(path for path in folder.rglob(pattern) if path.is_file() and not {".ipynb_checkpoints", "__pycache__"} & set(path.parts))
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def versions() -> dict[str, str]:
    """Of Python and the packages that figures depend on."""
    return {name: version(name) for name in PACKAGES} | {"python": platform.python_version()}


def ground(study: Study) -> str:
    """A hash of what every notebook of a study may read: tables, codebook, notice, the library and its packages."""
    return _hash([hashes(study.processed), hashes(study.codebook), study.notice, hashes(LIBRARY), versions()])


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
    return _hash([hashlib.sha256(notebook.read_bytes()).hexdigest(), parameters, ground])


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
    return {"": hashlib.sha256(place.read_bytes()).hexdigest()} if place.is_file() else hashes(place)


def _hash(parts: list) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
