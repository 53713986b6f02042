"""A native bar chart: its XML, and the workbook behind it. Rows come from the top, as on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ledanalysis import style
from ledanalysis.slides.powerpoint.drawingml import Look, quoted
from ledanalysis.slides.powerpoint.fitting import cut_text
from ledanalysis.slides.powerpoint.plans import SMALL, SPARE, WIDEST, Bars, Plan, Series, between, plan
from ledanalysis.slides.powerpoint.workbook import letter, reference, workbook

SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
NO_LEADERS = (  # no line from a figure that was moved to its bar
    '<c:extLst><c:ext uri="{CE6537A1-D6FC-4f65-9D91-7224C49458BB}" xmlns:c15="http://schemas.microsoft.com/office/drawing/2012/chart">'
    '<c15:showLeaderLines val="0"/></c:ext></c:extLst>'
)


@dataclass(frozen=True)
class NativeChart:
    """What python-pptx makes a chart of: its XML and its workbook."""

    xml: bytes
    xlsx_blob: bytes

    def xml_bytes(self, chart_type=None) -> bytes:
        """The chart's XML: python-pptx asks for it so."""
        return self.xml


def native_chart(bars: Bars, width: float, height: float, look: Look) -> NativeChart:
    """A bar chart of a size in points."""
    where = plan(bars, width, height)
    room = WIDEST / SPARE * width / where.letters
    names = [cut_text(each, room) for each in bars.categories]
    columns = [("", names), *((each.name, each.values) for each in bars.series)]
    ends = {}
    for number, each in enumerate(bars.series):
        if any(value is not None for value in each.lower):
            columns, ends[number] = _with_ends(columns, number, each)
    columns += bars.more
    series = "".join(_series(bars, number, names, ends.get(number), where, look) for number in range(len(bars.series)))
    return NativeChart(_chart(bars, series, where, look).encode(), workbook(columns))


def _with_ends(columns: list, number: int, each: Series) -> tuple[list, int]:
    """The columns with the ends of the intervals, and how far they are from the bar's end: figures that follow the ends."""
    first, bar = len(columns), letter(number + 1)
    low, high = letter(first), letter(first + 1)
    rows = list(zip(each.values, each.lower, each.upper, strict=True))
    above = [None if None in row else (f"={high}{n}-{bar}{n}", _far(row[2], row[0])) for n, row in enumerate(rows, 2)]
    below = [None if None in row else (f"={bar}{n}-{low}{n}", _far(row[0], row[1])) for n, row in enumerate(rows, 2)]
    return [*columns, ("lower", each.lower), ("upper", each.upper), ("+", above), ("-", below)], first + 2


def _far(end: float, start: float) -> float:
    return round(end - start, 6)


def _series(bars: Bars, number: int, names: Sequence[str], ends: int | None, where: Plan, look: Look) -> str:
    each, rows = bars.series[number], len(names)
    points = "".join(
        f'<c:dPt><c:idx val="{place}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/><c:spPr>{look.fill(code)}</c:spPr></c:dPt>'
        for place, code in enumerate(each.colours) if code
    )  # fmt: skip
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/>'
        f'<c:tx><c:strRef><c:f>Sheet1!${letter(number + 1)}$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{quoted(each.name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f'<c:spPr>{look.fill(each.colour)}{look.line(each.edge, 0.75)}</c:spPr><c:invertIfNegative val="0"/>{points}{_labels(bars, number, where, look)}'
        f"{_whiskers(each, ends, look) if ends else ''}"
        f"<c:cat><c:strRef><c:f>{reference(0, rows)}</c:f><c:strCache>{_points(names)}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>{reference(number + 1, rows)}</c:f><c:numCache><c:formatCode>General</c:formatCode>{_points(each.values)}</c:numCache></c:numRef></c:val></c:ser>"
    )


def _points(values: Sequence) -> str:
    said = "".join(
        f'<c:pt idx="{place}"><c:v>{quoted(value) if isinstance(value, str) else repr(value)}</c:v></c:pt>' for place, value in enumerate(values) if value is not None
    )
    return f'<c:ptCount val="{len(values)}"/>{said}'


def _whiskers(each: Series, first: int, look: Look) -> str:
    """The intervals: python-pptx has no error bars."""
    known = list(zip(each.values, each.lower, each.upper, strict=True))
    far = {"plus": [None if None in row else _far(row[2], row[0]) for row in known], "minus": [None if None in row else _far(row[0], row[1]) for row in known]}
    said = "".join(
        f"<c:{side}><c:numRef><c:f>{reference(first + place, len(known))}</c:f><c:numCache><c:formatCode>General</c:formatCode>{_points(values)}</c:numCache></c:numRef></c:{side}>"
        for place, (side, values) in enumerate(far.items())
    )
    return f'<c:errBars><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="0"/>{said}<c:spPr>{look.line(_seen_on(each.colour), 1.5)}</c:spPr></c:errBars>'


def _seen_on(bar: str) -> str:
    """The colour of a line that is to be seen on a bar and on white."""
    shades = (style.colour("ink"), style.tint("ink", 0.5))
    return max(shades, key=lambda shade: min(style.contrast(shade, bar), style.contrast(shade, style.colour("paper"))))


