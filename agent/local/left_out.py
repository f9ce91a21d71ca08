"""Conditions a person named that the tool cannot take: dropping them in silence would answer another question."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Sequence

from agent.local.conditions import Narrowed
from agent.local.period_slots import opened
from agent.local.reading import Reading
from agent.local.schema import PeriodRole, SlotType, ToolCard

_MONEY = frozenset({SlotType.MONEY_MIN, SlotType.MONEY_MAX})
_SCORES = frozenset({SlotType.SCORE_MIN, SlotType.SCORE_MAX})
_PERIODS = frozenset({SlotType.PERIOD, SlotType.DUE})
_LISTS = frozenset({SlotType.FILTERS, SlotType.FLAG, SlotType.CHOICE})
# What people narrow by and no tool can: each in the words it was said in.
_NEVER = re.compile(
    r"(?<!\w)(?:(?:with|without|no|missing) (?:an? |any )?(?:owner|discount|quote|phone(?: number)?|email(?: address)?|champion|decision maker|competitor|budget)"
    r"|unassigned|unowned|grade [a-e]|(?:at least|more than|fewer than|less than|over|under) (?:\d+|one|two|three|four|five) (?:meetings?|calls?|emails?|touches|activities|contacts|stakeholders)"
    r"|(?:lost|lose|losing) (?:\w+ )?to (?:price|pricing|budget|timing)|(?:because of|due to|over|on) (?:price|pricing|budget|timing|features?|a competitor)|in (?:euros?|pounds|sterling|yen|francs)|on (?:mon|tues|wednes|thurs|fri|satur|sun)days"
    r"|(?:moved|changed) stages?|slipped from|pushed from)(?!\w)"
)


def left_out(reading: Reading, card: ToolCard, narrowed: Sequence[Narrowed] = ()) -> tuple[str, ...]:
    """The words of conditions that none of the tool's arguments took, as they were written; `narrowed` are those that its
    conditions on any field took."""
    types = {argument.type for argument in card.arguments}
    if not types & _LISTS or SlotType.TITLE in types or SlotType.INSTRUCTION in types:
        return ()
    spans = [match.span() for match in _NEVER.finditer(reading.norm)]
    if not types & _MONEY:
        spans += [(one.start, one.end) for one in reading.amounts if one.is_money and not one.bare]
    if not types & _SCORES and not types & _MONEY:
        spans += [(one.start, one.end) for one in reading.amounts if one.is_score]
    if not types & {SlotType.STAGE_DAYS, SlotType.SILENT_DAYS}:
        spans += [(one.start, one.end) for one in reading.lapses]
    if not types & _PERIODS:
        spans += [(one.start, one.end) for one in reading.periods]
    came_in = opened(reading)
    # "new deals" is what a win rate counts anyway.
    takes_it = any(argument.role is PeriodRole.CREATED for argument in card.arguments)
    if came_in and reading.periods and not takes_it and not reading.norm.startswith("new ", came_in[0]):
        spans.append(came_in)
    taken = [(one.start, one.end) for one in narrowed]
    left = [span for span in spans if not any(start < span[1] and span[0] < end for start, end in taken)]
    return tuple(_written(reading, *span) for span in sorted(left))


def _written(reading: Reading, start: int, end: int) -> str:
    return reading.text.written_between(*reading.text.token_range(start, end)).strip(" ,.;:-!?")
