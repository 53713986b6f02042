"""Stata files: labels, extended missing values, periods as dates."""

import pandas as pd
import pytest
from delivered import dta_survey

from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading.stata import _thousandths


def test_a_stata_file(tmp_path):
    (tmp_path / "a.dta").write_bytes(dta_survey(tmp_path))
    survey = reading.read_survey(tmp_path / "a.dta")
    expected = pd.DataFrame({
        "q": [1.0, None, None],
        "begin": pd.Series(["2023-06-01 09:30", "2023-06-01", None], dtype="datetime64[us]"),
        "naam": pd.Series(["Één", None, "Hoorn"], dtype="str"),
    })  # fmt: skip
    pd.testing.assert_frame_equal(survey.data, expected)
    assert survey.user_missing.to_dict("list") == {"row": [1], "variable": ["q"], "code": [".a"]}
    assert survey.variables.loc["q"].tolist() == ["Vraag één", "category", {1: "ja", ".a": "weet niet"}, [".a"]]
    assert survey.variables["kind"].tolist() == ["category", "date", "text"]
    assert survey.source.format == "Stata" and survey.source.rows == 3


@pytest.mark.parametrize("version", [114, 117, 119])
def test_versions(tmp_path, version):
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    frame.to_stata(tmp_path / "a", version=version, write_index=False)  # without an extension: known by its content
    pd.testing.assert_frame_equal(reading.read_survey(tmp_path / "a").data, frame, check_dtype=False)


@pytest.mark.parametrize(
    ("period", "number", "date"),
    [
        ("d", 0, "1960-01-01"), ("d", -1, "1959-12-31"), ("c", 86_400_000, "1960-01-02"), ("m", 761, "2023-06-01"),
        ("q", 253, "2023-04-01"), ("h", 127, "2023-07-01"), ("y", 2023, "2023-01-01"), ("w", 3276, "2023-01-01"),
        ("w", 3297, "2023-05-28"), ("m", -1, "1959-12-01"),
    ],
)  # fmt: skip
def test_periods(period, number, date):
    found = _thousandths(pd.Series([float(number)]), period)
    assert pd.Timestamp(int(found[0]), unit="ms") == pd.Timestamp(date)


def test_a_date_that_is_none_does_not_stop_the_reading(tmp_path):
    frame = pd.DataFrame({"dag": [1e9, 19000.0]})
    frame.to_stata(tmp_path / "a.dta", write_index=False)
    content = (tmp_path / "a.dta").read_bytes().replace(b"%9.0g", b"%td\0\0").replace(b"%10.0g", b"%td\0\0\0")
    (tmp_path / "a.dta").write_bytes(content)
    survey = reading.read_survey(tmp_path / "a.dta")
    assert survey.data["dag"].tolist()[1] == pd.Timestamp("2012-01-08") and survey.data["dag"].isna().tolist() == [True, False]
    assert survey.user_missing.to_dict("list") == {"row": [0], "variable": ["dag"], "code": [1e9]}


def test_a_file_cut_short_is_refused(tmp_path):
    (tmp_path / "a.dta").write_bytes(dta_survey(tmp_path)[:600])
    with pytest.raises(InputError, match=r"a\.dta: not readable as Stata"):
        reading.read_survey(tmp_path / "a.dta")
