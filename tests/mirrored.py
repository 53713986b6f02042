"""A mirror's executed notebook, made in this process and without its pictures: what a report is made of, in a tenth of the time."""

import contextlib
import io
import json
from pathlib import Path

import nbformat
import nbformat.v4 as v4
import pytest
from test_slides import DOT

from ledanalysis import mirror_pages, pages

ROOT = Path(__file__).resolve().parents[1]


def mirror_notebook(study, municipality: str):
    """The notebook of one municipality with what its cells show; every picture is a dot."""
    notebook = nbformat.read(ROOT / "notebooks/04_mirror.ipynb", as_version=4)
    shown = []

    def display(data, raw=False, metadata=None):
        if raw:
            shown.append(v4.new_output("display_data", data=json.loads(json.dumps(data)), metadata=metadata or {}))

    def beside(axes, table, **options):
        return "Eigen antwoord naast groepen."

    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()):
        patch.setattr(pages, "display", display)
        patch.setattr(pages.style, "png", lambda figure: DOT)
        patch.setattr(pages.style, "figure", lambda *size: (None, _Axes()))
        patch.setattr(mirror_pages, "beside", beside)
        names = {}
        for cell in notebook.cells:
            if cell.cell_type == "code":
                source = f"study, municipality, output, language = given, {municipality!r}, '', ''" if "parameters" in cell.metadata.get("tags", []) else cell.source
                exec(compile(source, "04_mirror", "exec"), names | {"given": study} if not names else names, names)
                cell.outputs, shown[:] = shown[:], []
    return notebook


class _Axes:
    """Axes that nothing is drawn on."""

    def get_xlabel(self):
        return "score (0–100)"


def renamed(notebook, old: str, new: str):
    """The notebook with other words in all that it shows."""
    told = json.dumps([cell.get("outputs", []) for cell in notebook.cells], ensure_ascii=False)
    copy = nbformat.from_dict(notebook)
    within = json.dumps(new, ensure_ascii=False)[1:-1]
    for cell, outputs in zip(copy.cells, json.loads(told.replace(json.dumps(old, ensure_ascii=False)[1:-1], within)), strict=True):
        if cell.cell_type == "code":
            cell.outputs = [nbformat.from_dict(output) for output in outputs]
    return copy
