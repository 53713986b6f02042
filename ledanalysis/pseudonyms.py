"""A study's deliveries without persons, and the key to them, which is written only when asked for."""

from __future__ import annotations

import glob
import os
import re
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ledanalysis.contacts import replace_contacts
from ledanalysis.errors import InputError
from ledanalysis.known_names import WORD, Known
from ledanalysis.name_lists import fold
from ledanalysis.privacy import KEY, number_speakers, pseudonymise_texts
from ledanalysis.study import Study

PLACED = ("municipality", "municipalities")  # items that are matched with the register and left out afterwards
OPAQUE = re.compile(r"[A-Za-z]{0,3}[-_]?\d{1,12}|[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}|R_\w{10,}")


@dataclass(frozen=True)
class Cleared:
    """Deliveries without persons, and who they were: pseudonym, name, source."""

    responses: pd.DataFrame
    passages: pd.DataFrame
    to_decide: pd.DataFrame
    key: pd.DataFrame


def clear_deliveries(
    responses: pd.DataFrame, passages: pd.DataFrame, to_decide: pd.DataFrame, study: Study, places: Iterable[str]
) -> Cleared:
    """Take persons and contact details out of everything that was written in a survey and in texts.

    Parameters
    ----------
    responses : DataFrame
        respondent and the study's variables; every column of text is cleared, but for the names of municipalities,
        which are left out of the tables later. Respondents whose marks could tell who they are become numbers.
    passages : DataFrame
        source, speaker, text among others.
    to_decide : DataFrame
        where, name, perhaps respondent, and more: names of municipalities as they were typed, perhaps with somebody's.
    study : Study
    places : iterable of str
        Names of municipalities, which stay.

    Returns
    -------
    Cleared
        The same person has one pseudonym in all tables; speakers are numbered per source.
    """
    asking = study.settings.texts.interviewers if study.settings.texts else []
    known = Known(tuple(row.name for row in study.tables["names"]), frozenset(places), own_words(study))
    marks = _unnamed(responses["respondent"])
    to_decide = _without_files(to_decide, dict(zip(responses["respondent"].astype("str"), marks.astype("str"))), study)
    responses = responses.assign(respondent=marks)
    written = _written(responses, study)
    parts = [
        passages[["source", "speaker", "text"]].assign(table="passages", column="text", row=range(len(passages))),
        written.assign(table="responses"),
        pd.DataFrame({"source": to_decide["where"], "text": to_decide["name"], "table": "to_decide", "column": "name", "row": range(len(to_decide))}),
    ]
    texts = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    cleared, key = pseudonymise_texts(texts.fillna({"text": ""}), known, asking)
    texts = texts.assign(text=cleared.where(texts["text"].notna()))
    for column, rows in texts[texts["table"] == "responses"].groupby("column"):
        responses[column] = rows.set_index("row")["text"].reindex(range(len(responses))).set_axis(responses.index).astype("str")
    spoken = number_speakers(passages, asking)
    key = pd.concat([key, _speakers(passages, spoken)], ignore_index=True)
    passages = passages.assign(text=_of(texts, "passages", passages), speaker=spoken)
    return Cleared(responses, passages, to_decide.assign(name=_of(texts, "to_decide", to_decide)), key)


def _without_files(to_decide: pd.DataFrame, marks: dict[str, str], study: Study) -> pd.DataFrame:
    """Where a name stands, without names of files, for a file may be named after somebody, and of respondents."""
    files = {study.settings.survey.file: "survey"} | ({study.settings.texts.overview: "texts"} if study.settings.texts else {})
    to_decide = to_decide.assign(where=to_decide["where"].replace(files))
    if "respondent" not in to_decide:
        return to_decide
    return to_decide.assign(respondent=to_decide["respondent"].astype("str").replace(marks))


