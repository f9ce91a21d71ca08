"""Spans of turns, already redacted when they arrive here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select

from db.acting import works_unscoped
from db.errors import NotFound
from db.models import Base, Span, User
from db.personal import own_or_all_spans
from db.repositories.base import Repository
from db.session import WriteSession

_SPANS = Base.metadata.tables[Span.__tablename__]


@dataclass(frozen=True, slots=True)
class SpanLine:
    span_id: str
    trace_id: str
    parent_id: str | None
    user_id: int | None
    name: str
    started_ns: int
    ended_ns: int
    status: str
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TraceLine:
    trace_id: str
    name: str
    started_ns: int
    milliseconds: float
    spans: int
    status: str
    attributes: dict[str, Any]


@works_unscoped
async def keep(session: WriteSession, spans: Sequence[SpanLine]) -> None:
    if spans:
        rows = [{name: getattr(span, name) for name in SpanLine.__slots__} for span in spans]
        await session.execute(insert(_SPANS), rows)


class TraceRepository(Repository):
    async def recent(
        self,
        *,
        limit: int = 20,
        person: str | None = None,
        tool: str | None = None,
        slower_than_ms: float | None = None,
    ) -> list[TraceLine]:
        """The latest traces; of one person (e-mail), that called one tool, that took at least so long."""
        counted = select(Span.trace_id, func.count().label("spans")).group_by(Span.trace_id).subquery()
        statement = (
            select(Span, counted.c.spans)
            .join(counted, counted.c.trace_id == Span.trace_id)
            .where(Span.parent_id.is_(None), own_or_all_spans(self.actor), *_narrowed(person, tool, slower_than_ms))
            .order_by(Span.started_ns.desc())
            .limit(limit)
        )
        return [
            TraceLine(
                root.trace_id, root.name, root.started_ns, (root.ended_ns - root.started_ns) / 1e6, spans, root.status,
                root.attributes,
            )
            for root, spans in await self.session.execute(statement)
        ]  # fmt: skip

    async def spans(self, trace_id: str) -> list[SpanLine]:
        statement = select(Span).where(Span.trace_id == trace_id, own_or_all_spans(self.actor))
        found = (await self.session.execute(statement.order_by(Span.started_ns, Span.span_id))).scalars().all()
        if not found:
            raise NotFound("trace", trace_id)
        return [SpanLine(*(getattr(span, name) for name in SpanLine.__slots__)) for span in found]


def _narrowed(person: str | None, tool: str | None, slower_than_ms: float | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if person is not None:
        conditions.append(Span.user_id.in_(select(User.id).where(User.email == person.strip().lower())))
    if tool is not None:
        called = select(Span.trace_id).where(Span.name == f"execute_tool {tool}")
        conditions.append(Span.trace_id.in_(called))
    if slower_than_ms is not None:
        conditions.append(Span.ended_ns - Span.started_ns >= int(slower_than_ms * 1e6))
    return conditions
