"""A passage on the desk: its text with the words marked, and a line with buttons for each code in it."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import ipywidgets as w

from ledanalysis.errors import InputError
from ledanalysis.explore import deciding, passages
from ledanalysis.explore.desk_parts import close, controls, line, wide
from ledanalysis.explore.passages import Mention, Passage
from ledanalysis.study import Study

if TYPE_CHECKING:
    from ledanalysis.explore.text_desk import Reading


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
        self.chosen = w.Text(description=text("desk_chosen"), placeholder=text("desk_whole"), continuous_update=False, **wide())
        self.horizon = w.Dropdown(description=text("desk_horizon"), options=[(text("desk_horizon_words"), ""), *horizons(reading.desk.study)], **wide())
        self.assign = w.Button(description=text("desk_assign", theme=label_of(reading.desk.study, reading.theme.value)))
        self.assign.on_click(lambda _: self._assign())
        self.form = controls([self.chosen, self.horizon, self.assign] if reading.everything.value else [])
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
        for gone in self.lines[len(self.mentions) :]:
            close(gone)
        self.lines = self.lines[: len(self.mentions)]
        self.lines += [self._line(number) for number in range(len(self.lines), len(self.mentions))]
        for number, (row, mention) in enumerate(zip(self.lines, self.mentions), 1):
            words, accept, reject, withdraw = row.children
            words.value = f"<span>{html.escape(mention_words(number, mention, self.passage, desk.study))}</span>"
            theme = label_of(desk.study, mention.theme)
            for button, key in ((accept, "desk_accept"), (reject, "desk_reject"), (withdraw, "desk_withdraw")):
                button.description = desk.study.text(key, number=number, theme=theme)
            if mention.decision is not None:
                withdraw.layout.display = None  # and stays: what has the keyboard must not go
        self.children = [self.body, *self.lines, self.form]

    def _line(self, at: int) -> w.Box:
        buttons = [w.Button() for _ in range(3)]
        for button, decision in zip(buttons, ("accept", "reject", "")):
            button.on_click(lambda _, decision=decision: self._decide(at, decision))
        buttons[-1].layout.display = "none"
        return line([w.HTML(), *buttons])

    def _decide(self, at: int, decision: str) -> None:
        desk, mention = self.reading.desk, self.mentions[at]
        act = desk.study.text(f"desk_did_{decision or 'withdraw'}", theme=label_of(desk.study, mention.theme), source=self.passage.source, passage=self.passage.passage)
        if decision:
            desk.act(act, lambda: deciding.decide(desk.study, self.passage, mention, decision, desk.by.value, desk.note.value), self.refresh)
        elif mention.decision is not None:
            desk.act(act, lambda: deciding.withdraw(desk.study, mention.decision), self.refresh)

    def _assign(self) -> None:
        desk, words = self.reading.desk, self.chosen.value
        act = desk.study.text("desk_did_accept", theme=label_of(desk.study, self.theme), source=self.passage.source, passage=self.passage.passage)
        desk.act(act, lambda: deciding.assign(desk.study, self.passage, self.theme, words, self.mentions, desk.by.value, desk.note.value, self.horizon.value), self.refresh)

    def dispose(self) -> None:
        """Let go of its widgets, on the page and in the kernel."""
        close(self)


def passage_html(passage: Passage, mentions: list[Mention], study: Study) -> str:
    """A passage with where it is from, what was said before it and its words marked; nothing in it is taken for more than text."""
    labels = {row.theme: study.label_of(row, short=True) for row in study.tables["themes"]}
    kind = study.text(f"desk_kind_{passage.kind}")
    head = " · ".join(filter(None, [study.text("desk_head", source=passage.source, passage=passage.passage), kind, str(passage.speaker)]))
    before = f'<p class="led-before"><em>{html.escape(study.text("desk_before"))}</em> {html.escape(passage.before)}</p>' if passage.before else ""
    return f'<section><h4>{html.escape(head)}</h4>{before}<p class="led-passage">{passages.marked(passage.text, mentions, labels)}</p></section>'


def mention_words(number: int, mention: Mention, passage: Passage, study: Study) -> str:
    """A code in words: which words, of what theme and horizon, what was decided of it, and whether that counts already."""
    words = passages.words_of(mention, passage.text)
    what = study.text("desk_words_of", words=words) if words else study.text("desk_whole")
    said = mention.decision
    state = study.text(f"desk_state_{mention.state}", by=said.decided_by if said else "", on=said.decided_on if said else "")
    horizon = [study.text(f"desk_horizon_{mention.horizon}")] if mention.horizon and mention.state != "rejected" else []
    parts = [f"{number}. {what}", label_of(study, mention.theme), *horizon, state, *([study.text("desk_later")] if mention.pending else [])]
    return " · ".join(parts)


def horizons(study: Study) -> list[tuple[str, str]]:
    """Label and name of each horizon."""
    return [(study.text(f"desk_horizon_{name}"), name) for name in passages.HORIZONS]


def label_of(study: Study, theme: str) -> str:
    """A theme's short label; its name where the codebook does not have it any more."""
    return next((study.label_of(row, short=True) for row in study.tables["themes"] if row.theme == theme), theme)
