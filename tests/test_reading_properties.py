"""Whatever table or text is written in a format is read back the same, or is refused: for files that nobody thought of."""

from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape

import docx
import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from delivered import ods, ods_cell, ods_sheet
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from made import mail, zipped

from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading import delimited, figures, regular, spss_cases, words
from ledanalysis.reading.passages import plain_text
from ledanalysis.reading.survey import safe


def properties(examples):
    """The same examples in every run, so that a build does not fail by chance."""
    return settings(max_examples=examples, derandomize=True, database=None, deadline=None,
                    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])  # fmt: skip


SIGNS = st.characters(exclude_categories=["Cs"])
TRICKY = st.text(st.sampled_from(list("ab1,0;.\"'\t| \n\r=-+@é€\u00a0\u2028\ufeff\x1c\x1f\x85")), max_size=8)
TEXTS = st.one_of(st.none(), TRICKY, st.text(SIGNS, max_size=12))
WHOLE = st.one_of(st.none(), st.integers(-(10**9), 10**9))
DECIMALS = st.one_of(st.none(), st.integers(-(10**8), 10**8).map(lambda n: n / 100))
DATES = st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2100, 1, 1)))


def tables(least_columns=1, **kinds):
    """(kinds of the columns, rows), of one to four columns and one to five rows in which something is filled."""

    def rows(names):
        row = st.tuples(*(kinds[name] for name in names)).filter(lambda row: any(cell is not None and str(cell).strip() for cell in row))
        return st.tuples(st.just(names), st.lists(row, min_size=1, max_size=5))

    return st.lists(st.sampled_from(sorted(kinds)), min_size=least_columns, max_size=4).flatmap(rows)


def named(names):
    return [f"v{place + 1}" for place in range(len(names))]


def as_read(kind, cells):
    """A column as every reader gives it."""
    if kind == "text":
        texts = [None if cell is None or not cell.strip() else safe(cell.replace("\r\n", "\n").replace("\r", "\n")) for cell in cells]
        return pd.Series(texts, dtype="str")
    if kind == "date":
        return pd.Series([pd.NaT if cell is None else pd.Timestamp(cell) for cell in cells], dtype="datetime64[us]")
    numbers = pd.Series(cells, dtype="float64")
    return numbers.astype("int64") if (numbers == np.floor(numbers)).all() else numbers


def check(survey, kinds, rows):
    expected = pd.DataFrame({name: as_read(kind, [row[place] for row in rows])
                             for place, (name, kind) in enumerate(zip(named(kinds), kinds))})  # fmt: skip
    for name, kind in zip(named(kinds), kinds):
        if expected[name].isna().all():  # nothing tells what it holds
            assert survey.data[name].isna().all()
        else:
            pd.testing.assert_series_equal(survey.data[name], expected[name])
    assert list(survey.data.columns) == named(kinds) and len(survey.data) == len(rows)


def dutch(kind, cell):
    if cell is None:
        return ""
    if kind == "decimal":
        return f"{cell:.2f}".replace(".", ",")
    return cell.strftime("%d-%m-%Y") if kind == "date" else str(cell)


def written(rows, delimiter, end, quote_all):
    """Cells in quotation marks where they must be: Python's own writer leaves a carriage return bare."""

    def cell(text):
        is_bare = not quote_all and not set(text) & set(f'{delimiter}"\r\n')
        return text if is_bare else '"' + text.replace('"', '""') + '"'

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


@properties(250)
@given(
    tables(2, text=TEXTS, whole=WHOLE, decimal=DECIMALS, date=DATES),
    st.sampled_from(";,\t|"), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)  # fmt: skip
