"""What an English reader sees is English: no text of a Dutch page comes back in the English one, but names and numbers."""

import csv
import re

import pytest
from seen import texts
from test_labels import ROWS, SAME

from ledanalysis.study import load_study
from ledanalysis.tables import read_table

PAGES = {
    "results": ("03_results.ipynb", {}),
    "response": ("01_response.ipynb", {}),
    "staff": ("02_cluster.ipynb", {"cluster": "gt100", "view": "staff"}),
    "cluster": ("02_cluster.ipynb", {"cluster": "lt20"}),
    "too few": ("02_cluster.ipynb", {"clustering": "province", "cluster": "flevoland"}),
    "mirror": ("04_mirror.ipynb", {}),
}
CLIENT = "A&O fonds Gemeenten"
DUTCH = set("de het een van niet zijn bij met voor naar ook dat wordt worden geen maar uit tot als aan op te om nu wie wat hoe waar "
            "onze wij elke deze dit zo gemeenten gemeente vragen thema's".split())  # fmt: skip
WORD = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*")
COMMA, POINT = re.compile(r"\d,\d(?!\d\d(?!\d))"), re.compile(r"\d\.\d(?!\d\d(?!\d))")


@pytest.fixture(scope="module")
def prepared(example_run):
    return load_study(example_run)


@pytest.fixture(scope="module")
def seen(prepared):
    """seen(page, language): the lines of one of `PAGES`; made once."""
    made = {}

    def lines(page, language):
        notebook, parameters = PAGES[page]
        if (page, language) not in made:
            made[page, language] = texts(notebook, study=str(prepared.folder), language=language, **parameters)
        return made[page, language]

    return lines


@pytest.fixture(scope="module")
def names(prepared):
    """What is the same in both languages: names of municipalities, provinces and coders, and labels that are equal in both tables."""
    english = prepared.in_language("en")
    rows = [row for table in prepared.tables.values() for row in table if hasattr(row, "label_nl")]
    pairs = [(study.label_of(row, short), other.label_of(row, short)) for study, other in [(prepared, english)] for row in rows for short in (False, True)]
    clusters = csv.DictReader((prepared.codebook / "clusters.csv").read_text("utf-8-sig").splitlines(), delimiter=";")
    pairs += [(row["label_nl"], row["label_en"]) for row in clusters]
    same = {dutch for dutch, other in pairs if dutch == other} | {row[1] for row in ROWS if row[0] in SAME and "{" not in row[1]}
    coders = read_table(prepared, "agreement")[["coder", "other"]].to_numpy().ravel().tolist()
    return sorted({*same, CLIENT, *read_table(prepared, "units")["label"], *filter(None, coders)}, key=len, reverse=True)


def bare(line, names):
    """A line without names."""
    pattern = "|".join(rf"\b{re.escape(name)}(?!\w)" if name[:1].isalnum() else re.escape(name) for name in names)
    return re.sub(pattern, " ", line, flags=re.I)


def untranslated(dutch, english, names):
    """The lines that stand in both, with words left when names are taken out."""
    return sorted(line for line in set(dutch) & set(english) if WORD.search(bare(line, names)))


def dutch_words(english, names):
    """The lines of an English page in which a frequent Dutch word stands."""
    return [line for line in sorted(set(english)) if is_dutch(line) and is_dutch(bare(line, names))]


def is_dutch(line):
    return bool(DUTCH & {word.lower() for word in WORD.findall(line)})


@pytest.mark.parametrize("page", PAGES)
def test_no_text_is_the_same_in_both_languages(seen, names, page):
    dutch, english = seen(page, "nl"), seen(page, "en")
    assert len(dutch) > 20 and len(english) > 20
    assert untranslated(dutch, english, names) == []


@pytest.mark.parametrize("page", PAGES)
def test_no_dutch_word_stands_in_an_english_page(seen, names, page):
    assert dutch_words(seen(page, "en"), names) == []
    assert len(dutch_words(seen(page, "nl"), names)) > 10


@pytest.mark.parametrize("page", PAGES)
def test_numbers_are_written_as_the_reader_writes_them(seen, names, page):
    assert [line for line in seen(page, "en") if COMMA.search(line)] == []
    assert [line for line in seen(page, "nl") if POINT.search(line)] == []


@pytest.mark.parametrize(("line", "found"), [
    ("Wie deden mee?", True), ("Zwolle: 60", False), ("F1 n = 40", False), ("A&O fonds – VNG: 5", False), ("Coaching", False), ("Zwolle en Hoorn", False),
    ("alle gemeenten: 62", True),
])  # fmt: skip
def test_what_is_found_to_be_the_same(line, found):
    names = ["A&O fonds", "Coaching", "Zwolle", "Hoorn", "VNG", "en"]
    assert bool(untranslated([line], [line], names)) == found


@pytest.mark.parametrize(("line", "found"), [("62,5 (58,1–66,9)", True), ("1,096", False), ("1.096,5", True), ("1,096.5", False), ("20,000–50,000", False)])
def test_what_is_found_to_be_a_dutch_number(line, found):
    assert bool(COMMA.search(line)) == found


def test_a_label_that_is_not_translated_is_found(prepared, names, monkeypatch):
    """As it would be if the words of one key were Dutch in both columns."""
    from ledanalysis import labels

    rows = labels._rows()
    monkeypatch.setitem(rows, "title_method", rows["title_method"] | {"en": rows["title_method"]["nl"]})
    notebook, parameters = PAGES["too few"]
    pages = [texts(notebook, study=str(prepared.folder), language=language, **parameters) for language in ("nl", "en")]
    assert untranslated(*pages, names) == [rows["title_method"]["nl"]]
