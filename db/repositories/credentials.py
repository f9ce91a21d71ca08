"""Tokens for programs and sessions for browsers. Only hashes of secrets are stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select, update

from db.access import Actor, actor_of
from db.errors import NotFound
from db.models import ApiToken, SignIn, User, new_id
from db.session import ReadSession, WriteSession

SESSION_LIFETIME = timedelta(days=14)
_PREFIX = "rmk_"


@dataclass(frozen=True, slots=True)
class Session:
    actor: Actor
    csrf_token: str


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


async def create_token(
    session: WriteSession, user_id: int, *, name: str, lifetime: timedelta | None
) -> tuple[str, str]:
    """(id, secret). The secret is shown once and cannot be read again."""
    secret = _PREFIX + secrets.token_urlsafe(32)
    expires = datetime.now(UTC) + lifetime if lifetime else None
    token = ApiToken(id=new_id("tk"), user_id=user_id, name=name, token_hash=_hashed(secret), expires_at=expires)
    session.add(token)
    await session.flush()
    return token.id, secret


async def revoke_token(session: WriteSession, token_id: str) -> None:
    revoked = await session.execute(
        update(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=datetime.now(UTC))
        .returning(ApiToken.id)
    )
    if revoked.scalar() is None:
        raise NotFound("token", token_id)


async def actor_of_token(session: ReadSession, secret: str) -> Actor | None:
    statement = (
        select(User)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_hash == _hashed(secret), ApiToken.revoked_at.is_(None))
        .where(or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > datetime.now(UTC)))
        .where(User.active, User.deleted_at.is_(None))
    )
    user = await session.scalar(statement)
    return await actor_of(session, user) if user else None


async def sign_in(session: WriteSession, user_id: int) -> tuple[str, str]:
    """(cookie secret, CSRF token) of a new browser session."""
    secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    session.add(
        SignIn(
            id=new_id("si"), user_id=user_id, secret_hash=_hashed(secret), csrf_token=csrf,
            expires_at=datetime.now(UTC) + SESSION_LIFETIME,
        )
    )  # fmt: skip
    await session.flush()
    return secret, csrf


async def session_of(session: ReadSession, secret: str) -> Session | None:
    statement = (
        select(User, SignIn.csrf_token)
        .join(SignIn, SignIn.user_id == User.id)
        .where(SignIn.secret_hash == _hashed(secret), SignIn.expires_at > datetime.now(UTC))
        .where(User.active, User.deleted_at.is_(None))
    )
    row = (await session.execute(statement)).first()
    return Session(await actor_of(session, row[0]), row[1]) if row else None


async def sign_out(session: WriteSession, secret: str) -> None:
    await session.execute(
        update(SignIn).where(SignIn.secret_hash == _hashed(secret)).values(expires_at=datetime.now(UTC))
    )
