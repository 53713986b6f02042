"""A sheet of cells as people lay it out - titles, headers of several rows, group headings, notes - as one table."""

from __future__ import annotations

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.reading.survey import Options


def is_empty(cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def header_rows(rows: list, options: Options, file_name: str) -> tuple[int, ...]:
    """The numbers of the header's rows (1-based): those asked for, else the first row with anything in it."""
    if options.header:
        for number in options.header:
            if not 1 <= number <= len(rows):
                raise InputError("no such header row", file=file_name, value=number, allowed=f"1 to {len(rows)}")
        return options.header
    for number, cells in enumerate(rows, start=1):
        if not all(map(is_empty, cells)):
            return (number,)
    raise InputError("nothing in it", file=file_name)


def table(rows: list[list], options: Options, file_name: str) -> pd.DataFrame:
    """One row per respondent (or organisation) from a sheet of cells.

    Blank rows are skipped. With `options.group_rows`, a row in which only the first cell is filled is a heading: its
    text becomes the value of a column of that name (the first column) in the rows below, until the next heading or
    (`options.blank_ends_group`) a blank row after them. A heading with nothing below it, such as a note, falls away.

    Parameters
    ----------
    rows : list of list
        Cells as they stand, row 1 first; rows need not be equally long.
    options : Options
        header, first_row, last_row, group_rows, blank_ends_group are used.

    Returns
    -------
    DataFrame
        dtype object, index 0, 1, ...; empty cells are None.

    Raises
    ------
    InputError
        If a header row does not exist or names nothing, or a row has more or fewer cells than the header.

    Examples
    --------
    >>> table([["org", "score"], ["North", None], ["A", 1], [None, None], ["B", 2]],
    ...       Options(group_rows="region"), "scores.xlsx")
      region org score
    0  North   A     1
    1   None   B     2
    """
    numbers, names = headings(rows, options, file_name)
    body = _body(rows, numbers[-1], options, file_name)
    first = next(place for place, name in enumerate(names) if name)
    rows, above = _grouped(body, first, len(names), options, file_name)
    frame = pd.DataFrame(rows, columns=range(len(names)), dtype="object")
    kept = named(dict(enumerate(frame.notna().any())), names)
    frame = frame[list(kept)].set_axis(list(kept.values()), axis=1)
    if options.group_rows:
        if options.group_rows in frame.columns:
            raise InputError("group_rows names a column that is there", file=file_name, value=options.group_rows)
        frame.insert(0, options.group_rows, pd.Series(above, dtype="object"))
    return frame


def headings(rows: list, options: Options, file_name: str) -> tuple[tuple[int, ...], list[str]]:
    """The numbers of the header's rows, and a name (or '') per column.

    Raises
    ------
    InputError
        If a header row does not exist or names nothing.
    """
    numbers = header_rows(rows, options, file_name)
    names = _names([rows[number - 1] for number in numbers])
    if not any(names):
        raise InputError("a header row without names", file=file_name, row=numbers[-1])
    return numbers, names


def named(columns: dict, names: list[str]) -> dict:
    """Columns under their names; those without a name get one, or fall away if there is nothing in them.

    Parameters
    ----------
    columns : dict
        Place to whether anything is in it.
    names : list of str

    Returns
    -------
    dict
        Place to name.

    Examples
    --------
    >>> named({0: True, 1: True, 2: True, 3: False}, ["reden", "", "reden", ""])
    {0: 'reden', 1: 'column 2', 2: 'reden (2)'}
    """
    kept = [place for place, is_filled in columns.items() if names[place] or is_filled]
    return dict(zip(kept, unique([names[place] or f"column {place + 1}" for place in kept])))


def _names(header: list[list]) -> list[str]:
    """A name per column: the texts of the header's rows joined, what is said twice said once."""
    width = max(map(len, header))
    names = []
    for place in range(width):
        cells = [row[place] for row in header if place < len(row) and not is_empty(row[place])]
        parts = [" ".join(str(cell).split()) for cell in cells]
        names.append(" / ".join(part for n, part in enumerate(parts) if n == 0 or part != parts[n - 1]))
    return names


def unique(names: list[str]) -> list[str]:
    """Names that occur twice get a number: 'toelichting', 'toelichting (2)'."""
    taken, result = set(names), []
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        new = name
        while seen[name] > 1 and (new := f"{name} ({seen[name]})") in taken:
            seen[name] += 1
        taken.add(new)
        result.append(new)
    return result


def _body(rows, header_end: int, options: Options, file_name: str) -> list[tuple[int, list]]:
    """The numbered rows below the header, from first_row to last_row."""
    first = options.first_row or header_end + 1
    last = options.last_row or len(rows)
    if first <= header_end:
        raise InputError("first_row lies in the header or above it", file=file_name, value=first)
    if last < first - 1:
        raise InputError("last_row lies above the first row", file=file_name, value=last)
    return list(enumerate(rows[first - 1 : last], start=first))


def _grouped(body, first: int, width: int, options: Options, file_name: str) -> tuple[list, list]:
    """The rows of data, as wide as the header, and the heading that each stands under."""
    kept, headings, heading, used = [], [], None, False
    for number, cells in body:
        places = [place for place, cell in enumerate(cells) if not is_empty(cell)]
        if not places:
            if used and options.blank_ends_group:
                heading = None
            continue
        if options.group_rows and places == [first]:
            heading, used = " ".join(str(cells[first]).split()), False
            continue
        if len(cells) < width or places[-1] >= width:
            problem = f"{len(cells)} cells where the header has {width}: cut short, or a separator inside a text"
            raise InputError(problem, file=file_name, row=number)
        kept.append([None if is_empty(cell) else cell for cell in cells[:width]])
        headings.append(heading)
        used = True
    return kept, headings
