"""Two pages for the discussion: Why-How-What, and the menu of formal and informal forms, from a page's own answers."""

from __future__ import annotations

import pandas as pd

from ledanalysis import notes, style
from ledanalysis.findings import shown
from ledanalysis.markup import plain
from ledanalysis.pages import Page
from ledanalysis.practices import lower_half, upper_half

MEASURES = ("organised", "stimulated")  # whose instruments are on the menu
FORMS = ("formal", "nonformal", "informal")  # what is organisational is a condition, no form of learning
ROOM = 12  # instruments that a column has room for
FEW = 3


def menu(page: Page) -> pd.DataFrame:
    """The menu: each instrument of a form of learning, with the share that uses it on this page.

    Parameters
    ----------
    page : Page

    Returns
    -------
    DataFrame
        measure, theme, label, form, estimate (percent; missing where suppressed), lower, upper, se, n, view, and part:
        "used", "little" (surely in the lower half of its question) or "few" (too few answers). By form, part and
        estimate from high to low. Without rows where nothing may be shown.
    """
    study = page.study
    forms = {row.instrument: row.form for row in study.tables["instruments"]}
    parts = []
    for measure in MEASURES:
        table = page.table(measure, "instrument")
        names = study.themes[(study.themes["measure"] == measure) & (study.themes["kind"] == "instrument")]
        figures = table.reindex(columns=["theme", "estimate", "lower", "upper", "se", "n", "view"])
        part = names[["measure", "theme", "short"]].rename(columns={"short": "label"}).merge(figures, on="theme", how="left")
        little = part["theme"].isin(lower_half(table)["theme"])
        parts.append(part.assign(part=little.map({True: "little", False: "used"}).mask(part["estimate"].isna(), "few")))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows.assign(form=rows["theme"].map(forms)).loc[lambda t: t["form"].isin(FORMS)]
    if rows["estimate"].isna().all():
        return rows.iloc[:0]
    places = [rows["form"].map(FORMS.index), rows["part"].map(["used", "little", "few"].index), -rows["estimate"]]
    order = pd.concat(places, axis=1, keys=["form", "part", "estimate"]).sort_values(["form", "part", "estimate"], kind="stable").index
    return rows.loc[order].reset_index(drop=True)


def show_menu(page: Page) -> None:
    """A slide with the menu, a column per form."""
    study, table = page.study, menu(page)
    little = int((table["part"] == "little").sum())
    title = study.text("menu_title_little" if little else "menu_title", little=little, count=len(table))
    title += f" ({study.text(f'view_{page.view}')})" if page.view != "units" else ""
    columns = [_column(form, part, page) for form, part in table.groupby("form", sort=False)]
    footer = "; ".join(filter(None, [page.footer(table), study.text("menu_footer") if little else ""]))
    page.set_out("columns", table, title, "kicker_menu", "\n\n".join(columns), footer, notes.figures(table, study), "menu")


def _column(form: str, table: pd.DataFrame, page: Page) -> str:
    """Heading, what the form is, and its instruments; those little used and those without a figure under a line of their own."""
    study = page.study
    lines = []
    for part, rows in _fitted(table).groupby("part", sort=False):
        lines += [] if part == "used" else [f"- *{study.text(f'menu_{part}')}*"]
        for row in rows.itertuples():
            share = "" if part == "few" else f"**{style.percent(row.estimate, study.language)}** "
            lines.append(f"{'' if part == 'used' else '  '}- {share}{plain(row.label)}")
    left_out = len(table) - len(_fitted(table))
    lines += [f"- {study.text('menu_more', count=left_out)}"] if left_out else []
    return f"### {study.text(f'menu_form_{form}')}\n\n{study.text(f'menu_what_{form}')}\n\n" + "\n".join(lines)


