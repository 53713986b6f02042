"""A template opened: which of its layouts and placeholders each kind of slide takes, and how large their letters are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER as KIND
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from ledanalysis.errors import InputError
from ledanalysis.slides.powerpoint.drawingml import Box, quoted
from ledanalysis.slides.powerpoint.template import LAYOUTS, house_template

TITLES = (KIND.TITLE, KIND.CENTER_TITLE)
BODIES = (KIND.BODY, KIND.OBJECT, KIND.CHART, KIND.TABLE, KIND.PICTURE, KIND.VERTICAL_BODY, KIND.VERTICAL_OBJECT)
SIDES = {KIND.FOOTER: "footer", KIND.SLIDE_NUMBER: "number", KIND.SUBTITLE: "subtitle"}
NAMED = ("kicker", "notice")  # placeholders of type body that are told by their name
SLOTS = {"dk1": "tx1", "lt1": "bg1", "dk2": "tx2", "lt2": "bg2"}
USUAL = {"title": 32, "footer": 12, "number": 12}  # points, where a template says nothing
NEEDED = {"title": ("title", "subtitle", "footer")}
OTHERS = ("title", "body", "footer")


@dataclass(frozen=True)
class Place:
    """A placeholder of a layout: its name, what ties a shape to it, its box, and its text: margins (both sides together, in
    points), sizes by level, whether it has bullets and is bold."""

    name: str
    ties: str
    index: int
    box: Box
    insets: tuple[float, float]
    sizes: tuple[float, ...]
    bullets: bool
    bold: bool


@dataclass(frozen=True)
class Layout:
    """A layout: its place in the template, its name, and what of it takes what: title, kicker, notice, subtitle, footer, number; body."""

    index: int
    name: str
    parts: dict[str, Place]
    body: tuple[Place, ...]


@dataclass(frozen=True)
class Template:
    """A template's file; per kind of slide its layout, and by its code the slot of each colour of the theme."""

    content: bytes
    layouts: dict[str, Layout]
    slots: dict[str, str]

    def fresh(self):
        """A presentation of its own, without slides."""
        presentation = Presentation(BytesIO(self.content))
        _empty(presentation)
        return presentation


def open_template(file: Path | None = None) -> Template:
    """The house template, or one of somebody else's: layouts are found by name, else by what placeholders they have.

    Parameters
    ----------
    file : Path, optional
        A .pptx file; its own slides are left out.

    Raises
    ------
    InputError
        If it cannot be read, or no layout has what a kind of slide needs.

    Examples
    --------
    >>> [len(open_template().layouts[name].body) for name in ("figure", "columns", "pairs")]
    [1, 3, 6]
    """
    try:
        return _opened(house_template() if file is None else Path(file).read_bytes(), file)
    except InputError:
        raise
    except Exception as error:  # python-pptx raises what its parts do: of zip, XML, keys and values
        raise InputError(f"this is not a PowerPoint presentation (.pptx) that can be used as template ({type(error).__name__})", file=file) from error


@lru_cache(maxsize=4)
def _opened(content: bytes, file: Path | None) -> Template:
    presentation = Presentation(BytesIO(content))
    found = [_layout(each, index) for index, each in enumerate(presentation.slide_layouts)]
    return Template(content, {name: _chosen(found, name, file) for name in LAYOUTS}, _slots(presentation))


def _empty(presentation) -> None:
    """Remove a template's own slides, and the sections that name them."""
    element = presentation.part._element
    for slide in list(element.sldIdLst) if element.sldIdLst is not None else []:
        presentation.part.drop_rel(slide.rId)
        element.sldIdLst.remove(slide)
    for section in element.iter("{http://schemas.microsoft.com/office/powerpoint/2010/main}sectionLst"):
        extension = section.getparent()
        extension.getparent().remove(extension)
        break


def _chosen(found: list[Layout], name: str, file) -> Layout:
    needed = NEEDED.get(name, OTHERS)
    named = [each for each in found if each.name.strip().casefold() == name]
    fit = [each for each in named or found if not _lacks(each, needed)]
    if name != "title":
        fit.sort(key=lambda each: ("subtitle" in each.parts, abs(len(each.body) - 1)) if not named else 0)
    if fit:
        return fit[0]
    there = [f"{each.name} (lacks {', '.join(_lacks(each, needed))})" for each in named or found]
    raise InputError(f"this template has no layout for slides of kind '{name}': one of that name, or any, with placeholders for {', '.join(needed)}",
                     file=file, allowed=f"it has {'; '.join(there) or 'no layouts'}")  # fmt: skip


