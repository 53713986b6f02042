"""A corpus of damaged files, made from a whole one of every format: none crashes, hangs, or is read wrongly in silence.

What 'wrongly in silence' means depends on what a format lets its reader see:

- Archives (.xlsx, .ods, .lsa, .docx, .qdpx) have a checksum of every part. Damage to their bytes is refused, or it
  lies outside all that is read and the result is that of the whole file. Anything else is an error of ours.
- Damage inside a part, its checksum made anew, is what an archive cannot see: a changed text is then simply another
  text. Cut XML and a lost part are refused; a changed text leaves the rows and columns as they were. (A project's
  text is not XML: a shorter one is read, and what was coded beyond its end is listed.)
- SPSS, Stata and parquet files have no checksum of a cell (.zsav has of its packed blocks), but say how many cases and
  variables there are: that many come out, or the file is refused.
- CSV says nothing of itself but its header: the result has as many columns and rows as Python's csv module finds with
  one of the separators, or it is refused.
- Portable files, LimeSurvey structures, plain texts, mails and PDF have neither: there the result must be whole in
  itself (see `damage.digest`), and what is refused is refused in words.
- A file with the name of another format is refused, or (surveys, which are known by their content) read as what it is.
"""

import csv
import io
import struct

import pyarrow.parquet as pq
import pyreadstat
import pytest
from damage import BYTES, Reader, archive_of, damaged, members
from made import whole
from test_reading_hostile import SEEDS

CHECKED = {"xlsx", "ods", "lsa", "docx", "qdpx"}
TEXTS = {suffix[1:]: content for suffix, content in whole().items()}
FORMS = [*(f"surveys/{form}" for form in SEEDS), *(f"texts/{form}" for form in TEXTS)]
MUTATIONS, PACKED = 27, 39  # a multiple of the ways there are: each way is taken three times
OTHER = {"surveys": ["csv", "xlsx", "sav", "dta", "ods", "parquet", "lsa", ""], "texts": ["docx", "pdf", "vtt", "srt", "eml", "mbox", "txt", "xyz"]}
tally = {"read": 0, "same": 0, "refused": 0}
done = set()


@pytest.fixture(scope="module")
def reader():
    made = Reader()
    yield made
    made.end()


@pytest.fixture
def seed(tmp_path):
    def seed(form):
        kind, suffix = form.split("/")
        folder = tmp_path / kind
        folder.mkdir()
        return (TEXTS[suffix] if kind == "texts" else SEEDS[suffix](tmp_path)), folder / f"a.{suffix}"

    return seed


def shapes(form, content):
    """The shapes that a file itself says it has; None where it says nothing."""
    if form in ("surveys/sav", "surveys/zsav"):
        _, meta = pyreadstat.read_sav(io.BytesIO(content), metadataonly=True)
        return None if meta.number_rows is None else [[meta.number_rows, meta.number_columns]]
    if form == "surveys/dta":
        at = content.index(b"<K>") + 3
        return [[struct.unpack_from("<Q", content, content.index(b"<N>") + 3)[0], struct.unpack_from("<H", content, at)[0]]]
    if form == "surveys/parquet":
        meta = pq.ParquetFile(io.BytesIO(content)).metadata
        return [[meta.num_rows, meta.num_columns - (b"__index_level_0__" in content)]]
    if form in ("surveys/csv", "surveys/txt", "surveys/lime.csv", "surveys/google.csv"):
        return [shape for encoding in ("utf-8-sig", "cp1252", "utf-16") for mark in ";,\t|\x1f" if (shape := csv_shape(content, encoding, mark))]
    return None


def csv_shape(content, encoding, mark):
    try:
        rows = list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=mark, strict=True))
    except (UnicodeError, csv.Error):
        return None
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    return [len(rows) - 1, len({place for row in rows for place, cell in enumerate(row) if cell.strip()})] if rows else None


@pytest.mark.parametrize("form", FORMS)
def test_damaged(reader, seed, form):
    content, path = seed(form)
    suffix = form.split("/")[1]
    path.write_bytes(content)
    undamaged = reader(path)
    assert undamaged["outcome"] == "read", undamaged
    seen = set()
    for number in range(PACKED if content.startswith(b"PK") else MUTATIONS):
        way, made = damaged(content, number, form)
        path.write_bytes(made)
        found = reader(path)
        assert found["outcome"] in ("read", "refused"), (form, number, way, found)
        same = found["outcome"] == "read" and found["mark"] == undamaged["mark"]
        seen.add("same" if same else found["outcome"])
        tally["same" if same else found["outcome"]] += 1
        if found["outcome"] == "refused":
            assert found["problem"].startswith(path.name), found
        elif suffix in CHECKED and way in {each.__name__ for each in BYTES}:
            assert same, (form, number, way, found, undamaged)
        elif way in ("lost_member", "cut_member") and suffix in CHECKED - {"qdpx"}:
            assert same, (form, number, way, found, undamaged)
        elif way == "changed_text" and suffix in CHECKED:
            assert found["shape"] == undamaged["shape"], (form, number, way, found, undamaged)
        elif (said := shapes(form, made)) is not None:
            assert found["shape"] in said, (form, number, way, found, said)
    assert "refused" in seen, "damage that is never noticed"
    done.add(("damaged", form))


@pytest.mark.parametrize("form", ["surveys/xlsx", "surveys/ods", "surveys/lsa", "texts/docx"])
def test_without_one_of_its_parts_an_archive_is_refused_or_read_as_before(reader, seed, form):
    content, path = seed(form)
    path.write_bytes(content)
    undamaged = reader(path)
    files = members(content)
    for name in files:
        for made in ({other: files[other] for other in files if other != name}, files | {name: b""}):
            path.write_bytes(archive_of(made))
            found = reader(path)
            assert found["outcome"] == "refused" or found["mark"] == undamaged["mark"], (name, found)


@pytest.mark.parametrize("form", FORMS)
def test_under_another_name(reader, seed, form):
    content, path = seed(form)
    kind, suffix = form.split("/")
    path.write_bytes(content)
    undamaged = reader(path)
    for other in OTHER[kind]:
        path = path.with_suffix(f".{other}" if other else "")
        path.write_bytes(content)
        found = reader(path)
        assert found["outcome"] in ("read", "refused"), (form, other, found)
        if found["outcome"] == "read" and kind == "surveys":
            assert found["mark"] == undamaged["mark"], (form, other)
        tally["refused" if found["outcome"] == "refused" else "same"] += 1
    done.add(("renamed", form))


def test_the_corpus_is_as_large_as_is_said():
    """After the others, for they count what they read."""
    if len(done) < 2 * len(FORMS):
        pytest.skip("not all of it was read in this run")
    total = sum(tally.values())
    expected = sum(len(OTHER[form.split("/")[0]]) for form in FORMS)
    packed = {"surveys/xlsx", "surveys/ods", "surveys/lsa", "texts/docx", "texts/qdpx"}
    expected += sum(PACKED if form in packed else MUTATIONS for form in FORMS)
    assert total == expected > 800 and min(tally.values()) > 20, tally


def test_a_process_that_dies_or_hangs_is_seen(tmp_path, monkeypatch):
    """The net itself: it must not take a crash for a refusal."""
    monkeypatch.setattr("damage.SECONDS", 0.01)
    reader = Reader()
    (tmp_path / "a.csv").write_text("a;b\n1;2\n")
    assert reader(tmp_path / "a.csv")["outcome"] == "hung"
    assert reader.process is None
    reader.end()
