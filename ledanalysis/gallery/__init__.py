"""The gallery: every chart there is, drawn from a small example, with what it is for and the code that draws it.

It is the documentation of the charts: docstrings, signatures and code are taken from the functions themselves.
"""

from __future__ import annotations

import inspect
import textwrap
from base64 import b64encode
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pandas as pd

from ledanalysis import beside, charts, network, palette, sides, style, triangulation
from ledanalysis.gallery import examples
from ledanalysis.labels import text
from ledanalysis.tables import write_bytes

MODULES = (charts, beside, network, sides, triangulation)
SIZE = (11.8, 4.4)  # inches


def chart_functions() -> dict[str, Callable]:
    """Every public function that draws a chart, by name: its first parameter is `ax`.

    Examples
    --------
    >>> list(chart_functions())[:3]
    ['ranking', 'bars', 'change']
    """
    return {
        name: function
        for module in MODULES
        for name, function in vars(module).items()
        if inspect.isfunction(function) and function.__module__ == module.__name__ and name[0] != "_"
        and next(iter(inspect.signature(function).parameters), "") == "ax"
    }  # fmt: skip


def card(name: str, function: Callable, language: str) -> dict:
    """What the gallery says of a chart: its picture, words, data, code and documentation."""
    example, (figure, ax) = getattr(examples, name), style.figure(*SIZE)
    table, alt = example(ax, language)
    doc = inspect.getdoc(function)
    return {
        "name": name, "call": f"{function.__module__.removeprefix('ledanalysis.')}.{name}", "alt": alt,
        "picture": b64encode(style.png(figure)).decode("ascii"),
        "title": text(f"gallery_{name}", language), "use": text(f"gallery_{name}_for", language), "avoid": text(f"gallery_{name}_not", language),
        "columns": list(table), "rows": [[_cell(value, language) for value in row] for row in table.itertuples(index=False)],
        "code": textwrap.dedent(inspect.getsource(example)).strip(), "needs": table_words(doc),
        "signature": f"{name}{_bare(function)}", "doc": doc,
    }  # fmt: skip


def _bare(function: Callable) -> inspect.Signature:
    """A signature without its types: the docstring tells them."""
    signature, none = inspect.signature(function), inspect.Signature.empty
    return signature.replace(parameters=[each.replace(annotation=none) for each in signature.parameters.values()], return_annotation=none)


def table_words(doc: str) -> str:
    """What a docstring says of the table, its first DataFrame; empty where it says so of another function.

    Examples
    --------
    >>> table_words(inspect.getdoc(charts.change)).split(";")[0]
    'Columns label, now, future, rise, clear (bool: the difference is beyond the noise)'
    """
    lines = iter(doc.splitlines())
    next((line for line in lines if line.endswith(": DataFrame")), None)
    words = []
    for line in lines:
        if not line.startswith(" "):
            break
        words.append(line.strip())
    return " ".join(words)


def _cell(value, language: str) -> str:
    if isinstance(value, bool | str):
        return str(value)
    return style.number(value, 0, language)


def write_gallery(study) -> Path:
    """Write `outputs/gallery.html`: a page that stands by itself, in the study's language and colours.

    Parameters
    ----------
    study : Study

    Returns
    -------
    Path
    """
    language = study.language
    with palette.using(study.style["colours"]):
        cards = [card(name, function, language) for name, function in chart_functions().items()]
    return write_bytes(study.outputs / "gallery.html", _page(cards, language, study).encode())


def _page(cards: list[dict], language: str, study) -> str:
    import jinja2
    from markupsafe import Markup

    from ledanalysis.slides.fonts import faces
    from ledanalysis.slides.house import read_style

    here = files("ledanalysis.gallery")
    page = jinja2.Environment(autoescape=True, trim_blocks=True).from_string((here / "gallery.html.j2").read_text("utf-8"))
    css = Markup("\n".join([faces(), (here / "gallery.css").read_text("utf-8"), read_style(study.style).css]))
    words = {key: text(f"gallery_{key}", language) for key in WORDS}
    return page.render(cards=cards, language=language, css=css, words=words)


WORDS = ("title", "intro", "made_up", "contents", "for", "not", "needs", "data", "code", "doc", "alt")
