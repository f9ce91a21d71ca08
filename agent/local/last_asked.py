"""Which records the last question or order of a conversation was about, as conditions on their kind.

"Assign them to Henrik" after a count means all that were counted, not the ten of them that an older list showed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.local.asking.earlier import earlier
from agent.local.conditions import Kinds
from agent.local.schema import Frame, KindCard, Record

_OF_MANY = frozenset({"update", "delete", "restore"})
_FIRST_ROWS = ("limit", "order", "sort")
_LISTS = ("find_", "overdue_tasks", "next_best_action")
_MOST_SHOWN = 10
Where = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Records of a kind that were asked about or changed together.

    Attributes:
        verb: `find`, `summarise`, or what was done with them.
        where: conditions that all of them met, when it was asked.
        records: those that were named one by one, or shown as the rows of a list.
        values: what they were given, for a change.
    """

    kind: KindCard
    verb: str
    where: Where = ()
    records: tuple[Record, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether they may no longer meet the conditions."""
        return self.verb == "delete" or bool({str(one["field"]) for one in self.where} & set(self.values))


def last_asked(frames: Sequence[Frame], kinds: Kinds, *, listed: Sequence[Record], now: datetime) -> Asked | None:
    """The latest request that was about several records; None where a list that no conditions describe came last.

    Args:
        frames: the requests of the conversation and of the turn so far, the latest last.
        listed: the rows of the last list.
    """
    for frame in reversed(frames):
        if (found := _ordered(frame, kinds) or _looked_up(frame, kinds, listed, now)) is not None:
            return found
        if frame.tool.startswith(_LISTS):
            return None
    return None


def _ordered(frame: Frame, kinds: Kinds) -> Asked | None:
    """What an order of many was about."""
    verb, _, plural = frame.tool.partition("_")
    kind = next((one for one in kinds.values() if one.plural == plural), None)
    if verb not in _OF_MANY or kind is None:
        return None
    where = tuple(frame.arguments.get("where") or ())
    records = _named(frame.arguments.get("records"))
    if not where and len(records) <= 1:
        return None
    given = {key: value for key, value in frame.arguments.items() if key not in ("where", "records", "even_so")}
    return Asked(kind, verb, where, records, given)


def _looked_up(frame: Frame, kinds: Kinds, listed: Sequence[Record], now: datetime) -> Asked | None:
    """What a list or a count was about: its rows, where they are few, and else its conditions."""
    if frame.tool.partition("_")[0] not in ("find", "summarise"):
        return None
    asked = earlier(frame, kinds, now)
    if asked is None or any(frame.arguments.get(name) for name in _FIRST_ROWS):
        return None
    shown = tuple(listed) if not asked.summarised and {one.kind for one in listed} == {asked.kind.kind} else ()
    rows = shown if 0 < len(shown) < _MOST_SHOWN else ()
    verb = "summarise" if asked.summarised else "find"
    return Asked(asked.kind, verb, tuple(asked.where), rows) if rows or asked.where else None


def _named(several: Any) -> tuple[Record, ...]:  # noqa: ANN401 - a JSON value
    if not isinstance(several, list | tuple):
        return ()
    return tuple(
        Record(str(one["kind"]), str(one["id"]), str(one.get("name", "")))
        for one in several
        if isinstance(one, Mapping) and "id" in one
    )
