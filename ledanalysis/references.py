"""The codebook's tables held to one another: what one table names must stand in the other."""

from __future__ import annotations

from ledanalysis.codebook import Row
from ledanalysis.errors import InputError

REFERENCES = [
    # (table, column) must name a row of (table, column); an empty cell names nothing
    ("themes", "parent", "themes", "theme"),
    ("items", "scale", "scales", "scale"),
    ("items", "measure", "measures", "measure"),
    ("scales", "measure", "measures", "measure"),
    ("columns", "item", "items", "item"),
]

# which tests a rule may put that drops a response or voids an answer, and which of them hold a number against it
RULE_TESTS = {
    "drop": ("equals", "less_than", "missing", "repeated"),
    "void": ("outside", "not_an_option", "sum_differs", "more_than", "repeated_option", "not_asked"),
}
RULE_NUMBERS = ("less_than", "sum_differs", "more_than")


def check_references(tables: dict[str, tuple[Row, ...]], options: dict[str, dict]) -> None:
    """Hold each table to the others: a key that is named must exist.

    Raises
    ------
    InputError
        For the first name without a row, with the names that exist.
    """
    for table, column, target, key in REFERENCES:
        known = {getattr(row, key) for row in tables[target]}
        for row in tables[table]:
            value = getattr(row, column)
            if value and value not in known:
                raise InputError(f"no such row in {target}.csv", file=f"{table}.csv", row=row._line, column=column,
                                 value=value, allowed=sorted(known))  # fmt: skip
    _check_options(tables)
    _check_parents(tables)
    _check_items(tables, options)
    _check_columns(tables, options)
    _check_measures(tables)
    _check_rules(tables)


def _check_options(tables) -> None:
    """A key or a code that stands twice in one set of options would make one option of two."""
    seen: dict[tuple, str] = {}
    for table, key in (("themes", "theme"), ("instruments", "instrument"), ("options", "option")):
        for row in tables[table]:
            for column in (key, "code"):
                value = getattr(row, column)
                place = (getattr(row, "options", "themes"), column == "code", value)
                if place in seen:
                    raise InputError(f"stands in {seen[place]} too", file=f"{table}.csv", row=row._line, column=column,
                                     value=value)  # fmt: skip
                seen[place] = f"row {row._line} of {table}.csv"


def _check_parents(tables) -> None:
    parents = {row.theme: row.parent for row in tables["themes"]}
    for row in tables["themes"]:
        above, parent = [row.theme], row.parent
        while parent:
            if parent in above:
                raise InputError("a theme cannot stand under itself", file="themes.csv", row=row._line, column="parent",
                                 value=row.parent)  # fmt: skip
            above, parent = [*above, parent], parents[parent]


def _check_items(tables, options) -> None:
    things = {row.theme for row in tables["themes"]} | {row.instrument for row in tables["instruments"]}
    items = {row.item: row for row in tables["items"]}
    for item in items.values():
        place = dict(file="items.csv", row=item._line)
        needs_options = item.type in ("single", "multi", "likert", "ranking")
        if needs_options and item.options not in options:
            raise InputError("no such set of options", **place, column="options", value=item.options, allowed=options)
        if item.theme and item.theme not in things | set(items):
            raise InputError("no such theme, instrument or item", **place, column="theme", value=item.theme,
                             allowed=sorted(things))  # fmt: skip
        if item.measure and not item.theme and item.type not in ("single", "multi", "ranking"):
            raise InputError("a measure needs to know of what", **place, column="theme", value="",
                             allowed="a theme, an instrument or the item itself")  # fmt: skip
        _check_asked_if(item, items, options)


def _check_asked_if(item, items, options) -> None:
    if not item.asked_if:
        return
    place = dict(file="items.csv", row=item._line, column="asked_if", value=item.asked_if)
    source, _, option = item.asked_if.partition("=")
    if source not in items:
        raise InputError("no such item", **place, allowed="item=option")
    known = options.get(items[source].options, {})
    if option not in known:
        allowed = [f"{source}={name}" for name in known]
        raise InputError("no such option", **place, allowed=allowed or "an item with options")


def _check_columns(tables, options) -> None:
    items = {item.item: item for item in tables["items"]}
    seen: dict[tuple, int] = {}
    for column in tables["columns"]:
        place = dict(file="columns.csv", row=column._line)
        item = items[column.item]
        allowed = {"multi": options.get(item.options), "ranking": [str(n) for n in range(1, 100)]}.get(item.type, [""])
        if column.option not in allowed:
            raise InputError(f"no such option of {item.item}", **place, column="option", value=column.option,
                             allowed=list(allowed)[:40] if any(allowed) else "an empty cell")  # fmt: skip
        if (column.item, column.option) in seen:
            raise InputError(f"row {seen[column.item, column.option]} is the column of this item already", **place,
                             column="item", value=column.item)  # fmt: skip
        seen[column.item, column.option] = column._line
    delivered = {column.item for column in tables["columns"]}
    if not any(items[name].type == "municipality" for name in delivered):
        raise InputError("no column says whose answers these are", file="columns.csv", column="item",
                         allowed="an item of type municipality")  # fmt: skip
    for item in items.values():
        source = item.asked_if.partition("=")[0]
        if source and item.item in delivered and source not in delivered:
            raise InputError("columns.csv has no column of this item", file="items.csv", row=item._line,
                             column="asked_if", value=item.asked_if)  # fmt: skip


def _check_measures(tables) -> None:
    """`first` and `second` are measures of a difference; of mentions, `first` is the horizon."""
    asked = sorted(row.measure for row in tables["measures"] if row.kind in ("items", "scale", "mentions"))
    for row in tables["measures"]:
        sides = {"difference": ["first", "second"], "mentions": ["first"] if row.first else []}.get(row.kind, [])
        allowed = asked if row.kind == "difference" else ["now", "future", "unstated"]
        for column in sides:
            if getattr(row, column) not in allowed:
                raise InputError("no such measure" if row.kind == "difference" else "no such horizon", file="measures.csv",
                                 row=row._line, column=column, value=getattr(row, column), allowed=allowed)  # fmt: skip


def _check_rules(tables) -> None:
    """A rule about nothing, or with a test of the other action, would be passed over or end in the middle of cleaning."""
    delivered = {column.item for column in tables["columns"]}
    places = {"drop": delivered, "void": {"*"} | {item.item for item in tables["items"]} | {item.question for item in tables["items"]}}
    for rule in tables["rules"]:
        place = dict(file="rules.csv", row=rule._line)
        if rule.test not in RULE_TESTS[rule.action]:
            raise InputError(f"not a test to {rule.action} by", **place, column="test", value=rule.test,
                             allowed=RULE_TESTS[rule.action])  # fmt: skip
        if rule.where not in places[rule.action] - {""}:
            raise InputError("nothing to look at", **place, column="where", value=rule.where,
                             allowed=sorted(places[rule.action] - {""}))  # fmt: skip
        try:
            _ = rule.test in RULE_NUMBERS and rule.number
        except ValueError:
            raise InputError("not a number", **place, column="value", value=rule.value, allowed="a number") from None
