"""Where sentences end: at a point, an exclamation or question mark or a new line, but not at the points of abbreviations."""

from __future__ import annotations

import numpy as np

from ledanalysis.coding.folding import LETTER, STOPS, WORD, Folded
from ledanalysis.coding.patterns import CUT_SHORT

LONGEST = max(map(len, CUT_SHORT))


def sentence_ends(folded: Folded) -> np.ndarray:
    """The places of all signs that end a sentence or a text.

    A point ends none within a word or a number (2.5), nor after o.a., d.w.z. and words cut short (bijv.).

    Examples
    --------
    >>> from ledanalysis.coding.folding import fold
    >>> sentence_ends(fold(["Ja. Met o.a. bijv. 2.5 uur!", "Nee"])).tolist()
    [2, 26, 27, 31]
    """
    places = np.flatnonzero(folded.kinds & STOPS)
    of_points = np.flatnonzero(folded.codes[places] == ord("."))
    points = places[of_points]
    no_end = (folded.kinds[points + 1] & WORD != 0) | _initials(folded, points) | _cut_short(folded, points)
    ends = np.ones(len(places), dtype=bool)
    ends[of_points[no_end]] = False
    return places[ends]


def _initials(folded: Folded, points: np.ndarray) -> np.ndarray:
    """Whether each point is the last of single letters with points, as in o.a."""
    kinds = folded.kinds
    single = (folded.codes[points - 2] == ord(".")) & (kinds[points - 4] & WORD == 0)
    return single & (kinds[points - 1] & kinds[points - 3] & LETTER != 0)


def _cut_short(folded: Folded, points: np.ndarray) -> np.ndarray:
    """Whether the word before each point is one of those cut short; the longer ones need not be read."""
    found = np.zeros(len(points), dtype=bool)
    length = np.zeros(len(points), dtype=np.int64)
    goes_on = np.ones(len(points), dtype=bool)
    for back in range(1, LONGEST + 2):
        goes_on &= folded.kinds[points - back] & WORD != 0
        length += goes_on
    for size in sorted({len(short) for short in CUT_SHORT}):
        at = np.flatnonzero(length == size)
        for short in (short for short in CUT_SHORT if len(short) == size):
            same = np.ones(len(at), dtype=bool)
            for back, letter in enumerate(reversed(short), 1):
                same &= folded.codes[points[at] - back] == ord(letter)
            found[at] |= same
    return found
