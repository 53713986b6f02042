"""The library as people use it in a notebook of their own: names, figures, charts, errors; and nothing that is suppressed."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import warnings
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import lxml.html
import nbformat
import pandas as pd
import pytest
from IPython.core.completer import IPCompleter

import ledanalysis as led
from ledanalysis import batch, page_tables, pages, style
from ledanalysis.estimates import SECTOR
from ledanalysis.slides.deck import read_deck
from ledanalysis.study import load_study

ROOT = Path(__file__).resolve().parents[1]
HIDDEN = "onderdrukt"
LEAK = 12.3  # a figure that should not be there


@pytest.fixture(scope="module")
def folder(example_run, tmp_path_factory):
    """Of a prepared study only the codebook and the tables that are published: a deck has no others either."""
    found = tmp_path_factory.mktemp("asked")
    shutil.copytree(example_run / "data/codebook", found / "data/codebook")
    (found / "data/processed").mkdir()
    (found / "data/raw").mkdir()
    shutil.copy(example_run / "data/raw/FICTIEF.md", found / "data/raw")
    for name in ("estimates", "staff_estimates", "response"):
        shutil.copy(example_run / f"data/processed/{name}.parquet", found / "data/processed")
    return found


@pytest.fixture(scope="module")
def results(folder):
    return led.open_study(folder)


@pytest.fixture(scope="module")
def published(folder):
    return pd.read_parquet(folder / "data/processed/estimates.parquet")


@pytest.fixture
def shown(monkeypatch):
    """What charts show in a notebook: a list of (bundle, metadata)."""
    found = []
    monkeypatch.setattr(pages, "display", lambda bundle, metadata=None, **_: found.append((bundle, metadata)))
    return found


def tables(figures):
    """The tables of the HTML: (caption, header, rows), read by a parser."""
    tree = lxml.html.fromstring(figures._repr_html_())
    found = []
    for table in tree.iter("table"):
        head = [cell.text_content() for cell in table.xpath("./thead/tr/th[@scope='col']")]
        rows = [[cell.text_content() for cell in row.xpath("./th[@scope='row']|./td")] for row in table.xpath("./tbody/tr")]
        found.append((table.findtext("caption"), head, rows))
    return found


def rows_of(published, study, measure, clustering, cluster):
    """Rows of the published table by the label of their theme."""
    themes = study.themes[study.themes["measure"] == measure].set_index("theme")["short"]
    rows = published[(published["measure"] == measure) & (published["clustering"] == clustering) & (published["cluster"] == cluster)]
    return rows.assign(label=rows["theme"].map(themes)).set_index("label")


# ---- names


def completed(results, text):
    """What IPython offers for a text, with what stands before it."""
    completer = IPCompleter(shell=None, namespace={"led": led, "s": results, "f": results.figures("now")}, use_jedi=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that its interface may change
        return sorted(text[: each.start] + each.text for each in completer.completions(text, len(text)))


@pytest.mark.parametrize("text, wanted", [
    ("led.op", ["led.open_study"]),
    ("s.fig", ["s.figures"]),
    ("s.measures.no", ["s.measures.now", "s.measures.now_high"]),
    ('s.measures["mar', ['s.measures["mark']),
    ('s.clusters["', ['s.clusters["corop', 's.clusters["province', 's.clusters["size', 's.clusters["urbanity']),
    ('s.clusters["size"]["', [f's.clusters["size"]["{name}' for name in ("20-50", "50-100", "gt100", "lt20")]),
    ("s.clusters.size.lt", ["s.clusters.size.lt20"]),
    ("f.fi", ["f.finding"]),
])  # fmt: skip
def test_names_are_found_with_the_tab_key(results, text, wanted):
    assert completed(results, text) == wanted


def test_the_library_has_few_verbs():
    assert dir(led) == ["Figures", "InputError", "Results", "open_study"]
    with pytest.raises(AttributeError, match="no attribute 'open_stduy'; it has .*open_study"):
        led.open_stduy  # noqa: B018


def test_a_name_says_what_it_stands_for(results):
    assert results.measures.now == "now" and repr(results.measures.now) == "'now' (Belang nu)"
    assert results.clusters["size"]["lt20"].label == "< 20.000 inwoners"
    assert "region" not in results.clusters  # report: no
    assert "lt20    < 20.000 inwoners" in repr(results.clusters["size"])
    rows = lxml.html.fromstring(results.clusters["size"]._repr_html_()).xpath("//tr/td/text()")
    assert rows[0] == "< 20.000 inwoners" and len(rows) == 4


def test_a_name_that_an_attribute_of_all_names_has_is_still_told():
    from ledanalysis.named import Keys, Name

    names = Keys("measure", "measures", "All", {"label": Name("label", "A label"), "items": Name("items", "Items"), "x": Name("x", "X")})
    assert names.label == "All" and names["label"].label == "A label" and dir(names) == ["x"] and dict(names.items())["items"] == "items"
    assert "nwo" not in names and names.get("nwo") is None and not hasattr(names, "__nwo__")


def test_a_study_says_what_it_is(results):
    assert dir(results) == ["changes", "chart", "clusters", "crossing", "figures", "measures", "open_deck", "title"]
    words = lxml.html.fromstring(results._repr_html_())
    assert words.get("lang") == "nl" and [cell.get("scope") for cell in words.iter("th")] == ["row"] * 4
    for text in (words.text_content(), repr(results)):
        assert "Leren en ontwikkelen bij gemeenten – fictieve gegevens" in text and "163 van de 342 gemeenten" in text
        assert "now, now_high" in text and "size (4), province (12)" in text


# ---- figures


@pytest.mark.parametrize("measure, cluster", [("now", ("size", "lt20")), ("moments", ("province", "fryslan")), ("rise", ()), ("mark", ())])
def test_figures_are_those_that_are_published(results, published, measure, cluster):
    figures = results.figures(measure, *cluster)
    wanted = rows_of(published, figures.page.study, measure, *(cluster or (SECTOR, "all")))
    assert len(wanted) and len(figures.table) == len(wanted)
    table = figures.table.set_index("label").loc[wanted.index]
    for column in ("estimate", "lower", "upper", "n", "rank", "suppressed"):
        pd.testing.assert_series_equal(table[column], wanted[column], check_names=False)
    assert not {"se", "df", "population", "p_rest"} & set(table)  # no column more than the book of tables has


def test_html_has_interval_n_and_a_head_for_every_cell(results, published):
    figures = results.figures("rise", "size", "lt20")
    ((caption, head, rows),) = tables(figures)
    assert caption == "Verandering in belang: < 20.000 inwoners; punten (van −100 tot 100)"
    assert head == ["onderdeel", "schatting", "95%-interval", "n", "rang", "alle gemeenten"]
    wanted = rows_of(published, figures.page.study, "rise", "size", "lt20")
    everyone = rows_of(published, figures.page.study, "rise", SECTOR, "all")
    assert len(rows) == 20
    for label, estimate, interval, n, _, sector in rows:
        row = wanted.loc[label]
        assert (estimate, sector) == (style.signed(row["estimate"], 1), style.signed(everyone.loc[label, "estimate"], 1))
        ends = [float(end.replace(",", ".").replace("−", "-")) for end in interval.split(" tot ")]
        assert ends == pytest.approx([row["lower"], row["upper"]], abs=1e-9) and n == f"{row['n']:.0f}"
    text = lxml.html.fromstring(figures._repr_html_()).text_content()
    assert "gewogen naar register" in text and "fictieve gegevens" in text and "register: CBS" in text


def test_figures_are_written_in_the_decimals_that_they_are_published_in(results):
    ((_, _, rows),) = tables(results.figures("budget_euro", "province", "zeeland"))
    assert re.fullmatch(r"\d\.\d{3}", rows[0][1])
    ((_, _, rows),) = tables(results.figures("mark"))
    assert re.fullmatch(r"\d,\d\d", rows[0][1])
    ((_, _, rows),) = tables(results.figures("organised", "size", "lt20", "instrument", "staff"))
    assert all(re.fullmatch(rf"\d+%|{HIDDEN}", row[1]) for row in rows) and {row[1] for row in rows} > {HIDDEN}
    assert {row[-1] for row in rows} > {HIDDEN}  # everyone's figure is suppressed too, in places
    ((_, head, _),) = tables(results.figures("mentions"))
    assert "95%-interval" not in head  # interviews have none


def test_all_clusters_have_a_table_each(results, published):
    figures = results.figures(results.measures.now, results.clusters.size)
    found = tables(figures)
    assert [caption.split(": ")[1].split(";")[0] for caption, *_ in found] == [name.label for name in results.clusters.size.values()]
    assert all(len(rows) == 20 for _, _, rows in found) and len(figures.table) == 80
    assert figures.table["cluster_label"].nunique() == 4
    here = published[(published["measure"] == "now") & (published["clustering"] == "size")]
    assert figures.table["estimate"].sum() == pytest.approx(here["estimate"].sum())


def test_changes_have_both_sides_and_say_so(results, published):
    figures = results.changes("size", "lt20")
    ((_, head, rows),) = tables(figures)
    assert head == ["onderdeel", "nu", "over drie jaar", "verschil", "95%-interval", "n", "rang"] and len(rows) == 20
    for measure in ("now", "future", "rise"):
        wanted = rows_of(published, figures.page.study, measure, "size", "lt20")["estimate"]
        here = figures.table.set_index("label")[measure].dropna()
        assert len(here) >= 15 and here.to_dict() == wanted[here.index].to_dict()
    assert "Data en AI" in figures.finding() and "intervallen gelden voor alle thema's samen" in repr(figures)
    assert len(tables(results.changes("size"))) == 4


def test_the_sentence_says_no_more_than_may_be_said(results):
    assert results.figures("now").finding().startswith("Vakmanschap")
    assert results.figures("mark").finding() == "Rapportcijfer voor L&O: alle gemeenten"  # one figure: nothing is highest
    across = results.figures("organised", "size", kind="instrument").finding()
    assert across == "Georganiseerd: instrumenten naar grootteklasse"  # not 'more important': that is said of importance alone
    assert "belangrijk" not in results.changes("province").finding()


# ---- what is suppressed


def every_cluster(results):
    for clustering in ("size", "province", "urbanity"):
        for cluster in results.clusters[clustering]:
            yield clustering, cluster


@pytest.mark.parametrize("measure", ["now", "barriers", "budget_euro", "culture"])
def test_what_is_suppressed_says_so_and_has_no_figure(results, published, measure):
    seen = 0
    for place in every_cluster(results):
        figures = results.figures(measure, *place)
        wanted = rows_of(published, figures.page.study, measure, *place)
        hidden = set(wanted.index[wanted["suppressed"]])
        ((_, head, rows),) = tables(figures)
        own = [at for at, name in enumerate(head) if at and name not in ("alle gemeenten", "rang")]
        assert {row[0] for row in rows if row[1] == HIDDEN} == hidden
        assert all({row[at] for at in own} == {HIDDEN} for row in rows if row[0] in hidden)
        assert not any(HIDDEN in row for row in rows if row[0] not in hidden)
        table = figures.table.set_index("label")
        assert table.index[table["suppressed"]].isin(hidden).all() and table["suppressed"].sum() == len(hidden)
        assert table.loc[list(hidden), ["estimate", "lower", "upper", "n", "rank"]].isna().all(axis=None)
        assert repr(figures).count(HIDDEN) == len(own) * len(hidden)
        assert ("Onderdrukt wegens kleine aantallen" in repr(figures)) == bool(hidden)
        seen += len(hidden)
    assert seen > 0


def test_a_cluster_of_which_nothing_may_be_shown_says_so(results, shown):
    for figures in (results.figures("now", "province", "flevoland"), results.changes("province", "flevoland")):
        ((_, _, rows),) = tables(figures)
        assert len(rows) == 20 and all(set(row[1:]) == {HIDDEN} for row in rows)
        assert figures.table["suppressed"].all() and figures.finding() == "Te weinig antwoorden om cijfers te tonen"
        figures.chart()
        ((bundle, _),) = shown
        assert "image/png" not in bundle and "minder dan 5 bruikbare antwoorden" in bundle["text/markdown"]
        shown.clear()


@pytest.mark.parametrize("column", ["estimate", "upper", "n", "rank"])
def test_a_figure_that_was_left_in_a_suppressed_row_stops_everything(folder, monkeypatch, column):
    whole = page_tables.read_table

    def leaking(study, name, *rest, **more):
        table = whole(study, name, *rest, **more)
        return table.assign(**{column: table[column].mask(table["suppressed"], LEAK)}) if name.endswith("estimates") else table

    monkeypatch.setattr(page_tables, "read_table", leaking)
    results = led.open_study(folder)
    for ask in (lambda: results.figures("barriers", "province", "fryslan"), lambda: results.figures("now", "province"), lambda: results.figures("now"),
                lambda: results.changes("size", "lt20"), lambda: results.figures("organised", kind="theme", view="staff")):  # fmt: skip
        with pytest.raises(led.InputError, match=f"column '{column}': a suppressed row still has a figure"):
            ask()


def test_a_suppressed_row_is_told_by_its_mark(results):
    """Not by whether there is a figure: that would be one line of defence less."""
    figures = results.figures("moments", "province", "fryslan")
    rows = figures.parts["Fryslân"]
    numbers = ["estimate", "lower", "upper", "n"]
    leaking = replace(figures, parts={"Fryslân": rows.assign(rank_text="12 (12–12)", **{name: rows[name].fillna(LEAK) for name in numbers})})
    assert rows["suppressed"].sum() == 1 and leaking._repr_html_() != figures._repr_html_()  # there are ranks now
    for words in (leaking._repr_html_(), repr(leaking)):
        assert "12,3" not in words and words.count("12 (12–12)") == 4
    assert not leaking.table.eq(LEAK).any(axis=None)
    with pytest.raises(led.InputError, match="a suppressed row still has a figure"):
        replace(leaking, drawn=leaking.parts["Fryslân"]).draw(style.figure()[1])


def test_a_clustering_that_is_not_reported_on_cannot_be_asked_for(results):
    with pytest.raises(led.InputError, match="no such clustering.*allowed: size, province, urbanity, corop"):
        results.figures("now", "region")


# ---- charts


def test_a_chart_is_drawn_in_house_style_with_an_alt_text(results, shown):
    figures = results.figures("now", "size", "lt20")
    results.chart(figures)
    bundle, metadata = shown[-1]
    alt = metadata["image/png"]["alt"]
    assert bundle["image/png"][:8] == b"\x89PNG\r\n\x1a\n" and alt.startswith(figures.finding()) and "Puntdiagram" in alt
    slide = next(value for value in bundle.values() if isinstance(value, dict) and "kicker" in value)
    assert slide["title"] == figures.finding() and slide["kicker"] == "Belang nu: < 20.000 inwoners" and "n = 25–28" in slide["footer"]
    assert figures.draw(style.figure()[1]).startswith("Puntdiagram")


@pytest.mark.parametrize("ask, kind", [
    (lambda s: s.figures("organised", "size", "gt100", "instrument"), "bars"),
    (lambda s: s.figures("forms"), "bars"),
    (lambda s: s.figures("organised", kind="theme"), "ranking"),
    (lambda s: s.figures("rise", "size"), "heatmap"),
    (lambda s: s.figures("now", "corop"), "heatmap"),
    (lambda s: s.changes(), "change"),
    (lambda s: s.changes("province"), "heatmap"),
    (lambda s: s.figures("organised", "size", kind="instrument", view="staff"), "heatmap"),
])  # fmt: skip
def test_each_question_has_its_chart(results, shown, ask, kind):
    figures = ask(results)
    figures.chart()
    bundle, metadata = shown[-1]
    told = next(value for value in bundle.values() if isinstance(value, dict) and "rows" in value)
    assert told["kind"] == kind and metadata["image/png"]["alt"]


def test_what_no_chart_has_a_unit_for_is_shown_as_a_table(results, shown):
    for figures, count in ((results.figures("top_points"), 20), (results.figures("budget_euro", "province"), 12)):
        figures.chart()
        (bundle, _) = shown[-1]
        assert "image/png" not in bundle and len(lxml.html.fromstring(bundle["text/html"]).xpath("//tbody/tr")) == count
        with pytest.raises(led.InputError, match="no chart of this unit"):
            figures.draw(style.figure()[1])


def test_every_measure_can_be_shown(results, shown):
    for measure in results.measures:
        kinds = set(results._study.themes.loc[results._study.themes["measure"] == measure, "kind"])
        for kind in kinds if len(kinds) > 1 else [""]:
            for place in ((), ("size",), ("province", "limburg")):
                figures = results.figures(measure, *place, kind=kind)
                before = len(shown)
                figures.chart()
                assert len(shown) > before and figures.finding() and tables(figures)


# ---- errors, labels, languages


@pytest.mark.parametrize("ask, message", [
    (lambda s: s.figures("nwo"), r"no such measure \(did you mean 'now'\?\): 'nwo'; allowed: now, now_high, future"),
    (lambda s: s.measures.nwo, r"no such measure \(did you mean 'now'\?\)"),
    (lambda s: s.measures["Belang nu"], r"did you mean 'now'"),
    (lambda s: s.figures("xxxxxxxxxx"), r"no such measure: 'xxxxxxxxxx'; allowed"),
    (lambda s: s.figures(None), r"no such measure"),
    (lambda s: s.figures("now", "siez"), r"no such clustering \(did you mean 'size'\?\): 'siez'; allowed: size, province"),
    (lambda s: s.figures("now", "size", "lt2"), r"no such cluster \(did you mean 'lt20'\?\): 'lt2'; allowed: lt20, 20-50, 50-100, gt100"),
    (lambda s: s.clusters["size"]["groot"], r"no such cluster"),
    (lambda s: s.figures("now", cluster="lt20"), r"a cluster of which clustering\?: 'lt20'"),
    (lambda s: s.figures("organised"), r"'organised' is of other kinds.*allowed: .*instrument"),
    (lambda s: s.figures("now", kind="instrument"), r"kind.*'instrument'; allowed: theme"),
    (lambda s: s.figures("now", view="staff"), r"without figures by staff: 'now'; allowed: organised"),
    (lambda s: s.figures("vision", "province", view="staff"), r"no figures by staff in this clustering: 'province'"),
    (lambda s: s.figures("now", view="persons"), r"unknown view: 'persons'; allowed: units, staff"),
    (lambda s: s.changes("size", "lt"), r"no such cluster"),
    (lambda s: s.chart("now"), r"a chart is of figures that were asked for: 'str'"),
])  # fmt: skip
def test_what_is_wrong_is_said_in_words(results, ask, message):
    with pytest.raises(led.InputError, match=message) as caught:
        ask(results)
    assert caught.value._render_traceback_() == [f"{type(caught.value).__name__}: {caught.value}"]


def test_a_study_that_was_not_prepared_says_so(folder, tmp_path):
    shutil.copytree(folder / "data/codebook", tmp_path / "data/codebook")
    with pytest.raises(led.InputError, match="run `led prepare`"):
        led.open_study(tmp_path)
    with pytest.raises(led.InputError, match="no such language"):
        led.open_study(folder, "de")


def test_labels_are_text_and_nothing_more(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "study")
    evil = "<img src=x onerror=alert(1)>&lt"
    for file, old in (("themes.csv", "Vakmanschap"), ("clusters.csv", "< 20.000 inwoners"), ("measures.csv", "Belang nu"), ("clusterings.csv", "Grootteklasse")):
        path = tmp_path / "study/data/codebook" / file
        text = path.read_text("utf-8-sig")
        assert old in text
        path.write_text(text.replace(old, evil), "utf-8-sig")
    results = led.open_study(tmp_path / "study")
    for shown in (results.figures("now", "size", "lt20"), results.figures("now", "size"), results.measures, results.clusters, results.clusters["size"], results):
        tree = lxml.html.fromstring(shown._repr_html_())
        assert not list(tree.iter("img", "script"))
        if shown is not results:
            assert evil in tree.text_content()
    ((caption, _, rows),) = tables(results.figures("now", "size", "lt20"))
    assert evil in caption and evil in [row[0] for row in rows]


def test_english_readers_get_english(folder, shown):
    results = led.open_study(folder, "en")
    figures = results.figures("moments", "province", "fryslan")
    ((caption, head, rows),) = tables(figures)
    assert caption.startswith("Support at the five moments of need: Fryslân") and head[:4] == ["item", "estimate", "95% interval", "n"]
    assert any(row[1] == "suppressed" for row in rows) and any(re.fullmatch(r"\d+\.\d", row[1]) for row in rows)
    assert lxml.html.fromstring(figures._repr_html_()).get("lang") == "en" and HIDDEN not in figures._repr_html_() + repr(figures)
    figures.chart()
    assert "n = " in shown[-1][1]["image/png"]["alt"] and "Dot chart" in shown[-1][1]["image/png"]["alt"]
    assert "municipalities" in repr(results)


# ---- tutorial and documentation


def test_the_tutorial_is_short_and_no_part_of_a_batch(example_run):
    assert "tutorial.ipynb" not in {run.notebook.name for run in batch.plan(load_study(example_run))}
    cells = json.loads((ROOT / "notebooks/tutorial.ipynb").read_text("utf-8"))["cells"]
    code = [line for cell in cells if cell["cell_type"] == "code" for line in "".join(cell["source"]).splitlines() if line.strip()]
    assert len(code) <= 25 and any("led.open_study" in line for line in code)


def test_a_deck_can_be_made_of_a_notebook_of_ones_own(results, monkeypatch):
    cells = []

    def keep(bundle, metadata=None, **_):
        if isinstance(bundle, dict):
            cells.append(nbformat.v4.new_output("display_data", text_of(bundle), metadata=metadata or {}))

    monkeypatch.setattr(pages, "display", keep)
    results.open_deck("Mijn vragen")
    results.figures("now", "size", "lt20").chart()
    results.figures("moments", "province").chart()
    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=cells)])
    deck = read_deck(node)
    assert [slide.title for slide in deck.slides][1:] == [results.figures("now", "size", "lt20").finding(), results.figures("moments", "province").finding()]
    assert "Mijn vragen" in deck.subtitle


def text_of(bundle):
    """A bundle as a notebook's file has it."""
    return {kind: b64encode(body).decode() if isinstance(body, bytes) else body for kind, body in bundle.items()}


def test_the_documentation_is_built_from_the_docstrings(tmp_path):
    pytest.importorskip("pdoc", reason="pdoc is not installed: pip install 'ledanalysis[docs]'")
    recipe = next(line for line in (ROOT / "Makefile").read_text().splitlines() if "-m pdoc" in line)
    arguments = shlex.split(recipe)[1:]
    assert arguments.count("outputs/docs") == 1
    arguments[arguments.index("outputs/docs")] = str(tmp_path / "docs")
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    page = lxml.html.parse(tmp_path / "docs/ledanalysis/asking.html").getroot()
    text = " ".join(page.text_content().split())
    assert "A prepared study, to ask questions of." in text and page.get_element_by_id("Results.figures") is not None
    assert "open_study" in (tmp_path / "docs/ledanalysis.html").read_text("utf-8")
    here = [path.name for path in (tmp_path / "docs").rglob("*") if path.is_file() and str(ROOT) in path.read_text("utf-8")]
    assert here == []
