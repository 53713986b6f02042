"""The sheets of what is measured: one per measure and clustering, themes as rows and clusters as columns."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from ledanalysis.book import wording
from ledanalysis.book.figures import RANKS, clusters, reported
from ledanalysis.book.parts import Figure, Grid, Mark, Sheet
from ledanalysis.estimates import SECTOR
from ledanalysis.findings import capital
from ledanalysis.published import DECIMALS, P_DECIMALS
from ledanalysis.style import number
from ledanalysis.study import Study

BOTH = "all", "matched"  # the two bases of a change, in the order of a sheet


class Line(NamedTuple):
    """One of the figures of a theme: its column, what it is called, its decimals (None: a text)."""

    column: str
    words: str
    decimals: int | None


class Block(NamedTuple):
    """The figures of a measure's themes of one kind, in the clusters of a clustering."""

    measure: object
    kind: str
    clustering: str
    number: str
    rows: pd.DataFrame  # clustering, cluster, theme, suppressed, a column per line
    themes: pd.DataFrame  # theme, short (its label)
    columns: pd.DataFrame  # clustering, cluster, label


def estimated(study: Study, table: pd.DataFrame, staff: bool = False, after: int = 0) -> list[Sheet]:
    """The sheets of a table of estimates.

    Parameters
    ----------
    study : Study
    table : DataFrame
        estimates, or staff_estimates, of `figures.published`.
    staff : bool
        Whether it is the staff view, which never stands in a table with the other.
    after : int
        Number of the last measure before these.
    """
    sheets, units = [], wording.units_of(study, staff)
    for block in _blocks(study, table, after):
        title, unit = wording.title_of(study, block.measure, block.kind, block.clustering, staff), units[block.measure.measure]
        lines = _lines(study, block, staff)
        notes = wording.notes_of(study, block.measure, block.rows, unit, staff)
        sheets.append(Sheet(_name(study, block, staff), title, [*_grids(study, block, lines, title, notes)], wording.asked(study, block.measure),
                            wording.split_of(study, block.clustering), unit))  # fmt: skip
    return sheets


def changed(study: Study, table: pd.DataFrame, wave: str, after: int) -> list[Sheet]:
    """The sheets of changes since an earlier wave: of all that answered, and of who answered both times."""
    keys = ["clustering", "cluster", "measure", "theme"]
    wide = table.pivot(index=keys, columns="basis")
    wide.columns = [f"{name}_{basis}" for name, basis in wide.columns]
    sheets, units = [], wording.units_of(study)
    for block in _blocks(study, wide.reset_index(), after):
        unit = units[block.measure.measure]
        title = f"{wording.title_of(study, block.measure, block.kind, block.clustering)} – {study.text('book_changes', wave=wave)}"
        lines = _change_lines(study, block, wave)
        notes = wording.notes_of(study, block.measure, block.rows, unit)
        notes.insert(0, (capital(study.text("book_change")), study.text("book_change_note", wave=wave, units=study.says("units"))))
        sheets.append(Sheet(_name(study, block, changes=True), title, [*_grids(study, block, lines, title, notes)],
                            wording.asked(study, block.measure), wording.split_of(study, block.clustering), unit))  # fmt: skip
    return sheets


def _blocks(study: Study, table: pd.DataFrame, after: int) -> list[Block]:
    """Per measure, kind and clustering that something is known of; a study without clusterings has blocks of everyone alone."""
    names, places, count, found = study.themes, clusters(study), after, []
    for measure in study.tables["measures"]:
        mine = table[table["measure"] == measure.measure]
        labels = names[names["measure"] == measure.measure]
        for kind in labels["kind"].unique():
            themes = labels[(labels["kind"] == kind) & labels["theme"].isin(mine["theme"])]
            here = mine[mine["theme"].isin(themes["theme"])]
            count += bool(len(here))
            split = [name for name in reported(study)[1:] if name in set(here["clustering"])] or ([""] if len(here) else [])
            for letter, clustering in enumerate(split):
                columns = places[places["clustering"].isin([SECTOR, clustering])]
                columns = columns.sort_values("clustering", key=lambda names: names != SECTOR, kind="stable")
                rows = here[here["clustering"].isin([SECTOR, clustering])]
                names_here = themes[["theme", "short"]]
                found.append(Block(measure, kind, clustering, f"{count}{_letter(letter)}", rows, names_here, columns))
    return found


