"""Decks for PowerPoint: native text, tables and charts in a template's placeholders, with the figures of the bundles."""

import re
import subprocess
import sys
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZipFile

import nbformat.v4 as v4
import pandas as pd
import pytest
from ledanalysis import slides, style
from ledanalysis.chart_data import describe
from ledanalysis.errors import InputError
from ledanalysis.slides.deck import CHART, read_deck
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn

from office import faults, pages
from test_slides import DOT, HEAD, bundle, code, notebook, shown, text

THEMES = [f"Thema {number:02} over leren" for number in range(1, 21)]
HOSTILE = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "a\x00b\x0b\ud800", "\u202eomgekeerd", "W" * 5000, "🎓 leren", "]]> & \"'", "{0} %s"]


def figure(kind, table, title="Bevinding", language="nl", axis="score (0–100)", options=(), **words):
    """A slide with a chart, as `page.chart` emits it."""
    output = bundle(title, layout="figure", alt=f"Beschrijving van {kind}", **words)
    output["data"][CHART] = describe(kind, table, language, axis, **dict(options))
    return output


def ranked(count=20, hidden=2):
    """Themes with figures, the last ones suppressed; not in the order in which they are drawn."""
    table = pd.DataFrame({"label": THEMES[:count], "estimate": [90.0 - 3 * row for row in range(count)], "n": 40})
    table = table.assign(lower=table["estimate"] - 4.5, upper=table["estimate"] + 3.5, sector=50.0, suppressed=False)
    table.loc[count - hidden :, ["estimate", "lower", "upper"]] = float("nan")
    table.loc[count - hidden :, "suppressed"] = True
    return table.iloc[::-1].reset_index(drop=True)


def changed(count=20):
    now = [60.0 - row for row in range(count)]
    rise = [20.0 - 2 * row for row in range(count)]
    table = pd.DataFrame({"label": THEMES[:count], "now": now, "future": [a + b for a, b in zip(now, rise)], "rise": rise})
    return table.assign(lower=table["rise"] - 5, upper=table["rise"] + 5, clear=table["rise"].abs() > 5)


def made(*outputs, template=None, head=HEAD):
    """The presentation of a notebook with these outputs, each a slide."""
    return Presentation(BytesIO(raw(*outputs, template=template, head=head)))


def raw(*outputs, template=None, head=HEAD):
    return slides.FORMS["pptx"].write(notebook(code(*outputs, kind="slide"), head=head), "a.ipynb", template)


def charts(deck):
    return [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]


def values(chart):
    return {series.name: list(series.values) for series in chart.plots[0].series}


