"""Decisions on codes: what they change among the mentions and nothing else, and what is said of those that do not apply."""

import random
from dataclasses import replace

import pandas as pd
import pytest
from test_cli import led

from ledanalysis import codings, handcodes, response
from ledanalysis.check import inspect
from ledanalysis.codebook import Coding
from ledanalysis.codings import ADDED, BY_HAND, CONFIRMED, decide, fingerprint, hold
from ledanalysis.errors import InputError
from ledanalysis.prepare import code, compile_book, prepare
from ledanalysis.scoring import score_themes
from ledanalysis.study import load_study
from ledanalysis.tables import write_tables

TEXTS = [
    ("spreker 1", "Nu data en ict, straks data."),
    ("interviewer", "En data?"),
    ("spreker 1", "Het klimaat. Straks anders, nu niet."),
    ("spreker 1", "Digitale data-werk met ai."),
    (None, "Niets."),
]
PASSAGES = pd.DataFrame(
    [(source, "interview", home, speaker, number, text) for source, home in (("i_1", "GM1"), ("i_2", "GM2")) for number, (speaker, text) in enumerate(TEXTS, 1)],
    columns=["source", "kind", "municipality", "speaker", "passage", "text"],
)  # fmt: skip
SHOWN = ["source", "passage", "theme", "horizon", "start", "end", "decided"]


def row(source="i_1", passage=1, theme="DATA", decision="reject", start=None, end=None, **more):
    more.setdefault("fingerprint", fingerprint(source, TEXTS[(passage - 1) % 5][1]))
    return Coding(source=source, passage=passage, theme=theme, decision=decision, start=start, end=end, decided_by="Ans", decided_on="2026-11-30", **more)


def with_rows(study, *rows):
    return replace(study, tables={**study.tables, "codings": rows})


def coded(study, *rows):
    """(what the program finds, the mentions as decided, the log)."""
    book = compile_book(study)
    found = code(PASSAGES, book)
    return (found, *decide(found, PASSAGES, with_rows(study, *rows), book))


def difference(found, mentions):
    """(rows that went, rows that came), as sets."""
    before, after = (set(map(tuple, table.assign(decided=table.get("decided", ""))[SHOWN].values.tolist())) for table in (found, mentions))
    return before - after, after - before


def test_without_decisions_nothing_changes_and_nothing_is_told(small):
    found, mentions, log = coded(small)
    pd.testing.assert_frame_equal(mentions.drop(columns="decided"), found)
    assert set(mentions["decided"]) == {""} and log.empty


def test_a_rejected_code_goes_with_the_themes_above_it_and_nothing_else(small):
    found, mentions, log = coded(small, row(start=3, end=7))
    went, came = difference(found, mentions)
    assert went == {("i_1", 1, "DATA", "now", 3, 7, ""), ("i_1", 1, "DIGI", "now", 3, 7, "")} and came == set()
    assert log[["step", "rows_before", "rows_after"]].values.tolist() == [["codings_rejected", len(found), len(found) - 2], ["codings_accepted", len(found) - 2, len(found) - 2]]
    assert "1 besluiten" in log["reason"].iloc[0]


def test_a_theme_rejected_in_a_passage_goes_from_all_its_words(small):
    found, mentions, _ = coded(small, row())
    went, came = difference(found, mentions)
    assert {each[2:6] for each in went} == {(theme, *place) for theme in ("DATA", "DIGI") for place in (("now", 3, 7), ("future", 23, 27))}
    assert came == set() and ((mentions["passage"] == 1) & (mentions["theme"] == "DIGI")).sum() == 4  # ict, and the three of the other source


def test_the_decision_on_the_words_goes_before_that_on_the_passage(small):
    found, mentions, _ = coded(small, row(), row(decision="accept", start=24, end=26))
    went, came = difference(found, mentions)
    assert {each[4] for each in went} == {3, 23} and came == {("i_1", 1, theme, "future", 23, 27, CONFIRMED) for theme in ("DATA", "DIGI")}


