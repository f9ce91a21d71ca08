from __future__ import annotations

from typing import Any

import pytest
from langgraph.runtime import Runtime

from agent.errors import ModelUnavailable
from agent.graph.acting import specialist
from agent.graph.falling_back import covered, rest
from agent.graph.scope import StepTask, TurnScope
from agent.local.schema import Kind, Request, Understanding
from agent.schema import Plan, PlannedStep
from agent.toolbelt import Outcome
from agent.tracing import Tracing
from tools.contract import Effect

BEGUN = Plan(steps=(PlannedStep(specialist="analytics", task="a"), PlannedStep(specialist="lead", task="b")))
LOCAL = Plan(
    steps=(PlannedStep(specialist="lead", task="x"), PlannedStep(specialist="automation", task="y", needs=(0,)))
)


def request(tool: str, **arguments: Any) -> Request:
    return Request(tool, "automation", arguments, 0.9, (0, 1))


def understood(*requests: Request, kind: Kind = Kind.REQUEST, confidence: float = 0.9) -> Understanding:
    return Understanding(requests, kind, None, "", confidence)


def done(tool: str, *, change: str | None = "ch", **args: Any) -> Outcome:
    return Outcome(0, "automation", tool, Effect.WRITE, args, change=change)


@pytest.mark.anyio
async def test_a_step_that_finds_the_model_lost_leaves_its_work_to_the_local_plan() -> None:
    scope = TurnScope("q", "q", "", local=None, toolbelt=None, meet=None, tracing=Tracing())  # type: ignore[arg-type]  # not reached
    scope.fall_back(ModelUnavailable("is gone"))
    scope.fall_back(ModelUnavailable("is gone for another step"))
    assert await specialist(StepTask(index=1, plan=BEGUN), Runtime(context=scope)) == {"finished": [1]}
    assert scope.notices == ["The language model is gone; the local model answered instead."]


def test_the_local_plan_stands_behind_the_one_that_was_begun() -> None:
    found = rest(BEGUN, LOCAL, understood(request("find_leads"), request("create_task")), [])
    assert [step.task for step in found.plan.steps] == ["a", "b", "x", "y"]
    assert (found.plan.steps[3].needs, found.finished, found.starts, found.reread) == ((2,), (0, 1), 2, True)


def test_what_was_changed_is_not_done_again() -> None:
    requests = (request("create_task", title="A"), request("create_task", title="B"))
    assert covered(requests, [done("create_task", title="B")]) == {1}
    found = rest(BEGUN, LOCAL, understood(*requests), [done("create_task", title="B")])
    assert found.finished == (0, 1, 3)


def test_a_change_in_other_words_may_be_any_of_its_kind() -> None:
    requests = (request("create_task", title="A"), request("create_task", title="B"), request("find_leads"))
    assert covered(requests, [done("create_task", title="Something")]) == {0, 1}


def test_the_same_change_twice_takes_two_requests() -> None:
    requests = (request("create_task", title="A"), request("create_task", title="A"))
    assert covered(requests, [done("create_task", title="A")]) == {0}


def test_what_was_found_is_the_answer_where_the_local_model_has_no_sure_plan() -> None:
    read = [done("win_rate", change=None)]
    for unsure in (understood(kind=Kind.OUT_OF_SCOPE), understood(request("find_leads"), confidence=0.3)):
        assert not rest(BEGUN, LOCAL, unsure, read).reread
    assert rest(BEGUN, LOCAL, understood(request("find_leads"), confidence=0.3), []).reread
