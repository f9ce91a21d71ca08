"""Traces at an OTLP receiver and at Langfuse: whole, redacted, and no burden for the turn."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from agent.runtime import Runtime
from agent.schema import TurnAnswer
from agent.tracing.outlets import OutletState
from db.doors import Door
from db.settings import WorkspaceSettings
from evals.doubles.langfuse import LangfuseDouble
from evals.doubles.otlp import OtlpReceiver
from tests.agent.conftest import opened, person

pytestmark = pytest.mark.anyio


def otlp(receiver: OtlpReceiver) -> dict[str, Any]:
    return {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint, "OTEL_SERVICE_NAME": "rainmaker-test"}


def langfuse(double: LangfuseDouble) -> dict[str, Any]:
    return {
        "LANGFUSE_PUBLIC_KEY": double.public_key, "LANGFUSE_SECRET_KEY": double.secret_key,
        "LANGFUSE_HOST": double.endpoint,
    }  # fmt: skip


def states(runtime: Runtime) -> tuple[OutletState, ...]:
    return tuple(outlet.state for outlet in runtime._tracing.outlets)


async def asked(runtime: Runtime, text: str = "what are my top deals") -> TurnAnswer:
    actor = await person(runtime, "rep")
    turn = await runtime.ask(actor, text, door=Door.HTTP)
    return await runtime.answer(actor, turn.id)


async def test_a_collector_gets_the_spans_of_the_local_trace(settings: WorkspaceSettings) -> None:
    with OtlpReceiver() as receiver:
        async with opened(settings, **otlp(receiver)) as runtime:
            answer = await asked(runtime)
            local = await runtime.spans(await person(runtime, "rep"), answer.trace_id)
        spans = receiver.spans
    assert {(one.span_id, one.name, one.parent_id or None) for one in spans} == {
        (one.span_id, one.name, one.parent_id) for one in local
    }
    assert {one.resource["service.name"] for one in spans} == {"rainmaker-test"}


async def test_langfuse_gets_them_through_its_own_client_with_its_keys(settings: WorkspaceSettings) -> None:
    with LangfuseDouble() as double:
        async with opened(settings, **langfuse(double)) as runtime:
            answer = await asked(runtime)
        roots = [one for one in double.spans if not one.parent_id]
    assert [(one.trace_id, one.attributes["session.id"]) for one in roots] == [(answer.trace_id, answer.conversation)]
    assert roots[0].attributes["langfuse.observation.input"] == "what are my top deals"


async def test_two_workspaces_of_one_process_reach_langfuse_one_after_the_other(settings: WorkspaceSettings) -> None:
    with LangfuseDouble() as double:
        traces = []
        for _ in range(2):
            async with opened(settings, **langfuse(double)) as runtime:
                traces.append((await asked(runtime)).trace_id)
        assert {one.trace_id for one in double.spans} == set(traces)


@pytest.mark.parametrize("status", [400, 500])
async def test_a_receiver_that_refuses_is_counted_and_harms_no_turn(settings: WorkspaceSettings, status: int) -> None:
    with OtlpReceiver(status=status) as receiver:
        async with opened(settings, **otlp(receiver)) as runtime:
            answer = await asked(runtime)
        (state,) = states(runtime)
    assert answer.refused is None
    assert (state.sent, state.dropped) == (0, 1)


async def test_turns_are_answered_while_the_receiver_hangs(settings: WorkspaceSettings) -> None:
    with OtlpReceiver(hangs=True) as receiver:
        async with opened(settings, **otlp(receiver)) as runtime:
            answers = [await asked(runtime) for _ in range(3)]
            receiver.wait_for()
            (state,) = states(runtime)
            receiver.die()
    # All were answered while the first hung at the receiver.
    assert [one.refused for one in answers] == [None] * 3
    assert (state.sent, state.dropped) == (0, 0)


async def test_a_dead_receiver_drops_and_is_counted(settings: WorkspaceSettings) -> None:
    with OtlpReceiver() as receiver:
        dead = otlp(receiver)
    async with opened(settings, **dead) as runtime:
        answer = await asked(runtime)
    assert answer.refused is None
    assert [(one.sent, one.dropped) for one in states(runtime)] == [(0, 1)]


async def test_without_settings_there_is_no_outlet_and_no_thread(settings: WorkspaceSettings) -> None:
    before = set(threading.enumerate())
    async with opened(settings) as runtime:
        await asked(runtime)
        assert states(runtime) == ()
        assert not [one for one in set(threading.enumerate()) - before if one.name.startswith("traces to")]
