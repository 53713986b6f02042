"""The book as an Excel workbook: contents first, then every sheet, the same bytes for the same tables."""

from __future__ import annotations

import io
import re
import zipfile

import pandas as pd
from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties

from ledanalysis.book import about, measured
from ledanalysis.book.cells import line, sheet_names
from ledanalysis.book.drawn import Drawing, looks
from ledanalysis.book.parts import Grid, Link, Sheet
from ledanalysis.study import Study
from ledanalysis.tables import read_table

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment a zip file knows: files that are made from the same do not differ by the clock
WRITTEN_AT = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
FOOTER = 100  # letters of the title below each page


def sheets(study: Study, tables: dict[str, pd.DataFrame]) -> list[Sheet]:
    """All sheets of a book but its contents, in order."""
    found = [about.taken_part(study, tables)]
    count = 0
    for name in ("estimates", "staff_estimates", "changes"):
        if name not in tables:
            continue
        if name == "changes":
            made = measured.changed(study, tables[name], read_table(study, "wave_items")["wave"].iloc[0], count)
        else:
            made = measured.estimated(study, tables[name], name == "staff_estimates", count)
        count = int(re.match(r"\d+", made[-1].name)[0]) if made else count
        found += made
    found += about.quality(study, tables)
    asked = about.questions(study)
    return [*found, asked] if asked.grids[0].rows else found


def contents(study: Study, found: list[Sheet], names: list[str]) -> Sheet:
    """The sheet that leads to all others, by the names that they have in the workbook."""
    heads = [study.text(f"book_contents_{name}") for name in ("sheet", "title", "split", "unit")]
    rows = [[Link(name), sheet.title, sheet.split or "–", sheet.unit or "–"] for name, sheet in zip(names, found)]
    caption = study.text("book_contents_caption")
    title = f"{study.text('book_title')}: {study.says('title')}"
    return Sheet(study.text("book_contents"), title, [Grid(study.text("book_contents"), caption, heads, rows)], study.says("question"))


def to_bytes(study: Study, tables: dict[str, pd.DataFrame]) -> bytes:
    """The workbook's bytes.

    Parameters
    ----------
    study : Study
    tables : dict of str to DataFrame
        Of `figures.published`.
    """
    found = sheets(study, tables)
    home, *names = sheet_names([study.text("book_contents"), *(sheet.name for sheet in found)])
    first = contents(study, found, names)
    book = Workbook()
    styles = looks(book.active)
    book.remove(book.active)
    words = {"contents": home, "notice": study.notice, "source": study.text("book_source", source=study.says("source")),
             "footer": line(f"{study.says('title')} – {study.text('book_title').lower()}", FOOTER).replace("&", "&&")}  # fmt: skip
    for name, sheet in zip((home, *names), (first, *found)):
        drawing = Drawing(book.create_sheet(name), styles, words)
        drawing.draw(sheet, back=sheet is not first, intro=_reading(study) if sheet is first else ())
    book.properties = DocumentProperties(title=line(first.title), creator=line(study.says("source")), subject=study.notice, language=study.language,
                                         description=line(study.says("question")))  # fmt: skip
    return _fixed(book)


def _reading(study: Study) -> list[str]:
    """What stands on the contents besides: source, notice, how to read."""
    settings = study.settings
    values = {"level": round(settings.level * 100), "min_n": settings.min_n, "units": study.says("units"), "contact": settings.contact}
    keys = ["book_read_tables", "book_read_suppressed", *([] if settings.sampling == "census" else ["book_read_intervals"]), "book_read_filter", "book_read_rounding"]
    told = [study.text(key, **values) for key in keys]
    return [study.notice and f"{study.notice}.".capitalize(), *told, study.text("book_read_contact", **values) if settings.contact else ""]


def _fixed(book: Workbook) -> bytes:
    """A workbook without the time of writing in it."""
    written, fixed = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            content = source.read(part)
            content = WRITTEN_AT.sub(b"", content) if part.filename == "docProps/core.xml" else content
            target.writestr(zipfile.ZipInfo(part.filename, EARLIEST), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
