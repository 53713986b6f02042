"""The explorer as people get it: in JupyterLab, and in a hall where each visitor has a kernel that he cannot make run code."""

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import time
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import browser
import psutil
import pytest
import served
from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1, serialize_msg_to_ws_v1
from tornado.httpclient import HTTPRequest
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError, websocket_connect

from ledanalysis.explore.messages import BIGGEST, OPENED, PROTOCOL
from ledanalysis.explore.visitors import AWAY, LOOK

SOURCE, INNER, OPENING = "geheim-in-de-broncode", "details-voor-wie-beheert", "details-bij-het-openen"  # in the stand-in's cells
VISITOR = r'"kernelId": "([^"]+)"'
SOON = 5  # seconds in which a kernel ends of which the page said that it goes


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return served.stand_in(tmp_path_factory.mktemp("hall"))


@pytest.fixture(scope="module")
def hall(study):
    with served.hall(study) as server:
        yield server


@pytest.fixture(scope="module")
def chromium():
    with browser.launched() as launched:
        yield launched


@pytest.fixture
def visit(hall, chromium):
    """visit(): a page of a visitor of his own, with what it heard and asked for; all leave at the end of the test."""
    contexts = []

    def come(url=hall.url, used=chromium):
        contexts.append(used.new_context(viewport={"width": 1280, "height": 720}))
        return opened(contexts[-1], url)

    yield come
    for context in contexts:
        for page in context.pages:
            leave(page)
        context.close()
    assert served.until(lambda: visitors(hall) == 0, AWAY + SOON), "a visitor's kernel stayed"


def opened(context, url):
    page = context.new_page()
    page.heard, page.foreign, page.frames_seen = [], [], []
    page.on("console", lambda said: page.heard.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.heard.append(str(error)))
    page.on("response", lambda answer: page.heard.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None)
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: page.frames_seen.append(frame)))
    context.on("request", lambda asked: None if asked.url.startswith((url[: url.index("/", 8)], "data:", "blob:")) else page.foreign.append(asked.url))
    page.goto(url)
    return page


def leave(page) -> None:
    """As who closes the page: a browser that is told to end at once tells its pages nothing."""
    page.goto("about:blank")
    page.wait_for_timeout(300)  # what it sends when it goes is not awaited


def visitors(hall) -> int:
    """How many kernels there are beside the one that is nobody's."""
    return len(hall.kernels()) - 1


def works(page, choice: str) -> bool:
    """Whether a choice is answered."""
    page.locator(".jupyter-widgets select").select_option(choice)
    page.get_by_text(f"{choice} keer").wait_for(timeout=20_000)
    return True


def compute_long(page) -> None:
    page.get_by_role("button", name="Lang rekenen").click()
    page.get_by_text("bezig").wait_for(timeout=20_000)


# ---- what a visitor sees


def test_the_page_works_and_asks_for_nothing_from_elsewhere(visit):
    page = visit()
    assert works(page, "twee")
    assert page.locator(".jupyter-widgets pre").inner_text().strip() == "uitvoer 0"
    assert (page.heard, page.foreign) == ([], [])
    assert page.title() == page.locator("h1").inner_text() == "Kleine studie"
    assert page.locator("html").get_attribute("lang") == "nl"
    assert page.locator("main .jupyter-widgets select").count() == 1 and page.locator("main").count() == 1
    assert not page.locator("#loading").count() and not page.locator("#lost").is_visible()
    assert [fault for fault in browser.axe(page, False) if "noUi" not in fault] == []  # ipywidgets' own slider has no name
    page.locator("body").press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Naar de verkenner"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "rendered_cells"


