"""Charts: a mark per figure, suppression shown as such, words that tell what is drawn, and no text over another."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox

from ledanalysis import charts, drawing, style
from ledanalysis.errors import InputError
from ledanalysis.labels import text

THEMES = [
    "Digitale vaardigheden", "Data en AI", "Omgevingswet", "Opgavegericht werken", "Leiderschap",
    "Diversiteit en sociale veiligheid", "Vitaliteit", "Onboarding", "Loopbaan en mobiliteit", "Om- en bijscholing",
    "Informeel leren", "Leercultuur", "Vakmanschap", "Ambtelijk vakmanschap", "Participatie en dienstverlening",
    "Klimaat en energie", "Arbeidsmarktkrapte", "Sociaal domein", "Praktisch opgeleiden", "Hybride werken en teams",
]  # fmt: skip
LONG = [f"Regeling studiefaciliteiten (kosten en verlof) {number}" for number in range(20)] + [
    "Evaluatie van opbrengst (bv. vier niveaus: reactie, leren, gedrag, resultaat)",
    "Zoekhulpen, checklists en werkinstructies bij het werk (performance support)",
]
PROVINCES = [
    "Groningen", "Fryslân", "Drenthe", "Overijssel", "Flevoland", "Gelderland", "Utrecht", "Noord-Holland",
    "Zuid-Holland", "Zeeland", "Noord-Brabant", "Limburg",
]  # fmt: skip
HIDDEN = text("suppressed")


def three(**columns):
    """Three themes: a tie, and in the middle a suppressed one."""
    table = {
        "label": ["Data", "Zorg", "Leercultuur"],
        "estimate": [60.0, np.nan, 60.0],
        "lower": [55.0, np.nan, 52.0],
        "upper": [65.0, np.nan, 68.0],
        "n": [40, np.nan, 41],
        "suppressed": [False, True, False],
    }
    return pd.DataFrame({**table, **columns})


def rising(**columns):
    table = {
        "label": ["Data", "Zorg", "Leercultuur"],
        "now": [60.0, np.nan, 70.0],
        "future": [72.0, np.nan, 69.0],
        "rise": [12.0, np.nan, -1.0],
        "lower": [8.0, np.nan, -4.0],
        "upper": [16.0, np.nan, 2.0],
        "clear": [True, False, False],
        "n": 40,
        "suppressed": [False, True, False],
    }
    return pd.DataFrame({**table, **columns})


def drawn(chart, *args, **kwargs):
    figure, ax = style.figure()
    return figure, ax, chart(ax, *args, **kwargs)


def artists(figure, gid):
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def words(figure):
    return [each.get_text() for each in figure.findobj(Text) if each.get_text() and each.get_visible()]


# marks


def test_ranking_draws_a_dot_per_figure_from_high_to_low_with_ties_in_order():
    table = pd.concat([three(), three(label=["Vitaliteit", "Wet", "Krapte"]).assign(estimate=[80.0, np.nan, 10.0])])
    figure, ax, _ = drawn(charts.ranking, table, intervals=False)
    dots = artists(figure, "estimate")[0].get_offsets()
    assert dots.tolist() == [[80, 0], [60, 1], [60, 2], [10, 3]]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels == ["Vitaliteit", "Data", "Leercultuur", "Krapte", "Zorg", "Wet"]


def test_ranking_draws_whiskers_references_and_ranks_beside_their_rows():
    table = three(sector=[50.0, 45.0, 90.0], rank_text=["1 (1–2)", "", "2 (1–2)"])
    figure, _, _ = drawn(charts.ranking, table, reference="sector", reference_label="alle gemeenten")
    whiskers = [segment.tolist() for segment in artists(figure, "interval")[0].get_segments()]
    assert whiskers == [[[55, 0], [65, 0]], [[52, 1], [68, 1]]]
    assert artists(figure, "reference")[0].get_xydata().tolist() == [[50, 0], [90, 1], [45, 2]]
    assert {"1 (1–2)", "2 (1–2)", "rang", "alle gemeenten", "95%-interval"} <= set(words(figure))


def test_ranking_of_a_census_has_no_whiskers_and_top_keeps_the_highest():
    table = three(estimate=[60.0, 80.0, 70.0], suppressed=False)
    figure, _, alt = drawn(charts.ranking, table, intervals=False, top=2)
    assert not artists(figure, "interval") and "95%-interval" not in words(figure)
    assert artists(figure, "estimate")[0].get_offsets().tolist() == [[80, 0], [70, 1]]
    assert "rijen: 2." in alt


def test_bars_keep_the_tables_order_on_the_whole_scale():
    figure, ax, _ = drawn(charts.bars, three(estimate=[60.0, np.nan, 90.0]), unit="percent")
    bars = [(bar.get_y() + bar.get_height() / 2, bar.get_width()) for bar in artists(figure, "estimate")]
    assert bars == [(0, 60), (2, 90)]
    assert ax.get_xlim() == (0, 100)


def test_change_draws_a_pair_per_row_and_greys_what_is_not_clear():
    figure, ax, _ = drawn(charts.change, rising())
    lines = [*artists(figure, "now"), *artists(figure, "future")]
    muted = style.colour("muted")
    assert [(line.get_xydata().tolist(), line.get_color()) for line in lines] == [
        ([[60, 0]], style.colour("now")), ([[70, 1]], muted), ([[72, 0]], style.colour("future")), ([[69, 1]], muted)
    ]  # fmt: skip
    assert {"+12", "−1", "+8 tot +16", "nu", "over drie jaar", text("chart_unclear")} <= set(words(figure))


@pytest.mark.parametrize(
    ("sort", "expected"), [("rise", ["Data", "Leercultuur", "Zorg"]), ("now", ["Leercultuur", "Data", "Zorg"])]
)
def test_change_is_sorted_as_asked(sort, expected):
    _, ax, _ = drawn(charts.change, rising(), sort=sort)
    assert [label.get_text() for label in ax.get_yticklabels()] == expected


def cells(rows, columns, low=35, high=90):
    values = np.linspace(low, high, len(rows) * len(columns))
    places = pd.MultiIndex.from_product([rows, columns], names=["row_label", "column_label"]).to_frame(index=False)
    return places.assign(estimate=values, suppressed=False)


def test_heatmap_writes_each_figure_in_its_cell_in_the_order_given():
    table = cells(["Zorg", "Data"], ["klein", "groot"], 10, 40)
    table["column_label"] = pd.Categorical(table["column_label"], ["groot", "klein"])
    table.loc[3, ["estimate", "suppressed"]] = [np.nan, True]
    figure, ax, _ = drawn(charts.heatmap, table)
    written = {each.get_position(): each.get_text() for each in ax.texts}
    assert written == {(1, 0): "10", (0, 0): "20", (1, 1): "30", (0, 1): "–"}
    assert artists(figure, "estimate")[0].get_array().count() == 3
    assert [patch.get_xy() for patch in artists(figure, "suppressed")] == [(-0.48, 0.54)]
    assert HIDDEN in words(figure)


def test_a_diverging_heatmap_is_palest_at_zero_and_writes_signs():
    table = cells(["Data"], ["a", "b", "c"], -10, 10).rename(columns={"estimate": "rise"})
    figure, ax, _ = drawn(charts.heatmap, table, value="rise", unit="points", diverging=True)
    assert [each.get_text() for each in ax.texts] == ["−10", "0", "+10"]
    mesh = artists(figure, "estimate")[0]
    assert (mesh.norm.vmin, mesh.norm.vmax) == (-10, 10)
    pale = [style.contrast(mesh.cmap(mesh.norm(value)), "#ffffff") for value in (-10, 0, 10)]
    assert pale[1] == min(pale) < 1.2


def shares(hide=()):
    places = pd.MultiIndex.from_product([["Alle", "Klein"], ["formeel", "informeel"]]).to_frame(index=False)
    table = places.set_axis(["row_label", "category_label"], axis=1)
    return table.assign(share=[60.0, 40.0, 33.0, 67.0], suppressed=False).assign(
        share=lambda frame: frame["share"].mask(frame.index.isin(hide)),
        suppressed=lambda frame: frame.index.isin(hide),
    )


def test_stacked_parts_lie_end_to_end():
    figure, _, _ = drawn(charts.stacked, shares())
    bars = [(round(bar.get_y() + 0.3), bar.get_x(), bar.get_width()) for bar in artists(figure, "share")]
    assert sorted(bars) == [(0, 0, 60), (0, 60, 40), (1, 0, 33), (1, 33, 67)]
    assert {"formeel", "informeel", "60%", "40%", "33%", "67%"} <= set(words(figure))


def test_a_stacked_bar_with_one_part_suppressed_tells_nothing_of_the_others():
    figure, _, alt = drawn(charts.stacked, shares(hide=[3]))
    assert all(bar.get_width() == 0 for bar in artists(figure, "share") if bar.get_y() > 0.5)
    assert "33%" not in words(figure) and "33" not in alt
    assert alt.endswith("Onderdrukt wegens kleine aantallen: 1.")


TILES = pd.DataFrame(
    {"tile_row": [0, 0, 1, 1], "tile_col": [0, 1, 0, 1], "province": ["A", "B", "A", "A"], "answer": [1, 0, 1, 1]}
)
MAP = {"column": "answer", "colours": {1: "responded", 0: "not_responded"}, "labels": {1: "reactie", 0: "geen reactie"}}


def test_tile_map_draws_a_square_per_municipality_north_up_and_the_borders_of_provinces():
    figure, ax, alt = drawn(charts.tile_map, TILES, **MAP)
    tiles = artists(figure, "tiles")[0]
    assert [path.vertices.min(axis=0).round(2).tolist() for path in tiles.get_paths()] == [
        [-0.45, -0.45], [0.55, -0.45], [-0.45, 0.55], [0.55, 0.55]
    ]  # fmt: skip
    assert ax.yaxis_inverted()
    borders = [segment.tolist() for segment in artists(figure, "borders")[0].get_segments()]
    assert borders == [[[0.5, -0.5], [0.5, 0.5]], [[0.5, 0.5], [1.5, 0.5]]]
    assert alt == "Tegelkaart met een vierkant per gemeente, gemeenten: 4. Aantallen: reactie: 3; geen reactie: 1."


def test_tile_map_refuses_a_value_without_colour():
    with pytest.raises(InputError, match="column 'answer': no colour for this value: 2; allowed: 1, 0"):
        drawn(charts.tile_map, TILES.assign(answer=[1, 0, 1, 2]), **MAP)


AXES = {"x_label": "belang volgens de vragenlijst, score (0–100)", "y_label": "genoemd in interviews"}


def test_side_by_side_draws_a_dot_per_row_and_names_what_is_suppressed():
    table = pd.DataFrame(
        {"label": ["Data", "Zorg", "Wet"], "x": [60.0, np.nan, 80.0], "y": [25.0, np.nan, 90.0],
         "suppressed": [False, True, False]}
    )  # fmt: skip
    figure, _, alt = drawn(charts.side_by_side, table, **AXES)
    assert artists(figure, "estimate")[0].get_offsets().tolist() == [[80, 90], [60, 25]]
    assert {"Data", "Wet", f"{HIDDEN}: Zorg"} <= set(words(figure))
    assert "punten: 2. Hoogst: Wet 80 en 90%; Data 60 en 25%." in alt


def test_a_dot_among_others_has_its_name_at_the_end_of_a_line():
    x = [49, 70, 71, 73, 72, 68, 63, 69, 53.5, 68.5, 36, 48, 53, 62, 53.6, 59, 49, 58.7, 38, 65]
    y = [85, 65, 60, 60, 55, 50, 35, 35, 30, 30, 25, 25, 25, 25, 20, 20, 15, 15, 10, 0]
    labels = [*THEMES[:5], *THEMES[6:13], THEMES[5], *THEMES[13:]]
    figure, ax, _ = drawn(charts.side_by_side, spread(labels, x, y), **AXES)
    assert {each.get_text() for each in ax.texts} == set(THEMES)
    assert "Diversiteit en sociale veiligheid" in [each.get_text() for each in ax.texts if each.arrow_patch]
    assert clashes(figure) == []


# suppression


@pytest.mark.parametrize("chart", [charts.ranking, charts.bars])
def test_a_suppressed_row_is_a_dash_that_is_explained_and_never_zero(chart):
    figure, ax, alt = drawn(chart, three(), unit="score")
    dashes = [each.xy for each in artists(figure, "no figure")]
    assert len(dashes) == 1 and ax.get_yticklabels()[int(dashes[0][1])].get_text() == "Zorg"
    assert HIDDEN in words(figure) and "0" not in [each.get_text() for each in ax.texts]
    assert alt.endswith("Onderdrukt wegens kleine aantallen: 1.") and "Zorg" not in alt


def test_a_row_without_data_is_not_called_suppressed():
    figure, _, alt = drawn(charts.bars, three(suppressed=False), unit="score")
    assert [each.get_text() for each in artists(figure, "no figure")] == ["geen gegevens"]
    assert HIDDEN not in words(figure) and "Onderdrukt" not in alt


@pytest.mark.parametrize(
    ("chart", "table", "column"),
    [
        (charts.ranking, three(lower=[55.0, 50.0, 52.0]), "lower"),
        (charts.bars, three(estimate=[60.0, 61.0, 60.0]), "estimate"),
        (charts.change, rising(now=[60.0, 61.0, 70.0]), "now"),
        (charts.heatmap, cells(["Data"], ["a"]).assign(suppressed=True), "estimate"),
        (charts.stacked, shares().assign(suppressed=True), "share"),
    ],
)
def test_a_suppressed_row_that_still_has_a_figure_is_refused(chart, table, column):
    with pytest.raises(InputError, match=f"column '{column}': a suppressed row still has a figure"):
        drawn(chart, table)


# words and axes


def test_alt_text_tells_the_highest_the_lowest_n_and_what_is_hidden():
    table = pd.DataFrame(
        {"label": list("ABCDE"), "estimate": [50.0, 80.0, 62.5, np.nan, 40.0], "n": [96, 97, 98, np.nan, 1096],
         "suppressed": [False, False, False, True, False]}
    )  # fmt: skip
    _, _, alt = drawn(charts.ranking, table, intervals=False)
    assert alt == (
        "Puntdiagram van hoog naar laag, rijen: 5. Hoogst: B 80; C 63; A 50. Laagst: E 40. n = 96–1.096. "
        "Onderdrukt wegens kleine aantallen: 1."
    )
    _, _, alt = drawn(charts.ranking, table, intervals=False, language="en")
    assert alt == (
        "Dot chart from high to low, rows: 5. Highest: B 80; C 63; A 50. Lowest: E 40. n = 96–1,096. "
        "Suppressed, too few answers: 1."
    )


def test_alt_text_of_a_change_tells_from_what_to_what():
    assert drawn(charts.change, rising())[2] == (
        "Puntenparen nu en over drie jaar, rijen: 3. Hoogst: Data +12 (60 naar 72); Leercultuur −1 (70 naar 69). "
        "n = 40. Duidelijk: 1. Onderdrukt wegens kleine aantallen: 1."
    )


@pytest.mark.parametrize(
    ("unit", "estimate", "limits", "label"),
    [
        ("score", [60.0, 71.0, 88.0], (60, 90), "score (0–100), de as toont 60 tot 90"),
        ("score", [0.0, 50.0, 100.0], (0, 100), "score (0–100)"),
        ("score", [100.0, 100.0, 100.0], (90, 100), "score (0–100), de as toont 90 tot 100"),
        ("score", [np.nan, np.nan, np.nan], (0, 100), "score (0–100)"),
        ("mark", [6.1, 7.0, 7.9], (6, 8), "rapportcijfer (1–10), de as toont 6 tot 8"),
        ("points", [3.0, 7.0, 24.0], (0, 30), "verschil in punten"),
    ],
)
def test_a_zoomed_axis_runs_in_whole_steps_and_says_from_where_to_where(unit, estimate, limits, label):
    _, ax, _ = drawn(charts.ranking, three(estimate=estimate, suppressed=False), unit=unit, intervals=False)
    assert (ax.get_xlim(), ax.get_xlabel()) == (limits, label)


def test_values_are_written_in_the_readers_language():
    table = three(estimate=[7.25, np.nan, 6.0], lower=np.nan, upper=np.nan)
    for language, expected in (("nl", {"7,3", "6,0"}), ("en", {"7.3", "6.0"})):
        assert expected <= set(words(drawn(charts.ranking, table, unit="mark", language=language)[0]))


@pytest.mark.parametrize(
    ("table", "kwargs", "message"),
    [
        (three().drop(columns="upper"), {}, "column 'upper': the table of the chart lacks a column; allowed: label"),
        (three(), {"reference": "sector"}, "column 'sector': the table of the chart lacks a column"),
        (three(), {"unit": "euro"}, "unknown unit: 'euro'; allowed: score, percent, points, mark"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(table, kwargs, message):
    with pytest.raises(InputError, match=message):
        drawn(charts.ranking, table, **kwargs)


def test_a_cell_that_comes_twice_and_a_category_without_colour_are_refused():
    with pytest.raises(InputError, match="comes twice: 'Data, a'"):
        drawn(charts.heatmap, pd.concat([cells(["Data"], ["a"])] * 2))
    with pytest.raises(InputError, match="no colour for this category: 'informeel'; allowed: formeel"):
        drawn(charts.stacked, shares(), colours={"formeel": "now"})


# legibility


def boxes(figure):
    """The outline of every drawn text on the canvas, as a path in pixels; slanted texts as slanted rectangles."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    for each in figure.findobj(Text):
        if not each.get_text().strip() or not each.get_visible():
            continue
        angle = each.get_rotation()
        each.set_rotation(0)
        extent = Text.get_window_extent(each, renderer)  # without an annotation's line
        each.set_rotation(angle)
        if angle == 90:  # an axis label: turned about its middle, so ask for it as it stands
            extent, angle = each.get_window_extent(renderer), 0
        anchor = each.get_transform().transform(each.get_unitless_position())
        tight = Bbox.from_extents(extent.x0 + 1, extent.y0 + 3, extent.x1 - 1, extent.y1 - 3)
        path = Path(tight.corners()[[0, 1, 3, 2, 0]])
        yield each.get_text(), path.transformed(Affine2D().rotate_deg_around(*anchor, angle)) if angle else path


