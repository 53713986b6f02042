"""Questions whose answers add up: what goes besides, on tiny tables, and what is worked out of all options together."""

import numpy as np
import pandas as pd
import pytest

from ledanalysis.attack import Figures
from ledanalysis.protection import Limits, Table
from ledanalysis.questions import protect_question, questions
from ledanalysis.together import Together

LIMITS = Limits(5, 10)


def question(counts, hidden=(), measures=("place",), total=True):
    """{cluster: (how many chose each option, ...)}: a question, its rows and which of them are hidden (cluster, option)."""
    chosen = np.concatenate([np.repeat(np.arange(len(row)), row) for row in counts.values()])
    place = np.repeat(list(counts), [sum(row) for row in counts.values()])
    cells = [*counts, "all"] if total else list(counts)
    parts = np.array([(place == cell) | (cell == "all") for cell in cells], float)
    parts /= parts.sum(axis=1, keepdims=True)
    rows, linked = [], {}
    for measure in measures:
        for option in range(len(next(iter(counts.values())))):
            ceiling = 100.0 if measure != "points" else 5.0
            answers = (chosen == option) * ceiling
            means = parts @ answers
            made = Table(Figures(parts, means - 0.05, means + 0.05, 0.0, ceiling), answers, np.full(len(answers), ceiling),
                         np.minimum(0.2, parts.max(axis=1)) * ceiling, (parts > 0).sum(axis=1) + 1.0, people=np.arange(len(answers)))  # fmt: skip
            linked[measure, str(option)] = np.arange(len(rows), len(rows) + len(cells)), made
            rows += [("size" if cell != "all" else "sector", cell, measure, str(option)) for cell in cells]
    rows = pd.DataFrame(rows, columns=["clustering", "cluster", "measure", "theme"])
    gone = np.array([(row.cluster, int(row.theme)) in set(hidden) and row.measure == measures[0] for row in rows.itertuples()])
    return questions(rows, linked, [measures])[0], rows, gone


def protected(counts, hidden, **how):
    asked, rows, gone = question(counts, hidden, **how)
    after = protect_question(asked, gone[asked.all_rows], LIMITS)
    assert (after >= gone[asked.all_rows]).all()
    rows = rows.iloc[asked.all_rows][after]
    return {(row.measure, row.cluster, int(row.theme)) for row in rows.itertuples()}


def of_cluster(gone, cluster, measure="place"):
    return {option for name, place, option in gone if name == measure and place == cluster}


def test_one_goes_with_it_and_not_all():
    gone = protected({"a": (4, 3, 6, 7)}, [("a", 0)], total=False)
    assert of_cluster(gone, "a") == {0, 1}  # of equal cells the lowest


def test_what_nobody_chose_does_not_go_with_what_nobody_chose():
    # 0 and 1 have nothing, and would have nothing together; of 2 and 3 one goes besides
    gone = protected({"a": (0, 0, 9, 11)}, [("a", 0)], total=False)
    assert of_cluster(gone, "a") == {0, 2}
    gone = protected({"a": (0, 0, 9, 11)}, [("a", 0), ("a", 1)], total=False)
    assert of_cluster(gone, "a") == {0, 1, 2}
    asked, _, given = question({"a": (0, 0, 9, 11)}, [("a", 0)], total=False)
    assert protect_question_needs(asked, given).tolist() == [True, False, True, False]


def test_what_everybody_gave_is_not_left():
    # points for several options: 0 and 1 are given nearly all by everyone, and their sum would say so
    asked, rows, gone = question({"a": (5, 5, 5, 5)}, [("a", 0)], total=False)
    for number, height in enumerate((99.0, 99.0, 60.0, 60.0)):
        asked.tables[number].answers[:] = height
    rows_of = {key: value for key, value in zip(asked.keys, zip(asked.rows, asked.tables))}
    again = questions(rows, rows_of, [("place",)])[0]
    after = protect_question_needs(again, gone)
    assert after.sum() == 2 and after[0] and not after[1]


def protect_question_needs(asked, gone):
    """Only what clusters need, without attacks."""
    from ledanalysis.questions import _cheapest

    given = np.zeros(asked.needs.shape[1], bool)
    given[np.concatenate(asked.cells)[gone[asked.all_rows]]] = True
    return _cheapest(asked, given)[np.concatenate(asked.cells)]


BRIDGE = [("a", 0), ("a", 1), ("b", 0), ("b", 1), ("c", 2), ("c", 3), ("d", 2), ("d", 3), ("a", 2)]
EVEN = {"a": (6, 7, 6, 5, 6), "b": (7, 6, 5, 6, 6), "c": (6, 5, 7, 6, 6), "d": (5, 6, 6, 7, 6)}


def test_all_options_together_tell_more_than_each_and_than_each_cluster():
    """The hidden of a and b, less the hidden options 0 and 1, is option 2 in a: no single option and no single cluster says so."""
    asked, rows, gone = question(EVEN, BRIDGE)
    shown = [~gone[mine] for mine in asked.rows]
    attack = Together(asked.tables, shown, LIMITS, [])
    found = [attack.of[target] for target, _ in attack.recovered()]
    assert found == [(2, list(rows["cluster"][:5]).index("a"))]
    target = attack.of.index(found[0])
    assert attack.most[target] - attack.least[target] < 2 and attack.least[target] <= 20 <= attack.most[target] + 1e-6


def test_what_all_options_together_tell_is_mended():
    gone = protected(EVEN, BRIDGE)
    assert len(gone) > len(BRIDGE)
    asked, rows, _ = question(EVEN)
    hidden = np.array([("place", row.cluster, int(row.theme)) in gone for row in rows.itertuples()])
    assert Together(asked.tables, [~hidden[mine] for mine in asked.rows], LIMITS, []).recovered() == []


@pytest.mark.parametrize("measures", [("top", "points"), ("points", "top")])
def test_what_is_made_of_the_same_answers_goes_and_stays_together(measures):
    gone = protected({"a": (4, 3, 6, 7), "b": (6, 5, 4, 5)}, [("a", 0)], measures=measures)
    assert of_cluster(gone, "a", "top") == of_cluster(gone, "a", "points") == {0, 1}
    assert of_cluster(gone, "b", "top") == of_cluster(gone, "b", "points") != set()
