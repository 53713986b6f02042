"""The answers behind the estimates, as tables that `protection` can protect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ledanalysis.attack import Figures
from ledanalysis.protection import Table
from ledanalysis.published import bounds, round_twice, scales
from ledanalysis.study import Study


BY_STAFF = "staff/"  # before the name of a clustering: its figures with each answer as many times as there are staff
BY_COUNT = "unweighted/"  # the same, with each municipality once, whatever its weight
VIEWS = (BY_STAFF, BY_COUNT)
CHEAP = 0.01  # what is lost with a figure by staff, beside the same figure of municipalities


@dataclass(frozen=True)
class Answers:
    """What stands behind published means.

    Attributes
    ----------
    scores : DataFrame
        measure, theme, municipality, informant, score, weight.
    scales : DataFrame
        As made by `published.scales`.
    protection : float
        The part of a scale (of amounts: of the amount) that an attacker must be left in the dark about.
    dominance : float
        The largest part of a cell's amount that one informant may be.
    gates : dict of (measure, theme) to (measure, theme)
        What is only asked of who said yes to another: its n tells how many did.
    questions : tuple of tuples of str
        The measures of each question whose answers add up (a single choice, points to divide, a ranking): the first, and
        those made of the same answers.
    """

    scores: pd.DataFrame
    scales: pd.DataFrame
    protection: float
    dominance: float
    gates: dict
    questions: tuple[tuple[str, ...], ...] = ()


def answers_behind(scores: pd.DataFrame, weights: pd.DataFrame, study: Study) -> Answers:
    """The answers behind the estimates of a study.

    Parameters
    ----------
    scores : DataFrame
        theme_scores: municipality, theme, measure, score.
    weights : DataFrame
        municipality, respondent, weight.
    study : Study
    """
    known = scores[["measure", "theme", "municipality", "score"]].merge(weights[["municipality", "respondent", "weight"]], "left")
    texts = known["measure"].isin([row.measure for row in study.tables["measures"] if row.kind == "mentions"])
    known = known[texts | known["weight"].notna()]
    informant = known["respondent"].astype("str").where(~texts, known["municipality"])
    weight = known["weight"].where(~texts, 1.0)
    settings = study.settings
    return Answers(known.assign(informant=informant, weight=weight), scales(study), settings.protection, settings.dominance, _gates(study), _questions(study))


def _questions(study: Study) -> tuple[tuple[str, ...], ...]:
    whole = dict.fromkeys(item.measure for item in study.items("single", "points", "ranking") if item.measure)
    made = [row for row in study.tables["measures"] if row.kind == "items"]
    return tuple((measure, *(row.measure for row in made if row.first == measure)) for measure in whole)


def _gates(study: Study) -> dict:
    items = {item.item: item for item in study.tables["items"]}
    found = {}
    for item in study.tables["items"]:
        gate, _, option = item.asked_if.partition("=")
        if item.measure and gate in items and items[gate].measure:
            found[item.measure, item.theme] = items[gate].measure, option
    return found


def tables(estimates: pd.DataFrame, clusters: pd.DataFrame, answers: Answers) -> dict[tuple, tuple[np.ndarray, Table]]:
    """The rows of each measure and theme, with the table that they are.

    Parameters
    ----------
    estimates : DataFrame
        clustering, cluster, measure, theme; indexed from 0.
    clusters : DataFrame
        clustering, cluster, municipality; optional `times`, how often its answers count there (by default once).
    answers : Answers
    """
    places = estimates.groupby(["measure", "theme"], sort=False).indices
    scale = answers.scales.set_index(["measure", "theme"])
    times = clusters["times"] if "times" in clusters else 1.0
    inside = clusters.assign(inside=times).pivot_table(index=["clustering", "cluster"], columns="municipality", values="inside", fill_value=0.0)
    cells = inside.index.get_indexer(pd.MultiIndex.from_frame(estimates[["clustering", "cluster"]]))
    view = estimates["clustering"].str.startswith(VIEWS).to_numpy()
    coarse = estimates["clustering"].str.startswith(BY_COUNT).to_numpy()
    found = {}
    for key, mine in answers.scores.groupby(["measure", "theme"], sort=False):
        if key in places and key in scale.index:
            here = inside.to_numpy()[np.ix_(cells[places[key]], inside.columns.get_indexer(mine["municipality"]))]
            found[key] = places[key], _table(here, mine, scale.loc[key], answers.protection, view[places[key]], coarse[places[key]])
    return found


def _table(inside: np.ndarray, mine: pd.DataFrame, scale: pd.Series, protection: float, view: np.ndarray, coarse: np.ndarray) -> Table:
    """From who is in which cell (cells x answers), and which cells are of another view, or of one with a decimal fewer."""
    codes, people = pd.factorize(mine["informant"])
    weights = np.zeros((len(inside), len(people)))
    np.add.at(weights.T, codes, (inside * mine["weight"].to_numpy()).T)
    parts = weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
    score = mine.groupby("informant")["score"].mean().reindex(people).to_numpy()
    decimals = np.where(coarse, np.maximum(scale["decimals"] - 1, 0), scale["decimals"])
    ends = bounds(round_twice(parts @ score, decimals), decimals)
    size = scale["ceiling"] - scale["floor"]
    step = np.full(len(people), scale["step"] or protection * size)
    width = np.minimum(protection * size, (parts * step).max(axis=1))
    if scale["amount"]:
        step, width = protection * score, protection * (parts @ score)
    # who sees the weighted figure of municipalities knows about what it is in another view: what is protected are the answers
    width = np.where(view, 0.0, width)
    cost = ((weights > 0).sum(axis=1) + 1.0) * np.where(view, CHEAP, 1.0)
    figures = Figures(parts, *ends, scale["floor"], scale["ceiling"])
    return Table(figures, score, step, width, cost, bool(scale["amount"]), np.asarray(people))


def dominated(table: Table, answers: Answers) -> np.ndarray:
    """Cells whose sum is nearly all one informant's: more than `dominance`, or known to the second within `protection`.

    The (1, k) rule and the p% rule of Hundepool et al. (2012), ch. 4, on weighted amounts.
    """
    amounts = np.sort(table.figures.parts * table.answers, axis=1)[:, ::-1]
    total, first = amounts.sum(axis=1), amounts[:, 0]
    second = amounts[:, 1] if amounts.shape[1] > 1 else np.zeros(len(amounts))
    return (total > 0) & ((first > answers.dominance * total) | (total - first - second < answers.protection * first))
