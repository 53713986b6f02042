"""The register's facts, the matching of names to it, and the clusters made from it."""

import random
from pathlib import Path

import pandas as pd
import pytest

from ledanalysis.clusters import assign_clusters, cluster_labels, read_clusters
from ledanalysis.errors import InputError
from ledanalysis.names import match_municipalities
from ledanalysis.register import normalise, read_decisions, read_mergers, read_register

CODEBOOK = Path(__file__).parent.parent / "data" / "codebook"
CASES = Path(__file__).parent / "cases" / "municipality_names.csv"
PROVINCES = [
    "Groningen", "Fryslân", "Friesland", "Drenthe", "Overijssel", "Flevoland", "Gelderland", "Utrecht",
    "Noord-Holland", "Zuid-Holland", "Zeeland", "Noord-Brabant", "Brabant", "Limburg",
]  # fmt: skip
REGISTER = read_register(CODEBOOK / "register.csv")
MERGERS = read_mergers(CODEBOOK / "mergers.csv", REGISTER)
NO_DECISIONS = read_decisions(CODEBOOK / "decisions.csv")
CLUSTERS = read_clusters(CODEBOOK / "clusters.csv")
LABELS = REGISTER.set_index("municipality")["label"]
CLUSTERINGS = pd.read_csv(CODEBOOK / "clusterings.csv", sep=";", dtype=str, encoding="utf-8-sig")


def match(names, register=REGISTER, mergers=MERGERS, decisions=NO_DECISIONS, **options):
    return match_municipalities(pd.Series(names), register, mergers, decisions, **options)


def cases():
    table = pd.read_csv(CASES, sep=";", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    return table.assign(municipality=table["municipality"].replace("", None))


def table(**columns):
    return pd.DataFrame(columns, dtype="str")


# --- the register that comes with the study


def test_register_holds_the_published_facts():
    assert len(REGISTER) == 342
    assert REGISTER["municipality"].tolist() == sorted(REGISTER["municipality"])
    assert REGISTER["inhabitants_2024"].sum() == 17_942_942
    sizes = {"lt20": 65, "20-50": 182, "50-100": 63, "gt100": 28, "g4": 4}
    assert REGISTER["size_class"].value_counts().to_dict() == sizes
    g4 = {"Amsterdam", "Rotterdam", "'s-Gravenhage", "Utrecht"}
    assert set(REGISTER.loc[REGISTER["size_class"] == "g4", "label"]) == g4
    assert set(REGISTER["urbanity"]) == set("12345")


def test_size_classes_follow_from_the_inhabitants():
    big = REGISTER["size_class"] == "g4"
    classes = pd.cut(REGISTER["inhabitants_2024"], [0, 19_999, 49_999, 99_999, 10**7],
                     labels=["lt20", "20-50", "50-100", "gt100"]).astype("str")  # fmt: skip
    assert (classes.mask(big, "g4") == REGISTER["size_class"]).all()


def test_each_tile_is_used_once_and_regions_are_nested():
    assert not REGISTER.duplicated(["tile_row", "tile_col"]).any()
    assert (REGISTER.groupby("corop")["province"].nunique() == 1).all()
    assert (REGISTER.groupby("province")["region"].nunique() == 1).all()
    provinces = REGISTER.drop_duplicates("province").groupby("region")["province"].apply(sorted).to_dict()
    assert provinces == {
        "LD01": ["PV20", "PV21", "PV22"],
        "LD02": ["PV23", "PV24", "PV25"],
        "LD03": ["PV26", "PV27", "PV28", "PV29"],
        "LD04": ["PV30", "PV31"],
    }


def test_no_spelling_stands_for_two_municipalities():
    aliases = REGISTER[["municipality", "aliases"]].dropna()
    aliases = aliases.assign(alias=aliases["aliases"].str.split(" | ", regex=False)).explode("alias")
    keys = pd.concat([aliases["alias"], REGISTER["label"], MERGERS["old_label"]]).map(normalise)
    assert keys.value_counts().max() == 1


@pytest.mark.parametrize("name", ["register", "mergers", "clusterings", "clusters", "decisions"])
def test_tables_open_in_excel(name):
    content = (CODEBOOK / f"{name}.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and b"\r" not in content and content.endswith(b"\n")


# --- names


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("  GEMEENTE   Súdwest–Fryslân ", "sudwest fryslan"),
        ("Gem.Utrecht", "utrecht"),
        ("Utrecht (gemeente)", "utrecht"),
        ("mun. of The Hague", "the hague"),
        ("Gemert-Bakel", "gemert bakel"),
        ("‘s-Gravenhage", "s gravenhage"),
        ("Nuenen c.a.", "nuenen ca"),
        ("Aa & Hunze", "aa en hunze"),
        ("Ĳsselstein", "ijsselstein"),
        ("(?)", ""),
    ],
)
def test_normalise(name, expected):
    assert normalise(name) == expected


