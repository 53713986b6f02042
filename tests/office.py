"""Looks at a presentation as its audience will: LibreOffice makes pages of it, and each word's place is read from those."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

NEEDED = {"soffice": "libreoffice-impress", "pdftotext": "poppler-utils"}
TOUCH = 0.25  # of a line's height: boxes of words are taller than their letters


def pages(decks: list[Path], folder: Path) -> dict[str, list[list[tuple]]]:
    """By a deck's name its pages: per word its box (points, as parts of the page) and itself.

    Without the programs the test is skipped, but fails where CI is set: there it must have run.
    """
    for program, package in NEEDED.items():
        if not shutil.which(program):
            missing = f"no {program}: install the system package '{package}' to look at the decks for PowerPoint"
            return pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    profile = f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}"  # its own: two that share one do nothing
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *decks]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return {deck.stem: _words(folder / f"{deck.stem}.pdf") for deck in decks}


def _words(pdf: Path) -> list[list[tuple]]:
    said = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True, timeout=60).stdout
    space = "{http://www.w3.org/1999/xhtml}"
    found = []
    for page in ElementTree.fromstring(said).iter(f"{space}page"):
        width, height = float(page.get("width")), float(page.get("height"))
        found.append([(*(float(word.get(side)) / (width if side[0] == "x" else height) for side in ("xMin", "yMin", "xMax", "yMax")), word.text)
                      for word in page.iter(f"{space}word")])  # fmt: skip
    return found


def faults(page: list[tuple]) -> list[str]:
    """Words that leave the page, and pairs that lie over each other."""
    outside = [f"{word} leaves the page" for left, top, right, bottom, word in page if left < 0 or top < 0 or right > 1 or bottom > 1]
    return outside + [f"{one[4]} | {other[4]}" for at, one in enumerate(page) for other in page[at + 1 :] if _over(one, other)]


def _over(one: tuple, other: tuple) -> bool:
    spare = TOUCH * min(one[3] - one[1], other[3] - other[1])
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 0.002 and high > spare
