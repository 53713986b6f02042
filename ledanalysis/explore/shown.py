"""What a `ChartView` is given to draw."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def as_shown(
    view: str, title: str, kicker: str, footer: str, note: str = "", chart: dict | None = None, empty: str = "", rows: Sequence[str] = (), columns: Sequence[str] = (),
    tiles: Sequence[dict] = (), sides: Sequence[str] = (), n: Sequence = (),
) -> dict:  # fmt: skip
    """The parts of a view by their names, with nothing marked: see `ChartView.shown`.

    Examples
    --------
    >>> as_shown("ranking", "A", "B", "")["picked"]
    {'rows': [], 'columns': [], 'tiles': []}
    """
    return {"view": view, "title": title, "kicker": kicker, "footer": footer, "note": note, "chart": chart, "empty": empty, "rows": list(rows), "columns": list(columns),
            "tiles": list(tiles), "sides": list(sides), "picked": {"rows": [], "columns": [], "tiles": []}, "n": list(n)}  # fmt: skip


def table_alone(words: pd.DataFrame) -> dict:
    """What is drawn where the house style has no chart: a table of words."""
    return {"kind": "table", "table": {"columns": list(words), "rows": words.to_numpy().tolist()}, "rows": [], "columns": []}
