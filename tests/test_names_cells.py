"""Cells as they come in: a name with its code or province, several municipalities in one, and what is no municipality."""

import random

import pandas as pd
import pytest

from ledanalysis.errors import InputError
from ledanalysis.names import match_municipalities, split_municipalities
from ledanalysis.register import name_key, read_areas, read_decisions
from registered import CODEBOOK, LABELS, MERGERS, REGISTER

AREAS = read_areas(CODEBOOK / "areas.csv", REGISTER)
BUCH = {"BUCH": "GM0373 | GM0383 | GM0399 | GM0450", "Onbekend": None, "De Bevelanden": "GM0654 | GM0664 | GM0678 | GM1695"}


def decided(choices=None):
    choices = choices or {}
    return pd.DataFrame({"name": list(choices), "municipality": list(choices.values())}, dtype="str")


def split(names, decisions=None, **options):
    return split_municipalities(pd.Series(names), REGISTER, MERGERS, decided(decisions), areas=AREAS, **options)


def named(name, decisions=None):
    """The labels of the municipalities that a cell names, and how that was found."""
    found = split([name], decisions)
    return sorted(found["municipality"].dropna().map(LABELS)), found["how"].iloc[0]


# --- the spellings of METHODS.md, written down before there was code for them


def test_every_spelling_becomes_what_was_written_down_before(case):
    table = case("municipality_spellings")
    assert len(table) >= 40 and (table["becomes"] == "").sum() >= 20
    found = split(table["name"])
    labels = found["municipality"].map(LABELS).groupby(level=0).agg(lambda names: sorted(names.dropna()))
    expected = [sorted(cell.split(" + ")) if cell else [] for cell in table["becomes"]]
    wrong = {name: got for name, got, meant in zip(table["name"], labels, expected, strict=True) if got != meant}
    assert wrong == {}
    undecided = found["municipality"].isna()
    assert set(found.loc[undecided, "how"]) == {"undecided"}


SHOWN = {"\u00ad": "[shy]", "\ufeff": "[bom]", "\u00a0": "[nbsp]", "\u200b": "[zwsp]", "\n": " ⏎ "}


def test_methods_shows_every_spelling_with_what_became_of_it(case):
    methods = (CODEBOOK.parent.parent / "METHODS.md").read_text("utf-8")
    table = case("municipality_spellings")
    assert f"**{len(table)} spellings**" in methods and f"{(table['becomes'] == '').sum()} cannot be decided" in methods
    rows = dict(line.strip("| ").split(" | ", 1) for line in methods.splitlines() if line.startswith("| "))
    for name, becomes in table.itertuples(index=False):
        assert f"`{name.translate(str.maketrans(SHOWN))}`" in rows[becomes or "undecided"].split(" · "), name


