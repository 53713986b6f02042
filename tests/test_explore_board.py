"""The explorer's chart in a browser: what is drawn is what the data say, all of it can be reached, nothing is cut off or given away."""

import json
import re
import statistics

import ledanalysis as led
import pandas as pd
import pytest
from board import HOSTILE_HOST, KINDS, board, gallery, opinions, shown, words
from browser import axe, launched
from ledanalysis import pages, response
from ledanalysis.chart_data import describe
from ledanalysis.errors import InputError
from ledanalysis.explore import chart_view
from ledanalysis.tables import read_table

HOSTILE = [
    "<script>window.hacked = 1</script>", "<img src=x onerror='window.hacked = 1'>", "Arbeidsmarktcommunicatieadviseursbijeenkomsten en nog veel meer " * 6,
    "x" * 3000, "regel\nregel\t\u202eachterstevoren", "{label} ${label} &amp; %(label)s", "عربي و 中文 en 👩‍👩‍👧", "__proto__", "constructor", "",
]  # fmt: skip
LONG = "Zoekhulpen, werkinstructies en kennisbanken bij het dagelijkse werk van medewerkers in de buitendienst en de wijkteams"


@pytest.fixture(scope="module")
def browser():
    with launched() as started:
        yield started


@pytest.fixture
def page(browser, tmp_path):
    with board(tmp_path, browser=browser) as opened:
        yield opened


@pytest.fixture(scope="module")
def views(real_views):
    """Views by name: the gallery's example of each kind, opinions around the middle, and those of the example study."""
    told = {"Wij leren van andere gemeenten door bij elkaar op bezoek te gaan": [4.2, 10, 20.5, 40.3, 20, 5], "Er is tijd": [30, 32, 10, 15, 3, 10],
            "Er is geld": [1, 2, 3, 4, 80, 10]}  # fmt: skip
    return {f"gallery {kind}": gallery(kind) for kind in KINDS} | {"opinions": opinions(told, hidden=["Er is geld"])} | real_views


@pytest.fixture(scope="module")
def real_views(example_run):
    study = led.open_study(example_run)
    found = {}
    asked = {name: study.figures(name, "size", "lt20") for name in ("now", "rise", "barriers", "mark")}
    asked |= {"change": study.changes("size", "lt20"), "across": study.figures("now", "size"), "rise across": study.changes("size")}
    for name, figures in asked.items():
        chart = describe(figures.picture.__name__, figures.drawn, **figures.options)
        found[f"real {name}"] = shown(chart, title=figures.finding(), kicker=figures.title, footer=figures.footer())
    page = pages.open_page(study._study)
    tiles, units = response.tiles(page), read_table(page.study, "units")
    labels = {key: page.study.text(f"map_{key}", units="gemeenten") for key in pages.MAP if key in set(tiles["part"])}
    chart = describe("tile_map", tiles, column="part", colours={key: pages.MAP[key] for key in labels}, labels=labels)
    names = zip(units["municipality"], units["province"], tiles["part"])
    found["real tiles"] = shown(chart, tiles=[{"key": name, "label": name, "group": group, "words": labels[part]} for name, group, part in names])
    return found


def hostile(kind):
    """A view of a kind whose labels, headings and keys are the worst."""
    text = json.dumps(gallery(kind))
    view = json.loads(text)
    for place, row in enumerate(view["chart"]["rows"]):
        row[0] = view["chart"]["table"]["rows"][place][0] = HOSTILE[place % len(HOSTILE)]
    for column in view["chart"]["columns"][1:]:
        column["label"] = HOSTILE[2]
    view["chart"]["table"]["columns"] = [HOSTILE[1]] * len(view["chart"]["table"]["columns"])
    more = {name: HOSTILE[place] for place, name in enumerate(("title", "kicker", "footer", "note"))}
    return view | more | {"rows": HOSTILE[: len(view["rows"])], "tiles": [tile | {"label": HOSTILE[place]} for place, tile in enumerate(view["tiles"])]}


