"""Small questions by clicks: what is offered, what is answered, and that nothing is answered that cannot be."""

import html
import random
import re

import pytest

from ledanalysis.explore.crossing_desk import CrossingDesk
from ledanalysis.explore.shelf import Shelf
from ledanalysis.study import load_study

STEPS = 40


@pytest.fixture(scope="module")
def shelf(example_run):
    return Shelf(load_study(example_run))


@pytest.fixture
def desk(shelf):
    return CrossingDesk(shelf)


def code_of(desk) -> str:
    return html.unescape(re.search("<pre[^>]*>(.*)</pre>", desk.code.value, re.DOTALL)[1])


def test_a_question_is_answered_at_once(desk):
    assert desk.answer is not None and desk.chart.shown["title"] == desk.answer.finding()
    desk.controls["theme"].value, desk.controls["by"].value = "DATA", "vision"
    assert "54,3" in desk.answer.finding() and desk.chart.shown["title"] == desk.answer.finding()
    assert desk.chart.shown["rows"] == ["vastgesteld", "in_ontwikkeling", "geen"] and desk.answer.note() in html.unescape(desk.said.value)
    assert code_of(desk).endswith("led.open_study().crossing('now', 'DATA', by='vision')")
    assert desk.controls["by_theme"].value is None and desk.controls["by_theme"].layout.display == "none"


def test_by_an_option_and_within_clusters(desk):
    desk.controls["by"].value = "organised"
    assert desk.controls["by_theme"].layout.display is None
    desk.controls["by_theme"].value = "lms"
    desk.controls["size"].value = ("20-50", "50-100")
    assert desk.where == {"size": ["20-50", "50-100"]} and desk.answer.by == "organised:lms"
    assert "where={'size': ['20-50', '50-100']}" in code_of(desk)
    assert [row[0] for row in desk.chart.shown["chart"]["rows"]] == ["ja", "nee"]


def test_what_cannot_be_asked_is_said_and_shows_nothing(desk):
    desk.controls["by"].value = "now"
    desk.controls["by_theme"].value = desk.controls["theme"].value
    assert 'role="alert"' in desk.said.value and desk.chart.shown == {} and desk.code.value == "" and desk.answer is None
    desk.controls["by"].value = "size"
    assert desk.answer is not None and 'role="alert"' not in desk.said.value


def test_a_refusal_is_a_table_without_figures(desk):
    desk.controls["theme"].value, desk.controls["by"].value = "DATA", "vision"
    desk.controls["size"].value = ("lt20",)
    assert "te klein" in desk.answer.finding() and desk.chart.shown["chart"]["kind"] == "table"
    assert all(cell == "onderdrukt" for row in desk.chart.shown["chart"]["table"]["rows"] for cell in row[1:])


def test_whatever_is_clicked_no_group_of_few_is_shown(desk, shelf):
    chance, shown = random.Random(7), 0
    for step in range(STEPS):
        for name in ("size", "province", "urbanity") if step % 6 == 0 else ():
            desk.controls[name].value = ()  # else filters add up until nobody is left
        name = chance.choice(list(desk.controls))
        values = [value for _, value in desk.controls[name].options]
        if name in desk.where or hasattr(desk.controls[name], "rows"):
            desk.controls[name].value = tuple(chance.sample(values, min(len(values), chance.randint(0, 2))))
        elif values:
            desk.controls[name].value = chance.choice(values)
        if desk.answer is not None:
            table = desk.answer.table
            told = table[~table["suppressed"]]
            assert (told["n"] >= shelf.study.settings.min_n).all() and table.loc[table["suppressed"], "estimate"].isna().all()
            chart = desk.chart.shown["chart"]
            figures = {row[0]: row[1] for row in chart["rows"]}
            assert all(figures[row.label] == (None if row.suppressed else row.estimate) for row in table.itertuples()) if figures else True
            shown += len(told)
    assert shown > 20