def test_a_table_through_any_dialect(tmp_path, table, delimiter, end, quote_all, encoding):
    kinds, rows = table
    cells = [named(kinds), *([dutch(kind, cell) for kind, cell in zip(kinds, row)] for row in rows)]
    try:
        content = written(cells, delimiter, end, quote_all).encode(encoding)
    except UnicodeEncodeError:
        assume(False)
    (tmp_path / "a.csv").write_bytes(content)
    texts = [name for name, kind in zip(named(kinds), kinds) if kind == "text"]
    asked = {"encoding": encoding} if encoding == "cp1252" else {}
    try:
        survey = reading.read_survey(tmp_path / "a.csv", text_columns=texts, decimal=",", **asked)
    except InputError as error:
        assert "\0" in content.decode(encoding) or "control characters" in str(error), error
        return
    check(survey, kinds, rows)


def outcome(path, **asked):
    try:
        survey = reading.read_survey(path, **asked)
    except InputError as error:
        return str(error)
    return survey


CELLS = st.one_of(
    st.sampled_from(["", "1", "0", "-1", "12", "1,5", "1,", "-0,50", "1.234", "0363", "1234567890123456", "01-02-2023", "a", "é", " ", "\u00a0", "\t", " 1", "\x85", "a b"]),
    st.sampled_from(['"a"', '"a;b"', '"a\nb"', '"a\r\nb"', '"a\rb"', '""', '"a""b"', '"1"', '" "', '";"', '"\n"', '""""']),
    st.sampled_from(['a"b', '"a"b', '"', '"a', 'a"', '"a" ', ' "a"', '"a"b"c"', "\x1f", "\ufeff", "a\r", "x;y"]),
)  # the last are irregular
ROWS = st.lists(st.tuples(*[st.one_of(CELLS, st.sampled_from(["1", "2,5", '"a"', "01-02-2023"]))] * 2), max_size=8)


