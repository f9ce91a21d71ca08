"""What a model reads when it works on a step: its task, what it may use, and what came of its calls."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolCall, ToolMessage

from agent.graph import composing
from agent.graph.local_model import STEP
from agent.graph.offering import offered
from agent.graph.rounds import Answer
from agent.graph.scope import StepTask, TurnScope
from agent.graph.tool_schemas import function_schema
from agent.llm.request import Request
from agent.specialists import BY_NAME
from agent.toolbelt import Outcome
from prompts import fenced, load
from tools.contract import Tool


def briefing(scope: TurnScope, task: StepTask) -> Request:
    """What a specialist asks the language model first: its task, the results it needs, and its tools."""
    step = task["plan"].steps[task["index"]]
    chosen = BY_NAME[step.specialist]
    system = chosen.prompt.render(house_rules=load("house_rules").render(), context=scope.context)
    results = "\n".join(for_model(scope, one) for one in scope.toolbelt.outcomes if one.step in step.needs)
    text = f"{step.task}\n\n{fenced(results, source='earlier results')}" if results else step.task
    tools = tuple(function_schema(tool) for tool in _offered(scope, task))
    return Request(system, (HumanMessage(text, name=STEP),), tools)


def _offered(scope: TurnScope, task: StepTask) -> tuple[Tool, ...]:
    step = task["plan"].steps[task["index"]]
    provenance = scope.toolbelt.provenance
    found = {record["kind"] for need in step.needs for record in _records(scope, need)}
    spoken_of = {kind for kind, _ in (*provenance.named, *provenance.latest)}
    words = f"{step.task} {provenance.text}"
    return offered(BY_NAME[step.specialist].tools, words=words, kinds=found | spoken_of)


def local_briefing(scope: TurnScope, task: StepTask, *, first: int) -> list[BaseMessage]:
    """The same for the local model, whose plan begins at the step `first`: records instead of results."""
    step = task["plan"].steps[task["index"]]
    needed = {need - first: _records(scope, need) for need in step.needs}
    more = {"step": task["index"] - first, "results": needed}
    return [HumanMessage(step.task, name=STEP, additional_kwargs=more)]


def _records(scope: TurnScope, step: int) -> list[dict[str, Any]]:
    """The records that a step found, or made at once."""
    return [
        {"kind": ref.kind, "id": ref.id, "name": ref.name}
        for outcome in scope.toolbelt.outcomes
        if outcome.step == step
        for ref in (*(outcome.found.focus if outcome.found else ()), *((outcome.made,) if outcome.made else ()))
    ]


def said_again(scope: TurnScope, reply: AIMessage) -> AIMessage:
    """A model's own call as it may be sent back to it: what it knew of people is hidden there too."""
    hide = scope.toolbelt.veil.hide_again
    calls = [ToolCall(name=call["name"], args=hide(call["args"]), id=call["id"]) for call in reply.tool_calls]
    unread = [{**call, "args": hide(call["args"] or "")} for call in reply.invalid_tool_calls]
    return AIMessage(hide(str(reply.content)), tool_calls=calls, invalid_tool_calls=unread)


def results_of(scope: TurnScope, answers: Sequence[Answer]) -> list[BaseMessage]:
    """What the model reads of its calls: a result, or why there is none."""
    hide = scope.toolbelt.veil.hide_again
    return [
        ToolMessage(hide(one) if isinstance(one, str) else _told(scope, one), tool_call_id=call)
        for call, one in answers
    ]


def _told(scope: TurnScope, outcome: Outcome) -> str:
    return fenced(for_model(scope, outcome), source=f"the result of {outcome.tool}")


def for_model(scope: TurnScope, outcome: Outcome) -> str:
    """A tool result as a model reads it: redacted, figures as references with their meaning beside them."""
    return json.dumps(scope.toolbelt.veil.hide_json(composing.as_result(outcome)), ensure_ascii=False, default=str)
