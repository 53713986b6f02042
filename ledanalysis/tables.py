"""Tables on disk: `data/processed` and `outputs`, each file whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.study import Study

# What begins a formula, the wide signs of East Asia among them; blanks and line ends in front do not keep it from running.
FORMULA = re.compile("[\\s\0]*[=+\\-@\uff1d\uff0b\uff0d\uff20]|[\\t\\r\\n]")
NUMBER = re.compile(r"[+-]?\d[\d.,]*")
TEMPORARY = re.compile(r"\..+\.tmp(\.ipynb)?")


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file under a temporary name and move it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError as error:  # of a full disk the system does not say which file
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


def sweep(folder: Path) -> None:
    """Remove what stands in a folder, and below, under a temporary name: a program that was killed could not.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> for name in (".a.csv.17.tmp", "a.csv", ".hidden"):
    ...     _ = (folder / name).write_text("")
    >>> sweep(folder)
    >>> sorted(path.name for path in folder.iterdir())
    ['.hidden', 'a.csv']
    """
    for here, folders, files in os.walk(folder):
        for name in filter(TEMPORARY.fullmatch, files):
            (Path(here) / name).unlink(missing_ok=True)
        for name in filter(TEMPORARY.fullmatch, folders):
            shutil.rmtree(Path(here) / name, ignore_errors=True)


def write_csv(path: Path, table: pd.DataFrame) -> Path:
    """A table as Excel opens it: `;`, UTF-8 with BOM; a text that it would run as a formula has a ' in front.

    Examples
    --------
    >>> import tempfile
    >>> path = write_csv(Path(tempfile.mkdtemp()) / "a.csv", pd.DataFrame({"name": ["=HYPERLINK(A1)", "-2,5", "Hoorn"]}))
    >>> path.read_text("utf-8-sig").splitlines()
    ['name', "'=HYPERLINK(A1)", '-2,5', 'Hoorn']
    """
    texts = table.select_dtypes(["str", "object", "category"]).columns
    shown = table.assign(**{name: table[name].astype("object").map(inert, na_action="ignore") for name in texts})
    shown = shown.rename(columns=inert)
    return write_bytes(path, shown.to_csv(index=False, sep=";", lineterminator="\n").encode("utf-8-sig"))


def inert(cell):
    """A text with a ' in front if a spreadsheet would take it for a formula; anything else as it is.

    Examples
    --------
    >>> inert("@SUM(1)"), inert(" +1+cmd"), inert("-1.234,5"), inert("- geen"), inert(-3)
    ("'@SUM(1)", "' +1+cmd", '-1.234,5', "'- geen", -3)
    """
    is_formula = isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell)
    return f"'{cell}" if is_formula else cell


def write_tables(study: Study, tables: dict[str, pd.DataFrame]) -> list[Path]:
    """Write tables to `data/processed` as parquet; the same tables give the same bytes."""
    return [
        write_bytes(study.processed / f"{name}.parquet", table.to_parquet(index=False, engine="pyarrow"))
        for name, table in tables.items()
    ]


def read_table(study: Study, name: str, columns: list[str] | None = None, **wanted) -> pd.DataFrame:
    """A table of `data/processed`, or what is wanted of it.

    Parameters
    ----------
    study : Study
    name : str
    columns : list of str, optional
        Only these.
    **wanted
        Column and value: only the rows that have it.

    Raises
    ------
    InputError
        It has not been made yet, or there is no such table.
    """
    path = study.processed / f"{name}.parquet"
    if not path.exists():
        known = sorted(file.stem for file in study.processed.glob("*.parquet"))
        raise InputError("no such table in data/processed (an earlier version made none: run `led prepare` again)", value=name, allowed=known or "nothing yet: run `led prepare`")
    rows = tuple((column, "==", value) for column, value in wanted.items())
    return _read_once(path, stamp(path), tuple(columns or ()), rows).copy(deep=False)


def stamp(path: Path) -> tuple[int, int, int]:
    """What changes when a file does: when it was written, its size and its inode."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


@lru_cache(maxsize=8)
def _read_once(path: Path, written: tuple, columns: tuple, rows: tuple) -> pd.DataFrame:
    """A table that many charts of a notebook ask for, as long as its file is the same."""
    return pd.read_parquet(path, columns=list(columns) or None, filters=list(rows) or None)
