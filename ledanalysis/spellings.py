"""Every spelling and code by which a municipality is known, and what a short text can mean by them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import pandas as pd

from ledanalysis.register import name_key, normalise, parts

_RANK = {"decision": 0, "code": 1, "label": 2, "alias": 3, "merger": 4}


@dataclass(frozen=True)
class Meaning:
    """What a spelling stands for: any one of these municipalities, or `together` all of them (a merged service)."""

    how: str
    municipalities: frozenset[str]
    together: bool = False

    @property
    def sure(self) -> bool:
        return self.together or len(self.municipalities) == 1


@dataclass(frozen=True)
class Known:
    """All that the codebook knows of names: `name_key` or `code_key` -> what is meant; areas -> who lie in them."""

    names: dict[str, Meaning]
    codes: dict[str, Meaning]
    areas: dict[str, frozenset[str]]
    spellings: pd.DataFrame

    def name(self, text: str) -> Meaning | None:
        return self.names.get(name_key(text) or None)

    def code(self, text: str) -> Meaning | None:
        return self.codes.get(code_key(text))

    def meaning(self, text: str) -> Meaning | None:
        """What a text means as a whole: as a name or as a code, whichever comes first in the order of matching."""
        found = [meaning for meaning in (self.name(text), self.code(text)) if meaning]
        if len(found) == 2 and _RANK[found[0].how] == _RANK[found[1].how]:
            return Meaning(found[0].how, found[0].municipalities | found[1].municipalities)
        return min(found, key=lambda meaning: _RANK[meaning.how], default=None)

    def mentioned(self, text: str) -> list[str]:
        """The municipalities that a text names or may name, in its order; the longest names go first."""
        words = re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text)
        found, at = [], 0
        while at < len(words):
            for end in range(min(len(words), at + 6), at, -1):
                if meaning := self.meaning(" ".join(words[at:end])):
                    found += sorted(meaning.municipalities)
                    break
            at = end
        return list(dict.fromkeys(found))


def known_spellings(register, mergers, decisions, areas=None) -> Known:
    """Gather what register, mergers, decisions and areas say of names.

    Parameters
    ----------
    register, mergers, decisions, areas : DataFrame
        As read by `read_register`, `read_mergers`, `read_decisions`, `read_areas`.

    Returns
    -------
    Known
        Its `spellings` has a row for each spelling of a municipality: municipality, how, words, key.

    Examples
    --------
    >>> register = pd.DataFrame({"municipality": ["GM0363", "GM0344"], "label": ["Amsterdam", "Utrecht"]})
    >>> mergers = pd.DataFrame({"old_code": ["GM0457"], "old_label": ["Weesp"], "municipality": ["GM0363"]})
    >>> decisions = pd.DataFrame({"name": ["De Twee"], "municipality": ["GM0344 | GM0363"]})
    >>> known = known_spellings(register, mergers, decisions)
    >>> known.meaning("gem. Weesp").how, sorted(known.meaning("de twee").municipalities)
    ('merger', ['GM0344', 'GM0363'])
    """
    spellings, codes = _spellings(register, mergers), _codes(register, mergers)
    names = _meanings(spellings)
    for name, decided in decisions[["name", "municipality"]].itertuples(index=False):
        chosen = frozenset() if pd.isna(decided) else frozenset(parts(decided))
        names[name_key(name)] = Meaning("decision", chosen, together=len(chosen) > 1)
    return Known(names, _meanings(codes), _lie_in(areas, register), spellings)


def as_text(value) -> str:
    """A cell as text: codes often come as numbers (363, 363.0, '363,0'); soft hyphens and the like are left out."""
    text = "" if pd.isna(value) else str(value)
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    text = re.sub(r"[^\S\n]+", " ", "\n".join(text.splitlines())).strip()
    return re.sub(r"^(\d+)[.,]0+$", r"\1", text)


def code_key(text: str) -> str:
    """A code without its capitals and leading zeros: 'GM0363' and 'gm 363' are the same."""
    found = re.fullmatch(r"([a-z]*)[\s_-]*0*(\d+)", text.casefold())
    return found[1] + found[2] if found else text.casefold()


def lookalikes(register: pd.DataFrame) -> set[str]:
    """The keys of the names of other places that are never to be taken for a misspelling."""
    return set(_column(register, "lookalikes")["spelling"].map(name_key))


def _column(register: pd.DataFrame, column: str) -> pd.DataFrame:
    """The ` | `-separated cells of a column, a row each: spelling, municipality."""
    if column not in register:
        return pd.DataFrame({"spelling": [], "municipality": []}, dtype="str")
    cells = register.set_index("municipality")[column].dropna().map(parts).explode()
    return cells.dropna().rename("spelling").reset_index()


def _spellings(register: pd.DataFrame, mergers: pd.DataFrame) -> pd.DataFrame:
    """Every known spelling: municipality, how, words, key."""
    labels = register[["municipality"]].assign(spelling=register["label"])
    # 'Bergen (NH.)' and 'Bergen (L.)' both give 'Bergen', so that this is seen to be ambiguous
    bare = labels.assign(spelling=labels["spelling"].str.replace(r"\s*\([^)]*\)\s*$", "", regex=True))
    bare = bare[bare["spelling"] != labels["spelling"]]
    known = pd.concat(
        [
            labels.assign(how="label"),
            pd.concat([_column(register, "aliases"), bare]).assign(how="alias"),
            mergers[["municipality"]].assign(spelling=mergers["old_label"], how="merger"),
        ]
    )
    known["words"] = known["spelling"].map(normalise).astype("str")
    known["key"] = known["words"].str.replace(" ", "")
    return known.drop(columns="spelling").drop_duplicates().reset_index(drop=True)


def _codes(register: pd.DataFrame, mergers: pd.DataFrame) -> pd.DataFrame:
    """Every form of every code: municipality, how, key; the number alone counts as a form ('363')."""
    current = register[["municipality"]].assign(code=register["municipality"], how="code")
    old = mergers[["municipality"]].assign(code=mergers["old_code"], how="merger").dropna()
    codes = pd.concat([current, old])
    codes["key"] = codes["code"].map(code_key).astype("str")
    numbers = codes.assign(key=codes["key"].str.extract(r"^[a-z]*(\d+)$")[0]).dropna(subset="key")
    return pd.concat([codes, numbers]).drop(columns="code").drop_duplicates()


def _meanings(spellings: pd.DataFrame) -> dict[str, Meaning]:
    """Per key what it means: of a label, an alias and a merger with the same name the first counts."""
    rank = spellings["how"].map(_RANK).astype("int64")
    first = spellings[rank == rank.groupby(spellings["key"]).transform("min")]
    found: dict[str, tuple[str, set[str]]] = {}
    for key, how, municipality in first.dropna(subset="key").sort_values("key", kind="stable")[["key", "how", "municipality"]].itertuples(index=False):
        found.setdefault(key, (how, set()))[1].add(municipality)
    return {key: Meaning(how, frozenset(municipalities)) for key, (how, municipalities) in found.items()}


def _lie_in(areas: pd.DataFrame | None, register: pd.DataFrame) -> dict[str, frozenset[str]]:
    """Per spelling of an area, such as a province, the municipalities that lie there."""
    found: dict[str, frozenset[str]] = {}
    for column, value, names in [] if areas is None else areas[["column", "value", "names"]].itertuples(index=False):
        here = frozenset(register.loc[register[column] == value, "municipality"])
        for name in parts(names):
            found[name_key(name)] = found.get(name_key(name), frozenset()) | here
    return found
