"""The supervisor graph: plan → specialists side by side → those that need them → compose → ground."""

from __future__ import annotations

import asyncio
import json
import operator
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Annotated, Any, TypedDict

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolCall, ToolMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send
from pydantic import ValidationError

from agent import composing, falling_back, grounding
from agent.admission import Stop
from agent.errors import ModelUnavailable
from agent.llm import MAX_OUTPUT, ModelCaller
from agent.local.schema import Kind
from agent.local_model import PLAN, STEP, LocalModel
from agent.prices import Tokens
from agent.rounds import MOST_ROUNDS, TOO_MANY, Allowance, Answer, Rounds, mistaken
from agent.schema import Plan, PlannedStep
from agent.specialists import BY_NAME, SPECIALISTS
from agent.tool_schemas import function_schema, plan_schema
from agent.toolbelt import Outcome, Toolbelt
from agent.tracing import Operation, Tracing, set_attributes
from prompts import fenced, load
from tools.evidence import Unit

_MOST_STEPS = 8
_CALLS_EACH = 2
_RESULT_TOKENS = 4_000
"""What the results of a step may come to, for an estimate."""


@dataclass(slots=True)
class TurnScope:
    """What the nodes of one turn work with.

    Attributes:
        question: the person's message as models see it.
        context: what the conversation is about, as models see it.
        local: the local model, bound to what was understood.
        planner, worder: the language model where it plans and where it words; None where the local model does.
        notices: sentences the person should read, such as a fallback.
        meet: hides everybody named in texts that a model is about to read.
        stop: ends the turn between two steps, and gives up waiting for a model.
        allowance: what the language model's steps share.
        lost: whether the language model failed in this turn, so that the local model finishes it.
        local_from: position of the local model's first step in the plan; None while the language model plans.
    """

    question: str
    own_words: str
    context: str
    local: LocalModel
    toolbelt: Toolbelt
    tracing: Tracing
    meet: Callable[[Any], Awaitable[None]]
    planner: ModelCaller | None = None
    worder: ModelCaller | None = None
    notices: list[str] = field(default_factory=list)
    stop: Stop = field(default_factory=Stop)
    allowance: Allowance = field(default_factory=Allowance)
    lost: bool = False
    local_from: int | None = None

    def fall_back(self, error: ModelUnavailable) -> None:
        """The local model goes on; said once, however many steps noticed."""
        if not self.lost:
            self.say(str(error))
        self.lost, self.planner, self.worder = True, None, None

    def say(self, notice: str) -> None:
        if notice not in self.notices:
            self.notices.append(notice)


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
    made = _local_plan(scope)
    if scope.worder is not None and made.steps:
        await scope.worder.quote([_wording(made)])
    return made


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
    # A guess from what the local model understood, before anything is spent; then one from the plan itself.
    calls = 2 + _CALLS_EACH * max(1, len(scope.local.understanding.requests))
    await caller.quote([caller.most(messages, [plan_schema()])] * calls)
    reply = await scope.stop.unless(caller.call(messages, prompt=prompt, tools=[plan_schema()], force="plan"))
    made = _read_plan(reply)
    if not made.steps:
        talk = grounding.judge_talk(made.reply or "", question=scope.own_words)
        if talk is not grounding.Verdict.GROUNDED:
            raise ModelUnavailable("answered without looking anything up")
    made = made.model_copy(update={"steps": await _hidden_again(scope, made.steps)})
    await caller.quote(_expected(scope, caller, made))
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


def _expected(scope: TurnScope, caller: ModelCaller, made: Plan) -> list[Tokens]:
    """The most that the calls after the plan will use, if each specialist looks something up and is done."""
    calls: list[Tokens] = []
    for index, step in enumerate(made.steps):
        briefing = _briefing(scope, StepTask(index=index, plan=made))
        most = caller.most(briefing, _offered(step.specialist))
        calls += [most, replace(most, input=most.input + _RESULT_TOKENS)]
    return [*calls, _wording(made)] if made.steps else calls


def _wording(made: Plan) -> Tokens:
    return Tokens(_RESULT_TOKENS * len(made.steps), MAX_OUTPUT)


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
            await _locally(scope, state)
        elif scope.planner is not None:
            try:
                await _with_model(scope, state, scope.planner)
            except ModelUnavailable as error:
                # Steps beside this one finish the call they are at: what they change is not lost sight of.
                scope.fall_back(error)
        # Otherwise a step beside this one lost the model: the local model takes over where they meet.
    return {"finished": [index]}


async def _locally(scope: TurnScope, task: StepTask) -> None:
    """The local model says at once everything it wants, and reads no results."""
    index = task["index"]
    name = task["plan"].steps[index].specialist
    # It computes its reply at once: a thread to wait for it would cost more than the reply.
    reply = scope.local.invoke(_briefing(scope, task))
    calls = (scope.toolbelt.call(name, one["name"], one["args"], step=index) for one in reply.tool_calls)
    outcomes = await asyncio.gather(*calls)
    if scope.worder is not None:
        await scope.meet([composing.as_result(one) for one in outcomes])


