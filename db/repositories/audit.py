"""The audit chain: each entry carries a keyed hash over itself and the entry before it."""

from __future__ import annotations

import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from db.access import Actor
from db.acting import unscoped, works_unscoped
from db.anchor import Mark
from db.chain import chain_of
from db.deeds import Deed, Subject
from db.locks import Lock, held
from db.models import AuditEntry, Base
from db.session import ReadSession, WriteSession

_AUDIT = Base.metadata.tables[AuditEntry.__tablename__]


def link(
    key: bytes, before: str, number: int, at: datetime, user: int | None, action: str, subject: str | None,
    details: Mapping[str, Any],
) -> str:  # fmt: skip
    """The digest of an entry that follows the digest `before`."""
    canonical = json.dumps(details, sort_keys=True, ensure_ascii=False, default=str)
    fields = [before, number, at.isoformat(), user, action, subject, canonical]
    message = json.dumps(fields, ensure_ascii=False, default=str)
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


async def record(
    session: WriteSession, actor: Actor | None, deed: Deed, *, subject: Subject | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Append one entry: the only way into the chain. The actor is None for the system itself.

    Writers queue: on SQLite by the write transaction, on PostgreSQL by an advisory lock. The anchor follows as soon as
    the entry is committed, whoever commits.

    Raises:
        TypeError: what was done is none of the `Deed`s.
        NotChained: the database was opened without its chain.
    """
    if not isinstance(deed, Deed):
        raise TypeError(f"{deed!r} is no deed of the audit chain")
    chain = chain_of(session)
    whole = dict(details or {})
    if actor is not None and actor.scope != "full":
        whole |= {"scope": str(actor.scope)}
    user = actor.user_id if actor else None
    connection = await session.connection()
    with unscoped(session):  # Everybody adds to the chain, and nobody reads it.
        mark = await connection.run_sync(_append, chain.key, user, deed, subject, whole)
    if (anchor := chain.anchor) is not None:
        session.once_committed(lambda: anchor.advance(mark))


def _append(
    connection: Connection, key: bytes, user: int | None, deed: Deed, subject: Subject | None, details: dict[str, Any]
) -> Mark:
    if connection.dialect.name == "postgresql":
        connection.execute(held(Lock.AUDIT))
    last = latest(connection)
    number, before = (last.number + 1, last.digest) if last else (1, "")
    at = datetime.now(UTC)
    kept = _storable(json.loads(json.dumps(details, ensure_ascii=False, default=str)))
    about = None if subject is None else _text(subject)
    mark = Mark(number, link(key, before, number, at, user, deed.value, about, kept))
    entry = {
        "number": number, "at": at, "actor_id": user, "action": deed.value, "subject": about, "details": kept,
        "digest": mark.digest,
    }  # fmt: skip
    connection.execute(insert(_AUDIT).values(entry))
    return mark


def latest(connection: Connection) -> Mark | None:
    """The end of the chain as it is stored."""
    statement = select(AuditEntry.number, AuditEntry.digest).order_by(AuditEntry.number.desc()).limit(1)
    with unscoped(connection):
        last = connection.execute(statement).first()
    return Mark(last.number, last.digest) if last else None


@works_unscoped
async def made(session: ReadSession, subject: Subject) -> dict[str, Any]:
    """What the first entry about a proposal or change says of what it is: tool, arguments, who planned it."""
    first = select(AuditEntry.details).where(AuditEntry.subject == subject).order_by(AuditEntry.number).limit(1)
    found: dict[str, Any] = await session.scalar(first) or {}
    return {name: found[name] for name in ("turn", "tool", "arguments", "planned_by") if name in found}


def _storable(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """As every database gives it back, so that the digest can be made again from what is stored."""
    match value:
        case dict():
            return {_text(name): _storable(one) for name, one in value.items()}
        case list():
            return [_storable(one) for one in value]
        case str():
            return _text(value)
        case float() if not math.isfinite(value) or "e" in repr(value) or repr(value) == "-0.0":
            # PostgreSQL writes such numbers otherwise than Python does, or not at all.
            return repr(value)
        case _:
            return value


def _text(value: str) -> str:
    return value.replace("\0", "").encode("utf-8", "replace").decode()
