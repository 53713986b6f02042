"""What the hall's server answers: the page, what the page needs, and words for all else."""

from __future__ import annotations

import copy
import uuid
from pathlib import Path
from typing import Any

import jinja2
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from nbformat import NotebookNode
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler, StaticFileHandler
from traitlets import default
from voila.notebook_renderer import NotebookRenderer
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.utils import get_page_config

from ledanalysis.explore.messages import PROTOCOL

PAGE = Path(__file__).parent / "page"
KERNEL = "python3"  # ours, whatever a notebook says
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget")  # what the page loads of JupyterLab's
POLICY = (  # nothing from elsewhere, no script in the page itself; anywidget's modules are blobs, widgets style themselves
    "default-src 'none'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()", "Server": "led",
}  # fmt: skip
words_page = jinja2.Environment(loader=jinja2.FileSystemLoader(PAGE), autoescape=True).get_template("words.html.j2")


class Anybody(IdentityProvider):
    """Visitors have no name, and get no cookie."""

    @property
    def auth_enabled(self) -> bool:
        return False

    def get_user(self, handler: JupyterHandler) -> User:
        return User(username="visitor")

    @default("token")
    def _no_token(self) -> str:
        return ""


class OneNotebook:
    """All the contents that the server knows of: the explorer, as each visitor's page is made of it."""

    def __init__(self, notebook: NotebookNode):
        self._notebook = notebook

    def get(self, path: str, **_: Any) -> dict:
        """A copy, which a page may be made in."""
        return {"type": "notebook", "path": path, "content": copy.deepcopy(self._notebook)}


class InWords(RequestHandler):
    """Headers that keep a page to itself; faults in words, their details in the server's log, where no visitor is named."""

    def set_default_headers(self) -> None:
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def write_error(self, status_code: int, **_: Any) -> None:
        self.say("missing" if status_code in (403, 404, 405) else "failed")

    def say(self, about: str) -> None:
        """Answer with a page in words, of which `about` is the key."""
        self.set_default_headers()
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        hall = self.settings["hall"]
        self.finish(words_page.render(hall=hall, title=hall["words"][f"{about}_title"], words=hall["words"][about]))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, HTTPError):
            self.settings["log"].error("a request failed", exc_info=(typ, value, tb))


class Missing(InWords):
    """All that is not there."""

    def prepare(self) -> None:
        raise HTTPError(404)


class Files(InWords, StaticFileHandler):
    """Files of one folder."""


class Extensions(InWords, FileFindHandler):
    """Files of the extensions that the page loads."""


class Channels(InWords, VoilaKernelWebsocketHandler):
    """The websocket of a visitor's page. It is asked again and again whether it is there, by who looks after the kernels."""

    async def pre_get(self) -> None:
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        if self.kernel_id not in self.kernel_manager or PROTOCOL not in [name.strip() for name in offered.split(",")]:
            raise HTTPError(404)
        await super().pre_get()

    async def open(self, kernel_id: str) -> None:
        self.kernel_manager.connect(kernel_id, self)
        await super().open(kernel_id)

    def on_pong(self, data: bytes) -> None:
        self.kernel_manager.arrive(self.kernel_id)

    def on_message(self, ws_message: str | bytes) -> None:
        if self.connection is not None:
            super().on_message(ws_message)

    def on_close(self) -> None:
        if getattr(self, "connection", None) is not None:
            super().on_close()


class Here(InWords):
    """Whether a visitor's seat is still his: asked by a page whose connection was lost. A page that closes gives it back."""

    def get(self, visitor: str) -> None:
        self.set_status(204 if visitor in self.settings["kernel_manager"].came else 410)

    async def post(self, visitor: str) -> None:
        await self.settings["kernel_manager"].leave(visitor)
        self.set_status(204)


class Kernel(InWords):
    """What a page asks of its kernel before it talks to it: whether it is there."""

    def get(self, visitor: str) -> None:
        if visitor not in self.settings["kernel_manager"]:
            raise HTTPError(404)
        self.write({"id": visitor, "name": KERNEL})


class Page(InWords, JupyterHandler):
    """The explorer, in a kernel of the visitor's own."""

    visitor = ""

    async def get(self) -> None:
        visitors, self.visitor = self.kernel_manager, str(uuid.uuid4())
        if not visitors.take_seat(self.visitor):
            self.visitor = ""
            self.set_status(503)
            self.set_header("Retry-After", "60")
            return self.say("full")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        try:
            async for html in self._rendered():
                self.write(html)
                await self.flush()
            visitors.arrive(self.visitor)
        except Exception as error:
            if not isinstance(error, StreamClosedError) and self.visitor in visitors.came:
                self.log.error("the page could not be made", exc_info=True)
                self.write(f'<p class="failed" role="alert">{self.settings["hall"]["words"]["failed"]}</p>')
            await visitors.leave(self.visitor)

    async def _rendered(self):
        """The page, part by part: its head before the kernel has started."""
        app = self.settings["voila"]
        about = {"base_url": self.base_url, "settings": self.settings, "log": self.log, "voila_configuration": app.voila_configuration}
        renderer = NotebookRenderer(
            request_handler=self, voila_configuration=app.voila_configuration, traitlet_config=app.config, template_paths=app.template_paths,
            notebook_path="", config_manager=self.config_manager, contents_manager=self.settings["contents_manager"],
            base_url=self.base_url, kernel_spec_manager=self.kernel_spec_manager, page_config=get_page_config(**about),
        )  # fmt: skip
        await renderer.initialize()
        kernel = self.kernel_manager.start(self.visitor, kernel_name=KERNEL, path="")
        try:
            async for html, _ in renderer.generate_content_generator(self.visitor, kernel):
                yield html
        finally:
            kernel.close()

    def on_connection_close(self) -> None:
        """The visitor did not wait."""
        if self.visitor:
            self.kernel_manager.dismiss(self.visitor)
