"""What a span is told of a call: its messages as the GenAI conventions write them, and what it was booked at."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage
from opentelemetry.trace import Span

from agent.budget.purser import Spent
from agent.tracing import set_attributes

_ROLES = {"ai": "assistant", "human": "user"}


def messages(told: Sequence[BaseMessage]) -> str:
    return json.dumps(
        [{"role": _ROLES.get(one.type, one.type), "parts": _parts(one)} for one in told],
        ensure_ascii=False,
        default=str,
    )


def ended(reply: AIMessage) -> tuple[str, ...] | None:
    """Why the reply ended there."""
    reason = reply.response_metadata.get("finish_reason")
    return (str(reason),) if reason else None


def booked(span: Span, attempts: Sequence[Spent]) -> None:
    """Tokens and cost of all attempts of a call, as they were settled; nothing where none was."""
    settled = [(one, one.tokens, one.cost) for one in attempts if one.tokens is not None and one.cost is not None]
    if not settled:
        return
    set_attributes(
        span,
        gen_ai__usage__input_tokens=sum(tokens.input for _, tokens, _ in settled),
        gen_ai__usage__output_tokens=sum(tokens.output for _, tokens, _ in settled),
        gen_ai__usage__cache_read__input_tokens=sum(tokens.cached for _, tokens, _ in settled),
        rainmaker__settlement=" ".join(one.settlement for one, _, _ in settled),
        rainmaker__cost_usd=f"{sum((cost for _, _, cost in settled), Decimal(0)):.6f}",
    )


def _parts(message: BaseMessage) -> list[dict[str, Any]]:
    said: dict[str, Any] = {"type": "text", "content": message.content}
    if isinstance(message, ToolMessage):
        said = {"type": "tool_call_response", "id": message.tool_call_id, "response": message.content}
    calls = message.tool_calls if isinstance(message, AIMessage) else []
    called = [{"type": "tool_call", "id": one["id"], "name": one["name"], "arguments": one["args"]} for one in calls]
    return [*([said] if message.content else []), *called]
