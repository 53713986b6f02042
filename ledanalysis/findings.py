"""Findings: the sentence above a chart, made from its table and no stronger than the table allows.

A theme is called first only where its rank can be 1 and no other's can; a rise or a difference only where it is
beyond the noise with all themes compared at once.
"""

from __future__ import annotations

from itertools import combinations

import pandas as pd
from scipy import special

from ledanalysis import style
from ledanalysis.study import Study

FEW = 3  # so many names fit a sentence
ENDS = 2  # decimals of the ends of an interval
P_ROUNDED = 0.0005  # a p in the tables can be so much more than it says, which counts where it is multiplied


def counted_once(table: pd.DataFrame) -> bool:
    """Whether a table is of the unweighted view, of which nothing is said that needs an error."""
    return "view" in table and bool((table["view"] == "unweighted").all())


def join_names(names, study: Study, most: int = FEW, word: str = "and") -> str:
    """Names as a sentence has them: 'A, B en C', or with "or" 'A, B of C'."""
    names = list(names)[:most]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {study.text(word)} {names[-1]}"


def some_names(names, study: Study, word: str = "and") -> str:
    """Names as a sentence has them, all of them: where there is no room the first and how many more."""
    names = list(names)
    return join_names(names, study, word=word) if len(names) <= FEW else study.text("names_more", names=", ".join(names[:2]), count=len(names) - 2)


def of_shown(sentence: str, table: pd.DataFrame, study: Study) -> str:
    """A sentence on all there is, said as of what can be shown where something is suppressed: that may differ."""
    if table["estimate"].notna().all():
        return sentence
    return study.text("of_shown", sentence=sentence[:1].lower() + sentence[1:])


def highest(table: pd.DataFrame, study: Study, measure: str) -> str:
    """Which theme comes first, or how many may.

    Parameters
    ----------
    table : DataFrame
        Columns label, estimate, rank, rank_lower; one row per theme.
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
    if counted_once(table):
        return described(study)
    top = rows[rows["estimate"] == rows["estimate"].iloc[0]]
    if study.settings.sampling == "census":
        low = rows[rows["estimate"] == rows["estimate"].iloc[-1]]
        ends = {"high": top["estimate"].iloc[0], "low": low["estimate"].iloc[0]}
        figures = {name: style.number(value, 0, study.language) for name, value in ends.items()}
        return of_shown(study.text("finding_census", first=some_names(top["label"], study), last=some_names(low["label"], study), **figures), table, study)
    if rows["rank_lower"].isna().any():  # no ranks: a theme of this cluster is suppressed, or there is no design
        return capital(study.text("finding_unranked", first=some_names(top["label"], study, word="or")))
    first = rows[rows["rank_lower"] <= 1]
    key = measure if measure in ("now", "future", "top") else "other"
    size = "one" if len(first) == 1 else "few" if len(first) <= FEW else "many"
    names = join_names(first["label"], study, word="or")  # each may be the first; that they are the top three is not said
    above = some_names(rows.loc[rows["rank"] == rows["rank"].min(), "label"], study, word="or")  # figures are rounded, so equal ones may have ranks
    return capital(study.text(f"finding_{key}_{size}", names=names, first=above, count=len(first)))


def together(table: pd.DataFrame, level: float) -> pd.DataFrame:
    """Intervals of differences that hold for all themes at once: t intervals at 1 - (1 - level) / themes (Bonferroni).

    Parameters
    ----------
    table : DataFrame
        Columns estimate, se, df; a row for each theme, those that are suppressed too: p values know of them as well.
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
    themes = max(len(table), 1)
    t = special.stdtrit(table["df"].clip(lower=1).to_numpy(float), 1 - (1 - level) / (2 * themes))
    width = t * table["se"].to_numpy(float)
    ends = pd.DataFrame({"lower": table["estimate"] - width, "upper": table["estimate"] + width})
    return ends.round(ENDS).assign(clear=(ends["lower"] > 0) | (ends["upper"] < 0))


def changes(table: pd.DataFrame, study: Study) -> str:
    """What gains and what loses importance: columns label, estimate, se, df."""
    rows = shown(table)
    if rows.empty:
        return ""
    if counted_once(table):
        return described(study)
    clear = rows[together(table, study.settings.level)["clear"].loc[rows.index]]
    up, down = clear[clear["estimate"] > 0], clear[clear["estimate"] < 0].iloc[::-1]
    parts = [_counted(f"finding_rise_{way}", part["label"], study) for way, part in (("up", up), ("down", down)) if len(part)]
    return capital("; ".join(parts)) if parts else of_shown(study.text("finding_rise_none"), table, study)


def use(table: pd.DataFrame, study: Study, words: str = "used") -> str:
    """What is surely in the upper and in the lower half: columns label, estimate, rank_lower, rank_upper.

    `words` is "used", "offer" or "named", for the sentence.
    """
    rows = shown(table)
    if rows.empty:
        return ""
    if counted_once(table):
        return described(study)
    if rows["rank_lower"].isna().any():
        return _first_and_last(table, study, words)
    half = len(rows) / 2
    most, least = rows[rows["rank_upper"] <= half], rows[rows["rank_lower"] > half].iloc[::-1]
    names = {"most": most, "least": least}
    filled = {key: join_names(part["label"], study) for key, part in names.items() if len(part)}
    size = "both" if len(filled) == 2 else next(iter(filled), "none")
    return capital(study.text(f"finding_use_{words}_{size}", **filled))


