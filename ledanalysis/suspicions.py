"""What is odd in a delivery and no rule is about: shown to the analyst, left as it is."""

from __future__ import annotations

import re

import pandas as pd
from rapidfuzz import fuzz

from ledanalysis import privacy
from ledanalysis.delivery import ANSWERED, normalise, row_of
from ledanalysis.mapping import Mapped
from ledanalysis.reading import Survey
from ledanalysis.study import Study

GARBLED = re.compile("Ã[\x80-\xbf¡-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ]|â€|Â[\xa0-\xbf]|\ufffd|ï»¿")  # UTF-8 that was read as Windows-1252
UNLIKE = 60.0  # least likeness of two labels of one code, 0-100
COPIED = 20  # answers that must be the same before two responses are taken for copies


def find(survey: Survey, mapped: list[Mapped], responses: pd.DataFrame, cleaned: pd.DataFrame, study: Study) -> list[dict]:
    """Oddities of a survey.

    Parameters
    ----------
    survey : Survey
    mapped : list of Mapped
        Which column is what.
    responses : DataFrame
        As `delivery.read_responses` gives it, with `own` and `first`.
    cleaned : DataFrame
        What the rules leave of them.
    study : Study

    Returns
    -------
    list of dict
        where, rows, column, value, fault: respondents that stand twice; responses kept that are the same in every answer;
        columns in which nobody answered; letters read in the wrong encoding; codes that the file and the codebook
        name differently.
    """
    found = [*_twice(responses[responses["first"]]), *_copies(cleaned[cleaned["own"]], study), *_empty(survey, mapped),
             *_garbled(survey), *_unlike_labels(survey, mapped, study)]  # fmt: skip
    return [dict(where=survey.source.name, **odd) for odd in found]


def find_in_texts(passages: pd.DataFrame, listed: pd.DataFrame, study: Study) -> list[dict]:
    """Oddities of the texts: files that the overview does not list; interviews without speakers, or in which nobody asks.

    Parameters
    ----------
    passages : DataFrame
        source, kind, speaker.
    listed : DataFrame
        source, file: what the overview lists.
    study : Study

    Returns
    -------
    list of dict
        where, fault.
    """
    files = dict(zip(listed["source"], listed["file"]))
    folders = {name.split("/")[0] for name in files.values() if "/" in name}
    there = [path.relative_to(study.raw).as_posix() for folder in sorted(folders) for path in sorted((study.raw / folder).rglob("*"))]
    strays = [dict(where=name, fault="the overview of texts does not list it, so it is not read")
              for name in there if name not in files.values() and (study.raw / name).is_file()]  # fmt: skip
    interviews = passages[passages["kind"] == "interview"].groupby("source", sort=False)["speaker"]
    silent = [dict(where=files[source], fault="no speaker is recognised in this interview") for source, told in interviews if told.isna().all()]
    unasked = [
        dict(where=files[source], fault="none of the interviewers that study.toml names speaks: questions would be coded as answers")
        for source, told in interviews if told.notna().any() and not (told == privacy.INTERVIEWER).any()
    ]  # fmt: skip
    return strays + silent + unasked


def _twice(own: pd.DataFrame) -> list[dict]:
    numbers = own["respondent"].dropna()
    return [dict(rows=str(number), column="respondent", fault="a respondent that stands more than once")
            for number in numbers[numbers.duplicated()].unique()]  # fmt: skip


def _copies(own: pd.DataFrame, study: Study) -> list[dict]:
    """Responses with all answers the same: one was delivered twice, or copied."""
    answers = own[[name for name in study.variables.index if name in own and study.variables.loc[name, "type"] in ANSWERED]]
    answers = answers.drop(columns=[name for name in answers if name in _technical(study)])
    full = answers[answers.notna().sum(axis=1) >= COPIED].astype("float64").round(6)
    groups = full.fillna(-999.0).groupby(list(full.columns), sort=False).groups.values() if len(full) and len(full.columns) else []
    return [dict(rows=", ".join(map(str, own.loc[group, "respondent"])), fault="the same answers to every question") for group in groups if len(group) > 1]


def _technical(study: Study) -> set[str]:
    """Items that are about the filling in and no question: the time it took, how far it came."""
    return {item.item for item in study.tables["items"] if item.type == "number" and not item.question}


def _empty(survey: Survey, mapped: list[Mapped]) -> list[dict]:
    gone = set(survey.user_missing["variable"])
    return [dict(column=each.column, fault=f"nobody answered: {each.item}{' ' + each.option if each.option else ''}")
            for each in mapped if each.item and survey.data[each.column].isna().all() and each.column not in gone]  # fmt: skip


def _garbled(survey: Survey) -> list[dict]:
    found = []
    for name in survey.data.columns[survey.data.dtypes == "str"]:
        wrong = survey.data[name].str.contains(GARBLED, regex=True).fillna(False).astype(bool)
        if wrong.any():
            first = survey.data.index[wrong][0]
            found.append(dict(rows=row_of(survey, first), column=name, value=survey.data.loc[first, name],
                              fault=f"letters that were read in another encoding, in {int(wrong.sum())} cells"))  # fmt: skip
    return found


def _unlike_labels(survey: Survey, mapped: list[Mapped], study: Study) -> list[dict]:
    """Codes of which the file's label is not like the codebook's, and codes that the codebook does not have."""
    items = {item.item: item for item in study.items("single", "likert")}
    found = []
    for each in mapped:
        if each.item not in items:
            continue
        known = {row.code: row for row in study.options[items[each.item].options].values()}
        for code, label in survey.variables.loc[each.column, "values"].items():
            if isinstance(code, str):
                continue  # the label decides what it is
            if code not in known:
                found.append(dict(column=each.column, value=f"{code:g}: {label}", fault="a code that the codebook does not have"))
            elif _likeness(label, known[code]) < UNLIKE:
                found.append(dict(column=each.column, value=f"{code:g}: {label}", fault=f"the codebook says {known[code].label_nl}"))
    return found


def _likeness(label: object, row) -> float:
    return max(fuzz.token_set_ratio(normalise(label), normalise(text)) for text in (row.label_nl, row.label_en or row.label_nl))
