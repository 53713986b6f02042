"""What titles claim of the survey's figures: for each sentence the rule that the tables must meet.

A rule takes the case and the sentence and gives what is wrong, in words; nothing where the claim holds.
"""

from __future__ import annotations

import pandas as pd

from claims.sentences import Said, differs, labels, percent, said as read, written
from claims.tables import NAMES, Case, apart_from_nought, largest

MOST_CLUSTERS = 12  # columns of a heat map
ROUNDED = 0.0005  # a published p can be so much more than it says


def first(case: Case, said: Said) -> list[str]:
    """Who is first, or may be, by the rank sets."""
    middle, size = said.key.split("_")[1:]
    shown, may = case.shown, set(case.shown.loc[case.shown["rank_lower"] <= 1, "label"])
    faults = [] if case.rows["rank_lower"].notna().all() else ["there are no ranks, for something is suppressed"]
    faults += [] if middle in (case.measure, "other") else [f"this is {case.measure}, not {middle}"]
    if size == "many":
        top = set(shown.loc[shown["rank"] == 1, "label"])
        return faults + differs("count", said["count"], str(len(may))) + _all_of(case, "first", said["first"], top, "or")
    names = case.names(said["names"], "or")
    faults += _set("may be first", names, may)
    return faults + ([] if (len(names) == 1) == (size == "one") else ["one and few are confused"])


def unranked(case: Case, said: Said) -> list[str]:
    """Who has the highest figure, said as no more than that."""
    top = case.shown.loc[case.shown["estimate"] == case.shown["estimate"].max(), "label"]
    return _all_of(case, "highest", said["first"], set(top), "or")


def counted_once(case: Case, said: Said) -> list[str]:
    """What unweighted figures are of: nothing is claimed of them, for they have no errors."""
    left = [name for name in ("se", "lower", "upper", "rank", "rank_lower", "p_rest", "p_zero") if case.rows[name].notna().any()]
    return ([] if case.deck.view == "unweighted" else ["these are weighted"]) + [f"there is a column {name}" for name in left]


def ends(case: Case, said: Said) -> list[str]:
    """Of a census: the highest and the lowest, all that are equal."""
    shown, faults = case.shown, _of_all(case)
    faults += [] if case.census else ["this is no census: chance is left out"]
    for place, figure, value in (("first", "high", shown["estimate"].max()), ("last", "low", shown["estimate"].min())):
        faults += differs(figure, said[figure], written(value, 0, case.language))
        faults += _all_of(case, place, said[place], set(shown.loc[shown["estimate"] == value, "label"]))
    return faults


def rises(case: Case, said: Said) -> list[str]:
    """What gains or loses: intervals that hold for all themes together leave nought out, and the test says so too."""
    rows = apart_from_nought(case.rows, case.study.settings.level)
    way, size = said.key.split("_")[2], said.key.split("_")[-1]
    if size == "none":
        return _of_all(case) + [f"{label} does change" for label in rows.loc[rows["up"] | rows["down"], "label"]]
    clear = rows[rows[way]]
    faults = [f"{row.label}: p = {row.p_zero}" for row in clear.itertuples() if not case.census and not row.p_zero <= case.alpha]
    faults += differs("count", said["count"], str(len(clear))) if "count" in said.values else []
    if "names" not in said.values:
        return faults
    names = case.names(said["names"])
    faults += [f"{name} does not go {way}" for name in names if name not in set(clear["label"])]
    if size == "many":
        return faults + ([] if largest(clear.assign(far=clear["estimate"].abs()), names, "far") else ["others change more"])
    return faults + _set(way, names, set(clear["label"])) + ([] if (len(names) == 1) == (size == "one") else ["one and few are confused"])


def apart(case: Case, said: Said) -> list[str]:
    """Where the cluster differs from the rest: the adjusted p, and on which side of everyone it is."""
    shown = case.shown.assign(everyone=case.shown["label"].map(case.everyone()).astype("float64"))
    clear = shown[shown["p_rest"] <= case.alpha]
    way = said.key.rpartition("_")[2]
    if way == "none":
        return _of_all(case) + [f"{label} differs" for label in clear["label"]]
    if way == "census":
        gap = shown["estimate"] - shown["everyone"]
        top = gap[gap.abs() == gap.abs().max()]
        sign = written(top.iloc[0], 0, case.language, sign=True) if top.nunique() == 1 else "±" + written(top.abs().iloc[0], 0, case.language)
        return _of_all(case) + differs("gap", said["gap"], sign) + _all_of(case, "theme", said["theme"], set(shown.loc[top.index, "label"]), "or")
    there = clear[clear["estimate"] > clear["everyone"]] if way == "up" else clear[clear["estimate"] < clear["everyone"]]
    return [f"{name} does not clearly differ {way}" for name in case.names(said["names"]) if name not in set(there["label"])]


