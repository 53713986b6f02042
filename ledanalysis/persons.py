"""Where a text names a person: by who is known to be in it, by what stands around a name, and by lists of names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ledanalysis.known_names import ALONE, PARTICLES, Known, Mention, Name
from ledanalysis.name_shapes import EXPECTED, NOUN, Shapes

WIDE = re.compile(r"[\s\-‐‑–_.]{1,3}")


def find_persons(text: str, known: Known = Known()) -> list[Mention]:
    """The names of persons in a text, in order, without overlap.

    Parameters
    ----------
    text : str
        Contact details already replaced.
    known : Known
        Who is known to be in it.

    Returns
    -------
    list of Mention
        start, end and the name's parts.

    Examples
    --------
    >>> [("Wil je dat mevrouw De Wit belt?")[m.start : m.end] for m in find_persons("Wil je dat mevrouw De Wit belt?")]
    ['De Wit']
    """
    return list(_Scan(text, known).mentions())


class _Scan(Shapes):
    """One pass over one text: at each word, the first rule that sees a name there takes it."""

    def __init__(self, text: str, known: Known):
        super().__init__(text, known)
        self.expected = {found.end(): sure for pattern, sure in EXPECTED for found in pattern.finditer(text)}

    def mentions(self) -> Iterator[Mention]:
        at, small, known = 0, self.lists.looked_at, self.known.sequences
        while at < len(self.words):
            word = self.words[at]
            if word.text.islower() and word.folded not in small and word.folded not in known and word.start not in self.expected:
                at += 1
                continue
            taken = self._at(at)
            at = taken[0] if taken else at + 1
            while taken and taken[1]:
                yield taken[1]
                taken = self._another(at)
                at = taken[0] if taken else at

    def _at(self, at: int) -> tuple[int, Mention | None] | None:
        word = self.words[at]
        capital = word.text[0].isupper()
        if word.folded in self.known.sequences and (taken := self._sequence(at)):
            return taken
        if word.folded in self.kinds["title"] and (taken := self._after_title(at)):
            return taken
        if word.folded in self.kinds["role"] and (taken := self._after_role(at)):
            return taken
        if word.start in self.expected and (taken := self._expected(at)):
            return taken
        if not capital:
            return self._lower(at) if self._small(at) else None
        return self._place(at) or self._chain(at) or self._alone(at)

    # the rules

    def _sequence(self, at: int) -> tuple[int, Mention] | None:
        """A known name of several words, in any case; a surname with its particles only with its capital."""
        for words, capital in self.known.sequences[self._word(at)]:
            end = at + len(words)
            if end > len(self.words):
                continue
            found = self.words[at:end]
            genitive = found[-1].folded.removesuffix("'s") if found[-1].folded != words[-1] else words[-1]
            if tuple(word.folded for word in found[:-1]) != words[:-1] or genitive not in (words[-1], words[-1] + "s"):
                continue
            if not all(WIDE.fullmatch(self._gap(place)) for place in range(at, end - 1)) or (capital and not found[-1].text[0].isupper()):
                continue
            core = [word for word in words if word not in PARTICLES]
            name = Name((), tuple(core)) if capital else self.known.whole[words]
            return self._take(at, end, name)
        return None

    def _after_title(self, at: int) -> tuple[int, Mention] | None:
        """'mevrouw X', 'dhr. drs. X', 'wethouder X': whatever the name, but for what cannot be one."""
        held, name_at = self._is(at, "held"), at + 1
        while self._is(name_at, "title") and re.fullmatch(r"\.?\s{0,2}", self._gap(name_at - 1)):
            name_at += 1
        if name_at >= len(self.words) or not re.fullmatch(r"\.?[ \u00a0]{1,2}|\.", self._gap(name_at - 1)):
            return None
        if self._is(at, "title_stop") and not self.words[name_at].text[0].isupper() and self._word(name_at) not in ALONE:
            return None
        if held and self._word(name_at) not in PARTICLES and (self._barred(name_at) or self._place(name_at)):
            return None
        if self._capital(name_at) and self._is(name_at, "never", "role") and self._word(name_at) not in PARTICLES:
            return None
        found = self._name(name_at, strong=True)
        if found and (self.words[found[0] - 1].text[0].isupper()):
            return self._take(name_at, *found)
        capitals = self.words[name_at].text.isupper() and len(self._word(name_at)) > 3 and not held
        return self._single(name_at) if capitals else None if held else self._after_mrs(name_at)

    def _single(self, at: int) -> tuple[int, Mention]:
        return self._take(at, at + 1, Name((self._word(at),), (self._word(at),)))

    def _after_mrs(self, at: int) -> tuple[int, Mention] | None:
        """A surname without its capital after 'mevrouw' or 'meneer': 'mevrouw de vries'."""
        core = at
        while self._word(core) in PARTICLES and core - at < 3 and self._joined(core):
            core += 1
        word = self._word(core)
        surname = word in self.kinds["surname"] or (self._listed(core) and (not self._common(core) or core > at))
        first = core == at and word in self.lists.first and not self._common(core)
        if not (surname or first) or self._is(core, "never", "says", "surely"):
            return None
        return self._take(at, core + 1, Name((), (word,)) if core > at else Name((word,), (word,)))

    def _after_role(self, at: int) -> tuple[int, Mention] | None:
        """'mijn collega X', 'directeur X': a listed name, words that are also names among them."""
        name_at = at + 1
        if name_at >= len(self.words) or not re.fullmatch(r"[ \u00a0]{1,2}", self._gap(at)):
            return None
        if not self._capital(name_at):
            return None
        particle = self._word(name_at) in PARTICLES
        if not particle and (self._barred(name_at) or self._place(name_at) or not (self._first(name_at) or self._listed(name_at))):
            return None
        found = self._name(name_at)
        return self._take(name_at, *found) if found else None

    def _expected(self, at: int) -> tuple[int, Mention] | None:
        """After a greeting, under a letter, after 'Naam:' and 'mijn naam is'."""
        if self._place(at) or (self._is(at, "title", "role", "never", "named_things") and self._word(at) not in PARTICLES):
            return None
        word, capital = self.words[at], self._capital(at)
        named = self._first(at) or self._listed(at) or self._word(at) in PARTICLES or self._initial(at)
        rest = self.text[word.end : word.end + 60]
        sure = self.expected[word.start] or re.match(r"(?: [A-ZÀ-Þ][\w'’-]+)?\s*(?:[,!\n(.]|$)", rest)
        if capital or self._initial(at):
            found = self._name(at, strong=bool(sure)) if named or (sure and not self._barred(at)) else None
            return self._take(at, *found) if found and not self._is(found[0] - 1, "never") else None
        lower = word.folded in self.kinds["lower"] or (word.folded in self.lists.first and not self._common(at) and len(word.text) > 2)
        return self._lower(at) if lower else None

    def _lower(self, at: int) -> tuple[int, Mention]:
        """A first name without a capital, and the surname that may follow: 'jan de wit'."""
        core = at + 1
        while self._word(core) in PARTICLES and core - at <= 3 and self._joined(core - 1):
            core += 1
        fits = core < len(self.words) and self._joined(core - 1) and not self._is(core, "says", "surely", "never")
        particle = core > at + 1 and self._word(at + 1) in ALONE
        if fits and ((particle and (self._word(core) in self.lists.particled)) or
                     (core == at + 1 and self._listed(core) and not self._common(core))):  # fmt: skip
            return self._take(at, core + 1, Name((self._word(at),), (self._word(core),)))
        return self._single(at)

    def _another(self, at: int) -> tuple[int, Mention] | None:
        """Who is named in one breath with somebody: 'Nguyen en Kowalczyk', 'mevrouw Jansen, De Wit'."""
        if at >= len(self.words) or self._word(at - 1) in PARTICLES:
            return None
        comma = self._gap(at - 1) == ", "
        name_at = at if comma else at + 1
        if name_at >= len(self.words) or not (comma or (self._word(at) in ("en", "of") and self._gap(at - 1) == " " == self._gap(at))):
            return None
        listed = self._listed(name_at) or self._first(name_at) or self._word(name_at) in PARTICLES
        if self.words[at - 1].text.islower() and self._word(name_at) in self.lists.small and not comma:
            return self._lower(name_at)
        if not self._capital(name_at) or self._place(name_at) or (comma and not listed) or not (listed or len(self._word(name_at)) > 4):
            return None
        if self._word(name_at) not in PARTICLES and (self._barred(name_at) or self._word(name_at) in self.known.words):
            return None
        found = self._name(name_at, strong=not listed)
        return self._take(name_at, *found) if found else None

    def _small(self, at: int) -> bool:
        """A first name without its capital, that can be no word; a short one only before a surname: 'jan de wit'."""
        word = self.words[at]
        if word.folded in self.kinds["lower"]:
            return True
        if word.folded not in self.lists.small or self._common(at) or word.folded in self.kinds["not_persons"]:
            return False
        if len(word.text) > 5 and word.text.isalpha():
            return True
        core = at + 2 + (self._word(at + 2) in ALONE)
        return self._word(core) in self.lists.particled and len(self._word(at)) > 2

    def _place(self, at: int) -> tuple[int, None] | None:
        """The name of a municipality or another place of several words, which is passed over."""
        word = self._word(at)
        for start in ((word, self._word(at + 1)), (word,)):
            for words in self.known.place_words.get(start, ()):
                if tuple(self._word(place) for place in range(at, at + len(words))) == words:
                    return at + len(words), None
        return None

    def _chain(self, at: int) -> tuple[int, Mention] | None:
        """Initials or a first name with what follows; a surname with a capital particle."""
        particle = self._word(at) in PARTICLES
        if not particle and self._is(at, "never") and self._word(at) not in self.known.alone:
            return None
        if not (self._initial(at) or particle or self._first(at)):
            return None
        found = self._name(at)
        if not found:
            return None
        end, name = found
        if particle:
            return self._take(at, end, name) if not name.given and self._surname_here(at, end - 1) else None
        if self._initial(at):
            doubtful = self._common(end - 1) and self._starts(at) and len(name.given) == 1 and end - at == 2
            return self._take(at, end, name) if self._listed(end - 1) and not doubtful and not self._barred(end - 1) else None
        if name.single:
            return None
        common = self._common(at)
        if common and self._starts(at) and self._first(at + 1) and not self._common(at + 1) and self._gap(at) == " ":
            return None  # 'Wil Jan dat doen', 'Bel Marieke'
        if common and not self._listed(end - 1):
            return None
        return self._take(at, end, name)

    def _surname_here(self, at: int, core: int) -> bool:
        """'De Vries', 'Van Dijk' with a capital particle: no first word of a sentence, no title of a thing."""
        if any(self.words[word].text[0].isupper() and self._place(word) for word in range(at, core)) or self._is(core, "not_persons"):
            return False
        if core - at > 1 and self.words[at].text == "Van" and not self._barred(core):
            return not self._starts(at) or self._is(core + 1, "says", "surely") or self._listed(core)
        if self._word(core) not in self.lists.particled:
            return False
        usual = not self._common(core) or self._is(core, "surname")
        if self._starts(at):
            person = self._is(core + 1, "says") or (self._is(core + 1, "surely") and not self._is(core, "ambiguous"))
            sure = not self._common(core) and self._word(at) in ("van", "ter", "ten", "den", "der")
            return person or sure or (self._is(core, "surname") and not self._is(core, "ambiguous"))
        return usual and not self._is(at - 1, "named_things")

    def _alone(self, at: int) -> tuple[int, Mention] | None:
        """A single word: of somebody known, a first name, or a surname that is nothing else."""
        word = self._word(at)
        plain = re.sub(r"['’]s$", "", word)
        known = next((form for form in (plain, plain.removesuffix("s")) if form in self.known.alone), None)
        if known and not (self._starts(at) and known in self.kinds["ambiguous"] and self._is(at + 1, "not_after")):
            return self._take(at, at + 1, Name((known,), (known,)))
        if not self._capital(at) or self._is(at, "never", "not_persons"):
            return None
        if plain in self.lists.first and (plain not in self.lists.places or not self._starts(at)):
            return self._single(at) if self._first_here(at, plain) else None
        if plain in self.lists.last:
            return self._single(at) if self._last_here(at, plain) else None
        told = self._is(at + 1, "says") or self._word(at - 1) in ("zei", "zegt", "vertelde", "vertelt", "vroeg", "dacht", "aldus")
        unheard = told and not (self._starts(at) or self._is(at - 1, "named_things") or self._common(at) or self._barred(at))
        return self._single(at) if unheard else None

    def _first_here(self, at: int, word: str) -> bool:
        if word not in self.kinds["ambiguous"] and word not in self.known.words and word not in self.lists.places:
            return len(word) > 2 or not self._starts(at)
        if self._starts(at):
            return self._is(at + 1, "says") or (self._is(at + 1, "surely") and word in self.kinds["mostly"])
        return not self._is(at - 1, "named_things") and word not in self.known.words

    def _last_here(self, at: int, word: str) -> bool:
        told = self._word(at - 1) in ("volgens", "namens", "aldus", "zei", "zegt")
        place = word in self.lists.places and not (told and not self._place(at))
        if word in self.known.words or place or self._is(at, "portfolio") or len(word) < 4:
            return False
        if word in self.kinds["ambiguous"]:
            if self._word(at + 1) == "en" and self._first(at + 2) and not self._common(at + 2) and self._capital(at + 2):
                return word in self.kinds["surname"]
            return (told or (word in self.kinds["surname"] and self._is(at + 1, "says"))) and not self._starts(at)
        return not NOUN.search(word) and (self._is(at + 1, "says", "surely") if self._starts(at) else not self._is(at - 1, "named_things"))
