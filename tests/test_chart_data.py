"""What a chart shows, as figures and as a table in words: what is drawn, all of it, and nothing that is suppressed."""

import json

import pandas as pd
import pytest

from ledanalysis import charts, style
from ledanalysis.chart_data import COLUMNS, CROSSED, describe
from ledanalysis.slides import deck_table
from ledanalysis.slides.deck import CHART

NAN = float("nan")
SHARES = pd.DataFrame({
    "label": ["Coaching", "LMS", "EVC"], "estimate": [60.04, 12.5, NAN], "lower": [50.0, 8.0, NAN], "upper": [70.0, 17.0, NAN], "sector": [55.0, 20.0, 3.0],
    "n": [40, 41, NAN], "suppressed": [False, False, True], "rank_text": ["1", "2", ""],
})  # fmt: skip


def test_bars_with_what_they_are_compared_with():
    shown = describe("bars", SHARES, axis="% van de gemeenten", unit="percent", colour="stimulate", reference="sector", reference_label="alle gemeenten", level=0.9)
    assert [column["key"] for column in shown["columns"]] == ["label", "estimate", "lower", "upper", "rank_text", "reference"]
    assert shown["rows"][0] == ["Coaching", 60.04, 50.0, 70.0, "1", 55.0] and shown["rows"][2][1:4] == [None, None, None]
    assert shown["suppressed"] == [False, False, True]
    assert shown["columns"][1]["colour"] == style.colour("stimulate") and shown["axis"] == "% van de gemeenten"
    assert shown["table"]["columns"] == ["onderdeel", "schatting", "90%-interval", "rang", "alle gemeenten"]
    assert shown["table"]["rows"][1:] == [["LMS", "13%", "8% – 17%", "2", "20%"], ["EVC", "onderdrukt wegens kleine aantallen", "–", "–", "3%"]]
    assert json.loads(json.dumps(shown)) == shown


def test_a_chart_without_intervals_tells_none():
    assert "lower" not in {column["key"] for column in describe("ranking", SHARES, intervals=False)["columns"]}


def test_two_headings_of_the_same_words_stay_two_columns():
    shown = describe("bars", SHARES, reference="sector", reference_label="schatting", intervals=False)
    assert shown["table"]["columns"] == ["onderdeel", "schatting", "rang", "schatting"] and shown["table"]["rows"][0] == ["Coaching", "60%", "1", "55%"]


def test_now_and_the_coming_years():
    table = pd.DataFrame({"label": ["Data"], "now": [60.0], "future": [72.0], "rise": [12.0], "lower": [8.0], "upper": [16.0], "clear": [True]})
    shown = describe("change", table, "en", level=0.95)
    assert shown["table"] == {"columns": ["item", "now", "in three years", "difference", "95% interval"], "rows": [["Data", "60", "72", "+12", "+8 – +16"]]}


def test_a_heat_map_is_a_table_with_a_column_per_cluster():
    cells = pd.DataFrame({"row_label": ["Data", "Data", "Zorg", "Zorg"], "column_label": ["klein", "groot"] * 2, "estimate": [60.0, NAN, 80.0, 70.0],
                          "suppressed": [False, True, False, False]})  # fmt: skip
    shown = describe("heatmap", cells)
    assert shown["rows"] == [["Data", 60.0, None], ["Zorg", 80.0, 70.0]] and shown["suppressed"] == [True, False]
    assert shown["table"] == {"columns": ["onderdeel", "klein", "groot"], "rows": [["Data", "60", "onderdrukt"], ["Zorg", "80", "70"]]}


def test_a_map_is_counted_and_its_squares_are_coloured():
    tiles = pd.DataFrame({"tile_row": [0, 0, 1], "tile_col": [0, 1, 0], "part": ["answered", "none", "answered"]})
    shown = describe("tile_map", tiles, column="part", colours={"answered": "responded", "none": "not_responded"}, labels={"answered": "deed mee", "none": "niet"})
    assert shown["rows"] == [["deed mee", 2], ["niet", 1]] and shown["tiles"][1] == [0, 1, style.colour("not_responded")]


def test_a_mirrors_yes_and_no_are_words():
    table = pd.DataFrame({"label": ["LMS", "EVC", "POP"], "own": [100.0, 0.0, NAN], "size": [60.0, NAN, 20.0]})
    shown = describe("beside", table, unit="percent", yes_no=True, groups={"size": "grootteklasse"}, own_label="Eemnes")
    assert shown["table"]["columns"] == ["onderdeel", "Eemnes", "grootteklasse"]
    assert shown["table"]["rows"] == [["LMS", "ja", "60%"], ["EVC", "nee", "–"], ["POP", "–", "20%"]]


def test_every_chart_that_pages_draw_has_its_figures(example_run):
    """By the kind of chart: a new one needs its columns here."""
    import nbformat

    found = {}
    for name in ("results", "size/lt20"):
        notebook = nbformat.read(example_run / "outputs" / "notebooks" / f"{name}.ipynb", 4)
        for output in (output for cell in notebook.cells for output in cell.get("outputs", []) if "image/png" in output.get("data", {})):
            shown = output["data"][CHART]
            found.setdefault(shown["kind"], []).append(shown)
    assert set(found) == {"bars", "ranking", "change", "heatmap", "tile_map", "panels", "two_sources", "actor_map"}
    for shown in (shown for each in found.values() for shown in each):
        assert len(shown["table"]["rows"]) == len(shown["rows"]) > 0 and len(shown["columns"]) > 1
        assert all(len(row) == len(shown["columns"]) for row in shown["rows"])
    assert len(deck_table(example_run / "outputs" / "notebooks" / "results.ipynb")) > 20


def test_every_kind_has_a_function_that_draws_it():
    from ledanalysis import network, sides, triangulation

    drawn = {name for module in (charts, network, sides, triangulation) for name in vars(module)}
    assert set(COLUMNS) | set(CROSSED) | {"tile_map"} <= drawn


@pytest.mark.parametrize("kind", [*COLUMNS])
def test_headings_are_there_in_both_languages(kind):
    for language in ("nl", "en"):
        described = describe(kind, pd.DataFrame({"label": ["a"], "clear": [True], **{column.key: ["b" if column.unit == "text" else 1.0] for column in COLUMNS[kind] if column.key != "verdict"}}), language, units="een", staff="ander")
        assert all(column["label"] for column in described["columns"])
