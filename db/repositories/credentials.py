"""Tokens for programs and sessions for browsers. Only hashes of secrets are stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update

from db.access import Actor, Scope, actor_of
from db.acting import works_unscoped
from db.errors import NotFound
from db.models import ApiToken, SignIn, User, new_id
from db.session import ReadSession, WriteSession

SESSION_LIFETIME = timedelta(days=14)
_PREFIX = "rmk_"
_SEEN_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a browser session belongs to."""

    actor: Actor
    csrf_token: str


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who came with a token. `unnoticed`: its last use is old enough to be written down again."""

    actor: Actor
    token_id: str
    expires_at: datetime | None
    unnoticed: bool


@dataclass(frozen=True, slots=True)
class TokenLine:
    id: str
    email: str
    name: str
    scope: Scope
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@works_unscoped
async def create_token(
    session: WriteSession, user_id: int, *, name: str, lifetime: timedelta | None, scope: Scope = Scope.FULL
) -> tuple[str, str]:
    """(id, secret). The secret is shown once and cannot be read again."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        id=new_id("tk"), user_id=user_id, name=name, token_hash=hashed(secret), scope=scope,
        expires_at=datetime.now(UTC) + lifetime if lifetime else None,
    )  # fmt: skip
    session.add(token)
    await session.flush()
    return token.id, secret


@works_unscoped
async def revoke_token(session: WriteSession, token_id: str) -> int:
    """Make a token useless, and the sessions begun with it; whose it was."""
    revoked = await session.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=datetime.now(UTC))
        .returning(ApiToken.user_id)
    )
    owner = revoked.scalar()
    if owner is None:
        raise NotFound("token", token_id)
    return int(owner)


@works_unscoped
async def end_all(session: WriteSession, user_id: int, *, tokens: bool = True) -> None:
    """End every session of a person, and their tokens."""
    now = datetime.now(UTC)
    await session.execute(
        update(SignIn).where(SignIn.user_id == user_id, SignIn.expires_at > now).values(expires_at=now)
    )
    if tokens:
        theirs = ApiToken.user_id == user_id
        await session.execute(update(ApiToken).where(theirs, ApiToken.revoked_at.is_(None)).values(revoked_at=now))


@works_unscoped
async def tokens(session: ReadSession) -> list[TokenLine]:
    """All of them, the latest first; for administrators."""
    statement = select(ApiToken, User.email).join(User, ApiToken.user_id == User.id).order_by(ApiToken.id.desc())
    return [
        TokenLine(
            one.id, email, one.name, Scope(one.scope), one.created_at, one.expires_at, one.last_used_at, one.revoked_at
        )
        for one, email in (await session.execute(statement)).all()
    ]


@works_unscoped
async def bearer_of(session: ReadSession, secret: str) -> Bearer | None:
    """Who a valid token belongs to, with what it may do."""
    now = datetime.now(UTC)
    statement = (
        select(User, ApiToken)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == hashed(secret), *_alive(now))
        .where(User.active, User.deleted_at.is_(None))
    )
    row = (await session.execute(statement)).first()
    if row is None:
        return None
    user, token = row
    unnoticed = token.last_used_at is None or token.last_used_at < now - _SEEN_AGAIN
    return Bearer(await actor_of(session, user, scope=token.scope), token.id, token.expires_at, unnoticed)


@works_unscoped
async def notice(session: WriteSession, token_id: str) -> None:
    """Write down that a token is in use."""
    await session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=datetime.now(UTC)))


@works_unscoped
async def sign_in(session: WriteSession, user_id: int, *, bearer: Bearer | None = None) -> tuple[str, str]:
    """(cookie secret, CSRF token) of a new browser session. One begun with a token may no more and lasts no longer."""
    secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    ends = datetime.now(UTC) + SESSION_LIFETIME
    if bearer is not None and bearer.expires_at is not None:
        ends = min(ends, bearer.expires_at)
    session.add(
        SignIn(
            id=new_id("si"), user_id=user_id, secret_hash=hashed(secret), csrf_token=csrf, expires_at=ends,
            scope=bearer.actor.scope if bearer else Scope.FULL, token_id=bearer.token_id if bearer else None,
        )
    )  # fmt: skip
    await session.flush()
    return secret, csrf


@works_unscoped
async def session_of(session: ReadSession, secret: str) -> SignedIn | None:
    """Who a browser session belongs to, while it lasts and the token it was begun with is good."""
    now = datetime.now(UTC)
    alive = select(ApiToken.id).where(ApiToken.id == SignIn.token_id, *_alive(now)).exists()
    statement = (
        select(User, SignIn.csrf_token, SignIn.scope)
        .join(SignIn, SignIn.user_id == User.id)
        .where(SignIn.secret_hash == hashed(secret), SignIn.expires_at > now)
        .where(or_(SignIn.token_id.is_(None), alive))
        .where(User.active, User.deleted_at.is_(None))
    )
    row = (await session.execute(statement)).first()
    return SignedIn(await actor_of(session, row[0], scope=row[2]), row[1]) if row else None


@works_unscoped
async def sign_out(session: WriteSession, secret: str) -> int | None:
    """End a session; whose it was, if it was one."""
    ended = await session.execute(
        update(SignIn)
        .where(SignIn.secret_hash == hashed(secret), SignIn.expires_at > datetime.now(UTC))
        .values(expires_at=datetime.now(UTC))
        .returning(SignIn.user_id)
    )
    return ended.scalar()


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return ApiToken.revoked_at.is_(None), or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > now)
