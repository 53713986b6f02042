"""Proposed themes: each with its contexts, a form to mend its row, what its words would code, and buttons to accept and reject."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import ipywidgets as w
import pandas as pd

from ledanalysis import new_themes
from ledanalysis.codebook import TABLES, Proposal, read_table
from ledanalysis.codebook_writing import version
from ledanalysis.errors import InputError
from ledanalysis.explore import deciding
from ledanalysis.explore.desk_parts import close, controls, line, wide
from ledanalysis.study import Study
from ledanalysis.tables import read_table as read_processed

if TYPE_CHECKING:
    from ledanalysis.explore.text_desk import TextDesk

FIELDS = ("theme", "label_nl", "label_en", "definition_nl", "patterns")  # of themes.csv, to be mended
MOST = 10  # proposals at a time


class ThemeDesk(w.VBox):
    """The proposals, of the coming years in interviews or of the answers to an open question.

    Attributes
    ----------
    source : Dropdown
    again : Button
        Reads the codebook and the texts anew.
    cards : list of ThemeCard
    seen : str
        The version of themes.csv that the proposals were made with.
    """

    def __init__(self, desk: TextDesk):
        self.desk, self.cards, self.seen, self._loaded = desk, [], "", False
        text = desk.study.text
        items = {row.item: desk.study.label_of(row) for row in desk.study.items("open")}
        asked = sorted({each.source for each in desk.texts.passages.values() if each.kind == "open_answer"})
        options = [(text("desk_from_interviews"), ""), *((items.get(source, source), source) for source in asked)]
        self.source = w.Dropdown(description=text("desk_from"), options=options, **wide())
        self.again = w.Button(description=text("desk_again"))
        self.told, self.list = w.HTML(), w.VBox()
        self.source.observe(lambda _: self.load(anew=True), "value")
        self.again.on_click(lambda _: self.load(anew=True))
        super().__init__([controls([self.source, self.again]), self.told, self.list])

    def load(self, anew: bool = False) -> None:
        """Look for proposals, unless they are there already."""
        if self._loaded and not anew:
            return
        try:
            self.desk.read_again()
            self.seen = version(self.desk.study, "themes")
            rows = proposals(self.desk.study, self.source.value)
        except InputError as error:
            self.desk.say(str(error), "alert")
            return
        gone, self.cards = self.cards, [ThemeCard(self, *row) for row in rows]
        self.list.children = self.cards
        for card in gone:
            close(card)
        self._loaded = True
        self.told.value = f"<p>{html.escape(self.desk.study.text('desk_proposals' if rows else 'desk_proposals_none', count=len(rows)))}</p>"


class ThemeCard(w.VBox):
    """A proposed theme.

    Attributes
    ----------
    fields : dict of str to Text
        The row of themes.csv.
    count : HTML
        What its patterns would code.
    accept, reject : Button
    state : HTML
    """

    def __init__(self, desk: ThemeDesk, found: tuple, row: dict, contexts: pd.DataFrame):
        self.desk, self.term, self.row = desk, found.term, row
        text, term = desk.desk.study.text, found.term
        self.fields = {name: (w.Textarea if name == "definition_nl" else w.Text)(value=str(row[name]), description=text(f"desk_field_{name}"), continuous_update=False, **wide()) for name in FIELDS}
        for name in ("definition_nl", "patterns"):
            self.fields[name].layout.width = "min(100%, 44rem)"
        self.count, self.state = w.HTML(), w.HTML()
        self.accept = w.Button(description=text("desk_accept_theme", term=term))
        self.reject = w.Button(description=text("desk_reject_theme", term=term))
        self.fields["patterns"].observe(lambda _: self._counted(), "value")
        self.accept.on_click(lambda _: self._accept())
        self.reject.on_click(lambda _: self._reject())
        body = w.HTML(contexts_html(found, contexts, desk.desk.study))
        super().__init__([body, controls(self.fields.values()), self.count, line([self.accept, self.reject, self.state])])
        self._counted()

    @property
    def edited(self) -> dict:
        """The row of themes.csv as it stands in the form."""
        return self.row | {name: field.value.strip() for name, field in self.fields.items()}

    def _counted(self) -> None:
        study = self.desk.desk.study
        try:
            passages, homes = deciding.coded_by(study, self.edited, self.desk.desk.texts)
            words, role = study.text("desk_would_code", passages=passages, municipalities=homes, units=study.says("units")), "status"
        except InputError as error:
            words, role = str(error), "alert"
        self.count.value = f'<p role="{role}">{html.escape(words)}</p>'

    def _accept(self) -> None:
        desk = self.desk.desk
        words = desk.study.text("desk_did_accept_theme", term=self.term)
        desk.act(words, lambda: deciding.accept_theme(desk.study, self.term, self.edited, desk.by.value, desk.note.value, self.desk.seen), self._settle)

    def _reject(self) -> None:
        desk = self.desk.desk
        words = desk.study.text("desk_did_reject_theme", term=self.term)
        desk.act(words, lambda: deciding.reject_theme(desk.study, self.term, desk.by.value, desk.note.value), self._settle)

    def _settle(self) -> None:
        """Show what proposals.csv says now."""
        desk = self.desk.desk
        desk.read_again()
        self.desk.seen = version(desk.study, "themes")
        said = next((row for row in decided(desk.study) if row.term == self.term), None)
        self.accept.disabled = self.reject.disabled = said is not None
        words = desk.study.text(f"desk_theme_{said.decision}ed", by=said.decided_by, on=said.decided_on) if said else ""
        self.state.value = f"<span>{html.escape(words)}</span>"


def decided(study: Study) -> tuple[Proposal, ...]:
    """What proposals.csv says now, whoever wrote it."""
    path = study.codebook / "proposals.csv"
    return read_table(path, *TABLES["proposals"]) if path.exists() else ()


def proposals(study: Study, item: str = "") -> list[tuple[tuple, dict, pd.DataFrame]]:
    """Of each term that may be a new theme: its row of `find_themes`, the row that themes.csv could have, and where it stands (before, match, after, ...).

    Parameters
    ----------
    study : Study
    item : str
        See `new_themes.find_themes`. What somebody decided on already is not proposed again.
    """
    found = new_themes.possible(new_themes.find_themes(study, item)).head(MOST)
    rows = new_themes.propose_themes(found, study, MOST).tail(len(found)).to_dict("records") if len(found) else []
    contexts = new_themes.shown_in_context(found, read_processed(study, "passages"))
    return [(term, row, contexts[contexts["term"] == term.term]) for term, row in zip(found.itertuples(), rows)]


def contexts_html(found: tuple, contexts: pd.DataFrame, study: Study) -> str:
    """A term of `find_themes`, how often it is said, and where it stands: a table of keywords in context."""
    columns = "".join(f'<th scope="col">{html.escape(study.text(key))}</th>' for key in ("desk_kwic_where", "desk_kwic_before", "desk_kwic_match", "desk_kwic_after"))
    rows = "".join(
        f'<tr><th scope="row">{html.escape(study.text("desk_head", source=row.source, passage=row.passage))}</th>'
        f'<td style="text-align:right">{html.escape(row.before)}</td><td><mark>{html.escape(row.match)}</mark></td><td style="text-align:left">{html.escape(row.after)}</td></tr>'
        for row in contexts.itertuples()
    )
    said = {"count": found.count, "municipalities": found.municipalities, "units": study.says("units"), "shown": len(contexts)}
    caption = html.escape(study.text("desk_kwic", **said))
    return f"<section><h4>{html.escape(found.term)}</h4><table><caption>{caption}</caption><thead><tr>{columns}</tr></thead><tbody>{rows}</tbody></table></section>"
