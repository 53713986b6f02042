"""Text with one respondent per line (.csv, .tsv): separator, encoding and decimal mark found out."""

from __future__ import annotations

import csv
import io
import itertools
import statistics

from ledanalysis.errors import InputError
from ledanalysis.reading import columns, grid
from ledanalysis.reading.rawfile import RawFile, decode, is_text
from ledanalysis.reading.survey import Options, Survey, assemble

NAME = "CSV"
EXTENSIONS = (".csv", ".tsv", ".txt")
OPTIONS = ("header", "first_row", "last_row", "group_rows", "blank_ends_group", "na_values", "text_columns",
           "delimiter", "decimal", "encoding")  # fmt: skip

DELIMITERS = ("\t", ";", "|", ",")  # of two that divide a file equally well, the one that is rarer inside texts
NONE = "\x1f"  # divides nothing: a file of one column
SAMPLE = 500  # rows looked at for the separator
MOST = 0.6


def recognises(file: RawFile) -> bool:
    return is_text(file)


def read(file: RawFile, options: Options) -> Survey:
    """Read delimited text.

    Quoted texts may hold separators and line ends (given as \\n). A line 'sep=;' in front, as Excel writes it, names
    the separator and is not counted as a row.
    """
    text, encoding = decode(file, options.encoding)
    delimiter = options.delimiter
    if text[:4].lower() == "sep=" and text[5:6] in ("\r", "\n"):
        delimiter, text = delimiter or text[4], text[5:].removeprefix("\r").removeprefix("\n")
    delimiter = delimiter or _delimiter(text, options)
    rows = _rows(text, delimiter, file.name)
    cells = grid.table(rows, options, file.name)
    data, variables, found = columns.typed(cells, options, file.name, delimiter)
    return assemble(file, NAME, encoding, data, variables, found)


def _delimiter(text: str, options: Options) -> str:
    """The separator with which most rows are as wide as the header, and the header is wider than one cell.

    Where the header is one cell with each of them, there is one column - unless most rows below it can be divided, for
    then it is a title, and the difference in width is reported when the rows are read.
    """
    best, best_fit, number = NONE, (False, 0.0), options.header[-1] if options.header else 1
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            rows = list(itertools.islice(reader, number + SAMPLE))
        except csv.Error:  # a text longer than the csv module takes: this separator leaves a quote open
            continue
        widths = [len(row) for row in rows[number - 1 :] if any(cell.strip() for cell in row)]
        is_header = bool(widths) and widths[0] > 1
        width = widths[0] if is_header else statistics.mode(widths[1:] or [1])
        fit = (is_header, widths.count(width) / len(widths) if width > 1 else 0.0)
        if fit > best_fit and (is_header or fit[1] > MOST):
            best, best_fit = delimiter, fit
    return best


def _rows(text: str, delimiter: str, file_name: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = []
    try:
        for row in reader:
            rows.append([cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell for cell in row])
    except csv.Error as error:
        problem = f"a quotation mark that does not close, or stands inside a text: cut short? ({error})"
        raise InputError(problem, file=file_name, row=len(rows) + 1) from None
    return rows
