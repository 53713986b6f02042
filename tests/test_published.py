"""In what precision figures are published."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from ledanalysis import style
from ledanalysis.published import bounds, round_twice, rounded, scales


def test_each_figure_in_the_decimals_of_its_unit():
    units = {"now": "score", "mark": "mark", "budget": "euro"}
    study = SimpleNamespace(tables={"measures": [SimpleNamespace(measure=name, unit=unit) for name, unit in units.items()]})
    table = pd.DataFrame({"measure": list(units), "estimate": 7.123456, "se": 1.123456, "lower": 6.987654, "upper": 8.987654, "df": 12.0,
                          "population": 20.4444, "p_rest": 0.123456, "n": 9})  # fmt: skip
    expected = pd.DataFrame({"measure": list(units), "estimate": [7.1, 7.12, 7], "se": [1.12, 1.123, 1.1], "lower": [7.0, 6.99, 7],
                             "upper": [9.0, 8.99, 9], "df": 12.0, "population": 20.0, "p_rest": 0.123, "n": 9})  # fmt: skip
    pd.testing.assert_frame_equal(rounded(table, study), expected)


@pytest.mark.parametrize("decimals", [1, 2])
def test_rounding_again_is_as_rounding_once(decimals):
    values = np.round(np.random.default_rng(3).uniform(-100, 100, 4000), 4)
    table = round_twice(values, decimals)
    assert [style.number(value, decimals - 1) for value in table] == [style.number(value, decimals - 1) for value in values]
    assert np.abs(table - values).max() < 0.1**decimals
    low, high = bounds(table, decimals)
    assert ((low <= values + 1e-9) & (values <= high + 1e-9)).all()


def test_scales_are_those_of_the_codebook(small):
    table = scales(small).set_index(["measure", "theme"])[["floor", "ceiling", "step"]]
    assert table.loc[("now", "DATA")].tolist() == [0, 100, 25]
    assert table.loc[("rise", "DATA")].tolist() == [-100, 100, 25]
    assert table.loc[("top", "DATA")].tolist() == [0, 100, 100]
    assert table.loc[("culture", "cultuur")].tolist() == [1, 5, 0]