def test_an_accepted_code_that_was_found_is_confirmed_and_no_other(small):
    found, mentions, _ = coded(small, row(decision="accept", start=3, end=7))
    pd.testing.assert_frame_equal(mentions.drop(columns="decided"), found)
    assert mentions.loc[mentions["decided"] != "", SHOWN].values.tolist() == [
        ["i_1", 1, "DATA", "now", 3, 7, CONFIRMED], ["i_1", 1, "DIGI", "now", 3, 7, CONFIRMED],
    ]  # fmt: skip


def test_a_chosen_horizon_is_that_of_the_accepted_words_alone(small):
    found, mentions, _ = coded(small, row(decision="accept", start=3, end=7, horizon="future"))
    assert difference(found, mentions) == (
        {("i_1", 1, theme, "now", 3, 7, "") for theme in ("DATA", "DIGI")}, {("i_1", 1, theme, "future", 3, 7, CONFIRMED) for theme in ("DATA", "DIGI")},
    )  # fmt: skip


@pytest.mark.parametrize(("words", "chosen", "horizon"), [((4, 11), "", "unstated"), ((13, 19), "", "future"), ((28, 30), "", "now"), ((None, None), "", "future"), ((4, 11), "now", "now")])
def test_an_accepted_code_that_was_not_found_is_added_with_the_themes_above_it(small, words, chosen, horizon):
    found, mentions, log = coded(small, row(passage=3, decision="accept", start=words[0], end=words[1], horizon=chosen))
    place = words if words[0] is not None else (0, len(TEXTS[2][1]))
    assert difference(found, mentions) == (set(), {("i_1", 3, theme, horizon, *place, ADDED) for theme in ("DATA", "DIGI")})
    assert set(mentions.loc[mentions["decided"] == ADDED, "pattern"]) == {BY_HAND}
    assert log["reason"].iloc[1].startswith("codes die lezers aanvaardden: 1 besluiten, 2 vermeldingen")
    assert mentions["municipality"].tolist() == ["GM1" if source == "i_1" else "GM2" for source in mentions["source"]]


def test_where_a_theme_above_stands_already_it_stands_once(small):
    found, mentions, _ = coded(small, row(decision="accept", start=11, end=14))  # 'ict' is DIGI's own
    assert difference(found, mentions) == (set(), {("i_1", 1, "DATA", "future", 11, 14, ADDED)}) and len(mentions) == len(found) + 1


def test_a_theme_of_its_own_words_stays_where_the_theme_below_it_is_rejected(small):
    # 'digitale' is DIGI's own, 'data' and 'ai' DATA's
    _, mentions, _ = coded(small, row(passage=4))
    here = mentions[(mentions["source"] == "i_1") & (mentions["passage"] == 4)]
    assert here[["theme", "start"]].values.tolist() == [["DIGI", 0]]


def test_a_wider_pattern_keeps_the_decision(small):
    wide = small.frame("themes").assign(patterns=lambda t: t["patterns"].replace("data | ai | *algoritm*", "*data* | *data-werk* | ai"))
    book = codings.coding.compile_codebook(wide, small.frame("markers"))
    found = code(PASSAGES, book)
    assert (found["end"] - found["start"]).max() == 9
    mentions, _ = decide(found, PASSAGES, with_rows(small, row(passage=4, start=9, end=13)), book)
    assert {each[4] for each in difference(found, mentions)[0]} == {9}


