"""Clusters of municipalities: clusterings are data, from a column of the register or an analyst's own file."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.labels import LANGUAGES
from ledanalysis.register import plain, read_frame, refuse, refuse_unknown

TAKEN = ("mirror", "staff", *LANGUAGES)  # folders of outputs, beside those that are named after clusterings
_SAFE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def read_clusters(path) -> pd.DataFrame:
    """The clusters of each clustering, with what a reader sees of them.

    Parameters
    ----------
    path : path-like
        Columns `clustering`, `value` (as it stands in the register), `cluster` (lowercase letters, digits and
        hyphens), `label_nl`, `label_en`, `order`. Several values may make one cluster. Held to the clusterings by
        `assign_clusters`.

    Raises
    ------
    InputError
        Unreadable file, missing column.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "clusters.csv"
    >>> _ = path.write_text("clustering;value;cluster;label_nl;label_en;order\\nsize;g4;gt100;> 100;> 100;4\\n")
    >>> read_clusters(path)["cluster"].tolist()
    ['gt100']
    """
    return read_frame(path, ["clustering", "value", "cluster", "label_nl", "label_en", "order"])


def assign_clusters(
    register: pd.DataFrame, clusterings: pd.DataFrame, clusters: pd.DataFrame, folder="."
) -> pd.DataFrame:
    """Which cluster of each clustering a municipality belongs to.

    Parameters
    ----------
    register : DataFrame
        As read by `read_register`.
    clusterings : DataFrame
        Columns `clustering`, `source`: `register:COLUMN`, or `file:NAME.csv`, an analyst's own file with columns
        `municipality`, `cluster`.
    clusters : DataFrame
        Columns `clustering`, `value`, `cluster`, `label_nl`, `label_en`, `order`: the cluster that each value of the
        source is in. In an own file the value, the cluster or one of its labels may stand. Where a clustering has
        no rows, each value is a cluster of its own.
    folder : path-like
        Where own files are looked for.

    Returns
    -------
    DataFrame
        Columns `clustering`, `cluster` (lowercase letters, digits and hyphens: it names files), `municipality`,
        `value` (as it stood in the source). A municipality without a value is in no cluster of that clustering.

    Raises
    ------
    InputError
        An unknown source, a value without a row in `clusters` where the clustering has rows, an unknown or repeated
        municipality in an own file, a cluster that can't name a file, two values that would become one cluster, a
        clustering or value given twice, rows of `clusters` that contradict each other.

    Examples
    --------
    >>> register = pd.DataFrame({"municipality": ["D1", "D2"], "label": ["Home Office", "Defence"], "size": ["S", "L"]})
    >>> clusterings = pd.DataFrame({"clustering": ["size"], "source": ["register:size"]})
    >>> columns = ["clustering", "value", "cluster", "label_nl", "label_en", "order"]
    >>> assign_clusters(register, clusterings, pd.DataFrame(columns=columns, dtype=str)).values.tolist()
    [['size', 's', 'D1', 'S'], ['size', 'l', 'D2', 'L']]
    """
    _check_clusterings(clusterings, clusters)
    tables = [
        _in_clusters(clustering, clusters, *_values(source, register, Path(folder)))
        for clustering, source in zip(clusterings["clustering"], clusterings["source"], strict=True)
    ]
    columns = ["clustering", "cluster", "municipality", "value"]
    return pd.concat([pd.DataFrame(columns=columns, dtype="str"), *tables], ignore_index=True)[columns]


def cluster_labels(assigned: pd.DataFrame, clusters: pd.DataFrame, language: str = "nl") -> pd.DataFrame:
    """What a reader sees of each cluster that has municipalities, and in which order.

    Parameters
    ----------
    assigned : DataFrame
        As given by `assign_clusters`.
    clusters : DataFrame
        Columns `clustering`, `cluster`, `label_nl`, `label_en`, `order`.
    language : {"nl", "en"}
        The reader's language.

    Returns
    -------
    DataFrame
        Columns `clustering`, `cluster`, `label`, `order` (from 1). Without a label in the language the Dutch one is
        given. A cluster without a row in `clusters` has its value as label; these stand in the order of their
        values, numbers as numbers.

    Examples
    --------
    >>> assigned = pd.DataFrame({"clustering": "size", "cluster": ["s", "l"], "municipality": ["D1", "D2"],
    ...                          "value": ["S", "L"]})
    >>> columns = ["clustering", "value", "cluster", "label_nl", "label_en", "order"]
    >>> cluster_labels(assigned, pd.DataFrame(columns=columns, dtype=str)).values.tolist()
    [['size', 'l', 'L', 1], ['size', 's', 'S', 2]]
    """
    named = _named(clusters, language)
    shown = assigned.drop_duplicates(["clustering", "cluster"])[["clustering", "cluster", "value"]]
    shown = shown.merge(named, how="left", on=["clustering", "cluster"])
    shown["label"] = shown["label"].fillna(shown["value"])
    # own order where there is one, else by number, else by name
    shown["given"] = pd.to_numeric(shown["order"])
    shown["number"] = pd.to_numeric(shown["value"], errors="coerce")
    appearance = {name: place for place, name in enumerate(assigned["clustering"].unique())}
    shown["place"] = shown["clustering"].map(appearance)
    shown = shown.sort_values(["place", "given", "number", "value"], ignore_index=True)
    shown["order"] = shown.groupby("clustering").cumcount() + 1
    return shown[["clustering", "cluster", "label", "order"]]


def relabel(table: pd.DataFrame, clusters: pd.DataFrame, language: str) -> pd.DataFrame:
    """A table of clusters with their labels in another reader's language.

    Parameters
    ----------
    table : DataFrame
        Columns `clustering`, `cluster`, `label`. What has no row in `clusters` keeps its label.
    clusters : DataFrame
        As read by `read_clusters`.
    language : {"nl", "en"}

    Examples
    --------
    >>> table = pd.DataFrame({"clustering": "size", "cluster": ["s", "x"], "label": ["klein", "X"]})
    >>> clusters = pd.DataFrame({"clustering": ["size"], "cluster": ["s"], "label_nl": ["klein"], "label_en": ["small"], "order": ["1"]})
    >>> relabel(table, clusters, "en")["label"].tolist()
    ['small', 'X']
    """
    known = _named(clusters, language).set_index(["clustering", "cluster"])["label"].to_dict()
    places = zip(table["clustering"], table["cluster"], table["label"], strict=True)
    return table.assign(label=pd.Series([known.get((clustering, cluster), label) for clustering, cluster, label in places], table.index, dtype="str"))


def _named(clusters: pd.DataFrame, language: str) -> pd.DataFrame:
    """The rows of `clusters`, each cluster once, with their label in a language, or in Dutch where it has none."""
    label = clusters[f"label_{language}"].replace("", None).fillna(clusters["label_nl"])
    return clusters.assign(label=label)[["clustering", "cluster", "label", "order"]].drop_duplicates(["clustering", "cluster"])


def _values(source: str, register: pd.DataFrame, folder: Path) -> tuple[pd.DataFrame, str, str]:
    """The municipalities of a source with their values, and the file and column that these stand in."""
    kind, _, name = str(source).partition(":")
    columns = [column for column in register if column not in ("municipality", "label")]
    if kind == "register" and name in columns:
        values = register[["municipality"]].assign(value=register[name].astype("str"))
        return values.dropna(subset="value"), "register.csv", name
    if kind == "file" and name and Path(name).name == name:
        own = read_frame(folder / name, ["municipality", "cluster"])
        for column in ("municipality", "cluster"):
            refuse(own, own[column].isna(), "empty", name, column)
        refuse(own, own["municipality"].duplicated(), "municipality used before", name, "municipality")
        refuse_unknown(own, register, name)
        return own[["municipality", "cluster"]].rename(columns={"cluster": "value"}), name, "cluster"
    raise InputError("unknown source", file="clusterings.csv", column="source", value=source,
                     allowed=[f"register:{column}" for column in columns] + ["file:NAME.csv"])  # fmt: skip


def _in_clusters(clustering: str, clusters: pd.DataFrame, values: pd.DataFrame, file: str, column: str) -> pd.DataFrame:
    """Each municipality's value with its cluster."""
    rows = clusters[clusters["clustering"] == clustering]
    place = dict(file=file, column="value", shown=column)
    if rows.empty:
        cluster = values["value"].map(_slug).astype("str")
        refuse(values, cluster == "", "no letter or digit to name a file with", **place)
        first = values["value"].groupby(cluster).transform("first")
        refuse(values, values["value"] != first, "would become the same cluster as another value", **place)
    else:
        # what comes later in the list wins: a value from a cluster, a cluster from a label
        names = ["value"] if file == "register.csv" else ["label_en", "label_nl", "cluster", "value"]
        known = {name: code for words in names for name, code in zip(rows[words], rows["cluster"], strict=True)}
        cluster = values["value"].map(known).astype("str")
        refuse(values, cluster.isna(), f"no row in clusters.csv for this value of '{clustering}'", **place,
                allowed=list(rows["value"]))  # fmt: skip
    return values.assign(clustering=clustering, cluster=cluster)


