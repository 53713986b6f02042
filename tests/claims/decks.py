"""Decks to read: from executed notebooks, or from the notebooks' own cells, run here without a kernel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import nbformat
import nbformat.v4 as v4

from claims.sentences import plain
from ledanalysis import charts, mirror_pages, network, pages, sides, style, triangulation
from ledanalysis.slides import deck_table
from ledanalysis.slides.deck import SLIDE
from ledanalysis.study import Study, shipped_notebooks

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
UNDRAWN = "not drawn"
DRAWN = [(charts, "ranking"), (charts, "bars"), (charts, "change"), (charts, "heatmap"), (charts, "tile_map"), (sides, "panels"),
         (triangulation, "two_sources"), (network, "actor_map"), (mirror_pages, "beside")]  # fmt: skip


@dataclass(frozen=True)
class Slide:
    """What stands on a slide, as `deck_table` gives it, and the text in its middle (Markdown)."""

    title: str
    kicker: str
    footer: str
    notes: str
    alt: str
    layout: str
    body: str


@dataclass(frozen=True)
class Deck:
    """A deck and what it is of. notebook: "01_response", "02_cluster", "03_results" or "04_mirror"."""

    study: Study
    notebook: str
    slides: tuple[Slide, ...]
    clustering: str = "sector"
    cluster: str = "all"
    view: str = "units"
    municipality: str = ""

    @property
    def language(self) -> str:
        return self.study.language

    @property
    def name(self) -> str:
        return f"{self.notebook} {self.municipality or self.clustering + '/' + self.cluster} {self.view} {self.language}"


def read_slides(notebook) -> tuple[Slide, ...]:
    """The slides of an executed notebook (a file, or its node)."""
    node = nbformat.read(notebook, as_version=4) if isinstance(notebook, Path) else notebook
    table = deck_table(node)
    shown = [output["data"] for cell in node.cells for output in cell.get("outputs", []) if SLIDE in output.get("data", {})]
    assert [data[SLIDE]["title"].strip() for data in shown] == table["title"].tolist()
    bodies = ["" if "image/png" in data else "".join(data.get("text/markdown", "")) for data in shown]
    columns = table[["title", "kicker", "footer", "notes", "alt", "layout"]]
    return tuple(Slide(*map(plain, (*row, body))) for row, body in zip(columns.itertuples(index=False, name=None), bodies, strict=True))


def of_run(study: Study) -> list[Deck]:
    """The decks of a run, by what each executed notebook's parameters say."""
    found = []
    for path in sorted((study.outputs / "notebooks").rglob("*.ipynb")):
        told = json.loads(path.read_text("utf-8"))["metadata"]["papermill"]["parameters"]
        name = "01_response" if path.stem == "response" else "03_results" if path.stem == "results" else "04_mirror" if "municipality" in told else "02_cluster"
        places = {key: told[key] for key in ("clustering", "cluster", "view", "municipality") if told.get(key)}
        found.append(Deck(study, name, read_slides(path), **places))
    return found


def made_here(study: Study, notebook: str, patch, drawn: bool = True, **parameters) -> Deck:
    """A deck of a notebook's own cells, run in this process; what a kernel would have shown is kept, pictures are left blank.

    Parameters
    ----------
    study : Study
    notebook : str
        Name without extension.
    patch : pytest.MonkeyPatch
    drawn : bool
        Whether charts are drawn; else their alt texts are `UNDRAWN`, and a deck takes a tenth of the time.
    **parameters
        As of the notebook, without `study` and `output`.
    """
    outputs: list = []

    def shown(data, raw=False, metadata=None):
        if raw:
            told = {key: DOT if key == "image/png" else value for key, value in data.items()}
            outputs.append(v4.new_output("display_data", data=told, metadata=metadata or {}))

    with patch.context() as here:
        here.setattr(pages, "display", shown)
        here.setattr(style, "png", lambda figure: b"")
        here.setattr(pages, "describe", lambda *told, **options: {})  # no title is made of it
        if not drawn:
            axes = SimpleNamespace(get_xlabel=lambda: "")
            here.setattr(style, "figure", lambda *size: (None, axes))
            for module, name in DRAWN:
                here.setattr(module, name, lambda ax, table, **options: UNDRAWN)
        _run(study, notebook, parameters)
    node = v4.new_notebook(cells=[v4.new_code_cell(outputs=outputs)])
    return Deck(study, notebook, read_slides(node), **parameters)


def _run(study: Study, notebook: str, parameters: dict) -> None:
    """Run the code cells of a notebook in one space, its parameters set."""
    space: dict = {}
    for cell in nbformat.read(shipped_notebooks() / f"{notebook}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, notebook, "exec"), space)  # noqa: S102: the notebook is ours
        if "parameters" in cell.metadata.get("tags", []):
            space |= {"study": study, **parameters}
