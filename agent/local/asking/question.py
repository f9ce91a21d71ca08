"""What is asked of the records of one kind, as a request of their tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.local.asking.shape import Shape
from agent.local.schema import KindCard

HAND_MADE = frozenset({"lead", "opportunity"})
"""Kinds whose lists have a tool of their own, with words of their own."""


@dataclass(frozen=True, slots=True)
class Question:
    tool: str
    area: str
    arguments: Mapping[str, Any]
    certain: bool
    """Whether the words name a kind that no tool made by hand lists: the classifier need not agree."""
    unclear: str = ""
    """What has to be asked first; then nothing may be looked up."""


def summaries(
    kind: KindCard, where: Sequence[Mapping[str, Any]], shape: Shape, *, certain: bool
) -> tuple[Question, ...]:
    """A count, or each of the measures asked for, as a whole or by group."""
    narrowed = {"where": list(where)} if where else {}
    measured: list[dict[str, Any]] = [{"measure": one, "of": shape.of} for one in shape.measures] or [{}]
    tool = f"summarise_{kind.plural}"
    return tuple(Question(tool, kind.area, {**one, **shape.by, **narrowed}, certain) for one in measured)


def listing(kind: KindCard, where: Sequence[Mapping[str, Any]], shape: Shape, *, certain: bool) -> Question:
    """The records themselves, in the order asked for."""
    arguments: dict[str, Any] = {"where": list(where)} if where else {}
    if shape.limit:
        arguments["limit"] = shape.limit
    if shape.order:
        arguments |= {"order": shape.order, "descending": shape.descending}
    return Question(f"find_{kind.plural}", kind.area, arguments, certain)


_SORTS = {
    "opportunity": {("amount", True): "amount", ("amount", False): "smallest", ("created_on", True): "newest",
                    ("created_on", False): "age", ("expected_close", False): "close_date",
                    ("closed_on", True): "close_date", ("expected_close", True): "last_to_close"},
    "lead": {("score", True): "score", ("score", False): "lowest_score", ("arrived_at", True): "newest",
             ("arrived_at", False): "oldest", ("created_at", True): "newest", ("created_at", False): "oldest"},
}  # fmt: skip


def listing_by_hand(
    kind: KindCard, where: Sequence[Mapping[str, Any]], shape: Shape, *, certain: bool
) -> tuple[Question, ...]:
    """The list that is made by hand; nothing where it cannot be put into the order asked for."""
    sort = _SORTS[kind.kind].get((shape.order, shape.descending), "") if shape.order else ""
    if shape.order and not sort:
        return ()
    said: dict[str, Any] = {"status": "any"} if kind.kind == "opportunity" else {}
    outcomes: list[Any] = next((one["value"] for one in where if one["field"] == "outcome" and not one.get("test")), [])
    if len(outcomes) == 1:
        said["status"], where = outcomes[0], [one for one in where if one["field"] != "outcome"]
    said |= {"where": list(where)} if where else {}
    said |= ({"sort": sort} if sort else {}) | ({"limit": shape.limit} if shape.limit else {})
    return (Question(f"find_{kind.plural}", kind.area, said, certain),)
