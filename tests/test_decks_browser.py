"""Decks in a browser without a network: every slide whole, legible, and deaf to what is hidden in the data."""

import re

import pytest
from browser import chromium, inspect, opened
from ledanalysis import slides
from test_slides import HEAD, bundle, chart, code, notebook, shown, text

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
LONG = (
    "Kleine gemeenten noemen digitale vaardigheden het vaakst, maar organiseren daar minder vaak leren voor "
    "dan grote gemeenten, en verwachten dat dat zo blijft"
)
TABLE = (
    "<table class='dataframe'><caption>Aandeel gemeenten</caption><thead><tr><th>Thema</th><th class='num'>Nu (%)</th>"
    "<th class='num'>Straks (%)</th><th class='num'>Verschil</th><th>95%-interval</th></tr></thead><tbody>"
    + "".join(
        f"<tr><th scope='row'>{theme}</th><td class='num'>{now}</td><td class='num'>{now + 9}</td><td class='num'>+9</td>"
        f"<td>{now - 7}–{now + 7}</td></tr>"
        for theme, now in zip(
            "Digitale vaardigheden|Datagedreven werken|Samenwerken over grenzen|Wendbaarheid|Dienstverlening|"
            "Leiderschap|Omgevingswet en ruimtelijke ordening|Sociaal domein|Informatiebeveiliging en privacy".split("|"),
            range(61, 16, -5),
        )
    )
    + "</tbody></table>"
)
WORDS = (
    "Drie dingen om over te praten:\n\n1. **Digitale vaardigheden** staan overal bovenaan: waarom is er dan zo weinig aanbod?\n"
    "2. Kleine gemeenten leren vooral *van elkaar*. Wat vraagt dat van de regio?\n3. Wie houdt bij wat werkt?\n\n"
    "> We doen het er nu naast, en dat merk je.\n\nMeer op [de website](https://www.aeno.nl)."
)


def whole_deck():
    """A notebook with every kind of slide, and everything that must not be on one."""
    evil = {**HEAD, "title": HEAD["title"] + HOSTILE}
    noise = [shown(text_plain="ruis")]
    note = {"kicker": "Wat is nu belangrijk?", "footer": "n = 48 van 112 gemeenten; staafjes tonen het 95%-interval"}
    return notebook(
        code(kind="slide", source="cluster = 'klein'", tags=["injected-parameters"]),
        code(bundle("Wat gemeenten leren, en hoe", layout="title", body="Bijeenkomst van 12 maart", notes="Welkom."), kind="slide"),
        code(*noise, bundle("Digitale vaardigheden staan bovenaan", layout="figure", png=chart(), **note), kind="slide"),
        code(bundle(LONG, layout="figure", png=chart(), **note), kind="slide"),
        code(bundle("In elk thema verwachten gemeenten meer", layout="table", body=TABLE, **note), kind="slide"),
        text("## Overgeslagen", kind="skip"),
        code(bundle("Punten voor gesprek", body=WORDS, kicker="En nu?"), kind="slide"),
        text("Vraag door *op de regio*.", kind="notes"),
        code(bundle(HOSTILE, body=HOSTILE, kicker=HOSTILE, footer=HOSTILE, notes=HOSTILE), kind="slide"),
        code(bundle("Te veel tekst wordt kleiner gezet", body="\n\n".join([WORDS, WORDS, *WORDS.split("\n\n")[:2]])), kind="slide"),
        text("## Een gewone cel\n\nMet een alinea", kind="slide"),
        code(shown(image_png=chart(6, 4))),
        text("En een punt dat later komt", kind="fragment"),
        head=evil,
    )


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    return slides.export(whole_deck(), tmp_path_factory.mktemp("decks") / "deck.html")


@pytest.fixture(scope="module", params=[(1280, 720), (1920, 1080), (1024, 768)], ids="{0[0]}x{0[1]}".format)
def seen(deck, request):
    return inspect(deck, request.param)