def _lacks(each: Layout, needed) -> list[str]:
    return [part for part in needed if (part not in each.parts if part != "body" else not each.body)]


def _layout(layout, index: int) -> Layout:
    parts, body = {}, []
    for holder in layout.placeholders:
        kind, name = holder.placeholder_format.type, holder.name.strip().casefold()
        if None in (holder.left, holder.width):  # nobody says where it is
            continue
        place = _place(layout, holder)
        if kind in TITLES:
            parts.setdefault("title", place)
        elif kind in SIDES:
            parts.setdefault(SIDES[kind], place)
        elif kind in BODIES and name in NAMED:
            parts.setdefault(name, place)
        elif kind in BODIES:
            body.append(place)
    return Layout(index, layout.name, parts, tuple(sorted(body, key=lambda place: place.index)))


def _place(layout, holder) -> Place:
    """What a placeholder is, with what it has from the master."""
    base = holder._base_placeholder
    shapes = [holder._element, *([base._element] if base is not None else [])]
    kind = holder.placeholder_format.type
    role = "title" if kind in TITLES else SIDES.get(kind, "body")
    style = {"title": "p:titleStyle", "body": "p:bodyStyle", "subtitle": "p:bodyStyle"}.get(role, "p:otherStyle")
    styles = [shape.find(".//" + qn("a:lstStyle")) for shape in shapes]
    styles.append(layout.slide_master._element.find(f"{qn('p:txStyles')}/{qn(style)}"))
    sizes = tuple(int(_first(styles, "sz", level) or 0) / 100 or USUAL.get(role, 18) for level in range(1, 6))
    return Place(holder.name, _ties(holder._element), holder.placeholder_format.idx, Box(holder.left, holder.top, holder.width, holder.height),
                 _insets(shapes), sizes, role == "body" and _has_bullet(styles), _first(styles, "b") == "1")  # fmt: skip


def _ties(element) -> str:
    found = element.nvSpPr.nvPr.find(qn("p:ph"))
    return "<p:ph" + "".join(f' {name}="{quoted(value)}"' for name, value in found.items() if name in ("type", "idx", "orient", "sz")) + "/>"


def _first(styles, name: str, level: int = 1) -> str:
    """What the nearest of some styles says of the letters of a level."""
    found = (each.find(f"{qn(f'a:lvl{level}pPr')}/{qn('a:defRPr')}") for each in styles if each is not None)
    return next((letters.get(name) for letters in found if letters is not None and letters.get(name)), "")


def _has_bullet(styles) -> bool:
    """Whether a first-level paragraph has a bullet of itself."""
    for each in styles:
        level = each.find(qn("a:lvl1pPr")) if each is not None else None
        marks = [child.tag for child in level] if level is not None else []
        if qn("a:buNone") in marks:
            return False
        if {qn("a:buChar"), qn("a:buAutoNum"), qn("a:buBlip")} & set(marks):
            return True
    return False


def _insets(shapes) -> tuple[float, float]:
    """The room left free beside and above text, both sides together, in points."""
    usual = {"lIns": 91440, "rIns": 91440, "tIns": 45720, "bIns": 45720}
    for shape in reversed(shapes):
        body = shape.find(".//" + qn("a:bodyPr"))
        usual |= {name: int(body.get(name)) for name in usual if body is not None and body.get(name)}
    return (usual["lIns"] + usual["rIns"]) / 12700, (usual["tIns"] + usual["bIns"]) / 12700


def _slots(presentation) -> dict[str, str]:
    """By the code of each colour of the theme, its slot."""
    part = next((rel.target_part for rel in presentation.slide_master.part.rels.values() if rel.reltype.endswith("/theme")), None)
    colours = parse_xml(part.blob).find(f".//{qn('a:clrScheme')}") if part is not None else []
    codes = {}
    for slot in colours:
        code = slot[0].get("val") if slot[0].tag == qn("a:srgbClr") else slot[0].get("lastClr", "")
        codes.setdefault(f"#{code.lower()}", SLOTS.get(slot.tag.split("}")[1], slot.tag.split("}")[1]))
    return codes
