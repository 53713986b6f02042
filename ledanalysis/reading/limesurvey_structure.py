"""What a LimeSurvey questionnaire asks (.lss): its questions, and the columns in which their answers come.

A column has two names: in the database '<survey>X<group>X<question><part>', in exports 'Q1[SQ001]' or 'Q1_SQ001'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from ledanalysis.errors import InputError
from ledanalysis.labels import text
from ledanalysis.reading.rawfile import RawFile

LISTS, ARRAYS = "!LO", "FH"
CHOICES = {"Y": "YN", "C": "YUN", "G": "FM", "E": "ISD"}  # question types with fixed answers: what those are
NUMBERS = "NKAB5:"
SINGLE = "!LO5DGINSTUY*|"
PARTED = "ABCEFHKQ"  # a column per subquestion
MOST_COLUMNS = 100_000


@dataclass(frozen=True)
class Question:
    """A column of answers.

    Attributes
    ----------
    name : str
        As LimeSurvey's exports head it: 'Q1[SQ001]'.
    column : str
        As the database and the .lsr file have it.
    label : str
        'question [subquestion]', without HTML.
    kind : str
        number, text, date, category or tick.
    values : dict
        Code to label; of a tick, 1 to the option.
    group : str
        Of a tick: the question's code, the name of its set.
    question : str
        Of a tick: what was asked.
    """

    name: str
    column: str
    label: str
    kind: str
    values: dict = field(default_factory=dict)
    group: str = ""
    question: str = ""


def questions(root, file: RawFile) -> list[Question]:
    """The columns of a questionnaire, in its order, in its own language.

    Raises
    ------
    InputError
        If it is no LimeSurvey structure, or a question lacks a part that it must have.
    """
    tables = {name: _rows(root, name) for name in ("surveys", "groups", "questions", "subquestions", "answers",
                                                   "question_l10ns", "answer_l10ns")}  # fmt: skip
    if root.findtext("LimeSurveyDocType") != "Survey" or not tables["questions"]:
        raise InputError("not readable as LimeSurvey: no structure of a survey", file=file.name)
    language = (tables["surveys"] or [{}])[0].get("language") or (root.findtext("languages/language") or "").strip()
    _translate(tables, language)
    order = {row.get("gid"): _number(row.get("group_order")) for row in tables["groups"]}
    main = [row for row in _unique(tables["questions"]) if row.get("parent_qid") in (None, "", "0")]
    parts: dict = {}
    for row in _unique(tables["subquestions"] + tables["questions"]):
        if row.get("parent_qid") not in (None, "", "0"):
            parts.setdefault(row["parent_qid"], []).append(row)
    answers: dict = {}
    for row in sorted(tables["answers"], key=lambda row: _number(row.get("sortorder"))):
        codes = answers.setdefault((row.get("qid"), row.get("scale_id") or "0"), {})
        codes.setdefault(row.get("code") or "", row.get("answer") or row.get("code") or "")
    found = []
    for row in sorted(main, key=lambda row: (order.get(row.get("gid"), 0), _number(row.get("question_order")))):
        below = sorted(parts.get(row.get("qid"), []), key=lambda part: _number(part.get("question_order")))
        found += _columns(row, below, answers, "nl" if language.startswith("nl") else "en")
        if len(found) > MOST_COLUMNS:
            raise InputError("more columns than a survey has", file=file.name)
    names = [each.name for each in found]
    if len(set(names)) < len(names):
        raise InputError("two questions of one code", file=file.name,
                         value=next(name for name in names if names.count(name) > 1))  # fmt: skip
    return found


def plain(html: str) -> str:
    """A label without HTML; of a picture alone its description or the name of its file.

    Examples
    --------
    >>> plain("<p>Wat&nbsp;<b>leert</b> u?</p>"), plain('<img alt="" src="up/fire.png" />')
    ('Wat leert u?', 'fire.png')
    """
    if not re.search("[<&]", html):
        return " ".join(html.split())
    parser = _Text()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.texts).split()) or " ".join(parser.pictures)


class _Text(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.pictures: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("script", "style")
        if tag in ("p", "br", "div", "li", "td", "tr"):
            self.texts.append(" ")
        if tag == "img":
            found = dict(attrs)
            self.pictures.append(found.get("alt") or (found.get("src") or "").rsplit("/", 1)[-1])

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, data):
        if not self.hidden:
            self.texts.append(data)


def _rows(root, table: str) -> list[dict]:
    return [{cell.tag: (cell.text or "").strip() for cell in row} for row in root.iterfind(f"{table}/rows/row")]


def _number(text: str | None) -> int:
    return int(text) if text and re.fullmatch(r"\d{1,9}", text) else 0


def _unique(rows: list[dict]) -> list[dict]:
    """Old structures have a row per language: the first is that of the survey's own (see `_translate`)."""
    seen: dict = {}
    for row in rows:
        seen.setdefault(row.get("qid"), row)
    return list(seen.values())


