"""Coded projects: read from what programs write, and written so that they read it.

Verified against files: the schema of the standard and an export of ATLAS.ti 8.4 in its annex (tests/reference/refi). What
other programs do (NVivo's UTF-16 and 'Sources', MAXQDA's 'sources', Quirkos' cases without a name) is made here after
what is written of them, not read from files of theirs.
"""

import random
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lxml import etree
from made import CODE, OTHER, SOURCE, project_xml, selection, text_source, zipped

from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading import offsets
from ledanalysis.reading.coded import table

REFERENCE = Path(__file__).parent / "reference" / "refi"
WHEN = datetime(2023, 11, 16, 10, 0, 0, tzinfo=UTC)
TEXT = "Wij 😀 leren.\r\nEn e\u0301e\u0301n ding:\r\nsamen 👩‍👩‍👧 werken.\r\n"


@pytest.fixture
def read(tmp_path):
    def read(content, name="a.qdpx"):
        (tmp_path / name).write_bytes(content)
        return reading.read_refi(tmp_path / name)

    return read


def made(sources=None, text=TEXT, name="project.qde", path="Sources/a.txt", **more):
    xml = project_xml(text_source() if sources is None else sources, **more)
    return zipped({name: xml, path: text.encode() if isinstance(text, str) else text})


def counted(rule, *pieces, text=TEXT):
    """Selections of pieces of a text, counted by a rule."""
    numbers = offsets.places(text, rule)
    spans = [(text.index(piece), text.index(piece) + len(piece)) for piece in pieces]
    return "".join(selection(numbers[start], numbers[end], number=n) for n, (start, end) in enumerate(spans))


# What is read


def test_codes_are_known_by_guid(read):
    codes = read(made()).codes
    expected = table("codes", [(CODE, "Leren", "Leren", None, None), (OTHER, "Leren", "Leren > Leren", CODE, None)])
    pd.testing.assert_frame_equal(codes, expected)


def test_segments(read):
    project = read(made(text_source(selection(0, 3) + selection(6, 11, code=OTHER, number=1))))
    expected = table("segments", [(SOURCE, CODE, "Eva Bos", 0, 3, "Wij"), (SOURCE, OTHER, "Eva Bos", 6, 11, "leren")])
    pd.testing.assert_frame_equal(project.segments, expected)
    pd.testing.assert_frame_equal(project.sources, table("sources", [(SOURCE, "Gesprek", TEXT)]))
    assert project.origin == "NVivo"


@pytest.mark.parametrize("rule", offsets.RULES)
def test_the_rule_is_found_by_words(read, rule):
    project = read(made(text_source(counted(rule, "leren", "ding", "samen", "werken"))))
    assert project.segments["text"].tolist() == ["leren", "ding", "samen", "werken"]
    assert project.offsets.iloc[0].tolist() == [SOURCE, rule, 4, 1.0, "", 0]


@pytest.mark.parametrize("rule", offsets.RULES)
def test_the_rule_is_found_by_the_texts_given(read, rule):
    numbers = offsets.places(TEXT, rule)
    at = TEXT.index("erke")
    project = read(made(text_source(selection(numbers[at], numbers[at + 4], "erke"))))
    assert project.segments["text"].tolist() == ["erke"] and project.offsets["rule"].tolist() == [rule]


def test_a_tie_goes_to_the_standard_and_is_reported(read):
    text = "ja 😀 ja ja ja"
    project = read(made(text_source(selection(5, 7) + selection(8, 10, number=1)), text=text))
    assert project.offsets.iloc[0].tolist() == [SOURCE, "code points", 2, 1.0, "", 0]
    project = read(made(text_source(selection(7, 8)), text="a 😀😀 b c d e"))
    assert project.offsets.iloc[0].tolist() == [SOURCE, "code points", 1, 1.0, "UTF-16", 0]


def test_a_source_without_segments_has_the_standards_rule(read):
    row = read(made()).offsets.iloc[0]
    assert row["rule"] == "code points" and np.isnan(row["fitted"]) and row["segments"] == 0


