"""House style: numbers as Dutch and English readers write them, a palette for every eye, the same bytes each day."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.font_manager import FontProperties, findfont

from ledanalysis import palette, style

MARKS = ["now", "future", "organise", "stimulate", "neutral", "highlight", "muted", "responded", "interviewed", "accent"]


@pytest.mark.parametrize(
    ("value", "decimals", "nl", "en"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (1234567, 0, "1.234.567", "1,234,567"),
        (0.5, 0, "1", "1"),  # halves away from zero, not to even
        (62.5, 0, "63", "63"),
        (-62.5, 0, "−63", "−63"),
        (1.005, 2, "1,01", "1.01"),
        (-0.4, 0, "0", "0"),
        (-0.0, 1, "0,0", "0.0"),
        (np.nan, 1, "–", "–"),
        (pd.NA, 0, "–", "–"),
        (np.inf, 0, "–", "–"),
        (np.float32(7.25), 1, "7,3", "7.3"),
    ],
)
def test_numbers_are_written_as_the_reader_does(value, decimals, nl, en):
    assert (style.number(value, decimals), style.number(value, decimals, "en")) == (nl, en)


@pytest.mark.parametrize(
    ("value", "expected"), [(8.2, "+8"), (-8.2, "−8"), (0.4, "0"), (-0.4, "0"), (np.nan, "–"), (1234, "+1.234")]
)
def test_differences_have_a_sign_and_a_real_minus(value, expected):
    assert style.signed(value) == expected


def test_percentages_have_no_decimals_unless_asked_and_no_sign_when_missing():
    assert [style.percent(62.5), style.percent(62.5, "en", 1), style.percent(np.nan)] == ["63%", "62.5%", "–"]


@pytest.mark.parametrize("name", MARKS)
def test_marks_stand_out_from_white(name):
    assert style.contrast(style.colour(name), "#ffffff") >= 3


@pytest.mark.parametrize("name", ["ink", "muted", "accent"])
def test_text_stands_out_from_white_and_from_pale_fills(name):
    assert style.contrast(style.colour(name), "#ffffff") >= 4.5
    assert style.contrast(style.colour(name), style.colour("suppressed")) >= 4


@pytest.mark.parametrize("pair", palette.MEET)
def test_colours_that_meet_differ_in_greyscale(pair):
    first, second = (palette.lightness(style.colour(name)) for name in pair)
    assert abs(first - second) >= 15


@pytest.mark.parametrize("diverging", [False, True])
def test_figures_read_on_every_shade_of_a_colour_map(diverging):
    shades = [to_hex(shade) for shade in style.colour_map(diverging)(np.linspace(0, 1, 50))]
    assert min(style.contrast(style.text_on(shade), shade) for shade in shades) >= 4.5


def test_an_unknown_colour_is_a_fault():
    with pytest.raises(KeyError):
        style.colour("blue")


@pytest.mark.parametrize("weight", [400, 600])
def test_the_slides_font_is_found_in_both_weights(weight):
    name = findfont(FontProperties(family=style.settings()["font.family"], weight=weight))
    assert name.endswith({400: "source-sans-pro-regular.ttf", 600: "source-sans-pro-semibold.ttf"}[weight])


def test_the_same_figure_gives_the_same_bytes_of_the_size_of_the_slide():
    drawn = []
    for _ in range(2):
        figure, ax = style.figure()
        ax.plot([1, 2], [1, 2])
        drawn.append(style.png(figure))
    assert drawn[0] == drawn[1]
    assert drawn[0][16:24] == (1888).to_bytes(4) + (832).to_bytes(4)
    assert b"matplotlib" not in drawn[0] and b"tIME" not in drawn[0]


def test_matplotlibs_own_settings_stay_as_they_were():
    with mpl.rc_context():
        mpl.rcdefaults()
        before = dict(mpl.rcParams)
        style.png(style.figure()[0])
        assert dict(mpl.rcParams) == before
