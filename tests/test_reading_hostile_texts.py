"""Texts and projects that are damaged or made to do harm: an InputError or a result, soon, and no other error."""

import faulthandler
import io
import signal
import stat
import tracemalloc
import zipfile

import pytest
from made import CODE, project_xml, selection, text_source, whole, zipped

from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading import bounds
from ledanalysis.reading.passages import plain_text

WHOLE = whole()
SECONDS = 20


def read(path):
    return (reading.read_refi if path.suffix in (".qdpx", ".qdc") else reading.read_passages)(path)


@pytest.fixture
def refused(tmp_path):
    def refused(content, name="a.qdpx", problem=""):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=problem) as caught:
            read(tmp_path / name)
        return str(caught.value)

    return refused


@pytest.fixture
def soon():
    """Ends a test that hangs with an error that is no InputError."""

    def stop(*_):
        faulthandler.dump_traceback()
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    yield lambda: signal.alarm(SECONDS)
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("suffix", sorted(WHOLE))
def test_a_whole_file_is_read(tmp_path, suffix):
    (tmp_path / f"a{suffix}").write_bytes(WHOLE[suffix])
    result = read(tmp_path / f"a{suffix}")
    assert len(result.codes if suffix in (".qdpx", ".qdc") else result)


# XML


BILLION = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi"))
    + ']><CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code name="&i;"/></Codes></CodeBook>'
)
FILE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><CodeBook><Codes><Code name="x" guid="1">&b;</Code></Codes></CodeBook>'
OUTSIDE = '<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><CodeBook><Codes/></CodeBook>'


@pytest.mark.parametrize("xml", [BILLION, FILE, OUTSIDE])
def test_entities_and_document_types(refused, xml):
    refused(xml.encode(), "a.qdc", "a.qdc: the XML has a document type")
    refused(zipped({"project.qde": xml}), "a.qdpx", "a.qdpx: the XML has a document type")


@pytest.mark.parametrize(
    "xml",
    [
        b"<CodeBook>" + b"<Codes>" * 100_000 + b"</Codes>" * 100_000 + b"</CodeBook>",
        b"<CodeBook><Codes>" + b"<a/>" * 2_000_001 + b"</Codes></CodeBook>",
        b'<?xml version="1.0" encoding="x-none"?><CodeBook/>',
        b"<CodeBook>\0</CodeBook>",
        b"<html/>",
        b"\xff\xfe<\0C\0",
        b" ",
        f'<CodeBook><Codes><Code guid="{CODE}" name="a"/><Code guid="{CODE.upper()}" name="b"/></Codes></CodeBook>'.encode(),
        f'<CodeBook><Codes><Code guid="{CODE}"/></Codes></CodeBook>'.encode(),
        b'<CodeBook><Codes><Code name="a"/></Codes></CodeBook>',
    ],
    ids=["deep", "long", "encoding", "zero", "html", "cut", "blank", "twice", "nameless", "no guid"],
)
def test_xml_that_is_no_codebook(refused, xml):
    refused(xml, "a.qdc", "^a.qdc: ")


def test_xml_is_nested_only_so_deep(refused):
    inner = "".join(f'<Code guid="{n:08d}-0000-4000-8000-000000000000" name="a" isCodable="true">' for n in range(1000))
    xml = f"<CodeBook><Codes>{inner}{'</Code>' * 1000}</Codes></CodeBook>"
    refused(xml.encode(), "a.qdc", "a.qdc: XML nested too deep or too long")


def test_entities_in_a_word_document(refused):
    with zipfile.ZipFile(io.BytesIO(WHOLE[".docx"])) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    entities = BILLION[BILLION.index("<!DOCTYPE") : BILLION.index("<CodeBook")].encode()
    body = files["word/document.xml"].replace(b"?>", b"?>" + entities, 1).replace(b"Samen.", b"&i;")
    assert entities in body and b"&i;" in body
    refused(zipped(files | {"word/document.xml": body}), "a.docx", "a.docx: the XML of word/document.xml has a document type")


# Archives


def entry(name, content=b"x", mode=None):
    info = zipfile.ZipInfo(name)
    if mode:
        info.external_attr = mode << 16
    return info, content


def packed(*entries):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in entries:
            archive.writestr(info, content, compress_type=zipfile.ZIP_DEFLATED)
    return made.getvalue()


PROJECT = entry("project.qde", project_xml(text_source()).encode())


