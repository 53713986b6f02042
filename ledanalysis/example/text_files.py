"""The example's texts, interviews, webinars, stories and mails, as the raw files they would come in."""

from __future__ import annotations

import os
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.example.text_formats import Text, Turn, as_docx, as_eml, as_txt, as_vtt
from ledanalysis.example.text_interviews import make_interviews, phrase

TABLES = ("fragments", "neutral", "questions", "practice", "names", "phrases", "webinars", "stories", "suggestions")
RECEIVER = "onderzoek@voorbeeld.nl"
OVERVIEW = "overzicht_teksten.csv"


@dataclass(frozen=True)
class RawFile:
    """A file to write, and its row in the overview."""

    path: str
    content: bytes
    kind: str
    municipality: str = ""
    date: str = ""


def write_texts(folder: Path, raised: pd.DataFrame, municipalities: pd.Series, rng: np.random.Generator) -> list[Path]:
    """Write the example's texts in `folder`: interviews, webinars, stories, suggestions and an overview of them.

    Parameters
    ----------
    folder : path-like
        Where to write; made if need be.
    raised : DataFrame
        municipality, theme, horizon ('now' or 'future'): which interviewed municipality raises which theme.
    municipalities : Series
        Municipality code: the name as people write it; at least those interviewed. Stories and mails come from
        the others, as far as there are any.
    rng : numpy.random.Generator
        The same state and the same tables give the same bytes. The order of the rows makes no difference.

    Returns
    -------
    list of Path
        The files written, the overview (bestand, soort, gemeente, datum) last.

    Raises
    ------
    InputError
        No interviews, a municipality without a name, or a theme or horizon without fragments.

    Examples
    --------
    >>> import tempfile
    >>> raised = pd.DataFrame({"municipality": ["GM0001"], "theme": ["DIGI"], "horizon": ["now"]})
    >>> names = pd.Series({"GM0001": "Voorbeeldstad"})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     paths = write_texts(folder, raised, names, np.random.default_rng(1))
    >>> paths[0].name, len(paths)
    ('interview_01_voorbeeldstad.docx', 16)
    """
    tables = {name: read_table(name) for name in TABLES}
    raised = _checked(raised, municipalities, tables["fragments"])
    names = municipalities.sort_index()
    raw = _interviews(raised, names, tables, rng)
    elsewhere = names[~names.index.isin(raised["municipality"])]
    places = _places(elsewhere if len(elsewhere) >= 4 else names, rng)
    raw += [*_webinars(tables), *_stories(tables, places), *_suggestions(tables, places)]
    raw.append(_overview(raw))
    return [_write(Path(folder), file) for file in raw]


def read_table(name: str) -> pd.DataFrame:
    """One of the tables of texts that come with the package, all columns text, empty cells empty.

    Examples
    --------
    >>> read_table("fragments").groupby(["theme", "horizon"]).size().unique().tolist()
    [4]
    """
    path = files("ledanalysis.example") / "texts" / f"{name}.csv"
    with path.open(encoding="utf-8-sig") as table:
        return pd.read_csv(table, sep=";", dtype="str", keep_default_na=False)


def slug(name: str) -> str:
    """A name as part of a file name.

    Examples
    --------
    >>> slug("Súdwest-Fryslân"), slug("'s-Gravenhage")
    ('sudwest-fryslan', 's-gravenhage')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _checked(raised: pd.DataFrame, municipalities: pd.Series, fragments: pd.DataFrame) -> pd.DataFrame:
    raised = raised[["municipality", "theme", "horizon"]].drop_duplicates()
    if raised.empty:
        raise InputError("no municipality raises a theme, so there is no interview to write")
    allowed = {"municipality": municipalities.index, "theme": fragments["theme"], "horizon": fragments["horizon"]}
    for column, values in allowed.items():
        unknown = raised.loc[~raised[column].isin(values), column]
        if len(unknown):
            shown = "codes with a name" if column == "municipality" else sorted(set(values))
            raise InputError("unknown value", column=column, value=unknown.iloc[0], allowed=shown)
    return raised


def _interviews(raised: pd.DataFrame, names: pd.Series, tables: dict[str, pd.DataFrame], rng) -> list[RawFile]:
    """Each interview in turn as Word, plain text (two ways) and a transcript (two ways)."""
    raw = []
    for number, interview in enumerate(make_interviews(raised, names, tables, rng)):
        identifier = str(uuid.UUID(bytes=rng.bytes(16), version=4))
        second_way = number // 3 % 2 == 1
        suffix, content = (
            ("docx", as_docx(interview.text)),
            ("txt", as_txt(interview.text, capitals=second_way)),
            ("vtt", as_vtt(interview.text, identifier, old=second_way)),
        )[number % 3]
        path = f"interviews/interview_{number + 1:02}_{slug(interview.municipality)}.{suffix}"
        raw.append(RawFile(path, content, "interview", interview.municipality, interview.date))
    return raw


def _places(names: pd.Series, rng: np.random.Generator):
    """Names of municipalities, one after another, each once before any comes back."""
    order = names.iloc[rng.permutation(len(names))].tolist()
    while True:
        yield from order


def _webinars(tables: dict[str, pd.DataFrame]) -> list[RawFile]:
    raw = []
    for number, row in enumerate(tables["webinars"].itertuples(), start=1):
        date = f"{phrase(tables, 'date')}: {datetime.fromisoformat(row.date):%d-%m-%Y}"
        title = f"{phrase(tables, 'webinar')}: {row.title}"
        text = Text(title, (phrase(tables, "fictional"), date), _paragraphs(row.text))
        raw.append(RawFile(f"webinars/webinar_{number:02}_{slug(row.title)}.txt", as_txt(text), "webinar", date=row.date))
    return raw


def _stories(tables: dict[str, pd.DataFrame], places) -> list[RawFile]:
    raw = []
    for number, row in enumerate(tables["stories"].itertuples(), start=1):
        place = next(places)
        header = (phrase(tables, "fictional"), f"{phrase(tables, 'municipality')}: {place}")
        text = Text(f"{phrase(tables, 'story')}: {row.title}", header, _paragraphs(row.text.format(municipality=place)))
        raw.append(RawFile(f"stories/story_{number:02}_{slug(row.title)}.docx", as_docx(text), "verhaal", place))
    return raw


def _suggestions(tables: dict[str, pd.DataFrame], places) -> list[RawFile]:
    raw = []
    for number, row in enumerate(tables["suggestions"].itertuples(), start=1):
        place = next(places) if "{municipality}" in row.body else ""
        body = f"[{phrase(tables, 'fictional')}]\n\n{row.body.format(municipality=place)}"
        content = as_eml(row.subject, body, (row.sender, row.address), RECEIVER, datetime.fromisoformat(row.sent))
        raw.append(RawFile(f"suggestions/suggestion_{number:02}.eml", content, "suggestie", place, row.sent[:10]))
    return raw


def _paragraphs(text: str) -> tuple[Turn, ...]:
    return tuple(Turn("", (paragraph,)) for paragraph in text.split("\n\n"))


def _overview(raw: list[RawFile]) -> RawFile:
    """The list of texts as Dutch Excel opens it: `;`, UTF-8 with a byte order mark, CRLF."""
    rows = [(file.path, file.kind, file.municipality, file.date) for file in raw]
    table = pd.DataFrame(rows, columns=["bestand", "soort", "gemeente", "datum"])
    return RawFile(OVERVIEW, table.to_csv(sep=";", index=False, lineterminator="\r\n").encode("utf-8-sig"), "")


def _write(folder: Path, file: RawFile) -> Path:
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(file.content)
    os.replace(unfinished, path)
    return path