# --- code and name, name and province


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("0363 Amsterdam", ["Amsterdam"]),
        ("Amsterdam (0363)", ["Amsterdam"]),
        ("GM0363 - Amsterdam", ["Amsterdam"]),
        ("GM0363: gemeente Amsterdam", ["Amsterdam"]),
        ("(363) Amsterdam", ["Amsterdam"]),
        ("Bergen (NH.) (GM0373)", ["Bergen (NH.)"]),
        ("Bergen 893", ["Bergen (L.)"]),
        ("GM0501 Voorne aan Zee", ["Voorne aan Zee"]),  # Brielle's code of before the merger
        ("Amsterdam, Noord-Holland", ["Amsterdam"]),
        ("Amsterdam (NH)", ["Amsterdam"]),
        ("Amsterdam N.H.", ["Amsterdam"]),
        ("Uden, Brabant", ["Maashorst"]),
        ("Nuenen c.a. (NB)", ["Nuenen, Gerwen en Nederwetten"]),
        ("Zeist (Utrecht)", ["Zeist"]),
        ("Zeist (prov. Utrecht)", ["Zeist"]),
    ],
)
def test_a_name_may_come_with_its_code_or_its_province(name, expected):
    assert named(name) == (expected, "combined")


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("0363 Rotterdam", ["GM0363 Amsterdam", "GM0599 Rotterdam"]),
        ("Rotterdam (GM0363)", ["GM0599 Rotterdam", "GM0363 Amsterdam"]),
        ("0363, Rotterdam", ["GM0363 Amsterdam", "GM0599 Rotterdam"]),
        ("GM9999 Rotterdam", ["GM0599 Rotterdam"]),
        ("0363 Bergen", ["GM0363 Amsterdam", "GM0373 Bergen (NH.)", "GM0893 Bergen (L.)"]),
        ("Amsterdam (Gelderland)", ["GM0363 Amsterdam"]),
        ("Amsterdam, Zuid-Holland", ["GM0363 Amsterdam"]),
        ("Bergen (Utrecht)", ["GM0373 Bergen (NH.)", "GM0893 Bergen (L.)", "GM0344 Utrecht"]),
        ("Buren (Fr.)", ["GM0214 Buren"]),  # a village on Ameland
        ("Zeist, Utrecht", ["GM0355 Zeist", "GM0344 Utrecht"]),  # a province, or another municipality
        ("De Bilt, Utrecht, Zeist", ["GM0310 De Bilt", "GM0344 Utrecht", "GM0355 Zeist"]),
        ("Utrecht (provincie Utrecht)", ["GM0344 Utrecht"]),
        ("Provincie Utrecht, Utrecht", ["GM0344 Utrecht"]),
        ("Beek (G.)", ["GM0888 Beek"]),  # one letter from 'Beek (L.)'
        ("Oss; 0363 Rotterdam", ["GM0828 Oss", "GM0363 Amsterdam", "GM0599 Rotterdam"]),
    ],
)
def test_what_contradicts_itself_is_undecided(name, candidates):
    found = split([name], threshold=50.0)
    assert found["how"].tolist() == ["undecided"]
    assert found["candidates"].item().split(" | ")[: len(candidates)] == candidates


def test_a_contradiction_is_no_misspelling():
    units = pd.DataFrame({"municipality": ["A", "B"], "label": ["Zandvoort Noord", "Zandvoort"], "side": ["n", "z"]})
    areas = pd.DataFrame({"column": ["side"], "value": ["n"], "names": ["Noorde"]})
    names = pd.Series(["Zandvoort Noorde"])
    found = match_municipalities(names, units, MERGERS.iloc[:0], decided(), areas=areas)
    assert found["how"].tolist() == ["undecided"]
    assert match_municipalities(names, units, MERGERS.iloc[:0], decided())["municipality"].tolist() == ["A"]


def test_without_areas_a_province_is_not_known():
    found = match_municipalities(pd.Series(["Amsterdam, Noord-Holland"]), REGISTER, MERGERS, decided())
    assert found["how"].tolist() == ["undecided"]


# --- several in one cell


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Meierijstad en Boxtel", ["Boxtel", "Meierijstad"]),
        ("Bergen op Zoom; Roosendaal;", ["Bergen op Zoom", "Roosendaal"]),
        ("Tynaarlo, Assen & Aa en Hunze", ["Aa en Hunze", "Assen", "Tynaarlo"]),
        ("Nuenen, Gerwen en Nederwetten en Son en Breugel", ["Nuenen, Gerwen en Nederwetten", "Son en Breugel"]),
        ("Capelle a/d IJssel/Krimpen a/d IJssel/Zuidplas", ["Capelle aan den IJssel", "Krimpen aan den IJssel", "Zuidplas"]),
        ("Etten-Leur - Moerdijk", ["Etten-Leur", "Moerdijk"]),
        ("Gemeenten: Duiven, Westervoort, en Zevenaar.", ["Duiven", "Westervoort", "Zevenaar"]),
        ("Oss\r\nUden", ["Maashorst", "Oss"]),
        ("GM0363 en GM0394", ["Amsterdam", "Haarlemmermeer"]),
        ("0363 Amsterdam, 0599 Rotterdam", ["Amsterdam", "Rotterdam"]),
        ("Uitgeest, Bergen (NH), Heiloo", ["Bergen (NH.)", "Heiloo", "Uitgeest"]),
        ("Venlo, Bergen, Limburg", ["Bergen (L.)", "Venlo"]),
        ("Amsterdam + Utrecht", ["Amsterdam", "Utrecht"]),
        ("Amersfoort / Utrecht", ["Amersfoort", "Utrecht"]),
    ],
)
def test_a_cell_may_name_several(name, expected):
    assert named(name) == (expected, "several")


