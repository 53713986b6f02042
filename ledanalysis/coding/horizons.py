"""What a sentence says of a theme: that it is of now, of the coming years, or none."""

from __future__ import annotations

import re

import numpy as np

from ledanalysis.coding.folding import Folded
from ledanalysis.coding.scan import Spans

UNSTATED, NOW, FUTURE = 0, 1, 2
HORIZONS = np.array(["unstated", "now", "future"])
SCOPES = ("clause", "after", "before", "next", "sentence")
# where a clause ends whatever follows, and where it may: a comma that lists is none
BORDER = re.compile(r"[;()]|[:,](?!\d)|\s[-—]\s")
ITEM = r"[\w'\-]+(?: [\w'\-]+)?"
LISTED = re.compile(rf"\s?{ITEM}(?:, {ITEM})+,? (?:en|of|noch) ")
NEXT = re.compile(r"(?:\W*[\w'\-]+){2}")


def horizons(start: np.ndarray, end: np.ndarray, ends: np.ndarray, now: Spans, future: Spans) -> np.ndarray:
    """Of each span the horizon of the nearest marker in its sentence; as near, the coming years go first."""
    near_now, near_future = (_nearest(start, end, ends, markers) for markers in (now, future))
    far = np.iinfo(np.int64).max
    stated = np.where(near_future <= near_now, FUTURE, NOW)
    return np.where((near_future == far) & (near_now == far), UNSTATED, stated)


def _nearest(start: np.ndarray, end: np.ndarray, ends: np.ndarray, markers: Spans) -> np.ndarray:
    """The letters between each span and the nearest marker in its sentence; the largest number if there is none."""
    far = np.full(len(start), np.iinfo(np.int64).max)
    if not len(markers):
        return far
    markers = markers.take(np.argsort(markers.start, kind="stable"))
    sentence, of = np.searchsorted(ends, start), np.searchsorted(ends, markers.start)
    after = np.searchsorted(markers.start, start, "right")
    limit = int(markers.end.max()) + 1
    reach = np.maximum.accumulate(of * limit + markers.end)  # of the latest sentence the furthest end so far
    left = reach[np.maximum(after - 1, 0)]
    has_left = (after > 0) & (left // limit == sentence)
    left = np.where(has_left, np.maximum(start - left % limit, 0), far)
    right = np.minimum(after, len(markers) - 1)
    has_right = (after < len(markers)) & (of[right] == sentence)
    return np.minimum(left, np.where(has_right, np.maximum(markers.start[right] - end, 0), far))


def denied(start: np.ndarray, ends: np.ndarray, folded: Folded, denials: Spans, scopes: np.ndarray, turns: Spans) -> np.ndarray:
    """Whether each span begins in what a denial speaks of."""
    sentence = np.searchsorted(ends, start)
    of = np.searchsorted(ends, denials.start)
    said = np.isin(of, sentence)
    spans = []
    for at, number in zip(np.flatnonzero(said).tolist(), of[said].tolist()):
        bounds = (int(ends[number - 1]) + 1 if number else 0), int(ends[number])
        stops = turns.start[(turns.start >= bounds[0]) & (turns.start < bounds[1])].tolist() if len(turns) else []
        marker = int(denials.start[at]), int(denials.end[at])
        spans.append(reach_of_denial(folded.text, bounds, marker, stops, scopes[denials.search[at]]))
    if not spans:
        return np.zeros(len(start), dtype=bool)
    spans = np.array(sorted(spans), dtype=np.int64)
    at = np.searchsorted(spans[:, 0], start, "right") - 1
    return (at >= 0) & (np.maximum.accumulate(spans[:, 1])[at] > start)


def reach_of_denial(text: str, sentence: tuple[int, int], marker: tuple[int, int], turns: list[int], scope: str) -> tuple[int, int]:
    """From where to where a denial speaks: its clause, or the part of it before or after, or two words, or the sentence.

    A clause ends at `;`, `:`, brackets, dashes, a word that turns (maar, wel), and at a comma, unless that stands in a
    list of parts of one or two words with 'en', 'of' or 'noch' before its last.

    Examples
    --------
    >>> text = "straks speelt loopbaan, maar data en taal, dat is geen thema"
    >>> begin, end = reach_of_denial(text, (0, len(text)), (50, 60), [24], "before")
    >>> text[begin:end]
    ' dat is geen thema'
    """
    if scope == "sentence":
        return sentence
    if scope == "next":
        following = NEXT.match(text, marker[1], sentence[1])
        return marker[0], min([following.end() if following else marker[1], _clause_end(text, sentence, marker, turns)])
    begin = marker[0] if scope == "after" else _clause_begin(text, sentence, marker, turns)
    end = marker[1] if scope == "before" else _clause_end(text, sentence, marker, turns)
    return begin, end


def _clause_end(text: str, sentence: tuple[int, int], marker: tuple[int, int], turns: list[int]) -> int:
    listed = LISTED.match(text, marker[1], sentence[1])
    border = BORDER.search(text, listed.end() if listed else marker[1], sentence[1])
    return min([border.start() if border else sentence[1], *(turn for turn in turns if turn >= marker[1])])


def _clause_begin(text: str, sentence: tuple[int, int], marker: tuple[int, int], turns: list[int]) -> int:
    begin = max([sentence[0], *(turn for turn in turns if turn < marker[0])])
    borders = [(found.end(), found[0] == ",") for found in BORDER.finditer(text, begin, marker[0])]
    begin = max([begin, *(place for place, comma in borders if not comma)])
    commas = [place for place, comma in borders if comma and place > begin]
    for place in [begin, *commas]:
        listed = LISTED.match(text, place, marker[0])
        if not commas or (listed and listed.end() > commas[-1]):
            return place
    return commas[-1]
