"""Multi-selects in one tidy form: a column per option, 1 ticked, 0 not ticked, NA not asked.

Whoever ticked at least one option of a question was asked, and did not tick the others: 0. Whoever ticked none may not
have been asked at all: NA, unless the file tells the two apart (LimeSurvey's archive, a 'no' or 0 written out) or the
caller says who was asked. Which options there were is never taken from the answers: an option that nobody ticked
would be lost, and a text with a comma in it would become two.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.reading.survey import ResponseSet, Survey, as_numbers, variables_frame

MOST_PARTS = 500  # of a cell


@dataclass
class Ticks:
    """A multi-select in columns: their names, the options' labels, what ticks each, and the set it makes."""

    names: list[str]
    labels: list[str]
    ticked: list[set[str]]
    set: ResponseSet
    is_tidy: bool = False

    def as_set(self) -> ResponseSet:
        return ResponseSet(self.names, counted=1 if self.is_tidy else None, label=self.set.label)


def tick(cells: pd.DataFrame, ticks: Ticks, unticked: set[str], is_told: bool = False) -> None:
    """Put 1, 0 and None in a multi-select's columns, in place; leave them if a cell is neither ticked nor unticked.

    Parameters
    ----------
    cells : DataFrame
        dtype object; None where empty.
    ticks : Ticks
    unticked : set of str
        What says 'not ticked'.
    is_told : bool
        Whether the file tells who was asked: an empty cell is then NA, whatever stands beside it.
    """
    columns = []
    for name, ticked in zip(ticks.names, ticks.ticked, strict=True):
        texts = [None if cell is None else str(cell).strip() for cell in cells[name]]
        if any(text is not None and text not in ticked and text not in unticked for text in texts):
            return
        columns.append([None if text is None else int(text in ticked) for text in texts])
    ticks.is_tidy = True
    table = pd.DataFrame(dict(enumerate(columns)), index=cells.index, dtype="object")
    if not is_told:
        table = _filled(table)
    for place, name in enumerate(ticks.names):
        cells[name] = table[place].where(table[place].notna(), None)


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    """0 for what is empty in a row that has anything."""
    answered = table.notna().any(axis=1)
    return table.mask(table.isna().mul(answered, axis=0), 0)


def describe(variables: list[dict], sets: dict[str, Ticks]) -> list[dict]:
    """Rows of `Survey.variables` in which a ticked option's code 1 has the option's label."""
    options = {name: label for each in sets.values() if each.is_tidy for name, label in zip(each.names, each.labels)}
    return [
        each | {"kind": "category", "values": {1: options[each["name"]]}} if options.get(each["name"]) else each
        for each in variables
    ]


def indicators(survey: Survey, name: str) -> pd.DataFrame:
    """A multiple-response set as 1, 0 and NA, a column per option.

    Of a set of dichotomies the columns are its variables. Of a set of categories (first, second, ... answer) they are
    the options by their code, from the value labels of its variables.

    Parameters
    ----------
    survey : Survey
    name : str
        A name in `survey.multiple_response`.

    Raises
    ------
    InputError
        If there is no such set, or nothing says which options it has.

    Examples
    --------
    >>> from ledanalysis.reading.survey import Source, missing_frame
    >>> data = pd.DataFrame({"b1": [2, 1, None], "b2": [2, 2, None]})
    >>> rows = [{"name": name, "label": None, "kind": "number", "values": {}, "missing": []} for name in data]
    >>> survey = Survey(data, variables_frame(rows), {"goals": ResponseSet(["b1", "b2"], counted=1)}, missing_frame([]),
    ...                 Source("a.sav", "", "SPSS", "", 3))
    >>> indicators(survey, "goals")
        b1   b2
    0  0.0  0.0
    1  1.0  0.0
    2  NaN  NaN
    """
    chosen = survey.multiple_response.get(name)
    if chosen is None:
        raise InputError("no such multiple-response set", file=survey.source.name, value=name,
                         allowed=list(survey.multiple_response))  # fmt: skip
    answers = survey.data[list(chosen)]
    if chosen.counted is not None:
        return _dichotomies(survey, answers, chosen.counted)
    options = {}
    for variable in chosen:
        options |= {code: label for code, label in survey.variables.loc[variable, "values"].items()
                    if code not in survey.variables.loc[variable, "missing"]}  # fmt: skip
    if not options:
        raise InputError("nothing says which options this multiple-response set has", file=survey.source.name, value=name)
    strange = next((code for each in answers for code in answers[each].dropna().unique() if code not in options), None)
    if strange is not None:
        raise InputError("a code without a label in a multiple-response set", file=survey.source.name, column=name,
                         value=f"{strange:g}" if isinstance(strange, float) else strange, allowed=list(options))  # fmt: skip
    asked = answers.notna().any(axis=1)
    return pd.DataFrame({code: as_numbers((answers == code).any(axis=1).astype("float64").where(asked)) for code in options})


