"""What the text in the middle of a slide claims: points for discussion, why-how-what, the menu, what others do."""

from __future__ import annotations

import re

import pandas as pd

from claims.sentences import Said, Unread, differs, labels, percent, said as read, written
from claims.tables import NAMES, Case, apart_from_nought

FORMS = ("formal", "nonformal", "informal")
ON_MENU = ("organised", "stimulated")


def lines(body: str) -> list[str]:
    """The lines of a Markdown text, as a reader sees them."""
    seen = (re.sub(r"^\s*-\s+", "", line).strip() for line in body.replace("~", "\n").splitlines())
    return [re.sub(r"\\(.)", r"\1", line) for line in seen if line]


def upper(case: Case, measure: str, kind: str = "") -> set[str]:
    """What is surely in the upper half."""
    rows = case.measured(measure, kind)
    rows = rows[rows["estimate"].notna()]
    return set(rows.loc[rows["rank_upper"] <= len(rows) / 2, "label"])


def lower(case: Case, measure: str, kind: str = "") -> set[str]:
    """What is surely in the lower half."""
    rows = case.measured(measure, kind)
    rows = rows[rows["estimate"].notna()]
    return set(rows.loc[rows["rank_lower"] > len(rows) / 2, "label"])


def rising(case: Case, measure: str = "rise", kind: str = "") -> set[str]:
    """Differences that are surely above nought, with all themes together."""
    rows = apart_from_nought(case.measured(measure, kind), case.study.settings.level)
    return set(rows.loc[rows["up"], "label"])


def discussion(case: Case, body: str) -> list[str]:
    """Each point asked only where the figures give cause."""
    causes = {"change": ("rise", "", rising), "gap": ("gap", "theme", rising), "stimulate": ("stimulated", "", lower)}
    faults = []
    for line in lines(body):
        told = next(filter(None, (read(line, f"discussion_{key}", case.language) for key in (*causes, "share", "open"))), None)
        if told is None:
            raise Unread(f"no point for discussion: {line!r}")
        if told.values:
            measure, kind, rule = causes[told.key.removeprefix("discussion_")]
            sure = rule(case, measure, kind)
            names = case.names(told["names"], known=case.measured(measure, kind)["label"])
            faults += [f"{told.key}: {name} is not surely so" for name in names if name not in sure]
            faults += differs(f"{told.key}: how many", str(len(names)), str(min(len(sure), NAMES)))
    return faults


def menu_rows(case: Case) -> pd.DataFrame:
    """What stands on the menu: label, form, estimate, part ("used", "little" or "few")."""
    forms = {row.instrument: row.form for row in case.study.tables["instruments"]}
    parts = []
    for measure in ON_MENU:
        names = case.study.themes[(case.study.themes["measure"] == measure) & (case.study.themes["kind"] == "instrument")]
        rows = case.measured(measure, "instrument").set_index("theme")
        part = pd.DataFrame({"theme": names["theme"], "label": names["short"], "form": names["theme"].map(forms)})
        part = part.assign(estimate=part["theme"].map(rows["estimate"]), little=part["label"].isin(lower(case, measure, "instrument")))
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    part = table["little"].map({True: "little", False: "used"}).mask(table["estimate"].isna(), "few")
    return table.assign(part=part)[table["form"].isin(FORMS)]


def menu_title(case: Case, told: Said) -> list[str]:
    """How many forms there are, and how many of them are little used."""
    rows = menu_rows(case)
    little = int((rows["part"] == "little").sum())
    faults = differs("count", told["count"], str(len(rows)))
    if told.key == "menu_title":
        return faults + ([f"{little} are little used"] if little else [])
    return faults + differs("little", told["little"], str(little))


