"""The many spellings of a name: which municipality of the register each stands for, or that it cannot be decided."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ledanalysis.register import name_key, normalise, refuse_unknown
from ledanalysis.spellings import Known, as_text, known_spellings, lookalikes
from ledanalysis.wordings import CONTRADICTION, readings

_EXACT = ["text", "how", "meant", "named", "guess"]
COLUMNS = ["name", "municipality", "how", "score", "candidates"]
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
    threshold: float = 86.0,
    areas: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The municipality that each name stands for, or the candidates when that can't be decided.

    In this order: an analyst's decision; a code (GM0363, 0363, 363); a label; an alias, or a label without what
    stands in brackets; the name or code of a merged municipality; a combination of these that can mean one thing only
    ('0363 Amsterdam', 'Bergen, Limburg', 'Weesp (Amsterdam)'; see `wordings.readings`); a misspelling. A spelling that
    fits two municipalities is undecided, and so is a code or an area that contradicts the name.

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
    areas : DataFrame, optional
        As read by `read_areas`.

    Returns
    -------
    DataFrame
        Index as `names`; columns `name`, `municipality` (missing when undecided or several), `how` (code, label,
        alias, merger, decision, combined, fuzzy, several, undecided, empty), `score` (0-100), `candidates` (of
        misspellings and undecided names, best first: 'GM0373 Bergen (NH.) | GM0893 Bergen (L.)'; of several, all).

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
    return _matched(names, register, mergers, decisions, threshold, areas)[COLUMNS]


def split_municipalities(
    cells: pd.Series,
    register: pd.DataFrame,
    mergers: pd.DataFrame,
    decisions: pd.DataFrame,
    threshold: float = 86.0,
    areas: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The municipalities that each cell names: a row for each, or one row when it names one, none or can't be decided.

    A cell names several only when all of it but the separators (comma, semicolon, slash, `&`, `+`, 'en', 'and',
    'plus', a dash between spaces, a new line) is covered by exact names or codes, and in one way only; or when an
    analyst decided so. Misspellings in such a cell are not guessed.

    Parameters
    ----------
    cells, register, mergers, decisions, threshold, areas
        As of `match_municipalities`.

    Returns
    -------
    DataFrame
        As of `match_municipalities`; a cell that names several has a row, with its index, for each, in the order of
        their codes; `how` is several.

    Raises
    ------
    InputError
        If a merger or decision names a municipality that is not in the register.

    Examples
    --------
    >>> register = pd.DataFrame({"municipality": ["GM1680", "GM0106"], "label": ["Aa en Hunze", "Assen"]})
    >>> mergers = pd.DataFrame(columns=["old_code", "old_label", "municipality"], dtype=str)
    >>> decisions = pd.DataFrame({"name": ["De Twee"], "municipality": ["GM0106 | GM1680"]})
    >>> cells = pd.Series(["Assen, Aa en Hunze", "Aa en Hunze", "de twee", "Assen, Emmen"])
    >>> split_municipalities(cells, register, mergers, decisions)["municipality"].tolist()
    ['GM0106', 'GM1680', 'GM1680', 'GM0106', 'GM1680', nan]
    """
    found = _matched(cells, register, mergers, decisions, threshold, areas)
    several = (found["how"] == "several").to_numpy()
    each = found.assign(municipality=found["municipality"].astype("object").where(~several, found["meant"]))
    return each.explode("municipality")[COLUMNS].astype({"municipality": "str"})


