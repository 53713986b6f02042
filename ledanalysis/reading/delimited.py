"""Text with one respondent per line (.csv, .tsv): separator, encoding and decimal mark found out."""

from __future__ import annotations

import csv
import io
import itertools
import statistics

from ledanalysis.errors import InputError
from ledanalysis.reading import tabular
from ledanalysis.reading.rawfile import RawFile, decode, is_text
from ledanalysis.reading.survey import Options, Survey

NAME = "CSV"
EXTENSIONS = (".csv", ".tsv", ".txt")
OPTIONS = ("header", "first_row", "last_row", "group_rows", "blank_ends_group", "na_values", "text_columns",
           "delimiter", "decimal", "encoding", "structure")  # fmt: skip

DELIMITERS = ("\t", ";", "|", ",")  # of two that divide a file equally well, the one that is rarer inside texts
NONE = "\x1f"  # divides nothing: a file of one column
SAMPLE = 500  # rows looked at for the separator
MOST = 0.6
LONGEST_LINE = 16_000_000  # bytes; a cell may have 131,072 characters (csv.field_size_limit), four times Excel's most


def recognises(file: RawFile) -> bool:
    return is_text(file)


def read(file: RawFile, options: Options) -> Survey:
    """Read delimited text.

    Quoted texts may hold separators and line ends (given as \\n). A line 'sep=;' in front, as Excel writes it, names
    the separator and is not counted as a row.
    """
    _check_lines(file)
    text, encoding = decode(file, options.encoding)
    if "\0" in text:
        row = text.count("\n", 0, text.index("\0")) + 1
        raise InputError("a NUL character: damaged, or in another encoding", file=file.name, row=row)
    delimiter = options.delimiter
    if text[:4].lower() == "sep=" and text[5:6] in ("\r", "\n"):
        delimiter, text = delimiter or text[4], text[5:].removeprefix("\r").removeprefix("\n")
    delimiter = delimiter or _delimiter(text, options)
    rows = _rows(text, delimiter, file.name)
    return tabular.read_rows(file, NAME, encoding, rows, options, delimiter)


def _check_lines(file: RawFile) -> None:
    """Refuse a line too long to be anybody's answers, before anything is made of it."""
    start = 0
    while start + LONGEST_LINE < len(file.content):
        end = max(file.content.rfind(b"\n", start, start + LONGEST_LINE), file.content.rfind(b"\r", start, start + LONGEST_LINE))
        if end < 0:
            raise InputError(f"a line of more than {LONGEST_LINE} bytes", file=file.name, row=file.content.count(b"\n", 0, start) + 1)
        start = end + 1


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
        if "field limit" in str(error):
            problem = f"a cell of more than {csv.field_size_limit()} characters, or a quotation mark that does not close"
        raise InputError(problem, file=file_name, row=len(rows) + 1) from None
    return rows
