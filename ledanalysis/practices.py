"""What others do: published practices, and which of them to set beside a finding of a page.

Only a finding that is shown calls for a practice, so that no practice tells of a figure that is suppressed.
"""

from __future__ import annotations

import pandas as pd

from ledanalysis import privacy, style
from ledanalysis.errors import InputError
from ledanalysis.findings import capital, join_names, shown, together
from ledanalysis.known_names import Known
from ledanalysis.markup import plain
from ledanalysis.pages import Page
from ledanalysis.study import Study
from ledanalysis.tables import read_table

MOST = 3  # practices that a slide has room for
WORDS = ("label_nl", "label_en", "summary_nl", "summary_en")  # that people read
LINKS = {"themes": "theme", "instruments": "instrument", "forms": "form", "moments": "moment"}
FINDINGS = ["kind", "link", "key", "form", "label", "estimate", "lower", "upper", "se", "n"]


def usable(study: Study) -> pd.DataFrame:
    """The practices of `practices.csv` that may be shown.

    Those that are public, and in a study of made-up figures the made-up ones as well.

    Returns
    -------
    DataFrame
        practice, label, summary, source, url, kind, organisation (all in the study's language), and themes, forms,
        moments, instruments (tuples of str); in the order of the file.

    Raises
    ------
    InputError
        A person or a contact detail in a label or a summary: a practice names an organisation, nobody.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from ledanalysis.study import load_study
    >>> study = load_study()
    >>> len(usable(replace(study, tables=study.tables | {"practices": ()})))
    0
    """
    allowed = ("yes", "fictitious") if study.fictitious else ("yes",)
    rows = [row for row in study.tables["practices"] if row.public in allowed]
    _check_nobody_named(rows, study)
    told = [
        {**row.model_dump(), "label": study.label_of(row), "summary": getattr(row, f"summary_{study.language}") or row.summary_nl,
         **{name: getattr(row, f"{name}_{study.language}", "") or getattr(row, name) for name in ("source", "organisation")},
         **{column: row.linked(column) for column in LINKS}} for row in rows
    ]  # fmt: skip
    return pd.DataFrame(told, columns=["practice", "label", "summary", "source", "url", "kind", "organisation", *LINKS])


def _check_nobody_named(rows: list, study: Study) -> None:
    if not rows:
        return
    told = [(str(row._line), getattr(row, column), row._line, column) for row in rows for column in WORDS]
    texts = pd.DataFrame(told, columns=["source", "text", "row", "column"])
    places = {*read_table(study, "units")["label"].dropna(), *(name for row in rows for name in (row.organisation, row.organisation_en))}
    clean, _ = privacy.pseudonymise_texts(texts, Known(places=frozenset(places)))
    for found in texts[clean != texts["text"]].itertuples():
        raise InputError("a person or contact detail in it", file="practices.csv", row=found.row, column=found.column, value=found.text)


def stand_out(page: Page) -> pd.DataFrame:
    """What stands out on a page and is shown there: what a practice can be set beside.

    Of each kind the clearest first: themes whose importance surely exceeds the offer (gap) or surely rises (rise),
    with all themes compared at once; instruments (little) and moments (moment) that are surely in the lower half.

    Returns
    -------
    DataFrame
        kind, link (theme, instrument or moment), key, form (of an instrument), label, estimate, lower, upper, se, n.
    """
    study, level = page.study, page.study.settings.level
    forms = {row.instrument: row.form for row in study.tables["instruments"]}
    gap, rise = page.table("gap", "theme"), page.changes()
    gap = shown(gap.assign(**together(gap, level)))
    parts = [("gap", "theme", gap[gap["lower"] > 0])]
    if len(rise):
        rise = shown(rise.assign(estimate=rise["rise"]))
        parts.append(("rise", "theme", rise[rise["lower"] > 0]))
    used = pd.concat([lower_half(page.table(measure, "instrument")) for measure in ("stimulated", "organised")])
    parts.append(("little", "instrument", used.sort_values("estimate", kind="stable")))
    parts.append(("moment", "moment", lower_half(page.table("moments"))))
    found = [part.assign(kind=kind, link=link, key=part["theme"], form=part["theme"].map(forms).fillna("")) for kind, link, part in parts if len(part)]
    return pd.concat(found, ignore_index=True)[FINDINGS] if found else pd.DataFrame(columns=FINDINGS)


