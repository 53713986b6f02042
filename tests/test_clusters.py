"""Clusters: from the register, from a file of the analyst's own, and their labels."""

import pandas as pd
import pytest

from ledanalysis.clusters import assign_clusters, cluster_labels, read_clusters
from ledanalysis.errors import InputError
from registered import CODEBOOK, REGISTER, table, written


CLUSTERS = read_clusters(CODEBOOK / "clusters.csv")
CLUSTERINGS = pd.read_csv(CODEBOOK / "clusterings.csv", sep=";", dtype=str, encoding="utf-8-sig")


# --- clusters


UNITS = table(municipality=["A", "B", "C"], label=["a", "b", "c"], size=["lt20", "g4", "gt100"], kind=["9", "10", None])
SIZES = table(
    clustering=["size"] * 3,
    value=["lt20", "gt100", "g4"],
    cluster=["lt20", "gt100", "gt100"],
    label_nl=["klein", "groot (met G4)", "groot (met G4)"],
    label_en=["small", "", ""],
    order=["1", "2", "2"],
)


def clusterings(*sources):
    return table(clustering=[source.split(":")[1].split(".")[0] for source in sources], source=list(sources))


def test_clusters_come_from_the_register():
    assigned = assign_clusters(UNITS, clusterings("register:size", "register:kind"), SIZES)
    expected = table(
        clustering=["size", "size", "size", "kind", "kind"],
        cluster=["lt20", "gt100", "gt100", "9", "10"],
        municipality=["A", "B", "C", "A", "B"],
        value=["lt20", "g4", "gt100", "9", "10"],
    )
    pd.testing.assert_frame_equal(assigned, expected)
    labels = cluster_labels(assigned, SIZES, "en")
    expected = table(
        clustering=["size", "size", "kind", "kind"],
        cluster=["lt20", "gt100", "9", "10"],
        label=["small", "groot (met G4)", "9", "10"],
    ).assign(order=[1, 2, 1, 2])
    pd.testing.assert_frame_equal(labels, expected)


def test_clusters_come_from_an_own_file(tmp_path):
    written(tmp_path, "size.csv", "municipality;cluster\nA;klein\nB;gt100\nC;g4\n")
    written(tmp_path, "pilot.csv", "municipality;cluster\nA;Voorlopers (2023)\nC;Überige\n")
    assigned = assign_clusters(UNITS, clusterings("file:size.csv", "file:pilot.csv"), SIZES, tmp_path)
    assert assigned["cluster"].tolist() == ["lt20", "gt100", "gt100", "voorlopers-2023", "uberige"]
    labels = cluster_labels(assigned, SIZES)
    assert labels["label"].tolist() == ["klein", "groot (met G4)", "Voorlopers (2023)", "Überige"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("A;klein\nX;klein\n", "size.csv, row 3, column 'municipality': not in the register: 'X'"),
        ("A;klein\nA;g4\n", "size.csv, row 3, column 'municipality': municipality used before: 'A'"),
        ("A;\n", "size.csv, row 2, column 'cluster': empty"),
        ("A;medium\n", "size.csv, row 2, column 'cluster': no row in clusters.csv for this value of 'size': 'medium'"),
    ],
)
def test_an_own_file_that_cannot_be_used(tmp_path, content, message):
    written(tmp_path, "size.csv", "municipality;cluster\n" + content)
    with pytest.raises(InputError) as error:
        assign_clusters(UNITS, clusterings("file:size.csv"), SIZES, tmp_path)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("source", ["register:sise", "register:label", "file:../size.csv", "size", "file:"])
def test_an_unknown_source_names_the_columns(source):
    with pytest.raises(InputError, match="register:size, register:kind, file:NAME.csv"):
        assign_clusters(UNITS, table(clustering=["size"], source=[source]), SIZES)


def test_a_register_value_without_cluster():
    message = "register.csv, row 3, column 'size': no row in clusters.csv .* 'g4'; allowed: lt20, gt100"
    with pytest.raises(InputError, match=message):
        assign_clusters(UNITS, clusterings("register:size"), SIZES.iloc[:2])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cluster": ["lt20", "gt100", "> 100"]}, "row 4, column 'cluster': not lowercase letters, digits and hyphens"),
        ({"label_nl": ["klein", "groot", "G4"]}, "row 4, column 'label_nl': differs from an earlier row"),
        ({"order": ["1", "2", "3"]}, "row 4, column 'order': differs from an earlier row"),
        ({"order": ["1", "2", "x"]}, "row 4, column 'order': no number"),
        ({"value": ["lt20", "g4", "g4"]}, "row 4, column 'value': value used before"),
        ({"clustering": ["size", "size", "sise"]}, "row 4, column 'clustering': unknown clustering"),
        ({"label_nl": ["klein", "groot", None]}, "row 4, column 'label_nl': empty"),
    ],
)
def test_clusters_that_contradict_themselves(change, message):
    with pytest.raises(InputError, match=message):
        assign_clusters(UNITS, clusterings("register:size"), SIZES.assign(**change))


def test_two_values_never_share_a_file_name():
    units = UNITS.assign(size=["a b", "a-b", "c"])
    with pytest.raises(InputError, match="would become the same cluster as another value: 'a-b'"):
        assign_clusters(units, clusterings("register:size"), SIZES.iloc[:0])


def test_a_clustering_is_named_once():
    with pytest.raises(InputError, match="clusterings.csv, row 3, column 'clustering': clustering used before: 'size'"):
        assign_clusters(UNITS, clusterings("register:size", "register:size"), SIZES)


def test_clusters_that_come_with_the_study():
    assigned = assign_clusters(REGISTER, CLUSTERINGS, CLUSTERS)
    assert assigned.groupby("clustering")["municipality"].nunique().eq(342).all()
    sizes = assigned[assigned["clustering"] == "size"]["cluster"].value_counts().to_dict()
    assert sizes == {"20-50": 182, "lt20": 65, "50-100": 63, "gt100": 32}
    labels = cluster_labels(assigned, CLUSTERS).groupby("clustering")["label"].agg(list)
    assert labels["size"][-1] == "> 100.000 inwoners (met G4)"
    assert labels["urbanity"][0] == "zeer sterk stedelijk" and labels["urbanity"][-1] == "niet stedelijk"
    assert labels["province"][:2] == ["Groningen (provincie)", "Fryslân"] and len(labels["corop"]) == 40
    names = cluster_labels(assigned, CLUSTERS, "en").set_index(["clustering", "cluster"])["label"]
    assert names["province", "noord-holland"] == "North Holland"
