"""Excel workbooks (.xlsx): one sheet, with the headers people make."""

from __future__ import annotations

import io
import warnings
import zipfile

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from ledanalysis.errors import InputError
from ledanalysis.reading import columns, grid
from ledanalysis.reading.rawfile import RawFile, zip_holds
from ledanalysis.reading.survey import Options, Survey, assemble

NAME = "Excel"
EXTENSIONS = (".xlsx", ".xlsm")
OPTIONS = ("sheet", "header", "first_row", "last_row", "group_rows", "blank_ends_group", "na_values", "text_columns",
           "decimal")  # fmt: skip


def recognises(file: RawFile) -> bool:
    return zip_holds(file, "xl/")


def read(file: RawFile, options: Options) -> Survey:
    """Read a sheet of a workbook: the one asked for, else the first visible one that has anything in it.

    Formulas give the result that Excel stored. Yes/no cells are 1 and 0, times and durations numbers of seconds.
    """
    sheet = _sheet(_load(file), options.sheet, file.name)
    _check_formulas(file, sheet)
    rows = [[_tidy(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    # A worksheet begins at its first used cell only in the file, not here: row and column 1 are always in.
    numbers = grid.header_rows(rows, options, file.name)
    for area in sheet.merged_cells.ranges:
        for number in set(numbers) & set(range(area.min_row, area.max_row + 1)):
            row = rows[number - 1]
            width = area.max_col - area.min_col + 1
            row[area.min_col - 1 : area.max_col] = [rows[area.min_row - 1][area.min_col - 1]] * width
    cells = grid.table(rows, options, file.name)
    data, variables, found = columns.typed(cells, options, file.name)
    return assemble(file, NAME, "", data, variables, found)


def _load(file: RawFile, formulas: bool = False):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about charts, validation and print settings, which are not read
            return openpyxl.load_workbook(io.BytesIO(file.content), data_only=not formulas)
    except Exception as error:  # a damaged workbook fails in zip, xml or openpyxl, each with errors of its own
        raise InputError(f"not readable as Excel: damaged or cut short ({error})", file=file.name) from None


def _sheet(workbook, name: str | None, file_name: str):
    if name is not None:
        sheet = next((sheet for sheet in workbook.worksheets if sheet.title == name), None)
        if sheet is None:
            names = [sheet.title for sheet in workbook.worksheets]
            raise InputError("no such sheet", file=file_name, value=name, allowed=names)
        return sheet
    for sheet in workbook.worksheets:
        if sheet.sheet_state == "visible" and any(c is not None for r in sheet.iter_rows(values_only=True) for c in r):
            return sheet
    raise InputError("no visible sheet with anything in it", file=file_name)


def _check_formulas(file: RawFile, sheet) -> None:
    """Refuse a formula whose result was never stored: it would read as an empty cell."""
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        pages = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        if not any(b"<f" in archive.read(name) for name in pages):
            return  # reading a workbook twice takes twice the time: only if there can be a formula in it
    formulas = _load(file, formulas=True)[sheet.title]
    for row in formulas.iter_rows():
        for cell in row:
            # A stored empty text has the type 'str'; where no result is stored the type is a number's.
            if cell.data_type == "f" and (stored := sheet[cell.coordinate]).value is None and stored.data_type == "n":
                raise InputError("a formula without a stored result: open and save the workbook in Excel",
                                 file=file.name, row=cell.row, column=get_column_letter(cell.column),
                                 value=str(cell.value))  # fmt: skip


def _tidy(cell):
    """Texts with the line ends that Excel writes as _x000D_ put right; other cells as they are."""
    return unescape(cell).replace("\r\n", "\n").replace("\r", "\n") if isinstance(cell, str) else cell
