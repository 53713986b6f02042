"""The words of a book: what was asked, in what unit and of whom, and how a figure is to be read."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd

from ledanalysis.findings import capital, join_names
from ledanalysis.notes import method
from ledanalysis.published import scales
from ledanalysis.study import Study

SHORTEST = 8  # letters that questions have to begin with alike, for that to be told as the question


def title_of(study: Study, measure, kind: str, clustering: str, staff: bool = False) -> str:
    """What a sheet is about: measure, kind (where a measure has more than one) and clustering."""
    label = study.label_of(measure)
    several = study.themes.loc[study.themes["measure"] == measure.measure, "kind"].nunique() > 1
    label += f": {study.text(f'book_kind_{kind}')}" if several else ""
    label = study.text("book_by", what=label, clustering=split_of(study, clustering).lower()) if clustering else label
    return f"{label} – {study.text('view_staff')}" if staff else label


def split_of(study: Study, clustering: str) -> str:
    """A clustering's label; of everyone that there is no split."""
    named = {row.clustering: study.label_of(row) for row in study.tables["clusterings"]}
    return named.get(clustering, study.text("sector", units=study.says("units")))


def items_of(study: Study, measure) -> list:
    """The codebook's items that a measure comes from, in order; of a difference those of both sides; none of what interviews say."""
    if measure.kind == "mentions":
        return []
    if measure.kind == "difference":
        return [item for name in (measure.first, measure.second) for item in items_of(study, study.measure(name))]
    if measure.kind == "scale":
        mine = {row.scale for row in study.tables["scales"] if row.measure == measure.measure}
        return [item for item in study.tables["items"] if item.scale in mine]
    return [item for item in study.tables["items"] if item.measure and item.measure == (measure.first or measure.measure)]


def asked(study: Study, measure) -> str:
    """The questions behind a measure, as they were put; of a battery what its items begin with alike."""
    questions: dict[str, list] = {}
    for item in items_of(study, measure):
        questions.setdefault(item.question, []).append(item)
    return " + ".join(_question(study, name, items) for name, items in questions.items())


def _question(study: Study, name: str, items: list) -> str:
    code = f"{name.upper()}: " if name else ""
    texts = list(dict.fromkeys(study.label_of(item) for item in items))
    if len(texts) == 1:
        return code + texts[0]
    start = os.path.commonprefix(texts).rstrip(" :")
    start = f"{start} … " if len(start) >= SHORTEST else ""
    return code + study.text("book_parts", start=start, count=len(texts), sheet=study.text("book_questions"))


def units_of(study: Study, staff: bool = False) -> dict[str, str]:
    """The unit of each measure's figures, with the ends of its scale."""
    ends = scales(study)
    spans = ends[~ends["amount"]].groupby("measure").agg(low=("floor", "min"), high=("ceiling", "max"))
    return {measure.measure: _unit(study, measure, spans, staff) for measure in study.tables["measures"]}


def _unit(study: Study, measure, spans: pd.DataFrame, staff: bool) -> str:
    if measure.statistic == "share":
        return study.text("axis_staff" if staff else "axis_units", units=study.says("units"))
    if measure.statistic == "worth":
        return study.text("book_unit_worth")
    words = study.text(f"book_unit_{measure.unit}")
    if measure.measure not in spans.index or not np.isfinite(spans.loc[measure.measure]).all():
        return words
    return f"{words} ({study.text('book_range', **{end: _plain(value) for end, value in spans.loc[measure.measure].items()})})"


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def figure_of(study: Study, measure) -> str:
    """What an estimate of a measure is: a mean, a percentage, a median or a chance."""
    return study.text(f"book_figure_{measure.statistic}")


def notes_of(study: Study, measure, table: pd.DataFrame, unit: str, staff: bool = False) -> list[tuple[str, str]]:
    """What stands below the tables of a measure, each note with the word that it explains.

    Parameters
    ----------
    study : Study
    measure : a row of measures.csv
    table : DataFrame
        The figures that are shown: of rank, rank_lower, p_zero and letters those that there are.
    unit : str
        As `units_of` says it.
    staff : bool
    """
    settings, units = study.settings, study.says("units")
    census, interviews = settings.sampling == "census", measure.kind == "mentions"
    has = {name: name in table and table[name].replace("", np.nan).notna().any() for name in ("rank", "rank_lower", "p_zero", "letters")}
    level = round(settings.level * 100)
    routed = any(item.asked_if for item in items_of(study, measure))
    base = study.text("book_base_interviews" if interviews else "book_base", units=units) + (f" {study.text('book_base_routed')}" if routed else "")
    interval = "book_interval_none" if interviews else "book_interval_none_census" if census else "book_interval"
    ends = study.text("book_rank_ends", level=level) if has["rank_lower"] and not census else ""
    weighed = "book_weights_none" if census or interviews else "book_weights_staff" if staff else "book_weights"
    told = {
        "book_note_unit": capital(unit) + ".",
        "book_note_base": base,
        "book_note_weights": study.text(weighed, units=units, margins=_margins(study)),
        "book_note_interval": study.text(interval, level=level, units=units),
        "chart_rank": f"{study.text('book_rank_note')} {ends}".strip() if has["rank"] else "",
        "book_p": study.text("notes_p", method=method(study), units=units) if has["p_zero"] else "",
        "book_letters": study.text("notes_letters", method=method(study), level=level) if has["letters"] else "",
        "book_suppressed": study.text("book_suppressed_note", min_n=settings.min_n, units=units),
    }  # fmt: skip
    return [(capital(study.text(key)), text) for key, text in told.items() if text] + [("–", study.text("book_dash_note"))]


def _margins(study: Study) -> str:
    labels = [study.label_of(row).lower() for row in study.tables["clusterings"] if row.clustering in study.settings.margins]
    return join_names(labels, study) if labels else study.text("book_number_of", units=study.says("units"))
