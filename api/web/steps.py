"""What a specialist is doing, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tools.registry import TOOLS


def doing(tool: str) -> str:
    """What the tool says it is doing; one that is not on the roster (any more) by its name."""
    known = next((one for one in TOOLS if one.name == tool), None)
    return known.doing if known is not None else f"using {tool.replace('_', ' ')}"


def named(tool: str) -> str:
    """`create_task` -> `Create task`."""
    words = tool.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def running(event: Mapping[str, Any]) -> str:
    """A step event as one line."""
    return f"{event['agent']} – {doing(str(event['tool']))}"


def summary(steps: Sequence[Mapping[str, Any]], model: str) -> str:
    """`2 steps, local model`."""
    count = len(steps)
    who = "local model" if model == "local" else model
    return f"{count} {'step' if count == 1 else 'steps'}, {who}" if count else who
