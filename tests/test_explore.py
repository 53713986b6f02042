"""The explorer without a browser: what is chosen, what is shown of it, and that it is never more than a deck may show."""

import math
import random

import numpy as np
import pandas as pd
import pytest

from ledanalysis import chart_data
from ledanalysis.errors import InputError
from ledanalysis.estimates import ALL, SECTOR
from ledanalysis.explore import explore
from ledanalysis.explore.board import Board
from ledanalysis.explore.choices import Choice, clicked, settled
from ledanalysis.explore.shelf import TABLES, Shelf
from ledanalysis.explore.views import VIEWS, drawn, kept_view
from ledanalysis.study import load_study
from ledanalysis.tables import read_table

WALKS = 300
STEPS = 4
FIGURES = {"change": ("now", "future", "rise"), "ranking": ("estimate",), "bars": ("estimate",)}


@pytest.fixture(scope="module")
def shelf(example_run):
    return Shelf(load_study(example_run))


@pytest.fixture
def board(shelf):
    return Board(shelf)


def published(study) -> dict[str, pd.DataFrame]:
    """The published tables by view, to be looked into by clustering, cluster, measure and theme."""
    keys = ["clustering", "cluster", "measure", "theme"]
    shares = read_table(study, "answer_shares")
    names = {(row.measure, row.theme): row.short for row in study.themes.itertuples()} | {row.item: study.label_of(row) for row in study.tables["items"]}
    many = shares.groupby(["measure", "theme"])["item"].nunique() > 1
    shares["label"] = [names[row.item] if not row.theme or many[row.measure, row.theme] else names[row.measure, row.theme] for row in shares.itertuples()]
    first = {row.measure: row.first if row.kind == "items" and row.first else row.measure for row in study.tables["measures"]}
    return {"answers": shares, "asked": first} | {view: read_table(study, name).set_index(keys).sort_index() for view, name in TABLES.items() if (study.processed / f"{name}.parquet").exists()}


def rows_of(shown: dict):
    """(key of the row, {column: figure}, whether it is suppressed) of what a chart shows."""
    names = [column["key"] for column in shown["chart"]["columns"]]
    for key, row, hidden in zip(shown["rows"], shown["chart"]["rows"], shown["chart"]["suppressed"], strict=True):
        yield key, dict(zip(names, row, strict=True)), hidden


def expected(tables, choice, view, measure, cluster, theme, clustering=None):
    """The published row of a figure."""
    return tables[view].loc[(clustering or choice.clustering, cluster, measure, theme)]


def check_figures(shown: dict, choice: Choice, tables, min_n: int) -> int:
    """Hold every figure of a chart to the published tables; the number of them."""
    found, kind = 0, shown["chart"]["kind"] if shown.get("chart") else ""
    if kind in FIGURES and shown["view"] != "response":
        measure = {"change": "rise", "interviews": "mentions"}.get(shown["view"], choice.measure)
        view = "units" if shown["view"] in ("change", "interviews") else choice.view
        for theme, row, hidden in rows_of(shown):
            for name in FIGURES[kind]:
                one = expected(tables, choice, view, {"estimate": measure}.get(name, name), choice.cluster, theme)
                assert (row[name] is None) == bool(one["suppressed"] or hidden), (shown["view"], theme, row)
                if row[name] is not None:
                    assert row[name] == one["estimate"] and not one["suppressed"] and one["n"] >= min_n
                    found += 1
    if kind == "heatmap":
        for theme, row, _ in rows_of(shown):
            for cluster, value in zip(shown["columns"], list(row.values())[1:], strict=True):
                key = (choice.across, cluster, choice.measure, theme)
                one = tables[choice.view].loc[key] if key in tables[choice.view].index else None
                assert (value is None) == (one is None or bool(one["suppressed"]))
                if value is not None:
                    assert value == one["estimate"] and one["n"] >= min_n
                    found += 1
    if kind == "stacked":
        rows = tables["answers"]
        for name, row, hidden in zip([row[0] for row in shown["chart"]["rows"]], shown["chart"]["rows"], shown["chart"]["suppressed"], strict=True):
            here = rows[(rows["clustering"] == choice.clustering) & (rows["cluster"] == choice.cluster) & (rows["label"] == name) & (rows["measure"] == tables["asked"][choice.measure])]
            assert not here.empty and here["suppressed"].nunique() == 1 and hidden == here["suppressed"].iloc[0], name
            assert any(np.array_equal(part["estimate"].to_numpy(float), np.array(row[1:], float), equal_nan=True) for _, part in here.groupby("item")), (name, row)
            assert hidden or (here["n"] >= 2 * min_n).all()
            found += 0 if hidden else len(row) - 1
    return found


