"""Titles made wrong on purpose: what a reader must find."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from claims.sentences import labels, said

TURNED = (("up", "down"), ("most", "least"), ("high", "low"), ("interviews", "survey"), ("now", "future"))
HEDGED = ("_few", "_many", "_none", "unranked", "_unsure")


def figures(words: str) -> Iterator[str]:
    """Each number in the words one more; of 9 one less, so that what is rounded to tens does not stay what it was."""
    for found in re.finditer(r"\d+", words):
        digits = found[0]
        last = str(int(digits[-1]) - 1 if digits[-1] == "9" else int(digits[-1]) + 1)
        yield words[: found.start()] + digits[:-1] + last + words[found.end():]


def names(words: str, rows: pd.DataFrame) -> Iterator[str]:
    """Each name in the words replaced by that of the row farthest from it that the words do not name."""
    known = rows.dropna(subset=["estimate"]).set_index("label")["estimate"]
    named = [name for name in known.index if name.lower() in words.lower()]
    others = known.drop(named)
    for name in named if len(others) else []:
        far = (others - known[name]).abs().idxmax()
        place = words.lower().index(name.lower())
        yield words[:place] + far + words[place + len(name):]


def turned(words: str, keys, language: str) -> Iterator[str]:
    """Each sentence of the words said the other way: wins for loses, more for less."""
    for part in words.split("; "):
        for key in keys:
            told = said(part, key, language)
            for one, other in TURNED if told else ():
                for here, there in ((one, other), (other, one)):
                    new = re.sub(rf"(?<![a-z]){here}(?![a-z])", there, key)
                    if new != key and new in labels():
                        places = dict.fromkeys(re.findall(r"\{(\w+)\}", labels()[new][language]), "7") | told.values
                        yield words.replace(part, labels()[new][language].format(**places))


def unhedged(words: str, keys, language: str) -> Iterator[str]:
    """Each hedged sentence said without its hedge: that all is of what can be shown, that several may be first."""
    if told := said(words, "of_shown", language):
        yield told["sentence"][:1].upper() + told["sentence"][1:]
    for key in keys:
        told = said(words, key, language)
        first = told and re.fullmatch(r"finding_(now|future|top|other)_(few|many)", key)
        if first:
            name = told.values.get("first") or told["names"].split(",")[0].split(f" {labels()['or'][language]} ")[0]
            sure = labels()[f"finding_{first[1]}_one"][language].format(names=name)
            if sure.lower() != words.lower():  # of moments it says nothing else than with several names
                yield sure
        elif told and key == "finding_unranked":
            yield labels()["finding_other_one"][language].format(names=told["first"])
