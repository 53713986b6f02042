"""nbconvert's part: a deck in our template, with everything it needs inside it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path

from markupsafe import Markup
from nbconvert.exporters import Exporter, TemplateExporter
from nbconvert.utils.exceptions import ConversionException
from traitlets import Unicode, default

from ledanalysis.errors import InputError
from ledanalysis.labels import text
from ledanalysis.slides.deck import read_deck
from ledanalysis.slides.fonts import faces, reveal_folder
from ledanalysis.slides.report import report_of
from ledanalysis.slides.safe import SHOWN_AS_IT_IS, markdown
from ledanalysis.slides.words import KEYS, LIVE, REVEAL, SPEAKER, in_words, say

TEMPLATE = Path(__file__).parent / "template"


class Unfit(InputError, ConversionException):
    """A notebook that cannot be exported: what `jupyter nbconvert` reports of the notebook, not as a fault of its own."""


@contextmanager
def unfit():
    """What is wrong with a notebook told as nbconvert tells it."""
    try:
        yield
    except InputError as fault:
        raise Unfit(fault.problem, **{name: getattr(fault, name) for name in ("file", "row", "column", "value", "allowed")}) from fault


class LedSlidesExporter(TemplateExporter):
    """Executed notebook to a self-contained reveal.js deck. See `ledanalysis.slides.deck` for what makes a slide."""

    default_preprocessors = []  # cells are grouped by read_deck; there is nothing to strip, run or highlight

    @default("file_extension")
    def _file_extension_default(self):
        return ".html"

    output_mimetype = "text/html"

    @default("template_file")
    def _template_file_default(self):
        return "index.html.j2"

    @default("template_paths")
    def _template_paths_default(self):
        return [str(TEMPLATE)]  # only ours: a template of the same name in the working folder must not win

    def _create_environment(self):
        environment = super()._create_environment()
        environment.autoescape = True  # what comes from a notebook is text, unless safe.py made it
        environment.filters["trusted"] = Markup
        environment.filters["notes_html"] = lambda source: Markup(markdown(source, keep_lines=True))
        return environment

    def from_notebook_node(self, nb, resources=None, **kw):
        """The deck's HTML, and nbconvert's resources."""
        resources = dict(resources or {})
        file = resources.get("notebook_file") or resources.get("metadata", {}).get("name")
        with unfit():
            resources |= self.shown(read_deck(nb, file), file)
        return super().from_notebook_node(nb, resources, **kw)

    def shown(self, deck, file) -> dict:
        """What the template works with."""
        words = {"keys": KEYS, "say": partial(say, language=deck.language), "live": {key: say(key, deck.language) for key in LIVE}}
        return {"deck": deck, "assets": assets(deck.language), **words}


class LedReportExporter(LedSlidesExporter):
    """Executed notebook of a mirror to a report of two pages: HTML, to read and to print. See `ledanalysis.slides.report`."""

    @default("template_file")
    def _template_file_default(self):
        return "report.html.j2"

    def shown(self, deck, file) -> dict:
        """What the template works with."""
        def told(key: str, **values) -> str:
            return text(f"report_{key}", deck.language, **values)

        return {"deck": deck, "report": report_of(deck, file), "say": told, "assets": report_assets()}

    def from_notebook_node(self, nb, resources=None, **kw):
        """The report's HTML, and nbconvert's resources."""
        html, resources = super().from_notebook_node(nb, resources, **kw)
        return html.translate(SHOWN_AS_IT_IS), resources


class LedPdfExporter(LedSlidesExporter):
    """Executed notebook to its deck as PDF, printed by a browser of this machine. See `ledanalysis.slides.printing`."""

    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self):
        return ".pdf"

    def from_notebook_node(self, nb, resources=None, **kw):
        """The PDF's bytes, and nbconvert's resources."""
        from ledanalysis.slides.printing import print_html

        html, resources = super().from_notebook_node(nb, resources, **kw)
        with unfit():  # or no browser here
            return print_html(html), resources


class LedPptxExporter(Exporter):
    """Executed notebook to a deck for PowerPoint. See `ledanalysis.slides.powerpoint`."""

    template_pptx = Unicode("", help="a PowerPoint file whose layouts to use; by default our own").tag(config=True)
    output_mimetype = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

    @default("file_extension")
    def _file_extension_default(self):
        return ".pptx"

    def from_notebook_node(self, nb, resources=None, **kw):
        """The deck's bytes, and nbconvert's resources."""
        from ledanalysis.slides.powerpoint import presentation

        resources = self._init_resources(resources)
        name = resources["metadata"].get("name")
        with unfit():
            made = presentation(nb, f"{name}.ipynb" if name else None, Path(self.template_pptx) if self.template_pptx else None)
        return made, resources | {"output_extension": self.file_extension}


@cache
def assets(language: str) -> dict[str, Markup]:
    """Styles and scripts that a deck in a language carries: reveal.js, its speaker notes, the fonts, and our own.

    reveal.js and Source Sans Pro come out of the installed wheel of sphinx-revealjs.
    """
    reveal = reveal_folder()
    styles = [reveal / "dist" / "reset.css", reveal / "dist" / "reveal.css", TEMPLATE / "deck.css"]
    return {
        "css": Markup("\n".join([faces(), *map(_text, styles)])),
        "reveal": _script(in_words(_text(reveal / "dist" / "reveal.js"), REVEAL, language, "reveal.js")),
        "notes": _script(in_words(_text(reveal / "plugin" / "notes" / "notes.js"), SPEAKER, language, "notes.js")),
        "access": _script(_text(TEMPLATE / "access.js")),
        "deck": _script(_text(TEMPLATE / "deck.js")),
        "license": Markup(_text(reveal / "LICENSE")),
    }


@cache
def report_assets() -> dict[str, Markup]:
    """Styles and the script that a report carries, with the deck's fonts."""
    names = {"css": "report.css", "screen": "report_screen.css", "paper": "report_paper.css", "script": "report.js"}
    found = {name: Markup(_text(TEMPLATE / file)) for name, file in names.items()}
    return found | {"css": Markup(f"{faces()}\n{found['css']}")}


def _text(file) -> str:
    return file.read_text(encoding="utf-8").strip()


def _script(code) -> Markup:
    """Code that can stand in a page: the notes plugin holds a page of its own, whose tags would end ours."""
    for tag in ("!--", "script", "/script"):
        code = code.replace(f"<{tag}", rf"\x3c{tag}")
    return Markup(code)
