"""Which of the spans that were found count: one per word and theme, of the longest pattern; and those of parents."""

from __future__ import annotations

import numpy as np

from ledanalysis.coding.scan import Spans, first_apart


def overlaps(group: np.ndarray, spans: Spans, other_group: np.ndarray, others: Spans) -> np.ndarray:
    """Which spans overlap one of the others of their group."""
    if not len(spans) or not len(others):
        return np.zeros(len(spans), dtype=bool)
    limit = int(max(spans.end.max(), others.end.max())) + 1
    begins, ends = other_group * limit + others.start, other_group * limit + others.end
    order = np.argsort(begins)
    reach = np.maximum.accumulate(ends[order])
    at = np.searchsorted(begins[order], group * limit + spans.end, "left") - 1
    return (at >= 0) & (reach[at] > group * limit + spans.start)


def longest(theme: np.ndarray, spans: Spans) -> tuple[np.ndarray, Spans]:
    """Of spans of a theme that overlap the longest; of those as long the first, and that of the codebook's first pattern."""
    order = np.lexsort([spans.search, spans.start - spans.end, spans.start, theme])
    theme, spans = theme[order], spans.take(order)
    keep = np.ones(len(spans), dtype=bool)
    rest = ~first_apart(theme, spans.start, spans.end)
    if rest.any():
        limit = int(spans.end.max()) + 1
        reach = np.maximum.accumulate(theme * limit + spans.end)
        breaks = np.concatenate([[True], theme[1:] * limit + spans.start[1:] >= reach[:-1]])
        heap = np.cumsum(breaks) - 1
        crowded = np.flatnonzero(np.bincount(heap)[heap] > 1)
        size = spans.start[crowded] - spans.end[crowded]
        taken: dict[int, list[tuple[int, int]]] = {}
        for at in crowded[np.lexsort([spans.start[crowded], size, heap[crowded]])].tolist():
            start, end = int(spans.start[at]), int(spans.end[at])
            others = taken.setdefault(int(heap[at]), [])
            keep[at] = all(end <= first or last <= start for first, last in others)
            if keep[at]:
                others.append((start, end))
    return theme[keep], spans.take(keep)


def with_parents(theme, found: Spans, horizon, parents: dict[str, str], themes: np.ndarray):
    """With the mentions of parents, which are those of their children and their own; by place and theme."""
    numbers = {name: number for number, name in enumerate(themes)}
    parts = [np.arange(len(theme))]
    codes = [theme]
    for child, name in enumerate(themes):
        own = np.flatnonzero(theme == child)
        for parent in above(name, parents):
            parts.append(own)
            codes.append(np.full(len(own), numbers[parent]))
    if len(parts) > 1:
        which = np.concatenate(parts)
        found, horizon = found.take(which), horizon[which]
        by_span = dict(zip(zip(found.start.tolist(), found.end.tolist()), horizon.tolist()))
        theme, found = longest(np.concatenate(codes), found)
        horizon = np.array([by_span[span] for span in zip(found.start.tolist(), found.end.tolist())], dtype=np.int64)
    order = np.lexsort([theme, found.start])
    return theme[order], found.take(order), horizon[order]


def above(theme: str, parents: dict[str, str]) -> list[str]:
    """The themes above a theme, each once."""
    line: list[str] = []
    while (theme := parents.get(theme, "")) and theme not in line:
        line.append(theme)
    return line
