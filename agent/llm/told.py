"""Messages to and from a language model as the GenAI conventions write them on a span."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

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


def _parts(message: BaseMessage) -> list[dict[str, Any]]:
    said: dict[str, Any] = {"type": "text", "content": message.content}
    if isinstance(message, ToolMessage):
        said = {"type": "tool_call_response", "id": message.tool_call_id, "response": message.content}
    calls = message.tool_calls if isinstance(message, AIMessage) else []
    called = [{"type": "tool_call", "id": one["id"], "name": one["name"], "arguments": one["args"]} for one in calls]
    return [*([said] if message.content else []), *called]
