"""Mentions as a reader checks them: in their context, with the passages around them, and beside other themes."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from ledanalysis.errors import InputError

KEYS = ["source", "passage"]
LINES = ["source", "municipality", "passage", "theme", "horizon", "before", "match", "after"]
WITHIN = {"passage": KEYS, "source": ["source"], "municipality": ["municipality"]}
PAIRS = ["theme", "other", "theme_n", "other_n", "both", "municipalities", "units", "expected", "log_ratio", "jaccard"]


def in_context(mentions: pd.DataFrame, passages: pd.DataFrame, width: int = 60) -> pd.DataFrame:
    """Keyword in context: what was found, with the text before and after it.

    Parameters
    ----------
    mentions : DataFrame
        source, municipality, passage, theme, horizon, start, end.
    passages : DataFrame
        source, passage, text.
    width : int
        Most letters before, and most after; a word that does not fit as a whole is left out, and … stands for it.

    Returns
    -------
    DataFrame
        source, municipality, passage, theme, horizon, before, match, after; in the order of the mentions.

    Raises
    ------
    InputError
        A mention of a passage that is not there, or outside its text: mentions and passages are not of one run.

    Examples
    --------
    >>> passages = pd.DataFrame({"source": ["a"], "passage": [1], "text": ["Straks draait het om loopbaanadvies, denk ik."]})
    >>> mentions = pd.DataFrame({"source": ["a"], "municipality": ["GM0014"], "passage": [1], "theme": ["LOOP"],
    ...                          "horizon": ["future"], "start": [21], "end": [35]})
    >>> in_context(mentions, passages, width=12)[["before", "match", "after"]].values.tolist()
    [['… het om ', 'loopbaanadvies', ', denk ik.']]
    """
    texts = _texts(mentions, passages)
    cut = [
        (_tail(text[:start], width), text[start:end], _head(text[end:], width))
        for text, start, end in zip(texts, mentions["start"], mentions["end"])
    ]
    words = pd.DataFrame(cut, columns=["before", "match", "after"], index=mentions.index, dtype="str")
    return pd.concat([mentions[LINES[:5]], words], axis=1).reset_index(drop=True)


def surroundings(mentions: pd.DataFrame, passages: pd.DataFrame, theme: str, steps: int = 1) -> pd.DataFrame:
    """The passages that mention a theme, and those just before and after them.

    Parameters
    ----------
    mentions : DataFrame
        source, passage, theme.
    passages : DataFrame
        source, passage, text and others, each source's passages in their order.
    theme : str
    steps : int
        How many passages before, and how many after.

    Returns
    -------
    DataFrame
        The rows of `passages`, each once, with `mentions` (how often the theme is in it) and `stretch` (from 1:
        passages that follow each other).

    Examples
    --------
    >>> passages = pd.DataFrame({"source": "a", "passage": [1, 2, 3, 4, 5], "text": ["v", "AI", "w", "x", "y"]})
    >>> mentions = pd.DataFrame({"source": ["a"], "passage": [2], "theme": ["DATA"]})
    >>> surroundings(mentions, passages, "DATA")[["passage", "mentions", "stretch"]].values.tolist()
    [[1, 0, 1], [2, 1, 1], [3, 0, 1]]
    """
    counts = mentions[mentions["theme"] == theme].groupby(KEYS).size().rename("mentions")
    table = passages.reset_index(drop=True).join(counts, on=KEYS).fillna({"mentions": 0}).astype({"mentions": "int64"})
    place = table.groupby("source", sort=False).cumcount()
    near = np.zeros(len(table), bool)
    for step in range(-steps, steps + 1):
        near |= (table["mentions"] > 0).groupby(table["source"], sort=False).shift(step, fill_value=False).to_numpy(bool)
    shown, at = table[near], place[near]
    begins = (shown["source"] != shown["source"].shift()) | (at.diff() != 1)
    return shown.assign(stretch=begins.cumsum()).reset_index(drop=True)


def cooccurrence(mentions: pd.DataFrame, passages: pd.DataFrame, within: str = "passage",
                 parents: Mapping[str, str] | None = None) -> pd.DataFrame:  # fmt: skip
    """Which themes come together, and how much more often than themes that have nothing to do with each other would.

    Parameters
    ----------
    mentions : DataFrame
        source, municipality, passage, theme.
    passages : DataFrame
        All that were coded, those without a theme among them: source, municipality, passage.
    within : {"passage", "source", "municipality"}
        Where two themes must stand to be together. What is of no municipality is not in the last.
    parents : mapping of str to str, optional
        The theme that each stands under: a theme and what it stands under always come together, so they are no pair.

    Returns
    -------
    DataFrame
        A row per pair of themes (in the alphabet's order) of which each is mentioned at all: theme, other, theme_n
        and other_n (units with each), both (units with both), municipalities (in how many), units (all),
        expected (theme_n × other_n / units), log_ratio (log2 of both / expected: pointwise mutual information,
        Church and Hanks 1990; NaN where they never come together), jaccard (both / units with either).

    Raises
    ------
    InputError
        `within` is none of these, or a mention stands in no passage.

    Examples
    --------
    >>> passages = pd.DataFrame({"source": "a", "municipality": "GM0014", "passage": [1, 2, 3, 4]})
    >>> mentions = pd.DataFrame({"source": "a", "municipality": "GM0014", "passage": [1, 1, 2], "theme": ["DATA", "DIGI", "DATA"]})
    >>> cooccurrence(mentions, passages)[["theme", "other", "both", "expected", "log_ratio", "jaccard"]].values.tolist()
    [['DATA', 'DIGI', 1, 0.5, 1.0, 0.5]]
    """
    if within not in WITHIN:
        raise InputError("no such unit", value=within, allowed=WITHIN)
    unit = WITHIN[within]
    units = passages[unit].dropna().drop_duplicates()
    places = mentions[[*KEYS, "municipality", "theme"]].dropna(subset=unit)
    unknown = ~pd.MultiIndex.from_frame(places[unit]).isin(pd.MultiIndex.from_frame(units))
    if unknown.any():
        raise InputError("a mention where there is no passage", value=tuple(places.loc[unknown, unit].iloc[0]))
    found = places.drop_duplicates([*unit, "theme"])
    themes = sorted(found["theme"].unique())
    n = found["theme"].value_counts()
    apart = _related(parents or {})
    together = found.merge(found[[*unit, "theme"]].rename(columns={"theme": "other"}), on=unit)
    groups = together[together["theme"] < together["other"]].groupby(["theme", "other"])["municipality"]
    counts = groups.agg(both="size", municipalities="nunique")
    pairs = [(a, b) for place, a in enumerate(themes) for b in themes[place + 1 :] if (a, b) not in apart]
    index = pd.MultiIndex.from_tuples(pairs, names=["theme", "other"]) if pairs else counts.index[:0]
    table = counts.reindex(index, fill_value=0).reset_index()
    table = table.assign(theme_n=table["theme"].map(n), other_n=table["other"].map(n), units=len(units))
    table = table.astype({"theme_n": "int64", "other_n": "int64"})  # without pairs they would be texts
    expected = table["theme_n"] * table["other_n"] / len(units)
    ratio = np.log2((table["both"] / expected).where(table["both"] > 0).astype("float64"))
    return table.assign(expected=expected, log_ratio=ratio,
                        jaccard=table["both"] / (table["theme_n"] + table["other_n"] - table["both"]))[PAIRS]  # fmt: skip


def matrix(pairs: pd.DataFrame, value: str = "both") -> pd.DataFrame:
    """Pairs of themes as a square: a row and a column per theme, the same on both sides of the diagonal.

    Parameters
    ----------
    pairs : DataFrame
        As `cooccurrence` gives them.
    value : str
        The column that fills the square; with "both", the diagonal has each theme's own units, else nothing (NaN).

    Examples
    --------
    >>> pairs = pd.DataFrame({"theme": ["A"], "other": ["B"], "theme_n": [4], "other_n": [3], "both": [2]})
    >>> matrix(pairs).to_numpy().tolist()
    [[4.0, 2.0], [2.0, 3.0]]
    """
    themes = sorted({*pairs["theme"], *pairs["other"]})
    square = pd.DataFrame(float("nan"), index=themes, columns=themes)
    for row in pairs.itertuples():
        square.loc[row.theme, row.other] = square.loc[row.other, row.theme] = getattr(row, value)
        if value == "both":
            square.loc[row.theme, row.theme], square.loc[row.other, row.other] = row.theme_n, row.other_n
    return square


def edges(pairs: pd.DataFrame, least: int = 2, min_municipalities: int = 2) -> pd.DataFrame:
    """The network of themes: pairs that come together more often than by chance, the closest first.

    Parameters
    ----------
    pairs : DataFrame
        As `cooccurrence` gives them.
    least : int
        Fewest units with both.
    min_municipalities : int
        Fewest municipalities with both: one that talks much is no network.

    Returns
    -------
    DataFrame
        theme, other, both, municipalities, log_ratio, jaccard.

    Examples
    --------
    >>> pairs = pd.DataFrame({"theme": ["A", "A"], "other": ["B", "C"], "both": [3, 3], "municipalities": [3, 1],
    ...                       "log_ratio": [1.5, 1.5], "jaccard": [0.5, 0.5]})
    >>> edges(pairs)["other"].tolist()
    ['B']
    """
    enough = (pairs["both"] >= least) & (pairs["municipalities"] >= min_municipalities) & (pairs["log_ratio"] > 0)
    columns = ["theme", "other", "both", "municipalities", "log_ratio", "jaccard"]
    return pairs.loc[enough, columns].sort_values(["log_ratio", "both"], ascending=False, kind="stable", ignore_index=True)


def _texts(mentions: pd.DataFrame, passages: pd.DataFrame) -> list[str]:
    texts = dict(zip(zip(passages["source"], passages["passage"]), passages["text"]))
    found = []
    for row in mentions.itertuples():
        text = texts.get((row.source, row.passage))
        if text is None or not 0 <= row.start < row.end <= len(text):
            raise InputError("a mention outside the passages: make both anew with `led prepare`",
                             value=f"{row.source}, passage {row.passage}, {row.start}-{row.end}")  # fmt: skip
        found.append(text)
    return found


def _head(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    cut = text[:width]
    whole = cut if text[width].isspace() else cut[: max(cut.rfind(" "), 0)]
    return f"{whole.rstrip()} …"


def _tail(text: str, width: int) -> str:
    return _head(text[::-1], width)[::-1]


def _related(parents: Mapping[str, str]) -> Collection[tuple[str, str]]:
    """Pairs, in the alphabet's order, of which one stands under the other, at once or by way of others."""
    pairs = set()
    for theme in parents:
        above, seen = parents.get(theme, ""), set()
        while above and above not in seen:
            pairs.add((min(theme, above), max(theme, above)))
            seen.add(above)
            above = parents.get(above, "")
    return pairs
