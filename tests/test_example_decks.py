"""The example study's own decks: what stands on their slides. Each slide in a browser: test_access."""

import re
from pathlib import Path

import pandas as pd
import pytest

from ledanalysis.slides import deck_table

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def outputs(example_run):
    return example_run / "outputs"


def test_nobody_is_named_in_what_is_written(outputs):
    people = [row.split(";")[0] for row in (ROOT / "ledanalysis/example/texts/names.csv").read_text("utf-8-sig").splitlines()[1:]]
    written = [path for folder in (outputs, outputs.parent / "data/processed") for path in folder.rglob("*") if path.is_file()]
    assert len(written) > 20
    for path in written:
        content = path.read_bytes().decode("utf-8", "replace")
        content += pd.read_parquet(path).to_csv() if path.suffix == ".parquet" else ""
        assert [name for name in people if name.casefold() in content.casefold()] == [], path.name


def test_the_sector_deck_tells_the_whole_story(outputs):
    deck = deck_table(outputs / "notebooks/results.ipynb")
    asked = ["Waar gaat het over?", "Wie deden mee?", "Welke thema's zijn nu belangrijk?", "Welke thema's komen de komende jaren op?",
             "Verschillen thema's per grootteklasse?", "Hoe is leren georganiseerd?", "Hoe wordt leren gestimuleerd?",
             "Wat zeggen de interviews?", "Wie organiseren het leren?", "Wat doen anderen?", "Why, How, What", "Wat kunnen we kiezen?",
             "Om over te praten", "Hoe is dit gemeten?"]  # fmt: skip
    assert [question for question in asked if question not in set(deck["kicker"])] == []
    charts = deck[deck["layout"] == "figure"]
    assert charts["alt"].str.len().gt(40).all()
    assert charts.loc[charts["kicker"] != "Wie deden mee?", "footer"].str.contains(r"^n = \d").all()


@pytest.mark.parametrize("deck", ["results", "size/lt20"])
def test_practices_and_menu_stand_before_the_discussion(outputs, deck):
    slides = deck_table(outputs / f"notebooks/{deck}.ipynb").set_index("kicker").drop(index="En verder?", errors="ignore")
    assert slides.index[-5:].tolist() == ["Wat doen anderen?", "Why, How, What", "Wat kunnen we kiezen?", "Om over te praten", "Hoe is dit gemeten?"]
    assert slides["layout"].tolist()[-5:] == ["pairs", "columns", "columns", "text", "text"]
    assert slides.loc["Wat doen anderen?", "notes"].count("koppelingen") == 3
    assert slides["footer"].iloc[-5:-2].str.contains(r"^n = \d").all()


def test_a_deck_shows_no_code_and_no_warning(outputs):
    text = re.sub(r"<script.*?</script>|<style.*?</style>|base64,[^\"]*", "", (outputs / "slides/size-lt20.html").read_text(encoding="utf-8"), flags=re.S)
    assert 'lang="nl"' in text and "page.chart" not in text and "Warning" not in text and "clustering =" not in text


def test_what_was_run_is_recorded(outputs):
    record = (outputs / "run.json").read_text(encoding="utf-8")
    assert '"enquete.sav": "' in record and '"themes.csv": "' in record and '"cluster": "lt20"' in record
    assert str(outputs.parent) not in record