def test_places_of_characters_beyond_and_of_line_ends():
    text = "a😀\r\nb\rc\n"
    assert offsets.places(text).tolist() == list(range(9))
    assert offsets.places(text, "UTF-16").tolist() == [0, 1, 3, 4, 5, 6, 7, 8, 9]
    assert offsets.places(text, "UTF-16, CRLF as one").tolist() == [0, 1, 3, 4, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    ("inner", "member", "reference"),
    [
        ("project.qde", "Sources/a.txt", "internal://a.txt"),
        ("Mijn project.qde", "sources/a.txt", "internal://a.txt"),
        ("PROJECT.QDE", "SOURCES/A.TXT", "Internal:///a.txt"),
        ("project.qde", "Sources/a.txt", "internal://Sources/a.txt"),
        ("project.qde", "a.txt", "internal://a.txt"),
        ("project.qde", "Sources/één b.txt", "internal://%C3%A9%C3%A9n%20b.txt"),
        ("project.qde", "Sources/e\u0301.txt", "internal://é.txt"),
        ("map/project.qde", "map/Sources/a.txt", "internal://a.txt"),
    ],
)
def test_names_within_the_archive(read, inner, member, reference):
    assert read(made(text_source(path=reference), name=inner, path=member)).sources["text"].tolist() == [TEXT]


def test_texts_with_a_mark_of_utf8_or_in_windows_1252(read):
    assert read(made(text=b"\xef\xbb\xbfEen")).sources["text"].tolist() == ["Een"]
    assert read(made(text="Één €".encode("cp1252"))).sources["text"].tolist() == ["Één €"]


def test_text_within_the_xml_and_text_beside_a_word_document_and_a_pdf(read):
    rich = text_source().replace("plainTextPath", 'richTextPath="internal://a.docx" plainTextPath')
    guids = [f"{n}0000000-0000-4000-8000-000000000000" for n in "78"]
    inline = f'<TextSource guid="{guids[0]}" name="B"><PlainTextContent>Wij leren.</PlainTextContent>{selection(4, 9)}</TextSource>'
    shown = f'<PDFSource guid="{guids[1]}" name="C.pdf" path="internal://c.pdf"><Representation guid="{guids[1]}" plainTextPath="internal://a.txt">{selection(0, 3)}</Representation></PDFSource>'
    project = read(made(rich + inline + shown))
    assert project.sources["name"].tolist() == ["Gesprek", "B", "C.pdf"]
    assert project.segments[["source", "text"]].values.tolist() == [[guids[0], "leren"], [guids[1], "Wij"]]


def test_a_code_of_a_whole_source_is_a_segment_of_all_its_text(read):
    coding = f'<Coding guid="{OTHER}"><CodeRef targetGUID="{CODE}"/></Coding>'
    segments = read(made(text_source(coding))).segments
    assert segments[["start", "end"]].values.tolist() == [[0, len(TEXT)]] and segments["coder"].isna().all()


def test_variables_of_sources_and_of_cases(read):
    variable = "99999999-0000-4000-8000-000000000000"
    value = f'<VariableValue><VariableRef targetGUID="{variable}"/><{{0}}Value>{{1}}</{{0}}Value></VariableValue>'
    more = (
        f'<Variables><Variable guid="{variable}" name="Inwoners" typeOfVariable="Integer"/></Variables><Cases>'
        f'<Case guid="{OTHER}" name="Hoorn">{value.format("Integer", 75000)}<SourceRef targetGUID="{SOURCE}"/></Case>'
        f'<Case guid="{CODE}">{value.format("Integer", 3)}</Case></Cases>'
    )
    variables = read(made(text_source(value.format("Integer", 1)), more=more)).variables
    expected = [(SOURCE, None, "Inwoners", "Integer", "1"), (SOURCE, "Hoorn", "Inwoners", "Integer", "75000"), (None, None, "Inwoners", "Integer", "3")]
    pd.testing.assert_frame_equal(variables, table("variables", expected))


