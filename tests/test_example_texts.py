"""The example's texts: the truth that is asked for is what the files say, in every format, the same each time."""

import email
import html
import io
import re
import zipfile
from datetime import datetime
from email.policy import default

import docx
import numpy as np
import pandas as pd
import pytest

from ledanalysis.errors import InputError
from ledanalysis.example.text_files import read_table, write_texts
from ledanalysis.example.text_formats import Text, Turn, as_docx, as_vtt
from ledanalysis.example.text_interviews import assign_fragments

THEMES = "DIGI DATA OMGW OPGW LEID DIVI VITA ONBO LOOP OMSC INFL CULT VAKM AMBT PART KLIM KRAP SOCD PRAK TEAM".split()
NAMES = pd.Series(
    {
        "GM0001": "Voorbeeldstad",
        "GM0002": "'s-Verzinsel",
        "GM0003": "Súdwest-Nergens",
        "GM0004": "Gemeente Zomaar",
        "GM0005": "Hier & Daar",
        "GM0006": "Bergen (X.)",
        "GM0007": "Elders",
        "GM0008": "Overal",
        "GM0009": "Ergens",
        "GM0010": "Thuis",
    }
)
MARKERS = {
    "now": r"\b(?:nu|op dit moment|momenteel|dit jaar|inmiddels|al jaren)\b",
    "future": r"\b(?:komende jaren|straks|over drie jaar|verwacht\w*|gaat spelen|op termijn|vanaf 2024|wordt belangrijk\w*|in opkomst)\b",
}


@pytest.fixture(scope="module")
def raised():
    """All 40 pairs of theme and horizon over six municipalities: each format in each of its ways."""
    pairs = [(theme, horizon) for horizon in MARKERS for theme in THEMES]
    rows = [(NAMES.index[number % 6], *pair) for number, pair in enumerate(pairs)]
    return pd.DataFrame(rows, columns=["municipality", "theme", "horizon"])


@pytest.fixture(scope="module")
def folder(raised, tmp_path_factory):
    folder = tmp_path_factory.mktemp("texts")
    write_texts(folder, raised, NAMES, np.random.default_rng(7))
    return folder


def interview(folder, number):
    (path,) = (folder / "interviews").glob(f"interview_{number:02}_*")
    return path


def turns(path):
    """Who says what, read as a person would: a list of (speaker, text)."""
    if path.suffix == ".docx":
        lead = []
        for paragraph in docx.Document(path).paragraphs[5:]:
            bold = "".join(run.text for run in paragraph.runs if run.bold)
            lead.append((bold, paragraph.text.removeprefix(f"{bold}: ")))
    elif path.suffix == ".vtt":
        cues = re.findall(r"<v ([^>]+)>(.*?)</v>", path.read_text(encoding="utf-8"), flags=re.S)
        lead = [(name, " ".join(html.unescape(said).split())) for name, said in cues]
    else:
        blocks = path.read_text(encoding="utf-8").rstrip("\n").split("\n\n")[1:]
        split = [block.split("\n", 1) if block.split("\n")[0].isupper() else block.split(": ", 1) for block in blocks]
        lead = [(name, said.replace("\n", " ")) for name, said in split]
    joined = []
    for speaker, said in lead:
        if joined and speaker in ("", joined[-1][0]):
            joined[-1] = (joined[-1][0], f"{joined[-1][1]} {said}")
        else:
            joined.append((speaker, said))
    return joined


def pairs_in(said, fragments):
    return [(row.theme, row.horizon) for row in fragments.itertuples() if row.text in said]


