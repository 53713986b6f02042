"""The browser of this machine: any that Chromium is in, under the names that systems give it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from ledanalysis.errors import InputError

ASKED = "LED_BROWSER"  # the environment variable that names the browser's file
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge", "microsoft-edge-stable", "msedge")
WINDOWS = ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe", "Chromium/Application/chrome.exe")
PROGRAMS = ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")  # where Windows keeps programs
MACOS = ("Google Chrome", "Microsoft Edge", "Chromium")


def find_browser() -> str:
    """The path of a browser that can print.

    Raises
    ------
    InputError
        If playwright is not installed, there is no browser, or the environment names a file that is not there.
    """
    if find_spec("playwright") is None:
        raise InputError("a PDF needs the package playwright, which is not installed", allowed="pip install 'ledanalysis[pdf]'")
    asked = os.environ.get(ASKED, "")
    if asked:
        if path := shutil.which(asked):
            return path
        raise InputError(f"the environment variable {ASKED} names no program", value=asked, allowed="the path of Chromium, Chrome or Edge")
    found = next(_present(), None)
    if found is None:
        allowed = f"install Chromium, Chrome or Edge, or name it in the environment variable {ASKED}"
        raise InputError("a PDF needs a browser, and none was found here", allowed=allowed)
    return found


def _present() -> Iterator[str]:
    yield from filter(None, map(shutil.which, NAMES))
    folders = [Path(os.environ[name]) for name in PROGRAMS if os.environ.get(name)]
    places = [folder / name for name in WINDOWS for folder in folders]
    places += [folder / f"{name}.app/Contents/MacOS/{name}" for name in MACOS for folder in (Path("/Applications"), Path.home() / "Applications")]
    yield from (str(place) for place in places if place.is_file())
