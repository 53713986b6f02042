"""Which distributions of answers may be shown, of each item in each cluster: all of one or nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ledanalysis import scoring
from ledanalysis.attack import small_groups
from ledanalysis.behind import Answers, tables
from ledanalysis.disclosure import all_at_once
from ledanalysis.estimates import SECTOR
from ledanalysis.protection import Limits, Table, single_cells
from ledanalysis.shares_attack import Attack, Mean
from ledanalysis.shares_cell import pinned
from ledanalysis.study import Study

CELLS = ["clustering", "cluster"]
MANY, FINE, COARSE = 100, 1.0, 5.0  # of so many informants shares are in whole percents, of fewer in fives: one of them is more than a percent
MOST = 2_000  # informants: the answers of more are not attacked, and so not shown


@dataclass
class Answered:
    """An item, and what is known of its answers: the tables of its valid answers and missing codes, over the same cells, and means.

    `hidden` and `strata` are of cells: what is so beforehand, and those that add up to the sector.
    """

    item: str
    options: list[Table]
    missing: list[Table]
    means: list[Mean]
    hidden: np.ndarray
    strata: np.ndarray


def steps(informants: np.ndarray) -> np.ndarray:
    """In what a share is rounded.

    Examples
    --------
    >>> steps(np.array([20, 100])).tolist()
    [5.0, 1.0]
    """
    return np.where(np.asarray(informants) < MANY, COARSE, FINE)


def rounded_to(values: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Rounded, halves upwards.

    Examples
    --------
    >>> rounded_to(np.array([2.5, 7.4, 12.6]), np.array([5.0, 5.0, 1.0])).tolist()
    [5.0, 5.0, 13.0]
    """
    return np.floor(values / step + 0.5 + 1e-9) * step


def hidden_cells(
    table: pd.DataFrame, given: pd.DataFrame, weights: pd.DataFrame, places: pd.DataFrame,
    shown: pd.DataFrame, known: pd.DataFrame, behind: Answers, study: Study,
) -> pd.DataFrame:  # fmt: skip
    """What is suppressed: clustering, cluster, item, suppressed; and informants, how many gave a valid answer, asked, how many any.

    Parameters
    ----------
    table : DataFrame
        clustering, cluster, item, measure, theme, answer, code, missing.
    given : DataFrame
        `shares.GIVEN`.
    weights, places : DataFrame
        municipality, respondent, weight; clustering, cluster, municipality.
    shown, known, behind
        What else is published of the answers, of which clusters, made of which scores.
    study : Study
    """
    cells = table[CELLS].drop_duplicates(ignore_index=True)
    limits = Limits(study.settings.min_n, study.settings.extreme_n)
    items = answered_items(table, cells, given, weights, places, shown, known, behind, study)
    found = all_at_once(protect_item, [(item, limits) for item in items])
    nobody = np.zeros(len(cells), int)
    rows = [cells.assign(item=item.item, suppressed=hidden, informants=item.options[0].informants if item.options else nobody,
                         asked=item.missing[0].informants if item.missing else nobody) for item, hidden in zip(items, found)]  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def answered_items(table, cells, given, weights, places, shown, known, behind: Answers, study: Study) -> list[Answered]:
    """The items to protect, with what is known of their answers. Parameters as of `hidden_cells`."""
    mine = _tables(table, cells, given, weights, places, behind)
    asked = table.drop_duplicates(["item", "answer"])
    gone = _without_means(table, shown).reindex(pd.MultiIndex.from_frame(cells)).fillna(True).astype(bool)
    means = _means(asked, shown, known, behind, study) if study.settings.min_n > 1 else {}
    strata = (cells["clustering"] != SECTOR).to_numpy()
    found = []
    for item, rows in asked.groupby("item", sort=False):
        parts = [[mine[item, answer] for answer in rows.loc[(rows["missing"] == "") == valid, "answer"] if (item, answer) in mine] for valid in (True, False)]
        found.append(Answered(item, *parts, means.get(item, []), gone[item].to_numpy().copy(), strata))
    return found


def _tables(table, cells, given, weights, places, behind: Answers) -> dict[tuple[str, str], Table]:
    """The table of each answer to each item, over the cells: where nobody answered the item there is none."""
    own = weights[["municipality", "respondent", "weight"]]
    scores = given.rename(columns={"item": "measure", "answer": "theme"}).merge(own, on="municipality")
    scores = scores.assign(informant=scores["respondent"].astype("str"))
    asked = table[["item", "answer"]].drop_duplicates().rename(columns={"item": "measure", "answer": "theme"})
    scales = asked.assign(floor=0.0, ceiling=100.0, step=100.0, decimals=0, amount=False)
    linked = tables(asked.merge(cells, how="cross"), places, replace(behind, scores=scores, scales=scales))
    for _, made in linked.values():
        step, means = steps(made.informants), made.figures.parts @ made.answers
        ends = rounded_to(means, step) - step / 2, rounded_to(means, step) + step / 2
        made.figures = replace(made.figures, low=ends[0], high=ends[1])
    return {key: made for key, (_, made) in linked.items()}


