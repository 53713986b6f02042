"""Actors in interviews: who is named, in which sentence, and how few may name them before nothing is shown."""

import pandas as pd
import pytest

from ledanalysis import check
from ledanalysis.actors import ACTORS, code_actors, count_actors, count_links, shown_actors
from ledanalysis.errors import InputError
from ledanalysis.prepare import prepare
from ledanalysis.privacy import INTERVIEWER
from ledanalysis.study import load_study

HEADER = "actor;label_nl;label_en;short_nl;short_en;kind;patterns;exclusions\n"
ROWS = "academie;Eigen academie;Own academy;;;inside;*academie*;geen academie\nor;Ondernemingsraad;Works council;OR;WC;inside;ondernemingsraad* | de or;\nvng;VNG;VNG;;;together;vng;\n"
PASSAGES = pd.DataFrame(
    [
        ("a", "interview", "GM1", None, 0, "Gesprek met Jan (directeur academie)"),
        ("a", "interview", "GM1", INTERVIEWER, 1, "En de ondernemingsraad?"),
        ("a", "interview", "GM1", "spreker 1", 2, "De academie praat o.a. met de OR. De VNG niet!"),
        ("a", "comment", "GM1", "spreker 1", 3, "De academie nagaan."),
        ("b", "interview", "GM2", None, 0, "Er is geen academie, wel een ondernemingsraad."),
        ("w", "webinar", None, None, 0, "De VNG sprak."),
    ],
    columns=["source", "kind", "municipality", "speaker", "passage", "text"],
)  # fmt: skip


@pytest.fixture
def acted(small_folder):
    """acted("rows of actors.csv"): the small study with these actors."""

    def study(rows: str = ROWS):
        (small_folder / "data" / "codebook" / "actors.csv").write_text(HEADER + rows, "utf-8")
        return load_study(small_folder)

    return study


def test_what_was_said_is_coded_with_its_place_and_sentence(acted):
    found = code_actors(PASSAGES, acted())
    assert found.values.tolist() == [
        ["a", "GM1", 2, 0, "academie", "*academie*", 3, 11],
        ["a", "GM1", 2, 0, "or", "de or", 27, 32],
        ["a", "GM1", 2, 1, "vng", "vng", 37, 40],
        ["b", "GM2", 0, 0, "or", "ondernemingsraad*", 29, 45],
    ]
    assert list(found) == ACTORS


def test_places_and_sentences_hold_where_folding_shifts_them(acted):
    text = "Cafe\u0301 en stra\u00dfe:  hier. De  OR en de VNG."
    passages = PASSAGES.iloc[[2]].assign(text=text)
    found = code_actors(passages, acted())
    assert [text[row.start : row.end] for row in found.itertuples()] == ["De  OR", "VNG"]
    assert found["sentence"].tolist() == [1, 1]


def test_without_actors_or_interviews_there_is_a_table_without_rows(small, acted):
    for table in (code_actors(PASSAGES, small), code_actors(PASSAGES.iloc[5:], acted()), code_actors(PASSAGES.iloc[:0], acted())):
        assert table.empty and list(table) == ACTORS
    assert code_actors(PASSAGES, small).dtypes.equals(code_actors(PASSAGES, acted()).dtypes)


@pytest.mark.parametrize(("row", "says"), [
    ("or;OR;OR;;;inside;*;", "actors.csv, row 3, column 'patterns': unusable pattern .*star"),
    ("or;OR;OR;;;inside;de or;NEAR/3", "actors.csv, row 3, column 'exclusions': unusable pattern"),
])  # fmt: skip
def test_a_bad_pattern_is_named_with_its_row(acted, row, says):
    study = acted("vng;VNG;VNG;;;together;vng;\n" + row + "\n")
    with pytest.raises(InputError, match=says):
        prepare(study)
    assert not study.processed.exists()
    with pytest.raises(InputError, match=says):
        check.inspect(study)


@pytest.mark.parametrize(("row", "says"), [
    ("or;OR;OR;;;binnen;de or;", "actors.csv, row 2, column 'kind': .*binnen.*inside"),
    ("or;OR;OR;;;inside;;", "actors.csv, row 2, column 'patterns'.*a filled cell"),
    ("or;;OR;;;inside;de or;", "actors.csv, row 2, column 'label_nl'"),
    ("or;OR;OR;;;inside;de or;\nor;VNG;VNG;;;inside;vng;", "actors.csv, row 3, column 'actor': stands in row 2 too"),
])  # fmt: skip
def test_a_bad_row_is_named(acted, row, says):
    with pytest.raises(InputError, match=says):
        acted(row + "\n")


