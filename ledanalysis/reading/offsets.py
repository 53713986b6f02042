"""Where a coded segment begins and ends: programs count characters by different rules, found by what fits the text.

The REFI-QDA standard counts Unicode code points (version 1.5, section 10.2). NVivo counts units of UTF-16 (a character
beyond the first 65,536, as an emoji, is two), ATLAS.ti counts the two characters of a Windows line end as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ledanalysis.errors import InputError

STANDARD = "code points"
RULES = (STANDARD, "UTF-16", "code points, CRLF as one", "UTF-16, CRLF as one")
# What XML can't hold, and so no excerpt of a text in it.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOST_EXCERPT = 100


@dataclass(frozen=True)
class Fit:
    """The rule that fits a text best.

    Attributes
    ----------
    rule : str
        One of RULES.
    spans : list of (start, end) or None
        Places in the text for each segment, text[start:end]; None where it lies outside the text.
    fitted : float
        Share of the segments that hold the text the program gave with them or else begin and end between words.
    rivals : tuple of str
        Rules that fit as well and give other places.
    """

    rule: str
    spans: list[tuple[int, int] | None]
    fitted: float
    rivals: tuple[str, ...]


def excerpt(text: str) -> str:
    """The beginning of a text on one line, as programs put it in the name of a selection.

    Examples
    --------
    >>> excerpt("We leren\\r\\n samen")
    'We leren samen'
    """
    line = " ".join(NOT_IN_XML.sub(" ", text[: 4 * _MOST_EXCERPT]).split())
    return line if len(line) <= _MOST_EXCERPT else line[: _MOST_EXCERPT - 1].rstrip() + "…"


def places(text: str, rule: str = STANDARD) -> np.ndarray:
    """For each place in a text (0 to its length) the number by which a program that counts by a rule calls it.

    Raises
    ------
    InputError
        If there is no such rule.

    Examples
    --------
    >>> places("a😀\\r\\nb", "UTF-16").tolist(), places("a😀\\r\\nb", "code points, CRLF as one").tolist()
    ([0, 1, 3, 4, 5, 6], [0, 1, 2, 3, 3, 4])
    """
    if rule not in RULES:
        raise InputError("unknown rule of counting", value=rule, allowed=list(RULES))
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    widths = np.ones(len(codes), dtype="int64")
    if rule.startswith("UTF-16"):
        widths[codes > 0xFFFF] = 2
    if rule.endswith("one"):
        widths[1:][(codes[:-1] == 13) & (codes[1:] == 10)] = 0
    return np.concatenate([[0], np.cumsum(widths)])


def fit(text: str, segments: list[tuple[int, int, str]]) -> Fit:
    """Choose the rule by which segments were counted.

    Parameters
    ----------
    text : str
    segments : list of (start, end, name)
        As the program wrote them; the name may be the beginning of the segment's text.

    Returns
    -------
    Fit
        The rule under which most segments hold the text in their name; among equals that under which most lie
        within the text, then that under which most begin and end between words, then the standard's.

    Examples
    --------
    >>> fit("Ja 😀 leren", [(6, 11, "")]).rule, fit("Ja 😀 leren", [(5, 10, "")]).rule
    ('UTF-16', 'code points')
    """
    tried = {rule: _spans(text, segments, rule) for rule in _distinct(text)}
    scores = {rule: _score(text, segments, spans) for rule, spans in tried.items()}
    best = max(scores.values())
    rule, *others = [rule for rule in tried if scores[rule] == best]
    spans = tried[rule]
    rivals = tuple(other for other in others if tried[other] != spans)
    good = sum(
        span is not None and (_holds(text, span, name) or min(_edges(text, span)) > 0)
        for span, (*_, name) in zip(spans, segments)
    )
    return Fit(rule, spans, good / len(segments) if segments else float("nan"), rivals)


def _distinct(text: str) -> list[str]:
    """The rules that count this text in different ways."""
    has_pairs, has_crlf = not text.isascii() and max(text, default="") > "\uffff", "\r\n" in text
    rules = [rule for rule in RULES if has_pairs or not rule.startswith("UTF-16")]
    return [rule for rule in rules if has_crlf or not rule.endswith("one")]


def _spans(text: str, segments, rule: str) -> list[tuple[int, int] | None]:
    wanted = np.array([segment[:2] for segment in segments], dtype="object").reshape(-1, 2)
    if rule == STANDARD:  # the place is the number: no table needed
        return [(start, end) if 0 <= start <= end <= len(text) else None for start, end in wanted.tolist()]
    numbers = places(text, rule)
    last = int(numbers[-1])
    spans = []
    for start, end in wanted.tolist():
        if not 0 <= start <= end <= last:
            spans.append(None)
            continue
        found = np.searchsorted(numbers, [start, end], side="right") - 1  # after the whole of a line end
        is_place = (numbers[found] == [start, end]).all()  # else in the middle of a character
        spans.append((int(found[0]), int(found[1])) if is_place else None)
    return spans


def _score(text: str, segments, spans) -> tuple[int, int, float]:
    inside = [(span, name) for span, (*_, name) in zip(spans, segments) if span is not None]
    held = sum(_holds(text, span, name) for span, name in inside)
    return held, len(inside), sum(sum(_edges(text, span)) for span, _ in inside)


def _holds(text: str, span: tuple[int, int], name: str) -> bool:
    """Whether a segment's text begins as its name does."""
    name = excerpt(name) if len(name) <= 4 * _MOST_EXCERPT else " ".join(name.split())
    start, end = span
    if not name or start == end:
        return False
    line = " ".join(NOT_IN_XML.sub(" ", text[start : min(end, start + 4 * len(name) + _MOST_EXCERPT)]).split())
    body = name.rstrip("….").rstrip()
    is_cut = name.endswith(("…", "...")) and bool(body)
    return line == name or (is_cut and line.startswith(body)) or (len(name) >= 20 and line.startswith(name))


def _edges(text: str, span: tuple[int, int]) -> tuple[float, float]:
    """Whether a segment begins and ends between words: 1, 0.5 where a blank is taken along, 0 within a word."""
    start, end = span
    if start == end:
        return 0, 0
    first, last = text[start], text[end - 1]
    begins = 0 if start and text[start - 1].isalnum() and first.isalnum() else 0.5 if first.isspace() else 1
    ends = 0 if end < len(text) and last.isalnum() and text[end].isalnum() else 0.5 if last.isspace() else 1
    return begins, ends