def _without_means(table: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """cells x items: whether a mean or share of the same measure and theme is suppressed there, or not published at all."""
    rows = table.loc[table["missing"] == "", [*CELLS, "item", "measure", "theme", "answer"]]
    rows = rows.assign(theme=rows["theme"].where(rows["theme"] != "", rows["answer"]))  # of a choice the options are the themes
    rows = rows.merge(shown[[*CELLS, "measure", "theme", "suppressed"]], "left", [*CELLS, "measure", "theme"])
    return rows.assign(gone=rows["suppressed"].ne(False)).groupby([*CELLS, "item"])["gone"].any().unstack()


def _means(asked, shown, known, behind: Answers, study: Study) -> dict[str, list[Mean]]:
    """What is published that is made of the answers to one item alone.

    Not of a choice: its options are published one by one, in more decimals, where they may be, and this hidden where one of them is.
    """
    measures = study.tables["measures"]
    open_rows = shown[~shown["suppressed"].astype(bool) & shown["estimate"].notna()].reset_index(drop=True)
    linked = tables(open_rows, known, behind)
    valid = asked[(asked["theme"] != "") & (asked["missing"] == "")]
    alone = valid.groupby(["measure", "theme"])["item"].transform("nunique") == 1
    found: dict[str, list[Mean]] = {}
    for (item, measure, theme), rows in valid[alone].groupby(["item", "measure", "theme"], sort=False):
        for row in measures:
            if row.kind == "items" and measure in (row.measure, row.first) and (row.measure, theme) in linked:
                found.setdefault(item, []).append(Mean(linked[row.measure, theme][1], _worth(item, rows, row, study)))
    return found


def _worth(item: str, options: pd.DataFrame, measure, study: Study) -> np.ndarray:
    """What each option counts for in a score of the measure: as scoring has it of somebody who answers that."""
    said = pd.DataFrame({"municipality": options["answer"], "respondent": options["answer"], "item": item, "value": options["code"].astype(float)})
    scores = scoring.score_items(said, study.variables.loc[[item]], measure, study)
    return scores.set_index("municipality")["score"].reindex(options["answer"]).to_numpy(float)


def protect_item(item: Answered, limits: Limits) -> np.ndarray:
    """The cells to hide: those that are hidden already, and what the rules and attacks call for.

    Returns
    -------
    bool array, cells
    """
    hidden = item.hidden.copy()
    if not item.options or len(item.options[0].people) > MOST:
        return np.ones(len(hidden), bool)
    hidden |= item.options[0].informants < max(limits.alike, limits.fewest)
    if limits.fewest > 1:
        for made in [*item.options, *item.missing]:
            hidden |= [not gone and pinned(made, cell, limits.fewest) for cell, gone in enumerate(hidden)]
    _complement(hidden, item.options[0], item.strata, limits)
    return _attacked(item, hidden, limits) if limits.fewest > 1 else hidden


def _attacked(item: Answered, hidden: np.ndarray, limits: Limits) -> np.ndarray:
    """Attack; hide the smallest distribution that somebody is in whose answer may come out; attack again."""
    attack, parts = Attack(item.options, item.means), item.options[0].figures.parts
    while not hidden.all():
        told = attack.closed(~hidden, np.flatnonzero(~_allowed(attack, item, ~hidden, limits)))
        if not len(told):
            break
        which = np.flatnonzero(~hidden & (parts[:, told] > 0).any(axis=1))
        if not len(which):
            return np.ones(len(hidden), bool)
        hidden[which[item.options[0].informants[which].argmin()]] = True
        _complement(hidden, item.options[0], item.strata, limits)
    return hidden


def _allowed(attack: Attack, item: Answered, shown: np.ndarray, limits: Limits) -> np.ndarray:
    """Whose answer one large cell tells by itself: a mean, or a share of most."""
    told = set()
    for mean in item.means:
        known, _ = single_cells(mean.table, np.arange(len(mean.table.figures.parts)), limits)
        told |= set(mean.table.people[known])
    most = np.zeros(len(attack.own), bool)
    for option, table in enumerate(item.options):
        cells = np.flatnonzero(shown & (table.figures.parts @ table.answers > 50))
        if len(cells):
            most |= single_cells(table, cells, limits)[0] & (attack.own == option)
    return most | np.isin(attack.people, list(told))


def _complement(hidden: np.ndarray, made: Table, strata: np.ndarray, limits: Limits) -> None:
    """Hide more strata, smallest first, until what is hidden of them is not few together, nor one; and no small group is left."""
    informants = made.informants
    while True:
        gone = np.flatnonzero(hidden & strata & (informants > 0))
        left = np.flatnonzero(~hidden & strata & (informants > 0))
        enough = not len(gone) or (len(gone) > 1 and informants[gone].sum() >= max(limits.alike, limits.fewest))
        told = not enough and not hidden[~strata].all()  # the sector less the others
        if not told and not small_groups(made.figures.parts[~hidden & (informants > 0)], limits.fewest):
            return
        which = left if len(left) else np.flatnonzero(~hidden)
        hidden[which[informants[which].argmin()]] = True
