"""Decks from executed notebooks: what becomes a slide, and that nothing else gets in."""

import base64
import io
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import nbformat.v4 as v4
import pytest
from ledanalysis import slides
from ledanalysis.errors import InputError
from ledanalysis.slides.deck import DECK, SLIDE
from ledanalysis.slides.safe import markdown, safe_html

HEAD = {
    "title": "Leren in kleine gemeenten",
    "subtitle": "Uitkomsten van de vragenlijst 2024",
    "language": "nl",
    "source": "Bron: vragenlijst leren en ontwikkelen, 2024",
    "notice": "fictieve gegevens",
}
DOT = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
    )
).decode()


def chart(width=11.8, height=5.2) -> str:
    """A chart of the size that a slide has room for, as PNG in base64."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=100)
    axes = figure.subplots()
    axes.barh(["Digitaal", "Data", "Samenwerken"], [61, 48, 35], color="#005a9c")
    stream = io.BytesIO()
    figure.savefig(stream, format="png")
    return base64.b64encode(stream.getvalue()).decode()


def bundle(title="Bevinding", layout="text", body="Tekst", png=DOT, alt="Staafdiagram", **words):
    """An output as our notebooks emit it: one slide."""
    said = {"title": title, "kicker": "", "footer": "", "notes": "", "layout": layout} | words
    data, metadata = {SLIDE: said, "text/plain": "<slide>"}, {}
    if layout == "figure":
        data |= {"image/png": png, "text/markdown": f"## {title}"}
        metadata = {"image/png": {"alt": alt, "width": 1180, "height": 520}}
    else:
        data["text/html" if layout == "table" else "text/markdown"] = body
    return v4.new_output("display_data", data=data, metadata=metadata)


def shown(**data):
    """A plain output: mime type with _ for / to its content."""
    return v4.new_output("display_data", data={key.replace("_", "/"): value for key, value in data.items()})


def code(*outputs, kind=None, source="geheim = 42", tags=()):
    return v4.new_code_cell(source, outputs=list(outputs), execution_count=1, metadata=_metadata(kind, tags))


def text(source, kind=None):
    return v4.new_markdown_cell(source, metadata=_metadata(kind))


def _metadata(kind, tags=()):
    return ({"slideshow": {"slide_type": kind}} if kind else {}) | ({"tags": list(tags)} if tags else {})


def notebook(*cells, head=HEAD):
    """An executed notebook; its first cell gives the deck its words."""
    first = [code(v4.new_output("display_data", data={DECK: head, "text/plain": "deck"}))] if head else []
    return v4.new_notebook(cells=[*first, *cells])


def html_of(deck, folder):
    page = slides.export(deck, folder / "deck.html").read_text(encoding="utf-8")
    return re.sub(r"<(script|style)>.*?</\1>", "", page, flags=re.DOTALL)


def test_each_slide_output_is_a_row_with_its_words():
    words = {"kicker": "Wat telt?", "footer": "n = 12", "notes": "Zeg dit."}
    two = code(bundle("Een", layout="figure", **words), bundle("Twee"), kind="slide")
    table = slides.deck_table(notebook(two))
    assert table.to_dict("records") == [
        {"slide": 1, "title": "Een", **words, "alt": "Staafdiagram", "layout": "figure"},
        {"slide": 2, "title": "Twee", "kicker": "", "footer": "", "notes": "", "alt": "", "layout": "text"},
    ]


def test_only_slide_cells_begin_slides_and_empty_ones_are_left_out(tmp_path):
    cells = [
        text("Voor de eerste dia"),
        code(kind="slide"),  # a study without this measure: nothing was emitted
        code(v4.new_output("stream", name="stdout", text="afgedrukt"), kind="slide"),
        text("## Eerste", kind="slide"),
        text("overgeslagen", kind="skip"),
        code(bundle("overgeslagen"), kind="skip"),
        text("## Tweede", kind="subslide"),
    ]
    assert slides.deck_table(notebook(*cells))["title"].tolist() == ["Eerste", "Tweede"]
    assert "overgeslagen" not in html_of(notebook(*cells), tmp_path)


def test_cells_without_type_go_on_in_the_slide_if_they_show_something(tmp_path):
    cells = [text("## Vraag\n\nalinea een", kind="slide"), code(), text("alinea twee"), code(shown(text_html="<p>drie</p>"))]
    page = html_of(notebook(*cells), tmp_path)
    assert page.count("<section") == 1
    assert re.findall("alinea een|alinea twee|drie", page) == ["alinea een", "alinea twee", "drie"]


def test_a_slide_from_an_output_takes_output_in_but_no_markdown_cells(tmp_path):
    cells = [code(bundle("Af"), kind="slide"), text("## Volgende vraag"), code(shown(text_markdown="ernaast"))]
    page = html_of(notebook(*cells), tmp_path)
    assert page.count("<section") == 1 and "ernaast" in page and "Volgende vraag" not in page


def test_notes_cells_join_the_notes_of_the_slide_before_them(tmp_path):
    deck = notebook(text("nooit", kind="notes"), code(bundle(notes="Eerst dit.\nEn dit."), kind="slide"), text("Dan *dat*.", kind="notes"))
    assert slides.deck_table(deck)["notes"].tolist() == ["Eerst dit.\nEn dit.\n\nDan *dat*."]
    page = html_of(deck, tmp_path)
    assert '<aside class="notes"><p>Eerst dit.<br>\nEn dit.</p>\n<p>Dan <em>dat</em>.</p>\n</aside>' in page
    assert "nooit" not in page


def test_code_warnings_prints_and_parameters_never_appear(tmp_path):
    noise = [v4.new_output("stream", name=name, text=f"hoor-{name}") for name in ("stderr", "stdout")]
    result = v4.new_output("execute_result", data={"text/plain": "hoor-waarde"}, execution_count=7)
    cells = [
        code(*noise, bundle("Zichtbaar"), result, kind="slide"),
        code(*noise, result),
        code(shown(text_markdown="hoor-parameter"), tags=["injected-parameters"], kind="slide"),
        code(shown(text_markdown="hoor-parameter"), tags=["parameters"]),
    ]
    page = html_of(notebook(*cells), tmp_path)
    assert "Zichtbaar" in page
    assert not re.findall(r"hoor-\w+|geheim|In \[|Out\[|&lt;slide&gt;", page)


def test_source_notice_and_number_stand_on_every_slide(tmp_path):
    cells = [code(bundle("Titel", layout="title"), kind="slide"), code(bundle(), kind="slide"), text("## Slot", kind="slide")]
    page = html_of(notebook(*cells), tmp_path)
    footers = re.findall(r"<footer>(.*?)</footer>", page, flags=re.DOTALL)
    assert [re.search(r'number">(.*?)<', footer)[1] for footer in footers] == ["1 / 3", "2 / 3", "3 / 3"]
    assert all(HEAD["source"] in footer and HEAD["notice"] in footer for footer in footers)


def test_title_slide_has_the_only_h1_with_subtitle_and_badge(tmp_path):
    first = bundle("Groot", layout="title", body="# Groot\n\n" + HEAD["subtitle"])
    cells = [code(first, kind="slide"), text("# Klein", kind="slide")]
    page = html_of(notebook(*cells), tmp_path)
    assert re.findall(r"<h1>(.*?)</h1>", page) == ["Groot"]
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["Klein"]
    assert page.split("</title>")[1].count(HEAD["subtitle"]) == 1
    assert page.count('<p class="badge">fictieve gegevens</p>') == 1


def test_page_carries_language_title_landmark_and_labels(tmp_path):
    page = html_of(notebook(code(bundle("A & B", layout="figure", alt='de "alt"'), kind="slide")), tmp_path)
    assert '<html lang="nl" ' in page and "<title>Uitkomsten van de vragenlijst 2024 – Leren in kleine gemeenten</title>" in page and "<main>" in page
    assert '<section class="figure" role="group" aria-roledescription="dia" aria-label="A &amp; B">' in page
    assert f'<img src="data:image/png;base64,{DOT}" alt="de &#34;alt&#34;">' in page
    assert "tabindex" not in page


def test_everything_is_in_the_file(tmp_path):
    page = slides.export(notebook(code(bundle(), kind="slide")), tmp_path / "deck.html").read_text(encoding="utf-8")
    assert page.count("data:font/woff;base64,") == 3
    page = re.sub("base64,[^)\"]*", "", page)
    assert not re.search("require\\.js|MathJax|jquery|mermaid|cdn", page, flags=re.IGNORECASE)
    assert re.findall(r"<link|<script[^>]+src|@import", page) == []
    assert re.findall(r"url\((?!data:)[^)]*", re.sub("<script>.*?</script>", "", page, flags=re.DOTALL)) == []
    # a script with a tag of its own in it would swallow the next one, or end too soon
    assert [len(re.findall(tag, page)) for tag in ("<script", "</script", "<!--")] == [5, 5, 1]


def test_words_from_the_notebook_are_text(tmp_path):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    head = {**HEAD, "title": evil, "subtitle": evil, "source": evil, "notice": evil}
    outputs = [bundle(evil, layout="title", body=evil, kicker=evil, footer=evil, notes=evil), bundle(evil, layout="figure", alt=evil)]
    deck = notebook(code(*outputs, kind="slide"), text(f"## {evil}\n\n{evil}", kind="slide"), head=head)
    page = html_of(deck, tmp_path)
    assert re.findall(r"<script|<img src=x", page) == []
    assert page.count("&lt;script&gt;") >= 12


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ('<p onclick="x()" style="x">a</p>', "<p>a</p>"),
        ("a<script>b</script>c<style>d</style>e", "ace"),
        ("<svg><p>a</p><script>b</script></svg>c", "c"),
        ('<iframe src="http://a.nl">a</iframe>b', "b"),
        ('<img src="http://a.nl/b.png" alt="een &lt;kat&gt;">', "een &lt;kat&gt;"),
        ('<img src="data:image/png;base64,AA==" alt="" onload="x">', '<img src="data:image/png;base64,AA==" alt="">'),
        ('<a href="javascript:x">a</a>', "<a>a</a>"),
        ('<a href="https://a.nl/?b&c">a</a>', '<a href="https://a.nl/?b&amp;c" target="_blank" rel="noopener noreferrer">a</a>'),
        ("</section></div><table><tr><td>1", "<table><tr><td>1</td></tr></table>"),
        ('<th class="num x" scope="col">n</th>', '<th scope="col" class="num">n</th>'),
        ('<td style="text-align:right">1</td>', '<td class="num">1</td>'),
        ("&lt;script&gt; < <b", "&lt;script&gt; &lt; &lt;b"),
        ("<!-- a --><!DOCTYPE b><?c?>d", "d"),
    ],
)
def test_html_keeps_text_and_tables_only(html, safe):
    assert safe_html(html) == safe


def test_markdown_shows_html_as_text_and_loads_nothing():
    source = "![kaart](http://a.nl/b.png) [a](javascript:alert(1))\n\n```mermaid\n<script>\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |"
    html = markdown(source)
    assert "<img" not in html and "kaart" in html and "javascript" not in html and "<script" not in html
    assert '<td>1</td>\n  <td class="num">2</td>' in html


def test_title_in_the_body_is_not_said_twice(tmp_path):
    body = "<h2>Negen van tien</h2><table><tr><td class='num'>9</td></tr></table>"
    page = html_of(notebook(code(bundle("Negen van  tien", layout="table", body=body), kind="slide")), tmp_path)
    assert page.count("Negen van") == 2  # the heading and the label
    assert '<td class="num">9</td>' in page


def test_same_notebook_gives_the_same_bytes(tmp_path):
    deck = notebook(code(bundle("Figuur", layout="figure"), kind="slide"))
    file = tmp_path / "een.ipynb"
    file.write_text(v4.writes(deck), encoding="utf-8")
    first, second = slides.export(file, tmp_path / "a" / "1.html"), slides.export(deck, tmp_path / "2.html")
    assert first.read_bytes() == second.read_bytes()
    assert [entry.name for entry in first.parent.iterdir()] == ["1.html"]  # no temporary file left


def test_words_of_the_deck_first_output_then_metadata():
    deck = notebook(text("## A", kind="slide"), head=None)
    deck.metadata["ledanalysis"] = HEAD
    assert slides.deck_table(deck)["title"].tolist() == ["A"]


def test_first_words_of_the_deck_win(tmp_path):
    again = code(v4.new_output("display_data", data={DECK: {**HEAD, "title": "Ander"}}), kind="skip")
    assert "<title>Uitkomsten van de vragenlijst 2024 – Leren in kleine gemeenten</title>" in html_of(notebook(text("## A", kind="slide"), again), tmp_path)


ERROR = v4.new_output("error", ename="KeyError", evalue="'thema'", traceback=[])


@pytest.mark.parametrize(
    ("deck", "message"),
    [
        (notebook(text("geen dia")), "no slide in this notebook"),
        (notebook(text("## A", kind="slide"), head=None), "gives its deck no title; has it been executed?"),
        (notebook(text("## A", kind="slide"), head={**HEAD, "source": ""}), "gives its deck no source"),
        (notebook(text("## A", kind="slide"), head={**HEAD, "language": "fr"}), "'fr'; allowed: nl, en"),
        (notebook(code(bundle(""), kind="slide")), "cell 2: a slide without a title"),
        (notebook(code(bundle(layout="film"), kind="slide")), "'film'; allowed: figure, text, title, table"),
        (notebook(code(bundle("Kaart", layout="figure", alt=" "), kind="slide")), "slide 'Kaart' has no description"),
        (notebook(code(shown(**{SLIDE: {"title": "K", "layout": "table"}}), kind="slide")), "without text/html"),
        (notebook(text("## A", kind="slide"), code(ERROR)), "cell 3: the notebook stopped on an error: \"KeyError: 'thema'\""),
    ],
)
def test_what_cannot_be_a_deck_is_refused_by_name(deck, message, tmp_path):
    file, out = tmp_path / "cluster.ipynb", tmp_path / "deck.html"
    file.write_text(json.dumps(deck), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        slides.export(file, out)
    assert str(refused.value).startswith(f"{file}: ") and message in str(refused.value)
    assert not out.exists()


BROKEN = '{"nbformat": 4, "nbformat_minor": 5, "cells": %s, "metadata": %s}'


@pytest.mark.parametrize("content", [None, "geen json", "{}", BROKEN % (3, "{}"), BROKEN % ("[]", "[]")])
def test_a_file_that_is_no_notebook_is_refused_by_name(content, tmp_path):
    file = tmp_path / "stuk.ipynb"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"stuk\.ipynb: (there is no such notebook|this is not a (valid )?notebook)"):
        slides.export(file, tmp_path / "deck.html")


def test_a_study_gets_a_deck_of_each_notebook_that_ended_well(tmp_path):
    folder = tmp_path / "notebooks" / "size"
    folder.mkdir(parents=True)
    for name in ("lt20.ipynb", "gt100.failed.ipynb", ".50-100.ipynb.tmp.ipynb"):
        (folder / name).write_text(v4.writes(notebook(text("## A", kind="slide"))), encoding="utf-8")
    (folder.parent / "results.ipynb").write_text(v4.writes(notebook(text("## A", kind="slide"))), encoding="utf-8")
    decks, faults = slides.export_study(SimpleNamespace(outputs=tmp_path, settings=SimpleNamespace(decks=["html"])))
    assert [deck.name for deck in decks] == ["results.html", "size-lt20.html"] and not faults
    assert sorted((tmp_path / "slides").iterdir()) == decks


def test_importing_the_package_imports_nothing_of_nbconvert():
    heavy = ("nbconvert", "nbformat", "pandas", "mistune")
    listed = f"import sys, ledanalysis.slides; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", listed], capture_output=True, text=True, check=True).stdout == "[]\n"
