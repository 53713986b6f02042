"""What interviews say of the coming years that no theme of the codebook has: a page with the terms, or that there are none."""

from __future__ import annotations

import pandas as pd

from ledanalysis.findings import FEW, capital, join_names
from ledanalysis.new_themes import find_themes, possible
from ledanalysis.pages import Page
from ledanalysis.tables import read_table

MOST = 8  # rows that a slide has room for
FEWEST = 3  # municipalities that must say it, whatever the study's min_n


def newcomers(page: Page, most: int = MOST) -> pd.DataFrame:
    """The terms that may be a new theme, the clearest first.

    Parameters
    ----------
    page : Page
    most : int

    Returns
    -------
    DataFrame
        term, municipalities (that say it of the coming years), elsewhere (of these, those that say it of now too), n
        (interviewed municipalities): of terms that at least `min_n` municipalities say of the coming years. A term stands
        here as a word of its own, never with the sentence it was said in.
    """
    found = possible(find_themes(page.study, min_municipalities=max(FEWEST, page.study.settings.min_n)))
    interviewed = int(page.response()["interviewed"])
    return found[["term", "municipalities", "elsewhere"]].head(most).assign(n=interviewed).reset_index(drop=True)


def show(page: Page) -> None:
    """The slide on new themes; none where nobody was interviewed, or in a deck of staff."""
    study = page.study
    words = {"units": study.says("units"), "min_n": max(FEWEST, study.settings.min_n), "n": int(page.response()["interviewed"])}
    if page.view != "units" or not _interviews(page) or words["n"] < words["min_n"]:
        return
    table = newcomers(page)
    footer = study.text("newcomers_footer", **words)
    if table.empty:
        page.words(study.text("newcomers_none"), "kicker_newcomers", study.text("newcomers_none_text", **words), footer)
        return
    title = study.text("newcomers_title_one" if len(table) == 1 else "newcomers_title", names=join_names([f"‘{term}’" for term in table["term"]], study, FEW))
    headings = {"term": "newcomers_term", "municipalities": "newcomers_count", "elsewhere": "newcomers_now"}
    named = table[list(headings)].rename(columns={name: study.text(key, **words) for name, key in headings.items()})
    page.grid("newcomers", named, capital(title), "kicker_newcomers", footer)


def _interviews(page: Page) -> bool:
    return read_table(page.study, "passages")["kind"].eq("interview").any()
