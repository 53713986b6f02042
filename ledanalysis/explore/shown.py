"""What a `ChartView` is given to draw."""

from __future__ import annotations

from collections.abc import Sequence


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
