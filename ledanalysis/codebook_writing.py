"""Rows put into a codebook table, taken out, replaced or put in another order, with every other row left byte for byte.

The tables are edited in Excel too: what Excel wrote (byte order mark, line ends, quotes, empty rows) stays as it is.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from ledanalysis.codebook import REQUIRED, TABLES, Row, read_table
from ledanalysis.errors import InputError
from ledanalysis.references import check_references
from ledanalysis.study import Study, option_sets
from ledanalysis.tables import inert, write_bytes

BOM = b"\xef\xbb\xbf"
PATIENCE = 10  # seconds to wait for another who writes: a row takes some hundredths of one


@dataclass(frozen=True)
class _Record:
    """A row as it stands in the file, without what ends its line; and its cells, none of a row that is empty."""

    text: str
    end: str
    cells: tuple[str, ...]


def version(study: Study, table: str) -> str:
    """What changes when a codebook table does, for `seen` of the functions here; "" where there is no such file.

    Examples
    --------
    >>> from ledanalysis.study import load_study
    >>> len(version(load_study(), "themes"))
    64
    """
    path = _path(study, table)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def append_row(study: Study, table: str, row: dict, seen: str | None = None) -> str:
    """Put a row at the end of a codebook table; a table that is not there is made, a column that it lacks is added.

    Parameters
    ----------
    study : Study
    table : str
        "findings": `data/codebook/findings.csv`.
    row : dict
        Column and value; what is not given is as it is by default. A text that a spreadsheet would run has a ' in front.
    seen : str, optional
        The `version` that the row was made with: refused if the table is another by now.

    Returns
    -------
    str
        The table's new `version`.

    Raises
    ------
    InputError
        The row does not fit the table or the codebook, the table changed, or somebody holds it; the file is as it was.

    Examples
    --------
    >>> import shutil, tempfile
    >>> from ledanalysis.study import load_study
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = shutil.copytree(load_study().codebook, folder / "data" / "codebook")
    >>> study = load_study(folder)
    >>> _ = append_row(study, "names", {"name": "Jansen"})
    >>> _ = append_row(study, "names", {"name": "De Vries"})
    >>> reorder(study, "names", ["De Vries", "Jansen"]) == remove_row(study, "names", {"name": "Jansen"})
    False
    >>> (study.codebook / "names.csv").read_text("utf-8-sig").split()
    ['name', 'De', 'Vries']
    """

    def put(records: list[_Record]) -> list[_Record]:
        records, text = _with_row(records, row, table)
        return [*records[:-1], replace(records[-1], end=_line_end(records)), _Record(text, records[-1].end, ())]

    return _edit(study, table, put, seen)


def remove_row(study: Study, table: str, where: dict, seen: str | None = None) -> str:
    """Take the one row out of a codebook table that has these values; see `append_row`.

    Raises
    ------
    InputError
        There is no such row, or more than one; what is left does not hold; the table changed, or somebody holds it.
    """

    def take(records: list[_Record]) -> list[_Record]:
        at = _find(records, where, f"{table}.csv")
        left = records[:at] + records[at + 1 :]
        return left if at < len(records) - 1 else [*left[:-1], replace(left[-1], end=records[at].end)]

    return _edit(study, table, take, seen)


def replace_row(study: Study, table: str, where: dict, row: dict, seen: str | None = None) -> str:
    """Put a row in the place of the one that has these values; see `append_row` and `remove_row`."""

    def put(records: list[_Record]) -> list[_Record]:
        at = _find(records, where, f"{table}.csv")
        records, text = _with_row(records, row, table)
        return [*records[:at], replace(records[at], text=text), *records[at + 1 :]]

    return _edit(study, table, put, seen)


def reorder(study: Study, table: str, keys: list[str], seen: str | None = None) -> str:
    """Put the rows of a codebook table in the order of their keys, all of them; see `append_row`.

    Raises
    ------
    InputError
        The keys are not those that the table has by now; the table changed, or somebody holds it.
    """
    _, column = TABLES[table]
    if column is None:
        raise InputError("has no column to order by", file=f"{table}.csv", allowed=[name for name, (_, key) in TABLES.items() if key])

    def put(records: list[_Record]) -> list[_Record]:
        place = records[0].cells.index(column)
        filled = [at for at, record in enumerate(records) if at and record.cells]
        by_key = {records[at].cells[place].strip(): records[at] for at in filled}
        if sorted(keys) != sorted(by_key):
            raise InputError("not the rows of the table", file=f"{table}.csv", column=column, value=", ".join(keys), allowed=list(by_key))
        moved = dict(zip(filled, (by_key[key] for key in keys)))
        return [replace(moved.get(at, record), end=record.end) for at, record in enumerate(records)]

    return _edit(study, table, put, seen)


def _edit(study: Study, table: str, change: Callable[[list[_Record]], list[_Record]], seen: str | None) -> str:
    """Change a table's records and write it, unless it does not hold then or is not as it was seen."""
    path = _path(study, table)
    with _held(study, path.name):
        before = path.read_bytes() if path.exists() else b""
        if seen is not None and seen != version(study, table):
            raise InputError("saved by somebody else since it was read: read it again first", file=path.name)
        mark = BOM if before.startswith(BOM) or not before else b""
        after = mark + _joined(change(_split(before, table))).encode()
        _check(study, table, after)
        if (path.read_bytes() if path.exists() else b"") != before:  # Excel knows of no lock
            raise InputError("saved by somebody else at this moment: try again", file=path.name)
        try:
            write_bytes(path, after)
        except PermissionError:
            raise InputError("cannot be written: close it in Excel first", file=path.name) from None
    return hashlib.sha256(after).hexdigest()


