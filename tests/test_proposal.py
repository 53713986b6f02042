"""What is proposed for columns.csv: nothing wrong, whatever the delivery calls its columns."""

from dataclasses import replace

import pandas as pd
import pytest

from ledanalysis.mapping import Mapped
from ledanalysis.proposal import propose_columns
from ledanalysis.reading import ResponseSet, read_survey
from ledanalysis.study import load_study
from test_delivery import survey


@pytest.fixture(scope="module")
def delivered(study):
    return read_survey(study.raw / "enquete.sav")


@pytest.fixture(scope="module")
def truth(study):
    return {row.column: (row.item, row.option) for row in study.tables["columns"]}


def judged(proposal, truth):
    """How many are right, and which are wrong or open."""
    filled = proposal[proposal["item"] != ""]
    wrong = [row.column for row in filled.itertuples() if truth[row.column] != (row.item, row.option)]
    return len(filled) - len(wrong), wrong, proposal.loc[proposal["item"] == "", "column"].tolist()


def test_labels_and_names_together_find_every_column(study, delivered, truth):
    assert judged(propose_columns(delivered, study, []), truth) == (195, [], [])


def test_labels_alone_find_all_that_have_one(study, delivered, truth):
    new = {name: f"V{number}" for number, name in enumerate(delivered.data.columns, 1)}
    sets = {name: ResponseSet([new[each] for each in chosen], counted=1, label=chosen.label) for name, chosen in delivered.multiple_response.items()}
    renamed = replace(delivered, data=delivered.data.rename(columns=new), variables=delivered.variables.rename(index=new), multiple_response=sets)
    old = {after: before for before, after in new.items()}
    proposal = propose_columns(renamed, study, [])
    right, wrong, left = judged(proposal, {after: truth[before] for before, after in new.items()})
    assert (right, wrong, [old[name] for name in left]) == (190, [], ["d3_1", "d3_2", "d3_3", "d3_4", "d3_5"])  # five of one label
    assert proposal.loc[proposal["column"] == left[0], "note"].item().startswith("more columns could be d3_top5, *: by label: Rangschik")


def test_names_alone_find_all_but_those_of_the_bureau(study, truth):
    plain = read_survey(study.raw / "enquete.csv")
    right, wrong, left = judged(propose_columns(plain, study, []), truth)
    assert (right, wrong) == (191, []) and left == ["a2_welke", "e3_anders", "e5", "e5_email"]


def test_misplaced_labels_are_not_followed_and_not_passed_over(study, delivered):
    labels = delivered.variables["label"].copy()
    labels["d1_1"], labels["d1_2"] = labels["d1_2"], labels["d1_1"]
    turned = replace(delivered, variables=delivered.variables.assign(label=labels))
    proposal = propose_columns(turned, study, []).set_index("column")
    assert proposal.loc[["d1_1", "d1_2"], "item"].tolist() == ["", ""]
    assert proposal.loc["d1_1", "note"].startswith("name says d1_DIGI, label says d1_DATA: Nu belangrijk: Data")


def test_headers_of_a_form_are_labels(small):
    names = ["Tijdstempel", "1. Voor welke gemeente vult u in?", "2. Hoe stimuleert u leren? [Coaching]", "3. Is er een visie", "Nu belangrijk", "Opmerking"]
    data = pd.DataFrame({name: [1.0] for name in names})
    proposal = propose_columns(survey(data), small, [])
    found = {row.column: (row.item, row.option) for row in proposal.itertuples()}
    assert list(found.values()) == [("submitted", ""), ("a1_gm", ""), ("c1_stim", "coaching"), ("b1_visie", ""), ("", ""), ("", "")]


def test_what_is_settled_is_not_proposed_again(small):
    data = pd.DataFrame({"b1": [1.0], "Is er een visie?": [1.0]})
    proposal = propose_columns(survey(data), small, [Mapped("b1", "b1_visie", "")])
    assert proposal[["column", "item"]].to_numpy().tolist() == [["Is er een visie?", ""]]


def test_a_question_with_all_its_options_in_one_column(small):
    data = pd.DataFrame({"Hoe stimuleert u leren?": ["Coaching;Cursus"], "c1": ["Coaching"]}, dtype="str")
    one = propose_columns(survey(data[["Hoe stimuleert u leren?"]]), small, [])
    assert one[["item", "option"]].to_numpy().tolist() == [["c1_stim", "*"]]
    both = propose_columns(survey(data), small, [])
    assert both["item"].tolist() == ["", ""] and both["note"].str.startswith("more columns could be c1_stim, *").all()


def test_a_label_that_is_as_like_another_items_is_left_to_the_analyst(small_folder, change):
    change(small_folder, "items.csv", "Nu belangrijk: digitaal", "Nu belangrijk: digitale taken")
    change(small_folder, "items.csv", "Nu belangrijk: data", "Nu belangrijk: digitale zaken")
    found = propose_columns(survey(pd.DataFrame({"Nu belangrijk: digitale vaken": [1.0], "Nu belangrijk: digitale taken": [1.0]})), load_study(small_folder), [])
    assert found["item"].tolist() == ["", "d1_DIGI"]
