"""Actors of learning and development in interviews: who is named, who is named in one sentence with whom, and what of it may be shown."""

from __future__ import annotations

import pandas as pd

from ledanalysis import coding
from ledanalysis.handcodes import own_passages
from ledanalysis.study import Study

ACTORS = ["source", "municipality", "passage", "sentence", "actor", "pattern", "start", "end"]


def compile_actors(study: Study) -> coding.Codebook:
    """The patterns of `actors.csv`, of the same grammar as those of themes, with the denials of `markers.csv`.

    Raises
    ------
    InputError
        A pattern that cannot be used, with its row in actors.csv.
    """
    actors = study.frame("actors").rename(columns={"actor": "theme"})
    return coding.compile_codebook(actors, study.frame("markers"), file="actors.csv")


def code_actors(passages: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Find the actors in what was said in interviews.

    What interviewers say is left out, and where a source has speakers what nobody speaks too: its header says whom
    the interview is with, which is no word on who does the learning.

    Parameters
    ----------
    passages : DataFrame
        source, kind, municipality, speaker, passage, text.
    study : Study

    Returns
    -------
    DataFrame
        A row per mention: source, municipality, passage, sentence (its number in the passage), actor, pattern, start
        and end (places in the passage's text). Without rows where the study has no actors.csv.
    """
    book = compile_actors(study)
    interviews = passages[passages["kind"] == "interview"]
    spoken = interviews["speaker"].notna()
    spoken |= ~interviews["source"].isin(interviews.loc[spoken, "source"])
    told = own_passages(interviews[spoken]).reset_index(drop=True)
    if not study.tables["actors"] or told.empty:
        kinds = {name: "int64" if name in ("passage", "sentence", "start", "end") else "str" for name in ACTORS}
        return pd.DataFrame(columns=ACTORS).astype(kinds)
    found = coding.code_passages(told, book).rename(columns={"theme": "actor"})
    keys = ["source", "passage"]
    row = pd.MultiIndex.from_frame(told[keys]).get_indexer(pd.MultiIndex.from_frame(found[keys]))
    return found.assign(sentence=coding.sentence_numbers(told["text"].tolist(), row, found["start"].to_numpy()))[ACTORS]


def count_actors(found: pd.DataFrame) -> pd.DataFrame:
    """In how many municipalities each actor is named: actor, municipalities.

    Examples
    --------
    >>> found = pd.DataFrame({"municipality": ["GM1", "GM1", "GM2"], "actor": ["or", "or", "or"]})
    >>> count_actors(found).values.tolist()
    [['or', 2]]
    """
    return found.groupby("actor")["municipality"].nunique().rename("municipalities").reset_index()


def count_links(found: pd.DataFrame) -> pd.DataFrame:
    """In how many municipalities two actors are named in one sentence: actor, other (in the alphabet's order), municipalities.

    Examples
    --------
    >>> found = pd.DataFrame({"source": "a", "municipality": "GM1", "passage": 1, "sentence": [0, 0, 1], "actor": ["or", "vng", "hr"]})
    >>> count_links(found).values.tolist()
    [['or', 'vng', 1]]
    """
    keys = ["source", "passage", "sentence"]
    each = found[[*keys, "municipality", "actor"]].drop_duplicates()
    pairs = each.merge(each[[*keys, "actor"]].rename(columns={"actor": "other"}), on=keys)
    pairs = pairs[pairs["actor"] < pairs["other"]]
    return pairs.groupby(["actor", "other"])["municipality"].nunique().rename("municipalities").reset_index()


def may_be_shown(counts: pd.Series, interviewed: int, min_n: int, extreme_n: int) -> pd.Series:
    """Which counts of municipalities may be shown: of enough of them, and of all only where these are many.

    The base is the same for all and no sum of them is given, so that what is hidden does not follow from the rest.

    Examples
    --------
    >>> may_be_shown(pd.Series([4, 5, 8]), interviewed=8, min_n=5, extreme_n=10).tolist()
    [False, True, False]
    """
    return (counts >= min_n) & ((counts < interviewed) | (interviewed >= extreme_n))


def shown_actors(found: pd.DataFrame, interviewed: int, study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What may be shown of the actors of a study, and of the links between these.

    Parameters
    ----------
    found : DataFrame
        As `code_actors` gives it.
    interviewed : int
        The municipalities with an interview.
    study : Study

    Returns
    -------
    actors, links : DataFrame
        actor, label, kind, municipalities, estimate (percent of the interviewed), n, in the codebook's order; and
        actor, other, municipalities, the strongest first. What too few named is not a row.
    """
    limits = interviewed, study.settings.min_n, study.settings.extreme_n
    named = [(row.actor, study.label_of(row, short=True), row.kind) for row in study.tables["actors"]]
    counts = count_actors(found)
    actors = pd.DataFrame(named, columns=["actor", "label", "kind"]).merge(counts, on="actor")
    actors = actors[may_be_shown(actors["municipalities"], *limits)].reset_index(drop=True)
    share = actors["municipalities"] / max(interviewed, 1) * 100
    links = count_links(found)
    links = links[may_be_shown(links["municipalities"], *limits) & links[["actor", "other"]].isin(set(actors["actor"])).all(axis=1)]
    links = links.sort_values(["municipalities", "actor", "other"], ascending=[False, True, True], ignore_index=True)
    return actors.assign(estimate=share, n=interviewed), links