def menu(case: Case, body: str) -> list[str]:
    """Each form under its heading, with its share; those little used and those not shown under theirs."""
    rows, words = menu_rows(case).set_index("label"), {key: labels()[f"menu_{key}"][case.language] for key in ("little", "few")}
    form, part, faults, seen = "", "used", [], 0
    for line in lines(body):
        named = re.fullmatch(r"(?:\*\*(?P<share>[\d.,]+%)\*\* )?(?P<label>.+)", line)
        if line.startswith("### "):
            form, part = next(each for each in FORMS if labels()[f"menu_form_{each}"][case.language] == line[4:]), "used"
        elif line.strip("*") in words.values():
            part = next(key for key, word in words.items() if word == line.strip("*"))
        elif named["label"] in rows.index:
            row, seen = rows.loc[named["label"]], seen + 1
            faults += differs(f"menu, {named['label']}", f"{form} {part}", f"{row['form']} {row['part']}")
            faults += differs(f"menu, {named['label']}", named["share"] or "", "" if part == "few" else percent(row["estimate"], case.language))
        elif more := read(line, "menu_more", case.language):
            seen += int(more["count"])
        elif line != labels()[f"menu_what_{form}"][case.language]:
            raise Unread(f"not on the menu: {line!r}")
    return faults + differs("on the menu", str(seen), str(len(rows)))


def why(case: Case, body: str) -> list[str]:
    """Why, how and what: each point's names with their figures, and what its heading says of them."""
    faults = []
    for line in lines(body):
        point = re.fullmatch(r"\*\*(.+?)\*\*: (.+)", line)
        if point:
            faults += _point(case, point[1], point[2].replace("\N{NO-BREAK SPACE}", " "))
        elif not line.startswith("### "):
            faults += _score(case, line)
    return faults


def _score(case: Case, line: str) -> list[str]:
    """The line under a heading: its question, or the score of the measure `whw`."""
    for row in case.measured("whw").itertuples():
        column = row.theme.rpartition("_")[2]
        opening = f"{labels()[f'menu_{column}_known'][case.language]}: "
        if line.startswith(opening):
            few = labels()["menu_few"][case.language].lower()
            right = few if pd.isna(row.estimate) else labels()["menu_of_100"][case.language].format(value=written(row.estimate, 0, case.language))
            return differs(column, line.removeprefix(opening), right)
    known = [labels()[key][case.language] for column in ("why", "how", "what") for key in (f"menu_{column}_asks", f"menu_{column}_known")]
    if any(line == each or line == f"{each}: {labels()['menu_few'][case.language].lower()}" for each in known):
        return []
    raise Unread(f"not of why, how or what: {line!r}")


def _point(case: Case, heading: str, words: str) -> list[str]:
    keys = {labels()[key][case.language]: key.removeprefix("menu_point_") for key in labels() if key.startswith("menu_point_")}
    if heading not in keys:
        raise Unread(f"no such point: {heading!r}")
    key = keys[heading]
    on_menu = menu_rows(case).set_index("label")
    claims = {
        "now": ("now", "", lambda: upper(case, "now")), "rise": ("rise", "", lambda: rising(case)),
        "moments": ("moments", "", lambda: upper(case, "moments")), "moments_least": ("moments", "", lambda: lower(case, "moments")),
        "organised": ("organised", "instrument", lambda: upper(case, "organised", "instrument")), "barriers": ("barriers", "", lambda: upper(case, "barriers")),
        "little": ("", "", lambda: set(on_menu.index[on_menu["part"] == "little"])),
    }  # fmt: skip
    measure, kind, sure = claims.get(key, ("", "", lambda: set(on_menu.index[on_menu["form"] == key])))
    figures = case.measured(measure, kind).set_index("label")["estimate"] if measure else on_menu["estimate"]
    unit = case.study.measure(measure).unit if measure else "percent"
    write = {"percent": lambda value: percent(value, case.language), "points": lambda value: written(value, 0, case.language, sign=True)}
    write = write.get(unit, lambda value: written(value, 0, case.language))
    found, gone = _named(words, figures.dropna(), case)
    hidden = figures if measure else figures[on_menu["form"] == key] if key != "little" else figures.dropna()
    nothing = labels()["menu_few"][case.language].lower()
    names, faults = [], [] if words == nothing else differs(f"{heading}: not shown", str(gone), str(int(hidden.isna().sum())))
    faults += [f"{heading}: something is shown"] if words == nothing and hidden.notna().any() else []
    for part in found:
        names.append(part[0])
        faults += differs(f"{heading}, {part[0]}", part[1], write(figures[part[0]]))
    told_sure = sure()
    return faults + [f"{heading}: {name} is not surely so" for name in names if name not in told_sure]


