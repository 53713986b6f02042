"""The text side of the explorer, for who reads: passages of a theme with buttons to accept and reject, and proposed themes."""

from __future__ import annotations

import html
import os
from collections.abc import Callable
from pathlib import Path

import ipywidgets as w

from ledanalysis.errors import InputError
from ledanalysis.estimates import SECTOR
from ledanalysis.explore import deciding, passages
from ledanalysis.explore.desk_parts import controls, line, wide
from ledanalysis.explore.passage_card import Card, horizons
from ledanalysis.explore.passages import Choice
from ledanalysis.explore.theme_desk import ThemeDesk
from ledanalysis.explore.widgets import classed
from ledanalysis.page_tables import in_words
from ledanalysis.study import Study, load_study

SERVED = "VOILA_"  # begins what is set where a page is served to others
_session = {"by": ""}  # who decides, as said last


def text_desk(study: Study) -> TextDesk:
    """The passages of a prepared study and its proposed themes, to read and to decide on, in JupyterLab.

    Parameters
    ----------
    study : Study

    Returns
    -------
    ipywidgets widget

    Raises
    ------
    InputError
        On a page that is served to others: texts are for the analyst alone. Or `led prepare` has not been run.
    """
    if any(name.startswith(SERVED) for name in os.environ):
        raise InputError("texts are for the analyst alone: not on a page that is served to others")
    return TextDesk(study)


class TextDesk(w.VBox):
    """Two tabs, who decides, and what came of the last decision.

    Attributes
    ----------
    by, note : Text
    undo : Button
        Takes the last decision of this session back.
    said : HTML
    reading : Reading
    themes : ThemeDesk
    """

    def __init__(self, study: Study):
        self.study, self._done = study, []
        text = study.text
        self.by = w.Text(value=_session["by"], description=text("desk_by"), continuous_update=False, **wide())
        self.note = w.Text(description=text("desk_note"), continuous_update=False, **wide())
        self.undo = w.Button(description=text("desk_undo"), disabled=True)
        self.said = w.HTML()
        self.texts = passages.read_texts(study)
        self.reading = Reading(self)
        self.themes = ThemeDesk(self)
        self.by.observe(lambda change: _session.update(by=change["new"]), "value")
        self.undo.on_click(lambda _: self._undo())
        tabs = w.Tab([self.reading, self.themes], titles=[text("desk_tab_passages"), text("desk_tab_themes")])
        tabs.observe(lambda change: self.themes.load() if change["new"] == 1 else None, "selected_index")
        about = w.HTML(f"<p>{html.escape(text('desk_pending'))} {html.escape(text('desk_note_why'))}</p>")
        style = w.HTML(f"<style>{Path(__file__).with_name('explore.css').read_text('utf-8')}</style>")
        super().__init__([style, about, controls([self.by, self.note, self.undo]), self.said, tabs])
        classed(classed(self, "led-explore"), "led-texts")

    def act(self, words: str, what: Callable[[], deciding.Undo], then: Callable[[], None]) -> None:
        """Decide something and say so, or say why not; `then` shows it, and shows it undone."""
        try:
            undo = what()
        except InputError as error:
            self.say(str(error), "alert")
            return
        self._done.append((words, undo, then))
        self.note.value = ""
        self._settled(self.study.text("desk_written", what=words), then)

    def _undo(self) -> None:
        words, undo, then = self._done[-1]
        try:
            undo()
        except InputError as error:
            self.say(str(error), "alert")
            return
        self._done.pop()
        self._settled(self.study.text("desk_undone", what=words), then)

    def _settled(self, words: str, then: Callable[[], None]) -> None:
        self.undo.disabled = not self._done
        then()
        self.say(words, "status")

    def say(self, words: str, role: str) -> None:
        """Show what came of an act: role "alert" of what failed, else "status"."""
        self.said.value = f'<p role="{role}">{html.escape(words)}</p>'

    def read_again(self) -> None:
        """Take the codebook as it is on disk now: a theme came or went."""
        self.study = load_study(self.study.folder).in_language(self.study.language)
        self.reading.list_themes()