def clashes(figure):
    """Texts that touch another, or reach outside the figure."""
    drawn_ = list(boxes(figure))
    size = figure.bbox
    outside = [
        name for name, path in drawn_
        if not (size.contains(*path.vertices.min(axis=0)) and size.contains(*path.vertices.max(axis=0)))
    ]  # fmt: skip
    return outside + [
        (first, second) for (first, a), (second, b) in combinations(drawn_, 2) if a.intersects_path(b, filled=True)
    ]


def many(labels, hidden=(), low=5.0, high=95.0):
    estimate = np.linspace(high, low, len(labels))
    table = pd.DataFrame({"label": labels, "estimate": estimate, "n": 100, "suppressed": False})
    table = table.assign(lower=(estimate - 6).clip(0, 100), upper=(estimate + 6).clip(0, 100), sector=estimate[::-1])
    table["rank_text"] = [f"{rank} ({max(1, rank - 5)}–{rank + 5})" for rank in range(1, len(labels) + 1)]
    table.loc[list(hidden), ["estimate", "lower", "upper", "n"]] = np.nan
    table.loc[list(hidden), "suppressed"] = True
    return table


def pairs(labels, now, future, clear=True):
    table = pd.DataFrame({"label": labels, "now": now, "future": future, "clear": clear, "n": 100})
    rise = table["future"] - table["now"]
    return table.assign(rise=rise, lower=rise - 3, upper=rise + 3)


