"""What passes between a visitor's page and the kernel: widgets' messages, and nothing that could run code or tell of it.

Who talks to the websocket himself is a visitor like any other: what is not named here is not passed on, either way.
"""

from __future__ import annotations

import json
from typing import Any

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from traitlets import Unicode

PROTOCOL = "v1.kernel.websocket.jupyter.org"  # the one that pages of today speak
PARTS = ("header", "parent_header", "metadata", "content")  # of a message, each a text; what comes after is binary
HEARD = {"comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"}
TOLD = {"comm_open", "comm_msg", "comm_close", "comm_info_reply", "kernel_info_reply", "status", "stream", "display_data",
        "update_display_data", "execute_result", "clear_output", "error"}  # fmt: skip
OPENED = "jupyter.widget.control"  # the one comm that a page opens itself, to ask for what widgets there are; another would make widgets
MOST_PARTS = 64
BIGGEST = 1_000_000  # bytes of one message from a visitor


def is_heard(message: Any) -> bool:
    """Whether a visitor's message is passed on to his kernel.

    Parameters
    ----------
    message : object
        As it was sent: anything.

    Examples
    --------
    >>> shape = {"channel": "shell", "parent_header": {}, "metadata": {}, "content": {}}
    >>> is_heard(shape | {"header": {"msg_type": "comm_msg"}}), is_heard(shape | {"header": {"msg_type": "execute_request"}})
    (True, False)
    """
    if not isinstance(message, dict) or message.get("channel") != "shell":
        return False
    if not all(isinstance(message.get(part), dict) for part in ("header", "parent_header", "metadata", "content")):
        return False
    kind = message["header"].get("msg_type")
    return isinstance(kind, str) and kind in HEARD and (kind != "comm_open" or message["content"].get("target_name") == OPENED)


def as_told(message: dict, words: str) -> dict | None:
    """A kernel's message as a visitor may see it; None of one that is not for him.

    Parameters
    ----------
    message : dict
    words : str
        What stands in the place of an error's traceback.

    Examples
    --------
    >>> told = as_told({"header": {"msg_type": "error", "username": "me"}, "content": {"ename": "KeyError", "traceback": ["..."]}}, "Sorry.")
    >>> told["content"], told["header"]["username"]
    ({'ename': '', 'evalue': 'Sorry.', 'traceback': ['Sorry.']}, '')
    >>> as_told({"header": {"msg_type": "execute_input"}, "content": {"code": "..."}}, "")
    """
    kind, content = message["header"]["msg_type"], message["content"]
    if kind not in TOLD or (kind == "stream" and content.get("name") != "stdout"):
        return None
    if kind == "error":
        content = {"ename": "", "evalue": words, "traceback": [words]}
    nameless = {part: message[part] | {"username": ""} for part in ("header", "parent_header") if message.get(part)}
    return {**message, **nameless, "content": content}


def _check_count(frame: bytes) -> None:
    """Hold on where a message says that it has more parts than it can: who reads it would count to that number."""
    if not len(PARTS) < int.from_bytes(frame[:8], "little") <= MOST_PARTS or len(frame) > BIGGEST:
        raise ValueError("no message")


class Letterbox(ZMQChannelsWebsocketConnection):
    """The connection of a page with its kernel, through which only these messages pass."""

    words = Unicode(config=True, help="In the place of a traceback.")

    def handle_incoming_message(self, incoming_msg: str | bytes) -> None:
        """Pass on what a visitor may send, written anew: what was looked at is what is sent. What is malformed is his own matter."""
        try:
            _check_count(incoming_msg)
            channel, parts = deserialize_msg_from_ws_v1(incoming_msg)
            message = dict(zip(PARTS, (json.loads(bytes(part)) for part in parts), strict=False))
            sent = serialize_msg_to_ws_v1([json.dumps(message[part]).encode() for part in PARTS] + parts[len(PARTS) :], channel)
            heard = is_heard(message | {"channel": channel})
        except Exception:  # a text that is none, offsets that lead nowhere, nesting without end
            heard = False
        if heard:
            super().handle_incoming_message(sent)

    def _on_zmq_reply(self, stream: Any, msg: list[bytes]) -> None:
        message = {part: json.loads(bytes(text)) for part, text in zip(PARTS, msg, strict=False) if part != "content"}
        message["content"] = json.loads(bytes(msg[3])) if message["header"]["msg_type"] in ("error", "stream") else {}
        told = as_told(message, self.words)
        if told is None or told["content"] != message["content"]:
            if message["content"]:  # an error, or what was written of one
                kept = message["content"]
                self.log.warning("in a visitor's kernel: %s", kept.get("text") or "\n".join(kept.get("traceback", [])))
        if told is not None:
            content = json.dumps(told["content"]).encode() if told["content"] else msg[3]
            super()._on_zmq_reply(stream, [*(json.dumps(told[part]).encode() for part in PARTS[:3]), content, *msg[4:]])
