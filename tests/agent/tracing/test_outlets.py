"""The way out of the process: bounded, counted, and never in a turn's way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import pytest

from agent.tracing.outlets import Outlet
from agent.tracing.redacted import RedactedSpan


class Gate:
    """A receiver that waits to be let on."""

    def __init__(self) -> None:
        self.open, self.busy = threading.Event(), threading.Event()
        self.taken: list[int] = []

    def send(self, spans: Sequence[RedactedSpan]) -> bool:
        self.busy.set()
        self.open.wait(20)
        self.taken.append(len(spans))
        return True

    def close(self) -> None:
        self.taken.append(-1)


def spans(count: int) -> list[RedactedSpan]:
    return [None] * count  # type: ignore[list-item]  # an outlet passes them on unread


def test_what_does_not_fit_is_dropped_and_the_rest_arrives(caplog: pytest.LogCaptureFixture) -> None:
    gate = Gate()
    outlet = Outlet("double", lambda: gate, most_waiting=3)
    outlet.offer(spans(1))
    assert gate.busy.wait(20)
    with caplog.at_level(logging.WARNING, "rainmaker.tracing"):
        for _ in range(10):
            outlet.offer(spans(2))
    assert (outlet.state.waiting, outlet.state.dropped) == (3, 7)
    assert len(caplog.records) == 1
    gate.open.set()
    outlet.finish()
    outlet.wait(20)
    assert gate.taken == [1, 6, -1]
    assert (outlet.state.sent, outlet.state.dropped) == (4, 7)


def test_a_receiver_that_cannot_be_opened_drops_and_is_tried_again() -> None:
    tried: list[int] = []
    second = threading.Event()

    def opens() -> Gate:
        tried.append(1)
        if len(tried) > 1:
            second.set()
        raise ImportError

    outlet = Outlet("double", opens)
    outlet.offer(spans(1))
    outlet.finish()
    outlet.wait(20)
    assert (outlet.state.sent, outlet.state.dropped, len(tried)) == (0, 1, 1)


def test_each_loss_is_said_with_its_reason_and_count_and_nothing_of_a_trace(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Gate):
        def send(self, spans: Sequence[RedactedSpan]) -> bool:
            raise ConnectionError("a secret of Anna's")

    outlet = Outlet("double", Broken)
    with caplog.at_level(logging.DEBUG, "rainmaker.tracing"):
        outlet.offer(spans(1))
        outlet.finish()
        outlet.offer(spans(1))
        outlet.offer(spans(1))
        outlet.wait(20)
    told = {(one.reason, one.traces) for one in caplog.records}
    assert told == {("failed: ConnectionError", 1), ("closing", 1)}
    assert {(one.message, one.receiver) for one in caplog.records} == {("trace.dropped", "double")}
    assert "Anna" not in caplog.text


def test_a_refusal_is_told_apart_from_a_fault(caplog: pytest.LogCaptureFixture) -> None:
    class Refusing(Gate):
        def send(self, spans: Sequence[RedactedSpan]) -> bool:
            return False

    outlet = Outlet("double", Refusing)
    with caplog.at_level(logging.WARNING, "rainmaker.tracing"):
        outlet.offer(spans(1))
        outlet.finish()
        outlet.wait(20)
    assert [(one.reason, one.traces) for one in caplog.records] == [("refused by the receiver", 1)]


def test_nothing_is_taken_once_it_is_closing() -> None:
    outlet = Outlet("double", Gate)
    outlet.finish()
    outlet.offer(spans(1))
    assert (outlet.state.waiting, outlet.state.dropped) == (0, 1)
