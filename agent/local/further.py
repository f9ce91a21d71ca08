"""Conditions that a list made by hand has no argument for, as conditions on any field of its records."""

from __future__ import annotations

from agent.local.conditions import Kinds, Narrowed, narrow
from agent.local.reading import Reading
from agent.local.schema import SlotType, ToolCard

_OWN_ARGUMENTS = {
    "lead": frozenset(
        {"status", "source", "country", "region", "industry", "created_at", "arrived_at", "score", "last_activity",
         "last_contacted_at"}
    ),
    "opportunity": frozenset(
        {"stage", "amount", "expected_close", "closed_on", "created_on", "outcome", "region", "industry", "source",
         "product", "deal_type", "team", "last_activity_at", "stage_entered_on"}
    ),
}  # fmt: skip
"""Fields that arguments of the lists take, however they are said."""


def further(reading: Reading, card: ToolCard, kinds: Kinds) -> list[Narrowed]:
    """Conditions for the tool's `where`; empty for a tool without one."""
    argument = next((one for one in card.arguments if one.type is SlotType.WHERE), None)
    kind = kinds.get(argument.kinds[0]) if argument is not None and argument.kinds else None
    if kind is None:
        return []
    own = _OWN_ARGUMENTS.get(kind.kind, frozenset())
    return [one for one in narrow(reading, kind, kinds) if not _is_taken(one, own)]


def _is_taken(one: Narrowed, own: frozenset[str]) -> bool:
    name = str(one.condition["field"])
    if name == "owner":
        return one.condition.get("test") != "empty"
    if name == "next_step":
        return one.condition.get("test") == "empty"
    return name in own and one.condition.get("test") not in ("empty", "filled")
