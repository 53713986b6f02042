"""No slide claims more than the tables support: an independent reader holds every title, point, note and alt text to them."""

import dataclasses
import re

import numpy as np
import pandas as pd
import pytest
from claims import corrupt, reading, shaken
from claims.decks import UNDRAWN, made_here, of_run
from claims.sentences import labels, listed, readings, written
from claims.tables import Case

from ledanalysis.study import Previous, load_study
from ledanalysis.tables import read_table, write_tables

PROVINCES = ("flevoland", "zeeland", "limburg", "noord-brabant")  # too few; equal figures; suppressed, with changes; most shown
MIRRORS = 4
URBAN = ("zeer-sterk-stedelijk", "weinig-stedelijk")
SOME = 29  # each so manyth figure is made wrong


@pytest.fixture(scope="module")
def patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def example(example_run):
    return load_study(example_run)


@pytest.fixture(scope="module")
def other_language(example):
    return dataclasses.replace(example, settings=example.settings.model_copy(update={"language": "en"}))


@pytest.fixture(scope="module")
def decks(example):
    """The decks of the run itself: response, sector and size classes."""
    return of_run(example)


@pytest.fixture(scope="module")
def more(example, other_language, patch):
    """What the run does not have: other clusterings, the staff view, mirrors, and some of all in English."""
    asked = sorted(read_table(example, "mirrors")["municipality"].unique())[:MIRRORS]
    others = [("urbanity", name) for name in URBAN] + [("province", name) for name in PROVINCES]
    made = [made_here(example, "02_cluster", patch, clustering=clustering, cluster=cluster, drawn=cluster == "zeeland") for clustering, cluster in others]
    made += [made_here(example, "03_results", patch, view="unweighted"), made_here(example, "02_cluster", patch, clustering="size", cluster="lt20", view="unweighted")]
    made += [made_here(example, "03_results", patch, view="staff"), made_here(example, "02_cluster", patch, clustering="size", cluster="lt20", view="staff")]
    made += [made_here(example, "04_mirror", patch, municipality=code, drawn=code == asked[0]) for code in asked]
    english = [("01_response", {}), ("03_results", {}), ("02_cluster", {"clustering": "size", "cluster": "gt100"}), ("04_mirror", {"municipality": asked[-1]})]
    return made + [made_here(other_language, name, patch, drawn=name == "04_mirror", **words) for name, words in english]


def supported(decks, **other):
    return [fault for deck in decks for fault in reading.unsupported(deck, other)]


def test_every_claim_of_the_run_is_supported(decks):
    assert sum(len(deck.slides) for deck in decks) >= 75
    assert supported(decks) == []


def test_every_claim_in_other_clusters_views_languages_and_mirrors_is_supported(more):
    assert sum(len(deck.slides) for deck in more) >= 150
    assert supported(more) == []


def test_every_sentence_that_can_be_a_title_has_a_rule():
    known = {key for questions in reading.QUESTIONS.values() for _, _, rules in questions.values() for key in rules} | set(reading.HEADINGS.values())
    titles = {key for key in labels() if re.match(r"finding_|title_|triangulation_finding_|network_finding|agreement_title_|menu_title|mirror_(now|rise|moments)_(one|few|many|none)$", key)}
    assert titles - known == {"title_sector", "title_cluster"}, "of the deck, not of a slide"


# --- the reader itself


def test_a_list_of_names_is_read_by_the_names():
    known = ["verdiepen of verbreden (More)", "voor het eerst leren (New)", "Data en AI", "Data"]
    assert listed("Voor het eerst leren (New) of verdiepen of verbreden (More)", known, "nl", "or") == [known[1], known[0]]
    assert listed("Data, Data en AI en voor het eerst leren (New)", known, "nl") == ["Data", "Data en AI", known[1]]
    with pytest.raises(reading.Unread):
        listed("Data en Zorg", known, "nl")


def test_a_title_of_several_sentences_is_read_as_these():
    keys = ["finding_rise_up_many", "finding_rise_down_one", "finding_use_used_both"]
    told = list(readings("7 thema's winnen aan belang, waaronder A en B; C verliest aan belang", keys, "nl"))
    assert [{each.key: each.values for each in one} for one in told][-1] == {keys[0]: {"count": "7", "names": "A en B"}, keys[1]: {"names": "C"}}
    assert [[each.values for each in one] for one in readings("Veel gebruikt: A en B; weinig: C", keys, "nl")] == [[{"most": "A en B", "least": "C"}]]


def test_figures_are_written_as_readers_do():
    assert [written(62.5, 0, "nl"), written(-0.2, 0, "nl"), written(1234.5, 1, "nl"), written(1234.5, 1, "en"), written(8.2, 0, "nl", sign=True)] == [
        "63", "0", "1.234,5", "1,234.5", "+8"]  # fmt: skip


# --- the reader finds what is wrong


