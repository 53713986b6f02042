"""What a process does once before its first chart. To be imported where kernels are forked from: none of them need do it."""

from __future__ import annotations

import pandas as pd

from ledanalysis import charts, style
from ledanalysis import discussion, menu, mirror_words, network, practices, response, sides, triangulation  # noqa: F401  what notebooks import

ROWS = pd.DataFrame({"label": ["Data", "Zorg"], "estimate": [60.0, 80.0], "lower": [50.0, 70.0], "upper": [70.0, 90.0], "n": 40})


def draw() -> bytes:
    """A chart of each common kind, thrown away: fonts are found, colours and drawing routines loaded."""
    for chart in (charts.ranking, charts.bars):
        figure, axes = style.figure()
        chart(axes, ROWS)
        picture = style.png(figure)
    return picture


draw()