def sheet(chart):
    return load_workbook(BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active


def texts(slide):
    """All the text of a slide, of its notes and of its charts."""
    parts = [slide.part, *(rel.target_part for rel in slide.part.rels.values() if not rel.is_external and rel.target_part.partname.startswith("/ppt/charts"))]
    return "\n".join(node.text or "" for part in parts for node in part._element.iter(qn("a:t"), qn("c:v")))


# charts


def test_a_ranking_is_a_native_chart_with_the_figures_of_its_bundle_from_the_top():
    chart, = charts(made(figure("ranking", ranked(), options={"reference": "sector", "reference_label": "alle gemeenten"})))
    assert list(chart.plots[0].categories)[:2] == THEMES[:2], "in the order of the picture"
    own, beside = values(chart).values()
    assert own == [90.0 - 3 * row for row in range(18)] + [None, None] and beside == [50.0] * 20
    assert list(values(chart))[1] == "alle gemeenten"
    axis = chart._chartSpace.find(f".//{qn('c:catAx')}")
    assert axis.find(f"{qn('c:scaling')}/{qn('c:orientation')}").get("val") == "maxMin", "the first row is at the top"
    assert chart._chartSpace.find(f".//{qn('c:valAx')}/{qn('c:crosses')}").get("val") == "max", "the axis of figures is at the bottom"
    assert (chart.value_axis.minimum_scale, chart.value_axis.maximum_scale) == (0, 100)


def test_intervals_are_error_bars_from_lower_to_upper():
    chart, = charts(made(figure("bars", ranked(3, 0), options={"unit": "percent", "level": 0.95})))
    bars = chart._chartSpace.find(f".//{qn('c:errBars')}")
    far = {side: [float(v.text) for v in bars.find(qn(f"c:{side}")).iter(qn("c:v"))] for side in ("plus", "minus")}
    assert far == {"plus": [3.5] * 3, "minus": [4.5] * 3} and bars.find(qn("c:errValType")).get("val") == "cust"
    reference = bars.find(f"{qn('c:plus')}/{qn('c:numRef')}/{qn('c:f')}").text
    assert [cell.value for (cell,) in sheet(chart)[reference.split("!")[1].replace("$", "")]] == ["=D2-B2", "=D3-B3", "=D4-B4"]
    assert "95%-interval" in texts(made(figure("bars", ranked(3, 0), options={"unit": "percent"})).slides[0])


def test_the_workbook_holds_what_is_published_and_no_more():
    table = ranked()
    grid = sheet(charts(made(figure("bars", table)))[0])
    rows = {row[0].value: [cell.value for cell in row[1:4]] for row in grid.iter_rows(min_row=2)}
    told = {row.label + (" (onderdrukt)" if row.suppressed else ""): [None if pd.isna(each) else each for each in (row.estimate, row.lower, row.upper)]
            for row in table.itertuples()}  # fmt: skip
    assert rows == told
    assert rows[f"{THEMES[19]} (onderdrukt)"] == [None, None, None]


def test_twenty_themes_are_readable_and_all_named():
    for output in (figure("ranking", ranked()), figure("change", changed(), options={"unit": "score"}), figure("bars", ranked())):
        chart, = charts(made(output))
        axis = chart._chartSpace.find(f".//{qn('c:catAx')}")
        assert int(axis.find(f".//{qn('a:defRPr')}").get("sz")) >= 1200
        assert axis.find(qn("c:tickLblSkip")).get("val") == "1"


def test_one_series_is_labelled_directly_and_more_have_a_key():
    one, two = charts(made(figure("bars", ranked(5, 0)), figure("bars", ranked(5, 0), options={"reference": "sector", "reference_label": "alle"})))
    assert not one.has_legend and two.has_legend
    assert [series.data_labels.show_value for series in one.plots[0].series] == [True]
    assert [series.data_labels.show_value for series in two.plots[0].series] == [True, False]


def test_a_change_has_two_series_and_says_each_difference_and_which_are_not_clear():
    chart, = charts(made(figure("change", changed(), options={"unit": "score"})))
    assert values(chart) == {"nu": changed()["now"].tolist(), "over drie jaar": changed()["future"].tolist()}
    names = list(chart.plots[0].categories)
    assert names[0] == f"{THEMES[0]} (+20)" and names[10] == f"{THEMES[10]} (0)" and names[15] == f"{THEMES[15]} (−10)"
    grey = {int(point.find(qn("c:idx")).get("val")) for point in chart.plots[0].series[1]._element.iter(qn("c:dPt"))}
    assert grey == {row for row, clear in enumerate(changed()["clear"]) if not clear} and grey


def test_a_mirror_has_the_own_answer_and_a_series_per_group():
    table = pd.DataFrame({"label": ["Data", "Zorg"], "own": [50.0, 100.0], "size": [60.0, None], "own_text": ["25 → 50", "75 → 100"], "not_shown": ["", "klasse"]})
    options = {"groups": {"size": "grootteklasse"}, "own_label": "Eemnes", "own_header": "nu → straks"}
    chart, = charts(made(figure("beside", table, options=options)))
    assert [list(each) for each in values(chart).values()] == [[50.0, 100.0], [60.0, None]]
    assert list(chart.plots[0].categories) == ["Data (25 → 50)", "Zorg (75 → 100)"]
    yes_no = table.drop(columns=["own_text"]).assign(own=[100.0, 0.0])
    chart, = charts(made(figure("beside", yes_no, options=options | {"yes_no": True, "unit": "percent"})))
    assert values(chart) == {"grootteklasse": [60.0, None]} and list(chart.plots[0].categories) == ["Data (ja)", "Zorg (nee)"]


def test_two_scales_are_two_charts():
    table = pd.DataFrame({"label": THEMES[:3], "now": [60.0, 50, 40], "future": [70.0, 50, 30], "estimate": [80.0, 20, 10], "lower": [70.0, 10, 5],
                          "upper": [90.0, 30, 20], "verdict": ["both_high", "untold", "both_low"]})  # fmt: skip
    survey, interviews = charts(made(figure("two_sources", table)))
    assert values(survey) == {"nu": [60.0, 50.0, 40.0], "over drie jaar": [70.0, 50.0, 30.0]} and list(values(interviews).values()) == [[80.0, 20.0, 10.0]]
    assert list(survey.plots[0].categories) == [f"{THEMES[0]} (beide hoog)", THEMES[1], f"{THEMES[2]} (beide laag)"]
    views = pd.DataFrame({"label": THEMES[:3], "units": [60.0, 50, 40], "staff": [70.0, 50, 30]})
    assert [list(values(each).values())[0] for each in charts(made(figure("panels", views, options={"units": "% van de gemeenten", "staff": "% van de medewerkers"})))] \
        == [[60.0, 50.0, 40.0], [70.0, 50.0, 30.0]]  # fmt: skip


def test_a_stacked_bar_of_which_a_part_is_suppressed_is_not_there():
    table = pd.DataFrame({"row_label": ["A", "A", "B", "B"], "category_label": ["formeel", "informeel"] * 2, "share": [60.0, 40.0, 30.0, None],
                          "suppressed": [False, False, False, True]})  # fmt: skip
    output = figure("stacked", table)
    assert output["data"][CHART]["rows"] == [["A", 60.0, 40.0], ["B", None, None]], "the other part would give it away"
    chart, = charts(made(output))
    assert values(chart) == {"formeel": [60.0, None], "informeel": [40.0, None]} and chart.plots[0].overlap == 100
    assert list(chart.plots[0].categories) == ["A", "B (onderdrukt)"]
    fills = [series.format.fill.fore_color for series in chart.plots[0].series]
    assert fills[0].theme_color != fills[1].theme_color


def test_a_heat_map_is_a_table_with_the_colours_of_the_picture():
    table = pd.DataFrame({"row_label": ["Data", "Data", "Zorg", "Zorg"], "column_label": ["Drenthe", "Zeeland"] * 2, "estimate": [60.0, 90.0, None, None],
                          "suppressed": [False, False, True, False]})  # fmt: skip
    frame = next(shape for shape in made(figure("heatmap", table)).slides[0].shapes if shape.has_table)
    cells = [[cell.text for cell in row.cells] for row in frame.table.rows]
    assert cells == [["", "Drenthe", "Zeeland"], ["Data", "60", "90"], ["Zorg", "–", ""]] and frame.table.first_row
    low, high = (frame.table.cell(1, column)._tc.tcPr.find(f"{qn('a:solidFill')}/{qn('a:srgbClr')}").get("val") for column in (1, 2))
    assert style.contrast(f"#{low}", "#ffffff") < style.contrast(f"#{high}", "#ffffff")
    assert frame.table.cell(2, 1)._tc.tcPr.find(qn("a:pattFill")) is not None and frame.table.cell(2, 2)._tc.tcPr.find(qn("a:pattFill")) is None


def test_a_tile_map_is_a_group_with_as_many_squares_as_there_are_municipalities():
    tiles = pd.DataFrame({"tile_row": [0, 0, 1, 2], "tile_col": [0, 1, 0, 1], "part": ["answered", "none", "answered", "answered"]})
    options = {"column": "part", "colours": {"answered": "responded", "none": "not_responded"}, "labels": {"answered": "deed mee", "none": "deed niet mee"}}
    group = next(shape for shape in made(figure("tile_map", tiles, options=options)).slides[0].shapes if shape.shape_type == 6)
    assert [len(list(shape._element.iter(qn("a:close")))) for shape in group.shapes if shape._element.find(f".//{qn('a:custGeom')}") is not None] == [3, 1]
    assert [shape.text for shape in group.shapes if shape.has_text_frame and shape.text] == ["deed mee: 3", "deed niet mee: 1"]


def test_what_powerpoint_has_no_chart_for_is_a_picture():
    table = pd.DataFrame({"label": ["HR"], "other_label": ["OR"], "municipalities": [6]})
    deck = made(figure("actor_map", table), bundle("Plaatje", "figure", alt="Eigen grafiek"))
    assert [[shape.shape_type.name for shape in slide.placeholders if shape.is_placeholder and hasattr(shape, "image")] for slide in deck.slides] == [["PLACEHOLDER"]] * 2
    assert [descriptions(slide) for slide in deck.slides] == [["Beschrijving van actor_map"], ["Eigen grafiek"]]


# text


def test_each_slide_has_its_words_in_the_placeholders_of_the_template():
    said = {"kicker": "Wat telt?", "footer": "n = 12", "notes": "Zeg dit."}
    slide = made(bundle("Een", **said)).slides[0]
    assert slide.slide_layout.name == "text"
    kinds = {shape.name: (shape.placeholder_format.type.name, shape.text_frame.text) for shape in slide.placeholders}
    assert kinds == {
        "title": ("TITLE", "Een"), "kicker": ("BODY", "Wat telt?"), "text": ("BODY", "Tekst"), "slide number": ("SLIDE_NUMBER", "1"),
        "footer": ("FOOTER", f"n = 12\v{HEAD['source']}   {HEAD['notice']}"),
    }  # fmt: skip
    assert [shape.name for shape in slide.shapes] == ["title", "kicker", "text", "footer", "slide number"], "in reading order"
    assert slide.notes_slide.notes_text_frame.text == "Zeg dit."


def test_every_layout_is_used_by_the_slides_of_its_kind():
    columns = "### A\n\neen\n\n- x\n\n### B\n\ntwee\n\n- y\n\n### C\n\ndrie\n\n- z"
    pairs = "### A\n\n50%\n\n**Verhaal**\n\n### B\n\n60%\n\nAnders"
    deck = made(bundle("T", "title", ""), bundle("C", "columns", columns), bundle("P", "pairs", pairs), bundle("G", "table", "<table><tr><td>1</td></tr></table>"))
    assert [slide.slide_layout.name for slide in deck.slides] == ["title", "columns", "pairs", "table"]
    assert [shape.text_frame.text for shape in deck.slides[1].placeholders if shape.name.startswith("column")] == ["A\neen\nx", "B\ntwee\ny", "C\ndrie\nz"]
    assert [shape.text_frame.text for shape in deck.slides[2].shapes][1:5] == ["A\n50%", "Verhaal", "B\n60%", "Anders"]
    assert [shape.text_frame.text for shape in deck.slides[0].shapes][:3] == ["T", HEAD["subtitle"], HEAD["notice"]]


def test_words_keep_their_form():
    body = "Eerst **dit** en *dat*, [een site](https://example.org/a?b=1&c=2), [niet](javascript:x).\n\n- een\n  - binnen\n\n3. drie\n4. vier\n\n> gezegd"
    slide = made(bundle("Een", body=body)).slides[0]
    frame = next(shape for shape in slide.placeholders if shape.name == "text").text_frame
    runs = {run.text: run for paragraph in frame.paragraphs for run in paragraph.runs}
    assert runs["dit"].font.bold and runs["dat"].font.italic and runs["gezegd"].font.italic and not runs["Eerst "].font.bold
    assert runs["een site"].hyperlink.address == "https://example.org/a?b=1&c=2" and runs["niet"].hyperlink.address is None
    marks = [(paragraph.text, paragraph.level, [child.tag.split("}")[1] for child in paragraph._p.pPr if "bu" in child.tag]) for paragraph in frame.paragraphs]
    assert [(words, level) for words, level, found in marks if "buNone" not in found] == [("een", 0), ("binnen", 1), ("drie", 0), ("vier", 0)]


def test_a_table_is_native_with_its_header_and_its_figures_to_the_right():
    html = "<table><thead><tr><th>Groep</th><th class='num'>n</th></tr></thead><tbody><tr><td>a &lt; b</td><td class='num'>1.234</td></tr></tbody></table>"
    table = next(shape for shape in made(bundle("Een", "table", html)).slides[0].shapes if shape.has_table).table
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Groep", "n"], ["a < b", "1.234"]]
    assert table.first_row and [table.cell(1, column).text_frame.paragraphs[0].alignment.name for column in (0, 1)] == ["LEFT", "RIGHT"]


def test_cells_over_more_columns_and_rows():
    html = "<table><tr><th colspan='2'>AB</th><th>C</th></tr><tr><td rowspan='2'>a</td><td>b</td><td>c</td></tr><tr><td>d</td><td>e</td></tr></table>"
    table = next(shape for shape in made(bundle("Een", "table", html)).slides[0].shapes if shape.has_table).table
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["AB", "", "C"], ["a", "b", "c"], ["", "d", "e"]]
    assert (table.cell(0, 0).span_width, table.cell(1, 0).span_height, table.cell(2, 0).is_spanned) == (2, 2, True)


