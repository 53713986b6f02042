"""SPSS: user-missing codes apart from what is empty, dates that are none, multiple-response sets."""

import struct

import numpy as np
import pandas as pd
import pytest

import pyreadstat
from ledanalysis import reading
from ledanalysis.errors import InputError


@pytest.fixture
def write(tmp_path):
    def write(data, **more):
        path = tmp_path / "enquete.sav"
        pyreadstat.write_sav(pd.DataFrame(data), path, **more)
        return path

    return write


def test_user_missing_codes_are_split_off_and_kept(write):
    path = write(
        {"q1": [1.0, 9.0, None, 5.0], "q2": [85.0, 3.0, 99.0, 0.5], "naam": ["a", "n.v.t.", "", "d"]},
        missing_ranges={"q1": [8, 9], "q2": [{"lo": 80, "hi": 90}, 99], "naam": ["n.v.t."]},
        variable_value_labels={"q1": {1: "oneens", 5: "eens", 9: "weet niet"}, "q2": {99: "weet niet"}},
        column_labels={"q1": "Stelling één"},
    )
    survey = reading.read_survey(path)
    expected = pd.DataFrame({"q1": [1, None, None, 5], "q2": [None, 3, None, 0.5], "naam": ["a", None, None, "d"]})
    pd.testing.assert_frame_equal(survey.data, expected.astype({"naam": "str"}))
    missing = pd.DataFrame({
        "row": [0, 1, 1, 2], "variable": ["q2", "q1", "naam", "q2"],
        "code": pd.Series([85, 9, "n.v.t.", 99], dtype="object"),
    })  # fmt: skip
    pd.testing.assert_frame_equal(survey.user_missing, missing)
    assert survey.variables.loc["q1"].tolist() == ["Stelling één", "category", {1: "oneens", 5: "eens", 9: "weet niet"}, [8, 9]]
    # labels of missing codes only do not make a category
    assert survey.variables.loc["q2", ["kind", "missing"]].tolist() == ["number", [(80, 90), 99]]
    assert survey.variables.loc["naam", ["kind", "missing"]].tolist() == ["text", ["n.v.t."]]


def test_lowest_and_highest_are_ranges_without_end(write):
    path = write({"q": [-5.0, 0.0, 1.0]}, missing_ranges={"q": [{"lo": -1e9, "hi": 0}]})
    content = path.read_bytes().replace(struct.pack("<d", -1e9), struct.pack("<Q", 0xFFEFFFFFFFFFFFFE))
    path.write_bytes(content)  # SPSS's own number for LOWEST
    survey = reading.read_survey(path)
    assert survey.variables.loc["q", "missing"] == [(-np.inf, 0)]
    assert survey.data["q"].isna().tolist() == [True, True, False]


def test_whole_numbers_without_gaps_are_integers(write):
    data = reading.read_survey(write({"id": [1.0, 402891.0], "half": [1.0, 0.5], "gap": [1.0, None]})).data
    assert data.dtypes.astype(str).tolist() == ["int64", "float64", "float64"]


def test_dates_times_and_durations(write):
    seconds = (pd.Timestamp("2023-06-01 09:30:15") - pd.Timestamp("1582-10-14")).total_seconds()
    path = write(
        {"begin": [seconds, None], "dag": [seconds - 34215, 0.0], "kwartaal": [seconds - 34215] * 2, "duur": [190.0, 90000.0]},
        variable_format={"begin": "DATETIME20", "dag": "EDATE10", "kwartaal": "MOYR8", "duur": "TIME8"},
    )
    survey = reading.read_survey(path)
    expected = pd.DataFrame({
        "begin": pd.to_datetime(["2023-06-01 09:30:15", None]),
        "dag": pd.to_datetime(["2023-06-01", "1582-10-14"]),
        "kwartaal": pd.to_datetime(["2023-06-01"] * 2),
    }).astype("datetime64[us]")  # fmt: skip
    pd.testing.assert_frame_equal(survey.data, expected.assign(duur=[190, 90000]))
    assert survey.variables["kind"].tolist() == ["date", "date", "date", "number"]


