"""The explorer as a web page for visitors: Voilà's page and kernels, behind a server that gives nothing else."""

from __future__ import annotations

import logging
import re
import shutil
import sys
import threading
import webbrowser
from pathlib import Path

import psutil
from nbformat import NotebookNode
from tornado.ioloop import IOLoop
from traitlets.config import Config
from voila.app import Voila

from ledanalysis.explore.handlers import EXTENSIONS, KERNEL, PAGE, Anybody, Channels, Extensions, Files, Here, Kernel, Missing, OneNotebook, Page
from ledanalysis.explore.messages import BIGGEST, HEARD, Letterbox
from ledanalysis.explore.visitors import Visitors
from ledanalysis.study import Study

MB_PER_VISITOR = 200  # what a kernel with the explorer takes if it shares nothing with the others; one that is forked, half of it
FREE = 0.8  # of the memory that is free when the hall opens is for visitors
VISITOR = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
MOST = 100  # a hall has no more seats than this
WORDS = {
    "skip": "hall_skip", "loading": "hall_loading", "full_title": "hall_full_title", "full": "hall_full", "missing_title": "hall_missing_title",
    "missing": "hall_missing", "failed_title": "hall_failed_title", "failed": "hall_failed", "ended": "hall_ended", "lost": "hall_lost",
    "again": "hall_again", "scripts": "hall_scripts",
}  # fmt: skip


def seats_for(free: float) -> int:
    """How many visitors there is memory for.

    Examples
    --------
    >>> seats_for(4000), seats_for(50)
    (16, 1)
    """
    return min(MOST, max(1, int(free * FREE / MB_PER_VISITOR)))


def free_memory() -> float:
    """The MB that are free on this machine now."""
    return psutil.virtual_memory().available / 2**20


def about(study: Study, seats: int) -> dict:
    """What the pages say of a study, and wear of it."""
    colours = " ".join(f"--{name.replace('_', '-')}: {value};" for name, value in study.style["colours"].items())
    return {
        "language": study.language, "title": study.says("title"), "notice": study.notice, "source": study.says("source"),
        "colours": f":root {{ {colours} }}" if colours else "", "logo": study.style["logo"], "logo_alt": study.style["logo_alt"],
        "words": {name: study.text(key, count=seats) for name, key in WORDS.items()},
    }  # fmt: skip


def nameless(record: logging.LogRecord) -> bool:
    """Let a line of the log pass, without the names of kernels: who reads along could sit in a visitor's seat."""
    record.msg, record.args = re.sub(VISITOR, "...", record.getMessage()), ()
    return True


class Hall(Voila):
    """Voilà, with these answers and no others."""

    name = "led-hall"
    notebook: NotebookNode
    seats = 1

    def setup_template_dirs(self) -> None:
        super().setup_template_dirs()
        self.template_paths = [str(PAGE)]

    def init_settings(self) -> dict:
        settings = super().init_settings()
        return settings | {
            "voila": self, "contents_manager": OneNotebook(self.notebook), "hall": self.config.VoilaConfiguration.resources["hall"], "log": self.log, "log_function": lambda handler: None,
            "allow_remote_access": self.ip not in ("localhost", "127.0.0.1"), "websocket_max_message_size": BIGGEST,
            "ws_ping_interval": 0, "ws_ping_timeout": 0, "default_handler_class": Missing,
        }  # fmt: skip

    def init_handlers(self) -> list:
        visitor = f"({VISITOR})"
        voila = next(folder for folder in self.static_paths if (Path(folder) / "voila.js").exists())
        return [
            (r"/", Page),
            (rf"/here/{visitor}", Here),
            (rf"/api/kernels/{visitor}", Kernel),
            (rf"/api/kernels/(?P<kernel_id>{VISITOR})/channels", Channels),
            (r"/hall/(hall\.(?:css|js))", Files, {"path": str(PAGE)}),
            (r"/voila/static/([\w.-]+)", Files, {"path": voila}),
            (rf"/voila/labextensions/((?:{'|'.join(EXTENSIONS)})/static/[\w.-]+)", Extensions, {"path": self.labextensions_path}),
            (r"/.*", Missing),
        ]

    def stop(self) -> None:
        self.kernel_manager.stop()
        shutil.rmtree(self.connection_dir, ignore_errors=True)

    def launch_browser(self) -> None:
        threading.Thread(target=webbrowser.open, args=[self.connection_url], daemon=True).start()

    def listen(self) -> None:
        IOLoop.current().add_callback(self.kernel_manager.keep_warm, kernel_name=KERNEL, path="")
        self.log.warning("seats: %d; Ctrl-C closes the hall", self.seats)
        super().listen()


def settings(study: Study, seats: int) -> Config:
    """Voilà's configuration, all that is not as it comes."""
    words = about(study, seats)
    return Config({
        "Hall": {"log_level": logging.WARNING, "identity_provider_class": Anybody, "kernel_websocket_connection_class": Letterbox,
                 "config_file_paths": [], "port_retries": 0},
        "VoilaConfiguration": {"multi_kernel_manager_class": Visitors, "strip_sources": True, "show_tracebacks": False, "file_allowlist": [],
                               "allow_template_override": "NO", "allow_theme_override": "NO", "extension_allowlist": list(EXTENSIONS),
                               "resources": {"hall": words}},
        "Visitors": {"seats": seats, "allowed_message_types": sorted(HEARD)},
        "Letterbox": {"words": words["words"]["failed"]},
        "KernelManager": {"autorestart": False} | ({} if sys.platform == "win32" else {"transport": "ipc"}),
    })  # fmt: skip


def open_hall(study: Study, notebook: NotebookNode, host: str, port: int, seats: int | None = None, browser: bool = False) -> None:
    """Serve the explorer until somebody presses Ctrl-C.

    Parameters
    ----------
    study : Study
        In the language of the visitors.
    notebook : NotebookNode
        The explorer, for this study and this hall.
    host, port
        Where the page is.
    seats : int, optional
        Visitors at once; by default as many as there is memory for.
    browser : bool
        Open one at it.
    """
    study.outputs.mkdir(exist_ok=True)  # where kernels are: nothing there goes before what they import
    hall = Hall.instance(config=settings(study, seats or seats_for(free_memory())))
    hall.notebook, hall.root_dir, hall.seats = notebook, str(study.outputs), hall.config.Visitors.seats
    hall.ip, hall.port, hall.open_browser = host, port, browser
    hall.initialize([])
    for handler in hall.log.handlers:
        handler.addFilter(nameless)
    hall.start()
