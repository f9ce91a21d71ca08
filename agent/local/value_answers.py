"""Answers to a question for a value: the day, the amount or the number that a change was waiting for."""

from __future__ import annotations

from collections.abc import Mapping

from agent.local import guard
from agent.local.context import takes_back
from agent.local.field_values import Spoken, value_of
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.questions import about_record
from agent.local.reading import Reading
from agent.local.records import Problem
from agent.local.schema import Clarify, FieldCard, KindCard, Memory, Pending, Request, SlotType, ToolCard
from agent.local.split import leftover

_MOST_WORDS = 14
_MOST_BESIDE = 6
_SETS = frozenset({"set", "make", "change", "move", "put", "push", "take", "then"})
_OTHER_ORDERS = words_of("crm_orders") - _SETS


def value_answer(
    reading: Reading, memory: Memory, cards: Mapping[str, ToolCard], kinds: Mapping[str, KindCard]
) -> Request | Clarify | None:
    """The request that was waiting for this value; None where the turn says none, or is about something else.

    A record that was to be asked about as well is asked about now.
    """
    pending = memory.pending
    if pending is None or not _may_answer(reading, pending):
        return None
    field = _field(pending, cards, kinds)
    if field is None:
        return None
    own = reading.text.written
    value = value_of(field, Spoken(reading, reading.norm, own))
    if value is None:
        return None
    tool = pending.frame.tool
    if pending.records:
        return _which(pending, value, cards)
    kind = kinds.get(tool.partition("_")[2])
    area = kind.area if kind is not None else cards[tool].area
    arguments = {**pending.frame.arguments, pending.argument: value}
    return Request(tool, area, arguments, 0.9, (0, len(own)), asked_by_own_words=True)


def _which(pending: Pending, value: object, cards: Mapping[str, ToolCard]) -> Clarify | None:
    card = cards.get(pending.frame.tool)
    wanted = next((one for one in card.arguments if one.type is SlotType.RECORD), None) if card is not None else None
    if card is None or wanted is None:
        return None
    return about_record(
        card, Problem(wanted.name, pending.records), {**pending.frame.arguments, pending.argument: value}
    )


def _may_answer(reading: Reading, pending: Pending) -> bool:
    """Whether the turn is so little besides a value that it can only be the answer."""
    if reading.content or guard.is_question(reading) or guard.is_ban(reading) or takes_back(reading):
        return False
    if reading.unsettled or len(reading.typed) > _MOST_WORDS or "?" in reading.norm:
        return False
    named = {record.id for mention in reading.mentions_of(Named.RECORD) for record in mention.records}
    held = {str(value.get("id")) for value in pending.frame.arguments.values() if isinstance(value, Mapping)}
    if named - held:
        return False
    words = [token.norm for token in reading.text.tokens if token.is_word]
    if words and words[0] in _OTHER_ORDERS:
        return False
    spans = [(one.start, one.end) for one in reading.moments] + [(one.start, one.end) for one in reading.periods]
    spans += [(one.start, one.end) for one in reading.amounts]
    return len(leftover(reading, spans)) <= _MOST_BESIDE


_TYPES = frozenset({"date", "moment", "money", "phone", "email", "share", "whole", "number"})


def _field(pending: Pending, cards: Mapping[str, ToolCard], kinds: Mapping[str, KindCard]) -> FieldCard | None:
    verb, _, kind = pending.frame.tool.partition("_")
    if verb in ("update", "create") and kind in kinds:
        field = kinds[kind].field(pending.argument)
        if field is not None:
            return field if field.type in _TYPES else None
    card = cards.get(pending.frame.tool)
    argument = card.argument(pending.argument) if card is not None else None
    due = argument is not None and argument.type is SlotType.DUE
    return FieldCard(pending.argument, "moment", ()) if due else None
