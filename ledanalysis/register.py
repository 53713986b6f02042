"""The units of a study: their register, what merged into what, and what an analyst decided about names.

The register that comes with the study holds facts of Statistics Netherlands (Bron: CBS, Kerncijfers wijken en
buurten 2024 and Gebieden in Nederland, CC BY 4.0). Another study brings other units in a register of its own.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd

from ledanalysis.codebook import read_rows
from ledanalysis.errors import InputError

_COUNTS = ("inhabitants", "staff", "tile_")
# Words around a name that say 'municipality' and nothing about which one.
_AROUND = re.compile(r"\b(?:de\s+)?(?:gemeente[ns]?|gem\.?|municipality of|mun\.? of)(?=\W|$)")


def normalise(name: str) -> str:
    """A name as it is compared: without accents, capitals, punctuation or 'gemeente'.

    Parameters
    ----------
    name : str
        A name as it was typed.

    Returns
    -------
    str
        Lowercase words with single spaces; empty when nothing is left.

    Examples
    --------
    >>> normalise("Gemeente Súdwest-Fryslân"), normalise("‘s–Gravenhage"), normalise("Bergen (N.H.)")
    ('sudwest fryslan', 's gravenhage', 'bergen nh')
    """
    text = _AROUND.sub(" ", plain(name)).replace("&", " en ")
    text = re.sub(r"['’‘‛′`.]", "", text)
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def read_register(path) -> pd.DataFrame:
    """The units of the study, one per row.

    Parameters
    ----------
    path : path-like
        A `;`-separated UTF-8 file. Required columns: `municipality` (any unique text; CBS codes here), `label`.
        Known and optional: `aliases` (other spellings of the name) and `lookalikes` (names of other places, never
        to be taken for a misspelling of this one), several separated by ` | `; every other column can be the source
        of a clustering. Columns starting with `inhabitants`, `staff` or `tile_` are read as whole numbers, all others as text.

    Raises
    ------
    InputError
        Unreadable file, missing column, empty or repeated code, empty label, a count that is no whole number.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "register.csv"
    >>> _ = path.write_text("municipality;label;region\\nD1;Home Office;London\\n", encoding="utf-8")
    >>> read_register(path).to_dict("records")
    [{'municipality': 'D1', 'label': 'Home Office', 'region': 'London'}]
    """
    register = read_frame(path, ["municipality", "label"])
    if register.empty:
        raise InputError("no municipalities", file=Path(path).name)
    for column in ("municipality", "label"):
        refuse(register, register[column].isna(), "empty", path, column)
    refuse(register, register["municipality"].duplicated(), "code used before", path, "municipality")
    for column in [name for name in register if name.startswith(_COUNTS)]:
        refuse(register, ~register[column].fillna("0").str.fullmatch(r"\d+"), "no whole number", path, column)
        register[column] = register[column].astype("Int64")
    return register


def read_mergers(path, register: pd.DataFrame | None = None) -> pd.DataFrame:
    """Units that ceased to exist, with the unit of the register that each went to.

    Parameters
    ----------
    path : path-like
        Columns `old_code`, `old_label`, `municipality` (the successor), `date`. A unit that was split stands there
        once for each successor: its name is then undecided.
    register : DataFrame, optional
        When given, every successor has to be in it.

    Raises
    ------
    InputError
        Unreadable file, missing column, empty name or successor, a successor that the register does not have.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mergers.csv"
    >>> _ = path.write_text("old_code;old_label;municipality;date\\nGM0457;Weesp;GM0363;2022-03-24\\n")
    >>> read_mergers(path)["municipality"].tolist()
    ['GM0363']
    """
    mergers = read_frame(path, ["old_code", "old_label", "municipality", "date"])
    for column in ("old_label", "municipality"):
        refuse(mergers, mergers[column].isna(), "empty", path, column)
    if register is not None:
        refuse_unknown(mergers, register, path)
    return mergers


def read_decisions(path, register: pd.DataFrame | None = None) -> pd.DataFrame:
    """What the analysts decided about names that could not be matched.

    Parameters
    ----------
    path : path-like
        Columns `name`, `municipality` (empty: it is none of them; several, separated by ` | `: a merged service, which
        answers for each of them), `reason`.
    register : DataFrame, optional
        When given, every municipality has to be in it.

    Raises
    ------
    InputError
        Unreadable file, missing column, empty name or one without letters, a name (however spelled) decided twice, an
        unknown municipality, a municipality that stands in a cell twice.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "decisions.csv"
    >>> _ = path.write_text("name;municipality;reason\\nBergen;GM0373;e-mail address\\nDe Twee;GM0226 | GM0293;website\\n")
    >>> read_decisions(path)["name"].tolist()
    ['Bergen', 'De Twee']
    """
    decisions = read_frame(path, ["name", "municipality", "reason"])
    refuse(decisions, decisions["name"].isna(), "empty", path, "name")
    keys = decisions["name"].map(name_key)
    refuse(decisions, keys == "", "no letters or digits, so it counts as empty", path, "name")
    refuse(decisions, keys.duplicated(), "decided before", path, "name")
    chosen = decisions["municipality"].fillna("").map(parts)
    refuse(decisions, chosen.map(len) > chosen.map(set).map(len), "the same municipality twice", path, "municipality")
    if register is not None:
        refuse_unknown(decisions, register, path, several=True)
    return decisions


def read_areas(path, register: pd.DataFrame) -> pd.DataFrame:
    """What people call the areas that units lie in, such as provinces, when they add it to a name: 'Bergen (NH)'.

    Parameters
    ----------
    path : path-like
        Columns `column` (of the register), `value` (in that column), `names` (separated by ` | `).
    register : DataFrame

    Raises
    ------
    InputError
        Unreadable file, missing column, empty cell, a column or a value that the register does not have.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "areas.csv"
    >>> _ = path.write_text("column;value;names\\nprovince;PV27;Noord-Holland | NH\\n")
    >>> read_areas(path, pd.DataFrame({"municipality": ["GM0363"], "province": ["PV27"]}))["names"].tolist()
    ['Noord-Holland | NH']
    """
    areas = read_frame(path, ["column", "value", "names"])
    for column in areas:
        refuse(areas, areas[column].isna(), "empty", path, column)
    refuse(areas, ~areas["column"].isin(register.columns), "not a column of the register", path, "column", allowed=list(register))
    for column, rows in areas.groupby("column"):
        values = register[column].dropna().astype("str").unique()
        refuse(rows, ~rows["value"].isin(values), "no such value in the register", path, "value", allowed=sorted(values)[:40])
    return areas


def parts(cell: str) -> list[str]:
    """What stands in a cell of the codebook, separated by ` | `."""
    return [part.strip() for part in str(cell).split("|") if part.strip()]


def name_key(name) -> str:
    """Spaces are left out too: 'Etten Leur', 'EttenLeur', 'H.I.Ambacht'."""
    return normalise(name).replace(" ", "")


def plain(text) -> str:
    text = unicodedata.normalize("NFKD", str(text)).casefold()
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def read_frame(path, required: list[str]) -> pd.DataFrame:
    """A codebook table as text, empty cells missing; the index is the row in the spreadsheet less two."""
    rows = read_rows(Path(path))
    there = list(rows[0][1]) if rows else required
    for name in required:
        if name not in there:
            raise InputError("the column is not there", file=Path(path).name, column=name, allowed=required)
    lines = [number - 2 for number, _ in rows]
    frame = pd.DataFrame([row for _, row in rows], index=lines, columns=there, dtype="str")
    frame = frame.apply(lambda column: column.str.strip())
    return frame.mask(frame == "")


def refuse(frame, bad, problem, file, column, shown=None, allowed=None) -> None:
    """Stops at the first row of a table where `bad` is true."""
    wrong = frame[np.asarray(bad, dtype=bool)]
    if len(wrong):
        value = wrong[column].iloc[0]
        raise InputError(problem, file=Path(file).name if file else None, row=int(wrong.index[0]) + 2, column=shown or column,
                         value=None if pd.isna(value) else value, allowed=allowed)


def refuse_unknown(frame: pd.DataFrame, register: pd.DataFrame, file=None, several: bool = False) -> None:
    """Stops at a municipality that the register does not have; with `several`, a cell may hold more than one."""
    if several:
        frame = frame.assign(municipality=frame["municipality"].map(parts, na_action="ignore")).explode("municipality")
    codes = register["municipality"]
    some = ", ".join(codes.head(3))
    allowed = f"the {len(codes)} codes of the register ({some}, ...)"
    unknown = frame["municipality"].notna() & ~frame["municipality"].isin(codes)
    refuse(frame, unknown, "not in the register", file, "municipality", allowed=allowed)
