"""The units of a study: their register, the many spellings of their names, the clusters they belong to.

The register that comes with the study holds facts of Statistics Netherlands (Bron: CBS, Kerncijfers wijken en
buurten 2024 and Gebieden in Nederland, CC BY 4.0). Nothing here is Dutch but the words that `normalise` drops:
another study brings other units in a register of its own.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from ledanalysis.codebook import read_rows
from ledanalysis.errors import InputError

# Words around a name that say 'municipality' and nothing about which one.
_AROUND = re.compile(r"\b(?:de\s+)?(?:gemeente|gem\.?|municipality of|mun\.? of)(?=\W|$)")
_SAFE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_COUNTS = ("inhabitants", "tile_")

# A misspelling is taken for a name only when this much of it is sure; `threshold` adds to these, it replaces none.
_MARGIN = 5.0  # points of similarity ahead of the second
_LETTERS = 5  # shorter names are too close to each other
_SHORT = 3  # letters of words that must be the same: 'Hengelo (G.)' is not Hengelo (O.)
_NEAR = 2  # slips within which no second municipality may lie
_WORTH_SHOWING = 60.0  # likeness of a candidate


def normalise(name: str) -> str:
    """A name as it is compared: without accents, capitals, punctuation or 'gemeente'.

    Parameters
    ----------
    name : str
        A name as it was typed.

    Returns
    -------
    str
        Lowercase words with single spaces; empty when nothing is left.

    Examples
    --------
    >>> normalise("Gemeente Súdwest-Fryslân"), normalise("‘s–Gravenhage"), normalise("Bergen (N.H.)")
    ('sudwest fryslan', 's gravenhage', 'bergen nh')
    """
    text = _AROUND.sub(" ", _plain(name)).replace("&", " en ")
    text = re.sub(r"['’‘‛′`.]", "", text)
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def read_register(path) -> pd.DataFrame:
    """The units of the study, one per row.

    Parameters
    ----------
    path : path-like
        A `;`-separated UTF-8 file. Required columns: `municipality` (any unique text; CBS codes here), `label`.
        Known and optional: `aliases` (other spellings of the name) and `lookalikes` (names of other places, never
        to be taken for a misspelling of this one), several separated by ` | `; every other column can be the source
        of a clustering. Columns starting with `inhabitants` or `tile_` are read as whole numbers, all others as text.

    Raises
    ------
    InputError
        Unreadable file, missing column, empty or repeated code, empty label, a count that is no whole number.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "register.csv"
    >>> _ = path.write_text("municipality;label;region\\nD1;Home Office;London\\n", encoding="utf-8")
    >>> read_register(path).to_dict("records")
    [{'municipality': 'D1', 'label': 'Home Office', 'region': 'London'}]
    """
    register = _read(path, ["municipality", "label"])
    if register.empty:
        raise InputError("no municipalities", file=Path(path).name)
    for column in ("municipality", "label"):
        _refuse(register, register[column].isna(), "empty", path, column)
    _refuse(register, register["municipality"].duplicated(), "code used before", path, "municipality")
    for column in [name for name in register if name.startswith(_COUNTS)]:
        _refuse(register, ~register[column].fillna("0").str.fullmatch(r"\d+"), "no whole number", path, column)
        register[column] = register[column].astype("Int64")
    return register


def read_mergers(path, register: pd.DataFrame | None = None) -> pd.DataFrame:
    """Units that ceased to exist, with the unit of the register that each went to.

    Parameters
    ----------
    path : path-like
        Columns `old_code`, `old_label`, `municipality` (the successor), `date`. A unit that was split stands there
        once for each successor: its name is then undecided.
    register : DataFrame, optional
        When given, every successor has to be in it.

    Raises
    ------
    InputError
        Unreadable file, missing column, empty name or successor, a successor that the register does not have.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mergers.csv"
    >>> _ = path.write_text("old_code;old_label;municipality;date\\nGM0457;Weesp;GM0363;2022-03-24\\n")
    >>> read_mergers(path)["municipality"].tolist()
    ['GM0363']
    """
    mergers = _read(path, ["old_code", "old_label", "municipality", "date"])
    for column in ("old_label", "municipality"):
        _refuse(mergers, mergers[column].isna(), "empty", path, column)
    if register is not None:
        _refuse_unknown(mergers, register, path)
    return mergers


def read_decisions(path, register: pd.DataFrame | None = None) -> pd.DataFrame:
    """What the analysts decided about names that could not be matched.

    Parameters
    ----------
    path : path-like
        Columns `name`, `municipality` (empty: it is none of them), `reason`.
    register : DataFrame, optional
        When given, every municipality has to be in it.

    Raises
    ------
    InputError
        Unreadable file, missing column, empty name, a name (however spelled) decided twice, an unknown municipality.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "decisions.csv"
    >>> _ = path.write_text("name;municipality;reason\\nBergen;GM0373;e-mail address\\n")
    >>> read_decisions(path)["name"].tolist()
    ['Bergen']
    """
    decisions = _read(path, ["name", "municipality", "reason"])
    _refuse(decisions, decisions["name"].isna(), "empty", path, "name")
    _refuse(decisions, decisions["name"].map(_key).duplicated(), "decided before", path, "name")
    if register is not None:
        _refuse_unknown(decisions, register, path)
    return decisions


def read_clusters(path) -> pd.DataFrame:
    """The clusters of each clustering, with what a reader sees of them.

    Parameters
    ----------
    path : path-like
        Columns `clustering`, `value` (as it stands in the register), `cluster` (lowercase letters, digits and
        hyphens), `label_nl`, `label_en`, `order`. Several values may make one cluster. Held to the clusterings by
        `assign_clusters`.

    Raises
    ------
    InputError
        Unreadable file, missing column.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "clusters.csv"
    >>> _ = path.write_text("clustering;value;cluster;label_nl;label_en;order\\nsize;g4;gt100;> 100;> 100;4\\n")
    >>> read_clusters(path)["cluster"].tolist()
    ['gt100']
    """
    return _read(path, ["clustering", "value", "cluster", "label_nl", "label_en", "order"])


def match_municipalities(
    names: pd.Series,
    register: pd.DataFrame,
    mergers: pd.DataFrame,
    decisions: pd.DataFrame,
    threshold: float = 90.0,
) -> pd.DataFrame:
    """The municipality that each name stands for, or the candidates when that can't be decided.

    In this order: an analyst's decision; a code (GM0363, 0363, 363); a label; an alias, or a label without what
    stands in brackets; the name or code of a merged municipality; a misspelling. A spelling that fits two
    municipalities is undecided.

    A misspelling counts only when its similarity (normalised indel ratio, 0-100) is at least `threshold` and 5 points
    ahead of the second municipality; when it is one slip (a letter more, less, other, or two swapped) away and no
    other municipality lies within two; when it has five letters or more, no digits and the right first letter; when
    words of up to three letters are the same ('Hengelo (G.)' is not Hengelo (O.)); and when it is not listed as a
    lookalike. A lower threshold makes none of the others weaker.

    Parameters
    ----------
    names : Series
        Names or codes as they came in.
    register, mergers, decisions : DataFrame
        As read by `read_register`, `read_mergers`, `read_decisions`.
    threshold : float
        Least similarity of a misspelling.

    Returns
    -------
    DataFrame
        Index as `names`; columns `name`, `municipality` (missing when undecided), `how` (code, label, alias, merger,
        decision, fuzzy, undecided, empty), `score` (0-100), `candidates` (of misspellings and undecided names, at
        most five, best first: 'GM0373 Bergen (NH.) | GM0893 Bergen (L.)').

    Raises
    ------
    InputError
        If a merger or decision names a municipality that is not in the register.

    Examples
    --------
    >>> register = pd.DataFrame({"municipality": ["GM0363", "GM0344"], "label": ["Amsterdam", "Utrecht"]})
    >>> mergers = pd.DataFrame({"old_code": ["GM0457"], "old_label": ["Weesp"], "municipality": ["GM0363"]})
    >>> decisions = pd.DataFrame({"name": [], "municipality": []}, dtype=str)
    >>> names = pd.Series(["gem. Utrecht", "363", "Amsterdm", "Weesp", "Provincie Utrecht"])
    >>> match_municipalities(names, register, mergers, decisions)[["municipality", "how"]].values.tolist()
    [['GM0344', 'label'], ['GM0363', 'code'], ['GM0363', 'fuzzy'], ['GM0363', 'merger'], [nan, 'undecided']]
    """
    _refuse_unknown(mergers, register)
    _refuse_unknown(decisions, register)
    texts = pd.Series([_as_text(name) for name in names], index=names.index, dtype="str")
    asked = pd.DataFrame({"text": texts.unique()}, dtype="str")
    asked["words"] = asked["text"].map(normalise).astype("str")
    asked["key"] = asked["words"].str.replace(" ", "")
    spellings = _spellings(register, mergers)
    found = _exact(asked, spellings, _codes(register, mergers), decisions)
    open_ = asked[~asked["text"].isin(found["text"])]
    labels = register.set_index("municipality")["label"]
    found = pd.concat([found, _fuzzy(open_, spellings, _lookalikes(register), labels, threshold)])
    found = found.set_index("text").loc[texts].set_index(names.index).astype({"how": "str", "candidates": "str"})
    found.insert(0, "name", names.to_numpy())
    return found


def _as_text(value) -> str:
    """Codes often come as numbers: 363, 363.0, '363,0'."""
    text = "" if pd.isna(value) else str(value).strip()
    return re.sub(r"^(\d+)[.,]0+$", r"\1", text)


def _key(name) -> str:
    """Spaces are left out too: 'Etten Leur', 'EttenLeur', 'H.I.Ambacht'."""
    return normalise(name).replace(" ", "")


def _code_key(text: str) -> str:
    """A code without its capitals and leading zeros: 'GM0363' and 'gm 363' are the same."""
    parts = re.fullmatch(r"([a-z]*)[\s_-]*0*(\d+)", text.casefold())
    return parts[1] + parts[2] if parts else text.casefold()


def _several(register: pd.DataFrame, column: str) -> pd.DataFrame:
    """The ` | `-separated cells of a column, a row each: spelling, municipality."""
    if column not in register:
        return pd.DataFrame({"spelling": [], "municipality": []}, dtype="str")
    cells = register.set_index("municipality")[column].dropna().str.split("|").explode().str.strip()
    return cells[cells != ""].rename("spelling").reset_index()


def _spellings(register: pd.DataFrame, mergers: pd.DataFrame) -> pd.DataFrame:
    """Every known spelling: municipality, how, words, key."""
    labels = register[["municipality"]].assign(spelling=register["label"])
    # 'Bergen (NH.)' and 'Bergen (L.)' both give 'Bergen', so that this is seen to be ambiguous
    bare = labels.assign(spelling=labels["spelling"].str.replace(r"\s*\([^)]*\)\s*$", "", regex=True))
    bare = bare[bare["spelling"] != labels["spelling"]]
    known = pd.concat(
        [
            labels.assign(how="label"),
            pd.concat([_several(register, "aliases"), bare]).assign(how="alias"),
            mergers[["municipality"]].assign(spelling=mergers["old_label"], how="merger"),
        ]
    )
    known["words"] = known["spelling"].map(normalise).astype("str")
    known["key"] = known["words"].str.replace(" ", "")
    return known.drop(columns="spelling").drop_duplicates().reset_index(drop=True)


def _codes(register: pd.DataFrame, mergers: pd.DataFrame) -> pd.DataFrame:
    """Every form of every code: municipality, how, key; the number alone counts as a form ('363')."""
    current = register[["municipality"]].assign(code=register["municipality"], how="code")
    old = mergers[["municipality"]].assign(code=mergers["old_code"], how="merger").dropna()
    codes = pd.concat([current, old])
    codes["key"] = codes["code"].map(_code_key).astype("str")
    numbers = codes.assign(key=codes["key"].str.extract(r"^[a-z]*(\d+)$")[0]).dropna(subset="key")
    return pd.concat([codes, numbers]).drop(columns="code").drop_duplicates()


def _lookalikes(register: pd.DataFrame) -> set[str]:
    return set(_several(register, "lookalikes")["spelling"].map(_key))


def _exact(asked, spellings, codes, decisions) -> pd.DataFrame:
    """Texts that are a known spelling of one municipality, and texts that hold no name at all."""
    decided = decisions[["municipality"]].assign(key=decisions["name"].map(_key).astype("str"), how="decision")
    by_name = asked[asked["key"] != ""].merge(pd.concat([decided, spellings.drop(columns="words")]), on="key")
    by_code = asked.assign(key=asked["text"].map(_code_key).astype("str")).merge(codes, on="key")
    order = {"decision": 0, "code": 1, "label": 2, "alias": 3, "merger": 4}
    hits = pd.concat([by_name, by_code]).assign(rank=lambda hit: hit["how"].map(order).astype("int64"))
    hits = hits[hits["rank"] == hits.groupby("text")["rank"].transform("min")]
    hits = hits.drop_duplicates(["text", "municipality"])
    single = hits[~hits["text"].duplicated(keep=False)].assign(score=100.0, candidates="")
    empty = asked[asked["key"] == ""].assign(municipality=None, how="empty", score=np.nan, candidates="")
    found = pd.concat([single, empty])[["text", "municipality", "how", "score", "candidates"]]
    return found.astype({"municipality": "str"})


def _fuzzy(asked, spellings, lookalikes, labels, threshold) -> pd.DataFrame:
    """Misspellings of one municipality, and the candidates of what stays undecided."""
    # a row for each name asked, a column for each known spelling
    ratio = process.cdist(asked["key"], spellings["key"], scorer=fuzz.ratio)
    slips = process.cdist(asked["key"], spellings["key"], scorer=OSA.distance)
    shared = process.cdist(asked["words"], spellings["words"], scorer=fuzz.token_set_ratio)
    likely = np.maximum(ratio, 0.95 * shared)  # 'Krimpen' may be any of the names that have it as a word
    at = ratio.argmax(axis=1)
    best = spellings.iloc[at]
    other = best["municipality"].to_numpy()[:, None] != spellings["municipality"].to_numpy()
    score = ratio.max(axis=1)
    sure = score >= threshold
    sure &= score - np.where(other, ratio, 0).max(axis=1) >= _MARGIN
    sure &= np.take_along_axis(slips, at[:, None], axis=1)[:, 0] == 1
    sure &= np.where(other, slips, _NEAR + 1).min(axis=1) > _NEAR
    sure &= np.array([_may_be(*pair) for pair in zip(asked["words"], best["words"], strict=True)], dtype=bool)
    sure &= ~asked["key"].isin(lookalikes).to_numpy()
    shown = (spellings["municipality"] + " " + spellings["municipality"].map(labels)).tolist()
    return pd.DataFrame(
        {
            "text": asked["text"].to_numpy(),
            "municipality": pd.Series(best["municipality"].to_numpy(), dtype="str").where(sure),
            "how": np.where(sure, "fuzzy", "undecided"),
            "score": score.astype("float64").round(1),
            "candidates": [_candidates(row, shown) for row in likely],
        }
    )


def _may_be(asked: str, known: str) -> bool:
    """Whether one can be a misspelling of the other at all: first letter, length, no digits, no short word changed."""
    letters = min(len(re.findall(r"[^\W\d]", words)) for words in (asked, known))
    if letters < _LETTERS or re.search(r"\d", asked) or asked[0] != known[0]:
        return False
    words = [asked.split(), known.split()]
    if len(words[0]) == len(words[1]):
        return all(one == other or max(len(one), len(other)) > _SHORT for one, other in zip(*words, strict=True))
    short = [sorted(word for word in side if len(word) <= _SHORT) for side in words]
    return short[0] == short[1]


def _candidates(likeness: np.ndarray, shown: list[str]) -> str:
    """The five municipalities most like a name, for the analyst to choose from."""
    best = [at for at in np.argsort(-likeness, kind="stable") if likeness[at] >= _WORTH_SHOWING]
    return " | ".join(list(dict.fromkeys(shown[at] for at in best))[:5])


def assign_clusters(
    register: pd.DataFrame, clusterings: pd.DataFrame, clusters: pd.DataFrame, folder="."
) -> pd.DataFrame:
    """Which cluster of each clustering a municipality belongs to.

    Parameters
    ----------
    register : DataFrame
        As read by `read_register`.
    clusterings : DataFrame
        Columns `clustering`, `source`: `register:COLUMN`, or `file:NAME.csv`, an analyst's own file with columns
        `municipality`, `cluster`.
    clusters : DataFrame
        Columns `clustering`, `value`, `cluster`, `label_nl`, `label_en`, `order`: the cluster that each value of the
        source is in. In an own file the value, the cluster or one of its labels may stand. Where a clustering has
        no rows, each value is a cluster of its own.
    folder : path-like
        Where own files are looked for.

    Returns
    -------
    DataFrame
        Columns `clustering`, `cluster` (lowercase letters, digits and hyphens: it names files), `municipality`,
        `value` (as it stood in the source). A municipality without a value is in no cluster of that clustering.

    Raises
    ------
    InputError
        An unknown source, a value without a row in `clusters` where the clustering has rows, an unknown or repeated
        municipality in an own file, a cluster that can't name a file, two values that would become one cluster, a
        clustering or value given twice, rows of `clusters` that contradict each other.

    Examples
    --------
    >>> register = pd.DataFrame({"municipality": ["D1", "D2"], "label": ["Home Office", "Defence"], "size": ["S", "L"]})
    >>> clusterings = pd.DataFrame({"clustering": ["size"], "source": ["register:size"]})
    >>> columns = ["clustering", "value", "cluster", "label_nl", "label_en", "order"]
    >>> assign_clusters(register, clusterings, pd.DataFrame(columns=columns, dtype=str)).values.tolist()
    [['size', 's', 'D1', 'S'], ['size', 'l', 'D2', 'L']]
    """
    _check_clusterings(clusterings, clusters)
    tables = [
        _in_clusters(clustering, clusters, *_values(source, register, Path(folder)))
        for clustering, source in zip(clusterings["clustering"], clusterings["source"], strict=True)
    ]
    columns = ["clustering", "cluster", "municipality", "value"]
    return pd.concat([pd.DataFrame(columns=columns, dtype="str"), *tables], ignore_index=True)[columns]


def cluster_labels(assigned: pd.DataFrame, clusters: pd.DataFrame, language: str = "nl") -> pd.DataFrame:
    """What a reader sees of each cluster that has municipalities, and in which order.

    Parameters
    ----------
    assigned : DataFrame
        As given by `assign_clusters`.
    clusters : DataFrame
        Columns `clustering`, `cluster`, `label_nl`, `label_en`, `order`.
    language : {"nl", "en"}
        The reader's language.

    Returns
    -------
    DataFrame
        Columns `clustering`, `cluster`, `label`, `order` (from 1). Without a label in the language the Dutch one is
        given. A cluster without a row in `clusters` has its value as label; these stand in the order of their
        values, numbers as numbers.

    Examples
    --------
    >>> assigned = pd.DataFrame({"clustering": "size", "cluster": ["s", "l"], "municipality": ["D1", "D2"],
    ...                          "value": ["S", "L"]})
    >>> columns = ["clustering", "value", "cluster", "label_nl", "label_en", "order"]
    >>> cluster_labels(assigned, pd.DataFrame(columns=columns, dtype=str)).values.tolist()
    [['size', 'l', 'L', 1], ['size', 's', 'S', 2]]
    """
    label = clusters[f"label_{language}"].replace("", None).fillna(clusters["label_nl"])
    named = clusters.assign(label=label)[["clustering", "cluster", "label", "order"]]
    shown = assigned.drop_duplicates(["clustering", "cluster"])[["clustering", "cluster", "value"]]
    shown = shown.merge(named.drop_duplicates(["clustering", "cluster"]), how="left", on=["clustering", "cluster"])
    shown["label"] = shown["label"].fillna(shown["value"])
    # own order where there is one, else by number, else by name
    shown["given"] = pd.to_numeric(shown["order"])
    shown["number"] = pd.to_numeric(shown["value"], errors="coerce")
    appearance = {name: place for place, name in enumerate(assigned["clustering"].unique())}
    shown["place"] = shown["clustering"].map(appearance)
    shown = shown.sort_values(["place", "given", "number", "value"], ignore_index=True)
    shown["order"] = shown.groupby("clustering").cumcount() + 1
    return shown[["clustering", "cluster", "label", "order"]]


def _values(source: str, register: pd.DataFrame, folder: Path) -> tuple[pd.DataFrame, str, str]:
    """The municipalities of a source with their values, and the file and column that these stand in."""
    kind, _, name = str(source).partition(":")
    columns = [column for column in register if column not in ("municipality", "label")]
    if kind == "register" and name in columns:
        values = register[["municipality"]].assign(value=register[name].astype("str"))
        return values.dropna(subset="value"), "register.csv", name
    if kind == "file" and name and Path(name).name == name:
        own = _read(folder / name, ["municipality", "cluster"])
        for column in ("municipality", "cluster"):
            _refuse(own, own[column].isna(), "empty", name, column)
        _refuse(own, own["municipality"].duplicated(), "municipality used before", name, "municipality")
        _refuse_unknown(own, register, name)
        return own[["municipality", "cluster"]].rename(columns={"cluster": "value"}), name, "cluster"
    raise InputError("unknown source", file="clusterings.csv", column="source", value=source,
                     allowed=[f"register:{column}" for column in columns] + ["file:NAME.csv"])  # fmt: skip


def _in_clusters(clustering: str, clusters: pd.DataFrame, values: pd.DataFrame, file: str, column: str) -> pd.DataFrame:
    """Each municipality's value with its cluster."""
    rows = clusters[clusters["clustering"] == clustering]
    place = dict(file=file, column="value", shown=column)
    if rows.empty:
        cluster = values["value"].map(_slug).astype("str")
        _refuse(values, cluster == "", "no letter or digit to name a file with", **place)
        first = values["value"].groupby(cluster).transform("first")
        _refuse(values, values["value"] != first, "would become the same cluster as another value", **place)
    else:
        # what comes later in the list wins: a value from a cluster, a cluster from a label
        names = ["value"] if file == "register.csv" else ["label_en", "label_nl", "cluster", "value"]
        known = {name: code for words in names for name, code in zip(rows[words], rows["cluster"], strict=True)}
        cluster = values["value"].map(known).astype("str")
        _refuse(values, cluster.isna(), f"no row in clusters.csv for this value of '{clustering}'", **place,
                allowed=list(rows["value"]))  # fmt: skip
    return values.assign(clustering=clustering, cluster=cluster)


