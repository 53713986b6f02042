"""Which column is which item: by name, by pattern, and every doubt is named."""

import pytest

from ledanalysis.codebook import Column
from ledanalysis.errors import InputError
from ledanalysis.mapping import Mapped, map_columns, unmapped_columns
from ledanalysis.study import load_study


def mapped(study, rows, names):
    columns = tuple(Column(column=column, item=item, option=option) for column, item, option in rows)
    found, faults = map_columns(type(study)(study.folder, study.settings, study.tables | {"columns": columns}), names, "enquete.csv")
    return [(each.column, each.item, each.option) for each in found], [str(fault) for fault in faults]


def test_a_name_is_a_name_and_no_pattern(small):
    found, faults = mapped(small, [("Hoe? (1.)", "b1_visie", ""), ("b.", "b3_fte", "")], ["b1", "Hoe? (1.)", "hoe? (1.)"])
    assert found == [("Hoe? (1.)", "b1_visie", "")]
    assert faults == ["enquete.csv, column 'b.': no such column, and columns.csv names it; allowed: b1, Hoe? (1.), hoe? (1.)"]


def test_a_pattern_makes_items_and_options_of_its_groups(small):
    rows = [(r"re:Q1_(\w+)", r"d1_\1", ""), (r"re:(?i)C1\[SQ0*(\d+)\]", "c1_stim", r"\1"), (r"re:R(\d)", "d3_top", r"\1")]
    found, faults = mapped(small, rows, ["Q1_DIGI", "c1[SQ002]", "C1[SQ01]", "R1", "XR1"])
    assert faults == []
    assert found == [("Q1_DIGI", "d1_DIGI", ""), ("c1[SQ002]", "c1_stim", "intervisie"), ("C1[SQ01]", "c1_stim", "coaching"), ("R1", "d3_top", "1")]


@pytest.mark.parametrize(
    ("rows", "names", "says"),
    [
        ([(r"re:Q1_(\w+)", r"d1_\1", "")], ["Q1_HEKS"], "columns.csv, row 0, column 'item': the pattern makes an item of 'Q1_HEKS' that there is not: 'd1_HEKS'"),
        ([(r"re:c(\d)", "c1_stim", r"\1")], ["c7"], "column 'option': no such option of c1_stim, to which 'c7' was put: '7'; allowed: coaching"),
        ([(r"re:c(\d)", "c1_stim", r"\2")], ["c1"], "the pattern has no such group: '\\\\2'; allowed: \\1 to \\1"),
        ([("b1", "b1_visie", ""), ("re:b.", "b3_fte", "")], ["b1"], "column 'b1': columns.csv takes this column for b1_visie and for b3_fte"),
        ([("re:b.", "b1_visie", "")], ["b1", "b2"], "column 'b2': columns.csv takes this column and 'b1' both for b1_visie"),
        ([("c1", "c1_stim", "1"), ("c2", "c1_stim", "coaching")], ["c1", "c2"], "'c1' both for c1_stim, coaching"),
        ([("re:x.*", "b1_visie", "")], ["b1"], "column 're:x.*': no such column"),
    ],
)  # fmt: skip
def test_a_doubt_is_named(small, rows, names, says):
    _, faults = mapped(small, rows, names)
    assert len(faults) == 1 and says in faults[0]


def test_a_column_may_be_left_unused_on_purpose(small):
    found, faults = mapped(small, [("a", "b1_visie", ""), ("re:tech_.*", "", ""), ("was_here", "", "")], ["a", "tech_1", "tech_2", "b"])
    assert faults == [] and found == [("a", "b1_visie", ""), ("tech_1", "", ""), ("tech_2", "", "")]
    assert unmapped_columns([Mapped(*each) for each in found], ["a", "tech_1", "tech_2", "b"]) == ["b"]


def test_a_study_may_do_without_until_there_is_a_delivery(small_folder):
    (small_folder / "data/codebook/columns.csv").unlink()
    study = load_study(small_folder)
    from ledanalysis.delivery import read_responses
    from ledanalysis.reading import read_survey

    with pytest.raises(InputError, match="columns.csv: the codebook does not say which column is what; allowed: column;item;option"):
        read_responses(read_survey(study.raw / "enquete.csv"), study)
