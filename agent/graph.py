"""The supervisor graph: plan → specialists side by side → those that need them → compose → ground."""

from __future__ import annotations

import asyncio
import json
import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, TypedDict

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send
from pydantic import ValidationError

from agent import composing, grounding
from agent.admission import Stop
from agent.errors import ModelUnavailable
from agent.llm import ModelCaller
from agent.local_model import PLAN, STEP, LocalModel
from agent.schema import Plan
from agent.specialists import BY_NAME, SPECIALISTS
from agent.tool_schemas import function_schema, plan_schema
from agent.toolbelt import Outcome, Toolbelt
from agent.tracing import Tracing, set_attributes
from prompts import fenced, load
from tools.evidence import Unit

_MOST_ROUNDS = 4
_MOST_STEPS = 8


@dataclass(slots=True)
class TurnScope:
    """What the nodes of one turn work with.

    Attributes:
        question: the person's message as models see it.
        context: what the conversation is about, as models see it.
        local: the local model, bound to what was understood.
        planner, worder: the language model where it plans and where it words; None where the local model does.
        notices: sentences the person should read, such as a fallback.
        stop: ends the turn between two steps, and gives up waiting for a model.
    """

    question: str
    own_words: str
    context: str
    local: LocalModel
    toolbelt: Toolbelt
    tracing: Tracing
    planner: ModelCaller | None = None
    worder: ModelCaller | None = None
    notices: list[str] = field(default_factory=list)
    stop: Stop = field(default_factory=Stop)


class TurnState(TypedDict, total=False):
    plan: Plan
    finished: Annotated[list[int], operator.add]
    draft: str
    answer: grounding.Rendered
    verdict: grounding.Verdict


class StepTask(TypedDict):
    index: int
    plan: Plan


async def plan(state: TurnState, runtime: Runtime[TurnScope]) -> TurnState:
    scope = runtime.context
    with scope.tracing.span("plan", rainmaker__planner=scope.planner.name if scope.planner else "local") as span:
        made = await _model_plan(scope, scope.planner) if scope.planner else _local_plan(scope)
        set_attributes(span, rainmaker__plan=made.model_dump_json())
    return {"plan": made}


def _local_plan(scope: TurnScope) -> Plan:
    reply = scope.local.invoke([HumanMessage(scope.question, name=PLAN)])
    return Plan.model_validate(reply.tool_calls[0]["args"])


async def _model_plan(scope: TurnScope, caller: ModelCaller) -> Plan:
    prompt = load("supervisor")
    system = prompt.render(
        house_rules=load("house_rules").render(),
        specialists="\n".join(f"- {one.area}: {one.when}" for one in SPECIALISTS),
        context=scope.context,
    )
    messages: list[BaseMessage] = [SystemMessage(system), HumanMessage(scope.question)]
    reply = await scope.stop.unless(caller.call(messages, prompt=prompt, tools=[plan_schema()], force="plan"))
    try:
        written = reply.tool_calls[0]["args"] if reply.tool_calls else json.loads(str(reply.content))
        made = Plan.model_validate(written)
    except (ValidationError, ValueError) as error:
        raise ModelUnavailable("sent a plan that cannot be read") from error
    if any(need >= index for index, step in enumerate(made.steps) for need in step.needs):
        raise ModelUnavailable("sent a plan whose steps wait for each other")
    return made.model_copy(update={"steps": made.steps[:_MOST_STEPS]})


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
    step = state["plan"].steps[index]
    with scope.tracing.span(
        f"invoke_agent {step.specialist}", gen_ai__operation__name="invoke_agent", gen_ai__agent__name=step.specialist
    ):
        messages = _briefing(scope, state)
        for _ in range(_MOST_ROUNDS):
            reply = await _ask(scope, step.specialist, messages)
            if not reply.tool_calls:
                break
            outcomes = await asyncio.gather(
                *(
                    scope.toolbelt.call(step.specialist, call["name"], call["args"], step=index)
                    for call in reply.tool_calls
                )
            )
            messages += [reply, *_results(scope, reply, outcomes)]
            if scope.planner is None:
                break
    return {"finished": [index]}


async def join(state: TurnState) -> TurnState:
    """Where the specialists of one wave meet before the next one is chosen."""
    return {}


