"""Our codebook, passages and mentions as a coded project: one text per source, mentions as segments of it."""

from __future__ import annotations

import uuid
from collections import Counter

import pandas as pd

from ledanalysis.errors import InputError
from ledanalysis.reading import offsets
from ledanalysis.reading.coded import CodedProject, paths, table

_NAMES, _DESCRIPTIONS = ("name", "label_nl"), ("description", "definition_nl")
_AS_VARIABLES = ("municipality", "kind")
_CODER = "ledanalysis"


def name_guid(*names) -> str:
    """A GUID that is the same whenever the names are.

    Examples
    --------
    >>> name_guid("theme", "DIGI") == name_guid("theme", "DIGI") != name_guid("theme", "DATA")
    True
    """
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "urn:ledanalysis:" + "\x1f".join(map(str, names))))


def project_of(codes: pd.DataFrame, passages: pd.DataFrame, mentions: pd.DataFrame) -> CodedProject:
    """A coded project from a codebook, passages and mentions; see `refi_write.write_refi` for their columns.

    Raises
    ------
    InputError
        If a column lacks, or a mention is of no code or passage or lies outside its text.

    Examples
    --------
    >>> passages = pd.DataFrame({"source": ["a", "a"], "speaker": ["Jan", None], "passage": [1, 2],
    ...                          "text": ["Ja.", "Leren!"]})
    >>> mentions = pd.DataFrame({"source": ["a"], "passage": [2], "theme": ["LEER"], "start": [0], "end": [5]})
    >>> project = project_of(pd.DataFrame({"theme": ["LEER"]}), passages, mentions)
    >>> project.sources["text"][0], project.segments["start"].tolist()
    ('Jan: Ja.\\n\\nLeren!\\n', [10])
    """
    _need(passages, ("source", "passage", "text"), "passages")
    of = "theme" if "theme" in mentions else "code"
    _need(mentions, ("source", "passage", of, "start", "end"), "mentions")
    coded, guids = _codes(codes)
    sources, starts = [], {}
    for source, part in passages.groupby("source", sort=False):
        lines, length = [], 0
        for row in part.itertuples():
            speaker = getattr(row, "speaker", None)
            label = f"{speaker}: " if isinstance(speaker, str) and speaker else ""
            starts[source, row.passage] = (length + len(label), row.text)
            lines.append(f"{label}{row.text}\n\n")
            length += len(lines[-1])
        sources.append((name_guid("source", source), source, "".join(lines).removesuffix("\n")))
    segments = [_segment(row, getattr(row, of), guids, starts) for row in mentions.itertuples()]
    texts = {guid: text for guid, _, text in sources}
    segments = [(*row, texts[row[0]][slice(*row[3:])]) for row in segments]
    order = {guid: place for place, guid in enumerate(texts)}
    segments.sort(key=lambda row: (order[row[0]], row[3], row[4]))
    counts = Counter(row[0] for row in segments)
    counted = [(guid, offsets.STANDARD, counts[guid], float("nan"), "", 0) for guid in texts]
    return CodedProject(
        coded, table("sources", sources), table("segments", segments), table("variables", list(_variables(passages))),
        table("offsets", counted), table("skipped", []), _CODER,
    )  # fmt: skip


def _need(frame: pd.DataFrame, columns, name: str) -> None:
    for column in columns:
        if column not in frame:
            raise InputError("a column lacks", file=name, column=column, allowed=list(frame.columns))


def _codes(codes: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
    """The table of codes, and the guid of each theme (or guid)."""
    key = "guid" if "guid" in codes else "theme"
    _need(codes, (key,), "codes")
    guids = {code: code if key == "guid" else name_guid("theme", code) for code in codes[key]}
    names = _first(codes, _NAMES).fillna(codes[key])
    parents = (_first(codes, ("parent",)).replace("", None)).astype("object")
    above = [guids.get(each, each) if isinstance(each, str) and each else None for each in parents]
    coded = pd.DataFrame({
        "guid": list(guids.values()) if len(guids) == len(codes) else list(codes[key].map(guids)), "name": list(names),
        "path": "", "parent": above, "description": list(_first(codes, _DESCRIPTIONS).replace("", None)),
    })  # fmt: skip
    coded["path"] = paths(coded)
    return table("codes", list(coded.itertuples(index=False, name=None))), guids


def _first(frame: pd.DataFrame, names) -> pd.Series:
    column = next((name for name in names if name in frame), None)
    return frame[column] if column else pd.Series(pd.NA, index=frame.index, dtype="str")


def _segment(row, code, guids: dict, starts: dict) -> tuple:
    if code not in guids:
        raise InputError("a mention of a code that is not in the codebook", value=code, allowed=list(guids))
    if (row.source, row.passage) not in starts:
        raise InputError("a mention of a passage that is not there", value=f"{row.source}, {row.passage}")
    at, text = starts[row.source, row.passage]
    if not 0 <= row.start < row.end <= len(text):
        raise InputError("a mention outside its passage", value=f"{row.start}-{row.end}", allowed=f"0-{len(text)}")
    coder = getattr(row, "coder", None)
    coder = coder if isinstance(coder, str) else _CODER
    return name_guid("source", row.source), guids[code], coder, at + row.start, at + row.end


def _variables(passages: pd.DataFrame):
    for column in _AS_VARIABLES:
        if column in passages:
            known = passages.dropna(subset=[column]).drop_duplicates(["source", column])
            for row in known.drop_duplicates("source").itertuples():
                yield name_guid("source", row.source), None, column, "Text", str(getattr(row, column))
