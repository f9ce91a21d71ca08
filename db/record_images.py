"""The records an assistant may write, and their fields as JSON: what a change keeps and puts back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect

from db.models import Account, Contact, Lead, Note, Opportunity, Record, Task

TABLES: dict[str, type[Record]] = {
    "account": Account,
    "contact": Contact,
    "lead": Lead,
    "opportunity": Opportunity,
    "task": Task,
    "note": Note,
}
LINKS = {"account_id": "account", "contact_id": "contact", "lead_id": "lead", "opportunity_id": "opportunity"}
_KEPT_BY_US = frozenset({"id", "version", "created_at", "updated_at", "run_id"})


def image(record: Record) -> dict[str, Any]:
    """Every field a person could have changed, as JSON."""
    columns = inspect(type(record)).columns
    return {column.key: _plain(getattr(record, column.key)) for column in columns if column.key not in _KEPT_BY_US}


def state(record: Record) -> str:
    """Version and content in one: what a decision is bound to. Not everything that edits a row counts its version."""
    canonical = json.dumps(image(record), sort_keys=True, ensure_ascii=False)
    return f"{record.version}:{hashlib.sha256(canonical.encode()).hexdigest()[:32]}"


def typed(table: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values as the columns' Python types."""
    columns = inspect(table).columns
    found = {}
    for name, value in values.items():
        if name not in columns or name in _KEPT_BY_US:
            raise KeyError(f"{table.__tablename__} has no field {name} that may be written")
        kind = columns[name].type.python_type
        if isinstance(value, str) and kind in (datetime, date, Decimal):
            parsed: Any = kind(value) if kind is Decimal else kind.fromisoformat(value)
            found[name] = parsed
        else:
            found[name] = value
    return found


def links(values: Mapping[str, Any]) -> dict[str, int]:
    """The records that values point at, by kind."""
    return {kind: int(values[name]) for name, kind in LINKS.items() if values.get(name) is not None}


def _plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
