"""Being away, and who decides in the meantime; set by oneself or by an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from db.access import Permission
from db.errors import AbsenceRefused, NotFound
from db.models import StandIn, User
from db.repositories.base import Repository


@dataclass(frozen=True, slots=True)
class Absence:
    user_id: int
    email: str
    stand_in_id: int
    stand_in: str
    since: datetime
    until: datetime


class AbsenceRepository(Repository):
    async def set(self, email: str, *, since: datetime, until: datetime, stand_in: str) -> Absence:
        """Note the absence; one that was noted before is replaced."""
        # The person is held, so that of two absences noted at the same time one replaces the other.
        user, other = await self._own(email), await self._active(stand_in)
        await self.session.refresh(user, with_for_update=True)
        if until <= max(since, datetime.now(UTC)):
            raise AbsenceRefused("The absence would be over before it begins; choose a later day.")
        if user.id == other.id:
            raise AbsenceRefused("Nobody stands in for oneself; choose a colleague.")
        await self._require_end(user, other, since, until)
        row = await self.session.get(StandIn, user.id) or StandIn(user_id=user.id)
        row.stand_in_id, row.since, row.until = other.id, since, until
        self.session.add(row)
        await self.session.flush()
        return Absence(user.id, user.email, other.id, other.email, since, until)

    async def end(self, email: str) -> int:
        """The person is back: whose absence it was."""
        user = await self._own(email)
        row = await self.session.get(StandIn, user.id)
        if row is None or row.until <= datetime.now(UTC):
            raise NotFound("absence of", user.email)
        await self.session.delete(row)
        await self.session.flush()
        return user.id

    async def all(self) -> list[Absence]:
        """Those that are not over: one's own and one's own stand-ins'; an administrator reads all."""
        statement = select(StandIn).where(StandIn.until > datetime.now(UTC)).order_by(StandIn.since)
        if not self.actor.may(Permission.USERS_MANAGE):
            me = self.actor.user_id
            statement = statement.where((StandIn.user_id == me) | (StandIn.stand_in_id == me))
        rows = (await self.session.execute(statement)).scalars().all()
        ids = {key for one in rows for key in (one.user_id, one.stand_in_id)}
        users = select(User.id, User.email).where(User.id.in_(ids))
        emails = {row.id: row.email for row in (await self.session.execute(users)).all()}
        return [
            Absence(
                one.user_id, emails[one.user_id], one.stand_in_id, emails[one.stand_in_id], one.since, one.until
            )
            for one in rows
        ]  # fmt: skip

    async def _require_end(self, user: User, other: User, since: datetime, until: datetime) -> None:
        """The chain of stand-ins must lead to somebody who is there."""
        at, seen = other.id, {user.id}
        while at not in seen:
            seen.add(at)
            row = await self.session.get(StandIn, at)
            if row is None or row.since >= until or row.until <= since:
                return
            at = row.stand_in_id
        raise AbsenceRefused(
            f"{other.name} is away at the same time, and so is whoever stands in; choose somebody else."
        )

    async def _own(self, email: str) -> User:
        """Oneself, or anybody for an administrator; others do not exist here."""
        if email.strip().lower() != self.actor.email:
            self.actor.require(Permission.USERS_MANAGE)
        return await self._active(email)

    async def _active(self, email: str) -> User:
        address = email.strip().lower()
        statement = select(User).where(User.email == address, User.active, User.deleted_at.is_(None))
        found = await self.session.scalar(statement)
        if found is None:
            raise NotFound("active person", address)
        return found
