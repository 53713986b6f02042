"""The answer to a small question in words: what it is of, what is seen with its uncertainty, and the code that gives it again."""

from __future__ import annotations

import pandas as pd

from ledanalysis.book.wording import title_of
from ledanalysis.crossing import Crossed
from ledanalysis.drawing import Unit
from ledanalysis.findings import capital, some_names
from ledanalysis.page_tables import in_words
from ledanalysis.published import DECIMALS
from ledanalysis.study import Study
from ledanalysis.told import unit_of


def title(study: Study, measure: str, theme: str, crossed: Crossed, where: dict[str, list[str]]) -> str:
    """What a crossing is of: the figure, the groups, and who."""
    named = {(row.clustering, row.cluster): row.label for row in in_words(study, "response").itertuples()}
    clusters = [named[clustering, name] for clustering, names in where.items() for name in names]
    words = {"what": what(study, measure, theme), "by": crossed.grouping.label}
    return study.text("crossing_within", clusters=some_names(clusters, study), **words) if clusters else study.text("crossing_title", **words)


def what(study: Study, measure: str, theme: str) -> str:
    """The figure: the measure, and what it is of where it has more than that."""
    label = study.label_of(study.measure(measure))
    here = study.themes[study.themes["measure"] == measure].set_index("theme")["short"]
    return label if len(here) == 1 else f"{label}: {here[theme]}"


def sentence(study: Study, measure: str, theme: str, crossed: Crossed) -> str:
    """What is seen: of two groups their difference, of more which pairs differ clearly; that none do is said with the largest difference."""
    if crossed.refused:
        return study.text("crossing_refused")
    if crossed.pairs.empty:
        return study.text("crossing_few")
    row, about = study.measure(measure), what(study, measure, theme)
    unit, gap = unit_of(row, "units"), Unit("score", None, None, 1, DECIMALS[row.unit])
    values = crossed.table.set_index("cluster")["estimate"]
    pairs = _upwards(crossed.pairs)
    told = [_pair(pair, crossed, values, unit, gap, study) for pair in pairs.sort_values("gap", ascending=False, kind="stable").to_dict("records")]
    if study.settings.sampling == "census":
        return capital(study.text("crossing_census", what=about, **told[0]))
    clear = [words for words in told if words["clear"]]
    if not clear:
        return capital(study.text("crossing_none", what=about, **told[0]))
    if len(told) == 1:
        return capital(study.text("crossing_clear", what=about, **clear[0]))
    return capital(study.text("crossing_some", what=about, pairs=some_names([study.text("crossing_pair", **words) for words in clear], study)))


def note(study: Study) -> str:
    """How it is to be read."""
    return study.text("crossing_note", level=round(study.settings.level * 100))


def code(measure: str, theme: str, by: str, where: dict[str, list[str]]) -> str:
    """The cell of a notebook that gives the same.

    Examples
    --------
    >>> print(code("now", "DATA", "vision", {"size": ["lt20"]}))
    import ledanalysis as led
    <BLANKLINE>
    led.open_study().crossing('now', 'DATA', by='vision', where={'size': ['lt20']})
    """
    only = f", where={where!r}" if where else ""
    return f"import ledanalysis as led\n\nled.open_study().crossing({measure!r}, {theme!r}, by={by!r}{only})"


def _upwards(pairs: pd.DataFrame) -> pd.DataFrame:
    """Each pair with the higher group first."""
    down = pairs["gap"] < 0
    turned = pairs.assign(first=pairs["second"], second=pairs["first"], gap=-pairs["gap"], lower=-pairs["upper"], upper=-pairs["lower"])
    return pairs.mask(down, turned)


def _pair(pair: dict, crossed: Crossed, values: pd.Series, unit: Unit, gap: Unit, study: Study) -> dict:
    """The words for a pair: labels, values, difference and its ends; and whether it is clear."""
    labels = crossed.grouping.labels
    ends = {name: gap.write(pair[name], study.language) for name in ("gap", "lower", "upper")}
    return {"high": labels[pair["first"]], "low": labels[pair["second"]], "clear": pair["clear"], **ends,
            "high_value": unit.write(values[pair["first"]], study.language), "low_value": unit.write(values[pair["second"]], study.language)}  # fmt: skip
