"""What kind of values a column of cells holds: decided for the whole column, never for part of it."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ledanalysis.errors import InputError
from ledanalysis.reading import figures, words
from ledanalysis.reading.survey import Options, as_numbers, kind_of

THREADS = min(4, os.cpu_count() or 1)


def typed(
    cells: pd.DataFrame | dict[str, pa.ChunkedArray], options: Options, file_name: str, delimiter: str = ""
) -> tuple[pd.DataFrame, list[dict], list[tuple]]:
    """Type the columns of a sheet of cells and split off the codes that mean 'missing'.

    A column is a column of numbers or of dates only if every filled cell is one; otherwise its cells are texts as they
    stand. Numbers in text have either a decimal comma (and thousands points) or a decimal point (and thousands
    commas). Where both fit ('1.234'), the file's other columns decide; if they don't, the column stays text.

    Parameters
    ----------
    cells : DataFrame, or dict of texts as Arrow has them
        dtype object, None where empty; null or blank where empty. A dict is emptied: it may be most of what there is in memory.
    options : Options
        na_values, text_columns and decimal are used.
    file_name : str
        For errors.
    delimiter : str
        Of a CSV file: cells divided by a semicolon leave the comma to the decimals.

    Returns
    -------
    data : DataFrame
    variables : list of dict
        See `survey.variables_frame`.
    found : list of (rows, variable, codes)
        Where one of the na_values stood.

    Examples
    --------
    >>> cells = pd.DataFrame({"fte": ["1.234,5", "12"], "code": ["0363", "0344"]}, dtype="object")
    >>> typed(cells, Options(), "a.csv")[0]
          fte  code
    0  1234.5  0363
    1    12.0  0344
    """
    for name in options.text_columns:
        if name not in cells:
            raise InputError("text_columns names no column", file=file_name, value=name, allowed=list(cells))
    index = cells.index if isinstance(cells, pd.DataFrame) else None
    values, gone = _without(cells, {code.strip() for code in options.na_values})
    if isinstance(cells, dict):
        cells.clear()
    columns = _settled(values, options, delimiter)
    data = pd.DataFrame(columns, index=index, copy=False)
    variables, found = [], []
    for name, column in columns.items():
        kind, (rows, codes) = kind_of(column), gone[name]
        codes = [_code(cell, kind) for cell in codes]
        found += [(rows, name, codes)] if len(rows) else []
        missing = list(dict.fromkeys(codes))
        variables.append({"name": name, "label": None, "kind": kind, "values": {}, "missing": missing})
    return data, variables, found


def _settled(values: dict, options: Options, delimiter: str) -> dict[str, pd.Series]:
    """Cells as numbers or dates where they are; those that may have either mark when the others are known.
    """

    def settle(name: str):
        cells, as_text = values.pop(name), name in options.text_columns
        if isinstance(cells, list):
            column = _by_cell(cells, as_text)
            if kind_of(column) != "text":
                return column, None, set()
            cells = words.arrow(column)
        return (words.series(words.without_blanks(cells)), None, set()) if as_text else _by_words(cells, options.decimal)

    names = list(values)
    with ThreadPoolExecutor(THREADS) as pool:  # Arrow works outside Python's lock
        results = dict(zip(names, pool.map(settle, names)))
    sure = {mark for _, _, marks in results.values() if len(marks) == 1 for mark in marks}
    mark = options.decimal or (sure.pop() if len(sure) == 1 else None)
    return {name: _ambiguous(found, column, mark, delimiter) if found else column for name, (column, found, _) in results.items()}


def as_kind(cells: list, kind: str, values: dict) -> pd.Series:
    """Texts as what the file says they are, or as texts if one of them is not.

    Parameters
    ----------
    cells : list
        Texts, numbers, or None; '' is NA.
    kind : str
        number, date, category or text.
    values : dict
        Of a category: its codes. They are numbers if all of them are.

    Examples
    --------
    >>> as_kind(["1", "", None], "number", {}).tolist()
    [1.0, nan, nan]
    >>> as_kind(["1", "2"], "category", {"1": "eens", "-oth-": "anders"}).tolist()
    ['1', '2']
    """
    texts = [None if cell is None or not _text(cell).strip() else _text(cell) for cell in cells]
    column = pd.Series(texts, dtype="str")
    if kind == "category" and all(isinstance(code, str) and re.fullmatch(words.WHOLE, code) for code in values):
        kind = "number"
    if kind not in ("number", "date"):
        return column
    if kind == "number" and not column.notna().any():
        return as_numbers(texts)
    texts = words.arrow(column)
    found = words.words_of(texts, words.patterns_of(texts))
    if kind == "number":
        return words.numbers(found) if found.fit(words.PLAIN) else column
    dates = words.dates(found)
    return column if dates is None else dates


def _without(cells, codes: set[str]) -> tuple[dict, dict]:
    """Per column the cells without codes that mean 'missing'; and the rows that had one, with the cell that it was."""
    values = {name: column if isinstance(column, pa.ChunkedArray) else column.tolist() for name, column in cells.items()}
    gone = {name: ([], []) for name in values}
    if not codes:
        return values, gone
    for name, column in values.items():
        if isinstance(column, pa.ChunkedArray):
            is_code = pc.is_in(pc.utf8_trim_whitespace(column), pa.array(codes, column.type))
            gone[name] = (np.flatnonzero(is_code), column.filter(is_code).to_pylist())
            values[name] = pc.if_else(is_code, pa.scalar(None, column.type), column)
        else:
            rows = [row for row, cell in enumerate(column) if cell is not None and _text(cell).strip() in codes]
            gone[name] = (rows, [column[row] for row in rows])
            values[name] = list(column)
            for row in rows:
                values[name][row] = None
    return values, gone


def _by_cell(values: list, as_text: bool) -> pd.Series:
    """A column by the type of its cells; texts, and cells of several types, as text."""
    filled = [cell for cell in values if cell is not None]
    if filled and not as_text:
        if all(isinstance(cell, (bool, int, float)) for cell in filled):
            return as_numbers(values)
        if all(isinstance(cell, date) for cell in filled):
            dates = [pd.NaT if cell is None else pd.Timestamp(cell) for cell in values]
            return pd.Series(dates, dtype="datetime64[us]")
        if all(isinstance(cell, (time, timedelta)) for cell in filled):
            return as_numbers([None if cell is None else _seconds(cell) for cell in values])
    return pd.Series([None if cell is None else _text(cell) for cell in values], dtype="str")


def _text(cell) -> str:
    """A cell as text: a whole number without decimals, a date as in ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float):
        return f"{cell:.15g}"  # the digits that a spreadsheet keeps: 0.3, not 0.30000000000000004
    if isinstance(cell, datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    return str(cell)


def _seconds(cell: time | timedelta) -> float:
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    return cell.hour * 3600 + cell.minute * 60 + cell.second + cell.microsecond / 1e6


def _by_words(cells: pa.ChunkedArray, given: str | None) -> tuple[pd.Series, words.Words | None, set[str]]:
    """Texts as numbers or dates if all of them are, else as they stand; and the decimal marks that they may have.

    With their words, and as they stand, where these are two.
    """
    patterns = words.patterns_of(cells)
    expected = words.marks_in(patterns)
    if words.WHOLE in patterns or len(expected) == 1:
        mark = "" if words.WHOLE in patterns else min(expected)
        numbers = figures.plain(cells, mark)
        if numbers is not None:
            return numbers if not mark or given in (None, mark) else words.series(cells), None, {mark} - {""}
    filled = words.without_blanks(cells)
    if filled is not cells:  # blanks fit no pattern
        cells, patterns = filled, words.patterns_of(filled)
        expected = words.marks_in(patterns)
    found = words.words_of(cells, patterns)
    if found.fit(words.WHOLE):
        return words.numbers(found), None, set()
    marks = {mark for mark in expected if found.fit(words.WITH[mark])}
    if len(marks) == 2:
        return words.series(cells), found, marks
    if marks:
        return words.numbers(found, *marks) if given is None or given in marks else words.series(cells), None, marks
    dates = words.dates(found)
    return words.series(cells) if dates is None else dates, None, marks


def _ambiguous(found: words.Words, column: pd.Series, mark: str | None, delimiter: str) -> pd.Series:
    """Numbers with a decimal comma or thousands ('1,234'), or the reverse: by the file's other columns, or as text."""
    if mark is None and delimiter == ";" and pc.any(pc.match_substring(found.texts, ",")).as_py():
        mark = ","
    return words.numbers(found, mark) if mark else column


def _code(cell, kind: str):
    """A missing code as it stood; a number where its column is one."""
    is_number = kind == "number" and isinstance(cell, str) and re.fullmatch(words.WHOLE, cell.strip())
    return int(cell) if is_number else cell
