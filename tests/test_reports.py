"""The report of a mirror: two pages of paper, with the notebook's figures and no others, that anybody can read."""

import copy
import re
import shutil
from io import BytesIO

import pandas as pd
import pytest
from browser import chromium, opened
from lxml import html as lxml_html
from mirrored import mirror_notebook, renamed
from pypdf import PdfReader

from ledanalysis import batch, mirror_pages, receivers, running, slides, style
from ledanalysis.errors import InputError
from ledanalysis.labels import text
from ledanalysis.slides import export
from ledanalysis.slides.deck import CHART, SLIDE
from ledanalysis.slides.printing import printer
from ledanalysis.study import load_study
from ledanalysis.tables import read_table

@pytest.fixture(scope="module")
def example(example_run):
    return load_study(example_run)


@pytest.fixture(scope="module")
def chosen(example):
    """Those with most and fewest groups shown, most missing answers, the longest name, and some others."""
    table = read_table(example, "mirrors")
    hidden, silent = (column.groupby(table["municipality"]).mean() for column in (table["suppressed"], table["own"].isna()))
    names = read_table(example, "units").set_index("municipality")["label"].loc[receivers.receiving(example)]
    return list(dict.fromkeys([hidden.idxmax(), hidden.idxmin(), silent.idxmax(), *names[names.str.len() == names.str.len().max()].index, *names.index[::45]]))


@pytest.fixture(scope="module")
def notebooks(example, chosen):
    return {name: mirror_notebook(example, name) for name in chosen}


