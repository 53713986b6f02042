"""Whether the tables of `data/processed` hold: whole, as they were written, and made from what is there now."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distributions
from pathlib import Path

from ledanalysis import kept
from ledanalysis.errors import InputError
from ledanalysis.study import Study
from ledanalysis.tables import write_bytes

UNFINISHED = b"unfinished"
OF_DECKS = ("findings", "hypotheses", "practices")  # codebook tables that only decks are made from


def made_from(study: Study) -> str:
    """What the tables of a study are made from, as one hash.

    Deliveries, codebook (as it is on disk and as it was read, but for what only decks are made from), an earlier wave, this library, and all
    that is installed.
    """
    settings = study.settings.model_dump()
    rows = {name: [row.model_dump() for row in rows] for name, rows in study.tables.items() if name not in OF_DECKS}
    installed = sorted((found.name, found.version) for found in distributions())
    codebook = {name: found for name, found in kept.hashes(study.codebook).items() if Path(name).stem not in OF_DECKS}
    folders = [study.raw, *_earlier(study), kept.LIBRARY]
    return kept.hashed([settings, rows, codebook, [kept.hashes(folder) for folder in folders], _elsewhere(study), installed, platform.python_version()])


def _earlier(study: Study) -> list[Path]:
    """The folders that are read of an earlier wave."""
    if study.settings.previous is None:
        return []
    folder = study.folder / study.settings.previous.folder
    own = [folder / "data" / "codebook", folder / "data" / "processed"]
    return own if own[0].is_dir() else [folder]


def _elsewhere(study: Study) -> list:
    """Files that the settings name: their paths need not lie within the folders of the study."""
    survey, texts = study.settings.survey, study.settings.texts
    names = [survey.file, survey.structure, *([texts.overview, *texts.hand_codes] if texts else [])]
    paths = [study.raw / name for name in names if name]
    return [kept.hash_file(path) for path in paths if path.is_file()]


def hold(study: Study) -> bool:
    """Whether the tables need not be made again."""
    return kept.holds(_record(study), made_from(study), [study.processed])


@contextmanager
def written(study: Study, source: str) -> Iterator[None]:
    """While the tables are written; where that does not come to its end, `check_whole` knows.

    Parameters
    ----------
    study : Study
    source : str
        What `made_from` gave before anything was read.
    """
    write_bytes(_record(study), UNFINISHED)
    yield
    kept.keep(_record(study), source, [study.processed])


def check_whole(study: Study) -> None:
    """Hold on where tables of two makings may stand beside each other.

    Raises
    ------
    InputError
        The last time, they were not all written.
    """
    record = _record(study)
    if record.exists() and record.read_bytes() == UNFINISHED:
        raise InputError("not all tables were written: run `led prepare` again", file=study.processed)


def _record(study: Study) -> Path:
    return study.outputs / ".made" / "processed.json"
