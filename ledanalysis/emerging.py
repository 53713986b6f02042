"""New themes: words and phrases that set the coming years, or the answers to an open question, apart from all else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis import coding, privacy, terms
from ledanalysis.candidates import Candidate, apart, around, candidates, coded_places, known_theme, overlap
from ledanalysis.handcodes import own_passages

TERMS = ["term", "family", "count", "rest", "municipalities", "elsewhere", "log_ratio", "z", "apart", "known_theme", "forms", "examples"]
PRIOR = 500  # words that the prior is worth at most, spread as all texts together are
PRIOR_SHARE = 0.1  # and as a share of them
EXAMPLES = 5  # passages that are shown of a term
OVERLAP = 0.6  # share of a term's places that a better term may have taken before it is no term of its own
Z = 1.96


def looks_ahead(passages: pd.DataFrame, markers: pd.DataFrame) -> pd.Series:
    """Which passages are about the coming years: a marker says so, or the question that they answer.

    Parameters
    ----------
    passages : DataFrame
        source, municipality, speaker, passage, text, each source's passages in their order.
    markers : DataFrame
        horizon ("now", "future"), pattern: the codebook's markers.csv.

    Returns
    -------
    Series of bool
        A question counts if it has a marker of the coming years and none of now, up to the next question; not for
        passages that have a marker of now and none of the coming years.

    Examples
    --------
    >>> passages = pd.DataFrame({"source": "a", "municipality": "GM1", "passage": [1, 2, 3, 4],
    ...     "speaker": ["interviewer", "spreker 1", "spreker 1", "spreker 1"],
    ...     "text": ["En straks?", "Deepfakes.", "Nu nog niet.", "Straks wel."]})
    >>> markers = pd.DataFrame({"horizon": ["future", "now"], "pattern": ["straks", "nu"]})
    >>> looks_ahead(passages, markers).tolist()
    [True, True, False, True]
    """
    found = _markers(passages, markers)
    key = pd.MultiIndex.from_frame(passages[["source", "passage"]])
    ahead, now = (key.isin(pd.MultiIndex.from_frame(found.loc[found["theme"] == horizon, ["source", "passage"]]))
                  for horizon in ("future", "now"))  # fmt: skip
    asks = passages["speaker"] == privacy.INTERVIEWER
    question = pd.Series(np.where(asks, ahead & ~now, np.nan), index=passages.index)
    asked = question.groupby(passages["source"], sort=False).ffill().fillna(0).astype(bool)
    return pd.Series(ahead | (asked.to_numpy() & ~now), index=passages.index)


def emerging_terms(passages: pd.DataFrame, asked: pd.Series, mentions: pd.DataFrame, markers: pd.DataFrame,
                   min_count: int = 5, min_municipalities: int = 3) -> pd.DataFrame:  # fmt: skip
    """Terms that some passages have more than the others, the clearest first.

    A term is a word, a phrase of two or three words, or a family of compounds (`terms.families`); forms of a word are
    one. It counts once in a passage. Its log-ratio is that of its odds among all words, with an informative Dirichlet
    prior (Monroe, Colaresi and Quinn 2008); z is that over its error: see `log_ratio`. Interviewers, remarks, what repeats (`terms.repeated`), stop words and markers of
    time do not count. Of terms that stand in the same places the clearest is kept.

    Parameters
    ----------
    passages : DataFrame
        source, kind, municipality, speaker, passage, text.
    asked : Series of bool
        Which passages are asked about, by the index of `passages`: `looks_ahead`, or the answers to one question.
    mentions : DataFrame
        source, passage, theme, start, end: what the codebook codes already.
    markers : DataFrame
        horizon, pattern.
    min_count : int
        Fewest passages with it among those asked about.
    min_municipalities : int
        Fewest municipalities there.

    Returns
    -------
    DataFrame
        term (the form said most; of a family what its words share), family ("ai*"; "" for a word or phrase by itself),
        count, rest (passages with it, asked about and others), municipalities, elsewhere (municipalities, of those
        that say it in the rest), log_ratio (natural), z (above 1.96), apart (share of `count` in which it stands outside
        of what the codebook codes: not in a sentence with a theme or beside one), known_theme (that at least half of its places are coded with; "" if new), forms (all, ' | ' between them),
        examples ('source:passage', ' | ' between them, of different municipalities).

    Examples
    --------
    >>> said = ["Straks deepfakes herkennen.", "Straks de deepfaketraining."] * 4
    >>> said += [f"Wij leren {word}." for word in "taal rekenen muziek sport natuur techniek dans theater".split()]
    >>> passages = pd.DataFrame({"source": range(16), "kind": "", "municipality": [f"GM{n}" for n in range(16)],
    ...                          "speaker": None, "passage": 1, "text": said})
    >>> markers = pd.DataFrame({"horizon": ["future"], "pattern": ["straks"]})
    >>> none = pd.DataFrame(columns=["source", "passage", "theme", "start", "end"])
    >>> found = emerging_terms(passages, looks_ahead(passages, markers), none, markers)
    >>> found[["term", "family", "count", "municipalities"]].values.tolist()
    [['deepfake', 'deepfake*', 8, 8]]
    """
    own = own_passages(passages)
    words, target = _words(own, markers), asked.loc[own.index].to_numpy(bool)
    homes = own["municipality"].astype("object").where(own["municipality"].notna(), None).tolist()
    sizes = [sum(len({word.key for word in part}) for part, mine in zip(words, target) if mine == side) for side in (True, False)]
    rows = []
    for name, found in candidates(words, target).items():
        spread = _municipalities(found.places, homes)
        if len(found.places) >= min_count and spread >= min_municipalities:
            rows.append((name, found, spread, *log_ratio(len(found.places), len(found.rest), *sizes)))
    kept = []
    for row in sorted(rows, key=lambda row: (-row[4], row[0])):
        if row[4] > Z and all(overlap(row[1], better) <= OVERLAP for _, better, *_ in kept):
            kept.append(row)
    coded = coded_places(own, mentions)
    texts, keys = own["text"].tolist(), list(zip(own["source"], own["passage"]))
    told = {at: around(texts[at], spans) for at, spans in coded.items()}
    shown = [
        (*_named(name, found), len(found.places), len(found.rest), spread, _municipalities(found.rest, homes), delta, z,
         apart(found, words, told), known_theme(found, words, coded), *_shown(found, homes, keys))
        for name, found, spread, delta, z in kept
    ]  # fmt: skip
    return pd.DataFrame(shown, columns=TERMS)


def _municipalities(passages, homes: list) -> int:
    return len({homes[at] for at in passages} - {None})


def log_ratio(count: int, rest: int, words: int, rest_words: int, prior: float | None = None) -> tuple[float, float]:
    """The log-ratio of a term's odds in two texts, and its z, with an informative Dirichlet prior.

    Monroe, Colaresi and Quinn (2008), 'Fightin' words', Political Analysis 16(4), section 3.5: with y and y' the
    counts in texts of n and n' words, and a = prior × (y + y') / (n + n'),
    delta = log((y + a) / (n + prior - y - a)) - log((y' + a) / (n' + prior - y' - a)), of variance about
    1 / (y + a) + 1 / (y' + a).

    Parameters
    ----------
    count, rest : int
        The term's counts in the text asked about, and in the rest.
    words, rest_words : int
        All words in each.
    prior : float, optional
        Words that the prior is worth; by default a tenth of all, and at most `PRIOR`.

    Examples
    --------
    >>> [round(value, 2) for value in log_ratio(10, 10, 1000, 1000)], [round(value, 2) for value in log_ratio(10, 2, 1000, 3000)]
    ([0.0, 0.0], [2.15, 3.39])
    """
    prior = min(PRIOR, PRIOR_SHARE * (words + rest_words)) if prior is None else prior
    a = prior * (count + rest) / (words + rest_words)
    odds = [(n + a) / (size + prior - n - a) for n, size in ((count, words), (rest, rest_words))]
    delta = float(np.log(odds[0] / odds[1]))
    return delta, delta / float(np.sqrt(1 / (count + a) + 1 / (rest + a)))


def _markers(passages: pd.DataFrame, markers: pd.DataFrame) -> pd.DataFrame:
    """Where the markers of time stand, as mentions of a theme "now" or "future"."""
    patterns = markers.groupby("horizon", sort=False)["pattern"].agg(coding.SEPARATOR.join).rename("patterns")
    return coding.code_passages(passages, coding.compile_codebook(patterns.reset_index().rename(columns={"horizon": "theme"})))


def _words(own: pd.DataFrame, markers: pd.DataFrame) -> list[list[terms.Word]]:
    """The words of each passage that count."""
    out = terms.repeated(own)
    place = {key: at for at, key in enumerate(zip(own["source"], own["passage"]))}
    for row in _markers(own, markers).itertuples():
        out[place[row.source, row.passage]].append((row.start, row.end))
    return [terms.split_words(text, gone) for text, gone in zip(own["text"], out)]


def _named(name: tuple[bool, tuple[str, ...]], found: Candidate) -> tuple[str, str]:
    """The term and its family."""
    is_family, keys = name
    return (keys[0], f"{keys[0]}*") if is_family else (_forms(found)[0], "")


def _forms(found: Candidate) -> list[str]:
    return sorted(found.forms, key=lambda form: (-found.forms[form], form))


def _shown(found: Candidate, homes: list, keys: list) -> tuple[str, str]:
    """Its forms, and its examples: one of each municipality before a second of any."""
    first = {}
    for at in sorted(found.places):
        first.setdefault(homes[at], at)
    order = [*first.values(), *(at for at in sorted(found.places) if at not in first.values())][:EXAMPLES]
    return " | ".join(_forms(found)), " | ".join(f"{keys[at][0]}:{keys[at][1]}" for at in order)