def over(seen, key):
    return {slide["slide"]: slide[key] for slide in seen if slide[key]}


def test_all_slides_are_there(seen):
    assert [slide["title"] for slide in seen] == slides.deck_table(whole_deck())["title"].tolist()
    assert [slide["heading"] for slide in seen] == ["h1"] + ["h2"] * 7


@pytest.mark.parametrize("key", ["outside", "overlaps", "broken", "errors", "requests", "fonts"])
def test_nothing_is_wrong_on_any_slide(seen, key):
    assert over(seen, key) == {}


def test_slides_are_legible_from_the_back_row(seen):
    assert min(slide["smallest"] for slide in seen) >= 16
    assert min(slide["contrast"] for slide in seen) >= 4.5
    assert max(slide["lines"] for slide in seen) == 2
    assert all(width >= 1000 and height >= 450 for slide in seen[1:3] for width, height in slide["figures"])


def test_every_slide_says_where_it_is_from(seen):
    last = [slide["footer"].splitlines()[-1] for slide in seen]
    assert all(HEAD["source"] in slide["footer"] and HEAD["notice"] in slide["footer"] for slide in seen)
    assert last == [f"{number} / {len(seen)}" for number in range(1, len(seen) + 1)]


def test_the_driver_sees_what_is_wrong(deck, tmp_path):
    """A driver that finds nothing is only worth something if it can find."""
    wrong = deck.read_text(encoding="utf-8")
    wrong = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", wrong)
    place = "position:absolute;top:60px;left:1100px;width:50px;white-space:nowrap"
    wrong = wrong.replace("<footer>", f"<p style='{place}'>over de titel en buiten beeld gezet</p><footer>")
    wrong = wrong.replace("<footer>", "<img src='http://example.org/a.png' alt=''><script>console.error('ai')</script><footer>")
    file = tmp_path / "wrong.html"
    file.write_text(wrong.replace("#5a6673", "#bbbbbb").replace("size: 16px", "size: 9px"), encoding="utf-8")
    slide = inspect(file)[2]
    assert "over de titel en buiten beeld gezet" in slide["outside"]
    assert slide["overlaps"] and slide["broken"] and slide["contrast"] < 4.5 and slide["smallest"] == 9
    first = inspect(file)[0]
    assert any("ai" in error for error in first["errors"]) and set(first["requests"]) == {"http://example.org/a.png"}


def test_the_driver_sees_text_for_which_there_is_no_room(tmp_path):
    full = notebook(code(bundle("Vol", body="\n\n".join([WORDS] * 4)), kind="slide"))
    assert "body holds more than it has room for" in inspect(slides.export(full, tmp_path / "full.html"))[0]["outside"]


def test_the_policy_in_the_page_stops_what_would_load(deck, tmp_path):
    file = tmp_path / "loads.html"
    loads = deck.read_text(encoding="utf-8").replace("<footer>", "<img src='http://example.org/a.png'><footer>")
    file.write_text(loads, encoding="utf-8")
    assert any("example.org" in error and "Content Security Policy" in error for error in inspect(file)[0]["errors"])


@pytest.mark.parametrize("query", ["", "?print-pdf"])
def test_print_gives_a_page_per_slide(deck, query):
    with opened(deck, query=query) as page:
        page.wait_for_timeout(500)
        pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    assert re.findall(rb"/MediaBox \[([^\]]*)\]", pdf) == [b"0 0 960 540"] * 8  # points: 1280 by 720 pixels


def test_keys_walk_the_deck_and_open_the_speaker_view(deck):
    with opened(deck) as page:
        page.keyboard.press("ArrowRight")
        assert page.evaluate("Reveal.getIndices().h") == 1
        page.keyboard.press("o")
        assert page.evaluate("Reveal.isOverview()")
        page.keyboard.press("o")
        page.keyboard.press("Home")
        with page.expect_popup() as popup:
            page.keyboard.press("s")
        popup.value.locator(".speaker-controls-notes", has_text="Welkom.").wait_for(timeout=10_000)
        assert len(popup.value.frames) == 3 and all(frame.evaluate("!!window.Reveal") for frame in popup.value.frames[1:])
        assert page.heard == []