def test_it_is_said_that_the_data_are_being_loaded(hall):
    """Before the kernel has started: who waits reads what for."""
    began = time.monotonic()
    with urllib.request.urlopen(hall.url) as answer:
        head = ""
        while "jupyter-config-data" not in head and "De gegevens" not in head:
            head += answer.read1(4096).decode()
        early = time.monotonic() - began
        rest = answer.read().decode()
    asked(hall, "POST", f"/here/{re.search(VISITOR, rest).group(1)}")
    assert "De gegevens worden geladen" in head and "jupyter-config-data" not in head
    assert early < time.monotonic() - began


def test_the_page_is_told_that_it_is_in_a_hall(visit):
    page = visit()
    page.get_by_text("zaal", exact=True).wait_for()


def test_no_source_and_no_traceback_reaches_a_visitor(visit, hall):
    page = visit()
    works(page, "drie")
    page.get_by_role("button", name="Fout").click()
    page.get_by_text("Dit kon niet worden getoond").wait_for(timeout=20_000)
    assert works(page, "een")
    received = page.content() + "".join(frame if isinstance(frame, str) else frame.decode("utf-8", "replace") for frame in page.frames_seen)
    assert len(page.frames_seen) > 10 and "comm_msg" in received
    for secret in (SOURCE, INNER, "KeyError", "Traceback", "ipykernel_", "execute_input"):
        assert secret not in received, secret
    assert INNER in hall.said  # who runs the hall can read what went wrong


def test_a_notebook_that_fails_is_told_of_in_words(study, hall):
    (study / "fail").touch()
    try:
        _, _, body = asked(hall, "GET", "/")
    finally:
        (study / "fail").unlink()
    assert 'role="alert">Dit kon niet worden getoond' in body and OPENING not in body and "RuntimeError" not in body
    assert OPENING in hall.said
    asked(hall, "POST", f"/here/{re.search(VISITOR, body).group(1)}")


def test_a_page_whose_kernel_died_says_so(visit, hall):
    page = visit()
    works(page, "twee")
    others = {process.pid for process in served_last(hall)}
    page_kernel = max(served_last(hall), key=lambda process: process.create_time())
    assert len(others) == 2
    page_kernel.kill()
    page.get_by_text("Uw bezoek is afgesloten").wait_for(timeout=20_000)
    page.get_by_role("button", name="Opnieuw openen").click()
    assert works(page, "drie")


def served_last(hall):
    assert served.until(lambda: visitors(hall) == 1)
    return hall.kernels()


# ---- who comes and goes


def test_two_visitors_do_not_share_anything(visit):
    one, two = visit(), visit()
    works(one, "twee")
    works(two, "drie")
    assert one.get_by_text("twee keer").is_visible() and two.get_by_text("drie keer").is_visible()


def test_a_page_that_is_loaded_again_has_one_kernel(visit, hall):
    page = visit()
    works(page, "twee")
    for _ in range(2):
        page.reload()
        works(page, "drie")
    assert served.until(lambda: visitors(hall) == 1, SOON)


def test_who_leaves_in_mid_computation_leaves_no_kernel_and_harms_nobody(visit, hall, chromium):
    """One closes the page, the browser of one is killed, the network of one is gone without a word; one stays."""
    stays, closes = visit(), visit()
    works(stays, "twee")
    compute_long(closes)
    silent = silent_visitor(hall)
    other = chromium.browser_type.launch(executable_path=browser.chromium(), args=browser.ARGUMENTS)
    crashes = opened(other.new_context(), hall.url)
    compute_long(crashes)
    assert served.until(lambda: visitors(hall) == 4)
    leave(closes)
    assert works(stays, "drie")
    assert served.until(lambda: visitors(hall) == 3, SOON)
    kill_newest_browser()
    gone = time.monotonic()
    assert works(stays, "een")
    assert served.until(lambda: visitors(hall) == 1, AWAY + SOON), visitors(hall)
    assert time.monotonic() - gone < AWAY + 4 * LOOK + SOON
    assert works(stays, "twee") and stays.heard == []
    silent.close()


