"""What passes between a visitor's page and its kernel, message by message; that nothing else passes is shown in test_explore_hall."""

import pytest

from ledanalysis.explore.hall import seats_for
from ledanalysis.explore.messages import HEARD, OPENED, as_told, is_heard

SHAPE = {"channel": "shell", "header": {"msg_type": "comm_msg"}, "parent_header": {}, "metadata": {}, "content": {}}


def of(kind: str, **more) -> dict:
    return SHAPE | {"header": {"msg_type": kind}} | more


def test_what_a_page_needs_is_heard():
    assert all(is_heard(of(kind)) for kind in HEARD - {"comm_open"})
    assert is_heard(of("comm_open", content={"target_name": OPENED}))


@pytest.mark.parametrize("message", [
    of("execute_request"), of("complete_request"), of("debug_request"), of("shutdown_request"), of("comm_open", content={"target_name": "jupyter.widget"}),
    of("comm_open"), of("comm_msg", channel="control"), of("comm_msg", channel="stdin"), of("comm_msg", channel=None), of("comm_msg", content=None),
    of("comm_msg", header=None), of("comm_msg", header={}), of(["comm_msg"]), of(None), of("COMM_MSG"), of("comm_msg "), None, [], "comm_msg", 7,
])  # fmt: skip
def test_nothing_else_is(message):
    assert not is_heard(message)


@pytest.mark.parametrize("kind", ["execute_input", "execute_reply", "input_request", "debug_event", "inspect_reply", "history_reply", "shutdown_reply"])
def test_nothing_is_told_of_code(kind):
    assert as_told({"header": {"msg_type": kind}, "content": {"code": "geheim"}}, "") is None


def test_an_error_is_told_in_words_and_its_place_not():
    told = as_told({"header": {"msg_type": "error"}, "content": {"ename": "KeyError", "evalue": "'x'", "traceback": ["File /home"]}}, "Dit ging mis.")
    assert told["content"] == {"ename": "", "evalue": "Dit ging mis.", "traceback": ["Dit ging mis."]}
    assert as_told({"header": {"msg_type": "stream"}, "content": {"name": "stderr", "text": "File /home"}}, "") is None
    assert as_told({"header": {"msg_type": "stream"}, "content": {"name": "stdout", "text": "1"}}, "")["content"]["text"] == "1"


def test_nobody_s_name_is_told():
    message = {"header": {"msg_type": "status", "username": "me"}, "parent_header": {"username": "me", "msg_id": "1"}, "content": {}}
    told = as_told(message, "")
    assert (told["header"]["username"], told["parent_header"]) == ("", {"username": "", "msg_id": "1"})


def test_there_is_a_seat_for_as_many_as_there_is_memory_for():
    assert [seats_for(free) for free in (0, 500, 1e9)] == [1, 2, 100]
