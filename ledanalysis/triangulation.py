"""Interviews and survey side by side: per theme whether the two agree, part, or cannot be told apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from ledanalysis import style
from ledanalysis.drawing import (
    UNITS, alt_text, check_rows, draw_axis, draw_key, draw_pairs, draw_whiskers, key_mark, tell_rows, write_column, write_figures,
)  # fmt: skip
from ledanalysis.findings import FEW, capital, join_names
from ledanalysis.labels import text
from ledanalysis.pages import Page
from ledanalysis.placing import label_rows

VERDICTS = ("both_high", "coming", "interviews", "survey", "untold", "both_low")  # from the top of the slide down
TITLE_NAMES = 4  # so many names fit in a title of two lines
SURVEYS = ("now", "future")  # an interview is of both: a theme may be raised for either
COLOURS = dict(zip(VERDICTS, ("now", "future", "highlight", "highlight", "muted", "now")))


def share_bounds(percent, n, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Between which percentages a share can lie, as if the n were drawn at random: Wilson's interval (1927).

    Examples
    --------
    >>> lower, upper = share_bounds(np.array([0.0, 50.0]), np.array([20, 20]), 0.95)
    >>> lower.round().tolist(), upper.round().tolist()
    ([0.0, 30.0], [16.0, 70.0])
    """
    z = special.ndtri(0.5 + level / 2)
    share, n = np.asarray(percent, float) / 100, np.asarray(n, float)
    middle, width = share + z**2 / (2 * n), z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    lower, upper = ((middle + sign * width) / (1 + z**2 / n) * 100 for sign in (-1, 1))
    return np.maximum(lower, 0), np.minimum(upper, 100)


