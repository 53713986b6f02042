"""Which column of a delivery is which item, and which option of it: what `columns.csv` says, held to the delivery."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ledanalysis.errors import InputError
from ledanalysis.references import ALL, option_key
from ledanalysis.study import Study

TABLE = "columns.csv"


@dataclass(frozen=True)
class Mapped:
    """A column of a delivery and what is in it.

    Attributes
    ----------
    column : str
        Its name in the delivery.
    item : str
        Empty where columns.csv says that the column is not used.
    option : str
        Of a multi-select the option that it ticks. Of a ranking the rank that it gives to a theme ("1", "2", ...), or
        the option that it gives a rank to. "*" where each cell has several options; "*key" where besides what is no
        option stands for the option `key`.
    """

    column: str
    item: str
    option: str


def map_columns(study: Study, names: list[str], file: str) -> tuple[list[Mapped], list[InputError]]:
    """The columns of a delivery as items, by `columns.csv`: by name, or by a pattern after `re:`.

    Parameters
    ----------
    study : Study
    names : list of str
        The delivery's columns.
    file : str
        The delivery's name, for errors.

    Returns
    -------
    mapped : list of Mapped
        In the order of columns.csv, then of the delivery.
    faults : list of InputError
        A row that no column answers to; a column that two rows claim; an item or option that a pattern makes and that
        does not exist; two columns for one place.

    Examples
    --------
    >>> from ledanalysis.study import load_study
    >>> mapped, faults = map_columns(load_study(), ["a1", "b2_1"], "enquete.csv")
    >>> mapped[0], str(faults[0])[:60]
    (Mapped(column='a1', item='a1_gm_code', option=''), "enquete.csv, column 'a2': no such column, and columns.csv na")
    """
    items = {item.item: item for item in study.tables["items"]}
    mapped: list[Mapped] = []
    faults: list[InputError] = []
    for row in study.tables["columns"]:
        pattern = re.compile(row.pattern or re.escape(row.column))
        found = [(name, match) for name in names if (match := pattern.fullmatch(name))]
        if not found and row.item:
            faults.append(InputError("no such column, and columns.csv names it", file=file, column=row.column, allowed=names))
        for name, match in found:
            try:
                mapped.append(_mapped(row, name, match, items, study))
            except InputError as fault:
                faults.append(fault)
    faults += _claimed_twice(mapped, file)
    return list(dict.fromkeys(mapped)), faults


def unmapped_columns(mapped: list[Mapped], names: list[str]) -> list[str]:
    """The columns of a delivery that columns.csv says nothing about, in order.

    Examples
    --------
    >>> unmapped_columns([Mapped("a1", "a1_gm_code", "")], ["a1", "opmerking"])
    ['opmerking']
    """
    used = {each.column for each in mapped}
    return [name for name in names if name not in used]


def _mapped(row, name: str, match: re.Match, items: dict, study: Study) -> Mapped:
    item, option = (_expanded(text, match, row) for text in (row.item, row.option))
    place = dict(file=TABLE, row=row._line)
    if not item:
        return Mapped(name, "", "")
    if item not in items:
        raise InputError(f"the pattern makes an item of '{name}' that there is not", **place, column="item", value=item,
                         allowed=list(items))  # fmt: skip
    options = study.options.get(items[item].options, {})
    key = option_key(items[item], option, options)
    if key is None:
        raise InputError(f"no such option of {item}, to which '{name}' was put", **place, column="option", value=option,
                         allowed=list(options) or "an empty cell")  # fmt: skip
    return Mapped(name, item, key)


def _expanded(text: str, match: re.Match, row) -> str:
    try:
        return match.expand(text)
    except (re.error, IndexError):
        raise InputError("the pattern has no such group", file=TABLE, row=row._line, value=text,
                         allowed=f"\\1 to \\{match.re.groups}") from None  # fmt: skip


def _claimed_twice(mapped: list[Mapped], file: str) -> list[InputError]:
    faults: list[InputError] = []
    columns: dict[str, Mapped] = {}
    places: dict[tuple, Mapped] = {}
    for each in mapped:
        first = columns.setdefault(each.column, each)
        if first != each:
            faults.append(InputError(f"columns.csv takes this column for {_said(first)} and for {_said(each)}", file=file,
                                     column=each.column))  # fmt: skip
        first = places.setdefault((each.item, each.option), each)
        if first.column != each.column and each.item and not each.option.startswith(ALL):
            faults.append(InputError(f"columns.csv takes this column and '{first.column}' both for {_said(each)}", file=file,
                                     column=each.column))  # fmt: skip
    return faults


def _said(each: Mapped) -> str:
    return f"{each.item}, {each.option}" if each.option else each.item or "not used"
