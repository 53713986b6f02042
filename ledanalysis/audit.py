"""What a run has published, attacked: whether what is suppressed can be worked out of all of it together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ledanalysis.behind import BY_COUNT, BY_STAFF, Answers, tables
from ledanalysis.protection import Attack, Limits, single_cells, weaknesses
from ledanalysis.study import Study
from ledanalysis.together import Together

KEYS = ["clustering", "cluster", "measure", "theme"]
PREFIX = {"staff": BY_STAFF, "unweighted": BY_COUNT}  # of the clusterings of another view
MORE = {"now": "now", "future": "future"}  # figures of other measures in a table of changes


def published(study: Study) -> pd.DataFrame:
    """Every estimate in the tables of a run.

    Parameters
    ----------
    study : Study
        After a run: `outputs/tables` is read.

    Returns
    -------
    DataFrame
        clustering (of another view with its prefix before it), cluster, measure, theme, estimate, n, file; a row per
        figure per file.
    """
    folder = study.outputs / "tables"
    return pd.concat([pd.DataFrame(columns=[*KEYS, "estimate", "n", "file"]), *(_of_file(path, folder) for path in sorted(folder.rglob("*.csv")))],
                     ignore_index=True)  # fmt: skip


def _of_file(path: Path, folder: Path) -> pd.DataFrame:
    table = pd.read_csv(path, sep=";", encoding="utf-8-sig")
    if not {*KEYS, "estimate"} <= set(table):
        return pd.DataFrame()
    if "basis" in table:  # changes since an earlier wave: what they say of this one is its figure
        table = table.assign(estimate=table["now"]).drop(columns="now")
    if "view" in table:
        table = table.assign(clustering=table["view"].map(PREFIX).fillna("") + table["clustering"])
    rows = [table[[*KEYS, "estimate", "n"]]]
    rows += [table[KEYS].assign(estimate=table[name], measure=measure) for name, measure in MORE.items() if name in table]
    if "sector" in table:
        view = PREFIX.get(table["view"].iloc[0], "") if "view" in table and len(table) else ""
        rows.append(table[KEYS].assign(clustering=f"{view}sector", cluster="all", estimate=table["sector"]))
    found = pd.concat(rows, ignore_index=True).assign(file=path.relative_to(folder).as_posix())
    return found[found["estimate"].notna()]


def attack(estimates: pd.DataFrame, clusters: pd.DataFrame, answers: Answers, min_n: int, extreme_n: int) -> pd.DataFrame:
    """What can be worked out of each suppressed cell, from all cells that are shown.

    Parameters
    ----------
    estimates : DataFrame
        clustering, cluster, measure, theme, suppressed.
    clusters : DataFrame
        clustering, cluster, municipality, that of everyone with them.
    answers : Answers
    min_n, extreme_n : int

    Returns
    -------
    DataFrame
        A row per suppressed cell with an answer: KEYS, low and high (linear programming bounds of its mean, or of
        what of it is not known from a large group that all answered the same; wide enough is not sought further), wanted
        (how far apart they must be at least) and recovered; and a row for each answer or small group that came out
        besides, with cluster "" and recovered true.
    """
    estimates = estimates.reset_index(drop=True)
    limits = Limits(min_n, extreme_n)
    linked = tables(estimates, clusters, answers)
    found = [_attack(estimates.iloc[rows], table, limits) for rows, table in linked.values()]
    for measure in (measure for question in answers.questions for measure in question):
        options = [pair for key, pair in linked.items() if key[0] == measure]
        if options:
            found.append(_attack_together(estimates, options, limits))
    return pd.concat(found, ignore_index=True)


def _attack_together(estimates: pd.DataFrame, options: list[tuple], limits: Limits) -> pd.DataFrame:
    """What comes out of all options of a question, that add up to what is known."""
    hidden = estimates["suppressed"].to_numpy(bool)
    attack = Together([table for _, table in options], [~hidden[rows] & (table.informants > 0) for rows, table in options], limits, [])
    found = []
    for target, _ in attack.recovered():
        option, cell = attack.of[target]
        rows = options[option][0]
        row = estimates.iloc[rows[cell or 0]][KEYS].to_dict() | ({} if cell is not None else {"clustering": "", "cluster": ""})
        found.append(row | {"low": attack.least[target], "high": attack.most[target], "wanted": attack.wanted[target], "recovered": True})
    return pd.DataFrame(found, columns=[*KEYS, "low", "high", "wanted", "recovered"]).astype({"recovered": bool})


def _attack(rows: pd.DataFrame, table, limits: Limits) -> pd.DataFrame:
    shown = ~rows["suppressed"].to_numpy(bool) & (table.informants > 0)
    told, _ = single_cells(table, np.flatnonzero(shown), limits)
    attack = Attack(table, shown, told)
    attack.sweep()
    for target in np.flatnonzero(~attack.open()):
        if not attack.open()[target]:
            attack.alone(target)
    people = len(attack.people)
    cells = rows.iloc[attack.hidden][KEYS].assign(
        low=attack.least[people:], high=attack.most[people:], wanted=table.width[attack.hidden], recovered=~attack.open()[people:])  # fmt: skip
    others = [cut for cut, cell in weaknesses(table, shown, limits) if cell is None]
    more = pd.DataFrame([{**rows.iloc[0][["measure", "theme"]], "clustering": "", "cluster": "", "recovered": True} for _ in others])
    return pd.concat([cells, more], ignore_index=True)