def test_same_seed_same_bytes_whatever_the_order_of_the_rows(raised, folder, tmp_path):
    paths = write_texts(tmp_path, raised.sample(frac=1, random_state=1), NAMES.iloc[::-1], np.random.default_rng(7))
    written = {path.relative_to(tmp_path): path.read_bytes() for path in paths}
    assert written == {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_other_seed_other_words(raised, folder, tmp_path):
    write_texts(tmp_path, raised, NAMES, np.random.default_rng(8))
    assert interview(tmp_path, 2).read_bytes() != interview(folder, 2).read_bytes()


def test_fragments_are_four_per_theme_and_horizon_and_say_when():
    fragments = read_table("fragments")
    counts = fragments.groupby(["theme", "horizon"]).size()
    assert sorted(counts.index) == sorted((theme, horizon) for theme in THEMES for horizon in MARKERS)
    assert counts.unique().tolist() == [4] and fragments["text"].is_unique
    for horizon, other in (("now", "future"), ("future", "now")):
        text = fragments.loc[fragments["horizon"] == horizon, "text"].str.lower()
        assert text[~text.str.contains(MARKERS[horizon])].tolist() == []
        assert text[text.str.contains(MARKERS[other])].tolist() == []


def test_talk_without_a_theme_says_no_time_and_holds_the_traps():
    neutral = read_table("neutral")["text"]
    assert len(neutral) == 40 and neutral.is_unique
    assert neutral[neutral.str.lower().str.contains("|".join(MARKERS.values()))].tolist() == []
    for trap in ("de data voor", "datum", "diverse onderwerpen", "politieagent", "begeleiding", "omgeving", "verkeersmobiliteit"):
        assert neutral.str.contains(trap).any(), trap


def test_tables_are_as_large_as_agreed():
    assert read_table("questions").groupby("moment").size().drop("further").to_dict() == dict.fromkeys(
        ["opening", "now", "future", "organise", "stimulate", "closing"], 5
    )
    assert read_table("practice").groupby("kind").size().to_dict() == {"organise": 15, "stimulate": 15}
    assert read_table("open_answers").groupby("theme").size().to_dict() == dict.fromkeys(THEMES, 4) | {"": 12}
    assert [len(read_table(name)) for name in ("webinars", "stories", "suggestions")] == [2, 4, 8]
    assert not any(read_table(name).eq("").any(axis=None) for name in ("fragments", "names", "phrases", "suggestions"))


@pytest.mark.parametrize("number", range(1, 7))
def test_each_raised_theme_is_said_once_and_no_other(number, raised, folder):
    fragments = read_table("fragments")
    found = [pairs_in(said, fragments) for _, said in turns(interview(folder, number))]
    expected = raised[raised["municipality"] == NAMES.index[number - 1]]
    assert sorted(sum(found, [])) == sorted(zip(expected["theme"], expected["horizon"]))
    assert max(map(len, found)) == 1


@pytest.mark.parametrize("number", range(1, 7))
def test_interview_is_a_conversation_that_repeats_nothing(number, folder):
    said = turns(interview(folder, number))
    texts = pd.concat([read_table(name)["text"] for name in ("fragments", "neutral", "practice")])
    talk = " ".join(text for _, text in said)
    assert max(talk.count(text) for text in texts) == 1
    asked, answered = said[::2], said[1::2]
    assert len({speaker for speaker, _ in asked}) == 1
    assert asked[0][0] not in {speaker for speaker, _ in answered}
    assert pd.Series([text for _, text in asked]).isin(read_table("questions")["text"]).all()
    assert re.search(r"@voorbeeld\.nl", answered[-1][1]) and re.search(r"06[-\d ]{8,}", answered[-1][1])


def test_formats_take_turns(folder):
    assert [path.name for path in sorted((folder / "interviews").iterdir())] == [
        "interview_01_voorbeeldstad.docx",
        "interview_02_s-verzinsel.txt",
        "interview_03_sudwest-nergens.vtt",
        "interview_04_gemeente-zomaar.docx",
        "interview_05_hier-daar.txt",
        "interview_06_bergen-x.vtt",
    ]


def test_txt_names_before_a_colon_or_in_capitals(folder):
    colon, capitals = (interview(folder, number).read_text(encoding="utf-8").split("\n\n") for number in (2, 5))
    assert all(re.match(r"[^\n:]+: ", block) for block in colon[1:])
    assert all(block.split("\n")[0].isupper() for block in capitals[1:])
    assert "Gemeente: Hier & Daar" in capitals[0].split("\n")


def test_vtt_as_teams_writes_it(folder):
    new, old = (interview(folder, number).read_text(encoding="utf-8").split("\n\n") for number in (3, 6))
    assert new[0] == old[0] == "WEBVTT"
    assert new[1].startswith("NOTE\n") and "Gemeente: Súdwest-Nergens" in new[1]
    assert all(re.match(r"[0-9a-f-]{36}/\d+-\d+\n\d\d:\d\d:\d\d\.\d{3} --> \d\d:\d\d:\d\d\.\d{3}\n<v ", cue) for cue in new[2:])
    assert all(re.match(r"\d:\d{1,2}:\d{1,2}\.\d{1,3} --> \d:\d{1,2}:\d{1,2}\.\d{1,3}\n<v [^\n]*</v>\n?$", cue) for cue in old[2:])
    names = [re.search(r"<v ([^>]+)>", cue)[1] for cue in new[2:]]
    assert any(name == following for name, following in zip(names, names[1:]))  # long answers take several cues


def test_vtt_escapes_and_splits():
    written = as_vtt(Text("T", (), (Turn("Iris", ("L&O < 3. " + "woord " * 30,)),)), "m").decode()
    assert "<v Iris>L&amp;O &lt; 3." in written
    assert re.findall(r"^m/.*$", written, flags=re.M) == ["m/1-0", "m/1-1"]


def test_docx_names_in_bold_and_nothing_of_the_moment_inside():
    content = as_docx(Text("Titel", ("Kop",), (Turn("Iris", ("Ja.", "Nee.")), Turn("", ("Los.",)))))
    document = docx.Document(io.BytesIO(content))
    runs = [[(run.text, bool(run.bold)) for run in paragraph.runs] for paragraph in document.paragraphs]
    assert runs == [
        [("Titel", False)],
        [("Kop", False)],
        [("Iris", True), (": ", False), ("Ja.", False)],
        [("Nee.", False)],
        [("Los.", False)],
    ]
    assert document.core_properties.created == document.core_properties.modified
    assert document.core_properties.author == "ledanalysis"
    entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    assert {(entry.date_time, entry.compress_type) for entry in entries} == {((2023, 7, 14, 12, 0, 0), zipfile.ZIP_STORED)}


def test_mails(folder):
    mails = [email.message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("suggestions/*.eml"))]
    assert len(mails) == 8
    for mail in mails:
        assert re.fullmatch(r".+ <.+@voorbeeld\.nl>", mail["From"]) and mail["To"] == "onderzoek@voorbeeld.nl"
        assert mail["Content-Transfer-Encoding"] == "quoted-printable" and mail.get_content_charset() == "utf-8"
        assert mail["From"].addresses[0].addr_spec in mail.get_content() and re.search(r"06-\d{8}", mail.get_content())
    sent = [mail["Date"].datetime for mail in mails]
    assert sent[0] == datetime.fromisoformat("2023-05-09T09:12:00+02:00") and sent == sorted(sent)
    quoting = [mail.get_content() for mail in mails if "Verzonden:" in mail.get_content()]
    assert len(quoting) == 2 and all("\n> " in body and "\nVan: " in body for body in quoting)


