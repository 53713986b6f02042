"""Decks for everyone: by axe-core's rules on every slide, by keyboard, read aloud, and with large letters."""

import re
import shutil
import subprocess
import sys

import pytest
from browser import axe, inspect, launched, opened
from ledanalysis import slides
from ledanalysis.errors import InputError
from ledanalysis.gallery import write_gallery
from ledanalysis.palette import contrast
from ledanalysis.slides.deck import CHART
from ledanalysis.slides.words import KEYS, SPEAKER, in_words, say
from ledanalysis.study import load_study
from test_decks_browser import COLUMN, PAIR, WORDS
from test_slides import bundle, chart, code, notebook

COUNT = 40  # rows of a long table
FIGURES = {"columns": ["onderdeel", "schatting"], "rows": [[f"Thema {row}", f"{row}%"] for row in range(COUNT - 1)] + [["Zorg <b>", "onderdrukt"]]}


def drawn(title, table):
    output = bundle(title, layout="figure", png=chart(), alt=f"{title}. Staafdiagram")
    output["data"][CHART] = {"kind": "bars", "table": table}
    return code(output, kind="slide")


@pytest.fixture(scope="module")
def browser():
    with launched() as one:
        yield one


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    """A title, two charts with tables, a slide with links, pairs, columns."""
    cells = [code(bundle("Wat gemeenten leren", layout="title", body="Bijeenkomst"), kind="slide"),
             drawn("Digitale vaardigheden staan bovenaan", FIGURES), drawn("Zorg stijgt", {"columns": ["onderdeel", "nu"], "rows": [["Zorg", "4"]]}),
             code(bundle("Punten voor gesprek", body=WORDS, notes="Welkom."), kind="slide"),
             code(bundle("Wat doen anderen?", layout="pairs", body="\n\n".join([PAIR] * 3)), kind="slide"),
             code(bundle("Menukaart", layout="columns", body=COLUMN), kind="slide")]  # fmt: skip
    return slides.export(notebook(*cells), tmp_path_factory.mktemp("decks") / "deck.html")


