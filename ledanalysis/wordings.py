"""What a cell as a whole can mean: a name with its code or province, or several municipalities."""

from __future__ import annotations

import re

from ledanalysis.register import name_key
from ledanalysis.spellings import Known

Reading = frozenset  # of municipalities
CONTRADICTION: Reading = frozenset({""})

_LONGEST = 6  # parts between separators that one name may have: 'Nuenen, Gerwen en Nederwetten' has three
_ITEM = r"(?:(?<=\n)|^|(?<= ))[-–—•*·](?= )"  # a dash between spaces, or before an item of a list
_BETWEEN = re.compile(rf"\s*(?:(?:[;/|+&\n]|(?<!\d),|,(?!\d)|{_ITEM}|\b(?:en|and|plus)\b)\s*)+", re.IGNORECASE)
_MORE_TO_COME = re.compile(r"[+&]|\b(?:en|and|plus)\b", re.IGNORECASE)
_WITHIN = re.compile(r"[ ,:()–—-]+")  # between a name and its code or province
_CUT = tuple(";/|+&\n")  # no code or province goes with a name across these
_BRACKETS = re.compile(r"([^()]+)\((.*)\)", re.DOTALL)


def readings(text: str, known: Known, within: Reading = frozenset()) -> set[Reading]:
    """All that a text can mean, provided that exactly known names, codes and separators are all that is in it.

    Parameters
    ----------
    text : str
        As `spellings.as_text` gives it.
    known : Known
    within : frozenset, optional
        Of a name that fits several municipalities, the one that is among these is meant.

    Returns
    -------
    set of frozenset
        The sets of municipalities that it can mean. None: something in it is not known, or it fits several. More than
        one, or one that is `CONTRADICTION` ('0363 Rotterdam'): it cannot be decided.

    Examples
    --------
    >>> import pandas as pd
    >>> from ledanalysis.spellings import known_spellings
    >>> register = pd.DataFrame({"municipality": ["GM1680", "GM0106"], "label": ["Aa en Hunze", "Assen"]})
    >>> nothing = pd.DataFrame(columns=["name", "municipality", "old_code", "old_label"], dtype="str")
    >>> known = known_spellings(register, nothing, nothing)
    >>> [sorted(reading) for reading in readings("Assen & Aa en Hunze", known)]
    [['GM0106', 'GM1680']]
    >>> readings("Assen en omgeving", known), readings("0106 Aa en Hunze", known) == {CONTRADICTION}
    (set(), True)
    """
    pieces = _pieces(text)
    reached: list[set[Reading]] = [{frozenset()}] + [set() for _ in pieces]
    for at in range(len(pieces)):
        for end in range(at + 1, min(len(pieces), at + _LONGEST) + 1) if reached[at] else ():
            for meant in _one(text[pieces[at][0] : pieces[end - 1][1]], known, within):
                reached[end] |= {CONTRADICTION if "" in before | meant else before | meant for before in reached[at]}
    return reached[-1] - {frozenset()}


def _pieces(text: str) -> list[tuple[int, int]]:
    """Where the parts between separators begin and end; what is in brackets is not cut."""
    cuts = [found for found in _BETWEEN.finditer(text) if found.end() > found.start() and _outside(text, found)]
    at, pieces = 0, []
    for cut in cuts:
        pieces.append((at, cut.start()))
        at = cut.end()
    pieces.append((at, len(text)))
    open_end = any(_MORE_TO_COME.search(cut[0]) for cut in cuts if cut.start() == 0 or cut.end() == len(text))
    return [] if open_end else [(start, end) for start, end in pieces if end > start]  # 'Amsterdam en': and who else?


def _outside(text: str, found: re.Match) -> bool:
    before = text[: found.start()]
    return before.count("(") == before.count(")")


def _one(text: str, known: Known, within: Reading) -> set[Reading]:
    """What a text can mean as one name: as it stands, with a code or an area, or with the same again in brackets."""
    if meaning := known.meaning(text):
        if meaning.sure:
            return {meaning.municipalities}
        meant = meaning.municipalities & within
        return {meant} if len(meant) == 1 else set()
    found = set()
    for gap in _WITHIN.finditer(text):
        left, right = text[: gap.start()].strip("( "), text[gap.end() :].strip(") ")
        if not left.endswith(_CUT) and not right.startswith(_CUT):
            found |= _with_code(left, right, known) | _with_area(left, right, known, "(" in gap[0])
    return found or _explained(text, known)


def _with_code(left: str, right: str, known: Known) -> set[Reading]:
    """'0363 Amsterdam', 'Amsterdam (GM0363)'; name and code have to agree, and a service has no code."""
    pairs = [(known.code(left), known.name(right)), (known.code(right), known.name(left))]
    both = [(code.municipalities & name.municipalities, name) for code, name in pairs if code and name]
    return {meant if len(meant) == 1 and not name.together else CONTRADICTION for meant, name in both}


def _with_area(left: str, right: str, known: Known, in_brackets: bool) -> set[Reading]:
    """'Bergen, Limburg', 'Amsterdam (NH)'; 'Amersfoort, Utrecht' may be two municipalities, so it is not decided."""
    area, name = known.areas.get(name_key(right)), known.name(left)
    if area is None or name is None or not name.municipalities:
        return set()
    meant = name.municipalities & area
    agrees = meant == name.municipalities if name.together else len(meant) == 1
    clear = name_key(left) not in known.areas and (in_brackets or not known.name(right))
    return {meant if agrees and clear else CONTRADICTION}


def _explained(text: str, known: Known) -> set[Reading]:
    """'Weesp (Amsterdam)', 'BUCH (Bergen, Uitgeest, Castricum, Heiloo)': both have to mean the same."""
    if not (found := _BRACKETS.fullmatch(text)) or not (outer := known.meaning(found[1].strip())):
        return set()
    inner = readings(found[2].strip(), known, within=outer.municipalities)
    if outer.sure:
        return {meant if meant == outer.municipalities else CONTRADICTION for meant in inner}
    return {meant if len(meant) == 1 and meant <= outer.municipalities else CONTRADICTION for meant in inner}
