"""Text with one respondent per line (.csv, .tsv): separator, encoding and decimal mark found out."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
import statistics

import pyarrow as pa

from ledanalysis.errors import InputError
from ledanalysis.reading import bounds, grid, regular, tabular, words
from ledanalysis.reading.rawfile import RawFile, as_utf8, is_text
from ledanalysis.reading.survey import Options, Survey

NAME = "CSV"
EXTENSIONS = (".csv", ".tsv", ".txt")
OPTIONS = ("header", "first_row", "last_row", "group_rows", "blank_ends_group", "na_values", "text_columns",
           "delimiter", "decimal", "encoding", "structure")  # fmt: skip

DELIMITERS = ("\t", ";", "|", ",")  # of two that divide a file equally well, the one that is rarer inside texts
NONE = "\x1f"  # divides nothing: a file of one column
SEP = re.compile(rb"sep=([^\r\n\x80-\xff]|[\xc2-\xf4][\x80-\xbf]+)(?:\r\n|\r|\n)", re.I)
LINE_END = re.compile(rb"\r\n|\r|\n")
HEAD = 100  # rows looked at for the header
SAMPLE = 500  # rows looked at for the separator
MOST = 0.6


def recognises(file: RawFile) -> bool:
    return is_text(file)


def read(file: RawFile, options: Options) -> Survey:
    """Read delimited text.

    Quoted texts may hold separators and line ends (given as \\n). A line 'sep=;' in front, as Excel writes it, names
    the separator and is not counted as a row.
    """
    bounds.check_lines(file.content, file.name)
    content, encoding = as_utf8(file, options.encoding)
    if b"\0" in content:
        row = content.count(b"\n", 0, content.index(b"\0")) + 1
        raise InputError("a NUL character: damaged, or in another encoding", file=file.name, row=row)
    start = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    delimiter = options.delimiter
    if named := SEP.match(content, start):
        delimiter, start = delimiter or named[1].decode(), named.end()
    delimiter = delimiter or _delimiter(content, start, options)
    cells = _regular(content, start, delimiter, options, file.name)
    if cells is not None:
        return tabular.read_cells(file, NAME, encoding, cells, options, delimiter)
    rows = _rows(content, start, delimiter, file.name)
    return tabular.read_rows(file, NAME, encoding, rows, options, delimiter)


def _lines(content: bytes, start: int):
    """The text from byte `start` on, read as it is needed; line ends as they stand."""
    stream = io.BytesIO(content)
    stream.seek(start)
    return io.TextIOWrapper(stream, "utf-8", newline="")


def _regular(content: bytes, start: int, delimiter: str, options: Options, file_name: str) -> dict[str, pa.ChunkedArray] | None:
    """The cells of a plain table under one header, if the text is quite regular."""
    if options.first_row or options.last_row or options.group_rows or options.structure is not None:
        return None
    reader, rows, ends = csv.reader(_lines(content, start), delimiter=delimiter, strict=True), [], []
    try:
        for row in itertools.islice(reader, HEAD):
            rows.append(row)
            ends.append(reader.line_num)
    except csv.Error:
        return None
    if all(grid.is_empty(cell) for row in rows for cell in row) or (options.header and options.header[-1] > len(rows)):
        return None
    if tabular.tool_of(rows, options):
        return None
    numbers, names = grid.headings(rows, options, file_name)
    below = next(itertools.islice(LINE_END.finditer(content, start), ends[numbers[-1] - 1] - 1, None), None)
    columns = below and regular.cells(content, below.end(), len(names), delimiter)
    if columns is None:
        return None
    kept = grid.named({place: bool(names[place]) or words.without_blanks(each).null_count < len(each) for place, each in enumerate(columns)}, names)
    return {name: columns[place] for place, name in kept.items()}


def _delimiter(content: bytes, start: int, options: Options) -> str:
    """The separator with which most rows are as wide as the header, and the header is wider than one cell.

    Where the header is one cell with each of them, there is one column - unless most rows below it can be divided, for
    then it is a title, and the difference in width is reported when the rows are read.
    """
    best, best_fit, number = NONE, (False, 0.0), options.header[-1] if options.header else 1
    for delimiter in DELIMITERS:
        reader = csv.reader(_lines(content, start), delimiter=delimiter)
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


def _rows(content: bytes, start: int, delimiter: str, file_name: str) -> list[list[str]]:
    reader = csv.reader(_lines(content, start), delimiter=delimiter, strict=True)
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