@pytest.fixture(scope="module")
def decks(example_run, tmp_path_factory):
    """By its kind a deck of the example, and the gallery."""
    folder = tmp_path_factory.mktemp("staff")
    shutil.copytree(example_run / "data", folder / "data")
    for verb in (["report", "-p", "view=staff", "-c", "size", "--cluster", "lt20"], ["report", "--mirror", "GM0072"], ["slides"]):
        done = subprocess.run([sys.executable, "-m", "ledanalysis.cli", *verb, "--study", folder], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    made, more = example_run / "outputs/slides", folder / "outputs/slides"
    return {"results": made / "results.html", "cluster": made / "size-lt20.html", "mirror": more / "mirror/GM0072.html",
            "staff": next(more.glob("*staff*.html")), "gallery": write_gallery(load_study(folder))}  # fmt: skip


def every_slide(page):
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate("number => { Reveal.slide(number, 0); while (Reveal.nextFragment()); }", number)
        yield number + 1


# axe


@pytest.mark.parametrize("kind", ["results", "cluster", "mirror", "staff"])
def test_no_slide_has_a_fault_by_axe(decks, browser, kind):
    with opened(decks[kind], browser=browser) as page:
        assert {number: faults for number in every_slide(page) if (faults := axe(page))} == {}
        assert page.heard == []


@pytest.mark.parametrize("query", ["?print-pdf", "?read", "?slides#/1"])
def test_no_view_of_a_deck_has_a_fault_by_axe(decks, browser, query):
    with opened(decks["results"], query=query, browser=browser) as page:
        assert axe(page) == []


def pale(page):
    """Colours of words in the open dialog that do not stand out from it."""
    colours = """(dialog) => [getComputedStyle(dialog), ...[...dialog.querySelectorAll('*')].map((e) => getComputedStyle(e))].map((s) => [s.color, s.backgroundColor])"""
    found = {tuple(pair) for pair in page.locator("dialog[open]").evaluate(colours)}
    assert {ground for _, ground in found} <= {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}
    inks = {"#{:02x}{:02x}{:02x}".format(*map(int, re.findall(r"\d+", ink)[:3])) for ink, _ in found}
    return [ink for ink in inks if contrast(ink, "#ffffff") < 4.5]


def test_tables_keys_and_overview_have_no_fault_by_axe(decks, browser):
    with opened(decks["results"], browser=browser) as page:
        page.keyboard.press("o")
        assert axe(page) == []
        page.keyboard.press("o")
        page.keyboard.press("?")
        assert page.locator("dialog.keys").is_visible() and axe(page, sure=False) == [] and pale(page) == []
        page.keyboard.press("Escape")
        tables = 0
        for number in every_slide(page):
            page.keyboard.press("t")
            if page.locator("dialog[open]").count():
                tables += 1
                assert axe(page, sure=False) == [] and pale(page) == [], number
                page.keyboard.press("Escape")
        assert tables >= 8


@pytest.mark.parametrize("size", [(1280, 720), (320, 640)], ids="{0[0]}x{0[1]}".format)
def test_the_gallery_has_no_fault_by_axe(decks, browser, size):
    with opened(decks["gallery"], size, browser=browser) as page:
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_axe_sees_what_is_wrong(deck, browser, tmp_path):
    """A judge that finds nothing is only worth something if it can find."""
    wrong = tmp_path / "wrong.html"
    wrong.write_text(re.sub(r' alt="[^"]*"', "", deck.read_text("utf-8")).replace('lang="nl"', "").replace("footer { grid-row: 3; color: var(--muted)", "footer { grid-row: 3; color: #aaa"), "utf-8")
    with opened(wrong, query="#/1", browser=browser) as page:
        assert {fault.split(":")[0] for fault in axe(page)} >= {"image-alt", "html-has-lang", "color-contrast"}


# keys, focus and what is said


def focus(page):
    """The element that has the focus, as the slide or part that it is in and its own words."""
    return page.evaluate("""() => {
      const one = document.activeElement, section = one.closest('section');
      const style = getComputedStyle(one);
      return [one === document.body ? 'page' : section ? 'slide ' + ([...document.querySelectorAll('section')].indexOf(section) + 1) : one.closest('nav') ? 'controls' : 'other',
              one.innerText?.trim() || one.getAttribute('aria-label'), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
    }""")


def walk(page, most=40):
    """What the Tab key reaches, until it leaves the page."""
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found.append(focus(page))
        if found[-1][0] == "page":
            return found[:-1]
    return found


def test_tab_reaches_the_controls_and_this_slide_alone_and_shows_where_it_is(deck, browser):
    with opened(deck, browser=browser) as page:
        for number, own in ((2, ["Cijfers als tabel"]), (4, ["de website"]), (5, 3 * [PAIR.split("[")[1].split("]")[0].strip()])):
            page.goto("about:blank")
            page.goto(deck.as_uri() + f"#/{number - 1}")
            page.wait_for_function("() => window.Reveal?.isReady()")
            found = walk(page)
            assert [(where, words) for where, words, _ in found] == [
                *(("controls", words) for words in ("Vorige dia", "Volgende dia", "Lezen", "Toetsen")), *((f"slide {number}", words) for words in own)]  # fmt: skip
            assert all(seen for *_, seen in found)


def test_buttons_do_what_keys_do_and_keep_the_focus(deck, browser):
    with opened(deck, browser=browser) as page:
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        for key in ("Enter", " "):
            page.keyboard.press(key)
        assert page.evaluate("Reveal.getIndices().h") == 2 and focus(page)[1] == "Volgende dia"
        page.get_by_role("button", name="Vorige dia").click()
        assert page.evaluate("Reveal.getIndices().h") == 1
        assert [button.get_attribute("aria-disabled") for button in page.locator("nav button").all()[:2]] == ["false", "false"]
        page.keyboard.press("Home")
        assert [button.get_attribute("aria-disabled") for button in page.locator("nav button").all()[:2]] == ["true", "false"]


def test_each_slide_says_its_title_and_nothing_else(deck, browser):
    with opened(deck, browser=browser) as page:
        for number in every_slide(page):
            title = page.evaluate("Reveal.getCurrentSlide().querySelector('h1, h2').innerText")
            assert page.locator("[role=status]").inner_text() == f"Dia {number} van 6: {title}"
            assert page.title().startswith(title)
        live = "[...document.querySelectorAll('[aria-live], [role=status], [role=alert]')].filter((e) => !e.closest('[hidden]')).length"
        assert page.evaluate(live) == 1 and page.locator("[role=application]").count() == 0
        page.keyboard.press("b")
        assert "Zwart scherm" in page.locator("[role=status]").inner_text()


def test_slides_that_are_not_shown_are_not_read_either(deck, browser):
    with opened(deck, query="#/1", browser=browser) as page:
        tree = page.locator("main").aria_snapshot()
        assert "Digitale vaardigheden staan bovenaan" in tree
        assert [other for other in ("Zorg stijgt", "Punten voor gesprek", "Wat gemeenten leren", "Welkom") if other in tree] == []


def test_headings_come_in_order_on_every_slide_and_in_the_page_to_read(decks, browser):
    levels = "(root) => [...root.querySelectorAll('h1, h2, h3, h4')].filter((e) => e.offsetParent).map((e) => +e.tagName[1])"
    with opened(decks["results"], browser=browser) as page:
        for number in every_slide(page):
            found = page.evaluate(f"({levels})(Reveal.getCurrentSlide())")
            assert found[0] in (1, 2) and all(later - one <= 1 for one, later in zip(found, found[1:])), number
    with opened(decks["results"], query="?read", browser=browser) as page:
        found = page.evaluate(f"({levels})(document)")
        assert found[0] == 1 and found.count(1) == 1 and all(later - one <= 1 for one, later in zip(found, found[1:]))


def test_letters_are_no_keys_for_who_does_not_want_them(deck, browser):
    with opened(deck, browser=browser) as page:
        page.get_by_role("button", name="Toetsen").click()
        page.get_by_label("Letters en leestekens als toetsen").uncheck()
        page.keyboard.press("Escape")
        for key in ("n", "o", "t", "b", "?", "s"):
            page.keyboard.press(key)
        assert page.evaluate("[Reveal.getIndices().h, Reveal.isOverview(), Reveal.isPaused()]") == [0, False, False]
        assert page.locator("dialog[open]").count() == 0
        page.keyboard.press("ArrowRight")
        assert page.evaluate("Reveal.getIndices().h") == 1


def test_nothing_moves_for_who_wants_no_motion(deck, browser):
    moving = """[...document.querySelectorAll('*')].filter((e) => /[1-9]/.test(getComputedStyle(e).transitionDuration + getComputedStyle(e).animationDuration)).length"""
    with opened(deck, browser=browser, reduced_motion="reduce") as page:
        assert page.evaluate(moving) == 0


def test_the_overview_is_walked_by_key_and_opened_by_mouse(deck, browser):
    with opened(deck, browser=browser) as page:
        page.keyboard.press("o")
        assert "Overzicht" in page.locator("[role=status]").inner_text()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        assert page.evaluate("[Reveal.getIndices().h, Reveal.isOverview()]") == [1, False]
        page.keyboard.press("o")
        box = page.locator(".slides > section").nth(2).bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert page.evaluate("[Reveal.getIndices().h, Reveal.isOverview()]") == [2, False]
        assert page.get_by_role("button", name="Cijfers als tabel").is_enabled() and [where for where, *_ in walk(page)][-1] == "slide 3"


# words


def test_the_list_of_keys_is_in_the_decks_language(deck, browser):
    with opened(deck, browser=browser) as page:
        page.keyboard.press("?")
        rows = [row.split("\t") for row in page.locator("dialog.keys tbody").inner_text().splitlines()]
        assert rows == [[pressed, say(f"key_{key}", "nl")] for key, pressed in KEYS.items()]


def test_the_speakers_view_is_in_the_decks_language(deck, browser):
    with opened(deck, query="#/3", browser=browser) as page:
        with page.expect_popup() as popup:
            page.keyboard.press("s")
        view = popup.value
        view.locator(".speaker-controls-notes", has_text="Welkom.").wait_for(timeout=10_000)
        assert view.title() == "Scherm voor de spreker" and view.evaluate("document.documentElement.lang") == "nl"
        words = view.locator("body").inner_text().casefold()
        assert [word for word in ("hierna", "notities", "tijd", "klik om", "indeling: gewoon") if word not in words] == []
        assert re.search("upcoming|notes|time|reset|layout|default|loading", words) is None
        assert [frame.get_attribute("title") for frame in view.locator("iframe").all()] == ["Deze dia", "Hierna"]
        assert not any(frame.locator("nav").is_visible() for frame in view.frames[1:])
        page.keyboard.press("g")
        assert page.get_by_label("Naar dia").is_visible()


def test_words_of_another_reveal_are_a_fault():
    with pytest.raises(InputError, match="notes.js.*0 times.*Upcoming"):
        in_words("<b>Next</b>", {">Upcoming<": ">{upcoming}<"}, "nl", "notes.js")
    assert len(SPEAKER) > 15


# the table behind a chart


def test_a_chart_has_its_figures_as_a_table(deck, browser):
    with opened(deck, query="#/1", browser=browser) as page:
        button = page.get_by_role("button", name="Cijfers als tabel")
        button.focus()
        page.keyboard.press("Enter")
        table = page.get_by_role("dialog").get_by_role("table")
        assert table.locator("caption").inner_text() == "Digitale vaardigheden staan bovenaan"
        assert table.locator("thead th[scope=col]").all_inner_texts() == FIGURES["columns"]
        assert table.locator("tbody th[scope=row]").count() == COUNT
        assert table.locator("tbody tr").last.inner_text().split("\t") == ["Zorg <b>", "onderdrukt"]
        page.keyboard.press("ArrowRight")  # not for the slides
        page.keyboard.press("Escape")
        assert page.get_by_role("dialog").count() == 0 and focus(page)[1] == "Cijfers als tabel"
        assert page.evaluate("[Reveal.getIndices().h, Reveal.isOverview()]") == [1, False]
        page.keyboard.press("t")
        assert page.get_by_role("dialog").is_visible()
        page.get_by_role("button", name="Sluiten").click()
        assert page.get_by_role("dialog").count() == 0
        page.keyboard.press("ArrowRight")
        assert page.evaluate("Reveal.getIndices().h") == 2


def test_slides_without_a_chart_have_no_table(deck, browser):
    with opened(deck, query="#/3", browser=browser) as page:
        page.keyboard.press("t")
        assert page.get_by_role("dialog").count() == 0 and page.get_by_role("button", name="Cijfers als tabel").count() == 0


@pytest.mark.parametrize("size", [(1280, 720), (640, 360), (320, 480)], ids="{0[0]}x{0[1]}".format)
def test_a_long_table_scrolls_inside_and_by_key(deck, browser, size):
    with opened(deck, size, query="?slides#/1", browser=browser) as page:
        page.keyboard.press("t")
        box = page.evaluate("(({left, top, right, bottom}) => [left, top, right, bottom])(document.querySelector('dialog[open]').getBoundingClientRect())")
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]
        page.keyboard.press("Tab")
        page.keyboard.press("End")
        page.wait_for_timeout(300)
        assert page.locator("dialog[open] tbody tr").last.evaluate("(row) => row.getBoundingClientRect().bottom <= innerHeight")
        assert page.locator("dialog[open] .scrolls").get_attribute("role") == "region"