def _check_clusterings(clusterings: pd.DataFrame, clusters: pd.DataFrame) -> None:
    file = "clusterings.csv"
    name = clusterings["clustering"]
    _refuse(clusterings, ~_is_safe(name), "not lowercase letters, digits and hyphens", file, "clustering")
    _refuse(clusterings, name.duplicated(), "clustering used before", file, "clustering")
    file = "clusters.csv"
    _refuse(clusters, ~clusters["clustering"].isin(name), "unknown clustering", file, "clustering", allowed=list(name))
    for column in ("value", "label_nl"):
        _refuse(clusters, clusters[column].fillna("") == "", "empty", file, column)
    _refuse(clusters, clusters.duplicated(["clustering", "value"]), "value used before", file, "value")
    _refuse(clusters, ~_is_safe(clusters["cluster"]), "not lowercase letters, digits and hyphens", file, "cluster")
    _refuse(clusters, pd.to_numeric(clusters["order"], errors="coerce").isna(), "no number", file, "order")
    told = clusters.fillna("")
    for column in ("label_nl", "label_en", "order"):
        first = told.groupby(["clustering", "cluster"])[column].transform("first")
        _refuse(told, told[column] != first, "differs from an earlier row of this cluster", file, column)


def _is_safe(names: pd.Series) -> pd.Series:
    return names.astype("str").str.fullmatch(_SAFE).fillna(False).astype(bool)