def _labels(bars: Bars, number: int, where: Plan, look: Look) -> str:
    """The figures: behind the bar and its interval; in a column at the right where they stand for one series of more."""
    each = bars.series[number]
    switches = "".join(f'<c:show{name} val="{int(name == "Val" and each.shown)}"/>' for name in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize"))
    if not each.shown:
        return f"<c:dLbls>{switches}</c:dLbls>"
    code = style.text_on(each.colour) if bars.stacked else style.colour("ink")
    look_of = f'<c:numFmt formatCode="{quoted(bars.form)}" sourceLinked="0"/><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_letters(look, SMALL, code, bars.apart)}'
    place = f'<c:dLblPos val="{"ctr" if bars.stacked else "outEnd"}"/>{switches}'
    moved = "".join(
        f'<c:dLbl><c:idx val="{row}"/><c:layout><c:manualLayout><c:x val="{x:.4f}"/><c:y val="{y:.4f}"/></c:manualLayout></c:layout>{look_of}{place}</c:dLbl>'
        for row, (x, y) in _moves(bars, number, where).items()
    )
    return f"<c:dLbls>{moved}{look_of}{place}{NO_LEADERS}</c:dLbls>"


def _moves(bars: Bars, number: int, where: Plan) -> dict[int, tuple[float, float]]:
    """How far figures go from the bar's end, in parts of the chart: past the interval, or to the right edge."""
    each, scale = bars.series[number], where.plot_width / (bars.high - bars.low) / where.width
    known = [(row, value) for row, value in enumerate(each.values) if value is not None]
    if bars.stacked:
        return {}
    if bars.apart:
        pitch = where.plot_height / len(each.values) / (len(bars.series) + between(bars) / 100)
        down = ((len(bars.series) - 1) / 2 - number) * pitch / where.height
        wide = 3 * SMALL / where.width  # a figure left of a bar below zero goes past it too
        return {row: ((bars.high - value) * scale + (wide if value < 0 else 0), down) for row, value in known}
    ends = each.lower if each.lower else [None] * len(each.values), each.upper if each.upper else [None] * len(each.values)
    return {row: ((end - value) * scale, 0) for row, value in known if (end := ends[value >= 0][row]) is not None and end != value}


def _letters(look: Look, size: float, code: str, bold: bool = False) -> str:
    font = '<a:latin typeface="+mn-lt"/>'
    said = look.letters(size, bold, code, tag="a:defRPr", inside=font)
    return f'<c:txPr><a:bodyPr rot="0" vert="horz"/><a:lstStyle/><a:p><a:pPr>{said}</a:pPr>{look.letters(tag="a:endParaRPr")}</a:p></c:txPr>'


def _axes(bars: Bars, where: Plan, look: Look) -> str:
    ink, muted, grid = (style.colour(name) for name in ("ink", "muted", "grid"))
    title = look.letters(SMALL, code=muted, tag="a:rPr", inside='<a:latin typeface="+mn-lt"/>')
    words = (f'<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr b="0"/></a:pPr><a:r>{title}<a:t>{quoted(bars.axis)}</a:t></a:r></a:p>'
             '</c:rich></c:tx><c:overlay val="0"/></c:title>') if bars.axis else ""  # fmt: skip
    labels = "none" if bars.bare else "low"
    return (
        '<c:catAx><c:axId val="11"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/><c:axPos val="l"/>'
        f'<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="{labels}"/>'
        f"<c:spPr>{look.line(muted, 0.75)}</c:spPr>{_letters(look, where.letters, ink)}"
        '<c:crossAx val="12"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="60"/><c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="12"/><c:scaling><c:orientation val="minMax"/><c:max val="{bars.high}"/><c:min val="{bars.low}"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="b"/><c:majorGridlines><c:spPr>{look.line(grid, 0.75)}</c:spPr></c:majorGridlines>{words}'
        f'<c:numFmt formatCode="{quoted(bars.ticks)}" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{_letters(look, SMALL, muted)}<c:crossAx val="11"/><c:crosses val="max"/><c:crossBetween val="between"/><c:majorUnit val="{bars.step}"/></c:valAx>'
    )


def _chart(bars: Bars, series: str, where: Plan, look: Look) -> str:
    legend = f'<c:legend><c:legendPos val="t"/>{where.layout(0, 0, where.width, where.key)}<c:overlay val="0"/>{_letters(look, SMALL, style.colour("ink"))}</c:legend>' if bars.legend else ""
    grouping, overlap = ("stacked", 100) if bars.stacked else ("clustered", 0)
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<c:chartSpace {SPACES}><c:date1904 val="0"/><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea>{where.plot}<c:barChart><c:barDir val="bar"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="{between(bars)}"/><c:overlap val="{overlap}"/><c:axId val="11"/><c:axId val="12"/></c:barChart>{_axes(bars, where, look)}<c:spPr><a:noFill/></c:spPr></c:plotArea>'
        f'{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_letters(look, SMALL, style.colour("ink"))}</c:chartSpace>'
    )
