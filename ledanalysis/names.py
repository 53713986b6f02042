"""The many spellings of a name: which municipality of the register each stands for, or that it cannot be decided."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ledanalysis.register import name_key, normalise, refuse_unknown

# A misspelling is taken for a name only when this much of it is sure; `threshold` adds to these, it replaces none.
_MARGIN = 5.0  # points of similarity ahead of the second
_LETTERS = 5  # shorter names are too close to each other
_SHORT = 3  # letters of words that must be the same: 'Hengelo (G.)' is not Hengelo (O.)
_NEAR = 2  # slips within which no second municipality may lie
_WORTH_SHOWING = 60.0  # likeness of a candidate


def match_municipalities(
    names: pd.Series,
    register: pd.DataFrame,
    mergers: pd.DataFrame,
    decisions: pd.DataFrame,
    threshold: float = 90.0,
) -> pd.DataFrame:
    """The municipality that each name stands for, or the candidates when that can't be decided.

    In this order: an analyst's decision; a code (GM0363, 0363, 363); a label; an alias, or a label without what
    stands in brackets; the name or code of a merged municipality; a misspelling. A spelling that fits two
    municipalities is undecided.

    A misspelling counts only when its similarity (normalised indel ratio, 0-100) is at least `threshold` and 5 points
    ahead of the second municipality; when it is one slip (a letter more, less, other, or two swapped) away and no
    other municipality lies within two; when it has five letters or more, no digits and the right first letter; when
    words of up to three letters are the same ('Hengelo (G.)' is not Hengelo (O.)); and when it is not listed as a
    lookalike. A lower threshold makes none of the others weaker.

    Parameters
    ----------
    names : Series
        Names or codes as they came in.
    register, mergers, decisions : DataFrame
        As read by `read_register`, `read_mergers`, `read_decisions`.
    threshold : float
        Least similarity of a misspelling.

    Returns
    -------
    DataFrame
        Index as `names`; columns `name`, `municipality` (missing when undecided), `how` (code, label, alias, merger,
        decision, fuzzy, undecided, empty), `score` (0-100), `candidates` (of misspellings and undecided names, at
        most five, best first: 'GM0373 Bergen (NH.) | GM0893 Bergen (L.)').

    Raises
    ------
    InputError
        If a merger or decision names a municipality that is not in the register.

    Examples
    --------
    >>> register = pd.DataFrame({"municipality": ["GM0363", "GM0344"], "label": ["Amsterdam", "Utrecht"]})
    >>> mergers = pd.DataFrame({"old_code": ["GM0457"], "old_label": ["Weesp"], "municipality": ["GM0363"]})
    >>> decisions = pd.DataFrame({"name": [], "municipality": []}, dtype=str)
    >>> names = pd.Series(["gem. Utrecht", "363", "Amsterdm", "Weesp", "Provincie Utrecht"])
    >>> match_municipalities(names, register, mergers, decisions)[["municipality", "how"]].values.tolist()
    [['GM0344', 'label'], ['GM0363', 'code'], ['GM0363', 'fuzzy'], ['GM0363', 'merger'], [nan, 'undecided']]
    """
    refuse_unknown(mergers, register)
    refuse_unknown(decisions, register)
    texts = pd.Series([_as_text(name) for name in names], index=names.index, dtype="str")
    asked = pd.DataFrame({"text": texts.unique()}, dtype="str")
    asked["words"] = asked["text"].map(normalise).astype("str")
    asked["key"] = asked["words"].str.replace(" ", "")
    spellings = _spellings(register, mergers)
    found = _exact(asked, spellings, _codes(register, mergers), decisions)
    open_ = asked[~asked["text"].isin(found["text"])]
    labels = register.set_index("municipality")["label"]
    found = pd.concat([found, _fuzzy(open_, spellings, _lookalikes(register), labels, threshold)])
    found = found.set_index("text").loc[texts].set_index(names.index).astype({"how": "str", "candidates": "str"})
    found.insert(0, "name", names.to_numpy())
    return found


def _as_text(value) -> str:
    """Codes often come as numbers: 363, 363.0, '363,0'."""
    text = "" if pd.isna(value) else str(value).strip()
    return re.sub(r"^(\d+)[.,]0+$", r"\1", text)


def _code_key(text: str) -> str:
    """A code without its capitals and leading zeros: 'GM0363' and 'gm 363' are the same."""
    parts = re.fullmatch(r"([a-z]*)[\s_-]*0*(\d+)", text.casefold())
    return parts[1] + parts[2] if parts else text.casefold()


def _several(register: pd.DataFrame, column: str) -> pd.DataFrame:
    """The ` | `-separated cells of a column, a row each: spelling, municipality."""
    if column not in register:
        return pd.DataFrame({"spelling": [], "municipality": []}, dtype="str")
    cells = register.set_index("municipality")[column].dropna().str.split("|").explode().str.strip()
    return cells[cells != ""].rename("spelling").reset_index()


def _spellings(register: pd.DataFrame, mergers: pd.DataFrame) -> pd.DataFrame:
    """Every known spelling: municipality, how, words, key."""
    labels = register[["municipality"]].assign(spelling=register["label"])
    # 'Bergen (NH.)' and 'Bergen (L.)' both give 'Bergen', so that this is seen to be ambiguous
    bare = labels.assign(spelling=labels["spelling"].str.replace(r"\s*\([^)]*\)\s*$", "", regex=True))
    bare = bare[bare["spelling"] != labels["spelling"]]
    known = pd.concat(
        [
            labels.assign(how="label"),
            pd.concat([_several(register, "aliases"), bare]).assign(how="alias"),
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
    codes["key"] = codes["code"].map(_code_key).astype("str")
    numbers = codes.assign(key=codes["key"].str.extract(r"^[a-z]*(\d+)$")[0]).dropna(subset="key")
    return pd.concat([codes, numbers]).drop(columns="code").drop_duplicates()


def _lookalikes(register: pd.DataFrame) -> set[str]:
    return set(_several(register, "lookalikes")["spelling"].map(name_key))


def _exact(asked, spellings, codes, decisions) -> pd.DataFrame:
    """Texts that are a known spelling of one municipality, and texts that hold no name at all."""
    decided = decisions[["municipality"]].assign(key=decisions["name"].map(name_key).astype("str"), how="decision")
    by_name = asked[asked["key"] != ""].merge(pd.concat([decided, spellings.drop(columns="words")]), on="key")
    by_code = asked.assign(key=asked["text"].map(_code_key).astype("str")).merge(codes, on="key")
    order = {"decision": 0, "code": 1, "label": 2, "alias": 3, "merger": 4}
    hits = pd.concat([by_name, by_code]).assign(rank=lambda hit: hit["how"].map(order).astype("int64"))
    hits = hits[hits["rank"] == hits.groupby("text")["rank"].transform("min")]
    hits = hits.drop_duplicates(["text", "municipality"])
    single = hits[~hits["text"].duplicated(keep=False)].assign(score=100.0, candidates="")
    empty = asked[asked["key"] == ""].assign(municipality=None, how="empty", score=np.nan, candidates="")
    found = pd.concat([single, empty])[["text", "municipality", "how", "score", "candidates"]]
    return found.astype({"municipality": "str"})


def _fuzzy(asked, spellings, lookalikes, labels, threshold) -> pd.DataFrame:
    """Misspellings of one municipality, and the candidates of what stays undecided."""
    # a row for each name asked, a column for each known spelling
    ratio = process.cdist(asked["key"], spellings["key"], scorer=fuzz.ratio)
    slips = process.cdist(asked["key"], spellings["key"], scorer=OSA.distance)
    shared = process.cdist(asked["words"], spellings["words"], scorer=fuzz.token_set_ratio)
    likely = np.maximum(ratio, 0.95 * shared)  # 'Krimpen' may be any of the names that have it as a word
    at = ratio.argmax(axis=1)
    best = spellings.iloc[at]
    other = best["municipality"].to_numpy()[:, None] != spellings["municipality"].to_numpy()
    score = ratio.max(axis=1)
    sure = score >= threshold
    sure &= score - np.where(other, ratio, 0).max(axis=1) >= _MARGIN
    sure &= np.take_along_axis(slips, at[:, None], axis=1)[:, 0] == 1
    sure &= np.where(other, slips, _NEAR + 1).min(axis=1) > _NEAR
    sure &= np.array([_may_be(*pair) for pair in zip(asked["words"], best["words"], strict=True)], dtype=bool)
    sure &= ~asked["key"].isin(lookalikes).to_numpy()
    shown = (spellings["municipality"] + " " + spellings["municipality"].map(labels)).tolist()
    return pd.DataFrame(
        {
            "text": asked["text"].to_numpy(),
            "municipality": pd.Series(best["municipality"].to_numpy(), dtype="str").where(sure),
            "how": np.where(sure, "fuzzy", "undecided"),
            "score": score.astype("float64").round(1),
            "candidates": [_candidates(row, shown) for row in likely],
        }
    )


def _may_be(asked: str, known: str) -> bool:
    """Whether one can be a misspelling of the other at all: first letter, length, no digits, no short word changed."""
    letters = min(len(re.findall(r"[^\W\d]", words)) for words in (asked, known))
    if letters < _LETTERS or re.search(r"\d", asked) or asked[0] != known[0]:
        return False
    words = [asked.split(), known.split()]
    if len(words[0]) == len(words[1]):
        return all(one == other or max(len(one), len(other)) > _SHORT for one, other in zip(*words, strict=True))
    short = [sorted(word for word in side if len(word) <= _SHORT) for side in words]
    return short[0] == short[1]


def _candidates(likeness: np.ndarray, shown: list[str]) -> str:
    """The five municipalities most like a name, for the analyst to choose from."""
    best = [at for at in np.argsort(-likeness, kind="stable") if likeness[at] >= _WORTH_SHOWING]
    return " | ".join(list(dict.fromkeys(shown[at] for at in best))[:5])
