"""What may be shown, with the labels of what it is of: the tables that pages take their figures from."""

from __future__ import annotations


import pandas as pd

from ledanalysis.clusters import read_clusters, relabel
from ledanalysis.errors import InputError
from ledanalysis.estimates import SECTOR
from ledanalysis.study import Study
from ledanalysis.tables import read_table, stamp

TABLES = {"units": "estimates", "staff": "staff_estimates", "unweighted": "unweighted_estimates"}  # by view
MOST_CLUSTERS = 12  # columns that a heat map has room for


def in_words(study: Study, name: str) -> pd.DataFrame:
    """A table of `data/processed` with clusters (clustering, cluster, label), their labels in the reader's language."""
    table, path = read_table(study, name), study.codebook / "clusters.csv"
    if not path.exists():
        return table
    key = ("in_words", name, stamp(study.processed / f"{name}.parquet"), stamp(path))
    if key not in study.at_hand:
        study.at_hand[key] = relabel(table, read_clusters(path), study.language)
    return study.at_hand[key].copy(deep=False)


def first_cluster(study: Study, clustering: str) -> str:
    """The first cluster of a clustering, in the order of clusters.csv."""
    response = read_table(study, "response")
    here = response[response["clustering"] == clustering].sort_values(["order", "cluster"])
    if here.empty:
        raise InputError("unknown clustering", value=clustering, allowed=sorted(response["clustering"].unique()))
    return here["cluster"].iloc[0]


def labelled(study: Study, measure: str, kind: str = "", view: str = "units") -> pd.DataFrame:
    """The estimates of a measure in all clusters, with the labels (label, order) of what is measured. Kept at hand: each cluster's page asks anew."""
    key = ("labelled", measure, kind, view, made(study))
    if key not in study.at_hand:
        study.at_hand[key] = _labelled(study, measure, kind, view)
    return study.at_hand[key].copy(deep=False)


def _labelled(study: Study, measure: str, kind: str, view: str) -> pd.DataFrame:
    names = study.themes[study.themes["measure"] == measure]
    names = names[names["kind"] == kind] if kind else names
    estimates = read_table(study, TABLES[view])
    found = estimates[estimates["measure"] == measure].merge(names[["theme", "short", "order"]], on="theme")
    return found.rename(columns={"short": "label"})


def unweighted_measures(study: Study) -> list[str]:
    """The measures that have an unweighted view, in the codebook's order."""
    there = set(read_table(study, TABLES["unweighted"])["measure"])
    return [row.measure for row in study.tables["measures"] if row.measure in there]


def made(study: Study) -> tuple:
    """When the tables of estimates were made, as `tables.stamp` says it."""
    return tuple(stamp(path) for path in sorted(study.processed.glob("*estimates.parquet")))


def heat_table(study: Study, measure: str, clustering: str, kind: str = "", most: int = MOST_CLUSTERS, view: str = "units") -> pd.DataFrame:
    """A measure over the clusters of a clustering, for a heat map: row_label, column_label, estimate, suppressed, n, p_rest, letters.

    Themes come in the order of the sector's estimates; where there are more than `most` clusters, those with most
    answers.
    """
    estimates = labelled(study, measure, kind, view)
    here = estimates[estimates["clustering"] == clustering]
    response = in_words(study, "response")
    clusters = response[(response["clustering"] == clustering) & (response["answered"] > 0)]
    largest = clusters.nlargest(most, "answered").index
    clusters = clusters.loc[clusters.index.isin(largest)]
    everyone = estimates[estimates["clustering"] == SECTOR].sort_values("estimate", ascending=False)
    here = here.merge(clusters[["cluster", "label"]].rename(columns={"label": "column_label"}), on="cluster")
    here = here.assign(
        row_label=pd.Categorical(here["label"], everyone["label"]),
        column_label=pd.Categorical(here["column_label"], clusters["label"]),
        sector=here["theme"].map(everyone.set_index("theme")["estimate"]),
    )
    return here.sort_values(["row_label", "column_label"], ignore_index=True).astype({"row_label": "str", "column_label": "str"})


def clusters_answered(study: Study, clustering: str) -> int:
    """How many clusters of a clustering have an answer."""
    response = read_table(study, "response")
    return int(((response["clustering"] == clustering) & (response["answered"] > 0)).sum())