def test_plain_notebooks_have_text_tables_and_pictures_below_each_other():
    cells = [text("## Vraag\n\nalinea", kind="slide"), code(shown(image_png=DOT)), code(shown(text_html="<table><tr><td>1</td></tr></table>"))]
    slide = Presentation(BytesIO(slides.FORMS["pptx"].write(notebook(*cells), None))).slides[0]
    body = [shape for shape in slide.shapes if shape.name in ("text", "picture", "table")]
    assert [shape.name for shape in body] == ["text", "picture", "table"]
    assert all(one.top + one.height <= other.top for one, other in zip(body, body[1:]))


def test_text_that_is_too_long_shrinks_then_is_cut_and_stands_whole_in_the_notes():
    many, far_too_many = "\n".join(f"- punt {number} " + "woord " * 15 for number in range(12)), "woord " * 4000
    small, cut = made(bundle("Een", body=many), bundle("Titel " * 500, body=far_too_many)).slides
    sizes = {run.font.size.pt for shape in small.placeholders if shape.name == "text" for paragraph in shape.text_frame.paragraphs for run in paragraph.runs}
    assert len(sizes) == 1 and 8 <= sizes.pop() < 20
    assert [shape.text_frame.text[-1] for shape in cut.placeholders if shape.name in ("title", "text")] == ["…", "…"]
    assert cut.notes_slide.notes_text_frame.text.count("woord") == 4000
    assert not small.has_notes_slide


