"""The text side of the explorer, for who reads: passages of a theme with buttons to accept and reject, and proposed themes."""

from __future__ import annotations

import html
import os
from collections.abc import Callable

import ipywidgets as w

from ledanalysis.errors import InputError
from ledanalysis.estimates import SECTOR
from ledanalysis.explore import HALL, deciding, passages
from ledanalysis.explore.desk_parts import AUTO, ROW, close, wide
from ledanalysis.explore.passages import Choice, Mention, Passage
from ledanalysis.explore.theme_desk import ThemeDesk
from ledanalysis.page_tables import in_words
from ledanalysis.study import Study, load_study

SERVED = (HALL, "VOILA_REQUEST_URL", "VOILA_KERNEL_ID")  # set where a page is served to others
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
    if any(os.environ.get(name) for name in SERVED):
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
        self.by = w.Text(value=_session["by"], description=text("desk_by"), **wide())
        self.note = w.Text(description=text("desk_note"), **wide())
        self.undo = w.Button(description=text("desk_undo"), layout=AUTO, disabled=True)
        self.said = w.HTML()
        self.texts = passages.read_texts(study)
        self.reading = Reading(self)
        self.themes = ThemeDesk(self)
        self.by.observe(lambda change: _session.update(by=change["new"]), "value")
        self.undo.on_click(lambda _: self._undo())
        tabs = w.Tab([self.reading, self.themes], titles=[text("desk_tab_passages"), text("desk_tab_themes")])
        tabs.observe(lambda change: self.themes.load() if change["new"] == 1 else None, "selected_index")
        about = w.HTML(f"<p>{html.escape(text('desk_pending'))} {html.escape(text('desk_note_why'))}</p>")
        super().__init__([about, w.Box([self.by, self.note, self.undo], layout=ROW), self.said, tabs])
        self.add_class("led-texts")

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
        self.horizon = w.Dropdown(description=text("desk_horizon"), options=[(text("desk_all"), ""), *_horizons(desk.study)], **wide())
        named = [(desk.study.label_of(row), row.clustering) for row in desk.study.tables["clusterings"]]
        self.clustering = w.Dropdown(description=text("desk_clustering"), options=[(text("desk_all"), ""), *named], **wide())
        self.cluster = w.Dropdown(description=text("desk_cluster"), options=[(text("desk_all"), "")], **wide())
        self.words = w.Text(description=text("desk_words"), continuous_update=False, **wide())
        self.undecided = w.Checkbox(description=text("desk_undecided"), indent=False, layout=AUTO)
        self.everything = w.Checkbox(description=text("desk_everything"), indent=False, layout=AUTO)
        self.previous, self.next = (w.Button(description=text(key), layout=AUTO) for key in ("desk_previous", "desk_next"))
        self.count, self.list = w.HTML(), w.VBox()
        self.list_themes()
        for control in (self.theme, self.kind, self.horizon, self.cluster, self.words, self.undecided, self.everything):
            control.observe(lambda _: self.show(1), "value")
        self.clustering.observe(lambda _: self._list_clusters(), "value")
        self.previous.on_click(lambda _: self.show(self._number - 1))
        self.next.on_click(lambda _: self.show(self._number + 1))
        controls = [self.theme, self.kind, self.horizon, self.clustering, self.cluster, self.words, self.undecided, self.everything]
        super().__init__([w.Box(controls, layout=ROW), w.Box([self.previous, self.next, self.count], layout=ROW), self.list])
        self.show(1)

    @property
    def choice(self) -> Choice:
        """What is asked for."""
        return Choice(self.theme.value, self.kind.value, self.horizon.value, self.clustering.value, self.cluster.value,
                      self.undecided.value, self.everything.value, self.words.value)  # fmt: skip

    def list_themes(self) -> None:
        """The themes of the codebook, the chosen one kept where it is still there."""
        study, chosen = self.desk.study, self.theme.value
        rows = {row.theme: study.label_of(row) for row in study.tables["themes"]}
        self.theme.options = [(label, theme) for theme, label in rows.items()]
        if chosen in rows:
            self.theme.value = chosen

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


