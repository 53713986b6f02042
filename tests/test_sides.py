"""Pages with two figures beside each other: never on one axis, and no sentence stronger than its table."""

import numpy as np
import pandas as pd
import pytest
from ledanalysis import sides, charts, pages, style
from ledanalysis.errors import InputError
from ledanalysis.study import load_study
from ledanalysis.tables import write_tables

HERE = dict(clustering="sector", cluster="all")
CENTRE = dict(se=3.0, df=60.0, n=50.0, population=342.0, rank=1.0, rank_lower=1.0, rank_upper=2.0, p_rest=np.nan, suppressed=False)


@pytest.fixture
def folder(small_folder):
    path = small_folder / "data" / "codebook" / "measures.csv"
    rows = path.read_text("utf-8-sig").splitlines()
    kept = [f"{row};{'both' if row.startswith(('stimulated', 'vision')) else ''}" for row in rows[1:]]
    path.write_text("\n".join([f"{rows[0]};views", *kept]) + "\n", "utf-8")
    return small_folder


@pytest.fixture
def study(folder):
    """Two instruments and a vision, of municipalities and of staff."""
    study = load_study(folder)
    units = pd.DataFrame([("stimulated", "coaching", 40.0), ("stimulated", "intervisie", 50.0), ("vision", "vastgesteld", 30.0)],
                         columns=["measure", "theme", "estimate"])  # fmt: skip
    units = units.assign(**HERE, **CENTRE, lower=units["estimate"] - 6, upper=units["estimate"] + 6)
    staff = units.assign(estimate=[60.0, 51.0, 45.0], gap=[20.0, 1.0, 15.0], gap_p=[0.001, 0.6, 0.03], gap_se=4.0, view="staff", estimated=2.0)
    staff = staff.assign(lower=staff["estimate"] - 7, upper=staff["estimate"] + 7)
    response = pd.DataFrame([dict(HERE, label="", order=0, population=342, answered=50, interviewed=0, percent=14.6)])
    write_tables(study, {"estimates": units, "staff_estimates": staff, "response": response})
    return study


def test_both_views_come_with_the_clear_ones_first(study):
    table = sides.views(pages.open_page(study))
    assert table[["label", "units", "staff", "gap", "clear"]].values.tolist() == [
        ["Coaching", 40, 60, 20, True],
        ["Visie: ja, vastgesteld", 30, 45, 15, False],  # p = .03 of two measures
        ["Intervisie", 50, 51, 1, False],
    ]


def test_the_sentence_names_what_is_clearly_apart_or_says_that_nothing_is(study):
    page = pages.open_page(study)
    table = sides.views(page)
    assert sides.views_finding(table, page) == "Coaching: 40% van de gemeenten, maar 60% van de medewerkers"
    assert sides.views_finding(table.assign(clear=False), page).startswith("Of we gemeenten tellen of hun medewerkers, maakt nergens")
    assert sides.views_finding(table.iloc[:0], page) == ""


def test_each_view_has_axes_of_its_own_that_say_what_they_count(study):
    figure, ax = style.figure()
    alt = sides.panels(ax, sides.views(pages.open_page(study)), units="% van de gemeenten", staff="% van de medewerkers")
    left, right = figure.axes
    assert [place.get_xlabel() for place in (left, right)] == ["% van de gemeenten", "% van de medewerkers"]
    widths = [sorted(bar.get_width() for bar in place.patches if bar.get_gid() == "estimate") for place in (left, right)]
    assert widths == [[30, 40, 50], [45, 51, 60]]
    assert alt.index("% van de gemeenten") < alt.index("40%") < alt.index("% van de medewerkers") < alt.index("60%")


def shown(page, draw, table, capsys, monkeypatch, **options):
    """What a slide says: title, footer, the axis's label and the alt text."""
    kept, figures = [], []
    monkeypatch.setattr(pages, "_emit", lambda slide, body, metadata=None: kept.append((slide, metadata)))
    monkeypatch.setattr(style, "png", lambda figure: figures.append(figure) or b"")
    page.chart("x", draw, table, "Bevinding", "kicker_organised", **options)
    (slide, metadata), (figure,) = kept[0], figures
    return slide["title"], slide["footer"], figure.axes[0].get_xlabel(), metadata["image/png"]["alt"]


@pytest.mark.parametrize("view, title, axis, estimate", [
    ("units", "Bevinding", "% van de gemeenten", "40%"),
    ("staff", "Bevinding (naar medewerkers)", "% van de medewerkers (werkt bij een gemeente die ...)", "60%"),
])  # fmt: skip
def test_a_chart_says_whose_percentages_it_has(study, capsys, monkeypatch, view, title, axis, estimate):
    page = pages.open_page(study, view=view)
    told = shown(page, charts.bars, page.table("stimulated"), capsys, monkeypatch)
    assert told[0] == title and told[2] == axis and told[3].startswith(f"{title}. {axis}") and estimate in told[3]
    assert ("telt naar haar aantal medewerkers" in told[1]) == (view == "staff")


def test_a_deck_of_staff_has_only_what_has_a_staff_view(study):
    page = pages.open_page(study, view="staff")
    assert page.table("now").empty and len(page.table("stimulated")) == 2
    with pytest.raises(InputError, match="unknown view.*units.*staff"):
        pages.open_page(study, view="fte")


# --- since the earlier wave


@pytest.fixture
def later(folder, study):
    with (folder / "data" / "codebook" / "study.toml").open("a") as settings:
        settings.write('\n[previous]\nfolder = "../before"\n')
    rows = [("DIGI", 12.0, 9.0), ("DATA", -11.0, 3.0), ("KLIM", 2.0, 1.0)]
    table = pd.DataFrame([
        dict(HERE, measure="now", theme=theme, basis=basis, estimate=value, se=2.0, df=80.0, n=50.0, n_previous=40.0, n_both=30.0,
             lower=value - 4, upper=value + 4, p=0.01, suppressed=False, now=60.0, previous=60 - value)
        for theme, every, panel in rows for basis, value in (("all", every), ("matched", panel))
    ])  # fmt: skip
    write_tables(study, {"changes": table, "wave_items": pd.DataFrame({"wave": ["2021"]})})
    return load_study(folder)


def test_a_change_is_told_where_it_is_clear_and_the_panel_does_not_say_otherwise(later):
    page = pages.open_page(later)
    table = sides.since(page, "now")
    assert table[["label", "estimate", "matched", "highlight"]].values.tolist() == [
        ["Digitaal", 12, 9, True],
        ["Data en AI", -11, 3, False],
        ["Klimaat en energie", 2, 1, False],
    ]
    assert (table["upper"] - table["estimate"]).iloc[0] > 2 * 2.37  # for all three at once
    assert sides.since_finding(table, page) == "Hoger dan in 2021: Digitaal"
    assert sides.since_finding(table.assign(highlight=False), page) == "Sinds 2021 is er geen duidelijke verandering"


def test_no_page_without_an_earlier_wave_or_in_a_deck_of_staff(study, later):
    assert sides.since(pages.open_page(study), "now").empty
    assert sides.since(pages.open_page(later, view="staff"), "now").empty
    assert sides.since(pages.open_page(later), "future").empty