def title_faults(deck, place, title, seen):
    return reading.of_slide(deck, dataclasses.replace(deck.slides[place], title=title, body="", notes="", alt=""), {}, seen)


def corrupted(deck):
    """(slide, what is wrong, title) for each way in which a title of a deck can be made wrong."""
    for place, slide in enumerate(deck.slides):
        if slide.layout == "title" or slide.kicker == labels()["kicker_question"][deck.language]:
            continue
        question, _ = reading.asked(slide.kicker, deck)
        if question in reading.HEADINGS or question not in reading.QUESTIONS[deck.notebook]:
            continue
        measure, kind, rules = reading.QUESTIONS[deck.notebook][question]
        for way, titles in (
            ("figure", corrupt.figures(slide.title)),
            ("name", corrupt.names(slide.title, Case(deck, measure, kind).rows) if measure and not deck.municipality else ()),
            ("way", corrupt.turned(slide.title, rules, deck.language)),
            ("hedge", corrupt.unhedged(slide.title, rules, deck.language)),
        ):
            yield from ((place, way, title) for title in titles)


def test_a_title_made_wrong_is_found(decks, more):
    made, missed = dict.fromkeys(("figure", "name", "way", "hedge"), 0), []
    for deck in [*decks[:3], *more]:
        seen = {}
        for place, way, title in corrupted(deck):
            made[way] += 1
            missed += [] if title_faults(deck, place, title, seen) else [(deck.name, way, deck.slides[place].title, title)]
    assert missed == []
    assert all(count >= 10 for count in made.values()), made


# --- what seldom happens: other figures in the same tables


def shaken_study(example, folder, seed, **settings):
    """The example with made-up estimates: only its tables are copied."""
    study = dataclasses.replace(example, folder=folder, settings=example.settings.model_copy(update=settings))
    study.processed.mkdir(parents=True, exist_ok=True)
    for path in example.processed.glob("*.parquet"):
        (study.processed / path.name).unlink(missing_ok=True)
        (study.processed / path.name).symlink_to(path)
    units = shaken.estimates(read_table(example, "estimates"), example, seed)
    units = shaken.of_a_census(units) if study.settings.sampling == "census" else units
    tables = {"estimates": units, "staff_estimates": shaken.staff(read_table(example, "staff_estimates"), units, seed)}
    if study.settings.previous:
        items = pd.DataFrame({"measure": ["now"], "wave": ["2020"]})
        tables |= {"changes": shaken.changes(units, ["now", "organised"], seed), "wave_items": items}
    for name in tables:
        (study.processed / f"{name}.parquet").unlink(missing_ok=True)
    write_tables(study, tables)
    return study


@pytest.mark.parametrize("seed, settings", [(0, {"previous": Previous(folder="2020")}), (3, {"previous": Previous(folder="2020")}),
                                            (0, {"sampling": "census", "language": "en"})])  # fmt: skip
def test_claims_are_supported_whatever_the_figures_are(example, tmp_path, patch, seed, settings):
    study = shaken_study(example, tmp_path, seed, **settings)
    asked = [("03_results", {}), ("03_results", {"view": "staff"}), ("02_cluster", {"clustering": "size", "cluster": "lt20"}),
             ("02_cluster", {"clustering": "urbanity", "cluster": "niet-stedelijk"})]  # fmt: skip
    assert supported([made_here(study, name, patch, drawn=False, **words) for name, words in asked]) == []


# --- the tables made wrong instead


FIGURES = ["estimate", "se", "lower", "upper", "df", "n", "population", "rank", "rank_lower", "rank_upper", "p_rest", "p_zero", "letters", "suppressed"]


def swapped(table, deck, measure, one, other):
    """The estimates with the figures of two themes exchanged in the deck's cluster."""
    here = (table["clustering"] == deck.clustering) & (table["cluster"] == deck.cluster) & (table["measure"] == measure)
    rows = [table.index[here & (table["theme"] == theme)][0] for theme in (one, other)]
    table = table.copy()
    table.loc[rows, FIGURES] = table.loc[rows[::-1], FIGURES].to_numpy()
    return table


def bare(slide, **words):
    """A slide with some of its words only."""
    return dataclasses.replace(slide, **{"title": slide.title, "notes": "", "alt": "", "body": "", **words})


