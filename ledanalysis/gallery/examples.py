"""A small made-up example of each chart: the gallery draws it, and shows its code as it stands here.

Each draws on Axes, for readers of a language, and gives the table and the chart's alt text.
"""

from __future__ import annotations

import pandas as pd

from ledanalysis import charts, network, sides, triangulation
from ledanalysis.beside import beside as draw_beside


def ranking(ax, language):
    """Four themes of a group, one of them suppressed, beside the figures of all."""
    table = pd.DataFrame({
        "label": ["Digitale vaardigheden", "Leiderschap", "Vakmanschap", "Vitaliteit"],
        "estimate": [78.0, 71.0, 64.0, None],
        "lower": [74.0, 66.0, 60.0, None],
        "upper": [82.0, 76.0, 68.0, None],
        "sector": [72.0, 73.0, 65.0, 58.0],
        "n": [41, 40, 41, None],
        "suppressed": [False, False, False, True],
    })  # fmt: skip
    return table, charts.ranking(ax, table, reference="sector", language=language)


def bars(ax, language):
    """Three instruments."""
    table = pd.DataFrame({
        "label": ["Coaching", "Leerplatform", "Studiedagen"],
        "estimate": [81.0, 62.0, 35.0],
        "lower": [75.0, 55.0, 28.0],
        "upper": [87.0, 69.0, 42.0],
        "n": [120, 118, 121],
    })  # fmt: skip
    return table, charts.bars(ax, table, language=language)


def change(ax, language):
    """Three themes, of which one does not clearly change."""
    table = pd.DataFrame({
        "label": ["Data en AI", "Leiderschap", "Vakmanschap"],
        "now": [55.0, 68.0, 70.0],
        "future": [74.0, 72.0, 69.0],
        "rise": [19.0, 4.0, -1.0],
        "lower": [14.0, 1.0, -5.0],
        "upper": [24.0, 7.0, 3.0],
        "clear": [True, True, False],
        "n": [96, 97, 96],
    })  # fmt: skip
    return table, charts.change(ax, table, language=language)


def heatmap(ax, language):
    """Three themes over three size classes, one cell suppressed."""
    themes, sizes = ["Digitale vaardigheden", "Leiderschap", "Vitaliteit"], ["tot 20.000", "20.000 – 50.000", "meer dan 50.000"]
    cells = pd.MultiIndex.from_product([themes, sizes], names=["row_label", "column_label"]).to_frame(index=False)
    figures = [72.0, 78.0, 84.0, 66.0, 70.0, 71.0, None, 58.0, 61.0]
    table = cells.assign(estimate=figures, suppressed=[figure is None for figure in figures])
    return table, charts.heatmap(ax, table, language=language)


def stacked(ax, language):
    """Three kinds of learning in two size classes."""
    sizes, kinds = ["tot 20.000", "meer dan 20.000"], ["formeel", "informeel", "werkend leren"]
    parts = pd.MultiIndex.from_product([sizes, kinds], names=["row_label", "category_label"]).to_frame(index=False)
    table = parts.assign(share=[34.0, 41.0, 25.0, 45.0, 30.0, 25.0])
    return table, charts.stacked(ax, table, language=language)


def tile_map(ax, language):
    """Eight municipalities in three provinces."""
    table = pd.DataFrame({
        "tile_row": [0, 0, 0, 1, 1, 1, 2, 2],
        "tile_col": [0, 1, 2, 0, 1, 2, 0, 1],
        "part": ["ja", "nee", "ja", "ja", "ja", "nee", "nee", "ja"],
        "province": ["Noord", "Noord", "Oost", "Noord", "Oost", "Oost", "Zuid", "Zuid"],
    })  # fmt: skip
    colours, labels = {"ja": "responded", "nee": "not_responded"}, {"ja": "deed mee", "nee": "deed niet mee"}
    return table, charts.tile_map(ax, table, column="part", colours=colours, labels=labels, language=language)


def side_by_side(ax, language):
    """Four themes in two sources."""
    table = pd.DataFrame({
        "label": ["Data en AI", "Leiderschap", "Vakmanschap", "Vitaliteit"],
        "x": [74.0, 68.0, 57.0, 61.0],
        "y": [62.0, 55.0, 12.0, 40.0],
    })  # fmt: skip
    words = {"x_label": "belang in de enquête (0-100)", "y_label": "genoemd in interviews (%)"}
    return table, charts.side_by_side(ax, table, language=language, **words)


def beside(ax, language):
    """One municipality's answers beside two groups, of which one is once not shown."""
    table = pd.DataFrame({
        "label": ["Digitale vaardigheden", "Leiderschap", "Vitaliteit"],
        "own": [100.0, 50.0, 75.0],
        "size": [72.0, 66.0, None],
        "sector": [78.0, 70.0, 61.0],
    })  # fmt: skip
    groups = {"size": "tot 20.000 inwoners", "sector": "alle gemeenten"}
    return table, draw_beside(ax, table, groups=groups, own_label="Voorbeeldstad", language=language)


def actor_map(ax, language):
    """Four actors and two links."""
    table = pd.DataFrame({
        "actor": ["hr", "manager", "fund", "school", "hr", "hr"],
        "label": ["HR", "Leidinggevenden", "A&O-fonds", "Hogescholen", "HR", "HR"],
        "kind": ["inside", "inside", "together", "outside", "inside", "inside"],
        "other": ["", "", "", "", "manager", "school"],
        "other_label": ["", "", "", "", "Leidinggevenden", "Hogescholen"],
        "municipalities": [18, 14, 9, 7, 11, 5],
        "estimate": [90.0, 70.0, 45.0, 35.0, 55.0, 25.0],
        "n": 20,
    })  # fmt: skip
    return table, network.actor_map(ax, table, language=language)


def panels(ax, language):
    """Three instruments, counted twice."""
    table = pd.DataFrame({
        "label": ["Opleidingsplan", "Leerplatform", "Mentoren"],
        "units": [48.0, 62.0, 30.0],
        "staff": [71.0, 80.0, 34.0],
    })  # fmt: skip
    return table, sides.panels(ax, table, units="% van de gemeenten", staff="% van de medewerkers", language=language)


def two_sources(ax, language):
    """A theme of each of four verdicts."""
    table = pd.DataFrame({
        "label": ["Digitale vaardigheden", "Data en AI", "Leiderschap", "Vitaliteit"],
        "verdict": ["both_high", "coming", "interviews", "untold"],
        "now": [77.0, 55.0, 60.0, 58.0],
        "future": [80.0, 74.0, 61.0, 62.0],
        "estimate": [85.0, 40.0, 80.0, 45.0],
        "lower": [64.0, 22.0, 58.0, 26.0],
        "upper": [95.0, 61.0, 92.0, 66.0],
        "later": [30.0, 65.0, 10.0, 20.0],
        "n": 20,
    })  # fmt: skip
    words = {"survey_label": "belang in de enquête (0-100)", "interviews_label": "% van de geïnterviewde gemeenten"}
    return table, triangulation.two_sources(ax, table, language=language, **words)
