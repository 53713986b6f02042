"""The codebook's tables held to one another: what one table names must stand in the other."""

from __future__ import annotations

import re

from ledanalysis.codebook import Row
from ledanalysis.errors import InputError

ALL = "*"  # of a multi-select or ranking: a column with several options in a cell

REFERENCES = [
    # (table, column) must name a row of (table, column); an empty cell names nothing
    ("themes", "parent", "themes", "theme"),
    ("items", "scale", "scales", "scale"),
    ("items", "measure", "measures", "measure"),
    ("scales", "measure", "measures", "measure"),
    ("codings", "theme", "themes", "theme"),
    ("proposals", "theme", "themes", "theme"),
]

# which tests a rule may put that drops a response or voids an answer, and which of them hold a number against it
RULE_TESTS = {
    "drop": ("equals", "less_than", "less_than_median", "before", "after", "same_answer", "missing", "repeated"),
    "void": ("same_answer", "exceeds", "not_with_others", "outside", "not_an_option", "sum_differs", "more_than", "repeated_option", "not_asked"),
}
RULE_NUMBERS = ("less_than", "less_than_median", "same_answer", "sum_differs", "more_than")


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
    _check_measures(tables)
    _check_mirrors(tables)
    _check_quotes(tables)
    _check_practices(tables, options)
    _check_hypotheses(tables, options)
    _check_findings(tables)
    _check_codings(tables)
    _check_proposals(tables)
    if tables["columns"]:
        _check_columns(tables, options)
        _check_rules(tables, options)


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
        if item.asked_if:
            check_answer(item.asked_if, items, options, file="items.csv", row=item._line, column="asked_if")


def check_answer(answer: str, items: dict, options: dict[str, dict], **place) -> None:
    """Hold an answer that a cell names ("item=option") to the items and their options.

    Raises
    ------
    InputError
        At `place`: no such item, or no such option of it.
    """
    place["value"] = answer
    source, _, option = answer.partition("=")
    if source not in items:
        raise InputError("no such item", **place, allowed="item=option")
    known = options.get(items[source].options, {})
    if option not in known:
        allowed = [f"{source}={name}" for name in known]
        raise InputError("no such option", **place, allowed=allowed or "an item with options")


def _check_mirrors(tables) -> None:
    for row in tables["clusterings"]:
        if row.mirror == "yes" and row.report == "no":
            raise InputError("of a clustering with report 'no' there are no figures to show", file="clusterings.csv", row=row._line,
                             column="mirror", value=row.mirror, allowed=["no"])  # fmt: skip


def _check_columns(tables, options) -> None:
    """What a pattern makes of a delivery's names is seen when there is a delivery: see `mapping`."""
    items = {item.item: item for item in tables["items"]}
    seen: dict[tuple, int] = {}
    for column in tables["columns"]:
        place = dict(file="columns.csv", row=column._line)
        if column.pattern:
            _check_pattern(column, place)
        if _is_made(column) or not column.item:
            continue
        if column.item not in items:
            raise InputError("no such row in items.csv", **place, column="item", value=column.item, allowed=sorted(items))
        item = items[column.item]
        known = options.get(item.options, {}) if item.type in ("multi", "ranking") else {}
        if option_key(item, column.option, known) is None:
            allowed = {"multi": [*known, ALL], "ranking": ["1", "2", "...", *known, ALL]}.get(item.type)
            raise InputError(f"no such option of {item.item}", **place, column="option", value=column.option,
                             allowed=allowed[:40] if allowed else "an empty cell")  # fmt: skip
        if (column.item, column.option) in seen and not column.option.startswith(ALL):
            raise InputError(f"row {seen[column.item, column.option]} is the column of this item already", **place,
                             column="item", value=column.item)  # fmt: skip
        seen[column.item, column.option] = column._line
    _check_delivered(tables, items)


