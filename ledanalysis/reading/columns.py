"""What kind of values a column of cells holds: decided for the whole column, never for part of it."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.reading.survey import Options, as_numbers, kind_of

# A zero in front (0363) is a code; more than 15 digits do not fit a number; an exponent has a sign (2E1 is a code).
_WHOLE = r"-?(?:0|[1-9]\d{0,14})"
_PLAIN = r"-?\d{0,15}(?:\.\d+)?(?:[eE][+-]?\d{1,3})?"  # of programs, not of people: '.5', '1.50000'
_DIGITS = r"-?(?:(?:0|[1-9]\d{{0,14}}|[1-9]\d{{0,2}}(?:{group}\d{{3}})+)(?:{mark}\d+)?|{mark}\d+)(?:[eE][+-]\d{{1,3}})?"
_WITH = {",": _DIGITS.format(group=r"\.", mark=","), ".": _DIGITS.format(group=",", mark=r"\.")}
_TIME = r"(?:(?:T| +)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6})\d*)?)?)?"
_DATES = (
    r"(?P<day>\d{1,2})-(?P<month>\d{1,2})-(?P<year>\d{4})" + _TIME,
    r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})" + _TIME,
)


def typed(
    cells: pd.DataFrame, options: Options, file_name: str, delimiter: str = ""
) -> tuple[pd.DataFrame, list[dict], list[tuple]]:
    """Type the columns of a sheet of cells and split off the codes that mean 'missing'.

    A column is a column of numbers or of dates only if every filled cell is one; otherwise its cells are texts as they
    stand. Numbers in text have either a decimal comma (and thousands points) or a decimal point (and thousands
    commas). Where both fit ('1.234'), the file's other columns decide; if they don't, the column stays text.

    Parameters
    ----------
    cells : DataFrame
        dtype object; None where empty.
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
    found : list of (row, variable, code)
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
        if name not in cells.columns:
            raise InputError("text_columns names no column", file=file_name, value=name, allowed=list(cells.columns))
    values, gone = _without(cells, {code.strip() for code in options.na_values})
    columns = {name: _by_cell(column, name in options.text_columns) for name, column in values.items()}
    free = [name for name, column in columns.items() if kind_of(column) == "text" and name not in options.text_columns]
    mark = options.decimal or _decimal_mark([columns[name] for name in free])
    for name in free:
        columns[name] = _by_text(columns[name], mark, bool(options.decimal), delimiter)
    data = pd.DataFrame(columns, index=cells.index)
    variables, found = [], []
    for name, column in columns.items():
        kind = kind_of(column)
        codes = {row: _code(cell, kind) for row, cell in gone[name].items()}
        found += [(row, name, code) for row, code in codes.items()]
        missing = list(dict.fromkeys(codes.values()))
        variables.append({"name": name, "label": None, "kind": kind, "values": {}, "missing": missing})
    return data, variables, found


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
    filled = column.dropna().str.strip()
    if kind == "category" and all(isinstance(code, str) and re.fullmatch(_WHOLE, code) for code in values):
        kind = "number"
    if kind == "number" and filled.str.fullmatch(_PLAIN).all():
        return as_numbers(pd.to_numeric(column.str.strip()))
    dates = _dates(column) if kind == "date" else None
    return column if dates is None else dates


def _without(cells: pd.DataFrame, codes: set[str]) -> tuple[dict[str, list], dict[str, dict]]:
    """Per column the cells with None for a code that means 'missing', and which cells those were, by row."""
    values = {name: cells[name].tolist() for name in cells.columns}
    if not codes:
        return values, {name: {} for name in values}
    gone = {
        name: {row: cell for row, cell in enumerate(column) if cell is not None and _text(cell).strip() in codes}
        for name, column in values.items()
    }
    kept = {name: [None if row in gone[name] else cell for row, cell in enumerate(column)]
            for name, column in values.items()}  # fmt: skip
    return kept, gone


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


def _marks(column: pd.Series) -> set[str]:
    """The decimal marks with which all of a column's texts are numbers; of whole numbers, neither."""
    texts = pd.Series(column.dropna().str.strip().unique(), dtype="str")
    if not len(texts) or texts.str.fullmatch(_WHOLE).all():
        return set()
    return {mark for mark, pattern in _WITH.items() if texts.str.fullmatch(pattern).all()}


def _decimal_mark(texts: list[pd.Series]) -> str | None:
    """The decimal mark of the file: that of all columns that leave no doubt; None if there are none or they differ."""
    sure = {mark for marks in map(_marks, texts) if len(marks) == 1 for mark in marks}
    return sure.pop() if len(sure) == 1 else None


def _by_text(column: pd.Series, mark: str | None, is_given: bool, delimiter: str) -> pd.Series:
    """Texts as numbers or dates if all of them are, else as they stand."""
    filled = column.dropna().str.strip()
    if not len(filled):
        return column
    if filled.str.fullmatch(_WHOLE).all():
        return _numbers(column)
    marks = _marks(column)
    if len(marks) == 1 and (not is_given or mark in marks):
        return _numbers(column, marks.pop())
    if len(marks) == 2:
        if mark is None and delimiter == ";" and filled.str.contains(",").any():
            mark = ","
        return _numbers(column, mark) if mark else column
    dates = _dates(column)
    return column if dates is None else dates


def _numbers(column: pd.Series, mark: str = ".") -> pd.Series:
    group = {",": ".", ".": ","}[mark]
    plain = column.str.strip().str.replace(group, "", regex=False).str.replace(mark, ".", regex=False)
    return as_numbers(pd.to_numeric(plain))


def _dates(column: pd.Series) -> pd.Series | None:
    """Dates written dd-mm-jjjj or jjjj-mm-dd, with or without a time; None if one of them is no date."""
    texts = column.str.strip()
    for pattern in _DATES:
        if not texts.dropna().str.fullmatch(pattern).all():
            continue
        parts = texts.str.extract(f"^{pattern}$")
        parts["us"] = parts.pop("fraction").str.pad(6, side="right", fillchar="0")
        parts = parts.mask(texts.notna(), parts.fillna("0")).astype("float64")
        in_clock = (parts["hour"].fillna(0) < 24) & (parts[["minute", "second"]].fillna(0) < 60).all(axis=1)
        dates = pd.to_datetime(parts, errors="coerce").astype("datetime64[us]")
        return dates if in_clock.all() and (dates.notna() == texts.notna()).all() else None
    return None


def _code(cell, kind: str):
    """A missing code as it stood; a number where its column is one."""
    is_number = kind == "number" and isinstance(cell, str) and re.fullmatch(_WHOLE, cell.strip())
    return int(cell) if is_number else cell
