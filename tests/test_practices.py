"""Practices: rows that the codebook refuses, what may be shown, and which one stands beside a finding."""

from types import SimpleNamespace

import pandas as pd
import pytest

from ledanalysis import practices
from ledanalysis.errors import InputError
from ledanalysis.study import load_study
from ledanalysis.tables import write_tables

HEADER = "practice;label_nl;label_en;summary_nl;summary_en;source;url;kind;organisation;public;themes;forms;moments;instruments\n"
GOOD = "klas;De klas;;Tien ochtenden les.;Ten mornings.;Kwartaalblad;https://voorbeeld.nl/~klas;story;Boven;yes;DIGI | KLIM;informal;c4_New;coaching\n"


@pytest.fixture
def practised(small_folder):
    """practised("rows of practices.csv"): the small study, with a moment of need, and these practices."""

    def study(rows: str, fictitious: bool = False):
        codebook = small_folder / "data" / "codebook"
        for file, row in (("items", "c4_New;c4;C;likert;Nieuw;New;importance;;c4_New;moments;;;;\n"),
                          ("measures", "moments;items;score;mean;;;Leermomenten;Moments\n")):  # fmt: skip
            path = codebook / f"{file}.csv"
            if "moments" not in path.read_text("utf-8"):
                path.write_text(path.read_text("utf-8") + row, "utf-8")
        (codebook / "practices.csv").write_text(HEADER + rows, "utf-8")
        (small_folder / "data" / "raw" / "FICTIEF.md").write_text("verzonnen") if fictitious else None
        loaded = load_study(small_folder)
        write_tables(loaded, {"units": pd.DataFrame({"label": ["Onder", "Boven"]})})
        return loaded

    return study


def test_a_practice_is_read_with_its_links(practised):
    row = practices.usable(practised(GOOD)).iloc[0]
    assert row[["practice", "label", "summary", "organisation"]].tolist() == ["klas", "De klas", "Tien ochtenden les.", "Boven"]
    assert row[["themes", "forms", "moments", "instruments"]].tolist() == [("DIGI", "KLIM"), ("informal",), ("c4_New",), ("coaching",)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("DIGI | KLIM", "DIGI | KLIMAAT", "column 'themes': .*'KLIMAAT'; allowed: DIGI, DATA, KLIM"),
        (";informal;", ";informeel;", "column 'forms': .*'informeel'; allowed: informal, formal"),
        ("c4_New", "New", "column 'moments': .*'New'; allowed: c4_New"),
        (";coaching", ";koetsen", "column 'instruments': .*'koetsen'; allowed: coaching, intervisie, cursus"),
        (";yes;", ";ja;", "column 'public': .*'ja'; allowed: 'yes', 'no' or 'fictitious'"),
        (";story;", ";verhaal;", "column 'kind': .*'verhaal'"),
        ("Kwartaalblad", "", "column 'source': published where"),
        ("https://", "", "column 'url'"),
        ("Tien ochtenden les.", "x" * 151, "column 'summary_nl': .*at most 150"),
        ("DIGI | KLIM;informal;c4_New;coaching", ";;;", "column 'themes': linked to nothing"),
    ],
)
def test_rows_that_the_codebook_refuses(practised, old, new, says):
    assert GOOD.count(old) == 1
    with pytest.raises(InputError, match=f"practices.csv, row 3, {says}"):
        practised(GOOD.replace("klas;", "ander;", 1) + GOOD.replace(old, new))


def test_only_what_is_public_is_shown_and_made_up_only_beside_made_up_figures(practised):
    rows = GOOD + "".join(GOOD.replace("klas;", f"{public};", 1).replace(";yes;", f";{public};") for public in ("no", "fictitious"))
    assert practices.usable(practised(rows))["practice"].tolist() == ["klas"]
    assert practices.usable(practised(rows, fictitious=True))["practice"].tolist() == ["klas", "fictitious"]


@pytest.mark.parametrize("words", ["Jan de Wit geeft les.", "Bel 06-12345678.", "Mail jan@voorbeeld.nl"])
def test_nobody_is_named(practised, words):
    with pytest.raises(InputError, match="practices.csv, row 2, column 'summary_nl': a person or contact detail"):
        practices.usable(practised(GOOD.replace("Tien ochtenden les.", words)))


def test_a_study_without_practices(small):
    assert practices.usable(small).empty  # nor does it need any table
    practices.show_practices(SimpleNamespace(study=small, view="units"))  # nor does it make a slide


def made(*rows) -> pd.DataFrame:
    """Practices of (practice, themes, forms, moments, instruments)."""
    frame = pd.DataFrame(rows, columns=["practice", "themes", "forms", "moments", "instruments"])
    return frame.assign(label=frame["practice"], summary="", source="", url="", kind="story", organisation="")