def _matched(names, register, mergers, decisions, threshold, areas) -> pd.DataFrame:
    """As `match_municipalities`, and `meant`: all the municipalities that a name surely stands for."""
    refuse_unknown(mergers, register)
    refuse_unknown(decisions, register, several=True)
    known = known_spellings(register, mergers, decisions, areas)
    labels = register.set_index("municipality")["label"]
    texts = pd.Series([as_text(name) for name in names], index=names.index, dtype="str")
    found = pd.DataFrame([_exact(text, known) for text in texts.unique()], columns=_EXACT).astype({"text": "str", "how": "str"})
    one = found["meant"].str.len() == 1
    found["municipality"] = found["meant"].str[0].astype("str").where(one)
    found["score"] = np.where(found["how"] == "empty", np.nan, 100.0)
    shown = found["meant"].where(found["how"] == "several", found["named"])
    found["candidates"] = shown.map(lambda codes: " | ".join(f"{code} {labels[code]}" for code in codes)).astype("str")
    open_ = (found["how"] == "undecided").to_numpy()
    found = pd.concat([found[~open_], _fuzzy(found[open_], known.spellings, lookalikes(register), labels, threshold)])
    found = found.set_index("text").loc[texts].set_index(names.index)
    found.insert(0, "name", names.to_numpy())
    return found


def _exact(text: str, known: Known) -> tuple:
    """What is sure of a text: text, how, meant, named (what an undecided text names), guess (whether it may be one)."""
    if not name_key(text):
        return text, "empty", [], [], False
    meaning = known.meaning(text)
    if meaning and not meaning.municipalities:  # an analyst decided that it is none
        return text, meaning.how, [], [], False
    found = {meaning.municipalities} if meaning and meaning.sure else readings(text, known)
    if len(found) != 1 or CONTRADICTION in found:
        return text, "undecided", [], known.mentioned(text), not found
    meant = sorted(found.pop())
    how = "several" if len(meant) > 1 else meaning.how if meaning else "combined"
    return text, how, meant, [], False


def _fuzzy(asked, spellings, lookalikes, labels, threshold) -> pd.DataFrame:
    """Misspellings of one municipality, and the candidates of what stays undecided."""
    # a row for each name asked, a column for each known spelling
    words = asked["text"].map(normalise).astype("str")
    keys = words.str.replace(" ", "")
    ratio = process.cdist(keys, spellings["key"], scorer=fuzz.ratio)
    slips = process.cdist(keys, spellings["key"], scorer=OSA.distance)
    shared = process.cdist(words, spellings["words"], scorer=fuzz.token_set_ratio)
    likely = np.maximum(ratio, 0.95 * shared)  # 'Krimpen' may be any of the names that have it as a word
    at = ratio.argmax(axis=1)
    best = spellings.iloc[at]
    other = best["municipality"].to_numpy()[:, None] != spellings["municipality"].to_numpy()
    score = ratio.max(axis=1)
    sure = asked["guess"].to_numpy(dtype=bool) & (score >= threshold)
    sure &= score - np.where(other, ratio, 0).max(axis=1) >= _MARGIN
    sure &= np.take_along_axis(slips, at[:, None], axis=1)[:, 0] == 1
    sure &= np.where(other, slips, _NEAR + 1).min(axis=1) > _NEAR
    sure &= np.array([_may_be(*pair) for pair in zip(words, best["words"], strict=True)], dtype=bool)
    sure &= ~keys.isin(lookalikes).to_numpy()
    shown = (spellings["municipality"] + " " + spellings["municipality"].map(labels)).tolist()
    guessed = pd.Series(best["municipality"].to_numpy(), index=asked.index, dtype="str").where(sure)
    named = asked["candidates"].map(lambda text: text.split(" | ") if text else [])
    return asked.assign(
        municipality=guessed,
        how=np.where(sure, "fuzzy", "undecided"),
        score=score.astype("float64").round(1),
        candidates=[_candidates(first, row, shown) for first, row in zip(named, likely, strict=True)],
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


def _candidates(named: list[str], likeness: np.ndarray, shown: list[str]) -> str:
    """What a text names, then what it is most like: five at most, or as many as it names; for the analyst to choose."""
    best = [at for at in np.argsort(-likeness, kind="stable") if likeness[at] >= _WORTH_SHOWING]
    return " | ".join(list(dict.fromkeys(named + [shown[at] for at in best]))[: max(5, len(named))])
