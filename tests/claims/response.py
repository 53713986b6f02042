"""What titles claim of the response: who took part, what was dropped, weights, scales, and how coders agree."""

from __future__ import annotations

import pandas as pd

from claims.sentences import Said, differs, labels, percent, written
from claims.survey import took_part
from claims.tables import NAMES, Case

RELIABLE = 0.7
LEAST = 3  # codings of a theme that may be called weakest


def ranges(case: Case, said: Said) -> list[str]:
    """The least and the most response of the clusters of one clustering."""
    table = case.table("response")
    if said.key == "title_response_same":
        every = [part["answered"] / part["population"] * 100 for _, part in table[table["answered"] > 0].groupby("clustering")]
        same = [percent(shares.iloc[0], case.language) for shares in every if shares.nunique() == 1]
        return [] if said["percent"] in same else ["the response is not the same everywhere"]
    tops = []
    for row in case.study.tables["clusterings"]:
        here = table[table["clustering"] == row.clustering].assign(share=lambda rows: rows["answered"] / rows["population"] * 100)
        known = {said["low_cluster"], said["high_cluster"]} <= set(here["label"])
        if row.report == "yes" and known:
            by = here.set_index("label")["share"]
            right = by[said["low_cluster"]] == by.min() and by[said["high_cluster"]] == by.max()
            figures = differs("low", said["low"], percent(by.min(), case.language)) + differs("high", said["high"], percent(by.max(), case.language))
            tops.append(figures + ([] if right else ["other clusters have the least or the most"]))
    return min(tops, key=len) if tops else [f"no clustering has {said['low_cluster']} and {said['high_cluster']}"]


def dropped(case: Case, said: Said) -> list[str]:
    """Answers that came in, and those that the rules dropped: what is left is what was answered."""
    log = case.table("cleaning_log")
    drops = [row.rule for row in case.study.tables["rules"] if row.action == "drop"]
    steps = log[log["step"].isin(drops)]
    received = log.loc[log["step"] == "services", "rows_after"].iloc[0]
    lost = (steps["rows_before"] - steps["rows_after"]).sum()
    faults = differs("received", said["received"], str(received)) + differs("dropped", said["dropped"], str(lost))
    left = len(case.table("responses"))
    return faults + ([] if received - lost == left else [f"{left} are left"])


def weighed(case: Case, said: Said) -> list[str]:
    """The smallest and the largest weight, and Kish's effective number."""
    weights = case.table("weights")["weight"]
    right = {"low": written(weights.min(), 2, case.language), "high": written(weights.max(), 2, case.language),
             "effective": written(weights.sum() ** 2 / (weights**2).sum(), 0, case.language), "units": case.study.says("units")}  # fmt: skip
    return [fault for place, words in said.values.items() for fault in differs(place, words, right[place])]


def reliable(case: Case, said: Said) -> list[str]:
    """Whether the interval of alpha lies above, below or around what is called reliable."""
    table = case.table("reliability").dropna(subset=["alpha"])
    if said.key == "title_reliability_some":
        right = {"count": int((table["lower"] >= RELIABLE).sum()), "all": len(table)}
        return [fault for place, words in said.values.items() for fault in differs(place, words, str(right[place]))]
    names = {row.scale: case.study.label_of(row, short=True) for row in case.study.tables["scales"]}
    row = table[table["scale"].map(names) == said["scale"]].iloc[0]
    size = "high" if row["lower"] >= RELIABLE else "low" if row["upper"] < RELIABLE else "unsure"
    return differs("reliable", said.key.rpartition("_")[2], size) + differs("alpha", said["alpha"], written(row["alpha"], 2, case.language))


def agreed(case: Case, said: Said) -> list[str]:
    """How far readers agree with each other, or the program with them, and on which themes least."""
    table = case.table("agreement")
    every = table[table["theme"] == ""].iloc[0]
    program = said.key == "agreement_title_program"
    enough = table["hits"] + table["missed"] >= LEAST if program else table[["coder_n", "other_n"]].min(axis=1) >= LEAST
    by = "f1" if program else "kappa" if "kappa" in said.values else "alpha"
    rows = table[(table["theme"] != "") & enough & table[by].notna() & ((table["coder"] != "") | program)]
    rows = rows.drop_duplicates("theme") if program else rows
    faults = []
    for place, words in said.values.items():
        if place in ("recall", "precision"):
            faults += differs(place, words, percent(every[place], case.language))
        elif place == "readers":
            faults += differs(place, words, str(int(every["readers"])))
        elif place != "weakest":
            faults += differs(place, words, written(every[place], 2, case.language))
    if said["weakest"] == labels()["agreement_none"][case.language]:
        return faults + ([] if rows.empty else ["there are themes that were coded often enough"])
    themes = {row.theme: case.study.label_of(row, short=True) for row in case.study.tables["themes"]}
    names = case.names(said["weakest"], known=themes.values())
    by_label = pd.Series(rows[by].to_numpy(), rows["theme"].map(themes)).groupby(level=0).min().sort_values()
    left = by_label[~by_label.index.isin(names)]
    weakest = set(names) <= set(by_label.index) and len(names) == min(NAMES, len(by_label)) and (left.empty or left.min() >= by_label[names].max())
    return faults + ([] if weakest else [f"the weakest are {by_label.index[:NAMES].tolist()}"])


AGREED = dict.fromkeys(["agreement_title_readers", "agreement_title_many", "agreement_title_program"], agreed)
RELIABILITY = dict.fromkeys([f"title_reliability_{size}" for size in ("high", "unsure", "low", "some")], reliable)
QUESTIONS = {
    "kicker_response": ("", "", {"finding_response": took_part, "finding_response_all": took_part, "title_response": ranges, "title_response_same": ranges}),
    "kicker_losses": ("", "", {"title_losses": dropped}),
    "kicker_weights": ("", "", {"title_weights": weighed}),
    "kicker_reliability": ("", "", RELIABILITY),
    "kicker_agreement_readers": ("", "", AGREED),
    "kicker_agreement_program": ("", "", AGREED),
}