def test_the_source_and_the_notice_stand_there_however_long_the_footer_is():
    slide = made(bundle("Een", footer="n = 12 " * 900)).slides[0]
    footer = next(shape for shape in slide.placeholders if shape.name == "footer").text_frame.text
    assert footer.startswith("n = 12") and "…" in footer and footer.endswith(f"{HEAD['source']}   {HEAD['notice']}")
    assert slide.notes_slide.notes_text_frame.text.count("n = 12") == 900


def test_hostile_text_is_text():
    table = pd.DataFrame({"label": [words.replace("\ud800", "") for words in HOSTILE], "estimate": [50.0] * len(HOSTILE)})
    outputs = [figure("bars", table, title=words, kicker=words, footer=words, notes=words, options={"intervals": False}) for words in HOSTILE]
    html = "<table>" + "".join(f"<tr><td>{words.replace('<', '&lt;')}</td></tr>" for words in HOSTILE) + "</table>"
    head = {key: f"{words} <script>" if key != "language" else words for key, words in HEAD.items()}
    deck = made(*outputs, *(bundle(words, body=words) for words in HOSTILE), bundle("Tabel", "table", html), head=head)
    assert [slide.shapes.title.text_frame.text for slide in deck.slides][:8] == [
        "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "ab", "omgekeerd", deck.slides[4].shapes.title.text_frame.text, "🎓 leren", "]]> & \"'", "{0} %s"]  # fmt: skip
    for chart in charts(deck):
        assert [cell.value for cell in sheet(chart)["A"]][1:3] == HOSTILE[:2]
        assert all(cell.data_type != "f" for row in sheet(chart) for cell in row)


