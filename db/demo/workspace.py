"""Founds a demo workspace: tables, company, fact table, name look-up, and the day it stands at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time

from sqlalchemy import Connection, select

from db import facts, likeness_index, name_index
from db.demo.company import build
from db.demo.plan import DemoPlan
from db.demo.store import insert_company
from db.demo.tables import CURRENCY
from db.fulltext import index
from db.lead_scores import Scorebook
from db.locks import Lock, held
from db.models import Base, Setting, User
from db.session import Database
from db.workspace import LOCAL_ADMIN, create

_MARK = "demo"
_MORNING = time(8, 0, tzinfo=UTC)


Scoring = Callable[[Scorebook, datetime], None]
"""Scores the leads of the company as of a moment; what scores is none of the database's business."""


async def found(
    database: Database, plan: DemoPlan, *, standing: bool, scoring: Scoring | None = None
) -> dict[str, int] | None:
    """Insert the demo company; the number of rows per table, or None when exactly this demo is there already.

    Args:
        standing: the workspace's clock stands at the plan's day, so that "this quarter" and "overdue" fit the data.
        scoring: gives the leads their scores and the history of them; without it a worker does so later.

    Raises:
        WorkspaceInUse: the database holds other people or records.
    """
    await create(database)
    async with database.connection() as connection:
        if not database.is_sqlite:
            # Nobody sets the workspace up in the meantime.
            await connection.execute(held(Lock.FOUNDING))
        return await connection.run_sync(_found, plan, standing, scoring)


def _found(connection: Connection, plan: DemoPlan, standing: bool, scoring: Scoring | None) -> dict[str, int] | None:
    mark = connection.execute(select(Setting.value).where(Setting.key == _MARK)).scalar()
    if mark is not None and mark == _describe(plan):
        return None
    with index.loading(connection):
        counts = insert_company(connection, build(plan))
    _dated(connection, plan)
    facts.refresh(connection)
    name_index.refresh_all(connection)
    likeness_index.refresh_all(connection)
    moment = datetime.combine(plan.as_of, _MORNING)
    if scoring is not None:
        scoring(Scorebook(connection, CURRENCY), moment)
    table = Base.metadata.tables[Setting.__tablename__]
    connection.execute(table.insert(), [{"key": _MARK, "value": _describe(plan)}])
    if standing:
        connection.execute(table.insert(), [{"key": "clock", "value": {"at": moment.isoformat()}}])
    return counts


def _dated(connection: Connection, plan: DemoPlan) -> None:
    """The administrator made with the tables bears the demo's day too, so that the same plan gives the same bytes."""
    moment = datetime.combine(plan.as_of, _MORNING)
    users = Base.metadata.tables[User.__tablename__]
    connection.execute(users.update().where(users.c.email == LOCAL_ADMIN).values(created_at=moment, updated_at=moment))


def _describe(plan: DemoPlan) -> dict[str, object]:
    return {"as_of": plan.as_of.isoformat(), "seed": plan.seed}
