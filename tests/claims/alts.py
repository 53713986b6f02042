"""The alt text of a picture: the highest three, the lowest, n, and how many are clear or suppressed."""

from __future__ import annotations

import re

import pandas as pd

from claims.interviews import VERDICTS, actor_counts, beside_survey
from claims.mirrors import answers, first_group, groups
from claims.sentences import Unread, differs, labels, percent, said as read, written
from claims.survey import heat_cells, shares_of_both
from claims.tables import Case, apart_from_nought, farthest

LINKS = 15  # lines that a map of actors has room for
PERCENT = ("kicker_forms",)  # points that add up to 100 are drawn as shares
CUT = " …"


def alt(case: Case, question: str, words: str) -> list[str]:
    """What is wrong with an alt text."""
    if question == "kicker_response":
        return _map(case, words)
    if question == "kicker_both_views":
        return _views(case, words)
    rows = _told(case, question)
    return _ends(case, words, rows) + _counts(case, question, words, rows)


def _told(case: Case, question: str) -> pd.DataFrame:
    """Per row what the alt text may say of it: label, value (to order by), words, n."""
    language = case.language
    if question == "kicker_heat":
        rows = heat_cells(case)
        cut = [f"{_short(row.label, 28)}, {_short(row.cluster_label, 28)}:" for row in rows.itertuples()]
        rows = rows.assign(row_label=rows["label"], label=cut, words=[written(value, 0, language) if pd.notna(value) else "" for value in rows["estimate"]])
    elif question == "kicker_network":
        single, _ = actor_counts(case)
        share = single / case.response()["interviewed"] * 100
        rows = pd.DataFrame({"label": single.index, "estimate": share.to_numpy(), "words": [percent(value, language) for value in share]})
        return rows.assign(value=rows["estimate"], n=case.response()["interviewed"])
    elif question == "kicker_mentions":
        rows = beside_survey(case)
        rows = rows.assign(words=[percent(value, language) for value in rows["estimate"].fillna(0)])
    elif case.deck.municipality:
        return _mirror(case)
    elif question == "kicker_change":
        now, future = (case.measured(measure).set_index("label")["estimate"] for measure in ("now", "future"))
        rows = case.rows
        rows = rows.assign(estimate=rows["estimate"].mask(rows["label"].map(now).isna() | rows["label"].map(future).isna()))
        words = [_change(row, now, future, language) if pd.notna(row.estimate) else "" for row in rows.itertuples()]
        rows = rows.assign(words=words)
    elif question == "kicker_wave_of":
        changes = case.table("changes").merge(case.study.themes[["measure", "theme", "short"]].rename(columns={"short": "label"}), on=["measure", "theme"])
        rows = changes[(changes["clustering"] == case.deck.clustering) & (changes["cluster"] == case.deck.cluster) & (changes["measure"] == case.measure)]
        rows = rows[(rows["basis"] == "all") & rows["label"].isin(case.rows["label"])]
        rows = rows.assign(words=[written(value, 0, language, sign=True) for value in rows["estimate"].fillna(0)])
    else:
        rows = farthest(case) if question == "kicker_apart" else case.rows
        shares = case.study.measure(case.measure).unit == "percent" or question in PERCENT
        rows = rows.assign(words=[(percent(value, language) if shares else written(value, 0, language)) for value in rows["estimate"].fillna(0)])
    return rows.assign(value=rows["estimate"])


def _change(row, now: pd.Series, future: pd.Series, language: str) -> str:
    ends = labels()["chart_from_to"][language].format(now=written(now[row.label], 0, language), future=written(future[row.label], 0, language))
    return f"{written(row.estimate, 0, language, sign=True)} ({ends})"