def test_agreement_is_of_what_the_program_finds_by_itself(small, monkeypatch, tmp_path):
    seen = {}
    monkeypatch.setattr(handcodes, "agreement_table", lambda study, passages, mentions: seen.update(found=mentions) or pd.DataFrame({"theme": []}))
    monkeypatch.setattr("ledanalysis.prepare.all_passages", lambda *_: PASSAGES.assign(municipality="GM0014"))
    made = prepare(with_rows(small, row(), row(passage=3, decision="accept")))
    assert set(made["mentions"]["decided"]) == {"", ADDED}
    assert ((seen["found"]["source"] == "i_1") & (seen["found"]["theme"] == "DATA") & (seen["found"]["passage"] == 1)).sum() == 2
    assert ((made["mentions"]["source"] == "i_1") & (made["mentions"]["theme"] == "DATA") & (made["mentions"]["passage"] == 1)).sum() == 0
    assert made["cleaning_log"]["step"].tolist()[-2:] == ["codings_rejected", "codings_accepted"]


def test_counts_follow(small):
    def share(mentions):
        scores = score_themes(prepare(small)["answers"], mentions, ["GM1", "GM2"], small)
        table = scores[scores["measure"] == "mentions"].set_index(["municipality", "theme"])["score"]
        return table.to_dict()

    found, mentions, _ = coded(small, row(passage=3, theme="KLIM"))
    before, after = share(found), share(mentions)
    assert {key for key in before if before[key] != after[key]} == {("GM1", "KLIM")}
    assert (before["GM1", "KLIM"], after["GM1", "KLIM"]) == (100, 0)


def test_on_a_passage_that_has_changed_nothing_is_applied_and_it_is_said(small):
    old = row(fingerprint=fingerprint("i_1", "Andere woorden."))
    found, mentions, log = coded(small, old)
    pd.testing.assert_frame_equal(mentions.drop(columns="decided"), found)
    assert log["step"].tolist() == ["codings_rejected", "codings_accepted", "codings_changed"] and log["reason"].iloc[2].endswith("1")
    [said] = hold(with_rows(small, old), PASSAGES).changed
    assert "passage 1 of i_1 has other words than Ans read" in str(said) and fingerprint("i_1", TEXTS[0][1]) in str(said)


def test_where_the_words_stand_now_is_told(small):
    [said] = hold(with_rows(small, row(fingerprint=fingerprint("i_1", TEXTS[3][1]))), PASSAGES).changed
    assert "passage 4, which has those words now" in str(said)


@pytest.mark.parametrize(("wrong", "said"), [
    ({"source": "i_9"}, "column 'source': no such source: 'i_9'; allowed: i_1, i_2"),
    ({"passage": 9}, "column 'passage': no such passage: 9; allowed: 1-5"),
    ({"passage": 2}, "column 'passage': an interviewer's words"),
    ({"start": 20, "end": 99}, "column 'end': outside the passage: 99; allowed: 1-28"),
])  # fmt: skip
def test_what_is_not_there_is_refused(small, wrong, said):
    with pytest.raises(InputError, match=f"codings.csv, row 0, {said}"):
        coded(small, row(**wrong))


HEADER = "source;passage;start;end;theme;decision;horizon;decided_by;decided_on;fingerprint;note\n"
LINE = "i_1;1;3;7;DATA;reject;;Ans;2026-11-30;h00000000;\n"


@pytest.mark.parametrize(("old", "new", "said"), [
    ("DATA", "DATTA", "column 'theme': no such row in themes.csv: 'DATTA'; allowed: DATA, DIGI, KLIM"),
    ("reject", "maybe", "column 'decision': not allowed here: 'maybe'"),
    ("reject;", "reject;now", "column 'horizon': what is rejected has no horizon: 'now'"),
    ("Ans", "", "column 'decided_by': not allowed here"),
    ("h00000000", "12345678", "column 'fingerprint': not allowed here"),
    ("3;7", "7;3", "column 'start': not a place: '7-3'"),
    ("3;7", "3;", "column 'start': not a place"),
    ("2026-11-30", "30-11-2026", "column 'decided_on': not allowed here: '30-11-2026'; allowed: jjjj-mm-dd"),
])  # fmt: skip
def test_rows_that_the_codebook_refuses(small_folder, old, new, said):
    (small_folder / "data" / "codebook" / "codings.csv").write_text(HEADER + LINE.replace(old, new), "utf-8")
    with pytest.raises(InputError, match=f"codings.csv, row 2, {said}"):
        load_study(small_folder)


