"""The codebook: that the study's loads, and that each fault in one says where it is and what is allowed."""

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from ledanalysis.errors import InputError
from ledanalysis.study import default_folder, load_study

CASES = Path(__file__).parent / "cases"
FAULTS = pd.read_csv(CASES / "codebook_faults.csv", sep=";", dtype="str", keep_default_na=False)


# --- the study that comes with the library


def test_the_study_has_its_themes_instruments_and_questions(study):
    assert [len(study.tables[name]) for name in ("themes", "instruments")] == [20, 40]
    assert [len(study.options[name]) for name in ("themes", "organise", "stimulate")] == [20, 22, 18]
    blocks = {"A": 4, "B": 8, "C": 6, "D": 5, "E": 5}
    questions = {(item.block, item.question.removesuffix("b")) for item in study.tables["items"] if item.question}
    assert {block: sum(place == block for place, _ in questions) for block in blocks} == blocks
    assert len(questions) == 28


def test_both_languages_are_filled_wherever_a_reader_looks(study):
    for table in ("themes", "instruments", "options", "items", "measures", "rules", "scales", "clusterings"):
        rows = study.frame(table)
        empty = rows[(rows["label_nl"] == "") | (rows["label_en"] == "")]
        assert empty.empty, f"{table}: {empty.iloc[:, 0].tolist()}"


def test_variables_are_one_per_option_of_multi_select_and_ranking_and_else_one_per_item(small):
    variables = small.variables
    assert variables.index.is_unique
    assert variables.index[variables["item"] == "c1_stim"].tolist() == ["c1_stim_coaching", "c1_stim_intervisie", "c1_stim_cursus"]
    assert variables.index[variables["item"] == "d3_top"].tolist() == ["d3_top_DIGI", "d3_top_DATA", "d3_top_KLIM"]
    assert variables.loc["c1_stim_cursus", ["type", "option", "measure"]].tolist() == ["multi", "cursus", "stimulated"]
    assert variables.loc["b3_fte", ["min", "max"]].tolist() == [0.0, 200.0]


def test_themes_of_a_measure_are_what_its_items_are_about(small):
    themes = small.themes.set_index(["measure", "theme"])
    assert themes.loc["vision"].index.tolist() == ["vastgesteld", "geen"]  # 'weet niet' is no answer to compare
    assert themes.loc["culture"].index.tolist() == ["cultuur"]
    assert themes.loc[("stimulated", "coaching"), ["kind", "label", "order"]].tolist() == ["instrument", "Coaching", 0]
    assert themes.loc[("now", "DIGI"), ["kind", "short"]].tolist() == ["theme", "Digitaal"]
    assert themes.loc[("now", "DATA"), "short"] == "Data en AI"  # no short label: the long one


@pytest.mark.parametrize("sides", ["future;now", "now;future"])
def test_a_difference_is_of_themes_that_both_sides_have(small_folder, change, sides):
    change(small_folder, "measures.csv", "points;mean;future;now", f"points;mean;{sides}")
    themes = load_study(small_folder).themes
    assert themes.loc[themes["measure"] == "rise", "theme"].tolist() == ["DIGI", "DATA"]  # KLIM was asked for now only


def test_labels_are_in_the_language_of_the_study_and_dutch_where_there_is_no_other(small):
    english = dataclasses.replace(small, settings=small.settings.model_copy(update={"language": "en"}))
    digital, data = small.tables["themes"][:2]
    assert (small.label_of(digital), small.label_of(digital, short=True)) == ("Digitaal werken", "Digitaal")
    assert (english.label_of(digital, short=True), english.label_of(data, short=True)) == ("Digital", "Data and AI")
    assert (small.says("title"), english.says("title")) == ("Kleine studie", "Small study")
    assert english.says("source") == "Verzonnen"  # has no English


def test_deliveries_are_called_fictitious_where_the_file_stands_beside_them(small):
    assert small.notice == ""
    (small.raw / "FICTIEF.md").touch()
    assert small.notice == "fictieve gegevens"


def test_a_study_may_do_without_the_tables_that_nothing_names(small_folder):
    for name in ("rules", "markers", "names"):
        (small_folder / "data" / "codebook" / f"{name}.csv").unlink()
    study = load_study(small_folder)
    assert (study.tables["rules"], study.frame("names").columns.tolist()) == ((), ["name"])


def test_the_study_is_found_from_any_folder_in_it(small_folder, monkeypatch):
    monkeypatch.chdir(small_folder / "data" / "raw")
    assert default_folder() == small_folder.resolve()


# --- faults


@pytest.mark.parametrize("fault", list(FAULTS.itertuples(index=False)), ids=lambda fault: f"{fault.case} {fault.fault}")
def test_a_fault_says_where_it_is_and_what_is_allowed(small_folder, change, fault):
    change(small_folder, fault.file, fault.old, fault.new)
    with pytest.raises(InputError) as caught:
        load_study(small_folder)
    lacking = [part for part in fault.says.split(" | ") if part not in str(caught.value)]
    assert not lacking, str(caught.value)


@pytest.mark.parametrize("file", ["study.toml", "themes.csv", "items.csv", "measures.csv", "clusterings.csv"])
def test_a_file_that_a_study_needs_is_named_when_missing(small_folder, file):
    (small_folder / "data" / "codebook" / file).unlink()
    with pytest.raises(InputError, match=file):
        load_study(small_folder)


@pytest.mark.parametrize("file", ["study.toml", "options.csv"])
def test_a_file_that_is_not_utf_8_is_named(small_folder, file):
    path = small_folder / "data" / "codebook" / file
    path.write_bytes(path.read_text("utf-8-sig").replace("Verzonnen", "Verzònnen").replace("ja", "jà").encode("cp1252"))
    with pytest.raises(InputError, match=rf"{file}.*not UTF-8"):
        load_study(small_folder)


def test_settings_saved_with_a_byte_order_mark_are_read(small_folder, change):
    change(small_folder, "study.toml", "title_nl", "\ufefftitle_nl")
    assert load_study(small_folder).settings.title_nl == "Kleine studie"


def test_an_overview_of_texts_needs_to_know_its_columns(small_folder, change):
    texts = '[texts]\noverview = "teksten.csv"\n[texts.columns]\nfile = "bestand"\nkind = "soort"\n[texts.kinds]\n'
    change(small_folder, "study.toml", "[survey]", f"{texts}\n[survey]")
    with pytest.raises(InputError, match="study.toml, column 'texts.columns'.*'municipality'"):
        load_study(small_folder)


def test_rows_are_counted_as_a_spreadsheet_does(small_folder, change):
    """A line end within a cell makes no row, nor one that only Word knows; an empty row does."""
    change(small_folder, "themes.csv", "Omgaan met systemen.", '"Omgaan\nmet systemen."')
    change(small_folder, "themes.csv", "Gegevens benutten.", "Gegevens\u2028benutten.\x0b")
    change(small_folder, "themes.csv", "KLIM;3;", ";;;;;;;;;\nKLIM;drie;")
    with pytest.raises(InputError, match=r"themes.csv, row 5, column 'code': .*'drie'"):
        load_study(small_folder)
