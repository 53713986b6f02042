"""House style: colours named by meaning (`palette`), fonts, numbers as the reader writes them, a figure and its PNG."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, wraps
from importlib.resources import files
from io import BytesIO

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from PIL import Image

from ledanalysis import palette
from ledanalysis.palette import SERIES

OUTLINES = {"suppressed": "muted", "not_responded": "muted", "paper": "hatch"}
SHADES = 21  # of a colour map: finer steps are not seen, and odd, so that a diverging one has a middle
FAMILY = "Source Sans Pro"
SAMPLED, MOST_COLOURS = 2, 256  # every second pixel both ways tells which colours a picture has
FALLBACK = "DejaVu Sans"
FONTS = "_static/revealjs/dist/theme/fonts/source-sans-pro"


def colour(name: str) -> str:
    """The colour of a meaning, as a hexadecimal code.

    Raises
    ------
    KeyError
        If the palette has no such name: a fault in the program, not in its input.

    Examples
    --------
    >>> colour("now")
    '#005a9c'
    """
    return palette.used()[name]


def outline(name: str) -> str:
    """The colour to draw around an area: its own, unless that would not be seen on white.

    Examples
    --------
    >>> outline("responded") == colour("responded"), outline("not_responded") == colour("muted")
    (True, True)
    """
    return colour(OUTLINES.get(name, name))


def tint(name: str, part: float) -> str:
    """A colour thinned with white to so much of it.

    Examples
    --------
    >>> tint("ink", 1) == colour("ink"), tint("now", 0.2)
    (True, '#ccdeeb')
    """
    return to_hex([1 - part * (1 - each) for each in to_rgb(colour(name))])


def contrast(first: str, second: str) -> float:
    """As `palette.contrast`, of colours in any form.

    Examples
    --------
    >>> contrast("black", (1, 1, 1))
    21.0
    """
    return palette.contrast(to_hex(first), to_hex(second))


def text_on(fill) -> str:
    """The text colour, ink or paper, that reads best on a filled area.

    Examples
    --------
    >>> text_on("#005a9c"), text_on("#e9ecef")
    ('#ffffff', '#1b2a3a')
    """
    return max(colour("ink"), colour("paper"), key=lambda text: contrast(text, fill))


def colour_map(diverging: bool = False) -> LinearSegmentedColormap:
    """Pale to darker in one hue; or, diverging, from `fall` over near-white to `rise`. Ink reads on every shade.

    Examples
    --------
    >>> colour_map().name, colour_map(diverging=True).name
    ('pale-dark', 'fall-rise')
    """
    return _colour_map(*((colour("fall"), "#f7f8f9") if diverging else ("#f4f8fb",)), colour("rise"))


@cache
def _colour_map(*shades: str) -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list("fall-rise" if len(shades) == 3 else "pale-dark", shades, SHADES)


def number(value: float, decimals: int = 0, language: str = "nl") -> str:
    """A number as the reader writes it: 1.234,5 in Dutch, 1,234.5 in English.

    Halves are rounded away from zero, as people and spreadsheets do. Missing and infinite values are an en dash;
    a negative number has a real minus sign, and what rounds to zero has none.

    Examples
    --------
    >>> number(1234.5, 1), number(1234.5, 1, "en"), number(62.5), number(-0.2), number(float("nan"))
    ('1.234,5', '1,234.5', '63', '0', '–')
    """
    if pd.isna(value) or math.isinf(value):
        return "–"
    rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    text = f"{abs(rounded):,f}"
    if language == "nl":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"−{text}" if rounded < 0 else text


def percent(value: float, language: str = "nl", decimals: int = 0) -> str:
    """A percentage, of a value that is in percent already.

    Examples
    --------
    >>> percent(62.5), percent(float("nan"))
    ('63%', '–')
    """
    text = number(value, decimals, language)
    return text if text == "–" else f"{text}%"


def signed(value: float, decimals: int = 0, language: str = "nl") -> str:
    """A difference, with its sign: zero and missing have none.

    Examples
    --------
    >>> signed(8.2), signed(-8), signed(0.3), signed(float("nan"))
    ('+8', '−8', '0', '–')
    """
    text = number(value, decimals, language)
    return f"+{text}" if text[0] not in "–−" and text.strip("0.,") else text


def hexadecimal(shade) -> str:
    """The code of a colour in another form.

    Examples
    --------
    >>> hexadecimal((0, 0, 0, 1))
    '#000000'
    """
    return to_hex(shade)


def settings() -> dict:
    """The house style as matplotlib settings: `ledanalysis.mplstyle`, with the colours and fonts of this module.

    For an analyst's own charts: ``with matplotlib.rc_context(style.settings()): ...``.

    Examples
    --------
    >>> settings()["figure.figsize"]
    [11.8, 5.2]
    """
    ink, muted, grid = colour("ink"), colour("muted"), colour("grid")
    return {
        **_shape(),
        "font.family": _families(),
        "text.color": ink,
        "axes.labelcolor": muted,
        "axes.edgecolor": muted,
        "xtick.color": muted,
        "ytick.color": ink,
        "grid.color": grid,
        "axes.prop_cycle": mpl.cycler(color=[colour(name) for name in SERIES]),
    }


@cache
def _shape() -> dict:
    """Sizes and lines."""
    return mpl.rc_params_from_file(files("ledanalysis") / "ledanalysis.mplstyle", use_default_template=False)


@cache
def _families() -> list[str]:
    """The fonts in order of preference; those of the slides' theme are made known to matplotlib."""
    try:
        paths = sorted(path for path in (files("sphinx_revealjs") / FONTS).iterdir() if path.name.endswith(".ttf"))
    except (ModuleNotFoundError, FileNotFoundError):
        return [FALLBACK]
    bold = [entry for entry in fontManager.ttflist if entry.name == FALLBACK and entry.weight == 700]
    fontManager.ttflist += [replace(entry, weight=600) for entry in bold]  # it has no semibold
    for path in paths:
        fontManager.addfont(path)
        if "semibold" in path.name:  # else, before matplotlib 3.11, a family of its own, that no weight finds
            fontManager.ttflist[-1] = replace(fontManager.ttflist[-1], name=FAMILY, weight=600)
    return [FAMILY, FALLBACK] if paths else [FALLBACK]


