"""The example's hand codes: two made-up readers over eight interviews, who mostly agree."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from ledanalysis.example.text_files import OVERVIEW, read_table
from ledanalysis.reading import read_passages

FILE = "codering.csv"
CODERS = ("Lotte", "Sem")
INTERVIEWS = 8
MISSES = (0.08, 0.14)  # how often each reader passes over a theme that is there
MORE = (0.06, 0.03)  # how often each sees one more in an answer on a theme
ELSEWHERE = (0.02, 0.01)  # and one in an answer on something else


def write_hand_codes(folder: Path, rng: np.random.Generator) -> Path:
    """Write what two readers coded in the first interviews that stand in `folder`, as `codering.csv`.

    Parameters
    ----------
    folder : Path
        With the example's texts and their overview: see `text_files.write_texts`.
    rng : numpy.random.Generator

    Returns
    -------
    Path
        coder, source, passage, theme.
    """
    fragments = read_table("fragments")
    themes = sorted(fragments["theme"].unique())
    overview = csv.DictReader(io.StringIO((folder / OVERVIEW).read_text("utf-8-sig")), delimiter=";")
    rows = []
    for number, listed in list(enumerate(overview, 2))[:INTERVIEWS]:
        passages = read_passages(folder / listed["bestand"])
        talk = [" ".join(text.split()) for text in passages["text"]]
        there = [{f.theme for f in fragments.itertuples() if f.text in text} for text in talk]
        answers = [place for place, text in enumerate(talk) if isinstance(passages["speaker"].iloc[place], str) and not text.endswith("?")]
        for coder, miss, more, elsewhere in zip(CODERS, MISSES, MORE, ELSEWHERE):
            for place in answers:
                seen = [theme for theme in sorted(there[place]) if rng.random() >= miss]
                if rng.random() < (more if there[place] else elsewhere):
                    seen.append(str(rng.choice(themes)))
                rows += [(coder, f"interview_{number:03}", int(passages["passage"].iloc[place]), theme) for theme in dict.fromkeys(seen)]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerows([("coder", "source", "passage", "theme"), *sorted(rows)])
    path = folder / FILE
    path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return path
