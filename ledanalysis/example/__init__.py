"""The example study: made-up deliveries, as they come in real life, from a made-up population that is known."""

from __future__ import annotations

import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from ledanalysis.clusters import assign_clusters, read_clusters
from ledanalysis.errors import InputError
from ledanalysis.example.hand_codes import write_hand_codes
from ledanalysis.example.population import THEMES, make_population, true_values
from ledanalysis.example.survey import deliver, draw_respondents, share_services, write_csv, write_sav
from ledanalysis.example.text_files import write_texts
from ledanalysis.register import read_register
from ledanalysis.study import FICTITIOUS, Study

SEED = 342
NOTE = """# Fictieve gegevens

Alles in deze map is verzonnen door `led example` (zaad {seed}): geen gemeente heeft dit gezegd.
Zolang dit bestand hier staat, staat op iedere pagina 'fictieve gegevens'.

Everything in this folder was made up by `led example` (seed {seed}). As long as this file is here,
every page says that its data are fictitious.
"""


def write_example(study: Study, seed: int = SEED) -> list[Path]:
    """Write the example's deliveries to `data/raw`, which must be empty.

    Parameters
    ----------
    study : Study
        Its codebook and register say what is asked and of whom.
    seed : int
        The same seed gives the same files, byte for byte.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        `data/raw` holds anything besides a README: deliveries are never overwritten.
    """
    present = [path.name for path in study.raw.glob("*") if path.name != "README.md"]
    if present:
        raise InputError("not empty, so nothing was written", file=study.raw, value=sorted(present)[0], allowed="README.md")
    study.raw.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=study.raw.parent) as folder:
        _write_all(study, seed, Path(folder))
        for path in sorted(Path(folder).iterdir()):
            shutil.move(path, study.raw / path.name)
    return sorted(path for path in study.raw.rglob("*") if path.is_file() and path.name != "README.md")


def make_survey(study: Study, seed: int = SEED):
    """The example's population and which of it answered: register, population, rows that answered, partners."""
    register = read_register(study.codebook / "register.csv")
    rng = np.random.default_rng(seed)
    population = make_population(study, register, seed)
    rows = draw_respondents(register, rng)
    population, partners = share_services(population, register, rows)
    return register, population, rows, partners


def true_table(study: Study, seed: int = SEED) -> pd.DataFrame:
    """The population's values of each measure, theme and cluster: what the example's estimates should cover."""
    register, population, _, _ = make_survey(study, seed)
    clusters = assign_clusters(register, study.frame("clusterings"), read_clusters(study.codebook / "clusters.csv"), study.codebook)
    return true_values(study, population, clusters)


def raised_themes(register: pd.DataFrame, seed: int, interviews: int = 20) -> pd.DataFrame:
    """Who is interviewed (spread over size classes) and which themes they raise: municipality, theme, horizon."""
    rng = np.random.default_rng([seed, 1])
    weight = register["size_class"].map({"lt20": 1, "20-50": 1, "50-100": 3, "gt100": 8, "g4": 10})
    chosen = rng.choice(len(register), interviews, replace=False, p=weight / weight.sum())
    now = np.array([values[0] for values in THEMES.values()])
    coming = now + 2.5 * np.array([values[1] for values in THEMES.values()])
    rows = []
    for municipality in register["municipality"].iloc[np.sort(chosen)]:
        for horizon, appeal, count in (("now", now, rng.integers(4, 7)), ("future", coming, rng.integers(3, 5))):
            liked = np.argsort(-(appeal + rng.gumbel(0, 0.5, len(appeal))))[:count]
            rows += [(municipality, list(THEMES)[place], horizon) for place in sorted(liked)]
    return pd.DataFrame(rows, columns=["municipality", "theme", "horizon"])


def _write_all(study: Study, seed: int, folder: Path) -> None:
    register, population, rows, partners = make_survey(study, seed)
    rng = np.random.default_rng([seed, 2])
    delivery = deliver(population, register, rows, partners, _open_answers(), study, rng)
    write_sav(delivery, folder / "enquete.sav", study)
    write_csv(delivery, folder / "enquete.csv")
    raised = raised_themes(register, seed)
    names = register.set_index("municipality")["label"]
    write_texts(folder, raised, names.loc[raised["municipality"].unique()], np.random.default_rng([seed, 3]))
    write_hand_codes(folder, np.random.default_rng([seed, 4]))
    (folder / FICTITIOUS).write_text(NOTE.format(seed=seed), encoding="utf-8")


def _open_answers() -> list[str]:
    path = files("ledanalysis.example") / "texts" / "open_answers.csv"
    answers = pd.read_csv(path, sep=";", encoding="utf-8-sig", dtype="str", keep_default_na=False)["text"].tolist()
    return answers + [""] * len(answers)