def test_every_chart_of_the_example_has_a_table_and_an_alt_text_that_begins_with_the_finding(decks, example_run):
    seen = 0
    for name in ("results", "size/lt20"):
        told = slides.deck_table(example_run / f"outputs/notebooks/{name}.ipynb")
        charts = told[told["layout"] == "figure"]
        assert [row.title for row in charts.itertuples() if not row.alt.startswith(row.title)] == []
        page = (example_run / f"outputs/slides/{name.replace('/', '-')}.html").read_text("utf-8")
        assert page.count("<dialog class=\"figures\"") == len(charts) > 5
        seen += len(charts)
    assert seen > 12


def test_print_leaves_tables_and_controls_out(deck, browser):
    with opened(deck, query="?print-pdf", browser=browser) as page:
        page.wait_for_timeout(300)
        for media in ("screen", "print"):
            page.emulate_media(media=media)
            assert [each.is_visible() for each in page.locator("button, dialog, nav").all()] == [False] * page.locator("button, dialog, nav").count()


# large letters


SPILLED = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || parent.closest('script, style, [hidden], .spoken') || parent.closest('[tabindex="0"][role=region]')) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const boxes = [...range.getClientRects()];
    if (boxes.some((box) => box.right > innerWidth + 1 || box.left < -1)) found.push(walker.currentNode.textContent.slice(0, 40));
    if (boxes.length && parseFloat(getComputedStyle(parent).fontSize) < 15) found.push('small: ' + walker.currentNode.textContent.slice(0, 40));
  }
  return found;
}"""


@pytest.mark.parametrize("size", [(640, 360), (320, 180)], ids=["200%", "400%"])
def test_at_twice_and_four_times_the_size_text_takes_the_width_there_is(decks, browser, size):
    with opened(decks["results"], size, browser=browser) as page:
        assert page.locator("html.reading").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.evaluate(SPILLED) == []
        shown = page.evaluate("[...document.querySelectorAll('h1, h2')].filter((e) => e.offsetParent).map((e) => e.innerText)")
        assert shown == slides.deck_table(decks["results"].parents[1] / "notebooks/results.ipynb")["title"].tolist()
        wide = page.locator("figure[role=region]")
        assert wide.count() >= 8 and wide.first.get_attribute("tabindex") == "0"
        page.get_by_role("button", name="Cijfers als tabel").first.click()
        assert page.get_by_role("dialog").is_visible()
        assert page.heard == [] and page.asked == []


def test_who_asks_for_slides_has_slides_and_the_way_between_keeps_the_place(deck, browser):
    with opened(deck, (640, 360), query="?slides#/3", browser=browser) as page:
        assert page.evaluate("Reveal.getIndices().h") == 3
        page.get_by_role("button", name="Lezen").click()
        page.wait_for_selector("html.reading")
        at = page.evaluate("[...document.querySelectorAll('section')].map((e) => Math.round(e.getBoundingClientRect().top))")
        assert 0 <= at[3] <= 70
        page.get_by_role("button", name="Als dia's").click()
        page.wait_for_function("() => window.Reveal?.isReady()")
        assert page.evaluate("Reveal.getIndices().h") == 3


# every deck


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)], ids=["hd", "full hd"])
def test_every_slide_of_every_deck_is_whole(example_run, decks, browser, size):
    made = [*sorted((example_run / "outputs/slides").rglob("*.html")), decks["staff"], decks["mirror"]]
    assert len(made) >= 8
    wrong = {}
    for deck in made:
        for slide in inspect(deck, size, browser=browser):
            faults = {name: slide[name] for name in ("outside", "overlaps", "broken", "fonts", "errors", "requests") if slide[name]}
            if faults or "fictieve gegevens" not in slide["footer"] or slide["smallest"] < 16 or slide["contrast"] < 4.5 or slide["lines"] > 3:
                wrong[deck.name, slide["slide"]] = faults or {name: slide[name] for name in ("footer", "smallest", "contrast", "lines")}
    assert wrong == {}
