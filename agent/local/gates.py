"""An "if" that the records can answer: "if it is above 50k", "if she is a decision maker", "if it's still new"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.local.conditions import narrow
from agent.local.mentions import Named
from agent.local.parts import Part
from agent.local.reading import Reading
from agent.local.records import settle
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import Argument, Effect, KindCard, Record, Request, SlotType, ToolCard
from agent.local.selecting import unread

_IF = re.compile(r"^(?:only )?(?:if|in case|should|when) ")
_HOT = re.compile(r"(?<!\w)(?:hot|really hot|a hot one|warm and ready)(?!\w)")
_CUSTOMER = re.compile(r"(?<!\w)(?:an? )?(?:existing )?(?:customer|client)(?!\w)")
_SAYS_NOTHING = frozenset({"if", "only", "in", "case", "should", "when", "then", "already", "its", "that", "value", "worth", "than", "deal", "lead", "account", "contact", "yet", "not", "no", "longer", "really", "actually", "s", "'s"})  # fmt: skip
_NOT = re.compile(r"(?<!\w)(?:not|no longer|never)(?!\w)")
_SURE = 0.9


def gated(turn: TurnSoFar, part: Part) -> tuple[Part, Request] | None:
    """The order without its "if", and the check it hangs on; None where the records cannot tell.

    The check comes after everything that the turn changes before it.
    """
    chunk = part.chunk
    if not chunk.condition or part.order is None:
        return None
    check = check_of(turn, part.reading.part(0, chunk.start - chunk.first), span_of(part))
    if check is None:
        return None
    order = replace(
        part, reading=part.order, order=None, chunk=replace(chunk, first=chunk.start, condition="", main=-1)
    )
    return order, check


def check_of(turn: TurnSoFar, condition: Reading, span: tuple[int, int]) -> Request | None:
    """The look at a record that tells whether a condition holds; None where no record can tell."""
    checked = _check(turn, condition)
    if checked is None:
        return None
    record, where = checked
    kind = turn.kinds[record.kind]
    arguments = {"record": record.as_argument(), "where": where, "decides": True}
    turn.here.insert(0, record)
    needs = tuple(range(len(turn.requests)))
    return Request(f"check_{kind.kind}", kind.area, arguments, _SURE, span, needs=needs)


def _check(turn: TurnSoFar, condition: Reading) -> tuple[Record, list[dict[str, Any]]] | None:
    if not _IF.match(condition.norm):
        return None
    for record in _spoken_of(turn, condition):
        kind = turn.kinds.get(record.kind)
        if kind is not None and (where := _conditions(condition, kind, turn.kinds)):
            return record, where
    return None


def _spoken_of(turn: TurnSoFar, condition: Reading) -> Iterator[Record]:
    """The record that the condition names, else those that the turn or the conversation is about."""
    every = Argument("record", SlotType.RECORD, required=True, kinds=tuple(turn.kinds))
    card = ToolCard("check_record", "lead", Effect.READ, (), (every,))
    if condition.mentions_of(Named.RECORD) or condition.references:
        settled = settle(condition, card, every, whole=condition, memory=turn.memory, here=turn.here, list_step=None)
        yield from settled.records
    if not condition.mentions_of(Named.RECORD):
        yield from (*turn.here, *turn.memory.focus)


def _conditions(condition: Reading, kind: KindCard, kinds: Mapping[str, KindCard]) -> list[dict[str, Any]]:
    """Every word of the condition as conditions on the record; empty where a word is left that nobody reads."""
    found = [one for one in narrow(condition, kind, kinds) if not _is_itself(one.condition, kind)]
    if _NOT.search(condition.norm) and (len(found) != 1 or found[0].condition.get("test", "is") != "is"):
        return []  # what exactly is not so cannot be told
    where = [dict(one.condition) for one in found]
    if _NOT.search(condition.norm):
        where[0]["test"] = "is_not"
    spans = [(one.start, one.end) for one in found]
    spans += [condition.text.span(one.first, one.last) for one in condition.mentions_of(Named.RECORD)]
    spans += [(start, end) for start, end, *_ in condition.references]
    for pattern, implied in ((_HOT, _hot(kind)), (_CUSTOMER, _customer(kind))):
        if implied is not None and (match := pattern.search(condition.norm)):
            where.append(implied)
            spans.append(match.span())
    left = [word for word in unread(condition, spans) if word not in _SAYS_NOTHING]
    return [] if left else list({str(one): one for one in where}.values())


def _is_itself(condition: Mapping[str, Any], kind: KindCard) -> bool:
    """Whether a condition only says which record it is."""
    values: Sequence[Any] = condition.get("value", ())
    return any(isinstance(one, Mapping) and one.get("kind") == kind.kind for one in values)


def _hot(kind: KindCard) -> dict[str, Any] | None:
    return {"field": "grade", "value": ["A"]} if kind.field("grade") is not None else None


def _customer(kind: KindCard) -> dict[str, Any] | None:
    return {"field": "status", "value": ["customer"]} if kind.kind in ("account", "lead") else None
