"""Ways in: a password, a link that sets one, and the set-up of an empty workspace. For those who are nobody yet."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, case, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from db import name_index, passwords
from db.access import Actor, Role, actor_of
from db.acting import works_unscoped
from db.deeds import Deed, Kind, about
from db.errors import LinkSpent, TooManyAttempts
from db.locks import Lock, held
from db.models import ApiToken, Invitation, Purpose, SignInAttempts, User, new_id
from db.names import NamedKind
from db.repositories import audit, credentials
from db.repositories.credentials import Bearer, hashed
from db.session import Database, ReadSession, WriteSession

LINK_LIFETIME = timedelta(days=7)
SETUP_LIFETIME = timedelta(days=1)
WINDOW = timedelta(minutes=15)
TRIES_FROM_A_PLACE = 60
TRIES_OF_A_PLACE_AT_AN_ADDRESS = 10
TRIES_AT_AN_ADDRESS = 100
"""From all places together: so high that one place cannot keep a person out, and low enough to bound a guesser who has
many (docs/decisions/0013)."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A session that has begun."""

    actor: Actor
    cookie: str
    csrf_token: str


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is good for, and for whom; a set-up link is for nobody yet."""

    purpose: Purpose
    email: str | None = None
    name: str | None = None


async def by_password(database: Database, email: str, password: str, *, client: str) -> Entered | None:
    """Begin a session with a password; None if it is not the password of an active person.

    Every failure takes the same steps and says the same, so that an address tells nothing about who is here.

    Raises:
        TooManyAttempts: this place tried too often, or the address was tried very often from everywhere.
    """
    address = email.strip().lower()
    place = place_of(client)
    await _take_a_try(database, address, place)
    async with database.unscoped().read() as session:
        kept = (await session.execute(select(User.id, User.password_hash).where(*_active(address)))).first()
    right = await passwords.matches(password, kept.password_hash if kept else None)
    async with database.unscoped().write() as session:
        user = await session.scalar(select(User).where(*_active(address)).with_for_update())
        if not right or user is None or kept is None or user.password_hash != kept.password_hash:
            whose = about(Kind.USER, kept.id) if kept else None
            await audit.record(session, None, Deed.REFUSED, subject=whose, details={"by": "password"})
            return None
        here = _about("pair", f"{place} {address}")
        await session.execute(delete(SignInAttempts).where(SignInAttempts.about == here))
        return await open_session(session, await actor_of(session, user), by="password")


async def open_session(
    session: WriteSession, actor: Actor, *, by: str, bearer: Bearer | None = None
) -> Entered:  # fmt: skip
    cookie, csrf = await credentials.sign_in(session, actor.user_id, bearer=bearer)
    await audit.record(session, actor, Deed.SIGNED_IN, details={"by": by})
    return Entered(actor, cookie, csrf)


@works_unscoped
async def somebody_can_sign_in(session: ReadSession) -> bool:
    """Whether any active person has a password, a token that works, or may be picked because they are the demo's."""
    now = datetime.now(UTC)
    works = or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now)
    token = exists().where(ApiToken.user_id == User.id, ApiToken.revoked_at.is_(None), works)
    way = or_(User.password_hash.is_not(None), User.demo, token)
    return bool(await session.scalar(select(exists().where(User.active, User.deleted_at.is_(None), way))))


@works_unscoped
async def demo_people_live_here(session: ReadSession) -> bool:
    return bool(await session.scalar(select(exists().where(User.active, User.demo))))


@works_unscoped
async def link(session: WriteSession, purpose: Purpose, user_id: int | None) -> str:
    """The code of a new link, which is shown once. Earlier ones of the same person end."""
    now = datetime.now(UTC)
    if user_id is not None:
        earlier = update(Invitation).where(Invitation.user_id == user_id, Invitation.used_at.is_(None))
        await session.execute(earlier.values(used_at=now))
    code = secrets.token_urlsafe(32)
    lifetime = SETUP_LIFETIME if purpose is Purpose.SETUP else LINK_LIFETIME
    session.add(
        Invitation(id=new_id("in"), purpose=purpose, user_id=user_id, code_hash=hashed(code), expires_at=now + lifetime)
    )
    await session.flush()
    return code


@works_unscoped
async def opened(session: ReadSession, code: str) -> Link:
    """What a link is good for.

    Raises:
        LinkSpent: it was used, has expired or never was, or its person has left.
    """
    statement = select(Invitation, User).outerjoin(User, Invitation.user_id == User.id).where(*_good(code))
    row = (await session.execute(statement)).first()
    if row is None:
        raise LinkSpent
    invitation, user = row
    if invitation.purpose == Purpose.SETUP:
        if await somebody_can_sign_in(session):
            raise LinkSpent
        return Link(Purpose.SETUP)
    if not user.active or user.deleted_at is not None:
        raise LinkSpent
    return Link(Purpose(invitation.purpose), user.email, user.name)


