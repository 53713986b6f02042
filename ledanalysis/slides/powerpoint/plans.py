"""What a native bar chart shows, and where its parts stand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ledanalysis.slides.powerpoint.fitting import lines_of, width_of

LEGEND, KEY, TICKS, WORDS, TOP, GAP = 20, 26, 19, 17, 5, 7  # points: a line of the key, what a name in it takes besides, the axis' figures and a line of its words, above the plot, beside the labels
LARGEST, SMALL = 16, 12  # points: of categories, of axis, key and figures
WIDEST = 0.5  # of the chart's width: room for categories
SPARE = 1.05  # of a category's width: programs round differently, and break what does not fit
ROOM = 1.2  # a line of letters takes so many times their size
FIGURE = 11  # points: a bar of which this is the pitch has room for its figure


@dataclass(frozen=True)
class Series:
    """A row of bars: name, a value per category (None: no bar), colour; per category another colour ("": the same), and
    the ends of its intervals. `shown`: whether its figures stand beside it; `edge`: the colour of an outline."""

    name: str
    values: Sequence[float | None]
    colour: str
    colours: Sequence[str] = ()
    lower: Sequence[float | None] = ()
    upper: Sequence[float | None] = ()
    shown: bool = True
    edge: str = ""


@dataclass(frozen=True)
class Bars:
    """What a bar chart shows.

    `form` and `ticks` are Excel's formats of figures and of the axis, `apart`: figures of the first series stand in a
    column at the right, `bare`: no categories (they stand at another chart), `more`: columns of the workbook besides,
    `key_lines`, `axis_lines`: how many the key and the axis' words take at least.
    """

    categories: Sequence[str]
    series: Sequence[Series]
    low: float
    high: float
    step: float
    axis: str
    form: str
    ticks: str
    stacked: bool = False
    apart: bool = False
    bare: bool = False
    legend: bool = False
    more: Sequence[tuple[str, Sequence]] = ()
    key_lines: int = 0
    axis_lines: int = 1


@dataclass(frozen=True)
class Plan:
    """Where things are, in points: the chart, its plot, and the letters of its categories."""

    width: float
    height: float
    left: float
    top: float
    plot_width: float
    plot_height: float
    letters: float
    key: float

    def layout(self, left: float, top: float, width: float, height: float, target: str = "") -> str:
        """A place in the chart as XML."""
        ends = {"x": left / self.width, "y": top / self.height, "w": width / self.width, "h": height / self.height}
        inside = "".join(f'<c:{name} val="{value:.4f}"/>' for name, value in ends.items())
        return f'<c:layout><c:manualLayout>{target}<c:xMode val="edge"/><c:yMode val="edge"/>{inside}</c:manualLayout></c:layout>'

    @property
    def plot(self) -> str:
        return self.layout(self.left, self.top, self.plot_width, self.plot_height, '<c:layoutTarget val="inner"/>')


def plan(bars: Bars, width: float, height: float) -> Plan:
    """Where the plot of a chart of that size (points) is, and how large its categories' letters are."""
    key = LEGEND * max(key_lines(bars, width), bars.key_lines) if bars.legend else 0
    top = TOP + key
    plot_height = height - top - TICKS - WORDS * max(axis_lines(bars, width), bars.axis_lines)
    widest = max((width_of(each) for each in bars.categories), default=0)
    fit = max(WIDEST / SPARE * width / max(widest, 1), SMALL)  # smaller before they are cut
    letters = min(LARGEST, fit, max(plot_height / max(len(bars.categories), 4) / ROOM, 6)) // 0.5 * 0.5
    widest *= letters
    left = 2 * SMALL if bars.bare else min(widest * SPARE, WIDEST * width) + GAP
    right = 3.4 * SMALL if any(each.shown for each in bars.series) and not bars.stacked else SMALL
    return Plan(width, height, left, top, width - left - right, plot_height, letters, key)


def between(bars: Bars) -> int:
    """The room between categories, in percent of a bar: more where more bars are to be seen as one."""
    return 45 if bars.stacked else 25 + 20 * len(bars.series)


def axis_lines(bars: Bars, width: float) -> int:
    """How many lines the axis' words take: programs break them before they are as wide as the chart."""
    return lines_of(bars.axis, 0.7 * width / SMALL) if bars.axis else 0


def key_lines(bars: Bars, width: float) -> int:
    """How many lines the key takes: names stand in columns as wide as the widest."""
    widest = max(width_of(each.name) for each in bars.series) * SMALL + KEY
    return math.ceil(len(bars.series) / max(int(0.95 * width / widest), 1))
