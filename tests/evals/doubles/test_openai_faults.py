"""Every fault of the endpoint reaches the program as the real client reports it."""

from functools import reduce
from operator import add

import openai
import pytest

from evals.doubles.openai import Call, CutStream, Empty, Endless, Fail, Hang, Malformed, Refuse, Say, ScriptedOpenAI

FAULTS = [
    (Fail(400), openai.BadRequestError),
    (Fail(401), openai.AuthenticationError),
    (Fail(403), openai.PermissionDeniedError),
    (Fail(404), openai.NotFoundError),
    (Fail(429), openai.RateLimitError),
    (Fail(500), openai.InternalServerError),
    (Fail(503, body="<html>busy</html>"), openai.InternalServerError),
    (Hang(60), openai.APITimeoutError),
    (Hang(0), openai.APIConnectionError),
    (CutStream(3), openai.APIConnectionError),
    (CutStream(3, silence=60), openai.APITimeoutError),
    (Fail(200, body="<html>please log in</html>"), ValueError),
]


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize(("fault", "raised"), FAULTS, ids=lambda value: str(value)[:40])
def test_a_fault_raises_what_the_client_raises(client, fault, raised, streams):
    with ScriptedOpenAI([fault]) as server:
        model = client(server, timeout=0.25)
        with pytest.raises(raised):
            _ = list(model.stream("hi")) if streams else model.invoke("hi")


def test_the_client_waits_and_tries_again_after_429(client):
    with ScriptedOpenAI([Fail(429, headers={"retry-after-ms": "1"}), Fail(500), Say("at last")]) as server:
        model = client(server, max_retries=2)
        model.root_client._calculate_retry_timeout = lambda *_: 0.001  # the pause itself is the client's own affair
        assert model.invoke("hi").content == "at last"
    assert len(server.chats) == 3


def test_headers_of_a_failure_reach_the_client(client):
    limited = Fail(429, headers={"retry-after": "7"})
    with ScriptedOpenAI([limited]) as server, pytest.raises(openai.RateLimitError) as caught:
        client(server).invoke("hi")
    assert caught.value.response.headers["retry-after"] == "7"
    assert caught.value.code == "rate_limit_exceeded"


def test_a_cut_stream_delivers_what_came_before_the_cut(client):
    got = []
    cut = CutStream(3, answer=Say("abcdefghijkl" * 4))
    with ScriptedOpenAI([cut]) as server, pytest.raises(openai.APIConnectionError):
        for chunk in client(server).stream("hi"):
            got.append(chunk.content)
    assert "".join(got) == "abcdefghijkl" * 2


def test_an_error_event_inside_a_stream_is_raised(client):
    cut = CutStream(2, error="overloaded")
    with ScriptedOpenAI([cut]) as server, pytest.raises(openai.APIError, match="overloaded"):
        list(client(server).stream("hi"))


@pytest.mark.parametrize("streams", [False, True])
def test_malformed_arguments_are_reported_as_an_invalid_call(client, streams):
    with ScriptedOpenAI([Malformed("owner: me")]) as server:
        model = client(server, tools=True)
        message = reduce(add, model.stream("hi")) if streams else model.invoke("hi")
    assert message.tool_calls == []
    assert [call["args"] for call in message.invalid_tool_calls] == ["owner: me"]


def test_an_empty_reply_has_neither_text_nor_calls(client):
    with ScriptedOpenAI([Empty()]) as server:
        message = client(server).invoke("hi")
    assert (message.content, message.tool_calls, message.response_metadata["finish_reason"]) == ("", [], "stop")


def test_a_refusal_stands_in_its_own_field(client):
    with ScriptedOpenAI([Refuse("I would rather not.")]) as server:
        message = client(server).invoke("hi")
    assert (message.content, message.additional_kwargs["refusal"]) == ("", "I would rather not.")


def test_endless_calls_go_on_for_as_long_as_they_are_asked_for(client):
    with ScriptedOpenAI([Say("first"), Endless("find_deals", {"owner": "me"})]) as server:
        messages = [client(server, tools=True).invoke("hi") for _ in range(6)]
    assert [len(message.tool_calls) for message in messages] == [0, 1, 1, 1, 1, 1]


def test_a_late_answer_is_still_an_answer(client):
    with ScriptedOpenAI([Hang(0.01, then=Call("find_deals", {"owner": "me"}))]) as server:
        assert client(server, tools=True).invoke("hi").tool_calls[0]["name"] == "find_deals"
