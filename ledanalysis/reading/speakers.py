"""Who says what in an interview that was typed out: from paragraphs to (speaker, text)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

# What stands before a colon at the head of an interview, and is no speaker there. Of those in ROLES the same word
# may also speak ('Interviewer: Hoe gaat het?'); what follows those in PARTNERS are names.
ROLES = set("interviewer interviewers gespreksleider respondent respondenten deelnemer geïnterviewde spreker".split())
PARTNERS = ROLES | set(
    "gesprekspartner gesprekspartners gesprek_met interview_met geïnterviewden aanwezig aanwezigen deelnemers "
    "sprekers interview_door gesprek_gevoerd_door afgenomen_door notulist verslag_door namen naam".split()
)
HEADER = PARTNERS | set(
    "datum datum_interview gemeente organisatie functie functies afdeling team locatie plaats tijd tijdstip duur "
    "onderwerp betreft project kenmerk versie status bijlage bijlagen van aan cc verslag titel webinar vorm".split()
)
# Words that come before a colon, or in capitals above a text, time and again, and never speak: those with which
# somebody goes on speaking, and those with which a part of the report begins.
ASIDES = set(
    "kortom tip tips let_op let_wel nb n.b. noot voorbeeld bijvoorbeeld samengevat ps p.s. kanttekening".split()
)
PARTS = set(
    "samenvatting conclusie conclusies inleiding afsluiting agenda toelichting opmerking opmerkingen actie acties "
    "besluit thema thema's bron intro".split()
)
NO_NAMES = HEADER - ROLES | ASIDES | PARTS
PARTICLES = set("de den der van von ten ter te el al ben 't in la le d' en".split())
_LABEL = re.compile(r"\s*(?P<label>[^\W\d_][^:\n?!;\"“”]{0,59}?)\s*:(?:\s+|$)(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph (or line) and the name that may stand in front of it.

    Attributes
    ----------
    text : str
        All of it.
    label : str
        What may be a speaker's name or a word of the header ('Datum'); empty if there is none.
    rest : str
        What follows the label.
    bold : bool
        The label stands out from the text.
    heading : bool
        It is a heading: nobody says it, and whoever spoke before has ended.
    continues : bool
        It follows the one before without a blank line.
    alone : bool
        The label is a line of its own, in capitals.
    certain : bool
        False if the label only counts when the name is known from elsewhere (the first cell of a table's row).
    """

    text: str
    label: str = ""
    rest: str = ""
    bold: bool = False
    heading: bool = False
    continues: bool = False
    alone: bool = False
    certain: bool = True


def paragraph(text: str, **more) -> Paragraph:
    """A paragraph with the name in front of its first colon, if what stands there can be one.

    Examples
    --------
    >>> paragraph("Mw. De Vries: Wij leren veel.").label
    'Mw. De Vries'
    >>> paragraph("Dat doen we bijvoorbeeld zo: samen.").label
    ''
    """
    found = _LABEL.match(text)
    if not found or not can_be_label(found["label"]):
        return Paragraph(text, **more)
    return Paragraph(text, found["label"], found["rest"], **more)


def can_be_label(label: str) -> bool:
    """Whether a text can be a name or a word of the header: short, and longer ones written as names are."""
    words = label.split()
    if not 1 <= len(words) <= 6 or len(label) > 60:
        return False
    if not (words[0][0].isupper() or words[0].lower() in PARTICLES):
        return False
    return len(words) <= 3 or all(not w[0].islower() or w in PARTICLES for w in words)


def assign(paragraphs: list[Paragraph]) -> list[tuple[str | None, str]]:
    """Who says which paragraph: None for the header, headings and where the text does not say.

    A label is a speaker's name if it comes more than once, if it is a role ('Interviewer') or the header names it
    among those present, if it stands out in bold or on a line of its own, or if every paragraph has one and the
    header names nobody. Labels that all come once, more than three of them, are topics: in a conversation someone
    speaks twice. A paragraph without a label goes on where the one before it stopped, if at
    least two speakers are labelled; with only one of them labelled it may as well be the other's. A label that is no
    speaker's keeps its place in the text, and what follows it has no speaker.

    Examples
    --------
    >>> texts = ["Datum: 1 juni", "Jan: Hoe?", "Eva: Zo.", "En ook zo.", "Jan: Ja?", "Eva: Ja."]
    >>> assign([paragraph(text) for text in texts])[:4]
    [(None, 'Datum: 1 juni'), ('Jan', 'Hoe?'), ('Eva', 'Zo.'), ('Eva', 'En ook zo.')]
    """
    head = _header_length(paragraphs)
    speakers = _speakers(paragraphs, head)
    paragraphs = paragraphs[:head] + _joined(paragraphs[head:], speakers)
    several = len(speakers & {each.label.casefold() for each in paragraphs[head:]}) > 1
    said: list[tuple[str | None, str]] = []
    current, goes_on = None, False
    for place, each in enumerate(paragraphs):
        if place < head or each.heading:
            current = None
            said.append((None, each.text))
        elif each.label.casefold() in speakers:
            current, goes_on = each.label, several or each.alone or not each.rest
            said.append((current, each.rest))
        else:
            if each.label and each.certain and _key(each.label) not in ASIDES:
                current = None
            said.append((current if goes_on else None, each.text))
    return [(speaker, text) for speaker, text in said if text]


