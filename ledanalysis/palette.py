"""Colours named by meaning, and what a study's own must hold to: seen on white, and apart from those beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from ledanalysis.errors import InputError

# Chosen so that pairs which meet in one chart differ in lightness too (greyscale print, colour-blind readers), and
# marks stand out from white by 3:1 or more. Fills are pale: they carry a figure in ink, or the `muted` outline.
COLOURS = {
    "ink": "#1b2a3a",
    "accent": "#005a9c",
    "paper": "#ffffff",
    "grid": "#dfe4e8",
    "now": "#005a9c",
    "future": "#d97000",
    "organise": "#3d2478",
    "stimulate": "#12907b",
    "neutral": "#566573",
    "highlight": "#b3005e",
    "muted": "#66727d",  # text and outlines that stand back; 4.5:1, since text comes in it
    "suppressed": "#e9ecef",
    "hatch": "#c3cbd2",
    "responded": "#005a9c",
    "interviewed": "#d97000",
    "not_responded": "#e9ecef",
    "rise": "#5c97c9",
    "fall": "#e08a3c",
}
SERIES = ("now", "future", "organise", "stimulate", "ink")  # neighbours differ most in lightness
TEXTS = ("ink", "accent", "muted")  # words come in them
MARKS = ("now", "future", "organise", "stimulate", "neutral", "highlight", "responded", "interviewed")
PALE = ("grid", "suppressed", "hatch", "not_responded", "rise", "fall")  # words in ink stand on them
MEET = (("now", "future"), ("organise", "stimulate"), ("responded", "interviewed"), ("responded", "not_responded"),
        ("interviewed", "not_responded"), *zip(SERIES, SERIES[1:]))  # fmt: skip
OF_TEXT, OF_MARKS, APART = 4.5, 3.0, 15  # contrast ratios of WCAG 2.1; steps of lightness (CIE L*, 0-100)
HEXADECIMAL = re.compile("#[0-9a-fA-F]{6}")
FIXED = ("paper",)  # the sheet is white: all contrasts are with it
_used: ContextVar[Mapping[str, str]] = ContextVar("palette", default=COLOURS)


def used() -> Mapping[str, str]:
    """The colours to draw in: the house's, or those of the study that is being drawn."""
    return _used.get()


@contextmanager
def using(own: Mapping[str, str]) -> Iterator[None]:
    """Draw in a study's own colours, until the end of the block and nowhere else.

    Examples
    --------
    >>> with using({"now": "#112233"}):
    ...     inside = used()["now"], used()["ink"]
    >>> inside, used()["now"]
    (('#112233', '#1b2a3a'), '#005a9c')
    """
    token = _used.set({**COLOURS, **own})
    try:
        yield
    finally:
        _used.reset(token)


def check(own: Mapping[str, str], file: str = "study.toml", column: str = "style") -> None:
    """Whether a study's own colours can be told from white and from each other.

    Parameters
    ----------
    own : dict of str to str
        {name of `COLOURS`: "#rrggbb"}.
    file, column : str
        Where they stand, for error messages.

    Raises
    ------
    InputError
        No such name; not a colour; too pale to be read or seen; too much like one that it meets in a chart.

    Examples
    --------
    >>> check({"now": "#ffee00"})
    Traceback (most recent call last):
    ledanalysis.errors.InputError: study.toml, column 'style.now': too pale on white (contrast 1.2): '#ffee00'; allowed: a contrast of 3.0 or more
    """
    for name, value in own.items():
        place = {"file": file, "column": f"{column}.{name}", "value": value}
        if name not in COLOURS or name in FIXED:
            raise InputError("no such colour", **place, allowed=[each for each in COLOURS if each not in FIXED])
        if not HEXADECIMAL.fullmatch(value):
            raise InputError("not a colour", **place, allowed="#rrggbb, such as #005a9c")
        _check_contrast(name, value, {**COLOURS, **own}, place)
    for pair in MEET:
        mine = next((name for name in pair if name in own), None)
        first, second = (lightness({**COLOURS, **own}[name]) for name in pair)
        if mine and abs(first - second) < APART:
            other = pair[1] if mine == pair[0] else pair[0]
            raise InputError(f"too much like '{other}', beside which it stands in a chart: {abs(first - second):.0f} steps of lightness",
                             file=file, column=f"{column}.{mine}", value=own[mine], allowed=f"{APART} steps or more")  # fmt: skip


def _check_contrast(name: str, value: str, colours: Mapping[str, str], place: dict) -> None:
    """Marks and words on white; of fills, ink on them."""
    least = OF_TEXT if name in (*TEXTS, *PALE) else OF_MARKS
    found, problem = contrast(value, COLOURS["paper"]), "too pale on white"
    if name in PALE:
        found, problem = contrast(value, colours["ink"]), "too dark for the words that stand on it"
    if found < least:
        raise InputError(f"{problem} (contrast {found})", **place, allowed=f"a contrast of {least} or more")


def contrast(first: str, second: str) -> float:
    """How well two colours stand out from each other: 1 (not at all) to 21 (black on white).

    The contrast ratio of WCAG 2.1, from the relative luminance of both.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return round((light + 0.05) / (dark + 0.05), 2)


def luminance(shade: str) -> float:
    """The relative luminance of WCAG 2.1, 0 (black) to 1 (white).

    Examples
    --------
    >>> luminance("#ffffff")
    1.0
    """
    parts = (int(shade[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return round(sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True)), 6)


def lightness(shade: str) -> float:
    """CIE L*, 0-100: what is left of a colour in greyscale.

    Examples
    --------
    >>> round(lightness("#005a9c")), round(lightness("#ffffff"))
    (37, 100)
    """
    y = luminance(shade)
    return 116 * y ** (1 / 3) - 16 if y > (6 / 29) ** 3 else y * (29 / 3) ** 3
