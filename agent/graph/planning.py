"""Who does what, in which order: the plan of a turn, by the language model or the local one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.runtime import Runtime
from pydantic import ValidationError

from agent import grounding
from agent.budget.prices import Tokens
from agent.errors import ModelUnavailable
from agent.graph.briefing import briefing
from agent.graph.local_model import PLAN
from agent.graph.scope import StepTask, TurnScope, TurnState
from agent.graph.tool_schemas import plan_schema
from agent.llm.caller import ModelCaller
from agent.llm.request import MAX_OUTPUT, Request
from agent.schema import Plan, PlannedStep
from agent.specialists import SPECIALISTS
from agent.tracing import set_attributes
from prompts import load

_MOST_STEPS = 8
_CALLS_EACH = 2
_RESULT_TOKENS = 4_000
"""What the results of a step may come to, for an estimate."""


async def plan(state: TurnState, runtime: Runtime[TurnScope]) -> TurnState:
    scope = runtime.context
    with scope.tracing.span("plan", rainmaker__planner=scope.planner.name if scope.planner else "local") as span:
        made = await _planned(scope)
        set_attributes(span, rainmaker__plan=made.model_dump_json())
    return {"plan": made}


async def _planned(scope: TurnScope) -> Plan:
    if scope.planner is not None:
        try:
            return await _model_plan(scope, scope.planner)
        except ModelUnavailable as error:
            scope.fall_back(error)
    scope.local_from = 0
    made = local_plan(scope)
    if scope.worder is not None and made.steps:
        await scope.worder.quote([_wording(made)])
    return made


def local_plan(scope: TurnScope) -> Plan:
    """What the local model makes of the question."""
    reply = scope.local.invoke([HumanMessage(scope.question, name=PLAN)])
    return Plan.model_validate(reply.tool_calls[0]["args"])


async def _model_plan(scope: TurnScope, caller: ModelCaller) -> Plan:
    system = load("supervisor").render(
        house_rules=load("house_rules").render(),
        specialists="\n".join(f"- {one.area}: {one.when}" for one in SPECIALISTS),
        context=scope.context,
    )
    request = Request(system, (HumanMessage(scope.question),), (plan_schema(),), force="plan")
    # A guess from what the local model understood, before anything is spent; then one from the plan itself.
    calls = 2 + _CALLS_EACH * max(1, len(scope.local.understanding.requests))
    await caller.quote([request.most] * calls)
    reply = await scope.stop.unless(caller.call(request))
    made = _read_plan(reply)
    if not made.steps:
        talk = grounding.judge_talk(made.reply or "", question=scope.own_words)
        if talk is not grounding.Verdict.GROUNDED:
            raise ModelUnavailable("answered without looking anything up")
    made = made.model_copy(update={"steps": await _hidden_again(scope, made.steps)})
    scope.planned_with = system
    await caller.quote(_expected(scope, made))
    return made


def _read_plan(reply: AIMessage) -> Plan:
    try:
        written = reply.tool_calls[0]["args"] if reply.tool_calls else json.loads(str(reply.content))
        made = Plan.model_validate(written)
    except (ValidationError, ValueError) as error:
        raise ModelUnavailable("sent a plan that cannot be read") from error
    if any(need >= index or need < 0 for index, step in enumerate(made.steps) for need in step.needs):
        raise ModelUnavailable("sent a plan whose steps wait for each other")
    if not made.steps and not (made.reply or "").strip():
        raise ModelUnavailable("sent an empty plan")
    return made.model_copy(update={"steps": made.steps[:_MOST_STEPS]})


async def _hidden_again(scope: TurnScope, steps: Sequence[PlannedStep]) -> tuple[PlannedStep, ...]:
    """The steps as a model may read them again: it may have written a name or address into a task."""
    await scope.meet([step.task for step in steps])
    return tuple(step.model_copy(update={"task": scope.toolbelt.veil.hide_again(step.task)}) for step in steps)


def _expected(scope: TurnScope, made: Plan) -> list[Tokens]:
    """The most that the calls after the plan will use, if each specialist looks something up and is done."""
    calls: list[Tokens] = []
    for index in range(len(made.steps)):
        most = briefing(scope, StepTask(index=index, plan=made)).most
        calls += [most, replace(most, input=most.input + _RESULT_TOKENS)]
    return [*calls, _wording(made)] if made.steps else calls


def _wording(made: Plan) -> Tokens:
    return Tokens(_RESULT_TOKENS * len(made.steps), MAX_OUTPUT)