@pytest.mark.parametrize(("first", "second", "refused"), [
    ("3;7", "3;7", True), ("3;7", "5;9", True), (";", ";", True), ("3;7", ";", False), (";", "3;7", False), ("3;7", "7;9", False),
])  # fmt: skip
def test_one_decision_on_the_same_words(small_folder, first, second, refused):
    (small_folder / "data" / "codebook" / "codings.csv").write_text(HEADER + LINE.replace("3;7", first) + LINE.replace("3;7", second).replace("reject", "accept"), "utf-8")
    if refused:
        with pytest.raises(InputError, match="codings.csv, row 3, column 'theme': row 2 decides on the same words"):
            load_study(small_folder)
    else:
        assert len(load_study(small_folder).tables["codings"]) == 2


def test_check_names_all_that_is_wrong_at_once_and_prepare_stops(small):
    [answer] = prepare(small)["passages"].head(1).to_dict("records")
    good = row(fingerprint=fingerprint(answer["source"], answer["text"])).model_copy(update={"source": answer["source"], "passage": int(answer["passage"])})
    rows = (good.model_copy(update={"source": "x"}), good.model_copy(update={"passage": 99999}), good.model_copy(update={"fingerprint": "h00000000"}), good)
    report = inspect(with_rows(small, *rows))
    told = report.faults[report.faults["where"] == "codings.csv"]
    assert told["outcome"].tolist() == ["stops", "stops", "look at"] and len(report.stops) == 2
    assert report.summary[-1] == "decisions on codes: 0 accepted, 1 rejected, 1 not applied"
    with pytest.raises(InputError, match="no such source"):
        prepare(with_rows(small, *rows))


def test_the_command_line_warns_of_a_passage_that_has_changed_and_stops_at_one_that_is_not_there(small):
    [answer] = prepare(small)["passages"].head(1).to_dict("records")
    row = f"{answer['source']};{answer['passage']};;;DATA;reject;;Ans;2026-11-30;h00000000;\n"
    path = small.codebook / "codings.csv"
    path.write_text(HEADER + row, "utf-8")
    code, out, errors = led("prepare", "--study", small.folder)
    assert code == 0 and "warning codings.csv, row 2, column 'fingerprint': passage" in errors and "decide again" in errors
    assert led("prepare", "--study", small.folder)[2] == errors  # told again where nothing is made anew
    assert path.read_text("utf-8") == HEADER + row
    path.write_text(HEADER + row.replace(f";{answer['passage']};", ";99999;", 1), "utf-8")
    code, _, errors = led("prepare", "--study", small.folder)
    assert code == 2 and "codings.csv, row 2, column 'passage': no such passage: 99999" in errors
    code, out, errors = led("check", "--study", small.folder)
    assert code == 2 and "codings.csv" in out


def test_the_method_slide_tells_what_readers_rejected(small):
    _, _, log = coded(small, row(passage=3, theme="KLIM"))
    services = pd.DataFrame([("services", 10, 10, "")], columns=log.columns)
    write_tables(small, {"cleaning_log": pd.concat([services, log])})
    for study, words in ((small, "thema's in teksten, na lezen verworpen"), (small.in_language("en"), "themes in texts, rejected on reading")):
        assert response.losses(study).rows.iloc[0, :2].tolist() == [words, 1]