def lower_half(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that surely rank in the lower half of those shown, lowest first: columns estimate, rank_lower."""
    rows = shown(table)
    return rows[rows["rank_lower"] > len(rows) / 2].iloc[::-1]


def upper_half(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that surely rank in the upper half of those shown, highest first: columns estimate, rank_upper."""
    rows = shown(table)
    return rows[rows["rank_upper"] <= len(rows) / 2]


def fitting(practices: pd.DataFrame, findings: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """Findings with the practice to set beside each, at most `most`, every practice once.

    A practice fits a finding if it names its theme, moment or instrument; one that names no instrument fits those of
    its forms. Of those that fit, the one comes first that has most links with all of the findings; then the order of
    the file. The kinds of finding take turns.

    Parameters
    ----------
    practices : DataFrame
        As `usable` gives them.
    findings : DataFrame
        As `stand_out` gives them.
    most : int

    Returns
    -------
    DataFrame
        The columns of `findings`, and practice, title, summary, source, url, practice_kind, organisation, shared
        (how many links).

    Examples
    --------
    >>> practice = {"practice": "klas", "label": "De klas", "summary": "Les.", "source": "", "url": "", "kind": "story",
    ...             "organisation": "", "themes": ("KLIM",), "forms": (), "moments": (), "instruments": ()}
    >>> findings = pd.DataFrame({"kind": ["rise", "gap"], "link": "theme", "key": ["DATA", "KLIM"], "form": ""})
    >>> fitting(pd.DataFrame([practice]), findings)[["key", "title", "shared"]].values.tolist()
    [['KLIM', 'De klas', 1]]
    """
    called = {column: set(findings.loc[findings["link"] == link, "key"]) for column, link in LINKS.items()}
    called["forms"] = set(findings["form"]) - {""}
    shared = [sum(len(called[column] & set(row[column])) for column in LINKS) for _, row in practices.iterrows()]
    ranked = practices.assign(shared=shared).sort_values("shared", ascending=False, kind="stable")
    ranked = ranked.rename(columns={"label": "title", "kind": "practice_kind"}).astype({"shared": "int64"})
    served = [any(_fits(row, finding) for _, row in ranked.iterrows()) for _, finding in findings.iterrows()]
    turns = findings[pd.Series(served, findings.index, dtype="bool")]
    turns = turns.assign(turn=turns.groupby("kind").cumcount()).sort_values("turn", kind="stable")
    pairs, taken, about = [], set(), set()
    for _, finding in turns.iterrows():
        fits = [row for _, row in ranked.iterrows() if row["practice"] not in taken and _fits(row, finding)]
        if fits and finding["key"] not in about and len(pairs) < most:
            pairs.append({**finding[findings.columns], **fits[0].drop(list(LINKS))})
            taken.add(fits[0]["practice"])
            about.add(finding["key"])
    columns = [*findings.columns, *ranked.columns.drop(list(LINKS))]
    return pd.DataFrame(pairs, columns=columns)


def _fits(practice: pd.Series, finding: pd.Series) -> bool:
    column = next(column for column, link in LINKS.items() if link == finding["link"])
    of_form = column == "instruments" and not practice["instruments"] and finding["form"] in practice["forms"]
    return finding["key"] in practice[column] or of_form


def show_practices(page: Page) -> None:
    """A slide with findings left and what others do about them right; none where nothing fits, or in a deck of staff."""
    study = page.study
    if not study.tables["practices"] or page.view != "units":  # themes have no figures by staff
        return
    pairs = fitting(usable(study), stand_out(page))
    if pairs.empty:
        return
    body = "\n\n".join(_pair(row, page) for row in pairs.itertuples())
    notes = [study.text("practice_note", finding=row.label, practice=row.title, count=row.shared) for row in pairs.itertuples()]
    title = study.text("practice_slide", names=join_names(pairs["label"], study))
    footer = page.footer(pairs, "" if page.census else "practice_margins")
    page.set_out("pairs", pairs, title, "kicker_practice", body, footer, "\n".join(notes), "practices")


def _pair(row, page: Page) -> str:
    """A finding with its figure, and the practice: heading and two paragraphs (Markdown)."""
    study = page.study
    source = plain(row.source or study.text(f"practice_kind_{row.practice_kind}"))
    source = f"[{source}]({row.url})" if row.url else source
    where = " · ".join(filter(None, [study.text(f"practice_kind_{row.practice_kind}") if row.source else "", plain(row.organisation), source]))
    return f"### {plain(capital(row.label))}\n\n{figure(row, page)}\n\n**{plain(row.title)}**  \n{plain(row.summary)}  \n*{where}*"


def figure(row, page: Page) -> str:
    """What was found, in words, with its interval."""
    study, signed = page.study, row.kind in ("gap", "rise")
    write = style.signed if signed else style.percent if row.kind == "little" else style.number
    places = () if row.kind == "little" else (0,)
    words = study.text(f"practice_{row.kind}", value=write(row.estimate, *places, study.language), units=study.says("units"))
    if page.census or not row.se > 0:
        return words
    low, high = (style.number(value, 0, study.language) for value in (row.lower, row.upper))
    return words + " (" + study.text("chart_span", low=low, high=high).replace(" ", "\N{NO-BREAK SPACE}") + ")"