def _dichotomies(survey: Survey, answers: pd.DataFrame, counted) -> pd.DataFrame:
    """1 for the counted value, 0 for another; empty is 0 beside a tick - but what is user-missing stays NA."""
    ticks = pd.DataFrame({name: (column.astype("str") == str(counted)) | (column == counted) for name, column in answers.items()})
    found = ticks.astype("float64").where(answers.notna())
    gone = survey.user_missing
    declared = pd.DataFrame(False, index=found.index, columns=found.columns)
    for variable in found:
        declared.loc[gone.loc[gone["variable"] == variable, "row"].tolist(), variable] = True
    filled = found.mask(found.isna().mul((found == 1).any(axis=1), axis=0) & ~declared, 0)
    return filled.apply(as_numbers)


def expand(survey: Survey, variable: str, options, *, separator: str | None = None, asked=None, other: bool = False) -> Survey:
    """A multi-select in one delimited column as a column per option, in the column's place.

    Parameters
    ----------
    survey : Survey
    variable : str
        The column: 'a, b', 'a;b;', '1,3'.
    options : list of str, or dict
        The options as they stand in the cells; of a dict, the codes in the cells with their labels. A text with the
        separator inside is found whole: 'Geen tijd, geen geld'.
    separator : str, optional
        By default ';' or ',': that which occurs, and with which every cell can be read.
    asked : boolean Series, optional
        Who was asked: an empty cell of theirs is 'nothing ticked' (0). By default an empty cell is NA.
    other : bool
        Whether there was an option to write one's own: what is no option then goes to a column of text,
        '<variable>: other'.

    Returns
    -------
    Survey
        With the columns '<variable>: <option>' (1, 0, NA) and a multiple-response set named as the variable was.

    Raises
    ------
    InputError
        If there is no such column, or a cell holds something that is no option, or can be read in two ways.

    Examples
    --------
    >>> from ledanalysis.reading.survey import Source, missing_frame
    >>> row = {"name": "q", "label": "Hoe?", "kind": "text", "values": {}, "missing": []}
    >>> survey = Survey(pd.DataFrame({"q": ["Cursus, intern, Boek", None, "Boek"]}), variables_frame([row]), {},
    ...                 missing_frame([]), Source("a.csv", "", "CSV", "", 3))
    >>> expand(survey, "q", ["Cursus, intern", "Boek", "Film"]).data
       q: Cursus, intern  q: Boek  q: Film
    0                1.0      1.0      0.0
    1                NaN      NaN      NaN
    2                0.0      1.0      0.0
    """
    if variable not in survey.data.columns:
        raise InputError("no such column", file=survey.source.name, value=variable)
    labels = {_plain(code): str(label) for code, label in options.items()} if isinstance(options, dict) else {
        _plain(option): str(option) for option in options}  # fmt: skip
    if not labels or "" in labels:
        raise InputError("options are texts, at least one", file=survey.source.name, column=variable)
    cells = [None if pd.isna(cell) else _plain(cell) for cell in survey.data[variable]]
    chosen, rest = _split_all(survey, variable, cells, labels, separator, other)
    asks = [False] * len(cells) if asked is None else pd.Series(asked).tolist()
    if len(asks) != len(cells):
        raise InputError("asked has not as many rows as the survey", file=survey.source.name, column=variable)
    gone = set(survey.user_missing.loc[survey.user_missing["variable"] == variable, "row"])
    known = [found is not None or (bool(ask) and row not in gone) for row, (found, ask) in enumerate(zip(chosen, asks))]
    new = {f"{variable}: {option}": as_numbers([int(option in (found or ())) if is_known else None
                                                for found, is_known in zip(chosen, known)]) for option in labels}  # fmt: skip
    extra = {f"{variable}: other": pd.Series(rest, dtype="str")} if other else {}
    return _replaced(survey, variable, new, extra, list(labels.values()))


def chosen(survey: Survey, variable: str, options: list[str], *, separator: str | None = None, other: bool = False) -> list:
    """The options in each cell of a delimited column, as they stand there.

    Parameters
    ----------
    survey, variable, options, separator, other
        As of `expand`.

    Returns
    -------
    list of (frozenset of str, str), or None
        Per row the options and what was written beside them; None where the cell is empty.

    Raises
    ------
    InputError
        As of `expand`.

    Examples
    --------
    >>> from ledanalysis.reading.survey import Source, missing_frame
    >>> data = pd.DataFrame({"b": ["kort; lang", None]}, dtype="str")
    >>> rows = [{"name": "b", "label": None, "kind": "text", "values": {}, "missing": []}]
    >>> survey = Survey(data, variables_frame(rows), {}, missing_frame([]), Source("a.csv", "", "CSV", "", 2))
    >>> [cell and sorted(cell[0]) for cell in chosen(survey, "b", ["kort", "lang", "breed"])]
    [['kort', 'lang'], None]
    """
    cells = [None if pd.isna(cell) or not _plain(cell) else _plain(cell) for cell in survey.data[variable]]
    found, rest = _split_all(survey, variable, cells, {option: option for option in options}, separator, other)
    return [None if each is None else (each, left or "") for each, left in zip(found, rest)]


