"""Multi-selects in one tidy form: what was ticked, what was not, who was not asked."""

import numpy as np
import pandas as pd
import pytest

import pyreadstat
from ledanalysis import reading
from ledanalysis.errors import InputError
from ledanalysis.reading.multiple import expand, indicators
from ledanalysis.reading.survey import ResponseSet, Source, Survey, missing_frame, variables_frame


def survey(cells, label="Welke?", found=(), **more):
    data = pd.DataFrame({"id": range(len(cells)), "q": cells, **more})
    rows = [{"name": name, "label": label if name == "q" else None, "kind": "text", "values": {}, "missing": []} for name in data]
    return Survey(data, variables_frame(rows), {}, missing_frame([([row], name, [code]) for row, name, code in found]), Source("a.csv", "", "CSV", "", len(data)))


def columns(result):
    found = result.data.drop(columns="id").astype("object")
    return found.where(found.notna(), None).to_dict("list")


@pytest.mark.parametrize(
    ("cells", "options", "expected"),
    [
        (["a;b;", "b;", None], ["a", "b", "c"], {"a": [1, 0, None], "b": [1, 1, None], "c": [0, 0, None]}),
        (["a, b", "b", None], ["a", "b"], {"a": [1, 0, None], "b": [1, 1, None]}),
        (["x, y, z", "z"], ["x, y", "z"], {"x, y": [1, 0], "z": [1, 1]}),
        (["1,3", "2", None], {1: "een", 2: "twee", 3: "drie"}, {"1": [1, 0, None], "2": [0, 1, None], "3": [1, 0, None]}),
        ([1, 2, None], {1: "een", 2: "twee"}, {"1": [1, 0, None], "2": [0, 1, None]}),  # nobody chose two: numbers
    ],
)
def test_a_delimited_column(cells, options, expected):
    result = expand(survey(cells), "q", options)
    assert columns(result) == {f"q: {name}": values for name, values in expected.items()}
    assert result.multiple_response["q"] == [f"q: {name}" for name in expected] and result.multiple_response["q"].counted == 1
    first = str(next(iter(options.values())) if isinstance(options, dict) else options[0])
    assert result.variables.iloc[1].tolist() == ["Welke?", "category", {1: first}, []]


def test_who_was_asked_and_ticked_nothing():
    result = expand(survey(["a", None, None]), "q", ["a", "b"], asked=[True, True, False])
    assert columns(result) == {"q: a": [1, 0, None], "q: b": [0, 0, None]}


def test_user_missing_is_not_nothing_ticked():
    result = expand(survey(["a", None, None], found=[(1, "q", 99)]), "q", ["a", "b"], asked=[True, True, True])
    assert columns(result)["q: a"] == [1, None, 0]
    assert result.user_missing.to_dict("list") == {"row": [1, 1], "variable": ["q: a", "q: b"], "code": [99, 99]}


def test_an_option_of_ones_own():
    result = expand(survey(["a, intervisie, in groepen", "b", "iets"]), "q", ["a", "b"], separator=",", other=True)
    assert columns(result) == {"q: a": [1, 0, 0], "q: b": [0, 1, 0], "q: other": ["intervisie, in groepen", None, "iets"]}


@pytest.mark.parametrize(
    ("cells", "options", "more", "message"),
    [
        (["a;c"], ["a", "b"], {}, r"a\.csv, row 2, column 'q': an answer that is no option: 'a;c'; allowed: a, b"),
        (["a", "a, b"], ["a", "b", "a, b"], {}, "row 3, column 'q': answers that can be read in two ways"),
        (["a;b", "a, b"], ["a", "b", "a, b", "a;b"], {}, "divided by ; and by ,: name the separator|in two ways"),
        (["x;y", "x, z"], ["x", "y", "x, z", "x;y", "z"], {"separator": ";"}, "in two ways"),
        (["a"], [], {}, "options are texts, at least one"),
        (["a"], ["a"], {"asked": [True, False]}, "asked has not as many rows as the survey"),
        ([";" * 9999], ["a"], {}, "an answer that is no option|more answers in a cell than a question has"),
    ],
)
def test_what_cannot_be_read_is_refused(cells, options, more, message):
    with pytest.raises(InputError, match=message):
        expand(survey(cells), "q", options, **more)


def test_columns_that_are_not_there_or_are_there_already():
    with pytest.raises(InputError, match="no such column: 'z'"):
        expand(survey(["a"]), "z", ["a"])
    with pytest.raises(InputError, match="a column of that name is there: 'q'"):
        expand(survey(["a"], **{"q: a": [1]}), "q", ["a"])


def test_spss_dichotomies(tmp_path):
    path = tmp_path / "a.sav"
    pyreadstat.write_sav(pd.DataFrame({"a": [1.0, None, None, 9.0], "b": [None, 2.0, None, 1.0]}), path, missing_ranges={"a": [9]})
    found = reading.read_survey(path)
    found.multiple_response["doel"] = ResponseSet(["a", "b"], counted=1)
    table = indicators(found, "doel")
    # respondent 2: b is not ticked, of a nothing is known; 4: a was declared missing beside a tick
    np.testing.assert_equal(table.values.tolist(), [[1, 0], [np.nan, 0], [np.nan, np.nan], [np.nan, 1]])


def test_spss_categories():
    values = {1: "cursus", 2: "boek", 3: "film", 9: "weet niet"}
    rows = [{"name": name, "label": None, "kind": "category", "values": values, "missing": [9]} for name in ("k1", "k2")]
    data = pd.DataFrame({"k1": [2, 3, None], "k2": [1, None, None]})
    found = Survey(data, variables_frame(rows), {"k": ResponseSet(["k1", "k2"])}, missing_frame([]), Source("a.sav", "", "", "", 3))
    table = indicators(found, "k")
    np.testing.assert_equal(table.values.tolist(), [[1, 1, 0], [0, 0, 1], [np.nan] * 3])
    assert list(table.columns) == [1, 2, 3]
    with pytest.raises(InputError, match="no such multiple-response set: 'z'; allowed: k"):
        indicators(found, "z")
    with pytest.raises(InputError, match="a code without a label in a multiple-response set: '7'"):
        data.loc[0, "k1"] = 7
        indicators(found, "k")
