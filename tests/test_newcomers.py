"""New themes on a slide: terms that enough municipalities say, or that there are none; never who said it."""

from types import SimpleNamespace

import pandas as pd
import pytest

from ledanalysis import newcomers
from ledanalysis.tables import write_tables

SAID = ["Straks deepfakes herkennen.", "Straks de deepfaketraining."] * 4
OTHERS = [f"Wij leren {word}." for word in "taal rekenen muziek sport natuur techniek dans theater".split()]


@pytest.fixture
def page(small):
    """page(texts, min_n): a page of a study in which each municipality was interviewed and said one of the texts."""

    def made(texts, interviewed=16, view="units"):
        passages = pd.DataFrame({"source": [f"gesprek {n}" for n in range(len(texts))], "kind": "interview", "municipality": [f"GM{n}" for n in range(len(texts))],
                                 "speaker": None, "passage": 1, "text": texts})  # fmt: skip
        mentions = pd.DataFrame(columns=["source", "municipality", "passage", "theme", "horizon", "pattern", "start", "end"])
        write_tables(small, {"passages": passages, "mentions": mentions})
        slides = []
        return SimpleNamespace(
            study=small, view=view, slides=slides, response=lambda: pd.Series({"interviewed": interviewed}),
            words=lambda *slide: slides.append(slide), grid=lambda *slide: slides.append(slide),
        )  # fmt: skip

    return made


def test_a_new_term_stands_with_its_municipalities(page):
    shown = page(SAID + OTHERS)
    newcomers.show(shown)
    [(name, table, title, kicker, footer)] = shown.slides
    assert (name, title, kicker) == ("newcomers", "Nieuw in de interviews is ‘deepfake’", "kicker_newcomers")
    assert table.values.tolist() == [["deepfake", 8, 0]]
    assert "16 geïnterviewde gemeenten" in footer and "gesprek" not in str(shown.slides)


def test_what_too_few_municipalities_say_is_not_shown(page, small):
    few = max(newcomers.FEWEST, small.settings.min_n) - 1
    shown = page((SAID * 3)[:few] + OTHERS)
    assert newcomers.newcomers(shown).empty
    newcomers.show(shown)
    [(title, kicker, body, footer)] = shown.slides
    assert title == "De interviews noemen geen nieuw thema" and body.count("~- ") == 2


def test_no_slide_without_interviews_or_in_a_deck_of_staff(page):
    for shown in (page(SAID + OTHERS, view="staff"), page(SAID + OTHERS, interviewed=1)):
        newcomers.show(shown)
        assert shown.slides == []
