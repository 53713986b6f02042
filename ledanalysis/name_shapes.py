"""What the words of a text are, and which of them can make up a name: the shape of Dutch names."""

from __future__ import annotations

import re
from typing import NamedTuple

from ledanalysis.known_names import ALONE, PARTICLES, WORD, Known, Mention, Name
from ledanalysis.name_lists import fold, name_lists

GAP = re.compile(r"[ \u00a0]{1,2}|[-‐‑–]|\.? ?(?=['’])")
NOUN = re.compile(r"(?:ing|ingen|heid|tie|ties|teit|zaken|beleid|beheer|isme|dienst|schap|ment|werk|zorg|domein|kunde|logie|iek|wet|groep|raad|centrum|bureau|plein|programma|team|kantoor|huis|school|akker)$")

# what stands before a name
GREETING = re.compile(r"(?:^|[\n.!?,]\s*)[\"'“‘(]?(?:beste|dag|hoi|hallo|hi|hey|geachte|lieve|goedemorgen|goedemiddag|dank je wel|dankjewel|bedankt)[ ,]+(?=\w)", re.IGNORECASE)
CLOSING = re.compile(r"(?:\bgroet(?:en|jes)?|\bm\.?v\.?g\b|\bgroetend|\bhoogachtend|\bgr\b|\bvr\. ?gr|\bsucces|\bbedankt|\bliefs)[.,! ]*(?:\bvan )?\s{0,4}(?=\w)", re.IGNORECASE)
LABEL = re.compile(
    r"(?:(?:^|\n|;|\() *(?:contact(?:persoon)?|ingevuld door|naam|namen|notulist|auteur|respondent|interviewer|geïnterviewde|opgesteld door|afzender|van|aan|cc|from|to|deelnemers?|aanwezig|spreker|medewerker)\s*:\s*"
    r"|\b(?:mijn naam is|ik heet|heet|genaamd|u spreekt met|je spreekt met|spreek met|ingevuld door|opgesteld door|bel(?:t)? (?:naar|met)|vraag(?:t)? naar|contact met|contactpersoon is) )(?=\w)",
    re.IGNORECASE,
)  # fmt: skip
EXPECTED = [(GREETING, False), (CLOSING, True), (LABEL, True)]  # and whether what follows is a name, whatever it is


class Word(NamedTuple):
    start: int
    end: int
    text: str
    folded: str