def _first_and_last(table: pd.DataFrame, study: Study, words: str) -> str:
    """Without ranks, for some of the cluster are suppressed: the highest and the lowest that are shown, if these are surely apart."""
    rows = shown(table)
    ends = together(table, study.settings.level).loc[rows.index]
    if not ends["lower"].iloc[0] > ends["upper"].iloc[-1]:
        return study.text(f"finding_use_{words}_none")
    high, low = (style.percent(rows["estimate"].iloc[row], study.language) for row in (0, -1))
    return study.text(f"finding_shown_{words}", first=rows["label"].iloc[0], last=rows["label"].iloc[-1], high=high, low=low)


def apart(table: pd.DataFrame, study: Study) -> str:
    """Where the cluster differs from the rest: columns label, estimate, sector, p_rest (adjusted)."""
    rows = shown(table)
    if rows.empty:
        return ""
    if counted_once(table):
        return described(study)
    units = study.says("units")
    if study.settings.sampling == "census":
        gap = (rows["estimate"] - rows["sector"]).dropna().round(ENDS)
        if gap.empty:
            return ""
        most = gap[gap.abs() == gap.abs().max()]
        same = style.signed(most.iloc[0], 0, study.language)
        figure = same if most.nunique() == 1 else f"±{style.number(most.abs().iloc[0], 0, study.language)}"
        theme = some_names(rows.loc[most.index, "label"], study, word="or")
        return of_shown(study.text("finding_apart_census", theme=theme, units=units, gap=figure), table, study)
    clear = rows[rows["p_rest"] <= 1 - study.settings.level]
    up, down = clear[clear["estimate"] > clear["sector"]], clear[clear["estimate"] < clear["sector"]]
    parts = [
        study.text(f"finding_apart_{way}", names=join_names(part["label"], study), units=units)
        for way, part in (("up", up), ("down", down)) if len(part)
    ]  # fmt: skip
    return capital("; ".join(parts)) if parts else of_shown(study.text("finding_apart_none", units=units), table, study)


def spread(table: pd.DataFrame, study: Study) -> str:
    """What stands out over clusters: columns row_label, column_label, estimate, sector, p_rest, letters."""
    rows = table[table["estimate"].notna()]
    if rows.empty:
        return ""
    if counted_once(table):
        return described(study)
    if study.settings.sampling == "census":
        ends = rows.groupby("row_label", observed=True)["estimate"].agg(["min", "max"])
        wide = (ends["max"] - ends["min"]).round(ENDS)
        theme, tied = wide.idxmax(), "_tied" if (wide == wide.max()).sum() > 1 else ""
        low, high = (style.number(value, 0, study.language) for value in ends.loc[theme])
        return study.text(f"finding_heat_census{tied}", theme=theme, low=low, high=high)
    p = (rows["p_rest"] + P_ROUNDED) * rows["column_label"].nunique()  # adjusted over the themes already, and here over the clusters
    far = (rows["estimate"] - rows["sector"]).abs()
    clear = rows.assign(far=-far)[p <= 1 - study.settings.level].sort_values(["p_rest", "far"], kind="stable")
    if clear.empty:
        return of_shown(_between_clusters(rows, study), table, study)
    first = clear.iloc[0]
    others = rows.loc[rows["row_label"] == first["row_label"], "sector"].iloc[0]
    size, way = "one" if len(clear) == 1 else "many", "up" if first["estimate"] > others else "down"
    return study.text(f"finding_heat_{size}_{way}", theme=first["row_label"], cluster=first["column_label"], count=len(clear))


def _between_clusters(rows: pd.DataFrame, study: Study) -> str:
    """That no cluster stands apart from the rest; and the themes in which two clusters differ all the same, by their letters."""
    lettered = rows[rows["letters"] != ""]
    themes = [theme for theme, part in lettered.groupby("row_label", sort=False, observed=True) if _share_none(part["letters"])]
    return study.text("finding_heat_pairs", names=some_names(themes, study)) if themes else study.text("finding_heat_none")


def _share_none(letters: pd.Series) -> bool:
    """Whether any two cells have no letter in common."""
    return any(not set(one) & set(other) for one, other in combinations(letters.unique(), 2))


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
    if counted_once(table):
        return described(study)
    if rows["rank_upper"].isna().any():
        top = rows.loc[rows["estimate"] == rows["estimate"].iloc[0], "label"]
        return capital(study.text("finding_unranked", first=some_names(top, study, word="or")))
    if rows["rank_upper"].iloc[0] != 1:
        return study.text("finding_forms_none")
    value = style.number(rows["estimate"].iloc[0], 0, study.language)
    return capital(study.text("finding_forms", form=rows["label"].iloc[0], value=value))


def described(study: Study) -> str:
    """What stands above unweighted figures: what they are, and no finding."""
    return study.text("finding_unweighted", units=study.says("units"))


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """The rows with a figure, highest first."""
    return table[table["estimate"].notna()].sort_values("estimate", ascending=False, kind="stable")


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _counted(key: str, names: pd.Series, study: Study) -> str:
    size = "one" if len(names) == 1 else "few" if len(names) <= FEW else "many"
    return study.text(f"{key}_{size}", names=join_names(names, study, FEW if size != "many" else 2), count=len(names))