# the file


def test_the_same_notebook_gives_the_same_bytes_and_no_dates():
    outputs = [figure("bars", ranked()), bundle("Plaatje", "figure"), bundle("Tekst", notes="Zeg dit.")]
    first, second = raw(*outputs), raw(*outputs)
    assert first == second
    with ZipFile(BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)} and archive.testzip() is None
        assert not re.search("created|modified", archive.read("docProps/core.xml").decode().replace("lastModifiedBy", ""))


@pytest.mark.parametrize("language, tag", [("nl", "nl-NL"), ("en", "en-GB")])
def test_the_deck_says_its_language_title_and_author(language, tag):
    head = HEAD | {"language": language}
    deck = made(figure("bars", ranked(), language=language, footer="n = 3"), bundle("Tekst", notes="Zeg"), bundle("T", "table", "<table><tr><td>1</td></tr></table>"), head=head)
    said = deck.core_properties
    assert (said.title, said.author, said.language) == (f"{HEAD['subtitle']} – {HEAD['title']}", HEAD["source"], tag)
    parts = [part for slide in deck.slides for part in (slide.part, *([slide.notes_slide.part] if slide.has_notes_slide else []))]
    runs = [run.find(qn("a:rPr")) for part in parts for run in part._element.iter(qn("a:r"))]
    assert len(runs) > 10 and {look.get("lang") for look in runs} == {tag}