def styled(draw: Callable) -> Callable:
    """Let a function draw in the house style, and leave matplotlib's settings elsewhere as they are.

    Examples
    --------
    >>> styled(lambda: mpl.rcParams["legend.frameon"])(), mpl.rcParams["legend.frameon"]
    (False, True)
    """

    @wraps(draw)
    def drawn(*args, **kwargs):
        with mpl.rc_context(settings()):
            return draw(*args, **kwargs)

    return drawn


@styled
def figure(width: float = 11.8, height: float = 5.2) -> tuple[Figure, mpl.axes.Axes]:
    """A figure of a size in inches, with one Axes; not known to pyplot, so nothing has to be closed.

    Examples
    --------
    >>> drawing, ax = figure()
    >>> drawing.get_size_inches().tolist()
    [11.8, 5.2]
    """
    drawing = Figure(figsize=(width, height))
    FigureCanvasAgg(drawing)
    return drawing, drawing.add_subplot()


def split(ax: mpl.axes.Axes) -> tuple[mpl.axes.Axes, mpl.axes.Axes]:
    """Two Axes beside each other in the place of one.

    Examples
    --------
    >>> left, right = split(figure()[1])
    >>> left.figure.axes == [left, right]
    True
    """
    drawing = ax.figure
    drawing.delaxes(ax)
    return tuple(drawing.subplots(1, 2))


@styled
def png(drawing: Figure) -> bytes:
    """The figure as PNG bytes: the same figure gives the same bytes, on any day.

    At most 256 colours are kept, which no eye sees in a chart and which makes the file a third of the size.

    Examples
    --------
    >>> png(figure()[0])[1:4]
    b'PNG'
    """
    canvas = FigureCanvasAgg(drawing)
    canvas.draw()  # once; Figure.savefig draws a figure with a layout twice
    few = _palette_image(np.asarray(canvas.buffer_rgba()))
    file = BytesIO()
    few.save(file, "png", dpi=(drawing.dpi, drawing.dpi))
    return file.getvalue()


def _palette_image(pixels: np.ndarray) -> Image.Image:
    """The picture (rgba) in the colours that it has most of; the few pixels of other colours get one that is close."""
    colours = pixels.view("<u4")[..., 0] & 0xFFFFFF
    found, counts = np.unique(colours[::SAMPLED, ::SAMPLED], return_counts=True)
    kept = found[np.argsort(-counts, kind="stable")[:MOST_COLOURS]]
    places = np.zeros(1 << 24, "u1")  # of each colour that there can be
    places[kept] = np.arange(len(kept))
    others = np.setdiff1d(colours[kept[places[colours]] != colours], kept)
    places[others] = [np.abs(_channels(kept) - each).sum(axis=1).argmin() for each in _channels(others)]
    picture = Image.fromarray(places[colours], "P")
    picture.putpalette(_channels(kept).astype("u1").tobytes())
    return picture


def _channels(colours: np.ndarray) -> np.ndarray:
    return np.stack([colours & 255, colours >> 8 & 255, colours >> 16], axis=-1).astype("i4")
