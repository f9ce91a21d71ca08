"""The script is held to its word, and everything that leaves the program is on record."""

import json

import openai
import pytest
from langchain_core.messages import ToolMessage

from evals.doubles.openai import (
    Call,
    Leak,
    RuleFailed,
    Say,
    ScriptedOpenAI,
    UnscriptedRequest,
    UnusedReplies,
)


def test_one_request_too_many_fails_the_test(client):
    with pytest.raises(UnscriptedRequest, match="Request 2 has no reply"), ScriptedOpenAI([Say("x")]) as server:
        client(server).invoke("hi")
        with pytest.raises(openai.BadRequestError):
            client(server, max_retries=3).invoke("again")


def test_a_reply_nobody_asked_for_fails_the_test(client):
    with pytest.raises(UnusedReplies, match="never asked for"), ScriptedOpenAI([Say("x"), Say("y")]) as server:
        client(server).invoke("hi")


def test_unused_replies_may_be_allowed():
    with ScriptedOpenAI([Say("x")], unused_ok=True) as server:
        assert server.requests == ()


def test_a_rule_that_raises_fails_the_test_with_its_error(client):
    def broken(request):
        raise KeyError(request.model)

    expected = pytest.raises(RuleFailed, match="KeyError: 'scripted'")
    with expected, ScriptedOpenAI(broken) as server, pytest.raises(openai.BadRequestError):
        client(server, max_retries=3).invoke("hi")


def test_an_error_of_the_test_itself_goes_first():
    with pytest.raises(ZeroDivisionError) as caught, ScriptedOpenAI([Say("x")]):
        _ = 1 / 0
    assert "never asked for" in caught.value.__notes__[0]


@pytest.mark.parametrize("key", ["sk-wrong", ""])
def test_a_wrong_key_is_turned_away_and_uses_up_no_reply(client, key):
    with ScriptedOpenAI([Say("x")]) as server:
        with pytest.raises(openai.AuthenticationError):
            client(server, api_key=key or "-").invoke("hi")
        assert client(server).invoke("hi").content == "x"
    assert [request.authorised for request in server.requests] == [False, True]


def test_a_rule_sees_the_conversation(client):
    def model(request):
        made = request.tool_calls
        if not made:
            return Call("find_deals", {"owner": "me"})
        return Say(f"{made[0].tool}({made[0].args['owner']}) gave {made[0].result}")

    with ScriptedOpenAI(model) as server:
        bound = client(server, tools=True)
        call = bound.invoke("hi")
        final = bound.invoke([("user", "hi"), call, ToolMessage("2 deals", tool_call_id=call.tool_calls[0]["id"])])
    assert final.content == "find_deals(me) gave 2 deals"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"messages": []}, "minimum length 1"),
        ({"messages": [{"role": "tool", "content": "x", "tool_call_id": "c"}]}, "preceding message"),
        ({"messages": [{"role": "boss", "content": "x"}]}, "Invalid value"),
        ({"messages": [{"role": "user", "content": None}]}, "got null"),
        ({"tools": []}, "empty array"),
        ({"tool_choice": "auto"}, "only allowed when 'tools'"),
        ({"stream_options": {"include_usage": True}}, "only allowed when 'stream'"),
    ],
)
def test_a_request_the_service_would_reject_is_rejected(client, change, complaint):
    body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], **change}
    with ScriptedOpenAI([]) as server, pytest.raises(openai.BadRequestError, match=complaint):
        client(server).root_client.post("/chat/completions", body=body, cast_to=dict)


def test_an_unanswered_tool_call_is_rejected(client):
    with ScriptedOpenAI([Call("find_deals", {"owner": "me"})]) as server:
        bound = client(server, tools=True)
        with pytest.raises(openai.BadRequestError, match="did not have response messages"):
            bound.invoke([("user", "hi"), bound.invoke("hi"), ("user", "and?")])


def test_bodies_are_kept_byte_for_byte(client):
    body = b'{ "model":"m",\n "messages":[{"role":"user","content":"Zo\\u00eb"}] }'
    with ScriptedOpenAI([Say("x")]) as server:
        client(server).root_client.post("/chat/completions", content=body, cast_to=object)
    assert server.requests[0].body == body


@pytest.mark.parametrize("value", ["Zoë Müller", '+44 "20" 7946', "a\\b@x.example"])
def test_a_leak_is_found_behind_escapes_and_inside_tool_arguments(client, value):
    arguments = json.dumps({"note": f"call {value} back"})
    with ScriptedOpenAI([Say("x")]) as server:
        call = {"id": "c", "type": "function", "function": {"name": "note", "arguments": arguments}}
        answer = {"role": "tool", "content": "ok", "tool_call_id": "c"}
        client(server).invoke([{"role": "assistant", "content": "", "tool_calls": [call]}, answer])
    assert server.leaks([value, "somebody else"]) == (Leak(value, 1),)


def test_a_leak_in_a_header_is_found(client):
    with ScriptedOpenAI([Say("x")]) as server:
        client(server, default_headers={"x-user": "jane@acme.example"}).invoke("hi")
    assert server.leaks(["jane@acme.example"]) == (Leak("jane@acme.example", 1),)