def option_key(item, option: str, options: dict) -> str | None:
    """The option as its key; None if the item has no such option. A multi-select's option may be told by its code."""
    if item.type not in ("multi", "ranking"):
        return "" if option == "" else None
    keys = {key: key for key in options}
    if item.type == "multi":
        keys = {str(row.code): key for key, row in options.items()} | keys
    if option in keys:
        return keys[option]
    if option == ALL or (item.type == "multi" and option[:1] == ALL and option[1:] in options):
        return option
    return option if item.type == "ranking" and re.fullmatch(r"[1-9]\d?", option) else None


def _check_pattern(column, place: dict) -> None:
    try:
        re.compile(column.pattern)
    except re.error as error:
        raise InputError(f"not a regular expression: {error}", **place, column="column", value=column.column) from None


def _is_made(column) -> bool:
    """Whether a pattern's groups make the item or the option."""
    return "\\" in column.item + column.option


def delivered_items(tables) -> set[str]:
    """The items that the delivery has as far as columns.csv tells: all, where a pattern makes them."""
    everything = {item.item for item in tables["items"]}
    return everything if any("\\" in column.item for column in tables["columns"]) else {column.item for column in tables["columns"]} - {""}


def _check_delivered(tables, items) -> None:
    delivered = delivered_items(tables)
    if not any(items[name].type == "municipality" for name in delivered):
        raise InputError("no column says whose answers these are", file="columns.csv", column="item",
                         allowed="an item of type municipality")  # fmt: skip
    for item in items.values():
        source = item.asked_if.partition("=")[0]
        if source and item.item in delivered and source not in delivered:
            raise InputError("columns.csv has no column of this item", file="items.csv", row=item._line,
                             column="asked_if", value=item.asked_if)  # fmt: skip


def _check_measures(tables) -> None:
    """`first` and `second` are measures of a difference; of mentions, `first` is the horizon; of items, another of items."""
    direct = sorted(row.measure for row in tables["measures"] if row.kind == "items" and not row.first)
    asked = sorted(row.measure for row in tables["measures"] if row.kind in ("items", "scale", "mentions"))
    for row in tables["measures"]:
        sides = {"difference": ["first", "second"], "mentions": ["first"] if row.first else [],
                 "items": ["first"] if row.first else []}.get(row.kind, [])  # fmt: skip
        allowed = {"difference": asked, "items": direct}.get(row.kind, ["now", "future", "unstated"])
        for column in sides:
            if getattr(row, column) not in allowed:
                raise InputError("no such horizon" if row.kind == "mentions" else "no such measure", file="measures.csv",
                                 row=row._line, column=column, value=getattr(row, column), allowed=allowed)  # fmt: skip
        _check_transformation(row, tables)


def _check_transformation(row, tables) -> None:
    """Two highest answers are of answers on a scale; points and worth are of rankings, of which it must be known how many are best."""
    wanted = "rank_points" if row.statistic == "worth" else row.transformation
    if not wanted:
        return
    place = dict(file="measures.csv", row=row._line, column="transformation", value=row.transformation)
    if row.kind != "items" or row.transformation != wanted:
        raise InputError("a worth is of the points of a ranking; a transformation is of items", **place,
                         allowed=[wanted] if row.kind == "items" else "an empty cell")  # fmt: skip
    for item in tables["items"]:
        if item.measure != (row.first or row.measure):
            continue
        if item.type not in {"top_two": ("likert", "mark"), "rank_points": ("ranking",)}[wanted]:
            raise InputError(f"{item.item} is not an item for it", **place, allowed="another transformation, or other items")
        if wanted == "rank_points" and item.max is None:
            raise InputError("points need to know how many are ranked", file="items.csv", row=item._line, column="max", value="",
                             allowed="a number: 5 of the best five")  # fmt: skip
        if wanted == "top_two" and not item.options and None in (item.min, item.max):
            raise InputError("the two highest of what?", file="items.csv", row=item._line, column="max", value="", allowed="min and max")


