"""The records an assistant may write, and their fields as JSON: what a change keeps and puts back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, inspect

from db.models import CustomField, ExchangeRate, HiddenField, Record, RecordGrant, WorkspaceRule
from db.records import KINDS

RULE, RATE = "rule", "exchange_rate"
GRANT, HIDDEN, FIELD = "record_grant", "hidden_field", "custom_field"
SET_BY_ADMINISTRATORS: Mapping[str, type[Record]] = {
    RULE: WorkspaceRule, RATE: ExchangeRate, GRANT: RecordGrant, HIDDEN: HiddenField, FIELD: CustomField,
}  # fmt: skip
"""What a workspace decides for itself. Written and taken back like records, but no kind that lists and words know."""
TABLES: dict[str, type[Record]] = {kind.name: kind.table for kind in KINDS.values()} | dict(SET_BY_ADMINISTRATORS)
_KEPT_BY_US = frozenset({"id", "version", "created_at", "updated_at", "run_id"})


def image(record: Record) -> dict[str, Any]:
    """Every field a person could have changed, as JSON."""
    return {name: plain(getattr(record, name)) for name in columns_of(type(record))}


def columns_of(table: type[Record]) -> list[str]:
    """The columns that are not kept by us."""
    return [column.key for column in inspect(table).columns if not _kept(column)]


def state(version: int, fields: Mapping[str, Any]) -> str:
    """Version and content in one: what a decision is bound to. Not everything that edits a row counts its version."""
    canonical = json.dumps(fields, sort_keys=True, ensure_ascii=False)
    return f"{version}:{hashlib.sha256(canonical.encode()).hexdigest()[:32]}"


def typed(table: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON values as the columns' Python types."""
    columns = inspect(table).columns
    found = {}
    for name, value in values.items():
        if name not in columns or _kept(columns[name]):
            raise KeyError(f"{table.__tablename__} has no field {name} that may be written")
        kind = columns[name].type.python_type
        if isinstance(value, str) and kind in (datetime, date, Decimal):
            parsed: Any = kind(value) if kind is Decimal else kind.fromisoformat(value)
            found[name] = parsed
        else:
            found[name] = value
    return found


def _kept(column: Column[Any]) -> bool:
    return column.key in _KEPT_BY_US or bool(column.info.get("derived"))


def links(kind: str, values: Mapping[str, Any]) -> Iterable[tuple[str, int]]:
    """The records that values point at, as (kind, id)."""
    if kind in SET_BY_ADMINISTRATORS:
        return
    for column, to in KINDS[kind].links.items():
        # A record that is yet to be made has no number.
        if to in KINDS and isinstance(values.get(column), int):
            yield to, values[column]


def plain(value: object) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
