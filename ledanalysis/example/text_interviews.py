"""The example's interviews: which municipality says what, to whom, in which words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle

import numpy as np
import pandas as pd

from ledanalysis.example.text_formats import Text, Turn

ASIDE = 0.25  # share of answers that wander off
SECOND_SPEAKER = 0.25  # how often the second respondent answers, where there is one
HOLIDAYS = ["2023-04-27", "2023-05-05", "2023-05-18", "2023-05-19", "2023-05-29"]
DAYS = pd.bdate_range("2023-04-17", "2023-07-13", freq="C", holidays=HOLIDAYS)
INTERVIEWER = "onderzoeker"
PHONES = ("06-{}{}{}{}", "06 {} {} {} {}", "06-{} {} {} {}", "06{}{}{}{}")


@dataclass(frozen=True)
class Interview:
    """An interview: where, when, and its text."""

    municipality: str
    date: str
    text: Text


def make_interviews(raised: pd.DataFrame, names: pd.Series, tables: dict[str, pd.DataFrame], rng) -> list[Interview]:
    """Write down an interview per municipality.

    Parameters
    ----------
    raised : DataFrame
        municipality, theme, horizon: each row once.
    names : Series
        Municipality code: its name as people write it.
    tables : dict of str to DataFrame
        The texts: fragments, neutral, practice, questions, names, phrases.
    rng : numpy.random.Generator

    Returns
    -------
    list of Interview
        In the order of the municipalities' codes. Each row of `raised` is one answer, and every answer stands
        between questions, so that two themes never share a passage.
    """
    said = assign_fragments(raised, tables["fragments"], rng)
    staff = tables["names"]
    interviewers = [tuple(row) for row in staff[staff["function"] == INTERVIEWER].to_numpy()]
    others = staff[staff["function"] != INTERVIEWER].to_numpy()
    respondents = cycle([tuple(row) for row in rng.permutation(others)])
    dates = DAYS[np.sort(rng.choice(len(DAYS), said["municipality"].nunique()))]
    interviews = []
    for number, (municipality, rows) in enumerate(said.groupby("municipality")):
        people = [interviewers[number % len(interviewers)], *(next(respondents) for _ in range(2 if number % 3 == 2 else 1))]
        turns = _turns(rows, tables, [name for name, _ in people], rng)
        date = dates[number].strftime("%d-%m-%Y")
        header = _header(names[municipality], date, people, tables["phrases"])
        text = Text(phrase(tables, "title"), header, tuple(turns))
        interviews.append(Interview(names[municipality], dates[number].strftime("%Y-%m-%d"), text))
    return interviews


def assign_fragments(raised: pd.DataFrame, fragments: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give each row of `raised` one of its theme's and horizon's fragments, going round before any comes back.

    Examples
    --------
    >>> raised = pd.DataFrame({"municipality": ["GM1", "GM2"], "theme": "DIGI", "horizon": "now"})
    >>> fragments = pd.DataFrame({"theme": "DIGI", "horizon": "now", "text": ["a", "b"]})
    >>> sorted(assign_fragments(raised, fragments, np.random.default_rng(1))["text"])
    ['a', 'b']
    """
    keys = ["theme", "horizon"]
    pool = fragments.iloc[rng.permutation(len(fragments))]
    pool = pool.assign(round=pool.groupby(keys).cumcount())
    rows = raised.sort_values(["municipality", *keys], ignore_index=True)
    size = rows.merge(pool.groupby(keys, as_index=False).size(), on=keys, how="left")["size"]
    rows["round"] = rows.groupby(keys).cumcount() % size
    return rows.merge(pool, on=[*keys, "round"], how="left", validate="m:1").drop(columns="round")


def phrase(tables: dict[str, pd.DataFrame], key: str) -> str:
    """The one phrase of that key."""
    return tables["phrases"].set_index("key").loc[key, "text"]


def address(name: str) -> str:
    """A made-up mail address for a made-up person.

    Examples
    --------
    >>> address("Zoë ten Havenaar")
    'z.tenhavenaar@voorbeeld.nl'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    first, *rest = plain.split()
    return f"{first[0]}.{''.join(rest)}@voorbeeld.nl"


def phone(rng: np.random.Generator) -> str:
    """A mobile number that nobody has: 06-0 is not given out in the Dutch numbering plan."""
    pairs = [f"{rng.integers(0, 10):02}", *(f"{pair:02}" for pair in rng.integers(0, 100, 3))]
    return rng.choice(PHONES).format(*pairs)


def _header(municipality: str, date: str, people: list[tuple[str, str]], phrases: pd.DataFrame) -> tuple[str, ...]:
    words = phrases.set_index("key")["text"]
    present = ", ".join(f"{name} ({function})" for name, function in people)
    return (
        words["fictional_note"],
        f"{words['municipality']}: {municipality}",
        f"{words['date']}: {date}",
        f"{words['participants']}: {present}",
    )


def _turns(rows: pd.DataFrame, tables: dict[str, pd.DataFrame], people: list[str], rng) -> list[Turn]:
    """Opening, the raised themes in any order with talk on practice between them, closing."""
    interviewer, main, *second = people
    questions = {key: _shuffled(group, rng) for key, group in tables["questions"].groupby("moment")["text"]}
    further = cycle(list(questions["further"]))
    answers = {key: _shuffled(group, rng) for key, group in tables["neutral"].groupby("moment")["text"]}
    answers |= {key: _shuffled(group, rng) for key, group in tables["practice"].groupby("kind")["text"]}

    order = rows.iloc[rng.permutation(len(rows))]
    middle = list(zip(order["horizon"], order["text"]))
    for place, moment in ((1 / 3, "organise"), (1 / 3, "organise"), (2 / 3, "stimulate"), (2 / 3, "stimulate")):
        middle.insert(round(place * len(middle)), (moment, next(answers[moment])))
    start = (next(answers["person"]), next(answers["place"]))

    turns = [Turn(interviewer, (next(questions["opening"]),)), Turn(main, start)]
    for moment, answer in middle:
        speaker = second[0] if second and rng.random() < SECOND_SPEAKER else main
        aside = next(answers["aside"], None) if rng.random() < ASIDE else None
        question = next(questions[moment], None) or next(further)
        turns += [Turn(interviewer, (question,)), Turn(speaker, (answer, aside) if aside else (answer,))]
    goodbye = tables["phrases"].query("key == 'closing'")["text"]
    contact = rng.choice(goodbye.to_numpy(dtype=object)).format(email=address(main), phone=phone(rng))
    return [*turns, Turn(interviewer, (next(questions["closing"]),)), Turn(main, (contact,))]


def _shuffled(texts: pd.Series, rng: np.random.Generator) -> Iterator[str]:
    return iter(texts.iloc[rng.permutation(len(texts))].tolist())