def _translate(tables: dict, language: str) -> None:
    """Put the texts of the survey's language with what they are of; since LimeSurvey 4 they are tables apart."""
    for table in ("questions", "subquestions", "answers"):
        tables[table].sort(key=lambda row: row.get("language", language) != language)
    for table, texts, key, what in (("questions", "question_l10ns", "qid", "question"),
                                    ("subquestions", "question_l10ns", "qid", "question"),
                                    ("answers", "answer_l10ns", "aid", "answer")):  # fmt: skip
        spoken: dict = {}
        for row in sorted(tables[texts], key=lambda row: row.get("language") != language):
            spoken.setdefault(row.get(key), row.get(what, ""))
        for row in tables[table]:
            row[what] = plain(spoken.get(row.get(key), row.get(what, "")))


def _columns(row: dict, parts: list[dict], answers: dict, language: str) -> list[Question]:
    """The columns of one question, by its type (a letter of LimeSurvey's)."""
    kind, code, qid = row.get("type", ""), row.get("title", ""), row.get("qid", "")
    base = f"{row.get('sid')}X{row.get('gid')}X{qid}"
    asked = row.get("question") or code
    values = answers.get((qid, "0"), {})
    has_other = row.get("other") == "Y"

    def column(part: str, label: str, kind: str, values: dict | None = None, name: str | None = None, **more) -> Question:
        shown = name if name is not None else part
        return Question(f"{code}[{shown}]" if shown else code, base + part, f"{asked} [{label}]" if label else asked,
                        kind, values or {}, **more)  # fmt: skip

    def words(key: str) -> str:
        return text(f"limesurvey_{key.lower()}", language)

    if kind in "MP" and kind:
        found = []
        for part in parts:
            option = part.get("question") or part["title"]
            found.append(column(part["title"], option, "tick", {1: option}, group=code, question=asked))
            if kind == "P":
                found.append(column(part["title"] + "comment", f"{option} - {words('comment')}", "text"))
        if has_other:
            found.append(column("other", words("other"), "text"))
            if kind == "P":
                found.append(column("othercomment", f"{words('other')} - {words('comment')}", "text"))
        return found
    if kind == "R":
        return [column(str(place + 1), str(place + 1), "category", values) for place in range(len(values))]
    if kind == "1":
        return [column(f"{part['title']}#{scale}", f"{part.get('question')}] [{scale + 1}", "category",
                       answers.get((qid, str(scale)), {}), f"{part['title']}][{scale + 1}")
                for part in parts for scale in (0, 1)]  # fmt: skip
    if kind in ":;" and kind:
        down = [part for part in parts if (part.get("scale_id") or "0") == "0"]
        across = [part for part in parts if part.get("scale_id") == "1"]
        return [column(f"{y['title']}_{x['title']}", f"{y.get('question')}] [{x.get('question')}",
                       "number" if kind == ":" else "text") for y in down for x in across]  # fmt: skip
    if kind in LISTS and kind and has_other:
        values = values | {"-oth-": words("other")}
    if kind in CHOICES:
        values = {code: words(code) for code in CHOICES[kind]}
    form = "category" if values and kind in {*LISTS, *ARRAYS, *CHOICES} else "date" if kind == "D" else (
        "number" if kind in NUMBERS and kind else "text")  # fmt: skip
    if kind in PARTED and kind:
        return [column(part["title"], part.get("question") or part["title"], form, values) for part in parts]
    if kind not in SINGLE or not kind:
        return []  # a text on the screen, and what is not known: its column, if there is one, stays as it stands
    found = [column("", "", form, values if form == "category" else {})]
    if kind in "!L" and has_other:
        found.append(column("other", words("other"), "text"))
    if kind == "O":
        found.append(column("comment", words("comment"), "text"))
    if kind == "|":
        found.append(column("_filecount", "filecount", "number", name="filecount"))
    return found
