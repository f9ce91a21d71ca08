"""Adding and retiring people of the workspace; for administrators."""

from __future__ import annotations

from sqlalchemy import func, select

from db import name_index
from db.access import Permission, Role
from db.errors import Conflict, NotFound
from db.models import Team, User
from db.names import NamedKind
from db.repositories.base import Repository


class StaffRepository(Repository):
    async def add(self, email: str, name: str, role: Role, *, team: str | None) -> int:
        self.actor.require(Permission.USERS_MANAGE)
        address = email.strip().lower()
        if await self.session.scalar(select(User.id).where(User.email == address)) is not None:
            raise Conflict("person", address)
        team_id = None
        if team is not None:
            team_id = await self.session.scalar(select(Team.id).where(func.lower(Team.name) == team.strip().lower()))
            if team_id is None:
                raise NotFound("team", team)
        user = User(email=address, name=name.strip(), role=role, team_id=team_id)
        self.session.add(user)
        await self.session.flush()
        await self.session.run_sync(lambda session: name_index.refresh(session.connection(), NamedKind.USER, [user.id]))
        return user.id

    async def disable(self, email: str) -> None:
        """The person can no longer sign in; records keep their owner."""
        (await self._by_email(email)).active = False

    async def id_of(self, email: str) -> int:
        return (await self._by_email(email)).id

    async def _by_email(self, email: str) -> User:
        self.actor.require(Permission.USERS_MANAGE)
        named = select(User).where(User.email == email.strip().lower(), User.active, User.deleted_at.is_(None))
        found = await self.session.scalar(named)
        if found is None:
            raise NotFound("active person", email)
        return found