def silent_visitor(hall) -> socket.socket:
    """A page that took its seat and its websocket, and then says nothing any more: nor that it is gone."""
    visitor = page_of(hall)[1]
    connection = socket.create_connection(("127.0.0.1", port_of(hall)))
    connection.sendall(
        f"GET /api/kernels/{visitor}/channels HTTP/1.1\r\nHost: 127.0.0.1:{port_of(hall)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {PROTOCOL}\r\n\r\n".encode()
    )
    assert b" 101 " in connection.recv(200)
    return connection


def kill_newest_browser() -> None:
    roots = [process for process in psutil.Process().children(recursive=True) if "--headless" in process.cmdline() and "--type=" not in " ".join(process.cmdline())]
    max(roots, key=lambda process: process.create_time()).send_signal(signal.SIGKILL)


def test_who_does_not_wait_for_the_page_leaves_no_kernel(hall):
    connection = socket.create_connection(("127.0.0.1", port_of(hall)))
    connection.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port_of(hall)}\r\n\r\n".encode())
    assert served.until(lambda: visitors(hall) == 1)
    connection.close()
    assert served.until(lambda: visitors(hall) == 0, AWAY)


def test_when_all_seats_are_taken_it_is_said(study, chromium):
    with served.hall(study, "--visitors", "1", "--language", "en") as server:
        context = chromium.new_context()
        page = opened(context, server.url)
        compute_long(page)
        status, headers, body = asked(server, "GET", "/")
        assert (status, headers["Retry-After"]) == (503, "60")
        assert "All seats are taken" in body and 'lang="en"' in body and "no more visitors at once (1)" in body
        assert visitors(server) == 1
        leave(page)
        assert served.until(lambda: asked(server, "GET", "/")[0] == 200)
        context.close()  # the block ends with Ctrl-C, while somebody sits there, and looks whether a kernel stays


@pytest.mark.parametrize("kernels", ["warm", "stock"])
def test_a_killed_server_leaves_no_kernel(study, kernels):
    """Forked kernels, and those of a system that does not fork: a module that says something when imported is not forked from."""
    with served.hall(study, env={"WARMKERNEL_PRELOAD": "this"} if kernels == "stock" else {}) as server:
        page_of(server)
        assert visitors(server) == 1
        assert all(("ipykernel_launcher" in kernel.cmdline()) == (kernels == "stock") for kernel in server.kernels())
        server.process.kill()
        assert served.until(lambda: not server.kernels()), "a kernel outlived its server"


def test_visits_are_counted_and_visitors_not_named(hall):
    asked(hall, "POST", f"/here/{page_of(hall)[1]}")
    lines = [line for line in hall.said.splitlines() if line.strip()]
    assert "a visitor left after" in lines[-1]
    assert sum("127.0.0.1" in line for line in lines) == 1, lines  # where the page is
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", hall.said)  # who reads along cannot sit in another's seat


# ---- attacks: by hand, without a browser


def port_of(server) -> int:
    return int(re.search(r":(\d+)/", server.url).group(1))


def asked(server, method: str, path: str, headers: dict | None = None, body: str | None = None) -> tuple[int, dict, str]:
    """An answer to what no browser would ask: the path goes as it is."""
    connection = http.client.HTTPConnection("127.0.0.1", port_of(server), timeout=60)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    found = answer.status, dict(answer.headers), answer.read().decode("utf-8", "replace")
    connection.close()
    return found


def page_of(server) -> tuple[str, str]:
    """A page, fetched by hand, and the visitor it is of."""
    status, _, body = asked(server, "GET", "/")
    assert status == 200
    return body, re.search(VISITOR, body).group(1)


def message(kind: str, content: dict, channel: str = "shell", header: bytes | None = None, number: str = "") -> bytes:
    made = {"msg_id": number or uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "", "version": "5.3", "date": "2026-01-01T00:00:00Z"}
    return serialize_msg_to_ws_v1([header or json.dumps(made).encode(), b"{}", b'{"version": "1.0.0"}', json.dumps(content).encode()], channel)


