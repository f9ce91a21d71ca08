"""From what a turn came to, to the answer every door returns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.grounding import Cited
from agent.schema import (
    ChartShape,
    Citation,
    ClarifyShape,
    Preview,
    ProposalShape,
    Refusal,
    Step,
    TurnAnswer,
    UsageShape,
)
from agent.toolbelt import Outcome
from db.repositories.turns import TurnLine

_DID_NOTHING = ("no_tool", "not_asked_for")


def answer_of(
    turn: TurnLine,
    *,
    text: str,
    outcomes: Sequence[Outcome],
    cited: Sequence[tuple[Cited, str]],
    clarify: ClarifyShape | None,
    refused: Refusal | None,
    usage: UsageShape,
) -> TurnAnswer:
    """`cited` pairs each figure of the text with the id of its stored evidence."""
    return TurnAnswer(
        answer=text,
        agents=list(dict.fromkeys(one.agent for one in outcomes if one.code not in _DID_NOTHING)),
        conversation=turn.conversation_id,
        turn=turn.id,
        trace_id=turn.trace_id,
        steps=[_step(one) for one in outcomes],
        citations=[
            Citation(n=one.n, figure=one.figure.text, label=one.figure.label, evidence=key) for one, key in cited
        ],
        proposals=[proposal for one in outcomes if (proposal := _proposal(one))],
        charts=[chart for one in outcomes if (chart := _chart(one))],
        clarify=clarify,
        refused=refused,
        usage=usage,
    )


def interrupted(turn: TurnLine) -> TurnAnswer:
    """What stands in the place of an answer that was cut off and cannot be run again."""
    said = "This message was cut off before it was answered. Look at what it may have changed, then ask again."
    return unanswered(turn, code="interrupted", said=said)


def unanswered(turn: TurnLine, *, code: str, said: str) -> TurnAnswer:
    """What stands in the place of an answer."""
    refused = Refusal(code=code, reason=said)
    return TurnAnswer(
        answer=said, conversation=turn.conversation_id, turn=turn.id, trace_id=turn.trace_id, refused=refused
    )


def _step(one: Outcome) -> Step:
    return Step(
        agent=one.agent, tool=one.tool, args=dict(one.args), effect=one.effect.value, ok=one.ok, error=one.error,
        change=one.change,
    )  # fmt: skip


def _proposal(one: Outcome) -> ProposalShape | None:
    if one.proposal is None:
        return None
    line = one.proposal
    return ProposalShape(
        id=line.id, tool=line.tool, effect=line.effect, args=line.shown_arguments,
        preview=Preview(**line.shown_preview), expires_at=line.expires_at.isoformat(), digest=line.digest,
        waits_for=list(line.waits_for),
    )  # fmt: skip


def _chart(one: Outcome) -> ChartShape | None:
    if one.found is None or one.found.chart is None:
        return None
    chart = one.found.chart
    return ChartShape(
        title=chart.title,
        kind=chart.kind.value,
        alt=chart.alt,
        data=[{**row, "unit": chart.unit} for row in chart.data],
    )


def events_of(answer: TurnAnswer, result: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What a stream tells at the end of a turn, in order."""
    return [
        *(("chart", chart.model_dump(mode="json")) for chart in answer.charts),
        *(("proposal", proposal.model_dump(mode="json")) for proposal in answer.proposals),
        *(("token", {"text": piece}) for piece in _pieces(answer.answer)),
        ("done", result),
    ]


def _pieces(text: str, size: int = 48) -> list[str]:
    """The answer in small pieces at word borders, for readers that show it as it comes."""
    pieces, at = [], 0
    while at < len(text):
        end = text.find(" ", at + size)
        end = len(text) if end < 0 else end + 1
        pieces.append(text[at:end])
        at = end
    return pieces
