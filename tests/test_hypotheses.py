"""What is said elsewhere, held to the survey: supported, contradicted or not told, and never more than the figures carry."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ledanalysis import hypotheses
from ledanalysis.errors import InputError
from ledanalysis.study import load_study

HEADER = "hypothesis;label_nl;label_en;source;higher;lower\n"
ROW = "coach;Coaching wint van de cursus;Coaching beats courses;Onderzoek;stimulated:coaching;stimulated:cursus\n"
NAN = float("nan")


@pytest.fixture
def said(small_folder):
    """said("rows of hypotheses.csv"): the small study with these hypotheses."""

    def study(rows: str):
        (small_folder / "data" / "codebook" / "hypotheses.csv").write_text(HEADER + rows, "utf-8")
        return load_study(small_folder)

    return study


def page_of(study, census=False, **shares):
    """A page on which instruments are used as much as `shares` (estimate, error) say; what it shows is kept in `slides`."""
    rows = [("stimulated", name, name.capitalize(), estimate, error, 60.0, 40) for name, (estimate, error) in shares.items()]
    table = pd.DataFrame(rows, columns=["measure", "theme", "label", "estimate", "se", "df", "n"])
    slides = []
    return SimpleNamespace(
        study=study, view="units", census=census, slides=slides, footer=lambda table, more="": f"n = 40 {more}".strip(),
        table=lambda measure, kind="": table[table["measure"] == measure], set_out=lambda *slide: slides.append(slide),
    )  # fmt: skip


@pytest.mark.parametrize(("coaching", "cursus", "verdict"), [
    ((60.0, 3.0), (40.0, 3.0), "supported"),
    ((40.0, 3.0), (60.0, 3.0), "contradicted"),
    ((52.0, 3.0), (48.0, 3.0), "untold"),
    ((NAN, NAN), (48.0, 3.0), "few"),
])  # fmt: skip
def test_a_hypothesis_is_told_only_where_the_difference_is_clear(said, coaching, cursus, verdict):
    table = hypotheses.judged(page_of(said(ROW), coaching=coaching, cursus=cursus))
    assert table["verdict"].tolist() == [verdict]


def test_the_interval_covers_whatever_the_correlation():
    """The widest that a difference of means can vary: errors are added, not their squares."""
    figures = pd.DataFrame({"estimate": [50.0, 30.0, 20.0], "se": [2.0, 4.0, 6.0], "df": [50.0, 60.0, 40.0]}, index=list("abc"))
    table = hypotheses.compare(figures, pd.DataFrame({"higher": [["a"]], "lower": [["b", "c"]]}), 0.95)
    assert table[["high", "low", "difference"]].values.tolist() == [[50.0, 25.0, 25.0]]
    assert table["upper_end"].iloc[0] - 25 == pytest.approx(2.0211 * (2 + 5), abs=1e-3)  # R: qt(0.975, 40)
    rng = np.random.default_rng(1)
    drawn = rng.multivariate_normal([0, 0, 0], [[4, -7.9, -11.9], [-7.9, 16, 23.9], [-11.9, 23.9, 36]], 20_000)
    assert (drawn[:, 0] - drawn[:, 1:].mean(axis=1)).std() < 2 + 5 + 0.1


def test_several_comparisons_make_intervals_wider(said):
    one = hypotheses.judged(page_of(said(ROW), coaching=(60.0, 3.0), cursus=(40.0, 3.0)))
    two = hypotheses.judged(page_of(said(ROW + ROW.replace("coach;", "again;")), coaching=(60.0, 3.0), cursus=(40.0, 3.0)))
    assert (two["lower_end"] < one["lower_end"].iloc[0]).all()


def test_one_comparison_the_other_way_is_enough_against(said):
    rows = ROW.replace("stimulated:cursus", "stimulated:cursus | stimulated:intervisie")
    page = page_of(said(rows), coaching=(60.0, 3.0), cursus=(40.0, 3.0), intervisie=(90.0, 3.0))
    assert hypotheses.judged(page)["verdict"].tolist() == ["contradicted", "contradicted"]
    page = page_of(said(rows), coaching=(60.0, 3.0), cursus=(40.0, 3.0), intervisie=(61.0, 3.0))
    assert set(hypotheses.judged(page)["verdict"]) == {"untold"}


def test_a_form_stands_for_its_instruments(said):
    rows = ROW.replace("stimulated:coaching", "form=informal").replace("stimulated:cursus", "form=formal")
    table = hypotheses.judged(page_of(said(rows), coaching=(60.0, 3.0), intervisie=(50.0, 3.0), cursus=(20.0, 3.0)))
    assert table[["high", "low", "verdict"]].values.tolist() == [[55.0, 20.0, "supported"]]
    few = hypotheses.judged(page_of(said(rows), coaching=(60.0, 3.0), intervisie=(NAN, NAN), cursus=(20.0, 3.0)))
    assert few["verdict"].tolist() == ["few"]  # a mean of the instruments that happen to be shown is another figure


def test_a_census_has_no_margins(said):
    table = hypotheses.judged(page_of(said(ROW), census=True, coaching=(50.1, 0.0), cursus=(50.0, 0.0)))
    assert table["verdict"].tolist() == ["supported"]


def test_the_slide(said):
    page = page_of(said(ROW), coaching=(60.0, 3.0), cursus=(40.0, 3.0))
    hypotheses.show(page)
    [(layout, table, title, kicker, body, footer, spoken, name)] = page.slides
    assert (layout, title, kicker, name) == ("pairs", "Uitspraken over leren: 1 gesteund door de cijfers", "kicker_hypotheses", "hypotheses")
    assert body == (
        "### Coaching wint van de cursus\n\nvolgens Onderzoek\n\n**De cijfers steunen dit**  \nCoaching 60%; Cursus 40%  \n"
        "*gemiddeld gebruik van deze vormen, % van de gemeenten*"
    )
    assert spoken.startswith("Coaching min Cursus: +20,0 (+8,0 tot +32,0")
    assert footer == "n = 40 hypotheses_margins" and "stimulated:coaching" in table["higher"].tolist()


def test_no_slide_without_hypotheses_or_figures(said, small):
    hypotheses.show(page_of(small, coaching=(60.0, 3.0)))
    page = page_of(said(ROW))
    hypotheses.show(page)
    assert page.slides == []
    of_staff = page_of(said(ROW), coaching=(60.0, 3.0), cursus=(40.0, 3.0))
    of_staff.view = "staff"
    hypotheses.show(of_staff)
    assert of_staff.slides == []


@pytest.mark.parametrize(("old", "new", "says"), [
    ("stimulated:coaching", "stimulated:coach", "column 'higher': .*'stimulated:coach'; allowed: .*stimulated:coaching"),
    ("stimulated:coaching", "form=informeel", "column 'higher': .*'form=informeel'; allowed: form=informal"),
    (";stimulated:cursus", ";", "column 'lower'"),
    (";stimulated:cursus", ";stimulated:cursus | ", "column 'lower': .*''"),
    (";stimulated:cursus", ";now:DIGI", "compares different units"),
    ("Onderzoek", "", "column 'source'"),
])  # fmt: skip
def test_rows_that_the_codebook_refuses(said, old, new, says):
    assert ROW.count(old) == 1
    with pytest.raises(InputError, match=f"hypotheses.csv, row 2, .*{says}"):
        said(ROW.replace(old, new))


def test_a_form_of_which_no_instrument_is_measured_is_no_group(said, small_folder):
    path = small_folder / "data" / "codebook" / "instruments.csv"
    path.write_text(path.read_text("utf-8") + "plan;organise;1;Plan;Plan;;;organisational\n", "utf-8")
    with pytest.raises(InputError, match="column 'lower': .*'form=organisational'; allowed: form=informal, form=formal"):
        said(ROW.replace("stimulated:cursus", "form=organisational"))