def test_prepare_writes_the_table(acted):
    study = acted()
    assert prepare(study)["actors"].empty
    assert list(pd.read_parquet(study.processed / "actors.parquet")) == ACTORS


def mentions(*rows):
    """Mentions from (municipality, sentence, actors...)."""
    table = [(f"s{place}", place, 1, sentence, actor) for place, sentence, *named in rows for actor in named]
    return pd.DataFrame(table, columns=["source", "municipality", "passage", "sentence", "actor"])


def test_municipalities_are_counted_not_mentions():
    found = mentions(("GM1", 0, "or", "or", "vng"), ("GM1", 1, "vng", "or"), ("GM1", 2, "academie"), ("GM2", 0, "vng"), (None, 0, "or", "vng"))
    assert count_actors(found).values.tolist() == [["academie", 1], ["or", 1], ["vng", 2]]
    assert count_links(found).values.tolist() == [["or", "vng", 1]]  # the academy stands in another sentence
    assert count_links(found.iloc[:0]).empty


def test_what_too_few_name_is_not_shown_nor_its_links(acted):
    """min_n is 2, extreme_n 10."""
    found = mentions(("GM1", 0, "or", "vng"), ("GM2", 0, "or", "vng"), ("GM3", 0, "academie", "or"), ("GM4", 0, "vng"), ("GM4", 1, "or"))
    actors, links = shown_actors(found, 6, acted())
    assert actors.values.tolist() == [["or", "OR", "inside", 4, pytest.approx(200 / 3), 6], ["vng", "VNG", "together", 3, 50.0, 6]]
    assert links.values.tolist() == [["or", "vng", 2]]


def test_a_link_of_two_that_are_shown_can_be_too_weak(acted):
    found = mentions(("GM1", 0, "or", "vng"), ("GM2", 0, "or"), ("GM3", 0, "vng"))
    actors, links = shown_actors(found, 6, acted())
    assert len(actors) == 2 and links.empty


def test_what_all_of_few_name_is_not_shown(acted):
    """Then each of them is known to have named it; of ten that is not told of anyone in particular."""
    rows = [(f"GM{number}", 0, "or") for number in range(10)]
    assert shown_actors(mentions(*rows[:9]), 9, acted())[0].empty
    assert len(shown_actors(mentions(*rows), 10, acted())[0]) == 1
    linked = mentions(*rows[:9], ("GM1", 1, "or", "vng"), ("GM2", 1, "or", "vng"))
    actors, links = shown_actors(linked, 9, acted())
    assert actors["actor"].tolist() == ["vng"] and links.empty  # a link would show the one that is hidden


# --- the codebook of this study


@pytest.mark.parametrize(("text", "actors"), [
    ("Onze academie regelt het met het roc en de Hogeschool Utrecht.", {"academie", "school"}),
    ("De regionale academie is van vijf gemeenten.", {"regio"}),
    ("Een eigen academie hebben we; ze is van HR-adviseurs en teamleiders.", {"academie", "adviseur", "leiding"}),
    ("We hebben geen academie.", set()),
    ("Dat gaat via de O.R. of via de OR, zegt de gemeentesecretaris.", {"or", "directie"}),
    ("Het A&O‑fonds en de VNG betalen mee, net als de vakbonden.", {"aofonds", "vng", "vakbond"}),
    ("Loopbaanadviseurs, mentoren en leerambassadeurs doen het samen.", {"coach", "begeleider", "ambassadeur"}),
    ("We kopen in bij externe opleiders en het UWV.", {"opleider", "uwv"}),
    ("De opleidingen, het management en de directe omgeving: niets daarvan.", set()),
    ("Op de politieacademie heb ik als programmamanager gewerkt, or so.", set()),
])  # fmt: skip
def test_the_actors_of_this_study_are_found_and_no_others(study, text, actors):
    passages = PASSAGES.iloc[[2]].assign(text=text)
    assert set(code_actors(passages, study)["actor"]) == actors
