"""Copies of the explorer's notebook that know their study.

The notebook itself is never opened: what JupyterLab saves in it would stand in the library, or in the study's own notebooks.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat

from ledanalysis import batch
from ledanalysis.kept import hashed
from ledanalysis.study import Study, shipped_notebooks
from ledanalysis.tables import write_bytes

NOTEBOOK = "explore.ipynb"
MARK = "led"  # of our copies, in the notebook's metadata


def explorer_of(study: Study) -> Path:
    """The explorer's notebook: the study's own, else the one that comes with the library."""
    own = study.notebooks / NOTEBOOK
    return own if own.exists() else shipped_notebooks() / NOTEBOOK


def filled_in(notebook: Path, parameters: dict) -> nbformat.NotebookNode:
    """A notebook with values for its parameters, in a cell after them, and without outputs.

    Raises
    ------
    InputError
        As of `batch.defaults` and `batch.checked`.
    """
    known = batch.defaults(notebook)
    parameters = batch.checked(parameters, known, notebook.name)
    made = nbformat.read(notebook, as_version=4)
    place = next(number for number, cell in enumerate(made.cells) if "parameters" in cell.metadata.get("tags", []))
    source = "\n".join(f"{name} = {value!r}" for name, value in parameters.items())
    cell = nbformat.v4.new_code_cell(source, id="led-parameters", metadata={"tags": ["injected-parameters"], "jupyter": {"source_hidden": True}})
    made.cells.insert(place + 1, cell)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    made.metadata[MARK] = {"made": _hash(made)}
    return made


def _hash(notebook: nbformat.NotebookNode) -> str:
    return hashed([[cell.cell_type, cell.source] for cell in notebook.cells])


def write_copy(study: Study, name: str, made: nbformat.NotebookNode) -> tuple[Path, Path | None]:
    """Write a copy of the notebook where an analyst may work in it; one with cells of the analyst's own is put aside first.

    Parameters
    ----------
    study : Study
    name : str
        Of the copy.
    made : NotebookNode
        As of `filled_in`.

    Returns
    -------
    (Path, Path or None)
        The copy, in `outputs/explore`, and where the analyst's own is now. A copy with the same cells is left as it is.
    """
    path, aside = study.outputs / "explore" / name, None
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        there = _read(path)
        if there and _hash(there) == made.metadata[MARK]["made"]:
            return path, None
        if there is None or there.metadata.get(MARK, {}).get("made") != _hash(there):
            aside = next(free for number in range(1, sys.maxsize) if not (free := path.with_stem(f"{path.stem}-{number}")).exists())
            os.replace(path, aside)
    write_bytes(path, nbformat.writes(made).encode())
    return path, aside


def _read(path: Path) -> nbformat.NotebookNode | None:
    try:
        return nbformat.read(path, as_version=4)
    except Exception:  # half a file, or one of another kind: whose it is, only its owner knows
        return None


def copy_for_lab(study: Study, language: str = "") -> tuple[Path, Path | None]:
    """The copy for JupyterLab: see `write_copy`. In another language it is one beside the study's own."""
    parameters = {"study": str(study.folder)} | ({"language": language} if language else {})
    name = NOTEBOOK.replace(".", f"-{language}.") if language else NOTEBOOK
    return write_copy(study, name, filled_in(explorer_of(study), parameters))
