"""The text side of the explorer: what is read, what a button writes, and what it says."""

import random
from dataclasses import replace

import pandas as pd
import pytest
from test_codings import PASSAGES, TEXTS

from ledanalysis import codings
from ledanalysis.codebook import Coding
from ledanalysis.codebook_writing import append_row
from ledanalysis.errors import InputError
from ledanalysis.explore import deciding, passages, text_desk, theme_desk
from ledanalysis.explore.passages import Choice, Mention, find, marked, mentions_of
from ledanalysis.prepare import code, compile_book
from ledanalysis.study import load_study
from ledanalysis.tables import write_tables

HOSTILE = '<img src=x onerror="alert(1)"> data </mark><script>1</script> & "nu"'
CLUSTERS = pd.DataFrame({"clustering": "size", "cluster": ["lt50", "gt100"], "label": ["klein", "groot"], "order": [1, 2], "municipality": ["GM1", "GM2"]})


def prepared(study, table=PASSAGES):
    """The study with these passages as `led prepare` would leave them, decisions of codings.csv and all."""
    study = load_study(study.folder)
    book = compile_book(study)
    mentions, _ = codings.decide(code(table, book), table, study, book)
    write_tables(study, {"passages": table, "mentions": mentions, "clusters": CLUSTERS})
    return study


@pytest.fixture
def desk(small, monkeypatch):
    monkeypatch.setattr(text_desk, "_session", {"by": ""})
    made = text_desk.text_desk(prepared(small))
    made.by.value = "Ans"
    return made


def file_of(desk, table="codings"):
    path = desk.study.codebook / f"{table}.csv"
    return path.read_text("utf-8-sig").splitlines() if path.exists() else []


def card(desk, source="i_1", passage=1):
    return next(each for each in desk.reading.cards if each.passage.key == (source, passage))


def press(desk, what, at=0, passage=1):
    """Press accept (1), reject (2) or withdraw (3) of a code in a passage."""
    card(desk, passage=passage).lines[at].children[{"accept": 1, "reject": 2, "withdraw": 3}[what]].click()


def keys(desk):
    return [each.passage.key for each in desk.reading.cards]


def test_the_first_theme_is_open(desk):
    assert desk.reading.theme.value == desk.study.tables["themes"][0].theme and "0 passages" not in desk.reading.count.value


def test_passages_of_a_theme_and_of_those_below_it(desk):
    desk.reading.theme.value = "DATA"
    assert keys(desk) == [("i_1", 1), ("i_1", 4), ("i_2", 1), ("i_2", 4)]
    desk.reading.theme.value = "DIGI"  # of DATA too, each code once and by its own name
    lines = [line.children[0].value for line in card(desk).lines]
    assert [line.split(" · ")[:3] for line in lines] == [
        ["<span>1. ‘data’", "Data en AI", "nu"], ["<span>2. ‘ict’", "Digitaal", "straks"], ["<span>3. ‘data’", "Data en AI", "straks"],
    ]  # fmt: skip
    assert "4 passages; bladzijde 1 van 1" in desk.reading.count.value


@pytest.mark.parametrize(("control", "value", "left"), [
    ("horizon", "future", [("i_1", 1), ("i_2", 1)]), ("kind", "open_answer", [("i_2", 4)]), ("words", "WERK met", [("i_1", 4), ("i_2", 4)]),
    ("everything", True, [("i_1", 1), ("i_1", 3), ("i_1", 4), ("i_1", 5), ("i_2", 1), ("i_2", 3), ("i_2", 4), ("i_2", 5)]),
])  # fmt: skip
def test_each_control_narrows_or_widens(small, control, value, left):
    table = PASSAGES.assign(kind=["open_answer" if key == ("i_2", 4) else "interview" for key in zip(PASSAGES["source"], PASSAGES["passage"])])
    made = text_desk.text_desk(prepared(small, table))
    made.reading.theme.value = "DATA"
    getattr(made.reading, control).value = value
    assert keys(made) == left


def test_clusters_follow_the_grouping(desk):
    desk.reading.theme.value = "DATA"
    desk.reading.clustering.value = "size"
    assert [name for _, name in desk.reading.cluster.options] == ["", "lt50", "gt100"]
    desk.reading.cluster.value = "gt100"
    assert keys(desk) == [("i_2", 1), ("i_2", 4)]
    desk.reading.clustering.value = ""
    assert len(keys(desk)) == 4


