"""What a mirror says in words: facts about one municipality, and what to talk about; made from its tables.

A municipality's own answers are facts. That it stands apart from a group's figure is told with both, and as no more.
"""

from __future__ import annotations

import pandas as pd

from ledanalysis import style
from ledanalysis.beside import OWN
from ledanalysis.findings import FEW, join_names
from ledanalysis.markup import plain
from ledanalysis.mirror_pages import MirrorPage

MOST = 2  # so many names are enough where more come from one table


def highest(page: MirrorPage, table: pd.DataFrame, words: str) -> str:
    """What it gives its highest answer, and where it stands farthest from its first group; `words` is "now" or "moments"."""
    if table.empty:
        return ""
    first = _counted(page, f"mirror_{words}", _top(table, OWN))
    return "; ".join(filter(None, [first, apart(page, table)]))


def apart(page: MirrorPage, table: pd.DataFrame) -> str:
    """Where it stands farthest from its first group, with both figures; empty where no group is shown."""
    row = _farthest(page, table)
    return "" if row is None else page.study.text("mirror_apart", theme=row["label"], **_figures(page, row, _first(page, table)))


def rising(page: MirrorPage, table: pd.DataFrame) -> str:
    """What will matter more to it than it does now: columns label, own, own_now."""
    if table.empty:
        return ""
    more = _more(table)
    return _counted(page, "mirror_rise", more["label"]) if len(more) else page.study.text("mirror_rise_none", name=page.name)


def with_now(page: MirrorPage, future: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """The table of the coming years with its own answer now (own_now), and both in words (own_text)."""
    before = future["theme"].map(now.set_index("theme")[OWN]).astype("float64")
    figures = [[style.number(value, 0, page.study.language) for value in pair] for pair in zip(before, future[OWN])]
    return future.assign(own_now=before, own_text=[f"{old} → {new}" for old, new in figures])


def use(page: MirrorPage, table: pd.DataFrame) -> str:
    """How many of the options it chose, and what its first group chooses most of what it does not."""
    if table.empty:
        return ""
    first = page.study.text("mirror_use", name=page.name, count=int((table[OWN] > 0).sum()), total=int(table[OWN].notna().sum()))
    lacking = _lacking(page, table).head(1)
    return "; ".join([first, *(page.study.text("mirror_lacking", theme=row["label"], **_figures(page, row, _first(page, table))) for _, row in lacking.iterrows())])


def points(page: MirrorPage, now: pd.DataFrame, future: pd.DataFrame, offer: pd.DataFrame, stimulated: pd.DataFrame, moments: pd.DataFrame) -> str:
    """What to talk about on Monday (Markdown list), each point only where the tables give cause."""
    study = page.study
    none = future[future["theme"].isin(offer.loc[offer[OWN] == 0, "theme"])] if len(offer) else future.iloc[:0]
    uneven = moments[OWN].nunique() > 1
    causes = {"offer": _top(none, OWN), "rise": _more(future)["label"] if len(future) else [],
              "moments": _top(moments.assign(low=-moments[OWN]), "low") if uneven else []}  # fmt: skip
    lines = [study.text(f"mirror_talk_{key}", names=_some(page, names)) for key, names in causes.items() if len(names)]
    lacking = _lacking(page, stimulated).head(MOST)
    if len(lacking):
        told = [_figures(page, row, _first(page, stimulated)) for _, row in lacking.iterrows()]
        names = join_names([f"{label} ({each['value']})" for label, each in zip(lacking["label"], told)], study)
        lines.append(study.text("mirror_talk_lacking", names=names, group=told[0]["group"]))
    row = _farthest(page, now)
    if row is not None:
        lines.append(study.text("mirror_talk_apart", theme=row["label"], **_figures(page, row, _first(page, now))))
    return "\n".join(f"- {plain(line)}" for line in lines)


def reading(page: MirrorPage) -> str:
    """How to read the page, and what is not shown (Markdown list)."""
    study = page.study
    return study.text("mirror_reading", name=plain(page.name), units=study.says("units"), min_n=study.settings.min_n)


def beside_whom(page: MirrorPage) -> pd.DataFrame:
    """Its groups, for a slide: which, and how many of them answered."""
    columns = {"label": "mirror_group", "population": "mirror_population", "answered": "mirror_answered"}
    words = {name: page.study.text(key, units=page.study.says("units")) for name, key in columns.items()}
    return page.groups[list(columns)].rename(columns=words).reset_index(drop=True)


def _first(page: MirrorPage, table: pd.DataFrame) -> str | None:
    """The group that a table is held to: the first that is shown in it."""
    return next(iter(page.shown(table)), None)


def _top(table: pd.DataFrame, column: str) -> pd.Series:
    """The labels of the rows that are highest, all that are equal."""
    return table.loc[table[column] == table[column].max(), "label"] if len(table) else pd.Series(dtype="str")


def _more(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that rise, most first."""
    rise = table[OWN] - table["own_now"]
    return table.loc[rise[rise > 0].sort_values(ascending=False, kind="stable").index]


def _lacking(page: MirrorPage, table: pd.DataFrame) -> pd.DataFrame:
    """What it does not have, those first that its first group has most."""
    group = _first(page, table)
    if group is None:
        return table.iloc[:0]
    return table[(table[OWN] == 0) & table[group].notna()].sort_values(group, ascending=False, kind="stable")


def _farthest(page: MirrorPage, table: pd.DataFrame) -> pd.Series | None:
    group = _first(page, table)
    gap = (table[OWN] - table[group]).abs() if group else pd.Series(dtype="float64")
    return table.loc[gap.idxmax()] if gap.notna().any() and gap.max() >= 1 else None


def _figures(page: MirrorPage, row: pd.Series, group: str) -> dict[str, str]:
    """The own figure and that of a group, in words."""
    measure = page.study.measure(row["measure"])
    write = style.percent if measure and measure.unit == "percent" else style.number
    own = write(row[OWN], language=page.study.language)
    return {"name": page.name, "own": own, "group": page.groups["short"][group], "value": write(row[group], language=page.study.language)}


def _some(page: MirrorPage, names) -> str:
    """A few names, and how many more."""
    names = list(names)
    if len(names) <= FEW:
        return join_names(names, page.study)
    return page.study.text("mirror_some", names=", ".join(names[:MOST]), count=len(names) - MOST)


def _counted(page: MirrorPage, key: str, names) -> str:
    size = "one" if len(names) == 1 else "few" if len(names) <= FEW else "many"
    return page.study.text(f"{key}_{size}", name=page.name, names=join_names(names, page.study, FEW if size != "many" else MOST), count=len(names))
