"""What a file is, whatever its name: recognised, refused, decoded."""

import io

import docx
import openpyxl
import pandas as pd
import pyreadstat
import pytest

from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading.rawfile import RawFile, decode


def sav(folder, name="a.sav"):
    path = folder / name
    pyreadstat.write_sav(pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}), path, compress=name.endswith("zsav"))
    return path


def xlsx(folder, name="a.xlsx"):
    book = openpyxl.Workbook()
    for row in (["a", "b"], [1, "x"], [2, "y"]):
        book.active.append(row)
    book.save(folder / name)
    return folder / name


def word(folder, name="a.docx"):
    document = docx.Document()
    document.add_paragraph("Wij leren.")
    document.save(folder / name)
    return folder / name


def written(folder, name, content):
    (folder / name).write_bytes(content)
    return folder / name


def test_every_format_gives_the_same_table(tmp_path):
    paths = [sav(tmp_path), sav(tmp_path, "a.zsav"), xlsx(tmp_path), written(tmp_path, "a.csv", b"a;b\r\n1;x\r\n2;y\r\n")]
    for path in paths:
        survey = reading.read_survey(path)
        pd.testing.assert_frame_equal(survey.data, pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}))
        assert survey.source.name == path.name and survey.source.rows == 2 and len(survey.source.sha256) == 64
        assert list(survey.variables.columns) == ["label", "kind", "values", "missing"]


def test_the_format_is_found_without_an_extension(tmp_path):
    found = [reading.read_survey(make(tmp_path).rename(tmp_path / "delivery")).source.format for make in (sav, xlsx)]
    assert found == ["SPSS", "Excel"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.sav", b"a;b\n1;2\n", "a.sav: the name says SPSS, the content looks like CSV"),
        ("a.por", b"a;b\n1;2\n", "a.por: the name says SPSS portable, the content looks like CSV"),
        ("a.xlsx", b"a;b\n1;2\n", "a.xlsx: the name says Excel, the content looks like CSV"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx: the name says Excel, the content is not"),
        ("a.pdf", b"%PDF-1.7", "a.pdf: unknown extension: '.pdf'; allowed: .csv, .dta, .fods, .lsa, .lss, .ods, "
         ".parquet, .por, .pq, .sav, .tsv, .txt, .xlsm, .xlsx, .zsav"),
        ("a.csv", b"", "a.csv: the file is empty"),
    ],
)
def test_a_survey_that_is_not_what_it_says_is_refused(tmp_path, name, content, message):
    with pytest.raises(InputError) as caught:
        reading.read_survey(written(tmp_path, name, content))
    assert str(caught.value) == message


def test_a_workbook_named_as_a_word_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"b\.docx: the name says Word, the content is not"):
        reading.read_passages(xlsx(tmp_path).rename(tmp_path / "b.docx"))
    with pytest.raises(InputError, match=r"c\.xlsx: the name says Excel, the content is not"):
        reading.read_survey(word(tmp_path).rename(tmp_path / "c.xlsx"))


def test_texts_have_their_own_extensions(tmp_path):
    with pytest.raises(InputError) as caught:
        reading.read_passages(written(tmp_path, "a.odt", b"PK\x03\x04"))
    assert str(caught.value) == "a.odt: unknown extension: '.odt'; allowed: .docx, .eml, .mbox, .md, .pdf, .srt, .txt, .vtt"


@pytest.mark.parametrize("make", [sav, xlsx, word])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.98])
def test_a_file_cut_short_is_refused(tmp_path, make, share):
    path = make(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(InputError, match=path.name):
        reading.read_passages(path) if path.suffix == ".docx" else reading.read_survey(path)


def test_no_such_file(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        reading.read_survey(tmp_path / "a.sav")
    with pytest.raises(InputError, match="cannot be opened"):
        reading.read_passages(tmp_path)


def test_an_option_that_does_not_apply_is_refused(tmp_path):
    with pytest.raises(InputError, match="an option that SPSS has no use for: 'sheet'; allowed: encoding"):
        reading.read_survey(sav(tmp_path), sheet="Data")
    with pytest.raises(InputError, match="na_values is a list: '..'"):
        reading.read_survey(xlsx(tmp_path), na_values="..")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("één €".encode("utf-8"), "utf-8"),
        ("één €".encode("utf-8-sig"), "utf-8-sig"),
        ("één €".encode("utf-16"), "utf-16"),
        ("één €".encode("cp1252"), "cp1252"),
    ],
)
def test_encodings(content, encoding):
    assert decode(RawFile("a.csv", content)) == ("één €", encoding)


@pytest.mark.parametrize("content", ["één\né".encode()[:-1], "één\n".encode() + "één".encode("cp1252")])
def test_utf8_cut_short_or_mixed_is_refused(content):
    with pytest.raises(InputError, match="a.csv, row 2: not utf-8 throughout"):
        decode(RawFile("a.csv", content))


def test_a_letter_at_the_very_end_may_be_windows_1252():
    assert decode(RawFile("a.csv", b"caf\xe9")) == ("café", "cp1252")


def test_a_named_encoding_is_kept_to():
    assert decode(RawFile("a.csv", b"\xe1"), "cp852")[0] == "ß"
    with pytest.raises(InputError, match="unknown encoding: 'ebcdiq'"):
        decode(RawFile("a.csv", b"a"), "ebcdiq")


def test_nothing_is_written_beside_the_delivery(tmp_path):
    reading.read_survey(sav(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["a.sav"]
    assert io.BytesIO((tmp_path / "a.sav").read_bytes()).read(4) == b"$FL2"
