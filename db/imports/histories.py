"""Stays in stages and statuses, and the last contact, as they follow from imported records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from db.imports.tables import batches, insert, table_of
from db.many_ids import among
from db.models import Direction, Interaction, Lead, LifecycleChange, Opportunity, StageChange
from db.records import RecordKind

_Rows = Sequence[tuple[int, Mapping[str, Any]]]


def keep_histories(connection: Connection, kind: RecordKind, made: _Rows, moved: _Rows) -> None:
    """One stay for each new deal and lead; for one that moved the stay that ends and the one that begins."""
    if kind.name == "opportunity":
        _stays(connection, StageChange, "opportunity_id", "stage", ("entered_on", "left_on"), made, moved, _day)
    elif kind.name == "lead":
        _stays(connection, LifecycleChange, "lead_id", "status", ("entered_at", "left_at"), made, moved, _moment)


def _stays(
    connection: Connection,
    model: type[StageChange] | type[LifecycleChange],
    link: str,
    name: str,
    ends: tuple[str, str],
    made: _Rows,
    moved: _Rows,
    when: Callable[..., Any],
) -> None:
    entered, left = ends
    table = table_of(model)
    latest = {key: when(columns, moving=True) for key, columns in moved}
    open_ = and_(table.c[link] == bindparam("key"), table.c[left].is_(None), table.c.deleted_at.is_(None))
    ended = update(table).where(open_).values({left: bindparam("since", type_=table.c[left].type)})
    for some in batches(list(latest)):
        connection.execute(ended, [{"key": key, "since": latest[key]} for key in some])
    rows = [(key, columns, when(columns, moving=False)) for key, columns in made]
    rows += [(key, columns, latest[key]) for key, columns in moved]
    insert(
        connection, table,
        [{link: key, name: columns[name], entered: since} for key, columns, since in rows if since is not None],
    )  # fmt: skip


def _day(columns: Mapping[str, Any], *, moving: bool) -> Any:  # noqa: ANN401 - a day
    today = datetime.now(UTC).date() if moving else None
    return columns["closed_on"] or columns["stage_entered_on"] or columns["created_on"] or today


def _moment(columns: Mapping[str, Any], *, moving: bool) -> Any:  # noqa: ANN401 - a moment
    return datetime.now(UTC) if moving else columns["arrived_at"] or columns["created_at"]


def move_contacts(connection: Connection, kind: RecordKind, touching: Mapping[str, set[int]]) -> None:
    """The last contact of leads and the last activity of deals move forward to the latest exchange with them."""
    for column, keys in touching.items():
        deal = column == "opportunity_id"
        record: Any = Opportunity if deal else Lead
        moment = record.last_activity_at if deal else record.last_contacted_at
        there = [getattr(Interaction, column) == record.id, Interaction.deleted_at.is_(None)]
        if not deal:
            there.append(Interaction.direction == Direction.OUT)
        latest = select(func.max(Interaction.at)).where(*there).correlate(record).scalar_subquery()
        for some in batches(sorted(keys)):
            chosen = among(record.id, some, connection.dialect)
            behind = and_(latest.is_not(None), or_(moment.is_(None), moment < latest))
            # No edit of the record: its version stays, so that what waits for a decision about it stays valid.
            connection.execute(update(record.__table__).where(chosen, behind).values({moment.key: latest}))