def _briefing(scope: TurnScope, task: StepTask) -> list[BaseMessage]:
    step = task["plan"].steps[task["index"]]
    needed = {need: _records(scope, need) for need in step.needs}
    asked = HumanMessage(step.task, name=STEP, additional_kwargs={"step": task["index"], "results": needed})
    if scope.planner is None:
        return [asked]
    prompt = BY_NAME[step.specialist].prompt
    system = prompt.render(house_rules=load("house_rules").render(), context=scope.context)
    results = "\n".join(_for_model(scope, one) for one in scope.toolbelt.outcomes if one.position // 100 in step.needs)
    text = f"{step.task}\n\n{fenced(results, source='earlier results')}" if results else step.task
    return [SystemMessage(system), HumanMessage(text, name=STEP)]


def _records(scope: TurnScope, step: int) -> list[dict[str, Any]]:
    return [
        {"kind": ref.kind, "id": ref.id, "name": ref.name}
        for outcome in scope.toolbelt.outcomes
        if outcome.position // 100 == step and outcome.found
        for ref in outcome.found.focus
    ]


async def _ask(scope: TurnScope, name: str, messages: Sequence[BaseMessage]) -> AIMessage:
    if scope.planner is None:
        # It computes its reply at once: a thread to wait for it would cost more than the reply.
        return scope.local.invoke(list(messages))
    declared = BY_NAME[name]
    schemas = [function_schema(tool) for tool in declared.tools]
    return await scope.stop.unless(scope.planner.call(messages, prompt=declared.prompt, tools=schemas))


def _results(scope: TurnScope, reply: AIMessage, outcomes: Sequence[Outcome]) -> list[BaseMessage]:
    seen = ["" if scope.planner is None else _for_model(scope, outcome) for outcome in outcomes]
    return [ToolMessage(text, tool_call_id=call["id"] or "") for call, text in zip(reply.tool_calls, seen, strict=True)]


def _for_model(scope: TurnScope, outcome: Outcome) -> str:
    """A tool result as a model reads it: redacted, figures as references with their meaning beside them."""
    return json.dumps(scope.toolbelt.veil.hide_json(composing.as_result(outcome)), ensure_ascii=False, default=str)


async def compose(state: TurnState, runtime: Runtime[TurnScope]) -> TurnState:
    scope = runtime.context
    if not state["plan"].steps:
        return {"draft": state["plan"].reply or ""}
    own = composing.own_sentences(scope.toolbelt.outcomes)
    results = [_for_model(scope, outcome) for outcome in scope.toolbelt.outcomes] if scope.worder else []
    if scope.worder is None or not any(outcome.found or outcome.proposed for outcome in scope.toolbelt.outcomes):
        return {"draft": own}
    prompt = load("composer")
    messages: list[BaseMessage] = [
        SystemMessage(prompt.render(house_rules=load("house_rules").render())),
        HumanMessage(f"{scope.question}\n\n{fenced(chr(10).join(results), source='tool results')}"),
    ]
    try:
        reply = await scope.stop.unless(scope.worder.call(messages, prompt=prompt))
    except ModelUnavailable as error:
        scope.notices.append(str(error))
        return {"draft": own}
    return {"draft": str(reply.content)}


async def ground(state: TurnState, runtime: Runtime[TurnScope]) -> TurnState:
    """Refuse a text that says anything but what the tools said; put the figures in."""
    scope, draft = runtime.context, state["draft"]
    outcomes = scope.toolbelt.outcomes
    own = composing.own_sentences(outcomes)
    with scope.tracing.span("ground") as span:
        verdict, sentence = grounding.Verdict.GROUNDED, None
        if outcomes and draft != own:
            verdict, sentence, answer = _grounded(scope.toolbelt, draft, own)
        else:
            answer = grounding.render(draft, composing.figures(outcomes))
            if not outcomes and scope.planner is not None:
                verdict = grounding.judge_talk(draft, question=scope.own_words)
        set_attributes(span, rainmaker__verdict=verdict.value, rainmaker__sentence=sentence)
    if not outcomes and verdict is not grounding.Verdict.GROUNDED:
        raise ModelUnavailable("answered without looking anything up")
    return {"answer": answer, "verdict": verdict}


def _grounded(toolbelt: Toolbelt, draft: str, own: str) -> tuple[grounding.Verdict, int | None, grounding.Rendered]:
    """The model's text where every sentence of it is grounded, with what it may not leave out; else the tools' own."""
    outcomes, veil = toolbelt.outcomes, toolbelt.veil
    figures = composing.figures(outcomes)
    labels = veil.hide_json({key: figure.label for key, figure in figures.items()})
    names = veil.hide_json([ref.name for one in outcomes if one.found for ref in one.found.focus if ref.name])
    statements = grounding.statements_of(composing.told(outcomes, veil.hide_json), names)
    counts = {key for key, figure in figures.items() if figure.unit is Unit.COUNT}
    judged = grounding.judge(draft, statements, labels, counts=counts)
    if judged.verdict is not grounding.Verdict.GROUNDED:
        return judged.verdict, judged.sentence, grounding.render(own, figures)
    missing = composing.missing(draft, judged, statements)
    below = [own] if missing is None else [veil.show(missing), *composing.documents(outcomes)]
    text = "\n\n".join(part for part in (veil.show(draft), *below) if part)
    return judged.verdict, None, grounding.render(text, figures, [veil.show(note) for note in judged.notes])


@cache
def supervisor() -> CompiledStateGraph[TurnState, TurnScope, TurnState, TurnState]:
    """The compiled graph, built at first use."""
    graph = StateGraph(TurnState, context_schema=TurnScope)
    graph.add_node("plan", plan)
    graph.add_node("specialist", specialist, input_schema=StepTask)
    graph.add_node("compose", compose)
    graph.add_node("ground", ground)
    graph.add_edge(START, "plan")
    graph.add_conditional_edges("plan", next_wave, ["specialist", "compose"])
    # Without the join every branch would look at the plan on its own and start the others once more.
    graph.add_node("join", join)
    graph.add_edge("specialist", "join")
    graph.add_conditional_edges("join", next_wave, ["specialist", "compose"])
    graph.add_edge("compose", "ground")
    graph.add_edge("ground", END)
    return graph.compile()
