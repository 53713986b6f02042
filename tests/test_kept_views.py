"""Kept views: rows that the codebook refuses, and slides drawn from the figures of the day."""

from types import SimpleNamespace

import pandas as pd
import pytest

from ledanalysis import charts, kept_views
from ledanalysis.errors import InputError
from ledanalysis.study import load_study

HEADER = "finding;clustering;cluster;chart;measure;kind;view;across;themes;note;kept_by;kept_on\n"
ROW = "f1;sector;all;ranking;now;;units;;;Wat speelt nu?;Ans;2023-10-02\n"
COLUMNS = ["clustering", "cluster", "measure", "theme", "label", "estimate", "se", "df", "n", "rank_lower", "rank_upper", "suppressed"]


@pytest.fixture
def kept(small_folder):
    """kept("rows of findings.csv"): the small study with these views."""

    def study(rows: str):
        (small_folder / "data" / "codebook" / "findings.csv").write_text(HEADER + rows, "utf-8")
        return load_study(small_folder)

    return study


def page_of(study, clustering="sector", cluster="all", view="units", **tables):
    """A page of these tables ({measure: table}), whose slides are kept in `slides`."""
    slides = []
    return SimpleNamespace(
        study=study, clustering=clustering, cluster=cluster, view=view, label="alle gemeenten", census=False, slides=slides,
        table=lambda measure, kind="": tables.get(measure, pd.DataFrame(columns=COLUMNS)), measure_label=lambda measure: measure.upper(),
        alone=lambda: {"intervals": True}, versus=lambda: {"reference": "sector"}, footer=lambda table, more="": f"n {more}".strip(),
        words=lambda *slide: slides.append(("words", *slide)), chart=lambda *slide, **options: slides.append((*slide, options)),
    )  # fmt: skip


NOW = pd.DataFrame({
    "theme": ["DIGI", "DATA", "KLIM"], "label": ["Digitaal", "Data", "Klimaat"], "estimate": [80.0, 60.0, 40.0], "se": 2.0, "df": 50.0, "n": 40, "rank": [1.0, 2.0, 3.0],
    "rank_lower": [1, 2, 3], "rank_upper": [1, 2, 3], "suppressed": False,
})  # fmt: skip


def test_a_kept_view_is_a_slide_of_its_own_deck(kept):
    study = kept(ROW + ROW.replace("f1;sector;all", "f2;size;small"))
    page = page_of(study, now=NOW)
    kept_views.show(page)
    [(name, draw, table, title, question, footer, options)] = page.slides
    assert (name, draw, title, question) == ("kept_f1", charts.ranking, "Digitaal is nu het belangrijkste thema", "Wat speelt nu?")
    assert table["label"].tolist() == ["Digitaal", "Data", "Klimaat"] and options == {"unit": "score", "intervals": True}


def test_of_chosen_themes_nothing_is_said_to_be_the_highest(kept):
    page = page_of(kept(ROW.replace(";units;;;", ";units;;DATA | KLIM;")), now=NOW)
    kept_views.show(page)
    [(_, _, table, title, *_)] = page.slides
    assert table["theme"].tolist() == ["DATA", "KLIM"] and title == "Belang nu van Data en Klimaat: alle gemeenten"


def test_what_may_not_be_shown_is_said(kept):
    page = page_of(kept(ROW), now=NOW.assign(estimate=float("nan"), suppressed=True))
    kept_views.show(page)
    assert [slide[:2] for slide in page.slides] == [("words", "Te weinig antwoorden om cijfers te tonen")]


def test_a_view_of_staff_is_in_both_decks_and_one_of_units_in_its_own(kept, small_folder):
    measures = small_folder / "data" / "codebook" / "measures.csv"  # a column more: who is also counted by staff
    lines = measures.read_text("utf-8-sig").splitlines()
    ends = ["views", *("both" if line.startswith("stimulated") else "" for line in lines[1:])]
    measures.write_text("".join(f"{line};{end}\n" for line, end in zip(lines, ends, strict=True)), "utf-8")
    study = kept("f1;sector;all;bars;stimulated;;staff;;;;;\n" + ROW.replace("f1", "f2"))
    assert [[row.finding for row in kept_views.kept(page_of(study, view=view))] for view in ("units", "staff")] == [["f1", "f2"], ["f1"]]


def test_a_study_without_kept_views(small):
    page = page_of(small, now=NOW)
    kept_views.show(page)
    assert page.slides == []


@pytest.mark.parametrize(("row", "says"), [
    (ROW.replace("now", "nu"), "column 'measure': .*'nu'; allowed: now"),
    (ROW.replace("sector", "sise"), "column 'clustering': .*'sise'; allowed: sector, size"),
    (ROW.replace("ranking", "pie"), "column 'chart': .*'pie'"),
    (ROW.replace("ranking", "heatmap"), "column 'across': .*''"),
    (ROW.replace(";units;;", ";units;size;"), "column 'across': .*'size'; allowed: an empty cell"),
    (ROW.replace("ranking", "change"), "column 'measure': not a change"),
    (ROW.replace("units", "staff"), "column 'view': has no figures by staff"),
    (ROW.replace("2023-10-02", "2 oktober"), "column 'kept_on': .*jjjj-mm-dd"),
    (ROW.replace("Wat speelt nu?", "x" * 91), "column 'note'"),
    (ROW + ROW, "row 3.*stands in row 2 too"),
])  # fmt: skip
def test_rows_that_the_codebook_refuses(kept, row, says):
    with pytest.raises(InputError, match=f"findings.csv.*{says}"):
        kept(row)