@pytest.fixture(scope="module")
def reports(notebooks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    return {name: export(node, folder / f"{name}.html", "report") for name, node in notebooks.items()}


@pytest.fixture(scope="module")
def printed():
    chromium()
    with printer() as made:
        yield lambda file: PdfReader(BytesIO(made(file)))


def page_of(report):
    return lxml_html.fromstring(report.read_text("utf-8"))


def tables_of(report):
    """Per section its name and its table as {row: {heading: cell}}."""
    found = {}
    for section in page_of(report).iterfind(".//section[@data-name]"):
        for table in section.iterfind("table"):
            rows = [[_words(cell) for cell in row if cell.get("class") != "line"] for row in table.iter("tr")]
            found[section.get("data-name")] = {row[0]: dict(zip(rows[0][1:], row[1:], strict=True)) for row in rows[1:]}
    return found


def _words(element) -> str:
    return " ".join(element.text_content().split())


def each_opened(reports, size=(1280, 720)):
    """One page after another with a report on it, fitted to its paper."""
    first, *others = reports
    with opened(first, size) as page:
        for report in (first, *others):
            if report != first:
                page.goto(report.resolve().as_uri())
            page.wait_for_selector("html[data-ready]", state="attached")
            yield page


# --- what it shows ------------------------------------------------------------------------------------------------


def told(study, name, measure, kind="", yes_no=False):
    """What the table `mirrors` says of a measure, in the report's words: {row: {column: words}}."""
    page = mirror_pages.open_mirror(study, name)
    themes = study.themes[(study.themes["measure"] == measure) & (study.themes["kind"].eq(kind) if kind else True)].set_index("theme")["short"]
    rows = page.figures[(page.figures["measure"] == measure) & page.figures["theme"].isin(themes.index)]
    write = style.percent if yes_no else style.number
    answered = rows["own"].notna().any()
    found = {themes[theme]: {} for theme in rows["theme"]} if answered else {}
    for row in rows.itertuples() if answered else ():
        said = text("mirror_no_answer") if pd.isna(row.own) else ("ja" if row.own > 0 else "nee") if yes_no else style.number(row.own)
        found[themes[row.theme]][page.name] = said
        found[themes[row.theme]][page.groups["label"][row.clustering]] = "–" if row.suppressed else write(row.estimate)
    gone = {page.groups["label"][group] for group, hidden in rows.groupby("clustering")["suppressed"].all().items() if hidden}
    heads = {page.name: "wij"} | {label: label.split(": ")[-1] for label in page.groups["label"]}
    return {row: {heads[column]: words for column, words in cells.items() if column not in gone} for row, cells in found.items()}


def test_every_figure_is_that_of_the_mirror_and_in_its_place(example, reports):
    seen = hidden = 0
    for name, report in reports.items():
        shown = tables_of(report)
        for measure, kind, yes_no in (("organised", "instrument", True), ("stimulated", "", True), ("moments", "", False)):
            assert shown.get(measure, {}) == told(example, name, measure, kind, yes_no), (name, measure)
        now, future = told(example, name, "now"), told(example, name, "future")
        for row, cells in shown["importance"].items():
            for column, words in cells.items():
                pair = [side[row].get(column, "–").replace(text("mirror_no_answer"), "–") for side in (now, future)]
                absent = text("mirror_no_answer") if column in now[row] and column == "wij" else "–"
                assert words == (absent if set(pair) == {"–"} else " → ".join(pair)), (name, row, column)
                seen, hidden = seen + 1, hidden + ("–" in pair)
        assert set(shown["importance"]) == set(now) == set(future)
    assert seen > 400 and hidden > 10


NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def test_each_number_is_one_of_its_own_mirror(example, reports):
    """In sentences too: figures of the mirror, how many there are in and answered of its groups, and how many rows there are."""
    for name, report in reports.items():
        page = mirror_pages.open_mirror(example, name)
        figures = page.figures
        rounded = [figures["own"], figures.loc[~figures["suppressed"], "estimate"], figures.loc[~figures["suppressed"], "n"], page.groups["population"], page.groups["answered"]]
        allowed = {style.number(value) for values in rounded for value in values.dropna()} | {str(number) for number in range(23)}  # rows of a table
        allowed |= set(NUMBER.findall(" ".join([*page.groups["label"], *page.groups["short"], example.says("source"), "0–100"])))
        found = set(NUMBER.findall(" ".join(page_of(report).find("body/main").itertext())))
        assert found <= allowed, (name, found - allowed)
        assert len(found) > 20


def test_what_is_not_shown_of_groups_is_nowhere_in_the_file(example, reports, notebooks):
    """Nor in an attribute: a line stands where one's own answers are, and nothing stands for the figure of a group."""
    for name, report in reports.items():
        own = {float(value) for value in read_table(example, "mirrors", municipality=name)["own"].dropna()}
        places = {float(place) for place in re.findall(r'(?:cx|x1|x2)="([\d.]+)%"', report.read_text("utf-8"))}
        assert places <= own | {0.0, 100.0}
        notes = "".join(slides.deck_table(notebooks[name])["notes"])
        assert notes and not set(re.findall(r"\d+,\d", notes)) & set(re.findall(r"\d+,\d", " ".join(page_of(report).find("body/main").itertext())))


def test_it_is_the_report_of_the_notebook_as_it_runs(example, tmp_path):
    """Made of a notebook that papermill ran it is, but for the pictures that it does not show, the same."""
    shutil.copytree(example.folder / "data", tmp_path / "data")
    study = load_study(tmp_path)
    run = batch.mirror_run(study, "GM0072")
    assert running.run_one(run, "") is None
    real, made = export(run.out, tmp_path / "real.html", "report"), export(mirror_notebook(study, "GM0072"), tmp_path / "made.html", "report")
    assert real.read_bytes() == made.read_bytes()


def test_it_says_whose_it_is_and_whom_to_ask(example, reports):
    for name, report in reports.items():
        words = " ".join(page_of(report).find("body").text_content().split())
        label = mirror_pages.open_mirror(example, name).name
        assert f"alleen voor {label} zelf" in words and "fictieve gegevens" in words and "leren@aeno.nl" in words
        for heading in ("Naast wie staan we?", "Wat valt op?", "Waar praten we maandag over?", "Hoe lezen we dit?"):
            assert heading in words, (name, heading)


def test_of_a_deck_for_everyone_there_is_no_report(example, tmp_path):
    with pytest.raises(InputError, match="this is no mirror"):
        export(example.outputs / "notebooks/results.ipynb", tmp_path / "a.html", "report")
    assert list(tmp_path.iterdir()) == []


def test_rows_that_differ_are_not_set_in_one_table(notebooks, tmp_path):
    """Now and later stand in one row only where both have that row, once."""
    node = copy.deepcopy(notebooks[next(iter(notebooks))])
    for output in (output for cell in node.cells for output in cell.get("outputs", [])):
        if output["data"].get(SLIDE, {}).get("name") == "future":
            shown = output["data"][CHART]
            shown["rows"][0][0] = shown["table"]["rows"][0][0] = shown["rows"][1][0]
    shown = tables_of(export(node, tmp_path / "a.html", "report"))
    assert "importance" not in shown and {"now", "future"} <= set(shown)


def test_two_columns_of_one_name_are_refused(notebooks, tmp_path):
    node = copy.deepcopy(notebooks[next(iter(notebooks))])
    chart = next(output["data"][CHART] for cell in node.cells for output in cell.get("outputs", []) if CHART in output["data"])
    chart["table"]["columns"] = chart["table"]["columns"][:-1]
    with pytest.raises(InputError, match="two columns of a chart have the same heading"):
        export(node, tmp_path / "a.html", "report")


# --- on paper -----------------------------------------------------------------------------------------------------


def check_pages(pdf, title):
    assert len(pdf.pages) == 2
    for page, number in zip(pdf.pages, (1, 2)):
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        assert f"pagina {number} van 2" in " ".join(page.extract_text().split())
    assert title in " ".join(pdf.pages[0].extract_text().split())


def test_every_report_is_two_pages(example, reports, printed):
    for name, report in reports.items():
        pdf = printed(report)
        label = mirror_pages.open_mirror(example, name).name
        check_pages(pdf, f"Spiegelrapport {label}")
        words = " ".join(pdf.pages[1].extract_text().split())
        assert "Waar praten we maandag over?" in words and "Hoe is leren georganiseerd?" in words
        root = pdf.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"] == "nl"
        assert pdf.metadata.title == f"Spiegelrapport {label} – Leren en ontwikkelen bij gemeenten"
        assert [entry.title for entry in pdf.outline if not isinstance(entry, list)] == [f"Spiegelrapport {label}"]


def bare(node):
    """A mirror of which only the groups and how to read it are left, as of one that answered none of it."""
    node = copy.deepcopy(node)
    for cell in node.cells:
        kept = [output for output in cell.get("outputs", []) if output["data"].get(SLIDE, {}).get("layout") != "figure"]
        if cell.cell_type == "code":
            cell.outputs = kept
    return node


def alone(node):
    """A mirror in which no group is shown: all that is left are the own answers."""
    node = copy.deepcopy(node)
    for output in (output for cell in node.cells for output in cell.get("outputs", [])):
        if chart := output["data"].get(CHART):
            chart["columns"], chart["rows"] = chart["columns"][:2], [row[:2] for row in chart["rows"]]
            chart["table"] = {"columns": chart["table"]["columns"][:2], "rows": [row[:2] for row in chart["table"]["rows"]]}
    return node


HOSTILE = "<script>document.title='run'</script>&lt;\u202e🦊<img src=x onerror=\"document.title='run'\">"


@pytest.mark.parametrize("kind", ["bare", "alone", "long", "hostile", "endless"])
def test_odd_reports_are_two_pages_too(example, notebooks, printed, tmp_path, kind):
    name = next(iter(notebooks))
    label = mirror_pages.open_mirror(example, name).name
    others = {"long": "Nuenen, Gerwen en Nederwetten aan den Rijn en Waal", "hostile": HOSTILE, "endless": "Z" * 5000}
    node = {"bare": bare, "alone": alone}[kind](notebooks[name]) if kind not in others else renamed(notebooks[name], label, others[kind])
    report = export(node, tmp_path / "a.html", "report")
    pdf = printed(report)
    check_pages(pdf, "Spiegelrapport")
    assert "run" != pdf.metadata.title
    if kind == "hostile":
        words = " ".join(page_of(report).find("body/main").text_content().split())
        assert HOSTILE.replace("\u202e", "") in words and "\u202e" not in report.read_text("utf-8")
        assert "<img" not in report.read_text("utf-8")
    if kind == "alone":
        assert not any("grootteklasse" in heading for rows in tables_of(report).values() for row in rows.values() for heading in row)


def test_what_does_not_fit_is_set_smaller_and_no_smaller_than_it_can_be_read(notebooks, reports):
    for page in each_opened(reports.values()):
        sizes = page.evaluate("[...document.querySelectorAll('.page')].map(page => Number(getComputedStyle(page).getPropertyValue('--fit') || 1))")
        assert min(sizes) >= 0.85 and page.evaluate("document.querySelectorAll('.long, .open').length") == 0, page.url
        assert page.heard == [] and page.asked == []


def test_more_rows_than_two_pages_hold_go_on_on_a_third(notebooks, printed, tmp_path):
    node = copy.deepcopy(notebooks[next(iter(notebooks))])
    for output in (output for cell in node.cells for output in cell.get("outputs", [])):
        if output["data"].get(SLIDE, {}).get("name") == "moments":
            chart = output["data"][CHART]
            for rows in (chart["rows"], chart["table"]["rows"]):
                rows += [[f"moment {number}", *rows[0][1:]] for number in range(300)]
    pdf = printed(export(node, tmp_path / "a.html", "report"))
    words = " ".join(page.extract_text() for page in pdf.pages)
    assert len(pdf.pages) > 2 and "moment 299" in words and "Hoe lezen we dit?" in words


# --- on a screen --------------------------------------------------------------------------------------------------

WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
CUT = """[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(e).display !== 'none').map(e => e.tagName)"""
CONTRAST = r"""() => {
  const luminance = (colour) => { const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((c) => c / 255)
    .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (element) => { for (; element; element = element.parentElement) { const colour = getComputedStyle(element).backgroundColor;
    if (!/rgba\(.*, 0\)/.test(colour)) return colour; } return 'rgb(255,255,255)'; };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (walker.nextNode()) { const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || element.matches('script, style')) continue;
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort();
    found.push((b + 0.05) / (a + 0.05)); }
  return Math.min(...found); }"""


def test_it_can_be_read_at_any_width(reports):
    for page in each_opened([*reports.values()][:3]):
        for width, zoom in ((360, 100), (1280, 100), (1280, 200), (720, 200)):
            page.set_viewport_size({"width": width, "height": 800})
            page.evaluate(f"document.documentElement.style.fontSize = '{zoom}%'")
            assert not page.evaluate(WIDE) and page.evaluate(CUT) == [], (width, zoom)
            smallest = page.evaluate("Math.min(...[...document.querySelectorAll('main *')].map(e => parseFloat(getComputedStyle(e).fontSize)))")
            assert smallest >= 11.5 * zoom / 100, (width, zoom)
            assert page.evaluate(CONTRAST) >= 4.5


def test_a_phone_shows_hostile_words_whole(example, notebooks, tmp_path):
    name = next(iter(notebooks))
    label = mirror_pages.open_mirror(example, name).name
    files = [export(renamed(notebooks[name], label, words), tmp_path / f"{len(words)}.html", "report") for words in (HOSTILE, "Z" * 5000)]
    for page in each_opened(files, (360, 800)):
        assert not page.evaluate(WIDE) and page.evaluate(CUT) == []
        assert page.title() != "run" and page.heard == []


def test_its_structure_can_be_heard(reports):
    """Headings in order, one landmark, a language; each table with a caption and with headers for its rows and columns."""
    for report in reports.values():
        tree = page_of(report)
        levels = [int(element.tag[1]) for element in tree.iter("h1", "h2", "h3", "h4")]
        assert levels[0] == 1 and levels.count(1) == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:]))
        assert tree.get("lang") == "nl" and len(tree.findall(".//main")) == 1
        for table in tree.xpath("//section[contains(@class, 'figures')]/table"):
            assert table.findtext("caption") and all(cell.get("scope") == "col" for cell in table.iterfind("thead/tr/th"))
            assert all(row[0].tag == "th" and row[0].get("scope") == "row" for row in table.iterfind("tbody/tr"))
        assert all(element.get("aria-hidden") == "true" for element in tree.iter("td") if element.get("class") == "line")
