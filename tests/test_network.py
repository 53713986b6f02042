"""The map of actors: only what enough municipalities name, each actor in its place, and no label over another."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from ledanalysis import network, pages, style
from ledanalysis.drawing import ALT_LENGTH
from ledanalysis.network import LINKS, SIDE, actor_map, curve, finding, map_table, places
from ledanalysis.study import load_study
from ledanalysis.tables import write_tables
from test_actors import HEADER, ROWS, mentions

NAMED = [("GM1", 0, "or", "vng", "academie"), ("GM2", 0, "or", "vng"), ("GM3", 0, "or", "vng"), ("GM4", 0, "academie", "or"), ("GM5", 0, "academie")]


@pytest.fixture
def page(small_folder):
    """page(mentions): the small study (min_n 2) with three actors, six interviewed, and these mentions."""

    def opened(found, view="units", **more):
        (small_folder / "data" / "codebook" / "actors.csv").write_text(HEADER + ROWS, "utf-8")
        response = pd.DataFrame([dict(clustering="sector", cluster="all", label="", order=0, population=9, answered=5, interviewed=6, percent=50.0)])
        study = load_study(small_folder)
        write_tables(study, {"actors": mentions(*found), "response": response})
        return pages.open_page(study, view=view, **more)

    return opened


def test_the_table_has_the_actors_and_then_the_links(page):
    table = map_table(page(NAMED))
    assert table[["label", "other_label", "municipalities", "n"]].values.tolist() == [
        ["Eigen academie", "", 3, 6],
        ["OR", "", 4, 6],
        ["VNG", "", 3, 6],
        ["OR", "VNG", 3, 6],
        ["Eigen academie", "OR", 2, 6],
    ]  # academy and VNG: one municipality


@pytest.mark.parametrize("found", [NAMED[1:3], [(place, number, actor) for place, _, *named in NAMED for number, actor in enumerate(named)]],
                         ids=["two actors", "no links"])  # fmt: skip
def test_too_little_is_no_slide(page, monkeypatch, found):
    kept = []
    monkeypatch.setattr(pages, "_emit", lambda slide, body, metadata=None: kept.append(slide))
    network.show(page(found))
    network.show(page(NAMED, view="staff"))
    assert kept == []


def test_a_study_without_actors_has_no_slide(small):
    response = pd.DataFrame([dict(clustering="sector", cluster="all", label="", order=0, population=9, answered=5, interviewed=6, percent=50.0)])
    write_tables(small, {"response": response})  # nor a table of them
    assert map_table(pages.open_page(small)).empty


def test_nothing_on_the_slide_tells_of_what_too_few_name(page, monkeypatch):
    kept = []
    monkeypatch.setattr(pages, "_emit", lambda slide, body, metadata=None: kept.append((slide, metadata["image/png"]["alt"])))
    hidden = [*NAMED, ("GM6", 0, "or", "vng")]
    shown = page(hidden)
    shown.study.settings.__dict__["min_n"] = 3
    output = shown.study.outputs / "tables" / "results"
    network.show(pages.Page(shown.study, "sector", "all", output))
    slide, alt = kept[0]
    assert slide["title"] == "Van wat te tonen is: het vaakst genoemd: OR (5 van de 6 gemeenten); het vaakst in één zin: OR en VNG"
    assert slide["footer"] == "n = 6 geïnterviewde gemeenten, gekozen: geen steekproef; getoond is wat ten minste 3 gemeenten noemen, van de verbindingen de sterkste (hooguit 15)"
    assert "Netwerk van actoren, actoren: 3, verbindingen: 1." in alt and "OR – VNG 4" in alt
    told = slide["notes"] + alt + (output / "actors.csv").read_text("utf-8-sig")
    assert "Eigen academie – OR" not in told and "Eigen academie;inside;or" not in told


def test_the_title_says_no_more_than_was_counted(page):
    table = map_table(page(NAMED))
    assert finding(table, page(NAMED)) == "Van wat te tonen is: het vaakst genoemd: OR (4 van de 6 gemeenten); het vaakst in één zin: OR en VNG"
    tied = table.assign(municipalities=3)
    assert finding(tied, page(NAMED)) == "Van wat te tonen is: het vaakst genoemd: Eigen academie, OR en VNG (3 van de 6 gemeenten)"
    many = pd.concat([tied.iloc[:3]] * 2 + [tied.iloc[3:]])
    assert finding(many, page(NAMED)) == "Van wat te tonen is: het vaakst genoemd: 6 actoren (3 van de 6 gemeenten)"
    assert finding(table.iloc[:0], page(NAMED)) == ""


def test_actors_keep_their_order_and_their_side():
    actors = pd.DataFrame({"actor": list("abcde"), "kind": ["inside", "outside", "inside", "together", "inside"]})
    placed = places(actors)
    assert placed["actor"].tolist() == ["a", "c", "e", "d", "b"]
    assert (placed["x"] < 0).tolist() == [True, True, True, False, False]
    assert placed["y"].round(2).tolist() == [0.67, 0, -0.67, 0.5, -0.5]
    pd.testing.assert_frame_equal(places(actors), placed)


@pytest.mark.parametrize("kinds", [["inside"] * 5, ["outside"] * 5, ["inside"] * (SIDE + 1) + ["outside"]])
def test_a_side_that_would_be_empty_or_too_full_is_shared(kinds):
    x = places(pd.DataFrame({"kind": kinds}))["x"]
    assert (x < 0).sum() == (len(kinds) + 1) // 2


def test_a_line_between_neighbours_of_neighbours_passes_the_one_between():
    placed = places(pd.DataFrame({"kind": ["inside"] * 5 + ["outside"] * 4}))[["x", "y"]].to_numpy()
    for first, last in combinations(range(len(placed)), 2):
        line = curve(placed[first], placed[last])
        others = np.delete(placed, [first, last], axis=0)
        assert np.hypot(*(line[:, None] - others).T).min() > 0.12, (first, last)


def crowded():
    """As many actors as fit, of long names, and everybody linked to everybody near."""
    kinds = ["inside"] * SIDE + ["together"] * 5 + ["outside"] * (SIDE - 5)
    names = [f"Samenwerkende opleiders en gemeenten {number}" for number in range(2 * SIDE)]
    actors = pd.DataFrame({"actor": names, "label": names, "kind": kinds, "other": "", "other_label": "", "municipalities": 20, "n": 20})
    links = [(names[a], names[b], 5 + (a + b) % 13) for a, b in combinations(range(2 * SIDE), 2) if b - a < 4][::3][:LINKS]
    links = pd.DataFrame(links, columns=["actor", "other", "municipalities"]).assign(n=20, kind="inside")
    links = links.assign(label=links["actor"], other_label=links["other"]).sort_values("municipalities", ascending=False)
    table = pd.concat([actors, links], ignore_index=True)
    return table.assign(estimate=table["municipalities"] * 5.0)


def test_no_label_lies_over_another_or_leaves_the_figure():
    figure, ax = style.figure()
    alt = actor_map(ax, crowded())
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    names = [each.get_window_extent(renderer) for each in ax.texts if "%" in each.get_text()]
    assert len(names) == 2 * SIDE and len(alt) <= ALT_LENGTH
    assert not any(one.overlaps(other) for one, other in combinations(names, 2))
    whole = figure.bbox
    assert all(box.x0 >= 0 and box.x1 <= whole.x1 and box.y0 >= 0 and box.y1 <= whole.y1 for box in names)
    marks = ax.transData.transform(np.vstack([each.get_offsets() for each in ax.collections if each.get_gid() == "estimate"]))
    assert not any(box.contains(*mark) for box in names for mark in marks)
    numbers = [each.get_window_extent(renderer) for each in ax.texts if "%" not in each.get_text()]
    assert len(numbers) == LINKS and not any(one.overlaps(other) for one, other in combinations([*numbers, *names], 2))


def test_marks_and_lines_grow_with_the_municipalities(page):
    figure, ax = style.figure()
    actor_map(ax, map_table(page(NAMED)))
    sizes = np.concatenate([each.get_sizes() for each in ax.collections if each.get_gid() == "estimate"])
    assert sizes.round(2).tolist()[1] == pytest.approx(sizes[0] * 4 / 3, abs=0.02)  # OR beside the academy, both of one kind
    widths = sorted(line.get_linewidth() for line in ax.lines if line.get_gid() == "link")
    assert widths == [6, 9]
    key = [each.get_text() for each in figure.legends[0].get_texts()]
    assert key == ["eigen organisatie", "met andere gemeenten en de sector", "in één zin genoemd, met het aantal gemeenten"]
