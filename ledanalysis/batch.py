"""Which notebooks are run with which parameters, checked before the first kernel starts; and what was made from what."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import papermill

from ledanalysis import kept, prepared
from ledanalysis.errors import InputError
from ledanalysis.labels import LANGUAGES
from ledanalysis.receivers import check_municipality, receiving
from ledanalysis.running import Failure, Run, remove
from ledanalysis.slides import MIRRORS, remove_old
from ledanalysis.study import Study
from ledanalysis.tables import read_table, write_bytes

CLUSTER_NOTEBOOK = "02_cluster.ipynb"
MIRROR_NOTEBOOK = "04_mirror.ipynb"
SECTOR_NOTEBOOKS = {"response": "01_response.ipynb", "results": "03_results.ipynb"}
TYPES = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def plan(
    study: Study, clusterings: list[str] | None = None, clusters: list[str] | None = None, parameters: dict | None = None,
    mirrors: list[str] | None = None, no_mirrors: bool = False,
) -> list[Run]:  # fmt: skip
    """What to run: the sector's notebooks, one per cluster of each asked clustering, and all mirrors.

    Parameters
    ----------
    study : Study
    clusterings : list of str, optional
        By default those with `report` "yes" in clusterings.csv. Where they are named there are no mirrors.
    clusters : list of str, optional
        Only these clusters, and not the sector or mirrors.
    parameters : dict, optional
        More parameters for every notebook. With view "staff" there are no mirrors. What is made in another language than
        the study's own is beside that, in folders of its own, as the staff view is.
    mirrors : list of str, optional
        Only the mirrors of these municipalities, by their codes; "all" for all.
    no_mirrors : bool

    Returns
    -------
    list of Run

    Raises
    ------
    InputError
        A clustering or cluster that does not exist, a municipality that gets no mirror, clusters and mirrors both named, no
        such language, a parameter that a notebook does not have or of another type.
    """
    prepared.check_whole(study)
    parameters = _foreign(study, parameters)
    staff = _of_staff(parameters)
    if mirrors and (clusterings or clusters or staff or no_mirrors):
        raise InputError("mirrors are asked for by themselves", value=mirrors, allowed="without clusterings, clusters, --no-mirrors or the staff view")
    runs = [] if mirrors else _of_groups(study, clusterings, clusters, parameters)
    if mirrors or not (clusterings or clusters or staff or no_mirrors):
        runs += _of_mirrors(study, mirrors or ["all"], parameters)
    known = {run.notebook: defaults(run.notebook) for run in runs}
    return [replace(run, parameters=checked(run.parameters, known[run.notebook], run.notebook.name)) for run in runs]


def _of_groups(study: Study, clusterings: list[str] | None, clusters: list[str] | None, parameters: dict | None) -> list[Run]:
    """Of the sector, and of the clusters of each asked clustering."""
    table = read_table(study, "clusters")
    known = [row.clustering for row in study.tables["clusterings"] if row.report != "no"]
    asked = clusterings or [row.clustering for row in study.tables["clusterings"] if row.report == "yes"]
    for name in asked:
        if name not in known:
            raise InputError("no such clustering, or one with report 'no' in clusterings.csv", value=name, allowed=known)
    pairs = table[table["clustering"].isin(asked)].sort_values(["order", "cluster"])[["clustering", "cluster"]].drop_duplicates()
    for name in clusters or []:
        if name not in set(pairs["cluster"]):
            raise InputError("unknown cluster", value=name, allowed=sorted(pairs["cluster"]))
    chosen = [pair for pair in pairs.itertuples(index=False) if not clusters or pair.cluster in clusters]
    chosen.sort(key=lambda pair: asked.index(pair.clustering))
    staff = _of_staff(parameters)  # the response is counted in municipalities only
    notebooks = {name: file for name, file in SECTOR_NOTEBOOKS.items() if not clusters and not (staff and name == "response")}
    sector = [_run(study, name, file, {}, parameters) for name, file in notebooks.items()]
    return sector + [_run(study, f"{c.clustering}/{c.cluster}", CLUSTER_NOTEBOOK, c._asdict(), parameters) for c in chosen]


def _of_mirrors(study: Study, asked: list[str], parameters: dict | None) -> list[Run]:
    """Of the municipalities that get one, or of some of them."""
    if asked == ["all"]:
        codes = receiving(study) if study.settings.mirror else []
    else:
        codes = [check_municipality(study, code) for code in dict.fromkeys(asked)]
    return [mirror_run(study, code, parameters) for code in codes]


def mirror_run(study: Study, municipality: str, parameters: dict | None = None) -> Run:
    """The run of one mirror: its places are in folders of their own, so that it is not published with the rest."""
    return _run(study, f"{MIRRORS}/{municipality}", MIRROR_NOTEBOOK, {"municipality": municipality}, parameters)


def remove_withdrawn(study: Study) -> list[str]:
    """Remove the mirrors, made earlier, of municipalities that get none any more; their codes."""
    made = {path.name.split(".")[0] for path in (study.outputs / "notebooks" / MIRRORS).rglob("[!.]*.ipynb")}
    gone = sorted(made - set(receiving(study))) if made else []
    for run in (mirror_run(study, code, {"language": language}) for code in gone for language in ("", *LANGUAGES)):
        remove(*run.places, run.failed, run.record)
    if gone:
        remove_old(study)  # decks, reports and PDFs
    return gone


def _of_staff(parameters: dict | None) -> bool:
    return (parameters or {}).get("view") == "staff"


def _foreign(study: Study, parameters: dict | None) -> dict:
    """Parameters of which the language is one that the study has, and is not told where it is the study's own."""
    language = study.in_language((parameters or {}).get("language", "")).language
    rest = {name: value for name, value in (parameters or {}).items() if name != "language"}
    return rest if language == study.language else rest | {"language": language}