def _mirror(case: Case) -> pd.DataFrame:
    table = answers(case)
    group = first_group(case, table)
    unit = case.study.measure(case.measure).unit
    named = {row.clustering: f"{case.study.label_of(row).lower()}: " for row in case.study.tables["clusterings"]}
    response = case.table("response").set_index(["clustering", "cluster"])["label"]
    mine = case.table("mirrors")
    mine = mine[mine["municipality"] == case.deck.municipality].drop_duplicates("clustering").set_index("clustering")["cluster"]
    rows = []
    for label, row in table.iterrows():
        if pd.isna(row["own"]):
            told = labels()["mirror_no_answer"][case.language]
        elif unit == "percent":
            told = labels()["mirror_yes" if row["own"] > 0 else "mirror_no"][case.language]
        else:
            told = written(row["own"], 0, case.language)
        if case.measure == "future" and pd.notna(row["own"]):
            before = answers(case, "now")["own"].get(label)
            told = f"{'–' if pd.isna(before) else written(before, 0, case.language)} → {told}"
        if group is not None and pd.notna(row[group]):
            clustering = groups(case)[group]
            whole = named[clustering] + response[clustering, mine[clustering]] if clustering in named else group
            told += f" ({whole} {percent(row[group], case.language) if unit == 'percent' else written(row[group], 0, case.language)})"
        rows.append((label, row["own"], told))
    return pd.DataFrame(rows, columns=["label", "value", "words"]).assign(n=float("nan"), estimate=lambda each: each["value"].fillna(-1))


def _short(label: str, width: int) -> str:
    """A label's first words, as many as fit, with an ellipsis."""
    if len(label) <= width:
        return label
    while len(label) >= width:
        label = label.rpartition(" ")[0] if " " in label else label[: width - 1]
    return label.rstrip(" /:,(–-") + "…"


def _ends(case: Case, words: str, rows: pd.DataFrame) -> list[str]:
    """'Hoogst: A 74; B 72; C 71. Laagst: D 36.' against the rows."""
    rows = rows[rows["estimate"].notna()].sort_values("value", ascending=False, kind="stable", na_position="last")
    told = {f"{_short(row.label, 60 if row.label.endswith(':') else 40)} {row.words}": row.value for row in rows.itertuples()}
    high, low = (re.escape(labels()[key][case.language]).replace(r"\{items\}", "(.+?)") for key in ("chart_alt_high", "chart_alt_low"))
    words = words.removesuffix(CUT)
    found = re.search(rf"(?:^|\s){high}(?=\s(?:{low}|n = |[A-Z])|$)", words)
    if not found:
        return [] if rows.empty else [f"no highest in the alt text: {words!r}"]
    faults, ordered = [], list(told.values())
    items = _items(found[1], list(told))
    faults += [f"alt: {item!r} is not in the tables" for item in items if item not in told]
    if not faults and [told[item] for item in items] != ordered[: len(items)] and not pd.isna(ordered[: len(items)]).any():
        faults.append(f"alt: {items} are not the highest")
    last = re.search(rf"\s{low}(?=\sn = |\s[A-Z]|$)", words)
    if last and last[1] not in told:
        faults.append(f"alt: {last[1]!r} is not in the tables")
    elif last and told.get(last[1]) != ordered[-1] and not pd.isna(ordered[-1]):
        faults.append(f"alt: {last[1]!r} is not the lowest")
    return faults


def _items(words: str, known: list[str]) -> list[str]:
    """Items joined with '; ', where an item may hold a '; ' itself."""
    items, rest = [], words
    while rest:
        item = next((each for each in sorted(known, key=len, reverse=True) if rest == each or rest.startswith(f"{each}; ")), rest)
        items.append(item)
        rest = rest[len(item) + 2 :]
    return items