def spread(labels, x, y):
    return pd.DataFrame({"label": labels, "x": x, "y": y})


COMPARED = {"reference": "sector", "reference_label": "alle gemeenten in Nederland"}
QUITE = ["helemaal mee eens", "mee eens", "neutraal", "mee oneens", "helemaal mee oneens"]
FIFTHS = pd.MultiIndex.from_product([THEMES, QUITE], names=["row_label", "category_label"]).to_frame(index=False)
CASES = {
    "20 themes": (charts.ranking, many(THEMES, hidden=[3]), COMPARED),
    "22 long labels": (charts.ranking, many(LONG, hidden=[3, 21]), {"unit": "percent"}),
    "3 long labels": (charts.ranking, many(LONG[-3:]), COMPARED),
    "all suppressed": (charts.ranking, many(THEMES, hidden=range(20)), COMPARED),
    "0 to 100, whole intervals": (charts.ranking, many(THEMES, low=0, high=100).assign(lower=0, upper=100), {}),
    "identical": (charts.ranking, many(THEMES, low=60, high=60), {"language": "en"}),
    "22 bars": (charts.bars, many(LONG, hidden=[5], low=0, high=100), COMPARED),
    "10 bars": (charts.bars, many(LONG[12:]), {}),
    "changes": (charts.change, pairs(THEMES, np.linspace(40, 90, 20), np.linspace(60, 85, 20)), {}),
    "changes at 100": (charts.change, pairs(THEMES[:5], [99.0] * 5, [100.0] * 5), {}),
    "changes at 0": (charts.change, pairs(THEMES[:5], [100.0, 1, 0, 50, 2], [100.0, 0, 0, 50, 2]), {"sort": "now"}),
    "no change": (charts.change, pairs(LONG, [70.0] * 22, [70.0] * 22, False), {}),
    "20 x 12": (charts.heatmap, cells(THEMES, PROVINCES), {"unit": "percent"}),
    "22 x 4": (charts.heatmap, cells(LONG, ["minder dan 20.000 inwoners", "20–50", "50–100", "> 100"]), {}),
    "20 x 12 slanted": (charts.heatmap, cells(THEMES, [f"Samenwerkingsverband {i}" for i in range(12)]), {}),
    "parts": (charts.stacked, shares(hide=[2, 3]), {}),
    "20 x 5 parts": (charts.stacked, FIFTHS.assign(share=np.tile([2.0, 38, 20, 37, 3], 20)), {}),
    "map": (charts.tile_map, TILES, MAP),
    "scattered": (charts.side_by_side, spread(THEMES, np.linspace(45, 90, 20), np.tile([10.0, 90, 50, 52], 5)), AXES),
    "crowded": (charts.side_by_side, spread(THEMES, [60.0] * 19 + [100], [50.0] * 19 + [0]), AXES),
}