async def _with_model(scope: TurnScope, task: StepTask, caller: ModelCaller) -> None:
    index = task["index"]
    name = task["plan"].steps[index].specialist
    call = partial(scope.toolbelt.call, name, step=index)
    rounds = Rounds(lambda tool, args, key: call(tool, args, call_id=key), scope.allowance)
    messages = _briefing(scope, task)
    for number in range(MOST_ROUNDS):
        reply = await scope.stop.unless(_ask(caller, name, messages, may_be_empty=number > 0))
        if not (reply.tool_calls or reply.invalid_tool_calls):
            break
        answers = await rounds.carry_out(reply)
        results = [one if isinstance(one, str) else composing.as_result(one) for _, one in answers]
        await scope.meet([reply.content, reply.tool_calls, reply.invalid_tool_calls, results])
        messages += [_said_again(scope, reply), *_results(scope, answers)]
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
    rest = falling_back.rest(state["plan"], _local_plan(scope), scope.local.understanding, outcomes)
    scope.toolbelt.drop((lambda one: not one.acted) if rest.reread else mistaken)
    scope.local_from = rest.starts
    return {"plan": rest.plan, "finished": list(rest.finished)}


def _came_to_nothing(scope: TurnScope, state: TurnState) -> bool:
    """Whether all steps of a language model ran and no call of theirs succeeded or asked the person something.

    What was called in vain counts only where the local model is sure of another way.
    """
    understanding, outcomes = scope.local.understanding, scope.toolbelt.outcomes
    ran_all = len(set(state["finished"])) == len(state["plan"].steps)
    another_way = understanding.kind is Kind.REQUEST and (not outcomes or understanding.confidence >= falling_back.SURE)
    in_vain = not any(one.ok or one.code == "needs_choice" for one in outcomes)
    return scope.planner is not None and ran_all and another_way and in_vain


def _briefing(scope: TurnScope, task: StepTask) -> list[BaseMessage]:
    step = task["plan"].steps[task["index"]]
    if scope.local_from is not None:
        first = scope.local_from
        needed = {need - first: _records(scope, need) for need in step.needs}
        return [
            HumanMessage(step.task, name=STEP, additional_kwargs={"step": task["index"] - first, "results": needed})
        ]
    prompt = BY_NAME[step.specialist].prompt
    system = prompt.render(house_rules=load("house_rules").render(), context=scope.context)
    results = "\n".join(_for_model(scope, one) for one in scope.toolbelt.outcomes if one.step in step.needs)
    text = f"{step.task}\n\n{fenced(results, source='earlier results')}" if results else step.task
    return [SystemMessage(system), HumanMessage(text, name=STEP)]


def _records(scope: TurnScope, step: int) -> list[dict[str, Any]]:
    return [
        {"kind": ref.kind, "id": ref.id, "name": ref.name}
        for outcome in scope.toolbelt.outcomes
        if outcome.step == step and outcome.found
        for ref in outcome.found.focus
    ]


async def _ask(caller: ModelCaller, name: str, messages: Sequence[BaseMessage], *, may_be_empty: bool) -> AIMessage:
    return await caller.call(messages, prompt=BY_NAME[name].prompt, tools=_offered(name), may_be_empty=may_be_empty)


def _offered(name: str) -> list[dict[str, Any]]:
    return [function_schema(tool) for tool in BY_NAME[name].tools]


def _said_again(scope: TurnScope, reply: AIMessage) -> AIMessage:
    """A model's own call as it may be sent back to it: what it knew of people is hidden there too."""
    hide = scope.toolbelt.veil.hide_again
    calls = [ToolCall(name=call["name"], args=hide(call["args"]), id=call["id"]) for call in reply.tool_calls]
    unread = [{**call, "args": hide(call["args"] or "")} for call in reply.invalid_tool_calls]
    return AIMessage(hide(str(reply.content)), tool_calls=calls, invalid_tool_calls=unread)


def _results(scope: TurnScope, answers: Sequence[Answer]) -> list[BaseMessage]:
    """What the model reads of its calls: a result, or why there is none."""
    hide = scope.toolbelt.veil.hide_again
    return [
        ToolMessage(hide(one) if isinstance(one, str) else _told(scope, one), tool_call_id=call)
        for call, one in answers
    ]


def _told(scope: TurnScope, outcome: Outcome) -> str:
    return fenced(_for_model(scope, outcome), source=f"the result of {outcome.tool}")


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
        scope.fall_back(error)
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
        set_attributes(span, rainmaker__verdict=verdict.value, rainmaker__sentence=sentence)
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
    more = [*composing.unasked(outcomes), *composing.documents(outcomes)]
    below = [own] if missing is None else [veil.show(missing), *more]
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
