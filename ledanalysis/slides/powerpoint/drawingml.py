"""Text, colours and boxes as DrawingML: what slides, tables and charts have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

POINT = 12700  # EMU, the unit of lengths in a presentation
SPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
# what XML cannot hold, and what turns the order of the letters after it around
UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")
TAGS = {"nl": "nl-NL", "en": "en-GB"}


@dataclass(frozen=True)
class Box:
    """A place on a slide, in EMU."""

    left: int
    top: int
    width: int
    height: int

    @property
    def points(self) -> tuple[float, float]:
        """Its width and height in points."""
        return self.width / POINT, self.height / POINT

    def part(self, top: float, height: float) -> Box:
        """A part of its height, from `top`: both in EMU."""
        return Box(self.left, round(self.top + top), self.width, round(height))

    def columns(self, count: int, gap: float) -> list[Box]:
        """So many places beside each other, with a gap (points) between them."""
        between = gap * POINT
        width = (self.width - between * (count - 1)) / count
        return [Box(round(self.left + place * (width + between)), self.top, round(width), self.height) for place in range(count)]

    def xfrm(self, prefix: str = "a") -> str:
        """Where it is, as XML."""
        inside = f'<a:off x="{self.left}" y="{self.top}"/><a:ext cx="{self.width}" cy="{self.height}"/>'
        return f"<{prefix}:xfrm>{inside}</{prefix}:xfrm>"


@dataclass(frozen=True)
class Look:
    """A deck's language (such as nl-NL), and the slot of the theme that has a colour, by its code (#005a9c: accent1)."""

    language: str
    slots: dict[str, str] = field(default_factory=dict)

    def colour(self, code: str) -> str:
        """A colour as XML: the theme's where it has it, so that another theme changes it.

        Examples
        --------
        >>> Look("nl-NL", {"#005a9c": "accent1"}).colour("#005a9c"), Look("nl-NL").colour("#ffffff")
        ('<a:schemeClr val="accent1"/>', '<a:srgbClr val="FFFFFF"/>')
        """
        if code.lower() in self.slots:
            return f'<a:schemeClr val="{self.slots[code.lower()]}"/>'
        return f'<a:srgbClr val="{code.lstrip("#").upper()}"/>'

    def fill(self, code: str) -> str:
        """A filled area; none without a colour."""
        return f"<a:solidFill>{self.colour(code)}</a:solidFill>" if code else "<a:noFill/>"

    def line(self, code: str, width: float = 1, tag: str = "a:ln") -> str:
        """A line of a width in points; none without a colour."""
        return f'<{tag} w="{round(width * POINT)}">{self.fill(code)}</{tag}>'

    def letters(self, size: float = 0, bold: bool = False, code: str = "", tag: str = "a:rPr", more: str = "", inside: str = "") -> str:
        """How letters look. Without a size or colour they are as where they stand."""
        said = f' lang="{self.language}"' + (f' sz="{round(size * 100)}"' if size else "") + (' b="1"' if bold else "") + more
        return f"<{tag}{said}>{self.fill(code) if code else ''}{inside}</{tag}>"


def clean(text: str) -> str:
    """Text without what a file cannot hold, or what turns other text around.

    Examples
    --------
    >>> clean("a\\x00b\\u202ec\\ud800")
    'abc'
    """
    return UNFIT.sub("", str(text))


def quoted(text: str) -> str:
    """Text as XML, within a tag or between quotes.

    Examples
    --------
    >>> quoted('<b> & "c"')
    '&lt;b&gt; &amp; &quot;c&quot;'
    """
    return escape(clean(text), {'"': "&quot;", "\n": "&#10;"})
