"""Excel workbooks (.xlsx): one sheet, with the headers people make."""

from __future__ import annotations

import io
import posixpath
import re
import warnings
from contextlib import contextmanager

import openpyxl
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.escape import unescape

from ledanalysis.errors import InputError
from ledanalysis.reading import bounds
from ledanalysis.reading.package import open_package
from ledanalysis.reading.rawfile import RawFile, zip_holds
from ledanalysis.reading.survey import Options, Survey
from ledanalysis.reading.workbook import OPTIONS, Sheet, read_sheets

__all__ = ["EXTENSIONS", "NAME", "OPTIONS", "read", "recognises"]

NAME = "Excel"
EXTENSIONS = (".xlsx", ".xlsm")

AREA = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
PLACED = re.compile(rb"<(?:\w+:)?(?:row|c)(?=[\s/>])[^>]*>")
PLACE = re.compile(rb"\sr=[\"']([A-Z]{0,3})(\d{1,7})[\"']")
MOST_IN_DISORDER = 1_000_000  # cells of a sheet whose cells are not in order: it is held in memory as openpyxl has it


def recognises(file: RawFile) -> bool:
    return zip_holds(file, "xl/")


def read(file: RawFile, options: Options) -> Survey:
    """Read a sheet of a workbook: the one asked for, else the first visible one that has anything in it.

    Formulas give the result that Excel stored. Yes/no cells are 1 and 0, times and durations numbers of seconds.
    """
    archive = open_package(file)
    parts = _parts(archive, file)
    pages = {name: bounds.unpacked(archive, part, file.name) for name, part in parts.items()}
    areas = {name: _areas(content, name, file) for name, content in pages.items()}
    in_order = all(_is_in_order(content) for content in pages.values())
    has_formulas = {name for name, content in pages.items() if b"<f" in content}
    del pages
    workbook = _load(file, in_order)
    sheets = [_sheet(each, areas.get(each.title, []), in_order, file) for each in workbook.worksheets]
    check = lambda sheet: _check_formulas(file, sheet.name, in_order) if sheet.name in has_formulas else None  # noqa: E731
    return read_sheets(file, NAME, sheets, options, check)


def _parts(archive, file: RawFile) -> dict[str, str]:
    """The part of each sheet."""
    book = bounds.parse_xml(bounds.unpacked(archive, "xl/workbook.xml", file.name), file.name)
    relations = bounds.parse_xml(bounds.unpacked(archive, "xl/_rels/workbook.xml.rels", file.name), file.name)
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    found = {sheet.get("name", ""): posixpath.normpath(posixpath.join("/xl", targets.get(sheet.get("id"), ""))).lstrip("/")
             for sheet in book.findall("sheets/sheet")}  # fmt: skip
    return {name: part for name, part in found.items() if part in archive.namelist() and "worksheets/" in part}


def _areas(content: bytes, sheet: str, file: RawFile) -> list[tuple[int, int, int, int]]:
    """Merged areas (top, left, bottom, right); too large to be meant are refused."""
    found = [
        (int(top), column_index_from_string(left.decode()), int(bottom), column_index_from_string(right.decode()))
        for left, top, right, bottom in AREA.findall(content)
    ]
    bounds.check_span(sum(max(bottom - top + 1, 0) * max(right - left + 1, 0) for top, left, bottom, right in found), 1, sheet, file.name)
    return found


def _is_in_order(content: bytes) -> bool:
    """Whether rows and cells say where they are, each after the one before: then they can be read one by one."""
    row, column, numbers = 0, 0, {b"": 0}
    for tag in PLACED.finditer(content):
        place = PLACE.search(tag[0])
        if place is None:
            return False
        letters, number = place[1], int(place[2])
        if letters not in numbers:
            numbers[letters] = column_index_from_string(letters.decode())
        if letters and (number != row or numbers[letters] <= column):
            return False
        if not letters and number <= row:
            return False
        row, column = number, numbers[letters]
    return True


def _sheet(sheet, areas: list, in_order: bool, file: RawFile) -> Sheet:
    def rows() -> list[list]:
        if in_order:
            sheet.reset_dimensions()  # what the file says of its extent may be wrong
        else:
            bounds.check_span(sheet.max_row * bounds.MOST_CELLS // MOST_IN_DISORDER, sheet.max_column, sheet.title, file.name)
        found, width = [], 0
        for cells in _reading(sheet.iter_rows(values_only=True), file):
            found.append([_tidy(cell) for cell in cells])
            width = max(width, len(found[-1]))
            bounds.check_span(len(found), width, sheet.title, file.name)
        found = [row + [None] * (width - len(row)) for row in found]
        for top, left, bottom, right in areas:  # of a merged area only the first cell shows
            for number, row in enumerate(found[top - 1 : bottom], start=top):
                for place in range(left - 1, min(right, width)):
                    row[place] = row[place] if (number, place) == (top, left - 1) else None
        return found

    return Sheet(sheet.title, sheet.sheet_state == "visible", rows, tuple(areas))


@contextmanager
def _opened(file: RawFile):
    """A damaged workbook fails in zip, XML or openpyxl, each with errors of its own."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about charts, validation and print settings, which are not read
            yield
    except Exception as error:
        raise InputError(f"not readable as Excel: damaged or cut short ({error})", file=file.name) from None


def _reading(rows, file: RawFile):
    """Rows as they are read."""
    with _opened(file):
        yield from rows


def _load(file: RawFile, in_order: bool, formulas: bool = False):
    with _opened(file):
        return openpyxl.load_workbook(io.BytesIO(file.content), data_only=not formulas, read_only=in_order)


def _check_formulas(file: RawFile, sheet: str, in_order: bool) -> None:
    """Refuse a formula whose result was never stored: it would read as an empty cell."""
    books = [_load(file, in_order, formulas)[sheet] for formulas in (True, False)]
    for each in books if in_order else []:
        each.reset_dimensions()
    for row, results in zip(*(_reading(each.iter_rows(), file) for each in books)):
        for cell, stored in zip(row, results):
            # A stored empty text has the type 'str'; where no result is stored the type is a number's.
            if cell.data_type == "f" and stored.value is None and stored.data_type == "n":
                raise InputError("a formula without a stored result: open and save the workbook in Excel",
                                 file=file.name, row=cell.row, column=get_column_letter(cell.column),
                                 value=str(cell.value))  # fmt: skip


def _tidy(cell):
    """Texts with what Excel writes as _x000D_ put right, without halves of characters; other cells as they are."""
    if not isinstance(cell, str):
        return cell
    if "_x" in cell:
        cell = unescape(cell).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return cell.replace("\r\n", "\n").replace("\r", "\n")