def heat_cells(case: Case) -> pd.DataFrame:
    """The cells of a heat map: label, cluster_label, estimate, everyone, p (adjusted over themes and clusters), letters."""
    clustering = case.heat
    response = case.table("response")
    here = response[(response["clustering"] == clustering) & (response["answered"] > 0)]
    here = here.sort_values("answered", ascending=False, kind="stable").head(MOST_CLUSTERS)
    rows = case.measured(everywhere=True)
    rows = rows[rows["clustering"] == clustering].merge(here[["cluster", "label"]].rename(columns={"label": "cluster_label"}), on="cluster")
    clusters = rows.loc[rows["estimate"].notna(), "cluster_label"].nunique()
    return rows.assign(everyone=rows["label"].map(case.everyone()), p=(rows["p_rest"] + ROUNDED) * clusters)


def pairs_apart(cells: pd.DataFrame) -> dict[str, set]:
    """By theme the pairs of clusters that share no letter."""
    found = {}
    for label, part in cells[cells["letters"] != ""].groupby("label"):
        told = list(part[["cluster_label", "letters"]].itertuples(index=False))
        pairs = {frozenset((a[0], b[0])) for a in told for b in told if not set(a[1]) & set(b[1])}
        found |= {label: pairs} if pairs else {}
    return found


def heat(case: Case, said: Said) -> list[str]:
    """What stands out over clusters."""
    cells = heat_cells(case)
    shown = cells[cells["estimate"].notna()]
    clear = shown[shown["p"] <= case.alpha]
    hidden = cells["estimate"].isna().any() and not case.partly
    if said.key in ("finding_heat_none", "finding_heat_pairs"):
        faults = ["something is suppressed, and may differ"] if hidden else []
        faults += [f"{row.label} differs at {row.cluster_label}" for row in clear.itertuples()]
        pairs = set(pairs_apart(cells))
        if said.key == "finding_heat_none":
            return faults + [f"by its letters {label} differs between clusters" for label in pairs]
        return faults + _all_of(case, "differ between clusters", said["names"], pairs)
    if said.key.startswith("finding_heat_census"):
        return _widest(case, said, shown)
    size, way = said.key.split("_")[2:]
    row = shown[(shown["label"].str.lower() == said["theme"].lower()) & (shown["cluster_label"] == said["cluster"])]
    if len(row) != 1:
        return [f"no such cell: {said['theme']}, {said['cluster']}"]
    faults = [] if row.index[0] in clear.index else ["this cell does not clearly differ"]
    up = row["estimate"].iloc[0] > row["everyone"].iloc[0]
    faults += [] if up == (way == "up") else ["it is the other way"]
    if size == "one":
        return faults + differs("cells that differ", "1", str(len(clear)))
    least = clear[clear["p_rest"] == clear["p_rest"].min()]
    far = (least["estimate"] - least["everyone"]).abs()
    strongest = row.index[0] in far.index[far == far.max()]
    return faults + differs("count", said["count"], str(len(clear))) + ([] if strongest else ["another is clearer"])


def _widest(case: Case, said: Said, shown: pd.DataFrame) -> list[str]:
    spans = shown.groupby("label")["estimate"].agg(["min", "max"])
    wide = (spans["max"] - spans["min"]).round(6)
    name = case.names(said["theme"])[0]
    low, high = spans.loc[name]
    faults = [] if case.census else ["this is no census: chance is left out"]
    faults += differs("low", said["low"], written(low, 0, case.language)) + differs("high", said["high"], written(high, 0, case.language))
    alone = (wide == wide.max()).sum() == 1 or said.key == "finding_heat_census_tied"
    return faults + ([] if wide[name] == wide.max() and alone else ["another varies as much, or more"])


def halves(case: Case, said: Said) -> list[str]:
    """What is surely in the upper and in the lower half, of what is compared with each other."""
    rows, which = case.shown, said.key.split("_")[3]
    if which == "none":
        ranked = rows[rows["rank_lower"].notna()]
        sure = ranked[(ranked["rank_upper"] <= len(rows) / 2) | (ranked["rank_lower"] > len(rows) / 2)]
        return [f"{label} is surely in a half" for label in sure["label"]]
    faults = [] if rows["kind"].nunique() == 1 else ["themes and instruments are ranked apart and told together"]
    faults += [] if case.rows["rank_lower"].notna().all() else ["there are no ranks"]
    sides = {"most": rows[rows["rank_upper"] <= len(rows) / 2], "least": rows[rows["rank_lower"] > len(rows) / 2]}
    for side, words in said.values.items():
        names, sure = case.names(words), sides[side]
        faults += [f"{name} is not surely {side}" for name in names if name not in set(sure["label"])]
        faults += differs(f"how many are {side}", str(len(names)), str(min(len(sure), NAMES)))
    return faults


