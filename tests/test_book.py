"""The book of tables: every figure as it is published, nothing more, safe to open, the same each time."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import range_boundaries

from ledanalysis import book
from ledanalysis.book import cells, figures, make_book, package, workbook
from ledanalysis.errors import InputError
from ledanalysis.estimates import SECTOR
from ledanalysis.prepare import prepare
from ledanalysis.published import DECIMALS
from ledanalysis.study import load_study
from ledanalysis.tables import read_table

LINES = {"lower": "95%-interval, van", "upper": "95%-interval, tot", "n": "n", "rank": "rang", "rank_lower": "rang, hoogst",
         "rank_upper": "rang, laagst", "p_zero": "p", "letters": "letters"}  # fmt: skip
ESTIMATE = {"mean": "gemiddelde", "share": "percentage", "worth": "kans"}
KINDS = {"theme": "thema's", "instrument": "instrumenten"}


@pytest.fixture(scope="module")
def ran(example_run):
    return load_study(example_run)


@pytest.fixture(scope="module")
def path(example_run):
    return example_run / "outputs" / "book" / "tabellenboek.xlsx"


@pytest.fixture(scope="module")
def opened(path):
    return openpyxl.load_workbook(path)


def tables_of(opened):
    """Every table of the workbook: (sheet's title, table's name): header and rows of cells."""
    found = {}
    for sheet in opened:
        for name, table in dict.items(sheet.tables):
            left, top, right, bottom = range_boundaries(table.ref)
            rows = [list(row) for row in sheet.iter_rows(top, bottom, left, right)]
            found[sheet["A1"].value, name] = [cell.value for cell in rows[0]], rows[1:]
    return found


@pytest.fixture(scope="module")
def read(opened):
    """(title, row's label, figure's name, column's label): the cell, of the tables with all figures."""
    found = {}
    for (title, name), (header, rows) in tables_of(opened).items():
        if re.fullmatch(r"Tabel_\d+[a-z]_2", name):
            for row in rows:
                for label, cell in zip(header[2:], row[2:]):
                    key = title, row[0].value, row[1].value, label
                    assert key not in found
                    found[key] = cell
    return found


def titled(study, measure, kind, clustering):
    label = study.label_of(measure)
    if study.themes.loc[study.themes["measure"] == measure.measure, "kind"].nunique() > 1:
        label += f": {KINDS[kind]}"
    return f"{label} naar {next(row.label_nl for row in study.tables['clusterings'] if row.clustering == clustering).lower()}"


def expected(study, name):
    """Each row of a processed table in each sheet where it belongs: the row, title and labels."""
    table = read_table(study, name)
    shown = [row.clustering for row in study.tables["clusterings"] if row.report == "yes" and row.clustering in set(table["clustering"])]
    labels = read_table(study, "response").set_index(["clustering", "cluster"])["label"].to_dict()
    titles = {}
    for row in table.merge(study.themes, on=["measure", "theme"]).to_dict("records"):
        measure = study.measure(row["measure"])
        column = "alle gemeenten" if row["clustering"] == SECTOR else None
        for clustering in shown if row["clustering"] == SECTOR else [name for name in shown if name == row["clustering"]]:
            key = row["measure"], row["kind"], clustering
            if key not in titles:
                titles[key] = titled(study, measure, row["kind"], clustering)
            yield row, measure, titles[key], column or labels[clustering, row["cluster"]]


@pytest.mark.parametrize(("name", "view"), [("estimates", ""), ("staff_estimates", " – naar medewerkers")])
def test_every_figure_that_may_be_shown_is_in_the_book_as_it_is_published(ran, read, name, view):
    compared, hidden = 0, 0
    for row, measure, title, column in expected(ran, name):
        names = {"estimate": ESTIMATE[measure.statistic], **LINES}
        for figure, line in names.items():
            cell = read.get((title + view, row["short"], line, column))
            if row["suppressed"]:
                assert cell is None or cell.value == "onderdrukt"
                hidden += cell is not None
            elif cell is not None and pd.isna(row[figure] if row[figure] != "" else np.nan):
                assert cell.value == "–"
            elif figure in ("estimate", "n", "lower", "upper") and pd.notna(row[figure]) or cell is not None:
                assert cell.value == row[figure], (title, row["short"], line, column)
                compared += 1
                if figure == "estimate":
                    places = 0 if view and measure.statistic == "share" else DECIMALS[measure.unit]
                    assert cell.number_format == "#,##0" + ("." + "0" * places if places else "") and round(cell.value, places) == cell.value
    assert compared > 300 and hidden > 300


def test_nothing_else_is_in_the_tables_of_figures(ran, read):
    """Each cell belongs to one row of the processed tables; no cell is empty, and no view stands beside the other."""
    known = {(title + view, row["short"], column) for name, view in (("estimates", ""), ("staff_estimates", " – naar medewerkers"))
             for row, _, title, column in expected(ran, name)}  # fmt: skip
    stray = {key for key, cell in read.items() if (key[0], key[1], key[3]) not in known and cell.value != "geen gegevens"}
    assert not stray
    assert all(cell.value not in (None, "") for cell in read.values())


def test_the_tables_at_a_glance_say_the_same(opened, read):
    compared = 0
    for (title, name), (header, rows) in tables_of(opened).items():
        if re.fullmatch(r"Tabel_\d+[a-z]_1", name):
            assert header[:3] == ["Onderwerp", "Cijfer", "alle gemeenten"]
            for row in rows[:-1]:
                for label, cell in zip(header[2:], row[2:]):
                    assert cell.value == read[title, row[0].value, row[1].value, label].value
                    compared += 1
            for label, base in zip(header[2:], (cell.value for cell in rows[-1][2:])):
                found = [read[title, row[0].value, "n", label].value for row in rows[:-1]]
                n = [value for value in found if not isinstance(value, str)]
                assert base == (n[0] if len(set(n)) == 1 else f"{min(n):.0f}–{max(n):.0f}") if n else {base} == set(found) <= {"onderdrukt", "geen gegevens"}
    assert compared > 3000


def test_what_is_suppressed_is_not_taken_from_the_tables(example_run, tmp_path):
    """Even if a suppressed row held figures, no file of the book would."""
    shutil.copytree(example_run / "data", tmp_path / "data")
    at = tmp_path / "data" / "processed" / "estimates.parquet"
    table = pd.read_parquet(at)
    hidden = table["suppressed"]
    table.loc[hidden, ["estimate", "lower", "upper", "n", "rank", "p_zero"]] = 0.4711
    table.loc[hidden, "letters"] = "qzx"
    table.to_parquet(at)
    study = load_study(tmp_path)
    shown = figures.published(study)["estimates"]
    assert shown["suppressed"].sum() > 100 and not (shown == 0.4711).any(axis=None) and "qzx" not in set(shown["letters"])
    assert not {"se", "df", "population", "p_rest", "alike", "informants"} & set(shown)


def test_no_municipality_and_no_one_of_the_deliveries_is_named(ran, example_run):
    names = read_table(ran, "units")
    small = names[~names["municipality"].isin(["GM0344", "GM0014"])]["label"]  # Utrecht and Groningen are provinces too
    text = "\n".join(content.decode() for content in parts(example_run).values())
    assert not re.search(r"GM\d{4}", text)
    assert set(re.findall(r"\b\w[\w'-]{5,}", text)) & set(small) == set() and len(set(small) & set(re.findall(r"\b\w[\w'-]{5,}", " ".join(small)))) > 200


def parts(folder):
    """All files of a book, those in the workbook by their names there."""
    at = folder / "outputs" / "book"
    found = {file.name: file.read_bytes() for file in (at / "data").iterdir()}
    for workbook in at.glob("*.xlsx"):
        with zipfile.ZipFile(workbook) as archive:
            found |= {name: archive.read(name) for name in archive.namelist()}
    return found


ALLOWED = re.compile(r"xl/(worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|tables/table\d+\.xml|theme/theme1\.xml|styles\.xml|sharedStrings\.xml|workbook\.xml|_rels/workbook\.xml\.rels)"
                     r"|docProps/(app|core)\.xml|\[Content_Types\]\.xml|_rels/\.rels")  # fmt: skip


def check_safe(content):
    """A workbook that does nothing and hides nothing."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert [name for name in texts if not ALLOWED.fullmatch(name)] == []
    for name, text in texts.items():
        assert not re.search(r"<f[ >]|TargetMode=\"External\"|state=\"(veryH|h)idden\"|hidden=\"1\"|<dcterms:", text), name
    opened = openpyxl.load_workbook(io.BytesIO(content))
    names = opened.sheetnames
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]|^'|'$", name) for name in names)
    tables = [name.casefold() for sheet in opened for name in sheet.tables]
    assert len(set(tables)) == len(tables) and all(re.fullmatch(r"[^\W\d]\w+_?\w*", name) for name in tables)
    for sheet in opened:
        check_sheet(sheet, names)
    return opened


def check_sheet(sheet, names):
    for table in sheet.tables.values():
        left, top, right, bottom = range_boundaries(table.ref)
        header = [sheet.cell(top, column).value for column in range(left, right + 1)]
        assert [column.name for column in table.tableColumns] == header and len({name.casefold() for name in header}) == len(header)
        assert all(0 < len(name) <= 255 for name in header)
        assert [merged for merged in sheet.merged_cells.ranges if merged.min_row <= bottom and merged.max_row >= top] == []
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type in ("s", "n", "inlineStr"), cell.coordinate
            if cell.hyperlink:
                assert cell.hyperlink.target is None and re.fullmatch(r"'(.*)'!A1", cell.hyperlink.location)[1].replace("''", "'") in names
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToWidth == 1 and sheet.page_setup.fitToHeight == 0
    assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.print_title_rows


def test_the_workbook_does_nothing_and_hides_nothing(path):
    opened = check_safe(path.read_bytes())
    properties = opened.properties
    assert (properties.title, properties.language, properties.subject) == ("Tabellenboek: Leren en ontwikkelen bij gemeenten", "nl", "fictieve gegevens")
    assert properties.creator.startswith("A&O fonds Gemeenten")


def test_every_sheet_is_reached_from_the_contents_and_leads_back(opened):
    contents, *others = opened.sheetnames
    links = [cell.hyperlink.location for row in opened[contents].iter_rows() for cell in row if cell.hyperlink]
    assert contents == "Inhoud" and links == ["'{}'!A1".format(name.replace("'", "''")) for name in others]
    for name in others:
        sheet = opened[name]
        assert "'Inhoud'!A1" in [cell.hyperlink.location for row in sheet.iter_rows(max_row=5) for cell in row if cell.hyperlink]
        assert "fictieve gegevens" in [cell.value for row in sheet.iter_rows(max_row=5) for cell in row]
        assert any(str(cell.value).startswith("Bron: A&O fonds") for (cell,) in sheet.iter_rows(max_col=1))


def test_other_tables_say_what_the_processed_tables_say(ran, opened):
    found = tables_of(opened)
    response = read_table(ran, "response")
    sizes = {row[0].value: [cell.value for cell in row[1:4]] for row in found["Wie deden mee?", "Respons_1"][1]}
    for row in response[response["clustering"] == "size"].itertuples():
        assert sizes[row.label] == [row.population, row.answered, row.interviewed]
    (scale,) = found["Kwaliteit van schalen en van het coderen van teksten", "Schalen"][1]
    assert [cell.value for cell in scale[1:]] == pytest.approx(read_table(ran, "reliability").iloc[0, 1:].astype(float).round(2).tolist(), abs=0.0051)
    coded = read_table(ran, "agreement").iloc[0]
    first = [cell.value for cell in found["Kwaliteit van schalen en van het coderen van teksten", "Codeurs"][1][0]]
    assert first[:5] == ["alle thema's samen", f"{coded['coder']}–{coded['other']}", coded["coder_n"], coded["other_n"], coded["both"]]
    assert first[6] == pytest.approx(coded["kappa"], abs=0.0051)


def test_the_same_tables_give_the_same_bytes(ran, path):
    """Made in another process, at another time."""
    assert workbook.to_bytes(ran, figures.published(ran)) == path.read_bytes()


def check_package(folder):
    """What the Frictionless standard asks, by a reader of our own: fields, types, constraints and keys. The tables, by name."""
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert sorted(resource["path"] for resource in described["resources"]) == sorted(file.name for file in folder.glob("*.csv"))
    assert re.fullmatch(r"[-a-z0-9._/]+", described["name"])
    read = {}
    for resource in described["resources"]:
        rows = list(csv.reader(io.StringIO((folder / resource["path"]).read_text("utf-8"), newline="")))
        fields = resource["schema"]["fields"]
        assert rows[0] == [field["name"] for field in fields] and all(field["description"] for field in fields)
        read[resource["name"]] = [{field["name"]: typed(cell, field) for cell, field in zip(row, fields, strict=True)} for row in rows[1:]]
    for resource in described["resources"]:
        check_keys(resource, read)
    return read


TYPES = {"string": str, "number": float, "integer": int, "boolean": {"true": True, "false": False}.__getitem__}


def typed(cell, field):
    limits = field.get("constraints", {})
    if cell == "":
        assert not limits.get("required"), field
        return None
    value = TYPES[field["type"]](cell)
    assert "enum" not in limits or value in limits["enum"], (field, value)
    assert limits.get("minimum", -np.inf) <= value <= limits.get("maximum", np.inf) if field["type"] in ("number", "integer") else True, (field, value)
    return value


def check_keys(resource, read):
    schema, rows = resource["schema"], read[resource["name"]]
    if "primaryKey" in schema:
        keys = [tuple(row[name] for name in schema["primaryKey"]) for row in rows]
        assert len(set(keys)) == len(keys) and all(None not in key for key in keys)
    for link in schema.get("foreignKeys", []):
        there = {tuple(row[name] for name in link["reference"]["fields"]) for row in read[link["reference"]["resource"]]}
        assert {tuple(row[name] for name in link["fields"]) for row in rows} <= there, link


def test_the_data_package_describes_every_field_and_has_the_figures_of_estimates(ran, example_run):
    read = check_package(example_run / "outputs" / "book" / "data")
    shown = [SECTOR, *(row.clustering for row in ran.tables["clusterings"] if row.report == "yes")]
    for name in ("estimates", "staff_estimates"):
        table = read_table(ran, name)
        table = table[table["clustering"].isin(shown)].reset_index(drop=True)
        assert len(table) == len(read[name]) > 400
        keys = ["clustering", "cluster", "measure", "theme"]
        of = {tuple(row[key] for key in keys): row for row in read[name]}
        for row in table.to_dict("records"):
            told = of[tuple(row[key] for key in keys)]
            assert told["suppressed"] == row["suppressed"]
            for figure in ("estimate", "lower", "upper", "n", "rank", "rank_lower", "rank_upper"):
                assert (told[figure] is None) if pd.isna(row[figure]) else told[figure] == row[figure]


def test_a_field_that_nobody_describes_is_not_written(ran):
    tables = figures.published(ran)
    found = package.to_files(ran, tables | {"response": tables["response"].assign(secret=1)})
    assert b"secret" not in found["response.csv"] and found == package.to_files(ran, tables)


def test_a_book_is_kept_while_it_is_made_from_the_same_and_goes_when_it_cannot_be_made(example_run, tmp_path, monkeypatch):
    shutil.copytree(example_run / "data", tmp_path / "data")
    study = load_study(tmp_path)
    (path, data), same = make_book(study)
    assert not same
    before = path.stat().st_mtime_ns
    assert make_book(study) == ([path, data], True) and path.stat().st_mtime_ns == before
    (data / "response.csv").write_text("other")
    assert not make_book(study)[1] and (data / "response.csv").read_text() != "other"
    assert sorted(file.name for file in path.parent.iterdir()) == ["data", "tabellenboek.xlsx"]

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(book, "write_bytes", full)
    with pytest.raises(OSError):
        make_book(study, force=True)
    assert not path.exists() and not data.exists()


def test_without_tables_it_says_what_to_do(tmp_path, example_run):
    shutil.copytree(example_run / "data" / "codebook", tmp_path / "data" / "codebook")
    done = subprocess.run([sys.executable, "-m", "ledanalysis.cli", "book", "--study", tmp_path], capture_output=True, text=True)
    assert done.returncode == 2 and "led prepare" in done.stderr
    with pytest.raises(InputError):
        make_book(load_study(tmp_path))


WICKED = ["<script>alert(1)</script> & <b>", "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\u202eomgekeerd\u202c tekst", "x" * 5000, "👩‍💻 leren 🎓",
          "a\x01b\x1fc\x7f", "\uff1dHYPERLINK(1)", "_x003D_1+1", "Naam\nregel twee", "'apostrof'", "#N/A"]  # fmt: skip


@pytest.fixture(scope="module")
def wicked(tmp_path_factory):
    """A small study in which nearly every text could harm."""
    folder = tmp_path_factory.mktemp("wicked")
    shutil.copytree(Path(__file__).parent / "cases" / "small", folder, dirs_exist_ok=True)
    turn, named = 0, {}
    for file in ("themes", "instruments", "options", "items", "scales", "measures", "clusterings", "clusters"):
        at = folder / "data" / "codebook" / f"{file}.csv"
        table = pd.read_csv(at, sep=";", dtype="str", encoding="utf-8-sig", keep_default_na=False)
        for row in table.index:
            key = file, table.loc[row, "cluster"] if file == "clusters" else row  # a cluster has one label, however many rows
            table.loc[row, "label_nl"] = named.setdefault(key, WICKED[turn % len(WICKED)])
            turn += 1
        table.to_csv(at, sep=";", index=False, encoding="utf-8-sig")
    settings = folder / "data" / "codebook" / "study.toml"
    text = settings.read_text().replace('title_nl = "Kleine studie"', r'title_nl = "=HYPERLINK(\"http://x\")&R\u0001 <b>"').replace('"Verzonnen"', '"@bron & co"')
    settings.write_text(text)
    study = load_study(folder)
    prepare(study)
    make_book(study)
    return study


def test_a_text_that_could_harm_is_shown_as_text(wicked):
    content = next((wicked.outputs / "book").glob("*.xlsx")).read_bytes()
    opened = check_safe(content)
    texts = [cell for sheet in opened for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    found = {cell.value for cell in texts}
    for text in ("=cmd|' /C calc'!A0", "<script>alert(1)</script> & <b>", "+1+1", "abc\x7f", "\u202eomgekeerd\u202c tekst", "👩‍💻 leren 🎓", "x" * 5000, "_x005F_x003D_1+1"):
        assert any(text in cell for cell in found), text
    begin = [cell for cell in texts if cell.value[0] in "=+-@" and not cell.value.startswith("–")]
    assert begin and all(cell.quotePrefix and cell.data_type == "s" for cell in begin)
    assert all(len(text) <= 32767 for text in found)


def test_the_data_of_a_study_that_could_harm_hold_no_formula(wicked):
    read = check_package(wicked.outputs / "book" / "data")
    risky = [value for rows in read.values() for row in rows for value in row.values() if isinstance(value, str) and value[:1] in ("=", "+", "@")]
    assert risky == [] and any(row["label_nl"] == "'=cmd|' /C calc'!A0" for rows in read.values() for row in rows if "label_nl" in row)


def test_changes_since_an_earlier_wave_have_sheets_of_their_own(example_run, tmp_path):
    """With a table of changes as `led prepare` makes it: here of the figures of now, less 1 and less 2."""
    shutil.copytree(example_run / "data", tmp_path / "data")
    study = load_study(tmp_path)
    now = read_table(study, "estimates", measure="now").assign(p=0.5, n_both=5.0, n_previous=9.0)
    hidden = now["suppressed"]
    of = {basis: now.assign(basis=basis, now=now["estimate"], previous=now["estimate"] - less, estimate=less + now["estimate"] * 0) for basis, less in (("all", 1.0), ("matched", 2.0))}
    of["matched"]["now"] = of["matched"]["previous"] = np.nan
    pd.concat(of.values()).to_parquet(tmp_path / "data" / "processed" / "changes.parquet")
    pd.DataFrame({"wave": ["2021"]}).to_parquet(tmp_path / "data" / "processed" / "wave_items.parquet")
    tables = figures.published(study)
    assert set(tables["changes"]) == set(figures.FIGURES["changes"])
    made = [sheet for sheet in workbook.sheets(study, {name: tables[name] for name in ("response", "changes")}) if "2021" in sheet.title]
    assert [sheet.split for sheet in made] == ["Grootteklasse", "Provincie", "Stedelijkheid"]
    (full,) = [grid for grid in made[0].grids if grid.filtered]
    rows = {(row[0], row[1]): row[2:] for row in full.rows}
    told = now[(now["clustering"] == "sector")].set_index("theme")["estimate"]
    assert rows["Data en AI", "verandering, alle"][0] == (1.0, 1) and rows["Data en AI", "verandering, beide keren"][0] == (2.0, 1)
    assert rows["Data en AI", "2021"][0].value == pytest.approx(told["DATA"] - 1) and rows["Data en AI", "n in beide"][0] == (5.0, 0)
    marks = [cell for sheet in made for grid in sheet.grids if grid.filtered for row in grid.rows for cell in row if cell == ("onderdrukt",)]
    lines = {row[1] for row in full.rows}
    shown = now["clustering"].isin(["size", "province", "urbanity"])
    assert len(marks) == len(lines) * (hidden & shown).sum() > 100


def test_an_english_book_is_english(ran, english, tmp_path):
    study = replace(english, folder=ran.folder)
    content = workbook.to_bytes(study, figures.published(study))
    opened = openpyxl.load_workbook(io.BytesIO(content))
    texts = {cell.value for sheet in opened for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert opened.sheetnames[0] == "Contents" and "suppressed" in texts and "onderdrukt" not in texts and study.text("book_file") == "book_of_tables"


def test_texts_are_cut_where_a_cell_ends_and_never_within_a_character():
    assert cells.safe("🎓" * 20_000) == "🎓" * 16_383 + "…"
    assert cells.safe("a" * 32_767) == "a" * 32_767 and len(cells.safe("a" * 32_768)) == 32_767
    assert cells.safe("\ud800a\ufffeb\x00c\td") == "abc\td"
    assert cells.sheet_names(["Geschiedenis", "History", "a/b", "a:b", "x" * 40, "x" * 41]) == ["Geschiedenis", "_", "a b", "a b (2)", "x" * 30 + "…", "x" * 26 + "… (2)"]