class Shapes:
    """The words of one text, with what is known of each and of how they stand together."""

    def __init__(self, text: str, known: Known):
        self.text, self.known, self.lists = text, known, name_lists()
        self.kinds = self.lists.kinds
        self.words = [Word(found.start(), found.end(), found[0], fold(found[0])) for found in WORD.finditer(text)]

    # what a word is

    def _word(self, at: int) -> str:
        return self.words[at].folded if 0 <= at < len(self.words) else ""

    def _is(self, at: int, *kinds: str) -> bool:
        word = self._word(at)
        return any(word in self.kinds[kind] for kind in kinds)

    def _gap(self, at: int) -> str:
        """What stands between a word and the next."""
        return self.text[self.words[at].end : self.words[at + 1].start] if at + 1 < len(self.words) else "|"

    def _joined(self, at: int) -> bool:
        return bool(GAP.fullmatch(self._gap(at)))

    def _capital(self, at: int) -> bool:
        """One capital and then small letters ('McDonald' and 'O'Brien' too); not an abbreviation."""
        text = self.words[at].text if at < len(self.words) else ""
        return len(text) > 1 and text[0].isupper() and not text.isupper()

    def _initial(self, at: int) -> bool:
        if at + 1 >= len(self.words):
            return False
        text = self.words[at].text
        short = (len(text) == 1 and text.isupper()) or text in ("Th", "Ch", "Chr", "Ph", "IJ")
        return short and self._gap(at) in (".", ". ")

    def _starts(self, at: int) -> bool:
        """Whether a word opens a sentence, so that its capital says nothing."""
        start = self.words[at].start
        before = self.text[max(0, start - 4) : start].rstrip(" \t\"'“”‘’«(*_")
        return not before or before[-1] in ".!?:;…\n•·–-[]/|>" or before.endswith("- ")

    def _listed(self, at: int) -> bool:
        """Whether a word is a surname: by the lists, or of somebody known."""
        word = self._word(at)
        return word in self.lists.last or word in self.lists.particled or word in self.known.alone

    def _first(self, at: int) -> bool:
        return self._word(at) in self.lists.first or self._word(at) in self.known.alone

    def _common(self, at: int) -> bool:
        """Whether a word is also a word of the language, a place, or one of this study's own words."""
        word = self._word(at)
        if word in self.known.alone:
            return False
        return word in self.kinds["ambiguous"] or word in self.known.words or word in self.lists.places

    def _barred(self, at: int, nouns: bool = True) -> bool:
        """Whether a word, in the place of a surname, shows that there is none."""
        word = self._word(at)
        if self._is(at, "never", "portfolio", "role", "title", "not_persons") or self.words[at].text.isupper():
            return True
        return not self._listed(at) and (word in self.known.words or word in self.lists.places or (nouns and bool(NOUN.search(word))))

    # the shape of a name

    def _name(self, at: int, strong: bool = False) -> tuple[int, Name] | None:
        """The longest name that starts at a word: initials, first names, particles, surname. `strong`: it is surely one."""
        given, at = self._initials(at)
        words: list[int] = []
        while at < len(self.words) and len(words) < 4 and self._fits(at, words, bool(given), strong):
            words.append(at)
            at += 1
            if not self._joined(at - 1):
                break
        particle = not words or self._joined(words[-1])
        family, end = self._particled(at, strong, words) if particle else ([], at)
        if family:
            return end, Name((*given, *map(self._word, words)), tuple(family))
        if not words:
            return None
        parts = tuple(map(self._word, words))
        if given:
            return at, Name(tuple(given), parts)
        return at, Name(parts, parts) if len(parts) == 1 else Name(parts[:-1], parts[-1:])

    def _initials(self, at: int) -> tuple[list[str], int]:
        given = []
        while self._initial(at):
            given.append(self._word(at))
            at += 1
        return given, at

    def _fits(self, at: int, words: list[int], initials: bool, strong: bool) -> bool:
        """Whether a word goes on with the name."""
        if not self._capital(at) or self._word(at) in PARTICLES:
            return False
        if not words:
            return strong or initials or self._first(at) or self._listed(at)
        if self._gap(at - 1) in "-‐‑–":
            return True
        safe = strong or not self._common(words[0])
        if self._barred(at, nouns=not safe):
            return False
        return self._listed(at) or self._first(at) or (safe and self._word(at) not in self.lists.places)

    def _particled(self, at: int, strong: bool, words: list[int]) -> tuple[list[str], int]:
        """A surname with its particles: its words, and where it ends."""
        core = at
        while core < len(self.words) and self._word(core) in PARTICLES and core - at < 3 and self._joined(core):
            core += 1
        alone = core - at == 1 and self._word(at) in ALONE
        if core == at or not (alone or core - at > 1) or not self._capital(core) or self._is(core, "never", "portfolio", "role"):
            return [], at
        place = self._place(core) and self.words[at].text[0].islower() and self._word(core) not in self.known.alone
        double = core - at > 1 and self.words[at].text[0] == "V"  # 'Van der Zanden'
        safe = strong or double or (words and not self._common(words[0]))
        if place or (not self._listed(core) and (not safe or self._barred(core))) or self._is(core, "not_persons"):
            return [], at
        family, end = [self._word(core)], core + 1
        while end < len(self.words) and self._gap(end - 1) in "-‐‑–":
            family += [self._word(end)] * (self._word(end) not in PARTICLES)
            end += 1
            while end < len(self.words) and self._word(end - 1) in PARTICLES and self._joined(end - 1):
                family += [self._word(end)] * (self._word(end) not in PARTICLES)
                end += 1
        return family, end

    def _take(self, start: int, end: int, name: Name) -> tuple[int, Mention]:
        last = self.words[end - 1]
        stop = last.end - 2 if re.search(r"['’]s$", last.text) else last.end
        clean = tuple(re.sub(r"['’]s$", "", word) for word in name.given), tuple(re.sub(r"['’]s$", "", word) for word in name.family)
        return end, Mention(self.words[start].start, stop, Name(*clean))
