"""LimeSurvey: archive, structure alone, results as a table in three styles of header."""

import pandas as pd
import pytest
from delivered import LIME_COLUMNS, lime_responses, lime_structure, lsa, lsr, lss, packed

from ledanalysis import reading
from ledanalysis.errors import InputError

NAMES = ["id", "submitdate", "lastpage", "startlanguage", "vorm[SQ001]", "vorm[SQ002]", "vorm[other]", "wie", "wie[other]",
         "eens[SQ001]", "fte", "plan", "naam", "attribute_1"]  # fmt: skip


def write(folder, name, content):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return folder / name


def text(*cells):
    return pd.Series(cells, dtype="str")


EXPECTED = pd.DataFrame({
    "id": [1, 2, 3],
    "submitdate": pd.Series(["2023-06-01 09:30:15", None, None], dtype="datetime64[us]"),
    "lastpage": [2, 1, None],
    "startlanguage": text("nl", "nl", "nl"),
    "vorm[SQ001]": [1, 0, None],  # 2 saw it and ticked nothing but the write-in, 3 never got there
    "vorm[SQ002]": [0, 0, None],
    "vorm[other]": text(None, "intervisie", None),
    "wie": text("A1", "-oth-", None),
    "wie[other]": text(None, "de raad", None),
    "eens[SQ001]": [2, None, None],
    "fte": [12.5, None, None],
    "plan": text("Y", None, "N"),
    "naam": text("0363", "Bergen & co", None),
    "attribute_1": text("G4", None, None),
})  # fmt: skip


@pytest.mark.parametrize("is_old", [False, True])
def test_an_archive(tmp_path, is_old):
    survey = reading.read_survey(write(tmp_path, "a.zip", lsa(lime_structure(is_old=is_old), lime_responses())))
    pd.testing.assert_frame_equal(survey.data, EXPECTED)
    assert survey.multiple_response == {"vorm": ["vorm[SQ001]", "vorm[SQ002]"]}
    assert (survey.multiple_response["vorm"].counted, survey.multiple_response["vorm"].label) == (1, "Welke vormen?")
    table = survey.variables
    assert table.loc["vorm[SQ002]"].tolist() == ["Welke vormen? [Werkplek]", "category", {1: "Werkplek"}, []]
    assert table.loc["vorm[other]", "label"] == "Welke vormen? [Anders]"
    assert table.loc["wie"].tolist() == ["Wie beslist?", "category", {"A1": "Manager", "A2": "Medewerker", "-oth-": "Anders"}, []]
    assert table.loc["eens[SQ001]"].tolist() == ["Eens? [Er is tijd]", "category", {1: "oneens", 2: "eens"}, []]
    assert table.loc["plan", "values"] == {"Y": "Ja", "N": "Nee"} and table.loc["naam", "kind"] == "text"
    assert table.loc[["id", "attribute_1"], "label"].isna().all()
    assert survey.source.format == "LimeSurvey" and survey.source.rows == 3


def test_a_structure_alone_is_a_survey_without_respondents(tmp_path):
    survey = reading.read_survey(write(tmp_path, "a.lss", lime_structure(language="en")))
    assert list(survey.data.columns) == NAMES[4:-1] and len(survey.data) == 0
    assert survey.variables.loc["plan", "values"] == {"Y": "Yes", "N": "No"}
    assert survey.variables.loc["vorm[other]", "label"] == "Welke vormen? [Other]"


def test_every_type_of_question_has_its_columns(tmp_path):
    questions = [{"qid": str(n), "type": kind, "title": f"q{n}", "question": "?"} for n, kind in enumerate("PR1:;AO|DX", start=1)]
    parts = [{"qid": f"{n}{m}", "parent_qid": str(n), "type": "T", "title": f"s{m}", "question": f"deel {m}"}
             for n in (1, 3, 4, 5, 6) for m in (1,)]  # fmt: skip
    parts += [{"qid": f"{n}2", "parent_qid": str(n), "type": "T", "title": "x1", "question": "kolom", "scale_id": "1"} for n in (4, 5)]
    answers = [{"qid": "2", "code": "R1", "answer": "een"}, {"qid": "2", "code": "R2", "answer": "twee"},
               {"qid": "3", "code": "1", "answer": "nu"}, {"qid": "3", "code": "9", "answer": "straks", "scale_id": "1"},
               {"qid": "7", "code": "A1", "answer": "ja"}]  # fmt: skip
    columns = ["7X1X1s1", "7X1X1s1comment", "7X1X21", "7X1X22", "7X1X3s1#0", "7X1X3s1#1", "7X1X4s1_x1", "7X1X5s1_x1",
               "7X1X6s1", "7X1X7", "7X1X7comment", "7X1X8", "7X1X8_filecount", "7X1X9"]  # fmt: skip
    values = ["Y", "omdat", "R2", "R1", "1", "9", "5", "tekst", "4", "A1", "want", "[]", "0", "2023-06-01 00:00:00"]
    survey = reading.read_survey(write(tmp_path, "a.lsa", lsa(
        lss(questions, parts, answers), lsr(["id", *columns], [{"id": 1} | dict(zip(columns, values))]))))  # fmt: skip
    assert survey.data.iloc[0].to_dict() == {
        "id": 1, "q1[s1]": 1, "q1[s1comment]": "omdat", "q2[1]": "R2", "q2[2]": "R1", "q3[s1][1]": 1, "q3[s1][2]": 9,
        "q4[s1_x1]": 5, "q5[s1_x1]": "tekst", "q6[s1]": 4, "q7": "A1", "q7[comment]": "want", "q8": "[]", "q8[filecount]": 0,
        "q9": pd.Timestamp("2023-06-01")}  # fmt: skip
    assert survey.variables.loc["q3[s1][2]"].tolist()[:3] == ["? [deel 1] [2]", "category", {9: "straks"}]
    assert survey.variables.loc["q2[1]", "values"] == {"R1": "een", "R2": "twee"}


