"""What `led check` shows: the deliveries as they were read, and what cleaning would do. Writes nothing."""

from __future__ import annotations

import pandas as pd
from rich.table import Table

from ledanalysis import coding
from ledanalysis.prepare import clean, load_register, read_deliveries, weigh
from ledanalysis.study import Study


def report(study: Study) -> list[Table | str]:
    """Tables for the console: deliveries, columns not mapped, names to decide, and the cleaning log.

    Raises
    ------
    InputError
        Anything that `led prepare` would stop at.
    """
    register = load_register(study)
    coding.compile_codebook(study.frame("themes"), study.frame("markers"))
    deliveries = read_deliveries(study, register)
    responses, log = clean(deliveries.responses, study)
    weights = weigh(responses, register, study)
    source = deliveries.survey.source
    counts = deliveries.passages.groupby("kind")["source"].nunique()
    parts: list[Table | str] = [
        f"{study.settings.survey.file}: {source.format}, {source.encoding}, {source.rows} rows, {deliveries.survey.data.shape[1]} columns",
        *(f"{kind}: {count} texts" for kind, count in counts.items()),
        _table("Cleaning", log),
        f"{weights['municipality'].nunique()} of {len(register.units)} units answered",
    ]
    if deliveries.unmapped:
        parts.append(f"Columns that columns.csv does not name, and that are not used: {', '.join(deliveries.unmapped)}")
    if len(deliveries.to_decide):
        parts.append(_table("Names to decide (in decisions.csv)", deliveries.to_decide))
    return parts


def _table(title: str, frame: pd.DataFrame) -> Table:
    table = Table(title=title, title_justify="left")
    for name in frame.columns:
        table.add_column(name, justify="right" if pd.api.types.is_numeric_dtype(frame[name]) else "left")
    for row in frame.astype("str").itertuples(index=False):
        table.add_row(*row)
    return table