def step(board: Board, chance: random.Random) -> None:
    """One thing that somebody may do: choose something of a control, or click somewhere."""
    name = chance.choice([*board.controls, *board.charts, "reset"])
    if name == "reset":
        board.reset.click()
    elif name in board.charts:
        shown = board.charts[name].shown
        tiles = [tile["key"] for tile in shown.get("tiles", [])]
        told = {part: chance.choice([*keys, None]) for part, keys in (("row", shown.get("rows", [])), ("column", shown.get("columns", [])), ("tile", tiles))}
        board.charts[name]._handle_custom_msg({"view": name, **told}, [])
    elif name == "interviews":
        board.controls[name].value = chance.random() < 0.5
    else:
        control = board.controls[name]
        values = [value for _, value in control.options]
        if values:
            several = name in ("themes", "compared")
            control.value = tuple(chance.sample(values, chance.randint(0, min(3, len(values))))) if several else chance.choice(values)


def test_whatever_is_clicked_only_published_figures_are_shown(shelf):
    tables, min_n, figures, seen = published(shelf.study), shelf.study.settings.min_n, 0, set()
    chance = random.Random(342)
    board = Board(shelf)
    for _ in range(WALKS):
        board.show(Choice())
        for _ in range(STEPS):
            step(board, chance)
            choice = board.choice
            assert choice == settled(choice, shelf)
            seen.add((choice.view, choice.clustering))
            for name, chart in board.charts.items():
                shown = chart.shown
                assert shown == {} or {**drawn(name, choice, shelf), "words": shown["words"]} == shown  # nothing of an earlier choice
                if shown:
                    figures += check_figures(shown, choice, tables, min_n)
    assert figures > 100_000 and len(seen) > 6


def test_the_walk_would_find_a_figure_that_is_not_published(shelf, monkeypatch):
    board, tables = Board(shelf), published(shelf.study)
    shown = board.charts["ranking"].shown
    assert check_figures(shown, board.choice, tables, 5) == 20
    with pytest.raises(AssertionError):
        check_figures({**shown, "chart": {**shown["chart"], "rows": [[label, value + 0.1, *more] for label, value, *more in shown["chart"]["rows"]]}}, board.choice, tables, 5)
    with pytest.raises(AssertionError):
        check_figures(shown, board.choice, tables, 1000)


def test_a_choice_that_cannot_be_had_becomes_the_nearest(shelf):
    found = settled(Choice(view="staff", clustering="province", cluster="nowhere", measure="rise", kind="x", themes=("DATA", "GONE"), across="urbanity"), shelf)
    assert (found.view, found.clustering, found.cluster) == ("staff", SECTOR, ALL)
    assert found.measure in shelf.measures("staff") and found.across == "size" and "GONE" not in found.themes
    assert settled(Choice(measure="now", themes=("DATA", "GONE")), shelf).themes == ("DATA",)


def test_a_click_filters_the_other_views_and_a_second_one_lets_go(board):
    theme = board.charts["ranking"].shown["rows"][3]
    board.charts["ranking"]._handle_custom_msg({"view": "ranking", "row": theme, "column": None, "tile": None}, [])
    assert board.charts["ranking"].shown["picked"]["rows"] == [theme] and len(board.charts["ranking"].shown["rows"]) == 20
    assert board.charts["change"].shown["rows"] == [theme] and board.charts["heatmap"].shown["rows"] == [theme]
    board.charts["ranking"]._handle_custom_msg({"view": "ranking", "row": theme, "column": None, "tile": None}, [])
    assert len(board.charts["change"].shown["rows"]) == 20 and board.choice.picked == ()


def test_a_tile_leads_to_the_cluster_of_its_municipality(board, shelf):
    board.controls["across"].value = "size"
    board.charts["map"]._handle_custom_msg({"view": "map", "row": None, "column": None, "tile": "GM0363"}, [])
    assert (board.choice.clustering, board.choice.cluster) == ("size", "gt100")
    assert board.charts["response"].shown["picked"]["rows"] == ["gt100"] and board.charts["heatmap"].shown["picked"]["columns"] == ["gt100"]
    assert board.controls["cluster"].value == "gt100"
    assert {row for row in board.charts["ranking"].shown["rows"]} == set(shelf.themes("now", "theme"))
    board.charts["map"]._handle_custom_msg({"view": "map", "tile": "GM0363"}, [])
    assert (board.choice.clustering, board.choice.cluster) == (SECTOR, ALL)