def test_every_file_says_that_it_is_fictitious(folder):
    for path in folder.rglob("*.*"):
        if path.suffix == ".docx":
            first = "\n".join(paragraph.text for paragraph in docx.Document(path).paragraphs[:2])
        elif path.suffix == ".eml":
            first = email.message_from_bytes(path.read_bytes(), policy=default).get_content()[:30]
        elif path.suffix in (".txt", ".vtt"):
            first = path.read_text(encoding="utf-8")[:300]
        else:
            continue
        assert "Fictieve gegevens" in first, path.name


def test_overview_lists_every_file(folder):
    raw = (folder / "overzicht_teksten.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfbestand;soort;gemeente;datum\r\n")
    overview = pd.read_csv(io.BytesIO(raw), sep=";", encoding="utf-8-sig", keep_default_na=False)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.suffix != ".csv"}
    assert set(overview["bestand"]) == files and len(overview) == len(files) == 20
    assert overview["soort"].value_counts().to_dict() == {"interview": 6, "suggestie": 8, "verhaal": 4, "webinar": 2}
    interviews = overview[overview["soort"] == "interview"]
    assert interviews["gemeente"].tolist() == NAMES.iloc[:6].tolist()
    assert interviews["datum"].between("2023-04-17", "2023-07-13").all()
    stories = overview.loc[overview["soort"] == "verhaal", "gemeente"]
    assert sorted(stories) == sorted(NAMES.iloc[6:])  # those that are not interviewed


def test_stories_name_their_municipality(folder):
    overview = pd.read_csv(folder / "overzicht_teksten.csv", sep=";", encoding="utf-8-sig", keep_default_na=False)
    for row in overview[overview["soort"] == "verhaal"].itertuples():
        paragraphs = [paragraph.text for paragraph in docx.Document(folder / row.bestand).paragraphs]
        assert paragraphs[2] == f"Gemeente: {row.gemeente}" and row.gemeente in " ".join(paragraphs[3:])
        assert "{" not in " ".join(paragraphs)


def test_fragments_go_round_before_any_comes_back():
    raised = pd.DataFrame({"municipality": [f"GM{number}" for number in range(6)], "theme": "TEAM", "horizon": "now"})
    said = assign_fragments(raised, read_table("fragments"), np.random.default_rng(1))["text"]
    assert said[:4].nunique() == 4 and said[4:].tolist() == said[:2].tolist()


@pytest.mark.parametrize("column, value", [("municipality", "GM9999"), ("theme", "DIGY"), ("horizon", "later")])
def test_what_is_not_known_is_refused(column, value, tmp_path):
    row = pd.DataFrame({"municipality": ["GM0001"], "theme": ["DIGI"], "horizon": ["now"]}).assign(**{column: value})
    with pytest.raises(InputError, match=f"column '{column}'.*'{value}'"):
        write_texts(tmp_path, row, NAMES, np.random.default_rng(1))
    assert list(tmp_path.iterdir()) == []


def test_no_interviews_are_refused(raised, tmp_path):
    with pytest.raises(InputError, match="no municipality"):
        write_texts(tmp_path, raised.iloc[:0], NAMES, np.random.default_rng(1))