FINDINGS = pd.DataFrame(
    [
        ("gap", "theme", "DATA", ""),
        ("gap", "theme", "KLIM", ""),
        ("rise", "theme", "DATA", ""),
        ("little", "instrument", "coaching", "informal"),
        ("moment", "moment", "c4_New", ""),
    ],
    columns=["kind", "link", "key", "form"],
)


def test_most_links_first_then_the_order_of_the_file():
    some = made(
        ("one link", ("DATA",), (), (), ()),
        ("two links", ("DATA",), (), ("c4_New",), ()),
        ("as many", ("DATA", "KLIM"), (), (), ()),
        ("of nothing here", ("VITA",), ("formal",), (), ()),
    )
    table = practices.fitting(some, FINDINGS)
    # by turns: the widest gap, then the moment (its practice is taken), then the second gap; DATA is not told of twice
    assert table[["kind", "key", "practice", "shared"]].values.tolist() == [["gap", "DATA", "two links", 2], ["gap", "KLIM", "as many", 2]]
    assert practices.fitting(some, FINDINGS, most=1)["practice"].tolist() == ["two links"]


def test_a_practice_of_a_form_fits_its_instruments_unless_it_names_others():
    of_form, of_another = ("form", (), ("informal",), (), ()), ("another", (), ("informal",), (), ("cursus",))
    assert practices.fitting(made(of_another, of_form), FINDINGS)[["key", "practice"]].values.tolist() == [["coaching", "form"]]
    assert practices.fitting(made(of_another), FINDINGS).empty


def test_kinds_take_turns_and_one_without_a_practice_gives_its_turn_away():
    some = made(("a", ("KLIM",), (), (), ()), ("b", (), (), (), ("coaching",)), ("c", (), (), ("c4_New",), ()))
    assert practices.fitting(some, FINDINGS)["key"].tolist() == ["KLIM", "coaching", "c4_New"]


def test_nothing_fits_nothing():
    assert practices.fitting(made(), FINDINGS).empty
    assert practices.fitting(made(("a", ("KLIM",), (), (), ())), FINDINGS.iloc[:0]).empty


NAN = float("nan")


def page_of(study, **tables):
    """A page of these tables; others have no rows."""
    empty = pd.DataFrame(columns=["theme", "label", "estimate", "lower", "upper", "se", "df", "n", "rank_lower", "rank_upper"], dtype="float64")
    return SimpleNamespace(study=study, view="units", census=False, table=lambda measure, kind="": tables.get(measure, empty),
                           changes=lambda: tables.get("changes", empty))  # fmt: skip


def test_only_what_is_clear_and_shown_stands_out(small):
    gap = pd.DataFrame({"theme": ["DIGI", "DATA", "KLIM"], "label": ["Digitaal", "Data", "Klimaat"], "estimate": [NAN, 30.0, 2.0],
                        "lower": 0.0, "upper": 0.0, "se": [NAN, 5.0, 5.0], "df": 50.0, "n": [NAN, 40, 40]})  # fmt: skip
    rise = gap.assign(rise=[NAN, -9.0, 8.0], lower=[NAN, -12.0, 3.0], upper=[NAN, -6.0, 13.0])
    used = pd.DataFrame({"theme": ["coaching", "intervisie", "cursus"], "label": ["Coaching", "Intervisie", "Cursus"], "estimate": [60.0, 10.0, NAN],
                         "lower": 5.0, "upper": 70.0, "se": 3.0, "df": 50.0, "n": 40, "rank_lower": [1.0, 2.0, NAN]})  # fmt: skip
    found = practices.stand_out(page_of(small, gap=gap, changes=rise, stimulated=used))
    assert found[["kind", "key", "form", "estimate"]].values.tolist() == [
        ["gap", "DATA", "", 30.0], ["rise", "KLIM", "", 8.0], ["little", "intervisie", "informal", 10.0],
    ]  # fmt: skip
    assert found["lower"].gt(0).all()
    assert practices.stand_out(page_of(small)).empty


def test_a_figure_is_told_with_its_interval(study):
    page = SimpleNamespace(study=study, census=False)
    row = SimpleNamespace(kind="little", estimate=12.2, lower=9.2, upper=15.9, se=1.6)
    assert practices.figure(row, page) == "weinig gebruikt: bij 12% van de gemeenten (9\N{NO-BREAK SPACE}tot\N{NO-BREAK SPACE}16)"
    page.census = True
    assert practices.figure(row, page) == "weinig gebruikt: bij 12% van de gemeenten"
