"""What a mirror claims: one municipality's own answers, and its groups' figures where these are shown."""

from __future__ import annotations

import pandas as pd

from claims.sentences import Said, Unread, differs, labels, listed, percent, said as read, written
from claims.tables import SECTOR, Case

KEYS = ["clustering", "cluster", "measure", "theme"]


def own_name(case: Case) -> str:
    """What this municipality is called."""
    units = case.table("units")
    return units.loc[units["municipality"] == case.deck.municipality, "label"].iloc[0]


def answers(case: Case, measure: str = "", kind: str = "") -> pd.DataFrame:
    """Its own answers (own) by the label, and per group that is shown its figure, by the group's short name."""
    measure, kind = measure or case.measure, kind or ("" if measure else case.kind)
    rows = case.table("mirrors")
    rows = rows[(rows["municipality"] == case.deck.municipality) & (rows["measure"] == measure)]
    names = case.study.themes[case.study.themes["measure"] == measure]
    rows = rows.merge((names[names["kind"] == kind] if kind else names)[["theme", "short"]], on="theme")
    table = rows.drop_duplicates("theme").set_index("short")[["theme", "own"]]
    for short, clustering in groups(case).items():
        part = rows[(rows["clustering"] == clustering) & ~rows["suppressed"]]
        table[short] = part.set_index("short")["estimate"]
    return table


def groups(case: Case) -> dict[str, str]:
    """The short names of its groups, its own ones first, and their clusterings."""
    named = {case.study.label_of(row).lower(): row.clustering for row in case.study.tables["clusterings"] if row.mirror == "yes"}
    return named | {labels()["sector"][case.language].format(units=case.study.says("units")): SECTOR[0]}


def fixed(case: Case) -> tuple:
    """What can stand in some places of a mirror's sentences."""
    return ("name", (own_name(case),)), ("group", tuple(groups(case)))


def first_group(case: Case, table: pd.DataFrame) -> str | None:
    """The group that it is held to: its first of which anything is shown."""
    return next((short for short in groups(case) if table[short].notna().any()), None)


def figure(case: Case, value: float, measure: str = "") -> str:
    """A figure in the unit of its measure."""
    unit = case.study.measure(measure or case.measure).unit
    return percent(value, case.language) if unit == "percent" else written(value, 0, case.language)


def beside(case: Case, told: Said, measure: str = "", kind: str = "") -> list[str]:
    """That its answer and its group's figure are these, and that nowhere else it is farther from its group."""
    table = answers(case, measure, kind)
    group, names = first_group(case, table), listed(told["theme"], list(table.index), case.language)
    if group is None or len(names) != 1 or pd.isna(table.loc[names[0], group]):
        return ["no group's figure is shown"]
    row, gaps = table.loc[names[0]], (table["own"] - table[group]).abs()
    faults = differs("group", told["group"], group) + differs("value", told["value"], figure(case, row[group], measure))
    faults += differs("own", told["own"], figure(case, row["own"], measure))
    if told.key == "mirror_lacking":
        lack = table.loc[table["own"] == 0, group]
        return faults + ([] if row["own"] == 0 and row[group] == lack.max() else ["it has this, or others lack more"])
    return faults + ([] if gaps[names[0]] == gaps.max() else ["it is farther from its group elsewhere"])


def farthest(case: Case, told: Said) -> list[str]:
    """Where it stands farthest from its first group."""
    return differs("name", told["name"], own_name(case)) + beside(case, told)


def lacking(case: Case, told: Said) -> list[str]:
    """What it lacks that its first group has most."""
    return beside(case, Said("mirror_lacking", told.values | {"own": figure(case, 0.0)}))


def highest(case: Case, told: Said) -> list[str]:
    """What it gives its highest answer: all that are equal, or how many."""
    own = answers(case)["own"].dropna()
    top = list(own.index[own == own.max()])
    faults = differs("name", told["name"], own_name(case))
    faults += differs("count", told["count"], str(len(top))) if "count" in told.values else []
    if "names" not in told.values:
        return faults
    names = listed(told["names"], list(own.index), case.language)
    whole = told.key.endswith("_many") or set(names) == set(top)
    return faults + ([] if set(names) <= set(top) and whole else [f"highest are {top}"])


