"""A request as it arrived: the bytes for leak scans, and views on them for rules that choose a reply."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ToolCallMade:
    """A tool call that stands in the conversation, with the result when there is one."""

    tool: str
    args: Mapping[str, Any]
    result: str | None


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One request to the endpoint.

    Attributes:
        number: 1 for the first request the server received, whatever its path.
        headers: names in lower case.
        body: exactly the bytes that were received.
        payload: the body read as a JSON object; empty when it is none.
        authorised: whether it carried the key the server expects.
    """

    number: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    payload: Mapping[str, Any]
    authorised: bool

    @property
    def model(self) -> str:
        return str(self.payload.get("model", ""))

    @property
    def messages(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.payload.get("messages") or ())

    @property
    def streams(self) -> bool:
        return bool(self.payload.get("stream"))

    @property
    def wants_usage(self) -> bool:
        """Whether a streamed reply ends with a chunk of usage figures."""
        return bool((self.payload.get("stream_options") or {}).get("include_usage"))

    @property
    def tools(self) -> Mapping[str, Mapping[str, Any]]:
        """The tools offered: name -> function (name, description, parameters)."""
        return {tool["function"]["name"]: tool["function"] for tool in self.payload.get("tools") or ()}

    @property
    def response_schema(self) -> Mapping[str, Any] | None:
        """The JSON Schema the reply is asked to follow, if any."""
        wanted = self.payload.get("response_format") or {}
        schema = (wanted.get("json_schema") or {}).get("schema")
        return schema if isinstance(schema, dict) else None

    @property
    def tool_calls(self) -> tuple[ToolCallMade, ...]:
        """The tool calls in the conversation so far, in order."""
        results = {m.get("tool_call_id"): text_of(m) for m in self.messages if m.get("role") == "tool"}
        return tuple(
            ToolCallMade(call["function"]["name"], _object(call["function"]["arguments"]), results.get(call["id"]))
            for message in self.messages
            for call in message.get("tool_calls") or ()
        )

    def said_by(self, role: str) -> tuple[str, ...]:
        """The texts of all messages of `role` (system, developer, user, assistant, tool), in order."""
        return tuple(text_of(message) for message in self.messages if message.get("role") == role)

    def last_said_by(self, role: str) -> str:
        """The text of the last message of `role`, empty when there is none."""
        texts = self.said_by(role)
        return texts[-1] if texts else ""

    @property
    def text(self) -> str:
        """All message texts, one below the other."""
        return "\n".join(text_of(message) for message in self.messages)

    def strings(self) -> Iterator[str]:
        """Every string in the body with its escapes undone, also those in JSON that is itself a string."""
        return _strings(self.payload)


def received(
    *, number: int, method: str, path: str, headers: Mapping[str, str], body: bytes, authorised: bool
) -> ChatRequest:
    """The request as a value; a body that is no JSON object has an empty payload."""
    return ChatRequest(
        number=number,
        method=method,
        path=path,
        headers=dict(headers),
        body=body,
        payload=_object(body),
        authorised=authorised,
    )


def text_of(message: Mapping[str, Any]) -> str:
    """The text of one message, whose content is a string or a list of parts."""
    content = message.get("content")
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _object(raw: bytes | str) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if value[:1] in ("{", "[", '"'):
            try:
                inner = json.loads(value)
            except ValueError:
                return
            yield from _strings(inner)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
