"""OpenDocument spreadsheets (.ods): read from their XML, because no living library hands on which cells are merged."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ledanalysis.errors import InputError
from ledanalysis.reading import bounds
from ledanalysis.reading.rawfile import RawFile
from ledanalysis.reading.survey import Options, Survey
from ledanalysis.reading.workbook import OPTIONS, Sheet, read_sheets

__all__ = ["EXTENSIONS", "NAME", "OPTIONS", "read", "recognises"]

NAME = "OpenDocument"
EXTENSIONS = (".ods", ".fods")

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
SHEET, ROW, STYLES = f"{TABLE}table", f"{TABLE}table-row", f"{STYLE}style"
TYPE = b"application/vnd.oasis.opendocument.spreadsheet"
DURATION = re.compile(r"(-?)P(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,8}(?:[.,]\d+)?)S)?)?")
SCAN = 10_000


def recognises(file: RawFile) -> bool:
    if file.content.startswith(b"PK\x03\x04"):
        # The standard has the type as the first part, not packed.
        return TYPE in file.content[:200]
    return b"office:document" in file.content[:SCAN] and TYPE in file.content[:SCAN]


def read(file: RawFile, options: Options) -> Survey:
    """Read a sheet of an OpenDocument spreadsheet, packed (.ods) or flat (.fods), as `excel.read` does of a workbook.

    Formulas give the result that was stored. Percentages are fractions, yes/no cells 1 and 0, durations seconds.
    """
    content = file.content
    if content.startswith(b"PK"):
        content = bounds.unpacked(bounds.open_archive(content, file.name), "content.xml", file.name)
    hidden, sheets = set(), []
    for each in bounds.each_element(content, file.name, {STYLES, ROW}, opened=SHEET):
        if each.tag == STYLES:
            hidden.add(_hides(each))
        elif each.tag == SHEET:
            sheets.append(_Rows(each.get(f"{TABLE}name") or "", each.get(f"{TABLE}style-name")))
        elif sheets:
            sheets[-1].add(each, file)
    if not sheets:
        raise InputError("no sheet in it", file=file.name)
    return read_sheets(file, NAME, [each.as_sheet(hidden - {None}) for each in sheets], options)


def _hides(style) -> str | None:
    """The name of a style that hides a sheet."""
    shown = [each.get(f"{TABLE}display") for each in style.iter(f"{STYLE}table-properties")]
    return style.get(f"{STYLE}name") if "false" in shown else None


@dataclass
class _Rows:
    """The rows of a sheet so far, and its merged areas.

    Equal cells and rows are written once with a count: empty ones at the end, up to a million, are left out.
    """

    name: str
    style: str | None
    rows: list[list] = field(default_factory=list)
    merged: list[tuple] = field(default_factory=list)
    waiting: int = 0
    width: int = 0

    def add(self, row, file: RawFile) -> None:
        before = len(self.rows) + self.waiting
        cells, areas = _row(row, before, self.name, file)
        times = _count(row, "number-rows-repeated", file)
        if not any(cell is not None for cell in cells) and not areas:
            self.waiting += times
            return
        self.width = max(self.width, len(cells), *(area[3] for area in areas), 0)
        bounds.check_span(before + times, self.width, self.name, file.name)
        self.rows += [[] for _ in range(self.waiting)] + [list(cells) for _ in range(times)]
        self.merged += areas
        self.waiting = 0

    def as_sheet(self, hidden: set) -> Sheet:
        def rows() -> list[list]:
            return [row + [None] * (self.width - len(row)) for row in self.rows]

        merged = tuple(area for area in self.merged if area[2] <= len(self.rows))
        return Sheet(self.name, self.style not in hidden, rows, merged)


def _row(row, before: int, sheet: str, file: RawFile) -> tuple[list, list]:
    cells, areas, empty = [], [], 0
    for cell in row:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        times = _count(cell, "number-columns-repeated", file)
        value = _value(cell, file, before + 1)
        tall, wide = _count(cell, "number-rows-spanned", file), _count(cell, "number-columns-spanned", file)
        if value is None and tall == wide == 1:
            empty += times
            continue
        bounds.check_span(1, len(cells) + empty + max(times, wide), sheet, file.name)
        bounds.check_span(tall, wide, sheet, file.name)
        cells += [None] * empty + [value] * times
        empty = 0
        if tall > 1 or wide > 1:
            areas.append((before + 1, len(cells), before + tall, len(cells) + wide - 1))
    return cells, areas


def _count(element, name: str, file: RawFile) -> int:
    text = element.get(f"{TABLE}{name}", "1")
    if not re.fullmatch(r"[0-9]{1,9}", text) or not 0 < int(text) <= 25 * bounds.MOST_CELLS:
        raise InputError("a count beyond all bounds", file=file.name, value=text, column=name)
    return int(text)


def _value(cell, file: RawFile, row: int):
    """What a cell holds: a number, a datetime, a duration, yes or no, or a text; None if nothing."""
    kind = cell.get(f"{OFFICE}value-type")
    try:
        if kind in ("float", "percentage", "currency"):
            number = float(cell.get(f"{OFFICE}value"))
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
        if kind == "date":
            return datetime.fromisoformat(cell.get(f"{OFFICE}date-value"))
        if kind == "time":
            sign, *parts = DURATION.fullmatch(cell.get(f"{OFFICE}time-value")).groups()
            days, hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in parts)
            span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
            return -span if sign else span
        if kind == "boolean":
            return cell.get(f"{OFFICE}boolean-value") == "true"
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise InputError(f"a cell that is no {kind}", file=file.name, row=row) from None
    text = "\n".join(_text(part) for part in cell if part.tag == f"{TEXT}p")  # a comment is no text:p of the cell's own
    return text or cell.get(f"{OFFICE}string-value") or None


def _text(element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{TEXT}s":
            count = child.get(f"{TEXT}c", "1")
            parts.append(" " * min(int(count) if re.fullmatch("[0-9]{1,4}", count) else 1, 1000))
        elif child.tag == f"{TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{TEXT}line-break":
            parts.append("\n")
        elif child.tag != f"{OFFICE}annotation":
            parts.append(_text(child))
        parts.append(child.tail or "")
    return "".join(parts)
