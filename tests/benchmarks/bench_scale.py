"""What `led prepare` costs as a study grows: seconds, processor seconds and memory, and which steps take them. Run by hand:

    python tests/benchmarks/bench_scale.py --organisations 342 1000 3000 --respondents 10000 100000

Each study is made in a temporary folder. Of organisations: the example's register, once more (with other codes and names)
until there are as many; everyone answers, once. Of respondents: the 342 municipalities with so many responses together, that
are all read and cleared of persons, and of which the example's rule keeps the last of each municipality. The clusters are the
example's, so that they grow with the study. Answers are the example's own population, with the faults and open answers of its deliveries; its texts are as they are.

`led prepare` runs in a process of its own. Memory is the most that it and its workers held together (what they share counted
once), looked at four times a second; processor seconds are theirs together. An exponent of 1 is in proportion, of 2 quadratic:
from the last two sizes. A study that takes more than `--limit` processor seconds is stopped; of what was done by then the
steps are told. With `--until-suppressing` it ends where figures begin to be suppressed, which takes longest by far.
"""

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil

from ledanalysis.example import SEED, _open_answers, survey
from ledanalysis.example.population import make_population
from ledanalysis.register import read_register
from ledanalysis.study import load_study

ROOT = Path(__file__).resolve().parents[2]
SUPPRESS = "of which suppress"
STEPS = {  # what the parts of `prepare` are: their module and function
    "read": ("prepare", "read_deliveries"),
    "clean": ("prepare", "clean"),
    "answers": ("cleaning", "to_answers"),
    "code": ("prepare", "code"),
    "actors": ("prepare", "code_actors"),
    "score": ("scoring", "score_themes"),
    "staff": ("staffing", "staff_numbers"),
    "estimate and suppress": ("staff", "estimate_views"),
    SUPPRESS: ("estimates", "suppress"),
    "mirrors": ("prepare", "mirror_table"),
    "hand coding": ("handcodes", "agreement_table"),
    "write": ("prepare", "write_tables"),
}
COPIES = "Ahornveld Beukenrode Cipresdal Dennenburg Esdoorn Fluitekruid Goudenregen Hazelaar Iepenhof Jasmijn Kastanje Lindelaan Magnolia Nachtegaal Olijfberg Populier Quercus Rododendron Sleedoorn Tamarisk Uilenspiegel Vlierbes Wilgenroos Xanthium Yucca Zonnebloem Abrikoos Bosanemoon Cederhout Duindoorn Eglantier Fuchsia".split()  # fmt: skip


def many_organisations(register: pd.DataFrame, count: int) -> pd.DataFrame:
    """The register as text, repeated: further copies have codes of their own and a word before each name."""
    copies = [register]
    for number, word in enumerate(COPIES[: math.ceil(count / len(register)) - 1], 1):
        codes = register["municipality"].str.replace("GM", f"GM{number}", regex=False)
        copies.append(register.assign(municipality=codes, label=f"{word} " + register["label"], aliases="", lookalikes=""))
    table = pd.concat(copies, ignore_index=True).iloc[:count]
    assert len(table) == count, "more organisations than there are words for their names"
    return table


def make_study(folder: Path, organisations: int, respondents: int) -> None:
    """A study of so many organisations, who gave so many answers together."""
    for name in ("codebook", "raw"):
        shutil.copytree(ROOT / "data" / name, folder / "data" / name)
    codebook = folder / "data" / "codebook"
    path = codebook / "register.csv"
    text = pd.read_csv(path, sep=";", dtype="str", keep_default_na=False, encoding="utf-8-sig")
    many_organisations(text, organisations).to_csv(path, sep=";", index=False, encoding="utf-8-sig")
    study, register = load_study(folder), read_register(path)
    asked = register.loc[np.arange(respondents) % organisations].reset_index(drop=True)
    population = make_population(study, asked, SEED)
    delivery = survey.deliver(population, asked, np.arange(respondents), {}, _open_answers(), study, np.random.default_rng(SEED))
    survey.write_sav(delivery, study.raw / study.settings.survey.file, study)


def spent(process: psutil.Process) -> float:
    """Processor seconds of a process and of those that it started, gone or not."""
    found = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            found += sum(one.cpu_times()[:4])
        except psutil.Error:  # gone meanwhile, and counted with its parent
            pass
    return found


def held(process: psutil.Process) -> int:
    """Bytes that a process and those that it started hold, what they share counted once."""
    found = 0
    for one in (process, *process.children(recursive=True)):
        try:
            found += one.memory_full_info().pss
        except psutil.Error:
            pass
    return found