def test_twenty_on_a_page_and_widgets_that_are_gone_are_let_go(small):
    table = pd.concat([PASSAGES.head(1).assign(passage=number) for number in range(1, 46)], ignore_index=True)
    made = text_desk.text_desk(prepared(small, table))
    made.reading.theme.value = "DATA"
    first = made.reading.cards[0]
    assert len(made.reading.cards) == 20 and made.reading.previous.disabled
    made.reading.next.click()
    made.reading.next.click()
    assert [each.passage.passage for each in made.reading.cards] == [41, 42, 43, 44, 45] and made.reading.next.disabled
    assert first.comm is None or first._model_id is None
    assert "bladzijde 3 van 3" in made.reading.count.value


def test_a_button_writes_a_row_at_once_and_says_so(desk):
    desk.reading.theme.value = "DATA"
    desk.note.value = "hoort bij systemen"
    press(desk, "reject")
    [_, row] = file_of(desk)
    cells = row.split(";")
    assert cells[:8] == ["i_1", "1", "3", "7", "DATA", "reject", "", "Ans"] and cells[9:] == [codings.fingerprint("i_1", TEXTS[0][1]), "hoort bij systemen"]
    assert 'role="status"' in desk.said.value and "volgende led prepare" in desk.said.value and desk.note.value == ""
    shown = card(desk).lines[0].children[0].value
    assert "verworpen door Ans" in shown and "telt mee na de volgende led prepare" in shown
    assert "nog niet besloten" in card(desk).lines[1].children[0].value
    assert not any(words in row for words in ("ict", "straks"))  # nothing of the text


def test_who_decides_must_be_said_and_is_remembered(desk):
    desk.by.value = " "
    desk.reading.theme.value = "DATA"
    press(desk, "accept")
    assert 'role="alert"' in desk.said.value and "who decides?" in desk.said.value and file_of(desk) == []
    desk.by.value = "Bea"
    assert text_desk.text_desk(desk.study).by.value == "Bea"


def test_a_decision_changed_withdrawn_and_undone(desk):
    desk.reading.theme.value = "DATA"
    press(desk, "reject")
    press(desk, "accept")
    assert [line.split(";")[5] for line in file_of(desk)[1:]] == ["accept"]
    desk.undo.click()
    assert [line.split(";")[5] for line in file_of(desk)[1:]] == ["reject"] and "Ongedaan gemaakt" in desk.said.value
    press(desk, "withdraw")
    assert len(file_of(desk)) == 1 and "nog niet besloten" in card(desk).lines[0].children[0].value
    desk.undo.click()
    desk.undo.click()
    assert len(file_of(desk)) == 1 and desk.undo.disabled


def test_lines_stay_where_the_keyboard_is(desk):
    desk.reading.theme.value = "DATA"
    before = [widget for line in card(desk).lines for widget in line.children]
    press(desk, "accept")
    assert [widget for line in card(desk).lines for widget in line.children] == before and not any(getattr(each, "disabled", False) for each in before)


def test_only_what_is_not_decided(desk):
    desk.reading.theme.value = "DATA"
    desk.reading.undecided.value = True
    for at in (0, 1):
        press(desk, "accept", at)
    assert ("i_1", 1) in keys(desk)  # stays in sight until the page is asked for again
    desk.reading.show(1)
    assert keys(desk) == [("i_1", 4), ("i_2", 1), ("i_2", 4)]


def test_what_was_decided_counts_after_prepare_and_can_be_seen_and_taken_back(desk, small):
    desk.reading.theme.value = "DATA"
    press(desk, "reject")
    press(desk, "accept", 1)
    again = text_desk.text_desk(prepared(small))
    again.reading.theme.value = "DATA"
    shown = [line.children[0].value for line in card(again).lines]
    assert "‘data’" in shown[0] and "verworpen door Ans" in shown[0] and "aanvaard door Ans" in shown[1]
    assert not any("volgende" in each for each in shown)
    press(again, "withdraw", 0)
    assert len(file_of(again)) == 2  # of what is in the codebook no more is said; what the program finds is back after prepare
    press(again, "withdraw", 0)
    assert "besluit ingetrokken" in card(again).lines[0].children[0].value and "volgende led prepare" in card(again).lines[0].children[0].value
    third = text_desk.text_desk(prepared(small))
    third.reading.theme.value = "DATA"
    assert [line.children[0].value.split(" · ")[-1] for line in card(third).lines] == ["nog niet besloten</span>"] * 2


