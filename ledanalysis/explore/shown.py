"""What a `ChartView` is given to draw."""

from __future__ import annotations

from collections.abc import Sequence


def as_shown(
    view: str, title: str, kicker: str, footer: str, note: str = "", chart: dict | None = None, empty: str = "", rows: Sequence[str] = (), columns: Sequence[str] = (),
    tiles: Sequence[dict] = (), sides: Sequence[str] = (), picked: dict | None = None, n: Sequence = (),
) -> dict:  # fmt: skip
    """The parts of a view by their names: see `ChartView.shown`.

    Examples
    --------
    >>> as_shown("ranking", "A", "B", "", picked={"rows": ["DATA"]})["picked"]
    {'rows': ['DATA'], 'columns': [], 'tiles': []}
    """
    marked = {"rows": [], "columns": [], "tiles": [], **(picked or {})}
    return {"view": view, "title": title, "kicker": kicker, "footer": footer, "note": note, "chart": chart, "empty": empty, "rows": list(rows), "columns": list(columns),
            "tiles": list(tiles), "sides": list(sides), "picked": marked, "n": list(n)}  # fmt: skip