# What a card shows: text where its letters are, and whether any touches another or leaves the card.
LOOK = r"""() => {
  const outside = [], overlaps = [], sizes = [], things = [], frame = card.querySelector('.card').getBoundingClientRect(), svg = card.querySelector('svg').getBoundingClientRect();
  const walker = document.createTreeWalker(card.querySelector('.card'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.textContent.trim() || parent.closest('[hidden], .spoken, .tip, .scrolls')) continue;
    const size = parseFloat(getComputedStyle(parent).fontSize), block = parent.closest('text, p, button'), limits = block.tagName === 'text' ? svg : frame;
    const range = document.createRange();
    range.selectNodeContents(node);
    const turned = (parent.style.transform || '').includes('rotate');
    for (const rect of range.getClientRects()) {
      const spare = Math.max(0, ((turned ? rect.width : rect.height) - size) / 2);
      const box = {name: node.textContent.slice(0, 40), block, left: rect.left + (turned ? spare : 0), right: rect.right - (turned ? spare : 0),
                   top: rect.top + (turned ? 0 : spare), bottom: rect.bottom - (turned ? 0 : spare)};
      things.push(box);
      sizes.push(size);
      if (box.left < limits.left - 0.5 || box.right > limits.right + 0.5 || box.top < limits.top - 1 || box.bottom > limits.bottom + 1) outside.push(box.name);
    }
  }
  for (const shape of card.querySelectorAll('svg > g:first-of-type > :not(text), .hit')) {
    const box = shape.getBoundingClientRect();
    if (box.left < svg.left - 1 || box.right > svg.right + 1 || box.top < svg.top - 1 || box.bottom > svg.bottom + 1) outside.push(shape.outerHTML.slice(0, 120));
  }
  for (let i = 0; i < things.length; i++) for (let j = i + 1; j < things.length; j++) {
    const a = things[i], b = things[j];
    if (a.block === b.block) continue;
    if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) overlaps.push(a.name + ' | ' + b.name);
  }
  const grid = [...card.querySelectorAll('[data-tick]')], plot = grid.length ? grid[grid.length - 1].getBoundingClientRect().left - grid[0].getBoundingClientRect().left : null;
  return {outside, overlaps, plot, smallest: Math.min(...sizes), count: things.length, wide: document.documentElement.scrollWidth - window.innerWidth};
}"""

# Where marks of a row stand, in the figures of the axis: from two of its lines and the words below them.
BACK = r"""() => {
  const middle = (element) => { const box = element.getBoundingClientRect(); return box.left + box.width / 2; };
  const grid = [...card.querySelectorAll('[data-tick]')], said = [...card.querySelectorAll('[data-role=tick]')];
  const read = (line) => {
    const text = said.reduce((best, each) => Math.abs(middle(each) - middle(line)) < Math.abs(middle(best) - middle(line)) ? each : best);
    return [middle(line), Number(text.textContent.replace('\u2212', '-').replace(/[+%]/g, ''))];
  };
  const [[x0, v0], [x1, v1]] = [read(grid[0]), read(grid[grid.length - 1])];
  const back = (x) => v0 + (x - x0) / (x1 - x0) * (v1 - v0);
  return [...card.querySelectorAll('[data-row]')].map((element) => {
    const box = element.getBoundingClientRect();
    return {role: element.dataset.role, row: element.dataset.row, middle: back(box.left + box.width / 2), left: back(box.left), right: back(box.right), fill: element.getAttribute('fill')};
  });
}"""


def back(page):
    """{(role, row): what is drawn of it, in the figures of the axis}."""
    return {(each["role"], each["row"]): each for each in page.evaluate(BACK)}


def figures(view):
    """{row key: {column key: figure}} of a bundle."""
    names = [column["key"] for column in view["chart"]["columns"]]
    return {key: dict(zip(names, row)) for key, row in zip(view["rows"], view["chart"]["rows"])}


@pytest.mark.parametrize("name", ["gallery ranking", "real now", "real rise", "real mark", "gallery bars", "real barriers"])
def test_estimates_stand_where_their_figures_are(page, views, name):
    view, near = views[name], 0.25 if name != "real mark" else 0.02
    page.show(view)
    drawn, dots = back(page), view["chart"]["kind"] == "ranking"
    assert figures(view)
    for key, row in figures(view).items():
        mark = drawn.get(("estimate" if dots else "bar", key))
        assert (mark is None) == (row["estimate"] is None)
        if mark:
            assert (mark["middle"] if dots else mark["right"]) == pytest.approx(row["estimate"], abs=near)
            assert dots or mark["left"] == pytest.approx(0, abs=near)
        if row.get("lower") is not None:
            assert [drawn["interval", key][end] for end in ("left", "right")] == pytest.approx([row["lower"], row["upper"]], abs=near)
        if row.get("reference") is not None:
            assert drawn["reference", key]["middle"] == pytest.approx(row["reference"], abs=near)


@pytest.mark.parametrize("name", ["gallery change", "real change"])
def test_changes_run_from_now_to_the_coming_years(page, views, name):
    view = views[name]
    page.show(view)
    drawn = back(page)
    for place, (key, row) in enumerate(figures(view).items()):
        assert [drawn[end, key]["middle"] for end in ("now", "future")] == pytest.approx([row["now"], row["future"]], abs=0.25)
        faint = view["chart"]["row_colours"][place]
        assert drawn["future", key]["fill"] == (faint or view["chart"]["columns"][2]["colour"])
        assert page.evaluate("key => card.querySelector(`[data-role=line][data-row='${key}']`).height.baseVal.value", key) == pytest.approx(1.2 if faint else 3, abs=0.01)
    assert page.evaluate("[...card.querySelectorAll('[data-role=rise]')].map((e) => e.textContent)") == [row[3] for row in view["chart"]["table"]["rows"]]
    spans = page.evaluate("[...card.querySelectorAll('[data-role=span]')].map((e) => e.textContent)")
    assert spans == [row[4].replace(" – ", " tot ") for row in view["chart"]["table"]["rows"]]


