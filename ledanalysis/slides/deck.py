"""From the cells of an executed notebook to slides.

- A cell of slide type `slide` or `subslide` begins a slide, all in one row. `skip` cells and the cells that hold
  parameters are left out; `notes` cells go to the speaker notes of the slide before them.
- Every output that carries `application/vnd.ledanalysis.slide+json` is a slide of its own; other outputs of its
  cell are not shown.
- Other cells go on in the slide that has begun, if they show something. Shown are pictures (PNG, JPEG), HTML and
  Markdown; never code, printed text, warnings or the text form of a value. Markdown cells go on in a slide that
  was made of plain cells; a slide from an output is finished as it is.
- A slide on which nothing is shown is left out.
- Title, language, source and notice of the deck are in the first output that carries
  `application/vnd.ledanalysis.deck+json`, else in the notebook's metadata under `ledanalysis`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from ledanalysis.errors import InputError
from ledanalysis.labels import LANGUAGES
from ledanalysis.slides.house import HouseStyle, read_style
from ledanalysis.slides.safe import lowered, markdown, plain, safe_html, split_heading

DECK = "application/vnd.ledanalysis.deck+json"
SLIDE = "application/vnd.ledanalysis.slide+json"
CHART = "application/vnd.ledanalysis.chart+json"  # beside a picture: what it shows, as `chart_data.describe` tells it
LAYOUTS = ("figure", "text", "title", "table", "columns", "pairs")
STARTS = ("slide", "subslide")
PARAMETERS = {"parameters", "injected-parameters"}
PICTURES = ("image/png", "image/jpeg")
FIGURE = re.compile(r"[+−–\d.,%/ ]*")


@dataclass(frozen=True)
class Part:
    """A piece of a slide's body: a picture (`source`, a data URI, `alt`, and what it shows: `chart`), or safe HTML."""

    html: str = ""
    source: str = ""
    alt: str = ""
    fragment: bool = False
    chart: dict | None = None

    @property
    def figures(self) -> dict:
        """The table behind a chart: columns (label, and whether it holds numbers) and rows of words; empty without one."""
        table = (self.chart or {}).get("table") or {}
        rows = table.get("rows", [])
        return {
            "columns": [{"label": label, "number": place > 0 and sum(bool(FIGURE.fullmatch(str(row[place]))) for row in rows) * 2 > len(rows)}
                        for place, label in enumerate(table["columns"])],
            "rows": rows,
        } if rows else {}  # fmt: skip


@dataclass(frozen=True)
class Slide:
    """One slide. `label` names it also where it has no title; `name`: what the notebook calls it; `finished`: from one output,
    takes no Markdown cells in.
    """

    title: str = ""
    kicker: str = ""
    footer: str = ""
    notes: str = ""
    layout: str = "text"
    parts: tuple[Part, ...] = field(default=())
    finished: bool = False
    label: str = ""
    name: str = ""

    @property
    def alt(self) -> str:
        """The descriptions of the slide's pictures."""
        return "\n\n".join(part.alt for part in self.parts if part.source)

    @property
    def figures(self) -> bool:
        """Whether there is a table behind one of its pictures."""
        return any(part.figures for part in self.parts)

    @property
    def shows(self) -> bool:
        """Whether there is anything to see."""
        return bool(self.title or self.parts)

    def noted(self, text: str) -> Slide:
        """The slide with more to its speaker notes."""
        return replace(self, notes="\n\n".join(filter(None, [self.notes, text.strip()])))

    def extended(self, parts) -> Slide:
        """The slide with more to its body."""
        return replace(self, parts=(*self.parts, *parts))


@dataclass(frozen=True)
class Deck:
    """A deck's words and its slides."""

    title: str
    subtitle: str
    language: str
    source: str
    notice: str
    contact: str
    slides: tuple[Slide, ...]
    style: HouseStyle = HouseStyle()


def read_deck(notebook, file=None) -> Deck:
    """The deck in an executed notebook.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Version 4.
    file : path-like, optional
        Where it came from, for error messages.

    Raises
    ------
    InputError
        If the deck's words, or any slide, or something that a slide must have, are missing.

    Examples
    --------
    >>> import nbformat.v4 as v4
    >>> said = {SLIDE: {"title": "Most plan to learn", "layout": "text"}, "text/markdown": "Six in ten."}
    >>> head = {DECK: {"title": "Findings", "language": "en", "source": "Survey"}}
    >>> outputs = [v4.new_output("display_data", data=data) for data in (head, said)]
    >>> deck = read_deck(v4.new_notebook(cells=[v4.new_code_cell(outputs=outputs)]))
    >>> deck.title, deck.slides[0].title
    ('Findings', 'Most plan to learn')
    """
    head, style = _head(notebook, file)
    shown = [slide for slide in _slides(notebook, file) if slide.shows]
    slides = tuple(_completed(slide, head, first=slide is shown[0]) for slide in shown)
    if not slides:
        raise InputError("no slide in this notebook: no cell of slide type 'slide' shows anything", file=file)
    return Deck(**head, slides=slides, style=style)