def _slug(value: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", _plain(value)).strip("-")


def _plain(text) -> str:
    text = unicodedata.normalize("NFKD", str(text)).casefold()
    return "".join(letter for letter in text if not unicodedata.combining(letter))


def _read(path, required: list[str]) -> pd.DataFrame:
    """A codebook table as text, empty cells missing; the index is the row in the spreadsheet less two."""
    rows = read_rows(Path(path))
    there = list(rows[0][1]) if rows else required
    for name in required:
        if name not in there:
            raise InputError("the column is not there", file=Path(path).name, column=name, allowed=required)
    lines = [number - 2 for number, _ in rows]
    frame = pd.DataFrame([row for _, row in rows], index=lines, columns=there, dtype="str")
    frame = frame.apply(lambda column: column.str.strip())
    return frame.mask(frame == "")


def _refuse(frame, bad, problem, file, column, shown=None, allowed=None) -> None:
    """Stops at the first row of a table where `bad` is true."""
    wrong = frame.index[np.asarray(bad, dtype=bool)]
    if len(wrong):
        value = frame.loc[wrong[0], column]
        raise InputError(problem, file=Path(file).name if file else None, row=int(wrong[0]) + 2, column=shown or column,
                         value=None if pd.isna(value) else value, allowed=allowed)


def _refuse_unknown(frame: pd.DataFrame, register: pd.DataFrame, file=None) -> None:
    """Stops at a municipality that the register does not have."""
    codes = register["municipality"]
    some = ", ".join(codes.head(3))
    allowed = f"the {len(codes)} codes of the register ({some}, ...)"
    unknown = frame["municipality"].notna() & ~frame["municipality"].isin(codes)
    _refuse(frame, unknown, "not in the register", file, "municipality", allowed=allowed)
