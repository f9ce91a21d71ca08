"""People who use Rainmaker, their teams, and what they sign in with."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Named, Record


class Role(StrEnum):
    REP = "rep"
    MANAGER = "manager"
    EXECUTIVE = "executive"
    ADMIN = "admin"


class Team(Record):
    """Teams nest through `parent_id`."""

    __tablename__ = "teams"

    name: Mapped[str] = mapped_column(String(120))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)


class User(Record):
    """A person. A former colleague stays as `active = False` with the last team."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[Role] = mapped_column(String(16))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    time_zone: Mapped[str] = mapped_column(String(40), default="UTC")
    active: Mapped[bool] = mapped_column(default=True)
    demo: Mapped[bool] = mapped_column(default=False)
    hired_on: Mapped[date | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))


class Scope(StrEnum):
    """What a credential lets its person do, within what the role grants."""

    FULL = "full"
    PROGRAM = "program"
    CHAT = "chat"
    READ = "read"


class ApiToken(Named):
    """A token for programs. Only its SHA-256 is stored."""

    __tablename__ = "api_tokens"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[Scope] = mapped_column(String(16), default=Scope.FULL, server_default="full")
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class SignIn(Named):
    """A browser session. The cookie holds the secret, the table its SHA-256 and the CSRF token.

    One begun with a token may do what that may, and ends when that is revoked.
    """

    __tablename__ = "sign_ins"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    scope: Mapped[Scope] = mapped_column(String(16), default=Scope.FULL, server_default="full")
    token_id: Mapped[str | None] = mapped_column(String(40))
    expires_at: Mapped[datetime]


class Purpose(StrEnum):
    """What a link from us is good for."""

    SETUP = "setup"
    INVITATION = "invitation"
    RESET = "reset"


class Invitation(Named):
    """A link that sets a password once. Only the SHA-256 of its code is stored; a set-up link has no person yet."""

    __tablename__ = "invitations"

    purpose: Mapped[Purpose] = mapped_column(String(16))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInAttempts(Base):
    """How often somebody tried to sign in with one address, or from one place, since `since`."""

    __tablename__ = "sign_in_attempts"

    about: Mapped[str] = mapped_column(String(64), primary_key=True)
    since: Mapped[datetime]
    tries: Mapped[int]
