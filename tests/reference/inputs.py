"""Makes the inputs of reference.R that are our own: the example study's answers, and a bootstrap's multipliers.

From the project's folder: python -m tests.reference.inputs
"""

import shutil
import tempfile
from pathlib import Path

import pandas as pd

from ledanalysis.design import Design
from ledanalysis.example import write_example
from ledanalysis.prepare import prepare
from ledanalysis.replicates import bootstrap
from ledanalysis.study import load_study

HERE = Path(__file__).parent
ITEMS = [("now", "DIGI"), ("future", "DIGI"), ("now", "DATA"), ("organised", "lms"), ("top", "DIGI")]


def example() -> pd.DataFrame:
    """The weights of the example study with a column per item, shares as 0/1."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(HERE.parent.parent / "data" / "codebook", Path(folder) / "data" / "codebook")
        study = load_study(folder)
        write_example(study)
        tables = prepare(study)
    wide = tables["theme_scores"].pivot(index="municipality", columns=["measure", "theme"], values="score")[ITEMS]
    wide.columns = ["_".join(item) for item in ITEMS]
    wide[["organised_lms", "top_DIGI"]] /= 100
    return tables["weights"].join(wide, on="municipality")


def multipliers() -> pd.DataFrame:
    """Per psu of sample.csv (numbered as in Design.psus): its multiplier in each of 20 replicates."""
    sample = pd.read_csv(HERE / "sample.csv")
    made = bootstrap(Design(sample, "weight", "stratum", "psu", "population"), 20, seed=4)
    return pd.DataFrame(made.multipliers[made.design.psus]).add_prefix("r").assign(unit=sample["unit"])


if __name__ == "__main__":
    example().to_csv(HERE / "example.csv", index=False, na_rep="NA", lineterminator="\n")
    multipliers().to_csv(HERE / "multipliers.csv", index=False, na_rep="NA", lineterminator="\n")
