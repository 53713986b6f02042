"""Parquet: types, categories, lists, labels in the fields."""

import datetime as dt

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading import parquet


@pytest.fixture
def read(tmp_path):
    def read(table, name="a.parquet"):
        pq.write_table(table, tmp_path / name)
        return reading.read_survey(tmp_path / name)

    return read


def test_types(read):
    zone = pa.timestamp("us", tz="Europe/Amsterdam")
    table = pa.table({
        "n": [1, 2], "x": [0.5, None], "ja": [True, None], "tekst": ["a", ""], "leeg": pa.nulls(2),
        "dag": pa.array([dt.date(2023, 6, 1), None]), "begin": pa.array([dt.datetime(1, 1, 1), dt.datetime(2023, 6, 1, 9)]),
        "duur": pa.array([dt.timedelta(hours=1), None]), "tijd": pa.array([dt.time(0, 1), dt.time(0, 2)]),
        "keus": pa.array(["ja", None]).dictionary_encode(), "meer": pa.array([["a", "b"], []]),
        "code": pa.array([2**60, 1]), "zone": pa.array([dt.datetime(2023, 6, 1, 7), None], zone),
    })  # fmt: skip
    survey = read(table, "a.csv")  # known by its content
    expected = pd.DataFrame({
        "n": [1, 2], "x": [0.5, None], "ja": [1.0, None], "tekst": pd.Series(["a", None], dtype="str"),
        "leeg": pd.Series([None, None], dtype="float64"), "dag": pd.Series(["2023-06-01", None], dtype="datetime64[us]"),
        "begin": pd.Series(["0001-01-01", "2023-06-01 09:00"], dtype="datetime64[us]"), "duur": [3600.0, None], "tijd": [60, 120],
        "keus": pd.Series(["ja", None], dtype="str"), "meer": pd.Series(["a;b", None], dtype="str"), "code": [2**60, 1],
        "zone": pd.Series(["2023-06-01 09:00", None], dtype="datetime64[us]"),
    })  # fmt: skip
    pd.testing.assert_frame_equal(survey.data, expected)
    assert survey.variables.loc["keus", ["kind", "values"]].tolist() == ["category", {"ja": "ja"}]
    assert survey.source.format == "parquet"


def test_labels_of_fields(read):
    field = pa.field("q1", pa.int64(), metadata={"label": "Stelling één"})
    survey = read(pa.table([pa.array([1])], schema=pa.schema([field])))
    assert survey.variables["label"].tolist() == ["Stelling één"]


def test_what_is_no_single_answer_is_refused(read):
    with pytest.raises(InputError, match=r"column 'a': a column of type struct"):
        read(pa.table({"a": [{"b": 1}]}))
    with pytest.raises(InputError, match=r"row 2, column 'a': an answer of a list with ';' in it"):
        read(pa.table({"a": [["x;y"]]}))


def test_more_than_can_be_held_is_refused(read, monkeypatch):
    monkeypatch.setattr(parquet, "MOST_CELLS", 10)
    with pytest.raises(InputError, match="unpacks to 11 rows of 1 columns"):
        read(pa.table({"a": [0] * 11}))