def _named(words: str, figures: pd.Series, case: Case) -> tuple[list[tuple[str, str]], int]:
    """The names and figures of 'A (74), B (72); 1 niet getoond', and how many are not; no names where nothing is clear."""
    told, gone = words, 0
    for part in words.split("; "):
        if counted := read(part, "menu_gone", case.language):
            told, gone = words.removesuffix(f"; {part}"), int(counted["count"])
    if told in (labels()["menu_unclear"][case.language], labels()["menu_few"][case.language].lower()):
        return [], gone
    found, rest = [], told
    while rest:
        name = next((name for name in sorted(figures.index, key=len, reverse=True) if rest.startswith(f"{name} (")), None)
        shown = name and re.match(r" \(([^()]+)\)(?:, |$)", rest[len(name):])
        if not shown:
            raise Unread(f"no names with figures: {words!r}")
        found.append((name, shown[1]))
        rest = rest[len(name) + shown.end():]
    return found, gone


def practices(case: Case, told: Said) -> list[str]:
    """The title names what the slide is about."""
    known = pd.concat([case.measured(measure)["label"] for measure in ("gap", "rise", "stimulated", "organised", "moments")])
    return [] if case.names(told["names"], known=list(dict.fromkeys(known))) else ["nobody is named"]


def practice_pairs(case: Case, body: str) -> list[str]:
    """What is found, with its figure and interval; and a practice that may be shown."""
    allowed = ("yes", "fictitious") if case.study.fictitious else ("yes",)
    titles = {case.study.label_of(row) for row in case.study.tables["practices"] if row.public in allowed}
    faults, label = [], ""
    for line in lines(body):
        if line.startswith("### "):
            label = line[4:]
        elif line.startswith("**"):
            faults += [] if line.strip("*") in titles else [f"no practice to be shown: {line}"]
        elif label:
            faults += _finding(case, label, line.replace("\N{NO-BREAK SPACE}", " "))
            label = ""
    return faults


def _finding(case: Case, label: str, line: str) -> list[str]:
    measures = {"gap": [("gap", "theme")], "rise": [("rise", "")], "little": [("stimulated", "instrument"), ("organised", "instrument")], "moment": [("moments", "")]}
    opening, span = re.fullmatch(r"(.+?)(?: \(([^()]+)\))?", line).groups()
    for kind, sources in measures.items():
        told = read(opening, f"practice_{kind}", case.language)
        for measure, of in sources if told else []:
            rows = case.measured(measure, of)
            row = rows[rows["label"].str.lower() == label.lower()]
            if len(row) == 1:
                sure = (rising if kind in ("gap", "rise") else lower)(case, measure, of)
                together = apart_from_nought(rows, case.study.settings.level)
                ends = (together if kind in ("gap", "rise") else rows).loc[row.index[0]]
                value = row["estimate"].iloc[0]
                right = percent(value, case.language) if kind == "little" else written(value, 0, case.language, sign=kind != "moment")
                faults = [] if row["label"].iloc[0] in sure else [f"{label} is not surely so"]
                between = labels()["chart_span"][case.language].format(low=written(ends["lower"], 0, case.language), high=written(ends["upper"], 0, case.language))
                return faults + differs(label, told["value"], right) + (differs(label, span, between) if span else [])
    raise Unread(f"no such finding: {label!r}, {line!r}")
