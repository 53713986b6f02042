"""The register that comes with the study, and how registers, mergers and decisions are read."""

import pandas as pd
import pytest

from ledanalysis.errors import InputError
from ledanalysis.register import normalise, read_decisions, read_mergers, read_register
from registered import CODEBOOK, MERGERS, NO_DECISIONS, REGISTER, SMALL, SMALL_MERGERS, match, written


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


# --- reading


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
