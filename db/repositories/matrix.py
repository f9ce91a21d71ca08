"""What a workspace set otherwise for its roles: cells of the matrix, and fields that are hidden."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from db.access import Grant, RecordAction
from db.hiding import spread
from db.models import HiddenField, RecordGrant, Role
from db.permissions import usually
from db.records import KINDS
from db.repositories.base import Repository


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One cell. `id` and `version` are those of the departure, None where the usual matrix holds."""

    role: Role
    grant: Grant
    allowed: bool
    id: int | None = None
    version: int | None = None

    @property
    def usual(self) -> bool:
        return usually(self.role, self.grant)


@dataclass(frozen=True, slots=True)
class HiddenLine:
    """A field that is hidden from a role; without an `id` it goes with another that is (`spread`)."""

    role: Role
    kind: str
    field: str
    id: int | None = None


class MatrixRepository(Repository):
    async def grants(self) -> dict[tuple[Role, Grant], GrantLine]:
        """Every cell of every role, in the order of the roster."""
        statement = select(RecordGrant).where(RecordGrant.deleted_at.is_(None))
        stored = {
            (Role(row.role), Grant(row.kind, RecordAction(row.action))): row
            for row in (await self.session.execute(statement)).scalars()
        }
        found: dict[tuple[Role, Grant], GrantLine] = {}
        for role in Role:
            for grant in (Grant(kind, action) for kind in KINDS for action in RecordAction):
                row = stored.get((role, grant))
                found[role, grant] = (
                    GrantLine(role, grant, usually(role, grant)) if row is None
                    else GrantLine(role, grant, row.allowed, row.id, row.version)
                )  # fmt: skip
        return found

    async def hidden(self) -> list[HiddenLine]:
        """Every field that is hidden from a role, those that go with others behind them."""
        statement = select(HiddenField).where(HiddenField.deleted_at.is_(None)).order_by(HiddenField.id)
        rows = (await self.session.execute(statement)).scalars().all()
        lines = [HiddenLine(Role(row.role), row.kind, row.field, row.id) for row in rows]
        for role in Role:
            own = {(one.kind, one.field) for one in lines if one.role is role}
            lines += [HiddenLine(role, kind, name) for kind, name in sorted(spread(own) - own)]
        return lines
