"""The program's own words: every one there in both languages, every one used, none asked for that is not there."""

import ast
import csv
import json
import re
from pathlib import Path

import pytest

from ledanalysis.labels import LANGUAGES, text

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "ledanalysis"
ROWS = list(csv.reader((LIBRARY / "labels.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
KEYS = [row[0] for row in ROWS[1:]]
SAME = set(  # the same words in both languages
    "chart_interviews footer_n title_cluster table_cluster table_interviewed chart_axis_score chart_axis_percent table_n adjust_holm "
    "adjust_benjamini_hochberg agreement_kappa agreement_f1 practice_kind_webinar kicker_why menu_why menu_how menu_what mirror_population "
    "book_figure_share book_p book_letters book_unit_score book_unit_percent book_unit_euro book_note_interval book_agreement_kappa "
    "book_agreement_f1 book_head_item book_n_then explore_kept_row explore_of "
    "desk_kind_interview desk_kind_webinar desk_head desk_words_of desk_field_theme".split()
)


def sources():
    """The library's modules and the notebooks' code cells, as (name, text)."""
    for path in sorted(LIBRARY.rglob("*.py")):
        yield str(path.relative_to(ROOT)), path.read_text("utf-8")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        yield path.name, "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def key_pattern(node):
    """A regular expression of the keys that an expression can be: of a text itself, of an f-string any that fit."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else r"[a-z0-9_]+" for part in node.values)
    if isinstance(node, ast.IfExp):
        return "|".join(filter(None, (key_pattern(node.body), key_pattern(node.orelse))))
    return None


def asked_for():
    """(where, pattern) of the first argument of each call of text(), where it can be read."""
    for name, source in sources():
        for node in ast.walk(ast.parse(source)):
            called = isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called == "text" and node.args and (pattern := key_pattern(node.args[0])):
                yield f"{name}:{node.lineno}", pattern


def test_the_table_has_a_key_and_two_languages_in_every_row():
    assert ROWS[0] == ["key", *LANGUAGES]
    assert [row for row in ROWS if len(row) != 3 or not all(cell.strip() for cell in row)] == []
    assert sorted({key for key in KEYS if KEYS.count(key) > 1}) == []
    assert [row for row in ROWS if any(cell != cell.strip() for cell in row)] == []


def test_words_are_the_same_in_both_languages_only_where_they_are_meant_to_be():
    assert {key for key, dutch, english in ROWS[1:] if dutch == english} == SAME


def test_both_languages_have_the_same_places():
    places = [[set(re.findall(r"\{(\w*)", words)) for words in row[1:]] for row in ROWS[1:]]
    assert [key for key, (dutch, english) in zip(KEYS, places) if dutch != english] == []


def test_every_key_that_is_asked_for_is_there():
    calls = list(asked_for())
    assert len(calls) > 50  # else the reading of the source has come to nothing
    lacking = [f"{where}: {pattern}" for where, pattern in calls if not any(re.fullmatch(pattern, key) for key in KEYS)]
    assert lacking == []


def test_every_key_is_used():
    """A key is used where it stands as a text, or where an f-string of a key can become it."""
    texts, patterns = set(), set()
    for _, source in sources():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            if isinstance(node, ast.JoinedStr) and re.match(r"[a-z]+_", pattern := key_pattern(node)):
                patterns.add(pattern)
    unused = [key for key in KEYS if key not in texts and not any(re.fullmatch(pattern, key) for pattern in patterns)]
    assert unused == []


def test_words_are_given_with_their_places_filled():
    assert text("finding_response_all", "en", population=3, units="towns") == "All 3 towns take part"
    assert text("and") == "en"
    with pytest.raises(KeyError):
        text("no_such_key")
    with pytest.raises(KeyError):
        text("and", "de")
    with pytest.raises(KeyError):
        text("finding_response_all", "en", population=3)
