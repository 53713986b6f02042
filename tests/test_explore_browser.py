"""The explorer in a real browser, in JupyterLab and as the page of a hall: every control, linked views, keyboard alone, a finding kept and found in its deck."""

import html
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import served
from browser import axe, launched

from ledanalysis.explore.choices import Choice, settled
from ledanalysis.explore.shelf import Shelf
from ledanalysis.explore.views import drawn
from ledanalysis.study import load_study

WAIT = 20_000  # ms that a view may take on a busy machine
NOISE = ("Unsatisfied version", "No satisfying version")  # Voilà's page and the widgets' extension name versions of JupyterLab's modules
SELECTS = ("view", "clustering", "cluster", "measure", "kind", "across")
OWN = ("http://127.0.0.1:", "http://localhost:", "data:", "blob:")
SIZE = {"width": 1500, "height": 1100}


@pytest.fixture(scope="module")
def folder(example_run, tmp_path_factory):
    """The example, run, in a folder of its own that may be written to."""
    folder = tmp_path_factory.mktemp("explored")
    shutil.copytree(example_run / "data", folder / "data")
    return folder


@pytest.fixture(scope="module")
def chromium():
    with launched() as found:
        yield found


@pytest.fixture(scope="module")
def shelf(folder):
    return Shelf(load_study(folder))


def opened(chromium, url: str):
    """A page that keeps what went wrong in `heard`, and foreign requests in `asked`."""
    page = chromium.new_page(viewport=SIZE)
    page.heard, page.asked = [], []
    page.on("console", lambda said: page.heard.append(said.text) if said.type == "error" and not said.text.startswith(NOISE) else None)
    page.on("pageerror", lambda error: page.heard.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url) if not request.url.startswith(OWN) else None)
    page.goto(url)
    return page


def in_lab(chromium, url: str):
    """The explorer in JupyterLab, its cells run."""
    page = opened(chromium, url)
    served.run_all(page)
    ready(page)
    return page


def in_hall(chromium, url: str):
    page = opened(chromium, url)
    ready(page)
    return page


def ready(page) -> None:
    page.wait_for_selector(".led-view-ranking .mark", timeout=served.SECONDS * 1000)
    page.wait_for_selector(".led-view-map .mark", timeout=WAIT)


def title(page, view: str) -> str:
    return page.locator(f".led-view-{view} .title").text_content()


def shows(page, shelf: Shelf, choice: Choice) -> None:
    """Wait until every view shows what it must of a choice."""
    for view in ("ranking", "change", "heatmap", "response", "map", "interviews"):
        shown = drawn(view, choice, shelf)
        place = page.locator(f".led-view-{view}")
        if not shown:
            place.wait_for(state="hidden", timeout=WAIT)
        else:
            page.wait_for_function(
                "([view, title, kicker]) => { const card = document.querySelector(`.led-view-${view}`).shadowRoot || [...document.querySelectorAll(`.led-view-${view} *`)].find((e) => e.shadowRoot).shadowRoot;"
                " return card.querySelector('.title').textContent === title && card.querySelector('.kicker').textContent === kicker; }",
                arg=[view, shown["title"], shown["kicker"]], timeout=WAIT)  # fmt: skip