def _head(notebook, file):
    found = [output["data"][DECK] for _, output in _outputs(notebook) if DECK in output["data"]]
    head = found[0] if found else notebook.metadata.get("ledanalysis", {})
    words = {key: str(head.get(key, "")).strip() for key in ("title", "subtitle", "language", "source", "notice", "contact")}
    for key in ("title", "language", "source"):
        if not words[key]:
            raise InputError(f"this notebook gives its deck no {key}; has it been executed? It emits {DECK}", file=file)
    if words["language"] not in LANGUAGES:
        raise InputError("unknown language of the deck", file=file, value=words["language"], allowed=LANGUAGES)
    return words, read_style(head.get("style") or {}, file)


def _outputs(notebook):
    """Every output with data in it, with the number of its cell."""
    for number, cell in enumerate(notebook.cells, 1):
        for output in cell.get("outputs", []):
            if "data" in output:
                yield number, output


def _slides(notebook, file) -> list[Slide]:
    slides = []
    for number, cell in enumerate(notebook.cells, 1):
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "-")
        place = {"file": file, "cell": number}
        _check_ran(cell, place)
        if kind == "skip" or PARAMETERS & set(cell.metadata.get("tags", [])):
            continue
        if kind == "notes":
            slides[-1:] = [slide.noted(cell.source) for slide in slides[-1:]]
            continue
        if kind in STARTS:
            slides.append(Slide())
        bundles = [output for output in cell.get("outputs", []) if SLIDE in output.get("data", {})]
        if bundles:
            slides.extend(_finished(output, place) for output in bundles)
        elif slides:
            slides[-1] = _continued(slides[-1], cell, kind)
    return slides


def _check_ran(cell, place):
    """A deck of a notebook that stopped halfway would look whole."""
    for output in cell.get("outputs", []):
        if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
            raise _fault("the notebook stopped on an error", place, value=f"{output.ename}: {output.evalue}")


def _finished(output, place) -> Slide:
    said = output["data"][SLIDE]
    words = {key: str(said.get(key) or "").strip() for key in ("title", "kicker", "footer", "notes", "layout", "name")}
    if not words["title"]:
        raise _fault("a slide without a title", place)
    if words["layout"] not in LAYOUTS:
        raise _fault("unknown layout of a slide", place, value=words["layout"], allowed=LAYOUTS)
    return Slide(**words, parts=_body(output, words, place), finished=True)


def _body(output, words, place):
    layout, data = words["layout"], output["data"]
    needed = {"figure": "image/png", "table": "text/html"}.get(layout, "text/markdown")
    if needed not in data:
        if layout in ("figure", "table"):
            raise _fault(f"slide '{words['title']}' of layout {layout} without {needed}", place)
        return ()
    if layout == "figure":
        part = _picture(output, "image/png")
        if not part.alt:
            raise _fault(f"the picture of slide '{words['title']}' has no description (alt) in its metadata", place)
        return (replace(part, chart=data.get(CHART)),)
    html = safe_html(data[needed]) if layout == "table" else markdown(data[needed])
    heading, _, rest = split_heading(html)
    # the body may carry the title for JupyterLab's readers; the slide has its own
    body = lowered(rest if heading == " ".join(words["title"].split()) else html)
    return (Part(html=body),) if body.strip() else ()


def _picture(output, mime) -> Part:
    alt = str(output.get("metadata", {}).get(mime, {}).get("alt") or "").strip()
    return Part(source=f"data:{mime};base64,{''.join(output['data'][mime].split())}", alt=alt)


def _continued(slide, cell, kind) -> Slide:
    fragment = kind == "fragment"
    if cell.cell_type == "markdown":
        return slide if slide.finished else _written(slide, cell.source, fragment)
    shown = [_shown(output) for output in cell.get("outputs", []) if DECK not in output.get("data", {})]
    return slide.extended(replace(part, fragment=fragment) for part in shown if part)


def _written(slide, source, fragment) -> Slide:
    html = markdown(source)
    heading, level, rest = split_heading(html)
    if heading and not slide.shows:
        slide, html = replace(slide, title=heading, layout="title" if level == 1 else "text"), rest
    return slide.extended([Part(html=lowered(html), fragment=fragment)] if html.strip() else [])


def _shown(output) -> Part | None:
    data = output.get("data", {})
    for mime in PICTURES:
        if mime in data:
            return _picture(output, mime)
    html = safe_html(data["text/html"]) if "text/html" in data else markdown(data.get("text/markdown", ""))
    return Part(html=lowered(html)) if html.strip() else None


def _completed(slide, head, first) -> Slide:
    """What only the whole deck can tell: which slide is first, and what stands in for a title or description."""
    text = next((plain(part.html) for part in slide.parts if part.html), "")
    label = slide.title or text[:80] or head["title"]
    parts = [replace(part, alt=part.alt or label) if part.source else part for part in slide.parts]
    layout = slide.layout
    if layout == "title":
        layout = "title" if first or slide.finished else "text"
        parts = [part for part in parts if not part.html or plain(part.html) != head["subtitle"]]
    return replace(slide, label=label, parts=tuple(parts), layout=layout)


def _fault(problem, place, **values):
    return InputError(f"cell {place['cell']}: {problem}", file=place["file"], **values)
