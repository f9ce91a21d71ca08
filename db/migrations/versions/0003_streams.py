"""events are kept as they were sent; runs of a turn are counted; a turn can be asked to stop

Revision: 0003; after 0002.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from db.models.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("turns", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("turns", sa.Column("stop_at", UtcDateTime(), nullable=True))
    op.add_column("turn_events", sa.Column("body", sa.Text(), server_default="{}", nullable=False))
    op.execute("UPDATE turn_events SET body = CAST(data AS TEXT)")
    with op.batch_alter_table("turn_events") as table:
        table.drop_column("data")
        table.alter_column("body", existing_type=sa.Text(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    kind = JSONB() if postgres else sa.JSON()
    op.add_column("turn_events", sa.Column("data", kind, server_default="{}", nullable=False))
    events = sa.table("turn_events", sa.column("data"), sa.column("body"))
    op.execute(events.update().values(data=sa.cast(events.c.body, kind) if postgres else events.c.body))
    with op.batch_alter_table("turn_events") as table:
        table.drop_column("body")
        table.alter_column("data", existing_type=kind, existing_nullable=False, server_default=None)
    # A stopped turn is one that failed to the program before this one.
    op.execute("UPDATE turns SET status = 'failed' WHERE status = 'stopped'")
    # In place: rebuilding a table that others point at is refused by SQLite.
    op.drop_column("turns", "stop_at")
    op.drop_column("turns", "attempts")