class Reading(w.VBox):
    """The passages of a theme, a page at a time.

    Attributes
    ----------
    theme, kind, horizon, clustering, cluster, undecided, everything, words : widget
        What to read: see `passages.Choice`.
    previous, next : Button
    count : HTML
        How many passages there are, and which page this is.
    cards : list of Card
    """

    def __init__(self, desk: TextDesk):
        self.desk, self.cards, self._number = desk, [], 1
        text = desk.study.text
        kinds = {each.kind for each in desk.texts.passages.values()}
        self.theme = w.Dropdown(description=text("desk_theme"), **wide())
        self.kind = w.Dropdown(description=text("desk_kind"), options=[(text("desk_all"), ""), *((text(f"desk_kind_{name}"), name) for name in passages.KINDS if name in kinds)], **wide())
        self.horizon = w.Dropdown(description=text("desk_horizon"), options=[(text("desk_all"), ""), *horizons(desk.study)], **wide())
        named = [(desk.study.label_of(row), row.clustering) for row in desk.study.tables["clusterings"]]
        self.clustering = w.Dropdown(description=text("desk_clustering"), options=[(text("desk_all"), ""), *named], **wide())
        self.cluster = w.Dropdown(description=text("desk_cluster"), options=[(text("desk_all"), "")], **wide())
        self.words = w.Text(description=text("desk_words"), continuous_update=False, **wide())
        self.undecided = w.Checkbox(description=text("desk_undecided"), indent=False)
        self.everything = w.Checkbox(description=text("desk_everything"), indent=False)
        self.previous, self.next = (w.Button(description=text(key)) for key in ("desk_previous", "desk_next"))
        self.count, self.list = w.HTML(), w.VBox()
        self.list_themes()
        for control in (self.theme, self.kind, self.horizon, self.cluster, self.words, self.undecided, self.everything):
            control.observe(lambda _: self.show(1), "value")
        self.clustering.observe(lambda _: self._list_clusters(), "value")
        self.previous.on_click(lambda _: self.show(self._number - 1))
        self.next.on_click(lambda _: self.show(self._number + 1))
        asked = [self.theme, self.kind, self.horizon, self.clustering, self.cluster, self.words, self.undecided, self.everything]
        super().__init__([controls(asked), line([self.previous, self.next, self.count]), self.list])
        self.show(1)

    @property
    def choice(self) -> Choice:
        """What is asked for."""
        return Choice(self.theme.value, self.kind.value, self.horizon.value, self.clustering.value, self.cluster.value,
                      self.undecided.value, self.everything.value, self.words.value)  # fmt: skip

    def list_themes(self) -> None:
        """The themes of the codebook, the chosen one kept where it is still there; else the first is chosen."""
        study, chosen = self.desk.study, self.theme.value
        rows = {row.theme: study.label_of(row) for row in study.tables["themes"]}
        self.theme.options = [(label, theme) for theme, label in rows.items()]
        self.theme.value = chosen if chosen in rows else next(iter(rows), None)

    def _list_clusters(self) -> None:
        labels = _cluster_labels(self.desk.study, self.clustering.value)
        self.cluster.options = [(self.desk.study.text("desk_all"), ""), *((label, name) for name, label in labels.items())]
        self.cluster.value = ""
        self.show(1)

    def show(self, number: int) -> None:
        """Show a page of passages."""
        try:
            decided = passages.decisions(self.desk.study)
        except InputError as error:
            self.desk.say(str(error), "alert")
            return
        keys = passages.find(self.choice, self.desk.texts, decided)
        here, self._number, pages = passages.page(keys, number)
        self.previous.disabled, self.next.disabled = self._number == 1, self._number == pages
        words = self.desk.study.text("desk_count", count=len(keys), page=self._number, pages=pages)
        self.count.value = f"<p>{html.escape(words)}</p>"
        gone, self.cards = self.cards, [Card(self, self.desk.texts.passages[key]) for key in here]
        self.list.children = self.cards
        for card in gone:
            card.dispose()


def _cluster_labels(study: Study, clustering: str) -> dict[str, str]:
    if clustering in ("", SECTOR):
        return {}
    table = in_words(study, "clusters").query("clustering == @clustering").drop_duplicates("cluster").sort_values("order")
    return dict(zip(table["cluster"], table["label"]))