@pytest.mark.parametrize("name", ["gallery heatmap", "real across", "real rise across"])
def test_cells_have_the_bundles_colours_and_words(page, views, name):
    view = views[name]
    page.show(view)
    drawn = {each["row"]: each for each in page.evaluate("""[...card.querySelectorAll('[data-row]')].map((e) => ({row: e.dataset.row, role: e.dataset.role, fill: e.getAttribute('fill')}))""")}
    texts = page.evaluate("[...card.querySelectorAll('text[data-role=figure]')].map((e) => e.textContent)")
    said = []
    for row, (key, shades) in enumerate(zip(view["rows"], view["chart"]["cells"])):
        for column, shade in enumerate(shades):
            cell = drawn[f"{key}|{view['columns'][column]}"]
            assert cell["fill"] == ("url(#hatched)" if shade is None else shade) and cell["role"] == ("suppressed" if shade is None else "cell")
            said += [view["chart"]["table"]["rows"][row][column + 1]] if shade else []
    assert texts == said and len(said) > 5


def test_an_empty_cell_is_blank_and_a_suppressed_one_hatched(page):
    view = gallery("heatmap")
    view["chart"]["cells"][0][0] = ""
    view["chart"]["rows"][0][1] = None
    view["chart"]["table"]["rows"][0][1] = "–"
    page.show(view)
    roles = page.evaluate("['R0|C0', 'R2|C0', 'R1|C1'].map((key) => card.querySelector(`rect[data-row='${key}']`).dataset.role)")
    assert roles == ["empty", "suppressed", "cell"]
    fills = page.evaluate("['R0|C0', 'R2|C0'].map((key) => getComputedStyle(card.querySelector(`rect[data-row='${key}']`)).fill)")
    assert fills[0] == "rgb(255, 255, 255)" and "#hatched" in fills[1]
    keys = page.evaluate("[...card.querySelectorAll('svg text')].map((e) => e.textContent)")
    assert {words()["empty"], words()["suppressed"], words()["darker"]} <= set(keys)


@pytest.mark.parametrize("name", ["opinions", "gallery stacked"])
def test_parts_are_as_wide_as_their_shares_around_the_middle(page, views, name):
    view = views[name]
    page.show(view)
    parts = page.evaluate("""[...card.querySelectorAll('[data-role=part]')].map((e) => [e.dataset.row, Number(e.dataset.part), e.x.baseVal.value, e.width.baseVal.value])""")
    drawn = {(row, part): (x, width) for row, part, x, width in parts}
    sides = view["sides"] or ["high"] * 3
    told = [row for row, hidden in zip(view["rows"], view["chart"]["suppressed"]) if not hidden]
    shares = {row: [share for share in figures(view)[row].values()][1:] for row in told}
    pixels = {width / shares[row][part] for (row, part), (_, width) in drawn.items()}
    assert max(pixels) == pytest.approx(min(pixels), rel=1e-6)  # one scale for all
    assert set(drawn) == {(row, part) for row in told for part, share in enumerate(shares[row]) if share}
    zeros, aparts = set(), set()
    for row in told:
        low = sum(share * {"low": 1, "middle": 0.5}.get(side, 0) for share, side in zip(shares[row], sides))
        zeros.add(round(drawn[row, 0][0] + low * min(pixels), 3))
        main = [drawn[row, part] for part, side in enumerate(sides) if side != "apart"]
        assert all(x + width == pytest.approx(after) for (x, width), (after, _) in zip(main, main[1:]))
        aparts |= {round(drawn[row, part][0], 3) for part, side in enumerate(sides) if side == "apart"}
        assert not aparts or main[-1][0] + main[-1][1] < min(aparts) - 20
    assert len(zeros) == 1 and len(aparts) == sides.count("apart")


