"""New themes are found where they were planted, and what repeats is not taken for one."""

from itertools import cycle

import numpy as np
import pandas as pd
import pytest

from ledanalysis import coding
from ledanalysis.candidates import apart, around, candidates
from ledanalysis.emerging import TERMS, emerging_terms, log_ratio, looks_ahead
from ledanalysis.errors import InputError
from ledanalysis.example import raised_themes
from ledanalysis.example.text_files import read_table
from ledanalysis.example.text_interviews import make_interviews
from ledanalysis.new_themes import find_themes, possible, propose_themes, shown_in_context, write_proposal
from ledanalysis.study import load_study
from ledanalysis.tables import write_tables
from ledanalysis.terms import families, normal, repeated, split_words

TABLES = {name: read_table(name) for name in ("fragments", "neutral", "questions", "practice", "names", "phrases")}
NEW = {  # what the codebook does not know: forms of a family, and what its name begins with
    "deepfake*": ["deepfakes", "deepfaketraining", "deepfakeherkenning", "deepfake-alarm", "deepfakefraude"],
    "quantum*": ["quantumcomputers", "quantumveilig", "quantumrekenen", "quantumkennis"],
    "vr*": ["vr", "vr-brillen", "vrtraining", "vr-scenario's", "VR-oefening"],
}
SAID = [
    "Dan krijgen we te maken met {}, en daar weet hier nog niemand raad mee.",
    "Ik hoor van de buren dat {} eraan zit te komen. Wij hebben er geen geld voor gereserveerd.",
    "{}: dat woord kende ik vorig voorjaar niet eens.",
    "Onze raad vroeg naar {} en toen werd het stil in de zaal.",
    "Wie gaat dat oppakken, {}? Ik zou het niet kunnen zeggen.",
    "Er komt een verplichting rond {}, en de griffie wil er ook bij zijn.",
]
HEADER = "Verslag toekomstgesprekken gemeentefonds versie vier, blad {}"
UNMARKED = "Welke onderwerpen staan er over drie jaar op jullie lijst?"  # a question of which nobody knows that it is one


