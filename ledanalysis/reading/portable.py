"""SPSS portable files (.por): one long text in lines of 80, numbers in base 30.

Read here and not by pyreadstat, which takes every portable file for UTF-8 (SPSS for Windows writes Windows-1252) and
drops the user-missing codes. The layout is that of the PSPP manual, 'Portable File Format'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.reading.rawfile import RawFile
from ledanalysis.reading.spss import describe, tidy, values_of
from ledanalysis.reading.survey import Options, Survey, assemble

NAME = "SPSS portable"
EXTENSIONS = (".por",)
OPTIONS = ("encoding",)

SIGNATURE = b"SPSSPORT"
START = 456  # 200 characters of greeting and 256 of a table of characters come first
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRST"
NUMBER = re.compile(r" *(?:(\*)\.|(-?)([0-9A-T]*)(?:\.([0-9A-T]*))?(?:([+-])([0-9A-T]+))?/)")
DATES = {20, 22, 23, 24, 28, 29, 30, 38, 39, 41}  # DATE, DATETIME, ADATE, JDATE, MOYR, QYR, WKYR, EDATE, SDATE, YMDHMS
LONGEST = 32_767  # characters of a text


@dataclass
class _Variable:
    name: str
    width: int
    is_date: bool
    label: str = ""
    ranges: list = field(default_factory=list)
    labels: dict = field(default_factory=dict)


class _Text:
    """The file as one text, and how far it has been read."""

    def __init__(self, file: RawFile, encoding: str | None):
        lines = re.split(rb"\r\n|\n|\r", file.content)
        # One character per byte: lengths in the file count bytes. Blanks at the end of a line may have been lost.
        self.text = b"".join(line.ljust(80) for line in lines).decode("latin-1")
        self.place = START + len(SIGNATURE)
        self.file = file
        self.encoding = encoding

    def fail(self, problem: str):
        line = self.place // 80 + 1
        raise InputError(f"not readable as SPSS portable: damaged or cut short ({problem})", file=self.file.name, row=line)

    def tag(self) -> str:
        self.place += 1
        return self.text[self.place - 1 : self.place]

    def number(self) -> float:
        """A number in base 30; the system-missing value is NaN."""
        found = NUMBER.match(self.text, self.place)
        if not found or found.end() - found.start() > 300 or not (found[1] or found[3] or found[4]):
            self.fail("no number where one should be")
        self.place = found.end()
        if found[1]:
            return np.nan
        whole, fraction = found[3] or "", found[4] or ""
        power = int(found[6] or "0", 30) * (-1 if found[5] == "-" else 1) - len(fraction)
        if not -250 < power < 250:
            self.fail("a number beyond all bounds")
        digits = int(whole + fraction, 30)
        value = digits * 30**power if power >= 0 else digits / 30**-power
        try:
            return -float(value) if found[2] else float(value)
        except OverflowError:
            self.fail("a number beyond all bounds")

    def count(self, most: int) -> int:
        value = self.number()
        if not (0 <= value <= most and value == int(value)):
            self.fail("a count beyond all bounds")
        return int(value)

    def string(self) -> str:
        length = self.count(LONGEST)
        if self.place + length > len(self.text):
            self.fail("it ends inside a text")
        self.place += length
        return self.text[self.place - length : self.place]


def recognises(file: RawFile) -> bool:
    return SIGNATURE in re.sub(rb"[\r\n]", b"", file.content[:700])[:520] or b"ASCII SPSS PORT FILE" in file.content[:80]


def read(file: RawFile, options: Options) -> Survey:
    """Read an SPSS portable file: labels, value labels, user-missing codes and ranges, dates.

    The format knows no multiple-response sets and says nothing of its encoding: UTF-8 if all of it fits, else
    Windows-1252, unless `encoding` says otherwise.
    """
    text = _Text(file, options.encoding)
    if text.text[START : text.place] != SIGNATURE.decode():
        text.fail("its signature is not in its place")
    variables = _dictionary(text)
    encoding, plain = _encoding(file, options.encoding)
    rows = _rows(text, variables)
    raw = {each.name: [row[place] for row in rows] for place, each in enumerate(variables)}
    columns, described, found = {}, [], []
    for each in variables:
        ranges = [tuple(map(plain, r)) if isinstance(r, tuple) else tidy(plain(r)) for r in each.ranges]
        values = pd.Series([plain(value) for value in raw[each.name]], dtype="str" if each.width else "float64")
        column, gone = values_of(values, ranges, each.is_date)
        columns[each.name] = column
        found.append((values.index[gone], each.name, [tidy(code) for code in values[gone]]))
        labels = {plain(code): plain(label) for code, label in each.labels.items()}
        described.append(describe(each.name, plain(each.label), labels, ranges, column))
    data = pd.DataFrame(columns, index=pd.RangeIndex(len(rows)))
    return assemble(file, NAME, encoding, data, described, found)


def _encoding(file: RawFile, given: str | None):
    """The name of the encoding, and a function that puts a text (a character per byte) right; numbers stay."""
    encoding = given
    if encoding is None:
        try:
            file.content.decode("utf-8")
            encoding = "utf-8"
        except UnicodeDecodeError:
            encoding = "cp1252"

    def plain(value):
        try:
            return value.encode("latin-1").decode(encoding).rstrip() if isinstance(value, str) else value
        except LookupError:
            raise InputError("unknown encoding", file=file.name, value=encoding) from None
        except UnicodeDecodeError:
            raise InputError(f"not {encoding} throughout; name an encoding", file=file.name) from None

    return encoding, plain


def _dictionary(text: _Text) -> list[_Variable]:
    """The records in front of the data."""
    text.place += 1  # the version
    text.string(), text.string()  # date and time
    variables: list[_Variable] = []
    while (tag := text.tag()) != "F":
        last = variables[-1] if variables else None
        if tag in "1236" and tag:
            text.string()
        elif tag in "45" and tag:
            text.number()
        elif tag == "7":
            variables.append(_variable(text))
        elif tag == "D":
            _value_labels(text, variables)
        elif tag == "E":
            [text.string() for _ in range(text.count(100_000))]
        elif tag in "89ABC" and tag and last:
            _property(tag, text, last)
        else:
            text.fail(f"a record of an unknown kind, {tag!r}")
    names = [each.name for each in variables]
    if not names or len(set(names)) < len(names):
        text.fail("variables without a name of their own")
    return variables


def _variable(text: _Text) -> _Variable:
    width, name = text.count(LONGEST), text.string()
    formats = [text.number() for _ in range(6)]
    return _Variable(name.strip(), width, not width and formats[0] in DATES)


def _property(tag: str, text: _Text, variable: _Variable) -> None:
    """A label, or a code or range that is user-missing, of the variable before it."""

    def value():
        return text.string() if variable.width else text.number()

    if tag == "C":
        variable.label = text.string()
    elif tag == "8":
        variable.ranges.append(value())
    elif variable.width:
        text.fail("a range of texts")
    elif tag == "9":
        variable.ranges.append((-np.inf, tidy_number(value(), text)))
    elif tag == "A":
        variable.ranges.append((tidy_number(value(), text), np.inf))
    else:
        variable.ranges.append((tidy_number(value(), text), tidy_number(value(), text)))


def tidy_number(value: float, text: _Text):
    """A bound of user-missing values, whole where it can be."""
    return tidy(value) if np.isfinite(value) else text.fail("a range without a bound")


def _value_labels(text: _Text, variables: list[_Variable]) -> None:
    names = [text.string().strip() for _ in range(text.count(100_000))]
    named = [each for each in variables if each.name in names]
    if not named:
        text.fail("value labels of an unknown variable")
    for _ in range(text.count(100_000)):
        code = text.string() if named[0].width else text.number()
        label = text.string()
        if code == code:
            for each in named:
                each.labels[code] = label


def _rows(text: _Text, variables: list[_Variable]) -> list[list]:
    rows = []
    while not text.text.startswith("Z", text.place):
        if text.place >= len(text.text):
            text.fail("it has no end")
        rows.append([text.string() if each.width else text.number() for each in variables])
    return rows