@pytest.mark.parametrize("name", ["gallery tile_map", "real tiles"])
def test_tiles_have_their_places_colours_and_counts(page, views, name):
    view = views[name]
    page.show(view)
    tiles = page.evaluate("""[...card.querySelectorAll('[data-role=tile]')].map((e) => [e.dataset.row, e.x.baseVal.value, e.y.baseVal.value, e.width.baseVal.value, e.getAttribute('fill')])""")
    pitch = tiles[0][3] / 0.9
    x0, y0 = (min(tile[place] for tile in tiles) for place in (1, 2))
    left = min(column for _, column, _ in view["chart"]["tiles"])
    above = min(row for row, _, _ in view["chart"]["tiles"])
    assert [tile[0] for tile in tiles] == [tile["key"] for tile in view["tiles"]] and len(tiles) == len(view["chart"]["tiles"])
    assert [[round((y - y0) / pitch) + above, round((x - x0) / pitch) + left, fill] for _, x, y, _, fill in tiles] == view["chart"]["tiles"]
    keys = page.evaluate("[...card.querySelectorAll('[data-role=key]')].map((e) => e.textContent)")
    assert keys == [f"{label}: {count}" for label, count in view["chart"]["table"]["rows"]]
    place = {tuple(tile[:2]): each["group"] for tile, each in zip(view["chart"]["tiles"], view["tiles"])}
    borders = sum(place.get((row + down, column + right), here) != here for (row, column), here in place.items() for down, right in ((0, 1), (1, 0)))
    assert page.evaluate("card.querySelector('path[stroke-width=\"1.8\"]').getAttribute('d').split('M').length - 1") == borders > 0


def test_what_is_suppressed_is_never_drawn_even_if_the_bundle_has_its_figure(page):
    for kind in ("ranking", "bars", "change", "stacked"):
        view = gallery(kind)
        view["chart"]["suppressed"] = [True] + [False] * (len(view["rows"]) - 1)
        page.show(view)
        left = page.evaluate("[...card.querySelectorAll('[data-row=R0]')].map((e) => e.dataset.role)")
        assert set(left) <= {"reference", "suppressed"}, kind
        assert page.evaluate("card.querySelectorAll('[data-row=R1]').length") > 0
        told = page.evaluate("[...card.querySelectorAll('svg text')].map((e) => e.textContent)")
        assert words()["suppressed"] in told
    page.show(gallery("ranking"))
    assert page.evaluate("[...card.querySelectorAll('[data-row=R3]')].map((e) => e.dataset.role)") == ["reference"]
    assert "onderdrukt wegens kleine aantallen" in page.evaluate("card.querySelector(\"[data-key=R3]\").getAttribute('aria-label')")


@pytest.mark.parametrize("width", [360, 400, 520, 900, 1500])
def test_nothing_is_cut_off_and_no_words_touch(browser, views, tmp_path, width):
    wide = {f"long {name}": json.loads(json.dumps(views[f"gallery {name}"]).replace("Leiderschap", LONG).replace("Leerplatform", LONG).replace("tot 20.000", LONG)) for name in KINDS}
    with board(tmp_path, f"{width}px", (width + 20, 900), browser=browser) as page:
        for name, view in (views | wide | {f"hostile {kind}": hostile(kind) for kind in KINDS}).items():
            page.show(view)
            found = page.evaluate(LOOK)
            assert (found["outside"], found["overlaps"], found["wide"]) == ([], [], 0), (name, found)
            assert found["smallest"] >= 12 and found["count"] > 4
            assert found["plot"] is None or found["plot"] >= 120 or name.startswith("hostile"), (name, found["plot"])


def test_the_chart_follows_its_width(page, views):
    page.show(views["real now"])
    page.evaluate("() => { here.parentElement.style.display = 'flex'; here.parentElement.style.flexDirection = 'column'; }")
    for width in (1500, 700):  # in a box of widgets too, whose width comes from the window
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("frames_later(4)")
        assert page.evaluate("card.querySelector('svg').width.baseVal.value") == pytest.approx(width - 50, abs=3)
    page.set_viewport_size({"width": 1700, "height": 900})
    for width in (1500, 360, 800, 1600):
        page.evaluate("async (width) => { here.style.width = width + 'px'; await frames_later(4); }", width)
        assert page.evaluate("card.querySelector('svg').width.baseVal.value") == pytest.approx(width - 34, abs=1)


@pytest.mark.parametrize("name", ["gallery ranking", "gallery bars", "gallery change", "gallery heatmap", "opinions", "gallery tile_map", "real tiles", "real across"])
def test_every_mark_is_reached_by_the_keyboard_alone(page, views, name):
    page.show(views[name])
    page.keyboard.press("Tab")
    assert page.evaluate("[...card.querySelectorAll('.mark[tabindex=\"0\"]')].length") == 1
    everything = set(page.evaluate("[...card.querySelectorAll('.mark')].map((e) => e.dataset.key)"))
    now = "card.activeElement.dataset.key"
    start, seen = page.evaluate(now), []
    for _ in range(len(everything)):
        seen.append(page.evaluate(now))
        page.keyboard.press("PageDown")
    assert start == seen[0] and set(seen) == everything
    page.keyboard.press("Home")
    assert page.evaluate(now) == seen[0]
    page.keyboard.press("End")
    assert page.evaluate(now) == seen[-1]
    reached = page.evaluate("""() => {
      const marks = [...card.querySelectorAll('.mark')], found = new Set([marks[0].dataset.key]), waiting = [marks[0]];
      while (waiting.length) {
        const from = waiting.pop();
        for (const key of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']) {
          from.focus();
          from.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, composed: true}));
          const to = card.activeElement;
          if (!found.has(to.dataset.key)) { found.add(to.dataset.key); waiting.push(to); }
        }
      }
      return [...found];
    }""")
    assert set(reached) == everything
    page.keyboard.press("Tab")
    assert page.evaluate("card.activeElement.className") == "swap"  # one stop, then the button