@pytest.mark.parametrize("name", ["../a.txt", "/etc/passwd", "Sources/../../a.txt", "C:/a.txt", "..", "\\a.txt"])
@pytest.mark.parametrize("suffix", [".qdpx", ".docx"])
def test_names_that_lead_out_of_the_archive(refused, name, suffix):
    first = PROJECT if suffix == ".qdpx" else entry("word/document.xml", b"<a/>")
    refused(packed(first, entry(name)), f"a{suffix}", "a file in the archive leads out of it")


def test_links_in_an_archive(refused):
    refused(packed(PROJECT, entry("Sources/a.txt", b"/etc/passwd", stat.S_IFLNK | 0o777)), problem="a link in the archive: 'Sources/a.txt'")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice(refused):
    refused(packed(PROJECT, entry("Sources/a.txt"), entry("Sources/a.txt", b"y")), problem="a file is in the archive twice")
    refused(packed(PROJECT, entry("Sources/A.txt"), entry("Sources/A.TXT", b"y")), problem="which of these is the source's text")


@pytest.mark.parametrize("path", ["internal://../../etc/passwd", "internal:///../a.txt", "file:///etc/passwd", "internal://C:/a.txt", "http://x/a.txt"])
def test_paths_that_lead_out_of_the_project(refused, path):
    refused(zipped({"project.qde": project_xml(text_source(path=path)), "Sources/a.txt": "x"}), problem="leads out of the project")


@pytest.mark.parametrize(("suffix", "member"), [(".qdpx", "Sources/a.txt"), (".qdpx", "project.qde"), (".docx", "word/document.xml")])
def test_bombs(refused, suffix, member):
    first = PROJECT if member == "Sources/a.txt" else entry("word/settings.xml", b"<a/>")
    content = packed(first, entry(member, b"<a>" + b" " * 30_000_000))
    assert len(content) < 100_000
    tracemalloc.start()
    try:
        refused(content, f"a{suffix}", "unpacks to far more than it is")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_too_much_text_in_many_files(refused, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_RATIO", 10**9)
    files = [entry(f"Sources/{n}.txt", b"a" * 30_000_000) for n in range(8)]
    refused(packed(PROJECT, *files), problem="unpacks to too much text: '228 MB'")


def test_a_text_that_says_it_is_smaller_than_it_is(refused):
    content = zipped({"project.qde": project_xml(text_source()), "Sources/a.txt": "leren " * 1000})
    assert content.count((6000).to_bytes(4, "little")) == 2
    refused(content.replace((6000).to_bytes(4, "little"), (60).to_bytes(4, "little")), problem="damaged or cut short")


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({}, "no project"),
        ({"a.qde": "<Project/>", "b.qde": "<Project/>"}, "more than one project"),
        ({"project.qde": "<Project"}, "the XML is damaged"),
        ({"project.qde": "<CodeBook/>"}, "about something else"),
        ({"project.qde": project_xml(text_source())}, "a source's text is not in the project: 'internal://a.txt'"),
        ({"project.qde": project_xml(text_source()), "Sources/a.txt": b"a\0b"}, "zero bytes in a text"),
        ({"project.qde": project_xml(text_source()), "Sources/a.txt": "één".encode() + b"\xff"}, "not utf-8 throughout"),
        ({"project.qde": project_xml(text_source() * 2), "Sources/a.txt": "x"}, "two sources have the same guid"),
        ({"project.qde": project_xml(text_source(selection("x", 2))), "Sources/a.txt": "abc"}, "startPosition is no number: 'x'"),
        ({"project.qde": project_xml(text_source(selection(0, "9" * 5000))), "Sources/a.txt": "abc"}, "endPosition is no number"),
    ],
)
def test_projects_that_do_not_hold_together(refused, files, problem):
    refused(zipped(files), problem=problem)


def test_positions_beyond_any_text(tmp_path):
    inner = selection(-5, 3) + selection(10**17, 10**17 + 1, number=1) + selection(3, 1, number=2)
    for text in ("Wij leren.", "Wij 😀\r\nleren."):
        (tmp_path / "a.qdpx").write_bytes(zipped({"project.qde": project_xml(text_source(inner)), "Sources/a.txt": text.encode()}))
        project = reading.read_refi(tmp_path / "a.qdpx")
        assert project.segments.empty and project.offsets["outside"].tolist() == [3]


def test_a_project_that_is_no_archive_or_not_there(refused, tmp_path):
    refused(b"Wij leren.", problem="a.qdpx: not a zip archive")
    refused(b"PK\x03\x04" + bytes(50), problem="a.qdpx: not a zip archive")
    refused(b"", "a.qdc", "a.qdc: the file is empty")
    for name in ("b.qdpx", "b.qdc"):
        with pytest.raises(InputError, match="no such file"):
            reading.read_refi(tmp_path / name)


# Texts


