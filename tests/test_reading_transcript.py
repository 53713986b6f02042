"""Transcripts of online meetings."""

import pandas as pd
import pytest

from ledanalysis import reading
from ledanalysis.errors import InputError


@pytest.fixture
def read(tmp_path):
    def read(text, encoding="utf-8"):
        (tmp_path / "a.vtt").write_bytes(text.encode(encoding))
        passages = reading.read_passages(tmp_path / "a.vtt")
        return [(None if pd.isna(s) else s, t) for s, t in zip(passages["speaker"], passages["text"])]

    return read


OLD_TEAMS = """\ufeffWEBVTT

NOTE
duration: "00:01:00"

NOTE
0:0:0.0 --> 0:0:1.0
weggelaten

STYLE
::cue {color: red}

0:0:0.0 --> 0:0:13.540
<v Jan de Vries>Hoe leren jullie
nu?</v>

5c1f-1/12-0
0:0:13.540 --> 0:0:15.0 position:10%
<v Eva Bos>Samen &amp; op het</v>

5c1f-1/12-1
00:00:15.000 --> 00:00:18.250
<v Eva Bos>werk, <i>meestal</i> &lt;eer&gt;.</v>

00:18.250 --> 00:20.000
<v.loud Jan de Vries>Ja.</v> <v Eva Bos>Nee.</v>

00:20.000 --> 00:21.000
<v Eva Bos></v>

00:21.000 --> 00:22.000
(muziek)
"""
EXPECTED = [
    ("Jan de Vries", "Hoe leren jullie nu?"),
    ("Eva Bos", "Samen & op het werk, meestal <eer>."),
    ("Jan de Vries", "Ja."),
    ("Eva Bos", "Nee."),
    (None, "(muziek)"),
]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_cues_of_one_speaker_are_one_passage(read, line_end):
    assert read(OLD_TEAMS.replace("\n", line_end)) == EXPECTED


def test_cues_without_voices_are_joined_to_the_end_of_a_sentence(read):
    assert read("WEBVTT\n\n1\n00:00.000 --> 00:01.000\nduurzame\n\n2\n00:01.000 --> 00:02.000\ninzetbaarheid.\n\n"
                "3\n00:02.000 --> 00:03.000\nEn meer.") == [(None, "duurzame inzetbaarheid."), (None, "En meer.")]  # fmt: skip


def test_names_before_a_colon_where_there_are_no_voices(read):
    cues = ["Jan: Hoe?", "Eva: Zo.", "Eva: Samen.", "Jan: Mooi."]
    text = "WEBVTT\n\n" + "\n\n".join(f"{n}\n00:0{n}.000 --> 00:0{n}.900\n{cue}" for n, cue in enumerate(cues))
    assert read(text) == [("Jan", "Hoe?"), ("Eva", "Zo. Samen."), ("Jan", "Mooi.")]


def test_what_is_no_transcript_is_refused(read):
    with pytest.raises(InputError, match="a.vtt: the name says WebVTT, the content looks like plain text"):
        read("Jan: Hoe?")


def test_a_transcript_named_as_text_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text("WEBVTT\n\n0:0:0.0 --> 0:0:1.0\nJa")
    with pytest.raises(InputError, match="a.txt: the name says plain text, the content looks like WebVTT"):
        reading.read_passages(tmp_path / "a.txt")
