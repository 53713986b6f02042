"""The same batch on other machines: a Dask cluster runs the notebooks, and what they make comes back as files."""

from __future__ import annotations

import io
import shutil
import uuid
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock

from ledanalysis import kept
from ledanalysis.errors import InputError
from ledanalysis.running import Failure, Run, in_json, keep_failed, put_in_place, remove, run_one, staged
from ledanalysis.study import Study
from ledanalysis.warmkernel import provisioner
from ledanalysis.watching import Limits

PATIENCE = 10  # seconds to find a scheduler
RETRIES = 3  # of a notebook whose worker is lost
_halts: dict[str, Event] = {}  # on a worker, by batch
_unpacking = Lock()


def run_all_afar(
    scheduler: str, study: Study, runs: Iterable[Run], ground: str, limits: Limits,
    begun: Callable[[Run], None] | None = None, done: Callable[[Run, Failure | None], None] | None = None,
) -> list[Failure]:  # fmt: skip
    """As `running.run_all`, on the workers of a Dask scheduler.

    The study's tables go to each worker once; notebooks and what they make travel as bytes, so that no disk is shared.

    Parameters
    ----------
    scheduler : str
        Its address, such as "tcp://10.0.0.5:8786".
    study : Study
    runs, ground, limits, begun, done
        As for `running.run_all`.

    Returns
    -------
    list of Failure

    Raises
    ------
    InputError
        There is no such scheduler, it has no workers, or a worker has another version of this library.
    """
    runs, batch, futures, failures = list(runs), f"led-{uuid.uuid4().hex}", {}, {}
    with _client(scheduler) as client:
        _check_workers(client)
        try:
            archive = _kept_there(client, pack(study))
            futures = {client.submit(run_there, batch, archive, _spec(run, study), limits, retries=RETRIES, pure=False): run for run in runs}
            for run in runs:
                if begun:
                    begun(run)
            for future in _as_completed(futures):
                run = futures[future]
                failure = _received(future, run, study, ground)
                if failure:
                    failures[run.name] = failure
                if done:
                    done(run, failure)
        finally:  # after Ctrl-C too; what runs there is stopped
            with suppress(OSError):  # the scheduler has gone
                client.cancel(list(futures))
                client.run(forget, batch, on_error="ignore")
    return [failures[run.name] for run in runs if run.name in failures]


def _kept_there(client, packed: bytes):
    """Bytes that every worker that needs them gets once; unlike scattered ones they are there again if a worker with them is lost."""
    from dask import config

    with config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}):
        return client.submit(bytes, packed, pure=False, retries=RETRIES)


def pack(study: Study) -> bytes:
    """What notebooks read of a study, as a zip; the same study gives the same bytes."""
    made = io.BytesIO()
    folders = {"data/codebook": study.codebook, "data/processed": study.processed, "notebooks": study.notebooks, "data/raw": study.raw}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, folder in folders.items():
            pattern = "FICTIEF.md" if name == "data/raw" else "*"  # of the deliveries no more than that they are made up
            for path in sorted(path for path in folder.rglob(pattern) if path.is_file()):
                archive.writestr(zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}"), path.read_bytes())
    return made.getvalue()


def run_there(batch: str, archive: bytes, spec: dict, limits: Limits) -> dict:
    """On a worker: run one notebook of the packed study, unless its batch is stopped.

    Returns
    -------
    dict
        reason (str or None); notebook, as if it had been run here; files: of each other place {path in it: bytes}.
    """
    provisioner.use()
    halt = _halts.setdefault(batch, Event())
    folder = _unpacked(_folder(_this_worker(), batch), archive)
    run = _run(spec, folder)
    try:
        failure = run_one(run, "", limits, halt)
        made = run.failed if failure else run.out
        text = made.read_text("utf-8").replace(in_json(str(folder)), in_json(spec["study"])) if made.exists() else ""
        return {"reason": failure.reason if failure else None, "notebook": text, "files": [_contents(place) for place in run.places[1:]]}
    finally:
        remove(*run.places, run.record, run.failed)
        if halt.is_set():  # the last one to end leaves nothing
            shutil.rmtree(folder, ignore_errors=True)


def forget(batch: str, dask_worker) -> None:
    """On a worker: stop what runs of a batch, and remove its study."""
    _halts.setdefault(batch, Event()).set()
    shutil.rmtree(_folder(dask_worker, batch), ignore_errors=True)


def _client(scheduler: str):
    try:
        from distributed import Client
    except ImportError:
        raise InputError("a scheduler needs Dask: pip install 'ledanalysis[dask]'", value=scheduler) from None
    try:
        return Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(f"no scheduler answers ({error})", column="--scheduler", value=scheduler, allowed="tcp://HOST:PORT") from None


def _as_completed(futures):
    from distributed import as_completed

    return as_completed(futures, loop=next(iter(futures)).client.loop) if futures else ()


def _check_workers(client) -> None:
    found, ours = client.run(kept.library), kept.library()
    if not found:
        raise InputError("the scheduler has no workers", column="--scheduler", value=client.scheduler.address)
    for worker, theirs in found.items():
        if theirs != ours:
            raise InputError("a worker has another version of this library or its packages", column="--scheduler", value=worker)


def _spec(run: Run, study: Study) -> dict:
    """A run without the paths of this machine."""
    outputs = study.outputs
    places = [place.relative_to(outputs).as_posix() for place in (*run.places, run.record)]
    return {"name": run.name, "notebook": run.notebook.name, "parameters": run.parameters, "places": places, "study": str(study.folder)}


def _run(spec: dict, folder: Path) -> Run:
    out, output, figures, record = (folder / "outputs" / place for place in spec["places"])
    parameters = spec["parameters"] | {"study": str(folder), "output": str(output)}
    return Run(spec["name"], folder / "notebooks" / spec["notebook"], parameters, out, figures, record)


def _unpacked(folder: Path, archive: bytes) -> Path:
    """The study on this worker's disk, unpacked by the first that needs it."""
    with _unpacking:
        if not folder.exists():
            half = folder.with_suffix(".half")
            zipfile.ZipFile(io.BytesIO(archive)).extractall(half)
            half.replace(folder)
    return folder


def _folder(worker, batch: str) -> Path:
    """In what Dask removes when the worker ends: the study goes with it, also where nobody could say `forget`."""
    return Path(worker.local_directory) / batch


def _this_worker():
    from distributed import get_worker

    return get_worker()


def _contents(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def _received(future, run: Run, study: Study, ground: str) -> Failure | None:
    """Put in place what a worker made."""
    try:
        made = future.result()
    except Exception as error:  # the cluster, not the notebook: its worker was lost again and again
        return Failure(run, f"{type(error).__name__}: {error}")
    half = staged(run)
    remove(*half.places, run.failed)
    half.out.parent.mkdir(parents=True, exist_ok=True)
    half.out.write_text(made["notebook"], "utf-8")
    if made["reason"]:
        keep_failed(half, run)
        return Failure(run, made["reason"])
    for place, files in zip(half.places[1:], made["files"], strict=True):
        for name, content in files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    put_in_place(half, run, kept.key(run.notebook, run.parameters, ground))
    return None
