"""Groups to cross by: clusters of the register, or what municipalities answered."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.page_tables import in_words
from ledanalysis.study import Study
from ledanalysis.tables import read_table

MAJORITY = 50.0  # percent of the respondents of a municipality: who has more than half of them in an option is in it
LOW, HIGH = 37.5, 62.5  # of scores (0-100): between the second and third, and the third and fourth, answer of five
BETWEEN = ":"


@dataclass(frozen=True)
class Grouping:
    """Who is in which group.

    Attributes
    ----------
    by : str
        Its name: a clustering ("size"), a measure of one choice ("vision"), or a measure and what it is of ("organised:coaching").
    label : str
    groups : Series
        The group of each municipality that is in one, by municipality.
    labels : dict of str to str
        Of the groups, in order.
    answers : tuple of (str, str)
        The measure and theme of each answer that tells who is where; none where the register does.
    """

    by: str
    label: str
    groups: pd.Series
    labels: dict[str, str]
    answers: tuple[tuple[str, str], ...] = ()


def groupings(study: Study) -> dict[str, str]:
    """What can be crossed by, with its label: clusterings, single choices, options to tick, and scores of 0-100."""
    found = {row.clustering: study.label_of(row) for row in study.tables["clusterings"] if row.report != "no"}
    single = _single(study)
    for row in study.tables["measures"]:
        if row.measure in single:
            found[row.measure] = study.label_of(row)
        elif row.kind == "items" and not row.transformation and row.statistic in ("mean", "share") and row.unit in ("percent", "score"):
            here = study.themes[study.themes["measure"] == row.measure]
            found |= {f"{row.measure}{BETWEEN}{theme}": f"{study.label_of(row)}: {label}" for theme, label in zip(here["theme"], here["short"])}
    return found


def grouping(study: Study, by: str) -> Grouping:
    """Who is in which group, by a name of `groupings`.

    Parameters
    ----------
    study : Study
        After `led prepare`.
    by : str

    Raises
    ------
    InputError
        There is no such name.
    """
    known = groupings(study)
    if by not in known:
        raise InputError("nothing to cross by", column="by", value=by, allowed=list(known))
    if by in {row.clustering for row in study.tables["clusterings"]}:
        return _of_register(study, by, known[by])
    measure, _, theme = by.partition(BETWEEN)
    scores = read_table(study, "theme_scores", measure=measure)
    if not theme:
        return _of_choice(study, measure, known[by], scores)
    score = scores[scores["theme"] == theme].set_index("municipality")["score"]
    if study.measure(measure).unit == "percent":
        labels = {"yes": study.text("crossing_yes"), "no": study.text("crossing_no")}
        placed = pd.Series("yes", score.index).where(score > MAJORITY, "no")[score != MAJORITY]
    else:
        labels = {name: study.text(f"crossing_{name}") for name in ("high", "middle", "low")}
        placed = pd.Series("middle", score.index).mask(score > HIGH, "high").mask(score < LOW, "low")
    return Grouping(by, known[by], placed, labels, ((measure, theme),))


def _of_register(study: Study, clustering: str, label: str) -> Grouping:
    clusters = in_words(study, "clusters")
    here = clusters[clusters["clustering"] == clustering].sort_values(["order", "cluster"], kind="stable")
    return Grouping(clustering, label, here.set_index("municipality")["cluster"], dict(zip(here["cluster"], here["label"])))


def _of_choice(study: Study, measure: str, label: str, scores: pd.DataFrame) -> Grouping:
    """Each municipality in the option that most of its respondents chose."""
    chosen = scores[scores["score"] > MAJORITY].set_index("municipality")["theme"]
    themes = study.themes[study.themes["measure"] == measure]
    labels = {theme: name for theme, name in zip(themes["theme"], themes["short"])}
    return Grouping(measure, label, chosen, labels, tuple((measure, theme) for theme in labels))


def _single(study: Study) -> set[str]:
    """The measures that are one choice of a list."""
    types: dict[str, set[str]] = {}
    for item in study.tables["items"]:
        if item.measure:
            types.setdefault(item.measure, set()).add(item.type)
    counts = pd.Series([item.measure for item in study.tables["items"] if item.measure], dtype="str").value_counts()
    return {measure for measure, found in types.items() if found == {"single"} and counts[measure] == 1}