@properties(600)
@given(ROWS, st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\n;\n"]), st.booleans(), st.sampled_from([1, 200]), st.sampled_from([24, 2**20]))
@example([("1", '"a\nb"'), ("2", '"c\nd\ne\nf"'), ("3", '"\n\n\n\n"')] * 4, "\n", True, 200, 24)
@example([("1", "x"), ("0363", '"y" z'), ("2", '"w"')], "\n", True, 1, 2**20)
@example([("1,5", "x"), ("1,", "x")], "\n", True, 1, 2**20)
@example([("1", "x"), ("1234567890123456", "x")], "\n", True, 1, 2**20)
def test_the_quick_way_and_the_careful_way_agree(tmp_path, rows, end, has_end, first, block):
    """What Arrow reads is what the csv module reads, also where a file is long (few rows looked at, many blocks)."""
    text = end.join(["v1;v2", *(f"{a};{b}" for a, b in rows)]) + (end if has_end else "")
    (tmp_path / "a.csv").write_bytes(text.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_FIRST", first)
        patch.setattr(regular, "BLOCK", block)
        patch.setattr(delimited, "HEAD", 2 if first == 1 else 100)
        quick = outcome(tmp_path / "a.csv")
        patch.setattr(words, "_FIRST", 200)
        patch.setattr(regular, "cells", lambda *_: None)
        patch.setattr(figures, "plain", lambda *_: None)
        careful = outcome(tmp_path / "a.csv")
    if isinstance(careful, str) or isinstance(quick, str):
        assert quick == careful
        return
    pd.testing.assert_frame_equal(quick.data, careful.data)
    pd.testing.assert_frame_equal(quick.variables, careful.variables)


def test_most_tables_go_the_quick_way(tmp_path, monkeypatch):
    """Else the test above would compare the careful way with itself."""
    monkeypatch.setattr(delimited, "_rows", lambda *_: pytest.fail("the careful way"))
    for text in ("v1;v2\n1;a\n", 'v1;v2\r\n"1";"a;b"\r\n\r\n;\r\n3;"x\r\ny"\r\n', 'v1;v2\n;""\n1;"a""b"'):
        (tmp_path / "a.csv").write_bytes(text.encode())
        assert len(reading.read_survey(tmp_path / "a.csv").data) in (1, 2)


NUMBERS = st.text(st.sampled_from(list("0123456789.,-e+ ")), min_size=1, max_size=9)


@properties(300)
@given(st.lists(st.one_of(NUMBERS, st.sampled_from(["1", "12", "1,5", "-3", "0363", "1.234", "-0,50", ""])), min_size=1, max_size=5))
@example(["1", "0363"])
@example(["1,5", "-0363,5", "1"])
@example(["1", "1-2"])
@example(["1,5", "1,", "2"])
@example(["1", "-"])
@example(["1,5", "1,2,3"])
@example(["1", "1234567890123456"])
def test_a_number_is_what_it_says_or_stays_as_it_stands(tmp_path, cells):
    """Against Python's own numbers: a column that comes back as numbers was one, in a single notation."""
    assume(any(cell.strip() for cell in cells))
    (tmp_path / "a.csv").write_text("v1|v2\n" + "".join(f"{cell}|x\n" for cell in cells), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_FIRST", 1)  # the first cell says what to expect; the others must be held to it
        column = reading.read_survey(tmp_path / "a.csv", decimal=",").data["v1"]
    filled = [cell.strip() for cell in cells]
    if column.dtype == "str":
        assert column.tolist() == [cell if cell.strip() else np.nan for cell in cells] or column.isna().any()
        return
    if column.dtype.kind == "M":
        return
    for cell, number in zip(filled, column):
        assert (cell == "" and np.isnan(number)) or float(cell.replace(".", "").replace(",", ".")) == number
        digits = cell.lstrip("-")
        assert not (digits.startswith("0") and digits[1:2].isdigit())


@properties(120)
@given(tables(text=TEXTS.filter(lambda text: text is None or "_x" not in text), whole=WHOLE, decimal=DECIMALS, date=DATES))
def test_excel(tmp_path, table):
    kinds, rows = table
    assume(not any(openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE.search(cell) for row in rows for cell in row if isinstance(cell, str)))
    assume(not any(set(cell) & set("\ufffe\uffff") for row in rows for cell in row if isinstance(cell, str)))
    book = openpyxl.Workbook()
    book.active.append(named(kinds))
    for number, row in enumerate(rows, start=2):
        for place, cell in enumerate(row, start=1):
            made = book.active.cell(number, place, datetime.combine(cell, datetime.min.time()) if isinstance(cell, date) else cell)
            made.data_type = "s" if isinstance(cell, str) else made.data_type  # '=1+1' is a text here
    book.save(tmp_path / "a.xlsx")
    texts = [name for name, kind in zip(named(kinds), kinds) if kind == "text"]
    check(reading.read_survey(tmp_path / "a.xlsx", text_columns=texts), kinds, rows)


XML_TEXTS = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff \u00a0"), max_size=12))


def ods_value(cell):
    if isinstance(cell, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"><text:p>x</text:p></table:table-cell>'
    return ods_cell(escape(cell) if isinstance(cell, str) else cell)


@properties(80)
@given(tables(text=XML_TEXTS, whole=WHOLE, decimal=DECIMALS, date=DATES))
def test_opendocument(tmp_path, table):
    kinds, rows = table
    cells = ["".join(ods_cell(name) for name in named(kinds)), *("".join(map(ods_value, row)) for row in rows)]
    (tmp_path / "a.ods").write_bytes(ods(ods_sheet("Data", cells)))
    texts = [name for name, kind in zip(named(kinds), kinds) if kind == "text"]
    check(reading.read_survey(tmp_path / "a.ods", text_columns=texts), kinds, rows)


def as_frame(kinds, rows):
    columns = {}
    for place, (name, kind) in enumerate(zip(named(kinds), kinds)):
        cells = [row[place] for row in rows]
        dtype = {"text": "str", "date": "datetime64[us]"}.get(kind, "float64")
        columns[name] = pd.Series([pd.Timestamp(cell) if isinstance(cell, date) else cell for cell in cells], dtype=dtype)
    return pd.DataFrame(columns)


@properties(100)
@given(tables(text=TEXTS, whole=WHOLE, decimal=DECIMALS, date=DATES))
def test_parquet(tmp_path, table):
    kinds, rows = table
    rows = [tuple(cell.replace("\r\n", "\n").replace("\r", "\n") if isinstance(cell, str) else cell for cell in row) for row in rows]
    as_frame(kinds, rows).to_parquet(tmp_path / "a.parquet")
    check(reading.read_survey(tmp_path / "a.parquet"), kinds, rows)


PLAIN = st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=40))


def trimmed(rows):
    """SPSS and Stata fill texts up with blanks, so those at the end are lost."""
    return [tuple(cell.rstrip() if isinstance(cell, str) else cell for cell in row) for row in rows]


@properties(120)
@given(tables(text=PLAIN, whole=WHOLE, decimal=DECIMALS, date=DATES), st.sampled_from(["row_compress", "compress", None]))
def test_spss(tmp_path, table, packing):
    kinds, rows = table
    frame = as_frame(kinds, rows)
    for name in frame.columns[frame.dtypes == "datetime64[us]"]:
        frame[name] = frame[name].dt.date.astype("object").where(frame[name].notna(), None)
    path = tmp_path / ("a.zsav" if packing == "compress" else "a.sav")
    pyreadstat.write_sav(frame, path, **({packing: True} if packing else {}))
    survey = reading.read_survey(path)
    check(survey, kinds, trimmed(rows))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spss_cases, "columns", lambda *_: None)
        pd.testing.assert_frame_equal(reading.read_survey(path).data, survey.data)


@properties(80)
@given(tables(text=PLAIN, whole=st.one_of(st.none(), st.integers(-(10**6), 10**6)), decimal=DECIMALS, date=DATES))
def test_stata(tmp_path, table):
    kinds, rows = table
    frame = as_frame(kinds, rows)
    frame.fillna({name: "" for name, kind in zip(named(kinds), kinds) if kind == "text"}).to_stata(
        tmp_path / "a.dta", version=118, write_index=False)  # fmt: skip
    check(reading.read_survey(tmp_path / "a.dta"), kinds, trimmed(rows))


@properties(60)
@given(tables(text=st.one_of(st.none(), st.text(st.sampled_from("abc ,;1\"'"), max_size=20)), whole=WHOLE))
def test_spss_portable(tmp_path, table):
    kinds, rows = table
    pyreadstat.write_por(as_frame(kinds, rows), tmp_path / "a.por")
    survey = reading.read_survey(tmp_path / "a.por")
    survey.data.columns = survey.data.columns.str.lower()
    check(survey, kinds, trimmed(rows))


@properties(150)
@given(st.lists(st.text(SIGNS, max_size=10), min_size=2, max_size=5))
def test_whatever_the_names_every_column_is_there_once(tmp_path, names):
    assume(any(name.strip() for name in names))
    (tmp_path / "a.csv").write_text(written([names, ["x"] * len(names)], ";", "\r\n", False), "utf-8", newline="")
    try:
        survey = reading.read_survey(tmp_path / "a.csv", delimiter=";", header=1)
    except InputError as error:
        assert any(word in str(error) for word in ("NUL", "control characters", "the content is not", "header row")), error
        return
    assert survey.data.columns.is_unique and survey.data.shape == (1, len(names)) and survey.data.notna().all(axis=None)
    for name, found in zip(names, survey.data.columns):
        assert not name.strip() or found.startswith(safe(" ".join(name.split())))


WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10), min_size=1, max_size=12).map(" ".join)