def _check_quotes(tables) -> None:
    """Where a quote says its place, the place is as long as the quote; whether its words stand there, `quotes` sees."""
    for row in tables["quotes"]:
        place = dict(file="quotes.csv", row=row._line)
        if (row.start is None) != (row.end is None):
            raise InputError("start and end go together", **place, column="end", value=f"{row.start}-{row.end}")
        if row.start is not None and (row.start < 0 or row.end - row.start != len(row.text)):
            raise InputError("not the place of this text", **place, column="start", value=f"{row.start}-{row.end}",
                             allowed=f"{len(row.text)} letters")  # fmt: skip


def _check_practices(tables, options) -> None:
    """What a practice is linked to must be measured here, and a practice that is shown must be published somewhere."""
    known = {
        "themes": [row.theme for row in tables["themes"]],
        "forms": list(dict.fromkeys(row.form for row in tables["instruments"] if row.form)),
        "moments": _moments(tables, options),
        "instruments": [row.instrument for row in tables["instruments"]],
    }
    for row in tables["practices"]:
        place = dict(file="practices.csv", row=row._line)
        for column, allowed in known.items():
            for name in row.linked(column):
                if name not in allowed:
                    raise InputError("a practice is linked to what is not there", **place, column=column, value=name, allowed=allowed)
        if not any(row.linked(column) for column in known):
            raise InputError("linked to nothing, so nothing calls for it", **place, column="themes", value="", allowed=known["themes"])
        if row.public == "yes" and not row.source:
            raise InputError("published where?", **place, column="source", value="", allowed="where it can be read, or public = no")


def _check_hypotheses(tables, options) -> None:
    """What a hypothesis compares must be measured here, and in one unit."""
    units = {row.measure: row.unit for row in tables["measures"]}
    measured = _about(tables, options)
    used = {name for measure, name in measured if measure in ("organised", "stimulated")}
    forms = [f"form={form}" for form in dict.fromkeys(row.form for row in tables["instruments"] if row.form and row.instrument in used)]
    known = [f"{measure}:{name}" for measure, name in measured]
    for row in tables["hypotheses"]:
        place = dict(file="hypotheses.csv", row=row._line)
        compared = set()
        for column in ("higher", "lower"):
            for name in (each for group in row.groups(column) for each in group or [""]):
                if name not in forms + known:
                    raise InputError("compares what is not measured", **place, column=column, value=name, allowed=forms + known)
                compared.add("percent" if name in forms else units[name.partition(":")[0]])
        if len(compared) > 1:
            raise InputError("compares different units", **place, column="lower", value=", ".join(sorted(compared)), allowed="one unit")


def _check_findings(tables) -> None:
    """A kept view must be of what the study measures, in clusterings that it has."""
    measures = {row.measure: row for row in tables["measures"]}
    clusterings = [row.clustering for row in tables["clusterings"]]
    for row in tables["findings"]:
        place = dict(file="findings.csv", row=row._line)
        if row.measure not in measures:
            raise InputError("no such measure", **place, column="measure", value=row.measure, allowed=list(measures))
        if row.clustering not in ["sector", *clusterings]:
            raise InputError("no such clustering", **place, column="clustering", value=row.clustering, allowed=["sector", *clusterings])
        if (row.chart == "heatmap") != bool(row.across) or row.across not in ["", *clusterings]:
            allowed = clusterings if row.chart == "heatmap" else ["an empty cell"]
            raise InputError("the columns of a heat map are a clustering's clusters", **place, column="across", value=row.across, allowed=allowed)
        if row.compared and row.chart != "heatmap":
            raise InputError("only a heat map has clusters side by side", **place, column="compared", value=row.compared, allowed=["an empty cell"])
        if row.chart == "change" and row.measure != "rise":
            raise InputError("not a change", **place, column="measure", value=row.measure, allowed=["rise"])
        if row.view == "staff" and measures[row.measure].views != "both":
            raise InputError("has no figures by staff", **place, column="view", value="staff", allowed=["units"])
        if row.view == "unweighted" and not _counted_once(measures[row.measure], tables):
            raise InputError("has no unweighted figures", **place, column="view", value="unweighted", allowed=["units"])


def _counted_once(measure, tables) -> bool:
    """Whether a measure has an unweighted view: a mean or share, and not of what adds up."""
    whole = {item.measure for item in tables["items"] if item.type in ("single", "points", "ranking")}
    return measure.kind != "mentions" and measure.statistic in ("mean", "share") and not {measure.measure, measure.first} & whole


