"""Which of the periods in a text goes into which argument, and whether it looks back or ahead."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from agent.local.periods import Found
from agent.local.reading import Reading
from agent.local.schema import Argument, PeriodRole, SlotType, ToolCard
from agent.local.when import Clock, Relation, Stretch, When
from tools.science.periods import Grain, Period, UnreadablePeriod

_AGAINST = re.compile(
    r"(?:vs|versus|compared? (?:\w+ ){0,3}?(?:to|with)|against|relative to|than|than in|over|as|from|with|since)"
    r"(?: the| it was| we were| in)* $"
)
_OPENED = re.compile(
    r"(?<!\w)(?:created|opened|entered|added|started|generated|come in|came in|coming in|brand new|new (?:deals?|opportunit(?:y|ies)))(?!\w)"
)
_CLOSED = frozenset({"won", "lost", "closed"})


def opened(reading: Reading) -> tuple[int, int] | None:
    """Where the words speak of the day a record came in, in characters of the cleaned-up text."""
    match = _OPENED.search(reading.norm)
    return match.span() if match else None


def fill_period(reading: Reading, card: ToolCard, argument: Argument, filled: Mapping[str, object]) -> str | None:
    """The period an argument takes, as tools write it."""
    compares = any(other.type is SlotType.PERIOD and other.role is PeriodRole.VERSUS for other in card.arguments)
    if compares:
        at, versus = _compared(reading)
        chosen = versus if argument.role is PeriodRole.VERSUS else at
        # "since July" is no period that another can be held against; what was taken instead stands in the answer.
        return None if chosen and "/" in chosen else chosen
    plain = [found for found in reading.periods if not found.when.relation]
    if not plain:
        return None
    if argument.role in {PeriodRole.CLOSING, PeriodRole.CLOSED}:
        looks_back = filled.get("status") in _CLOSED or (
            _is_past(plain[0].when, reading.now.date()) and _can_close(card)
        )
        if _can_close(card) and looks_back is not (argument.role is PeriodRole.CLOSED):
            return None
    came_in = opened(reading) is not None
    if _can_close(card) and came_in is not (argument.role is PeriodRole.CREATED):
        return None
    if argument.role is PeriodRole.CLOSING and argument.name == "closing" and came_in:
        return None  # a day of coming in is no day of closing
    ahead = argument.role is PeriodRole.CLOSING
    return _whole(plain, reading, ahead=ahead)


def _can_close(card: ToolCard) -> bool:
    return any(argument.role is PeriodRole.CLOSED for argument in card.arguments)


def _is_past(when: When, today: date) -> bool:
    return when.future.last < today


def _whole(found: list[Found], reading: Reading, *, ahead: bool) -> str:
    """One period, or the stretch from the first to the last when several are added up ("Q1 and Q2")."""
    if len(found) == 1:
        return found[0].when.text(ahead=ahead)
    stretches = [one.when.future if ahead else one.when.past for one in found]
    between = reading.norm[found[0].end : found[1].start].strip()
    if between not in {"and", "or", ",", "&", "plus"}:
        return stretches[0].text
    first, last = min(one.first for one in stretches), max(one.last for one in stretches)
    return Stretch.between(first, last).text


def _compared(reading: Reading) -> tuple[str | None, str | None]:
    """The period asked about and the one it is held against."""
    at: When | None = None
    versus: When | None = None
    relation: Relation | None = None
    for found in reading.periods:
        when = found.when
        if when.relation:
            relation = when.relation
        elif when.parts:
            versus, at = when.parts
        elif (
            versus is None
            and (at is not None or _AGAINST.search(reading.norm[: found.start]))
            and not (at is not None and _is_list(reading, found))
        ):
            versus = when
        elif at is None:
            at = when
    if relation is not None and at is not None:
        return at.past.text, _related(at, relation, reading)
    if versus is not None and at is None:
        at = _latest_like(versus, reading)
    if relation is not None:
        return None, None if relation is Relation.PREVIOUS else _same_last_year(reading)
    return (at.past.text if at else None), (versus.past.text if versus else None)


def _is_list(reading: Reading, found: Found) -> bool:
    return bool(re.search(r"(?:,|or) $", reading.norm[: found.start]))


def _related(at: When, relation: Relation, reading: Reading) -> str | None:
    try:
        period = Period.parse(at.past.text, year_start=reading.year_start)
    except UnreadablePeriod:
        return None
    return str(period.shift(-1) if relation is Relation.PREVIOUS else period.same_last_year())


def _latest_like(versus: When, reading: Reading) -> When | None:
    """What "compared to last quarter" is about when nothing else is said: the current period of the same length."""
    if versus.grain is None:
        return None
    clock = Clock(reading.now.date(), reading.year_start, reading.week_start)
    return clock.of(clock.period(versus.grain))


def _same_last_year(reading: Reading) -> str:
    """The quarter last year that matches the latest complete one, which is what a comparison without `at` is about."""
    clock = Clock(reading.now.date(), reading.year_start, reading.week_start)
    return str(clock.period(Grain.QUARTER).shift(-1).same_last_year())
