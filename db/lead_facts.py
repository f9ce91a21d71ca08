"""What leads are scored by, read in two statements for one lead or for a block of thousands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Date,
    Integer,
    SQLColumnExpression,
    String,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from db.many_ids import among
from db.models import CampaignMember, Channel, Direction, Interaction, Lead, MeetingStatus
from db.rates import worth_in

LEAD = (
    "id", "title", "country", "region", "industry", "employees", "source", "budget_minor", "timeline", "pain_points",
    "decision_makers", "opted_out", "arrived", "contacted", "engagement", "score", "grade", "tier", "confidence",
    "rescore",
)  # fmt: skip
"""Columns of a lead. Times are whole hours since 1970; pain points and decision makers are 1 where any are told."""
EVENT = ("lead_id", "kind", "hour", "direction")
"""Columns of what happened; the kind is empty where it only counts as an exchange, the direction of a touch too."""
_UNREACHED = ("no answer", "no_answer", "voicemail", "busy", "not reached", "wrong number", "left message")
_ANSWERS = {
    "opened": "email_open", "clicked": "email_click", "replied": "email_reply", "responded": "email_reply",
    "registered": "form", "submitted": "form", "attended": "webinar", "demo requested": "demo_request",
    "bounced": "bounce", "unsubscribed": "unsubscribe", "visited": "page_visit",
}  # fmt: skip
"""Kinds of event behind the response to a campaign, or behind the outcome of a message."""


@dataclass(frozen=True, slots=True)
class LeadRows:
    """`leads` as `LEAD`, ordered by id; `events` as `EVENT`."""

    leads: Sequence[Any]
    events: Sequence[Any]


class hour_number(FunctionElement[int]):  # noqa: N801 - an SQL function
    """Whole hours from 1970 to a moment."""

    type = BigInteger()
    inherit_cache = True


@compiles(hour_number, "sqlite")
def _sqlite_hour(element: hour_number, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own signature
    return f"(CAST(strftime('%s', {compiler.process(element.clauses, **kw)}) AS INTEGER) / 3600)"


@compiles(hour_number, "postgresql")
def _postgres_hour(element: hour_number, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own signature
    return f"CAST(floor(extract(epoch FROM {compiler.process(element.clauses, **kw)}) / 3600) AS BIGINT)"


def read(connection: Connection, ids: Sequence[int], currency: str, *, on: date, to_write: bool = False) -> LeadRows:
    """The facts of these leads; those that were deleted are left out.

    Args:
        currency: of the workspace: budgets are read in it; one in a currency without a rate counts as unknown.
        on: the day whose rates count.
        to_write: nobody else scores them until this transaction ends (PostgreSQL).
    """
    dialect = connection.dialect
    statement = select(*_lead_columns(currency, on)).order_by(Lead.id)
    statement = statement.where(among(Lead.id, ids, dialect), Lead.deleted_at.is_(None))
    if to_write:
        statement = statement.with_for_update(key_share=True)
    leads = connection.execute(statement).all()
    happened = union_all(
        select(Interaction.lead_id, _kind_of_interaction(), hour_number(Interaction.at), Interaction.direction).where(
            among(Interaction.lead_id, ids, dialect), Interaction.deleted_at.is_(None)
        ),
        select(
            CampaignMember.lead_id, _kind_of_answer(CampaignMember.response),
            hour_number(func.coalesce(CampaignMember.touched_at, CampaignMember.created_at)), literal("", String),
        ).where(among(CampaignMember.lead_id, ids, dialect), CampaignMember.deleted_at.is_(None)),
    )  # fmt: skip
    return LeadRows(leads, connection.execute(happened).all())


def due(connection: Connection, at: datetime, most: int) -> list[int]:
    """Leads whose score is to be reckoned anew, at most so many; those that another process is at are passed over."""
    statement = (
        select(Lead.id)
        .where(Lead.deleted_at.is_(None), or_(Lead.rescore_at.is_(None), Lead.rescore_at <= at))
        .limit(most)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return list(connection.execute(statement).scalars())


def block(connection: Connection, after: int, size: int) -> list[int]:
    """The next leads behind an id, for a walk over all of them."""
    statement = select(Lead.id).where(Lead.id > after, Lead.deleted_at.is_(None)).order_by(Lead.id).limit(size)
    return list(connection.execute(statement).scalars())


def _lead_columns(currency: str, on: date) -> list[SQLColumnExpression[Any]]:
    return [
        Lead.id, Lead.title, Lead.country, Lead.region, Lead.industry, Lead.employees, Lead.lead_source,
        _budget(currency, on), Lead.decision_timeline, _told(Lead.pain_points), _told(Lead.decision_makers),
        or_(Lead.opted_out, Lead.do_not_contact), hour_number(Lead.arrived_at), hour_number(Lead.last_contacted_at),
        cast(Lead.engagement, Text), Lead.score, Lead.grade, Lead.tier,
        cast(func.round(Lead.score_confidence * 1000), Integer), hour_number(Lead.rescore_at),
    ]  # fmt: skip


def _budget(currency: str, on: date) -> ColumnElement[Any]:
    """In minor units of the workspace's currency, by the rate of the day; unknown where there is none."""
    worth = worth_in(currency, Lead.budget_minor, func.coalesce(Lead.currency, currency), literal(on, Date))
    return cast(func.round(worth), BigInteger)


def _told(column: Any) -> ColumnElement[Any]:  # noqa: ANN401 - a JSON column
    """1 where a list says anything."""
    text = cast(column, Text)
    return case((or_(text.is_(None), text.in_(["[]", "null"])), None), else_=literal(1))


@cache
def _kind_of_interaction() -> ColumnElement[Any]:
    """Built once: that costs more than to run it for one lead."""
    outcome, came = func.lower(func.coalesce(Interaction.outcome, "")), Interaction.direction == Direction.IN
    channel = Interaction.channel
    return case(
        (channel == Channel.MEETING, case((Interaction.status == MeetingStatus.HELD, "meeting"), else_=_undated())),
        (and_(channel == Channel.CALL, outcome.not_in(_UNREACHED)), "call_held"),
        (channel == Channel.CALL, ""),
        (and_(came, outcome.in_(["unsubscribed", "opted out"])), "unsubscribe"),
        (and_(came, channel == Channel.EMAIL), "email_reply"),
        (came, "message_reply"),
        else_=_kind_of_answer(Interaction.outcome),
    )


def _undated() -> ColumnElement[Any]:
    """A meeting that nobody gave a state took place; one that is planned, cancelled or missed did not."""
    return case((Interaction.status.is_(None), "meeting"), else_="")


@cache
def _kind_of_answer(column: Any) -> ColumnElement[Any]:  # noqa: ANN401 - a text column
    said = func.replace(func.lower(func.coalesce(column, "")), "_", " ")
    return case(*((said == answer, kind) for answer, kind in _ANSWERS.items()), else_="")