def _check_codings(tables) -> None:
    """A decision is on a place, and one decision on one place; whether the passage is there, `codings` sees."""
    seen: dict[tuple, list] = {}
    for row in tables["codings"]:
        place = dict(file="codings.csv", row=row._line)
        if (row.start is None) != (row.end is None) or (row.start is not None and not 0 <= row.start < row.end):
            raise InputError("not a place", **place, column="start", value=f"{row.start}-{row.end}", allowed="two numbers, or neither")
        if row.horizon and row.decision == "reject":
            raise InputError("what is rejected has no horizon", **place, column="horizon", value=row.horizon, allowed=[""])
        others = seen.setdefault(row.key, [])
        for other in others:
            if (row.start is None) == (other.start is None) and other.meets(row.start or 0, row.end or 1):
                raise InputError(f"row {other._line} decides on the same words", **place, column="theme", value=row.theme)
        others.append(row)


def _check_proposals(tables) -> None:
    for row in tables["proposals"]:
        if (row.decision == "accept") != bool(row.theme):
            allowed = "a theme" if row.decision == "accept" else "an empty cell"
            raise InputError("what is accepted is a theme, and only that", file="proposals.csv", row=row._line, column="theme", value=row.theme, allowed=allowed)


def _about(tables, options) -> list[tuple[str, str]]:
    """(measure, what it is of) of everything that items measure."""
    asked = [item for item in tables["items"] if item.measure]
    several = ("single", "multi", "ranking")
    return [(item.measure, name) for item in asked for name in (options[item.options] if item.type in several else [item.theme])]


def _moments(tables, options) -> list[str]:
    """What the measure `moments` is of: the options of its item, or what its items are about."""
    return [name for measure, name in _about(tables, options) if measure == "moments"]


def _check_rules(tables, options) -> None:
    """A rule about nothing, or with a test of the other action, would be passed over or end in the middle of cleaning."""
    delivered = delivered_items(tables)
    items = {item.item: item for item in tables["items"]}
    questions = {item.question for item in items.values()}
    places = {"drop": delivered, "void": {"*"} | set(items) | questions}
    for rule in tables["rules"]:
        place = dict(file="rules.csv", row=rule._line)
        if rule.test not in RULE_TESTS[rule.action]:
            raise InputError(f"not a test to {rule.action} by", **place, column="test", value=rule.test,
                             allowed=RULE_TESTS[rule.action])  # fmt: skip
        allowed = _places(rule, items, delivered) or places[rule.action] - {""} | (questions - {""} if rule.test == "same_answer" else set())
        if rule.where not in allowed:
            raise InputError("nothing to look at", **place, column="where", value=rule.where, allowed=sorted(allowed))
        _check_value(rule, items, delivered, options, place)


def _places(rule, items: dict, delivered: set[str]) -> list[str]:
    """The items that a test can be about, of tests that are about one item of some type."""
    types = {"before": ["submitted"], "after": ["submitted"], "not_with_others": ["multi"], "exceeds": ["number"]}.get(rule.test, [])
    return [item.item for item in items.values() if item.type in types and item.item in delivered]


def _check_value(rule, items: dict, delivered: set[str], options: dict, place: dict) -> None:
    if rule.test in RULE_NUMBERS:
        try:
            _ = rule.number
        except ValueError:
            raise InputError("not a number", **place, column="value", value=rule.value, allowed="a number") from None
    if rule.test in ("before", "after"):
        try:
            _ = rule.date
        except ValueError:
            raise InputError("not a day", **place, column="value", value=rule.value, allowed="jjjj-mm-dd") from None
    known = {"exceeds": lambda: _places(rule, items, delivered), "not_with_others": lambda: list(options[items[rule.where].options])}
    if rule.test in known and rule.value not in known[rule.test]():
        raise InputError("nothing to hold it against", **place, column="value", value=rule.value, allowed=known[rule.test]())