def test_arrows_go_to_the_neighbour_that_way(page, views):
    page.show(views["gallery tile_map"])
    page.keyboard.press("Tab")
    found = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
        found.append(page.evaluate("card.activeElement.dataset.key"))
    assert found == ["GM1", "GM4", "GM3", "GM6", "GM3", "GM0", "GM0"]
    view = gallery("tile_map")
    view["chart"]["tiles"][1][:2] = [5, 5]  # a gap: over it, rather than aside
    page.show(view)
    page.keyboard.press("ArrowRight")
    assert page.evaluate("card.activeElement.dataset.key") == "GM2"
    page.show(gallery("bars"))  # in a list, left is up and right is down
    page.keyboard.press("Home")
    for key, expected in (("ArrowRight", "R1"), ("ArrowDown", "R2"), ("ArrowLeft", "R1"), ("ArrowUp", "R0"), ("ArrowUp", "R0")):
        page.keyboard.press(key)
        assert page.evaluate("card.activeElement.dataset.key") == expected


EXPECTED = {"gallery ranking": {"row": "R1"}, "gallery bars": {"row": "R1"}, "gallery change": {"row": "R1"}, "opinions": {"row": "R1"},
            "gallery heatmap": {"row": "R0", "column": "C1"}, "gallery tile_map": {"tile": "GM1"}}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_click_enter_and_space_send_the_same(page, views, name):
    page.show(views[name])
    page.locator(".mark").nth(1).click()
    page.keyboard.press("Enter")
    page.keyboard.press(" ")
    page.locator(".mark").nth(0).click()
    page.keyboard.press("PageDown")
    page.keyboard.press("Enter")
    sent = page.evaluate("sent")
    expected = {"view": views[name]["view"], "row": None, "column": None, "tile": None} | EXPECTED[name]
    assert [sent[place] for place in (0, 1, 2, 4)] == [expected] * 4 and sent[3] != expected
    label = page.evaluate("card.querySelectorAll('.mark')[1].mark.told.title")
    assert page.evaluate("card.querySelector('[aria-live=polite]').textContent") == f"Gekozen: {label}"


def test_what_is_picked_is_marked_and_said(page):
    view = gallery("heatmap")
    pressed = "[...card.querySelectorAll('.mark[aria-pressed=true]')].map((e) => e.dataset.key)"
    for picked, expected in (({}, []), ({"rows": ["R1"]}, ["R1|C0", "R1|C1", "R1|C2"]), ({"rows": ["R1"], "columns": ["C2"]}, ["R1|C2"]), ({"columns": ["C0"]}, ["R0|C0", "R1|C0", "R2|C0"])):
        page.show(view | {"picked": picked})
        assert page.evaluate(pressed) == expected
    page.show(gallery("tile_map") | {"picked": {"tiles": ["GM3"]}})
    assert page.evaluate(pressed) == ["GM3"]
    page.show(gallery("ranking") | {"picked": {"rows": ["R2"]}})
    assert page.evaluate(pressed) == ["R2"]
    page.locator(".mark").nth(2).click()
    assert page.evaluate("card.querySelector('[aria-live]').textContent") == "Niet meer gekozen: Vakmanschap"


def test_the_tooltip_tells_the_row_and_leaves_at_escape(page):
    page.show(gallery("ranking") | {"n": ["41", "40", "41", ""]})
    tip = "card.querySelector('.tip').hidden ? null : card.querySelector('.tip').innerText.split(/\\n+/)"
    assert page.evaluate(tip) is None
    page.locator(".mark").nth(1).hover()
    assert page.evaluate(tip) == ["Leiderschap", "schatting", "71", "95%-interval", "66 – 76", "ter vergelijking", "73", "n", "40"]
    page.keyboard.press("Tab")
    assert page.evaluate(tip)[0] == "Digitale vaardigheden"
    page.keyboard.press("End")
    assert page.evaluate(tip)[:3] == ["Vitaliteit", "schatting", "onderdrukt wegens kleine aantallen"]
    page.keyboard.press("Escape")
    assert page.evaluate(tip) is None and page.evaluate("card.activeElement.dataset.key") == "R3"
    page.keyboard.press("Home")
    assert page.evaluate(tip)[0] == "Digitale vaardigheden"
    page.show(gallery("heatmap"))
    page.locator(".mark").nth(6).hover()
    assert page.evaluate(tip) == ["Vitaliteit", "tot 20.000", "onderdrukt"]