def _plain(cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a column in which nobody ticked two is a column of numbers
    return " ".join(str(cell).split())


def _split_all(survey, variable: str, cells: list, labels: dict, separator: str | None, other: bool) -> tuple[list, list]:
    """Per cell the options in it (None if it is empty) and what was written beside them."""
    separators = [separator] if separator else [mark for mark in ";," if any(mark in cell for cell in cells if cell)] or [","]
    readings, problem, row = [], "", 0
    for mark in separators:
        try:
            readings.append([None if cell is None else _split(cell, labels, mark, other) for cell in cells])
        except ValueError as error:
            problem, row = str(error), next(n for n, cell in enumerate(cells) if cell and _fails(cell, labels, mark, other))
    if not readings:
        raise InputError(problem, file=survey.source.name, row=row + 2, column=variable, value=cells[row], allowed=list(labels))
    if len(readings) > 1 and [each and each[0] for each in readings[0]] != [each and each[0] for each in readings[1]]:
        raise InputError("answers that can be read as divided by ; and by ,: name the separator", file=survey.source.name,
                         column=variable)  # fmt: skip
    found = readings[0]
    return [None if each is None else each[0] for each in found], [each[1] if each and each[1] else None for each in found]


def _fails(cell: str, labels: dict, mark: str, other: bool) -> bool:
    try:
        _split(cell, labels, mark, other)
    except ValueError:
        return True
    return False


def _split(cell: str, labels: dict, mark: str, other: bool) -> tuple[frozenset, str]:
    """The options of one cell: of all ways to join its parts to options, the one that leaves least over.

    Raises
    ------
    ValueError
        If something is left over and may not be, or two ways leave as little.
    """
    parts = cell.split(mark)
    if len(parts) > MOST_PARTS:
        raise ValueError("more answers in a cell than a question has")
    longest = max(option.count(mark) for option in labels) + 1
    # best[n]: of the first n parts, how many are left over, which options were found and what was left over
    best: list[list[tuple]] = [[(0, frozenset(), ())]] + [[] for _ in parts]
    for end in range(1, len(parts) + 1):
        ways = set()
        for start in range(max(0, end - longest), end):
            text = " ".join(mark.join(parts[start:end]).split())
            for left, found, rest in best[start]:
                if text in labels:
                    ways.add((left, found | {text}, rest))
                elif end - start == 1:
                    ways.add((left + bool(text), found, (*rest, text) if text else rest))
        least = min(way[0] for way in ways)
        best[end] = [way for way in ways if way[0] == least][:50] if len(ways) > 1 else list(ways)
    final = best[-1]
    if final[0][0] and not other:
        raise ValueError("an answer that is no option")
    if len({(found, rest) for _, found, rest in final}) > 1:
        raise ValueError("answers that can be read in two ways")
    return final[0][1], f"{mark} ".join(final[0][2])


def _replaced(survey: Survey, variable: str, new: dict, extra: dict, labels: list[str]) -> Survey:
    """The survey with other columns in the place of one."""
    columns: dict = {}
    for name, column in survey.data.items():
        columns |= (new | extra) if name == variable else {name: column}
    if len(columns) < len(survey.data.columns) - 1 + len(new) + len(extra):
        raise InputError("a column of that name is there", file=survey.source.name, value=variable)
    old = survey.variables.loc[variable]
    rows = []
    for name, row in survey.variables.iterrows():
        if name != variable:
            rows.append({"name": name, "label": None if pd.isna(row["label"]) else row["label"], **row.drop("label")})
            continue
        label = None if pd.isna(old["label"]) else old["label"]
        rows += [{"name": each, "label": label, "kind": "category", "values": {1: text}, "missing": list(old["missing"])}
                 for each, text in zip(new, labels)]  # fmt: skip
        rows += [{"name": each, "label": label, "kind": "text", "values": {}, "missing": []} for each in extra]
    gone = survey.user_missing
    mine = gone[gone["variable"] == variable]
    gone = pd.concat([gone[gone["variable"] != variable], *(mine.assign(variable=name) for name in new)])
    gone = gone.sort_values("row", kind="stable", ignore_index=True).astype({"variable": "str"})
    question = "" if pd.isna(old["label"]) else old["label"]
    sets = survey.multiple_response | {variable: ResponseSet(list(new), counted=1, label=question)}
    return replace(survey, data=pd.DataFrame(columns, index=survey.data.index), variables=variables_frame(rows),
                   multiple_response=sets, user_missing=gone)  # fmt: skip