def test_no_label_is_cut():
    found = split(LABELS)
    assert found["municipality"].tolist() == LABELS.index.tolist() and set(found["how"]) == {"label"}


def test_all_labels_in_one_cell_are_all_municipalities():
    clear = LABELS[~LABELS.isin(["Groningen", "Utrecht"])]
    for between in ("; ", " / ", "\n", " en "):
        assert set(split([between.join(clear)])["municipality"]) == set(clear.index)


@pytest.mark.parametrize(
    "name",
    [
        "Meierijstad en Bokstel", "Meierijstad en omgeving", "Meierijstad e.o.", "Meierijstad en", "& Boxtel", "Meierijstad Boxtel",
        "Meierijstad (Boxtel)", "Meierijstad (en Boxtel)", "Meierijstad t/m Boxtel", "Oss, Bergen", "Beek en Donk", "Alphen en Riel",
        "Roosendaal en Nispen", "Oploo, Sint Anthonis en Ledeacker", "363,394", "0363 0394", "Duiven, Westervoort (1Stroom)",
    ],
)  # fmt: skip
def test_what_is_not_covered_whole_is_undecided(name):
    found = split([name], threshold=50.0)
    assert found["how"].tolist() == ["undecided"] and found["candidates"].item() != ""


def test_one_municipality_named_twice_is_one():
    assert named("Weesp en Amsterdam") == (["Amsterdam"], "combined")
    assert named("Hardinxveld / Giessendam") == (["Hardinxveld-Giessendam"], "label")


def test_rows_keep_the_index_of_their_cell():
    cells = pd.Series(["Oss en Boxtel", None, "Bergen", "Oss"], index=["r1", "r2", "r3", "r3"])
    found = split_municipalities(cells, REGISTER, MERGERS, decided())
    assert found.columns.tolist() == ["name", "municipality", "how", "score", "candidates"]
    assert found.index.tolist() == ["r1", "r1", "r2", "r3", "r3"]
    assert found["municipality"].tolist()[:2] == ["GM0757", "GM0828"] and found["municipality"].iloc[4] == "GM0828"
    assert found["how"].tolist() == ["several", "several", "empty", "undecided", "label"]
    one = match_municipalities(cells, REGISTER, MERGERS, decided())
    assert one["municipality"].isna().tolist() == [True, True, True, False]
    assert one["candidates"].iloc[0] == "GM0757 Boxtel | GM0828 Oss"


def test_no_cells_give_no_rows():
    assert split(pd.Series([], dtype="str")).empty


# --- an analyst's decision on several


def test_a_service_is_all_that_was_decided():
    four = ["Bergen (NH.)", "Castricum", "Heiloo", "Uitgeest"]
    for name in ("buch", "BUCH (Bergen, Uitgeest, Castricum, Heiloo)", "BUCH (Bergen (NH), Castricum, Heiloo en Uitgeest)", "BUCH (NH)"):
        assert named(name, BUCH) == (four, "several")
    assert named("BUCH en Alkmaar", BUCH) == (["Alkmaar", *four], "several")
    for name in ("BUCH (Bergen, Uitgeest)", "BUCH (Limburg)", "0373 BUCH", "BUCH (Bergen, Uitgeest, Castricum, Heilo)", "BUCH e.o."):
        assert named(name, BUCH) == ([], "undecided")


def test_a_decision_holds_within_a_cell_too():
    assert named("Bergen, Uitgeest en Heiloo", {"Bergen": "GM0373"}) == (["Bergen (NH.)", "Heiloo", "Uitgeest"], "several")
    assert named("onbekend", BUCH) == ([], "decision")
    assert named("Onbekend / Oss", BUCH) == ([], "undecided")