def test_a_date_that_is_none_does_not_stop_the_reading(write):
    # 99999999999999 seconds lie beyond the year 9999: pyreadstat's own conversion ends in an OverflowError
    path = write(
        {"dag": [99999999999999.0, 1e12, 13_000_000_000.0, None]},
        variable_format={"dag": "DATE11"}, missing_ranges={"dag": [99999999999999]},
    )  # fmt: skip
    survey = reading.read_survey(path)
    assert survey.data["dag"].isna().tolist() == [True, True, False, True]
    assert survey.user_missing.to_dict("list") == {
        "row": [0, 1], "variable": ["dag", "dag"], "code": [99999999999999, 1000000000000]}  # fmt: skip


def test_multiple_response_sets(write):
    path = write({"Q1_a": [1.0, 0.0], "Q1_b": [0.0, 1.0], "Keus1": [1.0, 2.0], "Keus2": [2.0, None]})
    sets = b"$doelen=D1 1 6 Doelen q1_a q1_b\n$keus=C 7 Gekozen keus1 keus2\n"
    content = path.read_bytes()
    end = content.index(struct.pack("<ii", 999, 0))  # the record that ends the dictionary
    path.write_bytes(content[:end] + struct.pack("<iiii", 7, 7, 1, len(sets)) + sets + content[end:])
    found = reading.read_survey(path).multiple_response
    assert found == {"doelen": ["Q1_a", "Q1_b"], "keus": ["Keus1", "Keus2"]}
    assert [(each.counted, each.label) for each in found.values()] == [(1, "Doelen"), (None, "Gekozen")]


def test_no_respondents(write):
    survey = reading.read_survey(write({"a": pd.Series([], dtype="float64")}))
    assert survey.data.shape == (0, 1) and survey.source.rows == 0 and survey.user_missing.empty


def test_an_encoding_that_does_not_fit_is_an_input_error(write):
    with pytest.raises(InputError, match="enquete.sav: not readable as SPSS"):
        reading.read_survey(write({"a": ["é"]}), encoding="NO-SUCH")


@pytest.mark.parametrize("packing", [{}, {"row_compress": True}, {"compress": True}])
def test_as_many_cases_as_the_file_says(tmp_path, packing):
    path = tmp_path / ("a.zsav" if "compress" in packing else "a.sav")
    pyreadstat.write_sav(pd.DataFrame({"q": [1.0, 2.5, None], "naam": ["a", "b", "c"]}), path, **packing)
    content = path.read_bytes()
    assert struct.unpack_from("<i", content, 80) == (3,)
    path.write_bytes(content[:80] + struct.pack("<i", 2) + content[84:])
    assert reading.read_survey(path).data["naam"].tolist() == ["a", "b"]
    path.write_bytes(content[:80] + struct.pack("<i", 4) + content[84:])
    with pytest.raises(InputError, match="not readable as SPSS"):
        reading.read_survey(path)
    path.write_bytes(content[:80] + struct.pack("<i", -1) + content[84:])
    assert reading.read_survey(path).data["naam"].tolist() == ["a", "b", "c"]


def test_a_text_with_a_zero_byte_is_as_pyreadstat_has_it(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"naam": ["abcdefgh", "x"]}), path)
    path.write_bytes(path.read_bytes().replace(b"abcdefgh", b"abc\0efgh"))
    assert reading.read_survey(path).data["naam"].tolist() == ["abcefgh", "x"]


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-8"])
def test_texts_in_the_encoding_of_the_file(tmp_path, encoding):
    """Read by their words, not one by one: a letter outside ASCII may be anywhere."""
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"naam": ["Súdwest", "Hoorn", "€uro", "Súdwest"]}), path)
    if encoding == "windows-1252":
        content = path.read_bytes()
        for text in ("Súdwest", "€uro"):
            old, new = text.encode(), text.encode("cp1252")
            content = content.replace(old, new + b" " * (len(old) - len(new)))
        path.write_bytes(content)
    asked = {} if encoding == "utf-8" else {"encoding": encoding}
    assert reading.read_survey(path, **asked).data["naam"].tolist() == ["Súdwest", "Hoorn", "€uro", "Súdwest"]