def two_ends(case: Case, said: Said) -> list[str]:
    """Without ranks: two of which the one is surely above the other, with their shares."""
    rows = case.shown.set_index("label")
    high, low = (case.names(said[place])[0] for place in ("first", "last"))
    wide = apart_from_nought(case.rows, case.study.settings.level).set_index("label")
    faults = [] if wide.loc[high, "lower"] > wide.loc[low, "upper"] else [f"{high} and {low} are not surely apart"]
    return faults + differs("high", said["high"], percent(rows.loc[high, "estimate"], case.language)) + differs(
        "low", said["low"], percent(rows.loc[low, "estimate"], case.language))  # fmt: skip


def most_points(case: Case, said: Said) -> list[str]:
    """Which form has most points, where that is sure."""
    rows, sure = case.shown, case.rows["rank_upper"].notna().all()
    if said.key == "finding_forms_none":
        return [f"{label} is surely the first" for label in rows.loc[rows["rank_upper"] == 1, "label"]]
    row = rows[rows["label"] == case.names(said["form"])[0]].iloc[0]
    faults = [] if sure and row["rank_upper"] == 1 else [f"{row['label']} is not surely the first"]
    return faults + differs("value", said["value"], written(row["estimate"], 0, case.language))


def took_part(case: Case, said: Said) -> list[str]:
    """The response of this cluster."""
    row, units = case.response(), case.study.says("units")
    right = {"answered": written(row["answered"], 0, case.language), "population": written(row["population"], 0, case.language),
             "percent": percent(row["answered"] / row["population"] * 100, case.language), "units": units}  # fmt: skip
    faults = [fault for place, words in said.values.items() for fault in differs(place, words, right[place])]
    every = row["answered"] == row["population"]
    return faults + ([] if every == (said.key == "finding_response_all") else ["all and some are confused"])


def too_few(case: Case, said: Said) -> list[str]:
    """That nothing of this cluster may be shown."""
    rows = case.table("estimates")
    here = rows[(rows["clustering"] == case.deck.clustering) & (rows["cluster"] == case.deck.cluster)]
    return [f"{measure} is shown" for measure in here.loc[here["estimate"].notna(), "measure"].unique()]


def both_views(case: Case, said: Said) -> list[str]:
    """Where counting municipalities or their staff clearly matters."""
    rows = shares_of_both(case)
    clear = rows[((rows["gap_p"] + ROUNDED) * rows["measure"].nunique() <= case.alpha) | case.census]
    if said.key == "finding_views_none":
        return [f"{what} clearly differs" for what in clear["what"]]
    row = rows[rows["what"].str.lower() == said["what"].lower()]
    if len(row) != 1:
        return [f"no such share: {said['what']}"]
    row = row.iloc[0]
    faults = [] if row["what"] in set(clear["what"]) else [f"{row['what']} does not clearly differ"]
    faults += [] if abs(row["gap"]) == clear["gap"].abs().max() else ["another differs more"]
    return faults + differs("share", said["share"], percent(row["units"], case.language)) + differs("staff", said["staff"], percent(row["estimate"], case.language))


def shares_of_both(case: Case) -> pd.DataFrame:
    """The shares that have both views, in this cluster: what (as the slide calls it), units, estimate (of staff), gap, gap_p."""
    alone = {item.measure for item in case.study.tables["items"] if item.type == "single"}
    parts = []
    for measure in case.study.tables["measures"]:
        if measure.views == "both" and measure.statistic == "share":
            units = case.measured(measure.measure, view="units").set_index("theme")["estimate"]
            staff = case.measured(measure.measure, view="staff")
            opening = f"{case.study.label_of(measure)}: " if measure.measure in alone else ""
            parts.append(staff.assign(units=staff["theme"].map(units), what=opening + staff["label"]))
    return pd.concat(parts, ignore_index=True).dropna(subset=["estimate", "units"])


