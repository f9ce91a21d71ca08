"""From what the tools said to the answer: worded by a model or by the tools, and held against them."""

from __future__ import annotations

from langchain_core.messages import HumanMessage
from langgraph.runtime import Runtime

from agent import grounding
from agent.errors import ModelUnavailable
from agent.graph import composing
from agent.graph.briefing import for_model
from agent.graph.scope import TurnScope, TurnState
from agent.llm.request import Request
from agent.toolbelt import Toolbelt
from agent.tracing import set_attributes
from prompts import fenced, load
from tools.evidence import Unit


async def compose(state: TurnState, runtime: Runtime[TurnScope]) -> TurnState:
    scope = runtime.context
    if not state["plan"].steps:
        return {"draft": state["plan"].reply or ""}
    own = composing.own_sentences(scope.toolbelt.outcomes)
    results = [for_model(scope, outcome) for outcome in scope.toolbelt.outcomes] if scope.worder else []
    if scope.worder is None or not any(outcome.found or outcome.proposed for outcome in scope.toolbelt.outcomes):
        return {"draft": own}
    system = load("composer").render(house_rules=load("house_rules").render())
    asked = HumanMessage(f"{scope.question}\n\n{fenced(chr(10).join(results), source='tool results')}")
    try:
        reply = await scope.stop.unless(scope.worder.call(Request(system, (asked,))))
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
