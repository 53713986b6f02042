"""Texts and numbers as cells: what a text holds can do nothing, and is shown as far as a cell has room."""

from __future__ import annotations

import re
import unicodedata

MOST_LETTERS = 32_767  # of a cell
MOST_HEADER = 255  # of a column of an Excel table
MOST_NAME = 31  # of a sheet
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # what a workbook would read as a character's number
BEGINS_FORMULA = re.compile(r"[\s=+\-@\uff1d\uff0b\uff0d\uff20]")


def safe(text: str, most: int = MOST_LETTERS) -> str:
    """A text as a cell can hold it: without characters that XML has not, cut with an ellipsis where it is too long.

    Examples
    --------
    >>> safe("a\\x00b"), safe("leren en ontwikkelen", 10)
    ('ab', 'leren en …')
    """
    text = NOT_IN_XML.sub("", text).replace("\r\n", "\n")
    return text if len(text.encode("utf-16-le")) // 2 <= most else _cut(text, most)


def _cut(text: str, most: int) -> str:
    kept = text.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore")  # Excel counts UTF-16 units
    return f"{kept}…"


def escaped(text: str) -> str:
    """A text as it is written in a workbook, which reads _x0041_ as an A; once, for an escape would be escaped too.

    Examples
    --------
    >>> escaped("_x0041_ en _x"), escaped("leren")
    ('_x005F_x0041_ en _x', 'leren')
    """
    return ESCAPED.sub("_x005F_", text)


def line(text: str, most: int = MOST_LETTERS) -> str:
    """The same on one line."""
    return safe(" ".join(text.split()), most)


def is_risky(text: str) -> bool:
    """Whether a spreadsheet would run a text if somebody typed it: it is marked as text."""
    return bool(BEGINS_FORMULA.match(text))


def distinct(texts: list[str], most: int = MOST_HEADER) -> list[str]:
    """Texts that differ, in whatever case they are read, none of them empty: headers of columns, names of sheets.

    Examples
    --------
    >>> distinct(["Drenthe", "drenthe", ""])
    ['Drenthe', 'drenthe (2)', '–']
    """
    taken, found = set(), []
    for text in texts:
        text = line(text, most) or "–"
        number, name = 1, text
        while name.casefold() in taken:
            number += 1
            name = f"{line(text, most - len(f' ({number})'))} ({number})"
        taken.add(name.casefold())
        found.append(name)
    return found


def sheet_names(names: list[str]) -> list[str]:
    """Names of sheets as Excel allows them: 31 characters, none of []:*?/\\, no apostrophe at an end; all different.

    Examples
    --------
    >>> sheet_names(["1a Belang: nu/straks · Stedelijkheid", "'Inhoud'", "inhoud"])
    ['1a Belang nu … · Stedelijkheid', 'Inhoud', 'inhoud (2)']
    """
    plain = [re.sub(r"[\[\]:*?/\\]", " ", ESCAPED.sub("- ", line(name))).strip("' ") for name in names]
    plain = ["_" if name.casefold() in ("history", "") else name for name in plain]
    return distinct([_shorter(name) for name in plain], MOST_NAME)


def _shorter(name: str) -> str:
    """Of a name that is too long the first part is cut, so that the last one, which tells it from its neighbours, stays."""
    first, *rest = name.split(" · ")
    tail = "".join(f" · {part}" for part in rest)
    room = MOST_NAME - len(tail)
    return name if len(name) <= MOST_NAME or room < 8 else safe(first, room).strip("' ") + tail


def width(text: str) -> int:
    """How many columns of a letter a text takes: what is wide in East Asia, and emoji, takes two.

    Examples
    --------
    >>> width("leren"), width("学习"), width("een\\ntwee")
    (5, 4, 4)
    """
    return max((sum(_wide(letter) for letter in line) for line in text.split("\n")), default=0)


def _wide(letter: str) -> int:
    return 0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
