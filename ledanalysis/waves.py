"""Two waves: the earlier one read, its municipalities followed to today's borders, its questions held to today's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.scoring import value_range
from ledanalysis.study import Study, load_study
from ledanalysis.tables import read_table

ITEMS = ["measure", "theme", "previous_measure", "previous_theme", "compared", "why"]
NEEDED = ("theme_scores", "weights", "units", "clusters", "estimates")
HALF = 0.5  # of a merged municipality's inhabitants must have answered


@dataclass(frozen=True)
class Wave:
    """An earlier wave: its tables, and its codebook where that is there too.

    Attributes
    ----------
    name : str
        What it is called, such as "2021".
    strata : str
        The clustering of its strata; empty if it had none.
    scores, weights, units, clusters, estimates : DataFrame
        Of its `data/processed`.
    study : Study or None
    """

    name: str
    strata: str
    scores: pd.DataFrame
    weights: pd.DataFrame
    units: pd.DataFrame
    clusters: pd.DataFrame
    estimates: pd.DataFrame
    study: Study | None


def read_previous(study: Study) -> Wave:
    """The earlier wave that `[previous]` in study.toml names.

    Raises
    ------
    InputError
        The folder is not there, it has not been prepared, or it lacks a table.
    """
    asked = study.settings.previous
    folder = (study.folder / asked.folder).resolve()
    if not folder.is_dir():
        raise InputError("no such folder", file="study.toml", column="previous.folder", value=asked.folder)
    other = load_study(folder) if (folder / "data" / "codebook" / "study.toml").exists() else None
    tables = {name: _table(other, folder, name) for name in NEEDED}
    strata = asked.strata or (other or study).settings.strata
    names = set(tables["clusters"].loc[tables["clusters"]["clustering"] == strata, "cluster"]) if strata else {"all"}
    stray = set(tables["weights"]["stratum"]) - names
    if stray:
        raise InputError("the strata of the earlier wave are no clusters of this clustering", file="study.toml",
                         column="previous.strata", value=strata, allowed=sorted(tables["clusters"]["clustering"].unique()))  # fmt: skip
    tables["scores"] = tables.pop("theme_scores")
    return Wave(asked.wave or (other.settings.wave if other else "") or folder.name, strata, study=other, **tables)


def _table(other: Study | None, folder: Path, name: str) -> pd.DataFrame:
    if other:
        return read_table(other, name)
    path = folder / f"{name}.parquet"
    if not path.exists():
        raise InputError("the earlier wave lacks a table", file=path.name, value=str(folder.name), allowed=NEEDED)
    return pd.read_parquet(path)


def follow(earlier: pd.DataFrame, units: pd.DataFrame, mergers: pd.DataFrame) -> pd.DataFrame:
    """Which municipality of today each earlier one is, or went to.

    Parameters
    ----------
    earlier, units : DataFrame
        The registers then and now: municipality.
    mergers : DataFrame
        old_code, municipality.

    Returns
    -------
    DataFrame
        earlier, municipality: a row per earlier one; NaN of one that was split, which is no municipality of today.

    Raises
    ------
    InputError
        An earlier municipality that neither the register nor mergers.csv has.

    Examples
    --------
    >>> mergers = pd.DataFrame({"old_code": ["B", "S", "S"], "municipality": ["A", "A", "C"]})
    >>> follow(pd.DataFrame({"municipality": ["A", "B", "S"]}), pd.DataFrame({"municipality": ["A", "C"]}), mergers).values.tolist()
    [['A', 'A'], ['B', 'A'], ['S', nan]]
    """
    went = mergers.dropna(subset="old_code").groupby("old_code")["municipality"].agg(["first", "nunique"])
    codes = earlier["municipality"]
    stays = codes.isin(units["municipality"])
    lost = codes[~stays & ~codes.isin(went.index)]
    if len(lost):
        raise InputError("a municipality of the earlier wave that the register does not have: say in mergers.csv where it went",
                         file="mergers.csv", column="old_code", value=lost.iloc[0])  # fmt: skip
    successor = codes.map(went["first"].where(went["nunique"] == 1)).mask(stays, codes)
    return pd.DataFrame({"earlier": codes.to_numpy(), "municipality": successor.to_numpy()})


def to_today(scores: pd.DataFrame, earlier: pd.DataFrame, followed: pd.DataFrame, size: str = "") -> pd.DataFrame:
    """The earlier scores by the borders of today.

    Parameters
    ----------
    scores : DataFrame
        municipality, measure, theme, score.
    earlier : DataFrame
        The register then: municipality and, if named, its size.
    followed : DataFrame
        From `follow`.
    size : str
        Column of inhabitants.

    Returns
    -------
    DataFrame
        municipality, measure, theme, score. Of municipalities that merged it is the mean, weighed by inhabitants, of
        those that answered; without a row where these had less than half of the inhabitants (where inhabitants are not
        known: where one did not answer).
    """
    weight = earlier.set_index("municipality")[size].astype("float64") if size else pd.Series(1.0, earlier["municipality"])
    parts = followed.dropna().assign(size=lambda t: t["earlier"].map(weight).to_numpy())
    parts["share"] = parts["size"] / parts.groupby("municipality")["size"].transform("sum")
    parts["share"] = parts["share"].mask(parts.groupby("municipality")["size"].transform("size") == 1, 1.0)
    rows = scores.rename(columns={"municipality": "earlier"}).merge(parts, on="earlier")
    groups = rows.assign(part=rows["score"] * rows["share"]).groupby(["municipality", "measure", "theme"])
    sums = groups[["part", "share"]].sum()
    enough = sums["share"] >= (HALF if size else 1 - 1e-9)
    return (sums["part"] / sums["share"])[enough].rename("score").reset_index()


def compare_items(study: Study, previous: Wave) -> pd.DataFrame:
    """What is compared with what, and what is not and why.

    Returns
    -------
    DataFrame
        Columns `ITEMS`, a row for each measure and theme of both waves or of waves.csv. waves.csv decides; what it
        does not name is compared if measure and theme have the same keys in both, and the questions, their options
        and their scale the same words. Interviews, which have no design, and what is no mean
        or share (medians, worths) are not compared.

    Raises
    ------
    InputError
        waves.csv names what one of the waves does not have, or compares two measures of different units.
    """
    asked = {row.measure: row for row in study.tables["measures"] if row.kind != "mentions" and row.statistic in ("mean", "share")}
    now = [pair for pair in study.themes[["measure", "theme"]].itertuples(index=False, name=None) if pair[0] in asked]
    before = set(previous.scores[["measure", "theme"]].drop_duplicates().itertuples(index=False, name=None))
    words = wording(study), wording(previous.study) if previous.study else {}
    declared = _declared(study, previous, now, before)
    rows = []
    for pair in now:
        if pair in declared:
            rows.append((*pair, *declared[pair]))
        elif pair in before:
            same = words[0].get(pair) == words[1].get(pair)
            why = "" if same else "other words: say in waves.csv whether it compares" if previous.study else "no codebook: say in waves.csv"
            rows.append((*pair, *pair, same, why))
    return pd.DataFrame(rows, columns=ITEMS).astype({"compared": "bool"})


def _declared(study: Study, previous: Wave, now: list, before: set) -> dict:
    """(measure, theme): (previous_measure, previous_theme, compared, why), by the rows of waves.csv; `*` goes last."""
    found = {}
    for row in sorted(study.tables["waves"], key=lambda row: row.theme != "*"):
        themes = [theme for measure, theme in now if measure == row.measure and row.theme in ("*", theme)]
        place = dict(file="waves.csv", row=row._line)
        if not themes:
            raise InputError("no such measure and theme in this study", **place, column="theme", value=f"{row.measure}, {row.theme}",
                             allowed=sorted({measure for measure, _ in now}))  # fmt: skip
        old = row.previous_measure or row.measure
        if row.comparable == "yes":
            _check_unit(study, previous, row, old)
        pairs = [(theme, (old, row.previous_theme or theme)) for theme in themes]
        there = [(theme, pair) for theme, pair in pairs if pair in before]
        if row.comparable == "yes" and not there:
            raise InputError("the earlier wave has no such measure and theme", **place, column="previous_theme",
                             value=", ".join(pairs[0][1]), allowed=sorted({theme for measure, theme in before if measure == old}))  # fmt: skip
        found |= {(row.measure, theme): (*pair, row.comparable == "yes", row.why) for theme, pair in there}
    return found


def _check_unit(study: Study, previous: Wave, row, old: str) -> None:
    measure, other = study.measure(row.measure), previous.study and previous.study.measure(old)
    if other and (measure.unit, measure.statistic) != (other.unit, other.statistic):
        raise InputError("not of the same unit and statistic", file="waves.csv", row=row._line, column="previous_measure", value=old,
                         allowed=f"{measure.unit}, {measure.statistic}")  # fmt: skip


def wording(study: Study) -> dict[tuple[str, str], frozenset]:
    """The words of what each measure and theme rests on: questions, answers and the ends of their scales.

    Of a multi-select only the option itself counts: that another is added beside it leaves its question as it was.
    """
    themes, found = study.themes, {}
    for name, item in study.variables.iterrows():
        options = study.options.get(item["options"], {})
        own = options[item["option"]].label_nl if item["type"] == "multi" else ""
        scale = () if item["type"] == "multi" else tuple((row.code, row.label_nl) for row in options.values())
        ends = value_range(item, study) if item["type"] in ("likert", "points", "mark") else ()
        words = (item["type"], item["label_nl"], own, scale, ends, item["reversed"])
        for measure, theme in _rests_on(item, options, study):
            found.setdefault((measure, theme), set()).add(words)
    for row in study.tables["measures"]:
        if row.kind == "difference":
            for theme in themes.loc[themes["measure"] == row.measure, "theme"]:
                found[row.measure, theme] = found.get((row.first, theme), set()) | found.get((row.second, theme), set())
    return {pair: frozenset(words) for pair, words in found.items()}


def _rests_on(item: pd.Series, options: dict, study: Study) -> list[tuple[str, str]]:
    scales = {row.scale: row.measure for row in study.tables["scales"]}
    if item["scale"]:
        return [(scales[item["scale"]], item["scale"])]
    if not item["measure"]:
        return []
    if item["type"] == "single":
        return [(item["measure"], option) for option in options]
    return [(item["measure"], item["option"] or item["theme"])]


def renamed(scores: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The earlier scores of what is compared, under the keys of today's measures and themes."""
    old = items[items["compared"]].rename(columns={"measure": "now", "theme": "now_theme"})
    found = scores.merge(old, left_on=["measure", "theme"], right_on=["previous_measure", "previous_theme"])
    return found.assign(measure=found["now"], theme=found["now_theme"])[["municipality", "measure", "theme", "score"]]