def _written(responses: pd.DataFrame, study: Study) -> pd.DataFrame:
    """What respondents wrote, in any column: a source per respondent."""
    placed = {item.item for item in study.items(*PLACED)} | {"municipality", "respondent"}
    columns = [name for name in responses if name not in placed and _is_text(responses[name])]
    parts = [
        pd.DataFrame({
            "source": "respondent " + responses["respondent"].astype("str").to_numpy(), "column": name,
            "row": range(len(responses)), "text": responses[name].astype("str").str.normalize("NFC").to_numpy(),
        }).dropna(subset="text")
        for name in columns
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["source", "column", "row", "text"])


def _is_text(cells: pd.Series) -> bool:
    return pd.api.types.is_string_dtype(cells) or pd.api.types.is_object_dtype(cells) or isinstance(cells.dtype, pd.CategoricalDtype)


def _of(texts: pd.DataFrame, table: str, like: pd.DataFrame) -> pd.Series:
    return texts.loc[texts["table"] == table, "text"].set_axis(like.index).astype("str")


def _unnamed(respondents: pd.Series) -> pd.Series:
    """Marks of respondents; numbers where the marks could be somebody's name, address or number."""
    marks = respondents.dropna().astype("str")
    if marks.map(lambda mark: bool(OPAQUE.fullmatch(mark.removesuffix(".0"))) and replace_contacts(mark) == mark).all():
        return respondents
    return pd.Series(pd.factorize(respondents)[0] + 1, index=respondents.index)


def _speakers(passages: pd.DataFrame, spoken: pd.Series) -> pd.DataFrame:
    told = pd.DataFrame({"pseudonym": spoken, "name": passages["speaker"], "source": passages["source"]})
    return told.dropna(subset="name").drop_duplicates()[KEY]


def own_words(study: Study) -> frozenset[str]:
    """The words of the codebook's labels, folded: in this study they are no names on their own.

    Examples
    --------
    >>> from ledanalysis.study import load_study
    >>> "leiderschap" in own_words(load_study())
    True
    """
    rows = [row for name, table in study.tables.items() if name != "names" for row in table]
    labels = [text for row in rows for part in ("label_nl", "label_en", "definition_nl") if (text := getattr(row, part, ""))]
    return frozenset(fold(word[0]) for text in labels for word in WORD.finditer(text))


def check_key(path: Path, study: Study) -> Path:
    """Where a key may be written: never with the results, nor where it could be committed.

    Parameters
    ----------
    path : path-like
    study : Study

    Returns
    -------
    Path
        The same place, in full.

    Raises
    ------
    InputError
        The file would stand in outputs, data/processed, the codebook or the notebooks, in a folder that git keeps
        (unless git ignores the file), or is a folder.
    """
    path = Path(path).expanduser()
    path = path.parent.resolve() / path.name
    allowed = "a file outside the study's folder, where only you can read"
    for folder in (study.outputs, study.processed, study.codebook, study.folder / "notebooks"):
        if any(place.is_relative_to(folder.resolve()) for place in (path, path.resolve())):
            raise InputError("the key to the pseudonyms must not stand with what others may see", file=path, allowed=allowed)
    if path.is_dir() or not path.parent.is_dir():
        raise InputError("not a file that can be written", file=path, allowed=allowed)
    if any(_kept_by_git(place) for place in {path, path.resolve()}):
        raise InputError("git keeps what stands in this folder, and would keep the key", file=path, allowed=allowed)
    return path


def _kept_by_git(path: Path) -> bool:
    if not any((folder / ".git").exists() for folder in path.parents):
        return False
    git = shutil.which("git")
    if not git:
        return True
    ignored = subprocess.run([git, "check-ignore", "-q", str(path)], cwd=path.parent, capture_output=True, check=False)
    return ignored.returncode != 0


def write_key(path: Path, key: pd.DataFrame) -> Path:
    """Write the key so that only its owner can read it: mode 0600, whole or not at all."""
    content = key.to_csv(index=False, sep=";", lineterminator="\n").encode("utf-8-sig")
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    for old in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):  # of one that was killed: nobody would look for the key there
        old.unlink(missing_ok=True)
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
