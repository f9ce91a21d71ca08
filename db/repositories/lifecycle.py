"""How leads go from new to customer: what stands behind a deal, how long they stay, and what hangs on one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from db.access import visible_leads
from db.acting import works_unscoped
from db.many_ids import among
from db.models import (
    Account,
    AccountStatus,
    Lead,
    LeadStatus,
    LifecycleChange,
    Opportunity,
    User,
)
from db.models.base import UtcDateTime
from db.record_images import TABLES
from db.repositories.base import Repository

LINKED = ("account_id", "contact_id", "opportunity_id")
_FOLLOWING = {
    "interaction": LINKED,
    "note": LINKED,
    "task": LINKED,
    "campaign_member": ("contact_id", "opportunity_id"),
}
"""What hangs on a lead, and the links that lead on to what it becomes."""


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a lead in a status, until now where it has not left."""

    status: str
    entered_at: datetime
    left_at: datetime | None
    by: str | None
    by_id: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class TimeInStatus:
    """Days that leads spent in a status: those that have left it, and the `staying` that are in it now."""

    status: str
    left: int
    median_days: float | None
    average_days: float | None
    staying: int
    staying_days: float | None


class days_between(FunctionElement[float]):  # noqa: N801 - an SQL function
    """Days from one moment to another, with fractions."""

    type = Float()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _sqlite_days(element: days_between, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own signature
    since, until = (compiler.process(one, **kw) for one in element.clauses)
    return f"(julianday({until}) - julianday({since}))"


@compiles(days_between, "postgresql")
def _postgres_days(element: days_between, compiler: SQLCompiler, **kw: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own signature
    since, until = (compiler.process(one, **kw) for one in element.clauses)
    return f"(CAST(extract(epoch FROM {until} - {since}) AS double precision) / 86400)"


class LifecycleRepository(Repository):
    @works_unscoped
    async def leads_of(self, deals: Sequence[int]) -> list[tuple[int, str]]:
        """(id, status) of the leads behind these deals that are no customers yet, beyond the person's sight too."""
        statement = select(Lead.id, Lead.status).where(
            self._among(Lead.opportunity_id, deals), Lead.deleted_at.is_(None), Lead.status != LeadStatus.CUSTOMER
        )
        return [(key, status) for key, status in await self.session.execute(statement.order_by(Lead.id))]

    @works_unscoped
    async def prospects_of(self, deals: Sequence[int], accounts: Sequence[int] = ()) -> list[int]:
        """The accounts of these deals, and those named, that are no customers yet; beyond the person's sight too."""
        behind = select(Opportunity.account_id).where(self._among(Opportunity.id, deals))
        statement = select(Account.id).where(
            or_(Account.id.in_(behind), self._among(Account.id, accounts)), Account.deleted_at.is_(None),
            Account.status != AccountStatus.CUSTOMER,
        )  # fmt: skip
        return list((await self.session.scalars(statement.order_by(Account.id))).all())

    @works_unscoped
    async def open_stays(self, leads: Sequence[int]) -> list[int]:
        """The stays that these leads are in at the moment, beyond the person's sight too."""
        statement = select(LifecycleChange.id).where(
            self._among(LifecycleChange.lead_id, leads), LifecycleChange.left_at.is_(None),
            LifecycleChange.deleted_at.is_(None),
        )  # fmt: skip
        return list((await self.session.scalars(statement.order_by(LifecycleChange.id))).all())

    async def stays(self, lead: int) -> list[Stay]:
        """Of a lead that the person sees, the first stay first."""
        statement = (
            select(LifecycleChange, User.name)
            .outerjoin(User, User.id == LifecycleChange.changed_by)
            .where(LifecycleChange.lead_id == lead, *self._seen())
            .order_by(LifecycleChange.entered_at, LifecycleChange.id)
        )
        return [
            Stay(one.status, one.entered_at, one.left_at, by, one.changed_by, one.reason)
            for one, by in await self.session.execute(statement)
        ]

    async def times(self, now: datetime) -> list[TimeInStatus]:
        """For each status how long leads stayed in it, over the leads the person sees."""
        own = self._seen()
        took = days_between(LifecycleChange.entered_at, LifecycleChange.left_at)
        status, left = LifecycleChange.status, LifecycleChange.left_at.is_not(None)
        ranked = (
            select(
                status.label("status"), took.label("days"), func.count().over(partition_by=status).label("n"),
                func.row_number().over(partition_by=status, order_by=took).label("place"),
            )
            .where(*own, left)
            .subquery()
        )  # fmt: skip
        # The one in the middle, or both.
        middle = or_(ranked.c.place * 2 == ranked.c.n, ranked.c.place * 2 == ranked.c.n + 1,
                     ranked.c.place * 2 == ranked.c.n + 2)  # fmt: skip
        medians = select(ranked.c.status, func.avg(ranked.c.days)).where(middle).group_by(ranked.c.status)
        gone = select(status, func.count(), func.avg(took)).where(*own, left).group_by(status)
        staying = (
            select(
                status, func.count(), func.avg(days_between(LifecycleChange.entered_at, literal(now, UtcDateTime())))
            )
            .where(*own, LifecycleChange.left_at.is_(None))
            .group_by(status)
        )
        median: dict[str, float] = {row[0]: row[1] for row in await self.session.execute(medians)}
        past = {name: (count, days) for name, count, days in await self.session.execute(gone)}
        here = {name: (count, days) for name, count, days in await self.session.execute(staying)}
        return [
            TimeInStatus(
                one, past.get(one, (0, None))[0], median.get(one), past.get(one, (0, None))[1],
                *here.get(one, (0, None)),
            )
            for one in LeadStatus if one in past or one in here
        ]  # fmt: skip

    @works_unscoped
    async def hanging(self, lead: int) -> dict[tuple[str, tuple[str, ...]], list[int]]:
        """What hangs on a lead, beyond the person's sight too: ids by kind and by which links they lack."""
        found: dict[tuple[str, tuple[str, ...]], list[int]] = {}
        for kind, columns in _FOLLOWING.items():
            table: Any = TABLES[kind]
            links = [getattr(table, name) for name in columns]
            rows = select(table.id, *links).where(table.lead_id == lead, table.deleted_at.is_(None)).order_by(table.id)
            for key, *values in await self.session.execute(rows):
                # What hangs on a deal of its own stays with that.
                lacking = tuple(name for name, value in zip(columns, values, strict=True) if value is None)
                if "opportunity_id" in lacking:
                    found.setdefault((kind, lacking), []).append(key)
        return found

    def _seen(self) -> list[ColumnElement[bool]]:
        leads = select(Lead.id).where(visible_leads(self.actor), Lead.deleted_at.is_(None))
        return [LifecycleChange.lead_id.in_(leads), LifecycleChange.deleted_at.is_(None)]

    def _among(self, column: Any, ids: Sequence[int]) -> ColumnElement[bool]:  # noqa: ANN401 - a column of numbers
        return among(column, ids, self.session.get_bind().dialect)