def walk(page, shelf: Shelf) -> Choice:
    """Change every control there is, and hold each view to what it must show; the choice at the end is that of the beginning."""
    choice = settled(Choice(), shelf)
    shows(page, shelf, choice)

    def choose(name: str, value: str, label: str) -> None:
        nonlocal choice
        page.select_option(f".led-{name} select", label=label)
        several = name in ("themes", "compared")
        choice = settled(Choice(**{**choice.__dict__, name: (value,) if several else value}), shelf)
        shows(page, shelf, choice)

    choose("clustering", "size", shelf.clusterings("units")["size"])
    choose("cluster", "gt100", shelf.clusters("size")["gt100"])
    choose("measure", "organised", shelf.measures("units")["organised"])
    choose("kind", "instrument", shelf.kinds("organised")["instrument"])
    choose("view", "staff", shelf.views["staff"])
    choose("view", "units", shelf.views["units"])
    choose("clustering", "sector", shelf.clusterings("units")["sector"])
    choose("across", "urbanity", shelf.clusterings("units")["urbanity"])
    first = next(iter(shelf.clusters("urbanity").items()))
    choose("compared", *first)
    choose("measure", "now", shelf.measures("units")["now"])
    choose("themes", "DATA", shelf.themes("now", "theme")["DATA"])
    page.check(".led-interviews input")
    choice = settled(Choice(**{**choice.__dict__, "interviews": True}), shelf)
    shows(page, shelf, choice)
    page.uncheck(".led-interviews input")
    page.click('button:has-text("Alles tonen")')
    choice = settled(Choice(across="urbanity"), shelf)
    shows(page, shelf, choice)
    return choice


def click_about(page, shelf: Shelf, choice: Choice) -> None:
    """Views are linked: a theme clicked in the ranking is the only one elsewhere; a tile leads to its cluster."""
    theme = drawn("ranking", choice, shelf)["rows"][2]
    page.locator(".led-view-ranking .mark").nth(2).click()
    picked = settled(Choice(**{**choice.__dict__, "picked": (theme,), "source": "ranking"}), shelf)
    shows(page, shelf, picked)
    assert page.locator(".led-view-ranking .mark").count() == 20 and page.locator(".led-view-change .mark").count() == 1
    page.locator(".led-view-ranking .mark").nth(2).click()
    shows(page, shelf, choice)
    page.locator(".led-view-map .mark").nth(40).hover()
    tile = drawn("map", choice, shelf)["tiles"][40]
    assert tile["label"] in page.locator(".led-view-map .tip").text_content()
    page.locator(".led-view-map .mark").nth(40).click()
    cluster = shelf.cluster_of(choice.across, tile["key"])
    shows(page, shelf, settled(Choice(**{**choice.__dict__, "clustering": choice.across, "cluster": cluster}), shelf))
    page.locator(".led-view-map .mark").nth(40).click()
    shows(page, shelf, choice)


