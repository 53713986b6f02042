"""Files as survey programs write them, made here after the programs' conventions, for the tests of reading."""

import io
import json
import struct
import zipfile

import numpy as np
import pandas as pd
import pyreadstat

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRST"


def base30(number: int) -> str:
    sign, number, digits = "-" if number < 0 else "", abs(number), ""
    while number or not digits:
        number, last = divmod(number, 30)
        digits = DIGITS[last] + digits
    return sign + digits


def por_string(text: str) -> str:
    return f"{base30(len(text))}/{text}"


def por(records: str) -> bytes:
    """A portable file: greeting, table of characters, signature, version, date and time; lines of 80."""
    greeting = ("ASCII SPSS PORT FILE".ljust(40)) * 5
    text = greeting + "0" * 256 + "SPSSPORT" + "A" + por_string("20230601") + por_string("093000") + records + "Z"
    text = text.ljust(-(-len(text) // 80) * 80, "Z").encode("cp1252")
    return b"".join(text[start : start + 80] + b"\r\n" for start in range(0, len(text), 80))


def por_variable(name: str, width: int = 0, form: int = 5) -> str:
    return f"7{base30(width)}/{por_string(name)}" + f"{base30(form)}/8/2/" * 2


def por_survey() -> bytes:
    """Three variables and three respondents; 9 and 90-99 are user-missing."""
    dictionary = (
        "1" + por_string("SPSS") + "4" + "3/" + "5" + "B/"
        + por_variable("Q1") + "8" + base30(9) + "/" + "C" + por_string("Stelling één")
        + por_variable("Q2") + "B" + base30(90) + "/" + base30(99) + "/"
        + por_variable("DAG", form=20)
        + por_variable("NAAM", width=8)
        + "D" + "1/" + por_string("Q1") + "2/" + "1/" + por_string("oneens") + "9/" + por_string("weet niet")
    )  # fmt: skip
    day = int((pd.Timestamp("2023-06-01") - pd.Timestamp("1582-10-14")).total_seconds())
    rows = [f"1/2.F/{base30(day)}/{por_string('a')}", f"9/{base30(95)}/*.{por_string(' ')}", f"*.-1/*.{por_string('é')}"]
    return por(dictionary + "F" + "".join(rows))


def sav_survey(folder) -> bytes:
    path = folder / "seed.sav"
    frame = pd.DataFrame({"q1": [1.0, 9.0, 5.0], "naam": ["Hoorn", "Één", ""], "doel1": [1.0, 0.0, 1.0]})
    pyreadstat.write_sav(frame, path, missing_ranges={"q1": [9]}, column_labels={"q1": "Stelling één"},
                         variable_value_labels={"q1": {1: "oneens", 5: "eens", 9: "weet niet"}})  # fmt: skip
    return path.read_bytes()


def dta_survey(folder) -> bytes:
    """q with .a ('weet niet') and '.', a time, a text."""
    path = folder / "seed.dta"
    frame = pd.DataFrame({
        "q": [1.0, 12345678.0, None],
        "begin": np.array(["2023-06-01T09:30", "2023-06-01", "NaT"], dtype="datetime64[s]"),
        "naam": ["Één", "", "Hoorn"],
    })  # fmt: skip
    labels = {"q": {1: "ja", 2147483600: "weet niet"}}
    frame.to_stata(path, version=118, write_index=False, variable_labels={"q": "Vraag één"}, value_labels=labels)
    content = path.read_bytes().replace(struct.pack("<d", 12345678.0), struct.pack("<Q", 0x7FE0010000000000))
    return content.replace(struct.pack("<i", 2147483600), struct.pack("<I", 0x7FFFFFE6))  # Stata's own numbers for .a


ODS_START = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" office:version="1.3"><office:automatic-styles>'
    '<style:style style:name="ta1" style:family="table"><style:table-properties table:display="true"/></style:style>'
    '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
ODS_END = "</office:spreadsheet></office:body></office:document-content>"


def ods_cell(value, **attributes) -> str:
    """A cell; of a text the value is the inner XML of its paragraph."""
    more = "".join(f' table:{name.replace("_", "-")}="{text}"' for name, text in attributes.items())
    if value is None:
        return f"<table:table-cell{more}/>"
    if isinstance(value, (int, float)):
        return (f'<table:table-cell{more} office:value-type="float" office:value="{value}">'
                f"<text:p>{value}</text:p></table:table-cell>")  # fmt: skip
    return f'<table:table-cell{more} office:value-type="string"><text:p>{value}</text:p></table:table-cell>'


def ods_sheet(name: str, rows: list[str], style: str = "ta1") -> str:
    """Rows of cells, and below them the empty million that LibreOffice writes."""
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}" table:style-name="{style}">{body}{empty}</table:table>'


def packed(parts: dict[str, str | bytes], stored=("mimetype",)) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else None)
    return stream.getvalue()