def _key(label: str) -> str:
    return label.casefold().replace(" ", "_")


def _header_length(paragraphs: list[Paragraph]) -> int:
    """How many paragraphs the header takes: up to its last line ('Datum: ...') before somebody speaks."""
    often = Counter(_key(each.label) for each in paragraphs if each.label and each.certain)
    length = 0
    for place, each in enumerate(paragraphs):
        key = _key(each.label)
        if key in PARTNERS - ROLES or (key in HEADER and not _is_said(each.rest)):
            length = place + 1
        elif each.label and key not in NO_NAMES - ROLES and (key in ROLES or often[key] > 1 or each.alone):
            break
    return length


def _is_said(text: str) -> bool:
    """Whether words after 'Interviewer:' or 'Tijd:' are a sentence rather than a name, a date or a list."""
    return text.rstrip().endswith((".", "?", "!", "…")) or (len(text.split()) > 8 and "," not in text)


def _present(paragraphs: list[Paragraph], head: int) -> list[set[str]]:
    """The names in the header, each as the set of its words and its initials."""
    lines = []
    for place, each in enumerate(paragraphs[:head]):
        if _key(each.label) in PARTNERS:
            lines.append(each.rest)
            for after in [] if each.rest.strip() else paragraphs[place + 1 :]:  # a list below 'Aanwezig:'
                if after.label or len(after.text.split()) > 10:
                    break
                lines.append(after.text)
    parts = re.split(r"[,;/|\n()]|\ben\b", "\n".join(lines).casefold())
    names = [[word for word in re.findall(r"\w[\w.'’&-]*", part) if word not in PARTICLES] for part in parts]
    return [set(words) | {"".join(word[0] for word in words)} for words in names if words]


def _speakers(paragraphs: list[Paragraph], head: int) -> set[str]:
    """The labels, case-folded, that are speakers' names."""
    present = _present(paragraphs, head)
    body = [each for each in paragraphs[head:] if not each.heading]
    labelled = [
        each for before, each in zip([None, *body], body)
        if each.label and _key(each.label) not in NO_NAMES
        and not (each.continues and before and before.alone)  # 'JANSEN', and on the next line 'Tot slot: dank.'
    ]  # fmt: skip
    often = Counter(each.label.casefold() for each in labelled if each.certain)
    repeats = max(often.values(), default=0) > 1
    roles = {each.label.casefold() for each in labelled if each.certain and _key(each.label) in ROLES}
    known = roles | {each.label.casefold() for each in labelled if _is_known(each.label, present)}
    speakers = {label for label, times in often.items() if times > 1} | known
    if repeats or len(often) <= 3:
        speakers |= {each.label.casefold() for each in labelled if each.bold and each.rest}
        if repeats or len(often) > 1:  # one line in capitals is a heading
            speakers |= {each.label.casefold() for each in labelled if each.alone}
        starts = [each for each in body if not each.continues]
        named = {id(each) for each in labelled}
        starts = starts[next((n for n, each in enumerate(starts) if id(each) in named), 0) :]
        if len(often) > 1 and not present and all(id(each) in named for each in starts):
            speakers |= set(often)
    return speakers


def _is_known(label: str, present: list[set[str]]) -> bool:
    words = {word for word in re.findall(r"\w[\w.'’&-]*", label.casefold()) if word not in PARTICLES}
    words -= {"mw", "mw.", "dhr", "dhr.", "mevrouw", "meneer", "heer"}
    return bool(words) and any(words <= name for name in present)


def _joined(paragraphs: list[Paragraph], speakers: set[str]) -> list[Paragraph]:
    """Lines of one paragraph put together, unless a speaker's name begins the next one."""
    groups: list[list[Paragraph]] = []
    for each in paragraphs:
        label = each.label.casefold()
        if groups and each.continues and not each.heading and label not in speakers and not groups[-1][0].heading:
            groups[-1].append(each)
        else:
            groups.append([each])
    return [_one(*group) for group in groups]


def _one(first: Paragraph, *others: Paragraph) -> Paragraph:
    if not others:
        return first
    more = [each.text for each in others]
    return replace(first, text=" ".join([first.text, *more]), rest=" ".join([first.rest, *more]).strip())
