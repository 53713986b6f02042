"""The register and what goes with it, as the tests of names, register and clusters use them."""

from pathlib import Path

import pandas as pd

from ledanalysis.names import match_municipalities
from ledanalysis.register import read_decisions, read_mergers, read_register

CODEBOOK = Path(__file__).parent.parent / "data" / "codebook"
REGISTER = read_register(CODEBOOK / "register.csv")
MERGERS = read_mergers(CODEBOOK / "mergers.csv", REGISTER)
NO_DECISIONS = read_decisions(CODEBOOK / "decisions.csv")
LABELS = REGISTER.set_index("municipality")["label"]


def table(**columns):
    return pd.DataFrame(columns, dtype="str")


SMALL = table(
    municipality=["GM0363", "GM0373", "GM0893", "GM0183"],
    label=["Amsterdam", "Bergen (NH.)", "Bergen (L.)", "Tubbergen"],
    aliases=["Mokum | Mo-kum | A'dam", None, None, None],
    lookalikes=[None, None, None, "Tubergen"],
)
SMALL_MERGERS = table(old_code=["GM0457"], old_label=["Weesp"], municipality=["GM0363"], date=["2022-03-24"])


def match(names, register=REGISTER, mergers=MERGERS, decisions=NO_DECISIONS, **options):
    return match_municipalities(pd.Series(names), register, mergers, decisions, **options)


def written(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8-sig")
    return path
