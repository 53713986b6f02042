"""What the response deck says of scales."""

import pandas as pd
import pytest

from ledanalysis import response
from ledanalysis.scales import RELIABILITY
from ledanalysis.tables import write_tables

NAN = float("nan")


def told(study, *rows):
    write_tables(study, {"reliability": pd.DataFrame(rows, columns=RELIABILITY)})
    return response.reliability(study)


@pytest.mark.parametrize(("lower", "upper", "words"), [
    (0.70, 0.9, "Leercultuur: de vragen hangen sterk genoeg samen om groepen te vergelijken (alfa 0,81)"),
    (0.69, 0.9, "Leercultuur: of de vragen sterk genoeg samenhangen, is niet zeker (alfa 0,81)"),
    (0.2, 0.69, "Leercultuur: de vragen hangen niet sterk genoeg samen (alfa 0,81)"),
])  # fmt: skip
def test_a_scale_is_called_reliable_only_where_all_of_its_margin_is(small, lower, upper, words):
    page = told(small, ("cultuur", 3, 120, 0.81, lower, upper, 0.824))
    assert page.title == words
    assert page.rows.iloc[0].tolist()[1:4] == [3, 120, "0,81"] and page.rows.iloc[0, -1] == "0,82"


def test_a_scale_without_figures_is_not_told_of(small):
    page = told(small, ("cultuur", 3, NAN, NAN, NAN, NAN, NAN))
    assert (page.title, len(page.rows)) == ("", 0)


def test_an_omega_that_is_not_known_is_a_dash(small):
    assert told(small, ("cultuur", 2, 120, 0.81, 0.75, 0.9, NAN)).rows.iloc[0, -1] == "–"
