"""Findings: the sentence above a chart, made from its table and no stronger than the table allows.

A theme is called first only where its rank can be 1 and no other's can; a rise or a difference only where it is
beyond the noise with all themes compared at once.
"""

from __future__ import annotations

import pandas as pd
from scipy import special

from ledanalysis import style
from ledanalysis.study import Study

FEW = 3  # so many names fit a sentence
ENDS = 2  # decimals of the ends of an interval


def join_names(names, study: Study, most: int = FEW, word: str = "and") -> str:
    """Names as a sentence has them: 'A, B en C', or with "or" 'A, B of C'."""
    names = list(names)[:most]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {study.text(word)} {names[-1]}"


def highest(table: pd.DataFrame, study: Study, measure: str) -> str:
    """Which theme comes first, or how many may.

    Parameters
    ----------
    table : DataFrame
        Columns label, estimate, rank_lower; one row per theme.
    study : Study
    measure : str
        "now", "future", "top" or another.

    Returns
    -------
    str
        The sentence; empty where nothing is shown.
    """
    rows = shown(table)
    if rows.empty:
        return ""
    if study.settings.sampling == "census":
        ends = {"high": rows["estimate"].iloc[0], "low": rows["estimate"].iloc[-1]}
        return study.text("finding_census", first=rows["label"].iloc[0], last=rows["label"].iloc[-1],
                          **{name: style.number(value, 0, study.language) for name, value in ends.items()})  # fmt: skip
    if rows["rank_lower"].isna().any():  # no ranks: a theme of this cluster is suppressed, or there is no design
        return capital(study.text("finding_unranked", first=rows["label"].iloc[0]))
    first = rows[rows["rank_lower"] <= 1]
    key = measure if measure in ("now", "future", "top") else "other"
    size = "one" if len(first) == 1 else "few" if len(first) <= FEW else "many"
    names = join_names(first["label"], study, word="or")  # each may be the first; that they are the top three is not said
    return capital(study.text(f"finding_{key}_{size}", names=names, first=rows["label"].iloc[0], count=len(first)))


