"""The one roster of everything the assistant can do."""

from __future__ import annotations

from tools import (
    analytics,
    automation,
    changes,
    communication,
    conversations,
    intelligence,
    lead,
    matrix,
    memories,
    opportunity,
    records,
    rules,
)
from tools.contract import Area, Tool
from tools.errors import BadArgument

TOOLS: tuple[Tool, ...] = (
    *lead.TOOLS,
    *opportunity.TOOLS,
    *communication.TOOLS,
    *memories.TOOLS,
    *analytics.TOOLS,
    *automation.TOOLS,
    *changes.TOOLS,
    *conversations.TOOLS,
    *intelligence.TOOLS,
    *rules.TOOLS,
    *matrix.TOOLS,
    *records.TOOLS,
)
_BY_NAME = {one.name: one for one in TOOLS}

if len(_BY_NAME) != len(TOOLS):
    raise TypeError(f"two tools share a name: {sorted(one.name for one in TOOLS)}")


def by_name(name: str) -> Tool:
    if name not in _BY_NAME:
        raise BadArgument("tool", f"there is no tool “{name}”")
    return _BY_NAME[name]


def of_area(area: Area) -> tuple[Tool, ...]:
    return tuple(one for one in TOOLS if one.area is area)