def test_tooltips_stay_inside_the_card_and_off_their_mark(browser, views, tmp_path):
    with board(tmp_path, "360px", (380, 900), browser=browser) as page:
        for name in ("real tiles", "real across", "real now", "opinions"):
            page.show(views[name])
            wrong = page.evaluate("""() => {
              const of = (element) => element.getBoundingClientRect(), frame = of(card.querySelector('.card')), tip = card.querySelector('.tip');
              return [...card.querySelectorAll('.mark')].filter((mark) => {
                mark.focus();
                const at = of(tip), area = of(mark.lastChild);
                return tip.hidden || at.left < frame.left || at.right > frame.right || (at.top < area.bottom && at.bottom > area.top);
              }).map((mark) => mark.dataset.key);
            }""")
            assert wrong == [], name


@pytest.mark.parametrize("name", ["gallery ranking", "gallery heatmap", "real tiles", "opinions"])
def test_the_chart_swaps_for_its_table_and_back(page, views, name):
    view = views[name]
    page.show(view)
    assert not page.locator("table").is_visible()
    page.get_by_role("button", name="Toon als tabel").click()
    assert not page.locator("svg").is_visible()
    read = "[...card.querySelectorAll('table tr')].map((row) => [...row.children].map((cell) => cell.textContent))"
    assert page.evaluate(read) == [view["chart"]["table"]["columns"], *view["chart"]["table"]["rows"]]
    assert axe(page) == []
    page.show(view | {"title": "anders"})
    assert page.locator("table").is_visible() and page.locator("caption").text_content() == "anders"
    page.get_by_role("button", name="Toon als grafiek").click()
    assert page.locator("svg").is_visible() and not page.locator("table").is_visible()


def test_screen_readers_hear_a_named_group_and_what_each_mark_says(page):
    page.show(gallery("ranking"))
    page.get_by_role("group", name="Digitale vaardigheden zijn het belangrijkst").wait_for()
    mark = page.get_by_role("button", name="Leiderschap, schatting 71, 95%-interval 66 – 76, ter vergelijking 73")
    assert mark.get_attribute("aria-pressed") == "false"
    assert "pijltjestoetsen" in page.evaluate("card.getElementById(card.querySelector('svg').getAttribute('aria-describedby')).textContent")
    page.show(gallery("ranking", "en") | {"words": words("en")}, "en")
    assert page.get_by_role("button", name="Show as a table").is_visible() and page.evaluate("card.querySelector('.card').lang") == "en"


DARK = "body { background: #111; color: #eee }"


@pytest.mark.parametrize("style", ["", DARK], ids=["light", "dark"])
def test_axe_finds_nothing(browser, views, tmp_path, style):
    with board(tmp_path, "900px", browser=browser, style=style) as page:
        for name, view in views.items():
            page.show(view | {"picked": {"rows": view["rows"][:1]}, "note": "Een opmerking."})
            page.locator(".mark[tabindex='0']").focus()
            assert axe(page, sure=False) == [], name  # of words in a drawing axe cannot tell the contrast: the next test does
        assert page.heard == [] and page.asked == []


CONTRAST = r"""() => {
  const parts = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const light = (colour) => { const [r, g, b] = parts(colour); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  return [...card.querySelectorAll('svg text')].map((text) => {
    const box = text.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
    const under = [...card.querySelectorAll('[data-role=cell], [data-role=part], [data-role=bar]')].reverse().find((e) => { const b = e.getBoundingClientRect(); return b.left < x && x < b.right && b.top < y && y < b.bottom; });
    const [a, b] = [light(getComputedStyle(text).fill), under ? light(getComputedStyle(under).fill) : 1].sort();
    return {words: text.textContent, contrast: (b + 0.05) / (a + 0.05)};
  });
}"""


def test_words_in_the_drawing_can_be_read_on_what_they_stand_on(page, views):
    for name, view in views.items():
        page.show(view)
        faint = [each for each in page.evaluate(CONTRAST) if each["contrast"] < 4.5]
        assert faint == [], name


def test_the_pages_styles_do_not_reach_in_and_ours_do_not_get_out(browser, views, tmp_path):
    shots = []
    for style in ("", HOSTILE_HOST):
        with board(tmp_path, "900px", browser=browser, style=style) as page:
            page.show(views["real now"])
            shots.append(page.evaluate("""[...card.querySelectorAll('.card *:not(style)')].map((e) => { const s = getComputedStyle(e), b = e.getBoundingClientRect();
              return [e.tagName, s.fill, s.color, s.fontSize, s.fontStyle, s.letterSpacing, s.textTransform, s.display, Math.round(b.width), Math.round(b.height)]; })"""))
            assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "14px"
            assert page.evaluate("document.querySelectorAll('head style').length") == 2
    assert shots[0] == shots[1] and len(shots[0]) > 100


