"""rules of the workspace as records, rates of exchange against a named currency

Revision: 0011; after 0010.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_THERE = sa.text("deleted_at IS NULL")
_USUAL = "USD"


def _record() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("id", _KEY, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("deleted_at", _MOMENT),
        sa.Column("run_id", sa.String(40)),
    )


def _rate() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("source", sa.String(length=80)),
    )


def _kept() -> list[dict[str, Any]]:
    """The rates that are there, to be put into the new table."""
    old = sa.table("exchange_rates", *_rate())
    return [dict(row._mapping) for row in op.get_bind().execute(sa.select(*old.c))]


def upgrade() -> None:
    kept = _kept()
    op.drop_table("exchange_rates")
    made = op.create_table(
        "exchange_rates",
        *_rate(),
        sa.Column("against", sa.String(length=3), nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_rates"),
    )
    op.create_index(
        "uq_exchange_rates_in_force", "exchange_rates", ["against", "currency", "valid_from"], unique=True,
        sqlite_where=_THERE, postgresql_where=_THERE,
    )  # fmt: skip
    now = datetime.now(UTC)
    if kept:
        # Until now no rate named what it was against, and nothing reckoned with them.
        op.bulk_insert(made, [{**one, "against": _USUAL, "created_at": now, "updated_at": now} for one in kept])
    op.create_table(
        "workspace_rules",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_workspace_rules"),
    )
    op.create_index(
        "uq_workspace_rules_in_force", "workspace_rules", ["key"], unique=True,
        sqlite_where=_THERE, postgresql_where=_THERE,
    )  # fmt: skip
    op.create_index("ix_opportunities_loss_reason", "opportunities", ["loss_reason"])


def downgrade() -> None:
    op.drop_index("ix_opportunities_loss_reason", "opportunities")
    op.drop_table("workspace_rules")
    op.drop_table("exchange_rates")
    op.create_table(
        "exchange_rates",
        sa.Column("id", _KEY, nullable=False),
        *_rate(),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_rates"),
        sa.UniqueConstraint("currency", "valid_from", name="uq_exchange_rates_currency_valid_from"),
    )
