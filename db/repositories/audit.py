"""The audit chain: each entry carries a keyed hash over itself and the entry before it."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select

from db.access import Actor
from db.locks import Lock, held
from db.models import AuditEntry, Base
from db.session import WriteSession

_AUDIT = Base.metadata.tables[AuditEntry.__tablename__]


def _link(key: bytes, before: str, *fields: object) -> str:
    message = json.dumps([before, *fields], ensure_ascii=False, default=str)
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


async def record(
    session: WriteSession, actor: Actor | None, action: str, *, key: bytes, subject: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Append one entry. Writers queue: on SQLite by the write transaction, on PostgreSQL by an advisory lock."""
    if session.bind and session.bind.dialect.name == "postgresql":
        await session.execute(held(Lock.AUDIT))
    latest = select(AuditEntry.number, AuditEntry.digest).order_by(AuditEntry.number.desc()).limit(1)
    last = (await session.execute(latest)).first()
    number, before = (last.number + 1, last.digest) if last else (1, "")
    at, user = datetime.now(UTC), actor.user_id if actor else None
    canonical = json.dumps(dict(details or {}), sort_keys=True, ensure_ascii=False, default=str)
    digest = _link(key, before, number, at.isoformat(), user, action, subject, canonical)
    entry = {
        "number": number, "at": at, "actor_id": user, "action": action, "subject": subject,
        "details": json.loads(canonical), "digest": digest,
    }  # fmt: skip
    await session.execute(insert(_AUDIT).values(entry))