@pytest.mark.parametrize("kind", KINDS)
def test_labels_are_text_whatever_they_say(page, kind):
    view = hostile(kind)
    page.show(view)
    page.locator(".mark").nth(0).hover()
    page.get_by_role("button", name="Toon als tabel").click()
    page.evaluate("frames_later(3)")
    assert page.evaluate("[window.hacked, card.querySelectorAll('script, img').length, ({}).R0]") == [None, 0, None]
    assert page.evaluate("card.querySelector('.title').textContent") == HOSTILE[0]
    assert page.heard == [] and page.asked == []


def test_an_unknown_kind_is_its_table_no_chart_says_why_and_nothing_shows_nothing(page):
    view = gallery("bars")
    page.show({})
    assert page.evaluate("card.querySelector('.card').hidden")
    for kind in ("constructor", "panels"):
        page.show(view | {"chart": view["chart"] | {"kind": kind}})
        assert page.locator("table").is_visible() and not page.locator("svg").is_visible() and not page.locator("button.swap").is_visible()
    page.show(view | {"chart": None, "empty": "Te weinig antwoorden"})
    assert page.evaluate("card.querySelector('.empty').innerText") == "Te weinig antwoorden"
    assert not page.locator("table").is_visible() and not page.locator("svg").is_visible() and not page.locator("button.swap").is_visible()
    page.show(view)
    assert page.locator("svg").is_visible() and not page.locator(".empty").is_visible()
    page.show({})
    assert not page.locator(".card").is_visible() and page.heard == []


def test_no_rows_and_nothing_but_suppressed_rows_are_no_accident(page):
    for kind in KINDS:
        view = gallery(kind)
        chart = view["chart"]
        for table in (chart, chart["table"]):
            table["rows"] = []
        page.show(view | {"chart": chart | {"suppressed": [], "cells": [], "tiles": []}, "rows": [], "tiles": []})
        assert page.evaluate("card.querySelectorAll('.mark').length") == 0
        view = gallery(kind)
        chart = view["chart"] | {"suppressed": [True] * len(view["chart"]["rows"]), "cells": [[None] * 3] * 3}
        page.show(view | {"chart": chart})
        assert set(page.evaluate("[...card.querySelectorAll('[data-row]')].map((e) => e.dataset.role)")) <= {"reference", "suppressed", "tile"}, kind
        found = page.evaluate(LOOK)
        assert (found["outside"], found["overlaps"]) == ([], []), kind
    assert page.heard == []


def test_a_mark_beyond_the_scale_makes_the_axis_longer_and_an_interval_is_cut_off(page):
    view = gallery("bars")
    view["chart"]["rows"][0][1:4] = [127.0, 90.0, 180.0]
    page.show(view)
    drawn = back(page)
    assert drawn["bar", "R0"]["right"] == pytest.approx(127, abs=0.3) and drawn["interval", "R0"]["right"] == pytest.approx(130, abs=0.3)
    view["chart"]["rows"][0][1:4] = [97.0, 90.0, 104.0]
    page.show(view)
    assert back(page)["interval", "R0"]["right"] == pytest.approx(100, abs=0.3)
    euros = gallery("bars")
    euros["chart"] = euros["chart"] | {"unit": "euro", "rows": [[row[0], row[1] * 1234, None, None] for row in euros["chart"]["rows"]]}
    page.show(euros)
    assert page.evaluate(LOOK)["overlaps"] == [] and page.evaluate("card.querySelectorAll('[data-role=tick]').length") > 2


def test_fifty_changes_in_a_row_leave_the_last(page, views):
    every = [views["gallery ranking"], views["gallery heatmap"], {}, views["opinions"], views["gallery tile_map"]]
    page.evaluate("every => { for (let i = 0; i < 50; i++) model.set('shown', {...every[i % every.length], title: 'nummer ' + i}); model.set('shown', {...every[0], title: 'de laatste'}); }", every)
    page.evaluate("frames_later()")
    assert page.evaluate("[card.querySelector('.title').textContent, card.querySelectorAll('.mark').length, card.querySelectorAll('[data-role=estimate]').length]") == ["de laatste", 4, 3]
    assert page.heard == []


def test_rows_keep_their_elements_and_the_focus_when_they_move(page):
    view = gallery("bars")
    page.show(view)
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    page.evaluate("window.kept = [card.activeElement, card.querySelector('[data-role=bar][data-row=R2]')]")
    view["rows"] = view["rows"][::-1]
    for table in (view["chart"], view["chart"]["table"]):
        table["rows"] = table["rows"][::-1]
    page.show(view)
    assert page.evaluate("[card.activeElement === kept[0], card.activeElement.dataset.key, card.querySelector('[data-role=bar][data-row=R2]') === kept[1]]") == [True, "R2", True]
    assert back(page)["bar", "R2"]["right"] == pytest.approx(35, abs=0.25)
    assert page.evaluate("[...card.querySelectorAll('.mark')].map((e) => e.dataset.key)") == ["R2", "R1", "R0"]
    page.show(gallery("change"))
    assert page.evaluate("card.activeElement.dataset.key") in {"R0", "R1", "R2"}  # never lost to the page


