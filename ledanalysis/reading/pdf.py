"""Reports and interviews as PDF with text in it: pages joined, what only the page needed left out."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from contextlib import contextmanager

import pypdf

from ledanalysis.errors import InputError
from ledanalysis.reading.plain import paragraphs_of
from ledanalysis.reading.rawfile import RawFile

NAME = "PDF"
EXTENSIONS = (".pdf",)

_MOST_PAGES = 2_000
_EDGE = 3  # lines at the top and at the bottom of a page in which its header and footer stand
_GAP = 1.35  # this much more than the usual distance between lines begins a paragraph
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:pagina|pag\.?|page|blz\.?|p\.)?\s*(?P<number>\d{1,4})"
    r"(?:\s*(?:van|of|/|\|)\s*\d{1,4})?[-–—|.\s]*$",
    re.I,
)
_NAMED_NUMBER = re.compile(
    r"[-–—|\s]*(?:pagina|pag\.?|page|blz\.?)\s*\d|[\s-]*\d{1,4}\s*(?:van|of|/)\s*\d", re.I
)  # fmt: skip
_SUSPENDED = {"en", "of", "tot", "noch", "dan", "als", "maar", "c.q.", "respectievelijk"}  # 'leer- en werkplekken'
_BROKEN = re.compile(r"(?P<before>[^\W\d_]+)(?P<mark>[-‐\u00ad])$")


def recognises(file: RawFile) -> bool:
    return b"%PDF-" in file.content[:1024]


def read(file: RawFile) -> list[tuple[str | None, str]]:
    """Paragraphs and who says them, as in plain text. Headers, footers and page numbers are left out.

    Words broken off at the end of a line are put together: the hyphen stays where the word has one elsewhere in the
    text, before a capital or after one, and in 'leer- en werkplekken'.
    """
    pages = _without_edges(_pages(file))
    lines = [line for page in pages for line in _continued(page)]
    if not any(re.search(r"\w", line) for line in lines):
        problem = "no text in it: a scan; let a program for text recognition (OCR) read it first"
        raise InputError(problem, file=file.name)
    return paragraphs_of("\n".join(mended(lines)))


@contextmanager
def _silence():
    """What pypdf warns of, it mends; what it cannot mend is raised."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _pages(file: RawFile) -> list[list[str]]:
    """The lines of each page; an empty line where a paragraph ends."""
    try:
        with _silence():
            reader = pypdf.PdfReader(io.BytesIO(file.content))
            if reader.is_encrypted:
                raise InputError("encrypted: save it without a password", file=file.name)
            if (pages := len(reader.pages)) > _MOST_PAGES:
                raise InputError("too many pages", file=file.name, value=pages, allowed=f"at most {_MOST_PAGES}")
            return [_lines(page) for page in reader.pages]
    except InputError:
        raise
    except Exception as error:  # pypdf has errors of its own, and damaged files bring out others
        raise InputError(f"not readable as PDF: damaged or cut short ({error})", file=file.name) from None


def _lines(page) -> list[str]:
    """A page's lines from top to bottom as pypdf puts them together, with the distances between them made visible."""
    pieces: list[tuple[float | None, str]] = []

    def see(text, matrix, position, *_):
        if text:
            height = position[4] * matrix[1] + position[5] * matrix[3] + matrix[5]
            pieces.append((height if text.strip() else None, text))

    whole = page.extract_text(visitor_text=see) or ""
    lines: list[tuple[float | None, str]] = [(None, "")]
    for height, text in pieces:
        for place, part in enumerate(text.split("\n")):
            if place:
                lines.append((None, ""))
            at, before = lines[-1]
            lines[-1] = (height if at is None and part.strip() else at, before + part)
    if "".join("".join(text for _, text in lines).split()) != "".join(whole.split()):
        return [line.strip() for line in whole.split("\n")]  # pieces that do not add up: then without the distances
    filled = [(height, text.strip()) for height, text in lines if text.strip()]
    steps = [abs(a - b) for (a, _), (b, _) in zip(filled, filled[1:]) if a is not None and b is not None and a != b]
    often = Counter(round(step, 1) for step in steps)
    usual = min((step for step, times in often.items() if times == max(often.values())), default=0)
    result = [text for _, text in filled[:1]]
    for (above, _), (below, text) in zip(filled, filled[1:]):
        is_apart = usual and above is not None and below is not None and abs(above - below) > _GAP * usual
        result += ["", text] if is_apart else [text]
    return result