def until_focused(page, selector: str, most: int = 120) -> None:
    """Press Tab until an element has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("""(selector) => { let one = document.activeElement; const hosts = [one];
            while (one && one.shadowRoot && one.shadowRoot.activeElement) { one = one.shadowRoot.activeElement; hosts.push(one); }
            return one.matches(selector) || hosts.some((host) => host.closest && host.closest(selector) && host !== document.body && one.matches('.mark')); }""", selector):  # fmt: skip
            return
    raise AssertionError(f"no way by Tab to {selector}")


def by_keyboard(page, shelf: Shelf, choice: Choice) -> None:
    """Without a mouse: another measure, a theme picked and let go, all from the first control on."""
    page.locator(".led-view select, .led-clustering select").first.focus()
    until_focused(page, ".led-measure select")
    for measure in ("now_high", "future"):
        page.keyboard.press("ArrowDown")
        later = settled(Choice(**{**choice.__dict__, "measure": measure}), shelf)
        shows(page, shelf, later)
    until_focused(page, ".led-view-ranking")
    for key in ("Home", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    theme = drawn("ranking", later, shelf)["rows"][2]
    shows(page, shelf, settled(Choice(**{**later.__dict__, "picked": (theme,), "source": "ranking"}), shelf))
    page.keyboard.press("Enter")
    shows(page, shelf, later)


def tab(page, name: str) -> None:
    page.click(f'.led-explore > .widget-tab > .lm-TabBar .lm-TabBar-tab:has-text("{name}")')


def ask(page, shelf: Shelf) -> None:
    """A small question: what, by what, of whom; each control changes the answer."""
    tab(page, "Kruisen")
    card = page.locator(".led-explore .widget-tab .title").filter(visible=True)
    for control, label, told in (
        ("measure", shelf.measures("units")["stimulated"], "'stimulated'"), ("theme", "Coaching", "'coaching'"), ("by", "Visie of beleid", "by='vision'"),
        ("by", "Georganiseerd", "by='organised:"), ("by_theme", "Leerplatform (LMS/LXP)", "by='organised:lms'"), ("size", shelf.clusters("size")["20-50"], "'size': ['20-50']"),
    ):  # fmt: skip
        page.select_option(f".led-crossing-{control} select", label=label)
        page.wait_for_function("(told) => (document.querySelector('.led-code pre') || {}).textContent?.includes(told)", arg=told, timeout=WAIT)
    page.wait_for_selector("text=led.open_study().crossing('stimulated', 'coaching', by='organised:lms', where={'size': ['20-50']})", timeout=WAIT)
    assert "Coaching" in card.text_content()


def decide(page) -> None:
    """A code rejected by its button, by who says so."""
    tab(page, "Teksten")
    page.get_by_label("Wie besluit").fill("Ans")
    page.get_by_label("Wie besluit").press("Tab")
    page.get_by_role("button", name="klopt niet").first.click()
    page.wait_for_selector("text=Telt mee na de volgende led prepare", timeout=WAIT)


def test_the_hall_shows_all_that_is_chosen_clicked_and_typed(folder, chromium, shelf, tmp_path):
    with served.hall(folder) as hall:
        page = in_hall(chromium, hall.url)
        choice = walk(page, shelf)
        click_about(page, shelf, choice)
        by_keyboard(page, shelf, choice)
        assert axe(page, sure=False) == []  # what words stand on in an SVG it cannot tell: test_explore_board does
        assert page.locator("textarea, input[type=text]").count() == 0
        page.screenshot(path=tmp_path / "hall.png", full_page=True)
        assert page.heard == [] and page.asked == []
        page.close()


def test_in_jupyterlab_a_finding_is_kept_by_keyboard_and_found_in_its_deck(folder, chromium, shelf, tmp_path):
    with served.lab(folder) as lab:
        page = in_lab(chromium, lab.url)
        choice = walk(page, shelf)
        click_about(page, shelf, choice)
        by_keyboard(page, shelf, choice)
        page.select_option(".led-clustering select", label=shelf.clusterings("units")["size"])
        here = settled(Choice(**{**choice.__dict__, "measure": "future", "clustering": "size"}), shelf)
        shows(page, shelf, here)
        until_focused(page, ".led-keep-note input")
        page.keyboard.type("Wat komt eraan?")
        until_focused(page, ".led-keep-by input")
        page.keyboard.type("Ans")
        until_focused(page, ".led-keep")
        page.keyboard.press("Enter")
        page.wait_for_selector("text=Bewaard als v1", timeout=WAIT)
        page.screenshot(path=tmp_path / "lab.png")
        ask(page, shelf)
        page.screenshot(path=tmp_path / "crossing.png")
        decide(page)
        page.screenshot(path=tmp_path / "texts.png")
        assert page.heard == [] and page.asked == []
        page.close()
    [row] = load_study(folder).tables["findings"]
    assert (row.chart, row.measure, row.clustering, row.note, row.kept_by) == ("ranking", "future", "size", "Wat komt eraan?", "Ans")
    for verb in (["report", "-c", "size", "--cluster", "lt20", "--no-mirrors"], ["slides"]):
        done = subprocess.run([sys.executable, "-m", "ledanalysis.cli", *verb, "--study", folder], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    [coding] = load_study(folder).tables["codings"]
    assert (coding.decision, coding.decided_by) == ("reject", "Ans")
    deck = Path(folder / "outputs" / "slides" / "size-lt20.html").read_text("utf-8")
    assert here.cluster == "lt20" and "Wat komt eraan?" in deck and drawn("ranking", here, shelf)["title"] in html.unescape(deck)
