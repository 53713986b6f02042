"""A study's own colours and logo: held to what can be seen, worn by its charts and decks, and by no other's."""

import base64
import io
import json

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from ledanalysis import charts, pages, palette, slides, style
from ledanalysis.errors import InputError
from ledanalysis.slides.deck import DECK, read_deck
from ledanalysis.study import load_study

OWN = {"accent": "#7a1fa2", "now": "#7a1fa2", "future": "#b8860b", "ink": "#202020"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 80"><script>parent.document.title = "binnen"</script><rect width="200" height="80" fill="#7a1fa2"/></svg>'
# how eyes without one of the three cones see: Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB
SEEN_AS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def styled(folder, **lines):
    """The study with a [style] of its own."""
    path = folder / "data/codebook/study.toml"
    words = "\n".join(f"{name} = {json.dumps(value)}" for name, value in lines.items())
    path.write_text(path.read_text("utf-8") + f"\n[style]\n{words}\n", "utf-8")
    return folder


def written(folder, name="logo.svg", content=SVG.encode()):
    (folder / "data/codebook" / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("lines", "message"),
    [({"accnt": "#005a9c"}, "'style.accnt': no such colour: '#005a9c'; allowed: ink, accent"),
     ({"paper": "#000000"}, "'style.paper': no such colour"),
     ({"now": "blue"}, "'style.now': not a colour: 'blue'; allowed: #rrggbb"),
     ({"now": "#ffee00"}, r"'style.now': too pale on white \(contrast 1.2\): '#ffee00'; allowed: a contrast of 3.0 or more"),
     ({"accent": "#d97000"}, r"'style.accent': too pale on white \(contrast 3.\d+\).*4.5 or more"),
     ({"rise": "#203040"}, "'style.rise': too dark for the words that stand on it"),
     ({"ink": "#8a8a8a"}, "'style.ink': too pale"),
     ({"future": "#0a6ab0"}, "'style.future': too much like 'now', beside which it stands in a chart: 6 steps of lightness.*15 steps or more"),
     ({"now": 7}, "'style.now': not allowed here: 7"),
     ({"logo": "weg.png", "logo_alt_nl": "x"}, "'style.logo': there is no such file beside study.toml: 'weg.png'"),
     ({"logo": "../raw/enquete.csv", "logo_alt_nl": "x"}, "not a picture that a deck can show"),
     ({"logo": "logo.svg"}, "'style.logo_alt_nl': a logo needs words"),
     ({"logo": "false.png", "logo_alt_nl": "x"}, "the file is not what its name says: 'false.png'"),
     ({"logo": "large.svg", "logo_alt_nl": "x"}, "the file has 600\\d+ bytes")],
)  # fmt: skip
def test_what_is_wrong_with_a_style_is_named(small_folder, lines, message):
    for name, content in (("logo.svg", SVG.encode()), ("false.png", SVG.encode()), ("large.svg", SVG.encode() + b" " * 600_000)):
        written(small_folder, name, content)
    with pytest.raises(InputError, match=f"study.toml, column.*{message}"):
        load_study(styled(small_folder, **lines))


def test_the_houses_own_colours_pass():
    palette.check({name: value for name, value in palette.COLOURS.items() if name not in palette.FIXED})


def shown(monkeypatch, study):
    """What a notebook of a study shows: its deck's words, and a chart."""
    outputs = []
    monkeypatch.setattr(pages, "display", lambda data, **more: outputs.append((data, more)))
    monkeypatch.setattr(pages.Page, "response", lambda page: None)
    page = pages.open_page(study)
    page.open("Titel")
    table = pd.DataFrame({"label": ["Data", "Zorg"], "now": [60.0, 80.0], "future": [72.0, 79.0], "rise": [12.0, -1.0], "clear": [True, False]})
    page.chart("change", charts.change, table, "Data stijgt", "kicker_change", "n = 40")
    return [data for data, _ in outputs if isinstance(data, dict)]


def colours_in(png):
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return {f"#{r:02x}{g:02x}{b:02x}" for count, (r, g, b) in picture.getcolors(1 << 24)}


def test_charts_wear_the_studys_colours_and_the_next_studys_do_not(small_folder, small, monkeypatch):
    before = shown(monkeypatch, small)[-1]
    own = shown(monkeypatch, load_study(styled(small_folder, **OWN)))[-1]
    after = shown(monkeypatch, small)[-1]
    assert before["image/png"] == after["image/png"] != own["image/png"]
    assert {OWN["now"], OWN["future"]} <= colours_in(own["image/png"]) and not {palette.COLOURS["now"], palette.COLOURS["future"]} & colours_in(own["image/png"])
    told = [{column["colour"] for column in data["application/vnd.ledanalysis.chart+json"]["columns"]} for data in (before, own)]
    assert OWN["now"] in told[1] and OWN["now"] not in told[0]
    assert style.colour("now") == palette.COLOURS["now"]


def test_a_chart_that_fails_leaves_no_colours_behind():
    with pytest.raises(ZeroDivisionError), palette.using(OWN):
        1 / 0
    assert palette.used() is palette.COLOURS


def deck_of(small_folder, monkeypatch, tmp_path, **more):
    import nbformat.v4 as v4

    written(small_folder)
    study = load_study(styled(small_folder, **OWN, logo="logo.svg", logo_alt_nl='Organisatie "A&B"', **more))
    outputs = []
    for data in shown(monkeypatch, study):
        png = data.get("image/png")
        encoded = {**data, "image/png": base64.b64encode(png).decode()} if png else data
        outputs.append(v4.new_output("display_data", data=encoded, metadata={"image/png": {"alt": "Data stijgt"}} if png else {}))
    cell = v4.new_code_cell("", outputs=outputs, metadata={"slideshow": {"slide_type": "slide"}})
    return v4.new_notebook(cells=[cell])


def test_a_deck_wears_logo_and_colours_without_the_study(small_folder, monkeypatch, tmp_path):
    from browser import inspect, opened

    node = deck_of(small_folder, monkeypatch, tmp_path)
    deck = slides.export(node, tmp_path / "deck.html")
    assert [(slide["outside"], slide["overlaps"], slide["errors"], slide["broken"]) for slide in inspect(deck, shots=tmp_path)] == [([], [], [], [])] * 2
    with opened(deck) as page:
        logo = page.get_by_role("img", name='Organisatie "A&B"')
        assert logo.is_visible() and logo.evaluate("(e) => e.naturalWidth > 0") and page.title() != "binnen"
        assert page.locator("h1").evaluate("(e) => getComputedStyle(e).color") == "rgb(32, 32, 32)"
        assert page.locator(".badge, .present header").first.evaluate("(e) => getComputedStyle(e).borderLeftColor") == "rgb(122, 31, 162)"
        page.keyboard.press("ArrowRight")
        assert page.locator(".present footer .logo").is_visible() and page.heard == [] and page.asked == []


@pytest.mark.parametrize("worn", [{"colours": {"accent": "red; } body { display: none"}}, {"colours": {"x": "#000000"}},
                                  {"logo": "https://example.org/a.png"}, {"logo": 'data:image/png;base64,AA"><script>'}])  # fmt: skip
def test_a_deck_takes_nothing_for_a_style_that_is_markup(worn):
    import nbformat.v4 as v4

    head = {"title": "T", "language": "nl", "source": "B", "style": worn}
    cell = v4.new_code_cell("", outputs=[v4.new_output("display_data", data={DECK: head})], metadata={"slideshow": {"slide_type": "slide"}})
    with pytest.raises(InputError, match="deck"):
        read_deck(v4.new_notebook(cells=[cell]))


def test_the_decks_css_begins_with_the_palettes_colours():
    from ledanalysis.slides.exporter import TEMPLATE

    css = (TEMPLATE / "deck.css").read_text("utf-8").splitlines()[0]
    assert all(f"--{name}: {palette.COLOURS[name]};" in css for name in ("ink", "accent"))  # words in `muted` are darker on a slide


# every eye


def linear(shade):
    parts = np.array(to_rgb(shade))
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lightness_seen(shade, eye):
    light = np.array([0.2126, 0.7152, 0.0722]) @ np.clip(np.array(SEEN_AS[eye]) @ linear(shade), 0, 1)
    return 116 * np.cbrt(light) - 16


@pytest.mark.parametrize("eye", SEEN_AS)
@pytest.mark.parametrize("pair", palette.MEET, ids="-".join)
def test_colours_that_meet_differ_in_lightness_to_every_eye(pair, eye):
    first, second = (lightness_seen(palette.COLOURS[name], eye) for name in pair)
    assert abs(first - second) >= 12


def grey_at(figure, ax, points):
    """The lightness (CIE L*) of a drawn chart in greyscale at points of its data."""
    picture = Image.open(io.BytesIO(style.png(figure))).convert("RGB")
    height, found = picture.size[1], []
    for point in points:
        x, y = ax.transData.transform(point)
        found.append(palette.lightness("#{:02x}{:02x}{:02x}".format(*picture.getpixel((round(x), round(height - y))))))
    return found


def test_in_greyscale_the_parts_of_a_bar_are_told_apart():
    names = list("ABCDE")
    table = pd.DataFrame({"row_label": "Alle", "category_label": names, "share": 20.0})
    figure, ax = style.figure()
    charts.stacked(ax, table)
    figure.canvas.draw()
    found = grey_at(figure, ax, [(20 * part + 3, 0.15) for part in range(5)])
    assert all(abs(one - other) >= 15 for one, other in zip(found, found[1:])) and max(found) < 75


def test_in_greyscale_a_map_tells_who_took_part():
    parts = ["responded", "interviewed", "not_responded"]
    tiles = pd.DataFrame({"tile_row": 0, "tile_col": [0, 1, 2], "part": parts})
    figure, ax = style.figure()
    charts.tile_map(ax, tiles, column="part", colours={each: each for each in parts}, labels={each: each for each in parts})
    figure.canvas.draw()
    found = sorted(grey_at(figure, ax, [(0, 0), (1, 0), (2, 0)]))
    assert all(later - one >= 15 for one, later in zip(found, found[1:]))


def test_now_and_later_differ_in_shape_too():
    table = pd.DataFrame({"label": ["Data"], "now": [60.0], "future": [72.0], "rise": [12.0], "clear": [True]})
    figure, ax = style.figure()
    charts.change(ax, table)
    figure.canvas.draw()
    now, future = grey_at(figure, ax, [(60, 0), (72, 0)])
    assert now > 95 and future < 65  # hollow, filled
