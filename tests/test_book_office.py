"""The book as LibreOffice opens it: the same figures, and pages on paper."""

import csv
import os
import re
import shutil
import subprocess

import pandas as pd
import pypdf
import pytest
from test_book import ESTIMATE, expected, ran, wicked  # noqa: F401

from ledanalysis.book import cells, figures, workbook
from ledanalysis.tables import write_bytes

CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"  # every sheet, numbers as they are


def soffice() -> str:
    """LibreOffice's path; its parts are packages of their own, and of Calc `localc` tells. Without it the test is skipped, but fails where CI is set: there it must have run."""
    found = shutil.which("soffice")
    if found and shutil.which("localc"):
        return found
    missing = "no LibreOffice Calc (soffice, localc): install the system package 'libreoffice-calc' to open the book of tables"
    return pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)


def converted(path, kind, folder):
    """The files that LibreOffice makes of a workbook; it may have nothing to say about it."""
    done = subprocess.run([soffice(), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", kind, "--outdir", folder, path],
                          capture_output=True, text=True, timeout=900)  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "javaldx" not in line]  # that there is no Java
    assert done.returncode == 0 and not said, said
    return sorted(file for file in folder.iterdir() if file.is_file())


def sheets(files):
    """The rows of each sheet by its title."""
    read = {}
    for file in files:
        with file.open(encoding="utf-8", newline="") as text:
            rows = list(csv.reader(text))
        read[rows[0][0]] = rows
    return read


def test_libreoffice_reads_the_figures_of_estimates(ran, example_run, tmp_path):  # noqa: F811
    found = sheets(converted(example_run / "outputs" / "book" / "tabellenboek.xlsx", CSV, tmp_path))
    compared, hidden = 0, 0
    for name, view in (("estimates", ""), ("staff_estimates", " – naar medewerkers")):
        for row, measure, title, column in expected(ran, name):
            rows = found[title + view]
            header = next(cells for cells in rows if cells[0] == "Onderwerp")
            lines = {tuple(cells[:2]): cells[header.index(column)] for cells in rows}
            cell = lines[row["short"], ESTIMATE[measure.statistic]]
            if row["suppressed"]:
                assert cell == "onderdrukt"
                hidden += 1
            else:
                assert float(cell) == row["estimate"] and float(lines[row["short"], "n"]) == row["n"]
                assert pd.isna(row["lower"]) or float(lines[row["short"], "95%-interval, van"]) == row["lower"]
                compared += 1
    assert compared > 4000 and hidden > 1000


def test_on_paper_every_sheet_is_one_page_wide_and_repeats_its_header(ran, tmp_path):  # noqa: F811
    tables = figures.published(ran)
    tables = {"response": tables["response"], "estimates": tables["estimates"].query("measure == 'now'")}
    path = write_bytes(tmp_path / "some.xlsx", workbook.to_bytes(ran, tables))
    (pdf,) = [file for file in converted(path, "pdf", tmp_path) if file.suffix == ".pdf"]
    read = pypdf.PdfReader(pdf).pages
    pages = [page.extract_text() for page in read]
    assert all(page.mediabox.width > page.mediabox.height for page in read) and all("fictieve gegevens" in page for page in pages)
    names = ran.themes.query("measure == 'now'")["short"]
    figured = [page for page in pages if "95%-interval, van" in page and sum(name in page for name in names) > 2]
    assert len(figured) > 6 and all("Onderwerp" in page and ("Drenthe" in page) == ("Zeeland" in page) for page in figured)
    assert sum("Drenthe" in page for page in figured) > 2


def test_libreoffice_shows_what_could_harm_as_text(wicked, tmp_path):  # noqa: F811
    path = next((wicked.outputs / "book").glob("*.xlsx"))
    found = [cell for rows in sheets(converted(path, CSV, tmp_path)).values() for row in rows for cell in row]
    for text in ("=cmd|' /C calc'!A0", "+1+1", "@SUM(1)", cells.line("<script>alert(1)</script> & <b>"), "#N/A"):
        assert any(text in cell for cell in found), text
    assert not any(cell in ("2", "#NAME?", "Err:508") for cell in found if cell and not cell.isdigit())
