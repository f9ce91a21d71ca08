"""Specialists at work: steps side by side, the tool calls of each, and where they meet."""

from __future__ import annotations

import asyncio
from functools import partial

from langgraph.runtime import Runtime
from langgraph.types import Send

from agent.errors import ModelUnavailable
from agent.graph import composing, falling_back
from agent.graph.briefing import briefing, local_briefing, results_of, said_again
from agent.graph.planning import local_plan
from agent.graph.rounds import MOST_ROUNDS, TOO_MANY, Rounds, mistaken
from agent.graph.scope import StepTask, TurnScope, TurnState
from agent.llm.caller import ModelCaller
from agent.local.schema import Kind
from agent.tracing import Operation
from prompts import ids


def next_wave(state: TurnState) -> list[Send] | str:
    """The steps whose needs are met and that have not run; when all have, compose."""
    finished = set(state.get("finished", []))
    ready = [
        index
        for index, step in enumerate(state["plan"].steps)
        if index not in finished and finished.issuperset(step.needs)
    ]
    return [Send("specialist", StepTask(index=index, plan=state["plan"])) for index in ready] or "compose"


async def specialist(state: StepTask, runtime: Runtime[TurnScope]) -> TurnState:
    """One specialist carries out one step: ask the model for tool calls, run them, until it is done."""
    scope, index = runtime.context, state["index"]
    name = state["plan"].steps[index].specialist
    with scope.tracing.span(f"invoke_agent {name}", gen_ai__operation__name=Operation.AGENT, gen_ai__agent__name=name):
        if scope.local_from is not None:
            await _locally(scope, state, first=scope.local_from)
        elif scope.planner is not None:
            try:
                await _with_model(scope, state, scope.planner)
            except ModelUnavailable as error:
                # Steps beside this one finish the call they are at: what they change is not lost sight of.
                scope.fall_back(error)
        # Otherwise a step beside this one lost the model: the local model takes over where they meet.
    return {"finished": [index]}


async def _locally(scope: TurnScope, task: StepTask, *, first: int) -> None:
    """The local model says at once everything it wants, and reads no results."""
    index = task["index"]
    name = task["plan"].steps[index].specialist
    # It computes its reply at once: a thread to wait for it would cost more than the reply.
    reply = scope.local.invoke(local_briefing(scope, task, first=first))
    calls = (scope.toolbelt.call(name, one["name"], one["args"], step=index) for one in reply.tool_calls)
    outcomes = await asyncio.gather(*calls)
    if scope.worder is not None:
        await scope.meet([composing.as_result(one) for one in outcomes])


async def _with_model(scope: TurnScope, task: StepTask, caller: ModelCaller) -> None:
    index = task["index"]
    name = task["plan"].steps[index].specialist
    request = briefing(scope, task)
    asked_with = [one for one in (scope.planned_with, request.system) if one]
    call = partial(scope.toolbelt.call, name, step=index, planned_by=ids(*asked_with))
    rounds = Rounds(lambda tool, args, key: call(tool, args, call_id=key), scope.allowance)
    for _ in range(MOST_ROUNDS):
        reply = await scope.stop.unless(caller.call(request))
        if not (reply.tool_calls or reply.invalid_tool_calls):
            break
        answers = await rounds.carry_out(reply)
        results = [one if isinstance(one, str) else composing.as_result(one) for _, one in answers]
        await scope.meet([reply.content, reply.tool_calls, reply.invalid_tool_calls, results])
        request = request.followed_by(said_again(scope, reply), *results_of(scope, answers))
        if rounds.over or scope.lost:
            break
    else:
        rounds.stopped = True
    if rounds.stopped:
        scope.say(TOO_MANY)
    made = [one for one in scope.toolbelt.outcomes if one.step == index]
    scope.toolbelt.drop(lambda one: one in made and mistaken(one))
    if made and all(mistaken(one) for one in made):
        raise ModelUnavailable("asked for tools in a way that cannot be read")


async def join(state: TurnState, runtime: Runtime[TurnScope]) -> TurnState:
    """Where the specialists of one wave meet before the next one is chosen, or the local model takes over."""
    scope = runtime.context
    if _came_to_nothing(scope, state):
        scope.fall_back(ModelUnavailable("got nowhere with the request"))
    if not scope.lost or scope.local_from is not None:
        return {}
    outcomes = scope.toolbelt.outcomes
    rest = falling_back.rest(state["plan"], local_plan(scope), scope.local.understanding, outcomes)
    scope.toolbelt.drop((lambda one: not one.acted) if rest.reread else mistaken)
    scope.local_from = rest.starts
    return {"plan": rest.plan, "finished": list(rest.finished)}


def _came_to_nothing(scope: TurnScope, state: TurnState) -> bool:
    """Whether all steps of a language model ran and no call of theirs succeeded or asked the person something.

    What was called in vain counts only where the local model is sure of another way.
    """
    understanding, outcomes = scope.local.understanding, scope.toolbelt.outcomes
    ran_all = len(set(state["finished"])) == len(state["plan"].steps)
    another_way = understanding.kind is Kind.REQUEST and (not outcomes or understanding.sure)
    in_vain = not any(one.ok or one.code == "needs_choice" for one in outcomes)
    return scope.planner is not None and ran_all and another_way and in_vain