@pytest.mark.parametrize("content", [None, [], "x", {}, {"row": 3}, {"row": "GONE"}, {"column": "lt20"}, {"tile": {"a": 1}}, {"row": ["DATA"]}, {"view": "map", "tile": "GM9999"}])
def test_what_is_no_click_changes_nothing(board, content):
    before = board.choice
    board.charts["ranking"]._handle_custom_msg(content, [])
    board.charts["map"]._handle_custom_msg(content, [])
    assert board.choice == before


def test_only_what_changes_is_drawn_anew(board):
    sent = {name: [] for name in board.charts}
    for name, chart in board.charts.items():
        chart.observe(lambda change, name=name: sent[name].append(change["new"]), "shown")
    board.controls["measure"].value = "future"
    assert {name for name, found in sent.items() if found} == {"ranking", "heatmap", "answers"}


def test_n_and_words_follow_every_choice(board, shelf):
    page = shelf.page("size", "lt20", "units")
    board.controls["clustering"].value = "size"
    board.controls["cluster"].value = "lt20"
    assert board.charts["ranking"].shown["footer"] == page.footer(page.table("now"))
    assert page.label in board.charts["ranking"].shown["kicker"]
    assert board.charts["map"].shown["title"].startswith(f"{page.response()['answered']:.0f} van de")


def test_a_view_shows_what_its_slide_will(board, shelf):
    from ledanalysis import kept_views

    board.controls["clustering"].value = "size"
    board.controls["measure"].value = "stimulated"
    row = kept_view(board.choice, "ranking", shelf)
    page = shelf.page(row.clustering, row.cluster, row.view)
    table = kept_views.figures(row, page)
    shown = board.charts["ranking"].shown
    assert row.chart == "bars" and shown["title"] == kept_views.title(row, table, page)
    draw, options = kept_views.drawing(row, table, page)
    bundle = chart_data.describe(draw.__name__, table.sort_values("estimate", ascending=False, kind="stable"), "nl", shown["chart"]["axis"], **options)
    assert bundle == shown["chart"]


def test_a_suppressed_row_is_shown_as_suppressed(board, shelf):
    table = published(shelf.study)["units"]
    hidden = table[table["suppressed"] & (table.index.get_level_values("clustering") == "province")]
    _, cluster, measure, theme = next(key for key in hidden.index if table.loc[(*key[:3],)]["estimate"].notna().any())
    board.show(Choice(clustering="province", cluster=cluster, measure=measure, kind=next(kind for kind in shelf.kinds(measure) if theme in shelf.themes(measure, kind))))
    found = {key: (row["estimate"], gone) for key, row, gone in rows_of(board.charts["ranking"].shown)}
    assert found[theme] == (None, True)


def test_a_hall_has_no_button_that_writes_and_no_texts(example_run):
    def below(widget):
        yield widget
        for child in getattr(widget, "children", ()):
            yield from below(child)

    hall, desk = explore(example_run, hall=True), explore(example_run)
    buttons = [[each.description for each in below(made) if type(each).__name__ == "Button"] for made in (hall, desk)]
    assert buttons[0] == ["Alles tonen"] and len(buttons[1]) > 1
    assert not any(type(each).__name__ in ("Text", "Textarea", "Tab") for each in below(hall))


def test_every_view_has_a_drawing_of_every_measure(shelf):
    for view in shelf.views:
        for measure in shelf.measures(view):
            for kind in shelf.kinds(measure):
                choice = settled(Choice(view=view, measure=measure, kind=kind, interviews=True), shelf)
                for name in VIEWS:
                    shown = drawn(name, choice, shelf)
                    assert shown == {} or (shown["title"] and (shown["chart"] or shown["empty"] or shown["title"])), (view, measure, name)
                    for row in (shown.get("chart") or {}).get("rows", []):
                        assert all(value is None or isinstance(value, str) or math.isfinite(value) for value in row)


def test_a_study_that_is_not_prepared_says_so(small_folder):
    with pytest.raises(InputError, match="led prepare"):
        explore(small_folder)


def test_clicks_are_pure(shelf):
    choice = settled(Choice(), shelf)
    again = clicked(choice, shelf, "heatmap", "DATA", "lt20")
    assert (again.clustering, again.cluster, again.picked) == ("size", "lt20", ("DATA",))
    assert clicked(again, shelf, "heatmap", "VAKM", "lt20").picked == ("VAKM",)
    assert clicked(again, shelf, "heatmap", "DATA", "lt20").cluster == ALL
    assert np.all([clicked(choice, shelf, "map", tile=code).clustering in ("size", SECTOR) for code in ("GM0363", "nowhere", "")])
