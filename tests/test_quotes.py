"""Quotes: approved, word for word as the passage stands, of nobody, and from a group that is large enough."""

import pandas as pd
import pytest

from ledanalysis.errors import InputError
from ledanalysis.quotes import approved_quotes
from ledanalysis.study import load_study
from ledanalysis.tables import write_tables

HEADER = "source;passage;start;end;text;approved_by;approved_on\n"
PASSAGES = pd.DataFrame(
    [
        ("interview_002", "interview", "GM1", "spreker 1", 1, "Wij leren, en wij leren graag van [persoon 3]."),
        ("interview_002", "interview", "GM1", "interviewer", 2, "Wat nog meer?"),
        ("interview_003", "interview", "GM2", "spreker 1", 1, "Bij ons in Boven gaat het anders. Bel Jan de Wit."),
        ("interview_004", "interview", "GM3", None, 1, "Straks moet iedereen weer naar school."),
        ("interview_004", "comment", "GM3", "spreker 1", 2, "Klopt dit?"),
        ("webinar_005", "webinar", None, None, 1, "Een webinar."),
    ],
    columns=["source", "kind", "municipality", "speaker", "passage", "text"],
)
UNITS = pd.DataFrame({"municipality": ["GM1", "GM2", "GM3"], "label": ["Onder", "Boven", "Midden"],
                      "aliases": [None, None, "Midden-Stad"]})  # fmt: skip
CLUSTERS = pd.DataFrame({"clustering": "size", "cluster": ["small", "small", "large"], "municipality": ["GM1", "GM2", "GM3"]})


@pytest.fixture
def quoted(small_folder):
    """quoted("rows of quotes.csv"): the small study with these quotes and the passages above."""

    def study(rows: str, passages: pd.DataFrame = PASSAGES):
        (small_folder / "data" / "codebook" / "quotes.csv").write_text(HEADER + rows, "utf-8")
        loaded = load_study(small_folder)
        write_tables(loaded, {"passages": passages, "units": UNITS, "clusters": CLUSTERS})
        return loaded

    return study


def test_an_approved_quote(quoted):
    study = quoted("interview_002;1;;;wij leren graag van [persoon 3];EB;2026-11-24\n")
    table = approved_quotes(study)
    assert table.drop(columns="approved_on").values.tolist() == [
        ["interview_002", "interview", 1, "wij leren graag van [persoon 3]", 14, 45, 3, "EB"]
    ]
    assert "municipality" not in table
    assert approved_quotes(study, "size", "small")["group"].tolist() == [2]
    assert approved_quotes(study, "size", "large").empty  # it is not of this cluster


def test_start_and_end_say_which(quoted):
    assert approved_quotes(quoted("interview_002;1;14;23;wij leren;EB;2026-11-24\n"))["start"].tolist() == [14]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("interview_009;1;;;Wij;EB;2026-11-24", "row 2, column 'passage': no such passage"),
        ("interview_002;1;;;Wij leerden;EB;2026-11-24", "row 2, column 'text': not word for word"),
        ("interview_002;1;;;wij leren graag van [persoon 4];EB;2026-11-24", "read and approve it again"),
        ("interview_002;1;;; ij leren;EB;2026-11-24", "more than once in the passage: say start and end"),
        ("interview_002;1;13;22;wij leren;EB;2026-11-24", "other words there.*allowed:  wij lere"),
        ("interview_002;2;;;Wat nog meer?;EB;2026-11-24", "an interviewer's words"),
        ("interview_004;2;;;Klopt dit?;EB;2026-11-24", "a note in the margin"),
        ("interview_003;1;;;Bel Jan de Wit.;EB;2026-11-24", "a person or contact detail"),
        ("interview_003;1;;;in boven gaat het;EB;2026-11-24", "not word for word"),
        ("interview_003;1;;;Bij ons in Boven gaat het anders.;EB;2026-11-24", "names its own municipality"),
        ("webinar_005;1;;;Een webinar.;EB;2026-11-24", "of no municipality"),
    ],
)
def test_what_is_no_quote(quoted, row, says):
    with pytest.raises(InputError, match=f"quotes.csv, {says}" if says.startswith("row") else says):
        approved_quotes(quoted(row + "\n"))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("interview_002;1;;;Wij;;2026-11-24", "row 2, column 'approved_by'.*a filled cell"),
        ("interview_002;1;;;;EB;2026-11-24", "column 'text'.*a filled cell"),
        ("interview_002;1;;;Wij;EB;24-11-2026", "column 'approved_on'.*'24-11-2026'; allowed: jjjj-mm-dd"),
        ("interview_002;een;;;Wij;EB;2026-11-24", "column 'passage'.*'een'; allowed: a whole number"),
        ("interview_002;1;4;;Wij;EB;2026-11-24", "column 'end': start and end go together"),
        ("interview_002;1;4;9;Wij;EB;2026-11-24", "column 'start': not the place of this text.*3 letters"),
    ],
)
def test_rows_that_the_codebook_refuses(quoted, row, says):
    with pytest.raises(InputError, match=f"quotes.csv, row 2, .*{says.removeprefix('row 2, ')}"):
        quoted(row + "\n")


def test_a_group_that_is_too_small(quoted):
    study = quoted("interview_004;1;;;Straks moet iedereen weer naar school.;EB;2026-11-24\n")
    assert len(approved_quotes(study)) == 1
    with pytest.raises(InputError, match="row 2, column 'source': from a group of 1.*at least 2 with a source of kind interview"):
        approved_quotes(study, "size", "large")
    assert approved_quotes(study, "size", "large", small="leave").empty
    with pytest.raises(InputError, match="unknown cluster"):
        approved_quotes(study, "size", "huge")


def test_a_group_is_counted_by_what_was_said(quoted):
    """Two municipalities answered, but one of them was interviewed: an interview's quote would be that one's."""
    few = PASSAGES.iloc[[0]]
    more = pd.concat([few, few.assign(source="d4", kind="open_answer", municipality="GM2")])
    with pytest.raises(InputError, match="from a group of 1"):
        approved_quotes(quoted("interview_002;1;;;Wij leren;EB;2026-11-24\n", more))


def test_a_study_without_quotes(small):
    assert approved_quotes(small).empty  # nor does it need any table
