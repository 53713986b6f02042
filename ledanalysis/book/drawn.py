"""A sheet of a workbook, drawn: title, question, tables and notes, for the eye, for paper and for a screen reader."""

from __future__ import annotations

from copy import copy
from math import ceil

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter, FilterColumn
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from ledanalysis.book.cells import distinct, escaped, is_risky, line, safe, width
from ledanalysis.book.parts import Figure, Grid, Link, Mark, Sheet
from ledanalysis.findings import capital
from ledanalysis.style import colour

NARROWEST, WIDEST, WIDEST_NAME = 9, 60, 46  # columns, in letters
LEAST_WIDTH = 100  # letters that a title, a question or a note has room for
LINE, MOST_HEIGHT = 15, 409  # points
MOST_DECIMALS = 4
MOST_LABEL = 250  # letters of a text in a table of figures; questions are in full on a sheet of their own
INK, LINK, HEAD, RULE = (colour(name).removeprefix("#").upper() for name in ("ink", "accent", "grid", "muted"))

TOP = Side(style="thin", color=RULE)
LOOKS = {  # how a cell looks by what it is: font, alignment, fill, border
    "title": (Font("Calibri", size=15, bold=True, color=INK), Alignment(wrap_text=True, vertical="top"), None, None),
    "plain": (Font("Calibri", color=INK), Alignment(wrap_text=True, vertical="top"), None, None),
    "caption": (Font("Calibri", size=12, bold=True, color=INK), Alignment(wrap_text=True, vertical="bottom"), None, None),
    "flat": (Font("Calibri", color=INK), Alignment(vertical="top"), None, None),
    "link": (Font("Calibri", underline="single", color=LINK), Alignment(vertical="center"), None, None),
    "head": (Font("Calibri", bold=True, color=INK), Alignment(wrap_text=True, vertical="bottom"), HEAD, Border(top=TOP, bottom=TOP)),
    "head_figure": (Font("Calibri", bold=True, color=INK), Alignment(wrap_text=True, vertical="bottom", horizontal="right"), HEAD, Border(top=TOP, bottom=TOP)),
    "name": (Font("Calibri", color=INK), Alignment(wrap_text=True, vertical="center"), None, None),
    "figure": (Font("Calibri", color=INK), Alignment(vertical="center", horizontal="right"), None, None),
    "mark": (Font("Calibri", italic=True, color=RULE), Alignment(vertical="center", horizontal="right"), None, None),
    "text_figure": (Font("Calibri", color=INK), Alignment(vertical="center", horizontal="right"), None, None),
    "word": (Font("Calibri", bold=True, color=INK), Alignment(wrap_text=True, vertical="top"), None, None),
}  # fmt: skip