@pytest.mark.parametrize(("words", "horizon", "row"), [("klimaat", "", "4;11;DATA;accept;"), ("", "now", ";;DATA;accept;now"), (" STRAKS  anders", "future", "13;26;DATA;accept;future")])
def test_a_theme_given_to_words_or_to_a_passage(desk, small, words, horizon, row):
    desk.reading.theme.value = "DATA"
    desk.reading.everything.value = True
    mine = card(desk, passage=3)
    mine.chosen.value, mine.horizon.value = words, horizon
    mine.assign.click()
    assert f"i_1;3;{row}" in file_of(desk)[1] and "aanvaard door Ans" in mine.lines[0].children[0].value
    again = text_desk.text_desk(prepared(small))
    again.reading.theme.value = "DATA"
    assert ("i_1", 3) in keys(again) and "volgende" not in card(again, passage=3).lines[0].children[0].value
    mine.assign.click()  # once more: the same row
    assert len(file_of(desk)) == 2
    desk.undo.click()
    desk.undo.click()
    assert len(file_of(desk)) == 1 and card(desk, passage=3).lines == []


@pytest.mark.parametrize(("words", "said"), [("datta", "not in the passage"), ("a", "more than once in the passage")])
def test_words_that_are_not_there_or_twice(desk, words, said):
    desk.reading.theme.value = "DATA"
    desk.reading.everything.value = True
    mine = card(desk, passage=3)
    mine.chosen.value = words
    mine.assign.click()
    assert said in desk.said.value and 'role="alert"' in desk.said.value and file_of(desk) == []


def test_on_a_passage_that_has_changed_one_decides_again(desk, small):
    append_row(small, "codings", {"source": "i_1", "passage": 1, "start": 3, "end": 7, "theme": "DATA", "decision": "reject", "decided_by": "Bea",
                                  "decided_on": "2026-01-01", "fingerprint": "h00000000"})  # fmt: skip
    desk.reading.theme.value = "DATA"
    assert "de passage is veranderd sinds Bea besloot" in card(desk).lines[0].children[0].value
    press(desk, "accept")
    [_, row] = file_of(desk)
    assert "accept" in row and "Bea" not in row and codings.fingerprint("i_1", TEXTS[0][1]) in row


def test_two_desks_at_once(desk, small):
    other = text_desk.text_desk(small)
    for each in (desk, other):
        each.by.value, each.reading.theme.value = "Ans", "DATA"
    press(desk, "reject", 0)
    press(other, "accept", 1)
    assert len(file_of(desk)) == 3
    press(other, "accept", 0)  # now sees what the other wrote, and changes it
    assert [line.split(";")[5] for line in file_of(desk)[1:]] == ["accept", "accept"]
    desk.undo.click()
    assert len(file_of(desk)) == 2


def test_a_file_that_is_broken_by_hand_is_told_and_left(desk):
    desk.reading.theme.value = "DATA"
    press(desk, "reject")
    path = desk.study.codebook / "codings.csv"
    path.write_text(path.read_text("utf-8").replace("reject", "rejected"), "utf-8")
    broken = path.read_bytes()
    press(desk, "accept", 1)
    assert 'role="alert"' in desk.said.value and "not allowed here: &#x27;rejected&#x27;" in desk.said.value and path.read_bytes() == broken


def test_hostile_words_are_words(small):
    table = PASSAGES.head(1).assign(text=HOSTILE, speaker="<b>x</b>")
    themes = tuple(row.model_copy(update={"label_nl": '<i onclick="x">Data</i>', "short_nl": ""}) if row.theme == "DATA" else row for row in small.tables["themes"])
    study = replace(prepared(small, table), tables={**small.tables, "themes": themes})
    made = text_desk.text_desk(study)
    made.by.value = "<script>2</script>"
    made.reading.theme.value = "DATA"
    made.reading.cards[0].lines[0].children[1].click()
    [mine] = made.reading.cards
    shown = mine.body.value + made.said.value + mine.lines[0].children[0].value
    assert "<script" not in shown and "<img" not in shown and "<b>" not in shown and "<i " not in shown
    assert shown.count("<mark>") == shown.count("</mark>") == 1 and "&lt;script&gt;2" in shown


def test_marks_that_overlap_and_words_beside_them_stay_whole():
    mentions = [Mention("A", 0, 9, "now", ""), Mention("B", 5, 14, "now", ""), Mention("C", None, None, "now", "")]
    shown = marked("leren met data & <ai>", mentions, {"A": "een", "B": "twee", "C": "drie"})
    assert shown == "<mark>leren</mark><mark> met<small> [1 een]</small></mark><mark> data<small> [2 twee]</small></mark> &amp; &lt;ai&gt;"