def places(lower: np.ndarray, upper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The first and last place that each interval leaves open: behind those wholly above it, before those wholly below.

    If all intervals hold, so do all places together (Klein, Wright and Wieczorek 2020). What is not known (NaN) is
    above and below nothing.

    Examples
    --------
    >>> first, last = places(np.array([60.0, 50.0, 10.0]), np.array([90.0, 80.0, 40.0]))
    >>> first.tolist(), last.tolist()
    ([1, 1, 3], [2, 2, 3])
    """
    above = (lower[None, :] > upper[:, None]).sum(axis=1)
    below = (upper[None, :] < lower[:, None]).sum(axis=1)
    return 1 + above, len(lower) - below


def compare(interviews: pd.DataFrame, surveys: Sequence[pd.DataFrame], level: float) -> pd.DataFrame:
    """Which themes have the same place in interviews and survey, and which clearly another.

    Parameters
    ----------
    interviews : DataFrame
        theme, label, estimate (percent of the interviewed municipalities that raise it), n.
    surveys : sequence of DataFrame
        Of one measure of importance each: theme, estimate, rank_lower, rank_upper (for all themes together).
    level : float
        Of the intervals of the interviews' shares.

    Returns
    -------
    DataFrame
        The themes that all have: theme, label, estimate, lower, upper, n, place_lower, place_upper (of the
        interviews), survey_lower, survey_upper (the places that any of the surveys leaves open), verdict, by verdict
        and share; numbered anew. The verdict is

        - "interviews" or "survey", where all places of the one lie before all places of the other;
        - "both_high" (or "both_low"), where the survey's places lie in the upper (lower) half and the interviews'
          interval lies above (below) the mean share of all themes;
        - "untold" for the rest, and where a source has no figure or no ranks.

    Examples
    --------
    >>> raised = pd.DataFrame({"theme": list("ABCD"), "label": list("ABCD"), "estimate": [90.0, 90, 5, 10], "n": 20})
    >>> asked = pd.DataFrame({"theme": list("ABCD"), "estimate": [80.0, 20, 70, 30], "rank_lower": [1, 3, 1, 3], "rank_upper": [2, 4, 2, 4]})
    >>> compare(raised, [asked], 0.95)[["theme", "verdict"]].values.tolist()
    [['A', 'both_high'], ['B', 'interviews'], ['C', 'survey'], ['D', 'both_low']]
    """
    table = interviews[["theme", "label", "estimate", "n"]]
    for number, survey in enumerate(surveys):
        ends = survey[["theme", "rank_lower", "rank_upper"]].rename(columns={"rank_lower": f"first{number}", "rank_upper": f"last{number}"})
        table = table.merge(ends, on="theme")
    first, last = (table[[f"{end}{number}" for number in range(len(surveys))]] for end in ("first", "last"))
    lower, upper = share_bounds(table["estimate"], table["n"], level)
    place_lower, place_upper = places(lower, upper)
    half, mean = len(table) / 2, table["estimate"].mean()
    first, last = first.min(axis=1, skipna=False), last.max(axis=1, skipna=False)
    told = {
        "interviews": place_upper < first,
        "survey": place_lower > last,
        "both_high": (last <= half) & (lower > mean),
        "both_low": (first > half) & (upper < mean),
    }
    known = table["estimate"].notna() & first.notna() & last.notna()
    verdict = np.select([known & each for each in told.values()], list(told), "untold")
    table = table[["theme", "label", "estimate", "n"]].assign(
        lower=lower, upper=upper, place_lower=place_lower, place_upper=place_upper, survey_lower=first, survey_upper=last,
        verdict=pd.Series(verdict, table.index, dtype="str"),
    )  # fmt: skip
    return by_verdict(table)


def by_verdict(table: pd.DataFrame) -> pd.DataFrame:
    """In the order of the slide: by verdict, and within it from the highest share down."""
    order = table["verdict"].map(VERDICTS.index)
    return table.assign(order=order).sort_values(["order", "estimate"], ascending=[True, False], kind="stable", ignore_index=True).drop(columns="order")


def sources(page: Page) -> pd.DataFrame:
    """The table of the slide: as `compare`, with what the survey and the interviews say of the coming years.

    Of a theme that cannot be told by all mentions, those for the coming years alone are held to the survey's
    importance then: where both are high the verdict is "coming".

    Returns
    -------
    DataFrame
        As `compare`, and: now, future (the survey's scores), n_now, n_future, later (percent of the interviewed that
        raise it for the coming years). A measure that the study does not have, or may not show, has no columns;
        without rows where interviews or survey have nothing.
    """
    level = page.study.settings.level
    raised, later = page.table("mentions"), page.table("mentions_future")
    asked = {name: table for name in SURVEYS if len(table := page.table(name))}
    if raised.empty or not asked:
        return pd.DataFrame(columns=["theme", "label", "verdict"])
    table = compare(raised, list(asked.values()), level)
    of = {name: survey.set_index("theme") for name, survey in asked.items()}
    more = {name: table["theme"].map(survey["estimate"]) for name, survey in of.items()}
    more |= {f"n_{name}": table["theme"].map(survey["n"]) for name, survey in of.items()}
    if len(later) and "future" in asked:
        more["later"] = table["theme"].map(later.set_index("theme")["estimate"])
        then = compare(later, [asked["future"]], level)
        coming = table["theme"].isin(then.loc[then["verdict"] == "both_high", "theme"]) & (table["verdict"] == "untold")
        more["verdict"] = table["verdict"].mask(coming, "coming")
    return by_verdict(table.assign(**more))


def finding(table: pd.DataFrame, page: Page) -> str:
    """What both sources put high, what one clearly puts higher than the other, and of how many themes neither is told."""
    study = page.study
    if table.empty:
        return ""
    found = {verdict: table.loc[table["verdict"] == verdict, "label"] for verdict in VERDICTS}
    agreed = [verdict for verdict in ("both_high", "coming") if len(found[verdict])] or ["both_low"]
    told = [verdict for verdict in (*agreed, "interviews", "survey") if len(found[verdict])]
    if not told:
        return study.text("triangulation_finding_none", n=f"{table['n'].max():.0f}")
    few = sum(len(found[verdict]) for verdict in told) <= TITLE_NAMES
    parts = []
    for verdict in told:
        key = "coming_too" if verdict == "coming" and "both_high" in told else verdict
        names = _counted(found[verdict], FEW if few else (FEW, 2, 1, 1)[len(told) - 1], study)
        parts.append(study.text(f"triangulation_finding_{key}", names=names))
    if len(told) == 1 and len(found["untold"]):
        parts.append(study.text("triangulation_finding_rest", count=len(found["untold"]), total=len(table)))
    return capital("; ".join(parts))


def _counted(names: pd.Series, most: int, study) -> str:
    """The names; of more than `most` their number, and the first of them."""
    if len(names) <= most:
        return join_names(names, study)
    return study.text("triangulation_counted", count=len(names), names=join_names(names, study, max(most - 1, 1)))


@style.styled
def two_sources(ax, table: pd.DataFrame, *, survey_label: str, interviews_label: str, level: float = 0.95, language: str = "nl") -> str:
    """Two charts of the same rows: the survey's scores, now and in three years, and the interviews' shares, by verdict.

    Parameters
    ----------
    ax : Axes
        Makes room for two.
    table : DataFrame
        As `sources` gives it: label, verdict, estimate, lower and upper (the interviews' share), now and future (the survey's
        scores; either or both), optional later (percent that raise it for the coming years), n.
    survey_label, interviews_label : str
        What each axis shows.
    level, language
        Of the intervals; of the words.

    Returns
    -------
    str
        The alt text.
    """
    left, right = style.split(ax)
    rows = check_rows(table, ["label", "verdict"], ["estimate", "lower", "upper"])
    strong = rows["verdict"] != "untold"
    key = _draw_survey(left, rows, strong, survey_label, language)
    label_rows(left, rows, pd.Series(0.0, rows.index), language)
    for tick, told in zip(left.get_yticklabels(), strong, strict=True):
        tick.set(color=style.colour("ink" if told else "muted"), fontweight=600 if told else 400)
    label_rows(right, rows, rows["estimate"], language)
    right.set_yticklabels([])
    draw_axis(right, UNITS["percent"], rows[["estimate"]], False, language, interviews_label)
    shades = [style.colour(COLOURS[verdict]) for verdict in rows["verdict"]]
    right.barh(rows.index, rows["estimate"].fillna(0), 0.66, color=shades, zorder=2, gid="estimate")
    whiskers = draw_whiskers(right, rows, True, style.colour("ink"), level, language)
    for each in whiskers:
        each.set_label(text("triangulation_interval", language, interval=each.get_label()))
    shown = rows[rows["estimate"].notna()]
    written = write_figures(shown, UNITS["percent"], language)
    right.set_xticks(range(0, 101, 20), [style.percent(tick, language) for tick in range(0, 101, 20)])
    write_column(right, written, 38, "right")
    if "later" in rows:
        look = {"s": 50, "edgecolors": "white", "linewidths": 1.4, "clip_on": False, "zorder": 5, "gid": "later"}
        right.scatter(rows.loc[strong, "later"], rows.index[strong], color=style.colour("future"), **look)
    _name_groups((left, right), rows, language)
    draw_key(left, key + whiskers, rows, language)
    counts = rows["verdict"].value_counts()
    items = [f"{text(f'triangulation_{verdict}', language)}: {counts[verdict]}" for verdict in VERDICTS if verdict in counts]
    told = tell_rows(shown, written, "estimate")
    return alt_text("triangulation", told, rows, language, text("chart_alt_counts", language, items="; ".join(items)))


def _draw_survey(ax, rows: pd.DataFrame, strong: pd.Series, label: str, language: str) -> list:
    """Now (hollow), in three years (filled), and a line between them; or only the one that there is. Gives its key."""
    measures = [name for name in SURVEYS if name in rows]
    draw_axis(ax, UNITS["score"], rows[measures], True, language, label)
    if len(measures) == 2:
        for part, shade in ((rows[strong], ("now", "future")), (rows[~strong], ("muted", "muted"))):
            draw_pairs(ax, part.dropna(subset=measures), *shade, 1.6)
        now = key_mark(text("chart_now", language), "o", style.colour("now"))
        now.set(markerfacecolor="white", markeredgewidth=2)
        return [now, key_mark(text("chart_future", language), "o", style.colour("future"))]
    shades = [style.colour(measures[0] if told else "muted") for told in strong]
    ax.scatter(rows[measures[0]], rows.index, color=shades, s=80, zorder=4, gid="estimate")
    return []


def _name_groups(axes: tuple, rows: pd.DataFrame, language: str) -> None:
    """A line between the verdicts, and each verdict's name beside its rows."""
    for verdict, part in rows.groupby("verdict", sort=False):
        first, last = part.index[0], part.index[-1]
        look = {"color": style.colour(COLOURS[verdict])}
        write_column(axes[1], pd.Series([text(f"triangulation_{verdict}", language)], [(first + last) / 2]), 50, "left", fontweight=600, **look)
        if first:
            for ax in axes:
                ax.axhline(first - 0.5, color=style.colour("hatch"), linewidth=1, zorder=1)


def show(page: Page) -> None:
    """The slide on interviews and survey; none where one of them has nothing to show."""
    table, study = sources(page), page.study
    if table.empty:
        return
    asked = [name for name in SURVEYS if name in table]
    ends = table[[f"n_{name}" for name in asked]].to_numpy(float)
    spans = [style.number(end, 0, study.language) for end in (np.nanmin(ends), np.nanmax(ends))]
    footer = study.text("triangulation_footer", n="–".join(dict.fromkeys(spans)), interviews=f"{table['n'].max():.0f}", units=study.says("units"))
    survey = study.text("triangulation_axis_survey") if len(asked) == 2 else page.measure_label(asked[0])
    page.chart("mentions", two_sources, table, finding(table, page), "kicker_mentions", footer, spoken=spoken(table, page),
               level=study.settings.level, survey_label=survey,
               interviews_label=study.text("triangulation_axis_interviews", units=study.says("units")))  # fmt: skip


def spoken(table: pd.DataFrame, page: Page) -> str:
    """The speaker's notes: per theme the share, and the places that each source leaves open; and what the verdicts mean."""
    study = page.study
    lines = [
        study.text("triangulation_note", theme=row.label, share=style.percent(row.estimate, study.language),
                   places=_span(row.place_lower, row.place_upper), survey=_span(row.survey_lower, row.survey_upper),
                   verdict=study.text(f"triangulation_{row.verdict}"))
        for row in table.itertuples()
    ]  # fmt: skip
    return "\n".join([*lines, study.text("triangulation_notes", level=round(study.settings.level * 100), units=study.says("units"))])


def _span(first: float, last: float) -> str:
    if pd.isna(first) or pd.isna(last):
        return "–"
    return f"{first:.0f}" if first == last else f"{first:.0f}–{last:.0f}"