def _check_clusterings(clusterings: pd.DataFrame, clusters: pd.DataFrame) -> None:
    file = "clusterings.csv"
    name = clusterings["clustering"]
    refuse(clusterings, ~_is_safe(name), "not lowercase letters, digits and hyphens", file, "clustering")
    refuse(clusterings, name.isin(TAKEN), f"the name of a folder of outputs, as {', '.join(TAKEN)} are", file, "clustering")
    refuse(clusterings, name.duplicated(), "clustering used before", file, "clustering")
    file = "clusters.csv"
    refuse(clusters, ~clusters["clustering"].isin(name), "unknown clustering", file, "clustering", allowed=list(name))
    for column in ("value", "label_nl"):
        refuse(clusters, clusters[column].fillna("") == "", "empty", file, column)
    refuse(clusters, clusters.duplicated(["clustering", "value"]), "value used before", file, "value")
    refuse(clusters, ~_is_safe(clusters["cluster"]), "not lowercase letters, digits and hyphens", file, "cluster")
    refuse(clusters, pd.to_numeric(clusters["order"], errors="coerce").isna(), "no number", file, "order")
    told = clusters.fillna("")
    for column in ("label_nl", "label_en", "order"):
        first = told.groupby(["clustering", "cluster"])[column].transform("first")
        refuse(told, told[column] != first, "differs from an earlier row of this cluster", file, column)


def _is_safe(names: pd.Series) -> pd.Series:
    return names.astype("str").str.fullmatch(_SAFE).fillna(False).astype(bool)


def _slug(value: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", plain(value)).strip("-")