def since(case: Case, said: Said) -> list[str]:
    """What is surely higher or lower than in the earlier wave, and not the other way among those in both."""
    rows = case.table("changes").merge(case.study.themes[["measure", "theme", "short", "kind"]].rename(columns={"short": "label"}), on=["measure", "theme"])
    rows = rows[(rows["clustering"] == case.deck.clustering) & (rows["cluster"] == case.deck.cluster) & (rows["measure"] == case.measure)]
    rows = rows[rows["kind"] == case.kind] if case.kind else rows
    panel = rows[rows["basis"] == "matched"].set_index("label")["estimate"]
    every = apart_from_nought(rows[rows["basis"] == "all"], case.study.settings.level)
    agree = ~(every["label"].map(panel) * every["estimate"] < 0)
    clear = every[(every["up"] | every["down"] | (case.census & (every["estimate"] != 0))) & agree]
    faults = differs("wave", said["wave"], case.table("wave_items")["wave"].iloc[0])
    if said.key == "finding_wave_none":
        hidden = rows.loc[rows["basis"] == "all", "estimate"].isna().any() and not case.partly
        return faults + [f"{label} changed" for label in clear["label"]] + (["something is suppressed, and may have changed"] if hidden else [])
    there = clear[clear["estimate"] > 0] if said.key.endswith("up") else clear[clear["estimate"] < 0]
    return faults + [f"{name} did not clearly change so" for name in case.names(said["names"], known=every["label"]) if name not in set(there["label"])]


def _of_all(case: Case) -> list[str]:
    """That of none something is so can be said only of what is shown."""
    hidden = case.rows["estimate"].isna().any()
    return ["something is suppressed, and may differ"] if hidden and not case.partly else []


def _all_of(case: Case, what: str, words: str, right: set, joint: str = "and") -> list[str]:
    """That the names in words are all of those that are right; or some of them, with how many more there are."""
    few = read(words, "names_more", case.language)
    if few is None:
        return _set(what, case.names(words, joint), right)
    last = f" {labels()[joint][case.language]} "
    names = case.names(last.join(few["names"].rsplit(", ", 1)), joint)
    return _set(what, names, right & set(names)) + differs(f"how many are {what}", str(len(names) + int(few["count"])), str(len(right)))


def _set(what: str, told, right: set) -> list[str]:
    return [] if set(told) == right else [f"{what}: told {sorted(told)}, by the tables {sorted(right)}"]


FIRST = {f"finding_{measure}_{size}": first for measure in ("now", "future", "top", "other") for size in ("one", "few", "many")}
FIRST |= {"finding_unranked": unranked, "finding_census": ends}
RISES = {f"finding_rise_{way}_{size}": rises for way in ("up", "down") for size in ("one", "few", "many")} | {"finding_rise_none": rises}
HEAT = dict.fromkeys([f"finding_heat_{size}_{way}" for size in ("one", "many") for way in ("up", "down")], heat)
HEAT |= dict.fromkeys(["finding_heat_none", "finding_heat_pairs", "finding_heat_census", "finding_heat_census_tied"], heat)


def use(words: str) -> dict:
    """The sentences on what is much and what is little used."""
    return {f"finding_use_{words}_{size}": halves for size in ("both", "most", "least", "none")} | {f"finding_shown_{words}": two_ends, "finding_unweighted": counted_once}


COUNTED = {"finding_unweighted": counted_once}
FIRST |= COUNTED
RISES |= COUNTED
HEAT |= COUNTED

# by the slide's question: measure, kind, and the sentences that its title can be
QUESTIONS = {
    "kicker_response": ("", "", {"finding_response": took_part, "finding_response_all": took_part, "title_too_few": too_few}),
    "kicker_now": ("now", "", FIRST),
    "kicker_top": ("top", "", FIRST),
    "kicker_moments": ("moments", "", FIRST),
    "kicker_change": ("rise", "", RISES),
    "kicker_apart": ("now", "", dict.fromkeys([f"finding_apart_{way}" for way in ("none", "up", "down", "census")], apart) | COUNTED),
    "kicker_heat": ("now", "", HEAT),
    "kicker_organised": ("organised", "instrument", use("used")),
    "kicker_stimulated": ("stimulated", "", use("used")),
    "kicker_offer": ("organised", "theme", use("offer")),
    "kicker_barriers": ("barriers", "", use("named")),
    "kicker_forms": ("forms", "", {"finding_forms": most_points, "finding_forms_none": most_points, "finding_unranked": unranked}),
    "kicker_both_views": ("", "", {"finding_views": both_views, "finding_views_none": both_views}),
    "kicker_wave_of": ("", "", {"finding_wave_up": since, "finding_wave_down": since, "finding_wave_none": since}),
}