@pytest.mark.parametrize("case", CASES)
def test_no_text_touches_another_or_leaves_the_figure(case):
    chart, table, kwargs = CASES[case]
    figure, _, alt = drawn(chart, table, **kwargs)
    assert clashes(figure) == []
    assert 40 <= len(alt) <= drawing.ALT_LENGTH


def test_long_labels_are_wrapped_where_rows_are_far_apart_and_shortened_where_they_are_not():
    sparse, dense = (drawn(charts.bars, many(LONG[-rows:]))[1].get_yticklabels()[-1].get_text() for rows in (3, 22))
    assert sparse == "Zoekhulpen, checklists en werkinstructies bij\nhet werk (performance support)"
    assert dense == "Zoekhulpen, checklists en werkinstructies bij…"


def test_the_twelve_provinces_need_no_slanted_labels():
    _, ax, _ = drawn(charts.heatmap, cells(THEMES, PROVINCES))
    labels = ax.get_xticklabels()
    assert {label.get_rotation() for label in labels} == {0}
    assert labels[7].get_text() == "Noord-\nHolland"


@pytest.mark.parametrize("clear", [True, False])
def test_a_chart_fills_the_figure_when_a_kind_of_row_does_not_occur(clear):
    figure, ax, _ = drawn(charts.change, pairs(THEMES, 60.0, 70.0, clear))
    figure.canvas.draw()
    assert ax.get_position().y0 < 0.11


def test_the_check_on_texts_sees_what_is_wrong():
    figure, ax = style.figure()
    ax.set_axis_off()
    ax.text(0.5, 0.5, "een", in_layout=False)
    ax.text(0.51, 0.5, "twee", in_layout=False)
    ax.text(0.99, 0.1, "buiten de figuur", in_layout=False)
    ax.text(0.1, 0.5, "schuin", rotation=30, rotation_mode="anchor")
    ax.text(0.13, 0.5, "schuin", rotation=30, rotation_mode="anchor")
    assert clashes(figure) == ["buiten de figuur", ("een", "twee")]


def test_the_same_table_gives_the_same_bytes():
    assert len({style.png(drawn(charts.ranking, many(THEMES), **COMPARED)[0]) for _ in range(2)}) == 1


def test_change_says_so_when_all_is_suppressed():
    gone = dict.fromkeys(["now", "future", "rise", "lower", "upper", "n"], float("nan"))
    table = pd.DataFrame({"label": ["Data", "Zorg"], **gone, "clear": False, "suppressed": True})
    figure, ax = style.figure()
    assert charts.change(ax, table).endswith("Onderdrukt wegens kleine aantallen: 2.")
