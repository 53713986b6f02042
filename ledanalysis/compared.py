"""Which questions of two waves are compared: the same words, or what waves.csv says."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.scoring import value_range
from ledanalysis.study import Study
from ledanalysis.waves import Wave

ITEMS = ["measure", "theme", "previous_measure", "previous_theme", "compared", "why"]


def compare_items(study: Study, previous: Wave) -> pd.DataFrame:
    """What is compared with what, and what is not and why.

    Returns
    -------
    DataFrame
        Columns `ITEMS`, a row for each measure and theme of both waves or of waves.csv. waves.csv decides; what it
        does not name is compared if measure and theme have the same keys in both, and the questions, their options
        and their scale the same words. Interviews, which have no design, and what is no mean
        or share (medians, worths) are not compared.

    Raises
    ------
    InputError
        waves.csv names what one of the waves does not have, or compares two measures of different units.
    """
    asked = {row.measure: row for row in study.tables["measures"] if row.kind != "mentions" and row.statistic in ("mean", "share")}
    now = [pair for pair in study.themes[["measure", "theme"]].itertuples(index=False, name=None) if pair[0] in asked]
    before = set(previous.scores[["measure", "theme"]].drop_duplicates().itertuples(index=False, name=None))
    words = wording(study), wording(previous.study) if previous.study else {}
    declared = _declared(study, previous, now, before)
    rows = []
    for pair in now:
        if pair in declared:
            rows.append((*pair, *declared[pair]))
        elif pair in before:
            same = words[0].get(pair) == words[1].get(pair)
            why = "" if same else "other words: say in waves.csv whether it compares" if previous.study else "no codebook: say in waves.csv"
            rows.append((*pair, *pair, same, why))
    return pd.DataFrame(rows, columns=ITEMS).astype({"compared": "bool"})


def _declared(study: Study, previous: Wave, now: list, before: set) -> dict:
    """(measure, theme): (previous_measure, previous_theme, compared, why), by the rows of waves.csv; `*` goes last."""
    found = {}
    for row in sorted(study.tables["waves"], key=lambda row: row.theme != "*"):
        themes = [theme for measure, theme in now if measure == row.measure and row.theme in ("*", theme)]
        place = dict(file="waves.csv", row=row._line)
        if not themes:
            raise InputError("no such measure and theme in this study", **place, column="theme", value=f"{row.measure}, {row.theme}",
                             allowed=sorted({measure for measure, _ in now}))  # fmt: skip
        old = row.previous_measure or row.measure
        if row.comparable == "yes":
            _check_unit(study, previous, row, old)
        pairs = [(theme, (old, row.previous_theme or theme)) for theme in themes]
        there = [(theme, pair) for theme, pair in pairs if pair in before]
        if row.comparable == "yes" and not there:
            raise InputError("the earlier wave has no such measure and theme", **place, column="previous_theme",
                             value=", ".join(pairs[0][1]), allowed=sorted({theme for measure, theme in before if measure == old}))  # fmt: skip
        found |= {(row.measure, theme): (*pair, row.comparable == "yes", row.why) for theme, pair in there}
    return found


def _check_unit(study: Study, previous: Wave, row, old: str) -> None:
    measure, other = study.measure(row.measure), previous.study and previous.study.measure(old)
    if other and (measure.unit, measure.statistic) != (other.unit, other.statistic):
        raise InputError("not of the same unit and statistic", file="waves.csv", row=row._line, column="previous_measure", value=old,
                         allowed=f"{measure.unit}, {measure.statistic}")  # fmt: skip


def wording(study: Study) -> dict[tuple[str, str], frozenset]:
    """The words of what each measure and theme rests on: questions, answers and the ends of their scales.

    Of a multi-select only the option itself counts: that another is added beside it leaves its question as it was.
    """
    themes, found = study.themes, {}
    for name, item in study.variables.iterrows():
        options = study.options.get(item["options"], {})
        own = options[item["option"]].label_nl if item["type"] == "multi" else ""
        scale = () if item["type"] == "multi" else tuple((row.code, row.label_nl) for row in options.values())
        ends = value_range(item, study) if item["type"] in ("likert", "points", "mark") else ()
        words = (item["type"], item["label_nl"], own, scale, ends, item["reversed"])
        for measure, theme in _rests_on(item, options, study):
            found.setdefault((measure, theme), set()).add(words)
    for row in study.tables["measures"]:
        if row.kind == "difference":
            for theme in themes.loc[themes["measure"] == row.measure, "theme"]:
                found[row.measure, theme] = found.get((row.first, theme), set()) | found.get((row.second, theme), set())
    return {pair: frozenset(words) for pair, words in found.items()}


def _rests_on(item: pd.Series, options: dict, study: Study) -> list[tuple[str, str]]:
    scales = {row.scale: row.measure for row in study.tables["scales"]}
    if item["scale"]:
        return [(scales[item["scale"]], item["scale"])]
    if not item["measure"]:
        return []
    if item["type"] == "single":
        return [(item["measure"], option) for option in options]
    return [(item["measure"], item["option"] or item["theme"])]


def renamed(scores: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The earlier scores of what is compared, under the keys of today's measures and themes."""
    old = items[items["compared"]].rename(columns={"measure": "now", "theme": "now_theme"})
    found = scores.merge(old, left_on=["measure", "theme"], right_on=["previous_measure", "previous_theme"])
    return found.assign(measure=found["now"], theme=found["now_theme"])[["municipality", "measure", "theme", "score"]]


def with_scores(previous: Wave, items: pd.DataFrame) -> Wave:
    """The earlier wave with what is compared only, under today's keys; its estimates too."""
    keys = items.loc[items["compared"], ITEMS[:4]]
    old = previous.estimates.merge(keys.rename(columns={"measure": "now", "theme": "now_theme"}),
                                   left_on=["measure", "theme"], right_on=["previous_measure", "previous_theme"])  # fmt: skip
    old = old.assign(measure=old["now"], theme=old["now_theme"])[previous.estimates.columns]
    return replace(previous, scores=renamed(previous.scores, items), estimates=old)
