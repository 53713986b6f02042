"""HTML decks and reports to PDF, printed by a browser of this machine without a network."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from ledanalysis.errors import InputError
from ledanalysis.slides.browsers import find_browser

QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
SECONDS = 60  # a deck of a hundred slides takes some seconds
# what a page says when all its sheets are there: reveal.js one `.pdf-page` per slide, a report that it is ready
READY = """seconds => new Promise((done, fail) => {
  const sheets = () => document.querySelectorAll('.pdf-page').length;
  const whole = () => window.Reveal ? Reveal.isReady() && sheets() >= Reveal.getTotalSlides() : document.documentElement.dataset.ready === 'yes';
  const end = performance.now() + 1000 * seconds;
  const look = () => whole() ? requestAnimationFrame(() => requestAnimationFrame(done)) : performance.now() > end ? fail(new Error('not ready')) : setTimeout(look, 15);
  document.fonts.ready.then(look);
})"""

# reveal.js hides all slides but one from who listens, on paper too: tags and outline would have that one alone
HEARD = "document.querySelectorAll('.pdf-page section').forEach(slide => { slide.removeAttribute('hidden'); slide.removeAttribute('aria-hidden'); })"

NODE = re.compile(rb"\(node\d{8}\)")
HEADINGS = "[...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map(heading => heading.textContent)"


@contextmanager
def printer() -> Iterator[Callable[[Path], bytes]]:
    """A browser, for as long as there is something to print: a function from an HTML file to the bytes of its PDF.

    That raises OSError where the page is not ready in time or the browser fails.

    Raises
    ------
    InputError
        As `find_browser`, and if the browser does not start.
    """
    path = find_browser()
    with ThreadPoolExecutor(1) as thread:  # playwright cannot run where a loop does, as in a notebook
        playwright, browser = thread.submit(_opened, path).result()
        try:
            yield lambda file: thread.submit(_printed, browser, Path(file)).result()
        finally:
            thread.submit(_closed, playwright, browser).result()


def _opened(path: str):
    from playwright.sync_api import sync_playwright

    playwright = sync_playwright().start()
    try:
        return playwright, _started(playwright.chromium, path)
    except BaseException:
        playwright.stop()
        raise


def _closed(playwright, browser) -> None:
    browser.close()
    playwright.stop()


def _started(chromium, path: str):
    from playwright.sync_api import Error

    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium has no sandbox for root, and in many a container for nobody
    for sandbox in (False,) if root else (True, False):
        try:
            return chromium.launch(executable_path=path, args=QUIET, chromium_sandbox=sandbox)
        except Error as fault:
            reason = fault.message.splitlines()[0]
    raise InputError(f"the browser does not start ({reason})", value=path)


def _printed(browser, file: Path) -> bytes:
    from playwright.sync_api import Error

    try:
        with browser.new_context(offline=True, viewport={"width": 1280, "height": 720}) as context:
            context.set_default_timeout(1000 * SECONDS)
            page = context.new_page()
            page.goto(f"{file.resolve().as_uri()}?print-pdf")
            page.evaluate(READY, SECONDS)
            page.evaluate(HEARD)
            content = page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
            return _finished(content, page.evaluate(HEADINGS))
    except Error as fault:
        raise OSError(f"the browser could not print it ({fault.message.splitlines()[0]})") from fault


def _finished(content: bytes, headings: list[str]) -> bytes:
    """The PDF without when it was made, so that the same deck gives the same bytes; viewers show its title, not the file's name.

    In the outline Chromium leaves out the blank at which a heading's line ends: there it gets the page's own words.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # Chromium's count of its own objects is some too low, and that is said of each
    reader = PdfReader(BytesIO(content))
    writer = PdfWriter(clone_from=reader)
    writer.pdf_header = reader.pdf_header
    if writer.metadata:
        writer.metadata = {name: value for name, value in writer.metadata.items() if name not in ("/CreationDate", "/ModDate")}
    writer.root_object[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    words = {_solid(heading): " ".join(heading.split()) for heading in headings}
    for entry in _entries(writer.root_object.get("/Outlines", {})):
        entry[NameObject("/Title")] = TextStringObject(words.get(_solid(entry["/Title"]), entry["/Title"]))
    stream = BytesIO()
    writer.write(stream)
    return _renumbered(stream.getvalue())


def _renumbered(content: bytes) -> bytes:
    """Names of tagged elements by their order: Chromium numbers its nodes, and now and then skips a number.

    Examples
    --------
    >>> _renumbered(b"/ID (node00000042) /ID (node00000090) /Headers [ (node00000042) ]")
    b'/ID (node00000001) /ID (node00000002) /Headers [ (node00000001) ]'
    """
    places = {name: b"(node%08d)" % place for place, name in enumerate(sorted(set(NODE.findall(content))), 1)}
    return NODE.sub(lambda found: places[found[0]], content)  # of the same length, so that what points to a place in the file still does


def _solid(text: str) -> str:
    return "".join(text.split())


def _entries(parent) -> Iterator:
    """The entries of an outline, those below others too."""
    entry = parent.get("/First")
    while entry is not None:
        entry = entry.get_object()
        yield entry
        yield from _entries(entry)
        entry = entry.get("/Next")


def print_html(html: str) -> bytes:
    """The PDF of a page's HTML.

    Raises
    ------
    InputError
        As `printer`.
    """
    with tempfile.TemporaryDirectory() as folder, printer() as printed:
        file = Path(folder) / "deck.html"
        file.write_text(html, encoding="utf-8")
        return printed(file)
