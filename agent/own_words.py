"""The gate for writes: did the person's own words ask for exactly this?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.local.schema import Understanding


def asked_for(understanding: Understanding, tool: str, args: Mapping[str, Any]) -> bool:
    """Whether the parser, reading only the person's own words, came to the same tool, record and values."""
    return any(
        request.asked_by_own_words and request.tool == tool and not request.feeds and _same(request.arguments, args)
        for request in understanding.requests
    )


def _same(said: Mapping[str, Any], args: Mapping[str, Any]) -> bool:
    def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, Mapping) and {"kind", "id"} <= set(value):
            return (value["kind"], int(value["id"]))
        return value

    return {name: plain(value) for name, value in said.items() if value is not None} == {
        name: plain(value) for name, value in args.items() if value is not None
    }
