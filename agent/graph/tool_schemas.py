"""Tools and the plan as function schemas of the OpenAI protocol."""

from __future__ import annotations

from functools import cache
from typing import Any

from agent.schema import Plan
from tools.contract import Tool
from tools.registry import by_name


def function_schema(tool: Tool) -> dict[str, Any]:
    return _function(tool.name)


@cache
def _function(name: str) -> dict[str, Any]:
    tool = by_name(name)
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.description, "parameters": tool.ask.model_json_schema()},
    }


@cache
def plan_schema() -> dict[str, Any]:
    return {
        "type": "function",
        "function": {
            "name": "plan",
            "description": "Decide which specialists answer the message, in which order.",
            "parameters": Plan.model_json_schema(),
        },
    }