def test_spellings_in_the_wild():
    expected = cases()
    assert len(expected) >= 60
    found = match(expected["name"])
    pd.testing.assert_frame_equal(found[["name", "municipality", "how"]], expected, check_dtype=False)


def test_a_low_threshold_is_no_way_to_guess():
    known = cases()
    undecided = known.loc[known["how"] == "undecided", "name"]
    found = match(undecided, threshold=50.0)
    assert found.dropna(subset="municipality")["name"].tolist() == []


@pytest.mark.parametrize("name", PROVINCES)
def test_provinces_are_never_a_misspelled_municipality(name):
    names = [f"Provincie {name}", f"prov. {name}", f"{name} (provincie)", f"{name} (PV)"]
    names += [] if name in ("Groningen", "Utrecht") else [name]
    assert set(match(names, threshold=50.0)["how"]) == {"undecided"}


def test_regions_of_provinces_are_no_municipality():
    corop = CLUSTERS.loc[CLUSTERS["clustering"] == "corop", "label_nl"]
    found = match(corop)
    assert found.dropna(subset="municipality")["name"].tolist() == ["Zuidwest-Friesland"]  # the Dutch name of one


@pytest.mark.parametrize("bit", range(9))
@pytest.mark.parametrize("side", [0, 1])
def test_no_label_is_a_misspelling_of_another(bit, side):
    # two labels differ in at least one bit of their row numbers, so that each pair is once without the other
    in_register = pd.Series(range(len(REGISTER))).floordiv(2**bit).mod(2) == side
    found = match(REGISTER.loc[~in_register, "label"], REGISTER[in_register], MERGERS.iloc[:0])
    assert found.dropna(subset="municipality").empty


def misspelled(name, kind, rng):
    letters = [at for at, letter in enumerate(name) if letter.isalpha()]
    at, other = rng.choice(letters), rng.choice("abcdefghijklmnopqrstuvwxyz")
    if kind == "swap":
        at = rng.choice([at for at in letters[:-1] if name[at + 1].isalpha()])
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + {"less": "", "more": other + name[at], "other": other}[kind] + name[at + 1 :]


def test_no_single_slip_leads_to_another_municipality():
    rng = random.Random(2023)
    slips = [
        (code, misspelled(label, kind, rng))
        for code, label in LABELS.items()
        for kind in ("less", "more", "other", "swap") * 5
    ]
    made = pd.DataFrame(slips, columns=["meant", "name"])
    found = match(made["name"])
    matched = found["municipality"].notna()
    wrong = found[matched & (found["municipality"] != made["meant"])]
    assert set(wrong["how"]) <= {"label", "alias", "merger"}  # the slip made another one's name, as in Ede and Epe
    assert matched.mean() > 0.5


# --- how names are matched


SMALL = table(
    municipality=["GM0363", "GM0373", "GM0893", "GM0183"],
    label=["Amsterdam", "Bergen (NH.)", "Bergen (L.)", "Tubbergen"],
    aliases=["Mokum | Mo-kum | A'dam", None, None, None],
    lookalikes=[None, None, None, "Tubergen"],
)
SMALL_MERGERS = table(old_code=["GM0457"], old_label=["Weesp"], municipality=["GM0363"], date=["2022-03-24"])
SMALL_DECISIONS = table(
    name=["Bergen", "Weesp", "Onbekend"], municipality=["GM0373", "GM0893", None], reason=["", "", ""]
)


def test_result_is_indexed_as_the_names_are():
    names = pd.Series(["Mokum", "Amsterdm", None, "Mokum"], index=["r1", "r2", "r3", "r3"])
    found = match_municipalities(names, SMALL, SMALL_MERGERS, SMALL_DECISIONS)
    expected = pd.DataFrame(
        {
            "name": ["Mokum", "Amsterdm", None, "Mokum"],
            "municipality": ["GM0363", "GM0363", None, "GM0363"],
            "how": ["alias", "fuzzy", "empty", "alias"],
            "score": [100.0, 94.1, None, 100.0],
            "candidates": ["", "GM0363 Amsterdam", "", ""],
        },
        index=["r1", "r2", "r3", "r3"],
    )
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)


def test_decisions_come_before_everything():
    found = match(["bergen", "Gemeente Weesp", "onbekend", "GM0457"], SMALL, SMALL_MERGERS, SMALL_DECISIONS)
    assert found["how"].tolist() == ["decision", "decision", "decision", "merger"]
    assert found["municipality"].tolist()[:2] == ["GM0373", "GM0893"]
    assert pd.isna(found["municipality"].iloc[2])


def test_an_ambiguous_name_shows_its_candidates():
    found = match(["Bergen", "Bergn"], SMALL, SMALL_MERGERS)
    assert set(found["how"]) == {"undecided"}
    assert found["candidates"].iloc[0].split(" | ")[:2] == ["GM0373 Bergen (NH.)", "GM0893 Bergen (L.)"]


def test_a_split_municipality_is_undecided():
    split = table(old_code=["GM0788"] * 2, old_label=["Haaren"] * 2, municipality=["GM0363", "GM0183"], date=[""] * 2)
    assert set(match(["Haaren", "788"], SMALL, split)["how"]) == {"undecided"}