async def talk(server, visitor: str, messages: list, protocols=(PROTOCOL,), headers: dict | None = None) -> list[tuple[str, dict, str]]:
    """Send messages to a visitor's kernel; all that comes back until they are dealt with."""
    request = HTTPRequest(f"ws://127.0.0.1:{port_of(server)}/api/kernels/{visitor}/channels?session_id=s", headers=headers or {})
    connection = await websocket_connect(request, subprotocols=list(protocols))
    await asyncio.sleep(0.5)
    await dealt_with(connection)
    for each in messages:
        await connection.write_message(each, binary=isinstance(each, bytes))
    received = await dealt_with(connection)
    connection.close()
    return received


async def dealt_with(connection) -> list[tuple[str, dict, str]]:
    """Ask the kernel whether it is there, and wait until it says so on both channels that speak; what it said meanwhile."""
    number, received, answered = uuid.uuid4().hex, [], set()
    await connection.write_message(message("kernel_info_request", {}, number=number), binary=True)
    while answered != {"kernel_info_reply", "status"}:
        frame = await asyncio.wait_for(connection.read_message(), 30)
        assert frame is not None, "the connection was cut"
        _, parts = deserialize_msg_from_ws_v1(frame)
        header, parent, content = json.loads(parts[0]), json.loads(parts[1]), parts[3].decode()
        received.append((frame.decode("utf-8", "replace"), header, content))
        if parent.get("msg_id") == number and (header["msg_type"] != "status" or "idle" in content):
            answered.add(header["msg_type"])
    return received


def in_thread(coroutine):
    """What a coroutine gives: in a thread of its own, since the browser's is in use."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


@pytest.fixture
def seat(hall):
    """A visitor who took a seat by hand, and leaves it."""
    visitor = page_of(hall)[1]
    yield visitor
    before = visitors(hall)
    asked(hall, "POST", f"/here/{visitor}")
    assert served.until(lambda: visitors(hall) == before - 1)


def attacks(marker: Path) -> list[bytes]:
    """Messages that would run code, each on each channel, and in disguise."""
    code = f"open({str(marker)!r}, 'w').write('run')"
    asking = {
        "execute_request": {"code": code, "silent": False, "store_history": True, "user_expressions": {"x": code}, "allow_stdin": True},
        "complete_request": {"code": "secr", "cursor_pos": 4}, "inspect_request": {"code": "secret", "cursor_pos": 3, "detail_level": 1},
        "history_request": {"hist_access_type": "tail", "n": 10, "raw": True, "output": True}, "is_complete_request": {"code": code},
        "input_reply": {"value": code}, "interrupt_request": {}, "shutdown_request": {"restart": False}, "create_subshell_request": {},
        "debug_request": {"type": "request", "command": "evaluate", "seq": 1, "arguments": {"expression": code, "context": "repl"}},
        "usage_request": {}, "connect_request": {}, "iopub_welcome": {}, "apply_request": {"bufs": []},
    }  # fmt: skip
    plain = [message(kind, content, channel) for kind, content in asking.items() for channel in ("shell", "control", "stdin", "iopub", "hb", "")]
    run = asking["execute_request"]
    twice = [f'{{"msg_id": "1", "session": "s", "msg_type": "{first}", "msg_type": "{last}"}}'.encode()
             for first, last in (("comm_msg", "execute_request"), ("execute_request", "comm_msg"))]  # fmt: skip
    disguised = [message("", run, header=header) for header in twice]
    disguised += [message(kind, run) for kind in ("execute_request\0", " execute_request", "EXECUTE_REQUEST", "comm_msg")]
    opening = message("comm_open", {"comm_id": "c", "target_name": "jupyter.widget", "data": {"state": {"_model_module": "@jupyter-widgets/controls"}}})
    return plain + disguised + [opening]


def test_a_visitor_who_talks_to_his_kernel_himself_has_nothing_run(hall, seat, tmp_path):
    marker = tmp_path / "run"
    received = in_thread(talk(hall, seat, attacks(marker)))
    kinds = {header["msg_type"] for _, header, _ in received}
    assert "kernel_info_reply" in kinds and kinds <= {"kernel_info_reply", "status", "comm_close"}, kinds
    assert not any(SOURCE in frame or "NameError" in frame for frame, _, _ in received)
    assert not marker.exists() and visitors(hall) == 1


def test_who_speaks_as_a_page_does_is_heard(hall, seat):
    """The attacks above are sent as these messages are: that they come to nothing is no fault of the attacker's."""
    opening = message("comm_open", {"comm_id": "asks", "target_name": OPENED, "data": {}, "metadata": {}})
    asking = message("comm_msg", {"comm_id": "asks", "data": {"method": "request_states"}})
    received = in_thread(talk(hall, seat, [opening, asking]))
    states = next(json.loads(content)["data"]["states"] for _, header, content in received if header["msg_type"] == "comm_msg")
    slider = next(name for name, state in states.items() if state["model_name"] == "IntSliderModel")
    received = in_thread(talk(hall, seat, [message("comm_msg", {"comm_id": slider, "data": {"method": "update", "state": {"value": 41}}})]))
    assert any("keer 41" in content for _, _, content in received)


