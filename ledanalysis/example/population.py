"""A made-up population: what each municipality of the register would answer. The truth that estimates must cover."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ledanalysis.cleaning import to_answers
from ledanalysis.scoring import score_themes
from ledanalysis.study import Study

SIZES = ["lt20", "20-50", "50-100", "gt100", "g4"]
# importance now and change in three years, on the 1-5 scale; and what a step in size class adds
THEMES = {
    "DIGI": (3.9, 0.15, 0.02), "DATA": (2.9, 0.95, 0.16), "OMGW": (3.7, -0.20, 0.00), "OPGW": (3.3, 0.15, 0.14),
    "LEID": (3.9, 0.05, 0.04), "DIVI": (3.2, 0.30, 0.18), "VITA": (3.7, 0.20, 0.00), "ONBO": (3.7, -0.05, 0.02),
    "LOOP": (3.1, 0.35, 0.12), "OMSC": (2.5, 0.60, 0.14), "INFL": (3.0, 0.50, 0.02), "CULT": (3.5, 0.30, 0.04),
    "VAKM": (4.1, 0.00, -0.04), "AMBT": (3.6, 0.05, 0.02), "PART": (3.4, 0.05, -0.02), "KLIM": (2.9, 0.40, 0.04),
    "KRAP": (3.8, 0.25, -0.06), "SOCD": (3.3, 0.00, -0.04), "PRAK": (2.5, 0.20, 0.10), "TEAM": (3.6, -0.25, 0.02),
}  # fmt: skip
COMMON = {  # how common an instrument is, before size
    "gesprekscyclus": 0.9, "studiefaciliteiten": 0.85, "budget_centraal": 0.75, "opleidingsplan_org": 0.6, "onboarding": 0.7,
    "leeraanbod_open": 0.6, "lms": 0.55, "visie_lo": 0.5, "academie_eigen": 0.2, "academie_regio": 0.35, "spp": 0.35,
    "traineeship": 0.35, "evaluatie": 0.2, "coaching": 0.75, "intervisie": 0.7, "loopbaanadvies": 0.65, "kennissessies": 0.6,
    "leerambassadeurs": 0.2, "leertijd": 0.15, "gamification": 0.12, "evc": 0.12, "werkinstructies": 0.35, "communities": 0.25,
}  # fmt: skip


def make_population(study: Study, register: pd.DataFrame, seed: int) -> pd.DataFrame:
    """What every municipality would answer, in the columns of `study.variables`.

    Parameters
    ----------
    study : Study
    register : DataFrame
        municipality, size_class, region.
    seed : int

    Returns
    -------
    DataFrame
        A row per municipality, with respondent (its own number) and a column per variable; NA where a question
        would not be put.
    """
    rng = np.random.default_rng(seed)
    size = register["size_class"].map(SIZES.index).to_numpy()
    level = rng.normal(0, 0.25, len(register))  # some municipalities find everything important
    keys = pd.DataFrame({"municipality": register["municipality"].to_numpy(), "respondent": np.arange(1, len(register) + 1)})
    parts = [_themes(study, size, level, rng), _instruments(study, size, level, rng), _organisation(study, size, level, rng)]
    population = pd.concat([keys, *(pd.DataFrame(part) for part in parts)], axis=1)
    return population[["municipality", "respondent", *(name for name in study.variables.index if name in population and name not in keys)]]


def true_values(study: Study, population: pd.DataFrame, clusters: pd.DataFrame) -> pd.DataFrame:
    """The population's values: clustering, cluster, measure, theme, value, n (municipalities with a valid answer)."""
    scores = score_themes(to_answers(population, study), pd.DataFrame(columns=["municipality", "theme", "horizon"]), [], study)
    worths = [row.measure for row in study.tables["measures"] if row.statistic == "worth"]  # no mean of scores
    scores = scores[~scores["measure"].isin(worths)]
    everyone = pd.DataFrame({"clustering": "sector", "cluster": "all", "municipality": population["municipality"]})
    placed = pd.concat([everyone, clusters[["clustering", "cluster", "municipality"]]]).merge(scores, on="municipality")
    groups = placed.groupby(["clustering", "cluster", "measure", "theme"])["score"]
    return groups.agg(value="mean", n="count").reset_index()


def likert(latent: np.ndarray, rng: np.random.Generator, unknown: float = 0.03) -> np.ndarray:
    """Answers 1-5 from a latent opinion, with 9 ("weet niet") here and there."""
    answer = np.clip(np.rint(latent + rng.normal(0, 0.6, latent.shape)), 1, 5)
    return np.where(rng.random(latent.shape) < unknown, 9.0, answer)


