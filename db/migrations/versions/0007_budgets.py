"""a reservation knows its purses and when it is swept

Revision: 0007; after 0006.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_USAGE = sa.table(
    "usage",
    sa.column("id", sa.String),
    sa.column("turn_id", sa.String),
    sa.column("user_id", sa.Integer),
    sa.column("created_at", _MOMENT),
    sa.column("settled_at", _MOMENT),
    sa.column("purses", _JSON),
    sa.column("expires_at", _MOMENT),
)


def upgrade() -> None:
    with op.batch_alter_table("usage") as table:
        table.add_column(sa.Column("purses", _JSON, nullable=False, server_default="[]"))
        table.add_column(sa.Column("holder", sa.String(60), nullable=False, server_default=""))
        table.add_column(sa.Column("expires_at", _MOMENT, nullable=True))
        table.add_column(sa.Column("settlement", sa.String(9), nullable=True))
    with op.batch_alter_table("usage") as table:
        table.alter_column("purses", server_default=None)
        table.alter_column("holder", server_default=None)
        table.create_index("ix_usage_expires_at", ["expires_at"])
    connection = op.get_bind()
    open_ = sa.select(_USAGE.c.id, _USAGE.c.turn_id, _USAGE.c.user_id, _USAGE.c.created_at)
    for usage, turn, user, made in connection.execute(open_.where(_USAGE.c.settled_at.is_(None))).all():
        # What was left open before knows nothing of its purses: they follow from the month it was made in.
        values = {"purses": _purses(turn, user, made), "expires_at": made}
        connection.execute(sa.update(_USAGE).where(_USAGE.c.id == usage).values(**values))


def downgrade() -> None:
    with op.batch_alter_table("usage") as table:
        table.drop_index("ix_usage_expires_at")
        table.drop_column("settlement")
        table.drop_column("expires_at")
        table.drop_column("holder")
        table.drop_column("purses")


def _purses(turn: str, user: int, made: datetime) -> list[str]:
    month = f"{made:%Y-%m}"
    return [f"person:{user}:{month}", f"turn:{turn}", f"workspace:{month}"]
