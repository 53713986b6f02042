"""A deck read: each slide's title, text, notes and alt text held to the tables, and all that is not supported named."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from claims import alts, elsewhere, interviews, mirrors, points, response, spoken, survey
from claims.decks import UNDRAWN, Deck, Slide
from claims.sentences import Said, Unread, labels, readings, said
from claims.tables import Case

MENU = {"kicker_practice": ("", "", {"practice_slide": points.practices}), "kicker_menu": ("", "", dict.fromkeys(["menu_title", "menu_title_little"], points.menu_title))}
QUESTIONS = {
    "01_response": response.QUESTIONS,
    "02_cluster": survey.QUESTIONS | MENU,
    "03_results": survey.QUESTIONS | interviews.QUESTIONS | elsewhere.QUESTIONS | MENU,
    "04_mirror": mirrors.QUESTIONS,
}
# a slide whose title claims nothing, by its question; what is in its text is held to the tables all the same
HEADINGS = {
    "kicker_discussion": "title_discussion", "kicker_method": "title_method", "kicker_why": "menu_why_title", "kicker_contact": "contact_title",
    "kicker_mirror_groups": "mirror_groups_title", "kicker_mirror_talk": "mirror_talk_title", "kicker_mirror_reading": "mirror_reading_title",
}  # fmt: skip
BODIES = {"kicker_discussion": points.discussion, "kicker_why": points.why, "kicker_menu": points.menu, "kicker_practice": points.practice_pairs,
          "kicker_hypotheses": elsewhere.pairs}


def unsupported(deck: Deck, other: dict[str, pd.DataFrame] | None = None) -> list[str]:
    """What a deck claims and the tables do not support, a line each; `other` are tables in the place of those on disk."""
    seen: dict = {}
    return [f"{deck.name}: {slide.title!r} [{slide.kicker}]: {fault}" for slide in deck.slides for fault in of_slide(deck, slide, other or {}, seen)]


def of_slide(deck: Deck, slide: Slide, other: dict[str, pd.DataFrame], seen: dict) -> list[str]:
    """What one slide claims and the tables do not support; `seen` keeps what was looked up."""
    if slide.layout == "title" or slide.kicker == labels()["kicker_question"][deck.language]:
        return [] if slide.title == deck.study.says("title") else ["not the study's title"]
    try:
        question, places = asked(slide.kicker, deck)
        case = Case(deck, other=other, seen=seen)
        if question in HEADINGS:
            faults = [] if said(slide.title, HEADINGS[question], deck.language) else ["not the heading"]
        else:
            case, faults = of_title(case, question, places, slide.title)
        if question in BODIES:
            faults += BODIES[question](case, slide.body)
        if question == "kicker_mirror_talk":
            faults += [fault for line in points.lines(slide.body) for fault in mirrors.talk(case, line)]
        if slide.alt:
            faults += _alt(case, question, slide)
        return faults + spoken.notes(case, question, slide.notes)
    except (Unread, LookupError) as words:  # a name, a number or a row that the tables do not have
        return [f"not in the tables: {words}"]


def _alt(case: Case, question: str, slide: Slide) -> list[str]:
    """An alt text tells the finding first, then what is drawn."""
    drawn = slide.alt.removeprefix(f"{slide.title}. ")
    if drawn == slide.alt:
        return ["the alt text does not begin with the finding"]
    return [] if drawn == UNDRAWN else alts.alt(case, question, drawn)


def asked(kicker: str, deck: Deck) -> tuple[str, dict[str, str]]:
    """A slide's question: its key in the labels, and what fills its places."""
    for key in labels():
        if key.startswith("kicker_") and (found := said(kicker, key, deck.language)):
            return key, found.values
    raise Unread("no such question")


def of_title(case: Case, question: str, places: dict[str, str], title: str) -> tuple[Case, list[str]]:
    """The case of a title with what is wrong in the reading that fits the tables best."""
    deck, known = case.deck, QUESTIONS[case.deck.notebook]
    if question not in known:
        raise Unread("no rule for this question")
    measure, kind, rules = known[question]
    if question == "kicker_wave_of":
        measure = next(row.measure for row in deck.study.tables["measures"] if deck.study.label_of(row).lower() == places["measure"])
        kind = "instrument" if measure == "organised" else ""
    heat = next((row.clustering for row in deck.study.tables["clusterings"] if deck.study.label_of(row).lower() == places.get("clustering")), "")
    views = {name: f" ({labels()[f'view_{name}'][deck.language]})" for name in ("staff", "unweighted")}
    told = [name for name, words in views.items() if title.endswith(words)]
    if told != ([deck.view] if deck.view in views and (measure or question == "kicker_menu") else []):
        return case, ["of municipalities, of staff or not weighted: the title does not say which"]
    words, partly = title.removesuffix(views[told[0]] if told else ""), False
    if found := said(words, "of_shown", deck.language):
        words, partly = found["sentence"], True
    case = Case(deck, measure, kind, heat, partly, other=case.other, seen=case.seen)
    faults = list(_by_reading(case, words, rules))
    if not faults:
        raise Unread("no sentence that a title can be")
    return case, min(faults, key=len)


def _by_reading(case: Case, words: str, rules: dict) -> Iterator[list[str]]:
    fixed = ("units", (case.study.says("units"),)), *(mirrors.fixed(case) if case.deck.municipality else ())
    for told in readings(words, rules, case.language, fixed):
        case.told = told
        yield [fault for sentence in told for fault in _held(case, sentence, rules)]


def _held(case: Case, sentence: Said, rules: dict) -> list[str]:
    try:
        return rules[sentence.key](case, sentence)
    except (Unread, LookupError) as words:
        return [f"not in the tables: {words}"]
