"""Locks between the processes of one workspace on PostgreSQL. SQLite has one writer at a time anyway."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import Select, func, select


class Lock(IntEnum):
    """Keys of PostgreSQL's advisory locks: any numbers will do, as long as every process uses the same."""

    AUDIT = 719_271
    LABELS = 719_272
    FOUNDING = 719_273


def held(lock: Lock) -> Select[tuple[None]]:
    """Waits for the lock and holds it until the transaction ends."""
    return select(func.pg_advisory_xact_lock(int(lock)))
