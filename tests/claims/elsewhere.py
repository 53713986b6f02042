"""What a slide claims of what is said elsewhere, and of new themes."""

from __future__ import annotations

import re

import pandas as pd
from scipy.stats import t as student

from claims.sentences import Said, Unread, differs, labels, percent, said as read, written
from claims.tables import Case
from ledanalysis import new_themes

USED = ("organised", "stimulated")


def _group(case: Case, words: str) -> pd.DataFrame:
    """The figures of a group of a hypothesis: estimate, se, df."""
    forms = {row.instrument: row.form for row in case.study.tables["instruments"]}
    parts = []
    for name in (each.strip() for each in words.split(",")):
        if name.startswith("form="):
            rows = pd.concat([case.measured(measure, "instrument") for measure in USED])
            parts.append(rows[rows["theme"].map(forms) == name.removeprefix("form=")])
        else:
            measure, theme = name.split(":")
            rows = case.measured(measure)
            parts.append(rows[rows["theme"] == theme])
    return pd.concat(parts)


def comparisons(case: Case) -> pd.DataFrame:
    """Each comparison of each hypothesis: label, high, low, difference, ends and verdict, of all comparisons at once."""
    pairs = [
        (row, _group(case, high), _group(case, low))
        for row in case.study.tables["hypotheses"] for high in row.higher.split("|") for low in row.lower.split("|")
    ]  # fmt: skip
    found = []
    for row, high, low in pairs:
        both = pd.concat([high, low])
        gone = both["estimate"].isna().any()
        up, down = (round(rows["estimate"].mean(skipna=False), 6) for rows in (high, low))
        difference = up - down
        wide = 0.0 if case.census else student.ppf(1 - case.alpha / 2 / len(pairs), both["df"].min()) * (high["se"].mean() + low["se"].mean())
        verdict = "few" if gone else "supported" if difference - wide > 0 else "contradicted" if difference + wide < 0 else "untold"
        found.append((case.study.label_of(row), up, down, difference, difference - wide, difference + wide, verdict))
    table = pd.DataFrame(found, columns=["label", "high", "low", "difference", "lower", "upper", "verdict"])
    worst = {label: min(part["verdict"], key=["contradicted", "few", "untold", "supported"].index) for label, part in table.groupby("label")}
    return table.assign(verdict=table["label"].map(worst))


def counted(case: Case, told: Said) -> list[str]:
    """How many of the hypotheses are supported, contradicted and not told."""
    verdicts = comparisons(case).drop_duplicates("label")["verdict"].value_counts()
    right = [labels()[f"hypotheses_title_{verdict}"][case.language].format(count=verdicts[verdict])
             for verdict in ("supported", "contradicted", "untold", "few") if verdict in verdicts]  # fmt: skip
    joint = f" {labels()['and'][case.language]} "
    return differs("counts", told["parts"], joint.join([", ".join(right[:-1]), right[-1]]) if len(right) > 1 else right[0])


def pairs(case: Case, body: str) -> list[str]:
    """Each hypothesis under its heading, with its verdict and the means it follows from."""
    table, faults = comparisons(case), []
    for block in re.split(r"^### ", body, flags=re.MULTILINE)[1:]:
        heading, _, rest = block.partition("\n")
        part = table[table["label"] == heading.strip()]
        if part.empty:
            raise Unread(f"no such hypothesis: {heading!r}")
        verdict = re.search(r"\*\*(.+?)\*\*", rest)[1]
        faults += differs(f"{heading}, verdict", verdict, labels()[f"hypotheses_{part['verdict'].iloc[0]}"][case.language])
        means = [*dict.fromkeys([*part["high"], *part["low"]])]
        figures = {f"{written(mean, 0, case.language)}{sign}" for mean in means if pd.notna(mean) for sign in ("", "%")}
        seen = re.findall(r"(?<=\s)[\d.,]+%?(?=;|  $|\s*$)", rest.splitlines()[4] if len(rest.splitlines()) > 4 else "")
        faults += [f"{heading}: {figure} is none of the means {sorted(figures)}" for figure in seen if figure not in figures]
        faults += [] if len(seen) == sum(map(pd.notna, means)) else [f"{heading}: {len(seen)} figures of {len(means)}"]
    return faults


def notes(case: Case, told: list[str]) -> list[str]:
    """Each comparison's difference, with its interval."""
    table, key = comparisons(case), "hypotheses_note_census" if case.census else "hypotheses_note"
    faults = differs("notes", str(len(told)), str(len(table)))
    for line, row in zip(told, table.itertuples(), strict=False):
        found = read(line, key, case.language)
        if found is None:
            raise Unread(f"no note on a hypothesis: {line!r}")
        right = {"difference": row.difference, "low": row.lower, "high": row.upper}
        faults += [fault for name, value in right.items() if name in found.values
                   for fault in differs(f"notes, {row.label}, {name}", found[name], "–" if pd.isna(value) else written(value, 1, case.language, sign=True))]  # fmt: skip
    return faults


def new(case: Case, told: Said) -> list[str]:
    """Whether there is any new term that enough municipalities say, and that it is the one named."""
    least = max(3, case.study.settings.min_n)
    terms = new_themes.possible(new_themes.find_themes(case.study, min_municipalities=least))["term"].tolist()
    if told.key == "newcomers_none":
        return [f"new are {terms}"] if terms else []
    return [f"{name} is not new" for name in re.findall("‘(.+?)’", told["names"]) if name not in terms]


QUESTIONS = {
    "kicker_hypotheses": ("", "", {"hypotheses_title": counted}),
    "kicker_newcomers": ("", "", dict.fromkeys(["newcomers_none", "newcomers_title", "newcomers_title_one"], new)),
}
