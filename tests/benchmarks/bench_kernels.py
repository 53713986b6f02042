"""Kernels forked from a process that has the imports done, timed beside stock ones. Run by hand, not by pytest:

    python tests/benchmarks/bench_kernels.py --rounds 3

A kernel that has pandas and seaborn: until it is ready, until it has imported them, until it has gone. The ways take turns in
each round, so that a machine that is busy for a while is so for all of them; of the rounds the median is told. Whole notebooks:
bench_batch.py.
"""

import argparse
import os
import statistics
import time
import uuid
from pathlib import Path

from jupyter_client.manager import KernelManager
from jupyter_client.provisioning import KernelProvisionerFactory
from jupyter_core.paths import jupyter_runtime_dir
from traitlets.config import Config

from ledanalysis.warmkernel.provisioner import PRELOAD

LIBRARY = ["ledanalysis.pages", "ledanalysis.charts", "ledanalysis.discussion", "ledanalysis.findings", "ledanalysis.response"]
WAYS = {  # provisioner, and what its kernels have imported
    "stock": ("local-provisioner", []),
    "warm": ("warm-provisioner", PRELOAD),
    "warm, with ledanalysis": ("warm-provisioner", PRELOAD + LIBRARY),
}


def use(way: str) -> None:
    """Kernels are started in this way from now on."""
    provisioner, preload = WAYS[way]
    KernelProvisionerFactory.instance().default_provisioner_name = provisioner
    os.environ["WARMKERNEL_PRELOAD"] = ",".join(preload)


def kernel() -> dict[str, float]:
    """Seconds of one kernel: ready, imports, end."""
    file = Path(jupyter_runtime_dir()) / f"bench-{uuid.uuid4().hex[:8]}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    manager = KernelManager(config=Config({"KernelManager": {"transport": "ipc", "connection_file": str(file)}}))
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=120)
    ready = time.perf_counter()
    client.execute_interactive("import pandas, seaborn", timeout=120)
    imported = time.perf_counter()
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return {"ready": ready - start, "imports": imported - ready, "end": time.perf_counter() - imported}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args(arguments)
    for way in WAYS:  # so that no round pays for a parent's start
        use(way)
        start = time.perf_counter()
        kernel()
        print(f"the first kernel, {way}: {time.perf_counter() - start:.2f} s")
    found = {way: [] for way in WAYS}
    for _ in range(3 * asked.rounds):
        for way in WAYS:
            use(way)
            found[way].append(kernel())
    for way, times in found.items():
        parts = {name: statistics.median(one[name] for one in times) for name in times[0]}
        print(f"a kernel with pandas and seaborn, {way}: {sum(parts.values()):.2f} s (" + ", ".join(f"{n} {s:.2f}" for n, s in parts.items()) + ")")


if __name__ == "__main__":
    main()