@pytest.mark.parametrize(("protocols", "headers"), [((), {}), (("v0.kernel",), {}), ((PROTOCOL,), {"Origin": "http://elders.example"})])
def test_no_other_way_to_talk(hall, seat, protocols, headers):
    with pytest.raises(Exception, match="40[34]"):
        in_thread(talk(hall, seat, [], protocols, headers))


def test_malformed_messages_harm_nobody(hall, visit, seat):
    page = visit()
    works(page, "twee")
    numbers = [b"", b"\0" * 7, b"\xff" * 64, (2**63).to_bytes(8, "little") * 3, b"not a message at all", os.urandom(500)]
    texts = ["", "{}", "[" * 100_000, json.dumps({"channel": "shell", "header": {"msg_type": "execute_request"}, "content": {"code": "1/0"}})]
    broken = [{}, {"comm_id": None}, {"comm_id": "nobody", "data": {}}, {"comm_id": ["x"], "data": "text"}, {"comm_id": "x" * 10_000, "data": {"method": {}}}]
    comms = [message(kind, content) for kind in ("comm_msg", "comm_close", "comm_info_request") for content in broken]
    nested = message("comm_msg", {"comm_id": "x", "data": {}}).replace(b'{"comm_id": "x", "data": {}}', b"[" * 25)
    received = in_thread(talk(hall, seat, [*numbers, *texts, *comms, nested]))
    assert not any("Traceback" in frame for frame, _, _ in received)
    with pytest.raises((AssertionError, WebSocketClosedError, StreamClosedError)):  # the connection is cut
        in_thread(talk(hall, seat, [b"\0" * (2 * BIGGEST)]))
    assert works(page, "drie") and page.heard == []


