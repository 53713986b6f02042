"""SPSS portable files: numbers in base 30, user-missing codes, lines that lost their blanks."""

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from delivered import base30, por, por_string, por_survey, por_variable

from ledanalysis import reading
from ledanalysis.errors import InputError


@pytest.fixture
def read(tmp_path):
    def read(content, name="a.por", **options):
        (tmp_path / name).write_bytes(content)
        return reading.read_survey(tmp_path / name, **options)

    return read


EXPECTED = pd.DataFrame({
    "Q1": [1, None, None],
    "Q2": [2.5, None, -1],
    "DAG": pd.Series(["2023-06-01", None, None], dtype="datetime64[us]"),
    "NAAM": pd.Series(["a", None, "é"], dtype="str"),
})  # fmt: skip


def test_a_portable_file_of_windows(read):
    survey = read(por_survey())
    pd.testing.assert_frame_equal(survey.data, EXPECTED)
    assert survey.user_missing.to_dict("list") == {"row": [1, 1], "variable": ["Q1", "Q2"], "code": [9, 95]}
    assert survey.variables.loc["Q1"].tolist() == ["Stelling één", "category", {1: "oneens", 9: "weet niet"}, [9]]
    assert survey.variables["missing"].tolist() == [[9], [(90, 99)], [], []]
    assert survey.source.encoding == "cp1252" and survey.source.format == "SPSS portable"


def test_lines_that_lost_their_blanks(read):
    lines = [line.rstrip(b" ") for line in por_survey().split(b"\r\n")]
    pd.testing.assert_frame_equal(read(b"\n".join(lines), "without_a_name").data, EXPECTED)


@pytest.mark.parametrize(
    ("written", "value"),
    [("1T/", 59), (" 10/", 30), ("-A/", -10), (".F/", 0.5), ("1+3/", 27000), ("F-1/", 0.5), ("*.", np.nan)],
)
def test_numbers(read, written, value):
    data = read(por(por_variable("A") + "F" + written)).data
    np.testing.assert_equal(float(data["A"].iloc[0]), value)


@pytest.mark.parametrize(
    ("record", "missing"),
    [("91/", [(-np.inf, 1)]), ("A2/", [(2, np.inf)]), ("8" + base30(-1) + "/8" + base30(99) + "/", [-1, 99])],
)
def test_user_missing(read, record, missing):
    survey = read(por(por_variable("A") + record + "F" + "1/5/"))
    assert survey.variables.loc["A", "missing"] == missing
    assert survey.data["A"].isna().tolist() == [missing == [(-np.inf, 1)], missing == [(2, np.inf)]]


def test_what_another_writer_writes(tmp_path):
    frame = pd.DataFrame({"A": [1.25, -3e9, 1e-7, 0.1], "B": ["x", "", "lang antwoord", "Zz"]})
    pyreadstat.write_por(frame, tmp_path / "a.por", column_labels={"A": "Label"})
    survey = reading.read_survey(tmp_path / "a.por")
    np.testing.assert_allclose(survey.data["A"], frame["A"], rtol=1e-9)
    assert survey.data["B"].fillna("").tolist() == frame["B"].tolist() and survey.variables.loc["A", "label"] == "Label"


@pytest.mark.parametrize(
    "records",
    [
        por_variable("A"),  # no data
        por_variable("A") + "F" + "1/" + "?",
        por_variable("A") + por_variable("A") + "F",
        "F",
        por_variable("A") + "D" + "1/" + por_string("B") + "0/F",
        por_variable("A") + "F" + "1+TTTT/",
        por_variable("A", width=8) + "9" + "1/F",
        por_variable("A", width=8) + "F" + base30(30000) + "/a",
    ],
)
def test_a_damaged_file_is_refused(read, records):
    with pytest.raises(InputError, match=r"a\.por, row \d+: not readable as SPSS portable"):
        read(por(records))


def test_an_encoding_that_does_not_fit(read):
    with pytest.raises(InputError, match="not utf-8 throughout"):
        read(por_survey(), encoding="utf-8")
    with pytest.raises(InputError, match="unknown encoding: 'ebcdiq'"):
        read(por_survey(), encoding="ebcdiq")
