"""The book of tables of a study: every figure that may be shown, as an Excel workbook to read and as a data package to compute on.

What may be shown is decided before, in the tables of `data/processed`: see `ledanalysis.book.figures`.
"""

from __future__ import annotations

import shutil
from importlib.metadata import version
from pathlib import Path

from ledanalysis import kept
from ledanalysis.book import figures, package, workbook
from ledanalysis.errors import InputError
from ledanalysis.prepared import check_whole
from ledanalysis.study import Study
from ledanalysis.tables import write_bytes

__all__ = ["make_book"]


def make_book(study: Study, force: bool = False, language: str = "") -> tuple[list[Path], bool]:
    """Write the book of a study that was prepared: `outputs/book`, or, in a language not the study's own, a folder in it.

    Parameters
    ----------
    study : Study
    force : bool
        Also where it is there, made from the same.
    language : {"", "nl", "en"}

    Returns
    -------
    places : list of Path
        The workbook and the folder of the data package.
    same : bool
        Whether they were there already.

    Raises
    ------
    InputError
        The tables are not there, or not whole.
    """
    check_whole(study)
    apart = language if language != study.language else ""
    study = study.in_language(language)
    folder = study.outputs / "book" / apart
    places = [folder / f"{study.text('book_file')}.xlsx", folder / "data"]
    record, key = study.outputs / ".made" / apart / "book.json", kept.hashed([kept.ground(study), version("openpyxl")])
    if not force and kept.holds(record, key, places):
        return places, True
    try:
        tables = figures.published(study)
        content, files = workbook.to_bytes(study, tables), package.to_files(study, tables)
        record.unlink(missing_ok=True)
        package.write_files(places[1], files)
        write_bytes(places[0], content)
    except (InputError, OSError):  # what was there would pass for a new one
        _remove(places)
        raise
    for old in set(folder.glob("*.xlsx")) - {places[0]}:  # of another language
        old.unlink()
    kept.keep(record, key, places)
    return places, False


def _remove(places: list[Path]) -> None:
    places[0].unlink(missing_ok=True)
    shutil.rmtree(places[1], ignore_errors=True)