class Card(w.VBox):
    """A passage: its text with the words marked, and a line with buttons for each code in it.

    Attributes
    ----------
    mentions : list of Mention
    lines : list of Box
        Of each mention its words, and the buttons accept, reject and withdraw.
    chosen, horizon, assign : widget
        The words to give the theme to, of what horizon, and the button; there where passages without the theme are read too.
    """

    def __init__(self, reading: Reading, passage: Passage):
        self.reading, self.passage, self.mentions, self.lines = reading, passage, [], []
        text = reading.desk.study.text
        self.body = w.HTML()
        self.chosen = w.Text(description=text("desk_chosen"), placeholder=text("desk_whole"), **wide())
        self.horizon = w.Dropdown(description=text("desk_horizon"), options=[(text("desk_horizon_words"), ""), *_horizons(reading.desk.study)], **wide())
        self.assign = w.Button(description=text("desk_assign", theme=_label(reading.desk.study, reading.theme.value)), layout=AUTO)
        self.assign.on_click(lambda _: self._assign())
        self.form = w.Box([self.chosen, self.horizon, self.assign] if reading.everything.value else [], layout=ROW)
        super().__init__()
        self.theme = reading.theme.value
        self.refresh()

    def refresh(self) -> None:
        """Show what codings.csv says now; lines that are there stay, so that who uses the keyboard stays where they are."""
        desk = self.reading.desk
        try:
            decided = passages.decisions(desk.study)
        except InputError as error:
            desk.say(str(error), "alert")
            return
        self.mentions = passages.mentions_of(self.passage.key, self.theme, desk.texts, decided)
        self.body.value = passage_html(self.passage, self.mentions, desk.study)
        for line in self.lines[len(self.mentions) :]:
            close(line)
        self.lines = self.lines[: len(self.mentions)]
        self.lines += [self._line(number) for number in range(len(self.lines), len(self.mentions))]
        for number, (line, mention) in enumerate(zip(self.lines, self.mentions), 1):
            words, accept, reject, withdraw = line.children
            words.value = f"<span>{html.escape(mention_words(number, mention, self.passage, desk.study))}</span>"
            theme = _label(desk.study, mention.theme)
            for button, key in ((accept, "desk_accept"), (reject, "desk_reject"), (withdraw, "desk_withdraw")):
                button.description = desk.study.text(key, number=number, theme=theme)
            withdraw.layout.visibility = "hidden" if mention.decision is None else "visible"
        self.children = [self.body, *self.lines, self.form]

    def _line(self, at: int) -> w.Box:
        buttons = [w.Button(layout=w.Layout(width="auto")) for _ in range(3)]
        for button, decision in zip(buttons, ("accept", "reject", "")):
            button.on_click(lambda _, decision=decision: self._decide(at, decision))
        return w.Box([w.HTML(), *buttons], layout=ROW)

    def _decide(self, at: int, decision: str) -> None:
        desk, mention = self.reading.desk, self.mentions[at]
        act = desk.study.text(f"desk_did_{decision or 'withdraw'}", theme=_label(desk.study, mention.theme), source=self.passage.source, passage=self.passage.passage)
        if decision:
            desk.act(act, lambda: deciding.decide(desk.study, self.passage, mention, decision, desk.by.value, desk.note.value), self.refresh)
        elif mention.decision is not None:
            desk.act(act, lambda: deciding.withdraw(desk.study, mention.decision), self.refresh)

    def _assign(self) -> None:
        desk, words = self.reading.desk, self.chosen.value
        act = desk.study.text("desk_did_accept", theme=_label(desk.study, self.theme), source=self.passage.source, passage=self.passage.passage)
        desk.act(act, lambda: deciding.assign(desk.study, self.passage, self.theme, words, self.mentions, desk.by.value, desk.note.value, self.horizon.value), self.refresh)

    def dispose(self) -> None:
        """Let go of its widgets, on the page and in the kernel."""
        close(self)


def passage_html(passage: Passage, mentions: list[Mention], study: Study) -> str:
    """A passage with where it is from, what was said before it and its words marked; nothing in it is taken for more than text."""
    labels = {row.theme: study.label_of(row) for row in study.tables["themes"]}
    kind = study.text(f"desk_kind_{passage.kind}")
    head = " · ".join(filter(None, [study.text("desk_head", source=passage.source, passage=passage.passage), kind, str(passage.speaker)]))
    before = f'<p class="led-before"><em>{html.escape(study.text("desk_before"))}</em> {html.escape(passage.before)}</p>' if passage.before else ""
    style = "white-space:pre-wrap;max-width:72ch"
    return f'<section><h4>{html.escape(head)}</h4>{before}<p style="{style}">{passages.marked(passage.text, mentions, labels)}</p></section>'


def mention_words(number: int, mention: Mention, passage: Passage, study: Study) -> str:
    """A code in words: which words, of what theme and horizon, what was decided of it, and whether that counts already."""
    words = passages.words_of(mention, passage.text)
    what = study.text("desk_words_of", words=words) if words else study.text("desk_whole")
    said = mention.decision
    state = study.text(f"desk_state_{mention.state}", by=said.decided_by if said else "", on=said.decided_on if said else "")
    horizon = [study.text(f"desk_horizon_{mention.horizon}")] if mention.horizon and mention.state != "rejected" else []
    parts = [f"{number}. {what}", _label(study, mention.theme), *horizon, state, *([study.text("desk_later")] if mention.pending else [])]
    return " · ".join(parts)


def _horizons(study: Study) -> list[tuple[str, str]]:
    return [(study.text(f"desk_horizon_{name}"), name) for name in passages.HORIZONS]


def _label(study: Study, theme: str) -> str:
    return next((study.label_of(row) for row in study.tables["themes"] if row.theme == theme), theme)


def _cluster_labels(study: Study, clustering: str) -> dict[str, str]:
    if clustering in ("", SECTOR):
        return {}
    table = in_words(study, "clusters").query("clustering == @clustering").drop_duplicates("cluster").sort_values("order")
    return dict(zip(table["cluster"], table["label"]))