def _fitted(table: pd.DataFrame) -> pd.DataFrame:
    """The first and the last rows, where there are more than a column has room for."""
    return table if len(table) <= ROOM else pd.concat([table.iloc[: ROOM // 2], table.iloc[-ROOM // 2 :]])


def why_how_what(page: Page) -> pd.DataFrame:
    """What this page's answers say on why, how and what.

    Parameters
    ----------
    page : Page

    Returns
    -------
    DataFrame
        column ("why", "how", "what"), point (its key in the labels), words; points of measures that the study does
        not have are left out, and a point of which nothing may be shown says that there are too few answers.
    """
    study, forms = page.study, menu(page)
    now, moments, barriers = (page.table(measure) for measure in ("now", "moments", "barriers"))
    organised = page.table("organised", "instrument")
    rise = page.changes()
    rising = shown(rise[rise["clear"] & (rise["rise"] > 0)]) if len(rise) else rise
    by_form = {form: forms[forms["form"] == form] for form in FORMS if form in set(forms["form"])}
    seen = forms[forms["estimate"].notna()]
    points = [
        ("why", "now", "now", now, upper_half(now).head(FEW), style.number),
        ("why", "rise", "rise", rise, rising.head(FEW), style.signed),
        ("how", "moments", "moments", moments, upper_half(moments).head(FEW), style.number),
        ("how", "moments_least", "moments", moments, lower_half(moments).head(FEW), style.number),
        ("how", "organised", "organised", organised, upper_half(organised).head(FEW), style.percent),
        ("how", "barriers", "barriers", barriers, upper_half(barriers).head(2), style.percent),
        *[("what", form, "stimulated", part, shown(part).head(FEW), style.percent) for form, part in by_form.items()],
        ("what", "little", "stimulated", seen, shown(seen[seen["part"] == "little"]).iloc[::-1].head(FEW), style.percent),
    ]  # fmt: skip
    rows = [(column, point, _words(table, some, write, study)) for column, point, measure, table, some, write in points if study.measure(measure)]
    return pd.DataFrame(rows, columns=["column", "point", "words"])


def _words(table: pd.DataFrame, some: pd.DataFrame, write, study) -> str:
    """The names with their figures; or that nothing is clear, or that there are too few answers."""
    if table.empty or table["estimate"].isna().all():
        return study.text("menu_few").lower()
    places = () if write is style.percent else (0,)
    named = [f"{row.label}\N{NO-BREAK SPACE}({write(row.estimate, *places, study.language)})" for row in some.itertuples()]
    gone = int(table["estimate"].isna().sum())
    told = ", ".join(named) or study.text("menu_unclear")
    return told + (f"; {study.text('menu_gone', count=gone)}" if gone else "")


def show_why(page: Page) -> None:
    """A slide with Why, How and What side by side; none where a column is empty, nothing may be shown, or in a deck of staff."""
    study, points = page.study, why_how_what(page)
    columns = list(points["column"].unique())
    here = pd.concat([page.table(measure) for measure in ("now", "moments", "organised", "stimulated", "barriers", "whw")], ignore_index=True)
    if len(columns) < 3 or here.empty or page.view != "units":  # themes have no figures by staff
        return
    asked = {row.theme.rpartition("_")[2]: row for row in page.table("whw").itertuples()}
    body = "\n\n".join(_why(column, asked.get(column), points[points["column"] == column], page) for column in columns)
    page.set_out("columns", points, study.text("menu_why_title"), "kicker_why", body, page.footer(here), notes.figures(here[here["measure"] == "whw"], study), "why_how_what")


def _why(column: str, asked, points: pd.DataFrame, page: Page) -> str:
    """Heading, what the page's answers say of it, and its points; the score of the measure `whw` where it has one."""
    study = page.study
    says = study.text(f"menu_{column}_asks")
    if study.measure("whw"):
        score = asked.estimate if asked is not None else float("nan")
        value = study.text("menu_few").lower() if pd.isna(score) else study.text("menu_of_100", value=style.number(score, 0, study.language))
        says = f"{study.text(f'menu_{column}_known')}: {value}"
    lines = [f"- **{study.text(f'menu_point_{row.point}')}**: {plain(row.words)}" for row in points.itertuples()]
    return f"### {study.text(f'menu_{column}')}\n\n{says}\n\n" + "\n".join(lines)