def as_the_rules_say(alone, rows, source, passage, book):
    """What a passage's mentions must be, a mention at a time: theme, start, end, decided; `alone` has no themes above others."""
    here = [each for each in rows if (each.source, each.passage) == (source, passage)]
    wanted, left = set(), []
    for each in alone[(alone["source"] == source) & (alone["passage"] == passage)].itertuples():
        of_words = [said for said in here if said.theme == each.theme and said.start is not None and said.start < each.end and each.start < said.end]
        of_passage = [said for said in here if said.theme == each.theme and said.start is None]
        decisions = {said.decision for said in of_words[:1] or of_passage}
        if decisions != {"reject"}:
            left.append((each.theme, each.start, each.end))
            for theme in {"DATA": ["DATA", "DIGI"]}.get(each.theme, [each.theme]):
                wanted.add((theme, each.start, each.end, CONFIRMED if decisions else ""))
    for said in sorted(here, key=lambda said: said.start is None):
        start, end = (said.start, said.end) if said.start is not None else (0, len(TEXTS[passage - 1][1]))
        if said.decision == "accept" and not any(theme == said.theme and first < end and start < last for theme, first, last in left):
            left.append((said.theme, start, end))
            for theme in {"DATA": ["DATA", "DIGI"]}.get(said.theme, [said.theme]):
                if not any(each[:3] == (theme, start, end) for each in wanted):
                    wanted.add((theme, start, end, ADDED))
    return wanted


@pytest.mark.parametrize("seed", range(40))
def test_any_decisions_change_what_they_say_and_nothing_else(small, seed):
    chance = random.Random(seed)
    rows, taken = [], set()
    for _ in range(chance.randrange(1, 9)):
        source, passage, theme = chance.choice(["i_1", "i_2"]), chance.choice([1, 3, 4, 5]), chance.choice(["DATA", "DIGI", "KLIM"])
        size = len(TEXTS[passage - 1][1])
        start = chance.randrange(size - 1)
        place = (start, chance.randrange(start + 1, size + 1)) if chance.random() < 0.6 else (None, None)
        mine = {(source, passage, theme, at) for at in (range(*place) if place[0] is not None else [None])}
        if not mine & taken:
            taken |= mine
            rows.append(row(source, passage, theme, chance.choice(["accept", "reject"]), *place))
    found, mentions, _ = coded(small, *rows)
    book = compile_book(small)
    alone = code(PASSAGES, replace(book, parents={}))
    for source, passage in {(each.source, each.passage) for each in rows}:
        got = mentions[(mentions["source"] == source) & (mentions["passage"] == passage)]
        assert sorted(zip(got["theme"], got["start"], got["end"], got["decided"])) == sorted(as_the_rules_say(alone, rows, source, passage, book))
        found = found[(found["source"] != source) | (found["passage"] != passage)]
        mentions = mentions.drop(got.index)
    pd.testing.assert_frame_equal(mentions.drop(columns="decided").reset_index(drop=True), found.reset_index(drop=True))


def test_what_stands_above_is_as_the_program_has_it_where_nothing_is_decided(study):
    """Decisions take a passage apart and put it together again: with none that matter it is as it was."""
    passages = pd.DataFrame({"source": "a", "kind": "interview", "municipality": "GM1", "speaker": None, "passage": [1, 2, 3],
                             "text": ["Straks draait het om data en AI, digitale vaardigheden, loopbaan, phishing en ict.",
                                      "Zij-instroom en leiderschap; wij willen nu een lerende organisatie, duurzaam inzetbaar.", "Algoritmes, algoritmes en databewustzijn."]})  # fmt: skip
    book = compile_book(study)
    found = code(passages, book)
    theme = next(each for each in study.options["themes"] if each not in set(found["theme"]))
    rows = [Coding(source="a", passage=number, theme=theme, decision="reject", decided_by="A", decided_on="2026-11-30", fingerprint=fingerprint("a", text))
            for number, text in zip(passages["passage"], passages["text"])]  # fmt: skip
    mentions, _ = decide(found, passages, with_rows(study, *rows), book)
    assert len(found) > 6
    pd.testing.assert_frame_equal(mentions.drop(columns="decided"), found)
