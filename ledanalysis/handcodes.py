"""What readers coded by hand, from tables or coded projects, as rows of the passages that the program codes."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from ledanalysis import agreement, privacy
from ledanalysis.codebook import read_rows
from ledanalysis.errors import InputError
from ledanalysis.reading import CodedProject, read_refi
from ledanalysis.study import Study

HAND = ["coder", "source", "passage", "theme"]
COLUMNS = ("coder", "source", "passage", "theme", "start", "end")
PROGRAM = "program"  # the program among the coders
OURS = "ledanalysis"  # the coder of mentions that `reading.write_refi` wrote: no reader


def own_passages(passages: pd.DataFrame) -> pd.DataFrame:
    """The passages that are coded: not what interviewers say, nor what somebody noted in the margin."""
    return passages[(passages["speaker"] != privacy.INTERVIEWER) & (passages["kind"] != "comment")]


def read_hand_codes(study: Study, passages: pd.DataFrame) -> pd.DataFrame:
    """All that readers coded: the files that study.toml names under `[texts]`, `hand_codes`.

    Parameters
    ----------
    study : Study
    passages : DataFrame
        source, kind, speaker, passage, text: as in `data/processed`.

    Returns
    -------
    DataFrame
        coder, source, passage, theme; theme is "" where a coder says that there is nothing in the passage.

    Raises
    ------
    InputError
        A file that cannot be read, or a code that fits no passage or theme; see `check_table` and `from_project`.
    """
    parts = [pd.DataFrame(columns=HAND)]
    for name in study.settings.texts.hand_codes if study.settings.texts else []:
        path = study.raw / name
        if path.suffix.lower() == ".csv":
            parts.append(check_table(read_rows(path), passages, study, path.name))
        else:
            parts.append(from_project(read_refi(path), passages, study, path.name))
    return pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)


def check_table(rows: list[tuple[int, dict[str, str]]], passages: pd.DataFrame, study: Study, file: str) -> pd.DataFrame:
    """Hand codes from a table's rows: coder, source, passage, theme and, if wanted, start and end.

    Parameters
    ----------
    rows : list of (int, dict)
        Row number and cells, as `codebook.read_rows` gives them.

    Raises
    ------
    InputError
        With the row: a column too few, no coder, no such passage or theme, an interviewer's words, a place outside
        the passage's text.
    """
    texts = passages.set_index(["source", "passage"])["text"].to_dict()
    own = set(zip(*own_passages(passages)[["source", "passage"]].to_numpy().T)) if len(passages) else set()
    themes = [row.theme for row in study.tables["themes"]]
    found = []
    for number, row in rows:
        place = dict(file=file, row=number)
        for column in COLUMNS[:4]:
            if column not in row:
                raise InputError("the column is not there", **place, column=column, allowed=COLUMNS)
        if not row["coder"].strip():
            raise InputError("who coded this?", **place, column="coder")
        key = (row["source"], int(row["passage"]) if row["passage"].isdigit() else row["passage"])
        if key not in texts:
            raise InputError("no such passage", **place, column="passage", value=f"{key[0]}, {key[1]}",
                             allowed="a source and passage of data/processed/passages")  # fmt: skip
        if key not in own:
            raise InputError("an interviewer's words, or a note in the margin: they are not coded", **place, column="passage", value=key[1])
        if row["theme"] and row["theme"] not in themes:
            raise InputError("no such theme", **place, column="theme", value=row["theme"], allowed=themes)
        _check_span(row, texts[key], place)
        found.append((row["coder"].strip(), *key, row["theme"]))
    return pd.DataFrame(found, columns=HAND)


def _check_span(row: dict[str, str], text: str, place: dict) -> None:
    start, end = row.get("start", ""), row.get("end", "")
    if not start and not end:
        return
    if not (start.isdigit() and end.isdigit() and int(start) < int(end) <= len(text)):
        raise InputError("not a place in the passage", **place, column="start", value=f"{start}-{end}", allowed=f"0-{len(text)}")


def from_project(project: CodedProject, passages: pd.DataFrame, study: Study, file: str) -> pd.DataFrame:
    """Hand codes from a coded project whose texts are ours (`reading.write_refi`): segments cut at passages.

    A code is a theme by its name: the theme's key or its label. What `write_refi` wrote of the program's own mentions
    is left out, and so is the part of a segment that lies in an interviewer's words.

    Raises
    ------
    InputError
        A text that is not ours as it stands in `data/processed`, or a code that is no theme.
    """
    themes = {name.casefold(): row.theme for row in study.tables["themes"] for name in (row.theme, row.label_nl, row.label_en) if name}
    names = dict(zip(project.codes["guid"], project.codes["name"]))
    segments = project.segments[project.segments["coder"].fillna("") != OURS]
    own = set(own_passages(passages).index)
    found = []
    for source in project.sources.itertuples():
        part = segments[segments["source"] == source.source]
        places = _places(source, passages[passages["source"] == Path(source.name).stem], file) if len(part) else []
        for segment in part.itertuples():
            name = names[segment.code]
            if name.casefold() not in themes:
                raise InputError("a code that is no theme", file=file, value=name, allowed=sorted(set(themes.values())))
            coder = segment.coder if isinstance(segment.coder, str) else Path(file).stem
            touched = [row for start, end, row in places if segment.start < end and start < segment.end and row.Index in own]
            found += [(coder, row.source, row.passage, themes[name.casefold()]) for row in touched]
    return pd.DataFrame(found, columns=HAND)


def _places(source, passages: pd.DataFrame, file: str) -> list[tuple]:
    """Where each passage stands in a project's text: (start, end, passage)."""
    if passages.empty:
        raise InputError("no such source", file=file, value=source.name, allowed="a source of data/processed/passages")
    places, at = [], 0
    for row in passages.itertuples():
        at = source.text.find(row.text, at)
        if at < 0:
            raise InputError("the text is not that of data/processed: write it with `reading.write_refi`", file=file,
                             value=f"{source.name}, passage {row.passage}")  # fmt: skip
        places.append((at, at + len(row.text), row))
        at += len(row.text)
    return places