class Drawing:
    """Writes a sheet from top to bottom; `row` is where the next thing comes."""

    def __init__(self, sheet: Worksheet, looks: dict, words: dict[str, str]):
        self.sheet, self.looks, self.words, self.row, self.last = sheet, looks, words, 1, 1

    def draw(self, content: Sheet, back: bool = True, intro: list[str] = ()) -> None:
        """All of a sheet; `back`: with a link to the contents; `intro`: what stands below its title."""
        self._set_widths(content.grids)
        self.across(line(content.title), "title")
        for text in filter(None, (line(content.asked, 600), *intro)):
            self.across(text, "plain")
        if back:
            self.put(self.row, 1, Link(self.words["contents"]))
            self.put(self.row, 2, self.words["notice"], "flat")
            self.row += 1
        heads = [self.grid(grid) for grid in content.grids]
        self.across(self.words["source"], "plain")
        alike = len({tuple(grid.header) for grid in content.grids}) == 1
        if heads and alike and back:  # what stands above the table in the contents would leave no room to scroll
            self.sheet.freeze_panes = self.sheet.cell(heads[0] + 1, content.grids[0].first + 1)
        self._set_page(heads[0] if heads and alike else 1, content.grids[0].first if alike and heads else 1)

    def across(self, text: str, look: str, start: int = 1) -> None:
        """A text over the width of the sheet, with all the lines that it needs."""
        self.put(self.row, start, text, look)
        letters = sum(self.sheet.column_dimensions[get_column_letter(column)].width for column in range(start, self.last + 1))
        size = self.looks[look][1] / 11
        if self.last > start:
            self.sheet.merged_cells.add(f"{get_column_letter(start)}{self.row}:{get_column_letter(self.last)}{self.row}")
        self._set_height(self.row, _lines(text, letters / size), size)
        self.row += 1

    def grid(self, grid: Grid) -> int:
        """A table with its caption and notes; the row of its header."""
        self.across(line(grid.caption), "caption")
        head, header = self.row, distinct(grid.header)
        words = [column <= grid.first or _is_text(grid, column) for column in range(1, len(header) + 1)]
        self._put_row(head, header, ["head" if is_word else "head_figure" for is_word in words])
        above = None
        for row, cells in enumerate(grid.rows, head + 1):
            ruled = "ruled " if grid.filtered and cells[0] != above else ""  # where the figures of another theme begin
            above = cells[0]
            self._put_row(row, cells, [ruled + _look(cell, is_word) for cell, is_word in zip(cells, words)])
        self.row = head + len(grid.rows) + 1
        self._add_table(grid, header, head)
        for word, text in grid.notes:
            self.put(self.row, 1, word, "word")
            self.across(capital(text), "plain", start=2)
        self.row += 1
        return head

    def _put_row(self, row: int, cells: list, look: list[str]) -> None:
        for column, (cell, how) in enumerate(zip(cells, look), 1):
            self.put(row, column, cell, how)
        widths = [self.sheet.column_dimensions[get_column_letter(column)].width for column in range(1, len(cells) + 1)]
        self._set_height(row, max(_lines(_text(cell), letters) for cell, letters in zip(cells, widths)), 1)

    def _set_height(self, row: int, lines: int, size: float) -> None:
        """Told only where there is more than a line: not every program finds out by itself."""
        if lines * size > 1:
            self.sheet.row_dimensions[row].height = min(round(lines * LINE * size), MOST_HEIGHT)

    def put(self, row: int, column: int, value, look: str = "") -> None:
        """One cell: a number as a number, anything else as text that can do nothing."""
        cell, look = self.sheet.cell(row, column), look or _look(value, True)
        cell._style = copy(self.looks[look][0])
        if isinstance(value, Figure):
            cell.value = value.value
            return
        text = line(value, MOST_LABEL) if column == 1 and look.endswith("name") else safe(value[0] if isinstance(value, Mark | Link) else value)
        cell.value = escaped(text)
        cell.data_type = "s"  # openpyxl takes what begins with = for a formula
        if is_risky(text):
            cell.quotePrefix = True
        if isinstance(value, Link):
            place = text.replace("'", "''")
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{place}'!A1", display=text)

    def _add_table(self, grid: Grid, header: list[str], head: int) -> None:
        ref = f"A{head}:{get_column_letter(len(header))}{head + len(grid.rows)}"
        table = Table(displayName=grid.name, ref=ref, tableStyleInfo=TableStyleInfo(name="TableStyleLight1", showFirstColumn=True, showRowStripes=False))
        table.tableColumns = [TableColumn(id=column, name=escaped(name)) for column, name in enumerate(header, 1)]
        if grid.filtered:
            table.autoFilter = AutoFilter(ref=ref, filterColumn=[FilterColumn(colId=column, hiddenButton=True) for column in range(grid.first, len(header))])
        self.sheet.add_table(table)

    def _set_widths(self, grids: list[Grid]) -> None:
        columns = max((len(grid.header) for grid in grids), default=1)
        total = 0
        for column in range(columns):
            heads = [grid.header[column] for grid in grids if column < len(grid.header)]
            cells = [_text(row[column]) for grid in grids for row in grid.rows if column < len(row)]
            longest = max((width(cell) for cell in cells), default=0)
            words = max((max(map(width, head.split()), default=0) for head in heads), default=0)
            head = max(words, ceil(max(map(width, heads)) / 3))
            total += self._set_width(column + 1, min(max(longest, head, NARROWEST), WIDEST_NAME if column == 0 else WIDEST) + 2)
        self.last = columns
        while total < LEAST_WIDTH:
            self.last += 1
            total += self._set_width(self.last, NARROWEST + 2)

    def _set_width(self, column: int, letters: int) -> int:
        self.sheet.column_dimensions[get_column_letter(column)].width = letters
        return letters

    def _set_page(self, head: int, first: int) -> None:
        sheet, page = self.sheet, self.sheet.page_setup
        page.orientation, page.paperSize, page.fitToWidth, page.fitToHeight = "landscape", 9, 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows, sheet.print_title_cols = f"{head}:{head}", f"A:{get_column_letter(first)}"
        sheet.print_area = f"A1:{get_column_letter(self.last)}{self.row}"
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top, sheet.page_margins.bottom = 0.5, 0.8
        sheet.oddFooter.left.text, sheet.oddFooter.center.text = self.words["footer"], self.words["notice"].replace("&", "&&")
        sheet.oddFooter.right.text = "&P / &N"


def looks(scratch: Worksheet) -> dict:
    """The looks of cells as a workbook keeps them, with the size of the letters; `ruled` ones have a line above."""
    formats = {f"figure{places}": "#,##0" + ("." + "0" * places if places else "") for places in range(MOST_DECIMALS + 1)}
    plain = {**{name: (look, "General") for name, look in LOOKS.items()}, **{name: (LOOKS["figure"], how) for name, how in formats.items()}}
    ruled = {f"ruled {name}": ((*look[:3], Border(top=TOP)), how) for name, (look, how) in plain.items()}
    return {name: _kept(scratch, look, how) for name, (look, how) in {**plain, **ruled}.items()}


def _kept(scratch: Worksheet, look: tuple, number_format: str) -> tuple:
    cell = scratch.cell(1, 1)
    font, cell.alignment, fill, border = look
    cell.font, cell.number_format = font, number_format
    cell.fill = PatternFill("solid", fgColor=fill) if fill else PatternFill()
    cell.border = border or Border()
    return copy(cell._style), font.size or 11


def _look(cell, is_word: bool) -> str:
    """How a cell of a table looks; `is_word`: in a column of texts."""
    if isinstance(cell, Figure):
        return f"figure{cell.decimals}"
    return {Mark: "mark", Link: "link"}.get(type(cell), "name" if is_word else "text_figure")


def _lines(text: str, letters: float) -> int:
    """How many lines a text takes in a column of so many letters, if no word is cut that fits."""
    count = 0
    for part in text.split("\n"):
        room = 0.0
        for word in part.split(" "):
            need = width(word)
            if need > room:
                count, room = count + max(ceil(need / letters), 1), letters * max(ceil(need / letters), 1)
            room -= need + 1
        count += not part
    return max(count, 1)


def _text(cell) -> str:
    if isinstance(cell, Figure):
        return f"{cell.value:,.{cell.decimals}f}"
    return cell[0] if isinstance(cell, Mark | Link) else cell


def _is_text(grid: Grid, column: int) -> bool:
    return not any(isinstance(row[column - 1], Figure | Mark) for row in grid.rows)
