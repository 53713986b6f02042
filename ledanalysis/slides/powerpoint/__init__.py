"""Decks as PowerPoint presentations: native text, tables and charts in the placeholders of a template."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION
from pptx.oxml import parse_xml

from ledanalysis.labels import text
from ledanalysis.slides.deck import Deck, Slide, read_deck
from ledanalysis.slides.powerpoint import bodies
from ledanalysis.slides.powerpoint.canvas import Canvas
from ledanalysis.slides.powerpoint.drawingml import SPACES, TAGS, Box, Look, clean
from ledanalysis.slides.powerpoint.fitting import ELLIPSIS, LEAST, fitted, height_of, most
from ledanalysis.slides.powerpoint.layouts import Place, open_template
from ledanalysis.slides.powerpoint.template import zipped
from ledanalysis.slides.powerpoint.paragraphs import Writer
from ledanalysis.slides.powerpoint.words import Paragraph, Run, blocks
from ledanalysis.slides.safe import markdown, plain

READABLE = 10  # points: below it a footer takes the whole width
EDGE = 45720  # EMU: what stays free below it
LONGEST = 255  # letters that a property of a file holds


def presentation(notebook, file=None, template: Path | None = None) -> bytes:
    """The deck of an executed notebook as a .pptx file; the same notebook and template give the same bytes.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
    file : path-like, optional
        Where it came from, for error messages.
    template : Path, optional
        A .pptx file whose layouts to use; by default our own.

    Raises
    ------
    InputError
        As `slides.export`; or the template lacks a layout or placeholder.

    Examples
    --------
    >>> import nbformat.v4 as v4
    >>> from pptx import Presentation
    >>> cell = v4.new_markdown_cell("# What we found", metadata={"slideshow": {"slide_type": "slide"}})
    >>> head = {"title": "Findings", "subtitle": "", "language": "en", "source": "Survey", "notice": ""}
    >>> deck = presentation(v4.new_notebook(cells=[cell], metadata={"ledanalysis": head}))
    >>> [slide.shapes.title.text for slide in Presentation(BytesIO(deck)).slides]
    ['What we found']
    """
    deck, opened = read_deck(notebook, file), open_template(template)
    look, made = Look(TAGS[deck.language], opened.slots), opened.fresh()
    for number, slide in enumerate(deck.slides, 1):
        _slide(Canvas(made, opened.layouts[slide.layout], look), deck, slide, number)
    _describe(made.core_properties, deck, look)
    stream = BytesIO()
    made.save(stream)
    with ZipFile(stream) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()})


def _slide(canvas: Canvas, deck: Deck, slide: Slide, number: int) -> None:
    parts, notes = canvas.layout.parts, []
    canvas.text([_said(slide.title or deck.subtitle or deck.title)], parts["title"])
    if slide.kicker and "kicker" in parts:
        canvas.text([_said(slide.kicker)], parts["kicker"])
    elif slide.kicker:
        notes.append(slide.kicker)
    lead = (_said(deck.subtitle),) if slide.layout == "title" and number == 1 and deck.subtitle else ()
    places = (parts["subtitle"],) if slide.layout == "title" else canvas.layout.body
    bodies.fill(bodies.Body(canvas, slide, places, deck.language), lead)
    if slide.layout == "title" and deck.notice and "notice" in parts:
        canvas.text([_said(deck.notice)], parts["notice"])
    _footer(canvas, deck, slide)
    if "number" in parts:
        canvas.number_field(parts["number"], number)
    if canvas.cut:
        notes = [text("slide_whole", deck.language), slide.title, *(plain(part.html) for part in slide.parts), slide.footer, *notes]
    _notes(canvas, slide, [_said(each) for each in notes if each])


def _said(words: str, *marks: str) -> Paragraph:
    return Paragraph((Run(clean(words), frozenset(marks)),))


def _footer(canvas: Canvas, deck: Deck, slide: Slide) -> None:
    """What the slide rests on: n, the source, and that data are made up."""
    place = canvas.layout.parts["footer"]
    runs = [Run(clean(deck.source))] + ([Run("   "), Run(clean(deck.notice), frozenset({"bold"}))] if deck.notice else [])
    base = clean(slide.footer).strip()

    def line(letters: int) -> list[Paragraph]:
        cut = base if letters == len(base) else base[:letters] + ELLIPSIS
        return [Paragraph((*([Run(f"{cut}\v")] if cut else []), *runs))]

    tight = fitted(line(len(base)), *canvas.room(place, None), place.sizes[0])[1] < min(READABLE, place.sizes[0])
    box = _wide(canvas, place) if tight else None
    width, height = canvas.room(place, box)
    letters = most(len(base), lambda count: height_of(line(count), LEAST, width) <= height)  # source and notice stand there whatever n is
    canvas.cut |= letters < len(base)
    canvas.text(line(letters), place, box)


def _wide(canvas: Canvas, place: Place) -> Box:
    """The whole lower edge of the slide, up to its number, where a template's footer has too little room."""
    layout = canvas.layout
    edges = [place.box, *(each.box for each in layout.body), layout.parts["title"].box]
    left, right = min(box.left for box in edges), max(box.left + box.width for box in edges)
    number = layout.parts.get("number")
    if number and number.box.left > place.box.left:
        right = min(right, number.box.left)
    return Box(left, place.box.top, right - left, max(place.box.height, canvas.height - place.box.top - EDGE))


def _notes(canvas: Canvas, slide: Slide, before: list[Paragraph]) -> None:
    words = [*before, *(block for block in blocks(markdown(slide.notes, keep_lines=True)) if isinstance(block, Paragraph))]
    if not words:
        return
    writer = Writer(canvas.look, lambda address: canvas.slide.notes_slide.part.relate_to(address, RELATION.HYPERLINK, is_external=True))
    body = canvas.slide.notes_slide.notes_text_frame._txBody
    for paragraph in list(body.p_lst):
        body.remove(paragraph)
    for paragraph in list(parse_xml(f"<a:txBody {SPACES}>{writer.body(words)}</a:txBody>")):
        body.append(paragraph)


def _describe(properties, deck: Deck, look: Look) -> None:
    """The file's own properties; without a date, which would make each file another."""
    title = f"{deck.subtitle} – {deck.title}" if deck.subtitle else deck.title
    for name, words in {"title": title, "author": deck.source, "last_modified_by": deck.source, "language": look.language, "comments": deck.notice}.items():
        setattr(properties, name, clean(words)[:LONGEST])
    properties.revision = 1
    for dated in [child for child in properties._element if child.tag.endswith(("}created", "}modified", "}lastPrinted"))]:
        properties._element.remove(dated)
