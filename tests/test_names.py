"""The many spellings of a name, and which municipality each stands for."""

import random
from pathlib import Path

import pandas as pd
import pytest

from ledanalysis.clusters import read_clusters
from ledanalysis.names import match_municipalities
from ledanalysis.register import normalise
from registered import CODEBOOK, LABELS, MERGERS, REGISTER, SMALL, SMALL_MERGERS, match, table

PROVINCES = [
    "Groningen", "Fryslân", "Friesland", "Drenthe", "Overijssel", "Flevoland", "Gelderland", "Utrecht",
    "Noord-Holland", "Zuid-Holland", "Zeeland", "Noord-Brabant", "Brabant", "Limburg",
]  # fmt: skip
CASES = Path(__file__).parent / "cases" / "municipality_names.csv"
CLUSTERS = read_clusters(CODEBOOK / "clusters.csv")


def cases():
    table = pd.read_csv(CASES, sep=";", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    return table.assign(municipality=table["municipality"].replace("", None))


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
