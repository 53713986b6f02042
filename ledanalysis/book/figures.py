"""The figures of a book: the processed tables as they are published, and no column more than decks show."""

from __future__ import annotations

import pandas as pd

from ledanalysis import response
from ledanalysis.agreement import ALL_THEMES
from ledanalysis.estimates import SECTOR
from ledanalysis.study import Study
from ledanalysis.style import number
from ledanalysis.tables import read_table

KEYS = ["clustering", "cluster", "measure", "theme"]
RANKS = ["rank", "rank_lower", "rank_upper"]
FIGURES = {
    "estimates": [*KEYS, "estimate", "lower", "upper", "n", *RANKS, "p_zero", "letters", "suppressed"],
    "staff_estimates": [*KEYS, "estimate", "lower", "upper", "n", *RANKS, "suppressed"],
    "changes": [*KEYS, "basis", "now", "previous", "estimate", "lower", "upper", "n", "n_previous", "n_both", "suppressed"],
}
RELIABILITY = {"alpha": 2, "lower": 2, "upper": 2, "omega": 2}  # decimals, as the deck of the response shows them
AGREEMENT = {"agreement": 0, "kappa": 2, "lower": 2, "upper": 2, "alpha": 2, "precision": 0, "recall": 0, "f1": 0}
OF = {
    "readers": ["theme", "coder", "other", "coder_n", "other_n", "both", "agreement", "kappa", "lower", "upper", "alpha"],
    "program": ["theme", "hits", "false_alarms", "missed", "precision", "recall", "f1"],
}
EVERYONE = "*"  # in the table of agreement: all themes together


def published(study: Study) -> dict[str, pd.DataFrame]:
    """All tables of a book by name, those without rows left out.

    Returns
    -------
    dict of str to DataFrame
        estimates, staff_estimates and changes (the columns `FIGURES`, of everyone and of the clusterings that decks are made of;
        no figure where suppressed), response, losses, reliability, and of the coding readers and program (`OF`).

    Raises
    ------
    InputError
        `led prepare` has not made the tables.
    """
    waves = ["changes"] if (study.processed / "changes.parquet").exists() else []
    tables = {name: _shown(read_table(study, name), FIGURES[name], study) for name in ("estimates", "staff_estimates", *waves)}
    tables |= {"response": _response(study), "losses": _losses(study), "reliability": _reliability(study), **_agreement(study)}
    return {name: table for name, table in tables.items() if len(table)}


def reported(study: Study) -> list[str]:
    """The clusterings that decks are made of, that of everyone first."""
    return [SECTOR, *(row.clustering for row in study.tables["clusterings"] if row.report == "yes")]


def clusters(study: Study) -> pd.DataFrame:
    """The clusters of `reported`, in their order: clustering, cluster, label."""
    table = read_table(study, "response")
    table = table[table["clustering"].isin(reported(study))].sort_values(["clustering", "order", "cluster"], kind="stable")
    everyone = study.text("sector", units=study.says("units"))
    return table.assign(label=table["label"].mask(table["clustering"] == SECTOR, everyone))[["clustering", "cluster", "label"]]


def _shown(table: pd.DataFrame, columns: list[str], study: Study) -> pd.DataFrame:
    known = study.themes[["measure", "theme"]]
    table = table[table["clustering"].isin(reported(study))].merge(known, on=["measure", "theme"])[columns]
    hidden = table["suppressed"].astype("bool")
    numbers = [name for name in columns if name not in [*KEYS, "basis", "letters", "suppressed"]]
    told = table.assign(  # no minus zero
        suppressed=hidden, **{name: table[name].astype("float64").mask(hidden) + 0.0 for name in numbers})  # fmt: skip
    return told.assign(letters=table["letters"].mask(hidden, "")) if "letters" in columns else told


def _response(study: Study) -> pd.DataFrame:
    table = clusters(study).drop(columns="label").merge(read_table(study, "response"), on=["clustering", "cluster"])
    return _round(table, {"percent": 0})[["clustering", "cluster", "population", "answered", "interviewed", "percent"]]


def _losses(study: Study) -> pd.DataFrame:
    told = response.losses(study).rows
    return told.set_axis(["reason", "lost", "left"], axis=1)


def _reliability(study: Study) -> pd.DataFrame:
    table = read_table(study, "reliability").dropna(subset=["alpha"])
    return _round(table, RELIABILITY)[["scale", "items", "n", *RELIABILITY]].reset_index(drop=True)


def _agreement(study: Study) -> dict[str, pd.DataFrame]:
    """Readers with each other (`readers`), the program with them (`program`): of the themes that the response deck shows."""
    table = read_table(study, "agreement")
    labels = {row.theme: study.label_of(row, short=True) for row in study.tables["themes"]} | {ALL_THEMES: study.text("agreement_all")}
    told = {"readers": (response.readers(study).rows, table[table["coder"] != ""]), "program": (response.program(study).rows, table.drop_duplicates("theme"))}
    found = {}
    for name, (shown, rows) in told.items():
        if shown.empty:
            continue
        rows = rows[rows["theme"].map(labels).isin(shown.iloc[:, 0])]
        rows = _round(rows, {column: places for column, places in AGREEMENT.items() if column in OF[name]})[OF[name]]
        found[name] = rows.assign(theme=rows["theme"].replace(ALL_THEMES, EVERYONE)).reset_index(drop=True)
    return found


def _round(table: pd.DataFrame, decimals: dict[str, int]) -> pd.DataFrame:
    """Figures as the deck of the response writes them."""
    return table.assign(**{name: [_written(value, places) for value in table[name]] for name, places in decimals.items()})


def _written(value: float, places: int) -> float:
    return float("nan") if pd.isna(value) else float(number(value, places, "en").replace(",", "").replace("−", "-"))
