"""Nothing that a reader sees is written in the code: the words of pages, charts and decks come from labels."""

import ast
import re

import pytest
from test_architecture import ORDER
from test_labels import KEYS, LIBRARY, sources

READERS = {"slides", "explore", "explore", *ORDER[ORDER.index("style") : ORDER.index("discussion") + 1]}  # modules that make what readers see
OTHERS = {  # of these modules, what has no words for readers of decks, and why
    "slides/browsers.py": "names of browsers", "slides/printing.py": "what the browser runs", "slides/words.py": "reveal.js's own words, to be replaced",
    "slides/exporter.py": "help of nbconvert", "slides/house.py": "CSS", "slides/powerpoint/layouts.py": "names in a file's XML",
    "slides/powerpoint/template.py": "names in a file's XML", "explore/serving.py": "what the command line says", "explore/copies.py": "a notebook's metadata", "explore/hall.py": "the server's log",
    "explore/handlers.py": "headers, the server's log", "explore/visitors.py": "the server's log", "explore/messages.py": "the server's log",
}  # fmt: skip
PROSE = re.compile(r"[^\W\d_]{2,}[,;:]?\s+[^\W\d_]{2,}")
WORD = re.compile(r"[^\W\d_]{2,}")
FAULTS = {"InputError", "UnknownName", "_fault", "refuse", "KeyError", "ValueError"}  # for the analyst, who reads English
THROUGH = {"join", "format", "capital", "plain", "str", "filter", "list", "Series", "replace", "removeprefix"}  # give on the words they get
MECHANICAL = {"axes fraction", "offset points", "outside upper left", "Source Sans Pro", "DejaVu Sans", "noopener noreferrer",  # of matplotlib, fonts, HTML
              "import ledanalysis as led\n\nled.open_study().crossing(", "const STYLE = "}  # a cell to copy; JavaScript
SINKS = {  # by the name of what is called, the arguments that a reader sees
    "chart": (3, 4, 5, 6), "beside": (2, 3), "grid": (2, 3, 4), "words": (0, 1, 2, 3), "set_out": (2, 3, 4, 5, 6), "tiles": (2, 3), "open": (0,),
    "Told": (0, 2), "Markdown": (0,), "key_mark": (0,), "write_header": (1,), "write_cell": (3,), "draw_axis": (5,), "draw_swatch": (3,),
    "annotate": (0,), "text": (2,), "set_xlabel": (0,), "set_ylabel": (0,), "set_title": (0,), "suptitle": (0,), "set_label": (0,), "set_text": (0,),
}  # fmt: skip
SLIDE = {"title", "subtitle", "kicker", "footer", "notes", "alt"}  # the keys of a slide's words
NAMED = {*SLIDE, "spoken", "body", "label", "labels", "reference_label", "own_label", "own_header", "survey_label", "interviews_label",
         "xlabel", "ylabel", "x_label", "y_label"}  # fmt: skip


def called(node):
    """The name of what a call calls."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def docstrings(tree):
    """The nodes of docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            yield node.body[0].value


def outside_faults(tree):
    """The nodes of a tree but those within a fault, and docstrings."""
    left_out = set(docstrings(tree))
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if node in left_out or (isinstance(node, ast.Call) and called(node) in FAULTS) or (isinstance(node, ast.keyword) and node.arg == "gid"):
            continue
        if isinstance(node, ast.Call) and called(node) == "split" and isinstance(node.func.value, ast.Constant):
            continue  # a list of names
        yield node
        waiting += ast.iter_child_nodes(node)


def constants(node):
    """The texts that an expression is made of, but keys of labels."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not (isinstance(node, ast.Call) and called(node) not in THROUGH) and not isinstance(node, ast.Subscript | ast.Compare):
        for below in ast.iter_child_nodes(node):
            yield from constants(below)


def given(node):
    """What a call, or a table of words, gives a reader: each as an expression."""
    if isinstance(node, ast.Call):
        yield from (node.args[place] for place in SINKS.get(called(node), ()) if place < len(node.args))
        yield from (keyword.value for keyword in node.keywords if keyword.arg in NAMED and called(node) != "dict")
    if isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values) if isinstance(key, ast.Constant) and key.value in SLIDE)


def hard_coded(source):
    """The texts of a module that are sentences, or words that are given to a reader, and no keys."""
    nodes = list(outside_faults(ast.parse(source)))
    written = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    prose = {words for words in written if PROSE.search(re.sub("<[^>]*>?|@font-face.*", "", words))}
    words = {text for node in nodes for each in given(node) for text in constants(each) if WORD.search(text) and text not in KEYS}
    return sorted((prose | words) - MECHANICAL)


def read_by_readers():
    """(name, source) of the modules that make what readers see, and of the notebooks."""
    for name, source in sources():
        parts = name.replace("\\", "/").removeprefix("ledanalysis/").split("/")
        if (parts[0].removesuffix(".py") in READERS and "/".join(parts) not in OTHERS) or name.endswith(".ipynb"):
            yield name, source


def test_no_words_for_a_reader_stand_in_the_code():
    read = list(read_by_readers())
    assert len(read) > 20
    assert {name: found for name, source in read if (found := hard_coded(source))} == {}


def test_the_template_of_decks_has_no_words_of_its_own():
    page = (LIBRARY / "slides/template/index.html.j2").read_text("utf-8")
    assert len(page) > 1000
    bare = re.sub(r"{%.*?%}|{{.*?}}|<!--.*?-->|<(style|script).*?</\1>|<[^>]*>", " ", page, flags=re.S)
    assert WORD.findall(bare) == []
    assert re.findall(r'(?:title|alt|aria-label)="(?!{{)[^"]*"', page) == []


@pytest.mark.parametrize("source", [
    'page.words(study.text("title_method"), "kicker_method", "Dit zijn de gemeenten.")',
    'page.chart("now", charts.ranking, now, f"Nu: {names}", "kicker_now")',
    'page.chart("now", charts.ranking, now, finding, "Belang")',
    'ax.set_xlabel("Gemeenten")',
    'ax.annotate("boven" if high else label, (0, 1))',
    'ax.text(0, 1, "gemiddeld " + name)',
    'words = "nog " + str(count) + " andere gemeenten"',
    'key = key_mark("zeker", "o", shade)',
    'slide = {"title": "Bevinding", "layout": "text"}',
    'page.alone(label="geen")',
    'display(Markdown("**Let op**"))',
    'Told("Respons", rows)',
])  # fmt: skip
def test_words_in_the_code_are_found(source):
    assert hard_coded(source) != []


@pytest.mark.parametrize("source", [
    'page.words(study.text("title_method"), "kicker_method", discussion.method(page))',
    'raise InputError("the table of the chart lacks a column", column=lacking)',
    'def told():\n    """Words for who reads the code."""',
    'ax.annotate(words, (0, 1), (8, 0), ("axes fraction", "data"), "offset points")',
    'page.grid("losses", losses.rows, losses.title, "kicker_losses")',
    'footer = f"n = {n}; {more}"',
])  # fmt: skip
def test_what_is_no_word_for_a_reader_is_left(source):
    assert hard_coded(source) == []
