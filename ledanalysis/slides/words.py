"""The words of a deck's own controls, and those of reveal.js and its speaker view, in the deck's language."""

from __future__ import annotations

import re

from ledanalysis.errors import InputError
from ledanalysis.labels import text

# What reveal.js says, and what stands there instead: a {word} is the end of a key of the labels, `speaker_...`.
REVEAL = {'this.jumpInput.placeholder="Jump to slide"': 'this.jumpInput.ariaLabel=this.jumpInput.placeholder="{jump}"'}
SPEAKER = {
    r"<html lang=\"en\">": r"<html lang=\"{language}\">",
    "<title>reveal.js - Speaker View</title>": "<title>{title}</title>",
    "Loading speaker view...": "{loading}",
    ">Upcoming<": ">{upcoming}<",
    "Time <span": "{time} <span",
    "Click to Reset": "{reset}",
    "Pacing – Time to finish current slide": "{pacing}",
    ">Notes<": ">{notes}<",
    "'Layout'": "'{layout}'",
    "'Default'": "'{default}'",
    "'Wide'": "'{broad}'",
    "'Tall'": "'{tall}'",
    "'Notes only'": "'{only}'",
    "<select class=": r"<select aria-label=\"{layout}\" class=",
    "currentSlide.setAttribute( 'width', 1280 )": "currentSlide.title = '{present}', currentSlide.setAttribute( 'width', 1280 )",
    "upcomingSlide.setAttribute( 'width', 640 )": "upcomingSlide.title = '{upcoming}', upcomingSlide.setAttribute( 'width', 640 )",
    "Cross origin error.<br>The speaker window can only be opened from the same origin.": "{origin}",
    "Error connecting to main window.<br>Please try closing and reopening the speaker view.": "{lost}",
    "Speaker view popup failed to open. Please make sure popups are allowed and reopen the speaker view.": "{blocked}",
    "'en-US', { hour12: true": "'{clock}', { hour12: false",
    ">0:00 AM<": ">0:00<",
}
CLOCKS = {"nl": "nl-NL", "en": "en-GB"}
KEYS = {"next": "→", "previous": "←", "ends": "Home, End", "overview": "O, Esc", "table": "T", "read": "R", "speaker": "S", "full": "F",
        "pause": "B", "jump": "G", "help": "?"}  # fmt: skip
LIVE = ("spoken", "paused", "resumed", "overview", "wide")  # said while the deck is used
PLACES = {name: f"{{{name}}}" for name in ("number", "total", "title", "what")}  # filled in by the page


def in_words(code: str, changes: dict[str, str], language: str, file: str) -> str:
    """A script with its English words changed.

    Raises
    ------
    InputError
        One of them is not there, or more than once: the installed reveal.js is another one than this table is for.

    Examples
    --------
    >>> in_words('<b>Upcoming</b>', {">Upcoming<": ">{upcoming}<"}, "nl", "notes.js")
    '<b>Hierna</b>'
    """
    for old, new in changes.items():
        if code.count(old) != 1:
            problem = f"these words of reveal.js stand there {code.count(old)} times; install the sphinx-revealjs of requirements.lock"
            raise InputError(problem, file=file, value=old, allowed="once")
        code = code.replace(old, re.sub(r"\{(\w+)\}", lambda found: _speaker(found[1], language), new))
    return code


def _speaker(key: str, language: str) -> str:
    own = {"language": language, "clock": CLOCKS[language]}
    return own.get(key) or text(f"speaker_{key}", language).replace("'", "’")  # an apostrophe would end the script's own text


def say(key: str, language: str) -> str:
    """A word of the deck's own controls.

    Examples
    --------
    >>> say("next", "nl"), say("spoken", "en")
    ('Volgende dia', 'Slide {number} of {total}: {title}')
    """
    return text(f"slide_{key}", language, **PLACES)
