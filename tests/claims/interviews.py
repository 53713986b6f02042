"""What titles claim of the interviews: beside the survey, and of the actors that are named."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

from claims.sentences import Said, Unread, differs, labels
from claims.tables import Case

VERDICTS = ("interviews", "survey", "both_high", "both_low", "coming")


def wilson(percents: pd.Series, n: pd.Series, level: float) -> tuple[pd.Series, pd.Series]:
    """Wilson's interval of shares in percent: the roots of (p - P)² = z² P (1 - P) / n."""
    z2, p = norm.ppf(0.5 + level / 2) ** 2, percents / 100
    a, b, c = 1 + z2 / n, -(2 * p + z2 / n), p**2
    root = np.sqrt((b**2 - 4 * a * c).clip(lower=0))
    return (-b - root) / (2 * a) * 100, (-b + root) / (2 * a) * 100


def beside_survey(case: Case) -> pd.DataFrame:
    """Per theme that both have: the interviews' places, the survey's, and the verdict that follows."""
    level = case.study.settings.level
    surveys = {name: rows for name in ("now", "future") if (rows := case.measured(name))["estimate"].notna().any()}
    if not surveys:
        raise Unread("nothing of the survey is shown beside the interviews")
    table = _verdicts(case.measured("mentions"), list(surveys.values()), level)
    later = case.measured("mentions_future")
    if "future" in surveys and later["estimate"].notna().any():
        then = _verdicts(later, [surveys["future"]], level)
        high = set(then.loc[then["verdict"] == "both_high", "label"])
        table.loc[table["label"].isin(high) & (table["verdict"] == "untold"), "verdict"] = "coming"
    return table


def _verdicts(raised: pd.DataFrame, surveys: list[pd.DataFrame], level: float) -> pd.DataFrame:
    rows = raised[raised["theme"].isin(set.intersection(*(set(each["theme"]) for each in surveys)))].reset_index(drop=True)
    lower, upper = wilson(rows["estimate"], rows["n"], level)
    ends = [rows["theme"].map(each.set_index("theme")[name]) for each in surveys for name in ("rank_lower", "rank_upper")]
    survey_first = pd.concat(ends[0::2], axis=1).min(axis=1, skipna=False)
    survey_last = pd.concat(ends[1::2], axis=1).max(axis=1, skipna=False)
    first = pd.Series([1 + int((lower > high).sum()) for high in upper])
    last = pd.Series([len(rows) - int((upper < low).sum()) for low in lower])
    half, mean = len(rows) / 2, rows["estimate"].mean()
    verdicts = []
    for row in range(len(rows)):
        if pd.isna(rows["estimate"][row]) or pd.isna(survey_first[row]) or pd.isna(survey_last[row]):
            verdicts.append("untold")
        elif last[row] < survey_first[row]:
            verdicts.append("interviews")
        elif first[row] > survey_last[row]:
            verdicts.append("survey")
        elif survey_last[row] <= half and lower[row] > mean:
            verdicts.append("both_high")
        elif survey_first[row] > half and upper[row] < mean:
            verdicts.append("both_low")
        else:
            verdicts.append("untold")
    return rows.assign(first=first, last=last, survey_first=survey_first, survey_last=survey_last, verdict=verdicts)


def beside(case: Case, said: Said) -> list[str]:
    """Where interviews and survey agree, or differ: names and counts by the verdicts."""
    table = beside_survey(case)
    verdict = said.key.removeprefix("triangulation_finding_").removesuffix("_too")
    if verdict == "none":
        told = table[table["verdict"].isin(VERDICTS)]
        return [f"{row.label}: {row.verdict}" for row in told.itertuples()] + differs("n", said["n"], f"{table['n'].max():.0f}")
    if verdict == "rest":
        right = {"count": int((table["verdict"] == "untold").sum()), "total": len(table)}
        return [fault for place, words in said.values.items() for fault in differs(place, words, str(right[place]))]
    there = list(table.loc[table["verdict"] == verdict, "label"])
    counted, words = _counted(said["names"], case.language)
    names = case.names(words, known=table["label"])
    faults = [f"{name} is not {verdict}" for name in names if name not in there]
    return faults + differs(f"how many are {verdict}", str(len(names)) if counted is None else counted, str(len(there)))


def _counted(words: str, language: str) -> tuple[str | None, str]:
    """'4 thema's, waaronder A,' as the number and the names; no number where all are named."""
    from claims.sentences import said as read

    found = read(words, "triangulation_counted", language)
    return (found["count"], found["names"]) if found else (None, words)


def actor_counts(case: Case) -> tuple[pd.Series, pd.Series]:
    """In how many interviewed municipalities each actor is named, and each two in one sentence; what may be shown of it.

    By label, and by the two labels.
    """
    found, settings = case.table("actors"), case.study.settings
    names = {row.actor: case.study.label_of(row, short=True) for row in case.study.tables["actors"]}
    found = found.assign(label=found["actor"].map(names))
    n = int(case.response()["interviewed"])
    single = found.groupby("label")["municipality"].nunique()
    single = single[(single >= settings.min_n) & ((single < n) | (n >= settings.extreme_n))]
    pairs: dict[frozenset, set] = {}
    for (_, _, _, municipality), part in found.groupby(["source", "passage", "sentence", "municipality"]):
        here = sorted(set(part["label"]) & set(single.index))
        for place, one in enumerate(here):
            for other in here[place + 1 :]:
                pairs.setdefault(frozenset((one, other)), set()).add(municipality)
    both = pd.Series({pair: len(where) for pair, where in pairs.items()}, dtype="int64")
    return single, both[(both >= settings.min_n) & ((both < n) | (n >= settings.extreme_n))]


def named_most(case: Case, said: Said) -> list[str]:
    """Which actors most municipalities name; of few interviews said as what can be shown, for what all name is hidden then."""
    single, _ = actor_counts(case)
    n = int(case.response()["interviewed"])
    top = set(single.index[single == single.max()])
    several = labels()["network_several"][case.language].format(count=len(top))
    faults = differs("count", said["count"], str(single.max())) + differs("n", said["n"], str(n))
    few = n < case.study.settings.extreme_n
    faults += ["what all of few name is hidden"] if few and not case.partly else []
    if said["names"].lower() == several.lower():
        return faults
    names = case.names(said["names"], known=single.index)
    return faults + ([] if set(names) == top else [f"named most are {sorted(top)}"])


def linked_most(case: Case, said: Said) -> list[str]:
    """Which two are most often in one sentence."""
    _, both = actor_counts(case)
    top = [pair for pair in both.index if both[pair] == both.max()]
    return [] if top == [frozenset((said["one"], said["other"]))] else [f"most often together: {[sorted(pair) for pair in top]}"]


BESIDE = {f"triangulation_finding_{verdict}": beside for verdict in (*VERDICTS, "coming_too", "rest", "none")}
QUESTIONS = {
    "kicker_mentions": ("mentions", "", BESIDE),
    "kicker_network": ("", "", {"network_finding": named_most, "network_finding_pair": linked_most}),
}
