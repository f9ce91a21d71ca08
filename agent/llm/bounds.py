"""The most a call can use, known before it is made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import BaseMessage, convert_to_openai_messages

from agent.budget.prices import Tokens

_PER_MESSAGE = 16
_PER_TOOL = 32
_PER_REQUEST = 64
_FOR_TOOLS = 1_000
"""What services write around messages and tools: role marks, and the instructions on how a tool is called."""


def most_tokens(messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]], *, max_output: int) -> Tokens:
    """An upper bound for any tokenizer in use: a token stands for at least one byte of the UTF-8 that is sent."""
    said = sum(_bytes(message) + _PER_MESSAGE for message in convert_to_openai_messages(list(messages)))
    offered = sum(_bytes(tool) + _PER_TOOL for tool in tools) + (_FOR_TOOLS if tools else 0)
    return Tokens(_PER_REQUEST + said + offered, max_output)


def _bytes(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass"))