def test_a_cell_is_decided_by_copying_it(tmp_path):
    cell = "SED; Drechterland,\n\"Enkuizen\" / Stede Broec"
    path = tmp_path / "decisions.csv"
    pd.DataFrame({"name": [cell], "municipality": ["GM0388 | GM0498 | GM0532"], "reason": [""]}).to_csv(path, sep=";", index=False)
    found = split_municipalities(pd.Series([cell]), REGISTER, MERGERS, read_decisions(path, REGISTER))
    assert found["municipality"].tolist() == ["GM0388", "GM0498", "GM0532"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("BAR;GM0489 | GM0599 | GM9999;", "row 2, column 'municipality': not in the register: 'GM9999'"),
        ("BAR;GM0489 | GM0489;", "row 2, column 'municipality': the same municipality twice: 'GM0489 | GM0489'"),
        ("BAR;GM0489, GM0599;", "row 2, column 'municipality': not in the register: 'GM0489, GM0599'"),
        ("(?);GM0489;", "row 2, column 'name': no letters or digits, so it counts as empty: '(?)'"),
        ("BAR;GM0489;\nbar;GM0599;", "row 3, column 'name': decided before: 'bar'"),
    ],
)
def test_a_decision_that_cannot_be_used(tmp_path, row, message):
    path = tmp_path / "decisions.csv"
    path.write_text(f"name;municipality;reason\n{row}\n", encoding="utf-8-sig")
    with pytest.raises(InputError) as error:
        read_decisions(path, REGISTER)
    assert str(error.value).startswith(f"decisions.csv, {message}")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("province;PV99;Noord", "row 2, column 'value': no such value in the register: 'PV99'; allowed: PV20,"),
        ("provincie;PV20;Noord", "row 2, column 'column': not a column of the register: 'provincie'"),
        ("province;PV20;", "row 2, column 'names': empty"),
    ],
)
def test_areas_that_cannot_be_used(tmp_path, row, message):
    path = tmp_path / "areas.csv"
    path.write_text(f"column;value;names\n{row}\n", encoding="utf-8-sig")
    with pytest.raises(InputError) as error:
        read_areas(path, REGISTER)
    assert str(error.value).startswith(f"areas.csv, {message}")


def test_areas_are_the_provinces_and_open_in_excel():
    content = (CODEBOOK / "areas.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf") and b"\r" not in content
    assert sorted(AREAS["value"]) == sorted(REGISTER["province"].unique())
    keys = AREAS["names"].str.split(" | ", regex=False).explode().map(name_key)
    assert not keys.duplicated().any()


# --- what is no municipality, and misspellings: see 'Names of municipalities' in METHODS.md


@pytest.mark.parametrize("threshold", [86.0, 50.0])
def test_what_is_no_municipality_is_never_taken_for_one(case, threshold):
    table = case("no_municipality")
    assert (table["kind"] == "place").sum() >= 500 and table["kind"].nunique() == 8
    found = split(table["name"], threshold=threshold)
    assert found.loc[found["how"] != "undecided", "name"].tolist() == []


def slipped(name, kind, rng):
    letters = [at for at, letter in enumerate(name) if letter.isalpha()]
    at, other = rng.choice(letters), rng.choice("abcdefghijklmnopqrstuvwxyz")
    if kind == "swap":
        at = rng.choice([at for at in letters if name[at + 1 : at + 2].isalpha()])
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + {"less": "", "more": other + name[at], "other": other, "double": 2 * name[at]}[kind] + name[at + 1 :]


KINDS = ("less", "more", "other", "swap", "double")


@pytest.mark.parametrize(("slips", "least"), [(1, 0.70), (2, 0.08)])
def test_typing_errors_lead_to_the_right_municipality_or_nowhere(slips, least):
    rng = random.Random(20261124)
    rows = []
    for code, label in LABELS.items():
        for _ in range(10):
            name = label
            for _ in range(slips):
                name = slipped(name, rng.choice(KINDS), rng)
            rows.append((code, name))
    made = pd.DataFrame(rows, columns=["meant", "name"])
    found = split(made["name"])
    assert found.index.is_unique
    right = found["municipality"] == made["meant"]
    wrong = found[found["municipality"].notna() & ~right]
    assert set(wrong["how"]) <= {"label", "alias", "merger"}  # the slips made another one's name
    assert right.mean() > least


def test_a_municipality_that_the_register_lacks_is_not_another_misspelled():
    without = REGISTER[~REGISTER["label"].isin(["Wierden", "Woerden", "Rhenen", "Asten"])]
    names = pd.Series(["Wierden", "Woerden", "Rhenen", "Asten"])
    assert match_municipalities(names, without, MERGERS, decided())["municipality"].isna().all()
