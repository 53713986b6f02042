"""What pseudonyms replaced in a labelled text, and how that compares with the labels."""

import re
from collections import Counter

KINDS = {"p": "person", "e": "e-mail", "t": "telefoon", "i": "iban", "b": "bsn", "c": "postcode", "a": "adres",
         "u": "profiel", "n": "personeelsnummer", "d": "geboortedatum"}  # fmt: skip
LABEL = re.compile(r"\{([a-z])\|([^}]*)\}")
TOKEN = re.compile(r"\[(persoon \d+|interviewer|e-mail|telefoon|iban|bsn|postcode|adres|profiel|personeelsnummer|geboortedatum)\]")


def unlabelled(labelled):
    """The text that was labelled, and its spans: (start, end, kind)."""
    text, spans, done = "", [], 0
    for found in LABEL.finditer(labelled):
        text += labelled[done : found.start()]
        spans.append((len(text), len(text) + len(found[2]), KINDS[found[1]]))
        text += found[2]
        done = found.end()
    return text + labelled[done:], spans


def replaced(before, after):
    """The spans of a text that stand as pseudonyms in what became of it."""
    kinds = ["person" if kind.startswith(("persoon", "interv")) else kind for kind in TOKEN.findall(after)]
    between = [re.escape(part) for part in TOKEN.sub("\0", after).split("\0")]
    found = re.fullmatch("(.+?)".join(between), before, re.DOTALL)
    return [(*found.span(number), kind) for number, kind in enumerate(kinds, 1)]


def score(labelled, pseudonymise):
    """Per kind how many spans there are, were wholly replaced, were replaced, and were replaced rightly; and the misses.

    A span is found where all its letters and digits are gone, whatever stands there now. A replacement is right where
    it touches a labelled span.
    """
    counts = {name: Counter() for name in ("labelled", "found", "replaced", "right")}
    misses, alarms = [], []
    for line in labelled:
        text, spans = unlabelled(line)
        made = replaced(text, pseudonymise(text))
        gone = {at for start, end, _ in made for at in range(start, end)}
        for start, end, kind in spans:
            counts["labelled"][kind] += 1
            whole = all(at in gone for at in range(start, end) if text[at].isalnum())
            counts["found"][kind] += whole
            misses += [] if whole else [(kind, text[start:end], text)]
        for start, end, kind in made:
            counts["replaced"][kind] += 1
            right = any(start < stop and begin < end for begin, stop, _ in spans)
            counts["right"][kind] += right
            alarms += [] if right else [(kind, text[start:end], text)]
    return counts, misses, alarms
