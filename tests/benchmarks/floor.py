"""The cells of notebooks as a plain function, in processes that have the imports done: nothing that runs them can be faster.

    python tests/benchmarks/floor.py jobs.json      # [[notebook, parameters], ...]; prints the seconds of the work alone
"""

import contextlib
import gc
import io
import json
import os
import sys
import time
from multiprocessing import get_context

import matplotlib

matplotlib.use("agg")


def cells(notebook: str, parameters: dict) -> str:
    """The notebook's code, with parameters after its own, as papermill puts them."""
    with open(notebook, encoding="utf-8") as file:
        found = [cell for cell in json.load(file)["cells"] if cell["cell_type"] == "code"]
    given = "".join(f"\n{name} = {value!r}" for name, value in parameters.items())
    return "\n".join("".join(cell["source"]) + (given if "parameters" in cell["metadata"].get("tags", []) else "") for cell in found)


def plainly(code: str) -> None:
    """Run it; what it shows goes nowhere."""
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, "cells", "exec"), {})


def main(jobs: list) -> float:
    """The seconds of all jobs, each process having done the first one before."""
    from ledanalysis import discussion, menu, mirror_words, network, practices, response, sides, triangulation  # noqa: F401

    gc.collect()
    gc.freeze()
    work = [cells(*job) for job in jobs]
    with get_context("fork").Pool() as pool:
        pool.map(plainly, [work[0]] * os.cpu_count(), chunksize=1)
        start = time.perf_counter()
        pool.map(plainly, work, chunksize=1)
        return time.perf_counter() - start


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(main(json.load(file)))
