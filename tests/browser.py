"""Looks at a deck as its audience will: in a browser without a network, one slide at a time."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, nullcontext
from importlib.util import find_spec
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCAL = ("file:", "data:", "blob:", "about:")


def chromium() -> str:
    """The browser's path. Without one the test is skipped, but fails where CI is set: there it must have run."""
    found = next(filter(None, (shutil.which(name) for name in NAMES)), None)
    if found:
        return found
    missing = f"no browser ({', '.join(NAMES)}): install the system package 'chromium' to look at the decks"
    return pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)


@contextmanager
def launched():
    """A browser, to open more than one deck in."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def opened(deck: Path, size=(1280, 720), query="", browser=None, **options):
    """A page with the deck on it, reveal.js (or the page to read) ready; of options see playwright's `new_context`.

    `page.heard` collects what went wrong, `page.asked` foreign requests. Without a browser one is started for it.
    """
    with nullcontext(browser) if browser else launched() as used, _context(used, size, options) as context:
        page = context.new_page()
        page.heard, page.asked = [], []
        context.on("request", lambda request: _note(page.asked, request.url, not request.url.startswith(LOCAL)))
        page.on("console", lambda said: _note(page.heard, said.text, said.type in ("error", "warning")))
        page.on("pageerror", lambda error: page.heard.append(str(error)))
        page.on("dialog", lambda dialog: (page.heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.goto(Path(deck).resolve().as_uri() + query)
        page.wait_for_function("() => document.querySelector('html.reading') || !window.Reveal || Reveal.isReady()")
        yield page


def _context(browser, size, options):
    return browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True, **options)


def _note(notes, text, wanted):
    if wanted:
        notes.append(text)


def inspect(deck: Path, size=(1280, 720), shots: Path | None = None, browser=None) -> list[dict]:
    """What is on each slide, and what is wrong with it.

    Lengths are in units of the slide's canvas of 1280 by 720, whatever the screen's size.

    Parameters
    ----------
    deck : Path
        The HTML file.
    size : (int, int)
        Width and height of the screen in pixels.
    shots : Path, optional
        A folder for a picture of each slide.
    browser : optional
        As of `launched`, for more than one deck.

    Returns
    -------
    list of dict
        Per slide: `slide`, `title`, `heading` (its tag), `lines` (of the title), `footer`; `outside` (text and
        pictures that leave the slide, are cut or covered), `overlaps` (pairs that touch), `broken` (pictures not shown),
        `figures` (width and height as painted), `smallest` (font size), `contrast` (least, against white),
        `fonts` (families that failed to load), `errors` (console and page) and `requests` (any but to the file).
    """
    seen = []
    with opened(deck, size, browser=browser) as page:
        for number in range(page.evaluate("Reveal.getTotalSlides()")):
            page.evaluate("number => { Reveal.slide(number, 0); while (Reveal.nextFragment()); }", number)
            page.wait_for_timeout(60)
            measured = page.evaluate(MEASURE)
            seen.append({"slide": number + 1, **measured, "errors": page.heard[:], "requests": page.asked[:]})
            page.heard.clear()
            page.asked.clear()
            if shots:
                Path(shots).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=Path(shots) / f"{Path(deck).stem}-{size[0]}-{number + 1:02}.png")
    return seen


# Text is measured where its letters are, not where its element is: an element can be smaller than what is in it.
MEASURE = r"""
() => {
  const section = Reveal.getCurrentSlide();
  const sheet = document.querySelector('.slides').getBoundingClientRect();
  const scale = sheet.width / 1280;
  const units = (box) => ({left: (box.left - sheet.left) / scale, top: (box.top - sheet.top) / scale,
                           right: (box.right - sheet.left) / scale, bottom: (box.bottom - sheet.top) / scale});
  const block = (element) => {
    while (getComputedStyle(element).display.startsWith('inline')) element = element.parentElement;
    return element;
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).slice(0, 3).map((c) => c / 255)
      .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const outside = [], overlaps = [], things = [], broken = [], figures = [], sizes = [], contrasts = [];
  const walker = document.createTreeWalker(section, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, text = node.textContent.trim();
    if (!text || node.parentElement.closest('aside, dialog')) continue;
    const style = getComputedStyle(node.parentElement), range = document.createRange();
    range.selectNodeContents(node);
    sizes.push(parseFloat(style.fontSize));
    contrasts.push(1.05 / (luminance(style.color) + 0.05));
    for (const box of range.getClientRects()) {
      const top = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
      if (!section.contains(top)) outside.push(text.slice(0, 40) + ' is not to be seen');
      const thing = {name: text.slice(0, 40), block: block(node.parentElement), ...units(box)};
      const spare = (thing.bottom - thing.top - parseFloat(style.fontSize)) / 2;  // a letter's box is taller than the letter
      things.push({...thing, top: thing.top + spare, bottom: thing.bottom - spare});
    }
  }
  for (const img of section.querySelectorAll('img')) {
    if (!img.complete || !img.naturalWidth) { broken.push(img.alt || img.src.slice(0, 60)); continue; }
    const box = units(img.getBoundingClientRect()), fit = getComputedStyle(img).objectFit === 'contain';
    const times = Math.min((box.right - box.left) / img.naturalWidth, (box.bottom - box.top) / img.naturalHeight);
    const right = fit ? box.left + times * img.naturalWidth : box.right;
    const bottom = fit ? box.top + times * img.naturalHeight : box.bottom;
    figures.push([Math.round(right - box.left), Math.round(bottom - box.top)]);
    things.push({name: 'picture', block: img, left: box.left, top: box.top, right, bottom});
  }
  for (const element of section.querySelectorAll('.sheet, .sheet *')) {
    const box = units(element.getBoundingClientRect());
    if (box.left < -1 || box.top < -1 || box.right > 1281 || box.bottom > 721)
      outside.push(element.tagName.toLowerCase() + ' leaves the slide');
    if (element.matches('.body, .sheet') && element.scrollHeight > element.clientHeight + 1)
      outside.push(element.className + ' holds more than it has room for');
    if (getComputedStyle(element).overflow !== 'visible' && element.scrollHeight > element.clientHeight + 1)
      outside.push(element.tagName.toLowerCase() + ' is cut');
  }
  for (const thing of things)
    if (thing.left < -1 || thing.top < -1 || thing.right > 1281 || thing.bottom > 721) outside.push(thing.name);
  for (let i = 0; i < things.length; i++) for (let j = i + 1; j < things.length; j++) {
    const a = things[i], b = things[j];
    if (a.block === b.block) continue;
    const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (width > 1 && height > 1) overlaps.push(a.name + ' | ' + b.name);
  }
  const title = section.querySelector('h1, h2');
  return {
    title: title ? title.innerText : '', heading: title ? title.tagName.toLowerCase() : '',
    lines: title ? Math.round(title.offsetHeight / parseFloat(getComputedStyle(title).lineHeight)) : 0,
    footer: section.querySelector('footer').innerText, outside, overlaps, broken, figures,
    smallest: Math.min(...sizes), contrast: Math.min(...contrasts),
    fonts: [...document.fonts].filter((face) => face.status !== 'loaded').map((face) => face.family + ' ' + face.weight),
  };
}
"""


AXE = Path(find_spec("axe_playwright_python").origin).parent / "axe.min.js"
FAULTS = """async (sure) => {
  const found = await axe.run(document);
  const unseen = found.incomplete.filter((fault) => sure && fault.id === 'color-contrast');  // words of which it cannot tell are not yet right
  return found.violations.concat(unseen).flatMap((fault) => fault.nodes.map((node) => fault.id + ': ' + node.target.join(' ') + ' ' + node.any.concat(node.all, node.none).map((why) => why.message).join('; ')));
}"""


def axe(page, sure: bool = True) -> list[str]:
    """What axe-core finds wrong with what the page now shows, by its rules for WCAG 2.1 A and AA and its best practices.

    `sure`: words of which it cannot tell what they stand on count too; it never can of those in an open dialog.
    """
    if not page.evaluate("!!window.axe"):
        page.evaluate(AXE.read_text("utf-8"))
    return page.evaluate(FAULTS, sure)
