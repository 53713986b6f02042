"""What is said of learning elsewhere, held to this survey: a page that says what the figures support and what not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from ledanalysis import style
from ledanalysis.findings import capital, join_names
from ledanalysis.markup import plain
from ledanalysis.menu import FORMS, MEASURES
from ledanalysis.pages import Page

VERDICTS = ("supported", "contradicted", "untold", "few")  # the order of the title


def compare(figures: pd.DataFrame, groups: pd.DataFrame, level: float) -> pd.DataFrame:
    """The difference between the means of two groups of estimates, with an interval that holds whatever their correlation.

    A mean of estimates has at most the mean of their standard errors, a difference at most the sum of both sides'
    (the triangle inequality for standard deviations). Intervals hold for all comparisons at once (Bonferroni).

    Parameters
    ----------
    figures : DataFrame
        Indexed by name: estimate, se, df.
    groups : DataFrame
        A row per comparison: higher, lower (lists of names).
    level : float

    Returns
    -------
    DataFrame
        The rows of `groups` with high, low (the means), difference, lower_end, upper_end; missing where any figure is.

    Examples
    --------
    >>> figures = pd.DataFrame({"estimate": [60.0, 40.0], "se": [1.0, 1.0], "df": [99.0, 99.0]}, index=["a", "b"])
    >>> compare(figures, pd.DataFrame({"higher": [["a"]], "lower": [["b"]]}), 0.95)[["difference", "lower_end"]].round(1).values.tolist()
    [[20.0, 16.0]]
    """
    def mean(column: str, names: list[str]) -> float:
        return round(figures[column].reindex(names).mean(skipna=False), 6)  # a half stays a half, to be rounded up

    high, low = (groups[side].map(lambda names: mean("estimate", names)) for side in ("higher", "lower"))
    error = groups["higher"].map(lambda names: mean("se", names)) + groups["lower"].map(lambda names: mean("se", names))
    fewest = (groups["higher"] + groups["lower"]).map(lambda names: figures["df"].reindex(names).min(skipna=False))
    width = special.stdtrit(np.maximum(fewest.to_numpy(float), 1), 1 - (1 - level) / (2 * len(groups))) * error
    return groups.assign(high=high, low=low, difference=high - low, lower_end=high - low - width, upper_end=high - low + width)


def judged(page: Page) -> pd.DataFrame:
    """Each hypothesis of the codebook, and what the page's figures say of it.

    Returns
    -------
    DataFrame
        A row per comparison: hypothesis, label, source, verdict ("supported" where all its comparisons surely go its way,
        "contradicted" where any surely goes the other way, "few" where a figure is not shown, else "untold"), unit, and
        the columns of `compare`. Without rows where the study has no hypotheses.
    """
    study, forms = page.study, _forms(page)
    rows = [
        (row.hypothesis, study.label_of(row), row.source, _members(high, forms), _members(low, forms))
        for row in study.tables["hypotheses"] for high in row.groups("higher") for low in row.groups("lower")
    ]  # fmt: skip
    groups = pd.DataFrame(rows, columns=["hypothesis", "label", "source", "higher", "lower"])
    if groups.empty:
        return groups
    table = compare(_figures(page, groups), groups, study.settings.level)
    low, high = ("difference", "difference") if page.census else ("lower_end", "upper_end")
    told = np.select([table["difference"].isna(), table[high] < 0, table[low] > 0], ["few", "contradicted", "supported"], "untold")
    table = table.assign(told=told, unit=[study.measure(names[0].partition(":")[0]).unit for names in table["higher"]])
    return table.assign(verdict=table["hypothesis"].map(table.groupby("hypothesis")["told"].agg(_verdict))).drop(columns="told")


def _verdict(told: pd.Series) -> str:
    """Of a hypothesis with several comparisons: one that surely goes the other way is enough against it."""
    return next((each for each in ("contradicted", "few", "untold") if each in set(told)), "supported")


def _forms(page: Page) -> dict[str, list[str]]:
    """The instruments that the study measures the use of, by form of learning, as `measure:instrument`."""
    names = page.study.themes
    used = names[(names["kind"] == "instrument") & names["measure"].isin(MEASURES)]
    of = {row.instrument: row.form for row in page.study.tables["instruments"]}
    return (used["measure"] + ":" + used["theme"]).groupby(used["theme"].map(of)).agg(list).to_dict()


def _members(group: list[str], forms: dict[str, list[str]]) -> list[str]:
    return [name for each in group for name in (forms.get(each.removeprefix("form="), []) if each.startswith("form=") else [each])]


def _figures(page: Page, groups: pd.DataFrame) -> pd.DataFrame:
    """The page's figures of what is compared, by `measure:theme`."""
    compared = {name for side in ("higher", "lower") for names in groups[side] for name in names}
    tables = [page.table(measure) for measure in sorted({name.partition(":")[0] for name in compared})]
    rows = pd.concat([table for table in tables if len(table)] or [pd.DataFrame(columns=["measure", "theme", "estimate", "se", "df", "n", "label"])])
    rows = rows.set_index(rows["measure"].astype("str") + ":" + rows["theme"].astype("str"))
    return rows[rows.index.isin(compared)]


