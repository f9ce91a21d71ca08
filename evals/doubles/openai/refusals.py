"""What the service itself refuses: requests it would not pass to a model, and the error objects it sends.

Source: OpenAI API reference, chat completions, "Create chat completion", and the guide to error codes.
Checking them here keeps the stand-in from accepting a conversation that the real endpoint rejects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evals.doubles.openai.request import ChatRequest

ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})
_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_KINDS = {
    400: ("invalid_request_error", None, "The request is not valid."),
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    403: ("invalid_request_error", None, "The key has no access to this model."),
    404: ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached. Please try again later."),
    500: ("server_error", None, "The server had an error while processing your request."),
    503: ("server_error", None, "The engine is currently overloaded, please try again later."),
}


def error_object(status: int, message: str | None = None, *, code: str | None = None) -> dict[str, Any]:
    """The body the service sends with an HTTP status that is an error."""
    kind, usual_code, usual_message = _KINDS.get(status, ("api_error", None, f"The service answered {status}."))
    return {"error": {"message": message or usual_message, "type": kind, "param": None, "code": code or usual_code}}


def reason_to_refuse(request: ChatRequest) -> str | None:
    """Why the service would answer this request with status 400, or None."""
    return next(_complaints(request.payload), None)


def _complaints(payload: Mapping[str, Any]) -> Iterator[str]:
    if not payload:
        yield "We could not parse the JSON body of your request."
        return
    if not payload.get("model"):
        yield "you must provide a model parameter"
    messages = payload.get("messages")
    if not isinstance(messages, list) or not messages:
        yield "Invalid 'messages': empty array. Expected an array with minimum length 1."
        return
    yield from _message_complaints(messages)
    yield from _tool_complaints(payload)
    if payload.get("stream_options") and not payload.get("stream"):
        yield "The 'stream_options' parameter is only allowed when 'stream' is enabled."


def _message_complaints(messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    awaited: set[str] = set()
    for index, message in enumerate(messages):
        role = message.get("role")
        if role not in ROLES:
            yield f"Invalid value: {role!r} at messages[{index}].role."
        if role == "tool":
            if message.get("tool_call_id") not in awaited:
                yield "messages with role 'tool' must be a response to a preceding message with 'tool_calls'."
            awaited.discard(str(message.get("tool_call_id")))
            continue
        if awaited:
            break
        if message.get("content") is None and role != "assistant":
            yield f"Invalid value for 'content' at messages[{index}]: expected a string, got null."
        awaited = {str(call["id"]) for call in message.get("tool_calls") or ()}
    if awaited:
        yield (
            "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
            f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(sorted(awaited))}"
        )


def _tool_complaints(payload: Mapping[str, Any]) -> Iterator[str]:
    tools = payload.get("tools")
    if tools == []:
        yield "Invalid 'tools': empty array. Expected an array with minimum length 1."
    names = [str((tool.get("function") or {}).get("name", "")) for tool in tools or ()]
    for name in names:
        if not _TOOL_NAME.fullmatch(name):
            yield f"Invalid 'tools[].function.name': {name!r} does not match '^[a-zA-Z0-9_-]{{1,64}}$'."
    if not names:
        for parameter in ("tool_choice", "parallel_tool_calls"):
            if payload.get(parameter) is not None:
                yield f"'{parameter}' is only allowed when 'tools' are specified."
    choice = payload.get("tool_choice")
    if isinstance(choice, dict) and (choice.get("function") or {}).get("name") not in names:
        yield "Tool choice names a function that is not in 'tools'."
