"""An answer in the words of the protocol: the completion object, and the same in chunks.

Source: OpenAI API reference, chat completions, "The chat completion object" and "The chat completion
chunk object". Ids and times are fixed, so that the same script gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any, assert_never

from evals.doubles.openai.replies import Answer, Call, Calls, Empty, Finish, Malformed, Refuse, Say, Usage
from evals.doubles.openai.request import ChatRequest

CREATED = 1_750_000_000
PIECE = 12  # characters in a streamed piece; cuts words and placeholders in two, as tokens do
FINGERPRINT = "fp_scripted"


@dataclass(frozen=True, slots=True)
class ToolCall:
    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Completion:
    id: str
    model: str
    content: str | None
    refusal: str | None
    calls: tuple[ToolCall, ...]
    finish: Finish
    usage: Usage


def complete(answer: Answer, request: ChatRequest) -> Completion:
    """The completion that says `answer` to `request`."""
    content, refusal = _words(answer)
    calls = tuple(
        ToolCall(f"call_{request.number}_{index}", name, arguments)
        for index, (name, arguments) in enumerate(_calls(answer, request))
    )
    said = (content or "") + (refusal or "") + "".join(call.name + call.arguments for call in calls)
    given = None if isinstance(answer, Malformed | Empty | Refuse) else answer.usage
    return Completion(
        id=f"chatcmpl-{request.number}",
        model=request.model,
        content=content,
        refusal=refusal,
        calls=calls,
        finish=answer.finish if isinstance(answer, Say) else Finish.TOOL_CALLS if calls else Finish.STOP,
        usage=given or Usage(prompt_tokens(request), tokens(said)),
    )


def tokens(text: str) -> int:
    """A token count good enough to compare prompts by: four bytes of UTF-8 each, rounded up."""
    return ceil(len(text.encode()) / 4)


def prompt_tokens(request: ChatRequest) -> int:
    """Tokens of everything the model is given to read: messages, tools and the schema of the reply."""
    read = [request.payload.get(part) for part in ("messages", "tools", "response_format")]
    return sum(tokens(dumps(part)) for part in read if part)


def whole(completion: Completion) -> dict[str, Any]:
    """The completion object of a request that does not stream."""
    message: dict[str, Any] = {
        "role": "assistant",
        "content": completion.content,
        "refusal": completion.refusal,
        "annotations": [],
    }
    if completion.calls:
        message["tool_calls"] = [_call_object(call) for call in completion.calls]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": completion.finish.value}
    return {**_head(completion, "chat.completion"), "choices": [choice], "usage": _usage(completion.usage)}


def chunks(completion: Completion, *, with_usage: bool) -> Iterator[dict[str, Any]]:
    """The chunk objects of a streamed reply, without the closing `[DONE]`."""
    extra: dict[str, Any] = {"usage": None} if with_usage else {}
    head = {**_head(completion, "chat.completion.chunk"), **extra}
    for delta in _deltas(completion):
        yield {**head, "choices": [_chunk_choice(delta, None)]}
    yield {**head, "choices": [_chunk_choice({}, completion.finish.value)]}
    if with_usage:
        yield {**head, "choices": [], "usage": _usage(completion.usage)}


def dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _words(answer: Answer) -> tuple[str | None, str | None]:
    match answer:
        case Say():
            return answer.text, None
        case Call() | Calls():
            return answer.text or None, None
        case Refuse():
            return None, answer.text
        case Malformed() | Empty():
            return None, None
        case _:
            assert_never(answer)


def _calls(answer: Answer, request: ChatRequest) -> list[tuple[str, str]]:
    match answer:
        case Call():
            return [(answer.tool, dumps(answer.args))]
        case Calls():
            return [(call.tool, dumps(call.args)) for call in answer.calls]
        case Malformed():
            return [(answer.tool or next(iter(request.tools), "unknown_tool"), answer.arguments)]
        case Say() | Empty() | Refuse():
            return []
        case _:
            assert_never(answer)


def _deltas(completion: Completion) -> Iterator[dict[str, Any]]:
    opening: dict[str, Any] = {"role": "assistant", "content": None if completion.calls else "", "refusal": None}
    yield opening
    for name, text in (("content", completion.content), ("refusal", completion.refusal)):
        for piece in _pieces(text or ""):
            yield {name: piece}
    for index, call in enumerate(completion.calls):
        begin = _call_object(call)
        begin["function"]["arguments"] = ""
        yield {"tool_calls": [{"index": index, **begin}]}
        for piece in _pieces(call.arguments):
            yield {"tool_calls": [{"index": index, "function": {"arguments": piece}}]}


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE]


def _call_object(call: ToolCall) -> dict[str, Any]:
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}


def _chunk_choice(delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _head(completion: Completion, kind: str) -> dict[str, Any]:
    return {
        "id": completion.id,
        "object": kind,
        "created": CREATED,
        "model": completion.model,
        "service_tier": "default",
        "system_fingerprint": FINGERPRINT,
    }


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "prompt_tokens": usage.prompt,
        "completion_tokens": usage.completion,
        "total_tokens": usage.prompt + usage.completion,
        "prompt_tokens_details": {"cached_tokens": usage.cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning, "audio_tokens": 0},
    }
