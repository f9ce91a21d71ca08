"""The real client reads what the scripted server says, whole and streamed."""

import asyncio
from functools import reduce
from operator import add

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from evals.doubles.openai import Always, Call, Calls, Finish, Say, ScriptedOpenAI, Usage, say_json

TEXT = "Won 41.2 % — «naïve» 东京 [[figure:1]] and more words to be cut."
BOTH = Calls((Call("find_deals", {"owner": "me"}), Call("find_deals", {"owner": "Zoë"})), text="Looking.")


@pytest.mark.parametrize("streams", [False, True])
def test_a_text_arrives_unchanged(client, streams):
    with ScriptedOpenAI([Say(TEXT)]) as server:
        model = client(server)
        text = "".join(c.content for c in model.stream("hi")) if streams else model.invoke("hi").content
    assert text == TEXT


@pytest.mark.parametrize("streams", [False, True])
def test_parallel_tool_calls_arrive_with_arguments_and_distinct_ids(client, streams):
    with ScriptedOpenAI([BOTH]) as server:
        model = client(server, tools=True)
        message = reduce(add, model.stream("hi")) if streams else model.invoke("hi")
    assert [(c["name"], c["args"]) for c in message.tool_calls] == [(c.tool, c.args) for c in BOTH.calls]
    assert len({c["id"] for c in message.tool_calls}) == 2
    assert message.content == "Looking."


@pytest.mark.parametrize("streams", [False, True])
def test_usage_figures_arrive(client, streams):
    with ScriptedOpenAI([Say("x", usage=Usage(prompt=900, completion=20, cached=512, reasoning=8))]) as server:
        model = client(server, stream_usage=True)
        usage = (reduce(add, model.stream("hi")) if streams else model.invoke("hi")).usage_metadata
    assert (usage["input_tokens"], usage["output_tokens"], usage["total_tokens"]) == (900, 20, 920)
    assert usage["input_token_details"]["cache_read"] == 512
    assert usage["output_token_details"]["reasoning"] == 8


def test_a_stream_that_did_not_ask_for_usage_carries_none(client):
    with ScriptedOpenAI([Say("x")]) as server:
        assert reduce(add, client(server).stream("hi")).usage_metadata is None


def test_a_longer_prompt_costs_more_tokens(client):
    with ScriptedOpenAI(lambda _: Say("x")) as server:
        short, long = (client(server).invoke(text).usage_metadata["input_tokens"] for text in ("hi", "hi" * 400))
    assert long - short == pytest.approx(200, abs=1)


def test_finish_reasons_are_those_of_the_protocol(client):
    with ScriptedOpenAI([Say("x"), Say("x", finish=Finish.LENGTH), BOTH]) as server:
        model = client(server)
        reasons = [model.invoke("hi").response_metadata["finish_reason"] for _ in range(3)]
    assert reasons == ["stop", "length", "tool_calls"]


def test_structured_output_is_parsed_and_the_schema_is_recorded(client):
    class Plan(BaseModel):
        steps: list[str]

    with ScriptedOpenAI([say_json({"steps": ["a", "b"]})]) as server:
        assert client(server).with_structured_output(Plan).invoke("hi") == Plan(steps=["a", "b"])
    assert list(server.chats[0].response_schema["properties"]) == ["steps"]


def test_twenty_requests_side_by_side_each_get_their_own_reply(client):
    async def ask(model: ChatOpenAI) -> list[str]:
        return [m.content for m in await asyncio.gather(*(model.ainvoke(str(n)) for n in range(20)))]

    with ScriptedOpenAI(lambda request: Say(f"{request.last_said_by('user')}!")) as server:
        assert asyncio.run(ask(client(server))) == [f"{n}!" for n in range(20)]


def test_models_are_listed(client):
    with ScriptedOpenAI([], models=("small", "large")) as server:
        assert [model.id for model in client(server).root_client.models.list()] == ["small", "large"]


@pytest.fixture(scope="module")
def echo():
    with ScriptedOpenAI([Always(lambda request: Say(request.last_said_by("user")))]) as server:
        yield server


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_any_text_survives_the_way_there_and_back(echo, text):
    model = ChatOpenAI(base_url=echo.base_url, api_key=echo.api_key, model="scripted", max_retries=0)
    assert "".join(chunk.content for chunk in model.stream(text)) == text
    assert model.invoke(text).content == text