def ods(*sheets: str) -> bytes:
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                   "content.xml": ODS_START + "".join(sheets) + ODS_END})  # fmt: skip


def ods_survey() -> bytes:
    header = ods_cell("gemeente") + ods_cell("q1") + ods_cell("q2")
    return ods(ods_sheet("Data", [header, ods_cell("Hoorn") + ods_cell(1) + ods_cell(2.5), ods_cell("Één") + ods_cell(3) + ods_cell(None)]))


def _table(name: str, rows: list[dict]) -> str:
    fields = dict.fromkeys(key for row in rows for key in row)
    names = "".join(f"<fieldname>{key}</fieldname>" for key in fields)
    body = "".join("<row>" + "".join(f"<{key}><![CDATA[{value}]]></{key}>" if value != "" else f"<{key}/>"
                                     for key, value in row.items()) + "</row>" for row in rows)  # fmt: skip
    return f"<{name}><fields>{names}</fields><rows>{body}</rows></{name}>"


def lss(questions: list[dict], subquestions=(), answers=(), language="nl", is_old=False) -> str:
    """A structure. A question: qid, type, title, question, and other, if it has one; a subquestion: also parent_qid.

    Since LimeSurvey 4 the texts stand in tables of their own; `is_old` puts them with the questions.
    """
    texts, rows, order = [], {"questions": [], "subquestions": []}, 0
    for kind, each in [("questions", q) for q in questions] + [("subquestions", q) for q in subquestions]:
        order += 1
        row = {"parent_qid": "0", "sid": "7", "gid": "1", "other": "N", "question_order": order, "scale_id": "0", **each}
        if is_old:
            row["language"] = language
        else:
            texts.append({"qid": row["qid"], "question": row.pop("question"), "language": language})
        rows[kind].append(row)
    codes, spoken = [], []
    for number, each in enumerate(answers, start=1):
        row = {"aid": number, "sortorder": number, "scale_id": "0", **each}
        if is_old:
            row["language"] = language
        else:
            spoken.append({"aid": number, "answer": row.pop("answer"), "language": language})
        codes.append(row)
    tables = [_table("answers", codes), _table("groups", [{"gid": "1", "group_order": "0"}]), _table("questions", rows["questions"]),
              _table("subquestions", rows["subquestions"]), _table("surveys", [{"sid": "7", "language": language}])]  # fmt: skip
    if not is_old:
        tables += [_table("question_l10ns", texts), _table("answer_l10ns", spoken)]
    return (f"<?xml version='1.0' encoding='UTF-8'?><document><LimeSurveyDocType>Survey</LimeSurveyDocType>"
            f"<DBVersion>606</DBVersion><languages><language>{language}</language></languages>{''.join(tables)}</document>")  # fmt: skip


def lsr(columns: list[str], rows: list[dict]) -> str:
    """Responses: a column not in a row was NULL (not asked), '' an empty answer."""
    fields = "".join(f"<fieldname>{name}</fieldname>" for name in columns)

    def element(name, value):
        tag = (f"_{name}" if name[0].isdigit() else name).replace("#", "-")
        return f"<{tag}><![CDATA[{value}]]></{tag}>" if value != "" else f"<{tag}/>"

    body = "".join("<row>" + "".join(element(*cell) for cell in row.items()) + "</row>" for row in rows)
    return ("<?xml version='1.0' encoding='UTF-8'?><document><LimeSurveyDocType>Responses</LimeSurveyDocType>"
            f"<DBVersion>606</DBVersion><responses><fields>{fields}</fields><rows>{body}</rows></responses></document>")  # fmt: skip


def lsa(structure: str, responses: str) -> bytes:
    return packed({"survey_7.lss": structure, "survey_7_responses.lsr": responses, "survey_7_tokens.lst": "<document/>"})