def _letter(place: int) -> str:
    return chr(ord("a") + place % 26) * (place // 26 + 1)


def _lines(study: Study, block: Block, staff: bool) -> list[Line]:
    """The figures of a theme, of those that anything in the block has."""
    level = round(study.settings.level * 100)
    places = 0 if staff and block.measure.statistic == "share" else DECIMALS[block.measure.unit]  # as `staff` publishes them
    lines = [
        Line("estimate", wording.figure_of(study, block.measure), places),
        Line("lower", study.text("book_lower", level=level), places),
        Line("upper", study.text("book_upper", level=level), places),
        Line("n", study.text("table_n"), 0),
        Line("rank", study.text("chart_rank"), 0),
        Line("rank_lower", study.text("book_rank_lower"), 0),
        Line("rank_upper", study.text("book_rank_upper"), 0),
        Line("p_zero", study.text("book_p"), P_DECIMALS),
        Line("letters", study.text("book_letters"), None),
    ]
    if study.settings.sampling == "census":  # bounds are the figure itself
        lines = [line for line in lines if line.column not in ("lower", "upper", "rank_lower", "rank_upper")]
    if len(block.themes) < 2:
        lines = [line for line in lines if line.column not in RANKS]
    always = ("estimate", "n")
    told = [name for name in block.rows if block.rows[name].replace("", None).notna().any()]
    return [line for line in lines if line.column in (*always, *told)]


def _change_lines(study: Study, block: Block, wave: str) -> list[Line]:
    """The figures of a change: of all that answered, then of those that did both times."""
    places, level = DECIMALS[block.measure.unit], round(study.settings.level * 100)
    change, matched = study.text("book_change"), study.text("book_change_matched")
    ends = {"lower": study.text("book_lower", level=level), "upper": study.text("book_upper", level=level)}
    lines = [
        Line("estimate_all", change, places), Line("now_all", study.text("book_now"), places), Line("previous_all", wave, places),
        *(Line(f"{name}_all", f"{change}: {words}", places) for name, words in ends.items()),
        Line("n_all", study.text("book_n_now"), 0), Line("n_previous_all", study.text("book_n_then", wave=wave), 0),
        Line("n_both_all", study.text("book_n_both"), 0), Line("estimate_matched", matched, places),
        *(Line(f"{name}_matched", f"{matched}: {words}", places) for name, words in ends.items()), Line("n_matched", f"{matched}: {study.text('table_n')}", 0),
    ]  # fmt: skip
    told = [name for name in block.rows if block.rows[name].notna().any()]
    return [line for line in lines if line.column in ("estimate_all", *told)]


def _grids(study: Study, block: Block, lines: list[Line], title: str, notes: list):
    """The estimates at a glance, and the same with all that goes with them."""
    cells = {(row["clustering"], row["cluster"], row["theme"]): row for row in block.rows.to_dict("records")}
    places = list(block.columns[["clustering", "cluster"]].itertuples(index=False, name=None))
    header = [study.text("book_row"), study.text("book_figure"), *block.columns["label"]]
    full = [[label, line.words, *(_cell(study, cells.get((*place, theme)), line) for place in places)]
            for theme, label in block.themes.itertuples(index=False) for line in lines]  # fmt: skip
    glance = [row for row in full if row[1] == lines[0].words]
    counts = dict(list(block.rows.groupby(["clustering", "cluster"])["n" if "n" in block.rows else "n_all"]))
    bases = [_base(study, counts.get(place)) for place in places]
    glance.append([study.text("book_base_row"), study.text("table_n"), *bases])
    unexplained = {capital(study.text(key)) for key in ("book_note_interval", "chart_rank", "book_p", "book_letters")}  # of what is not at a glance
    for letter, key, rows in (("1", "book_glance", glance), ("2", "book_full", full)):
        caption = study.text("book_caption", number=f"{block.number}.{letter}", what=study.text(key), title=title)
        below = notes if letter == "2" else [note for note in notes if note[0] not in unexplained]
        yield Grid(f"{study.text('book_table')}_{block.number}_{letter}", caption, header, rows, 2, letter == "2", below)


def _cell(study: Study, row: dict | None, line: Line):
    """A figure, or why there is none: suppressed, no data, or not given of this one."""
    if row is None:
        return Mark(study.text("chart_no_data"))
    basis = next((name for name in BOTH if line.column.endswith(f"_{name}")), "")
    hidden = row[f"suppressed_{basis}" if basis else "suppressed"]
    if pd.isna(hidden):
        return Mark(study.text("chart_no_data"))
    if hidden:
        return Mark(study.text("book_suppressed"))
    value = row[line.column]
    if pd.isna(value) or value == "":
        return Mark("–")
    return str(value) if line.decimals is None else Figure(float(value), line.decimals)


def _base(study: Study, n: pd.Series | None):
    """The least and the most answers behind the figures of a cluster that are shown."""
    if n is None or n.dropna().empty:
        return Mark(study.text("chart_no_data" if n is None else "book_suppressed"))
    ends = dict.fromkeys(number(end, 0, study.language) for end in (n.min(), n.max()))
    return Figure(float(n.min())) if len(ends) == 1 else "–".join(ends)


def _name(study: Study, block: Block, staff: bool = False, changes: bool = False) -> str:
    """Of the sheet: its number tells it from others, however much of the rest there is room for."""
    apart = [study.text("book_short_staff")] if staff else [study.text("book_short_changes")] if changes else []
    split = [wording.split_of(study, block.clustering)] if block.clustering else []
    return " · ".join([f"{block.number} {study.label_of(block.measure)}", *apart, *split])
