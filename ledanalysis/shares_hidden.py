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
from ledanalysis.shares_attack import Attack, Item, Mean
from ledanalysis.shares_cell import in_one_cell
from ledanalysis.study import Study

WHOLE = 0  # decimals
CELLS = ["clustering", "cluster"]


@dataclass
class Group:
    """The items of one measure and theme: all that is shown of their answers is attacked together.

    Attributes
    ----------
    items : list of str
    options : list of list of Table
        For each item a table of each valid answer, over the same cells.
    missing : list of list of Table
        The same of the missing codes.
    means : list of Mean
    hidden : array, items x cells
    strata : bool array, cells
        Those that add up to the sector.
    """

    items: list[str]
    options: list[list[Table]]
    missing: list[list[Table]]
    means: list[Mean]
    hidden: np.ndarray
    strata: np.ndarray


def hidden_cells(
    table: pd.DataFrame, given: pd.DataFrame, weights: pd.DataFrame, places: pd.DataFrame,
    shown: pd.DataFrame, known: pd.DataFrame, behind: Answers, study: Study,
) -> pd.DataFrame:  # fmt: skip
    """What is suppressed: clustering, cluster, item, suppressed.

    Parameters
    ----------
    table : DataFrame
        clustering, cluster, item, measure, theme, answer, missing.
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
    groups = groups_of(table, cells, given, weights, places, shown, known, behind, study)
    found = all_at_once(protect_group, [(group, limits) for group in groups])
    rows = [cells.assign(item=item, suppressed=gone) for group, hidden in zip(groups, found) for item, gone in zip(group.items, hidden)]
    return pd.concat(rows, ignore_index=True)


def groups_of(table, cells, given, weights, places, shown, known, behind, study: Study) -> list[Group]:
    """The items to protect, with what is known of their answers. Parameters as of `hidden_cells`."""
    mine = _answered(table, cells, given, weights, places, behind)
    asked = table.drop_duplicates(["item", "answer"])
    gone = _without_means(table, shown).reindex(pd.MultiIndex.from_frame(cells)).fillna(True).astype(bool)
    means = {} if study.settings.min_n < 2 else _means(asked, cells, shown, known, behind, study)
    groups = []
    for (measure, theme), rows in asked.groupby(["measure", "theme"], sort=False):
        together = [list(rows["item"].unique())] if theme else [[item] for item in rows["item"].unique()]
        for items in together:
            tables_of = [[[mine[item, answer] for answer in rows.loc[(rows["item"] == item) & ((rows["missing"] == "") == valid), "answer"]
                           if (item, answer) in mine] for item in items] for valid in (True, False)]  # fmt: skip
            groups.append(Group(items, *tables_of, means.get((measure, theme), []), gone[items].T.to_numpy(), (cells["clustering"] != SECTOR).to_numpy()))
    return groups


def _answered(table, cells, given, weights, places, behind: Answers) -> dict[tuple[str, str], Table]:
    """The table of each answer to each item, over the cells: where nobody answered the item there is none."""
    own = weights[["municipality", "respondent", "weight"]]
    scores = given.rename(columns={"item": "measure", "answer": "theme"}).merge(own, on="municipality")
    scores = scores.assign(informant=scores["respondent"].astype("str"))
    asked = table[["item", "answer"]].drop_duplicates().rename(columns={"item": "measure", "answer": "theme"})
    scales = asked.assign(floor=0.0, ceiling=100.0, step=100.0, decimals=WHOLE, amount=False)
    rows = asked.merge(cells, how="cross")
    return {key: made for key, (_, made) in tables(rows, places, replace(behind, scores=scores, scales=scales)).items()}


def _without_means(table: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """cells x items: whether a mean or share of the same measure and theme is suppressed there, or not published at all."""
    rows = table.loc[table["missing"] == "", [*CELLS, "item", "measure", "theme", "answer"]]
    rows = rows.assign(theme=rows["theme"].where(rows["theme"] != "", rows["answer"]))  # of a choice the options are the themes
    rows = rows.merge(shown[[*CELLS, "measure", "theme", "suppressed"]], "left", [*CELLS, "measure", "theme"])
    return rows.assign(gone=rows["suppressed"].ne(False)).groupby([*CELLS, "item"])["gone"].any().unstack()


def _means(asked, cells, shown, known, behind: Answers, study: Study) -> dict[tuple[str, str], list[Mean]]:
    """What is published that is made of the answers to items of a measure and theme, by these; of choices nothing is sought.

    A choice's options are published one by one where they may be, and hidden where one of them is; whole percents add nothing.
    """
    made = {row.measure: row for row in study.tables["measures"]}
    open_rows = shown[~shown["suppressed"].astype(bool) & shown["estimate"].notna()].reset_index(drop=True)
    linked = tables(open_rows, known, behind)
    found: dict[tuple[str, str], list[Mean]] = {}
    for (measure, theme), rows in asked[(asked["theme"] != "") & (asked["missing"] == "")].groupby(["measure", "theme"], sort=False):
        of_it = [name for name, row in made.items() if name == measure or (row.kind == "items" and row.first == measure)]
        for name in of_it:
            if (name, theme) in linked:
                worth = [_worth(item, part, made[name], study) for item, part in rows.groupby("item", sort=False)]
                mine, made_table = linked[name, theme]
                beside = pd.MultiIndex.from_frame(open_rows.iloc[mine][CELLS]).get_indexer(pd.MultiIndex.from_frame(cells))
                found.setdefault((measure, theme), []).append(Mean(made_table, worth, beside))
    return found


def _worth(item: str, options: pd.DataFrame, measure, study: Study) -> np.ndarray:
    """What each option counts for in a score of the measure: as scoring has it of somebody who answers that."""
    said = pd.DataFrame({"municipality": options["answer"], "respondent": options["answer"], "item": item, "value": options["code"].astype(float)})
    if measure.kind == "scale":
        scale = next(row for row in study.tables["scales"] if row.scale == study.variables.loc[item, "scale"])
        return scoring.scale_items(said, scale, study).set_index("municipality")["value"].reindex(options["answer"]).to_numpy()
    scores = scoring.score_items(said, study.variables.loc[[item]], measure, study)
    return scores.set_index("municipality")["score"].reindex(options["answer"]).to_numpy(float)


def protect_group(group: Group, limits: Limits) -> np.ndarray:
    """The cells to hide of each item: those that are hidden already, and what the rules and attacks call for.

    Returns
    -------
    bool array, items x cells
    """
    hidden = group.hidden.copy()
    for number, options in enumerate(group.options):
        if not options:
            hidden[number] = True
            continue
        hidden[number] |= options[0].informants < max(limits.alike, limits.fewest)
        if limits.fewest > 1:
            means = group.means if len(group.items) == 1 else []
            hidden[number] |= [not gone and in_one_cell(options, group.missing[number], means, cell, limits.fewest) for cell, gone in enumerate(hidden[number])]
        _complement(hidden[number], options[0], group.strata, limits)
    return hidden if limits.fewest < 2 or not group.means or not all(group.options) else _attacked(group, hidden, limits)


def _attacked(group: Group, hidden: np.ndarray, limits: Limits) -> np.ndarray:
    """Attack, hide the smallest of the distributions that an attack needs, attack again."""
    starts = np.cumsum([0, *(made[0].answers.size * len(made) for made in group.options)])
    attack = Attack([Item(made, int(start)) for made, start in zip(group.options, starts)], group.means)
    before = None
    while not hidden.all():
        shown = [~row for row in hidden]
        found = [(target, used) for target, used in attack.closed(shown, _told(attack, shown, limits)) if used]
        if found and before is None:  # what is told without any distribution is not theirs to tell
            before = {target for target, _ in attack.closed([np.zeros(len(row), bool) for row in shown], np.zeros(len(attack.of), bool))}
        found = [used for target, used in found if target not in before]
        if not found:
            break
        for used in found:
            if not any(hidden[place] for place in used):
                hidden[min(used, key=lambda place: group.options[place[0]][0].informants[place[1]])] = True
        for number, options in enumerate(group.options):
            _complement(hidden[number], options[0], group.strata, limits)
    return hidden


def _told(attack: Attack, shown: list[np.ndarray], limits: Limits) -> np.ndarray:
    """Targets that one large cell tells by itself: allowed. A score is told where all answers that it is made of are."""
    told, known = np.zeros(len(attack.of), bool), {}
    for number, (item, cells) in enumerate(zip(attack.items, shown)):
        each = np.array([single_cells(table, np.flatnonzero(cells), limits)[0] for table in item.options])
        mine = each[item.own, np.arange(len(item.people))]
        told[attack.of == number] = mine
        for name, one in zip(item.people, mine):
            known[name] = known.get(name, True) and bool(one)
    people = np.concatenate([mean.table.people for mean in attack.means])
    told[attack.of < 0] = [known.get(name, False) for name in people]
    return told


def _complement(hidden: np.ndarray, made: Table, strata: np.ndarray, limits: Limits) -> None:
    """Hide more strata, smallest first, until what is hidden of them is not few together, nor one; and no small group is left."""
    informants = made.informants
    while True:
        gone = np.flatnonzero(hidden & strata & (informants > 0))
        left = np.flatnonzero(~hidden & strata)
        enough = not len(gone) or (len(gone) > 1 and informants[gone].sum() >= max(limits.alike, limits.fewest))
        if (enough or not len(left)) and not small_groups(made.figures.parts[~hidden & (informants > 0)], limits.fewest):
            return
        which = left if len(left) else np.flatnonzero(~hidden)
        hidden[which[informants[which].argmin()]] = True
