"""In which forms a deck comes: where each goes, how its name ends, and who writes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

MIRRORS = "mirror"  # decks that only the municipality they are about may see: never in one folder with those for everyone


@dataclass(frozen=True)
class Form:
    """A form of a deck: its folder in `outputs`, the end of its name, and what gives its bytes of a notebook's node and file.

    `of_mirrors`: made of mirrors alone; `templated`: `write` takes a template's file besides.
    """

    folder: str
    suffix: str
    write: Callable[..., bytes]
    of_mirrors: bool = False
    templated: bool = False


def _html(node, file) -> bytes:
    return _exported("LedSlidesExporter", node, file)


def _report(node, file) -> bytes:
    return _exported("LedReportExporter", node, file)


def _exported(name: str, node, file) -> bytes:
    html, _ = _exporter(name).from_notebook_node(node, resources={"notebook_file": file})
    return html.encode()


@cache
def _exporter(name: str):
    from ledanalysis.slides import exporter

    return getattr(exporter, name)()


def _pptx(node, file, template=None) -> bytes:
    from ledanalysis.slides.powerpoint import presentation

    return presentation(node, file, template)


FORMS = {
    "html": Form("slides", ".html", _html),
    "pptx": Form("slides", ".pptx", _pptx, templated=True),
    "report": Form("reports", ".html", _report, of_mirrors=True),
}