def test_what_is_not_read_is_listed(read):
    unknown = "abcdefab-0000-4000-8000-000000000000"
    note = '<PlainTextSelection guid="1" startPosition="0" endPosition="2"/>'
    inner = selection(0, 3) + selection(4000, 4001, number=1) + selection(0, 3, code=unknown, number=2) + selection(2, 2, number=3) + note
    picture = f'<PictureSource guid="{OTHER}" name="p.png" path="internal://p.png"/>'
    far = text_source(path="relative:///x.txt", guid=CODE)
    project = read(made(text_source(inner) + picture + far, more="<Notes><Note guid='1'/></Notes>"))
    assert project.segments["text"].tolist() == ["Wij"] and project.offsets["outside"].tolist() == [1]
    rows = project.skipped.fillna("").values.tolist()
    assert sorted(rows) == sorted([
        [SOURCE, "coding", "outside the text", 1], [SOURCE, "coding", "of an unknown code", 1],
        [SOURCE, "coding", "empty", 1], [SOURCE, "PlainTextSelection", "without a code", 1],
        [OTHER, "PictureSource", "not text", 1], [CODE, "TextSource", "its text is outside the project", 1],
        ["", "Notes", "not read", 1],
    ])  # fmt: skip


def test_a_codebook_of_any_namespace_and_braces_about_guids(read):
    for space in ("urn:QDA-XML:codebook:1.0", "urn:QDA-XML:codebook:1:0", ""):
        xml = f'<CodeBook xmlns="{space}" origin="NVivo"><Codes><Code guid="{{{CODE.upper()}}}" name="Leren" isCodable="false"><Description>Alles</Description></Code></Codes></CodeBook>'
        project = read(xml.encode("utf-16"), "a.qdc") if space else read(xml.encode(), "a.qdc")
        pd.testing.assert_frame_equal(project.codes, table("codes", [(CODE, "Leren", "Leren", None, "Alles")]))
        assert project.sources.empty and project.segments.empty


# A real export


@pytest.fixture
def atlas():
    """ATLAS.ti's project with texts made after it: at each place what the selection's name says stands there."""
    xml = (REFERENCE / "atlas_example.qde").read_text("utf-8")
    root, texts, rule = etree.fromstring(xml.encode()), {}, "code points, CRLF as one"
    for source in root.iter("{*}TextSource", "{*}Representation"):
        reference = source.get("plainTextPath")
        if reference:
            line = list("woord op woord\n" * 200)
            for each in source.iter("{*}PlainTextSelection"):
                start, name = int(each.get("startPosition")), each.get("name").rstrip("…")
                line[start : start + len(name)] = name
            texts["sources/" + reference.removeprefix("internal://")] = "".join(line).replace("\n", "\r\n").encode()
    return zipped({"ATLAS.ti standard project.qde": xml, **texts}), rule


def test_an_export_of_atlas_ti(read, atlas):
    content, rule = atlas
    project = read(content)
    assert len(project.codes) == 14 and project.codes["parent"].isna().all() and "Coke::diet Coke" in set(project.codes["name"])
    assert len(project.sources) == 8 and project.sources["name"].iloc[2] == "1994 Diet Coke-Diet Coke Break.docx"
    named = project.offsets["segments"] > 0
    assert set(project.offsets.loc[named, "rule"]) == {rule}
    first = project.segments.iloc[0]
    assert first["text"] == "Oh, that was great. See you tomorrow? Eleven thirty. Mm."  # the end is the place after the last
    assert first["coder"] == "Friedrich Markgraf" and first["code"] == "d299efae-5779-46dc-9827-a3d1a5d544bc"
    assert "AudioSource" in set(project.skipped["what"]) and project.origin.startswith("ATLAS.ti 8.4")


# What is written


def schema(name):
    return etree.XMLSchema(etree.parse(REFERENCE / f"{name}.xsd"))


def check(path):
    """Valid against the schema, and by the rules that the standard has beside it (8.1, 8.4, 9.1.2)."""
    import zipfile

    if path.suffix == ".qdc":
        schema("Codebook").assertValid(etree.parse(path))
        return
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        root = etree.fromstring(archive.read("project.qde"))
        schema("Project").assertValid(root)
        paths = [each.get("plainTextPath") for each in root.iter("{*}TextSource")]
        assert sorted(names) == sorted(["project.qde", *(p.replace("internal://", "sources/") for p in paths)])
        for name in names:
            archive.read(name).decode("utf-8")
    guids = [each.get("guid") for each in root.iter() if each.get("guid")]
    assert len(guids) == len(set(guids))
    assert {each.get("targetGUID") for each in root.iter("{*}CodeRef")} <= {each.get("guid") for each in root.iter("{*}Code")}
    # QualCoder stops at a selection without a time (its issue 1027)
    assert all(each.get("creationDateTime") for each in root.iter("{*}PlainTextSelection", "{*}Coding", "{*}TextSource"))


