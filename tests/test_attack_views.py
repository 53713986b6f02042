"""Municipalities and their staff: an attacker has the figures of both, which are equations in the same answers."""

import pandas as pd
import pytest

from ledanalysis.audit import attack
from ledanalysis.behind import BY_STAFF, answers_behind
from ledanalysis.disclosure import suppress
from ledanalysis.estimates import reported
from ledanalysis.staff import both_views, counted_by_staff, staff_figures
from ledanalysis.study import load_study
from ledanalysis.tables import read_table


@pytest.fixture(scope="module")
def made(example_run):
    """The study of a run, what stands behind its figures, both views of them, and the clusters of both."""
    study = load_study(example_run)
    scores, weights = read_table(study, "theme_scores"), read_table(study, "weights")
    clusters = reported(read_table(study, "clusters"), study)
    everyone = pd.DataFrame({"clustering": "sector", "cluster": "all", "municipality": scores["municipality"].unique()})
    known = pd.concat([everyone.assign(times=1.0), clusters.assign(times=1.0), counted_by_staff(clusters, read_table(study, "staff"))])
    both = both_views(read_table(study, "estimates"), read_table(study, "staff_estimates"))
    measures = [row.measure for row in study.tables["measures"] if row.views == "both"]
    both = both[both["measure"].isin(measures)].reset_index(drop=True)
    return study, answers_behind(scores, weights, study), both, known[["clustering", "cluster", "municipality", "times"]]


def test_an_attacker_with_both_views_recovers_nothing(made, capsys):
    study, answers, both, clusters = made
    found = attack(both, clusters, answers, study.settings.min_n, study.settings.extreme_n)
    staff = both["clustering"].str.startswith(BY_STAFF)
    with capsys.disabled():
        print(f"\nof municipalities shown {(~both[~staff]['suppressed'].astype(bool)).sum()}, by staff {(~both[staff]['suppressed'].astype(bool)).sum()} "
              f"of {staff.sum()}; attacked: {len(found)}, recovered: {found['recovered'].sum()}")  # fmt: skip
    assert (~both.loc[staff, "suppressed"].astype(bool)).sum() > 100
    assert found["recovered"].sum() == 0


def test_without_the_staff_equations_in_the_protection_he_would(made):
    """Each view protected as if the other were not there: the staff view by the sizes of its clusters alone."""
    study, answers, both, clusters = made
    picked = both[both["measure"] == "stimulated"].reset_index(drop=True)
    weights, staff = read_table(study, "weights"), read_table(study, "staff")
    scores = read_table(study, "theme_scores")
    plain = clusters.loc[~clusters["clustering"].str.startswith(BY_STAFF), ["clustering", "cluster", "municipality"]]
    alone = staff_figures(scores[scores["measure"] == "stimulated"], weights, plain[plain["clustering"] != "sector"], staff, study)
    alone = suppress(alone, study.settings.min_n, study.settings.extreme_n, clusters=clusters)
    keys = ["clustering", "cluster", "measure", "theme"]
    hidden = alone.set_index(keys)["suppressed"].reindex(pd.MultiIndex.from_frame(picked[keys]))
    units = ~picked["clustering"].str.startswith(BY_STAFF)
    careless = picked.assign(suppressed=picked["suppressed"].where(units, hidden.to_numpy()).astype(bool))
    found = attack(careless, clusters, answers, study.settings.min_n, study.settings.extreme_n)
    assert found["recovered"].sum() > 10