def rate_hand_codes(codes: pd.DataFrame, mentions: pd.DataFrame, passages: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The decisions of readers and program, as `agreement.rate` gives them; the readers are A, B, ... by their names.

    A reader has read all passages of each source of which he or she has a row; a parent theme is coded where the
    theme is, as the program does.
    """
    parents = {row.theme: row.parent for row in study.tables["themes"]}
    letters = {name: chr(65 + place) if place < 26 else str(place) for place, name in enumerate(sorted(codes["coder"].unique()))}
    codes = codes.assign(coder=codes["coder"].map(letters))
    own = own_passages(passages)[["source", "passage"]]
    read = codes[["coder", "source"]].drop_duplicates().sort_values("coder").merge(own, on="source")
    done = read[["source", "passage"]].drop_duplicates().assign(coder=PROGRAM)
    above = codes.assign(theme=codes["theme"].map(parents).fillna(""))
    while (above["theme"] != "").any():
        codes = pd.concat([codes, above[above["theme"] != ""]])
        above = above.assign(theme=above["theme"].map(parents).fillna(""))
    everything = pd.concat([codes, mentions.assign(coder=PROGRAM)[HAND]])
    return agreement.rate(everything, pd.concat([read, done])[["coder", "source", "passage"]], [row.theme for row in study.tables["themes"]])


def agreement_table(study: Study, passages: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """All that there is to tell about the coding: readers held to each other, and the program to the readers.

    Returns
    -------
    DataFrame
        theme ("" for all), readers, alpha (of the readers); the columns of `agreement.compare_coders` for each two
        readers (one row per pair; coder and other are "" where there is one reader); those of
        `agreement.score_program`. No rows without hand codes.

    Raises
    ------
    InputError
        As `read_hand_codes`.
    """
    codes = read_hand_codes(study, passages)
    if codes.empty:
        return pd.DataFrame(columns=["theme", "readers", "alpha", *agreement.PAIRS[1:]])
    ratings = rate_hand_codes(codes, mentions, passages, study)
    readers = ratings.drop(columns=PROGRAM)
    program = agreement.score_program(ratings, PROGRAM).assign(readers=readers.shape[1])
    pairs = agreement.compare_coders(readers, study.settings.level)
    program["alpha"] = program["theme"].map(agreement.alphas(readers))
    return program.merge(pairs, on="theme", how="left").astype({"coder": "str", "other": "str"}).fillna({"coder": "", "other": ""})