def prepare_by_steps(folder: str, whole: bool) -> None:
    """`led prepare`, which tells how long each step took as it ends: wall and processor seconds."""
    from importlib import import_module

    from ledanalysis import cli

    me, told = psutil.Process(), {}

    def watched(name, function):
        def step(*args, **named):
            if name == SUPPRESS and not whole:
                sys.exit()
            start, before = time.perf_counter(), spent(me)
            try:
                return function(*args, **named)
            finally:
                seconds, processor = told.get(name, (0.0, 0.0))
                told[name] = seconds + time.perf_counter() - start, processor + spent(me) - before
                print("STEPS", json.dumps({"steps": told, "processor": spent(me)}), flush=True)

        return step

    for name, (module, function) in STEPS.items():
        module = import_module(f"ledanalysis.{module}")
        setattr(module, function, watched(name, getattr(module, function)))
    sys.argv = ["led", "prepare", "--study", folder]
    try:
        cli.main()
    finally:
        print("STEPS", json.dumps({"steps": told, "processor": spent(me), "done": True}), flush=True)


def measured(folder: Path, limit: float, whole: bool) -> dict:
    """A study prepared: seconds, processor, peak (bytes), steps, and whether it was done within the limit."""
    start, peak, done = time.perf_counter(), 0, True
    with open(folder / "said", "w+", encoding="utf-8") as said:
        process = psutil.Popen([sys.executable, __file__, "--inside", str(folder), *([] if whole else ["--until-suppressing"])], stdout=said, stderr=subprocess.STDOUT)
        while done and process.poll() is None:
            peak, done = max(peak, held(process)), spent(process) < limit
            time.sleep(0.25)
        if not done:
            for one in (*process.children(recursive=True), process):
                one.kill()
        process.wait()
        seconds = time.perf_counter() - start
        said.seek(0)
        text = said.read()
    assert process.returncode == 0 or not done, text
    told = [json.loads(line.removeprefix("STEPS ")) for line in text.splitlines() if line.startswith("STEPS ")]
    return {"done": False, "steps": {}, "processor": limit} | (told[-1] if told else {}) | {"seconds": seconds, "peak": peak}


def grown(kind: str, sizes: list[int], limit: float, whole: bool) -> None:
    """Each size in turn, and how what it takes grew since the one before."""
    before = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "study"
            maker = [sys.executable, __file__, "--make", str(folder), *(["342", str(size)] if kind == "respondents" else [str(size)] * 2)]
            subprocess.run(maker, check=True)
            found = measured(folder, limit, whole)
        if not found["done"]:
            print(f"{size:>9,} {kind}: stopped after {limit:.0f} s of processor, {found['peak'] / 1e9:.2f} GB at most; done by then:", flush=True)
            before = None
        else:
            how = f"; power {power(before, found['processor'], size):.2f}, of memory {power(before, found['peak'], size, 'peak'):.2f}" if before else ""
            print(f"{size:>9,} {kind}: {found['seconds']:.0f} s, {found['processor']:.0f} s of processor, {found['peak'] / 1e9:.2f} GB at most{how}", flush=True)
        for step, (seconds, processor) in found["steps"].items():
            last = before and before["steps"].get(step)
            how = f"  power {math.log(processor / last[1]) / math.log(size / before['size']):.2f}" if last and min(last[1], processor) > 0.05 else ""
            print(f"            {step:24} {seconds:7.1f} s {processor:7.1f} s of processor{how}", flush=True)
        before = found | {"size": size}
        if not found["done"]:
            return


def power(before: dict, now: float, size: int, what: str = "processor") -> float:
    """The exponent by which something grew from one size to the next."""
    return math.log(now / before[what]) / math.log(size / before["size"])


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--organisations", type=int, nargs="*", default=[342, 1_000, 3_000])
    parser.add_argument("--respondents", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--limit", type=float, default=300, help="processor seconds after which a study is stopped")
    parser.add_argument("--until-suppressing", action="store_true")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    parser.add_argument("--make", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.inside:
        prepare_by_steps(asked.inside, not asked.until_suppressing)
    elif asked.make:
        make_study(Path(asked.make[0]), int(asked.make[1]), int(asked.make[2]))
    else:
        grown("organisations", asked.organisations, asked.limit, not asked.until_suppressing)
        grown("respondents", asked.respondents, asked.limit, not asked.until_suppressing)


if __name__ == "__main__":
    main()