def test_titles_points_notes_and_alt_texts_fall_when_two_themes_have_each_others_figures(example, decks):
    table, found = read_table(example, "estimates"), {"title": 0, "alt": 0, "notes": 0, "body": 0}
    for deck in [deck for deck in decks if deck.notebook in ("02_cluster", "03_results")]:
        for slide in deck.slides[1:]:
            question, _ = reading.asked(slide.kicker, deck)
            measure, kind, _ = reading.QUESTIONS[deck.notebook].get(question, ("", "", {}))
            measure = {"kicker_discussion": "rise", "kicker_why": "moments", "kicker_menu": "stimulated"}.get(question, measure)
            if not measure or question in ("kicker_heat", "kicker_mentions", "kicker_wave_of"):
                continue
            shown = Case(deck, measure, kind).shown.sort_values("estimate")
            ends = shown.iloc[[0, -1]]
            other = {"estimates": swapped(table, deck, measure, *ends["theme"])}
            for part in found:
                words = getattr(slide, part)
                words = words.splitlines()[0] if question == "kicker_discussion" and words else words  # the point on what rises
                if any(label.lower() in words.lower() for label in ends["label"]) and not (part == "title" and question == "kicker_apart"):
                    faults = reading.of_slide(deck, bare(slide, **{part: words}), other, {})
                    assert faults, (deck.name, part, words)
                    found[part] += 1
    assert all(count >= 5 for count in found.values()), found


def test_titles_fall_when_what_they_name_is_suppressed(example, decks):
    table, found = read_table(example, "estimates"), 0
    for deck in [deck for deck in decks if deck.notebook in ("02_cluster", "03_results")]:
        here = (table["clustering"] == deck.clustering) & (table["cluster"] == deck.cluster)
        gone = table.mask(here.to_numpy()[:, None] & np.isin(table.columns, FIGURES[:-2]))
        for slide in deck.slides[1:]:
            question, _ = reading.asked(slide.kicker, deck)
            measure, kind, _ = reading.QUESTIONS[deck.notebook].get(question, ("", "", {}))
            if measure and any(label.lower() in slide.title.lower() for label in Case(deck, measure, kind).rows["label"]) and question != "kicker_heat":
                assert reading.of_slide(deck, bare(slide), {"estimates": gone}, {}), (deck.name, slide.title)
                found += 1
    assert found >= 25


@pytest.mark.parametrize("name, change", [
    ("response", lambda table: table.assign(answered=table["answered"] - 1)),
    ("cleaning_log", lambda table: table.assign(rows_after=table["rows_after"] + (table["step"] == "speeder"))),
    ("weights", lambda table: table.assign(weight=table["weight"] ** 2)),
    ("reliability", lambda table: table.assign(alpha=table["alpha"] + 0.2, upper=0.9)),
    ("agreement", lambda table: table.assign(kappa=1 - table["kappa"], f1=100 - table["f1"])),
    ("actors", lambda table: table[table["actor"] != table["actor"].mode()[0]]),
    ("staff_estimates", lambda table: table.assign(gap_p=1.0)),
    ("mirrors", lambda table: table.assign(own=100 - table["own"])),
    ("mirrors", lambda table: table.assign(suppressed=True)),
])  # fmt: skip
def test_titles_fall_with_the_table_that_they_are_of(decks, more, name, change):
    deck_of = {"actors": "03_results", "staff_estimates": "03_results", "mirrors": "04_mirror"}.get(name, "01_response")
    deck = next(deck for deck in [*decks, *more] if deck.notebook == deck_of)
    other = {name: change(read_table(deck.study, name))}
    assert [fault for slide in deck.slides for fault in reading.of_slide(deck, bare(slide), other, {})] != []


# --- notes, alt texts and points made wrong


def test_a_figure_made_wrong_is_found_wherever_it_stands(decks, more):
    missed, made = [], dict.fromkeys(("notes", "alt", "body"), 0)
    for deck in [decks[-1], *(deck for deck in more if deck.name.startswith(("02_cluster province/zeeland", "04_mirror")))][:3]:
        seen = {}
        for slide in deck.slides[1:]:
            question, _ = reading.asked(slide.kicker, deck)
            for part in made:
                words = getattr(slide, part)
                if not words or words == UNDRAWN or (part == "body" and question not in {*reading.BODIES, "kicker_mirror_talk"}):
                    continue
                for wrong in list(corrupt.figures(words))[::SOME]:
                    line = next(line for line, old in zip(wrong.splitlines(), words.splitlines()) if line != old)
                    if part == "alt" and "…" in wrong:
                        continue  # cut off, so what stands there may be whole in the tables
                    made[part] += 1
                    missed += [] if reading.of_slide(deck, bare(slide, **{part: wrong}), {}, seen) else [(deck.name, part, line)]
    assert missed == []
    assert all(count >= 5 for count in made.values()), made


def test_a_point_for_discussion_that_nothing_gives_cause_for_is_found(decks):
    deck = next(deck for deck in decks if deck.notebook == "03_results")
    slide = next(slide for slide in deck.slides if slide.kicker == labels()["kicker_discussion"]["nl"])
    rows = Case(deck, "rise").rows
    assert not reading.of_slide(deck, bare(slide, body=slide.body), {}, {})
    wrong = [*corrupt.names(slide.body, rows), slide.body.replace("aanbod", "aanbod zelf"), slide.body.splitlines()[0].replace("winnen", "verliezen")]
    assert [body for body in wrong if not reading.of_slide(deck, bare(slide, body=body), {}, {})] == []
    assert len(wrong) > 4
