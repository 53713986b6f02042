"""From a survey as it was read to responses in the study's own columns; what cannot be used is named, not guessed."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.mapping import TABLE, Mapped, map_columns
from ledanalysis.reading import Survey, multiple
from ledanalysis.references import ALL, delivered_items
from ledanalysis.study import Study

ANSWERED = ("single", "multi", "likert", "ranking", "points", "number", "mark")  # what becomes an answer
FIRST_ROWS = {"SPSS": 1, "SPSS portable": 1, "Stata": 1, "parquet": 1, "Qualtrics": 4}  # in others it comes below one header
UNTICKED = {"nee", "niet gekozen", "niet aangekruist", "niet geselecteerd", "no", "not selected", "unchecked", "not ticked"}


def read_responses(survey: Survey, study: Study) -> tuple[pd.DataFrame, list[Mapped], list[InputError]]:
    """A delivery in the study's own columns, and all that is at fault in it; what is at fault is empty there.

    Parameters
    ----------
    survey : Survey
        As delivered: codes, not labels. User-missing codes are put back in single choice and Likert items, of which
        the codebook says what each code means; a number would take them for an amount.
    study : Study

    Returns
    -------
    responses : DataFrame
        A row per response; respondent (by default the row's number), submitted, and a column per variable of
        `study.variables` that the delivery has. Multi-select is 1, 0 or NA (not asked, or nothing ticked where only
        ticks were delivered), a ranking the rank, 0 where not named, NA where nothing was named. Contact details are
        left out.
    mapped : list of Mapped
        Which column is what.
    faults : list of InputError
        What `map_columns` finds; a cell of a coded question that holds something else than a number or one of its
        options' labels; labels of the file that say that a code is another option than the codebook says; moments of
        submission that are no dates.

    Raises
    ------
    InputError
        The codebook has no columns.csv.
    """
    if not study.tables["columns"]:
        raise InputError("the codebook does not say which column is what", file=TABLE,
                         allowed="column;item;option, a row per column; `led check --propose` makes a proposal")  # fmt: skip
    mapped, faults = map_columns(study, list(survey.data.columns), survey.source.name)
    parts: dict[str, pd.Series] = {
        "respondent": pd.Series(range(1, len(survey.data) + 1), index=survey.data.index),
        "submitted": pd.Series(pd.NaT, index=survey.data.index),
    }
    for item in study.tables["items"]:
        mine = [each for each in mapped if each.item == item.item]
        if mine and item.type != "contact":
            new, more = _of_item(survey, item, mine, study)
            parts, faults = parts | new, faults + more
    empty = {name: column for name, column in _empty(survey, study).items() if name not in parts}
    return pd.DataFrame(parts | (empty if faults else {})), mapped, faults


def _empty(survey: Survey, study: Study) -> dict[str, pd.Series]:
    """Empty variables of all items that columns.csv says are delivered: what the rules look at is there."""
    delivered = delivered_items(study.tables)
    variables = study.variables[study.variables["item"].isin(delivered)]
    kinds = {name: "float64" if row["type"] in ANSWERED else "str" for name, row in variables.iterrows()
             if row["type"] not in ("contact", "respondent", "submitted")}  # fmt: skip
    return {name: pd.Series(np.nan, index=survey.data.index).astype(kind) for name, kind in kinds.items()}


def _of_item(survey: Survey, item, mine: list[Mapped], study: Study) -> tuple[dict, list[InputError]]:
    """The variables of one item, and what is at fault in its columns."""
    options = study.options.get(item.options, {})
    columns, faults = {}, []
    for each in mine:
        try:
            if each.option.startswith(ALL):
                columns |= _several(survey, each, item, options, columns)
            else:
                columns[each.option] = _cells(survey, each, item, options)
        except InputError as fault:
            faults.append(fault)
    if item.type == "submitted" and columns:
        faults += _not_dates(columns[""], survey)
    if not columns or (faults and item.type in ("submitted", "respondent")):
        return {}, faults
    cells = pd.DataFrame(columns)
    if item.type == "multi":
        return _multi(item, cells), faults
    if item.type == "ranking":
        return _ranking(item, cells, options), faults
    return {item.type if item.type in ("respondent", "submitted") else item.item: cells.iloc[:, 0]}, faults


def _cells(survey: Survey, each: Mapped, item, options: dict) -> pd.Series:
    """A column's cells: as they are, or as codes."""
    cells = survey.data[each.column]
    if item.type not in ANSWERED:
        return cells
    values = survey.variables.loc[each.column, "values"]
    if item.type == "multi":
        _hold_to_label(survey, each, options)
        return _ticks(survey, each, options[each.option], values)
    if item.type in ("single", "likert"):
        cells = _with_user_missing(survey, each.column)
    if item.type in ("single", "likert") or (item.type == "ranking" and each.option not in options):
        _hold_to_codes(survey, each, values, options)
    known = {text.strip(): float(row.code) for key, row in options.items() for text in (row.label_nl, key, row.label_en) if text}
    return _as_codes(cells, known | _labelled(values, options), survey)


def _labelled(values: dict, options: dict) -> dict[str, float]:
    """The codebook's codes of the file's codes that are no numbers ('A1'), by the labels that both have."""
    names = _names(options)
    return {code: float(options[key].code) for code, label in values.items()
            if isinstance(code, str) and (key := names.get(normalise(label)))}  # fmt: skip


def _names(options: dict) -> dict[str, str]:
    """The keys of options by their labels."""
    return {normalise(text): key for key, row in options.items() for text in (row.label_nl, row.label_en) if text}


def _with_user_missing(survey: Survey, column: str) -> pd.Series:
    cells, gone = survey.data[column], survey.user_missing
    codes = gone[gone["variable"] == column]
    if codes.empty or not pd.api.types.is_numeric_dtype(cells):
        return cells
    cells = cells.astype("float64")
    cells.iloc[codes["row"]] = pd.to_numeric(codes["code"], errors="coerce").to_numpy(float)
    return cells


def _ticks(survey: Survey, each: Mapped, option, values: dict) -> pd.Series:
    """1 and 0: by what the file says that counts as ticked, else as they stand."""
    counted = next((chosen.counted for chosen in survey.multiple_response.values() if each.column in chosen), None)
    cells = survey.data[each.column]
    unticked = [code for code, label in values.items() if normalise(label) in UNTICKED]
    if counted not in (None, 1) or (len(values) == 2 and len(unticked) == 1 and unticked != [0]):
        ticked = [counted] if counted is not None else [code for code in values if code not in unticked]
        return cells.isin(ticked).astype("float64").where(cells.notna())
    known = {text.strip(): 1.0 for text in (option.label_nl, each.option, option.label_en) if text}
    return _as_codes(cells, known, survey)


def _as_codes(cells: pd.Series, known: dict[str, float], survey: Survey) -> pd.Series:
    """Numbers; a text that is the label or the key of one of the item's options becomes its code."""
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    odd = cells.notna() & numbers.isna() & (cells.astype("str").str.strip() != "")
    if not odd.any():
        return numbers
    folded = {text.casefold(): code for text, code in known.items()}
    looked_up = cells[odd].astype("str").str.strip().str.casefold().map(folded)
    if looked_up.isna().any():
        first = looked_up.index[looked_up.isna()][0]
        raise InputError("neither a number nor an option of this question", file=survey.source.name, row=row_of(survey, first),
                         column=cells.name, value=cells[first], allowed=list(known) or "a number")  # fmt: skip
    numbers[odd] = looked_up
    return numbers


def normalise(label: object) -> str:
    """A label of an option without its capitals, blanks, closing marks and the code before it: '1 = Nee.' is 'nee'.

    Examples
    --------
    >>> normalise("1 = Zeer  belangrijk."), normalise("(5) eens"), normalise("20 tot 50 fte")
    ('zeer belangrijk', 'eens', '20 tot 50 fte')
    """
    text = " ".join(str(label).casefold().split())
    return re.sub(r"^\(?\d{1,2}(?:\)|\s*[=:.\-–]+)\s+", "", re.sub(r"^\((\d{1,2})\)\s*", r"\1: ", text)).strip(" .:;")


def _hold_to_codes(survey: Survey, each: Mapped, values: dict, options: dict) -> None:
    """The file's labels and the codebook's must not give one code two meanings."""
    names = _names(options)
    for code, label in values.items():
        key = names.get(normalise(label))
        if key is not None and not isinstance(code, str) and options[key].code != code:
            raise InputError(f"the file says that code {code:g} is '{label}', the codebook that code {options[key].code} is",
                             file=survey.source.name, column=each.column, value=code,
                             allowed="the same codes in the file and in the codebook")  # fmt: skip


def _hold_to_label(survey: Survey, each: Mapped, options: dict) -> None:
    """A column of a multi-select that bears the label of another option ticks that one."""
    names = _names(options)
    label = survey.variables.loc[each.column, "label"]
    told = [label, *survey.variables.loc[each.column, "values"].values()]
    for text in told:
        key = None if pd.isna(text) else names.get(normalise(text))
        if key not in (None, each.option):
            raise InputError(f"columns.csv says that this column ticks '{each.option}', its label that it ticks '{key}'",
                             file=survey.source.name, column=each.column, value=text)  # fmt: skip


def _several(survey: Survey, each: Mapped, item, options: dict, before: dict) -> dict[str, pd.Series]:
    """The columns that a column with several options in a cell stands for."""
    texts = {text.strip(): key for key, row in options.items() for text in (row.label_nl, row.label_en, key, str(row.code)) if text}
    if item.type == "ranking":
        return _ranks(survey, each, options, texts)
    other = each.option.removeprefix(ALL)
    chosen = multiple.chosen(survey, each.column, list(texts), other=bool(other))
    found = [None if cell is None else {texts[text] for text in cell[0]} | ({other} if cell[1] else set()) for cell in chosen]
    ticks = {key: pd.Series([np.nan if cell is None else float(key in cell) for cell in found], index=survey.data.index)
             for key in options}  # fmt: skip
    return {key: ticks[key] if key not in before else before[key].combine(ticks[key], np.fmax) for key in options}


def _ranks(survey: Survey, each: Mapped, options: dict, texts: dict) -> dict[str, pd.Series]:
    """'Data; Klimaat;' gives rank 1 and 2: a column per rank, of codes."""
    rows = []
    for row, cell in survey.data[each.column].items():
        parts = [] if pd.isna(cell) else [part.strip() for part in str(cell).split(";") if part.strip()]
        strange = next((part for part in parts if part not in texts), None)
        if strange is not None:
            raise InputError("not an option of this ranking", file=survey.source.name, row=row_of(survey, row),
                             column=each.column, value=strange, allowed=list(options))  # fmt: skip
        rows.append([float(options[texts[part]].code) for part in parts])
    longest = max(map(len, rows), default=0) or 1
    filled = [row + [np.nan] * (longest - len(row)) for row in rows]
    return {str(rank + 1): pd.Series([row[rank] for row in filled], index=survey.data.index) for rank in range(longest)}


def _multi(item, cells: pd.DataFrame) -> dict[str, pd.Series]:
    only_ticks = cells.notna().any(axis=1) & cells.fillna(1).ne(0).all(axis=1)
    cells = cells.mask(cells.isna() & only_ticks.to_numpy()[:, None], 0.0)  # a row of ticks and blanks
    return {f"{item.item}_{option}": cells[option] for option in cells}


def _ranking(item, cells: pd.DataFrame, options: dict) -> dict[str, pd.Series]:
    """The rank of each option, from columns that hold the option at a rank, or the rank of an option."""
    ranked = cells.notna().any(axis=1)
    variables = {}
    for option, row in options.items():
        if option in cells:
            variables[f"{item.item}_{option}"] = cells[option].fillna(0.0).where(ranked)
            continue
        named = [np.where(cells[rank] == row.code, float(rank), np.nan) for rank in cells if rank not in options]
        best = np.nanmin(np.column_stack([*named, np.full(len(cells), 99.0)]), axis=1)
        variables[f"{item.item}_{option}"] = pd.Series(np.where(best < 99, best, 0.0), index=cells.index).where(ranked)
    return variables | {item.item: cells.notna().sum(axis=1)}  # how many ranks were filled: see `rules.repeated_option`


def _not_dates(cells: pd.Series, survey: Survey) -> list[InputError]:
    """Texts would be put in the order of their letters, and the last response be another one."""
    if not pd.api.types.is_string_dtype(cells) or cells.isna().all():
        return []
    odd = cells.notna() & pd.to_datetime(cells, errors="coerce", format="mixed", dayfirst=True).isna()
    first = odd.idxmax() if odd.any() else cells.first_valid_index()
    return [InputError("not a column of dates", file=survey.source.name, row=row_of(survey, first), column=cells.name,
                       value=cells[first], allowed="dd-mm-jjjj or jjjj-mm-dd, with or without a time")]  # fmt: skip


def row_of(survey: Survey, index: int) -> int:
    """The row in the file of a row of `survey.data`: below a header of one row, or the number of the case."""
    return int(survey.data.index.get_loc(index)) + first_row(survey)


def first_row(survey: Survey) -> int:
    """The row in the file of the first respondent."""
    return FIRST_ROWS.get(survey.source.format, 2)
