"""How much of a hand-labelled sample is found: floors by kind, for the half written before the code and the one after.

`half` is "before" (seen while the rules were made) or "after" (written and labelled when the rules were fixed, run
once, nothing changed for it). In `labelled`, `{p|Jan de Wit}` is a person; the other letters are in `privacy_scoring`.
Everybody in it is made up. METHODS.md has the figures.
"""

import csv
import re
from importlib.resources import files

import pytest
from privacy_scoring import score, unlabelled

from ledanalysis.prepare import load_register
from ledanalysis.privacy import pseudonymise

# recall and precision that may not be gone below; contacts are all but persons together
FLOORS = {
    ("before", "person"): (0.97, 0.95), ("before", "contacts"): (0.97, 0.98),
    ("after", "person"): (0.95, 0.95), ("after", "contacts"): (0.90, 0.98),
}  # fmt: skip
FALSE_PERSONS = 5  # in a thousand sentences that name nobody


@pytest.fixture(scope="module")
def places(study):
    return load_register(study).spellings


@pytest.fixture(scope="module")
def results(case, places):
    sample = case("privacy_sample")
    sample["labelled"] = sample["labelled"].str.replace("\\n", "\n", regex=False)
    return {half: score(rows, lambda text: pseudonymise(text, (), places)) for half, rows in sample.groupby("half")["labelled"]}


def rates(counts, kind):
    kinds = ["person"] if kind == "person" else set(counts["labelled"]) - {"person"}
    total = {name: sum(count[each] for each in kinds) for name, count in counts.items()}
    return total["found"] / total["labelled"], total["right"] / total["replaced"]


@pytest.mark.parametrize(("half", "kind"), FLOORS)
def test_recall_and_precision_stay_above_their_floors(results, half, kind):
    counts, misses, alarms = results[half]
    recall, precision = rates(counts, kind)
    floors = FLOORS[half, kind]
    assert recall >= floors[0], misses
    assert precision >= floors[1], alarms


def test_the_sample_is_as_large_as_agreed(case, results):
    assert len(case("privacy_sample")) >= 150
    assert sum(sum(counts["labelled"].values()) for counts, _, _ in results.values()) >= 250


def test_sentences_that_name_nobody_keep_their_words(study, places):
    """The example's talk and the codebook's labels: of these, nobody is named in any."""
    texts = [row.label_nl for table in study.tables.values() for row in table if hasattr(row, "label_nl")]
    for name in ("fragments", "neutral", "practice", "questions", "open_answers", "webinars", "stories"):
        lines = (files("ledanalysis") / "example/texts" / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()
        texts += [text for row in csv.DictReader(lines, delimiter=";") for text in row.values()]
    sentences = [text for whole in texts for text in re.split(r"(?<=[.!?]) ", whole) if text]
    changed = [text for text in sentences if "[persoon" in pseudonymise(text, (), places)]
    assert len(sentences) > 1000
    assert len(changed) <= FALSE_PERSONS * len(sentences) / 1000, changed


def test_every_municipality_keeps_its_name(places):
    said = [f"Bij {place} leren ze. De gemeente {place} ook, net als {place}." for place in places]
    assert [text for text in said if pseudonymise(text, (), places) != text] == []


def test_scoring_sees_what_is_missed_and_what_is_too_much():
    assert unlabelled("Ik ben {p|Jan}, {t|112}.") == ("Ik ben Jan, 112.", [(7, 10, "person"), (12, 15, "telefoon")])
    counts, misses, alarms = score(["Ik ben {p|Jan}, {t|112}, ja."], lambda text: text.replace("Jan", "[persoon 1]").replace("ja.", "[iban]."))
    assert misses == [("telefoon", "112", "Ik ben Jan, 112, ja.")] and alarms == [("iban", "ja", "Ik ben Jan, 112, ja.")]
    assert counts["found"] == {"person": 1, "telefoon": 0} and counts["right"] == {"person": 1, "iban": 0}