def test_never_on_a_page_for_others(small, monkeypatch):
    for name in ("VOILA_REQUEST_URL", "VOILA_KERNEL_ID", "VOILA_PREHEAT"):  # Voilà sets these for its kernels
        with monkeypatch.context() as patch:
            patch.setenv(name, "1")
            with pytest.raises(InputError, match="for the analyst alone"):
                text_desk.text_desk(small)


def test_without_tables_it_says_what_to_do(small):
    with pytest.raises(InputError, match="led prepare"):
        text_desk.text_desk(small)


@pytest.mark.parametrize("seed", range(6))
def test_decisions_at_random_and_undone_leave_the_same_bytes(desk, seed):
    chance = random.Random(seed)
    desk.reading.theme.value = chance.choice(["DATA", "DIGI"])
    desk.reading.everything.value = True
    press(desk, "accept")
    before, done = file_of(desk), 0
    for _ in range(12):
        mine = chance.choice(desk.reading.cards)
        at = chance.randrange(len(mine.lines) + 1)
        if at < len(mine.lines):
            mine.lines[at].children[chance.choice([1, 2])].click()
        else:
            mine.chosen.value = chance.choice(["", "niets", "klimaat"])
            mine.assign.click()
        done += 'role="status"' in desk.said.value
    assert done > 6
    for _ in range(done):
        desk.undo.click()
        assert 'role="status"' in desk.said.value
    assert file_of(desk) == before


def said_often(study):
    """The small study, in which many municipalities say of the coming years what no theme has."""
    rows = [(f"s{n}", "interview", f"GM{n}", None, 1, f"Straks drones boven {where}.") for n, where in enumerate("stad bos rivier polder haven markt".split())]
    rows += [(f"t{n}", "interview", f"GX{n}", None, 1, f"Wij leren {word}.") for n, word in enumerate("taal rekenen muziek sport natuur techniek dans theater".split())]
    return prepared(study, pd.DataFrame(rows, columns=PASSAGES.columns))


@pytest.fixture
def themes(small, monkeypatch):
    monkeypatch.setattr(text_desk, "_session", {"by": "Ans"})
    made = text_desk.text_desk(said_often(small))
    made.children[-1].selected_index = 1  # the tab
    return made


def proposed(desk, term="drones"):
    return next(each for each in desk.themes.cards if each.term == term)


def test_a_proposed_theme_with_its_contexts_and_what_its_words_would_code(themes):
    mine = proposed(themes)
    body = mine.children[0].value
    assert body.count("<mark>drones</mark>") == 5 and "s0, passage 1" in body and 'scope="col"' in body
    assert "Gezegd in 6 passages, door 6 gemeenten; hier 5 daarvan" in body
    assert "6 passages, van 6 gemeenten" in mine.count.value
    mine.fields["patterns"].value = "drone* | muziek"
    assert "7 passages, van 7 gemeenten" in mine.count.value
    mine.fields["patterns"].value = "re:("
    assert 'role="alert"' in mine.count.value and "unusable pattern" in mine.count.value
    mine.fields["patterns"].value = ""
    assert "by which words is it found?" in mine.count.value


def test_an_accepted_theme_is_a_row_as_it_was_mended_and_who_did_it(themes, small):
    before = (small.codebook / "themes.csv").read_bytes()
    mine = proposed(themes)
    mine.fields["label_nl"].value, mine.fields["patterns"].value = 'Drones; "hoog"', "drone*"
    mine.accept.click()
    after = (small.codebook / "themes.csv").read_bytes()
    lines = after.split(b"\n")
    assert [line.removesuffix(b";") for line in lines[1:4]] == before.split(b"\n")[1:4]  # this table had no column `asked`
    study = load_study(small.folder)
    row = study.tables["themes"][-1]
    assert (row.label_nl, row.patterns, row.asked, row.code) == ('Drones; "hoog"', "drone*", "no", 4)
    assert file_of(themes, "proposals")[1].startswith(f"drones;accept;{row.theme};Ans;")
    assert "opgenomen door Ans" in mine.state.value and mine.accept.disabled
    assert (row.theme in [name for _, name in themes.reading.theme.options])
    again = prepared(small, pd.read_parquet(small.processed / "passages.parquet"))
    mentions = pd.read_parquet(small.processed / "mentions.parquet")
    assert (mentions["theme"] == row.theme).sum() == 6 and again.tables["proposals"]
    themes.undo.click()
    assert load_study(small.folder).tables["proposals"] == () and len(load_study(small.folder).tables["themes"]) == 3


