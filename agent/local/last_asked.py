"""Which records the last question or order of a conversation was about, as conditions on their kind.

"Assign them to Henrik" after a count means all that were counted, not the ten of them that an older list showed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.local.conditions import Kinds
from agent.local.schema import Frame, KindCard, Record, Request

_VERBS = ("find", "summarise", "update", "delete", "restore")
_OF_MANY = frozenset({"update", "delete", "restore"})
_FIRST_ROWS = ("limit", "order", "sort", "descending")
_MOST_SHOWN = 10
_HOW_IT_IS_COUNTED = frozenset({"where", "measure", "of", "by", "grain", "limit", "order", "descending"})
_LISTS = ("find_", "overdue_tasks", "next_best_action")
Where = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Records of a kind that were asked about or changed together.

    Attributes:
        where: conditions that all of them met, when it was asked.
        records: those that were named one by one, or shown as the rows of a list.
        values: what they were given, for a change.
    """

    kind: KindCard
    verb: str
    where: Where = ()
    records: tuple[Record, ...] = ()
    values: Mapping[str, Any] | None = None

    @property
    def changed(self) -> bool:
        """Whether they may no longer meet the conditions."""
        fields = {str(one["field"]) for one in self.where}
        return self.verb == "delete" or bool(fields & set(self.values or {}))


def last_asked(
    frames: Sequence[Frame], requests: Sequence[Request], kinds: Kinds, *, listed: Sequence[Record] = ()
) -> Asked | None:
    """The latest of the turn so far and of the turns before that was about several records.

    Args:
        listed: the rows of the last list.
    """
    said = [(one.tool, one.arguments) for one in (*frames, *requests)]
    for tool, arguments in reversed(said):
        if (found := _several(tool, arguments, kinds, listed)) is not None:
            return found
        if tool.startswith(_LISTS):
            return None  # a list that no conditions describe is known by its rows alone
    return None


def _several(tool: str, arguments: Mapping[str, Any], kinds: Kinds, listed: Sequence[Record]) -> Asked | None:
    verb, _, plural = tool.partition("_")
    kind = next((one for one in kinds.values() if one.plural == plural), None)
    if verb not in _VERBS or kind is None:
        return None
    named = _named(arguments.get("records", ()))
    if verb in _OF_MANY:
        where = tuple(arguments.get("where", ()))
        values = {key: value for key, value in arguments.items() if key not in ("where", "records", "even_so")}
        several = len(named) > 1 or where
        return Asked(kind, verb, where, named, values) if several else None
    if verb == "find" and any(arguments.get(name) for name in _FIRST_ROWS):
        return None
    shown = tuple(listed) if verb == "find" and {one.kind for one in listed} == {kind.kind} else ()
    if 0 < len(shown) < _MOST_SHOWN:
        return Asked(kind, verb, _conditions(tool, arguments) or (), shown)
    where_ = _conditions(tool, arguments)
    return Asked(kind, verb, where_) if where_ else None


def _named(several: Any) -> tuple[Record, ...]:  # noqa: ANN401 - a JSON value
    if not isinstance(several, list | tuple):
        return ()
    return tuple(
        Record(str(one["kind"]), str(one["id"]), str(one.get("name", "")))
        for one in several
        if isinstance(one, Mapping) and "id" in one
    )


def _conditions(tool: str, arguments: Mapping[str, Any]) -> Where | None:
    """The conditions of a question; None where one of its arguments is none that a change of many can take."""
    found: list[Mapping[str, Any]] = list(arguments.get("where", ()))
    if tool == "find_opportunities":
        found += _outcome(str(arguments.get("status", "open")))
    for name, value in arguments.items():
        if name in _HOW_IT_IS_COUNTED or value in (None, [], {}, False, ""):
            continue
        said = list(_as_condition(tool, name, value))
        if not said and not (tool == "find_opportunities" and name == "status"):
            return None
        found += said
    return tuple({str(one): one for one in found}.values())


def _outcome(status: str) -> list[Mapping[str, Any]]:
    values = {"any": [], "closed": ["won", "lost"]}.get(status, [status])
    return [{"field": "outcome", "value": values}] if values else []


_OWN_ARGUMENTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "find_leads": {
        "status": ("status", "is"), "source": ("source", "is"), "owner": ("owner", "is"), "country": ("country", "is"),
        "region": ("region", "is"), "industry": ("industry", "is"), "created": ("arrived_at", "is"),
        "uncontacted": ("last_contacted_at", "empty"), "min_score": ("score", "at_least"),
        "max_score": ("score", "at_most"),
    },
    "find_opportunities": {
        "owner": ("owner", "is"), "stage": ("stage", "is"), "min_amount": ("amount", "at_least"),
        "max_amount": ("amount", "at_most"), "closing": ("expected_close", "is"), "closed": ("closed_on", "is"),
        "created": ("created_on", "is"), "no_next_step": ("next_step", "empty"),
    },
}  # fmt: skip
_MONEY = frozenset({"min_amount", "max_amount"})


def _as_condition(tool: str, name: str, value: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - a JSON value
    """An argument of a list made by hand as a condition on its records."""
    own = _OWN_ARGUMENTS.get(tool, {}).get(name)
    if own is None:
        return
    field, test = own
    if test == "empty":
        yield {"field": field, "test": test}
        return
    values = value if isinstance(value, list) else [{"amount": str(value)} if name in _MONEY else value]
    yield {"field": field, "value": values} | ({"test": test} if test != "is" else {})
