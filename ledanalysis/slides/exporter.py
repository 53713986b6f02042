"""nbconvert's part: a deck in our template, with everything it needs inside it."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path

from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from traitlets import default

from ledanalysis.slides.deck import read_deck
from ledanalysis.slides.fonts import faces, reveal_folder
from ledanalysis.slides.safe import markdown
from ledanalysis.slides.words import KEYS, LIVE, REVEAL, SPEAKER, in_words, say

TEMPLATE = Path(__file__).parent / "template"


class LedSlidesExporter(TemplateExporter):
    """Executed notebook to a self-contained reveal.js deck. See `ledanalysis.slides.deck` for what makes a slide."""

    default_preprocessors = []  # cells are grouped by read_deck; there is nothing to strip, run or highlight

    @default("file_extension")
    def _file_extension_default(self):
        return ".html"

    output_mimetype = "text/html"

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
        deck = read_deck(nb, file)
        resources |= {"deck": deck, "assets": assets(deck.language), "keys": KEYS, "say": partial(say, language=deck.language)}
        resources["live"] = {key: say(key, deck.language) for key in LIVE}
        return super().from_notebook_node(nb, resources, **kw)


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


def _text(file) -> str:
    return file.read_text(encoding="utf-8").strip()


def _script(code) -> Markup:
    """Code that can stand in a page: the notes plugin holds a page of its own, whose tags would end ours."""
    for tag in ("!--", "script", "/script"):
        code = code.replace(f"<{tag}", rf"\x3c{tag}")
    return Markup(code)
