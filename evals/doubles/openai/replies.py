"""What the scripted model says and does: values, or rules that choose a value from the request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from evals.doubles.openai.request import ChatRequest


class Finish(StrEnum):
    """Why a completion ended."""

    STOP = "stop"
    LENGTH = "length"
    TOOL_CALLS = "tool_calls"
    CONTENT_FILTER = "content_filter"


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens to report; without one the server counts a token per four bytes of UTF-8."""

    prompt: int
    completion: int
    cached: int = 0
    reasoning: int = 0


@dataclass(frozen=True, slots=True)
class Say:
    """A plain text reply; `finish=Finish.LENGTH` is one that ran into the token limit."""

    text: str
    finish: Finish = Finish.STOP
    usage: Usage | None = None


def say_json(value: object, *, usage: Usage | None = None) -> Say:
    """A reply to a request for structured output."""
    return Say(json.dumps(value, ensure_ascii=False), usage=usage)


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call, with an optional text beside it."""

    tool: str
    args: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Calls:
    """Several tool calls in one reply (parallel tool calls); the texts of the calls are not used."""

    calls: tuple[Call, ...]
    text: str = ""
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Malformed:
    """A tool call whose arguments are this text as it stands. Without `tool`: the first tool offered."""

    arguments: str
    tool: str | None = None


@dataclass(frozen=True, slots=True)
class Empty:
    """A reply without text and without tool calls."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """The model declines, in the field the protocol has for it."""

    text: str


@dataclass(frozen=True, slots=True)
class Fail:
    """An HTTP answer that is no completion. Without `body`: the error object the service sends for `status`.

    Status 200 with a text body is an endpoint that answers with something else, such as a log-in page.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Hang:
    """Silence for `seconds` (less if the client gives up), then `then`, or a closed connection without an answer."""

    seconds: float
    then: Answer | Fail | CutStream | None = None


@dataclass(frozen=True, slots=True)
class CutStream:
    """A reply that breaks off after `after_chunks` chunks, with the connection closed in the middle.

    Attributes:
        answer: what would have been said.
        silence: seconds without a byte before the connection is closed.
        error: sent as an error event before the connection is closed, as an overloaded service does.

    To a request that does not stream, half of the body is sent.
    """

    after_chunks: int
    answer: Answer = field(default_factory=lambda: Say("This sentence is long enough to be cut in the middle of it."))
    silence: float = 0.0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Endless:
    """The same tool call as the reply to this and every further request."""

    tool: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Always:
    """The same reply, or the same rule, for this and every further request."""

    reply: Reply | Rule


Answer: TypeAlias = Say | Call | Calls | Malformed | Empty | Refuse
Reply: TypeAlias = Answer | Fail | Hang | CutStream
Rule: TypeAlias = Callable[[ChatRequest], Reply]
Step: TypeAlias = Reply | Rule | Endless | Always