def passages(path):
    try:
        return reading.read_passages(path)
    except InputError as error:
        assert path.name in str(error)
        return None


@properties(150)
@given(st.sampled_from(["txt", "md", "srt", "vtt", "eml", "mbox"]), st.lists(st.one_of(WORDS, st.sampled_from([
    "", "Jan: Ja.", "JAN", "# Kop", "- punt", "> eerder", "1", "00:00:01,000 --> 00:00:02,000", "0:0:1.0 --> 0:0:2.0",
    "<v Jan>Ja.</v>", "<b>", "Van: x", "Met vriendelijke groet,", "From a 10:00", "Subject: b", "--", "\ufeff", "**Jan:** ja"])), max_size=12),
    st.sampled_from(["", "WEBVTT\n\n", "1\n00:00:01,000 --> 00:00:02,000\n", "Subject: a\n\n", "From a 10:00\nSubject: a\n\n"]))  # fmt: skip
def test_texts_hold_nothing_that_was_not_there(tmp_path, suffix, lines, start):
    (tmp_path / f"a.{suffix}").write_text(start + "\n".join(lines), "utf-8", newline="")
    found = passages(tmp_path / f"a.{suffix}")
    if found is None:
        return
    assert found["text"].str.len().min() > 0 and not found["text"].str.contains("[\0-\x1f\x7f\u202a-\u202e]", regex=True).any()
    assert found["passage"].tolist() == list(range(1, len(found) + 1))
    if suffix == "txt":  # every word of the file is said by somebody, or names who says it
        said = " ".join([*found["text"], *found["speaker"].dropna()]).casefold().split()
        there = {word for word in plain_text(start + "\n".join(lines)).casefold().split() if word.isalnum()}
        assert there <= {each.strip(":") for each in said} | set(said)


