"""How many people work at each municipality: from the register, the survey, or the ratio to its inhabitants."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.study import Study

FEWEST = 3  # municipalities that a stratum's ratio of staff to inhabitants is made from


def staff_numbers(answers: pd.DataFrame, weights: pd.DataFrame, units: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The staff of each municipality that answered, and how it is known.

    Parameters
    ----------
    answers : DataFrame
        respondent, municipality, item, value (`cleaning.to_answers`).
    weights : DataFrame
        municipality, stratum.
    units : DataFrame
        The register: municipality; optional `staff`, and the column that `staff_from` in study.toml names.
    study : Study

    Returns
    -------
    DataFrame
        municipality, staff (NaN: not known), spread (standard deviation of an estimated number, else 0) and source:
        "register"; "survey", where a service's staff is divided over the municipalities that it answers for, in
        proportion to `staff_from`; "estimated", the stratum's ratio of staff to `staff_from` (Cochran 1977, ch. 6), or
        that of all where fewer than 3 are known; "unknown".

    Raises
    ------
    InputError
        The register lacks the column that `staff_from` names.
    """
    column = study.settings.staff_from
    if column and column not in units:
        raise InputError("the register has no such column", file="study.toml", column="staff_from", value=column,
                         allowed=list(units))  # fmt: skip
    rows = weights[["municipality", "stratum"]].merge(units, on="municipality", how="left")
    size = rows[column].astype("float64") if column else pd.Series(np.nan, rows.index)
    size = size.where(size > 0)
    known = rows["staff"].astype("float64") if "staff" in rows else pd.Series(np.nan, rows.index)
    asked = rows["municipality"].map(_asked(answers, units, study))
    modelled, spread = _modelled(known.fillna(asked), size, rows["stratum"])
    sources = [known.notna(), asked.notna(), modelled.notna()]
    return pd.DataFrame({
        "municipality": rows["municipality"],
        "staff": np.select(sources, [known, asked, modelled], np.nan),
        "spread": np.select(sources, [0.0, 0.0, spread], np.nan),
        "source": np.select(sources, ["register", "survey", "estimated"], "unknown"),
    })  # fmt: skip


def _asked(answers: pd.DataFrame, units: pd.DataFrame, study: Study) -> pd.Series:
    """Staff by municipality, of those that gave it."""
    given = answers[(answers["item"] == study.settings.staff) & (answers["value"].fillna(0) > 0)]
    given = given[["respondent", "municipality", "value"]].merge(units, on="municipality", how="left")
    column = study.settings.staff_from
    size = given[column].astype("float64") if column else pd.Series(1.0, given.index)
    together = size.groupby(given["respondent"])
    alone = together.transform("size") == 1  # needs no dividing, whatever is known of its size
    share = (size / together.transform("sum", skipna=False)).mask(alone, 1.0)
    return (given["value"] * share).groupby(given["municipality"]).mean().dropna()


def _modelled(staff: pd.Series, size: pd.Series, stratum: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Staff by the ratio to size in the stratum, and the standard deviation of one municipality around it."""
    both = staff.notna() & size.notna()
    if both.sum() < FEWEST:
        return pd.Series(np.nan, staff.index), pd.Series(np.nan, staff.index)
    enough = both.groupby(stratum).transform("sum") >= FEWEST
    group = stratum.astype("str").where(enough, "")
    own = group[both]
    ratio = staff[both].groupby(own).sum() / size[both].groupby(own).sum()
    ratio[""] = staff[both].sum() / size[both].sum()
    modelled = size * group.map(ratio)
    misses = (staff / modelled - 1)[both]
    relative = np.sqrt((misses**2).groupby(own).sum() / (misses.groupby(own).size() - 1))
    relative[""] = np.sqrt((misses**2).sum() / (both.sum() - 1))
    return modelled, modelled * group.map(relative)
