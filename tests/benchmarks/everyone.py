"""A study of which everyone answered: for benchmarks, so that there is much to show."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np

from ledanalysis.example import SEED, survey
from ledanalysis.example.population import make_population
from ledanalysis.register import read_register
from ledanalysis.study import Study, load_study

ROOT = Path(__file__).resolve().parents[2]


def everyone_asked(folder: Path) -> Study:
    """The example's study, of which the survey is that of its whole population, each asking for a mirror; prepared."""
    for name in ("codebook", "raw"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    study = load_study(folder)
    register = read_register(study.codebook / "register.csv")
    item, _, option = study.settings.mirror.partition("=")
    options = study.options[next(row.options for row in study.tables["items"] if row.item == item)]
    population = make_population(study, register, SEED).assign(**{item: float(options[option].code)})
    delivery = survey.deliver(population, register, np.arange(len(register)), {}, [""], study, np.random.default_rng(SEED))
    survey.write_sav(delivery, study.raw / study.settings.survey.file, study)
    subprocess.run([sys.executable, "-m", "ledanalysis.cli", "prepare", "--study", folder], check=True, stdout=subprocess.DEVNULL)
    return study