XML_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff:"), max_size=20)


@properties(25)
@given(st.lists(XML_WORDS, min_size=1, max_size=6))
def test_word(tmp_path, paragraphs):
    document = docx.Document()
    for each in paragraphs:
        document.add_paragraph(each)
    document.save(tmp_path / "a.docx")
    found = passages(tmp_path / "a.docx")
    kept = [plain_text(each) for each in paragraphs if plain_text(each)]
    assert (found is None and not kept) or found["text"].tolist() == kept


@properties(60)
@given(st.text(SIGNS, max_size=20), WORDS)
def test_mail_of_anybody(tmp_path, subject, body):
    try:
        content = mail(subject, body + "\n")
    except (ValueError, UnicodeError, IndexError):  # no mail can have such a subject
        assume(False)
    (tmp_path / "a.eml").write_bytes(content)
    passages(tmp_path / "a.eml")


@properties(100)
@given(st.sampled_from(["sav", "zsav", "por", "xlsx", "ods", "csv", "tsv", "lss", "lsa", "dta", "parquet", "docx", "pdf", "txt", "md", "vtt",
                        "srt", "eml", "mbox", "qdpx", "qdc"]), st.binary(max_size=60),
       st.sampled_from([b"", b"PK\x03\x04", b"$FL2@(#) ", b"%PDF-1.4\n", b"PAR1", b"<stata_dta><header><release>118</release>", b"\xff\xfe",
                        b"<?xml version='1.0'?>", b"WEBVTT\n\n", b"ASCII SPSS PORT FILE", zipped({"xl/workbook.xml": "<a/>"}),
                        zipped({"word/document.xml": "<a/>"}), zipped({"a.lss": "<a/>"})]))  # fmt: skip
def test_bytes_of_any_kind_are_read_or_refused(tmp_path, suffix, content, start):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(start + content)
    for read in (reading.read_survey, reading.read_passages, reading.read_refi):
        try:
            read(path)
        except InputError as error:
            assert "a." in str(error)


def test_the_seconds_of_a_day(tmp_path):
    """Times of day come as seconds from every format that has them."""
    book = openpyxl.Workbook()
    for row in (["v1"], [timedelta(hours=1)], [timedelta(seconds=5)]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert reading.read_survey(tmp_path / "a.xlsx").data["v1"].tolist() == [3600, 5]