def descriptions(slide):
    """What is told of each chart, picture, table and group."""
    told = (qn("p:graphicFrame"), qn("p:pic"), qn("p:grpSp"))
    return [shape._element.xpath(".//p:cNvPr")[0].get("descr") for shape in slide.shapes if shape._element.tag in told]


def test_every_chart_picture_and_table_is_described_in_its_own_form():
    deck = made(figure("ranking", ranked()), bundle("Tabel", "table", "<table><tr><td>1</td></tr></table>"), bundle("P", "figure", alt="Wat er staat"))
    assert [descriptions(slide) for slide in deck.slides] == [["Beschrijving van ranking"], ["Tabel"], ["Wat er staat"]]
    drawn = figure("ranking", ranked())
    drawn["metadata"]["image/png"]["alt"] = "Puntdiagram van hoog naar laag, rijen: 20. Hoogst: A 90."
    assert descriptions(made(drawn).slides[0]) == ["Staafdiagram, rijen: 20. Hoogst: A 90."]


# templates


def foreign(path, change=lambda deck: None):
    """Somebody else's template: that of python-pptx, of 4:3, with a slide in it."""
    deck = Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Voorbeeld"
    change(deck)
    deck.save(path)
    return path


def test_another_template_is_used_by_what_its_placeholders_are(tmp_path):
    outputs = [bundle("Een", kicker="Wat telt?", footer="n = 12"), figure("bars", ranked(), footer="n = 3"), bundle("C", "columns", "### A\n\neen\n\n### B\n\ntwee")]
    deck = made(*outputs, template=foreign(tmp_path / "huisstijl.pptx"))
    assert [slide.slide_layout.name for slide in deck.slides] == ["Title and Content"] * 3
    assert [slide.shapes.title.text_frame.text for slide in deck.slides] == ["Een", "Bevinding", "C"], "its own slide is left out"
    assert deck.slides[0].notes_slide.notes_text_frame.text == "Wat telt?", "it has no place for the question"
    assert all("n = " in texts(slide) and HEAD["notice"] in texts(slide) for slide in list(deck.slides)[:2])
    assert charts(deck)[0].plots[0].series[0].format.fill.fore_color.rgb is not None
    for slide in deck.slides:
        assert_inside(deck, slide)


def test_a_layout_of_the_right_name_goes_first(tmp_path):
    def named(deck):
        deck.slide_layouts[4].name = "Table"
        deck.slide_layouts[4]._element.cSld.set("name", "Table")

    deck = made(bundle("Een", "table", "<table><tr><td>1</td></tr></table>"), template=foreign(tmp_path / "a.pptx", named))
    assert deck.slides[0].slide_layout.name == "Table"