PATHS = """
/api /api/kernels /api/kernels/ /api/sessions /api/contents /api/contents/data /api/contents/notebooks/explore.ipynb /api/terminals /terminals/1
/api/kernelspecs /api/config/notebook /api/status /api/me /api/spec.yaml /api/nbconvert /api/events/subscribe /api/shutdown /metrics
/files/data/codebook/study.toml /files/notebooks/explore.ipynb /voila/files/data/raw/enquete.csv /voila/files/notebooks/explore.ipynb /voila/files/x.png
/voila/tree /voila/render/notebooks/explore.ipynb /voila/api/contents /voila/query/x /voila/execution/x /voila/templates/lab/index.html.j2
/voila/templates/../static/x /voila/templates/..%2f..%2f/static/x /voila/static/ /voila/static/../voila.py /voila/static/..%2f..%2f..%2fetc%2fpasswd
/voila/static/%2e%2e/conf.json /voila/labextensions/ /voila/labextensions/anywidget/package.json /voila/labextensions/anywidget/static/../package.json
/voila/labextensions/anywidget/static/..%2fpackage.json /voila/labextensions/../../../etc/passwd /voila/api/themes/x /hall/ /hall/index.html.j2
/hall/words.html.j2 /hall/../serving.py /hall/..%2fserving.py /hall/hall.css/../words.html.j2 /explore.ipynb /notebooks/explore.ipynb /notebooks /lab /tree
/doc /nbconvert/html/notebooks/explore.ipynb /edit/data/codebook/study.toml /login /logout /static/favicon.ico /kernelspecs/python3/logo-64x64.png
/data/raw/enquete.csv /outputs/explore/explore.ipynb //etc/passwd /%00 /here/x /here/00000000-0000-0000-0000-000000000000/x
""".split()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_else_is_served(hall, method):
    found = {path: asked(hall, method, path, {"Content-Type": "application/json"}, "{}" if method != "GET" else None) for path in PATHS}
    assert {path: answer[0] for path, answer in found.items() if answer[0] not in (403, 404, 405)} == {}
    assert not any(secret in body for _, _, body in found.values() for secret in ("root:", "[survey]", SOURCE, "Verzonnen", "import ", "{%"))
    assert all("Hier staat niets" in body for _, _, body in found.values())
    assert visitors(hall) == 0


def test_a_seat_is_not_to_be_ruled_from_outside(hall, seat):
    for method, path in [("POST", ""), ("DELETE", ""), ("PATCH", ""), ("POST", "/interrupt"), ("POST", "/restart"), ("GET", "/interrupt")]:
        assert asked(hall, method, f"/api/kernels/{seat}{path}")[0] in (404, 405), (method, path)
    assert json.loads(asked(hall, "GET", f"/api/kernels/{seat}")[2]) == {"id": seat, "name": "python3"}
    assert asked(hall, "GET", f"/api/kernels/{uuid.uuid4()}")[0] == 404
    assert asked(hall, "GET", f"/here/{seat}")[0] == 204 and asked(hall, "GET", f"/here/{uuid.uuid4()}")[0] == 410
    assert visitors(hall) == 1


def test_another_name_for_this_machine_is_not_answered_to(hall):
    """A page from elsewhere that has its own name point here must not get at what only this machine may see."""
    status, _, body = asked(hall, "GET", "/", {"Host": "elders.example"})
    assert status == 403 and "kernelId" not in body and visitors(hall) == 0


@pytest.mark.parametrize("path", ["/", "/hall/hall.css", "/voila/static/voila.js", "/voila/static/no.js", "/api/kernels", "/voila/labextensions/anywidget/static/x.js"])
def test_every_answer_keeps_to_itself(hall, path):
    _, headers, body = asked(hall, "GET", path)
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert not any("http" in allowed or "*" in allowed for allowed in policy.values()) and "unsafe-inline" not in policy["script-src"]
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert "Set-Cookie" not in headers and "ornado" not in headers["Server"]
    if path == "/":
        asked(hall, "POST", f"/here/{re.search(VISITOR, body).group(1)}")


# ---- JupyterLab


def test_jupyterlab_opens_at_the_explorer_and_nothing_is_left(study, chromium):
    before = (study / "notebooks" / "explore.ipynb").read_bytes()
    with served.lab(study) as lab:
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        page = opened(context, lab.url)
        served.run_all(page)
        works(page, "twee")
        page.keyboard.press("Control+s")
        copy = study / "outputs" / "explore" / "explore.ipynb"
        assert served.until(lambda: "widget-view" in copy.read_text("utf-8"))
        assert len(lab.kernels()) == 1
        assert (page.heard, [url for url in page.foreign if "localhost" not in url]) == ([], [])
        assert not page.get_by_text("Jupyter news").count()
        context.close()
    assert (study / "notebooks" / "explore.ipynb").read_bytes() == before