def same(one, other):
    for name in ("codes", "sources", "segments", "variables"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_the_schema_refuses_what_is_wrong():
    root = etree.fromstring(project_xml(text_source()).encode())
    assert schema("Project").validate(root)
    root.find(".//{*}Code").set("guid", "geen")
    assert not schema("Project").validate(root)


@pytest.mark.parametrize("rule", offsets.RULES)
def test_a_project_comes_back_as_it_was(read, tmp_path, rule):
    variable = "99999999-0000-4000-8000-000000000000"
    value = f'<VariableValue><VariableRef targetGUID="{variable}"/><TextValue>Hoorn &amp; Urk</TextValue></VariableValue>'
    more = (
        f'<Variables><Variable guid="{variable}" name="Gemeente" typeOfVariable="Text"/></Variables>'
        f'<Cases><Case guid="{OTHER}" name="Groep">{value}<SourceRef targetGUID="{SOURCE}"/></Case></Cases>'
    )
    project = read(made(text_source(counted("UTF-16", "leren", "e\u0301e\u0301n", "👩‍👩‍👧") + value), more=more))
    path = reading.write_refi(project, tmp_path / "terug.qdpx", rule=rule, when=WHEN)
    check(path)
    again = reading.read_refi(path)
    same(again, project)
    assert again.offsets["rule"].tolist() == [rule]


def test_a_thousand_segments_wherever_they_begin_come_back(tmp_path):
    chance = random.Random(7)
    pieces = ["wij", "Leren", "één", "e\u0301", "😀", "👩‍👩‍👧", "\r\n", "\n", "\r", " ", " ", ".", "\t", "\u00a0", "🇳🇱", "\x0b"]
    sources, segments = [], []
    for number in range(10):
        text = "".join(chance.choices(pieces, k=400))
        guid = f"{number:08d}-0000-4000-8000-000000000000"
        sources.append((guid, f"bron {number}", text))
        for _ in range(100):
            start = chance.randrange(len(text) - 1)
            end = chance.randrange(start + 1, min(len(text), start + 60) + 1)
            segments.append((guid, chance.choice([CODE, OTHER]), chance.choice(["Eva", "Jan", None]), start, end, text[start:end]))
    segments = sorted(set(segments), key=lambda row: (row[0], row[3], row[4]))
    codes = [(CODE, "Leren", "Leren", None, "Wat & <hoe>"), (OTHER, "Leren", "Leren > Leren", CODE, None)]
    project = reading.CodedProject(table("codes", codes), table("sources", sources), table("segments", segments),
                                   table("variables", []), table("offsets", []), table("skipped", []))  # fmt: skip
    path = reading.write_refi(project, tmp_path / "a.qdpx", when=WHEN)
    check(path)
    again = reading.read_refi(path)
    by = ["source", "start", "end", "code", "coder"]
    order = lambda frame: frame.sort_values(by, ignore_index=True)  # noqa: E731
    pd.testing.assert_frame_equal(order(again.segments), order(project.segments))
    same(again, project.__class__(**{**vars(project), "segments": again.segments}))
    assert set(again.offsets["rule"]) == {"code points"}


THEMES = pd.DataFrame({"theme": ["LEER", "DIGI", "LEERK"], "parent": ["", None, "LEER"], "label_nl": ["Leren", "Digitaal", "Leerklimaat"],
                       "definition_nl": ["Alles", None, ""]})  # fmt: skip
PASSAGES = pd.DataFrame({"source": ["a.docx", "a.docx", "b.txt"], "kind": "interview", "municipality": ["GM0405", "GM0405", None],
                         "speaker": ["Eva", None, "Jan"], "passage": [1, 2, 1], "text": ["Wij 😀 leren.", "Een leerklimaat!", "Digitaal."]})  # fmt: skip
MENTIONS = pd.DataFrame({"source": ["b.txt", "a.docx", "a.docx"], "passage": [1, 2, 1], "theme": ["DIGI", "LEERK", "LEER"],
                         "start": [0, 4, 6], "end": [8, 15, 11]})  # fmt: skip


def test_our_coding_handed_back(tmp_path):
    path = reading.write_refi((THEMES, PASSAGES, MENTIONS), tmp_path / "ons.qdpx", when=WHEN)
    check(path)
    project = reading.read_refi(path)
    assert project.codes[["name", "path"]].values.tolist() == [["Leren", "Leren"], ["Leerklimaat", "Leren > Leerklimaat"], ["Digitaal", "Digitaal"]]
    assert project.codes["description"].fillna("").tolist() == ["Alles", "", ""]
    assert project.sources["text"].tolist() == ["Eva: Wij 😀 leren.\n\nEen leerklimaat!\n", "Jan: Digitaal.\n"]
    names = project.codes.set_index("guid")["name"]
    assert list(zip(project.segments["code"].map(names), project.segments["text"], project.segments["coder"])) == [
        ("Leren", "leren", "ledanalysis"), ("Leerklimaat", "leerklimaat", "ledanalysis"), ("Digitaal", "Digitaal", "ledanalysis")]  # fmt: skip
    assert project.variables[["variable", "value"]].values.tolist() == [["municipality", "GM0405"], ["kind", "interview"], ["kind", "interview"]]


def test_the_same_gives_the_same_bytes_and_nothing_is_left_beside_it(tmp_path):
    one = reading.write_refi((THEMES, PASSAGES, MENTIONS), tmp_path / "a.qdpx", when=WHEN).read_bytes()
    assert reading.write_refi((THEMES, PASSAGES, MENTIONS), tmp_path / "a.qdpx", when=WHEN).read_bytes() == one
    assert [each.name for each in tmp_path.iterdir()] == ["a.qdpx"]


def test_a_codebook_alone(tmp_path):
    path = reading.write_refi((THEMES, PASSAGES.head(0), MENTIONS.head(0)), tmp_path / "a.qdc")
    check(path)
    assert reading.read_refi(path).codes["path"].tolist() == ["Leren", "Leren > Leerklimaat", "Digitaal"]


def test_a_project_of_sources_alone(tmp_path):
    path = reading.write_refi((THEMES.head(0), PASSAGES, MENTIONS.head(0)), tmp_path / "a.qdpx", when=WHEN)
    check(path)
    assert len(reading.read_refi(path).sources) == 2


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda c, p, m: (c, p, m.assign(end=99)), "a mention outside its passage: '0-99'"),
        (lambda c, p, m: (c, p, m.assign(theme="X")), "a mention of a code that is not in the codebook: 'X'"),
        (lambda c, p, m: (c, p, m.assign(passage=9)), "a mention of a passage that is not there: 'b.txt, 9'"),
        (lambda c, p, m: (c, p, m.drop(columns="start")), "mentions, column 'start': a column lacks"),
        (lambda c, p, m: (c.assign(parent=["DIGI", "LEER", ""]), p, m), "a code is its own ancestor"),
        (lambda c, p, m: (c.assign(parent="X"), p, m), "a code's parent is not in the codebook: 'X'"),
        (lambda c, p, m: (c.assign(label_nl="a\x07"), p, m), "a control character in the name of a code"),
        (lambda c, p, m: (pd.concat([c, c]), p, m), "two codes have the same guid"),
    ],
)
def test_what_does_not_fit_is_refused_and_no_file_left(tmp_path, change, problem):
    with pytest.raises(InputError) as caught:
        reading.write_refi(change(THEMES, PASSAGES, MENTIONS), tmp_path / "a.qdpx")
    assert problem in str(caught.value) and not list(tmp_path.iterdir())


def test_other_extensions_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"a.zip: unknown extension: '.zip'; allowed: .qdpx, .qdc"):
        reading.write_refi((THEMES, PASSAGES, MENTIONS), tmp_path / "a.zip")
    with pytest.raises(InputError, match=r"a.zip: unknown extension"):
        reading.read_refi(tmp_path / "a.zip")