def test_a_template_that_lacks_something_says_what(tmp_path):
    def bare(deck):
        for layout in deck.slide_layouts:
            for shape in [shape for shape in layout.placeholders if shape.placeholder_format.type.name == "FOOTER"]:
                shape._element.getparent().remove(shape._element)

    with pytest.raises(InputError, match=r"huisstijl.pptx.*slides of kind 'title'.*footer.*Title and Content \(lacks .*footer"):
        raw(bundle("Een"), template=foreign(tmp_path / "huisstijl.pptx", bare))
    for name, content in {"tekst.pptx": b"geen presentatie", "leeg.pptx": b""}.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=f"{name}.*not a PowerPoint presentation"):
            raw(bundle("Een"), template=tmp_path / name)


def test_the_studys_template_stands_in_its_codebook(tmp_path):
    codebook = tmp_path / "data" / "codebook"
    codebook.mkdir(parents=True)
    study = SimpleNamespace(codebook=codebook, settings=SimpleNamespace(template="huisstijl.pptx", decks=["html", "pptx"]))
    with pytest.raises(InputError, match="huisstijl.pptx.*no such template"):
        slides.template_of(study)
    foreign(codebook / "huisstijl.pptx")
    assert slides.template_of(study) == codebook / "huisstijl.pptx"
    study.settings.decks = ["html"]
    with pytest.raises(InputError, match="no deck is made in a form that has a template"):
        slides.template_of(study)


def test_another_template_makes_other_decks_and_only_then(tmp_path):
    import nbformat

    study = SimpleNamespace(outputs=tmp_path, settings=SimpleNamespace(decks=["html", "pptx"]))
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook(code(bundle("Een"), kind="slide")), tmp_path / "notebooks" / "een.ipynb")
    template = foreign(tmp_path / "huisstijl.pptx")
    made_first = slides.export_study(study)
    assert made_first == ([tmp_path / "slides" / "een.html", tmp_path / "slides" / "een.pptx"], {})
    before = (tmp_path / "slides" / "een.pptx").read_bytes()
    slides.export_study(study, template=template)
    assert (tmp_path / "slides" / "een.pptx").read_bytes() != before
    (tmp_path / "slides" / "gone.pptx").write_bytes(b"")
    study.settings.decks = ["html"]
    slides.export_study(study)
    assert sorted(path.name for path in (tmp_path / "slides").iterdir()) == ["een.html"]


def test_led_finds_a_template_unfit_before_it_does_anything(small_folder):
    def led(*words):
        return subprocess.run([sys.executable, "-m", "ledanalysis.cli", *words, "--study", small_folder], capture_output=True, text=True)

    done = led("run", "--template", "weg.pptx")
    assert done.returncode == 2 and "no deck is made in a form that has a template" in done.stderr and not (small_folder / "data/processed").exists()
    toml = small_folder / "data/codebook/study.toml"
    toml.write_text('decks = ["pptx"]\n' + toml.read_text("utf-8"), "utf-8")
    done = led("slides", "--template", "weg.pptx")
    assert done.returncode == 2 and "weg.pptx: there is no such template" in " ".join(done.stderr.split())


def test_the_presentation_of_a_withdrawn_mirror_goes_with_its_other_decks(small, monkeypatch):
    from ledanalysis import batch

    monkeypatch.setattr(batch, "receiving", lambda study: ["GM0001"])
    run = batch.mirror_run(small, "GM9999")
    places = [small.outputs / "notebooks/mirror/GM9999.ipynb", *(small.outputs / f"slides/{run.name}{suffix}" for suffix in (".html", ".pptx"))]
    for place in places:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("")
    assert batch.remove_withdrawn(small) == ["GM9999"] and not any(place.exists() for place in places)


# nbconvert


def test_the_exporter_makes_the_same_deck(tmp_path):
    import nbformat
    from ledanalysis.slides.exporter import LedPptxExporter

    nbformat.write(notebook(code(bundle("Een"), kind="slide")), tmp_path / "een.ipynb")
    made_by, resources = LedPptxExporter().from_filename(str(tmp_path / "een.ipynb"))
    assert resources["output_extension"] == ".pptx" and made_by == slides.export(tmp_path / "een.ipynb", tmp_path / "een.pptx", "pptx").read_bytes()