def interviews(register, seed: int, family: str) -> pd.DataFrame:
    """Twenty interviews as passages: in eight of them a new theme, in all of them a header and a question that repeat.

    The header stands in the midst of answers about the coming years, where it hurts most; the new theme is named
    once outside those too.
    """
    rng = np.random.default_rng([seed, 99])
    raised = raised_themes(register, seed)
    names = register.set_index("municipality")["label"]
    places = raised["municipality"].unique()
    planted = set(rng.choice(places, 8, replace=False))
    forms, said = cycle(rng.permutation(NEW[family])), cycle(rng.permutation(SAID))
    rows = []
    for number, (place, interview) in enumerate(zip(places, make_interviews(raised, names, TABLES, rng))):
        source, ahead = f"interview_{number:03}", False
        plants = int(rng.integers(1, 4)) if place in planted else 0
        for turn in interview.text.turns:
            asks = turn.paragraphs[0]
            if asks.endswith("?"):
                ahead = asks in set(TABLES["questions"].query("moment == 'future'")["text"])
                rows.append((source, place, "interviewer", asks))
                continue
            for part in turn.paragraphs:
                if ahead and rng.random() < 0.6:
                    cut = part.find(" ", len(part) // 2)
                    part = f"{part[:cut]} {HEADER.format(len(rows))} {part[cut:]}"
                rows.append((source, place, "spreker 1", part))
            if ahead:
                rows.append((source, place, None, UNMARKED))
            if ahead and plants and rng.random() < 0.7:
                rows.append((source, place, "spreker 1", next(said).format(next(forms))))
                plants -= 1
        if plants:  # not said yet
            rows += [(source, place, "interviewer", "Wat verwacht je de komende jaren?"), (source, place, "spreker 1", next(said).format(next(forms)))]
    outside = next(said).format(next(forms))
    rows.append((rows[0][0], rows[0][1], "interviewer", "Wat doen jullie nu?"))
    rows.append((rows[0][0], rows[0][1], "spreker 1", outside))
    table = pd.DataFrame(rows, columns=["source", "municipality", "speaker", "text"])
    return table.assign(kind="interview", passage=table.groupby("source").cumcount() + 1)


@pytest.fixture(scope="module")
def register(study):
    from ledanalysis.register import read_register

    return read_register(study.codebook / "register.csv")


@pytest.mark.parametrize("family", NEW)
@pytest.mark.parametrize("seed", [1, 2, 3, 8])
def test_a_planted_family_is_among_the_first_five_and_what_repeats_is_nowhere(study, register, family, seed):
    passages = interviews(register, seed, family)
    markers = study.frame("markers")
    mentions = coding.code_passages(passages[passages["speaker"] != "interviewer"], coding.compile_codebook(study.frame("themes"), markers))
    found = emerging_terms(passages, looks_ahead(passages, markers), mentions, markers)
    assert family in found["family"].head(5).tolist() and family in possible(found)["family"].head(5).tolist()
    row = found[found["family"] == family].iloc[0]
    assert row["known_theme"] == "" and 6 <= row["municipalities"] <= 8 and row["log_ratio"] > 1
    repeats = {"verslag", "toekomstgesprekken", "gemeentefonds", "versie", "blad", "onderwerpen", "lijst"}
    assert not repeats & {word for forms in found["forms"] for form in forms.split(" | ") for word in form.split()}


def test_a_header_that_is_not_recognised_would_be_first(study, register, monkeypatch):
    """What the test above would show if repeats were not left out: its header is no easy one."""
    monkeypatch.setattr("ledanalysis.emerging.terms.repeated", lambda passages: [[] for _ in range(len(passages))])
    passages, markers = interviews(register, 1, "quantum*"), study.frame("markers")
    found = emerging_terms(passages, looks_ahead(passages, markers), pd.DataFrame(columns=["source", "passage", "theme", "start", "end"]), markers)
    assert set(found["term"].head(3)) <= {"blad", "lijst", "onderwerpen", "gemeentefonds", "toekomstgesprekken"}


MARKERS = pd.DataFrame({"horizon": ["future", "future", "now"], "pattern": ["straks", "komende jaren", "nu"]})


def test_which_passages_look_ahead():
    said = [("spreker 1", "Voorstellen.", False), ("interviewer", "Wat komt er de komende jaren?", True), ("spreker 1", "Drones.", True),
            (None, "Veel drones.", True), ("spreker 1", "Nu nog niet.", False), ("interviewer", "En nu, en straks?", True),
            ("spreker 1", "Van alles.", False), ("spreker 1", "Straks en nu drones.", True)]  # fmt: skip
    passages = pd.DataFrame(said, columns=["speaker", "text", "ahead"]).assign(source="a", municipality="GM1")
    passages["passage"] = range(1, len(said) + 1)
    other = passages.iloc[[2]].assign(source="b")  # a question is of its own source alone
    both = pd.concat([passages, other], ignore_index=True)
    assert looks_ahead(both, MARKERS).tolist() == [*passages["ahead"], False]


def many(target: str, rest: str, n: int = 6, m: int = 12, **columns) -> tuple[pd.DataFrame, pd.Series]:
    """n passages that were asked about and m others, each of its own municipality and with a word of its own."""
    own = [f"woordje{chr(97 + i)}{chr(97 + i)}" for i in range(n + m)]
    text = [f"{target if i < n else rest} {own[i]}." for i in range(n + m)]
    table = pd.DataFrame({"source": [f"s{i}" for i in range(n + m)], "kind": "story", "municipality": [f"GM{i}" for i in range(n + m)],
                          "speaker": None, "passage": 1, "text": text})  # fmt: skip
    return table.assign(**columns), pd.Series([True] * n + [False] * m)


LONG = "fietsen rijden langs mooie brede wegen naar dorpen"
NONE = pd.DataFrame({"source": [], "passage": [], "theme": [], "start": [], "end": []})


def test_the_table_of_a_term():
    passages, asked = many("drones", "fietsen")
    mentions = pd.DataFrame({"source": ["s0", "s1"], "passage": 1, "theme": "DATA", "start": 0, "end": 6})
    row = emerging_terms(passages, asked, mentions, MARKERS).iloc[0]
    delta, z = log_ratio(6, 0, 12, 24)
    assert row.tolist() == ["drones", "", 6, 0, 6, 0, delta, z, 4 / 6, "", "drones", "s0:1 | s1:1 | s2:1 | s3:1 | s4:1"]
    assert list(emerging_terms(passages, asked, mentions, MARKERS).columns) == TERMS
    known = pd.concat([mentions, mentions.assign(source=["s2", "s3"])])
    assert emerging_terms(passages, asked, known, MARKERS)["known_theme"].tolist() == ["DATA"]


def test_enough_passages_of_enough_municipalities_that_are_not_the_interviewers():
    passages, asked = many("drones", "fietsen")
    assert emerging_terms(passages, asked, NONE, MARKERS, min_count=7).empty
    one = passages.assign(municipality="GM1")
    assert emerging_terms(one, asked, NONE, MARKERS).empty
    assert len(emerging_terms(one, asked, NONE, MARKERS, min_municipalities=1)) == 1
    assert emerging_terms(passages.assign(speaker="interviewer"), asked, NONE, MARKERS).empty
    assert emerging_terms(passages.assign(kind="comment"), asked, NONE, MARKERS).empty


def test_a_term_counts_once_in_a_passage_and_is_shown_from_different_municipalities():
    passages, asked = many("drones en drones", "fietsen")
    said = passages["text"].where(passages.index != 6, "drones en drones voor drones woordjegg.")  # once in the rest, three times over
    passages = passages.assign(text=said, municipality=["GM0", "GM0", "GM1", "GM1", "GM2", "GM3", *passages["municipality"][6:]])
    row = emerging_terms(passages, asked, NONE, MARKERS).iloc[0]
    assert row[["term", "count", "rest", "municipalities"]].tolist() == ["drones", 6, 1, 4]
    assert row["examples"] == "s0:1 | s2:1 | s4:1 | s5:1 | s1:1"


def test_stop_words_markers_and_pseudonyms_are_no_terms():
    for text in ("maar toch", "straks", "[persoon 12]", "komende jaren"):
        passages, asked = many(text, "fietsen")
        assert emerging_terms(passages, asked, NONE, MARKERS).empty, text


def test_a_phrase_goes_before_its_words_where_they_stand_together():
    passages, asked = many("circulaire inkoop", "inkoop")
    found = emerging_terms(passages, asked, NONE, MARKERS)
    assert found["term"].tolist() == ["circulaire"] or found["term"].tolist() == ["circulaire inkoop"]


@pytest.mark.parametrize(
    ("coded", "expected"),
    [("sturen", 0.0), ("meten", 0.0), ("weten", 0.0), ("Dat", 1.0), ("Einde", 1.0)],  # in the sentence, before it, after it; further off
)
def test_a_term_is_apart_from_what_is_coded_by_more_than_a_sentence(coded, expected):
    text = "Wij meten. Drones sturen. Wij weten. Dat is al. Einde"
    words = [split_words(text), split_words("Drones")]
    found = candidates(words, np.array([True, True]))[False, (normal("drones"),)]
    first = text.index(coded)
    assert apart(found, words, {0: around(text, [("DATA", first, first + len(coded))])}) == (expected + 1) / 2  # the other has no theme


def test_what_as_many_municipalities_say_elsewhere_is_no_new_theme():
    passages, asked = many("drones", LONG, m=40)
    for elsewhere, proposed in ((5, ["drones"]), (6, [])):
        said = passages["text"].where(~passages.index.isin(range(6, 6 + elsewhere)), "drones " + passages["text"])
        found = emerging_terms(passages.assign(text=said), asked, NONE, MARKERS)
        assert found[["term", "elsewhere"]].values.tolist() == [["drones", elsewhere]]
        assert possible(found)["term"].tolist() == proposed


def test_without_one_of_the_codebooks_themes_the_proposals_are_that_theme(study, register):
    """And with all of them there is nothing new in the example, whatever words its themes are told in."""
    passages, markers, themes = interviews(register, 2, "vr*"), study.frame("markers"), study.frame("themes")
    own = passages[passages["speaker"] != "interviewer"]
    whole = coding.code_passages(own, coding.compile_codebook(themes, markers))
    known = emerging_terms(passages, looks_ahead(passages, markers), whole, markers)
    assert possible(known)["term"].tolist() == ["vr", "raad"] and len(known) > 10  # the council asks, in what is planted
    less = coding.code_passages(own, coding.compile_codebook(themes[themes["theme"] != "DATA"], markers))
    new = possible(emerging_terms(passages, looks_ahead(passages, markers), less, markers))
    of_data = {f"{row.source}:{row.passage}" for row in whole[whole["theme"] == "DATA"].itertuples()}
    examples = [set(row.examples.split(" | ")) for row in new.itertuples() if row.term not in ("vr", "raad")]
    assert len(examples) > 5 and all(len(each & of_data) > len(each) / 2 for each in examples)


def test_terms_in_their_contexts_and_as_rows_of_the_codebook(small):
    passages, asked = many("Drones boven", "fietsen")
    passages["text"] = passages["text"].str.replace("Drones", "Drone", n=1).where(passages.index == 0, passages["text"])
    found = emerging_terms(passages, asked, NONE, MARKERS)
    lines = shown_in_context(found, passages)
    assert lines[["term", "source", "match"]].values.tolist()[:2] == [["drones", "s0", "Drone"], ["drones", "s1", "Drones"]]
    extra = pd.DataFrame([["quantum", "quantum*", 5, 0, 5, 0, 3.0, 3.0, 1.0, "", "quantumveilig", "s1:1"], ["klimaat", "klimaat*", 5, 0, 5, 0, 3.0, 3.0, 1.0, "KLIM", "klimaat", "s2:1"],
                          ["vr", "vr*", 5, 0, 5, 0, 3.0, 3.0, 1.0, "", "vr | vr-brillen", "s3:1"], ["dro", "", 5, 0, 5, 0, 3.0, 3.0, 1.0, "", "dro", "s4:1"]], columns=TERMS)  # fmt: skip
    proposed = propose_themes(pd.concat([found, extra]), small)
    assert proposed[["theme", "code", "label_nl", "patterns"]].tail(4).values.tolist() == [
        ["DRON", 4, "Drones", "drones | drone"], ["QUAN", 5, "Quantum", "quantum*"], ["VR", 6, "Vr", "vr | vr-brillen"], ["DRO", 7, "Dro", "dro"],
    ]  # fmt: skip
    assert "6 passages van 6 gemeenten" in proposed["definition_nl"].iloc[-4] and len(proposed) == 3 + 4
    coding.compile_codebook(proposed)  # its patterns can be used
    path = write_proposal(small, proposed)
    assert path.name == "themes_proposed.csv" and (small.codebook / "themes.csv").exists()
    path.rename(small.codebook / "themes.csv")  # the analyst accepts all of it
    assert [row.theme for row in load_study(small.folder).tables["themes"]][3:] == ["DRON", "QUAN", "VR", "DRO"]


def test_a_study_is_asked_about_the_coming_years_or_an_open_question(small):
    passages, _ = many("Straks drones", "Wij fietsen", kind="interview")
    answers, _ = many("robots", "", n=6, m=0, kind="open_answer")
    both = pd.concat([passages, answers.assign(source="d4", passage=range(6))], ignore_index=True)
    write_tables(small, {"passages": both, "mentions": NONE})
    assert find_themes(small)["term"].tolist() == ["drones"]
    assert find_themes(small, "d4")["term"].tolist() == ["robots"]
    with pytest.raises(InputError, match="no answers to such a question: 'd9'; allowed: d4"):
        find_themes(small, "d9")


def test_the_log_ratio_is_that_of_the_formula():
    """Monroe, Colaresi and Quinn (2008), worked out by hand: y 30 of 1000, y' 10 of 2000, prior 300, so a = 4."""
    delta, z = log_ratio(30, 10, 1000, 2000)
    expected = np.log(34 / (1300 - 34)) - np.log(14 / (2300 - 14))
    assert (delta, z) == pytest.approx((expected, expected / np.sqrt(1 / 34 + 1 / 14)))
    assert log_ratio(30, 10, 1000, 2000, prior=0)[0] == pytest.approx(np.log(30 / 970) - np.log(10 / 1990))
    big = log_ratio(300, 100, 10_000, 20_000)[0]  # the prior is worth 500 words at most
    assert big == pytest.approx(log_ratio(300, 100, 10_000, 20_000, prior=500)[0])


def test_what_repeats():
    said = ["Wij leren veel hier.", "Wij leren veel hier.", "Ja. Niets.", "Gewoon doen."]
    four = pd.DataFrame({"source": list("abcd"), "kind": "interview", "passage": 1, "text": said})
    assert repeated(four) == [[(0, 19)], [(0, 19)], [], []]  # in half of them
    assert repeated(four.iloc[:3]) == [[], [], []]  # too few to tell
    once = pd.DataFrame({"source": "a", "kind": "interview", "passage": range(4), "text": "Concept, niet citeren 3"})
    assert repeated(once) == [[(0, 23)]] * 4 and repeated(once.iloc[:3]) == [[]] * 3  # four times in one
    inside = [f"En toen {word} Blad 4 van het verslag {word} verder" for word in "aa bb cc dd".split()]
    spans = repeated(four.assign(text=inside))
    assert inside[0][min(s for s, _ in spans[0]) : max(e for _, e in spans[0])] == "Blad 4 van het verslag"
    answers = pd.DataFrame({"source": "d4", "kind": "open_answer", "passage": range(9), "text": ["Generatieve ai graag"] * 4 + list("stuvw")})
    assert repeated(answers) == [[]] * 9  # many who say the same are no header


def test_keys_and_families():
    assert normal("gemeentes") == "gemeente" and normal("Bussen") == "bus" and normal("beleid") == "beleid"
    found = families(["veranderen", "verantwoord", "klimaat", "klimaatwet", "onderwijs", "onderzoek", "deepfak", "ai", "aikennis", "kennis", "aigoed"])
    assert found == {"klimaat": frozenset({"klimaat", "klimaatwet"}), "ai": frozenset({"ai", "aikennis"})}