async def set_password(database: Database, code: str, password: str) -> Entered:
    """Use a link of an invited person: sets the password, ends what was open before, and begins a session."""
    async with database.unscoped().read() as session:
        good = await opened(session, code)
    if good.purpose is Purpose.SETUP:
        raise LinkSpent
    passwords.check(password, about=(good.email or "", good.name or ""))
    kept = await passwords.hashed(password)
    async with database.unscoped().write() as session:
        user = await session.get_one(User, await _spend(session, code))
        if not user.active:
            raise LinkSpent
        user.password_hash = kept
        await credentials.end_all(session, user.id, tokens=False)
        await session.flush()
        actor = await actor_of(session, user)
        await audit.record(session, actor, Deed.PASSWORD_SET, subject=about(Kind.USER, user.id))
        return await open_session(session, actor, by=good.purpose)


async def set_up(database: Database, code: str, *, email: str, name: str, password: str) -> Entered:
    """Use the set-up link of a workspace that nobody can sign in to: makes its first administrator."""
    async with database.unscoped().read() as session:
        if (await opened(session, code)).purpose is not Purpose.SETUP:
            raise LinkSpent
    passwords.check(password, about=(email, name))
    kept = await passwords.hashed(password)
    async with database.unscoped().write() as session:
        if not database.is_sqlite:
            # Of two set-ups at once the second waits, and finds somebody.
            await session.execute(held(Lock.FOUNDING))
        await _spend(session, code)
        if await somebody_can_sign_in(session):
            raise LinkSpent
        user = await _administrator(session, email, name)
        user.password_hash = kept
        await session.flush()
        await session.run_sync(lambda s: name_index.refresh(s.connection(), NamedKind.USER, [user.id]))
        actor = await actor_of(session, user)
        await audit.record(
            session, actor, Deed.PERSON_ADDED, subject=about(Kind.USER, user.id),
            details={"role": "admin", "by": "setup"},
        )  # fmt: skip
        return await open_session(session, actor, by="setup")


@works_unscoped
async def _administrator(session: WriteSession, email: str, name: str) -> User:
    """A new person, or the colleague that an import brought, who could not sign in."""
    address = email.strip().lower()
    user = await session.scalar(select(User).where(User.email == address))
    if user is None:
        user = User(email=address, name=name.strip(), role=Role.ADMIN)
        session.add(user)
    user.name, user.role, user.active = name.strip(), Role.ADMIN, True
    return user


@works_unscoped
async def _spend(session: WriteSession, code: str) -> int:
    """Use a link up, once; whose it was (0: nobody's)."""
    statement = update(Invitation).where(*_good(code)).values(used_at=datetime.now(UTC)).returning(Invitation.user_id)
    spent = (await session.execute(statement.execution_options(synchronize_session=False))).first()
    if spent is None:
        raise LinkSpent
    if spent.user_id is None:
        # Set-up links are several where a server was started several times; one set-up ends them all.
        others = update(Invitation).where(Invitation.purpose == Purpose.SETUP, Invitation.used_at.is_(None))
        await session.execute(others.values(used_at=datetime.now(UTC)))
    return int(spent.user_id or 0)


def _good(code: str) -> tuple[ColumnElement[bool], ...]:
    return Invitation.code_hash == hashed(code), Invitation.used_at.is_(None), Invitation.expires_at > datetime.now(UTC)


def _active(address: str) -> tuple[ColumnElement[bool], ...]:
    return User.email == address, User.active.is_(True), User.deleted_at.is_(None)


async def _take_a_try(database: Database, address: str, place: str) -> None:
    """Count an attempt before it is looked at, so that attempts at the same time count too.

    What is held off by one limit does not count for the next, so that one place adds no more to an address than its
    own ten.
    """
    limits = (
        (_about("place", place), TRIES_FROM_A_PLACE),
        (_about("pair", f"{place} {address}"), TRIES_OF_A_PLACE_AT_AN_ADDRESS),
        (_about("address", address), TRIES_AT_AN_ADDRESS),
    )
    held_off = False
    async with database.unscoped().write() as session:
        cutoff = datetime.now(UTC) - WINDOW
        await session.execute(delete(SignInAttempts).where(SignInAttempts.since < cutoff))
        for what, most in limits:
            tries = await _tried(session, what)
            if tries == most + 1:
                await audit.record(session, None, Deed.HELD_OFF, details={"by": "password"})
            if held_off := tries > most:
                break
    if held_off:
        raise TooManyAttempts(int(WINDOW.total_seconds() // 60))


@works_unscoped
async def _tried(session: WriteSession, about: str) -> int:
    now = datetime.now(UTC)
    dialect = session.get_bind().dialect.name
    insert = (sqlite if dialect == "sqlite" else postgresql).insert(SignInAttempts)
    old = SignInAttempts.since < now - WINDOW
    counted = insert.values(about=about, since=now, tries=1).on_conflict_do_update(
        index_elements=[SignInAttempts.about],
        set_={
            "tries": case((old, 1), else_=SignInAttempts.tries + 1),
            "since": case((old, now), else_=SignInAttempts.since),
        },
    )
    return int((await session.execute(counted.returning(SignInAttempts.tries))).scalar_one())


def _about(kind: str, what: str) -> str:
    return hashlib.sha256(f"{kind} {what}".encode()).hexdigest()


def place_of(client: str) -> str:
    """A machine, or with IPv6 the network that one customer of a provider is given."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if address.version == 6 else str(address)
