"""How answers are distributed: bars around the middle of the scale, *weet niet* apart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis import chart_data, style
from ledanalysis.explore.choices import Choice
from ledanalysis.explore.shelf import Shelf
from ledanalysis.explore.shown import as_shown
from ledanalysis.pages import span_of
from ledanalysis.style import number

FULL = 0.85  # how far from the middle of the diverging colours the outermost answers are
GREY = "suppressed"  # the colour of what is no answer


def distributed(choice: Choice, shelf: Shelf) -> dict:
    """The answers to what is chosen, of everyone or of a stratum; empty where there are no such answers, or not of municipalities."""
    study, measure = shelf.study, shelf.study.measure(choice.measure)
    asked = measure.first if measure.kind == "items" and measure.first else measure.measure
    rows = shelf.shares[(shelf.shares["measure"] == asked) & shelf.shares["theme"].isin(["", *shelf.themes(choice.measure, choice.kind)])]  # "": one choice of a list
    if choice.view != "units" or rows.empty:
        return {}
    page = shelf.page(choice.clustering, choice.cluster, "units")
    kicker, title = study.text("explore_answers_where", where=page.label), study.text("explore_answers", measure=study.label_of(study.measure(asked)))
    rows = _of_one_scale(rows[(rows["clustering"] == choice.clustering) & (rows["cluster"] == choice.cluster)])
    themes = choice.shown_in("answers")
    rows = rows[rows["theme"].isin(["", *themes])] if themes else rows
    if rows["estimate"].isna().all():
        few = rows.empty and choice.clustering not in set(shelf.shares["clustering"])
        strata = shelf.clusterings("units").get(study.settings.strata, "").lower()
        words = study.text("explore_answers_strata", strata=strata) if few else study.text("text_too_few", min_n=study.settings.extreme_n, units=study.says("units"))
        return as_shown("answers", title, kicker, "", empty=words)
    return _drawn(choice, shelf, rows, title, kicker)


def _of_one_scale(rows: pd.DataFrame) -> pd.DataFrame:
    """Of the items those that have the same answers as most of them: only these can stand below each other."""
    answers = rows.groupby("item", sort=False)["answer"].agg(tuple)
    if answers.empty:
        return rows
    return rows[rows["item"].isin(answers.index[answers == answers.value_counts().index[0]])]


def _drawn(choice: Choice, shelf: Shelf, rows: pd.DataFrame, title: str, kicker: str) -> dict:
    study = shelf.study
    valid = rows.loc[rows["missing"] == "", "answer"].drop_duplicates().tolist()
    apart = rows.loc[rows["missing"] != "", "answer"].drop_duplicates().tolist()
    likert = study.variables.loc[rows["item"].iloc[0], "type"] == "likert"
    sides = _sides(len(valid), likert) + ["apart"] * len(apart)
    high = rows[rows["answer"].isin([answer for answer, side in zip(valid, sides) if side == "high"])]
    order = high.groupby("item", sort=False)["estimate"].sum(min_count=1).sort_values(ascending=False, kind="stable").index.tolist()
    order += [item for item in rows["item"].drop_duplicates() if item not in order]
    rows = rows.assign(place=rows["item"].map({item: place for place, item in enumerate(order)})).sort_values("place", kind="stable")
    names = _names(rows, shelf, choice)
    labels = {row.answer: shelf.answer_labels[row.item, row.answer] for row in rows.itertuples()}
    table = rows.assign(row_label=rows["item"].map(names), category_label=rows["answer"].map(labels), share=rows["estimate"])
    chart = chart_data.describe("stacked", table, study.language, study.text("chart_axis_percent"))
    for column, colour in zip(chart["columns"][1:], _colours(len(valid), likert) + [style.colour(GREY)] * len(apart), strict=True):
        column["colour"] = colour
    counts = rows[rows["missing"] == ""].drop_duplicates("item").set_index("item")["n"]
    themes = rows.drop_duplicates("item").set_index("item")["theme"]
    n = [number(counts[item], 0, study.language) for item in order]
    note = study.text("explore_answers_rounded") if (counts < 100).any() else ""
    footer = study.text("footer_n", n=span_of(counts.dropna(), study.language), units=study.says("units"))
    return as_shown("answers", title, kicker, f"{footer}; {study.text('footer_weighted')}", note, chart, "", [themes[item] for item in order], sides=sides, n=n)


def _sides(count: int, likert: bool) -> list[str]:
    """On which side of the middle each answer is, from the lowest; a choice of a list has no middle.

    Examples
    --------
    >>> _sides(5, True), _sides(2, False)
    (['low', 'low', 'middle', 'high', 'high'], ['high', 'high'])
    """
    if not likert:
        return ["high"] * count
    return ["low" if 2 * place < count - 1 else "high" if 2 * place > count - 1 else "middle" for place in range(count)]


def _colours(count: int, likert: bool) -> list[str]:
    """From the low to the high end of the diverging colours; of a list, those of series."""
    if not likert:
        return [style.colour(style.SERIES[place % len(style.SERIES)]) for place in range(count)]
    shades = style.colour_map(diverging=True)
    return [style.hexadecimal(shades(place)) for place in np.linspace(0.5 - FULL / 2, 0.5 + FULL / 2, count)]


def _names(rows: pd.DataFrame, shelf: Shelf, choice: Choice) -> dict[str, str]:
    """What each item is called: its theme, or its own words where a theme has more items."""
    first = rows.drop_duplicates("item").set_index("item")["theme"]
    themes = shelf.themes(choice.measure, choice.kind)
    own = {item.item: shelf.study.label_of(item) for item in shelf.study.tables["items"]}
    return {item: themes[theme] if theme and (first == theme).sum() == 1 else own[item] for item, theme in first.items()}
