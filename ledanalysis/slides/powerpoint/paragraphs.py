"""Paragraphs as the text of a shape."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledanalysis import style
from ledanalysis.slides.powerpoint.drawingml import POINT, Look, quoted
from ledanalysis.slides.powerpoint.fitting import BEFORE, HEADING, INDENT
from ledanalysis.slides.powerpoint.words import Paragraph, Run

MARKS = {"italic": ' i="1"', "strike": ' strike="sngStrike"', "raised": ' baseline="30000"', "lowered": ' baseline="-25000"'}
CODE = '<a:latin typeface="Consolas"/>'


@dataclass(frozen=True)
class Writer:
    """Writes text in a deck's look; `relate` gives the id under which a slide knows an address."""

    look: Look
    relate: Callable[[str], str] = lambda address: ""

    def body(self, paragraphs: list[Paragraph], size: float = 0, bullets: bool = True, inside: float = 20, code: str = "") -> str:
        """The paragraphs as XML.

        Parameters
        ----------
        paragraphs : list of Paragraph
        size : float
            Of letters, in points; 0: as where they stand.
        bullets : bool
            Whether items bring a bullet of their own; else they have the one of their level.
        inside : float
            The size of letters that indents go by.
        code : str
            A colour for all of it.
        """
        return "".join(self._paragraph(each, number, size, bullets, size or inside, code) for number, each in enumerate(paragraphs)) or "<a:p/>"

    def _paragraph(self, each: Paragraph, number: int, size: float, bullets: bool, letters: float, code: str) -> str:
        before = f'<a:spcBef><a:spcPts val="{round(letters * BEFORE * 100) if number else 0}"/></a:spcBef>'
        deep = each.level if each.kind in ("item", "quote") or each.level > 1 else 0
        left = round(INDENT * letters * deep * POINT)
        if each.kind == "item" and not bullets:
            place = f' lvl="{min(each.level, 9) - 1}"'
        else:
            place = f' marL="{left}" indent="{round(-INDENT * letters * POINT) if each.kind == "item" else 0}"'
            before += _bullet(each) if each.kind == "item" else "<a:buNone/>"
        words = "".join(self.run(run, size, each.kind, letters, code) for run in each.runs)
        return f"<a:p><a:pPr{place}>{before}</a:pPr>{words}</a:p>"

    def run(self, run: Run, size: float = 0, kind: str = "text", letters: float = 0, code: str = "") -> str:
        """A run as XML."""
        heading = kind == "heading"
        bold = heading or "bold" in run.marks
        more = "".join(said for mark, said in MARKS.items() if mark in run.marks or (mark == "italic" and kind == "quote"))
        inside = CODE if "code" in run.marks else ""
        if run.link:
            inside += f'<a:hlinkClick r:id="{self.relate(run.link)}"/>'
        size = (size or letters) * HEADING if heading else size
        look = self.look.letters(size, bold, code or (style.colour("accent") if heading else ""), more=more, inside=inside)
        lines = [f"<a:r>{look}<a:t>{quoted(line)}</a:t></a:r>" if line else "" for line in run.text.split("\v")]
        return f"<a:br>{self.look.letters(size)}</a:br>".join(lines)


def _bullet(each: Paragraph) -> str:
    if each.number:
        start = f' startAt="{each.number}"' if each.number > 1 else ""
        return f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod"{start}/>'
    return '<a:buFont typeface="Arial"/><a:buChar char="•"/>'