def _beside(name: str, parameters: dict | None) -> str:
    """The name of a run, beside the one in the study's own language and the other view, never over it; of a mirror among mirrors."""
    folders = [(parameters or {}).get("language", ""), "staff" if _of_staff(parameters) else ""]
    first, *rest = name.split("/") if name.startswith(f"{MIRRORS}/") else ["", name]
    return "/".join(filter(None, [first, *folders, *rest]))


def _run(study: Study, name: str, file: str, of: dict, more: dict | None) -> Run:
    name = _beside(name, more)
    parameters = {"study": str(study.folder), "output": str(study.outputs / "tables" / name), **of}
    outputs = study.outputs
    return Run(name, study.notebooks / file, parameters | (more or {}), outputs / "notebooks" / f"{name}.ipynb",
               outputs / "figures" / name, outputs / ".made" / f"{name}.json")  # fmt: skip


def defaults(notebook: Path) -> dict:
    """The parameters of a notebook and their default values.

    Raises
    ------
    InputError
        The notebook is not there, has no `parameters` cell, or a default that is no plain value.
    """
    if not notebook.exists():
        raise InputError("no such notebook", file=notebook)
    found = papermill.inspect_notebook(str(notebook))
    if not found:
        raise InputError("the notebook has no cell tagged 'parameters'", file=notebook.name)
    try:
        return {name: ast.literal_eval(each["default"]) for name, each in found.items()}
    except (ValueError, SyntaxError) as error:
        raise InputError("a default that is no plain value", file=notebook.name, column="parameters", value=str(error)) from None


def checked(parameters: dict, known: dict, name: str) -> dict:
    """Parameters held to a notebook's own, in the type of its defaults: papermill only warns, and would show another cluster's figures.

    Raises
    ------
    InputError
        A parameter that the notebook does not have, or of another type.

    Examples
    --------
    >>> checked({"most": "3", "view": "staff"}, {"most": 8, "view": "units"}, "02_cluster.ipynb")
    {'most': 3, 'view': 'staff'}
    """
    for parameter in parameters:
        if parameter not in known:
            raise InputError("unknown parameter", file=name, value=parameter, allowed=list(known))
    return {parameter: _typed(value, known[parameter], name, parameter) for parameter, value in parameters.items()}


def _typed(value, default, name: str, parameter: str):
    kind = type(default)
    if kind is str or not isinstance(value, str):
        return value
    try:
        found = {"true": True, "false": False}[value.lower()] if kind is bool else kind(ast.literal_eval(value))
        if kind is not int or found == ast.literal_eval(value):
            return found
    except (ValueError, SyntaxError, KeyError, TypeError):
        pass
    raise InputError("a value of another type", file=name, column=parameter, value=value, allowed=TYPES.get(kind, kind.__name__))


def write_record(study: Study, runs: list[Run], failures: list[Failure]) -> Path:
    """Write `outputs/run.json` (`run-en.json` of another language): what a figure was made from, so that it can be made again and explained."""
    told = {
        "study": study.says("title"),
        "raw": kept.hashes(study.raw),
        "codebook": kept.hashes(study.codebook),
        "notebooks": kept.hashes(study.notebooks, "*.ipynb"),
        "versions": kept.versions(),
        "runs": [{"name": run.name, "notebook": run.notebook.name, "parameters": _relative(run, study)} for run in runs],
        "failures": {failure.run.name: failure.reason for failure in failures},
    }
    text = json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True)
    languages = {run.parameters.get("language", "") for run in runs}
    return write_bytes(study.outputs / f"{'-'.join(filter(None, ['run', *languages]))}.json", text.encode())


def _relative(run: Run, study: Study) -> dict:
    """The parameters with the study's own folder as `.`: the record is the same wherever the study stands."""
    return {name: str(value).replace(str(study.folder), ".") for name, value in run.parameters.items()}
