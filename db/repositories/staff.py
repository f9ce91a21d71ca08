"""People, teams and tokens of the workspace; for administrators. Every change is entered in the audit chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from db import name_index
from db.access import Actor, Permission, Role, Scope
from db.deeds import Deed, Kind, about
from db.errors import AlreadyThere, LastAdministrator, NotFound, NotStorable, TerminalOnly
from db.models import Purpose, Team, User
from db.names import NamedKind
from db.repositories import audit, credentials, signing_in
from db.repositories.base import Repository
from db.repositories.credentials import TokenLine
from db.session import WriteSession
from db.workspace import LOCAL_ADMIN


@dataclass(frozen=True, slots=True)
class TeamLine:
    id: int
    name: str
    under: str | None
    people: int


class StaffRepository(Repository):
    def __init__(self, session: WriteSession, actor: Actor) -> None:
        super().__init__(session, actor)
        self._write = session

    async def add(self, email: str, name: str, role: Role, *, team: str | None) -> int:
        self.actor.require(Permission.USERS_MANAGE)
        address = email.strip().lower()
        if await self.session.scalar(select(User.id).where(User.email == address)) is not None:
            raise AlreadyThere("person", address)
        _printable(address, name)
        user = User(email=address, name=name.strip(), role=role, team_id=await self._team(team))
        self.session.add(user)
        await self.session.flush()
        await self._named(user)
        await self._enter(Deed.PERSON_ADDED, user, role=role, team=user.team_id)
        return user.id

    async def invite(self, email: str, name: str, role: Role, *, team: str | None) -> str:
        """The code of a link with which a person sets their password; the person is added if they are new.

        Who is here already only gets the link: name, role and team are for `change`.
        """
        self.actor.require(Permission.USERS_MANAGE)
        known = await self.session.scalar(select(User.id).where(User.email == email.strip().lower()))
        if known is None:
            await self.add(email, name, role, team=team)
        return await self._link(email, Purpose.INVITATION)

    async def reset(self, email: str) -> str:
        """The code of a link with which a person sets a new password. The old one goes on until it is used."""
        return await self._link(email, Purpose.RESET)

    async def change(
        self, email: str, *, name: str | None = None, role: Role | None = None, team: str | None = None
    ) -> None:
        """What is None stays as it is."""
        user = await self._by_email(email)
        if role is not None and role != user.role:
            await self._not_the_last(user)
            await self._enter(Deed.ROLE_CHANGED, user, before=user.role, after=role)
            user.role = role
        if team is not None:
            before, user.team_id = user.team_id, await self._team(team)
            await self._enter(Deed.TEAM_CHANGED, user, before=before, after=user.team_id)
        if name is not None and name.strip() != user.name:
            _printable(name)
            user.name = name.strip()
            await self.session.flush()
            await self._named(user)
        await self.session.flush()

    async def disable(self, email: str) -> None:
        """The person can no longer sign in, what is open ends at once, tokens are revoked; records keep their owner."""
        user = await self._by_email(email)
        await self._not_the_last(user)
        user.active = False
        await credentials.end_all(self._write, user.id)
        await self._enter(Deed.DISABLED, user)

    async def enable(self, email: str) -> None:
        """The person may sign in again, with the password they had or a new link; tokens stay revoked."""
        user = await self._by_email(email, active=False)
        user.active = True
        await self._enter(Deed.ENABLED, user)

    async def create_token(
        self, email: str, *, name: str, scope: Scope, lifetime: timedelta | None
    ) -> tuple[str, str]:  # fmt: skip
        """(id, secret); the secret is shown once."""
        user = await self._who_signs_in(email)
        made = await credentials.create_token(self._write, user.id, name=name, lifetime=lifetime, scope=scope)
        days = lifetime.days if lifetime else None
        await self._enter(Deed.TOKEN_CREATED, user, token=made[0], token_scope=scope, days=days)
        return made

    async def revoke_token(self, token_id: str) -> None:
        self.actor.require(Permission.USERS_MANAGE)
        owner = await credentials.revoke_token(self._write, token_id)
        await audit.record(
            self._write, self.actor, Deed.TOKEN_REVOKED, subject=about(Kind.USER, owner), details={"token": token_id}
        )

    async def tokens(self) -> list[TokenLine]:
        self.actor.require(Permission.USERS_MANAGE)
        return await credentials.tokens(self.session)

    async def add_team(self, name: str, *, under: str | None, manager: str | None) -> int:
        """A new team. `manager` leads it from now on: a rep becomes a manager, and whoever it is moves to the team."""
        self.actor.require(Permission.USERS_MANAGE)
        named = name.strip()
        if await self.session.scalar(select(Team.id).where(func.lower(Team.name) == named.lower())) is not None:
            raise AlreadyThere("team", named)
        team = Team(name=named, parent_id=await self._team(under))
        self.session.add(team)
        await self.session.flush()
        await audit.record(
            self._write, self.actor, Deed.TEAM_ADDED, subject=about(Kind.TEAM, team.id),
            details={"under": team.parent_id},
        )  # fmt: skip
        if manager is not None:
            user = await self._by_email(manager)
            await self.change(manager, role=Role.MANAGER if user.role == Role.REP else None, team=named)
        return team.id

    async def teams(self) -> list[TeamLine]:
        self.actor.require(Permission.USERS_MANAGE)
        above = select(Team.id, Team.name).subquery()
        people = select(func.count(User.id)).where(User.team_id == Team.id, User.active).scalar_subquery()
        statement = (
            select(Team.id, Team.name, above.c.name, people)
            .outerjoin(above, above.c.id == Team.parent_id)
            .where(Team.deleted_at.is_(None))
            .order_by(Team.id)
        )
        return [TeamLine(*row) for row in (await self.session.execute(statement)).all()]

    async def _link(self, email: str, purpose: Purpose) -> str:
        user = await self._who_signs_in(email)
        await self._enter(Deed.LINK_MADE, user, purpose=purpose)
        return await signing_in.link(self._write, purpose, user.id)

    async def _who_signs_in(self, email: str) -> User:
        user = await self._by_email(email)
        if user.email == LOCAL_ADMIN:
            raise TerminalOnly(LOCAL_ADMIN)
        return user

    async def _not_the_last(self, user: User) -> None:
        """Somebody other than the terminal's administrator has to be left. Locked, so that two do not go at once."""
        if user.role != Role.ADMIN or not user.active:
            return
        admins = select(User).where(User.role == Role.ADMIN, User.active, User.deleted_at.is_(None))
        locked = (await self.session.execute(admins.with_for_update().order_by(User.id))).scalars().all()
        if not any(one.id != user.id and one.email != LOCAL_ADMIN for one in locked):
            raise LastAdministrator(user.email)

    async def _team(self, name: str | None) -> int | None:
        if name is None:
            return None
        same = func.lower(Team.name) == name.strip().lower()
        found = await self.session.scalar(select(Team.id).where(same, Team.deleted_at.is_(None)))
        if found is None:
            raise NotFound("team", name)
        return int(found)

    async def _by_email(self, email: str, *, active: bool = True) -> User:
        self.actor.require(Permission.USERS_MANAGE)
        found = await self.session.scalar(
            select(User).where(User.email == email.strip().lower(), User.active.is_(active), User.deleted_at.is_(None))
        )
        if found is None:
            raise NotFound("active person" if active else "former person", email)
        return found

    async def _named(self, user: User) -> None:
        await self.session.run_sync(lambda session: name_index.refresh(session.connection(), NamedKind.USER, [user.id]))

    async def _enter(self, deed: Deed, user: User, **details: object) -> None:
        await audit.record(self._write, self.actor, deed, subject=about(Kind.USER, user.id), details=details)


def _printable(*texts: str) -> None:
    """Refuse what would move the cursor of a terminal that lists it."""
    if not all(text.isprintable() for text in texts):
        raise NotStorable
