"""Excel workbooks (.xlsx): one sheet, with the headers people make."""

from __future__ import annotations

import io
import re
import warnings

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


def recognises(file: RawFile) -> bool:
    return zip_holds(file, "xl/")


def read(file: RawFile, options: Options) -> Survey:
    """Read a sheet of a workbook: the one asked for, else the first visible one that has anything in it.

    Formulas give the result that Excel stored. Yes/no cells are 1 and 0, times and durations numbers of seconds.
    """
    archive = open_package(file)
    pages = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
    has_formulas = False
    for page in pages:
        content = bounds.unpacked(archive, page, file.name)
        has_formulas |= b"<f" in content
        _check_areas(content, page, file)
    workbook = _load(file)
    check = (lambda sheet: _check_formulas(file, workbook[sheet.name])) if has_formulas else (lambda sheet: None)
    return read_sheets(file, NAME, [_sheet(each, file) for each in workbook.worksheets], options, check)


def _check_areas(content: bytes, page: str, file: RawFile) -> None:
    """Refuse merged areas too large to be meant: the library makes a cell of each of their cells."""
    cells = 0
    for left, top, right, bottom in AREA.findall(content):
        columns = column_index_from_string(right.decode()) - column_index_from_string(left.decode()) + 1
        cells += max(columns, 0) * max(int(bottom) - int(top) + 1, 0)
    bounds.check_span(cells, 1, page, file.name)


def _sheet(sheet, file: RawFile) -> Sheet:
    def rows() -> list[list]:
        bounds.check_span(sheet.max_row, sheet.max_column, sheet.title, file.name)
        # A worksheet begins at its first used cell only in the file, not here: row and column 1 are always in.
        return [[_tidy(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]

    merged = tuple((area.min_row, area.min_col, area.max_row, area.max_col) for area in sheet.merged_cells.ranges)
    return Sheet(sheet.title, sheet.sheet_state == "visible", rows, merged)


def _load(file: RawFile, formulas: bool = False):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about charts, validation and print settings, which are not read
            return openpyxl.load_workbook(io.BytesIO(file.content), data_only=not formulas)
    except Exception as error:  # a damaged workbook fails in zip, xml or openpyxl, each with errors of its own
        raise InputError(f"not readable as Excel: damaged or cut short ({error})", file=file.name) from None


def _check_formulas(file: RawFile, sheet) -> None:
    """Refuse a formula whose result was never stored: it would read as an empty cell."""
    formulas = _load(file, formulas=True)[sheet.title]
    for row in formulas.iter_rows():
        for cell in row:
            # A stored empty text has the type 'str'; where no result is stored the type is a number's.
            if cell.data_type == "f" and (stored := sheet[cell.coordinate]).value is None and stored.data_type == "n":
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
