"""Time and memory of `read_survey` beside what pandas and pyreadstat take for the same file, in one run.

Usage: python tests/benchmarks/bench_reading.py [--rows 200000] [--columns 150] [--repeats 3] [--formats csv sav]

Each reading is a process of its own; ours and theirs take turns, so that what else the machine does hits both. Time is
that of the call alone (file in the cache of the disk, modules imported). Peak is the most memory the process ever held,
less what it held after its imports. 'The data' is the frame that the reader gives: `memory_usage(deep=True)`.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

FORMATS = ("csv", "sav", "zsav", "xlsx")
MOST_TIME, MOST_MEMORY = 1.3, 3.0  # what is wanted: times theirs, times the data


def frame(rows: int, columns: int):
    """A survey: of each ten columns five of codes 1-5 with blanks and 9, two of decimals, one of dates, two of texts."""
    import numpy as np
    import pandas as pd

    chance = np.random.default_rng(342)
    words = "wij leren op de werkplek samen met collega's; coaching, stage en één cursus per jaar".split()
    open_answers = np.array([" ".join(chance.choice(words, 8)) for _ in range(2000)])
    made = {}
    for place in range(columns):
        kind, blank = place % 10, chance.random(rows) < 0.15
        name = f"v{place + 1}"
        if kind < 5:
            codes = chance.choice([1.0, 2, 3, 4, 5, 9], rows, p=[0.1, 0.2, 0.3, 0.2, 0.15, 0.05])
            made[name] = pd.Series(codes).mask(blank) if kind else pd.Series(codes)
        elif kind < 7:
            made[name] = pd.Series(chance.normal(250, 100, rows).round(2)).mask(blank)
        elif kind == 7:
            made[name] = pd.Series(np.datetime64("2023-01-01") + chance.integers(0, 365, rows)).mask(blank)
        elif kind == 8:
            made[name] = pd.Series(chance.choice(["oneens", "neutraal", "eens", "weet niet"], rows), dtype="str").mask(blank)
        else:
            made[name] = pd.Series(chance.choice(open_answers, rows), dtype="str").mask(chance.random(rows) < 0.7)
    return pd.DataFrame(made)


def write(table, path: Path) -> None:
    """The survey as a delivery: a CSV as Dutch Excel has it, an SPSS file with labels and user-missing codes."""
    import pandas as pd
    import pyreadstat

    coded = [name for place, name in enumerate(table) if place % 10 < 5]
    if path.suffix == ".csv":
        whole = {name: table[name].astype("Int64") for name in coded}
        table.assign(**whole).to_csv(path, sep=";", decimal=",", index=False, date_format="%d-%m-%Y", lineterminator="\r\n")
    elif path.suffix == ".xlsx":
        table.to_excel(path, index=False)
    else:
        labels = {1: "zeer oneens", 2: "oneens", 3: "neutraal", 4: "eens", 5: "zeer eens", 9: "weet niet"}
        dated = {name: table[name].dt.date for name in table if pd.api.types.is_datetime64_any_dtype(table[name])}
        pyreadstat.write_sav(
            table.assign(**{name: pd.Series(days, dtype="object") for name, days in dated.items()}), path,
            column_labels={name: f"Stelling over {name}" for name in table}, missing_ranges={name: [9] for name in coded},
            variable_value_labels={name: labels for name in coded}, row_compress=path.suffix == ".sav", compress=path.suffix == ".zsav",
        )  # fmt: skip


def read(whose: str, path: Path):
    """The function that reads a file, its imports done, and what takes the frame out of its result."""
    if whose == "ours":
        from ledanalysis.reading import read_survey

        return lambda: read_survey(path), lambda survey: survey.data
    import pandas as pd

    if path.suffix == ".csv":
        asked = {"sep": ";", "decimal": ","}
        if whose == "dates":  # what an analyst adds to have the columns that `read_survey` gives
            names = pd.read_csv(path, sep=";", nrows=0).columns
            asked |= {"parse_dates": [name for place, name in enumerate(names) if place % 10 == 7], "date_format": "%d-%m-%Y"}
        return lambda: pd.read_csv(path, **asked), lambda table: table
    if path.suffix == ".xlsx":
        import openpyxl  # noqa: F401

        return lambda: pd.read_excel(path), lambda table: table
    import pyreadstat

    return lambda: pyreadstat.read_sav(path, user_missing=True), lambda pair: pair[0]


def one(whose: str, path: Path) -> dict:
    """One reading, in this process."""
    reader, data = read(whose, path)
    before = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    result = reader()
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": seconds,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak": (after.ru_maxrss - before.ru_maxrss) * 1024,
        "data": int(data(result).memory_usage(deep=True).sum()),
    }


def measure(path: Path, repeats: int) -> dict[str, dict]:
    """The medians of ours and theirs, taken in turns; the first reading of each only warms the cache."""
    found: dict[str, list[dict]] = {"ours": [], "theirs": []} | ({"dates": []} if path.suffix == ".csv" else {})
    for turn in range(repeats + 1):
        for whose in found if turn % 2 else reversed(list(found)):
            words = [sys.executable, __file__, "--one", whose, str(path)]
            done = subprocess.run(words, capture_output=True, text=True, check=True)
            found[whose] += [json.loads(done.stdout)] if turn else []
    return {whose: {key: median(each[key] for each in times) for key in times[0]} for whose, times in found.items()}


def line(form: str, size: int, found: dict[str, dict]) -> str:
    ours, theirs, mb = found["ours"], found["theirs"], 2**20
    dates = f" | with its dates parsed theirs takes {found['dates']['seconds']:.2f} s" if "dates" in found else ""
    return (
        f"{form:5} {size / mb:7.0f} MB  data {ours['data'] / mb:5.0f} MB | time {ours['seconds']:6.2f} s / {theirs['seconds']:6.2f} s"
        f" = {ours['seconds'] / theirs['seconds']:4.2f} (cpu {ours['cpu']:.2f} / {theirs['cpu']:.2f} s)"
        f" | peak {ours['peak'] / mb:5.0f} MB = {ours['peak'] / ours['data']:4.2f} x data (theirs {theirs['peak'] / mb:.0f} MB"
        f" = {theirs['peak'] / theirs['data']:.2f} x theirs){dates}"
    )


def main(words: list[str] | None = None) -> dict[str, dict]:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--columns", type=int, default=150)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=["csv", "sav"])
    parser.add_argument("--make", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args(words)
    if asked.make:
        return write(frame(asked.rows, asked.columns), Path(asked.make[1])) or {}
    if asked.one:
        print(json.dumps(one(asked.one[0], Path(asked.one[1]))))
        return {}
    print(f"{asked.rows} rows x {asked.columns} columns, {asked.repeats} repeats, ours / theirs; wanted: {MOST_TIME} and {MOST_MEMORY}")
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        for form in asked.formats:
            # Made in a process of its own: a child begins with the peak of its parent.
            path = Path(folder) / f"survey.{form}"
            size = ["--rows", str(asked.rows), "--columns", str(asked.columns)]
            subprocess.run([sys.executable, __file__, *size, "--make", form, str(path)], check=True)
            results[form] = measure(path, asked.repeats)
            print(line(form, path.stat().st_size, results[form]), flush=True)
            path.unlink()
    return results


if __name__ == "__main__":
    main()
