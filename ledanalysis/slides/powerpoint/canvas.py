"""One slide being filled: text into placeholders, and charts, tables and pictures in their place."""

from __future__ import annotations

from base64 import b64decode
from io import BytesIO

from pptx.opc.constants import RELATIONSHIP_TYPE as RELATION
from pptx.oxml import parse_xml
from pptx.parts.chart import ChartPart

from ledanalysis.slides.powerpoint.drawingml import SPACES, Box, Look, quoted
from ledanalysis.slides.powerpoint.fitting import fitted
from ledanalysis.slides.powerpoint.layouts import Layout, Place
from ledanalysis.slides.powerpoint.paragraphs import Writer
from ledanalysis.slides.powerpoint.words import Paragraph

CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
RECTANGLE = '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'


class Canvas:
    """A slide and what is on it so far, in the order in which it is read.

    Attributes
    ----------
    cut : bool
        Whether some text had to be cut.
    """

    def __init__(self, presentation, layout: Layout, look: Look):
        related, self.slide = presentation.part.add_slide(presentation.slide_layouts[layout.index])  # without its placeholders: only those that are filled are there
        presentation.part._element.get_or_add_sldIdLst().add_sldId(related)
        self.layout, self.look, self.height = layout, look, presentation.slide_height
        self.tree = self.slide.shapes._spTree
        self.writer = Writer(look, lambda address: self.slide.part.relate_to(address, RELATION.HYPERLINK, is_external=True))
        self.number, self.cut = 1, False

    def next_id(self, count: int = 1) -> int:
        """The first of so many ids that no shape has."""
        self.number += count
        return self.number - count + 1

    def text(self, paragraphs: list[Paragraph], place: Place, box: Box | None = None, name: str = "", holds: bool = True, most: float = 0) -> None:
        """Text in a placeholder, in letters that fit, up to `most` points; in a box like it where it `holds` something else."""
        width, height = self.room(place, box)
        usual = place.sizes[0]
        paragraphs, size = fitted(paragraphs, width, height, min(most or usual, usual), place.bold)
        self.cut |= bool(paragraphs) and paragraphs[-1].text.endswith("…")
        words = self.writer.body(paragraphs, size if size < usual or not holds else 0, bullets=not (holds and place.bullets), inside=usual)
        self._shape(words, place, box, name, holds)

    @staticmethod
    def room(place: Place, box: Box | None) -> tuple[float, float]:
        """The width and height for text (points) in a placeholder, or in another box with its margins."""
        return tuple(max(each - inset, 1) for each, inset in zip((box or place.box).points, place.insets, strict=True))

    def _shape(self, words: str, place: Place, box: Box | None, name: str, holds: bool) -> None:
        number = self.next_id()
        name = name or place.name
        here = box.xfrm() if box else ""
        if holds:
            said, kind = f"<p:nvPr>{place.ties}</p:nvPr>", '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
            body = "<a:bodyPr/>"
        else:
            said, kind, here = "<p:nvPr/>", '<p:cNvSpPr txBox="1"/>', f"{here}{RECTANGLE}<a:noFill/>"
            body = '<a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0"/>'
        self.add(f'<p:sp {SPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{quoted(name)}"/>{kind}{said}</p:nvSpPr><p:spPr>{here}</p:spPr>'
                 f"<p:txBody>{body}<a:lstStyle/>{words}</p:txBody></p:sp>")  # fmt: skip

    def add(self, xml: str) -> None:
        """A shape, after those that are there."""
        self.tree.append(parse_xml(xml))

    def frame(self, content: str, box: Box, name: str, alt: str, place: Place | None) -> None:
        """A chart or table, in a placeholder where one is given."""
        said = f"<p:nvPr>{place.ties}</p:nvPr>" if place else "<p:nvPr/>"
        self.add(f'<p:graphicFrame {SPACES}><p:nvGraphicFramePr><p:cNvPr id="{self.next_id()}" name="{quoted(name)}" descr="{quoted(alt)}"/>'
                 f'<p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr>{said}</p:nvGraphicFramePr>'
                 f"{box.xfrm('p')}<a:graphic>{content}</a:graphic></p:graphicFrame>")  # fmt: skip

    def chart(self, native, box: Box, name: str, alt: str, place: Place | None) -> None:
        """A native chart with its workbook."""
        part = ChartPart.new(None, native, self.slide.part.package)
        related = self.slide.part.relate_to(part, RELATION.CHART)
        content = f'<a:graphicData uri="{CHART}"><c:chart xmlns:c="{CHART}" r:id="{related}"/></a:graphicData>'
        self.frame(content, box, name, alt, place)

    def picture(self, source: str, box: Box, name: str, alt: str, place: Place | None) -> None:
        """A picture (a data URI), as large as its place lets it be."""
        part, related = self.slide.part.get_or_add_image_part(BytesIO(b64decode(source.partition(",")[2])))
        wide, high = part.image.size
        times = min(box.width / wide, box.height / high)
        here = Box(box.left, box.top, round(wide * times), round(high * times))
        said = f"<p:nvPr>{place.ties}</p:nvPr>" if place else "<p:nvPr/>"
        self.add(f'<p:pic {SPACES}><p:nvPicPr><p:cNvPr id="{self.next_id()}" name="{quoted(name)}" descr="{quoted(alt)}"/>'
                 f'<p:cNvPicPr><a:picLocks noGrp="1" noChangeAspect="1"/></p:cNvPicPr>{said}</p:nvPicPr>'
                 f'<p:blipFill><a:blip r:embed="{related}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr>{here.xfrm()}{RECTANGLE}</p:spPr></p:pic>')  # fmt: skip

    def number_field(self, place: Place, number: int) -> None:
        """The slide's number, that follows its place in the deck."""
        look = self.look.letters()
        self._shape(f'<a:p><a:fld id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">{look}<a:t>{number}</a:t></a:fld></a:p>', place, None, "", True)

