"""The gallery: every chart in it, as its own code and docstring tell, in the reader's language, and nothing loaded."""

import inspect
import re

import pytest
from browser import opened
from ledanalysis import charts, gallery
from ledanalysis.gallery import examples, write_gallery
from ledanalysis.labels import text
from test_palette import OWN, styled
from ledanalysis.study import load_study


@pytest.fixture(scope="module")
def page(study, tmp_path_factory):
    from dataclasses import replace

    return write_gallery(replace(study, folder=tmp_path_factory.mktemp("gallery"))).read_text("utf-8")


def test_every_chart_has_a_card_and_every_example_a_chart(page):
    names = list(gallery.chart_functions())
    assert {"ranking", "bars", "change", "heatmap", "stacked", "tile_map", "side_by_side", "beside", "actor_map", "panels", "two_sources"} <= set(names)
    assert re.findall(r'<article id="(\w+)"', page) == names
    own = [name for name, each in vars(examples).items() if inspect.isfunction(each) and each.__module__ == examples.__name__]
    assert sorted(own) == sorted(names)


def test_a_chart_without_an_example_is_seen(monkeypatch):
    def new_chart(ax, table):
        """A chart."""

    new_chart.__module__ = charts.__name__
    monkeypatch.setattr(charts, "new_chart", new_chart, raising=False)
    assert "new_chart" in gallery.chart_functions()
    with pytest.raises(AttributeError):
        gallery.card("new_chart", new_chart, "nl")


def test_a_card_tells_what_the_function_itself_does(page):
    card = gallery.card("change", charts.change, "nl")
    assert card["needs"].startswith("Columns label, now, future, rise, clear") and card["needs"].endswith("drawn thin and grey.")
    assert card["signature"] == "change(ax, table, *, unit='score', sort='rise', level=0.95, language='nl')"
    assert "charts.change(ax, table, language=language)" in card["code"] and card["call"] == "charts.change"
    assert card["rows"][0] == ["Data en AI", "55", "74", "19", "14", "24", "True", "96"]
    assert card["alt"].startswith("Puntenparen nu en over drie jaar, rijen: 3.")
    for piece in (card["use"], card["avoid"], card["alt"], "Columns label, now, future, rise, clear"):
        assert piece in page.replace("&#39;", "'")


def test_the_readers_language_is_the_pages_and_english_parts_say_so(page, english, tmp_path):
    from dataclasses import replace

    assert '<html lang="nl">' in page and text("gallery_intro") in page and page.count('<p lang="en">') == len(gallery.chart_functions())
    other = write_gallery(replace(english, folder=tmp_path)).read_text("utf-8")
    assert '<html lang="en">' in other and text("gallery_ranking_for", "en") in other and "Dot chart from high to low" in other


def test_the_gallery_wears_the_studys_colours(small_folder):
    assert f"--accent: {OWN['accent']}" in write_gallery(load_study(styled(small_folder, **OWN))).read_text("utf-8")


def test_pictures_are_whole_and_nothing_is_loaded(page, tmp_path):
    file = tmp_path / "gallery.html"
    file.write_text(page, "utf-8")
    with opened(file) as shown:
        assert shown.evaluate("[...document.images].every((e) => e.naturalWidth > 1000)") and shown.locator("img").count() == len(gallery.chart_functions())
        assert shown.heard == [] and shown.asked == []
        assert len(shown.pdf()) > 100_000
