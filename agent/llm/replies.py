"""Reading a reply: what it used, and its parts in one form."""

from __future__ import annotations

from langchain_core.messages import AIMessage

from agent.budget.prices import Tokens


def used(reply: AIMessage) -> Tokens | None:
    """The tokens the endpoint reports; None when it reports none that can be true."""
    usage = reply.usage_metadata
    if usage is None or usage["input_tokens"] <= 0 or usage["output_tokens"] < 0:
        return None
    read, written = usage["input_tokens"], usage["output_tokens"]
    thought = usage.get("output_token_details", {}).get("reasoning") or 0
    # Some services report what was thought beside what was written, or only in the total.
    written = max(written, usage["total_tokens"] - read, written + thought if thought > written else 0)
    cached = usage.get("input_token_details", {}).get("cache_read") or 0
    return Tokens(read, written, min(max(cached, 0), read))


def tidied(reply: AIMessage) -> AIMessage:
    """The reply with its text as a string and an identifier of its own for each tool call."""
    calls = [*reply.tool_calls, *reply.invalid_tool_calls]
    keys = _distinct([call["id"] or f"call_{number}" for number, call in enumerate(calls)])
    named = [{**call, "id": key} for call, key in zip(calls, keys, strict=True)]
    readable = len(reply.tool_calls)
    return reply.model_copy(
        update={
            "content": str(reply.text), "tool_calls": named[:readable], "invalid_tool_calls": named[readable:],
        }
    )  # fmt: skip


def _distinct(keys: list[str]) -> list[str]:
    return [key if key not in keys[:number] else f"{key}_{number}" for number, key in enumerate(keys)]
