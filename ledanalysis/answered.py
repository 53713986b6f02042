"""A small question answered, as a notebook shows it: the groups with their figures, what is seen, and how it is to be read."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ledanalysis import charts, crossing_words, palette
from ledanalysis.crossing import Crossed, Ground, cross
from ledanalysis.drawing import UNITS, interval_words, span_words
from ledanalysis.errors import InputError
from ledanalysis.fitting import chart_unit
from ledanalysis.markup import figures_html
from ledanalysis.style import number
from ledanalysis.told import unit_of


@dataclass(frozen=True, eq=False, repr=False)
class Answer:
    """A figure of each group, with the sentence that it supports.

    Attributes
    ----------
    title : str
        What it is of.
    measure, theme, by : str
    where : dict of str to list of str
    """

    measure: str
    theme: str
    by: str
    where: dict[str, list[str]]
    _ground: Ground
    _crossed: Crossed = field(init=False)
    title: str = field(init=False)

    def __post_init__(self):
        crossed = cross(self._ground, self.measure, self.theme, self.by, self.where)
        object.__setattr__(self, "_crossed", crossed)
        object.__setattr__(self, "title", crossing_words.title(self._ground.study, self.measure, self.theme, crossed, self.where))

    @property
    def table(self) -> pd.DataFrame:
        """A DataFrame of your own: cluster (the group), label, measure, theme, estimate, se, lower, upper, df, n, population, suppressed."""
        return self._crossed.table.copy()

    @property
    def pairs(self) -> pd.DataFrame:
        """The differences: first, second, gap, lower, upper, clear; the intervals hold for all pairs at once."""
        return self._crossed.pairs.copy()

    def finding(self) -> str:
        """What is seen, with its uncertainty."""
        return crossing_words.sentence(self._ground.study, self.measure, self.theme, self._crossed)

    def note(self) -> str:
        """How it is to be read."""
        return crossing_words.note(self._ground.study)

    def code(self) -> str:
        """The cell of a notebook that gives this answer again."""
        return crossing_words.code(self.measure, self.theme, self.by, self.where)

    def words(self) -> pd.DataFrame:
        """The table in the reader's words: a suppressed figure says so."""
        study, rows = self._ground.study, self._crossed.table
        unit, said = unit_of(study.measure(self.measure), "units"), study.text("suppressed_cell")
        spans = [span_words(unit, low, high, study.language) if pd.notna(low) else "–" for low, high in zip(rows["lower"], rows["upper"])]
        columns = {
            study.text("explore_cluster"): list(rows["label"]),
            study.text("chart_estimate"): [unit.write(value, study.language) for value in rows["estimate"]],
            interval_words(study.settings.level, study.language): spans,
            study.text("table_n"): [number(value, 0, study.language) for value in rows["n"]],
        }
        names = list(columns)
        table = pd.DataFrame(columns, dtype="str")
        table.loc[rows["suppressed"].to_numpy(bool), names[1:]] = said
        return table.drop(columns=names[2]) if study.settings.sampling == "census" else table

    def options(self) -> dict:
        """How the house style draws it: unit, intervals, level. Empty where it has no chart of the unit."""
        study = self._ground.study
        unit = chart_unit(study.measure(self.measure))
        return {"unit": unit, "intervals": study.settings.sampling != "census", "level": study.settings.level} if unit in UNITS else {}

    def draw(self, ax, **options) -> str:
        """Draw it on Axes of your own; returns the alt text.

        Raises
        ------
        InputError
            The house style has no chart of its unit.
        """
        if not self.options():
            raise InputError("no chart of this unit; it can be had as a table", value=self._ground.study.measure(self.measure).unit, allowed=list(UNITS))
        with palette.using(self._ground.study.style["colours"]):
            return charts.ranking(ax, self._crossed.table, **{"language": self._ground.study.language, **self.options(), **options})

    def __dir__(self) -> list[str]:
        return ["code", "draw", "finding", "note", "pairs", "table", "title"]

    def __repr__(self) -> str:
        return "\n".join([self.title, self.words().to_string(index=False), self.finding(), self.note()])

    def _repr_html_(self) -> str:
        study = self._ground.study
        below = [line for line in (self.finding(), self.note(), study.says("source"), study.notice) if line]
        return figures_html([(self.title, self.words(), "")], below, study.language, study.text("suppressed_cell"))
