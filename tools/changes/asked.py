"""Which changes are meant: a day or a part of it, a conversation, a record, a colleague."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Literal

from db.records import KINDS
from db.repositories.change_log import Wanted
from db.repositories.records import RecordRepository
from tools.contract import Ask, RecordArgument, ToolContext
from tools.errors import BadArgument
from tools.periods import moments
from tools.wording import clean, day

Daytime = Literal["morning", "afternoon", "evening"]
_HOURS: dict[str, tuple[int, int]] = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24)}


class WhichChanges(Ask):
    record: RecordArgument | None = None
    """Only those of this record and of what hangs on it."""
    period: str | None = None
    """When they were made: `2025Q2`, `2025-06`, or two ISO dates joined by a slash."""
    daytime: Daytime | None = None
    """Only those of this part of the day; without a period, of today."""
    within: Literal["conversation"] | None = None
    """`conversation`: only those made in this conversation."""


async def under_its_name(argument: RecordArgument, at: ToolContext) -> RecordArgument:
    """The record as it is called now. Raises `NotFound`, or `BadArgument` for what is no record."""
    if argument.kind not in KINDS:
        raise BadArgument("record", f"I keep no changes of a {argument.kind}")
    line = await RecordRepository(at.session, at.actor, KINDS[argument.kind]).get(argument.id)
    return argument.model_copy(update={"name": line.name})


def wanted(ask: WhichChanges, at: ToolContext, *, users: tuple[int, ...] | None = None) -> Wanted:
    since, until = _span(ask, at)
    conversation = at.conversation if ask.within else None
    return Wanted(ask.record.ref if ask.record else None, since, until, conversation, users)


def _span(ask: WhichChanges, at: ToolContext) -> tuple[datetime | None, datetime | None]:
    if ask.period is None and ask.daytime is None:
        return None, None
    since, until = moments(ask.period or f"{at.today}/{at.today}", at)
    if ask.daytime is None:
        return since, until
    first, last = _HOURS[ask.daytime]
    final = (until - timedelta(days=1)).date()
    return datetime.combine(final, time(first), since.tzinfo), datetime.combine(
        final, time(), since.tzinfo
    ) + timedelta(hours=last)


def in_words(ask: WhichChanges, at: ToolContext) -> str:
    """` on Acme today, in this conversation`, to follow a noun."""
    said = f" on {clean(ask.record.name, most=80) or ask.record.kind}" if ask.record else ""
    if ask.daytime and ask.period is None:
        said += f" this {ask.daytime}"
    elif ask.period is not None:
        first, _, last = ask.period.partition("/")
        one_day = bool(last) and first == last
        said += " today" if one_day and first == at.today.isoformat() else f" {_period(ask.period, one_day=one_day)}"
    return f"{said} in this conversation" if ask.within else said


def _period(period: str, *, one_day: bool) -> str:
    first, _, last = period.partition("/")
    if one_day:
        return f"on {day(datetime.fromisoformat(first).date())}"
    return f"from {first} to {last}" if last else f"in {period}"