def test_a_theme_that_was_not_asked_is_no_answer_that_nobody_gave(small):
    append_row(small, "themes", {"theme": "DRON", "code": 9, "label_nl": "Drones", "patterns": "drone*", "asked": "no"})
    study = load_study(small.folder)
    about = study.themes[study.themes["theme"] == "DRON"]["measure"].tolist()
    assert about == ["mentions", "mentions_future"] and "DRON" not in study.options["themes"]
    assert not [name for name in study.variables.index if "DRON" in name]


def test_a_rejected_proposal_is_not_proposed_again_in_any_form(themes, small):
    mine = proposed(themes)
    mine.reject.click()
    assert "verworpen door Ans" in mine.state.value and file_of(themes, "proposals")[1].startswith("drones;reject;;Ans;")
    themes.themes.again.click()
    assert "drones" not in [each.term for each in themes.themes.cards]
    one = prepared(small, pd.read_parquet(small.processed / "passages.parquet").assign(text=lambda t: t["text"].str.replace("drones", "drone")))
    assert "drone" not in [term for (_, term, *_), *_ in theme_desk.proposals(one)]
    themes.undo.click()
    themes.themes.again.click()
    assert "drone" in [each.term for each in themes.themes.cards]


def test_themes_saved_in_excel_meanwhile_are_left_alone(themes, small):
    path = small.codebook / "themes.csv"
    path.write_bytes(path.read_bytes().replace(b"klimaat*;", b"klimaat* | energie*;"))
    saved = path.read_bytes()
    proposed(themes).accept.click()
    assert "saved by somebody else since it was read" in themes.said.value and path.read_bytes() == saved and file_of(themes, "proposals") == []
    themes.themes.again.click()
    proposed(themes).accept.click()
    assert 'role="status"' in themes.said.value and b"energie*" in path.read_bytes()


def test_of_a_theme_that_cannot_be_written_down_nothing_stays(themes, small, monkeypatch):
    append_row(small, "themes", {"theme": "X", "code": 90, "label_nl": "X", "asked": "no"})
    themes.themes.again.click()
    before = (small.codebook / "themes.csv").read_bytes()

    def refused(study, table, *more):
        if table == "proposals":
            raise InputError("cannot be written", file="proposals.csv")
        return append_row(study, table, *more)

    monkeypatch.setattr(deciding, "append_row", refused)
    proposed(themes).accept.click()
    assert "proposals.csv: cannot be written" in themes.said.value and (small.codebook / "themes.csv").read_bytes() == before


def test_a_code_that_is_taken_is_refused_in_words(themes):
    mine = proposed(themes)
    mine.fields["theme"].value = "DATA"
    mine.accept.click()
    assert "stands in row" in themes.said.value and 'role="alert"' in themes.said.value and not mine.accept.disabled


@pytest.mark.parametrize(("row", "said"), [
    ("drones;accept;;Ans;2026-11-30", "row 2, column 'theme': what is accepted is a theme"), ("drones;reject;DATA;Ans;2026-11-30", "what is accepted is a theme"),
    ("drones;accept;NOPE;Ans;2026-11-30", "no such row in themes.csv: 'NOPE'"), ("drones;reject;;;2026-11-30", "column 'decided_by'"),
])  # fmt: skip
def test_rows_of_proposals_that_the_codebook_refuses(small_folder, row, said):
    (small_folder / "data" / "codebook" / "proposals.csv").write_text(f"term;decision;theme;decided_by;decided_on\n{row}\n", "utf-8")
    with pytest.raises(InputError, match=said):
        load_study(small_folder)


def test_in_english_everything_is_english(small):
    made = text_desk.text_desk(prepared(small).in_language("en"))
    made.reading.theme.value = "DATA"
    assert [button.description for button in card(made).lines[0].children[1:3]] == ["1 is right: Data and AI", "1 is wrong: Data and AI"]
    assert "not decided yet" in card(made).lines[0].children[0].value


def test_a_decision_is_found_whoever_wrote_it_and_pure_functions_need_no_widget(small):
    study = prepared(small)
    texts = passages.read_texts(study)
    deciding.decide(study, texts.passages["i_1", 3], Mention("KLIM", 4, 11, "unstated", ""), "reject", "Ans")
    decided = passages.decisions(study)
    [mention] = mentions_of(("i_1", 3), "KLIM", texts, decided)
    assert (mention.state, mention.pending, isinstance(mention.decision, Coding)) == ("rejected", True, True)
    assert find(Choice("KLIM", undecided=True), texts, decided) == [("i_2", 3)]