CODES = 'id;"submitdate";"lastpage";"startlanguage";"vorm[SQ001]";"vorm[SQ002]";"vorm[other]";"wie";"eens[SQ001]"\r\n'
BOTH = ('"id. Response ID";"submitdate. Date submitted";"lastpage. Last page";"startlanguage. Start language";'
        '"vorm[SQ001]. Welke vormen? [Cursus]";"vorm[SQ002]. Welke vormen? [Werkplek]";"vorm[other]. Welke vormen? [Anders]";'
        '"wie. Wie beslist?";"eens[SQ001]. Eens? [Er is tijd]"\r\n')  # fmt: skip
TEXTS = ('"Response ID";"Date submitted";"Last page";"Start language";"Welke vormen? [Cursus]";"Welke vormen? [Werkplek]";'
         '"Welke vormen? [Anders]";"Wie beslist?";"Eens? [Er is tijd]"\r\n')  # fmt: skip
ROWS = '"1";"2023-06-01 09:30:15";"2";"nl";"Y";"";"";"A2";"2"\r\n"2";"";"1";"nl";"";"";"";"";""\r\n'


@pytest.mark.parametrize("header", [CODES, BOTH, TEXTS])
def test_results_as_a_table(tmp_path, header):
    survey = reading.read_survey(write(tmp_path, "a.csv", "\ufeff" + header + ROWS))
    assert survey.source.format == "LimeSurvey (CSV)" and survey.multiple_response == {}
    assert survey.data.iloc[:, 4].tolist()[0] == "Y"  # a tick, or an answer? the table does not say
    names = ["Response ID", "Date submitted", "Last page", "Start language"] if header == TEXTS else NAMES[:4]
    assert list(survey.data.columns)[:4] == names
    if header == BOTH:
        assert survey.variables.loc["vorm[SQ002]", "label"] == "Welke vormen? [Werkplek]"
        assert list(survey.data.columns)[4:] == ["vorm[SQ001]", "vorm[SQ002]", "vorm[other]", "wie", "eens[SQ001]"]


@pytest.mark.parametrize("header", [CODES, BOTH, TEXTS, CODES.replace("[", "_").replace("]", "")])
@pytest.mark.parametrize("rows", [ROWS, ROWS.replace("A2", "Medewerker").replace('"Y"', '"1"').replace('"A2";"2"', '"A2";"eens"')])
def test_results_with_the_questionnaire(tmp_path, header, rows):
    structure = write(tmp_path, "a.lss", lime_structure())
    survey = reading.read_survey(write(tmp_path, "a.csv", header + rows), structure=structure)
    expected = pd.DataFrame({
        "vorm[SQ001]": [1, None], "vorm[SQ002]": [0, None],  # 2 ticked nothing or was not asked: the table cannot tell
        "vorm[other]": text(None, None), "wie": text("A2", None), "eens[SQ001]": [2, None]})  # fmt: skip
    found = survey.data.iloc[:, 4:].set_axis(expected.columns, axis=1)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert survey.multiple_response["vorm"].counted == 1
    assert survey.variables["label"].iloc[4] == "Welke vormen? [Cursus]" and survey.variables["values"].iloc[8] == {1: "oneens", 2: "eens"}


def test_a_structure_that_does_not_fit(tmp_path):
    structure = write(tmp_path, "a.lss", lss([{"qid": "1", "type": "S", "title": "zz", "question": "?"}]))
    with pytest.raises(InputError, match="the structure is that of another survey"):
        reading.read_survey(write(tmp_path, "a.csv", CODES + ROWS), structure=structure)
    with pytest.raises(InputError, match="structure= is for LimeSurvey's results, which this is not"):
        reading.read_survey(write(tmp_path, "b.csv", "a;b\n1;2\n"), structure=structure)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lime_responses(), "responses without their structure"),
        (packed({"a.lss": lime_structure(), "b.lss": lime_structure()}), "not one part .lss in the archive: 2"),
        (packed({"a.lss": "<a/>", "a_responses.lsr": lime_responses()}), "no structure of a survey"),
        (packed({"a.lss": lime_structure()}), "not one part _responses.lsr in the archive: 0"),
        (lsa(lime_structure(), lsr(["id", "id"], [])), "responses without columns of their own"),
        (lsa(lime_structure(), lsr(["id"], [{"id": 1, "7X1X4": "1"}])), "row 2: an answer to no column: '_7X1X4'"),
    ],
)
def test_what_is_no_archive_of_a_survey_is_refused(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        reading.read_survey(write(tmp_path, "a.lsa", content))


def test_responses_that_do_not_fit_their_type_stay_texts(tmp_path):
    responses = lsr(LIME_COLUMNS, [{"id": 1, "7X1X4": "12,5", "7X1X1SQ001": "misschien"}])
    data = reading.read_survey(write(tmp_path, "a.lsa", lsa(lime_structure(), responses))).data
    assert data.loc[0, ["fte", "vorm[SQ001]"]].tolist() == ["12,5", "misschien"]