def test_only_who_wants_it_sees_motion(browser, tmp_path):
    for motion, expected in (("reduce", 0.0), ("no-preference", 0.18)):
        with board(tmp_path, browser=browser, motion=motion) as page:
            page.show(gallery("bars"))
            page.show(gallery("bars"))
            assert page.evaluate("parseFloat(getComputedStyle(card.querySelector('[data-role=bar]')).transitionDuration)") == expected


def test_two_headings_of_the_same_words_stay_two_columns(page):
    table = pd.DataFrame({"label": ["Data"], "estimate": [60.0], "sector": [20.0]})
    view = shown(describe("bars", table, reference="sector", reference_label="schatting", intervals=False))
    assert view["chart"]["table"] == {"columns": ["onderdeel", "schatting", "schatting"], "rows": [["Data", "60%", "20%"]]}
    page.show(view)
    assert page.evaluate("[...card.querySelectorAll('[data-role=figure]')].map((e) => e.textContent)") == ["60%"]


def test_a_view_that_is_closed_leaves_nothing_behind(page):
    page.show(gallery("bars"))
    page.evaluate("close_view()")
    assert page.evaluate("[here.children.length, Object.values(model.heard).flat().length]") == [0, 0]
    page.show(gallery("ranking"))
    assert page.heard == []


def test_a_second_view_of_the_model_and_the_studys_colours(browser, tmp_path):
    with board(tmp_path, browser=browser, colours={"accent": "#7a0019", "ink": "#000000"}) as page:
        page.evaluate("void widget.render({model, el: document.body.appendChild(document.createElement('div'))})")
        page.show(gallery("ranking"))
        assert page.evaluate("[...document.querySelectorAll('div')].filter((e) => e.shadowRoot).map((e) => e.shadowRoot.querySelectorAll('.mark').length)") == [4, 4]
        assert page.evaluate("getComputedStyle(card.querySelector('.kicker')).color") == "rgb(122, 0, 25)"


def test_the_front_end_is_shipped_and_asks_for_no_network():
    code = chart_view.module()
    names = {path.name for path in chart_view.FRONT.iterdir()}
    assert {"card.css", "widget.js", "stacked.js"} <= names and code.count("export default") == 1
    assert re.findall(r"innerHTML|insertAdjacentHTML|fetch\(|import\(|https?://(?!www\.w3\.org/2000/svg)", code) == []
    assert len(chart_view.ChartView._css) > 100_000  # the fonts
    view = chart_view.ChartView(shown={"view": "a"})
    assert view.colours["ink"] == "#1b2a3a" and view.get_state()["shown"] == {"view": "a"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "tile_map"])
def test_a_suppressed_figure_does_not_get_as_far_as_the_browser(kind):
    view = gallery(kind)
    widget = chart_view.ChartView(shown=view)
    given = json.loads(json.dumps(view))
    if kind == "heatmap":
        given["chart"]["cells"][0][1] = None
    else:
        given["chart"]["suppressed"][1] = True
    with pytest.raises(InputError, match="a suppressed row still has a figure"):
        widget.shown = given
    assert widget.get_state()["shown"] == view


def test_every_bundle_of_the_example_may_be_shown(real_views):
    for view in real_views.values():
        chart_view.ChartView(shown=view)


def test_changes_are_drawn_at_once(page, views):
    """From the change of `shown` to the frame in which it stands, each row with another's figures; the bound is loose, for a busy machine."""
    every = {"ranking": "real now", "bars": "real barriers", "change": "real change", "heatmap": "real across", "stacked": "opinions", "tile_map": "real tiles"}
    for kind, name in every.items():
        taken = page.evaluate("""async (view) => {
          const taken = [], turned = (list, i) => list && list.map((_, place) => list[(place + i) % list.length]);
          for (let i = 0; i < 40; i++) {
            const chart = {...view.chart, table: {...view.chart.table, rows: turned(view.chart.table.rows, i)}, tiles: view.chart.tiles && view.chart.tiles.map((tile, place) => [tile[0], tile[1], turned(view.chart.tiles, i)[place][2]])};
            for (const name of ['rows', 'suppressed', 'cells', 'row_colours']) chart[name] = turned(view.chart[name], i);
            const start = performance.now();
            model.set('shown', {...view, chart, title: view.title + i});
            await frames_later(1);
            card.querySelector('svg').getBoundingClientRect();
            taken.push(performance.now() - start);
          }
          return taken;
        }""", views[name])  # fmt: skip
        print(f"{kind}: median {statistics.median(taken):.1f} ms, p95 {sorted(taken)[37]:.1f} ms")
        assert statistics.median(taken) < 200