def size_column(previous: Wave) -> str:
    """The column of the earlier register with the inhabitants; empty if it has none."""
    return next((name for name in previous.units if name.startswith("inhabitants") and previous.units[name].notna().all()), "")


def with_scores(previous: Wave, items: pd.DataFrame) -> Wave:
    """The earlier wave with what is compared only, under today's keys; its estimates too."""
    keys = items.loc[items["compared"], ITEMS[:4]]
    old = previous.estimates.merge(keys.rename(columns={"measure": "now", "theme": "now_theme"}),
                                   left_on=["measure", "theme"], right_on=["previous_measure", "previous_theme"])  # fmt: skip
    old = old.assign(measure=old["now"], theme=old["now_theme"])[previous.estimates.columns]
    return replace(previous, scores=renamed(previous.scores, items), estimates=old)


def population_pairs(previous: Wave, followed: pd.DataFrame, clusters: pd.DataFrame, strata: str) -> pd.DataFrame:
    """How many municipalities went from which stratum then to which now: later_stratum, earlier_stratum, count."""
    def stratum_of(codes: pd.Series, table: pd.DataFrame, clustering: str) -> np.ndarray:
        if not clustering:
            return np.full(len(codes), "all")
        own = table[table["clustering"] == clustering].drop_duplicates("municipality").set_index("municipality")["cluster"]
        return codes.map(own).to_numpy()

    pairs = followed.dropna()
    table = pd.DataFrame({
        "later_stratum": stratum_of(pairs["municipality"], clusters, strata),
        "earlier_stratum": stratum_of(pairs["earlier"], previous.clusters, previous.strata),
    })  # fmt: skip
    return table.value_counts().rename("count").reset_index()
