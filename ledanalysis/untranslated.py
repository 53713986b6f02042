"""What the codebook says in Dutch only: an English reader sees the Dutch words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ledanalysis.clusters import read_clusters
from ledanalysis.study import Settings, Study

MEASURED = {"items": "item", "options": "option"}  # tables of which a reader sees only what is measured, by this column
FAULT = "no English: an English reader sees the Dutch"


def find(study: Study) -> list[dict]:
    """The words without English, a row per file and column: where, rows, column, value (the first in Dutch), fault.

    A short label may lack: the long one is shown then.
    """
    found = list(_in_tables(study)) + list(_in_clusters(study)) + list(_in_settings(study.settings))
    places: dict[tuple, list] = {}
    for where, row, column, words in found:
        places.setdefault((where, column), []).append((row, words))
    return [dict(where=where, rows=_ranges([row for row, _ in lacking if row]), column=column, value=lacking[0][1], fault=FAULT)
            for (where, column), lacking in places.items()]  # fmt: skip


def _in_tables(study: Study) -> Iterator[tuple]:
    measured = set(study.themes["theme"])
    for table, rows in study.tables.items():
        seen = [row for row in rows if table not in MEASURED or getattr(row, MEASURED[table]) in measured]
        for row in seen:
            for name in ("label", "summary"):
                if getattr(row, f"{name}_nl", "") and not getattr(row, f"{name}_en"):
                    yield f"{table}.csv", row._line, f"{name}_en", getattr(row, f"{name}_nl")


def _in_clusters(study: Study) -> Iterator[tuple]:
    path = study.codebook / "clusters.csv"
    clusters = read_clusters(path).fillna("") if path.exists() else None
    if clusters is not None:
        for number, row in clusters[clusters["label_en"] == ""].iterrows():
            yield path.name, number + 2, "label_en", row["label_nl"]


def _in_settings(settings: Settings) -> Iterator[tuple]:
    """Texts of study.toml; what units are called has a default, that is wrong where the other language has its own."""
    for name in ("title", "question", "source"):
        if getattr(settings, f"{name}_nl") and not getattr(settings, f"{name}_en"):
            yield "study.toml", None, f"{name}_en", getattr(settings, f"{name}_nl")
    if settings.units_nl != Settings.model_fields["units_nl"].default and "units_en" not in settings.model_fields_set:
        yield "study.toml", None, "units_en", settings.units_nl


def _ranges(numbers: Iterable[int]) -> str:
    """Whole numbers in words, those that follow on each other as one.

    Examples
    --------
    >>> _ranges([2, 3, 4, 9])
    '2–4, 9'
    """
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in spans)