def rising(case: Case, told: Said) -> list[str]:
    """What matters more to it in three years than now, by its own answers."""
    own = (answers(case, "future")["own"] - answers(case, "now")["own"]).dropna()
    more = own[own > 0].sort_values(ascending=False)
    faults = differs("name", told["name"], own_name(case))
    if told.key == "mirror_rise_none":
        return faults + [f"{label} does" for label in more.index]
    names = listed(told["names"], list(own.index), case.language)
    faults += differs("count", told.values.get("count", "1"), str(len(more)))
    most = set(names) <= set(more.index) and (len(names) == len(more) or more[names].min() >= more.drop(names).max())
    return faults + ([] if most and (told.key.endswith("_many") or len(names) == len(more)) else [f"by its answers {more.to_dict()}"])


def uses(case: Case, told: Said) -> list[str]:
    """How many of the options it chose."""
    own = answers(case)["own"].dropna()
    right = {"name": own_name(case), "count": str(int((own > 0).sum())), "total": str(len(own))}
    return [fault for place, words in told.values.items() for fault in differs(place, words, right[place])]


def talk(case: Case, line: str) -> list[str]:
    """A point to talk about on Monday."""
    keys = [f"mirror_talk_{key}" for key in ("offer", "rise", "moments", "lacking", "apart")]
    told = next(filter(None, (read(line, key, case.language, fixed(case)) for key in keys)), None)
    if told is None:
        raise Unread(f"no point to talk about: {line!r}")
    return TALK[told.key.removeprefix("mirror_talk_")](case, told)


def _offer(case: Case, told: Said) -> list[str]:
    future, offer = answers(case, "future")["own"], answers(case, "organised", "theme")["own"]
    without = future[future.index.isin(offer.index[offer == 0])].dropna()
    return _some(case, told["names"], list(without.index[without == without.max()]), list(future.index))


def _rise(case: Case, told: Said) -> list[str]:
    own = answers(case, "future")["own"] - answers(case, "now")["own"]
    more = own[own > 0].sort_values(ascending=False)
    return _some(case, told["names"], list(more.index), list(own.index), more)


def _moments(case: Case, told: Said) -> list[str]:
    own = answers(case, "moments")["own"].dropna()
    return ([] if own.nunique() > 1 else ["it supports all alike"]) + _some(case, told["names"], list(own.index[own == own.min()]), list(own.index))


def _lacking(case: Case, told: Said) -> list[str]:
    table = answers(case, "stimulated")
    group = first_group(case, table)
    lack = table.loc[(table["own"] == 0) & table[group].notna(), group].sort_values(ascending=False)
    known = {f"{label} ({percent(value, case.language)})": label for label, value in lack.items()}
    names = [known[each] for each in listed(told["names"], list(known), case.language)]
    most = lack[names].min() >= lack.drop(names).max() if len(names) < len(lack) else True
    return differs("group", told["group"], group) + ([] if most else ["others do more of what it does not"])


def _apart(case: Case, told: Said) -> list[str]:
    return beside(case, told, "now")


def _some(case: Case, words: str, right: list[str], known: list[str], order: pd.Series | None = None) -> list[str]:
    """Names, or a few of them and how many more."""
    few = read(words, "mirror_some", case.language)
    last = f" {labels()['and'][case.language]} "
    names = listed(last.join(few["names"].rsplit(", ", 1)) if few else words, known, case.language)
    faults = differs("how many", str(len(names) + int(few["count"] if few else 0)), str(len(right)))
    faults += [f"{name} is not so" for name in names if name not in right]
    first = order is None or len(names) == len(order) or order[names].min() >= order.drop(names).max()
    return faults + ([] if first or faults else ["others are more so"])


TALK = {"offer": _offer, "rise": _rise, "moments": _moments, "lacking": _lacking, "apart": _apart}
SIZES = ("one", "few", "many")
USE = {"mirror_use": uses, "mirror_lacking": lacking}
QUESTIONS = {
    "kicker_now": ("now", "", {f"mirror_now_{size}": highest for size in SIZES} | {"mirror_apart": farthest}),
    "kicker_mirror_change": ("future", "", {f"mirror_rise_{size}": rising for size in (*SIZES, "none")}),
    "kicker_organised": ("organised", "instrument", USE),
    "kicker_stimulated": ("stimulated", "", USE),
    "kicker_moments": ("moments", "", {f"mirror_moments_{size}": highest for size in SIZES} | {"mirror_apart": farthest}),
}
