"""The workbook behind a chart: what a user sees on *Edit data*. All text in it is text, never a formula."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from ledanalysis.slides.powerpoint.drawingml import clean

SHEET = "Sheet1"
LONGEST = 32_000  # letters that a cell holds
MADE = datetime(1980, 1, 1)


def workbook(columns: Sequence[tuple[str, Sequence]]) -> bytes:
    """Columns, each a heading and its values, as .xlsx; the same give the same bytes.

    A value that is a pair is a formula of ours and its value.

    Examples
    --------
    >>> from openpyxl import load_workbook
    >>> sheet = load_workbook(BytesIO(workbook([("", ["=1+1", "Zorg"]), ("nu", [62.5, None])]))).active
    >>> [[cell.value for cell in row] for row in sheet], sheet["A2"].data_type
    ([[None, 'nu'], ['=1+1', 62.5], ['Zorg', None]], 's')
    """
    from xlsxwriter import Workbook

    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"created": MADE})
    sheet = book.add_worksheet(SHEET)
    for column, (heading, values) in enumerate(columns):
        for row, value in enumerate([heading, *values]):
            if isinstance(value, str):
                if value:
                    sheet.write_string(row, column, clean(value)[:LONGEST])
            elif isinstance(value, tuple):
                sheet.write_formula(row, column, value[0], None, value[1])
            elif value is not None:
                sheet.write_number(row, column, value)
    book.close()
    return stream.getvalue()


def reference(column: int, rows: int) -> str:
    """Where the values of a column stand.

    Examples
    --------
    >>> reference(1, 20)
    'Sheet1!$B$2:$B$21'
    """
    return f"{SHEET}!${letter(column)}$2:${letter(column)}${rows + 1}"


def letter(column: int) -> str:
    """A column's letters.

    Examples
    --------
    >>> letter(0), letter(26)
    ('A', 'AA')
    """
    return (letter(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)