def _continued(page: list[str]) -> list[str]:
    """A page's lines, with an empty one below where its last line ends a sentence: else the next page goes on."""
    last = next((line for line in reversed(page) if line), "")
    return [*page, ""] if last.endswith((".", "?", "!", ":", "…")) or not last else page


def _without_edges(pages: list[list[str]]) -> list[list[str]]:
    """Pages without what stands at the edge of most of them, whatever number is in it, and without page numbers.

    Examples
    --------
    >>> _without_edges([["Verslag", "Wij leren.", "1"], ["Verslag", "En samen.", "2"]])
    [['Wij leren.'], ['En samen.']]
    """
    edges = [_edges(page) for page in pages]
    often = Counter(key for page, places in zip(pages, edges) for key in {_key(page[at]) for at in places})
    least = max(2, (len(pages) + 1) // 2) if len(pages) > 2 else 2
    numbers = [
        int(found["number"]) - number
        for number, (page, places) in enumerate(zip(pages, edges))
        for at in places
        if (found := _PAGE_NUMBER.match(page[at]))
    ]
    shift = Counter(numbers).most_common(1)[0][0] if numbers else None
    result = []
    for number, (page, places) in enumerate(zip(pages, edges)):
        gone = {at for at in places if often[_key(page[at])] >= least or _is_number(page[at], number, shift)}
        kept = [at for at, line in enumerate(page) if line and at not in gone]
        inner = page[kept[0] : kept[-1] + 1] if kept else []
        result.append([line for at, line in enumerate(inner, kept[0] if kept else 0) if at not in gone])
    return result


def _edges(page: list[str]) -> list[int]:
    filled = [at for at, line in enumerate(page) if line]
    return sorted({*filled[:_EDGE], *filled[-_EDGE:]})


def _key(line: str) -> str:
    """What a line has in common with those of other pages: all but its numbers, unless it is nothing but numbers."""
    line = " ".join(line.split()).casefold()
    return re.sub(r"\d+", "#", line) if re.search(r"[^\W\d_]", line) else line


def _is_number(line: str, page: int, shift: int | None) -> bool:
    found = _PAGE_NUMBER.match(line)
    return bool(found) and (bool(_NAMED_NUMBER.match(line)) or int(found["number"]) - page == shift in (0, 1, 2))


def mended(lines: list[str]) -> list[str]:
    """Lines of which none ends in a word broken off: the rest of the word is taken from the next line.

    Examples
    --------
    >>> mended(["Het leer-", "klimaat van leer-", "en werkplekken in Noord-", "Holland."])
    ['Het leerklimaat', 'van leer-', 'en werkplekken in Noord-Holland.']
    """
    known = set(re.findall(r"\w+(?:[-‐]\w+)+", " ".join(lines).casefold()))
    result: list[str] = []
    for line in lines:
        broken = _BROKEN.search(result[-1]) if result and line else None
        word, _, rest = line.partition(" ")
        if broken and word[:1].isalpha() and word.strip(",.;:").casefold() not in _SUSPENDED:
            first, end = broken["before"], re.match(r"\w*", word)[0]
            is_own = len(first) == 1 or word[0].isupper() or first.isupper() or f"{first}-{end}".casefold() in known
            hyphen = "-" if is_own and broken["mark"] != "\u00ad" else ""
            result[-1] = result[-1][: broken.start("mark")] + hyphen + word
            if rest:
                result.append(rest)
        else:
            result.append(line)
    return result