def together(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Intervals of differences that hold for all themes at once: t intervals at 1 - (1 - level) / themes (Bonferroni).

    Parameters
    ----------
    table : DataFrame
        Columns estimate, se, df; rows without an estimate do not count.
    level : float

    Returns
    -------
    DataFrame
        lower, upper, and clear (bool): whether 0 lies outside.

    Examples
    --------
    >>> table = pd.DataFrame({"estimate": [9.0, 3.0], "se": [2.0, 2.0], "df": [50.0, 50.0]})
    >>> together(table, 0.95)["clear"].tolist()
    [True, False]
    """
    themes = max(int(table["estimate"].notna().sum()), 1)
    t = special.stdtrit(table["df"].clip(lower=1).to_numpy(float), 1 - (1 - level) / (2 * themes))
    width = t * table["se"].to_numpy(float)
    ends = pd.DataFrame({"lower": table["estimate"] - width, "upper": table["estimate"] + width})
    return ends.round(ENDS).assign(clear=(ends["lower"] > 0) | (ends["upper"] < 0))


def changes(table: pd.DataFrame, study: Study) -> str:
    """What gains and what loses importance: columns label, estimate, se, df."""
    rows = shown(table)
    if rows.empty:
        return ""
    clear = rows[together(rows, study.settings.level)["clear"]]
    up, down = clear[clear["estimate"] > 0], clear[clear["estimate"] < 0].iloc[::-1]
    parts = [_counted(f"finding_rise_{way}", part["label"], study) for way, part in (("up", up), ("down", down)) if len(part)]
    return capital("; ".join(parts)) if parts else study.text("finding_rise_none")


def use(table: pd.DataFrame, study: Study, words: str = "used") -> str:
    """What is surely in the upper and in the lower half: columns label, estimate, rank_lower, rank_upper.

    `words` is "used", "offer" or "named", for the sentence.
    """
    rows = shown(table)
    if rows.empty:
        return ""
    if rows["rank_lower"].isna().any():
        return _first_and_last(rows, study, words)
    half = len(rows) / 2
    most, least = rows[rows["rank_upper"] <= half], rows[rows["rank_lower"] > half].iloc[::-1]
    names = {"most": most, "least": least}
    filled = {key: join_names(part["label"], study) for key, part in names.items() if len(part)}
    size = "both" if len(filled) == 2 else next(iter(filled), "none")
    return capital(study.text(f"finding_use_{words}_{size}", **filled))


def _first_and_last(rows: pd.DataFrame, study: Study, words: str) -> str:
    """Without ranks, for some of the cluster are suppressed: the highest and the lowest that are shown, if these are surely apart."""
    ends = together(rows, study.settings.level)
    if not ends["lower"].iloc[0] > ends["upper"].iloc[-1]:
        return study.text(f"finding_use_{words}_none")
    high, low = (style.percent(rows["estimate"].iloc[row], study.language) for row in (0, -1))
    return study.text(f"finding_shown_{words}", first=rows["label"].iloc[0], last=rows["label"].iloc[-1], high=high, low=low)


def apart(table: pd.DataFrame, study: Study) -> str:
    """Where the cluster differs from the rest: columns label, estimate, sector, p_rest (adjusted)."""
    rows = shown(table)
    if rows.empty:
        return ""
    units = study.says("units")
    if study.settings.sampling == "census":
        gap = rows["estimate"] - rows["sector"]
        most = gap.abs().idxmax()
        return study.text("finding_apart_census", theme=rows.loc[most, "label"], units=units,
                          gap=style.signed(gap[most], 0, study.language))  # fmt: skip
    clear = rows[rows["p_rest"] <= 1 - study.settings.level]
    up, down = clear[clear["estimate"] > clear["sector"]], clear[clear["estimate"] < clear["sector"]]
    parts = [
        study.text(f"finding_apart_{way}", names=join_names(part["label"], study), units=units)
        for way, part in (("up", up), ("down", down)) if len(part)
    ]  # fmt: skip
    return capital("; ".join(parts)) if parts else study.text("finding_apart_none", units=units)


def spread(table: pd.DataFrame, study: Study) -> str:
    """What stands out over clusters: columns row_label, column_label, estimate, sector, p_rest."""
    rows = table[table["estimate"].notna()]
    if rows.empty:
        return ""
    if study.settings.sampling == "census":
        ends = rows.groupby("row_label", observed=True)["estimate"].agg(["min", "max"])
        theme = (ends["max"] - ends["min"]).idxmax()
        low, high = (style.number(value, 0, study.language) for value in ends.loc[theme])
        return study.text("finding_heat_census", theme=theme, low=low, high=high)
    p = rows["p_rest"] * rows["column_label"].nunique()  # adjusted over the themes already, and here over the clusters
    clear = rows[p <= 1 - study.settings.level].sort_values("p_rest", kind="stable")
    if clear.empty:
        return study.text("finding_heat_none")
    first = clear.iloc[0]
    others = rows.loc[rows["row_label"] == first["row_label"], "sector"].iloc[0]
    size, way = "one" if len(clear) == 1 else "many", "up" if first["estimate"] > others else "down"
    return study.text(f"finding_heat_{size}_{way}", theme=first["row_label"], cluster=first["column_label"], count=len(clear))


def response(row: pd.Series, study: Study) -> str:
    """How many took part: fields answered, population, percent."""
    counts = {name: style.number(row[name], 0, study.language) for name in ("answered", "population")}
    words = counts | {"units": study.says("units")}
    if row["answered"] == row["population"]:
        return study.text("finding_response_all", **words)
    return study.text("finding_response", **words, percent=style.percent(row["percent"], study.language))


def forms(table: pd.DataFrame, study: Study) -> str:
    """Which form of learning gets most points, where that is clear."""
    rows = shown(table)
    if rows.empty:
        return ""
    if rows["rank_upper"].isna().any():
        return capital(study.text("finding_unranked", first=rows["label"].iloc[0]))
    if rows["rank_upper"].iloc[0] != 1:
        return study.text("finding_forms_none")
    value = style.number(rows["estimate"].iloc[0], 0, study.language)
    return capital(study.text("finding_forms", form=rows["label"].iloc[0], value=value))


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with a figure, highest first."""
    return table[table["estimate"].notna()].sort_values("estimate", ascending=False, kind="stable")


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _counted(key: str, names: pd.Series, study: Study) -> str:
    size = "one" if len(names) == 1 else "few" if len(names) <= FEW else "many"
    return study.text(f"{key}_{size}", names=join_names(names, study, FEW if size != "many" else 2), count=len(names))
