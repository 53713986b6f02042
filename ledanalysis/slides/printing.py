"""HTML decks and reports to PDF, printed by a browser of this machine without a network."""

from __future__ import annotations

import os
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
    from playwright.sync_api import Error, sync_playwright

    with sync_playwright() as playwright:
        browser = _started(playwright.chromium, path)
        try:
            context = browser.new_context(offline=True, viewport={"width": 1280, "height": 720})
            context.set_default_timeout(1000 * SECONDS)

            def printed(file: Path) -> bytes:
                try:
                    return _printed(context, Path(file))
                except Error as fault:
                    raise OSError(f"the browser could not print it ({fault.message.splitlines()[0]})") from fault

            yield printed
        finally:
            browser.close()


def _started(chromium, path: str):
    from playwright.sync_api import Error

    root = hasattr(os, "geteuid") and os.geteuid() == 0  # Chromium has no sandbox for root, and in many a container for nobody
    for sandbox in (False,) if root else (True, False):
        try:
            return chromium.launch(executable_path=path, args=QUIET, chromium_sandbox=sandbox)
        except Error as fault:
            reason = fault.message.splitlines()[0]
    raise InputError(f"the browser does not start ({reason})", value=path)


def _printed(context, file: Path) -> bytes:
    page = context.new_page()
    try:
        page.goto(f"{file.resolve().as_uri()}?print-pdf")
        page.evaluate(READY, SECONDS)
        return _undated(page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True))
    finally:
        page.close()


def _undated(content: bytes) -> bytes:
    """The PDF without when it was made, so that the same deck gives the same bytes; viewers show its title, not the file's name."""
    from pypdf import PdfWriter
    from pypdf.generic import BooleanObject, DictionaryObject, NameObject

    writer = PdfWriter(clone_from=BytesIO(content))
    for name in ("/CreationDate", "/ModDate"):
        writer._info.get_object().pop(NameObject(name), None)
    shown = {NameObject("/DisplayDocTitle"): BooleanObject(True)}
    writer.root_object[NameObject("/ViewerPreferences")] = DictionaryObject(shown)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def print_html(html: str) -> bytes:
    """The PDF of a page's HTML; also where a notebook's loop runs, in which playwright cannot.

    Raises
    ------
    InputError
        As `printer`.
    """
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as pool:
        file = Path(folder) / "deck.html"
        file.write_text(html, encoding="utf-8")
        return pool.submit(_print_one, file).result()


def _print_one(file: Path) -> bytes:
    with printer() as printed:
        return printed(file)