def lime_structure(**more) -> str:
    """A multi-select with a write-in, a choice, a scale of three statements and a number."""
    questions = [
        {"qid": "1", "type": "M", "title": "vorm", "question": "<p>Welke <b>vormen</b>?</p>", "other": "Y"},
        {"qid": "2", "type": "L", "title": "wie", "question": "Wie&nbsp;beslist?", "other": "Y"},
        {"qid": "3", "type": "F", "title": "eens", "question": "Eens?"},
        {"qid": "4", "type": "N", "title": "fte", "question": "Hoeveel fte?"},
        {"qid": "5", "type": "Y", "title": "plan", "question": "Is er een plan?"},
        {"qid": "6", "type": "S", "title": "naam", "question": "Gemeente"},
    ]
    subquestions = [
        {"qid": "11", "parent_qid": "1", "type": "T", "title": "SQ001", "question": "Cursus"},
        {"qid": "12", "parent_qid": "1", "type": "T", "title": "SQ002", "question": "Werkplek"},
        {"qid": "31", "parent_qid": "3", "type": "T", "title": "SQ001", "question": "Er is tijd"},
    ]
    answers = [
        {"qid": "2", "code": "A1", "answer": "Manager"}, {"qid": "2", "code": "A2", "answer": "<b>Medewerker</b>"},
        {"qid": "3", "code": "1", "answer": "oneens"}, {"qid": "3", "code": "2", "answer": "eens"},
    ]  # fmt: skip
    return lss(questions, subquestions, answers, **more)


LIME_COLUMNS = ["id", "submitdate", "lastpage", "startlanguage", "7X1X1SQ001", "7X1X1SQ002", "7X1X1other", "7X1X2",
                "7X1X2other", "7X1X3SQ001", "7X1X4", "7X1X5", "7X1X6", "attribute_1"]  # fmt: skip


def lime_responses() -> str:
    return lsr(LIME_COLUMNS, [
        {"id": 1, "submitdate": "2023-06-01 09:30:15", "lastpage": 2, "startlanguage": "nl", "7X1X1SQ001": "Y",
         "7X1X1SQ002": "", "7X1X1other": "", "7X1X2": "A1", "7X1X3SQ001": "2", "7X1X4": "12.5000000000",
         "7X1X5": "Y", "7X1X6": "0363", "attribute_1": "G4"},
        {"id": 2, "lastpage": 1, "startlanguage": "nl", "7X1X1SQ001": "", "7X1X1SQ002": "", "7X1X1other": "intervisie",
         "7X1X2": "-oth-", "7X1X2other": "de raad", "7X1X6": "Bergen & co"},
        {"id": 3, "startlanguage": "nl", "7X1X5": "N"},
    ])  # fmt: skip


def qualtrics(columns: list[tuple], rows: list[list]) -> str:
    """A Qualtrics export: (name, question, ImportId as text or dict) per column."""

    def cell(value) -> str:
        return '"' + str(value).replace('"', '""') + '"' if value != "" else ""

    ids = [each if isinstance(each, dict) else {"ImportId": each} for _, _, each in columns]
    lines = [[name for name, _, _ in columns], [question for _, question, _ in columns],
             [json.dumps(each, separators=(",", ":")) for each in ids], *rows]  # fmt: skip
    return "".join(",".join(cell(value) for value in line) + "\n" for line in lines)


def qualtrics_survey() -> str:
    def option(question, number):
        return {"ImportId": question, "choiceId": str(number)}

    columns = [
        ("StartDate", "Start Date", {"ImportId": "startDate", "timeZone": "Europe/Amsterdam"}), ("Status", "Response Type", "status"),
        ("Finished", "Finished", "finished"), ("ResponseId", "Response ID", "_recordId"),
        ("Q1_1", "Welke vormen? - Selected Choice - Cursus", option("QID1", 1)),
        ("Q1_2", "Welke vormen? - Selected Choice - Werkplek", option("QID1", 2)),
        ("Q1_2_TEXT", "Welke vormen? - Werkplek - Text", "QID1_2_TEXT"),
        ("Q2", "Welke thema's?", "QID2"), ("Q2", "Welk thema\nals eerste?", "QID3"), ("Q4", "Cijfer", "QID4"),
    ]  # fmt: skip
    rows = [
        ["2023-06-01 09:30:15", "IP Address", "True", "R_1", "Cursus", "", "", "1,3", "1", "7"],
        ["2023-06-01 09:31:00", "Survey Preview", "False", "R_2", "", "Werkplek", "=HYPERLINK(1)", "2", "2", ""],
        ["2023-06-02 10:00:00", "IP Address", "True", "R_3", "", "", "", "", "", "6.5"],
    ]
    return qualtrics(columns, rows)