def test_a_small_screen_shows_slides_at_their_whole_width(deck):
    with opened(deck, (390, 844)) as page:
        page.wait_for_timeout(300)
        edges = "[...document.querySelectorAll('.sheet')].map((s) => s.getBoundingClientRect()).filter((b) => b.width)"
        boxes = page.evaluate(f"{edges}.map((b) => [b.left, b.right])")
    assert boxes and all(left >= -1 and right <= 391 for left, right in boxes)


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)])
def test_without_a_browser_tests_are_skipped_but_not_in_ci(monkeypatch, ci, outcome):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="install the system package 'chromium'"):
        chromium()


# the longest that practices.csv lets through, three times; and as many lines as a column has room for
LINE = "Wat een gemeente aan leren doet en waarom dat werkt "
PAIR = f"### {LINE[:40]}\n\nbelang straks min aanbod nu: +33 punten (24 tot 42)\n\n**{(LINE * 4)[:59]}**  \n{(LINE * 4)[:150]}  \n*Praktijkverhaal · {LINE[:50]} · [{(LINE * 2)[:80]}](https://voorbeeld.nl)*"
COLUMN = "### Formeel\n\nopleiding, programma of plan\n\n" + "- **100%** Organisatiebreed opleidingsplan\n" * 6 + "- *Weinig gebruikt*\n" + "  - **7%** Meelopen of ruilen\n" * 6


@pytest.fixture(scope="module")
def set_out(tmp_path_factory):
    """A deck with pairs and with columns."""
    words = {"kicker": "Wat doen anderen?", "footer": "n = 154–163 gemeenten; gewogen naar register"}
    cells = [code(bundle(LINE * 2, layout="pairs", body="\n\n".join([PAIR] * 3), **words), kind="slide"),
             code(bundle("Menukaart", layout="columns", body="\n\n".join([COLUMN, COLUMN.replace("leiding", ""), COLUMN[:50]]), **words), kind="slide")]  # fmt: skip
    return slides.export(notebook(*cells), tmp_path_factory.mktemp("decks") / "set_out.html")


@pytest.mark.parametrize("size", [(1280, 720), (1024, 768)], ids="{0[0]}x{0[1]}".format)
def test_columns_and_pairs_are_whole(set_out, size):
    seen = inspect(set_out, size)
    assert [{key: slide[key] for key in ("outside", "overlaps", "errors") if slide[key]} for slide in seen] == [{}, {}]
    assert min(slide["smallest"] for slide in seen) >= 16 and min(slide["contrast"] for slide in seen) >= 4.5


def test_columns_and_pairs_stand_side_by_side(set_out):
    """In the page they stand in the order in which they are to be read: heading, words, heading, words."""
    boxes = "slide => [...document.querySelectorAll('.reveal .slides > section')[slide].querySelectorAll('.words > *')].map(e => [e.tagName, e.offsetLeft, e.offsetTop])"
    with opened(set_out) as page:
        pairs = page.evaluate(boxes, 0)
        page.evaluate("Reveal.slide(1)")
        columns = page.evaluate(boxes, 1)
    assert [tag for tag, _, _ in pairs] == ["H3", "P", "P"] * 3 and [tag for tag, _, _ in columns[:6]] == ["H3", "P", "UL"] * 2
    for heading, found, practice in zip(pairs[::3], pairs[1::3], pairs[2::3]):
        assert heading[1] == found[1] < practice[1] and heading[2] == practice[2] < found[2]
    headings = [box for box in columns if box[0] == "H3"]
    assert len({top for _, _, top in headings}) == 1 and len({left for _, left, _ in headings}) == 3
