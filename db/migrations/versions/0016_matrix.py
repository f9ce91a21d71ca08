"""the permission matrix, hidden fields and fields of one's own, written and taken back like records

Revision: 0016; after 0015.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_THERE = sa.text("deleted_at IS NULL")
_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_NAMED = {
    "record_grants": ("role", "kind", "action"), "hidden_fields": ("role", "kind", "field"),
    "custom_fields": ("kind", "name"),
}  # fmt: skip
"""What there is at most one of."""


def upgrade() -> None:
    now = datetime.now(UTC)
    for table in ("record_grants", "hidden_fields"):
        _remade(table, _record(), {"version": 1, "created_at": now, "updated_at": now})
    _remade("custom_fields", _record(), {})
    for table, columns in _NAMED.items():
        op.create_index(
            f"uq_{table}_in_force", table, columns, unique=True, sqlite_where=_THERE, postgresql_where=_THERE
        )


def downgrade() -> None:
    for table in ("record_grants", "hidden_fields"):
        _remade(table, [], {}, unique=_NAMED[table])
    _remade("custom_fields", _record(), {}, unique=_NAMED["custom_fields"])


def _remade(table: str, more: list[sa.Column[Any]], given: dict[str, object], *, unique: tuple[str, ...] = ()) -> None:
    """The table anew with its rows in force. SQLite cannot drop a constraint, and there are few rows."""
    connection = op.get_bind()
    there = sa.Table(table, sa.MetaData(), autoload_with=connection)
    rows = [dict(row) for row in connection.execute(sa.select(there)).mappings()]
    if unique:
        rows = [row for row in rows if row.get("deleted_at") is None]
    op.drop_table(table)
    constraints = [sa.UniqueConstraint(*unique, name=f"uq_{table}_{'_'.join(unique)}")] if unique else []
    made = op.create_table(
        table, *([sa.Column("id", _KEY, nullable=False)] if not more else []), *_own(table), *more,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"), *constraints,
    )  # fmt: skip
    kept = {column.name for column in made.columns}
    if rows:
        op.bulk_insert(made, [{k: v for k, v in (given | row).items() if k in kept} for row in rows])
        if connection.dialect.name == "postgresql":
            op.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608 - a name from above


def _own(table: str) -> list[sa.Column[Any]]:
    match table:
        case "record_grants":
            return [
                sa.Column("role", sa.String(length=16), nullable=False),
                sa.Column("kind", sa.String(length=24), nullable=False),
                sa.Column("action", sa.String(length=16), nullable=False),
                sa.Column("allowed", sa.Boolean(), nullable=False),
            ]
        case "hidden_fields":
            return [
                sa.Column("role", sa.String(length=16), nullable=False),
                sa.Column("kind", sa.String(length=24), nullable=False),
                sa.Column("field", sa.String(length=40), nullable=False),
            ]
        case _:
            return [
                sa.Column("kind", sa.String(length=24), nullable=False),
                sa.Column("name", sa.String(length=40), nullable=False),
                sa.Column("label", sa.String(length=80), nullable=False),
                sa.Column("type", sa.String(length=16), nullable=False),
                sa.Column("choices", _JSON),
                sa.Column("required", sa.Boolean(), nullable=False),
            ]


def _record() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", _KEY, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("deleted_at", _MOMENT),
        sa.Column("run_id", sa.String(length=40)),
    ]
