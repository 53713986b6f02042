"""Subtitles: numbered cues, names before a colon, tags."""

import pandas as pd
import pytest

from ledanalysis import reading
from ledanalysis.errors import InputError


@pytest.fixture
def read(tmp_path):
    def read(text, name="a.srt", encoding="utf-8"):
        (tmp_path / name).write_bytes(text.encode(encoding))
        passages = reading.read_passages(tmp_path / name)
        return [(None if pd.isna(s) else s, t) for s, t in zip(passages["speaker"], passages["text"])]

    return read


CUES = """1
00:00:01,000 --> 00:00:02,500
{\\an8}<i>Jan de Vries: Hoe leren</i>

2
00:00:02,500 --> 00:00:04,000 X1:40 X2:600
<font color="#ff0000">jullie?</font>

3
00:00:04,000 --> 00:00:06,000
Eva: Samen &amp; op het werk,
sinds
2023

4
00:00:06,000 --> 00:00:07,000
Eva: meestal.

5
00:00:07,000 --> 00:00:09,000
- Jan de Vries: Mooi.
- Eva: a < b.
"""
EXPECTED = [
    ("Jan de Vries", "Hoe leren jullie?"),
    ("Eva", "Samen & op het werk, sinds 2023 meestal."),
    ("Jan de Vries", "Mooi."),
    ("Eva", "a < b."),
]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_cues_of_one_speaker_are_one_passage(read, line_end):
    assert read(CUES.replace("\n", line_end)) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(read, encoding):
    cues = CUES.replace("Mooi", "Één")
    assert read(cues, encoding=encoding)[2] == ("Jan de Vries", "Één.")


def test_stamps_with_points_and_no_blank_lines_between_cues(read):
    text = "1\n0:00:01.0 --> 0:00:02.0\nJan: Hoe?\n2\n0:00:02.0 --> 0:00:03.0\nEva: Zo.\n3\n0:00:03.0 --> 0:00:04.0\nJan: Ja.\n"
    assert read(text + "4\n0:00:04.0 --> 0:00:05.0\nEva: Nee.") == [("Jan", "Hoe?"), ("Eva", "Zo."), ("Jan", "Ja."), ("Eva", "Nee.")]


def test_cues_without_names_are_joined_to_the_end_of_a_sentence(read):
    text = "1\n00:00:01,000 --> 00:00:02,000\nduurzame\n\n2\n00:00:02,000 --> 00:00:03,000\ninzetbaarheid.\n\n3\n00:00:03,000 --> 00:00:04,000\nEn meer."
    assert read(text) == [(None, "duurzame inzetbaarheid."), (None, "En meer.")]


def test_several_names_in_the_lines_of_one_cue_of_a_vtt(read):
    cues = "WEBVTT\n\n0:0:1.0 --> 0:0:2.0\nJan: Hoe?\nEva: Zo.\n\n0:0:2.0 --> 0:0:3.0\n- Jan: Ja,\ngoed.\n- Eva: Nee.\n"
    assert read(cues, "a.vtt") == [("Jan", "Hoe?"), ("Eva", "Zo."), ("Jan", "Ja, goed."), ("Eva", "Nee.")]


def test_several_voices_in_an_old_teams_cue(read):
    cues = "WEBVTT\n\n0:0:0.0 --> 0:0:13.540\n<v Jan &amp; Co>Hoe?</v><v Eva>Zo\n&lt;eer&gt;.</v>\n<v Jan &amp; Co>Ja.\n"
    assert read(cues, "a.vtt") == [("Jan & Co", "Hoe?"), ("Eva", "Zo <eer>."), ("Jan & Co", "Ja.")]


def test_subtitles_named_as_text_are_refused_and_text_named_as_subtitles(read):
    with pytest.raises(InputError, match="a.txt: the name says plain text, the content looks like SubRip"):
        read(CUES, "a.txt")
    with pytest.raises(InputError, match="a.srt: the name says SubRip, the content looks like plain text"):
        read("Jan: Hoe?")