def _themes(study: Study, size, level, rng) -> dict[str, np.ndarray]:
    columns, future = {}, {}
    for theme, (now, rise, step) in THEMES.items():
        latent = now + step * (size - 1) + level + rng.normal(0, 0.5, len(size))
        columns[f"d1_{theme}"] = likert(latent, rng)
        future[theme] = latent + rise + rng.normal(0, 0.3, len(size))
        columns[f"d2_{theme}"] = likert(future[theme], rng, 0.06)
        columns[f"d5_aanbod_{theme}"] = (rng.random(len(size)) < _chance(1.1 * (latent - 3.4))) * 1.0
    order = np.argsort(-(np.column_stack(list(future.values())) + rng.gumbel(0, 0.35, (len(size), len(future)))), axis=1)
    ranks = np.argsort(order, axis=1) + 1.0
    for number, theme in enumerate(future):
        columns[f"d3_top5_{theme}"] = np.where(ranks[:, number] <= 5, ranks[:, number], 0.0)
    return columns


def _instruments(study: Study, size, level, rng) -> dict[str, np.ndarray]:
    columns = {}
    for item, options in (("b5_organiseren", "organise"), ("c1_stimuleren", "stimulate")):
        for key in study.options[options]:
            common = COMMON.get(key, 0.45)
            chance = _chance(np.log(common / (1 - common)) + 0.45 * (size - 1) + level)
            columns[f"{item}_{key}"] = (rng.random(len(size)) < chance) * 1.0
    for key in study.options["stimulate"]:
        effect = likert(3.4 + rng.normal(0, 0.3) + 0.5 * level, rng)
        columns[f"c2_{key}"] = np.where(columns[f"c1_stimuleren_{key}"] == 1, effect, np.nan)
    return columns


def _organisation(study: Study, size, level, rng) -> dict[str, np.ndarray]:
    n = len(size)
    columns: dict[str, np.ndarray] = {}
    for item in study.items("single"):
        codes = np.array([row.code for row in study.options[item.options].values()], float)
        columns[item.item] = rng.choice(codes, n, p=_slope(len(codes), rng))
    columns["a2_samenwerking"] = np.full(n, 2.0)
    columns["a4_fte_org"] = np.rint(np.array([150, 280, 520, 1400, 9000])[size] * rng.lognormal(0, 0.25, n))
    columns["b3_lo_fte"] = np.round(columns["a4_fte_org"] / 250 * rng.lognormal(0, 0.4, n), 1)
    columns["b7_budget_pp"] = np.rint(900 * rng.lognormal(0, 0.3, n) / 10) * 10
    for item, options, most in (("b2_doelen", "goals", 5), ("e1_doelgroepen", "target_groups", 7),
                                ("e2_belemmering", "barriers", 3), ("e3_ondersteuning", "support", 6)):  # fmt: skip
        columns |= _multi(item, list(study.options[options]), most, n, rng)
    points = np.rint(rng.dirichlet([5.5, 2.5, 4], n) * 20) * 5
    points[:, 0] += 100 - points.sum(axis=1)
    columns |= {f"c3_{key}": points[:, number] for number, key in enumerate(("formeel", "nonformeel", "informeel"))}
    for item in study.items("likert"):
        if item.block == "C" and not item.item.startswith("c2_"):
            mean = {"c4_New": 3.9, "c4_More": 3.5, "c4_Apply": 2.7, "c4_Solve": 2.5, "c4_Change": 2.6}.get(item.item, 3.2)
            columns[item.item] = likert(mean + (-level if item.reversed else level) + rng.normal(0, 0.4, n), rng)
    columns["e4_tevreden"] = np.clip(np.rint(6.6 + 1.2 * level + rng.normal(0, 0.8, n)), 1, 10)
    return columns


def _multi(item: str, keys: list[str], most: int, n: int, rng) -> dict[str, np.ndarray]:
    appeal = np.linspace(0.6, -0.6, len(keys)) + rng.gumbel(0, 0.6, (n, len(keys)))
    ranks = np.argsort(np.argsort(-appeal, axis=1), axis=1)
    wanted = rng.integers(1, most + 1, n)
    return {f"{item}_{key}": (ranks[:, number] < wanted) * 1.0 for number, key in enumerate(keys)}


def _slope(length: int, rng) -> np.ndarray:
    chances = np.linspace(2, 1, length) * rng.lognormal(0, 0.2, length)
    return chances / chances.sum()


def _chance(latent: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-latent))