def _counts(case: Case, question: str, words: str, rows: pd.DataFrame) -> list[str]:
    """n, and how many rows are clear, of each verdict, or suppressed."""
    faults = _size(case, question, words, rows)
    if words.endswith(CUT):  # cut off where an alt text may be no longer
        return faults
    shown = rows.loc[rows["estimate"].notna(), "n"].dropna()
    if len(shown):
        ends = list(dict.fromkeys(written(end, 0, case.language) for end in (shown.min(), shown.max())))
        faults += [] if f"n = {'–'.join(ends)}." in words else [f"alt: n is {'–'.join(ends)}"]
    hidden = int(rows["estimate"].isna().sum())
    sentence = labels()["chart_alt_suppressed"][case.language].format(count=hidden)
    told_hidden = labels()["chart_alt_suppressed"][case.language].split("{")[0] in words
    faults += [] if (sentence in words if hidden else not told_hidden) else [f"alt: {hidden} are suppressed"]
    if question == "kicker_change":
        sure = apart_from_nought(case.rows, case.study.settings.level)
        clear = labels()["chart_alt_clear"][case.language].format(count=int((sure["up"] | sure["down"]).sum()))
        faults += [] if clear in words else [f"alt: not {clear!r}"]
    if question == "kicker_mentions":
        verdicts = rows["verdict"].value_counts()
        faults += [f"alt: {verdict} is {verdicts[verdict]}" for verdict in (*VERDICTS, "untold") if verdict in verdicts
                   and f"{labels()[f'triangulation_{verdict}'][case.language]}: {verdicts[verdict]}" not in words]  # fmt: skip
    return faults


def _size(case: Case, question: str, words: str, rows: pd.DataFrame) -> list[str]:
    """How many rows the picture has; of a heat map also columns, of a map of actors links."""
    right = [len(rows)]
    if question == "kicker_heat":
        right = [rows["row_label"].nunique(), rows["cluster_label"].nunique()]
    elif question == "kicker_network":
        strong = actor_counts(case)[1].sort_values(ascending=False)
        right.append(len(strong) if len(strong) <= LINKS else int((strong > strong.iloc[LINKS]).sum()))
    told = re.findall(r": (\d+)", words.split(". ")[1 if words.startswith("% ") else 0])
    return differs("alt: rows", ", ".join(told), ", ".join(map(str, right)))


def _map(case: Case, words: str) -> list[str]:
    """How many municipalities of each kind the map has."""
    units, parts = case.table("units"), {}
    here = set(units["municipality"])
    if case.deck.clustering != "sector":
        clusters = case.table("clusters")
        here = set(clusters.loc[(clusters["clustering"] == case.deck.clustering) & (clusters["cluster"] == case.deck.cluster), "municipality"])
    inside = units[units["municipality"].isin(here)]
    parts = {"answered": inside["answered"] & ~inside["interviewed"], "interviewed": inside["answered"] & inside["interviewed"],
             "interview_only": ~inside["answered"] & inside["interviewed"], "none": ~inside["answered"] & ~inside["interviewed"]}  # fmt: skip
    counts = {key: int(part.sum()) for key, part in parts.items()} | {"rest": len(units) - len(inside)}
    items = [f"{labels()[f'map_{key}'][case.language]}: {written(count, 0, case.language)}" for key, count in counts.items() if count]
    opening = labels()["chart_alt_tile_map"][case.language].format(rows=len(units))
    return differs("alt", words, f"{opening} {labels()['chart_alt_counts'][case.language].format(items='; '.join(items))}")


def _views(case: Case, words: str) -> list[str]:
    """Two charts of the same shares: each side's highest and lowest."""
    units = case.study.says("units")
    axes = [(name, (labels()[f"axis_{name}"][case.language].format(units=units),)) for name in ("units", "staff")]
    found = read(words, "chart_alt_views", case.language, tuple(axes))
    if found is None:
        raise Unread(f"no alt text of two views: {words!r}")
    rows, faults = shares_of_both(case), []
    for place, column in (("first", "units"), ("second", "estimate")):
        told = {f"{_short(row.what, 40)} {percent(getattr(row, column), case.language)}" for row in rows.itertuples()}
        items = re.findall(r"(?:: |; )([^;:.]+? \d+%)", found[place])
        faults += [f"alt: {item!r} is not in the tables" for item in items if item not in told] + ([] if items else ["alt: no figures"])
    return faults