# how it looks


def assert_inside(deck, slide):
    wide, high = deck.slide_width, deck.slide_height
    outside = [shape.name for shape in slide.shapes
               if shape.left < 0 or shape.top < 0 or shape.left + shape.width > wide or shape.top + shape.height > high]  # fmt: skip
    assert outside == []
    boxes = [(shape.name, shape.left, shape.top, shape.left + shape.width, shape.top + shape.height) for shape in slide.shapes]
    over = [(one[0], other[0]) for at, one in enumerate(boxes) for other in boxes[at + 1 :]
            if min(one[3], other[3]) - max(one[1], other[1]) > 12700 and min(one[4], other[4]) - max(one[2], other[2]) > 12700]  # fmt: skip
    assert over == []


@pytest.fixture(scope="module")
def decks(example_run, tmp_path_factory):
    """Decks of the example, of hostile text, and in somebody else's template."""
    folder = tmp_path_factory.mktemp("decks")
    found = {name: folder / f"{name}.pptx" for name in ("results", "size-lt20", "hostile", "foreign")}
    for name in ("results", "size-lt20"):
        found[name].write_bytes((example_run / "outputs" / "slides" / f"{name}.pptx").read_bytes())
    table = pd.DataFrame({"label": [words.replace("\ud800", "") for words in HOSTILE * 2], "estimate": [50.0] * 16, "lower": 20.0, "upper": 80.0})
    found["hostile"].write_bytes(raw(*(figure("bars", table, title=words, kicker=words, footer=words) for words in HOSTILE),
                                     *(bundle(words, body=words, kicker=words) for words in HOSTILE)))  # fmt: skip
    outputs = [figure("ranking", ranked(), title="Een bevinding die lang genoeg is om over twee regels te gaan " * 2, footer="n = 3; gewogen naar register")]
    outputs += [bundle("Kort", body="- punt\n" * 9, footer="n = 12 " * 30), bundle("C", "columns", "### A\n\neen\n\n- x\n\n### B\n\ntwee\n\n- y")]
    found["foreign"].write_bytes(raw(*outputs, template=foreign(folder / "template.pptx")))
    return found


def test_nothing_lies_over_something_else_or_leaves_its_slide(decks):
    for path in decks.values():
        deck = Presentation(path)
        for slide in deck.slides:
            assert slide.shapes.title is not None and slide.shapes.title.text_frame.text
            assert_inside(deck, slide)


def test_the_examples_decks_have_what_their_notebooks_say(example_run, decks):
    import nbformat

    file = example_run / "outputs" / "notebooks" / "results.ipynb"
    deck, read = Presentation(decks["results"]), read_deck(nbformat.read(file, 4), file)
    told = slides.deck_table(file)
    assert [slide.shapes.title.text_frame.text for slide in deck.slides] == told["title"].tolist()
    natives = 0
    for slide, said in zip(deck.slides, read.slides, strict=True):
        assert (said.footer in texts(slide)) and read.source in texts(slide) and read.notice in texts(slide)
        assert len(slide.notes_slide.notes_text_frame.text) > 0.9 * len(said.notes.strip()) if said.notes else True
        chart = said.parts[0].chart if said.parts else None
        if chart and chart["kind"] in ("bars", "ranking"):
            place = [column["key"] for column in chart["columns"]].index("estimate")
            native, = [shape.chart for shape in slide.shapes if shape.has_chart]
            assert list(next(iter(values(native).values()))) == [row[place] for row in chart["rows"]]
            natives += 1
        assert all(alt for alt in descriptions(slide))
    assert natives >= 6


def test_libreoffice_shows_every_slide_whole_and_no_word_over_another(decks, tmp_path):
    shown_pages = pages(list(decks.values()), tmp_path)
    for name, path in decks.items():
        assert len(shown_pages[name]) == len(Presentation(path).slides)
        for number, page in enumerate(shown_pages[name], 1):
            assert page and faults(page) == [], f"{name}, page {number}"
