"""What every spreadsheet format has in common once its cells are read: sheets, merged headers, a sheet of labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ledanalysis.errors import InputError
from ledanalysis.reading import grid, labels, tabular
from ledanalysis.reading.rawfile import RawFile
from ledanalysis.reading.survey import Options, Survey

OPTIONS = ("sheet", "labels_sheet", "header", "first_row", "last_row", "group_rows", "blank_ends_group", "na_values",
           "text_columns", "decimal", "structure")  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook.

    Attributes
    ----------
    name : str
    visible : bool
    rows : callable
        Gives the cells, row 1 and column 1 first; empty cells are None.
    merged : list of (first row, first column, last row, last column)
        Counted from 1.
    """

    name: str
    visible: bool
    rows: Callable[[], list[list]]
    merged: tuple[tuple[int, int, int, int], ...] = ()


def read_sheets(file: RawFile, form: str, sheets: list[Sheet], options: Options, check=lambda sheet: None) -> Survey:
    """The survey on the sheet asked for, else on the first visible one that has anything in it and is no codebook.

    A sheet of labels is used where the caller names it, or where there is no mistaking it (see `labels.find`).
    """
    sheet, rows = _data_sheet(sheets, options, file.name)
    check(sheet)
    numbers = grid.header_rows(rows, options, file.name)
    for first_row, first_column, last_row, last_column in sheet.merged:
        for number in set(numbers) & set(range(first_row, last_row + 1)):
            row = rows[number - 1]
            row[first_column - 1 : last_column] = [rows[first_row - 1][first_column - 1]] * (last_column - first_column + 1)
    others = {each.name: each.rows for each in sheets if each is not sheet}
    return tabular.read_rows(file, form, "", rows, options, codebook=lambda names: labels.find(others, names, options, file.name))


def _data_sheet(sheets: list[Sheet], options: Options, file_name: str) -> tuple[Sheet, list[list]]:
    if options.sheet is not None:
        sheet = next((each for each in sheets if each.name == options.sheet), None)
        if sheet is None:
            raise InputError("no such sheet", file=file_name, value=options.sheet, allowed=[each.name for each in sheets])
        return sheet, sheet.rows()
    filled = []
    for sheet in sheets:
        if sheet.visible and sheet.name not in (options.labels_sheet or ()):
            rows = sheet.rows()
            if any(cell is not None for row in rows for cell in row):
                if not labels.is_named_so(sheet.name):
                    return sheet, rows
                filled.append((sheet, rows))
    if not filled:
        raise InputError("no visible sheet with anything in it", file=file_name)
    return filled[0]  # only sheets that are called 'Labels' or the like: the first is the data
