"""The ways in to the explorer: its notebook in JupyterLab, or as the web page of a hall."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from pathlib import Path
from threading import Thread

from ledanalysis import prepared
from ledanalysis.errors import InputError
from ledanalysis.explore.copies import copy_for_lab, explorer_of, filled_in
from ledanalysis.running import PRELOAD
from ledanalysis.study import Study
from ledanalysis.warmkernel import provisioner

NEEDED = "estimates"  # the table that every view is of
LOCAL = ("localhost", "127.0.0.1", "::1")
HALL_PORT = 8866  # as Voilà has it
CALM = Path(__file__).parent / "lab"  # settings of JupyterLab: it asks nothing of its own, and looks at no news


def check_ready(study: Study) -> None:
    """Hold on where there is nothing to explore.

    Raises
    ------
    InputError
        The study is not prepared, or not wholly.
    """
    prepared.check_whole(study)
    if not (study.processed / f"{NEEDED}.parquet").exists():
        raise InputError("nothing to explore yet: run `led prepare` first", file=study.processed)


def lab_arguments(study: Study, notebook: Path, browser: bool = True, port: int | None = None) -> list[str]:
    """What JupyterLab is started with: in the study's folder, at the notebook.

    Examples
    --------
    >>> from ledanalysis.study import load_study
    >>> study = load_study()
    >>> lab_arguments(study, study.outputs / "explore" / "explore.ipynb", port=8890)[1:3]
    ['--LabApp.default_url=/lab/tree/outputs/explore/explore.ipynb', '--ServerApp.port=8890']
    """
    page = notebook.relative_to(study.folder).as_posix()
    arguments = [f"--ServerApp.root_dir={study.folder}", f"--LabApp.default_url=/lab/tree/{page}"]
    if port:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    return [*arguments, "--ServerApp.answer_yes=True", *([] if browser else ["--ServerApp.open_browser=False"])]


def check_there(package: str) -> None:
    """Hold on where a package is not installed.

    Raises
    ------
    InputError
        It is not.
    """
    if importlib.util.find_spec(package) is None:
        raise InputError(f"{package} is not installed in this Python: `pip install {package}`", value=sys.executable)


def check_free(host: str, port: int) -> None:
    """Hold on where the page cannot be.

    Raises
    ------
    InputError
        The port is taken, or the address is not one of this machine.
    """
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(place)
    except OSError as error:
        raise InputError(f"the page cannot be there: {error.strerror}", value=f"{host}:{port}", allowed="another --host or --port") from None


def warning_of(host: str) -> str:
    """What to say before visitors are let in from elsewhere; '' of an address of this machine alone.

    Examples
    --------
    >>> warning_of("127.0.0.1")
    ''
    """
    if host in LOCAL:
        return ""
    return f"everybody who can reach {host} can see the explorer, unencrypted: only on a network that you trust"


def address_of(host: str, port: int) -> str:
    """The page's address, as visitors type it: of all this machine's addresses, by its name.

    Examples
    --------
    >>> address_of("127.0.0.1", 8866), address_of("::1", 8866)
    ('http://127.0.0.1:8866/', 'http://[::1]:8866/')
    """
    named = socket.gethostname() if host in ("0.0.0.0", "::") else host
    return f"http://[{named}]:{port}/" if ":" in named else f"http://{named}:{port}/"


def use_warm_kernels() -> None:
    """Kernels that this process starts have the library imported."""
    os.environ.setdefault("WARMKERNEL_PRELOAD", ",".join(PRELOAD))
    provisioner.use()


def explore_in_lab(study: Study, language: str = "", browser: bool = True, port: int | None = None, say=print) -> None:
    """Run JupyterLab at the explorer until somebody presses Ctrl-C.

    Parameters
    ----------
    study : Study
    language : str
        Of the explorer's words; by default the study's.
    browser : bool
        Open a browser at it.
    port : int, optional
        By default the first that is free from 8888.
    say : callable
        Given what there is to tell.

    Raises
    ------
    InputError
        Not prepared, a notebook without these parameters, no JupyterLab, a port that is taken.
    """
    check_ready(study)
    study.in_language(language)
    check_there("jupyterlab")
    if port:
        check_free(LOCAL[0], port)
    notebook, aside = copy_for_lab(study, language)
    if aside:
        say(f"your changed copy of the explorer is now {aside}")
    say(f"{notebook}: run all its cells to begin; Ctrl-C here ends it")
    from jupyterlab.labapp import LabApp

    use_warm_kernels()
    Thread(target=provisioner.warm_up, daemon=True).start()  # while JupyterLab and the browser start
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, [str(CALM), os.environ.get("JUPYTER_CONFIG_PATH")]))
    LabApp.launch_instance(lab_arguments(study, notebook, browser, port))


def explore_in_hall(study: Study, language: str = "", host: str = "", port: int | None = None, visitors: int | None = None, browser: bool = True, say=print) -> None:
    """Serve the explorer to visitors until somebody presses Ctrl-C.

    Parameters
    ----------
    study : Study
    language : str
        By default the study's.
    host : str
        The address to listen on; by default one that only this machine has.
    port : int, optional
        By default 8866.
    visitors : int, optional
        At once; by default as many as there is memory for.
    browser : bool
        Open a browser at it.
    say : callable
        Given what there is to tell.

    Raises
    ------
    InputError
        Not prepared, a notebook without these parameters, no Voilà, a place that is taken.
    """
    check_ready(study)
    study, host, port = study.in_language(language), host or LOCAL[1], port or HALL_PORT
    check_there("voila")
    check_free(host, port)
    notebook = filled_in(explorer_of(study), {"study": str(study.folder), "hall": True, "language": study.language})
    from ledanalysis.explore.hall import open_hall

    use_warm_kernels()
    say(f"the explorer is at {address_of(host, port)}")
    open_hall(study, notebook, host, port, visitors, browser)