def test_lookalikes_are_no_misspelling():
    assert match(["Tubergen", "Tubbergn"], SMALL, SMALL_MERGERS)["how"].tolist() == ["undecided", "fuzzy"]


def test_a_misspelling_must_be_well_ahead_of_the_second():
    labels = ["Samenwerkingsverband Hoogeveen", "Samenwerkingsverbanden Hoogeveen"]
    near = table(municipality=["S1", "S2"], label=labels)
    name = "Samenwerkingsverbnd Hoogeveen"  # 98.2 and 94.9 alike, three slips from the second
    assert match([name], near, SMALL_MERGERS.iloc[:0])["how"].item() == "undecided"
    assert match([name], near.iloc[:1], SMALL_MERGERS.iloc[:0])["municipality"].item() == "S1"


def test_a_label_comes_before_an_alias_and_gives_one():
    units = table(municipality=["A", "B"], label=["Hengelo (O.)", "Laren"], aliases=["Laren", None])
    found = match(["Laren", "Hengelo"], units, SMALL_MERGERS.iloc[:0])
    assert found[["municipality", "how"]].values.tolist() == [["B", "label"], ["A", "alias"]]


def test_codes_may_come_as_numbers():
    assert match([363.0, None, 457.0], SMALL, SMALL_MERGERS)["how"].tolist() == ["code", "empty", "merger"]
    assert match([363, 9], SMALL, SMALL_MERGERS)["how"].tolist() == ["code", "undecided"]


def test_other_units_have_other_codes():
    departments = table(municipality=["D1", "B1", "HMRC"], label=["Home Office", "Borders", "Revenue & Customs"])
    found = match(["d1", "1", "hmrc", "Home Ofice", "revenue en customs"], departments, SMALL_MERGERS.iloc[:0])
    assert found["how"].tolist() == ["code", "undecided", "code", "fuzzy", "label"]  # 1 may be D1 and B1


def test_no_names_give_no_rows():
    found = match(pd.Series([], dtype="str"), SMALL, SMALL_MERGERS)
    assert found.columns.tolist() == ["name", "municipality", "how", "score", "candidates"] and found.empty


# --- reading


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8-sig")
    return path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("municipality;label\nA;x\nA;y\n", "register.csv, row 3, column 'municipality': code used before: 'A'"),
        ("municipality;label\nA;x\n\n;y\n", "register.csv, row 4, column 'municipality': empty"),
        ("municipality;label\nA;\n", "register.csv, row 2, column 'label': empty"),
        (
            "municipality;name\nA;x\n",
            "register.csv, column 'label': the column is not there; allowed: municipality, label",
        ),
        ("municipality;label\n", "register.csv: no municipalities"),
        (
            "municipality;label;inhabitants_2024\nA;x;17.000\n",
            "register.csv, row 2, column 'inhabitants_2024': no whole number: '17.000'",
        ),
    ],
)
def test_a_register_that_cannot_be_used(tmp_path, text, message):
    with pytest.raises(InputError) as error:
        read_register(written(tmp_path, "register.csv", text))
    assert str(error.value) == message


def test_counts_are_numbers_and_all_else_is_text(tmp_path):
    path = written(tmp_path, "register.csv", "municipality;label;urbanity;inhabitants_2024\nA; x ;1;17000\nB;y;;\n")
    expected = pd.DataFrame({"municipality": ["A", "B"], "label": ["x", "y"], "urbanity": ["1", None]}, dtype="str")
    expected["inhabitants_2024"] = pd.array([17000, None], dtype="Int64")
    pd.testing.assert_frame_equal(read_register(path), expected, check_index_type=False)


def test_mergers_and_decisions_lead_to_the_register(tmp_path):
    mergers = written(tmp_path, "mergers.csv", "old_code;old_label;municipality;date\nX;y;GM0001;\n")
    decisions = written(tmp_path, "decisions.csv", "name;municipality;reason\nz;;\ny;GM0001;\n")
    place = "column 'municipality': not in the register: 'GM0001'; allowed: the 4 codes of the register (GM0363,"
    for path, read, row in ((mergers, read_mergers, 2), (decisions, read_decisions, 3)):
        assert len(read(path)) == row - 1
        with pytest.raises(InputError) as error:
            read(path, SMALL)
        assert str(error.value).startswith(f"{path.name}, row {row}, {place}")
    for tables in ((read_mergers(mergers), NO_DECISIONS), (SMALL_MERGERS, read_decisions(decisions))):
        with pytest.raises(InputError, match="not in the register: 'GM0001'"):
            match(["x"], SMALL, *tables)


def test_a_name_is_decided_once(tmp_path):
    path = written(tmp_path, "decisions.csv", "name;municipality;reason\nBergen;A;\ngem. bergen;B;\n")
    with pytest.raises(InputError, match="row 3, column 'name': decided before: 'gem. bergen'"):
        read_decisions(path)


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
