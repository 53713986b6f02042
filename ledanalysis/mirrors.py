"""What one municipality may see beside its own answers, and which municipalities asked for it."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from ledanalysis.attack import NEAR
from ledanalysis.behind import Answers, tables
from ledanalysis.disclosure import HIDDEN
from ledanalysis.estimates import ALL, SECTOR
from ledanalysis.protection import Table
from ledanalysis.rules import routed_by
from ledanalysis.study import Study

KEYS = ["clustering", "cluster", "measure", "theme"]
MIRRORS = ["municipality", *KEYS, "own", "estimate", "n", "suppressed"]


def asked_for(responses: pd.DataFrame, study: Study) -> list[str]:
    """The municipalities that answered and asked for a mirror: none in a study whose study.toml names no such answer.

    Parameters
    ----------
    responses : DataFrame
        Cleaned: what was dropped is no answer.
    study : Study
    """
    if not study.settings.mirror:
        return []
    answers, option = routed_by(responses, study.settings.mirror, study)
    return sorted(responses.loc[answers == option, "municipality"].unique())


def mirror_table(responses: pd.DataFrame, shown: pd.DataFrame, clusters: pd.DataFrame, answers: Answers, study: Study) -> pd.DataFrame:
    """The mirrors of all municipalities that get one.

    Parameters
    ----------
    responses : DataFrame
        Cleaned.
    shown : DataFrame
        The estimates, as made by `suppress`.
    clusters : DataFrame
        clustering, cluster, municipality, of the clusterings that are estimated.
    answers : Answers
    study : Study

    Returns
    -------
    DataFrame
        MIRRORS: own (its own score; missing where it gave no answer), estimate and n (of the group; missing where
        suppressed). Groups are everyone, and its cluster of each clustering with mirror "yes" in clusterings.csv.
    """
    beside = [row.clustering for row in study.tables["clusterings"] if row.mirror == "yes"]
    everyone = pd.DataFrame({"clustering": SECTOR, "cluster": ALL, "municipality": responses["municipality"].unique()})
    groups = pd.concat([everyone, clusters.loc[clusters["clustering"].isin(beside), [*KEYS[:2], "municipality"]]], ignore_index=True)
    shown = shown.loc[shown["clustering"].isin([SECTOR, *beside]), [*KEYS, "estimate", "n", "suppressed"]]
    settings = study.settings
    return mirror(shown, groups, answers, asked_for(responses, study), settings.min_n, settings.extreme_n)[MIRRORS]


def mirror(
    shown: pd.DataFrame, clusters: pd.DataFrame, answers: Answers, municipalities: Collection[str], min_n: int, extreme_n: int
) -> pd.DataFrame:
    """What municipalities may see of their clusters beside their own answers: each can take those out of each figure.

    A figure is given where at least `min_n` others answered; and not where the others are fewer than `extreme_n` and
    all gave the same answer, or one of them can have given no other than it gave.

    Parameters
    ----------
    shown : DataFrame
        As made by `suppress`.
    clusters : DataFrame
        clustering, cluster, municipality, that of everyone with them.
    answers : Answers
    municipalities : collection of str
    min_n, extreme_n : int

    Returns
    -------
    DataFrame
        A row per municipality and row of its clusters, with `own` (its own score) and `suppressed`.
    """
    shown = shown.reset_index(drop=True)
    mine = clusters.loc[clusters["municipality"].isin(municipalities), ["municipality", *KEYS[:2]]].drop_duplicates()
    own = answers.scores.loc[answers.scores["municipality"].isin(municipalities), ["municipality", "informant", "measure", "theme", "score"]]
    rows = mine.merge(shown, on=KEYS[:2]).merge(own.rename(columns={"score": "own"}), "left", on=["municipality", "measure", "theme"])
    rows = rows.merge(_ends(shown, clusters, answers.scores), "left", on=KEYS)
    rows = rows.merge(_telling(shown, clusters, answers, extreme_n), "left", on=[*KEYS, "informant"])
    low = rows["low"].mask(rows["informant"] == rows["low_of"], rows["next_low"])
    high = rows["high"].mask(rows["informant"] == rows["high_of"], rows["next_high"])
    others = rows["informants"].fillna(1) - 1
    few = (others < min_n) | ((others < extreme_n) & ((low == high) | rows["tells"].notna()))
    gone = rows["suppressed"] | (rows["own"].notna() & few)
    figures = [column for column in HIDDEN if column in rows]
    rows = rows.astype(dict.fromkeys(figures, "float64"))
    rows.loc[gone, figures] = float("nan")
    return rows.assign(suppressed=gone)[["municipality", *shown.columns, "own"]].sort_values(["municipality", *KEYS], ignore_index=True)


def _ends(shown: pd.DataFrame, clusters: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Per cell how many informants, whose answer is lowest and whose highest, and what the next is."""
    groups = clusters.merge(shown[KEYS[:2]].drop_duplicates())[[*KEYS[:2], "municipality"]].drop_duplicates()
    inside = groups.merge(scores[["municipality", "informant", "measure", "theme", "score"]], on="municipality")
    each = inside.groupby([*KEYS, "informant"], sort=False)["score"].agg(low="min", high="max").reset_index()
    found = each.groupby(KEYS, sort=False).size().rename("informants").to_frame()
    for end, upwards in (("low", True), ("high", False)):
        ordered = each.sort_values(end, ascending=upwards, kind="stable")
        place = ordered.groupby(KEYS, sort=False).cumcount()
        first, second = (ordered[place == number].set_index(KEYS) for number in (0, 1))
        found = found.assign(**{end: first[end], f"{end}_of": first["informant"], f"next_{end}": second[end]})
    return found.reset_index()


def _telling(shown: pd.DataFrame, clusters: pd.DataFrame, answers: Answers, extreme_n: int) -> pd.DataFrame:
    """Figures that tell an informant, who takes the own answer out, the answer of another: KEYS, informant, tells (true).

    Of measures whose figures add up (`published.scales`), where the others are fewer than `extreme_n`.
    """
    found = []
    for rows, table in tables(shown, clusters, answers).values():
        small = np.flatnonzero((table.informants > 1) & (table.informants <= extreme_n) & ~shown["suppressed"].to_numpy()[rows])
        for cell in small:
            who = _told(table, cell)
            found += [(*shown.loc[rows[cell], KEYS], informant, True) for informant in who]
    told = pd.DataFrame(found, columns=[*KEYS, "informant", "tells"])
    return told.astype(dict.fromkeys([*KEYS, "informant"], "str"))


def _told(table: Table, cell: int) -> np.ndarray:
    """Who, knowing the own answer, has it from the figure of a cell that another's can be no step higher and no step lower."""
    people = np.flatnonzero(table.figures.parts[cell])
    part, answer, step = table.figures.parts[cell, people], table.answers[people], table.step[people]
    floor, ceiling = table.figures.floor, table.figures.ceiling
    own, rest = (part * answer)[:, None], 1 - part[:, None] - part
    highs = np.minimum((table.figures.high[cell] - own - floor * rest) / part, ceiling)
    lows = np.maximum((table.figures.low[cell] - own - ceiling * rest) / part, floor)
    shut = (highs < answer + step - NEAR) & (lows > answer - step + NEAR)
    np.fill_diagonal(shut, False)
    return table.people[people[shut.any(axis=1)]]
