"""Colleagues the actor may name, and the scope the actor's figures cover."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from db.access import Actor, Role, actor_of, visible_users
from db.acting import works_unscoped
from db.models import Team, User
from db.repositories.base import RecordRef, Repository
from db.session import ReadSession


@dataclass(frozen=True, slots=True)
class Colleague:
    id: int
    name: str
    email: str
    role: str
    team: str | None
    active: bool


class PeopleRepository(Repository):
    async def visible(self) -> tuple[Colleague, ...]:
        """The actor and the people whose rows the actor sees; those who left or were removed still have theirs."""
        statement = (
            select(User, Team.name)
            .outerjoin(Team, User.team_id == Team.id)
            .where(visible_users(self.actor))
            .order_by(User.id)
        )
        rows = (await self.session.execute(statement)).all()
        return tuple(
            Colleague(user.id, user.name, user.email, user.role, team, user.active and user.deleted_at is None)
            for user, team in rows
        )

    async def scope(self, what: str = "deals") -> str:
        """In words, whose rows the actor's figures cover."""
        if self.actor.sees_all:
            return "the whole company"
        if self.actor.role is Role.MANAGER and self.actor.team_id is not None:
            name = await self.session.scalar(select(Team.name).where(Team.id == self.actor.team_id))
            return f"your team ({name})" if name else "your team"
        return f"your own {what}"

    async def teams(self) -> tuple[str, ...]:
        return tuple(one.name for one in await self.team_refs())

    async def team_refs(self) -> tuple[RecordRef, ...]:
        statement = select(Team.id, Team.name).where(Team.deleted_at.is_(None)).order_by(Team.id)
        if not self.actor.sees_all:
            statement = statement.where(Team.id.in_(self.actor.teams))
        return tuple(RecordRef("team", key, name) for key, name in await self.session.execute(statement))


@works_unscoped
async def active_person(session: ReadSession, user_id: int, *, scope: str = "full") -> Actor | None:
    """The person a program acts for, as long as they are active; `scope` is that of the credential they asked with."""
    user = await session.scalar(select(User).where(User.id == user_id, User.active, User.deleted_at.is_(None)))
    return await actor_of(session, user, scope=scope) if user else None


@works_unscoped
async def demo_people(session: ReadSession) -> tuple[Actor, ...]:
    """The demo's people by role, for the person switch on loopback; needs no actor because it is the sign-in."""
    wanted = [f"{role}@demo.example" for role in Role]
    statement = select(User).where(User.demo, User.active, User.deleted_at.is_(None), User.email.in_(wanted))
    users = (await session.execute(statement)).scalars().all()
    found = {user.email: await actor_of(session, user) for user in users}
    return tuple(found[email] for email in wanted if email in found)
