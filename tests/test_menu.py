"""The menu of forms and Why-How-What: from shown figures only, and what is suppressed is said to be so."""

from types import SimpleNamespace

import pandas as pd
import pytest

from ledanalysis import menu

NAN = float("nan")
COLUMNS = ["measure", "theme", "label", "estimate", "lower", "upper", "se", "n", "view", "rank_lower", "rank_upper"]


def figures(measure: str, *rows) -> pd.DataFrame:
    """Estimates of (theme, label, estimate, rank_lower, rank_upper)."""
    frame = pd.DataFrame(rows, columns=["theme", "label", "estimate", "rank_lower", "rank_upper"])
    return frame.assign(measure=measure, lower=frame["estimate"] - 5, upper=frame["estimate"] + 5, se=2.5, n=40, view="units")[COLUMNS]


USED = figures("stimulated", ("coaching", "Coaching", 60.0, 1, 1), ("intervisie", "Intervisie", 20.0, 2, 2), ("cursus", "Cursus", NAN, NAN, NAN))


def page_of(study, view="units", **tables):
    """A page of these tables, that keeps the slides it is asked for in `slides`."""
    empty = pd.DataFrame(columns=COLUMNS)
    slides = []
    return SimpleNamespace(
        study=study, view=view, census=False, slides=slides, footer=lambda table: "n = 40", table=lambda measure, kind="": tables.get(measure, empty),
        changes=lambda: tables.get("changes", empty), set_out=lambda layout, table, title, kicker, body, *more: slides.append((title, body, more[0])) if body else None,
    )  # fmt: skip


def test_the_menu_has_every_form_with_its_share(small):
    table = menu.menu(page_of(small, stimulated=USED))
    assert table[["form", "theme", "part"]].values.tolist() == [
        ["formal", "cursus", "few"], ["informal", "coaching", "used"], ["informal", "intervisie", "little"],
    ]  # fmt: skip
    assert table["estimate"].isna().tolist() == [True, False, False]
    assert menu.menu(page_of(small)).empty


def test_a_menu_on_a_slide(small):
    page = page_of(small, stimulated=USED)
    menu.show_menu(page)
    [(title, body, footer)] = page.slides
    assert title == "Menukaart van 3 vormen van leren, waarvan 1 weinig gebruikt"
    assert body.split("\n\n") == [
        "### Formeel", "opleiding, programma of plan", "- *Niet getoond (kleine aantallen)*\n  - Cursus",
        "### Informeel", "in en van het werk, met elkaar", "- **60%** Coaching\n- *Weinig gebruikt*\n  - **20%** Intervisie",
    ]  # fmt: skip
    assert footer == "n = 40; weinig gebruikt: zeker in de onderste helft van de vraag"


def test_no_menu_where_nothing_may_be_shown(small):
    hidden = USED.assign(estimate=NAN)
    page = page_of(small, stimulated=hidden)
    menu.show_menu(page)
    menu.show_why(page)
    assert page.slides == []


def test_a_menu_of_staff_says_so(small):
    page = page_of(small, view="staff", stimulated=USED)
    menu.show_menu(page)
    menu.show_why(page)  # of themes there are no figures by staff
    assert [slide[0] for slide in page.slides] == ["Menukaart van 3 vormen van leren, waarvan 1 weinig gebruikt (naar medewerkers)"]


@pytest.fixture
def answered(study):
    """A page of the whole study with a few figures."""
    return page_of(
        study, now=figures("now", ("DATA", "Data en AI", 70.4, 1, 1), ("VITA", "Vitaliteit", 40.0, 2, 2), ("KLIM", "Klimaat", NAN, NAN, NAN)),
        changes=figures("rise", ("DATA", "Data en AI", 12.0, 1, 1), ("VITA", "Vitaliteit", 3.0, 2, 2)).assign(rise=[12.0, 3.0], clear=[True, False]),
        moments=figures("moments", ("c4_New", "nieuw", 75.0, 1, 1), ("c4_Solve", "oplossen", 40.0, 2, 2)),
        stimulated=figures("stimulated", ("coaching", "Coaching", 60.0, 1, 1), ("evc", "EVC", 12.0, 2, 2)),
        whw=figures("whw", ("c6_why", "Why", 55.4, 1, 3), ("c6_what", "What", NAN, NAN, NAN)),
    )  # fmt: skip


def test_why_how_what_is_filled_from_what_is_shown(answered):
    nbsp = "\N{NO-BREAK SPACE}"
    assert [tuple(row) for row in menu.why_how_what(answered).to_numpy()] == [
        ("why", "now", f"Data en AI{nbsp}(70); 1 niet getoond (kleine aantallen)"),
        ("why", "rise", f"Data en AI{nbsp}(+12)"),
        ("how", "moments", f"nieuw{nbsp}(75)"),
        ("how", "moments_least", f"oplossen{nbsp}(40)"),
        ("how", "organised", "niet getoond (kleine aantallen)"),
        ("how", "barriers", "niet getoond (kleine aantallen)"),
        ("what", "formal", f"EVC (ervaring erkennen){nbsp}(12%); 9 niet getoond (kleine aantallen)"),
        ("what", "nonformal", "niet getoond (kleine aantallen)"),
        ("what", "informal", f"Coaching{nbsp}(60%); 10 niet getoond (kleine aantallen)"),
        ("what", "little", f"EVC (ervaring erkennen){nbsp}(12%)"),
    ]


def test_why_how_what_on_a_slide(answered):
    menu.show_why(answered)
    [(title, body, _)] = answered.slides
    blocks = body.split("\n\n")
    assert [block for block in blocks if block.startswith("#")] == ["### Why", "### How", "### What"]
    assert blocks[1] == "We weten waarom informeel leren belangrijk is: 55\N{NO-BREAK SPACE}van\N{NO-BREAK SPACE}100"
    assert blocks[4] == "We weten hoe het werkt of vastloopt: niet getoond (kleine aantallen)"
    assert len(blocks) == 9 and "\\" not in title


def test_a_long_column_keeps_both_its_ends(small, monkeypatch):
    monkeypatch.setattr(menu, "ROOM", 2)
    rows = pd.DataFrame({"label": ["A", "B", "C"], "part": ["used", "used", "little"], "estimate": [90.0, 50.0, 10.0]})
    lines = menu._column("formal", rows, page_of(small)).split("\n\n")[2]
    assert lines == "- **90%** A\n- *Weinig gebruikt*\n  - **10%** C\n- en nog 1"
