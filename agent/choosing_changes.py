"""Which changes of a conversation are meant by the words that take something back.

Without more words it is all that the last message changed. Where the words fit no change, or several that were not made
together, nothing is chosen: the person is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.local.schema import Undoing
from db.records import KINDS
from db.repositories.changes import ChangeLine

_TWO = 2


@dataclass(frozen=True, slots=True)
class Call:
    """One call and everything it wrote, the record it was about first: what follows from it goes back with it."""

    lines: tuple[ChangeLine, ...]

    @property
    def first(self) -> ChangeLine:
        return self.lines[0]

    @property
    def turn(self) -> str:
        return self.first.turn_id

    @property
    def said(self) -> str:
        """The words that its values hold."""
        values = [value for line in self.lines for value in {**(line.before or {}), **(line.after or {})}.values()]
        return " ".join(value for value in values if isinstance(value, str)).casefold()


def by_call(changes: Sequence[ChangeLine]) -> list[Call]:
    """The calls behind changes, in the order of the changes."""
    found: dict[tuple[str, int], list[ChangeLine]] = {}
    for change in changes:
        found.setdefault((change.turn_id, change.step), []).append(change)
    calls = [Call(tuple(sorted(lines, key=lambda one: one.part))) for lines in found.values()]
    # Within a turn the later call goes back first.
    turns = {turn: place for place, turn in reversed(list(enumerate(call.turn for call in calls)))}
    return sorted(calls, key=lambda call: (turns[call.turn], -call.first.step))


def meant(said: Undoing, calls: Sequence[Call]) -> list[Call]:
    """The calls to take back, the latest first; empty where it is not clear which.

    Args:
        calls: what stands in the conversation, the latest first.
    """
    last = [call for call in calls if call.turn == calls[0].turn] if calls else []
    if not said.says_which:
        return _without(_together(said, calls, last), said.but)
    if said.places:
        return _at_places(said, last)
    fitting = [call for call in calls if _fits(call, said)]
    of_one_turn = [call for call in fitting if call.turn == fitting[0].turn]
    sure = len(of_one_turn) == 1 or said.every or said.deeds or said.order or len(of_one_turn) == len(last)
    return of_one_turn if sure else []


def _together(said: Undoing, calls: Sequence[Call], last: Sequence[Call]) -> list[Call]:
    """What was done last; "both" are the two of one message, or those of the last two messages."""
    if not said.two or len(last) == _TWO:
        return list(last)
    before = [call for call in calls if call.turn == calls[len(last)].turn] if len(calls) > len(last) else []
    return [*last, *before] if len(last) == len(before) == 1 else []


def _without(chosen: list[Call], but: Undoing | None) -> list[Call]:
    if but is None:
        return chosen
    kept = [call for call in chosen if _fits(call, but)]
    return [call for call in chosen if call not in kept] if kept and but.says_which else []


def _at_places(said: Undoing, last: Sequence[Call]) -> list[Call]:
    """`the second`, counted in the order in which the last message made its changes."""
    in_order = list(reversed(last))
    counted = all(0 < abs(place) <= len(in_order) for place in said.places)
    if not counted or (len(in_order) == 1 and said.places != (-1,)):
        return []
    chosen = [in_order[place - 1 if place > 0 else place] for place in said.places]
    return [call for call in last if call in chosen and _fits(call, said)]


def _fits(call: Call, said: Undoing) -> bool:
    return (
        (not said.deeds or any(_did(call, deed) for deed in said.deeds))
        and (not said.kinds or call.first.kind in said.kinds)
        and (not said.fields or bool(_columns(call, said.fields) & _written(call)))
        and all(word in call.said for word in said.words)
        and (said.order is None or _is_order(call, said.order.tool, said.order.arguments))
    )


def _did(call: Call, deed: str) -> bool:
    return call.first.before is None if deed == "create" else call.first.tool.startswith(f"{deed}_")


def _columns(call: Call, fields: Sequence[str]) -> set[str]:
    kind = KINDS[call.first.kind]
    return {kind.field(name).stored for name in fields if name in kind.by_name}


def _written(call: Call) -> set[str]:
    """Columns of the records that the call changed; a new record is no change of a field."""
    return {
        name
        for line in call.lines
        if line.before is not None
        for name, value in (line.after or {}).items()
        if line.before.get(name) != value
    }


def _is_order(call: Call, tool: str, arguments: Mapping[str, Any]) -> bool:
    """Whether a call carried out an order of many: by its tool and by the values that can be held against it."""
    if call.first.tool != tool:
        return False
    kind, after = KINDS[call.first.kind], call.first.after or {}
    for name, value in arguments.items():
        field = kind.by_name.get(name)
        wanted = value.get("id") if isinstance(value, Mapping) else value
        if field is None or field.stored not in after or isinstance(wanted, list | dict) or wanted is None:
            continue
        if field.type.value in ("link", "choice") and str(after[field.stored]) != str(wanted):
            return False
    return True