@pytest.mark.parametrize("suffix", [".txt", ".md", ".vtt", ".srt", ".eml", ".mbox"])
def test_zero_bytes(refused, suffix):
    refused(WHOLE[suffix] + b"\0", f"a{suffix}", f"^a{suffix}: ")
    refused((WHOLE[suffix].decode() + "\0").encode("utf-16"), f"a{suffix}", f"^a{suffix}: ")


def test_files_larger_than_a_text_can_be_are_not_opened(refused, tmp_path, monkeypatch):
    monkeypatch.setattr(bounds, "MOST_TEXT", 2**20)
    monkeypatch.setattr(reading, "open_file", lambda path: pytest.fail("opened"))
    for name in ("a.txt", "a.vtt", "a.srt", "a.eml"):
        refused(b"a" * (2**20 + 1), name, f"{name}: larger than 1 MB")


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (".txt", b"a" * 3_000_000),
        (".txt", b"Jan: ja\n" * 200_000),
        (".txt", b"".join(b"A: a%d\n\nB: b%d\n\n" % (n, n) for n in range(20_000))),
        (".txt", b" " * 2_000_000 + b"a"),
        (".md", b"- " * 500_000),
        (".md", b"*_" * 500_000),
        (".vtt", b"WEBVTT\n\n0:0:0.0 --> 0:0:1.0\n" + b"<v " * 300_000),
        (".vtt", b"WEBVTT\n\n0:0:0.0 --> 0:0:1.0\n<v" + b" " * 1_000_000),
        (".vtt", b"WEBVTT\n\n0:0:0.0 --> 0:0:1.0\nx" + b"<" * 1_000_000),
        (".vtt", b"WEBVTT\n\n" + b"0:0:0.0 --> 0:0:1.0\n<v Jan>ja</v>\n\n" * 50_000),
        (".srt", b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<i" * 500_000 + b"{\\" * 500_000),
        (".srt", b"1\n00:00:01,000 --> 00:00:02,000\nJan: ja\n\n" * 40_000),
        (".eml", b"Subject: a\n\n" + b"> " * 1_000_000),
        (".eml", b"Subject: a\nContent-Type: text/html\n\n" + b"<div>" * 200_000),
        (".eml", b"Subject: a\nContent-Type: text/html\n\n" + b"<" * 200_000),
        (".eml", b"Subject: a\n\n" + b"Op " * 500_000),
        (".mbox", b"From a 10:00\nSubject: a\n\nb\n\n" * 5_000),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value[:12]!r}...{value[-6:]!r}",
)
def test_long_and_endless_texts_are_read_soon(tmp_path, soon, suffix, content):
    (tmp_path / f"a{suffix}").write_bytes(content)
    soon()
    try:
        assert len(reading.read_passages(tmp_path / f"a{suffix}"))
    except InputError:
        pass


def test_parts_within_parts_of_a_mail(tmp_path, soon):
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))
    (tmp_path / "a.eml").write_bytes(b"Subject: a\n" + head + b"\nx\n")
    soon()
    try:
        reading.read_passages(tmp_path / "a.eml")
    except InputError as error:
        assert "a.eml" in str(error)


def test_signs_that_turn_or_hide_what_is_read_are_left_out(tmp_path):
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n0:0:0.0 --> 0:0:1.0\n<v J\u202ean>le\x07re\x1bn \u2066&#xD800;sa\x85men.</v>\n", "utf-8")
    passages = reading.read_passages(tmp_path / "a.vtt")
    assert passages[["speaker", "text"]].values.tolist() == [["Jan", "leren \ufffdsa men."]]
    assert plain_text("half \ud83d") == "half \ufffd"


def test_a_pdf_whose_pages_lead_to_themselves(tmp_path, soon):
    content = WHOLE[".pdf"].replace(b"/Kids [5 0 R 7 0 R]", b"/Kids [2 0 R 2 0 R]")
    assert content != WHOLE[".pdf"]
    (tmp_path / "a.pdf").write_bytes(content)
    soon()
    with pytest.raises(InputError, match="a.pdf: "):
        reading.read_passages(tmp_path / "a.pdf")


def test_a_pdf_that_unpacks_to_too_much(tmp_path, soon):
    import zlib

    stream = zlib.compress(b" " * 200_000_000, 9)
    made = WHOLE[".pdf"]
    at = made.index(b"<< /Length"), made.index(b"endstream")
    made = made[: at[0]] + b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\n" % (len(stream), stream) + made[at[1] :]
    (tmp_path / "a.pdf").write_bytes(made)
    soon()
    try:
        reading.read_passages(tmp_path / "a.pdf")
    except InputError as error:
        assert "a.pdf" in str(error)