def finding(table: pd.DataFrame, page: Page) -> str:
    """How many of the hypotheses the figures support, and how many they contradict."""
    verdicts = table.drop_duplicates("hypothesis")["verdict"].value_counts()
    parts = [page.study.text(f"hypotheses_title_{verdict}", count=verdicts[verdict]) for verdict in VERDICTS if verdict in verdicts]
    return capital(page.study.text("hypotheses_title", parts=join_names(parts, page.study, len(parts))))


def show(page: Page) -> None:
    """The slide on what is said elsewhere; none where the study has no hypotheses, or in a deck of staff."""
    table, study = judged(page), page.study
    if table.empty or page.view != "units" or (table["verdict"] == "few").all():
        return
    labels = _labels(page)
    body = "\n\n".join(_pair(part, labels, page) for _, part in table.groupby("hypothesis", sort=False))
    footer = page.footer(_figures(page, table), "" if page.census else "hypotheses_margins")
    spoken = "\n".join(_note(row, labels, page) for row in table.itertuples())
    kept = table.assign(**{side: table[side].str.join(", ") for side in ("higher", "lower")})
    page.set_out("pairs", kept, finding(table, page), "kicker_hypotheses", body, footer, spoken, "hypotheses")


def _labels(page: Page) -> dict[str, str]:
    """What a group is called: its form of learning, or the labels of what is in it."""
    names = page.study.themes
    labels = dict(zip(names["measure"] + ":" + names["theme"], names["short"]))
    called = {form: page.study.text(f"menu_form_{form}").lower() for form in FORMS}
    return labels | {", ".join(members): called[form] for form, members in _forms(page).items() if form in FORMS and len(members) > 1}


def _called(members: list[str], labels: dict[str, str], study) -> str:
    return labels.get(", ".join(members)) or join_names([labels[name] for name in members], study, len(members))


def _pair(part: pd.DataFrame, labels: dict[str, str], page: Page) -> str:
    """What is said and by whom; and what the figures say of it (Markdown)."""
    study, first = page.study, part.iloc[0]
    verdict = first["verdict"]
    means = {}
    for row in part.itertuples():
        means |= {_called(row.higher, labels, study): row.high, _called(row.lower, labels, study): row.low}
    write = style.percent if first["unit"] == "percent" else style.number
    figures = "; ".join(f"{plain(name)} {write(mean, language=study.language)}" for name, mean in means.items())
    what = study.text("hypotheses_unit_percent" if first["unit"] == "percent" else "hypotheses_unit_score", units=study.says("units"))
    return (f"### {plain(first['label'])}\n\n{study.text('hypotheses_said', source=plain(first['source']))}\n\n"
            f"**{study.text(f'hypotheses_{verdict}')}**  \n{capital(figures)}  \n*{what}*")  # fmt: skip


def _note(row, labels: dict[str, str], page: Page) -> str:
    """A comparison with its interval, for the speaker."""
    study = page.study
    figures = {"difference": row.difference, "low": row.lower_end, "high": row.upper_end}
    written = {name: style.signed(value, 1, study.language) for name, value in figures.items()}
    return study.text("hypotheses_note_census" if page.census else "hypotheses_note", one=_called(row.higher, labels, study), other=_called(row.lower, labels, study), **written)