@contextmanager
def _held(study: Study, file: str) -> Iterator[None]:
    """One writer at a time in a codebook; what one that was killed left half-made is removed."""
    study.outputs.mkdir(parents=True, exist_ok=True)
    lock = FileLock(study.outputs / ".codebook.lock", timeout=PATIENCE)
    try:
        lock.acquire()
    except Timeout:
        raise InputError("somebody else is writing in the codebook: try again", file=file) from None
    try:
        for left in study.codebook.glob(f".{file}.*.tmp"):
            left.unlink(missing_ok=True)
        yield
    finally:
        lock.release()


def _path(study: Study, table: str) -> Path:
    if table not in TABLES:
        raise InputError("no such codebook table", value=table, allowed=list(TABLES))
    return (study.codebook / f"{table}.csv").resolve()  # a link stays a link


def _split(content: bytes, table: str) -> list[_Record]:
    """The records of a file, the header first, as `codebook.read_rows` reads them; of no file the header that it would have."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("not UTF-8; in Excel, save as 'CSV UTF-8'", file=f"{table}.csv") from None
    if not text.strip():
        header = tuple(TABLES[table][0].model_fields)
        return [_Record(_line(header), "\n", header)]
    lines = list(io.StringIO(text, newline=""))
    reader, records, first = csv.reader(lines, delimiter=";"), [], 0
    for cells in reader:
        whole = "".join(lines[first : reader.line_num])
        first = reader.line_num
        bare = whole.rstrip("\r\n")
        records.append(_Record(bare, whole[len(bare) :], tuple(cells) if any(cell.strip() for cell in cells) else ()))
    return records


def _joined(records: list[_Record]) -> str:
    return "".join(record.text + record.end for record in records)


def _line_end(records: list[_Record]) -> str:
    return next((record.end for record in records if record.end), "\n")


def _line(cells) -> str:
    """Cells as a line of the file, without its end."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n")


def _written(value) -> str:
    """A value as its cell has it."""
    text = inert("" if value is None else str(value)).strip()
    if "\0" in text or not text.isprintable() and any(0xD800 <= ord(sign) < 0xE000 for sign in text):
        raise InputError("signs that no text has", value=text.encode("unicode_escape").decode())
    return text


def _with_row(records: list[_Record], row: dict, table: str) -> tuple[list[_Record], str]:
    """A row as a line of the file; and the records, with empty cells for columns of it that they lack."""
    filled = {column: written for column, value in row.items() if (written := _written(value))}
    new = [column for column in filled if column not in records[0].cells]
    header, gap = (*records[0].cells, *new), ";" * len(new)
    if new:
        named = replace(records[0], text=f"{records[0].text};{_line(new)}", cells=header)
        records = [named, *(replace(each, text=each.text + gap) if each.cells else each for each in records[1:])]
    fields = TABLES[table][0].model_fields
    usual = {column: _written(fields[column].default) for column in header if column in fields and not fields[column].is_required()}
    return records, _line([filled.get(column, usual.get(column, "")) for column in header])


def _find(records: list[_Record], where: dict, file: str) -> int:
    """The place of the one record that has these values."""
    header = list(records[0].cells)
    if lacking := [column for column in where if column not in header and _written(where[column])]:
        raise InputError("no such column", file=file, column=lacking[0], allowed=header)
    wanted = {header.index(column): _written(value) for column, value in where.items() if column in header}
    found = [
        at for at, record in enumerate(records)
        if at and len(record.cells) == len(header) and all(_written(record.cells[place]) == value for place, value in wanted.items())
    ]  # fmt: skip
    if len(found) != 1:
        shown = ", ".join(f"{column}={value}" for column, value in where.items())
        raise InputError("no such row" if not found else "more than one such row", file=file, value=shown)
    return found[0]


def _check(study: Study, table: str, content: bytes) -> None:
    """Hold what is to be written to the rest of the codebook as it is on disk now."""
    tables: dict[str, tuple[Row, ...]] = {}
    for name, (model, unique) in TABLES.items():
        path = study.codebook / f"{name}.csv"
        if name != table:
            tables[name] = read_table(path, model, unique) if name in REQUIRED or path.exists() else ()
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder) / f"{table}.csv"  # of this name, for errors
        new.write_bytes(content)
        tables[table] = read_table(new, *TABLES[table])
    check_references(tables, option_sets(tables))
